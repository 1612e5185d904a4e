/* event_pairs_main.c - prints what the learned reading of events weighs (core/event/learned.h), for roles.py, its training.
 *
 *     event_pairs_main DATA_DIR LANG FILE...     articles: "# FILE", then lines of the trace, of which E, P, C and J matter
 *     event_pairs_main DATA_DIR LANG --examples  the examples beside the frames: "# +TYPE MARKUP" (a counter-example: "# -TYPE MARKUP") */
#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/file.h"
#include "core/event/example.h"
#include "core/event/learned.h"
#include "core/limits.h"
#include "core/nutgraf.h"
#include "core/worker.h"

#include "core/base/banned.h"

static void print(struct str s) {
    fwrite(s.p, 1, s.n, stdout);
    putchar('\n');
}

static enum err_code articles(const char *data, const char *lang, char **files, int n, struct err *err) {
    struct nutgraf *ng = NULL;
    struct nutgraf_worker *w = NULL;
    enum err_code code = nutgraf_new(&ng, data, err);
    code = code ? code : nutgraf_worker_new(&w, ng, err);
    for (int i = 0; i < n && code == ERR_OK; i++) {
        AUTO_ARENA a;
        struct str report = STR_NONE;
        struct ng_request req = {.language = str_of(lang), .features = NG_ENTITIES | NG_EVENTS | NG_PAIRS};
        arena_init(&a, (size_t)1 << 30);
        code = file_read(&a, files[i], LIMIT_TEXT, &req.text, err);
        code = code ? code : nutgraf_explain(ng, w, &a, &req, &report, err);
        printf("# %s\n", files[i]);
        print(report);
    }
    if (w) {
        nutgraf_worker_free(w);
    }
    nutgraf_free(ng);
    return code;
}

static enum err_code example(const struct event_rules *r, int lang, struct nutgraf_worker *w, const struct event_example *e, struct err *err) {
    static const struct ng_request request = {.features = NG_PAIRS};
    AUTO_ARENA a;
    struct doc d;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    enum err_code code = example_doc(r, lang, w, e->text, &a, &d, err);
    if (code == ERR_OK) {
        d.req = &request;
        d.tracing = true;
        d.frames_only = false;
        code = event_find(r, &d, err);
    }
    printf("# %s%.*s ", e->counter ? "-" : "+", STR_ARG(r->schema.types[e->type].name));
    print(e->text);
    for (size_t i = 0; code == ERR_OK && i < d.trace_count; i++) {
        print(d.trace[i]);
    }
    return code;
}

static enum err_code examples(const char *data, const char *name, struct err *err) {
    AUTO_ARENA a;
    const struct text_fold *fold;
    struct langs *langs = NULL;
    struct event_rules *rules = NULL;
    struct nutgraf_worker *w = NULL;
    arena_init(&a, LIMIT_TABLES_MEMORY);
    enum err_code code = text_fold_load(&fold, &a, err);
    code = code ? code : langs_load(&langs, &a, data, err);
    code = code ? code : event_load(&rules, &a, data, langs, fold, err);
    code = code ? code : nutgraf_worker_new(&w, NULL, err);
    int lang = code ? LANG_NONE : langs_find(langs, str_of(name));
    const struct event_lang *l = lang >= 0 ? rules->lang[lang] : NULL;
    for (size_t i = 0; l && i < l->example_count && code == ERR_OK; i++) {
        code = example(rules, lang, w, &l->examples[i], err);
    }
    if (w) {
        nutgraf_worker_free(w);
    }
    return code;
}

int main(int argc, char **argv) {
    struct err err = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: event_pairs_main DATA_DIR LANG FILE... | --examples\n");
        return 2;
    }
    enum err_code code = str_eqz(str_of(argv[3]), "--examples") ? examples(argv[1], argv[2], &err) : articles(argv[1], argv[2], argv + 3, argc - 3, &err);
    if (code != ERR_OK) {
        fprintf(stderr, "event_pairs_main: %s\n", err.text);
    }
    return code == ERR_OK ? 0 : 1;
}
