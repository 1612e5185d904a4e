/* core/fetch/fetch.h - gets pages for others: one thread of its own, libcurl's multi interface, limits everywhere.
 *
 * A caller fills a struct fetch_job and starts it; the fetcher calls job->done when it has the page or knows why not. Safety: only http
 * and https, at every hop; every address is checked at the moment it is connected to, so that what a name resolves to elsewhere or
 * before does not matter; no cookies, no credentials, no proxy unless configured; limits of time, hops, bytes on the wire and after
 * decompression, and of fetches at a time in all and per host; robots.txt is respected. */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct fetcher;
struct sockaddr;

struct fetch_config {
    double connect_timeout, first_byte_timeout, total_timeout; /* seconds; of one hop, one hop, the whole */
    size_t max_bytes, max_wire;                                /* of a page, decompressed and as it comes */
    size_t max_redirects, max_active, max_per_host, max_waiting;
    size_t cache_bytes;
    bool robots;
    const char *user_agent; /* NULL: "nutgraf/VERSION (+https://...)"; its product token is what robots.txt is asked for */
    const char *ports;      /* "80,443" */
    const char *allow;      /* exceptions: address.h */
    const char *proxy;      /* "http://HOST:PORT", https or socks5h; empty or NULL: none. It resolves names itself, so that it has to guard
                             * addresses; addresses written as such and local names are still refused here */
    const char *ca_file;    /* certificates; empty or NULL: the system's */
    /* For tests: what names resolve to ("example.org:80:203.0.113.7", libcurl's CURLOPT_RESOLVE), and where a connection goes
     * after its address has been checked. */
    const char *const *resolve; /* NULL-terminated, or NULL */
    void (*divert)(struct sockaddr *sa);
};

struct fetch_config fetch_defaults(void);

struct fetch_page {
    struct str url;          /* where it was in the end */
    struct str content_type; /* the header field, empty where absent */
    struct str body;         /* bytes, decompressed */
    size_t redirects;
    bool cached; /* answered from the cache, or found unchanged */
};

struct fetch_job {
    /* the caller's; stays untouched and alive until done is called */
    struct arena *arena; /* the page and everything on the way lies here: the fetcher's between start and done */
    struct str url;
    double deadline; /* CLOCK_MONOTONIC seconds; 0: none but the fetcher's own */
    void (*done)(struct fetch_job *job); /* in the fetcher's thread; must not block; job is the caller's again */
    void *context;
    /* the fetcher's answer */
    struct fetch_page page;
    struct err err; /* ERR_FETCH_REFUSED, ERR_FETCH_FAILED, ERR_VALUE, ERR_BUSY, ERR_TIMEOUT, ERR_DRAINING, ERR_NO_MEMORY */
    /* the fetcher's own */
    struct fetch_task *task;
};

/* Errors: ERR_VALUE (ports, allow), ERR_NO_MEMORY, ERR_INTERNAL. config's strings must outlive the fetcher. */
enum err_code fetcher_new(struct fetcher **out, const struct fetch_config *config, struct err *err);
/* Ends all jobs with ERR_DRAINING, calling done, then the thread; later jobs are refused with ERR_BUSY. Twice is fine. */
void fetcher_stop(struct fetcher *f);
/* Stops f, too. NULL is fine. */
void fetcher_free(struct fetcher *f);

/* Threads: any. Errors, found at once and with done not called: ERR_BUSY, ERR_VALUE, ERR_FETCH_REFUSED, ERR_NO_MEMORY. */
enum err_code fetch_start(struct fetcher *f, struct fetch_job *job, struct err *err);

/* Waits for the page. Threads: any. Errors: those of job->err. */
enum err_code fetch_get(struct fetcher *f, struct arena *a, struct str url, double deadline, struct fetch_page *out, struct err *err);

struct fetch_state {
    size_t active, waiting;
    uint64_t pages, failed, refused, cache_hits;
};
struct fetch_state fetcher_state(struct fetcher *f);

#endif
