/* fill.c - fills the roles of a frame, each by the first of its ways that finds something. */
#include "core/event/fire.h"

#include "core/base/banned.h"

/* ---- filling a role ---- */

void fill_entity(struct fire *f, uint8_t role, struct ng_filler filler, uint32_t phrase) {
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

void fill_phrase(struct fire *f, uint8_t role, uint32_t index) {
    const struct scan *s = f->s;
    bool each = f->type->roles[role].each;
    for (uint32_t p = index; p != NONE; p = s->ph[p].next_member) {
        const struct phrase *it = &s->ph[p];
        if (each && f->only != NONE && p != f->only) {
            continue;
        }
        struct ng_filler filler = {.entity = it->entity == NONE ? -1 : (int32_t)it->entity, .span = scan_span(s, it->first, it->last)};
        if (it->mention != NONE) {
            filler.span = (struct ng_span){s->d->mentions[it->mention].start, s->d->mentions[it->mention].end};
        }
        fill_entity(f, role, filler, p);
        for (size_t g = 1; (it->flags & P_PLURAL) && g < s->group_count; g++) { /* "the pair" */
            filler.entity = (int32_t)s->group[g];
            fill_entity(f, role, filler, p);
        }
        f->c.confidence *= it->weight;
    }
}

bool fill_text(struct fire *f, uint8_t role, uint32_t first, uint32_t last) {
    if (first >= last) {
        return false;
    }
    fill_entity(f, role, (struct ng_filler){.entity = -1, .span = scan_span(f->s, first, last)}, NONE);
    return true;
}

/* The noun phrase that begins at t: up to 10 tokens, names and "of ..." included. */
uint32_t fire_np_end(const struct scan *s, uint32_t t) {
    uint32_t end = t;
    uint16_t of = s->x->of_prep;
    uint32_t most = s->x->chars ? 24 : 10;
    while (end < s->last && end < t + most) {
        bool inner = end > t && of != NAME_NONE && s->preps[end] == of;
        bool joined = end > t && (s->marks[end] & T_AND) && end + 1 < s->last && scan_plain(s, end + 1);
        if (s->marks[end] & T_VALUE) {
            break;
        }
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

uint32_t fire_np_start(const struct scan *s, uint32_t t) {
    while (t < s->last && (s->marks[t] & (T_DET | T_ADVERB)) && !(s->marks[t] & T_NAME)) {
        t++;
    }
    return t;
}

uint32_t fire_clause_end(const struct scan *s, uint32_t t) {
    uint32_t end = t, stop = t + 30 < s->last ? t + 30 : s->last;
    while (end < stop && !((s->marks[end] & T_COMMA) && !(s->marks[end] & T_SOFT)) && !(s->marks[end] & T_HARD)) {
        end++;
    }
    while (end > t && (s->marks[end - 1] & T_PUNCT) && !(s->marks[end - 1] & T_VALUE)) { /* but the sign of "7 %" */
        end--;
    }
    return end;
}

/* Free text behind a preposition that stands before the trigger: "for health reasons X resigned", 因健康原因辞职. */
static bool text_between(struct fire *f, uint8_t role, const struct way *w) {
    const struct scan *s = f->s;
    uint32_t at = f->trigger.first, low = f->shared && s->x->free_order ? f->from : f->low; /* "trat als Chef zurück und heuerte bei Tarn an" */
    while (at > low && !(s->preps[at - 1] == w->arg && s->clauses[at - 1] == f->clause)) {
        at--;
    }
    if (at == low) {
        return false;
    }
    uint32_t end = fire_clause_end(s, at);
    if (!(w->types & TYPE_BIT(BIT_CLAUSE))) {
        at = fire_np_start(s, at);
        end = fire_np_end(s, at);
    }
    end = end < f->trigger.first ? end : f->trigger.first;
    while (end > at && ((s->marks[end - 1] & T_VALUE) || ((s->marks[end - 1] & (T_AUX | T_ADVERB)) && !(s->marks[end - 1] & T_NAME)))) {
        end--;
    }
    for (uint32_t t = at; t < end; t++) { /* the doer of a passive: 因泄密被蓝海开除 */
        if (s->marks[t] & T_PASSIVE) {
            end = t;
        }
    }
    return fill_text(f, role, at, end);
}

/* Free text behind a preposition, or behind the trigger. */
static bool text_behind(struct fire *f, uint8_t role, const struct way *w) {
    const struct scan *s = f->s;
    uint32_t at = f->trigger.last, to = s->x->chars ? f->high : f->to; /* 举行示威，反对…: the noun looks like a verb */
    if (w->kind == WAY_PREP && to < f->high && s->preps[to] != NAME_NONE && !s->x->chars) {
        to = to + 12 < f->high ? to + 12 : f->high; /* "marched to demand better pay": the verb belongs to the preposition */
    }
    if (w->kind == WAY_PREP) {
        if (s->x->chars && text_between(f, role, w)) { /* the cause comes first there, else in a stretch of its own */
            return true;
        }
        while (s->x->chars && at < to && !(s->marks[at] & (T_COMMA | T_HARD))) {
            at++;
        }
        while (at < to && !(s->preps[at] == w->arg && (s->clauses[at] == f->clause || (w->types & TYPE_BIT(BIT_CLAUSE))))) {
            at++;
        }
        if (at >= to) {
            return (s->x->chars || s->x->free_order) && text_between(f, role, w);
        }
        if (w->types & TYPE_BIT(BIT_CLAUSE)) {
            return fill_text(f, role, at, fire_clause_end(s, at));
        }
        while (at < to && s->preps[at] == w->arg) {
            at++;
        }
    }
    if (w->types & TYPE_BIT(BIT_CLAUSE)) {
        return fill_text(f, role, at, fire_clause_end(s, at));
    }
    at = fire_np_start(s, at);
    while (s->x->free_order && w->kind == WAY_OBJ && at < to && s->preps[at] != NAME_NONE && s->preps[at] != s->x->of_prep) { /* "verbot [bis Oktober] das Grillen" */
        uint32_t start = fire_np_start(s, at + 1), end = fire_np_end(s, start);
        while (end < to && (s->marks[end] & T_VALUE)) {
            end++;
        }
        at = fire_np_start(s, end > at ? end : at + 1);
    }
    uint32_t end = fire_np_end(s, at);
    bool span = w->kind == WAY_PREP && w->arg != s->x->to_prep && end > at && scan_of_class(s, end - 1, s->x->time_class);
    return !span && fill_text(f, role, at, end); /* not "struck for three days", but "sentenced to three years" */
}

/* "Bosch's Anna Weber", "Siemens Spitzenforscherin Anna Weber": the organisation that owns the phrase, or NONE. */
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
            if (w->kind == WAY_FORMER_OF ? !(title->flags & P_FORMER) : w->kind == WAY_PRESENT_OF && (title->flags & P_FORMER)) {
                continue;
            }
            if (w->kind == WAY_TITLE_OF && head) {
                continue; /* "three managers" are no title of theirs */
            }
            if (w->kind == WAY_TITLE_OF) {
                const struct phrase *last = t ? &s->ph[it->titles[t - 1]] : NULL; /* a word of two heads is one title */
                if (!last || last->first != title->first || last->last != title->last) {
                    fill_text(f, role, title->first, title->last);
                }
                continue;
            }
            for (size_t o = 0; o < title->org_count; o++) {
                const struct phrase *org = &s->ph[title->orgs[o]];
                if (org->entity == NONE && (org->flags & P_PRONOUN)) {
                    continue; /* "its capital expenditure": nobody knows whose */
                }
                struct ng_filler filler = {.entity = org->entity == NONE ? -1 : (int32_t)org->entity,
                                           .span = scan_span(s, org->first, org->last)};
                fill_entity(f, role, filler, title->orgs[o]);
            }
        }
        bool of = w->kind == WAY_ORG_OF || w->kind == WAY_PRESENT_OF;
        uint32_t own = of && !head && f->c.count[role] == before ? owner(s, it) : NONE;
        if (own != NONE) {
            fill_phrase(f, role, own);
        }
        int32_t known = of && !head && it->entity != NONE ? s->org_of[it->entity] : -1;
        known = known >= 0 && f->type->roles[role].lender && s->left_of[it->entity] >= 0 ? s->left_of[it->entity] : known;
        if (f->c.count[role] == before && known >= 0 && f->type->roles[role].required) {
            const struct ng_entity *e = &s->d->entities[known];
            struct ng_span span = e->mention_count ? e->mentions[0].span : (struct ng_span){0, 0};
            fill_entity(f, role, (struct ng_filler){.entity = known, .span = span}, NONE);
            f->c.confidence *= 0.8f;
        }
    }
    return f->c.count[role] > before;
}

/* The only organisation named before phrase p in the sentence, if it reports nothing: "Galdor denied that finance chief ..." */
static uint32_t only_org_before(const struct fire *f, uint32_t p, bool *several) {
    const struct scan *s = f->s;
    uint32_t found = NONE;
    *several = false;
    for (uint32_t i = p > 24 ? p - 24 : 0; i < p; i++) {
        const struct phrase *o = &s->ph[i];
        if (!(o->types & TYPE_BIT(BIT_FIRM)) || o->entity == NONE || (o->flags & (P_PAREN | P_IN_TITLE))) {
            continue;
        }
        bool inserted = !s->x->chars && !s->x->free_order && s->cl[o->clause].relative; /* "Marsh, who ran Modulo, was named chief executive" */
        for (uint32_t c = f->clause, up = 0; c != NONE && up < 8 && inserted; c = s->cl[c].parent, up++) {
            inserted = c != o->clause;
        }
        if (inserted) {
            continue;
        }
        bool reports = o->np_first > s->first && (s->marks[o->np_first - 1] & T_ACCORDING);
        for (uint32_t c = f->clause, up = 0; c != NONE && up < 8 && !reports; c = s->cl[c].parent, up++) {
            reports = s->cl[c].reported && s->cl[c].subject == i;
        }
        *several = *several || (!reports && found != NONE && found != o->entity);
        found = reports || found != NONE ? found : o->entity;
    }
    return *several ? NONE : found;
}

/* Whether a title is one of the state: its head, or another one that is the same words, says so. */
static bool of_state(const struct scan *s, const struct phrase *title) {
    for (size_t i = scan_phrase_at(s, title->first); i < s->ph_count && s->ph[i].first < title->ext_last; i++) {
        const struct phrase *q = &s->ph[i];
        if (q->cls != NAME_NONE && q->last == title->last && s->x->classes[q->cls].public && !s->x->classes[q->cls].alone) {
            return true;
        }
    }
    return title->cls != NAME_NONE && s->x->classes[title->cls].public;
}

/* Whether a word of the lexicon covers token t. */
static bool hit_covers(const struct scan *s, uint32_t t) {
    for (size_t i = scan_hit_at(s, t > s->first + 8 ? t - 8 : s->first); i < s->hit_count && s->hits[i].first <= t; i++) {
        if (s->hits[i].last > t) {
            return true;
        }
    }
    return false;
}

/* Whether the last sentence that names organisations names only public bodies: then the text has left the firm it spoke of. */
static bool bodies_last(const struct scan *s) {
    bool body = false, firm = false;
    for (size_t i = 0; i < s->before_count && !body && !firm; i++) {
        for (size_t k = 0; k < s->before[i].n; k++) {
            bool org = s->before[i].names[k].type == NG_ORGANIZATION;
            firm = firm || (org && s->before[i].names[k].firm);
            body = body || (org && !s->before[i].names[k].firm);
        }
    }
    return body && !firm;
}

/* 竞天公诚宣布委任前合伙人…: the stretch of the trigger begins with words nobody knows, probably the firm. */
static bool unknown_subject(const struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first, n = 0;
    while (t > f->low && !((s->marks[t - 1] & (T_COMMA | T_HARD)) && !(s->marks[t - 1] & T_SOFT))) {
        t--;
    }
    while (t + n < f->trigger.first && (s->d->toks[t + n].flags & TOK_HAN) && scan_plain_word(s, t + n) && !hit_covers(s, t + n)) {
        n++;
    }
    bool unnamed = n >= 2;
    for (size_t i = scan_hit_at(s, f->low); i < s->hit_count && s->hits[i].first < f->trigger.first && !unnamed; i++) { /* 和其瑞医药裁员, 首席执行官卸任 */
        uint32_t at = s->hits[i].first;
        bool end = str_eqz(s->x->classes[s->hits[i].cls].name, "firm-end") && at >= s->first + 2 && !(s->marks[at] & T_NAME);
        unnamed = end && scan_plain_word(s, at - 1) && scan_plain_word(s, at - 2) && !hit_covers(s, at - 1) && !hit_covers(s, at - 2);
    }
    return unnamed;
}

/* "They left the coins": the verb has an object that is no part of the event. */
static bool other_object(const struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.last;
    if (s->x->chars || s->x->free_order || f->passive || f->trigger.cls == NAME_NONE || s->x->classes[f->trigger.cls].kind != CLASS_VERB || f->trigger.part_last) {
        return false;
    }
    while (t < f->high && (s->marks[t] & T_ADVERB) && !(s->marks[t] & (T_NAME | T_DET))) {
        t++;
    }
    if (!scan_is(s, t, T_ARTICLE) || scan_is(s, t, T_PREP | T_OPENER) || scan_starting(s, t, TYPE_BIT(NG_DATE)) != NONE) {
        return false;
    }
    for (size_t i = scan_phrase_at(s, t); i < s->ph_count && s->ph[i].first < t + 8; i++) {
        if (fire_used(f, (uint32_t)i) || scan_starting(s, s->ph[i].first, TYPE_BIT(NG_DATE)) != NONE) {
            return false;
        }
    }
    return true;
}

/* Whether this paragraph has begun without the organisation e: what it is about was not recognised (where much is told in chains). */
static bool another_topic(const struct scan *s, uint32_t e) {
    bool later = s->sent > 0 && s->d->sents[s->sent - 1].para == s->d->sents[s->sent].para;
    return s->x->chars && later && !scan_told_in_paragraph(s, e);
}

/* "Technology chief Lena Marsh resigned": the title names no organisation, so it is that of the text before. */
static bool from_context(struct fire *f, uint8_t role, uint8_t other) {
    const struct scan *s = f->s;
    uint32_t p = f->c.count[other] ? f->c.phrase[other][0] : NONE;
    float weight = 0.8f;
    if (p == NONE || other_object(f)) {
        return false;
    }
    const struct phrase *it = &s->ph[p];
    bool head = it->cls != NAME_NONE && s->x->classes[it->cls].kind == CLASS_HEAD;
    if (head && of_state(s, it)) {
        return false;
    }
    for (size_t t = 0; t < it->title_count; t++) {
        const struct phrase *title = &s->ph[it->titles[t]];
        if (title->org_count || of_state(s, title)) {
            return false;
        }
    }
    if (s->x->chars && f->type->roles[role].required && (unknown_subject(f) || bodies_last(s))) {
        return false;
    }
    bool several = false;
    if (head && s->x->classes[it->cls].alone && !s->x->classes[it->cls].part) { /* a figure, jobs: of the firm that the text is about, where the sentence names no other */
        for (size_t i = 0; i < s->ph_count; i++) {
            if ((s->ph[i].types & TYPE_BIT(NG_ORGANIZATION)) && s->ph[i].entity != s->topic) {
                return false;
            }
        }
        several = true;
        weight = 0.9f;
    }
    uint32_t right_before = NONE; /* "Tarn baut um. Der Gewinn sank": Tarn's, if that is the only one */
    for (size_t k = 0; several && s->before_count && s->before[0].sent + 1 == s->sent && k < s->before[0].n; k++) {
        const struct recent *r = &s->before[0].names[k];
        if (r->type == NG_ORGANIZATION) {
            right_before = right_before == NONE && r->bare ? r->entity : r->entity == right_before ? right_before : NONE - 1;
        }
    }
    right_before = right_before < NONE - 1 && scan_passing(s, right_before) ? NONE - 1 : right_before;
    uint32_t e = several ? right_before < NONE - 1 ? right_before : s->topic : head || it->title_count ? only_org_before(f, p, &several) : NONE;
    bool pronoun = (it->flags & P_PRONOUN) && it->entity != NONE;
    if (pronoun && s->org_of[it->entity] >= 0) {
        e = (uint32_t)s->org_of[it->entity];
    }
    if (e == NONE && !several && (head || it->title_count || pronoun)) {
        e = scan_about(s, true, &weight);
        if (e != NONE && head && !f->type->roles[role].required && !scan_told_in_paragraph(s, e)) {
            return false; /* a figure: only of whom this paragraph speaks */
        }
    }
    if (e == NONE) {
        return false;
    }
    const struct ng_entity *org = &s->d->entities[e];
    struct ng_span span = org->mention_count ? org->mentions[0].span : (struct ng_span){0, 0};
    uint8_t before = f->c.count[role];
    fill_entity(f, role, (struct ng_filler){.entity = (int32_t)e, .span = span}, NONE);
    f->c.confidence *= weight;
    return f->c.count[role] > before;
}

/* Whether a role is filled by whom the text calls a minister, a mayor: no firm's. */
static bool of_state_filled(const struct fire *f) {
    for (size_t r = 0; r < f->type->role_count; r++) {
        const struct phrase *p = f->c.count[r] && f->c.phrase[r][0] != NONE ? &f->s->ph[f->c.phrase[r][0]] : NULL;
        for (size_t t = 0; p && t < p->title_count; t++) {
            if (of_state(f->s, &f->s->ph[p->titles[t]])) {
                return true;
            }
        }
    }
    return false;
}

/* "About 800 workers will lose their jobs": whose, the sentences before tell, where they speak of one only. */
static bool from_topic(struct fire *f, uint8_t role, uint64_t types, uint8_t kind) {
    const struct scan *s = f->s;
    bool earlier = kind == WAY_EARLIER, dropped = earlier || kind == WAY_DROPPED;
    types |= types & TYPE_BIT(BIT_FIRM) ? TYPE_BIT(NG_ORGANIZATION) : 0;
    int type = types & TYPE_BIT(NG_ORGANIZATION) ? NG_ORGANIZATION : types & TYPE_BIT(NG_PERSON) ? NG_PERSON : NG_LOCATION;
    float weight = 0.8f;
    for (size_t i = 0; !dropped && i < s->ph_count; i++) { /* a name in this very sentence that has no other role: that one, if any */
        bool near = s->x->chars ? s->ph[i].first < f->to && s->ph[i].gov == NAME_NONE : (s->ph[i].clause == f->clause && (s->ph[i].first < f->to || s->x->free_order)) || s->ph[i].first < f->trigger.first;
        bool other = near && !(s->ph[i].flags & P_PRONOUN) && (s->ph[i].types & types & SCAN_NAMED) && !(s->ph[i].flags & P_PAREN) && !fire_used(f, (uint32_t)i);
        for (size_t r = 0; other && r < f->type->role_count; r++) {
            for (size_t k = 0; k < f->c.count[r]; k++) { /* "The bank has put in 3 million" */
                other = other && (f->c.fill[r][k].entity < 0 || f->c.fill[r][k].entity != (int32_t)s->ph[i].entity);
            }
        }
        if (other) {
            return false;
        }
    }
    if (s->x->chars && type == NG_ORGANIZATION && f->type->roles[role].required && (unknown_subject(f) || bodies_last(s))) {
        return false;
    }
    uint32_t e = type == NG_ORGANIZATION ? scan_about(s, true, &weight) : scan_context(s, (uint8_t)type, false, &weight);
    if (e == NONE || (dropped && !earlier && !scan_named_free(s, e)) || (type == NG_ORGANIZATION && (another_topic(s, e) || of_state_filled(f)))) {
        return false;
    }
    const struct ng_entity *it = &s->d->entities[e];
    struct ng_span span = it->mention_count ? it->mentions[0].span : (struct ng_span){0, 0};
    uint8_t before = f->c.count[role];
    fill_entity(f, role, (struct ng_filler){.entity = (int32_t)e, .span = span}, NONE);
    f->c.confidence *= weight;
    return f->c.count[role] > before;
}

/* "Marsh has hired ...": the organisation of the person who acts, where the text has told it. */
/* "Ihm folgt Lena Marsch": the post of the person in the clause who has no role, as the text told it last. */
static bool from_predecessor(struct fire *f, uint8_t role) {
    const struct scan *s = f->s;
    for (size_t i = scan_phrase_at(s, f->low); i < s->ph_count && s->ph[i].first < f->high; i++) {
        const struct phrase *p = &s->ph[i];
        if (!(p->types & TYPE_BIT(NG_PERSON)) || p->entity == NONE || p->clause != f->clause || fire_used(f, (uint32_t)i)) {
            continue;
        }
        bool used = false;
        for (size_t r = 0; r < f->type->role_count; r++) {
            for (size_t k = 0; k < f->c.count[r]; k++) {
                used = used || f->c.fill[r][k].entity == (int32_t)p->entity;
            }
        }
        const struct title_seen *seen = &s->title_of[p->entity];
        if (!used && p->title_count) {
            return fill_text(f, role, s->ph[p->titles[0]].first, s->ph[p->titles[0]].last);
        }
        if (!used && seen->last > seen->first) {
            return fill_text(f, role, seen->first, seen->last);
        }
    }
    float weight = 1;
    uint32_t e = scan_context(s, NG_PERSON, false, &weight); /* "Sein Nachfolger wird ..." */
    bool known = e != NONE && s->title_of[e].last > s->title_of[e].first;
    for (size_t r = 0; known && r < f->type->role_count; r++) {
        for (size_t k = 0; k < f->c.count[r]; k++) {
            known = known && f->c.fill[r][k].entity != (int32_t)e;
        }
    }
    return known && fill_text(f, role, s->title_of[e].first, s->title_of[e].last);
}

static bool from_boss(struct fire *f, uint8_t role, bool acts) {
    const struct scan *s = f->s;
    uint32_t p = !acts ? (f->passive ? way_subject(f, TYPE_BIT(NG_PERSON)) : way_object(f, TYPE_BIT(NG_PERSON)))
               : f->passive ? way_agent(f, TYPE_BIT(NG_PERSON)) : way_subject(f, TYPE_BIT(NG_PERSON));
    uint8_t before = f->c.count[role];
    if (p == NONE || s->ph[p].entity == NONE) {
        return false;
    }
    uint32_t own = owner(s, &s->ph[p]);
    int32_t e = own != NONE && s->ph[own].entity != NONE ? (int32_t)s->ph[own].entity : s->org_of[s->ph[p].entity];
    for (size_t t = 0; t < s->ph[p].title_count; t++) {
        const struct phrase *title = &s->ph[s->ph[p].titles[t]];
        if (title->org_count && !(title->flags & P_FORMER) && s->ph[title->orgs[0]].entity != NONE) {
            e = (int32_t)s->ph[title->orgs[0]].entity;
        }
    }
    if (e < 0) {
        return false;
    }
    const struct ng_entity *org = &s->d->entities[e];
    struct ng_span span = org->mention_count ? org->mentions[0].span : (struct ng_span){0, 0};
    fill_entity(f, role, (struct ng_filler){.entity = e, .span = span}, NONE);
    f->c.confidence *= 0.88f;
    return f->c.count[role] > before;
}

/* "His deputy Birk went along": what the last event of a type, here or at most two sentences before, has in a role. */
static bool from_last(struct fire *f, uint8_t role, const struct way *w) {
    const struct cands *told = f->s->told;
    uint8_t before = f->c.count[role];
    for (size_t i = told->n, seen = 0; i-- > 0 && seen < 16 && told->items[i].sent + 2 >= f->s->sent; seen++) {
        const struct cand *c = &told->items[i];
        bool earlier = c->sent < f->s->sent || c->last <= f->trigger.first;
        if (c->type_index != w->of_type || c->gone || !c->complete || c->status == NG_DENIED || !earlier || c->count[w->arg] == 0) {
            continue;
        }
        for (size_t k = 0; k < c->count[w->arg]; k++) {
            fill_entity(f, role, c->fill[w->arg][k], NONE);
        }
        f->c.confidence *= c->sent == f->s->sent ? 1 : 0.95f;
        return f->c.count[role] > before;
    }
    return false;
}

static bool from_span(struct fire *f, uint8_t role, uint8_t other) {
    uint32_t p = f->c.count[other] ? f->c.phrase[other][0] : NONE;
    if (p == NONE) {
        return false;
    }
    const struct phrase *it = &f->s->ph[p];
    uint32_t start = it->first; /* with its preposition: "um 12 Prozent gestiegen" */
    while (it->gov != NAME_NONE && start > f->s->first && it->first - start < 4 && f->s->preps[start] == NAME_NONE) {
        start--;
    }
    start = f->s->preps[start] == NAME_NONE ? it->first : start;
    uint32_t first = start < f->trigger.first ? start : f->trigger.first;
    uint32_t last = it->last > f->trigger.last ? it->last : f->trigger.last;
    return last - first <= 20 && fill_text(f, role, first, last);
}

/* The number alone of "369 unicorns", or what it counts. */
static bool from_number(struct fire *f, uint8_t role, uint8_t kind) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first;
    if (f->trigger.cls != NAME_NONE) {
        return false;
    }
    while (t < f->trigger.last && s->d->toks[t].kind == TOK_NUMBER) {
        t = scan_number_end(s, t);
    }
    if (t == f->trigger.first || (s->ph[f->trigger.phrase].mention != NONE)) {
        t = f->trigger.last;
    }
    return kind == WAY_FIGURE ? fill_text(f, role, f->trigger.first, t)
                              : fill_text(f, role, fire_np_start(s, t), fire_np_end(s, fire_np_start(s, t)));
}

/* "revenue was 3 billion, up 12 %": from the word behind the comma to the value right behind it, or to nothing. */
static bool from_aside(struct fire *f, uint8_t role, uint32_t word, uint32_t word_last) {
    for (size_t i = scan_phrase_at(f->s, word_last); i < f->s->ph_count && f->s->ph[i].first < word_last + 3; i++) {
        if (fire_fits(f, (uint32_t)i, TYPE_BIT(NG_PERCENT) | TYPE_BIT(NG_MONEY))) {
            return fill_text(f, role, word, f->s->ph[i].last);
        }
    }
    return false;
}

/* From the nearest word of a class in the clause to the trigger: "rose sharply by 12 %". */
static bool from_stretch(struct fire *f, uint8_t role, uint16_t cls) {
    const struct scan *s = f->s;
    uint32_t first = 0, last = 0, distance = 20, word = 0;
    for (size_t i = scan_hit_at(s, f->low); i < s->hit_count && s->hits[i].first < f->high; i++) {
        const struct hit *h = &s->hits[i];
        if (h->cls != cls || s->clauses[h->first] != f->clause) {
            continue;
        }
        bool before = h->last <= f->trigger.first;
        uint32_t d = before ? f->trigger.first - h->last : h->first >= f->trigger.last ? h->first - f->trigger.last : 0;
        if (d < distance) {
            distance = d;
            word = h->first;
            first = h->first < f->trigger.first ? h->first : f->trigger.first;
            last = h->last > f->trigger.last ? h->last : f->trigger.last;
        }
    }
    for (uint32_t t = f->trigger.last; !s->x->chars && t < word; t++) {
        if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT)) {
            return from_aside(f, role, word, last);
        }
    }
    for (uint32_t t = first; s->x->chars && t < last; t++) {
        if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT) && first == f->trigger.first && word > t + 3) {
            return false; /* 收入133亿元，电解质水增长280%: of something else */
        }
        if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT) && first == f->trigger.first) { /* 101亿元，同比增长18%: from the verb on */
            first = t + 1;
            last = fire_clause_end(s, first);
        } else if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT)) {
            return false;
        }
    }
    return last > first && fill_text(f, role, first, last);
}

/* 控告罗唯违反竞业约定: from the first word of a class behind the trigger to the end of its clause. */
static bool from_onward(struct fire *f, uint8_t role, uint16_t cls) {
    const struct scan *s = f->s;
    for (size_t i = scan_hit_at(s, f->trigger.last); i < s->hit_count && s->hits[i].first < f->high; i++) {
        if (s->hits[i].cls == cls) {
            uint32_t first = s->hits[i].first, end = fire_clause_end(s, first);
            for (uint32_t t = first + 1; !s->x->chars && t + 1 < end; t++) { /* "most of its staff and will file for insolvency" */
                end = (s->marks[t] & T_AND) && scan_is(s, t + 1, T_VERB | T_AUX) && !scan_is(s, t + 1, T_NAME) ? t : end;
            }
            return fill_text(f, role, first, end);
        }
    }
    return false;
}

/* "rate in the steel industry": what follows the linking word inside of a role's phrase. */
static bool from_tail(struct fire *f, uint8_t role, uint8_t other) {
    const struct scan *s = f->s;
    uint32_t p = f->c.count[other] ? f->c.phrase[other][0] : NONE;
    for (uint32_t t = p == NONE ? 0 : s->ph[p].first + 1; p != NONE && t + 1 < s->ph[p].last; t++) {
        if (s->marks[t] & T_PREP) {
            return fill_text(f, role, fire_np_start(s, t + 1), s->ph[p].last);
        }
    }
    return false;
}

/* Whether a word of a class of the lexicon ends right before token t. */
static bool ends_word(const struct scan *s, uint32_t t, struct str cls) {
    for (size_t i = scan_hit_at(s, t > s->first + 8 ? t - 8 : s->first); i < s->hit_count && s->hits[i].first < t; i++) {
        if (s->hits[i].last == t && str_eq(s->x->classes[s->hits[i].cls].name, cls)) {
            return true;
        }
    }
    return false;
}

/* 人工智能行业平均年薪: the free text right before a role's phrase. */
static bool from_front(struct fire *f, uint8_t role, uint8_t other) {
    const struct scan *s = f->s;
    uint32_t p = f->c.count[other] ? f->c.phrase[other][0] : NONE;
    if (p == NONE) {
        return false;
    }
    uint32_t end = s->ph[p].np_first;
    for (int round = 0; round < 2; round++) {
        while (end > s->first && (s->marks[end - 1] & (T_POSS | T_ADVERB | T_DET | T_AUX)) && !(s->marks[end - 1] & T_NAME)) {
            end--;
        }
        uint32_t t = end;
        while (t > s->first && end - t < 24 && !(s->marks[t - 1] & (T_VALUE | T_COMMA)) &&
               (scan_plain(s, t - 1) || (s->marks[t - 1] & (T_NAME | T_DET | T_POSS | T_HEAD | T_AND)))) {
            t--;
        }
        while (t < end && (s->marks[t] & (T_AND | T_ADVERB | T_DET | T_PUNCT | T_POSS)) && !(s->marks[t] & T_NAME)) {
            t++;
        }
        uint32_t close = end;
        while (close > t && (s->marks[close - 1] & T_PUNCT) && !(s->marks[close - 1] & T_NAME)) {
            close--;
        }
        uint32_t name = scan_ending(s, close, SCAN_NAMED);
        if (name != NONE && s->ph[name].first <= t + 2 && s->ph[name].entity != NONE) { /* 《罗小黑战记2》票房 */
            uint8_t before = f->c.count[role];
            fill_phrase(f, role, name);
            return f->c.count[role] > before;
        }
        for (uint32_t k = t + 1; k <= close; k++) {
            if (ends_word(s, k, STR("period-word"))) {
                return false; /* 财政年度里亏损 */
            }
        }
        if (end - t > 1) {
            return fill_text(f, role, t, close);
        }
        if (end == s->first || !(s->marks[end - 1] & T_COMMA) || !ends_word(s, end - 1, STR("sector"))) {
            return false; /* else "in the steel industry, the rate ...": the topic of the stretch before */
        }
        end--;
    }
    return false;
}

/* Free text on the left: the words right before the trigger, or before the verb that belongs to it. */
static bool text_before(struct fire *f, uint8_t role, const struct way *w) {
    const struct scan *s = f->s;
    uint32_t end = f->trigger.first;
    if (w->kind == WAY_SUBJ && (f->trigger.cls == NAME_NONE || s->x->classes[f->trigger.cls].kind != CLASS_VERB)) {
        while (end > f->low && !((s->marks[end - 1] & (T_VERB | T_AUX)) && !(s->marks[end - 1] & T_NAME))) {
            end--;
        }
        if (end == f->low) {
            return false;
        }
    }
    while (end > f->low && (s->marks[end - 1] & (T_VERB | T_AUX | T_ADVERB)) && !(s->marks[end - 1] & T_NAME)) {
        end--;
    }
    uint32_t t = end, most = s->x->chars ? 24 : 12;
    while (t > f->low && end - t < most && s->clauses[t - 1] == f->clause && !(s->marks[t - 1] & T_VALUE) &&
           (scan_plain(s, t - 1) || (s->marks[t - 1] & (T_NAME | T_DET | T_PREP | T_POSS | T_HEAD)) ||
            ((s->marks[t - 1] & T_AND) && t < end))) {
        t--;
    }
    while (t < end && (s->marks[t] & (T_PREP | T_AND | T_ADVERB | T_DET | T_PUNCT | T_POSS)) && !(s->marks[t] & T_NAME)) {
        t++;
    }
    return fill_text(f, role, t, end);
}

/* 被法院裁定破产: a verb without an object keeps its subject in a passive. */
static bool takes_object(const struct frame *frame) {
    for (size_t i = 0; i < frame->slot_count; i++) {
        for (size_t k = 0; k < frame->slots[i].way_count; k++) {
            if (frame->slots[i].ways[k].kind == WAY_OBJ) {
                return true;
            }
        }
    }
    return false;
}

/* "Galdor and Tarn merged": all but the first filler of another role move to this one. */
static bool from_rest(struct fire *f, uint8_t role, uint8_t other) {
    uint8_t n = f->c.count[other];
    if (n < 2 || f->c.count[role]) {
        return false;
    }
    f->c.count[other] = 1;
    for (uint8_t k = 1; k < n; k++) {
        f->c.phrase[role][k - 1] = f->c.phrase[other][k];
        f->c.fill[role][k - 1] = f->c.fill[other][k];
    }
    f->c.count[role] = (uint8_t)(n - 1);
    return true;
}

static bool try_way(struct fire *f, uint8_t role, const struct way *w) {
    uint32_t p = NONE;
    const uint64_t free_text = TYPE_BIT(BIT_NP) | TYPE_BIT(BIT_CLAUSE);
    uint8_t kind = w->kind;
    if (f->passive && (kind == WAY_SUBJ || kind == WAY_OBJ) && !(!f->s->x->free_order && !takes_object(f->f))) {
        kind = kind == WAY_SUBJ ? WAY_AGENT : WAY_SUBJ;
    }
    if ((w->types & free_text) && (kind == WAY_PREP || kind == WAY_OBJ || kind == WAY_RIGHT)) {
        return text_behind(f, role, w);
    }
    if ((w->types & free_text) && (kind == WAY_SUBJ || kind == WAY_LEFT)) {
        return text_before(f, role, w);
    }
    switch (kind) {
    case WAY_SUBJ:
        p = way_subject(f, w->types);
        break;
    case WAY_OBJ:
        p = way_object(f, w->types);
        break;
    case WAY_PREP:
        p = way_governed(f, w->arg, w->types);
        break;
    case WAY_POSS:
        p = way_possessor(f, w->types);
        break;
    case WAY_COMPOUND:
        p = way_compound(f, w->types);
        break;
    case WAY_AGENT:
        p = way_agent(f, w->types);
        break;
    case WAY_LEFT:
        p = way_left(f, w->types, f->low, true);
        break;
    case WAY_RIGHT:
        p = way_right(f, w->types, f->s->x->chars ? f->high : f->to);
        break;
    case WAY_ANY:
        p = way_anywhere(f, w->types);
        break;
    case WAY_SPAN:
        return from_span(f, role, (uint8_t)w->arg);
    case WAY_TRIGGER:
        return fill_text(f, role, f->trigger.first, f->trigger.last);
    case WAY_FIGURE:
    case WAY_COUNTED:
        return from_number(f, role, w->kind);
    case WAY_STRETCH:
        return from_stretch(f, role, w->arg);
    case WAY_ONWARD:
        return from_onward(f, role, w->arg);
    case WAY_TAIL_OF:
        return from_tail(f, role, (uint8_t)w->arg);
    case WAY_FRONT_OF:
        return from_front(f, role, (uint8_t)w->arg);
    case WAY_REST_OF:
        return from_rest(f, role, (uint8_t)w->arg);
    case WAY_CONTEXT:
        if (f->c.count[role] && f->type->roles[role].least < 2) { /* who is named is enough */
            return false;
        }
        return from_context(f, role, (uint8_t)w->arg);
    case WAY_TOPIC:
        if (f->c.count[role] && f->type->roles[role].least < 2) {
            return false;
        }
        return from_topic(f, role, w->types, w->kind);
    case WAY_EARLIER:
        return !f->c.count[role] && from_topic(f, role, w->types, w->kind);
    case WAY_DROPPED:
        return !f->c.count[role] && way_dropped(f) && from_topic(f, role, w->types, w->kind);
    case WAY_PREDECESSOR:
        return from_predecessor(f, role);
    case WAY_BOSS:
        return from_boss(f, role, true);
    case WAY_PATIENT:
        return f->c.count[role] == 0 && from_boss(f, role, false);
    case WAY_LAST:
        return f->c.count[role] == 0 && from_last(f, role, w);
    case WAY_SELF:
        p = f->trigger.cls == NAME_NONE ? f->trigger.phrase : NONE;
        break;
    case WAY_SENTENCE:
        p = way_sentence(f, w->types);
        break;
    case WAY_SOURCE:
        return false; /* filled once the sources are known */
    default:
        return from_titles(f, role, w);
    }
    if (p == NONE) {
        return false;
    }
    uint8_t before = f->c.count[role];
    fill_phrase(f, role, p);
    return f->c.count[role] > before;
}

void fill_slot(struct fire *f, const struct slot *slot) {
    int done = -1;
    uint8_t before = f->c.count[slot->role];
    for (size_t i = 0; i < slot->way_count; i++) {
        if (done >= 0) {
            break;
        }
        if (try_way(f, slot->role, &slot->ways[i])) {
            done = slot->ways[i].alternative;
        }
    }
    f->lacks = f->lacks || (slot->own && f->c.count[slot->role] == before);
}

bool fill_complete(const struct fire *f) {
    if (f->lacks) {
        return false;
    }
    for (size_t i = 0; i < f->f->slot_count; i++) {
        if (f->f->slots[i].required && f->c.count[f->f->slots[i].role] == 0) {
            return false;
        }
    }
    return true;
}

bool cand_supported(const struct cand *c) {
    bool fine = c->frame->some_count == 0;
    for (size_t i = 0; i < c->frame->some_count; i++) {
        uint8_t r = c->frame->some[i];
        fine = fine || (c->count[r] && (!(c->frame->some_named >> i & 1) || c->fill[r][0].entity >= 0));
    }
    return fine;
}

bool cand_complete(const struct cand *c) {
    for (size_t r = 0; r < c->type->role_count; r++) {
        const struct event_role *role = &c->type->roles[r];
        size_t n = 0;
        for (size_t k = 0; k < c->type->role_count; k++) {
            n += c->type->roles[k].group == role->group ? c->count[k] : 0;
        }
        if (role->required && n < role->least && !(c->frame->waives >> r & 1)) {
            return false;
        }
    }
    return true;
}
