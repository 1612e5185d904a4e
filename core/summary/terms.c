/* terms.c - see terms.h. One map for all languages: language, kind and folded form -> concept; languages written without spaces are
 * compared without them. Compositions are matched by trying every split: fillers are short (LONGEST). */
#include "core/summary/terms.h"

#include <stdio.h>

#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { LONGEST = 120 /* bytes of a filler worth translating */, SLOTS = 4, NAME_MARK = 1 /* byte before a name's letter */ };

struct concept {
    struct str kind, key;
    struct str out[LANG_MAX]; /* what is written; p NULL: no word in that language */
};

struct form { /* for terms_find */
    struct str kind, text;
    uint32_t concept;
};

struct composition {
    struct str key, pattern; /* the pattern folded except for its {slots} */
    struct str written;      /* as in the file */
};

/* Forms of one kind in a row: a section of the file. */
struct run {
    struct str kind;
    size_t first, n;
};

struct one_language {
    struct form *forms;
    size_t form_count, form_cap;
    struct run *runs;
    size_t run_count, run_cap;
    struct composition *patterns;
    size_t pattern_count, pattern_cap;
    struct str *strip;
    size_t strip_count, strip_cap;
    struct str *drop; /* "*在内的": all up to it; ", including*": all from it */
    size_t drop_count, drop_cap;
    bool spaces;
};

struct terms {
    struct arena *a;
    const struct text_fold *fold;
    struct map by_form; /* "\x02<language>kind\x02folded form" -> concept */
    struct map by_key;  /* "kind\x02key" -> concept */
    struct concept *concepts;
    size_t concept_count, concept_cap;
    struct one_language langs[LANG_MAX];
};

/* ---- keys ---- */

/* Folded; white space single, or gone in languages without spaces. */
static struct str normal(const struct terms *t, struct arena *a, struct str text, int lang) {
    struct buf b;
    struct str folded = text_fold(t->fold, a, str_trim(text));
    buf_init(&b, a);
    for (size_t i = 0; i < folded.n; i++) {
        bool space = folded.p[i] == ' ' || folded.p[i] == '\n';
        if (!space) {
            buf_addc(&b, folded.p[i]);
        } else if (t->langs[lang].spaces && b.n && b.p[b.n - 1] != ' ') {
            buf_addc(&b, ' ');
        }
    }
    return b.n ? buf_str(&b) : STR("");
}

static struct str form_key(struct arena *a, int lang, struct str kind, struct str form) {
    return arena_printf(a, "\x02%c%.*s\x02%.*s", 'A' + lang, STR_ARG(kind), STR_ARG(form));
}

static uint32_t look_up(const struct terms *t, int lang, struct str kind, struct str form) {
    char key[LONGEST + 64];
    if (kind.n + form.n + 3 > sizeof key) {
        return MAP_NONE;
    }
    size_t n = 0;
    key[n++] = 2;
    key[n++] = (char)('A' + lang);
    memcpy(key + n, kind.p, kind.n);
    n += kind.n;
    key[n++] = 2;
    memcpy(key + n, form.p ? form.p : "", form.n);
    return map_get(&t->by_form, (struct str){key, n + form.n});
}

/* ---- loading ---- */

static enum err_code add_concept(struct terms *t, const struct conf *c, int lang, struct err *err) {
    struct str key, value;
    struct one_language *l = &t->langs[lang];
    if (!conf_pair(c, &key, &value) || !value.n) {
        return conf_fail(c, err, "expected 'key = form, form'");
    }
    uint32_t *at = map_at(&t->by_key, arena_printf(t->a, "%.*s\x02%.*s", STR_ARG(c->section), STR_ARG(key)));
    if (!at) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the terms");
    }
    if (*at == MAP_NONE) {
        *at = (uint32_t)t->concept_count;
        ARENA_PUSH(t->a, t->concepts, t->concept_count, t->concept_cap) = (struct concept){.kind = c->section, .key = key};
    }
    uint32_t concept = *at;
    if (arena_full(t->a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the terms");
    }
    if (t->concepts[concept].out[lang].p) {
        return conf_fail(c, err, "'%.*s' stands here twice", STR_ARG(key));
    }
    while (value.n) {
        struct str form = str_trim(str_cut(&value, ','));
        bool only_written = str_starts(form, STR("="));
        form = str_sub(form, only_written, form.n);
        struct str folded = normal(t, t->a, form, lang);
        if (!t->concepts[concept].out[lang].p) {
            t->concepts[concept].out[lang] = form;
        }
        if (only_written) {
            continue;
        }
        uint32_t *slot = map_at(&t->by_form, form_key(t->a, lang, c->section, folded));
        if (!slot) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the terms");
        }
        if (*slot != MAP_NONE && *slot != concept) {
            return conf_fail(c, err, "'%.*s' is already a form of '%.*s'", STR_ARG(form), STR_ARG(t->concepts[*slot].key));
        }
        *slot = concept;
        ARENA_PUSH(t->a, l->forms, l->form_count, l->form_cap) = (struct form){c->section, folded, concept};
        if (!l->run_count || !str_eq(l->runs[l->run_count - 1].kind, c->section)) {
            ARENA_PUSH(t->a, l->runs, l->run_count, l->run_cap) = (struct run){c->section, l->form_count - 1, 0};
        }
        if (l->run_count) { /* memory may have run out */
            l->runs[l->run_count - 1].n++;
        }
    }
    return ERR_OK;
}

static enum err_code add_pattern(struct terms *t, const struct conf *c, int lang, struct err *err) {
    struct str key, value;
    struct one_language *l = &t->langs[lang];
    if (!conf_pair(c, &key, &value) || str_find(value, STR("{"), 0) == SIZE_MAX) {
        return conf_fail(c, err, "expected 'kind-kind = pattern with {slots}'");
    }
    ARENA_PUSH(t->a, l->patterns, l->pattern_count, l->pattern_cap) =
        (struct composition){key, normal(t, t->a, value, lang), value};
    return ERR_OK;
}

static enum err_code read_one(struct terms *t, struct conf *c, int lang, struct err *err) {
    struct one_language *one = &t->langs[lang];
    enum err_code code = ERR_OK;
    while (code == ERR_OK && conf_next(c)) {
        if (str_eqz(c->section, "compose")) {
            code = add_pattern(t, c, lang, err);
        } else if (str_eqz(c->section, "drop")) {
            ARENA_PUSH(t->a, one->drop, one->drop_count, one->drop_cap) = normal(t, t->a, c->entry, lang);
        } else if (str_eqz(c->section, "strip")) {
            while (c->entry.n) {
                ARENA_PUSH(t->a, one->strip, one->strip_count, one->strip_cap) = normal(t, t->a, str_cut(&c->entry, ','), lang);
            }
        } else {
            code = c->section.n ? add_concept(t, c, lang, err) : conf_fail(c, err, "a section comes first");
        }
    }
    return code;
}

static enum err_code open_terms(struct terms **out, struct arena *a, const struct text_fold *fold, struct err *err) {
    struct terms *t = ARENA_NEW(a, struct terms);
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the terms");
    }
    t->a = a;
    t->fold = fold;
    map_init(&t->by_form, a);
    map_init(&t->by_key, a);
    *out = t;
    return ERR_OK;
}

enum err_code terms_read(struct terms **out, struct arena *a, struct conf *c, bool spaces, int lang, const struct text_fold *fold, struct err *err) {
    enum err_code code = open_terms(out, a, fold, err);
    if (code == ERR_OK) {
        (*out)->langs[lang].spaces = spaces;
        code = read_one(*out, c, lang, err);
    }
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the terms") : code;
}

enum err_code terms_load(struct terms **out, struct arena *a, const struct langs *l, const struct text_fold *fold, struct err *err) {
    enum err_code code = open_terms(out, a, fold, err);
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        struct conf c;
        bool found;
        (*out)->langs[i].spaces = l->items[i].atoms == ATOMS_WORD;
        code = lang_conf_open(&l->items[i], "terms.conf", &c, &found, a, err);
        code = code == ERR_OK && found ? read_one(*out, &c, (int)i, err) : code;
    }
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the terms") : code;
}

/* ---- translating ---- */

static struct str in_target(const struct terms *t, uint32_t concept, int to, bool woman) {
    char key[128];
    if (concept == MAP_NONE) {
        return STR_NONE;
    }
    const struct concept *c = &t->concepts[concept];
    int n = woman ? snprintf(key, sizeof key, "%.*s\x02%.*s-f", STR_ARG(c->kind), STR_ARG(c->key)) : 0;
    uint32_t hers = n > 0 && (size_t)n < sizeof key ? map_get(&t->by_key, (struct str){key, (size_t)n}) : MAP_NONE;
    return hers != MAP_NONE && t->concepts[hers].out[to].p ? t->concepts[hers].out[to] : c->out[to];
}

struct match {
    const struct terms *t;
    int from, to;
    bool woman;
    const struct terms_name *names;
    size_t name_count;
    struct str slot[SLOTS], value[SLOTS]; /* what the pattern's slots stand for, in the target language */
    size_t n;
};

/* What text[0..n) can be in a slot, in the target language; STR_NONE: nothing. */
static struct str slot_value(const struct match *m, struct str slot, struct str text) {
    if (str_eqz(slot, "name")) {
        size_t index = text.n == 2 && text.p[0] == NAME_MARK ? (size_t)(text.p[1] - 'a') : SIZE_MAX;
        return index < m->name_count ? m->names[index].name : STR_NONE;
    }
    if (str_eqz(slot, "number")) {
        for (size_t i = 0; i < text.n; i++) {
            if (text.p[i] < '0' || text.p[i] > '9') {
                return STR_NONE;
            }
        }
        return text;
    }
    return in_target(m->t, look_up(m->t, m->from, slot, text), m->to, m->woman);
}

/* Whether what comes behind a slot may begin at text[n]: asked before the slot is looked up, which costs more. */
static bool can_follow(struct str rest, struct str text, size_t n) {
    if (!rest.n) {
        return n == text.n;
    }
    return rest.p[0] == '{' ? utf8_boundary(text, n) : n < text.n && text.p[n] == rest.p[0];
}

/* Whether pattern[at..] describes text[from..] as a whole. Every split is tried, the longest first. */
static bool matches(struct match *m, struct str pattern, struct str text) {
    while (pattern.n && pattern.p[0] != '{') {
        if (!text.n || text.p[0] != pattern.p[0]) {
            return false;
        }
        pattern = str_sub(pattern, 1, pattern.n);
        text = str_sub(text, 1, text.n);
    }
    size_t close = str_find(pattern, STR("}"), 0);
    if (!pattern.n || close == SIZE_MAX || m->n == SLOTS) {
        return !pattern.n && !text.n;
    }
    struct str slot = str_sub(pattern, 1, close), rest = str_sub(pattern, close + 1, pattern.n);
    for (size_t n = text.n; n > 0; n--) {
        struct str value = can_follow(rest, text, n) ? slot_value(m, slot, str_sub(text, 0, n)) : STR_NONE;
        if (value.n) {
            m->slot[m->n] = slot;
            m->value[m->n++] = value;
            if (matches(m, rest, str_sub(text, n, text.n))) {
                return true;
            }
            m->n--;
        }
    }
    return false;
}

static struct str compose(const struct match *m, struct arena *a, struct str key) {
    const struct one_language *l = &m->t->langs[m->to];
    for (size_t i = 0; i < l->pattern_count; i++) {
        struct str p = l->patterns[i].written;
        struct buf b;
        if (!str_eq(l->patterns[i].key, key)) {
            continue;
        }
        buf_init(&b, a);
        for (size_t at = 0; at < p.n; at++) {
            size_t close = p.p[at] == '{' ? str_find(p, STR("}"), at) : SIZE_MAX;
            if (close == SIZE_MAX) {
                buf_addc(&b, p.p[at]);
                continue;
            }
            size_t k = 0;
            while (k < m->n && !str_eq(m->slot[k], str_sub(p, at + 1, close))) {
                k++;
            }
            if (k == m->n) {
                return STR_NONE;
            }
            buf_add(&b, m->value[k]);
            at = close;
        }
        return buf_str(&b);
    }
    return STR_NONE;
}

/* Names replaced by a mark and a letter, so that patterns can ask for them. */
static struct str marked(struct arena *a, struct str text, const struct terms_name *names, size_t n) {
    struct buf b;
    size_t at = 0;
    buf_init(&b, a);
    for (size_t i = 0; i < n && i < 26; i++) {
        buf_add(&b, str_sub(text, at, names[i].start));
        buf_addc(&b, NAME_MARK);
        buf_addc(&b, (char)('a' + i));
        at = names[i].end;
    }
    buf_add(&b, str_sub(text, at, text.n));
    return buf_str(&b);
}

static struct str stripped(const struct terms *t, struct str text, int lang) {
    const struct one_language *l = &t->langs[lang];
    for (size_t i = 0; i < l->drop_count; i++) {
        bool front = str_starts(l->drop[i], STR("*"));
        struct str word = front ? str_sub(l->drop[i], 1, l->drop[i].n) : str_sub(l->drop[i], 0, l->drop[i].n - 1);
        size_t at = str_find(text, word, 0);
        if (at != SIZE_MAX && at + front > 0) {
            text = str_trim(front ? str_sub(text, at + word.n, text.n) : str_sub(text, 0, at));
        }
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < l->strip_count; i++) {
            struct str word = l->strip[i];
            bool whole = !l->spaces || (text.n > word.n && text.p[word.n] == ' ');
            if (word.n && text.n > word.n && str_starts(text, word) && whole) {
                text = str_trim(str_sub(text, word.n, text.n));
                again = true;
            }
        }
    }
    return text;
}

struct str terms_translate(const struct terms *t, struct arena *a, struct str kind, struct str text, const struct terms_name *names,
                           size_t name_count, int from, int to, bool woman) {
    if (text.n > LONGEST || !text.n) {
        return STR_NONE;
    }
    struct str full = normal(t, a, text, from), plain = stripped(t, full, from);
    struct str whole = in_target(t, look_up(t, from, kind, full), to, woman);
    whole = whole.n ? whole : in_target(t, look_up(t, from, kind, plain), to, woman);
    if (whole.n) {
        return whole;
    }
    const struct one_language *l = &t->langs[from];
    struct str with_marks = name_count ? stripped(t, normal(t, a, marked(a, text, names, name_count), from), from) : plain;
    for (size_t i = 0; i < l->pattern_count; i++) {
        struct str rest = l->patterns[i].key;
        for (int k = 0; k < 1 + (name_count > 0); k++) {
            struct match m = {.t = t, .from = from, .to = to, .woman = woman, .names = names, .name_count = name_count};
            if (str_eq(str_cut(&rest, '-'), kind) && matches(&m, l->patterns[i].pattern, k ? with_marks : plain)) {
                return compose(&m, a, l->patterns[i].key);
            }
            rest = l->patterns[i].key;
        }
    }
    return STR_NONE;
}

struct str terms_concept(const struct terms *t, struct arena *a, struct str kind, struct str text, int lang) {
    struct str full = normal(t, a, text, lang);
    uint32_t found = text.n > LONGEST ? MAP_NONE : look_up(t, lang, kind, full);
    found = found == MAP_NONE && text.n <= LONGEST ? look_up(t, lang, kind, stripped(t, full, lang)) : found;
    struct str key = found == MAP_NONE ? STR_NONE : t->concepts[found].key;
    return str_ends(key, STR("-f")) ? str_sub(key, 0, key.n - 2) : key;
}

struct str terms_strip(const struct terms *t, struct arena *a, struct str text, int lang) {
    struct str folded = normal(t, a, text, lang), rest = stripped(t, folded, lang);
    size_t dropped = folded.n - rest.n;
    /* folding may change lengths: only where the front is the same length byte for byte, as it is for words of [strip] */
    return rest.n < folded.n && dropped < text.n && utf8_boundary(text, dropped) ? str_trim(str_sub(text, dropped, text.n)) : text;
}

static bool letter_at(struct str s, size_t at, bool before) {
    if (before ? at == 0 : at >= s.n) {
        return false;
    }
    return u_isalnum(before ? utf8_prev(s, &at) : utf8_next(s, &at));
}

/* Whether a form found in text is no part of a longer word; "% of" has no letter of its own that could go on. */
static bool stands_alone(const struct one_language *l, struct str text, struct str form, size_t at) {
    bool front = letter_at(form, 0, false), back = letter_at(form, form.n, true);
    return !l->spaces || (!(front && letter_at(text, at, true)) && !(back && letter_at(text, at + form.n, false)));
}

struct str terms_find(const struct terms *t, struct arena *a, struct str kind, struct str text, int lang) {
    const struct one_language *l = &t->langs[lang];
    struct str folded = STR_NONE;
    size_t best = 0;
    uint32_t found = MAP_NONE;
    for (size_t r = 0; r < l->run_count; r++) {
        const struct run *run = &l->runs[r];
        for (size_t i = run->first; str_eq(run->kind, kind) && i < run->first + run->n; i++) {
            struct str form = l->forms[i].text;
            folded = folded.p ? folded : normal(t, a, text, lang);
            for (size_t at = 0; form.n > best && (at = str_find(folded, form, at)) != SIZE_MAX; at++) {
                if (stands_alone(l, folded, form, at)) {
                    best = form.n;
                    found = l->forms[i].concept;
                    break;
                }
            }
        }
    }
    return found == MAP_NONE ? STR_NONE : t->concepts[found].key;
}

struct str terms_word(const struct terms *t, struct str kind, struct str concept, int lang) {
    for (size_t i = 0; concept.n && i < t->concept_count; i++) {
        if (str_eq(t->concepts[i].key, concept) && str_eq(t->concepts[i].kind, kind)) {
            return t->concepts[i].out[lang];
        }
    }
    return STR_NONE;
}

/* ---- counts ---- */

/* Digits with marks of thousands: "1.200", "1,200", "1 200", "12"; not "1.5". */
static bool whole_number(struct str s, double *out) {
    size_t group = 0;
    bool marked_before = false;
    *out = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= '0' && c <= '9') {
            *out = *out * 10 + (c - '0');
            group++;
        } else {
            if (group == 0 || group > 3 || (marked_before && group != 3)) {
                return false;
            }
            marked_before = true;
            group = 0;
        }
    }
    return s.n && (!marked_before || group == 3);
}

static size_t digit_run(struct str s, size_t at) {
    size_t end = at;
    while (end < s.n && ((s.p[end] >= '0' && s.p[end] <= '9') ||
                         ((s.p[end] == '.' || s.p[end] == ',') && end + 1 < s.n && s.p[end + 1] >= '0' && s.p[end + 1] <= '9'))) {
        end++;
    }
    return end;
}

/* A word between others, or anywhere in languages without spaces. */
static bool is_edge(const struct terms *t, struct str s, size_t at, int lang) {
    return utf8_boundary(s, at) && (!t->langs[lang].spaces || at == 0 || at >= s.n || s.p[at] == ' ' || s.p[at - 1] == ' ');
}

/* Finds "12" or "twelve" in s, with what stands before and behind; words only in front or behind a bound. */
static bool cut_number(const struct terms *t, struct str s, int lang, double *n, struct str *before, struct str *after) {
    size_t start = 0;
    while (start < s.n && !(s.p[start] >= '0' && s.p[start] <= '9')) {
        start++;
    }
    size_t end = digit_run(s, start);
    if (whole_number(str_sub(s, start, end), n)) {
        *before = str_trim(str_sub(s, 0, start));
        *after = str_trim(str_sub(s, end, s.n));
        return true;
    }
    for (size_t from = 0; start == s.n && from < s.n; from++) {
        bool bound = from == 0 || (is_edge(t, s, from, lang) && look_up(t, lang, STR("bound"), str_trim(str_sub(s, 0, from))) != MAP_NONE);
        for (size_t to = s.n; bound && to > from; to--) {
            uint32_t word = is_edge(t, s, to, lang) ? look_up(t, lang, STR("numeral"), str_trim(str_sub(s, from, to))) : MAP_NONE;
            if (word != MAP_NONE && str_to_double(t->concepts[word].key, n)) {
                *before = str_trim(str_sub(s, 0, from));
                *after = str_trim(str_sub(s, to, s.n));
                return true;
            }
        }
    }
    return false;
}

bool terms_count(const struct terms *t, struct arena *a, struct str text, int lang, struct terms_count *out) {
    struct str s = stripped(t, normal(t, a, text, lang), lang);
    struct str before = STR_NONE, after = STR_NONE;
    double factor = 1;
    if (s.n > LONGEST || !cut_number(t, s, lang, &out->n, &before, &after)) {
        return false;
    }
    out->bound = STR("");
    if (before.n) {
        uint32_t bound = look_up(t, lang, STR("bound"), before);
        if (bound == MAP_NONE) {
            return false;
        }
        out->bound = t->concepts[bound].key;
    }
    for (size_t n = after.n; n > 0 && factor == 1; n--) { /* the longest multiplier in front */
        uint32_t m = utf8_boundary(after, n) ? look_up(t, lang, STR("multiplier"), str_sub(after, 0, n)) : MAP_NONE;
        if (m != MAP_NONE && str_to_double(t->concepts[m].key, &factor)) {
            after = str_trim(str_sub(after, n, after.n));
        }
    }
    out->n *= factor;
    return !after.n || look_up(t, lang, STR("unit"), after) != MAP_NONE || look_up(t, lang, STR("people"), after) != MAP_NONE;
}
