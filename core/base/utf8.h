/* core/base/utf8.h - UTF-8 in small steps. Properties of characters come from ICU (unicode/uchar.h). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "core/base/str.h"

/* Byte offset of the first thing that is not UTF-8 (RFC 3629: no surrogates, no overlong forms), or SIZE_MAX. */
size_t utf8_check(struct str s);

/* The code point at *at, which moves behind it. s must be valid and *at < s.n. */
int32_t utf8_next(struct str s, size_t *at);
/* The code point before *at, which moves before it. *at > 0. */
int32_t utf8_prev(struct str s, size_t *at);

size_t utf8_count(struct str s);  /* code points */
size_t utf16_count(struct str s); /* UTF-16 code units the text would take */

/* Whether a character boundary stands at byte at. */
static inline bool utf8_boundary(struct str s, size_t at) {
    return at >= s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

#endif
