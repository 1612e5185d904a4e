/* join.c - split quotes, see quote_join in quote.h. */
#include "core/quote/in.h"

#include "core/base/banned.h"

enum { BETWEEN = 30 /* tokens of "said X, the firm's head," with its marks */ };

static bool ends_sentence(struct str s) {
    static const char *const marks[] = {".", "!", "?", "…", "。", "！", "？", ":", "："};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_eqz(s, marks[i])) {
            return true;
        }
    }
    return false;
}

static bool same_speaker(const struct ng_filler *a, const struct ng_filler *b) {
    if (a->entity >= 0 || b->entity >= 0) {
        return a->entity == b->entity;
    }
    return a->span.start == b->span.start && a->span.end == b->span.end && a->span.end > a->span.start;
}

/* Whether b goes on with the sentence of a. *t: a token at or before the end of a; moved on. */
static bool goes_on(const struct doc *d, struct ng_span a, struct ng_span b, uint32_t *t) {
    while (*t < d->tok_count && d->toks[*t].end < a.end) {
        (*t)++;
    }
    uint32_t last = *t, i = last;
    for (; i < d->tok_count && d->toks[i].start < b.start; i++) {
        if (i - last > BETWEEN || ends_sentence(doc_tok_text(d, i))) {
            return false;
        }
    }
    return last < d->tok_count && i < d->tok_count && d->sents[d->toks[last].sent].para == d->sents[d->toks[i].sent].para;
}

void quote_join(struct doc *d) {
    size_t n = 0, cap = 0;
    uint32_t t = 0;
    for (size_t i = 0; i < d->quote_count && !arena_full(d->a); i++) {
        const struct ng_quote *q = &d->quotes[i];
        struct ng_quote *before = n ? &d->quotes[n - 1] : NULL;
        struct ng_span last = {0, 0};
        if (before) {
            last = before->more_count ? before->more[before->more_count - 1] : before->span;
        }
        if (!before || !before->direct || !q->direct || !same_speaker(&before->speaker, &q->speaker) || !goes_on(d, last, q->span, &t)) {
            d->quotes[n++] = *q;
            cap = 0; /* of the new quote's parts */
            continue;
        }
        ARENA_PUSH(d->a, before->more, before->more_count, cap) = q->span;
        before->confidence = q->confidence < before->confidence ? q->confidence : before->confidence;
    }
    d->quote_count = n;
}
