/* learn.c - see learn.h */
#include "tools/train/learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/cleanup.h"
#include "core/ner/again.h"
#include "core/ner/crf.h"

#include "core/base/banned.h"

void *learn_grow(void *p, size_t *cap, size_t need, size_t size) {
    if (need > *cap) {
        *cap = need * 2 > 1024 ? need * 2 : 1024;
        p = realloc(p, *cap * size);
        if (!p) {
            fprintf(stderr, "ner_train: out of memory\n");
            exit(1);
        }
    }
    return p;
}

/* ---- samples: sentences as feature ids ---- */

enum { FOLDS = 4, ALL_FOLDS = FOLDS };

struct sample {
    uint32_t n;        /* tokens */
    size_t at;         /* first of its tokens in samples.tokens */
    float weight;
    uint32_t apart; /* number of the set whose own ways are learned apart, plus one; 0: none */
    uint32_t first, doc, fold; /* its first token in the document, the document's number, which of the first models may not see it */
};

struct token {
    size_t at;           /* first key */
    uint16_t n, lexical, listed; /* keys; see ner_features */
    uint32_t mask;
};

struct samples {
    struct sample *items;
    size_t n, cap;
    struct token *tokens;
    size_t token_count, token_cap;
    uint64_t *keys; /* then ids */
    size_t key_count, key_cap;
    uint32_t *ids;
    uint32_t docs;
    uint32_t apart; /* of the set being read */
    bool alone;
};

/* What the first models found in the documents that they have not seen. */
struct first_names {
    struct ner_found *items;
    size_t *from; /* [docs + 1] first of a document's */
};

static void add_sample(struct samples *s, const struct ner_atom *atoms, const uint32_t *masks, uint32_t first, uint32_t last,
                       float weight, uint32_t fold) {
    uint64_t keys[2 * NER_FEATURES];
    s->items = learn_grow(s->items, &s->cap, s->n + 1, sizeof *s->items);
    s->items[s->n++] = (struct sample){last - first, s->token_count, weight, s->apart, first, s->docs, fold};
    for (uint32_t i = first; i < last; i++) {
        size_t lexical, listed, n = ner_features(atoms, first, last, i, keys, &lexical, &listed);
        if (s->alone) {
            n = ner_features_alone(keys, n);
            lexical *= 2;
            listed *= 2;
        }
        s->tokens = learn_grow(s->tokens, &s->token_cap, s->token_count + 1, sizeof *s->tokens);
        s->tokens[s->token_count++] = (struct token){s->key_count, (uint16_t)n, (uint16_t)lexical, (uint16_t)listed, masks[i]};
        s->keys = learn_grow(s->keys, &s->key_cap, s->key_count + n, sizeof *s->keys);
        memcpy(s->keys + s->key_count, keys, n * sizeof *keys);
        s->key_count += n;
    }
}

/* names: NULL for the first reading. copied: documents after which a corpus of copies begins again. */
static enum err_code make_samples(const struct setup *s, const struct corpus *c, const struct ner_model *m, const struct first_names *names,
                                  size_t copied, struct samples *out, struct err *err) {
    AUTO_ARENA a;
    size_t lost = 0, golds = 0, number = 0;
    arena_init(&a, (size_t)1 << 30);
    for (size_t from = 0, to; from < c->n; from = to) {
        to = corpus_end(c, from);
        struct doc d;
        uint32_t *starts;
        arena_reset(&a);
        enum err_code code = corpus_doc(c, from, to, &s->p, &a, &d, &starts, err);
        struct ner_atom *atoms = code ? NULL : ner_atoms(m, s->p.kb, &d);
        uint32_t *masks = code ? NULL : corpus_masks(c, from, to, &d, starts, &lost);
        if (!atoms || !masks) {
            return code ? code : err_set(err, ERR_NO_MEMORY, "no memory for a document");
        }
        if (names && !ner_mark_found(atoms, &d, names->items + names->from[out->docs], names->from[out->docs + 1] - names->from[out->docs])) {
            return err_set(err, ERR_NO_MEMORY, "no memory for a document");
        }
        uint32_t fold = (uint32_t)((copied ? number % copied : number) % FOLDS);
        number++;
        for (size_t k = 0; k < d.sent_count; k++) {
            uint32_t n = d.sents[k].last - d.sents[k].first;
            add_sample(out, atoms, masks, d.sents[k].first, d.sents[k].first + (n < CRF_TOKENS ? n : CRF_TOKENS), c->weight, fold);
        }
        out->docs++;
    }
    for (size_t i = 0; i < c->n; i++) {
        golds += c->items[i].n;
    }
    fprintf(stderr, "%.*s: %zu sentences, %zu names, %zu not on token bounds\n", STR_ARG(c->name), c->n, golds, lost);
    return ERR_OK;
}

/* ---- the table of features ---- */

static const uint32_t NO_ID = UINT32_MAX;

struct table {
    uint64_t *keys;   /* [cap] 0: free */
    uint32_t *counts; /* then ids */
    size_t cap, n;
};

static uint32_t *table_at(struct table *t, uint64_t key) {
    key = key ? key : 1;
    size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (t->cap - 1);
    while (t->keys[i] && t->keys[i] != key) {
        i = (i + 1) & (t->cap - 1);
    }
    if (!t->keys[i]) {
        t->keys[i] = key;
        t->n++;
    }
    return &t->counts[i];
}

static void number_features(struct samples *s, size_t min_count, uint64_t **id_keys, size_t *id_count) {
    struct table t = {.cap = 1 << 20};
    while (t.cap < s->key_count / 2) {
        t.cap *= 2;
    }
    t.keys = calloc(t.cap, sizeof *t.keys);
    t.counts = calloc(t.cap, sizeof *t.counts);
    s->ids = malloc(s->key_count * sizeof *s->ids);
    if (!t.keys || !t.counts || !s->ids) {
        fprintf(stderr, "ner_train: out of memory\n");
        exit(1);
    }
    for (size_t i = 0; i < s->key_count; i++) {
        ++*table_at(&t, s->keys[i]);
        if (t.n * 10 > t.cap * 9) {
            fprintf(stderr, "ner_train: table too small\n");
            exit(1);
        }
    }
    *id_keys = calloc(t.n + 1, sizeof **id_keys);
    *id_count = 0;
    for (size_t i = 0; i < t.cap && *id_keys; i++) {
        if (t.keys[i] && t.counts[i] >= min_count) {
            (*id_keys)[*id_count] = t.keys[i];
            t.counts[i] = (uint32_t)(*id_count)++;
        } else if (t.keys[i]) {
            t.counts[i] = NO_ID;
        }
    }
    for (size_t i = 0; i < s->key_count; i++) {
        s->ids[i] = *table_at(&t, s->keys[i]);
    }
    free(t.keys);
    free(t.counts);
    free(s->keys);
    s->keys = NULL;
}

/* ---- training ---- */

/* Weights that one set's samples have besides: they take up what only that set calls names, and are thrown away.
 * Source: Daume 2007 (each feature for all, and again for each domain). */
struct apart {
    float (*w)[NER_ROW], (*g)[NER_ROW];
};

enum { APART = 16 };

struct weights {
    size_t n;
    float (*w)[NER_ROW], (*g)[NER_ROW], (*sum)[NER_ROW];
    struct apart apart[APART];
    float trans[NER_LABELS * NER_LABELS], trans_g[NER_LABELS * NER_LABELS], trans_sum[NER_LABELS * NER_LABELS];
    float start[NER_LABELS], end[NER_LABELS];
    bool *kept;
};

struct trainer {
    const struct options *o;
    struct samples *s;
    struct weights *w;
    struct crf *full, *gold;
    struct crf_trans trans;
    uint64_t random;
    int pairs[NER_LABELS * NER_LABELS]; /* from * NER_LABELS + to: the transitions that are possible */
    size_t pair_count;
};

static uint64_t draw(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 11;
}

static bool chance(uint64_t *state, double p) {
    return p > 0 && (double)(draw(state) % 1000000) < p * 1e6;
}

static void add_to(float *to, const float *from) {
    for (int l = 0; l < NER_ROW; l++) {
        to[l] += from[l];
    }
}

static void step_row(float *w, float *g, const float *grad, float rate, float l2) {
    for (int l = 0; l < NER_ROW; l++) {
        float d = grad[l] - l2 * w[l];
        g[l] += d * d;
        w[l] += rate * d / sqrtf(g[l] + 1e-8f);
    }
}

/* Posterior of a label at token i and another at the next. */
static inline float passes(const struct crf *c, const struct crf_trans *t, size_t i, int a, int b, float end) {
    return c->alpha[i][a] * t->trans[a * NER_LABELS + b] * c->gain[i + 1][b] * c->beta[i + 1][b] * end / c->factor[i + 1];
}

static double step(struct trainer *t, const struct sample *x) {
    const struct samples *s = t->s;
    struct weights *w = t->w;
    const struct apart *own = x->apart ? &w->apart[x->apart - 1] : NULL;
    uint32_t from[CRF_TOKENS], to[CRF_TOKENS]; /* keys not hidden */
    if (x->n == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        const struct token *tok = &s->tokens[x->at + i];
        float row[NER_ROW] = {0};
        from[i] = chance(&t->random, t->o->drop) ? tok->lexical : 0;
        to[i] = chance(&t->random, t->o->unlist) ? tok->listed : tok->n;
        for (uint32_t k = from[i]; k < to[i]; k++) {
            uint32_t id = s->ids[tok->at + k];
            if (id != NO_ID) {
                add_to(row, w->w[id]);
            }
            if (id != NO_ID && own) {
                add_to(row, own->w[id]);
            }
        }
        memcpy(t->full->score[i], row, sizeof row);
        for (int l = 0; l < NER_LABELS; l++) {
            t->gold->score[i][l] = tok->mask >> l & 1 ? row[l] : -1e9f;
        }
    }
    crf_trans_init(&t->trans, w->trans, w->start, w->end);
    double loss = crf_sum(t->full, &t->trans, x->n) - crf_sum(t->gold, &t->trans, x->n);
    float rate = (float)t->o->rate, l2 = (float)t->o->l2;
    float grad_trans[NER_LABELS * NER_LABELS] = {0};
    for (uint32_t i = 0; i < x->n; i++) {
        const struct token *tok = &s->tokens[x->at + i];
        float grad[NER_ROW] = {0};
        float most = 0;
        for (int l = 0; l < NER_LABELS; l++) {
            grad[l] = crf_marginal(t->gold, i, l) - crf_marginal(t->full, i, l);
            most = fabsf(grad[l]) > most ? fabsf(grad[l]) : most;
        }
        for (size_t p = 0; i + 1 < x->n && p < t->pair_count; p++) {
            int from_label = t->pairs[p] / NER_LABELS, to_label = t->pairs[p] % NER_LABELS;
            float end = i + 2 == x->n ? t->trans.end[to_label] : 1;
            grad_trans[t->pairs[p]] += passes(t->gold, &t->trans, i, from_label, to_label, end) - passes(t->full, &t->trans, i, from_label, to_label, end);
        }
        if (most < 1e-4f) {
            continue;
        }
        for (uint32_t k = from[i]; k < to[i]; k++) {
            uint32_t id = s->ids[tok->at + k];
            if (id != NO_ID) {
                step_row(w->w[id], w->g[id], grad, rate, l2);
            }
            if (id != NO_ID && own) {
                step_row(own->w[id], own->g[id], grad, rate, l2);
            }
        }
    }
    for (size_t p = 0; p < t->pair_count; p++) {
        int ab = t->pairs[p];
        w->trans_g[ab] += grad_trans[ab] * grad_trans[ab];
        w->trans[ab] += rate * grad_trans[ab] / sqrtf(w->trans_g[ab] + 1e-8f);
    }
    return loss;
}

static void train_rounds(struct trainer *t, size_t rounds, size_t averaged, uint32_t fold) {
    struct samples *s = t->s;
    struct weights *w = t->w;
    uint32_t *order = malloc((s->n + 1) * sizeof *order);
    memset(w->sum, 0, w->n * sizeof *w->sum);
    memset(w->trans_sum, 0, sizeof w->trans_sum);
    for (size_t i = 0; i < s->n && order; i++) {
        order[i] = (uint32_t)i;
    }
    for (size_t r = 0; r < rounds && order; r++) {
        double loss = 0;
        clock_t before = clock();
        for (size_t i = s->n; i > 1; i--) {
            size_t k = (size_t)draw(&t->random) % i;
            uint32_t swap = order[i - 1];
            order[i - 1] = order[k];
            order[k] = swap;
        }
        for (size_t i = 0; i < s->n; i++) {
            const struct sample *x = &s->items[order[i]];
            size_t times = x->fold == fold ? 0 : (size_t)x->weight;
            times += x->fold != fold && chance(&t->random, (double)x->weight - (double)times) ? 1 : 0;
            for (size_t k = 0; k < times; k++) {
                loss += step(t, x);
            }
        }
        if (r + averaged >= rounds) {
            for (size_t i = 0; i < w->n; i++) {
                add_to(w->sum[i], w->w[i]);
            }
            for (int ab = 0; ab < NER_LABELS * NER_LABELS; ab++) {
                w->trans_sum[ab] += w->trans[ab];
            }
        }
        fprintf(stderr, "round %zu: loss %.4f a token, %.1f s\n", r + 1, loss / (double)s->token_count,
                (double)(clock() - before) / CLOCKS_PER_SEC);
    }
    for (size_t i = 0; i < w->n && averaged; i++) {
        for (int l = 0; l < NER_ROW; l++) {
            w->w[i][l] = w->sum[i][l] / (float)averaged;
        }
    }
    for (int ab = 0; ab < NER_LABELS * NER_LABELS && averaged; ab++) {
        w->trans[ab] = w->trans_sum[ab] / (float)averaged;
    }
    free(order);
}

/* ---- keeping the heaviest ---- */

struct heavy {
    float weight;
    uint32_t id;
};

static int by_weight(const void *x, const void *y) {
    const struct heavy *a = x, *b = y;
    return a->weight != b->weight ? (a->weight < b->weight ? 1 : -1) : (a->id > b->id) - (a->id < b->id);
}

static void keep_heaviest(struct trainer *t, size_t keep) {
    struct weights *w = t->w;
    struct heavy *list = malloc((w->n + 1) * sizeof *list);
    uint32_t *counts = calloc(w->n + 1, sizeof *counts);
    for (size_t i = 0; i < t->s->key_count && counts; i++) {
        counts[t->s->ids[i] == NO_ID ? w->n : t->s->ids[i]]++;
    }
    for (size_t i = 0; i < w->n && list && counts; i++) {
        float most = 0;
        for (int l = 0; l < NER_LABELS; l++) {
            most = fabsf(w->w[i][l]) > most ? fabsf(w->w[i][l]) : most;
        }
        list[i] = (struct heavy){most * log2f(1 + (float)counts[i]), (uint32_t)i};
    }
    qsort(list, w->n, sizeof *list, by_weight);
    for (size_t i = 0; i < w->n; i++) {
        w->kept[list[i].id] = i < keep && list[i].weight > 0;
        if (!w->kept[list[i].id]) {
            memset(w->w[list[i].id], 0, sizeof *w->w);
        }
    }
    for (size_t i = 0; i < t->s->key_count; i++) {
        if (t->s->ids[i] != NO_ID && !w->kept[t->s->ids[i]]) {
            t->s->ids[i] = NO_ID;
        }
    }
    free(list);
    free(counts);
}

/* ---- the first reading ---- */

static enum err_code new_weights(struct weights *w, size_t n, const struct samples *s, struct err *err) {
    *w = (struct weights){.n = n};
    for (size_t i = 0; i < s->n; i++) {
        struct apart *own = s->items[i].apart ? &w->apart[s->items[i].apart - 1] : NULL;
        if (own && !own->w) {
            own->w = calloc(n + 1, sizeof *own->w);
            own->g = calloc(n + 1, sizeof *own->g);
            if (!own->w || !own->g) {
                return err_set(err, ERR_NO_MEMORY, "no memory for the weights");
            }
        }
    }
    w->w = calloc(n + 1, sizeof *w->w);
    w->g = calloc(n + 1, sizeof *w->g);
    w->sum = calloc(n + 1, sizeof *w->sum);
    w->kept = calloc(n + 1, sizeof *w->kept);
    return w->w && w->g && w->sum && w->kept ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the weights");
}

static void free_weights(struct weights *w) {
    for (int i = 0; i < APART; i++) {
        free(w->apart[i].w);
        free(w->apart[i].g);
    }
    free(w->w);
    free(w->g);
    free(w->sum);
    free(w->kept);
}

static void free_samples(struct samples *s) {
    free(s->items);
    free(s->tokens);
    free(s->ids);
}

static enum err_code all_samples(const struct setup *s, const struct ner_model *base, const struct first_names *names, struct samples *out, struct err *err) {
    enum err_code code = ERR_OK;
    size_t articles = 0;
    for (size_t i = 0; i < s->train_count && code == ERR_OK; i++) {
        const struct corpus *c = &s->train[i];
        for (size_t k = 0; k < c->n && str_eqz(c->name, "news"); k++) {
            articles += c->items[k].opens;
        }
        out->alone = c->alone;
        out->apart = c->apart && i < APART ? (uint32_t)i + 1 : 0;
        code = c->weight > 0 ? make_samples(s, c, base, names, str_eqz(c->name, "copies") ? articles : 0, out, err) : ERR_OK;
    }
    return code;
}

/* The names of sample x as the weights have it. */
struct first_name {
    uint32_t doc;
    struct ner_found found;
};

struct first_list {
    struct first_name *items;
    size_t n, cap;
};

static void find_names(struct trainer *t, const struct sample *x, struct first_list *out) {
    uint8_t labels[CRF_TOKENS];
    for (uint32_t i = 0; i < x->n; i++) {
        const struct token *tok = &t->s->tokens[x->at + i];
        memset(t->full->score[i], 0, sizeof t->full->score[i]);
        for (uint32_t k = 0; k < tok->n; k++) {
            if (t->s->ids[tok->at + k] != NO_ID) {
                add_to(t->full->score[i], t->w->w[t->s->ids[tok->at + k]]);
            }
        }
    }
    crf_best(t->full, &t->trans, x->n, labels);
    crf_sum(t->full, &t->trans, x->n);
    for (uint32_t i = 0, to; i < x->n; i = to) {
        int type = ner_label_type(labels[i]);
        for (to = i + 1; labels[i] != NER_OUT && to < x->n && !ner_opens(labels[to]); to++) {
        }
        if (labels[i] != NER_OUT) {
            out->items = learn_grow(out->items, &out->cap, out->n + 1, sizeof *out->items);
            out->items[out->n++] = (struct first_name){x->doc, {x->first + i, x->first + to, type, crf_span(t->full, &t->trans, x->n, i, to, type)}};
        }
    }
}

static int by_doc(const void *x, const void *y) {
    const struct first_name *a = x, *b = y;
    return a->doc != b->doc ? (a->doc > b->doc) - (a->doc < b->doc) : (a->found.first > b->found.first) - (a->found.first < b->found.first);
}

enum { FIRST_ROUNDS = 5 };

/* Each document is read by a model that has not learned from it. */
static enum err_code first_reading(struct trainer *t, struct first_names *out, struct err *err) {
    struct first_list list = {0};
    enum err_code code = ERR_OK;
    for (uint32_t fold = 0; fold < FOLDS && code == ERR_OK; fold++) {
        struct weights w;
        code = new_weights(&w, t->w->n, t->s, err);
        struct trainer one = *t;
        one.w = &w;
        if (code == ERR_OK) {
            train_rounds(&one, FIRST_ROUNDS, 2, fold);
            crf_trans_init(&one.trans, w.trans, w.start, w.end);
        }
        for (size_t i = 0; i < t->s->n && code == ERR_OK; i++) {
            if (t->s->items[i].fold == fold && t->s->items[i].n) {
                find_names(&one, &t->s->items[i], &list);
            }
        }
        free_weights(&w);
    }
    qsort(list.items, list.n, sizeof *list.items, by_doc);
    out->items = malloc((list.n + 1) * sizeof *out->items);
    out->from = malloc((t->s->docs + 1) * sizeof *out->from);
    if (code != ERR_OK || !out->items || !out->from) {
        return code ? code : err_set(err, ERR_NO_MEMORY, "no memory for the names");
    }
    for (size_t i = 0, doc = 0; doc <= t->s->docs; doc++) {
        out->from[doc] = i;
        for (; i < list.n && list.items[i].doc == doc; i++) {
            out->items[i] = list.items[i].found;
        }
    }
    free(list.items);
    return ERR_OK;
}

/* ---- the file ---- */

static uint64_t round8(uint64_t n) {
    return (n + 7) & ~(uint64_t)7;
}

static bool put(FILE *f, const void *p, size_t n) {
    static const char zeros[8];
    return fwrite(p, 1, n, f) == n && fwrite(zeros, 1, round8(n) - n, f) == round8(n) - n;
}

static enum err_code write_model(const char *path, const struct weights *w, const uint64_t *keys, const struct ner_model *base,
                                 const struct calibration *cal, struct err *err) {
    size_t kept = 0;
    float most = 0;
    for (size_t i = 0; i < w->n; i++) {
        kept += w->kept[i];
        for (int l = 0; l < NER_LABELS; l++) {
            most = w->kept[i] && fabsf(w->w[i][l]) > most ? fabsf(w->w[i][l]) : most;
        }
    }
    struct ner_header h = {.magic = "NUTGNER", .version = NER_VERSION, .features = NER_FEATURE_SET, .labels = NER_LABELS,
                           .row = NER_ROW, .slots = ner_table_slots(kept), .word_slots = base->word_slots, .scale = most / 127, .knots = cal->n,
                           .traits = base->traits};
    h.size = ner_model_size(h.slots, h.word_slots);
    AUTO_FREE uint16_t *prints = calloc(h.slots, sizeof *prints);
    AUTO_FREE int8_t *rows = calloc(h.slots, NER_ROW);
    AUTO_FILE f = fopen(path, "wb");
    if (!f || !prints || !rows) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot write");
    }
    for (size_t i = 0; i < w->n; i++) {
        if (!w->kept[i]) {
            continue;
        }
        uint32_t at = ner_table_place(prints, h.slots, keys[i]);
        prints[at] = ner_print(keys[i]);
        for (int l = 0; l < NER_LABELS; l++) {
            rows[(size_t)at * NER_ROW + (size_t)l] = (int8_t)lrintf(w->w[i][l] / h.scale);
        }
    }
    float numbers[NER_LABELS * NER_LABELS + 2 * NER_LABELS];
    memcpy(numbers, w->trans, sizeof w->trans);
    memcpy(numbers + NER_LABELS * NER_LABELS, w->start, sizeof w->start);
    memcpy(numbers + NER_LABELS * NER_LABELS + NER_LABELS, w->end, sizeof w->end);
    float knots[2 * NER_KNOTS];
    memcpy(knots, cal->p, sizeof cal->p);
    memcpy(knots + NER_KNOTS, cal->c, sizeof cal->c);
    bool ok = put(f, &h, sizeof h) && put(f, numbers, sizeof numbers) && put(f, knots, sizeof knots) &&
              put(f, base->word_prints, base->word_slots * sizeof *base->word_prints) &&
              put(f, base->words, base->word_slots * sizeof *base->words) &&
              put(f, prints, h.slots * sizeof *prints) && put(f, rows, (size_t)h.slots * NER_ROW);
    fprintf(stderr, "%s: %zu features, heaviest %.2f, %.2f MB\n", path, kept, (double)most, (double)h.size / 1e6);
    return ok ? ERR_OK : err_set_in(err, ERR_IO, path, 0, 0, "cannot write");
}

/* ---- all of it ---- */

struct learned {
    struct ner_model base; /* the table of words and the traits */
    struct weights w;
    uint64_t *keys;
};

/* Fills samples, and the keys of their features. */
static enum err_code read_all(const struct setup *s, struct learned *l, const struct first_names *names, struct samples *out, struct err *err) {
    enum err_code code = all_samples(s, &l->base, names, out, err);
    if (code == ERR_OK) {
        number_features(out, s->o.min_count, &l->keys, &l->w.n);
    }
    return code;
}

static enum err_code read_twice(struct trainer *t, const struct setup *s, struct learned *l, struct err *err) {
    struct first_names names = {0};
    enum err_code code = first_reading(t, &names, err);
    free_samples(t->s);
    *t->s = (struct samples){0};
    free(l->keys);
    l->keys = NULL;
    l->base.traits |= NER_AGAIN;
    code = code ? code : read_all(s, l, &names, t->s, err);
    free(names.items);
    free(names.from);
    return code;
}

static enum err_code train(struct trainer *t, const struct setup *s, struct learned *l, struct err *err) {
    struct weights *w = &l->w;
    if (!t->full || !t->gold) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the chain");
    }
    enum err_code code = s->o.again == 1 ? read_twice(t, s, l, err) : ERR_OK;
    code = code ? code : new_weights(w, w->n, t->s, err);
    if (code != ERR_OK) {
        return code;
    }
    fprintf(stderr, "%u places for words, %zu tokens, %zu keys, %zu features\n", l->base.word_slots, t->s->token_count, t->s->key_count, w->n);
    train_rounds(t, s->o.rounds, s->o.rounds > 2 ? 2 : 0, ALL_FOLDS);
    keep_heaviest(t, s->o.slots);
    train_rounds(t, s->o.tune_rounds, s->o.tune_rounds, ALL_FOLDS);
    for (int a = 0; a < NER_LABELS; a++) { /* a name missed costs as much as a wrong one: the chain alone is too careful */
        w->trans[a * NER_LABELS + NER_OUT] -= (float)s->o.bias;
    }
    w->start[NER_OUT] -= (float)s->o.bias;
    return ERR_OK;
}

enum err_code learn(struct setup *s, struct learned **out, struct err *err) {
    struct learned *l = *out = ARENA_NEW(&s->a, struct learned);
    if (!l) {
        return err_set(err, ERR_NO_MEMORY, "no memory for what is learned");
    }
    l->base = (struct ner_model){.scale = 1, .traits = s->small ? NER_SMALL : 0};
    for (size_t i = 0; i < s->train_count; i++) {
        l->base.traits |= s->train[i].alone ? NER_ALONE : 0;
    }
    struct samples samples = {0};
    enum err_code code = words_table(s->words, &l->base, err);
    code = code ? code : read_all(s, l, NULL, &samples, err);
    struct trainer t = {.o = &s->o, .s = &samples, .w = &l->w, .full = malloc(sizeof(struct crf)), .gold = malloc(sizeof(struct crf)), .random = 88172645463325252u};
    for (int ab = 0; ab < NER_LABELS * NER_LABELS; ab++) {
        t.pairs[t.pair_count] = ab;
        t.pair_count += ner_follows(ab / NER_LABELS, ab % NER_LABELS);
    }
    code = code ? code : train(&t, s, l, err);
    free(t.full);
    free(t.gold);
    free_samples(&samples);
    return code;
}

enum err_code learned_write(const struct learned *l, const char *path, const struct calibration *cal, struct err *err) {
    return write_model(path, &l->w, l->keys, &l->base, cal, err);
}

void learned_free(struct learned *l) {
    if (l) {
        free_weights(&l->w);
        free(l->keys);
    }
}
