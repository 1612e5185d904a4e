/* carry.c - what an event's own sentence leaves out and the text says elsewhere: a row of figures goes on with its
 * subject, and of one person the firm left is that of the hire. Which roles, data/event.conf says ([carry], [lend]). */
#include "core/event/match.h"

#include "core/base/banned.h"

enum { NEAR = 64 }; /* events looked at on either side: keeps the cost linear */

static bool has_entity(const struct cand *c, int32_t entity) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        for (size_t i = 0; i < c->count[r]; i++) {
            if (c->fill[r][i].entity == entity) {
                return true;
            }
        }
    }
    return false;
}

/* Whether it tells of a firm and f of its unit: nobody is hired from there. */
static bool has_unit(const struct doc *d, const struct cand *c, const struct ng_filler *f) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        for (size_t i = 0; i < c->count[r]; i++) {
            if (cand_unit_of(d, &c->fill[r][i], f)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- [lend] ---- */

/* The role whose fillers make an event each; ROLE_MAX: the type has none. */
static size_t each_role(const struct event_type *t) {
    size_t r = 0;
    while (r < t->role_count && !t->roles[r].each) {
        r++;
    }
    return r < t->role_count ? r : ROLE_MAX;
}

/* The entity of whom the event tells, or -1. */
static int32_t told_of(const struct cand *c) {
    size_t r = each_role(c->type);
    return r != ROLE_MAX && c->count[r] == 1 ? c->fill[r][0].entity : -1;
}

/* The only filler that events of the lender's type near i give for the same person; NULL where there is none, or where several events
 * of i's type tell of the person: then nobody knows which is meant. */
static const struct ng_filler *lent(const struct doc *d, const struct cands *c, size_t i, const struct event_role *role) {
    const struct cand *to = &c->items[i];
    const struct ng_filler *found = NULL;
    size_t low = i > NEAR ? i - NEAR : 0, high = i + NEAR < c->n ? i + NEAR : c->n;
    for (size_t k = low; k < high; k++) {
        const struct cand *o = &c->items[k];
        if (k == i || o->gone || told_of(o) != told_of(to)) {
            continue;
        }
        if (o->type == to->type && o->complete) {
            return NULL;
        }
        if (o->type_index + 1 != role->lender || o->count[role->lent] == 0) {
            continue;
        }
        const struct ng_filler *f = &o->fill[role->lent][0];
        if (o->count[role->lent] > 1 || f->entity < 0 || o->status == NG_DENIED || (found && found->entity != f->entity)) {
            return NULL;
        }
        found = f;
    }
    return found && !has_entity(to, found->entity) && !has_unit(d, to, found) ? found : NULL;
}

void carry_lend(const struct doc *d, struct cands *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct cand *to = &c->items[i];
        for (size_t r = 0; r < to->type->role_count && !to->gone && told_of(to) >= 0; r++) {
            const struct event_role *role = &to->type->roles[r];
            const struct ng_filler *f = role->lender && to->count[r] == 0 ? lent(d, c, i, role) : NULL;
            if (f) {
                to->phrase[r][0] = NONE;
                to->fill[r][to->count[r]++] = *f;
                to->complete = cand_complete(to);
            }
        }
    }
}

/* ---- [carry] ---- */

/* Whether the sentence names an organisation other than this one: then the figure may be that one's. */
static bool names_another(const struct doc *d, const struct cand *c, int32_t entity) {
    const struct sent *s = &d->sents[c->sent];
    size_t low = 0, high = d->mention_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (d->mentions[mid].start < s->start) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < d->mention_count && d->mentions[low].start < s->end; low++) {
        uint32_t e = d->mentions[low].entity;
        if (d->entities[e].type == NG_ORGANIZATION && (int32_t)e != entity) {
            return true;
        }
    }
    return false;
}

static bool goes_on(const struct doc *d, const struct cand *from, const struct cand *to, size_t r) {
    if (from->count[r] == 0 || to->count[r] || from->status == NG_DENIED || has_entity(to, from->fill[r][0].entity)) {
        return false;
    }
    int32_t who = from->fill[r][0].entity;
    return from->count[r] == 1 && who >= 0 && d->entities[who].type == NG_ORGANIZATION && !names_another(d, to, who);
}

void carry_on(const struct doc *d, struct cands *c) {
    const struct cand *before[TYPE_MAX] = {NULL};
    for (size_t i = 0; i < c->n; i++) {
        struct cand *to = &c->items[i];
        if (to->gone || !to->complete) {
            continue;
        }
        const struct cand *from = before[to->type_index];
        for (size_t r = 0; from && r < to->type->role_count; r++) {
            if (to->type->roles[r].carries && to->sent - from->sent <= 1 && goes_on(d, from, to, r)) {
                memcpy(to->fill[r], from->fill[r], from->count[r] * sizeof to->fill[r][0]);
                to->count[r] = from->count[r];
            }
        }
        before[to->type_index] = to;
    }
}
