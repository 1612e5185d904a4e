/* server.c - start and end of the server, and the handlers that tell of its state. */
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "handlers/json.h"
#include "server/internal.h"

#include "core/base/banned.h"

enum { BACKLOG = 1024, IO_STACK = 1 << 20 };

/* ---- handlers of its own ---- */

static enum err_code status_reply(const struct http_request *req, struct http_reply *rep, struct str body, struct err *err) {
    enum err_code code = http_no_query(req, err);
    rep->status = 200;
    rep->content_type = "application/json";
    rep->body = body;
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return code;
}

HTTP_HANDLER(handle_livez) {
    (void)env;
    (void)w;
    return status_reply(req, rep, STR("{\"status\":\"ok\"}\n"), err);
}

HTTP_HANDLER(handle_healthz) {
    (void)w;
    struct str body = arena_printf(req->arena, "{\"status\":\"ok\",\"version\":\"%s\"}\n", env->version);
    if (!body.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    return status_reply(req, rep, body, err);
}

HTTP_HANDLER(handle_readyz) {
    (void)w;
    struct pool_state p = pool_state(env->server->pool);
    if (env->server->draining) {
        return err_set(err, ERR_DRAINING, "the server finishes its requests and ends");
    }
    if (p.depth >= p.capacity) {
        return err_set(err, ERR_BUSY, "%zu requests wait already", p.depth);
    }
    return status_reply(req, rep, STR("{\"status\":\"ready\"}\n"), err);
}

HTTP_HANDLER(handle_metrics) {
    struct server *s = env->server;
    struct metrics_gauges g = {
        .pool = pool_state(s->pool),
        .connections = s->connections,
        .in_flight = s->in_flight,
        .buffered = s->buffered,
        .draining = s->draining,
        .version = env->version,
    };
    if (s->fetcher) {
        g.fetch = fetcher_state(s->fetcher);
    }
    struct buf b;
    (void)w;
    enum err_code code = http_no_query(req, err);
    buf_init(&b, req->arena);
    if (code == ERR_OK && !metrics_write(s->metrics, &g, &b)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the figures");
    }
    rep->status = 200;
    rep->content_type = "text/plain; version=0.0.4; charset=utf-8";
    rep->body = buf_str(&b);
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return code;
}

/* ---- listening ---- */

static int listen_at(const struct addrinfo *a) {
    int yes = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        int kept = errno;
        close(fd);
        errno = kept;
        return -1;
    }
    return fd;
}

static void tell_address(struct server *s, const char *host) {
    struct sockaddr_storage real;
    socklen_t n = sizeof real;
    char port[16] = "?";
    if (getsockname(s->listen_fd, (struct sockaddr *)&real, &n) == 0) {
        getnameinfo((struct sockaddr *)&real, n, NULL, 0, port, sizeof port, NI_NUMERICSERV);
    }
    bool six = str_find(str_of(host), STR(":"), 0) != SIZE_MAX;
    snprintf(s->address, sizeof s->address, "http://%s%s%s:%s", six ? "[" : "", host, six ? "]" : "", port);
}

static enum err_code open_socket(struct server *s, struct err *err) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
    char host[256], service[8];
    unsigned port = 0;
    if (!config_address(s->config->listen, host, sizeof host, &port)) {
        return err_set_in(err, ERR_VALUE, "listen", 0, 0, "'%s' is not ADDRESS:PORT", s->config->listen);
    }
    snprintf(service, sizeof service, "%u", port);
    int bad = getaddrinfo(host, service, &hints, &list);
    if (bad) {
        return err_set_in(err, ERR_IO, s->config->listen, 0, 0, "%s", gai_strerror(bad));
    }
    for (struct addrinfo *a = list; a && s->listen_fd < 0; a = a->ai_next) {
        s->listen_fd = listen_at(a);
    }
    int why = errno;
    freeaddrinfo(list);
    if (s->listen_fd < 0) {
        return err_set_in(err, ERR_IO, s->config->listen, 0, 0, "cannot listen: %s", strerror(why));
    }
    tell_address(s, host);
    return ERR_OK;
}

/* ---- starting ---- */

static void mhd_says(void *server, const char *format, va_list ap) {
    (void)server; /* what it complains of is in the access log, with the request */
    (void)format;
    (void)ap;
}

static size_t cores(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (size_t)n : 1;
}

static enum err_code start_daemon(struct server *s, struct err *err) {
    const struct server_config *c = s->config;
    size_t io = c->io_threads ? c->io_threads : cores() / 2 < 2 ? 2 : cores() / 2 > 4 ? 4 : cores() / 2;
    /* The head must fit into half of a connection's memory; above our own limits, so that we refuse what is too large. */
    size_t memory = 2 * (c->max_header + c->max_uri) + 16 * 1024;
    size_t connections = c->max_connections < io ? io : c->max_connections;
    struct MHD_OptionItem more[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)io, NULL}, /* 1 means no pool, one thread */
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)c->max_per_address, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, request_handle, s,                          //
                                 MHD_OPTION_EXTERNAL_LOGGER, mhd_says, s,                          //
                                 MHD_OPTION_LISTEN_SOCKET, s->listen_fd,                           //
                                 MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections,               //
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory,                       //
                                 MHD_OPTION_CONNECTION_TIMEOUT, 0u,                                // reaper.c
                                 MHD_OPTION_STRICT_FOR_CLIENT, 1,                                  //
                                 MHD_OPTION_THREAD_STACK_SIZE, (size_t)IO_STACK,                   //
                                 MHD_OPTION_URI_LOG_CALLBACK, request_new, s,                      //
                                 MHD_OPTION_NOTIFY_COMPLETED, request_completed, s,                //
                                 MHD_OPTION_NOTIFY_CONNECTION, conn_changed, s,                    //
                                 MHD_OPTION_ARRAY, more, MHD_OPTION_END);
    return s->daemon ? ERR_OK : err_set(err, ERR_INTERNAL, "libmicrohttpd does not start");
}

static void release(struct server *s) {
    reaper_stop(s);
    if (s->daemon) {
        MHD_stop_daemon(s->daemon); /* closes the listening socket unless quiesced */
    } else if (s->listen_fd >= 0) {
        close(s->listen_fd);
    }
    pool_free(s->pool);
    fetcher_free(s->fetcher);
    metrics_free(s->metrics);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static enum err_code start_metrics(struct server *s, struct err *err) {
    static const char *names[ROUTES_MAX];
    size_t n;
    const struct route *all = routes_all(&n);
    for (size_t i = 0; i < n; i++) {
        names[i] = all[i].path;
    }
    s->metrics = metrics_new(names, n);
    return s->metrics ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the figures");
}

enum err_code server_new(struct server **out, const struct server_config *c, const struct nutgraf *ng, struct err *err) {
    pthread_condattr_t monotonic;
    struct server *s = calloc(1, sizeof *s);
    if (!s) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the server");
    }
    s->config = c;
    s->ng = ng;
    s->listen_fd = -1;
    s->env = (struct handler_env){.ng = ng, .version = NUTGRAF_VERSION, .libretranslate = c->libretranslate == 1, .server = s};
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    log_init(&s->log, c);
    if (getrandom(&s->id_seed, sizeof s->id_seed, 0) != (ssize_t)sizeof s->id_seed) {
        s->id_seed = (uint64_t)(server_now() * 1e9);
    }
    enum err_code code = start_metrics(s, err);
    code = code ? code : open_socket(s, err);
    code = code ? code : pool_new(&s->pool, ng, c->workers ? c->workers : cores(), c->queue, err);
    code = code ? code : fetching_start(s, err);
    code = code ? code : start_daemon(s, err);
    code = code ? code : reaper_start(s, err);
    if (code != ERR_OK) {
        release(s);
        return code;
    }
    log_event(&s->log, "listening", "%s", s->address);
    *out = s;
    return ERR_OK;
}

const char *server_address(const struct server *s) {
    return s->address;
}

/* ---- ending ---- */

void server_drain(struct server *s) {
    s->draining = true;
    log_event(&s->log, "draining", "%zu requests under way", (size_t)s->in_flight);
}

static void nap(double seconds) {
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&t, NULL);
}

/* Has the kernel ignore attempts to connect. The sender tries again after a second and then finds the port closed (or a
 * successor listening), while handshakes under way come to their end: closing the socket at once would reset them. */
static void ignore_new(int fd) {
    enum { TCP_FLAGS = 13, TCP_SYN = 2 };
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),          /* drop */
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), /* keep */
    };
    struct sock_fprog program = {.len = sizeof steps / sizeof steps[0], .filter = steps};
    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program); /* where refused, a tiny window stays open */
    nap(0.02);
}

/* Connections that the kernel has accepted for us are served as well; after that, new ones are refused. */
static void stop_accepting(struct server *s) {
    int fd = MHD_quiesce_daemon(s->daemon);
    if (fd < 0) {
        return;
    }
    ignore_new(fd);
    for (;;) {
        struct sockaddr_storage a;
        socklen_t n = sizeof a;
        int client = accept4(fd, (struct sockaddr *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) {
            break;
        }
        MHD_add_connection(s->daemon, client, (struct sockaddr *)&a, n); /* closes client when it fails */
    }
    close(fd);
}

/* Whether anybody still has a request with us: one under way, bytes not read yet, or a connection so fresh that its
 * first request may be on the way. */
static bool at_rest(struct server *s) {
    const double fresh = 1;
    double now = server_now();
    bool rest = s->in_flight == 0;
    pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->conns; c && rest; c = c->older) {
        int pending = 0;
        rest = c->request == NULL && (c->requests > 0 || now - c->since > fresh);
        rest = rest && (ioctl(c->fd, FIONREAD, &pending) != 0 || pending == 0);
    }
    pthread_mutex_unlock(&s->lock);
    return rest;
}

/* true when at rest for a moment before the deadline. */
static bool wait_for_rest(struct server *s, double deadline) {
    const double step = 0.01;
    int quiet = 0;
    while (quiet < 5) {
        quiet = at_rest(s) ? quiet + 1 : 0;
        if (quiet == 0 && server_now() > deadline) {
            return false;
        }
        nap(step);
    }
    return true;
}

size_t server_stop(struct server *s) {
    double deadline = server_now() + s->config->drain_timeout;
    size_t lost = 0;
    s->draining = true;
    stop_accepting(s);
    if (!wait_for_rest(s, deadline)) {
        /* What waits is told so; what runs ends by its own deadline. */
        s->abandoning = true;
        lost = s->in_flight;
        if (s->fetcher) {
            fetcher_stop(s->fetcher);
        }
        while (s->suspended) {
            nap(0.01);
        }
        wait_for_rest(s, server_now() + 0.5);
    }
    log_event(&s->log, "ended", lost ? "%zu requests were not finished in time" : "%zu requests lost", lost);
    release(s);
    return lost;
}
