/* model.c - see model.h. The file is input: every size and number is checked before it is used. */
#include "core/ner/model.h"

#include <assert.h>
#include <math.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/ner/features.h"

#include "core/base/banned.h"

static const char magic[8] = "NUTGNER";

/* A few million of each: far above what fits in 6 MB, far below what could overflow. */
enum { SLOTS_MAX = 1 << 22, WORD_SLOTS_MAX = 1 << 20 };

/* ---- labels ---- */

static bool in_block(int label, int block) {
    return label >= block && label < block + NER_TYPES;
}

bool ner_opens(int label) {
    return label == NER_OUT || in_block(label, NER_SINGLE) || in_block(label, NER_FIRST);
}

bool ner_closes(int label) {
    return label == NER_OUT || in_block(label, NER_SINGLE) || in_block(label, NER_LAST);
}

bool ner_follows(int a, int b) {
    if (ner_closes(a)) {
        return ner_opens(b);
    }
    return !ner_opens(b) && ner_label_type(a) == ner_label_type(b);
}

/* ---- reading ---- */

static uint64_t round8(uint64_t n) {
    return (n + 7) & ~(uint64_t)7;
}

enum {
    TRANS_BYTES = (NER_LABELS * NER_LABELS + 2 * NER_LABELS) * sizeof(float),
    KNOT_BYTES = 2 * NER_KNOTS * sizeof(float),
};

uint64_t ner_model_size(uint32_t slots, uint32_t word_slots) {
    if (slots == 0 || slots > SLOTS_MAX || word_slots > WORD_SLOTS_MAX || slots % NER_BUCKET || word_slots % NER_BUCKET) {
        return 0;
    }
    return round8(sizeof(struct ner_header)) + round8(TRANS_BYTES) + round8(KNOT_BYTES) +
           (uint64_t)word_slots * 2 * sizeof(uint16_t) + (uint64_t)slots * (sizeof(uint16_t) + NER_ROW);
}

struct reader {
    struct str bytes;
    size_t at;
    const char *name;
    struct err *err;
};

static const char *take(struct reader *r, uint64_t n) {
    const char *p = r->bytes.p + r->at;
    r->at += (size_t)round8(n);
    return p;
}

static enum err_code broken(const struct reader *r, const char *what) {
    return err_set_in(r->err, ERR_MODEL, r->name, 0, r->at, "not a usable model: %s", what);
}

static enum err_code read_header(struct reader *r, struct ner_header *h) {
    if (r->bytes.n < sizeof *h) {
        return broken(r, "shorter than a header");
    }
    memcpy(h, take(r, sizeof *h), sizeof *h);
    if (memcmp(h->magic, magic, sizeof magic) != 0) {
        return broken(r, "wrong magic");
    }
    if (h->version != NER_VERSION || h->features != NER_FEATURE_SET) {
        return broken(r, "made for another version of the recogniser");
    }
    if (h->labels != NER_LABELS || h->row != NER_ROW || h->knots > NER_KNOTS) {
        return broken(r, "wrong number of labels or knots");
    }
    uint64_t size = ner_model_size(h->slots, h->word_slots);
    if (size == 0 || h->size != size || r->bytes.n != size) {
        return broken(r, "the sizes do not add up");
    }
    if (!isfinite(h->scale) || h->scale <= 0 || h->scale > 1) {
        return broken(r, "the scale is out of range");
    }
    return ERR_OK;
}

static enum err_code read_numbers(struct reader *r, struct ner_model *m) {
    const char *p = take(r, TRANS_BYTES);
    memcpy(m->trans, p, sizeof m->trans);
    memcpy(m->start, p + sizeof m->trans, sizeof m->start);
    memcpy(m->end, p + sizeof m->trans + sizeof m->start, sizeof m->end);
    for (int a = 0; a < NER_LABELS; a++) {
        for (int b = 0; b < NER_LABELS; b++) {
            float *t = &m->trans[a * NER_LABELS + b];
            if (!(fabsf(*t) < 100)) {
                return broken(r, "a transition is out of range");
            }
            *t = ner_follows(a, b) ? *t : -INFINITY;
        }
        if (!(fabsf(m->start[a]) < 100) || !(fabsf(m->end[a]) < 100)) {
            return broken(r, "a transition is out of range");
        }
        m->start[a] = ner_opens(a) ? m->start[a] : -INFINITY;
        m->end[a] = ner_closes(a) ? m->end[a] : -INFINITY;
    }
    p = take(r, KNOT_BYTES);
    memcpy(m->knot_p, p, sizeof m->knot_p);
    memcpy(m->knot_c, p + sizeof m->knot_p, sizeof m->knot_c);
    for (uint32_t i = 0; i < m->knots; i++) {
        bool rising = i == 0 || (m->knot_p[i] > m->knot_p[i - 1] && m->knot_c[i] >= m->knot_c[i - 1]);
        if (!(m->knot_p[i] >= 0 && m->knot_p[i] <= 1 && m->knot_c[i] >= 0 && m->knot_c[i] <= 1) || !rising) {
            return broken(r, "the calibration does not rise");
        }
    }
    return ERR_OK;
}

/* Searches end at a bucket that is not full: there must be one at least; and a bucket fills from its first place on. */
static bool is_table(const uint16_t *prints, uint32_t slots) {
    bool open = slots == 0;
    for (uint32_t i = 0; i < slots; i++) {
        bool last = i % NER_BUCKET == NER_BUCKET - 1;
        if (!last && prints[i] == 0 && prints[i + 1] != 0) {
            return false;
        }
        open = open || (last && prints[i] == 0);
    }
    return open;
}

static enum err_code check_tables(const struct reader *r, const struct ner_model *m) {
    bool right = is_table(m->prints, m->slots) && is_table(m->word_prints, m->word_slots);
    return right ? ERR_OK : broken(r, "a table is too full or has holes");
}

enum err_code ner_model_read(struct ner_model *m, struct str bytes, const char *name, struct err *err) {
    struct reader r = {.bytes = bytes, .name = name, .err = err};
    struct ner_header h = {0};
    *m = (struct ner_model){.scale = 1};
    enum err_code code = read_header(&r, &h);
    if (code != ERR_OK) {
        return code;
    }
    m->scale = h.scale;
    m->traits = h.traits;
    m->slots = h.slots;
    m->word_slots = h.word_slots;
    m->knots = h.knots;
    code = read_numbers(&r, m);
    if (code != ERR_OK) {
        return code;
    }
    m->word_prints = (const uint16_t *)(const void *)take(&r, (uint64_t)h.word_slots * sizeof(uint16_t));
    m->words = (const uint16_t *)(const void *)take(&r, (uint64_t)h.word_slots * sizeof(uint16_t));
    m->prints = (const uint16_t *)(const void *)take(&r, (uint64_t)h.slots * sizeof(uint16_t));
    m->rows = (const int8_t *)take(&r, (uint64_t)h.slots * NER_ROW);
    return check_tables(&r, m);
}

enum err_code ner_model_open(struct ner_model *m, const char *path, struct err *err) {
    struct file_map file;
    *m = (struct ner_model){.scale = 1};
    enum err_code code = file_open(&file, path, err);
    if (code != ERR_OK) {
        return code;
    }
    code = ner_model_read(m, file.bytes, path, err);
    if (code != ERR_OK) {
        file_close(&file);
        return code;
    }
    m->file = file;
    return ERR_OK;
}

void ner_model_close(struct ner_model *m) {
    file_close(&m->file);
    *m = (struct ner_model){.scale = 1};
}

/* ---- looking up ---- */

typedef uint16_t bucket_t __attribute__((vector_size(NER_BUCKET * sizeof(uint16_t))));

/* The first place of a bucket that has the print; NER_BUCKET if none has. */
static inline unsigned place_in(const uint16_t *bucket, uint16_t print) {
#ifdef __SSE2__
    __m128i equal = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(const void *)bucket), _mm_set1_epi16((short)print));
    unsigned bits = (unsigned)_mm_movemask_epi8(equal);
    return bits ? (unsigned)__builtin_ctz(bits) / 2 : NER_BUCKET;
#else
    bucket_t have, want = (bucket_t){0} + print;
    uint64_t same[2];
    memcpy(&have, bucket, sizeof have);
    bucket_t equal = (bucket_t)(have == want);
    memcpy(same, &equal, sizeof same);
    return same[0] ? (unsigned)__builtin_ctzll(same[0]) / 16 : same[1] ? 4 + (unsigned)__builtin_ctzll(same[1]) / 16 : NER_BUCKET;
#endif
}

static uint32_t bucket_of(uint64_t key, uint32_t slots) {
    return (uint32_t)(((key >> 32) * (slots / NER_BUCKET)) >> 32) * NER_BUCKET;
}

#define NOWHERE UINT32_MAX

/* Where the key is; NOWHERE if it is not. at: the bucket to begin with. */
static inline uint32_t find(const uint16_t *prints, uint32_t slots, uint64_t key, uint32_t at) {
    for (;;) {
        unsigned place = place_in(prints + at, ner_print(key));
        if (place < NER_BUCKET) {
            return at + place;
        }
        if (prints[at + NER_BUCKET - 1] == 0) {
            return NOWHERE;
        }
        at = at + NER_BUCKET == slots ? 0 : at + NER_BUCKET;
    }
}

uint32_t ner_table_slots(size_t n) {
    return (uint32_t)((n + n / 6 + 2 * NER_BUCKET) / NER_BUCKET * NER_BUCKET);
}

uint32_t ner_table_place(const uint16_t *prints, uint32_t slots, uint64_t key) {
    uint32_t at = bucket_of(key, slots);
    while (prints[at] != 0 && prints[at] != ner_print(key)) {
        at = at + 1 == slots ? 0 : at + 1;
    }
    return at;
}

/* Rows are added whole, eight labels a vector. */
enum { LANES = 8 };
typedef int8_t bytes_t __attribute__((vector_size(LANES), may_alias));
typedef int16_t sums_t __attribute__((vector_size(LANES * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));

static inline sums_t wide(const int8_t *row) {
#ifdef __SSE2__
    __m128i x = _mm_loadl_epi64((const __m128i *)(const void *)row);
    return (sums_t)_mm_srai_epi16(_mm_unpacklo_epi8(x, x), 8);
#else
    return __builtin_convertvector(*(const bytes_t *)row, sums_t);
#endif
}

static_assert(NER_ROW == 3 * LANES, "a row is three vectors");

/* In three passes, so that the memory of many features is on its way at once: the tables are larger than the caches. */
void ner_model_add(const struct ner_model *m, const uint64_t *keys, size_t n, int16_t *scores) {
    enum { TOGETHER = 128 };
    uint32_t at[TOGETHER];
    sums_t *to = (sums_t *)scores, sum0 = to[0], sum1 = to[1], sum2 = to[2];
    for (size_t from = 0; from < n; from += TOGETHER) {
        size_t count = n - from < TOGETHER ? n - from : TOGETHER, found = 0;
        for (size_t i = 0; i < count; i++) {
            at[i] = bucket_of(keys[from + i], m->slots);
            __builtin_prefetch(&m->prints[at[i]]);
        }
        for (size_t i = 0; i < count; i++) {
            uint32_t k = find(m->prints, m->slots, keys[from + i], at[i]);
            if (k != NOWHERE) {
                at[found++] = k;
                __builtin_prefetch(m->rows + (size_t)k * NER_ROW);
            }
        }
        for (size_t i = 0; i < found; i++) {
            const int8_t *row = m->rows + (size_t)at[i] * NER_ROW; /* cppcheck-suppress uninitvar; found counts what is set */
            sum0 += wide(row);
            sum1 += wide(row + LANES);
            sum2 += wide(row + 2 * LANES);
        }
    }
    to[0] = sum0;
    to[1] = sum1;
    to[2] = sum2;
}

uint16_t ner_model_word(const struct ner_model *m, uint64_t word) {
    if (m->word_slots == 0) {
        return 0;
    }
    uint32_t at = find(m->word_prints, m->word_slots, word, bucket_of(word, m->word_slots));
    return at == NOWHERE ? 0 : m->words[at];
}

float ner_model_calibrate(const struct ner_model *m, float p) {
    if (m->knots == 0) {
        return p;
    }
    if (p <= m->knot_p[0]) {
        return m->knot_c[0];
    }
    for (uint32_t i = 1; i < m->knots; i++) {
        if (p <= m->knot_p[i]) {
            float t = (p - m->knot_p[i - 1]) / (m->knot_p[i] - m->knot_p[i - 1]);
            return m->knot_c[i - 1] + t * (m->knot_c[i] - m->knot_c[i - 1]);
        }
    }
    return m->knot_c[m->knots - 1];
}
