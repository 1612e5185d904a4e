/* doubt.c - see doubt.h. */
#include "core/summary/doubt.h"

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { FAR = 120 /* bytes between fillers that belong together */, BEHIND = 48, BESIDE = 16 /* bytes between words that stand beside each other */ };

static bool within(struct ng_span inner, struct ng_span outer) {
    return inner.start >= outer.start && inner.end <= outer.end;
}

static bool finds(const struct fact_teller *teller, struct str kind, struct ng_span s) {
    return s.start < s.end && teller->find(teller->ctx, kind, s).n > 0;
}

bool doubt_says(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind) {
    (void)d;
    for (size_t i = 0; i < e->evidence_count; i++) {
        if (finds(teller, kind, e->evidence[i])) {
            return true;
        }
    }
    return false;
}

static const struct ng_role *role_of(const struct ng_event *e, struct str name) {
    for (size_t i = 0; i < e->role_count; i++) {
        if (str_eq(e->roles[i].name, name)) {
            return &e->roles[i];
        }
    }
    return NULL;
}

/* The place of an entity, or of a filler, in a sentence; an empty span where it is not in it. Pronouns and second names count as
 * mentions. */
static struct ng_span place_in(const struct doc *d, const struct ng_filler *f, struct ng_span sentence) {
    if (within(f->span, sentence)) {
        return f->span;
    }
    for (size_t i = 0; f->entity >= 0 && i < d->entities[f->entity].mention_count; i++) {
        if (within(d->entities[f->entity].mentions[i].span, sentence)) {
            return d->entities[f->entity].mentions[i].span;
        }
    }
    return (struct ng_span){0, 0};
}

/* The end of the clause that goes on at a byte. */
static uint32_t clause_end(const struct doc *d, uint32_t at, uint32_t end) {
    static const char *const marks[] = {",", "，", ";", "；", "、", ":", "："};
    uint32_t last = end < at + BEHIND ? end : at + BEHIND;
    while (!utf8_boundary(d->text, last)) {
        last--;
    }
    struct str rest = str_sub(d->text, at, last);
    size_t first = rest.n;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t found = str_find(rest, str_of(marks[i]), 0);
        first = found < first ? found : first;
    }
    return at + (uint32_t)first;
}

bool doubt_between(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, struct str first, struct str second) {
    const struct ng_role *a = role_of(e, first), *b = second.n ? role_of(e, second) : NULL;
    if (!a || !a->filler_count) {
        return false;
    }
    for (size_t i = 0; i < e->evidence_count; i++) {
        struct ng_span s = e->evidence[i], x = place_in(d, &a->fillers[0], s), y = b && b->filler_count ? place_in(d, &b->fillers[0], s) : x;
        if (x.start == x.end || y.start == y.end) {
            continue;
        }
        struct ng_span gap = x.end <= y.start ? (struct ng_span){x.end, y.start} : (struct ng_span){y.end, x.start};
        if (!second.n || gap.start > gap.end) {
            gap = (struct ng_span){x.end, clause_end(d, x.end, s.end)};
        }
        if (gap.end - gap.start <= FAR && finds(teller, kind, gap)) {
            return true;
        }
    }
    return false;
}

/* The end of the filler next in front of a byte, in a sentence; 0: none. */
static uint32_t filler_before(const struct doc *d, const struct ng_event *e, struct ng_span sentence, uint32_t at) {
    uint32_t last = 0;
    for (size_t r = 0; r < e->role_count; r++) {
        for (size_t i = 0; i < e->roles[r].filler_count; i++) {
            struct ng_span p = place_in(d, &e->roles[r].fillers[i], sentence);
            last = p.end > last && p.end <= at ? p.end : last;
        }
    }
    return last;
}

/* A place at most BEHIND bytes in front of another in a sentence. */
static uint32_t before_within(const struct doc *d, struct ng_span sentence, uint32_t at) {
    uint32_t from = at > sentence.start + BEHIND ? at - BEHIND : sentence.start;
    while (!utf8_boundary(d->text, from)) {
        from++;
    }
    return from;
}

bool doubt_before(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, struct str role, bool after) {
    const struct ng_role *r = role_of(e, role);
    for (size_t i = 0; r && r->filler_count && i < e->evidence_count; i++) {
        struct ng_span p = place_in(d, &r->fillers[0], e->evidence[i]);
        uint32_t from = p.end ? filler_before(d, e, e->evidence[i], p.start) : 0;
        from = p.end && !from && !after ? before_within(d, e->evidence[i], p.start) : from;
        struct ng_span gap = {from, p.start};
        struct str text = p.end ? doc_sub(d, gap.start, gap.end) : STR_NONE;
        for (size_t at = 0; (at = str_find(text, STR(","), at)) != SIZE_MAX; at++) { /* what stands before a comma is about somebody else */
            gap.start = from + (uint32_t)at + 1;
        }
        for (size_t at = 0; (at = str_find(text, STR("，"), at)) != SIZE_MAX; at++) {
            gap.start = from + (uint32_t)at + 3;
        }
        if ((from || !after) && p.end && gap.start < gap.end && gap.end - gap.start <= FAR && finds(teller, kind, gap)) {
            return true;
        }
    }
    return false;
}

static bool takes_part(const struct ng_event *e, int32_t entity) {
    for (size_t r = 0; r < e->role_count; r++) {
        for (size_t i = 0; i < e->roles[r].filler_count; i++) {
            if (e->roles[r].fillers[i].entity == entity) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a stranger's name stands in a stretch. */
static bool stranger_in(const struct doc *d, const struct ng_event *e, uint32_t from, uint32_t to) {
    for (size_t i = 0; i < d->mention_count; i++) {
        const struct mention *m = &d->mentions[i];
        bool somebody = m->type == NG_PERSON || m->type == NG_ORGANIZATION;
        if (somebody && m->start >= from && m->end <= to && !takes_part(e, (int32_t)m->entity)) {
            return true;
        }
    }
    return false;
}

/* Bytes between a place and the filler next to it in a sentence. */
static uint32_t distance(const struct doc *d, const struct ng_event *e, struct ng_span sentence, struct ng_span at) {
    uint32_t least = UINT32_MAX;
    for (size_t r = 0; r < e->role_count; r++) {
        for (size_t i = 0; i < e->roles[r].filler_count; i++) {
            struct ng_span p = place_in(d, &e->roles[r].fillers[i], sentence);
            uint32_t far = p.end == 0 ? UINT32_MAX : p.end <= at.start ? at.start - p.end : p.start >= at.end ? p.start - at.end : UINT32_MAX;
            if (far != UINT32_MAX) {
                struct str gap = p.end <= at.start ? doc_sub(d, p.end, at.start) : doc_sub(d, at.end, p.start);
                bool parted = str_find(gap, STR(","), 0) != SIZE_MAX || str_find(gap, STR("，"), 0) != SIZE_MAX;
                far += parted ? BEHIND : 0; /* another clause is farther away */
            }
            least = far < least ? far : least;
        }
    }
    return least;
}

/* Whether another date of the sentence stands nearer to those who take part. */
static bool other_date_nearer(const struct doc *d, const struct ng_event *e, struct ng_span sentence, struct ng_span date) {
    uint32_t own = distance(d, e, sentence, date);
    for (size_t i = 0; i < d->mention_count; i++) {
        const struct mention *m = &d->mentions[i];
        struct ng_span s = {m->start, m->end};
        bool other = m->type == NG_DATE && within(s, sentence) && m->start != date.start && d->entities[m->entity].value.date[0] &&
                     !str_eqz(e->date, d->entities[m->entity].value.date);
        if (other && distance(d, e, sentence, s) < own) {
            return true;
        }
    }
    return false;
}

/* The organisation that the article is about. */
static bool leads(const struct doc *d, int32_t entity) {
    for (size_t i = 0; i < d->entity_count; i++) {
        if (d->entities[i].type == NG_ORGANIZATION && d->entities[i].salience > d->entities[entity].salience) {
            return false;
        }
    }
    return true;
}

bool doubt_absent(const struct doc *d, const struct ng_event *e, const struct ng_filler *f) {
    const struct ng_entity *x = f->entity >= 0 ? &d->entities[f->entity] : NULL;
    if (!x || x->type != NG_ORGANIZATION) {
        return false;
    }
    for (size_t i = 0; i < d->sent_count; i++) {
        struct ng_span s = {d->sents[i].start, d->sents[i].end};
        bool states = false;
        for (size_t k = 0; k < e->evidence_count; k++) {
            states = states || (e->evidence[k].start < s.end && s.start < e->evidence[k].end);
        }
        if (states && place_in(d, f, s).end) {
            return false;
        }
    }
    return d->sent_count > 0 && !leads(d, f->entity);
}

bool doubt_trigger(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, uint32_t around) {
    for (size_t i = 0; i < e->evidence_count; i++) {
        struct ng_span s = e->evidence[i], t = e->trigger;
        if (t.start == t.end || !within(t, s)) {
            continue;
        }
        uint32_t from = t.start > s.start + around ? t.start - around : s.start, to = t.end + around < s.end ? t.end + around : s.end;
        while (!utf8_boundary(d->text, from)) {
            from++;
        }
        while (!utf8_boundary(d->text, to)) {
            to--;
        }
        return finds(teller, kind, (struct ng_span){from, to});
    }
    return false;
}

bool doubt_place(const struct doc *d, const struct ng_event *e, const struct ng_filler *f) {
    enum { BEGIN = 4 };
    if (f->entity < 0 || d->entities[f->entity].type != NG_LOCATION || e->trigger.start == e->trigger.end) {
        return false;
    }
    for (size_t i = 0; i < e->evidence_count; i++) {
        struct ng_span p = place_in(d, f, e->evidence[i]);
        bool begins = p.end && p.start <= e->evidence[i].start + BEGIN, beside = p.end && p.end <= e->trigger.start && e->trigger.start - p.end <= BESIDE;
        if (begins || beside || (p.end && p.start >= e->trigger.end && p.start - e->trigger.end <= BESIDE)) {
            return false;
        }
    }
    return true;
}

/* Whether an entity is named in a sentence, not only meant by a pronoun. */
static bool names(const struct doc *d, int32_t entity, struct ng_span sentence) {
    for (size_t i = 0; i < d->mention_count; i++) {
        if ((int32_t)d->mentions[i].entity == entity && within((struct ng_span){d->mentions[i].start, d->mentions[i].end}, sentence)) {
            return true;
        }
    }
    return false;
}

/* Whether a sentence of the event, taken as a whole, names the filler. */
static bool named_beside(const struct doc *d, const struct ng_event *e, const struct ng_filler *f, struct ng_span *first) {
    *first = (struct ng_span){0, 0};
    for (size_t i = 0; i < d->sent_count; i++) {
        struct ng_span s = {d->sents[i].start, d->sents[i].end};
        for (size_t k = 0; k < e->evidence_count; k++) {
            if (e->evidence[k].start < s.end && s.start < e->evidence[k].end) {
                *first = first->end ? *first : s;
                if (names(d, f->entity, s)) {
                    return true;
                }
            }
        }
    }
    return first->end == 0;
}

bool doubt_pronoun(const struct doc *d, const struct ng_event *e, const struct ng_filler *f) {
    struct ng_span s;
    if (f->entity < 0 || named_beside(d, e, f, &s)) {
        return false;
    }
    enum ng_type type = d->entities[f->entity].type;
    uint32_t until = e->trigger.end && within(e->trigger, s) ? e->trigger.end + BESIDE : s.end;
    const struct mention *last = NULL;
    for (size_t i = 0; i < d->mention_count && type <= NG_ORGANIZATION; i++) {
        const struct mention *m = &d->mentions[i];
        if (m->type != type || takes_part(e, (int32_t)m->entity) ? (int32_t)m->entity != f->entity : false) {
            continue;
        }
        if (m->start >= s.start && m->start <= until && m->end <= s.end) {
            return true; /* somebody else is named there, who may be meant as well */
        }
        last = m->end <= s.start && (!last || m->start > last->start) ? m : last;
    }
    bool other = last && (int32_t)last->entity != f->entity;
    return other && (type == NG_PERSON || (type == NG_ORGANIZATION && !leads(d, f->entity)));
}

/* The event's date in a sentence of it; an empty span where it stands in none. */
static struct ng_span place_of_date(const struct doc *d, const struct ng_event *e) {
    for (size_t k = 0; e->date.n && k < e->evidence_count; k++) {
        for (size_t i = 0; i < d->mention_count; i++) {
            struct ng_span s = {d->mentions[i].start, d->mentions[i].end};
            if (d->mentions[i].type == NG_DATE && within(s, e->evidence[k]) && str_eqz(e->date, d->entities[d->mentions[i].entity].value.date)) {
                return s;
            }
        }
    }
    return (struct ng_span){0, 0};
}

static bool has_comma(struct str text) {
    return str_find(text, STR(","), 0) != SIZE_MAX || str_find(text, STR("，"), 0) != SIZE_MAX;
}

bool doubt_later(const struct doc *d, const struct ng_event *e, const struct fact_teller *teller) {
    struct ng_span s = place_of_date(d, e);
    return s.end && finds(teller, STR("later"), s);
}

bool doubt_apart(const struct doc *d, const struct ng_event *e) {
    struct ng_span s = place_of_date(d, e), t = e->trigger;
    return t.start < t.end && t.end <= s.start && has_comma(doc_sub(d, t.end, s.start));
}

bool doubt_date(const struct doc *d, const struct ng_event *e) {
    for (size_t k = 0; e->date.n && k < e->evidence_count; k++) {
        for (size_t i = 0; i < d->mention_count; i++) {
            const struct mention *m = &d->mentions[i];
            struct ng_span s = {m->start, m->end};
            if (m->type != NG_DATE || !within(s, e->evidence[k]) || !str_eqz(e->date, d->entities[m->entity].value.date)) {
                continue;
            }
            uint32_t before = filler_before(d, e, e->evidence[k], m->start);
            return other_date_nearer(d, e, e->evidence[k], s) || (before && stranger_in(d, e, before, m->start));
        }
    }
    return false;
}
