/* kernel_neon.c - Arm NEON, which every 64-bit Arm has: vmull_s8 and vmlal_s8 make two products a lane in 16 bits, at most
 * 2 * 127 * 127, so nothing saturates; vpadalq_s16 adds neighbours to 32 bits. */
#include "core/nmt/kernel.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "core/nmt/kernel_arm.h"

#include "core/base/banned.h"

enum { ROWS = 2 }; /* 16 sums, 8 weights, an input and a product of the 32 registers */

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi b[VN];
        code_block(w, x + i, b);
        int16x8_t low = vcombine_s16(vmovn_s32((int32x4_t)b[0]), vmovn_s32((int32x4_t)b[1]));
        int16x8_t high = vcombine_s16(vmovn_s32((int32x4_t)b[2]), vmovn_s32((int32x4_t)b[3]));
        vst1q_s8((int8_t *)codes + i, vcombine_s8(vmovn_s16(low), vmovn_s16(high)));
    }
}

INLINE int8x8_t inputs(const uint8_t *codes) {
    int32_t four;
    memcpy(&four, codes, sizeof four);
    return vreinterpret_s8_s32(vdup_n_s32(four));
}

/* rows x 16 columns, eight inputs a step; a sum holds two halves of each of two columns. rows is a constant wherever this is
 * expanded */
INLINE void tile(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y, size_t stride, const int rows) {
    int32x4_t sum[ROWS][8];
    const size_t k = w->k;
    const int8_t *at = w->w + col * k;
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < 8; g++) {
            sum[r][g] = vdupq_n_s32(0);
        }
    }
    for (size_t i = 0; i < k; i += 8, at += 128) {
        int8x8_t one[ROWS], two[ROWS];
        UNROLL
        for (int r = 0; r < rows; r++) {
            one[r] = inputs(codes + (size_t)r * k + i);
            two[r] = inputs(codes + (size_t)r * k + i + 4);
        }
        UNROLL
        for (int g = 0; g < 8; g++) {
            int8x8_t a = vld1_s8(at + 8 * g), b = vld1_s8(at + 64 + 8 * g);
            UNROLL
            for (int r = 0; r < rows; r++) {
                sum[r][g] = vpadalq_s16(sum[r][g], vmlal_s8(vmull_s8(a, one[r]), b, two[r]));
            }
        }
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int g = 0; g < 4; g++) {
            size_t c = col + (size_t)g * 4;
            int32x4_t whole = vaddq_s32(vpaddq_s32(sum[r][2 * g], sum[r][2 * g + 1]), vld1q_s32(w->shift + c));
            vst1q_f32(y + (size_t)r * stride + (size_t)g * 4, vcvtq_f32_s32(whole) * vdupq_n_f32(w->scale) + vld1q_f32(w->bias + c));
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

static bool usable(void) {
    return true;
}

const struct nmt_kernel nmt_kernel_neon = {
    "neon", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
#endif
