/* spm_fuzz.c - libFuzzer over SentencePiece vocabularies. Input: a byte n, n bytes of text, a .spm file. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/nmt/spm.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    const struct spm *s = NULL;
    size_t n = size > 0 ? data[0] : 0;
    arena_init(&a, (size_t)128 << 20);
    if (n + 1 > size) {
        return 0;
    }
    struct str text = {(const char *)data + 1, n}, file = {(const char *)data + 1 + n, size - 1 - n};
    struct spm_token *tokens;
    size_t count;
    if (spm_load(&s, &a, file, "fuzz", NULL) != ERR_OK || spm_encode(s, &a, text, &tokens, &count, NULL) != ERR_OK) {
        return 0;
    }
    uint32_t *ids = ARENA_ARRAY(&a, count + 1, uint32_t), *starts = ARENA_ARRAY(&a, count + 1, uint32_t);
    for (size_t i = 0; ids && i < count; i++) {
        ids[i] = tokens[i].id;
        if (ids[i] >= spm_size(s) || tokens[i].start > tokens[i].end || tokens[i].end > text.n) {
            abort();
        }
    }
    if (ids && starts) {
        spm_decode(s, &a, ids, count, starts);
    }
    return 0;
}
