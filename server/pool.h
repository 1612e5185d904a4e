/* server/pool.h - the bounded queue of CPU work and its threads, one nutgraf_worker each.
 *
 * A place in the queue is taken first (pool_reserve), the job handed over after (pool_submit): between the two the
 * caller suspends the connection, which must happen before a worker can be done with it. */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include "core/nutgraf.h"

struct pool;

struct pool_job {
    struct pool_job *next; /* the pool's */
    void (*run)(struct pool_job *job, struct nutgraf_worker *w);
};

struct pool_state {
    size_t depth, capacity, workers, busy;
};

/* Errors: ERR_NO_MEMORY, ERR_INTERNAL (no thread), those of nutgraf_worker_new. */
enum err_code pool_new(struct pool **out, const struct nutgraf *ng, size_t workers, size_t capacity, struct err *err);
/* Waits until all jobs have run and all threads have ended. NULL is fine. */
void pool_free(struct pool *p);

/* Takes a place; false when the queue is full. Threads: any. */
bool pool_reserve(struct pool *p);
/* Fills the place taken. */
void pool_submit(struct pool *p, struct pool_job *job);

struct pool_state pool_state(struct pool *p);

#endif
