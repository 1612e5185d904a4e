/* test_analyze.c - whole analyses: entities joined and named, offsets that lead back to the input, determinism. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/conf.h"
#include "core/limits.h"
#include "core/nutgraf.h"

struct fixture {
    struct nutgraf *ng;
    struct nutgraf_worker *w;
};

static int load(void **state) {
    static struct fixture f;
    struct err err = {0};
    const char *data = getenv("NUTGRAF_DATA");
    if (nutgraf_new(&f.ng, data ? data : "data", &err) != ERR_OK || nutgraf_worker_new(&f.w, f.ng, &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return -1;
    }
    *state = &f;
    return 0;
}

static int unload(void **state) {
    struct fixture *f = *state;
    nutgraf_worker_free(f->w);
    nutgraf_free(f->ng);
    return 0;
}

static struct ng_analysis *analyze(struct fixture *f, struct arena *a, const char *text, const char *target) {
    struct ng_analysis *an = NULL;
    struct err err = {0};
    struct ng_request req = {.text = str_of(text), .target_language = str_of(target)};
    arena_init(a, LIMIT_REQUEST_MEMORY);
    enum err_code code = nutgraf_analyze(f->ng, f->w, a, &req, &an, &err);
    if (code != ERR_OK) {
        print_error("%s: %s\n", err_slug(code), err.text);
    }
    assert_int_equal(code, ERR_OK);
    return an;
}

static const struct ng_entity *find(const struct ng_analysis *an, const char *kb_id) {
    for (size_t i = 0; i < an->entity_count; i++) {
        if (str_eqz(an->entities[i].kb_id, kb_id)) {
            return &an->entities[i];
        }
    }
    return NULL;
}

/* Every span in bounds, on character bounds, and not empty. */
static void check_spans(const struct ng_analysis *an) {
    for (size_t i = 0; i < an->entity_count; i++) {
        assert_true(an->entities[i].mention_count > 0);
        for (size_t k = 0; k < an->entities[i].mention_count; k++) {
            struct ng_span s = an->entities[i].mentions[k].span;
            assert_true(s.start < s.end && s.end <= an->text.n);
            assert_true(((unsigned char)an->text.p[s.start] & 0xC0) != 0x80);
        }
    }
}

static void test_analyze__forms_of_one_thing_are_one_entity(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Alibaba meldet Gewinne. Alibabas Aktie stieg um 5 Prozent, sagte die Bank.", "en");
    const struct ng_entity *e = find(an, "organization/alibaba");
    assert_non_null(e);
    assert_int_equal(e->mention_count, 2);
    assert_true(str_eqz(str_sub(an->text, e->mentions[1].span.start, e->mentions[1].span.end), "Alibabas"));
    check_spans(an);
    arena_release(&a);
}

static void test_analyze__names_are_in_the_target_language(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "字節跳動和谷歌在上海舉行了會談，雙方沒有公布細節。", "en");
    assert_true(str_eqz(an->language, "zh"));
    const struct ng_entity *e = find(an, "organization/bytedance");
    assert_non_null(e);
    assert_true(str_eqz(e->canonical_name, "ByteDance"));
    assert_true(str_eqz(e->name, "字節跳動"));
    assert_non_null(find(an, "organization/google"));
    assert_non_null(find(an, "location/shanghai"));
    arena_release(&a);
}

static const struct ng_entity *named(const struct ng_analysis *an, const char *name) {
    for (size_t i = 0; i < an->entity_count; i++) {
        if (str_eqz(an->entities[i].name, name)) {
            return &an->entities[i];
        }
    }
    return NULL;
}

static void test_analyze__names_are_told_by_their_parts_in_events(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Danish toymaker Zorbrix plans to shut a factory in Hungary, it said on Tuesday. Workers at Zorbrix went home "
                                                 "early. Plovaq, a maker of pumps, filed for insolvency on Monday.", "en");
    static const char *const firms[] = {"Zorbrix", "Plovaq"};
    for (size_t i = 0; i < 2; i++) {
        const struct ng_entity *e = named(an, firms[i]);
        assert_non_null(e);
        assert_int_equal(e->type, NG_ORGANIZATION);
    }
    assert_int_equal(named(an, "Zorbrix")->mention_count, 2);
    assert_null(named(an, "Workers"));
    assert_int_equal(an->event_count > 0, 1);
    check_spans(an);
    arena_release(&a);
    /* nothing says what these capitals are */
    an = analyze(*state, &a, "The gardener called the rose Zorbrix. It flowers in June, and Plovaq is its neighbour in the bed by the wall.", "en");
    for (size_t i = 0; i < 2; i++) {
        const struct ng_entity *e = named(an, firms[i]);
        assert_true(!e || e->type != NG_ORGANIZATION);
    }
    arena_release(&a);
}

static void test_analyze__the_code_of_a_share_ends_no_sentence(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "科大讯飞（002230.SZ）21日晚披露半年报，营收109.11亿元，同比增长17%。", "en");
    assert_int_equal(an->event_count, 1);
    assert_int_equal(an->events[0].evidence_count, 1);
    assert_int_equal(an->events[0].evidence[0].start, 0);
    check_spans(an);
    arena_release(&a);
}

static void test_analyze__offsets_lead_back_to_the_input(void **state) {
    /* a decomposed umlaut, a soft hyphen, a zero width space and CR LF stand before and in the names */
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Die Bo\xCC\x88" "rse\r\n in Frank\xC2\xAD" "furt meldet am Montag einen Rekord beim Handel mit Aktien aus Asien und Amerika.\r\nAli\xE2\x80\x8B" "baba und Tencent wollen sich an dem neuen Handelsplatz beteiligen, teilte der Betreiber mit.", "de");
    const struct ng_entity *city = find(an, "location/frankfurt"), *firm = find(an, "organization/alibaba");
    assert_non_null(city);
    assert_non_null(firm);
    struct ng_span s = city->mentions[0].span;
    assert_true(str_eqz(str_sub(an->text, s.start, s.end), "Frank\xC2\xAD" "furt"));
    s = firm->mentions[0].span;
    assert_true(str_eqz(str_sub(an->text, s.start, s.end), "Ali\xE2\x80\x8B" "baba"));
    check_spans(an);
    arena_release(&a);
}

static void test_analyze__summary_is_never_in_the_wrong_language(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Die Sonne scheint heute über dem See. Die Kinder spielen den ganzen Tag am Ufer und lachen.", "en");
    assert_int_equal(an->summary.sentence_count, 0);
    assert_false(an->summary.complete);
    assert_true(an->summary.note.n > 0);
    assert_int_equal(an->event_count, 0);
    arena_release(&a);
    an = analyze(*state, &a, "Die Sonne scheint heute über dem See. Die Kinder spielen den ganzen Tag am Ufer und lachen.", "de");
    assert_int_equal(an->summary.sentence_count, 2);
    assert_int_equal(an->summary.sentences[0].evidence_count, 1);
    arena_release(&a);
}

/* "the company" that somebody leaves is not the one who leaves, nor one that only belongs to somebody: whom the sentence is about. */
static void test_analyze__the_company_left_is_the_one_that_saw_it(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Tuần qua, đối thủ của Panasonic, Samsung, đã chứng kiến nhà lãnh đạo công nghệ của "
                                                 "riêng mình, Lê Minh Quân, rời công ty để chuẩn bị cho một dự án mới.", "en");
    assert_int_equal(an->event_count, 1);
    for (size_t r = 0; r < an->events[0].role_count; r++) {
        const struct ng_role *role = &an->events[0].roles[r];
        if (str_eqz(role->name, "employer")) {
            assert_int_equal(role->filler_count, 1);
            assert_true(role->fillers[0].entity >= 0);
            assert_true(str_eqz(an->entities[role->fillers[0].entity].canonical_name, "Samsung"));
        }
    }
    arena_release(&a);
}

/* The examples beside data/lang/<code>/dateline.conf: "dateline |rest", or a sentence that has none. */
static void check_dateline(struct fixture *f, struct str language, struct str example) {
    struct arena a;
    struct ng_analysis *an = NULL;
    struct err err = {0};
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    size_t bar = str_find(example, STR("|"), 0);
    struct str dateline = bar == SIZE_MAX ? STR("") : str_sub(example, 0, bar);
    struct str rest = bar == SIZE_MAX ? example : str_sub(example, bar + 1, example.n);
    struct ng_request req = {.text = arena_printf(&a, "%.*s%.*s", STR_ARG(dateline), STR_ARG(rest)),
                             .language = language,
                             .target_language = language,
                             .features = NG_SUMMARY};
    assert_int_equal(nutgraf_analyze(f->ng, f->w, &a, &req, &an, &err), ERR_OK);
    bool same = an->summary.sentence_count == 1 && str_eq(an->summary.sentences[0].text, rest);
    if (!same) {
        print_error("%.*s: \"%.*s\" is told as \"%.*s\"\n", STR_ARG(language), STR_ARG(example), STR_ARG(an->summary.text));
    }
    assert_true(same);
    arena_release(&a);
}

/* Who was told hired away has left the old firm, not the new one. */
static void test_analyze__a_departure_after_a_hire_is_from_the_firm_before(void **state) {
    struct arena a;
    struct ng_analysis *an = analyze(*state, &a, "Siemens hat Anna Weber von Bosch abgeworben. Anna Weber schloss sich Siemens am Montag an. Anna Webers Rücktritt "
                                                 "ist ein Schlag für die Branche.", "en");
    size_t seen = 0;
    for (size_t i = 0; i < an->event_count; i++) {
        const struct ng_event *e = &an->events[i];
        for (size_t r = 0; r < e->role_count && str_eqz(e->type, "personnel.departure"); r++) {
            if (str_eqz(e->roles[r].name, "employer")) {
                seen++;
                assert_int_equal(e->roles[r].fillers[0].entity, find(an, "organization/bosch") - an->entities);
            }
        }
    }
    assert_int_equal(seen, 1);
    arena_release(&a);
}

static void test_analyze__a_sentence_is_told_without_its_dateline(void **state) {
    static const char *const codes[] = {"de", "en", "vi", "zh"};
    const char *dir = getenv("NUTGRAF_DATA");
    size_t n = 0;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct arena a;
        struct conf c;
        struct err err = {0};
        struct str key, value;
        arena_init(&a, (size_t)1 << 20);
        struct str path = arena_printf(&a, "%s/lang/%s/dateline.conf", dir ? dir : "data", codes[i]);
        assert_int_equal(conf_open(&c, &a, path.p, &err), ERR_OK);
        while (conf_next(&c)) {
            if (conf_pair(&c, &key, &value) && str_eqz(key, "example")) {
                check_dateline(*state, str_of(codes[i]), value);
                n++;
            }
        }
        arena_release(&a);
    }
    assert_true(n >= 15);
}

static void test_analyze__bad_requests_are_told(void **state) {
    struct fixture *f = *state;
    static const struct {
        struct ng_request req;
        enum err_code code;
    } cases[] = {
        {{.text = {"", 0}}, ERR_EMPTY},
        {{.text = {" \n\t", 3}}, ERR_EMPTY},
        {{.text = {"a\xFF", 2}}, ERR_UTF8},
        {{.text = {"a\0b", 3}}, ERR_NUL},
        {{.text = {"a word", 6}, .target_language = {"tlh", 3}}, ERR_LANGUAGE},
        {{.text = {"a word", 6}, .language = {"tlh", 3}}, ERR_LANGUAGE},
        {{.text = {"a word", 6}, .language = {"en", 2}, .min_confidence = 2}, ERR_VALUE},
        {{.text = {"a word", 6}, .language = {"en", 2}, .deadline = 1e-9}, ERR_TIMEOUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena a;
        struct err err = {0};
        struct ng_analysis *an = NULL;
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        assert_int_equal(nutgraf_analyze(f->ng, f->w, &a, &cases[i].req, &an, &err), cases[i].code);
        assert_int_equal(err.code, cases[i].code);
        assert_true(err.text[0] != '\0');
        arena_release(&a);
    }
}

static void test_analyze__little_memory_is_an_error_not_a_crash(void **state) {
    struct fixture *f = *state;
    struct ng_request req = {.text = STR("Alibaba und Tencent haben im Jahr 2023 rund 5 Millionen Euro bezahlt.")};
    enum err_code last = ERR_NO_MEMORY;
    for (size_t max = 1000; max < (size_t)8 << 20 && last != ERR_OK; max += max / 3) {
        struct arena a;
        struct err err = {0};
        struct ng_analysis *an = NULL;
        arena_init(&a, max);
        last = nutgraf_analyze(f->ng, f->w, &a, &req, &an, &err);
        assert_true(last == ERR_OK || last == ERR_NO_MEMORY);
        arena_release(&a);
    }
    assert_int_equal(last, ERR_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_analyze__forms_of_one_thing_are_one_entity),
        cmocka_unit_test(test_analyze__names_are_in_the_target_language),
        cmocka_unit_test(test_analyze__names_are_told_by_their_parts_in_events),
        cmocka_unit_test(test_analyze__the_code_of_a_share_ends_no_sentence),
        cmocka_unit_test(test_analyze__offsets_lead_back_to_the_input),
        cmocka_unit_test(test_analyze__summary_is_never_in_the_wrong_language),
        cmocka_unit_test(test_analyze__the_company_left_is_the_one_that_saw_it),
        cmocka_unit_test(test_analyze__a_departure_after_a_hire_is_from_the_firm_before),
        cmocka_unit_test(test_analyze__a_sentence_is_told_without_its_dateline),
        cmocka_unit_test(test_analyze__bad_requests_are_told),
        cmocka_unit_test(test_analyze__little_memory_is_an_error_not_a_crash),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
