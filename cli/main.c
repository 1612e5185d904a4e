/* main.c - dispatches `nutgraf COMMAND`. */
#include <stdio.h>

#include "cli/cli.h"

#include "core/base/banned.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"analyze", cli_analyze, "analyse a file or standard input: entities, events, summary"},
    {"explain", cli_explain, "tell which event pattern fired where in a text"},
    {"kb", cli_kb, "check the knowledge base, or tell what it knows by a name"},
    {"extract", cli_extract, "find the article in a page of HTML, and what the page says about it"},
    {"models", cli_models, "fetch, list, verify or remove translation models"},
    {"serve", cli_serve, "answer HTTP: the same analyses as a JSON API"},
    {"translate", cli_translate, "translate sentences with a Firefox Translations model"},
    {"version", cli_version, "tell the versions of the program and its libraries"},
};

static void usage(FILE *to) {
    fprintf(to, "nutgraf analyses news: entities, events and a summary in the reader's language.\n\nUsage:\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fprintf(to, "  nutgraf %-10s %s\n", commands[i].name, commands[i].what);
    }
    fprintf(to, "\n'nutgraf COMMAND --help' tells more about a command.\n");
}

int main(int argc, char **argv) {
    struct str name = str_of(argc > 1 ? argv[1] : NULL);
    if (name.n == 0) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (str_eqz(name, "--help") || str_eqz(name, "-h") || str_eqz(name, "help")) {
        usage(stdout);
        return EXIT_OK;
    }
    if (str_eqz(name, "--version") || str_eqz(name, "-V")) {
        return cli_version(argc - 1, argv + 1);
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (str_eqz(name, commands[i].name)) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "nutgraf: '%s' is not a command; 'nutgraf --help' lists them\n", argv[1]);
    return EXIT_USAGE;
}
