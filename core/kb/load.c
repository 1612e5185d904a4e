/* load.c - data/kb/<name>.conf into the tables of in.h. The format is told in data/kb/README.md. */
#include <dirent.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include "core/base/utf8.h"
#include "core/kb/in.h"

#include "core/base/banned.h"

enum { KEY_MAX = 400, FIRST_TABLE = 1 << 12 };

/* ---- keys ---- */

static bool left_out(int32_t c) {
    return c == ' ' || c == '-' || c == '.' || c == '\'' || c == 0xB7 || c == 0x2022 || c == 0x30FB || c == 0x2027 ||
           c == 0x2019 || c == 0x2010 || c == 0x2011;
}

/* Whether a character of ideographs begins so: none of them is left out. */
static bool opens_han(char c) {
    return (unsigned char)c >= 0xE4 && (unsigned char)c <= 0xE9;
}

void kb_key_add(struct buf *b, struct str folded) {
    size_t from = 0;
    for (size_t i = 0; i < folded.n;) {
        size_t at = i;
        if (opens_han(folded.p[i])) {
            i += i + 3 <= folded.n ? 3 : folded.n - i;
        } else if (left_out(utf8_next(folded, &i))) {
            buf_add(b, str_sub(folded, from, at));
            from = i;
        }
    }
    buf_add(b, str_sub(folded, from, folded.n));
}

static uint32_t head_of(struct str key, size_t n) {
    return (uint32_t)str_hash(str_sub(key, 0, n)) % KB_HEADS;
}

size_t kb_longest(const struct kb *k, struct str key, size_t ending) {
    if (key.n < KB_HEAD) {
        return SIZE_MAX / 2;
    }
    return key.n < KB_NECK + ending ? k->longest[head_of(key, KB_HEAD)] : k->longer[head_of(key, KB_NECK)];
}

/* A key that is shorter than the neck is never looked for by it. */
static void note_length(struct kb *k, struct str key) {
    uint16_t *head = &k->longest[head_of(key, KB_HEAD)], *neck = &k->longer[head_of(key, KB_NECK)];
    *head = key.n > *head ? (uint16_t)key.n : *head;
    *neck = key.n > *neck ? (uint16_t)key.n : *neck;
}

static uint32_t slot_of(const struct kb *k, struct str key) {
    uint64_t hash = str_hash(key);
    uint32_t mask = (uint32_t)k->table_size - 1;
    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint64_t place = k->table[i];
        const struct kb_alias *x = place && place >> 32 == hash >> 32 ? &k->aliases[(uint32_t)place - 1] : NULL;
        if (!place || (x && x->n == key.n && memcmp(k->pool + x->key, key.p, key.n) == 0)) {
            return i;
        }
    }
}

static uint32_t alias_at(const struct kb *k, uint32_t slot) {
    return k->table[slot] ? (uint32_t)k->table[slot] - 1 : KB_NONE;
}

uint32_t kb_lookup(const struct kb *k, struct str key) {
    if (!k->table_size || !key.n) {
        return KB_NONE;
    }
    return alias_at(k, slot_of(k, key));
}

static bool widen_table(struct kb *k) {
    size_t size = k->table_size ? k->table_size * 2 : FIRST_TABLE, old = k->table_size;
    uint64_t *before = k->table, *wider = ARENA_ARRAY(k->a, size, uint64_t);
    if (!wider) {
        return false;
    }
    k->table = wider;
    k->table_size = size;
    for (size_t i = 0; i < old; i++) {
        if (before[i]) {
            const struct kb_alias *x = &k->aliases[(uint32_t)before[i] - 1];
            k->table[slot_of(k, (struct str){k->pool + x->key, x->n})] = before[i];
        }
    }
    return true;
}

/* ---- aliases ---- */

static uint8_t case_of(struct str alias) {
    size_t at = 0, letters = 0, upper = 0;
    uint8_t flags = u_isupper(utf8_next(alias, &at)) ? ALIAS_CAPITAL : 0;
    for (at = alias.n; at > 0 && alias.p[at - 1] != ' ';) {
        at--;
    }
    flags |= alias.n && u_isupper(utf8_next(alias, &at)) ? ALIAS_LAST : 0;
    for (at = 0; at < alias.n;) {
        letters++;
        upper += u_isupper(utf8_next(alias, &at)) ? 1 : 0;
    }
    flags |= letters == upper && letters >= 2 && letters <= 4 ? ALIAS_UPPER : 0;
    return flags | (letters == 1 ? ALIAS_SHORT : 0);
}

static bool has_han(struct str s) {
    for (size_t i = 0; i < s.n;) {
        if (u_hasBinaryProperty(utf8_next(s, &i), UCHAR_IDEOGRAPHIC)) {
            return true;
        }
    }
    return false;
}

static bool both_claim(const struct kb_alias *x, const struct kb_alias *y) {
    uint8_t kinds = ALIAS_WEAK | ALIAS_CUE;
    return !(x->flags & kinds) && !(y->flags & kinds) && x->lang == y->lang;
}

/* Puts alias behind those of the same key; the same name of the same row again only loosens what its capitals demand. */
static enum err_code chain(struct kb *k, struct conf *c, uint32_t slot, struct kb_alias alias, struct str text,
                           struct err *err) {
    uint32_t last = KB_NONE;
    for (uint32_t i = alias_at(k, slot); i != KB_NONE; i = k->aliases[i].next) {
        struct kb_alias *x = &k->aliases[i];
        if (x->row == alias.row && (x->flags & ALIAS_CUE) == (alias.flags & ALIAS_CUE)) {
            x->flags &= alias.flags | ALIAS_CUE | ALIAS_SHORT;
            x->lang = x->lang == alias.lang ? x->lang : LANG_NONE;
            return ERR_OK;
        }
        if (both_claim(x, &alias)) {
            return conf_fail(c, err, "'%.*s' is a name of %.*s already: mark one of them with '?'", STR_ARG(text),
                             STR_ARG(k->entries[x->row].row.id));
        }
        last = i;
    }
    ARENA_PUSH(k->a, k->aliases, k->alias_count, k->alias_cap) = alias;
    if (arena_full(k->a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    if (last == KB_NONE) {
        uint64_t hash = str_hash((struct str){k->pool + alias.key, alias.n});
        k->table[slot] = hash >> 32 << 32 | k->alias_count;
        k->keys++;
    } else {
        k->aliases[last].next = (uint32_t)k->alias_count - 1;
    }
    return ERR_OK;
}

static enum err_code add_alias(struct kb *k, struct conf *c, struct str text, uint8_t flags, int lang, struct err *err) {
    struct buf key;
    buf_init(&key, k->a);
    kb_key_add(&key, text_fold(k->fold, k->a, text));
    if ((k->keys + 1) * 2 > k->table_size && !widen_table(k)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    if (key.n == 0 || key.n > KEY_MAX) {
        return conf_fail(c, err, "'%.*s' is no name: it has no letter or too many", STR_ARG(text));
    }
    if (k->pool_n + key.n > k->pool_cap && !arena_grow(k->a, (void **)&k->pool, &k->pool_cap, k->pool_n + key.n, 1)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    struct str s = buf_str(&key);
    uint32_t slot = slot_of(k, s);
    struct kb_alias alias = {.row = k->row, .next = KB_NONE, .n = (uint16_t)s.n, .lang = (int8_t)lang};
    alias.flags = flags & ALIAS_CUE ? flags : flags | case_of(text);
    if (k->table[slot]) {
        alias.key = k->aliases[alias_at(k, slot)].key;
    } else {
        alias.key = (uint32_t)k->pool_n;
        memcpy(k->pool + k->pool_n, s.p, s.n);
        k->pool_n += s.n;
    }
    note_length(k, s);
    return chain(k, c, slot, alias, text, err);
}

/* ---- rows ---- */

static bool type_of(struct str name, enum ng_type *out) {
    for (int i = NG_PERSON; i <= NG_EVENT_NAME; i++) {
        if (str_eqz(name, ng_type_name((enum ng_type)i))) {
            *out = (enum ng_type)i;
            return true;
        }
    }
    return false;
}

/* "Nestlé S.A." -> "nestle_s_a": letters under their marks, the rest as one underscore. */
static struct str slug_of(struct kb *k, struct str name) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfd = unorm2_getNFDInstance(&status);
    struct buf b;
    buf_init(&b, k->a);
    for (size_t i = 0; i < name.n;) {
        int32_t c = utf8_next(name, &i);
        UChar parts[8];
        UErrorCode own = U_ZERO_ERROR;
        int32_t n = c >= 0x80 ? unorm2_getDecomposition(nfd, c, parts, 8, &own) : -1;
        c = n > 0 ? parts[0] : c;
        while (c >= 0x80 && n > 0 && (n = unorm2_getRawDecomposition(nfd, c, parts, 8, &own)) > 0) {
            c = parts[0];
        }
        c = c == 0x110 || c == 0x111 ? 'd' : c == 0xDF ? 's' : c == 0xF8 || c == 0xD8 ? 'o' : c == 0x142 ? 'l' : c == 0x131 ? 'i' : c;
        c = c >= 'A' && c <= 'Z' ? c + 32 : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            buf_addc(&b, (char)c);
        } else if (b.n && b.p[b.n - 1] != '_') {
            buf_addc(&b, '_');
        }
    }
    while (b.n && b.p[b.n - 1] == '_') {
        b.n--;
    }
    return buf_str(&b);
}

static struct str tag_by_script(struct str names) {
    for (size_t i = 0; i < names.n;) {
        int32_t c = utf8_next(names, &i);
        if (c >= 0x3040 && c <= 0x30FF && c != 0x30FB) {
            return STR("ja");
        }
        if (c >= 0xAC00 && c <= 0xD7A3) {
            return STR("ko");
        }
    }
    return has_han(names) ? STR("zh") : STR("en");
}

static bool is_tag(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        bool letter = (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z';
        if (!letter && s.p[i] != '-') {
            return false;
        }
    }
    return s.n >= 2 && s.n <= 7;
}

/* German adjectives are inflected: "Deutsch~ Bahn" stands for Deutsche, Deutschen, Deutscher, Deutsches, Deutschem Bahn. */
static enum err_code add_inflected(struct kb *k, struct conf *c, struct str name, uint8_t flags, int lang, struct err *err) {
    static const char *const endings[] = {"e", "en", "er", "es", "em"};
    size_t at = str_find(name, STR("~"), 0);
    if (at == SIZE_MAX) {
        return add_alias(k, c, name, flags, lang, err);
    }
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0] && code == ERR_OK; i++) {
        struct buf b;
        buf_init(&b, k->a);
        for (size_t from = 0; from <= name.n; from++) { /* every adjective of the name with the same ending */
            if (from < name.n && name.p[from] != '~') {
                buf_addc(&b, name.p[from]);
            } else if (from < name.n) {
                buf_add(&b, str_of(endings[i]));
            }
        }
        code = add_alias(k, c, buf_str(&b), flags, lang, err);
    }
    return code;
}

/* A short word of another language than English ("Nga", "Anh") says nothing in texts of any other. */
static bool only_at_home(struct str name, struct str tag) {
    return !str_eqz(tag, "en") && !str_eqz(tag, "also") && utf8_count(name) <= 3 && !has_han(name);
}

static void add_name(struct kb *k, struct str tag, struct str name) {
    struct kb_entry *e = &k->entries[k->row];
    uint32_t at = (uint32_t)k->name_count;
    ARENA_PUSH(k->a, k->names, k->name_count, k->name_cap) = (struct kb_name){tag, name, KB_NONE};
    if (arena_full(k->a)) {
        return;
    }
    if (e->name_first == KB_NONE) {
        e->name_first = at;
    } else {
        k->names[e->name_last].next = at;
    }
    e->name_last = at;
}

/* tag=name|alias? ; tag!=name: only in texts of that language ; +cue|cue ; name|alias, whose script tells the language */
static enum err_code add_field(struct kb *k, struct conf *c, struct str field, struct err *err) {
    struct str rest = field, tag = str_trim(str_cut(&rest, '='));
    bool cue = field.n && field.p[0] == '+', home = tag.n && tag.p[tag.n - 1] == '!', tagged = tag.n < field.n && !cue;
    tag.n -= home && tagged;
    if (tagged && is_tag(tag)) {
        field = rest;
    } else if (!tagged) {
        field = cue ? str_sub(field, 1, field.n) : field;
        tag = tag_by_script(field);
    } else {
        return conf_fail(c, err, "'%.*s' is no language tag", STR_ARG(tag));
    }
    int own = langs_find(k->langs, tag);
    bool first = !cue && !str_eqz(tag, "also");
    enum err_code code = ERR_OK;
    if (!str_trim(field).n) {
        return conf_fail(c, err, "a language without a name");
    }
    while (field.n && code == ERR_OK) {
        struct str name = str_trim(str_cut(&field, '|'));
        bool weak = name.n && name.p[name.n - 1] == '?', said = name.n && name.p[0] == '!'; /* !Name: what it is called, nothing to look for */
        name.n -= weak;
        bool cued = weak && name.n && name.p[name.n - 1] == '?'; /* Name?? */
        name.n -= cued;
        name = str_trim(said ? str_sub(name, 1, name.n) : name);
        if (!name.n) {
            return conf_fail(c, err, "an empty name");
        }
        int lang = (home || only_at_home(name, tag)) && own != LANG_NONE && !cue ? own : LANG_NONE;
        code = said ? ERR_OK : add_inflected(k, c, name, (uint8_t)((weak ? ALIAS_WEAK : 0) | (cued ? ALIAS_CUED : 0) | (cue ? ALIAS_CUE : 0)), lang, err);
        if (first && !memchr(name.p, '~', name.n)) {
            add_name(k, tag, name);
            first = false;
        }
    }
    return code;
}

/* A new row, or with `&slug` one that is there already: k->row. */
static enum err_code open_row(struct kb *k, struct conf *c, struct str field, bool *named, struct err *err) {
    struct kb_entry e = {.name_first = KB_NONE, .name_last = KB_NONE};
    struct str slug = str_trim(str_sub(field, 1, field.n)), names = field, name = str_trim(str_cut(&names, '|'));
    bool more = field.n && field.p[0] == '&';
    *named = more || (field.n && field.p[0] == '@');
    if (!type_of(c->section, &e.row.type)) {
        return conf_fail(c, err, "a row wants its type before it, such as [organization]");
    }
    if (!*named) {
        name.n -= name.n && name.p[name.n - 1] == '?';
        slug = slug_of(k, name);
    }
    e.row.id = arena_printf(k->a, "%s/%.*s", ng_type_name(e.row.type), STR_ARG(slug));
    if (!slug.n) {
        return conf_fail(c, err, "the row has no English name to make an id of: give it one, '@id; name'");
    }
    uint32_t there = map_get(&k->by_id, e.row.id);
    if (more != (there != MAP_NONE)) {
        return conf_fail(c, err, more ? "there is no %.*s to add to" : "%.*s is there already", STR_ARG(e.row.id));
    }
    k->row = more ? there : (uint32_t)k->n;
    if (!more) {
        map_set(&k->by_id, e.row.id, k->row);
        ARENA_PUSH(k->a, k->entries, k->n, k->cap) = e;
    }
    return arena_full(k->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base") : ERR_OK;
}

static enum err_code add_row(struct kb *k, struct conf *c, struct err *err) {
    struct str rest = c->entry, field = str_trim(str_cut(&rest, ';'));
    bool named;
    enum err_code code = open_row(k, c, field, &named, err);
    field = named ? str_trim(str_cut(&rest, ';')) : field;
    for (; code == ERR_OK && (field.n || rest.n); field = str_trim(str_cut(&rest, ';'))) {
        code = field.n ? add_field(k, c, field, err) : ERR_OK;
    }
    if (code == ERR_OK && k->entries[k->row].name_first == KB_NONE) {
        return conf_fail(c, err, "%.*s has no name", STR_ARG(k->entries[k->row].row.id));
    }
    return code;
}

/* A wrong row is noted and the next one read, so that a check tells them all; the first is the error. */
static enum err_code add_rows(struct kb *k, struct conf *c, struct err *err) {
    enum err_code code = ERR_OK, first = ERR_OK;
    while ((code == ERR_OK || code == ERR_DATA) && conf_next(c)) {
        struct err own = {0};
        code = add_row(k, c, &own);
        if (code == ERR_DATA) {
            ARENA_PUSH(k->a, k->problems, k->problem_count, k->problem_cap) =
                arena_printf(k->a, "%s:%zu: %s", c->path, c->line, own.text);
        }
        if (code != ERR_OK && first == ERR_OK) {
            first = code;
            if (err && err->code == ERR_OK) {
                *err = own;
            }
        }
    }
    return code == ERR_OK || code == ERR_DATA ? first : code;
}

const struct str *kb_problems(const struct kb *k, size_t *n) {
    *n = k->problem_count;
    return k->problems;
}

/* ---- files ---- */

static struct kb *kb_new(struct arena *a, const struct langs *l, const struct text_fold *fold, struct err *err) {
    struct kb *k = ARENA_NEW(a, struct kb);
    if (!k) {
        err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
        return NULL;
    }
    k->langs = l;
    k->fold = fold;
    k->a = a;
    map_init(&k->by_id, a);
    return k;
}

static int by_name(const void *x, const void *y) {
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The paths of the folder's .conf files, in order. */
static enum err_code list_files(struct arena *a, struct str folder, struct str **out, size_t *n, struct err *err) {
    size_t cap = 0;
    DIR *dir = opendir(folder.p);
    *out = NULL;
    *n = 0;
    if (!dir) {
        return err_set_in(err, ERR_IO, folder.p, 0, 0, "no such folder: is the data installed, or --data right?");
    }
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] != '.' && str_ends(str_of(e->d_name), STR(".conf"))) {
            ARENA_PUSH(a, *out, *n, cap) = arena_printf(a, "%s/%s", folder.p, e->d_name);
        }
    }
    closedir(dir);
    if (arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    if (*n) {
        qsort(*out, *n, sizeof **out, by_name);
    }
    return ERR_OK;
}

enum err_code kb_load(struct kb **out, struct arena *a, const char *data_dir, const struct langs *l,
                      const struct text_fold *fold, struct err *err) {
    struct kb *k = kb_new(a, l, fold, err);
    struct str folder = arena_printf(a, "%s/kb", data_dir), *files;
    size_t n;
    if (!k || !folder.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the knowledge base");
    }
    enum err_code code = list_files(a, folder, &files, &n, err);
    enum err_code worst = ERR_OK;
    for (size_t i = 0; i < n && (code == ERR_OK || code == ERR_DATA); i++) {
        struct conf c;
        code = conf_open(&c, a, files[i].p, err);
        code = code ? code : add_rows(k, &c, err);
        worst = code != ERR_OK && (worst == ERR_OK || code != ERR_DATA) ? code : worst;
    }
    *out = k;
    return code == ERR_OK || code == ERR_DATA ? worst : code;
}

enum err_code kb_load_text(struct kb **out, struct arena *a, struct str text, const char *name, const struct langs *l,
                           const struct text_fold *fold, struct err *err) {
    struct kb *k = kb_new(a, l, fold, err);
    struct conf c;
    if (!k) {
        return ERR_NO_MEMORY;
    }
    if (utf8_check(text) != SIZE_MAX) {
        return err_set_in(err, ERR_DATA, name, 0, utf8_check(text), "not valid UTF-8");
    }
    conf_open_text(&c, text, name);
    *out = k;
    return add_rows(k, &c, err);
}
