/* women.c - see women.h. */
#include "core/summary/women.h"

#include "core/base/conf.h"
#include "core/base/map.h"

#include "core/base/banned.h"

enum { MOST_WORDS = 64 };

struct women {
    struct map names; /* given names */
    struct str before[MOST_WORDS], after[MOST_WORDS];
    size_t before_count, after_count;
};

static enum err_code read_line(struct women *w, struct conf *c, struct err *err) {
    bool before = str_eqz(c->section, "before"), after = str_eqz(c->section, "after");
    if (!before && !after && !str_eqz(c->section, "name")) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    for (struct str word = conf_word(&c->entry); word.n; word = conf_word(&c->entry)) {
        size_t *n = before ? &w->before_count : &w->after_count;
        if (!before && !after) {
            uint32_t *at = map_at(&w->names, word);
            if (!at) {
                return err_set(err, ERR_NO_MEMORY, "no memory for given names");
            }
            *at = 1;
        } else if (*n == MOST_WORDS) {
            return conf_fail(c, err, "more than %d words", MOST_WORDS);
        } else {
            (before ? w->before : w->after)[(*n)++] = word;
        }
    }
    return ERR_OK;
}

enum err_code women_load(struct women **out, struct arena *a, const char *data_dir, struct err *err) {
    struct women *w = ARENA_NEW(a, struct women);
    struct str path = arena_printf(a, "%s/names/women.conf", data_dir);
    struct conf c;
    if (!w || !path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for given names");
    }
    map_init(&w->names, a);
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = read_line(w, &c, err);
    }
    *out = w;
    return code;
}

static bool called(const struct women *w, struct str text, struct ng_span s) {
    struct str before = str_trim(str_sub(text, 0, s.start)), rest = str_sub(text, s.end, text.n);
    for (size_t i = 0; i < w->before_count; i++) {
        struct str word = w->before[i];
        bool whole = before.n == word.n || (before.n > word.n && (before.p[before.n - word.n - 1] == ' ' || before.p[before.n - word.n - 1] == '\n'));
        if (whole && str_ends(before, word)) {
            return true;
        }
    }
    for (size_t i = 0; i < w->after_count; i++) {
        if (str_starts(rest, w->after[i])) {
            return true;
        }
    }
    return false;
}

bool women_is(const struct women *w, const struct doc *d, uint32_t entity) {
    const struct ng_entity *e = &d->entities[entity];
    struct str rest = e->canonical_name, first = str_cut(&rest, ' ');
    if (!w) {
        return false;
    }
    if (rest.n && map_get(&w->names, first) != MAP_NONE) {
        return true;
    }
    for (size_t i = 0; i < e->mention_count; i++) {
        if (called(w, d->text, e->mentions[i].span)) {
            return true;
        }
    }
    return false;
}
