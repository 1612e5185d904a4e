/* check.c - see check.h. It looks at what was written, not at how: numbers are read back with ICU, names compared with the entities'. */
#include "core/summary/check.h"

#include <math.h>

#include "core/base/banned.h"

/* ---- numbers ---- */

static bool digit_at(struct str s, size_t i) {
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* Cuts the next number, with its marks of thousands and decimals, off s from *at. */
static bool next_number(struct str s, size_t *at, struct str *out) {
    while (*at < s.n && !digit_at(s, *at)) {
        (*at)++;
    }
    size_t start = *at;
    while (digit_at(s, *at)) {
        (*at)++;
        bool ascii = *at < s.n && (s.p[*at] == '.' || s.p[*at] == ',') && digit_at(s, *at + 1);
        /* French and others separate thousands by a narrow space, U+202F or U+00A0 */
        bool narrow = *at + 3 < s.n && memcmp(s.p + *at, "\xE2\x80\xAF", 3) == 0 && digit_at(s, *at + 3);
        bool fixed = *at + 2 < s.n && memcmp(s.p + *at, "\xC2\xA0", 2) == 0 && digit_at(s, *at + 2);
        *at += ascii ? 1 : narrow ? 3 : fixed ? 2 : 0;
    }
    *out = str_sub(s, start, *at);
    return out->n > 0;
}

/* x in some unit: 2.6 for 2,600,000,000. */
static bool same_scaled(double shown, double x) {
    static const double units[] = {1, 1e3, 1e4, 1e6, 1e8, 1e9, 1e12};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (fabs(shown * units[i] - x) <= 1e-9 * fmax(1, fabs(x))) {
            return true;
        }
    }
    return false;
}

static bool numbers_are(const struct writer *w, struct str text, const double *allowed, size_t n) {
    struct str number;
    for (size_t at = 0; next_number(text, &at, &number);) {
        double shown;
        bool found = false;
        for (size_t i = 0; format_parse(w->format, number, &shown) && i < n && !found; i++) {
            found = same_scaled(shown, allowed[i]);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

static bool value_ok(const struct writer *w, struct str text, const struct ng_value *v) {
    double allowed[3];
    size_t n = 0;
    if (v->has_amount) {
        allowed[n++] = v->amount;
    }
    if (v->has_min) {
        allowed[n++] = v->min;
    }
    if (v->has_max) {
        allowed[n++] = v->max;
    }
    return n && numbers_are(w, text, allowed, n);
}

/* Every number of a date is one of the ISO date: 2024-07-18, 2023-Q1, 2024/2025-03. */
static bool date_ok(struct str text, struct str iso) {
    struct str shown, part;
    for (size_t at = 0; next_number(text, &at, &shown);) {
        bool found = false;
        double x = -1, y = -2;
        for (size_t k = 0; !found && next_number(iso, &k, &part);) {
            found = str_to_double(shown, &x) && str_to_double(part, &y) && x == y;
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* ---- names ---- */

static bool in_role(const struct fact *f, int32_t entity) {
    for (size_t r = 0; f && r < f->role_count; r++) {
        for (size_t i = 0; i < f->roles[r].n; i++) {
            if (f->roles[r].fillers[i].entity == entity) {
                return true;
            }
        }
    }
    for (size_t i = 0; f && i < f->source_count; i++) {
        if (f->sources[i] == (uint32_t)entity) {
            return true;
        }
    }
    for (size_t i = 0; f && i < f->part_count; i++) {
        if (in_role(&f->parts[i], entity)) {
            return true;
        }
    }
    return false;
}

static bool in_some(const struct fact *const *facts, size_t n, int32_t entity) {
    for (size_t i = 0; i < n; i++) {
        if (in_role(facts[i], entity)) {
            return true;
        }
    }
    return false;
}

static bool name_ok(const struct writer *w, struct str text, int32_t entity) {
    static const char *const cases[] = {"", "dat", "loc", "of", "to", "acc", "topic", "prize"};
    const struct ng_entity *e = &w->d->entities[entity];
    bool plural;
    if (e->mention_count == 0 || e->mentions[0].span.end > w->d->text.n) {
        return false;
    }
    if (str_find(text, e->canonical_name, 0) != SIZE_MAX || str_find(e->canonical_name, text, 0) != SIZE_MAX) {
        return true;
    }
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str form = templates_name(w->templates, w->d->a, e->canonical_name, str_of(cases[i]), &plural);
        bool capital = text.n && text.n == form.n && (text.p[0] | 32) == (form.p[0] | 32) && str_eq(str_sub(text, 1, text.n), str_sub(form, 1, form.n));
        if (capital || str_eq(text, form)) { /* "Die Vereinigten Staaten" begin a sentence */
            return true;
        }
    }
    return false;
}

/* ---- pieces ---- */

static bool count_ok(const struct writer *w, struct str text, struct ng_span span) {
    struct terms_count c;
    return terms_count(w->terms, w->d->a, str_sub(w->d->text, span.start, span.end), w->d->lang, &c) && numbers_are(w, text, &c.n, 1);
}

static bool term_ok(struct str text, struct str source) {
    struct str shown;
    for (size_t at = 0; next_number(text, &at, &shown);) {
        if (str_find(source, shown, 0) == SIZE_MAX) {
            return false;
        }
    }
    return true;
}

static const char *piece_fault(const struct writer *w, const struct piece *p, struct str text, const struct fact *const *facts, size_t n) {
    const struct doc *d = w->d;
    bool entity = p->entity >= 0 && (size_t)p->entity < d->entity_count;
    struct str source = p->span.end <= d->text.n ? str_sub(d->text, p->span.start, p->span.end) : STR_NONE;
    switch (p->kind) {
    case PIECE_NAME:
        return entity && in_some(facts, n, p->entity) && name_ok(w, text, p->entity) ? NULL : "a name";
    case PIECE_VALUE:
        if (entity && d->entities[p->entity].type == NG_DATE) {
            return date_ok(text, str_of(d->entities[p->entity].value.date)) ? NULL : "a date";
        }
        return entity && value_ok(w, text, &d->entities[p->entity].value) ? NULL : "a value";
    case PIECE_COUNT:
        return count_ok(w, text, p->span) ? NULL : "a count";
    case PIECE_TERM:
        return term_ok(text, source) ? NULL : "a term";
    case PIECE_WORDS:
        return str_find(source, text, 0) != SIZE_MAX ? NULL : "words";
    case PIECE_DATE:
        return NULL; /* dates of events carry no span: see dates_ok */
    }
    return "a piece of no kind";
}

static bool event_date_ok(struct str text, const struct fact *const *facts, size_t n) {
    bool good = false;
    for (size_t k = 0; k < n && !good; k++) {
        good = date_ok(text, facts[k]->date);
        for (size_t i = 0; !good && i < facts[k]->part_count; i++) {
            good = date_ok(text, facts[k]->parts[i].date);
        }
    }
    return good;
}

bool check_written(const struct writer *w, const struct sentence *s, const struct fact *const *facts, size_t n, const char **why) {
    struct str text = buf_str(&s->b);
    size_t at = 0;
    *why = NULL;
    for (size_t i = 0; i <= s->n && !*why; i++) {
        size_t start = i < s->n ? s->pieces[i].start : text.n, end = i < s->n ? s->pieces[i].end : text.n;
        if (start < at || end < start || end > text.n) {
            *why = "overlapping pieces";
            break;
        }
        for (size_t k = at; k < start && !*why; k++) {
            *why = digit_at(text, k) ? "a digit of a pattern" : NULL;
        }
        at = end;
        if (i == s->n || *why) {
            continue;
        }
        struct str part = str_sub(text, start, end);
        *why = piece_fault(w, &s->pieces[i], part, facts, n);
        if (s->pieces[i].kind == PIECE_DATE && !event_date_ok(part, facts, n)) {
            *why = "a date";
        }
    }
    return *why == NULL;
}
