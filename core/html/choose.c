/* choose.c - see choose.h. Two looks: the first judges each block by itself and its place, the second by what the first thinks of
 * its surroundings (stacking, Wolpert 1992), which closes holes and drops islands. */
#include "core/html/choose.h"

#include <math.h>

#include "core/base/banned.h"

static const char *const second_names[] = {
#define X(name) #name,
    SECOND_FEATURES(X)
#undef X
};

enum err_code choose_load(struct choose *c, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/page/blocks.model", data_dir);
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the model of blocks");
    }
    enum err_code code = model_load(&c->first, a, path.p, "first", page_feature_names(), F_COUNT, err);
    return code ? code : model_load(&c->second, a, path.p, "second", second_names, SECOND_COUNT, err);
}

/* ---- the second look ---- */

struct sums {
    float *p, *w; /* of all blocks with the same key */
};

static bool sums_init(struct sums *s, struct arena *a, size_t n) {
    s->p = ARENA_ARRAY(a, n, float);
    s->w = ARENA_ARRAY(a, n, float);
    return s->p && s->w;
}

/* The mean of the others with key, or -1 where there are none. */
static float mean_of_others(const struct sums *s, uint32_t key, float p, float w) {
    float rest = s->w[key] - w;
    return rest > 1e-3f ? (s->p[key] - p * w) / rest : -1;
}

static float window(const float *sp, const float *sw, size_t n, size_t b, size_t radius) {
    size_t lo = b > radius ? b - radius : 0, hi = b + radius + 1 < n ? b + radius + 1 : n;
    return (sp[hi] - sp[lo]) / (sw[hi] - sw[lo]);
}

static void around(const float *p, size_t n, size_t b, float *f) {
    static const int at[6] = {-3, -2, -1, 1, 2, 3};
    for (int i = 0; i < 6; i++) {
        int64_t other = (int64_t)b + at[i];
        f[SECOND_before3 + i] = other >= 0 && other < (int64_t)n ? p[other] : -1;
    }
}

static void copy_first(const float *x, float *f) {
    static const uint16_t from[] = {F_words, F_link_share,     F_bold_share,  F_upper_share,     F_ends,       F_kind, F_verdict, F_json,
                                    F_is_title, F_function_words, F_since_tail, F_since_heading, F_from_title, F_stops, F_caption, F_byline,
                                    F_dated};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        f[SECOND_words + i] = x[from[i]];
    }
}

/* Distances to blocks the first look is sure of, and the best on either side. */
static void sides(const float *p, size_t n, float *out) {
    float best = 0;
    int64_t last = -100;
    for (size_t b = 0; b < n; b++) {
        float *f = out + b * SECOND_COUNT;
        int64_t gap = (int64_t)b - last;
        f[SECOND_since_good] = (float)(gap > 20 ? 20 : gap);
        best = p[b] > best ? p[b] : best;
        f[SECOND_best_before] = best;
        last = p[b] > 0.6f ? (int64_t)b : last;
    }
    best = 0;
    last = (int64_t)n + 100;
    for (size_t b = n; b-- > 0;) {
        float *f = out + b * SECOND_COUNT;
        int64_t gap = last - (int64_t)b;
        f[SECOND_until_good] = (float)(gap > 20 ? 20 : gap);
        best = p[b] > best ? p[b] : best;
        f[SECOND_best_after] = best;
        last = p[b] > 0.6f ? (int64_t)b : last;
    }
}

bool choose_second(const struct page *page, const float *first, const float *p, float *out) {
    size_t n = page->n;
    struct sums parent, sign;
    float *sp = ARENA_ARRAY(page->a, n + 1, float), *sw = ARENA_ARRAY(page->a, n + 1, float);
    if (!sp || !sw || !sums_init(&parent, page->a, page->dom.n) || !sums_init(&sign, page->a, n)) {
        return false;
    }
    for (size_t b = 0; b < n; b++) {
        const struct block *k = &page->blocks[b];
        float w = sqrtf(k->words + 1);
        uint32_t up = page->dom.nodes[k->node].parent;
        up = up == DOM_NONE ? 0 : up;
        sp[b + 1] = sp[b] + p[b] * w;
        sw[b + 1] = sw[b] + w;
        parent.p[up] += p[b] * w;
        parent.w[up] += w;
        sign.p[k->sign] += p[b] * w;
        sign.w[k->sign] += w;
    }
    for (size_t b = 0; b < n; b++) {
        const struct block *k = &page->blocks[b];
        float *f = out + b * SECOND_COUNT, w = sqrtf(k->words + 1);
        uint32_t up = page->dom.nodes[k->node].parent;
        f[SECOND_p] = p[b];
        around(p, n, b, f);
        f[SECOND_near5] = window(sp, sw, n, b, 5);
        f[SECOND_near15] = window(sp, sw, n, b, 15);
        f[SECOND_share_before] = sp[n] > 1e-6f ? sp[b] / sp[n] : 0;
        f[SECOND_total] = log1pf(sp[n]);
        f[SECOND_parent] = mean_of_others(&parent, up == DOM_NONE ? 0 : up, p[b], w);
        f[SECOND_sign] = mean_of_others(&sign, k->sign, p[b], w);
        copy_first(first + b * F_COUNT, f);
    }
    sides(p, n, out);
    return true;
}

bool choose_vetoed(const struct page *page, uint32_t b) {
    const struct block *k = &page->blocks[b];
    const uint8_t *near = page->near + (size_t)k->node * NEAR_COUNT, *hint = near + ZONE_COUNT;
    bool caption = near[ZONE_FIGURE] < NEAR_MAX && near[ZONE_QUOTE] == NEAR_MAX && near[ZONE_TABLE] == NEAR_MAX &&
                   (near[ZONE_FIGURE] < near[ZONE_ARTICLE] || near[ZONE_ARTICLE] == NEAR_MAX);
    return k->hidden || near[ZONE_NAV] < NEAR_MAX || near[ZONE_FOOTER] < NEAR_MAX || caption || hint[HINT_comment] < NEAR_MAX ||
           hint[HINT_consent] < 4;
}

float *choose_blocks(const struct choose *c, const struct page *page) {
    struct arena *a = page->a;
    float *first = ARENA_ARRAY(a, (size_t)page->n * F_COUNT, float);
    float *second = ARENA_ARRAY(a, (size_t)page->n * SECOND_COUNT, float);
    float *p = ARENA_ARRAY(a, page->n + 1, float);
    if (!first || !second || !p) {
        return NULL;
    }
    page_features(page, first);
    for (uint32_t b = 0; b < page->n; b++) {
        p[b] = model_score(&c->first, first + (size_t)b * F_COUNT);
    }
    if (!choose_second(page, first, p, second)) {
        return NULL;
    }
    for (uint32_t b = 0; b < page->n; b++) {
        p[b] = choose_vetoed(page, b) ? 0 : model_score(&c->second, second + (size_t)b * SECOND_COUNT);
    }
    return p;
}
