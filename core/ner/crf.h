/* core/ner/crf.h - the linear chain: best labels, posteriors. Shared by the recogniser and its trainer.
 * Source: Lafferty, McCallum, Pereira 2001. Sums run in linear space with a factor a token (Rabiner 1989), so that a
 * token costs one exponential a label; impossible transitions are left out of the loops. */
#ifndef NER_CRF_H
#define NER_CRF_H

#include "core/ner/model.h"

enum {
    CRF_TOKENS = 512, /* of one run of the chain; longer sentences are cut */
    CRF_SIDE = 1 + 2 * NER_TYPES, /* labels that open, and as many that close */
    CRF_WIDE = 12, /* the same in whole vectors */
    CRF_TYPES = 8,
};

/* Transitions ready for the loops. A closing label's place: as the labels are numbered, those between left out. */
struct crf_trans {
    float between[CRF_SIDE][CRF_WIDE];     /* [closing label][opening label] exp */
    float back[CRF_SIDE][CRF_WIDE];        /* [opening label][closing label] the same */
    float log_between[CRF_SIDE][CRF_WIDE]; /* [closing label][opening label] */
    float inside[4][CRF_TYPES], log_inside[4][CRF_TYPES]; /* first to inner, inner to inner, first to last, inner to last, by type */
    float trans[NER_LABELS * NER_LABELS]; /* [from][to] exp; impossible ones 0 */
    float log_start[NER_ROW], start[NER_ROW];
    float log_end[NER_ROW], end[NER_ROW];
    float least; /* a label with no more of a token's probability is left out; 0 unless the caller sets it */
};

/* Scratch of one chain, about 200 KB. */
struct crf {
    float score[CRF_TOKENS][NER_ROW]; /* in: log weight of each label; -inf forbids one */
    float gain[CRF_TOKENS][NER_ROW];  /* exp(score - the token's greatest) */
    float alpha[CRF_TOKENS][NER_ROW]; /* each token's sum 1; for crf_best the best path's weight up to a label */
    float beta[CRF_TOKENS][NER_ROW];
    float factor[CRF_TOKENS]; /* what alpha was divided by */
};

void crf_trans_init(struct crf_trans *t, const float *trans, const float *start, const float *end);

/* e^x, the same bits on every machine; relative error below 1e-6; 0 below -80. */
float crf_exp(float x);

/* Fills gain, alpha, beta, factor of tokens [0, n) from score. Returns the log of the sum over all paths.
 * At least one path must be allowed. */
double crf_sum(struct crf *c, const struct crf_trans *t, size_t n);

/* The best labels of tokens [0, n), from score. */
void crf_best(struct crf *c, const struct crf_trans *t, size_t n, uint8_t *labels);

/* Posterior of a name of a type over tokens [first, last), after crf_sum over n tokens. */
float crf_span(const struct crf *c, const struct crf_trans *t, size_t n, size_t first, size_t last, int type);

/* Posterior of a label at a token. */
static inline float crf_marginal(const struct crf *c, size_t i, int label) {
    return c->alpha[i][label] * c->beta[i][label];
}

#endif
