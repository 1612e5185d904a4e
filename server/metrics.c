/* metrics.c - see metrics.h. Sums of seconds are kept in nanoseconds, so that they can be atomic integers. */
#include "server/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/base/cleanup.h"

#include "core/base/banned.h"

/* ---- the counters ---- */

/* Health checks take tens of microseconds, analyses milliseconds to seconds. */
static const struct {
    double seconds;
    const char *label;
} bounds[] = {{.0005, "0.0005"}, {.001, "0.001"}, {.0025, "0.0025"}, {.005, "0.005"}, {.01, "0.01"}, {.025, "0.025"},
              {.05, "0.05"},     {.1, "0.1"},     {.25, "0.25"},     {.5, "0.5"},     {1, "1"},      {2.5, "2.5"},
              {5, "5"},          {10, "10"}};
enum { BOUNDS = sizeof bounds / sizeof bounds[0] };

/* Every status this server sends; the last place is for what should not happen. */
static const int statuses[] = {200, 204, 304, 400, 404, 405, 408, 413, 414, 415, 422, 431, 500, 502, 503, 504, 505, 0};
enum { STATUSES = sizeof statuses / sizeof statuses[0], STAGES = 32 };

typedef _Atomic uint64_t counter;

struct histogram {
    counter bucket[BOUNDS + 1], nanoseconds;
};

struct route_counters {
    counter requests[HTTP_METHODS][STATUSES];
    struct histogram latency;
};

struct stage_counters {
    _Atomic(const char *) name; /* of the stage table in core/: constant strings */
    counter runs, nanoseconds;
};

struct metrics {
    const char *const *names;
    size_t n; /* routes, without the place for those unknown */
    struct histogram queued;
    counter bytes_in, bytes_out;
    struct stage_counters stages[STAGES];
    double started; /* seconds of the epoch */
    struct route_counters routes[];
};

static void observe(struct histogram *h, double seconds) {
    size_t i = 0;
    while (i < BOUNDS && seconds > bounds[i].seconds) {
        i++;
    }
    h->bucket[i]++;
    h->nanoseconds += (uint64_t)(seconds * 1e9);
}

struct metrics *metrics_new(const char *const *routes, size_t n) {
    struct timespec t;
    struct metrics *m = calloc(1, sizeof *m + (n + 1) * sizeof m->routes[0]);
    if (m) {
        clock_gettime(CLOCK_REALTIME, &t);
        m->names = routes;
        m->n = n;
        m->started = (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
    }
    return m;
}

void metrics_free(struct metrics *m) {
    free(m);
}

void metrics_request(struct metrics *m, size_t route, enum http_method method, int status, double seconds, double queued,
                     size_t bytes_in, size_t bytes_out) {
    struct route_counters *r = &m->routes[route < m->n ? route : m->n];
    size_t s = 0;
    while (s < STATUSES - 1 && statuses[s] != status) {
        s++;
    }
    r->requests[method][s]++;
    observe(&r->latency, seconds);
    if (queued >= 0) {
        observe(&m->queued, queued);
    }
    m->bytes_in += bytes_in;
    m->bytes_out += bytes_out;
}

void metrics_stages(struct metrics *m, const struct ng_stage_time *stages, size_t n) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < STAGES; k++) {
            const char *none = NULL;
            if (atomic_compare_exchange_strong(&m->stages[k].name, &none, stages[i].name) || none == stages[i].name ||
                str_eqz(str_of(none), stages[i].name)) {
                m->stages[k].runs++;
                m->stages[k].nanoseconds += (uint64_t)(stages[i].seconds * 1e9);
                break;
            }
        }
    }
}

/* ---- the text ---- */

static void head(struct buf *b, const char *name, const char *type, const char *help) {
    buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(struct buf *b, const char *name, const char *help, double value) {
    head(b, name, "gauge", help);
    buf_addf(b, "%s %.15g\n", name, value);
}

static const char *route_name(const struct metrics *m, size_t i) {
    return i < m->n ? m->names[i] : "unmatched";
}

static void write_histogram(struct buf *b, const char *name, const char *label, const struct histogram *h) {
    const char *comma = label[0] ? "," : "";
    uint64_t count = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        count += h->bucket[i];
        buf_addf(b, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", name, label, comma, i < BOUNDS ? bounds[i].label : "+Inf", count);
    }
    const char *open = label[0] ? "{" : "", *close = label[0] ? "}" : "";
    buf_addf(b, "%s_sum%s%s%s %.9f\n", name, open, label, close, (double)h->nanoseconds * 1e-9);
    buf_addf(b, "%s_count%s%s%s %" PRIu64 "\n", name, open, label, close, count);
}

static bool seen(const struct route_counters *r) {
    for (size_t i = 0; i <= BOUNDS; i++) {
        if (r->latency.bucket[i]) {
            return true;
        }
    }
    return false;
}

static void write_requests(struct metrics *m, struct buf *b) {
    head(b, "nutgraf_http_requests_total", "counter", "Requests that have ended, by route template, method and status.");
    for (size_t i = 0; i <= m->n; i++) {
        for (int method = 0; method < HTTP_METHODS; method++) {
            for (size_t s = 0; s < STATUSES; s++) {
                uint64_t n = m->routes[i].requests[method][s];
                if (n) {
                    buf_addf(b, "nutgraf_http_requests_total{route=\"%s\",method=\"%s\",status=\"%d\"} %" PRIu64 "\n", route_name(m, i),
                             http_method_name((enum http_method)method), statuses[s], n);
                }
            }
        }
    }
    head(b, "nutgraf_http_request_seconds", "histogram", "Time from the head of a request to the end of its reply.");
    for (size_t i = 0; i <= m->n; i++) {
        char label[80];
        snprintf(label, sizeof label, "route=\"%s\"", route_name(m, i));
        if (seen(&m->routes[i])) {
            write_histogram(b, "nutgraf_http_request_seconds", label, &m->routes[i].latency);
        }
    }
    head(b, "nutgraf_http_request_bytes_total", "counter", "Bytes of bodies received.");
    buf_addf(b, "nutgraf_http_request_bytes_total %" PRIu64 "\n", (uint64_t)m->bytes_in);
    head(b, "nutgraf_http_reply_bytes_total", "counter", "Bytes of bodies sent.");
    buf_addf(b, "nutgraf_http_reply_bytes_total %" PRIu64 "\n", (uint64_t)m->bytes_out);
}

static void write_stages(struct metrics *m, struct buf *b) {
    head(b, "nutgraf_analysis_stage_seconds", "summary", "Time of each stage of an analysis.");
    for (size_t k = 0; k < STAGES && m->stages[k].name; k++) {
        const char *name = m->stages[k].name;
        buf_addf(b, "nutgraf_analysis_stage_seconds_sum{stage=\"%s\"} %.9f\n", name, (double)m->stages[k].nanoseconds * 1e-9);
        buf_addf(b, "nutgraf_analysis_stage_seconds_count{stage=\"%s\"} %" PRIu64 "\n", name, (uint64_t)m->stages[k].runs);
    }
}

static void write_process(const struct metrics *m, struct buf *b) {
    struct rusage u;
    long pages = 0;
    AUTO_FILE f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%*s %ld", &pages) == 1) {
        gauge(b, "process_resident_memory_bytes", "Memory in use.", (double)pages * (double)sysconf(_SC_PAGESIZE));
    }
    if (getrusage(RUSAGE_SELF, &u) == 0) {
        head(b, "process_cpu_seconds_total", "counter", "Processor time used.");
        buf_addf(b, "process_cpu_seconds_total %.6f\n",
                 (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6);
    }
    gauge(b, "process_start_time_seconds", "When the process started, seconds of the epoch.", m->started);
}

bool metrics_write(struct metrics *m, const struct metrics_gauges *g, struct buf *b) {
    head(b, "nutgraf_build_info", "gauge", "Version of the program; the value is always 1.");
    buf_addf(b, "nutgraf_build_info{version=\"%s\"} 1\n", g->version);
    write_requests(m, b);
    gauge(b, "nutgraf_http_requests_in_flight", "Requests being received, worked on or answered.", (double)g->in_flight);
    gauge(b, "nutgraf_http_connections", "Open connections.", (double)g->connections);
    gauge(b, "nutgraf_http_buffered_bytes", "Bytes of bodies held.", (double)g->buffered);
    gauge(b, "nutgraf_queue_depth", "Requests waiting for a worker.", (double)g->pool.depth);
    gauge(b, "nutgraf_queue_capacity", "Requests that may wait.", (double)g->pool.capacity);
    gauge(b, "nutgraf_workers", "Threads that analyse.", (double)g->pool.workers);
    gauge(b, "nutgraf_workers_busy", "Threads that are analysing.", (double)g->pool.busy);
    gauge(b, "nutgraf_fetches_active", "Pages being fetched.", (double)g->fetch.active);
    gauge(b, "nutgraf_fetches_waiting", "Pages waiting to be fetched.", (double)g->fetch.waiting);
    head(b, "nutgraf_fetches_total", "counter", "Pages asked for, by what came of it; refused ones are failed ones, too.");
    buf_addf(b, "nutgraf_fetches_total{result=\"ok\"} %" PRIu64 "\nnutgraf_fetches_total{result=\"failed\"} %" PRIu64 "\n", g->fetch.pages, g->fetch.failed);
    buf_addf(b, "nutgraf_fetches_total{result=\"refused\"} %" PRIu64 "\nnutgraf_fetches_total{result=\"cached\"} %" PRIu64 "\n", g->fetch.refused,
             g->fetch.cache_hits);
    gauge(b, "nutgraf_draining", "1 after SIGTERM.", g->draining);
    head(b, "nutgraf_queue_seconds", "histogram", "Time requests waited for a worker.");
    write_histogram(b, "nutgraf_queue_seconds", "", &m->queued);
    write_stages(m, b);
    write_process(m, b);
    return !arena_full(b->a);
}
