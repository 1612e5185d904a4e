/* test_learned.c - the trained reading of events: what file it takes, when it speaks and when it is silent. The weights here are all
 * nothing, so that every probability is a half; how good the real ones are, tests/quality measures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/cleanup.h"
#include "core/event/example.h"
#include "core/event/learned.h"
#include "core/limits.h"
#include "core/worker.h"

struct all {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct event_rules *rules;
    struct nutgraf_worker *worker;
    char folder[64], file[80];
};

static struct all x;

static int setup(void **state) {
    struct err err = {0};
    (void)state;
    arena_init(&x.a, LIMIT_TABLES_MEMORY);
    enum err_code code = text_fold_load(&x.fold, &x.a, &err);
    code = code ? code : langs_load(&x.langs, &x.a, "data", &err);
    code = code ? code : event_load(&x.rules, &x.a, "data", x.langs, x.fold, &err);
    code = code ? code : nutgraf_worker_new(&x.worker, NULL, &err);
    snprintf(x.folder, sizeof x.folder, "/tmp/nutgraf-learned-XXXXXX");
    if (code != ERR_OK || !mkdtemp(x.folder)) {
        return -1;
    }
    snprintf(x.file, sizeof x.file, "%s/event.bin", x.folder);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    unlink(x.file);
    rmdir(x.folder);
    nutgraf_worker_free(x.worker);
    arena_release(&x.a);
    return 0;
}

/* Writes a file with 256 weights of nothing, n bytes of it. */
static void put(const char *magic, uint32_t version, uint32_t bits, float limit, size_t n) {
    struct {
        char magic[8];
        uint32_t version, bits;
        float scale, trigger, role, event;
        signed char weights[256];
    } file = {.version = version, .bits = bits, .scale = 0.01f, .trigger = limit, .role = limit, .event = limit};
    memcpy(file.magic, magic, 8);
    FILE *f = fopen(x.file, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(&file, 1, n, f), n);
    fclose(f);
}

static enum err_code load(struct learned **out) {
    struct err err = {0};
    enum err_code code = learned_load(out, &x.a, x.folder, &err);
    if (code != ERR_OK) {
        assert_non_null(strstr(err.source, "event.bin"));
    }
    return code;
}

static void test_learned__only_a_whole_file_of_its_kind_is_taken(void **state) {
    struct learned *l;
    (void)state;
    unlink(x.file);
    assert_int_equal(load(&l), ERR_OK);
    assert_null(l);
    put("NUTGEVT", 1, 8, 0.4f, 32 + 256);
    assert_int_equal(load(&l), ERR_OK);
    assert_non_null(l);
    put("NUTGEVT", 1, 8, 0.4f, 32 + 255);
    assert_int_equal(load(&l), ERR_DATA);
    put("NUTGEVT", 1, 8, 0.4f, 20);
    assert_int_equal(load(&l), ERR_DATA);
    put("NUTGEVT", 2, 8, 0.4f, 32 + 256);
    assert_int_equal(load(&l), ERR_DATA);
    put("NUTGNER", 1, 8, 0.4f, 32 + 256);
    assert_int_equal(load(&l), ERR_DATA);
    put("NUTGEVT", 1, 31, 0.4f, 32 + 256);
    assert_int_equal(load(&l), ERR_DATA);
}

/* How many events that no frame told are found in the markup. */
static size_t found(const char *markup, float limit, bool frames_only, size_t *frames) {
    AUTO_ARENA a;
    struct doc d;
    struct err err = {0};
    struct learned *l;
    size_t n = 0;
    put("NUTGEVT", 1, 8, limit, 32 + 256);
    assert_int_equal(load(&l), ERR_OK);
    const struct learned *real = x.rules->learned;
    x.rules->learned = l;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    assert_int_equal(example_doc(x.rules, langs_get(x.langs, STR("en")), x.worker, str_of(markup), &a, &d, &err), ERR_OK);
    assert_true(d.frames_only); /* or an example might hold though its frame does not */
    d.frames_only = frames_only;
    assert_int_equal(event_find(x.rules, &d, &err), ERR_OK);
    *frames = 0;
    for (size_t i = 0; i < d.event_count; i++) {
        n += str_eqz(d.events[i].rule, "learned");
        *frames += !str_eqz(d.events[i].rule, "learned");
    }
    x.rules->learned = real;
    return n;
}

static void test_learned__speaks_where_no_frame_does(void **state) {
#define NEWS "[:org Galdor] dismissed [:person Tom Birch] on Monday. [:org Tarn] hired [:person Eva Holm] in May. "
#define UNTOLD "Resigned, says the board: [:person Lena Marsh], the pride of [:org Nordvik Pumps]."
    size_t frames;
    (void)state;
    assert_true(found(NEWS UNTOLD, 0.4f, false, &frames) > 0);
    assert_int_equal(frames, 2); /* whom a frame told of is not told of again */
    assert_int_equal(found(NEWS UNTOLD, 0.6f, false, &frames), 0); /* nothing is likelier than a half here */
    assert_int_equal(found(NEWS UNTOLD, 0.4f, true, &frames), 0);
    assert_int_equal(found(UNTOLD, 0.4f, false, &frames), 0); /* no news around */
    assert_int_equal(found(NEWS, 0.4f, false, &frames), 0);
    assert_int_equal(found(NEWS "Resigned, dismissed, hired.", 0.4f, false, &frames), 0); /* nobody there */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learned__only_a_whole_file_of_its_kind_is_taken),
        cmocka_unit_test(test_learned__speaks_where_no_frame_does),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
