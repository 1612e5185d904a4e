/* nmt_made.h - a translation model of made-up weights, built in memory: model, vocabulary, shortlist in the published formats. It
 * translates into nonsense, the same each time; the tests care for bits, not for meaning. */
#ifndef TESTS_NMT_MADE_H
#define TESTS_NMT_MADE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"

enum { MADE_DIM = 64, MADE_FFN = 128, MADE_HEADS = 4, MADE_WORDS = 96, MADE_ITEMS = 200, MADE_MAX = 1 << 20 };

struct made_bytes {
    char *p; /* malloc */
    size_t n, cap;
};

static inline struct str made_str(const struct made_bytes *b) {
    return (struct str){b->p, b->n};
}

static inline void made_add(struct made_bytes *b, const void *p, size_t n) {
    if (b->n + n > b->cap) {
        b->cap = (b->n + n) * 2;
        b->p = realloc(b->p, b->cap);
        if (!b->p) {
            abort();
        }
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

static inline void made_u64(struct made_bytes *b, uint64_t v) {
    made_add(b, &v, 8);
}

static inline uint32_t made_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* ---- the container ---- */

struct made_item {
    char name[128];
    uint64_t type;
    uint32_t rows, cols;
    struct made_bytes data;
};

struct made_model {
    struct made_item items[MADE_ITEMS];
    size_t n;
    uint32_t seed;
};

static inline struct made_item *made_item(struct made_model *m, const char *name, uint64_t type, uint32_t rows, uint32_t cols) {
    struct made_item *x = &m->items[m->n++];
    *x = (struct made_item){.type = type, .rows = rows, .cols = cols};
    snprintf(x->name, sizeof x->name, "%s", name);
    return x;
}

static inline void made_floats(struct made_model *m, const char *name, uint32_t n, float middle, float spread) {
    struct made_item *x = made_item(m, name, 0x0404, 1, n);
    for (uint32_t i = 0; i < n; i++) {
        float v = middle + spread * ((float)(made_random(&m->seed) % 2001) / 1000.0f - 1.0f);
        made_add(&x->data, &v, 4);
    }
}

/* a matrix and the alpha of its input */
static inline void made_matrix(struct made_model *m, const char *name, uint32_t rows, uint32_t cols, float alpha) {
    char other[128];
    struct made_item *x = made_item(m, name, 0x4101, rows, cols);
    float mult = 420;
    /* some weights too large for two to meet in 16 bits, as trained models have them */
    for (uint64_t i = 0; i < (uint64_t)rows * cols; i++) {
        int8_t q = i % 509 == 5 ? 127 : (int8_t)((int)(made_random(&m->seed) % 129) - 64);
        made_add(&x->data, &q, 1);
    }
    made_add(&x->data, &mult, 4);
    snprintf(other, sizeof other, "%s_QuantMultA", name);
    if (strstr(name, "Wemb")) {
        x = made_item(m, other, 0x4101, 1, 1);
        int8_t q = 127;
        float a = 127 / alpha;
        made_add(&x->data, &q, 1);
        made_add(&x->data, &a, 4);
        return;
    }
    made_floats(m, other, 1, alpha, 0);
}

static inline void made_layer(struct made_model *m, const char *layer, const char *part) {
    static const char *const names[] = {"q", "k", "v", "o"};
    char name[80];
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s_%s_W%s", layer, part, names[i]);
        made_matrix(m, name, MADE_DIM, MADE_DIM, 25);
        snprintf(name, sizeof name, "%s_%s_b%s", layer, part, names[i]);
        made_floats(m, name, MADE_DIM, 0, 0.1f);
    }
    snprintf(name, sizeof name, "%s_%s_Wo_ln_scale", layer, part);
    made_floats(m, name, MADE_DIM, 1, 0.2f);
    snprintf(name, sizeof name, "%s_%s_Wo_ln_bias", layer, part);
    made_floats(m, name, MADE_DIM, 0, 0.2f);
}

static inline void made_feed(struct made_model *m, const char *layer) {
    char name[80];
    snprintf(name, sizeof name, "%s_ffn_W1", layer);
    made_matrix(m, name, MADE_DIM, MADE_FFN, 25);
    snprintf(name, sizeof name, "%s_ffn_b1", layer);
    made_floats(m, name, MADE_FFN, 0, 0.1f);
    snprintf(name, sizeof name, "%s_ffn_W2", layer);
    made_matrix(m, name, MADE_FFN, MADE_DIM, 25);
    snprintf(name, sizeof name, "%s_ffn_b2", layer);
    made_floats(m, name, MADE_DIM, 0, 0.1f);
    snprintf(name, sizeof name, "%s_ffn_ffn_ln_scale", layer);
    made_floats(m, name, MADE_DIM, 1, 0.2f);
    snprintf(name, sizeof name, "%s_ffn_ffn_ln_bias", layer);
    made_floats(m, name, MADE_DIM, 0, 0.2f);
}

static inline int made_by_name(const void *x, const void *y) {
    const struct made_item *a = x, *b = y;
    bool special = a->name[0] == 's', other = b->name[0] == 's';
    return special != other ? special - other : strcmp(a->name, b->name);
}

static inline void made_write(struct made_model *m, struct made_bytes *out) {
    static const char zero[256];
    qsort(m->items, m->n, sizeof *m->items, made_by_name);
    made_u64(out, 1);
    made_u64(out, m->n);
    for (size_t i = 0; i < m->n; i++) {
        struct made_item *x = &m->items[i];
        if (i + 1 < m->n) {
            made_add(&x->data, zero, (256 - x->data.n % 256) % 256);
        }
        made_u64(out, strlen(x->name) + 1);
        made_u64(out, x->type);
        made_u64(out, 2);
        made_u64(out, x->data.n);
    }
    for (size_t i = 0; i < m->n; i++) {
        made_add(out, m->items[i].name, strlen(m->items[i].name) + 1);
    }
    for (size_t i = 0; i < m->n; i++) {
        made_add(out, &m->items[i].rows, 4);
        made_add(out, &m->items[i].cols, 4);
    }
    size_t gap = ((out->n + 8) / 256 + 1) * 256 - (out->n + 8);
    made_u64(out, gap);
    made_add(out, zero, gap);
    for (size_t i = 0; i < m->n; i++) {
        made_add(out, m->items[i].data.p, m->items[i].data.n);
        free(m->items[i].data.p);
    }
}

static inline struct made_bytes made_model(uint32_t seed) {
    static struct made_model m;
    struct made_bytes out = {0};
    char settings[1024];
    m = (struct made_model){.seed = seed};
    made_matrix(&m, "Wemb", MADE_WORDS, MADE_DIM, 25);
    made_floats(&m, "decoder_ff_logit_out_b", MADE_WORDS, 0, 0.5f);
    made_layer(&m, "encoder_l1", "self");
    made_feed(&m, "encoder_l1");
    made_matrix(&m, "decoder_l1_rnn_W", MADE_DIM, MADE_DIM, 25);
    made_matrix(&m, "decoder_l1_rnn_Wf", MADE_DIM, MADE_DIM, 25);
    made_floats(&m, "decoder_l1_rnn_bf", MADE_DIM, 0, 0.1f);
    made_floats(&m, "decoder_l1_rnn_ffn_ln_scale", MADE_DIM, 1, 0.2f);
    made_floats(&m, "decoder_l1_rnn_ffn_ln_bias", MADE_DIM, 0, 0.2f);
    made_layer(&m, "decoder_l1", "context");
    made_feed(&m, "decoder_l1");
    int n = snprintf(settings, sizeof settings,
                     "dec-cell: ssru\ndec-depth: 1\ndim-emb: %d\ndim-vocabs:\n  - %d\n  - %d\nenc-depth: 1\nlayer-normalization: false\n"
                     "tied-embeddings: false\ntied-embeddings-all: true\ntransformer-decoder-autoreg: rnn\ntransformer-dim-ffn: %d\n"
                     "transformer-ffn-activation: relu\ntransformer-ffn-depth: 2\ntransformer-heads: %d\ntransformer-postprocess: dan\n"
                     "transformer-postprocess-emb: d\ntransformer-postprocess-top: \"\"\ntransformer-preprocess: \"\"\n"
                     "transformer-tied-layers:\n  []\ntransformer-train-position-embeddings: false\ntype: transformer\nversion: v1.9.0\n",
                     MADE_DIM, MADE_WORDS, MADE_WORDS, MADE_FFN, MADE_HEADS);
    struct made_item *x = made_item(&m, "special:model.yml", 0x0101, 1, (uint32_t)n + 1);
    made_add(&x->data, settings, (size_t)n + 1);
    made_write(&m, &out);
    return out;
}

/* ---- the vocabulary ---- */

static inline void made_varint(struct made_bytes *b, uint64_t v) {
    for (; v > 127; v >>= 7) {
        char c = (char)(v | 128);
        made_add(b, &c, 1);
    }
    char c = (char)v;
    made_add(b, &c, 1);
}

static inline void made_piece(struct made_bytes *out, const char *text, float score, int kind) {
    struct made_bytes piece = {0};
    made_varint(&piece, 1 << 3 | 2);
    made_varint(&piece, strlen(text));
    made_add(&piece, text, strlen(text));
    made_varint(&piece, 2 << 3 | 5);
    made_add(&piece, &score, 4);
    made_varint(&piece, 3 << 3);
    made_varint(&piece, (uint64_t)kind);
    made_varint(out, 1 << 3 | 2);
    made_varint(out, piece.n);
    made_add(out, piece.p, piece.n);
    free(piece.p);
}

/* </s>, <unk>, letters, letters behind a space, a few syllables: MADE_WORDS pieces */
static inline struct made_bytes made_vocab(void) {
    static const char *const syllables[] = {"▁the", "▁die", "en", "er", "▁und", "sch", "▁Bahn", "ung", "▁in", "st"};
    struct made_bytes out = {0};
    char text[16];
    size_t n = 2;
    made_piece(&out, "</s>", 0, 3);
    made_piece(&out, "<unk>", 0, 2);
    made_piece(&out, "▁", -3, 1);
    n++;
    for (char c = 'a'; c <= 'z'; c++, n += 2) {
        snprintf(text, sizeof text, "%c", c);
        made_piece(&out, text, -4, 1);
        snprintf(text, sizeof text, "▁%c", c);
        made_piece(&out, text, -5, 1);
    }
    for (char c = '0'; c <= '9'; c++, n++) {
        snprintf(text, sizeof text, "%c", c);
        made_piece(&out, text, -4.5f, 1);
    }
    for (size_t i = 0; i < sizeof syllables / sizeof syllables[0]; i++, n++) {
        made_piece(&out, syllables[i], -2.5f, 1);
    }
    for (; n < MADE_WORDS; n++) {
        snprintf(text, sizeof text, "%c%zu", 'A' + (int)(n % 26), n);
        made_piece(&out, text, -9, 1);
    }
    return out;
}

/* ---- the shortlist ---- */

static inline struct made_bytes made_shortlist(void) {
    struct made_bytes out = {0};
    uint64_t ends = 0, hash = 0;
    made_u64(&out, 0xF11A48D5013417F5u);
    made_u64(&out, 0);
    made_u64(&out, 10);
    made_u64(&out, 4);
    made_u64(&out, MADE_WORDS + 1);
    made_u64(&out, MADE_WORDS * 4);
    for (size_t i = 0; i <= MADE_WORDS; i++, ends += 4) {
        made_u64(&out, ends);
    }
    for (uint32_t i = 0; i < MADE_WORDS; i++) {
        for (uint32_t k = 0; k < 4; k++) {
            uint32_t word = k * 24 + i * 7 % 24;
            made_add(&out, &word, 4);
        }
    }
    for (size_t at = 16; at + 8 <= out.n; at += 8) {
        uint64_t w;
        memcpy(&w, out.p + at, 8);
        hash ^= w + 0x9e3779b9u + (hash << 6) + (hash >> 2);
    }
    memcpy(out.p + 8, &hash, 8);
    return out;
}

#endif
