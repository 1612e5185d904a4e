/* tools/train/learn.h - learns the weights of the recogniser.
 *
 * The model is a conditional random field: unlike a perceptron it gives posteriors, which the confidences need, and it
 * takes partial labels, which sets without products and events need. AdaGrad, one sentence a step, order fixed by a
 * seed: the same data give the same file. After the first rounds the heaviest features are kept and trained on.
 * A model that reads a text twice (core/ner/again.h) must not learn from what it knows by heart: what the first reading
 * finds in a document is told by a model that has learned from the other documents. */
#ifndef TRAIN_LEARN_H
#define TRAIN_LEARN_H

#include "tools/train/sets.h"

/* Raw posteriors and the share of right names among those that have them. */
struct calibration {
    float p[NER_KNOTS], c[NER_KNOTS];
    uint32_t n;
};

struct learned;

/* *out is in the arena of s and to be freed even after an error. Errors: ERR_NO_MEMORY, those of the sets. */
enum err_code learn(struct setup *s, struct learned **out, struct err *err);
/* Errors: ERR_IO. */
enum err_code learned_write(const struct learned *l, const char *path, const struct calibration *cal, struct err *err);
void learned_free(struct learned *l); /* may be NULL */

/* Makes room for need items of size; ends the program when there is none. */
void *learn_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
