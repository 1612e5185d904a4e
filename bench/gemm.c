/* gemm.c - the int8 product of core/nmt beside oneDNN's, same shapes, one thread. Debian: libdnnl-dev.
 *   cc -O2 -std=gnu17 -I. bench/gemm.c build/libnutgraf.a -ldnnl -lm -o build/gemm && DNNL_MAX_CPU_ISA=DEFAULT OMP_NUM_THREADS=1 build/gemm
 * Prints billions of multiplications a second; of five runs the best. */
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/nmt/kernel.h"
#include "core/nmt/narrow.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *aligned(size_t n) {
    void *p = aligned_alloc(64, (n + 63) / 64 * 64);
    if (!p) {
        exit(1);
    }
    return p;
}

/* spread: weights go from -spread to spread; trained ones are mostly below 50 */
static double ours(const struct nmt_kernel *kernel, size_t m, size_t k, size_t n, int spread) {
    size_t padded = (n + 63) / 64 * 64;
    int8_t *w = aligned(padded * k);
    float *bias = aligned(padded * 4), *y = aligned(m * padded * 4);
    int32_t *shift = aligned(padded * 4);
    uint8_t *codes = aligned(2 * m * k + 64);
    for (size_t i = 0; i < padded * k; i++) {
        w[i] = (int8_t)((int)(((uint32_t)i * 2654435761u >> 8) % (uint32_t)(2 * spread + 1)) - spread);
    }
    for (size_t i = 0; i < 2 * m * k; i++) {
        codes[i] = (uint8_t)(i * 13 % 255);
    }
    for (size_t i = 0; i < padded; i++) {
        bias[i] = 0;
        shift[i] = 0;
    }
    struct nmt_matrix x = {.w = w, .bias = bias, .shift = shift, .alpha = 1, .scale = 1, .k = (uint32_t)k, .n = (uint32_t)n, .padded = (uint32_t)padded};
    struct nmt_spill *spills = aligned(padded * k / NARROW_MOST * sizeof *spills + 64);
    uint32_t *at = aligned((padded / 16 + 1) * sizeof *at);
    for (int form = FORM_QUADS; form >= FORM_PAIRS && kernel->narrow && x.form == FORM_WIDE; form--) {
        if (narrow_count(&x, (enum nmt_form)form, padded * k / NARROW_MOST) < SIZE_MAX) {
            narrow(&x, (enum nmt_form)form, w, spills, at);
            x.form = (enum nmt_form)form;
            x.spills = spills;
            x.spills_at = at;
        }
    }
    double best = 1e9;
    size_t times = (size_t)(4e8 / ((double)m * (double)k * (double)n)) + 1;
    for (int run = 0; run < 5; run++) {
        double start = now();
        for (size_t i = 0; i < times; i++) {
            kernel->product(&x, codes, m, 0, padded, y, padded);
        }
        double took = (now() - start) / (double)times;
        best = took < best ? took : best;
    }
    return (double)m * (double)k * (double)padded / best * 1e-9;
}

static double onednn(dnnl_engine_t engine, dnnl_stream_t stream, size_t m, size_t k, size_t n) {
    dnnl_memory_desc_t a, b, any, c;
    dnnl_dims_t da = {(dnnl_dim_t)m, (dnnl_dim_t)k}, db = {(dnnl_dim_t)k, (dnnl_dim_t)n}, dc = {(dnnl_dim_t)m, (dnnl_dim_t)n};
    dnnl_matmul_desc_t d;
    dnnl_primitive_desc_t pd;
    dnnl_primitive_t p;
    dnnl_memory_t ma, mb, mc;
    dnnl_memory_desc_init_by_tag(&a, 2, da, dnnl_u8, dnnl_ab);
    dnnl_memory_desc_init_by_tag(&any, 2, db, dnnl_s8, dnnl_format_tag_any);
    dnnl_memory_desc_init_by_tag(&c, 2, dc, dnnl_s32, dnnl_ab);
    dnnl_matmul_desc_init(&d, &a, &any, NULL, &c);
    if (dnnl_primitive_desc_create(&pd, &d, NULL, engine, NULL) != dnnl_success) {
        return 0;
    }
    b = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    dnnl_primitive_create(&p, pd);
    dnnl_memory_create(&ma, &a, engine, aligned(m * k));
    dnnl_memory_create(&mb, &b, engine, aligned(dnnl_memory_desc_get_size(&b)));
    dnnl_memory_create(&mc, &c, engine, aligned(m * n * 4));
    dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, ma}, {DNNL_ARG_WEIGHTS, mb}, {DNNL_ARG_DST, mc}};
    double best = 1e9;
    size_t times = (size_t)(4e8 / ((double)m * (double)k * (double)n)) + 1;
    for (int run = 0; run < 6; run++) {
        double start = now();
        for (size_t i = 0; i < times; i++) {
            dnnl_primitive_execute(p, stream, 3, args);
        }
        dnnl_stream_wait(stream);
        double took = (now() - start) / (double)times;
        best = took < best ? took : best;
    }
    return (double)m * (double)k * (double)n / best * 1e-9;
}

int main(void) {
    static const size_t shapes[][3] = {{1, 256, 1536}, {4, 256, 256}, {4, 256, 32000}, {32, 256, 256}, {32, 256, 1536}, {32, 1536, 256}, {32, 256, 32000}, {64, 256, 1536}, {64, 1536, 256}, {64, 512, 2048}};
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_engine_create(&engine, dnnl_cpu, 0);
    dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
    printf("%5s %5s %6s %9s", "rows", "in", "out", "onednn");
    for (size_t i = 0; nmt_kernel_at(i); i++) {
        printf(" %8s", nmt_kernel_at(i)->name);
    }
    printf("  avx2, two in a sum; one");
    printf("\n");
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        const size_t *x = shapes[s];
        printf("%5zu %5zu %6zu %9.1f", x[0], x[1], x[2], onednn(engine, stream, x[0], x[1], x[2]));
        for (size_t i = 0; nmt_kernel_at(i); i++) {
            printf(" %8.1f", ours(nmt_kernel_at(i), x[0], x[1], x[2], 30));
        }
        const struct nmt_kernel *avx2 = nmt_kernel_get("avx2");
        if (avx2) {
            printf("  %8.1f %8.1f", ours(avx2, x[0], x[1], x[2], 64), ours(avx2, x[0], x[1], x[2], 127));
        }
        printf("\n");
    }
    return 0;
}
