/* template.c - see template.h */
#include "core/summary/template.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

struct template {
    struct str type;
    enum ng_status status;
    struct str text; /* checked: braces and brackets match */
};

struct summary_templates {
    struct template *items;
    size_t n;
    struct str comma, last; /* between list items, before the last */
};

/* ---- reading ---- */

static bool status_of(struct str s, enum ng_status *out) {
    for (int i = NG_OCCURRED; i <= NG_DENIED; i++) {
        if (str_eqz(s, ng_status_name((enum ng_status)i))) {
            *out = (enum ng_status)i;
            return true;
        }
    }
    return false;
}

/* {..} and [..] match and do not nest in themselves. */
static bool well_formed(struct str s) {
    bool brace = false, bracket = false;
    for (size_t i = 0; i < s.n; i++) {
        bool wrong = (s.p[i] == '{' && brace) || (s.p[i] == '}' && !brace) || (s.p[i] == '[' && (bracket || brace)) ||
                     (s.p[i] == ']' && (!bracket || brace));
        if (wrong) {
            return false;
        }
        brace = s.p[i] == '{' || (brace && s.p[i] != '}');
        bracket = s.p[i] == '[' || (bracket && s.p[i] != ']');
    }
    return !brace && !bracket;
}

/* A value in double quotes keeps its spaces. */
static struct str unquoted(struct str s) {
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 1) : s;
}

static enum err_code read_entry(struct summary_templates *t, size_t *cap, struct conf *c, struct arena *a, struct err *err) {
    struct str key, value;
    if (!conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'key = value'");
    }
    if (str_eqz(c->section, "list")) {
        struct str *slot = str_eqz(key, "comma") ? &t->comma : str_eqz(key, "last") ? &t->last : NULL;
        if (!slot) {
            return conf_fail(c, err, "[list] has 'comma' and 'last', not '%.*s'", STR_ARG(key));
        }
        *slot = unquoted(value);
        return ERR_OK;
    }
    if (!str_eqz(c->section, "events")) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    struct template one = {.type = conf_word(&key), .text = value};
    if (!status_of(key, &one.status)) {
        return conf_fail(c, err, "'%.*s' is no status (occurred, planned, alleged, denied)", STR_ARG(key));
    }
    if (!well_formed(value)) {
        return conf_fail(c, err, "braces or brackets do not match");
    }
    ARENA_PUSH(a, t->items, t->n, *cap) = one;
    return ERR_OK;
}

enum err_code summary_templates_read(struct summary_templates **out, struct conf *c, struct arena *a, struct err *err) {
    struct summary_templates *t = ARENA_NEW(a, struct summary_templates);
    size_t cap = 0;
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for templates");
    }
    t->comma = t->last = STR(", ");
    while (conf_next(c)) {
        enum err_code code = read_entry(t, &cap, c, a, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *out = t;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for templates") : ERR_OK;
}

enum err_code summary_templates_load(struct summary_templates **out, const struct lang *l, struct arena *a, struct err *err) {
    struct conf c;
    bool found;
    *out = NULL;
    enum err_code code = lang_conf_open(l, "summary.conf", &c, &found, a, err);
    return code == ERR_OK && found ? summary_templates_read(out, &c, a, err) : code;
}

/* ---- filling ---- */

/* The names of a role's fillers, joined; false when the role is absent or a filler has no name in the target. */
static bool add_role(const struct summary_templates *t, struct buf *b, struct str name, const struct ng_event *e,
                     bool verbatim, const struct doc *d) {
    for (size_t r = 0; r < e->role_count; r++) {
        const struct ng_role *role = &e->roles[r];
        if (!str_eq(role->name, name)) {
            continue;
        }
        for (size_t i = 0; i < role->filler_count; i++) {
            const struct ng_filler *f = &role->fillers[i];
            if (f->entity < 0 && !verbatim) {
                return false;
            }
            if (i) {
                buf_add(b, i + 1 == role->filler_count ? t->last : t->comma);
            }
            buf_add(b, f->entity >= 0 ? d->entities[f->entity].canonical_name
                                      : str_sub(d->text, f->span.start, f->span.end));
        }
        return role->filler_count > 0;
    }
    return false;
}

/* Fills s into b. false when a bare role is missing (b is then as it was). */
static bool fill(const struct summary_templates *t, struct buf *b, struct str s, const struct ng_event *e, bool verbatim,
                 const struct doc *d) {
    size_t before = b->n;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '[') {
            size_t end = str_find(s, STR("]"), i);
            fill(t, b, str_sub(s, i + 1, end), e, verbatim, d); /* brackets do not nest: one level deep */
            i = end;
        } else if (s.p[i] == '{') {
            size_t end = str_find(s, STR("}"), i);
            if (!add_role(t, b, str_sub(s, i + 1, end), e, verbatim, d)) {
                b->n = before;
                return false;
            }
            i = end;
        } else {
            buf_addc(b, s.p[i]);
        }
    }
    return true;
}

struct str summary_template_fill(const struct summary_templates *t, const struct ng_event *e, bool verbatim, struct doc *d) {
    for (size_t i = 0; i < t->n; i++) {
        struct buf b;
        buf_init(&b, d->a);
        if (t->items[i].status == e->status && str_eq(t->items[i].type, e->type) &&
            fill(t, &b, t->items[i].text, e, verbatim, d)) {
            return buf_str(&b);
        }
    }
    return STR_NONE;
}
