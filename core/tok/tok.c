/* tok.c - see tok.h. A paragraph is split into tokens (words.c), these into sentences (sentences.c). */
#include "core/tok/tok.h"

#include "core/tok/split.h"
#include "core/worker.h"

#include "core/base/banned.h"

static void split_para(struct splitter *s, size_t start, size_t end, uint32_t para, uint8_t role) {
    size_t first = s->out.tok_count;
    split_words(s, start, end);
    if (s->out.tok_count > first) {
        s->out.toks[first].flags |= TOK_LINE_START;
        split_sentences(s, first, para, role);
    }
}

static enum err_code begin(struct splitter *s, struct nutgraf_worker *w, struct err *err) {
    s->breaks = worker_words(w, err);
    return s->breaks ? ERR_OK : ERR_INTERNAL;
}

static enum err_code finish(const struct splitter *s, struct err *err) {
    if (s->failed) {
        return err_set(err, ERR_INTERNAL, "ICU cannot break the text into words");
    }
    return arena_full(s->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the tokens") : ERR_OK;
}

enum err_code tok_split(const struct lang *l, const struct text_fold *fold, struct doc *d, struct err *err) {
    struct splitter s = {.lang = l, .fold = fold, .a = d->a, .text = d->text};
    enum err_code code = begin(&s, d->worker, err);
    for (size_t p = 0; code == ERR_OK && p < d->para_count && !arena_full(d->a); p++) {
        const struct para *para = &d->paras[p];
        if (!para->furniture) {
            split_para(&s, para->start, para->end, (uint32_t)p, para->role);
        }
    }
    d->toks = s.out.toks;
    d->tok_count = s.out.tok_count;
    d->sents = s.out.sents;
    d->sent_count = s.out.sent_count;
    return code ? code : finish(&s, err);
}

enum err_code tok_split_text(const struct lang *l, const struct text_fold *fold, struct nutgraf_worker *w, struct arena *a,
                             struct str text, struct tok_text *out, struct err *err) {
    struct splitter s = {.lang = l, .fold = fold, .a = a, .text = text};
    enum err_code code = begin(&s, w, err);
    uint32_t line = 0;
    for (size_t at = 0; code == ERR_OK && at < text.n && !arena_full(a); line++) {
        size_t end = str_find(text, STR("\n"), at);
        end = end == SIZE_MAX ? text.n : end;
        split_para(&s, at, end, line, SENT_BODY);
        at = end + 1;
    }
    *out = s.out;
    return code ? code : finish(&s, err);
}
