/* map.c - see map.h */
#include "core/base/map.h"

#include "core/base/banned.h"

static const char empty_key[1] = "";

void map_init(struct map *m, struct arena *a) {
    *m = (struct map){.a = a};
}

static uint64_t load(const char *p, size_t n) {
    uint64_t x = 0;
    memcpy(&x, p, n);
    return x;
}

/* Eight bytes a step: most keys are one word of a text. Never leaves the map, so it need not be the same on every machine. */
static uint32_t hash_of(struct str key) {
    const char *p = key.p;
    size_t n = key.n;
    uint64_t h = n * 0x9e3779b97f4a7c15u;
    for (; n > 8; n -= 8, p += 8) {
        h = (h ^ load(p, 8)) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    if (n >= 4) {
        h ^= load(p, 4) | load(p + n - 4, 4) << 32;
    } else if (n) {
        h ^= (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 | (uint64_t)(unsigned char)p[n - 1] << 16;
    }
    h *= 0xff51afd7ed558ccdu;
    return (uint32_t)(h >> 32) ^ (uint32_t)h;
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
    struct map_slot *s = slot_of(m, key, hash_of(key));
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
    uint32_t hash = hash_of(key);
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
