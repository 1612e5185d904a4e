/* models.c - `nutgraf models list|pull|verify|remove`: the translation models installed. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/pull.h"
#include "core/base/cleanup.h"
#include "core/translate/store.h"

#include "core/base/banned.h"

static void usage(FILE *to) {
    fprintf(to,
            "Usage: nutgraf models list [--available]        what is installed, or what the registry has\n"
            "       nutgraf models pull PAIR|LANGUAGE...     fetch and install; a language means both ways from and to English\n"
            "       nutgraf models verify [PAIR...]          compare checksums and load each model\n"
            "       nutgraf models remove PAIR...\n\n"
            "      --dir=FOLDER         where models are (NUTGRAF_MODELS); default: $XDG_DATA_HOME/nutgraf/models, or\n"
            "                           /var/lib/nutgraf/models for root\n"
            "      --registry=URL       list of models (NUTGRAF_MODELS_REGISTRY); default: the publisher's\n"
            "      --architecture=NAME  tiny, base-memory or base; default: the one released\n"
            "      --shortlist          fetch the lexical shortlist, too\n"
            "      --if-missing         leave pairs alone that are installed\n"
            "      --timeout=SECONDS    to connect; default 15\n"
            "  -q, --quiet              no progress\n"
            "  -h, --help               this text\n");
}

struct options {
    struct pull_settings pull;
    const char *dirs[STORE_DIRS];
    size_t dir_count;
    bool available;
};

/* 0: go on; else an exit code plus one. */
static int parse(struct options *o, struct arena *a, int argc, char **argv) {
    enum { DIR_ = 256, REGISTRY, ARCHITECTURE, SHORTLIST, IF_MISSING, TIMEOUT, AVAILABLE };
    static const struct option known[] = {
        {"dir", required_argument, NULL, DIR_}, {"registry", required_argument, NULL, REGISTRY}, {"architecture", required_argument, NULL, ARCHITECTURE},
        {"shortlist", no_argument, NULL, SHORTLIST}, {"if-missing", no_argument, NULL, IF_MISSING}, {"timeout", required_argument, NULL, TIMEOUT},
        {"available", no_argument, NULL, AVAILABLE}, {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'}, {0},
    };
    const char *dir = getenv("NUTGRAF_MODELS"), *registry = getenv("NUTGRAF_MODELS_REGISTRY");
    *o = (struct options){.pull = {.registry = registry && *registry ? registry : NULL, .timeout = 15}};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "qh", known, NULL)) != -1;) {
        switch (c) {
        case DIR_: dir = optarg; break;
        case REGISTRY: o->pull.registry = optarg; break;
        case ARCHITECTURE: o->pull.architecture = optarg; break;
        case SHORTLIST: o->pull.shortlist = true; break;
        case IF_MISSING: o->pull.if_missing = true; break;
        case TIMEOUT:
            if (!str_to_double(str_of(optarg), &o->pull.timeout) || !(o->pull.timeout > 0 && o->pull.timeout <= 600)) {
                fprintf(stderr, "nutgraf: --timeout is a number of seconds up to 600, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case AVAILABLE: o->available = true; break;
        case 'q': o->pull.quiet = true; break;
        case 'h': usage(stdout); return EXIT_OK + 1;
        default: return EXIT_USAGE + 1;
        }
    }
    o->dir_count = store_dirs(a, dir, o->dirs);
    bool root = geteuid() == 0 && !(dir && *dir) && !getenv("XDG_DATA_HOME");
    o->pull.dir = root ? o->dirs[o->dir_count - 1] : o->dirs[0];
    return 0;
}

static bool is_pair(const struct store_model *m, struct str pair) {
    char own[64];
    snprintf(own, sizeof own, "%.*s-%.*s", STR_ARG(m->source), STR_ARG(m->target));
    return str_eqz(pair, own);
}

/* Every model of all folders; NULL with a complaint. */
static struct store_model *scan(const struct options *o, struct arena *a, size_t *n) {
    struct store_model *all = ARENA_ARRAY(a, 0, struct store_model);
    size_t cap = 0;
    *n = 0;
    all = NULL;
    for (size_t i = 0; i < o->dir_count; i++) {
        struct store_model *m;
        size_t count;
        struct err err = {0};
        if (store_scan(a, o->dirs[i], &m, &count, &err) != ERR_OK) {
            cli_complain(&err);
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            ARENA_PUSH(a, all, *n, cap) = m[k];
        }
    }
    return all;
}

static int list(const struct options *o, struct arena *a) {
    size_t n;
    struct err err = {0};
    if (o->available) {
        if (pull_list(&o->pull, &err) != ERR_OK) {
            cli_complain(&err);
            return EXIT_DATA;
        }
        return EXIT_OK;
    }
    const struct store_model *m = scan(o, a, &n);
    for (size_t i = 0; i < n; i++) {
        printf("%.*s-%.*s\t%.*s\t%.1f MB\t%.*s", STR_ARG(m[i].source), STR_ARG(m[i].target), STR_ARG(m[i].architecture), (double)m[i].bytes / 1e6, STR_ARG(m[i].folder));
        printf("%s%.*s\n", m[i].problem.n ? "\tnot usable: " : "", STR_ARG(m[i].problem));
    }
    if (n == 0) {
        fprintf(stderr, "nutgraf: no models in %s; 'nutgraf models pull de-en' fetches one\n", o->pull.dir);
    }
    return EXIT_OK;
}

static int pull_one(const struct options *o, struct str pair) {
    struct err err = {0};
    if (pull_pair(&o->pull, pair, &err) != ERR_OK) {
        cli_complain(&err);
        return EXIT_DATA;
    }
    if (!o->pull.quiet) {
        fprintf(stderr, "%.*s is installed in %s\n", STR_ARG(pair), o->pull.dir);
    }
    return EXIT_OK;
}

static int pull(const struct options *o, struct arena *a, int argc, char **argv) {
    int status = EXIT_OK;
    for (int i = 0; i < argc && !(status != EXIT_OK && o->pull.if_missing); i++) {
        struct str name = str_of(argv[i]);
        bool language = !memchr(name.p, '-', name.n) || str_ends(name, STR("-Hant"));
        int one = pull_one(o, language ? arena_printf(a, "%.*s-en", STR_ARG(name)) : name);
        int two = language && one == EXIT_OK ? pull_one(o, arena_printf(a, "en-%.*s", STR_ARG(name))) : EXIT_OK;
        status = one != EXIT_OK ? one : two != EXIT_OK ? two : status;
    }
    return status;
}

static bool verify_one(const struct store_model *m) {
    struct store_file bad;
    struct err err = {0};
    struct nmt_model *model = NULL;
    if (m->problem.n) {
        printf("%.*s: %.*s\n", STR_ARG(m->folder), STR_ARG(m->problem));
        return false;
    }
    if (store_verify(m, &bad, &err) != ERR_OK || (!bad.name.n && nmt_load(&model, &m->files, NULL, &err) != ERR_OK)) {
        printf("%.*s: %s\n", STR_ARG(m->folder), err.text);
        return false;
    }
    nmt_free(model);
    printf("%.*s: %s%.*s%s\n", STR_ARG(m->folder), bad.name.n ? "" : m->listed_count ? "well" : "loads; no checksums are known",
           STR_ARG(bad.name), bad.name.n ? " is not the file that was installed" : "");
    return bad.name.n == 0;
}

static int verify(const struct options *o, struct arena *a, int argc, char **argv) {
    size_t n;
    bool good = true;
    const struct store_model *m = scan(o, a, &n);
    for (size_t i = 0; i < n && argc == 0; i++) {
        good = verify_one(&m[i]) && good;
    }
    for (int k = 0; k < argc; k++) {
        bool found = false;
        for (size_t i = 0; i < n; i++) {
            if (is_pair(&m[i], str_of(argv[k]))) {
                found = true;
                good = verify_one(&m[i]) && good;
            }
        }
        if (!found) {
            fprintf(stderr, "nutgraf: %s is not installed\n", argv[k]);
            good = false;
        }
    }
    return good ? EXIT_OK : EXIT_DATA;
}

/* Out of sight by one rename, then away. */
static int remove_model(const struct store_model *m) {
    char hidden[4300], path[8700];
    struct str folder = m->folder;
    size_t cut = folder.n;
    while (cut > 0 && folder.p[cut - 1] != '/') {
        cut--;
    }
    snprintf(hidden, sizeof hidden, "%.*s.old-%ld", (int)cut, folder.p, (long)getpid());
    if (rename(folder.p, hidden) != 0) {
        fprintf(stderr, "nutgraf: %s: cannot be removed: %s\n", folder.p, strerror(errno));
        return EXIT_DATA;
    }
    const char *const files[] = {m->files.model, m->files.vocab, m->files.target_vocab, m->files.shortlist};
    for (size_t i = 0; i < 4; i++) {
        if (files[i]) {
            snprintf(path, sizeof path, "%s/%s", hidden, files[i] + folder.n + 1);
            unlink(path);
        }
    }
    snprintf(path, sizeof path, "%s/manifest.conf", hidden);
    unlink(path);
    if (rmdir(hidden) != 0) {
        fprintf(stderr, "nutgraf: %s holds files that are none of a model; they stay there\n", hidden);
    }
    return EXIT_OK;
}

static int remove_pairs(const struct options *o, struct arena *a, int argc, char **argv) {
    size_t n;
    int status = EXIT_OK;
    const struct store_model *m = scan(o, a, &n);
    for (int k = 0; k < argc; k++) {
        bool found = false;
        for (size_t i = 0; i < n; i++) {
            if (is_pair(&m[i], str_of(argv[k]))) {
                found = true;
                status = remove_model(&m[i]) == EXIT_OK ? status : EXIT_DATA;
            }
        }
        if (!found) {
            fprintf(stderr, "nutgraf: %s is not installed\n", argv[k]);
            status = EXIT_DATA;
        }
    }
    return status;
}

int cli_models(int argc, char **argv) {
    struct options o;
    AUTO_ARENA a;
    arena_init(&a, 1 << 24);
    struct str verb = str_of(argc > 1 ? argv[1] : NULL);
    if (verb.n == 0 || str_eqz(verb, "--help") || str_eqz(verb, "-h")) {
        usage(verb.n ? stdout : stderr);
        return verb.n ? EXIT_OK : EXIT_USAGE;
    }
    int stop = parse(&o, &a, argc - 1, argv + 1);
    if (stop) {
        return stop - 1;
    }
    int left = argc - 1 - optind;
    char **rest = argv + 1 + optind;
    if (str_eqz(verb, "list") && left == 0) {
        return list(&o, &a);
    }
    if (str_eqz(verb, "pull") && left > 0) {
        return pull(&o, &a, left, rest);
    }
    if (str_eqz(verb, "verify")) {
        return verify(&o, &a, left, rest);
    }
    if (str_eqz(verb, "remove") && left > 0) {
        return remove_pairs(&o, &a, left, rest);
    }
    usage(stderr);
    return EXIT_USAGE;
}
