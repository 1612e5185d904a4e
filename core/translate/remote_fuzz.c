/* remote_fuzz.c - any bytes as the reply of each API, and as a translation whose marks are put back. */
#include "core/base/utf8.h"
#include "core/translate/inside.h"
#include "core/translate/remote.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const struct remote_api *const apis[] = {&remote_libretranslate, &remote_deepl, &remote_openai};
    struct arena a;
    struct str text = {(const char *)data, n}, out[3];
    struct protect p = {.names = {STR("Lin Fan"), STR("Beijing")}, .n = 2};
    arena_init(&a, 1 << 24);
    json_t *reply = json_loadb(text.p, text.n, 0, NULL);
    for (size_t i = 0; i < 3 && reply; i++) {
        for (size_t k = 1; k <= 3; k++) {
            apis[i]->read(&a, reply, out, k);
        }
    }
    json_decref(reply);
    if (utf8_check(text) == SIZE_MAX) { /* as everything that comes out of JSON */
        protect_restore(&a, &p, text);
    }
    arena_release(&a);
    return 0;
}
