/* kernel_avx2.c - AVX2. vpmaddubsw, the instruction made for bytes, adds neighbours in 16 bits with saturation; to be exact it
 * wants |x| and weights that have taken over x's sign, three instructions where vpmaddwd on widened values needs two. So
 * inputs are stored in 16 bits and weights widened as they are read, once for six rows: half as fast again, measured. */
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

enum { ROWS = 6, GROUP = 8 }; /* 12 sums, 2 weights, an input and a product fill the 16 registers */

static void quantize(const float *x, size_t n, float alpha, float floor, uint8_t *codes) {
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(x + i, vf_all(alpha), vf_all(floor), block);
        /* packs works within halves: put the quarters back in order */
        __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32((__m256i)block[0], (__m256i)block[1]), 0xD8);
        _mm256_storeu_si256((__m256i *)(void *)(codes + 2 * i), words);
    }
}

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

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += GROUP) {
        const int16_t *x = (const int16_t *)(const void *)codes;
        float *out = y + c;
        size_t left = rows;
        for (; left >= ROWS; left -= ROWS, x += ROWS * w->k, out += ROWS * stride) {
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
    "avx2", usable, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
