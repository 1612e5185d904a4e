/* kernel_ssse3.c - as kernel_avx2.c in 128 bits: the oldest instruction set with pmaddubsw (2006). */
#include "core/nmt/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("ssse3"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("ssse3")
#endif

#define VW 4
#define VF_OWN
static inline __m128 vf_min(__m128 a, __m128 b) {
    return _mm_min_ps(a, b);
}
static inline __m128 vf_max(__m128 a, __m128 b) {
    return _mm_max_ps(a, b);
}
static inline bool vf_any_above(__m128 a, __m128 b) {
    return _mm_movemask_ps(_mm_cmpgt_ps(a, b)) != 0;
}
#include "core/nmt/kernel_float.h"

enum { ROWS = 2 };

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi b[VN];
        code_block(w, x + i, b);
        __m128i low = _mm_packs_epi32((__m128i)b[0], (__m128i)b[1]), high = _mm_packs_epi32((__m128i)b[2], (__m128i)b[3]);
        _mm_storeu_si128((__m128i *)(void *)(codes + i), _mm_packs_epi16(low, high));
    }
}

/* rows x 16 columns; rows is a constant wherever this is expanded */
INLINE void tile(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y, size_t stride, const int rows) {
    const __m128i ones = _mm_set1_epi16(1);
    __m128i sum[ROWS][4];
    const size_t k = w->k;
    const int8_t *at = w->w + col * k;
    UNROLL
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < 4; g++) {
            sum[r][g] = _mm_loadu_si128((const __m128i *)(const void *)(w->shift + col + (size_t)g * 4));
        }
    }
    for (size_t i = 0; i < k; i += 4, at += 64) {
        UNROLL
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, codes + (size_t)r * k + i, sizeof four);
            __m128i x = _mm_set1_epi32(four), size = _mm_abs_epi8(x);
            UNROLL
            for (int g = 0; g < 4; g++) {
                __m128i weights = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * g));
                __m128i pairs = _mm_maddubs_epi16(size, _mm_sign_epi8(weights, x));
                sum[r][g] = _mm_add_epi32(sum[r][g], _mm_madd_epi16(pairs, ones));
            }
        }
    }
    const __m128 scale = _mm_set1_ps(w->scale);
    UNROLL
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < 4; g++) {
            __m128 bias = _mm_loadu_ps(w->bias + col + (size_t)g * 4);
            _mm_storeu_ps(y + (size_t)r * stride + (size_t)g * 4, _mm_cvtepi32_ps(sum[r][g]) * scale + bias);
        }
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += 16) {
        size_t r = 0;
        for (; r + ROWS <= rows; r += ROWS) {
            tile(w, codes + r * w->k, first + c, y + r * stride + c, stride, ROWS);
        }
        if (r < rows) {
            tile(w, codes + r * w->k, first + c, y + r * stride + c, stride, 1);
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
    return __builtin_cpu_supports("ssse3");
}

const struct nmt_kernel nmt_kernel_ssse3 = {
    "ssse3", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
