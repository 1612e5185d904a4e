/* test_engine.c - the translation back end in process over a folder of made models: long sentences are cut and nothing of them is
 * lost, models leave by least use under a limit, and requests wait for room instead of failing. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/nmt/nmt.h"
#include "core/translate/engine.h"
#include "tests/unit/nmt_made.h"

#include "core/base/banned.h"

static char dir[] = "/tmp/nutgraf-test-engine-XXXXXX";
static const char *const pairs[] = {"de-en", "en-vi", "zh-en"};
enum { PAIRS = sizeof pairs / sizeof pairs[0], MOST = 110 };

static void write_file(const char *folder, const char *name, const struct made_bytes *b) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s/%s", dir, folder, name);
    AUTO_FILE f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->p, 1, b->n, f), b->n);
}

static int make(void **state) {
    (void)state;
    if (!mkdtemp(dir)) {
        return 1;
    }
    for (uint32_t i = 0; i < PAIRS; i++) {
        char path[200], name[80];
        struct made_bytes model = made_model(7 + i), vocab = made_vocab();
        snprintf(path, sizeof path, "%s/%s", dir, pairs[i]);
        mkdir(path, 0700);
        snprintf(name, sizeof name, "model.%.2s%.2s.intgemm.alphas.bin", pairs[i], pairs[i] + 3);
        write_file(pairs[i], name, &model);
        snprintf(name, sizeof name, "vocab.%.2s%.2s.spm", pairs[i], pairs[i] + 3);
        write_file(pairs[i], name, &vocab);
        free(model.p);
        free(vocab.p);
    }
    return 0;
}

static int unmake(void **state) {
    (void)state;
    for (size_t i = 0; i < PAIRS; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%s/model.%.2s%.2s.intgemm.alphas.bin", dir, pairs[i], pairs[i], pairs[i] + 3);
        unlink(path);
        snprintf(path, sizeof path, "%s/%s/vocab.%.2s%.2s.spm", dir, pairs[i], pairs[i], pairs[i] + 3);
        unlink(path);
        snprintf(path, sizeof path, "%s/%s", dir, pairs[i]);
        rmdir(path);
    }
    return rmdir(dir);
}

static struct translator *start(size_t memory) {
    struct translator *t = NULL;
    struct engine_config c = {.dir = dir, .memory = memory};
    assert_int_equal(engine_new(&t, &c, NULL), ERR_OK);
    return t;
}

static enum err_code run(struct translator *t, struct arena *a, const char *pair, struct str text, double deadline, struct translator_out *out) {
    struct err err = {0};
    struct translator_job job = {.source = {pair, 2}, .target = {pair + 3, 2}, .texts = &text, .n = 1, .target_spaces = true, .align = true, .deadline = deadline};
    return t->run(t, a, &job, out, &err);
}

/* ---- where long sentences are cut ---- */

static void test_cut__is_between_characters_and_leaves_numbers_whole(void **state) {
    (void)state;
    static const struct {
        const char *text, *behind; /* the cut is behind this */
    } cases[] = {
        {"Der erste Teil des Satzes, und der zweite Teil danach", "Satzes,"},
        {"Es ging sehr lange gut; dann kam, was kam", "gut;"},
        {"eins zwei drei vier", "zwei "},
        {"这家公司去年收入增长，今年计划再招三千人", "增长，"},
        {"die Summe von 12 345 678 Euro", NULL},
        {"ein Satz (mit einer langen, sehr langen, Klammer darin) und Ende", NULL},
        {"wörterohneleerzeichenüberall", NULL},
        {"汉字没有任何标点符号", NULL},
        {"😀😀😀😀", NULL},
        {"ab", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str s = str_of(cases[i].text);
        size_t at = engine_cut(s);
        assert_true(at > 0 && at < s.n && utf8_boundary(s, at));
        if (cases[i].behind && !str_ends(str_sub(s, 0, at), str_of(cases[i].behind))) {
            fail_msg("'%.*s|%s' is not cut behind '%s'", (int)at, s.p, s.p + at, cases[i].behind);
        }
    }
    struct str money = str_of(cases[4].text);
    size_t digits = str_find(money, STR("12"), 0), cut = engine_cut(money);
    assert_true(cut <= digits || cut >= digits + strlen("12 345 678"));
    struct str brackets = str_of(cases[5].text);
    cut = engine_cut(brackets);
    assert_true(cut <= str_find(brackets, STR("("), 0) || cut > str_find(brackets, STR(")"), 0));
}

/* The parts that a text is to be cut into, by the rule told in engine.h. */
static void cut_all(const struct nmt_model *m, struct arena *a, struct str s, struct str **parts, size_t *n, size_t *cap) {
    s = str_trim(s);
    if (nmt_count_pieces(m, s) <= MOST) {
        ARENA_PUSH(a, *parts, *n, *cap) = s;
        return;
    }
    size_t at = engine_cut(s);
    cut_all(m, a, str_sub(s, 0, at), parts, n, cap);
    cut_all(m, a, str_sub(s, at, s.n), parts, n, cap);
}

static void test_long__nothing_is_lost(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    char folder[300], vocab[300];
    struct nmt_model *m = NULL;
    snprintf(folder, sizeof folder, "%s/de-en/model.deen.intgemm.alphas.bin", dir);
    snprintf(vocab, sizeof vocab, "%s/de-en/vocab.deen.spm", dir);
    struct nmt_files files = {.model = folder, .vocab = vocab};
    assert_int_equal(nmt_load(&m, &files, NULL, NULL), ERR_OK);
    struct translator *t = start(0);
    static const char *const units[] = {"die bahn und die stadt, ", "ein zug ", "ohneleerzeichen", "bahn. und stadt; ", "überall, "};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        for (size_t times = 1; times <= 300; times = times * 3 + 1) {
            struct buf b;
            buf_init(&b, &a);
            for (size_t i = 0; i < times; i++) {
                buf_add(&b, str_of(units[u]));
            }
            struct str text = str_trim(buf_str(&b)), *parts = NULL;
            size_t n = 0, cap = 0, covered = 0;
            cut_all(m, &a, text, &parts, &n, &cap);
            /* the parts are the text, but for the spaces between them, and each fits the network */
            for (size_t i = 0; i < n; i++) {
                assert_true(nmt_count_pieces(m, parts[i]) <= MOST);
                for (const char *p = text.p + covered; p < parts[i].p; p++) {
                    assert_int_equal(*p, ' ');
                }
                covered = (size_t)(parts[i].p - text.p) + parts[i].n;
            }
            assert_int_equal(covered, text.n);
            /* and each is translated: whole = parts, joined */
            struct translator_out whole, one;
            assert_int_equal(run(t, &a, "de-en", text, 0, &whole), ERR_OK);
            size_t at = 0;
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(run(t, &a, "de-en", parts[i], 0, &one), ERR_OK);
                struct str made = one.text;
                bool stop = i + 1 < n && str_ends(made, STR(".")) && !str_ends(parts[i], STR("."));
                made.n -= stop ? 1 : 0; /* in the middle of a sentence the full stop goes */
                at += i > 0 && at > 0 ? 1 : 0;
                if (at + made.n > whole.text.n || memcmp(whole.text.p + at, made.p, made.n) != 0) {
                    fail_msg("part %zu of %zu of '%s' x %zu is not in the translation", i, n, units[u], times);
                }
                at += made.n;
            }
            assert_int_equal(at, whole.text.n);
            for (size_t i = 0; i < whole.link_count; i++) {
                const struct translate_link *l = &whole.links[i];
                assert_true(l->start < l->end && l->end <= whole.text.n && l->source_start < l->source_end && l->source_end <= text.n);
            }
        }
    }
    nmt_free(m);
    t->free(t);
}

/* ---- memory ---- */

static void test_memory__the_least_used_leaves(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct translator_out out;
    size_t models;
    struct translator *t = start(0);
    assert_int_equal(engine_memory(t, &models), 0); /* loaded on first use */
    assert_int_equal(engine_preload(t, STR("de-en"), NULL), ERR_OK);
    size_t one = engine_memory(t, &models), limit = one * 2 + one / 2; /* two of three */
    assert_int_equal(models, 1);
    assert_int_equal(run(t, &a, "de-en", STR("die bahn"), 0, &out), ERR_OK);
    struct str wanted = out.text;
    assert_true(engine_memory(t, &models) > one); /* what a thread works in is kept, and counted */
    t->free(t);

    t = start(limit);
    static const char *const order[] = {"de-en", "zh-en", "de-en", "en-vi", "de-en", "zh-en", "de-en"};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        assert_int_equal(run(t, &a, order[i], STR("die bahn"), 0, &out), ERR_OK);
        assert_true(str_eqz(str_of(order[i]), "de-en") ? str_eq(out.text, wanted) : !str_eq(out.text, wanted));
        assert_true(engine_memory(t, &models) <= limit);
        assert_int_equal(models, i == 0 ? 1 : 2);
    }
    t->free(t);
}

struct user {
    struct translator *t;
    const char *pair;
    int failed;
};

static void *use(void *with) {
    struct user *u = with;
    struct arena a;
    struct translator_out out;
    arena_init(&a, 1 << 26);
    for (int i = 0; i < 15; i++) {
        u->failed += run(u->t, &a, u->pair, STR("die bahn und die stadt"), 0, &out) != ERR_OK;
    }
    arena_release(&a);
    return NULL;
}

static void test_memory__who_finds_no_room_waits(void **state) {
    (void)state;
    struct translator *t = start(300 << 10); /* one at a time */
    struct user users[6];
    pthread_t threads[6];
    for (size_t i = 0; i < 6; i++) {
        users[i] = (struct user){.t = t, .pair = pairs[i % PAIRS]};
        assert_int_equal(pthread_create(&threads[i], NULL, use, &users[i]), 0);
    }
    for (size_t i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(users[i].failed, 0);
    }
    t->free(t);
    t = start(10 << 10); /* never */
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct translator_out out;
    assert_int_equal(run(t, &a, "de-en", STR("die bahn"), 0, &out), ERR_NO_MEMORY);
    t->free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut__is_between_characters_and_leaves_numbers_whole),
        cmocka_unit_test(test_long__nothing_is_lost),
        cmocka_unit_test(test_memory__the_least_used_leaves),
        cmocka_unit_test(test_memory__who_finds_no_room_waits),
    };
    return cmocka_run_group_tests_name("engine", tests, make, unmake);
}
