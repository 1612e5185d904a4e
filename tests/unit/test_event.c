/* test_event.c - the event engine, and every example beside the patterns of every language.
 * Run by hand, `test_event de hire` tells which German examples of frames named like "hire" fail, and what fired. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/cleanup.h"
#include "core/event/example.h"
#include "core/limits.h"
#include "core/worker.h"

struct all {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct event_rules *rules;
    struct nutgraf_worker *worker;
};

static enum err_code load(struct all *x, const char *data, struct err *err) {
    arena_init(&x->a, LIMIT_TABLES_MEMORY);
    enum err_code code = text_fold_load(&x->fold, &x->a, err);
    code = code ? code : langs_load(&x->langs, &x->a, data, err);
    code = code ? code : event_load(&x->rules, &x->a, data, x->langs, x->fold, err);
    return code ? code : nutgraf_worker_new(&x->worker, NULL, err);
}

static void unload(struct all *x) {
    nutgraf_worker_free(x->worker);
    arena_release(&x->a);
}

static int setup(void **state) {
    static struct all x;
    struct err err = {0};
    enum err_code code = load(&x, "data", &err);
    if (code != ERR_OK) {
        fprintf(stderr, "%s:%zu: %s\n", err.source, err.line, err.text);
    }
    *state = &x;
    return code == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    unload(*state);
    return 0;
}

/* Runs the examples of a language whose frame's name contains filter; returns how many fail. */
static size_t run_examples(struct all *x, int lang, const char *filter, bool trace, size_t *count) {
    const struct event_lang *l = x->rules->lang[lang];
    size_t failed = 0;
    for (size_t i = 0; l && i < l->example_count; i++) {
        const struct event_example *e = &l->examples[i];
        struct str complaint = STR_NONE;
        struct err err = {0};
        AUTO_ARENA a;
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        if (filter && str_find(e->name, str_of(filter), 0) == SIZE_MAX) {
            continue;
        }
        (*count)++;
        enum err_code code = example_check(x->rules, lang, x->worker, e, &a, trace, &complaint, &err);
        if (code != ERR_OK || complaint.n) {
            failed++;
            fprintf(stderr, "%s:%zu: [%.*s] %.*s\n%.*s%s", e->path, e->line, STR_ARG(e->name), STR_ARG(e->text), STR_ARG(complaint),
                    code ? err.text : "");
        }
    }
    return failed;
}

static void test_event__examples_hold(void **state) {
    struct all *x = *state;
    size_t failed = 0, count = 0;
    for (size_t i = 0; i < x->langs->n; i++) {
        failed += run_examples(x, (int)i, NULL, false, &count);
    }
    printf("             %zu examples\n", count);
    assert_true(count > 0);
    assert_int_equal(failed, 0);
}

static void test_event__frames_have_examples(void **state) {
    struct all *x = *state;
    for (size_t i = 0; i < x->langs->n; i++) {
        const struct event_lang *l = x->rules->lang[i];
        for (size_t f = 0; l && f < l->frame_count; f++) {
            bool shown = false;
            for (size_t e = 0; e < l->example_count; e++) {
                shown = shown || (str_eq(l->examples[e].name, l->frames[f].name) && !l->examples[e].counter);
            }
            if (!shown) {
                fprintf(stderr, "%s:%zu: [%.*s] has no example\n", l->frames[f].path, l->frames[f].line, STR_ARG(l->frames[f].name));
            }
            assert_true(shown);
        }
    }
}

/* ---- the files' own mistakes are told with file and line ---- */

static const char *const lexicon = "[paradigm verb]\n- = base: past:ed part:ed\n"
                                   "[prep from]\nfrom\n[class and]\nand\n"
                                   "[head title]\nchief, ~boss\n[verb hire]\nverb: poach\n";

static enum err_code compile(struct all *x, const char *words, const char *frames, struct err *err) {
    AUTO_ARENA a;
    struct conf c;
    arena_init(&a, LIMIT_TABLES_MEMORY);
    struct event_lang *l = ARENA_NEW(&a, struct event_lang);
    lexicon_init(&l->lex, &a, false);
    conf_open_text(&c, str_of(words), "words");
    enum err_code code = lexicon_read(&l->lex, &a, x->fold, &c, err);
    if (code == ERR_OK) {
        conf_open_text(&c, str_of(frames), "frames");
        code = frames_read(l, &x->rules->schema, &a, x->fold, &c, err);
    }
    return code ? code : frames_link(l, &a, err);
}

static void test_event__mistakes_name_their_line(void **state) {
    static const struct {
        const char *words, *frames;
        size_t line;
    } wrong[] = {
        {"[nonsense x]\na\n", "", 2},
        {"[verb v]\nverb: go\n", "", 2},
        {"[class c]\na b c d e f g h i j k l m n o p q\n", "", 2},
        {"[cue maybe before]\nx\n", "", 2},
        {"[head h links=nothing]\nx\n", "", 2},
        {"[pronoun ghost]\nx\n", "", 2},
        {"[grammar]\norder = odd\n", "", 2},
        {NULL, "key = value\n", 1},
        {NULL, "[frame f]\ntrigger = hire\n", 2},
        {NULL, "[frame f]\ntype = no.such\n", 2},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = nothing\n", 3},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nwinner = subj org\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nemployer = sideways org\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nemployer = subj ghost\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nemployer = org-of winner\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nconfidence = 7\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nform = ghost\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nexample maybe = x\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\ntrigger = hire\nonly = sometimes\n", 4},
        {NULL, "[frame f]\ntype = personnel.hire\n", 2},
        {NULL, "[pattern p]\ntype = personnel.hire\nmatch = {employer:org\n", 3},
        {NULL, "[pattern p]\ntype = personnel.hire\nmatch = @hire ( {person:person}\n", 3},
        {NULL, "[pattern p]\ntype = personnel.hire\nmatch = {employer:org} hires\n", 3},
        {NULL, "[pattern p]\ntype = personnel.hire\nmatch = @hire ..99 {person:person}\n", 3},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err err = {0};
        enum err_code code = compile(*state, wrong[i].words ? wrong[i].words : lexicon, wrong[i].frames, &err);
        if (code != ERR_DATA || err.line != wrong[i].line) {
            fprintf(stderr, "case %zu: code %d, line %zu: %s\n", i, (int)code, err.line, err.text);
        }
        assert_int_equal(code, ERR_DATA);
        assert_int_equal(err.line, wrong[i].line);
        assert_string_equal(err.source, wrong[i].words ? "words" : "frames");
    }
}

/* ---- long and hostile sentences ---- */

static void test_event__spans_lie_in_the_text(void **state) {
    struct all *x = *state;
    int lang = langs_get(x->langs, STR("en"));
    struct err err = {0};
    struct doc d;
    AUTO_ARENA a;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    struct str text = STR("[:org Nordvik] and [:org Galdor] hired, [:person Lena Marsh], former chief of [:org Tarn] who (left [:org Tarn");
    assert_int_equal(example_doc(x->rules, lang, x->worker, text, &a, &d, &err), ERR_OK);
    assert_int_equal(event_find(x->rules, &d, &err), ERR_OK);
    for (size_t i = 0; i < d.event_count; i++) {
        for (size_t k = 0; k < d.events[i].evidence_count; k++) {
            assert_true(d.events[i].evidence[k].start < d.events[i].evidence[k].end && d.events[i].evidence[k].end <= d.text.n);
        }
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event__examples_hold),
        cmocka_unit_test(test_event__frames_have_examples),
        cmocka_unit_test(test_event__mistakes_name_their_line),
        cmocka_unit_test(test_event__spans_lie_in_the_text),
    };
    if (argc > 1) {
        void *state = NULL;
        size_t count = 0, failed = 0;
        if (setup(&state) == 0) {
            struct all *x = state;
            int lang = langs_get(x->langs, str_of(argv[1]));
            failed = lang == LANG_NONE ? 1 : run_examples(x, lang, argc > 2 ? argv[2] : NULL, true, &count);
            printf("%zu examples, %zu fail\n", count, failed);
            unload(x);
        }
        return count == 0 || failed ? 1 : 0;
    }
    return cmocka_run_group_tests(tests, setup, teardown);
}
