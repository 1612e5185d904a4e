/* network_load.c - from the items of a model file to matrices that the kernels read.
 *
 * All weights live in one mapping, asked for in huge pages: the output layer alone is 8 MB and is walked once a step.
 * A first pass adds up what will be needed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/nmt/bytes.h"
#include "core/nmt/container.h"
#include "core/nmt/narrow.h"
#include "core/nmt/network_parts.h"

#include "core/base/banned.h"

enum {
    MAX_DIM = 2048,
    MAX_FFN = 16384,
    MAX_LAYERS = 32,
    MAX_VOCABULARY = 1 << 20,
    ALIGN = 64,
};

struct loader {
    struct network *n;
    struct container c;
    const char *name;
    struct err *err;
    bool mapped;
    const char *dropped; /* of the item that is being read: up to where the file's pages were given back */
};

#define FAIL(l, ...) err_set_in((l)->err, ERR_MODEL, (l)->name, 0, 0, __VA_ARGS__)

/* ---- memory ---- */

static size_t rounded(size_t n) {
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void *take(struct network *n, size_t bytes) {
    bytes = rounded(bytes);
    if (bytes > n->block_size - n->block_used) {
        return NULL; /* cannot happen: the first pass counted at least as much */
    }
    void *p = n->block + n->block_used;
    n->block_used += bytes;
    return p;
}

static size_t padded_columns(size_t n) {
    return (n + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
}

/* what an item's columns take beside its weights: bias, shift, and the list of what spills, whichever side the columns are */
static size_t beside(const struct item *item) {
    size_t longer = item->rows > item->cols ? item->rows : item->cols;
    size_t area = padded_columns(item->rows) * padded_columns(item->cols);
    return 2 * rounded(padded_columns(longer) * 4) + rounded((padded_columns(longer) / 16 + 1) * sizeof(uint32_t)) +
           rounded(area / NARROW_MOST * sizeof(struct nmt_spill));
}

/* at least what all items take once loaded */
static size_t bytes_needed(const struct loader *l) {
    size_t sum = 0;
    for (size_t i = 0; i < l->c.n; i++) {
        const struct item *item = &l->c.items[i];
        if (item->type == ITEM_INTGEMM8) {
            /* twice, for an embedding whose output layer is quantised anew; only what is touched takes memory */
            sum += 2 * rounded(padded_columns(item->rows) * padded_columns(item->cols)) + beside(item);
        } else if (item->type == ITEM_FLOAT32) {
            sum += rounded(padded_columns((size_t)item->rows * item->cols) * 4);
        }
    }
    return sum + rounded((size_t)NMT_STEPS * l->n->size.dim * 4);
}

/* gives back the pages of the file that have been read */
static void drop_read(struct loader *l, const char *up_to, size_t least) {
    if (!l->mapped) {
        return;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = ((uintptr_t)l->dropped + page - 1) & ~(page - 1), to = (uintptr_t)up_to & ~(page - 1);
    if (to > from && to - from >= least) {
        madvise((void *)from, to - from, MADV_DONTNEED);
        l->dropped = (const char *)to;
    }
}

/* ---- items ---- */

static const struct item *need(struct loader *l, const char *name, uint32_t type, size_t rows, size_t cols) {
    const struct item *item = container_get(&l->c, name);
    if (!item) {
        FAIL(l, "%s is missing", name);
        return NULL;
    }
    if (item->type != type || item->rows != rows || item->cols != cols) {
        FAIL(l, "%s has type 0x%x and the shape %u x %u; expected are 0x%x and %zu x %zu", name, item->type, item->rows,
             item->cols, type, rows, cols);
        return NULL;
    }
    return item;
}

/* a row of n floats, all finite; room for padding behind it */
static const float *row(struct loader *l, const char *name, size_t n) {
    const struct item *item = need(l, name, ITEM_FLOAT32, 1, n);
    if (!item) {
        return NULL;
    }
    float *out = take(l->n, padded_columns(n) * sizeof *out);
    for (size_t i = 0; out && i < n; i++) {
        out[i] = bytes_f32(item->p + 4 * i);
        if (!isfinite(out[i])) {
            FAIL(l, "%s holds a value that is not a number", name);
            return NULL;
        }
    }
    return out;
}

/* the alpha of a product's input: a float, or one int8 with its multiplier where the name has Wemb in it */
static bool alpha_of(struct loader *l, const char *matrix, float *out) {
    char name[96];
    snprintf(name, sizeof name, "%s_QuantMultA", matrix);
    const struct item *item = container_get(&l->c, name);
    if (!item || item->rows != 1 || item->cols != 1) {
        FAIL(l, "%s is missing: only models with stored alphas (intgemm.alphas) are read", name);
        return false;
    }
    if (item->type == ITEM_FLOAT32) {
        *out = bytes_f32(item->p);
    } else if (item->type == ITEM_INTGEMM8) {
        *out = (float)(signed char)item->p[0] * (1.0f / item->mult);
    } else {
        FAIL(l, "%s has type 0x%x", name, item->type);
        return false;
    }
    if (!isfinite(*out) || *out <= 0) {
        FAIL(l, "%s is not a positive number", name);
        return false;
    }
    return true;
}

/* Rows of k bytes into groups of sixteen rows, four bytes of each in turn. Refuses -128, which no writer makes and
 * which has no negative in eight bits. */
static int8_t *pack(struct loader *l, const struct item *item, size_t rows, size_t k, const int8_t remap[256]) {
    size_t padded = padded_columns(rows);
    int8_t *out = take(l->n, padded * k), *to = out;
    if (!out) {
        return NULL;
    }
    uint32_t worst = 0;
    l->dropped = item->p;
    for (size_t group = 0; group < rows; group += 16) {
        const char *from = item->p + group * k;
        size_t here = rows - group < 16 ? rows - group : 16;
        for (size_t i = 0; i < k; i += 4, to += 64) {
            for (size_t r = 0; r < here; r++) {
                uint32_t four;
                memcpy(&four, from + r * k + i, 4);
                /* a byte that is 0x80: its top bit set and the other seven clear */
                worst |= four & ~(((four & 0x7f7f7f7fu) + 0x7f7f7f7fu)) & 0x80808080u;
                memcpy(to + 4 * r, &four, 4);
            }
        }
        drop_read(l, from, (size_t)1 << 18);
    }
    drop_read(l, item->p + rows * k, 0);
    if (worst) {
        FAIL(l, "%.*s holds the value -128", STR_ARG(item->name));
        return NULL;
    }
    for (size_t i = 0; remap && i < padded * k; i++) {
        out[i] = remap[(uint8_t)out[i]];
    }
    return out;
}

/* Scale, bias and shift from the packed weights: README.md, "int8 products". */
static bool prepare(struct loader *l, struct nmt_matrix *m, float alpha, float mult, const float *bias) {
    float *prepared = take(l->n, m->padded * sizeof *prepared);
    int32_t *shift = take(l->n, m->padded * sizeof *shift);
    if (!prepared || !shift) {
        return false;
    }
    m->alpha = alpha;
    m->scale = 1.0f / (alpha * mult);
    if (!isfinite(m->scale)) {
        FAIL(l, "multipliers are out of range");
        return false;
    }
    float each = (127.0f / alpha) * (127.0f / mult);
    float undo = -each / 127.0f;
    for (size_t group = 0; group < m->padded; group += 16) {
        int32_t sums[16] = {0};
        const int8_t *at = m->w + group * m->k;
        for (size_t i = 0; i < m->k; i += 4, at += 64) {
            for (int c = 0; c < 16; c++) {
                sums[c] += at[4 * c] + at[4 * c + 1] + at[4 * c + 2] + at[4 * c + 3];
            }
        }
        for (size_t c = 0; c < 16; c++) {
            float corrected = (float)sums[c] * undo;
            shift[group + c] = 127 * sums[c];
            prepared[group + c] = group + c < m->n ? corrected + (bias ? bias[group + c] : 0.0f) : 0.0f;
        }
    }
    m->bias = prepared;
    m->shift = shift;
    return true;
}

/* Puts a matrix into the form that a narrow kernel is fastest with; w is m->w. */
static bool narrow_down(struct loader *l, struct nmt_matrix *m, int8_t *w) {
    static const enum nmt_form fastest_first[] = {FORM_QUADS, FORM_PAIRS};
    for (size_t i = 0; l->n->kernel->narrow && i < 2; i++) {
        size_t count = narrow_count(m, fastest_first[i], (size_t)m->k * m->padded / NARROW_MOST);
        if (count < SIZE_MAX) {
            struct nmt_spill *spills = take(l->n, count * sizeof *spills);
            uint32_t *at = take(l->n, (m->padded / 16 + 1) * sizeof *at);
            if (!spills || !at) {
                return false;
            }
            narrow(m, fastest_first[i], w, spills, at);
            m->form = fastest_first[i];
            m->spills = spills;
            m->spills_at = at;
            return true;
        }
    }
    return true;
}

/* y = x W + b; stored transposed: n rows of k. positive: it is relu(x) that goes in */
static bool matrix(struct loader *l, struct nmt_matrix *m, const char *name, const char *bias_name, size_t k, size_t n,
                   bool positive) {
    const struct item *item = need(l, name, ITEM_INTGEMM8, k, n);
    float alpha;
    const float *bias = NULL;
    if (!item || !alpha_of(l, name, &alpha)) {
        return false;
    }
    if (bias_name && !(bias = row(l, bias_name, n))) {
        return false;
    }
    *m = (struct nmt_matrix){
        .k = (uint32_t)k, .n = (uint32_t)n, .padded = (uint32_t)padded_columns(n), .positive = positive};
    int8_t *w = pack(l, item, n, k, NULL);
    m->w = w;
    return w && prepare(l, m, alpha, item->mult, bias) && narrow_down(l, m, w);
}

static bool embedding(struct loader *l, struct network_embedding *e, const char *name, size_t words) {
    const struct item *item = need(l, name, ITEM_INTGEMM8, words, l->n->size.dim);
    if (!item) {
        return false;
    }
    e->scale = 1.0f / item->mult;
    e->w = pack(l, item, words, l->n->size.dim, NULL);
    return e->w != NULL;
}

/* The output layer is the target embedding, quantised anew from its float values as the original engine does it: with a
 * 127 in the file, as its writer leaves one, the integers stay and only the multiplier may move by its last bit. */
static bool output(struct loader *l, const char *name) {
    struct network *n = l->n;
    size_t words = n->target_size, d = n->size.dim;
    const struct item *item = need(l, name, ITEM_INTGEMM8, words, d);
    const float *bias = row(l, "decoder_ff_logit_out_b", words);
    float alpha;
    if (!item || !bias || !alpha_of(l, name, &alpha)) {
        return false;
    }
    int largest = 0;
    for (size_t i = 0; i < padded_columns(words) * d; i++) { /* not from the file: its pages have been given back */
        int size = abs(n->target.w[i]);
        largest = size > largest ? size : largest;
    }
    if (largest == 0) {
        FAIL(l, "%s is all zero", name);
        return false;
    }
    float mult = 127.0f / ((float)largest * (1.0f / item->mult));
    n->output = (struct nmt_matrix){.k = (uint32_t)d, .n = (uint32_t)words, .padded = (uint32_t)padded_columns(words)};
    int8_t *w = n->target.w;
    if (largest != 127) {
        int8_t remap[256];
        for (int q = -128; q < 128; q++) {
            remap[(uint8_t)q] = (int8_t)nearbyintf((float)q * (1.0f / item->mult) * mult);
        }
        w = pack(l, item, words, d, remap);
    }
    n->output.w = w;
    if (!w || !prepare(l, &n->output, alpha, mult, bias) || !narrow_down(l, &n->output, w)) {
        return false;
    }
    if (w == n->target.w) {
        n->target.spills = n->output.spills;
        n->target.spills_at = n->output.spills_at;
    }
    return true;
}

/* ---- layers ---- */

/* prefix + suffix; the result lives until the next call with the same buffer */
static const char *join(char *buffer, size_t n, const char *prefix, const char *suffix) {
    snprintf(buffer, n, "%s%s", prefix, suffix);
    return buffer;
}

static bool norm(struct loader *l, struct network_norm *m, const char *name) {
    char buffer[96];
    m->scale = row(l, join(buffer, sizeof buffer, name, "_ln_scale"), l->n->size.dim);
    m->bias = m->scale ? row(l, join(buffer, sizeof buffer, name, "_ln_bias"), l->n->size.dim) : NULL;
    return m->bias != NULL;
}

static bool attention(struct loader *l, struct network_attention *a, const char *prefix) {
    static const char *const weights[] = {"_Wq", "_Wk", "_Wv", "_Wo"}, *const biases[] = {"_bq", "_bk", "_bv", "_bo"};
    struct nmt_matrix *const into[] = {&a->q, &a->k, &a->v, &a->o};
    size_t d = l->n->size.dim;
    char name[96], bias[96];
    for (int i = 0; i < 4; i++) {
        if (!matrix(l, into[i], join(name, sizeof name, prefix, weights[i]), join(bias, sizeof bias, prefix, biases[i]),
                    d, d, false)) {
            return false;
        }
    }
    return norm(l, &a->norm, join(name, sizeof name, prefix, "_Wo"));
}

static bool feed(struct loader *l, struct network_feed *f, const char *layer) {
    char name[96], bias[96];
    size_t d = l->n->size.dim, wide = l->n->size.ffn;
    return matrix(l, &f->one, join(name, sizeof name, layer, "_ffn_W1"), join(bias, sizeof bias, layer, "_ffn_b1"), d,
                  wide, false) &&
           matrix(l, &f->two, join(name, sizeof name, layer, "_ffn_W2"), join(bias, sizeof bias, layer, "_ffn_b2"), wide,
                  d, true) &&
           norm(l, &f->norm, join(name, sizeof name, layer, "_ffn_ffn"));
}

static bool encoder_layer(struct loader *l, struct network_encoder *e, unsigned i) {
    char layer[32], name[96];
    snprintf(layer, sizeof layer, "encoder_l%u", i);
    return attention(l, &e->self, join(name, sizeof name, layer, "_self")) && feed(l, &e->feed, layer);
}

static bool decoder_layer(struct loader *l, struct network_decoder *e, unsigned i) {
    char layer[32], name[96], bias[96];
    size_t d = l->n->size.dim;
    snprintf(layer, sizeof layer, "decoder_l%u", i);
    return matrix(l, &e->cell, join(name, sizeof name, layer, "_rnn_W"), NULL, d, d, false) &&
           matrix(l, &e->forget, join(name, sizeof name, layer, "_rnn_Wf"), join(bias, sizeof bias, layer, "_rnn_bf"), d,
                  d, false) &&
           norm(l, &e->norm, join(name, sizeof name, layer, "_rnn_ffn")) &&
           attention(l, &e->context, join(name, sizeof name, layer, "_context")) && feed(l, &e->feed, layer);
}

/* ---- settings ---- */

static bool number(struct loader *l, const char *key, size_t index, size_t least, size_t most, size_t *out) {
    struct str value = container_setting(&l->c, key, index);
    if (!value.p || !str_to_size(value, out) || *out < least || *out > most) {
        FAIL(l, "the setting %s is '%.*s'; a number from %zu to %zu is read", key, STR_ARG(value), least, most);
        return false;
    }
    return true;
}

/* Whether the model is of the one kind that is computed here. Old files lack some keys: absent is as expected. */
static bool check_kind(struct loader *l) {
    static const struct {
        const char *key, *expected;
    } kinds[] = {
        {"type", "transformer"},
        {"dec-cell", "ssru"},
        {"transformer-decoder-autoreg", "rnn"},
        {"transformer-preprocess", ""},
        {"transformer-postprocess", "dan"},
        {"transformer-postprocess-emb", "d"},
        {"transformer-postprocess-top", ""},
        {"transformer-ffn-activation", "relu"},
        {"transformer-ffn-depth", "2"},
        {"transformer-train-position-embeddings", "false"},
        {"transformer-no-projection", "false"},
        {"transformer-no-bias", "false"},
        {"transformer-no-affine", "false"},
        {"transformer-rnn-projection", "false"},
        {"layer-normalization", "false"},
        {"output-omit-bias", "false"},
        {"right-left", "false"},
        {"bert-train-type-embeddings", NULL}, /* any */
        {"lemma-dim-emb", "0"},
        {"factors-dim-emb", "0"},
        {"ulr", "false"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct str value = container_setting(&l->c, kinds[i].key, 0);
        if (value.p && kinds[i].expected && !str_eqz(value, kinds[i].expected)) {
            FAIL(l, "the setting %s is '%.*s', not '%s': a model of another kind", kinds[i].key, STR_ARG(value),
                 kinds[i].expected);
            return false;
        }
    }
    if (container_setting(&l->c, "transformer-tied-layers", 0).n > 0) {
        FAIL(l, "the model has tied layers, which are not supported");
        return false;
    }
    return true;
}

static bool settings(struct loader *l) {
    struct network *n = l->n;
    size_t dim, heads, ffn, enc, dec, source, target;
    if (!check_kind(l) || !number(l, "dim-emb", 0, 64, MAX_DIM, &dim) ||
        !number(l, "transformer-heads", 0, 1, 64, &heads) || !number(l, "transformer-dim-ffn", 0, 64, MAX_FFN, &ffn) ||
        !number(l, "enc-depth", 0, 1, MAX_LAYERS, &enc) || !number(l, "dec-depth", 0, 1, MAX_LAYERS, &dec) ||
        !number(l, "dim-vocabs", 0, 8, MAX_VOCABULARY, &source) || !number(l, "dim-vocabs", 1, 8, MAX_VOCABULARY, &target)) {
        return false;
    }
    if (dim % 64 != 0 || ffn % 64 != 0 || dim % heads != 0) {
        FAIL(l, "dim-emb %zu and transformer-dim-ffn %zu must be multiples of 64, and %zu heads divide the first", dim,
             ffn, heads);
        return false;
    }
    n->size = (struct network_size){(uint32_t)dim, (uint32_t)ffn, (uint32_t)heads, (uint32_t)enc, (uint32_t)dec};
    n->source_size = source;
    n->target_size = target;
    return true;
}

/* ---- all of it ---- */

/* PE(p): first all sines, then all cosines */
static bool positions(struct loader *l) {
    size_t d = l->n->size.dim, half = d / 2;
    float *table = take(l->n, (size_t)NMT_STEPS * d * sizeof *table);
    if (!table) {
        return false;
    }
    float step = logf(10000.0f) / ((float)half - 1.0f);
    for (size_t i = 0; i < half; i++) {
        float rate = (float)exp((double)((float)i * -step));
        for (size_t p = 0; p < NMT_STEPS; p++) {
            double angle = (double)((float)p * rate);
            table[p * d + i] = (float)sin(angle);
            table[p * d + half + i] = (float)cos(angle);
        }
    }
    l->n->positions = table;
    return true;
}

static bool load_all(struct loader *l) {
    struct network *n = l->n;
    bool tied = str_eqz(container_setting(&l->c, "tied-embeddings-all", 0), "true") ||
                str_eqz(container_setting(&l->c, "tied-embeddings-src", 0), "true");
    const char *target = tied ? "Wemb" : "decoder_Wemb";
    if (tied && n->source_size != n->target_size) {
        FAIL(l, "one embedding for vocabularies of %zu and %zu words", n->source_size, n->target_size);
        return false;
    }
    if (!embedding(l, &n->target, target, n->target_size) || !output(l, target)) {
        return false;
    }
    if (tied) {
        n->source = n->target;
    } else if (!embedding(l, &n->source, "encoder_Wemb", n->source_size)) {
        return false;
    }
    for (unsigned i = 0; i < n->size.encoder_layers; i++) {
        if (!encoder_layer(l, &n->encoder[i], i + 1)) {
            return false;
        }
    }
    for (unsigned i = 0; i < n->size.decoder_layers; i++) {
        if (!decoder_layer(l, &n->decoder[i], i + 1)) {
            return false;
        }
    }
    return positions(l);
}

static bool reserve(struct network *n, size_t bytes) {
    const size_t huge = (size_t)2 << 20;
    bytes = (bytes + huge - 1) & ~(huge - 1);
    n->mapping_size = bytes + huge;
    void *p = mmap(NULL, n->mapping_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        return false;
    }
    n->mapping = p;
    n->block = (char *)(((uintptr_t)p + huge - 1) & ~(uintptr_t)(huge - 1));
    n->block_size = bytes;
    madvise(n->block, bytes, MADV_HUGEPAGE); /* a wish; without it the network is only slower */
    return true;
}

void network_free(struct network *n) {
    if (!n) {
        return;
    }
    if (n->mapping) {
        munmap(n->mapping, n->mapping_size);
    }
    free(n->encoder);
    free(n->decoder);
    free(n);
}

enum err_code network_load(struct network **out, struct str bytes, bool mapped, const struct nmt_kernel *kernel,
                           const char *name, struct err *err) {
    struct err inner = {0};
    struct arena a;
    struct loader l = {.name = name, .err = &inner, .mapped = mapped};
    arena_init(&a, (size_t)16 << 20);
    enum err_code code = ERR_NO_MEMORY;
    l.n = calloc(1, sizeof *l.n);
    if (!l.n) {
        goto done;
    }
    l.n->kernel = kernel;
    code = container_open(&l.c, &a, bytes, name, &inner);
    if (code != ERR_OK) {
        goto done;
    }
    code = ERR_MODEL;
    if (!settings(&l)) {
        goto done;
    }
    code = ERR_NO_MEMORY;
    l.n->encoder = calloc(l.n->size.encoder_layers, sizeof *l.n->encoder);
    l.n->decoder = calloc(l.n->size.decoder_layers, sizeof *l.n->decoder);
    if (!l.n->encoder || !l.n->decoder || !reserve(l.n, bytes_needed(&l))) {
        goto done;
    }
    code = load_all(&l) ? ERR_OK : ERR_MODEL;
done:
    if (code != ERR_OK) {
        network_free(l.n);
        if (inner.code == ERR_OK) {
            err_set_in(&inner, code, name, 0, 0, "no memory for the model");
        }
        if (err && err->code == ERR_OK) {
            *err = inner;
        }
        code = inner.code;
    } else {
        *out = l.n;
    }
    arena_release(&a);
    return code;
}

size_t network_source_size(const struct network *n) {
    return n->source_size;
}

size_t network_target_size(const struct network *n) {
    return n->target_size;
}

size_t network_memory(const struct network *n) {
    return n->block_used;
}

struct network_size network_size(const struct network *n) {
    return n->size;
}

const char *network_kernel(const struct network *n) {
    return n->kernel->name;
}
