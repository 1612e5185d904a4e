/* core/nmt/bytes.h - little-endian numbers in a file that is input: nothing is assumed about alignment. */
#ifndef NMT_BYTES_H
#define NMT_BYTES_H

#include <stdint.h>
#include <string.h>

#include "core/base/str.h"

static inline uint32_t bytes_u32(const void *at) {
    const unsigned char *b = at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t bytes_u64(const void *at) {
    const unsigned char *b = at;
    return (uint64_t)bytes_u32(b) | (uint64_t)bytes_u32(b + 4) << 32;
}

static inline float bytes_f32(const void *at) {
    uint32_t bits = bytes_u32(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A reader that cannot leave its bytes: past the end it stays there, gives zeroes and remembers. */
struct cursor {
    struct str bytes;
    size_t at;
    bool failed;
};

static inline const char *cursor_take(struct cursor *c, uint64_t n) {
    if (c->failed || n > c->bytes.n - c->at) {
        c->failed = true;
        return NULL;
    }
    const char *p = c->bytes.p + c->at;
    c->at += (size_t)n;
    return p;
}

static inline uint64_t cursor_u64(struct cursor *c) {
    const char *p = cursor_take(c, 8);
    return p ? bytes_u64(p) : 0;
}

#endif
