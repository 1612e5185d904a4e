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

enum { ROWS = 6, SHIFTED = 1 };

INLINE void multiply(__m256i *sum, __m256i x, const __m256i *weights) {
    for (int g = 0; g < 2; g++) {
        sum[g] = _mm256_dpbusd_avx_epi32(sum[g], x, weights[g]);
    }
}
#define MULTIPLY multiply
#include "core/nmt/kernel_avx2.h"

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
    "avxvnni", usable, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
