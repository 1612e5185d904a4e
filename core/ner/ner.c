/* ner.c - see ner.h. A sentence at a time: weights of its features, the best labels, posteriors of the names found. */
#include "core/ner/ner.h"

#include "core/base/file.h"
#include "core/ner/crf.h"
#include "core/ner/features.h"

#include "core/base/banned.h"

struct ner_lang {
    bool found;
    struct ner_model model;
    struct crf_trans trans;
};

struct ner {
    const struct kb *kb;
    struct ner_lang langs[LANG_MAX];
};

static const enum ng_type public_type[NER_TYPES] = {NG_PERSON, NG_ORGANIZATION, NG_LOCATION, NG_PRODUCT, NG_EVENT_NAME};

static enum err_code load_model(struct ner_lang *lang, const char *path, struct err *err) {
    enum err_code code = ner_model_open(&lang->model, path, err);
    if (code == ERR_OK) {
        crf_trans_init(&lang->trans, lang->model.trans, lang->model.start, lang->model.end);
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

struct tagger {
    const struct ner_lang *lang;
    struct doc *d;
    struct ner_atom *atoms;
    struct crf *crf;
    bool *taken; /* [tok_count] inside a value */
    size_t cap;  /* of doc.names */
};

static void fill_scores(struct tagger *t, uint32_t sent_first, uint32_t sent_last, uint32_t first, uint32_t last) {
    const struct ner_model *m = &t->lang->model;
    uint64_t keys[NER_FEATURES];
    for (uint32_t i = first; i < last; i++) {
        int16_t sum[NER_ROW] = {0};
        size_t lexical, n = ner_features(t->atoms, sent_first, sent_last, i, keys, &lexical);
        float *score = t->crf->score[i - first];
        ner_model_add(m, keys, n, sum);
        for (int l = 0; l < NER_LABELS; l++) {
            score[l] = (float)sum[l] * m->scale;
        }
        for (int l = 1; t->taken[i] && l < NER_LABELS; l++) {
            score[l] = -1e9f;
        }
    }
}

static void add_name(struct tagger *t, uint32_t first, uint32_t last, int type, float p) {
    struct doc *d = t->d;
    struct mention m = {.start = d->toks[first].start, .end = d->toks[last - 1].end, .first = first, .last = last,
                        .type = public_type[type], .confidence = ner_model_calibrate(&t->lang->model, p)};
    ARENA_PUSH(d->a, d->names, d->name_count, t->cap) = m;
}

/* Tokens [first, last), at most CRF_TOKENS. */
static void tag_run(struct tagger *t, uint32_t sent_first, uint32_t sent_last, uint32_t first, uint32_t last) {
    uint8_t labels[CRF_TOKENS];
    size_t n = last - first;
    fill_scores(t, sent_first, sent_last, first, last);
    crf_best(t->crf, &t->lang->trans, n, labels);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        any = any || labels[i] != NER_OUT;
    }
    if (!any) {
        return;
    }
    crf_sum(t->crf, &t->lang->trans, n);
    for (size_t i = 0; i < n; i++) {
        if (labels[i] == NER_OUT) {
            continue;
        }
        size_t to = i + 1;
        int type = ner_label_type(labels[i]);
        while (to < n && !ner_opens(labels[to])) {
            to++;
        }
        add_name(t, first + (uint32_t)i, first + (uint32_t)to, type, crf_span(t->crf, &t->lang->trans, n, i, to, type));
        i = to - 1;
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
        const struct sent *sent = &d->sents[s];
        for (uint32_t i = sent->first; i < sent->last; i += CRF_TOKENS) {
            uint32_t to = sent->last - i > CRF_TOKENS ? i + CRF_TOKENS : sent->last;
            tag_run(&t, sent->first, sent->last, i, to);
        }
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the names") : ERR_OK;
}
