/* analyze.c - `nutgraf analyze URL|FILE|-` and `nutgraf explain FILE|-`. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "core/base/cleanup.h"
#include "core/limits.h"
#include "handlers/analysis_json.h"
#include "handlers/analysis_text.h"

#include "core/base/banned.h"

struct options {
    struct ng_request req;
    const char *data, *file;
    enum offset_encoding encoding;
    bool text, times;
};

enum { OPT_DATA = 256, OPT_TITLE, OPT_PUBLISHED, OPT_OFFSETS, OPT_CONFIDENCE, OPT_LENGTH, OPT_STYLE, OPT_TIMES };

static const struct option long_options[] = {
    {"target-language", required_argument, NULL, 't'},
    {"language", required_argument, NULL, 'l'},
    {"format", required_argument, NULL, 'f'},
    {"title", required_argument, NULL, OPT_TITLE},
    {"published-at", required_argument, NULL, OPT_PUBLISHED},
    {"offset-encoding", required_argument, NULL, OPT_OFFSETS},
    {"min-confidence", required_argument, NULL, OPT_CONFIDENCE},
    {"summary-length", required_argument, NULL, OPT_LENGTH},
    {"summary-style", required_argument, NULL, OPT_STYLE},
    {"data", required_argument, NULL, OPT_DATA},
    {"times", no_argument, NULL, OPT_TIMES},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void usage(FILE *to, const char *command) {
    fprintf(to,
            "Usage: nutgraf %s [OPTION]... URL|FILE|-\n\n"
            "  -t, --target-language=TAG   language of the summary and of names (en, de, zh-Hans, ...); default: the article's\n"
            "  -l, --language=TAG          language of the article; default: identified\n"
            "  -f, --format=json|text      JSON as the server gives it (default), or a layout for people\n"
            "      --title=TEXT            the article's headline, when FILE does not hold it\n"
            "      --published-at=DATE     what \"last year\" is relative to; default: a date in the text\n"
            "      --offset-encoding=UNIT  codepoint (default), utf8 or utf16\n"
            "      --min-confidence=X      leave out entities and events below X, 0 to 1\n"
            "      --summary-length=N|Nc   at most N sentences (1 to 10), or N characters (400c)\n"
            "      --summary-style=STYLE   paragraph (default), bullets or headline\n"
            "      --data=FOLDER           the data folder; default: $NUTGRAF_DATA, else the installed one\n"
            "      --times                 tell the time each stage took, on standard error\n"
            "  -h, --help                  this text\n",
            command);
}

/* "3" are sentences, "400c" characters. */
static bool parse_length(struct ng_request *req, struct str v) {
    bool characters = str_ends(v, STR("c"));
    size_t n, most = characters ? LIMIT_SUMMARY_CHARACTERS : LIMIT_SUMMARY_SENTENCES;
    if (!str_to_size(str_sub(v, 0, v.n - characters), &n) || n == 0 || n > most) {
        return false;
    }
    *(characters ? &req->summary_characters : &req->summary_sentences) = n;
    return true;
}

static bool parse_style(struct ng_request *req, struct str v) {
    req->summary_style = str_eqz(v, "bullets") ? NG_BULLETS : str_eqz(v, "headline") ? NG_HEADLINE : NG_PARAGRAPH;
    return req->summary_style != NG_PARAGRAPH || str_eqz(v, "paragraph");
}

/* 0: go on; else an exit code plus one. */
static int parse(struct options *o, int argc, char **argv) {
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "t:l:f:h", long_options, NULL)) != -1;) {
        struct str value = str_of(optarg);
        switch (c) {
        case 't':
            o->req.target_language = value;
            break;
        case 'l':
            o->req.language = value;
            break;
        case 'f':
            o->text = str_eqz(value, "text");
            if (!o->text && !str_eqz(value, "json")) {
                fprintf(stderr, "nutgraf: --format is json or text, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_TITLE:
            o->req.title = value;
            break;
        case OPT_PUBLISHED:
            o->req.published_at = value;
            break;
        case OPT_OFFSETS:
            if (!offset_encoding_parse(value, &o->encoding)) {
                fprintf(stderr, "nutgraf: --offset-encoding is codepoint, utf8 or utf16, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_CONFIDENCE:
            if (!str_to_double(value, &o->req.min_confidence)) {
                fprintf(stderr, "nutgraf: --min-confidence is a number from 0 to 1, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_LENGTH:
            if (!parse_length(&o->req, value)) {
                fprintf(stderr, "nutgraf: --summary-length is a number of sentences, 1 to %d, or of characters such as 400c, not '%s'\n",
                        LIMIT_SUMMARY_SENTENCES, optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_STYLE:
            if (!parse_style(&o->req, value)) {
                fprintf(stderr, "nutgraf: --summary-style is paragraph, bullets or headline, not '%s'\n", optarg);
                return EXIT_USAGE + 1;
            }
            break;
        case OPT_DATA:
            o->data = optarg;
            break;
        case OPT_TIMES:
            o->times = true;
            break;
        case 'h':
            usage(stdout, argv[0]);
            return EXIT_OK + 1;
        default:
            return EXIT_USAGE + 1;
        }
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "nutgraf: %s takes one address or file ('-' is standard input); see 'nutgraf %s --help'\n", argv[0], argv[0]);
        return EXIT_USAGE + 1;
    }
    o->file = argv[optind];
    return 0;
}

static enum err_code print_json(const struct ng_analysis *an, const struct options *o, struct arena *a, struct err *err) {
    json_t *j = analysis_json(an, o->encoding, a);
    if (!j) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the JSON");
    }
    int bad = json_dumpf(j, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0;
    json_decref(j);
    return bad || putchar('\n') == EOF ? err_set(err, ERR_IO, "cannot write to standard output") : ERR_OK;
}

/* The article of a page, with what the page tells and the command line does not. */
static enum err_code read_article(const struct options *o, const struct nutgraf *ng, struct arena *a, struct ng_request *req, struct err *err) {
    struct ng_page page = {0};
    struct ng_article *article = NULL;
    enum err_code code = cli_page(a, o->file, &page, err);
    code = code ? code : nutgraf_extract(ng, a, &page, &article, err);
    if (code != ERR_OK) {
        return code;
    }
    req->text = article->text;
    req->url = page.url;
    req->title = req->title.n || article->title.value.n > LIMIT_TITLE ? req->title : article->title.value;
    req->published_at = req->published_at.n ? req->published_at : article->published_at.value;
    return ERR_OK;
}

static enum err_code run(const struct options *o, const struct nutgraf *ng, struct nutgraf_worker *w, bool explain,
                         struct err *err) {
    AUTO_ARENA a;
    struct ng_analysis *an = NULL;
    struct ng_request req = o->req;
    struct str report;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    enum err_code code = cli_is_url(o->file) ? read_article(o, ng, &a, &req, err) : cli_read(&a, o->file, LIMIT_TEXT, &req.text, err);
    if (code != ERR_OK) {
        return code;
    }
    if (explain) {
        code = nutgraf_explain(ng, w, &a, &req, &report, err);
        if (code == ERR_OK) {
            fwrite(report.p ? report.p : "", 1, report.n, stdout);
        }
        return code;
    }
    code = nutgraf_analyze(ng, w, &a, &req, &an, err);
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; o->times && i < an->stage_count; i++) {
        fprintf(stderr, "%-10s %8.3f ms\n", an->stages[i].name, an->stages[i].seconds * 1e3);
    }
    return o->text ? analysis_text(an, &a, stdout, err) : print_json(an, o, &a, err);
}

static int main_of(int argc, char **argv, bool explain) {
    struct options o = {0};
    struct err err = {0};
    struct nutgraf *ng = NULL;
    struct nutgraf_worker *w = NULL;
    int stop = parse(&o, argc, argv);
    if (stop) {
        return stop - 1;
    }
    if (nutgraf_new(&ng, cli_data_dir(o.data), &err) != ERR_OK || cli_add_translators(ng, &err) != ERR_OK ||
        nutgraf_worker_new(&w, ng, &err) != ERR_OK) {
        cli_complain(&err);
        nutgraf_free(ng);
        return EXIT_SETUP;
    }
    enum err_code code = run(&o, ng, w, explain, &err);
    if (code == ERR_OK && fflush(stdout) != 0) {
        code = err_set(&err, ERR_IO, "cannot write to standard output");
    }
    if (code != ERR_OK) {
        cli_complain(&err);
    }
    nutgraf_worker_free(w);
    nutgraf_free(ng);
    return code == ERR_OK ? EXIT_OK : EXIT_DATA;
}

int cli_analyze(int argc, char **argv) {
    return main_of(argc, argv, false);
}

int cli_explain(int argc, char **argv) {
    return main_of(argc, argv, true);
}
