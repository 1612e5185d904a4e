/* test_kb.c - the knowledge base: every row of data/kb/ loads, wrong rows are told with their line, and what is found where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/kb/kb.h"

static struct {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct kb *kb;
} data;

static const char *data_dir(void) {
    const char *dir = getenv("NUTGRAF_DATA");
    return dir ? dir : "data";
}

static int load_data(void **state) {
    struct err err = {0};
    size_t n = 0;
    (void)state;
    arena_init(&data.a, (size_t)512 << 20);
    enum err_code code = text_fold_load(&data.fold, &data.a, &err);
    code = code ? code : langs_load(&data.langs, &data.a, data_dir(), &err);
    code = code ? code : kb_load(&data.kb, &data.a, data_dir(), data.langs, data.fold, &err);
    const struct str *problems = data.kb ? kb_problems(data.kb, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        print_error("%.*s\n", STR_ARG(problems[i]));
    }
    return code != ERR_OK;
}

static int release_data(void **state) {
    (void)state;
    arena_release(&data.a);
    return 0;
}

static void means(const char *name, const char *id) {
    uint32_t row = kb_of_name(data.kb, &data.a, str_of(name));
    if (row == KB_NONE || !str_eqz(kb_row(data.kb, row)->id, id)) {
        fail_msg("%s is %.*s, not %s", name, row == KB_NONE ? 7 : (int)kb_row(data.kb, row)->id.n,
                 row == KB_NONE ? "nothing" : kb_row(data.kb, row)->id.p, id);
    }
}

static void test_kb__knows_names_of_many_languages(void **state) {
    (void)state;
    assert_true(kb_rows(data.kb) > 10000);
    means("Alibaba", "organization/alibaba");
    means("阿里巴巴", "organization/alibaba");
    means("阿里集團", "organization/alibaba"); /* Traditional */
    means("輝達", "organization/nvidia");      /* as in Taiwan */
    means("J.P. Morgan", "organization/jpmorgan");
    means("卡内基 · 梅隆大學", "organization/carnegie_mellon_university");
    means("Deutschen Bundesbank", "organization/bundesbank");
    means("Europäischen Zentralbank", "organization/european_central_bank");
    means("Nước Anh", "location/united_kingdom");
    means("München", "location/munich");
    means("维也纳", "location/vienna");
    means("Tập Cận Bình", "person/xi_jinping");
}

static void named(const char *name, const char *target, const char *expected, bool has) {
    bool own;
    uint32_t row = kb_of_name(data.kb, &data.a, str_of(name));
    assert_true(row != KB_NONE);
    struct str got = kb_name(data.kb, row, str_of(target), &own);
    if (!str_eqz(got, expected) || own != has) {
        fail_msg("%s in %s is %.*s, not %s", name, target, STR_ARG(got), expected);
    }
}

static void test_kb__names_things_in_the_target_language(void **state) {
    (void)state;
    named("Deutschland", "en", "Germany", true);
    named("Germany", "de", "Deutschland", true);
    named("Germany", "zh-Hans", "德国", true); /* falls back to zh */
    named("Germany", "zh-Hant", "德國", true);
    named("字节跳动", "vi", "ByteDance", true);
    named("智谱", "de", "Zhipu AI", false); /* no name there: English */
}

/* ---- small knowledge bases ---- */

static enum err_code load(const char *text, struct kb **kb, struct err *err) {
    *kb = NULL;
    *err = (struct err){0};
    return kb_load_text(kb, &data.a, str_of(text), "test", data.langs, data.fold, err);
}

static void refused(const char *text, size_t line, const char *part) {
    struct kb *kb;
    struct err err;
    assert_int_equal(load(text, &kb, &err), ERR_DATA);
    assert_int_equal(err.line, line);
    if (!strstr(err.text, part)) {
        fail_msg("'%s' does not say '%s'", err.text, part);
    }
}

static void test_kb__tells_wrong_rows_with_their_line(void **state) {
    (void)state;
    refused("Name without a type\n", 1, "wants its type");
    refused("[firm]\nA Name\n", 2, "wants its type");
    refused("[organization]\nAcme\n\nBrand | Acme\n", 4, "is a name of organization/acme already");
    refused("[organization]\nAcme\nAcme\n", 3, "is there already");
    refused("[organization]\n只有汉字\n", 2, "no English name");
    refused("[organization]\n&acme; Acme Corp\n", 2, "no organization/acme to add to");
    refused("[organization]\nAcme; de=\n", 2, "without a name");
    refused("[organization]\nAcme | | Acme Corp\n", 2, "empty name");
    refused("[organization]\nAcme; no tag here=Name\n", 2, "no language tag");
    refused("[organization]\nAcme; also=---\n", 2, "no letter");
}

static void test_kb__tells_every_wrong_row(void **state) {
    struct kb *kb;
    struct err err;
    size_t n;
    (void)state;
    assert_int_equal(load("[organization]\nAcme\nAcme\nBeta\nBeta; de=\n", &kb, &err), ERR_DATA);
    kb_problems(kb, &n);
    assert_int_equal(n, 2);
}

static void test_kb__a_marked_name_may_be_shared_and_more_names_added(void **state) {
    struct kb *kb;
    struct err err;
    (void)state;
    assert_int_equal(load("[organization]\nApple? | Apple Inc.; +iPhone\n[product]\nApple\n[organization]\n&apple; 苹果公司\n", &kb, &err), ERR_OK);
    uint32_t plain = kb_of_name(kb, &data.a, STR("Apple")), han = kb_of_name(kb, &data.a, STR("苹果公司"));
    assert_true(str_eqz(kb_row(kb, plain)->id, "product/apple"));
    assert_true(str_eqz(kb_row(kb, han)->id, "organization/apple"));
    assert_int_equal(kb_of_name(kb, &data.a, STR("iPhone")), KB_NONE); /* a cue is no name */
}

static void test_kb__ids_come_of_the_english_name(void **state) {
    struct kb *kb;
    struct err err;
    (void)state;
    assert_int_equal(load("[organization]\nNestlé S.A.\nĐất Xanh\n@x; Something Else\n", &kb, &err), ERR_OK);
    assert_true(kb_of_id(kb, STR("organization/nestle_s_a")) != KB_NONE);
    assert_true(kb_of_id(kb, STR("organization/dat_xanh")) != KB_NONE);
    assert_true(kb_of_id(kb, STR("organization/x")) != KB_NONE);
    assert_int_equal(kb_of_id(kb, STR("organization/something_else")), KB_NONE);
}

static void test_kb__german_adjectives_are_inflected(void **state) {
    struct kb *kb;
    struct err err;
    (void)state;
    assert_int_equal(load("[organization]\nTest Bank; de=Deutsche Testbank | Deutsch~ Testbank\n", &kb, &err), ERR_OK);
    assert_true(kb_of_name(kb, &data.a, STR("Deutschen Testbank")) != KB_NONE);
    assert_true(kb_of_name(kb, &data.a, STR("Deutscher Testbank")) != KB_NONE);
    assert_int_equal(kb_of_name(kb, &data.a, STR("Deutscht Testbank")), KB_NONE);
    assert_true(str_eqz(kb_name(kb, 0, STR("de"), NULL), "Deutsche Testbank"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kb__knows_names_of_many_languages),
        cmocka_unit_test(test_kb__names_things_in_the_target_language),
        cmocka_unit_test(test_kb__tells_wrong_rows_with_their_line),
        cmocka_unit_test(test_kb__tells_every_wrong_row),
        cmocka_unit_test(test_kb__a_marked_name_may_be_shared_and_more_names_added),
        cmocka_unit_test(test_kb__ids_come_of_the_english_name),
        cmocka_unit_test(test_kb__german_adjectives_are_inflected),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
