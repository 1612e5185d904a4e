/* test_server.c - settings, addresses, routes, the queue and the figures; HTTP itself is tested by tests/e2e. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "server/config.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/routes.h"
#include "server/uri.h"

#include "core/base/banned.h"

/* ---- settings ---- */

static const char *env_some(const char *name) {
    return str_eqz(str_of(name), "NUTGRAF_QUEUE") ? "5" : str_eqz(str_of(name), "NUTGRAF_MAX_BODY") ? "2Mi" : NULL;
}

static enum err_code read_flags(struct server_config *c, struct err *err, const char *(*env)(const char *), const char *flag, const char *value) {
    char *argv[] = {(char *)"serve", (char *)flag, (char *)value, NULL};
    *err = (struct err){0};
    return config_read(c, flag ? value ? 3 : 2 : 1, argv, env, err);
}

static void test_server__a_flag_beats_a_variable_beats_the_default(void **state) {
    struct server_config c;
    struct err err;
    (void)state;
    assert_int_equal(read_flags(&c, &err, NULL, NULL, NULL), ERR_OK);
    assert_int_equal(c.queue, 64);
    assert_string_equal(c.listen, "127.0.0.1:8080");
    assert_int_equal(c.log_format, LOG_JSON);
    assert_int_equal(read_flags(&c, &err, env_some, NULL, NULL), ERR_OK);
    assert_int_equal(c.queue, 5);
    assert_int_equal(c.max_body, 2 << 20);
    assert_int_equal(read_flags(&c, &err, env_some, "--queue=7", NULL), ERR_OK);
    assert_int_equal(c.queue, 7);
    assert_int_equal(read_flags(&c, &err, env_some, "--queue", "8"), ERR_OK);
    assert_int_equal(c.queue, 8);
}

static void test_server__units_of_settings_are_read(void **state) {
    struct server_config c;
    struct err err;
    (void)state;
    assert_int_equal(read_flags(&c, &err, NULL, "--request-timeout=250ms", NULL), ERR_OK);
    assert_float_equal(c.request_timeout, .25, 1e-12);
    assert_int_equal(read_flags(&c, &err, NULL, "--idle-timeout=2m", NULL), ERR_OK);
    assert_float_equal(c.idle_timeout, 120, 1e-12);
    assert_int_equal(read_flags(&c, &err, NULL, "--max-header=8Ki", NULL), ERR_OK);
    assert_int_equal(c.max_header, 8192);
    assert_int_equal(read_flags(&c, &err, NULL, "--log-format=text", NULL), ERR_OK);
    assert_int_equal(c.log_format, LOG_TEXT);
}

static void test_server__wrong_settings_are_refused(void **state) {
    static const char *const wrong[] = {"--queue=0", "--queue=1.5", "--queue=-1", "--queue=", "--queue=1e99", "--nothing=1", "queue", "--queue",
                                        "--max-body=2ms", "--idle-timeout=2Ki", "--log-format=xml", "--help=yes", "--listen=x", "--listen=:80",
                                        "--listen=::1:80", "--listen=a:65536"};
    struct server_config c;
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_not_equal(read_flags(&c, &err, NULL, wrong[i], NULL), ERR_OK);
        assert_true(err.source[0] && err.text[0]);
    }
}

static void test_server__addresses_are_cut(void **state) {
    char host[64];
    unsigned port;
    (void)state;
    assert_true(config_address("[::1]:8080", host, sizeof host, &port));
    assert_string_equal(host, "::1");
    assert_int_equal(port, 8080);
    assert_true(config_address("localhost:0", host, sizeof host, &port));
    assert_string_equal(host, "localhost");
    assert_false(config_address("localhost", host, sizeof host, &port));
    assert_false(config_address("abc:80", host, 3, &port)); /* no room */
}

/* ---- addresses of requests ---- */

static enum err_code parse(struct arena *a, const char *target, struct uri *u) {
    struct err err = {0};
    return uri_parse(a, str_of(target), u, &err);
}

static void test_server__paths_and_parameters_are_decoded(void **state) {
    AUTO_ARENA a;
    struct uri u;
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(parse(&a, "/v1/a%20b+c?x=1&y=%C3%BC+z&&empty=&flag", &u), ERR_OK);
    assert_true(str_eqz(u.path, "/v1/a b+c"));
    assert_int_equal(u.param_count, 4);
    assert_true(str_eqz(u.params[1].value, "\xC3\xBC z"));
    assert_true(str_eqz(u.params[2].name, "empty") && u.params[2].value.n == 0);
    assert_true(str_eqz(u.params[3].name, "flag") && u.params[3].value.n == 0);
    assert_int_equal(parse(&a, "https://host:1/p?q=1", &u), ERR_OK);
    assert_true(str_eqz(u.path, "/p"));
    assert_int_equal(parse(&a, "http://host", &u), ERR_OK);
    assert_true(str_eqz(u.path, "/"));
    assert_int_equal(parse(&a, "*", &u), ERR_OK);
}

static void test_server__broken_addresses_are_refused(void **state) {
    static const char *const broken[] = {"", "x", "/%", "/%4", "/%zz", "/%00", "/?a=%0", "ftp://x/"};
    AUTO_ARENA a;
    struct uri u;
    (void)state;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_int_equal(parse(&a, broken[i], &u), ERR_MALFORMED);
    }
    assert_int_equal(parse(&a, "/%ff", &u), ERR_UTF8);
    assert_int_equal(parse(&a, "/?%C3", &u), ERR_UTF8);
}

/* ---- routes ---- */

static void test_server__routes_know_their_methods(void **state) {
    const char *allow;
    size_t n;
    const struct route *all = routes_all(&n);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(routes_find(str_of(all[i].path), all[i].method, &allow), &all[i]);
        assert_null(routes_find(str_of(all[i].path), HTTP_DELETE, &allow));
        assert_non_null(allow);
    }
    assert_non_null(routes_find(STR("/livez"), HTTP_HEAD, &allow));
    assert_null(routes_find(STR("/v1/analyze"), HTTP_HEAD, &allow));
    assert_string_equal(allow, "POST, OPTIONS");
    assert_null(routes_find(STR("/nothing"), HTTP_GET, &allow));
    assert_null(allow);
}

/* ---- the queue ---- */

struct counted_job {
    struct pool_job job;
    atomic_size_t *count;
    atomic_bool *gate;
};

static void count(struct pool_job *job, struct nutgraf_worker *w) {
    struct counted_job *c = (struct counted_job *)(void *)job;
    (void)w;
    while (c->gate && !*c->gate) {
    }
    ++*c->count;
}

static void test_server__the_queue_is_bounded_and_loses_nothing(void **state) {
    enum { PLACES = 4 };
    struct counted_job jobs[PLACES + 1];
    atomic_size_t done = 0;
    atomic_bool gate = false;
    struct pool *p = NULL;
    struct err err = {0};
    (void)state;
    assert_int_equal(pool_new(&p, NULL, 1, PLACES, &err), ERR_OK);
    jobs[0] = (struct counted_job){{NULL, count}, &done, &gate};
    assert_true(pool_reserve(p));
    pool_submit(p, &jobs[0].job);
    while (pool_state(p).busy == 0) { /* the worker has taken it and waits at the gate */
    }
    for (int i = 1; i <= PLACES; i++) {
        jobs[i] = (struct counted_job){{NULL, count}, &done, NULL};
        assert_true(pool_reserve(p));
    }
    assert_false(pool_reserve(p));
    assert_int_equal(pool_state(p).depth, PLACES);
    for (int i = 1; i <= PLACES; i++) {
        pool_submit(p, &jobs[i].job);
    }
    assert_int_equal(done, 0);
    gate = true;
    pool_free(p); /* waits for all */
    assert_int_equal(done, PLACES + 1);
}

/* ---- figures ---- */

static bool holds(struct str text, const char *line) {
    return str_find(text, str_of(line), 0) != SIZE_MAX;
}

static void test_server__metrics_add_up(void **state) {
    static const char *const routes[] = {"/a", "/b"};
    const struct ng_stage_time stages[] = {{"tokens", .25}, {"events", .5}};
    const struct metrics_gauges g = {.pool = {1, 2, 3, 4}, .version = "1.2.3"};
    AUTO_ARENA a;
    struct buf b;
    struct metrics *m = metrics_new(routes, 2);
    (void)state;
    arena_init(&a, 1 << 20);
    buf_init(&b, &a);
    assert_non_null(m);
    metrics_request(m, 0, HTTP_GET, 200, .002, -1, 10, 20);
    metrics_request(m, 0, HTTP_GET, 200, 100, .5, 10, 20);
    metrics_request(m, 77, HTTP_OTHER, 999, .1, -1, 0, 0);
    metrics_stages(m, stages, 2);
    metrics_stages(m, stages, 2);
    assert_true(metrics_write(m, &g, &b));
    struct str text = buf_str(&b);
    assert_true(holds(text, "nutgraf_build_info{version=\"1.2.3\"} 1\n"));
    assert_true(holds(text, "nutgraf_http_requests_total{route=\"/a\",method=\"GET\",status=\"200\"} 2\n"));
    assert_true(holds(text, "nutgraf_http_requests_total{route=\"unmatched\",method=\"OTHER\",status=\"0\"} 1\n"));
    assert_true(holds(text, "nutgraf_http_request_seconds_bucket{route=\"/a\",le=\"0.001\"} 0\n"));
    assert_true(holds(text, "nutgraf_http_request_seconds_bucket{route=\"/a\",le=\"0.0025\"} 1\n"));
    assert_true(holds(text, "nutgraf_http_request_seconds_bucket{route=\"/a\",le=\"10\"} 1\n"));
    assert_true(holds(text, "nutgraf_http_request_seconds_bucket{route=\"/a\",le=\"+Inf\"} 2\n"));
    assert_true(holds(text, "nutgraf_http_request_seconds_sum{route=\"/a\"} 100.002"));
    assert_true(holds(text, "nutgraf_queue_seconds_count 1\n"));
    assert_true(holds(text, "nutgraf_queue_depth 1\n") && holds(text, "nutgraf_queue_capacity 2\n"));
    assert_true(holds(text, "nutgraf_analysis_stage_seconds_sum{stage=\"events\"} 1.000000000\n"));
    assert_true(holds(text, "nutgraf_analysis_stage_seconds_count{stage=\"tokens\"} 2\n"));
    assert_false(holds(text, "route=\"/b\""));
    metrics_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_server__a_flag_beats_a_variable_beats_the_default),
        cmocka_unit_test(test_server__units_of_settings_are_read),
        cmocka_unit_test(test_server__wrong_settings_are_refused),
        cmocka_unit_test(test_server__addresses_are_cut),
        cmocka_unit_test(test_server__paths_and_parameters_are_decoded),
        cmocka_unit_test(test_server__broken_addresses_are_refused),
        cmocka_unit_test(test_server__routes_know_their_methods),
        cmocka_unit_test(test_server__the_queue_is_bounded_and_loses_nothing),
        cmocka_unit_test(test_server__metrics_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
