/* test_text.c - readings of Han characters; folding. Normalisation and offsets are tested through whole analyses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/text/pinyin.h"
#include "core/text/text.h"

#include "core/base/banned.h"

static const char *data_dir(void) {
    const char *d = getenv("NUTGRAF_DATA");
    return d ? d : "data";
}

static void test_text__han_characters_are_read_as_icu_reads_them(void **state) {
    static const struct {
        const char *han, *latin;
    } cases[] = {
        {"許主洪", "xǔ zhǔ hóng"}, {"许主洪", "xǔ zhǔ hóng"}, {"", ""}, {"Kimi", "Kimi"}, {"曾鸣", "zēng míng"}, {"高曾", "gāo céng"},
        {"A股", "A gǔ"},           {"股A", "gǔ A"},
    };
    AUTO_ARENA a;
    const struct pinyin *p;
    struct err err = {0};
    (void)state;
    arena_init(&a, 1 << 22);
    assert_int_equal(pinyin_load(&p, &a, data_dir(), &err), ERR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str got = pinyin_of_name(p, &a, str_of(cases[i].han));
        if (!str_eqz(got, cases[i].latin)) {
            print_error("%s: %.*s\n", cases[i].han, STR_ARG(got));
        }
        assert_true(str_eqz(got, cases[i].latin));
    }
}

static void test_text__folding_joins_scripts_and_case(void **state) {
    AUTO_ARENA a;
    const struct text_fold *f;
    struct err err = {0};
    (void)state;
    arena_init(&a, 1 << 22);
    assert_int_equal(text_fold_load(&f, &a, &err), ERR_OK);
    assert_true(str_eqz(text_fold(f, &a, STR("字節跳動")), "字节跳动"));
    assert_true(str_eqz(text_fold(f, &a, STR("ĐẠI HỌC")), "đại học"));
    assert_true(str_eqz(text_fold(f, &a, STR("d’Or")), "d'or"));
    assert_int_equal(text_han_form(f, 0x7BC0), TEXT_HAN_TRADITIONAL);
    assert_int_equal(text_han_form(f, 0x8282), TEXT_HAN_SIMPLIFIED);
    assert_int_equal(text_han_form(f, 0x4EBA), TEXT_HAN_EITHER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__han_characters_are_read_as_icu_reads_them),
        cmocka_unit_test(test_text__folding_joins_scripts_and_case),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
