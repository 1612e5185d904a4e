/* cache.c - see cache.h. A list by last use, searched from the front: it has some hundred entries at most. */
#include "core/fetch/cache.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "core/base/banned.h"

enum { ENTRIES_MAX = 512 };

struct node {
    struct node *older, *newer;
    struct cache_entry e; /* its strings lie behind the node */
    size_t bytes;
};

struct cache {
    struct node *newest, *oldest;
    size_t n, bytes, max;
};

struct cache *cache_new(size_t max) {
    struct cache *c = calloc(1, sizeof *c);
    if (c) {
        c->max = max;
    }
    return c;
}

static void unlink_node(struct cache *c, struct node *x) {
    *(x->newer ? &x->newer->older : &c->newest) = x->older;
    *(x->older ? &x->older->newer : &c->oldest) = x->newer;
}

static void push(struct cache *c, struct node *x) {
    x->newer = NULL;
    x->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = x;
    c->newest = x;
}

static void drop(struct cache *c, struct node *x) {
    unlink_node(c, x);
    c->bytes -= x->bytes;
    c->n--;
    free(x);
}

void cache_free(struct cache *c) {
    for (struct node *x = c ? c->newest : NULL, *older; x; x = older) {
        older = x->older;
        free(x);
    }
    free(c);
}

static struct node *find(struct cache *c, struct str url) {
    struct node *x = c->newest;
    while (x && !str_eq(x->e.url, url)) {
        x = x->older;
    }
    return x;
}

struct cache_entry *cache_get(struct cache *c, struct str url) {
    struct node *x = find(c, url);
    if (!x) {
        return NULL;
    }
    unlink_node(c, x);
    push(c, x);
    return &x->e;
}

void cache_drop(struct cache *c, struct str url) {
    struct node *x = find(c, url);
    if (x) {
        drop(c, x);
    }
}

void cache_put(struct cache *c, const struct cache_entry *e) {
    const struct str *from[] = {&e->url, &e->body, &e->content_type, &e->etag, &e->last_modified};
    size_t bytes = sizeof(struct node);
    for (size_t i = 0; i < 5; i++) {
        bytes += from[i]->n;
    }
    struct node *old = find(c, e->url);
    struct node *x = bytes <= c->max / 4 ? malloc(bytes) : NULL;
    if (x) {
        struct str *to[] = {&x->e.url, &x->e.body, &x->e.content_type, &x->e.etag, &x->e.last_modified};
        char *at = (char *)(x + 1);
        x->e = *e;
        x->bytes = bytes;
        for (size_t i = 0; i < 5; i++) {
            if (from[i]->n) {
                memcpy(at, from[i]->p, from[i]->n);
            }
            *to[i] = (struct str){at, from[i]->n};
            at += from[i]->n;
        }
    }
    if (old) {
        drop(c, old); /* e may have pointed into it */
    }
    if (!x) {
        return;
    }
    push(c, x);
    c->n++;
    c->bytes += bytes;
    while (c->oldest != x && (c->bytes > c->max || c->n > ENTRIES_MAX)) {
        drop(c, c->oldest);
    }
}

/* ---- freshness ---- */

static bool name_is(struct str s, const char *lower) {
    size_t i = 0;
    for (; i < s.n && lower[i]; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
        if (c != lower[i]) {
            return false;
        }
    }
    return i == s.n && !lower[i];
}

static double http_date(struct str s) {
    char z[64];
    if (s.n == 0 || s.n >= sizeof z) {
        return -1;
    }
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return (double)curl_getdate(z, NULL);
}

struct freshness cache_freshness(struct str cache_control, struct str expires, struct str date, struct str age, double now) {
    struct freshness f = {0};
    bool said = false, no_cache = false, shared = false;
    size_t n = 0, old = 0;
    while (cache_control.n) {
        struct str value = str_cut(&cache_control, ',');
        struct str name = str_trim(str_cut(&value, '='));
        value = str_trim(value);
        if (value.n >= 2 && value.p[0] == '"') {
            value = str_sub(value, 1, value.n - 1);
        }
        if (name_is(name, "no-store") || name_is(name, "private")) {
            f.no_store = true;
        } else if (name_is(name, "no-cache")) {
            no_cache = true;
        } else if (name_is(name, "s-maxage") || (name_is(name, "max-age") && !shared)) { /* this cache is shared by all clients */
            shared = shared || name_is(name, "s-maxage");
            said = true;
            f.seconds = !str_to_size(value, &n) ? 0 : n > 86400 ? 86400 : (double)n; /* a day at most: news change */
        }
    }
    if (!said && expires.n) {
        double at = http_date(expires), from = http_date(date);
        f.seconds = at > 0 ? at - (from > 0 ? from : now) : 0;
    }
    f.seconds -= str_to_size(age, &old) ? (double)old : 0;
    f.seconds = no_cache || f.seconds < 0 ? 0 : f.seconds > 86400 ? 86400 : f.seconds;
    return f;
}
