/* core/fetch/cache.h - a small bounded cache of pages: freshness as the origin says (RFC 9111: no-store, private, s-maxage, max-age, Expires),
 * no heuristics; a stale page with a validator is asked for conditionally. The least recently used leave. One thread at a time. */
#ifndef FETCH_CACHE_H
#define FETCH_CACHE_H

#include "core/base/str.h"

struct cache;

struct cache_entry {
    struct str url, body, content_type, etag, last_modified; /* owned by the cache */
    double fresh_until;                                      /* CLOCK_MONOTONIC seconds */
    double lifetime; /* seconds it was fresh for when it came */
};

/* NULL without memory. max: bytes of all entries together; 0: nothing is kept. */
struct cache *cache_new(size_t max);
void cache_free(struct cache *c);

/* Borrowed until the next put; NULL when url is not there. */
struct cache_entry *cache_get(struct cache *c, struct str url);
/* Copies e, replacing one of the same url. Silently nothing when it is larger than a quarter of the cache or memory is short. */
void cache_put(struct cache *c, const struct cache_entry *e);

/* Forgets url, if it is there. */
void cache_drop(struct cache *c, struct str url);

/* What a response says of its own freshness. */
struct freshness {
    bool no_store;
    double seconds; /* how long it is fresh from now */
};
/* The values of these header fields, empty where absent. now: wall-clock seconds. */
struct freshness cache_freshness(struct str cache_control, struct str expires, struct str date, struct str age, double now);

#endif
