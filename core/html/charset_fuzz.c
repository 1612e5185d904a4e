/* charset_fuzz.c - libFuzzer target: any bytes under any label become UTF-8 without NUL.
 * Input: a Content-Type, a line feed, the bytes. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/html/charset.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct arena tables;
    static struct charsets *charsets;
    AUTO_ARENA a;
    struct charset_found found;
    struct str out, rest = {(const char *)data, size};
    if (!charsets) {
        const char *dir = getenv("NUTGRAF_DATA");
        arena_init(&tables, (size_t)1 << 24);
        if (charsets_load(&charsets, &tables, dir ? dir : "data", NULL) != ERR_OK) {
            abort();
        }
    }
    arena_init(&a, ((size_t)1 << 22) + 64 * size);
    struct str type = str_cut(&rest, '\n');
    if (charset_convert(charsets, &a, rest, type, &out, &found, NULL) != ERR_OK) {
        abort(); /* the memory above is enough for any page */
    }
    if (utf8_check(out) != SIZE_MAX || (out.n && memchr(out.p, '\0', out.n)) || !found.name.n) {
        abort();
    }
    return 0;
}
