/* translate_pair.c - `nutgraf translate de-en`: lines of text through the models installed, as the server translates them. */
#include <stdio.h>

#include "cli/cli.h"
#include "core/base/cleanup.h"
#include "core/limits.h"
#include "core/translate/translate.h"

#include "core/base/banned.h"

enum { MOST_INPUT = 64 << 20 };

static enum err_code line(const struct nutgraf *ng, struct nutgraf_worker *w, struct str source, struct str target, struct str text, bool check, struct err *err) {
    AUTO_ARENA a;
    struct translate_text_result r = {.text = text};
    enum err_code code = ERR_OK;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    if (str_trim(text).n) {
        code = translate_text(nutgraf_translate(ng), w, &a, source, target, text, false, 0, &r, err);
    }
    if (code == ERR_OK) {
        printf("%.*s\n", STR_ARG(r.text));
    }
    for (size_t i = 0; code == ERR_OK && check && i < r.count; i++) {
        if (r.parts[i].result.fault != TRANSLATE_GOOD) {
            fprintf(stderr, "nutgraf: \"%.*s\": %.*s\n", STR_ARG(r.parts[i].result.text), STR_ARG(r.parts[i].result.why));
        }
    }
    return code;
}

int cli_translate_pair(const char *pair, bool check) {
    struct err err = {0};
    struct nutgraf *ng = NULL;
    struct nutgraf_worker *w = NULL;
    struct str target = str_of(pair), source = str_cut(&target, '-'), input = STR_NONE;
    AUTO_ARENA a;
    arena_init(&a, (size_t)256 << 20);
    if (str_starts(target, STR("Hant-")) || str_starts(target, STR("Hans-"))) {
        source = str_sub(str_of(pair), 0, source.n + 5);
        target = str_sub(target, 5, target.n);
    }
    enum err_code code = nutgraf_new(&ng, cli_data_dir(NULL), &err);
    code = code ? code : cli_add_translators(ng, &err);
    code = code ? code : nutgraf_worker_new(&w, ng, &err);
    int status = code ? EXIT_SETUP : EXIT_OK;
    code = code ? code : cli_read(&a, "-", MOST_INPUT, &input, &err);
    for (bool more = input.n > 0; more && code == ERR_OK;) {
        code = line(ng, w, source, target, str_cut(&input, '\n'), check, &err);
        more = input.n > 0;
    }
    if (code == ERR_OK && fflush(stdout) != 0) {
        code = err_set(&err, ERR_IO, "cannot write to standard output");
    }
    if (code != ERR_OK) {
        cli_complain(&err);
        status = status ? status : EXIT_DATA;
    }
    nutgraf_worker_free(w);
    nutgraf_free(ng);
    return status;
}
