/* crf.c - see crf.h. Loops run over whole vectors of four labels; what lies behind the last label is never read. Sums are
 * made in the same order whatever the vectors: a model is the same bytes on every machine. */
#include "core/ner/crf.h"

#include <math.h>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "core/base/banned.h"

/* Labels that open are the first eleven; those that close, outside among them, come from two blocks. */
enum { OPENING = CRF_SIDE, CLOSING = CRF_SIDE, LANES = 4, WIDE = CRF_WIDE / LANES /* three: the loops say so */, ROW = NER_ROW / LANES };

typedef float four_t __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t ints_t __attribute__((vector_size(LANES * sizeof(int32_t)), aligned(sizeof(float)), may_alias));

/* x where the mask is set, 0 elsewhere. */
static inline four_t where(ints_t mask, four_t x) {
    return (four_t)(mask & (ints_t)x);
}

static inline four_t greater(four_t a, four_t b) {
#ifdef __SSE__
    return (four_t)_mm_max_ps((__m128)a, (__m128)b);
#else
    ints_t first = a > b;
    return (four_t)((first & (ints_t)a) | (~first & (ints_t)b));
#endif
}

static int closing_label(int i) {
    return i < NER_FIRST ? i : NER_LAST + i - NER_FIRST;
}

/* The closing labels of a row, side by side. */
static inline void gather(const float *row, float out[CRF_WIDE]) {
    memcpy(out, row, NER_FIRST * sizeof *out);
    memcpy(out + NER_FIRST, row + NER_LAST, (CRF_WIDE - NER_FIRST) * sizeof *out);
}

/* ---- transitions ---- */

/* The four transitions inside a name, by type. */
static void fill_inside(float inside[4][CRF_TYPES], const float *trans) {
    static const int ways[4][2] = {{NER_FIRST, NER_INNER}, {NER_INNER, NER_INNER}, {NER_FIRST, NER_LAST}, {NER_INNER, NER_LAST}};
    for (int way = 0; way < 4; way++) {
        for (int k = 0; k < NER_TYPES; k++) {
            inside[way][k] = trans[(ways[way][0] + k) * NER_LABELS + ways[way][1] + k];
        }
    }
}

void crf_trans_init(struct crf_trans *t, const float *trans, const float *start, const float *end) {
    float log_trans[NER_LABELS * NER_LABELS];
    *t = (struct crf_trans){.least = 0};
    for (int a = 0; a < NER_LABELS; a++) {
        for (int b = 0; b < NER_LABELS; b++) {
            int i = a * NER_LABELS + b;
            log_trans[i] = ner_follows(a, b) ? trans[i] : -INFINITY;
            t->trans[i] = ner_follows(a, b) ? crf_exp(trans[i]) : 0;
        }
        t->log_start[a] = ner_opens(a) ? start[a] : -INFINITY;
        t->log_end[a] = ner_closes(a) ? end[a] : -INFINITY;
        t->start[a] = ner_opens(a) ? crf_exp(start[a]) : 0;
        t->end[a] = ner_closes(a) ? crf_exp(end[a]) : 0;
    }
    for (int i = 0; i < CLOSING; i++) {
        for (int b = 0; b < OPENING; b++) {
            t->between[i][b] = t->back[b][i] = t->trans[closing_label(i) * NER_LABELS + b];
            t->log_between[i][b] = log_trans[closing_label(i) * NER_LABELS + b];
        }
    }
    fill_inside(t->inside, t->trans);
    fill_inside(t->log_inside, log_trans);
}

/* e^x for x up to 80. */
static inline four_t exp_four(four_t x) {
    ints_t some = x > -80;
    x = where(some, x);
    /* 2^k * e^r, |r| <= ln 2 / 2; e^r by its series */
    four_t y = x * 1.44269504f + 0.5f, k = __builtin_convertvector(__builtin_convertvector(y, ints_t), four_t);
    k -= where(k > y, (four_t){1, 1, 1, 1});
    four_t r = x - k * 0.693359375f + k * 2.12194440e-4f;
    four_t e = 1 + r * (1 + r * (0.5f + r * (1.6666667e-1f + r * (4.1666667e-2f + r * (8.3333333e-3f + r * 1.3888889e-3f)))));
    ints_t power = (__builtin_convertvector(k, ints_t) + 127) << 23;
    return where(some, e * (four_t)power);
}

float crf_exp(float x) {
    x = x > 80 ? 80 : x;
    return exp_four((four_t){x, x, x, x})[0];
}

/* ---- sums ---- */

static float fill_gain(struct crf *c, size_t i) {
    const four_t *score = (const four_t *)c->score[i];
    four_t *gain = (four_t *)c->gain[i], top = score[0];
    for (int v = 1; v < NER_LABELS / LANES; v++) {
        top = greater(score[v], top);
    }
    float most = c->score[i][NER_LABELS - 1];
    for (int l = 0; l < LANES; l++) {
        most = top[l] > most ? top[l] : most;
    }
    for (int v = 0; v < ROW; v++) {
        gain[v] = exp_four(score[v] - most);
    }
    return most;
}

static float scale_row(float *row) {
    float sum = 0;
    for (int l = 0; l < NER_LABELS; l++) {
        sum += row[l];
    }
    float by = sum > 0 ? 1 / sum : 0;
    four_t *all = (four_t *)row;
    for (int v = 0; v < ROW; v++) {
        all[v] *= by;
    }
    return sum;
}

/* What follows inside names: to = first * by_first + inner * by_inner, over whole vectors: what lies behind the five types is
 * written over by who calls. */
static inline void inside(const float *first, const float *inner, const float *by_first, const float *by_inner, float *to) {
    for (int k = 0; k < CRF_TYPES; k += LANES) {
        *(four_t *)(to + k) = *(const four_t *)(first + k) * *(const four_t *)(by_first + k) + *(const four_t *)(inner + k) * *(const four_t *)(by_inner + k);
    }
}

/* next[b] = gain[b] * sum over a of now[a] * trans[a][b] */
static void step_forward(const struct crf_trans *t, const float *now, const float *gain, float *next) {
    four_t sum0 = {0}, sum1 = {0}, sum2 = {0};
    float from[CRF_WIDE], in[NER_ROW];
    gather(now, from);
    for (int v = 0; v < WIDE; v++) {
        four_t a = ((four_t *)from)[v];
        ((four_t *)from)[v] = where(a > t->least, a);
    }
    for (int i = 0; i < CLOSING; i++) {
        const four_t *row = (const four_t *)t->between[i];
        sum0 += from[i] * row[0];
        sum1 += from[i] * row[1];
        sum2 += from[i] * row[2];
    }
    memcpy(in, (four_t[WIDE]){sum0, sum1, sum2}, WIDE * sizeof sum0);
    inside(now + NER_FIRST, now + NER_INNER, t->inside[0], t->inside[1], in + NER_INNER);
    inside(now + NER_FIRST, now + NER_INNER, t->inside[2], t->inside[3], in + NER_LAST);
    for (int v = 0; v < ROW; v++) {
        ((four_t *)next)[v] = ((const four_t *)gain)[v] * ((four_t *)in)[v];
    }
}

/* now[a] = sum over b of trans[a][b] * in[b]; 0 where alpha is as good as 0: the two are only used together */
static void step_back(const struct crf_trans *t, const float *in, const float *alpha, float *now) {
    four_t sum0 = {0}, sum1 = {0}, sum2 = {0};
    float own[CRF_WIDE];
    for (int b = 0; b < OPENING; b++) {
        const four_t *row = (const four_t *)t->back[b];
        sum0 += row[0] * in[b];
        sum1 += row[1] * in[b];
        sum2 += row[2] * in[b];
    }
    gather(alpha, own);
    four_t *to = (four_t *)own;
    to[0] = where(to[0] > t->least, sum0);
    to[1] = where(to[1] > t->least, sum1);
    to[2] = where(to[2] > t->least, sum2);
    inside(in + NER_INNER, in + NER_LAST, t->inside[0], t->inside[2], now + NER_FIRST);
    inside(in + NER_INNER, in + NER_LAST, t->inside[1], t->inside[3], now + NER_INNER);
    memcpy(now, own, NER_FIRST * sizeof *now);
    memcpy(now + NER_LAST, own + NER_FIRST, NER_TYPES * sizeof *now);
}

double crf_sum(struct crf *c, const struct crf_trans *t, size_t n) {
    double log_sum = 0, product = 1; /* logarithms cost more than all else: one for many factors */
    for (size_t i = 0; i < n; i++) {
        log_sum += fill_gain(c, i);
        if (i == 0) {
            for (int l = 0; l < NER_ROW; l++) {
                c->alpha[0][l] = t->start[l] * c->gain[0][l];
            }
        } else {
            step_forward(t, c->alpha[i - 1], c->gain[i], c->alpha[i]);
        }
        if (i + 1 == n) {
            for (int l = 0; l < NER_LABELS; l++) {
                c->alpha[i][l] *= t->end[l];
            }
        }
        c->factor[i] = scale_row(c->alpha[i]);
        product *= c->factor[i];
        if (!(product > 1e-200 && product < 1e200)) {
            log_sum += log(product);
            product = 1;
        }
    }
    /* beta is scaled so that alpha * beta sums to 1 at every token; the last alpha holds the end already */
    for (int l = 0; l < NER_ROW; l++) {
        c->beta[n - 1][l] = l < NER_LABELS ? 1 : 0;
    }
    for (size_t i = n - 1; i > 0; i--) {
        four_t in[ROW];
        float by = c->factor[i] > 0 ? 1 / c->factor[i] : 0;
        for (int v = 0; v < ROW; v++) {
            in[v] = ((const four_t *)c->beta[i])[v] * by;
            if (i + 1 == n) {
                in[v] *= ((const four_t *)t->end)[v];
            }
            in[v] *= ((const four_t *)c->gain[i])[v];
        }
        step_back(t, (const float *)in, c->alpha[i - 1], c->beta[i - 1]);
    }
    return log_sum + log(product);
}

/* ---- the best ---- */

/* As inside. */
static inline void best_inside(const float *first, const float *inner, const float *by_first, const float *by_inner, float *to) {
    for (int k = 0; k < CRF_TYPES; k += LANES) {
        *(four_t *)(to + k) = greater(*(const four_t *)(first + k) + *(const four_t *)(by_first + k), *(const four_t *)(inner + k) + *(const four_t *)(by_inner + k));
    }
}

/* next[b] = score[b] + the greatest of now[a] + trans[a][b] */
static void step_best(const struct crf_trans *t, const float *now, const float *score, float *next) {
    const four_t *row = (const four_t *)t->log_between[NER_OUT];
    four_t most0 = now[NER_OUT] + row[0], most1 = now[NER_OUT] + row[1], most2 = now[NER_OUT] + row[2];
    float from[CRF_WIDE], in[NER_ROW];
    gather(now, from);
    for (int i = 1; i < CLOSING; i++) {
        row = (const four_t *)t->log_between[i];
        most0 = greater(most0, from[i] + row[0]);
        most1 = greater(most1, from[i] + row[1]);
        most2 = greater(most2, from[i] + row[2]);
    }
    memcpy(in, (four_t[WIDE]){most0, most1, most2}, WIDE * sizeof most0);
    best_inside(now + NER_FIRST, now + NER_INNER, t->log_inside[0], t->log_inside[1], in + NER_INNER);
    best_inside(now + NER_FIRST, now + NER_INNER, t->log_inside[2], t->log_inside[3], in + NER_LAST);
    for (int v = 0; v < ROW; v++) {
        ((four_t *)next)[v] = ((four_t *)in)[v] + ((const four_t *)score)[v];
    }
}

/* The label before b on the best path, the first of equals. */
static int best_before(const struct crf_trans *t, const float *now, int b) {
    if (b >= OPENING) {
        int type = ner_label_type(b), last = b >= NER_LAST ? 2 : 0;
        bool first = now[NER_FIRST + type] + t->log_inside[last][type] >= now[NER_INNER + type] + t->log_inside[last + 1][type];
        return (first ? NER_FIRST : NER_INNER) + type;
    }
    int best = NER_OUT;
    float most = -INFINITY;
    for (int i = 0; i < CLOSING; i++) {
        float s = now[closing_label(i)] + t->log_between[i][b];
        best = s > most ? closing_label(i) : best;
        most = s > most ? s : most;
    }
    return best;
}

void crf_best(struct crf *c, const struct crf_trans *t, size_t n, uint8_t *labels) {
    float last[NER_LABELS];
    int at = NER_OUT;
    for (int l = 0; l < NER_ROW; l++) {
        c->alpha[0][l] = t->log_start[l] + c->score[0][l];
    }
    for (size_t i = 1; i < n; i++) {
        step_best(t, c->alpha[i - 1], c->score[i], c->alpha[i]);
    }
    for (int l = 0; l < NER_LABELS; l++) {
        last[l] = c->alpha[n - 1][l] + t->log_end[l];
        at = last[l] > last[at] ? l : at;
    }
    for (size_t i = n; i-- > 0;) {
        labels[i] = (uint8_t)at;
        at = i > 0 ? best_before(t, c->alpha[i - 1], at) : at;
    }
}

float crf_span(const struct crf *c, const struct crf_trans *t, size_t n, size_t first, size_t last, int type) {
    if (first + 1 == last) {
        return crf_marginal(c, first, NER_SINGLE + type);
    }
    int from = NER_FIRST + type;
    float p = c->alpha[first][from];
    for (size_t i = first + 1; i < last; i++) {
        int to = (i + 1 == last ? NER_LAST : NER_INNER) + type;
        p *= t->trans[from * NER_LABELS + to] * c->gain[i][to] / c->factor[i];
        from = to;
    }
    if (last == n) {
        p *= t->end[from];
    }
    p *= c->beta[last - 1][from];
    return p < 1 ? p : 1;
}
