/* evidence.c - see evidence.h. The first number of a feature is its kind, and only tells kinds apart. */
#include "core/event/evidence.h"

#include "core/base/banned.h"

enum { TOLD_BACK = 64 /* events that are looked back at */ };

/* ---- hashes ---- */

/* Of 32 bits, not str_hash: part of the format of data/event.bin. */
uint32_t evidence_name(struct str s) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 16777619u;
    }
    return h;
}

static uint32_t hash_tok(const struct scan *s, int64_t t) {
    return t >= (int64_t)s->first && t < (int64_t)s->last ? evidence_name(s->d->toks[t].fold) : 7;
}

/* What frames of the type found at the trigger without all that they need. */
static const struct cand *partial(const struct place *p, const struct cands *c, size_t from, int type) {
    for (size_t i = from; i < c->n; i++) {
        if (c->items[i].type_index == type && !c->items[i].complete && !c->items[i].gone && c->items[i].first == p->f.trigger.first) {
            return &c->items[i];
        }
    }
    return NULL;
}

void place_type(struct place *p, const struct learned_lang *k, const struct cands *c, size_t from, int type) {
    p->part = partial(p, c, from, type);
    p->best = k->best[p->f.trigger.cls][type];
}

/* ---- a trigger ---- */

static void add(struct features *f, uint32_t kind, uint32_t x, uint32_t y) {
    if (f->n < FEATURE_MAX) {
        f->h[f->n++] = evidence_mix(evidence_mix(evidence_mix(0x51ED270Bu, kind), x), y);
    }
}

bool place_useful(const struct phrase *p) {
    return p->types && p->last > p->first && !(p->cls != NAME_NONE && (p->flags & P_PRONOUN) && p->entity == NONE);
}

static uint32_t count_of(const struct place *p, uint64_t types) {
    uint32_t n = 0;
    for (size_t i = 0; i < p->n && n < 3; i++) {
        n += (p->f.s->ph[p->ph[i]].types & types) != 0;
    }
    return n;
}

void place_begin(struct place *p, struct scan *s, const struct learned_lang *k, const struct hit *h) {
    p->f.s = s;
    p->f.trigger = *h;
    p->cls = k->names[h->cls];
    p->tag = evidence_name(h->tag < s->x->tag_count ? s->x->tags[h->tag] : STR_NONE);
    p->kind = s->x->classes[h->cls].kind;
    p->word = 0;
    for (uint32_t t = h->first; t < h->last; t++) {
        p->word = evidence_mix(p->word, hash_tok(s, t));
    }
    p->seen = false;
}

/* Looks around the trigger, once for all types. */
void place_look(struct place *p, const struct learned_lang *k, int type) {
    struct scan *s = p->f.s;
    const struct hit h = p->f.trigger;
    fire_begin(&p->f, s, &k->frames[type], &h);
    if (p->seen) {
        return;
    }
    p->n = 0;
    for (size_t i = scan_phrase_at(s, p->f.low); i < s->ph_count && s->ph[i].first < p->f.high && p->n < PHRASE_MAX; i++) {
        if (place_useful(&s->ph[i])) {
            p->ph[p->n++] = (uint32_t)i;
        }
    }
    p->subject = way_subject(&p->f, SCAN_NAMED);
    p->object = way_object(&p->f, SCAN_NAMED);
    p->have = count_of(p, TYPE_BIT(NG_PERSON)) * 16 + count_of(p, TYPE_BIT(NG_ORGANIZATION)) * 4 + (count_of(p, TYPE_BIT(NG_MONEY)) > 0 ? 1 : 0);
    p->seen = true;
}

/* What the word alone says. */
void evidence_word(const struct place *p, struct features *f) {
    f->n = 0;
    add(f, 1, 0, 0);
    add(f, 2, p->cls, 0);
    add(f, 3, p->cls, p->tag);
    add(f, 4, p->word, 0);
}

void evidence_trigger(const struct place *p, struct features *f) {
    const struct scan *s = p->f.s;
    const struct hit *h = &p->f.trigger;
    evidence_word(p, f);
    add(f, 5, p->cls, p->f.passive);
    add(f, 6, hash_tok(s, (int64_t)h->first - 1), 0);
    add(f, 7, hash_tok(s, h->last), 0);
    add(f, 8, p->have, 0);
    add(f, 9, p->cls, p->have);
    add(f, 10, p->kind, p->have);
    add(f, 11, p->subject != NONE ? 1 + (uint32_t)__builtin_ctzll(s->ph[p->subject].types) : 0, p->object != NONE ? 1 + (uint32_t)__builtin_ctzll(s->ph[p->object].types) : 0);
    add(f, 12, p->cls, p->subject != NONE ? 1 + (uint32_t)__builtin_ctzll(s->ph[p->subject].types) : 0);
    add(f, 13, p->cls, p->object != NONE ? 1 + (uint32_t)__builtin_ctzll(s->ph[p->object].types) : 0);
    add(f, 14, s->d->sents[s->sent].role, 0);
    add(f, 15, p->kind, s->cl[p->f.clause].relative);
    add(f, 16, hash_tok(s, (int64_t)h->first - 1), p->word);
    add(f, 17, p->word, hash_tok(s, h->last));
    add(f, 18, p->word, p->have);
    add(f, 23, hash_tok(s, (int64_t)h->first - 2), 0);
    add(f, 24, hash_tok(s, (int64_t)h->last + 1), 0);
    for (size_t i = scan_hit_at(s, p->f.low); i < s->hit_count && s->hits[i].first < p->f.high; i++) {
        const struct lex_class *c = &s->x->classes[s->hits[i].cls];
        if (c->kind == CLASS_CUE && s->clauses[s->hits[i].first] == p->f.clause) {
            add(f, 25, c->effect, c->scope);
        }
    }
    add(f, 20, p->part != NULL, 0);
    add(f, 21, p->part != NULL, p->cls);
    add(f, 22, p->best, p->kind);
    add(f, 19, s->last - s->first > 60 ? 3 : (s->last - s->first) / 20, 0);
}

/* ---- a phrase beside it ---- */

static uint32_t kind_of(const struct phrase *q, const struct learned_lang *k) {
    if (q->cls != NAME_NONE && q->entity == NONE) {
        return evidence_mix(99, k->names[q->cls]);
    }
    return (uint32_t)__builtin_ctzll(q->types);
}

static uint32_t bucket(uint32_t d) {
    return d < 2 ? d : d < 4 ? 2 : d < 7 ? 3 : d < 12 ? 4 : d < 20 ? 5 : d < 35 ? 6 : 7;
}

static uint32_t clause_relation(const struct scan *s, uint32_t a, uint32_t b) {
    if (a == b) {
        return 0;
    }
    for (uint32_t c = s->cl[a].parent, n = 0; c != NONE && n < 6; c = s->cl[c].parent, n++) {
        if (c == b) {
            return 1;
        }
    }
    for (uint32_t c = s->cl[b].parent, n = 0; c != NONE && n < 6; c = s->cl[c].parent, n++) {
        if (c == a) {
            return 2;
        }
    }
    return 3;
}

/* What lies between a trigger and a phrase: the kinds of its words, equal ones next to each other once. */
static uint32_t path(const struct scan *s, const uint32_t *names, uint32_t low, uint32_t high, uint32_t *steps) {
    const uint32_t kinds = T_PUNCT | T_HARD | T_AND | T_OPENER | T_AUX | T_VERB | T_PREP | T_NAME | T_POSS | T_FORMER | T_PRONOUN | T_REPORT | T_PASSIVE | T_COMMA | T_RELPOST | T_VALUE;
    uint32_t h = 0, last = 0;
    *steps = 0;
    for (uint32_t t = low; t < high; t++) {
        uint32_t kind = s->marks[t] & kinds;
        if (s->preps[t] != NAME_NONE) {
            kind = evidence_mix(kind, names[s->preps[t]]);
        }
        if (kind != last) {
            h = evidence_mix(h, kind);
            last = kind;
            (*steps)++;
        }
    }
    return h;
}

void evidence_phrase(const struct place *p, uint32_t index, const struct learned_lang *k, struct features *f) {
    const struct scan *s = p->f.s;
    const struct hit *h = &p->f.trigger;
    const struct phrase *q = &s->ph[index];
    bool behind = q->first >= h->last;
    uint32_t low = behind ? h->last : q->last, high = behind ? q->first : h->first, verbs = 0, commas = 0, rank = 0, same = 0;
    uint32_t t0 = kind_of(q, k);
    for (uint32_t t = low; t < high; t++) {
        verbs += (s->marks[t] & T_VERB) && verbs < 2;
        commas += (s->marks[t] & (T_COMMA | T_HARD)) && commas < 2;
    }
    for (size_t i = 0; i < p->n; i++) {
        const struct phrase *o = &s->ph[p->ph[i]];
        bool alike = kind_of(o, k) == t0 && p->ph[i] != index;
        same += alike && same < 2;
        rank += alike && rank < 2 && (behind ? o->first >= h->last && o->first < q->first : o->last <= h->first && o->first > q->first);
    }
    uint32_t order = behind ? 1 : 0, gov = q->gov == NAME_NONE ? 1 : k->names[q->gov], rel = clause_relation(s, p->f.clause, q->clause);
    uint32_t part = index == p->subject ? 1 : index == p->object ? 2 : 0;
    f->n = 0;
    add(f, 31, t0, 0);
    add(f, 32, t0, order);
    add(f, 33, t0, order * 8 + bucket(high > low ? high - low : 0));
    add(f, 34, t0, gov);
    add(f, 35, evidence_mix(t0, p->cls), gov);
    add(f, 36, evidence_mix(t0, p->cls), order);
    add(f, 37, t0, rel * 2 + order);
    add(f, 38, t0, part + 4 * p->f.passive);
    add(f, 39, evidence_mix(t0, p->cls), part);
    for (uint32_t b = 0; b < 13; b++) {
        if (q->flags & (1u << b)) {
            add(f, 40, t0, b * 2 + order);
        }
    }
    add(f, 41, t0, rank * 2 + order);
    add(f, 42, t0, same * 2 + order);
    add(f, 43, t0, hash_tok(s, (int64_t)q->first - 1));
    add(f, 44, t0, hash_tok(s, q->last));
    add(f, 45, evidence_mix(t0, gov), rel * 2 + order);
    add(f, 46, t0, verbs * 2 + order);
    add(f, 47, t0, (verbs * 3 + commas) * 4 + rel);
    add(f, 48, evidence_mix(t0, p->kind), evidence_mix(gov, order));
    add(f, 49, evidence_mix(t0, p->word), gov);
    add(f, 50, evidence_mix(t0, p->word), order);
    add(f, 51, t0, (q->title_count > 0) * 4 + (q->org_count > 0) * 2 + (q->person != NONE));
    add(f, 52, evidence_mix(t0, p->cls), rank * 2 + order);
    add(f, 53, t0, p->have);
    uint32_t steps, way = path(s, k->names, low, high, &steps);
    if (steps <= 6) {
        add(f, 56, t0, evidence_mix(way, order));
        add(f, 57, evidence_mix(t0, p->kind), evidence_mix(way, order));
    }
    add(f, 58, t0, (steps > 6 ? 7 : steps) * 2 + order);
    uint32_t filled = 0;
    for (size_t r = 0; p->part && r < p->part->type->role_count; r++) {
        for (size_t i = 0; i < p->part->count[r]; i++) {
            filled = p->part->phrase[r][i] == index ? evidence_name(p->part->type->roles[r].name) : filled;
        }
    }
    if (p->part) {
        add(f, 55, filled, 0);
    }
    add(f, 54, evidence_mix(t0, p->kind), (rank * 3 + (verbs + commas > 2 ? 2 : verbs + commas)) * 2 + order);
}

/* ---- the whole ---- */

static uint32_t tenth(double share) {
    return (uint32_t)(share * 10);
}

static uint32_t side(const struct place *p, const struct phrase *q) {
    return q->first >= p->f.trigger.last ? 1 : 0;
}

/* How two fillers stand to each other: one the organisation of the other's title, one beside the other, on which sides of the trigger. */
static uint32_t relation(const struct place *p, uint32_t a, uint32_t b) {
    const struct scan *s = p->f.s;
    const struct phrase *x = &s->ph[a], *y = &s->ph[b];
    bool title = false;
    for (size_t t = 0; t < x->title_count; t++) {
        for (size_t o = 0; o < s->ph[x->titles[t]].org_count; o++) {
            title = title || s->ph[x->titles[t]].orgs[o] == b;
        }
    }
    for (size_t o = 0; o < x->org_count; o++) {
        title = title || x->orgs[o] == b;
    }
    uint32_t gap = y->first >= x->last ? y->first - x->last : x->first >= y->last ? x->first - y->last : 0;
    return title * 64u + (gap < 3) * 32u + (x->clause == y->clause) * 16u + (x->clause == p->f.clause) * 8u + (y->clause == p->f.clause) * 4u + side(p, x) * 2u + side(p, y);
}

/* Whether two events have an entity in common. */
static bool meet(const struct cand *a, const struct cand *b) {
    for (size_t r = 0; r < a->type->role_count; r++) {
        for (size_t i = 0; i < a->count[r]; i++) {
            for (size_t q = 0; q < b->type->role_count && a->fill[r][i].entity >= 0; q++) {
                for (size_t k = 0; k < b->count[q]; k++) {
                    if (b->fill[q][k].entity == a->fill[r][i].entity) {
                        return true;
                    }
                }
            }
        }
    }
    return false;
}

/* What else the text has told: in the sentence, and of those who play a part here. */
static void told_features(const struct place *p, const struct cands *out, size_t from, struct features *f) {
    uint32_t here = 0, same = 0, other = 0;
    for (size_t i = out->n > TOLD_BACK ? out->n - TOLD_BACK : 0; i < out->n; i++) {
        const struct cand *c = &out->items[i];
        if (!c->complete || c->gone) {
            continue;
        }
        here += i >= from && here < 2;
        bool known = meet(&p->f.c, c);
        same += known && c->type == p->f.type && same < 1;
        other += known && c->type != p->f.type && other < 1;
    }
    add(f, 86, here, 0);
    add(f, 87, same, other);
    add(f, 88, here, same * 2 + other);
}

/* What is known once all roles are filled; tell and least: of the trigger, and of the least sure of the required roles. */
void evidence_whole(const struct place *p, const struct learned_lang *k, const struct cands *out, size_t from, double tell, double least,
                    struct features *f) {
    const struct scan *s = p->f.s;
    const struct event_type *t = p->f.type;
    int type = p->f.f->type;
    uint32_t roles = 0, far = 0;
    f->n = 0;
    for (size_t r = 0; r < t->role_count; r++) {
        uint32_t a = p->f.c.count[r] ? p->f.c.phrase[r][0] : NONE;
        if (a == NONE) {
            continue;
        }
        const struct phrase *x = &s->ph[a];
        uint32_t gap = x->first >= p->f.trigger.last ? x->first - p->f.trigger.last : p->f.trigger.first - x->last;
        const struct ng_entity *e = x->entity == NONE ? NULL : &s->d->entities[x->entity];
        roles |= 1u << r;
        far = gap > far && gap < WINDOW ? gap : far;
        add(f, 70, k->any[type][r], bucket(gap) * 2 + side(p, x));
        add(f, 71, k->any[type][r], x->flags & (P_POSS | P_COMPOUND | P_PAREN | P_IN_TITLE | P_MEMBER | P_PRONOUN));
        add(f, 72, k->any[type][r], e ? 1 + tenth(e->confidence) * 2 + (e->kb_id.n > 0) : 0);
        add(f, 73, k->any[type][r], x->gov == NAME_NONE ? 1 : k->names[x->gov]);
        for (size_t q = 0; q < t->role_count; q++) {
            uint32_t b = q != r && p->f.c.count[q] ? p->f.c.phrase[q][0] : NONE;
            if (b != NONE) {
                add(f, 74, evidence_mix(k->any[type][r], k->any[type][q]), relation(p, a, b));
            }
        }
    }
    add(f, 75, tenth(tell), 0);
    add(f, 76, tenth(least), 0);
    add(f, 77, tenth(tell * least), 0);
    add(f, 78, roles, 0);
    add(f, 79, bucket(far), 0);
    add(f, 80, p->kind, p->part != NULL);
    add(f, 81, p->cls, 0);
    add(f, 82, p->word, 0);
    add(f, 83, s->d->sents[s->sent].role, s->last - s->first > 60 ? 3 : (s->last - s->first) / 20);
    add(f, 84, p->best, 0);
    add(f, 85, p->have, 0);
    told_features(p, out, from, f);
}

