/* features.c - see features.h. A key is a mix of the template's number and the hashes it joins. */
#include "core/ner/features.h"

#include <unicode/uchar.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

/* ---- hashing ---- */

static uint64_t mix(uint64_t h) {
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t join(uint64_t a, uint64_t b) {
    return mix(a * 0xff51afd7ed558ccdu + b);
}

uint64_t ner_hash(struct str fold) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < fold.n; i++) {
        h = (h ^ (unsigned char)fold.p[i]) * 0x100000001b3u;
    }
    return mix(h);
}

uint64_t ner_run_hash(struct str fold, bool chars) {
    uint64_t run = 0;
    for (size_t i = 0; i < fold.n;) {
        size_t from = i, to = chars ? i : str_find(fold, STR(" "), i);
        if (chars) {
            utf8_next(fold, &to);
        }
        to = to > fold.n ? fold.n : to;
        uint64_t word = ner_hash(str_sub(fold, from, to));
        run = from == 0 ? word : join(run, word);
        i = chars ? to : to + 1;
    }
    return run;
}

/* ---- atoms ---- */

enum char_class { CLASS_END, CLASS_LOWER, CLASS_UPPER, CLASS_DIGIT, CLASS_HAN, CLASS_KANA, CLASS_OTHER, CLASS_MARK };

static int class_of(int32_t c) {
    if (c < 0x80) {
        return c >= 'a' && c <= 'z' ? CLASS_LOWER : c >= 'A' && c <= 'Z' ? CLASS_UPPER : c >= '0' && c <= '9' ? CLASS_DIGIT : CLASS_MARK;
    }
    if (c >= 0x4E00 && c <= 0x9FFF) {
        return CLASS_HAN;
    }
    if (c >= 0x3040 && c <= 0x30FF) {
        return CLASS_KANA;
    }
    switch (u_charType(c)) {
    case U_LOWERCASE_LETTER:
        return CLASS_LOWER;
    case U_UPPERCASE_LETTER:
    case U_TITLECASE_LETTER:
        return CLASS_UPPER;
    case U_DECIMAL_DIGIT_NUMBER:
        return CLASS_DIGIT;
    case U_OTHER_LETTER:
    case U_MODIFIER_LETTER:
        return CLASS_OTHER;
    default:
        return CLASS_MARK;
    }
}

/* Classes of the characters, three bits each: long runs are cut at four (shape) and at one (brief). Five fit. */
static void fill_shape(struct ner_atom *a, struct str text) {
    uint32_t shape = 0, brief = 0;
    int n = 0, runs = 0, run = 0, before = CLASS_END;
    for (size_t i = 0; i < text.n;) {
        int k = class_of(utf8_next(text, &i));
        run = k == before ? run + 1 : 1;
        if (run <= 4 && n < 5) {
            shape |= (uint32_t)k << (3 * n++);
        }
        if (run == 1 && runs < 5) {
            brief |= (uint32_t)k << (3 * runs++);
        }
        before = k;
    }
    a->shape = (uint16_t)(shape | (n == 5 && run > 4 ? 0x8000u : 0));
    a->brief = (uint16_t)brief;
}

static const uint64_t no_affixes[NER_AFFIXES];

/* affixes: [2 * NER_AFFIXES] zeros. */
static void fill_affixes(struct ner_atom *a, struct str fold, uint64_t *affixes) {
    uint64_t *pre = affixes, *suf = affixes + NER_AFFIXES;
    a->pre = pre;
    a->suf = suf;
    uint64_t h = 0xcbf29ce484222325u;
    int n = 0;
    for (size_t i = 0; i < fold.n && n < NER_AFFIXES; n++) {
        size_t from = i;
        utf8_next(fold, &i);
        for (size_t k = from; k < i; k++) {
            h = (h ^ (unsigned char)fold.p[k]) * 0x100000001b3u;
        }
        pre[n] = mix(h);
    }
    h = 0x84222325cbf29ce4u;
    n = 0;
    for (size_t i = fold.n; i > 0 && n < NER_AFFIXES; n++) {
        size_t to = i;
        utf8_prev(fold, &i);
        for (size_t k = to; k > i; k--) {
            h = (h ^ (unsigned char)fold.p[k - 1]) * 0x100000001b3u;
        }
        suf[n] = mix(h);
    }
}

static void fill_atom(struct ner_atom *a, const struct doc *d, const struct tok *t, uint64_t *affixes) {
    struct str text = doc_sub(d, t->start, t->end);
    a->fold = a->word = ner_hash(t->fold);
    a->pre = a->suf = no_affixes;
    if (t->flags & TOK_HAN) {
        size_t i = 0;
        a->flags |= NER_ATOM_CHAR;
        a->brief = a->shape = (uint16_t)class_of(utf8_next(text, &i));
    } else {
        fill_shape(a, text);
        fill_affixes(a, t->fold, affixes);
        int first = a->brief & 7;
        a->flags |= first == CLASS_UPPER ? NER_ATOM_CAPITAL : 0;
        a->flags |= first == CLASS_UPPER || first == CLASS_LOWER ? NER_ATOM_LATIN : 0;
    }
    a->flags |= t->flags & TOK_SENT_START ? NER_ATOM_START : 0;
}

/* Characters of scripts without spaces: the dictionary word around each. */
static void fill_words(struct ner_atom *atoms, const struct doc *d, const struct sent *s) {
    for (uint32_t i = s->first; i < s->last;) {
        if (!(atoms[i].flags & NER_ATOM_CHAR)) {
            i++;
            continue;
        }
        uint32_t to = i + 1;
        uint64_t word = atoms[i].fold;
        while (to < s->last && (atoms[to].flags & NER_ATOM_CHAR) && !(d->toks[to].flags & TOK_WORD_START)) {
            word = join(word, atoms[to].fold);
            to++;
        }
        for (uint32_t k = i; k < to; k++) {
            atoms[k].word = word;
            atoms[k].place = (uint8_t)(k - i < 6 ? k - i : 6);
            atoms[k].length = (uint8_t)(to - i < 6 ? to - i : 6);
        }
        i = to;
    }
}

/* A line in capitals, or with nearly every word capitalised, tells little by its capitals. */
static void mark_loud(struct ner_atom *atoms, const struct doc *d, const struct sent *s) {
    unsigned words = 0, capital = 0, upper = 0;
    for (uint32_t i = s->first; i < s->last; i++) {
        bool word = d->toks[i].kind == TOK_WORD && !(atoms[i].flags & NER_ATOM_CHAR) && d->toks[i].end - d->toks[i].start > 3;
        words += word;
        capital += word && (atoms[i].flags & NER_ATOM_CAPITAL);
        upper += word && (d->toks[i].flags & TOK_UPPER);
    }
    if (words >= 4 && (upper * 5 >= words * 4 || capital * 10 >= words * 9)) {
        for (uint32_t i = s->first; i < s->last; i++) {
            atoms[i].flags |= NER_ATOM_LOUD;
        }
    }
}

/* A line without a mark at its end: a heading, a caption, an entry of a list. They leave out articles and verbs. */
static void mark_heading(struct ner_atom *atoms, const struct doc *d, const struct sent *s) {
    bool line = s->last > s->first && (d->toks[s->first].flags & TOK_LINE_START) && d->toks[s->last - 1].kind != TOK_PUNCT;
    for (uint32_t i = s->first; i < s->last; i++) {
        atoms[i].heading = line;
    }
}

/* Words that the text also has in lower case: a filter of 4096 bits is enough, a mistake is one wrong feature. */
enum { LOWER_BITS = 1 << 14 };

static bool mark_lower(struct ner_atom *atoms, const struct doc *d) {
    uint64_t *seen = ARENA_ARRAY(d->a, LOWER_BITS / 64, uint64_t);
    if (!seen) {
        return false;
    }
    for (size_t i = 0; i < d->tok_count; i++) {
        if ((atoms[i].brief & 7) == CLASS_LOWER) {
            uint64_t b = atoms[i].fold % LOWER_BITS;
            seen[b / 64] |= (uint64_t)1 << (b % 64);
        }
    }
    for (size_t i = 0; i < d->tok_count; i++) {
        uint64_t b = atoms[i].fold % LOWER_BITS;
        if ((atoms[i].flags & NER_ATOM_CAPITAL) && (seen[b / 64] >> (b % 64) & 1)) {
            atoms[i].flags |= NER_ATOM_LOWER_TOO;
        }
    }
    return true;
}

/* Bit of a type at a place in a known stretch: 0 alone, 1 first, 2 inner, 3 last. */
static uint32_t known_bit(enum ng_type type, int place) {
    return (uint32_t)1 << ((int)type * 4 + place);
}

static void mark_known(struct ner_atom *atoms, const struct kb *kb, const struct doc *d) {
    for (size_t h = 0; kb && h < d->hit_count; h++) {
        const struct kb_hit *hit = &d->hits[h];
        enum ng_type type = kb_row(kb, hit->row)->type;
        if (type > NG_EVENT_NAME || hit->last > d->tok_count || hit->prior < 0.5f) { /* an ordinary word, as like as not */
            continue;
        }
        for (uint32_t i = hit->first; i < hit->last; i++) {
            int place = hit->first + 1 == hit->last ? 0 : i == hit->first ? 1 : i + 1 == hit->last ? 3 : 2;
            atoms[i].known |= known_bit(type, place) | (hit->prior >= 0.6f ? (uint32_t)1 << 24 : 0);
        }
    }
}

/* ---- what the model knows of words and runs of words ---- */

enum { RUN_MAX = 8 };

static void mark_lists(struct ner_atom *atoms, uint32_t first, uint32_t last, uint32_t bits) {
    for (uint32_t k = first; k < last; k++) {
        int place = first + 1 == last ? 0 : k == first ? 1 : k + 1 == last ? 3 : 2;
        for (uint32_t rest = bits; rest; rest &= rest - 1) {
            int list = __builtin_ctz(rest);
            atoms[k].lists[list / 4 & 1] |= (uint32_t)1 << (list % 4 * 4 + place);
        }
    }
}

/* All runs in lists of names, overlapping or not, that begin with a capital or a character of a script without spaces; of
 * the runs in the lexicon the longest. */
static void mark_runs(struct ner_atom *atoms, const struct ner_model *m, const struct doc *d, const struct sent *s) {
    uint32_t done = s->first; /* behind the last run of the lexicon */
    for (uint32_t i = s->first; i < s->last; i++) {
        bool chars = atoms[i].flags & NER_ATOM_CHAR, names = chars || (atoms[i].flags & NER_ATOM_CAPITAL);
        uint64_t run = 0;
        for (uint32_t to = i; to < s->last && to < i + RUN_MAX && d->toks[to].kind <= TOK_NUMBER; to++) {
            if (!(atoms[to].flags & NER_ATOM_CHAR) != !chars) {
                break;
            }
            run = to == i ? atoms[i].fold : join(run, atoms[to].fold);
            uint16_t word = ner_model_word(m, run);
            unsigned kind = ner_word_kind(word);
            if (names) {
                mark_lists(atoms, i, to + 1, ner_word_lists(word));
            }
            for (uint32_t k = i; kind && to >= done && k <= to; k++) {
                atoms[k].kind = (uint8_t)kind;
            }
            done = kind && to >= done ? to + 1 : done;
            if (!(word & NER_LONGER)) {
                break;
            }
        }
    }
}

/* A long word that is not in the lexicon may end in one that is: Spanplattenwerk. */
enum { ENDING_MIN = 3, ENDING_MAX = 12, BEFORE_ENDING = 3 };

static unsigned kind_of_ending(const struct ner_model *m, struct str fold) {
    size_t at = 0, starts[ENDING_MAX + 1], chars = 0;
    for (size_t i = fold.n; i > 0 && chars < ENDING_MAX; starts[++chars] = i) {
        utf8_prev(fold, &i);
    }
    for (size_t i = 0; i < BEFORE_ENDING && at < fold.n; i++) {
        utf8_next(fold, &at);
    }
    for (size_t n = chars; n >= ENDING_MIN; n--) {
        if (starts[n] < at) {
            continue;
        }
        uint64_t h = (0xcbf29ce484222325u ^ '-') * 0x100000001b3u; /* as ner_hash of "-verein" */
        for (size_t i = starts[n]; i < fold.n; i++) {
            h = (h ^ (unsigned char)fold.p[i]) * 0x100000001b3u;
        }
        unsigned kind = ner_word_kind(ner_model_word(m, mix(h)));
        if (kind) {
            return kind;
        }
    }
    return 0;
}

static void mark_endings(struct ner_atom *atoms, const struct ner_model *m, const struct doc *d, const struct sent *s) {
    for (uint32_t i = s->first; i < s->last && (m->traits & NER_ENDINGS); i++) {
        const struct tok *t = &d->toks[i];
        if (!atoms[i].kind && t->kind == TOK_WORD && (atoms[i].flags & NER_ATOM_CAPITAL) && t->fold.n >= ENDING_MIN + BEFORE_ENDING) {
            atoms[i].kind = (uint8_t)kind_of_ending(m, t->fold);
        }
    }
}

/* ---- over a distance ---- */

/* A word that may stand inside a name: a capital, a number, a short small word, a mark that joins. */
static bool joins(const struct ner_atom *a, const struct tok *t, bool chars) {
    if (a->kind == NER_KIND_STOP || (t->kind == TOK_PUNCT && t->end - t->start > 1)) {
        return false;
    }
    if (chars) {
        return t->kind <= TOK_NUMBER;
    }
    return (a->flags & NER_ATOM_CAPITAL) || t->kind == TOK_NUMBER || (t->kind == TOK_WORD && t->end - t->start <= 3) || t->kind == TOK_SYMBOL ||
           (a->kind >= NER_KIND_ORG && a->kind <= NER_KIND_LEGAL);
}

static uint8_t how_far(uint32_t steps) {
    return (uint8_t)(steps < 3 ? steps : steps < 5 ? 3 : steps < 8 ? 4 : 5);
}

enum { REACH = 12, NEAR = 4 };

/* small: names go on in small letters, as in Vietnamese. */
static void mark_distant(struct ner_atom *atoms, const struct doc *d, const struct sent *s, bool small) {
    uint32_t at = 0, kind = 0; /* the last word of an organisation, plus one */
    for (uint32_t i = s->first; i < s->last; i++) {
        bool chars = small || (atoms[i].flags & NER_ATOM_CHAR);
        at = joins(&atoms[i], &d->toks[i], chars) ? at : 0;
        if (at && i + 1 - at <= REACH) {
            atoms[i].head = (uint8_t)(kind * 8 + how_far(i + 1 - at));
        }
        if (atoms[i].kind == NER_KIND_ORG || atoms[i].kind == NER_KIND_LEGAL) {
            at = i + 1;
            kind = atoms[i].kind;
        }
    }
    at = 0;
    for (uint32_t i = s->last; i-- > s->first;) {
        bool chars = small || (atoms[i].flags & NER_ATOM_CHAR);
        at = joins(&atoms[i], &d->toks[i], chars) ? at : 0;
        if (at && at - 1 - i <= REACH) {
            atoms[i].tail = (uint8_t)(kind * 8 + how_far(at - 1 - i));
        }
        if (atoms[i].kind == NER_KIND_ORG || atoms[i].kind == NER_KIND_LEGAL) {
            at = i + 1;
            kind = atoms[i].kind;
        }
    }
    for (uint32_t i = s->first; i < s->last; i++) {
        for (uint32_t k = 2; k <= NEAR && i >= s->first + k && !atoms[i].near[0]; k++) {
            atoms[i].near[0] = atoms[i - k].kind >= NER_KIND_REST ? atoms[i - k].kind : 0;
        }
        for (uint32_t k = 2; k <= NEAR && i + k < s->last && !atoms[i].near[1]; k++) {
            atoms[i].near[1] = atoms[i + k].kind >= NER_KIND_REST ? atoms[i + k].kind : 0;
        }
    }
}

/* ---- elsewhere in the text ---- */

enum { PLACES = 3 };

/* A word with a capital, or two characters, and the first places where the text has it. */
struct form {
    uint32_t key; /* 0: free */
    uint32_t at[PLACES];
    uint8_t n, repeats;
};

struct forms {
    struct form *items; /* [mask + 1] */
    uint64_t mask;
};

static struct form *form_at(const struct forms *f, uint64_t key) {
    uint64_t i = key >> 32 & f->mask;
    uint32_t low = (uint32_t)key ? (uint32_t)key : 1;
    while (f->items[i].key && f->items[i].key != low) {
        i = (i + 1) & f->mask;
    }
    f->items[i].key = low;
    return &f->items[i];
}

static uint64_t beside(const struct ner_atom *atoms, const struct doc *d, size_t i, int step) {
    bool edge = step < 0 ? i == 0 : i + (size_t)step >= d->tok_count;
    size_t k = edge ? 0 : step < 0 ? i - 1 : i + (size_t)step;
    return edge || d->toks[k].sent != d->toks[i].sent ? 3 : atoms[k].fold;
}

/* What a form's occurrences are told by: 0 if token i is none. */
static uint64_t form_key(const struct ner_atom *atoms, const struct doc *d, size_t i) {
    if (atoms[i].flags & NER_ATOM_CHAR) {
        bool pair = i + 1 < d->tok_count && (atoms[i + 1].flags & NER_ATOM_CHAR) && d->toks[i + 1].sent == d->toks[i].sent;
        return pair ? join(atoms[i].fold, atoms[i + 1].fold) : 0;
    }
    bool form = (atoms[i].flags & NER_ATOM_CAPITAL) && d->toks[i].kind == TOK_WORD && d->toks[i].end - d->toks[i].start > 1;
    return form ? atoms[i].fold : 0;
}

static void add_place(const struct ner_atom *atoms, const struct doc *d, struct form *f, size_t i) {
    bool before = i > 0 && d->toks[i - 1].sent == d->toks[i].sent && (atoms[i - 1].flags & NER_ATOM_CAPITAL);
    bool behind = i + 1 < d->tok_count && d->toks[i + 1].sent == d->toks[i].sent && (atoms[i + 1].flags & NER_ATOM_CAPITAL);
    bool start = (atoms[i].flags & (NER_ATOM_START | NER_ATOM_LOUD)) || (before && (atoms[i - 1].flags & NER_ATOM_START));
    f->repeats |= f->n ? NER_REPEAT : 0;
    f->repeats |= behind ? NER_REPEAT_FIRST : before && !start ? NER_REPEAT_LAST : !start ? NER_REPEAT_ALONE : 0;
    if (f->n < PLACES) {
        f->at[f->n++] = (uint32_t)i;
    }
}

/* Words beside two other places of f than token i: side 0 before, 1 behind. */
static void take_others(struct ner_atom *a, const struct form *f, const struct ner_atom *atoms, const struct doc *d, size_t i, int side, int step) {
    int n = 0;
    for (uint8_t k = 0; k < f->n && n < 2; k++) {
        if (f->at[k] != i) {
            a->other[side * 2 + n++] = beside(atoms, d, f->at[k], step);
        }
    }
}

static bool mark_others(struct ner_atom *atoms, const struct doc *d) {
    struct forms f = {.mask = 63};
    while (f.mask * 2 < d->tok_count * 3) {
        f.mask = f.mask * 2 + 1;
    }
    f.items = ARENA_ARRAY(d->a, f.mask + 1, struct form);
    if (!f.items) {
        return false;
    }
    for (size_t i = 0; i < d->tok_count; i++) {
        uint64_t key = form_key(atoms, d, i);
        if (key) {
            add_place(atoms, d, form_at(&f, key), i);
        }
    }
    for (size_t i = 0; i < d->tok_count; i++) {
        uint64_t key = form_key(atoms, d, i);
        if (!key) {
            continue;
        }
        const struct form *form = form_at(&f, key);
        bool chars = atoms[i].flags & NER_ATOM_CHAR;
        if (!(form->repeats & NER_REPEAT)) {
            continue;
        }
        atoms[i].repeats = chars ? NER_REPEAT : form->repeats;
        take_others(&atoms[i], form, atoms, d, i, 0, -1);
        take_others(chars ? &atoms[i + 1] : &atoms[i], form, atoms, d, i, 1, chars ? 2 : 1);
    }
    return true;
}

struct ner_atom *ner_atoms(const struct ner_model *m, const struct kb *kb, const struct doc *d) {
    struct ner_atom *atoms = ARENA_ARRAY(d->a, d->tok_count + 1, struct ner_atom);
    size_t words = 0;
    for (size_t i = 0; i < d->tok_count; i++) {
        words += !(d->toks[i].flags & TOK_HAN);
    }
    uint64_t *affixes = ARENA_ARRAY(d->a, words * 2 * NER_AFFIXES + 1, uint64_t);
    if (!atoms || !affixes) {
        return NULL;
    }
    for (size_t i = 0, at = 0; i < d->tok_count; i++) {
        fill_atom(&atoms[i], d, &d->toks[i], affixes + at);
        at += atoms[i].flags & NER_ATOM_CHAR ? 0 : 2 * NER_AFFIXES;
    }
    for (size_t s = 0; s < d->sent_count; s++) {
        fill_words(atoms, d, &d->sents[s]);
        mark_loud(atoms, d, &d->sents[s]);
        mark_heading(atoms, d, &d->sents[s]);
        mark_runs(atoms, m, d, &d->sents[s]);
        mark_endings(atoms, m, d, &d->sents[s]);
        mark_distant(atoms, d, &d->sents[s], m->traits & NER_SMALL);
    }
    mark_known(atoms, kb, d);
    return mark_lower(atoms, d) && mark_others(atoms, d) ? atoms : NULL;
}

/* ---- features ---- */

/* Numbers of the templates: part of the model's meaning, never reused. */
enum template {
    T_FOLD = 1, T_FOLD_M1, T_FOLD_P1, T_FOLD_M2, T_FOLD_P2, T_PAIR_M1, T_PAIR_P1, T_AROUND, T_PAIR_M2, T_PAIR_P2,
    T_TRI_M, T_TRI, T_TRI_P, T_QUAD_M, T_QUAD_P,
    T_PRE, T_SUF = T_PRE + 8, T_SUF_M1 = T_SUF + 8, T_SUF_P1, T_PRE_P1,
    T_SHAPE, T_SHAPE_M1, T_SHAPE_P1, T_SHAPE_PAIR_M1, T_SHAPE_PAIR_P1, T_SHAPE_TRI, T_BRIEF_TRI, T_FLAGS, T_FLAGS_FOLD,
    T_CAPS, T_FOLD_SHAPE,
    T_WORD, T_WORD_PLACE, T_WORD_M1, T_WORD_P1, T_WORD_M2, T_WORD_PAIR_M1, T_WORD_PAIR_P1, T_PLACE,
    T_KIND, T_KIND_PAIR_M1 = T_KIND + 8, T_KIND_PAIR_P1, T_KIND_CAPS, T_KIND_NEAR, T_HEAD = T_KIND_NEAR + 2, T_TAIL, T_HEAD_TAIL, T_TAIL_M1,
    T_REPEATS, T_OTHER, T_OTHER_PAIR = T_OTHER + 2,
    T_KNOWN, T_KNOWN_M1, T_KNOWN_P1, T_KNOWN_CAPS, T_KNOWN_NONE,
    T_FOLD_M3, T_FOLD_P3, T_SUF5_M1,
    T_LISTED, T_LISTED_ALL, T_LISTED_M1, T_LISTED_P1, T_LISTED_PAIR_M1, T_LISTED_PAIR_P1,
    T_FORM, T_FORM_M1, T_FORM_P1, T_FORM_FLAGS, T_FORM_TYPE, T_PART, T_PART_M1, T_PART_P1, T_PART_FLAGS, T_PART_TYPE, T_PART_AROUND,
    T_HEADING, T_HEADING_CAPS, T_HEADING_REPEATS, T_HEADING_FORM, T_HEADING_KIND,
};

struct keys {
    uint64_t *out;
    size_t n;
};

static void add(struct keys *k, enum template t, uint64_t h) {
    k->out[k->n++] = mix(h + (uint64_t)t * 0xc2b2ae3d27d4eb4fu);
}

static const struct ner_atom edge = {.fold = 3, .word = 3, .pre = no_affixes, .suf = no_affixes, .shape = 0x7fff, .brief = 0x7fff};

/* The token itself. */
static void add_own(struct keys *k, const struct ner_atom *a, const struct ner_atom *m1, const struct ner_atom *p1) {
    add(k, T_FOLD, a->fold);
    add(k, T_PAIR_M1, join(m1->fold, a->fold));
    add(k, T_PAIR_P1, join(a->fold, p1->fold));
    if (a->flags & NER_ATOM_CHAR) {
        add(k, T_WORD, a->word);
        add(k, T_WORD_PLACE, join(a->word, a->place));
        return;
    }
    add(k, T_FLAGS_FOLD, join(a->fold, a->flags & (NER_ATOM_CAPITAL | NER_ATOM_START)));
    for (uint64_t n = 0; n < NER_AFFIXES; n++) {
        if (a->pre[n] && n >= 1) {
            add(k, T_PRE + (int)n, a->pre[n]);
        }
        if (a->suf[n]) {
            add(k, T_SUF + (int)n, a->suf[n]);
        }
    }
}

static void add_chars(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    add(k, T_TRI_M, join(join(a[-2]->fold, a[-1]->fold), a[0]->fold));
    add(k, T_TRI, join(join(a[-1]->fold, a[0]->fold), a[1]->fold));
    add(k, T_TRI_P, join(join(a[0]->fold, a[1]->fold), a[2]->fold));
    add(k, T_PAIR_M2, join(a[-2]->fold, a[-1]->fold));
    add(k, T_PAIR_P2, join(a[1]->fold, a[2]->fold));
    add(k, T_PLACE, (uint64_t)a[0]->place * 8 + a[0]->length);
}

/* Words next to the token's own in scripts without spaces. */
static void add_words(struct keys *k, const struct ner_atom *atoms, size_t first, size_t last, size_t i) {
    size_t from = i - (atoms[i].place < i - first ? atoms[i].place : i - first);
    size_t to = from + (atoms[i].length ? atoms[i].length : 1);
    const struct ner_atom *before = from > first ? &atoms[from - 1] : &edge;
    const struct ner_atom *after = to < last ? &atoms[to] : &edge;
    add(k, T_WORD_M1, before->word);
    add(k, T_WORD_P1, after->word);
    add(k, T_WORD_PAIR_M1, join(before->word, atoms[i].word));
    add(k, T_WORD_PAIR_P1, join(atoms[i].word, after->word));
    if (from >= first + 1 + before->place && from - 1 - before->place > first) {
        add(k, T_WORD_M2, join(atoms[from - 2 - before->place].word, before->word));
    }
}

static void add_context(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    add(k, T_FOLD_M1, a[-1]->fold);
    add(k, T_FOLD_P1, a[1]->fold);
    add(k, T_FOLD_M2, a[-2]->fold);
    add(k, T_FOLD_P2, a[2]->fold);
    add(k, T_AROUND, join(a[-1]->fold, a[1]->fold));
    add(k, T_SHAPE, join(a[0]->shape, a[0]->flags & NER_ATOM_START));
    add(k, T_SHAPE_PAIR_M1, join(a[-1]->shape, a[0]->shape));
    add(k, T_SHAPE_PAIR_P1, join(a[0]->shape, a[1]->shape));
    add(k, T_FLAGS, a[0]->flags);
}

static void add_word_context(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    uint64_t caps = 0;
    for (int d = -3; d <= 3; d++) {
        caps = caps * 8 + (a[d]->brief & 7);
    }
    add(k, T_CAPS, caps);
    add(k, T_PAIR_M2, join(a[-2]->fold, a[-1]->fold));
    add(k, T_PAIR_P2, join(a[1]->fold, a[2]->fold));
    add(k, T_BRIEF_TRI, join(join(a[-1]->brief, a[0]->brief), a[1]->brief));
    if (a[-1]->suf[2]) {
        add(k, T_SUF_M1, join(a[-1]->suf[2], a[-1]->flags & NER_ATOM_CAPITAL));
    }
    if (a[-1]->suf[4]) {
        add(k, T_SUF5_M1, join(a[-1]->suf[4], a[0]->brief & 7));
    }
    if (a[1]->suf[2]) {
        add(k, T_SUF_P1, join(a[1]->suf[2], a[1]->flags & NER_ATOM_CAPITAL));
    }
    if (a[0]->flags & NER_ATOM_CAPITAL) {
        add(k, T_FOLD_M3, a[-3]->fold);
        add(k, T_FOLD_P3, a[3]->fold);
    }
}

/* What kinds of words stand around, next to the token and farther off. */
static void add_kinds(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    uint64_t caps = a[0]->brief & 7;
    for (int d = -2; d <= 2; d++) {
        if (a[d]->kind) {
            add(k, T_KIND + d + 2, a[d]->kind);
        }
    }
    if (a[0]->kind | a[-1]->kind) {
        add(k, T_KIND_PAIR_M1, join(a[-1]->kind * 64u + a[0]->kind, caps));
    }
    if (a[0]->kind | a[1]->kind) {
        add(k, T_KIND_PAIR_P1, join(a[1]->kind * 64u + a[0]->kind, caps));
    }
    for (int side = 0; side < 2; side++) {
        if (a[0]->near[side]) {
            add(k, T_KIND_NEAR + side, a[0]->near[side] * 8u + caps);
        }
    }
    if (a[0]->head) {
        add(k, T_HEAD, join(a[0]->head, caps));
    }
    if (a[0]->tail) {
        add(k, T_TAIL, join(a[0]->tail, caps));
        add(k, T_TAIL_M1, join(a[0]->tail, a[-1]->fold));
    }
    if (a[0]->head | a[0]->tail) {
        add(k, T_HEAD_TAIL, join(a[0]->head, a[0]->tail));
    }
}

/* How the text has the word elsewhere. */
static void add_others(struct keys *k, const struct ner_atom *a) {
    if (a->repeats & ~(unsigned)NER_REPEAT) {
        add(k, T_REPEATS, join(a->repeats, a->flags & (NER_ATOM_START | NER_ATOM_LOUD | NER_ATOM_LOWER_TOO)));
    }
    for (int i = 0; i < 4; i++) {
        if (a->other[i] && (i % 2 == 0 || a->other[i] != a->other[i - 1])) {
            add(k, T_OTHER + i / 2, a->other[i]);
        }
    }
    if (a->other[0] && a->other[2] && !(a->flags & NER_ATOM_CHAR)) {
        add(k, T_OTHER_PAIR, join(a->other[0], a->other[2]));
    }
}

static void add_lists(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    for (int half = 0; half < 2; half++) {
        for (uint32_t rest = a[0]->lists[half]; rest; rest &= rest - 1) {
            add(k, T_LISTED, (uint64_t)half * 32 + (uint64_t)__builtin_ctz(rest));
        }
    }
    uint64_t none = join(0, 0), own = join(a[0]->lists[0], a[0]->lists[1]), before = join(a[-1]->lists[0], a[-1]->lists[1]),
             after = join(a[1]->lists[0], a[1]->lists[1]);
    if (own != none) {
        add(k, T_LISTED_ALL, join(own, a[0]->flags & NER_ATOM_CAPITAL));
    }
    if (before != none) {
        add(k, T_LISTED_M1, before);
    }
    if (after != none) {
        add(k, T_LISTED_P1, after);
    }
    if (own != none || before != none) {
        add(k, T_LISTED_PAIR_M1, join(before, own));
    }
    if (own != none || after != none) {
        add(k, T_LISTED_PAIR_P1, join(own, after));
    }
}

static void add_known(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    for (uint32_t rest = a[0]->known; rest; rest &= rest - 1) {
        add(k, T_KNOWN, (uint64_t)__builtin_ctz(rest));
    }
    if (a[0]->known) {
        add(k, T_KNOWN_CAPS, join(a[0]->known, a[0]->brief));
    }
    if (a[-1]->known) {
        add(k, T_KNOWN_M1, a[-1]->known);
    }
    if (a[1]->known) {
        add(k, T_KNOWN_P1, a[1]->known);
    }
}

static void add_heading_form(struct keys *k, const struct ner_atom *a) {
    if (a->heading && (a->form | a->part)) {
        add(k, T_HEADING_FORM, join(a->form, a->part));
    }
}

static void add_heading(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    add(k, T_HEADING, a[0]->flags);
    add(k, T_HEADING_CAPS, join(join(a[-1]->brief, a[0]->brief), a[1]->brief));
    add(k, T_HEADING_REPEATS, join(a[0]->repeats, a[0]->flags));
    add(k, T_HEADING_KIND, join(a[-1]->kind * 64u + a[0]->kind, a[1]->kind));
    add_heading_form(k, a[0]);
}

/* What the first reading of the text found it to be elsewhere. */
static void add_found(struct keys *k, const struct ner_atom *const *w) {
    const struct ner_atom *const *a = w + 3;
    if (!(a[-1]->form | a[-1]->part | a[0]->form | a[0]->part | a[1]->form | a[1]->part)) {
        return;
    }
    uint64_t flags = a[0]->flags & (NER_ATOM_CAPITAL | NER_ATOM_START | NER_ATOM_LOUD | NER_ATOM_LOWER_TOO);
    uint64_t around = join(a[-1]->brief & 7, a[1]->brief & 7);
    if (a[0]->form) {
        add(k, T_FORM, a[0]->form);
        add(k, T_FORM_FLAGS, join(a[0]->form, flags));
        add(k, T_FORM_TYPE, join((a[0]->form - 1u) / 4, around));
    }
    if (a[-1]->form) {
        add(k, T_FORM_M1, join(a[-1]->form, a[0]->form));
    }
    if (a[1]->form) {
        add(k, T_FORM_P1, join(a[1]->form, a[0]->form));
    }
    if (a[0]->part) {
        add(k, T_PART, a[0]->part);
        add(k, T_PART_FLAGS, join(a[0]->part, flags));
        add(k, T_PART_TYPE, join((a[0]->part - 1u) / 4, around));
    }
    if (a[-1]->part) {
        add(k, T_PART_M1, join(a[-1]->part, a[0]->brief & 7));
    }
    if (a[1]->part) {
        add(k, T_PART_P1, join(a[1]->part, a[0]->brief & 7));
    }
    if (a[0]->part && (a[-1]->part | a[1]->part)) {
        add(k, T_PART_AROUND, join(join((a[-1]->part + 3u) / 4, (a[0]->part + 3u) / 4), (a[1]->part + 3u) / 4));
    }
}

/* The token in the middle, three on either side. */
static void look_around(const struct ner_atom *w[7], const struct ner_atom *atoms, size_t first, size_t last, size_t i) {
    for (size_t d = 0; d < 7; d++) {
        w[d] = i + d >= first + 3 && i + d < last + 3 ? &atoms[i + d - 3] : &edge;
    }
}

size_t ner_features_alone(uint64_t keys[2 * NER_FEATURES], size_t n) {
    for (size_t i = n; i-- > 0;) {
        uint64_t key = keys[i];
        keys[2 * i] = key;
        keys[2 * i + 1] = join(key, 17);
    }
    return 2 * n;
}

size_t ner_features_again(const struct ner_atom *atoms, size_t first, size_t last, size_t i, uint64_t keys[NER_FEATURES]) {
    const struct ner_atom *w[7];
    struct keys k = {.out = keys};
    look_around(w, atoms, first, last, i);
    add_heading_form(&k, w[3]);
    add_found(&k, w);
    return k.n;
}

size_t ner_features(const struct ner_atom *atoms, size_t first, size_t last, size_t i, uint64_t keys[NER_FEATURES],
                    size_t *lexical, size_t *listed) {
    const struct ner_atom *w[7];
    struct keys k = {.out = keys};
    look_around(w, atoms, first, last, i);
    add_own(&k, w[3], w[2], w[4]);
    if (w[3]->flags & NER_ATOM_CHAR) {
        add_words(&k, atoms, first, last, i);
        add_chars(&k, w);
        *lexical = k.n;
    } else {
        *lexical = k.n;
        add_word_context(&k, w);
    }
    add_context(&k, w);
    add_kinds(&k, w);
    add_others(&k, w[3]);
    if (w[3]->heading) {
        add_heading(&k, w);
    }
    *listed = k.n;
    add_lists(&k, w);
    add_known(&k, w);
    add_found(&k, w);
    return k.n;
}
