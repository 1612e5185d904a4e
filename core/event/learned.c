/* learned.c - see learned.h. */
#include "core/event/learned.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/event/evidence.h"

#include "core/base/banned.h"

enum { PROPOSAL_MAX = 32, SALT_ALL = 3, BESIDE = 12 /* tokens */, NEWS_LEAST = 2, NEWS_BACK = 12 /* sentences */, LEARNED_VERSION = 1 };
#define WORD_LEAST 0.3 /* probability, by the word alone, below which nothing else is looked at */

struct learned_header {
    char magic[8];            /* "NUTGEVT" */
    uint32_t version;         /* LEARNED_VERSION */
    uint32_t bits;            /* 1 << bits weights follow, signed bytes */
    float scale;              /* of a weight */
    float trigger, role, event; /* least probability: that the trigger tells an event, that a phrase plays a role, that the whole is right */
};

struct learned {
    struct learned_header h;
    const signed char *weights;
};

enum err_code learned_load(struct learned **out, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/event.bin", data_dir), bytes;
    struct learned *l = ARENA_NEW(a, struct learned);
    *out = NULL;
    if (!path.p || !l) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the learned events");
    }
    if (!file_exists(path.p)) {
        return ERR_OK;
    }
    enum err_code code = file_read(a, path.p, (size_t)1 << 24, &bytes, err);
    if (code != ERR_OK) {
        return code;
    }
    if (bytes.n >= sizeof l->h) {
        memcpy(&l->h, bytes.p, sizeof l->h);
    }
    if (bytes.n < sizeof l->h || memcmp(l->h.magic, "NUTGEVT", 8) != 0 || l->h.version != LEARNED_VERSION || l->h.bits < 8 || l->h.bits > 22 ||
        bytes.n != sizeof l->h + ((size_t)1 << l->h.bits)) {
        return err_set_in(err, ERR_DATA, path.p, 0, 0, "not a file of event weights of version %d", LEARNED_VERSION);
    }
    l->weights = (const signed char *)bytes.p + sizeof l->h;
    *out = l;
    return ERR_OK;
}

/* ---- what the frames allow ---- */

static void allow(struct learned_lang *k, const struct frame *f) {
    const uint64_t text = TYPE_BIT(BIT_NP) | TYPE_BIT(BIT_CLAUSE);
    for (size_t i = 0; i < f->slot_count; i++) {
        for (size_t w = 0; w < f->slots[i].way_count; w++) {
            k->bits[f->type][f->slots[i].role] |= f->slots[i].ways[w].types & ~text;
        }
    }
    for (size_t i = 0; f->nodes && i < f->node_count; i++) {
        if (f->nodes[i].kind == NODE_SLOT && f->nodes[i].role < ROLE_MAX) {
            k->bits[f->type][f->nodes[i].role] |= f->nodes[i].types & ~text;
        }
    }
}

bool learned_link(struct event_lang *l, const struct event_schema *schema, struct arena *a) {
    struct learned_lang *k = ARENA_NEW(a, struct learned_lang);
    if (!k) {
        return false;
    }
    for (size_t i = 0; i < l->frame_count; i++) {
        allow(k, &l->frames[i]);
        k->figures[l->frames[i].type] = k->figures[l->frames[i].type] || l->frames[i].on;
    }
    for (size_t t = 0; t < schema->n; t++) {
        const struct event_type *type = &schema->types[t];
        k->salts[t] = evidence_name(type->name);
        for (size_t r = 0; r < type->role_count; r++) {
            k->any[t][r] = evidence_name(type->roles[r].name);
            k->roles[t][r] = evidence_mix(k->salts[t], k->any[t][r]);
        }
        k->frames[t] = (struct frame){.name = STR("learned"), .type = (uint8_t)t, .confidence = 0.6f, .status = -1, .path = "event.bin", .learned = true};
    }
    for (size_t c = 0; c < l->lex.class_count; c++) {
        k->names[c] = evidence_name(l->lex.classes[c].name);
        for (uint32_t i = 1; l->by_class[c] && i <= l->by_class[c][0]; i++) {
            const struct frame *f = &l->frames[l->by_class[c][i]];
            uint8_t sure = (uint8_t)(f->confidence * 20);
            k->types[c] |= f->adds || f->follows || k->figures[f->type] ? 0 : (uint64_t)1 << f->type;
            k->best[c][f->type] = sure > k->best[c][f->type] ? sure : k->best[c][f->type];
        }
    }
    l->learned = k;
    return true;
}

/* ---- weighing ---- */

/* The probability that features speak for, salted by what is asked and by something wider that shares weights with others. */
static double weigh(const struct learned *m, const struct features *f, uint32_t one, uint32_t other) {
    uint32_t mask = ((uint32_t)1 << m->h.bits) - 1;
    int sum = 0;
    for (size_t i = 0; i < f->n; i++) {
        sum += m->weights[evidence_mix(f->h[i], one) & mask];
        sum += m->weights[evidence_mix(f->h[i], other) & mask];
    }
    return 1 / (1 + exp(-(double)sum * (double)m->h.scale));
}

/* Whether a frame told an event of the type here. */
static bool told(const struct place *p, const struct cands *c, size_t from, int type) {
    const struct hit *h = &p->f.trigger;
    for (size_t i = from; i < c->n; i++) {
        const struct cand *k = &c->items[i];
        bool close = k->first <= h->last + BESIDE && h->first <= k->last + BESIDE;
        if (k->type_index == type && k->complete && !k->gone && (k->clause == p->f.clause || close)) {
            return true;
        }
    }
    return false;
}

/* Fills the roles, the surest first; the probability of the least sure of those required. */
static double fill_roles(struct place *p, const struct learned *m, const struct learned_lang *k, int type) {
    struct scan *s = p->f.s;
    const struct event_type *t = p->f.type;
    double share[PHRASE_MAX][ROLE_MAX], least = 1;
    for (size_t i = 0; i < p->n; i++) {
        struct features f;
        evidence_phrase(p, p->ph[i], k, &f);
        for (size_t r = 0; r < t->role_count; r++) {
            bool fits = (s->ph[p->ph[i]].types & k->bits[type][r]) != 0;
            share[i][r] = fits ? weigh(m, &f, k->roles[type][r], k->any[type][r]) : 0;
        }
    }
    for (;;) {
        size_t best = 0, role = ROLE_MAX;
        double most = (double)m->h.role;
        for (size_t i = 0; i < p->n; i++) {
            for (size_t r = 0; r < t->role_count; r++) {
                if (share[i][r] > most && p->f.c.count[r] == 0) {
                    most = share[i][r];
                    best = i;
                    role = r;
                }
            }
        }
        if (role == ROLE_MAX) {
            return least;
        }
        fill_phrase(&p->f, (uint8_t)role, p->ph[best]);
        least = t->roles[role].required && most < least ? most : least;
        for (size_t r = 0; r < t->role_count; r++) {
            share[best][r] = 0;
        }
        const struct phrase *taken = &s->ph[p->ph[best]];
        for (size_t i = 0; i < p->n; i++) { /* nobody plays two roles */
            const struct phrase *q = &s->ph[p->ph[i]];
            if ((q->entity != NONE && q->entity == taken->entity) || (q->first < taken->last && taken->first < q->last)) {
                memset(share[i], 0, sizeof share[i]);
            }
        }
    }
}

/* What may be told, before it is known what else the sentence tells. */
struct proposal {
    struct hit hit;
    uint8_t type;
    double sure;
};

/* What is proposed for a trigger and a type, its roles in p and what is known of the whole in f: how likely it is right, or 0. */
static double propose(struct place *p, const struct learned *m, const struct learned_lang *k, const struct cands *out, size_t from, int type, struct features *f) {
    const struct scan *s = p->f.s;
    uint32_t salt = k->salts[type];
    evidence_word(p, f);
    if (weigh(m, f, salt, SALT_ALL) < WORD_LEAST) {
        return 0;
    }
    place_look(p, k, type);
    if (p->n == 0 || told(p, out, from, type)) {
        return 0;
    }
    place_type(p, k, out, from, type);
    evidence_trigger(p, f);
    double tell = weigh(m, f, salt, SALT_ALL);
    if (tell < (double)m->h.trigger) {
        return 0;
    }
    double least = fill_roles(p, m, k, type);
    size_t filled = 0;
    for (size_t r = 0; r < s->r->schema.types[type].role_count; r++) {
        filled += p->f.c.count[r] > 0;
    }
    if (filled < 2 || !cand_complete(&p->f.c)) {
        return 0;
    }
    evidence_whole(p, k, out, from, tell, least, f);
    return weigh(m, f, salt, SALT_ALL);
}

/* Whether it tells of somebody whom no event of the sentence tells of: one who is hired has been told to leave, too. */
static bool brings(const struct cand *c, const struct cands *out, size_t from) {
    bool brings = false;
    for (size_t r = 0; r < c->type->role_count; r++) {
        for (size_t i = 0; i < c->count[r]; i++) {
            int32_t e = c->fill[r][i].entity;
            bool known = e < 0;
            for (size_t o = from; o < out->n && !known; o++) {
                const struct cand *other = &out->items[o];
                for (size_t q = 0; q < other->type->role_count && other->complete && !other->gone; q++) {
                    for (size_t n = 0; n < other->count[q]; n++) {
                        known = known || other->fill[q][n].entity == e;
                    }
                }
            }
            brings = brings || !known;
        }
    }
    return brings;
}

static void add_event(struct place *p, const struct learned *m, const struct learned_lang *k, const struct proposal *it, struct cands *out, size_t from) {
    struct scan *s = p->f.s;
    if (!brings(&p->f.c, out, from)) {
        return;
    }
    uint32_t list = fire_list(&p->f);
    p->f.c.confidence = (float)it->sure * 0.7f;
    if (list == NONE) {
        fire_finish(&p->f, out, from);
        return;
    }
    for (uint32_t member = list; member != NONE; member = s->ph[member].next_member) {
        fire_reset(&p->f);
        p->f.only = member;
        fill_roles(p, m, k, it->type);
        p->f.c.confidence = (float)it->sure * 0.7f;
        fire_finish(&p->f, out, from);
    }
}

static int surest_first(const void *x, const void *y) {
    const struct proposal *a = x, *b = y;
    if (a->sure != b->sure) {
        return a->sure > b->sure ? -1 : 1;
    }
    return a->hit.first != b->hit.first ? (a->hit.first < b->hit.first ? -1 : 1) : (a->type > b->type) - (a->type < b->type);
}

/* ---- for the trainer ---- */

static void tell(const struct features *f, struct buf *b) {
    for (size_t i = 0; i < f->n; i++) {
        buf_addf(b, " %x", f->h[i]);
    }
}

static void tell_pairs(const struct place *p, const struct learned_lang *k, int type, bool before) {
    struct scan *s = p->f.s;
    const struct event_type *t = &s->r->schema.types[type];
    struct features f;
    struct buf b;
    buf_init(&b, s->a);
    struct ng_span at = scan_span(s, p->f.trigger.first, p->f.trigger.last);
    evidence_trigger(p, &f);
    buf_addf(&b, "P %.*s %u %u %u %u %d", STR_ARG(t->name), s->d->sents[s->sent].start, s->d->sents[s->sent].end, at.start, at.end, before);
    tell(&f, &b);
    doc_trace(s->d, "%.*s", STR_ARG(buf_str(&b)));
    for (size_t i = 0; i < p->n; i++) {
        const struct phrase *q = &s->ph[p->ph[i]];
        struct buf c;
        buf_init(&c, s->a);
        struct ng_span span = scan_span(s, q->first, q->last);
        buf_addf(&c, "C %u %u %d", span.start, span.end, q->entity == NONE ? -1 : (int)q->entity);
        for (size_t r = 0; r < t->role_count; r++) {
            if (q->types & k->bits[type][r]) {
                buf_addf(&c, " %.*s", STR_ARG(t->roles[r].name));
            }
        }
        buf_addf(&c, " :");
        evidence_phrase(p, p->ph[i], k, &f);
        tell(&f, &c);
        doc_trace(s->d, "%.*s", STR_ARG(buf_str(&c)));
    }
}

/* What would be proposed, and what is known of it as a whole. */
static void tell_proposal(const struct place *p, const struct features *f) {
    struct scan *s = p->f.s;
    struct buf b;
    buf_init(&b, s->a);
    struct ng_span at = scan_span(s, p->f.trigger.first, p->f.trigger.last);
    buf_addf(&b, "J %.*s %u %u %u %u", STR_ARG(p->f.type->name), s->d->sents[s->sent].start, s->d->sents[s->sent].end, at.start, at.end);
    for (size_t r = 0; r < p->f.type->role_count; r++) {
        for (size_t i = 0; i < p->f.c.count[r]; i++) {
            const struct ng_filler *x = &p->f.c.fill[r][i];
            buf_addf(&b, " %.*s/%u/%u/%d", STR_ARG(p->f.type->roles[r].name), x->span.start, x->span.end, x->entity);
        }
    }
    buf_addf(&b, " :");
    tell(f, &b);
    doc_trace(s->d, "%.*s", STR_ARG(buf_str(&b)));
}

/* Lines of the trace for roles.py: E names, P triggers, C phrases beside the last trigger, J what would be told. */
static void tell_names(struct doc *d) {
    for (size_t i = 0; i < d->mention_count; i++) {
        const struct mention *m = &d->mentions[i];
        doc_trace(d, "E %u %u %u %s", m->entity, m->start, m->end, ng_type_name(m->type));
    }
}

/* Whether the sentence has what an event takes: two phrases, one of them a name. */
static bool promising(const struct scan *s) {
    size_t n = 0, names = 0;
    for (size_t i = 0; i < s->ph_count && (n < 2 || !names); i++) {
        n += place_useful(&s->ph[i]);
        names += s->ph[i].entity != NONE && (s->ph[i].types & SCAN_NAMED);
    }
    return n >= 2 && names;
}

/* Whether the text tells news here: frames told events at NEWS_LEAST places of the last sentences. Elsewhere words mean other things. */
static bool in_news(const struct scan *s, const struct cands *out) {
    size_t places = 0;
    uint32_t last = NONE;
    for (size_t i = out->n; i-- > 0 && places < NEWS_LEAST && out->items[i].sent + NEWS_BACK >= s->sent;) {
        const struct cand *c = &out->items[i];
        if (c->complete && !c->gone && !c->frame->learned && c->first != last) {
            places++;
            last = c->first;
        }
    }
    return places >= NEWS_LEAST;
}

void learned_sentence(struct scan *s, struct cands *out, size_t from) {
    const struct learned *m = s->r->learned;
    const struct learned_lang *k = s->l->learned;
    bool pairs = (s->d->req->features & NG_PAIRS) != 0;
    if ((!m && !pairs) || s->d->frames_only || s->question) {
        return;
    }
    if (pairs && s->sent == 0) {
        tell_names(s->d);
    }
    if (!pairs && !(promising(s) && in_news(s, out))) {
        return;
    }
    struct proposal all[PROPOSAL_MAX] = {0};
    struct place p;
    struct features f;
    size_t n = 0;
    for (size_t i = 0; i < s->hit_count && n < PROPOSAL_MAX && !arena_full(s->a); i++) {
        const struct hit h = s->hits[i];
        uint64_t types = k->types[h.cls];
        if (types) {
            place_begin(&p, s, k, &h);
        }
        for (; types && n < PROPOSAL_MAX; types &= types - 1) {
            int type = __builtin_ctzll(types);
            if (pairs) {
                place_look(&p, k, type);
                place_type(&p, k, out, from, type);
                tell_pairs(&p, k, type, told(&p, out, from, type));
                if (m && propose(&p, m, k, out, from, type, &f) > 0 && brings(&p.f.c, out, from)) {
                    tell_proposal(&p, &f);
                }
                continue;
            }
            double sure = propose(&p, m, k, out, from, type, &f);
            if (sure >= (double)m->h.event) {
                all[n++] = (struct proposal){h, (uint8_t)type, sure};
            }
        }
    }
    qsort(all, n, sizeof all[0], surest_first);
    for (size_t i = 0; i < n && out->n < CAND_MAX; i++) {
        place_begin(&p, s, k, &all[i].hit);
        if (propose(&p, m, k, out, from, all[i].type, &f) > 0) {
            add_event(&p, m, k, &all[i], out, from);
        }
    }
}
