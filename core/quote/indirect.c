/* indirect.c - what is reported without quotation marks: "X said that ...", "..., X said", "according to X, ...". */
#include "core/quote/in.h"

#include "core/base/banned.h"

static bool is_comma(const struct finder *f, uint32_t t) {
    struct str s = f->d->toks[t].fold;
    return str_eqz(s, ",") || str_eqz(s, "，");
}

static bool is_mark(const struct finder *f, uint32_t t) {
    return f->d->toks[t].kind == TOK_PUNCT && !str_eqz(f->d->toks[t].fold, "-");
}

static uint32_t trimmed(const struct finder *f, uint32_t first, uint32_t last) {
    while (last > first && is_mark(f, last - 1)) {
        last--;
    }
    return last;
}

/* How many marks of [first, last) open what nothing in it closes. */
static int unclosed(const struct finder *f, uint32_t first, uint32_t last) {
    static const char *const opening[] = {"“", "「", "『", "《", "（", "(", "«"}, *const closing[] = {"”", "」", "』", "》", "）", ")", "»"};
    int open = 0;
    for (uint32_t t = first; t < last; t++) {
        for (size_t i = 0; i < sizeof opening / sizeof opening[0]; i++) {
            struct str mark = doc_tok_text(f->d, t);
            open += str_eqz(mark, opening[i]) ? 1 : str_eqz(mark, closing[i]) && open > 0 ? -1 : 0;
        }
    }
    return open;
}

/* The end of what is said in tokens [first, last): without the marks at its end, but for the one that closes a mark in it. */
static uint32_t said_end(const struct finder *f, uint32_t first, uint32_t last) {
    uint32_t end = trimmed(f, first, last), closed = end;
    while (closed < last && unclosed(f, first, closed) > 0) {
        closed++;
    }
    return unclosed(f, first, closed) > 0 ? end : closed;
}

/* Whoever stands right before the verb: a name or pronoun at most three words away, over an apposition also further. */
static bool subject(const struct finder *f, uint32_t from, uint32_t verb, struct ng_filler *who) {
    uint32_t clause = verb;
    while (clause > from && !is_mark(f, clause - 1)) {
        clause--;
    }
    if (verb == from) {
        return false;
    }
    if (clause == verb) { /* "Lena Marsh, chief of Galdor, said" */
        return verb - from >= 3 && verb - from <= 24 && speaker_in(f, from, verb, false, who);
    }
    uint32_t near = verb - clause > 14 ? verb - 14 : clause;
    return speaker_in(f, near, verb, true, who);
}

static bool long_enough(const struct finder *f, uint32_t first, uint32_t last) {
    return last > first && last - first >= (f->l->chars ? 6u : 4u);
}

/* "X said (that) ...": what follows the verb to the end of the sentence. */
static bool follows(struct finder *f, const struct sent *s, uint32_t v) {
    uint32_t at = v + f->len[v];
    struct ng_filler who;
    if (at >= s->last) {
        return false;
    }
    bool comma = f->l->chars && (is_comma(f, at) || str_eqz(f->d->toks[at].fold, "："));
    if (comma) {
        at++;
    } else if (is_comma(f, at) && at + 1 < s->last && (f->kind[at + 1] & Q_THAT)) {
        at++;
    } else if (is_mark(f, at)) {
        return false;
    }
    bool that = at < s->last && (f->kind[at] & Q_THAT);
    if (that) {
        at += f->len[at];
    }
    bool clause = that || comma || (f->kind[v] & Q_SAY);
    if (!clause || at >= s->last || (f->kind[at] & Q_STOP) || !long_enough(f, at, trimmed(f, at, s->last)) || !subject(f, s->first, v, &who)) {
        return false;
    }
    quote_add(f, who, at, said_end(f, at, s->last), false, that ? 0.75f : 0.65f);
    return true;
}

/* "..., X said." and "..., said X": what stands before the comma. */
static bool precedes(struct finder *f, const struct sent *s, uint32_t v) {
    uint32_t end = trimmed(f, v, s->last), comma = v;
    struct ng_filler who;
    if (end > v + 14) {
        return false;
    }
    while (comma > s->first && !is_comma(f, comma - 1)) {
        comma--;
    }
    if (comma == s->first || v - comma > 10 || !long_enough(f, s->first, comma - 1)) {
        return false;
    }
    uint32_t most = v + f->len[v] + (f->l->chars ? 0u : 6u); /* Chinese: 白宫表示将上诉 tells what follows */
    bool found = v > comma ? end <= most && speaker_in(f, comma, v, true, &who) : speaker_in(f, v + f->len[v], end, false, &who);
    if (found) {
        quote_add(f, who, s->first, comma - 1, false, 0.7f);
    }
    return found;
}

/* "According to X, ..." and "..., according to X". */
static bool according(struct finder *f, const struct sent *s, uint32_t t) {
    uint32_t from = t + f->len[t], end = from, most = f->l->chars ? 24 : 14;
    struct ng_filler who;
    while (end < s->last && end < from + most && !is_mark(f, end) && !(f->kind[end] & Q_AFTER)) {
        end++;
    }
    if (end == from || !speaker_in(f, from, end, false, &who) || who.entity < 0 || f->d->entities[who.entity].type != NG_PERSON) {
        return false; /* what is said according to data or a paper is a source, not somebody's words */
    }
    bool first = t <= s->first + 1;
    for (uint32_t k = from; f->l->verb_first && first && k < end && k < from + 4; k++) { /* "Laut Weber schließt das Werk" */
        if (f->mention[k] != UINT32_MAX && !is_comma(f, end)) {
            end = f->d->mentions[f->mention[k]].last;
        }
    }
    uint32_t at = end;
    while (at < s->last && (is_mark(f, at) || (f->kind[at] & Q_AFTER))) {
        at += f->len[at] ? f->len[at] : 1;
    }
    uint32_t b = first ? at : s->first, e = said_end(f, b, first ? s->last : t);
    if (!long_enough(f, b, e)) {
        return false;
    }
    quote_add(f, who, b, e, false, 0.65f);
    return true;
}

void quote_indirect(struct finder *f, const struct sent *s) {
    for (uint32_t t = s->first; t < s->last; t++) {
        bool done = (f->kind[t] & Q_ACCORDING) && according(f, s, t);
        if (!done && (f->kind[t] & (Q_SAY | Q_SAY_THAT))) {
            done = follows(f, s, t) || precedes(f, s, t);
        }
        if (done) {
            return;
        }
        t += f->len[t] > 1 ? f->len[t] - 1u : 0;
    }
}
