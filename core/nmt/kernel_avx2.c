/* kernel_avx2.c - AVX2: vpmaddubsw adds neighbours in 16 bits with saturation, so it is given |x| and w with the sign
 * of x moved over: 2 * 127 * 127 stays below 2^15, and the sums are exact. */
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

enum { ROWS = 4, SHIFTED = 0 };

INLINE void multiply(__m256i *sum, __m256i x, const __m256i *weights) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i size = _mm256_abs_epi8(x);
    for (int g = 0; g < 2; g++) {
        __m256i pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(weights[g], x));
        sum[g] = _mm256_add_epi32(sum[g], _mm256_madd_epi16(pairs, ones));
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
    return __builtin_cpu_supports("avx2");
}

const struct nmt_kernel nmt_kernel_avx2 = {
    "avx2", usable, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
