/* test_train.c - what the trainer reads: written news, lists of names, the lexicon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/ner/features.h"
#include "tools/train/corpus.h"
#include "tools/train/words.h"

static struct arena arena;
static struct pipeline pipe_en;

static int start(void **state) {
    struct err err = {0};
    const char *dir = getenv("NUTGRAF_DATA");
    (void)state;
    arena_init(&arena, (size_t)256 << 20);
    return pipeline_init(&pipe_en, dir ? dir : "data", STR("en"), &err) == ERR_OK ? 0 : -1;
}

static int stop(void **state) {
    (void)state;
    pipeline_release(&pipe_en);
    arena_release(&arena);
    return 0;
}

static const char *written(const char *text) {
    static char path[] = "/tmp/nutgraf-test-train-XXXXXX";
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static struct corpus read_news(const char *text, enum news_part part) {
    struct corpus c = {.group = 1};
    struct err err = {0};
    const char *path = written(text);
    assert_int_equal(corpus_read_news(&c, &arena, path, part, &err), ERR_OK);
    unlink(path);
    return c;
}

static void assert_name(const struct sentence *s, size_t i, const char *name, int type) {
    assert_true(i < s->n);
    assert_true(str_eqz(str_sub(s->text, s->golds[i].start, s->golds[i].end), name));
    assert_int_equal(s->golds[i].type, type);
}

static void test_news__names_stand_where_their_brackets_stood(void **state) {
    (void)state;
    struct corpus c = read_news("# comment\n\n[org Huber & Söhne] hires [per Anna Berg]\nShe leaves [loc Wels].\n\n\n[prod Lotse 2] at [evt CES]\n", NEWS_ALL);
    assert_int_equal(c.n, 3);
    assert_true(str_eqz(c.items[0].text, "Huber & Söhne hires Anna Berg"));
    assert_name(&c.items[0], 0, "Huber & Söhne", NER_ORGANIZATION);
    assert_name(&c.items[0], 1, "Anna Berg", NER_PERSON);
    assert_name(&c.items[1], 0, "Wels", NER_LOCATION);
    assert_name(&c.items[2], 0, "Lotse 2", NER_PRODUCT);
    assert_name(&c.items[2], 1, "CES", NER_EVENT);
    assert_int_equal(corpus_end(&c, 0), 2); /* an article is a document */
    assert_int_equal(corpus_end(&c, 2), 3);
}

static void test_news__errors_tell_file_and_line(void **state) {
    static const struct {
        const char *text, *what;
        unsigned line;
    } wrong[] = {
        {"Fine.\n[per Anna\n", "not closed", 2},        {"# x\n\nAnna] Berg\n", "not opened", 3},
        {"[pers Anna Berg]\n", "none of per", 1},       {"[Anna]\n", "none of per", 1},
        {"[per ]\n", "without letters", 1},             {"Fine.\n\n[per  Anna]\n", "spaces", 3},
        {"[org the [per Anna] group]\n", "bracket", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct corpus c = {.group = 1};
        struct err err = {0};
        const char *path = written(wrong[i].text);
        assert_int_equal(corpus_read_news(&c, &arena, path, NEWS_ALL, &err), ERR_DATA);
        assert_non_null(strstr(err.text, wrong[i].what));
        assert_non_null(strstr(err.source, path));
        assert_int_equal(err.line, wrong[i].line);
        unlink(path);
    }
    struct corpus c = {.group = 1};
    struct err err = {0};
    assert_int_equal(corpus_read_news(&c, &arena, "/nowhere/news.txt", NEWS_ALL, &err), ERR_IO);
    const char *path = written("\xff\n");
    assert_int_equal(corpus_read_news(&c, &arena, path, NEWS_ALL, &err), ERR_DATA);
    unlink(path);
}

static void test_news__every_article_is_learned_from_or_measured_on(void **state) {
    char text[8000];
    size_t n = 0;
    (void)state;
    for (int i = 0; i < 200; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "[per Anna] buys %d\nThe end\n\n", i);
    }
    struct corpus all = read_news(text, NEWS_ALL), train = read_news(text, NEWS_TRAIN), dev = read_news(text, NEWS_DEV);
    assert_int_equal(all.n, 400);
    assert_int_equal(train.n + dev.n, all.n);
    assert_true(dev.n >= 16 && dev.n <= 80);
    for (size_t i = 0, t = 0, d = 0; i < all.n; i++) {
        bool in_train = t < train.n && str_eq(train.items[t].text, all.items[i].text) && train.items[t].opens == all.items[i].opens;
        t += in_train;
        if (!in_train) {
            assert_true(d < dev.n && str_eq(dev.items[d].text, all.items[i].text));
            d++;
        }
    }
}

static uint16_t word(const struct ner_model *m, struct str text) {
    return ner_model_word(m, ner_run_hash(text_fold(pipe_en.fold, &arena, text), false));
}

static void test_words__lists_and_lexicon_make_one_table(void **state) {
    struct words *w;
    struct err err = {0};
    struct ner_model m = {.scale = 1};
    (void)state;
    assert_int_equal(words_new(&w, &arena, &pipe_en, &err), ERR_OK);
    const char *path = written("Los Angeles\t4\nLos\t2\nAnna\t1\nAnna\t2\n");
    assert_int_equal(words_read_list(w, path, &err), ERR_OK);
    unlink(path);
    path = written("[org]\nbank | savings bank | -verein\n[role]\nchief executive\nbank\n");
    assert_int_equal(words_read_lexicon(w, path, &err), ERR_OK);
    unlink(path);
    assert_int_equal(words_table(w, &m, &err), ERR_OK);
    assert_int_equal(word(&m, STR("Los Angeles")), WORDS_CITY);
    assert_int_equal(word(&m, STR("los")), WORDS_SURNAME | NER_LONGER);
    assert_int_equal(word(&m, STR("ANNA")), WORDS_GIVEN | WORDS_SURNAME);
    assert_int_equal(word(&m, STR("bank")), NER_KIND_ORG << NER_KIND_SHIFT); /* the first section goes first */
    assert_int_equal(word(&m, STR("savings")), NER_LONGER);
    assert_int_equal(ner_word_kind(word(&m, STR("chief executive"))), NER_KIND_REST);
    assert_int_equal(word(&m, STR("unknown")), 0);
    assert_int_equal(ner_word_kind(word(&m, STR("-verein"))), NER_KIND_ORG);
    assert_int_equal(m.traits, NER_ENDINGS);
}

static void test_words__errors_tell_file_and_line(void **state) {
    static const struct {
        const char *text;
        bool lexicon;
    } wrong[] = {{"Anna\t1\nBerta\n", false}, {"Anna\t1\nBerta\t0\n", false}, {"Anna\t1\nBerta\t256\n", false}, {"[nothing]\nword\n", true}};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct words *w;
        struct err err = {0};
        assert_int_equal(words_new(&w, &arena, &pipe_en, &err), ERR_OK);
        const char *path = written(wrong[i].text);
        enum err_code code = wrong[i].lexicon ? words_read_lexicon(w, path, &err) : words_read_list(w, path, &err);
        assert_int_equal(code, ERR_DATA);
        assert_int_equal(err.line, 2);
        unlink(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news__names_stand_where_their_brackets_stood), cmocka_unit_test(test_news__errors_tell_file_and_line),
        cmocka_unit_test(test_news__every_article_is_learned_from_or_measured_on), cmocka_unit_test(test_words__lists_and_lexicon_make_one_table),
        cmocka_unit_test(test_words__errors_tell_file_and_line),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
