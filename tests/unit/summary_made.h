/* summary_made.h - articles made of roles: no text that a reader would know, but entities, values and events at their places, as the
 * analysis leaves them for the summary. What stands for a role is tests/golden/summary/cast.conf. */
#ifndef TESTS_SUMMARY_MADE_H
#define TESTS_SUMMARY_MADE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/conf.h"
#include "core/entity/gender.h"
#include "core/summary/summary.h"
#include "core/summary/write.h"

/* ---- the data, loaded once ---- */

static struct {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct summary_rules *rules;
    struct gender_names *genders;
} data;

static inline const char *data_dir(void) {
    const char *dir = getenv("NUTGRAF_DATA");
    return dir ? dir : "data";
}

static inline bool load_rules(void) {
    struct err err = {0};
    arena_init(&data.a, (size_t)256 << 20);
    enum err_code code = text_fold_load(&data.fold, &data.a, &err);
    code = code ? code : langs_load(&data.langs, &data.a, data_dir(), &err);
    code = code ? code : summary_load(&data.rules, &data.a, data_dir(), data.langs, data.fold, &err);
    code = code ? code : gender_load(&data.genders, &data.a, data_dir(), &err);
    if (code != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
    }
    return code == ERR_OK;
}

static inline void release_rules(void) {
    summary_release(data.rules);
    arena_release(&data.a);
}

/* ---- an article ---- */

struct article {
    struct arena a;
    struct doc d;
    struct ng_request req;
    struct buf text;
    size_t entity_cap, event_cap, mention_cap;
};

static inline void article_begin(struct article *x, const char *lang) {
    *x = (struct article){0};
    arena_init(&x->a, (size_t)8 << 20);
    x->d = (struct doc){.a = &x->a, .req = &x->req, .lang = langs_get(data.langs, str_of(lang)), .script = "Latn"};
    buf_init(&x->text, &x->a);
    buf_add(&x->text, STR("x "));
    x->d.text = buf_str(&x->text);
}

static inline void article_end(struct article *x) {
    arena_release(&x->a);
}

/* Adds words to the text. */
static inline struct ng_span say(struct article *x, struct str words) {
    uint32_t start = (uint32_t)x->text.n;
    buf_add(&x->text, words);
    struct ng_span s = {start, (uint32_t)x->text.n};
    buf_add(&x->text, STR(" / "));
    x->d.text = buf_str(&x->text);
    return s;
}

/* A new entity at a place of the text. */
static inline struct ng_filler entity_at(struct article *x, enum ng_type type, const char *name, struct ng_span span, struct ng_value value) {
    struct doc *d = &x->d;
    struct ng_mention *m = ARENA_NEW(&x->a, struct ng_mention);
    m->span = span;
    struct ng_entity e = {.type = type, .name = str_of(name), .canonical_name = str_of(name), .mentions = m, .mention_count = 1, .salience = 0.5F, .value = value,
                          .has_value = type >= NG_MONEY};
    ARENA_PUSH(&x->a, d->entities, d->entity_count, x->entity_cap) = e;
    ARENA_PUSH(&x->a, d->mentions, d->mention_count, x->mention_cap) =
        (struct mention){.start = span.start, .end = span.end, .type = type, .entity = (uint32_t)d->entity_count - 1};
    return (struct ng_filler){(int32_t)d->entity_count - 1, span};
}

/* The entity of that name, new at need. */
static inline struct ng_filler entity(struct article *x, enum ng_type type, const char *name, const char *words, struct ng_value value) {
    struct doc *d = &x->d;
    for (size_t i = 0; i < d->entity_count; i++) {
        if (d->entities[i].type == type && type < NG_MONEY && str_eqz(d->entities[i].canonical_name, name)) {
            return (struct ng_filler){(int32_t)i, d->entities[i].mentions[0].span};
        }
    }
    return entity_at(x, type, name, say(x, str_of(words ? words : name)), value);
}

static inline struct ng_event *event(struct article *x, const char *type, enum ng_status status, const char *date) {
    struct ng_span *evidence = ARENA_NEW(&x->a, struct ng_span);
    *evidence = (struct ng_span){0, 1};
    struct ng_event e = {.type = str_of(type), .status = status, .date = str_of(date), .confidence = 0.9F, .evidence = evidence, .evidence_count = 1,
                         .roles = ARENA_ARRAY(&x->a, FACT_ROLES, struct ng_role)};
    ARENA_PUSH(&x->a, x->d.events, x->d.event_count, x->event_cap) = e;
    return &x->d.events[x->d.event_count - 1];
}

static inline struct ng_role *new_role(struct article *x, struct ng_event *e, struct str name) {
    struct ng_role *r = &e->roles[e->role_count++];
    assert_true(e->role_count <= FACT_ROLES);
    *r = (struct ng_role){.name = name, .fillers = ARENA_ARRAY(&x->a, 4, struct ng_filler)};
    return r;
}

/* Adds a role with one entity, or with words. */
static inline void with_entity(struct article *x, struct ng_event *e, const char *name, enum ng_type type, const char *entity_name, struct ng_value value) {
    struct ng_role *r = new_role(x, e, str_of(name));
    r->fillers[r->filler_count++] = entity(x, type, entity_name, NULL, value);
}

static inline void with_words(struct article *x, struct ng_event *e, const char *name, const char *words) {
    struct ng_role *r = new_role(x, e, str_of(name));
    r->fillers[r->filler_count++] = (struct ng_filler){-1, say(x, str_of(words))};
}

static inline const char *summary_of(struct article *x, const char *tag) {
    struct err err = {0};
    int target = langs_find(data.langs, str_of(tag));
    assert_int_not_equal(target, LANG_NONE);
    x->req.target_language = str_of(tag);
    assert_true(gender_mark(data.genders, &x->d));
    assert_int_equal(summary_write(data.rules, data.langs, NULL, target, str_of(tag), &x->d, &err), ERR_OK);
    return x->d.summary.text.n ? arena_dup(&x->a, x->d.summary.text).p : "";
}

#endif
