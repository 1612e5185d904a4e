/* remote_cache.c - see remote_cache.h: chains by hash, and a list by use. */
#include "core/translate/remote_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/base/banned.h"

enum { CHAINS = 1024 };

struct kept {
    struct kept *chain, *newer, *older;
    uint64_t hash;
    size_t key_n, value_n;
    char bytes[]; /* key, value */
};

struct remote_cache {
    pthread_mutex_t lock;
    size_t bytes, max;
    struct kept *chains[CHAINS], *newest, *oldest;
};

struct remote_cache *remote_cache_new(size_t max_bytes) {
    struct remote_cache *c = calloc(1, sizeof *c);
    if (c) {
        pthread_mutex_init(&c->lock, NULL);
        c->max = max_bytes;
    }
    return c;
}

static size_t size_of(const struct kept *k) {
    return sizeof *k + k->key_n + k->value_n;
}

static void unlink_use(struct remote_cache *c, struct kept *k) {
    *(k->newer ? &k->newer->older : &c->newest) = k->older;
    *(k->older ? &k->older->newer : &c->oldest) = k->newer;
}

static void link_newest(struct remote_cache *c, struct kept *k) {
    k->newer = NULL;
    k->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = k;
    c->newest = k;
}

static void drop(struct remote_cache *c, struct kept *k) {
    struct kept **at = &c->chains[k->hash % CHAINS];
    while (*at != k) {
        at = &(*at)->chain;
    }
    *at = k->chain;
    unlink_use(c, k);
    c->bytes -= size_of(k);
    free(k);
}

static struct kept *find(struct remote_cache *c, struct str key, uint64_t hash) {
    struct kept *k = c->chains[hash % CHAINS];
    while (k && !(k->hash == hash && str_eq(key, (struct str){k->bytes, k->key_n}))) {
        k = k->chain;
    }
    return k;
}

bool remote_cache_get(struct remote_cache *c, struct str key, struct arena *a, struct str *value) {
    pthread_mutex_lock(&c->lock);
    struct kept *k = find(c, key, str_hash(key));
    if (k) {
        *value = arena_dup(a, (struct str){k->bytes + k->key_n, k->value_n});
        unlink_use(c, k);
        link_newest(c, k);
    }
    pthread_mutex_unlock(&c->lock);
    return k && value->p;
}

void remote_cache_put(struct remote_cache *c, struct str key, struct str value) {
    size_t size = sizeof(struct kept) + key.n + value.n;
    struct kept *k = size <= c->max ? malloc(size) : NULL;
    if (!k) {
        return;
    }
    *k = (struct kept){.hash = str_hash(key), .key_n = key.n, .value_n = value.n};
    memcpy(k->bytes, key.p, key.n);
    memcpy(k->bytes + key.n, value.p, value.n);
    pthread_mutex_lock(&c->lock);
    struct kept *old = find(c, key, k->hash);
    if (old) {
        drop(c, old);
    }
    while (c->oldest && c->bytes + size > c->max) {
        drop(c, c->oldest);
    }
    k->chain = c->chains[k->hash % CHAINS];
    c->chains[k->hash % CHAINS] = k;
    link_newest(c, k);
    c->bytes += size;
    pthread_mutex_unlock(&c->lock);
}

void remote_cache_free(struct remote_cache *c) {
    while (c && c->oldest) {
        drop(c, c->oldest);
    }
    if (c) {
        pthread_mutex_destroy(&c->lock);
    }
    free(c);
}
