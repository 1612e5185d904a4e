/* event.c - loads the rules of every language and runs them over a text; see event.h and README.md. */
#include "core/event/event.h"

#include <dirent.h>
#include <stdlib.h>

#include "core/base/file.h"
#include "core/event/learned.h"
#include "core/event/rules.h"

#include "core/base/banned.h"

enum { FILE_MAX = 64 };

struct files {
    struct str names[FILE_MAX];
    size_t n;
};

static int by_name(const void *x, const void *y) {
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static enum err_code list_files(struct files *f, struct arena *a, struct str folder, struct err *err) {
    DIR *dir = opendir(folder.p);
    enum err_code code = ERR_OK;
    for (struct dirent *e = dir ? readdir(dir) : NULL; e && code == ERR_OK; e = readdir(dir)) {
        struct str name = str_of(e->d_name);
        if (e->d_name[0] == '.' || !str_ends(name, STR(".conf"))) {
            continue;
        }
        if (f->n == FILE_MAX) {
            code = err_set_in(err, ERR_DATA, folder.p, 0, 0, "more than %d files", FILE_MAX);
        } else {
            f->names[f->n++] = arena_dup(a, name);
        }
    }
    if (dir) {
        closedir(dir);
    }
    qsort(f->names, f->n, sizeof f->names[0], by_name);
    return code;
}

/* lexicon.conf, other files of the lexicon, then the frames that refer to them. */
static int file_round(struct str name) {
    return str_eqz(name, "lexicon.conf") ? 0 : str_starts(name, STR("lexicon")) ? 1 : 2;
}

static enum err_code read_files(struct event_lang *l, const struct event_rules *r, struct arena *a, struct str folder,
                                const struct files *f, struct err *err) {
    enum err_code code = ERR_OK;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < f->n && code == ERR_OK; i++) {
            struct conf c;
            if (file_round(f->names[i]) != round) {
                continue;
            }
            struct str path = arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(f->names[i]));
            code = path.p ? conf_open(&c, a, path.p, err) : err_set(err, ERR_NO_MEMORY, "no memory for the event rules");
            code = code ? code
                        : round == 2 ? frames_read(l, &r->schema, a, r->fold, &c, err)
                                 : lexicon_read(&l->lex, a, r->fold, &c, err);
        }
    }
    return code ? code : frames_link(l, a, err);
}

static enum err_code load_lang(struct event_rules *r, struct arena *a, size_t index, struct err *err) {
    const struct lang *lang = &r->langs->items[index];
    struct str folder = arena_printf(a, "%.*s/event", STR_ARG(lang->folder));
    struct files *f = ARENA_NEW(a, struct files);
    if (!f || !folder.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the event rules");
    }
    enum err_code code = list_files(f, a, folder, err);
    if (code != ERR_OK || f->n == 0) {
        return code;
    }
    struct event_lang *l = ARENA_NEW(a, struct event_lang);
    if (!l) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the event rules");
    }
    lexicon_init(&l->lex, a, lang->atoms == ATOMS_CHAR);
    code = read_files(l, r, a, folder, f, err);
    if (code == ERR_OK && !learned_link(l, &r->schema, a)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the event rules");
    }
    l->present = true;
    r->lang[index] = l;
    return code;
}

enum err_code event_load(struct event_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct text_fold *fold, struct err *err) {
    struct event_rules *r = ARENA_NEW(a, struct event_rules);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the event rules");
    }
    r->langs = l;
    r->fold = fold;
    struct learned *learned = NULL;
    enum err_code code = schema_load(&r->schema, a, data_dir, err);
    code = code ? code : learned_load(&learned, a, data_dir, err);
    r->learned = learned;
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        code = load_lang(r, a, i, err);
    }
    *out = r;
    return code;
}

bool event_has(const struct event_rules *r, int lang) {
    return lang >= 0 && lang < LANG_MAX && r->lang[lang] && r->lang[lang]->frame_count > 0;
}

enum err_code event_find(const struct event_rules *r, struct doc *d, struct err *err) {
    struct cands c = {0};
    struct scan s;
    if (!event_has(r, d->lang) || d->tok_count == 0) {
        return ERR_OK;
    }
    if (!scan_init(&s, r, d)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the events");
    }
    for (uint32_t i = 0; i < d->sent_count && !arena_full(d->a); i++) {
        size_t from = c.n;
        scan_sentence(&s, i);
        match_sentence(&s, &c);
        learned_sentence(&s, &c, from);
        status_review(&s, &c);
        scan_leave(&s);
    }
    if (c.n >= CAND_MAX) {
        doc_warn(d, "the text tells more than %d events; the rest was left out", CAND_MAX);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the events") : merge_events(&r->schema.sure, d, &c, err);
}

/* The quote in which all evidence of an event stands, or NULL; quotes and events come in the order of the text. */
static const struct ng_quote *quote_of(const struct doc *d, const struct ng_event *e, size_t *from) {
    struct ng_span first = e->evidence[0];
    while (*from < d->quote_count && d->quotes[*from].span.end <= first.start) {
        (*from)++;
    }
    for (size_t i = *from; i < d->quote_count && d->quotes[i].span.start < first.end; i++) {
        const struct ng_quote *q = &d->quotes[i];
        uint32_t low = q->span.start > first.start ? q->span.start : first.start;
        uint32_t high = q->span.end < first.end ? q->span.end : first.end;
        uint32_t share = q->direct ? 8 : 5; /* evidence may take in the marks, or "according to Galdor" */
        bool inside = high > low && (high - low) * 10 >= (first.end - first.start) * share;
        if (inside && e->evidence_count == 1 && q->speaker.span.end > q->speaker.span.start) {
            return q;
        }
    }
    return NULL;
}

static bool add_source(const struct event_type *t, struct arena *a, struct ng_event *e, struct ng_filler speaker) {
    for (size_t r = 0; r < t->role_count; r++) {
        bool filled = !t->roles[r].source;
        for (size_t k = 0; k < e->role_count; k++) {
            filled = filled || str_eq(e->roles[k].name, t->roles[r].name);
        }
        struct ng_filler *f = filled ? NULL : ARENA_NEW(a, struct ng_filler);
        if (!filled && !f) {
            return false;
        }
        if (f) {
            *f = speaker;
            e->roles[e->role_count++] = (struct ng_role){t->roles[r].name, f, 1}; /* merge.c made room for every role */
        }
    }
    return true;
}

enum err_code event_attribute(const struct event_rules *r, struct doc *d, struct err *err) {
    size_t from = 0;
    for (size_t i = 0; i < d->event_count; i++) {
        struct ng_event *e = &d->events[i];
        const struct ng_quote *q = quote_of(d, e, &from);
        int type = schema_type(&r->schema, e->type);
        bool speaks = false; /* who fills another role is no source: "I joined Galdor" */
        for (size_t k = 0; q && k < e->role_count; k++) {
            for (size_t n = 0; n < e->roles[k].filler_count; n++) {
                speaks = speaks || (q->speaker.entity >= 0 && e->roles[k].fillers[n].entity == q->speaker.entity);
            }
        }
        if (!q || type < 0 || speaks) {
            continue;
        }
        if (q->direct && e->attributed_count == 0 && q->speaker.entity >= 0) {
            uint32_t *who = ARENA_ARRAY(d->a, 1, uint32_t);
            if (!who) {
                return err_set(err, ERR_NO_MEMORY, "no memory for the events");
            }
            *who = (uint32_t)q->speaker.entity;
            e->attributed_to = who;
            e->attributed_count = 1;
        }
        if (!add_source(&r->schema.types[type], d->a, e, q->speaker)) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the events");
        }
    }
    return ERR_OK;
}
