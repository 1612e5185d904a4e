/* map.c - see map.h */
#include "core/base/map.h"

#include "core/base/banned.h"

static const char empty_key[1] = "";

void map_init(struct map *m, struct arena *a) {
    *m = (struct map){.a = a};
}

static struct map_slot *slot_of(const struct map *m, struct str key, uint32_t hash) {
    size_t mask = m->cap - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct map_slot *s = &m->slots[i];
        if (!s->key.p || (s->hash == hash && str_eq(s->key, key))) {
            return s;
        }
    }
}

uint32_t map_get(const struct map *m, struct str key) {
    if (m->n == 0) {
        return MAP_NONE;
    }
    struct map_slot *s = slot_of(m, key, (uint32_t)str_hash(key));
    return s->key.p ? s->value : MAP_NONE;
}

static bool widen(struct map *m) {
    struct map wider = {.a = m->a, .cap = m->cap ? m->cap * 2 : 16, .n = m->n};
    wider.slots = ARENA_ARRAY(m->a, wider.cap, struct map_slot);
    if (!wider.slots) {
        return false;
    }
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slots[i].key.p) {
            *slot_of(&wider, m->slots[i].key, m->slots[i].hash) = m->slots[i];
        }
    }
    *m = wider;
    return true;
}

uint32_t *map_at(struct map *m, struct str key) {
    if ((m->n + 1) * 3 > m->cap * 2 && !widen(m)) {
        return NULL;
    }
    uint32_t hash = (uint32_t)str_hash(key);
    struct map_slot *s = slot_of(m, key, hash);
    if (!s->key.p) {
        s->key = key.p ? key : (struct str){empty_key, 0};
        s->hash = hash;
        s->value = MAP_NONE;
        m->n++;
    }
    return &s->value;
}

bool map_set(struct map *m, struct str key, uint32_t value) {
    uint32_t *at = map_at(m, key);
    if (at) {
        *at = value;
    }
    return at != NULL;
}
