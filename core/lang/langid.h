/* core/lang/langid.h - which language letters of an alphabet spell, by a linear model over hashed character n-grams.
 *
 * Features: n-grams of 1 to 4 letters of each folded word with its borders, and the word itself. Scores: sum of the weights
 * of the features by the root of their number; softmax. The trainer (tools/train/langid_main.c) shares langid_features, so
 * that both see the same. Scripts that write one language each (Kana, Hangul, ...) need no model: identify.c. */
#ifndef LANG_LANGID_H
#define LANG_LANGID_H

#include "core/base/arena.h"
#include "core/base/err.h"

enum {
    LANGID_BITS = 15,
    LANGID_BUCKETS = 1 << LANGID_BITS,
    LANGID_LABELS_MAX = 32,
    LANGID_FEATURES_MAX = 4096, /* of one block of text; about 900 letters */
};

struct langid {
    size_t n;                                /* labels */
    char labels[LANGID_LABELS_MAX][8];       /* codes, ended by NUL */
    float scale;                             /* of the weights */
    const signed char *weights;              /* [LANGID_BUCKETS][n] */
};

/* The hashed features of text (any case): indices below LANGID_BUCKETS. Returns their number. */
size_t langid_features(struct str text, uint32_t out[LANGID_FEATURES_MAX]);

/* Reads a model; it points into a copy in a. Errors: ERR_IO, ERR_MODEL, ERR_NO_MEMORY. */
enum err_code langid_load(const struct langid **out, struct arena *a, const char *path, struct err *err);
/* The same from bytes, which must outlive the model. path is for messages. */
enum err_code langid_read(struct langid *m, struct str bytes, const char *path, struct err *err);

/* Fills p[m->n] with probabilities, sum 1. No features: all equal. */
void langid_score(const struct langid *m, const uint32_t *features, size_t n, float *p);

#endif
