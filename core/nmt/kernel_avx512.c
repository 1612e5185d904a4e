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

enum { ROWS = 6 }; /* 24 sums, 4 weights and an input fill the 32 registers */

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    const __m512i shift = _mm512_set1_epi32(127);
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(w, x + i, block);
        __m128i bytes = _mm512_cvtepi32_epi8(_mm512_add_epi32((__m512i)block[0], shift));
        _mm_storeu_si128((__m128i *)(void *)(codes + i), bytes);
    }
}

/* n rows x 64 columns. Sums are variables of their own and the product is one line of assembly: given the intrinsic, gcc 12
 * runs out of registers at six rows (24 sums), stores every sum in every step, and is half as fast. */
#define DOT(sum, x, w) __asm__("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(w))
#define PREFETCH(p) __builtin_prefetch(p, 0, 2);
#define ZERO(r) __m512i sum##r##a = _mm512_setzero_si512(), sum##r##b = sum##r##a, sum##r##c = sum##r##a, sum##r##d = sum##r##a;
#define STEP(r)                                                                                              \
    {                                                                                                        \
        int32_t four;                                                                                        \
        memcpy(&four, codes + (size_t)r * k + i, sizeof four);                                               \
        const __m512i x = _mm512_set1_epi32(four);                                                           \
        DOT(sum##r##a, x, wa);                                                                               \
        DOT(sum##r##b, x, wb);                                                                               \
        DOT(sum##r##c, x, wc);                                                                               \
        DOT(sum##r##d, x, wd);                                                                               \
    }
#define STORE(r)                                                                                             \
    store(w, sum##r##a, col, y + (size_t)r * stride);                                                        \
    store(w, sum##r##b, col + 16, y + (size_t)r * stride + 16);                                              \
    store(w, sum##r##c, col + 32, y + (size_t)r * stride + 32);                                              \
    store(w, sum##r##d, col + 48, y + (size_t)r * stride + 48);
#define TILE(n, EACH)                                                                                        \
    static __attribute__((noinline)) void tile##n(const struct nmt_matrix *w, const uint8_t *codes, size_t col,          \
                                                  float *y, size_t stride) {                                 \
        const size_t k = w->k, group = k * 16;                                                               \
        const int8_t *at = w->w + col * k;                                                                   \
        EACH(ZERO)                                                                                           \
        for (size_t i = 0; i < k; i += 4, at += 64) {                                                        \
            const __m512i wa = _mm512_loadu_si512(at), wb = _mm512_loadu_si512(at + group);                  \
            const __m512i wc = _mm512_loadu_si512(at + 2 * group), wd = _mm512_loadu_si512(at + 3 * group);  \
            PREFETCH(at + 4 * group) PREFETCH(at + 5 * group) PREFETCH(at + 6 * group) PREFETCH(at + 7 * group) \
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

INLINE void store(const struct nmt_matrix *w, __m512i sum, size_t col, float *y) {
    _mm512_storeu_ps(y, _mm512_cvtepi32_ps(sum) * _mm512_set1_ps(w->scale) + _mm512_loadu_ps(w->bias + col));
}

TILE(1, EACH1)
TILE(2, EACH2)
TILE(3, EACH3)
TILE(4, EACH4)
TILE(5, EACH5)
TILE(6, EACH6)

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += KERNEL_COLUMNS) {
        const uint8_t *x = codes;
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
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

const struct nmt_kernel nmt_kernel_avx512 = {
    "avx512", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
