/* test_summary.c - templates filled from events made by hand; broken template files are told with their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/conf.h"
#include "core/summary/template.h"

static const char templates_text[] = "[list]\ncomma = \", \"\nlast = \" and \"\n[events]\n"
                                     "x.hire occurred = {employer} hired {person}[ from {former}][ as {position}].\n"
                                     "x.hire occurred = {person} was hired.\n";

struct fixture {
    struct arena a;
    struct summary_templates *t;
    struct doc d;
};

static void setup(struct fixture *f) {
    static struct ng_entity entities[3];
    struct conf c;
    struct err err = {0};
    arena_init(&f->a, 1 << 20);
    conf_open_text(&c, str_of(templates_text), "test");
    assert_int_equal(summary_templates_read(&f->t, &c, &f->a, &err), ERR_OK);
    entities[0].canonical_name = STR("Bosch");
    entities[1].canonical_name = STR("Anna Weber");
    entities[2].canonical_name = STR("Li Na");
    f->d = (struct doc){.a = &f->a, .text = STR("Leiterin der Sparte"), .entities = entities, .entity_count = 3};
}

static void test_summary__template_joins_lists_and_drops_what_is_missing(void **state) {
    (void)state;
    struct fixture f;
    setup(&f);
    struct ng_filler employer[] = {{0, {0, 0}}}, persons[] = {{1, {0, 0}}, {2, {0, 0}}}, position[] = {{-1, {0, 8}}};
    struct ng_role roles[] = {
        {STR("employer"), employer, 1}, {STR("person"), persons, 2}, {STR("position"), position, 1}};
    struct ng_event e = {.type = STR("x.hire"), .roles = roles, .role_count = 3};
    assert_true(str_eqz(summary_template_fill(f.t, &e, true, &f.d), "Bosch hired Anna Weber and Li Na as Leiterin."));
    /* words of the article do not go into a sentence of another language */
    assert_true(str_eqz(summary_template_fill(f.t, &e, false, &f.d), "Bosch hired Anna Weber and Li Na."));
    e.roles = roles + 1; /* no employer: the second template */
    e.role_count = 1;
    assert_true(str_eqz(summary_template_fill(f.t, &e, false, &f.d), "Anna Weber and Li Na was hired."));
    e.role_count = 0;
    assert_int_equal(summary_template_fill(f.t, &e, false, &f.d).n, 0);
    e.role_count = 1;
    e.status = NG_DENIED; /* no template: nothing is said rather than something false */
    assert_int_equal(summary_template_fill(f.t, &e, false, &f.d).n, 0);
    arena_release(&f.a);
}

static void test_summary__broken_templates_are_told_with_their_line(void **state) {
    (void)state;
    static const char *const broken[] = {"[events]\nx.a occurred = {b.\n", "[events]\nx.a occurred = b}\n",
                                         "[events]\nx.a occurred = [a[b]]\n", "[events]\nx.a maybe = b\n",
                                         "[events]\nno pair\n", "[other]\na = b\n"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct arena a;
        struct conf c;
        struct err err = {0};
        struct summary_templates *t = NULL;
        arena_init(&a, 1 << 20);
        conf_open_text(&c, str_of(broken[i]), "test");
        assert_int_equal(summary_templates_read(&t, &c, &a, &err), ERR_DATA);
        assert_int_equal(err.line, 2);
        arena_release(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary__template_joins_lists_and_drops_what_is_missing),
        cmocka_unit_test(test_summary__broken_templates_are_told_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
