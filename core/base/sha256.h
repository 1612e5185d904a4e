/* core/base/sha256.h - SHA-256 (FIPS 180-4), for checksums of downloaded files. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "core/base/str.h"

struct sha256 {
    uint32_t state[8];
    uint64_t bytes;
    unsigned char block[64]; /* bytes % 64 of them are waiting */
};

void sha256_init(struct sha256 *h);
void sha256_add(struct sha256 *h, struct str s);
/* 64 hexadecimal digits and a NUL. */
void sha256_end(struct sha256 *h, char out[65]);

#endif
