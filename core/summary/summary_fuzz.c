/* summary_fuzz.c - libFuzzer target: the readers of the summary. First byte 'p': the rest is a file of patterns, of which each is filled;
 * 't': a file of terms, whose forms are looked up; 'h': text that is put into the other Chinese script and back; else a language's index, and the rest is words of an article, looked up as terms and read as a count. */
#include <math.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/summary/template.h"
#include "core/summary/terms.h"
#include "core/text/han.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct terms *terms;
    struct format *format;
    struct han *han;
} all;

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void load(void) {
    struct err err = {0};
    const char *dir = getenv("NUTGRAF_DATA");
    arena_init(&all.a, (size_t)256 << 20);
    require(text_fold_load(&all.fold, &all.a, &err) == ERR_OK);
    require(langs_load(&all.langs, &all.a, dir ? dir : "data", &err) == ERR_OK);
    require(terms_load(&all.terms, &all.a, all.langs, all.fold, &err) == ERR_OK);
    require(han_load(&all.han, &all.a, dir ? dir : "data", &err) == ERR_OK);
    require(format_open(&all.format, &all.a, "en", &err) == ERR_OK);
}

/* ---- patterns ---- */

static bool put(void *ctx, struct str name, struct str form, struct sentence *out) {
    (void)ctx;
    (void)form;
    buf_add(&out->b, name);
    return name.n % 2;
}

static struct str kind(void *ctx, struct str name) {
    (void)ctx;
    return name.n % 2 ? STR("text") : STR("none");
}

static double number(void *ctx, struct str name) {
    (void)ctx;
    return (double)name.n;
}

static void patterns(struct arena *a, struct str text) {
    struct conf c;
    struct err err = {0};
    struct templates *t = NULL;
    size_t n = 0;
    conf_open_text(&c, text, "fuzz");
    if (templates_read(&t, &c, all.format, a, &err) != ERR_OK) {
        require(err.code == ERR_DATA || err.code == ERR_NO_MEMORY);
        return;
    }
    const struct template_entry *entries = templates_entries(t, &n);
    struct template_args args = {NULL, put, kind, number};
    for (size_t i = 0; i < n; i++) {
        struct sentence s = {.n = 0};
        buf_init(&s.b, a);
        bool told = template_fill(t, all.format, entries[i].text, &args, &s);
        require(told || s.b.n == 0);
    }
}

/* ---- words of an article ---- */

static void words(struct arena *a, struct str text, int lang) {
    static const char *const kinds[] = {"title", "people", "measure", "policy", "ruling", "denial"};
    struct terms_count count;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct str kind_name = str_of(kinds[i]), found = terms_find(all.terms, a, kind_name, text, lang);
        struct str word = terms_word(all.terms, kind_name, found, lang), told = terms_translate(all.terms, a, kind_name, text, NULL, 0, lang, lang, false);
        require(utf8_check(word) == SIZE_MAX && utf8_check(told) == SIZE_MAX);
    }
    require(utf8_check(terms_strip(all.terms, a, text, lang)) == SIZE_MAX);
    if (terms_count(all.terms, a, text, lang, &count)) {
        require(isfinite(count.n) && count.n >= 0);
    }
}

/* ---- a file of terms ---- */

static void terms_file(struct arena *a, struct str text) {
    struct conf c;
    struct err err = {0};
    struct terms *t = NULL;
    conf_open_text(&c, text, "fuzz");
    if (terms_read(&t, a, &c, text.n % 2, 0, all.fold, &err) != ERR_OK) {
        require(err.code == ERR_DATA || err.code == ERR_NO_MEMORY);
        return;
    }
    conf_open_text(&c, text, "fuzz"); /* whatever it has is looked up in it */
    for (size_t lines = 0; lines < 20 && conf_next(&c); lines++) {
        struct str whole = c.entry, key, forms;
        struct terms_count count;
        if (!conf_pair(&c, &key, &forms)) {
            continue;
        }
        for (size_t i = 0; i < 4 && forms.n; i++) {
            struct str form = str_trim(str_cut(&forms, ','));
            struct terms_name name = {0, form.n, STR("N")};
            struct str told = terms_translate(t, a, c.section, form, &name, form.n > 0, 0, 0, i % 2);
            require(utf8_check(told) == SIZE_MAX && utf8_check(terms_concept(t, a, c.section, form, 0)) == SIZE_MAX);
            require(utf8_check(terms_find(t, a, c.section, form, 0)) == SIZE_MAX && utf8_check(terms_strip(t, a, whole, 0)) == SIZE_MAX);
            (void)terms_count(t, a, form, 0, &count);
        }
    }
}

/* ---- the Chinese scripts ---- */

static void scripts(struct arena *a, struct str text) {
    for (int to = HAN_HANS; to <= HAN_HANT; to++) {
        struct str there = han_convert(all.han, a, (enum han_to)to, text), person = han_convert_person(all.han, a, (enum han_to)to, text);
        require(utf8_check(there) == SIZE_MAX && utf8_check(person) == SIZE_MAX && (there.n > 0) == (text.n > 0));
        (void)han_is_written(all.han, (enum han_to)to, text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    if (!all.terms) {
        load();
    }
    arena_init(&a, (size_t)64 << 20);
    struct str text = {(const char *)data + 1, size ? size - 1 : 0};
    if (!size || utf8_check(text) != SIZE_MAX || memchr(text.p, '\0', text.n)) {
        return 0;
    }
    if (data[0] == 'p') {
        patterns(&a, text);
    } else if (data[0] == 't') {
        terms_file(&a, text);
    } else if (data[0] == 'h') {
        scripts(&a, text);
    } else {
        words(&a, text, (int)(data[0] % all.langs->n));
    }
    return 0;
}
