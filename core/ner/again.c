/* again.c - see again.h */
#include "core/ner/again.h"

#include "core/base/banned.h"

/* Names of more tokens tell only by their words. */
enum { FORM_MAX = 12, PLACES = 4 };

/* With less, nothing is told. */
#define MASS_MIN 0.3f

/* A word, two characters or a whole name, and how much of what it was. */
struct seen {
    uint64_t key; /* 0: free */
    float mass[NER_TYPES], place[PLACES];
    uint8_t longest; /* tokens of the longest name that begins with it */
};

struct memory {
    struct seen *items; /* [mask + 1] */
    uint64_t mask;
};

static uint64_t join(uint64_t a, uint64_t b) {
    uint64_t h = (a * 0xff51afd7ed558ccdu + b) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static struct seen *seen_at(const struct memory *m, uint64_t key) {
    uint64_t i = key >> 24 & m->mask;
    key = key ? key : 1;
    while (m->items[i].key && m->items[i].key != key) {
        i = (i + 1) & m->mask;
    }
    return &m->items[i];
}

static struct seen *add(const struct memory *m, uint64_t key, const struct ner_found *f, int place) {
    struct seen *s = seen_at(m, key);
    s->key = key ? key : 1;
    s->mass[f->type] += f->p;
    s->place[place] += f->p;
    return s;
}

/* What a token is told by: itself or, of a character, it and the next one; 0: nothing. end: no token from there on counts. */
static uint64_t part_key(const struct ner_atom *atoms, const struct doc *d, uint32_t i, uint32_t end) {
    if (atoms[i].flags & NER_ATOM_CHAR) {
        return i + 1 < end && (atoms[i + 1].flags & NER_ATOM_CHAR) ? join(atoms[i].fold, atoms[i + 1].fold) : 0;
    }
    return d->toks[i].kind == TOK_WORD && (atoms[i].flags & NER_ATOM_CAPITAL) && d->toks[i].end - d->toks[i].start > 1 ? join(atoms[i].fold, 7) : 0;
}

static uint64_t head_key(const struct ner_atom *atoms, uint32_t i) {
    return join(atoms[i].fold, 11);
}

static int place_of(uint32_t i, uint32_t first, uint32_t last) {
    return first + 1 == last ? 0 : i == first ? 1 : i + 1 == last ? 3 : 2;
}

/* Type, place and strength in a byte; 0: nothing. minus: what the name at this very place has added, or NULL. */
static uint8_t told(const struct seen *s, const struct ner_found *minus, int minus_place, int place) {
    int best = 0;
    float most = 0;
    for (int t = 0; t < NER_TYPES; t++) {
        float mass = s->mass[t] - (minus && minus->type == t ? minus->p : 0);
        best = mass > most ? t : best;
        most = mass > most ? mass : most;
    }
    for (int k = 0, top = -1; k < PLACES && place < 0; k++) {
        float share = s->place[k] - (minus && minus_place == k ? minus->p : 0);
        float lead = top < 0 ? -1 : s->place[top] - (minus && minus_place == top ? minus->p : 0);
        top = share > lead ? k : top;
        place = k + 1 == PLACES ? top : place;
    }
    int strength = most < 0.8f ? 0 : most < 1.6f ? 1 : most < 3 ? 2 : 3;
    return most < MASS_MIN ? 0 : (uint8_t)(1 + best * 16 + place * 4 + strength);
}

/* The longest run from token i on that was a name elsewhere. */
static void mark_form(struct ner_atom *atoms, const struct doc *d, const struct memory *m, const struct ner_found *own, uint32_t i) {
    const struct seen *head = seen_at(m, head_key(atoms, i));
    uint32_t end = d->sents[d->toks[i].sent].last, longest = 0;
    const struct seen *form = NULL;
    uint64_t run = 13;
    for (uint32_t to = i; head->key && to < end && to - i < head->longest; to++) {
        run = join(run, atoms[to].fold);
        const struct seen *s = seen_at(m, run);
        const struct ner_found *minus = own && own->first == i && own->last == to + 1 ? own : NULL;
        if (s->key && told(s, minus, 0, 0)) {
            form = s;
            longest = to + 1 - i;
        }
    }
    for (uint32_t k = i; k < i + longest; k++) {
        const struct ner_found *minus = own && own->first == i && own->last == i + longest ? own : NULL;
        if (atoms[k].form == 0) { /* one that began before goes first */
            atoms[k].form = told(form, minus, 0, place_of(k, i, i + longest));
        }
    }
}

bool ner_mark_found(struct ner_atom *atoms, const struct doc *d, const struct ner_found *found, size_t n) {
    struct memory m = {.mask = 63};
    size_t all = 0;
    for (size_t f = 0; f < n; f++) {
        all += 2 + found[f].last - found[f].first;
    }
    while (m.mask < all * 2) {
        m.mask = m.mask * 2 + 1;
    }
    m.items = ARENA_ARRAY(d->a, m.mask + 1, struct seen);
    if (!m.items) {
        return false;
    }
    for (size_t f = 0; f < n; f++) {
        uint32_t first = found[f].first, last = found[f].last;
        uint64_t run = 13;
        for (uint32_t i = first; i < last; i++) {
            uint64_t key = part_key(atoms, d, i, last);
            run = join(run, atoms[i].fold);
            if (key) {
                add(&m, key, &found[f], place_of(i, first, last));
            }
        }
        if (last - first <= FORM_MAX) {
            struct seen *head = seen_at(&m, head_key(atoms, first));
            head->key = head_key(atoms, first) ? head_key(atoms, first) : 1;
            head->longest = last - first > head->longest ? (uint8_t)(last - first) : head->longest;
            add(&m, run, &found[f], 0);
        }
    }
    for (uint32_t i = 0, f = 0; i < d->tok_count; i++) {
        while (f < n && found[f].last <= i) {
            f++;
        }
        const struct ner_found *own = f < n && found[f].first <= i ? &found[f] : NULL;
        uint32_t end = d->sents[d->toks[i].sent].last;
        uint64_t key = part_key(atoms, d, i, end);
        const struct seen *s = key ? seen_at(&m, key) : NULL;
        bool inside = own && part_key(atoms, d, i, own->last) == key;
        atoms[i].part = s && s->key ? told(s, inside ? own : NULL, inside ? place_of(i, own->first, own->last) : 0, -1) : 0;
        mark_form(atoms, d, &m, own, i);
    }
    return true;
}
