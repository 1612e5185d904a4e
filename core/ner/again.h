/* core/ner/again.h - what the names found in a text tell about the same words elsewhere in it. The text is read twice: the
 * second reading knows which words and runs of words were names at other places, and of what type.
 * Source: Krishnan and Manning 2006 (two stages for what is far apart), with the same weights in both. */
#ifndef NER_AGAIN_H
#define NER_AGAIN_H

#include "core/ner/features.h"

/* A name that the first reading found, with its posterior. */
struct ner_found {
    uint32_t first, last; /* tokens */
    int type;
    float p;
};

/* Fills form and part of all atoms of d; found is by place and does not overlap. A name tells nothing about itself.
 * False when the arena is full. */
bool ner_mark_found(struct ner_atom *atoms, const struct doc *d, const struct ner_found *found, size_t n);

/* What a byte of form or part tells, if it is not 0; places: alone, first, inner, last. */
static inline int ner_told_type(uint8_t told) {
    return (told - 1) / 16;
}

static inline int ner_told_place(uint8_t told) {
    return (told - 1) / 4 % 4;
}

#endif
