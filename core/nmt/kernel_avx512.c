/* kernel_avx512.c - AVX-512 with VNNI: vpdpbusd multiplies unsigned by signed bytes and adds four neighbours to 32 bits
 * at once, without saturation. Inputs are stored shifted by 127, as the model's arithmetic has them. */
#include "core/nmt/kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,prefer-vector-width=512")
#endif

#define VW 16
#define VF_OWN
static inline __m512 vf_min(__m512 a, __m512 b) {
    return _mm512_min_ps(a, b);
}
static inline __m512 vf_max(__m512 a, __m512 b) {
    return _mm512_max_ps(a, b);
}
static inline bool vf_any_above(__m512 a, __m512 b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ) != 0;
}
#include "core/nmt/kernel_float.h"

enum { ROWS = 6, GROUPS = KERNEL_COLUMNS / 16 }; /* 24 sums, 4 weights and an input fill the 32 registers */

static void quantize(const float *x, size_t n, float alpha, float floor, uint8_t *codes) {
    const __m512i shift = _mm512_set1_epi32(127);
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(x + i, vf_all(alpha), vf_all(floor), block);
        __m128i bytes = _mm512_cvtepi32_epi8(_mm512_add_epi32((__m512i)block[0], shift));
        _mm_storeu_si128((__m128i *)(void *)(codes + i), bytes);
    }
}

/* rows x 64 columns; rows is a constant wherever this is expanded */
INLINE void tile(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y, size_t stride, const int rows) {
    __m512i sum[ROWS][GROUPS];
    const size_t k = w->k, group = k * 16;
    const int8_t *at = w->w + col * k;
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < GROUPS; g++) {
            sum[r][g] = _mm512_setzero_si512();
        }
    }
    for (size_t i = 0; i < k; i += 4, at += 64) {
        __m512i weights[GROUPS];
        UNROLL
        for (int g = 0; g < GROUPS; g++) {
            weights[g] = _mm512_loadu_si512(at + (size_t)g * group);
        }
        UNROLL
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, codes + (size_t)r * k + i, sizeof four);
            __m512i x = _mm512_set1_epi32(four);
            UNROLL
            for (int g = 0; g < GROUPS; g++) {
                sum[r][g] = _mm512_dpbusd_epi32(sum[r][g], x, weights[g]);
            }
        }
    }
    const __m512 scale = _mm512_set1_ps(w->scale);
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < GROUPS; g++) {
            __m512 bias = _mm512_loadu_ps(w->bias + col + (size_t)g * 16);
            __m512 value = _mm512_cvtepi32_ps(sum[r][g]) * scale + bias;
            _mm512_storeu_ps(y + (size_t)r * stride + (size_t)g * 16, value);
        }
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += KERNEL_COLUMNS) {
        const uint8_t *x = codes;
        float *out = y + c;
        size_t left = rows;
        for (; left >= ROWS; left -= ROWS, x += ROWS * w->k, out += ROWS * stride) {
            tile(w, x, first + c, out, stride, ROWS);
        }
        switch (left) {
        case 5: tile(w, x, first + c, out, stride, 5); break;
        case 4: tile(w, x, first + c, out, stride, 4); break;
        case 3: tile(w, x, first + c, out, stride, 3); break;
        case 2: tile(w, x, first + c, out, stride, 2); break;
        case 1: tile(w, x, first + c, out, stride, 1); break;
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
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

const struct nmt_kernel nmt_kernel_avx512 = {
    "avx512", usable, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
