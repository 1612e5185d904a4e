/* kb.c - see kb.h. From each token the key grows token by token and is looked up, as far as any alias that begins so goes. */
#include <unicode/uchar.h>

#include "core/base/utf8.h"
#include "core/kb/in.h"

#include "core/base/banned.h"

enum { LONGEST_ALIAS = 20 /* tokens; the longest names of institutions in Chinese */, FOUND_MAX = 48 };

const struct kb_row *kb_row(const struct kb *k, uint32_t row) {
    return &k->entries[row].row;
}

size_t kb_rows(const struct kb *k) {
    return k->n;
}

size_t kb_aliases(const struct kb *k) {
    return k->alias_count;
}

uint32_t kb_of_id(const struct kb *k, struct str id) {
    uint32_t row = map_get(&k->by_id, id);
    return row == MAP_NONE ? KB_NONE : row;
}

struct str kb_name(const struct kb *k, uint32_t row, struct str target, bool *own) {
    struct str primary = target, english = STR_NONE, found = STR_NONE;
    uint32_t first = k->entries[row].name_first;
    primary = str_cut(&primary, '-');
    for (uint32_t i = first; i != KB_NONE; i = k->names[i].next) {
        const struct kb_name *n = &k->names[i];
        if (str_eq(n->tag, target)) {
            found = n->text;
            break;
        }
        found = !found.n && str_eq(n->tag, primary) ? n->text : found;
        english = !english.n && str_eqz(n->tag, "en") ? n->text : english;
    }
    if (own) {
        *own = found.n > 0;
    }
    return found.n ? found : english.n ? english : k->names[first].text;
}

uint32_t kb_of_name(const struct kb *k, struct arena *a, struct str name) {
    struct buf b;
    buf_init(&b, a);
    kb_key_add(&b, text_fold(k->fold, a, name));
    uint32_t weak = KB_NONE;
    for (uint32_t i = kb_lookup(k, buf_str(&b)); i != KB_NONE; i = k->aliases[i].next) {
        uint8_t flags = k->aliases[i].flags;
        if (!(flags & (ALIAS_WEAK | ALIAS_CUE | ALIAS_SHORT))) {
            return k->aliases[i].row;
        }
        weak = weak == KB_NONE && !(flags & (ALIAS_CUE | ALIAS_SHORT)) ? k->aliases[i].row : weak;
    }
    return weak;
}

/* ---- finding ---- */

struct finder {
    const struct kb *k;
    struct doc *d;
    size_t cap;
    uint8_t *seen; /* [rows] SEEN_ bits */
    bool loud;     /* the sentence is all in capitals */
    uint32_t sent;
};

/* The prior of a name that counts only with another name or a cue of its row, until these are known. */
#define KB_ONLY_CUED (-1.0f)

enum { SEEN_NAME = 1, SEEN_CUE = 2 };

/* An alias in Han characters must not begin inside a dictionary word of three characters or more; short look-alikes inside
 * longer words are the danger. */
static bool begins_well(const struct doc *d, size_t first) {
    const struct tok *t = &d->toks[first];
    return !(t->flags & TOK_HAN) || t->flags & TOK_WORD_START || first == 0 || !(d->toks[first - 1].flags & TOK_HAN) ||
           d->toks[first - 1].flags & TOK_WORD_START;
}

/* Whether [first, last) are dictionary words as a whole: 中兴 is not in 中|兴奋, nor 中国 in 发展中|国家. */
static bool on_words(const struct doc *d, uint32_t first, uint32_t last) {
    const struct tok *t = d->toks;
    bool open = t[first].flags & TOK_WORD_START || first == 0 || !(t[first - 1].flags & TOK_HAN);
    return open && (last == d->tok_count || t[last].flags & TOK_WORD_START || !(t[last].flags & TOK_HAN));
}

static bool is_katakana(int32_t c) {
    return (c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC;
}

static int32_t char_of(const struct doc *d, uint32_t tok) {
    size_t i = d->toks[tok].start;
    return utf8_next(d->text, &i);
}

/* A foreign word in Katakana goes as far as the Katakana: マル is not in ヴァイマル. */
static bool cuts_katakana(const struct doc *d, uint32_t first, uint32_t last) {
    int32_t a = first > 0 && d->toks[first - 1].end == d->toks[first].start ? char_of(d, first - 1) : 0;
    int32_t b = char_of(d, first), y = char_of(d, last - 1);
    int32_t z = last < d->tok_count && d->toks[last].start == d->toks[last - 1].end ? char_of(d, last) : 0;
    return (is_katakana(a) && is_katakana(b)) || (is_katakana(y) && is_katakana(z));
}

/* Hangul has no dictionary that would tell where a particle begins. */
static bool is_hangul(const struct doc *d, uint32_t tok) {
    int32_t c = char_of(d, tok);
    return c >= 0xAC00 && c <= 0xD7A3;
}

static bool is_loud(const struct doc *d, uint32_t sent) {
    size_t words = 0, upper = 0;
    for (uint32_t i = d->sents[sent].first; i < d->sents[sent].last; i++) {
        if (d->toks[i].kind == TOK_WORD && d->toks[i].end - d->toks[i].start > 1 && !(d->toks[i].flags & TOK_HAN)) {
            words++;
            upper += d->toks[i].flags & TOK_UPPER ? 1 : 0;
        }
    }
    return words >= 3 && upper * 5 >= words * 4;
}

static bool case_fits(const struct finder *f, const struct kb_alias *x, uint32_t first, uint32_t last) {
    const struct tok *t = &f->d->toks[first], *end = &f->d->toks[last - 1];
    if (x->lang != LANG_NONE && x->lang != f->d->lang) {
        return false;
    }
    if (x->flags & ALIAS_CAPITAL && !(t->flags & TOK_CAPITAL)) {
        return false;
    }
    if (x->flags & ALIAS_LAST && !(end->flags & TOK_CAPITAL) && last - first > 1 && !(end->flags & TOK_HAN) &&
        end->flags & TOK_SPACE_BEFORE && end->kind == TOK_WORD) {
        return false;
    }
    return !(x->flags & ALIAS_UPPER) || (t->flags & TOK_UPPER) || last - first > 1;
}

/* Whether a Han character goes on behind what ends with one, in a language whose names are parts of longer words. */
static bool goes_on(const struct finder *f, uint32_t last) {
    const struct doc *d = f->d;
    return f->k->langs->items[d->lang].compounds && last < d->tok_count && d->toks[last].start == d->toks[last - 1].end &&
           u_hasBinaryProperty(char_of(d, last - 1), UCHAR_IDEOGRAPHIC) && u_hasBinaryProperty(char_of(d, last), UCHAR_IDEOGRAPHIC);
}

static float prior_of(const struct finder *f, const struct kb_alias *x, uint32_t first, uint32_t last) {
    const struct tok *t = &f->d->toks[first];
    bool han = t->flags & TOK_HAN;
    if (x->flags & ALIAS_SHORT || (han && cuts_katakana(f->d, first, last))) {
        return 0;
    }
    if (han && last - first <= (x->flags & ALIAS_WEAK ? 3 : 2) && f->d->toks[last - 1].flags & TOK_HAN && !on_words(f->d, first, last)) {
        return is_hangul(f->d, last - 1) && t->flags & TOK_WORD_START ? KB_WEAK : 0;
    }
    if (han && goes_on(f, last)) {
        return KB_WEAK;
    }
    if (x->flags & ALIAS_CUED) {
        return KB_ONLY_CUED;
    }
    if (!(x->flags & ALIAS_WEAK)) {
        return f->loud && x->flags & ALIAS_UPPER ? KB_CAPITAL : KB_STRONG;
    }
    /* a capital inside a sentence tells a name, where not every noun has one */
    bool nouns = str_eqz(f->k->langs->items[f->d->lang].public.code, "de");
    bool told = !han && !(x->flags & ALIAS_UPPER) && t->flags & TOK_CAPITAL && !nouns && !f->loud && !(t->flags & TOK_SENT_START);
    return told ? KB_CAPITAL : KB_WEAK;
}

/* All aliases of a key at [first, last). */
static void take(struct finder *f, uint32_t alias, uint32_t first, uint32_t last, bool ending) {
    const struct kb *k = f->k;
    for (uint32_t i = alias; i != KB_NONE; i = k->aliases[i].next) {
        const struct kb_alias *x = &k->aliases[i];
        if (x->flags & ALIAS_CUE) {
            f->seen[x->row] |= SEEN_CUE;
            continue;
        }
        if ((ending && !(x->flags & ALIAS_CAPITAL)) || !case_fits(f, x, first, last)) {
            continue;
        }
        float prior = prior_of(f, x, first, last);
        if (prior != 0) {
            f->seen[x->row] |= prior >= KB_STRONG ? SEEN_NAME : 0;
            ARENA_PUSH(f->d->a, f->d->hits, f->d->hit_count, f->cap) = (struct kb_hit){first, last, x->row, prior};
        }
    }
}

static void find_at(struct finder *f, uint32_t i, struct buf *b, struct str genitive) {
    struct doc *d = f->d;
    uint32_t found[FOUND_MAX], ends[FOUND_MAX];
    bool endings[FOUND_MAX];
    size_t n = 0;
    b->n = 0;
    for (uint32_t j = i; j < d->tok_count && j - i < LONGEST_ALIAS && d->toks[j].sent == d->toks[i].sent; j++) {
        const struct tok *t = &d->toks[j];
        kb_key_add(b, t->fold);
        struct str key = buf_str(b);
        if (!b->n || (t->kind >= TOK_PUNCT && j > i && !strchr("-.'&+", t->fold.n == 1 ? t->fold.p[0] : '-') && t->fold.n == 1)) {
            break;
        }
        if (key.n > kb_longest(f->k, key, genitive.n) + genitive.n) {
            break;
        }
        if (t->kind >= TOK_PUNCT && !str_eqz(t->fold, "+")) {
            continue; /* no name ends with it */
        }
        uint32_t alias = kb_lookup(f->k, key);
        bool ending = alias == KB_NONE && genitive.n && key.n > 3 && str_ends(key, genitive);
        alias = ending ? kb_lookup(f->k, str_sub(key, 0, key.n - genitive.n)) : alias;
        if (alias != KB_NONE && n < FOUND_MAX) {
            found[n] = alias;
            endings[n] = ending;
            ends[n++] = j + 1;
        }
    }
    while (n-- > 0) { /* longest first */
        take(f, found[n], i, ends[n], endings[n]);
    }
}

enum err_code kb_find(const struct kb *k, struct doc *d, struct err *err) {
    struct finder f = {.k = k, .d = d, .seen = ARENA_ARRAY(d->a, k->n + 1, uint8_t), .sent = UINT32_MAX};
    struct str genitive = k->langs->items[d->lang].genitive;
    struct buf b;
    buf_init(&b, d->a);
    if (!f.seen) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the known names");
    }
    for (uint32_t i = 0; i < d->tok_count; i++) {
        if (d->toks[i].sent != f.sent) {
            f.sent = d->toks[i].sent;
            f.loud = f.sent < d->sent_count && is_loud(d, f.sent);
        }
        if (d->toks[i].kind <= TOK_NUMBER && begins_well(d, i)) {
            find_at(&f, i, &b, genitive);
        }
    }
    size_t kept = 0;
    for (size_t h = 0; h < d->hit_count; h++) {
        uint8_t seen = f.seen[d->hits[h].row];
        if (d->hits[h].prior < KB_BORNE_OUT && seen) {
            d->hits[h].prior = seen & SEEN_CUE ? KB_CUED : KB_BORNE_OUT;
        }
        if (d->hits[h].prior > 0) {
            d->hits[kept++] = d->hits[h];
        }
    }
    d->hit_count = kept;
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the known names") : ERR_OK;
}
