/* test_ner.c - the recogniser's models: every shipped one loads, damaged ones are refused, and what they find in news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ner__shipped_models_load_and_are_small), cmocka_unit_test(test_ner__truncated_models_are_refused),
        cmocka_unit_test(test_ner__altered_models_are_refused),        cmocka_unit_test(test_ner__full_tables_are_refused),
        cmocka_unit_test(test_ner__runs_hash_as_their_tokens),
    };
    return cmocka_run_group_tests(tests, read_model, release_model);
}
