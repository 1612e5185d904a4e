/* gender.c - see gender.h. */
#include "core/entity/gender.h"

#include "core/base/conf.h"
#include "core/base/map.h"

#include "core/base/banned.h"

enum { MOST_WORDS = 64 };

enum list { WOMEN_BEFORE, MEN_BEFORE, WOMEN_AFTER, MEN_AFTER, LISTS };

struct gender_names {
    struct map given, middle; /* to 'f' or 'm' */
    struct str words[LISTS][MOST_WORDS];
    size_t count[LISTS];
};

static enum err_code put_name(struct map *names, struct str name, char gender, struct conf *c, struct err *err) {
    uint32_t *at = map_at(names, name);
    if (!at) {
        return err_set(err, ERR_NO_MEMORY, "no memory for given names");
    }
    if (*at != MAP_NONE && *at != (uint32_t)gender) {
        return conf_fail(c, err, "'%.*s' is in both lists", STR_ARG(name));
    }
    *at = (uint32_t)gender;
    return ERR_OK;
}

static enum err_code read_line(struct gender_names *g, struct conf *c, struct err *err) {
    static const char *const lists[LISTS] = {"women-before", "men-before", "women-after", "men-after"};
    bool given = str_eqz(c->section, "women") || str_eqz(c->section, "men");
    bool middle = str_eqz(c->section, "women-middle") || str_eqz(c->section, "men-middle");
    char gender = str_starts(c->section, STR("women")) ? 'f' : 'm';
    size_t list = 0;
    while (list < LISTS && !str_eqz(c->section, lists[list])) {
        list++;
    }
    if (!given && !middle && list == LISTS) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    enum err_code code = ERR_OK;
    for (struct str word = conf_word(&c->entry); word.n && code == ERR_OK; word = conf_word(&c->entry)) {
        if (given || middle) {
            code = put_name(given ? &g->given : &g->middle, word, gender, c, err);
        } else if (g->count[list] == MOST_WORDS) {
            code = conf_fail(c, err, "more than %d words", MOST_WORDS);
        } else {
            g->words[list][g->count[list]++] = word;
        }
    }
    return code;
}

enum err_code gender_load(struct gender_names **out, struct arena *a, const char *data_dir, struct err *err) {
    struct gender_names *g = ARENA_NEW(a, struct gender_names);
    struct str path = arena_printf(a, "%s/names/gender.conf", data_dir);
    struct conf c;
    if (!g || !path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for given names");
    }
    map_init(&g->given, a);
    map_init(&g->middle, a);
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = read_line(g, &c, err);
    }
    *out = g;
    return code;
}

static bool stands_before(struct str before, struct str word) {
    bool whole = before.n == word.n || (before.n > word.n && (before.p[before.n - word.n - 1] == ' ' || before.p[before.n - word.n - 1] == '\n'));
    return whole && str_ends(before, word);
}

/* What stands around a mention: "Frau", "先生". */
static char called(const struct gender_names *g, struct str text, struct ng_span s) {
    struct str before = str_trim(str_sub(text, s.start > 24 ? s.start - 24 : 0, s.start)), rest = str_sub(text, s.end, text.n);
    for (int list = WOMEN_BEFORE; list < LISTS; list++) {
        for (size_t i = 0; i < g->count[list]; i++) {
            bool behind = list >= WOMEN_AFTER;
            if (behind ? str_starts(rest, g->words[list][i]) : stands_before(before, g->words[list][i])) {
                return list == WOMEN_BEFORE || list == WOMEN_AFTER ? 'f' : 'm';
            }
        }
    }
    return 0;
}

static bool listed(const struct gender_names *g, enum list list, struct str word) {
    bool found = false;
    for (size_t i = 0; i < g->count[list]; i++) {
        found = found || str_eq(g->words[list][i], word);
    }
    return found;
}

/* A form of address or a given name in front of another name, or the middle name of one in three parts. */
static char named(const struct gender_names *g, struct str name) {
    struct str rest = name, first = str_cut(&rest, ' ');
    if (rest.n && (listed(g, WOMEN_BEFORE, first) || listed(g, MEN_BEFORE, first))) {
        return listed(g, WOMEN_BEFORE, first) ? 'f' : 'm';
    }
    uint32_t given = rest.n ? map_get(&g->given, first) : MAP_NONE;
    if (given != MAP_NONE) {
        return (char)given;
    }
    struct str second = str_cut(&rest, ' ');
    uint32_t middle = rest.n ? map_get(&g->middle, second) : MAP_NONE;
    return middle == MAP_NONE ? 0 : (char)middle;
}

bool gender_mark(const struct gender_names *g, struct doc *d) {
    d->genders = ARENA_ARRAY(d->a, d->entity_count + 1, char);
    for (size_t i = 0; d->genders && i < d->entity_count; i++) {
        const struct ng_entity *e = &d->entities[i];
        char gender = e->type == NG_PERSON ? named(g, e->name) : 0;
        gender = e->type == NG_PERSON && !gender ? named(g, e->canonical_name) : gender;
        for (size_t m = 0; e->type == NG_PERSON && m < e->mention_count; m++) {
            char here = called(g, d->text, e->mentions[m].span);
            if (here && gender && here != gender) {
                gender = 0;
                break;
            }
            gender = here ? here : gender;
        }
        d->genders[i] = gender;
    }
    return d->genders != NULL;
}
