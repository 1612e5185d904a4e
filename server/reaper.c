/* reaper.c - ends what takes too long: one thread that looks at all connections a few times a second.
 *
 * libmicrohttpd's own timeout counts silence only, so that a byte every few seconds would hold a connection for ever,
 * and it closes without a word. Here each phase has a limit, and a request that does not arrive gets its 408. A request
 * belongs to its I/O thread: the reaper only marks it as late and ends the reading, the thread does the rest.
 *
 * A socket that is closed while its client is still sending is reset, and the client may never read what it was
 * answered. Connections answered early are therefore kept open a while after libmicrohttpd has closed its side of
 * them, and what comes is thrown away. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/internal.h"

#include "core/base/banned.h"

#define TICK_NS 100000000L       /* looking at connections */
#define LINGER_TICK_NS 5000000L /* while some linger */
#define LINGER_SECONDS 2.0

/* ---- gentle closing ---- */

void reaper_linger(struct server *s, int fd) {
    int own = s->linger_count < LINGER_MAX && !s->stopping ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (own < 0) {
        return; /* a reset is the worst that happens */
    }
    shutdown(own, SHUT_WR);
    s->lingering[s->linger_count++] = (struct lingering){.fd = own, .until = server_now() + LINGER_SECONDS};
    pthread_cond_signal(&s->wake);
}

/* true when the client has closed as well, or an error says so. */
static bool swallow(int fd) {
    char waste[64 * 1024];
    ssize_t n;
    int rounds = 0;
    do {
        n = recv(fd, waste, sizeof waste, MSG_DONTWAIT);
    } while (n > 0 && ++rounds < 64);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void look_at_lingering(struct server *s, double now) {
    for (size_t i = 0; i < s->linger_count;) {
        if (swallow(s->lingering[i].fd) || now > s->lingering[i].until) {
            close(s->lingering[i].fd);
            s->lingering[i] = s->lingering[--s->linger_count];
        } else {
            i++;
        }
    }
}

/* ---- limits of time ---- */

/* Whether the client has closed its side. libmicrohttpd's edge-triggered epoll misses that when it comes together with
 * the last data, and would wait for more until the time is over; ending the reading wakes it. */
static bool hung_up(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return poll(&p, 1, 0) > 0 && (p.revents & POLLRDHUP);
}

static void look_at(struct conn *c, double now) {
    const struct server_config *config = c->server->config;
    struct request *r = c->request;
    if (!r) {
        if (now - c->since > config->idle_timeout) {
            shutdown(c->fd, SHUT_RDWR);
            c->since = now; /* once is enough */
        }
        return;
    }
    if (r->phase == PHASE_RECEIVING && !r->woken && hung_up(c->fd)) {
        r->woken = true;
        shutdown(c->fd, SHUT_RD);
    }
    if (r->phase == PHASE_RECEIVING && !r->late && now - r->started > config->receive_timeout) {
        r->late = true;
        shutdown(c->fd, SHUT_RD); /* libmicrohttpd sees the end and tells request_completed, which answers */
    } else if (r->phase == PHASE_SENDING && !r->late && now - c->since > config->send_timeout) {
        r->late = true;
        shutdown(c->fd, SHUT_RDWR);
    }
}

static void *run(void *arg) {
    struct server *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        struct timespec until;
        double now = server_now();
        for (struct conn *c = s->conns; c; c = c->older) {
            look_at(c, now);
        }
        look_at_lingering(s, now);
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += s->linger_count ? LINGER_TICK_NS : TICK_NS;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&s->wake, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

enum err_code reaper_start(struct server *s, struct err *err) {
    if (pthread_create(&s->reaper, NULL, run, s) != 0) {
        return err_set(err, ERR_INTERNAL, "cannot start a thread");
    }
    s->reaper_runs = true;
    return ERR_OK;
}

void reaper_stop(struct server *s) {
    if (!s->reaper_runs) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->reaper, NULL);
    s->reaper_runs = false;
    look_at_lingering(s, server_now() + LINGER_SECONDS + 1);
}
