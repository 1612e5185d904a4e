/* fetch.c - see fetch.h. The thread: takes new tasks, starts what the limits allow, lets libcurl work, ends what is done. */
#include "core/fetch/fetch.h"

#include <stdlib.h>

#include "core/fetch/task.h"
#include "core/limits.h"

#include "core/base/banned.h"

#ifndef NUTGRAF_VERSION
#define NUTGRAF_VERSION "0"
#endif

enum { POLL_MS = 100 };

struct fetch_config fetch_defaults(void) {
    return (struct fetch_config){
        .connect_timeout = 4,
        .first_byte_timeout = 6,
        .total_timeout = 10,
        .max_bytes = LIMIT_HTML,
        .max_wire = LIMIT_HTML,
        .max_redirects = 8,
        .max_active = 32,
        .max_per_host = 4,
        .max_waiting = 64,
        .cache_bytes = (size_t)32 << 20,
        .robots = true,
        .ports = "80,443",
    };
}

/* ---- the thread ---- */

static void push(struct fetch_task **list, struct fetch_task *t) {
    while (*list) {
        list = &(*list)->next;
    }
    t->next = NULL;
    *list = t;
}

static void drop(struct fetch_task **list, struct fetch_task *t) {
    while (*list != t) {
        list = &(*list)->next;
    }
    *list = t->next;
}

static size_t count_host(const struct fetch_task *list, struct str host) {
    size_t n = 0;
    for (; list; list = list->next) {
        n += str_eq(list->page.host, host);
    }
    return n;
}

static size_t count_all(const struct fetch_task *list) {
    size_t n = 0;
    for (; list; list = list->next) {
        n++;
    }
    return n;
}

/* t is in no list any more; afterwards it is not the fetcher's. */
static void finish(struct fetcher *f, struct fetch_task *t) {
    struct fetch_job *job = t->job;
    task_stop(t);
    pthread_mutex_lock(&f->lock);
    f->count--;
    f->state.pages += job->err.code == ERR_OK;
    f->state.failed += job->err.code != ERR_OK;
    f->state.refused += job->err.code == ERR_FETCH_REFUSED;
    f->state.cache_hits += job->err.code == ERR_OK && job->page.cached;
    pthread_mutex_unlock(&f->lock);
    job->done(job);
}

static void turn(struct fetcher *f, struct fetch_task *t, enum task_turn what) {
    if (what == TASK_FINISHED) {
        finish(f, t);
    } else {
        push(what == TASK_RUNS ? &f->active : &f->waiting, t);
    }
}

static void take_new(struct fetcher *f) {
    pthread_mutex_lock(&f->lock);
    struct fetch_task *t = f->incoming;
    f->incoming = NULL;
    f->incoming_end = &f->incoming;
    pthread_mutex_unlock(&f->lock);
    while (t) {
        struct fetch_task *next = t->next;
        push(&f->waiting, t);
        t = next;
    }
}

/* Starts what may start; the others wait their turn, each for its host. */
static void start_waiting(struct fetcher *f) {
    struct fetch_task *t = f->waiting;
    f->waiting = NULL;
    while (t) {
        struct fetch_task *next = t->next;
        if (fetch_now() >= t->deadline) {
            err_set_in(&t->job->err, ERR_FETCH_TIMEOUT, "url", 0, 0, "the page did not come in the time allowed");
            finish(f, t);
        } else if (count_all(f->active) < f->config.max_active && count_host(f->active, t->page.host) < f->config.max_per_host) {
            turn(f, t, task_begin(t));
        } else {
            push(&f->waiting, t);
        }
        t = next;
    }
}

static void end_done(struct fetcher *f) {
    CURLMsg *m;
    for (int left; (m = curl_multi_info_read(f->multi, &left));) {
        struct fetch_task *t = NULL;
        if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t) == CURLE_OK && t) {
            CURLcode code = m->data.result;
            drop(&f->active, t);
            turn(f, t, task_end(t, code));
        }
    }
}

static void end_overdue(struct fetcher *f) {
    double now = fetch_now();
    for (struct fetch_task *t = f->active, *next; t; t = next) {
        next = t->next;
        if (task_overdue(t, now)) {
            drop(&f->active, t);
            turn(f, t, task_end(t, CURLE_OPERATION_TIMEDOUT));
        }
    }
}

static void end_all(struct fetcher *f) {
    take_new(f);
    while (f->active || f->waiting) {
        struct fetch_task **list = f->active ? &f->active : &f->waiting, *t = *list;
        *list = t->next;
        err_set(&t->job->err, ERR_DRAINING, "the server ends before the page came");
        finish(f, t);
    }
}

static void *run(void *arg) {
    struct fetcher *f = arg;
    for (bool stopping = false; !stopping;) {
        int running;
        take_new(f);
        start_waiting(f);
        curl_multi_perform(f->multi, &running);
        end_done(f);
        end_overdue(f);
        pthread_mutex_lock(&f->lock);
        stopping = f->stopping;
        bool more = f->incoming != NULL;
        f->state.active = count_all(f->active);
        f->state.waiting = count_all(f->waiting);
        pthread_mutex_unlock(&f->lock);
        if (!stopping && !more) {
            curl_multi_poll(f->multi, NULL, 0, f->active || f->waiting ? POLL_MS : 60000, NULL);
        }
    }
    end_all(f);
    return NULL;
}

/* ---- from and to the thread ---- */

static enum err_code read_ports(struct fetcher *f, struct err *err) {
    for (struct str list = str_of(f->config.ports); list.n;) {
        struct str s = str_trim(str_cut(&list, ','));
        size_t port;
        if (!str_to_size(s, &port) || port < 1 || port > 65535 || f->port_count == FETCH_PORTS_MAX) {
            return err_set(err, ERR_VALUE, "'%.*s' is no list of at most %d ports", STR_ARG(str_sub(s, 0, 40)), FETCH_PORTS_MAX);
        }
        f->ports[f->port_count++] = (unsigned)port;
    }
    return ERR_OK;
}

/* Others (socks4, socks5) have names resolved here, where nobody would look at the address. */
static enum err_code check_proxy(const char *proxy, struct err *err) {
    static const char *const schemes[] = {"http://", "https://", "socks5h://"};
    struct str s = str_of(proxy);
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (s.n == 0 || str_starts(s, str_of(schemes[i]))) {
            return ERR_OK;
        }
    }
    return err_set(err, ERR_VALUE, "the proxy is told as http://HOST:PORT, https://HOST:PORT or socks5h://HOST:PORT");
}

static enum err_code prepare(struct fetcher *f, struct err *err) {
    struct arena *a = &f->arena;
    enum err_code code = read_ports(f, err);
    code = code ? code : check_proxy(f->config.proxy, err);
    code = code ? code : address_allows_read(&f->allows, a, str_of(f->config.allow), err);
    const char *agent = f->config.user_agent;
    f->agent = agent && agent[0] ? arena_dup(a, str_of(agent)) : arena_printf(a, "nutgraf/%s (news analysis on demand; one page a request)", NUTGRAF_VERSION);
    struct str rest = f->agent;
    f->token = str_trim(str_cut(&rest, '/'));
    struct str word = f->token;
    f->token = str_cut(&word, ' ');
    f->multi = curl_multi_init();
    f->cache = cache_new(f->config.cache_bytes);
    if (code == ERR_OK && (arena_full(a) || !f->multi || !f->cache)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the fetcher");
    }
    if (code == ERR_OK) {
        curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)f->config.max_active);
        curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->config.max_active);
    }
    return code;
}

static void release(struct fetcher *f) {
    curl_multi_cleanup(f->multi);
    cache_free(f->cache);
    arena_release(&f->arena);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static void global_init(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum err_code fetcher_new(struct fetcher **out, const struct fetch_config *config, struct err *err) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, global_init);
    struct fetcher *f = calloc(1, sizeof *f);
    if (!f) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the fetcher");
    }
    f->config = *config;
    f->incoming_end = &f->incoming;
    arena_init(&f->arena, (size_t)1 << 20);
    pthread_mutex_init(&f->lock, NULL);
    enum err_code code = prepare(f, err);
    if (code == ERR_OK && pthread_create(&f->thread, NULL, run, f) != 0) {
        code = err_set(err, ERR_INTERNAL, "cannot start the fetcher's thread");
    }
    if (code != ERR_OK) {
        release(f);
        return code;
    }
    *out = f;
    return ERR_OK;
}

void fetcher_stop(struct fetcher *f) {
    pthread_mutex_lock(&f->lock);
    bool joined = f->joined;
    f->stopping = f->joined = true;
    pthread_mutex_unlock(&f->lock);
    if (!joined) {
        curl_multi_wakeup(f->multi);
        pthread_join(f->thread, NULL);
    }
}

void fetcher_free(struct fetcher *f) {
    if (f) {
        fetcher_stop(f);
        release(f);
    }
}

enum err_code fetch_start(struct fetcher *f, struct fetch_job *job, struct err *err) {
    job->page = (struct fetch_page){0};
    job->err = (struct err){0};
    enum err_code code = task_new(&job->task, f, job, err);
    if (code != ERR_OK) {
        pthread_mutex_lock(&f->lock);
        f->state.failed++;
        f->state.refused += code == ERR_FETCH_REFUSED;
        pthread_mutex_unlock(&f->lock);
        return code;
    }
    pthread_mutex_lock(&f->lock);
    bool room = f->count < f->config.max_active + f->config.max_waiting && !f->stopping;
    if (room) {
        f->count++;
        job->task->next = NULL;
        *f->incoming_end = job->task;
        f->incoming_end = &job->task->next;
    }
    pthread_mutex_unlock(&f->lock);
    if (!room) {
        return err_set(err, ERR_BUSY, "as many pages as may be are being fetched already");
    }
    curl_multi_wakeup(f->multi);
    return ERR_OK;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
};

static void wake(struct fetch_job *job) {
    struct waiter *w = job->context;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

enum err_code fetch_get(struct fetcher *f, struct arena *a, struct str url, double deadline, struct fetch_page *out, struct err *err) {
    struct waiter w = {.done = false};
    struct fetch_job job = {.arena = a, .url = url, .deadline = deadline, .done = wake, .context = &w};
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.wake, NULL);
    enum err_code code = fetch_start(f, &job, err);
    if (code == ERR_OK) {
        pthread_mutex_lock(&w.lock);
        while (!w.done) {
            pthread_cond_wait(&w.wake, &w.lock);
        }
        pthread_mutex_unlock(&w.lock);
        code = job.err.code;
        *out = job.page;
        if (code != ERR_OK && err && err->code == ERR_OK) {
            *err = job.err;
        }
    }
    pthread_cond_destroy(&w.wake);
    pthread_mutex_destroy(&w.lock);
    return code;
}

struct fetch_state fetcher_state(struct fetcher *f) {
    pthread_mutex_lock(&f->lock);
    struct fetch_state s = f->state;
    pthread_mutex_unlock(&f->lock);
    return s;
}
