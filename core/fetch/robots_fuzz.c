/* robots_fuzz.c - libFuzzer target: bytes up to the first NUL as a path, the rest as robots.txt. */
#include "core/fetch/robots.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str rest = {(const char *)data, size};
    struct str path = str_cut(&rest, '\0');
    robots_allow(rest, STR("nutgraf"), path);
    return 0;
}
