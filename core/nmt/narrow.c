/* narrow.c - see narrow.h. A sum's weights are those of one column at k, k + 1 and, with four, k + 4, k + 5. */
#include "core/nmt/narrow.h"

#include <string.h>

#include "core/base/banned.h"

/* the most that weights of one sign may add up to: 254 * 129 <= 32767, 127 * 258 <= 32767 */
static int bound(const struct nmt_matrix *m) {
    return m->positive ? 258 : 129;
}

typedef int8_t bytes __attribute__((vector_size(16)));
typedef uint8_t sizes __attribute__((vector_size(16)));
typedef uint16_t pairs __attribute__((vector_size(16)));

/* one sign of four columns: whether two neighbours come near most; halved, to stay within bytes */
static pairs near(sizes x, int most) {
    pairs half = (pairs)(x >> 1);
    return (pairs)((half & 0xff) + (half >> 8) > (uint16_t)(most / 2 - 1));
}

/* Whether surely none of the sums of sixteen columns is above most. */
static bool all_fit(const int8_t *w, size_t n, int most) {
    pairs any = {0};
    for (size_t i = 0; i < 64; i += sizeof any) {
        bytes a, b = {0};
        memcpy(&a, w + i, sizeof a);
        if (n == 4) {
            memcpy(&b, w + 64 + i, sizeof b);
        }
        any |= near((sizes)(a & (a > 0)) + (sizes)(b & (b > 0)), most);
        any |= near((sizes)(-a & (a < 0)) + (sizes)(-b & (b < 0)), most);
    }
    uint64_t parts[2];
    memcpy(parts, &any, sizeof parts);
    return (parts[0] | parts[1]) == 0;
}

/* Brings one sign of a sum down to most, largest weight first. out: NULL to count only. at: the first weight's k. */
static size_t trim(const int8_t *w, size_t n, int sign, int most, int8_t *out, struct nmt_spill *spills, uint8_t column,
                   size_t at) {
    static const uint8_t places[] = {0, 1, 64, 65}, steps[] = {0, 1, 4, 5};
    int x[4] = {0}, sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        x[i] = sign * w[places[i]] > 0 ? sign * w[places[i]] : 0;
        sum += x[i];
    }
    while (sum > most) {
        size_t largest = 0;
        for (size_t i = 1; i < n; i++) {
            largest = x[i] > x[largest] ? i : largest;
        }
        int excess = sum - most < x[largest] ? sum - most : x[largest];
        if (out) {
            out[places[largest]] = (int8_t)(out[places[largest]] - sign * excess);
            spills[count] = (struct nmt_spill){(uint16_t)(at + steps[largest]), column, (int8_t)(sign * excess)};
        }
        x[largest] -= excess;
        sum -= excess;
        count++;
    }
    return count;
}

/* one group of sixteen columns: the number of weights that spill */
static size_t group(const struct nmt_matrix *m, enum nmt_form form, size_t first, int8_t *out,
                    struct nmt_spill *spills) {
    const size_t n = form == FORM_QUADS ? 4 : 2, step = 2 * n;
    const int8_t *w = m->w + first * m->k;
    const int most = bound(m);
    size_t count = 0;
    for (size_t k = 0; k < m->k; k += step, w += 16 * step) {
        for (size_t i = all_fit(w, n, most) ? 64 : 0; i < 64; i += 2) { /* both halves of each column's four */
            for (int sign = 1; sign >= -1; sign -= 2) {
                int8_t *to = out ? out + (w - m->w) + i : NULL;
                count += trim(w + i, n, sign, most, to, spills ? spills + count : NULL, (uint8_t)(i / 4), k + i % 4);
            }
        }
    }
    return count;
}

size_t narrow_count(const struct nmt_matrix *m, enum nmt_form form, size_t most) {
    size_t count = 0;
    for (size_t first = 0; first < m->padded && count <= most; first += 16) {
        count += group(m, form, first, NULL, NULL);
    }
    return count <= most ? count : SIZE_MAX;
}

void narrow(const struct nmt_matrix *m, enum nmt_form form, int8_t *w, struct nmt_spill *spills, uint32_t *at) {
    size_t count = 0;
    for (size_t first = 0; first < m->padded; first += 16) {
        at[first / 16] = (uint32_t)count;
        count += group(m, form, first, w, spills + count);
    }
    at[m->padded / 16] = (uint32_t)count;
}
