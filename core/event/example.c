/* example.c - see example.h */
#include "core/event/example.h"

#include "core/base/buf.h"
#include "core/tok/tok.h"

#include "core/base/banned.h"

enum { MARK_MAX = 64 };

struct mark {
    uint32_t start, end;
    struct str roles; /* "person+founder" */
    struct str value; /* of a date */
    int type;         /* enum ng_type, or -1 for a stretch of text */
    int32_t entity;
};

struct marks {
    struct mark items[MARK_MAX];
    size_t n;
    struct str text;
};

static int type_of(struct str name) {
    static const char *const names[] = {"person", "org", "loc", "product", "event", "money", "percent", "date"};
    for (int i = 0; i < NG_TYPE_COUNT; i++) {
        if (str_eqz(name, names[i])) {
            return i;
        }
    }
    return -2;
}

/* "[employer:org Nordvik Foods]" at markup.p[at] == '[': fills *m and moves *at behind it. 0: no mark, -1: a wrong one. */
static int read_mark(struct str markup, size_t *at, struct mark *m, struct str *words) {
    size_t close = str_find(markup, STR("]"), *at), space = str_find(markup, STR(" "), *at);
    size_t colon = str_find(markup, STR(":"), *at);
    if (close == SIZE_MAX || colon == SIZE_MAX || space == SIZE_MAX || colon > close || colon > space || space > close) {
        return 0;
    }
    struct str type = str_sub(markup, colon + 1, space);
    struct str value = type;
    m->roles = str_sub(markup, *at + 1, colon);
    type = str_cut(&value, '=');
    m->value = value;
    m->type = type.n ? type_of(type) : -1;
    m->entity = -1;
    *words = str_trim(str_sub(markup, space, close));
    *at = close + 1;
    return m->type == -2 || words->n == 0 ? -1 : 1;
}

static enum err_code read_markup(struct str markup, struct arena *a, struct marks *out, struct err *err) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < markup.n;) {
        struct mark m = {0};
        struct str words;
        int kind = markup.p[i] == '[' ? read_mark(markup, &i, &m, &words) : 0;
        if (kind < 0 || (kind > 0 && out->n == MARK_MAX)) {
            return err_set(err, ERR_DATA, "markup is [role:type words], [:type words] or [role: words]; see '%.30s'", markup.p);
        }
        if (kind == 0) {
            buf_addc(&b, markup.p[i++]);
            continue;
        }
        m.start = (uint32_t)b.n;
        buf_add(&b, words);
        m.end = (uint32_t)b.n;
        out->items[out->n++] = m;
    }
    out->text = buf_str(&b);
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for an example") : ERR_OK;
}

/* The same words in the same type are the same thing. */
static void add_mention(struct doc *d, struct mark *m, size_t *mention_cap, size_t *entity_cap) {
    struct str text = doc_sub(d, m->start, m->end);
    size_t e = 0;
    struct mention it = {.start = m->start, .end = m->end, .type = (enum ng_type)m->type, .confidence = 1};
    while (e < d->entity_count && !(d->entities[e].type == it.type && str_eq(d->entities[e].name, text))) {
        e++;
    }
    if (e == d->entity_count) {
        struct ng_entity fresh = {.type = it.type, .name = text, .mentions = ARENA_ARRAY(d->a, MARK_MAX, struct ng_mention)};
        size_t n = m->value.n < sizeof fresh.value.date ? m->value.n : 0;
        memcpy(fresh.value.date, m->value.p ? m->value.p : "", n);
        fresh.has_value = n > 0;
        ARENA_PUSH(d->a, d->entities, d->entity_count, *entity_cap) = fresh;
    }
    if (arena_full(d->a)) {
        return;
    }
    struct ng_entity *entity = &d->entities[e];
    entity->mentions[entity->mention_count++] = (struct ng_mention){.span = {m->start, m->end}, .confidence = 1};
    while (it.first < d->tok_count && d->toks[it.first].end <= m->start) {
        it.first++;
    }
    it.last = it.first;
    while (it.last < d->tok_count && d->toks[it.last].start < m->end) {
        it.last++;
    }
    it.entity = (uint32_t)e;
    m->entity = (int32_t)e;
    ARENA_PUSH(d->a, d->mentions, d->mention_count, *mention_cap) = it;
}

static enum err_code build(const struct event_rules *r, int lang, struct nutgraf_worker *w, struct marks *marks, struct arena *a,
                           struct doc *d, struct err *err) {
    static const struct ng_request request = {.min_confidence = 0};
    size_t mention_cap = 0, entity_cap = 0;
    *d = (struct doc){.a = a, .worker = w, .req = &request, .lang = lang, .input = marks->text, .text = marks->text, .frames_only = true};
    d->paras = ARENA_NEW(a, struct para);
    if (!d->paras) {
        return err_set(err, ERR_NO_MEMORY, "no memory for an example");
    }
    d->paras[0] = (struct para){.start = 0, .end = (uint32_t)marks->text.n};
    d->para_count = 1;
    enum err_code code = tok_split(&r->langs->items[lang], r->fold, d, err);
    for (size_t i = 0; i < marks->n && code == ERR_OK; i++) {
        if (marks->items[i].type >= 0) {
            add_mention(d, &marks->items[i], &mention_cap, &entity_cap);
        }
    }
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for an example") : code;
}

enum err_code example_doc(const struct event_rules *r, int lang, struct nutgraf_worker *w, struct str markup, struct arena *a,
                          struct doc *d, struct err *err) {
    struct marks *marks = ARENA_NEW(a, struct marks);
    enum err_code code = marks ? read_markup(markup, a, marks, err) : err_set(err, ERR_NO_MEMORY, "no memory for an example");
    return code ? code : build(r, lang, w, marks, a, d, err);
}

/* ---- comparing ---- */

static bool in_roles(struct str roles, struct str role) {
    while (roles.n) {
        if (str_eq(str_cut(&roles, '+'), role)) {
            return true;
        }
    }
    return false;
}

static bool meets(const struct mark *m, const struct ng_role *role, const struct ng_filler *f) {
    if (!in_roles(m->roles, role->name)) {
        return false;
    }
    return m->entity >= 0 && f->entity >= 0 ? m->entity == f->entity : m->start < f->span.end && f->span.start < m->end;
}

static void complain_missing(const struct doc *d, const struct marks *marks, struct str type, struct buf *b) {
    for (size_t i = 0; i < marks->n; i++) {
        struct str rest = marks->items[i].roles;
        while (rest.n) {
            struct str name = str_cut(&rest, '+');
            bool found = false;
            for (size_t e = 0; e < d->event_count; e++) {
                const struct ng_event *ev = &d->events[e];
                for (size_t r = 0; str_eq(ev->type, type) && r < ev->role_count; r++) {
                    for (size_t k = 0; k < ev->roles[r].filler_count; k++) {
                        found = found || (str_eq(ev->roles[r].name, name) && meets(&marks->items[i], &ev->roles[r], &ev->roles[r].fillers[k]));
                    }
                }
            }
            if (!found) {
                buf_addf(b, "  not found: %.*s = '%.*s'\n", STR_ARG(name), STR_ARG(doc_sub(d, marks->items[i].start, marks->items[i].end)));
            }
        }
    }
}

static void complain_extra(const struct doc *d, const struct marks *marks, const struct event_example *e, struct str type, struct buf *b) {
    for (size_t i = 0; i < d->event_count; i++) {
        const struct ng_event *ev = &d->events[i];
        for (size_t r = 0; str_eq(ev->type, type) && r < ev->role_count; r++) {
            for (size_t k = 0; k < ev->roles[r].filler_count; k++) {
                const struct ng_filler *f = &ev->roles[r].fillers[k];
                bool wanted = false;
                for (size_t m = 0; m < marks->n; m++) {
                    wanted = wanted || meets(&marks->items[m], &ev->roles[r], f);
                }
                if (!wanted) {
                    buf_addf(b, "  too much: %.*s = '%.*s' (%.*s)\n", STR_ARG(ev->roles[r].name),
                             STR_ARG(doc_sub(d, f->span.start, f->span.end)), STR_ARG(ev->rule));
                }
            }
        }
        if (str_eq(ev->type, type) && e->status >= 0 && (int)ev->status != e->status) {
            buf_addf(b, "  status: %s, expected %s\n", ng_status_name(ev->status), ng_status_name((enum ng_status)e->status));
        }
        if (str_eq(ev->type, type) && e->date.n && !str_eq(ev->date, e->date)) {
            buf_addf(b, "  date: '%.*s', expected '%.*s'\n", STR_ARG(ev->date), STR_ARG(e->date));
        }
    }
}

enum err_code example_check(const struct event_rules *r, int lang, struct nutgraf_worker *w, const struct event_example *e,
                            struct arena *a, bool trace, struct str *complaint, struct err *err) {
    struct marks *marks = ARENA_NEW(a, struct marks);
    struct str type = r->schema.types[e->type].name;
    struct doc d;
    struct buf b;
    size_t n = 0;
    *complaint = STR_NONE;
    enum err_code code = marks ? read_markup(e->text, a, marks, err) : err_set(err, ERR_NO_MEMORY, "no memory for an example");
    code = code ? code : build(r, lang, w, marks, a, &d, err);
    if (code == ERR_OK) {
        d.tracing = trace;
        code = event_find(r, &d, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    buf_init(&b, a);
    for (size_t i = 0; i < d.event_count; i++) {
        n += str_eq(d.events[i].type, type) ? 1 : 0;
    }
    if (e->counter && n) {
        buf_addf(&b, "  a counter-example, but an event was found\n");
    } else if (!e->counter && !n) {
        buf_addf(&b, "  no event found\n");
    } else if (!e->counter) {
        complain_missing(&d, marks, type, &b);
        complain_extra(&d, marks, e, type, &b);
    }
    for (size_t i = 0; b.n && i < d.trace_count; i++) {
        buf_addf(&b, "    %.*s\n", STR_ARG(d.trace[i]));
    }
    *complaint = buf_str(&b);
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for an example") : ERR_OK;
}
