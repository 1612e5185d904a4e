/* str.c - see str.h. Numbers are read by hand: strtod follows the locale, data files must not. */
#include "core/base/str.h"

#include <math.h>

#include "core/base/banned.h"

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct str str_trim(struct str s) {
    while (s.n && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_space(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

size_t str_find(struct str s, struct str needle, size_t from) {
    if (from > s.n || needle.n > s.n - from) {
        return SIZE_MAX;
    }
    if (needle.n == 0) {
        return from;
    }
    const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

struct str str_cut(struct str *s, char sep) {
    const char *hit = s->n ? memchr(s->p, sep, s->n) : NULL;
    struct str head = *s;
    if (!hit) {
        *s = STR_NONE;
        return head;
    }
    head.n = (size_t)(hit - s->p);
    s->p = hit + 1;
    s->n -= head.n + 1;
    return head;
}

uint64_t str_hash(struct str s) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    }
    h ^= h >> 32; /* FNV's low bits are weak for short keys */
    h *= 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

bool str_to_size(struct str s, size_t *out) {
    size_t v = 0;
    if (s.n == 0) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]) || v > (SIZE_MAX - 9) / 10) {
            return false;
        }
        v = v * 10 + (size_t)(s.p[i] - '0');
    }
    *out = v;
    return true;
}

bool str_to_double(struct str s, double *out) {
    size_t i = 0, digits = 0;
    bool minus = false;
    double v = 0;
    int exponent = 0;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) {
        minus = s.p[i++] == '-';
    }
    for (; i < s.n && is_digit(s.p[i]); i++, digits++) {
        v = v * 10 + (s.p[i] - '0');
    }
    if (i < s.n && s.p[i] == '.') {
        for (i++; i < s.n && is_digit(s.p[i]); i++, digits++) {
            v = v * 10 + (s.p[i] - '0');
            exponent--;
        }
    }
    if (digits == 0) {
        return false;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        size_t e = 0;
        bool down = false;
        i++;
        if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) {
            down = s.p[i++] == '-';
        }
        if (!str_to_size(str_sub(s, i, s.n), &e) || e > 300) {
            return false;
        }
        exponent += down ? -(int)e : (int)e;
        i = s.n;
    }
    if (i != s.n) {
        return false;
    }
    /* dividing by an exact power keeps 0.1 what the compiler makes of it */
    v = exponent < 0 ? v / pow(10, -exponent) : v * pow(10, exponent);
    *out = minus ? -v : v;
    return true;
}
