/* name.c - the name of a thing in the reader's language: as the knowledge base has it, else by rule. Chinese names of persons
 * are romanised surname first, the syllables of the given name joined (ISO 7098, GB/T 28039); foreign names in Han characters
 * only where every part is known, never by their sound; names of institutions part by part. */
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/analyze.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

enum { PIECE_MAX = 12 /* characters of a part of a name */ };

bool starts_han(struct str s) {
    size_t i = 0;
    return s.n && u_hasBinaryProperty(utf8_next(s, &i), UCHAR_IDEOGRAPHIC);
}

/* ---- pinyin ---- */

/* The letter under the tone mark. */
static int32_t plain(int32_t c) {
    static const struct {
        const char *marked;
        char plain;
    } vowels[] = {{"āáǎàĀÁǍÀ", 'a'}, {"ēéěèĒÉĚÈ", 'e'}, {"īíǐì", 'i'}, {"ōóǒòŌÓǑÒ", 'o'}, {"ūúǔùüǖǘǚǜ", 'u'}};
    for (size_t v = 0; c >= 0xC0 && v < sizeof vowels / sizeof vowels[0]; v++) {
        struct str set = str_of(vowels[v].marked);
        for (size_t j = 0; j < set.n;) {
            if (utf8_next(set, &j) == c) {
                return vowels[v].plain;
            }
        }
    }
    return c;
}

/* "zhǔ hóng" -> "Zhuhong", "xī ān" -> "Xi'an". */
static void add_syllables(struct buf *b, struct str s) {
    bool first = true, begins = true;
    for (size_t i = 0; i < s.n;) {
        int32_t c = plain(utf8_next(s, &i));
        if (c == ' ') {
            begins = true;
            continue;
        }
        if (begins && !first && (c == 'a' || c == 'e' || c == 'o')) {
            buf_addc(b, '\'');
        }
        buf_addcp(b, first ? u_toupper(c) : u_tolower(c));
        first = begins = false;
    }
}

/* The syllables of han without the first few. */
static void add_pinyin(struct linker *k, struct buf *b, struct str han, size_t skip) {
    struct str all = pinyin_of_name(k->d->ng->pinyin, k->d->a, han);
    for (all = str_trim(all); skip && all.n; skip--) {
        str_cut(&all, ' ');
    }
    add_syllables(b, all);
}

static size_t bytes_of(struct str s, size_t chars) {
    size_t at = 0;
    while (chars-- && at < s.n) {
        utf8_next(s, &at);
    }
    return at;
}

/* ---- persons ---- */

static struct str reading(const struct linker *k, const struct map *m, struct str folded) {
    uint32_t i = map_get(m, folded);
    return i == MAP_NONE ? STR_NONE : k->r->readings[i];
}

static bool is_dot(int32_t c) {
    return c == 0xB7 || c == 0x2022 || c == 0x30FB || c == 0x2027 || c == '.' || c == 0xFF0E || c == ' ' || c == '-';
}

/* 诺姆·沙泽尔: the Latin of every part, or nothing. */
static bool add_foreign(struct linker *k, struct buf *b, struct str folded) {
    int32_t mark = 0, before = 0;
    for (size_t at = 0; at < folded.n;) {
        size_t from = at, to = at;
        before = mark;
        while (at < folded.n) {
            int32_t c = utf8_next(folded, &at);
            if (is_dot(c)) {
                mark = c;
                break;
            }
            to = at;
        }
        if (to == from) {
            continue;
        }
        struct str latin = reading(k, &k->r->foreign, str_sub(folded, from, to));
        if (!latin.n) {
            return false;
        }
        buf_add(b, !b->n ? STR("") : before == '-' ? STR("-") : STR(" "));
        buf_add(b, latin);
    }
    return b->n > 0;
}

static bool has_dot(struct str s) {
    for (size_t i = 0; i < s.n;) {
        if (is_dot(utf8_next(s, &i))) {
            return true;
        }
    }
    return false;
}

struct str japanese_name(const struct linker *k, struct str form, size_t *surname) {
    const struct name_table *t = &k->r->japanese;
    struct str folded = text_fold(k->r->fold, k->d->a, form);
    size_t chars = utf8_count(folded);
    for (size_t n = 3; n >= 1 && chars <= 6; n--) {
        size_t cut = bytes_of(folded, n);
        struct str last = chars > n ? reading(k, &t->surnames, str_sub(folded, 0, cut)) : STR_NONE;
        struct str first = last.n ? reading(k, &t->given, str_sub(folded, cut, folded.n)) : STR_NONE;
        bool chinese = chars <= 3 && reading(k, &k->r->surnames, str_sub(folded, 0, bytes_of(folded, 1))).n;
        if (first.n && (k->japan || (n > 1 && !chinese))) {
            *surname = n;
            return arena_printf(k->d->a, "%.*s %.*s", STR_ARG(first), STR_ARG(last));
        }
    }
    return STR_NONE;
}

/* Tôn Đông Húc -> Sun Dongxu; of an organisation or place all syllables are one word. Empty where one is not known. */
static struct str sinoviet_name(struct linker *k, enum ng_type type, struct str form) {
    const struct name_table *t = &k->r->sinoviet;
    struct buf b;
    buf_init(&b, k->d->a);
    struct str rest = form;
    size_t words = 0;
    if (type == NG_PERSON) {
        struct str two = rest;
        str_cut(&two, ' ');
        str_cut(&two, ' ');
        struct str head = str_trim(str_sub(rest, 0, rest.n - two.n));
        struct str last = two.n ? reading(k, &t->surnames, text_fold(k->r->fold, k->d->a, head)) : STR_NONE;
        if (!last.n) {
            head = str_cut(&rest, ' ');
            last = reading(k, &t->surnames, text_fold(k->r->fold, k->d->a, head));
        } else {
            rest = two;
        }
        if (!last.n || !rest.n) {
            return STR_NONE;
        }
        buf_add(&b, last);
        buf_addc(&b, ' ');
    }
    struct buf given;
    buf_init(&given, k->d->a);
    while (rest.n) {
        struct str syllable = str_trim(str_cut(&rest, ' '));
        struct str latin = reading(k, &t->given, text_fold(k->r->fold, k->d->a, syllable));
        size_t i = 0;
        if (!latin.n || !u_isupper(utf8_next(syllable, &i)) || ++words > 6) {
            return STR_NONE;
        }
        buf_add(&given, given.n ? STR(" ") : STR(""));
        buf_add(&given, latin);
    }
    add_syllables(&b, buf_str(&given));
    return words >= (type == NG_PERSON ? 1 : 2) ? buf_str(&b) : STR_NONE;
}

void note_context(struct linker *k) {
    struct {
        const struct name_table *t;
        bool *told;
        size_t count[2];
    } tables[] = {{&k->r->japanese, &k->japan, {0}}, {&k->r->sinoviet, &k->china, {0}}};
    for (size_t i = 0; i < k->n; i++) {
        for (size_t n = 0; k->links[i].row != NO_ROW && n < 2; n++) {
            uint32_t at = map_get(&tables[n].t->context, kb_row(k->r->kb, (uint32_t)k->links[i].row)->id);
            if (at != MAP_NONE) {
                tables[n].count[at]++;
            }
        }
    }
    for (size_t n = 0; n < 2; n++) {
        *tables[n].told = tables[n].count[CONTEXT_ABROAD] >= 2 && tables[n].count[CONTEXT_ABROAD] > tables[n].count[CONTEXT_HOME];
    }
}

static struct str person_name(struct linker *k, struct str form, struct str folded) {
    struct buf b;
    size_t chars = utf8_count(folded);
    buf_init(&b, k->d->a);
    if ((chars > 1 || has_dot(folded)) && add_foreign(k, &b, folded)) {
        return buf_str(&b);
    }
    b.n = 0;
    size_t skip;
    struct str japanese = japanese_name(k, form, &skip);
    if (japanese.n) {
        return japanese;
    }
    for (size_t n = 2; n >= 1; n--) {
        size_t cut = bytes_of(folded, n);
        struct str surname = reading(k, &k->r->surnames, str_sub(folded, 0, cut));
        if (surname.n && chars >= n && chars <= n + 2 && !has_dot(folded)) {
            buf_add(&b, surname);
            if (cut < folded.n && !(k->r->anonymous.n && str_starts(str_sub(folded, cut, folded.n), k->r->anonymous))) {
                buf_addc(&b, ' ');
                add_pinyin(k, &b, folded, n);
            }
            return buf_str(&b);
        }
    }
    if (chars > 3 || has_dot(folded)) {
        return form; /* by its sound it would be no name at all */
    }
    add_pinyin(k, &b, folded, 0);
    return b.n ? buf_str(&b) : form;
}

/* ---- institutions and places ---- */


static void add_piece(struct buf *b, struct str s) {
    if (s.n) {
        buf_add(b, b->n ? STR(" ") : STR(""));
        buf_add(b, s);
    }
}

static bool begins_part(const struct lang_rules *zh, struct str s) {
    for (size_t chars = PIECE_MAX; chars >= 2; chars--) {
        if (map_get(&zh->parts, str_sub(s, 0, bytes_of(s, chars))) != MAP_NONE) {
            return true;
        }
    }
    return false;
}

/* Part by part from the left: known words, places, and what remains by its sound. */
static struct str institution_name(struct linker *k, const struct lang_rules *zh, struct str form, struct str folded) {
    struct buf b, rest;
    buf_init(&b, k->d->a);
    buf_init(&rest, k->d->a);
    for (size_t at = 0; at <= folded.n;) {
        struct str found = STR_NONE;
        size_t n = 0;
        bool known = false;
        for (size_t chars = PIECE_MAX; chars >= 1 && at < folded.n && !known; chars--) {
            n = bytes_of(str_sub(folded, at, folded.n), chars);
            struct str piece = str_sub(folded, at, at + n);
            uint32_t part = map_get(&zh->parts, piece);
            uint32_t row = part == MAP_NONE && chars >= 2 ? kb_of_name(k->r->kb, k->d->a, piece) : KB_NONE;
            bool lone = chars == 1 && !b.n && utf8_count(buf_str(&rest)) == 1; /* 下河村 is of no river */
            part = lone ? MAP_NONE : part;
            if (part != MAP_NONE) {
                known = true;
                found = zh->part_names[part];
            } else if (row != KB_NONE && at + n < folded.n &&
                       (kb_row(k->r->kb, row)->type == NG_LOCATION || (at == 0 && kb_row(k->r->kb, row)->type == NG_ORGANIZATION &&
                                                                       begins_part(zh, str_sub(folded, at + n, folded.n))))) {
                known = true;
                found = kb_name(k->r->kb, row, STR("en"), NULL);
            }
        }
        if (known || at == folded.n) {
            if (rest.n) {
                add_piece(&b, STR(""));
                buf_add(&b, b.n ? STR(" ") : STR(""));
                if (starts_han(buf_str(&rest))) {
                    add_pinyin(k, &b, buf_str(&rest), 0);
                } else {
                    buf_add(&b, str_trim(buf_str(&rest)));
                }
                rest.n = 0;
            }
            add_piece(&b, found);
            if (at == folded.n) {
                break;
            }
            at += n;
            continue;
        }
        size_t from = at;
        utf8_next(folded, &at);
        buf_add(&rest, str_sub(folded, from, at));
    }
    return b.n ? buf_str(&b) : form;
}

struct str canonical_name(struct linker *k, int32_t row, enum ng_type type, struct str form) {
    struct doc *d = k->d;
    struct str target = d->req->target_language.n ? d->req->target_language : k->langs->items[d->lang].public.code;
    int lang = langs_find(k->langs, target);
    bool letters = lang != LANG_NONE && k->langs->items[lang].atoms != ATOMS_CHAR;
    if (row != NO_ROW) {
        return kb_name(k->r->kb, (uint32_t)row, target, NULL);
    }
    if (type > NG_EVENT_NAME) {
        return form;
    }
    if (starts_han(form) && letters && d->lang == k->r->chinese) { /* a Japanese name is no pinyin */
        struct str folded = text_fold(k->r->fold, d->a, form);
        const struct lang_rules *zh = &k->r->by_lang[k->r->chinese];
        return type == NG_PERSON ? person_name(k, form, folded) : institution_name(k, zh, form, folded);
    }
    if (starts_han(form) && letters && type == NG_PERSON && d->lang == k->r->japanese.lang) {
        size_t skip;
        k->japan = true;
        struct str name = japanese_name(k, form, &skip);
        return name.n ? name : form;
    }
    if (k->china && letters && d->lang == k->r->sinoviet.lang && lang != d->lang && (type <= NG_LOCATION)) {
        struct str name = sinoviet_name(k, type, form);
        if (name.n) {
            return name;
        }
    }
    bool english = lang != LANG_NONE && str_eqz(k->langs->items[lang].public.code, "en");
    bool parts = (type == NG_ORGANIZATION || type == NG_LOCATION || type == NG_EVENT_NAME) && k->words->part_count;
    return english && parts ? name_by_parts(k, k->words, form) : form;
}
