/* test_ner.c - the recogniser's models: every shipped one loads, damaged ones are refused, and what they find in news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ner/again.h"
#include "core/ner/crf.h"
#include "core/ner/features.h"
#include "core/ner/model.h"
#include "core/nutgraf.h"

static struct {
    struct arena a;
    struct str bytes; /* of one model, copied where it may be damaged */
} model;

static const char *data_dir(void) {
    const char *dir = getenv("NUTGRAF_DATA");
    return dir ? dir : "data";
}

static int read_model(void **state) {
    struct err err = {0};
    struct str file;
    (void)state;
    arena_init(&model.a, (size_t)64 << 20);
    struct str path = arena_printf(&model.a, "%s/lang/vi/ner.bin", data_dir());
    if (file_read(&model.a, path.p, (size_t)16 << 20, &file, &err) != ERR_OK) {
        return -1;
    }
    uint64_t *copy = ARENA_ARRAY(&model.a, file.n / 8 + 1, uint64_t);
    if (!copy) {
        return -1;
    }
    memcpy(copy, file.p, file.n);
    model.bytes = (struct str){(const char *)copy, file.n};
    return 0;
}

static int release_model(void **state) {
    (void)state;
    arena_release(&model.a);
    return 0;
}

static enum err_code read_bytes(struct str bytes) {
    struct ner_model m;
    struct err err = {0};
    enum err_code code = ner_model_read(&m, bytes, "test", &err);
    assert_true(code == ERR_OK || err.text[0]);
    return code;
}

static void test_ner__shipped_models_load_and_are_small(void **state) {
    static const char *const langs[] = {"de", "en", "vi", "zh"};
    (void)state;
    for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++) {
        struct ner_model m;
        struct err err = {0};
        struct str path = arena_printf(&model.a, "%s/lang/%s/ner.bin", data_dir(), langs[i]);
        assert_int_equal(ner_model_open(&m, path.p, &err), ERR_OK);
        assert_true(m.file.bytes.n <= 6000000);
        ner_model_close(&m);
    }
}

static void test_ner__truncated_models_are_refused(void **state) {
    (void)state;
    assert_int_equal(read_bytes(model.bytes), ERR_OK);
    size_t step = model.bytes.n / 97;
    for (size_t n = 0; n < model.bytes.n; n += n < 128 ? 1 : step) {
        assert_int_equal(read_bytes((struct str){model.bytes.p, n}), ERR_MODEL);
    }
}

/* Numbers that say how large the tables are, which version it is, or what is no number at all. */
static void test_ner__altered_models_are_refused(void **state) {
    (void)state;
    char *p = (char *)(uintptr_t)model.bytes.p;
    for (size_t at = 0; at < sizeof(struct ner_header); at++) {
        char old = p[at];
        if (at >= offsetof(struct ner_header, knots) && at < offsetof(struct ner_header, size)) {
            continue; /* the calibration and the unit of weights: another value may be a model */
        }
        p[at] = (char)(old ^ 0x41);
        assert_int_equal(read_bytes(model.bytes), ERR_MODEL);
        p[at] = old;
    }
    float nan = 0.0f / 0.0f, old;
    size_t start = (sizeof(struct ner_header) + 7) / 8 * 8;
    memcpy(&old, p + start, sizeof old);
    memcpy(p + start, &nan, sizeof nan);
    assert_int_equal(read_bytes(model.bytes), ERR_MODEL);
    memcpy(p + start, &old, sizeof old);
    assert_int_equal(read_bytes(model.bytes), ERR_OK);
}

static void test_ner__full_tables_are_refused(void **state) {
    (void)state;
    struct ner_model m;
    struct err err = {0};
    assert_int_equal(ner_model_read(&m, model.bytes, "test", &err), ERR_OK);
    size_t bytes = m.slots * sizeof *m.prints;
    uint16_t *prints = (uint16_t *)(uintptr_t)m.prints, *saved = malloc(bytes);
    assert_non_null(saved);
    memcpy(saved, prints, bytes);
    memset(prints, 0x11, bytes);
    assert_int_equal(read_bytes(model.bytes), ERR_MODEL); /* a search would never end */
    memcpy(prints, saved, bytes);
    free(saved);
}

static void test_ner__runs_hash_as_their_tokens(void **state) {
    (void)state;
    assert_true(ner_run_hash(STR("berlin"), false) == ner_hash(STR("berlin")));
    assert_true(ner_run_hash(STR("los angeles"), false) != ner_run_hash(STR("angeles los"), false));
    assert_true(ner_run_hash(STR("北"), true) == ner_hash(STR("北")));
    assert_true(ner_run_hash(STR("北京"), true) != ner_run_hash(STR("京北"), true));
}

static void test_ner__a_sentence_alone_has_each_feature_and_another(void **state) {
    enum { N = 40 };
    uint64_t keys[2 * NER_FEATURES];
    (void)state;
    for (uint64_t i = 0; i < N; i++) {
        keys[i] = i * i * 0x9e3779b97f4a7c15u;
    }
    assert_int_equal(ner_features_alone(keys, N), 2 * N);
    for (uint64_t i = 0; i < N; i++) {
        assert_true(keys[2 * i] == i * i * 0x9e3779b97f4a7c15u);
        for (size_t k = 0; k < 2 * N; k++) {
            assert_true(k == 2 * i + 1 || keys[k] != keys[2 * i + 1]);
        }
    }
}

/* ---- the chain, beside counting every path ---- */

enum { STEPS = 3 };

struct every {
    double sum, best, span; /* of all paths; of the best; of those with an organisation over the first two tokens */
    uint8_t labels[STEPS];
};

static double step_weight(const float *trans, int a, int b) {
    return ner_follows(a, b) ? (double)trans[a * NER_LABELS + b] : -INFINITY;
}

static struct every count_paths(const struct crf *c, const struct crf_trans *t, const float *trans) {
    struct every e = {.best = -1e30};
    uint8_t l[STEPS];
    for (l[0] = 0; l[0] < NER_LABELS; l[0]++) {
        for (l[1] = 0; l[1] < NER_LABELS; l[1]++) {
            for (l[2] = 0; l[2] < NER_LABELS; l[2]++) {
                double s = (double)t->log_start[l[0]] + (double)t->log_end[l[2]];
                for (int i = 0; i < STEPS; i++) {
                    s += (double)c->score[i][l[i]] + (i ? step_weight(trans, l[i - 1], l[i]) : 0);
                }
                e.sum += exp(s);
                e.span += l[0] == NER_FIRST + NER_ORGANIZATION && l[1] == NER_LAST + NER_ORGANIZATION ? exp(s) : 0;
                if (s > e.best) {
                    e.best = s;
                    memcpy(e.labels, l, sizeof l);
                }
            }
        }
    }
    return e;
}

static void test_crf__best_path_sum_and_span_are_those_of_all_paths(void **state) {
    static struct crf c;
    struct crf_trans t;
    uint32_t random = 7;
    (void)state;
    for (int round = 0; round < 30; round++) {
        float trans[NER_LABELS * NER_LABELS], ends[2][NER_LABELS];
        float *all[] = {trans, ends[0], ends[1], c.score[0], c.score[1], c.score[2]};
        size_t sizes[] = {NER_LABELS * NER_LABELS, NER_LABELS, NER_LABELS, NER_LABELS, NER_LABELS, NER_LABELS};
        for (size_t k = 0; k < 6; k++) {
            for (size_t i = 0; i < sizes[k]; i++) {
                random = random * 1664525u + 1013904223u;
                all[k][i] = ((float)(random >> 8) / (1 << 24) - 0.5f) * (k < 3 ? 6 : 6 + (float)round);
            }
        }
        crf_trans_init(&t, trans, ends[0], ends[1]);
        t.least = round % 2 ? 1e-12f : 0;
        struct every e = count_paths(&c, &t, trans);
        uint8_t labels[STEPS];
        crf_best(&c, &t, STEPS, labels);
        assert_memory_equal(labels, e.labels, sizeof labels);
        assert_true(fabs(crf_sum(&c, &t, STEPS) - log(e.sum)) < 1e-3);
        assert_true(fabs((double)crf_span(&c, &t, STEPS, 0, 2, NER_ORGANIZATION) - e.span / e.sum) < 1e-4);
    }
}

/* ---- tables ---- */

static void test_table__every_key_is_found_where_it_was_put(void **state) {
    enum { KEYS = 3000 };
    uint32_t slots = ner_table_slots(KEYS);
    (void)state;
    assert_int_equal(slots % NER_BUCKET, 0);
    uint16_t *prints = calloc(slots, sizeof *prints), *words = calloc(slots, sizeof *words);
    assert_true(prints && words);
    struct ner_model m = {.word_slots = slots, .word_prints = prints, .words = words};
    size_t wrong = 0;
    for (uint64_t i = 1; i <= KEYS; i++) {
        uint32_t at = ner_table_place(prints, slots, i * 0x9e3779b97f4a7c15u);
        prints[at] = ner_print(i * 0x9e3779b97f4a7c15u);
        words[at] = (uint16_t)i;
    }
    for (uint64_t i = 1; i <= 2 * KEYS; i++) {
        wrong += ner_model_word(&m, i * 0x9e3779b97f4a7c15u) != (i <= KEYS ? i : 0);
    }
    assert_true(wrong < 8); /* two keys of a bucket may have one print: once in some thousands */
    free(prints);
    free(words);
}

/* ---- the second reading ---- */

enum { WORDS = 9 };

/* Anna Berg resigned | Berg left | Anna Berg the rain: a text of capitals and small words. */
static void fill_text(struct doc *d, struct tok *toks, struct sent *sents, struct ner_atom *atoms) {
    static const char *const words[WORDS] = {"anna", "berg", "resigned", "berg", "left", "anna", "berg", "the", "rain"};
    static const bool capital[WORDS] = {true, true, false, true, false, true, true, false, false};
    static const uint32_t sentence[WORDS] = {0, 0, 0, 1, 1, 2, 2, 2, 2};
    memset(toks, 0, WORDS * sizeof *toks);
    memset(atoms, 0, WORDS * sizeof *atoms);
    for (uint32_t i = 0; i < WORDS; i++) {
        toks[i] = (struct tok){.start = i * 10, .end = i * 10 + (uint32_t)strlen(words[i]), .sent = sentence[i], .kind = TOK_WORD};
        atoms[i].fold = ner_hash(str_of(words[i]));
        atoms[i].flags = capital[i] ? NER_ATOM_CAPITAL : 0;
    }
    sents[0] = (struct sent){.first = 0, .last = 3};
    sents[1] = (struct sent){.first = 3, .last = 5};
    sents[2] = (struct sent){.first = 5, .last = 9};
    *d = (struct doc){.a = &model.a, .toks = toks, .tok_count = WORDS, .sents = sents, .sent_count = 3};
}

static void test_again__a_name_tells_of_its_words_elsewhere_but_not_of_itself(void **state) {
    struct tok toks[WORDS];
    struct sent sents[3];
    struct ner_atom atoms[WORDS];
    struct doc d;
    struct ner_found found = {.first = 0, .last = 2, .type = NER_PERSON, .p = 0.9f};
    (void)state;
    fill_text(&d, toks, sents, atoms);
    assert_true(ner_mark_found(atoms, &d, &found, 1));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(atoms[i].form | atoms[i].part, 0);
    }
    assert_int_equal(atoms[3].form, 0); /* half of it is not it */
    assert_int_equal(ner_told_type(atoms[3].part), NER_PERSON);
    assert_int_equal(ner_told_place(atoms[3].part), 3);
    assert_int_equal(ner_told_type(atoms[5].form), NER_PERSON);
    assert_int_equal(ner_told_place(atoms[5].form), 1);
    assert_int_equal(ner_told_place(atoms[6].form), 3);
    assert_int_equal(atoms[4].form | atoms[4].part | atoms[7].form | atoms[7].part | atoms[8].part, 0);
}

static void test_again__the_type_found_most_surely_is_told(void **state) {
    struct tok toks[WORDS];
    struct sent sents[3];
    struct ner_atom atoms[WORDS];
    struct doc d;
    struct ner_found found[] = {{0, 2, NER_PERSON, 0.4f}, {3, 4, NER_ORGANIZATION, 0.9f}, {6, 7, NER_LOCATION, 0.1f}};
    (void)state;
    fill_text(&d, toks, sents, atoms);
    assert_true(ner_mark_found(atoms, &d, found, 3));
    assert_int_equal(ner_told_type(atoms[1].part), NER_ORGANIZATION); /* its own 0.4 does not count here, nor is 0.1 enough */
    assert_int_equal(ner_told_type(atoms[3].part), NER_PERSON);
    assert_int_equal(ner_told_type(atoms[6].part), NER_ORGANIZATION);
    assert_int_equal(ner_told_type(atoms[5].form), NER_PERSON);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ner__shipped_models_load_and_are_small), cmocka_unit_test(test_ner__truncated_models_are_refused),
        cmocka_unit_test(test_ner__altered_models_are_refused),        cmocka_unit_test(test_ner__full_tables_are_refused),
        cmocka_unit_test(test_ner__runs_hash_as_their_tokens),
        cmocka_unit_test(test_ner__a_sentence_alone_has_each_feature_and_another),         cmocka_unit_test(test_crf__best_path_sum_and_span_are_those_of_all_paths),
        cmocka_unit_test(test_table__every_key_is_found_where_it_was_put),
        cmocka_unit_test(test_again__a_name_tells_of_its_words_elsewhere_but_not_of_itself),
        cmocka_unit_test(test_again__the_type_found_most_surely_is_told),
    };
    return cmocka_run_group_tests(tests, read_model, release_model);
}
