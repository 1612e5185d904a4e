/* core/base/str.h - text as pointer and length; UTF-8 unless said otherwise, never NUL-terminated by contract */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p; /* borrowed; may be NULL when n is 0 */
    size_t n;      /* bytes */
};

#define STR(lit) ((struct str){"" lit, sizeof(lit) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* for printf's "%.*s" */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *z) {
    return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_eqz(struct str a, const char *z) {
    return str_eq(a, str_of(z));
}

static inline bool str_starts(struct str s, struct str head) {
    return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

static inline bool str_ends(struct str s, struct str tail) {
    return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

/* The bytes [start, end) of s; bounds are clamped. */
static inline struct str str_sub(struct str s, size_t start, size_t end) {
    if (end > s.n) {
        end = s.n;
    }
    if (start > end) {
        start = end;
    }
    return (struct str){s.p ? s.p + start : NULL, end - start};
}

/* Byte order, shorter first on a tie: -1, 0, 1. */
static inline int str_cmp(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c != 0) {
        return c < 0 ? -1 : 1;
    }
    return (a.n > b.n) - (a.n < b.n);
}

/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);

/* Position of needle in s at or after from, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle, size_t from);

/* Cuts s at the first sep: returns what stands before it and leaves the rest in *s.
 * Without a sep returns all and leaves *s empty. */
struct str str_cut(struct str *s, char sep);

/* 64-bit FNV-1a with a final mix; the same on every machine, so that it may be stored in files. */
uint64_t str_hash(struct str s);

/* A plain decimal number in s as a whole ("12", "-0.5", "1e6"; always '.'): false if anything else. */
bool str_to_double(struct str s, double *out);
bool str_to_size(struct str s, size_t *out);

#endif
