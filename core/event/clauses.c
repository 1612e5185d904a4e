/* clauses.c - clauses of a sentence, and what pronouns and descriptions in it stand for. */
#include "core/event/scan.h"

#include "core/base/banned.h"

/* ---- clauses ---- */

static uint32_t open_clause(struct scan *s, uint32_t parent, uint32_t at, uint32_t opener) {
    struct clause c = {.parent = parent, .first = at, .last = s->last, .opener = opener, .subject = NONE, .beside = NONE};
    uint32_t index = (uint32_t)s->cl_count;
    ARENA_PUSH(s->a, s->cl, s->cl_count, s->cl_cap) = c;
    return arena_full(s->a) ? 0 : index;
}

/* The phrase a relative pronoun at t stands for: the nearest name before it, over a comma. */
static uint32_t antecedent(const struct scan *s, uint32_t t) {
    uint32_t at = t;
    if (at > s->first && s->preps[at - 1] != NAME_NONE) {
        at--;
    }
    if (scan_is(s, at - 1, T_COMMA) && at > s->first) {
        at--;
    }
    uint32_t verb = at; /* "hat Tarn Wu abgeluchst, der ...": over what closes the clause */
    while (s->x->free_order && verb > s->first && at - verb < 3 && s->d->toks[verb - 1].kind == TOK_WORD &&
           !(s->d->toks[verb - 1].flags & TOK_CAPITAL) && !(s->marks[verb - 1] & (T_NAME | T_DET | T_PREP | T_COMMA | T_AND))) {
        verb--;
    }
    size_t i = scan_phrase_at(s, at);
    for (size_t back = 0; verb < at && i-- > 0 && back < 8; back++) {
        const struct phrase *p = &s->ph[i];
        if ((p->ext_last == verb || p->last == verb) && (p->types & SCAN_NAMED) && !(p->flags & P_IN_TITLE)) {
            return (uint32_t)i;
        }
    }
    i = scan_phrase_at(s, at);
    for (size_t back = 0; i-- > 0 && back < 8; back++) {
        const struct phrase *p = &s->ph[i];
        if ((p->ext_last == at || p->last == at || p->ext_last == at + 1) && (p->types & SCAN_NAMED)) {
            if ((p->flags & P_IN_TITLE) && p->ext_last == at) {
                continue; /* "Wu, head of research at Google, who": Wu is meant */
            }
            return (uint32_t)i;
        }
    }
    bool nouns = s->x->head_first || s->x->free_order; /* "thông tư mà Bộ vừa ban hành", "das Wachstum, das 3 Prozent betrug" */
    uint32_t head = nouns ? scan_ending(s, at, ~(uint64_t)0) : NONE;
    if (head != NONE) {
        return head;
    }
    uint32_t left = at; /* "Wu, a widely admired chemist who" */
    for (uint32_t n = 0; !s->x->chars && !s->x->free_order && n < 9 && left > s->first && !(s->marks[left - 1] & T_COMMA); n++, left--) {
        bool inner = scan_plain(s, left - 1) || (s->marks[left - 1] & (T_HEAD | T_MODIFIER | T_FORMER | T_DET)) || scan_hyphen(s, left - 1);
        if (!inner || (s->marks[left - 1] & T_HARD)) {
            return NONE;
        }
    }
    bool apposed = left < at && left > s->first && (s->marks[left - 1] & T_COMMA) && (s->marks[left] & T_DET);
    return apposed ? scan_ending(s, left - 1, TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION)) : NONE;
}

/* "Lantern's figures show": a firm whose paper says it (a word of [class document] right before t). Where nothing but that word and
 * nouns stand between. */
static bool paper_of(const struct scan *s, const struct phrase *p, uint32_t t) {
    bool paper = false;
    for (size_t i = scan_hit_at(s, p->last); i < s->hit_count && s->hits[i].first < t; i++) {
        paper = paper || (s->hits[i].cls == s->x->document_class && s->hits[i].last == t);
    }
    for (uint32_t k = p->last; paper && k < t; k++) {
        paper = t - p->last < 16 && !(s->marks[k] & (T_COMMA | T_HARD)); /* 脉脉7月发布的报告 */
    }
    return paper && (p->types & TYPE_BIT(NG_ORGANIZATION));
}

/* Whoever says it: the last free name before a reporting verb, or the first one behind. */
static uint32_t speaker(const struct scan *s, uint32_t t, uint32_t clause) {
    const uint64_t speaking = TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION);
    size_t i = scan_phrase_at(s, t);
    for (size_t back = 0; i-- > 0 && back < 12; back++) {
        const struct phrase *p = &s->ph[i];
        uint32_t barred = P_PAREN | P_IN_TITLE | P_COMPOUND | P_OBJECT | P_MEMBER | (paper_of(s, p, t) ? 0u : P_POSS);
        if (s->clauses[p->first] == clause && (p->types & speaking) && p->gov == NAME_NONE && t - p->ext_last < 24 && !(p->flags & barred)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* "Am Montag sagte Tom Birk, ..." */
static uint32_t speaker_behind(const struct scan *s, uint32_t t, uint32_t to, uint32_t clause) {
    const uint64_t speaking = TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION);
    for (size_t i = scan_phrase_at(s, t); i < s->ph_count && s->ph[i].first < to; i++) {
        const struct phrase *p = &s->ph[i];
        if (s->clauses[p->first] == clause && (p->types & speaking) && p->gov == NAME_NONE &&
            !(p->flags & (P_POSS | P_PAREN | P_IN_TITLE | P_COMPOUND | P_MEMBER))) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static const struct hit *hit_at(const struct scan *s, uint32_t t, size_t *from) {
    while (*from < s->hit_count && s->hits[*from].first < t) {
        (*from)++;
    }
    return *from < s->hit_count && s->hits[*from].first == t ? &s->hits[*from] : NULL;
}

static bool opener_role(const struct scan *s, uint32_t t, size_t from, uint8_t role) {
    for (size_t i = from; i < s->hit_count && s->hits[i].first == t; i++) {
        if (s->x->classes[s->hits[i].cls].role == role) {
            return true;
        }
    }
    return false;
}

/* Whether what a reporting verb opens has a verb of its own: "said sales rose", not "reported a loss". */
static bool has_verb(const struct scan *s, uint32_t t) {
    for (uint32_t end = t + 40; t < s->last && t < end && !(s->marks[t] & T_HARD); t++) {
        if ((s->marks[t] & T_COMMA) && !(s->marks[t] & T_SOFT)) {
            return false;
        }
        if ((s->marks[t] & (T_VERB | T_AUX | T_OPENER)) && !(s->marks[t] & T_NAME)) {
            return true;
        }
    }
    return false;
}

/* Headlines in Chinese part their clauses with a space: 鸿海携手三菱汽车 电动巴士明年试营运. */
static bool headline_gap(const struct scan *s, uint32_t t) {
    const struct tok *toks = s->d->toks;
    return s->x->chars && t > s->first && (toks[t].flags & TOK_SPACE_BEFORE) && (toks[t].flags & TOK_HAN) && (toks[t - 1].flags & TOK_HAN) &&
           !((s->marks[t] & T_NAME) && (s->marks[t - 1] & T_NAME) && scan_starting(s, t, ~(uint64_t)0) == NONE);
}

static bool tagged(const struct scan *s, const struct hit *h, const char *name) {
    return s->x->classes[h->cls].kind == CLASS_VERB && h->tag && str_eqz(s->x->tags[h->tag], name);
}

/* Whether a form that may be a participle before a noun stands before one: "das entwickelte Modell", but "2021 beteiligte sich Galdor". */
static bool leads_noun(const struct scan *s, uint32_t t) {
    bool behind = t > s->first && (s->marks[t - 1] & (T_DET | T_ARTICLE | T_PREP)) && !(s->marks[t - 1] & T_NAME);
    return behind || (t + 1 < s->last && (s->d->toks[t + 1].flags & TOK_CAPITAL) && !(s->marks[t + 1] & T_NAME));
}

/* Whether the word at t can only be a finite verb: an auxiliary, or a form that no infinitive and no participle looks like. */
static bool is_finite(const struct scan *s, uint32_t t) {
    bool found = false;
    if (s->marks[t] & T_NAME) {
        return false;
    }
    for (size_t i = scan_hit_at(s, t); i < s->hit_count && s->hits[i].first == t; i++) {
        const struct hit *h = &s->hits[i];
        found = found || tagged(s, h, "pres") || tagged(s, h, "past") || tagged(s, h, "kon");
        if (tagged(s, h, "base") || tagged(s, h, "part") || tagged(s, h, "inf") || (tagged(s, h, "attr") && leads_noun(s, t))) {
            return (s->marks[t] & T_AUX) != 0;
        }
    }
    return found || (s->marks[t] & T_AUX);
}

/* "Galdor streicht Stellen, [Tarn hat Kurzarbeit beantragt]": whether at the comma t a main clause ends, which has its verb, and another
 * begins, which has one phrase and then its verb. */
static bool asyndetic(const struct scan *s, uint32_t t, uint32_t first, uint32_t clause) {
    bool verb = false;
    if (!s->x->free_order || !s->x->rel_comma) {
        return false;
    }
    for (uint32_t k = first; k < t && !verb; k++) {
        verb = s->clauses[k] == clause && is_finite(s, k);
    }
    uint32_t from = t + 1;
    from += from < s->last && (s->marks[from] & T_AND) ? 1 : 0;
    if (!verb || from + 1 >= s->last || (s->marks[from] & T_OPENER) || is_finite(s, from)) {
        return false;
    }
    for (uint32_t k = from + 1; k < s->last && k < from + 9 && !((s->marks[k] & T_COMMA) && !(s->marks[k] & T_SOFT)) && !(s->marks[k] & T_HARD); k++) {
        if ((s->marks[k] & T_OPENER) && s->preps[k - 1] != NAME_NONE) {
            return false; /* ", bei denen" */
        }
        if (is_finite(s, k)) {
            return true;
        }
        if ((s->marks[k] & T_VERB) && !(s->marks[k] & (T_NAME | T_ATTR))) {
            return false;
        }
    }
    return false;
}

/* "Wu, der Galdor verließ, [im Mai Tarn gegründet hat] und ...": whether what follows the comma t within a subordinate clause goes on with
 * it: its first finite verb stands at its end, behind something else. */
static bool verb_final(const struct scan *s, uint32_t t) {
    uint32_t from = t + 1;
    from += from < s->last && (s->marks[from] & T_AND) ? 1 : 0;
    for (uint32_t k = from; s->x->free_order && s->x->rel_comma && k < s->last && k < from + 24; k++) {
        if ((s->marks[k] & T_OPENER) || (s->marks[k] & T_HARD) || ((s->marks[k] & T_COMMA) && !(s->marks[k] & T_SOFT))) {
            return false;
        }
        if (is_finite(s, k)) {
            bool end = k + 1 >= s->last || (s->marks[k + 1] & (T_HARD | T_COMMA | T_AND | T_PUNCT)) || s->d->toks[k + 1].kind == TOK_PUNCT;
            return end && k > from + 1;
        }
    }
    return false;
}

/* Where nouns need no article a relative word may be a noun: "bổ nhiệm người Pháp", "40 người, còn"; a clause goes on with its verb. */
static bool noun_here(const struct scan *s, uint32_t t, size_t from) {
    bool noun = false;
    for (size_t i = from; i < s->hit_count && s->hits[i].first == t; i++) {
        noun = noun || s->x->classes[s->hits[i].cls].kind == CLASS_HEAD;
    }
    if (!noun || !s->x->head_first) {
        return false;
    }
    bool counted = t > s->first && s->d->toks[t - 1].kind == TOK_NUMBER;
    return counted || !scan_is(s, t + 1, T_VERB | T_AUX | T_ADVERB | T_REPORT | T_OPENER | T_PRONOUN | T_PREP | T_FORMER) || scan_is(s, t + 1, T_NAME);
}

/* "a start-up that has since raised": between a noun and a verb a conjunction is a relative pronoun. */
static bool before_verb(const struct scan *s, uint32_t t) {
    uint32_t next = t + 1;
    if (t == s->first || (s->marks[t - 1] & (T_VERB | T_AUX | T_REPORT | T_PUNCT))) {
        return false;
    }
    while (next < s->last && (s->marks[next] & T_ADVERB) && !(s->marks[next] & (T_NAME | T_AUX))) {
        next++;
    }
    return scan_is(s, next, T_VERB | T_AUX) && !scan_is(s, next, T_NAME);
}

void scan_clauses(struct scan *s) {
    uint32_t current = open_clause(s, NONE, s->first, NONE), depth = 0;
    uint32_t pending = NONE, telling = NONE; /* clause whose reporting verb awaits its comma; the verb */
    size_t h = 0;
    s->cl_count = 1;
    for (uint32_t t = s->first; t < s->last && !arena_full(s->a); t++) {
        uint32_t m = s->marks[t];
        bool verb = false;
        struct clause *c = &s->cl[current];
        if ((m & T_COMMA) && !(m & T_SOFT) && pending == current && depth < 12) { /* "Galdor teilte am Montag mit, ..." */
            uint32_t who = speaker(s, telling, current);
            who = who != NONE ? who : speaker_behind(s, telling, t, current);
            s->clauses[t] = current;
            current = open_clause(s, current, t + 1, t);
            s->cl[current].reported = true;
            s->cl[current].subject = who;
            depth++;
            pending = NONE;
            continue;
        }
        bool goes_on = (s->x->chars || s->x->drops_subjects) && c->reported; /* 报道称，李明跳槽，已遭起诉: what is reported runs on */
        goes_on = goes_on || (c->opener != NONE && !c->reported && verb_final(s, t));
        if ((m & T_COMMA) && !(m & T_SOFT) && c->parent != NONE && t > c->first + 1 && !goes_on) {
            s->clauses[t] = current;
            c->last = t;
            current = c->parent;
            depth--;
            bool verb_next = !s->x->chars && !s->x->free_order && scan_is(s, t + 1, T_AUX | T_VERB) && !scan_is(s, t + 1, T_NAME);
            while (verb_next && s->cl[current].relative && s->cl[current].parent != NONE) { /* "Marsh, who ran it until May, was named" */
                s->cl[current].last = t;
                current = s->cl[current].parent;
                depth--;
            }
            continue;
        }
        if ((m & T_COMMA) && !(m & T_SOFT) && c->parent == NONE && asyndetic(s, t, c->first, current)) {
            s->clauses[t] = current;
            c->last = t;
            uint32_t before = current;
            current = open_clause(s, NONE, t + 1, NONE);
            s->cl[current].beside = before;
            depth = 0;
            continue;
        }
        if (m & T_HARD) {
            for (uint32_t k = current; k != NONE; k = s->cl[k].parent) {
                s->cl[k].last = t;
            }
            bool bracket = scan_opens(s->d->toks[t].fold) || scan_closes(s->d->toks[t].fold);
            if (bracket) { /* brackets are skipped over: the clause goes on */
                for (uint32_t k = current; k != NONE; k = s->cl[k].parent) {
                    s->cl[k].last = s->last;
                }
            } else {
                current = open_clause(s, NONE, t, NONE);
                depth = 0;
            }
            s->clauses[t] = current;
            continue;
        }
        if (headline_gap(s, t)) {
            for (uint32_t k = current; k != NONE; k = s->cl[k].parent) {
                s->cl[k].last = t;
            }
            current = open_clause(s, NONE, t, NONE);
            depth = 0;
        }
        const struct hit *hit = hit_at(s, t, &h);
        bool apposed = t > s->first && (s->marks[t - 1] & T_COMMA) && (s->marks[t - 1] & T_SOFT) && (m & T_DET);
        if (hit && (m & T_OPENER) && (m & T_PREP) && !has_verb(s, hit->last)) {
            m &= ~(uint32_t)T_OPENER; /* "after a fire", not "after he left" */
        }
        if (hit && (m & T_OPENER) && !apposed && depth < 12) { /* "Tom Birk, der Chef von Galdor, ..." opens none */
            bool relative = opener_role(s, t, h, FN_REL);
            if (relative && noun_here(s, t, h)) {
                s->clauses[t] = current;
                continue;
            }
            bool place = scan_of_class(s, t, s->x->where_class), maybe = scan_of_class(s, t, s->x->rel_verb_class) && before_verb(s, t);
            uint32_t who = relative || place || maybe ? antecedent(s, t) : NONE;
            relative = relative || (maybe && who != NONE) || (place && who != NONE && (s->ph[who].types & TYPE_BIT(NG_ORGANIZATION))); /* "Galdor, where she became ..." */
            who = relative ? who : NONE;
            current = open_clause(s, current, t, t);
            s->cl[current].relative = relative;
            s->cl[current].subject = who;
            depth++;
        } else if (hit && (m & T_REPORT) && s->x->rel_comma && opener_role(s, t, h, FN_REPORT)) {
            bool inserted = t > s->first && (s->marks[t - 1] & (T_COMMA | T_PUNCT)); /* "Galdor, sagte Tom Birk, übernimmt ..." */
            pending = inserted ? NONE : current;
            telling = inserted ? NONE : t;
            if (inserted && (s->marks[t - 1] & T_COMMA) && depth < 12) { /* a clause of its own, up to the next comma */
                current = open_clause(s, current, t, NONE);
                depth++;
            }
        } else if (hit && (m & T_REPORT) && opener_role(s, t, h, FN_REPORT) && depth < 12 && (s->x->free_order || s->x->chars || has_verb(s, hit->last))) {
            uint32_t who = speaker(s, t, current);
            s->clauses[t] = current;
            for (uint32_t k = t; k < hit->last; k++) {
                s->clauses[k] = current;
            }
            t = hit->last - 1;
            current = open_clause(s, current, t + 1, t);
            s->cl[current].reported = true;
            s->cl[current].subject = who;
            depth++;
            verb = true;
        }
        if (!verb) {
            s->clauses[t] = current;
        }
    }
    for (size_t i = 0; i < s->ph_count; i++) {
        s->ph[i].clause = s->clauses[s->ph[i].first];
    }
}

/* ---- pronouns ---- */

/* 曾在礼来工作十二年: a firm of somebody's past, not whom the text goes on about. */
static bool of_career(const struct scan *s, const struct phrase *p) {
    bool found = false;
    for (size_t i = scan_hit_at(s, p->last); s->x->career_class != NAME_NONE && p->gov != NAME_NONE && i < s->hit_count && s->hits[i].first < p->last + 4; i++) {
        found = found || s->hits[i].cls == s->x->career_class;
    }
    return found;
}

/* Whether an entity is known to be somebody of the other sex. */
static bool other_sex(const struct scan *s, uint32_t entity, char gender) {
    return gender && s->gender[entity] && s->gender[entity] != gender;
}

static uint32_t only_one(const struct recent *r, size_t n, uint8_t type, bool firm, bool *several) {
    uint32_t found = NONE;
    *several = false;
    for (size_t i = 0; i < n; i++) {
        if (r[i].type == type && (r[i].firm || !firm)) {
            *several = *several || (found != NONE && found != r[i].entity);
            found = found == NONE ? r[i].entity : found;
        }
    }
    return found;
}

/* The reporting verb's subject, where the pronoun stands in what is reported. */
static uint32_t reporter(const struct scan *s, const struct phrase *p, uint64_t type) {
    for (uint32_t c = p->clause; c != NONE; c = s->cl[c].parent) {
        if (s->cl[c].reported && s->cl[c].subject != NONE) {
            const struct phrase *who = &s->ph[s->cl[c].subject];
            return who->types & type ? who->entity : NONE;
        }
    }
    return NONE;
}

/* Whom the sentences before mean: the only name of the type in the nearest that has one, else its subject. */
static uint32_t context_of(const struct scan *s, uint8_t type, bool firm, char gender, float *weight) {
    for (size_t i = 0; i < s->before_count; i++) {
        const struct discourse *b = &s->before[i];
        uint32_t back = s->sent - b->sent;
        bool several = false;
        if (back >= MEMORY) {
            break;
        }
        struct recent names[DISCOURSE];
        size_t n = 0;
        for (size_t k = 0; k < b->n; k++) {
            if (!other_sex(s, b->names[k].entity, gender)) {
                names[n++] = b->names[k];
            }
        }
        uint32_t e = only_one(names, n, type, firm, &several);
        for (size_t k = 0; several && k < n; k++) {
            if (names[k].type == type && (names[k].firm || !firm)) { /* of several, the first where it stands free */
                *weight = 0.7f;
                return names[k].bare ? names[k].entity : NONE;
            }
        }
        if (e != NONE) {
            *weight = 0.9f - 0.05f * (float)back;
            return e;
        }
    }
    return NONE;
}

/* Whether the nearest sentence that has the organisation e names it as a subject. */
bool scan_named_free(const struct scan *s, uint32_t e) {
    for (size_t i = 0; i < s->before_count; i++) {
        for (size_t k = 0; k < s->before[i].n; k++) {
            if (s->before[i].names[k].entity == e) {
                return s->before[i].names[k].bare;
            }
        }
    }
    return false;
}

uint32_t scan_context(const struct scan *s, uint8_t type, bool firm, float *weight) {
    return context_of(s, type, firm, 0, weight);
}

bool scan_told_in_paragraph(const struct scan *s, uint32_t entity) {
    bool told = false;
    for (size_t i = 0; i < s->before_count; i++) {
        const struct discourse *b = &s->before[i];
        for (size_t k = 0; k < b->n && s->d->sents[b->sent].para == s->d->sents[s->sent].para; k++) {
            told = told || b->names[k].entity == entity;
        }
    }
    return told;
}

bool scan_passing(const struct scan *s, uint32_t e) {
    uint32_t head = s->d->sents[s->d->sent_count > 1 ? 1 : 0].end;
    bool own = s->topic != NONE && scan_told_in_paragraph(s, e) && !scan_told_in_paragraph(s, s->topic); /* a feature's paragraph about e */
    return s->topic != NONE && s->topic != e && !own && s->d->entities[e].mention_count == 1 && s->d->entities[e].mentions[0].span.start >= head;
}

uint32_t scan_about(const struct scan *s, bool firm, float *weight) {
    uint32_t e = scan_context(s, NG_ORGANIZATION, firm, weight);
    bool passing = e != NONE && scan_passing(s, e);
    if (s->topic == NONE || s->topic == e || (s->x->chars && !passing) || (e != NONE && scan_named_free(s, e) && !passing)) {
        return e;
    }
    *weight = 0.75f;
    return s->topic;
}

/* Of several names before a pronoun, where the language chains its clauses to a topic: the first that stands free. */
static uint32_t free_one(const struct scan *s, struct phrase *p, uint64_t type) {
    for (const struct phrase *q = s->ph; s->x->chars && q < p; q++) {
        bool led_in = q->np_first > s->first && (s->marks[q->np_first - 1] & (T_ACCORDING | T_PASSIVE | T_PREP));
        if ((q->types & type) && q->entity != NONE && !led_in && q->gov == NAME_NONE &&
            !(q->flags & (P_POSS | P_PAREN | P_OBJECT | P_PRONOUN | P_MEMBER))) {
            p->weight = 0.75f;
            return q->entity;
        }
    }
    return NONE;
}

/* A pronoun that may stand for people as well as for firms ("er", "sie"): the firm of the sentence before, if nobody else can be meant. */
static uint32_t lone_one(const struct scan *s, const struct phrase *p) {
    const struct discourse *b = &s->before[0];
    uint32_t found = NONE;
    if (s->before_count == 0 || b->sent + 1 != s->sent) {
        return NONE;
    }
    for (const struct phrase *q = s->ph; q < p; q++) {
        if (q->entity != NONE && (q->types & (TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION))) && !(q->flags & P_PRONOUN)) {
            return NONE;
        }
    }
    for (size_t i = 0; i < b->n; i++) {
        if (b->names[i].type == NG_PERSON || (b->names[i].type == NG_ORGANIZATION && found != NONE && b->names[i].entity != found)) {
            return NONE;
        }
        found = b->names[i].type == NG_ORGANIZATION && b->names[i].bare ? b->names[i].entity : found;
    }
    return found;
}

/* Where p is an object: the name that does it, which is another one ("BaFin fined the bank"); the nearest that stands free before
 * it, so that "Galdor saw Tom Birch leave the company" is about Galdor. Its index in s->ph, or SIZE_MAX. */
static size_t doer_of(const struct scan *s, const struct phrase *p, const struct lex_class *k) {
    size_t own = (size_t)(p - s->ph);
    if (!(p->flags & P_OBJECT) || k->possessive || s->x->free_order || s->x->chars) {
        return SIZE_MAX;
    }
    for (size_t i = own; i-- > 0 && own - i <= 40;) {
        const struct phrase *q = &s->ph[i];
        if (q->entity != NONE && (q->types & SCAN_NAMED) && q->clause == p->clause && q->gov == NAME_NONE &&
            !(q->flags & (P_PAREN | P_PRONOUN | P_POSS | P_COMPOUND)) &&
            ((q->types & TYPE_BIT(NG_PERSON)) || !(q->flags & P_OBJECT))) { /* a firm right behind a verb does nothing itself */
            return i;
        }
    }
    return SIZE_MAX;
}

/* "the bank": of the organisations that the sentences before name, the one with the word in its name, "Galdor Bank"; or NONE. */
static uint32_t namesake(const struct scan *s, const struct phrase *p) {
    struct str word = s->d->toks[p->last - 1].fold;
    uint32_t found = NONE;
    for (size_t i = 0; !s->x->chars && i < s->before_count && s->sent - s->before[i].sent < MEMORY; i++) {
        for (size_t k = 0; k < s->before[i].n; k++) {
            const struct recent *r = &s->before[i].names[k];
            struct str name = s->d->entities[r->entity].name;
            bool fits = r->type == NG_ORGANIZATION && name.n > word.n + 1 && word.n > 3;
            for (size_t at = name.n > word.n ? name.n - word.n : 0, once = 0; fits && once < 2; at = 0, once++) { /* its last or first word */
                bool edge = at ? name.p[at - 1] == ' ' : name.p[word.n] == ' ';
                struct str part = str_sub(name, at, at + word.n);
                bool same = edge;
                for (size_t c = 0; same && c < word.n; c++) {
                    same = (part.p[c] | 0x20) == (word.p[c] | 0x20);
                }
                if (same) {
                    if (found != NONE && found != r->entity) {
                        return NONE;
                    }
                    found = r->entity;
                }
            }
        }
    }
    return found;
}

/* Whether an organisation is that of somebody's former post. */
static bool of_former(const struct scan *s, uint32_t org) {
    if (!(s->ph[org].flags & P_IN_TITLE) || s->x->chars || s->x->free_order) {
        return false;
    }
    for (uint32_t i = org > 6 ? org - 6 : 0; i < s->ph_count && i <= org + 6; i++) {
        for (size_t o = 0; (s->ph[i].flags & P_FORMER) && o < s->ph[i].org_count; o++) {
            if (s->ph[i].orgs[o] == org) {
                return true;
            }
        }
    }
    return false;
}

void scan_resolve(struct scan *s, struct phrase *p) {
    const struct lex_class *k = &s->x->classes[p->cls];
    if (k->lone) {
        p->entity = lone_one(s, p);
        if (p->entity == NONE && p->first == s->first && !scan_is(s, p->last, T_PASSIVE) && !s->x->free_order && !s->x->chars) { /* "It also plans to ...": whom all is about */
            p->entity = s->topic;
        }
        p->types = p->entity == NONE ? 0 : p->types;
        p->weight = 0.88f;
        return;
    }
    if (k->plural) {
        bool fresh = s->group_count && s->sent - s->group_sent <= 2;
        p->entity = fresh ? s->group[0] : NONE;
        p->types = fresh ? p->types : k->or_types;
        p->flags |= fresh ? P_PLURAL : 0;
        p->weight = 0.9f;
        return;
    }
    if (k->inner && !(p->flags & P_OBJECT)) {
        p->types = 0;
        return;
    }
    struct recent here[DISCOURSE];
    size_t n = 0;
    bool several = false;
    uint64_t want = TYPE_BIT(k->firm ? BIT_FIRM : k->type);
    uint32_t e = k->type == NG_ORGANIZATION && !k->possessive && !k->bound ? namesake(s, p) : NONE;
    e = e == NONE && !k->namesake && !k->inner ? reporter(s, p, want) : e;
    p->weight = 0.9f;
    size_t own = (size_t)(p - s->ph), doer = doer_of(s, p, k);
    for (size_t i = own > 40 ? own - 40 : 0; e == NONE && !k->bound && !k->namesake && i < own && n < DISCOURSE; i++) {
        const struct phrase *q = &s->ph[i];
        if (k->type == NG_ORGANIZATION && of_former(s, (uint32_t)i)) {
            continue; /* "a former Galdor manager who founded the company" */
        }
        if (i != doer && q->entity != NONE && (q->types & want) && !other_sex(s, q->entity, k->gender) && !(q->flags & (P_PAREN | P_PRONOUN)) &&
            !(q->np_first > s->first && (s->marks[q->np_first - 1] & T_ACCORDING)) && !of_career(s, q)) {
            bool bare = q->gov == NAME_NONE && !(q->flags & (P_POSS | P_IN_TITLE | P_OBJECT | P_COMPOUND));
            if (bare && k->kind == CLASS_HEAD && p->gov != NAME_NONE && q->clause == p->clause) {
                continue; /* "Bajaj hat die Mehrheit an dem Motorradbauer": not at itself */
            }
            here[n++] = (struct recent){.entity = q->entity, .type = k->type, .bare = bare, .firm = true};
        }
    }
    if (e == NONE && !k->bound && !k->namesake) {
        e = only_one(here, n, k->type, k->firm, &several);
        if (several) { /* of several, the one that stands free, if it is the only one */
            size_t kept = 0;
            for (size_t i = 0; i < n; i++) {
                if (here[i].bare) {
                    here[kept++] = here[i];
                }
            }
            bool still = false;
            e = only_one(here, kept, k->type, k->firm, &still);
            several = !(kept == 0 && k->kind == CLASS_HEAD && s->x->free_order); /* "Gemeinsam mit A und B baut der Konzern ...": another one */
            e = still || e == NONE ? free_one(s, p, want) : e;
            p->weight = 0.75f;
        }
        several = several || k->inner;
        bool about = k->type == NG_ORGANIZATION && !k->possessive && (k->firm || k->kind == CLASS_HEAD);
        e = several || e != NONE ? e : about ? scan_about(s, k->firm, &p->weight) : context_of(s, k->type, k->firm, k->gender, &p->weight);
    }
    if (e != NONE && k->gender) { /* "She married Arthur Webb. He died": not she */
        bool other = s->gender[e] && s->gender[e] != k->gender;
        s->gender[e] = other ? s->gender[e] : k->gender;
        e = other ? NONE : e;
    }
    p->entity = e;
    for (size_t i = own > 40 ? own - 40 : 0; e != NONE && k->type == NG_PERSON && i < own && !s->x->chars; i++) {
        const struct phrase *q = &s->ph[i];
        if (q->entity == e && q->title_count && !p->title_count) { /* "founder Anneliese Groff said that she was leaving" */
            memcpy(p->titles, q->titles, sizeof p->titles);
            p->title_count = q->title_count;
        }
    }
    if (e == NONE) {
        p->types = k->kind == CLASS_HEAD && !k->names ? TYPE_BIT(k->head) : k->or_types;
        p->weight = 0.9f;
    }
}

void scan_resolve_post(struct scan *s, struct phrase *p) {
    float weight = 0.8f;
    if (p->person != NONE || p->org_count || p->gov != NAME_NONE || (p->flags & ~(uint32_t)P_OBJECT) || !scan_definite(s, p)) {
        return;
    }
    for (const struct phrase *q = s->ph; q < p; q++) { /* whoever the sentence has named is somebody else, or the one who has the post */
        if ((q->types & TYPE_BIT(NG_PERSON)) && !(q->flags & P_PAREN)) {
            return;
        }
    }
    uint32_t e = scan_context(s, NG_PERSON, false, &weight);
    if (e != NONE) {
        p->entity = e;
        p->types |= TYPE_BIT(NG_PERSON);
        p->flags |= P_PRONOUN;
        p->weight = weight - 0.05f;
    }
}

/* Where clauses chain to a topic: names that a word like "according to" leads in, also over a quotation mark, and the speaker before
 * a colon. They are not whom the text goes on about. */
static bool told_by(const struct scan *s, const struct phrase *p) {
    uint32_t t = p->np_first;
    t -= t > s->first && (s->marks[t - 1] & T_PUNCT) && !(s->marks[t - 1] & (T_COMMA | T_HARD)) ? 1 : 0;
    return s->x->chars && t > s->first && (s->marks[t - 1] & T_ACCORDING);
}

static bool before_colon(const struct scan *s, const struct phrase *p) {
    return s->x->chars && p->last < s->last && (str_eqz(s->d->toks[p->last].fold, ":") || str_eqz(s->d->toks[p->last].fold, "："));
}

/* The latest year of the sentence's dates, or 0. */
static int latest_year(const struct scan *s) {
    int latest = 0;
    for (size_t i = 0; i < s->ph_count; i++) {
        const struct phrase *p = &s->ph[i];
        const struct ng_entity *e = (p->types & TYPE_BIT(NG_DATE)) && p->entity != NONE ? &s->d->entities[p->entity] : NULL;
        int year = e && e->has_value ? scan_year(str_of(e->value.date)) : 0;
        latest = year > latest ? year : latest;
    }
    return latest;
}

/* Keeps the people of the sentence's last list, for "the pair". */
static void note_group(struct scan *s) {
    for (size_t i = s->ph_count; i-- > 0;) {
        const struct phrase *p = &s->ph[i];
        if ((p->types & TYPE_BIT(NG_PERSON)) && p->entity != NONE && p->next_member != NONE && !(p->flags & P_MEMBER)) {
            s->group_count = 0;
            s->group_sent = s->sent;
            for (uint32_t m = (uint32_t)i; m != NONE && s->group_count < ORG_MAX; m = s->ph[m].next_member) {
                if (s->ph[m].entity != NONE) {
                    s->group[s->group_count++] = s->ph[m].entity;
                }
            }
            return;
        }
    }
}

/* 曾任交行支行行长、徽商芜湖分行行长: none of the list is whom the text goes on about. */
static bool past_title(const struct scan *s, const struct phrase *p) {
    uint32_t t = p->first, low = s->x->chars && t > s->first + 30 ? t - 30 : s->first;
    if (!(p->flags & P_IN_TITLE) || t == s->first) {
        return false;
    }
    for (t--; s->x->chars && t > low && !(s->marks[t] & T_FORMER) && !((s->marks[t] & (T_COMMA | T_HARD)) && !(s->marks[t] & (T_SOFT | T_AND))); t--) {
    }
    return s->marks[t] & T_FORMER;
}

void scan_leave(struct scan *s) {
    struct discourse now = {.sent = s->sent};
    note_group(s);
    memmove(&s->years[1], &s->years[0], 2 * sizeof s->years[0]);
    s->years[0] = latest_year(s);
    for (size_t i = 0; i < s->ph_count && now.n < DISCOURSE; i++) {
        const struct phrase *p = &s->ph[i];
        bool past = past_title(s, p) || of_career(s, p);
        if (p->entity != NONE && (p->types & SCAN_NAMED) && !(p->flags & P_PAREN) && !told_by(s, p) && !past) {
            bool bare = p->gov == NAME_NONE && !before_colon(s, p) && !(p->flags & (P_POSS | P_IN_TITLE | P_OBJECT | P_COMPOUND));
            now.names[now.n++] = (struct recent){p->entity, (uint8_t)__builtin_ctzll(p->types & SCAN_NAMED), bare, (p->types & TYPE_BIT(BIT_FIRM)) != 0};
        }
        if (p->entity != NONE && (p->types & TYPE_BIT(NG_PERSON)) && p->title_count) {
            const struct phrase *title = &s->ph[p->titles[0]];
            s->title_of[p->entity] = (struct title_seen){title->first, title->last};
        }
        if (p->person != NONE && p->org_count && s->ph[p->person].entity != NONE) {
            s->org_of[s->ph[p->person].entity] = (int32_t)s->ph[p->orgs[0]].entity;
        }
    }
    if (now.n) {
        memmove(&s->before[1], &s->before[0], (MEMORY - 1) * sizeof s->before[0]);
        s->before[0] = now;
        s->before_count += s->before_count < MEMORY ? 1 : 0;
    }
}
