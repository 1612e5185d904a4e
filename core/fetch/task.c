/* task.c - see task.h. Redirects are followed here and not by libcurl, so that each hop is checked like a first address. */
#include "core/fetch/task.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include "core/fetch/robots.h"
#include "core/limits.h"

#include "core/base/banned.h"

enum { ROBOTS_HOPS = 5 /* RFC 9309, 2.3.1.2 */, ROBOTS_FRESH = 3600, SKIP_MAX = 64 << 10, LIST_MAX = 2000 };

double fetch_now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

#define REFUSED_TEXT "the address is not one of the public internet"

static enum task_turn fail(struct fetch_task *t, enum err_code code, const char *text) {
    err_set_in(&t->job->err, code, "url", 0, 0, "%s", text);
    return TASK_FINISHED;
}

/* ---- addresses ---- */

static bool port_free(const struct fetcher *f, unsigned port) {
    for (size_t i = 0; i < f->port_count; i++) {
        if (f->ports[i] == port) {
            return true;
        }
    }
    return false;
}

static bool has_proxy(const struct fetcher *f) {
    return f->config.proxy && f->config.proxy[0];
}

/* What can be told before anything is resolved. A proxy resolves names itself, so that with one this is all that is checked here:
 * addresses written as such, and names of the machine itself. */
static enum err_code check_place(const struct fetcher *f, const struct fetch_url *u, struct err *err) {
    bool free = port_free(f, u->port);
    struct sockaddr_storage ss;
    if (!free && !address_port_named(&f->allows, u->port)) {
        return err_set_in(err, ERR_FETCH_REFUSED, "url", 0, 0, "the address names a port that is not fetched from");
    }
    enum address_kind kind = address_of_host(&ss, u->host, u->port);
    bool inside = kind == ADDRESS_ODD || (kind == ADDRESS_LOCAL_NAME && f->allows.n == 0);
    if (kind == ADDRESS_LITERAL && has_proxy(f)) {
        const struct sockaddr *sa = (const struct sockaddr *)&ss;
        inside = !(free && address_public(sa)) && !address_allowed(&f->allows, sa, free);
    }
    return inside ? err_set_in(err, ERR_FETCH_REFUSED, "url", 0, 0, REFUSED_TEXT) : ERR_OK;
}

/* libcurl is about to connect: the last word on the address. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address) {
    struct fetch_task *t = arg;
    const struct fetcher *f = t->fetcher;
    (void)purpose;
    if (!has_proxy(f)) {
        bool free = port_free(f, t->at.port);
        if (!(free && address_public(&address->addr)) && !address_allowed(&f->allows, &address->addr, free)) {
            t->refused = true;
            return CURL_SOCKET_BAD;
        }
    }
    if (f->config.divert) {
        f->config.divert(&address->addr);
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Connected, nothing asked yet: a name that has refused addresses beside good ones is refused as a whole. */
static int before_request(void *arg, char *ip, char *local, int port, int local_port) {
    const struct fetch_task *t = arg;
    (void)ip;
    (void)local;
    (void)port;
    (void)local_port;
    return t->refused ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

enum err_code task_new(struct fetch_task **out, struct fetcher *f, struct fetch_job *job, struct err *err) {
    struct fetch_task *t = ARENA_NEW(job->arena, struct fetch_task);
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the page");
    }
    t->fetcher = f;
    t->job = job;
    t->deadline = fetch_now() + f->config.total_timeout;
    t->deadline = job->deadline > 0 && job->deadline < t->deadline ? job->deadline : t->deadline;
    enum err_code code = fetch_url_read(&t->page, job->arena, job->url, NULL, err);
    code = code ? code : check_place(f, &t->page, err);
    t->at = t->page;
    *out = t;
    return code;
}

/* ---- what comes ---- */

/* The status of "HTTP/1.1 200 OK"; 0 for another line. */
static long status_of(struct str line) {
    size_t status = 0;
    if (!str_starts(line, STR("HTTP/"))) {
        return 0;
    }
    str_cut(&line, ' ');
    line = str_trim(line);
    return str_to_size(str_cut(&line, ' '), &status) && status < 1000 ? (long)status : 0;
}

/* A list so long that it is not worth keeping means that the page is not, either. */
static struct str joined(struct arena *a, struct str list, struct str value) {
    if (list.n + value.n > LIST_MAX) {
        return STR("no-store, *");
    }
    return list.n ? arena_printf(a, "%.*s, %.*s", STR_ARG(list), STR_ARG(value)) : arena_dup(a, value);
}

static size_t on_header(char *p, size_t size, size_t n, void *arg) {
    struct fetch_task *t = arg;
    struct response *r = &t->response;
    static const struct {
        const char *name;
        size_t offset;
        bool list; /* several fields of the name are one list: RFC 9110, 5.3 */
    } fields[] = {
#define FIELD(name, member, list) {name, offsetof(struct response, member), list}
        FIELD("location", location, false),           FIELD("content-type", content_type, false), FIELD("etag", etag, false),
        FIELD("last-modified", last_modified, false), FIELD("cache-control", cache_control, true), FIELD("expires", expires, false),
        FIELD("date", date, false),                   FIELD("age", age, false),                   FIELD("vary", vary, true),
#undef FIELD
    };
    struct str line = {p, size * n}, name, value = line;
    long status = status_of(line);
    r->begun = true;
    r->header_bytes += line.n;
    if (r->header_bytes > LIMIT_FETCH_HEADERS) {
        t->full = true;
        return 0;
    }
    if (r->body.n || r->skipped) {
        return line.n; /* trailers */
    }
    if (status) { /* fields of interim responses are not those of the answer */
        *r = (struct response){.status = status, .begun = true, .header_bytes = r->header_bytes, .body = r->body};
        return line.n;
    }
    name = str_trim(str_cut(&value, ':'));
    value = str_trim(value);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        size_t at = 0;
        while (at < name.n && (name.p[at] | 0x20) == fields[i].name[at]) {
            at++;
        }
        if (at == name.n && fields[i].name[at] == '\0') {
            struct str *to = (struct str *)(void *)((char *)r + fields[i].offset);
            *to = fields[i].list ? joined(t->job->arena, *to, value) : arena_dup(t->job->arena, value);
        }
    }
    return line.n;
}

static size_t on_body(char *p, size_t size, size_t n, void *arg) {
    struct fetch_task *t = arg;
    struct buf *b = &t->response.body;
    size_t max = t->goal == GOAL_ROBOTS ? LIMIT_ROBOTS : t->fetcher->config.max_bytes;
    if (t->response.status < 200 || t->response.status > 299) {
        t->response.skipped += size * n; /* what a redirect or refusal says beside its header */
        t->enough = t->response.skipped > SKIP_MAX;
        return t->enough ? 0 : size * n;
    }
    if (b->n + size * n > max) {
        t->full = true;
        return 0;
    }
    return buf_add(b, (struct str){p, size * n}) ? size * n : 0;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up) {
    struct fetch_task *t = arg;
    (void)up_total;
    (void)up;
    if ((size_t)now > t->fetcher->config.max_wire || (total > 0 && (size_t)total > t->fetcher->config.max_wire && t->goal == GOAL_PAGE)) {
        t->full = true;
        return 1;
    }
    return 0;
}

/* ---- a request ---- */

static bool add_header(struct fetch_task *t, const char *name, struct str value) {
    struct str line = arena_printf(t->job->arena, "%s: %.*s", name, STR_ARG(value));
    struct curl_slist *list = line.p ? curl_slist_append(t->headers, line.p) : NULL;
    t->headers = list ? list : t->headers;
    return list != NULL;
}

static bool set_headers(struct fetch_task *t) {
    bool good = add_header(t, "Accept", t->goal == GOAL_ROBOTS ? STR("text/plain, */*;q=0.1") : STR("text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1"));
    if (t->goal == GOAL_PAGE && t->stale.body.p) {
        good = good && (!t->stale.etag.n || add_header(t, "If-None-Match", t->stale.etag));
        good = good && (!t->stale.last_modified.n || add_header(t, "If-Modified-Since", t->stale.last_modified));
    }
    for (const char *const *r = t->fetcher->config.resolve; r && *r; r++) {
        struct curl_slist *list = curl_slist_append(t->resolve, *r);
        good = good && list;
        t->resolve = list ? list : t->resolve;
    }
    return good;
}

static long milliseconds(double seconds) {
    return seconds < 0.001 ? 1 : (long)(seconds * 1000);
}

static void set_options(struct fetch_task *t, CURL *e) {
    const struct fetch_config *c = &t->fetcher->config;
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_URL, t->at.url.p);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_PROXY, has_proxy(t->fetcher) ? c->proxy : "");
    curl_easy_setopt(e, CURLOPT_NOPROXY, ""); /* else $NO_PROXY would lead past the proxy, and so past whoever guards addresses */
    curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* else giving up on a name waits in this thread until its servers have answered */
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_USERAGENT, t->fetcher->agent.p);
    curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(c->connect_timeout));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, milliseconds(t->deadline - t->started));
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, before_request);
    curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(e, CURLOPT_XFERINFODATA, t);
    if (t->resolve) {
        curl_easy_setopt(e, CURLOPT_RESOLVE, t->resolve);
    }
    if (c->ca_file && c->ca_file[0]) {
        curl_easy_setopt(e, CURLOPT_CAINFO, c->ca_file);
    }
}

static enum task_turn request(struct fetch_task *t) {
    t->response = (struct response){0};
    t->refused = t->full = t->enough = false;
    t->started = fetch_now();
    buf_init(&t->response.body, t->job->arena);
    if (t->started >= t->deadline) {
        return fail(t, ERR_FETCH_TIMEOUT, "the page did not come in the time allowed");
    }
    t->easy = curl_easy_init();
    if (!t->easy || !set_headers(t)) {
        task_stop(t);
        return fail(t, ERR_NO_MEMORY, "no memory to fetch the page");
    }
    set_options(t, t->easy);
    if (curl_multi_add_handle(t->fetcher->multi, t->easy) != CURLM_OK) {
        task_stop(t);
        return fail(t, ERR_INTERNAL, "the fetch could not be started");
    }
    return TASK_RUNS;
}

void task_stop(struct fetch_task *t) {
    if (t->easy) {
        curl_multi_remove_handle(t->fetcher->multi, t->easy);
        curl_easy_cleanup(t->easy);
    }
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->resolve);
    t->easy = NULL;
    t->headers = t->resolve = NULL;
}

bool task_overdue(const struct fetch_task *t, double now) {
    return !t->response.begun && now - t->started > t->fetcher->config.first_byte_timeout;
}

/* ---- robots.txt ---- */

static struct str robots_key(struct fetch_task *t) {
    return arena_printf(t->job->arena, "robots.txt of %.*s", STR_ARG(t->page.origin));
}

static enum task_turn judge(struct fetch_task *t, struct str robots) {
    if (!robots_allow(robots, t->fetcher->token, t->page.path)) {
        return fail(t, ERR_FETCH_REFUSED, "the site's robots.txt asks programs not to fetch this page");
    }
    t->robots_origin = t->page.origin;
    t->goal = GOAL_PAGE;
    t->at = t->page;
    return TASK_WAITS;
}

static enum task_turn ask_robots(struct fetch_task *t) {
    const struct cache_entry *known = cache_get(t->fetcher->cache, robots_key(t));
    if (known && known->fresh_until > fetch_now()) {
        return judge(t, known->body);
    }
    t->goal = GOAL_ROBOTS;
    t->robots_hops = 0;
    enum err_code code = fetch_url_read(&t->at, t->job->arena, STR("/robots.txt"), &t->page, &t->job->err);
    return code ? TASK_FINISHED : request(t);
}

static enum task_turn robots_came(struct fetch_task *t) {
    const struct response *r = &t->response;
    struct str text = STR("");
    if (r->status >= 200 && r->status < 300) {
        text = buf_str(&r->body);
    } else if (r->status >= 500 || r->status == 429) {
        text = STR("User-agent: *\nDisallow: /"); /* unreachable: RFC 9309, 2.3.1.4 */
    }
    struct cache_entry e = {.url = robots_key(t), .body = text, .fresh_until = fetch_now() + ROBOTS_FRESH};
    cache_put(t->fetcher->cache, &e);
    return judge(t, text);
}

/* ---- pages ---- */

static enum task_turn deliver(struct fetch_task *t, struct str body, struct str type, bool cached) {
    t->job->page = (struct fetch_page){.url = t->page.url, .content_type = type, .body = body, .redirects = t->hops, .cached = cached};
    return TASK_FINISHED;
}

/* A page that the cache has: as it is while fresh, else as a reason to ask conditionally. */
static bool from_cache(struct fetch_task *t, enum task_turn *turn) {
    const struct cache_entry *e = cache_get(t->fetcher->cache, t->page.url);
    struct arena *a = t->job->arena;
    t->stale = (struct cache_entry){0};
    if (!e || (e->fresh_until <= fetch_now() && !e->etag.n && !e->last_modified.n)) {
        return false;
    }
    t->stale = (struct cache_entry){
        .url = t->page.url,
        .body = arena_dup(a, e->body),
        .content_type = arena_dup(a, e->content_type),
        .etag = arena_dup(a, e->etag),
        .last_modified = arena_dup(a, e->last_modified),
        .lifetime = e->lifetime,
    };
    if (arena_full(a)) {
        t->stale.body = STR_NONE;
        return false;
    }
    if (e->fresh_until > fetch_now()) {
        *turn = deliver(t, t->stale.body, t->stale.content_type, true);
        return true;
    }
    return false;
}

static void keep(struct fetch_task *t, struct cache_entry e) {
    const struct response *r = &t->response;
    struct freshness fresh = cache_freshness(r->cache_control, r->expires, r->date, r->age, (double)time(NULL));
    if (r->status == 304 && !r->cache_control.n && !r->expires.n) {
        fresh.seconds = e.lifetime; /* fields that a 304 lacks are those that were stored: RFC 9111, 3.2 */
    }
    fresh.no_store = fresh.no_store || str_find(r->vary, STR("*"), 0) != SIZE_MAX;
    if (fresh.no_store) {
        cache_drop(t->fetcher->cache, e.url);
    } else if (fresh.seconds > 0 || e.etag.n || e.last_modified.n) {
        e.lifetime = fresh.seconds;
        e.fresh_until = fetch_now() + fresh.seconds;
        cache_put(t->fetcher->cache, &e);
    }
}

/* Pages and texts; scripts, style sheets, tables and calendars are text as well, but no articles. */
static bool type_readable(struct str type) {
    static const char *const known[] = {"text/html",     "application/xhtml+xml", "application/xml",
                                        "text/xml",      "text/plain",            "text/markdown",
                                        "text/x-markdown"};
    struct str name = str_trim(str_cut(&type, ';'));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (curl_strnequal(name.p ? name.p : "", known[i], name.n) && name.n == strlen(known[i])) {
            return true;
        }
    }
    return name.n == 0;
}

static enum task_turn page_came(struct fetch_task *t) {
    const struct response *r = &t->response;
    if (r->status == 304 && t->stale.body.p) {
        t->stale.etag = r->etag.n ? r->etag : t->stale.etag;
        t->stale.last_modified = r->last_modified.n ? r->last_modified : t->stale.last_modified;
        keep(t, t->stale);
        return deliver(t, t->stale.body, t->stale.content_type, true);
    }
    if (r->status != 200 && r->status != 203) {
        err_set_in(&t->job->err, ERR_FETCH_FAILED, "url", 0, 0, "the site answered with status %ld", r->status);
        return TASK_FINISHED;
    }
    if (!type_readable(r->content_type)) {
        err_set_in(&t->job->err, ERR_FETCH_FAILED, "url", 0, 0, "the page is '%.*s', not HTML or text", STR_ARG(str_sub(r->content_type, 0, 60)));
        return TASK_FINISHED;
    }
    struct str body = r->body.n ? buf_str(&r->body) : STR("");
    struct cache_entry e = {.url = t->page.url, .body = body, .content_type = r->content_type, .etag = r->etag, .last_modified = r->last_modified};
    keep(t, e);
    return deliver(t, body, r->content_type, false);
}

/* ---- hops ---- */

static bool is_redirect(const struct response *r) {
    return (r->status == 301 || r->status == 302 || r->status == 303 || r->status == 307 || r->status == 308) && r->location.n;
}

static enum task_turn follow(struct fetch_task *t) {
    struct fetch_url next;
    struct err *err = &t->job->err;
    if (t->goal == GOAL_ROBOTS && ++t->robots_hops > ROBOTS_HOPS) {
        t->response.status = 404; /* "may assume that it is unavailable" */
        return robots_came(t);
    }
    if (t->goal == GOAL_PAGE && ++t->hops > t->fetcher->config.max_redirects) {
        err_set_in(err, ERR_FETCH_FAILED, "url", 0, 0, "the site redirected more than %zu times", t->fetcher->config.max_redirects);
        return TASK_FINISHED;
    }
    if (fetch_url_read(&next, t->job->arena, t->response.location, &t->at, err) != ERR_OK || check_place(t->fetcher, &next, err) != ERR_OK) {
        if (err->code == ERR_VALUE) {
            err->code = ERR_OK;
            return fail(t, ERR_FETCH_FAILED, "the site redirects to something that is no address");
        }
        return TASK_FINISHED;
    }
    t->at = next;
    if (t->goal == GOAL_PAGE) {
        t->page = next;
        return TASK_WAITS;
    }
    return request(t);
}

enum task_turn task_begin(struct fetch_task *t) {
    enum task_turn turn;
    if (t->fetcher->config.robots && !str_eq(t->robots_origin, t->page.origin)) {
        turn = ask_robots(t);
        if (turn != TASK_WAITS) {
            return turn;
        }
    }
    t->goal = GOAL_PAGE;
    t->at = t->page;
    return from_cache(t, &turn) ? turn : request(t);
}

static enum task_turn curl_failed(struct fetch_task *t, CURLcode code) {
    static const struct {
        CURLcode code;
        enum err_code says;
        const char *text;
    } rows[] = {
        {CURLE_COULDNT_RESOLVE_HOST, ERR_FETCH_FAILED, "the host of the address is not known"},
        {CURLE_COULDNT_CONNECT, ERR_FETCH_FAILED, "no connection to the site could be made"},
        {CURLE_OPERATION_TIMEDOUT, ERR_FETCH_TIMEOUT, "the page did not come in the time allowed"},
        {CURLE_PEER_FAILED_VERIFICATION, ERR_FETCH_FAILED, "the site's certificate is not valid"},
        {CURLE_SSL_CONNECT_ERROR, ERR_FETCH_FAILED, "no encrypted connection to the site could be made"},
        {CURLE_PARTIAL_FILE, ERR_FETCH_FAILED, "the page ended before its announced length"},
        {CURLE_BAD_CONTENT_ENCODING, ERR_FETCH_FAILED, "the page's compression is broken"},
        {CURLE_GOT_NOTHING, ERR_FETCH_FAILED, "the site closed the connection without an answer"},
        {CURLE_WEIRD_SERVER_REPLY, ERR_FETCH_FAILED, "what the site answered is not HTTP"},
        {CURLE_UNSUPPORTED_PROTOCOL, ERR_FETCH_FAILED, "what the site answered is not HTTP"},
        {CURLE_OUT_OF_MEMORY, ERR_NO_MEMORY, "no memory to fetch the page"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            return fail(t, rows[i].says, rows[i].text);
        }
    }
    err_set_in(&t->job->err, ERR_FETCH_FAILED, "url", 0, 0, "the page could not be fetched: %s", curl_easy_strerror(code));
    return TASK_FINISHED;
}

enum task_turn task_end(struct fetch_task *t, CURLcode code) {
    task_stop(t);
    if (t->refused) {
        return fail(t, ERR_FETCH_REFUSED, REFUSED_TEXT);
    }
    if (arena_full(t->job->arena)) {
        return fail(t, ERR_NO_MEMORY, "no memory for the page");
    }
    if (t->enough || (t->full && t->goal == GOAL_ROBOTS)) {
        code = CURLE_OK; /* of robots.txt the part that came is what counts: RFC 9309, 2.5 */
    }
    if (t->full && code != CURLE_OK) {
        err_set_in(&t->job->err, ERR_FETCH_FAILED, "url", 0, 0, "the page is larger than the %zu bytes that are read", t->fetcher->config.max_bytes);
        return TASK_FINISHED;
    }
    if (code != CURLE_OK) {
        return curl_failed(t, code);
    }
    if (is_redirect(&t->response)) {
        return follow(t);
    }
    return t->goal == GOAL_ROBOTS ? robots_came(t) : page_came(t);
}
