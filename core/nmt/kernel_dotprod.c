/* kernel_dotprod.c - Arm's dot product instruction (from 2017 on; always there from ARMv8.4): sdot multiplies signed bytes and
 * adds four neighbours to 32 bits. In assembly, as not every compiler lets the intrinsic be used in one file alone. */
#include "core/nmt/kernel.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif

#include "core/nmt/kernel_arm.h"

enum { ROWS = 6 }; /* 24 sums, 4 weights and an input of the 32 registers */

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi b[VN];
        code_block(w, x + i, b);
        int16x8_t low = vcombine_s16(vmovn_s32((int32x4_t)b[0]), vmovn_s32((int32x4_t)b[1]));
        int16x8_t high = vcombine_s16(vmovn_s32((int32x4_t)b[2]), vmovn_s32((int32x4_t)b[3]));
        vst1q_s8((int8_t *)codes + i, vcombine_s8(vmovn_s16(low), vmovn_s16(high)));
    }
}

#define DOT(sum, x, w) __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(sum) : "w"(w), "w"(x))

/* rows x 16 columns; rows is a constant wherever this is expanded */
INLINE void tile(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y, size_t stride, const int rows) {
    int32x4_t sum[ROWS][4];
    const size_t k = w->k;
    const int8_t *at = w->w + col * k;
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < 4; g++) {
            sum[r][g] = vld1q_s32(w->shift + col + (size_t)g * 4);
        }
    }
    for (size_t i = 0; i < k; i += 4, at += 64) {
        int8x16_t a = vld1q_s8(at), b = vld1q_s8(at + 16), c = vld1q_s8(at + 32), d = vld1q_s8(at + 48);
        UNROLL
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, codes + (size_t)r * k + i, sizeof four);
            int32x4_t x = vdupq_n_s32(four);
            DOT(sum[r][0], x, a);
            DOT(sum[r][1], x, b);
            DOT(sum[r][2], x, c);
            DOT(sum[r][3], x, d);
        }
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < 4; g++) {
            float32x4_t bias = vld1q_f32(w->bias + col + (size_t)g * 4);
            vst1q_f32(y + (size_t)r * stride + (size_t)g * 4, vcvtq_f32_s32(sum[r][g]) * vdupq_n_f32(w->scale) + bias);
        }
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += 16) {
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
#if defined(__linux__)
    return getauxval(AT_HWCAP) >> 20 & 1; /* HWCAP_ASIMDDP */
#else
    return true; /* Apple's all have it */
#endif
}

const struct nmt_kernel nmt_kernel_dotprod = {
    "dotprod", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
