/* kernel_avxvnni.c - AVX2 with the VNNI instructions in 256 bits, as processors without AVX-512 have them. */
#include "core/nmt/kernel.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,avxvnni"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,avxvnni")
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

enum { ROWS = 6, GROUP = 16 };

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    const __m256i shift = _mm256_set1_epi32(127);
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(w, x + i, block);
        __m256i low = _mm256_add_epi32((__m256i)block[0], shift), high = _mm256_add_epi32((__m256i)block[1], shift);
        /* packs works within halves: put the quarters back in order */
        __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xD8);
        __m128i a = _mm256_castsi256_si128(words), b = _mm256_extracti128_si256(words, 1);
        _mm_storeu_si128((__m128i *)(void *)(codes + i), _mm_packus_epi16(a, b));
    }
}

/* rows x 16 columns; rows is a constant wherever this is expanded */
INLINE void tile(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y, size_t stride, const int rows) {
    __m256i sum[ROWS][2];
    const size_t k = w->k;
    const int8_t *at = w->w + col * k;
    UNROLL
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < 2; g++) {
            sum[r][g] = _mm256_setzero_si256();
        }
    }
    for (size_t i = 0; i < k; i += 4, at += 64) {
        __m256i weights[2];
        weights[0] = _mm256_loadu_si256((const __m256i *)(const void *)at);
        weights[1] = _mm256_loadu_si256((const __m256i *)(const void *)(at + 32));
        UNROLL
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, codes + (size_t)r * k + i, sizeof four);
            __m256i x = _mm256_set1_epi32(four);
            for (int g = 0; g < 2; g++) {
                sum[r][g] = _mm256_dpbusd_avx_epi32(sum[r][g], x, weights[g]);
            }
        }
    }
    const __m256 scale = _mm256_set1_ps(w->scale);
    UNROLL
    for (int r = 0; r < rows; r++) {
        for (int g = 0; g < 2; g++) {
            __m256 bias = _mm256_loadu_ps(w->bias + col + (size_t)g * 8);
            _mm256_storeu_ps(y + (size_t)r * stride + (size_t)g * 8, _mm256_cvtepi32_ps(sum[r][g]) * scale + bias);
        }
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += GROUP) {
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
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

const struct nmt_kernel nmt_kernel_avxvnni = {
    "avxvnni", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
