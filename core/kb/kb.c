/* kb.c - see kb.h. An alias is looked up by its folded text without white space, over runs of whole tokens. */
#include "core/kb/kb.h"

#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { LONGEST_ALIAS = 12 /* tokens; the longest names of institutions in Chinese */, NAMES_MAX = 12 };

struct name {
    struct str tag, text;
};

struct entry {
    struct kb_row row;
    struct name names[NAMES_MAX]; /* by language tag; "en" always */
    size_t name_count;
};

struct alias {
    uint32_t row;
    bool capital; /* written with a capital: must be so in the text */
    bool last;    /* its last word too: "The Paper" is no "The paper" */
    bool upper;   /* two or three capitals: must be so in the text (MIT is no "Mit") */
};

struct kb {
    const struct langs *langs;
    const struct text_fold *fold;
    struct arena *a;
    struct entry *entries;
    size_t n, cap;
    struct alias *aliases;
    size_t alias_count, alias_cap;
    struct map by_key; /* folded text without spaces -> alias */
};

/* ---- loading ---- */

static struct str key_of(const struct kb *k, struct str alias) {
    struct buf b;
    struct str folded = text_fold(k->fold, k->a, alias);
    buf_init(&b, k->a);
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] != ' ') {
            buf_addc(&b, folded.p[i]);
        }
    }
    return buf_str(&b);
}

static bool last_capital(struct str s) {
    size_t at = s.n;
    while (at > 0 && s.p[at - 1] != ' ') {
        at--;
    }
    return s.n && u_isupper(utf8_next(s, &at));
}

static bool is_initials(struct str s) {
    bool all = s.n == 2 || s.n == 3;
    for (size_t i = 0; i < s.n; i++) {
        all = all && s.p[i] >= 'A' && s.p[i] <= 'Z';
    }
    return all;
}

static enum err_code add_alias(struct kb *k, struct conf *c, struct str alias, struct err *err) {
    if (alias.n == 0) {
        return ERR_OK;
    }
    struct str key = key_of(k, alias);
    uint32_t *at = map_at(&k->by_key, key);
    if (!at) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    uint32_t row = (uint32_t)k->n - 1;
    if (*at != MAP_NONE) {
        const struct entry *other = &k->entries[k->aliases[*at].row];
        if (k->aliases[*at].row == row) {
            return ERR_OK;
        }
        return conf_fail(c, err, "'%.*s' is a name of %.*s already", STR_ARG(alias), STR_ARG(other->row.id));
    }
    size_t next = 0;
    *at = (uint32_t)k->alias_count;
    ARENA_PUSH(k->a, k->aliases, k->alias_count, k->alias_cap) =
        (struct alias){row, u_isupper(utf8_next(alias, &next)), last_capital(alias), is_initials(alias)};
    return ERR_OK;
}

static bool type_of(struct str id, enum ng_type *out) {
    struct str head = str_cut(&id, '/');
    for (int i = NG_PERSON; i <= NG_EVENT_NAME; i++) {
        if (str_eqz(head, ng_type_name((enum ng_type)i)) && id.n) {
            *out = (enum ng_type)i;
            return true;
        }
    }
    return false;
}

/* id <tab> tag=name|alias|... <tab> ...: the first of a tag is the thing's name there; tag "also" has aliases only. */
static enum err_code add_row(struct kb *k, struct conf *c, struct err *err) {
    struct str rest = c->entry;
    struct entry e = {.row.id = conf_field(&rest)};
    if (!type_of(e.row.id, &e.row.type)) {
        return conf_fail(c, err, "'%.*s' is no id such as organization/name", STR_ARG(e.row.id));
    }
    ARENA_PUSH(k->a, k->entries, k->n, k->cap) = e;
    if (arena_full(k->a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    struct entry *in = &k->entries[k->n - 1];
    while (rest.n) {
        struct str names = conf_field(&rest), tag = str_cut(&names, '=');
        bool first = !str_eqz(tag, "also");
        if (tag.n == 0 || names.n == 0 || in->name_count == NAMES_MAX) {
            return conf_fail(c, err, "expected at most %d fields 'language=name|alias'", NAMES_MAX);
        }
        while (names.n) {
            struct str name = str_trim(str_cut(&names, '|'));
            enum err_code code = add_alias(k, c, name, err);
            if (code != ERR_OK) {
                return code;
            }
            if (first) {
                in->names[in->name_count++] = (struct name){tag, name};
                first = false;
            }
        }
    }
    return in->name_count ? ERR_OK : conf_fail(c, err, "%.*s has no name", STR_ARG(e.row.id));
}

enum err_code kb_load(struct kb **out, struct arena *a, const char *data_dir, const struct langs *l,
                      const struct text_fold *fold, struct err *err) {
    struct kb *k = ARENA_NEW(a, struct kb);
    struct str path = arena_printf(a, "%s/kb/base.tsv", data_dir);
    struct conf c;
    if (!k || !path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    k->langs = l;
    k->fold = fold;
    k->a = a;
    map_init(&k->by_key, a);
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = add_row(k, &c, err);
    }
    *out = k;
    return code;
}

const struct kb_row *kb_row(const struct kb *k, uint32_t row) {
    return &k->entries[row].row;
}

struct str kb_name(const struct kb *k, uint32_t row, struct str target) {
    const struct entry *e = &k->entries[row];
    struct str primary = target;
    primary = str_cut(&primary, '-');
    for (size_t i = 0; i < e->name_count; i++) {
        if (str_eq(e->names[i].tag, target) || str_eq(e->names[i].tag, primary)) {
            return e->names[i].text;
        }
    }
    for (size_t i = 0; i < e->name_count; i++) {
        if (str_eqz(e->names[i].tag, "en")) {
            return e->names[i].text;
        }
    }
    return e->names[0].text;
}

/* ---- finding ---- */

/* An alias in Han characters must not begin inside a dictionary word of three characters or more; short look-alikes inside
 * longer words are the danger. */
static bool begins_well(const struct doc *d, size_t first) {
    const struct tok *t = &d->toks[first];
    return !(t->flags & TOK_HAN) || t->flags & TOK_WORD_START || first == 0 || !(d->toks[first - 1].flags & TOK_HAN) ||
           d->toks[first - 1].flags & TOK_WORD_START;
}

enum err_code kb_find(const struct kb *k, struct doc *d, struct err *err) {
    size_t cap = 0;
    struct str genitive = k->langs->items[d->lang].genitive;
    struct buf b;
    buf_init(&b, d->a);
    for (size_t i = 0; i < d->tok_count; i++) {
        uint32_t found[LONGEST_ALIAS], ends[LONGEST_ALIAS];
        size_t n = 0;
        if (d->toks[i].kind > TOK_NUMBER || !begins_well(d, i)) {
            continue;
        }
        b.n = 0;
        for (size_t j = i; j < d->tok_count && j - i < LONGEST_ALIAS && d->toks[j].sent == d->toks[i].sent; j++) {
            buf_add(&b, d->toks[j].fold);
            struct str key = buf_str(&b);
            uint32_t alias = map_get(&k->by_key, key);
            if (alias == MAP_NONE && genitive.n && str_ends(key, genitive)) {
                alias = map_get(&k->by_key, str_sub(key, 0, key.n - genitive.n));
                alias = alias != MAP_NONE && k->aliases[alias].capital ? alias : MAP_NONE;
            }
            if (alias != MAP_NONE && (!k->aliases[alias].capital || d->toks[i].flags & TOK_CAPITAL) &&
                (!k->aliases[alias].last || d->toks[j].flags & TOK_CAPITAL || j == i || d->toks[j].flags & TOK_HAN ||
                 !(d->toks[j].flags & TOK_SPACE_BEFORE)) &&
                (!k->aliases[alias].upper || d->toks[i].flags & TOK_UPPER)) {
                found[n] = alias;
                ends[n++] = (uint32_t)j + 1;
            }
        }
        while (n-- > 0) { /* longest first */
            ARENA_PUSH(d->a, d->hits, d->hit_count, cap) =
                (struct kb_hit){(uint32_t)i, ends[n], k->aliases[found[n]].row, 0.9f};
        }
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the known names") : ERR_OK;
}
