/* schema.c - event types and roles from data/schema.conf, and how events are counted and joined from data/event.conf. */
#include "core/base/file.h"
#include "core/event/rules.h"

#include "core/base/banned.h"

int schema_type(const struct event_schema *s, struct str name) {
    for (size_t i = 0; i < s->n; i++) {
        if (str_eq(s->types[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

int schema_role(const struct event_type *t, struct str name) {
    for (size_t i = 0; i < t->role_count; i++) {
        if (str_eq(t->roles[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

/* "founder|organization!": alternatives, one of which is required. */
static bool add_roles(struct event_type *t, struct str word, uint8_t group) {
    bool required = str_ends(word, STR("!"));
    if (required) {
        word = str_sub(word, 0, word.n - 1);
    }
    while (word.n) {
        struct str name = str_cut(&word, '|');
        if (t->role_count == ROLE_MAX || name.n == 0) {
            return false;
        }
        t->roles[t->role_count++] =
            (struct event_role){.name = name, .group = group, .required = required, .key = required, .least = 1};
    }
    return true;
}

static enum err_code read_types(struct event_schema *s, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/schema.conf", data_dir);
    struct conf c;
    enum err_code code = path.p ? conf_open(&c, a, path.p, err) : err_set(err, ERR_NO_MEMORY, "no memory for the schema");
    while (code == ERR_OK && conf_next(&c)) {
        struct str rest = c.entry;
        struct event_type *t = &s->types[s->n];
        if (s->n == TYPE_MAX) {
            return conf_fail(&c, err, "more than %d event types", TYPE_MAX);
        }
        t->name = conf_word(&rest);
        uint8_t group = 0;
        for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
            if (!add_roles(t, w, group++)) {
                return conf_fail(&c, err, "more than %d roles, or an empty one", ROLE_MAX);
            }
        }
        s->n++;
    }
    return code;
}

static bool lender(struct event_schema *s, struct event_role *it, struct str type, struct str role) {
    int t = schema_type(s, type), r = t < 0 ? -1 : schema_role(&s->types[t], role);
    it->lender = (uint8_t)(t + 1);
    it->lent = (uint8_t)(r < 0 ? 0 : r);
    return r >= 0 && (s->types[t].roles[r].lends = true);
}

static bool read_sure(struct event_sure *s, struct str name, struct str number) {
    const struct {
        const char *name;
        double *at;
    } all[] = {{"base", &s->base}, {"roles", &s->roles}, {"entities", &s->entities}, {"again", &s->again}, {"length", &s->length}, {"learned", &s->learned}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (str_eqz(name, all[i].name)) {
            return str_to_double(number, all[i].at);
        }
    }
    return false;
}

static enum err_code read_counting(struct event_schema *s, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/event.conf", data_dir);
    struct conf c;
    if (!path.p || !file_exists(path.p)) {
        return path.p ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the schema");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        struct str rest = c.entry;
        struct str type = conf_word(&rest), role = conf_word(&rest), number = conf_word(&rest);
        if (str_eqz(c.section, "sure")) {
            if (!read_sure(&s->sure, type, role)) {
                return conf_fail(&c, err, "[sure] has base, roles, entities, again, length or learned, and a number");
            }
            continue;
        }
        int t = schema_type(s, type), r = t < 0 ? -1 : schema_role(&s->types[t], role);
        size_t least = 0;
        if (t >= 0 && str_eqz(c.section, "stale") && str_to_size(role, &least) && least < 200) {
            s->types[t].stale = (uint8_t)least;
            continue;
        }
        if (r < 0) {
            return conf_fail(&c, err, "schema.conf has no '%.*s' with a role '%.*s'", STR_ARG(type), STR_ARG(role));
        }
        struct event_role *it = &s->types[t].roles[r];
        if (str_eqz(c.section, "each")) {
            it->each = true;
        } else if (str_eqz(c.section, "key")) {
            it->key = true;
        } else if (str_eqz(c.section, "several")) {
            it->several = true;
        } else if (str_eqz(c.section, "source")) {
            it->source = true;
        } else if (str_eqz(c.section, "yield")) {
            it->yields = true;
        } else if (str_eqz(c.section, "grow")) {
            it->grows = true;
        } else if (str_eqz(c.section, "carry")) {
            it->carries = true;
        } else if (str_eqz(c.section, "member") && schema_role(&s->types[t], number) >= 0) {
            it->member = (uint8_t)(schema_role(&s->types[t], number) + 1);
        } else if (str_eqz(c.section, "lend") && lender(s, it, number, conf_word(&rest))) {
            continue;
        } else if (str_eqz(c.section, "least") && str_to_size(number, &least) && least < FILLER_MAX) {
            it->least = (uint8_t)least;
        } else {
            return conf_fail(&c, err, "expected an entry of [each], [key], [several], [source], [yield], [grow], [carry], [member], [lend] or [least]");
        }
    }
    return code;
}

enum err_code schema_load(struct event_schema *s, struct arena *a, const char *data_dir, struct err *err) {
    enum err_code code = read_types(s, a, data_dir, err);
    return code ? code : read_counting(s, a, data_dir, err);
}
