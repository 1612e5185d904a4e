/* parts.c - names of institutions and places in English, part by part, from languages that write words with spaces: a known
 * kind in front (Landgericht Frankfurt, Sở Y tế Hà Nội: what follows is told in the reverse order, names as they stand) or
 * behind (Münchner Philharmoniker, Amazon Deutschland). Where any word is not understood the name stays as it is. */
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

enum { WORDS_MAX = 20, PART_WORDS = 8, PLACE_WORDS = 4, SHORT_PLACE = 5 /* bytes */ };

struct pieces {
    struct str items[WORDS_MAX];
    size_t n;
    bool proper; /* the last one is a name: what is a name as well goes on with it */
    bool glue;   /* the next one goes on with the last, behind an "and" */
};

static bool begins_capital(struct str s) {
    size_t i = 0;
    int32_t c = s.n ? utf8_next(s, &i) : 0;
    return u_isupper(c) || u_isdigit(c) || c == '&';
}

/* From the beginning of words[from] to the end of words[to - 1]. */
static struct str span_of(const struct str *words, size_t from, size_t to) {
    return (struct str){words[from].p, (size_t)(words[to - 1].p - words[from].p) + words[to - 1].n};
}

static struct str folded_key(struct linker *k, struct str s) {
    struct buf b;
    struct str folded = text_fold(k->r->fold, k->d->a, s);
    buf_init(&b, k->d->a);
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] != ' ') {
            buf_addc(&b, folded.p[i]);
        }
    }
    return buf_str(&b);
}

static uint32_t part_of(struct linker *k, const struct lang_rules *l, struct str s, unsigned places) {
    struct str key = folded_key(k, s);
    uint32_t part = places & 1U << PART_INSIDE ? map_get(&l->parts, key) : MAP_NONE;
    for (int place = PART_FIRST; place <= PART_LOWER && part == MAP_NONE; place++) {
        part = places & 1U << place ? map_get(&l->parts, arena_printf(k->d->a, "%d%.*s", place, STR_ARG(key))) : MAP_NONE;
    }
    return part;
}

static struct str place_name(struct linker *k, struct str s) {
    uint32_t row = begins_capital(s) ? kb_of_name(k->r->kb, k->d->a, s) : KB_NONE;
    return row != KB_NONE && kb_row(k->r->kb, row)->type == NG_LOCATION ? kb_name(k->r->kb, row, STR("en"), NULL) : STR_NONE;
}

/* Á Châu -> A Chau, where the language's names are written so in English. */
static struct str without_marks(struct linker *k, const struct lang_rules *l, struct str s) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    struct buf b;
    buf_init(&b, k->d->a);
    for (size_t i = 0; l->plain && i < s.n;) {
        int32_t c = utf8_next(s, &i);
        UChar parts[8];
        UErrorCode own = U_ZERO_ERROR;
        int32_t n = c < 0x80 ? 0 : unorm2_getDecomposition(nfd, c, parts, 8, &own);
        c = n > 0 && U_SUCCESS(own) ? parts[0] : c == 0x110 ? 'D' : c == 0x111 ? 'd' : c;
        buf_addcp(&b, c);
    }
    return l->plain && b.n ? buf_str(&b) : s;
}

static void add(struct linker *k, struct pieces *p, struct str s, bool proper) {
    if (p->n && (p->glue || (proper && p->proper))) {
        p->items[p->n - 1] = arena_printf(k->d->a, "%.*s %.*s", STR_ARG(p->items[p->n - 1]), STR_ARG(s));
    } else if (s.n) {
        p->items[p->n++] = s;
    }
    p->proper = proper;
    p->glue = false;
}

static size_t words_of(struct str form, struct str *words) {
    size_t n = 0;
    for (struct str rest = form; rest.n;) {
        struct str w = str_trim(str_cut(&rest, ' '));
        if (w.n && n == WORDS_MAX) {
            return 0;
        }
        if (w.n) {
            words[n++] = w;
        }
    }
    return n;
}

/* The parts of words[from..n); false where one is not understood. */
static bool read_parts(struct linker *k, const struct lang_rules *l, const struct str *words, size_t from, size_t n, bool places, struct pieces *p) {
    for (size_t at = from, to; at < n; at = to) {
        uint32_t part = MAP_NONE;
        struct str place = STR_NONE;
        for (to = at + PART_WORDS < n ? at + PART_WORDS : n; to > at; to--) {
            struct str s = span_of(words, at, to);
            part = part_of(k, l, s, 1U << PART_INSIDE | 1U << PART_FIRST);
            bool alone = to - at > 1 || s.n > SHORT_PLACE || (!p->proper && to == n); /* Đức Giang has nothing to do with Đức */
            place = places && part == MAP_NONE && alone && to - at <= PLACE_WORDS ? place_name(k, s) : STR_NONE;
            if (part != MAP_NONE || place.n) {
                break;
            }
        }
        if (part != MAP_NONE && str_eqz(l->part_names[part], "and")) {
            p->glue = true;
            add(k, p, STR("and"), false);
            p->glue = true;
        } else if (part != MAP_NONE) {
            add(k, p, l->part_names[part], false);
        } else if (place.n) {
            add(k, p, place, true);
        } else {
            to = at + 1;
            if (!begins_capital(words[at])) {
                return false;
            }
            add(k, p, without_marks(k, l, words[at]), true);
        }
    }
    return !p->glue;
}

/* TP HCM is a place, whatever TP is before other names. */
static bool begins_place(struct linker *k, const struct str *words, size_t at, size_t n) {
    for (size_t to = at + 2; to <= n && to <= at + PLACE_WORDS; to++) {
        if (place_name(k, span_of(words, at, to)).n) {
            return true;
        }
    }
    return false;
}

static struct str from_head(struct linker *k, const struct lang_rules *l, struct str form) {
    struct str words[WORDS_MAX];
    struct pieces p = {.n = 0};
    size_t n = words_of(form, words), at = 0;
    struct str kind = STR_NONE;
    bool lower = n && !begins_capital(words[0]); /* sông Hàn is called Han, not after South Korea */
    for (bool more = true; more && at < n && !(at && begins_place(k, words, at, n));) { /* of several kinds in front the last one is told: Công ty cổ phần Ngân hàng */
        more = false;
        for (size_t to = at + PART_WORDS < n ? at + PART_WORDS : n; to > at && !more; to--) {
            uint32_t part = part_of(k, l, span_of(words, at, to), 1U << PART_FIRST | (begins_capital(words[at]) ? 0 : 1U << PART_LOWER));
            if (part != MAP_NONE) {
                kind = l->part_names[part].n ? l->part_names[part] : kind;
                at = to;
                more = true;
            }
        }
    }
    if (at == 0 || !read_parts(k, l, words, at, n, !lower, &p) || (p.n == 0 && (!kind.n || n < 2))) {
        return STR_NONE;
    }
    struct buf b;
    size_t hole = str_find(kind, STR("*"), 0);
    buf_init(&b, k->d->a);
    if (hole != SIZE_MAX && p.n == 0) {
        return STR_NONE;
    }
    buf_add(&b, hole != SIZE_MAX ? str_sub(kind, 0, hole) : STR_NONE);
    for (size_t i = 0; i < p.n; i++) {
        buf_add(&b, i ? STR(" ") : STR(""));
        buf_add(&b, p.items[hole != SIZE_MAX ? i : p.n - 1 - i]);
    }
    if (hole != SIZE_MAX) {
        buf_add(&b, str_sub(kind, hole + 1, kind.n));
    } else if (kind.n && !str_ends(buf_str(&b), kind)) {
        buf_add(&b, b.n ? STR(" ") : STR(""));
        buf_add(&b, kind);
    }
    return buf_str(&b);
}

/* Münchner -> Munich: a place under the adjective's ending. *adjective: a word of that kind, whatever its place. */
static struct str place_of_adjective(struct linker *k, const struct lang_rules *l, struct str word, bool *adjective) {
    *adjective = false;
    for (size_t i = 0; i < l->ending_count; i++) {
        const struct place_ending *e = &l->endings[i];
        if (word.n <= e->ending.n + 2 || !str_ends(word, e->ending)) {
            continue;
        }
        *adjective = true;
        for (struct str rest = e->instead; e->place; ) {
            struct str instead = str_trim(str_cut(&rest, '|'));
            struct str stem = str_sub(word, 0, word.n - e->ending.n);
            struct str place = place_name(k, arena_printf(k->d->a, "%.*s%.*s", STR_ARG(stem), STR_ARG(str_eqz(instead, "-") ? STR_NONE : instead)));
            if (place.n) {
                return place;
            }
            if (!rest.n) {
                break;
            }
        }
    }
    return STR_NONE;
}

/* What stands before a kind, as English says it; empty where it is not understood. */
static struct str before_tail(struct linker *k, const struct lang_rules *l, struct str rest, bool hyphen) {
    struct str words[WORDS_MAX], place = place_name(k, rest);
    size_t n = words_of(rest, words);
    if (place.n) {
        return place;
    }
    struct buf b;
    buf_init(&b, k->d->a);
    for (size_t i = 0; i < n; i++) {
        bool adjective = false;
        uint32_t part = part_of(k, l, words[i], 1U << PART_INSIDE);
        struct str found = part != MAP_NONE ? l->part_names[part] : place_name(k, words[i]);
        found = found.n ? found : place_of_adjective(k, l, words[i], &adjective);
        if (!found.n && ((adjective && !hyphen) || !begins_capital(words[i]))) {
            return STR_NONE;
        }
        buf_add(&b, b.n ? STR(" ") : STR(""));
        buf_add(&b, found.n ? found : words[i]);
    }
    return buf_str(&b);
}

static struct str from_tail(struct linker *k, const struct lang_rules *l, struct str form) {
    for (size_t at = 1, words = 0; at < form.n && words < WORDS_MAX; at++) {
        if (form.p[at] != ' ' && form.p[at] != '-') {
            continue;
        }
        words++;
        uint32_t part = part_of(k, l, str_sub(form, at + 1, form.n), 1U << PART_LAST);
        if (part == MAP_NONE) {
            continue;
        }
        struct str rest = before_tail(k, l, str_sub(form, 0, at), form.p[at] == '-');
        return rest.n ? arena_printf(k->d->a, "%.*s %.*s", STR_ARG(rest), STR_ARG(l->part_names[part])) : STR_NONE;
    }
    return STR_NONE;
}

struct str name_by_parts(struct linker *k, const struct lang_rules *l, struct str form) {
    uint32_t whole = part_of(k, l, form, 1U << PART_LAST);
    if (whole != MAP_NONE && l->part_names[whole].n && map_get(&l->words, folded_key(k, form)) != MAP_NONE) { /* Innenministerium */
        return l->part_names[whole];
    }
    struct str name = from_head(k, l, form);
    name = name.n ? name : from_tail(k, l, form);
    return name.n ? name : form;
}
