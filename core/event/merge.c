/* merge.c - how the events of a text belong together: retellings become one event with several pieces of evidence, gaps are filled
 * from other sentences about the same event, and what stays without a required role is dropped. */
#include <math.h>
#include <stdlib.h>

#include "core/analyze.h"
#include "core/base/utf8.h"
#include "core/event/match.h"

#include "core/base/banned.h"

enum { SCAN_MAX = 64 }; /* events compared with one new one, the latest first: keeps the cost linear */

/* Whether the words of little stand in big, letter case and Chinese script aside: "trận động đất mạnh", "động đất". */
static bool holds(const struct doc *d, struct str big, struct str little) {
    const struct text_fold *fold = d->ng ? d->ng->fold : NULL;
    for (size_t at = 0; fold && little.n && at + little.n <= big.n; utf8_next(big, &at)) {
        size_t i = at, k = 0;
        while (k < little.n && i < big.n) {
            int32_t x = utf8_next(big, &i), y = utf8_next(little, &k);
            if (text_fold_char(fold, x) != text_fold_char(fold, y)) {
                k = SIZE_MAX;
                break;
            }
        }
        bool from = at == 0 || big.p[at - 1] == ' ' || (unsigned char)big.p[at] >= 0xE3;
        bool to = i >= big.n || big.p[i] == ' ' || (unsigned char)big.p[i] >= 0xE3;
        if (k == little.n && from && to) {
            return true;
        }
    }
    return false;
}

/* "Galdor", "Galdor A/S": of two firms one has the other's name and a short word behind. */
static bool same_firm(const struct doc *d, int32_t a, int32_t b) {
    const struct ng_entity *x = &d->entities[a], *y = &d->entities[b];
    struct str little = x->name.n < y->name.n ? x->name : y->name, big = x->name.n < y->name.n ? y->name : x->name;
    return x->type == NG_ORGANIZATION && y->type == NG_ORGANIZATION && little.n > 3 && big.n > little.n + 1 && big.n <= little.n + 6 &&
           str_starts(big, little) && big.p[little.n] == ' ';
}

static bool same_filler(const struct doc *d, const struct ng_filler *a, const struct ng_filler *b) {
    if (a->entity >= 0 && b->entity >= 0) {
        return a->entity == b->entity || same_firm(d, a->entity, b->entity);
    }
    struct str x = doc_sub(d, a->span.start, a->span.end), y = doc_sub(d, b->span.start, b->span.end);
    if (a->entity >= 0 || b->entity >= 0) { /* "Hurrikan Helene", "der Hurrikan" */
        return holds(d, a->entity >= 0 ? x : y, a->entity >= 0 ? y : x);
    }
    return str_eq(x, y) || holds(d, x, y) || holds(d, y, x) || (a->span.start < b->span.end && b->span.start < a->span.end);
}

/* "Galdor" and "Galdor Cloud": one organisation is named for the other, as its unit or its branch abroad. */
bool cand_unit_of(const struct doc *d, const struct ng_filler *a, const struct ng_filler *b) {
    if (a->entity < 0 || b->entity < 0) {
        return false;
    }
    const struct ng_entity *x = &d->entities[a->entity], *y = &d->entities[b->entity];
    struct str big = x->name.n > y->name.n ? x->name : y->name, little = x->name.n > y->name.n ? y->name : x->name;
    return x->type == NG_ORGANIZATION && y->type == NG_ORGANIZATION && little.n > 1 && big.n > little.n && str_starts(big, little) && big.p[little.n] == ' ';
}

/* Whether one person is told to leave, join or head a firm here and its unit there. */
static bool same_house(const struct doc *d, const struct cand *a, const struct cand *b, size_t role) {
    bool person = false;
    for (size_t r = 0; r < a->type->role_count; r++) {
        person = person || (a->type->roles[r].each && a->count[r] == 1 && b->count[r] == 1 && same_filler(d, &a->fill[r][0], &b->fill[r][0]));
    }
    return person && !a->type->roles[role].each && a->count[role] == 1 && b->count[role] == 1 && cand_unit_of(d, &a->fill[role][0], &b->fill[role][0]);
}

/* -1: the fillers of the role disagree, 0: one has none, 1: they share one */
static int agree(const struct doc *d, const struct cand *a, const struct cand *b, size_t role) {
    if (!a->count[role] || !b->count[role]) {
        return 0;
    }
    for (size_t i = 0; i < a->count[role]; i++) {
        for (size_t k = 0; k < b->count[role]; k++) {
            if (same_filler(d, &a->fill[role][i], &b->fill[role][k])) {
                return 1;
            }
        }
    }
    return -1;
}

/* "Galdor is for sale. [next sentence] The buyer is Tarn.": an incomplete telling that by its frame goes on with the one before. */
static bool follows(const struct doc *d, const struct cand *a, const struct cand *b) {
    if (!b->frame->follows || b->complete || b->sent < a->sent || b->sent - a->sent > 1) {
        return false;
    }
    for (size_t r = 0; r < a->type->role_count; r++) {
        if (agree(d, a, b, r) < 0) {
            return false;
        }
    }
    return true;
}

/* "Chain goes bust. [lead] Galdor has called in administrators": a headline, or the sentence before, that describes whom the other one
 * names or that shares anything else with it; nothing may speak against it. */
static bool told_anew(const struct doc *d, const struct cand *a, const struct cand *b) {
    bool heading = d->sents[a->sent].role == SENT_HEADING;
    uint32_t reach = heading ? 3 : 1;
    int described = 0, shared = 0;
    if (b->sent <= a->sent || b->sent - a->sent > reach || !a->complete || !b->complete) {
        return false;
    }
    for (size_t r = 0; r < a->type->role_count; r++) {
        int how = agree(d, a, b, r);
        bool texts = how < 0 && a->count[r] == 1 && b->count[r] == 1 && (a->fill[r][0].entity < 0 || b->fill[r][0].entity < 0);
        bool one = texts && (a->fill[r][0].entity >= 0) != (b->fill[r][0].entity >= 0);
        one = one && (heading || !a->type->roles[r].each);
        if (how < 0 && !(one && a->type->roles[r].required) && !(texts && heading)) {
            return false;
        }
        described += one ? 1 : 0;
        shared += how > 0 ? 1 : 0;
    }
    return shared > 0 ? heading || described > 0 : described > 0 && heading;
}

/* Whether b tells the event a again. */
static bool same_event(const struct doc *d, const struct cand *a, const struct cand *b) {
    int shared = 0;
    bool several = false;
    for (size_t r = 0; r < a->type->role_count; r++) {
        several = several || a->type->roles[r].several;
    }
    bool beside = several && a->sent == b->sent && a->clause == b->clause && (a->first < b->first ? b->first - a->last : a->first - b->last) <= 3;
    if (a->type != b->type || (a->status == NG_DENIED) != (b->status == NG_DENIED)) {
        return false;
    }
    if (!beside && a->date.n && b->date.n && !str_starts(a->date, b->date) && !str_starts(b->date, a->date)) {
        return false;
    }
    if (!several && (told_anew(d, a, b) || told_anew(d, b, a))) {
        return true;
    }
    for (size_t r = 0; r < a->type->role_count; r++) {
        if (!a->type->roles[r].key) {
            continue;
        }
        int how = agree(d, a, b, r);
        how = how < 0 && same_house(d, a, b, r) ? 1 : how;
        if (how < 0 && beside && !a->type->roles[r].required) {
            continue; /* "fell 2 % to 3 billion": what stands side by side has one period */
        }
        if (how < 0 && a->type->roles[r].several && a->sent == b->sent && a->clause == b->clause) {
            continue; /* "12 % to 3 billion euros": one figure, told twice */
        }
        if (how < 0) {
            return false;
        }
        shared += how;
        if (how == 0 && a->type->roles[r].required && a->complete && b->complete) {
            bool alternative = false; /* "founder|organization": one may have the one, one the other */
            for (size_t k = 0; k < a->type->role_count; k++) {
                alternative = alternative || (k != r && a->type->roles[k].group == a->type->roles[r].group);
            }
            if (!alternative) {
                return false;
            }
        }
    }
    return shared > 0 || follows(d, a, b) || follows(d, b, a);
}

/* Whether a filler stands there by its name, not by a description ("the firm") that was resolved to it. */
static bool by_name(const struct doc *d, const struct ng_filler *f) {
    const struct ng_entity *e = f->entity >= 0 ? &d->entities[f->entity] : NULL;
    for (size_t i = 0; e && i < e->mention_count; i++) {
        if (e->mentions[i].span.start < f->span.end && f->span.start < e->mentions[i].span.end) {
            return true;
        }
    }
    return false;
}

static bool is_percent(const struct doc *d, const struct ng_filler *f) {
    return f->entity >= 0 && d->entities[f->entity].type == NG_PERCENT;
}

/* "rose 12 % to 3 billion euros": the amount is the value, by how much it rose the change. Whether b has nothing to add. */
static bool amount_is_known(const struct doc *d, struct cand *a, const struct cand *b, size_t role) {
    if (!a->type->roles[role].several || a->sent != b->sent || a->count[role] != 1 || b->count[role] != 1 ||
        is_percent(d, &a->fill[role][0]) == is_percent(d, &b->fill[role][0])) {
        return false;
    }
    if (is_percent(d, &a->fill[role][0])) {
        a->fill[role][0] = b->fill[role][0];
    }
    return true;
}

static void join_role(const struct doc *d, struct cand *into, const struct cand *from, size_t role) {
    bool key = into->type->roles[role].key;
    if (amount_is_known(d, into, from, role)) {
        return;
    }
    if (key && into->count[role] == 1 && into->fill[role][0].entity < 0 && from->count[role] && from->fill[role][0].entity >= 0) {
        into->count[role] = 0; /* a name tells more than "the firm" */
    } else if (key && same_house(d, into, from, role) && !by_name(d, &into->fill[role][0]) && by_name(d, &from->fill[role][0])) {
        into->fill[role][0] = from->fill[role][0]; /* "the firm" may be Galdor, but "Galdor Cloud" was said */
    }
    bool empty = into->count[role] == 0;
    for (size_t k = 0; k < from->count[role]; k++) {
        bool known = false;
        for (size_t i = 0; i < into->count[role]; i++) {
            known = known || same_filler(d, &into->fill[role][i], &from->fill[role][k]) || same_house(d, into, from, role);
        }
        for (size_t r = 0; r < into->type->role_count && from->fill[role][k].entity >= 0; r++) {
            for (size_t i = 0; i < into->count[r]; i++) {
                known = known || into->fill[r][i].entity == from->fill[role][k].entity;
            }
        }
        /* free text and positions are told anew in every sentence: the first telling stays */
        bool several = into->type->roles[role].several && into->sent == from->sent;
        bool grows = into->type->roles[role].grows && from->frame->adds && from->fill[role][k].entity >= 0;
        bool wanted = empty || several || grows || (key && from->fill[role][k].entity >= 0);
        if (!known && wanted && into->count[role] < FILLER_MAX) {
            into->phrase[role][into->count[role]] = NONE;
            into->fill[role][into->count[role]++] = from->fill[role][k];
        }
    }
}

static void join(const struct doc *d, struct cand *into, const struct cand *from) {
    for (size_t r = 0; r < into->type->role_count; r++) {
        join_role(d, into, from, r);
    }
    for (size_t i = 0; i < from->evidence_count && into->evidence_count < EVIDENCE_MAX; i++) {
        bool known = false;
        for (size_t k = 0; k < into->evidence_count; k++) {
            known = known || (into->evidence[k].start <= from->evidence[i].start && into->evidence[k].end >= from->evidence[i].end);
        }
        if (!known) {
            into->evidence[into->evidence_count++] = from->evidence[i];
        }
    }
    for (size_t i = 0; i < from->source_count; i++) {
        bool known = false;
        for (size_t k = 0; k < into->source_count; k++) {
            known = known || into->sources[k] == from->sources[i];
        }
        if (!known && into->source_count < SOURCE_MAX) {
            into->sources[into->source_count++] = from->sources[i];
        }
    }
    if (from->complete) { /* what happened outweighs what was planned or said to have happened */
        bool headline = d->sents[into->sent].role == SENT_HEADING; /* "Galdor cuts jobs": the text tells whether it has */
        into->status = from->status == NG_OCCURRED || headline ? from->status : into->status;
        float both = 1 - (1 - into->confidence) * (1 - 0.5f * from->confidence);
        into->confidence = both > into->confidence ? both : into->confidence;
    }
    into->date = into->date.n >= from->date.n ? into->date : from->date;
    into->merged++;
}

/* One pass: joins what was told before. complete: only complete events; else the incomplete ones find their complete one. */
static void join_pass(struct doc *d, struct cands *c, bool complete) {
    for (size_t i = 0; i < c->n; i++) {
        struct cand *b = &c->items[i];
        if (b->gone || b->complete != complete) {
            continue;
        }
        struct cand *match = NULL;
        size_t from = complete ? i : (i + SCAN_MAX < c->n ? i + SCAN_MAX : c->n), seen = 0;
        for (size_t k = from; k-- > 0 && seen < 2 * SCAN_MAX && !match; seen++) {
            struct cand *a = &c->items[k];
            if (k != i && !a->gone && a->complete && same_event(d, a, b)) {
                match = a;
            }
        }
        if (match) {
            join(d, match, b);
            b->gone = true;
        } else if (!complete) {
            b->gone = true;
        }
    }
}

/* Whether b, which only adds, has something that a, told before it, lacks, and nothing that speaks against it. */
static bool fits_on(const struct doc *d, const struct cand *a, const struct cand *b) {
    bool adds = false;
    if (a->type != b->type || (a->status == NG_DENIED) != (b->status == NG_DENIED)) {
        return false;
    }
    for (size_t r = 0; r < a->type->role_count; r++) {
        bool described = a->count[r] && b->count[r] && (a->fill[r][0].entity < 0) != (b->fill[r][0].entity < 0); /* "the firm" */
        bool more = a->type->roles[r].grows && a->count[r] && b->count[r] && b->fill[r][0].entity >= 0;
        if (!described && !more && agree(d, a, b, r) < 0) {
            return false;
        }
        adds = adds || more || (b->count[r] && !a->count[r]);
    }
    return adds;
}

/* What only adds goes to the nearest event of its type in this sentence or the two before: "Eighteen others were hurt." */
static void add_pass(struct doc *d, struct cands *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct cand *b = &c->items[i];
        size_t low = i > SCAN_MAX ? i - SCAN_MAX : 0, high = i + SCAN_MAX < c->n ? i + SCAN_MAX : c->n;
        struct cand *best = NULL;
        for (size_t k = low; b->frame->adds && !b->gone && k < high; k++) {
            struct cand *a = &c->items[k];
            bool near = a->sent <= b->sent && b->sent - a->sent <= 2;
            if (k != i && near && a->complete && !a->gone && fits_on(d, a, b)) {
                best = a;
            }
        }
        if (best) {
            join(d, best, b);
        }
        b->gone = b->gone || b->frame->adds;
    }
}

/* Two incomplete tellings near each other may make a whole: "Wu resigned. ... his departure from Galdor". */
static void complete_pass(struct doc *d, struct cands *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct cand *b = &c->items[i];
        for (size_t k = i, seen = 0; !b->gone && !b->complete && k-- > 0 && seen < 12; seen++) {
            struct cand *a = &c->items[k];
            if (a->gone || a->complete || b->sent - a->sent > 3 || !same_event(d, a, b)) {
                continue;
            }
            struct cand whole = *a;
            join(d, &whole, b);
            if (cand_complete(&whole)) {
                whole.complete = true;
                whole.confidence = 0.85f * (a->confidence < b->confidence ? a->confidence : b->confidence);
                *a = whole;
                b->gone = true;
            }
        }
    }
}

/* Drops events of types that yield where one of another type, of the same sentence, has the filler: an amount raised in a funding
 * round is no figure of its own. Events come by sentence, so only neighbours are looked at. */
static bool yields(const struct doc *d, const struct cands *c, size_t i, size_t role) {
    const struct cand *y = &c->items[i];
    size_t low = i > SCAN_MAX ? i - SCAN_MAX : 0, high = i + SCAN_MAX < c->n ? i + SCAN_MAX : c->n;
    for (size_t k = low; k < high; k++) {
        const struct cand *o = &c->items[k];
        if (o->sent != y->sent || !o->complete || o->gone) {
            continue;
        }
        if (o->type == y->type) { /* two readings of one amount: the surer one stays */
            bool surer = o->confidence > y->confidence || (o->confidence >= y->confidence && k < i);
            if (k != i && surer && o->clause == y->clause && o->count[role] && same_filler(d, &o->fill[role][0], &y->fill[role][0])) {
                return true;
            }
            continue;
        }
        for (size_t r = 0; r < o->type->role_count; r++) {
            for (size_t n = 0; n < o->count[r]; n++) {
                if (same_filler(d, &o->fill[r][n], &y->fill[role][0])) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void yield_pass(struct doc *d, struct cands *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct cand *y = &c->items[i];
        for (size_t r = 0; r < y->type->role_count && !y->gone; r++) {
            y->gone = y->type->roles[r].yields && y->count[r] && yields(d, c, i, r);
        }
    }
}

/* The year a text was written in, or later: one without a date of its own is taken to be no older than the turn of the century, nor than the
 * latest of the events that it tells as having happened. */
static int year_of(const struct doc *d, const struct cands *c) {
    int latest = 2000;
    for (size_t i = 0; i < c->n && !d->published[0]; i++) {
        int year = c->items[i].status == NG_OCCURRED && c->items[i].date.n ? scan_year(c->items[i].date) : 0;
        latest = year > latest ? year : latest;
    }
    return d->published[0] ? scan_year(str_of(d->published)) : latest;
}

/* What happened so long ago is history. */
static bool stale(const struct cand *c, int now) {
    int year = c->date.n ? scan_year(c->date) : c->era;
    return c->type->stale && year > 0 && year + c->type->stale < now;
}

/* ---- out ---- */

/* What frames state tells which reading of a sentence is best, but not how often one is right: that, on annotated features, goes by what
 * else is known of the event (Platt, Probabilistic Outputs, 1999). */
static float calibrated(const struct event_sure *s, const struct cand *c) {
    double roles = 0, entities = 0, again = (double)c->evidence_count - 1;
    double length = (c->evidence[0].end - c->evidence[0].start) / 120.0;
    for (size_t r = 0; r < c->type->role_count; r++) {
        roles += c->count[r] > 0;
        for (size_t k = 0; k < c->count[r]; k++) {
            entities += c->fill[r][k].entity >= 0;
        }
    }
    double odds = s->base + s->roles * fmin(roles, 5) + s->entities * fmin(entities, 4) + s->again * fmin(again, 2) + s->length * fmin(length, 3) + (c->frame->learned ? s->learned : 0);
    return (float)fmin(fmax(1 / (1 + exp(-odds)), 0.01), 0.99);
}

static int by_start(const void *x, const void *y) {
    const struct ng_span *a = x, *b = y;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : (a->end > b->end) - (a->end < b->end);
}

static bool write_event(struct doc *d, const struct event_sure *sure, const struct cand *c, struct ng_event *e) {
    *e = (struct ng_event){.type = c->type->name, .status = c->status, .date = arena_dup(d->a, c->date), .rule = c->frame->name, .learned = c->frame->learned};
    e->confidence = calibrated(sure, c);
    e->trigger = c->first < c->last && c->last <= d->tok_count ? (struct ng_span){d->toks[c->first].start, d->toks[c->last - 1].end} : (struct ng_span){0, 0};
    e->roles = ARENA_ARRAY(d->a, c->type->role_count, struct ng_role);
    e->evidence = ARENA_ARRAY(d->a, c->evidence_count, struct ng_span);
    e->attributed_to = ARENA_ARRAY(d->a, c->source_count, uint32_t);
    if (!e->roles || !e->evidence || !e->attributed_to) {
        return false;
    }
    for (size_t r = 0; r < c->type->role_count; r++) {
        struct ng_filler *fillers = c->count[r] ? ARENA_ARRAY(d->a, c->count[r], struct ng_filler) : NULL;
        if (fillers) {
            memcpy(fillers, c->fill[r], c->count[r] * sizeof *fillers);
            e->roles[e->role_count++] = (struct ng_role){c->type->roles[r].name, fillers, c->count[r]};
        }
    }
    memcpy(e->evidence, c->evidence, c->evidence_count * sizeof *e->evidence);
    qsort(e->evidence, c->evidence_count, sizeof *e->evidence, by_start);
    e->evidence_count = c->evidence_count;
    memcpy(e->attributed_to, c->sources, c->source_count * sizeof *e->attributed_to);
    e->attributed_count = c->source_count;
    return true;
}

struct order {
    uint32_t start, index;
};

static int by_evidence(const void *x, const void *y) {
    const struct order *a = x, *b = y;
    return a->start != b->start ? (a->start < b->start ? -1 : 1) : (a->index > b->index) - (a->index < b->index);
}

enum err_code merge_events(const struct event_sure *sure, struct doc *d, struct cands *c, struct err *err) {
    yield_pass(d, c);
    add_pass(d, c);
    yield_pass(d, c); /* once more: to what has been added */
    join_pass(d, c, true);
    complete_pass(d, c);
    join_pass(d, c, true);
    carry_lend(d, c);
    join_pass(d, c, true);
    join_pass(d, c, false);
    carry_on(d, c);
    struct order *order = ARENA_ARRAY(d->a, c->n, struct order);
    struct ng_event *events = ARENA_ARRAY(d->a, c->n, struct ng_event);
    size_t n = 0;
    int now = year_of(d, c);
    for (size_t i = 0; order && i < c->n; i++) {
        const struct cand *k = &c->items[i];
        if (k->gone || !k->complete || !cand_supported(k) || stale(k, now) || calibrated(sure, k) < d->req->min_confidence) {
            continue;
        }
        uint32_t start = k->evidence[0].start;
        for (size_t e = 1; e < k->evidence_count; e++) {
            start = k->evidence[e].start < start ? k->evidence[e].start : start;
        }
        order[n++] = (struct order){start, (uint32_t)i};
    }
    if (!order || !events) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the events");
    }
    qsort(order, n, sizeof *order, by_evidence);
    for (size_t i = 0; i < n; i++) {
        if (!write_event(d, sure, &c->items[order[i].index], &events[i])) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the events");
        }
        if (d->tracing) {
            doc_trace(d, "event: %.*s, told %u times", STR_ARG(cand_text(d, &c->items[order[i].index])),
                  (unsigned)c->items[order[i].index].merged + 1);
        }
    }
    d->events = events;
    d->event_count = n;
    return ERR_OK;
}
