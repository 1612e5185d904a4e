/* markup_fuzz.c - any bytes as HTML, over a back end that gives its text back, a link a word. The first byte says whether it links. */
#include <stdlib.h>

#include "core/analyze.h"
#include "core/base/utf8.h"
#include "core/translate/backend.h"
#include "core/translate/markup.h"
#include "core/worker.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool with_links;

static bool has(struct translator *self, struct str source, struct str target) {
    (void)self;
    return str_eqz(source, "de") && str_eqz(target, "en");
}

static void pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    (void)self;
    add(with, STR("de"), STR("en"));
}

static enum err_code run(struct translator *self, struct arena *a, const struct translator_job *job, struct translator_out *out, struct err *err) {
    (void)self;
    (void)err;
    for (size_t i = 0; i < job->n; i++) {
        size_t cap = 0;
        out[i] = (struct translator_out){.text = job->texts[i]};
        for (size_t from = 0, to; with_links && from < job->texts[i].n; from = to + 1) {
            size_t space = str_find(job->texts[i], STR(" "), from);
            to = space == SIZE_MAX ? job->texts[i].n : space;
            if (to > from) {
                struct translate_link link = {(uint32_t)from, (uint32_t)to, (uint32_t)(job->texts[i].n - to), (uint32_t)(job->texts[i].n - from)};
                ARENA_PUSH(a, out[i].links, out[i].link_count, cap) = link;
            }
        }
    }
    return ERR_OK;
}

static void release(struct translator *self) {
    free(self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct nutgraf *ng;
    static struct nutgraf_worker *worker;
    struct err err = {0};
    if (!ng) {
        const char *dir = getenv("NUTGRAF_DATA");
        struct translator *t = calloc(1, sizeof *t);
        if (!t || nutgraf_new(&ng, dir ? dir : "data", &err) != ERR_OK) {
            abort();
        }
        *t = (struct translator){"echo", false, has, pairs, run, release};
        if (translate_add(nutgraf_translate(ng), t, &err) != ERR_OK || nutgraf_worker_new(&worker, ng, &err) != ERR_OK) {
            abort();
        }
    }
    struct str html = {(const char *)data + 1, size ? size - 1 : 0}, out;
    if (size == 0 || size > 20000 || utf8_check(html) != SIZE_MAX) {
        return 0;
    }
    struct arena a;
    arena_init(&a, 1 << 28);
    with_links = data[0] & 1;
    enum err_code code = translate_markup(nutgraf_translate(ng), worker, &a, STR("de"), STR("en"), html, 0, &out, &err);
    if (markup_text(&a, html).p == NULL || (code == ERR_OK && out.p == NULL) || (code != ERR_OK && err.text[0] == '\0')) {
        abort(); /* control characters alone are a text that is refused, as anywhere */
    }
    arena_release(&a);
    return 0;
}
