/* tokeval_main.c - holds core/tok against treebanks, and tells its speed.
 *
 *     tokeval_main DATA LANG FILE.conllu [show]   sentences and word starts as precision, recall, F1
 *     tokeval_main DATA LANG FILE.txt speed       MB/s
 *     tokeval_main DATA LANG FILE.txt dump        the sentences, a token between bars
 *
 * Sentences of the treebank are joined into paragraphs of ten (with a space between, in Chinese without), as a document of the
 * treebank would read. A word start counts where either side begins a token; Chinese by TOK_WORD_START. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/file.h"
#include "core/tok/tok.h"

#include "core/base/banned.h"

struct gold {
    struct buf text;
    uint32_t *sents, *words; /* starts */
    size_t sent_count, sent_cap, word_count, word_cap;
};

/* Finds the forms of a sentence in its text one after the other. */
static void add_form(struct arena *a, struct gold *g, struct str form, size_t *at) {
    struct str all = buf_str(&g->text);
    size_t hit = str_find(all, form, *at);
    if (hit != SIZE_MAX && hit < *at + 3) {
        ARENA_PUSH(a, g->words, g->word_count, g->word_cap) = (uint32_t)hit;
        *at = hit + form.n;
    }
}

static void read_gold(struct arena *a, struct gold *g, struct str file, bool spaces) {
    size_t at = 0, n = 0, multi_end = 0;
    buf_init(&g->text, a);
    while (file.n) {
        struct str line = str_cut(&file, '\n');
        if (str_starts(line, STR("# text = "))) {
            buf_add(&g->text, n == 0 ? STR("") : n % 10 == 0 ? STR("\n") : spaces ? STR(" ") : STR(""));
            n++;
            at = g->text.n;
            ARENA_PUSH(a, g->sents, g->sent_count, g->sent_cap) = (uint32_t)at;
            buf_add(&g->text, str_trim(str_sub(line, 9, line.n)));
            multi_end = 0;
            continue;
        }
        struct str rest = line, id = str_cut(&rest, '\t'), form = str_cut(&rest, '\t');
        size_t number, last;
        if (line.n == 0 || line.p[0] == '#' || str_find(id, STR("."), 0) != SIZE_MAX) {
            continue;
        }
        struct str tail = id, head = str_cut(&tail, '-');
        if (tail.n && str_to_size(tail, &last)) { /* several words written as one: the surface counts */
            multi_end = last;
            add_form(a, g, form, &at);
        } else if (str_to_size(head, &number) && number > multi_end) {
            add_form(a, g, form, &at);
        }
    }
}

static void compare(const char *what, const uint32_t *gold, size_t g, const uint32_t *found, size_t f, struct str text, bool show) {
    size_t hits = 0, i = 0, k = 0;
    while (i < g && k < f) {
        bool miss = gold[i] < found[k], extra = found[k] < gold[i];
        if (show && (miss || extra)) {
            size_t at = miss ? gold[i] : found[k];
            struct str around = str_sub(text, at > 40 ? at - 40 : 0, at);
            while (around.n && ((unsigned char)around.p[0] & 0xC0) == 0x80) {
                around = str_sub(around, 1, around.n);
            }
            printf("%s %.*s\x1b[7m|\x1b[0m%.*s\n", miss ? "MISS " : "EXTRA", STR_ARG(around), STR_ARG(str_sub(text, at, at + 30)));
        }
        hits += !miss && !extra;
        i += !extra;
        k += !miss;
    }
    double p = f ? (double)hits / (double)f : 0, r = g ? (double)hits / (double)g : 0;
    printf("%-10s gold %6zu found %6zu  P %.4f R %.4f F1 %.4f\n", what, g, f, p, r, p + r > 0 ? 2 * p * r / (p + r) : 0);
}

static void evaluate(const struct lang *l, const struct text_fold *fold, struct nutgraf_worker *w, struct arena *a, struct str file,
                     const char *show) {
    struct gold g = {0};
    struct tok_text t;
    struct err err = {0};
    uint32_t *words = NULL, *sents = NULL;
    size_t n = 0, cap = 0, m = 0, sent_cap = 0;
    read_gold(a, &g, file, l->atoms == ATOMS_WORD);
    if (tok_split_text(l, fold, w, a, buf_str(&g.text), &t, &err) != ERR_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    for (size_t i = 0; i < t.tok_count; i++) {
        if (t.toks[i].flags & TOK_WORD_START || l->atoms == ATOMS_WORD) {
            ARENA_PUSH(a, words, n, cap) = t.toks[i].start;
        }
    }
    for (size_t i = 0; i < t.sent_count; i++) {
        ARENA_PUSH(a, sents, m, sent_cap) = t.sents[i].start;
    }
    compare("sentences", g.sents, g.sent_count, sents, m, buf_str(&g.text), show && show[0] == 's');
    compare("words", g.words, g.word_count, words, n, buf_str(&g.text), show && show[0] == 'w');
}

static void speed(const struct lang *l, const struct text_fold *fold, struct nutgraf_worker *w, struct str file) {
    struct timespec from, to;
    size_t bytes = 0, toks = 0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < 20; i++) {
        AUTO_ARENA b;
        struct tok_text t = {0};
        arena_init(&b, (size_t)2 << 30);
        tok_split_text(l, fold, w, &b, file, &t, NULL);
        bytes += file.n;
        toks += t.tok_count;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double s = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
    printf("%.1f MB/s, %.2f million tokens/s\n", (double)bytes / s / 1e6, (double)toks / s / 1e6);
}

static void dump(const struct lang *l, const struct text_fold *fold, struct nutgraf_worker *w, struct arena *a, struct str file) {
    struct tok_text t;
    if (tok_split_text(l, fold, w, a, file, &t, NULL) != ERR_OK) {
        return;
    }
    for (size_t i = 0; i < t.sent_count; i++) {
        for (uint32_t k = t.sents[i].first; k < t.sents[i].last; k++) {
            printf("%s%.*s", k == t.sents[i].first ? "" : "|", STR_ARG(str_sub(file, t.toks[k].start, t.toks[k].end)));
        }
        printf("\n");
    }
}

int main(int argc, char **argv) {
    AUTO_ARENA a;
    const struct text_fold *fold;
    struct langs *langs;
    struct nutgraf_worker *w;
    struct err err = {0};
    struct str file;
    arena_init(&a, (size_t)2 << 30);
    if (argc < 4) {
        fprintf(stderr, "usage: tokeval_main DATA LANG FILE [sentences|words|speed|dump]\n");
        return 2;
    }
    if (text_fold_load(&fold, &a, &err) != ERR_OK || langs_load(&langs, &a, argv[1], &err) != ERR_OK ||
        nutgraf_worker_new(&w, NULL, &err) != ERR_OK || file_read(&a, argv[3], (size_t)1 << 28, &file, &err) != ERR_OK) {
        fprintf(stderr, "tokeval_main: %s: %s\n", err.source, err.text);
        return 1;
    }
    int lang = langs_get(langs, str_of(argv[2]));
    if (lang == LANG_NONE) {
        fprintf(stderr, "tokeval_main: unknown language %s\n", argv[2]);
        return 1;
    }
    const struct lang *l = &langs->items[lang];
    if (argc > 4 && strcmp(argv[4], "speed") == 0) {
        speed(l, fold, w, file);
    } else if (argc > 4 && strcmp(argv[4], "dump") == 0) {
        dump(l, fold, w, &a, file);
    } else {
        evaluate(l, fold, w, &a, file, argc > 4 ? argv[4] : NULL);
    }
    nutgraf_worker_free(w);
    return 0;
}
