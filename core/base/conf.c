/* conf.c - see conf.h */
#include "core/base/conf.h"

#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/limits.h"

#include "core/base/banned.h"

void conf_open_text(struct conf *c, struct str text, const char *name) {
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        text = str_sub(text, 3, text.n);
    }
    *c = (struct conf){.path = name, .rest = text};
}

enum err_code conf_open(struct conf *c, struct arena *a, const char *path, struct err *err) {
    struct str text = STR_NONE;
    enum err_code code = file_read(a, path, LIMIT_DATA_FILE, &text, err);
    if (code != ERR_OK) {
        return code;
    }
    conf_open_text(c, text, path);
    size_t bad = utf8_check(text);
    if (bad != SIZE_MAX) {
        return err_set_in(err, ERR_DATA, path, 0, bad, "not valid UTF-8 at byte %zu", bad);
    }
    return ERR_OK;
}

bool conf_next(struct conf *c) {
    while (c->rest.n) {
        struct str line = str_trim(str_cut(&c->rest, '\n'));
        c->line++;
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        if (line.p[0] == '[' && line.p[line.n - 1] == ']') {
            c->section = str_trim(str_sub(line, 1, line.n - 1));
            continue;
        }
        c->entry = line;
        return true;
    }
    return false;
}

struct str conf_field(struct str *rest) {
    return str_trim(str_cut(rest, '\t'));
}

struct str conf_word(struct str *rest) {
    *rest = str_trim(*rest);
    size_t i = 0;
    while (i < rest->n && rest->p[i] != ' ' && rest->p[i] != '\t') {
        i++;
    }
    struct str word = str_sub(*rest, 0, i);
    *rest = str_trim(str_sub(*rest, i, rest->n));
    return word;
}

bool conf_pair(const struct conf *c, struct str *key, struct str *value) {
    struct str rest = c->entry;
    if (!memchr(rest.p, '=', rest.n)) {
        return false;
    }
    *key = str_trim(str_cut(&rest, '='));
    *value = str_trim(rest);
    return true;
}
