/* model.c - see model.h. A child's number is always greater than its parent's, which the loader checks: so every walk ends. */
#include "core/html/model.h"

#include <math.h>

#include "core/base/conf.h"

#include "core/base/banned.h"

enum { TREE_NODES_MAX = 255, TREES_MAX = 2000 };

#define fail(c, err, ...) err_set_in((err), ERR_MODEL, (c)->path, (c)->line, 0, __VA_ARGS__)

static bool whole(struct str *rest, int min, int max, int *out) {
    double v;
    struct str w = conf_word(rest);
    if (!str_to_double(w, &v) || !(v >= min && v <= max) || v != floor(v)) {
        return false;
    }
    *out = (int)v;
    return true;
}

static enum err_code read_names(const struct conf *c, const char *const *names, size_t count, struct err *err) {
    struct str rest = c->entry;
    conf_word(&rest); /* "features" */
    for (size_t i = 0; i < count; i++) {
        struct str w = conf_word(&rest);
        if (!str_eqz(w, names[i])) {
            return fail(c, err, "feature %zu is '%.*s', not %s: the model is of another version", i, STR_ARG(w), names[i]);
        }
    }
    return conf_word(&rest).n ? fail(c, err, "more than %zu features", count) : ERR_OK;
}

static enum err_code read_node(struct conf *c, struct model_node *out, int at, int nodes, size_t count, struct err *err) {
    int feature, left, right;
    double limit;
    struct str rest = c->entry;
    if (!whole(&rest, 0, (int)count - 1, &feature) || !str_to_double(conf_word(&rest), &limit) ||
        !whole(&rest, -nodes - 1, nodes - 1, &left) || !whole(&rest, -nodes - 1, nodes - 1, &right) ||
        (left >= 0 && left <= at) || (right >= 0 && right <= at)) {
        return fail(c, err, "'%.*s' is not a node: feature limit left right", STR_ARG(c->entry));
    }
    *out = (struct model_node){(float)limit, (uint16_t)feature, (int16_t)left, (int16_t)right};
    return ERR_OK;
}

static enum err_code read_tree(struct model *m, struct arena *a, struct conf *c, size_t count, struct err *err) {
    int nodes = 0;
    struct str rest = c->entry;
    conf_word(&rest); /* "tree" */
    if (!whole(&rest, 0, TREE_NODES_MAX, &nodes) || m->n == TREES_MAX) {
        return fail(c, err, "a tree has at most %d nodes, a model %d trees", TREE_NODES_MAX, TREES_MAX);
    }
    struct model_node *n = ARENA_ARRAY(a, (size_t)nodes, struct model_node);
    float *leaves = ARENA_ARRAY(a, (size_t)nodes + 1, float);
    for (int i = 0; n && leaves && i < nodes; i++) {
        enum err_code code = conf_next(c) ? read_node(c, &n[i], i, nodes, count, err) : fail(c, err, "the tree ends early");
        if (code != ERR_OK) {
            return code;
        }
    }
    rest = conf_next(c) ? c->entry : STR_NONE;
    for (int i = 0; leaves && i <= nodes; i++) {
        double v;
        if (!str_to_double(conf_word(&rest), &v)) {
            return fail(c, err, "a line of %d leaf values was expected", nodes + 1);
        }
        leaves[i] = (float)v;
    }
    ARENA_PUSH(a, m->trees, m->n, m->cap) = (struct model_tree){nodes ? n : NULL, leaves};
    return n && leaves ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the model");
}

enum err_code model_load(struct model *m, struct arena *a, const char *path, const char *section, const char *const *names,
                         size_t count, struct err *err) {
    struct conf c;
    bool named = false;
    *m = (struct model){0};
    enum err_code code = conf_open(&c, a, path, err);
    while (code == ERR_OK && conf_next(&c)) {
        if (!str_eqz(c.section, section)) {
            continue;
        }
        if (str_starts(c.entry, STR("features "))) {
            code = read_names(&c, names, count, err);
            named = true;
        } else if (str_starts(c.entry, STR("tree ")) && named) {
            code = read_tree(m, a, &c, count, err);
        } else {
            code = fail(&c, err, "a line 'features ...' or 'tree N' was expected");
        }
    }
    return code == ERR_OK && m->n == 0 ? fail(&c, err, "there is no section [%s]", section) : code;
}

float model_score(const struct model *m, const float *x) {
    float sum = 0;
    for (size_t t = 0; t < m->n; t++) {
        const struct model_node *n = m->trees[t].nodes;
        int at = n ? 0 : -1;
        while (at >= 0) {
            at = x[n[at].feature] <= n[at].limit ? n[at].left : n[at].right;
        }
        sum += m->trees[t].leaves[~at];
    }
    return 1 / (1 + expf(-sum));
}
