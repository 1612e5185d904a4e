/* crf.c - see crf.h */
#include "core/ner/crf.h"

#include <math.h>

#include "core/base/banned.h"

/* Labels that close come from two blocks; those that open are the first eleven. */
enum { OPENING = NER_INNER };

void crf_trans_init(struct crf_trans *t, const float *trans, const float *start, const float *end) {
    for (int a = 0; a < NER_LABELS; a++) {
        for (int b = 0; b < NER_LABELS; b++) {
            int i = a * NER_LABELS + b;
            t->log_trans[i] = ner_follows(a, b) ? trans[i] : -INFINITY;
            t->trans[i] = ner_follows(a, b) ? crf_exp(trans[i]) : 0;
        }
        t->log_start[a] = ner_opens(a) ? start[a] : -INFINITY;
        t->log_end[a] = ner_closes(a) ? end[a] : -INFINITY;
        t->start[a] = ner_opens(a) ? crf_exp(start[a]) : 0;
        t->end[a] = ner_closes(a) ? crf_exp(end[a]) : 0;
    }
    float least = 0, most = 0;
    for (int a = 0; a < NER_LABELS; a++) {
        for (int b = 0; b < OPENING && ner_closes(a); b++) {
            least = trans[a * NER_LABELS + b] < least ? trans[a * NER_LABELS + b] : least;
            most = trans[a * NER_LABELS + b] > most ? trans[a * NER_LABELS + b] : most;
        }
    }
    t->reach = most - least;
    t->least = 0;
}

float crf_exp(float x) {
    if (!(x > -80)) {
        return 0;
    }
    x = x > 80 ? 80 : x;
    /* 2^k * e^r, |r| <= ln 2 / 2; e^r by its series */
    float k = floorf(x * 1.44269504f + 0.5f);
    float r = x - k * 0.693359375f + k * 2.12194440e-4f;
    float e = 1 + r * (1 + r * (0.5f + r * (1.6666667e-1f + r * (4.1666667e-2f + r * (8.3333333e-3f + r * 1.3888889e-3f)))));
    union {
        uint32_t bits;
        float f;
    } power = {.bits = (uint32_t)((int32_t)k + 127) << 23};
    return e * power.f;
}

static float fill_gain(struct crf *c, size_t i) {
    float most = -INFINITY;
    for (int l = 0; l < NER_LABELS; l++) {
        most = c->score[i][l] > most ? c->score[i][l] : most;
    }
    for (int l = 0; l < NER_LABELS; l++) {
        c->gain[i][l] = crf_exp(c->score[i][l] - most);
    }
    return most;
}

static float scale_row(float *row) {
    float sum = 0;
    for (int l = 0; l < NER_LABELS; l++) {
        sum += row[l];
    }
    float by = sum > 0 ? 1 / sum : 0;
    for (int l = 0; l < NER_LABELS; l++) {
        row[l] *= by;
    }
    return sum;
}

/* next[b] = gain[b] * sum over a of now[a] * trans[a][b] */
static void step_forward(const struct crf_trans *t, const float *now, const float *gain, float *next) {
    float sum[OPENING] = {0};
    for (int a = 0; a < NER_LABELS; a = a == NER_FIRST - 1 ? NER_LAST : a + 1) {
        const float *row = t->trans + a * NER_LABELS;
        for (int b = 0; now[a] > t->least && b < OPENING; b++) {
            sum[b] += now[a] * row[b];
        }
    }
    for (int b = 0; b < OPENING; b++) {
        next[b] = gain[b] * sum[b];
    }
    for (int k = 0; k < NER_TYPES; k++) {
        int first = NER_FIRST + k, inner = NER_INNER + k, last = NER_LAST + k;
        next[inner] = gain[inner] * (now[first] * t->trans[first * NER_LABELS + inner] + now[inner] * t->trans[inner * NER_LABELS + inner]);
        next[last] = gain[last] * (now[first] * t->trans[first * NER_LABELS + last] + now[inner] * t->trans[inner * NER_LABELS + last]);
    }
}

/* now[a] = sum over b of trans[a][b] * gain[b] * next[b]; 0 where alpha is as good as 0: the two are only used together */
static void step_back(const struct crf_trans *t, const float *next, const float *gain, const float *alpha, float *now) {
    float in[NER_LABELS];
    for (int b = 0; b < NER_LABELS; b++) {
        in[b] = gain[b] * next[b];
    }
    for (int a = 0; a < NER_LABELS; a = a == NER_FIRST - 1 ? NER_LAST : a + 1) {
        const float *row = t->trans + a * NER_LABELS;
        float sum = 0;
        for (int b = 0; alpha[a] > t->least && b < OPENING; b++) {
            sum += row[b] * in[b];
        }
        now[a] = sum;
    }
    for (int k = 0; k < NER_TYPES; k++) {
        int first = NER_FIRST + k, inner = NER_INNER + k, last = NER_LAST + k;
        now[first] = t->trans[first * NER_LABELS + inner] * in[inner] + t->trans[first * NER_LABELS + last] * in[last];
        now[inner] = t->trans[inner * NER_LABELS + inner] * in[inner] + t->trans[inner * NER_LABELS + last] * in[last];
    }
}

double crf_sum(struct crf *c, const struct crf_trans *t, size_t n) {
    double log_sum = 0;
    for (size_t i = 0; i < n; i++) {
        log_sum += fill_gain(c, i);
        if (i == 0) {
            for (int l = 0; l < NER_LABELS; l++) {
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
        log_sum += log(c->factor[i]);
    }
    /* beta is scaled so that alpha * beta sums to 1 at every token; the last alpha holds the end already */
    for (int l = 0; l < NER_LABELS; l++) {
        c->beta[n - 1][l] = 1;
    }
    for (size_t i = n - 1; i > 0; i--) {
        float next[NER_LABELS];
        float by = c->factor[i] > 0 ? 1 / c->factor[i] : 0;
        for (int l = 0; l < NER_LABELS; l++) {
            next[l] = c->beta[i][l] * by * (i + 1 == n ? t->end[l] : 1);
        }
        step_back(t, next, c->gain[i], c->alpha[i - 1], c->beta[i - 1]);
    }
    return log_sum;
}

void crf_best(struct crf *c, const struct crf_trans *t, size_t n, uint8_t *labels) {
    float best[NER_LABELS], next[NER_LABELS];
    for (int l = 0; l < NER_LABELS; l++) {
        best[l] = t->log_start[l] + c->score[0][l];
    }
    for (size_t i = 1; i < n; i++) {
        float most = -INFINITY; /* of the labels that close: one that no transition lifts above it cannot win */
        for (int b = 0; b < NER_LABELS; b++) {
            next[b] = -INFINITY;
            c->back[i][b] = NER_OUT;
            most = ner_closes(b) && best[b] > most ? best[b] : most;
        }
        for (int a = 0; a < NER_LABELS; a = a == NER_FIRST - 1 ? NER_LAST : a + 1) {
            for (int b = 0; best[a] + t->reach >= most && b < OPENING; b++) {
                float s = best[a] + t->log_trans[a * NER_LABELS + b];
                if (s > next[b]) {
                    next[b] = s;
                    c->back[i][b] = (uint8_t)a;
                }
            }
        }
        for (int b = NER_INNER; b < NER_LABELS; b++) {
            int first = NER_FIRST + ner_label_type(b), inner = NER_INNER + ner_label_type(b);
            float s1 = best[first] + t->log_trans[first * NER_LABELS + b];
            float s2 = best[inner] + t->log_trans[inner * NER_LABELS + b];
            next[b] = s1 >= s2 ? s1 : s2;
            c->back[i][b] = (uint8_t)(s1 >= s2 ? first : inner);
        }
        for (int b = 0; b < NER_LABELS; b++) {
            best[b] = next[b] + c->score[i][b];
        }
    }
    int at = NER_OUT;
    for (int l = 0; l < NER_LABELS; l++) {
        best[l] += t->log_end[l];
        at = best[l] > best[at] ? l : at;
    }
    for (size_t i = n; i-- > 0;) {
        labels[i] = (uint8_t)at;
        at = i > 0 ? c->back[i][at] : at;
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
