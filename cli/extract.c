/* extract.c - `nutgraf extract URL|FILE|-`: the article of a page, as JSON or as text. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "core/base/cleanup.h"
#include "core/limits.h"
#include "handlers/article_json.h"

#include "core/base/banned.h"

struct options {
    struct ng_page page;
    const char *data, *file;
    enum offset_encoding encoding;
    bool text;
};

enum { OPT_DATA = 256, OPT_URL, OPT_TYPE, OPT_OFFSETS };

static const struct option long_options[] = {
    {"format", required_argument, NULL, 'f'},
    {"url", required_argument, NULL, OPT_URL},
    {"content-type", required_argument, NULL, OPT_TYPE},
    {"offset-encoding", required_argument, NULL, OPT_OFFSETS},
    {"data", required_argument, NULL, OPT_DATA},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void usage(void) {
    printf("Usage: nutgraf extract [OPTION]... URL|FILE|-\n\n"
           "Finds the article in a page. FILE ends in .txt or .md where it is plain text.\n\n"
           "  -f, --format=json|text      JSON as the server gives it (default), or the article's text alone\n"
           "      --url=URL               where the page was found: relative addresses in it are completed\n"
           "      --content-type=VALUE    the HTTP header that came with it; may name the character set\n"
           "      --offset-encoding=UNIT  codepoint (default), utf8 or utf16\n"
           "      --data=FOLDER           the data folder; default: $NUTGRAF_DATA, else the installed one\n"
           "  -h, --help                  this text\n\n"
           "Addresses are fetched as the server fetches them; NUTGRAF_FETCH_ALLOW, _PORTS, _PROXY, _ROBOTS, _USER_AGENT and _CA_FILE\n"
           "hold here as well.\n");
}

/* 0: go on; else an exit code plus one. */
static int parse(struct options *o, int argc, char **argv) {
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "f:h", long_options, NULL)) != -1;) {
        struct str value = str_of(optarg);
        switch (c) {
        case 'f':
            o->text = str_eqz(value, "text");
            if (!o->text && !str_eqz(value, "json")) {
                fprintf(stderr, "nutgraf: --format is json or text, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_URL:
            o->page.url = value;
            break;
        case OPT_TYPE:
            o->page.content_type = value;
            break;
        case OPT_OFFSETS:
            if (!offset_encoding_parse(value, &o->encoding)) {
                fprintf(stderr, "nutgraf: --offset-encoding is codepoint, utf8 or utf16, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_DATA:
            o->data = optarg;
            break;
        case 'h':
            usage();
            return EXIT_OK + 1;
        default:
            return EXIT_USAGE + 1;
        }
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "nutgraf: extract takes one address or file ('-' is standard input); see 'nutgraf extract --help'\n");
        return EXIT_USAGE + 1;
    }
    o->file = argv[optind];
    return 0;
}

static enum err_code print_json(const struct ng_article *article, const struct options *o, struct arena *a, struct err *err) {
    json_auto_t *j = article_json(article, o->encoding, a);
    if (!j) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the JSON");
    }
    if (o->page.url.n) {
        json_object_set_new(j, "url", json_stringn(o->page.url.p, o->page.url.n));
    }
    bool bad = json_dumpf(j, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0 || putchar('\n') == EOF;
    return bad ? err_set(err, ERR_IO, "cannot write to standard output") : ERR_OK;
}

static enum err_code run(struct options *o, const struct nutgraf *ng, struct err *err) {
    AUTO_ARENA a;
    struct ng_article *article = NULL;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    enum err_code code = cli_page(&a, o->file, &o->page, err);
    code = code ? code : nutgraf_extract(ng, &a, &o->page, &article, err);
    if (code != ERR_OK) {
        return code;
    }
    if (o->text) {
        printf("%.*s\n", STR_ARG(article->text));
    } else {
        code = print_json(article, o, &a, err);
    }
    return code == ERR_OK && fflush(stdout) != 0 ? err_set(err, ERR_IO, "cannot write to standard output") : code;
}

int cli_extract(int argc, char **argv) {
    struct options o = {0};
    struct err err = {0};
    struct nutgraf *ng = NULL;
    int stop = parse(&o, argc, argv);
    if (stop) {
        return stop - 1;
    }
    if (nutgraf_new(&ng, cli_data_dir(o.data), &err) != ERR_OK) {
        cli_complain(&err);
        return EXIT_SETUP;
    }
    enum err_code code = run(&o, ng, &err);
    if (code != ERR_OK) {
        cli_complain(&err);
    }
    nutgraf_free(ng);
    return code == ERR_OK ? EXIT_OK : EXIT_DATA;
}
