/* request.c - the callbacks of libmicrohttpd: a request from its first byte to its release. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "core/limits.h"
#include "server/internal.h"
#include "server/uri.h"

#include "core/base/banned.h"

/* A body that will be refused is read all the same up to this size, so that the client has sent it and reads the answer
 * rather than a reset connection. */
#define SWALLOW ((size_t)64 << 20)

enum { ID_MAX = 128 };

double server_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- connections ---- */

static void peer_name(const struct sockaddr *a, char *out, size_t n) {
    char text[INET6_ADDRSTRLEN] = "?";
    if (a && a->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text, sizeof text);
    } else if (a && a->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, text, sizeof text);
    }
    snprintf(out, n, "%s", text);
}

static struct conn *conn_new(struct server *s, struct MHD_Connection *c) {
    struct conn *conn = calloc(1, sizeof *conn);
    if (!conn) {
        return NULL;
    }
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    conn->server = s;
    conn->fd = fd ? fd->connect_fd : -1;
    conn->since = server_now();
    const union MHD_ConnectionInfo *address = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer_name(address ? address->client_addr : NULL, conn->peer, sizeof conn->peer);
    pthread_mutex_lock(&s->lock);
    conn->older = s->conns;
    if (s->conns) {
        s->conns->newer = conn;
    }
    s->conns = conn;
    pthread_mutex_unlock(&s->lock);
    s->connections++;
    return conn;
}

static void conn_free(struct server *s, struct conn *conn) {
    pthread_mutex_lock(&s->lock);
    if (conn->newer) {
        conn->newer->older = conn->older;
    } else {
        s->conns = conn->older;
    }
    if (conn->older) {
        conn->older->newer = conn->newer;
    }
    if (conn->linger) {
        reaper_linger(s, conn->fd);
    }
    pthread_mutex_unlock(&s->lock);
    s->connections--;
    free(conn);
}

void conn_changed(void *server, struct MHD_Connection *c, void **conn, enum MHD_ConnectionNotificationCode what) {
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *conn = conn_new(server, c);
    } else if (*conn) {
        conn_free(server, *conn);
        *conn = NULL;
    }
}

/* ---- beginning ---- */

static struct conn *conn_of(struct MHD_Connection *c) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void *request_new(void *server, const char *target, struct MHD_Connection *c) {
    struct server *s = server;
    struct conn *conn = conn_of(c);
    struct arena a;
    arena_init(&a, LIMIT_REQUEST_MEMORY + 4 * s->config->max_body);
    struct request *r = conn ? ARENA_NEW(&a, struct request) : NULL;
    if (!r) {
        arena_release(&a);
        return NULL;
    }
    r->arena = a;
    r->server = s;
    r->conn = conn;
    r->started = server_now();
    r->queued = -1;
    r->http.arena = &r->arena;
    r->target = arena_dup(&r->arena, str_of(target));
    r->method = STR("?");
    r->http.method = HTTP_OTHER;
    r->http.path = r->target;
    r->http.id = arena_printf(&r->arena, "%016" PRIx64 "-%08" PRIx64, s->id_seed, ++s->id_count);
    buf_init(&r->body, &r->arena);
    s->in_flight++;
    pthread_mutex_lock(&s->lock);
    conn->request = r;
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* Letters, digits and what stands in URNs and log lines without quoting. */
static bool good_id(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && !memchr("-._~:@+=/", c, 9)) {
            return false;
        }
    }
    return s.n > 0 && s.n <= ID_MAX;
}

/* Without regard to case, as header names want it. */
static bool name_is(const char *a, size_t n, const char *lower) {
    size_t i = 0;
    for (; i < n && lower[i]; i++) {
        char c = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] - 'A' + 'a') : a[i];
        if (c != lower[i]) {
            return false;
        }
    }
    return i == n && lower[i] == '\0';
}

struct heads {
    struct request *r;
    size_t bytes;
    struct str length, expect, id, preflight;
};

static enum MHD_Result read_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t value_n) {
    struct heads *h = cls;
    struct request *r = h->r;
    const struct {
        const char *name;
        struct str *to;
    } wanted[] = {
        {"content-type", &r->http.content_type},
        {"content-encoding", &r->http.content_encoding},
        {"accept", &r->http.accept},
        {"if-none-match", &r->http.if_none_match},
        {"origin", &r->origin},
        {"user-agent", &r->agent},
        {"content-length", &h->length},
        {"expect", &h->expect},
        {"x-request-id", &h->id},
        {"access-control-request-method", &h->preflight},
    };
    (void)kind;
    h->bytes += key_n + value_n + 4; /* ": " and CRLF */
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (wanted[i].to->n == 0 && name_is(key, key_n, wanted[i].name)) {
            *wanted[i].to = arena_dup(&r->arena, (struct str){value, value_n}); /* libmicrohttpd reuses its own */
        }
    }
    return MHD_YES;
}

static void check_route(struct request *r) {
    const char *allow;
    r->route = routes_find(r->http.path, r->http.method, &allow);
    r->reply.allow = allow;
    r->options = allow && r->http.method == HTTP_OPTIONS;
    struct str path = r->http.path.n < 100 ? r->http.path : STR("this path");
    struct str method = r->method.n < 20 ? r->method : STR("the method");
    if (!allow) {
        err_set(&r->err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(path));
    } else if (!r->route && !r->options) {
        err_set(&r->err, ERR_METHOD, "%.*s is not allowed here; %s are", STR_ARG(method), allow);
    }
    if (r->err.code != ERR_METHOD) {
        r->reply.allow = r->options ? allow : NULL;
    }
}

static size_t body_limit(const struct request *r) {
    return r->route && r->route->body ? r->server->config->max_body : 0;
}

static void check_length(struct request *r, size_t n) {
    size_t limit = body_limit(r);
    if (n > limit && r->err.code == ERR_OK && !r->options) {
        r->reply.limit = limit;
        err_set(&r->err, ERR_TOO_LARGE, limit ? "the body has more than %zu bytes" : "this resource reads no body", limit);
    }
}

/* The head is there. Sets r->err where it is enough to refuse the request; true when it should be answered at once,
 * before a body that the client waits to send or that is too large to read. */
static bool begin(struct request *r, struct MHD_Connection *c, const char *method) {
    const struct server_config *config = r->server->config;
    struct heads h = {.r = r};
    struct uri uri;
    size_t length = 0;
    r->mhd = c;
    r->begun = true;
    r->method = arena_dup(&r->arena, str_of(method));
    r->http.method = http_method_of(r->method);
    MHD_get_connection_values_n(c, MHD_HEADER_KIND, read_header, &h);
    if (good_id(h.id)) {
        r->http.id = h.id;
    }
    r->preflight = h.preflight.n > 0 && r->origin.n > 0 && r->http.method == HTTP_OPTIONS;
    if (r->target.n > config->max_uri) {
        r->reply.limit = config->max_uri;
        err_set(&r->err, ERR_URI, "the address has more than %zu bytes", config->max_uri);
    } else if (h.bytes > config->max_header) {
        r->reply.limit = config->max_header;
        err_set(&r->err, ERR_HEADERS, "the header fields have more than %zu bytes", config->max_header);
    } else if (uri_parse(&r->arena, r->target, &uri, &r->err) == ERR_OK) {
        r->http.path = uri.path;
        r->http.query = uri.params;
        r->http.query_count = uri.param_count;
        check_route(r);
    }
    r->announced = str_to_size(str_trim(h.length), &length);
    check_length(r, length);
    bool waits = name_is(h.expect.p, h.expect.n, "100-continue");
    return r->err.code != ERR_OK && (length > SWALLOW || (waits && length > 0));
}

/* ---- the body ---- */

static enum MHD_Result refuse_now(struct request *r) {
    pthread_mutex_lock(&r->server->lock);
    if (r->phase != PHASE_CUT) {
        reply_cut(r);
    }
    pthread_mutex_unlock(&r->server->lock);
    return MHD_NO; /* closes */
}

/* Bodies are held until a worker has read them: all together they have a limit as well. */
static bool charge(struct request *r, size_t n) {
    struct server *s = r->server;
    size_t before = atomic_fetch_add(&s->buffered, n);
    r->charged += n;
    return before + n <= s->config->max_buffered;
}

static void discharge(struct request *r) {
    atomic_fetch_sub(&r->server->buffered, r->charged);
    r->charged = 0;
}

static enum MHD_Result receive(struct request *r, struct str piece) {
    r->received += piece.n;
    check_length(r, r->received);
    if (r->received > SWALLOW) {
        return refuse_now(r);
    }
    if (r->err.code != ERR_OK || r->options) {
        discharge(r);
        return MHD_YES;
    }
    if (!charge(r, piece.n)) {
        discharge(r);
        err_set(&r->err, ERR_BUSY, "the server holds as many bodies as it may");
    } else if (!buf_add(&r->body, piece)) {
        err_set(&r->err, ERR_NO_MEMORY, "no memory for the body");
    }
    return MHD_YES;
}

/* ---- the work ---- */

static void run_handler(struct request *r, struct nutgraf_worker *w) {
    enum err_code code = r->route->run(&r->server->env, w, &r->http, &r->reply, &r->err);
    if (code != ERR_OK && r->err.code == ERR_OK) {
        err_set(&r->err, code, "%s", err_title(code));
    }
    if (code != ERR_OK) {
        reply_problem(r);
    }
}

static void run_job(struct pool_job *job, struct nutgraf_worker *w) {
    struct request *r = (struct request *)(void *)job;
    struct server *s = r->server;
    double now = server_now();
    r->queued = now - r->arrived;
    if (s->abandoning) {
        err_set(&r->err, ERR_DRAINING, "the server ends before it could begin with this request");
    } else if (now > r->http.deadline) {
        err_set(&r->err, ERR_BUSY, "the request waited %.1f seconds for a worker", r->queued);
    }
    if (r->err.code != ERR_OK) {
        reply_problem(r);
    } else {
        run_handler(r, w);
    }
    if (r->err.code == ERR_OK && r->reply.fetch.n && !r->http.page) {
        if (fetching_begin(r)) {
            return; /* r belongs to the fetcher */
        }
        reply_problem(r);
    }
    request_resume(r);
}

void request_resume(struct request *r) {
    struct server *s = r->server;
    struct MHD_Connection *c = r->mhd;
    pthread_mutex_lock(&s->lock);
    r->phase = PHASE_WORKED;
    pthread_mutex_unlock(&s->lock);
    MHD_resume_connection(c); /* r belongs to the I/O thread from here on */
    s->suspended--;
}

static enum MHD_Result queue_job(struct request *r) {
    struct server *s = r->server;
    if (!pool_reserve(s->pool)) {
        err_set(&r->err, ERR_BUSY, "%zu requests wait already", s->config->queue);
        reply_problem(r);
        return reply_send(r);
    }
    r->job.run = run_job;
    s->suspended++;
    MHD_suspend_connection(r->mhd);
    pool_submit(s->pool, &r->job);
    return MHD_YES;
}

static enum MHD_Result work(struct request *r) {
    r->arrived = server_now();
    r->http.deadline = r->arrived + r->server->config->request_timeout;
    r->http.body = buf_str(&r->body);
    if (r->err.code != ERR_OK) {
        reply_problem(r);
        return reply_send(r);
    }
    if (r->options) {
        r->reply.status = 204;
        http_reply_header(&r->reply, "Allow", str_of(r->reply.allow));
        return reply_send(r);
    }
    if (r->route->worker) {
        return queue_job(r);
    }
    run_handler(r, NULL);
    return reply_send(r);
}

/* true where the caller may go on: the request has not been cut meanwhile. */
static bool enter_work(struct request *r) {
    pthread_mutex_lock(&r->server->lock);
    bool good = r->phase == PHASE_RECEIVING;
    r->phase = good ? PHASE_WORKING : r->phase;
    pthread_mutex_unlock(&r->server->lock);
    return good;
}

enum MHD_Result request_handle(void *server, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                               const char *upload, size_t *upload_size, void **request) {
    struct request *r = *request;
    (void)server;
    (void)url;
    (void)version;
    if (!r) {
        return MHD_NO; /* no memory for it */
    }
    if (!r->begun) {
        if (!begin(r, c, method)) {
            return MHD_YES;
        }
        r->conn->linger = true;
        return enter_work(r) ? work(r) : MHD_NO;
    }
    if (*upload_size) {
        struct str piece = {upload, *upload_size};
        *upload_size = 0;
        return receive(r, piece);
    }
    if (r->phase == PHASE_WORKED) {
        return reply_send(r);
    }
    return enter_work(r) ? work(r) : MHD_NO;
}

/* ---- the end ---- */

static void log_it(struct request *r, double seconds) {
    struct server *s = r->server;
    struct log_entry e = {
        .id = r->http.id,
        .method = r->method,
        .path = r->http.path,
        .peer = str_of(r->conn->peer),
        .agent = r->agent,
        .status = r->reply.status,
        .bytes_in = r->received,
        .bytes_out = r->reply.body.n,
        .seconds = seconds,
        .queued = r->queued,
        .err = &r->err,
        .end = r->end,
    };
    size_t n;
    const struct route *all = routes_all(&n);
    metrics_request(s->metrics, r->route ? (size_t)(r->route - all) : n, r->http.method, r->reply.status, seconds, r->queued, r->received,
                    r->reply.body.n);
    metrics_stages(s->metrics, r->reply.stages, r->reply.stage_count);
    if (!r->route || !r->route->probe || r->reply.status >= 400) {
        log_request(&s->log, &e);
    }
}

/* A client that stops in the middle may still be listening (it closed one direction only): it is told. */
static void end_early(struct request *r) {
    if (r->phase == PHASE_RECEIVING) {
        r->end = r->late ? "receive timeout" : "truncated";
        if (r->late) {
            err_set(&r->err, ERR_SLOW_CLIENT, "the request did not arrive within %.15g seconds", r->server->config->receive_timeout);
        } else if (r->begun) {
            err_set(&r->err, ERR_TRUNCATED, "the body ended after %zu bytes", r->received);
        } else {
            err_set(&r->err, ERR_MALFORMED, "the head of the request ended early");
        }
        reply_cut(r);
    } else if (r->phase == PHASE_SENDING && !r->conn->linger) {
        r->end = r->late ? "send timeout" : "client left";
    }
}

void request_completed(void *server, struct MHD_Connection *c, void **request, enum MHD_RequestTerminationCode how) {
    struct request *r = *request;
    struct server *s = server;
    (void)c;
    if (!r) {
        return;
    }
    double now = server_now();
    pthread_mutex_lock(&s->lock);
    if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        end_early(r);
    }
    r->conn->request = NULL;
    r->conn->since = now;
    r->conn->requests++;
    pthread_mutex_unlock(&s->lock);
    log_it(r, now - r->started);
    discharge(r);
    struct arena a = r->arena; /* r lies in it */
    *request = NULL;
    arena_release(&a);
    s->in_flight--;
}
