/* core/ner/model.h - a trained model: weights of hashed features for a linear chain of labels, in one mapped file.
 *
 * File, little endian, all parts on 8 bytes: struct ner_header, transitions, calibration, two tables. A table is open-addressed
 * in buckets of NER_BUCKET places: the high half of a 64-bit key says in which bucket a search begins, its low 16 bits
 * (never 0) are compared; a bucket fills from its first place on, and a search ends at one that is not full. The first
 * table gives what is known of a word (16 bits), the second a row of NER_ROW signed bytes for a feature, one a
 * label, in units of `scale`. A feature that is not there weighs nothing. Threads: read-only once loaded. */
#ifndef NER_MODEL_H
#define NER_MODEL_H

#include "core/base/file.h"

enum ner_type { NER_PERSON, NER_ORGANIZATION, NER_LOCATION, NER_PRODUCT, NER_EVENT, NER_TYPES };

/* Labels: outside; a whole name of one token; first, inner and last token of a longer one. */
enum {
    NER_OUT = 0,
    NER_SINGLE = 1,
    NER_FIRST = NER_SINGLE + NER_TYPES,
    NER_INNER = NER_FIRST + NER_TYPES,
    NER_LAST = NER_INNER + NER_TYPES,
    NER_LABELS = NER_LAST + NER_TYPES,
    NER_ROW = 24, /* labels and padding: rows stay on 8 bytes */
};

enum { NER_VERSION = 3, NER_KNOTS = 16, NER_LISTS = 8 /* lists of names */, NER_BUCKET = 8 };

enum ner_trait {
    NER_SMALL = 1,  /* names of organisations go on in small letters */
    NER_ENDINGS = 2, /* the table of words has endings as well: "-verein" */
    NER_AGAIN = 4, /* reads a text twice: again.h */
    NER_ALONE = 8, /* has features for a text that is one sentence: ner_features_alone */
};

struct ner_header {
    char magic[8];           /* "NUTGNER" */
    uint32_t version;        /* NER_VERSION */
    uint32_t features;       /* NER_FEATURE_SET of the code that trained it */
    uint32_t labels;         /* NER_LABELS */
    uint32_t row;            /* NER_ROW */
    uint32_t slots;          /* of the table of features */
    uint32_t word_slots;     /* of the table of words; 0: none */
    uint32_t knots;          /* of the calibration, at most NER_KNOTS */
    float scale;             /* of a weight */
    uint32_t traits, zero;   /* enum ner_trait */
    uint64_t size;           /* of the whole file */
};

/* What is known of a word or of a run of words without its place in a text, made by tools/train/words.c: the lists of names
 * it stands in, a bit each; its kind; whether something longer that is known begins with it. */
enum { NER_KIND_SHIFT = NER_LISTS, NER_KIND_MASK = 127, NER_LONGER = 1 << 15 };
/* Kinds of words that features reach for over a distance; the lexicon has more. 0: none. */
enum ner_kind { NER_KIND_STOP = 1 /* ends what may be a name */, NER_KIND_ORG /* bank, ministry */, NER_KIND_LEGAL /* Ltd */, NER_KIND_REST };

static inline unsigned ner_word_lists(uint16_t word) {
    return word & ((1u << NER_LISTS) - 1);
}

static inline unsigned ner_word_kind(uint16_t word) {
    return (unsigned)word >> NER_KIND_SHIFT & NER_KIND_MASK;
}

struct ner_model {
    struct file_map file;
    float scale;
    uint32_t traits;
    uint32_t slots, word_slots;
    float trans[NER_LABELS * NER_LABELS]; /* [from][to], log; impossible ones are -inf */
    float start[NER_LABELS], end[NER_LABELS];
    float knot_p[NER_KNOTS], knot_c[NER_KNOTS]; /* [knots] raw posterior -> share of right ones, both rising */
    uint32_t knots;
    const uint16_t *word_prints;  /* [word_slots] */
    const uint16_t *words;        /* [word_slots] */
    const uint16_t *prints;       /* [slots] */
    const int8_t *rows;           /* [slots][NER_ROW] */
};

/* Whether label b may follow label a. */
bool ner_follows(int a, int b);
bool ner_opens(int label);  /* may begin a sequence */
bool ner_closes(int label); /* may end one */
static inline int ner_label_type(int label) {
    return (label - NER_SINGLE) % NER_TYPES;
}

/* Maps path. Errors: ERR_IO, ERR_MODEL (what is wrong, with the byte). */
enum err_code ner_model_open(struct ner_model *m, const char *path, struct err *err);
/* The same over bytes in memory, on 8 bytes, which must outlive m. */
enum err_code ner_model_read(struct ner_model *m, struct str bytes, const char *name, struct err *err);
void ner_model_close(struct ner_model *m);

/* Bytes of a file with these sizes; 0 when they are not possible. */
uint64_t ner_model_size(uint32_t slots, uint32_t word_slots);

/* Adds the rows of n features to scores[NER_ROW], in units of m->scale. */
void ner_model_add(const struct ner_model *m, const uint64_t *keys, size_t n, int16_t *scores);

/* What is known of a word, by the hash of its folded form; 0 when nothing is. */
uint16_t ner_model_word(const struct ner_model *m, uint64_t word);

/* How many places a table of n entries gets, and the place of a key in it: where it is or, if it is not there and there is
 * room, where it goes (its print is 0). For the trainer. */
uint32_t ner_table_slots(size_t n);
uint32_t ner_table_place(const uint16_t *prints, uint32_t slots, uint64_t key);

/* Share of right names among those with raw posterior p. */
float ner_model_calibrate(const struct ner_model *m, float p);

static inline uint16_t ner_print(uint64_t key) {
    uint16_t p = (uint16_t)key;
    return p ? p : 1;
}

#endif
