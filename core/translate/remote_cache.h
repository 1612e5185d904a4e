/* core/translate/remote_cache.h - translations by sentence, bounded in bytes; the least used leave. Threads: any. */
#ifndef TRANSLATE_REMOTE_CACHE_H
#define TRANSLATE_REMOTE_CACHE_H

#include "core/base/arena.h"

struct remote_cache;

/* NULL: no memory. */
struct remote_cache *remote_cache_new(size_t max_bytes);
void remote_cache_free(struct remote_cache *c);

/* Copies the value into a; false: not there. */
bool remote_cache_get(struct remote_cache *c, struct str key, struct arena *a, struct str *value);
/* Keeps it, if it fits. */
void remote_cache_put(struct remote_cache *c, struct str key, struct str value);

#endif
