/* ner_train_main.c - trains and measures the recogniser.
 *
 *   ner_train train LANG [key=value ...]   writes data/lang/LANG/ner.bin (out=PATH: elsewhere)
 *   ner_train eval LANG [model=PATH]       strict span and type F1 on the dev sets of tools/train/ner.conf
 *   ner_train show LANG [n=20]             prints generated sentences
 *
 * The model is a conditional random field: unlike a perceptron it gives posteriors, which the confidences need, and it
 * takes partial labels, which sets without products and events need. AdaGrad, one sentence a step, order fixed by a
 * seed: the same data give the same file. After the first rounds the heaviest features are kept and trained on. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/cleanup.h"
#include "core/ner/crf.h"
#include "core/ner/features.h"
#include "core/base/utf8.h"
#include "core/ner/ner.h"
#include "tools/train/sets.h"

#include "core/base/banned.h"

/* ---- samples: sentences as feature ids ---- */

struct sample {
    uint32_t n;        /* tokens */
    size_t at;         /* first of its tokens in samples.tokens */
    float weight;
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
};

static void *grow(void *p, size_t *cap, size_t need, size_t size) {
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

static void add_sample(struct samples *s, const struct ner_atom *atoms, const uint32_t *masks, uint32_t first, uint32_t last,
                       float weight) {
    uint64_t keys[NER_FEATURES];
    s->items = grow(s->items, &s->cap, s->n + 1, sizeof *s->items);
    s->items[s->n++] = (struct sample){last - first, s->token_count, weight};
    for (uint32_t i = first; i < last; i++) {
        size_t lexical, listed, n = ner_features(atoms, first, last, i, keys, &lexical, &listed);
        s->tokens = grow(s->tokens, &s->token_cap, s->token_count + 1, sizeof *s->tokens);
        s->tokens[s->token_count++] = (struct token){s->key_count, (uint16_t)n, (uint16_t)lexical, (uint16_t)listed, masks[i]};
        s->keys = grow(s->keys, &s->key_cap, s->key_count + n, sizeof *s->keys);
        memcpy(s->keys + s->key_count, keys, n * sizeof *keys);
        s->key_count += n;
    }
}

static enum err_code make_samples(const struct setup *s, const struct corpus *c, const struct ner_model *m, struct samples *out,
                                  struct err *err) {
    AUTO_ARENA a;
    size_t lost = 0, golds = 0;
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
        for (size_t k = 0; k < d.sent_count; k++) {
            uint32_t n = d.sents[k].last - d.sents[k].first;
            add_sample(out, atoms, masks, d.sents[k].first, d.sents[k].first + (n < CRF_TOKENS ? n : CRF_TOKENS), c->weight);
        }
    }
    for (size_t i = 0; i < c->n; i++) {
        golds += c->items[i].n;
    }
    fprintf(stderr, "%.*s: %zu sentences, %zu names, %zu not on token bounds\n", STR_ARG(c->name), c->n, golds, lost);
    return ERR_OK;
}

/* ---- the table of features ---- */

enum { NO_ID = UINT32_MAX };

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

struct weights {
    size_t n;
    float (*w)[NER_ROW], (*g)[NER_ROW], (*sum)[NER_ROW];
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

static double step(struct trainer *t, const struct sample *x) {
    const struct samples *s = t->s;
    struct weights *w = t->w;
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
        if (i + 1 < x->n) {
            for (int a = 0; a < NER_LABELS; a++) {
                for (int b = 0; b < NER_LABELS; b++) {
                    int ab = a * NER_LABELS + b;
                    float end = i + 2 == x->n ? t->trans.end[b] : 1;
                    float pg = t->gold->alpha[i][a] * t->trans.trans[ab] * t->gold->gain[i + 1][b] * t->gold->beta[i + 1][b] * end / t->gold->factor[i + 1];
                    float pf = t->full->alpha[i][a] * t->trans.trans[ab] * t->full->gain[i + 1][b] * t->full->beta[i + 1][b] * end / t->full->factor[i + 1];
                    grad_trans[ab] += pg - pf;
                }
            }
        }
        if (most < 1e-4f) {
            continue;
        }
        for (uint32_t k = from[i]; k < to[i]; k++) {
            uint32_t id = s->ids[tok->at + k];
            if (id != NO_ID) {
                step_row(w->w[id], w->g[id], grad, rate, l2);
            }
        }
    }
    for (int ab = 0; ab < NER_LABELS * NER_LABELS; ab++) {
        if (ner_follows(ab / NER_LABELS, ab % NER_LABELS)) {
            w->trans_g[ab] += grad_trans[ab] * grad_trans[ab];
            w->trans[ab] += rate * grad_trans[ab] / sqrtf(w->trans_g[ab] + 1e-8f);
        }
    }
    return loss;
}

static void train_rounds(struct trainer *t, size_t rounds, size_t averaged) {
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
            if (x->weight >= 1 || chance(&t->random, (double)x->weight)) {
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

/* ---- the file ---- */

static uint64_t round8(uint64_t n) {
    return (n + 7) & ~(uint64_t)7;
}

static bool put(FILE *f, const void *p, size_t n) {
    static const char zeros[8];
    return fwrite(p, 1, n, f) == n && fwrite(zeros, 1, round8(n) - n, f) == round8(n) - n;
}

struct calibration {
    float p[NER_KNOTS], c[NER_KNOTS];
    uint32_t n;
};

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

/* ---- measuring ---- */

struct tally {
    size_t hit[NER_TYPES], found[NER_TYPES], gold[NER_TYPES];
};

struct guess {
    float p;
    bool right;
};

struct guesses {
    struct guess *items;
    size_t n, cap;
};

static bool is_gold(const struct corpus *c, size_t from, size_t to, const uint32_t *starts, uint32_t start, uint32_t end,
                    int type) {
    for (size_t i = from; i < to; i++) {
        for (size_t g = 0; g < c->items[i].n; g++) {
            const struct gold *x = &c->items[i].golds[g];
            if (starts[i - from] + x->start == start && starts[i - from] + x->end == end && x->type == type) {
                return true;
            }
        }
    }
    return false;
}

static int own_type(enum ng_type type) {
    return type == NG_PERSON ? NER_PERSON : type == NG_ORGANIZATION ? NER_ORGANIZATION : type == NG_LOCATION ? NER_LOCATION : type == NG_PRODUCT ? NER_PRODUCT : NER_EVENT;
}

static void report_miss(const struct setup *s, const struct doc *d, const struct sentence *x, const struct gold *g, uint32_t at) {
    static const char *const names[] = {"person", "organization", "location", "product", "event"};
    bool found = false;
    for (size_t i = 0; i < d->name_count && s->o.verbose; i++) {
        found = found || (text_input_start(&d->map, d->names[i].start) == at + g->start &&
                          text_input_end(&d->map, d->names[i].end) == at + g->end && own_type(d->names[i].type) == g->type);
    }
    if (s->o.verbose && !found) {
        uint32_t from = g->start > 60 ? g->start - 60 : 0;
        printf("MISSED %s %.*s\t... %.*s\n", names[g->type], STR_ARG(str_sub(x->text, g->start, g->end)), STR_ARG(str_sub(x->text, from, g->end + 40)));
    }
}

static enum err_code measure(const struct setup *s, const struct corpus *c, const struct ner *n, struct tally *t,
                             struct guesses *all, struct err *err) {
    AUTO_ARENA a;
    arena_init(&a, (size_t)1 << 30);
    for (size_t from = 0, to; from < c->n; from = to) {
        to = corpus_end(c, from);
        struct doc d;
        uint32_t *starts;
        arena_reset(&a);
        enum err_code code = corpus_doc(c, from, to, &s->p, &a, &d, &starts, err);
        code = code ? code : ner_tag(n, &d, err);
        if (code != ERR_OK) {
            return code;
        }
        for (size_t i = from; i < to; i++) {
            for (size_t g = 0; g < c->items[i].n; g++) {
                const struct gold *x = &c->items[i].golds[g];
                if (x->type < NER_TYPES) {
                    t->gold[x->type]++;
                    report_miss(s, &d, &c->items[i], x, starts[i - from]);
                }
            }
        }
        for (size_t i = 0; i < d.name_count; i++) {
            uint32_t start = text_input_start(&d.map, d.names[i].start), end = text_input_end(&d.map, d.names[i].end);
            int type = own_type(d.names[i].type);
            bool right = is_gold(c, from, to, starts, start, end, type);
            t->found[type]++;
            t->hit[type] += right;
            if (type <= NER_LOCATION) {
                all->items = grow(all->items, &all->cap, all->n + 1, sizeof *all->items);
                all->items[all->n++] = (struct guess){d.names[i].confidence, right};
            }
            if (s->o.verbose && !right && type <= NER_LOCATION) {
                printf("FALSE %s %.*s (%.2f)\n", ng_type_name(d.names[i].type), STR_ARG(doc_sub(&d, d.names[i].start, d.names[i].end)), (double)d.names[i].confidence);
            }
        }
    }
    return ERR_OK;
}

static double f1(size_t hit, size_t found, size_t gold) {
    return found + gold ? 2.0 * (double)hit / (double)(found + gold) : 0;
}

static void print_tally(struct str name, const struct tally *t) {
    size_t hit = 0, found = 0, gold = 0;
    for (int k = 0; k <= NER_LOCATION; k++) {
        hit += t->hit[k];
        found += t->found[k];
        gold += t->gold[k];
    }
    printf("%-18.*s F1 %.4f  P %.4f  R %.4f   PER %.3f ORG %.3f LOC %.3f   (%zu gold; %zu products, %zu events found)\n",
           STR_ARG(name), f1(hit, found, gold), found ? (double)hit / (double)found : 0, gold ? (double)hit / (double)gold : 0,
           f1(t->hit[0], t->found[0], t->gold[0]), f1(t->hit[1], t->found[1], t->gold[1]),
           f1(t->hit[2], t->found[2], t->gold[2]), gold, t->found[NER_PRODUCT], t->found[NER_EVENT]);
}

static int by_p(const void *x, const void *y) {
    float a = ((const struct guess *)x)->p, b = ((const struct guess *)y)->p;
    return (a > b) - (a < b);
}

/* Isotonic regression by pooling neighbours, thinned to the knots of the file. */
static void calibrate(struct guesses *g, struct calibration *cal) {
    enum { BINS = NER_KNOTS };
    double p[BINS], right[BINS], n[BINS];
    int blocks = 0;
    cal->n = 0;
    if (g->n < 20 * BINS) {
        return;
    }
    qsort(g->items, g->n, sizeof *g->items, by_p);
    for (int b = 0; b < BINS; b++) {
        size_t from = g->n * (size_t)b / BINS, to = g->n * (size_t)(b + 1) / BINS;
        p[blocks] = right[blocks] = 0;
        n[blocks] = (double)(to - from);
        for (size_t i = from; i < to; i++) {
            p[blocks] += (double)g->items[i].p;
            right[blocks] += g->items[i].right;
        }
        blocks++;
        while (blocks > 1 && right[blocks - 1] / n[blocks - 1] <= right[blocks - 2] / n[blocks - 2]) {
            p[blocks - 2] += p[blocks - 1];
            right[blocks - 2] += right[blocks - 1];
            n[blocks - 2] += n[blocks - 1];
            blocks--;
        }
    }
    for (int b = 0; b < blocks; b++) {
        float x = (float)(p[b] / n[b]), y = (float)(right[b] / n[b]);
        if (cal->n && x <= cal->p[cal->n - 1]) {
            continue;
        }
        cal->p[cal->n] = x;
        cal->c[cal->n++] = y;
    }
}

static enum err_code measure_all(const struct setup *s, const char *path, struct calibration *cal, struct err *err) {
    AUTO_ARENA a;
    struct ner *n;
    struct guesses all = {0};
    arena_init(&a, (size_t)1 << 30);
    enum err_code code = ner_load_file(&n, &a, path, s->p.lang, s->p.kb, err);
    for (size_t i = 0; i < s->dev_count && code == ERR_OK; i++) {
        struct tally t = {0};
        code = measure(s, &s->dev[i], n, &t, &all, err);
        print_tally(s->dev[i].name, &t);
    }
    if (code == ERR_OK) {
        size_t sure = 0, right = 0;
        for (size_t i = 0; i < all.n; i++) {
            sure += all.items[i].p >= 0.9f;
            right += all.items[i].p >= 0.9f && all.items[i].right;
        }
        printf("confidence >= 0.9: %zu of %zu names, %.3f of them right\n", sure, all.n, sure ? (double)right / (double)sure : 0);
        if (cal) {
            calibrate(&all, cal);
        }
        ner_release(n);
    }
    free(all.items);
    return code;
}

/* ---- commands ---- */

static enum err_code run_train(struct setup *s, struct err *err) {
    struct ner_model base = {.scale = 1, .traits = s->small ? NER_SMALL : 0}; /* the table of words, no weights yet */
    struct samples samples = {0};
    uint64_t *keys;
    enum err_code code = words_table(s->words, &base, err);
    for (size_t i = 0; i < s->train_count && code == ERR_OK; i++) {
        code = s->train[i].weight > 0 ? make_samples(s, &s->train[i], &base, &samples, err) : ERR_OK;
    }
    if (code != ERR_OK) {
        return code;
    }
    struct weights w = {0};
    number_features(&samples, s->o.min_count, &keys, &w.n);
    fprintf(stderr, "%u places for words, %zu tokens, %zu keys, %zu features\n", base.word_slots, samples.token_count, samples.key_count, w.n);
    w.w = calloc(w.n + 1, sizeof *w.w);
    w.g = calloc(w.n + 1, sizeof *w.g);
    w.sum = calloc(w.n + 1, sizeof *w.sum);
    w.kept = calloc(w.n + 1, sizeof *w.kept);
    struct trainer t = {.o = &s->o, .s = &samples, .w = &w, .full = malloc(sizeof(struct crf)), .gold = malloc(sizeof(struct crf)), .random = 88172645463325252u};
    if (!w.w || !w.g || !w.sum || !w.kept || !t.full || !t.gold) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the weights");
    }
    train_rounds(&t, s->o.rounds, s->o.rounds > 2 ? 2 : 0);
    keep_heaviest(&t, s->o.slots);
    train_rounds(&t, s->o.tune_rounds, s->o.tune_rounds);
    for (int a = 0; a < NER_LABELS; a++) { /* a name missed costs as much as a wrong one: the chain alone is too careful */
        w.trans[a * NER_LABELS + NER_OUT] -= (float)s->o.bias;
    }
    w.start[NER_OUT] -= (float)s->o.bias;
    struct calibration cal = {0};
    code = write_model(s->o.out, &w, keys, &base, &cal, err);
    code = code ? code : measure_all(s, s->o.out, &cal, err);
    code = code ? code : write_model(s->o.out, &w, keys, &base, &cal, err);
    free(w.w);
    free(w.g);
    free(w.sum);
    free(w.kept);
    free(keys);
    free(t.full);
    free(t.gold);
    free(samples.items);
    free(samples.tokens);
    free(samples.ids);
    return code;
}

static enum err_code run_show(struct setup *s, struct err *err) {
    (void)err;
    for (size_t i = 0; i < s->train_count; i++) {
        for (size_t k = 0; k < s->train[i].n && k < s->o.show && (str_eqz(s->train[i].name, "written") || str_eqz(s->train[i].name, "copies")); k++) {
            const struct sentence *x = &s->train[i].items[k];
            printf("%.*s\n", STR_ARG(x->text));
            for (size_t g = 0; g < x->n; g++) {
                printf("    %d %.*s\n", x->golds[g].type, STR_ARG(str_sub(x->text, x->golds[g].start, x->golds[g].end)));
            }
        }
    }
    return ERR_OK;
}

static bool set_option(struct options *o, struct str arg) {
    struct str value = arg, key = str_cut(&value, '=');
    struct {
        const char *key;
        double *number;
        size_t *size;
        const char **text;
    } table[] = {
        {"data", NULL, NULL, &o->data},   {"sets", NULL, NULL, &o->sets},       {"text", NULL, NULL, &o->text},
        {"conf", NULL, NULL, &o->conf},   {"out", NULL, NULL, &o->out},         {"model", NULL, NULL, &o->model},
        {"rate", &o->rate, NULL, NULL},   {"l2", &o->l2, NULL, NULL},           {"drop", &o->drop, NULL, NULL},
        {"rounds", NULL, &o->rounds, NULL}, {"tune", NULL, &o->tune_rounds, NULL}, {"features", NULL, &o->slots, NULL},
        {"min", NULL, &o->min_count, NULL}, {"times", NULL, &o->times, NULL},   {"n", NULL, &o->show, NULL},
        {"gen", &o->gen_weight, NULL, NULL}, {"news", &o->news_weight, NULL, NULL}, {"unlist", &o->unlist, NULL, NULL}, {"copies", NULL, &o->copies, NULL}, {"copy", &o->copy_weight, NULL, NULL}, {"bias", &o->bias, NULL, NULL}
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (str_eqz(key, table[i].key)) {
            if (table[i].text) {
                *table[i].text = value.p;
                return value.n > 0;
            }
            return table[i].number ? str_to_double(value, table[i].number) : str_to_size(value, table[i].size);
        }
    }
    return false;
}

int main(int argc, char **argv) {
    struct setup s = {.o = {.data = "data", .sets = "../shared/datasets/ner", .text = "tools/train/text", .conf = "tools/train/ner.conf",
                            .rate = 0.03, .l2 = 1e-5, .drop = 0.1, .rounds = SIZE_MAX, .tune_rounds = 3, .min_count = SIZE_MAX,
                            .times = 8, .show = 20, .gen_weight = 0.3, .news_weight = -1, .unlist = 0.1, .slots = SIZE_MAX, .copies = SIZE_MAX, .copy_weight = 0.3}};
    struct err err = {0};
    static const struct {
        const char *name;
        enum err_code (*run)(struct setup *s, struct err *err);
    } commands[] = {{"train", run_train}, {"show", run_show}};
    bool eval = argc > 2 && strcmp(argv[1], "eval") == 0;
    enum err_code (*run)(struct setup *, struct err *) = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && argc > 2; i++) {
        run = strcmp(argv[1], commands[i].name) == 0 ? commands[i].run : run;
    }
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            s.o.verbose = true;
        } else if (!set_option(&s.o, str_of(argv[i]))) {
            fprintf(stderr, "ner_train: not an option: %s\n", argv[i]);
            return 2;
        }
    }
    if (!run && !eval) {
        fprintf(stderr, "usage: ner_train train|eval|show LANG [key=value ...]\n");
        return 2;
    }
    s.o.lang = str_of(argv[2]);
    s.o.table = run != NULL;
    arena_init(&s.a, (size_t)4 << 30);
    enum err_code code = pipeline_init(&s.p, s.o.data, s.o.lang, &err);
    if (code == ERR_OK && !s.o.out) {
        s.o.out = arena_printf(&s.a, "%s/lang/%s/ner.bin", s.o.data, argv[2]).p;
    }
    code = code ? code : sets_read(&s, &err);
    code = code ? code : eval ? measure_all(&s, s.o.model ? s.o.model : s.o.out, NULL, &err) : run(&s, &err);
    if (code != ERR_OK) {
        char line[24] = "";
        if (err.line) {
            snprintf(line, sizeof line, ":%zu", err.line);
        }
        fprintf(stderr, "ner_train: %s%s%s%s\n", err.source, line, err.source[0] ? ": " : "", err.text);
    }
    pipeline_release(&s.p);
    arena_release(&s.a);
    return code == ERR_OK ? 0 : 1;
}
