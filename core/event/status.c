/* status.c - what a sentence says about an event as a whole: happened, planned, alleged, denied; when; and who says so. */
#include "core/event/match.h"

#include "core/base/banned.h"

enum { SENTENCE_REACH = 120 };

/* Whether clause c is the event's or one around it. */
static bool around(const struct scan *s, uint32_t c, uint32_t clause) {
    for (uint32_t k = clause, up = 0; k != NONE && up < 14; k = s->cl[k].parent, up++) {
        if (k == c) {
            return true;
        }
    }
    return false;
}

/* In a language that chains its clauses over commas, a cue reaches no farther than the next one. */
static bool parted(const struct scan *s, const struct hit *a, const struct hit *b) {
    uint32_t from = a->last <= b->first ? a->last : b->last, to = a->last <= b->first ? b->first : a->first;
    for (uint32_t t = from; s->x->chars && t < to; t++) {
        if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT)) {
            return true;
        }
    }
    return false;
}

/* A verb of its own between "not" and the trigger takes the negation: 不爱自己便投靠蓝海. */
static bool takes_negation(const struct scan *s, const struct hit *cue, const struct hit *t) {
    for (uint32_t k = cue->last; s->x->chars && k < t->first; k++) {
        if ((s->marks[k] & T_VERB) && !(s->marks[k] & (T_AUX | T_PREP | T_NAME | T_ADVERB))) {
            return true;
        }
    }
    return false;
}

static bool closes_sentence(const struct scan *s, uint32_t t) {
    return t >= s->last || t + 1 >= s->last || (s->marks[t] & T_HARD);
}

/* Whether a negation of the clause belongs to another verb, or to what a comma parts off: "hat das nicht akzeptiert und geklagt",
 * "Bayern verbietet es, Bremen nicht". */
static bool others_negation(const struct scan *s, const struct hit *cue, const struct hit *t) {
    bool verb = false;
    for (uint32_t u = t->last; s->x->free_order && u < cue->first; u++) {
        if ((s->marks[u] & T_COMMA) && !(s->marks[u] & T_SOFT)) {
            return true;
        }
    }
    for (uint32_t u = cue->last; s->x->free_order && u < t->first; u++) {
        bool ends = (s->marks[u] & T_AND) && !(s->marks[u] & T_NAME);
        verb = verb || ((s->marks[u] & T_VERB) && !(s->marks[u] & (T_AUX | T_NAME))) ||
               (ends && s->d->toks[u - 1].kind == TOK_WORD && !(s->d->toks[u - 1].flags & TOK_CAPITAL) && u - 1 >= cue->last);
        if (ends && verb) {
            return true;
        }
    }
    return false;
}

/* "kündigte an, 300 Stellen zu streichen": what stands beside the reporting verb counts for the infinitive that it opens. */
static bool announced(const struct scan *s, uint32_t at, const struct hit *t) {
    const struct clause *c = &s->cl[s->clauses[t->first]];
    bool to = t->first > s->first && s->preps[t->first - 1] != NAME_NONE && s->preps[t->first - 1] == s->x->to_prep;
    bool infinitive = t->tag && (t->tag == s->x->inf_tag || (t->tag == s->x->base_tag && to));
    return s->x->free_order && c->reported && c->parent == at && infinitive;
}

static bool in_scope(const struct scan *s, const struct lex_class *k, const struct hit *cue, const struct hit *t) {
    uint32_t clause = s->clauses[t->first], at = s->clauses[cue->first];
    bool before = cue->last <= t->first;
    uint32_t distance = before ? t->first - cue->last : cue->first >= t->last ? cue->first - t->last : 0;
    if (k->tags && !(k->tags >> t->tag & 1)) {
        return false;
    }
    switch (k->scope) {
    case SCOPE_PREVIOUS:
        return false;
    case SCOPE_BEFORE:
        return before && distance <= k->reach && at == clause && !parted(s, cue, t) &&
               !(k->effect == CUE_NEGATED && takes_negation(s, cue, t));
    case SCOPE_AROUND:
        return distance <= k->reach && at == clause && !(cue->first < t->last && t->first < cue->last) && !parted(s, cue, t);
    case SCOPE_CLAUSE:
        return (at == clause || announced(s, at, t)) && !(cue->first < t->last && t->first < cue->last) && !(k->effect == CUE_NEGATED && others_negation(s, cue, t));
    default:
        if (s->x->chars && !before && k->effect == CUE_ALLEGED && !closes_sentence(s, cue->last)) {
            return false; /* 已离职，知情人士称其下一站…: tells of what follows */
        }
        return around(s, at, clause) || s->cl[at].relative ? around(s, at, clause) : (before && distance <= 40) || distance <= 12;
    }
}

/* "将 Lin 任命为": the word marks an object here, it does not say that something is to come. */
static bool marks_object(const struct scan *s, const struct hit *cue, const struct hit *t) {
    if (s->x->object_prep == NAME_NONE || s->preps[cue->first] != s->x->object_prep || cue->last > t->first) {
        return false;
    }
    for (size_t i = scan_phrase_at(s, cue->last); i < s->ph_count && s->ph[i].first < t->first; i++) {
        if (s->ph[i].gov == s->x->object_prep) {
            return true;
        }
    }
    return false;
}

static unsigned cues(const struct scan *s, const struct hit *t) {
    uint32_t low = t->first > s->first + SENTENCE_REACH ? t->first - SENTENCE_REACH : s->first;
    unsigned found = 0;
    for (size_t i = scan_hit_at(s, low); i < s->hit_count && s->hits[i].first < t->last + SENTENCE_REACH; i++) {
        const struct lex_class *k = &s->x->classes[s->hits[i].cls];
        if (k->kind == CLASS_CUE && in_scope(s, k, &s->hits[i], t) && !marks_object(s, &s->hits[i], t)) {
            found |= 1u << k->effect;
        }
    }
    return found;
}

/* "The firm said the report was untrue.": what the sentence before called a rumour or a plan is denied. */
void status_review(const struct scan *s, struct cands *c) {
    uint32_t denied = NONE;
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct lex_class *k = &s->x->classes[s->hits[i].cls];
        denied = k->kind == CLASS_CUE && k->scope == SCOPE_PREVIOUS && k->effect == CUE_DENIED ? s->hits[i].first : denied;
    }
    for (size_t i = c->n; denied != NONE && i-- > 0 && c->items[i].sent + 1 >= s->sent;) {
        struct cand *it = &c->items[i];
        bool before = it->sent != s->sent || it->last <= denied;
        it->status = before && it->status != NG_OCCURRED ? NG_DENIED : it->status;
    }
}

/* ---- date ---- */

static struct str date_of(const struct scan *s, const struct phrase *p) {
    const struct ng_entity *e = &s->d->entities[p->entity];
    return e->has_value ? str_of(e->value.date) : STR_NONE;
}

/* "der 2000 geborene", "born in 1990", 1990年出生 */
static bool of_birth(const struct scan *s, const struct phrase *p) {
    uint32_t low = p->first > s->first + 2 ? p->first - 2 : s->first;
    for (size_t i = scan_hit_at(s, low); i < s->hit_count && s->hits[i].first <= p->last; i++) {
        const struct hit *h = &s->hits[i];
        if (h->cls == s->x->born_class && (h->first == p->last || h->last <= p->first)) {
            return true;
        }
    }
    return false;
}

/* "from 1984 to 1993": a span of time, rather somebody's years in a post than the time of an event. */
static bool of_years(const struct scan *s, const struct phrase *p) {
    return str_find(date_of(s, p), STR("/"), 0) != SIZE_MAX;
}

/* "the 2026 budget", "its 2024 results": the year tells which one, not when. */
static bool attributive(const struct scan *s, const struct phrase *p) {
    bool open = p->first > s->first && (s->marks[p->first - 1] & (T_DET | T_POSS | T_PRONOUN)) && !(s->marks[p->first - 1] & (T_PREP | T_NAME));
    return open && !s->x->chars && !s->x->free_order && date_of(s, p).n == 4 && scan_plain(s, p->last) && s->d->toks[p->last].kind == TOK_WORD;
}

/* "joined in 2003, rose in 2011 and left in 2020": whether another verb, or a conjunction before the trigger, stands between them. */
static bool other_predicate(const struct scan *s, const struct phrase *p, const struct hit *t) {
    bool before = p->last <= t->first, other = false;
    for (uint32_t k = before ? p->last : t->last; !s->x->chars && !other && k < (before ? t->first : p->first); k++) {
        other = (s->marks[k] & (before ? T_VERB | T_AND : T_VERB)) && !(s->marks[k] & (T_NAME | T_AUX | T_ATTR));
    }
    return other;
}

/* A date of another statement: "Marsh left in May; Birch has since joined Galdor". */
static bool elsewhere(const struct scan *s, const struct phrase *p, const struct hit *t) {
    uint32_t from = p->first < t->first ? p->last : t->last, to = p->first < t->first ? t->first : p->first;
    bool and = false;
    for (uint32_t k = from; k < to; k++) {
        if (str_eqz(s->d->toks[k].fold, ";")) {
            return true;
        }
        bool verb = (s->marks[k] & T_VERB) && !(s->marks[k] & (T_NAME | T_AUX | T_ATTR));
        if (and && verb && p->first > t->first && !s->x->chars && !s->x->free_order && !s->x->drops_subjects) {
            return true; /* "founded Tarn and left in 2023" */
        }
        and = (s->marks[k] & T_AND) && !(s->marks[k] & T_NAME);
    }
    return false;
}

/* The nearest date of the trigger's clause, else the only one of the sentence. */
static struct str find_date(const struct scan *s, const struct hit *t) {
    uint32_t low = t->first > s->first + SENTENCE_REACH ? t->first - SENTENCE_REACH : s->first;
    uint32_t clause = s->clauses[t->first], best = NONE, distance = NONE, other = NONE;
    bool several = false;
    for (size_t i = scan_phrase_at(s, low); i < s->ph_count && s->ph[i].first < t->last + SENTENCE_REACH; i++) {
        const struct phrase *p = &s->ph[i];
        if (!(p->types & TYPE_BIT(NG_DATE)) || p->entity == NONE || (p->flags & (P_PAREN | P_POSS)) || date_of(s, p).n == 0 || of_birth(s, p) ||
            (s->x->than_prep != NAME_NONE && p->gov == s->x->than_prep) || attributive(s, p) || elsewhere(s, p, t)) {
            continue;
        }
        uint32_t d = p->first >= t->last ? p->first - t->last : p->last <= t->first ? t->first - p->last : 0;
        d += of_years(s, p) ? 40 : other_predicate(s, p, t) ? 8 : 0;
        if (p->clause == clause && d < distance) {
            best = (uint32_t)i;
            distance = d;
        }
        several = several || other != NONE;
        other = (uint32_t)i;
    }
    best = best != NONE ? best : several || (other != NONE && s->cl[s->ph[other].clause].relative) ? NONE : other;
    return best == NONE ? STR_NONE : date_of(s, &s->ph[best]);
}

bool status_dated(const struct scan *s, const struct hit *t) {
    return find_date(s, t).n > 0;
}

/* ---- sources ---- */

static void add_source(const struct scan *s, struct cand *c, uint32_t phrase) {
    if (phrase == NONE || s->ph[phrase].entity == NONE || c->source_count == SOURCE_MAX) {
        return;
    }
    for (uint32_t p = phrase; p != NONE && c->source_count < SOURCE_MAX; p = s->ph[p].next_member) {
        uint32_t e = s->ph[p].entity;
        bool known = false;
        for (size_t i = 0; i < c->source_count; i++) {
            known = known || c->sources[i] == e;
        }
        for (size_t r = 0; r < ROLE_MAX; r++) {
            for (size_t k = 0; k < c->count[r]; k++) {
                known = known || c->fill[r][k].entity == (int32_t)e;
            }
        }
        if (!known && e != NONE) {
            c->sources[c->source_count++] = e;
        }
    }
}

static const uint64_t speaking = TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION);

/* The first person or organisation from tok on, over at most gap words of its phrase. */
static uint32_t speaker_at(const struct scan *s, uint32_t tok, uint32_t gap) {
    for (size_t i = scan_phrase_at(s, tok); i < s->ph_count && s->ph[i].first <= tok + gap; i++) {
        const struct phrase *p = &s->ph[i];
        if (!(p->types & speaking) || p->entity == NONE || (p->flags & P_POSS)) {
            continue;
        }
        for (uint32_t t = tok; t < p->first; t++) {
            if (s->marks[t] & (T_COMMA | T_HARD | T_VERB)) {
                return NONE;
            }
        }
        return (uint32_t)i;
    }
    return NONE;
}

static uint32_t speaker_before(const struct scan *s, uint32_t tok) {
    size_t i = scan_phrase_at(s, tok);
    for (size_t back = 0; i-- > 0 && back < 4; back++) {
        const struct phrase *p = &s->ph[i];
        if ((p->types & speaking) && p->entity != NONE && p->gov == NAME_NONE && tok - p->ext_last <= 2 &&
            (p->np_first == s->first || (s->marks[p->np_first - 1] & T_PUNCT))) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static void find_sources(const struct scan *s, struct cand *c, const struct hit *t) {
    uint32_t low = t->first > s->first + SENTENCE_REACH ? t->first - SENTENCE_REACH : s->first;
    for (uint32_t k = s->clauses[t->first], up = 0; k != NONE && up < 14; k = s->cl[k].parent, up++) {
        if (s->cl[k].reported) {
            add_source(s, c, s->cl[k].subject);
        }
    }
    for (size_t i = scan_hit_at(s, low); i < s->hit_count && s->hits[i].first < t->last + SENTENCE_REACH; i++) {
        const struct hit *h = &s->hits[i];
        uint8_t role = s->x->classes[h->cls].role;
        if (role == FN_ACCORDING) {
            add_source(s, c, speaker_at(s, h->last, s->x->np_gap + 1u));
        } else if (role == FN_REPORT && h->first >= t->last) { /* "..., Reuters reported", "..., sagte Lena Marsh" */
            uint32_t before = speaker_before(s, h->first);
            bool quoted = h->first > s->first && (s->marks[h->first - 1] & T_PUNCT);
            add_source(s, c, before != NONE ? before : quoted ? speaker_at(s, h->last, 2) : NONE);
        }
    }
}

/* Whether a date begins after the day of publication; told by year and month, and by day where both have one. */
static bool in_future(const struct doc *d, struct str date) {
    struct str now = str_of(d->published);
    size_t n = date.n < now.n ? date.n : now.n, k = 0;
    while (k < n && date.p[k] == now.p[k] && date.p[k] != '/') {
        k++;
    }
    bool digits = k < n && date.p[k] >= '0' && date.p[k] <= '9';
    return now.n >= 10 && digits && date.p[k] > now.p[k];
}

bool status_find(const struct scan *s, struct cand *c, const struct hit *t) {
    unsigned found = cues(s, t);
    if (found >> CUE_BLOCKED & 1) {
        return false;
    }
    c->status = NG_OCCURRED;
    if (found >> CUE_OCCURRED & 1) {
        c->status = NG_OCCURRED;
    } else if (found >> CUE_DENIED & 1) {
        c->status = NG_DENIED;
    } else if (found >> CUE_NEGATED & 1) {
        c->status = NG_DENIED;
        c->confidence *= 0.7f;
    } else if (found >> CUE_PLANNED & 1) {
        c->status = NG_PLANNED;
    } else if (found >> CUE_ALLEGED & 1) {
        c->status = NG_ALLEGED;
    } else if (c->frame->status >= 0) {
        c->status = (enum ng_status)c->frame->status;
    }
    c->date = find_date(s, t);
    for (size_t i = 0; i < 3 && !c->date.n; i++) {
        c->era = s->years[i] > c->era ? s->years[i] : c->era;
    }
    bool figure = false;
    for (size_t r = 0; r < c->type->role_count; r++) {
        figure = figure || c->type->roles[r].several; /* what is measured now may be of a year to come */
    }
    if (!figure && c->status == NG_OCCURRED && t->tag && t->tag == s->x->pres_tag && in_future(s->d, c->date)) {
        c->status = NG_PLANNED; /* "Im Mai wechselt sie": in a text of March */
    }
    c->source_count = 0;
    find_sources(s, c, t);
    return true;
}
