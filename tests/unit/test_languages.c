/* test_languages.c - every language that is analysed has an article of its own in tests/languages/<code>.txt: the text, a line
 * "---", then what must be found, a line each: `type form`, with ` = kb id`, a date's ISO form or `amount currency` behind. The language
 * is not told. A language without such a file fails: adding one means adding its example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/cleanup.h"
#include "core/base/conf.h"
#include "core/base/file.h"
#include "core/limits.h"
#include "core/nutgraf.h"

#include "core/base/banned.h"

static struct nutgraf *ng;
static struct nutgraf_worker *worker;

static int load(void **state) {
    struct err err = {0};
    (void)state;
    if (nutgraf_new(&ng, "data", &err) != ERR_OK || nutgraf_worker_new(&worker, ng, &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return -1;
    }
    return 0;
}

static int unload(void **state) {
    (void)state;
    nutgraf_worker_free(worker);
    nutgraf_free(ng);
    return 0;
}

static struct ng_analysis *analyze(struct arena *a, struct str text, struct str target) {
    struct ng_analysis *an = NULL;
    struct err err = {0};
    struct ng_request req = {.text = text, .target_language = target};
    if (nutgraf_analyze(ng, worker, a, &req, &an, &err) != ERR_OK) {
        print_error("%s\n", err.text);
    }
    return an;
}

/* The entity of a type that has a mention of exactly this form. */
static const struct ng_entity *found(const struct ng_analysis *an, struct str type, struct str form) {
    for (size_t i = 0; i < an->entity_count; i++) {
        const struct ng_entity *e = &an->entities[i];
        for (size_t k = 0; str_eqz(type, ng_type_name(e->type)) && k < e->mention_count; k++) {
            if (str_eq(str_sub(an->text, e->mentions[k].span.start, e->mentions[k].span.end), form)) {
                return e;
            }
        }
    }
    return NULL;
}

/* Cuts the last word off. */
static struct str take_last(struct str *s) {
    size_t at = s->n;
    while (at > 0 && s->p[at - 1] != ' ') {
        at--;
    }
    struct str word = str_sub(*s, at, s->n);
    *s = str_trim(str_sub(*s, 0, at));
    return word;
}

static bool holds(const struct ng_analysis *an, struct str line) {
    struct str form = line, type = conf_word(&form);
    struct str first = STR_NONE, second = STR_NONE, id = STR_NONE;
    double amount = 0;
    form = str_trim(form);
    size_t equals = str_find(form, STR(" = "), 0);
    if (equals != SIZE_MAX) {
        id = str_sub(form, equals + 3, form.n);
        form = str_sub(form, 0, equals);
    }
    second = str_eqz(type, "money") ? take_last(&form) : second;
    first = second.n || str_eqz(type, "date") || str_eqz(type, "percent") ? take_last(&form) : first;
    const struct ng_entity *e = found(an, type, form);
    if (!e || (id.n && !str_eq(e->kb_id, id))) {
        return false;
    }
    if (str_eqz(type, "date")) {
        return str_eqz(first, e->value.date);
    }
    bool same = !first.n || (str_to_double(first, &amount) && e->value.has_amount && e->value.amount == amount);
    return same && (!second.n || str_eqz(second, e->value.currency));
}

static size_t check_entities(const struct ng_analysis *an, struct str code, struct str wanted) {
    size_t wrong = 0;
    while (wanted.n) {
        struct str line = str_trim(str_cut(&wanted, '\n'));
        if (line.n && !holds(an, line)) {
            print_error("%.*s: not found: %.*s\n", STR_ARG(code), STR_ARG(line));
            wrong++;
        }
    }
    return wrong;
}

static void test_languages__what_their_articles_say_is_found(void **state) {
    size_t wrong = 0, languages = 0;
    (void)state;
    for (size_t i = 0; i < nutgraf_language_count(ng); i++) {
        const struct ng_language *l = nutgraf_language(ng, i);
        AUTO_ARENA a;
        struct str text;
        struct err err = {0};
        if (!l->analyses) {
            continue;
        }
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        struct str path = arena_printf(&a, "tests/languages/%.*s.txt", STR_ARG(l->code));
        assert_int_equal(file_read(&a, path.p, LIMIT_TEXT, &text, &err), ERR_OK);
        size_t at = str_find(text, STR("\n---\n"), 0);
        assert_true(at != SIZE_MAX);
        const struct ng_analysis *an = analyze(&a, str_sub(text, 0, at), STR_NONE);
        assert_non_null(an);
        if (!str_eq(an->language, l->code)) {
            print_error("%.*s: taken for %.*s\n", STR_ARG(l->code), STR_ARG(an->language));
            wrong++;
        }
        wrong += check_entities(an, l->code, str_sub(text, at + 5, text.n));
        languages++;
    }
    assert_true(languages >= 22);
    assert_int_equal(wrong, 0);
}

/* Where no events are found: the article's own sentences, and for other readers the plain word that there is nothing. */
static void test_languages__without_events_the_article_speaks_for_itself(void **state) {
    static const char text[] = "Le groupe Renault a nommé Claire Martin au poste de directrice financière à Paris. Le bénéfice a reculé de 12 %.";
    AUTO_ARENA a;
    (void)state;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    const struct ng_analysis *own = analyze(&a, str_of(text), STR_NONE), *other = analyze(&a, str_of(text), STR("en"));
    assert_non_null(own);
    assert_non_null(other);
    assert_int_equal(own->event_count, 0);
    assert_true(own->summary.complete && own->summary.sentence_count > 0);
    for (size_t i = 0; i < own->summary.sentence_count; i++) {
        assert_int_equal(own->summary.sentences[i].method, NG_EXTRACTED);
    }
    assert_false(other->summary.complete);
    assert_true(other->summary.note.n > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages__what_their_articles_say_is_found),
        cmocka_unit_test(test_languages__without_events_the_article_speaks_for_itself),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
