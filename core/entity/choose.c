/* choose.c - which proposals stand: the set without overlaps that covers most with most confidence, by weighted interval
 * scheduling over the tokens (Kleinberg, Tardos 2005, 6.1). Linear: every proposal is looked at once, at its last token. */
#include <stdlib.h>

#include "core/base/utf8.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

/* A proposal less sure than this lowers the F1 of the whole more often than it raises it (Lipton, Elkan, Naryanaswamy 2014: half
 * the best F1). */
#define WORTH 0.4

static int by_end(const void *a, const void *b) {
    const struct link *x = a, *y = b;
    if (x->m.last != y->m.last) {
        return x->m.last < y->m.last ? -1 : 1;
    }
    if (x->m.first != y->m.first) {
        return x->m.first < y->m.first ? -1 : 1;
    }
    return (int)x->source - (int)y->source;
}

static int by_start(const void *a, const void *b) {
    const struct link *x = a, *y = b;
    return (x->m.start > y->m.start) - (x->m.start < y->m.start);
}

/* What of another type may be part of a name: places and people in names of organisations, makers in those of products. */
static bool may_hold(enum ng_type whole, enum ng_type part) {
    return whole == part || (whole == NG_ORGANIZATION && part != NG_PRODUCT) || whole == NG_EVENT_NAME ||
           (whole == NG_PRODUCT && part != NG_LOCATION) || (whole == NG_LOCATION && part == NG_PERSON);
}

/* Known names at each token: index + 1 of the longest sure one that begins there. */
static uint32_t *known_starts(const struct linker *k) {
    uint32_t *at = ARENA_ARRAY(k->d->a, k->d->tok_count + 1, uint32_t);
    for (size_t i = 0; at && i < k->n; i++) {
        const struct link *x = &k->links[i];
        if (x->source == FROM_KB && !x->weak) {
            uint32_t *slot = &at[x->m.first];
            if (!*slot || k->links[*slot - 1].m.last < x->m.last) {
                *slot = (uint32_t)i + 1;
            }
        }
    }
    return at;
}

/* A find of the recogniser that reaches over a known name is doubted: the less sure it is, and the less the two types go
 * together, the more. */
static double doubt(const struct linker *k, const struct link *x, const uint32_t *known) {
    double factor = 1;
    for (uint32_t t = x->m.first; t < x->m.last; t++) {
        const struct link *y = known[t] ? &k->links[known[t] - 1] : NULL;
        if (!y || y->m.last > x->m.last) {
            continue;
        }
        if (y->m.first == x->m.first && y->m.last == x->m.last) {
            return 0.9; /* the known name says more */
        }
        double f = !may_hold(x->m.type, y->m.type) ? x->m.confidence >= 0.95f ? 0.8 : 0.3
                   : x->m.confidence >= 0.85f      ? 1
                                                   : 0.6;
        factor = f < factor ? f : factor;
    }
    return factor;
}

static double score_of(const struct linker *k, const struct link *x, const uint32_t *known) {
    struct str s = doc_sub(k->d, x->m.start, x->m.end);
    double length = (double)utf8_count(s) * (is_han_tok(k->d, x->m.first) ? 2 : 1);
    double sure = x->m.confidence;
    if (x->source == FROM_VALUE) {
        sure *= 1.3;
    } else if (x->source == FROM_NER && !x->shaped) {
        sure *= doubt(k, x, known);
    } else if (x->agreed) {
        sure += 0.02;
    }
    /* one name rather than two that cover the same; what is more likely wrong than right costs */
    return (sure - WORTH) * length - 0.1 + (x->source == FROM_KB ? 0.01 : 0);
}

bool choose(struct linker *k) {
    struct doc *d = k->d;
    double *best = ARENA_ARRAY(d->a, d->tok_count + 1, double);
    uint32_t *pick = ARENA_ARRAY(d->a, d->tok_count + 1, uint32_t);
    k->owner = ARENA_ARRAY(d->a, d->tok_count + 1, uint32_t);
    uint32_t *known = known_starts(k);
    if (!best || !pick || !k->owner || !known) {
        return false;
    }
    for (size_t i = 0; i < k->n; i++) {
        k->links[i].score = score_of(k, &k->links[i], known);
    }
    if (k->n) {
        qsort(k->links, k->n, sizeof *k->links, by_end);
    }
    size_t at = 0;
    for (uint32_t t = 1; t <= d->tok_count; t++) {
        best[t] = best[t - 1];
        for (; at < k->n && k->links[at].m.last == t; at++) {
            const struct link *x = &k->links[at];
            if (x->m.first < t && best[x->m.first] + x->score > best[t] + 1e-9) {
                best[t] = best[x->m.first] + x->score;
                pick[t] = (uint32_t)at + 1;
            }
        }
    }
    size_t kept = 0;
    struct link *chosen = ARENA_ARRAY(d->a, k->n + 1, struct link);
    if (!chosen) {
        return false;
    }
    for (uint32_t t = (uint32_t)d->tok_count; t > 0;) {
        if (pick[t]) {
            chosen[kept++] = k->links[pick[t] - 1];
            t = k->links[pick[t] - 1].m.first;
        } else {
            t--;
        }
    }
    k->n = kept;
    if (k->n) {
        memcpy(k->links, chosen, kept * sizeof *chosen);
        qsort(k->links, k->n, sizeof *k->links, by_start);
    }
    return true;
}
