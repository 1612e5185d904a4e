/* speaker.c - who says it: a name, what a pronoun stands for, or a description, beside a verb of saying. */
#include "core/quote/in.h"

#include "core/base/banned.h"

enum { REACH = 24 /* tokens from a quotation mark to the verb */, DESCRIPTION = 14 /* tokens of one */, BACK = 80 /* from a pronoun to its name */ };

static bool comma_like(const struct finder *f, uint32_t t) {
    struct str s = f->d->toks[t].fold;
    return f->d->toks[t].kind == TOK_PUNCT && !str_eqz(s, "-") && !str_eqz(s, "'") && !str_eqz(s, "·");
}

static bool speaks(enum ng_type type) {
    return type == NG_PERSON || type == NG_ORGANIZATION;
}

static struct ng_filler by_mention(const struct finder *f, uint32_t m) {
    const struct mention *it = &f->d->mentions[m];
    return (struct ng_filler){.entity = (int32_t)it->entity, .span = {it->start, it->end}};
}

static struct ng_filler by_text(const struct finder *f, uint32_t first, uint32_t last) {
    return (struct ng_filler){.entity = -1, .span = {f->d->toks[first].start, f->d->toks[last - 1].end}};
}

/* The person named last before a pronoun. */
static bool resolve(const struct finder *f, uint32_t pronoun, struct ng_filler *out) {
    uint32_t low = pronoun > BACK ? pronoun - BACK : 0;
    for (uint32_t t = pronoun; t-- > low;) {
        uint32_t m = f->mention[t];
        if (m != UINT32_MAX && f->d->mentions[m].type == NG_PERSON) {
            *out = by_mention(f, m);
            out->span = (struct ng_span){f->d->toks[pronoun].start, f->d->toks[pronoun].end};
            return true;
        }
    }
    return false;
}

bool speaker_in(const struct finder *f, uint32_t from, uint32_t to, bool last, struct ng_filler *out) {
    uint32_t person = UINT32_MAX, org = UINT32_MAX, pronoun = UINT32_MAX;
    for (uint32_t t = from; t < to; t++) {
        uint32_t m = f->mention[t];
        if (m != UINT32_MAX && speaks(f->d->mentions[m].type)) {
            uint32_t *slot = f->d->mentions[m].type == NG_PERSON ? &person : &org;
            *slot = last || *slot == UINT32_MAX ? m : *slot;
        } else if (f->kind[t] & Q_PRONOUN) {
            pronoun = last || pronoun == UINT32_MAX ? t : pronoun;
        }
    }
    if (pronoun != UINT32_MAX && (person == UINT32_MAX || f->d->mentions[person].last <= pronoun)) {
        if (resolve(f, pronoun, out)) {
            return true;
        }
        *out = by_text(f, pronoun, pronoun + 1);
        return true;
    }
    if (person != UINT32_MAX || org != UINT32_MAX) {
        *out = by_mention(f, person != UINT32_MAX ? person : org);
        return true;
    }
    return false;
}

/* The description in [from, to), without punctuation at its ends and at most DESCRIPTION tokens. */
static bool described(const struct finder *f, uint32_t from, uint32_t to, struct ng_filler *out) {
    while (from < to && (comma_like(f, from) || (f->kind[from] & (Q_STOP | Q_THAT)))) {
        from++;
    }
    while (to > from && comma_like(f, to - 1)) {
        to--;
    }
    bool word = false;
    for (uint32_t t = from; t < to; t++) {
        word = word || f->d->toks[t].kind == TOK_WORD;
        if (comma_like(f, t)) {
            return false;
        }
    }
    if (!word || to - from > (f->l->chars ? 2 * DESCRIPTION : DESCRIPTION)) {
        return false;
    }
    *out = by_text(f, from, to);
    return true;
}

/* Whoever stands behind a verb: "said Lena Marsh, chief of Galdor", "said a spokesman for the group". */
static bool behind(const struct finder *f, uint32_t at, uint32_t to, struct ng_filler *out) {
    uint32_t end = at, most = f->l->chars ? 24 : DESCRIPTION;
    while (end < to && end < at + most && !comma_like(f, end) && !(f->kind[end] & (Q_STOP | Q_THAT))) {
        end++;
    }
    return speaker_in(f, at, end, false, out) || described(f, at, end, out);
}

/* Whoever stands before a verb, in its clause or, over an apposition, before it: "Lena Marsh, chief of Galdor, said". */
static bool ahead(const struct finder *f, uint32_t from, uint32_t verb, struct ng_filler *out) {
    uint32_t clause = verb;
    while (clause > from && !comma_like(f, clause - 1)) {
        clause--;
    }
    return speaker_in(f, clause, verb, true, out) || (clause > from && speaker_in(f, from, clause, false, out)) || described(f, clause, verb, out);
}

/* Whether the verb at v is but the end of a longer one: 这样评论. */
static bool within_longer(const struct finder *f, uint32_t low, uint32_t v) {
    for (uint32_t w = v > low + QUOTE_PHRASE ? v - QUOTE_PHRASE : low; w < v; w++) {
        if (f->kind[w] && w + f->len[w] >= v + f->len[v]) {
            return true;
        }
    }
    return false;
}

bool speaker_before(const struct finder *f, uint32_t from, uint32_t open, struct speech *out) {
    const uint8_t saying = Q_SAY | Q_SAY_THAT | Q_SAY_DIRECT;
    uint32_t low = open > from + REACH ? open - REACH : from;
    bool colon = open > from && (str_eqz(f->d->toks[open - 1].fold, ":") || str_eqz(f->d->toks[open - 1].fold, "："));
    for (uint32_t v = open; v-- > low;) {
        uint32_t end = v + f->len[v];
        if (!(f->kind[v] & saying) || end > open || within_longer(f, low, v)) {
            continue;
        }
        uint32_t between = 0;
        for (uint32_t t = end; t < open; t++) {
            between += comma_like(f, t) || (f->kind[t] & Q_THAT) ? 0 : 1;
        }
        out->adjacent = between == 0 || (colon && f->l->chars && between <= 6); /* 承认了罪行：“ */
        bool follows = f->l->verb_first && between && between <= 8 && speaker_in(f, end, open, false, &out->speaker);
        out->adjacent = out->adjacent || follows;
        if (!out->adjacent && !(f->kind[v] & Q_SAY)) {
            continue; /* "wrote a book called ..." */
        }
        if (follows || ahead(f, from, v, &out->speaker) || (f->l->verb_first && between && described(f, end, open, &out->speaker))) {
            out->sure = out->adjacent ? 0.88f : 0.7f;
            return true;
        }
    }
    out->adjacent = colon;
    out->sure = 0.75f;
    return colon && open - from <= 12 && (speaker_in(f, from, open - 1, true, &out->speaker) || described(f, from, open - 1, &out->speaker));
}

bool speaker_after(const struct finder *f, uint32_t from, uint32_t to, struct speech *out) {
    const uint8_t saying = Q_SAY | Q_SAY_THAT | Q_SAY_DIRECT;
    uint32_t most = f->l->chars ? 24 : 14;
    while (from < to && comma_like(f, from)) {
        from++;
    }
    bool named = false; /* a name at the start may have a long apposition: "Ni Yue, a headhunter who ..., told us" */
    for (uint32_t t = from; t < to && t < from + 2; t++) {
        named = named || (f->mention[t] != UINT32_MAX && f->d->mentions[f->mention[t]].type == NG_PERSON);
    }
    most = named ? 36 : most;
    for (uint32_t v = from; v < to && v < from + most; v++) {
        if (!(f->kind[v] & saying)) {
            if (comma_like(f, v) && v > from + 8 && !named) {
                return false;
            }
            continue;
        }
        out->adjacent = v <= from + 4;
        out->sure = out->adjacent ? 0.9f : 0.78f;
        if (v > from && (speaker_in(f, from, v, false, &out->speaker) || described(f, from, v, &out->speaker))) {
            return true;
        }
        return (!f->l->chars || v > from) && behind(f, v + f->len[v], to, &out->speaker); /* 「某行」，指其违约 */
    }
    return false;
}
