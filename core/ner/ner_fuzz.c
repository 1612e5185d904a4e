/* ner_fuzz.c - libFuzzer over the loader of ner.bin: a file that is taken must be safe to look things up in. */
#include <stdlib.h>
#include <string.h>

#include "core/ner/crf.h"
#include "core/ner/features.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ner_model m;
    struct err err = {0};
    uint64_t *copy = calloc(size / 8 + 1, 8); /* on 8 bytes, as a mapping is */
    if (!copy) {
        return 0;
    }
    memcpy(copy, data, size);
    if (ner_model_read(&m, (struct str){(const char *)copy, size}, "fuzz", &err) == ERR_OK) {
        int16_t scores[NER_ROW] = {0};
        for (uint64_t key = 1; key < 200; key++) {
            uint64_t spread = key * 0x9e3779b97f4a7c15u;
            ner_model_add(&m, &spread, 1, scores);
            ner_model_word(&m, spread);
        }
        float p = ner_model_calibrate(&m, 0.5f);
        if (!(p >= 0 && p <= 1)) {
            abort();
        }
    }
    free(copy);
    return 0;
}
