/* scan.c - see scan.h. One pass after the other over a sentence, each linear: words of the lexicon, phrases, titles with their
 * people and organisations, lists, what governs a phrase, clauses, pronouns. */
#include "core/event/scan.h"

#include "core/base/banned.h"

/* ---- words of the lexicon ---- */

bool scan_init(struct scan *s, const struct event_rules *r, struct doc *d) {
    *s = (struct scan){.r = r, .l = r->lang[d->lang], .d = d, .a = d->a, .before_sent = NONE};
    s->x = &s->l->lex;
    size_t n = d->tok_count;
    s->words = ARENA_ARRAY(d->a, n, uint32_t);
    s->marks = ARENA_ARRAY(d->a, n, uint32_t);
    s->preps = ARENA_ARRAY(d->a, n, uint16_t);
    s->clauses = ARENA_ARRAY(d->a, n, uint32_t);
    s->org_of = ARENA_ARRAY(d->a, d->entity_count, int32_t);
    if (!s->words || !s->marks || !s->preps || !s->clauses || !s->org_of) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        s->words[i] = map_get(&s->x->words, d->toks[i].fold);
        s->preps[i] = NAME_NONE;
    }
    for (size_t i = 0; i < d->entity_count; i++) {
        s->org_of[i] = -1;
    }
    return true;
}

static uint32_t step(const struct lexicon *x, uint32_t node, uint32_t word) {
    uint32_t key[2] = {node, word};
    return word == MAP_NONE ? MAP_NONE : map_get(&x->edges, (struct str){(const char *)key, sizeof key});
}

static bool hard_punct(struct str t) {
    static const char *const marks[] = {";", ":", "?", "!", "；", "：", "？", "！", "。", "…"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_eqz(t, marks[i])) {
            return true;
        }
    }
    return false;
}

static bool is_comma(struct str t) {
    return str_eqz(t, ",") || str_eqz(t, "，") || str_eqz(t, "、");
}

static bool opens_bracket(struct str t) {
    return str_eqz(t, "(") || str_eqz(t, "（") || str_eqz(t, "[");
}

static bool closes_bracket(struct str t) {
    return str_eqz(t, ")") || str_eqz(t, "）") || str_eqz(t, "]");
}

/* Whether the verb bracket can end behind token at: punctuation, a conjunction, another verb, the end. */
static bool bracket_ends(const struct scan *s, uint32_t at) {
    if (at >= s->last || s->d->toks[at].kind == TOK_PUNCT || s->words[at] == MAP_NONE) {
        return at >= s->last || s->d->toks[at].kind == TOK_PUNCT;
    }
    uint32_t node = step(s->x, 0, s->words[at]);
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_class *k = &s->x->classes[s->x->entries[e].cls];
        if (k->role == FN_AND || k->role == FN_SUB || k->role == FN_AUX || (k->kind == CLASS_VERB && !(s->x->entries[e].flags & LEX_SPLIT))) {
            return true;
        }
    }
    return false;
}

/* Looks for the particle of a parted verb from token at on; the nearest that fits. */
static bool find_particle(const struct scan *s, const struct lex_entry *e, uint32_t at, struct hit *h) {
    const uint32_t *p = &s->x->particles[e->particle];
    bool end = e->flags & LEX_END;
    uint32_t stop = at + (end ? 40u : 12u) < s->last ? at + (end ? 40u : 12u) : s->last;
    for (uint32_t i = at; i < stop && !hard_punct(s->d->toks[i].fold); i++) {
        uint32_t k = 0;
        while (k < p[0] && i + k < s->last && s->words[i + k] == p[1 + k]) {
            k++;
        }
        if (k == p[0] && (!end || bracket_ends(s, i + k))) {
            h->part_first = i;
            h->part_last = i + k;
            return true;
        }
    }
    return false;
}

/* A one-character word of a language without spaces counts only where ICU sees a word of its own. */
static bool alone(const struct scan *s, uint32_t first, uint32_t last) {
    const struct doc *d = s->d;
    return !s->x->chars || last - first > 1 || !(d->toks[first].flags & TOK_HAN) ||
           ((d->toks[first].flags & TOK_WORD_START) && (last >= s->last || (d->toks[last].flags & TOK_WORD_START) ||
                                                        !(d->toks[last].flags & TOK_HAN)));
}

static void add_hits(struct scan *s, uint32_t first, uint32_t last, uint32_t entry) {
    for (uint32_t e = entry; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_entry *x = &s->x->entries[e];
        struct hit h = {.first = first, .last = last, .cls = x->cls, .tag = x->tag};
        if ((x->flags & LEX_SPLIT) && !find_particle(s, x, last, &h)) {
            continue;
        }
        ARENA_PUSH(s->a, s->hits, s->hit_count, s->hit_cap) = h;
    }
}

static void look_up(struct scan *s, uint32_t at) {
    uint32_t node = 0;
    size_t before = s->hit_count;
    for (uint32_t i = at; i < s->last && i < at + PHRASE_TOKENS; i++) {
        node = step(s->x, node, s->words[i]);
        if (node == MAP_NONE) {
            break;
        }
        if (s->x->ends[node] != MAP_NONE && alone(s, at, i + 1)) {
            add_hits(s, at, i + 1, s->x->ends[node]);
        }
    }
    struct str t = s->d->toks[at].fold;
    for (size_t i = 0; before == s->hit_count && i < s->x->suffix_length_count && s->d->toks[at].kind == TOK_WORD; i++) {
        size_t n = s->x->suffix_lengths[i];
        uint32_t e = t.n >= n + 2 ? map_get(&s->x->suffixes, str_sub(t, t.n - n, t.n)) : MAP_NONE;
        if (e != MAP_NONE) {
            add_hits(s, at, at + 1, e);
        }
    }
}

/* Longer words swallow the shorter ones inside them; names swallow all. */
static void sift_hits(struct scan *s) {
    size_t kept = 0;
    uint32_t reach = s->first;
    for (size_t i = 0; i < s->hit_count;) {
        size_t j = i;
        uint32_t longest = 0;
        for (; j < s->hit_count && s->hits[j].first == s->hits[i].first; j++) {
            longest = s->hits[j].last > longest ? s->hits[j].last : longest;
        }
        for (size_t k = i; k < j; k++) {
            const struct hit h = s->hits[k];
            bool name = s->marks[h.first] & T_NAME;
            bool block = s->x->classes[h.cls].role == FN_BLOCK;
            if (h.last == longest && h.last > reach && !name && !block) {
                s->hits[kept++] = h;
            }
        }
        reach = longest > reach && !(s->marks[s->hits[i].first] & T_NAME) ? longest : reach;
        i = j;
    }
    s->hit_count = kept;
}

static uint32_t class_marks(const struct lex_class *k) {
    static const uint32_t of_role[FN_COUNT] = {
        [FN_AND] = T_AND,       [FN_REL] = T_OPENER,      [FN_SUB] = T_OPENER,   [FN_AUX] = T_AUX,     [FN_PASSIVE] = T_AUX | T_PASSIVE,
        [FN_ADVERB] = T_ADVERB, [FN_DET] = T_DET,         [FN_POSS] = T_POSS,    [FN_FORMER] = T_FORMER, [FN_REPORT] = T_REPORT | T_VERB,
        [FN_OTHER] = T_VERB,    [FN_MODIFIER] = T_MODIFIER, [FN_RELPOST] = T_RELPOST, [FN_ACCORDING] = T_ACCORDING,
    };
    uint32_t m = of_role[k->role];
    m |= k->kind == CLASS_VERB ? T_VERB : 0;
    m |= k->kind == CLASS_PREP ? T_PREP : 0;
    m |= k->kind == CLASS_PRONOUN ? T_PRONOUN : 0;
    return m;
}

static void mark_hits(struct scan *s) {
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        const struct lex_class *k = &s->x->classes[h->cls];
        uint32_t m = class_marks(k);
        if (k->role == FN_REL && s->x->rel_comma && !(h->first > s->first && (s->marks[h->first - 1] & (T_COMMA | T_PREP)))) {
            m &= ~(uint32_t)T_OPENER;
        }
        for (uint32_t t = h->first; t < h->last; t++) {
            s->marks[t] |= m;
        }
        for (uint32_t t = h->part_first; t < h->part_last; t++) {
            s->marks[t] |= T_VERB;
        }
        if (k->kind == CLASS_PREP) {
            for (uint32_t t = h->first; t < h->last; t++) {
                s->preps[t] = h->cls;
            }
        }
    }
}

static void find_hits(struct scan *s) {
    s->hit_count = 0;
    for (uint32_t t = s->first; t < s->last; t++) {
        const struct tok *k = &s->d->toks[t];
        s->marks[t] |= k->kind == TOK_PUNCT || k->kind == TOK_SYMBOL ? T_PUNCT : 0;
        s->marks[t] |= is_comma(k->fold) ? T_COMMA : 0;
        s->marks[t] |= hard_punct(k->fold) || opens_bracket(k->fold) || closes_bracket(k->fold) ? T_HARD : 0;
        s->question = s->question || str_eqz(k->fold, "?") || str_eqz(k->fold, "？");
    }
    for (uint32_t t = s->first; t < s->last; t++) {
        look_up(s, t);
    }
    sift_hits(s);
    mark_hits(s);
}

/* ---- phrases ---- */

bool scan_plain(const struct scan *s, uint32_t t) {
    const uint32_t stop = T_HARD | T_COMMA | T_AND | T_OPENER | T_AUX | T_VERB | T_POSS | T_FORMER | T_PREP | T_NAME | T_PRONOUN |
                          T_REPORT | T_RELPOST | T_ACCORDING;
    return t >= s->first && t < s->last && !(s->marks[t] & stop);
}

static bool plain_word(const struct scan *s, uint32_t t) {
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
            s->marks[t] |= T_NAME;
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
        struct phrase *p = add_phrase(s, m->first, m->last, TYPE_BIT(m->type));
        p->mention = (uint32_t)i;
        p->entity = m->entity;
    }
}

/* Numbers that are no value and no part of a name, with the noun they count. */
static void add_numbers(struct scan *s) {
    for (uint32_t t = s->first; t < s->last; t++) {
        if (s->d->toks[t].kind != TOK_NUMBER || (s->marks[t] & T_NAME)) {
            continue;
        }
        uint32_t end = t + 1;
        while (end < s->last && end < t + 4 && s->d->toks[end].kind == TOK_WORD && scan_plain(s, end) && !(s->marks[end] & (T_DET | T_ADVERB))) {
            end++;
        }
        add_phrase(s, t, end, TYPE_BIT(BIT_NUMBER));
        t = end - 1;
    }
}

static void add_words(struct scan *s) {
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        const struct lex_class *k = &s->x->classes[h->cls];
        struct phrase *p;
        if (k->kind == CLASS_HEAD) {
            p = add_phrase(s, h->first, h->last, TYPE_BIT(k->head));
            p->cls = h->cls;
            for (uint32_t t = h->first; t < h->last; t++) {
                s->marks[t] |= T_HEAD;
            }
        } else if (k->kind == CLASS_PRONOUN) {
            p = add_phrase(s, h->first, h->last, TYPE_BIT(k->type));
            p->cls = h->cls;
            p->flags = P_PRONOUN | (k->possessive ? P_POSS : 0);
        } else if (k->role == FN_NUMERAL) {
            uint32_t end = h->last;
            while (end < s->last && end < h->last + 3 && s->d->toks[end].kind == TOK_WORD && plain_word(s, end)) {
                end++;
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
        sorted[i] = s->ph[at[best]++];
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

static const uint64_t named = TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION) | TYPE_BIT(NG_PRODUCT) |
                              TYPE_BIT(NG_EVENT_NAME);

/* The phrase of one of the types that starts (ends) at tok, or NONE. */
static uint32_t starting(const struct scan *s, uint32_t tok, uint64_t types) {
    for (size_t i = scan_phrase_at(s, tok); i < s->ph_count && s->ph[i].first == tok; i++) {
        if (s->ph[i].types & types) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

static uint32_t ending(const struct scan *s, uint32_t tok, uint64_t types) {
    size_t i = scan_phrase_at(s, tok);
    for (size_t back = 0; i-- > 0 && back < 6; back++) {
        if (s->ph[i].last == tok && (s->ph[i].types & types)) {
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* ---- possessors, compounds, brackets ---- */

/* Whether a name carries its language's genitive ending: "Alibabas Kerntalent". */
static bool genitive(const struct scan *s, const struct phrase *p) {
    const struct doc *d = s->d;
    if (p->mention == NONE || !scan_plain(s, p->last) || (s->marks[p->last] & (T_DET | T_ADVERB | T_PUNCT))) {
        return false;
    }
    struct str text = doc_sub(d, d->mentions[p->mention].start, d->mentions[p->mention].end);
    for (size_t g = 0; g < s->x->genitive_count; g++) {
        struct str ending_text = s->x->genitives[g];
        if (!str_ends(text, ending_text) || text.n <= ending_text.n + 1) {
            continue;
        }
        struct str bare = str_sub(text, 0, text.n - ending_text.n), name = d->entities[p->entity].name;
        if (str_eq(name, bare) || (!str_eq(name, text) && name.n) || d->entities[p->entity].mention_count <= 1) {
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
            depth += opens_bracket(s->d->toks[t].fold) ? 1 : 0;
            depth -= depth && closes_bracket(s->d->toks[t].fold) ? 1 : 0;
        }
        p->flags |= depth ? P_PAREN : 0;
        if (!(p->types & named)) {
            continue;
        }
        if (scan_is(s, p->last, T_POSS) || genitive(s, p)) {
            p->flags |= P_POSS;
        } else if (p->last + 1 < s->last && str_eqz(s->d->toks[p->last].fold, "-") &&
                   !(s->d->toks[p->last].flags & TOK_SPACE_BEFORE) && !(s->marks[p->last + 1] & T_NAME)) {
            p->flags |= P_COMPOUND;
        }
    }
}

/* ---- titles ---- */

static bool links(const struct lex_class *k, uint16_t cls) {
    for (size_t i = 0; i < k->link_count; i++) {
        if (k->links[i] == cls) {
            return true;
        }
    }
    return false;
}

/* Length in tokens of a linking word at t, 0 when there is none. */
static uint32_t link_at(const struct scan *s, const struct lex_class *k, uint32_t t) {
    if (t >= s->last) {
        return 0;
    }
    if (s->preps[t] != NAME_NONE && links(k, s->preps[t])) {
        uint32_t n = 1;
        while (t + n < s->last && n < 4 && s->preps[t + n] == s->preps[t]) {
            n++;
        }
        return n;
    }
    uint32_t node = step(s->x, 0, s->words[t]);
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        if (links(k, s->x->entries[e].cls)) {
            return 1;
        }
    }
    return 0;
}

static void attach_orgs(struct scan *s, struct phrase *p, uint32_t org) {
    for (uint32_t o = org; o != NONE && p->org_count < ORG_MAX; o = s->ph[o].next_member) {
        p->orgs[p->org_count++] = o;
        s->ph[o].flags |= P_IN_TITLE;
    }
}

/* "for research and development at": a conjunction inside of what follows a title. */
static bool inner_and(const struct scan *s, uint32_t from, uint32_t t) {
    return t > from && scan_is(s, t, T_AND) && scan_plain(s, t + 1) && !scan_is(s, t + 1, T_DET | T_HEAD | T_MODIFIER | T_ADVERB);
}

/* "of Research at Google DeepMind": what follows a title and belongs to it. */
static void extend_right(struct scan *s, struct phrase *p, const struct lex_class *k) {
    uint32_t t = p->last;
    const uint64_t org = TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION);
    if (k->direct) {
        uint32_t o = starting(s, t, TYPE_BIT(NG_ORGANIZATION));
        if (o != NONE) {
            attach_orgs(s, p, o);
            p->ext_last = s->ph[o].ext_last;
            return;
        }
    }
    for (int round = 0; round < 3; round++) {
        uint32_t n = link_at(s, k, t);
        uint32_t from = t + n, end = from;
        if (n == 0) {
            break;
        }
        for (uint32_t steps = 0; steps < s->x->np_gap && (scan_plain(s, end) || scan_is(s, end, T_POSS) || inner_and(s, from, end)) && starting(s, end, org) == NONE;
             steps++) {
            end++;
        }
        uint32_t o = starting(s, end, org);
        if (o != NONE && (s->ph[o].types & TYPE_BIT(NG_ORGANIZATION)) && !(s->ph[o].flags & P_POSS)) {
            attach_orgs(s, p, o);
            uint32_t tail = o;
            while (s->ph[tail].next_member != NONE) {
                tail = s->ph[tail].next_member;
            }
            p->ext_last = s->ph[tail].last;
            return;
        }
        if (o != NONE && end == from && !(s->ph[o].flags & P_POSS)) { /* "Minister of France", "head for Asia" */
            p->ext_last = p->last = t = s->ph[o].last;
            continue;
        }
        if (end == from) {
            break;
        }
        p->last = p->ext_last = t = end;
    }
}

/* "former Google": what stands before a title and belongs to it. */
static void extend_left(struct scan *s, struct phrase *p, const struct lex_class *k) {
    uint32_t t = p->first;
    bool loose = false; /* unknown words stand between: they may be anything, "Galdor stunned staff" */
    for (uint8_t n = 0; t > s->first; t--) {
        bool modifier = (s->marks[t - 1] & T_MODIFIER) && !(s->marks[t - 1] & T_NAME);
        bool hyphen = str_eqz(s->d->toks[t - 1].fold, "-") && t - 1 > s->first;
        if (!modifier && !hyphen && (!plain_word(s, t - 1) || n++ >= k->left || s->d->toks[t - 1].kind == TOK_NUMBER)) {
            break;
        }
        loose = loose || (!modifier && !hyphen && !(s->d->toks[t - 1].flags & TOK_CAPITAL));
    }
    loose = loose && !s->x->chars && starting(s, p->ext_last, TYPE_BIT(NG_PERSON)) == NONE;
    while (t < p->first && (s->marks[t] & T_PUNCT)) {
        t++;
    }
    p->first = p->np_first = t;
    for (int round = 0; round < 5 && t > s->first; round++) {
        uint32_t before = scan_is(s, t - 1, T_POSS) ? t - 1 : t;
        uint32_t o = ending(s, before, TYPE_BIT(NG_ORGANIZATION));
        if (before == t && str_eqz(s->d->toks[t - 1].fold, "-")) {
            before = t - 1;
            o = ending(s, before, TYPE_BIT(NG_ORGANIZATION));
        }
        if (s->marks[t - 1] & T_FORMER) {
            p->flags |= P_FORMER;
            t--;
        } else if (o != NONE && p->org_count == 0 && !(s->ph[o].flags & P_MEMBER) && (before != t || !loose)) {
            attach_orgs(s, p, o);
            t = s->ph[o].first;
        } else if (s->marks[t - 1] & (T_DET | T_PRONOUN | T_MODIFIER)) {
            t--;
        } else {
            break;
        }
    }
    p->np_first = t;
}

static void give_title(struct scan *s, uint32_t title, uint32_t person) {
    struct phrase *p = &s->ph[person];
    s->ph[title].person = person;
    s->ph[title].flags |= P_ATTACHED;
    if (p->title_count < TITLE_MAX) {
        p->titles[p->title_count++] = title;
    }
}

/* The person before a title: "Wu Yonghui, a former vice president". The comma becomes part of the name's phrase. */
static uint32_t person_before(struct scan *s, uint32_t t) {
    uint32_t at = t;
    for (int i = 0; i < 3 && at > s->first && (s->marks[at - 1] & (T_DET | T_ADVERB)); i++) {
        at--;
    }
    for (int i = 0; i < 3 && at > s->first && plain_word(s, at - 1); i++) {
        at--;
    }
    for (int i = 0; i < 2 && at > s->first && (s->marks[at - 1] & (T_DET | T_FORMER)); i++) {
        at--;
    }
    if (!scan_is(s, at - 1, T_COMMA) || at == s->first) {
        return NONE;
    }
    uint32_t end = at - 1;
    if (end > s->first && closes_bracket(s->d->toks[end - 1].fold)) {
        for (uint32_t back = end - 1; back > s->first && back + 16 > end; back--) {
            if (opens_bracket(s->d->toks[back - 1].fold)) {
                end = back - 1;
                break;
            }
        }
    }
    return ending(s, end, TYPE_BIT(NG_PERSON));
}

static void attach_person(struct scan *s, uint32_t title) {
    struct phrase *p = &s->ph[title];
    uint32_t after = starting(s, p->ext_last, TYPE_BIT(NG_PERSON));
    if (after == NONE && scan_is(s, p->ext_last, T_POSS)) {
        after = starting(s, p->ext_last + 1, TYPE_BIT(NG_PERSON));
    }
    if (after != NONE) {
        give_title(s, title, after);
        p->flags |= P_ROLE;
        if (p->np_first < s->ph[after].np_first) {
            s->ph[after].np_first = p->np_first;
        }
        return;
    }
    uint32_t before = person_before(s, p->np_first);
    if (before != NONE) {
        give_title(s, title, before);
        p->flags |= P_APPOSED;
        s->ph[before].ext_last = p->ext_last;
        for (uint32_t t = s->ph[before].last; t < p->np_first; t++) {
            s->marks[t] |= s->marks[t] & T_COMMA ? T_SOFT : 0;
        }
        if (scan_is(s, p->ext_last, T_COMMA)) {
            s->marks[p->ext_last] |= T_SOFT;
            s->ph[before].ext_last = p->ext_last + 1;
        }
        return;
    }
    /* "der frühere Vizepräsident von Microsoft, Jiang Daxin," */
    uint32_t far = scan_is(s, p->ext_last, T_COMMA) && p->org_count ? starting(s, p->ext_last + 1, TYPE_BIT(NG_PERSON)) : NONE;
    if (far != NONE && (s->ph[far].last >= s->last || (s->marks[s->ph[far].last] & (T_PUNCT | T_COMMA | T_AND)))) {
        give_title(s, title, far);
        s->marks[p->ext_last] |= T_SOFT;
        s->ph[far].np_first = p->np_first;
        if (scan_is(s, s->ph[far].last, T_COMMA)) {
            s->marks[s->ph[far].last] |= T_SOFT;
            s->ph[far].ext_last = s->ph[far].last + 1;
        }
    }
}

/* "president of X and chairman of Y": the second belongs to the first one's person. */
static void chain_titles(struct scan *s, uint32_t previous, uint32_t title) {
    struct phrase *a = &s->ph[previous], *b = &s->ph[title];
    if (b->person != NONE || !(b->np_first > a->ext_last) || !scan_is(s, b->np_first - 1, T_AND) || b->np_first - 1 > a->ext_last + 1) {
        return;
    }
    if (a->person != NONE) {
        struct phrase *person = &s->ph[a->person];
        give_title(s, title, a->person);
        b->flags |= a->flags & (P_FORMER | P_APPOSED);
        if (a->flags & P_APPOSED) {
            person->ext_last = b->ext_last > person->ext_last ? b->ext_last : person->ext_last;
            if (scan_is(s, b->ext_last, T_COMMA)) {
                s->marks[b->ext_last] |= T_SOFT;
                person->ext_last = b->ext_last + 1;
            }
        }
    }
    if (b->org_count == 0) {
        b->org_count = a->org_count;
        memcpy(b->orgs, a->orgs, sizeof b->orgs);
    } else if (a->org_count == 0) { /* "co-founder and vice president of Meituan" */
        a->org_count = b->org_count;
        memcpy(a->orgs, b->orgs, sizeof a->orgs);
    }
}

static void find_titles(struct scan *s) {
    uint32_t last_of[HEAD_MAX]; /* by head: a word may be of two classes */
    memset(last_of, 0xFF, sizeof last_of);
    for (uint32_t i = 0; i < s->ph_count; i++) {
        struct phrase *p = &s->ph[i];
        if (p->cls == NAME_NONE || s->x->classes[p->cls].kind != CLASS_HEAD) {
            continue;
        }
        uint32_t *last = &last_of[s->x->classes[p->cls].head - BIT_HEAD], previous = *last;
        extend_right(s, p, &s->x->classes[p->cls]);
        extend_left(s, p, &s->x->classes[p->cls]);
        attach_person(s, i);
        if (previous != NONE) {
            chain_titles(s, previous, i);
            /* both before one person: "president of X and chairman Lena Marsh" */
            if (p->person != NONE && s->ph[previous].person == NONE && p->np_first > s->ph[previous].ext_last &&
                p->np_first - s->ph[previous].ext_last <= 2 && scan_is(s, p->np_first - 1, T_AND)) {
                give_title(s, previous, p->person);
                s->ph[previous].flags |= P_ROLE;
                p->flags |= s->ph[previous].flags & P_FORMER;
                s->ph[p->person].np_first = s->ph[previous].np_first;
            }
        }
        *last = i;
    }
    for (uint32_t i = 0; i < s->ph_count; i++) { /* only now: a word of two classes is extended in both */
        for (uint32_t t = s->ph[i].first; s->ph[i].cls != NAME_NONE && t < s->ph[i].last; t++) {
            s->marks[t] |= s->x->classes[s->ph[i].cls].kind == CLASS_HEAD ? T_HEAD : 0;
        }
    }
}

/* ---- lists ---- */

/* What stands between two members: 0 nothing fitting, 1 a comma, 2 a conjunction. */
static int joint(const struct scan *s, uint32_t from, uint32_t to) {
    int found = 0;
    if (from > s->first && (s->marks[from - 1] & T_SOFT) && (s->marks[from - 1] & T_COMMA) && from < to) {
        found = 1;
    }
    if (to < from || to - from > 3) {
        return 0;
    }
    for (uint32_t t = from; t < to; t++) {
        if (s->marks[t] & T_COMMA) {
            found = found > 1 ? found : str_eqz(s->d->toks[t].fold, "、") ? 2 : 1;
        } else if (s->marks[t] & T_AND) {
            found = 2;
        } else if (!(s->marks[t] & T_DET)) {
            return 0;
        }
    }
    return found;
}

static void find_lists(struct scan *s, uint64_t types) {
    uint32_t tail = NONE, head = NONE;
    bool certain = false;
    uint32_t members = 0;
    for (uint32_t i = 0; i <= s->ph_count; i++) {
        struct phrase *p = i < s->ph_count ? &s->ph[i] : NULL;
        if (p && (!(p->types & types) || (p->flags & (P_PRONOUN | P_POSS | P_COMPOUND | P_IN_TITLE)))) {
            continue;
        }
        int j = p && tail != NONE && s->ph[tail].types == p->types && !(s->ph[tail].flags & P_POSS)
                    ? joint(s, s->ph[tail].ext_last, p->np_first) : 0;
        if (j && members + 1 < FILLER_MAX) { /* longer lists are cut: what fires looks at all members */
            s->ph[tail].next_member = i;
            certain = certain || j == 2;
            members++;
        } else {
            if (head != NONE && members && !certain && members < 2) { /* "A, B": an apposition rather than a list */
                s->ph[head].next_member = NONE;
            }
            for (uint32_t m = head == NONE ? NONE : s->ph[head].next_member; m != NONE; m = s->ph[m].next_member) {
                s->ph[m].flags |= P_MEMBER;
                for (uint32_t t = s->ph[m].np_first; t-- > s->first && (s->marks[t] & (T_COMMA | T_AND));) {
                    s->marks[t] |= T_SOFT;
                }
            }
            head = i;
            certain = false;
            members = 0;
        }
        tail = i;
    }
}

/* ---- what governs a phrase ---- */

static void govern(struct scan *s, struct phrase *p) {
    uint32_t t = p->np_first;
    for (uint8_t gap = 0; t > s->first;) {
        uint32_t m = s->marks[t - 1];
        if (m & T_PREP) {
            p->gov = s->preps[t - 1];
            return;
        }
        uint32_t before = m & T_POSS ? t - 1 : t;
        uint32_t owner = ending(s, before, named);
        if (owner != NONE && (s->ph[owner].flags & P_POSS)) { /* "from China's Alibaba" */
            t = s->ph[owner].np_first < t ? s->ph[owner].np_first : t - 1;
            if (s->ph[owner].gov != NAME_NONE) {
                p->gov = s->ph[owner].gov;
                return;
            }
            continue;
        }
        if ((m & (T_VERB | T_AUX)) && !(m & T_NAME)) {
            p->flags |= (m & T_VERB) && !(m & T_AUX) ? P_OBJECT : 0;
            return;
        }
        if (m & (T_DET | T_ADVERB | T_FORMER | T_MODIFIER) || ((m & T_PRONOUN) && gap < 1)) {
            t--;
        } else if (((m & T_HEAD) || scan_plain(s, t - 1)) && gap++ < s->x->np_gap && !(m & T_NAME)) {
            t--;
        } else {
            return;
        }
    }
}

static void govern_all(struct scan *s) {
    for (size_t i = 0; i < s->ph_count; i++) {
        struct phrase *p = &s->ph[i];
        if (!(p->flags & P_MEMBER)) {
            govern(s, p);
        }
        for (uint32_t m = p->flags & P_MEMBER ? NONE : p->next_member; m != NONE; m = s->ph[m].next_member) {
            s->ph[m].gov = p->gov;
            s->ph[m].flags |= p->flags & P_OBJECT;
        }
    }
}

/* ---- clauses ---- */

static uint32_t open_clause(struct scan *s, uint32_t parent, uint32_t at, uint32_t opener) {
    struct clause c = {.parent = parent, .first = at, .last = s->last, .opener = opener, .subject = NONE};
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
    size_t i = scan_phrase_at(s, at);
    for (size_t back = 0; i-- > 0 && back < 8; back++) {
        const struct phrase *p = &s->ph[i];
        if ((p->ext_last == at || p->last == at || p->ext_last == at + 1) && (p->types & named)) {
            if ((p->flags & P_IN_TITLE) && p->ext_last == at) {
                continue; /* "Wu, head of research at Google, who": Wu is meant */
            }
            return (uint32_t)i;
        }
    }
    return NONE;
}

/* Whoever says it: the last free name before a reporting verb, or the first one behind. */
static uint32_t speaker(const struct scan *s, uint32_t t, uint32_t clause) {
    const uint64_t speaking = TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION);
    size_t i = scan_phrase_at(s, t);
    for (size_t back = 0; i-- > 0 && back < 12; back++) {
        const struct phrase *p = &s->ph[i];
        if (s->clauses[p->first] == clause && (p->types & speaking) && p->gov == NAME_NONE && t - p->ext_last < 12 &&
            !(p->flags & (P_POSS | P_PAREN | P_IN_TITLE | P_COMPOUND | P_OBJECT | P_MEMBER))) {
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

static void find_clauses(struct scan *s) {
    uint32_t current = open_clause(s, NONE, s->first, NONE), depth = 0;
    size_t h = 0;
    s->cl_count = 1;
    for (uint32_t t = s->first; t < s->last && !arena_full(s->a); t++) {
        uint32_t m = s->marks[t];
        bool verb = false;
        struct clause *c = &s->cl[current];
        if ((m & T_COMMA) && !(m & T_SOFT) && c->parent != NONE && t > c->first + 1) {
            s->clauses[t] = current;
            c->last = t;
            current = c->parent;
            depth--;
            continue;
        }
        if (m & T_HARD) {
            for (uint32_t k = current; k != NONE; k = s->cl[k].parent) {
                s->cl[k].last = t;
            }
            bool bracket = opens_bracket(s->d->toks[t].fold) || closes_bracket(s->d->toks[t].fold);
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
        const struct hit *hit = hit_at(s, t, &h);
        if (hit && (m & T_OPENER) && depth < 12) {
            bool relative = opener_role(s, t, h, FN_REL);
            uint32_t who = relative ? antecedent(s, t) : NONE;
            current = open_clause(s, current, t, t);
            s->cl[current].relative = relative;
            s->cl[current].subject = who;
            depth++;
        } else if (hit && (m & T_REPORT) && opener_role(s, t, h, FN_REPORT) && depth < 12) {
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

static uint32_t only_one(const struct recent *r, size_t n, uint8_t type, bool *several) {
    uint32_t found = NONE;
    *several = false;
    for (size_t i = 0; i < n; i++) {
        if (r[i].type == type) {
            *several = *several || (found != NONE && found != r[i].entity);
            found = found == NONE ? r[i].entity : found;
        }
    }
    return found;
}

/* The reporting verb's subject, where the pronoun stands in what is reported. */
static uint32_t reporter(const struct scan *s, const struct phrase *p, uint8_t type) {
    for (uint32_t c = p->clause; c != NONE; c = s->cl[c].parent) {
        if (s->cl[c].reported && s->cl[c].subject != NONE) {
            const struct phrase *who = &s->ph[s->cl[c].subject];
            return who->types & TYPE_BIT(type) ? who->entity : NONE;
        }
    }
    return NONE;
}

static void resolve(struct scan *s, struct phrase *p) {
    const struct lex_class *k = &s->x->classes[p->cls];
    struct recent here[DISCOURSE];
    size_t n = 0;
    bool several;
    uint32_t e = reporter(s, p, k->type);
    p->weight = 0.9f;
    size_t own = (size_t)(p - s->ph);
    for (size_t i = own > 40 ? own - 40 : 0; e == NONE && !k->bound && i < own && n < DISCOURSE; i++) {
        const struct phrase *q = &s->ph[i];
        if (q->entity != NONE && (q->types & TYPE_BIT(k->type)) && !(q->flags & (P_PAREN | P_PRONOUN)) &&
            !(q->np_first > s->first && (s->marks[q->np_first - 1] & T_ACCORDING))) {
            here[n++] = (struct recent){.entity = q->entity, .type = k->type};
        }
    }
    if (e == NONE && !k->bound) {
        e = only_one(here, n, k->type, &several);
        e = several ? NONE : e;
        if (e == NONE && !several && s->before_sent != NONE && s->sent - s->before_sent <= 2) {
            e = only_one(s->before, s->before_count, k->type, &several);
            p->weight = several ? 0.7f : 0.85f;
            if (several && !s->before[0].bare) {
                e = NONE;
            }
        }
    }
    p->entity = e;
    if (e == NONE) {
        p->types = 0;
    }
}

void scan_leave(struct scan *s) {
    s->now_count = 0;
    for (size_t i = 0; i < s->ph_count && s->now_count < DISCOURSE; i++) {
        const struct phrase *p = &s->ph[i];
        if (p->entity != NONE && (p->types & named) && !(p->flags & P_PAREN)) {
            bool bare = p->gov == NAME_NONE && !(p->flags & (P_POSS | P_IN_TITLE | P_OBJECT | P_COMPOUND));
            s->now[s->now_count++] = (struct recent){p->entity, s->sent, (uint8_t)__builtin_ctzll(p->types & named), bare};
        }
        if (p->person != NONE && p->org_count && s->ph[p->person].entity != NONE) {
            s->org_of[s->ph[p->person].entity] = (int32_t)s->ph[p->orgs[0]].entity;
        }
    }
    if (s->now_count) {
        memcpy(s->before, s->now, sizeof s->before);
        s->before_count = s->now_count;
        s->before_sent = s->sent;
    }
}

/* ---- all of it ---- */

void scan_sentence(struct scan *s, uint32_t sent) {
    const struct sent *it = &s->d->sents[sent];
    s->sent = sent;
    s->first = it->first;
    s->last = it->last;
    s->ph_count = s->cl_count = 0;
    s->question = false;
    mark_names(s);
    find_hits(s);
    add_names(s);
    add_numbers(s);
    add_words(s);
    sort_phrases(s);
    mark_possessors(s);
    find_lists(s, TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION) | TYPE_BIT(NG_PRODUCT));
    find_titles(s);
    find_lists(s, TYPE_BIT(NG_PERSON));
    govern_all(s);
    find_clauses(s);
    for (size_t i = 0; i < s->ph_count; i++) {
        if (s->ph[i].flags & P_PRONOUN) {
            resolve(s, &s->ph[i]);
        }
    }
}
