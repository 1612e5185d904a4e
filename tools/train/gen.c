/* gen.c - see gen.h */
#include "tools/train/gen.h"

#include "core/base/buf.h"
#include "core/base/map.h"

#include "core/base/banned.h"

enum { DEPTH_MAX = 8, MEMORY_MAX = 10 };

struct class {
    struct str name;
    struct str *entries;
    size_t n, cap;
};

struct gen {
    struct arena *a;
    struct map by_name;
    struct class *classes;
    size_t n, cap;
    struct class sentences;
    uint64_t random;
};

struct memory {
    struct str text[MEMORY_MAX];
    const char *tag[MEMORY_MAX];
};

static uint64_t draw(struct gen *g, uint64_t below) {
    g->random ^= g->random << 13;
    g->random ^= g->random >> 7;
    g->random ^= g->random << 17;
    return (g->random >> 11) % below;
}

enum err_code gen_new(struct gen **out, struct arena *a, struct err *err) {
    *out = ARENA_NEW(a, struct gen);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the generator");
    }
    (*out)->a = a;
    (*out)->random = 0x2545f4914f6cdd1du;
    map_init(&(*out)->by_name, a);
    return ERR_OK;
}

/* ---- reading ---- */

static struct class *class_at(struct gen *g, struct str name) {
    uint32_t *at = map_at(&g->by_name, name);
    if (!at) {
        return NULL;
    }
    if (*at == MAP_NONE) {
        *at = (uint32_t)g->n;
        ARENA_PUSH(g->a, g->classes, g->n, g->cap) = (struct class){.name = name};
    }
    return arena_full(g->a) ? NULL : &g->classes[*at];
}

static void add_entries(struct gen *g, struct class *c, struct str line) {
    while (line.n) {
        size_t bar = str_find(line, STR(" | "), 0);
        struct str entry = str_trim(str_sub(line, 0, bar));
        line = bar == SIZE_MAX ? STR_NONE : str_sub(line, bar + 3, line.n);
        if (entry.n) {
            ARENA_PUSH(g->a, c->entries, c->n, c->cap) = entry;
        }
    }
}

enum err_code gen_read(struct gen *g, const char *path, struct err *err) {
    struct conf c;
    enum err_code code = conf_open(&c, g->a, path, err);
    while (code == ERR_OK && conf_next(&c)) {
        if (str_eqz(c.section, "sentences")) {
            ARENA_PUSH(g->a, g->sentences.entries, g->sentences.n, g->sentences.cap) = c.entry;
            continue;
        }
        struct class *to = c.section.n ? class_at(g, c.section) : NULL;
        if (!to) {
            return conf_fail(&c, err, "an entry before the first section");
        }
        add_entries(g, to, c.entry);
    }
    return code;
}

/* ---- writing ---- */

static const char *tag_of(struct str class) {
    static const struct {
        const char *head, *tag;
    } tags[] = {{"per", "PER"}, {"org", "ORG"}, {"loc", "LOC"}, {"pro", "PRO"}, {"evt", "EVT"}};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        bool end = class.n == 3 || (class.n > 3 && class.p[3] == '.');
        if (end && str_starts(class, str_of(tags[i].head))) {
            return tags[i].tag;
        }
    }
    return NULL;
}

static enum err_code expand(struct gen *g, struct str s, bool inside, int depth, struct memory *m, struct buf *out,
                            struct err *err);

/* Bytes of a small article in front of a name: it is no part of it ("the <LOC Netherlands>"). */
static size_t article_of(struct str text) {
    static const char *const articles[] = {"the ", "der ", "die ", "den ", "dem "};
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        if (str_starts(text, str_of(articles[i]))) {
            return 4;
        }
    }
    return 0;
}

static void emit(struct buf *out, const char *tag, bool inside, struct str text, struct str more) {
    bool tagged = tag && !inside;
    size_t from = tagged ? article_of(text) : 0;
    buf_add(out, str_sub(text, 0, from));
    if (tagged) {
        buf_addf(out, "<%s ", tag);
    }
    buf_add(out, str_sub(text, from, text.n));
    buf_add(out, more);
    if (tagged) {
        buf_addc(out, '>');
    }
}

static struct str last_word(struct str s) {
    size_t i = s.n;
    while (i > 0 && s.p[i - 1] != ' ') {
        i--;
    }
    return str_sub(s, i, s.n);
}

static struct str one_of(struct gen *g, struct str list, char sep) {
    struct str rest = list;
    size_t n = 1;
    for (size_t i = 0; i < list.n; i++) {
        n += list.p[i] == sep;
    }
    size_t pick = (size_t)draw(g, n);
    while (pick-- > 0) {
        str_cut(&rest, sep);
    }
    return str_cut(&rest, sep);
}

/* "#1", "#1.last", "#1.first" */
static enum err_code recall(struct str key, struct str more, bool inside, const struct memory *m, struct buf *out,
                            struct err *err) {
    size_t i = key.n > 1 ? (size_t)(key.p[1] - '0') : MEMORY_MAX;
    if (i >= MEMORY_MAX || !m->text[i].p) {
        return err_set(err, ERR_DATA, "nothing remembered as '%.*s'", STR_ARG(key));
    }
    struct str text = m->text[i], part = str_sub(key, 2, key.n);
    if (str_eqz(part, ".last")) {
        text = last_word(text);
    } else if (str_eqz(part, ".first")) {
        struct str rest = text;
        text = str_cut(&rest, ' ');
    }
    emit(out, m->tag[i], inside, text, more);
    return ERR_OK;
}

/* What stands between braces. */
static enum err_code expand_slot(struct gen *g, struct str slot, bool inside, int depth, struct memory *m, struct buf *out,
                                 struct err *err) {
    if (slot.n && slot.p[0] == '=') {
        return expand(g, one_of(g, str_sub(slot, 1, slot.n), '|'), inside, depth + 1, m, out, err);
    }
    struct str more = slot, name = str_cut(&more, '+');
    if (name.n && name.p[0] == '#') {
        return recall(name, more, inside, m, out, err);
    }
    struct str memory = name;
    name = one_of(g, str_cut(&memory, '#'), '/');
    uint32_t at = map_get(&g->by_name, name);
    if (at == MAP_NONE || depth > DEPTH_MAX) {
        return err_set(err, ERR_DATA, at == MAP_NONE ? "no class '%.*s'" : "class '%.*s' goes too deep", STR_ARG(name));
    }
    const struct class *c = &g->classes[at];
    const char *tag = tag_of(name);
    struct buf text;
    buf_init(&text, g->a);
    enum err_code code = expand(g, c->entries[draw(g, c->n)], inside || tag, depth + 1, m, &text, err);
    emit(out, tag, inside, buf_str(&text), more);
    if (memory.n && memory.p[0] >= '0' && memory.p[0] <= '9') {
        m->text[memory.p[0] - '0'] = buf_str(&text);
        m->tag[memory.p[0] - '0'] = tag;
    }
    return code;
}

static enum err_code expand(struct gen *g, struct str s, bool inside, int depth, struct memory *m, struct buf *out,
                            struct err *err) {
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < s.n && code == ERR_OK;) {
        if (s.p[i] != '{') {
            buf_addc(out, s.p[i++]);
            continue;
        }
        size_t close = i + 1, open = 1;
        while (close < s.n) {
            open += s.p[close] == '{';
            open -= s.p[close] == '}';
            if (open == 0) {
                break;
            }
            close++;
        }
        if (close >= s.n) {
            return err_set(err, ERR_DATA, "a brace is not closed in '%.*s'", STR_ARG(s));
        }
        code = expand_slot(g, str_sub(s, i + 1, close), inside, depth, m, out, err);
        i = close + 1;
    }
    return code;
}

enum err_code gen_write(struct gen *g, struct corpus *c, unsigned times, struct nutgraf_worker *w, struct err *err) {
    enum err_code code = ERR_OK;
    for (unsigned t = 0; t < times; t++) {
        for (size_t i = 0; i < g->sentences.n && code == ERR_OK; i++) {
            struct str tmpl = g->sentences.entries[i];
            struct memory m = {0};
            struct buf b;
            buf_init(&b, g->a);
            code = expand(g, tmpl, false, 0, &m, &b, err);
            struct str line = buf_str(&b);
            if (code == ERR_OK && w && (i + t) % 2) {
                line = worker_to_traditional(w, g->a, line);
            }
            code = code ? code : corpus_add_tagged(c, g->a, line, err);
        }
    }
    return code == ERR_OK && arena_full(g->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the sentences") : code;
}
