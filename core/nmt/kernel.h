/* core/nmt/kernel.h - the inner loops, once per instruction set.
 *
 * Every kernel computes the same bits: integer sums are exact (no 16-bit saturation), and float sums run over sixteen
 * lanes that are folded in one fixed order whatever the width of the machine's registers; nothing is fused. So a
 * translation does not depend on the processor. kernel_c.c is the twin that the others are tested against. */
#ifndef NMT_KERNEL_H
#define NMT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KERNEL_COLUMNS = 64, /* columns are computed this many at a time; matrices are padded to it with zeroes */
    KERNEL_LANES = 16,   /* float buffers may be read (not used) this far past their end */
};

/* How a kernel that adds products of bytes in 16 bits reads a matrix: not at all, or two or four of them in a sum. narrow.h */
enum nmt_form { FORM_WIDE, FORM_PAIRS, FORM_QUADS };

/* A part of a weight that does not stand in its matrix but here. */
struct nmt_spill {
    uint16_t k;
    uint8_t column; /* of its group of sixteen */
    int8_t w;
};

/* An int8 matrix W for y = x W + b, ready for use. */
struct nmt_matrix {
    const int8_t *w;      /* [padded / 16][k / 4][16][4]: four inputs of sixteen columns side by side */
    const float *bias;    /* [padded] b, less what the shift of the inputs by 127 adds */
    const int32_t *shift; /* [padded] 127 times the column's sum */
    float alpha;          /* inputs are multiplied by this and rounded to -127..127 */
    float scale;          /* sums are multiplied by this */
    uint32_t k, n, padded;
    bool positive; /* it is relu(x) that goes in */
    enum nmt_form form;
    const struct nmt_spill *spills; /* with form PAIRS or QUADS */
    const uint32_t *spills_at;      /* [padded / 16 + 1] first of each group of sixteen columns */
};

struct nmt_best {
    float score;
    uint32_t at;
};

struct nmt_kernel {
    const char *name;
    bool (*usable)(void); /* on this processor */
    bool narrow;          /* product is faster on matrices in the forms PAIRS and QUADS */

    /* codes[i] = clip(round half even(x[i] * alpha), -127 or, where w is positive, 0, 127), as product wants them, at most two
     * bytes each. n: multiple of 16. */
    void (*quantize)(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes);

    /* y[r][c - first] = f32(sum over k of (code + 127) w) * scale + bias, for the columns first .. first + count - 1
     * (multiples of 64). codes: [rows][k]; y: [rows][stride]. */
    void (*product)(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride);

    /* out = scale * (z - mean) / sqrt(variance + 1e-6) + bias with z = x + residual. d: multiple of 16; out may be
     * x or residual. */
    void (*norm)(const float *x, const float *residual, size_t d, const float *scale, const float *bias, float *out);

    /* Attention of one query over n keys, all heads: out[heads * dk] = softmax(q . k / sqrt(dk)) v.
     *   kt [heads * dk][n]        keys, transposed      v [n][heads * dk]
     * out may be q.
     *   weights [heads][n + 16]   what the softmax gave; scratch for those who do not want it */
    void (*attend)(const float *q, const float *kt, const float *v, size_t n, size_t heads, size_t dk, float *weights,
                   float *out);

    /* One step of the SSRU: cell = s(f) * cell + (1 - s(f)) * x, s the logistic function; out = relu(cell).
     * d: multiple of 16. */
    void (*ssru)(const float *f, const float *x, size_t d, float *cell, float *out);

    /* Moves *best to the first of the largest of path + logits[i], i < n (multiple of 16), where that is above
     * best->score; positions count from base. */
    void (*best)(const float *logits, size_t n, float path, uint32_t base, struct nmt_best *best);
};

extern const struct nmt_kernel nmt_kernel_c;
#if defined(__x86_64__)
extern const struct nmt_kernel nmt_kernel_ssse3, nmt_kernel_avx2, nmt_kernel_avxvnni, nmt_kernel_avx512;
#elif defined(__aarch64__)
extern const struct nmt_kernel nmt_kernel_neon, nmt_kernel_dotprod;
#endif

/* The fastest kernel usable here, or the one of this name ("c", "ssse3", "avx2", "avxvnni", "avx512", "neon",
 * "dotprod"). NULL when the name is unknown or not usable. */
const struct nmt_kernel *nmt_kernel_get(const char *name);

/* The i-th kernel usable here, fastest first; NULL past the last. */
const struct nmt_kernel *nmt_kernel_at(size_t i);

#endif
