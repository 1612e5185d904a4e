/* match.c - frames and patterns over one prepared sentence.
 *
 * A frame looks, from its trigger outwards, for each role in the ways its slot lists, the first way that finds something winning.
 * All looking stays within WINDOW tokens and, but for what a relative pronoun or an omitted subject stands for, within the
 * trigger's clause; the cost is therefore linear in the length of the text. */
#include "core/event/fire.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

/* ---- events of a sentence ---- */

struct str cand_text(const struct doc *d, const struct cand *c) {
    struct buf b;
    buf_init(&b, d->a);
    buf_addf(&b, "%.*s [%.*s]", STR_ARG(c->type->name), STR_ARG(c->frame->name));
    for (size_t r = 0; r < c->type->role_count; r++) {
        for (size_t k = 0; k < c->count[r]; k++) {
            struct ng_span span = c->fill[r][k].span;
            buf_addf(&b, " %.*s='%.*s'", STR_ARG(c->type->roles[r].name), STR_ARG(doc_sub(d, span.start, span.end)));
        }
    }
    buf_addf(&b, " %s %.*s (%.2f)", ng_status_name(c->status), STR_ARG(c->date), (double)c->confidence);
    return buf_str(&b);
}

static struct ng_span evidence_of(const struct fire *f) {
    const struct scan *s = f->s;
    const struct clause *c = &s->cl[f->clause];
    uint32_t first = s->first, last = s->last;
    bool inside = c->parent != NONE && !c->relative && c->opener != NONE;
    for (size_t r = 0; r < ROLE_MAX && inside; r++) {
        for (size_t k = 0; k < f->c.count[r]; k++) {
            uint32_t p = f->c.phrase[r][k];
            inside = inside && (p == NONE || (s->ph[p].first >= c->first && s->ph[p].last <= c->last));
        }
    }
    inside = inside && f->trigger.first >= c->first && f->trigger.last <= c->last;
    if (inside) {
        first = c->first;
        last = c->last;
    }
    return scan_span(s, first, last);
}

static size_t filled(const struct cand *c) {
    size_t n = (c->complete ? 200 : 0) + (cand_supported(c) ? 100 : 0);
    for (size_t r = 0; r < c->type->role_count; r++) {
        n += c->count[r] ? (c->type->roles[r].required ? 4 : 1) : 0;
    }
    return n;
}

/* One word, two forms: "verlassen" before "haben" is the participle, elsewhere rather the infinitive; and the form that a cue of the
 * sentence asks for is the likelier one. */
static int form_rank(const struct fire *f, const struct cand *c, const struct cand *other) {
    const struct scan *s = f->s;
    bool aux = f->trigger.last < s->last && (s->marks[f->trigger.last] & T_AUX);
    bool part = str_eqz(s->x->tags[c->tag], "part");
    return (c->tag != other->tag && part == aux ? 2 : 0) + (c->status != NG_OCCURRED ? 1 : 0);
}

/* Keeps the better one of two events of one type and trigger. */
static void keep(struct fire *f, struct cands *out, size_t from) {
    struct cand *c = &f->c;
    size_t back = out->n > from + 24 ? out->n - 24 : from; /* triggers that overlap fire one soon after the other */
    for (size_t i = out->n; i-- > back;) {
        struct cand *o = &out->items[i];
        bool same = o->type == c->type && o->first < c->last && c->first < o->last && !o->gone;
        if (same && f->only == NONE) {
            bool equal = filled(o) == filled(c) && o->confidence == c->confidence && o->first == c->first;
            if (equal ? form_rank(f, o, c) >= form_rank(f, c, o)
                      : filled(o) > filled(c) || (filled(o) == filled(c) && o->confidence >= c->confidence)) {
                return;
            }
            o->gone = true;
        }
    }
    ARENA_PUSH(f->s->a, out->items, out->n, out->cap) = *c;
}

/* Whether the event stands in what the reporting verb h opens, or the verb closes the sentence: "..., a survey shows." */
static bool reports(const struct fire *f, const struct hit *h) {
    const struct scan *s = f->s;
    for (uint32_t k = f->clause, up = 0; k != NONE && up < 8; k = s->cl[k].parent, up++) {
        if (s->cl[k].reported && s->cl[k].opener + 1 == h->last && s->cl[k].subject == NONE) {
            return true;
        }
    }
    return h->first >= f->trigger.last && (h->last >= s->last || (s->marks[h->last] & T_PUNCT) || h->last + 1 >= s->last);
}

/* "a survey by recruiter Modulo showed": the name right before the reporting verb, whatever governs it. */
static bool fill_reporting_name(struct fire *f, uint8_t role, const struct hit *h) {
    const struct scan *s = f->s;
    uint32_t p = scan_ending(s, h->first, TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_PERSON));
    uint8_t before = f->c.count[role];
    if (p != NONE && s->ph[p].entity != NONE && !(s->ph[p].flags & (P_PAREN | P_POSS))) {
        fill_entity(f, role, (struct ng_filler){.entity = (int32_t)s->ph[p].entity, .span = scan_span(s, s->ph[p].first, s->ph[p].last)}, p);
    }
    return f->c.count[role] > before;
}

/* The words before a reporting verb that nobody took for a name: "Recruiters say", ", an internal survey shows". */
static bool fill_reporter(struct fire *f, uint8_t role, const struct hit *h) {
    const struct scan *s = f->s;
    uint32_t end = h->first;
    while (end > s->first && (s->marks[end - 1] & (T_AUX | T_ADVERB))) {
        end--;
    }
    uint32_t t = end;
    while (t > s->first && end - t < 7 && (scan_plain(s, t - 1) || (s->marks[t - 1] & (T_DET | T_HEAD)))) {
        t--;
    }
    bool starts = t == s->first || (s->marks[t - 1] & (T_COMMA | T_HARD | T_OPENER)) || s->d->toks[t - 1].kind == TOK_PUNCT;
    uint32_t first = fire_np_start(s, t);
    return starts && first < end && s->d->toks[first].kind == TOK_WORD && fill_text(f, role, first, end);
}

/* Sources without a name: "according to third parties". */
static void fill_named_by_text(struct fire *f, uint8_t role) {
    struct scan *s = f->s;
    for (size_t i = scan_hit_at(s, f->low); i < s->hit_count && s->hits[i].first < f->high; i++) {
        if (s->x->classes[s->hits[i].cls].role == FN_ACCORDING) {
            uint32_t t = fire_np_start(s, s->hits[i].last);
            fill_text(f, role, t, fire_np_end(s, t));
            return;
        }
    }
    for (size_t i = scan_hit_at(s, f->low); !s->x->chars && !s->x->free_order && i < s->hit_count && s->hits[i].first < f->high; i++) {
        if (s->x->classes[s->hits[i].cls].role == FN_REPORT && reports(f, &s->hits[i]) &&
            (fill_reporting_name(f, role, &s->hits[i]) || fill_reporter(f, role, &s->hits[i]))) {
            return;
        }
    }
}

static void fill_sources(struct fire *f) {
    for (size_t i = 0; i < f->f->slot_count; i++) {
        const struct slot *slot = &f->f->slots[i];
        for (size_t k = 0; k < slot->way_count && f->c.count[slot->role] == 0; k++) {
            if (slot->ways[k].kind == WAY_SOURCE && f->c.source_count == 0) {
                fill_named_by_text(f, slot->role);
            }
            for (size_t n = 0; slot->ways[k].kind == WAY_SOURCE && n < f->c.source_count; n++) {
                const struct ng_entity *e = &f->s->d->entities[f->c.sources[n]];
                struct ng_span span = e->mention_count ? e->mentions[0].span : (struct ng_span){0, 0};
                fill_entity(f, slot->role, (struct ng_filler){.entity = (int32_t)f->c.sources[n], .span = span}, NONE);
            }
        }
    }
}

bool fire_finish(struct fire *f, struct cands *out, size_t from) {
    f->c.complete = cand_complete(&f->c) && !f->f->adds;
    bool any = false;
    for (size_t r = 0; r < f->type->role_count; r++) {
        any = any || f->c.count[r];
    }
    if (!any || !fill_complete(f) || !status_find(f->s, &f->c, &f->trigger)) {
        return false;
    }
    fill_sources(f);
    f->c.evidence[0] = evidence_of(f);
    f->c.evidence_count = 1;
    if (f->s->d->tracing) {
        doc_trace(f->s->d, "%s: %.*s at '%.*s', %s:%zu", f->c.complete ? "fires" : "incomplete", STR_ARG(cand_text(f->s->d, &f->c)),
              STR_ARG(doc_sub(f->s->d, f->s->d->toks[f->trigger.first].start, f->s->d->toks[f->trigger.last - 1].end)), f->f->path,
              f->f->line);
    }
    keep(f, out, from);
    return true;
}

void fire_begin(struct fire *f, struct scan *s, const struct frame *frame, const struct hit *h) {
    f->s = s; /* fields one by one: the fillers of a cand are big, and only those counted are read */
    f->f = frame;
    f->type = &s->r->schema.types[frame->type];
    f->trigger = *h;
    f->only = NONE;
    f->passive = f->lacks = false;
    memset(f->c.count, 0, sizeof f->c.count);
    f->c.status = NG_OCCURRED;
    f->c.date = STR_NONE;
    f->c.era = 0;
    f->c.evidence_count = f->c.source_count = 0;
    f->c.merged = 0;
    f->c.complete = f->c.gone = false;
    f->c.frame = frame;
    f->c.type = f->type;
    f->c.type_index = frame->type;
    f->c.confidence = frame->confidence;
    f->c.sent = s->sent;
    f->c.tag = h->tag;
    f->c.first = h->first;
    f->c.last = h->last;
    fire_limits(f);
    f->c.clause = f->clause;
    f->passive = fire_passive(f);
}

void fire_reset(struct fire *f) {
    memset(f->c.count, 0, sizeof f->c.count);
    f->c.confidence = f->f->confidence;
    f->lacks = false;
}

/* The list whose members make an event each, or NONE. */
uint32_t fire_list(const struct fire *f) {
    for (size_t r = 0; r < f->type->role_count; r++) {
        if (f->type->roles[r].each && f->c.count[r] > 1 && f->c.phrase[r][0] != NONE) {
            return f->c.phrase[r][0];
        }
    }
    return NONE;
}

/* Whether the sentence has words that let the frame fire, or keep it from that. */
static bool asks(const struct fire *f, bool *near) {
    bool bars = false;
    *near = f->f->near_count == 0;
    for (size_t k = 0; k < f->f->near_count; k++) {
        *near = *near || scan_has(f->s, f->f->near[k]);
    }
    for (size_t k = 0; k < f->f->never_count; k++) {
        bars = bars || scan_has(f->s, f->f->never[k]);
    }
    for (size_t k = 0; k < f->f->barred_count; k++) {
        bars = bars || scan_has(f->s, f->f->barred[k]);
    }
    return bars || f->f->near_count > 0;
}

bool fire_agrees(const struct fire *f) {
    const struct scan *s = f->s;
    bool near;
    if (!asks(f, &near) || !near) {
        return near;
    }
    near = f->f->near_count == 0;
    for (size_t i = scan_hit_at(s, f->low); i < s->hit_count && s->hits[i].first < f->high; i++) {
        const struct hit *h = &s->hits[i];
        for (size_t k = 0; k < f->f->never_count; k++) {
            if (h->cls == f->f->never[k]) {
                return false;
            }
        }
        if (s->clauses[h->first] != f->clause) {
            continue;
        }
        for (size_t k = 0; k < f->f->barred_count; k++) {
            if (h->cls == f->f->barred[k]) {
                return false;
            }
        }
        for (size_t k = 0; k < f->f->near_count; k++) {
            near = near || h->cls == f->f->near[k];
        }
    }
    return near;
}

/* Whether the preposition that governs what fires is one the frame wants. */
static bool wanted(const struct frame *f, uint16_t gov) {
    bool fine = f->gov_count == 0;
    for (size_t g = 0; g < f->gov_count; g++) {
        fine = fine || gov == f->gov[g];
    }
    for (size_t g = 0; g < f->not_gov_count; g++) {
        fine = fine && gov != f->not_gov[g];
    }
    return fine;
}

/* The same for a trigger noun, whose word before may also be a conjunction: "until [his early] death", "after [Zhou's] arrest". */
static bool noun_wanted(const struct frame *f, const struct scan *s, const struct hit *h) {
    uint32_t t = h->first, right = h->first;
    while (right > s->first && (s->marks[right - 1] & (T_ADVERB | T_AUX)) && !(s->marks[right - 1] & T_NAME)) {
        right--;
    }
    for (size_t i = scan_hit_at(s, right > s->first + 4 ? right - 4 : s->first); i < s->hit_count && s->hits[i].first < right; i++) {
        for (size_t g = 0; s->hits[i].last == right && g < f->not_gov_count; g++) {
            if (s->hits[i].cls == f->not_gov[g]) {
                return false; /* 父亲已去世: right before the verb */
            }
        }
    }
    for (uint32_t gap = 0; t > s->first && gap < 8; gap++, t--) {
        uint32_t m = s->marks[t - 1];
        if ((m & (T_PREP | T_OPENER)) && !(m & T_NAME)) {
            break;
        }
        if (!(m & (T_NAME | T_DET | T_POSS | T_PRONOUN | T_MODIFIER | T_ADVERB | T_FORMER)) && !scan_plain(s, t - 1)) {
            return f->gov_count == 0;
        }
    }
    bool fine = f->gov_count == 0;
    for (size_t i = scan_hit_at(s, t > s->first + 4 ? t - 4 : s->first); i < s->hit_count && s->hits[i].first < t; i++) {
        for (size_t g = 0; s->hits[i].last == t && g < f->gov_count; g++) {
            fine = fine || s->hits[i].cls == f->gov[g];
        }
        for (size_t g = 0; s->hits[i].last == t && g < f->not_gov_count; g++) {
            fine = fine && s->hits[i].cls != f->not_gov[g];
        }
    }
    return fine;
}

/* Whether nothing stands right behind the trigger that could be its object: "left in May", "left, too". */
static bool stands_alone(const struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.last;
    while (t < s->last && (s->marks[t] & T_ADVERB) && !(s->marks[t] & (T_NAME | T_DET))) {
        t++;
    }
    return t >= s->last || (s->marks[t] & (T_PREP | T_PUNCT | T_AND | T_OPENER)) || scan_starting(s, t, TYPE_BIT(NG_DATE)) != NONE;
}

/* Whether what the frame asks of its trigger holds. */
bool fire_only(const struct fire *f) {
    uint8_t only = f->f->only;
    return !((only & ONLY_ACTIVE) && f->passive) && !((only & ONLY_PASSIVE) && !f->passive) && !((only & ONLY_ALONE) && !stands_alone(f)) &&
           !((only & ONLY_DATED) && !status_dated(f->s, &f->trigger));
}

static void fire_frame(struct scan *s, const struct frame *frame, const struct hit *h, struct cands *out, size_t from) {
    struct fire f;
    uint32_t tag = 1u << h->tag;
    if ((frame->tags && !(frame->tags & tag)) || (frame->not_tags & tag)) {
        return;
    }
    if (h->cls != NAME_NONE && (frame->gov_count || frame->not_gov_count) && !noun_wanted(frame, s, h)) {
        return;
    }
    fire_begin(&f, s, frame, h);
    if (!fire_agrees(&f) || !fire_only(&f)) {
        return;
    }
    for (size_t i = 0; i < frame->slot_count; i++) {
        fill_slot(&f, &frame->slots[i]);
    }
    uint32_t list = fire_list(&f);
    if (list == NONE) {
        fire_finish(&f, out, from);
        return;
    }
    for (uint32_t m = list; m != NONE; m = s->ph[m].next_member) {
        fire_reset(&f);
        f.only = m;
        for (size_t i = 0; i < frame->slot_count; i++) {
            fill_slot(&f, &frame->slots[i]);
        }
        fire_finish(&f, out, from);
    }
}

/* "a multi-million-dollar package": an amount that only describes the noun behind it. */
static bool attributive(const struct scan *s, const struct phrase *p) {
    bool hyphen = false;
    for (uint32_t t = p->first; t < p->last; t++) {
        struct str text = doc_tok_text(s->d, t);
        hyphen = hyphen || str_eqz(text, "-") || (s->d->toks[t].kind == TOK_WORD && str_find(text, STR("-"), 1) != SIZE_MAX);
    }
    return hyphen && s->d->toks[p->first].kind == TOK_WORD && scan_plain(s, p->last) && s->d->toks[p->last].kind == TOK_WORD;
}

/* Frames that fire at phrases: each amount, percentage or number of the sentence. */
static void fire_at_phrases(struct scan *s, struct cands *out, size_t from) {
    const uint32_t *list = s->l->by_phrase;
    for (size_t i = 0; list && list[0] && i < s->ph_count && out->n < CAND_MAX && !arena_full(s->a); i++) {
        const struct phrase *p = &s->ph[i];
        for (uint32_t k = 1; k <= list[0]; k++) {
            const struct frame *f = &s->l->frames[list[k]];
            if (!(p->types & f->on) || p->last <= p->first || attributive(s, p)) {
                continue;
            }
            if (wanted(f, p->gov)) {
                fire_frame(s, f, &(struct hit){.first = p->first, .last = p->last, .cls = NAME_NONE, .phrase = (uint32_t)i}, out, from);
            }
        }
    }
}

/* The organisation that somebody came from to the one in role to: "hired from Galdor". */
static int32_t came_from(const struct cand *c, size_t to) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        if (r != to && c->type->roles[r].lends && c->count[r]) {
            return c->fill[r][0].entity;
        }
    }
    return -1;
}

/* Who belongs to which organisation now: "She left in May" may tell from where. */
static void note_members(struct scan *s, const struct cands *out, size_t from) {
    for (size_t i = from; !s->guess && i < out->n; i++) {
        const struct cand *c = &out->items[i];
        for (size_t r = 0; r < c->type->role_count && !c->gone && c->complete && c->status == NG_OCCURRED; r++) {
            size_t org = c->type->roles[r].member;
            int32_t to = org && c->count[org - 1] ? c->fill[org - 1][0].entity : -1, left = org ? came_from(c, org - 1) : -1;
            for (size_t k = 0; to >= 0 && k < c->count[r]; k++) {
                int32_t who = c->fill[r][k].entity;
                if (who >= 0 && s->d->entities[who].type == NG_PERSON && s->d->entities[to].type == NG_ORGANIZATION) {
                    int32_t was = s->org_of[who] == to ? s->left_of[who] : s->org_of[who]; /* the same move, told again; or one from there */
                    s->left_of[who] = left >= 0 ? left : was;
                    s->org_of[who] = to;
                }
            }
        }
    }
}

static void note_classes(struct scan *s) {
    memset(s->classes, 0, sizeof s->classes);
    for (size_t i = 0; i < s->hit_count; i++) {
        s->classes[s->hits[i].cls / 64] |= (uint64_t)1 << (s->hits[i].cls % 64);
    }
}

void match_sentence(struct scan *s, struct cands *out) {
    size_t from = out->n, noted = from;
    s->told = out;
    note_classes(s);
    if (s->question) {
        return;
    }
    for (size_t i = 0; i < s->hit_count && out->n < CAND_MAX && !arena_full(s->a); i++) {
        const struct hit h = s->hits[i];
        const uint32_t *list = s->l->by_class[h.cls];
        for (uint32_t k = 1; list && k <= list[0]; k++) {
            const struct frame *f = &s->l->frames[list[k]];
            if (f->nodes) {
                fire_sequence(s, f, &h, out, from);
            } else {
                fire_frame(s, f, &h, out, from);
            }
        }
        if (i + 1 < s->hit_count && s->hits[i + 1].first > h.first) { /* "joined Galdor in 2003 and left in 2011" */
            note_members(s, out, noted);
            noted = out->n;
        }
    }
    fire_at_phrases(s, out, from);
    note_members(s, out, from);
}
