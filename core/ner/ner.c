/* ner.c - see ner.h. A sentence at a time: weights of its features, the best labels, posteriors of the names found. Where a
 * token's own weights leave no doubt that it stands outside all names, the chain is cut: most tokens never enter one. */
#include "core/ner/ner.h"

#include "core/base/file.h"
#include "core/ner/again.h"
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

/* What the first reading leaves of a token. */
enum mark {
    MARK_OPEN = 1,   /* may be in a name */
    MARK_BEGINS = 2, /* a piece begins here */
    MARK_ENDS = 4,   /* a piece ends here */
    MARK_NEW = 8,    /* the second reading has something to add */
};

struct tagger {
    const struct ner_lang *lang;
    struct doc *d;
    struct ner_atom *atoms;
    struct crf *crf;
    bool *taken;    /* [tok_count] inside a value */
    int16_t *sums;  /* [tok_count][NER_ROW] weights of the labels, in units of the model's scale */
    uint8_t *marks; /* [tok_count] enum mark */
    bool again;     /* this is the second reading */
    struct ner_found *found;
    size_t n, cap;
    const struct ner_found *before; /* what the first one found */
    size_t before_n, before_at;
};

/* Adds the weights of token i's features to its sums; marks it open unless there is no doubt that it is outside. */
static void weigh_token(const struct tagger *t, const struct sent *s, uint32_t i) {
    const struct ner_model *m = &t->lang->model;
    uint64_t keys[2 * NER_FEATURES];
    int16_t *sum = t->sums + (size_t)i * NER_ROW;
    size_t lexical, listed;
    size_t n = t->again ? ner_features_again(t->atoms, s->first, s->last, i, keys) : ner_features(t->atoms, s->first, s->last, i, keys, &lexical, &listed);
    if (t->again && n == 0) {
        return;
    }
    if (m->traits & NER_ALONE && t->d->sent_count == 1) {
        n = ner_features_alone(keys, n);
    }
    ner_model_add(m, keys, n, sum);
    int16_t most = sum[1];
    for (int l = 2; l < NER_LABELS; l++) {
        most = sum[l] > most ? sum[l] : most;
    }
    bool open = (float)(sum[NER_OUT] - most) * m->scale < SURE;
    t->marks[i] = (uint8_t)((t->marks[i] & ~MARK_OPEN) | (open ? MARK_OPEN : 0) | (t->again ? MARK_NEW : 0));
}

static void add_found(struct tagger *t, struct ner_found f) {
    ARENA_PUSH(t->d->a, t->found, t->n, t->cap) = f;
}

typedef int16_t sums_t __attribute__((vector_size(4 * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));
typedef float scores_t __attribute__((vector_size(4 * sizeof(float)), aligned(sizeof(float)), may_alias));

static void fill_scores(const struct tagger *t, uint32_t first, uint32_t last) {
    float scale = t->lang->model.scale;
    for (uint32_t i = first; i < last; i++) {
        const sums_t *sum = (const sums_t *)(t->sums + (size_t)i * NER_ROW);
        scores_t *score = (scores_t *)t->crf->score[i - first];
        for (int v = 0; v < NER_ROW / 4; v++) {
            score[v] = __builtin_convertvector(sum[v], scores_t) * scale;
        }
    }
}

/* Tokens [first, last), at most CRF_TOKENS. */
static void tag_piece(struct tagger *t, uint32_t first, uint32_t last, unsigned cut) {
    uint8_t labels[CRF_TOKENS];
    const struct crf_trans *trans = &t->lang->trans[cut];
    size_t n = last - first;
    bool any = false;
    fill_scores(t, first, last);
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
        add_found(t, (struct ner_found){first + (uint32_t)i, first + (uint32_t)to, type, crf_span(t->crf, trans, n, i, to, type)});
        i = to - 1;
    }
}

/* The names that the first reading has before token last; kept or left out. */
static void pass_before(struct tagger *t, uint32_t last, bool keep) {
    for (; t->before_at < t->before_n && t->before[t->before_at].first < last; t->before_at++) {
        if (keep) {
            add_found(t, t->before[t->before_at]);
        }
    }
}

/* Whether the first reading had the very piece, and nothing is to be added to it. */
static bool is_known_piece(const struct tagger *t, uint32_t first, uint32_t last) {
    uint8_t bits = 0;
    for (uint32_t i = first; i < last; i++) {
        bits |= t->marks[i];
    }
    return t->again && !(bits & MARK_NEW) && t->marks[first] & MARK_BEGINS && t->marks[last - 1] & MARK_ENDS;
}

static void read_piece(struct tagger *t, const struct sent *s, uint32_t first, uint32_t last) {
    bool known = is_known_piece(t, first, last);
    if (t->again) {
        pass_before(t, first, false);
        pass_before(t, last, known);
    } else {
        t->marks[first] |= MARK_BEGINS;
        t->marks[last - 1] |= MARK_ENDS;
    }
    if (!known) {
        tag_piece(t, first, last, (first > s->first ? CUT_BEFORE : 0u) | (last < s->last ? CUT_BEHIND : 0u));
    }
}

static void tag_sentence(struct tagger *t, const struct sent *s) {
    uint32_t first = s->first;
    for (uint32_t i = s->first; i < s->last; i++) {
        if (!t->taken[i]) {
            weigh_token(t, s, i);
        }
        bool open = t->marks[i] & MARK_OPEN, full = open && i + 1 - first == CRF_TOKENS;
        uint32_t end = open ? i + 1 : i;
        if (open && !full && i + 1 < s->last) {
            continue;
        }
        if (end > first) {
            read_piece(t, s, first, end);
        }
        first = i + 1;
    }
}

static void tag_first(struct tagger *t) {
    for (size_t s = 0; s < t->d->sent_count; s++) {
        tag_sentence(t, &t->d->sents[s]);
    }
}

static bool is_told(const struct tagger *t, const struct sent *s) {
    uint8_t bits = 0;
    for (uint32_t i = s->first; i < s->last; i++) {
        bits |= t->atoms[i].form | t->atoms[i].part;
    }
    return bits != 0;
}

/* Pieces with words that were names elsewhere, or beside such words, are read again; the others stay as they were. */
static bool tag_again(struct tagger *t) {
    t->before = t->found;
    t->before_n = t->n;
    if (!ner_mark_found(t->atoms, t->d, t->before, t->before_n)) {
        return false;
    }
    t->found = NULL;
    t->n = t->cap = 0;
    t->again = true;
    for (size_t s = 0; s < t->d->sent_count; s++) {
        const struct sent *x = &t->d->sents[s];
        bool told = is_told(t, x);
        if (told) {
            tag_sentence(t, x);
        }
        pass_before(t, x->last, !told);
    }
    return true;
}

static bool keep_names(const struct tagger *t) {
    struct doc *d = t->d;
    d->names = ARENA_ARRAY(d->a, t->n + 1, struct mention);
    for (size_t i = 0; i < t->n && d->names; i++) {
        const struct ner_found *f = &t->found[i];
        d->names[d->name_count++] = (struct mention){.start = d->toks[f->first].start, .end = d->toks[f->last - 1].end, .first = f->first, .last = f->last,
                                                     .type = public_type[f->type], .confidence = ner_model_calibrate(&t->lang->model, f->p)};
    }
    return d->names != NULL;
}

enum err_code ner_tag(const struct ner *n, struct doc *d, struct err *err) {
    struct tagger t = {.lang = &n->langs[d->lang], .d = d};
    if (!t.lang->found || d->tok_count == 0) {
        return ERR_OK;
    }
    t.atoms = ner_atoms(&t.lang->model, n->kb, d);
    t.crf = ARENA_NEW(d->a, struct crf);
    t.taken = ARENA_ARRAY(d->a, d->tok_count, bool);
    t.sums = ARENA_ARRAY(d->a, d->tok_count * NER_ROW, int16_t);
    t.marks = ARENA_ARRAY(d->a, d->tok_count, uint8_t);
    if (!t.atoms || !t.crf || !t.taken || !t.sums || !t.marks) {
        return err_set(err, ERR_NO_MEMORY, "no memory to find names");
    }
    for (size_t v = 0; v < d->value_count; v++) {
        for (uint32_t i = d->values[v].first; i < d->values[v].last; i++) {
            t.taken[i] = true;
        }
    }
    tag_first(&t);
    bool again = t.lang->model.traits & NER_AGAIN && t.n > 1 && !arena_full(d->a);
    bool done = (!again || tag_again(&t)) && !arena_full(d->a) && keep_names(&t);
    return done ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the names");
}
