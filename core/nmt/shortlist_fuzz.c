/* shortlist_fuzz.c - libFuzzer over shortlists for 40 source and 48 target words. The checksum is put right first, or nothing
 * would get past it. */
#include <stdlib.h>
#include <string.h>

#include "core/nmt/shortlist.h"

#include "core/base/banned.h"

enum { SOURCE = 40, TARGET = 48 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct shortlist s;
    char *copy = malloc(size ? size : 1);
    uint64_t hash = 0, word;
    if (!copy) {
        return 0;
    }
    memcpy(copy, data, size);
    for (size_t at = 16; at + 8 <= size; at += 8) {
        memcpy(&word, copy + at, 8);
        hash ^= word + 0x9e3779b9u + (hash << 6) + (hash >> 2);
    }
    if (size >= 16) {
        memcpy(copy + 8, &hash, 8);
    }
    if (shortlist_open(&s, (struct str){copy, size}, SOURCE, TARGET, "fuzz", NULL) == ERR_OK) {
        bool chosen[TARGET] = {false};
        uint32_t ids[SOURCE];
        for (uint32_t i = 0; i < SOURCE; i++) {
            ids[i] = i;
        }
        if (shortlist_mark(&s, ids, SOURCE, true, chosen, TARGET) > TARGET) {
            abort();
        }
    }
    free(copy);
    return 0;
}
