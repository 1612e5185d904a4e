/* ner.c - see ner.h. A sentence at a time: weights of its features, the best labels, posteriors of the names found. Where a
 * token's own weights leave no doubt that it stands outside all names, the chain is cut: most tokens never enter one. */
#include "core/ner/ner.h"

#include "core/base/file.h"
#include "core/ner/crf.h"
#include "core/ner/features.h"

#include "core/base/banned.h"

/* A piece of a chain begins and ends where its sentence does or beside a token outside. */
enum cut { CUT_BEFORE = 1, CUT_BEHIND = 2 };

struct ner_lang {
    bool found;
    struct ner_model model;
    struct crf_trans trans[4]; /* by the bits of enum cut */
};

struct ner {
    const struct kb *kb;
    struct ner_lang langs[LANG_MAX];
};

static const enum ng_type public_type[NER_TYPES] = {NG_PERSON, NG_ORGANIZATION, NG_LOCATION, NG_PRODUCT, NG_EVENT_NAME};

static void init_trans(struct ner_lang *lang) {
    const struct ner_model *m = &lang->model;
    float start[NER_LABELS], end[NER_LABELS];
    for (int cut = 0; cut < 4; cut++) {
        for (int l = 0; l < NER_LABELS; l++) {
            start[l] = cut & CUT_BEFORE ? m->trans[NER_OUT * NER_LABELS + l] : m->start[l];
            end[l] = cut & CUT_BEHIND ? m->trans[l * NER_LABELS + NER_OUT] : m->end[l];
        }
        crf_trans_init(&lang->trans[cut], m->trans, start, end);
        lang->trans[cut].least = 1e-12f; /* nothing that a float would show */
    }
}

static enum err_code load_model(struct ner_lang *lang, const char *path, struct err *err) {
    enum err_code code = ner_model_open(&lang->model, path, err);
    if (code == ERR_OK) {
        init_trans(lang);
        lang->found = true;
    }
    return code;
}

static struct ner *ner_new(struct arena *a, const struct kb *kb, struct err *err) {
    struct ner *n = ARENA_NEW(a, struct ner);
    if (!n) {
        err_set(err, ERR_NO_MEMORY, "no memory for the recogniser");
        return NULL;
    }
    n->kb = kb;
    return n;
}

enum err_code ner_load(struct ner **out, struct arena *a, const char *data_dir, const struct langs *l,
                       const struct kb *kb, struct err *err) {
    (void)data_dir;
    enum err_code code = ERR_OK;
    struct ner *n = ner_new(a, kb, err);
    if (!n) {
        return ERR_NO_MEMORY;
    }
    *out = n;
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        struct str path = arena_printf(a, "%.*s/ner.bin", STR_ARG(l->items[i].folder));
        if (!path.p) {
            return err_set(err, ERR_NO_MEMORY, "no memory for a path");
        }
        code = file_exists(path.p) ? load_model(&n->langs[i], path.p, err) : ERR_OK;
    }
    return code;
}

enum err_code ner_load_file(struct ner **out, struct arena *a, const char *path, int lang, const struct kb *kb,
                            struct err *err) {
    *out = ner_new(a, kb, err);
    return *out ? load_model(&(*out)->langs[lang], path, err) : ERR_NO_MEMORY;
}

void ner_release(struct ner *n) {
    for (int i = 0; i < LANG_MAX; i++) {
        if (n->langs[i].found) {
            ner_model_close(&n->langs[i].model);
            n->langs[i].found = false;
        }
    }
}

/* ---- tagging ---- */

/* By how much, in log weight, outside must lead for a cut: a mistake once in some thousands at most. */
#define SURE 8.0f

struct tagger {
    const struct ner_lang *lang;
    struct doc *d;
    struct ner_atom *atoms;
    struct crf *crf;
    bool *taken; /* [tok_count] inside a value */
    size_t cap;  /* of doc.names */
};

/* Weights of the labels at token i. Returns false where there is no doubt that it is outside. */
static bool fill_score(const struct tagger *t, const struct sent *s, uint32_t i, float *score) {
    const struct ner_model *m = &t->lang->model;
    uint64_t keys[NER_FEATURES];
    int16_t sum[NER_ROW] = {0};
    if (t->taken[i]) {
        return false;
    }
    size_t lexical, listed, n = ner_features(t->atoms, s->first, s->last, i, keys, &lexical, &listed);
    ner_model_add(m, keys, n, sum);
    int16_t most = sum[1];
    for (int l = 0; l < NER_LABELS; l++) {
        score[l] = (float)sum[l] * m->scale;
        most = l > 0 && sum[l] > most ? sum[l] : most;
    }
    return (float)(sum[NER_OUT] - most) * m->scale < SURE;
}

static void add_name(struct tagger *t, uint32_t first, uint32_t last, int type, float p) {
    struct doc *d = t->d;
    struct mention m = {.start = d->toks[first].start, .end = d->toks[last - 1].end, .first = first, .last = last,
                        .type = public_type[type], .confidence = ner_model_calibrate(&t->lang->model, p)};
    ARENA_PUSH(d->a, d->names, d->name_count, t->cap) = m;
}

/* Tokens [first, last), at most CRF_TOKENS, whose scores are in t->crf. */
static void tag_piece(struct tagger *t, uint32_t first, uint32_t last, unsigned cut) {
    uint8_t labels[CRF_TOKENS];
    const struct crf_trans *trans = &t->lang->trans[cut];
    size_t n = last - first;
    bool any = false;
    crf_best(t->crf, trans, n, labels);
    for (size_t i = 0; i < n; i++) {
        any = any || labels[i] != NER_OUT;
    }
    if (!any) {
        return;
    }
    crf_sum(t->crf, trans, n);
    for (size_t i = 0; i < n; i++) {
        if (labels[i] == NER_OUT) {
            continue;
        }
        size_t to = i + 1;
        int type = ner_label_type(labels[i]);
        while (to < n && !ner_opens(labels[to])) {
            to++;
        }
        add_name(t, first + (uint32_t)i, first + (uint32_t)to, type, crf_span(t->crf, trans, n, i, to, type));
        i = to - 1;
    }
}

static void tag_sentence(struct tagger *t, const struct sent *s) {
    uint32_t first = s->first;
    for (uint32_t i = s->first; i < s->last; i++) {
        bool open = fill_score(t, s, i, t->crf->score[i - first]);
        bool full = open && i + 1 - first == CRF_TOKENS;
        uint32_t end = open ? i + 1 : i;
        if (open && !full && i + 1 < s->last) {
            continue;
        }
        if (end > first) {
            unsigned cut = (first > s->first ? CUT_BEFORE : 0u) | (end < s->last ? CUT_BEHIND : 0u);
            tag_piece(t, first, end, cut);
        }
        first = i + 1;
    }
}

enum err_code ner_tag(const struct ner *n, struct doc *d, struct err *err) {
    struct tagger t = {.lang = &n->langs[d->lang], .d = d};
    if (!t.lang->found || d->tok_count == 0) {
        return ERR_OK;
    }
    t.atoms = ner_atoms(&t.lang->model, n->kb, d);
    t.crf = ARENA_NEW(d->a, struct crf);
    t.taken = ARENA_ARRAY(d->a, d->tok_count, bool);
    if (!t.atoms || !t.crf || !t.taken) {
        return err_set(err, ERR_NO_MEMORY, "no memory to find names");
    }
    for (size_t v = 0; v < d->value_count; v++) {
        for (uint32_t i = d->values[v].first; i < d->values[v].last; i++) {
            t.taken[i] = true;
        }
    }
    for (size_t s = 0; s < d->sent_count; s++) {
        tag_sentence(&t, &d->sents[s]);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the names") : ERR_OK;
}
