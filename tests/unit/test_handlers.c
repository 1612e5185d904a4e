/* test_handlers.c - reading of requests, problem documents, and an analysis as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/base/cleanup.h"
#include "core/limits.h"
#include "handlers/analysis_json.h"
#include "handlers/analyze.h"
#include "handlers/problem.h"

#include "core/base/banned.h"

/* ---- requests ---- */

static enum err_code json(struct arena *a, const char *body, struct analyze_request *r, struct err *err) {
    *err = (struct err){0};
    enum err_code code = analyze_parse_json(a, FOR_ANALYZE, str_of(body), r, err);
    assert_int_equal(code, err->code);
    return code;
}

static void test_handlers__all_fields_are_read(void **state) {
    AUTO_ARENA a;
    struct analyze_request r;
    struct err err;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(json(&a,
                          "\xEF\xBB\xBF{\"text\":\"T\\u00fcr\",\"title\":\"x\",\"url\":\"http://a/\",\"language\":\"de\",\"target_language\":\"zh-Hans\","
                          "\"published_at\":\"2024-02-29T23:59:60.5+08:00\",\"offset_encoding\":\"utf16\",\"features\":[\"events\",\"summary\"],"
                          "\"min_confidence\":1}",
                          &r, &err),
                     ERR_OK);
    assert_true(str_eqz(r.ng.text, "T\xC3\xBCr") && str_eqz(r.ng.title, "x") && str_eqz(r.ng.url, "http://a/"));
    assert_true(str_eqz(r.ng.language, "de") && str_eqz(r.ng.target_language, "zh-Hans"));
    assert_int_equal(r.encoding, OFFSET_UTF16);
    assert_int_equal(r.ng.features, NG_EVENTS | NG_SUMMARY);
    assert_float_equal(r.ng.min_confidence, 1, 0);
}

static void test_handlers__what_is_wrong_is_named(void **state) {
    static const struct {
        const char *body;
        enum err_code code;
        const char *field;
    } rows[] = {
        {"", ERR_EMPTY, ""},
        {"{\"text\":\"\"}", ERR_EMPTY, "text"},
        {"{\"text\":\"a\",\"txet\":1}", ERR_FIELD, "txet"},
        {"{\"text\":[]}", ERR_TYPE, "text"},
        {"{\"text\":\"a\",\"features\":[\"events\",2]}", ERR_TYPE, "features"},
        {"{\"text\":\"a\",\"features\":[\"all\"]}", ERR_VALUE, "features"},
        {"{\"text\":\"a\",\"published_at\":\"2024-13-01\"}", ERR_VALUE, "published_at"},
        {"{\"text\":\"a\",\"published_at\":\"2100-02-29\"}", ERR_VALUE, "published_at"},
        {"{\"text\":\"a\",\"published_at\":\"2024-01-01T1:00\"}", ERR_VALUE, "published_at"},
        {"{\"text\":\"a\",\"language\":\"-de\"}", ERR_LANGUAGE, "language"},
        {"{\"text\":\"a\",\"text\":\"b\"}", ERR_JSON, ""},
        {"{\"text\":\"\\u0000\"}", ERR_NUL, ""},
        {"{\"text\":\"a\",\"html\":\"<p>a\"}", ERR_VALUE, "html"},
        {"{\"html\":\"\"}", ERR_EMPTY, "html"},
        {"{\"html\":1}", ERR_TYPE, "html"},
        {"[[[[[[[[[[[[[[[[[", ERR_JSON, ""},
    };
    AUTO_ARENA a;
    struct analyze_request r;
    struct err err;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(json(&a, rows[i].body, &r, &err), rows[i].code);
        assert_string_equal(err.source, rows[i].field);
        assert_true(err.text[0]);
    }
}

static void test_handlers__brackets_in_strings_do_not_nest(void **state) {
    AUTO_ARENA a;
    struct analyze_request r;
    struct err err;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(json(&a, "{\"text\":\"[[[[[[[[[[[[[[[[[[[[[[[[\\\"{{{{{{{{{{{{{{{{{{{\\\\\"}", &r, &err), ERR_OK);
}

static void test_handlers__query_and_json_read_the_same_fields(void **state) {
    const struct http_param query[] = {{STR("features"), STR("events, summary")}, {STR("min_confidence"), STR("0.5")}, {STR("offset_encoding"), STR("utf8")}};
    const struct http_param twice[] = {{STR("title"), STR("a")}, {STR("title"), STR("b")}};
    struct analyze_request r;
    struct err err = {0};
    (void)state;
    assert_int_equal(analyze_parse_text(FOR_ANALYZE, STR("abc"), STR_NONE, query, 3, &r, &err), ERR_OK);
    assert_int_equal(r.ng.features, NG_EVENTS | NG_SUMMARY);
    assert_float_equal(r.ng.min_confidence, .5, 0);
    assert_int_equal(r.encoding, OFFSET_UTF8);
    assert_int_equal(analyze_parse_text(FOR_ANALYZE, STR("abc"), STR_NONE, twice, 2, &r, &err), ERR_FIELD);
    assert_string_equal(err.source, "title");
}

static void test_handlers__media_types_are_cut(void **state) {
    AUTO_ARENA a;
    struct str type, charset;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(http_media_type(&a, STR(" Text/Plain ; a=b; CharSet=\"UTF-8\" "), &type, &charset));
    assert_true(str_eqz(type, "text/plain") && str_eqz(charset, "utf-8"));
    assert_false(http_media_type(&a, STR("text"), &type, &charset));
    assert_false(http_media_type(&a, STR(""), &type, &charset));
}

/* ---- problems ---- */

static void test_handlers__every_error_is_a_problem(void **state) {
    AUTO_ARENA a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (int code = ERR_OK + 1; code < ERR_COUNT; code++) {
        struct err err = {0};
        struct http_reply rep = {.limit = 7, .allow = "GET, HEAD", .retry_after = 3};
        err_set_in(&err, (enum err_code)code, "field", 2, 5, "cut inside a character: \xC3");
        problem_reply(&a, &err, STR("id-1"), &rep);
        json_auto_t *j = json_loadb(rep.body.p, rep.body.n, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(j);
        assert_int_equal(json_integer_value(json_object_get(j, "status")), rep.status);
        assert_true(rep.status >= 400 && rep.status < 600);
        assert_true(str_starts(str_of(json_string_value(json_object_get(j, "type"))), STR(PROBLEM_URN)));
        assert_string_equal(json_string_value(json_object_get(j, "title")), err_title((enum err_code)code));
        assert_string_equal(json_string_value(json_object_get(j, "advice")), problem_advice((enum err_code)code));
        assert_string_equal(json_string_value(json_object_get(j, "request_id")), "id-1");
        assert_int_equal(json_integer_value(json_object_get(j, "limit")), 7);
        assert_int_equal(json_array_size(json_object_get(j, "allow")), 2);
        assert_int_equal(json_integer_value(json_object_get(j, "retry_after")), 3);
        assert_int_equal(json_object_get(j, "field") != NULL, rep.status != 500); /* what is ours stays ours */
        assert_int_equal(rep.header_count, 3);
    }
}

static void test_handlers__a_problem_fits_into_a_full_arena(void **state) {
    AUTO_ARENA a;
    struct err err = {0};
    struct http_reply rep = {0};
    (void)state;
    arena_init(&a, 64); /* no room for anything */
    assert_null(arena_alloc(&a, 100));
    err_set(&err, ERR_NO_MEMORY, "full");
    problem_reply(&a, &err, STR("x"), &rep);
    assert_int_equal(rep.status, 500);
    assert_true(str_starts(rep.body, STR("{\"type\"")));
    assert_true(arena_full(&a));
}

/* ---- analyses ---- */

static void test_handlers__offsets_are_converted(void **state) {
    static const struct {
        enum offset_encoding encoding;
        json_int_t start, end;
    } rows[] = {{OFFSET_UTF8, 607, 609}, {OFFSET_CODEPOINT, 304, 305}, {OFFSET_UTF16, 305, 306}};
    AUTO_ARENA a;
    char text[700];
    (void)state;
    arena_init(&a, 1 << 20);
    memcpy(text, "\xF0\x9F\x98\x80 a ", 7); /* 4 bytes, one code point, two UTF-16 units */
    for (size_t i = 7; i < 607; i += 2) {
        memcpy(text + i, "\xC3\xBC", 2);
    }
    memcpy(text + 607, "\xC3\xA4", 2);
    struct ng_mention m = {{607, 609}, 1};
    struct ng_entity e = {.type = NG_PERSON, .name = STR("x"), .canonical_name = STR("x"), .mentions = &m, .mention_count = 1};
    struct ng_analysis an = {.text = {text, 609}, .language = STR("de"), .script = STR("Latn"), .entities = &e, .entity_count = 1, .features = NG_ENTITIES};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_auto_t *j = analysis_json(&an, rows[i].encoding, &a);
        json_t *span = json_array_get(json_object_get(json_array_get(json_object_get(j, "entities"), 0), "mentions"), 0);
        assert_int_equal(json_integer_value(json_object_get(span, "start")), rows[i].start);
        assert_int_equal(json_integer_value(json_object_get(span, "end")), rows[i].end);
        assert_string_equal(json_string_value(json_object_get(span, "text")), "\xC3\xA4");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handlers__all_fields_are_read),
        cmocka_unit_test(test_handlers__what_is_wrong_is_named),
        cmocka_unit_test(test_handlers__brackets_in_strings_do_not_nest),
        cmocka_unit_test(test_handlers__query_and_json_read_the_same_fields),
        cmocka_unit_test(test_handlers__media_types_are_cut),
        cmocka_unit_test(test_handlers__every_error_is_a_problem),
        cmocka_unit_test(test_handlers__a_problem_fits_into_a_full_arena),
        cmocka_unit_test(test_handlers__offsets_are_converted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
