/* nmt.c - see nmt.h: sentences to pieces, pieces to batches of similar length, and back.
 *
 * Batches are made as the original engine makes them (sorted by length, filled while sentences x longest <= 1024), since
 * with a shortlist the choice of words is that of a whole batch. */
#include "core/nmt/nmt.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/nmt/network.h"
#include "core/nmt/spm.h"

#include "core/base/banned.h"

enum { WORKER_TEXT = 64 << 20 }; /* at most, for pieces and their places; given back after each call */

struct nmt_model {
    struct arena a; /* vocabularies */
    struct network *network;
    const struct spm *source, *target; /* the same when shared */
    struct file_map shortlist_file;
    struct shortlist shortlist;
    bool has_shortlist;
};

struct nmt_worker {
    const struct nmt_model *model;
    struct network_scratch *scratch;
};

/* ---- loading ---- */

static enum err_code check_sizes(const struct nmt_model *m, const char *name, struct err *err) {
    size_t source = network_source_size(m->network), target = network_target_size(m->network);
    if (spm_size(m->source) != source || spm_size(m->target) != target) {
        return err_set_in(err, ERR_MODEL, name, 0, 0,
                          "the model is for vocabularies of %zu and %zu words; these have %zu and %zu", source, target,
                          spm_size(m->source), spm_size(m->target));
    }
    return ERR_OK;
}

struct parts {
    struct str model, vocab, target_vocab, shortlist;
    bool mapped;
};

static enum err_code load_parts(struct nmt_model *m, const struct parts *p, const struct nmt_files *names,
                                const char *kernel_name, struct err *err) {
    const struct nmt_kernel *kernel = nmt_kernel_get(kernel_name);
    if (!kernel) {
        return err_set(err, ERR_VALUE, "there is no kernel '%s' on this processor", kernel_name);
    }
    enum err_code code = spm_load(&m->source, &m->a, p->vocab, names->vocab, err);
    m->target = m->source;
    if (code == ERR_OK && p->target_vocab.p) {
        code = spm_load(&m->target, &m->a, p->target_vocab, names->target_vocab, err);
    }
    if (code == ERR_OK) {
        code = network_load(&m->network, p->model, p->mapped, kernel, names->model, err);
    }
    if (code == ERR_OK) {
        code = check_sizes(m, names->model, err);
    }
    if (code == ERR_OK && p->shortlist.p) {
        code = shortlist_open(&m->shortlist, p->shortlist, spm_size(m->source), spm_size(m->target), names->shortlist, err);
        m->has_shortlist = true;
    }
    return code;
}

static enum err_code load(struct nmt_model **out, const struct parts *p, const struct nmt_files *names,
                          const char *kernel, struct file_map *shortlist_file, struct err *err) {
    struct nmt_model *m = calloc(1, sizeof *m);
    if (!m) {
        return err_set(err, ERR_NO_MEMORY, "no memory for a model");
    }
    arena_init(&m->a, (size_t)1 << 30);
    enum err_code code = load_parts(m, p, names, kernel, err);
    if (code != ERR_OK) {
        nmt_free(m);
        return code;
    }
    if (shortlist_file) {
        m->shortlist_file = *shortlist_file;
        *shortlist_file = (struct file_map){STR_NONE};
    }
    *out = m;
    return ERR_OK;
}

enum err_code nmt_load_bytes(struct nmt_model **out, struct str model, struct str vocab, struct str target_vocab,
                             struct str shortlist, const char *kernel, struct err *err) {
    static const struct nmt_files names = {"model", "vocabulary", "target vocabulary", "shortlist"};
    struct parts p = {model, vocab, target_vocab, shortlist, false};
    return load(out, &p, &names, kernel, NULL, err);
}

/* an empty file is a broken one: it must not look like one that was not asked for */
static struct str file_bytes(const struct file_map *f, const char *path) {
    return f->bytes.p || !path ? f->bytes : STR("");
}

enum err_code nmt_load(struct nmt_model **out, const struct nmt_files *files, const char *kernel, struct err *err) {
    const char *const paths[] = {files->model, files->vocab, files->target_vocab, files->shortlist};
    struct file_map maps[4] = {{STR_NONE}, {STR_NONE}, {STR_NONE}, {STR_NONE}};
    enum err_code code = ERR_OK;
    for (int i = 0; i < 4 && code == ERR_OK; i++) {
        if (paths[i]) {
            code = file_open(&maps[i], paths[i], err);
        }
    }
    if (code == ERR_OK) {
        struct parts p = {file_bytes(&maps[0], paths[0]), file_bytes(&maps[1], paths[1]), file_bytes(&maps[2], paths[2]),
                          file_bytes(&maps[3], paths[3]), maps[0].bytes.p != NULL};
        code = load(out, &p, files, kernel, &maps[3], err);
    }
    for (int i = 0; i < 4; i++) {
        file_close(&maps[i]);
    }
    return code;
}

void nmt_free(struct nmt_model *m) {
    if (m) {
        network_free(m->network);
        file_close(&m->shortlist_file);
        arena_release(&m->a);
        free(m);
    }
}

size_t nmt_memory(const struct nmt_model *m) {
    return network_memory(m->network) + m->a.taken + m->shortlist_file.bytes.n;
}

const char *nmt_kernel_name(const struct nmt_model *m) {
    return network_kernel(m->network);
}

struct str nmt_describe(const struct nmt_model *m, struct arena *a) {
    struct network_size s = network_size(m->network);
    return arena_printf(a, "%u wide, %u inside, %u+%u layers, %u heads, %zu%s words", s.dim, s.ffn, s.encoder_layers,
                        s.decoder_layers, s.heads, spm_size(m->target), m->source == m->target ? "" : " + source's");
}

struct nmt_worker *nmt_worker_new(const struct nmt_model *m) {
    struct nmt_worker *w = calloc(1, sizeof *w);
    if (!w) {
        return NULL;
    }
    w->model = m;
    w->scratch = network_scratch_new(m->network);
    if (!w->scratch) {
        free(w);
        return NULL;
    }
    return w;
}

void nmt_worker_free(struct nmt_worker *w) {
    if (w) {
        network_scratch_free(w->scratch);
        free(w);
    }
}

size_t nmt_worker_memory(const struct nmt_worker *w) {
    return network_scratch_memory(w->scratch);
}

/* ---- one call ---- */

/* at most 127 pieces of a sentence, and what they became */
struct segment {
    size_t sentence;
    const struct spm_token *tokens; /* [n], without the end mark */
    uint32_t n;
    uint32_t order;
    struct str text;
    struct nmt_link *links; /* [n_links], in the segment's own text */
    size_t n_links;
};

struct job {
    struct nmt_worker *w;
    struct arena *a; /* results */
    struct arena scratch;
    const struct nmt_options *options;
    struct segment *segments; /* [n] */
    size_t n, cap;
    struct err *err;
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/* the text without the white space around it: [*from, *to) */
static void inner(struct str s, size_t *from, size_t *to) {
    *from = 0;
    *to = s.n;
    while (*from < *to && is_space(s.p[*from])) {
        ++*from;
    }
    while (*to > *from && is_space(s.p[*to - 1])) {
        --*to;
    }
}

static enum err_code no_memory(struct job *j) {
    return err_set(j->err, ERR_NO_MEMORY, "no memory for the translation");
}

/* Pieces of one sentence, cut into segments. */
static enum err_code split(struct job *j, struct str source, size_t sentence, struct nmt_result *out) {
    size_t from, to, n;
    struct spm_token *tokens;
    if (utf8_check(source) != SIZE_MAX) {
        return err_set_in(j->err, ERR_UTF8, "request", 0, utf8_check(source), "sentence %zu is not UTF-8", sentence);
    }
    inner(source, &from, &to);
    enum err_code code = spm_encode(j->w->model->source, &j->scratch, str_sub(source, from, to), &tokens, &n, j->err);
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; i < n; i++) {
        tokens[i].start += (uint32_t)from;
        tokens[i].end += (uint32_t)from;
    }
    out->pieces = n;
    for (size_t i = 0; i < n; i += NMT_PIECES - 1) {
        uint32_t here = (uint32_t)(n - i < NMT_PIECES - 1 ? n - i : NMT_PIECES - 1);
        ARENA_PUSH(&j->scratch, j->segments, j->n, j->cap) =
            (struct segment){.sentence = sentence, .tokens = tokens + i, .n = here, .order = (uint32_t)j->n};
    }
    return arena_full(&j->scratch) ? no_memory(j) : ERR_OK;
}

static int by_length(const void *x, const void *y) {
    const struct segment *const *a = x, *const *b = y;
    if ((*a)->n != (*b)->n) {
        return (*a)->n < (*b)->n ? -1 : 1;
    }
    return (*a)->order < (*b)->order ? -1 : 1;
}

/* The links of one segment, from the decoder's attention. The end mark is no word: a piece that looked there has none. */
static enum err_code link_pieces(struct job *j, struct segment *s, const struct network_output *o, size_t row,
                                 const uint32_t *starts) {
    size_t n = o->counts[row];
    s->links = ARENA_ARRAY(&j->scratch, n, struct nmt_link);
    if (!s->links) {
        return no_memory(j);
    }
    for (size_t i = 0; i < n; i++) {
        size_t point = o->points[row * NMT_STEPS + i];
        if (point < s->n && starts[i + 1] > starts[i] && s->tokens[point].end > s->tokens[point].start) {
            s->links[s->n_links++] = (struct nmt_link){starts[i], starts[i + 1], s->tokens[point].start,
                                                       s->tokens[point].end, o->weights[row * NMT_STEPS + i]};
        }
    }
    return ERR_OK;
}

static enum err_code run_batch(struct job *j, struct segment **batch, size_t n) {
    const struct nmt_model *m = j->w->model;
    uint32_t ids[NMT_WORDS], starts[NMT_ROWS + 1], total = 0;
    for (size_t i = 0; i < n; i++) {
        starts[i] = total;
        for (uint32_t k = 0; k < batch[i]->n; k++) {
            ids[total++] = batch[i]->tokens[k].id;
        }
        ids[total++] = spm_end(m->source);
    }
    starts[n] = total;
    struct network_batch b = {
        .source = ids,
        .starts = starts,
        .sentences = n,
        .end = spm_end(m->target),
        .unknown = spm_unknown(m->target),
        .shortlist = m->has_shortlist ? &m->shortlist : NULL,
        .shared_vocabulary = m->source == m->target,
        .align = j->options->align,
        .batch_limit = j->options->batch_limit,
        .stop = j->options->stop,
        .stop_with = j->options->stop_with,
    };
    struct network_output o;
    enum err_code code = network_translate(m->network, j->w->scratch, &b, &o, j->err);
    for (size_t i = 0; i < n && code == ERR_OK; i++) {
        uint32_t places[NMT_STEPS + 1];
        batch[i]->text = spm_decode(m->target, &j->scratch, o.ids + i * NMT_STEPS, o.counts[i], places);
        if (!batch[i]->text.p) {
            code = no_memory(j);
        } else if (b.align) {
            code = link_pieces(j, batch[i], &o, i, places);
        }
    }
    return code;
}

static enum err_code run_all(struct job *j) {
    struct segment **sorted = ARENA_ARRAY(&j->scratch, j->n, struct segment *);
    if (!sorted) {
        return no_memory(j);
    }
    for (size_t i = 0; i < j->n; i++) {
        sorted[i] = &j->segments[i];
    }
    qsort(sorted, j->n, sizeof *sorted, by_length); /* NOLINT(bugprone-sizeof-expression): pointers are sorted */
    enum err_code code = ERR_OK;
    for (size_t from = 0, n; from < j->n && code == ERR_OK; from += n) {
        n = 1;
        while (from + n < j->n && n < NMT_ROWS && (n + 1) * (sorted[from + n]->n + 1) <= NMT_WORDS) {
            n++;
        }
        code = run_batch(j, sorted + from, n);
    }
    return code;
}

/* The sentence's segments, joined, between the white space that stood around it. */
static enum err_code join(struct job *j, struct str source, const struct segment *segments, size_t n,
                          struct nmt_result *out) {
    struct buf text;
    size_t from, to, n_links = 0;
    inner(source, &from, &to);
    for (size_t i = 0; i < n; i++) {
        n_links += segments[i].n_links;
    }
    out->links = n_links ? ARENA_ARRAY(j->a, n_links, struct nmt_link) : NULL;
    buf_init(&text, j->a);
    buf_add(&text, str_sub(source, 0, from));
    for (size_t i = 0; i < n && !arena_full(j->a); i++) {
        for (size_t k = 0; k < segments[i].n_links; k++) {
            struct nmt_link link = segments[i].links[k];
            link.start += (uint32_t)text.n;
            link.end += (uint32_t)text.n;
            out->links[out->n_links++] = link;
        }
        buf_add(&text, segments[i].text);
    }
    buf_add(&text, str_sub(source, to, source.n));
    out->text = buf_str(&text);
    return arena_full(j->a) ? no_memory(j) : ERR_OK;
}

static enum err_code translate(struct job *j, const struct str *sources, size_t n, struct nmt_result *out) {
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < n && code == ERR_OK; i++) {
        out[i] = (struct nmt_result){0};
        code = split(j, sources[i], i, &out[i]);
    }
    if (code == ERR_OK) {
        code = run_all(j);
    }
    for (size_t i = 0, s = 0; i < n && code == ERR_OK; i++) {
        size_t first = s;
        while (s < j->n && j->segments[s].sentence == i) {
            s++;
        }
        code = join(j, sources[i], j->segments + first, s - first, &out[i]);
    }
    return code;
}

enum err_code nmt_translate(struct nmt_worker *w, struct arena *a, const struct str *sources, size_t n,
                            const struct nmt_options *options, struct nmt_result *out, struct err *err) {
    static const struct nmt_options plain = {0};
    struct job j = {.w = w, .a = a, .options = options ? options : &plain, .err = err};
    arena_init(&j.scratch, WORKER_TEXT);
    enum err_code code = translate(&j, sources, n, out);
    arena_release(&j.scratch);
    return code;
}

size_t nmt_count_pieces(const struct nmt_model *m, struct str text) {
    struct arena a;
    struct spm_token *tokens;
    size_t n;
    arena_init(&a, WORKER_TEXT);
    enum err_code code = spm_encode(m->source, &a, text, &tokens, &n, NULL);
    arena_release(&a);
    return code == ERR_OK ? n : SIZE_MAX;
}
