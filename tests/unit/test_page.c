/* test_page.c - furniture of pasted text: each line of tests/golden/page/ says whether it is article ('+') or furniture ('-'). */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/analyze.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/file.h"
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

/* The paragraphs that page_mark makes of text. */
static void mark(struct arena *a, struct str text, struct doc *d, struct ng_request *req) {
    struct err err = {0};
    *req = (struct ng_request){.text = text};
    *d = (struct doc){.a = a, .ng = ng, .req = req, .input = text, .lang = LANG_NONE};
    assert_int_equal(text_normalise(a, text, &d->text, &d->map, &err), ERR_OK);
    assert_int_equal(page_mark(ng->page, d, &err), ERR_OK);
}

static bool is_furniture(const struct doc *d, struct str line) {
    for (size_t i = 0; i < d->para_count; i++) {
        if (str_eq(str_trim(doc_sub(d, d->paras[i].start, d->paras[i].end)), line)) {
            return d->paras[i].furniture;
        }
    }
    return false;
}

static bool check_file(const char *path) {
    AUTO_ARENA a;
    struct str file, rest;
    struct buf text;
    struct doc d;
    struct ng_request req;
    bool good = true;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    assert_int_equal(file_read(&a, path, LIMIT_TEXT, &file, NULL), ERR_OK);
    buf_init(&text, &a);
    for (rest = file; rest.n;) {
        struct str line = str_cut(&rest, '\n');
        buf_add(&text, str_sub(line, 2, line.n));
        buf_addc(&text, '\n');
    }
    mark(&a, buf_str(&text), &d, &req);
    for (rest = file; rest.n;) {
        struct str line = str_cut(&rest, '\n');
        bool want = line.n && line.p[0] == '-';
        if (line.n > 2 && is_furniture(&d, str_trim(str_sub(line, 2, line.n))) != want) {
            print_error("%s: '%.*s' %s\n", path, STR_ARG(line), want ? "stayed" : "was taken for furniture");
            good = false;
        }
    }
    return good;
}

static void test_page__lines_are_what_the_golden_texts_say(void **state) {
    struct dirent **names = NULL;
    int n = scandir("tests/golden/page", &names, NULL, alphasort), tested = 0;
    bool good = true;
    (void)state;
    for (int i = 0; i < n; i++) {
        AUTO_ARENA a;
        arena_init(&a, 1 << 16);
        if (names[i]->d_name[0] != '.') {
            good = check_file(arena_printf(&a, "tests/golden/page/%s", names[i]->d_name).p) && good;
            tested++;
        }
        free(names[i]);
    }
    free(names);
    assert_true(good);
    assert_true(tested >= 8);
}

static void test_page__a_text_of_nothing_but_furniture_stays(void **state) {
    AUTO_ARENA a;
    struct doc d;
    struct ng_request req;
    (void)state;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    mark(&a, STR("Home\nNews\nShare on Facebook\n"), &d, &req);
    for (size_t i = 0; i < d.para_count; i++) {
        assert_false(d.paras[i].furniture);
    }
}

static void test_page__looks_tell_what_a_block_is(void **state) {
    AUTO_ARENA a;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(page_look(ng->page, &a, STR("We use cookies to improve our site")).verdict, PAGE_FURNITURE);
    assert_int_equal(page_look(ng->page, &a, STR("Related articles")).verdict, PAGE_TAIL);
    assert_int_equal(page_look(ng->page, &a, STR("The mayor resigned on Monday.")).verdict, PAGE_UNKNOWN);
    assert_true(page_look(ng->page, &a, STR("12. März 2024, 10:30 Uhr")).dated);
    assert_true(page_look(ng->page, &a, STR("By Anna Weber")).byline);
}

static void test_page__names_are_read_from_bylines(void **state) {
    static const struct {
        const char *text, *names;
        bool surely;
    } cases[] = {
        {"By Anna Weber", "Anna Weber", false},
        {"By Anna Weber and Jan Petersen", "Anna Weber;Jan Petersen", false},
        {"By Anna Weber, Jan Petersen & Li Wei | May 3, 2024", "Anna Weber;Jan Petersen;Li Wei", false},
        {"Von Jörg Müller und Kathrin Ehlers", "Jörg Müller;Kathrin Ehlers", false},
        {"Von dpa", "", false},
        {"Von der Straße auf die Bühne", "", false},
        {"Par Élodie Marchand et Luc Petit", "Élodie Marchand;Luc Petit", false},
        {"Propos recueillis par Élodie Marchand", "Élodie Marchand", false},
        {"Tác giả: Nguyễn Khánh | Ngày đăng: 03/11/2023 - 15:20", "Nguyễn Khánh", false},
        {"江城日报 2024年05月20日 09:14 作者：刘静 徐亮", "刘静;徐亮", false},
        {"记者：刘静、徐亮 编辑：胡蝶", "刘静;徐亮", false},
        {"責任編輯：胡蝶", "", false},
        {"[责任编辑：胡蝶]", "", false},
        {"来源：江城日报", "", true},
        {"文　/　蘇映雪", "蘇映雪", false},
        {"撰文：何家欣　出版：2024-05-18 09:00", "何家欣", false},
        {"文：高橋 慎一", "高橋;慎一", false}, /* a space between Han may stand between two people as well */
        {"Anna Weber", "", false},
        {"Anna Weber", "Anna Weber", true},
        {"Share this", "", true},
        {"3 min read", "", true},
        {"By noon the street was empty, and nobody had come.", "", false},
    };
    AUTO_ARENA a;
    (void)state;
    arena_init(&a, 1 << 22);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str names[4];
        struct buf b;
        buf_init(&b, &a);
        size_t n = page_authors(ng->page, &a, str_of(cases[i].text), cases[i].surely, names, 4);
        for (size_t k = 0; k < n; k++) {
            buf_addf(&b, "%s%.*s", k ? ";" : "", STR_ARG(names[k]));
        }
        if (!str_eqz(b.n ? buf_str(&b) : STR(""), cases[i].names)) {
            print_error("%s: %.*s\n", cases[i].text, (int)b.n, b.n ? b.p : "");
            fail();
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page__lines_are_what_the_golden_texts_say),
        cmocka_unit_test(test_page__a_text_of_nothing_but_furniture_stays),
        cmocka_unit_test(test_page__looks_tell_what_a_block_is),
        cmocka_unit_test(test_page__names_are_read_from_bylines),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
