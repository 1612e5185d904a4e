/* translate.c - `nutgraf translate`: one sentence a line in, one a line out.
 *
 * Input is read whole, cut into requests of --batch lines, and the threads take requests as they become free; output
 * keeps the order. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/base/cleanup.h"
#include "core/nmt/nmt.h"
#include "core/nmt/spm.h"

#include "core/base/banned.h"

enum {
    MAX_INPUT = 256 << 20,
    MAX_THREADS = 256,
    DEFAULT_BATCH = 32,
};

struct settings {
    struct nmt_files files;
    const char *kernel;
    size_t threads, batch;
    bool time, align, pieces, check, batch_limit;
    const char *pair;
};

struct request {
    size_t first, n; /* lines */
    struct arena a;
    enum err_code code;
    struct err err;
};

struct work {
    const struct settings *settings;
    const struct nmt_model *model;
    const struct str *lines;
    struct nmt_result *results; /* one a line */
    struct request *requests;
    size_t n;
    atomic_size_t next;
};

static void usage(FILE *to) {
    fprintf(to,
            "usage: nutgraf translate PAIR [--check] < IN > OUT            such as de-en, by the models installed\n"
            "       nutgraf translate --model FILE --vocab FILE [options] < IN > OUT\n"
            "\n"
            "Translates standard input; with a model's files one sentence a line.\n"
            "\n"
            "  --model FILE         model.XXYY.intgemm.alphas.bin\n"
            "  --vocab FILE         vocab.XXYY.spm, or the source's where there are two\n"
            "  --target-vocab FILE  trgvocab.XXYY.spm\n"
            "  --shortlist FILE     lex.50.50.XXYY.s2t.bin; narrows the choice of words\n"
            "  --threads N          default 1; 0 is one a processor\n"
            "  --batch N            lines of one request, default %d\n"
            "  --kernel NAME        avx512, avxvnni, avx2, ssse3, neon, dotprod or c; default the fastest\n"
            "  --limit KIND         a translation is at most twice as long as its sentence, or as the batch's longest: sentence, batch\n"
            "  --align              after each line a tab and pairs FROM-TO:FROM-TO, bytes of source and translation\n"
            "  --pieces             do not translate: the ids of each line's pieces (--vocab alone)\n"
            "  --check              with PAIR: what checking finds, on standard error\n"
            "  --time               speed, load time and peak memory on standard error\n",
            DEFAULT_BATCH);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool number(const char *name, const char *value, size_t least, size_t most, size_t *out) {
    if (!str_to_size(str_of(value), out) || *out < least || *out > most) {
        fprintf(stderr, "nutgraf translate: --%s takes a number from %zu to %zu, not '%s'\n", name, least, most, value);
        return false;
    }
    return true;
}

/* EXIT_OK, EXIT_USAGE, or -1 after --help */
static int parse(int argc, char **argv, struct settings *s) {
    enum { MODEL = 256, VOCAB, TARGET_VOCAB, SHORTLIST, THREADS, BATCH, KERNEL, LIMIT, ALIGN, TIME, PIECES, CHECK };
    static const struct option options[] = {
        {"model", required_argument, NULL, MODEL},
        {"vocab", required_argument, NULL, VOCAB},
        {"target-vocab", required_argument, NULL, TARGET_VOCAB},
        {"shortlist", required_argument, NULL, SHORTLIST},
        {"threads", required_argument, NULL, THREADS},
        {"batch", required_argument, NULL, BATCH},
        {"kernel", required_argument, NULL, KERNEL},
        {"limit", required_argument, NULL, LIMIT},
        {"align", no_argument, NULL, ALIGN},
        {"time", no_argument, NULL, TIME},
        {"pieces", no_argument, NULL, PIECES},
        {"check", no_argument, NULL, CHECK},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    *s = (struct settings){.threads = 1, .batch = DEFAULT_BATCH};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (c) {
        case MODEL: s->files.model = optarg; break;
        case VOCAB: s->files.vocab = optarg; break;
        case TARGET_VOCAB: s->files.target_vocab = optarg; break;
        case SHORTLIST: s->files.shortlist = optarg; break;
        case THREADS:
            if (!number("threads", optarg, 0, MAX_THREADS, &s->threads)) {
                return EXIT_USAGE;
            }
            break;
        case BATCH:
            if (!number("batch", optarg, 1, 100000, &s->batch)) {
                return EXIT_USAGE;
            }
            break;
        case KERNEL: s->kernel = optarg; break;
        case LIMIT:
            s->batch_limit = str_eqz(str_of(optarg), "batch");
            if (!s->batch_limit && !str_eqz(str_of(optarg), "sentence")) {
                fprintf(stderr, "nutgraf translate: --limit is sentence or batch, not '%s'\n", optarg);
                return EXIT_USAGE;
            }
            break;
        case ALIGN: s->align = true; break;
        case TIME: s->time = true; break;
        case PIECES: s->pieces = true; break;
        case CHECK: s->check = true; break;
        case 'h': usage(stdout); return -1;
        default: usage(stderr); return EXIT_USAGE;
        }
    }
    if (!s->files.model && !s->files.vocab && optind + 1 == argc) {
        s->pair = argv[optind];
        return EXIT_OK;
    }
    if (!(s->files.model || s->pieces) || !s->files.vocab || optind < argc) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (s->threads == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        s->threads = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (size_t)processors;
    }
    return EXIT_OK;
}

static struct str *split_lines(struct arena *a, struct str input, size_t *n) {
    struct str *lines = NULL;
    size_t cap = 0;
    *n = 0;
    if (str_ends(input, STR("\n"))) {
        input.n--;
    } else if (input.n == 0) {
        return ARENA_ARRAY(a, 0, struct str);
    }
    for (bool more = true; more;) {
        more = memchr(input.p, '\n', input.n) != NULL;
        ARENA_PUSH(a, lines, *n, cap) = str_cut(&input, '\n');
    }
    return arena_full(a) ? NULL : lines;
}

static void *run(void *with) {
    struct work *work = with;
    struct nmt_worker *worker = nmt_worker_new(work->model);
    struct nmt_options options = {.align = work->settings->align, .batch_limit = work->settings->batch_limit};
    for (size_t i; (i = atomic_fetch_add(&work->next, 1)) < work->n;) {
        struct request *r = &work->requests[i];
        r->code = worker ? nmt_translate(worker, &r->a, work->lines + r->first, r->n, &options, work->results + r->first,
                                         &r->err)
                         : err_set(&r->err, ERR_NO_MEMORY, "no memory for a thread");
    }
    nmt_worker_free(worker);
    return NULL;
}

static void run_threads(struct work *work) {
    pthread_t threads[MAX_THREADS];
    size_t started = 0;
    while (started + 1 < work->settings->threads && pthread_create(&threads[started], NULL, run, work) == 0) {
        started++;
    }
    run(work);
    while (started > 0) {
        pthread_join(threads[--started], NULL);
    }
}

/* A translation has no line ends of its own; a byte piece could still spell one. */
static void write_line(const struct nmt_result *r, bool align) {
    for (struct str rest = r->text; rest.n > 0;) {
        struct str part = str_cut(&rest, '\n');
        fwrite(part.p, 1, part.n, stdout);
        if (part.p + part.n < r->text.p + r->text.n) {
            putchar(' ');
        }
    }
    for (size_t i = 0; align && i < r->n_links; i++) {
        const struct nmt_link *l = &r->links[i];
        printf("%s%u-%u:%u-%u", i ? " " : "\t", l->source_start, l->source_end, l->start, l->end);
    }
    putchar('\n');
}

static size_t count_words(struct str s) {
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < s.n; i++) {
        bool space = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r';
        n += !space && !inside;
        inside = !space;
    }
    return n;
}

/* Megabytes at most so far. The kernel's figure for this program alone: that of getrusage counts who started it, too. */
static double peak_memory(void) {
    char line[256];
    unsigned long kilobytes = 0;
    struct rusage usage_;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && kilobytes == 0 && fgets(line, sizeof line, f)) {
        kilobytes = strncmp(line, "VmHWM:", 6) == 0 ? strtoul(line + 6, NULL, 10) : 0;
    }
    if (f) {
        fclose(f);
    }
    if (kilobytes == 0 && getrusage(RUSAGE_SELF, &usage_) == 0) {
        kilobytes = (unsigned long)usage_.ru_maxrss;
    }
    return (double)kilobytes / 1024.0;
}

static void tell_time(const struct work *work, size_t lines, double load, double seconds) {
    size_t in = 0, out = 0, pieces = 0;
    for (size_t i = 0; i < lines; i++) {
        in += count_words(work->lines[i]);
        out += count_words(work->results[i].text);
        pieces += work->results[i].pieces;
    }
    fprintf(stderr,
            "load %.3f s, %zu lines in %.3f s: %.1f source words/s, %.1f target words/s, %.1f source pieces/s; "
            "kernel %s, %zu threads, peak memory %.1f MB\n",
            load, lines, seconds, (double)in / seconds, (double)out / seconds, (double)pieces / seconds,
            nmt_kernel_name(work->model), work->settings->threads, peak_memory());
}

static int translate(const struct settings *s, struct work *work, size_t lines, double load) {
    double start = now();
    int status = EXIT_OK;
    for (size_t i = 0; i < work->n; i++) {
        struct request *r = &work->requests[i];
        *r = (struct request){.first = i * s->batch};
        r->n = lines - r->first < s->batch ? lines - r->first : s->batch;
        arena_init(&r->a, (size_t)1 << 30);
    }
    run_threads(work);
    double seconds = now() - start;
    for (size_t i = 0; i < work->n && status == EXIT_OK; i++) {
        struct request *r = &work->requests[i];
        if (r->code != ERR_OK) {
            r->err.line = r->err.line ? r->err.line : r->first + 1;
            cli_complain(&r->err);
            status = EXIT_DATA;
        }
        for (size_t k = r->first; k < r->first + r->n && status == EXIT_OK; k++) {
            write_line(&work->results[k], s->align);
        }
    }
    if (status == EXIT_OK && s->time) {
        tell_time(work, lines, load, seconds > 0 ? seconds : 1e-9);
    }
    for (size_t i = 0; i < work->n; i++) {
        arena_release(&work->requests[i].a);
    }
    return status;
}

static int translate_input(const struct settings *s, const struct nmt_model *model, double load) {
    struct err err = {0};
    struct str input = STR_NONE;
    size_t n;
    AUTO_ARENA a;
    arena_init(&a, (size_t)2 << 30);
    if (cli_read(&a, "-", MAX_INPUT, &input, &err) != ERR_OK) {
        cli_complain(&err);
        return EXIT_DATA;
    }
    struct str *lines = split_lines(&a, input, &n);
    struct work work = {.settings = s, .model = model, .lines = lines, .n = (n + s->batch - 1) / s->batch};
    work.results = ARENA_ARRAY(&a, n, struct nmt_result);
    work.requests = ARENA_ARRAY(&a, work.n, struct request);
    if (!lines || !work.results || !work.requests) {
        err_set(&err, ERR_NO_MEMORY, "no memory for %zu lines", n);
        cli_complain(&err);
        return EXIT_DATA;
    }
    int status = translate(s, &work, n, load);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "nutgraf: cannot write: %s\n", strerror(errno));
        return EXIT_DATA;
    }
    return status;
}

/* ids of the pieces of each line, as spm_encode --output_format=id gives them */
static int tell_pieces(const char *vocab) {
    struct err err = {0};
    struct str file = STR_NONE, input = STR_NONE;
    const struct spm *spm = NULL;
    AUTO_ARENA a;
    arena_init(&a, (size_t)2 << 30);
    enum err_code code = cli_read(&a, vocab, MAX_INPUT, &file, &err);
    code = code ? code : spm_load(&spm, &a, file, vocab, &err);
    code = code ? code : cli_read(&a, "-", MAX_INPUT, &input, &err);
    while (code == ERR_OK && input.n) {
        struct arena scratch;
        struct spm_token *tokens;
        size_t n;
        arena_init(&scratch, (size_t)1 << 30);
        code = spm_encode(spm, &scratch, str_cut(&input, '\n'), &tokens, &n, &err);
        for (size_t i = 0; i < n && code == ERR_OK; i++) {
            printf("%s%u", i ? " " : "", tokens[i].id);
        }
        printf("\n");
        arena_release(&scratch);
    }
    if (code != ERR_OK) {
        cli_complain(&err);
    }
    return code == ERR_OK ? EXIT_OK : EXIT_DATA;
}

int cli_translate(int argc, char **argv) {
    struct settings s;
    int status = parse(argc, argv, &s);
    if (status != EXIT_OK) {
        return status < 0 ? EXIT_OK : status;
    }
    struct nmt_model *model;
    struct err err = {0};
    if (s.pair) {
        return cli_translate_pair(s.pair, s.check);
    }
    if (s.pieces) {
        return tell_pieces(s.files.vocab);
    }
    double start = now();
    if (nmt_load(&model, &s.files, s.kernel, &err) != ERR_OK) {
        cli_complain(&err);
        return err.code == ERR_VALUE ? EXIT_USAGE : EXIT_SETUP;
    }
    status = translate_input(&s, model, now() - start);
    nmt_free(model);
    return status;
}
