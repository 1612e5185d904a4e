/* propose.c - what may be a name: values, names the knowledge base knows, names the recogniser found, and the same forms
 * again where the recogniser missed them. Each gets the confidence that the words around it and the other sources allow. */
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

/* A form that was found once with this confidence is looked for in the whole article. */
#define FORM_BEST 0.75f

bool is_han_tok(const struct doc *d, uint32_t t) {
    return d->toks[t].flags & TOK_HAN;
}

struct str form_key(const struct doc *d, uint32_t first, uint32_t last, struct buf *b) {
    if (first + 1 == last) {
        return d->toks[first].fold;
    }
    b->n = 0;
    for (uint32_t t = first; t < last; t++) {
        buf_add(b, d->toks[t].fold);
    }
    return buf_str(b);
}

uint32_t bits_of_span(const struct linker *k, uint32_t first, uint32_t last) {
    const struct tok *t = k->d->toks;
    char text[256];
    struct str key = {text, 0};
    for (uint32_t i = first; i < last && first + 1 < last; i++) {
        if (last - first > FORM_TOKENS || key.n + t[i].fold.n > sizeof text) {
            return 0; /* longer than anything the data have */
        }
        memcpy(text + key.n, t[i].fold.p, t[i].fold.n);
        key.n += t[i].fold.n;
    }
    uint32_t bits = map_get(&k->words->words, first + 1 == last ? t[first].fold : key);
    return bits == MAP_NONE ? 0 : bits;
}

static bool is_quote_or_hyphen(struct str s) {
    static const char *const marks[] = {"\"", "'", "„", "“", "”", "«", "»", "《", "》", "「", "」", "『", "』", "-", "‚", "‘"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_eqz(s, marks[i])) {
            return true;
        }
    }
    return false;
}

uint32_t word_bits(const struct linker *k, uint32_t at, int direction) {
    const struct doc *d = k->d;
    char text[96];
    size_t n = 0;
    uint32_t bits = 0;
    for (uint32_t step = 0, words = 0; words < 4 && step < 6; step++) {
        if (direction < 0 ? at < step + 1 : at + step >= d->tok_count) {
            break;
        }
        const struct tok *t = &d->toks[direction < 0 ? at - step - 1 : at + step];
        if (t->sent != d->toks[direction < 0 ? at : at - 1].sent || n + t->fold.n > sizeof text) {
            break;
        }
        if (words == 0 && t->kind >= TOK_PUNCT) {
            if (!is_quote_or_hyphen(t->fold)) {
                break;
            }
            continue;
        }
        memmove(text + (direction < 0 ? t->fold.n : 0), text, direction < 0 ? n : 0);
        memcpy(text + (direction < 0 ? 0 : n), t->fold.p, t->fold.n);
        n += t->fold.n;
        words++;
        uint32_t found = map_get(&k->words->words, (struct str){text, n});
        bits |= found == MAP_NONE ? 0 : found;
    }
    return bits;
}

/* ---- proposals ---- */

static struct link *propose(struct linker *k, struct mention m, enum source source) {
    struct link *x = &ARENA_PUSH(k->d->a, k->links, k->n, k->cap);
    *x = (struct link){.m = m, .row = NO_ROW, .source = source};
    return x;
}

static void propose_values(struct linker *k) {
    for (size_t i = 0; i < k->d->value_count; i++) {
        const struct value *v = &k->d->values[i];
        struct mention m = {v->start, v->end, v->first, v->last, v->type, 0, v->confidence};
        propose(k, m, FROM_VALUE)->value = &v->value;
    }
}

/* The name that the recogniser has at [first, last) exactly, or the one that covers its first token. */
static const struct mention *ner_at(const struct doc *d, uint32_t first) {
    size_t lo = 0, hi = d->name_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (d->names[mid].last <= first) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < d->name_count && d->names[lo].first <= first ? &d->names[lo] : NULL;
}

static bool is_unit(const struct linker *k, uint32_t last) {
    const struct doc *d = k->d;
    return last + 1 < d->tok_count && str_eqz(d->toks[last].fold, "-") && !(d->toks[last + 1].flags & TOK_SPACE_BEFORE) &&
           bits_of_span(k, last + 1, last + 2) & WORD_UNIT;
}

/* Whether another word with a capital touches [first, last): then it is part of a longer name, most likely. */
static bool in_longer_name(const struct doc *d, uint32_t first, uint32_t last) {
    const struct tok *t = d->toks;
    bool before = first > 0 && t[first - 1].sent == t[first].sent && t[first - 1].kind == TOK_WORD &&
                  t[first - 1].flags & TOK_CAPITAL && !(t[first - 1].flags & TOK_SENT_START);
    bool after = last < d->tok_count && t[last].sent == t[first].sent && t[last].kind == TOK_WORD && t[last].flags & TOK_CAPITAL;
    return !(t[first].flags & TOK_HAN) && (before || after);
}

/* How sure a name of the knowledge base is, here; 0 to leave it. */
static float weigh_hit(const struct linker *k, const struct kb_hit *h, enum ng_type type, bool *agreed) {
    const struct mention *n = ner_at(k->d, h->first);
    bool same = n && n->first == h->first && n->last == h->last;
    float prior = bits_of_span(k, h->first, h->last) & WORD_COMMON ? KB_WEAK : h->prior;
    *agreed = same && n->type == type && n->confidence >= 0.5f;
    if (is_unit(k, h->last)) {
        return 0;
    }
    if (prior >= KB_BORNE_OUT) {
        return *agreed && n->confidence > prior ? n->confidence : prior;
    }
    if (*agreed || (n && !same && n->type == type && n->first <= h->first && n->last >= h->last && n->confidence >= 0.5f)) {
        return n->confidence > 0.705f ? n->confidence - 0.005f : 0.7f; /* less than a thing of that name that a cue tells */
    }
    if (n && n->confidence >= 0.6f) {
        return 0; /* the recogniser reads it otherwise */
    }
    uint32_t bits = word_bits(k, h->first, -1) & (uint32_t)WORD_BEFORE << type;
    bits |= word_bits(k, h->last, 1) & (uint32_t)WORD_AFTER << type;
    return bits ? 0.75f : prior >= KB_CAPITAL && !in_longer_name(k->d, h->first, h->last) ? prior : 0;
}

static void set_span(const struct linker *k, struct mention *m, uint32_t first, uint32_t last) {
    m->first = first;
    m->last = last;
    m->start = k->d->toks[first].start;
    m->end = k->d->toks[last - 1].end;
}

/* Behind a name that ends at last: the ending that some languages join to it with a mark, UN-a, EU:n. */
static uint32_t with_ending(const struct linker *k, uint32_t last) {
    const struct tok *t = &k->d->toks[last];
    bool mark = last + 1 < k->d->tok_count && (str_eqz(t->fold, "-") || str_eqz(t->fold, ":")) && !(t->flags & TOK_SPACE_BEFORE);
    bool ending = mark && !(t[1].flags & (TOK_SPACE_BEFORE | TOK_CAPITAL)) && bits_of_span(k, last + 1, last + 2) & WORD_ENDING;
    return ending ? last + 2 : last;
}

static void propose_known(struct linker *k) {
    for (size_t i = 0; i < k->d->hit_count; i++) {
        const struct kb_hit *h = &k->d->hits[i];
        enum ng_type type = kb_row(k->r->kb, h->row)->type;
        bool agreed;
        float p = weigh_hit(k, h, type, &agreed);
        if (p <= 0 || (h->prior < KB_BORNE_OUT && bits_of_span(k, h->first, h->last) & WORD_NOT_NAME)) {
            continue;
        }
        struct mention m = {.type = type, .confidence = p};
        set_span(k, &m, h->first, with_ending(k, h->last));
        struct link *x = propose(k, m, FROM_KB);
        x->row = (int32_t)h->row;
        x->weak = h->prior < KB_BORNE_OUT;
        x->agreed = agreed;
    }
}

/* P9, A4: a letter and a digit are no place and nobody. */
static bool is_code(const struct doc *d, const struct mention *m) {
    struct str s = doc_sub(d, m->start, m->end);
    bool digit = false;
    for (size_t i = 0; i < s.n; i++) {
        digit = digit || (s.p[i] >= '0' && s.p[i] <= '9');
    }
    return digit && s.n <= 4 && (m->type == NG_LOCATION || m->type == NG_PERSON);
}

static bool one_of(struct str s, const char *const *marks) {
    for (; *marks; marks++) {
        if (str_eqz(s, *marks)) {
            return true;
        }
    }
    return false;
}

/* Whether a word, or the end of a compound, describes what a name names: Staatskonzern. */
static bool describes(const struct linker *k, uint32_t t) {
    struct str w = k->d->toks[t].fold;
    for (size_t from = 0; from + 5 <= w.n; from++) {
        uint32_t bits = utf8_boundary(w, from) ? map_get(&k->words->words, str_sub(w, from, w.n)) : MAP_NONE;
        if (bits != MAP_NONE && bits & WORD_DESCRIBES) {
            return true;
        }
    }
    return false;
}

static const char *const brackets[] = {"(", "（", "[", NULL};

/* Cuts off what the recogniser should not have taken in: words that describe, a small initial head, an "of" after a person,
 * brackets, a function word at the end. */
static void trim(const struct linker *k, struct mention *m) {
    const struct tok *t = k->d->toks;
    uint32_t first = m->first, last = m->last;
    for (uint32_t i = first + 1; i < last; i++) {
        uint32_t bits = m->type == NG_PERSON ? bits_of_span(k, i, i + 1) : 0;
        size_t surname;
        bool own = bits & WORD_STOP && t[i].flags & TOK_HAN && japanese_name(k, doc_sub(k->d, m->start, m->end), &surname).n;
        if (one_of(t[i].fold, brackets) || (bits & WORD_STOP && !own)) {
            last = i;
        }
    }
    while (m->type != NG_PERSON && last - first > 1 && !(t[first].flags & TOK_HAN) && describes(k, first)) {
        first++;
    }
    if (m->type == NG_PERSON && last - first > 2 && t[first].flags & TOK_SENT_START && !(t[first].flags & TOK_HAN) &&
        bits_of_span(k, first, first + 1) & (uint32_t)WORD_BEFORE << NG_PERSON) {
        first++; /* a post that has its capital from the sentence */
    }
    for (uint32_t n = 4; n >= 1 && m->type == NG_ORGANIZATION; n--) {
        if (last - first > n && !(t[first].flags & (TOK_CAPITAL | TOK_HAN)) && t[first].kind == TOK_WORD &&
            bits_of_span(k, first, first + n) & (WORD_HEAD | (uint32_t)WORD_BEFORE << NG_ORGANIZATION)) {
            first += n;
        }
    }
    while (last - first > 1 && t[last - 1].kind == TOK_WORD && (t[last - 1].flags & (TOK_CAPITAL | TOK_HAN | TOK_SPACE_BEFORE)) == TOK_SPACE_BEFORE &&
           lang_word(&k->langs->items[k->d->lang], t[last - 1].fold) & LANG_FUNCTION) {
        last--; /* "Draft de la NBA de", where a year that went on with it is a date */
    }
    set_span(k, m, first, last);
}

/* A word that is no name, joined by a hyphen to a noun of no kind of organisation: KI-Technologie. */
static bool is_plain_compound(const struct linker *k, const struct mention *m) {
    const struct tok *t = &k->d->toks[m->first];
    return m->last - m->first == 3 && m->confidence < 0.9f && str_eqz(t[1].fold, "-") && !((t[1].flags | t[2].flags) & TOK_SPACE_BEFORE) &&
           bits_of_span(k, m->first, m->first + 1) & WORD_NOT_NAME && !(bits_of_span(k, m->last - 1, m->last) & (WORD_KIND | WORD_LEGAL));
}

static void add_found(struct linker *k, struct mention m) {
    uint32_t bits = bits_of_span(k, m.first, m.last);
    if (bits & WORD_NOT_NAME || is_plain_compound(k, &m) || is_code(k->d, &m) || is_unit(k, m.last)) {
        return;
    }
    bool last_kind = m.last - m.first > 1 && bits_of_span(k, m.last - 1, m.last) & WORD_KIND;
    bool first_kind = m.last - m.first > 1 && bits_of_span(k, m.first, m.first + 1) & WORD_KIND;
    if (last_kind || first_kind) {
        m.type = m.type == NG_PERSON || (m.type == NG_PRODUCT && m.confidence < 0.8f) ? NG_ORGANIZATION : m.type;
        m.confidence += m.type == NG_ORGANIZATION ? (1 - m.confidence) / 2 : 0;
    }
    if (m.last - m.first <= 3 && !is_han_tok(k->d, m.first) && describes(k, m.last - 1) && m.confidence < 0.95f) {
        return; /* "Stuttgarter Autobauer" */
    }
    propose(k, m, FROM_NER);
}

static const char *const commas[] = {",", ";", "、", "，", NULL};

/* A line that is one name, but for a word at most or what follows in brackets, as over an entry of a list: "Omaha (Nebraska)",
 * "Berger, Anna (born 1966)". Its comma and its brackets are its own. */
static bool whole_line(const struct linker *k, const struct mention *m) {
    const struct doc *d = k->d;
    const struct sent *s = &d->sents[d->toks[m->first].sent];
    size_t split = 0, outside = 0;
    for (uint32_t t = s->first; t < s->last && outside < 2; t++) {
        bool inside = t >= m->first && t < m->last;
        if (t == m->last && m->first == s->first && one_of(d->toks[t].fold, brackets)) {
            break;
        }
        outside += !inside && d->toks[t].kind <= TOK_NUMBER;
        split += inside && one_of(d->toks[t].fold, commas);
    }
    return outside < 2 && (split == 0 || (split == 1 && m->type == NG_PERSON));
}

static bool has_bit(const struct linker *k, uint32_t first, uint32_t last, uint32_t bit) {
    for (uint32_t t = first; t < last; t++) {
        if (bits_of_span(k, t, t + 1) & bit) {
            return true;
        }
    }
    return false;
}

/* Whether a name begins with a word for institutions: Department, Sở, Ministerium. */
static bool begins_kind(const struct linker *k, uint32_t first) {
    struct buf b;
    buf_init(&b, k->d->a);
    buf_addc(&b, '1');
    buf_add(&b, k->d->toks[first].fold);
    return bits_of_span(k, first, first + 1) & (WORD_HEAD | WORD_KIND) || map_get(&k->words->parts, buf_str(&b)) != MAP_NONE;
}

/* "Department for Culture, Media and Sport" is one name, commas and all; the end of it, or 0. The recogniser may have it in two. */
static uint32_t enumerating(const struct linker *k, size_t i) {
    const struct doc *d = k->d;
    const struct mention *m = &d->names[i], *next = i + 1 < d->name_count ? &d->names[i + 1] : NULL;
    uint32_t last = m->last, comma = 0;
    if (m->type != NG_ORGANIZATION || is_han_tok(d, m->first) || !begins_kind(k, m->first)) {
        return 0;
    }
    if (next && next->type == NG_ORGANIZATION && next->first == last + 1 && one_of(d->toks[last].fold, commas) && !begins_kind(k, next->first)) {
        last = next->last;
    }
    for (uint32_t t = m->first; t < last; t++) {
        comma = one_of(d->toks[t].fold, commas) ? t : comma;
    }
    return comma && last - comma <= 6 && has_bit(k, comma, last, WORD_AND) ? last : 0;
}

/* What the recogniser found; an enumeration that it took for one name falls into its parts. */
static void propose_found(struct linker *k) {
    for (size_t i = 0; i < k->d->name_count; i++) {
        struct mention m = k->d->names[i];
        uint32_t from = m.first, parts = 0, whole = enumerating(k, i);
        if (whole) {
            set_span(k, &m, m.first, whole);
            add_found(k, m);
            continue;
        }
        if (m.type <= NG_LOCATION && m.confidence >= 0.6f && whole_line(k, &m)) {
            m.confidence += (1 - m.confidence) / 2;
            add_found(k, m);
            continue;
        }
        for (uint32_t t = m.first; m.type <= NG_LOCATION && t <= m.last; t++) {
            bool end = t == m.last;
            if (!end && !one_of(k->d->toks[t].fold, commas)) {
                continue;
            }
            if (t > from && (parts || !end)) {
                struct mention part = m;
                set_span(k, &part, from, t);
                part.confidence *= 0.8f;
                trim(k, &part);
                add_found(k, part);
                parts++;
            }
            from = t + 1;
        }
        if (!parts) {
            trim(k, &m);
            add_found(k, m);
        }
    }
}

/* A company's legal form, or a word such as University, behind words with capitals: Nordbahn AG, Akero Therapeutics. */
static void propose_kinds(struct linker *k) {
    const struct doc *d = k->d;
    bool nouns = k->langs->items[d->lang].genitive.n; /* where every noun has a capital only legal forms tell */
    for (uint32_t t = 1; t < d->tok_count; t++) {
        const struct tok *x = &d->toks[t];
        if (x->kind != TOK_WORD || !(x->flags & TOK_CAPITAL)) {
            continue;
        }
        uint32_t bits = bits_of_span(k, t, t + 1), first = t;
        if (!(bits & (WORD_LEGAL | (nouns ? 0 : WORD_KIND)))) {
            continue;
        }
        while (first > 0 && t - first < 4 && d->toks[first - 1].sent == x->sent && d->toks[first - 1].kind == TOK_WORD &&
               d->toks[first - 1].flags & TOK_CAPITAL && d->toks[first].flags & TOK_SPACE_BEFORE &&
               !(bits_of_span(k, first - 1, first) & (WORD_ARTICLE | WORD_NOT_NAME)) && !describes(k, first - 1)) {
            first--;
        }
        if (first < t && !(d->toks[first].flags & TOK_SENT_START && lang_word(&k->langs->items[d->lang], d->toks[first].fold) & LANG_FUNCTION)) {
            struct mention m = {.type = NG_ORGANIZATION, .confidence = 0.62f};
            set_span(k, &m, first, t + 1);
            propose(k, m, FROM_TEXT);
        }
    }
}

/* A capital or a number behind a space. */
static bool names_storm(const struct doc *d, uint32_t t) {
    const struct tok *x = t < d->tok_count ? &d->toks[t] : NULL;
    return x && x->flags & TOK_SPACE_BEFORE && (x->kind == TOK_NUMBER || (x->kind == TOK_WORD && x->flags & TOK_CAPITAL));
}

/* Typhoon Ragasa, bão số 5: a head and the capital or number behind it. */
static void propose_storms(struct linker *k) {
    const struct doc *d = k->d;
    for (uint32_t t = 0; t + 1 < d->tok_count; t++) {
        uint32_t n = 0;
        bool may = names_storm(d, t + 1) || names_storm(d, t + 2);
        for (uint32_t size = may ? 2 : 0; size >= 1 && !n; size--) {
            n = t + size < d->tok_count && bits_of_span(k, t, t + size) & WORD_EVENT_HEAD ? size : 0;
        }
        const struct tok *name = n ? &d->toks[t + n] : NULL;
        bool named = name && name->sent == d->toks[t].sent && name->flags & TOK_SPACE_BEFORE &&
                     ((name->kind == TOK_WORD && name->flags & TOK_CAPITAL && name->fold.n > 2) || (name->kind == TOK_NUMBER && n > 1));
        if (named && !(bits_of_span(k, t + n, t + n + 1) & (WORD_NOT_NAME | WORD_ARTICLE))) {
            struct mention m = {.type = NG_EVENT_NAME, .confidence = 0.85f};
            set_span(k, &m, t, t + n + 1);
            propose(k, m, FROM_NER)->shaped = true;
        }
    }
}

/* 交通部, Innenministerium: institutions that have no other name in their article. */
static void propose_alone(struct linker *k) {
    const struct doc *d = k->d;
    for (uint32_t t = 0; t < d->tok_count; t++) {
        const struct tok *x = &d->toks[t];
        bool han = x->flags & TOK_HAN;
        if (x->fold.n >= HEAD && !(k->words->alone[head_of(x->fold) / 64] >> (head_of(x->fold) % 64) & 1)) {
            continue;
        }
        for (uint32_t n = han ? 4 : 1; n >= 1 && x->flags & (han ? TOK_WORD_START : TOK_CAPITAL); n--) {
            bool here = t + n <= d->tok_count && d->toks[t + n - 1].sent == x->sent && bits_of_span(k, t, t + n) & WORD_ALONE;
            bool longer = here && t + n < d->tok_count && bits_of_span(k, t, t + n + 1) & WORD_NOT_NAME; /* 交通部门 */
            if (here && !longer) {
                struct mention m = {.type = NG_ORGANIZATION, .confidence = 0.7f};
                set_span(k, &m, t, t + n);
                propose(k, m, FROM_TEXT);
                break;
            }
        }
    }
}

static bool is_surname(const struct linker *k, uint32_t t, uint32_t n) {
    char text[16];
    size_t len = 0;
    for (uint32_t i = t; i < t + n; i++) {
        struct str fold = k->d->toks[i].fold;
        if (len + fold.n > sizeof text) {
            return false;
        }
        memcpy(text + len, fold.p, fold.n);
        len += fold.n;
    }
    return map_get(&k->r->surnames, (struct str){text, len}) != MAP_NONE;
}

/* Chinese: what begins with a surname between words that go with persons on both sides, 记者王小丽报道. */
static void propose_titled(struct linker *k) {
    const struct doc *d = k->d;
    uint32_t before = (uint32_t)WORD_BEFORE << NG_PERSON, after = (uint32_t)WORD_AFTER << NG_PERSON;
    for (uint32_t t = 1; d->lang == k->r->chinese && t + 2 < d->tok_count; t++) {
        if (!is_han_tok(d, t) || !(is_surname(k, t, 1) || is_surname(k, t, 2)) || !(word_bits(k, t, -1) & before)) {
            continue;
        }
        uint32_t longest = is_surname(k, t, 2) ? 4 : 3;
        for (uint32_t n = longest; n >= 2; n--) {
            uint32_t last = t + n;
            bool same = last < d->tok_count && d->toks[last - 1].sent == d->toks[t].sent && is_han_tok(d, last - 1) && is_han_tok(d, t + 1);
            if (same && is_han_tok(d, last) && d->toks[last].flags & TOK_WORD_START && word_bits(k, last, 1) & after) {
                struct mention m = {.type = NG_PERSON, .confidence = 0.7f};
                set_span(k, &m, t, last);
                propose(k, m, FROM_NER);
                break;
            }
        }
    }
}

/* ---- Chinese: foreign names with dots, institutions of places ---- */

static bool is_middle_dot(struct str s) {
    static const char *const dots[] = {"·", "•", "・", "‧", NULL};
    return one_of(s, dots);
}

static bool sounds_foreign(const struct linker *k, uint32_t t) {
    uint32_t sound = is_han_tok(k->d, t) ? map_get(&k->r->sounds, k->d->toks[t].fold) : MAP_NONE;
    return sound == 1;
}

static bool is_foreign(const struct linker *k, uint32_t first, uint32_t last, struct buf *b) {
    return map_get(&k->r->foreign, form_key(k->d, first, last, b)) != MAP_NONE;
}

enum { FOREIGN_PART = 8 /* characters */ };

/* Where the part of a foreign name that ends at last begins: the longest known one, else as far as its characters go. */
static uint32_t part_start(const struct linker *k, uint32_t last, bool *known) {
    struct buf b;
    buf_init(&b, k->d->a);
    uint32_t run = last;
    while (run > 0 && last - run < FOREIGN_PART && k->d->toks[run - 1].sent == k->d->toks[last].sent && sounds_foreign(k, run - 1)) {
        run--;
    }
    const struct tok *t = k->d->toks;
    *known = false;
    for (uint32_t n = last < FOREIGN_PART ? last : FOREIGN_PART; n >= 1 && !*known; n--) {
        *known = t[last - n].sent == t[last].sent && is_foreign(k, last - n, last, &b);
        if (*known) { /* 亚尼克, though 尼克 is known: single characters that are no words go with it */
            uint32_t at = last - n;
            while (at > run && t[at].flags & TOK_WORD_START && t[at - 1].flags & TOK_WORD_START) {
                at--;
            }
            run = at;
        }
    }
    return run;
}

/* Where the part that begins at first ends: behind the longest known one, and on over words of such characters alone. */
static uint32_t part_end(const struct linker *k, uint32_t first, bool *known) {
    const struct doc *d = k->d;
    struct buf b;
    buf_init(&b, d->a);
    uint32_t run = first;
    while (run < d->tok_count && run - first < FOREIGN_PART && d->toks[run].sent == d->toks[first].sent && sounds_foreign(k, run)) {
        uint32_t word = run + 1;
        while (word < d->tok_count && is_han_tok(d, word) && !(d->toks[word].flags & TOK_WORD_START) && sounds_foreign(k, word)) {
            word++;
        }
        if (run > first && word < d->tok_count && is_han_tok(d, word) && !(d->toks[word].flags & TOK_WORD_START)) {
            break; /* a word of the language begins here */
        }
        run = word;
    }
    *known = false;
    for (uint32_t n = FOREIGN_PART; n >= 1 && !*known; n--) {
        *known = first + n <= d->tok_count && d->toks[first + n - 1].sent == d->toks[first].sent && is_foreign(k, first, first + n, &b);
        run = *known && first + n > run ? first + n : run;
    }
    return run;
}

static bool han_institution(const struct linker *k, uint32_t at) {
    for (uint32_t n = 6; n >= 1; n--) {
        if (at + n <= k->d->tok_count && bits_of_span(k, at, at + n) & (WORD_INSTITUTION | WORD_TAIL)) {
            return true;
        }
    }
    return false;
}

/* 查理·克利夫兰, whatever its parts are elsewhere. */
static void propose_dotted(struct linker *k) {
    const struct doc *d = k->d;
    for (uint32_t t = 1; d->lang == k->r->chinese && t + 1 < d->tok_count; t++) {
        if (!is_middle_dot(d->toks[t].fold) || !is_han_tok(d, t - 1) || !is_han_tok(d, t + 1)) {
            continue;
        }
        bool left, right = true;
        uint32_t first = part_start(k, t, &left), last = part_end(k, t + 1, &right);
        if (first > 1 && str_eqz(d->toks[first - 1].fold, "-") && is_han_tok(d, first - 2)) { /* 让-皮埃尔 */
            bool known;
            uint32_t from = part_start(k, first - 1, &known);
            first = known ? from : first;
        }
        while (last + 1 < d->tok_count && (is_middle_dot(d->toks[last].fold) || str_eqz(d->toks[last].fold, "-")) && is_han_tok(d, last + 1)) {
            last = part_end(k, last + 1, &right);
        }
        if (t - first >= 2 && last - t >= 2 && (left || right) && !han_institution(k, last)) {
            struct mention m = {.type = NG_PERSON, .confidence = left && right ? 0.85f : left ? 0.75f : 0.65f};
            set_span(k, &m, first, last);
            propose(k, m, FROM_NER)->shaped = true;
        }
        t = last > t ? last - 1 : t;
    }
}

/* 玉木雄一郎: a Japanese surname of two characters or three with a given name. */
static void propose_japanese(struct linker *k) {
    const struct doc *d = k->d;
    const struct name_table *t = &k->r->japanese;
    struct buf b;
    buf_init(&b, d->a);
    uint32_t told = 0;
    for (size_t i = 0; i < d->hit_count; i++) {
        told += d->hits[i].prior >= KB_BORNE_OUT && map_get(&t->context, kb_row(k->r->kb, d->hits[i].row)->id) != MAP_NONE;
    }
    for (uint32_t at = 0; d->lang == k->r->chinese && told >= 2 && at + 3 <= d->tok_count; at++) {
        if (!is_han_tok(d, at) || !(d->toks[at].flags & TOK_WORD_START)) {
            continue;
        }
        for (uint32_t n = 3, taken = 0; n >= 2 && !taken; n--) {
            bool surname = at + n < d->tok_count && map_get(&t->surnames, form_key(d, at, at + n, &b)) != MAP_NONE;
            for (uint32_t m = 3; surname && m >= 1 && !taken; m--) {
                uint32_t last = at + n + m;
                bool given = last <= d->tok_count && d->toks[last - 1].sent == d->toks[at].sent &&
                             map_get(&t->given, form_key(d, at + n, last, &b)) != MAP_NONE;
                if (given && (m > 1 || last == d->tok_count || !is_han_tok(d, last) || d->toks[last].flags & TOK_WORD_START)) {
                    struct mention x = {.type = NG_PERSON, .confidence = 0.85f};
                    set_span(k, &x, at, last);
                    propose(k, x, FROM_NER);
                    taken = 1;
                }
            }
        }
    }
}

/* The end of the institution that parts behind a place's name make of it (特拉华州|衡平法院, 合肥|综合性|国家|科学|中心), or 0. */
static uint32_t institution_end(const struct linker *k, uint32_t at) {
    const struct doc *d = k->d;
    uint32_t end = 0;
    struct buf b;
    buf_init(&b, d->a);
    for (uint32_t parts = 0; parts < 6 && at < d->tok_count; parts++) {
        uint32_t n = 8;
        while (n >= 1 && (at + n > d->tok_count || d->toks[at + n - 1].sent != d->toks[at].sent ||
                          (map_get(&k->words->parts, form_key(d, at, at + n, &b)) == MAP_NONE && !(bits_of_span(k, at, at + n) & WORD_INSTITUTION)))) {
            n--;
        }
        if (!n) {
            break;
        }
        end = bits_of_span(k, at, at + n) & WORD_INSTITUTION ? at + n : end;
        at += n;
    }
    return end;
}

static void propose_institution(struct linker *k, uint32_t first, uint32_t from) {
    uint32_t last = from < k->d->tok_count && is_han_tok(k->d, from) && is_han_tok(k->d, first) ? institution_end(k, from) : 0;
    bool word = last && last < k->d->tok_count && is_han_tok(k->d, last) && !(k->d->toks[last].flags & TOK_WORD_START);
    if (last && !word && last - first <= FORM_TOKENS + 8 && !(bits_of_span(k, first, last) & WORD_NOT_NAME)) {
        struct mention m = {.type = NG_ORGANIZATION, .confidence = 0.8f};
        set_span(k, &m, first, last);
        propose(k, m, FROM_TEXT);
    }
}

static void propose_institutions(struct linker *k) {
    const struct doc *d = k->d;
    if (d->lang != k->r->chinese) {
        return;
    }
    for (size_t i = 0; i < d->hit_count; i++) {
        enum ng_type type = kb_row(k->r->kb, d->hits[i].row)->type;
        if ((type == NG_LOCATION || type == NG_ORGANIZATION) && d->hits[i].prior >= KB_BORNE_OUT) {
            propose_institution(k, d->hits[i].first, d->hits[i].last);
        }
    }
    for (size_t i = 0; i < d->name_count; i++) {
        if (d->names[i].type == NG_LOCATION && d->names[i].confidence >= 0.6f) {
            propose_institution(k, d->names[i].first, d->names[i].last);
        }
    }
}

/* ---- the same forms again ---- */

/* Words in lower case: what stands so is a word, whatever capital it has elsewhere. */
static bool note_lower(struct linker *k) {
    for (uint32_t t = 0; t < k->d->tok_count; t++) {
        const struct tok *x = &k->d->toks[t];
        if (x->kind == TOK_WORD && !(x->flags & (TOK_CAPITAL | TOK_HAN)) && !map_set(&k->lower, x->fold, 1)) {
            return false;
        }
    }
    return true;
}

static bool note_form(struct linker *k, uint32_t first, uint32_t last, enum ng_type type, float p) {
    struct buf b;
    buf_init(&b, k->d->a);
    uint32_t *at = map_at(&k->forms, form_key(k->d, first, last, &b));
    if (!at) {
        return false;
    }
    if (*at == MAP_NONE) {
        *at = (uint32_t)k->form_count;
        ARENA_PUSH(k->d->a, k->seen, k->form_count, k->form_cap) =
            (struct form){.tokens = (uint16_t)(last - first), .latin = !is_han_tok(k->d, first)};
    }
    if (arena_full(k->d->a)) {
        return false;
    }
    uint8_t *longest = &k->longest[str_hash(k->d->toks[first].fold) % FORM_FILTER];
    *longest = last - first > *longest ? (uint8_t)(last - first) : *longest;
    struct form *f = &k->seen[*at];
    f->sum[type] += p;
    f->best = p > f->best && p <= 1 ? p : f->best;
    return true;
}

/* What "die Firma X" says of X outweighs what the recogniser makes of it elsewhere. */
#define FIRM_SURE 50.0f

/* Of at most three words right before a name. */
static bool firm_before(const struct linker *k, uint32_t at) {
    for (uint32_t n = 3; n >= 1; n--) {
        if (at >= n && bits_of_span(k, at - n, at) & WORD_FIRM) {
            return true;
        }
    }
    return false;
}

static bool note_forms(struct linker *k) {
    for (size_t i = 0; i < k->n; i++) {
        const struct link *x = &k->links[i];
        if (x->source == FROM_NER && x->m.last - x->m.first <= FORM_TOKENS &&
            !note_form(k, x->m.first, x->m.last, x->m.type, x->m.confidence)) {
            return false;
        }
        bool firm = x->source == FROM_NER && x->m.first > 0 && x->m.last - x->m.first >= 2 && x->m.type != NG_ORGANIZATION && !is_han_tok(k->d, x->m.first) &&
                    x->m.last - x->m.first <= FORM_TOKENS && k->d->toks[x->m.first - 1].sent == k->d->toks[x->m.first].sent && firm_before(k, x->m.first);
        if (firm && !note_form(k, x->m.first, x->m.last, NG_ORGANIZATION, FIRM_SURE)) {
            return false;
        }
    }
    return true;
}

static enum ng_type form_type(const struct form *f) {
    enum ng_type best = NG_PERSON;
    for (int t = 1; t < TYPES; t++) {
        best = f->sum[t] > f->sum[best] ? (enum ng_type)t : best;
    }
    return best;
}

/* Whether a form may be taken for a name wherever it stands. */
static bool carries(const struct linker *k, const struct form *f, uint32_t first, uint32_t last) {
    const struct tok *t = &k->d->toks[first];
    bool often = !f->latin && last - first >= 3 && f->best >= 0.5f;
    if (f->best < FORM_BEST && !often) {
        return false;
    }
    if (!f->latin) {
        return last - first >= 2 && t->flags & TOK_WORD_START;
    }
    bool alone = last - first == 1;
    return t->flags & TOK_CAPITAL && (!alone || (f->best >= 0.85f && t->fold.n > 2 && map_get(&k->lower, t->fold) == MAP_NONE &&
                                                 !(word_bits(k, first, -1) & WORD_ARTICLE)));
}

/* "Changs" where "Chang" was found: the genitive of the language. */
static const struct form *form_at(const struct linker *k, struct str key, struct str genitive) {
    uint32_t at = map_get(&k->forms, key);
    if (at == MAP_NONE && genitive.n && str_ends(key, genitive)) {
        at = map_get(&k->forms, str_sub(key, 0, key.n - genitive.n));
    }
    return at == MAP_NONE ? NULL : &k->seen[at];
}

/* Tokens of the longest form that may begin with the word, or with the name that the word is the genitive of. */
static uint32_t longest_form(const struct linker *k, struct str word, struct str genitive) {
    uint32_t n = k->longest[str_hash(word) % FORM_FILTER];
    bool ends = genitive.n && str_ends(word, genitive);
    return n || !ends ? n : k->longest[str_hash(str_sub(word, 0, word.n - genitive.n)) % FORM_FILTER];
}

static void propose_again(struct linker *k) {
    const struct doc *d = k->d;
    struct str genitive = k->langs->items[d->lang].genitive;
    struct buf b;
    buf_init(&b, d->a);
    for (uint32_t i = 0; k->form_count && i < d->tok_count; i++) {
        uint32_t longest = d->toks[i].kind > TOK_NUMBER ? 0 : longest_form(k, d->toks[i].fold, genitive);
        b.n = 0;
        for (uint32_t j = i; j < d->tok_count && j - i < longest && d->toks[j].sent == d->toks[i].sent; j++) {
            buf_add(&b, d->toks[j].fold);
            const struct form *f = form_at(k, buf_str(&b), genitive);
            if (f && carries(k, f, i, j + 1)) {
                struct mention m = {d->toks[i].start, d->toks[j].end, i, j + 1, form_type(f), 0, f->best * 0.92f};
                propose(k, m, FROM_TEXT);
            }
        }
    }
}

bool propose_all(struct linker *k) {
    propose_values(k);
    propose_known(k);
    propose_found(k);
    propose_kinds(k);
    propose_storms(k);
    propose_alone(k);
    propose_titled(k);
    propose_dotted(k);
    propose_japanese(k);
    propose_institutions(k);
    if (arena_full(k->d->a) || !note_lower(k) || !note_forms(k)) {
        return false;
    }
    propose_again(k);
    return !arena_full(k->d->a);
}
