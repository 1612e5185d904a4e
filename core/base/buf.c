/* buf.c - see buf.h */
#include "core/base/buf.h"

#include <stdio.h>
#include <unicode/utf8.h>

#include "core/base/banned.h"

void buf_init(struct buf *b, struct arena *a) {
    *b = (struct buf){.a = a};
}

bool buf_reserve(struct buf *b, size_t more) {
    return arena_grow(b->a, (void **)&b->p, &b->cap, b->n + more + 1, 1);
}

bool buf_addc(struct buf *b, char c) {
    return buf_add(b, (struct str){&c, 1});
}

bool buf_addcp(struct buf *b, int32_t code_point) {
    char bytes[4];
    int32_t n = 0;
    UBool bad = false;
    U8_APPEND(bytes, n, 4, code_point, bad);
    if (bad) {
        return buf_add(b, STR("\xEF\xBF\xBD"));
    }
    return buf_add(b, (struct str){bytes, (size_t)n});
}

bool buf_addf(struct buf *b, const char *format, ...) {
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    bool ok = n >= 0 && buf_reserve(b, (size_t)n);
    if (ok) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
    return ok;
}
