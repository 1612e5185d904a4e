/* pool.c - see pool.h. First in, first out; a mutex and a condition suffice at the rates an analysis allows. */
#include "server/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/base/banned.h"

/* ICU's break iterators and our stages recurse little; 2 MiB is ample and keeps many workers cheap. */
enum { STACK = 2 << 20 };

struct thread {
    pthread_t id;
    struct pool *pool;
    struct nutgraf_worker *worker;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct pool_job *first, **end;
    size_t reserved; /* places taken, whether filled yet or not */
    size_t capacity, busy;
    bool stopping;
    struct thread *threads;
    size_t thread_count; /* running */
    size_t worker_count; /* made */
};

static void *work(void *arg) {
    struct thread *t = arg;
    struct pool *p = t->pool;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->first && !p->stopping) {
            pthread_cond_wait(&p->work, &p->lock);
        }
        struct pool_job *job = p->first;
        if (!job) {
            break;
        }
        p->first = job->next;
        p->end = p->first ? p->end : &p->first;
        p->reserved--;
        p->busy++;
        pthread_mutex_unlock(&p->lock);
        job->run(job, t->worker); /* job may be gone afterwards */
        pthread_mutex_lock(&p->lock);
        p->busy--;
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

enum err_code pool_new(struct pool **out, const struct nutgraf *ng, size_t workers, size_t capacity, struct err *err) {
    enum err_code code = ERR_OK;
    pthread_attr_t attr;
    struct pool *p = calloc(1, sizeof *p);
    struct thread *threads = calloc(workers, sizeof *threads);
    if (!p || !threads) {
        free(p);
        free(threads);
        return err_set(err, ERR_NO_MEMORY, "no memory for the workers");
    }
    p->threads = threads;
    p->capacity = capacity;
    p->end = &p->first;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    for (size_t i = 0; i < workers && code == ERR_OK; i++) {
        struct thread *t = &p->threads[i];
        t->pool = p;
        code = ng ? nutgraf_worker_new(&t->worker, ng, err) : ERR_OK;
        p->worker_count += code == ERR_OK;
        if (code == ERR_OK && pthread_create(&t->id, &attr, work, t) != 0) {
            code = err_set(err, ERR_INTERNAL, "cannot start worker thread %zu", i + 1);
        }
        p->thread_count += code == ERR_OK;
    }
    pthread_attr_destroy(&attr);
    if (code != ERR_OK) {
        pool_free(p);
        return code;
    }
    *out = p;
    return ERR_OK;
}

void pool_free(struct pool *p) {
    if (!p) {
        return;
    }
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->thread_count; i++) {
        pthread_join(p->threads[i].id, NULL);
    }
    for (size_t i = 0; i < p->worker_count; i++) {
        nutgraf_worker_free(p->threads[i].worker);
    }
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p->threads);
    free(p);
}

bool pool_reserve(struct pool *p) {
    pthread_mutex_lock(&p->lock);
    bool room = p->reserved < p->capacity && !p->stopping;
    p->reserved += room;
    pthread_mutex_unlock(&p->lock);
    return room;
}

void pool_submit(struct pool *p, struct pool_job *job) {
    job->next = NULL;
    pthread_mutex_lock(&p->lock);
    *p->end = job;
    p->end = &job->next;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

struct pool_state pool_state(struct pool *p) {
    pthread_mutex_lock(&p->lock);
    struct pool_state s = {.depth = p->reserved, .capacity = p->capacity, .workers = p->thread_count, .busy = p->busy};
    pthread_mutex_unlock(&p->lock);
    return s;
}
