/* frame.c - reads the files of frames and patterns: data/lang/<code>/event/, every *.conf that is no lexicon. */
#include "core/event/rules.h"

#include "core/base/banned.h"

struct reader {
    struct event_lang *l;
    const struct event_schema *s;
    struct arena *a;
    const struct text_fold *fold;
    struct conf *c;
    struct err *err;
};

/* ---- types of slots ---- */

static uint64_t one_type(const struct lexicon *x, struct str name) {
    static const struct {
        const char *name;
        int bit;
    } names[] = {{"person", NG_PERSON},   {"org", NG_ORGANIZATION}, {"loc", NG_LOCATION}, {"product", NG_PRODUCT},
                 {"event", NG_EVENT_NAME}, {"money", NG_MONEY},      {"percent", NG_PERCENT}, {"date", NG_DATE},
                 {"number", BIT_NUMBER},  {"np", BIT_NP},            {"clause", BIT_CLAUSE},    {"firm", BIT_FIRM},    {"body", BIT_BODY}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_eqz(name, names[i].name)) {
            return TYPE_BIT(names[i].bit);
        }
    }
    uint16_t cls = lexicon_class(x, name);
    return cls != NAME_NONE && x->classes[cls].kind == CLASS_HEAD ? TYPE_BIT(x->classes[cls].head) : 0;
}

uint64_t frame_types(const struct lexicon *x, struct str names, struct conf *c, struct err *err) {
    uint64_t types = 0;
    while (names.n) {
        struct str name = str_cut(&names, '/');
        uint64_t bit = one_type(x, name);
        if (!bit) {
            conf_fail(c, err, "'%.*s' is neither a type (person, org, firm, loc, product, event, money, percent, date, number, np, clause) "
                              "nor a [head] of the lexicon", STR_ARG(name));
            return 0;
        }
        types |= bit;
    }
    if (!types) {
        conf_fail(c, err, "a type is missing");
    }
    return types;
}

/* ---- ways ---- */

static const struct {
    const char *name;
    uint8_t kind;
    bool role; /* the next word is a role */
} way_names[] = {
    {"subj", WAY_SUBJ, false},      {"obj", WAY_OBJ, false},        {"poss", WAY_POSS, false},
    {"compound", WAY_COMPOUND, false}, {"agent", WAY_AGENT, false}, {"source", WAY_SOURCE, false},
    {"org-of", WAY_ORG_OF, true},   {"former-org-of", WAY_FORMER_OF, true}, {"present-org-of", WAY_PRESENT_OF, true}, {"rest-of", WAY_REST_OF, true}, {"title-of", WAY_TITLE_OF, true},
    {"span", WAY_SPAN, true},       {"left", WAY_LEFT, false},      {"right", WAY_RIGHT, false},
    {"tail-of", WAY_TAIL_OF, true}, {"front-of", WAY_FRONT_OF, true}, {"context-of", WAY_CONTEXT, true}, {"sentence", WAY_SENTENCE, false}, {"context", WAY_TOPIC, false}, {"earlier", WAY_EARLIER, false}, {"patient", WAY_PATIENT, false}, {"dropped", WAY_DROPPED, false}, {"boss", WAY_BOSS, false}, {"last", WAY_LAST, true}, {"predecessor", WAY_PREDECESSOR, false},
};

/* Finds what a word of a slot line means as a way; false when it is none. */
static bool way_named(const struct lexicon *x, struct str name, struct way *w, bool *role) {
    for (size_t i = 0; i < sizeof way_names / sizeof way_names[0]; i++) {
        if (str_eqz(name, way_names[i].name)) {
            w->kind = way_names[i].kind;
            *role = way_names[i].role;
            return true;
        }
    }
    w->kind = WAY_PREP;
    w->arg = lexicon_prep(x, name);
    *role = false;
    return w->arg != NAME_NONE;
}

/* "employer" of the frame's own type, or "personnel.hire.employer". */
static bool last_of(const struct event_schema *s, const struct event_type *own, struct str text, struct way *w) {
    size_t dot = text.n;
    while (dot > 0 && text.p[dot - 1] != '.') {
        dot--;
    }
    int type = dot ? schema_type(s, str_sub(text, 0, dot - 1)) : (int)(own - s->types);
    int role = type < 0 ? -1 : schema_role(&s->types[type], str_sub(text, dot, text.n));
    w->arg = (uint16_t)(role < 0 ? 0 : role);
    w->of_type = (uint8_t)(role < 0 ? 0 : type);
    return role >= 0;
}

static enum err_code add_alternative(struct reader *r, struct slot *s, size_t *cap, struct str text, uint8_t number,
                                     const struct event_type *type) {
    const struct lexicon *x = &r->l->lex;
    struct str names = conf_word(&text), second = conf_word(&text);
    bool role = false;
    struct way w = {.alternative = number};
    if (text.n) {
        return conf_fail(r->c, r->err, "'%.*s' is too much: a way is 'subj org', 'from,at org' or a type alone", STR_ARG(text));
    }
    static const struct {
        const char *name;
        uint8_t kind;
    } alone[] = {{"self", WAY_SELF}, {"figure", WAY_FIGURE}, {"counted", WAY_COUNTED}, {"trigger", WAY_TRIGGER}};
    for (size_t i = 0; !second.n && i < sizeof alone / sizeof alone[0]; i++) {
        if (str_eqz(names, alone[i].name)) {
            w.kind = alone[i].kind;
            ARENA_PUSH(r->a, s->ways, s->way_count, *cap) = w;
            return ERR_OK;
        }
    }
    if (str_eqz(names, "stretch") || str_eqz(names, "onward")) {
        w.kind = str_eqz(names, "stretch") ? WAY_STRETCH : WAY_ONWARD;
        w.arg = lexicon_class(x, second);
        ARENA_PUSH(r->a, s->ways, s->way_count, *cap) = w;
        return w.arg != NAME_NONE ? ERR_OK
                                  : conf_fail(r->c, r->err, "'%.*s' needs a class of the lexicon behind it, not '%.*s'", STR_ARG(names), STR_ARG(second));
    }
    if (!second.n && !way_named(x, names, &w, &role)) {
        w.kind = WAY_ANY;
        w.types = frame_types(x, names, r->c, r->err);
        ARENA_PUSH(r->a, s->ways, s->way_count, *cap) = w;
        return w.types ? ERR_OK : ERR_DATA;
    }
    while (names.n) {
        struct str name = str_cut(&names, ',');
        if (!way_named(x, name, &w, &role)) {
            return conf_fail(r->c, r->err, "'%.*s' is no way (subj, obj, poss, agent, org-of ...) and no [prep] of the lexicon",
                             STR_ARG(name));
        }
        if (w.kind == WAY_LAST) {
            if (!last_of(r->s, type, second, &w)) {
                return conf_fail(r->c, r->err, "'last' needs a role behind it, or a type and its role: personnel.hire.employer");
            }
        } else if (role) {
            int index = schema_role(type, second);
            if (index < 0) {
                return conf_fail(r->c, r->err, "'%.*s' needs a role of %.*s behind it", STR_ARG(name), STR_ARG(type->name));
            }
            w.arg = (uint16_t)index;
        } else if (w.kind != WAY_SOURCE) {
            w.types = frame_types(x, second, r->c, r->err);
            if (!w.types) {
                return ERR_DATA;
            }
        }
        ARENA_PUSH(r->a, s->ways, s->way_count, *cap) = w;
    }
    return ERR_OK;
}

static enum err_code read_slot(struct reader *r, struct frame *f, struct str key, struct str value) {
    const struct event_type *type = &r->s->types[f->type];
    struct slot s = {0};
    size_t cap = 0;
    for (; str_ends(key, STR("!")); key = str_trim(str_sub(key, 0, key.n - 1))) {
        s.own = s.required;
        s.required = true;
    }
    int role = schema_role(type, key);
    if (role < 0) {
        return conf_fail(r->c, r->err, "'%.*s' is no key of a frame and no role of %.*s", STR_ARG(key), STR_ARG(type->name));
    }
    s.role = (uint8_t)role;
    for (uint8_t number = 0; value.n; number++) {
        struct str text = str_trim(str_cut(&value, '|'));
        enum err_code code = add_alternative(r, &s, &cap, text, number, type);
        if (code != ERR_OK) {
            return code;
        }
    }
    if (s.way_count == 0) {
        return conf_fail(r->c, r->err, "%.*s: no way stated", STR_ARG(key));
    }
    ARENA_PUSH(r->a, f->slots, f->slot_count, f->slot_cap) = s;
    return ERR_OK;
}

/* ---- keys ---- */

static enum err_code read_classes(struct reader *r, struct str value, uint16_t *out, uint8_t *n, size_t max) {
    while (value.n) {
        struct str name = str_trim(str_cut(&value, ','));
        uint16_t cls = lexicon_class(&r->l->lex, name);
        cls = cls == NAME_NONE ? lexicon_prep(&r->l->lex, name) : cls;
        if (cls == NAME_NONE) {
            return conf_fail(r->c, r->err, "the lexicon has no class '%.*s'", STR_ARG(name));
        }
        if (*n == max) {
            return conf_fail(r->c, r->err, "more than %zu classes", max);
        }
        out[(*n)++] = cls;
    }
    return ERR_OK;
}

/* "hire, poach", or phrases in braces: "{money/percent}". */
static enum err_code read_triggers(struct reader *r, struct frame *f, struct str value) {
    if (str_starts(value, STR("{"))) {
        f->on = str_ends(value, STR("}")) ? frame_types(&r->l->lex, str_sub(value, 1, value.n - 1), r->c, r->err) : 0;
        return f->on ? ERR_OK : conf_fail(r->c, r->err, "phrases to fire at are written {money/percent}");
    }
    while (value.n) {
        struct str name = str_trim(str_cut(&value, ','));
        uint16_t cls = lexicon_class(&r->l->lex, name);
        if (cls == NAME_NONE) {
            return conf_fail(r->c, r->err, "the lexicon has no class '%.*s'", STR_ARG(name));
        }
        r->l->lex.classes[cls].trigger = true;
        ARENA_PUSH(r->a, f->triggers, f->trigger_count, f->trigger_cap) = cls;
    }
    return ERR_OK;
}

static enum err_code read_form(struct reader *r, struct frame *f, struct str value) {
    const struct lexicon *x = &r->l->lex;
    for (struct str w = conf_word(&value); w.n; w = conf_word(&value)) {
        bool negative = str_starts(w, STR("!"));
        struct str name = negative ? str_sub(w, 1, w.n) : w;
        size_t t = 0;
        while (t < x->tag_count && !str_eq(x->tags[t], name)) {
            t++;
        }
        if (t == x->tag_count) {
            return conf_fail(r->c, r->err, "no form of the lexicon has the tag '%.*s'", STR_ARG(name));
        }
        if (negative) {
            f->not_tags |= 1u << t;
        } else {
            f->tags |= 1u << t;
        }
    }
    return ERR_OK;
}

/* "some = subject!, change": one of these roles must be filled; with `!`, by an entity. */
static enum err_code read_some(struct reader *r, struct frame *f, struct str value) {
    while (value.n) {
        struct str name = str_trim(str_cut(&value, ','));
        bool named = str_ends(name, STR("!"));
        name = named ? str_trim(str_sub(name, 0, name.n - 1)) : name;
        int role = schema_role(&r->s->types[f->type], name);
        if (role < 0 || f->some_count == 4) {
            return conf_fail(r->c, r->err, "some: '%.*s' is no role of %.*s, or the fifth", STR_ARG(name), STR_ARG(r->s->types[f->type].name));
        }
        f->some_named |= named ? (uint8_t)(1u << f->some_count) : 0;
        f->some[f->some_count++] = (uint8_t)role;
    }
    return ERR_OK;
}

static int status_of(struct str name) {
    for (int i = NG_OCCURRED; i <= NG_DENIED; i++) {
        if (str_eqz(name, ng_status_name((enum ng_status)i))) {
            return i;
        }
    }
    return -1;
}

/* "example", "example planned", "example alleged 2024-05", "counter". */
static enum err_code read_example(struct reader *r, struct frame *f, struct str key, struct str text) {
    struct event_example e = {.text = text, .name = f->name, .type = f->type, .status = -1, .path = r->c->path, .line = r->c->line};
    struct str rest = key;
    e.counter = str_eqz(conf_word(&rest), "counter");
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        int status = status_of(w);
        if (status >= 0) {
            e.status = (int8_t)status;
        } else if (w.p[0] >= '0' && w.p[0] <= '9') {
            e.date = w;
        } else {
            return conf_fail(r->c, r->err, "'%.*s' is neither a status nor a date", STR_ARG(w));
        }
    }
    ARENA_PUSH(r->a, r->l->examples, r->l->example_count, r->l->example_cap) = e;
    return ERR_OK;
}

/* "only = dated, alone": what must hold of the trigger. */
static enum err_code read_only(struct reader *r, struct frame *f, struct str value) {
    static const struct {
        const char *name;
        uint8_t bit;
    } names[] = {{"dated", ONLY_DATED}, {"alone", ONLY_ALONE}, {"active", ONLY_ACTIVE}, {"passive", ONLY_PASSIVE}};
    while (value.n) {
        struct str name = str_trim(str_cut(&value, ','));
        uint8_t bit = 0;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            bit = str_eqz(name, names[i].name) ? names[i].bit : bit;
        }
        if (!bit) {
            return conf_fail(r->c, r->err, "only: '%.*s' is none of dated, alone, active, passive", STR_ARG(name));
        }
        f->only |= bit;
    }
    return ERR_OK;
}

static enum err_code read_key(struct reader *r, struct frame *f, struct str key, struct str value) {
    double number;
    if (str_eqz(key, "type")) {
        int type = schema_type(r->s, value);
        if (type < 0) {
            return conf_fail(r->c, r->err, "schema.conf has no type '%.*s'", STR_ARG(value));
        }
        f->type = (uint8_t)type;
        return ERR_OK;
    }
    if (f->type == 0xFF) {
        return conf_fail(r->c, r->err, "the first line of a frame is 'type = ...'");
    }
    if (str_eqz(key, "trigger")) {
        return read_triggers(r, f, value);
    }
    if (str_eqz(key, "match")) {
        return f->nodes ? conf_fail(r->c, r->err, "one 'match' to a pattern")
                        : pattern_compile(f, r->l, &r->s->types[f->type], r->a, r->fold, value, r->c, r->err);
    }
    if (str_eqz(key, "form")) {
        return read_form(r, f, value);
    }
    if (str_eqz(key, "near")) {
        return read_classes(r, value, f->near, &f->near_count, 4);
    }
    if (str_eqz(key, "not")) {
        return read_classes(r, value, f->barred, &f->barred_count, 8);
    }
    if (str_eqz(key, "never")) {
        return read_classes(r, value, f->never, &f->never_count, 4);
    }
    if (str_eqz(key, "some")) {
        return read_some(r, f, value);
    }
    if (str_eqz(key, "governed")) {
        return read_classes(r, value, f->gov, &f->gov_count, 4);
    }
    if (str_eqz(key, "waives")) {
        int role = schema_role(&r->s->types[f->type], value);
        f->waives |= role < 0 ? 0 : (uint8_t)(1u << role);
        return role < 0 ? conf_fail(r->c, r->err, "waives names a role of %.*s", STR_ARG(r->s->types[f->type].name)) : ERR_OK;
    }
    if (str_eqz(key, "only")) {
        return read_only(r, f, value);
    }
    if (str_eqz(key, "follows")) {
        f->follows = str_eqz(value, "yes");
        return f->follows ? ERR_OK : conf_fail(r->c, r->err, "follows = yes, or no such line");
    }
    if (str_eqz(key, "adds")) {
        f->adds = str_eqz(value, "yes");
        return f->adds ? ERR_OK : conf_fail(r->c, r->err, "adds = yes, or no such line");
    }
    if (str_eqz(key, "within")) {
        size_t n;
        bool fine = str_to_size(value, &n) && n > 0 && n < 60;
        f->within = fine ? (uint8_t)n : 0;
        return fine ? ERR_OK : conf_fail(r->c, r->err, "within is a number of words, 1 to 59");
    }
    if (str_eqz(key, "not-governed")) {
        return read_classes(r, value, f->not_gov, &f->not_gov_count, 8);
    }
    if (str_eqz(key, "status")) {
        f->status = (int8_t)status_of(value);
        return f->status < 0 ? conf_fail(r->c, r->err, "'%.*s' is no status", STR_ARG(value)) : ERR_OK;
    }
    if (str_eqz(key, "confidence")) {
        if (!str_to_double(value, &number) || !(number > 0 && number <= 1)) {
            return conf_fail(r->c, r->err, "confidence is a number above 0, at most 1");
        }
        f->confidence = (float)number;
        return ERR_OK;
    }
    if (str_starts(key, STR("example")) || str_starts(key, STR("counter"))) {
        return read_example(r, f, key, value);
    }
    return read_slot(r, f, key, value);
}

/* What a frame needs before the next begins. */
static enum err_code check_frame(struct reader *r, const struct frame *f, const char *path) {
    struct err *err = r->err;
    if (f->type == 0xFF) {
        return err_set_in(err, ERR_DATA, path, f->line, 0, "'%.*s' has no type", STR_ARG(f->name));
    }
    if (f->nodes ? f->trigger_count > 0 || f->on : f->trigger_count == 0 && !f->on) {
        return err_set_in(err, ERR_DATA, path, f->line, 0, "'%.*s': a frame has a trigger, a pattern a match, none both",
                          STR_ARG(f->name));
    }
    if (!f->nodes && f->slot_count == 0) {
        return err_set_in(err, ERR_DATA, path, f->line, 0, "'%.*s' says nothing about roles", STR_ARG(f->name));
    }
    return ERR_OK;
}

enum err_code frames_read(struct event_lang *l, const struct event_schema *s, struct arena *a, const struct text_fold *fold,
                          struct conf *c, struct err *err) {
    struct reader r = {.l = l, .s = s, .a = a, .fold = fold, .c = c, .err = err};
    struct str open = STR_NONE, key, value;
    enum err_code code = ERR_OK;
    struct frame *f = NULL;
    while (code == ERR_OK && conf_next(c)) {
        if (open.p != c->section.p || !f) {
            struct str rest = c->section, kind = conf_word(&rest);
            if ((!str_eqz(kind, "frame") && !str_eqz(kind, "pattern")) || !rest.n) {
                return conf_fail(c, err, "expected [frame NAME] or [pattern NAME] before this line");
            }
            code = f ? check_frame(&r, f, c->path) : ERR_OK;
            open = c->section;
            ARENA_PUSH(a, l->frames, l->frame_count, l->frame_cap) =
                (struct frame){.name = rest, .type = 0xFF, .confidence = 0.85f, .status = -1, .path = c->path, .line = c->line};
            if (arena_full(a)) {
                return err_set(err, ERR_NO_MEMORY, "no memory for the frames");
            }
            f = &l->frames[l->frame_count - 1];
        }
        if (code == ERR_OK && !conf_pair(c, &key, &value)) {
            code = conf_fail(c, err, "expected 'key = value'");
        }
        code = code ? code : read_key(&r, f, key, value);
    }
    code = code || !f ? code : check_frame(&r, f, c->path);
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the frames") : code;
}

static enum err_code link_phrases(struct event_lang *l, struct arena *a, struct err *err) {
    for (size_t i = 0; i < l->lex.class_count; i++) { /* "the company", where it is not known which */
        struct lex_class *k = &l->lex.classes[i];
        uint16_t head = k->or_head.n ? lexicon_class(&l->lex, k->or_head) : NAME_NONE;
        if (k->or_head.n && (head == NAME_NONE || l->lex.classes[head].kind != CLASS_HEAD)) {
            return err_set(err, ERR_DATA, "[%.*s]: no [head %.*s]", STR_ARG(k->name), STR_ARG(k->or_head));
        }
        k->or_types = head != NAME_NONE ? TYPE_BIT(l->lex.classes[head].head) : 0;
    }
    l->by_phrase = ARENA_ARRAY(a, l->frame_count + 1, uint32_t);
    if (!l->by_phrase) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the frames");
    }
    for (size_t i = 0; i < l->frame_count; i++) {
        if (l->frames[i].on) {
            l->by_phrase[++l->by_phrase[0]] = (uint32_t)i;
        }
    }
    return ERR_OK;
}

/* Lists for each class the frames it triggers and the patterns it anchors. */
enum err_code frames_link(struct event_lang *l, struct arena *a, struct err *err) {
    if (!lexicon_index(&l->lex, a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the lexicon");
    }
    for (size_t cls = 0; cls < l->lex.class_count; cls++) {
        size_t n = 0;
        for (int fill = 0; fill < 2; fill++) {
            if (fill && n) {
                l->by_class[cls] = ARENA_ARRAY(a, n + 1, uint32_t);
                if (!l->by_class[cls]) {
                    return err_set(err, ERR_NO_MEMORY, "no memory for the frames");
                }
                l->by_class[cls][0] = (uint32_t)n;
            }
            n = 0;
            for (size_t i = 0; i < l->frame_count; i++) {
                const struct frame *f = &l->frames[i];
                bool has = f->nodes && f->anchor == cls;
                for (size_t k = 0; k < f->trigger_count; k++) {
                    has = has || f->triggers[k] == cls;
                }
                if (has) {
                    n++;
                    if (fill) {
                        l->by_class[cls][n] = (uint32_t)i;
                    }
                }
            }
            if (!n) {
                break;
            }
        }
    }
    return link_phrases(l, a, err);
}
