/* core/base/cleanup.h - library handles that close themselves at the end of their block. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>

#include "core/base/arena.h"

static inline void cleanup_file_(FILE **f) {
    if (*f) {
        fclose(*f);
    }
}

static inline void cleanup_free_(void *p) {
    free(*(void **)p);
}

#define AUTO_FILE __attribute__((cleanup(cleanup_file_))) FILE *
#define AUTO_FREE __attribute__((cleanup(cleanup_free_)))
#define AUTO_ARENA __attribute__((cleanup(arena_release))) struct arena

#endif
