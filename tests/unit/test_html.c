/* test_html.c - pages: the golden pages, character sets, metadata, and what hostile pages may not do.
 * GOLDEN_UPDATE=1 rewrites the expectations; the diff is reviewed. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/analyze.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/html/charset.h"
#include "core/html/jsonld.h"
#include "core/html/meta.h"
#include "core/limits.h"

#include "core/base/banned.h"

static struct nutgraf *ng;

static int load(void **state) {
    struct err err = {0};
    (void)state;
    if (nutgraf_new(&ng, "data", &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return -1;
    }
    return 0;
}

static int unload(void **state) {
    (void)state;
    nutgraf_free(ng);
    return 0;
}

static enum err_code extract(struct arena *a, struct str bytes, struct ng_article **out, struct err *err) {
    struct ng_page page = {.bytes = bytes, .url = STR("https://site.example/a/page.html")};
    return nutgraf_extract(ng, a, &page, out, err);
}

/* ---- golden pages ---- */

static void add_fact(struct buf *b, const char *name, const struct ng_fact *f) {
    if (f->value.n) {
        buf_addf(b, "%s: %.*s [%s]\n", name, STR_ARG(f->value), f->source);
    }
}

static struct str describe(struct arena *a, enum err_code code, const struct ng_article *x) {
    struct buf b;
    buf_init(&b, a);
    if (code != ERR_OK) {
        buf_addf(&b, "error: %s\n", err_slug(code));
        return buf_str(&b);
    }
    add_fact(&b, "title", &x->title);
    for (size_t i = 0; i < x->author_count; i++) {
        add_fact(&b, "author", &x->authors[i]);
    }
    add_fact(&b, "published_at", &x->published_at);
    add_fact(&b, "modified_at", &x->modified_at);
    add_fact(&b, "site", &x->site);
    add_fact(&b, "language", &x->language);
    add_fact(&b, "canonical_url", &x->canonical_url);
    add_fact(&b, "image", &x->image);
    add_fact(&b, "amp_url", &x->amp_url);
    add_fact(&b, "next_url", &x->next_url);
    add_fact(&b, "description", &x->description);
    buf_addf(&b, "free_to_read: %s\ncharset: %.*s [%s]\nmethod: %s\n", x->paywalled ? "false" : "true", STR_ARG(x->charset),
             x->charset_source, x->method);
    for (size_t i = 0; i < x->warning_count; i++) {
        buf_addf(&b, "warning: %.*s\n", STR_ARG(x->warnings[i]));
    }
    for (size_t i = 0; i < x->caption_count; i++) {
        buf_addf(&b, "caption: %.*s\n", STR_ARG(x->captions[i]));
    }
    buf_add(&b, STR("\n"));
    for (size_t i = 0; i < x->para_count; i++) {
        struct str text = str_sub(x->text, x->paras[i].span.start, x->paras[i].span.end);
        buf_addf(&b, "%s| %.*s\n", ng_para_kind_name(x->paras[i].kind), STR_ARG(text));
    }
    return buf_str(&b);
}

static bool same_as_file(struct arena *a, const char *path, struct str got) {
    struct str want = STR("");
    if (getenv("GOLDEN_UPDATE")) {
        AUTO_FILE f = fopen(path, "wb");
        return f && fwrite(got.p, 1, got.n, f) == got.n;
    }
    if (file_read(a, path, LIMIT_HTML, &want, NULL) != ERR_OK || !str_eq(want, got)) {
        print_error("%s is not what came out:\n%.*s\n", path, STR_ARG(got));
        return false;
    }
    return true;
}

static void test_html__golden_pages(void **state) {
    struct dirent **names = NULL;
    int n = scandir("tests/golden/html", &names, NULL, alphasort), tested = 0;
    bool good = true;
    (void)state;
    for (int i = 0; i < n; i++) {
        AUTO_ARENA a;
        struct str bytes;
        struct ng_article *x = NULL;
        struct err err = {0};
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        if (names[i]->d_name[0] != '.') {
            const char *page = arena_printf(&a, "tests/golden/html/%s/page.html", names[i]->d_name).p;
            const char *expected = arena_printf(&a, "tests/golden/html/%s/expected", names[i]->d_name).p;
            assert_int_equal(file_read(&a, page, LIMIT_HTML, &bytes, &err), ERR_OK);
            enum err_code code = extract(&a, bytes, &x, &err);
            good = same_as_file(&a, expected, describe(&a, code, x)) && good;
            tested++;
        }
        free(names[i]);
    }
    free(names);
    assert_true(good);
    assert_true(tested >= 10);
}

/* ---- character sets ---- */

static void check_charset(const char *bytes, size_t n, const char *content_type, const char *text, const char *name, enum charset_source source) {
    AUTO_ARENA a;
    struct charsets *c;
    struct charset_found found;
    struct str out;
    arena_init(&a, 1 << 24);
    assert_int_equal(charsets_load(&c, &a, "data", NULL), ERR_OK);
    assert_int_equal(charset_convert(c, &a, (struct str){bytes, n}, str_of(content_type), &out, &found, NULL), ERR_OK);
    if (!str_eqz(out, text) || !str_eqz(found.name, name) || found.source != source) {
        print_error("'%.*s' in %.*s by %s, not '%s' in %s by %s\n", STR_ARG(out), STR_ARG(found.name), charset_source_name(found.source), text,
                    name, charset_source_name(source));
        fail();
    }
}
#define CHARSET(bytes, type, text, name, source) check_charset(bytes, sizeof(bytes) - 1, type, text, name, source)

static void test_html__labels_and_marks_tell_the_charset(void **state) {
    (void)state;
    CHARSET("abc", "", "abc", "UTF-8", CHARSET_UTF8);
    CHARSET("\xEF\xBB\xBFgr\xC3\xBC\xC3\x9F", "text/html; charset=gbk", "grüß", "UTF-8", CHARSET_BOM);
    CHARSET("\xFF\xFEh\0\xFC\0", "", "hü", "UTF-16LE", CHARSET_BOM);
    CHARSET("\xFE\xFF\0h\0\xFC", "", "hü", "UTF-16BE", CHARSET_BOM);
    CHARSET("gr\xFC\xDF\x80", "text/html; charset=ISO-8859-1", "grüß€", "windows-1252", CHARSET_HTTP);
    CHARSET("<meta charset='windows-1251'>\xCC\xE8\xF0", "", "<meta charset='windows-1251'>Мир", "windows-1251", CHARSET_META);
    CHARSET("<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">\xD6\xD0\xB9\xFA", "",
            "<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">中国", "gb18030", CHARSET_META);
    CHARSET("\xA4\xA4\xA4\xE5", "text/html;charset=big5", "中文", "big5-hkscs", CHARSET_HTTP);
    CHARSET("\x93\xFA\x96{", "text/html; charset=Shift_JIS", "日本", "windows-31j", CHARSET_HTTP);
    CHARSET("\xC6\xFC\xCB\xDC", "text/html; charset=euc-jp", "日本", "euc-jp", CHARSET_HTTP);
    CHARSET("\xC7\xD1\xB1\xB9", "text/html; charset=euc-kr", "한국", "windows-949", CHARSET_HTTP);
    CHARSET("Vi\xAEt Nam", "text/html; charset=viscii", "Việt Nam", "viscii", CHARSET_HTTP);
    CHARSET("Vi\xD6t Nam", "text/html; charset=TCVN-5712", "Việt Nam", "tcvn", CHARSET_HTTP);
    CHARSET("Vi\xEA\xF2t Nam", "text/html; charset=windows-1258", "Vi\xC3\xAA\xCC\xA3t Nam", "windows-1258", CHARSET_HTTP);
}

static void test_html__a_wrong_label_is_seen_through(void **state) {
    (void)state;
    CHARSET("Gr\xC3\xBC\xC3\x9F" "e aus K\xC3\xB6ln", "text/html; charset=iso-8859-1", "Grüße aus Köln", "UTF-8", CHARSET_UTF8);
    CHARSET("gr\xFC\xDF", "text/html; charset=no-such-set", "grüß", "windows-1252", CHARSET_ASSUMED);
    CHARSET("gr\xFC\xDF", "text/html; charset=utf-8", "grüß", "windows-1252", CHARSET_ASSUMED);
}

static void test_html__the_detector_is_asked_last(void **state) {
    AUTO_ARENA a;
    struct charsets *c;
    struct charset_found found;
    struct str out;
    static const char russian[] = "<html><body><p>\xC2\xE5\xF1\xE5\xED\xED\xE8\xE5 \xE2\xE5\xF7\xE5\xF0\xE0 \xE2 "
                                  "\xEC\xEE\xE5\xEC \xE3\xEE\xF0\xEE\xE4\xE5 \xE1\xFB\xE2\xE0\xFE\xF2 \xEE\xF7\xE5\xED\xFC "
                                  "\xF2\xE5\xEF\xEB\xFB\xE5 \xE8 \xF2\xE8\xF5\xE8\xE5</p></body></html>";
    (void)state;
    arena_init(&a, 1 << 24);
    assert_int_equal(charsets_load(&c, &a, "data", NULL), ERR_OK);
    assert_int_equal(charset_convert(c, &a, (struct str){russian, sizeof russian - 1}, STR(""), &out, &found, NULL), ERR_OK);
    assert_int_equal(found.source, CHARSET_DETECTED);
    assert_true(str_find(out, STR("вечера"), 0) != SIZE_MAX);
}

static void test_html__broken_bytes_are_replaced_and_counted(void **state) {
    AUTO_ARENA a;
    struct charsets *c;
    struct charset_found found;
    struct str out;
    struct buf b;
    (void)state;
    arena_init(&a, 1 << 24);
    buf_init(&b, &a);
    for (int i = 0; i < 200; i++) {
        buf_add(&b, STR("Gr\xC3\xBC\xC3\x9F\x65 "));
    }
    buf_add(&b, (struct str){"\xC3(\0x", 4});
    assert_int_equal(charsets_load(&c, &a, "data", NULL), ERR_OK);
    assert_int_equal(charset_convert(c, &a, buf_str(&b), STR(""), &out, &found, NULL), ERR_OK);
    assert_int_equal(found.replaced, 1);
    assert_int_equal(utf8_check(out), SIZE_MAX);
    assert_null(memchr(out.p, '\0', out.n));
}

/* ---- metadata ---- */

static void test_html__dates_of_attributes(void **state) {
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"2024-07-18", "2024-07-18"},
        {"2024-07-18T09:30:00Z", "2024-07-18T09:30:00Z"},
        {"2024-07-18T09:30:00.123+0200", "2024-07-18T09:30:00+02:00"},
        {"2024-07-18 09:30", "2024-07-18T09:30:00"},
        {"2024-07-18T09:30:00-05:00", "2024-07-18T09:30:00-05:00"},
        {"2024/7/8", "2024-07-08"},
        {"20240718", "2024-07-18"},
        {"Thu, 18 Jul 2024 09:30:00 GMT", "2024-07-18T09:30:00Z"},
        {"July 18, 2024, 9:30 p.m.", "2024-07-18"},
        {"July 18, 2024 09:30 PM", "2024-07-18T21:30:00"},
        {"18 July 2024", "2024-07-18"},
        {"2024-02-30", NULL},
        {"2024-13-01", NULL},
        {"07/18/2024", "2024-07-18"},
        {"18/07/2024 09:30", "2024-07-18T09:30:00"},
        {"07/08/2024", NULL},
        {"08/08/2024", "2024-08-08"},
        {"18.7.2024", "2024-07-18"},
        {"08.07.2024, 09:30", "2024-07-08T09:30:00"},
        {"18.07.24", NULL},
        {"2024年7月18日 09:30", "2024-07-18T09:30:00"},
        {"2024년 7월 18일", "2024-07-18"},
        {"2024年7日", NULL},
        {"Thu Jul 18 09:30:00 UTC 2024", "2024-07-18T09:30:00Z"},
        {"Thu Jul 18 09:30:00 CST 2024", "2024-07-18T09:30:00"},
        {"Thu Jul 18 09:30:00 2024", "2024-07-18T09:30:00"},
        {"1721295000000", "2024-07-18T09:30:00Z"},
        {"20240718093000", "2024-07-18T09:30:00"},
        {"2024-07-18T09:30:00+08:00[Asia/Shanghai]", "2024-07-18T09:30:00+08:00"},
        {"Thu Jul", NULL},
        {"99/99/2024", NULL},
        {"yesterday", NULL},
        {"", NULL},
        {"1721295000", "2024-07-18T09:30:00Z"},
    };
    AUTO_ARENA a;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str got = meta_date(&a, str_of(rows[i].in));
        if (!(rows[i].out ? str_eqz(got, rows[i].out) : got.n == 0)) {
            print_error("'%s' became '%.*s'\n", rows[i].in, STR_ARG(got));
            fail();
        }
    }
}

static void test_html__broken_json_is_read_as_far_as_it_goes(void **state) {
    AUTO_ARENA a;
    struct jsonld j = {0};
    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(jsonld_read(&j, &a, STR("//<![CDATA[\n{\"a\": \"x\ny\", \"b\": [1, {\"c\": \"\\u00fc\\uD83D\\uDE00\\/\"},], \"d\": {\"e\": \"open")));
    assert_true(str_eqz(jsonld_text(&j, &a, jsonld_get(&j, 0, "a")), "x\ny"));
    uint32_t b = jsonld_get(&j, 0, "b");
    assert_true(b != JSONLD_NONE && j.nodes[b].kind == JSONLD_ARRAY);
    assert_true(str_eqz(jsonld_text(&j, &a, jsonld_get(&j, b + 2, "c")), "ü😀/"));
    assert_true(str_eqz(jsonld_text(&j, &a, jsonld_get(&j, jsonld_get(&j, 0, "d"), "e")), "open"));
    assert_int_equal(jsonld_get(&j, 0, "f"), JSONLD_NONE);
    assert_int_equal(jsonld_get(&j, b, "c"), JSONLD_NONE);
}

static void test_html__addresses_are_completed(void **state) {
    AUTO_ARENA a;
    struct str base = STR("https://site.example/news/a.html");
    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(str_eqz(meta_resolve(&a, base, STR("../b.html?x=1")), "https://site.example/b.html?x=1"));
    assert_true(str_eqz(meta_resolve(&a, base, STR("//cdn.example/c.jpg")), "https://cdn.example/c.jpg"));
    assert_true(str_eqz(meta_resolve(&a, STR(""), STR("http://other.example/")), "http://other.example/"));
    assert_int_equal(meta_resolve(&a, base, STR("javascript:alert(1)")).n, 0);
    assert_int_equal(meta_resolve(&a, STR(""), STR("b.html")).n, 0);
}

/* ---- hostile pages ---- */

static struct str repeated(struct arena *a, const char *before, const char *unit, size_t n, const char *after) {
    struct buf b;
    buf_init(&b, a);
    buf_add(&b, str_of(before));
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, str_of(unit));
    }
    buf_add(&b, str_of(after));
    return buf_str(&b);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char prose[] =
    "<article><h1>Harbour bridge reopens</h1><p>The harbour bridge reopened to traffic on Monday, eleven months after a freighter had struck "
    "its northern pier, the port authority said.</p><p>Engineers had replaced two spans and forty metres of railing. The work cost nine "
    "million euros, a third more than planned, according to the authority.</p></article>";

static void test_html__hostile_pages_cost_little_and_lose_no_article(void **state) {
    static const struct {
        const char *what, *before, *unit;
        size_t n;
        const char *after;
    } rows[] = {
        {"100,000 nested tags", "", "<div>", 100000, ""},
        {"100,000 nested inline tags", "", "<b><a href=x><font>", 100000, ""},
        {"1 MB of one attribute", "<div class=\"", "aaaaaaaaaa ", 100000, "\">"},
        {"1 MB of attributes", "<div ", "a=b ", 250000, ">"},
        {"an endless script", "", "<script>", 100000, "</script>"},
        {"100,000 ends without begin", "", "</table></td></p>", 100000, ""},
        {"open formatting elements", "", "<p><i><u><s><tt>", 20000, ""},
        {"tables in tables", "", "<table><tr><td>", 30000, ""},
        {"table cells out of place", "<table>", "<b>x<i>", 30000, "</table>"},
        {"half comments", "", "<!--->-<!--", 50000, "-->"},
        {"a million ampersands", "", "&", 1000000, ""},
        {"selects and options", "", "<select><option>", 50000, "</select>"},
        {"JSON without end", "<script type=application/ld+json>", "{\"a\":[", 100000, "</script>"},
        {"the same class names", "", "<p class='related nav comment'>x", 50000, "</p>"},
        {"signs of less", "", "< ", 500000, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO_ARENA a, b;
        struct ng_article *x = NULL;
        struct err err = {0};
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        arena_init(&b, LIMIT_HTML * 4);
        struct buf page;
        buf_init(&page, &b);
        buf_add(&page, str_of(prose));
        buf_add(&page, repeated(&b, rows[i].before, rows[i].unit, rows[i].n, rows[i].after));
        double before = seconds();
        enum err_code code = extract(&a, buf_str(&page), &x, &err);
        double took = seconds() - before;
        if (code != ERR_OK || str_find(x->text, STR("eleven months"), 0) == SIZE_MAX || took > 5) {
            print_error("%s: %s %s, %.2f s\n", rows[i].what, err_slug(code), err.text, took);
            fail();
        }
    }
}

static void test_html__a_page_cut_anywhere_is_no_crash(void **state) {
    AUTO_ARENA file;
    struct str page;
    (void)state;
    arena_init(&file, LIMIT_HTML);
    assert_int_equal(file_read(&file, "tests/golden/html/de-consent/page.html", LIMIT_HTML, &page, NULL), ERR_OK);
    for (size_t n = 0; n < page.n; n += 61) {
        AUTO_ARENA a;
        struct ng_article *x = NULL;
        struct err err = {0};
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        enum err_code code = extract(&a, str_sub(page, 0, n), &x, &err);
        assert_true(code == ERR_OK || code == ERR_NOT_ARTICLE || code == ERR_EMPTY);
    }
}

static void test_html__too_little_memory_is_an_error(void **state) {
    (void)state;
    for (size_t max = 1 << 12; max < (size_t)1 << 22; max += max / 3) {
        AUTO_ARENA a;
        struct ng_article *x = NULL;
        struct err err = {0};
        arena_init(&a, max);
        enum err_code code = extract(&a, STR_NONE, &x, &err);
        assert_true(code == ERR_EMPTY || code == ERR_NO_MEMORY);
        code = extract(&a, str_of(prose), &x, &err);
        assert_true(code == ERR_OK || code == ERR_NO_MEMORY);
    }
}

static void test_html__paragraphs_tile_the_text(void **state) {
    AUTO_ARENA a;
    struct ng_article *x = NULL;
    struct err err = {0};
    (void)state;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    assert_int_equal(extract(&a, str_of(prose), &x, &err), ERR_OK);
    assert_true(x->para_count == 2 && x->paras[0].span.start == 0 && x->paras[1].span.end == x->text.n);
    assert_true(x->paras[1].span.start == x->paras[0].span.end + 2);
    assert_true(str_eqz(x->title.value, "Harbour bridge reopens") && str_eqz(str_of(x->title.source), "text"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html__golden_pages),
        cmocka_unit_test(test_html__labels_and_marks_tell_the_charset),
        cmocka_unit_test(test_html__a_wrong_label_is_seen_through),
        cmocka_unit_test(test_html__the_detector_is_asked_last),
        cmocka_unit_test(test_html__broken_bytes_are_replaced_and_counted),
        cmocka_unit_test(test_html__dates_of_attributes),
        cmocka_unit_test(test_html__broken_json_is_read_as_far_as_it_goes),
        cmocka_unit_test(test_html__addresses_are_completed),
        cmocka_unit_test(test_html__hostile_pages_cost_little_and_lose_no_article),
        cmocka_unit_test(test_html__a_page_cut_anywhere_is_no_crash),
        cmocka_unit_test(test_html__too_little_memory_is_an_error),
        cmocka_unit_test(test_html__paragraphs_tile_the_text),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
