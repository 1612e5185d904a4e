/* core/base/map.h - string -> uint32 table in an arena: open addressing, kept at most two thirds full.
 * Insertion and lookup O(length of the key). Keys are borrowed and must live as long as the map.
 * Threads: lookups any, insertions one. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "core/base/arena.h"

#define MAP_NONE UINT32_MAX

struct map_slot {
    struct str key; /* p NULL: free */
    uint32_t hash;
    uint32_t value;
};

struct map {
    struct arena *a;
    struct map_slot *slots; /* [cap], cap a power of two */
    size_t n, cap;
};

void map_init(struct map *m, struct arena *a);
/* The value of key, or MAP_NONE. */
uint32_t map_get(const struct map *m, struct str key);
/* Where the value of key lives; a fresh key starts as MAP_NONE. NULL when the arena is full.
 * Valid until the next insertion. */
uint32_t *map_at(struct map *m, struct str key);
/* Sets key to value, replacing. false when the arena is full. */
bool map_set(struct map *m, struct str key, uint32_t value);

#endif
