/* langid.c - see langid.h. File: "NGLI", version 1, labels, bits as 32-bit little endian numbers, the scale as IEEE single,
 * labels of 8 bytes, then one signed byte a bucket and label. */
#include "core/lang/langid.h"

#include <math.h>
#include <unicode/uchar.h>

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/limits.h"

#include "core/base/banned.h"

/* ---- features ---- */

enum { WORD_MAX = 40 }; /* letters of a word that are looked at */

static uint32_t mix(uint32_t h, uint32_t c) {
    h = (h ^ c) * 0x9E3779B1u;
    return h ^ (h >> 15);
}

static uint32_t bucket(uint32_t h) {
    return (h * 0x85EBCA6Bu) >> (32 - LANGID_BITS);
}

/* n-grams of one word w[n], borders ' ' included at both ends. */
static size_t word_features(const int32_t *w, size_t n, uint32_t *out, size_t room) {
    size_t k = 0;
    uint32_t whole = 7;
    for (size_t i = 0; i < n; i++) {
        uint32_t h = 1;
        for (size_t g = 1; g <= 4 && i + g <= n; g++) {
            h = mix(h, (uint32_t)w[i + g - 1]);
            if (k < room && !(g == 1 && w[i] == ' ')) {
                out[k++] = bucket(h + (uint32_t)g);
            }
        }
        whole = mix(whole, (uint32_t)w[i]);
    }
    if (k < room) {
        out[k++] = bucket(whole);
    }
    return k;
}

size_t langid_features(struct str text, uint32_t out[LANGID_FEATURES_MAX]) {
    int32_t word[WORD_MAX + 2] = {' '};
    size_t len = 1, n = 0;
    for (size_t i = 0; i < text.n || len > 1;) {
        int32_t c = i < text.n ? utf8_next(text, &i) : ' ';
        bool letter = u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
        if (letter && len <= WORD_MAX) {
            word[len++] = u_foldCase(c, U_FOLD_CASE_DEFAULT);
        } else if (!letter && len > 1) {
            word[len++] = ' ';
            n += word_features(word, len, out + n, LANGID_FEATURES_MAX - n);
            len = 1;
        }
    }
    return n;
}

/* ---- the model ---- */

static uint32_t number(const char *p) {
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

enum { HEAD = 20, LABEL = 8 };

enum err_code langid_read(struct langid *m, struct str bytes, const char *path, struct err *err) {
    *m = (struct langid){0};
    if (bytes.n < HEAD || memcmp(bytes.p, "NGLI", 4) != 0 || number(bytes.p + 4) != 1) {
        return err_set_in(err, ERR_MODEL, path, 0, 0, "not a language model of version 1");
    }
    uint32_t labels = number(bytes.p + 8), bits = number(bytes.p + 12), scale = number(bytes.p + 16);
    size_t want = HEAD + (size_t)labels * LABEL + (size_t)labels * LANGID_BUCKETS;
    if (labels < 2 || labels > LANGID_LABELS_MAX || bits != LANGID_BITS || bytes.n != want) {
        return err_set_in(err, ERR_MODEL, path, 0, 8, "%u labels and %u bits in %zu bytes do not fit", labels, bits, bytes.n);
    }
    memcpy(&m->scale, &scale, sizeof m->scale);
    if (!(m->scale > 0 && m->scale < 1000)) {
        return err_set_in(err, ERR_MODEL, path, 0, 16, "the scale of the weights is out of range");
    }
    for (uint32_t i = 0; i < labels; i++) {
        memcpy(m->labels[i], bytes.p + HEAD + i * LABEL, LABEL - 1);
    }
    m->n = labels;
    m->weights = (const signed char *)(bytes.p + HEAD + labels * LABEL);
    return ERR_OK;
}

enum err_code langid_load(const struct langid **out, struct arena *a, const char *path, struct err *err) {
    struct langid *m = ARENA_NEW(a, struct langid);
    struct str bytes;
    if (!m) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the language model");
    }
    enum err_code code = file_read(a, path, LIMIT_DATA_FILE, &bytes, err);
    code = code ? code : langid_read(m, bytes, path, err);
    *out = code == ERR_OK ? m : NULL;
    return code;
}

void langid_score(const struct langid *m, const uint32_t *features, size_t n, float *p) {
    int32_t sum[LANGID_LABELS_MAX] = {0};
    float top = -INFINITY, total = 0;
    for (size_t i = 0; i < n; i++) {
        const signed char *w = m->weights + (size_t)features[i] * m->n;
        for (size_t k = 0; k < m->n; k++) {
            sum[k] += w[k];
        }
    }
    float by = n ? m->scale / sqrtf((float)n) : 0;
    for (size_t k = 0; k < m->n; k++) {
        p[k] = (float)sum[k] * by;
        top = p[k] > top ? p[k] : top;
    }
    for (size_t k = 0; k < m->n; k++) {
        p[k] = expf(p[k] - top);
        total += p[k];
    }
    for (size_t k = 0; k < m->n; k++) {
        p[k] /= total;
    }
}
