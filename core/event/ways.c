/* ways.c - where a role's filler may stand: subject, object, preposition and so on, seen from the trigger. */
#include "core/event/fire.h"

#include "core/base/banned.h"

/* ---- where to look ---- */

/* Where words are not inflected, a verb that leads in a phrase ("recruited Lin, serving as") is no new predicate. */
static bool fire_verb_stop(const struct scan *s, uint32_t t) {
    uint32_t passes = T_AUX | T_NAME | T_ATTR | (s->x->chars ? T_PREP : 0);
    passes |= s->x->chars && (s->marks[t] & T_MODIFIER) ? T_HEAD : 0; /* 研发负责人 */
    return (s->marks[t] & T_VERB) && !(s->marks[t] & passes);
}

static bool hard_comma(const struct scan *s, uint32_t t) {
    return (s->marks[t] & (T_COMMA | T_HARD)) && !(s->marks[t] & T_SOFT);
}

/* Whether the verb at t stands in a relative clause before its noun: "bought [makes chips 的] Modulo". */
static bool inside_relative(const struct scan *s, uint32_t t) {
    for (uint32_t end = t + 16; s->x->chars && t < s->last && t < end && !hard_comma(s, t); t++) {
        if (s->marks[t] & T_RELPOST) {
            return true;
        }
    }
    return false;
}

static uint32_t chain_start(const struct fire *f) {
    uint32_t t = f->trigger.first;
    while (t > f->s->first && (f->s->marks[t - 1] & (T_AUX | T_ADVERB)) && !(f->s->marks[t - 1] & T_NAME)) {
        t--;
    }
    return t;
}

/* Whether the trigger closes a clause that its auxiliary opened: what follows over a comma or a conjunction is not its. */
static bool ends_clause(const struct fire *f) {
    const struct scan *s = f->s;
    uint8_t tag = f->trigger.tag;
    bool closes = tag != 0 && (tag == s->x->base_tag || tag == s->x->inf_tag || str_eqz(s->x->tags[tag], "part"));
    bool aux = false;
    if (!closes || f->trigger.part_last || !scan_is(s, f->trigger.last, T_AND | T_COMMA)) {
        return false;
    }
    for (uint32_t t = f->trigger.first; t > f->low && !aux; t--) {
        aux = s->clauses[t - 1] == f->clause && (s->marks[t - 1] & T_AUX) && !(s->marks[t - 1] & T_NAME);
    }
    return aux;
}

/* Where the conjunct begins that the trigger ends: "verließ Galdor und [hat ein Start-up namens Tarn] gegründet". */
static uint32_t conjunct_start(const struct fire *f, uint32_t start) {
    const struct scan *s = f->s;
    for (uint32_t t = start; t > f->from && t + 24 > start; t--) {
        if ((s->marks[t - 1] & T_AND) && !(s->marks[t - 1] & T_NAME) && (s->marks[t] & T_AUX) && s->clauses[t] == f->clause) {
            return t;
        }
    }
    return start;
}

/* "verließ Galdor, [gründete Tarn und holte Wu]": a finite verb right behind a comma, where its clause has had its first verb already. */
static bool next_predicate(const struct fire *f, uint32_t start) {
    const struct scan *s = f->s;
    bool comma = start > s->first + 1 && (s->marks[start - 1] & T_COMMA) && s->clauses[start] == s->clauses[start - 2];
    bool finite = f->trigger.tag != 0 && (str_eqz(s->x->tags[f->trigger.tag], "past") || str_eqz(s->x->tags[f->trigger.tag], "pres"));
    return s->x->free_order && comma && finite && start == f->trigger.first && f->from > f->low && s->cl[f->clause].first < f->from;
}

void fire_limits(struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first, end = f->trigger.part_last > f->trigger.last ? f->trigger.part_last : f->trigger.last;
    f->low = t > s->first + WINDOW ? t - WINDOW : s->first;
    f->high = end + WINDOW < s->last ? end + WINDOW : s->last;
    f->clause = s->clauses[t];
    f->from = t;
    while (f->from > f->low && !(fire_verb_stop(s, f->from - 1) && s->clauses[f->from - 1] == f->clause)) {
        f->from--;
    }
    f->to = f->trigger.last;
    while (f->to < f->high && !(f->to >= end && fire_verb_stop(s, f->to) && s->clauses[f->to] == f->clause && !inside_relative(s, f->to))) {
        f->to++;
    }
    uint32_t start = chain_start(f);
    start = s->x->free_order ? conjunct_start(f, start) : start;
    f->shared = start > s->first && (((s->marks[start - 1] & T_AND) && !(s->marks[start - 1] & T_NAME)) || next_predicate(f, start));
    if (s->x->free_order && ends_clause(f)) { /* "hat Tarn gegründet und Wu eingestellt" */
        f->to = f->trigger.last;
    }
    if (f->shared && s->x->free_order) { /* "verließ Galdor und gründete Tarn": Galdor belongs to the other verb */
        f->from = start > f->from ? start : f->from;
    }
}

static bool tag_is(const struct scan *s, uint8_t tag, const char *name) {
    return str_eqz(s->x->tags[tag], name);
}

/* Whether the trigger's subject is what the verb is done to. */
bool fire_passive(const struct fire *f) {
    const struct scan *s = f->s;
    if (f->trigger.cls == NAME_NONE) {
        return false;
    }
    if (s->x->classes[f->trigger.cls].kind != CLASS_VERB || f->trigger.part_last) {
        if (s->x->classes[f->trigger.cls].kind != CLASS_VERB) {
            return false;
        }
    }
    bool inflected = f->trigger.tag != 0, part = inflected && tag_is(s, f->trigger.tag, "part");
    if ((inflected && !part) || (s->marks[f->trigger.first] & T_PASSIVE)) { /* 未被捕 */
        return false;
    }
    if (part && f->trigger.last < s->last && s->x->by_prep != NAME_NONE && s->preps[f->trigger.last] == s->x->by_prep) {
        return true;
    }
    if (part && !s->x->free_order && f->trigger.first > f->low && (s->marks[f->trigger.first - 1] & T_COMMA) &&
        f->trigger.last < s->last && (s->marks[f->trigger.last] & T_PREP)) {
        return true; /* "Galdor, founded in 1998, ..." */
    }
    for (uint32_t t = f->trigger.last; part && !s->x->free_order && s->x->by_prep != NAME_NONE && t < f->high && t < f->trigger.last + 4; t++) {
        if (s->preps[t] == s->x->by_prep && t > f->trigger.last && t + 1 < s->last && scan_starting(s, t + 1, SCAN_NAMED) != NONE) {
            return true; /* "a startup founded in 2023 by Wu" */
        }
        if (s->marks[t] & (T_VERB | T_COMMA | T_HARD)) {
            break;
        }
    }
    uint32_t plain = 0;
    for (uint32_t t = f->trigger.first; t > f->low; t--) {
        uint32_t m = s->marks[t - 1];
        if (s->clauses[t - 1] != f->clause || ((m & T_VERB) && !(m & T_AUX)) || (s->x->chars && hard_comma(s, t - 1))) {
            break;
        }
        if (m & T_PASSIVE) {
            return true;
        }
        if (part && !s->x->free_order && !(m & (T_AUX | T_ADVERB)) && ++plain > 1) {
            break;
        }
    }
    for (uint32_t t = f->trigger.last; s->x->free_order && t < f->trigger.last + 3 && t < f->high && (s->marks[t] & (T_AUX | T_ADVERB)); t++) {
        if (s->clauses[t] == f->clause && (s->marks[t] & T_PASSIVE)) {
            return true;
        }
    }
    return false;
}

bool fire_used(const struct fire *f, uint32_t index) {
    for (size_t r = 0; r < ROLE_MAX; r++) {
        for (size_t k = 0; k < f->c.count[r]; k++) {
            if (f->c.phrase[r][k] == index) {
                return true;
            }
        }
    }
    return false;
}

bool fire_fits(const struct fire *f, uint32_t index, uint64_t types) {
    const struct phrase *p = &f->s->ph[index];
    return (p->types & types) && !(p->flags & P_PAREN) && !fire_used(f, index);
}

/* A phrase that may be subject or object: governed by nothing, no possessor, first of its list. */
static bool bare(const struct fire *f, uint32_t index, uint64_t types) {
    const struct phrase *p = &f->s->ph[index];
    uint32_t leads = T_ACCORDING | (f->s->x->chars ? T_PASSIVE : 0);
    uint32_t t = p->np_first;
    t -= t > f->s->first + 1 && f->s->x->chars && (f->s->marks[t - 1] & T_PUNCT) && !(f->s->marks[t - 1] & (T_COMMA | T_HARD)) ? 1 : 0; /* 据《自由时报》 */
    bool source = t > f->s->first && (f->s->marks[t - 1] & leads); /* whom "theo", 据 or 被 introduces */
    return fire_fits(f, index, types) && p->gov == NAME_NONE && !source && p->clause == f->clause &&
           !(p->flags & (P_POSS | P_IN_TITLE | P_COMPOUND | P_MEMBER | P_ATTACHED));
}

/* The preposition that the relative pronoun of a clause stands behind, or NAME_NONE: "die Firma, bei der er arbeitet"; "where" is "at which". */
static uint16_t relative_prep(const struct scan *s, uint32_t clause) {
    uint32_t t = s->cl[clause].relative ? s->cl[clause].opener : NONE;
    if (t != NONE && scan_of_class(s, t, s->x->where_class)) {
        return s->x->at_prep;
    }
    return t == NONE || t <= s->first || s->x->chars ? NAME_NONE : s->preps[t - 1];
}

/* ---- ways ---- */

/* "15 people": of phrases that end alike the one that begins first, so the count and not just its noun. */
static uint32_t widest(const struct fire *f, uint32_t index, uint64_t types) {
    const struct phrase *p = &f->s->ph[index];
    uint32_t found = index;
    for (uint32_t i = index, back = 0; !f->s->x->free_order && !f->s->x->chars && i-- > 0 && back < 3; back++) {
        const struct phrase *q = &f->s->ph[i];
        bool wider = (q->types & TYPE_BIT(BIT_NUMBER)) && q->last == p->last && q->first < p->first;
        found = wider && bare(f, i, types) ? i : found;
    }
    return found;
}

/* Nearest fitting phrase to the left (right) of the trigger, tokens [from, to) of the sentence. */
uint32_t way_left(const struct fire *f, uint64_t types, uint32_t from, bool objects) {
    size_t i = scan_phrase_at(f->s, f->trigger.first);
    while (i-- > 0 && f->s->ph[i].first >= from) {
        if (f->s->ph[i].last <= f->trigger.first && bare(f, (uint32_t)i, types) && (objects || !(f->s->ph[i].flags & P_OBJECT))) {
            return widest(f, (uint32_t)i, types);
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

uint32_t way_right(const struct fire *f, uint64_t types, uint32_t to) {
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

/* "kündigte an, 90 Stellen zu streichen": an infinitive has the subject of the verb that reports it. */
static bool infinitive(const struct fire *f) {
    const struct lexicon *x = f->s->x;
    uint32_t t = f->trigger.first;
    return x->free_order && (f->trigger.tag == x->inf_tag || (f->trigger.tag == x->base_tag && t > f->s->first && f->s->preps[t - 1] != NAME_NONE &&
                                                              f->s->preps[t - 1] == x->to_prep));
}

/* Whether the clause has a name that nothing governs: with free order its subject, so that it needs none from outside. */
static bool has_free_name(const struct fire *f) {
    const struct scan *s = f->s;
    const struct clause *c = &s->cl[f->clause];
    for (size_t i = scan_phrase_at(s, c->first); i < s->ph_count && s->ph[i].first < c->last; i++) {
        const struct phrase *p = &s->ph[i];
        if ((p->types & (TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION))) && p->clause == f->clause && p->gov == NAME_NONE &&
            !(p->flags & (P_PAREN | P_POSS | P_IN_TITLE | P_COMPOUND))) {
            return true;
        }
    }
    return false;
}

/* What a clause without a subject of its own takes for one: the antecedent, the main clause's subject. */
static uint32_t outer_subject(struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t own = f->clause, found = NONE;
    if (s->x->free_order && s->cl[own].opener != NONE && !s->cl[own].relative && !s->cl[own].reported && !infinitive(f) && has_free_name(f)) {
        return NONE;
    }
    for (uint32_t c = f->clause, up = 0; c != NONE && up < 3 && found == NONE; c = s->cl[c].parent, up++) {
        uint32_t who = s->cl[c].relative && relative_prep(s, c) == NAME_NONE ? s->cl[c].subject : NONE;
        if (who != NONE && (s->ph[who].types & types) && !fire_used(f, who)) {
            return who;
        }
        if (s->cl[c].relative) {
            return NONE;
        }
        uint32_t parent = s->cl[c].parent;
        parent = parent == NONE && s->cl[c].beside != NONE && !has_free_name(f) ? s->cl[c].beside : parent; /* "die Aktie fiel, sie stieg dann" */
        bool dropped = (s->x->drops_subjects && (s->x->chars || !f->passive)) || infinitive(f);
        if (s->cl[c].reported && dropped) { /* "said [it] would buy": the speaker, where the language drops subjects */
            uint32_t speaker = s->cl[c].subject;
            bool source = speaker != NONE && s->ph[speaker].np_first > s->first && (s->marks[s->ph[speaker].np_first - 1] & T_ACCORDING);
            if (speaker != NONE && !source && (s->ph[speaker].types & types) && !fire_used(f, speaker)) {
                return speaker;
            }
        }
        if (parent == NONE || (s->cl[c].reported && !dropped)) {
            break;
        }
        f->clause = parent;
        found = way_left(f, types, f->low, false);
        for (size_t i = scan_phrase_at(s, f->trigger.last); found == NONE && i < s->ph_count && s->ph[i].first < f->high; i++) {
            uint32_t np = s->ph[i].np_first; /* "a train that has left", said Marsh */
            bool speaks = !s->x->free_order && !s->x->chars && np > s->first && (s->marks[np - 1] & T_REPORT);
            found = !speaks && bare(f, (uint32_t)i, types) ? (uint32_t)i : NONE;
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
            uint32_t verb = t + 1; /* 自主研发的新药获得药监局认定: the bureau is no subject of 研发 */
            while (verb < f->to && !fire_verb_stop(s, verb)) {
                verb++;
            }
            for (size_t i = scan_phrase_at(s, t + 1); i < s->ph_count && s->ph[i].first < t + 1 + s->x->np_gap && s->ph[i].first < verb; i++) {
                bool part = scan_is(s, s->ph[i].last, T_HEAD); /* 获匈牙利的约瑟夫文学奖: a part of the object */
                if (fire_fits(f, (uint32_t)i, types) && s->ph[i].np_first <= t + 1 + s->x->np_gap && !part) {
                    return (uint32_t)i;
                }
            }
            return NONE;
        }
    }
    return NONE;
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

/* Where clauses chain to a topic, whether the trigger's sentence begins without a subject: "2015年跳槽到小米，两年后离开。" Before its first
 * verb stand but times, adverbs and what prepositions govern; words nobody knows only where a comma parts them off. */
bool way_dropped(const struct fire *f) {
    const struct scan *s = f->s;
    uint32_t plain = 0;
    for (uint32_t t = s->first; s->x->chars && t < s->last && t <= f->trigger.first;) {
        uint32_t past = t;
        for (size_t i = scan_phrase_at(s, t); i < s->ph_count && s->ph[i].np_first <= t; i++) {
            bool apart = s->ph[i].gov != NAME_NONE || (s->ph[i].types & (TYPE_BIT(NG_DATE) | TYPE_BIT(BIT_NUMBER)));
            if (!apart && s->ph[i].last > t && !fire_verb_stop(s, t)) {
                return false;
            }
            past = apart && s->ph[i].last > past ? s->ph[i].last : past;
        }
        if (past > t) {
            t = past;
            continue;
        }
        if (t == f->trigger.first || fire_verb_stop(s, t) || (s->marks[t] & T_PASSIVE)) {
            return plain == 0;
        }
        plain = hard_comma(s, t) ? 0 : plain + !(s->marks[t] & (T_AUX | T_ADVERB | T_PREP | T_PUNCT | T_VERB));
        t++;
    }
    return false;
}

static bool verb_between(const struct scan *s, uint32_t from, uint32_t to) {
    while (from < to && !fire_verb_stop(s, from)) {
        from++;
    }
    return from < to;
}

/* Whether what stands at `to` is the noun of the relative clause before it: 乙公司所在的丙区原区长[林国]，因受贿… */
static bool heads_relative(const struct scan *s, uint32_t from, uint32_t to) {
    bool relative = false;
    for (uint32_t t = from; t < to; t++) {
        relative = (s->marks[t] & T_RELPOST) || (relative && !fire_verb_stop(s, t));
    }
    return relative;
}

/* Topic chains: "A beat B, [and then] bought C". In the trigger's own stretch between commas the nearest phrase is the subject;
 * in the stretches before, the first one, which the chain is about. */
static uint32_t topic(const struct fire *f, uint64_t types, uint32_t own) {
    const struct scan *s = f->s;
    uint32_t end = own;
    bool dropped = way_dropped(f);
    while (end > f->low) {
        uint32_t start = end - 1;
        while (start > f->low && !hard_comma(s, start - 1)) {
            start--;
        }
        uint32_t found = NONE;
        for (size_t i = scan_phrase_at(s, start); i < s->ph_count && s->ph[i].first < end; i++) {
            bool behind = s->ph[i].np_first > start && (s->marks[s->ph[i].np_first - 1] & T_RELPOST); /* 曹西创立的砺行 */
            bool object = dropped && !behind && verb_between(s, start, s->ph[i].np_first);
            behind = behind || (found != NONE && s->ph[i].ext_last + 1 == end && heads_relative(s, s->ph[found].last, s->ph[i].np_first));
            if ((found == NONE || behind) && !object && bare(f, (uint32_t)i, types) && !(s->ph[i].flags & P_OBJECT)) {
                found = (uint32_t)i;
            }
        }
        if (found != NONE) {
            return found;
        }
        end = start;
    }
    return NONE;
}

/* Subject of a passive: it stands before the passive word, the doer behind it. */
static void step_before_passive(struct fire *f) {
    uint32_t t = f->trigger.first;
    while (f->passive && t > f->low && !hard_comma(f->s, t - 1)) {
        t--;
        if (f->s->marks[t] & T_PASSIVE) {
            f->trigger.first = t;
            return;
        }
    }
}

static uint32_t find_chain_subject(struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t own = f->trigger.first;
    while (own > f->low && !hard_comma(s, own - 1)) {
        own--;
    }
    uint32_t p = way_left(f, types, own, false);
    p = p != NONE || object_shares_types(f, types) ? p : behind_relative(f, types);
    p = p != NONE ? p : topic(f, types, own);
    p = p != NONE ? p : behind_relative(f, types);
    p = p != NONE ? p : outer_subject(f, types);
    if (p == NONE && f->clause && s->cl[f->clause].parent == NONE) { /* over a semicolon the topic may go on */
        uint32_t own_clause = f->clause;
        while (p == NONE && f->clause > 0) {
            f->clause--;
            p = s->cl[f->clause].parent == NONE ? topic(f, types, f->trigger.first) : NONE;
        }
        f->clause = own_clause;
        f->c.confidence *= p != NONE ? 0.93f : 1.0f;
    }
    if (p == NONE) { /* a pivot: "recruited Lin, [who] serves as" */
        uint64_t org = way_dropped(f) ? TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(BIT_FIRM) | TYPE_BIT(BIT_BODY) : 0;
        p = way_left(f, types & ~org, f->low, true);
        f->c.confidence *= p != NONE ? 0.95f : 1.0f;
    }
    return p;
}

static uint32_t chain_subject(struct fire *f, uint64_t types) {
    struct hit trigger = f->trigger;
    step_before_passive(f);
    uint32_t p = find_chain_subject(f, types);
    f->trigger = trigger;
    return p;
}

static uint32_t fixed_subject(struct fire *f, uint64_t types) {
    if (f->s->x->chars) {
        return chain_subject(f, types);
    }
    uint32_t p = f->shared ? first_left(f, types) : NONE;
    p = p != NONE ? p : way_left(f, types, f->low, false);
    if (p == NONE) {
        p = outer_subject(f, types);
    }
    if (p == NONE) {
        p = way_left(f, types, f->low, true);
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

static uint32_t free_subject(struct fire *f, uint64_t types) {
    uint32_t p = infinitive(f) && f->s->cl[f->clause].reported ? outer_subject(f, types) : NONE;
    if (p == NONE && !(f->shared && object_shares_types(f, types) && lone(f, types))) {
        p = free_phrase(f, types, f->from, f->to);
    }
    uint32_t first = p == NONE && f->shared ? free_phrase(f, types | TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION), f->low, f->trigger.first) : NONE;
    if (first != NONE && !(f->s->ph[first].types & types)) { /* "Wu verließ Galdor und stellte Leute ein": it was not Galdor */
        return NONE;
    }
    p = p != NONE ? p : free_phrase(f, types, f->low, f->trigger.first);
    return p != NONE ? p : outer_subject(f, types);
}

uint32_t way_subject(struct fire *f, uint64_t types) {
    return f->s->x->free_order ? free_subject(f, types) : fixed_subject(f, types);
}

/* Where articles mark possessors ("die Pleite der Helix Bank"), that of a noun stands right behind it. */
static bool right_behind(const struct fire *f, const struct phrase *p) {
    if (p->first < f->trigger.last || p->first > f->trigger.last + 8) {
        return false;
    }
    for (uint32_t t = f->trigger.last; t < p->first; t++) {
        if ((f->s->marks[t] & (T_COMMA | T_HARD | T_VERB | T_AUX)) || ((f->s->marks[t] & T_NAME) && t < p->np_first)) {
            return false;
        }
    }
    return true;
}

/* Without inflection what belongs to a verb follows it: "bổ nhiệm ông Lý làm giám đốc, bà Mai rời ghế". But for the phrase that opens the
 * clause: "Từ Sao Biển, hãng chiêu mộ ...". */
static bool parted_off(const struct fire *f, const struct phrase *p) {
    const struct scan *s = f->s;
    bool comma = false, verb = false;
    for (uint32_t t = p->ext_last; t < f->trigger.first && !comma; t++) {
        comma = hard_comma(s, t);
    }
    for (uint32_t t = s->cl[f->clause].first; t < p->np_first && !verb; t++) {
        verb = fire_verb_stop(s, t) && s->clauses[t] == f->clause;
    }
    return p->ext_last <= f->trigger.first && comma && verb;
}

/* 对长和旗下的港口公司起诉: of an owner and what it owns before the trigger, the latter is meant. */
static uint32_t owned_by(const struct fire *f, uint32_t owner, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t t = s->ph[owner].last;
    while (t < f->trigger.first && (s->marks[t] & T_POSS)) {
        t++;
    }
    for (uint32_t end = t + 3; (s->ph[owner].flags & P_POSS) && t < end && t < f->trigger.first; t++) {
        uint32_t owned = scan_starting(s, t, types);
        if (owned != NONE && fire_fits(f, owned, types) && !(s->ph[owned].flags & (P_POSS | P_IN_TITLE))) {
            return owned;
        }
        if (!scan_plain(s, t)) {
            break;
        }
    }
    return owner;
}

uint32_t way_governed(const struct fire *f, uint16_t prep, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t best = NONE, distance = NONE;
    for (size_t i = scan_phrase_at(s, f->low); i < s->ph_count && s->ph[i].first < f->high; i++) {
        const struct phrase *p = &s->ph[i];
        bool inside = p->first >= f->from && (p->first < f->to || (f->to < f->high && s->preps[f->to] == prep)); /* ", killing 12" */
        if (prep == s->x->of_prep && s->x->nouns_capital && (s->marks[f->trigger.first] & T_NOUN) && !right_behind(f, p)) {
            continue;
        }
        if (p->gov != prep || p->clause != f->clause || !fire_fits(f, (uint32_t)i, types) ||
            (p->flags & ((s->x->chars ? 0u : P_POSS) | P_IN_TITLE | P_MEMBER))) { /* 对X的收购 */
            continue;
        }
        if (s->x->chars && (p->flags & P_ROLE) && p->person != NONE && s->ph[p->person].first == p->last && p->first > f->trigger.first) {
            continue; /* 出任主教练哈恩的助理: somebody else's title */
        }
        if (s->x->head_first && parted_off(f, p)) {
            continue;
        }
        uint32_t d = p->first >= f->trigger.last ? p->first - f->trigger.last : f->trigger.first - p->last + 8;
        d += inside ? 0 : s->x->chars ? 20 : 100; /* 对蓝海作出处罚: light verbs between */
        if (d < distance) {
            best = (uint32_t)i;
            distance = d;
        }
    }
    bool other_as = s->x->free_order && prep == s->x->as_prep; /* "trat als Chef zurück und ging zu Tarn" */
    best = distance < 100 || (f->shared && !other_as) ? best : NONE;
    best = best != NONE && s->x->chars ? owned_by(f, best, types) : best;
    uint32_t who = best == NONE && relative_prep(s, f->clause) == prep ? s->cl[f->clause].subject : NONE;
    return who != NONE && (s->ph[who].types & types) && !fire_used(f, who) ? who : best;
}

/* "joined Xiaomi 的 Luo": the object looks like a possessor; but not in "bought Alibaba 的 Modulo". */
static uint32_t object_before_relative(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    for (size_t i = scan_phrase_at(s, f->trigger.last); i < s->ph_count && s->ph[i].np_first <= f->trigger.last + s->x->np_gap; i++) {
        const struct phrase *p = &s->ph[i];
        uint32_t gap = f->trigger.last;
        while (gap < p->np_first && (scan_plain(s, gap) || (s->marks[gap] & T_ADVERB))) {
            gap++;
        }
        if (gap < p->np_first) {
            return NONE;
        }
        if (fire_fits(f, (uint32_t)i, types) && p->gov == NAME_NONE && (p->flags & P_POSS)) {
            uint32_t tail = (uint32_t)i;
            while (s->ph[tail].next_member != NONE) {
                tail = s->ph[tail].next_member;
            }
            uint32_t t = s->ph[tail].last + 1;
            bool owned = scan_starting(s, t, types) != NONE;
            for (uint32_t end = t + 3; !owned && t < end && scan_plain(s, t); t++) {
                owned = scan_starting(s, t + 1, types) != NONE;
            }
            return owned ? NONE : (uint32_t)i;
        }
    }
    return NONE;
}

/* "launched [carries M4 的] Slate": of two names the one behind the relative clause. */
static uint32_t behind_inner_relative(const struct fire *f, uint32_t p, uint64_t types) {
    const struct scan *s = f->s;
    bool verb = false;
    for (uint32_t t = f->trigger.last; t < s->ph[p].first; t++) {
        verb = verb || ((s->marks[t] & T_VERB) && !(s->marks[t] & (T_NAME | T_AUX)));
    }
    uint32_t t = s->ph[p].last;
    for (uint32_t end = t + 6; verb && t < end && scan_plain(s, t); t++) {
    }
    if (!verb || !scan_is(s, t, T_RELPOST)) {
        return p;
    }
    for (size_t i = scan_phrase_at(s, t + 1); i < s->ph_count && s->ph[i].first < t + 1 + s->x->np_gap && !hard_comma(s, s->ph[i].first - 1); i++) {
        if (fire_fits(f, (uint32_t)i, types)) {
            return (uint32_t)i;
        }
    }
    return p;
}

/* "Wu, who seized control": right before the verb the relative pronoun is its subject; "whom police arrested" has another one. */
static bool relative_acts(const struct fire *f) {
    const struct scan *s = f->s;
    uint32_t t = s->cl[f->clause].opener;
    if (t == NONE || s->x->chars || s->x->free_order) {
        return false;
    }
    for (t++; t < f->trigger.first && (s->marks[t] & (T_AUX | T_ADVERB)) && !(s->marks[t] & T_NAME); t++) {
    }
    return t == f->trigger.first;
}

uint32_t way_object(struct fire *f, uint64_t types) {
    uint32_t p = NONE;
    if (f->s->x->object_prep != NAME_NONE) {
        p = way_governed(f, f->s->x->object_prep, types);
        for (uint32_t t = p != NONE && f->s->x->chars ? f->s->ph[p].last : f->trigger.first; t < f->trigger.first && p != NONE; t++) {
            p = hard_comma(f->s, t) ? NONE : p;
        }
        p = p != NONE && f->s->x->chars && f->s->ph[p].first > f->trigger.first ? NONE : p; /* 发布新品，乙把丙搬走 */
    }
    if (p == NONE && f->s->x->chars) {
        p = object_before_relative(f, types);
    }
    if (p == NONE) {
        p = f->s->x->free_order ? free_phrase(f, types, f->from, f->to) : way_right(f, types, f->to);
        p = p != NONE && f->s->x->chars ? behind_inner_relative(f, p, types) : p;
    }
    uint32_t who = f->s->cl[f->clause].relative && !relative_acts(f) && relative_prep(f->s, f->clause) == NAME_NONE ? f->s->cl[f->clause].subject : NONE;
    if (p == NONE && who != NONE && (f->s->ph[who].types & types) && !fire_used(f, who)) {
        p = who;
    }
    if (p != NONE && f->s->x->chars && (f->s->ph[p].flags & P_PRONOUN) && scan_plain(f->s, f->s->ph[p].last) &&
        f->s->d->toks[f->s->ph[p].last].kind == TOK_WORD) {
        return NONE; /* 设立该公司第六个研发中心 */
    }
    return p;
}

uint32_t way_agent(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t p = s->x->by_prep != NAME_NONE ? way_governed(f, s->x->by_prep, types) : NONE;
    p = p == NONE && s->x->agent_prep != NAME_NONE ? way_governed(f, s->x->agent_prep, types) : p;
    if (p != NONE || s->x->free_order) {
        return p;
    }
    for (uint32_t t = f->trigger.first; t > f->from && p == NONE; t--) { /* 被字节挖走, được FPT bổ nhiệm */
        if (s->marks[t - 1] & T_PASSIVE) {
            for (size_t i = scan_phrase_at(s, t); i < s->ph_count && s->ph[i].last <= f->trigger.first; i++) {
                if (fire_fits(f, (uint32_t)i, types) && s->ph[i].np_first <= t + s->x->np_gap && !(s->ph[i].flags & (P_POSS | P_IN_TITLE))) {
                    return (uint32_t)i;
                }
            }
        }
    }
    return NONE;
}

/* The possessor right before the trigger: "Zhou's sudden departure". */
uint32_t way_possessor(const struct fire *f, uint64_t types) {
    const struct scan *s = f->s;
    uint32_t t = f->trigger.first;
    for (uint8_t gap = 0; t > f->low && gap <= s->x->np_gap; gap++, t--) {
        uint32_t end = s->marks[t - 1] & T_POSS ? t - 1 : t;
        size_t i = scan_phrase_at(s, end);
        for (size_t back = 0; i-- > 0 && back < 4; back++) {
            const struct phrase *p = &s->ph[i];
            if (p->last == end && (p->flags & P_POSS) && (p->types & types) && !fire_used(f, (uint32_t)i)) {
                return (uint32_t)i;
            }
        }
        if (s->marks[t - 1] & T_POSS || !(scan_plain(s, t - 1) || (s->marks[t - 1] & T_VALUE))) {
            break;
        }
    }
    return NONE;
}

uint32_t way_compound(const struct fire *f, uint64_t types) {
    uint32_t t = f->trigger.first;
    size_t i = scan_phrase_at(f->s, t);
    for (size_t back = 0; i-- > 0 && back < 4; back++) {
        const struct phrase *p = &f->s->ph[i];
        if (p->last + 1 == t && (p->flags & P_COMPOUND) && (p->types & types) && !fire_used(f, (uint32_t)i)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* How far a phrase stands from the amount that fires: words between, more over commas, conjunctions and other amounts. */
static uint32_t way_far(const struct fire *f, const struct phrase *p, uint32_t limit) {
    const struct scan *s = f->s;
    bool before = p->last <= f->trigger.first, date = p->types & TYPE_BIT(NG_DATE); /* dates rather follow: "to 5 % in May" */
    uint32_t from = before ? p->ext_last <= f->trigger.first ? p->ext_last : p->last : f->trigger.last;
    uint32_t to = before ? f->trigger.first : p->first, d = before == date && !s->x->chars ? 3 : 0;
    for (uint32_t t = from; t < to && d < limit; t++) {
        bool aside = !before && !date && (s->marks[t] & T_COMMA) && !s->x->chars && !s->x->free_order; /* "climbed to 19 billion, helped by the rise in rates" */
        d += (s->marks[t] & (T_COMMA | T_AND)) && !(s->marks[t] & T_SOFT) ? (aside ? 14 : 6) : (s->marks[t] & T_HARD) ? 12 : 1;
    }
    for (size_t i = scan_phrase_at(s, from); i < s->ph_count && s->ph[i].first < to && d < limit; i++) {
        d += s->ph[i].types & f->f->on && s->ph[i].last <= to ? 8 : 0;
    }
    return d;
}

/* "比上月": not the time the amount is of, where the frame bars such a preposition. */
static bool governed_by(const struct phrase *p, const uint16_t *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (p->gov == list[i]) {
            return true;
        }
    }
    return false;
}

/* A date that is not the frame's: "so với năm trước", 比上月; in Chinese, which tells the time first, one of a later stretch, too:
 * 营收为12亿元，去年同期为… */
static bool other_time(const struct fire *f, const struct phrase *p) {
    const struct scan *s = f->s;
    if (!(p->types & TYPE_BIT(NG_DATE))) {
        return false;
    }
    for (uint32_t t = f->trigger.last; s->x->chars && t < p->first; t++) {
        if (hard_comma(s, t)) {
            return true;
        }
    }
    return (s->x->than_prep != NAME_NONE && p->gov == s->x->than_prep) || (s->x->chars && governed_by(p, f->f->not_gov, f->f->not_gov_count));
}

/* "lost 5 million on [sales] of 48 million": what the amount right behind it, over "of", is of. */
static bool of_next_amount(const struct fire *f, const struct phrase *p) {
    const struct scan *s = f->s;
    uint32_t t = p->last;
    if (s->x->chars || s->x->free_order || p->last > s->last || p->first < f->trigger.last || t >= s->last || s->x->of_prep == NAME_NONE || s->preps[t] != s->x->of_prep) {
        return false;
    }
    for (t++; t < s->last && (s->marks[t] & (T_ADVERB | T_DET)) && !(s->marks[t] & T_VALUE); t++) {
    }
    return scan_starting(s, t, f->f->on) != NONE;
}

static uint32_t way_nearest(const struct fire *f, uint64_t types, bool clause) {
    bool near = f->s->x->chars && types >= TYPE_BIT(BIT_HEAD); /* no borders of clauses there: the measure stands close by */
    uint32_t best = NONE, distance = near ? f->f->within ? f->f->within : 30 : NONE;
    for (size_t i = scan_phrase_at(f->s, f->low); i < f->s->ph_count && f->s->ph[i].first < f->high; i++) {
        const struct phrase *p = &f->s->ph[i];
        if ((clause && p->clause != f->clause) || !fire_fits(f, (uint32_t)i, types) || (p->flags & (P_IN_TITLE | P_MEMBER)) ||
            (p->first < f->trigger.last && f->trigger.first < p->last) || (near && p->first > f->trigger.first) ||
            other_time(f, p) || (f->f->on && of_next_amount(f, p))) {
            continue;
        }
        uint32_t d = way_far(f, p, distance);
        if (d < distance) {
            best = (uint32_t)i;
            distance = d;
        }
    }
    return best;
}

uint32_t way_sentence(const struct fire *f, uint64_t types) {
    return way_nearest(f, types, false);
}

uint32_t way_anywhere(const struct fire *f, uint64_t types) {
    if (f->trigger.cls == NAME_NONE) {
        return way_nearest(f, types, true);
    }
    uint32_t best = NONE, distance = NONE;
    for (size_t i = scan_phrase_at(f->s, f->low); i < f->s->ph_count && f->s->ph[i].first < f->high; i++) {
        const struct phrase *p = &f->s->ph[i];
        if (p->clause != f->clause || !fire_fits(f, (uint32_t)i, types) || (p->flags & (P_IN_TITLE | P_MEMBER | P_ATTACHED)) || other_time(f, p) ||
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
