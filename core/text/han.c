/* han.c - see han.h. One table a direction, by the first character the length of its longest entry: few look-ups a character. */
#include "core/text/han.h"

#include "core/base/buf.h"
#include "core/base/conf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { LONGEST = 60 /* bytes of an entry */, BASIC = 0x10000 };

struct entry {
    struct str text;
    bool taiwan; /* a word of Taiwan */
};

struct table {
    struct map by_text;
    struct entry *entries;
    size_t n, cap;
    uint8_t longest[BASIC]; /* bytes, by first character */
};

struct han {
    struct table hant, hans, ja;
    struct map surnames;
};

/* ---- reading ---- */

static enum err_code add(struct table *t, struct arena *a, const struct conf *c, struct str from, struct str to, bool taiwan, struct err *err) {
    size_t at = 0;
    int32_t first = from.n ? utf8_next(from, &at) : 0;
    if (!from.n || !to.n || from.n > LONGEST || first >= BASIC) {
        /* characters beyond the basic plane are rare, and their look-alikes stay */
        return first >= BASIC ? ERR_OK : conf_fail(c, err, "expected a word of at most %d bytes and its form in the other script", LONGEST);
    }
    uint32_t *slot = map_at(&t->by_text, from);
    if (!slot) {
        return err_set(err, ERR_NO_MEMORY, "no memory for Chinese words");
    }
    *slot = (uint32_t)t->n;
    ARENA_PUSH(a, t->entries, t->n, t->cap) = (struct entry){to, taiwan};
    t->longest[first] = from.n > t->longest[first] ? (uint8_t)from.n : t->longest[first];
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for Chinese words") : ERR_OK;
}

/* [hant], [hans], [ja]: text <tab> what it is in that script. */
static enum err_code read_pairs(struct han *h, struct arena *a, struct conf *c, struct err *err) {
    struct str rest = c->entry, from = conf_field(&rest), to = conf_field(&rest);
    struct table *t = str_eqz(c->section, "hans") ? &h->hans : str_eqz(c->section, "hant") ? &h->hant : str_eqz(c->section, "ja") ? &h->ja : NULL;
    return t ? add(t, a, c, from, to, false, err) : conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
}

/* [word]: "软件 = 軟體" both ways, ">" to traditional only, "<" to simplified only. */
static enum err_code read_word(struct han *h, struct arena *a, struct conf *c, struct err *err) {
    struct str rest = c->entry, hans = conf_word(&rest), sign = conf_word(&rest), hant = str_trim(rest);
    bool both = str_eqz(sign, "="), there = both || str_eqz(sign, ">"), back = both || str_eqz(sign, "<");
    enum err_code code = there || back ? ERR_OK : conf_fail(c, err, "expected 'word = word', with = or > or < between");
    code = code == ERR_OK && there ? add(&h->hant, a, c, hans, hant, true, err) : code;
    return code == ERR_OK && back ? add(&h->hans, a, c, hant, hans, true, err) : code;
}

static enum err_code read_script(struct han *h, struct arena *a, struct conf *c, struct err *err) {
    if (str_eqz(c->section, "word")) {
        return read_word(h, a, c, err);
    }
    if (str_eqz(c->section, "example")) { /* for the tests */
        return ERR_OK;
    }
    if (!str_eqz(c->section, "surname")) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    for (struct str w = conf_word(&c->entry); w.n; w = conf_word(&c->entry)) {
        if (!map_set(&h->surnames, w, 1)) {
            return err_set(err, ERR_NO_MEMORY, "no memory for surnames");
        }
    }
    return ERR_OK;
}

enum err_code han_load(struct han **out, struct arena *a, const char *data_dir, struct err *err) {
    struct han *h = ARENA_NEW(a, struct han);
    struct str characters = arena_printf(a, "%s/text/han.conf", data_dir), words = arena_printf(a, "%s/lang/zh/script.conf", data_dir);
    struct conf c;
    if (!h || !characters.p || !words.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for Chinese words");
    }
    map_init(&h->hant.by_text, a);
    map_init(&h->hans.by_text, a);
    map_init(&h->ja.by_text, a);
    map_init(&h->surnames, a);
    enum err_code code = conf_open(&c, a, characters.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = read_pairs(h, a, &c, err);
    }
    code = code ? code : conf_open(&c, a, words.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = read_script(h, a, &c, err);
    }
    *out = h;
    return code;
}

/* ---- converting ---- */

static const struct table *table_of(const struct han *h, enum han_to to) {
    return to == HAN_HANS ? &h->hans : to == HAN_JAPAN ? &h->ja : &h->hant;
}

/* What the longest entry at text[at] becomes, and how many bytes it is; 0: there is none. */
static size_t longest_at(const struct table *t, struct str text, size_t at, bool words, struct str *out) {
    size_t next = at;
    int32_t first = utf8_next(text, &next);
    size_t most = first < BASIC ? t->longest[first] : 0, left = text.n - at;
    for (size_t n = most < left ? most : left; n > 0; n--) {
        uint32_t found = utf8_boundary(text, at + n) ? map_get(&t->by_text, str_sub(text, at, at + n)) : MAP_NONE;
        if (found != MAP_NONE && (words || !t->entries[found].taiwan)) {
            *out = t->entries[found].text;
            return n;
        }
    }
    return 0;
}

struct str han_convert(const struct han *h, struct arena *a, enum han_to to, struct str text) {
    const struct table *t = table_of(h, to);
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < text.n;) {
        struct str other;
        size_t n = longest_at(t, text, i, to != HAN_HANT, &other), next = i;
        if (n) {
            buf_add(&b, other);
            i += n;
        } else {
            utf8_next(text, &next);
            buf_add(&b, str_sub(text, i, next));
            i = next;
        }
    }
    return b.n ? buf_str(&b) : STR_NONE;
}

struct str han_convert_person(const struct han *h, struct arena *a, enum han_to to, struct str name) {
    const struct table *t = table_of(h, to);
    struct str other;
    struct buf b;
    if (name.n && longest_at(t, name, 0, to != HAN_HANT, &other) == name.n) {
        return other;
    }
    buf_init(&b, a);
    for (size_t i = 0, next = 0; i < name.n; i = next) {
        utf8_next(name, &next);
        struct str one = str_sub(name, i, next);
        uint32_t found = map_get(&t->by_text, one);
        bool surname = i == 0 && to != HAN_HANS && to != HAN_JAPAN && map_get(&h->surnames, one) != MAP_NONE;
        buf_add(&b, found == MAP_NONE || surname ? one : t->entries[found].text);
    }
    return b.n ? buf_str(&b) : STR_NONE;
}

static bool changes(const struct table *t, struct str one) {
    uint32_t found = map_get(&t->by_text, one);
    return found != MAP_NONE && !str_eq(t->entries[found].text, one);
}

bool han_is_written(const struct han *h, enum han_to to, struct str text) {
    const struct table *there = table_of(h, to), *back = to == HAN_HANS ? &h->hant : &h->hans;
    for (size_t i = 0, next = 0; i < text.n; i = next) {
        utf8_next(text, &next);
        struct str one = str_sub(text, i, next);
        if (changes(back, one) && !changes(there, one)) {
            return true;
        }
    }
    return false;
}
