/* kb.c - `nutgraf kb`: checks data/kb/, or tells what a name means there. */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "core/kb/kb.h"
#include "core/limits.h"

#include "core/base/banned.h"

static void usage(FILE *to) {
    fprintf(to, "Usage: nutgraf kb [--data DIR] [NAME ...]\n\nWithout a NAME checks every row of data/kb/ and tells wrong ones with file "
                "and line,\nand how many there are of each type. With names tells what each means.\n");
}

static void tell(const struct kb *k, struct arena *a, const char *name) {
    uint32_t row = kb_of_name(k, a, str_of(name));
    if (row == KB_NONE) {
        printf("%s: not known\n", name);
        return;
    }
    static const char *const tags[] = {"en", "de", "zh", "zh-Hant", "vi", "fr", "es", "ja", "ko", "ru"};
    printf("%s: %.*s\n", name, STR_ARG(kb_row(k, row)->id));
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        bool own;
        struct str there = kb_name(k, row, str_of(tags[i]), &own);
        if (own) {
            printf("  %-8s%.*s\n", tags[i], STR_ARG(there));
        }
    }
}

static void count(const struct kb *k) {
    size_t of[NG_DATE + 1] = {0};
    for (size_t i = 0; i < kb_rows(k); i++) {
        of[kb_row(k, (uint32_t)i)->type]++;
    }
    printf("%zu rows, %zu names\n", kb_rows(k), kb_aliases(k));
    for (int t = NG_PERSON; t <= NG_EVENT_NAME; t++) {
        printf("  %-14s%zu\n", ng_type_name((enum ng_type)t), of[t]);
    }
}

static int check(struct arena *a, const char *data, int count_names, char **names) {
    const struct text_fold *fold;
    struct langs *langs;
    struct kb *k = NULL;
    struct err err = {0};
    size_t n = 0;
    enum err_code code = text_fold_load(&fold, a, &err);
    code = code ? code : langs_load(&langs, a, data, &err);
    code = code ? code : kb_load(&k, a, data, langs, fold, &err);
    const struct str *problems = k ? kb_problems(k, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        printf("%.*s\n", STR_ARG(problems[i]));
    }
    if (code != ERR_OK) {
        cli_complain(&err);
        return EXIT_SETUP;
    }
    for (int i = 0; i < count_names; i++) {
        tell(k, a, names[i]);
    }
    if (!count_names) {
        count(k);
    }
    return EXIT_OK;
}

int cli_kb(int argc, char **argv) {
    static const struct option options[] = {{"data", required_argument, NULL, 'd'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *data = NULL;
    for (int c; (c = getopt_long(argc, argv, "d:h", options, NULL)) != -1;) {
        if (c == 'd') {
            data = optarg;
        } else {
            usage(c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_OK : EXIT_USAGE;
        }
    }
    struct arena a;
    arena_init(&a, LIMIT_TABLES_MEMORY);
    int status = check(&a, cli_data_dir(data), argc - optind, argv + optind);
    arena_release(&a);
    return status;
}
