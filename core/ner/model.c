/* model.c - see model.h. The file is input: every size and number is checked before it is used. */
#include "core/ner/model.h"

#include <math.h>

#include "core/ner/features.h"

#include "core/base/banned.h"

static const char magic[8] = "NUTGNER";

/* A few million of each: far above what fits in 6 MB, far below what could overflow. */
enum { SLOTS_MAX = 1 << 22, CLASS_SLOTS_MAX = 1 << 20 };

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

uint64_t ner_model_size(uint32_t slots, uint32_t class_slots) {
    if (slots == 0 || slots > SLOTS_MAX || class_slots > CLASS_SLOTS_MAX) {
        return 0;
    }
    return round8(sizeof(struct ner_header)) + round8(TRANS_BYTES) + round8(KNOT_BYTES) +
           (uint64_t)class_slots * sizeof(struct ner_class) + round8((uint64_t)slots * sizeof(uint16_t)) +
           (uint64_t)slots * NER_ROW;
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
    uint64_t size = ner_model_size(h->slots, h->class_slots);
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

/* Searches end at a free place: there must be enough of them. */
static enum err_code check_tables(const struct reader *r, const struct ner_model *m) {
    uint32_t free_slots = 0, free_words = 0;
    for (uint32_t i = 0; i < m->slots; i++) {
        free_slots += m->prints[i] == 0;
    }
    for (uint32_t i = 0; i < m->class_slots; i++) {
        free_words += m->classes[i].print == 0;
    }
    if (free_slots < m->slots / 16 + 1 || (m->class_slots && free_words < m->class_slots / 16 + 1)) {
        return broken(r, "a table is too full");
    }
    return ERR_OK;
}

enum err_code ner_model_read(struct ner_model *m, struct str bytes, const char *name, struct err *err) {
    struct reader r = {.bytes = bytes, .name = name, .err = err};
    struct ner_header h;
    *m = (struct ner_model){.scale = 1};
    enum err_code code = read_header(&r, &h);
    if (code != ERR_OK) {
        return code;
    }
    m->scale = h.scale;
    m->slots = h.slots;
    m->class_slots = h.class_slots;
    m->knots = h.knots;
    code = read_numbers(&r, m);
    if (code != ERR_OK) {
        return code;
    }
    m->classes = (const struct ner_class *)(const void *)take(&r, (uint64_t)h.class_slots * sizeof(struct ner_class));
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

static void add_row(const int8_t *row, int16_t *scores) {
    for (int l = 0; l < NER_ROW; l++) {
        scores[l] = (int16_t)(scores[l] + row[l]);
    }
}

void ner_model_add(const struct ner_model *m, const uint64_t *keys, size_t n, int16_t *scores) {
    for (size_t i = 0; i < n; i++) {
        uint32_t at = ner_slot(keys[i], m->slots);
        uint16_t want = ner_print(keys[i]);
        for (uint16_t have = m->prints[at]; have != 0; have = m->prints[at]) {
            if (have == want) {
                add_row(m->rows + (size_t)at * NER_ROW, scores);
                break;
            }
            at = at + 1 == m->slots ? 0 : at + 1;
        }
    }
}

const struct ner_class *ner_model_class(const struct ner_model *m, uint64_t word) {
    if (m->class_slots == 0) {
        return NULL;
    }
    uint32_t at = ner_slot(word, m->class_slots), want = ner_print(word);
    for (; m->classes[at].print != 0; at = at + 1 == m->class_slots ? 0 : at + 1) {
        if (m->classes[at].print == want) {
            return &m->classes[at];
        }
    }
    return NULL;
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
