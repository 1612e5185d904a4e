/* dates.c - the patterns of dates walked over a scan, and the calendar behind relative ones.
 *
 * A walk follows the trie of patterns from every atom; what an atom can be is its word, its classes from the lexicon and
 * what its digits allow (day, month, year). Depth and ambiguity are bounded, so the whole is linear. A match fills slots
 * (day, month, year offset, ...); date_resolve turns slots into ISO 8601 against the date of publication. */
#include <math.h>
#include <stdio.h>

#include "core/value/in.h"

#include "core/base/banned.h"

enum { BARE_YEAR_MIN = 1990, BARE_YEAR_MAX = 2035 };

/* ---- calendar ---- */

static bool leap(int y) {
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool day_valid(int year, int month, int day) {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

/* Days from civil date, counting March as the first month (Hinnant's form of the Gregorian rule). */
int64_t day_number(int year, int month, int day) {
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct day day_of_number(int64_t n) {
    n += 719468;
    int64_t era = (n >= 0 ? n : n - 146096) / 146097;
    int64_t d = n - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t of_year = d - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct day out = {.day = (int)(of_year - (153 * m + 2) / 5 + 1), .month = (int)(m < 10 ? m + 3 : m - 9)};
    out.year = (int)(y + era * 400 + (out.month <= 2));
    return out;
}

static int weekday_of(int64_t n) { /* 1 Monday .. 7 */
    return (int)(((n + 3) % 7 + 7) % 7) + 1;
}

/* ---- the walk ---- */

struct step {
    uint32_t sym, at, len;
    double value;
};

struct walk {
    const struct scan *s;
    struct dates *out;
    struct step steps[SEQ_MAX];
    uint32_t n;
};

static void fill_dotted(struct slots *s, int side, const struct scan *sc, uint32_t at) {
    int v[3], w[3];
    int n = number_dotted(sc->atoms[at].fold, v, w);
    if (n == 3 && w[0] == 4) {
        s->year[side] = v[0];
        s->month[side] = v[1];
        s->day[side] = v[2];
        return;
    }
    s->day[side] = v[0];
    s->month[side] = v[1];
    if (n == 3) {
        s->year[side] = w[2] == 2 ? 2000 + v[2] : v[2];
    }
}

static void fill_slots(const struct walk *w, const struct pattern *p, struct slots *out) {
    int side = 0;
    *out = (struct slots){.action = p->action};
    for (uint32_t i = p->before; i < w->n - p->after; i++) {
        const struct step *t = &w->steps[i];
        int v = (int)t->value, off = v + 100;
        switch (t->sym) {
        case CLS_TO:
        case CLS_AND:
            side = 1;
            out->range = true;
            break;
        case CLS_D:
            out->day[side] = v;
            break;
        case CLS_M:
        case CLS_MONTH:
            out->month[side] = v;
            break;
        case CLS_Y:
            out->year[side] = v;
            break;
        case CLS_YEAROF:
            out->yearof[side] = off;
            break;
        case CLS_QUARTER:
            out->quarter[side] = v;
            break;
        case CLS_HALF:
            out->half[side] = v;
            break;
        case CLS_PART:
            out->part[side] = v;
            break;
        case CLS_SEASON:
            out->season = v;
            break;
        case CLS_MONTHOF:
            out->monthof = off;
            break;
        case CLS_WEEKOF:
            out->weekof = off;
            break;
        case CLS_DAYOF:
            out->dayof = off;
            break;
        case CLS_QUARTEROF:
            out->quarterof = off;
            break;
        case CLS_HOLIDAY:
            out->month[side] = v / 100;
            out->day[side] = v % 100;
            break;
        case CLS_WEEKDAY:
        case CLS_WEEKDAY_NAME:
            out->weekday = v;
            break;
        case CLS_NOW:
            out->now = true;
            break;
        case CLS_N:
        case CLS_YY:
            out->n = v;
            break;
        case CLS_UNIT:
            out->unit = v;
            break;
        case CLS_DATE3:
        case CLS_DATE2:
            fill_dotted(out, side, w->s, t->at);
            break;
        default:
            break;
        }
    }
}

/* Whether what stands at end is counted by the number before it; 人 is, but not as the head of 人才. */
static bool counts_after(const struct scan *s, uint32_t end) {
    const struct hit *h = scan_hit(s, end, CLS_NOT_YEAR);
    const struct atom *next = h && end + h->len < s->n ? &s->atoms[end + h->len] : NULL;
    return h && !(next && (next->flags & ATOM_HAN) && !(next->flags & ATOM_START) && (s->atoms[end].flags & ATOM_START));
}

/* A year that nothing but its digits makes a year. */
static bool bare_year(const struct scan *s, uint32_t first, uint32_t end, int year) {
    if (year < BARE_YEAR_MIN || year > BARE_YEAR_MAX || year % 100 == 0) {
        return false;
    }
    if (counts_after(s, end) || s->atoms[end].kind == ATOM_NUMBER) {
        return false;
    }
    if (first > 0) { /* No. 2024, $2024, AB 2024 */
        const struct atom *p = &s->atoms[first - 1];
        if (scan_hit(s, first - 1, CLS_CUR_BEFORE) || str_eqz(p->fold, "#") || p->kind == ATOM_NUMBER) {
            return false;
        }
    }
    return true;
}

/* Years named by a word before them ("in 2000") still are counts when a thing follows. */
static bool counted(const struct scan *s, const struct walk *w, const struct pattern *p, uint32_t end, int year) {
    if (w->n != (uint32_t)p->before + p->after + 1 || w->steps[p->before].sym != CLS_Y) {
        return false;
    }
    if (year < 1000 || year > 2199 || counts_after(s, end)) {
        return true;
    }
    bool noun = s->r->bare_lower && s->atoms[end].kind == ATOM_WORD && (s->atoms[end].flags & ATOM_CAPITAL);
    return (year < 1800 || year > 2100 || year % 100 == 0) && noun;
}

static bool slots_valid(const struct slots *s) {
    for (int i = 0; i < 2; i++) {
        int year = s->year[i] ? s->year[i] : s->year[1 - i] ? s->year[1 - i] : 2000;
        int month = s->month[i] ? s->month[i] : s->month[1 - i];
        if (s->month[i] > 12 || s->day[i] > 31 || (s->day[i] && month && !day_valid(year, month, s->day[i]))) {
            return false;
        }
    }
    if (s->range && s->year[0] && s->year[1] && s->year[1] < s->year[0]) {
        return false;
    }
    return s->action != ACT_FISCAL || s->n == (s->year[0] + 1) % 100;
}

static void record(struct walk *w, const struct pattern *p) {
    const struct step *from = &w->steps[p->before], *to = &w->steps[w->n - p->after - 1];
    uint32_t end = to->at + to->len;
    uint32_t *at = &w->out->at[from->at];
    const struct cand *best = *at ? &w->out->items[*at - 1] : NULL;
    struct slots slots;
    if ((best && (end < best->end || (end == best->end && best->line <= p->line))) || !scan_free(w->s, from->at, end)) {
        return;
    }
    fill_slots(w, p, &slots);
    if (!slots_valid(&slots) || counted(w->s, w, p, end, slots.year[0]) ||
        (p->action == ACT_WEEKDAY && (slots.n > 6 || counts_after(w->s, end))) || (p->action == ACT_BARE && !bare_year(w->s, from->at, end, slots.year[0]))) {
        return;
    }
    if (p->action == ACT_WEEKDAY) {
        slots.weekday = slots.n ? slots.n : 7;
    }
    slots.part[0] = p->action == ACT_MID ? PART_MID : p->action == ACT_OPEN ? PART_OPEN : p->action == ACT_CLOSE ? PART_CLOSE : slots.part[0];
    struct cand date = {.first = from->at, .end = end, .type = NG_DATE, .slots = slots, .line = p->line};
    date.nothing = p->action == ACT_NOTHING;
    date.confidence = p->action == ACT_BARE ? 0.75F : slots.day[0] || slots.month[0] || slots.year[0] ? 0.97F : 0.9F;
    if (*at) {
        w->out->items[*at - 1] = date;
        return;
    }
    ARENA_PUSH(w->s->a, w->out->items, w->out->n, w->out->cap) = date;
    *at = (uint32_t)w->out->n;
}

static void go(struct walk *w, uint32_t node, uint32_t at);

static void try_step(struct walk *w, uint32_t node, uint32_t at, uint32_t sym, uint32_t len, double value) {
    uint32_t next = trie_step(&w->s->r->dates, node, sym);
    if (next && w->n < SEQ_MAX) {
        w->steps[w->n++] = (struct step){sym, at, len, value};
        go(w, next, at + len);
        w->n--;
    }
}

/* What the digits (or number words) at an atom can be in a date. */
static void try_number(struct walk *w, uint32_t node, uint32_t at) {
    const struct atom *a = &w->s->atoms[at];
    struct num n;
    int parts[3], widths[3];
    bool plain = a->kind == ATOM_NUMBER && !memchr(a->fold.p, '.', a->fold.n) && !memchr(a->fold.p, ',', a->fold.n);
    if (a->kind == ATOM_NUMBER && !plain) {
        int count = number_dotted(a->fold, parts, widths);
        bool year_first = count == 3 && widths[0] == 4;
        bool short_year = count == 3 && widths[2] == 2;
        bool ok = year_first ? day_valid(parts[0], parts[1], parts[2])
                             : count >= 2 && widths[0] <= 2 && widths[1] <= 2 &&
                                   day_valid(count == 3 ? parts[2] + (short_year ? 2000 : 0) : 2000, parts[1], parts[0]) &&
                                   (count == 2 || widths[2] == 4 || short_year);
        if (ok) {
            try_step(w, node, at, count == 3 ? CLS_DATE3 : CLS_DATE2, 1, 0);
        }
        return;
    }
    if (plain) {
        size_t v = 0;
        if (a->fold.n > 4 || !str_to_size(a->fold, &v)) {
            return;
        }
        double d = (double)v;
        if (a->fold.n <= 2 && v >= 1 && v <= 31) {
            try_step(w, node, at, CLS_D, 1, d);
        }
        if (a->fold.n <= 2 && v <= 24) {
            try_step(w, node, at, CLS_CLOCK, 1, d);
        }
        if (a->fold.n <= 2 && v >= 1 && v <= 12) {
            try_step(w, node, at, CLS_M, 1, d);
        }
        if (a->fold.n == 2) {
            try_step(w, node, at, CLS_YY, 1, d);
        }
        if (a->fold.n == 4 && v >= 1000 && v < 2200) {
            try_step(w, node, at, CLS_Y, 1, d);
        }
        if (v >= 1 && a->fold.n <= 3) {
            try_step(w, node, at, CLS_N, 1, d);
        }
        return;
    }
    if (a->kind == ATOM_WORD && w->s->r->word_dates && number_at(w->s, at, &n) && n.words && n.value < 25) {
        try_step(w, node, at, CLS_CLOCK, n.len, n.value);
    }
    if (a->kind != ATOM_WORD || !number_at(w->s, at, &n) || n.value != floor(n.value) || n.value < 1 || n.value > 2200 ||
        n.lo > 0 || n.bare) {
        return;
    }
    if (w->s->r->word_dates && n.words) {
        if (n.value <= 31) {
            try_step(w, node, at, CLS_D, n.len, n.value);
        }
        if (n.value <= 12) {
            try_step(w, node, at, CLS_M, n.len, n.value);
        }
        if (n.value >= 1000 && n.len == 4) {
            try_step(w, node, at, CLS_Y, n.len, n.value);
        }
    }
    if (n.value < 1000) {
        try_step(w, node, at, CLS_N, n.len, n.value);
    }
}

static void go(struct walk *w, uint32_t node, uint32_t at) {
    const struct scan *s = w->s;
    const struct rules *r = s->r;
    for (uint32_t k = r->dates.first[node]; k; k = r->patterns[k - 1].next) {
        record(w, &r->patterns[k - 1]);
    }
    if (at >= s->n || s->atoms[at].kind == ATOM_BREAK) {
        return;
    }
    if (s->atoms[at].word != WORD_NONE) {
        try_step(w, node, at, sym_word(s->atoms[at].word), 1, 0);
    }
    if (s->atoms[at].affix != WORD_NONE) {
        try_step(w, node, at, sym_word(s->atoms[at].affix), 1, 0);
    }
    for (uint32_t i = s->hit_at[at]; i < s->hit_at[at + 1]; i++) {
        const struct hit *h = &s->hits[i];
        if (r->months_capital && (h->cls == CLS_MONTH || h->cls == CLS_WEEKDAY) && !(s->atoms[at].flags & ATOM_CAPITAL)) {
            continue; /* "may", "march" */
        }
        if (h->cls == CLS_TO || h->cls == CLS_AND || h->cls >= CLS_MONTH) {
            try_step(w, node, at, h->cls, h->len, h->value);
        }
        if (h->cls == CLS_WEEKDAY && s->atoms[at + h->len - 1].flags & ATOM_CAPITAL) {
            try_step(w, node, at, CLS_WEEKDAY_NAME, h->len, h->value);
        }
    }
    try_number(w, node, at);
}

bool dates_find(const struct scan *s, struct dates *out) {
    *out = (struct dates){.at = ARENA_ARRAY(s->a, s->n + 1, uint32_t)};
    struct walk w = {.s = s, .out = out};
    for (uint32_t at = 0; out->at && at < s->n; at++) {
        w.n = 0;
        go(&w, 0, at);
    }
    return !arena_full(s->a);
}

/* ---- slots to ISO ---- */

enum { DATE_ROOM = 44 };

static void put(char out[DATE_ROOM], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(char out[DATE_ROOM], const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    vsnprintf(out, DATE_ROOM, format, ap);
    va_end(ap);
}

static void add_months(struct day *d, int months) {
    int m = d->year * 12 + d->month - 1 + months;
    d->year = m / 12;
    d->month = m % 12 + 1;
}

/* The year a reader supplies for a day or month without one: of what is told to come the next one; else the nearest to
 * publication, rather past than far ahead, and behind a date of last year that story's year as long as its months go on. */
static int year_for(const struct resolver *r, int month, int day) {
    if (!r->ref.year || !r->ref.month) {
        return r->ref.year;
    }
    int ahead = month - r->ref.month;
    if (ahead == 0 && day && r->ref.day && day > r->ref.day) {
        return r->ref.year;
    }
    if (r->ahead) {
        return ahead < -6 ? r->ref.year + 1 : r->ref.year;
    }
    bool story = ahead > 0 && r->last.year == r->ref.year - 1 && r->last.month && month >= r->last.month;
    return ahead > 4 || story ? r->ref.year - 1 : day && ahead < -8 ? r->ref.year + 1 : r->ref.year;
}

/* The year of "last July", "next summer": the last month of it (or the first) lies before (or behind) now. */
static int year_beside(const struct resolver *r, int action, int first, int last) {
    if (!r->ref.year || !r->ref.month) {
        return 0;
    }
    return action == ACT_LAST ? r->ref.year - (last >= r->ref.month) : r->ref.year + (first <= r->ref.month);
}

/* The year of one side, 0 when unknown. */
static int year_of(const struct resolver *r, const struct slots *s, int side, int month, int day) {
    if (s->year[side]) {
        return s->year[side];
    }
    if (s->yearof[side]) {
        return r->ref.year ? r->ref.year + s->yearof[side] - 100 : 0;
    }
    if (s->year[1 - side] || s->yearof[1 - side]) {
        return year_of(r, s, 1 - side, month, day);
    }
    if (s->action == ACT_THAT) {
        return r->last.year;
    }
    if (s->action == ACT_AFTER) {
        return r->last.year ? r->last.year + 1 : 0;
    }
    if ((s->action == ACT_LAST || s->action == ACT_NEXT) && (month || s->season)) {
        int first = month ? month : s->season * 3, last = month ? month : first + 2;
        return year_beside(r, s->action, first, last > 12 ? 12 : last);
    }
    if ((s->action == ACT_OPEN || s->action == ACT_CLOSE) && r->sent_year > r->ref.year) {
        return r->ref.year;
    }
    bool to_come = r->sent_year > r->ref.year && month && month < r->last.month && !r->ahead; /* told beside what is to come */
    if (r->sent_year && !to_come) {
        return r->sent_year;
    }
    return month ? year_for(r, month, day) : r->ref.year;
}

static void resolve_side(struct resolver *r, const struct slots *s, int side, char out[DATE_ROOM]) {
    int month = s->month[side] ? s->month[side] : s->month[1 - side];
    int day = s->day[side], part = s->part[side];
    if (!s->month[side] && !s->day[side]) { /* a year of its own: "Mai 2023 bis 2024" */
        month = s->year[side] || s->yearof[side] ? 0 : month;
    }
    int quarter = s->quarter[side];
    if (day && !month && r->ref.month) { /* "am 12.", 12日: the last such day */
        struct day d = r->ref;
        if (d.day && day > d.day) {
            add_months(&d, -1);
        }
        month = d.month;
    }
    int year = year_of(r, s, side, quarter ? quarter * 3 - 2 : month, day);
    if (!year) {
        return;
    }
    if (day && month && day_valid(year, month, day)) {
        put(out, "%04d-%02d-%02d", year, month, day);
        r->last = (struct day){year, month, day};
    } else if (month && part == PART_END) {
        put(out, "%04d-%02d-%02d", year, month, days_in_month(year, month));
        r->last = (struct day){year, month, 0};
    } else if (month) {
        put(out, "%04d-%02d", year, month);
        r->last = (struct day){year, month, 0};
    } else if (quarter) {
        put(out, "%04d-Q%d", year, quarter);
        r->last = (struct day){year, quarter * 3, 0};
    } else if (s->half[side]) {
        int half = s->half[side], last = half > 2 ? half : half * 6;
        last = last > 12 ? 12 : last;
        if (half > 2) { /* so many months from January */
            put(out, "%04d-01/%04d-%02d", year, year, last);
        } else {
            put(out, "%04d-%02d-01/%04d-%02d-%02d", year, half == 2 ? 7 : 1, year, last, days_in_month(year, last));
        }
        r->last = (struct day){year, last, 0};
    } else if (s->season) {
        int first = s->season * 3;
        put(out, "%04d-%02d/%04d-%02d", year, first, year + (first == 12), (first + 1) % 12 + 1);
        r->last = (struct day){year, first, 0};
    } else if (part) {
        static const int months[] = {0, 1, 6, 12, 10, 1, 12};
        switch (part) { /* literal formats, so that the compiler checks them */
        case PART_START:
            put(out, "%04d-Q1", year);
            break;
        case PART_MID:
            put(out, "%04d-06", year);
            break;
        case PART_OPEN:
            put(out, "%04d-01", year);
            break;
        case PART_END:
        case PART_CLOSE:
            put(out, "%04d-12", year);
            break;
        default:
            put(out, "%04d-Q4", year);
            break;
        }
        r->last = (struct day){year, months[part], 0};
    } else {
        put(out, "%04d", year);
        r->last = (struct day){year, 0, 0};
    }
}

static void iso_week(int64_t n, char out[DATE_ROOM]) {
    int64_t thursday = n - weekday_of(n) + 4;
    struct day d = day_of_number(thursday);
    put(out, "%04d-W%02d", d.year, (int)((thursday - day_number(d.year, 1, 1)) / 7) + 1);
}

/* n units away from base, at the unit's precision. */
static void shift(struct resolver *r, struct day base, int n, int unit, char out[DATE_ROOM]) {
    if (!base.year) {
        return;
    }
    if (unit == UNIT_DECADE) {
        n *= 10;
        unit = UNIT_YEAR;
    }
    if (unit == UNIT_YEAR && base.year + n > 0) {
        put(out, "%04d", base.year + n);
        r->last = (struct day){base.year + n, 0, 0};
    } else if (unit == UNIT_MONTH && base.month) {
        add_months(&base, n);
        put(out, "%04d-%02d", base.year, base.month);
        r->last = (struct day){base.year, base.month, 0};
    } else if ((unit == UNIT_DAY || unit == UNIT_WEEK) && base.day) {
        int64_t at = day_number(base.year, base.month, base.day) + (int64_t)n * (unit == UNIT_WEEK ? 7 : 1);
        struct day d = day_of_number(at);
        put(out, "%04d-%02d-%02d", d.year, d.month, d.day);
        r->last = d;
    }
}

/* From n units before the publication up to it, or from it on. */
static void stretch(const struct resolver *r, int n, int unit, char out[DATE_ROOM]) {
    struct day a = r->ref, b = r->ref;
    struct day *moved = n < 0 ? &a : &b;
    if (!a.year) {
        return;
    }
    if (unit == UNIT_DECADE) {
        n *= 10;
        unit = UNIT_YEAR;
    }
    if (unit == UNIT_YEAR || unit == UNIT_MONTH) {
        if (!a.month) {
            if (unit == UNIT_YEAR) {
                moved->year += n;
                put(out, "%04d/%04d", a.year, b.year);
            }
            return;
        }
        add_months(moved, unit == UNIT_YEAR ? n * 12 : n);
        put(out, "%04d-%02d/%04d-%02d", a.year, a.month, b.year, b.month);
    } else if (a.day) {
        *moved = day_of_number(day_number(a.year, a.month, a.day) + (int64_t)n * (unit == UNIT_WEEK ? 7 : 1));
        put(out, "%04d-%02d-%02d/%04d-%02d-%02d", a.year, a.month, a.day, b.year, b.month, b.day);
    }
}

static void resolve_weekday(struct resolver *r, const struct slots *s, char out[DATE_ROOM]) {
    if (!r->ref.day) {
        return;
    }
    int64_t now = day_number(r->ref.year, r->ref.month, r->ref.day);
    int away = s->weekday - weekday_of(now);
    if (s->weekof) {
        away += 7 * (s->weekof - 100);
    } else if (s->action == ACT_NEXT) {
        away += away <= 0 ? 7 : 0;
    } else if (s->action == ACT_LAST) {
        away -= away >= 0 ? 7 : 0;
    } else {
        away -= away > 0 ? 7 : 0;
    }
    struct day d = day_of_number(now + away);
    put(out, "%04d-%02d-%02d", d.year, d.month, d.day);
    r->last = d;
}

static void resolve_that(struct resolver *r, const struct slots *s, char out[DATE_ROOM]) {
    if (s->unit == UNIT_MONTH && r->last.month) {
        put(out, "%04d-%02d", r->last.year, r->last.month);
    } else if (s->unit == UNIT_DAY && r->last.day) {
        put(out, "%04d-%02d-%02d", r->last.year, r->last.month, r->last.day);
    } else if (s->unit == UNIT_YEAR && r->last.year) {
        put(out, "%04d", r->last.year);
    }
}

/* The n-th such weekday of a month; the last one for 0. */
static void resolve_nth(struct resolver *r, const struct slots *s, char out[DATE_ROOM]) {
    int month = s->month[0], year = year_of(r, s, 0, month, 0);
    if (!year || !month || !s->weekday) {
        return;
    }
    int64_t first = day_number(year, month, 1);
    int day = 1 + (s->weekday - weekday_of(first) + 7) % 7;
    for (int n = s->n ? s->n : 6; n > 1 && day + 7 <= days_in_month(year, month); n--) {
        day += 7;
    }
    put(out, "%04d-%02d-%02d", year, month, day);
    r->last = (struct day){year, month, day};
}

/* Dates that stand in a relation to publication or to the last date. false: an ordinary one. */
static bool resolve_relative(struct resolver *r, const struct slots *s, char out[DATE_ROOM]) {
    switch (s->action) {
    case ACT_AGO:
        shift(r, r->ref, s->n ? -s->n : -1, s->unit, out);
        return true;
    case ACT_LATER:
    case ACT_EARLIER:
        shift(r, r->last, (s->n ? s->n : 1) * (s->action == ACT_LATER ? 1 : -1), s->unit ? s->unit : UNIT_DAY, out);
        return true;
    case ACT_PAST:
        stretch(r, -(s->n ? s->n : 1), s->unit, out);
        return true;
    case ACT_COMING:
        stretch(r, s->n ? s->n : 1, s->unit, out);
        return true;
    case ACT_DECADE: {
        int year = s->year[0] ? s->year[0] : s->n >= 30 ? 1900 + s->n : 2000 + s->n;
        put(out, "%04d/%04d", year, year + 9);
        return true;
    }
    case ACT_SAME:
        if (r->last.day) {
            put(out, "%04d-%02d-%02d", r->last.year, r->last.month, r->last.day);
        }
        return true;
    case ACT_NTH:
        resolve_nth(r, s, out);
        return true;
    case ACT_FISCAL:
        put(out, "%04d/%04d", s->year[0], s->year[0] + 1);
        return true;
    default:
        break;
    }
    if (s->action == ACT_THAT && s->unit) {
        resolve_that(r, s, out);
    } else if (s->weekday && !s->day[0]) {
        resolve_weekday(r, s, out);
    } else if (s->dayof) {
        shift(r, r->ref, s->dayof - 100, UNIT_DAY, out);
    } else if (s->weekof) {
        if (r->ref.day) {
            iso_week(day_number(r->ref.year, r->ref.month, r->ref.day) + 7 * (s->weekof - 100), out);
        }
    } else if (s->monthof) {
        struct day d = r->ref;
        if (d.month) {
            add_months(&d, s->monthof - 100);
            struct slots one = {.month = {d.month}, .year = {d.year}, .day = {s->day[0]}, .part = {s->part[0]}};
            resolve_side(r, &one, 0, out);
        }
    } else if (s->quarterof) {
        if (r->ref.month) {
            int q = r->ref.year * 4 + (r->ref.month - 1) / 3 + s->quarterof - 100;
            put(out, "%04d-Q%d", q / 4, q % 4 + 1);
        }
    } else {
        return false;
    }
    return true;
}

static void resolve_range(struct resolver *r, const struct slots *s, char out[DATE_ROOM]) {
    char ends[2][DATE_ROOM] = {{0}, {0}};
    resolve_side(r, s, 0, ends[0]);
    if (s->now) {
        if (s->month[0] && r->ref.month) {
            put(ends[1], "%04d-%02d", r->ref.year, r->ref.month);
        } else if (r->ref.year) {
            put(ends[1], "%04d", r->ref.year);
        }
    } else {
        resolve_side(r, s, 1, ends[1]);
    }
    if (ends[0][0] && ends[1][0] && !strchr(ends[0], '/') && !strchr(ends[1], '/')) {
        put(out, "%.20s/%.20s", ends[0], ends[1]);
    }
}

void date_resolve(struct resolver *r, const struct slots *s, uint32_t sent, char out[44]) {
    out[0] = 0;
    if (!r->sent_any || r->sent != sent) {
        r->sent = sent;
        r->sent_any = true;
        r->sent_year = 0;
    }
    if (!resolve_relative(r, s, out)) {
        if (s->range) {
            resolve_range(r, s, out);
        } else {
            resolve_side(r, s, 0, out);
        }
    }
    if (out[0] && (s->year[0] || s->yearof[0]) && (s->month[0] || r->keep_year)) {
        r->sent_year = r->last.year;
    }
}
