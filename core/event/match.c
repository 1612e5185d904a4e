/* match.c - frames and patterns over one prepared sentence.
 *
 * A frame looks, from its trigger outwards, for each role in the ways its slot lists, the first way that finds something winning.
 * All looking stays within WINDOW tokens and, but for what a relative pronoun or an omitted subject stands for, within the
 * trigger's clause; the cost is therefore linear in the length of the text. */
#include "core/event/match.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

struct fire {
    struct scan *s;
    const struct frame *f;
    const struct event_type *type;
    struct hit trigger;
    uint32_t clause;
    uint32_t from, to;     /* tokens [from, to) between the neighbouring verbs */
    uint32_t low, high;    /* tokens [low, high): window */
    bool passive, shared;  /* shared: the subject stands before another verb, "left and joined" */
    uint32_t only;         /* of a list, the member meant; or NONE */
    struct cand c;
};

/* ---- where to look ---- */

static bool is_verb_stop(const struct scan *s, uint32_t t) {
    return (s->marks[t] & T_VERB) && !(s->marks[t] & (T_AUX | T_NAME));
}

static uint32_t chain_start(const struct fire *f) {
    uint32_t t = f->trigger.first;
    while (t > f->s->first && (f->s->marks[t - 1] & (T_AUX | T_ADVERB)) && !(f->s->marks[t - 1] & T_NAME)) {
        t--;
    }
    return t;
}

static void find_limits(struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first, end = f->trigger.part_last > f->trigger.last ? f->trigger.part_last : f->trigger.last;
    f->low = t > s->first + WINDOW ? t - WINDOW : s->first;
    f->high = end + WINDOW < s->last ? end + WINDOW : s->last;
    f->clause = s->clauses[t];
    f->from = t;
    while (f->from > f->low && !(is_verb_stop(s, f->from - 1) && s->clauses[f->from - 1] == f->clause)) {
        f->from--;
    }
    f->to = f->trigger.last;
    while (f->to < f->high && !(f->to >= end && is_verb_stop(s, f->to) && s->clauses[f->to] == f->clause)) {
        f->to++;
    }
    uint32_t start = chain_start(f);
    f->shared = start > s->first && (s->marks[start - 1] & T_AND) && !(s->marks[start - 1] & T_NAME);
}

static bool tag_is(const struct scan *s, uint8_t tag, const char *name) {
    return str_eqz(s->x->tags[tag], name);
}

/* Whether the trigger's subject is what the verb is done to. */
static bool find_passive(const struct fire *f) {
    const struct scan *s = f->s;
    if (s->x->classes[f->trigger.cls].kind != CLASS_VERB || f->trigger.part_last) {
        if (s->x->classes[f->trigger.cls].kind != CLASS_VERB) {
            return false;
        }
    }
    bool inflected = f->trigger.tag != 0, part = inflected && tag_is(s, f->trigger.tag, "part");
    if (inflected && !part) {
        return false;
    }
    if (part && f->trigger.last < s->last && s->x->by_prep != NAME_NONE && s->preps[f->trigger.last] == s->x->by_prep) {
        return true;
    }
    uint32_t plain = 0;
    for (uint32_t t = f->trigger.first; t > f->low; t--) {
        uint32_t m = s->marks[t - 1];
        if (s->clauses[t - 1] != f->clause || ((m & T_VERB) && !(m & T_AUX))) {
            break;
        }
        if (m & T_PASSIVE) {
            return true;
        }
        if (part && !s->x->free_order && !(m & (T_AUX | T_ADVERB)) && ++plain > 1) {
            break;
        }
    }
    for (uint32_t t = f->trigger.last; s->x->free_order && t < f->trigger.last + 3 && t < f->high; t++) {
        if (s->clauses[t] == f->clause && (s->marks[t] & T_PASSIVE)) {
            return true;
        }
    }
    return false;
}

static bool used(const struct fire *f, uint32_t index) {
    for (size_t r = 0; r < ROLE_MAX; r++) {
        for (size_t k = 0; k < f->c.count[r]; k++) {
            if (f->c.phrase[r][k] == index) {
                return true;
            }
        }
    }
    return false;
}

static bool fits(const struct fire *f, uint32_t index, uint64_t types) {
    const struct phrase *p = &f->s->ph[index];
    return (p->types & types) && !(p->flags & P_PAREN) && !used(f, index);
}

/* A phrase that may be subject or object: governed by nothing, no possessor, first of its list. */
static bool bare(const struct fire *f, uint32_t index, uint64_t types) {
    const struct phrase *p = &f->s->ph[index];
    return fits(f, index, types) && p->gov == NAME_NONE && p->clause == f->clause &&
           !(p->flags & (P_POSS | P_IN_TITLE | P_COMPOUND | P_MEMBER | P_ATTACHED));
}

/* ---- ways ---- */

/* Nearest fitting phrase to the left (right) of the trigger, tokens [from, to) of the sentence. */
static uint32_t left_of(const struct fire *f, uint64_t types, uint32_t from, bool objects) {
    size_t i = scan_phrase_at(f->s, f->trigger.first);
    while (i-- > 0 && f->s->ph[i].first >= from) {
        if (f->s->ph[i].last <= f->trigger.first && bare(f, (uint32_t)i, types) && (objects || !(f->s->ph[i].flags & P_OBJECT))) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static uint32_t first_left(const struct fire *f, uint64_t types) {
    for (size_t i = scan_phrase_at(f->s, f->low); i < f->s->ph_count && f->s->ph[i].first < f->trigger.first; i++) {
        if (bare(f, (uint32_t)i, types) && !(f->s->ph[i].flags & P_OBJECT)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static uint32_t right_of(const struct fire *f, uint64_t types, uint32_t to) {
    for (size_t i = scan_phrase_at(f->s, f->trigger.last); i < f->s->ph_count && f->s->ph[i].first < to; i++) {
        bool comma = false;
        if (!bare(f, (uint32_t)i, types)) {
            continue;
        }
        for (uint32_t t = f->trigger.last; t < f->s->ph[i].np_first && !comma; t++) {
            comma = (f->s->marks[t] & (T_COMMA | T_HARD)) && !(f->s->marks[t] & T_SOFT);
        }
        return comma ? NONE : (uint32_t)i;
    }
    return NONE;
}

/* What a clause without a subject of its own takes for one: the antecedent, the main clause's subject. */
static uint32_t outer_subject(struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t own = f->clause, found = NONE;
    for (uint32_t c = f->clause, up = 0; c != NONE && up < 3 && found == NONE; c = s->cl[c].parent, up++) {
        uint32_t who = s->cl[c].relative ? s->cl[c].subject : NONE;
        if (who != NONE && (s->ph[who].types & types) && !used(f, who)) {
            return who;
        }
        if (s->cl[c].relative) {
            return NONE;
        }
        uint32_t parent = s->cl[c].parent;
        if (parent == NONE || s->cl[c].reported) {
            break;
        }
        f->clause = parent;
        found = left_of(f, types, f->low, false);
        for (size_t i = scan_phrase_at(s, f->trigger.last); found == NONE && i < s->ph_count && s->ph[i].first < f->high; i++) {
            found = bare(f, (uint32_t)i, types) ? (uint32_t)i : NONE;
        }
        f->clause = own;
    }
    f->clause = own;
    if (found != NONE) {
        f->c.confidence *= 0.93f;
    }
    return found;
}

/* "who joined Xiaomi" the Chinese way: trigger, object, 的, subject. */
static uint32_t behind_relative(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    for (uint32_t t = f->trigger.last; t < f->to && s->clauses[t] == f->clause; t++) {
        if (s->marks[t] & (T_COMMA | T_HARD)) {
            return NONE;
        }
        if (s->marks[t] & T_RELPOST) {
            for (size_t i = scan_phrase_at(s, t + 1); i < s->ph_count && s->ph[i].first < t + 1 + s->x->np_gap; i++) {
                if (fits(f, (uint32_t)i, types) && s->ph[i].np_first <= t + 1 + s->x->np_gap) {
                    return (uint32_t)i;
                }
            }
            return NONE;
        }
    }
    return NONE;
}

static uint32_t fixed_subject(struct fire *f, uint64_t types) {
    uint32_t p = f->shared ? first_left(f, types) : NONE;
    p = p != NONE ? p : left_of(f, types, f->low, false);
    if (p == NONE) {
        p = f->s->x->chars ? behind_relative(f, types) : NONE;
        p = p != NONE ? p : outer_subject(f, types);
    }
    if (p == NONE) {
        p = left_of(f, types, f->low, true);
        f->c.confidence *= p != NONE ? 0.9f : 1.0f;
    }
    return p;
}

/* Where words move freely: the first free phrase between the neighbouring verbs is the subject, the next one the object. */
static uint32_t free_phrase(const struct fire *f, uint64_t types, uint32_t from, uint32_t to) {
    for (size_t i = scan_phrase_at(f->s, from); i < f->s->ph_count && f->s->ph[i].first < to; i++) {
        if (bare(f, (uint32_t)i, types)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* Whether only one phrase between the verbs could be subject or object; it is the object then, if the subject is shared. */
static bool lone(const struct fire *f, uint64_t types) {
    size_t n = 0;
    for (size_t i = scan_phrase_at(f->s, f->from); i < f->s->ph_count && f->s->ph[i].first < f->to; i++) {
        n += bare(f, (uint32_t)i, types) ? 1 : 0;
    }
    return n == 1;
}

static bool object_shares_types(const struct fire *f, uint64_t types) {
    for (size_t i = 0; i < f->f->slot_count; i++) {
        for (size_t k = 0; k < f->f->slots[i].way_count; k++) {
            const struct way *w = &f->f->slots[i].ways[k];
            if (w->kind == WAY_OBJ && (w->types & types)) {
                return true;
            }
        }
    }
    return false;
}

static uint32_t free_subject(struct fire *f, uint64_t types) {
    uint32_t p = NONE;
    if (!(f->shared && object_shares_types(f, types) && lone(f, types))) {
        p = free_phrase(f, types, f->from, f->to);
    }
    p = p != NONE ? p : free_phrase(f, types, f->low, f->trigger.first);
    return p != NONE ? p : outer_subject(f, types);
}

static uint32_t subject(struct fire *f, uint64_t types) {
    return f->s->x->free_order ? free_subject(f, types) : fixed_subject(f, types);
}

static uint32_t governed(const struct fire *f, uint16_t prep, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t best = NONE, distance = NONE;
    for (size_t i = scan_phrase_at(s, f->low); i < s->ph_count && s->ph[i].first < f->high; i++) {
        const struct phrase *p = &s->ph[i];
        bool inside = p->first >= f->from && p->first < f->to;
        if (p->gov != prep || p->clause != f->clause || !fits(f, (uint32_t)i, types) || (p->flags & (P_POSS | P_IN_TITLE | P_MEMBER))) {
            continue;
        }
        uint32_t d = p->first >= f->trigger.last ? p->first - f->trigger.last : f->trigger.first - p->last + 8;
        d += inside ? 0 : 100;
        if (d < distance) {
            best = (uint32_t)i;
            distance = d;
        }
    }
    return distance < 100 || f->shared ? best : NONE;
}

static uint32_t object(struct fire *f, uint64_t types) {
    uint32_t p = NONE;
    if (f->s->x->object_prep != NAME_NONE) {
        p = governed(f, f->s->x->object_prep, types);
    }
    if (p == NONE) {
        p = f->s->x->free_order ? free_phrase(f, types, f->from, f->to) : right_of(f, types, f->to);
    }
    if (p == NONE && f->s->x->chars) { /* "joined Xiaomi 的 Luo": the object looks like a possessor */
        for (size_t i = scan_phrase_at(f->s, f->trigger.last); i < f->s->ph_count && f->s->ph[i].first <= f->trigger.last + 1; i++) {
            if (fits(f, (uint32_t)i, types) && f->s->ph[i].gov == NAME_NONE) {
                return (uint32_t)i;
            }
        }
    }
    uint32_t who = f->s->cl[f->clause].relative ? f->s->cl[f->clause].subject : NONE;
    if (p == NONE && who != NONE && (f->s->ph[who].types & types) && !used(f, who)) {
        p = who;
    }
    return p;
}

static uint32_t agent(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t p = s->x->by_prep != NAME_NONE ? governed(f, s->x->by_prep, types) : NONE;
    if (p != NONE) {
        return p;
    }
    for (uint32_t t = f->trigger.first; t > f->from && p == NONE; t--) { /* 被字节挖走, được FPT bổ nhiệm */
        if (s->marks[t - 1] & T_PASSIVE) {
            for (size_t i = scan_phrase_at(s, t); i < s->ph_count && s->ph[i].last <= f->trigger.first; i++) {
                if (fits(f, (uint32_t)i, types) && s->ph[i].np_first <= t + s->x->np_gap && !(s->ph[i].flags & (P_POSS | P_IN_TITLE))) {
                    return (uint32_t)i;
                }
            }
        }
    }
    return NONE;
}

/* The possessor right before the trigger: "Zhou's sudden departure". */
static uint32_t possessor(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first;
    for (uint8_t gap = 0; t > f->low && gap <= s->x->np_gap; gap++, t--) {
        uint32_t end = s->marks[t - 1] & T_POSS ? t - 1 : t;
        size_t i = scan_phrase_at(s, end);
        for (size_t back = 0; i-- > 0 && back < 4; back++) {
            const struct phrase *p = &s->ph[i];
            if (p->last == end && (p->flags & P_POSS) && (p->types & types) && !used(f, (uint32_t)i)) {
                return (uint32_t)i;
            }
        }
        if (s->marks[t - 1] & T_POSS || !(scan_plain(s, t - 1))) {
            break;
        }
    }
    return NONE;
}

static uint32_t compound(const struct fire *f, uint64_t types) {
    uint32_t t = f->trigger.first;
    size_t i = scan_phrase_at(f->s, t);
    for (size_t back = 0; i-- > 0 && back < 4; back++) {
        const struct phrase *p = &f->s->ph[i];
        if (p->last + 1 == t && (p->flags & P_COMPOUND) && (p->types & types) && !used(f, (uint32_t)i)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static uint32_t anywhere(const struct fire *f, uint64_t types) {
    uint32_t best = NONE, distance = NONE;
    for (size_t i = scan_phrase_at(f->s, f->low); i < f->s->ph_count && f->s->ph[i].first < f->high; i++) {
        const struct phrase *p = &f->s->ph[i];
        if (p->clause != f->clause || !fits(f, (uint32_t)i, types) || (p->flags & (P_IN_TITLE | P_MEMBER | P_ATTACHED)) ||
            (p->first >= f->trigger.first && p->first < f->trigger.last)) {
            continue;
        }
        uint32_t d = p->first >= f->trigger.last ? p->first - f->trigger.last : f->trigger.first - p->last + 2;
        d += p->first >= f->from && p->first < f->to ? 0 : 40;
        if (d < distance) {
            best = (uint32_t)i;
            distance = d;
        }
    }
    return best;
}

/* ---- filling a role ---- */

static void put_filler(struct fire *f, uint8_t role, struct ng_filler filler, uint32_t phrase) {
    struct cand *c = &f->c;
    for (size_t r = 0; r < f->type->role_count; r++) {
        for (size_t k = 0; k < c->count[r]; k++) { /* nobody fills two roles */
            if (filler.entity >= 0 && c->fill[r][k].entity == filler.entity) {
                return;
            }
        }
    }
    if (c->count[role] < FILLER_MAX) {
        c->phrase[role][c->count[role]] = phrase;
        c->fill[role][c->count[role]++] = filler;
    }
}

static struct ng_span tokens_span(const struct scan *s, uint32_t first, uint32_t last) {
    return (struct ng_span){s->d->toks[first].start, s->d->toks[last - 1].end};
}

static void put_phrase(struct fire *f, uint8_t role, uint32_t index) {
    const struct scan *s = f->s;
    bool each = f->type->roles[role].each;
    for (uint32_t p = index; p != NONE; p = s->ph[p].next_member) {
        const struct phrase *it = &s->ph[p];
        if (each && f->only != NONE && p != f->only) {
            continue;
        }
        struct ng_filler filler = {.entity = it->entity == NONE ? -1 : (int32_t)it->entity, .span = tokens_span(s, it->first, it->last)};
        if (it->mention != NONE) {
            filler.span = (struct ng_span){s->d->mentions[it->mention].start, s->d->mentions[it->mention].end};
        }
        put_filler(f, role, filler, p);
        f->c.confidence *= it->weight;
    }
}

static bool put_text(struct fire *f, uint8_t role, uint32_t first, uint32_t last) {
    if (first >= last) {
        return false;
    }
    put_filler(f, role, (struct ng_filler){.entity = -1, .span = tokens_span(f->s, first, last)}, NONE);
    return true;
}

/* The noun phrase that begins at t: up to 10 tokens, names and "of ..." included. */
static uint32_t np_end(const struct scan *s, uint32_t t) {
    uint32_t end = t;
    uint16_t of = lexicon_prep(s->x, STR("of"));
    while (end < s->last && end < t + 10) {
        bool inner = end > t && of != NAME_NONE && s->preps[end] == of;
        bool joined = end > t && (s->marks[end] & T_AND) && end + 1 < s->last && scan_plain(s, end + 1);
        if (!scan_plain(s, end) && !(s->marks[end] & T_NAME) && !inner && !joined && !(end > t && (s->marks[end] & T_POSS))) {
            break;
        }
        end++;
    }
    while (end > t && (s->marks[end - 1] & (T_PREP | T_AND | T_DET | T_PUNCT | T_ADVERB))) {
        end--;
    }
    return end;
}

static uint32_t np_start(const struct scan *s, uint32_t t) {
    while (t < s->last && (s->marks[t] & (T_DET | T_ADVERB)) && !(s->marks[t] & T_NAME)) {
        t++;
    }
    return t;
}

static uint32_t clause_end(const struct scan *s, uint32_t t) {
    uint32_t end = t, stop = t + 30 < s->last ? t + 30 : s->last;
    while (end < stop && !((s->marks[end] & T_COMMA) && !(s->marks[end] & T_SOFT)) && !(s->marks[end] & T_HARD)) {
        end++;
    }
    while (end > t && (s->marks[end - 1] & T_PUNCT)) {
        end--;
    }
    return end;
}

/* Free text behind a preposition, or behind the trigger. */
static bool text_behind(struct fire *f, uint8_t role, const struct way *w) {
    const struct scan *s = f->s;
    uint32_t at = f->trigger.last;
    if (w->kind == WAY_PREP) {
        while (at < f->to && !(s->preps[at] == w->arg && (s->clauses[at] == f->clause || (w->types & TYPE_BIT(BIT_CLAUSE))))) {
            at++;
        }
        if (at >= f->to) {
            return false;
        }
        if (w->types & TYPE_BIT(BIT_CLAUSE)) {
            return put_text(f, role, at, clause_end(s, at));
        }
        while (at < f->to && s->preps[at] == w->arg) {
            at++;
        }
    }
    if (w->types & TYPE_BIT(BIT_CLAUSE)) {
        return put_text(f, role, at, clause_end(s, at));
    }
    at = np_start(s, at);
    return put_text(f, role, at, np_end(s, at));
}

/* "Alibaba's Zhou Chang", "Alibabas Kerntalent Zhou Chang": the organisation that owns the phrase, or NONE. */
static uint32_t owner(const struct scan *s, const struct phrase *p) {
    uint32_t t = p->np_first;
    for (uint32_t gap = 0; t > s->first && gap < 4; gap++, t--) {
        uint32_t end = s->marks[t - 1] & T_POSS ? t - 1 : t;
        size_t i = scan_phrase_at(s, end);
        for (size_t back = 0; i-- > 0 && back < 3; back++) {
            const struct phrase *o = &s->ph[i];
            if (o->last == end && (o->flags & P_POSS) && (o->types & TYPE_BIT(NG_ORGANIZATION))) {
                return (uint32_t)i;
            }
        }
        if (!scan_plain(s, t - 1) || (s->marks[t - 1] & T_PUNCT)) {
            break;
        }
    }
    return NONE;
}

/* Organisations (or the words) of the titles that a filler is or carries. */
static bool from_titles(struct fire *f, uint8_t role, const struct way *w) {
    const struct scan *s = f->s;
    uint8_t before = f->c.count[role];
    for (size_t k = 0; k < f->c.count[w->arg]; k++) {
        uint32_t p = f->c.phrase[w->arg][k];
        if (p == NONE) {
            continue;
        }
        const struct phrase *it = &s->ph[p];
        bool head = it->cls != NAME_NONE && s->x->classes[it->cls].kind == CLASS_HEAD;
        size_t n = head ? 1 : it->title_count;
        for (size_t t = 0; t < n; t++) {
            const struct phrase *title = head ? it : &s->ph[it->titles[t]];
            if (w->kind == WAY_FORMER_OF && !(title->flags & P_FORMER)) {
                continue;
            }
            if (w->kind == WAY_TITLE_OF) {
                put_text(f, role, title->first, title->last);
                continue;
            }
            for (size_t o = 0; o < title->org_count; o++) {
                const struct phrase *org = &s->ph[title->orgs[o]];
                struct ng_filler filler = {.entity = org->entity == NONE ? -1 : (int32_t)org->entity,
                                           .span = tokens_span(s, org->first, org->last)};
                put_filler(f, role, filler, title->orgs[o]);
            }
        }
        uint32_t own = w->kind == WAY_ORG_OF && !head && f->c.count[role] == before ? owner(s, it) : NONE;
        if (own != NONE) {
            put_phrase(f, role, own);
        }
        int32_t known = w->kind == WAY_ORG_OF && !head && it->entity != NONE ? s->org_of[it->entity] : -1;
        if (f->c.count[role] == before && known >= 0 && f->type->roles[role].required) {
            const struct ng_entity *e = &s->d->entities[known];
            struct ng_span span = e->mention_count ? e->mentions[0].span : (struct ng_span){0, 0};
            put_filler(f, role, (struct ng_filler){.entity = known, .span = span}, NONE);
            f->c.confidence *= 0.8f;
        }
    }
    return f->c.count[role] > before;
}

static bool from_span(struct fire *f, uint8_t role, uint8_t other) {
    uint32_t p = f->c.count[other] ? f->c.phrase[other][0] : NONE;
    if (p == NONE) {
        return false;
    }
    const struct phrase *it = &f->s->ph[p];
    uint32_t first = it->first < f->trigger.first ? it->first : f->trigger.first;
    uint32_t last = it->last > f->trigger.last ? it->last : f->trigger.last;
    return last - first <= 20 && put_text(f, role, first, last);
}

static bool try_way(struct fire *f, uint8_t role, const struct way *w) {
    uint32_t p = NONE;
    const uint64_t free_text = TYPE_BIT(BIT_NP) | TYPE_BIT(BIT_CLAUSE);
    uint8_t kind = w->kind;
    if (f->passive && (kind == WAY_SUBJ || kind == WAY_OBJ)) {
        kind = kind == WAY_SUBJ ? WAY_AGENT : WAY_SUBJ;
    }
    if ((w->types & free_text) && (kind == WAY_PREP || kind == WAY_OBJ || kind == WAY_RIGHT)) {
        return text_behind(f, role, w);
    }
    switch (kind) {
    case WAY_SUBJ:
        p = subject(f, w->types);
        break;
    case WAY_OBJ:
        p = object(f, w->types);
        break;
    case WAY_PREP:
        p = governed(f, w->arg, w->types);
        break;
    case WAY_POSS:
        p = possessor(f, w->types);
        break;
    case WAY_COMPOUND:
        p = compound(f, w->types);
        break;
    case WAY_AGENT:
        p = agent(f, w->types);
        break;
    case WAY_LEFT:
        p = left_of(f, w->types, f->low, true);
        break;
    case WAY_RIGHT:
        p = right_of(f, w->types, f->high);
        break;
    case WAY_ANY:
        p = anywhere(f, w->types);
        break;
    case WAY_SPAN:
        return from_span(f, role, (uint8_t)w->arg);
    case WAY_SOURCE:
        return false; /* filled once the sources are known */
    default:
        return from_titles(f, role, w);
    }
    if (p == NONE) {
        return false;
    }
    uint8_t before = f->c.count[role];
    put_phrase(f, role, p);
    return f->c.count[role] > before;
}

static void fill_slot(struct fire *f, const struct slot *slot) {
    int done = -1;
    for (size_t i = 0; i < slot->way_count; i++) {
        if (done >= 0) {
            break;
        }
        if (try_way(f, slot->role, &slot->ways[i])) {
            done = slot->ways[i].alternative;
        }
    }
}

static bool slots_filled(const struct fire *f) {
    for (size_t i = 0; i < f->f->slot_count; i++) {
        if (f->f->slots[i].required && f->c.count[f->f->slots[i].role] == 0) {
            return false;
        }
    }
    return true;
}

bool cand_complete(const struct cand *c) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        const struct event_role *role = &c->type->roles[r];
        size_t n = 0;
        for (size_t k = 0; k < c->type->role_count; k++) {
            n += c->type->roles[k].group == role->group ? c->count[k] : 0;
        }
        if (role->required && n < role->least) {
            return false;
        }
    }
    return true;
}

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
    return tokens_span(s, first, last);
}

static size_t filled(const struct cand *c) {
    size_t n = c->complete ? 100 : 0;
    for (size_t r = 0; r < c->type->role_count; r++) {
        n += c->count[r] ? (c->type->roles[r].required ? 4 : 1) : 0;
    }
    return n;
}

/* Keeps the better one of two events of one type and trigger. */
static void keep(struct fire *f, struct cands *out, size_t from) {
    struct cand *c = &f->c;
    size_t back = out->n > from + 24 ? out->n - 24 : from; /* triggers that overlap fire one soon after the other */
    for (size_t i = out->n; i-- > back;) {
        struct cand *o = &out->items[i];
        bool same = o->type == c->type && o->first < c->last && c->first < o->last && !o->gone;
        if (same && f->only == NONE) {
            if (filled(o) > filled(c) || (filled(o) == filled(c) && o->confidence >= c->confidence)) {
                return;
            }
            o->gone = true;
        }
    }
    ARENA_PUSH(f->s->a, out->items, out->n, out->cap) = *c;
}

static void fill_sources(struct fire *f) {
    for (size_t i = 0; i < f->f->slot_count; i++) {
        const struct slot *slot = &f->f->slots[i];
        for (size_t k = 0; k < slot->way_count && f->c.count[slot->role] == 0; k++) {
            for (size_t n = 0; slot->ways[k].kind == WAY_SOURCE && n < f->c.source_count; n++) {
                const struct ng_entity *e = &f->s->d->entities[f->c.sources[n]];
                struct ng_span span = e->mention_count ? e->mentions[0].span : (struct ng_span){0, 0};
                put_filler(f, slot->role, (struct ng_filler){.entity = (int32_t)f->c.sources[n], .span = span}, NONE);
            }
        }
    }
}

static bool finish(struct fire *f, struct cands *out, size_t from) {
    f->c.complete = cand_complete(&f->c);
    bool any = false;
    for (size_t r = 0; r < f->type->role_count; r++) {
        any = any || f->c.count[r];
    }
    if (!any || !slots_filled(f) || !status_find(f->s, &f->c, &f->trigger)) {
        return false;
    }
    fill_sources(f);
    f->c.evidence[0] = evidence_of(f);
    f->c.evidence_count = 1;
    doc_trace(f->s->d, "%s: %.*s at '%.*s', %s:%zu", f->c.complete ? "fires" : "incomplete", STR_ARG(cand_text(f->s->d, &f->c)),
              STR_ARG(doc_sub(f->s->d, f->s->d->toks[f->trigger.first].start, f->s->d->toks[f->trigger.last - 1].end)), f->f->path,
              f->f->line);
    keep(f, out, from);
    return true;
}

static void begin(struct fire *f, struct scan *s, const struct frame *frame, const struct hit *h) {
    *f = (struct fire){.s = s, .f = frame, .type = &s->r->schema.types[frame->type], .trigger = *h, .only = NONE};
    f->c.frame = frame;
    f->c.type = f->type;
    f->c.type_index = frame->type;
    f->c.confidence = frame->confidence;
    f->c.sent = s->sent;
    f->c.first = h->first;
    f->c.last = h->last;
    find_limits(f);
    f->c.clause = f->clause;
    f->passive = find_passive(f);
}

static void reset_roles(struct fire *f) {
    memset(f->c.count, 0, sizeof f->c.count);
    f->c.confidence = f->f->confidence;
}

/* The list whose members make an event each, or NONE. */
static uint32_t each_list(const struct fire *f) {
    for (size_t r = 0; r < f->type->role_count; r++) {
        if (f->type->roles[r].each && f->c.count[r] > 1 && f->c.phrase[r][0] != NONE) {
            return f->c.phrase[r][0];
        }
    }
    return NONE;
}

static bool classes_agree(const struct fire *f) {
    const struct scan *s = f->s;
    bool near = f->f->near_count == 0;
    size_t lo = 0, hi = s->hit_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->hits[mid].first < f->low) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    for (size_t i = lo; i < s->hit_count && s->hits[i].first < f->high; i++) {
        const struct hit *h = &s->hits[i];
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

static void fire_frame(struct scan *s, const struct frame *frame, const struct hit *h, struct cands *out, size_t from) {
    struct fire f;
    uint32_t tag = 1u << h->tag;
    if ((frame->tags && !(frame->tags & tag)) || (frame->not_tags & tag)) {
        return;
    }
    begin(&f, s, frame, h);
    if (!classes_agree(&f)) {
        return;
    }
    for (size_t i = 0; i < frame->slot_count; i++) {
        fill_slot(&f, &frame->slots[i]);
    }
    uint32_t list = each_list(&f);
    if (list == NONE) {
        finish(&f, out, from);
        return;
    }
    for (uint32_t m = list; m != NONE; m = s->ph[m].next_member) {
        reset_roles(&f);
        f.only = m;
        for (size_t i = 0; i < frame->slot_count; i++) {
            fill_slot(&f, &frame->slots[i]);
        }
        finish(&f, out, from);
    }
}

/* ---- patterns ---- */

enum { REACH = 48, VISITED = NODE_MAX * (REACH + 1) };

struct run {
    struct scan *s;
    const struct frame *f;
    uint32_t start;
    uint32_t anchor;                        /* token the match must contain */
    uint32_t slot_first[ROLE_MAX], slot_last[ROLE_MAX], slot_phrase[ROLE_MAX];
    uint8_t visited[(VISITED + 7) / 8];
    uint32_t end;
};

static bool run_node(struct run *r, uint16_t n, uint32_t at);

static bool bind(struct run *r, const struct node *n, uint32_t first, uint32_t last, uint32_t phrase) {
    uint8_t role = n->role;
    if (role == ROLE_MAX) {
        return run_node(r, n->next, last);
    }
    uint32_t old[3] = {r->slot_first[role], r->slot_last[role], r->slot_phrase[role]};
    r->slot_first[role] = first;
    r->slot_last[role] = last;
    r->slot_phrase[role] = phrase;
    if (run_node(r, n->next, last)) {
        return true;
    }
    r->slot_first[role] = old[0];
    r->slot_last[role] = old[1];
    r->slot_phrase[role] = old[2];
    return false;
}

static bool run_slot(struct run *r, const struct node *n, uint32_t at) {
    const struct scan *s = r->s;
    size_t i = scan_phrase_at(s, at);
    for (size_t k = i; k < s->ph_count && k < i + 6 && s->ph[k].np_first <= at; k++) {
        const struct phrase *p = &s->ph[k];
        if (!(p->types & n->types) || (p->first != at && p->np_first != at) || (p->flags & P_MEMBER)) {
            continue;
        }
        uint32_t tail = (uint32_t)k;
        while (s->ph[tail].next_member != NONE) {
            tail = s->ph[tail].next_member;
        }
        if (bind(r, n, p->first, s->ph[tail].ext_last, (uint32_t)k) || bind(r, n, p->first, p->last, (uint32_t)k)) {
            return true;
        }
    }
    for (size_t k = i; k < s->ph_count && k < i + 6 && s->ph[k].first <= at + 12; k++) { /* with a title before the name */
        const struct phrase *p = &s->ph[k];
        if ((p->types & n->types) && p->np_first == at && p->first > at && !(p->flags & P_MEMBER) &&
            bind(r, n, p->first, p->ext_last, (uint32_t)k)) {
            return true;
        }
    }
    if (n->types & TYPE_BIT(BIT_NP)) {
        uint32_t from = np_start(s, at);
        for (uint32_t end = np_end(s, from); end > from; end--) {
            if (bind(r, n, from, end, NONE)) {
                return true;
            }
        }
    }
    if (n->types & TYPE_BIT(BIT_CLAUSE)) {
        uint32_t end = clause_end(s, at);
        return end > at && bind(r, n, at, end, NONE);
    }
    return false;
}

static bool run_class(struct run *r, const struct node *n, uint32_t at) {
    const struct scan *s = r->s;
    size_t lo = 0, hi = s->hit_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->hits[mid].first < at) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    for (; lo < s->hit_count && s->hits[lo].first == at; lo++) {
        if (s->hits[lo].cls == n->arg && run_node(r, n->next, s->hits[lo].last)) {
            return true;
        }
    }
    return false;
}

static bool run_node(struct run *r, uint16_t index, uint32_t at) {
    const struct scan *s = r->s;
    const struct node *n = &r->f->nodes[index];
    if (n->kind == NODE_END) {
        r->end = at;
        return at > r->anchor;
    }
    if (at - r->start > REACH || (at >= s->last && n->kind != NODE_SPLIT && n->kind != NODE_GAP)) {
        return false;
    }
    size_t bit = (size_t)index * (REACH + 1) + (at - r->start);
    if (r->visited[bit / 8] >> (bit % 8) & 1) {
        return false;
    }
    r->visited[bit / 8] |= (uint8_t)(1u << (bit % 8));
    switch (n->kind) {
    case NODE_WORD:
        return s->words[at] == n->arg && run_node(r, n->next, at + 1);
    case NODE_CLASS:
        return run_class(r, n, at);
    case NODE_SLOT:
        return run_slot(r, n, at);
    case NODE_SPLIT:
        return run_node(r, n->next, at) || run_node(r, n->other, at);
    default:
        for (uint32_t k = 0; k <= n->reach; k++) {
            if (run_node(r, n->next, at + k)) {
                return true;
            }
            if (at + k >= s->last || (s->marks[at + k] & T_HARD) ||
                (!n->commas && (s->marks[at + k] & T_COMMA) && !(s->marks[at + k] & T_SOFT))) {
                return false;
            }
        }
        return false;
    }
}

static void fill_from_run(struct fire *f, const struct run *r) {
    for (uint8_t role = 0; role < f->type->role_count; role++) {
        if (r->slot_last[role] == 0) {
            continue;
        }
        if (r->slot_phrase[role] != NONE) {
            put_phrase(f, role, r->slot_phrase[role]);
        } else {
            put_text(f, role, r->slot_first[role], r->slot_last[role]);
        }
    }
    for (size_t i = 0; i < f->f->slot_count; i++) {
        if (f->c.count[f->f->slots[i].role] == 0) {
            fill_slot(f, &f->f->slots[i]);
        }
    }
}

static void fire_pattern(struct scan *s, const struct frame *frame, const struct hit *h, struct cands *out, size_t from) {
    struct run r = {.s = s, .f = frame, .anchor = h->first};
    struct fire f;
    uint32_t low = h->first > s->first + 40 ? h->first - 40 : s->first;
    for (uint32_t start = h->first + 1; start-- > low;) {
        r.start = start;
        memset(r.visited, 0, sizeof r.visited);
        memset(r.slot_last, 0, sizeof r.slot_last);
        if (!run_node(&r, frame->start, start)) {
            continue;
        }
        begin(&f, s, frame, h);
        f.passive = false;
        if (!classes_agree(&f)) {
            return;
        }
        fill_from_run(&f, &r);
        uint32_t list = each_list(&f);
        for (uint32_t m = list; m != NONE; m = s->ph[m].next_member) {
            reset_roles(&f);
            f.only = m;
            fill_from_run(&f, &r);
            finish(&f, out, from);
        }
        if (list == NONE) {
            finish(&f, out, from);
        }
        return;
    }
}

void match_sentence(struct scan *s, struct cands *out) {
    size_t from = out->n;
    if (s->question) {
        return;
    }
    for (size_t i = 0; i < s->hit_count && out->n < CAND_MAX && !arena_full(s->a); i++) {
        const struct hit h = s->hits[i];
        const uint32_t *list = s->l->by_class[h.cls];
        for (uint32_t k = 1; list && k <= list[0]; k++) {
            const struct frame *f = &s->l->frames[list[k]];
            if (f->nodes) {
                fire_pattern(s, f, &h, out, from);
            } else {
                fire_frame(s, f, &h, out, from);
            }
        }
    }
}
