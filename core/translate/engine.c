/* engine.c - see engine.h.
 *
 * One lock guards the list of models; loading and translating go on outside it. An entry lives while somebody uses it
 * (refs), also when its folder is gone. */
#include "core/translate/engine.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/translate/store.h"

#include "core/base/banned.h"

enum {
    MOST_PIECES = 110, /* of one segment: above, a sentence is cut; the engine's own hard limit is 127 */
    KEPT_WORKERS = 4,  /* of one model, for the next request */
    MOST_SEGMENTS = 4096,
};

enum state { COLD, LOADING, WARM, BROKEN };

struct entry {
    struct entry *next;
    struct arena a; /* strings */
    struct store_model m;
    struct timespec changed; /* of the model file */
    enum state state;
    bool gone; /* no longer installed */
    size_t refs;
    uint64_t used; /* by the engine's clock */
    size_t memory;
    struct nmt_model *model;
    struct nmt_worker *workers[KEPT_WORKERS];
    size_t worker_count;
    struct err err; /* BROKEN */
};

struct engine {
    struct translator base; /* first: what translate.c holds */
    struct arena a;
    const char *dirs[STORE_DIRS];
    struct timespec seen[STORE_DIRS]; /* changes of dirs */
    size_t dir_count;
    size_t limit;
    bool shortlist;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* something was loaded or released */
    struct entry *entries;
    uint64_t clock;
    size_t memory; /* of models and the workers kept */
};

/* ---- the list of models; the lock is held ---- */

static void unload(struct engine *e, struct entry *x) {
    while (x->worker_count > 0) {
        struct nmt_worker *w = x->workers[--x->worker_count];
        e->memory -= nmt_worker_memory(w);
        nmt_worker_free(w);
    }
    nmt_free(x->model);
    e->memory -= x->memory;
    x->model = NULL;
    x->memory = 0;
    x->state = x->state == WARM ? COLD : x->state;
}

static void drop(struct engine *e, struct entry *x) {
    unload(e, x);
    arena_release(&x->a);
    free(x);
}

/* Frees entries that are gone and unused. */
static void sweep(struct engine *e) {
    for (struct entry **at = &e->entries; *at;) {
        struct entry *x = *at;
        if (x->gone && x->refs == 0) {
            *at = x->next;
            drop(e, x);
        } else {
            at = &x->next;
        }
    }
}

static struct entry *find(struct engine *e, struct str source, struct str target) {
    for (struct entry *x = e->entries; x; x = x->next) {
        if (!x->gone && str_eq(x->m.source, source) && str_eq(x->m.target, target)) {
            return x;
        }
    }
    return NULL;
}

static struct timespec changed_at(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mtim : (struct timespec){0};
}

static bool same_time(struct timespec x, struct timespec y) {
    return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
}

static const char *dup_path(struct arena *a, const char *path) {
    return path ? arena_dup(a, str_of(path)).p : NULL;
}

/* An entry of its own memory; false when there is none. */
static bool add_entry(struct engine *e, const struct store_model *m, struct timespec changed) {
    struct entry *x = calloc(1, sizeof *x);
    if (!x) {
        return false;
    }
    arena_init(&x->a, 1 << 16);
    x->m.source = arena_dup(&x->a, m->source);
    x->m.target = arena_dup(&x->a, m->target);
    x->m.files.model = dup_path(&x->a, m->files.model);
    x->m.files.vocab = dup_path(&x->a, m->files.vocab);
    x->m.files.target_vocab = dup_path(&x->a, m->files.target_vocab);
    x->m.files.shortlist = e->shortlist ? dup_path(&x->a, m->files.shortlist) : NULL;
    x->m.bytes = m->bytes;
    x->changed = changed;
    if (arena_full(&x->a)) {
        arena_release(&x->a);
        free(x);
        return false;
    }
    x->next = e->entries;
    e->entries = x;
    return true;
}

static void read_dir(struct engine *e, const char *dir) {
    struct arena a;
    struct store_model *models;
    size_t n;
    arena_init(&a, 1 << 24);
    if (store_scan(&a, dir, &models, &n, NULL) == ERR_OK) {
        for (size_t i = 0; i < n; i++) {
            struct entry *x = NULL;
            for (struct entry *y = e->entries; y && !models[i].problem.n; y = y->next) {
                bool same = str_eqz(str_of(y->m.files.model), models[i].files.model) && str_eq(y->m.source, models[i].source) && str_eq(y->m.target, models[i].target);
                x = same && same_time(y->changed, changed_at(models[i].files.model)) ? y : x;
            }
            if (x) {
                x->gone = false;
                x->state = x->state == BROKEN ? COLD : x->state;
            } else if (!models[i].problem.n && !find(e, models[i].source, models[i].target)) { /* the first dir wins */
                add_entry(e, &models[i], changed_at(models[i].files.model));
            }
        }
    }
    arena_release(&a);
}

/* Looks again at what is installed, when a folder of models has changed. */
static void refresh(struct engine *e, bool always) {
    bool changed = always;
    for (size_t i = 0; i < e->dir_count; i++) {
        struct timespec t = changed_at(e->dirs[i]);
        changed = changed || !same_time(t, e->seen[i]);
        e->seen[i] = t;
    }
    if (!changed) {
        return;
    }
    for (struct entry *x = e->entries; x; x = x->next) {
        x->gone = true;
    }
    for (size_t i = 0; i < e->dir_count; i++) {
        read_dir(e, e->dirs[i]);
    }
    sweep(e);
}

/* Frees the least used until wanted more bytes fit; false when they never will. */
static bool make_room(struct engine *e, size_t wanted) {
    while (e->limit && e->memory + wanted > e->limit) {
        struct entry *least = NULL;
        for (struct entry *x = e->entries; x; x = x->next) {
            if (x->state == WARM && x->refs == 0 && (!least || x->used < least->used)) {
                least = x;
            }
        }
        if (!least) {
            return false;
        }
        unload(e, least);
    }
    return true;
}

/* ---- using a model ---- */

static bool has_room(struct engine *e, const struct entry *x) {
    return make_room(e, x->m.bytes + x->m.bytes / 8);
}

/* Whether some other model is in use or being loaded, so that room may come. */
static bool others_busy(const struct engine *e, const struct entry *x) {
    for (const struct entry *y = e->entries; y; y = y->next) {
        if (y != x && y->refs > 0 && (y->state == WARM || y->state == LOADING)) {
            return true;
        }
    }
    return false;
}

/* Until something was loaded or released. False: the deadline has passed. */
static bool wait_for_change(struct engine *e, double deadline) {
    if (deadline <= 0) {
        return pthread_cond_wait(&e->changed, &e->lock) == 0;
    }
    struct timespec t = {(time_t)deadline, (long)((deadline - (double)(time_t)deadline) * 1e9)};
    return pthread_cond_timedwait(&e->changed, &e->lock, &t) == 0;
}

/* Loads x, whose state is COLD and refs is held; the lock is held before and after, not between. */
static enum err_code load(struct engine *e, struct entry *x, struct err *err) {
    struct err own = {0};
    if (!has_room(e, x)) {
        return err_set(err, ERR_NO_MEMORY, "the model %.*s-%.*s takes %zu MB; all models together may take %zu MB",
                       STR_ARG(x->m.source), STR_ARG(x->m.target), x->m.bytes >> 20, e->limit >> 20);
    }
    x->state = LOADING;
    pthread_mutex_unlock(&e->lock);
    struct nmt_model *model = NULL;
    enum err_code code = nmt_load(&model, &x->m.files, NULL, &own);
    pthread_mutex_lock(&e->lock);
    x->model = model;
    x->state = code == ERR_OK ? WARM : BROKEN;
    x->err = own;
    x->memory = code == ERR_OK ? nmt_memory(model) : 0;
    e->memory += x->memory;
    pthread_cond_broadcast(&e->changed);
    make_room(e, 0);
    return code;
}

/* Nobody holds two models at once, so waiting for room always ends. */
static enum err_code acquire(struct engine *e, struct str source, struct str target, double deadline, struct entry **out, struct err *err) {
    pthread_mutex_lock(&e->lock);
    refresh(e, false);
    struct entry *x = find(e, source, target);
    enum err_code code = ERR_OK;
    if (!x) {
        pthread_mutex_unlock(&e->lock);
        return err_set(err, ERR_NO_TRANSLATOR, "no model from %.*s to %.*s is installed", STR_ARG(source), STR_ARG(target));
    }
    x->refs++;
    while (code == ERR_OK && (x->state == LOADING || (x->state == COLD && !has_room(e, x) && others_busy(e, x)))) {
        code = wait_for_change(e, deadline) ? ERR_OK : err_set(err, ERR_TIMEOUT, "the model could not be loaded in time");
    }
    if (code == ERR_OK && x->state == COLD) {
        code = load(e, x, err);
    }
    if (x->state == BROKEN) {
        err_set_in(err, x->err.code, x->err.source, x->err.line, x->err.at, "%s", x->err.text);
        code = x->err.code;
    }
    x->used = ++e->clock;
    if (code != ERR_OK) {
        x->refs--;
        x = NULL;
        sweep(e);
    }
    pthread_mutex_unlock(&e->lock);
    *out = x;
    return code;
}

static void release(struct engine *e, struct entry *x) {
    pthread_mutex_lock(&e->lock);
    x->refs--;
    make_room(e, 0);
    sweep(e);
    pthread_cond_broadcast(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static struct nmt_worker *take_worker(struct engine *e, struct entry *x) {
    struct nmt_worker *w = NULL;
    pthread_mutex_lock(&e->lock);
    if (x->worker_count > 0) {
        w = x->workers[--x->worker_count];
        e->memory -= nmt_worker_memory(w);
    }
    pthread_mutex_unlock(&e->lock);
    return w ? w : nmt_worker_new(x->model);
}

static void give_worker(struct engine *e, struct entry *x, struct nmt_worker *w) {
    pthread_mutex_lock(&e->lock);
    size_t bytes = nmt_worker_memory(w);
    if (x->worker_count < KEPT_WORKERS && (!e->limit || e->memory + bytes <= e->limit)) {
        x->workers[x->worker_count++] = w;
        e->memory += bytes;
        w = NULL;
    }
    pthread_mutex_unlock(&e->lock);
    nmt_worker_free(w);
}

/* ---- long sentences ---- */

/* how good a place to cut is behind the character c, before the character next; 0: none */
static int strength(int32_t before, int32_t c, int32_t next) {
    switch (c) {
    case ';': case ':': case '.': case '!': case '?': case 0x2014: case 0x2013:
        return u_isUWhiteSpace(next) ? 4 : 0;
    case 0xFF1B: case 0xFF1A: case 0x3002: case 0xFF01: case 0xFF1F:
        return 4;
    case ',':
        return u_isUWhiteSpace(next) ? 3 : 0;
    case 0xFF0C: case 0x3001:
        return 3;
    default:
        break;
    }
    if (u_isUWhiteSpace(c)) {
        bool number = u_isdigit(before) && u_isdigit(next); /* 1 000 000 */
        return number ? 0 : 2;
    }
    return u_isalnum(c) && u_isalnum(next) && !u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC) ? 0 : 1;
}

size_t engine_cut(struct str text) {
    size_t best = 0, anywhere = 0, depth = 0;
    double best_score = 0;
    int32_t before = ' ';
    for (size_t at = 0; at < text.n;) {
        int32_t c = utf8_next(text, &at);
        size_t ahead = at;
        if (at >= text.n) {
            break;
        }
        int32_t next = utf8_next(text, &ahead);
        depth += c == '(' || c == '[' || c == 0xFF08 ? 1 : 0;
        depth -= (c == ')' || c == ']' || c == 0xFF09) && depth > 0 ? 1 : 0;
        double off = (double)at / (double)text.n - 0.5, middle = 1 - 2 * (off < 0 ? -off : off); /* 1 in the middle */
        int s = strength(before, c, next);
        double score = (depth ? 0.1 : 1) * s * (s > 1 ? middle : middle * 0.2);
        if (middle > 0.2 && score > best_score) {
            best_score = score;
            best = at;
        }
        if (at * 2 <= text.n + 4 || anywhere == 0) {
            anywhere = at;
        }
        before = c;
    }
    return best ? best : anywhere;
}

struct segment {
    struct str text;   /* trimmed */
    size_t job;        /* text of the job it is a part of */
    size_t at;         /* byte in it */
    bool last;         /* of its text */
};

struct work {
    struct arena *a;
    const struct nmt_model *model;
    struct segment *segments;
    size_t n, cap;
};

/* Pushes text in segments that are short enough; depth ends what cannot be cut. */
static void push(struct work *w, struct str text, size_t job, size_t at, bool last, int depth) {
    while (text.n && (text.p[0] == ' ' || text.p[0] == '\n' || text.p[0] == '\t')) {
        text = str_sub(text, 1, text.n);
        at++;
    }
    text = str_trim(text);
    size_t cut = depth < 16 && w->n < MOST_SEGMENTS && text.n > MOST_PIECES && nmt_count_pieces(w->model, text) > MOST_PIECES ? engine_cut(text) : 0;
    if (cut == 0) {
        if (text.n || last) {
            ARENA_PUSH(w->a, w->segments, w->n, w->cap) = (struct segment){text, job, at, last};
        }
        return;
    }
    push(w, str_sub(text, 0, cut), job, at, false, depth + 1);
    push(w, str_sub(text, cut, text.n), job, at + cut, last, depth + 1);
}

/* A model ends everything like a sentence; in the middle of one the full stop goes. */
static struct str without_stop(const struct segment *s, struct str made) {
    static const struct str stop[] = {{".", 1}, {"\xe3\x80\x82", 3}};
    for (size_t i = 0; i < 2 && !s->last; i++) {
        bool own = str_ends(s->text, stop[0]) || str_ends(s->text, stop[1]);
        if (str_ends(made, stop[i]) && !own) {
            return str_sub(made, 0, made.n - stop[i].n);
        }
    }
    return made;
}

/* ---- the back end ---- */

struct until {
    double deadline;
};

static bool is_late(void *with) {
    const struct until *u = with;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9 > u->deadline;
}

/* The pieces' links as links of words: pieces that continue a word join it when they come from the same place. */
static void add_links(struct arena *a, struct translator_out *o, size_t *cap, const struct nmt_result *r, struct str made, size_t offset, size_t source_offset) {
    for (size_t i = 0; i < r->n_links; i++) {
        const struct nmt_link *l = &r->links[i];
        uint32_t start = l->start, end = l->end;
        while (start < end && start < made.n && made.p[start] == ' ') {
            start++;
        }
        end = end < made.n ? end : (uint32_t)made.n;
        if (start >= end) {
            continue;
        }
        struct translate_link x = {start + (uint32_t)offset, end + (uint32_t)offset, l->source_start + (uint32_t)source_offset, l->source_end + (uint32_t)source_offset};
        struct translate_link *before = o->link_count ? &o->links[o->link_count - 1] : NULL;
        bool joins = before && before->end == x.start && x.source_start <= before->source_end && before->source_start <= x.source_end;
        if (joins) {
            before->end = x.end;
            before->source_start = before->source_start < x.source_start ? before->source_start : x.source_start;
            before->source_end = before->source_end > x.source_end ? before->source_end : x.source_end;
        } else {
            ARENA_PUSH(a, o->links, o->link_count, *cap) = x;
        }
    }
}

/* Joins what the segments became. */
static enum err_code join(struct arena *a, const struct work *w, const struct translator_job *job, const struct nmt_result *made,
                          struct translator_out *out, struct err *err) {
    struct buf b;
    size_t cap = 0;
    for (size_t i = 0; i < w->n; i++) {
        const struct segment *s = &w->segments[i];
        struct translator_out *o = &out[s->job];
        struct str text = without_stop(s, made[i].text);
        if (i == 0 || w->segments[i - 1].job != s->job) {
            buf_init(&b, a);
            buf_add(&b, STR(""));
            *o = (struct translator_out){0};
            cap = 0;
        } else if (job->target_spaces && b.n) {
            buf_addc(&b, ' ');
        }
        add_links(a, o, &cap, &made[i], text, b.n, s->at);
        buf_add(&b, text);
        o->text = buf_str(&b);
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the translation") : ERR_OK;
}

static enum err_code translate(struct arena *a, struct nmt_worker *worker, const struct nmt_model *model, const struct translator_job *job,
                               struct translator_out *out, struct err *err) {
    struct work w = {.a = a, .model = model};
    struct until until = {job->deadline};
    struct nmt_options options = {.align = job->align, .stop = job->deadline > 0 ? is_late : NULL, .stop_with = &until};
    for (size_t i = 0; i < job->n; i++) {
        push(&w, job->texts[i], i, 0, true, 0);
    }
    struct str *texts = ARENA_ARRAY(a, w.n, struct str);
    struct nmt_result *made = ARENA_ARRAY(a, w.n, struct nmt_result);
    if (!texts || !made || arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the translation");
    }
    for (size_t i = 0; i < w.n; i++) {
        texts[i] = w.segments[i].text;
    }
    enum err_code code = nmt_translate(worker, a, texts, w.n, &options, made, err);
    return code ? code : join(a, &w, job, made, out, err);
}

static struct engine *engine_of(struct translator *self) {
    return (struct engine *)self;
}

static bool engine_has(struct translator *self, struct str source, struct str target) {
    struct engine *e = engine_of(self);
    pthread_mutex_lock(&e->lock);
    refresh(e, false);
    bool has = find(e, source, target) != NULL;
    pthread_mutex_unlock(&e->lock);
    return has;
}

static void engine_pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    struct engine *e = engine_of(self);
    pthread_mutex_lock(&e->lock);
    refresh(e, false);
    for (struct entry *x = e->entries; x; x = x->next) {
        if (!x->gone) {
            add(with, x->m.source, x->m.target);
        }
    }
    pthread_mutex_unlock(&e->lock);
}

static enum err_code engine_run(struct translator *self, struct arena *a, const struct translator_job *job,
                                struct translator_out *out, struct err *err) {
    struct engine *e = engine_of(self);
    struct entry *x = NULL;
    enum err_code code = acquire(e, job->source, job->target, job->deadline, &x, err);
    if (code != ERR_OK) {
        return code;
    }
    struct nmt_worker *w = take_worker(e, x);
    if (w) {
        code = translate(a, w, x->model, job, out, err);
        give_worker(e, x, w);
    } else {
        code = err_set(err, ERR_NO_MEMORY, "no memory for a translating thread");
    }
    release(e, x);
    return code;
}

static void engine_free(struct translator *self) {
    struct engine *e = engine_of(self);
    while (e->entries) {
        struct entry *x = e->entries;
        e->entries = x->next;
        drop(e, x);
    }
    pthread_cond_destroy(&e->changed);
    pthread_mutex_destroy(&e->lock);
    arena_release(&e->a);
    free(e);
}

enum err_code engine_new(struct translator **out, const struct engine_config *c, struct err *err) {
    struct engine *e = calloc(1, sizeof *e);
    if (!e) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the translation engine");
    }
    e->base = (struct translator){"engine", false, engine_has, engine_pairs, engine_run, engine_free};
    arena_init(&e->a, 1 << 16);
    pthread_mutex_init(&e->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&e->changed, &clock);
    pthread_condattr_destroy(&clock);
    struct str dir = arena_dup(&e->a, str_of(c->dir ? c->dir : ""));
    e->dir_count = store_dirs(&e->a, dir.p, e->dirs);
    e->limit = c->memory;
    e->shortlist = c->shortlist;
    if (arena_full(&e->a)) {
        engine_free(&e->base);
        return err_set(err, ERR_NO_MEMORY, "no memory for the translation engine");
    }
    refresh(e, true);
    *out = &e->base;
    return ERR_OK;
}

static enum err_code preload_one(struct engine *e, struct str source, struct str target, struct err *err) {
    struct entry *x = NULL;
    enum err_code code = acquire(e, source, target, 0, &x, err);
    if (code == ERR_OK) {
        release(e, x);
    }
    return code;
}

static void note_pair(void *with, struct str source, struct str target) {
    buf_addf(with, "%.*s %.*s,", STR_ARG(source), STR_ARG(target));
}

enum err_code engine_preload(struct translator *engine, struct str pairs, struct err *err) {
    struct engine *e = engine_of(engine);
    struct arena a;
    struct buf all;
    enum err_code code = ERR_OK;
    arena_init(&a, 1 << 20);
    buf_init(&all, &a);
    if (str_eqz(str_trim(pairs), "all")) {
        engine_pairs(engine, note_pair, &all);
        pairs = buf_str(&all);
    }
    while (pairs.n && code == ERR_OK) {
        struct str target = str_trim(str_cut(&pairs, ',')), source;
        char sep = str_find(target, STR(" "), 0) != SIZE_MAX ? ' ' : '-';
        source = str_cut(&target, sep);
        code = source.n ? preload_one(e, source, target, err) : ERR_OK;
    }
    arena_release(&a);
    return code;
}

size_t engine_memory(struct translator *engine, size_t *models) {
    struct engine *e = engine_of(engine);
    pthread_mutex_lock(&e->lock);
    size_t memory = e->memory;
    *models = 0;
    for (struct entry *x = e->entries; x; x = x->next) {
        *models += x->state == WARM;
    }
    pthread_mutex_unlock(&e->lock);
    return memory;
}
