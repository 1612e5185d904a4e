/* test_summary_terms.c - words of news across languages (terms.conf), and files of patterns and terms that are broken. */
#include "summary_made.h"

static struct terms *terms;

static int load_data(void **state) {
    struct err err = {0};
    (void)state;
    return !load_rules() || terms_load(&terms, &data.a, data.langs, data.fold, &err) != ERR_OK;
}

static int release_data(void **state) {
    (void)state;
    release_rules();
    return 0;
}

/* ---- terms ---- */

static const char *term(struct arena *a, const char *kind, const char *text, const char *from, const char *to) {
    struct str s = terms_translate(terms, a, str_of(kind), str_of(text), NULL, 0, langs_get(data.langs, str_of(from)), langs_get(data.langs, str_of(to)), false);
    return s.n ? arena_dup(a, s).p : "";
}

static void test_summary__terms_are_translated_whole_or_not_at_all(void **state) {
    (void)state;
    static const struct {
        const char *kind, *text, *from, *to, *want;
    } cases[] = {
        {"title", "Vorstandschef", "de", "en", "chief executive"},
        {"title", "neuer Finanzchef", "de", "vi", "giám đốc tài chính"},
        {"title", "Vizepräsident für Technologie", "de", "en", "vice president of technology"},
        {"title", "技術副總裁", "zh", "de", "Vizepräsident für Technologie"},
        {"title", "the group vice president", "en", "zh", "集团副总裁"},
        {"title", "Phó chủ tịch cấp cao", "vi", "fr", "vice-président senior"},
        {"title", "Vorstandschefin", "de", "en", "chief executive"},
        {"title", "Finanzchef der Hölle", "de", "en", ""},
        {"title", "Leiter Forschung", "de", "en", "head of research"},
        {"title", "head of AI", "en", "zh", "人工智能负责人"},
        {"title", "head", "en", "zh", ""}, /* of what? */
        {"title", "chief executive of Galdor", "en", "de", ""},
        {"measure", "Umsatz", "de", "en", "revenue"},
        {"measure", "净利润", "zh", "vi", "lợi nhuận ròng"},
        {"penalty", "3 years in prison", "en", "ja", "懲役3年"},
        {"measure", "Zahl der Talente", "de", "en", ""},
        {"title", "", "de", "en", ""},
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(term(&a, cases[i].kind, cases[i].text, cases[i].from, cases[i].to), cases[i].want);
    }
    arena_release(&a);
}

static void test_summary__every_term_has_a_word_in_every_target(void **state) {
    (void)state;
    static const char *const kinds[] = {"title", "measure", "rate", "pay", "round", "people", "subject", "disaster", "accident", "cause", "penalty", "count", "field"};
    static const char *const tags[] = {"de", "zh", "vi", "fr", "es", "ja"};
    struct conf c;
    struct err err = {0};
    bool found;
    struct arena a;
    size_t n = 0;
    arena_init(&a, (size_t)64 << 20);
    assert_int_equal(lang_conf_open(&data.langs->items[langs_get(data.langs, STR("en"))], "terms.conf", &c, &found, &a, &err), ERR_OK);
    while (conf_next(&c)) {
        struct str key, forms;
        bool wanted = false;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            wanted = wanted || str_eqz(c.section, kinds[i]);
        }
        if (!wanted || !conf_pair(&c, &key, &forms) || str_starts(forms, STR("="))) {
            continue;
        }
        struct str first = str_trim(str_cut(&forms, ','));
        for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++, n++) {
            if (!term(&a, arena_dup(&a, c.section).p, arena_dup(&a, first).p, "en", tags[i])[0]) {
                fail_msg("%.*s has no word in %s", STR_ARG(first), tags[i]);
            }
        }
    }
    assert_true(n > 1500);
    arena_release(&a);
}

static void test_summary__counts_are_read_with_what_stands_around(void **state) {
    (void)state;
    static const struct {
        const char *text, *lang;
        double n;
        const char *bound; /* NULL: not understood */
    } cases[] = {{"1,200 jobs", "en", 1200, ""},         {"more than 500 employees", "en", 500, "over"}, {"rund 1.200 Stellen", "de", 1200, "about"},
                 {"约500人", "zh", 500, "about"},         {"3万名员工", "zh", 30000, ""},               {"3万人", "zh", 30000, ""},
                 {"hơn 2 nghìn người", "vi", 2000, "over"}, {"1.5 jobs", "en", 0, NULL},                  {"500 angry jobs", "en", 0, NULL},
                 {"at least nine people", "en", 9, "least"}, {"mindestens 12 Menschen", "de", 12, "least"}, {"至少16人", "zh", 16, "least"},
                 {"ít nhất 19 người", "vi", 19, "least"},
                 {"hundreds", "en", 0, NULL},             {"", "en", 0, NULL}};
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct terms_count c;
        bool good = terms_count(terms, &a, str_of(cases[i].text), langs_get(data.langs, str_of(cases[i].lang)), &c);
        if (good != (cases[i].bound != NULL) || (good && (c.n != cases[i].n || !str_eqz(c.bound, cases[i].bound)))) {
            fail_msg("%s: %s %g %.*s", cases[i].text, good ? "read" : "not read", good ? c.n : 0, STR_ARG(good ? c.bound : STR("")));
        }
    }
    arena_release(&a);
}

/* ---- files ---- */

static void test_summary__broken_patterns_are_told_with_their_line(void **state) {
    (void)state;
    static const char *const broken[] = {"[a.b]\noccurred = {b.\n",  "[a.b]\noccurred = b}\n",   "[a.b]\noccurred = [a{b]}\n", "[a.b]\nno pair\n",
                                         "\nx = y\n",                "[a.b]\noccurred = {x, plural, one{a}}\n", "[a.b]\noccurred = {x, guess, other{a}}\n",
                                         "[let]\na = {a}\n[b.c]\noccurred = {a}\n", "[dates]\nyesterday = y\n", "[money]\nEURO = x\n", "[a.b]\noccurred = {}\n",
                                         "[numbers]\ncompact-from = many\n"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct arena a;
        struct conf c;
        struct err err = {0};
        struct templates *t = NULL;
        struct format *f = NULL;
        arena_init(&a, 4 << 20);
        assert_int_equal(format_open(&f, &a, "en", &err), ERR_OK);
        conf_open_text(&c, str_of(broken[i]), "test");
        assert_int_equal(templates_read(&t, &c, f, &a, &err), ERR_DATA);
        assert_int_equal(err.line, strstr(broken[i], "[let]") ? 4 : 2);
        format_close(f);
        arena_release(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary__terms_are_translated_whole_or_not_at_all),
        cmocka_unit_test(test_summary__every_term_has_a_word_in_every_target),
        cmocka_unit_test(test_summary__counts_are_read_with_what_stands_around),
        cmocka_unit_test(test_summary__broken_patterns_are_told_with_their_line),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
