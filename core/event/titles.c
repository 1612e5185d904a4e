/* titles.c - how phrases belong together: titles with their people and organisations, lists, what governs a phrase. */
#include "core/event/scan.h"

#include "core/base/banned.h"

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
    uint32_t node = scan_step(s->x, 0, s->words[t]);
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        if (links(k, s->x->entries[e].cls)) {
            return 1;
        }
    }
    return 0;
}

/* The organisation of a post says nothing else ("Chef der Galdor AG"); that of an `open` head acts: "der Aufsichtsrat der Galdor AG". */
static void attach_orgs(struct scan *s, struct phrase *p, uint32_t org) {
    uint32_t inside = p->cls != NAME_NONE && s->x->classes[p->cls].open ? 0 : P_IN_TITLE;
    for (uint32_t o = org; o != NONE && p->org_count < ORG_MAX; o = s->ph[o].next_member) {
        p->orgs[p->org_count++] = o;
        s->ph[o].flags |= inside;
    }
}

/* "for research and development at": a conjunction inside of what follows a title. */
static bool inner_and(const struct scan *s, uint32_t from, uint32_t t) {
    return t > from && scan_is(s, t, T_AND) && scan_plain(s, t + 1) && !scan_is(s, t + 1, T_DET | T_HEAD | T_MODIFIER | T_ADVERB);
}

static bool quote_mark(struct str t) {
    static const char *const marks[] = {"„", "“", "”", "\"", "»", "«", "'", "‚", "‘", "’", "《", "》"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_eqz(t, marks[i])) {
            return true;
        }
    }
    return false;
}

/* "of Research at Google DeepMind": what follows a title and belongs to it. */
static void extend_right(struct scan *s, struct phrase *p, const struct lex_class *k) {
    uint32_t t = p->last;
    for (uint8_t n = 0; n < k->right && scan_plain_word(s, t) && s->d->toks[t].kind == TOK_WORD; n++) {
        p->last = p->ext_last = ++t;
    }
    const uint64_t org = TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION);
    uint32_t behind = scan_starting(s, t, TYPE_BIT(NG_ORGANIZATION)); /* "giám đốc FPT", "Chef Galdors" */
    if (k->direct || (behind != NONE && scan_genitive(s, &s->ph[behind], true))) {
        uint32_t o = behind;
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
        for (uint32_t steps = 0; steps < s->x->np_gap && ((scan_plain(s, end) && s->d->toks[end].kind != TOK_PUNCT) || scan_hyphen(s, end) || scan_is(s, end, T_POSS) || inner_and(s, from, end)) && scan_starting(s, end, org) == NONE;
             steps++) {
            end++;
        }
        uint32_t work = !s->x->chars && !s->x->free_order ? scan_starting(s, end + (end < s->last && quote_mark(s->d->toks[end].fold) ? 1 : 0), TYPE_BIT(NG_PRODUCT)) : NONE;
        if (work != NONE && !(s->ph[work].types & TYPE_BIT(NG_ORGANIZATION)) && !(s->ph[work].flags & P_POSS)) { /* "producer of "Frontier" of Galdor" */
            t = s->ph[work].last;
            t += t < s->last && quote_mark(s->d->toks[t].fold) ? 1 : 0;
            p->last = p->ext_last = t;
            continue;
        }
        uint32_t o = scan_starting(s, end, org);
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
        if (o != NONE && end > from && k->head != 0 && !k->introduces && (s->marks[end - 1] & T_PREP) && (s->ph[o].types & TYPE_BIT(NG_LOCATION)) &&
            !s->x->free_order && !s->x->chars && !(s->ph[o].flags & P_POSS)) {
            p->last = p->ext_last = t = s->ph[o].last; /* "number of babies born in Borduria" */
            continue;
        }
        while (end > from && (s->marks[end - 1] & (T_ADVERB | T_DET))) { /* "Umsatz von rund" 3 Milliarden */
            end--;
        }
        if (end == from) {
            break;
        }
        p->last = p->ext_last = t = end;
    }
}

/* 阿里通义大模型原负责人: between the organisation and "former" its unit or product may stand. Returns where that begins, else t. */
static uint32_t unit_start(const struct scan *s, uint32_t t) {
    uint32_t at = t;
    for (int n = 0; n < 12 && at > s->first; n++, at--) {
        if (scan_ending(s, at, TYPE_BIT(NG_ORGANIZATION)) != NONE) {
            return at;
        }
        bool product = scan_ending(s, at, TYPE_BIT(NG_PRODUCT)) != NONE;
        if (product) {
            at = s->ph[scan_ending(s, at, TYPE_BIT(NG_PRODUCT))].first + 1;
        } else if (!scan_plain(s, at - 1) || (s->marks[at - 1] & (T_DET | T_ADVERB | T_PUNCT))) {
            break;
        }
    }
    return t;
}

/* 出任女装、男装及高级订制创意总监: where a post comes right behind [prep as], all that stands between belongs to it. */
static uint32_t listed_start(const struct scan *s, uint32_t t) {
    uint32_t at = t;
    bool list = false;
    while (at > s->first && t - at < 16 && (scan_plain_word(s, at - 1) || ((s->marks[at - 1] & T_AND) && !(s->marks[at - 1] & T_NAME)))) {
        at--;
        list = list || (s->marks[at] & T_AND);
    }
    bool as = list && at > s->first && s->x->as_prep != NAME_NONE && s->preps[at - 1] == s->x->as_prep && !(s->marks[at] & T_AND);
    return as ? at : t;
}

/* "former Google": what stands before a title and belongs to it. */
static void extend_left(struct scan *s, struct phrase *p, const struct lex_class *k) {
    uint32_t t = p->first;
    bool loose = false; /* unknown words stand between: they may be anything, "Galdor stunned staff" */
    for (uint8_t n = 0; t > s->first; t--) {
        bool modifier = (s->marks[t - 1] & T_MODIFIER) && !(s->marks[t - 1] & T_NAME);
        bool hyphen = str_eqz(s->d->toks[t - 1].fold, "-") && t - 1 > s->first;
        bool head = k->alone && (s->marks[t - 1] & T_HEAD) && !(s->marks[t - 1] & T_NAME);
        if (!modifier && !hyphen && !head && (!scan_plain_word(s, t - 1) || n++ >= k->left || (s->d->toks[t - 1].kind == TOK_NUMBER && !k->numbers))) {
            break;
        }
        loose = loose || (!modifier && !hyphen && !(s->d->toks[t - 1].flags & TOK_CAPITAL));
        if (s->d->toks[t - 1].kind == TOK_NUMBER && !s->x->chars) { /* "in Bonn 500 Stellen": a count comes first */
            t--;
            break;
        }
    }
    loose = loose && !s->x->chars && scan_starting(s, p->ext_last, TYPE_BIT(NG_PERSON)) == NONE;
    while (t < p->first && (s->marks[t] & T_PUNCT)) {
        t++;
    }
    t = s->x->chars && !k->alone ? listed_start(s, t) : t;
    p->first = p->np_first = t;
    bool article = false; /* "SV Tarn den Stürmer": an article between parts them */
    for (int round = 0; round < 5 && t > s->first && !k->alone; round++) {
        uint32_t before = scan_is(s, t - 1, T_POSS) ? t - 1 : t;
        uint32_t o = scan_ending(s, before, TYPE_BIT(NG_ORGANIZATION));
        if (before == t && str_eqz(s->d->toks[t - 1].fold, "-")) {
            before = t - 1;
            o = scan_ending(s, before, TYPE_BIT(NG_ORGANIZATION));
        }
        if (s->marks[t - 1] & T_FORMER) {
            p->flags |= P_FORMER;
            t = s->x->chars ? unit_start(s, t - 1) : t - 1;
        } else if (o != NONE && p->org_count == 0 && !(s->ph[o].flags & P_MEMBER) && (before != t || !(loose || article))) {
            attach_orgs(s, p, o);
            t = s->ph[o].first;
        } else if (s->marks[t - 1] & (T_DET | T_PRONOUN | T_MODIFIER)) {
            article = article || (s->marks[t - 1] & T_DET);
            t--;
        } else if (s->x->chars && before == t && scan_ending(s, t, TYPE_BIT(NG_LOCATION)) != NONE) { /* 法国总统 */
            t = s->ph[scan_ending(s, t, TYPE_BIT(NG_LOCATION))].first;
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
    for (int i = 0; i < 3 && at > s->first && scan_plain_word(s, at - 1); i++) {
        at--;
    }
    for (int i = 0; i < 2 && at > s->first && (s->marks[at - 1] & (T_DET | T_FORMER)); i++) {
        at--;
    }
    if (!scan_is(s, at - 1, T_COMMA) || at == s->first) {
        return NONE;
    }
    uint32_t end = at - 1;
    if (end > s->first + 1 && s->d->toks[end - 1].kind == TOK_NUMBER && scan_is(s, end - 2, T_COMMA)) { /* "Wu Kang, 33, Chef der ..." */
        end -= 2;
    }
    if (end > s->first && scan_closes(s->d->toks[end - 1].fold)) {
        for (uint32_t back = end - 1; back > s->first && back + 16 > end; back--) {
            if (scan_opens(s->d->toks[back - 1].fold)) {
                end = back - 1;
                break;
            }
        }
    }
    return scan_ending(s, end, TYPE_BIT(NG_PERSON));
}

static void attach_person(struct scan *s, uint32_t title) {
    struct phrase *p = &s->ph[title];
    for (size_t i = scan_phrase_at(s, p->np_first > s->first + 3 ? p->np_first - 3 : s->first); s->x->chars && i < title && s->ph[i].first < p->np_first; i++) {
        bool pronoun = (s->ph[i].flags & P_PRONOUN) && (s->ph[i].types & TYPE_BIT(NG_PERSON)) && !(s->ph[i].flags & P_POSS);
        if (pronoun && s->ph[i].last >= p->np_first - 1 && s->ph[i].title_count == 0) { /* 这位西安交大原校长 */
            give_title(s, title, (uint32_t)i);
            s->ph[i].ext_last = p->ext_last;
            return;
        }
    }
    uint32_t after = scan_starting(s, p->ext_last, TYPE_BIT(NG_PERSON));
    if (after == NONE && scan_is(s, p->ext_last, T_POSS)) {
        after = scan_starting(s, p->ext_last + 1, TYPE_BIT(NG_PERSON));
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
    uint32_t far = scan_is(s, p->ext_last, T_COMMA) ? scan_starting(s, p->ext_last + 1, TYPE_BIT(NG_PERSON)) : NONE;
    if (far == NONE && !s->x->nouns_capital && scan_is(s, p->ext_last, T_COMMA) && scan_is(s, p->ext_last + 1, T_DET)) { /* ", ông Li Zhen," */
        far = scan_starting(s, p->ext_last + 2, TYPE_BIT(NG_PERSON));
    }
    bool ends = far != NONE && !s->x->free_order && scan_definite(s, p) && (s->ph[far].last + 1 >= s->last || scan_is(s, s->ph[far].last, T_HARD)); /* "Gone is the chairman, Tom Birch." */
    if (far != NONE && s->ph[far].np_first < p->np_first) {
        return; /* "its head of sales, Sam Hines,": a word inside of the title that the person has */
    }
    if (far != NONE && (p->org_count || ends || scan_is(s, s->ph[far].last, T_COMMA)) && (s->ph[far].last >= s->last || (s->marks[s->ph[far].last] & (T_PUNCT | T_COMMA | T_AND)))) {
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

/* ---- names that the noun before them explains ---- */

bool scan_definite(const struct scan *s, const struct phrase *p) {
    for (uint32_t t = p->first; t > s->first && t + 4 > p->first; t--) {
        while (t > s->first + 2 && scan_hyphen(s, t - 1)) {
            t -= 2; /* "der DAX-Konzern" */
        }
        for (size_t h = scan_hit_at(s, t - 1); h < s->hit_count && s->hits[h].first == t - 1; h++) {
            if (s->hits[h].cls == s->x->definite_class) {
                return true;
            }
        }
        if (!(s->marks[t - 1] & T_MODIFIER)) {
            break;
        }
    }
    return false;
}

/* "der Batteriehersteller Altris", "ein Chip namens Blackwell": the noun tells what the name behind it names, whatever the recogniser
 * took it for; where it saw no name, words with a capital that the lexicon does not know are one. Needs languages in which an article
 * or preposition would stand before any other noun. */
static void find_named(struct scan *s, uint32_t index, uint8_t type) {
    struct phrase *p = &s->ph[index];
    bool soft = s->x->classes[p->cls].soft;
    uint64_t types = TYPE_BIT(type) | (type == NG_ORGANIZATION ? TYPE_BIT(BIT_FIRM) : 0);
    uint32_t t = p->ext_last, head = p->last;
    size_t h = scan_hit_at(s, t);
    if (p->ext_last != p->last) {
        return;
    }
    if (h < s->hit_count && s->hits[h].first == t && s->hits[h].cls == s->x->named_class) {
        t = s->hits[h].last;
    }
    t += t < s->last && quote_mark(s->d->toks[t].fold) ? 1 : 0;
    uint32_t known = scan_starting(s, t, SCAN_NAMED);
    if (known != NONE) {
        bool kin = s->x->classes[p->cls].kin;
        bool person = (soft || kin) && (s->ph[known].types & TYPE_BIT(NG_PERSON)) && (kin || s->ph[known].last > s->ph[known].first + 1);
        s->ph[known].types = person ? s->ph[known].types : types;
        p->flags |= P_ATTACHED;
        s->ph[known].np_first = p->np_first < s->ph[known].np_first ? p->np_first : s->ph[known].np_first;
        return;
    }
    uint32_t end = t;
    while (end < s->last && end < t + 3 && scan_plain_word(s, end) && s->d->toks[end].kind == TOK_WORD &&
           (s->d->toks[end].flags & TOK_CAPITAL) && scan_hit_at(s, end) == scan_hit_at(s, end + 1)) {
        end++;
    }
    if (end == t || scan_is(s, end, T_NAME)) { /* "Unternehmen" alone names nobody, "das Unternehmen" whom the text named before */
        if (end == t && p->org_count && s->ph[p->orgs[0]].last + 2 == p->last && str_eqz(s->d->toks[p->last - 2].fold, "-") &&
            type == NG_ORGANIZATION) { /* "der Spiegel-Verlag" */
            struct phrase *org = &s->ph[p->orgs[0]];
            org->flags &= ~(uint32_t)(P_IN_TITLE | P_COMPOUND);
            org->np_first = p->np_first < org->np_first ? p->np_first : org->np_first;
            org->ext_last = p->ext_last > org->ext_last ? p->ext_last : org->ext_last;
            p->flags |= P_ATTACHED;
        } else if (end == t && type == NG_ORGANIZATION && scan_definite(s, p)) {
            p->types = types;
            p->flags |= P_PRONOUN;
        } else {
            p->flags |= P_ATTACHED;
        }
        return;
    }
    p->first = t;
    p->last = p->ext_last = end;
    p->types = types;
    for (; t < end; t++) {
        s->marks[t] |= T_NAME;
    }
    for (t = p->np_first; t < head; t++) {
        s->marks[t] |= T_HEAD;
    }
}

/* "Brikko, the studio behind Thaw, lays off": what describes a firm between commas is no phrase of its own. */
static void attach_firm(struct scan *s, struct phrase *p) {
    uint32_t t = p->np_first;
    bool opens = (s->marks[t] & (T_DET | T_MODIFIER)) || (p->flags & P_PRONOUN);
    if (t < s->first + 2 || !(s->marks[t - 1] & T_COMMA) || !opens || (s->marks[t] & T_NAME)) {
        return;
    }
    uint32_t end = t - 1;
    for (uint32_t back = end; end > s->first && scan_closes(s->d->toks[end - 1].fold) && back > s->first && back + 8 > end; back--) {
        if (scan_opens(s->d->toks[back - 1].fold)) { /* "Brikko (BRK), a maker" */
            end = back - 1;
            break;
        }
    }
    uint32_t firm = scan_ending(s, end, TYPE_BIT(NG_ORGANIZATION));
    if (firm == NONE) {
        return;
    }
    p->flags |= P_ATTACHED;
    s->marks[t - 1] |= T_SOFT;
    for (uint32_t c = p->ext_last; c < s->last && c < p->ext_last + 14 && !(s->marks[c] & T_HARD); c++) {
        if (s->marks[c] & T_COMMA) {
            s->marks[c] |= T_SOFT;
            s->ph[firm].ext_last = c + 1;
            return;
        }
    }
}

/* "the Leeds-based company", "the Finnish group": singular, with the definite article, and no name behind it: a firm named before.
 * Only words of [class describes] are used so. */
static bool describes(const struct scan *s, const struct phrase *p, uint32_t last) {
    if (s->x->describes_class == NAME_NONE || p->ext_last != last || p->last != last || p->org_count || scan_starting(s, last, SCAN_NAMED) != NONE ||
        !scan_of_class(s, last - 1, s->x->describes_class)) {
        return false;
    }
    uint32_t t = last - 1;
    for (uint32_t n = 0; t > s->first && n < 7; n++, t--) {
        if (scan_of_class(s, t - 1, s->x->definite_class)) {
            return true;
        }
        bool region = (s->marks[t - 1] & T_NAME) && scan_ending(s, t, TYPE_BIT(NG_LOCATION)) != NONE;
        if (!region && !scan_hyphen(s, t - 1) && !(s->marks[t - 1] & T_MODIFIER) && !scan_plain_word(s, t - 1) && !((s->marks[t - 1] & T_HEAD) && scan_plain(s, t - 1))) {
            return false;
        }
    }
    return false;
}

/* A head that grew to the left over numbers ("four engineers" over "four") stands before them, as phrases are kept by where they
 * begin. Nothing refers to numbers yet. Returns its new place. */
static uint32_t settle(struct scan *s, uint32_t i) {
    while (i > 0 && s->ph[i - 1].first > s->ph[i].first && s->ph[i - 1].types == TYPE_BIT(BIT_NUMBER)) {
        struct phrase number = s->ph[i - 1];
        s->ph[i - 1] = s->ph[i];
        s->ph[i--] = number;
    }
    return i;
}

/* Where nouns need no article, one that opens its sentence before a verb is a firm named before: "Hãng bay ngừng hoạt động". */
static bool opens_sentence(const struct scan *s, const struct phrase *p, uint32_t last) {
    return s->x->head_first && p->first == s->first && p->ext_last == last && !p->org_count &&
           scan_is(s, last, T_VERB | T_AUX | T_ADVERB | T_PREP) && !scan_is(s, last, T_NAME);
}

void scan_titles(struct scan *s) {
    uint32_t last_of[HEAD_MAX]; /* by head: a word may be of two classes */
    memset(last_of, 0xFF, sizeof last_of);
    for (uint32_t at = 0; at < s->ph_count; at++) {
        struct phrase *p = &s->ph[at];
        if ((p->flags & P_PRONOUN) && (p->types & TYPE_BIT(NG_ORGANIZATION)) && !(p->flags & P_POSS) && !s->x->free_order && !s->x->chars) {
            attach_firm(s, p); /* "Brikko, the carmaker, ..." */
        }
        if (p->cls == NAME_NONE || s->x->classes[p->cls].kind != CLASS_HEAD) {
            continue;
        }
        uint32_t *last = &last_of[s->x->classes[p->cls].head - BIT_HEAD], previous = *last;
        uint32_t word_last = p->last;
        extend_right(s, p, &s->x->classes[p->cls]);
        extend_left(s, p, &s->x->classes[p->cls]);
        uint32_t i = settle(s, at);
        p = &s->ph[i];
        if (s->x->classes[p->cls].modifies && p->last == word_last && scan_is(s, word_last, T_NOUN) && !scan_is(s, word_last, T_VERB)) {
            p->flags |= P_COMPOUND;
        }
        if (s->x->classes[p->cls].names) {
            find_named(s, i, s->x->classes[p->cls].names - 1);
            continue;
        }
        if (s->x->classes[p->cls].introduces == NG_ORGANIZATION + 1 && !s->x->free_order && !s->x->chars) {
            attach_firm(s, p);
            if (!(p->flags & P_ATTACHED) && (describes(s, p, word_last) || opens_sentence(s, p, word_last))) {
                p->types = TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(BIT_FIRM);
                p->flags |= P_PRONOUN | (scan_is(s, word_last, T_POSS) ? P_POSS : 0);
            }
        }
        if (s->x->classes[p->cls].part && p->org_count && s->ph[p->orgs[0]].np_first > p->np_first) {
            s->ph[p->orgs[0]].np_first = p->np_first;
        }
        if (!s->x->classes[p->cls].alone) {
            attach_person(s, i);
        } else if (s->x->nouns_capital && scan_starting(s, p->ext_last, TYPE_BIT(NG_PERSON)) != NONE) {
            p->flags |= P_ATTACHED; /* "den Forscher Li Wei": no post that is free, the person has it */
        }
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

/* ---- names behind what they are ---- */

/* Whether the article at tok opens what "of" joined to a noun before it: "two directors of [the] unit". */
static bool inner_article(const struct scan *s, uint32_t tok) {
    return tok > s->first + 1 && s->x->of_prep != NAME_NONE && s->preps[tok - 1] == s->x->of_prep;
}

/* "detained a 29-year-old Briton, Craig Holloway, on suspicion", "dismissed the two directors of the unit, Li Wen and Wu Kang": a noun
 * that no title is and, between commas, the person or people. The commas become soft, the noun part of the name's phrase. */
static void appose(struct scan *s, struct phrase *p) {
    uint32_t t = p->np_first, last = (uint32_t)(p - s->ph);
    if (!(p->types & TYPE_BIT(NG_PERSON)) || p->title_count || (p->flags & (P_MEMBER | P_POSS | P_PAREN)) ||
        t < s->first + 3 || !(s->marks[t - 1] & T_COMMA) || (s->marks[t - 1] & T_SOFT)) {
        return;
    }
    while (s->ph[last].next_member != NONE) {
        last = s->ph[last].next_member;
    }
    uint32_t behind = s->ph[last].ext_last, at = t - 1;
    bool closed = behind >= s->last || (s->marks[behind] & (T_COMMA | T_HARD | T_PREP | T_OPENER)) || s->d->toks[behind].kind == TOK_PUNCT;
    bool word = false, article = false;
    for (uint32_t n = 0; closed && !article && at > s->first && n < 14; n++, at--) {
        uint32_t m = s->marks[at - 1];
        article = (m & T_DET) && !inner_article(s, at - 1);
        bool inner = scan_plain(s, at - 1) || (m & (T_HEAD | T_MODIFIER | T_DET | T_POSS)) || scan_hyphen(s, at - 1) || s->d->toks[at - 1].kind == TOK_NUMBER ||
                     ((m & T_NAME) && !(m & T_VALUE) && scan_ending(s, at, TYPE_BIT(NG_PERSON)) == NONE) || (s->preps[at - 1] != NAME_NONE && s->preps[at - 1] == s->x->of_prep);
        if (!article && (!inner || (m & (T_COMMA | T_HARD)))) {
            return;
        }
        word = word || (s->d->toks[at - 1].kind == TOK_WORD && !article);
    }
    while (article && at > s->first && (s->marks[at - 1] & T_DET) && !(s->marks[at - 1] & T_NAME)) { /* "the two" */
        at--;
    }
    bool object = article && at > s->first && (s->marks[at - 1] & (T_VERB | T_AUX)) && !(s->marks[at - 1] & T_NAME);
    if (!article || !word || !object) {
        return;
    }
    s->marks[t - 1] |= T_SOFT;
    p->np_first = at;
    if (behind < s->last && (s->marks[behind] & T_COMMA)) {
        s->marks[behind] |= T_SOFT;
        s->ph[last].ext_last = behind + 1;
    }
}

void scan_appose(struct scan *s) {
    for (size_t i = 0; !s->x->chars && !s->x->free_order && i < s->ph_count; i++) {
        appose(s, &s->ph[i]);
    }
}

/* "Rosie Chen, a Galdor alumna, and her brother": what describes a person between commas belongs to the name; firms in it do nothing. */
static void take_aside(struct scan *s, struct phrase *p) {
    const uint32_t inner = T_HEAD | T_MODIFIER | T_DET | T_POSS | T_FORMER | T_NAME | T_PREP;
    uint32_t from = p->ext_last, t = from + 1;
    if (!(p->types & TYPE_BIT(NG_PERSON)) || (p->flags & (P_PRONOUN | P_POSS | P_PAREN)) || !scan_is(s, from, T_COMMA) || scan_is(s, from, T_SOFT) ||
        !scan_is(s, t, T_DET)) {
        return;
    }
    for (; t < s->last && t < from + 12 && !(s->marks[t] & T_COMMA); t++) {
        uint32_t m = s->marks[t];
        bool person = (m & T_NAME) && scan_starting(s, t, TYPE_BIT(NG_PERSON)) != NONE;
        if (person || (m & (T_VERB | T_AUX | T_OPENER | T_HARD | T_VALUE | T_REPORT)) || !(scan_plain(s, t) || (m & inner) || scan_hyphen(s, t) || s->d->toks[t].kind == TOK_NUMBER)) {
            return;
        }
    }
    if (!scan_is(s, t, T_COMMA) || t < from + 3) {
        return;
    }
    s->marks[from] |= T_SOFT;
    s->marks[t] |= T_SOFT;
    p->ext_last = t + 1;
    for (size_t i = scan_phrase_at(s, from); i < s->ph_count && s->ph[i].first < t; i++) {
        s->ph[i].flags |= s->ph[i].types & TYPE_BIT(NG_ORGANIZATION) ? P_IN_TITLE : P_ATTACHED;
    }
}

void scan_asides(struct scan *s) {
    for (size_t i = 0; !s->x->chars && !s->x->free_order && !s->x->head_first && i < s->ph_count; i++) {
        take_aside(s, &s->ph[i]);
    }
}

/* ---- lists ---- */

/* Whether what stands between two names, [from, to), is a joint and what the second one is: ", seinen Stellvertreter [Oliver Bell]". */
static bool described(const struct scan *s, uint32_t from, uint32_t to) {
    uint32_t t = from + 1;
    if (from >= to || to - from < 3 || to - from > 6 || !(s->marks[from] & (T_COMMA | T_AND)) || !(s->marks[t] & T_DET)) {
        return false;
    }
    for (t++; t + 1 < to; t++) {
        bool small = s->d->toks[t].kind == TOK_WORD && !(s->d->toks[t].flags & TOK_CAPITAL);
        if (!small || (s->marks[t] & (T_NAME | T_VERB | T_AUX | T_PREP | T_OPENER)) || (s->marks[t] & T_AND)) {
            return false;
        }
    }
    return s->d->toks[t].kind == TOK_WORD && (s->d->toks[t].flags & TOK_CAPITAL) && !(s->marks[t] & (T_NAME | T_VERB | T_COMMA)) &&
           (s->marks[to] & T_NAME) && !(s->marks[to] & T_VALUE);
}

/* What stands between two members: 0 nothing fitting, 1 a comma, 2 a conjunction. */
static int joint(const struct scan *s, uint32_t from, uint32_t to) {
    int found = 0;
    if (from > s->first && (s->marks[from - 1] & T_SOFT) && (s->marks[from - 1] & T_COMMA) && from < to) {
        found = 1;
    }
    if (!s->x->chars && from + 3 <= to && (s->marks[from] & T_COMMA) && s->d->toks[from + 1].kind == TOK_NUMBER && s->d->toks[from + 1].fold.n <= 2 &&
        (s->marks[from + 2] & T_COMMA) && to - from <= 5) { /* "Tom Birch, 45, Jo Park, 39, and" */
        found = 2;
        from += 3;
        if (from == to) {
            return found;
        }
    }
    if (!s->x->chars && from < to && scan_opens(s->d->toks[from].fold)) { /* "Wu Kang (CFO), Li Wen (CTO)" */
        for (uint32_t t = from + 1; t < to && t < from + 6; t++) {
            from = scan_closes(s->d->toks[t].fold) ? t + 1 : from;
        }
    }
    if (to < from || to - from > (s->x->chars ? 7 : 3)) {
        return 0;
    }
    bool names = !s->x->chars && !s->x->free_order && to - from > 1 && to - from <= 3 && (s->marks[from] & T_AND) && to < s->last && (s->marks[to] & T_NAME) && !(s->marks[to] & T_VALUE);
    for (uint32_t t = from + 1; t < to; t++) { /* "Bpifrance and existing investor Northzone" */
        names = names && s->d->toks[t].kind == TOK_WORD && !(s->d->toks[t].flags & TOK_CAPITAL) &&
                (scan_plain(s, t) || (s->marks[t] & (T_HEAD | T_MODIFIER | T_DET)));
    }
    if (names) {
        return 2;
    }
    if (s->x->free_order && s->x->nouns_capital && described(s, from, to)) {
        return s->marks[from] & T_AND ? 2 : 1;
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

/* "Jack Moran and Lazar Hern, the founders of Galdor": a post in the plural behind a list is that of all. */
static void share_titles(struct scan *s, uint32_t head, uint32_t tail) {
    const struct phrase *last = &s->ph[tail], *title = last->title_count ? &s->ph[last->titles[0]] : NULL;
    bool plural = false;
    for (size_t i = title && (title->flags & P_APPOSED) ? scan_hit_at(s, title->first) : s->hit_count; i < s->hit_count && s->hits[i].first < title->last; i++) {
        plural = plural || (s->hits[i].cls == title->cls && str_eqz(s->x->tags[s->hits[i].tag], "pl"));
    }
    for (uint32_t m = head; plural && m != tail; m = s->ph[m].next_member) {
        if (s->ph[m].title_count == 0) {
            s->ph[m].title_count = 1;
            s->ph[m].titles[0] = last->titles[0];
        }
    }
}

void scan_lists(struct scan *s, uint64_t types) {
    uint32_t tail = NONE, head = NONE;
    bool certain = false;
    uint32_t members = 0;
    for (uint32_t i = 0; i <= s->ph_count; i++) {
        struct phrase *p = i < s->ph_count ? &s->ph[i] : NULL;
        bool owner = s->x->chars && p && (p->flags & P_POSS); /* 红山和金石的投资: where no ending tells, all of the list are owners */
        if (p && (!(p->types & types) || (p->flags & (P_PRONOUN | P_COMPOUND | P_IN_TITLE)) || ((p->flags & P_POSS) && !owner))) {
            continue;
        }
        int j = p && tail != NONE && ((s->ph[tail].types ^ p->types) & ~(TYPE_BIT(BIT_FIRM) | TYPE_BIT(BIT_BODY))) == 0 && !(s->ph[tail].flags & P_POSS)
                    ? joint(s, s->ph[tail].ext_last, p->np_first) : 0;
        if (owner && j != 2) {
            continue;
        }
        if (j && members + 1 < FILLER_MAX) { /* longer lists are cut: what fires looks at all members */
            s->ph[tail].next_member = i;
            certain = certain || j == 2;
            members++;
            for (uint32_t m = owner ? head : NONE; m != NONE; m = s->ph[m].next_member) {
                s->ph[m].flags |= P_POSS;
            }
        } else {
            if (head != NONE && members && !certain && members < 2) { /* "A, B": an apposition rather than a list */
                s->ph[head].next_member = NONE;
            }
            if (head != NONE && s->ph[head].next_member != NONE) {
                share_titles(s, head, tail);
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

/* 在黄文提出离职时: the preposition governs a whole clause, the phrase is its subject. */
static bool opens_clause(const struct scan *s, const struct phrase *p) {
    bool verb = false;
    for (uint32_t t = p->ext_last, end = t + 24; s->x->chars && t < s->last && t < end; t++) {
        uint32_t m = s->marks[t];
        if ((m & T_WHEN) && verb) {
            return true;
        }
        if ((m & (T_HARD | T_WHEN)) || ((m & T_COMMA) && verb && !(m & T_SOFT) && t > p->ext_last + 14)) {
            return false;
        }
        verb = verb || ((m & T_VERB) && !(m & T_NAME));
    }
    return false;
}

/* Whether a phrase with a preposition of its own ends before t: that one governs nothing behind it, "das Gehalt [von Talenten] 5 Euro". */
static bool within_head(const struct scan *s, const struct phrase *p, uint32_t t) {
    size_t i = scan_phrase_at(s, t);
    for (size_t back = 0; s->x->free_order && i-- > 0 && back < 6; back++) {
        const struct phrase *q = &s->ph[i];
        if (q == p || q->cls == NAME_NONE || q->last != t || s->x->classes[q->cls].kind != CLASS_HEAD || q->person != NONE) {
            continue;
        }
        for (uint32_t k = q->first; k < q->last; k++) {
            if (s->marks[k] & T_PREP) {
                return true;
            }
        }
    }
    return false;
}

/* "den [aus Bonn zurückgekehrten] Tom Birk": where what stands between article and noun begins, if t is inside of it; else t. */
static uint32_t attribute_start(const struct scan *s, const struct phrase *p, uint32_t t) {
    bool lower = s->d->toks[t].kind == TOK_WORD && !(s->d->toks[t].flags & TOK_CAPITAL) && !(s->marks[t] & (T_DET | T_PREP | T_NAME | T_AUX));
    if (!s->x->free_order || !s->x->nouns_capital || !lower || t >= p->first) {
        return t;
    }
    for (uint32_t at = t; at > s->first + 1 && t - at < 8; at--) {
        uint32_t m = s->marks[at - 1];
        if ((m & (T_COMMA | T_HARD | T_OPENER | T_AUX)) || ((m & T_VERB) && !(m & (T_NAME | T_ATTR)))) {
            return t;
        }
        if ((m & T_PREP) && (s->marks[at - 2] & T_DET) && !(s->marks[at - 2] & (T_PREP | T_NAME))) {
            return at - 2;
        }
    }
    return t;
}

static void govern(struct scan *s, struct phrase *p) {
    uint32_t t = p->np_first;
    if ((p->flags & P_PRONOUN) && p->cls != NAME_NONE && s->x->classes[p->cls].dative && !(t > s->first && (s->marks[t - 1] & T_PREP))) {
        p->gov = p->cls;
        return;
    }
    if (t > s->first && (s->marks[t - 1] & T_NOUN) && (p->types & SCAN_NAMED) && s->x->of_prep != NAME_NONE && scan_genitive(s, p, false)) {
        p->gov = s->x->of_prep; /* "die Übernahme Galdors" */
        return;
    }
    bool article = scan_is(s, t, T_DET); /* before an article another phrase ends: "als Direktorin das Haus Nord" */
    for (uint8_t gap = 0; t > s->first;) {
        uint32_t m = s->marks[t - 1];
        if (within_head(s, p, t)) {
            return;
        }
        bool amount = (p->types & TYPE_BIT(BIT_NUMBER)) || (s->marks[p->first] & T_VALUE) || (!s->x->free_order && !s->x->chars && s->d->toks[t].kind == TOK_NUMBER);
        if ((m & T_PREP) && (m & T_ADVERB) && amount) { /* "about 200 workers" */
            t--;
            continue;
        }
        uint32_t region = s->x->chars && (p->types & SCAN_NAMED) ? scan_ending(s, t, TYPE_BIT(NG_LOCATION)) : NONE;
        if (region != NONE && t == p->np_first) { /* 在中国上海 */
            t = s->ph[region].first;
            continue;
        }
        if ((m & T_PREP) && opens_clause(s, p)) {
            return;
        }
        if ((m & T_PREP) && (m & T_VERB) && t - 1 > s->first && s->preps[t - 2] == s->preps[t - 1] &&
            !(s->marks[t - 2] & T_VERB)) { /* "to start a firm" */
            p->flags |= P_OBJECT;
            return;
        }
        if ((m & T_OPENER) && s->x->rel_comma) { /* "..., wie der Gouverneur mitteilte" */
            return;
        }
        uint32_t inner = !article ? attribute_start(s, p, t) : t;
        if (inner < t) {
            t = inner;
            article = true;
            continue;
        }
        if (m & T_PREP) {
            p->gov = s->preps[t - 1];
            return;
        }
        uint32_t before = m & T_POSS ? t - 1 : t;
        uint32_t owner = scan_ending(s, before, SCAN_NAMED);
        if (owner != NONE && s->x->chars && p->cls != NAME_NONE) {
            return; /* 对北国的关税 */
        }
        if (owner != NONE && (s->ph[owner].flags & P_POSS)) { /* "from China's Alibaba" */
            t = s->ph[owner].np_first < t ? s->ph[owner].np_first : t - 1;
            if (s->ph[owner].gov != NAME_NONE) {
                p->gov = s->ph[owner].gov;
                return;
            }
            continue;
        }
        uint32_t year = s->x->chars && (m & T_POSS) && (p->types & (TYPE_BIT(NG_MONEY) | TYPE_BIT(NG_PERCENT)))
                            ? scan_ending(s, t - 1, TYPE_BIT(NG_DATE)) : NONE;
        if (year != NONE) { /* 从2023年的17.7%: the amount has come from there, too */
            t = s->ph[year].first;
            continue;
        }
        uint32_t joined = (m & T_AND) && !s->x->chars && !s->x->free_order && t == p->np_first ? scan_ending(s, t - 1, SCAN_NAMED) : NONE;
        if (joined != NONE && s->ph[joined].gov != NAME_NONE && !scan_is(s, p->ext_last, T_VERB | T_AUX | T_ADVERB)) {
            p->gov = s->ph[joined].gov; /* "sites in Shropshire and Powys", of whatever type they are taken for */
            return;
        }
        if ((m & (T_VERB | T_AUX)) && !(m & (T_NAME | T_ATTR))) {
            p->flags |= (m & T_VERB) && !(m & T_AUX) && !(s->x->chars && (m & T_REPORT)) ? P_OBJECT : 0; /* 报道称蓝海收购星河 */
            return;
        }
        size_t front = scan_hyphen(s, t - 1) ? scan_phrase_at(s, t - 1) : 0; /* "gegen den Facebook-Konzern Meta" */
        if (front-- > 0 && s->ph[front].last == t - 1 && (s->ph[front].types & SCAN_NAMED)) {
            t = s->ph[front].first;
            continue;
        }
        if (t == p->np_first && (p->types & SCAN_NAMED) && !s->x->free_order && !s->x->chars && scan_of_class(s, t - 1, s->x->time_class)) {
            return; /* "In 18 months Galdor has ..." */
        }
        bool noun = s->x->nouns_capital && s->d->toks[t - 1].kind == TOK_WORD && (s->d->toks[t - 1].flags & TOK_CAPITAL) && t - 1 > s->first;
        if (noun && s->d->toks[p->first].kind == TOK_NUMBER) { /* "in Bonn 500 Stellen": the noun before the count is what is governed */
            return;
        }
        if (m & (T_DET | T_ADVERB | T_FORMER | T_MODIFIER) || ((m & T_PRONOUN) && gap < 1)) {
            article = article || (m & T_DET);
            t--;
        } else if (!article && ((m & (T_HEAD | T_ATTR)) || scan_plain(s, t - 1)) && gap++ < s->x->np_gap && !(m & T_NAME)) {
            t--;
        } else {
            return;
        }
    }
}

void scan_govern(struct scan *s) {
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
