/* words.c - words of the lexicon in a sentence: the longest win, names swallow all; separable verbs find their particle. */
#include "core/event/scan.h"

#include "core/base/banned.h"

uint32_t scan_step(const struct lexicon *x, uint32_t node, uint32_t word) {
    if (word == MAP_NONE) {
        return MAP_NONE;
    }
    if (node == 0) {
        return word < x->root_n ? x->root[word] : MAP_NONE;
    }
    uint32_t low = x->child_from[node], high = x->child_from[node + 1];
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (x->children[mid].word < word) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low < x->child_from[node + 1] && x->children[low].word == word ? x->children[low].node : MAP_NONE;
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

bool scan_opens(struct str t) {
    return str_eqz(t, "(") || str_eqz(t, "（") || str_eqz(t, "[") || str_eqz(t, "【");
}

bool scan_closes(struct str t) {
    return str_eqz(t, ")") || str_eqz(t, "）") || str_eqz(t, "]") || str_eqz(t, "】");
}

/* Whether the verb bracket can end behind token at: punctuation, a conjunction, another verb, the end. */
static bool bracket_ends(const struct scan *s, uint32_t at) {
    if (at >= s->last || s->d->toks[at].kind == TOK_PUNCT || s->words[at] == MAP_NONE) {
        return at >= s->last || s->d->toks[at].kind == TOK_PUNCT;
    }
    uint32_t node = scan_step(s->x, 0, s->words[at]);
    for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_class *k = &s->x->classes[s->x->entries[e].cls];
        if (k->role == FN_AND || k->role == FN_SUB || k->role == FN_AUX || (k->kind == CLASS_VERB && !(s->x->entries[e].flags & LEX_SPLIT))) {
            return true;
        }
    }
    return false;
}

/* "trat zurück [und heuerte an]": whether at t a further predicate begins, with its verb; what was parted before has ended then. */
static bool next_verb(const struct scan *s, uint32_t t) {
    bool comma = str_eqz(s->d->toks[t].fold, ","), and = false, verb = false, parted = false;
    if (t + 1 >= s->last || !s->x->free_order || (s->d->toks[t + 1].flags & TOK_CAPITAL)) {
        return false;
    }
    for (int k = 0; k < 2; k++) {
        uint32_t node = s->words[t + (uint32_t)k] == MAP_NONE ? MAP_NONE : scan_step(s->x, 0, s->words[t + (uint32_t)k]);
        for (uint32_t e = node == MAP_NONE ? MAP_NONE : s->x->ends[node]; e != MAP_NONE; e = s->x->entries[e].next) {
            const struct lex_class *c = &s->x->classes[s->x->entries[e].cls];
            and = and || (k == 0 && c->role == FN_AND);
            verb = verb || (k == 1 && c->kind == CLASS_VERB);
            parted = parted || (k == 1 && c->kind == CLASS_VERB && (s->x->entries[e].flags & LEX_SPLIT));
        }
    }
    return (and && verb) || (comma && parted);
}

/* Looks for the particle of a parted verb from token at on; the nearest that fits. */
static bool find_particle(const struct scan *s, const struct lex_entry *e, uint32_t at, struct hit *h) {
    const uint32_t *p = &s->x->particles[e->particle];
    bool end = e->flags & LEX_END;
    uint32_t stop = at + (end ? 40u : 12u) < s->last ? at + (end ? 40u : 12u) : s->last;
    for (uint32_t i = at; i < stop && !(hard_punct(s->d->toks[i].fold) && (s->marks[i] & T_HARD)); i++) {
        uint32_t k = 0;
        while (k < p[0] && i + k < s->last && s->words[i + k] == p[1 + k]) {
            k++;
        }
        if (k == p[0] && (!end || bracket_ends(s, i + k))) {
            h->part_first = i;
            h->part_last = i + k;
            return true;
        }
        if (end && next_verb(s, i)) {
            return false;
        }
    }
    return false;
}

/* Whether ICU, or the edge of a name, sees a border between two words before token t; always where words have spaces. */
static bool border(const struct scan *s, uint32_t t) {
    const struct tok *toks = s->d->toks;
    return t <= s->first || t >= s->last || !(toks[t].flags & TOK_HAN) || !(toks[t - 1].flags & TOK_HAN) ||
           (toks[t].flags & TOK_WORD_START) || ((s->marks[t] ^ s->marks[t - 1]) & T_NAME);
}

/* In a language without spaces a one-character word counts only between two borders (but for 的, which ICU glues to unknown names), a
 * longer one with one border at least: 发布 is no word of 研发布局. */
static bool stands(const struct scan *s, uint32_t first, uint32_t last, uint8_t role) {
    if (!s->x->chars || !(s->d->toks[first].flags & TOK_HAN) || role == FN_POSS || role == FN_RELPOST) {
        return true;
    }
    if ((s->marks[first] ^ s->marks[last - 1]) & T_NAME) { /* half of it belongs to a name */
        return false;
    }
    bool before = border(s, first), behind = border(s, last);
    return last - first > 1 ? before || behind : before && behind;
}

static void add_hits(struct scan *s, uint32_t first, uint32_t last, uint32_t entry) {
    for (uint32_t e = entry; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_entry *x = &s->x->entries[e];
        struct hit h = {.first = first, .last = last, .cls = x->cls, .tag = x->tag};
        if (!stands(s, first, last, s->x->classes[x->cls].role)) {
            continue;
        }
        if ((x->flags & LEX_SPLIT) && !find_particle(s, x, last, &h)) {
            continue;
        }
        h.closes = h.part_last && (x->flags & LEX_END);
        ARENA_PUSH(s->a, s->hits, s->hit_count, s->hit_cap) = h;
    }
}

/* One token on in a phrase; "#" stands for any number: "người đàn ông # tuổi này". */
static uint32_t step_on(const struct scan *s, uint32_t node, uint32_t at) {
    uint32_t next = scan_step(s->x, node, s->words[at]);
    return next == MAP_NONE && s->d->toks[at].kind == TOK_NUMBER ? scan_step(s->x, node, map_get(&s->x->words, STR("#"))) : next;
}

static void look_up(struct scan *s, uint32_t at) {
    uint32_t node = 0;
    size_t before = s->hit_count;
    for (uint32_t i = at; i < s->last && i < at + PHRASE_TOKENS; i++) {
        node = step_on(s, node, i);
        if (node == MAP_NONE) {
            break;
        }
        if (s->x->ends[node] != MAP_NONE) {
            add_hits(s, at, i + 1, s->x->ends[node]);
        }
    }
    struct str t = s->d->toks[at].fold;
    bool ends = before == s->hit_count && s->d->toks[at].kind == TOK_WORD && lexicon_may_end(s->x, t);
    for (size_t i = 0; ends && i < s->x->suffix_length_count; i++) {
        size_t n = s->x->suffix_lengths[i];
        uint32_t e = t.n >= n + 2 ? map_get(&s->x->suffixes, str_sub(t, t.n - n, t.n)) : MAP_NONE;
        if (e != MAP_NONE) {
            add_hits(s, at, at + 1, e);
        }
    }
}

static uint64_t inside_types(const struct scan *s, uint32_t entry) {
    uint64_t types = 0;
    for (uint32_t e = entry; e != MAP_NONE; e = s->x->entries[e].next) {
        const struct lex_class *k = &s->x->classes[s->x->entries[e].cls];
        types |= k->kind == CLASS_HEAD && k->inside ? TYPE_BIT(k->head) : 0;
    }
    return types;
}

uint64_t scan_inside(const struct scan *s, uint32_t first, uint32_t last) {
    uint64_t types = 0;
    for (uint32_t t = first; t < last && t < s->last; t++) {
        uint32_t node = 0;
        for (uint32_t i = t; i < last && node != MAP_NONE; i++) {
            node = scan_step(s->x, node, s->words[i]);
            types |= node != MAP_NONE && s->x->ends[node] != MAP_NONE ? inside_types(s, s->x->ends[node]) : 0;
        }
        struct str w = s->d->toks[t].fold;
        bool ends = s->d->toks[t].kind == TOK_WORD && lexicon_may_end(s->x, w);
        for (size_t i = 0; ends && i < s->x->suffix_length_count; i++) {
            size_t n = s->x->suffix_lengths[i];
            types |= w.n >= n + 2 ? inside_types(s, map_get(&s->x->suffixes, str_sub(w, w.n - n, w.n))) : 0;
        }
    }
    return types;
}

size_t scan_hit_at(const struct scan *s, uint32_t tok) {
    size_t lo = 0, hi = s->hit_count;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->hits[mid].first < tok) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* Where nouns are written with a capital: "Stellen" is no verb and "preise" no noun. A sentence's first word may be either. */
static bool cased(const struct scan *s, const struct hit *h) {
    const struct lex_class *k = &s->x->classes[h->cls];
    bool capital = s->d->toks[h->first].flags & TOK_CAPITAL;
    if (!s->x->nouns_capital) {
        return true;
    }
    if (k->kind == CLASS_VERB && h->tag != 0 && capital) {
        return h->first == s->first || (s->marks[h->first - 1] & T_PUNCT);
    }
    bool noun = (k->kind == CLASS_NOUN || k->kind == CLASS_HEAD) && s->d->toks[h->last - 1].kind == TOK_WORD;
    return !noun || (s->d->toks[h->last - 1].flags & TOK_CAPITAL) || capital;
}

/* Whether a word of the lexicon that starts before that of a hit ends right before token t. */
static bool known_before(const struct scan *s, size_t hit, uint32_t t) {
    for (size_t i = hit; i-- > 0 && s->hits[i].first + PHRASE_TOKENS > t;) {
        const struct lex_class *k = &s->x->classes[s->hits[i].cls];
        if (s->hits[i].last == t && k->kind != CLASS_HEAD && k->role != FN_POSS && k->role != FN_RELPOST) {
            return true;
        }
    }
    return false;
}

/* "das Unternehmen Galdor": a description right before a name stands for nobody else. */
static bool explains(const struct scan *s, size_t hit) {
    const struct hit *h = &s->hits[hit];
    if (s->x->chars && s->x->classes[h->cls].kind == CLASS_PRONOUN && s->x->classes[h->cls].type == NG_ORGANIZATION) { /* 游戏公司, 公司沐瞳: no pronouns */
        uint32_t t = h->first;
        bool han = t > s->first && s->d->toks[t - 1].kind == TOK_WORD;
        bool open = han && (known_before(s, hit, t) || (s->marks[t - 1] & T_NAME & ~(uint32_t)T_VALUE));
        bool name = h->last < s->last && (s->marks[h->last] & T_NAME) && !(s->marks[h->last] & T_VALUE);
        return h->last - t == 2 && ((han && !open) || name);
    }
    bool name = h->last < s->last && (s->marks[h->last] & T_NAME) && !(s->marks[h->last] & T_VALUE);
    bool firm = !s->x->nouns_capital && s->x->classes[h->cls].type == NG_ORGANIZATION; /* "tập đoàn Itochu" */
    return s->x->classes[h->cls].kind == CLASS_PRONOUN && name && (firm || (s->x->nouns_capital && h->last - h->first > 1));
}

/* Whether something begins at t before which a pronoun may stand: a verb and what leads it in, a preposition, a pause. */
static bool goes_on(const struct scan *s, size_t hit, uint32_t t) {
    if (t >= s->last || s->d->toks[t].kind == TOK_PUNCT) {
        return t >= s->last || !scan_opens(s->d->toks[t].fold);
    }
    if ((s->marks[t] & T_NAME) || s->d->toks[t].kind == TOK_NUMBER) {
        return (s->marks[t] & T_VALUE) || !(s->marks[t] & T_NAME);
    }
    uint32_t longest = t;
    bool fits = false, firm = s->x->classes[s->hits[hit].cls].type == NG_ORGANIZATION; /* "đội bóng mà anh khoác áo": the clause tells which */
    for (; hit < s->hit_count && s->hits[hit].first < t; hit++) {
    }
    for (; hit < s->hit_count && s->hits[hit].first == t; hit++) {
        const struct lex_class *k = &s->x->classes[s->hits[hit].cls];
        bool fine = k->kind == CLASS_VERB || k->kind == CLASS_PREP || k->role == FN_AUX || k->role == FN_MODAL || k->role == FN_ADVERB ||
                    k->role == FN_PASSIVE || k->role == FN_REPORT || k->role == FN_OTHER || k->role == FN_SUB || (k->role == FN_REL && !firm) || k->role == FN_AND;
        fits = s->hits[hit].last > longest ? fine : fits || (fine && s->hits[hit].last == longest);
        longest = s->hits[hit].last > longest ? s->hits[hit].last : longest;
    }
    return fits;
}

/* "ông Nam", "ông chủ", "hai ông": no pronouns, as "ông" in "ông cho biết" is one. */
static bool leads_in(const struct scan *s, size_t hit) {
    const struct hit *h = &s->hits[hit];
    const struct lex_class *k = &s->x->classes[h->cls];
    bool counted = h->first > s->first && s->d->toks[h->first - 1].kind == TOK_NUMBER;
    return k->kind == CLASS_PRONOUN && k->free && (counted || !goes_on(s, hit, h->last));
}

/* Longer words swallow the shorter ones inside them; names swallow all. */
static void sift_hits(struct scan *s) {
    size_t kept = 0;
    uint32_t reach = s->first, cue_reach = s->first, verb_reach = s->first; /* verbs count inside of prepositions ("to start"), cues inside of auxiliaries */
    for (size_t i = 0; i < s->hit_count;) {
        size_t j = i;
        uint32_t longest = 0, longest_cue = 0, longest_verb = 0;
        bool parted = false; /* "kündigte ... an" is no "kündigte" */
        for (; j < s->hit_count && s->hits[j].first == s->hits[i].first; j++) {
            const struct lex_class *c = &s->x->classes[s->hits[j].cls];
            if (explains(s, j) || leads_in(s, j)) {
                s->hits[j].last = s->hits[j].first;
                continue;
            }
            longest = s->hits[j].last > longest ? s->hits[j].last : longest;
            parted = parted || (s->x->free_order && s->hits[j].closes);
            if (c->role != FN_AUX && c->role != FN_MODAL && s->hits[j].last > longest_cue) {
                longest_cue = s->hits[j].last;
            }
            if (c->kind != CLASS_PREP && s->hits[j].last > longest_verb) {
                longest_verb = s->hits[j].last;
            }
        }
        for (size_t k = i; k < j; k++) {
            const struct hit h = s->hits[k];
            bool name = s->marks[h.first] & T_NAME;
            bool block = s->x->classes[h.cls].role == FN_BLOCK;
            bool whole = parted && !h.part_last && s->x->classes[h.cls].kind == CLASS_VERB && s->x->classes[h.cls].role != FN_AUX;
            bool cue = s->x->classes[h.cls].kind == CLASS_CUE && h.last == longest_cue && h.last > cue_reach;
            bool verb = s->x->classes[h.cls].kind == CLASS_VERB && h.last == longest_verb && h.last > verb_reach;
            if (((h.last == longest && h.last > reach) || cue || verb) && !name && !block && !whole && cased(s, &h)) {
                s->hits[kept++] = h;
            }
        }
        verb_reach = longest_verb > verb_reach ? longest_verb : verb_reach;
        cue_reach = longest_cue > cue_reach ? longest_cue : cue_reach;
        reach = longest > reach && !(s->marks[s->hits[i].first] & T_NAME) ? longest : reach;
        i = j;
    }
    s->hit_count = kept;
}

static uint32_t class_marks(const struct lex_class *k) {
    static const uint32_t of_role[FN_COUNT] = {
        [FN_AND] = T_AND,       [FN_REL] = T_OPENER,      [FN_SUB] = T_OPENER,   [FN_AUX] = T_AUX,     [FN_PASSIVE] = T_AUX | T_PASSIVE,
        [FN_ADVERB] = T_ADVERB, [FN_DET] = T_DET,         [FN_POSS] = T_POSS,    [FN_FORMER] = T_FORMER, [FN_REPORT] = T_REPORT | T_VERB,
        [FN_MODAL] = T_AUX | T_MODAL, [FN_ARTICLE] = T_DET | T_ARTICLE, [FN_OTHER] = T_VERB,    [FN_MODIFIER] = T_MODIFIER, [FN_RELPOST] = T_RELPOST, [FN_ACCORDING] = T_ACCORDING, [FN_WHEN] = T_WHEN,
    };
    uint32_t m = of_role[k->role];
    m |= k->kind == CLASS_VERB ? T_VERB : 0;
    m |= k->kind == CLASS_PREP ? T_PREP : 0;
    m |= k->kind == CLASS_NOUN ? T_NOUN : 0;
    m |= k->kind == CLASS_PRONOUN ? T_PRONOUN : 0;
    return m;
}

/* Whether a word can only be a noun where it stands: "the drop", "a sharp drop", "a 7 % drop"; what stands before is marked already. */
static bool noun_place(const struct scan *s, uint32_t t, bool noun_known) {
    bool behind_that = t > s->first && (s->marks[t - 1] & T_OPENER) && !(s->marks[t - 1] & (T_ARTICLE | T_PREP));
    if (behind_that && t + 1 < s->last && ((s->marks[t + 1] & (T_VALUE | T_DET)) || s->d->toks[t + 1].kind == TOK_NUMBER)) {
        return false; /* "a phone that costs 999 euros" */
    }
    if (t == s->first || (s->marks[t - 1] & T_NAME & ~(uint32_t)T_VALUE)) {
        return noun_known && t > s->first && (s->marks[t - 1] & T_VALUE);
    }
    for (int back = 0; back < 3 && t > s->first; back++, t--) {
        uint32_t m = s->marks[t - 1];
        if ((m & (T_DET | T_POSS)) || (back == 0 && (m & T_PREP) && !(s->marks[t] & T_PREP) && s->preps[t - 1] != s->x->to_prep)) {
            return true;
        }
        if (!noun_known || (m & ~(uint32_t)T_MODIFIER) || s->d->toks[t - 1].kind != TOK_WORD) {
            return false;
        }
    }
    return false;
}

/* Whether a word is part of a hyphenated one: the "learning" of "machine-learning" is no verb. */
static bool hyphenated(const struct scan *s, uint32_t first, uint32_t last) {
    const struct tok *t = s->d->toks;
    return (first > s->first && str_eqz(t[first - 1].fold, "-") && !(t[first].flags & TOK_SPACE_BEFORE)) ||
           (last + 1 < s->last && str_eqz(t[last].fold, "-") && !((t[last].flags | t[last + 1].flags) & TOK_SPACE_BEFORE));
}

/* "acting chief executive", "founding partner": a modifier right before the noun of a phrase is no verb. */
static bool modifies_head(const struct scan *s, size_t from, size_t n) {
    bool modifier = false, head = false;
    for (size_t i = from; i < n; i++) {
        modifier = modifier || s->x->classes[s->hits[i].cls].role == FN_MODIFIER;
    }
    for (size_t i = n; modifier && i < s->hit_count && s->hits[i].first == s->hits[from].last; i++) {
        head = head || s->x->classes[s->hits[i].cls].kind == CLASS_HEAD;
    }
    return head;
}

/* Takes the verb readings from words that stand where only a noun can. Returns the first hit of the next word. */
static size_t drop_verbs(struct scan *s, size_t from) {
    size_t n = from, kept = from;
    bool noun = false, bare = false;
    for (; n < s->hit_count && s->hits[n].first == s->hits[from].first; n++) {
        const struct lex_class *k = &s->x->classes[s->hits[n].cls];
        noun = noun || k->kind == CLASS_NOUN || k->kind == CLASS_HEAD;
        bare = bare || (k->kind == CLASS_VERB && (s->hits[n].tag == s->x->base_tag || s->hits[n].tag == s->x->pres_tag));
    }
    uint32_t first = s->hits[from].first;
    bool part = hyphenated(s, first, s->hits[from].last) || modifies_head(s, from, n); /* no verb in any form; so "over stolen designs" */
    uint32_t before = first;
    while (before > s->first && (s->marks[before - 1] & T_ADVERB) && !(s->marks[before - 1] & T_NAME)) {
        before--;
    }
    part = part || (before > s->first && (s->marks[before - 1] & T_ARTICLE) && !(s->marks[before - 1] & (T_OPENER | T_PREP)) &&
                    s->x->classes[s->hits[from].cls].kind == CLASS_VERB); /* "the recently released Chrome" */
    bool inflects = s->x->ing_tag != 0xFF; /* elsewhere a preposition governs verbs: "để gia nhập" */
    part = part || (inflects && first > s->first && !(s->marks[first - 1] & (T_OPENER | T_NAME)) &&
                    ((s->marks[first - 1] & T_POSS) || ((s->marks[first - 1] & T_PREP) && !(s->marks[first] & T_PREP) && s->preps[first - 1] != s->x->to_prep &&
                                                        s->hits[from].tag != s->x->ing_tag)));
    if (!part && ((!noun && !bare) || !noun_place(s, s->hits[from].first, noun))) {
        return n;
    }
    for (size_t i = from; i < n; i++) {
        const struct hit h = s->hits[i];
        bool verb = s->x->classes[h.cls].kind == CLASS_VERB && (noun || part || h.tag == s->x->base_tag || h.tag == s->x->pres_tag);
        if (!verb || (h.tag == 0 && !part)) {
            s->hits[kept++] = h;
        }
    }
    memmove(&s->hits[kept], &s->hits[n], (s->hit_count - n) * sizeof *s->hits);
    s->hit_count -= n - kept;
    return kept;
}

/* Where a comma stands before every clause, the same words without one open none: "der" is an article then, "damit" an adverb.
 * "in der" and "nur weil" open one when the comma stands before the preposition or adverb; a conjunction also behind "und". */
static bool opens_clause(const struct scan *s, uint32_t t, uint8_t role) {
    if (t == s->first) {
        return role == FN_SUB;
    }
    uint32_t m = s->marks[t - 1];
    if (m & (T_PREP | T_ADVERB) && t - 1 > s->first) {
        m = s->marks[t - 2] & (T_PUNCT | T_COMMA);
    } else if (m & (T_PREP | T_ADVERB)) {
        return role == FN_SUB;
    }
    return (m & T_COMMA) || (role == FN_SUB && (m & (T_PUNCT | T_AND)));
}

static void mark_hits(struct scan *s) {
    bool disambiguate = !s->x->chars && !s->x->free_order;
    size_t checked = 0;
    for (size_t i = 0; i < s->hit_count; i++) {
        if (disambiguate && i == checked) {
            checked = drop_verbs(s, i);
            if (checked == i) {
                i--;
                continue;
            }
        }
        const struct hit *h = &s->hits[i];
        const struct lex_class *k = &s->x->classes[h->cls];
        uint32_t m = class_marks(k);
        if ((k->role == FN_REL || k->role == FN_SUB) && s->x->rel_comma && !opens_clause(s, h->first, k->role)) {
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

/* A verb at the beginning of a longer preposition ("led by") fires, but is no border for others. */
static void unmark_inner(struct scan *s) {
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit *h = &s->hits[i];
        uint32_t t = h->last;
        if (s->x->classes[h->cls].kind == CLASS_VERB && !h->part_last && t < s->last && s->preps[t] != NAME_NONE && s->preps[t] == s->preps[t - 1]) {
            for (uint32_t k = h->first; k < h->last; k++) {
                s->marks[k] &= ~(uint32_t)T_VERB;
            }
        }
    }
}

/* "der aus Bonn zurückgekehrte Forscher": a participle that stands before its noun is no border between subject and object. */
static void mark_attributes(struct scan *s) {
    for (size_t i = 0; i < s->hit_count;) {
        const struct hit h = s->hits[i];
        bool attribute = true;
        for (; i < s->hit_count && s->hits[i].first == h.first; i++) {
            attribute = attribute && s->hits[i].last == h.last && !s->hits[i].part_last && s->hits[i].tag == s->x->attr_tag;
        }
        for (uint32_t t = h.first; attribute && t < h.last; t++) {
            s->marks[t] |= T_ATTR;
        }
    }
}

/* Whether what begins at t ends with its verb, right before a comma or the end: "als das Unternehmen Galdor kaufte". At the beginning
 * of a sentence the main clause must follow, verb first. */
static bool verb_final(const struct scan *s, uint32_t t) {
    uint32_t end = t + 1;
    for (; end < s->last && end < t + 48 && !(s->marks[end] & (T_COMMA | T_HARD)); end++) {
    }
    uint32_t last = end;
    while (last > t + 1 && (s->marks[last - 1] & T_PUNCT)) {
        last--;
    }
    bool verb = last > t + 1 && (s->marks[last - 1] & (T_VERB | T_AUX)) && !(s->marks[last - 1] & T_NAME);
    uint32_t small = T_DET | T_PREP | T_PRONOUN | T_AND | T_OPENER | T_ADVERB | T_NAME; /* "Als Wu ging, [ahnte] niemand etwas" */
    bool unknown = end + 1 < s->last && s->d->toks[end + 1].kind == TOK_WORD && !(s->d->toks[end + 1].flags & TOK_CAPITAL) && !(s->marks[end + 1] & small);
    return verb && (t > s->first || (scan_is(s, end, T_COMMA) && (unknown || scan_is(s, end + 1, T_VERB | T_AUX))));
}

/* "[als] neuer Chefredakteur": a post without an article. */
static bool names_post(const struct scan *s, uint32_t t) {
    for (uint32_t n = 0; t < s->last && n < 3; n++, t++) {
        for (size_t i = scan_hit_at(s, t); i < s->hit_count && s->hits[i].first == t; i++) {
            if (s->x->classes[s->hits[i].cls].means) {
                return true;
            }
        }
        if (s->d->toks[t].kind != TOK_WORD || (s->d->toks[t].flags & TOK_CAPITAL) || (s->marks[t] & (T_DET | T_PRONOUN | T_NAME | T_VERB))) {
            return false;
        }
    }
    return false;
}

/* "als": a conjunction where its clause ends with the verb, else a preposition. */
static void part_conjunctions(struct scan *s) {
    for (uint32_t t = s->first; s->x->free_order && t < s->last; t++) {
        if ((s->marks[t] & T_OPENER) && (s->marks[t] & T_PREP) && !(s->marks[t] & T_DET)) {
            if (!names_post(s, t + 1) && verb_final(s, t)) {
                s->marks[t] &= ~(uint32_t)T_PREP;
                s->preps[t] = NAME_NONE;
            } else {
                s->marks[t] &= ~(uint32_t)T_OPENER;
            }
        }
    }
}

/* Forms that look alike: "will cut" is the infinitive, "has cut" is not. Only for languages with a class `modal`. */
static void choose_forms(struct scan *s) {
    size_t kept = 0;
    for (size_t i = 0; i < s->hit_count; i++) {
        const struct hit h = s->hits[i];
        bool other = false;
        for (size_t k = i; k-- > 0 && s->hits[k].first == h.first && !other;) {
            other = s->x->classes[s->hits[k].cls].kind == CLASS_VERB && s->hits[k].last == h.last && s->hits[k].tag && (s->hits[k].tag == s->x->base_tag) != (h.tag == s->x->base_tag);
        }
        for (size_t k = i + 1; k < s->hit_count && s->hits[k].first == h.first && !other; k++) {
            other = s->x->classes[s->hits[k].cls].kind == CLASS_VERB && s->hits[k].last == h.last && s->hits[k].tag && (s->hits[k].tag == s->x->base_tag) != (h.tag == s->x->base_tag);
        }
        if (other && s->x->classes[h.cls].kind == CLASS_VERB && h.tag) {
            uint32_t t = h.first;
            while (t > s->first && (s->marks[t - 1] & T_ADVERB)) {
                t--;
            }
            bool inner = t > s->first && t == h.first && s->preps[t] != NAME_NONE && s->preps[t] == s->preps[t - 1]; /* "to found" */
            bool modal = inner || (t > s->first && (s->marks[t - 1] & T_MODAL));
            if (modal != (h.tag == s->x->base_tag)) {
                continue;
            }
        }
        s->hits[kept++] = h;
    }
    s->hit_count = kept;
}

/* Takes the noun readings from words that stand where only a verb can: "will cost", "cost the firm". */
static void drop_nouns(struct scan *s) {
    size_t kept = 0;
    for (size_t i = 0; i < s->hit_count;) {
        size_t n = i;
        bool verb = false;
        for (; n < s->hit_count && s->hits[n].first == s->hits[i].first; n++) {
            verb = verb || s->x->classes[s->hits[n].cls].kind == CLASS_VERB;
        }
        uint32_t first = s->hits[i].first, last = s->hits[i].last;
        bool behind = last < s->last && ((s->marks[last] & (T_DET | T_VALUE)) || s->d->toks[last].kind == TOK_NUMBER);
        bool before = first > s->first && (s->marks[first - 1] & (T_AUX | T_PRONOUN)) && !(s->marks[first - 1] & (T_PASSIVE | T_NAME));
        for (; i < n; i++) {
            const struct hit h = s->hits[i];
            uint8_t kind = s->x->classes[h.cls].kind;
            if (!verb || !(behind || before) || (kind != CLASS_NOUN && kind != CLASS_HEAD)) {
                s->hits[kept++] = h;
            }
        }
    }
    s->hit_count = kept;
}

/* "der Umsatz der Galdor AG": an article of [class gen] right behind a noun marks what follows as its possessor, as [prep of] does.
 * Only in languages that write nouns with a capital; a name before it may be subject or object of its own. */
static void mark_genitives(struct scan *s) {
    const uint32_t stop = T_NAME | T_PREP | T_VERB | T_AUX | T_OPENER | T_PUNCT | T_ADVERB | T_DET | T_AND | T_REPORT | T_PRONOUN | T_ACCORDING;
    for (size_t i = 0; s->x->of_prep != NAME_NONE && i < s->hit_count; i++) {
        uint32_t t = s->hits[i].first;
        if (s->x->classes[s->hits[i].cls].role != FN_GEN || t == s->first || (s->marks[t] & T_NAME)) {
            continue;
        }
        const struct tok *noun = &s->d->toks[t - 1];
        if (noun->kind == TOK_WORD && (noun->flags & TOK_CAPITAL) && !(s->marks[t - 1] & stop) &&
            (scan_plain(s, t + 1) || scan_is(s, t + 1, T_NAME | T_FORMER))) {
            s->marks[t] = (s->marks[t] & ~(uint32_t)(T_OPENER | T_DET)) | T_PREP;
            s->preps[t] = s->x->of_prep;
        }
    }
}

/* Where the bracket opened at t closes, or t when that is not soon. */
static uint32_t bracket_end(const struct scan *s, uint32_t t) {
    for (uint32_t end = t + 1; end < s->last && end < t + 24; end++) {
        if (scan_closes(s->d->toks[end].fold)) {
            return end;
        }
    }
    return t;
}

void scan_words(struct scan *s) {
    uint32_t inside = 0; /* tokens before this one stand in brackets */
    s->hit_count = 0;
    for (uint32_t t = s->first; t < s->last; t++) {
        const struct tok *k = &s->d->toks[t];
        if (k->kind != TOK_PUNCT && k->kind != TOK_SYMBOL) {
            continue;
        }
        s->marks[t] |= T_PUNCT;
        s->marks[t] |= is_comma(k->fold) ? T_COMMA : 0;
        bool bracket = scan_opens(k->fold) || scan_closes(k->fold);
        inside = scan_opens(k->fold) ? bracket_end(s, t) : inside;
        s->marks[t] |= bracket || (hard_punct(k->fold) && t >= inside) ? T_HARD : 0; /* "Wu Kang (Spitzname: Kang)" */
        s->question = s->question || str_eqz(k->fold, "?") || str_eqz(k->fold, "？");
    }
    for (uint32_t t = s->first; t < s->last; t++) {
        look_up(s, t);
    }
    sift_hits(s);
    mark_hits(s);
    mark_attributes(s);
    part_conjunctions(s);
    mark_genitives(s);
    unmark_inner(s);
    if (!s->x->chars && !s->x->free_order) {
        drop_nouns(s);
    }
    if (s->x->has_modal) {
        choose_forms(s);
    }
}
