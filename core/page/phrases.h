/* core/page/phrases.h - which of many thousand phrases stand in a line, in one pass (Aho and Corasick 1975).
 *
 * Phrases are folded (core/text); a phrase that begins or ends with a letter of a spaced script matches at word borders
 * only. A phrase may be of several kinds. Read-only once phrases_seal has run. Cost of a scan: linear in the line and
 * in what is found. */
#ifndef PAGE_PHRASES_H
#define PAGE_PHRASES_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct phrase_node;

struct phrases {
    struct arena *a;
    struct phrase_node *nodes;
    size_t n, cap;
    uint32_t root[256]; /* children of the root, 0: none */
};

struct phrase_hit {
    uint32_t start, end; /* bytes of the folded line */
    uint32_t kinds;      /* bits, as phrases_add was told */
};

enum { PHRASE_HITS_MAX = 64 }; /* of a line; more say nothing new */

bool phrases_init(struct phrases *p, struct arena *a);
/* Adds a folded phrase. false when the arena is full. */
bool phrases_add(struct phrases *p, struct str phrase, uint32_t kind);
/* Computes the automaton after the last phrase. false when the arena is full. */
bool phrases_seal(struct phrases *p);
/* Fills hits with what stands in the folded line, by end; returns their number. */
size_t phrases_scan(const struct phrases *p, struct str line, struct phrase_hit hits[PHRASE_HITS_MAX]);

#endif
