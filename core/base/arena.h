/* core/base/arena.h - memory of one owner, given back all at once.
 *
 * A request (or a loaded table) owns one arena. A parameter `struct arena *` says it all: the result lives
 * there and nobody frees it. Past its maximum an arena returns NULL and remembers it (arena_full); stages may
 * therefore check once at their end what they cannot use before. Under ASan the free part is poisoned.
 * Threads: one at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *at, *end;             /* free part of the newest chunk */
    size_t taken;               /* bytes asked of the system so far */
    size_t max;                 /* bytes that may be asked */
    bool full;                  /* an allocation has failed */
};

void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a);
/* Empties a for reuse and keeps its first chunk. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type; NULL when a is full. n of 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_array(struct arena *a, size_t count, size_t size);
/* Grows an array of *cap elements to hold at least need; doubles. false when a is full (array untouched).
 * The old block stays in the arena: amortised cost is twice the final size. */
bool arena_grow(struct arena *a, void **array, size_t *cap, size_t need, size_t size);

/* Copies; a NUL is put behind the copy for the benefit of libraries. STR_NONE (p NULL) when a is full. */
struct str arena_dup(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str arena_vprintf(struct arena *a, const char *format, va_list ap);

static inline bool arena_full(const struct arena *a) {
    return a->full;
}

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))
/* ARENA_PUSH(a, array, n, cap) = value;  appends; evaluates to a scratch element of no effect when a is full,
 * so look at arena_full once at the end of the loop. */
#define ARENA_PUSH(a, array, n, cap)                                                                         \
    (*(arena_grow((a), (void **)&(array), &(cap), (n) + 1, sizeof *(array))                                  \
           ? &(array)[(n)++]                                                                                 \
           : (__typeof__(array))arena_sink(sizeof *(array))))

/* Where ARENA_PUSH writes when there is no room: thread-local, never read. size <= 4096. */
void *arena_sink(size_t size);

#endif
