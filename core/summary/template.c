/* template.c - see template.h. Patterns are checked and their lets expanded when the file is read, so that evaluation only walks
 * them; depth is bounded by the check. */
#include "core/summary/template.h"

#include <uchar.h>

#include <unicode/uchar.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { DEEPEST = 8, LONGEST_PATTERN = 2000, EXPANSIONS = 32 };

struct let {
    struct str section, name, text;
};

/* One line of [names]: which names ('*' at either end for any rest) and their forms. */
struct name_rule {
    struct str match, forms;
};

struct templates {
    struct template_entry *entries;
    size_t n, cap;
    struct template_example *examples;
    size_t example_count, example_cap;
    struct map by_key; /* "section\x02key" -> its first entry; the others follow in order, `next` is one more than the index or 0 */
    uint32_t *next;
    struct let *lets;
    size_t let_count, let_cap;
    struct let *cases; /* name, text with {name} */
    size_t case_count, case_cap;
    struct name_rule *names;
    size_t name_count, name_cap;
};

/* ---- walking ---- */

/* The closing bracket that belongs to s.p[at], or SIZE_MAX. */
static size_t closing(struct str s, size_t at) {
    char stack[DEEPEST * 2];
    size_t depth = 0;
    for (size_t i = at; i < s.n; i++) {
        char c = s.p[i];
        if (c == '{' || c == '[') {
            if (depth == sizeof stack) {
                return SIZE_MAX;
            }
            stack[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (depth == 0 || stack[--depth] != c) {
                return SIZE_MAX;
            }
            if (depth == 0) {
                return i;
            }
        }
    }
    return SIZE_MAX;
}

static bool balanced(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '{' || s.p[i] == '[') {
            i = closing(s, i);
            if (i == SIZE_MAX) {
                return false;
            }
        } else if (s.p[i] == '}' || s.p[i] == ']') {
            return false;
        }
    }
    return true;
}

/* One case of a plural or select: "one{text}" cut off the front of rest. */
static bool next_case(struct str *rest, struct str *key, struct str *text) {
    *rest = str_trim(*rest);
    size_t open = str_find(*rest, STR("{"), 0);
    size_t close = open == SIZE_MAX ? SIZE_MAX : closing(*rest, open);
    if (close == SIZE_MAX) {
        return false;
    }
    *key = str_trim(str_sub(*rest, 0, open));
    *text = str_sub(*rest, open + 1, close);
    *rest = str_sub(*rest, close + 1, rest->n);
    return true;
}

/* ---- reading ---- */

static struct str unquoted(struct str s) {
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 1) : s;
}

static const struct let *find_let(const struct templates *t, struct str section, struct str name) {
    for (size_t i = t->let_count; i-- > 0;) {
        const struct let *l = &t->lets[i];
        if (str_eq(l->name, name) && (str_eq(l->section, section) || str_eqz(l->section, "let"))) {
            return l;
        }
    }
    return NULL;
}

/* Whether an argument has cases: "x, plural, one{..}". */
static bool has_cases(struct str inner) {
    size_t comma = str_find(inner, STR(","), 0), brace = str_find(inner, STR("{"), 0);
    return comma < brace && brace != SIZE_MAX;
}

/* text with the lets in it replaced once; *any: there was one. Lets with a parameter are {name role}. */
static struct str expand_once(const struct templates *t, struct arena *a, struct str section, struct str text, bool *any) {
    struct buf b;
    bool in_cases[DEEPEST * 2] = {false}; /* by depth of braces: between the cases of an argument, where a brace opens a text */
    size_t depth = 0;
    buf_init(&b, a);
    *any = false;
    for (size_t i = 0; i < text.n; i++) {
        size_t close = text.p[i] == '{' && !in_cases[depth] ? closing(text, i) : SIZE_MAX;
        struct str inner = close == SIZE_MAX ? STR_NONE : str_sub(text, i + 1, close);
        struct str role = inner, name = str_cut(&role, ' ');
        const struct let *l = inner.n && str_find(inner, STR("{"), 0) == SIZE_MAX && str_find(inner, STR(","), 0) == SIZE_MAX
                                  ? find_let(t, section, name)
                                  : NULL;
        if (!l) {
            if (text.p[i] == '{' && depth + 1 < sizeof in_cases) {
                in_cases[++depth] = inner.n && has_cases(inner);
            } else if (text.p[i] == '}' && depth > 0) {
                depth--;
            }
            buf_addc(&b, text.p[i]);
            continue;
        }
        *any = true;
        for (size_t k = 0; k < l->text.n; k++) {
            if (l->text.p[k] == '$') {
                buf_add(&b, role);
            } else {
                buf_addc(&b, l->text.p[k]);
            }
        }
        i = close;
    }
    return b.n ? buf_str(&b) : STR("");
}

static enum err_code expand(const struct templates *t, struct arena *a, const struct conf *c, struct str *text, struct err *err) {
    bool any = true;
    if (!balanced(*text)) {
        return conf_fail(c, err, "braces or brackets do not match");
    }
    for (int i = 0; any && i < EXPANSIONS; i++) {
        *text = expand_once(t, a, c->section, *text, &any);
        if (text->n > LONGEST_PATTERN) {
            return conf_fail(c, err, "longer than %d bytes with its lets", LONGEST_PATTERN);
        }
    }
    return any ? conf_fail(c, err, "a let stands for itself") : ERR_OK;
}

/* Every plural and select has cases and an 'other'; nothing is nested deeper than DEEPEST. */
static enum err_code check(const struct conf *c, struct str s, int depth, struct err *err) {
    if (depth > DEEPEST) {
        return conf_fail(c, err, "nested deeper than %d levels", DEEPEST);
    }
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '{' && s.p[i] != '[') {
            continue;
        }
        size_t close = closing(s, i);
        struct str inner = str_sub(s, i + 1, close), rest = inner;
        enum err_code code = ERR_OK;
        if (close == SIZE_MAX) {
            return conf_fail(c, err, "braces or brackets do not match");
        }
        if (s.p[i] == '[') {
            code = check(c, inner, depth + 1, err);
        } else if (str_find(inner, STR(","), 0) != SIZE_MAX) {
            struct str key, text;
            bool other = false;
            (void)str_cut(&rest, ',');
            struct str how = str_trim(str_cut(&rest, ','));
            if (!str_eqz(how, "plural") && !str_eqz(how, "select")) {
                return conf_fail(c, err, "'%.*s' is neither plural nor select", STR_ARG(how));
            }
            while (code == ERR_OK && next_case(&rest, &key, &text)) {
                other = other || str_eqz(key, "other");
                code = check(c, text, depth + 1, err);
            }
            if (code == ERR_OK && (!other || str_trim(rest).n)) {
                return conf_fail(c, err, "'%.*s' needs cases such as one{..} and an other{..}", STR_ARG(how));
            }
        } else if (!inner.n) {
            return conf_fail(c, err, "empty braces");
        }
        if (code != ERR_OK) {
            return code;
        }
        i = close;
    }
    return ERR_OK;
}

static enum err_code read_example(struct templates *t, const struct conf *c, struct arena *a, struct str key, struct str value, struct err *err) {
    size_t arrow = str_find(value, STR(" -> "), 0);
    if (!t->n || !str_eq(t->entries[t->n - 1].section, c->section)) {
        return conf_fail(c, err, "an example stands behind its pattern");
    }
    if (arrow == SIZE_MAX) {
        return conf_fail(c, err, "expected 'example = facts -> sentence'");
    }
    struct str form = str_sub(key, key.n > 8 ? 8 : key.n, key.n);
    ARENA_PUSH(a, t->examples, t->example_count, t->example_cap) =
        (struct template_example){t->n - 1, str_trim(str_sub(value, 0, arrow)), str_trim(str_sub(value, arrow + 4, value.n)), form, c->line};
    return ERR_OK;
}

static enum err_code read_entry(struct templates *t, struct conf *c, struct format *f, struct arena *a, struct err *err) {
    struct str key, value;
    bool mine;
    enum err_code code = format_setting(f, a, c, &mine, err);
    if (code != ERR_OK || mine) {
        return code;
    }
    if (!c->section.n || !conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'key = value' in a section");
    }
    value = unquoted(value);
    if (str_eqz(c->section, "names")) {
        ARENA_PUSH(a, t->names, t->name_count, t->name_cap) = (struct name_rule){key, value};
    } else if (str_eqz(c->section, "cases")) {
        ARENA_PUSH(a, t->cases, t->case_count, t->case_cap) = (struct let){c->section, key, value};
    } else if (str_eqz(c->section, "let") || str_starts(key, STR("let "))) {
        struct str name = str_eqz(c->section, "let") ? key : str_trim(str_sub(key, 4, key.n));
        if (!balanced(value)) {
            return conf_fail(c, err, "braces or brackets do not match");
        }
        ARENA_PUSH(a, t->lets, t->let_count, t->let_cap) = (struct let){c->section, name, value};
    } else if (str_eqz(key, "example") || str_starts(key, STR("example-"))) {
        code = read_example(t, c, a, key, value, err);
    } else {
        code = expand(t, a, c, &value, err);
        code = code ? code : check(c, value, 0, err);
        ARENA_PUSH(a, t->entries, t->n, t->cap) = (struct template_entry){c->section, key, value, c->line};
    }
    return code;
}

static bool index_entries(struct templates *t, struct arena *a) {
    map_init(&t->by_key, a);
    t->next = ARENA_ARRAY(a, t->n + 1, uint32_t);
    for (size_t i = t->n; t->next && i-- > 0;) {
        struct str key = arena_printf(a, "%.*s\x02%.*s", STR_ARG(t->entries[i].section), STR_ARG(t->entries[i].key));
        uint32_t *at = map_at(&t->by_key, key);
        if (!at) {
            return false;
        }
        t->next[i] = *at == MAP_NONE ? 0 : *at + 1;
        *at = (uint32_t)i;
    }
    return t->next != NULL;
}

enum err_code templates_read(struct templates **out, struct conf *c, struct format *f, struct arena *a, struct err *err) {
    struct templates *t = ARENA_NEW(a, struct templates);
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for templates");
    }
    while (conf_next(c)) {
        enum err_code code = read_entry(t, c, f, a, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *out = t;
    return index_entries(t, a) && !arena_full(a) ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for templates");
}

enum err_code templates_load(struct templates **out, const struct lang *l, struct format *f, struct arena *a, struct err *err) {
    struct conf c;
    bool found;
    *out = NULL;
    enum err_code code = lang_conf_open(l, "summary.conf", &c, &found, a, err);
    return code == ERR_OK && found ? templates_read(out, &c, f, a, err) : code;
}

/* ---- looking up ---- */

struct str templates_get(const struct templates *t, struct str section, struct str key, size_t i) {
    char name[128];
    if (!section.n || !key.n || section.n + key.n + 1 > sizeof name) {
        return STR_NONE;
    }
    memcpy(name, section.p, section.n);
    name[section.n] = 2;
    memcpy(name + section.n + 1, key.p, key.n);
    uint32_t at = map_get(&t->by_key, (struct str){name, section.n + 1 + key.n});
    while (at != MAP_NONE && i-- > 0) {
        at = t->next[at] ? t->next[at] - 1 : MAP_NONE;
    }
    return at == MAP_NONE ? STR_NONE : t->entries[at].text;
}

const struct template_entry *templates_entries(const struct templates *t, size_t *n) {
    *n = t->n;
    return t->entries;
}

const struct template_example *templates_examples(const struct templates *t, size_t *n) {
    *n = t->example_count;
    return t->examples;
}

static bool fits(struct str match, struct str name) {
    bool head = str_starts(match, STR("*")), tail = str_ends(match, STR("*"));
    struct str core = str_sub(match, head, match.n - tail);
    if (head && tail) {
        return str_find(name, core, 0) != SIZE_MAX;
    }
    return head ? str_ends(name, core) : tail ? str_starts(name, core) : str_eq(name, core);
}

static struct str with_name(struct arena *a, struct str pattern, struct str name) {
    struct buf b;
    size_t at = str_find(pattern, STR("{name}"), 0);
    buf_init(&b, a);
    if (at == SIZE_MAX) {
        return pattern;
    }
    buf_add(&b, str_sub(pattern, 0, at));
    buf_add(&b, name);
    buf_add(&b, str_sub(pattern, at + 6, pattern.n));
    return buf_str(&b);
}

static bool starts_with_vowel(struct str name) {
    size_t at = 0;
    static const char32_t vowels[] = U"aeiouhàâäéèêëîïôöùûüAEIOUHÀÂÄÉÈÊËÎÏÔÖÙÛÜ";
    int32_t c = name.n ? utf8_next(name, &at) : 0;
    for (size_t i = 0; i + 1 < sizeof vowels / sizeof vowels[0]; i++) {
        if ((int32_t)vowels[i] == c) {
            return true;
        }
    }
    return false;
}

/* The pattern of a case; `of-vowel` before `of` where the name begins with a vowel (d'Alibaba). */
static struct str case_pattern(const struct templates *t, struct str form, struct str name) {
    struct str plain = STR_NONE;
    for (size_t i = 0; i < t->case_count; i++) {
        struct str key = t->cases[i].name;
        if (str_eq(key, form)) {
            plain = t->cases[i].text;
        } else if (key.n == form.n + 6 && str_starts(key, form) && str_ends(key, STR("-vowel")) && starts_with_vowel(name)) {
            return t->cases[i].text;
        }
    }
    return plain.p ? plain : STR("{name}");
}

struct str templates_name(const struct templates *t, struct arena *a, struct str name, struct str form, bool *plural) {
    struct str plain = name;
    *plural = false;
    if (str_eqz(form, "name")) {
        return name;
    }
    for (size_t i = 0; i < t->name_count; i++) {
        if (!fits(t->names[i].match, name)) {
            continue;
        }
        /* "the {name}; loc=in the {name}; plural" */
        struct str rest = t->names[i].forms, exact = STR_NONE;
        bool first = true;
        while (rest.n) {
            struct str value = str_trim(str_cut(&rest, ';')), key = str_find(value, STR("="), 0) != SIZE_MAX ? str_cut(&value, '=') : STR("");
            if (first) {
                plain = with_name(a, value, name);
            } else if (str_eqz(value, "plural")) {
                *plural = true;
            } else if (form.n && str_eq(key, form)) {
                exact = with_name(a, value, name);
            }
            first = false;
        }
        if (exact.n) {
            return exact;
        }
        break;
    }
    return form.n ? with_name(a, case_pattern(t, form, plain), plain) : plain;
}

struct str templates_case(const struct templates *t, struct arena *a, struct str text, struct str form) {
    return form.n ? with_name(a, case_pattern(t, form, text), text) : text;
}

/* ---- filling ---- */

static bool fill(const struct format *f, struct str s, const struct template_args *args, struct sentence *out);

static bool fill_cases(const struct format *f, struct str name, struct str how, struct str cases, const struct template_args *args,
                       struct sentence *out) {
    struct str key, text, other = STR_NONE, wanted;
    if (str_eqz(how, "plural")) {
        wanted = str_of(format_plural(f, args->number(args->ctx, name)));
    } else {
        wanted = args->kind(args->ctx, name);
    }
    while (next_case(&cases, &key, &text)) {
        if (str_eq(key, wanted)) {
            return fill(f, text, args, out);
        }
        other = str_eqz(key, "other") ? text : other;
    }
    return fill(f, other, args, out);
}

static bool fill_argument(const struct format *f, struct str inner, const struct template_args *args, struct sentence *out) {
    if (str_find(inner, STR(","), 0) == SIZE_MAX) {
        struct str form = inner, name = str_cut(&form, '.');
        return args->put(args->ctx, name, form, out);
    }
    struct str rest = inner, name = str_trim(str_cut(&rest, ',')), how = str_trim(str_cut(&rest, ','));
    return fill_cases(f, name, how, rest, args, out);
}

static bool fill(const struct format *f, struct str s, const struct template_args *args, struct sentence *out) {
    size_t bytes = out->b.n, pieces = out->n;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c != '[' && c != '{') {
            buf_addc(&out->b, c);
            continue;
        }
        size_t close = closing(s, i);
        struct str inner = str_sub(s, i + 1, close);
        bool good = c == '[' ? fill(f, inner, args, out) : fill_argument(f, inner, args, out);
        if (!good && c == '{') {
            out->b.n = bytes;
            out->n = pieces;
            return false;
        }
        i = close;
    }
    return true;
}

bool template_fill(const struct templates *t, const struct format *f, struct str pattern, const struct template_args *args,
                   struct sentence *out) {
    (void)t;
    return fill(f, pattern, args, out);
}
