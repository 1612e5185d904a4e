/* test_quote.c - quotes: the examples beside the words of every language, and hostile marks. In an example {q:...} is what is said,
 * {s:...} the name (or pronoun) of who says it, {t:...} a description of whom, {n:...} another name, {+:...} where a split quote goes on; without {q:} nothing is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/limits.h"
#include "core/quote/quote.h"
#include "core/tok/tok.h"
#include "core/worker.h"

struct all {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct quote_rules *rules;
    struct nutgraf_worker *worker;
};

static int setup(void **state) {
    static struct all x;
    struct err err = {0};
    arena_init(&x.a, LIMIT_TABLES_MEMORY);
    enum err_code code = text_fold_load(&x.fold, &x.a, &err);
    code = code ? code : langs_load(&x.langs, &x.a, "data", &err);
    code = code ? code : quote_load(&x.rules, &x.a, "data", x.langs, x.fold, &err);
    code = code ? code : nutgraf_worker_new(&x.worker, NULL, &err);
    if (code != ERR_OK) {
        fprintf(stderr, "%s:%zu: %s\n", err.source, err.line, err.text);
    }
    *state = &x;
    return code == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    struct all *x = *state;
    nutgraf_worker_free(x->worker);
    arena_release(&x->a);
    return 0;
}

enum { MARKS = 32 };

struct mark {
    char kind;
    uint32_t start, end;
};

struct marked {
    struct mark items[MARKS];
    size_t n;
    struct str text;
};

static void read_markup(struct str s, struct arena *a, struct marked *m) {
    struct buf b;
    buf_init(&b, a);
    m->n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '{' && i + 2 < s.n && s.p[i + 2] == ':' && m->n < MARKS) {
            m->items[m->n] = (struct mark){.kind = s.p[i + 1], .start = (uint32_t)b.n};
            i += 2;
        } else if (s.p[i] == '}' && m->n < MARKS) {
            m->items[m->n++].end = (uint32_t)b.n;
        } else {
            buf_addc(&b, s.p[i]);
        }
    }
    m->text = buf_str(&b);
}

/* The document of an example: every {s:} and {n:} is a mention, the same text the same person; a lower-case {s:} is a pronoun. */
static void make_doc(struct all *x, int lang, struct arena *a, const struct marked *m, struct doc *d) {
    static const struct ng_request request = {.min_confidence = 0};
    struct err err = {0};
    size_t mention_cap = 0, entity_cap = 0;
    *d = (struct doc){.a = a, .worker = x->worker, .req = &request, .lang = lang, .input = m->text, .text = m->text};
    d->paras = ARENA_NEW(a, struct para);
    d->paras[0] = (struct para){.end = (uint32_t)m->text.n};
    d->para_count = 1;
    assert_int_equal(tok_split(&x->langs->items[lang], x->fold, d, &err), ERR_OK);
    for (size_t i = 0; i < m->n; i++) {
        struct str name = str_sub(m->text, m->items[i].start, m->items[i].end);
        bool pronoun = str_eqz(name, "she") || str_eqz(name, "sie") || str_eqz(name, "他") || str_eqz(name, "ông");
        if ((m->items[i].kind != 's' && m->items[i].kind != 'n') || pronoun) {
            continue;
        }
        size_t e = 0;
        while (e < d->entity_count && !str_eq(d->entities[e].name, name)) {
            e++;
        }
        if (e == d->entity_count) {
            ARENA_PUSH(a, d->entities, d->entity_count, entity_cap) = (struct ng_entity){.type = NG_PERSON, .name = name};
        }
        struct mention it = {.start = m->items[i].start, .end = m->items[i].end, .type = NG_PERSON, .entity = (uint32_t)e};
        while (d->toks[it.first].end <= it.start) {
            it.first++;
        }
        it.last = it.first;
        while (it.last < d->tok_count && d->toks[it.last].start < it.end) {
            it.last++;
        }
        ARENA_PUSH(a, d->mentions, d->mention_count, mention_cap) = it;
    }
}

static bool overlaps(struct ng_span s, const struct mark *m) {
    return s.start < m->end && m->start < s.end;
}

/* Whether the quote's speaker is the marked one: the same person, or the same words. */
static bool speaker_fits(const struct doc *d, const struct ng_filler *f, const struct marked *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct str name = str_sub(m->text, m->items[i].start, m->items[i].end);
        if (m->items[i].kind == 's' && f->entity >= 0 && str_eq(d->entities[f->entity].name, name)) {
            return true;
        }
        if (m->items[i].kind == 't' && f->entity < 0 && f->span.end > f->span.start && overlaps(f->span, &m->items[i])) {
            return true;
        }
    }
    return false;
}

/* Whether the quotes go on in the marked places and in no others. */
static bool parts_fit(const struct doc *d, const struct marked *m) {
    size_t wanted = 0, found = 0, all = 0;
    for (size_t q = 0; q < d->quote_count; q++) {
        all += d->quotes[q].more_count;
        for (size_t k = 0; k < d->quotes[q].more_count; k++) {
            for (size_t i = 0; i < m->n; i++) {
                struct ng_span s = d->quotes[q].more[k];
                found += m->items[i].kind == '+' && s.start == m->items[i].start && s.end <= m->items[i].end && s.end + 4 >= m->items[i].end;
            }
        }
    }
    for (size_t i = 0; i < m->n; i++) {
        wanted += m->items[i].kind == '+';
    }
    return found == wanted && all == wanted;
}

static bool example_holds(struct all *x, int lang, struct str line) {
    AUTO_ARENA a;
    struct marked m;
    struct doc d;
    struct err err = {0};
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    read_markup(line, &a, &m);
    make_doc(x, lang, &a, &m, &d);
    assert_int_equal(quote_find(x->rules, &d, &err), ERR_OK);
    quote_join(&d);
    size_t wanted = 0;
    bool fine = parts_fit(&d, &m);
    for (size_t i = 0; i < m.n; i++) {
        if (m.items[i].kind != 'q') {
            continue;
        }
        bool found = false;
        for (size_t q = 0; q < d.quote_count; q++) {
            const struct ng_quote *it = &d.quotes[q];
            bool same = it->span.start == m.items[i].start && it->span.end <= m.items[i].end && it->span.end + 4 >= m.items[i].end;
            found = found || (same && speaker_fits(&d, &it->speaker, &m));
        }
        wanted++;
        fine = fine && found;
    }
    fine = fine && d.quote_count == wanted;
    for (size_t q = 0; q < d.quote_count && !fine; q++) {
        fprintf(stderr, "  found: '%.*s' by '%.*s'\n", STR_ARG(doc_sub(&d, d.quotes[q].span.start, d.quotes[q].span.end)),
                STR_ARG(doc_sub(&d, d.quotes[q].speaker.span.start, d.quotes[q].speaker.span.end)));
    }
    return fine;
}

static void test_quote__examples_hold(void **state) {
    struct all *x = *state;
    size_t failed = 0, count = 0;
    for (size_t i = 0; i < x->langs->n; i++) {
        AUTO_ARENA a;
        struct conf c;
        struct err err = {0};
        bool found = false;
        arena_init(&a, LIMIT_TABLES_MEMORY);
        assert_int_equal(lang_conf_open(&x->langs->items[i], "quote.conf", &c, &found, &a, &err), ERR_OK);
        while (found && conf_next(&c)) {
            if (!str_eqz(c.section, "examples")) {
                continue;
            }
            count++;
            if (!example_holds(x, (int)i, c.entry)) {
                fprintf(stderr, "%s:%zu: %.*s\n", c.path, c.line, STR_ARG(c.entry));
                failed++;
            }
        }
    }
    printf("             %zu examples\n", count);
    assert_true(count >= 40);
    assert_int_equal(failed, 0);
}

/* Marks without an end, marks in marks, nothing but marks: spans stay in the text and out of each other. */
static void test_quote__hostile_marks(void **state) {
    static const char *const texts[] = {"\"", "“““““ said ”", "He said: “we", "„ „ „ a b c d", "said \"\" said", "'a 'b 'c' said x", "«»«»", "said said said: “a b” said"};
    struct all *x = *state;
    int lang = langs_get(x->langs, STR("en"));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AUTO_ARENA a;
        struct marked m;
        struct doc d;
        struct err err = {0};
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        read_markup(str_of(texts[i]), &a, &m);
        make_doc(x, lang, &a, &m, &d);
        assert_int_equal(quote_find(x->rules, &d, &err), ERR_OK);
        for (size_t q = 0; q < d.quote_count; q++) {
            assert_true(d.quotes[q].span.start < d.quotes[q].span.end && d.quotes[q].span.end <= m.text.n);
            assert_true(q == 0 || d.quotes[q - 1].span.end <= d.quotes[q].span.start);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote__examples_hold),
        cmocka_unit_test(test_quote__hostile_marks),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
