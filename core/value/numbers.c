/* numbers.c - every number of a text with its value, for those who compare texts (core/translate): not only amounts and
 * dates, but counts, years and the months that may stand for a number. */
#include <math.h>

#include "core/value/in.h"

#include "core/base/banned.h"

enum { SMALL = 12 }; /* up to here a number word is often no count: "one of", "the two" */

struct numbers {
    const struct scan *s;
    struct arena *a;
    struct value_number *items;
    size_t n, cap;
};

static void add(struct numbers *out, uint32_t from, uint32_t to, double value, bool hard, bool month) {
    const struct atom *atoms = out->s->atoms;
    ARENA_PUSH(out->a, out->items, out->n, out->cap) =
        (struct value_number){atoms[from].start, atoms[to - 1].end, value, hard, month};
}

/* 06.12.2024, 6.12 where that is no decimal. */
static bool add_dotted(struct numbers *out, uint32_t at) {
    int parts[3], widths[3];
    double unused;
    const struct atom *a = &out->s->atoms[at];
    int n = a->kind == ATOM_NUMBER ? number_dotted(a->fold, parts, widths) : 0;
    if (n == 0 || (n == 2 && number_digits(out->s->r, a->fold, &unused))) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        add(out, at, at + 1, parts[i], true, false);
    }
    return true;
}

/* The number at an atom; how many atoms it took. */
static uint32_t add_number(struct numbers *out, uint32_t at) {
    struct num x;
    const struct scan *s = out->s;
    if (add_dotted(out, at)) {
        return 1;
    }
    if (!number_at(s, at, &x) || x.len == 0) {
        if (s->atoms[at].kind == ATOM_NUMBER) { /* digits that are no number here: 1.23.4567 */
            double digits = 0;
            for (size_t i = 0; i < s->atoms[at].fold.n; i++) {
                char c = s->atoms[at].fold.p[i];
                digits = c >= '0' && c <= '9' ? digits * 10 + (c - '0') : digits;
            }
            add(out, at, at + 1, digits, true, false);
            return 1;
        }
        const struct hit *month = scan_hit(s, at, CLS_MONTH);
        if (month) {
            add(out, at, at + month->len, month->value, false, true);
        }
        return month ? month->len : 1;
    }
    uint32_t len = x.len;
    bool in_digits = s->atoms[at].kind == ATOM_NUMBER;
    bool vague = !in_digits && (x.lo > 0 || x.hi > 0);
    const struct hit *tenth = scan_hit(s, at + len, CLS_TENTH);
    if (tenth) {
        x.value *= 10;
        len += tenth->len;
    }
    if (!vague && !(x.weak && !x.has_mult) && !(x.bare && !in_digits && x.value < 100)) {
        add(out, at, at + len, x.value, in_digits || x.has_mult || x.value > SMALL, false);
    }
    return len;
}

enum err_code value_numbers(const struct values *v, int lang, struct arena *a, struct str text, struct str fold,
                            struct value_number **out, size_t *n, struct err *err) {
    const struct rules *r = lang >= 0 && lang < LANG_MAX ? v->by_lang[lang] : NULL;
    *out = NULL;
    *n = 0;
    for (int i = 0; !r && i < LANG_MAX; i++) { /* digits are read all the same */
        r = v->by_lang[i];
    }
    if (!r) {
        return err_set(err, ERR_DATA, "no language has rules for numbers");
    }
    struct scan s = {.r = r, .a = a};
    scan_add(&s, text, fold, 0, 0, 0, ATOM_SPACE | ATOM_START);
    if (!scan_finish(&s)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the numbers of a text");
    }
    struct numbers all = {.s = &s, .a = a};
    for (uint32_t at = 0; at < s.n;) {
        at += s.atoms[at].kind == ATOM_BREAK ? 1 : add_number(&all, at);
    }
    *out = all.items;
    *n = all.n;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the numbers of a text") : ERR_OK;
}
