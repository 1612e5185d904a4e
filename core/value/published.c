/* published.c - when a text appeared: from the request, else a dateline, else what the dates in the text suggest.
 *
 * A dateline is a short line near the top (or the last line) that is hardly more than a full date, in the article's
 * language or any other: agencies and content systems write English dates over Vietnamese articles. What remains is an
 * inference with the precision it deserves, which never becomes doc.published: see published_infer. */
#include "core/analyze.h"
#include "core/value/in.h"

#include "core/base/banned.h"

enum { LINES = 60, LINE_BYTES = 240, LINES_AT_END = 3, OTHER_WORDS = 7 };

/* ---- the request's ---- */

static bool two_digits(struct str s, size_t at, int *out) {
    size_t v;
    bool ok = at + 2 <= s.n && str_to_size(str_sub(s, at, at + 2), &v);
    *out = ok ? (int)v : 0;
    return ok;
}

/* hh:mm(:ss(.fff)?)?(Z|+hh:mm)? */
static bool is_time(struct str t) {
    int h, m, sec = 0;
    size_t at = 5;
    if (!two_digits(t, 0, &h) || t.n < 5 || t.p[2] != ':' || !two_digits(t, 3, &m) || h > 24 || m > 59) {
        return false;
    }
    if (at < t.n && t.p[at] == ':') {
        if (!two_digits(t, at + 1, &sec) || sec > 60) {
            return false;
        }
        at += 3;
        if (at < t.n && (t.p[at] == '.' || t.p[at] == ',')) {
            size_t from = ++at;
            while (at < t.n && t.p[at] >= '0' && t.p[at] <= '9') {
                at++;
            }
            if (at == from) {
                return false;
            }
        }
    }
    struct str zone = str_sub(t, at, t.n);
    if (zone.n == 0 || str_eqz(zone, "Z") || str_eqz(zone, "z")) {
        return true;
    }
    if (zone.p[0] != '+' && zone.p[0] != '-') {
        return false;
    }
    bool colon = zone.n == 6 && zone.p[3] == ':';
    return two_digits(zone, 1, &h) && h <= 14 &&
           (zone.n == 3 || (two_digits(zone, colon ? 4 : 3, &m) && m <= 59 && zone.n == (colon ? 6U : 5U)));
}

static bool parse_iso(struct str s, struct day *out) {
    size_t year;
    if (s.n < 10 || !str_to_size(str_sub(s, 0, 4), &year) || s.p[4] != '-' || s.p[7] != '-') {
        return false;
    }
    out->year = (int)year;
    if (!two_digits(s, 5, &out->month) || !two_digits(s, 8, &out->day) || !day_valid(out->year, out->month, out->day)) {
        return false;
    }
    return s.n == 10 || ((s.p[10] == 'T' || s.p[10] == 't' || s.p[10] == ' ') && is_time(str_sub(s, 11, s.n)));
}

/* ---- a dateline ---- */

static bool full_date(const struct cand *c) {
    const struct slots *s = &c->slots;
    return c->end && !c->nothing && !s->range && s->day[0] && s->month[0] && s->year[0] >= 1980 && s->year[0] <= 2100;
}

/* A full date in one line under one language's rules, if the line is a dateline. */
static bool dateline(const struct rules *r, struct doc *d, const struct para *p, struct str fold, struct day *out) {
    struct scan s = {.r = r, .a = d->a};
    scan_add(&s, doc_sub(d, p->start, p->end), fold, p->start, 0, 0, ATOM_SPACE | ATOM_START);
    if (!scan_finish(&s)) {
        return false;
    }
    struct dates dates;
    const struct cand *date = NULL;
    size_t words = 0;
    bool said = false;
    if (!dates_find(&s, &dates)) {
        return false;
    }
    for (uint32_t at = 0; at < s.n;) {
        if (dates.at[at]) {
            const struct cand *best = &dates.items[dates.at[at] - 1];
            date = !date && full_date(best) ? best : date;
            at = best->end;
            continue;
        }
        said = said || scan_hit(&s, at, CLS_DATELINE);
        words += s.atoms[at].kind == ATOM_WORD ? (s.atoms[at].flags & ATOM_HAN ? 1 : 2) : 0;
        at++;
    }
    struct str line = doc_sub(d, p->start, p->end);
    bool sentence = line.n && strchr(".!?", line.p[line.n - 1]) && words > 4;
    if (!date || (!said && (sentence || words > OTHER_WORDS * 2)) || (said && words > OTHER_WORDS * 6)) {
        return false;
    }
    *out = (struct day){date->slots.year[0], date->slots.month[0], date->slots.day[0]};
    return true;
}

/* Whether the digits of a line may tell a year: four of them, or two behind a full stop (3.5.24). */
static bool tells_year(struct str line) {
    size_t run = 0;
    for (size_t i = 0; i < line.n; i++) {
        bool digit = line.p[i] >= '0' && line.p[i] <= '9';
        run = digit ? run + 1 : 0;
        if (run == 4 || (run == 2 && i >= 2 && line.p[i - 2] == '.')) {
            return true;
        }
    }
    return false;
}

static bool dateline_any(const struct values *v, const struct text_fold *folding, struct doc *d, const struct para *p, struct day *out) {
    struct str text = doc_sub(d, p->start, p->end);
    bool digits = false;
    for (size_t i = 0; i < text.n && !digits; i++) {
        digits = text.p[i] >= '0' && text.p[i] <= '9';
    }
    if (!digits || text.n > LINE_BYTES) {
        return false;
    }
    struct str fold = text_fold(folding, d->a, text);
    if (d->lang != LANG_NONE && v->by_lang[d->lang] && dateline(v->by_lang[d->lang], d, p, fold, out)) {
        return true;
    }
    bool year = tells_year(text);
    for (int i = 0; i < LANG_MAX; i++) { /* where years are not told in words the digits must tell it */
        if (i != d->lang && v->by_lang[i] && (year || v->by_lang[i]->word_dates) && dateline(v->by_lang[i], d, p, fold, out)) {
            return true;
        }
    }
    return false;
}

struct str value_day_of_line(const struct values *v, const struct text_fold *fold, struct arena *a, int lang, struct str line) {
    struct doc d = {.a = a, .text = line, .lang = lang};
    struct para all = {.end = (uint32_t)line.n};
    struct day day;
    return dateline_any(v, fold, &d, &all, &day) ? arena_printf(a, "%04d-%02d-%02d", day.year, day.month, day.day) : STR("");
}

enum err_code published_settle(const struct values *v, struct doc *d, struct day *out, struct err *err) {
    *out = (struct day){0};
    if (d->req->published_at.n) {
        if (!parse_iso(d->req->published_at, out)) {
            return err_set_in(err, ERR_VALUE, "published_at", 0, 0,
                              "'%.40s' is no ISO 8601 date or date-time such as 2024-12-06 or 2024-12-06T08:30:00Z",
                              arena_dup(d->a, str_sub(d->req->published_at, 0, 40)).p);
        }
    } else {
        bool found = false;
        for (size_t i = 0; i < d->para_count && i < LINES && !found; i++) {
            found = dateline_any(v, d->ng->fold, d, &d->paras[i], out);
        }
        for (size_t i = 0; i < LINES_AT_END && i + LINES < d->para_count && !found; i++) {
            found = dateline_any(v, d->ng->fold, d, &d->paras[d->para_count - 1 - i], out);
        }
    }
    if (out->year) {
        struct str iso = arena_printf(d->a, "%04d-%02d-%02d", out->year, out->month, out->day);
        if (iso.n == sizeof d->published - 1) {
            memcpy(d->published, iso.p, iso.n + 1);
        }
    }
    return ERR_OK;
}

/* ---- inference ---- */

static bool future_before(const struct scan *s, uint32_t at) {
    for (uint32_t k = 1; k <= 4 && k <= at; k++) {
        if (s->atoms[at - k].kind == ATOM_BREAK) {
            return false;
        }
        if (scan_hit(s, at - k, CLS_FUTURE)) {
            return true;
        }
    }
    return false;
}

struct named_years {
    int plain, future; /* the latest year named, and the latest one of which the text speaks as to come */
    bool dated;        /* the latest plain one has a month, a day or a quarter of its own */
    bool yearless;     /* there are days or months without a year */
};

static void see_year(struct named_years *y, const struct slots *t, bool future) {
    int year = t->year[1] > t->year[0] ? t->year[1] : t->year[0];
    bool dated = t->month[0] || t->quarter[0] || t->half[0];
    if (year < 1990 || year > 2035) {
        y->yearless = y->yearless || (!year && !t->yearof[0] && t->month[0]);
    } else if (future) {
        y->future = year > y->future ? year : y->future;
    } else if (year > y->plain) {
        y->plain = year;
        y->dated = dated;
    } else if (year == y->plain) {
        y->dated = y->dated || dated;
    }
}

/* The year of publication, where the text gives it away, else 0. A year to come just behind the latest plain one is the
 * current one ("2023 年 5.7%, 2024 年 5.2%, 預計 2025 年 5%"). A latest year with a month or day of its own is taken for the
 * current one. Where writers leave the current year out (named-year-is-past) and the text has days without a year, a
 * latest year that stands alone is the one before. Anything less tells nothing. */
static int year_told(const struct named_years *y, bool named_is_past) {
    if (y->plain && y->future == y->plain + 1) {
        return y->future;
    }
    if (y->dated) {
        return y->plain;
    }
    return y->plain && y->yearless && named_is_past ? y->plain + 1 : 0;
}

/* The latest of the days and months without a year, or named with the year of publication, tell the rest. */
struct day published_infer(const struct scan *s, const struct cand *cands, size_t n) {
    struct day out = {0};
    struct named_years years = {0};
    for (size_t i = 0; i < n; i++) {
        const struct slots *t = &cands[i].slots;
        if (cands[i].type == NG_DATE && t->action != ACT_FISCAL && t->action != ACT_DECADE) {
            see_year(&years, t, future_before(s, cands[i].first));
        }
    }
    out.year = year_told(&years, s->r->named_year_is_past);
    for (size_t i = 0; i < n && out.year; i++) {
        const struct slots *t = &cands[i].slots;
        bool current = !t->year[0] && !t->year[1] && (!t->yearof[0] || t->yearof[0] == 100);
        bool named = t->year[0] == out.year;
        if (cands[i].type != NG_DATE || t->range || !t->month[0] || (!current && !named)) {
            continue;
        }
        if (t->month[0] > out.month || (t->month[0] == out.month && t->day[0] > out.day)) {
            out.month = t->month[0];
            out.day = t->day[0];
        }
    }
    return out;
}
