/* kernel_c.c - the kernel in plain C: runs everywhere, and is what the others must equal bit for bit. */
#include "core/nmt/kernel.h"

#define VW 4
#include "core/nmt/kernel_float.h"

#include "core/base/banned.h"

static bool usable(void) {
    return true;
}

static void quantize(const struct nmt_matrix *w, const float *x, size_t n, uint8_t *codes) {
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        vi block[VN];
        code_block(w, x + i, block);
        for (int k = 0; k < KERNEL_LANES; k++) {
            codes[i + (size_t)k] = (uint8_t)block[k / VW][k % VW];
        }
    }
}

/* one row, sixteen columns */
static void product_16(const struct nmt_matrix *w, const uint8_t *codes, size_t col, float *y) {
    const int8_t *at = w->w + col * w->k;
    int32_t sum[16];
    memcpy(sum, w->shift + col, sizeof sum);
    for (size_t k = 0; k < w->k; k += 4, at += 64) {
        for (int c = 0; c < 16; c++) {
            for (int i = 0; i < 4; i++) {
                sum[c] += (int8_t)codes[k + (size_t)i] * at[4 * c + i];
            }
        }
    }
    for (int c = 0; c < 16; c++) {
        y[c] = (float)sum[c] * w->scale + w->bias[col + (size_t)c];
    }
}

static void product(const struct nmt_matrix *w, const uint8_t *codes, size_t rows, size_t first, size_t count, float *y,
                    size_t stride) {
    for (size_t c = 0; c < count; c += 16) {
        for (size_t r = 0; r < rows; r++) {
            product_16(w, codes + r * w->k, first + c, y + r * stride + c);
        }
    }
}

const struct nmt_kernel nmt_kernel_c = {
    "c", usable, false, quantize, product, float_norm, float_attend, float_ssru, float_best,
};
