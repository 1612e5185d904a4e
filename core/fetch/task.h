/* core/fetch/task.h - one page on its way: robots.txt, hops, limits. Everything here happens in the fetcher's thread, but task_new. */
#ifndef FETCH_TASK_H
#define FETCH_TASK_H

#include <curl/curl.h>
#include <pthread.h>

#include "core/base/buf.h"
#include "core/fetch/address.h"
#include "core/fetch/cache.h"
#include "core/fetch/fetch.h"
#include "core/fetch/url.h"

enum { FETCH_PORTS_MAX = 16 };

struct fetcher {
    struct fetch_config config;
    struct arena arena; /* of the tables below */
    struct address_allows allows;
    unsigned ports[FETCH_PORTS_MAX];
    size_t port_count;
    struct str agent, token; /* User-Agent, and the word of it that robots.txt knows */
    CURLM *multi;
    struct cache *cache;
    struct fetch_task *waiting, *active; /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    struct fetch_task *incoming, **incoming_end;
    size_t count; /* tasks of all kinds */
    bool stopping, joined;
    struct fetch_state state;
};

/* What came of one HTTP request. */
struct response {
    long status;
    struct str location, content_type, etag, last_modified, cache_control, expires, date, age, vary;
    size_t header_bytes, skipped; /* skipped: of a body that nobody will read */
    bool begun;                   /* a byte of it has come */
    struct buf body;
};

enum goal { GOAL_PAGE, GOAL_ROBOTS };

struct fetch_task {
    struct fetch_task *next;
    struct fetcher *fetcher;
    struct fetch_job *job;
    enum goal goal;
    struct fetch_url page, at;    /* the page's address after the hops so far; that of the request under way */
    struct str robots_origin;     /* whose robots.txt has allowed page */
    size_t hops, robots_hops;
    double deadline, started;     /* of the whole; when the request under way began */
    struct cache_entry stale;     /* copy of what the cache had, for conditional requests; body.p NULL: none */
    CURL *easy;
    struct curl_slist *headers, *resolve;
    bool refused, full, enough;   /* an address was not public; a limit was passed; the rest of a redirect is not waited for */
    struct response response;
};

double fetch_now(void); /* CLOCK_MONOTONIC seconds */

/* Errors: ERR_VALUE, ERR_FETCH_REFUSED, ERR_NO_MEMORY. */
enum err_code task_new(struct fetch_task **out, struct fetcher *f, struct fetch_job *job, struct err *err);

enum task_turn {
    TASK_WAITS,    /* put it to the waiting ones again: its next request may begin */
    TASK_RUNS,     /* its request is under way */
    TASK_FINISHED, /* job->page or job->err is filled */
};

/* Begins the next request, or finds that none is needed. */
enum task_turn task_begin(struct fetch_task *t);
/* The request under way has ended. */
enum task_turn task_end(struct fetch_task *t, CURLcode code);
/* Gives up what is under way. */
void task_stop(struct fetch_task *t);
/* Whether the first byte is overdue. */
bool task_overdue(const struct fetch_task *t, double now);

#endif
