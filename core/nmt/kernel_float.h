/* core/nmt/kernel_float.h - the float part of a kernel; included once by each kernel_*.c, under its instruction set.
 *
 * The includer defines VW, the width of its vectors in floats (4, 8 or 16), and after including this file's first half
 * nothing else: min, max and "any lane greater" have plain versions that it may replace (VF_OWN).
 * A block is always sixteen lanes, VN vectors of VW: lane i of a sum collects the elements i, i + 16, ..., and the
 * lanes are folded 16 -> 8 -> 4 -> 2 -> 1, so every width gives the same bits. No fused multiply-add: the build says
 * -ffp-contract=off. */
#include <math.h>
#include <string.h>

enum { VN = KERNEL_LANES / VW };

typedef float vf __attribute__((vector_size(VW * 4)));
typedef int32_t vi __attribute__((vector_size(VW * 4)));

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE vf vf_load(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void vf_store(float *p, vf v) {
    memcpy(p, &v, sizeof v);
}

INLINE vf vf_all(float x) {
    return x - (vf){0}; /* minus zero keeps every x, the sign of zero included */
}

#ifndef VF_OWN
INLINE vf vf_pick(vi mask, vf a, vf b) {
    return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

/* as the processors' minimum and maximum: b when the two cannot be compared */
INLINE vf vf_min(vf a, vf b) {
    return vf_pick(a < b, a, b);
}

INLINE vf vf_max(vf a, vf b) {
    return vf_pick(a > b, a, b);
}

INLINE bool vf_any_above(vf a, vf b) {
    vi mask = a > b;
    int32_t any = 0;
    for (int i = 0; i < VW; i++) {
        any |= mask[i];
    }
    return any != 0;
}
#endif

INLINE float vf_fold(vf v, bool largest) {
    float lane[VW];
    vf_store(lane, v);
    for (int half = VW / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            if (largest) {
                lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
            } else {
                lane[i] += lane[i + half];
            }
        }
    }
    return lane[0];
}

/* the sum of sixteen lanes */
INLINE float block_sum(vf *v) {
    for (int half = VN / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            v[i] += v[i + half];
        }
    }
    return vf_fold(v[0], false);
}

INLINE float block_max(vf *v) {
    for (int half = VN / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) {
            v[i] = vf_max(v[i], v[i + half]);
        }
    }
    return vf_fold(v[0], true);
}

/* e^x for x <= 0, good to about one unit in the last place; below -87 it stays at e^-87.
 * x = n ln 2 + r; e^r by its series to r^7 (|r| <= 0.35: the rest is below 2^-27), 2^n through the exponent. */
INLINE vf vf_exp(vf x) {
    const vf magic = vf_all(12582912.0f); /* 1.5 * 2^23: adding it rounds to an integer */
    x = vf_max(x, vf_all(-87.0f));
    vf n = x * vf_all(1.44269504f) + magic;
    n = n - magic;
    vf r = x - n * vf_all(0.693359375f);
    r = r - n * vf_all(-2.12194440e-4f);
    vf p = vf_all(1.98412698e-4f);
    p = p * r + vf_all(1.38888889e-3f);
    p = p * r + vf_all(8.33333333e-3f);
    p = p * r + vf_all(4.16666667e-2f);
    p = p * r + vf_all(1.66666667e-1f);
    p = p * r + vf_all(0.5f);
    p = p * r * r + r + vf_all(1.0f);
    vi exponent = (__builtin_convertvector(n, vi) + 127) << 23;
    return p * (vf)exponent;
}

static void float_norm(const float *x, const float *residual, size_t d, const float *scale, const float *bias,
                       float *out) {
    vf sum[VN], squares[VN];
    for (int v = 0; v < VN; v++) {
        sum[v] = squares[v] = vf_all(0);
    }
    for (size_t i = 0; i < d; i += KERNEL_LANES) {
        UNROLL
        for (int v = 0; v < VN; v++) {
            vf z = vf_load(x + i + v * VW) + vf_load(residual + i + v * VW);
            vf_store(out + i + v * VW, z);
            sum[v] += z;
        }
    }
    vf mean = vf_all(block_sum(sum) / (float)d);
    for (size_t i = 0; i < d; i += KERNEL_LANES) {
        UNROLL
        for (int v = 0; v < VN; v++) {
            vf z = vf_load(out + i + v * VW) - mean;
            squares[v] += z * z;
        }
    }
    vf deviation = vf_all(sqrtf(block_sum(squares) / (float)d + 1e-6f));
    for (size_t i = 0; i < d; i += VW) {
        vf z = (vf_load(out + i) - mean) / deviation;
        vf_store(out + i, vf_load(scale + i) * z + vf_load(bias + i));
    }
}

/* weights[0 .. n - 1] = softmax(weights); lanes behind n are free for use */
INLINE void softmax(float *weights, size_t n) {
    vf most[VN], sum[VN];
    for (size_t i = n; i % KERNEL_LANES != 0; i++) {
        weights[i] = -INFINITY;
    }
    for (int v = 0; v < VN; v++) {
        most[v] = vf_all(-INFINITY);
        sum[v] = vf_all(0);
    }
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        UNROLL
        for (int v = 0; v < VN; v++) {
            most[v] = vf_max(most[v], vf_load(weights + i + v * VW));
        }
    }
    vf top = vf_all(block_max(most));
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        UNROLL
        for (int v = 0; v < VN; v++) {
            vf_store(weights + i + v * VW, vf_exp(vf_load(weights + i + v * VW) - top));
        }
    }
    for (size_t i = n; i % KERNEL_LANES != 0; i++) {
        weights[i] = 0;
    }
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        UNROLL
        for (int v = 0; v < VN; v++) {
            sum[v] += vf_load(weights + i + v * VW);
        }
    }
    vf whole = vf_all(block_sum(sum));
    for (size_t i = 0; i < n; i += VW) {
        vf_store(weights + i, vf_load(weights + i) / whole);
    }
}

/* weights[j] = scale * q . key j, for one head; two blocks of keys at a time */
INLINE void scores(const float *q, const float *kt, size_t n, size_t dk, float scale, float *weights) {
    for (size_t j = 0; j < n; j += 2 * KERNEL_LANES) {
        vf sum[2 * VN];
        for (int v = 0; v < 2 * VN; v++) {
            sum[v] = vf_all(0);
        }
        bool two = j + KERNEL_LANES < n;
        if (two) {
            for (size_t c = 0; c < dk; c++) {
                vf x = vf_all(q[c]);
                UNROLL
                for (int v = 0; v < 2 * VN; v++) {
                    sum[v] += x * vf_load(kt + c * n + j + v * VW);
                }
            }
        } else {
            for (size_t c = 0; c < dk; c++) {
                vf x = vf_all(q[c]);
                UNROLL
                for (int v = 0; v < VN; v++) {
                    sum[v] += x * vf_load(kt + c * n + j + v * VW);
                }
            }
        }
        for (int v = 0; v < (two ? 2 * VN : VN); v++) {
            vf_store(weights + j + v * VW, sum[v] * vf_all(scale));
        }
    }
}

/* out[0 .. dk - 1] = sum over j of weights[j] v[j] */
INLINE void mix(const float *weights, const float *v, size_t n, size_t stride, size_t dk, float *out) {
    size_t c = 0;
    for (; c + 2 * KERNEL_LANES <= dk; c += 2 * KERNEL_LANES) {
        vf sum[2 * VN];
        for (int i = 0; i < 2 * VN; i++) {
            sum[i] = vf_all(0);
        }
        for (size_t j = 0; j < n; j++) {
            vf w = vf_all(weights[j]);
            UNROLL
            for (int i = 0; i < 2 * VN; i++) {
                sum[i] += w * vf_load(v + j * stride + c + i * VW);
            }
        }
        for (int i = 0; i < 2 * VN; i++) {
            vf_store(out + c + i * VW, sum[i]);
        }
    }
    for (; c + VW <= dk; c += VW) {
        vf sum = vf_all(0);
        for (size_t j = 0; j < n; j++) {
            sum += vf_all(weights[j]) * vf_load(v + j * stride + c);
        }
        vf_store(out + c, sum);
    }
    for (; c < dk; c++) {
        float sum = 0;
        for (size_t j = 0; j < n; j++) {
            sum += weights[j] * v[j * stride + c];
        }
        out[c] = sum;
    }
}

static void float_attend(const float *q, const float *kt, const float *v, size_t n, size_t heads, size_t dk,
                         float *weights, float *out) {
    float scale = 1.0f / sqrtf((float)dk);
    for (size_t h = 0; h < heads; h++) {
        float *w = weights + h * (n + KERNEL_LANES);
        scores(q + h * dk, kt + h * dk * n, n, dk, scale, w);
        softmax(w, n);
        mix(w, v + h * dk, n, heads * dk, dk, out + h * dk);
    }
}

static void float_ssru(const float *f, const float *x, size_t d, float *cell, float *out) {
    const vf one = vf_all(1.0f), zero = vf_all(0);
    for (size_t i = 0; i < d; i += VW) {
        vf t = vf_load(f + i);
        vf e = vf_exp(vf_min(t, zero - t)); /* e^-|t| */
        vi positive = t > zero;
        vf above = (vf)((positive & (vi)one) | (~positive & (vi)e));
        vf gate = above / (one + e);
        vf c = gate * vf_load(cell + i) + (one - gate) * vf_load(x + i);
        vf_store(cell + i, c);
        vf_store(out + i, vf_max(c, zero));
    }
}

static void float_best(const float *logits, size_t n, float path, uint32_t base, struct nmt_best *best) {
    const vf so_far = vf_all(path);
    vf top = vf_all(best->score);
    for (size_t i = 0; i < n; i += KERNEL_LANES) {
        bool any = false;
        UNROLL
        for (int v = 0; v < VN; v++) {
            any |= vf_any_above(so_far + vf_load(logits + i + v * VW), top);
        }
        if (!any) {
            continue;
        }
        for (size_t k = i; k < i + KERNEL_LANES; k++) {
            float score = path + logits[k];
            if (score > best->score) {
                *best = (struct nmt_best){score, base + (uint32_t)k};
            }
        }
        top = vf_all(best->score);
    }
}

/* sixteen codes -127..127 (as floats to int) from sixteen inputs */
INLINE void code_block(const struct nmt_matrix *w, const float *x, vi *codes) {
    const vf alpha = vf_all(w->alpha), floor = vf_all(w->positive ? 0.0f : -127.0f);
    const vf magic = vf_all(12582912.0f), most = vf_all(127.0f);
    UNROLL
    for (int v = 0; v < VN; v++) {
        vf t = vf_load(x + v * VW) * alpha;
        t = vf_max(vf_min(t, most), floor);
        codes[v] = __builtin_convertvector((t + magic) - magic, vi);
    }
}
