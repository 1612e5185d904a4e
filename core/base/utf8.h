/* core/base/utf8.h - UTF-8 in small steps. Properties of characters come from ICU (unicode/uchar.h). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "core/base/str.h"

/* Byte offset of the first thing that is not UTF-8 (RFC 3629: no surrogates, no overlong forms), or SIZE_MAX. */
size_t utf8_check(struct str s);

/* The code point at *at, which moves behind it. s must be valid and *at < s.n. */
static inline int32_t utf8_next(struct str s, size_t *at);
/* The code point before *at, which moves before it. *at > 0. */
int32_t utf8_prev(struct str s, size_t *at);

size_t utf8_count(struct str s);  /* code points */
size_t utf16_count(struct str s); /* UTF-16 code units the text would take */

/* Whether a character boundary stands at byte at. */
static inline bool utf8_boundary(struct str s, size_t at) {
    return at >= s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

/* utf8_next of what is not the common case. */
int32_t utf8_next_any(struct str s, size_t *at);

static inline int32_t utf8_next(struct str s, size_t *at) {
    const unsigned char *p = (const unsigned char *)s.p + *at;
    if (p[0] < 0x80) {
        ++*at;
        return p[0];
    }
    if (p[0] > 0xE0 && p[0] < 0xED && s.n - *at > 2 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) { /* most of Chinese */
        *at += 3;
        return (p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    return utf8_next_any(s, at);
}

#endif
