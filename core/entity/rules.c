/* rules.c - the data of core/entity: data/lang/<code>/entity.conf (README.md there) and data/names/han.conf. */
#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

/* Folded, without spaces: what form_key makes of the same words in a text. */
static struct str key_of(const struct entity_rules *r, struct arena *a, struct str form) {
    struct buf b;
    struct str folded = text_fold(r->fold, a, form);
    buf_init(&b, a);
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] != ' ') {
            buf_addc(&b, folded.p[i]);
        }
    }
    return buf_str(&b);
}

static bool section_bits(struct str section, uint32_t *bits) {
    static const struct {
        const char *name;
        uint32_t bits;
    } plain[] = {{"not-name", WORD_NOT_NAME}, {"article", WORD_ARTICLE}, {"alias", WORD_ALIAS},
                 {"legal", WORD_LEGAL},       {"unit", WORD_UNIT},       {"head", WORD_HEAD},
                 {"tail", WORD_TAIL},         {"not-tail", WORD_NOT_TAIL},
                 {"kind", WORD_KIND},         {"describes", WORD_DESCRIBES}, {"stop", WORD_STOP},
                 {"common", WORD_COMMON},     {"ending", WORD_ENDING},
                 {"place-head", WORD_PLACE_HEAD}, {"and", WORD_AND},         {"institution", WORD_INSTITUTION},
                 {"event-head", WORD_EVENT_HEAD}, {"firm", WORD_FIRM},    {"alone", WORD_ALONE}};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (str_eqz(section, plain[i].name)) {
            *bits = plain[i].bits;
            return true;
        }
    }
    struct str rest = section, kind = str_cut(&rest, ' ');
    for (int t = 0; t < TYPES; t++) {
        if (str_eqz(str_trim(rest), ng_type_name((enum ng_type)t)) && (str_eqz(kind, "before") || str_eqz(kind, "after"))) {
            *bits = (uint32_t)(str_eqz(kind, "before") ? WORD_BEFORE : WORD_AFTER) << t;
            return true;
        }
    }
    return false;
}

static enum err_code add_words(struct entity_rules *r, struct lang_rules *l, struct arena *a, struct conf *c, uint32_t bits,
                               struct err *err) {
    for (struct str rest = c->entry; rest.n;) {
        struct str key = key_of(r, a, str_trim(str_cut(&rest, '|')));
        uint32_t *at = map_at(&l->words, key);
        if (!at) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
        }
        if (bits & WORD_ALONE && key.n) {
            l->alone[head_of(key) / 64] |= (uint64_t)1 << (head_of(key) % 64);
        }
        *at = (*at == MAP_NONE ? 0 : *at) | bits;
    }
    return ERR_OK;
}

/* The place that a section of parts tells, or -1. */
static int part_section(struct str section) {
    static const char *const names[] = {"part", "part-first", "part-last", "part-lower"}; /* enum part_place */
    for (int i = 0; i <= PART_LOWER; i++) {
        if (str_eqz(section, names[i])) {
            return i;
        }
    }
    return -1;
}

/* [part] 大学 = University ; [part-first] Ngân hàng = Bank */
static enum err_code add_part(struct entity_rules *r, struct lang_rules *l, struct arena *a, struct conf *c, int place,
                              struct err *err) {
    struct str key, value;
    if (!conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'part | part = its English'");
    }
    while (key.n) { /* one word may be several kinds of part */
        struct str part = key_of(r, a, str_trim(str_cut(&key, '|')));
        part = place == PART_INSIDE ? part : arena_printf(a, "%d%.*s", place, STR_ARG(part));
        map_set(&l->parts, part, (uint32_t)l->part_count);
    }
    size_t n = l->part_count;
    ARENA_PUSH(a, l->part_place, n, l->place_cap) = (uint8_t)place;
    ARENA_PUSH(a, l->part_names, l->part_count, l->part_cap) = str_eqz(value, "-") ? STR_NONE : value;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the entity rules") : ERR_OK;
}

/* [place-ending] er = - | en ; e | es = ! */
static enum err_code add_ending(struct lang_rules *l, struct arena *a, struct conf *c, struct err *err) {
    struct str key, value;
    if (!conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'ending | ending = what the place has instead', '-' for nothing, '!' for no place");
    }
    while (key.n) {
        struct str ending = str_trim(str_cut(&key, '|'));
        ARENA_PUSH(a, l->endings, l->ending_count, l->ending_cap) = (struct place_ending){ending, value, !str_eqz(value, "!")};
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the entity rules") : ERR_OK;
}

static enum err_code parse(struct entity_rules *r, struct lang_rules *l, struct arena *a, struct conf *c, struct err *err) {
    enum err_code code = ERR_OK;
    while (code == ERR_OK && conf_next(c)) {
        uint32_t bits;
        int place = part_section(c->section);
        if (place >= 0) {
            code = add_part(r, l, a, c, place, err);
        } else if (str_eqz(c->section, "place-ending")) {
            code = add_ending(l, a, c, err);
        } else if (str_eqz(c->section, "plain")) {
            l->plain = true;
        } else if (section_bits(c->section, &bits)) {
            code = add_words(r, l, a, c, bits, err);
        } else {
            code = conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
        }
    }
    return code;
}

static enum err_code load_language(struct entity_rules *r, struct arena *a, const char *data_dir, const struct langs *langs,
                                   size_t i, struct err *err) {
    struct lang_rules *l = &r->by_lang[i];
    struct conf c;
    bool found;
    map_init(&l->words, a);
    map_init(&l->parts, a);
    enum err_code code = lang_conf_open(&langs->items[i], "entity.conf", &c, &found, a, err);
    code = code == ERR_OK && found ? parse(r, l, a, &c, err) : code;
    struct str common = arena_printf(a, "%s/names/common.conf", data_dir);
    if (!common.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
    }
    code = code ? code : conf_open(&c, a, common.p, err);
    return code ? code : parse(r, l, a, &c, err);
}

/* Every character of the foreign names but those that are words of the language as well. */
static enum err_code note_sounds(struct entity_rules *r, struct arena *a, struct str forms, bool sound) {
    while (forms.n) {
        struct str key = key_of(r, a, str_trim(str_cut(&forms, '|')));
        for (size_t i = 0, from; i < key.n;) {
            from = i;
            utf8_next(key, &i);
            struct str c = str_sub(key, from, i);
            if ((!sound || map_get(&r->sounds, c) == MAP_NONE) && !map_set(&r->sounds, c, sound)) {
                return ERR_NO_MEMORY;
            }
        }
    }
    return ERR_OK;
}

static enum err_code load_han(struct entity_rules *r, struct arena *a, const char *data_dir, struct err *err) {
    struct str path = arena_printf(a, "%s/names/han.conf", data_dir), key, value;
    struct conf c;
    map_init(&r->surnames, a);
    map_init(&r->foreign, a);
    map_init(&r->sounds, a);
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        bool surname = str_eqz(c.section, "surname");
        if (str_eqz(c.section, "anonymous")) {
            r->anonymous = c.entry;
            continue;
        }
        if (str_eqz(c.section, "no-sound") || str_eqz(c.section, "foreign")) {
            struct str forms = c.entry;
            code = note_sounds(r, a, str_trim(str_cut(&forms, '=')), str_eqz(c.section, "foreign"));
        }
        if (str_eqz(c.section, "no-sound")) {
            continue;
        }
        if ((!surname && !str_eqz(c.section, "foreign")) || !conf_pair(&c, &key, &value)) {
            return conf_fail(&c, err, "expected 'name = reading' under [surname] or [foreign]");
        }
        while (key.n) {
            struct str form = key_of(r, a, str_trim(str_cut(&key, '|')));
            struct map *m = surname ? &r->surnames : &r->foreign;
            if (map_get(m, form) == MAP_NONE) { /* the first reading stands */
                map_set(m, form, (uint32_t)r->reading_count);
            }
        }
        ARENA_PUSH(a, r->readings, r->reading_count, r->reading_cap) = value;
        code = arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the entity rules") : ERR_OK;
    }
    return code;
}

/* data/names/japanese.conf, sinoviet.conf */
static enum err_code load_table(struct entity_rules *r, struct name_table *t, struct arena *a, const char *data_dir,
                                const char *name, const struct langs *langs, struct err *err) {
    struct str path = arena_printf(a, "%s/names/%s", data_dir, name), key, value;
    struct conf c;
    map_init(&t->surnames, a);
    map_init(&t->given, a);
    map_init(&t->context, a);
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        bool surname = str_eqz(c.section, "surname"), abroad = str_eqz(c.section, "abroad");
        if (str_eqz(c.section, "language")) {
            t->lang = langs_get(langs, c.entry);
            continue;
        }
        if (abroad || str_eqz(c.section, "home")) {
            for (struct str rest = c.entry; rest.n;) {
                struct str id = str_trim(str_cut(&rest, '|'));
                if (kb_of_id(r->kb, id) == KB_NONE) {
                    return conf_fail(&c, err, "the knowledge base has no '%.*s'", STR_ARG(id));
                }
                map_set(&t->context, id, abroad ? CONTEXT_ABROAD : CONTEXT_HOME);
            }
            continue;
        }
        if ((!surname && !str_eqz(c.section, "given")) || !conf_pair(&c, &key, &value)) {
            return conf_fail(&c, err, "expected 'name = reading' under [surname] or [given], or ids of rows under [abroad] or [home]");
        }
        while (key.n) {
            struct str form = key_of(r, a, str_trim(str_cut(&key, '|')));
            struct map *m = surname ? &t->surnames : &t->given;
            if (map_get(m, form) == MAP_NONE) { /* the first reading stands */
                map_set(m, form, (uint32_t)r->reading_count);
            }
        }
        ARENA_PUSH(a, r->readings, r->reading_count, r->reading_cap) = value;
        code = arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the entity rules") : ERR_OK;
    }
    return code;
}

enum err_code entity_load(struct entity_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                          const struct text_fold *fold, const struct kb *kb, struct err *err) {
    struct entity_rules *r = ARENA_NEW(a, struct entity_rules);
    enum err_code code = ERR_OK;
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
    }
    r->kb = kb;
    r->fold = fold;
    r->chinese = langs_get(l, STR("zh"));
    for (size_t i = 0; i < l->n && i < LANG_MAX && code == ERR_OK; i++) {
        code = load_language(r, a, data_dir, l, i, err);
    }
    code = code ? code : load_han(r, a, data_dir, err);
    code = code ? code : load_table(r, &r->japanese, a, data_dir, "japanese.conf", l, err);
    code = code ? code : load_table(r, &r->sinoviet, a, data_dir, "sinoviet.conf", l, err);
    code = code ? code : gender_load(&r->genders, a, data_dir, err);
    *out = r;
    return code;
}
