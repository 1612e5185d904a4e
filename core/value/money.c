/* money.c - amounts of money and percentages at one place of a scan.
 *
 * A span is number + currency in either order, with ranges ("2 bis 3 Millionen Euro", "$1–2bn"), amounts in part
 * (achtstelliges Jahresgehalt, 千万年薪, Milliardenhöhe) and, where a sentence talks of money already, large numbers that
 * leave their currency out. Words of bounds ("more than", 超) stay outside the span and turn amount into min or max. */
#include <math.h>

#include "core/value/in.h"

#include "core/base/banned.h"

enum { CUE_REACH = 16, CURRENCY_REACH = 40 };
static const double BARE_MIN = 1e4; /* the least amount that may leave its currency out */

/* ---- values ---- */

static void set_num(struct ng_value *v, const struct num *n) {
    if (n->lo > 0) {
        v->has_min = true;
        v->min = n->lo;
        v->has_max = n->hi > 0;
        v->max = n->hi;
    } else {
        v->has_amount = true;
        v->amount = n->value;
    }
}

static void set_bound(struct cand *c, uint8_t bound) {
    struct ng_value *v = &c->value;
    c->bound = bound;
    if (!v->has_amount || (bound != BOUND_MIN && bound != BOUND_MAX)) {
        return;
    }
    v->has_amount = false;
    if (bound == BOUND_MIN) {
        v->has_min = true;
        v->min = v->amount;
    } else {
        v->has_max = true;
        v->max = v->amount;
    }
    v->amount = 0;
}

static void set_currency(const struct scan *s, struct ng_value *v, int index) {
    if (index >= 0) {
        memcpy(v->currency, s->r->codes[index], 4);
    }
}

/* A sign whose currency the article tells: XYU is ¥, XYN 元. */
static bool pseudo(const struct scan *s, int index) {
    return s->r->codes[index][0] == 'X' && s->r->codes[index][1] == 'Y';
}

static bool hyphen(const struct scan *s, uint32_t at) {
    return at + 1 < s->n && str_eqz(s->atoms[at].fold, "-") && scan_glued(s, at) && scan_glued(s, at + 1);
}

/* The bound said before first or after end, or inherited by an amount in brackets behind another. */
static uint8_t bound_of(const struct scan *s, uint32_t first, uint32_t end, const struct money_state *st) {
    const struct hit *h = scan_hit(s, end, CLS_BOUND_AFTER);
    if (s->bound[first] && s->bound[first] != BOUND_ABOUT) {
        return s->bound[first];
    }
    if (h) {
        return (uint8_t)h->value;
    }
    if (st && first > 0 && st->prev_end == first - 1 && str_eqz(s->atoms[first - 1].fold, "(")) {
        return st->prev_bound;
    }
    return s->bound[first];
}

/* ---- what stands behind a number ---- */

struct unit {
    uint32_t end;
    int currency;
};

static bool currency_after(const struct scan *s, uint32_t at, bool of, struct unit *u) {
    const struct hit *between = of ? scan_hit(s, at, CLS_OF) : NULL;
    at += between ? between->len : hyphen(s, at) ? 1 : 0;
    const struct hit *h = scan_hit(s, at, CLS_CUR);
    if (h) {
        *u = (struct unit){at + h->len, (int)h->value};
    }
    return h != NULL;
}

static bool percent_after(const struct scan *s, uint32_t at, struct unit *u) {
    at += hyphen(s, at) ? 1 : 0;
    const struct hit *h = scan_hit(s, at, CLS_PCT);
    if (h) {
        *u = (struct unit){at + h->len, -1};
    }
    return h != NULL;
}

/* ---- ranges ---- */

/* Whether a word or mark at `at` leads from one end of a range to the other; its length. */
static uint32_t to_at(const struct scan *s, uint32_t at, uint32_t first) {
    const struct hit *h = scan_hit(s, at, CLS_TO);
    if (!h && (s->lead[first] & LEAD_BETWEEN)) {
        h = scan_hit(s, at, CLS_AND);
    }
    return h ? h->len : 0;
}

/* Makes one range of two numbers; "2 und 3 Millionen" are both millions. false when the second is not the larger. */
static bool join_range(struct num *left, const struct num *right) {
    if (left->lo > 0 || right->lo > 0 || left->bare) {
        return false;
    }
    bool scaled = !left->has_mult && right->has_mult && right->mult > 1 && left->value < right->value / right->mult;
    double lo = scaled ? left->value * right->mult : left->value;
    if (!(lo < right->value)) {
        return false;
    }
    left->lo = lo;
    left->hi = right->value;
    left->has_mult = left->has_mult || right->has_mult;
    left->digits = false;
    return true;
}

/* ---- money ---- */

/* "eight-figure": 10^(n-1) .. 10^n - 1. Returns the atom behind it, or 0. */
static uint32_t figures_at(const struct scan *s, uint32_t at, struct num *out) {
    const struct hit *h = scan_hit(s, at, CLS_FIGURES);
    double figures = h ? h->value : 0;
    uint32_t end = h ? at + h->len : 0;
    struct num n;
    if (!h && number_at(s, at, &n) && !n.has_mult && n.value >= 2 && n.value <= 15 && n.value == floor(n.value)) {
        uint32_t next = at + n.len;
        next += hyphen(s, next) ? 1 : 0;
        h = scan_hit(s, next, CLS_FIGURE_WORD);
        figures = n.value;
        end = h ? next + h->len : 0;
    }
    if (h) {
        *out = (struct num){.lo = pow(10, figures - 1), .hi = pow(10, figures) - 1, .mult = 1};
    }
    return end;
}

static bool cue_near(const struct scan *s, uint32_t at, const struct money_state *st) {
    return st->cue_at != UINT32_MAX && at >= st->cue_at && at - st->cue_at <= CUE_REACH &&
           st->cue_sent == s->atoms[at].sent;
}

static void finish(const struct scan *s, struct cand *c, uint32_t first, uint32_t end, const struct num *n,
                   const struct money_state *st, float confidence) {
    c->first = first;
    c->end = end;
    c->type = NG_MONEY;
    c->confidence = confidence;
    set_num(&c->value, n);
    set_bound(c, n->more ? BOUND_MIN : bound_of(s, first, end, st));
}

static bool money_in_figures(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out) {
    struct num n;
    struct unit u;
    uint32_t end = figures_at(s, at, &n);
    if (!end) {
        return false;
    }
    bool money = false;
    const struct hit *h = scan_hit(s, end, CLS_VAGUE_MONEY);
    if (!h) {
        h = scan_hit(s, end, CLS_MULT);
    } else {
        money = true;
    }
    if (h) { /* zweistelliger Millionenbetrag */
        n.lo *= h->value;
        n.hi = (n.hi + 1) * h->value - 1;
        end += h->len;
    }
    bool open = true;
    if (currency_after(s, end, true, &u)) {
        set_currency(s, &out->value, u.currency);
        end = u.end;
        money = true;
        open = false;
    }
    h = scan_hit(s, end, CLS_HEAD);
    if (h) {
        end += h->len;
        money = true;
    }
    if (!money && !cue_near(s, at, st)) {
        return false;
    }
    out->open_currency = open;
    out->home = h && h->value > 0;
    finish(s, out, at, end, &n, st, 0.9F);
    return true;
}

static bool vague_money(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out) {
    const struct hit *h = scan_hit(s, at, CLS_VAGUE_MONEY);
    if (!h) {
        return false;
    }
    struct num n = {.value = h->value, .lo = h->value};
    finish(s, out, at, at + h->len, &n, st, 0.8F);
    return true;
}

/* $3.5bn, US$1-2 million, RMB 5万. */
static bool money_behind_sign(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out) {
    const struct hit *sign = scan_hit(s, at, CLS_CUR_BEFORE);
    struct num n, right;
    struct unit u;
    if (!sign || !number_at(s, at + sign->len, &n) || n.weak || n.bare) {
        return false;
    }
    uint32_t end = at + sign->len + n.len;
    uint32_t to = to_at(s, end, at);
    if (to) {
        const struct hit *again = scan_hit(s, end + to, CLS_CUR_BEFORE);
        uint32_t from = end + to + (again && again->value == sign->value ? again->len : 0);
        bool apart = again && (s->lead[at] & LEAD_FROM) && number_at(s, from, &right) && right.has_mult == n.has_mult;
        if (!apart && number_at(s, from, &right) && !right.weak && join_range(&n, &right)) {
            end = from + right.len;
        }
    }
    set_currency(s, &out->value, (int)sign->value);
    if (currency_after(s, end, false, &u)) {
        bool same = u.currency == (int)sign->value || pseudo(s, u.currency); /* US$5 USD, 人民币500元 */
        if (same || s->atoms[at].kind == ATOM_OTHER) {                        /* $5 Canadian dollars */
            end = u.end;
            set_currency(s, &out->value, same ? (int)sign->value : u.currency);
        }
    }
    finish(s, out, at, end, &n, st, 0.97F);
    return true;
}

/* Whether a large number may be an amount though no currency stands by: money is talked about, no noun follows. */
static bool bare_amount(const struct scan *s, uint32_t first, uint32_t end, const struct num *n,
                        const struct money_state *st) {
    const struct atom *next = &s->atoms[end];
    double size = n->lo > 0 ? n->lo : n->value;
    if (n->weak || !n->has_mult || size < BARE_MIN) {
        return false;
    }
    bool currency_near = st->cur_at != UINT32_MAX && st->cur_sent == s->atoms[first].sent && first >= st->cur_at &&
                         first - st->cur_at <= CURRENCY_REACH;
    if (!currency_near && !cue_near(s, first, st)) {
        return false;
    }
    if (next->kind == ATOM_BREAK || scan_hit(s, end, CLS_BARE_NEXT) || scan_hit(s, end, CLS_BOUND_AFTER)) {
        return true;
    }
    if (next->kind == ATOM_OTHER) {
        return !str_eqz(next->fold, "-") && !str_eqz(next->fold, "%") && !str_eqz(next->fold, "/");
    }
    return s->r->bare_lower && next->kind == ATOM_WORD && !(next->flags & ATOM_CAPITAL);
}

/* A multiplier without a number before it: what range it means is the language's. */
static bool read_bare(const struct scan *s, uint32_t at, bool over, struct num *n) {
    if (!n->bare) {
        return true;
    }
    if (n->value < 1e4) { /* a hundred, tausend: plain numbers */
        return s->r->bare == BARE_OPEN;
    }
    if (s->r->bare == BARE_NONE || (s->r->bare == BARE_CLOSED && n->len == 1 && !over)) {
        return false; /* 万元, tỷ đồng: the unit of a table */
    }
    (void)at;
    n->lo = n->value;
    n->hi = s->r->bare == BARE_CLOSED && !over ? n->value * 10 - 1 : 0;
    return true;
}

static bool money_before_unit(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out) {
    const struct hit *over = scan_hit(s, at, CLS_OVER);
    uint32_t from = at + (over ? over->len : 0);
    struct num n, right;
    struct unit u = {0, -1};
    if (!number_at(s, from, &n)) {
        return false;
    }
    if (over && !n.bare) {
        return false; /* 过5亿: the ordinary bound, found when the number itself is tried */
    }
    if (!read_bare(s, from, over != NULL, &n)) {
        return false;
    }
    uint32_t end = from + n.len;
    bool with = currency_after(s, end, true, &u);
    uint32_t to = to_at(s, with ? u.end : end, at);
    if (to) {
        uint32_t second = (with ? u.end : end) + to;
        struct unit v = {0, -1};
        bool apart = with && (s->lead[at] & LEAD_FROM);
        if (!apart && number_at(s, second, &right) && !right.weak) {
            bool tail = currency_after(s, second + right.len, false, &v);
            struct num joined = n;
            if ((tail || (!with && bare_amount(s, at, second + right.len, &right, st))) && join_range(&joined, &right) &&
                (!with || v.currency == u.currency)) {
                n = joined;
                end = second + right.len;
                u = v;
                with = tail;
            }
        }
    }
    if (with) {
        if (n.weak) {
            return false;
        }
        bool tied = scan_glued(s, u.end - 1) && str_eqz(s->atoms[u.end - 1 - (u.end > 1)].fold, "-");
        end = u.end;
        const struct hit *area = hyphen(s, end) ? scan_hit(s, end + 1, CLS_RANGE_HEAD) : NULL;
        if (area) { /* 100-Millionen-Yuan-Bereich: from there on */
            end += 1 + area->len;
            n.lo = n.lo > 0 ? n.lo : n.value;
        } else if (tied && hyphen(s, end) && s->r->bare_lower) {
            return false; /* 10-Euro-Schein */
        }
        set_currency(s, &out->value, u.currency);
        finish(s, out, at, end, &n, st, 0.97F);
        if (over) {
            set_bound(out, BOUND_MIN);
        }
        return true;
    }
    const struct hit *head = n.lo > 0 || n.bare ? scan_hit(s, end, CLS_HEAD) : NULL;
    if (head) {
        out->open_currency = true;
        out->home = head->value > 0;
        finish(s, out, at, end + head->len, &n, st, 0.85F);
        return true;
    }
    if (!over && bare_amount(s, at, end, &n, st)) {
        out->open_currency = true;
        out->home = true;
        finish(s, out, at, end, &n, st, 0.7F);
        return true;
    }
    return false;
}

bool money_at(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out) {
    uint64_t words = cls_bit(CLS_CUR_BEFORE) | cls_bit(CLS_FIGURES) | cls_bit(CLS_VAGUE_MONEY) | cls_bit(CLS_OVER);
    if (!(s->has[at] & words) && !number_may_begin(s, at)) {
        return false;
    }
    *out = (struct cand){0};
    if (money_behind_sign(s, at, st, out) || money_in_figures(s, at, st, out) || vague_money(s, at, st, out) ||
        money_before_unit(s, at, st, out)) {
        return scan_free(s, out->first, out->end);
    }
    return false;
}

/* ---- percentages ---- */

static void finish_percent(const struct scan *s, struct cand *c, uint32_t first, uint32_t end, const struct num *n) {
    c->first = first;
    c->end = end;
    c->type = NG_PERCENT;
    c->confidence = 0.98F;
    set_num(&c->value, n);
    set_bound(c, n->more ? BOUND_MIN : bound_of(s, first, end, NULL));
}

static bool percent_before(const struct scan *s, uint32_t at, struct cand *out) {
    const struct hit *h = scan_hit(s, at, CLS_PCT_BEFORE);
    struct num n, right;
    if (!h || !number_at(s, at + h->len, &n)) {
        return false;
    }
    if (n.bare && n.value > 100) {
        return false;
    }
    uint32_t end = at + h->len + n.len, to = to_at(s, end, at);
    if (to) {
        const struct hit *again = scan_hit(s, end + to, CLS_PCT_BEFORE);
        uint32_t second = end + to + (again ? again->len : 0);
        if (number_at(s, second, &right) && join_range(&n, &right)) {
            end = second + right.len;
        }
    }
    finish_percent(s, out, at, end, &n);
    return true;
}

/* 三成, 七八成: tenths, in number words only. */
static bool tenths(const struct scan *s, uint32_t at, struct num *n, struct cand *out) {
    const struct hit *h = scan_hit(s, at + n->len, CLS_TENTH);
    if (!h || !n->words || n->has_mult || n->value >= 100 || (at > 0 && scan_hit(s, at - 1, CLS_NUMBER))) {
        return false;
    }
    if (n->value >= 10) { /* 七八成 */
        n->lo = floor(n->value / 10) * 10;
        n->hi = fmod(n->value, 10) * 10;
        if (n->hi != n->lo + 10) {
            return false;
        }
    } else {
        n->value *= 10;
    }
    uint32_t end = at + n->len + h->len;
    struct num unit;
    if (n->value >= 10 && n->value < 100 && fmod(n->value, 10) == 0 && number_at(s, end, &unit) && unit.words && unit.len == 1 &&
        unit.value >= 1 && unit.value < 10 && !unit.has_mult) { /* 一成七 */
        n->value += unit.value;
        end++;
    }
    finish_percent(s, out, at, end, n);
    return true;
}

bool percent_at(const struct scan *s, uint32_t at, struct cand *out) {
    struct num n, right;
    struct unit u = {0, -1};
    if (!scan_hit(s, at, CLS_PCT_BEFORE) && !number_may_begin(s, at)) {
        return false;
    }
    *out = (struct cand){0};
    if (percent_before(s, at, out)) {
        return true;
    }
    if (!number_at(s, at, &n) || n.bare || n.lo > 0) {
        return false;
    }
    if (tenths(s, at, &n, out)) {
        return true;
    }
    uint32_t end = at + n.len;
    bool with = percent_after(s, end, &u);
    uint32_t to = to_at(s, with ? u.end : end, at);
    if (to) {
        struct unit v = {0, -1};
        uint32_t second = (with ? u.end : end) + to;
        bool apart = with && (s->lead[at] & LEAD_FROM);
        if (!apart && number_at(s, second, &right) && percent_after(s, second + right.len, &v) &&
            join_range(&n, &right)) {
            u = v;
            with = true;
        }
    }
    if (!with) {
        return false;
    }
    /* a minus that is no hyphen of a range */
    finish_percent(s, out, at, u.end, &n);
    return scan_free(s, at, u.end);
}
