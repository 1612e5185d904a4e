/* rules.c - value.conf compiled: a lexicon of classes and the patterns of dates, both tries over word ids.
 *
 * A section is a class (the table below); its entries are `value = form | form`, or `form | form` where the class needs
 * no value. A form may end or begin in * (any word that begins or ends so). Patterns of [date] are sequences of
 * CLASS and word, with (a|b) alternatives, ? for optional, <context before> and {context after} outside the span, and an
 * action behind =>. Alternatives are multiplied out here, so that matching is a plain walk. */
#include <math.h>
#include <unicode/uchar.h>
#include <unicode/ucurr.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/limits.h"
#include "core/value/in.h"

#include "core/base/banned.h"

enum { SEQ_COUNT_MAX = 4000, NEST_MAX = 6 };

/* ---- tries ---- */

static size_t edge_slot(const struct trie *t, uint32_t node, uint32_t sym) {
    uint64_t h = ((uint64_t)node << 32 | sym) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 32) & (t->edge_cap - 1);
    while (t->edges[i].child && (t->edges[i].node != node || t->edges[i].sym != sym)) {
        i = (i + 1) & (t->edge_cap - 1);
    }
    return i;
}

uint32_t trie_step(const struct trie *t, uint32_t node, uint32_t sym) {
    return t->edge_cap ? t->edges[edge_slot(t, node, sym)].child : 0;
}

static bool trie_widen(struct trie *t) {
    struct trie wide = *t;
    wide.edge_cap = t->edge_cap ? t->edge_cap * 2 : 256;
    wide.edges = ARENA_ARRAY(t->a, wide.edge_cap, struct edge);
    if (!wide.edges) {
        return false;
    }
    for (size_t i = 0; i < t->edge_cap; i++) {
        if (t->edges[i].child) {
            wide.edges[edge_slot(&wide, t->edges[i].node, t->edges[i].sym)] = t->edges[i];
        }
    }
    *t = wide;
    return true;
}

/* The child of node by sym, made where there is none; 0 when the arena is full. */
static uint32_t trie_grow(struct trie *t, uint32_t node, uint32_t sym) {
    if (t->edge_count * 3 >= t->edge_cap * 2 && !trie_widen(t)) {
        return 0;
    }
    struct edge *e = &t->edges[edge_slot(t, node, sym)];
    if (!e->child) {
        ARENA_PUSH(t->a, t->first, t->nodes, t->node_cap) = 0;
        if (arena_full(t->a)) {
            return 0;
        }
        *e = (struct edge){node, sym, (uint32_t)t->nodes - 1};
        t->edge_count++;
    }
    return e->child;
}

static void trie_init(struct trie *t, struct arena *a) {
    *t = (struct trie){.a = a};
    ARENA_PUSH(a, t->first, t->nodes, t->node_cap) = 0; /* the root */
}

/* ---- words ---- */

static uint32_t word_id(struct rules *r, struct map *m, struct str s) {
    uint32_t *at = map_at(m, s);
    if (at && *at == MAP_NONE) {
        *at = ++r->word_count;
    }
    return at ? *at : WORD_NONE;
}

static uint64_t size_bit(size_t bytes) {
    return bytes < 64 ? (uint64_t)1 << bytes : 0;
}

/* The id of a folded form's atom; a star at either end makes it a prefix or suffix. */
static uint32_t form_word(struct rules *r, struct str s) {
    if (s.n > 1 && s.p[s.n - 1] == '*') {
        r->prefix_sizes |= size_bit(s.n - 1);
        return word_id(r, &r->prefixes, str_sub(s, 0, s.n - 1));
    }
    if (s.n > 1 && s.p[0] == '*') {
        r->suffix_sizes |= size_bit(s.n - 1);
        return word_id(r, &r->suffixes, str_sub(s, 1, s.n));
    }
    return word_id(r, &r->words, s);
}

static bool add_lex(struct rules *r, struct str form, struct lex lex, struct arena *a) {
    struct str parts[FORM_MAX];
    size_t n = atoms_of_form(form, parts, a);
    uint32_t node = 0;
    for (size_t i = 0; i < n; i++) {
        node = trie_grow(&r->lexicon, node, form_word(r, parts[i]));
        if (!node) {
            return false;
        }
    }
    if (!n) {
        return false;
    }
    for (uint32_t k = r->lexicon.first[node]; k; k = r->lexes[k - 1].next) {
        if (r->lexes[k - 1].cls == lex.cls && lex.cls != CLS_CONTEXT) { /* the first one stands: a language before what is common to all */
            return true;
        }
    }
    lex.next = r->lexicon.first[node];
    ARENA_PUSH(a, r->lexes, r->lex_count, r->lex_cap) = lex;
    if (arena_full(a)) {
        return false;
    }
    r->lexicon.first[node] = (uint32_t)r->lex_count;
    return true;
}

/* ---- sections that are classes ---- */

enum key_kind { KEY_NONE, KEY_NUMBER, KEY_NAME, KEY_CURRENCY };

static const struct section {
    const char *name;
    enum cls cls;
    enum key_kind key;
    const char *names[6]; /* of values 1, 2, ... for KEY_NAME; the first is 0 for those with zero */
    bool from_zero;
} sections[] = {
    {"shadow", CLS_SHADOW, KEY_NONE, {0}, false},
    {"number", CLS_NUMBER, KEY_NUMBER, {0}, false},
    {"weak-number", CLS_WEAK, KEY_NUMBER, {0}, false},
    {"multiplier", CLS_MULT, KEY_NUMBER, {0}, false},
    {"glued-multiplier", CLS_GLUED, KEY_NUMBER, {0}, false},
    {"and-half", CLS_AND_HALF, KEY_NONE, {0}, false},
    {"half-after", CLS_HALF_AFTER, KEY_NONE, {0}, false},
    {"number-and", CLS_NUMBER_AND, KEY_NONE, {0}, false},
    {"point", CLS_POINT, KEY_NONE, {0}, false},
    {"more", CLS_MORE, KEY_NONE, {0}, false},
    {"vague", CLS_VAGUE, KEY_NAME, {"open", "closed"}, true},
    {"plural-number", CLS_PLURAL, KEY_NUMBER, {0}, false},
    {"over", CLS_OVER, KEY_NONE, {0}, false},
    {"currency", CLS_CUR, KEY_CURRENCY, {0}, false},
    {"currency-before", CLS_CUR_BEFORE, KEY_CURRENCY, {0}, false},
    {"of", CLS_OF, KEY_NONE, {0}, false},
    {"to", CLS_TO, KEY_NONE, {0}, false},
    {"and", CLS_AND, KEY_NONE, {0}, false},
    {"between", CLS_BETWEEN, KEY_NONE, {0}, false},
    {"from", CLS_FROM, KEY_NONE, {0}, false},
    {"percent", CLS_PCT, KEY_NONE, {0}, false},
    {"percent-before", CLS_PCT_BEFORE, KEY_NONE, {0}, false},
    {"tenth", CLS_TENTH, KEY_NONE, {0}, false},
    {"bound", CLS_BOUND, KEY_NAME, {"min", "max", "about"}, false},
    {"bound-after", CLS_BOUND_AFTER, KEY_NAME, {"min", "max", "about"}, false},
    {"figures", CLS_FIGURES, KEY_NUMBER, {0}, false},
    {"figure-word", CLS_FIGURE_WORD, KEY_NONE, {0}, false},
    {"head", CLS_HEAD, KEY_NAME, {"open", "home"}, true},
    {"vague-money", CLS_VAGUE_MONEY, KEY_NUMBER, {0}, false},
    {"range-head", CLS_RANGE_HEAD, KEY_NONE, {0}, false},
    {"cue", CLS_CUE, KEY_NONE, {0}, false},
    {"bare-next", CLS_BARE_NEXT, KEY_NONE, {0}, false},
    {"not-year", CLS_NOT_YEAR, KEY_NONE, {0}, false},
    {"future", CLS_FUTURE, KEY_NONE, {0}, false},
    {"ahead", CLS_AHEAD, KEY_NONE, {0}, false},
    {"dateline", CLS_DATELINE, KEY_NONE, {0}, false},
    {"month", CLS_MONTH, KEY_NUMBER, {0}, false},
    {"weekday", CLS_WEEKDAY, KEY_NUMBER, {0}, false},
    {"holiday", CLS_HOLIDAY, KEY_NUMBER, {0}, false},
    {"unit", CLS_UNIT, KEY_NAME, {"day", "week", "month", "year", "decade"}, false},
    {"year-of", CLS_YEAROF, KEY_NUMBER, {0}, false},
    {"month-of", CLS_MONTHOF, KEY_NUMBER, {0}, false},
    {"week-of", CLS_WEEKOF, KEY_NUMBER, {0}, false},
    {"day-of", CLS_DAYOF, KEY_NUMBER, {0}, false},
    {"quarter-of", CLS_QUARTEROF, KEY_NUMBER, {0}, false},
    {"quarter", CLS_QUARTER, KEY_NUMBER, {0}, false},
    {"half", CLS_HALF, KEY_NUMBER, {0}, false},
    {"part", CLS_PART, KEY_NAME, {"start", "mid", "end", "late", "open", "close"}, false},
    {"season", CLS_SEASON, KEY_NUMBER, {0}, false},
    {"now", CLS_NOW, KEY_NONE, {0}, false},
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

/* The index of a currency, added where it is new; -1 when code is none or the arena is full. */
static int currency_index(struct rules *r, struct arena *a, struct str code) {
    if (code.n != 3) {
        return -1;
    }
    for (size_t i = 0; i < 3; i++) {
        if (code.p[i] < 'A' || code.p[i] > 'Z') {
            return -1;
        }
    }
    uint32_t *at = map_at(&r->currencies, code);
    if (at && *at == MAP_NONE) {
        *at = (uint32_t)r->code_count;
        if (!arena_grow(a, (void **)&r->codes, &r->code_cap, r->code_count + 1, sizeof *r->codes)) {
            return -1;
        }
        memcpy(r->codes[r->code_count], code.p, 3);
        r->codes[r->code_count++][3] = 0;
    }
    return at ? (int)*at : -1;
}

static enum err_code key_value(struct rules *r, struct arena *a, struct conf *c, const struct section *s,
                               struct str key, double *out, struct err *err) {
    if (s->key == KEY_NUMBER && str_to_double(key, out)) {
        return ERR_OK;
    }
    if (s->key == KEY_CURRENCY) {
        int index = currency_index(r, a, key);
        *out = index;
        if (index >= 0) {
            return ERR_OK;
        }
    }
    for (int i = 0; s->key == KEY_NAME && i < 6 && s->names[i]; i++) {
        if (str_eqz(key, s->names[i])) {
            *out = s->from_zero ? i : i + 1;
            return ERR_OK;
        }
    }
    return conf_fail(c, err, "'%.*s' is no value of [%s]", STR_ARG(key), s->name);
}

/* ein + und + zwanzig: number words written as one, from the units declared so far. */
static bool join_numbers(struct rules *r, struct arena *a, const struct section *s, struct str form, double value) {
    struct {
        struct str word;
        double value;
    } units[24];
    size_t n = 0;
    if (!r->joint.n || s->cls != CLS_NUMBER || !(value >= 20 && value <= 90)) {
        return true;
    }
    for (size_t i = 0; i < r->words.cap && n < 24; i++) {
        const struct map_slot *slot = &r->words.slots[i];
        uint32_t node = slot->key.p ? trie_step(&r->lexicon, 0, slot->value) : 0;
        for (uint32_t k = node ? r->lexicon.first[node] : 0; k && n < 24; k = r->lexes[k - 1].next) {
            struct lex unit = r->lexes[k - 1];
            if ((unit.cls == CLS_NUMBER || unit.cls == CLS_WEAK) && unit.value >= 1 && unit.value <= 9 &&
                unit.value == floor(unit.value)) {
                units[n].word = slot->key;
                units[n++].value = unit.value;
            }
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct str joined = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(units[i].word), STR_ARG(r->joint), STR_ARG(form));
        if (!joined.p || !add_lex(r, joined, (struct lex){.cls = CLS_NUMBER, .value = units[i].value + value}, a)) {
            return false;
        }
    }
    return true;
}

static enum err_code parse_lex(struct rules *r, struct arena *a, struct conf *c, const struct section *s,
                               struct err *err) {
    struct str key = STR_NONE, forms = c->entry;
    double value = 1;
    if (s->key != KEY_NONE) {
        if (!conf_pair(c, &key, &forms)) {
            return conf_fail(c, err, "expected 'value = form | form' in [%s]", s->name);
        }
        enum err_code code = key_value(r, a, c, s, key, &value, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    while (forms.n) {
        struct str form = str_trim(str_cut(&forms, '|'));
        if (!form.n || !add_lex(r, form, (struct lex){.cls = (uint8_t)s->cls, .value = value}, a)) {
            return conf_fail(c, err, "'%.*s' cannot be a form: empty or more than %d atoms", STR_ARG(form), FORM_MAX);
        }
        if (!join_numbers(r, a, s, form, value)) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the values");
        }
    }
    return ERR_OK;
}

/* ---- patterns ---- */

static const struct {
    const char *name;
    enum cls cls;
} class_names[] = {
    {"TO", CLS_TO},         {"AND", CLS_AND},           {"MONTH", CLS_MONTH},     {"WEEKDAY", CLS_WEEKDAY},
    {"UNIT", CLS_UNIT},     {"YEAROF", CLS_YEAROF},     {"MONTHOF", CLS_MONTHOF}, {"WEEKOF", CLS_WEEKOF},
    {"DAYOF", CLS_DAYOF},   {"QUARTEROF", CLS_QUARTEROF}, {"QUARTER", CLS_QUARTER}, {"HALF", CLS_HALF},
    {"PART", CLS_PART},     {"SEASON", CLS_SEASON},     {"NOW", CLS_NOW},         {"D", CLS_D},
    {"M", CLS_M},           {"Y", CLS_Y},               {"YY", CLS_YY},           {"N", CLS_N},
    {"DATE3", CLS_DATE3},   {"DATE2", CLS_DATE2},       {"WEEKDAYNAME", CLS_WEEKDAY_NAME}, {"HOLIDAY", CLS_HOLIDAY},
    {"CLOCK", CLS_CLOCK},
};
enum { CLASS_NAMES = sizeof class_names / sizeof class_names[0] };

static const char *const action_names[] = {"plain", "ago",    "later",  "earlier", "past", "coming",
                                           "same", "that",  "decade", "weekday", "mid", "next",   "last",  "after", "open", "close",
                                           "fiscal",  "nth", "bare", "nothing"};
enum { ACTIONS = sizeof action_names / sizeof action_names[0] };

struct seq {
    uint32_t sym[SEQ_MAX];
    uint8_t zone[SEQ_MAX]; /* 0 before, 1 span, 2 after */
    size_t n;
};

struct seqs {
    struct seq *items;
    size_t n, cap;
};

struct pattern_parser {
    struct rules *r;
    struct arena *a; /* scratch */
    struct arena *keep;
    struct str text;
    size_t at;
    const char *fault;
};

static bool parse_alternatives(struct pattern_parser *p, char close, uint8_t zone, int depth, struct seqs *out);

static void fault(struct pattern_parser *p, const char *what) {
    p->fault = p->fault ? p->fault : what;
}

static void add_seq(struct pattern_parser *p, struct seqs *l, const struct seq *s) {
    if (l->n >= SEQ_COUNT_MAX) {
        fault(p, "too many alternatives");
        return;
    }
    if (arena_grow(p->a, (void **)&l->items, &l->cap, l->n + 1, sizeof *l->items)) {
        l->items[l->n++] = *s;
    } else {
        fault(p, "out of memory");
    }
}

/* left x right, into *left. */
static void multiply(struct pattern_parser *p, struct seqs *left, const struct seqs *right) {
    struct seqs all = {0};
    for (size_t i = 0; i < left->n && !p->fault; i++) {
        for (size_t k = 0; k < right->n && !p->fault; k++) {
            struct seq s = left->items[i];
            const struct seq *t = &right->items[k];
            if (s.n + t->n > SEQ_MAX) {
                fault(p, "a pattern too long");
                return;
            }
            for (size_t j = 0; j < t->n; j++) {
                s.sym[s.n] = t->sym[j];
                s.zone[s.n++] = t->zone[j];
            }
            add_seq(p, &all, &s);
        }
    }
    *left = all;
}

static bool special(char c) {
    return c == '(' || c == ')' || c == '|' || c == '<' || c == '>' || c == '{' || c == '}' || c == '?' || c == ' ';
}

/* One CLASS or word. */
static void parse_word(struct pattern_parser *p, uint8_t zone, struct seqs *out) {
    bool upper = true;
    struct buf plain;
    buf_init(&plain, p->keep);
    while (p->at < p->text.n && !special(p->text.p[p->at])) {
        char c = p->text.p[p->at++];
        if (c == '\\' && p->at < p->text.n) { /* \( is the mark itself */
            c = p->text.p[p->at++];
        }
        buf_addc(&plain, c);
        upper = upper && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
    }
    struct str word = buf_str(&plain);
    struct seq s = {.n = 0};
    if (!word.n) {
        fault(p, "out of memory");
        return;
    }
    if (upper && word.p[0] >= 'A') {
        for (size_t i = 0; i < CLASS_NAMES && !s.n; i++) {
            if (str_eqz(word, class_names[i].name)) {
                s.sym[0] = class_names[i].cls;
                s.zone[0] = zone;
                s.n = 1;
            }
        }
        if (!s.n) {
            fault(p, "an unknown class");
        }
    } else {
        struct str parts[FORM_MAX];
        s.n = atoms_of_form(word, parts, p->keep);
        if (!s.n) {
            fault(p, "a word too long");
        }
        for (size_t i = 0; i < s.n; i++) {
            s.sym[i] = sym_word(form_word(p->r, parts[i]));
            s.zone[i] = zone;
        }
    }
    add_seq(p, out, &s);
}

/* A sequence up to | or close. */
static void parse_sequence(struct pattern_parser *p, char close, uint8_t zone, int depth, struct seqs *out) {
    struct seq empty = {.n = 0};
    add_seq(p, out, &empty);
    while (p->at < p->text.n && !p->fault) {
        char c = p->text.p[p->at];
        struct seqs item = {0};
        if (c == ' ') {
            p->at++;
            continue;
        }
        if (c == '|' || c == close) {
            return;
        }
        if (c == '(' || c == '<' || c == '{') {
            char end = c == '(' ? ')' : c == '<' ? '>' : '}';
            p->at++;
            if (!parse_alternatives(p, end, c == '(' ? zone : c == '<' ? 0 : 2, depth + 1, &item)) {
                return;
            }
        } else if (special(c)) {
            fault(p, "a bracket out of place");
            return;
        } else {
            parse_word(p, zone, &item);
        }
        if (p->at < p->text.n && p->text.p[p->at] == '?') {
            p->at++;
            add_seq(p, &item, &empty);
        }
        multiply(p, out, &item);
    }
}

static bool parse_alternatives(struct pattern_parser *p, char close, uint8_t zone, int depth, struct seqs *out) {
    if (depth > NEST_MAX) {
        fault(p, "brackets nested too deeply");
    }
    while (!p->fault) {
        struct seqs one = {0};
        parse_sequence(p, close, zone, depth, &one);
        for (size_t i = 0; i < one.n; i++) {
            add_seq(p, out, &one.items[i]);
        }
        if (p->at >= p->text.n) {
            if (close) {
                fault(p, "a bracket that is not closed");
            }
            break;
        }
        if (p->text.p[p->at++] == close) {
            break;
        }
    }
    return !p->fault;
}

static bool add_pattern(struct rules *r, struct arena *a, const struct seq *s, uint8_t action, size_t line) {
    uint32_t node = 0;
    struct pattern p = {.action = action, .line = r->files << 20 | (uint32_t)line};
    size_t inside = 0;
    for (size_t i = 0; i < s->n; i++) {
        node = trie_grow(&r->dates, node, s->sym[i]);
        if (!node) {
            return false;
        }
        p.before += s->zone[i] == 0;
        p.after += s->zone[i] == 2;
        inside += s->zone[i] == 1;
        if (i && s->zone[i] < s->zone[i - 1]) {
            return false;
        }
    }
    if (!inside) {
        return false;
    }
    p.next = r->dates.first[node];
    ARENA_PUSH(a, r->patterns, r->pattern_count, r->pattern_cap) = p;
    if (!arena_full(a)) {
        r->dates.first[node] = (uint32_t)r->pattern_count;
    }
    return true;
}

static enum err_code parse_pattern(struct rules *r, struct arena *a, struct conf *c, struct err *err) {
    AUTO_ARENA scratch;
    arena_init(&scratch, LIMIT_TABLES_MEMORY);
    struct str text = c->entry;
    uint8_t action = ACT_PLAIN;
    size_t arrow = str_find(text, STR("=>"), 0);
    if (arrow != SIZE_MAX) {
        struct str name = str_trim(str_sub(text, arrow + 2, text.n));
        text = str_trim(str_sub(text, 0, arrow));
        for (action = 0; action < ACTIONS && !str_eqz(name, action_names[action]); action++) {
        }
        if (action == ACTIONS) {
            return conf_fail(c, err, "'%.*s' is no action", STR_ARG(name));
        }
    }
    struct pattern_parser p = {.r = r, .a = &scratch, .keep = a, .text = text};
    struct seqs all = {0};
    parse_alternatives(&p, 0, 1, 0, &all);
    if (p.fault) {
        return conf_fail(c, err, "%s in '%.*s'", p.fault, STR_ARG(text));
    }
    for (size_t i = 0; i < all.n; i++) {
        if (!add_pattern(r, a, &all.items[i], action, c->line)) {
            return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the patterns")
                                 : conf_fail(c, err, "'%.*s' can match nothing, or its contexts stand inside",
                                             STR_ARG(text));
        }
    }
    return ERR_OK;
}

/* ---- settings and contexts ---- */

static enum err_code parse_context(struct rules *r, struct arena *a, struct conf *c, struct err *err) {
    struct str key, forms;
    if (!conf_pair(c, &key, &forms)) {
        return conf_fail(c, err, "expected 'FROM TO [SCRIPT] = word | word'");
    }
    struct str from = conf_word(&key), to = conf_word(&key);
    struct context x = {.from = currency_index(r, a, from), .to = currency_index(r, a, to)};
    if (x.from < 0 || x.to < 0 || !forms.n || (key.n && key.n != 4)) {
        return conf_fail(c, err, "two currencies, perhaps a script, and the words that tell are needed");
    }
    memcpy(x.script, key.p, key.n);
    while (forms.n) {
        struct str form = str_trim(str_cut(&forms, '|'));
        x.always = x.always || str_eqz(form, "-");
        struct lex lex = {.cls = CLS_CONTEXT, .value = (double)r->context_count};
        if (!add_lex(r, form, lex, a)) {
            return conf_fail(c, err, "'%.*s' cannot be a form", STR_ARG(form));
        }
    }
    ARENA_PUSH(a, r->contexts, r->context_count, r->context_cap) = x;
    return ERR_OK;
}

static enum err_code parse_setting(struct rules *r, struct arena *a, struct conf *c, struct err *err) {
    struct str key, v;
    if (!conf_pair(c, &key, &v) || !v.n) {
        return conf_fail(c, err, "expected 'key = value'");
    }
    bool yes = str_eqz(v, "yes");
    if (str_eqz(key, "decimal")) {
        r->decimal = v.p[0];
        r->grouping = r->decimal == ',' ? '.' : ',';
    } else if (str_eqz(key, "space-groups")) {
        r->space_groups = yes;
    } else if (str_eqz(key, "word-dates")) {
        r->word_dates = yes;
    } else if (str_eqz(key, "elliptic")) {
        r->elliptic = yes;
    } else if (str_eqz(key, "digit-words")) {
        r->concat = yes;
    } else if (str_eqz(key, "nouns-capital")) {
        r->bare_lower = yes;
    } else if (str_eqz(key, "months-capital")) {
        r->months_capital = yes;
    } else if (str_eqz(key, "named-year-is-past")) {
        r->named_year_is_past = yes;
    } else if (str_eqz(key, "lead-inside")) {
        r->lead_inside = (str_eqz(v, "between") ? LEAD_BETWEEN : 0) | (str_eqz(v, "both") ? LEAD_BETWEEN | LEAD_FROM : 0);
    } else if (str_eqz(key, "bare-multiplier")) {
        r->bare = str_eqz(v, "open") ? BARE_OPEN : str_eqz(v, "closed") ? BARE_CLOSED : BARE_NONE;
    } else if (str_eqz(key, "joint")) {
        r->joint = v;
    } else if (str_eqz(key, "home-currency")) {
        r->default_currency = currency_index(r, a, v);
    } else {
        return conf_fail(c, err, "unknown setting '%.*s'", STR_ARG(key));
    }
    return ERR_OK;
}

/* ---- the file ---- */

enum err_code rules_init(struct rules *r, struct arena *a, struct str code, struct err *err) {
    *r = (struct rules){.code = code, .decimal = '.', .grouping = ',', .default_currency = -1};
    map_init(&r->words, a);
    map_init(&r->prefixes, a);
    map_init(&r->suffixes, a);
    map_init(&r->currencies, a);
    trie_init(&r->lexicon, a);
    trie_init(&r->dates, a);
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the values") : ERR_OK;
}

static const struct section *section_of(struct str name) {
    for (size_t i = 0; i < SECTIONS; i++) {
        if (str_eqz(name, sections[i].name)) {
            return &sections[i];
        }
    }
    return NULL;
}

enum err_code rules_parse(struct rules *r, struct arena *a, struct conf *c, struct err *err) {
    enum err_code code = ERR_OK;
    r->files++;
    while (code == ERR_OK && conf_next(c)) {
        const struct section *s = section_of(c->section);
        if (s) {
            code = parse_lex(r, a, c, s, err);
        } else if (str_eqz(c->section, "settings")) {
            code = parse_setting(r, a, c, err);
        } else if (str_eqz(c->section, "date")) {
            code = parse_pattern(r, a, c, err);
        } else if (str_eqz(c->section, "currency-context")) {
            code = parse_context(r, a, c, err);
        } else if (!str_eqz(c->section, "example")) { /* examples are for the tests */
            code = conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
        }
        if (code == ERR_OK && arena_full(a)) {
            code = err_set(err, ERR_NO_MEMORY, "no memory for the values");
        }
    }
    return code;
}

/* ---- names of currencies, from ICU ---- */

static bool add_currency_name(struct rules *r, struct arena *a, int index, const UChar *name, int32_t n) {
    char utf8[200];
    int32_t n8 = 0;
    UErrorCode status = U_ZERO_ERROR;
    UChar folded[100];
    n = u_strFoldCase(folded, 100, name, n, U_FOLD_CASE_DEFAULT, &status);
    u_strToUTF8(utf8, sizeof utf8, &n8, folded, n, &status);
    if (U_FAILURE(status) || n8 <= 0 || memchr(utf8, '(', (size_t)n8) || memchr(utf8, '*', (size_t)n8)) {
        return true; /* historic or unwieldy */
    }
    struct str form = arena_dup(a, (struct str){utf8, (size_t)n8});
    add_lex(r, form, (struct lex){.cls = CLS_CUR, .value = index}, a);
    return !arena_full(a);
}

enum err_code rules_currencies(struct rules *r, struct arena *a, struct err *err) {
    static const char *const plurals[] = {"one", "two", "few", "many", "other"};
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *all = ucurr_openISOCurrencies(UCURR_COMMON | UCURR_NON_DEPRECATED, &status);
    const char *code = NULL;
    bool ok = true;
    while (ok && U_SUCCESS(status) && (code = uenum_next(all, NULL, &status)) != NULL) {
        UChar wide[4];
        int32_t n = 0;
        int index = currency_index(r, a, arena_dup(a, str_of(code)));
        u_charsToUChars(code, wide, 4);
        if (index < 0) {
            continue;
        }
        UChar last[64] = {0};
        for (size_t i = 0; ok && i < sizeof plurals / sizeof plurals[0]; i++) {
            UErrorCode one = U_ZERO_ERROR;
            UBool choice = false;
            const UChar *name = ucurr_getPluralName(wide, r->code.p, &choice, plurals[i], &n, &one);
            if (U_SUCCESS(one) && one != U_USING_DEFAULT_WARNING && n > 3 && u_strncmp(name, last, 63) != 0) { /* most plurals are alike */
                ok = add_currency_name(r, a, index, name, n);
                u_strncpy(last, name, 63);
            }
        }
        char lower[4] = {(char)(code[0] + 32), (char)(code[1] + 32), (char)(code[2] + 32), 0};
        add_lex(r, arena_dup(a, str_of(lower)), (struct lex){.cls = CLS_CUR, .upper = true, .value = index}, a);
    }
    uenum_close(all);
    return ok && !arena_full(a) ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the currencies");
}
