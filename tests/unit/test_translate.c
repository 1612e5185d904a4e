/* test_translate.c - the interface of translation over a back end made of a table: the way through English, scripts, punctuation
 * (the examples of data/lang/<code>/translate.conf), and what checking finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/analyze.h"
#include "core/base/cleanup.h"
#include "core/translate/inside.h"
#include "core/worker.h"

#include "core/base/banned.h"

static struct nutgraf *ng;
static struct nutgraf_worker *worker;

/* ---- a back end that knows a few sentences by heart ---- */

struct phrase {
    const char *source, *target, *from, *to;
};

static const struct phrase phrases[] = {
    {"de", "en", "Die Bahn stellt 500.000 Leute ein.", "The railway hires 500,000 people."},
    {"de", "en", "Die Bahn stellt 20 Leute ein.", "The railway hires 30 people."},
    {"de", "en", "Zwei Menschen starben.", "Three people died."},
    {"de", "en", "Eine der Firmen ging.", "One of the companies left."},
    {"de", "en", "Zhou Changs Team ging zu ByteDance.", "Zhou Chan's team went to ByteDance."},
    {"de", "en", "Lin Fans Team ging zu ByteDance.", "Lin Fan's team went to ByteDance."},
    {"de", "en", "Er schrieb es nieder und ging fort.", "He wrote it down and went wrote it down and went wrote it down and went wrote it down and went."},
    {"de", "en", "Das ist der Satz, den niemand versteht.", "Das ist der Satz, den niemand versteht."},
    {"de", "en", "Das Haus ist alt.", ""},
    {"de", "en", "Er sagte „Nein“.", "He said \"No\"."},
    {"de", "en", "Der Umsatz lag bei 3,5 Milliarden Euro.", "Sales were 3.5 billion euros."},
    {"de", "en", "Am 06.12.2024 begann es.", "It began on December 6, 2024."},
    {"en", "zh", "The railway hires 500,000 people.", "铁路公司招聘50万人."},
    {"en", "zh", "Chinese developers came.", "中国的发展者来了."},
    {"zh", "en", "他12月6日离开了团队。", "He left the team on December 6."},
    {"zh", "en", "三百五十万人来了。", "3.5 million people came."},
    {"zh", "en", "他离开了团队。", "他离开了团队。"},
    {"en", "vi", "The railway hires 500,000 people.", "Đường sắt tuyển 500.000 người."},
};
enum { PHRASES = sizeof phrases / sizeof phrases[0] };

static bool table_has(struct translator *self, struct str source, struct str target) {
    (void)self;
    for (size_t i = 0; i < PHRASES; i++) {
        if (str_eqz(source, phrases[i].source) && str_eqz(target, phrases[i].target)) {
            return true;
        }
    }
    return false;
}

static void table_pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    (void)self;
    for (size_t i = 0; i < PHRASES; i++) {
        add(with, str_of(phrases[i].source), str_of(phrases[i].target));
    }
}

static enum err_code table_run(struct translator *self, struct arena *a, const struct translator_job *job,
                               struct translator_out *out, struct err *err) {
    (void)self;
    for (size_t i = 0; i < job->n; i++) {
        const struct phrase *p = NULL;
        for (size_t k = 0; k < PHRASES && !p; k++) {
            bool fits = str_eqz(job->source, phrases[k].source) && str_eqz(job->target, phrases[k].target) && str_eqz(job->texts[i], phrases[k].from);
            p = fits ? &phrases[k] : NULL;
        }
        if (!p) {
            return err_set(err, ERR_TRANSLATOR, "not by heart: %.*s", STR_ARG(job->texts[i]));
        }
        out[i].text = str_of(p->to);
        out[i].links = ARENA_ARRAY(a, 1, struct translate_link);
        out[i].link_count = 1;
        out[i].links[0] = (struct translate_link){0, (uint32_t)out[i].text.n, 0, (uint32_t)job->texts[i].n};
    }
    return ERR_OK;
}

static void table_free(struct translator *self) {
    free(self);
}

/* ---- a service ---- */

static const char *service_said, *service_got; /* what the service below answers; what it was asked */

static bool service_has(struct translator *self, struct str source, struct str target) {
    (void)self;
    return str_eqz(source, "vi") && str_eqz(target, "en");
}

static enum err_code service_run(struct translator *self, struct arena *a, const struct translator_job *job, struct translator_out *out, struct err *err) {
    (void)self;
    (void)err;
    assert_int_equal(job->n, 1);
    service_got = arena_dup(a, job->texts[0]).p;
    out[0] = (struct translator_out){.text = str_of(service_said)};
    return ERR_OK;
}

static void service_pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    (void)self;
    add(with, STR("vi"), STR("en"));
}

static int load(void **state) {
    (void)state;
    struct err err = {0};
    struct translator *table = calloc(1, sizeof *table);
    if (!table || nutgraf_new(&ng, "data", &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return -1;
    }
    *table = (struct translator){"table", false, table_has, table_pairs, table_run, table_free};
    struct translator *service = calloc(1, sizeof *service);
    if (!service) {
        return -1;
    }
    *service = (struct translator){"service", true, service_has, service_pairs, service_run, table_free};
    return translate_add(nutgraf_translate(ng), table, &err) == ERR_OK && translate_add(nutgraf_translate(ng), service, &err) == ERR_OK && nutgraf_worker_new(&worker, ng, &err) == ERR_OK ? 0 : -1;
}

static int unload(void **state) {
    (void)state;
    nutgraf_worker_free(worker);
    nutgraf_free(ng);
    return 0;
}

/* ---- helpers ---- */

static void order_one(struct arena *a, const char *source, const char *target, const struct translate_sentence *s, struct translate_result *out) {
    struct err err = {0};
    struct translate_order o = {.source = str_of(source), .target = str_of(target), .sentences = s, .count = 1, .align = true};
    if (translate_sentences(nutgraf_translate(ng), worker, a, &o, out, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
}

static void expect_text(struct str got, const char *wanted) {
    if (!str_eqz(got, wanted)) {
        fail_msg("'%.*s' instead of '%s'", STR_ARG(got), wanted);
    }
}

static void expect(const char *source, const char *target, const char *text, enum translate_fault fault, const char *wanted) {
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct translate_sentence s = {.text = str_of(text)};
    struct translate_result r;
    order_one(&a, source, target, &s, &r);
    if (r.fault != fault) {
        fail_msg("'%s' -> '%.*s': %s (%.*s) instead of %s", text, STR_ARG(r.text), translate_fault_name(r.fault), STR_ARG(r.why), translate_fault_name(fault));
    }
    assert_int_equal(r.why.n > 0, fault != TRANSLATE_GOOD);
    if (wanted) {
        expect_text(r.text, wanted);
    }
}

/* ---- names on their way through a service ---- */

/* "Lâm Phàm rời Bắc Kinh." with the names Lâm Phàm = Lin Fan and Bắc Kinh = Beijing */
static void test_translate__names_are_marks_for_a_service(void **state) {
    (void)state;
    static const struct {
        const char *said, *wanted;
        enum translate_fault fault;
    } cases[] = {
        {"[1] left [2].", "Lin Fan left Beijing.", TRANSLATE_GOOD},
        {"From [2] went [ 1 ].", "From Beijing went Lin Fan.", TRANSLATE_GOOD},
        {"\xe3\x80\x90" "1\xe3\x80\x91 left \xef\xbc\xbb\xef\xbc\x92\xef\xbc\xbd.", "Lin Fan left Beijing.", TRANSLATE_GOOD},
        {"[1] left, and [1] did not come back to [2].", "Lin Fan left, and Lin Fan did not come back to Beijing.", TRANSLATE_GOOD},
        {"Lin Fan left [2].", "Lin Fan left Beijing.", TRANSLATE_GOOD},
        {"[1] left the city.", "Lin Fan left the city.", TRANSLATE_NAME},
        {"[1] left [1].", "Lin Fan left Lin Fan.", TRANSLATE_NAME},
        {"[1] left [3].", NULL, TRANSLATE_NAME},
        {"[1] left [2", NULL, TRANSLATE_NAME},
        {"[1] left [2] [17].", NULL, TRANSLATE_NUMBER},
        {"1 left 2.", NULL, TRANSLATE_NAME},
    };
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    static const struct str lin = {"Lin Fan", 7}, beijing = {"Beijing", 7};
    struct str text = STR("  L\xc3\xa2m Ph\xc3\xa0m r\xe1\xbb\x9di B\xe1\xba\xaf" "c Kinh.");
    struct translate_name names[2] = {{2, 12, &lin, 1}, {19, (uint32_t)text.n - 1, &beijing, 1}};
    struct translate_sentence s = {.text = text, .names = names, .name_count = 2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct translate_result r;
        service_said = cases[i].said;
        order_one(&a, "vi", "en", &s, &r);
        assert_string_equal(service_got, "[1] r\xe1\xbb\x9di [2].");
        if (r.fault != cases[i].fault) {
            fail_msg("'%s': %s, '%.*s' (%.*s)", cases[i].said, translate_fault_name(r.fault), STR_ARG(r.text), STR_ARG(r.why));
        }
        if (cases[i].wanted) {
            expect_text(str_trim(r.text), cases[i].wanted);
        }
    }
    s.text = STR("L\xc3\xa2m Ph\xc3\xa0m [sic] r\xe1\xbb\x9di \xc4\x91i."); /* has such signs itself: goes as it is */
    names[0] = (struct translate_name){0, 10, &lin, 1};
    s.name_count = 1;
    struct translate_result r;
    service_said = "Lin Fan [sic] left.";
    order_one(&a, "vi", "en", &s, &r);
    assert_string_equal(service_got, s.text.p);
    assert_int_equal(r.fault, TRANSLATE_GOOD);
}

/* ---- the way ---- */

static void test_translate__finds_the_way(void **state) {
    (void)state;
    const struct translate *t = nutgraf_translate(ng);
    assert_int_equal(translate_way(t, STR("de"), STR("en")), TRANSLATE_DIRECT);
    assert_int_equal(translate_way(t, STR("de-AT"), STR("EN-us")), TRANSLATE_DIRECT);
    assert_int_equal(translate_way(t, STR("de"), STR("vi")), TRANSLATE_THROUGH_ENGLISH);
    assert_int_equal(translate_way(t, STR("zh-TW"), STR("en")), TRANSLATE_DIRECT);
    assert_int_equal(translate_way(t, STR("de"), STR("zh-Hant")), TRANSLATE_THROUGH_ENGLISH);
    assert_int_equal(translate_way(t, STR("vi"), STR("en")), TRANSLATE_DIRECT);
    assert_int_equal(translate_way(t, STR("en"), STR("ja")), TRANSLATE_NONE);
    assert_int_equal(translate_way(t, STR("en"), STR("fr")), TRANSLATE_NONE);
    assert_int_equal(translate_way(t, STR(""), STR("fr")), TRANSLATE_NONE);
    assert_int_equal(translate_way(t, STR("zh-Hant"), STR("zh")), TRANSLATE_DIRECT);
}

static void test_translate__says_that_a_pair_is_missing(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct err err = {0};
    struct translate_sentence s = {.text = STR("Xin chào")};
    struct translate_result r;
    struct translate_order o = {.source = STR("ja"), .target = STR("en"), .sentences = &s, .count = 1};
    assert_int_equal(translate_sentences(nutgraf_translate(ng), worker, &a, &o, &r, &err), ERR_NO_TRANSLATOR);
    assert_non_null(strstr(err.text, "ja"));
}

static void test_translate__goes_through_english_and_changes_scripts(void **state) {
    (void)state;
    expect("de", "vi", "Die Bahn stellt 500.000 Leute ein.", TRANSLATE_GOOD, "Đường sắt tuyển 500.000 người.");
    expect("de", "zh", "Die Bahn stellt 500.000 Leute ein.", TRANSLATE_GOOD, "铁路公司招聘50万人。");
    expect("de", "zh-Hant", "Die Bahn stellt 500.000 Leute ein.", TRANSLATE_GOOD, "鐵路公司招聘50萬人。");
    expect("zh-Hant", "en", "他12月6日離開了團隊。", TRANSLATE_GOOD, "He left the team on December 6.");
    expect("zh-Hant", "zh-Hans", "離開了團隊", TRANSLATE_GOOD, "离开了团队");
}

static void test_translate__keeps_white_space_and_links(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct translate_sentence s = {.text = STR("  Er sagte „Nein“.\n")};
    struct translate_result r;
    order_one(&a, "de", "en", &s, &r);
    expect_text(r.text, "  He said “No”.\n");
    assert_int_equal(r.link_count, 1);
    assert_int_equal(r.links[0].start, 2);
    assert_int_equal(r.links[0].end, r.text.n - 1);
    assert_int_equal(r.links[0].source_start, 2);
    assert_int_equal(r.links[0].source_end, s.text.n - 1);
}

/* ---- checking ---- */

static void test_translate__numbers(void **state) {
    (void)state;
    expect("de", "en", "Die Bahn stellt 500.000 Leute ein.", TRANSLATE_GOOD, NULL);
    expect("de", "en", "Die Bahn stellt 20 Leute ein.", TRANSLATE_NUMBER, NULL);
    expect("de", "en", "Zwei Menschen starben.", TRANSLATE_NUMBER, NULL);
    expect("de", "en", "Eine der Firmen ging.", TRANSLATE_GOOD, NULL);
    expect("de", "en", "Der Umsatz lag bei 3,5 Milliarden Euro.", TRANSLATE_GOOD, NULL);
    expect("de", "en", "Am 06.12.2024 begann es.", TRANSLATE_GOOD, NULL);
    expect("zh", "en", "三百五十万人来了。", TRANSLATE_GOOD, NULL);
}

static void test_translate__shape(void **state) {
    (void)state;
    expect("de", "en", "Er schrieb es nieder und ging fort.", TRANSLATE_GARBLED, NULL);
    expect("de", "en", "Das ist der Satz, den niemand versteht.", TRANSLATE_UNCHANGED, NULL);
    expect("de", "en", "Das Haus ist alt.", TRANSLATE_GARBLED, NULL);
    expect("zh", "en", "他离开了团队。", TRANSLATE_UNCHANGED, NULL);
}

static enum translate_fault fault_of(const char *text, struct str name, const struct str *forms, size_t n) {
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct str whole = str_of(text);
    size_t at = str_find(whole, name, 0);
    struct translate_name names[1] = {{(uint32_t)at, (uint32_t)(at + name.n), forms, n}};
    struct translate_sentence s = {whole, names, 1};
    struct translate_result r;
    order_one(&a, "de", "en", &s, &r);
    return r.fault;
}

static void test_translate__names(void **state) {
    (void)state;
    const struct str zhou[] = {STR("Zhou Chang"), STR("Zhou")}, lin[] = {STR("Lin Fan")}, part[] = {STR("Li")};
    assert_int_equal(fault_of("Zhou Changs Team ging zu ByteDance.", STR("Zhou Changs"), zhou, 1), TRANSLATE_NAME);
    assert_int_equal(fault_of("Zhou Changs Team ging zu ByteDance.", STR("Zhou Changs"), zhou, 2), TRANSLATE_GOOD);
    assert_int_equal(fault_of("Lin Fans Team ging zu ByteDance.", STR("Lin Fans"), lin, 1), TRANSLATE_GOOD);
    assert_int_equal(fault_of("Lin Fans Team ging zu ByteDance.", STR("Lin Fans"), part, 1), TRANSLATE_NAME);
    assert_int_equal(fault_of("Lin Fans Team ging zu ByteDance.", STR("ByteDance"), NULL, 0), TRANSLATE_GOOD);
}

/* ---- punctuation ---- */

static void test_translate__examples_of_the_data(void **state) {
    (void)state;
    const struct translate *t = nutgraf_translate(ng);
    size_t run = 0;
    for (size_t l = 0; l < t->langs->n; l++) {
        for (size_t i = 0; i < t->marks.by_lang[l].example_count; i++) {
            AUTO_ARENA a;
            arena_init(&a, 1 << 20);
            struct str line = t->marks.by_lang[l].examples[i];
            size_t at = str_find(line, STR(" => "), 0);
            assert_true(at != SIZE_MAX);
            struct str in = str_trim(str_sub(line, 0, at)), wanted = str_trim(str_sub(line, at + 4, line.n));
            struct str got = marks_fix(&t->marks, (int)l, false, &a, in, NULL, 0);
            if (!str_eq(got, wanted)) {
                fail_msg("%.*s: '%.*s' gives '%.*s', not '%.*s'", STR_ARG(t->langs->items[l].public.code), STR_ARG(in), STR_ARG(got), STR_ARG(wanted));
            }
            struct str again = marks_fix(&t->marks, (int)l, false, &a, got, NULL, 0);
            assert_true(str_eq(again, got)); /* what is right stays */
            run++;
        }
    }
    assert_true(run >= 15);
}

/* ---- texts ---- */

static void test_translate__text(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct err err = {0};
    struct translate_text_result r;
    struct str text = STR("Das Haus ist alt. Er sagte „Nein“.\n\nEine der Firmen ging. Zwei Menschen starben.\n");
    assert_int_equal(translate_text(nutgraf_translate(ng), worker, &a, STR("de"), STR("en"), text, true, 0, &r, &err), ERR_OK);
    assert_int_equal(r.count, 4);
    expect_text(r.text, " He said “No”.\n\nOne of the companies left. Three people died.\n");
    assert_int_equal(r.parts[0].result.fault, TRANSLATE_GARBLED);
    assert_int_equal(r.parts[3].result.fault, TRANSLATE_NUMBER);
    for (size_t i = 0; i < r.count; i++) {
        struct str own = str_sub(r.text, r.parts[i].start, r.parts[i].start + r.parts[i].result.text.n);
        assert_true(str_eq(own, r.parts[i].result.text));
        assert_true(r.parts[i].span.end > r.parts[i].span.start && r.parts[i].span.end <= text.n);
    }
    expect_text(str_sub(text, r.parts[2].span.start, r.parts[2].span.end), "Eine der Firmen ging.");
    text = STR("他12月6日离开了团队。三百五十万人来了。");
    assert_int_equal(translate_text(nutgraf_translate(ng), worker, &a, STR("zh"), STR("en"), text, true, 0, &r, &err), ERR_OK);
    expect_text(r.text, "He left the team on December 6. 3.5 million people came.");
    assert_int_equal(translate_text(nutgraf_translate(ng), worker, &a, STR("zh"), STR("en"), STR("  "), true, 0, &r, &err), ERR_EMPTY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_translate__finds_the_way),
        cmocka_unit_test(test_translate__says_that_a_pair_is_missing),
        cmocka_unit_test(test_translate__goes_through_english_and_changes_scripts),
        cmocka_unit_test(test_translate__keeps_white_space_and_links),
        cmocka_unit_test(test_translate__numbers),
        cmocka_unit_test(test_translate__shape),
        cmocka_unit_test(test_translate__names),
        cmocka_unit_test(test_translate__names_are_marks_for_a_service),
        cmocka_unit_test(test_translate__examples_of_the_data),
        cmocka_unit_test(test_translate__text),
    };
    return cmocka_run_group_tests_name("translate", tests, load, unload);
}
