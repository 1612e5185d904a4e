/* cmocka.h - as much of cmocka as test_nmt.c needs, for machines that it is not built for: `make arm`. */
#ifndef TESTS_NMT_CROSS_CMOCKA_H
#define TESTS_NMT_CROSS_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};

#define fail_msg(...) (printf(__VA_ARGS__), printf(" (line %d)\n", __LINE__), exit(1))
#define print_message(...) printf(__VA_ARGS__)
#define assert_true(x) ((x) ? (void)0 : fail_msg("not true: %s", #x))
#define assert_false(x) assert_true(!(x))
#define assert_non_null(x) assert_true((x) != NULL)
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_string_equal(a, b) (strcmp(a, b) == 0 ? (void)0 : fail_msg("\"%s\" is not \"%s\"", a, b))
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)
#define cmocka_unit_test(f) {#f, f}
#define cmocka_run_group_tests_name(name, tests, up, down) run_all(tests, sizeof(tests) / sizeof(tests)[0], up, down)

static inline int run_all(const struct CMUnitTest *tests, size_t n, int (*up)(void **), int (*down)(void **)) {
    void *state = NULL;
    up(&state);
    for (size_t i = 0; i < n; i++) {
        tests[i].run(&state);
        printf("ok %zu %s\n", i + 1, tests[i].name);
        fflush(stdout);
    }
    down(&state);
    return 0;
}

#endif
