/* network.c - one batch through the network: encoder, then the decoder word by word.
 *
 * Everything runs over blocks of at most BLOCK rows, so that a block's codes and inner values stay in the nearest
 * caches while a matrix streams by once. Sentences that are done leave the decoder's rows at once. */
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/nmt/network_parts.h"

#include "core/base/banned.h"

enum {
    BLOCK = 64,   /* rows of one product */
    CHUNK = 256,  /* columns of the output layer between two looks for the best word */
    ALIGN = 64,
};

struct network_scratch {
    char *block; /* one mapping; only what is touched takes memory */
    size_t size;
    /* encoder; T = NMT_WORDS */
    float *x, *q, *k, *v; /* [T][d] */
    float *kt;                    /* [d][NMT_PIECES] of one sentence */
    /* decoder; B = NMT_ROWS */
    float **keys;         /* [layers] [T][d], each sentence's part transposed: [d][its length]; the first is q, the last k */
    float **values;       /* [layers] [T][d]; the first is v */
    float **cells;        /* [layers] [B][d] */
    float *dx, *dy, *dz;  /* [B][d] */
    /* products */
    uint8_t *codes; /* [BLOCK][max(d, ffn)][2] */
    float *wide;    /* [BLOCK][ffn] */
    float *logits;  /* [BLOCK][CHUNK] */
    float *weights; /* [heads][NMT_PIECES + KERNEL_LANES] of one query */
    /* the output layer's choice of columns, when there is a shortlist */
    bool *chosen;        /* [target_size] */
    uint32_t *words;     /* [chosen] their ids */
    struct nmt_matrix picked;
    int8_t *picked_w;
    float *picked_bias;
    int32_t *picked_shift;
    struct nmt_spill *picked_spills;
    uint32_t *picked_spills_at;
    /* results */
    uint32_t *ids;    /* [B][NMT_STEPS] */
    uint16_t *counts; /* [B] */
    uint16_t *points; /* [B][NMT_STEPS] */
    float *point_weights;
    uint32_t *row_sentence, *row_last; /* [B] which sentence a row is, and its last word */
    float *row_path;                   /* [B] sum of its logits */
    struct nmt_best *best;             /* [BLOCK] */
};

/* ---- scratch ---- */

/* With base NULL only counts. */
static void *place(char *base, size_t *at, size_t count, size_t size) {
    *at = (*at + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    void *p = base ? base + *at : NULL;
    *at += (count + KERNEL_LANES) * size;
    return p;
}

/* A shortlist of more than a quarter of the words is no saving: then all columns are computed, and the others skipped. */
static size_t most_picked(const struct network *n) {
    return (n->target_size / 4 + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
}

static size_t lay_out(struct network_scratch *s, const struct network *n, char *base) {
    size_t at = 0, d = n->size.dim, layers = n->size.decoder_layers, picked = most_picked(n);
    size_t widest = d > n->size.ffn ? d : n->size.ffn;
    s->x = place(base, &at, NMT_WORDS * d, sizeof(float));
    s->q = place(base, &at, NMT_WORDS * d, sizeof(float));
    s->k = place(base, &at, NMT_WORDS * d, sizeof(float));
    s->v = place(base, &at, NMT_WORDS * d, sizeof(float));
    s->kt = place(base, &at, NMT_PIECES * d, sizeof(float));
    s->keys = place(base, &at, layers, sizeof(float *));
    s->values = place(base, &at, layers, sizeof(float *));
    s->cells = place(base, &at, layers, sizeof(float *));
    for (size_t i = 0; i < layers; i++) {
        float *keys = i == 0 ? s->q : i + 1 == layers ? s->k : place(base, &at, NMT_WORDS * d, sizeof(float));
        float *values = i == 0 ? s->v : place(base, &at, NMT_WORDS * d, sizeof(float));
        float *cells = place(base, &at, NMT_ROWS * d, sizeof(float));
        if (base) {
            s->keys[i] = keys;
            s->values[i] = values;
            s->cells[i] = cells;
        }
    }
    s->dx = place(base, &at, NMT_ROWS * d, sizeof(float));
    s->dy = place(base, &at, NMT_ROWS * d, sizeof(float));
    s->dz = place(base, &at, NMT_ROWS * d, sizeof(float));
    s->codes = place(base, &at, 2 * BLOCK * widest, 1);
    s->wide = place(base, &at, BLOCK * (size_t)n->size.ffn, sizeof(float));
    s->logits = place(base, &at, BLOCK * CHUNK, sizeof(float));
    s->weights = place(base, &at, n->size.heads * (size_t)(NMT_PIECES + KERNEL_LANES), sizeof(float));
    s->chosen = place(base, &at, n->target_size, sizeof(bool));
    s->words = place(base, &at, n->target_size, sizeof(uint32_t));
    s->picked_w = place(base, &at, picked * d, 1);
    s->picked_bias = place(base, &at, picked, sizeof(float));
    s->picked_shift = place(base, &at, picked, sizeof(int32_t));
    size_t spills = n->output.spills ? n->output.spills_at[n->output.padded / 16] : 0;
    s->picked_spills = place(base, &at, spills, sizeof(struct nmt_spill));
    s->picked_spills_at = place(base, &at, picked / 16 + 1, sizeof(uint32_t));
    s->ids = place(base, &at, (size_t)NMT_ROWS * NMT_STEPS, sizeof(uint32_t));
    s->counts = place(base, &at, NMT_ROWS, sizeof(uint16_t));
    s->points = place(base, &at, (size_t)NMT_ROWS * NMT_STEPS, sizeof(uint16_t));
    s->point_weights = place(base, &at, (size_t)NMT_ROWS * NMT_STEPS, sizeof(float));
    s->row_sentence = place(base, &at, NMT_ROWS, sizeof(uint32_t));
    s->row_last = place(base, &at, NMT_ROWS, sizeof(uint32_t));
    s->row_path = place(base, &at, NMT_ROWS, sizeof(float));
    s->best = place(base, &at, BLOCK, sizeof(struct nmt_best));
    return at;
}

struct network_scratch *network_scratch_new(const struct network *n) {
    struct network_scratch *s = calloc(1, sizeof *s);
    if (!s) {
        return NULL;
    }
    s->size = lay_out(s, n, NULL);
    void *p = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        free(s);
        return NULL;
    }
    s->block = p;
    lay_out(s, n, s->block);
    return s;
}

void network_scratch_free(struct network_scratch *s) {
    if (s) {
        munmap(s->block, s->size);
        free(s);
    }
}

size_t network_scratch_memory(const struct network_scratch *s) {
    return s->size;
}

/* ---- pieces of both halves ---- */

static inline size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* y = x W + b for any number of rows; where W is square y may be x */
static void linear(const struct network *n, struct network_scratch *s, const struct nmt_matrix *w, const float *x,
                   size_t rows, float *y) {
    for (size_t r = 0; r < rows; r += BLOCK) {
        size_t here = smaller(BLOCK, rows - r);
        n->kernel->quantize(w, x + r * w->k, here * w->k, s->codes);
        n->kernel->product(w, s->codes, here, 0, w->n, y + r * w->n, w->n);
    }
}

/* x = LN(y + x), row by row */
static void add_norm(const struct network *n, const struct network_norm *m, const float *y, size_t rows, float *x) {
    size_t d = n->size.dim;
    for (size_t r = 0; r < rows; r++) {
        n->kernel->norm(y + r * d, x + r * d, d, m->scale, m->bias, x + r * d);
    }
}

/* x = LN(relu(x W1 + b1) W2 + b2 + x); y is scratch of the same size */
static void feed(const struct network *n, struct network_scratch *s, const struct network_feed *f, size_t rows, float *x,
                 float *y) {
    const struct nmt_kernel *kernel = n->kernel;
    size_t d = n->size.dim, wide = n->size.ffn;
    for (size_t r = 0; r < rows; r += BLOCK) {
        size_t here = smaller(BLOCK, rows - r);
        kernel->quantize(&f->one, x + r * d, here * d, s->codes);
        kernel->product(&f->one, s->codes, here, 0, wide, s->wide, wide);
        kernel->quantize(&f->two, s->wide, here * wide, s->codes);
        kernel->product(&f->two, s->codes, here, 0, d, y + r * d, d);
    }
    add_norm(n, &f->norm, y, rows, x);
}

/* x[0 .. d - 1] = sqrt(d) E[word] + PE(place) */
static void embed(const struct network *n, const struct network_embedding *e, uint32_t word, size_t place, float *x) {
    size_t d = n->size.dim;
    const float *wave = n->positions + place * d;
    const int8_t *at = e->w + (size_t)(word / 16) * 16 * d + (size_t)(word % 16) * 4;
    float root = sqrtf((float)d);
    for (size_t i = 0; i < d; i += 4, at += 64) {
        for (size_t k = 0; k < 4; k++) {
            x[i + k] = root * ((float)at[k] * e->scale) + wave[i + k];
        }
    }
    for (uint32_t i = e->spills ? e->spills_at[word / 16] : 0; e->spills && i < e->spills_at[word / 16 + 1]; i++) {
        struct nmt_spill spill = e->spills[i];
        if (spill.column == word % 16) {
            size_t group = (size_t)(word / 16) * 16 * d;
            int left = e->w[group + (size_t)spill.k / 4 * 64 + (size_t)spill.column * 4 + spill.k % 4]; /* NOLINT(bugprone-signed-char-misuse): a weight */
            x[spill.k] = root * ((float)(left + spill.w) * e->scale) + wave[spill.k];
        }
    }
}

/* kt[c][j] = k[j][c] for one sentence of n pieces */
static void transpose(const float *k, size_t n, size_t d, float *kt) {
    for (size_t c = 0; c < d; c += 16) {
        for (size_t j = 0; j < n; j++) {
            for (size_t i = 0; i < 16; i++) {
                kt[(c + i) * n + j] = k[j * d + c + i];
            }
        }
    }
}

/* ---- encoder ---- */

static void self_attention(const struct network *n, struct network_scratch *s, const struct network_attention *a,
                           const struct network_batch *b, size_t pieces) {
    size_t d = n->size.dim, heads = n->size.heads;
    linear(n, s, &a->q, s->x, pieces, s->q);
    linear(n, s, &a->k, s->x, pieces, s->k);
    linear(n, s, &a->v, s->x, pieces, s->v);
    for (size_t i = 0; i < b->sentences; i++) {
        size_t from = b->starts[i], length = b->starts[i + 1] - from;
        transpose(s->k + from * d, length, d, s->kt);
        for (size_t j = from; j < from + length; j++) {
            n->kernel->attend(s->q + j * d, s->kt, s->v + from * d, length, heads, d / heads, s->weights, s->q + j * d);
        }
    }
    linear(n, s, &a->o, s->q, pieces, s->q);
    add_norm(n, &a->norm, s->q, pieces, s->x);
}

static bool stopped(const struct network_batch *b) {
    return b->stop && b->stop(b->stop_with);
}

/* s->x = the encoder's output; then the keys and values that every decoder layer looks at */
static bool encode(const struct network *n, struct network_scratch *s, const struct network_batch *b) {
    size_t d = n->size.dim, pieces = b->starts[b->sentences];
    for (size_t i = 0; i < b->sentences; i++) {
        for (size_t j = b->starts[i]; j < b->starts[i + 1]; j++) {
            embed(n, &n->source, b->source[j], j - b->starts[i], s->x + j * d);
        }
    }
    for (size_t l = 0; l < n->size.encoder_layers; l++) {
        if (stopped(b)) {
            return false;
        }
        self_attention(n, s, &n->encoder[l].self, b, pieces);
        feed(n, s, &n->encoder[l].feed, pieces, s->x, s->q);
    }
    for (size_t l = 0; l < n->size.decoder_layers; l++) {
        float *k = l + 1 == n->size.decoder_layers ? s->x : s->k; /* the last one needs x no more */
        linear(n, s, &n->decoder[l].context.v, s->x, pieces, s->values[l]);
        linear(n, s, &n->decoder[l].context.k, s->x, pieces, k);
        for (size_t i = 0; i < b->sentences; i++) {
            size_t from = b->starts[i];
            transpose(k + from * d, b->starts[i + 1] - from, d, s->keys[l] + from * d);
        }
    }
    return true;
}

/* ---- the output layer ---- */

/* What spilled from the chosen columns. */
static void pick_spills(const struct network *n, struct network_scratch *s, size_t count, size_t padded) {
    uint32_t at = 0;
    for (size_t c = 0; c < padded; c++) {
        if (c % 16 == 0) {
            s->picked_spills_at[c / 16] = at;
        }
        size_t word = c < count ? s->words[c] : 0, last = c < count ? n->output.spills_at[word / 16 + 1] : 0;
        for (size_t i = n->output.spills_at[word / 16]; i < last; i++) {
            if (n->output.spills[i].column == word % 16) {
                s->picked_spills[at] = n->output.spills[i];
                s->picked_spills[at++].column = (uint8_t)(c % 16);
            }
        }
    }
    s->picked_spills_at[padded / 16] = at;
    s->picked.spills = s->picked_spills;
    s->picked.spills_at = s->picked_spills_at;
}

/* Column by column into a matrix of the chosen ones. */
static void pick_columns(const struct network *n, struct network_scratch *s, size_t count) {
    size_t d = n->size.dim, padded = (count + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
    memset(s->picked_w + (padded - KERNEL_COLUMNS) * d, 0, KERNEL_COLUMNS * d);
    for (size_t c = 0; c < padded; c++) {
        size_t from = c < count ? s->words[c] : 0;
        s->picked_bias[c] = c < count ? n->output.bias[from] : 0;
        s->picked_shift[c] = c < count ? n->output.shift[from] : 0;
        if (c < count) {
            const int8_t *w = n->output.w + from / 16 * 16 * d + from % 16 * 4;
            int8_t *to = s->picked_w + c / 16 * 16 * d + c % 16 * 4;
            for (size_t i = 0; i < d; i += 4) {
                memcpy(to + 16 * i, w + 16 * i, 4);
            }
        }
    }
    s->picked = n->output;
    s->picked.w = s->picked_w;
    s->picked.bias = s->picked_bias;
    s->picked.shift = s->picked_shift;
    s->picked.n = (uint32_t)count;
    s->picked.padded = (uint32_t)padded;
    if (n->output.spills) {
        pick_spills(n, s, count, padded);
    }
}

/* what the decoder may write in this batch */
struct choice {
    const struct nmt_matrix *w;
    const uint32_t *words; /* id of each column, or NULL: the column itself */
    const bool *only;      /* columns that count, or NULL: all */
    size_t unknown;        /* column of the unknown word, or SIZE_MAX */
};

static struct choice choose(const struct network *n, struct network_scratch *s, const struct network_batch *b) {
    struct choice all = {&n->output, NULL, NULL, b->unknown};
    if (!b->shortlist) {
        return all;
    }
    memset(s->chosen, 0, n->target_size);
    size_t count = shortlist_mark(b->shortlist, b->source, b->starts[b->sentences], b->shared_vocabulary, s->chosen,
                                  n->target_size);
    if (count > most_picked(n)) {
        all.only = s->chosen;
        return all;
    }
    struct choice some = {&s->picked, s->words, NULL, SIZE_MAX};
    size_t at = 0;
    for (size_t i = 0; i < n->target_size; i++) {
        if (s->chosen[i]) {
            some.unknown = i == b->unknown ? at : some.unknown;
            s->words[at++] = (uint32_t)i;
        }
    }
    pick_columns(n, s, count);
    return some;
}

/* For rows <= BLOCK of x, s->best: the column of the largest f32(path + logit), the first of equal ones. */
static void best_columns(const struct network *n, struct network_scratch *s, const struct choice *choice, const float *x,
                         const float *path, size_t rows) {
    const struct nmt_matrix *w = choice->w;
    n->kernel->quantize(w, x, rows * w->k, s->codes);
    for (size_t r = 0; r < rows; r++) {
        s->best[r] = (struct nmt_best){-INFINITY, 0};
    }
    for (size_t first = 0; first < w->padded; first += CHUNK) {
        size_t count = smaller(CHUNK, w->padded - first), real = smaller(count, w->n - smaller(first, w->n));
        n->kernel->product(w, s->codes, rows, first, count, s->logits, CHUNK);
        for (size_t r = 0; r < rows; r++) {
            float *logits = s->logits + r * CHUNK;
            for (size_t c = real; c < count; c++) {
                logits[c] = -INFINITY;
            }
            if (choice->unknown >= first && choice->unknown < first + count) {
                logits[choice->unknown - first] = -INFINITY;
            }
            for (size_t c = 0; choice->only && c < real; c++) {
                logits[c] = choice->only[first + c] ? logits[c] : -INFINITY;
            }
            n->kernel->best(logits, count, path[r], (uint32_t)first, &s->best[r]);
        }
    }
}

/* ---- decoder ---- */

/* Attention of every row over its own sentence. The last layer's first head tells where a word comes from. */
static void context(const struct network *n, struct network_scratch *s, const struct network_batch *b, size_t layer,
                    size_t rows, size_t step) {
    const struct network_attention *a = &n->decoder[layer].context;
    size_t d = n->size.dim, heads = n->size.heads;
    bool last = layer + 1 == n->size.decoder_layers;
    linear(n, s, &a->q, s->dx, rows, s->dy);
    for (size_t r = 0; r < rows; r++) {
        size_t sentence = s->row_sentence[r], from = b->starts[sentence], length = b->starts[sentence + 1] - from;
        n->kernel->attend(s->dy + r * d, s->keys[layer] + from * d, s->values[layer] + from * d, length, heads, d / heads,
                          s->weights, s->dz + r * d);
        if (last && b->align) {
            size_t most = 0;
            for (size_t j = 1; j < length; j++) {
                most = s->weights[j] > s->weights[most] ? j : most;
            }
            s->points[sentence * NMT_STEPS + step] = (uint16_t)most;
            s->point_weights[sentence * NMT_STEPS + step] = s->weights[most];
        }
    }
    linear(n, s, &a->o, s->dz, rows, s->dy);
    add_norm(n, &a->norm, s->dy, rows, s->dx);
}

static void decoder_layers(const struct network *n, struct network_scratch *s, const struct network_batch *b, size_t rows,
                           size_t step) {
    size_t d = n->size.dim;
    for (size_t l = 0; l < n->size.decoder_layers; l++) {
        const struct network_decoder *layer = &n->decoder[l];
        linear(n, s, &layer->forget, s->dx, rows, s->dy);
        linear(n, s, &layer->cell, s->dx, rows, s->dz);
        n->kernel->ssru(s->dy, s->dz, rows * d, s->cells[l], s->dy);
        add_norm(n, &layer->norm, s->dy, rows, s->dx);
        context(n, s, b, l, rows, step);
        feed(n, s, &layer->feed, rows, s->dx, s->dy);
    }
}

/* Takes row r out: the last one moves to its place. */
static void drop_row(const struct network *n, struct network_scratch *s, size_t r, size_t *rows) {
    size_t d = n->size.dim, last = --*rows;
    if (r == last) {
        return;
    }
    s->row_sentence[r] = s->row_sentence[last];
    s->row_last[r] = s->row_last[last];
    s->row_path[r] = s->row_path[last];
    for (size_t l = 0; l < n->size.decoder_layers; l++) {
        memcpy(s->cells[l] + r * d, s->cells[l] + last * d, d * sizeof(float));
    }
}

/* in pieces; what the limit of the translation's length goes by */
static size_t source_length(const struct network_batch *b, size_t sentence) {
    size_t length = b->starts[sentence + 1] - b->starts[sentence];
    for (size_t i = 0; b->batch_limit && i < b->sentences; i++) {
        size_t other = b->starts[i + 1] - b->starts[i];
        length = other > length ? other : length;
    }
    return length;
}

/* Notes what each row writes at this step; rows that are done, by the end mark or by length, are marked. */
static void write_words(const struct network *n, struct network_scratch *s, const struct network_batch *b,
                        const struct choice *choice, size_t rows, bool *done) {
    size_t d = n->size.dim;
    for (size_t from = 0; from < rows; from += BLOCK) {
        size_t here = smaller(BLOCK, rows - from);
        best_columns(n, s, choice, s->dx + from * d, s->row_path + from, here);
        for (size_t r = from; r < from + here; r++) {
            struct nmt_best best = s->best[r - from];
            uint32_t word = choice->words ? choice->words[best.at] : best.at;
            size_t sentence = s->row_sentence[r];
            s->row_path[r] = best.score;
            s->row_last[r] = word;
            done[r] = word == b->end;
            if (!done[r]) {
                s->ids[sentence * NMT_STEPS + s->counts[sentence]++] = word;
                done[r] = s->counts[sentence] >= NMT_FACTOR * source_length(b, sentence);
            }
        }
    }
}

static bool decode(const struct network *n, struct network_scratch *s, const struct network_batch *b) {
    size_t d = n->size.dim, rows = b->sentences;
    struct choice choice = choose(n, s, b);
    bool done[NMT_ROWS];
    for (size_t r = 0; r < rows; r++) {
        s->row_sentence[r] = (uint32_t)r;
        s->row_path[r] = 0;
        s->counts[r] = 0;
        for (size_t l = 0; l < n->size.decoder_layers; l++) {
            memset(s->cells[l] + r * d, 0, d * sizeof(float));
        }
    }
    for (size_t step = 0; rows > 0; step++) {
        if (stopped(b)) {
            return false;
        }
        for (size_t r = 0; r < rows; r++) {
            if (step == 0) {
                memcpy(s->dx + r * d, n->positions, d * sizeof(float)); /* no start symbol: a zero word */
            } else {
                embed(n, &n->target, s->row_last[r], step, s->dx + r * d);
            }
        }
        decoder_layers(n, s, b, rows, step);
        write_words(n, s, b, &choice, rows, done);
        for (size_t r = rows; r-- > 0;) { /* from the end: what moves down has been looked at */
            if (done[r]) {
                drop_row(n, s, r, &rows);
            }
        }
    }
    return true;
}

enum err_code network_translate(const struct network *n, struct network_scratch *s, const struct network_batch *b,
                                struct network_output *out, struct err *err) {
    *out = (struct network_output){s->ids, s->counts, s->points, s->point_weights};
    if (!encode(n, s, b) || !decode(n, s, b)) {
        return err_set(err, ERR_TIMEOUT, "the translation was stopped before its end");
    }
    return ERR_OK;
}
