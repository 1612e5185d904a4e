/* test_value.c - values: the examples that stand in the data beside the rules, the golden texts, and the edges of the engine. */
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
#include "core/limits.h"
#include "core/tok/tok.h"
#include "core/value/in.h"
#include "core/worker.h"

#include "core/base/banned.h"

static struct nutgraf *ng;
static struct nutgraf_worker *worker;

static int load(void **state) {
    (void)state;
    struct err err = {0};
    if (nutgraf_new(&ng, "data", &err) != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return -1;
    }
    return nutgraf_worker_new(&worker, ng, &err) == ERR_OK ? 0 : -1;
}

static int unload(void **state) {
    (void)state;
    nutgraf_worker_free(worker);
    nutgraf_free(ng);
    return 0;
}

/* ---- one text through the stages that values need ---- */

/* Lines are paragraphs, none is furniture. */
static void split_lines(struct doc *d) {
    size_t cap = 0;
    for (size_t at = 0; at < d->text.n;) {
        size_t end = str_find(d->text, STR("\n"), at);
        end = end == SIZE_MAX ? d->text.n : end;
        ARENA_PUSH(d->a, d->paras, d->para_count, cap) = (struct para){.start = (uint32_t)at, .end = (uint32_t)end};
        at = end + 1;
    }
}

static enum err_code run(struct arena *a, int lang, struct str published, struct str text, struct doc *d,
                         struct ng_request *req, struct err *err) {
    *req = (struct ng_request){.text = text, .published_at = published, .language = ng->langs->items[lang].public.code};
    *d = (struct doc){.a = a, .ng = ng, .worker = worker, .req = req, .input = text, .lang = lang};
    enum err_code code = text_normalise(a, text, &d->text, &d->map, err);
    if (code == ERR_OK) {
        split_lines(d);
        code = lang_identify(ng->langs, ng->fold, d, err);
        code = code ? code : tok_split(&ng->langs->items[lang], ng->fold, d, err);
    }
    return code ? code : value_find(ng->values, d, err);
}

static void add_number(struct buf *b, double v) {
    buf_addf(b, "%.15g", v);
}

/* "money 500000..700000 CNY", "percent 5", "date 2024-07" */
static void add_value(struct buf *b, const struct value *v) {
    const struct ng_value *n = &v->value;
    buf_addf(b, "%s ", ng_type_name(v->type));
    if (v->type == NG_DATE) {
        buf_addf(b, "%s", n->date[0] ? n->date : "-");
        return;
    }
    if (n->has_amount) {
        add_number(b, n->amount);
    } else {
        if (n->has_min) {
            add_number(b, n->min);
        }
        buf_add(b, STR(".."));
        if (n->has_max) {
            add_number(b, n->max);
        }
    }
    if (n->currency[0]) {
        buf_addf(b, " %s", n->currency);
    }
}

/* All values as an example line has them. */
static struct str line_of(struct arena *a, const struct doc *d) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < d->value_count; i++) {
        const struct value *v = &d->values[i];
        buf_addf(&b, "%s%.*s = ", i ? " ; " : "", STR_ARG(doc_sub(d, v->start, v->end)));
        add_value(&b, v);
    }
    if (!d->value_count) {
        buf_addc(&b, '-');
    }
    return buf_str(&b);
}

/* Spans lie in bounds, in order, on token bounds; ranges are ranges. */
static void check_values(const struct doc *d) {
    uint32_t at = 0;
    for (size_t i = 0; i < d->value_count; i++) {
        const struct value *v = &d->values[i];
        assert_true(v->start >= at && v->end > v->start && v->end <= d->text.n);
        assert_true(utf8_boundary(d->text, v->start) && utf8_boundary(d->text, v->end));
        assert_true(v->first < v->last && v->last <= d->tok_count);
        assert_true(d->toks[v->first].start <= v->start && v->end <= d->toks[v->last - 1].end);
        assert_true(v->confidence > 0 && v->confidence <= 1);
        if (v->value.has_min && v->value.has_max) {
            assert_true(v->value.min <= v->value.max);
        }
        at = v->end;
    }
}

/* ---- the examples in the data ---- */

/* \n in an example is a new line. */
static struct str unescape(struct arena *a, struct str s) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == 'n') {
            buf_addc(&b, '\n');
            i++;
        } else {
            buf_addc(&b, s.p[i]);
        }
    }
    return buf_str(&b);
}

static bool example(struct arena *a, int lang, const struct conf *c) {
    struct str rest = c->entry, wanted;
    struct str published = str_trim(str_cut(&rest, '|'));
    size_t arrow = str_find(rest, STR(" => "), 0);
    struct doc d;
    struct ng_request req;
    struct err err = {0};
    assert_true(arrow != SIZE_MAX);
    wanted = str_trim(str_sub(rest, arrow + 4, rest.n));
    struct str text = unescape(a, str_trim(str_sub(rest, 0, arrow)));
    enum err_code code = run(a, lang, str_eqz(published, "-") ? STR_NONE : published, text, &d, &req, &err);
    assert_int_equal(code, ERR_OK);
    check_values(&d);
    struct str got = line_of(a, &d);
    if (!str_eq(got, wanted)) {
        print_error("%s:%zu: %.*s\n    wanted %.*s\n    got    %.*s\n", c->path, c->line, STR_ARG(text), STR_ARG(wanted),
                    STR_ARG(got));
        return false;
    }
    return true;
}

static void test_value__examples_of_every_language_hold(void **state) {
    (void)state;
    size_t all = 0, wrong = 0;
    for (size_t i = 0; i < ng->langs->n; i++) {
        AUTO_ARENA a;
        struct conf c;
        bool found;
        struct err err = {0};
        size_t here = 0;
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        assert_int_equal(lang_conf_open(&ng->langs->items[i], "value.conf", &c, &found, &a, &err), ERR_OK);
        while (found && conf_next(&c)) {
            if (str_eqz(c.section, "example")) {
                here++;
                wrong += example(&a, (int)i, &c) ? 0 : 1;
            }
        }
        if (here) {
            print_message("%.*s: %zu examples\n", STR_ARG(ng->langs->items[i].public.code), here);
        }
        assert_true(!ng->langs->items[i].public.analyses || here >= (ng->langs->items[i].public.events ? 20U : 10U));
        all += here;
    }
    print_message("%zu examples, %zu wrong\n", all, wrong);
    assert_int_equal(wrong, 0);
}

/* ---- golden texts: tests/golden/value/<lang>-<case>/{input,expected} ---- */

static void golden(const char *name) {
    AUTO_ARENA a;
    struct err err = {0};
    struct str input, expected;
    struct doc d;
    struct ng_request req;
    struct str lang = str_of(name);
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    int index = langs_get(ng->langs, str_cut(&lang, '-'));
    struct str in = arena_printf(&a, "tests/golden/value/%s/input", name);
    struct str out = arena_printf(&a, "tests/golden/value/%s/expected", name);
    assert_true(index >= 0);
    assert_int_equal(file_read(&a, in.p, LIMIT_TEXT, &input, &err), ERR_OK);
    assert_int_equal(run(&a, index, STR_NONE, input, &d, &req, &err), ERR_OK);
    check_values(&d);
    struct buf b;
    buf_init(&b, &a);
    buf_addf(&b, "published\t%s\n", d.published[0] ? d.published : "-");
    for (size_t i = 0; i < d.value_count; i++) {
        buf_addf(&b, "%u\t%.*s\t", (unsigned)d.values[i].start, STR_ARG(doc_sub(&d, d.values[i].start, d.values[i].end)));
        add_value(&b, &d.values[i]);
        buf_addc(&b, '\n');
    }
    if (getenv("GOLDEN_UPDATE")) {
        AUTO_FILE f = fopen(out.p, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
        return;
    }
    assert_int_equal(file_read(&a, out.p, LIMIT_TEXT, &expected, &err), ERR_OK);
    if (!str_eq(buf_str(&b), expected)) {
        print_error("%s: wanted\n%.*sgot\n%.*s", name, STR_ARG(expected), STR_ARG(buf_str(&b)));
    }
    assert_true(str_eq(buf_str(&b), expected));
}

static void test_value__golden_texts_are_as_before(void **state) {
    (void)state;
    DIR *dir = opendir("tests/golden/value");
    size_t n = 0;
    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] != '.') {
            golden(e->d_name);
            n++;
        }
    }
    closedir(dir);
    assert_true(n >= 4);
}

/* ---- the date of publication ---- */

static enum err_code published(const char *lang, const char *at, const char *text, char out[11], struct err *err) {
    AUTO_ARENA a;
    struct doc d;
    struct ng_request req;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    enum err_code code = run(&a, langs_get(ng->langs, str_of(lang)), str_of(at), str_of(text), &d, &req, err);
    memcpy(out, d.published, 11);
    return code;
}

static void test_value__published_at_is_checked(void **state) {
    (void)state;
    static const char *const good[] = {"2024-02-29", "2024-12-06T08:30:00Z", "2024-12-06T08:30", "2024-12-06 08:30:00.123+07:00",
                                       "2024-12-06T08:30:00-0530"};
    static const char *const bad[] = {"2023-02-29", "2024-13-01", "6.12.2024", "2024-12", "yesterday", "2024-12-06T25:00",
                                      "2024-12-06T08:30:00Q", "2024-12-06X", "2024-12-06T08:30+15:00", "2024-1-06 "};
    char out[11];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct err err = {0};
        assert_int_equal(published("en", good[i], "A text.", out, &err), ERR_OK);
        assert_memory_equal(out, good[i], 10);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        assert_int_equal(published("en", bad[i], "A text.", out, &err), ERR_VALUE);
        assert_string_equal(err.source, "published_at");
        assert_int_equal(out[0], 0);
    }
}

static void test_value__datelines_are_found(void **state) {
    (void)state;
    static const struct {
        const char *lang, *text, *wanted;
    } cases[] = {
        {"de", "2024-08-13\nEin Text ohne Datum.", "2024-08-13"},
        {"de", "Stand: 06.12.2024, 14:30 Uhr\nEin Text.", "2024-12-06"},
        {"de", "Berlin, 3. März 2023\nEin Text.", "2023-03-03"},
        {"vi", "July 25, 2024 | 16:03 GMT+7\n\nMột bài báo.", "2024-07-25"},
        {"vi", "Thứ sáu, 6/12/2024, 10:00 (GMT+7)\nMột bài báo.", "2024-12-06"},
        {"zh", "2024年12月6日 来源：新华社\n正文。", "2024-12-06"},
        {"en", "Published Dec. 6, 2024 at 9:15 a.m. EST\nA text.", "2024-12-06"},
        {"en", "By Jane Doe\n6 December 2024\nA text.", "2024-12-06"},
        {"en", "He was born on 3 May 2019 and lives in a house by the sea with two dogs.\nMore.", ""},
        {"en", "He died on 3 May 2019.\nMore.", ""},
        {"de", "Das Gesetz gilt seit dem 1. Januar 2020 für alle Firmen in Deutschland und auch in Europa.", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[11];
        struct err err = {0};
        assert_int_equal(published(cases[i].lang, "", cases[i].text, out, &err), ERR_OK);
        if (strcmp(out, cases[i].wanted) != 0) {
            print_error("%s\n", cases[i].text);
        }
        assert_string_equal(out, cases[i].wanted);
    }
}

/* ---- numbers and calendar ---- */

static void test_value__digits_follow_the_convention_of_the_language(void **state) {
    (void)state;
    static const struct {
        char decimal;
        const char *raw;
        double wanted;
    } cases[] = {
        {',', "1.000", 1000},      {'.', "1,000", 1000},        {',', "1,5", 1.5},   {'.', "1.5", 1.5},
        {',', "1.000.000", 1e6},   {'.', "1,234,567.89", 1234567.89}, {',', "1.234,5", 1234.5}, {',', "1.2", 1.2},
        {'.', "0.125", 0.125},     {',', "0.125", 0.125},       {'.', "3,5", 3.5},   {',', "946,84", 946.84},
        {'.', "1.000", 1},         {',', "12", 12},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rules r = {.decimal = cases[i].decimal, .grouping = cases[i].decimal == ',' ? '.' : ','};
        double got = 0;
        assert_true(number_digits(&r, str_of(cases[i].raw), &got));
        assert_true(got == cases[i].wanted);
    }
    struct rules r = {.decimal = ',', .grouping = '.'};
    double unused;
    assert_false(number_digits(&r, STR("1.2.3"), &unused));
    assert_false(number_digits(&r, STR("06.12.2024"), &unused));
    assert_false(number_digits(&r, STR("1,2,3"), &unused));
}

static void test_value__days_count_there_and_back(void **state) {
    (void)state;
    assert_int_equal(day_number(1970, 1, 1), 0);
    assert_int_equal(day_number(2000, 3, 1), 11017);
    for (int64_t n = day_number(1896, 1, 1); n < day_number(2104, 1, 1); n++) {
        struct day d = day_of_number(n);
        assert_true(day_valid(d.year, d.month, d.day));
        assert_int_equal(day_number(d.year, d.month, d.day), n);
    }
    assert_false(day_valid(2023, 2, 29));
    assert_true(day_valid(2000, 2, 29));
    assert_false(day_valid(1900, 2, 29));
}

/* ---- the loader ---- */

static enum err_code parse(const char *text, struct err *err) {
    AUTO_ARENA a;
    struct rules r;
    struct conf c;
    arena_init(&a, LIMIT_TABLES_MEMORY);
    *err = (struct err){0};
    assert_int_equal(rules_init(&r, &a, STR("en"), err), ERR_OK);
    conf_open_text(&c, str_of(text), "value.conf");
    return rules_parse(&r, &a, &c, err);
}

static void test_value__bad_entries_are_named_by_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t line;
    } bad[] = {
        {"[nonsense]\nx", 2},
        {"[number]\nfive = fünf", 2},
        {"[number]\n\n5", 3},
        {"[currency]\neuro = Euro", 2},
        {"[currency]\nEURO = Euro", 2},
        {"[bound]\nmore = above", 2},
        {"[number]\n5 = a b c d e f g h i j k l m", 2},
        {"[number]\n5 = | five", 2},
        {"[settings]\ncolour = red", 2},
        {"[settings]\ndecimal", 2},
        {"[date]\nD . (MONTH", 2},
        {"[date]\nD . MONTH)", 2},
        {"[date]\nD FOO", 2},
        {"[date]\nD . MONTH => tomorrow", 2},
        {"[date]\n<in>", 2},
        {"[date]\nY <in> MONTH", 2},
        {"[date]\n((((((((Y))))))))", 2},
        {"[date]\n(a|b|c|d|e|f)(a|b|c|d|e|f)(a|b|c|d|e|f)(a|b|c|d|e|f)(a|b|c|d|e|f)(a|b|c|d|e|f) Y", 2},
        {"[date]\na a a a a a a a a a a a a a a a a a a a a a a a a", 2},
        {"[currency-context]\nUSD = dollar", 2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err;
        if (parse(bad[i].text, &err) != ERR_DATA) {
            print_error("accepted: %s\n", bad[i].text);
        }
        assert_int_equal(err.code, ERR_DATA);
        assert_int_equal(err.line, bad[i].line);
        assert_string_equal(err.source, "value.conf");
    }
    struct err err;
    assert_int_equal(parse("[date]\n<in> Y? MONTH {of}\n\\( Y \\) => nothing\n[example]\nwhatever", &err), ERR_OK);
}

/* ---- hard texts ---- */

static void test_value__hard_texts_are_linear_and_safe(void **state) {
    (void)state;
    static const char *const units[] = {"1",       "1.",      "1 000 ",    "hundred ", "一",   "万",     "1 million ",
                                        "$",       "$1-",     "zwischen ", "1/2/",     "vor 1 Jahr ", "百分之", "2024-",
                                        "eight-",  "过",      "hàng ",     "tháng 1 ", "年",   "1%-",    "Mai 1 "};
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        for (int lang = 0; lang < (int)ng->langs->n; lang++) {
            AUTO_ARENA a;
            struct buf b;
            struct doc d;
            struct ng_request req;
            struct err err = {0};
            arena_init(&a, LIMIT_REQUEST_MEMORY);
            if (!ng->langs->items[lang].public.analyses) {
                continue;
            }
            buf_init(&b, &a);
            while (b.n < 20000) {
                buf_add(&b, str_of(units[k]));
            }
            clock_t before = clock();
            assert_int_equal(run(&a, lang, STR("2024-05-05"), buf_str(&b), &d, &req, &err), ERR_OK);
            check_values(&d);
            assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5); /* a quadratic engine takes minutes */
        }
    }
}

static void test_value__same_text_same_values(void **state) {
    (void)state;
    static const char text[] = "On July 18, 2024 the firm paid $3.5bn, or 12% more than last year.";
    AUTO_ARENA a;
    struct doc one, two;
    struct ng_request req;
    struct err err = {0};
    int en = langs_get(ng->langs, STR("en"));
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    assert_int_equal(run(&a, en, STR("2024-08-01"), str_of(text), &one, &req, &err), ERR_OK);
    assert_int_equal(run(&a, en, STR("2024-08-01"), str_of(text), &two, &req, &err), ERR_OK);
    assert_int_equal(one.value_count, 4);
    assert_int_equal(two.value_count, one.value_count);
    assert_memory_equal(one.values, two.values, one.value_count * sizeof *one.values);
}

static void test_value__a_full_arena_is_an_error(void **state) {
    (void)state;
    for (size_t max = 1 << 12; max < 1 << 20; max += 9973) {
        AUTO_ARENA a;
        struct doc d;
        struct ng_request req;
        struct err err = {0};
        arena_init(&a, max);
        enum err_code code = run(&a, langs_get(ng->langs, STR("de")), STR_NONE,
                                 STR("Stand: 6.12.2024\nDer Umsatz stieg 2023 um 5 Prozent auf 2 bis 3 Millionen Euro."), &d,
                                 &req, &err);
        assert_true(code == ERR_OK || code == ERR_NO_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value__examples_of_every_language_hold),
        cmocka_unit_test(test_value__golden_texts_are_as_before),
        cmocka_unit_test(test_value__published_at_is_checked),
        cmocka_unit_test(test_value__datelines_are_found),
        cmocka_unit_test(test_value__digits_follow_the_convention_of_the_language),
        cmocka_unit_test(test_value__days_count_there_and_back),
        cmocka_unit_test(test_value__bad_entries_are_named_by_line),
        cmocka_unit_test(test_value__hard_texts_are_linear_and_safe),
        cmocka_unit_test(test_value__same_text_same_values),
        cmocka_unit_test(test_value__a_full_arena_is_an_error),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
