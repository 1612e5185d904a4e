/* arena.c - bump allocator over doubling chunks. See arena.h. */
#include "core/base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE = 16 };
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

#include "core/base/banned.h"

enum { FIRST_CHUNK = 64 * 1024, LARGEST_STEP = 8 * 1024 * 1024, ALIGN = 16 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* whole, header included */
    _Alignas(ALIGN) char data[];
};

void arena_init(struct arena *a, size_t max) {
    *a = (struct arena){.max = max};
}

static void free_chunks(struct arena_chunk *c) {
    while (c) {
        struct arena_chunk *older = c->older;
        UNPOISON(c, c->size);
        free(c);
        c = older;
    }
}

void arena_release(struct arena *a) {
    free_chunks(a->chunks);
    *a = (struct arena){.max = a->max};
}

void arena_reset(struct arena *a) {
    struct arena_chunk *first = a->chunks;
    if (!first) {
        a->full = false;
        return;
    }
    while (first->older) {
        struct arena_chunk *older = first->older;
        UNPOISON(first, first->size);
        free(first);
        first = older;
    }
    a->chunks = first;
    a->at = first->data;
    a->end = (char *)first + first->size;
    a->taken = first->size;
    a->full = false;
    POISON(a->at, (size_t)(a->end - a->at));
}

static bool add_chunk(struct arena *a, size_t need) {
    size_t size = a->chunks ? a->chunks->size * 2 : FIRST_CHUNK;
    if (size > LARGEST_STEP) {
        size = LARGEST_STEP;
    }
    if (need > SIZE_MAX / 2 - sizeof(struct arena_chunk)) {
        return false;
    }
    if (size < need + sizeof(struct arena_chunk)) {
        size = need + sizeof(struct arena_chunk);
    }
    if (size > a->max - a->taken) {
        size = need + sizeof(struct arena_chunk); /* near the maximum: just what is asked */
        if (size > a->max - a->taken) {
            return false;
        }
    }
    struct arena_chunk *c = malloc(size);
    if (!c) {
        return false;
    }
    c->older = a->chunks;
    c->size = size;
    a->chunks = c;
    a->taken += size;
    a->at = c->data;
    a->end = (char *)c + size;
    POISON(a->at, (size_t)(a->end - a->at));
    return true;
}

void *arena_alloc(struct arena *a, size_t n) {
    size_t whole;
    if (n > SIZE_MAX / 4) {
        a->full = true;
        return NULL;
    }
    whole = (n + RED_ZONE + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (whole == 0) {
        whole = ALIGN;
    }
    if ((size_t)(a->end - a->at) < whole && !add_chunk(a, whole)) {
        a->full = true;
        return NULL;
    }
    char *p = a->at;
    a->at += whole;
    UNPOISON(p, n);
    memset(p, 0, n);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / 4 / size) {
        a->full = true;
        return NULL;
    }
    return arena_alloc(a, count * size);
}

bool arena_grow(struct arena *a, void **array, size_t *cap, size_t need, size_t size) {
    if (need <= *cap) {
        return true;
    }
    size_t wanted = *cap < 8 ? 8 : *cap * 2;
    if (wanted < need) {
        wanted = need;
    }
    void *fresh = arena_array(a, wanted, size);
    if (!fresh) {
        return false;
    }
    if (*cap) {
        memcpy(fresh, *array, *cap * size);
    }
    *array = fresh;
    *cap = wanted;
    return true;
}

void *arena_sink(size_t size) {
    static _Thread_local _Alignas(ALIGN) char sink[4096];
    assert(size <= sizeof sink);
    (void)size;
    return sink;
}

struct str arena_dup(struct arena *a, struct str s) {
    char *p = arena_alloc(a, s.n + 1);
    if (!p) {
        return STR_NONE;
    }
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    return (struct str){p, s.n};
}

struct str arena_vprintf(struct arena *a, const char *format, va_list ap) {
    va_list again;
    char brief[256]; /* most are */
    va_copy(again, ap);
    int n = vsnprintf(brief, sizeof brief, format, ap);
    char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
    if (p && (size_t)n < sizeof brief) {
        memcpy(p, brief, (size_t)n + 1);
    } else if (p) {
        vsnprintf(p, (size_t)n + 1, format, again);
    }
    va_end(again);
    return p ? (struct str){p, (size_t)n} : STR_NONE;
}

struct str arena_printf(struct arena *a, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    struct str s = arena_vprintf(a, format, ap);
    va_end(ap);
    return s;
}
