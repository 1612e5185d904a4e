/* reply.c - from a struct http_reply to what goes over the wire, by libmicrohttpd or past it. */
#include <sys/socket.h>
#include <time.h>

#include "handlers/problem.h"
#include "server/internal.h"

#include "core/base/banned.h"

enum { RETRY_MIN = 1, RETRY_MAX = 60 };

/* ---- problems ---- */

/* Roughly when the queue will have room: what waits, a tenth of a second each, over the workers. */
static unsigned retry_after(struct server *s) {
    struct pool_state p = pool_state(s->pool);
    size_t seconds = p.workers ? p.depth / (10 * p.workers) : 0;
    return seconds < RETRY_MIN ? RETRY_MIN : seconds > RETRY_MAX ? RETRY_MAX : (unsigned)seconds;
}

void reply_problem(struct request *r) {
    if (r->err.code == ERR_BUSY || r->err.code == ERR_DRAINING) {
        r->reply.retry_after = retry_after(r->server);
    }
    problem_reply(&r->arena, &r->err, r->http.id, &r->reply);
}

/* ---- headers ---- */

static bool listed(struct str list, struct str item) {
    while (list.n) {
        struct str part = list;
        size_t n = 0;
        while (n < list.n && list.p[n] != ' ' && list.p[n] != ',') {
            n++;
        }
        part = str_sub(list, 0, n);
        list = str_sub(list, n + 1, list.n);
        if (part.n && str_eq(part, item)) {
            return true;
        }
    }
    return false;
}

/* What a web page may see of a reply (the Fetch standard's CORS). Never with credentials: there are none here. */
static size_t cors_headers(const struct request *r, struct http_header out[4]) {
    struct str allowed = str_of(r->server->config->cors_origins);
    bool any = listed(allowed, STR("*"));
    size_t n = 0;
    if (allowed.n == 0) {
        return 0;
    }
    if (!any) {
        out[n++] = (struct http_header){"Vary", STR("Origin")};
    }
    if (r->origin.n == 0 || (!any && !listed(allowed, r->origin))) {
        return n;
    }
    out[n++] = (struct http_header){"Access-Control-Allow-Origin", any ? STR("*") : r->origin};
    if (!r->preflight) {
        out[n++] = (struct http_header){"Access-Control-Expose-Headers", STR("X-Request-Id, Retry-After, ETag, Content-Language")};
        return n;
    }
    out[n++] = (struct http_header){"Access-Control-Allow-Headers", STR("Content-Type, X-Request-Id, If-None-Match")};
    out[n++] = (struct http_header){"Access-Control-Max-Age", STR("600")};
    return n;
}

enum { HEADERS_MAX = HTTP_REPLY_HEADERS + 10 };

static size_t all_headers(struct request *r, struct http_header h[HEADERS_MAX]) {
    size_t n = 0;
    if (r->reply.content_type) {
        h[n++] = (struct http_header){"Content-Type", str_of(r->reply.content_type)};
    }
    for (size_t i = 0; i < r->reply.header_count; i++) {
        h[n++] = r->reply.headers[i];
    }
    h[n++] = (struct http_header){"X-Request-Id", r->http.id};
    h[n++] = (struct http_header){"X-Content-Type-Options", STR("nosniff")};
    n += cors_headers(r, h + n);
    if (r->preflight && r->reply.allow) {
        h[n++] = (struct http_header){"Access-Control-Allow-Methods", str_of(r->reply.allow)};
    }
    if (r->server->draining || r->phase == PHASE_CUT) {
        h[n++] = (struct http_header){"Connection", STR("close")};
    }
    return n;
}

/* ---- by libmicrohttpd ---- */

static bool add_header(struct MHD_Response *m, struct arena *a, const struct http_header *h) {
    struct str z = arena_dup(a, h->value); /* ends in NUL */
    return z.p && MHD_add_response_header(m, h->name, z.p) == MHD_YES;
}

static enum MHD_Result queue(struct request *r) {
    struct http_header h[HEADERS_MAX];
    size_t n = all_headers(r, h);
    struct str body = r->reply.content_type ? r->reply.body : STR("");
    struct MHD_Response *m = MHD_create_response_from_buffer(body.n, (void *)(body.p ? body.p : ""), MHD_RESPMEM_PERSISTENT);
    bool good = m != NULL;
    for (size_t i = 0; good && i < n; i++) {
        good = add_header(m, &r->arena, &h[i]);
    }
    enum MHD_Result queued = good ? mhd_queue(r->mhd, (unsigned)r->reply.status, m) : MHD_NO;
    if (m) {
        MHD_destroy_response(m);
    }
    return queued;
}

enum MHD_Result reply_send(struct request *r) {
    pthread_mutex_lock(&r->server->lock);
    bool cut = r->phase == PHASE_CUT;
    if (!cut) {
        r->phase = PHASE_SENDING;
        r->conn->since = server_now();
    }
    pthread_mutex_unlock(&r->server->lock);
    r->arena.full = false; /* the headers need little; where even that fails the connection is closed */
    return cut ? MHD_NO : queue(r);
}

/* ---- past libmicrohttpd ---- */

static void add_date(struct buf *b) {
    time_t now = time(NULL);
    struct tm tm;
    char text[64] = "";
    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm); /* the locale is C: nobody sets another */
    buf_addf(b, "Date: %s\r\n", text);
}

void reply_cut(struct request *r) {
    struct http_header h[HEADERS_MAX];
    struct buf b;
    r->phase = PHASE_CUT;
    reply_problem(r);
    buf_init(&b, &r->arena);
    buf_addf(&b, "HTTP/1.1 %d %s\r\n", r->reply.status, MHD_get_reason_phrase_for((unsigned)r->reply.status));
    add_date(&b);
    size_t n = all_headers(r, h);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&b, "%s: %.*s\r\n", h[i].name, STR_ARG(h[i].value));
    }
    buf_addf(&b, "Content-Length: %zu\r\n\r\n", r->reply.body.n);
    if (r->http.method != HTTP_HEAD) {
        buf_add(&b, r->reply.body);
    }
    (void)!send(r->conn->fd, b.p, b.n, MSG_DONTWAIT | MSG_NOSIGNAL); /* a fresh socket has room; if not, nobody reads */
    shutdown(r->conn->fd, SHUT_WR);
    r->conn->linger = true;
}

/* ---- instead of libmicrohttpd ---- */

static enum err_code code_of_status(unsigned status, const char **text) {
    static const struct {
        unsigned status;
        enum err_code code;
        const char *text;
    } known[] = {
        {413, ERR_TOO_LARGE, "the announced length of the body is too large"},
        {414, ERR_URI, "the address is too long"},
        {431, ERR_HEADERS, "the header fields are too large"},
        {505, ERR_HTTP_VERSION, "the version is neither HTTP/1.1 nor HTTP/1.0"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].status == status) {
            *text = known[i].text;
            return known[i].code;
        }
    }
    *text = status < 500 ? "the request line, a header field or the coding of the body is malformed" : "the HTTP library gave up";
    return status < 500 ? ERR_MALFORMED : ERR_INTERNAL;
}

/* The library would send what is queued here, but 0.9.75 sends the head twice for some errors. So the answer goes past it,
 * and it is told that there is none, which makes it close. */
enum MHD_Result reply_refuse(struct MHD_Connection *c, unsigned status) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct conn *conn = info ? info->socket_context : NULL;
    const char *text;
    enum err_code code = code_of_status(status, &text);
    struct request *r = conn ? conn->request : NULL;
    bool fresh = r == NULL; /* the address was not even read: there is no completed callback */
    if (conn && fresh) {
        r = request_new(conn->server, "", c);
    }
    if (!r) {
        return MHD_NO;
    }
    err_set(&r->err, code, "%s", text);
    r->reply.limit = code == ERR_HEADERS ? conn->server->config->max_header : code == ERR_URI ? conn->server->config->max_uri : 0;
    pthread_mutex_lock(&conn->server->lock);
    if (r->phase == PHASE_RECEIVING) {
        reply_cut(r);
    }
    pthread_mutex_unlock(&conn->server->lock);
    if (fresh) {
        void *gone = r;
        request_completed(conn->server, c, &gone, MHD_REQUEST_TERMINATED_WITH_ERROR);
    }
    return MHD_NO;
}
