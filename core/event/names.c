/* names.c - names that the recogniser missed or mistook, told by the part they play: whoever "has hired Lena Marsh" is a firm, and
 * so is what stands behind "the toymaker". A pass over the text in which every capital may be a name and every doubtful name of
 * another type: what fills a role then, or is introduced by a noun that says what it is, goes to doc.names, for core/entity to
 * judge beside all else. */
#include <stdlib.h>

#include "core/event/match.h"

#include "core/base/banned.h"

/* FIRM: how sure a name that a role tells is; TWICE: one that is told so more than once. */
#define FIRM 0.78f
#define TWICE 0.88f

enum { GUESS_MAX = 400, NAMED_TYPES = NG_EVENT_NAME + 1 };

struct guess {
    uint32_t first, last; /* tokens */
    enum ng_type type;
    uint8_t told; /* how often */
};

struct guesses {
    struct guess items[GUESS_MAX];
    size_t n;
};

static void note(const struct scan *s, struct guesses *g, const struct phrase *p, enum ng_type type) {
    for (size_t i = 0; i < g->n; i++) {
        if (g->items[i].first == p->first && g->items[i].last == p->last) {
            bool same = g->items[i].type == type;
            g->items[i].told += same && g->items[i].told < 9 ? 1 : 0;
            return;
        }
    }
    bool own = p->mention != NONE && s->d->mentions[p->mention].type == type;
    if (g->n < GUESS_MAX && !own) {
        g->items[g->n++] = (struct guess){p->first, p->last, type, 1};
    }
}

/* The only type of a name that the frame's ways allow in a role, or -1. */
static int role_type(const struct frame *f, size_t role) {
    uint64_t types = 0;
    for (size_t i = 0; i < f->slot_count; i++) {
        for (size_t k = 0; f->slots[i].role == role && k < f->slots[i].way_count; k++) {
            types |= f->slots[i].ways[k].types & SCAN_NAMED;
        }
    }
    for (size_t i = 0; f->nodes && i < f->node_count; i++) {
        types |= f->nodes[i].kind == NODE_SLOT && f->nodes[i].role == role ? f->nodes[i].types & SCAN_NAMED : 0;
    }
    return types && !(types & (types - 1)) ? __builtin_ctzll(types) : -1;
}

/* Whether something nobody doubts fills a role, too: a name, an amount. */
static bool borne_out(const struct scan *s, const struct cand *c) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        for (size_t k = 0; k < c->count[r]; k++) {
            uint32_t p = c->phrase[r][k];
            if (c->fill[r][k].entity >= 0 && p != NONE && !(s->ph[p].flags & P_GUESS)) {
                return true;
            }
        }
    }
    return c->frame->confidence >= 0.85f;
}

static void note_roles(const struct scan *s, struct guesses *g, const struct cand *c) {
    if (c->gone || !c->complete || !cand_supported(c) || c->frame->confidence < 0.8f || !borne_out(s, c)) {
        return;
    }
    for (size_t r = 0; r < c->type->role_count; r++) {
        int type = role_type(c->frame, r);
        for (size_t k = 0; type >= 0 && k < c->count[r]; k++) {
            uint32_t p = c->phrase[r][k];
            bool place = p != NONE && s->ph[p].mention != NONE && s->d->mentions[s->ph[p].mention].type == NG_LOCATION;
            if (p != NONE && (s->ph[p].flags & P_GUESS) && !(place && (s->ph[p].flags & P_IN_TITLE))) { /* "president of Costa Verde" */
                note(s, g, &s->ph[p], (enum ng_type)type);
            }
        }
    }
}

/* The name that begins (ends) at a token, if nobody is sure of it and it may be of that type; or NULL. */
static const struct phrase *doubtful(const struct scan *s, uint32_t index, enum ng_type type) {
    const struct phrase *p = index == NONE ? NULL : &s->ph[index];
    bool fits = p && (p->flags & P_GUESS) && (p->types & TYPE_BIT(type));
    return fits && (type != NG_PERSON || p->last - p->first >= 2) ? p : NULL; /* "director Modulo": whose? */
}

/* "toymaker Brikko", "Brikko, a maker of toys,", "their start-up, Brikko, ": a noun beside the name says what it is. */
static void note_introduced(const struct scan *s, struct guesses *g) {
    for (size_t i = 0; i < s->ph_count; i++) {
        const struct phrase *p = &s->ph[i];
        uint8_t told = p->cls == NAME_NONE ? 0 : s->x->classes[p->cls].introduces;
        if (!told) {
            continue;
        }
        enum ng_type type = (enum ng_type)(told - 1);
        uint32_t at = p->last;
        for (size_t h = scan_hit_at(s, at); h < s->hit_count && s->hits[h].first == p->last; h++) { /* "a company called Nightjar" */
            at = s->hits[h].cls == s->x->named_class ? s->hits[h].last : at;
        }
        const struct phrase *name = doubtful(s, scan_starting(s, at, TYPE_BIT(type)), type);
        if (!name && scan_is(s, p->last, T_COMMA)) {
            name = doubtful(s, scan_starting(s, p->last + 1, TYPE_BIT(type)), type);
            name = name && scan_is(s, name->last, T_COMMA) ? name : NULL;
        }
        if (!name) {
            uint32_t t = p->first;
            bool article = false;
            for (uint32_t n = 0; t > s->first && n < 6 && (scan_plain(s, t - 1) || (s->marks[t - 1] & (T_DET | T_MODIFIER | T_FORMER))); n++, t--) {
                article = article || (s->marks[t - 1] & T_DET);
            }
            bool comma = article && t > s->first + 1 && (s->marks[t - 1] & T_COMMA);
            name = comma ? doubtful(s, scan_ending(s, t - 1, TYPE_BIT(type)), type) : NULL;
        }
        if (name) {
            note(s, g, name, type);
        }
    }
}

/* "Brikko, based in Billund,": only firms are. */
static void note_seated(const struct scan *s, struct guesses *g) {
    for (size_t i = 0; s->x->seated_class != NAME_NONE && i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        if (h->cls == s->x->seated_class && h->first > s->first + 1 && (s->marks[h->first - 1] & T_COMMA)) {
            const struct phrase *name = doubtful(s, scan_ending(s, h->first - 1, TYPE_BIT(NG_ORGANIZATION)), NG_ORGANIZATION);
            if (name) {
                note(s, g, name, NG_ORGANIZATION);
            }
        }
    }
}

/* The same form elsewhere, taken for something else or told by another role. */
static bool same_form(const struct doc *d, uint32_t first, uint32_t last, const struct guess *g) {
    bool same = last - first == g->last - g->first;
    for (uint32_t t = 0; same && t < last - first; t++) {
        same = str_eq(d->toks[first + t].fold, d->toks[g->first + t].fold);
    }
    return same;
}

static int by_first(const void *x, const void *y) {
    const struct mention *a = x, *b = y;
    return (a->first > b->first) - (a->first < b->first);
}

/* Puts the guesses among what the recogniser found, in place of what they overlap. */
static bool tell(struct doc *d, struct guesses *g) {
    struct mention *names = ARENA_ARRAY(d->a, d->name_count + g->n, struct mention);
    size_t n = 0;
    if (!names) {
        return false;
    }
    for (size_t i = 0; i < d->name_count; i++) {
        struct mention m = d->names[i];
        bool gone = false;
        for (size_t k = 0; k < g->n && !gone; k++) {
            struct guess *it = &g->items[k];
            gone = m.first < it->last && it->first < m.last;
            if (!gone && m.confidence < GUESS_SURE && same_form(d, m.first, m.last, it)) {
                m.type = it->type;
                m.confidence = FIRM;
            }
        }
        if (!gone) {
            names[n++] = m;
        }
    }
    for (size_t k = 0; k < g->n; k++) {
        const struct guess *it = &g->items[k];
        bool again = it->told > 1, other = false;
        for (size_t i = 0; i < g->n; i++) {
            bool same = i != k && same_form(d, g->items[i].first, g->items[i].last, it);
            again = again || (same && g->items[i].type == it->type);
            other = other || (same && g->items[i].type != it->type);
        }
        if (!other) {
            names[n++] = (struct mention){.start = d->toks[it->first].start, .end = d->toks[it->last - 1].end, .first = it->first,
                                          .last = it->last, .type = it->type, .confidence = again ? TWICE : FIRM};
            doc_trace(d, "name by its role: '%.*s' %s", STR_ARG(doc_sub(d, d->toks[it->first].start, d->toks[it->last - 1].end)),
                      ng_type_name(it->type));
        }
    }
    qsort(names, n, sizeof *names, by_first);
    d->names = names;
    d->name_count = n;
    return true;
}

/* Words that the text has in lower case, and those it has with a capital within a sentence: what begins a sentence may be a name
 * only where it is one elsewhere. */
static bool count_words(struct scan *s) {
    struct map *capitals = ARENA_NEW(s->a, struct map), *lower = ARENA_NEW(s->a, struct map);
    if (!capitals || !lower) {
        return false;
    }
    map_init(capitals, s->a);
    map_init(lower, s->a);
    for (uint32_t t = 0; t < s->d->tok_count; t++) {
        const struct tok *k = &s->d->toks[t];
        bool capital = k->flags & TOK_CAPITAL;
        if (k->kind == TOK_WORD && (!capital || !(k->flags & TOK_SENT_START)) && !map_set(capital ? capitals : lower, k->fold, 1)) {
            return false;
        }
    }
    s->capitals = capitals;
    s->lower = lower;
    return true;
}

/* Most sentences hold no name that anybody doubts. */
static bool has_guess(const struct scan *s) {
    for (size_t i = 0; i < s->ph_count; i++) {
        if (s->ph[i].flags & P_GUESS) {
            return true;
        }
    }
    return false;
}

enum err_code event_names(const struct event_rules *r, struct doc *d, bool *found, struct err *err) {
    struct scan s;
    struct cands c = {0};
    struct guesses *g = ARENA_NEW(d->a, struct guesses);
    bool tracing = d->tracing;
    *found = false;
    if (!event_has(r, d->lang) || d->tok_count == 0 || !r->lang[d->lang]->lex.names_capital) {
        return ERR_OK;
    }
    if (!g || !scan_init(&s, r, d) || !count_words(&s)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the names");
    }
    s.guess = true;
    d->tracing = false;
    for (uint32_t i = 0; i < d->sent_count && !arena_full(d->a) && c.n < CAND_MAX; i++) {
        size_t before = c.n;
        scan_sentence(&s, i);
        if (has_guess(&s)) {
            match_sentence(&s, &c);
            for (size_t k = before; k < c.n; k++) {
                note_roles(&s, g, &c.items[k]);
            }
            note_introduced(&s, g);
            note_seated(&s, g);
        }
        scan_leave(&s);
        c.n = 0; /* nothing here is merged */
    }
    d->tracing = tracing;
    *found = g->n > 0;
    return arena_full(d->a) || (g->n && !tell(d, g)) ? err_set(err, ERR_NO_MEMORY, "no memory for the names") : ERR_OK;
}
