/* scan.c - see scan.h. One pass after the other over a sentence, each linear: words of the lexicon (words.c), phrases, titles with
 * their people and organisations, lists, what governs a phrase (titles.c), clauses, pronouns (clauses.c). */
#include "core/event/scan.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

enum {
    LEAD = 3,      /* sentences of which one names what the text is about: headline, lead */
    HEADS_MAX = 8, /* organisations named there that are looked at closely: keeps the cost linear */
};

/* "Halden" and "Halden Bank": one name is the first words of the other. */
static bool same_stem(struct str a, struct str b) {
    struct str part = a.n < b.n ? a : b, whole = a.n < b.n ? b : a;
    return part.n >= 3 && part.n < whole.n && whole.p[part.n] == ' ' && memcmp(part.p, whole.p, part.n) == 0;
}

/* How often the text names an organisation, by short forms that nobody joined to it, too. */
static uint32_t named_times(const struct doc *d, size_t i) {
    uint32_t n = d->entities[i].mention_count > UINT16_MAX ? UINT16_MAX : (uint32_t)d->entities[i].mention_count;
    for (size_t k = 0; k < d->entity_count && n <= UINT16_MAX; k++) {
        const struct ng_entity *e = &d->entities[k];
        n += e->type == NG_ORGANIZATION && k != i && same_stem(e->name, d->entities[i].name) ? (uint32_t)e->mention_count : 0;
    }
    return n;
}

/* The organisation that the text is about: named at its head and more often than any other; of equals, the only one at its head. */
static uint32_t topic_of(const struct doc *d) {
    uint32_t found = NONE, most = 0, before = 0, heads = 0;
    uint32_t lead = d->sent_count == 0 ? 0 : d->sents[d->sent_count < LEAD ? d->sent_count - 1 : LEAD - 1].end;
    for (size_t i = 0; i < d->entity_count; i++) {
        const struct ng_entity *e = &d->entities[i];
        if (e->type != NG_ORGANIZATION || e->mention_count == 0) {
            continue;
        }
        bool head = e->mentions[0].span.start < lead;
        heads += head ? 1 : 0;
        uint32_t n = 2 * (head && heads <= HEADS_MAX ? named_times(d, i) : (uint32_t)e->mention_count) + (head ? 1 : 0);
        if (n > most) {
            before = found != NONE && same_stem(d->entities[found].name, e->name) ? before : most;
            most = n;
            found = head ? (uint32_t)i : NONE;
        } else if (found == NONE || !same_stem(d->entities[found].name, e->name)) {
            before = n > before ? n : before;
        }
    }
    return most > before ? found : NONE;
}

bool scan_init(struct scan *s, const struct event_rules *r, struct doc *d) {
    *s = (struct scan){.r = r, .l = r->lang[d->lang], .d = d, .a = d->a};
    s->x = &s->l->lex;
    size_t n = d->tok_count;
    bool known = d->lex_words && d->lex_count == n; /* tokens stay what they are */
    s->words = known ? d->lex_words : ARENA_ARRAY(d->a, n, uint32_t);
    s->marks = ARENA_ARRAY(d->a, n, uint32_t);
    s->preps = ARENA_ARRAY(d->a, n, uint16_t);
    s->clauses = ARENA_ARRAY(d->a, n, uint32_t);
    s->org_of = ARENA_ARRAY(d->a, d->entity_count, int32_t);
    s->left_of = ARENA_ARRAY(d->a, d->entity_count, int32_t);
    s->title_of = ARENA_ARRAY(d->a, d->entity_count, struct title_seen);
    s->gender = ARENA_ARRAY(d->a, d->entity_count, char);
    if (!s->words || !s->marks || !s->preps || !s->clauses || !s->org_of || !s->left_of || !s->title_of || !s->gender) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        s->words[i] = known ? s->words[i] : map_get(&s->x->words, d->toks[i].fold);
        s->preps[i] = NAME_NONE;
    }
    for (size_t i = 0; i < d->entity_count; i++) {
        s->org_of[i] = s->left_of[i] = -1;
        s->title_of[i] = (struct title_seen){0, 0};
        s->gender[i] = d->genders ? d->genders[i] : 0;
    }
    d->lex_words = s->words;
    d->lex_count = n;
    s->topic = topic_of(d);
    return true;
}

/* ---- phrases ---- */

bool scan_plain(const struct scan *s, uint32_t t) {
    const uint32_t stop = T_HARD | T_COMMA | T_AND | T_OPENER | T_AUX | T_VERB | T_POSS | T_FORMER | T_PREP | T_NAME | T_PRONOUN |
                          T_REPORT | T_RELPOST | T_ACCORDING;
    return t >= s->first && t < s->last && !(s->marks[t] & stop);
}

bool scan_plain_word(const struct scan *s, uint32_t t) {
    return scan_plain(s, t) && !(s->marks[t] & (T_DET | T_ADVERB | T_HEAD | T_PUNCT));
}

static struct phrase *add_phrase(struct scan *s, uint32_t first, uint32_t last, uint64_t types) {
    struct phrase p = {.first = first, .last = last, .np_first = first, .ext_last = last, .types = types, .mention = NONE,
                       .entity = NONE, .next_member = NONE, .person = NONE, .gov = NAME_NONE, .cls = NAME_NONE, .weight = 1};
    struct phrase *slot = &ARENA_PUSH(s->a, s->ph, s->ph_count, s->ph_cap);
    *slot = p;
    return slot;
}

static void mark_names(struct scan *s) {
    const struct doc *d = s->d;
    while (s->next_mention < d->mention_count && d->mentions[s->next_mention].first < s->first) {
        s->next_mention++;
    }
    for (size_t i = s->next_mention; i < d->mention_count && d->mentions[i].first < s->last; i++) {
        const struct mention *m = &d->mentions[i];
        for (uint32_t t = m->first; t < m->last && t < s->last; t++) {
            s->marks[t] |= T_NAME | (m->type >= NG_MONEY ? T_VALUE : 0u);
        }
    }
}

/* Whether a name ends with a word of [class public-body], or begins with one where the kind of body comes first: a ministry, a court. */
static bool public_body(const struct scan *s, uint32_t first, uint32_t last) {
    for (uint32_t t = first; s->x->public_class != NAME_NONE && t < last; t++) {
        bool leads = t == first && s->x->head_first; /* "UBND tỉnh Gia Lai" */
        uint32_t node = 0;
        for (uint32_t at = t; at < last && at < t + PHRASE_TOKENS && node != MAP_NONE; at++) {
            node = scan_step(s->x, node, s->words[at]);
            for (uint32_t e = node == MAP_NONE || (at + 1 < last && !leads) ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
                if (s->x->entries[e].cls == s->x->public_class) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* "bà Lan": the word before a name that also is a pronoun tells who is meant by it later on. */
static void note_gender(struct scan *s, const struct mention *m) {
    uint32_t node = m->type == NG_PERSON && m->first > s->first ? scan_step(s->x, 0, s->words[m->first - 1]) : MAP_NONE;
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_class *k = &s->x->classes[s->x->entries[e].cls];
        if (k->kind == CLASS_PRONOUN && k->free && k->gender && !s->gender[m->entity]) {
            s->gender[m->entity] = k->gender;
        }
    }
}

static void add_names(struct scan *s) {
    const struct doc *d = s->d;
    for (size_t i = s->next_mention; i < d->mention_count && d->mentions[i].first < s->last; i++) {
        const struct mention *m = &d->mentions[i];
        if (m->last > s->last || m->last <= m->first) {
            continue;
        }
        bool firm = m->type == NG_ORGANIZATION && !public_body(s, m->first, m->last);
        uint64_t more = (m->type < NG_MONEY ? scan_inside(s, m->first, m->last) : 0) | (firm ? TYPE_BIT(BIT_FIRM) : m->type == NG_ORGANIZATION ? TYPE_BIT(BIT_BODY) : 0);
        struct phrase *p = add_phrase(s, m->first, m->last, TYPE_BIT(m->type) | more);
        p->mention = (uint32_t)i;
        p->entity = m->entity;
        note_gender(s, m);
        const struct ng_entity *e = &d->entities[m->entity];
        bool person = m->type == NG_PERSON, alone = m->last - m->first == 1; /* a surname, or a firm */
        float sure = person ? (alone ? 0.85f : 0.6f) : GUESS_SURE;
        if (s->guess && m->type <= NG_PRODUCT && !e->kb_id.n && e->confidence < sure && e->name.n == m->end - m->start) {
            p->types |= TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(BIT_FIRM) | (m->last - m->first > 1 && m->last - m->first < 4 ? TYPE_BIT(NG_PERSON) : 0);
            p->flags |= P_GUESS;
            p->weight = 0.9f;
        }
    }
}

/* Words of a sentence with a capital, of all its words: titles and headlines write all with one. */
static bool loud(const struct scan *s) {
    uint32_t words = 0, capitals = 0;
    for (uint32_t t = s->first; t < s->last; t++) {
        bool word = s->d->toks[t].kind == TOK_WORD && !(s->marks[t] & T_NAME);
        words += word ? 1 : 0;
        capitals += word && (s->d->toks[t].flags & TOK_CAPITAL) ? 1 : 0;
    }
    return capitals * 2 > words;
}

/* "a Federal Judge": a post, no name. */
static bool head_word(const struct scan *s, uint32_t t) {
    for (size_t i = scan_hit_at(s, t); i < s->hit_count && s->hits[i].first == t; i++) {
        if (s->x->classes[s->hits[i].cls].kind == CLASS_HEAD) {
            return true;
        }
    }
    return false;
}

static bool capital_word(const struct scan *s, uint32_t t) {
    return t > s->first && t < s->last && s->d->toks[t].kind == TOK_WORD && (s->d->toks[t].flags & TOK_CAPITAL) && !(s->marks[t] & T_NAME) &&
           !(s->d->toks[t].flags & TOK_SENT_START) && scan_plain_word(s, t) && !(s->marks[t] & (T_MODIFIER | T_NOUN)) && !head_word(s, t);
}

/* Whether a sentence's first word may be a name: the text has it with a capital elsewhere, or another name follows; not where it
 * has it in lower case. */
static bool starts_name(const struct scan *s, uint32_t t) {
    const struct tok *k = &s->d->toks[t];
    if (!s->guess || t + 1 >= s->last || k->kind != TOK_WORD || !(k->flags & TOK_CAPITAL) || (s->marks[t] & T_NAME) || !scan_plain_word(s, t) ||
        scan_hit_at(s, t) != scan_hit_at(s, t + 1) || map_get(s->lower, k->fold) != MAP_NONE ||
        (lang_word(&s->r->langs->items[s->d->lang], k->fold) & LANG_FUNCTION)) {
        return false;
    }
    bool apposed = scan_is(s, t + 1, T_COMMA) && scan_is(s, t + 2, T_DET); /* "Plovaq, a maker of pumps" */
    return map_get(s->capitals, k->fold) != MAP_NONE || capital_word(s, t + 1) || apposed;
}

/* "Kessel & Partner": the sign within a name. */
static bool joined_name(const struct scan *s, uint32_t first, uint32_t t) {
    return t > first && t < s->last && str_eqz(s->d->toks[t].fold, "&") && capital_word(s, t + 1);
}

/* Names that nobody recognised: capitals within a sentence, of words the lexicon does not know, that no noun follows ("Nigerian
 * troops" is none). They may be firms or products; what they fill is told as text. */
static void add_unnamed(struct scan *s) {
    if (!s->x->names_capital || loud(s)) {
        return;
    }
    for (uint32_t t = s->first; t < s->last; t++) {
        uint32_t end = t;
        bool starts = starts_name(s, t);
        while (end < t + 5 && (capital_word(s, end) || (starts && end == t) || joined_name(s, t, end))) {
            end++;
        }
        bool beside = t > s->first && ((s->marks[t - 1] & T_NAME) || (s->d->toks[t - 1].flags & TOK_CAPITAL && s->d->toks[t - 1].kind == TOK_WORD && t - 1 > s->first) || s->d->toks[t - 1].kind == TOK_NUMBER ||
                      str_eqz(s->d->toks[t - 1].fold, "-") || (s->marks[t - 1] & T_HARD));
        bool noun = end < s->last && (scan_plain(s, end) || (s->marks[end] & (T_NAME | T_NOUN))) && s->d->toks[end].kind != TOK_PUNCT && !(s->marks[end] & T_ADVERB);
        bool lone = t > s->first && end == t + 1 && ((s->marks[t - 1] & T_DET) || s->d->toks[t].end - s->d->toks[t].start < 3); /* "the President", "I" */
        bool small = end > t && (lang_word(&s->r->langs->items[s->d->lang], s->d->toks[t].fold) & LANG_FUNCTION); /* "No Country" */
        if (end > t && !beside && !noun && !lone && !small) {
            struct phrase *p = add_phrase(s, t, end, TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(BIT_FIRM) | TYPE_BIT(NG_PRODUCT));
            p->weight = 0.85f;
            p->flags |= s->guess ? P_GUESS : 0;
            p->types |= s->guess && end - t > 1 && end - t < 4 ? TYPE_BIT(NG_PERSON) : 0;
            for (uint32_t k = t; k < end; k++) {
                s->marks[k] |= T_NAME;
            }
        }
        t = end > t ? end - 1 : t;
    }
}

uint32_t scan_number_end(const struct scan *s, uint32_t t) {
    const struct tok *k = s->d->toks;
    bool fraction = t + 2 < s->last && str_eqz(k[t + 1].fold, "/") && k[t + 2].kind == TOK_NUMBER;
    return fraction ? t + 3 : t + 1;
}

/* Where nouns are written with a capital, what a number counts ends with one: "220 Stellen versprochen". */
static uint32_t counted_end(const struct scan *s, uint32_t first, uint32_t end) {
    while (s->x->nouns_capital && end > first && !(s->d->toks[end - 1].flags & TOK_CAPITAL)) {
        end--;
    }
    return end;
}

bool scan_of_class(const struct scan *s, uint32_t t, uint16_t cls) {
    uint32_t node = cls == NAME_NONE || t >= s->last ? MAP_NONE : scan_step(s->x, 0, s->words[t]);
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        if (s->x->entries[e].cls == cls) {
            return true;
        }
    }
    return false;
}

/* Where a number in Chinese characters with its counter ends (四万八千人: before 人), or t: a lone digit is one only before a person. */
static uint32_t spelled_end(const struct scan *s, uint32_t t) {
    uint32_t end = t;
    while (end < s->last && end < t + 12 && !(s->marks[end] & T_NAME) && scan_of_class(s, end, s->x->digit_class)) {
        end++;
    }
    bool ordinal = t > s->first && scan_of_class(s, t - 1, s->x->ordinal_class);
    return end > t && !ordinal && !(s->marks[end] & T_NAME) && scan_of_class(s, end, s->x->counter_class) ? end : t;
}

/* "ten days after": no number of people, as it is in "ten days in prison". */
static bool of_time(const struct scan *s, uint32_t first, uint32_t last) {
    for (size_t i = scan_hit_at(s, first); s->x->time_class != NAME_NONE && i < s->hit_count && s->hits[i].first < last; i++) {
        if (s->hits[i].cls == s->x->time_class && s->hits[i].last == last) {
            return scan_is(s, last, T_OPENER | T_ADVERB);
        }
    }
    return false;
}

/* Numbers that are no value and no part of a name, with the noun they count. */
static void add_numbers(struct scan *s) {
    for (uint32_t t = s->first; t < s->last; t++) {
        bool figure = s->d->toks[t].kind == TOK_NUMBER && !(s->marks[t] & T_NAME);
        uint32_t end = figure ? scan_number_end(s, t) : spelled_end(s, t), most = end + 3, number = end;
        if (end == t) {
            continue;
        }
        if (end < s->last && s->x->head_first && (s->marks[end] & T_OPENER) && !(s->marks[end] & T_NAME) && head_word(s, end)) {
            end++; /* "400 người": no relative word behind a number */
        }
        while (end < s->last && end < most && s->d->toks[end].kind == TOK_WORD && scan_plain(s, end) && !(s->marks[end] & (T_DET | T_ADVERB))) {
            end++;
        }
        end = counted_end(s, number, end);
        while (s->x->chars && end > number + 1 && end < s->last && (s->d->toks[end].flags & TOK_HAN) && !(s->d->toks[end].flags & TOK_WORD_START)) {
            end--; /* 3万个企|业岗位 */
        }
        bool joined = end == number && scan_hyphen(s, end); /* "a 4.8-magnitude earthquake" */
        if (!of_time(s, t, end) && !joined) {
            add_phrase(s, t, end, TYPE_BIT(BIT_NUMBER));
        }
        t = end - 1;
    }
}

/* 电动巴士公司, 新公司: behind another noun the word describes a firm, it stands for none. */
static bool inner_noun(const struct scan *s, const struct hit *h) {
    uint32_t t = h->first;
    return s->x->chars && t > s->first && (s->d->toks[t - 1].flags & TOK_HAN) && !(s->d->toks[t].flags & TOK_SPACE_BEFORE) && scan_plain_word(s, t - 1) &&
           !(s->marks[t - 1] & (T_WHEN | T_PASSIVE));
}

static void add_words(struct scan *s) {
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        const struct lex_class *k = &s->x->classes[h->cls];
        struct phrase *p;
        if (i > 0 && s->hits[i - 1].cls == h->cls && s->hits[i - 1].first == h->first && s->hits[i - 1].last == h->last) {
            continue; /* listed as it stands and by its ending */
        }
        if (k->kind == CLASS_HEAD) {
            p = add_phrase(s, h->first, h->last, TYPE_BIT(k->head));
            p->cls = h->cls;
            for (uint32_t t = h->first; t < h->last; t++) {
                s->marks[t] |= T_HEAD;
            }
        } else if (k->kind == CLASS_PRONOUN && k->object && h->last < s->last &&
                   !scan_is(s, h->last, T_PREP | T_PUNCT | T_AND | T_OPENER | T_DET | (k->plural ? T_VERB | T_AUX | T_ADVERB : 0u))) { /* "the two managers" */
            for (uint32_t t = h->first; k->plural && t < h->last; t++) {
                s->marks[t] = (s->marks[t] & ~(uint32_t)T_PRONOUN) | T_DET;
            }
            continue;
        } else if (k->kind == CLASS_PRONOUN && k->type == NG_ORGANIZATION && inner_noun(s, h)) {
            continue;
        } else if (k->kind == CLASS_PRONOUN) {
            p = add_phrase(s, h->first, h->last, TYPE_BIT(k->type) | (k->type == NG_ORGANIZATION ? TYPE_BIT(BIT_FIRM) : 0));
            p->cls = h->cls;
            p->flags = P_PRONOUN | (k->possessive ? P_POSS : 0);
        } else if (k->role == FN_NUMERAL) {
            uint32_t end = h->last;
            while (end < s->last && end < h->last + 3 && s->d->toks[end].kind == TOK_WORD && scan_plain_word(s, end)) {
                end++;
            }
            end = counted_end(s, h->last, end);
            if (of_time(s, h->last, end)) {
                continue;
            }
            p = add_phrase(s, h->first, end, TYPE_BIT(BIT_NUMBER));
            p->cls = h->cls;
        }
    }
}

/* Phrases come nearly in order: insertion sort over short distances, by first, names before words. */
static void sort_phrases(struct scan *s) {
    struct phrase *sorted = ARENA_ARRAY(s->a, s->ph_count, struct phrase);
    size_t n = s->ph_count, from[4] = {0, n, n, n}, kinds = 1;
    if (!sorted) {
        return;
    }
    for (size_t i = 1; i < n && kinds < 4; i++) { /* runs: names, numbers, words */
        if (s->ph[i].first < s->ph[i - 1].first) {
            from[kinds++] = i;
        }
    }
    size_t at[4] = {from[0], from[1], from[2], from[3]};
    size_t end[4] = {from[1], from[2], from[3], n};
    for (size_t i = 0; i < n; i++) {
        int best = -1;
        for (int k = 0; k < 4; k++) {
            if (at[k] < end[k] && (best < 0 || s->ph[at[k]].first < s->ph[at[best]].first)) {
                best = k;
            }
        }
        if (best >= 0) { /* always: the runs hold n phrases */
            sorted[i] = s->ph[at[best]++];
        }
    }
    s->ph = sorted;
    s->ph_cap = n;
}

size_t scan_phrase_at(const struct scan *s, uint32_t tok) {
    size_t lo = 0, hi = s->ph_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->ph[mid].first < tok) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* The phrase of one of the types that starts (ends) at tok, or NONE. */
uint32_t scan_starting(const struct scan *s, uint32_t tok, uint64_t types) {
    for (size_t i = scan_phrase_at(s, tok); i < s->ph_count && s->ph[i].first == tok; i++) {
        if (s->ph[i].types & types) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

uint32_t scan_ending(const struct scan *s, uint32_t tok, uint64_t types) {
    size_t i = scan_phrase_at(s, tok);
    for (size_t back = 0; i-- > 0 && back < 6; back++) {
        if (s->ph[i].last == tok && (s->ph[i].types & types)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* ---- possessors, compounds, brackets ---- */

bool scan_genitive(const struct scan *s, const struct phrase *p, bool sure) {
    const struct doc *d = s->d;
    if (p->mention == NONE) {
        return false;
    }
    struct str text = doc_sub(d, d->mentions[p->mention].start, d->mentions[p->mention].end);
    for (size_t g = 0; g < s->x->genitive_count; g++) {
        struct str ending_text = s->x->genitives[g];
        if (!str_ends(text, ending_text) || text.n <= ending_text.n + 1) {
            continue;
        }
        struct str bare = str_sub(text, 0, text.n - ending_text.n), name = d->entities[p->entity].name;
        if (d->entities[p->entity].kb_id.n && str_eq(d->entities[p->entity].canonical_name, text)) {
            continue; /* Paris, Siemens: the ending is the name's own */
        }
        if (str_eq(name, bare) || (!str_eq(name, text) && name.n) || (!sure && d->entities[p->entity].mention_count <= 1)) {
            return true;
        }
    }
    return false;
}

static void mark_possessors(struct scan *s) {
    uint32_t depth = 0, t = s->first;
    for (size_t i = 0; i < s->ph_count; i++) {
        struct phrase *p = &s->ph[i];
        for (; t < p->first; t++) {
            depth += scan_opens(s->d->toks[t].fold) ? 1 : 0;
            depth -= depth && scan_closes(s->d->toks[t].fold) ? 1 : 0;
        }
        p->flags |= depth ? P_PAREN : 0;
        if (!(p->types & SCAN_NAMED)) {
            continue;
        }
        bool noun_behind = scan_plain(s, p->last) && !(s->marks[p->last] & (T_DET | T_ADVERB | T_PUNCT));
        if (scan_is(s, p->last, T_POSS) || (noun_behind && scan_genitive(s, p, false))) {
            p->flags |= P_POSS;
        } else if (p->last + 1 < s->last && str_eqz(s->d->toks[p->last].fold, "-") &&
                   !(s->d->toks[p->last].flags & TOK_SPACE_BEFORE) && !(s->marks[p->last + 1] & T_NAME)) {
            p->flags |= P_COMPOUND;
        }
    }
}

/* 科瓦奇（Milan Kovac）今年宣布离开: what stands in brackets right behind a name is part of its phrase, where clauses chain over commas. */
static void soften_brackets(struct scan *s) {
    for (size_t i = 0; s->x->chars && i < s->ph_count; i++) {
        struct phrase *p = &s->ph[i];
        uint32_t open = p->last, end = open;
        if (!(p->types & SCAN_NAMED) || (p->flags & P_PAREN) || open >= s->last || !(s->marks[open] & T_HARD) || !scan_opens(s->d->toks[open].fold)) {
            continue;
        }
        while (end < s->last && end < open + 24 && !scan_closes(s->d->toks[end].fold)) {
            end++;
        }
        if (end == s->last || end == open + 24) {
            continue;
        }
        for (uint32_t t = open; t <= end; t++) {
            s->marks[t] |= s->marks[t] & (T_HARD | T_COMMA) ? T_SOFT : 0;
        }
        p->ext_last = end + 1;
    }
}

/* ---- all of it ---- */

/* For people who write patterns: the phrases of the sentence with what the engine knows of them. */
static void trace_phrases(const struct scan *s) {
    struct buf b;
    buf_init(&b, s->a);
    for (size_t i = 0; i < s->ph_count; i++) {
        const struct phrase *p = &s->ph[i];
        struct ng_span span = scan_span(s, p->first, p->last > p->first ? p->last : p->first + 1);
        buf_addf(&b, "%s'%.*s'", i ? ", " : "", STR_ARG(doc_sub(s->d, span.start, span.end)));
        if (p->cls != NAME_NONE) {
            buf_addf(&b, ":%.*s", STR_ARG(s->x->classes[p->cls].name));
        }
        for (int type = 0; type < BIT_HEAD && p->cls == NAME_NONE; type++) {
            if ((p->types & TYPE_BIT(type)) && type != BIT_FIRM && type != BIT_BODY) {
                buf_addf(&b, ":%s", type < BIT_NUMBER ? ng_type_name((enum ng_type)type) : "number");
            }
        }
        if (p->gov != NAME_NONE) {
            buf_addf(&b, " <%.*s>", STR_ARG(s->x->classes[p->gov].name));
        }
        buf_addf(&b, "%s%s%s", p->flags & P_POSS ? " possessor" : "", p->flags & P_MEMBER ? " listed" : "",
                 p->flags & P_IN_TITLE ? " in-title" : "");
        if ((p->flags & P_PRONOUN) && p->entity != NONE) {
            buf_addf(&b, " = %.*s", STR_ARG(s->d->entities[p->entity].name));
        }
    }
    struct buf words;
    buf_init(&words, s->a);
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        struct ng_span span = scan_span(s, h->first, h->last);
        buf_addf(&words, "%s'%.*s'%s:%.*s", i ? ", " : "", STR_ARG(doc_sub(s->d, span.start, span.end)), h->part_last ? "..." : "",
                 STR_ARG(s->x->classes[h->cls].name));
    }
    if (s->hit_count) {
        doc_trace(s->d, "words [%u-%u]: %.*s", s->d->sents[s->sent].start, s->d->sents[s->sent].end, STR_ARG(buf_str(&words)));
    }
    if (s->ph_count) {
        doc_trace(s->d, "phrases: %.*s", STR_ARG(buf_str(&b)));
    }
}

void scan_sentence(struct scan *s, uint32_t sent) {
    const struct sent *it = &s->d->sents[sent];
    s->sent = sent;
    s->first = it->body;
    s->last = it->last;
    s->ph_count = s->cl_count = 0;
    s->question = false;
    mark_names(s);
    scan_words(s);
    add_names(s);
    add_unnamed(s);
    add_numbers(s);
    add_words(s);
    sort_phrases(s);
    mark_possessors(s);
    soften_brackets(s);
    scan_lists(s, TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION) | TYPE_BIT(NG_PRODUCT));
    scan_titles(s);
    if (s->x->free_order) { /* again: names that titles and explaining nouns told, "Disney und der Anbieter Crunchyroll" */
        scan_lists(s, TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_PRODUCT));
    }
    scan_asides(s);
    scan_lists(s, TYPE_BIT(NG_PERSON));
    scan_appose(s);
    scan_govern(s);
    scan_clauses(s);
    for (size_t i = 0; i < s->ph_count; i++) {
        if (s->ph[i].flags & P_PRONOUN) {
            scan_resolve(s, &s->ph[i]);
        } else if (s->ph[i].cls != NAME_NONE && s->x->classes[s->ph[i].cls].means) {
            scan_resolve_post(s, &s->ph[i]);
        }
    }
    if (s->d->tracing) {
        trace_phrases(s);
    }
}
