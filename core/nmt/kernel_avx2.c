/* kernel_avx2.c - AVX2. vpmaddubsw, the instruction made for bytes, adds two products in 16 bits with saturation. Matrices whose
 * weights cannot make it saturate (narrow.h) go through it, two at a time where four weights are safe together: 130 billion
 * multiplications a second; where two are safe 105. The others, and there need not be one, by vpmaddwd over weights widened
 * as they are read: 80. All give the same bits. */
#include "core/nmt/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define VW 8
#define VF_OWN
static inline __m256 vf_min(__m256 a, __m256 b) {
    return _mm256_min_ps(a, b);
}
static inline __m256 vf_max(__m256 a, __m256 b) {
    return _mm256_max_ps(a, b);
}
static inline bool vf_any_above(__m256 a, __m256 b) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ)) != 0;
}
#include "core/nmt/kernel_float.h"

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    const __m256i shift = _mm256_set1_epi16(w->positive ? 0 : 127);
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(w, x + i, block);
        /* packs works within halves: put the quarters back in order */
        __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32((__m256i)block[0], (__m256i)block[1]), 0xD8);
        if (w->form == FORM_WIDE) {
            _mm256_storeu_si256((__m256i *)(void *)(codes + 2 * i), words);
        } else {
            words = _mm256_add_epi16(words, shift);
            __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
            _mm_storeu_si128((__m128i *)(void *)(codes + i), bytes);
        }
    }
}

/* ---- wide: sixteen bits each ---- */

enum { WIDE_ROWS = 6, WIDE_COLUMNS = 8 }; /* 12 sums, 2 weights, an input and a product fill the 16 registers */

/* n rows x 8 columns. A sum holds two halves of each of four columns. Sums are variables of their own: see kernel_avx512.c. */
#define ZERO(r) __m256i sum##r##a = _mm256_setzero_si256(), sum##r##b = sum##r##a;
#define STEP(r)                                                                                              \
    {                                                                                                        \
        int64_t four;                                                                                        \
        memcpy(&four, x + (size_t)r * k + i, sizeof four);                                                   \
        const __m256i input = _mm256_set1_epi64x(four);                                                      \
        ADD(sum##r##a, input, wa);                                                                           \
        ADD(sum##r##b, input, wb);                                                                           \
    }
#define ADD(sum, input, w) __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(_mm256_madd_epi16(input, w)))
#define STORE(r) store(w, sum##r##a, sum##r##b, col, y + (size_t)r * stride);
#define TILE(n, EACH)                                                                                        \
    static __attribute__((noinline)) void tile##n(const struct nmt_matrix *w, const int16_t *x, size_t col,  \
                                                  float *y, size_t stride) {                                 \
        const size_t k = w->k;                                                                               \
        const int8_t *at = w->w + col / 16 * 16 * k + col % 16 * 4;                                          \
        EACH(ZERO)                                                                                           \
        for (size_t i = 0; i < k; i += 4, at += 64) {                                                        \
            const __m256i wa = widen(at), wb = widen(at + 16);                                               \
            EACH(STEP)                                                                                       \
        }                                                                                                    \
        EACH(STORE)                                                                                          \
    }
#define EACH1(M) M(0)
#define EACH2(M) EACH1(M) M(1)
#define EACH3(M) EACH2(M) M(2)
#define EACH4(M) EACH3(M) M(3)
#define EACH5(M) EACH4(M) M(4)
#define EACH6(M) EACH5(M) M(5)

/* four columns of four weights */
INLINE __m256i widen(const int8_t *w) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)w));
}

INLINE void store(const struct nmt_matrix *w, __m256i a, __m256i b, size_t col, float *y) {
    __m256i sum = _mm256_permute4x64_epi64(_mm256_hadd_epi32(a, b), 0xD8);
    sum = _mm256_add_epi32(sum, _mm256_loadu_si256((const __m256i *)(const void *)(w->shift + col)));
    _mm256_storeu_ps(y, _mm256_cvtepi32_ps(sum) * _mm256_set1_ps(w->scale) + _mm256_loadu_ps(w->bias + col));
}

TILE(1, EACH1)
TILE(2, EACH2)
TILE(3, EACH3)
TILE(4, EACH4)
TILE(5, EACH5)
TILE(6, EACH6)

static void product_wide(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                         size_t stride) {
    for (size_t c = 0; c < count; c += WIDE_COLUMNS) {
        const int16_t *x = (const int16_t *)(const void *)codes;
        float *out = y + c;
        size_t left = rows;
        for (; left >= WIDE_ROWS; left -= WIDE_ROWS, x += WIDE_ROWS * w->k, out += WIDE_ROWS * stride) {
            tile6(w, x, first + c, out, stride);
        }
        switch (left) {
        case 5: tile5(w, x, first + c, out, stride); break;
        case 4: tile4(w, x, first + c, out, stride); break;
        case 3: tile3(w, x, first + c, out, stride); break;
        case 2: tile2(w, x, first + c, out, stride); break;
        case 1: tile1(w, x, first + c, out, stride); break;
        default: break;
        }
    }
}

/* ---- narrow: two or four products in sixteen bits ---- */

enum { ROWS = 4, COLUMNS = 16 }; /* 8 sums; with four, 4 weights, the ones, 2 inputs and a product */

INLINE __m256i weights(const int8_t *w) {
    return _mm256_loadu_si256((const __m256i *)(const void *)w);
}

INLINE __m256i inputs(const uint8_t *x) {
    int32_t four;
    memcpy(&four, x, sizeof four);
    return _mm256_set1_epi32(four);
}

/* start: what each sum begins with, [rows][16] */
#define BEGIN(r)                                                                                             \
    __m256i sum##r##a = _mm256_loadu_si256((const __m256i *)(const void *)(start + 16 * r)),                 \
            sum##r##b = _mm256_loadu_si256((const __m256i *)(const void *)(start + 16 * r + 8));
#define GROW(sum, words) __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(_mm256_madd_epi16(words, ones)))
#define PAIRS(r)                                                                                             \
    {                                                                                                        \
        const __m256i input = inputs(x + (size_t)r * k + i);                                                 \
        GROW(sum##r##a, _mm256_maddubs_epi16(input, wa));                                                    \
        GROW(sum##r##b, _mm256_maddubs_epi16(input, wb));                                                    \
    }
#define QUADS(r)                                                                                             \
    {                                                                                                        \
        const __m256i one = inputs(x + (size_t)r * k + i), two = inputs(x + (size_t)r * k + i + 4);          \
        GROW(sum##r##a, _mm256_add_epi16(_mm256_maddubs_epi16(one, wa), _mm256_maddubs_epi16(two, wc)));     \
        GROW(sum##r##b, _mm256_add_epi16(_mm256_maddubs_epi16(one, wb), _mm256_maddubs_epi16(two, wd)));     \
    }
#define END(r)                                                                                               \
    finish(w, sum##r##a, col, y + (size_t)r * stride);                                                       \
    finish(w, sum##r##b, col + 8, y + (size_t)r * stride + 8);
#define NARROW(n, EACH)                                                                                      \
    static __attribute__((noinline)) void pairs##n(const struct nmt_matrix *w, const uint8_t *x, size_t col, \
                                                   const int32_t *start, float *y, size_t stride) {          \
        const size_t k = w->k;                                                                               \
        const int8_t *at = w->w + col * k;                                                                   \
        const __m256i ones = _mm256_set1_epi16(1);                                                           \
        EACH(BEGIN)                                                                                          \
        for (size_t i = 0; i < k; i += 4, at += 64) {                                                        \
            const __m256i wa = weights(at), wb = weights(at + 32);                                           \
            EACH(PAIRS)                                                                                      \
        }                                                                                                    \
        EACH(END)                                                                                            \
    }                                                                                                        \
    static __attribute__((noinline)) void quads##n(const struct nmt_matrix *w, const uint8_t *x, size_t col, \
                                                   const int32_t *start, float *y, size_t stride) {          \
        const size_t k = w->k;                                                                               \
        const int8_t *at = w->w + col * k;                                                                   \
        const __m256i ones = _mm256_set1_epi16(1);                                                           \
        EACH(BEGIN)                                                                                          \
        for (size_t i = 0; i < k; i += 8, at += 128) {                                                       \
            const __m256i wa = weights(at), wb = weights(at + 32);                                           \
            const __m256i wc = weights(at + 64), wd = weights(at + 96);                                      \
            EACH(QUADS)                                                                                      \
        }                                                                                                    \
        EACH(END)                                                                                            \
    }

INLINE void finish(const struct nmt_matrix *w, __m256i sum, size_t col, float *y) {
    _mm256_storeu_ps(y, _mm256_cvtepi32_ps(sum) * _mm256_set1_ps(w->scale) + _mm256_loadu_ps(w->bias + col));
}

NARROW(1, EACH1)
NARROW(2, EACH2)
NARROW(3, EACH3)
NARROW(4, EACH4)

typedef void narrow_tile(const struct nmt_matrix *w, const uint8_t *x, size_t col, const int32_t *start, float *y,
                         size_t stride);

/* what the sums of sixteen columns begin with: 127 times the column where inputs are not shifted, and what spilled */
INLINE void begin(const struct nmt_matrix *w, const uint8_t *x, size_t rows, size_t col, int32_t start[ROWS * COLUMNS]) {
    for (size_t r = 0; r < rows; r++) {
        int32_t *row = start + r * COLUMNS;
        if (w->positive) {
            memcpy(row, w->shift + col, COLUMNS * sizeof *row);
        } else {
            memset(row, 0, COLUMNS * sizeof *row);
        }
        for (uint32_t i = w->spills_at[col / COLUMNS]; i < w->spills_at[col / COLUMNS + 1]; i++) {
            row[w->spills[i].column] += x[r * w->k + w->spills[i].k] * w->spills[i].w;
        }
    }
}

static void product_narrow(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count,
                           float *y, size_t stride) {
    static narrow_tile *const pairs[] = {NULL, pairs1, pairs2, pairs3, pairs4};
    static narrow_tile *const quads[] = {NULL, quads1, quads2, quads3, quads4};
    narrow_tile *const *tiles = w->form == FORM_QUADS ? quads : pairs;
    int32_t start[ROWS * COLUMNS];
    for (size_t c = 0; c < count; c += COLUMNS) {
        for (size_t r = 0; r < rows; r += ROWS) {
            size_t here = rows - r < ROWS ? rows - r : ROWS;
            const uint8_t *x = codes + r * w->k;
            begin(w, x, here, first + c, start);
            tiles[here](w, x, first + c, start, y + r * stride + c, stride);
        }
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    (w->form == FORM_WIDE ? product_wide : product_narrow)(w, codes, rows, first, count, y, stride);
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#include "core/base/banned.h"

static bool usable(void) {
    return __builtin_cpu_supports("avx2");
}

const struct nmt_kernel nmt_kernel_avx2 = {
    "avx2", usable, true, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
