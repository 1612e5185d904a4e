/* load.c - reads data/page/page.conf and every data/lang/<code>/page.conf into one struct page_rules.
 *
 * A line holds phrases with ' | ' between them; the section says what they mean. */
#include <stdio.h>

#include "core/base/file.h"
#include "core/page/rules.h"

#include "core/base/banned.h"

static const struct {
    const char *name;
    uint32_t cue;
} sections[] = {
    {"whole", CUE_WHOLE}, {"lead", CUE_LEAD}, {"strong", CUE_STRONG},   {"medium", CUE_MEDIUM}, {"weak", CUE_WEAK},
    {"tail", CUE_TAIL},   {"box", CUE_BOX},   {"caption", CUE_CAPTION}, {"byline", CUE_BYLINE}, {"date", CUE_DATE},
    {"author", CUE_BYLINE | CUE_AUTHOR}, {"join", CUE_JOIN},
};

static struct str next_phrase(struct str *rest) {
    size_t bar = str_find(*rest, STR(" | "), 0);
    struct str phrase = str_sub(*rest, 0, bar);
    *rest = bar == SIZE_MAX ? STR_NONE : str_sub(*rest, bar + 3, rest->n);
    return str_trim(phrase);
}

static enum err_code add_trim(struct page_rules *r, struct arena *a, const struct conf *c, bool before, struct str phrase,
                              struct err *err) {
    struct trims *t = before ? &r->before : &r->after;
    size_t star = str_find(phrase, STR("*"), 0);
    struct trim one = {.head = str_trim(str_sub(phrase, 0, star))};
    if (star != SIZE_MAX) {
        one.tail = str_trim(str_sub(phrase, star + 1, phrase.n));
    }
    if (!one.head.n || (star != SIZE_MAX && !one.tail.n)) {
        return conf_fail(c, err, "a '*' needs text on both sides");
    }
    ARENA_PUSH(a, t->items, t->n, t->cap) = one;
    return ERR_OK;
}

static enum err_code add_entry(struct page_rules *r, struct arena *a, const struct conf *c, struct err *err) {
    uint32_t cue = 0;
    bool before = str_eqz(c->section, "trim-start"), after = str_eqz(c->section, "trim-end");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        cue = str_eqz(c->section, sections[i].name) ? sections[i].cue : cue;
    }
    if (!cue && !before && !after) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    struct str rest = c->entry;
    while (rest.n) {
        struct str phrase = text_fold(r->fold, a, next_phrase(&rest));
        if (!phrase.n) {
            return conf_fail(c, err, "an empty phrase between bars");
        }
        if (!cue) {
            enum err_code code = add_trim(r, a, c, before, phrase, err);
            if (code != ERR_OK) {
                return code;
            }
        } else if (!phrases_add(&r->phrases, phrase, cue)) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the page rules");
        }
    }
    return ERR_OK;
}

static enum err_code read_conf(struct page_rules *r, struct arena *a, struct conf *c, struct err *err) {
    enum err_code code = ERR_OK;
    while (code == ERR_OK && conf_next(c)) {
        code = add_entry(r, a, c, err);
    }
    return code;
}

enum err_code page_load(struct page_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct text_fold *fold, struct err *err) {
    struct page_rules *r = ARENA_NEW(a, struct page_rules);
    struct str path = arena_printf(a, "%s/page/page.conf", data_dir);
    struct conf c;
    if (!r || !path.p || !phrases_init(&r->phrases, a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the page rules");
    }
    r->fold = fold;
    map_init(&r->stops, a);
    enum err_code code = conf_open(&c, a, path.p, err);
    code = code ? code : read_conf(r, a, &c, err);
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        bool found;
        code = lang_conf_open(&l->items[i], "page.conf", &c, &found, a, err);
        code = code || !found ? code : read_conf(r, a, &c, err);
        for (size_t k = 0; k < l->items[i].function_word_count; k++) {
            map_set(&r->stops, text_fold(fold, a, l->items[i].function_words[k]), 1);
        }
    }
    if (code == ERR_OK && (!phrases_seal(&r->phrases) || arena_full(a))) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the page rules");
    }
    *out = code == ERR_OK ? r : NULL;
    return code;
}
