/* kernel.c - which kernels there are and which of them this processor can run. */
#include "core/nmt/kernel.h"

#include <string.h>

#include "core/base/banned.h"

static const struct nmt_kernel *const fastest_first[] = {
#if defined(__x86_64__)
    &nmt_kernel_avx512, &nmt_kernel_avxvnni, &nmt_kernel_avx2, &nmt_kernel_ssse3,
#elif defined(__aarch64__)
    &nmt_kernel_dotprod, &nmt_kernel_neon,
#endif
    &nmt_kernel_c,
};

const struct nmt_kernel *nmt_kernel_at(size_t i) {
    for (size_t k = 0; k < sizeof fastest_first / sizeof fastest_first[0]; k++) {
        if (fastest_first[k]->usable() && i-- == 0) {
            return fastest_first[k];
        }
    }
    return NULL;
}

const struct nmt_kernel *nmt_kernel_get(const char *name) {
    const struct nmt_kernel *kernel;
    for (size_t i = 0; (kernel = nmt_kernel_at(i)); i++) {
        if (!name || strcmp(kernel->name, name) == 0) {
            return kernel;
        }
    }
    return NULL;
}
