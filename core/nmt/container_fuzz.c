/* container_fuzz.c - libFuzzer over the model container and the loader of networks behind it. Input: a model file. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/nmt/container.h"
#include "core/nmt/network.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    struct container c;
    struct network *n = NULL;
    struct str bytes = {(const char *)data, size};
    arena_init(&a, (size_t)64 << 20);
    if (container_open(&c, &a, bytes, "fuzz", NULL) == ERR_OK) {
        for (size_t i = 0; i < c.n; i++) {
            const struct item *x = &c.items[i];
            if (x->p < bytes.p || x->p + x->n > bytes.p + bytes.n) {
                abort();
            }
        }
        for (size_t i = 0; i < 4; i++) {
            container_setting(&c, "dim-vocabs", i);
        }
    }
    if (network_load(&n, bytes, false, nmt_kernel_get("c"), "fuzz", NULL) == ERR_OK) {
        network_free(n);
    }
    return 0;
}
