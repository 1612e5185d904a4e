/* remote.c - see remote.h. A call sends the sentences that are not kept, some at a time, from the thread that asks: what bounds its
 * waiting is one moment (until) that holds for connecting, waiting between tries and all tries together. */
#include "core/translate/remote.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/limits.h"
#include "core/translate/remote_cache.h"

#include "core/base/banned.h"

enum {
    BATCH_TEXTS = 40,     /* of one request; DeepL takes 50 */
    BATCH_BYTES = 16000,
    KEPT_HANDLES = 4,     /* connections kept open for the next call */
    FAILURES_TO_OPEN = 3, /* in a row: then the service is left alone */
};
static const double FIRST_REST = 5, LONGEST_REST = 300; /* seconds a failing service is left alone */
static const double FIRST_WAIT = 0.1;                   /* before the second try; doubles */
static const double SPARE = 0.1; /* share of the time to the deadline that is left for the rest of the reply */

struct remote {
    struct translator base; /* first: what translate.c holds */
    const struct remote_api *api;
    struct arena a;
    const char *url, *key, *model;
    struct str pairs;
    double timeout;
    size_t retries;
    struct remote_cache *cache;
    struct curl_slist *headers;
    pthread_mutex_t lock; /* of what follows */
    CURL *handles[KEPT_HANDLES];
    size_t handle_count;
    size_t failures; /* in a row */
    double rest_until;
    bool probing; /* one call finds out whether it is back */
};

static struct remote *remote_of(struct translator *self) {
    return (struct remote *)self;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the circuit breaker ---- */

static bool may_ask(struct remote *r) {
    pthread_mutex_lock(&r->lock);
    bool broken = r->failures >= FAILURES_TO_OPEN, free = !broken || (now() >= r->rest_until && !r->probing);
    r->probing = r->probing || (broken && free);
    pthread_mutex_unlock(&r->lock);
    return free;
}

enum outcome {
    WELL,
    REFUSED, /* this request, for what it asks: says nothing of the service */
    FAILED,
};

static void note(struct remote *r, enum outcome o) {
    pthread_mutex_lock(&r->lock);
    r->probing = false;
    if (o == WELL) {
        r->failures = 0;
    } else if (o == FAILED) {
        double rest = FIRST_REST;
        for (size_t i = FAILURES_TO_OPEN; i < r->failures + 1 && rest < LONGEST_REST; i++) {
            rest *= 2;
        }
        r->failures++;
        r->rest_until = now() + (rest < LONGEST_REST ? rest : LONGEST_REST);
    }
    pthread_mutex_unlock(&r->lock);
}

/* ---- one request ---- */

struct exchange {
    struct buf reply;
    bool too_large;
};

static size_t on_body(char *p, size_t size, size_t n, void *arg) {
    struct exchange *x = arg;
    if (x->reply.n + size * n > LIMIT_TRANSLATOR_REPLY) {
        x->too_large = true;
        return 0;
    }
    return buf_add(&x->reply, (struct str){p, size * n}) ? size * n : 0;
}

static CURL *take_handle(struct remote *r) {
    pthread_mutex_lock(&r->lock);
    CURL *e = r->handle_count > 0 ? r->handles[--r->handle_count] : NULL;
    pthread_mutex_unlock(&r->lock);
    return e ? e : curl_easy_init();
}

static void give_handle(struct remote *r, CURL *e) {
    curl_easy_reset(e);
    pthread_mutex_lock(&r->lock);
    if (r->handle_count < KEPT_HANDLES) {
        r->handles[r->handle_count++] = e;
        e = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    curl_easy_cleanup(e);
}

/* No redirect is followed: the key is for this address alone. */
static void set_options(const struct remote *r, CURL *e, struct str body, double seconds, struct exchange *x) {
    curl_easy_setopt(e, CURLOPT_URL, r->url);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "nutgraf/" NUTGRAF_VERSION);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, r->headers);
    curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, body.p);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, seconds < 0.001 ? 1L : (long)(seconds * 1000));
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, x);
}

struct answer {
    CURLcode curl;
    long status;
    double retry_after; /* seconds; 0: not told */
    struct str body;
    bool too_large;
};

static enum err_code post(struct remote *r, struct arena *a, struct str body, double seconds, struct answer *out, struct err *err) {
    struct exchange x = {.too_large = false};
    curl_off_t after = 0;
    CURL *e = take_handle(r);
    if (!e) {
        return err_set(err, ERR_NO_MEMORY, "no memory to ask %s", r->api->name);
    }
    buf_init(&x.reply, a);
    set_options(r, e, body, seconds, &x);
    *out = (struct answer){.curl = curl_easy_perform(e)};
    curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(e, CURLINFO_RETRY_AFTER, &after);
    out->retry_after = (double)after;
    out->body = x.reply.n ? buf_str(&x.reply) : STR("");
    out->too_large = x.too_large;
    give_handle(r, e);
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for what %s answers", r->api->name) : ERR_OK;
}

/* ---- tries ---- */

static bool passing(const struct answer *x) {
    bool cut = x->curl == CURLE_COULDNT_CONNECT || x->curl == CURLE_COULDNT_RESOLVE_HOST || x->curl == CURLE_GOT_NOTHING ||
               x->curl == CURLE_RECV_ERROR || x->curl == CURLE_SEND_ERROR || x->curl == CURLE_PARTIAL_FILE;
    return !x->too_large && (cut || (x->curl == CURLE_OK && (x->status == 429 || x->status == 408 || x->status >= 500)));
}

/* What is wrong with an answer, without a word of what the service said: that may repeat the key or the text. */
static enum err_code complain(const struct remote *r, const struct answer *x, struct err *err) {
    if (x->too_large) {
        return err_set(err, ERR_TRANSLATOR, "%s answered with more than %zu bytes", r->api->name, LIMIT_TRANSLATOR_REPLY);
    }
    if (x->curl == CURLE_OPERATION_TIMEDOUT) {
        return err_set(err, ERR_TRANSLATOR, "%s did not answer in the time allowed", r->api->name);
    }
    if (x->curl != CURLE_OK) {
        return err_set(err, ERR_TRANSLATOR, "%s could not be asked: %s", r->api->name, curl_easy_strerror(x->curl));
    }
    return err_set(err, ERR_TRANSLATOR, "%s answered with status %ld", r->api->name, x->status);
}

static void wait_for(double seconds) {
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&t, NULL);
}

/* Asks until there is an answer, tries are used up, or the next would come too late. */
static enum err_code ask_until(struct remote *r, struct arena *a, struct str body, double until, struct answer *out, struct err *err) {
    double pause = FIRST_WAIT;
    for (size_t left = r->retries;; left--, pause *= 2) {
        enum err_code code = post(r, a, body, until - now(), out, err);
        double wait = out->retry_after > pause ? out->retry_after : pause;
        if (code != ERR_OK || left == 0 || !passing(out) || now() + wait >= until) {
            return code;
        }
        wait_for(wait);
    }
}

/* n texts by one request. whole: all the configured time was there. */
static enum err_code ask_batch(struct remote *r, struct arena *a, const struct translator_job *job, const struct str *texts, size_t n,
                               double until, bool whole, struct str *out, struct err *err) {
    struct remote_ask q = {job->source, job->target, texts, n, r->key, r->model};
    struct answer x;
    if (!may_ask(r)) {
        return err_set(err, ERR_TRANSLATOR, "%s has failed several times and is left alone for a while", r->api->name);
    }
    json_t *j = r->api->ask(&q);
    char *body = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    enum err_code code = body ? ask_until(r, a, str_of(body), until, &x, err) : err_set(err, ERR_NO_MEMORY, "no memory to ask %s", r->api->name);
    free(body);
    if (code != ERR_OK) {
        note(r, REFUSED);
        return code;
    }
    if (x.curl != CURLE_OK || x.status != 200) {
        bool hurried = x.curl == CURLE_OPERATION_TIMEDOUT && !whole;
        bool request = x.status == 400 || x.status == 413 || x.status == 422;
        note(r, hurried || (x.curl == CURLE_OK && request) ? REFUSED : FAILED);
        return complain(r, &x, err);
    }
    json_t *reply = json_loadb(x.body.p, x.body.n, 0, NULL);
    bool good = reply && r->api->read(a, reply, out, n);
    json_decref(reply);
    note(r, good ? WELL : FAILED);
    return good ? ERR_OK : err_set(err, ERR_TRANSLATOR, "%s answered with something that is no translation", r->api->name);
}

/* ---- the back end ---- */

static struct str key_of(struct arena *a, const struct translator_job *job, struct str text) {
    return arena_printf(a, "%.*s>%.*s>%.*s", STR_ARG(job->source), STR_ARG(job->target), STR_ARG(text));
}

static enum err_code run(struct translator *self, struct arena *a, const struct translator_job *job, struct translator_out *out, struct err *err) {
    struct remote *r = remote_of(self);
    double start = now(), until = start + r->timeout, last = job->deadline > 0 ? job->deadline - (job->deadline - start) * SPARE : until;
    struct str texts[BATCH_TEXTS], made[BATCH_TEXTS];
    size_t which[BATCH_TEXTS];
    bool whole = until <= last;
    until = whole ? until : last;
    for (size_t i = 0; i < job->n;) {
        size_t n = 0, bytes = 0;
        for (; i < job->n && n < BATCH_TEXTS && (n == 0 || bytes + job->texts[i].n <= BATCH_BYTES); i++) {
            struct str key = key_of(a, job, job->texts[i]);
            out[i] = (struct translator_out){.text = STR("")};
            if (!key.p) {
                return err_set(err, ERR_NO_MEMORY, "no memory to ask %s", r->api->name);
            }
            if (!r->cache || !remote_cache_get(r->cache, key, a, &out[i].text)) {
                texts[n] = job->texts[i];
                bytes += job->texts[i].n;
                which[n++] = i;
            }
        }
        if (n > 0 && now() >= until) {
            return err_set(err, ERR_TRANSLATOR, "%s did not answer in the time allowed", r->api->name);
        }
        enum err_code code = n > 0 ? ask_batch(r, a, job, texts, n, until, whole, made, err) : ERR_OK;
        for (size_t k = 0; k < n && code == ERR_OK; k++) {
            struct str key = key_of(a, job, texts[k]);
            out[which[k]].text = str_trim(made[k]);
            if (r->cache && key.p && made[k].p) {
                remote_cache_put(r->cache, key, out[which[k]].text);
            }
        }
        if (code != ERR_OK) {
            return code;
        }
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the translation") : ERR_OK;
}

/* Calls add with each pair, source in given languages and target in the same, or with those configured. */
static void each_pair(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    struct remote *r = remote_of(self);
    for (struct str rest = r->pairs; rest.n;) {
        struct str target = str_trim(str_cut(&rest, ',')), source = str_cut(&target, '-');
        add(with, source, target);
    }
    for (struct str from = str_of(r->api->languages); from.n && !r->pairs.n;) {
        struct str source = str_cut(&from, ' ');
        for (struct str to = str_of(r->api->languages); to.n;) {
            struct str target = str_cut(&to, ' ');
            if (!str_eq(str_sub(source, 0, 2), str_sub(target, 0, 2))) {
                add(with, source, target);
            }
        }
    }
}

struct wanted {
    struct str source, target;
    bool found;
};

static void is_wanted(void *with, struct str source, struct str target) {
    struct wanted *w = with;
    w->found = w->found || (str_eq(w->source, source) && str_eq(w->target, target));
}

static bool has(struct translator *self, struct str source, struct str target) {
    struct wanted w = {source, target, false};
    each_pair(self, is_wanted, &w);
    return w.found;
}

static void remote_free(struct translator *self) {
    struct remote *r = remote_of(self);
    while (r->handle_count > 0) {
        curl_easy_cleanup(r->handles[--r->handle_count]);
    }
    curl_slist_free_all(r->headers);
    remote_cache_free(r->cache);
    pthread_mutex_destroy(&r->lock);
    arena_release(&r->a);
    free(r);
}

/* ---- making one ---- */

static bool add_header(struct remote *r, const char *name, const char *value) {
    struct str line = arena_printf(&r->a, "%s%s", name, value);
    struct curl_slist *list = line.p ? curl_slist_append(r->headers, line.p) : NULL;
    r->headers = list ? list : r->headers;
    return list != NULL;
}

/* A key is one line of visible ASCII; anything else could end a header field. */
static enum err_code read_key(struct remote *r, const struct remote_config *c, struct err *err) {
    struct str key = str_trim(str_of(c->key ? c->key : ""));
    if (!key.n && c->key_file && c->key_file[0]) {
        enum err_code code = file_read(&r->a, c->key_file, 4096, &key, err);
        if (code != ERR_OK) {
            return code;
        }
        key = str_trim(str_cut(&key, '\n'));
    }
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] <= ' ' || key.p[i] > '~') {
            return err_set_in(err, ERR_VALUE, "translator-key", 0, 0, "the key has a character that no key has, at %zu", i + 1);
        }
    }
    r->key = arena_dup(&r->a, key).p;
    return r->key ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for a translator");
}

static enum err_code read_url(struct remote *r, const struct remote_config *c, struct err *err) {
    struct str url = str_trim(str_of(c->url && c->url[0] ? c->url : r->api->url ? r->api->url : ""));
    while (str_ends(url, STR("/"))) {
        url.n--;
    }
    if (!str_starts(url, STR("http://")) && !str_starts(url, STR("https://"))) {
        return err_set_in(err, ERR_VALUE, "translator-url", 0, 0, "%s needs an address that begins with http:// or https://", r->api->name);
    }
    r->url = arena_printf(&r->a, "%.*s%s", STR_ARG(url), r->api->path).p;
    return r->url ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for a translator");
}

static enum err_code read_pairs(struct remote *r, const struct remote_config *c, struct err *err) {
    r->pairs = arena_dup(&r->a, str_trim(str_of(c->pairs ? c->pairs : "")));
    for (struct str rest = r->pairs; rest.n;) {
        struct str pair = str_trim(str_cut(&rest, ',')), target = pair, source = str_cut(&target, '-');
        if (source.n < 2 || source.n > 3 || target.n < 2 || (target.n > 3 && !str_eqz(target, "zh-Hant"))) {
            return err_set_in(err, ERR_VALUE, "translator-pairs", 0, 0, "'%.*s' is no pair such as de-en or en-zh-Hant", STR_ARG(pair));
        }
    }
    return ERR_OK;
}

enum err_code remote_new(struct translator **out, const struct remote_api *api, const struct remote_config *c, struct err *err) {
    struct remote *r = calloc(1, sizeof *r);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for a translator");
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    r->base = (struct translator){api->name, true, has, each_pair, run, remote_free};
    r->api = api;
    r->timeout = c->timeout;
    r->retries = c->retries;
    arena_init(&r->a, 1 << 20);
    pthread_mutex_init(&r->lock, NULL);
    enum err_code code = read_url(r, c, err);
    code = code ? code : read_key(r, c, err);
    code = code ? code : read_pairs(r, c, err);
    if (code == ERR_OK) {
        r->model = arena_dup(&r->a, str_of(c->model && c->model[0] ? c->model : "default")).p;
        r->cache = c->cache ? remote_cache_new(c->cache) : NULL;
        bool good = r->model && r->pairs.p && (r->cache || !c->cache) && add_header(r, "Content-Type: application/json", "") && add_header(r, "Expect:", "");
        good = good && (!api->auth || !r->key[0] || add_header(r, api->auth, r->key));
        code = good ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for a translator");
    }
    if (code != ERR_OK) {
        remote_free(&r->base);
        return code;
    }
    *out = &r->base;
    return ERR_OK;
}
