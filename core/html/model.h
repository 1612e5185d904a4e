/* core/html/model.h - gradient boosted trees: the score of a feature vector. Method: Friedman 2001; trained by tools/train/page.py. */
#ifndef HTML_MODEL_H
#define HTML_MODEL_H

#include "core/base/err.h"
#include "core/base/arena.h"

struct model_node {
    float limit;     /* x <= limit goes left */
    uint16_t feature;
    int16_t left, right; /* >= 0: node of the tree; < 0: leaf ~n of the tree */
};

struct model_tree {
    const struct model_node *nodes; /* nodes[0] is the root; NULL: a single leaf */
    const float *leaves;
};

struct model {
    struct model_tree *trees; /* [n] */
    size_t n, cap;
};

/* Reads a section "[name]" of the model file: a line of feature names that must be names[0..count), then for every tree a line
 * "tree NODES", NODES lines "feature limit left right" and a line of NODES + 1 leaf values.
 * Errors: ERR_IO, ERR_MODEL (line), ERR_NO_MEMORY. */
enum err_code model_load(struct model *m, struct arena *a, const char *path, const char *section, const char *const *names,
                         size_t count, struct err *err);

/* The sum of the trees as a probability, 0..1. x [count of names]. */
float model_score(const struct model *m, const float *x);

#endif
