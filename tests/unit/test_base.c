/* test_base.c - strings, numbers, arena, table, data file reader, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/conf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"

static void test_str__numbers_do_not_follow_the_locale(void **state) {
    (void)state;
    double v = 0;
    assert_true(str_to_double(STR("-0.5"), &v) && v == -0.5);
    assert_true(str_to_double(STR("1e3"), &v) && v == 1000);
    assert_true(str_to_double(STR("0.1"), &v) && v == 0.1);
    assert_false(str_to_double(STR("1,5"), &v));
    assert_false(str_to_double(STR(""), &v));
    assert_false(str_to_double(STR("."), &v));
    assert_false(str_to_double(STR("1e999"), &v));
    assert_false(str_to_double(STR("nan"), &v));
    size_t n = 0;
    assert_true(str_to_size(STR("18446744073709551"), &n));
    assert_false(str_to_size(STR("99999999999999999999999"), &n));
    assert_false(str_to_size(STR("-1"), &n));
}

static void test_str__cut_leaves_the_rest(void **state) {
    (void)state;
    struct str rest = STR("a\tb\t\tc");
    assert_true(str_eqz(str_cut(&rest, '\t'), "a"));
    assert_true(str_eqz(str_cut(&rest, '\t'), "b"));
    assert_true(str_eqz(str_cut(&rest, '\t'), ""));
    assert_true(str_eqz(str_cut(&rest, '\t'), "c"));
    assert_int_equal(rest.n, 0);
    assert_int_equal(str_find(STR("abcabc"), STR("ca"), 0), 2);
    assert_true(str_find(STR("abc"), STR("abcd"), 0) == SIZE_MAX);
}

static void test_arena__stops_at_its_maximum_and_recovers(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 100000);
    assert_non_null(arena_alloc(&a, 50000));
    assert_null(arena_alloc(&a, 200000));
    assert_true(arena_full(&a));
    assert_null(arena_array(&a, SIZE_MAX / 2, 16));
    arena_reset(&a);
    assert_false(arena_full(&a));
    char *p = arena_alloc(&a, 1000);
    assert_non_null(p);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(p[i], 0);
    }
    arena_release(&a);
}

static void test_arena__arrays_keep_their_content_as_they_grow(void **state) {
    (void)state;
    struct arena a;
    int *array = NULL;
    size_t n = 0, cap = 0;
    arena_init(&a, 1 << 20);
    for (int i = 0; i < 5000; i++) {
        ARENA_PUSH(&a, array, n, cap) = i;
    }
    assert_int_equal(n, 5000);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(array[i], i);
    }
    arena_release(&a);
}

static void test_map__finds_what_was_put_in(void **state) {
    (void)state;
    struct arena a;
    struct map m;
    arena_init(&a, 1 << 24);
    map_init(&m, &a);
    assert_true(map_get(&m, STR("x")) == MAP_NONE);
    for (uint32_t i = 0; i < 3000; i++) {
        assert_true(map_set(&m, arena_printf(&a, "key %u", i), i));
    }
    assert_true(map_set(&m, STR(""), 7));
    assert_true(map_set(&m, STR("key 5"), 99));
    assert_int_equal(m.n, 3001);
    assert_int_equal(map_get(&m, STR("key 2999")), 2999);
    assert_int_equal(map_get(&m, STR("key 5")), 99);
    assert_int_equal(map_get(&m, STR_NONE), 7);
    assert_true(map_get(&m, STR("key 3000")) == MAP_NONE);
    arena_release(&a);
}

static void test_conf__tells_lines_and_sections(void **state) {
    (void)state;
    struct conf c;
    struct err err = {0};
    struct str key, value;
    conf_open_text(&c, STR("\xEF\xBB\xBF# head\n\n[one]\n a = b = c \r\n[two]\nword  other\tthird\n"), "test");
    assert_true(conf_next(&c));
    assert_true(str_eqz(c.section, "one"));
    assert_int_equal(c.line, 4);
    assert_true(conf_pair(&c, &key, &value));
    assert_true(str_eqz(key, "a") && str_eqz(value, "b = c"));
    assert_true(conf_next(&c));
    assert_false(conf_pair(&c, &key, &value));
    struct str rest = c.entry;
    assert_true(str_eqz(conf_word(&rest), "word") && str_eqz(conf_word(&rest), "other"));
    assert_int_equal(conf_fail(&c, &err, "what %d", 1), ERR_DATA);
    assert_int_equal(err.line, 6);
    assert_string_equal(err.text, "what 1");
    assert_int_equal(conf_fail(&c, &err, "later"), ERR_DATA);
    assert_string_equal(err.text, "what 1"); /* the first error stays */
    assert_false(conf_next(&c));
}

static void test_utf8__refuses_what_is_not(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t bad;
    } cases[] = {{"abc", SIZE_MAX},           {"\xE4\xB8\xAD\xF0\x9F\x98\x80", SIZE_MAX}, {"a\xC3", 1}, {"\xC0\x80", 0},
                 {"ab\xED\xA0\x80", 2}, {"\xF4\x90\x80\x80", 0},                     {"\x80", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(utf8_check(str_of(cases[i].bytes)) == cases[i].bad);
    }
    struct str s = STR("a\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80");
    assert_int_equal(utf8_count(s), 4);
    assert_int_equal(utf16_count(s), 5);
    size_t at = s.n;
    assert_int_equal(utf8_prev(s, &at), 0x1F600);
    assert_int_equal(utf8_prev(s, &at), 0x4E2D);
    assert_int_equal(utf8_prev(s, &at), 0xE4);
    assert_int_equal(utf8_prev(s, &at), 'a');
    assert_int_equal(at, 0);
}

static void test_buf__grows_and_formats(void **state) {
    (void)state;
    struct arena a;
    struct buf b;
    arena_init(&a, 1 << 20);
    buf_init(&b, &a);
    for (int i = 0; i < 1000; i++) {
        assert_true(buf_addf(&b, "%d,", i));
    }
    assert_true(buf_addcp(&b, 0x4E2D) && buf_addcp(&b, 0xD800));
    assert_true(str_starts(buf_str(&b), STR("0,1,2,")));
    assert_true(str_ends(buf_str(&b), STR("999,\xE4\xB8\xAD\xEF\xBF\xBD")));
    arena_release(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str__numbers_do_not_follow_the_locale),
        cmocka_unit_test(test_str__cut_leaves_the_rest),
        cmocka_unit_test(test_arena__stops_at_its_maximum_and_recovers),
        cmocka_unit_test(test_arena__arrays_keep_their_content_as_they_grow),
        cmocka_unit_test(test_map__finds_what_was_put_in),
        cmocka_unit_test(test_conf__tells_lines_and_sections),
        cmocka_unit_test(test_utf8__refuses_what_is_not),
        cmocka_unit_test(test_buf__grows_and_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
