/* event_fuzz.c - libFuzzer target: any bytes as a lexicon, as frames and as a marked-up sentence read by the rules just made. */
#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/event/example.h"
#include "core/limits.h"
#include "core/worker.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema_type_name[] = "personnel.hire";

/* A schema of one type, so that no file is read. */
static void make_schema(struct event_schema *s) {
    static const char *const roles[] = {"person", "employer", "former_employer", "position"};
    s->types[0].name = str_of(schema_type_name);
    for (uint8_t i = 0; i < 4; i++) {
        s->types[0].roles[s->types[0].role_count++] =
            (struct event_role){.name = str_of(roles[i]), .group = i, .required = i < 2, .key = i < 2, .each = i == 0, .least = 1};
    }
    s->n = 1;
}

/* The input in three parts, cut at bytes 1: lexicon, frames, sentence. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    arena_init(&a, (size_t)256 << 20);
    struct str rest = {(const char *)data, size};
    struct str words = str_cut(&rest, 1), frames = str_cut(&rest, 1);
    struct lang lang = {.public = {.code = STR("en"), .name = STR("English")}};
    struct langs langs = {.items = &lang, .n = 1};
    struct event_rules *r = ARENA_NEW(&a, struct event_rules);
    struct event_lang *l = ARENA_NEW(&a, struct event_lang);
    struct nutgraf_worker *w = NULL;
    struct conf c;
    struct doc d;
    if (size > 20000 || utf8_check((struct str){(const char *)data, size}) != SIZE_MAX || memchr(data, 0, size) || !r || !l) {
        return 0;
    }
    make_schema(&r->schema);
    r->langs = &langs;
    r->lang[0] = l;
    l->present = true;
    if (text_fold_load(&r->fold, &a, NULL) != ERR_OK || nutgraf_worker_new(&w, NULL, NULL) != ERR_OK) {
        return 0;
    }
    lexicon_init(&l->lex, &a, false);
    conf_open_text(&c, words, "words");
    enum err_code code = lexicon_read(&l->lex, &a, r->fold, &c, NULL);
    conf_open_text(&c, frames, "frames");
    code = code ? code : frames_read(l, &r->schema, &a, r->fold, &c, NULL);
    code = code ? code : frames_link(l, &a, NULL);
    code = code ? code : example_doc(r, 0, w, rest, &a, &d, NULL);
    if (code == ERR_OK && rest.n) {
        bool found;
        event_names(r, &d, &found, NULL);
        event_find(r, &d, NULL);
    }
    nutgraf_worker_free(w);
    return 0;
}
