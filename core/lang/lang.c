/* lang.c - the table of languages. Identification is in identify.c. */
#include "core/lang/identify.h"

#include <dirent.h>
#include <stdlib.h>

#include "core/base/file.h"

#include "core/base/banned.h"

struct list {
    struct str *items;
    size_t n, cap;
};

/* Appends the words of a line. */
static void add_words(struct arena *a, struct list *l, struct str line) {
    for (struct str w = conf_word(&line); w.n; w = conf_word(&line)) {
        ARENA_PUSH(a, l->items, l->n, l->cap) = w;
    }
}

/* Gives the words of a line a meaning (enum lang_word); an abbreviation is filed without its last full stop. */
static void mark_words(struct lang *l, struct str line, uint32_t bit) {
    for (struct str w = conf_word(&line); w.n; w = conf_word(&line)) {
        struct str key = bit & (LANG_ABBREVIATION | LANG_TITLE) && w.p[w.n - 1] == '.' ? str_sub(w, 0, w.n - 1) : w;
        uint32_t *at = key.n ? map_at(&l->words, key) : NULL;
        if (at) {
            *at = (*at == MAP_NONE ? 0 : *at) | bit;
        }
    }
}

static const struct {
    const char *name;
    uint32_t bit;
} word_sections[] = {
    {"function-words", LANG_FUNCTION}, {"abbreviations", LANG_ABBREVIATION}, {"titles", LANG_TITLE}, {"elisions", LANG_ELISION}};

static bool add_word_line(struct lang *l, struct arena *a, const struct conf *c, struct list *function_words) {
    for (size_t i = 0; i < sizeof word_sections / sizeof word_sections[0]; i++) {
        if (str_eqz(c->section, word_sections[i].name)) {
            mark_words(l, c->entry, word_sections[i].bit);
            if (word_sections[i].bit == LANG_FUNCTION) {
                add_words(a, function_words, c->entry);
            }
            return true;
        }
    }
    return false;
}

static enum err_code add_setting(struct lang *l, const struct conf *c, struct err *err) {
    struct str key, value;
    if (!conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'key = value'");
    }
    if (str_eqz(key, "name")) {
        l->public.name = value;
    } else if (str_eqz(key, "native")) {
        l->public.native = value;
    } else if (str_eqz(key, "atoms")) {
        if (!str_eqz(value, "word") && !str_eqz(value, "char")) {
            return conf_fail(c, err, "atoms is 'word' or 'char', not '%.*s'", STR_ARG(value));
        }
        l->atoms = str_eqz(value, "char") ? ATOMS_CHAR : ATOMS_WORD;
    } else if (str_eqz(key, "ordinal-dot")) {
        l->ordinal_dot = str_eqz(value, "yes");
    } else if (str_eqz(key, "compounds")) {
        l->compounds = str_eqz(value, "yes");
    } else if (str_eqz(key, "genitive")) {
        l->genitive = value;
    } else if (str_eqz(key, "analyses")) {
        l->public.analyses = str_eqz(value, "yes");
    } else {
        return conf_fail(c, err, "unknown key '%.*s'", STR_ARG(key));
    }
    return ERR_OK;
}

static enum err_code load_one(struct lang *l, struct arena *a, struct err *err) {
    struct conf c;
    struct list function_words = {0};
    bool found;
    map_init(&l->words, a);
    enum err_code code = lang_conf_open(l, "lang.conf", &c, &found, a, err);
    while (code == ERR_OK && conf_next(&c)) {
        if (!c.section.n) {
            code = add_setting(l, &c, err);
        } else if (!add_word_line(l, a, &c, &function_words)) {
            code = conf_fail(&c, err, "unknown section [%.*s]", STR_ARG(c.section));
        }
    }
    if (code == ERR_OK && (!l->public.name.n || !l->public.native.n)) {
        code = conf_fail(&c, err, "name and native are required");
    }
    l->function_words = function_words.items;
    l->function_word_count = function_words.n;
    return code;
}

static enum err_code load_common(struct lang_common *common, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/lang/common.conf", data_dir);
    struct conf c;
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the languages");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    map_init(&common->domains, a);
    map_init(&common->clitics, a);
    while (code == ERR_OK && conf_next(&c)) {
        bool domains = str_eqz(c.section, "domains");
        if (!domains && !str_eqz(c.section, "clitics")) {
            return conf_fail(&c, err, "unknown section [%.*s]", STR_ARG(c.section));
        }
        for (struct str w = conf_word(&c.entry); w.n; w = conf_word(&c.entry)) {
            map_set(domains ? &common->domains : &common->clitics, w, 1);
        }
    }
    return code;
}

static int by_code(const void *x, const void *y) {
    return str_cmp(((const struct lang *)x)->public.code, ((const struct lang *)y)->public.code);
}

enum err_code langs_load(struct langs **out, struct arena *a, const char *data_dir, struct err *err) {
    struct langs *l = ARENA_NEW(a, struct langs);
    struct str root = arena_printf(a, "%s/lang", data_dir);
    size_t cap = 0;
    if (!l || !root.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the languages");
    }
    DIR *dir = opendir(root.p);
    if (!dir) {
        return err_set_in(err, ERR_IO, root.p, 0, 0, "no such folder: is the data installed, or --data right?");
    }
    enum err_code code = ERR_OK;
    for (struct dirent *e = readdir(dir); e && code == ERR_OK; e = readdir(dir)) {
        struct lang one = {0};
        struct str conf = arena_printf(a, "%s/%s/lang.conf", root.p, e->d_name);
        if (e->d_name[0] == '.' || !conf.p || !file_exists(conf.p)) {
            continue;
        }
        one.public.code = arena_dup(a, str_of(e->d_name));
        one.folder = str_sub(conf, 0, conf.n - strlen("/lang.conf"));
        code = load_one(&one, a, err);
        if (code == ERR_OK && l->n == LANG_MAX) {
            code = err_set_in(err, ERR_DATA, root.p, 0, 0, "more than %d languages", LANG_MAX);
        } else if (code == ERR_OK) {
            ARENA_PUSH(a, l->items, l->n, cap) = one;
        }
    }
    closedir(dir);
    if (code == ERR_OK && l->n == 0) {
        code = err_set_in(err, ERR_DATA, root.p, 0, 0, "no language has a lang.conf");
    }
    if (code == ERR_OK && arena_full(a)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the languages");
    }
    code = code ? code : load_common(&l->common, a, data_dir, err);
    code = code ? code : identify_load(&l->identify, a, data_dir, err);
    if (code == ERR_OK) {
        qsort(l->items, l->n, sizeof *l->items, by_code);
        for (size_t i = 0; i < l->n; i++) {
            l->items[i].common = &l->common;
        }
        *out = l;
    }
    return code;
}

enum err_code lang_conf_open(const struct lang *l, const char *name, struct conf *c, bool *found, struct arena *a,
                             struct err *err) {
    struct str path = arena_printf(a, "%.*s/%s", STR_ARG(l->folder), name);
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for a path");
    }
    *found = file_exists(path.p);
    return *found ? conf_open(c, a, path.p, err) : ERR_OK;
}

int langs_get(const struct langs *l, struct str code) {
    for (size_t i = 0; i < l->n; i++) {
        if (str_eq(l->items[i].public.code, code)) {
            return (int)i;
        }
    }
    return LANG_NONE;
}

int langs_find(const struct langs *l, struct str tag) {
    char primary[9];
    size_t n = 0;
    while (n < tag.n && n < sizeof primary - 1 && tag.p[n] != '-' && tag.p[n] != '_') {
        char c = tag.p[n];
        primary[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    if (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_') {
        return LANG_NONE;
    }
    return langs_get(l, (struct str){primary, n});
}
