/* server/metrics.h - counters of a server in Prometheus' text format. Labels are route templates, methods and statuses
 * of fixed lists: nothing a client sends can make them grow. Threads: any; all counters are atomic. */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "core/base/buf.h"
#include "core/fetch/fetch.h"
#include "handlers/http.h"
#include "server/pool.h"

struct metrics;

/* routes [n]: templates, borrowed; index n stands for requests that match none. NULL when memory is short. */
struct metrics *metrics_new(const char *const *routes, size_t n);
void metrics_free(struct metrics *m);

/* A request that has ended. queued < 0: it needed no worker. */
void metrics_request(struct metrics *m, size_t route, enum http_method method, int status, double seconds, double queued,
                     size_t bytes_in, size_t bytes_out);
void metrics_stages(struct metrics *m, const struct ng_stage_time *stages, size_t n);

struct metrics_gauges {
    struct pool_state pool;
    struct fetch_state fetch;
    size_t connections, in_flight, buffered;
    bool draining;
    const char *version;
};

/* Appends the whole text. false when b's arena is full. */
bool metrics_write(struct metrics *m, const struct metrics_gauges *g, struct buf *b);

#endif
