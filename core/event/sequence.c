/* sequence.c - sequence patterns: a small automaton walked over the tokens, each state once a token. */
#include "core/event/fire.h"

#include "core/base/banned.h"

/* ---- patterns ---- */

enum { REACH = 48, VISITED = NODE_MAX * (REACH + 1) , SLOTS = ROLE_MAX * ROLE_PARTS };

struct run {
    struct scan *s;
    const struct frame *f;
    uint32_t start;
    uint32_t anchor;                        /* token the match must contain */
    uint32_t slot_first[SLOTS], slot_last[SLOTS], slot_phrase[SLOTS]; /* by role, then by its part of the pattern */
    uint8_t visited[(VISITED + 7) / 8];
    uint32_t end;
};

static bool run_node(struct run *r, uint16_t n, uint32_t at);

static bool bind(struct run *r, const struct node *n, uint32_t first, uint32_t last, uint32_t phrase) {
    uint32_t role = n->role * ROLE_PARTS + n->arg;
    if (n->role == ROLE_MAX) {
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
        if ((p->flags & P_PRONOUN) && (p->flags & P_POSS) && n->role != ROLE_MAX) {
            continue; /* "his team left": it is the team that did */
        }
        uint32_t barred = P_MEMBER | (s->x->chars ? P_PAREN : 0u); /* 无线电视（TVB）: not TVB again */
        if (!(p->types & n->types) || (p->first != at && p->np_first != at) || (p->flags & barred)) {
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
        uint32_t from = fire_np_start(s, at);
        for (uint32_t end = fire_np_end(s, from); end > from; end--) {
            uint32_t name = scan_starting(s, from, SCAN_NAMED);
            if (name != NONE && s->ph[name].last == end) {
                continue; /* a name is no free noun phrase: its type would have been asked for */
            }
            if (bind(r, n, from, end, NONE)) {
                return true;
            }
        }
    }
    if (n->types & TYPE_BIT(BIT_CLAUSE)) {
        uint32_t end = fire_clause_end(s, at);
        return end > at && bind(r, n, at, end, NONE);
    }
    return false;
}

static bool run_class(struct run *r, const struct node *n, uint32_t at) {
    const struct scan *s = r->s;
    for (size_t lo = scan_hit_at(s, at); lo < s->hit_count && s->hits[lo].first == at; lo++) {
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
            if (at + k >= s->last || ((s->marks[at + k] & T_HARD) && !(s->marks[at + k] & T_SOFT)) ||
                (!n->commas && (s->marks[at + k] & T_COMMA) && !(s->marks[at + k] & T_SOFT))) {
                return false;
            }
        }
        return false;
    }
}

/* Whether a match can begin at a token: what its first part asks for stands there. */
static bool begins(const struct run *r, uint32_t at) {
    const struct scan *s = r->s;
    const struct node *n = &r->f->nodes[r->f->start];
    if (n->kind == NODE_WORD) {
        return s->words[at] == n->arg;
    }
    if (n->kind == NODE_CLASS) {
        for (size_t i = scan_hit_at(s, at); i < s->hit_count && s->hits[i].first == at; i++) {
            if (s->hits[i].cls == n->arg) {
                return true;
            }
        }
        return false;
    }
    if (n->kind != NODE_SLOT || (n->types & (TYPE_BIT(BIT_NP) | TYPE_BIT(BIT_CLAUSE)))) {
        return true;
    }
    for (size_t i = scan_phrase_at(s, at); i < s->ph_count && s->ph[i].first <= at + 12; i++) {
        if ((s->ph[i].types & n->types) && (s->ph[i].first == at || s->ph[i].np_first == at)) {
            return true;
        }
    }
    return false;
}

static void fill_from_run(struct fire *f, const struct run *r) {
    for (uint32_t i = 0; i < SLOTS; i++) {
        uint8_t role = (uint8_t)(i / ROLE_PARTS);
        if (role >= f->type->role_count || r->slot_last[i] == 0) {
            continue;
        }
        if (r->slot_phrase[i] != NONE) {
            fill_phrase(f, role, r->slot_phrase[i]);
        } else {
            fill_text(f, role, r->slot_first[i], r->slot_last[i]);
        }
    }
    for (size_t i = 0; i < f->f->slot_count; i++) {
        if (f->c.count[f->f->slots[i].role] == 0) {
            fill_slot(f, &f->f->slots[i]);
        }
    }
}

/* Whether the sentence has what the pattern begins with. */
static bool possible(const struct scan *s, const struct frame *f) {
    uint16_t n = f->start;
    for (size_t step = 0; step < NODE_MAX && f->nodes[n].kind != NODE_SPLIT && f->nodes[n].kind != NODE_END; step++, n = f->nodes[n].next) {
        if (f->nodes[n].kind == NODE_CLASS && !scan_has(s, (uint16_t)f->nodes[n].arg)) {
            return false;
        }
    }
    return true;
}

void fire_sequence(struct scan *s, const struct frame *frame, const struct hit *h, struct cands *out, size_t from) {
    if (!possible(s, frame)) {
        return;
    }
    struct run r;
    r.s = s;
    r.f = frame;
    r.anchor = h->first;
    struct fire f;
    uint32_t low = h->first > s->first + 40 ? h->first - 40 : s->first;
    for (uint32_t start = h->first + 1; start-- > low;) {
        if (!begins(&r, start)) {
            continue;
        }
        r.start = start;
        memset(r.visited, 0, sizeof r.visited);
        memset(r.slot_last, 0, sizeof r.slot_last);
        if (!run_node(&r, frame->start, start)) {
            continue;
        }
        fire_begin(&f, s, frame, h);
        f.passive = false;
        if (!fire_agrees(&f) || !fire_only(&f)) {
            return;
        }
        fill_from_run(&f, &r);
        uint32_t list = fire_list(&f);
        for (uint32_t m = list; m != NONE; m = s->ph[m].next_member) {
            fire_reset(&f);
            f.only = m;
            fill_from_run(&f, &r);
            fire_finish(&f, out, from);
        }
        if (list == NONE) {
            fire_finish(&f, out, from);
        }
        return;
    }
}
