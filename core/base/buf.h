/* core/base/buf.h - bytes that grow in an arena. After a failed append the buffer is as before and the arena says full. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "core/base/arena.h"

struct buf {
    struct arena *a;
    char *p; /* n bytes and a NUL */
    size_t n, cap;
};

void buf_init(struct buf *b, struct arena *a);
static inline bool buf_add(struct buf *b, struct str s);
bool buf_addc(struct buf *b, char c);
bool buf_addcp(struct buf *b, int32_t code_point); /* as UTF-8; not a code point: U+FFFD */
bool buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for more bytes and a NUL. */
bool buf_reserve(struct buf *b, size_t more);

static inline bool buf_add(struct buf *b, struct str s) {
    if (b->cap - b->n <= s.n && !buf_reserve(b, s.n)) {
        return false;
    }
    if (s.n) {
        memcpy(b->p + b->n, s.p, s.n);
    }
    b->n += s.n;
    b->p[b->n] = '\0';
    return true;
}

static inline struct str buf_str(const struct buf *b) {
    return (struct str){b->p, b->n};
}

#endif
