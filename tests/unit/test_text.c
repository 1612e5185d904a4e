/* test_text.c - readings of Han characters; folding. Normalisation and offsets are tested through whole analyses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/conf.h"
#include "core/text/han.h"
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

/* ---- the other Chinese script ---- */

static size_t wrong;

static void expect_han(const struct han *h, struct arena *a, const struct conf *c, enum han_to to, struct str text, struct str want) {
    struct str got = han_convert(h, a, to, text);
    if (!str_eq(got, want)) {
        print_error("%s:%zu: %.*s\n  expected %.*s\n  got      %.*s\n", c->path, c->line, STR_ARG(text), STR_ARG(want), STR_ARG(got));
        wrong++;
    }
}

/* Every word of script.conf becomes the other one, both ways where it stands for both; the examples behind them hold. */
static void test_text__chinese_words_and_sentences_in_the_other_script(void **state) {
    AUTO_ARENA a;
    struct han *h;
    struct conf c;
    struct err err = {0};
    size_t words = 0, examples = 0;
    (void)state;
    arena_init(&a, (size_t)64 << 20);
    assert_int_equal(han_load(&h, &a, data_dir(), &err), ERR_OK);
    struct str path = arena_printf(&a, "%s/lang/zh/script.conf", data_dir());
    assert_int_equal(conf_open(&c, &a, path.p, &err), ERR_OK);
    while (conf_next(&c)) {
        if (str_eqz(c.section, "word")) {
            struct str rest = c.entry, hans = conf_word(&rest), sign = conf_word(&rest), hant = str_trim(rest);
            words++;
            if (!str_eqz(sign, "<")) {
                expect_han(h, &a, &c, HAN_TAIWAN, hans, hant);
            }
            if (!str_eqz(sign, ">")) {
                expect_han(h, &a, &c, HAN_HANS, hant, hans);
            }
        } else if (str_eqz(c.section, "example")) {
            size_t there = str_find(c.entry, STR(" -> "), 0), back = str_find(c.entry, STR(" <- "), 0), at = there < back ? there : back;
            struct str hans = str_sub(c.entry, 0, at), hant = str_sub(c.entry, at + 4, c.entry.n);
            assert_true(at != SIZE_MAX);
            examples++;
            expect_han(h, &a, &c, there < back ? HAN_TAIWAN : HAN_HANS, there < back ? hans : hant, there < back ? hant : hans);
        }
    }
    assert_true(words > 200 && examples > 30);
    assert_int_equal(wrong, 0);
    assert_true(str_eqz(han_convert(h, &a, HAN_HANT, STR("软件公司后来发展")), "軟件公司後來發展")); /* Hong Kong */
    assert_true(str_eqz(han_convert_person(h, &a, HAN_TAIWAN, STR("范后里")), "范後裡"));
    assert_true(str_eqz(han_convert_person(h, &a, HAN_TAIWAN, STR("特朗普")), "川普"));
    assert_true(str_eqz(han_convert_person(h, &a, HAN_TAIWAN, STR("王质量")), "王質量")); /* a name is no word */
    assert_true(str_eqz(han_convert(h, &a, HAN_JAPAN, STR("东国学发")), "東国学発") && str_eqz(han_convert(h, &a, HAN_JAPAN, STR("國學")), "国学"));
    assert_int_equal(han_convert(h, &a, HAN_HANS, STR("")).n, 0);
    assert_true(han_is_written(h, HAN_TAIWAN, STR("軟體后")) && !han_is_written(h, HAN_TAIWAN, STR("软件")) && !han_is_written(h, HAN_TAIWAN, STR("后里")));
}

static void test_text__broken_words_of_scripts_are_told(void **state) {
    static const char *const broken[] = {"[word]\n软件 軟體\n", "[word]\n软件 =\n", "[words]\na = b\n", "软件 = 軟體\n"};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        AUTO_ARENA a;
        struct han *h;
        struct err err = {0};
        char dir[] = "/tmp/nutgraf-han-XXXXXX";
        arena_init(&a, (size_t)8 << 20);
        assert_non_null(mkdtemp(dir));
        struct str text = arena_printf(&a, "%s/text", dir), lang = arena_printf(&a, "%s/lang", dir), zh = arena_printf(&a, "%s/lang/zh", dir);
        struct str one = arena_printf(&a, "%s/text/han.conf", dir), two = arena_printf(&a, "%s/lang/zh/script.conf", dir);
        assert_true(mkdir(text.p, 0700) == 0 && mkdir(lang.p, 0700) == 0 && mkdir(zh.p, 0700) == 0);
        FILE *f = fopen(one.p, "w"), *g = fopen(two.p, "w");
        assert_true(f && g && fputs("[hant]\n发\t發\n", f) >= 0 && fputs(broken[i], g) >= 0 && fclose(f) == 0 && fclose(g) == 0);
        assert_int_equal(han_load(&h, &a, dir, &err), ERR_DATA);
        assert_int_equal(err.line, i == 3 ? 1 : 2);
        assert_true(unlink(one.p) == 0 && unlink(two.p) == 0 && rmdir(zh.p) == 0 && rmdir(lang.p) == 0 && rmdir(text.p) == 0 && rmdir(dir) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text__han_characters_are_read_as_icu_reads_them),
        cmocka_unit_test(test_text__folding_joins_scripts_and_case),
        cmocka_unit_test(test_text__chinese_words_and_sentences_in_the_other_script),
        cmocka_unit_test(test_text__broken_words_of_scripts_are_told),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
