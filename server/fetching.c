/* fetching.c - between requests and core/fetch: a request that needs a page leaves its worker, waits without one, and is queued again
 * when the page has come. */
#include "server/internal.h"

#include "core/base/banned.h"

enum err_code fetching_start(struct server *s, struct err *err) {
    const struct server_config *c = s->config;
    struct fetch_config f = fetch_defaults();
    if (c->fetch != FETCH_ON) {
        return ERR_OK;
    }
    f.total_timeout = c->fetch_timeout;
    f.connect_timeout = c->fetch_connect_timeout;
    f.first_byte_timeout = c->fetch_first_byte_timeout;
    f.max_bytes = f.max_wire = c->fetch_max_bytes;
    f.max_active = c->fetch_concurrency;
    f.max_per_host = c->fetch_per_host;
    f.max_waiting = c->queue;
    f.max_redirects = c->fetch_redirects;
    f.cache_bytes = c->fetch_cache;
    f.robots = c->fetch_robots == FETCH_ON;
    f.user_agent = c->fetch_user_agent;
    f.ports = c->fetch_ports;
    f.allow = c->fetch_allow;
    f.proxy = c->fetch_proxy;
    f.ca_file = c->fetch_ca_file;
    enum err_code code = fetcher_new(&s->fetcher, &f, err);
    s->env.fetches = code == ERR_OK;
    return code;
}

/* In the fetcher's thread: r is ours until it is resumed or queued. */
static void came(struct fetch_job *job) {
    struct request *r = job->context;
    if (job->err.code == ERR_OK && !pool_reserve(r->server->pool)) {
        err_set(&job->err, ERR_BUSY, "%zu requests wait already", r->server->config->queue);
    }
    if (job->err.code != ERR_OK) {
        r->err = job->err;
        reply_problem(r);
        request_resume(r);
        return;
    }
    r->page = (struct http_page){.url = job->page.url, .content_type = job->page.content_type, .body = job->page.body, .cached = job->page.cached};
    r->http.page = &r->page;
    r->reply = (struct http_reply){0};
    pool_submit(r->server->pool, &r->job);
}

bool fetching_begin(struct request *r) {
    if (!r->server->fetcher) {
        err_set_in(&r->err, ERR_UNSUPPORTED, "url", 0, 0, "this server fetches no pages");
        return false;
    }
    r->fetch = (struct fetch_job){.arena = &r->arena, .url = r->reply.fetch, .deadline = r->http.deadline, .done = came, .context = r};
    return fetch_start(r->server->fetcher, &r->fetch, &r->err) == ERR_OK;
}
