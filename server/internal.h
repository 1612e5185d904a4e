/* server/internal.h - what the files of server/ share: the server, its connections and requests.
 *
 * Locking: s->lock guards the list of connections, conn.request, conn.since, request.phase and .late. It is held for a few
 * instructions, or while a reply is written past libmicrohttpd. Everything else of a request belongs to whoever runs
 * it: the connection's I/O thread, or between suspend and resume the worker. */
#ifndef SERVER_INTERNAL_H
#define SERVER_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/base/buf.h"
#include "core/fetch/fetch.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/pool.h"
#include "server/routes.h"
#include "server/server.h"

enum phase {
    PHASE_RECEIVING, /* head or body */
    PHASE_WORKING,   /* being handled */
    PHASE_WORKED,    /* the worker is done, the connection resumed */
    PHASE_SENDING,
    PHASE_CUT, /* answered past libmicrohttpd; only the end is left */
};

struct conn {
    struct conn *older, *newer;
    struct server *server;
    struct request *request; /* under way, or NULL */
    int fd;
    double since;    /* of the phase: accepted, last request ended, began to send */
    size_t requests; /* ended so far */
    bool linger;     /* answered before all was read: close gently (reaper.c) */
    char peer[64];
};

struct request {
    struct pool_job job; /* first: the pool hands it back */
    struct arena arena;  /* holds this struct as well */
    struct server *server;
    struct conn *conn;
    struct MHD_Connection *mhd;
    const struct route *route; /* NULL: none */
    enum phase phase;
    bool late;     /* the reaper's mark: its time is over; with server.lock */
    bool woken;    /* the reaper's as well: the client has closed its side */
    bool begun;    /* the head has been read */
    bool preflight, options;
    bool announced; /* Content-Length was given */
    struct str target, method, origin, agent;
    struct http_request http;
    struct http_page page;
    struct fetch_job fetch;
    struct http_reply reply;
    struct err err;
    struct buf body;
    size_t received, charged; /* bytes of body that came; bytes counted in s->buffered */
    double started, arrived, queued;
    const char *end; /* how it ended when not well */
};

/* A closed connection whose client may still be sending. */
struct lingering {
    int fd;
    double until;
};

enum { LINGER_MAX = 256 };

struct server {
    const struct server_config *config;
    const struct nutgraf *ng;
    struct handler_env env;
    struct log log;
    struct metrics *metrics;
    struct pool *pool;
    struct fetcher *fetcher; /* NULL: nothing is fetched */
    struct MHD_Daemon *daemon;
    int listen_fd;
    char address[300];
    uint64_t id_seed;
    _Atomic uint64_t id_count;
    _Atomic size_t in_flight, connections, buffered, suspended;
    atomic_bool draining, abandoning;
    pthread_mutex_t lock;
    struct conn *conns; /* newest first */
    pthread_t reaper;
    bool reaper_runs;
    struct lingering lingering[LINGER_MAX];
    size_t linger_count;
    atomic_bool stopping;
    pthread_cond_t wake; /* ends the reaper's sleep; with lock */
};

double server_now(void);

/* ---- request.c: callbacks of libmicrohttpd ---- */

void *request_new(void *server, const char *target, struct MHD_Connection *c);
enum MHD_Result request_handle(void *server, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                               const char *upload, size_t *upload_size, void **request);
void request_completed(void *server, struct MHD_Connection *c, void **request, enum MHD_RequestTerminationCode how);
void conn_changed(void *server, struct MHD_Connection *c, void **conn, enum MHD_ConnectionNotificationCode what);

/* Hands the suspended request back to its I/O thread, which sends r->reply. Called by whoever had it. */
void request_resume(struct request *r);

/* ---- fetching.c: pages for requests ---- */

enum err_code fetching_start(struct server *s, struct err *err);
/* Fetches r->reply.fetch; then the request is queued again, or answered with the error. false: answered at once, with r->err. */
bool fetching_begin(struct request *r);

/* ---- reply.c: from a reply to bytes ---- */

/* Makes r->reply the problem document of r->err. */
void reply_problem(struct request *r);
/* Queues r->reply. */
enum MHD_Result reply_send(struct request *r);
/* Answers with r->err past libmicrohttpd, by writing to the socket and ending that direction: for requests that will
 * never be complete; the caller sees to it that libmicrohttpd closes. s->lock is held. Nothing may have been sent of another reply. */
void reply_cut(struct request *r);
/* Called when libmicrohttpd refuses a request by itself, with the status it chose. */
enum MHD_Result reply_refuse(struct MHD_Connection *c, unsigned status);
/* The library's MHD_queue_response (mhd_errors.c). */
enum MHD_Result mhd_queue(struct MHD_Connection *c, unsigned status, struct MHD_Response *response);

/* ---- reaper.c ---- */

enum err_code reaper_start(struct server *s, struct err *err);
void reaper_stop(struct server *s);
/* Takes over a connection that libmicrohttpd is about to close. s->lock is held. */
void reaper_linger(struct server *s, int fd);

#endif
