/* cli/cli.h - the subcommands of the program; each takes its own argv (argv[0] is its name) and returns an exit code. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "core/nutgraf.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_DATA = 1,  /* the input could not be analysed, a page not fetched, ... */
    EXIT_USAGE = 2, /* the command line is wrong */
    EXIT_SETUP = 3, /* the installation is: data missing or broken */
};

struct server_config; /* server/config.h */

int cli_analyze(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_kb(int argc, char **argv);
int cli_extract(int argc, char **argv);
int cli_models(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_translate(int argc, char **argv);
/* `nutgraf translate PAIR` (translate_pair.c); check: what checking finds goes to standard error. */
int cli_translate_pair(const char *pair, bool check);
int cli_version(int argc, char **argv);

/* Where the data is: --data, else NUTGRAF_DATA, else beside the program (../share/nutgraf, ../data), else as built in.
 * The result is static. */
const char *cli_data_dir(const char *flag);

/* Gives ng the translation models installed: in dir (NULL: NUTGRAF_MODELS, else where they are by default). memory: bytes they may
 * take, 0 for no limit; preload: pairs to load now, or NULL. */
enum err_code cli_add_engine(struct nutgraf *ng, const char *dir, size_t memory, bool shortlist, const char *preload, struct err *err);

/* Gives ng the translation service that the settings name, if any, behind the engine. */
enum err_code cli_add_translator(struct nutgraf *ng, const struct server_config *c, struct err *err);

/* Both, as the environment says: the variables of `nutgraf serve`. */
enum err_code cli_add_translators(struct nutgraf *ng, struct err *err);

/* getenv, for config_read. */
const char *cli_environment(const char *name);

/* Writes "nutgraf: <what is wrong>" with file and line to standard error. */
void cli_complain(const struct err *err);

/* All of path ("-" is standard input) into a, at most max bytes. */
enum err_code cli_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err);

/* Whether path is an address: http:// or https://. */
bool cli_is_url(const char *path);

/* The page at path: fetched when it is an address, else read as cli_read does. In a; page->content_type stays when it is given. Errors: those of
 * cli_read and fetch_get. */
enum err_code cli_page(struct arena *a, const char *path, struct ng_page *page, struct err *err);

#endif
