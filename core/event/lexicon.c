/* lexicon.c - word classes with their forms, read from data/lang/<code>/event/lexicon*.conf into one trie over token texts. */
#include <stdlib.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/event/rules.h"

#include "core/base/banned.h"

enum { RULE_MAX = 400, FORM_MAX = 24, NO_TAG = 0 };

/* One line of a paradigm: an ending of the lemma and what stands in its place for each tag. */
struct rule {
    struct str paradigm, ending, forms;
};

struct paradigms {
    struct rule rules[RULE_MAX];
    size_t n;
    struct {
        struct str name, split;
        bool last; /* the last word of a phrase is inflected, not the first */
    } options[32];
    size_t option_count;
};

struct reader {
    struct lexicon *x;
    struct arena *a;
    const struct text_fold *fold;
    struct conf *c;
    struct err *err;
    struct paradigms *p;
    uint16_t cls;
    struct { /* of the entry being read: what "<part>e" is made of */
        struct str form;
        uint8_t tag;
    } made[FORM_MAX];
    size_t made_count;
};

/* ---- names ---- */

static const struct {
    const char *name;
    uint8_t role;
} class_roles[] = {
    {"and", FN_AND},       {"rel", FN_REL},           {"sub", FN_SUB},         {"aux", FN_AUX},         {"passive", FN_PASSIVE},
    {"adverb", FN_ADVERB}, {"det", FN_DET},           {"poss", FN_POSS},       {"former", FN_FORMER},   {"report", FN_REPORT},
    {"according", FN_ACCORDING}, {"numeral", FN_NUMERAL}, {"modifier", FN_MODIFIER}, {"relpost", FN_RELPOST}, {"other", FN_OTHER}, {"modal", FN_MODAL}, {"article", FN_ARTICLE}, {"when", FN_WHEN},
    {"block", FN_BLOCK},   {"gen", FN_GEN},
};

void lexicon_init(struct lexicon *x, struct arena *a, bool chars) {
    map_init(&x->words, a);
    map_init(&x->edges, a);
    map_init(&x->suffixes, a);
    x->chars = x->drops_subjects = chars;
    x->np_gap = chars ? 12 : 5;
    x->as_prep = x->by_prep = x->object_prep = x->to_prep = x->of_prep = x->agent_prep = x->than_prep = x->describes_class = x->named_class = x->career_class = x->document_class = x->seated_class = x->where_class = x->rel_verb_class = x->at_prep = x->time_class = x->born_class = x->definite_class = x->public_class = x->digit_class = x->counter_class = x->ordinal_class = NAME_NONE;
    x->base_tag = x->pres_tag = x->ing_tag = x->inf_tag = x->attr_tag = 0xFF;
    ARENA_PUSH(a, x->ends, x->node_count, x->node_cap) = MAP_NONE;
    x->tags[x->tag_count++] = STR("-");
}

static uint16_t find_class(const struct lexicon *x, struct str name, int kind) {
    for (size_t i = 0; i < x->class_count; i++) {
        if (str_eq(x->classes[i].name, name) && (kind < 0 ? x->classes[i].kind != CLASS_PREP : x->classes[i].kind == kind)) {
            return (uint16_t)i;
        }
    }
    return NAME_NONE;
}

uint16_t lexicon_class(const struct lexicon *x, struct str name) {
    return find_class(x, name, -1);
}

uint16_t lexicon_prep(const struct lexicon *x, struct str name) {
    return find_class(x, name, CLASS_PREP);
}

static int tag_of(struct lexicon *x, struct str name, bool add) {
    for (size_t i = 0; i < x->tag_count; i++) {
        if (str_eq(x->tags[i], name)) {
            return (int)i;
        }
    }
    if (!add || x->tag_count == TAG_MAX) {
        return -1;
    }
    x->tags[x->tag_count] = name;
    x->inf_tag = str_eqz(name, "inf") ? (uint8_t)x->tag_count : x->inf_tag;
    x->attr_tag = str_eqz(name, "attr") ? (uint8_t)x->tag_count : x->attr_tag;
    x->base_tag = str_eqz(name, "base") ? (uint8_t)x->tag_count : x->base_tag;
    x->ing_tag = str_eqz(name, "ing") ? (uint8_t)x->tag_count : x->ing_tag;
    x->pres_tag = str_eqz(name, "pres") ? (uint8_t)x->tag_count : x->pres_tag;
    return (int)x->tag_count++;
}

/* ---- phrases to words to trie ---- */

static bool is_atom(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = c < 0x2E80 ? USCRIPT_LATIN : uscript_getScript(c, &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

static bool is_wordy(int32_t c) {
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

static uint32_t word_of(struct lexicon *x, struct str text) {
    uint32_t *w = map_at(&x->words, text);
    if (w && *w == MAP_NONE) {
        *w = (uint32_t)(x->words.n - 1);
    }
    return w ? *w : MAP_NONE;
}

/* The end of the token that starts at byte from: as tok_split cuts. */
static size_t token_end(struct str s, size_t from) {
    size_t i = from;
    int32_t c = utf8_next(s, &i);
    if (is_atom(c) || (!is_wordy(c) && c != '\'')) {
        return i;
    }
    while (i < s.n) {
        size_t next = i, after;
        int32_t d = utf8_next(s, &next);
        after = next;
        bool joins = is_wordy(d) && !is_atom(d);
        if (d == '.' && after < s.n) { /* "u.s" */
            int32_t e = utf8_next(s, &after);
            joins = is_wordy(e) && !is_atom(e);
        }
        if (!joins) {
            break;
        }
        i = next;
    }
    return i;
}

bool lexicon_words(struct lexicon *x, struct arena *a, const struct text_fold *fold, struct str phrase,
                   uint32_t words[PHRASE_TOKENS], size_t *n) {
    struct str s = text_fold(fold, a, phrase);
    *n = 0;
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] == ' ') {
            i++;
            continue;
        }
        size_t end = token_end(s, i);
        if (*n == PHRASE_TOKENS) {
            return false;
        }
        words[(*n)++] = word_of(x, arena_dup(a, str_sub(s, i, end)));
        i = end;
    }
    return true;
}

static uint32_t step(struct lexicon *x, struct arena *a, uint32_t node, uint32_t word) {
    uint32_t *key = ARENA_ARRAY(a, 2, uint32_t);
    if (!key) {
        return 0;
    }
    key[0] = node;
    key[1] = word;
    uint32_t *to = map_at(&x->edges, (struct str){(const char *)key, 2 * sizeof *key});
    if (to && *to == MAP_NONE) {
        *to = (uint32_t)x->node_count;
        ARENA_PUSH(a, x->ends, x->node_count, x->node_cap) = MAP_NONE;
    }
    return to ? *to : 0;
}

static int by_word(const void *a, const void *b) {
    const struct lex_edge *x = a, *y = b;
    return (x->word > y->word) - (x->word < y->word);
}

bool lexicon_index(struct lexicon *x, struct arena *a) {
    size_t nodes = x->node_count, n = x->edges.n;
    x->root_n = x->words.n;
    x->root = ARENA_ARRAY(a, x->root_n + 1, uint32_t);
    x->child_from = ARENA_ARRAY(a, nodes + 1, uint32_t);
    x->children = ARENA_ARRAY(a, n + 1, struct lex_edge);
    if (!x->root || !x->child_from || !x->children) {
        return false;
    }
    memset(x->root, 0xFF, (x->root_n + 1) * sizeof *x->root);
    memset(x->child_from, 0, (nodes + 1) * sizeof *x->child_from);
    for (size_t pass = 0; pass < 2; pass++) { /* counts, then places from the back */
        for (size_t i = 0; i < x->edges.cap; i++) {
            const struct map_slot *slot = &x->edges.slots[i];
            uint32_t key[2] = {0, 0};
            if (!slot->key.p) {
                continue;
            }
            memcpy(key, slot->key.p, sizeof key);
            if (key[0] == 0 && key[1] < x->root_n) {
                x->root[key[1]] = slot->value;
            } else if (pass == 0) {
                x->child_from[key[0] + 1]++;
            } else {
                x->children[--x->child_from[key[0] + 1]] = (struct lex_edge){key[1], slot->value};
            }
        }
        for (size_t i = 1; pass == 0 && i <= nodes; i++) {
            x->child_from[i] += x->child_from[i - 1];
        }
    }
    for (size_t i = 0; i < nodes; i++) { /* after placing, child_from[i + 1] is where the edges of i begin */
        x->child_from[i] = x->child_from[i + 1];
    }
    x->child_from[nodes] = (uint32_t)n;
    for (size_t i = 0; i < nodes; i++) {
        uint32_t from = x->child_from[i], to = x->child_from[i + 1];
        if (to > from + 1) {
            qsort(x->children + from, to - from, sizeof *x->children, by_word);
        }
    }
    return true;
}

static void add_entry(struct reader *r, uint32_t *first, uint8_t tag, uint8_t flags, uint32_t particle) {
    struct lexicon *x = r->x;
    for (uint32_t e = *first; e != MAP_NONE; e = x->entries[e].next) {
        if (x->entries[e].cls == r->cls && x->entries[e].tag == tag && x->entries[e].flags == flags &&
            x->entries[e].particle == particle) {
            return;
        }
    }
    struct lex_entry e = {.cls = r->cls, .tag = tag, .flags = flags, .particle = particle, .next = *first};
    *first = (uint32_t)x->entry_count;
    ARENA_PUSH(r->a, x->entries, x->entry_count, x->entry_cap) = e;
}

/* A word that other words end in: "~chef". */
static enum err_code add_suffix(struct reader *r, struct str ending, uint8_t tag) {
    struct str folded = arena_dup(r->a, text_fold(r->fold, r->a, ending));
    if (folded.n < 2 || folded.n >= sizeof r->x->suffix_lengths) {
        return conf_fail(r->c, r->err, "'~%.*s' is too short or too long", STR_ARG(ending));
    }
    unsigned tail = (unsigned)(unsigned char)folded.p[folded.n - 2] << 8 | (unsigned char)folded.p[folded.n - 1];
    r->x->suffix_tails[tail / 64] |= (uint64_t)1 << (tail % 64);
    uint32_t *first = map_at(&r->x->suffixes, folded);
    bool known = false;
    for (size_t i = 0; i < r->x->suffix_length_count; i++) {
        known = known || r->x->suffix_lengths[i] == folded.n;
    }
    if (!known && r->x->suffix_length_count < sizeof r->x->suffix_lengths) {
        r->x->suffix_lengths[r->x->suffix_length_count++] = (uint8_t)folded.n;
    }
    if (first) {
        add_entry(r, first, tag, 0, MAP_NONE);
    }
    return ERR_OK;
}

/* Adds one form; `form * particle` is a form whose particle follows later. */
static enum err_code add_form(struct reader *r, struct str form, uint8_t tag, uint8_t flags) {
    struct lexicon *x = r->x;
    uint32_t words[PHRASE_TOKENS], node = 0, particle = MAP_NONE;
    size_t n, star = str_find(form, STR(" * "), 0);
    if (str_starts(form, STR("~"))) {
        return add_suffix(r, str_sub(form, 1, form.n), tag);
    }
    if (star != SIZE_MAX) {
        if (!lexicon_words(x, r->a, r->fold, str_sub(form, star + 3, form.n), words, &n) || n == 0) {
            return conf_fail(r->c, r->err, "'%.*s': nothing, or too much, behind the '*'", STR_ARG(form));
        }
        particle = (uint32_t)x->particle_count;
        ARENA_PUSH(r->a, x->particles, x->particle_count, x->particle_cap) = (uint32_t)n;
        for (size_t i = 0; i < n; i++) {
            ARENA_PUSH(r->a, x->particles, x->particle_count, x->particle_cap) = words[i];
        }
        form = str_sub(form, 0, star);
        flags |= LEX_SPLIT;
    }
    if (!lexicon_words(x, r->a, r->fold, form, words, &n) || n == 0) {
        return conf_fail(r->c, r->err, "'%.*s' is empty or longer than %d words", STR_ARG(form), PHRASE_TOKENS);
    }
    for (size_t i = 0; i < n && !arena_full(r->a); i++) {
        node = step(x, r->a, node, words[i]);
    }
    if (arena_full(r->a)) {
        return err_set(r->err, ERR_NO_MEMORY, "no memory for the lexicon");
    }
    add_entry(r, &x->ends[node], tag, flags, particle);
    return ERR_OK;
}

/* ---- items ---- */

struct str lexicon_item(struct str *rest) {
    size_t depth = 0, i = 0;
    for (; i < rest->n; i++) {
        char c = rest->p[i];
        depth += c == '(' ? 1 : 0;
        depth -= c == ')' && depth > 0 ? 1 : 0;
        if (c == ',' && depth == 0 && i > 0) {
            break;
        }
    }
    struct str item = str_trim(str_sub(*rest, 0, i));
    *rest = str_trim(str_sub(*rest, i + 1, rest->n));
    return item;
}

struct item {
    struct str before, head, after, prefix; /* words around the inflected one; prefix of a separable verb */
    struct str own;                         /* "(past warb; part geworben)" */
    struct str split;                       /* tags whose forms part from the prefix */
};

static void cut_item(struct str text, bool last, struct item *it) {
    *it = (struct item){0};
    if (text.n && text.p[text.n - 1] == ')') {
        struct str rest = text;
        struct str phrase = str_cut(&rest, '(');
        it->own = str_sub(rest, 0, rest.n - 1);
        text = str_trim(phrase);
    }
    size_t cut = 0, end = text.n;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ' && last) {
            cut = i + 1;
        } else if (text.p[i] == ' ' && end == text.n) {
            end = i;
        }
    }
    it->before = last ? str_trim(str_sub(text, 0, cut)) : STR_NONE;
    it->head = last ? str_sub(text, cut, text.n) : str_sub(text, 0, end);
    it->after = last ? STR_NONE : str_trim(str_sub(text, end, text.n));
    if (memchr(it->head.p ? it->head.p : "", '|', it->head.n)) {
        it->prefix = str_cut(&it->head, '|');
    }
}

static bool has_word(struct str list, struct str word) {
    for (struct str w = conf_word(&list); w.n; w = conf_word(&list)) {
        if (str_eq(w, word)) {
            return true;
        }
    }
    return false;
}

/* One form of the inflected word, put back into its phrase and, for separable verbs, joined with its prefix or parted from it. */
static enum err_code put_form(struct reader *r, const struct item *it, struct str form, uint8_t tag) {
    struct str name = r->x->tags[tag];
    if (r->made_count < FORM_MAX) {
        r->made[r->made_count].form = form;
        r->made[r->made_count++].tag = tag;
    }
    bool parts = it->prefix.n && has_word(it->split, name);
    const char *before = it->before.n ? " " : "", *after = it->after.n ? " " : "";
    struct str whole = arena_printf(r->a, "%.*s%s%.*s%.*s%s%.*s", STR_ARG(it->before), before, STR_ARG(it->prefix), STR_ARG(form),
                                    after, STR_ARG(it->after));
    enum err_code code = add_form(r, str_trim(whole), tag, 0);
    if (code == ERR_OK && parts) {
        struct str apart = arena_printf(r->a, "%.*s%s%.*s * %.*s", STR_ARG(form), after, STR_ARG(it->after), STR_ARG(it->prefix));
        code = add_form(r, apart, tag, LEX_END);
    }
    if (code == ERR_OK && it->prefix.n && str_eqz(name, "base")) {
        struct str zu = arena_printf(r->a, "%.*szu%.*s", STR_ARG(it->prefix), STR_ARG(form));
        int inf = tag_of(r->x, STR("inf"), true);
        code = inf < 0 ? conf_fail(r->c, r->err, "more than %d tags", TAG_MAX) : add_form(r, zu, (uint8_t)inf, 0);
    }
    return code;
}

/* The forms an entry states itself; they take the place of the paradigm's. */
static enum err_code put_own(struct reader *r, const struct item *it, uint32_t *stated) {
    struct str rest = it->own;
    enum err_code code = ERR_OK;
    while (code == ERR_OK && rest.n) {
        struct str piece = str_trim(str_cut(&rest, ';'));
        struct str name = conf_word(&piece);
        int tag = tag_of(r->x, name, true);
        if (tag < 0) {
            return conf_fail(r->c, r->err, "more than %d tags", TAG_MAX);
        }
        *stated |= 1u << tag;
        while (code == ERR_OK && piece.n) {
            struct str form = str_trim(str_cut(&piece, '/'));
            code = form.n ? put_form(r, it, form, (uint8_t)tag) : code;
        }
    }
    return code;
}

static const struct rule *rule_for(const struct paradigms *p, struct str paradigm, struct str word) {
    const struct rule *best = NULL;
    for (size_t i = 0; i < p->n; i++) {
        const struct rule *x = &p->rules[i];
        if (str_eq(x->paradigm, paradigm) && str_ends(word, x->ending) && (!best || x->ending.n > best->ending.n)) {
            best = x;
        }
    }
    return best;
}

/* "<part>er": every form of that tag with the ending behind it, so that strong participles inflect as weak ones do. */
static enum err_code put_derived(struct reader *r, const struct item *it, struct str ending, uint8_t tag) {
    struct str rest = str_sub(ending, 1, ending.n), name = str_cut(&rest, '>');
    int from = tag_of(r->x, name, false);
    enum err_code code = from < 0 ? conf_fail(r->c, r->err, "'<%.*s>': no form of that tag before it", STR_ARG(name)) : ERR_OK;
    size_t n = r->made_count;
    for (size_t i = 0; i < n && code == ERR_OK; i++) {
        if (r->made[i].tag == from) {
            code = put_form(r, it, arena_printf(r->a, "%.*s%.*s", STR_ARG(r->made[i].form), STR_ARG(rest)), tag);
        }
    }
    return code;
}

static enum err_code put_paradigm(struct reader *r, const struct item *it, const struct rule *rule, uint32_t stated) {
    struct str stem = str_sub(it->head, 0, it->head.n - rule->ending.n), rest = rule->forms;
    enum err_code code = ERR_OK;
    for (struct str piece = conf_word(&rest); piece.n && code == ERR_OK; piece = conf_word(&rest)) {
        struct str name = str_cut(&piece, ':');
        int tag = tag_of(r->x, name, true);
        if (tag < 0) {
            return conf_fail(r->c, r->err, "more than %d tags", TAG_MAX);
        }
        if (stated >> tag & 1) {
            continue;
        }
        do {
            struct str ending = str_cut(&piece, '/');
            if (str_starts(ending, STR("<"))) {
                code = put_derived(r, it, ending, (uint8_t)tag);
                continue;
            }
            size_t tilde = str_find(ending, STR("~"), 0);
            struct str form = tilde == SIZE_MAX
                                  ? arena_printf(r->a, "%.*s%.*s", STR_ARG(stem), STR_ARG(ending))
                                  : arena_printf(r->a, "%.*s%.*s%.*s", (int)tilde, ending.p, STR_ARG(stem),
                                                 STR_ARG(str_sub(ending, tilde + 1, ending.n)));
            code = put_form(r, it, form, (uint8_t)tag);
        } while (piece.n && code == ERR_OK);
    }
    return code;
}

static enum err_code add_items(struct reader *r, struct str paradigm, struct str line) {
    enum err_code code = ERR_OK;
    bool plain = str_eqz(paradigm, "word"), last = false;
    struct str split = STR_NONE;
    for (size_t i = 0; i < r->p->option_count; i++) {
        if (str_eq(r->p->options[i].name, paradigm)) {
            last = r->p->options[i].last;
            split = r->p->options[i].split;
        }
    }
    while (code == ERR_OK && line.n) {
        struct str text = lexicon_item(&line);
        struct item it;
        uint32_t stated = 0;
        if (plain) {
            code = text.n ? add_form(r, text, NO_TAG, 0) : ERR_OK;
            continue;
        }
        cut_item(text, last, &it);
        it.split = split;
        r->made_count = 0;
        const struct rule *rule = rule_for(r->p, paradigm, it.head);
        if (!rule) {
            return conf_fail(r->c, r->err, "no rule of the paradigm '%.*s' fits '%.*s'", STR_ARG(paradigm), STR_ARG(it.head));
        }
        code = put_own(r, &it, &stated);
        code = code ? code : put_paradigm(r, &it, rule, stated);
    }
    return code;
}

/* ---- sections ---- */

static enum err_code read_rule(struct reader *r, struct str name) {
    struct paradigms *p = r->p;
    struct str ending, forms;
    if (!conf_pair(r->c, &ending, &forms)) {
        return conf_fail(r->c, r->err, "expected 'ending = tag:suffix ...'");
    }
    if (str_eqz(ending, "inflect") || str_eqz(ending, "split")) {
        size_t i = 0;
        while (i < p->option_count && !str_eq(p->options[i].name, name)) {
            i++;
        }
        if (i == sizeof p->options / sizeof p->options[0]) {
            return conf_fail(r->c, r->err, "too many paradigms");
        }
        p->options[i].name = name;
        p->option_count = i == p->option_count ? i + 1 : p->option_count;
        if (str_eqz(ending, "split")) {
            p->options[i].split = forms;
        } else {
            p->options[i].last = str_eqz(forms, "last");
        }
        return ERR_OK;
    }
    if (p->n == RULE_MAX) {
        return conf_fail(r->c, r->err, "more than %d lines of paradigms", RULE_MAX);
    }
    p->rules[p->n++] = (struct rule){name, str_eqz(ending, "-") ? STR_NONE : ending, forms};
    return ERR_OK;
}

static enum err_code read_grammar(struct reader *r) {
    struct lexicon *x = r->x;
    struct str key, value;
    size_t n;
    if (!conf_pair(r->c, &key, &value)) {
        return conf_fail(r->c, r->err, "expected 'key = value'");
    }
    if (str_eqz(key, "order") && (str_eqz(value, "fixed") || str_eqz(value, "free"))) {
        x->free_order = str_eqz(value, "free");
    } else if (str_eqz(key, "nouns-capital") && (str_eqz(value, "yes") || str_eqz(value, "no"))) {
        x->nouns_capital = str_eqz(value, "yes");
    } else if (str_eqz(key, "names-capital") && (str_eqz(value, "yes") || str_eqz(value, "no"))) {
        x->names_capital = str_eqz(value, "yes");
    } else if (str_eqz(key, "drops-subjects") && (str_eqz(value, "yes") || str_eqz(value, "no"))) {
        x->drops_subjects = str_eqz(value, "yes");
    } else if (str_eqz(key, "head-first") && (str_eqz(value, "yes") || str_eqz(value, "no"))) {
        x->head_first = str_eqz(value, "yes");
    } else if (str_eqz(key, "relative-after-comma") && (str_eqz(value, "yes") || str_eqz(value, "no"))) {
        x->rel_comma = str_eqz(value, "yes");
    } else if (str_eqz(key, "np-gap") && str_to_size(value, &n) && n <= 20) {
        x->np_gap = (uint8_t)n;
    } else if (str_eqz(key, "agent") && (x->agent_prep = lexicon_prep(x, value)) != NAME_NONE) {
        return ERR_OK;
    } else if (str_eqz(key, "genitive")) {
        for (struct str w = conf_word(&value); w.n && x->genitive_count < 4; w = conf_word(&value)) {
            x->genitives[x->genitive_count++] = w;
        }
    } else {
        return conf_fail(r->c, r->err, "'%.*s = %.*s' is no setting of [grammar]", STR_ARG(key), STR_ARG(value));
    }
    return ERR_OK;
}

static bool cue_words(struct reader *r, struct lex_class *k, struct str rest) {
    static const char *const effects[] = {"alleged", "planned", "denied", "negated", "blocked", "occurred"};
    static const char *const scopes[] = {"before", "around", "clause", "sentence", "previous"};
    struct str effect = conf_word(&rest), scope = conf_word(&rest);
    bool known = false, placed = false;
    for (uint8_t i = 0; i < 6; i++) {
        known = known || str_eqz(effect, effects[i]);
        k->effect = str_eqz(effect, effects[i]) ? i : k->effect;
    }
    for (uint8_t i = 0; i < 5; i++) {
        placed = placed || str_eqz(scope, scopes[i]);
        k->scope = str_eqz(scope, scopes[i]) ? i : k->scope;
    }
    k->reach = 6;
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        size_t n;
        int tag;
        if (str_to_size(w, &n) && n < 60) {
            k->reach = (uint8_t)n;
        } else if ((tag = tag_of(r->x, w, true)) >= 0) {
            k->tags |= 1u << tag;
        }
    }
    return known && placed;
}

static bool head_words(struct reader *r, struct lex_class *k, struct str rest) {
    size_t heads = 0;
    for (size_t i = 0; i < r->x->class_count; i++) {
        heads += r->x->classes[i].kind == CLASS_HEAD ? 1 : 0;
    }
    k->head = (uint8_t)(BIT_HEAD + heads);
    k->left = 2;
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        size_t n;
        if (str_eqz(w, "direct")) {
            k->direct = true;
        } else if (str_starts(w, STR("names="))) {
            for (int i = 0; i < NG_MONEY; i++) {
                k->names = str_eqz(str_sub(w, 6, w.n), ng_type_name((enum ng_type)i)) ? (uint8_t)(i + 1) : k->names;
            }
            if (!k->names) {
                return false;
            }
            k->type = (uint8_t)(k->names - 1);
        } else if (str_starts(w, STR("introduces="))) {
            for (int i = 0; i < NG_MONEY; i++) {
                k->introduces = str_eqz(str_sub(w, 11, w.n), ng_type_name((enum ng_type)i)) ? (uint8_t)(i + 1) : k->introduces;
            }
            if (k->introduces) {
                k->type = k->names ? k->type : (uint8_t)(k->introduces - 1);
            } else {
                return false;
            }
        } else if (str_eqz(w, "part")) {
            k->part = k->open = true;
        } else if (str_eqz(w, "open")) {
            k->open = true;
        } else if (str_eqz(w, "modifies")) {
            k->modifies = true;
        } else if (str_eqz(w, "inside")) {
            k->inside = true;
        } else if (str_eqz(w, "kin")) {
            k->kin = true;
        } else if (str_eqz(w, "soft")) {
            k->soft = true;
        } else if (str_eqz(w, "means=person")) {
            k->means = true;
        } else if (str_eqz(w, "numbers")) {
            k->numbers = true;
        } else if (str_eqz(w, "public")) {
            k->public = true;
        } else if (str_eqz(w, "alone")) {
            k->alone = true;
        } else if (str_starts(w, STR("left=")) && str_to_size(str_sub(w, 5, w.n), &n) && n <= 16) {
            k->left = (uint8_t)n;
        } else if (str_starts(w, STR("right=")) && str_to_size(str_sub(w, 6, w.n), &n) && n <= 16) {
            k->right = (uint8_t)n;
        } else if (str_starts(w, STR("links="))) {
            struct str names = str_sub(w, 6, w.n);
            while (names.n && k->link_count < 8) {
                struct str name = str_cut(&names, ',');
                uint16_t cls = lexicon_prep(r->x, name);
                cls = cls == NAME_NONE ? lexicon_class(r->x, name) : cls;
                if (cls == NAME_NONE) {
                    return false;
                }
                k->links[k->link_count++] = cls;
            }
        } else {
            return false;
        }
    }
    return heads < HEAD_MAX;
}

static bool pronoun_words(struct lex_class *k, struct str rest) {
    struct str type = conf_word(&rest);
    bool known = false;
    for (int i = 0; i < NG_MONEY; i++) {
        if (str_eqz(type, ng_type_name((enum ng_type)i))) {
            k->type = (uint8_t)i;
            known = true;
        }
    }
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        k->possessive = k->possessive || str_eqz(w, "possessive");
        k->bound = k->bound || str_eqz(w, "bound");
        k->firm = k->firm || str_eqz(w, "firm");
        k->lone = k->lone || str_eqz(w, "lone");
        k->free = k->free || str_eqz(w, "free");
        k->dative = k->dative || str_eqz(w, "dative");
        k->namesake = k->namesake || str_eqz(w, "namesake");
        k->inner = k->inner || str_eqz(w, "inner");
        k->plural = k->plural || str_eqz(w, "plural");
        k->object = k->object || str_eqz(w, "object");
        bool head = str_starts(w, STR("or=")), gender = str_eqz(w, "gender=f") || str_eqz(w, "gender=m");
        k->or_head = head ? str_sub(w, 3, w.n) : k->or_head;
        k->gender = gender ? w.p[w.n - 1] : k->gender;
        known = known && (head || gender || str_eqz(w, "possessive") || str_eqz(w, "bound") || str_eqz(w, "firm") || str_eqz(w, "lone") || str_eqz(w, "free") || str_eqz(w, "namesake") || str_eqz(w, "inner") || str_eqz(w, "plural") || str_eqz(w, "object") || str_eqz(w, "dative"));
    }
    return known;
}

/* Opens the class a section line names: "verb hire", "prep from", "head title left=3 links=of,at", "cue planned before 5". */
static enum err_code open_class(struct reader *r) {
    static const char *const kinds[] = {"class", "verb", "noun", "prep", "head", "cue", "pronoun"};
    struct lexicon *x = r->x;
    struct str rest = r->c->section, kind = conf_word(&rest), options = rest, name = conf_word(&options);
    struct lex_class k = {.name = name, .kind = 0xFF};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        k.kind = str_eqz(kind, kinds[i]) ? (uint8_t)i : k.kind;
    }
    if (k.kind == 0xFF || name.n == 0) {
        return conf_fail(r->c, r->err, "unknown section [%.*s]", STR_ARG(r->c->section));
    }
    bool whole = k.kind == CLASS_CUE || k.kind == CLASS_PRONOUN; /* named by all its words */
    k.name = whole ? r->c->section : name;
    r->cls = find_class(x, k.name, k.kind);
    if (r->cls != NAME_NONE) {
        return ERR_OK;
    }
    if (k.kind != CLASS_PREP && find_class(x, k.name, -1) != NAME_NONE) {
        return conf_fail(r->c, r->err, "'%.*s' is the name of another class already", STR_ARG(k.name));
    }
    for (size_t i = 0; i < sizeof class_roles / sizeof class_roles[0]; i++) {
        k.role = (k.kind == CLASS_WORD || k.kind == CLASS_VERB) && str_eqz(name, class_roles[i].name) ? class_roles[i].role : k.role;
    }
    bool fine = k.kind == CLASS_CUE       ? cue_words(r, &k, rest)
                : k.kind == CLASS_HEAD    ? head_words(r, &k, options)
                : k.kind == CLASS_PRONOUN ? pronoun_words(&k, rest)
                                          : options.n == 0;
    if (!fine || x->class_count == CLASS_MAX) {
        return conf_fail(r->c, r->err, "[%.*s]: an unknown word, or too many classes", STR_ARG(r->c->section));
    }
    r->cls = (uint16_t)x->class_count;
    x->classes[x->class_count++] = k;
    x->has_modal = x->has_modal || k.role == FN_MODAL;
    x->to_prep = k.kind == CLASS_PREP && str_eqz(k.name, "to") ? r->cls : x->to_prep;
    x->as_prep = k.kind == CLASS_PREP && str_eqz(k.name, "as") ? r->cls : x->as_prep;
    x->by_prep = k.kind == CLASS_PREP && str_eqz(k.name, "by") ? r->cls : x->by_prep;
    x->than_prep = k.kind == CLASS_PREP && str_eqz(k.name, "than") ? r->cls : x->than_prep;
    x->object_prep = k.kind == CLASS_PREP && str_eqz(k.name, "object") ? r->cls : x->object_prep;
    x->definite_class = k.kind == CLASS_WORD && str_eqz(k.name, "definite") ? r->cls : x->definite_class;
    x->describes_class = k.kind == CLASS_WORD && str_eqz(k.name, "describes") ? r->cls : x->describes_class;
    x->public_class = k.kind == CLASS_WORD && str_eqz(k.name, "public-body") ? r->cls : x->public_class;
    x->digit_class = k.kind == CLASS_WORD && str_eqz(k.name, "digit") ? r->cls : x->digit_class;
    x->ordinal_class = k.kind == CLASS_WORD && str_eqz(k.name, "ordinal") ? r->cls : x->ordinal_class;
    x->counter_class = k.kind == CLASS_WORD && str_eqz(k.name, "counter") ? r->cls : x->counter_class;
    x->born_class = k.kind == CLASS_WORD && str_eqz(k.name, "born") ? r->cls : x->born_class;
    x->seated_class = k.kind == CLASS_WORD && str_eqz(k.name, "seated") ? r->cls : x->seated_class;
    x->where_class = k.kind == CLASS_WORD && str_eqz(k.name, "where") ? r->cls : x->where_class;
    x->rel_verb_class = k.kind == CLASS_WORD && str_eqz(k.name, "rel-verb") ? r->cls : x->rel_verb_class;
    x->at_prep = k.kind == CLASS_PREP && str_eqz(k.name, "at") ? r->cls : x->at_prep;
    x->time_class = k.kind == CLASS_WORD && str_eqz(k.name, "timespan") ? r->cls : x->time_class;
    x->career_class = k.kind == CLASS_WORD && str_eqz(k.name, "career") ? r->cls : x->career_class;
    x->document_class = k.kind == CLASS_WORD && str_eqz(k.name, "document") ? r->cls : x->document_class;
    x->named_class = k.kind == CLASS_WORD && str_eqz(k.name, "named") ? r->cls : x->named_class;
    x->of_prep = k.kind == CLASS_PREP && str_eqz(k.name, "of") ? r->cls : x->of_prep;
    return ERR_OK;
}

enum err_code lexicon_read(struct lexicon *x, struct arena *a, const struct text_fold *fold, struct conf *c, struct err *err) {
    x->paradigms = x->paradigms ? x->paradigms : ARENA_NEW(a, struct paradigms);
    struct reader r = {.x = x, .a = a, .fold = fold, .c = c, .err = err, .p = x->paradigms, .cls = NAME_NONE};
    enum err_code code = r.p ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the lexicon");
    struct str open = STR_NONE;
    while (code == ERR_OK && conf_next(c)) {
        struct str rest = c->section, kind = conf_word(&rest), line = c->entry;
        if (str_eqz(kind, "paradigm")) {
            code = read_rule(&r, rest);
            continue;
        }
        if (str_eqz(kind, "grammar")) {
            code = read_grammar(&r);
            continue;
        }
        if (open.p != c->section.p) {
            code = open_class(&r);
            open = c->section;
        }
        if (code == ERR_OK) {
            size_t colon = str_find(line, STR(":"), 0);
            bool named = colon != SIZE_MAX && colon > 0 && str_find(str_sub(line, 0, colon), STR(","), 0) == SIZE_MAX &&
                         str_find(str_sub(line, 0, colon), STR("("), 0) == SIZE_MAX;
            struct str paradigm = named ? str_trim(str_sub(line, 0, colon)) : STR("word");
            code = add_items(&r, paradigm, named ? str_trim(str_sub(line, colon + 1, line.n)) : line);
        }
        if (code == ERR_OK && arena_full(a)) {
            code = err_set(err, ERR_NO_MEMORY, "no memory for the lexicon");
        }
    }
    return code;
}
