/* utf8.c - see utf8.h. ICU's macros do the work. */
#include "core/base/utf8.h"

#include <unicode/utf8.h>

#include "core/base/banned.h"

size_t utf8_check(struct str s) {
    size_t i = 0;
    while (i < s.n) {
        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        size_t at = i;
        int32_t c;
        U8_NEXT(s.p, i, s.n, c);
        if (c < 0) {
            return at;
        }
    }
    return SIZE_MAX;
}

int32_t utf8_next_any(struct str s, size_t *at) {
    int32_t c;
    size_t i = *at;
    U8_NEXT(s.p, i, s.n, c);
    *at = i;
    return c < 0 ? 0xFFFD : c;
}

int32_t utf8_prev(struct str s, size_t *at) {
    size_t start = *at;
    while (--start > 0 && *at - start < 4 && !utf8_boundary(s, start)) {
    }
    size_t i = start;
    *at = start;
    return utf8_next(s, &i);
}

size_t utf8_count(struct str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    }
    return n;
}

size_t utf16_count(struct str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        n += (c & 0xC0) != 0x80;
        n += c >= 0xF0; /* a four-byte character is a surrogate pair */
    }
    return n;
}
