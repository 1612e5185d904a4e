/* ner_train_main.c - trains and measures the recogniser.
 *
 *   ner_train train LANG [key=value ...]   writes data/lang/LANG/ner.bin (out=PATH: elsewhere)
 *   ner_train eval LANG [model=PATH]       strict span and type F1 on the dev sets of tools/train/ner.conf
 *   ner_train show LANG [n=20]             prints generated sentences
 *
 * The learning itself is learn.c. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/ner/ner.h"
#include "tools/train/learn.h"

#include "core/base/banned.h"

/* ---- measuring ---- */

struct tally {
    size_t hit[NER_TYPES], found[NER_TYPES], gold[NER_TYPES];
};

struct guess {
    float p;
    bool right;
};

struct guesses {
    struct guess *items;
    size_t n, cap;
};

static bool is_gold(const struct corpus *c, size_t from, size_t to, const uint32_t *starts, uint32_t start, uint32_t end,
                    int type) {
    for (size_t i = from; i < to; i++) {
        for (size_t g = 0; g < c->items[i].n; g++) {
            const struct gold *x = &c->items[i].golds[g];
            if (starts[i - from] + x->start == start && starts[i - from] + x->end == end && x->type == type) {
                return true;
            }
        }
    }
    return false;
}

static int own_type(enum ng_type type) {
    return type == NG_PERSON ? NER_PERSON : type == NG_ORGANIZATION ? NER_ORGANIZATION : type == NG_LOCATION ? NER_LOCATION : type == NG_PRODUCT ? NER_PRODUCT : NER_EVENT;
}

static void report_miss(const struct setup *s, const struct doc *d, const struct sentence *x, const struct gold *g, uint32_t at) {
    static const char *const names[] = {"person", "organization", "location", "product", "event"};
    bool found = false;
    for (size_t i = 0; i < d->name_count && s->o.verbose; i++) {
        found = found || (text_input_start(&d->map, d->names[i].start) == at + g->start &&
                          text_input_end(&d->map, d->names[i].end) == at + g->end && own_type(d->names[i].type) == g->type);
    }
    if (s->o.verbose && !found) {
        uint32_t from = g->start > 60 ? g->start - 60 : 0;
        printf("MISSED %s %.*s\t... %.*s\n", names[g->type], STR_ARG(str_sub(x->text, g->start, g->end)), STR_ARG(str_sub(x->text, from, g->end + 40)));
    }
}

static enum err_code measure(const struct setup *s, const struct corpus *c, const struct ner *n, struct tally *t,
                             struct guesses *all, struct err *err) {
    AUTO_ARENA a;
    arena_init(&a, (size_t)1 << 30);
    for (size_t from = 0, to; from < c->n; from = to) {
        to = corpus_end(c, from);
        struct doc d;
        uint32_t *starts;
        arena_reset(&a);
        enum err_code code = corpus_doc(c, from, to, &s->p, &a, &d, &starts, err);
        code = code ? code : ner_tag(n, &d, err);
        if (code != ERR_OK) {
            return code;
        }
        for (size_t i = from; i < to; i++) {
            for (size_t g = 0; g < c->items[i].n; g++) {
                const struct gold *x = &c->items[i].golds[g];
                if (x->type < NER_TYPES) {
                    t->gold[x->type]++;
                    report_miss(s, &d, &c->items[i], x, starts[i - from]);
                }
            }
        }
        for (size_t i = 0; i < d.name_count; i++) {
            uint32_t start = text_input_start(&d.map, d.names[i].start), end = text_input_end(&d.map, d.names[i].end);
            int type = own_type(d.names[i].type);
            bool right = is_gold(c, from, to, starts, start, end, type);
            t->found[type]++;
            t->hit[type] += right;
            if (type <= NER_LOCATION) {
                all->items = learn_grow(all->items, &all->cap, all->n + 1, sizeof *all->items);
                all->items[all->n++] = (struct guess){d.names[i].confidence, right};
            }
            if (s->o.verbose && !right && type <= NER_LOCATION) {
                printf("FALSE %s %.*s (%.2f)\n", ng_type_name(d.names[i].type), STR_ARG(doc_sub(&d, d.names[i].start, d.names[i].end)), (double)d.names[i].confidence);
            }
        }
    }
    return ERR_OK;
}

static double f1(size_t hit, size_t found, size_t gold) {
    return found + gold ? 2.0 * (double)hit / (double)(found + gold) : 0;
}

static void print_tally(struct str name, const struct tally *t) {
    size_t hit = 0, found = 0, gold = 0, all[3] = {0};
    for (int k = 0; k < NER_TYPES; k++) {
        all[0] += t->hit[k];
        all[1] += t->found[k];
        all[2] += t->gold[k];
    }
    for (int k = 0; k <= NER_LOCATION; k++) {
        hit += t->hit[k];
        found += t->found[k];
        gold += t->gold[k];
    }
    printf("%-18.*s F1 %.4f  P %.4f  R %.4f   PER %.3f ORG %.3f LOC %.3f   (%zu gold; all five types %.3f)\n",
           STR_ARG(name), f1(hit, found, gold), found ? (double)hit / (double)found : 0, gold ? (double)hit / (double)gold : 0,
           f1(t->hit[0], t->found[0], t->gold[0]), f1(t->hit[1], t->found[1], t->gold[1]),
           f1(t->hit[2], t->found[2], t->gold[2]), gold, f1(all[0], all[1], all[2]));
}

static int by_p(const void *x, const void *y) {
    float a = ((const struct guess *)x)->p, b = ((const struct guess *)y)->p;
    return (a > b) - (a < b);
}

/* Isotonic regression by pooling neighbours, thinned to the knots of the file. */
static void calibrate(struct guesses *g, struct calibration *cal) {
    enum { BINS = NER_KNOTS };
    double p[BINS], right[BINS], n[BINS];
    int blocks = 0;
    cal->n = 0;
    if (g->n < 20 * BINS) {
        return;
    }
    qsort(g->items, g->n, sizeof *g->items, by_p);
    for (int b = 0; b < BINS; b++) {
        size_t from = g->n * (size_t)b / BINS, to = g->n * (size_t)(b + 1) / BINS;
        p[blocks] = right[blocks] = 0;
        n[blocks] = (double)(to - from);
        for (size_t i = from; i < to; i++) {
            p[blocks] += (double)g->items[i].p;
            right[blocks] += g->items[i].right;
        }
        blocks++;
        while (blocks > 1 && right[blocks - 1] / n[blocks - 1] <= right[blocks - 2] / n[blocks - 2]) {
            p[blocks - 2] += p[blocks - 1];
            right[blocks - 2] += right[blocks - 1];
            n[blocks - 2] += n[blocks - 1];
            blocks--;
        }
    }
    for (int b = 0; b < blocks; b++) {
        float x = (float)(p[b] / n[b]), y = (float)(right[b] / n[b]);
        if (cal->n && x <= cal->p[cal->n - 1]) {
            continue;
        }
        cal->p[cal->n] = x;
        cal->c[cal->n++] = y;
    }
}

static enum err_code measure_all(const struct setup *s, const char *path, struct calibration *cal, struct err *err) {
    AUTO_ARENA a;
    struct ner *n;
    struct guesses all = {0};
    arena_init(&a, (size_t)1 << 30);
    enum err_code code = ner_load_file(&n, &a, path, s->p.lang, s->p.kb, err);
    for (size_t i = 0; i < s->dev_count && code == ERR_OK; i++) {
        struct tally t = {0};
        code = measure(s, &s->dev[i], n, &t, &all, err);
        print_tally(s->dev[i].name, &t);
    }
    if (code == ERR_OK) {
        size_t sure = 0, right = 0;
        for (size_t i = 0; i < all.n; i++) {
            sure += all.items[i].p >= 0.9f;
            right += all.items[i].p >= 0.9f && all.items[i].right;
        }
        printf("confidence >= 0.9: %zu of %zu names, %.3f of them right\n", sure, all.n, sure ? (double)right / (double)sure : 0);
        if (cal) {
            calibrate(&all, cal);
        }
        ner_release(n);
    }
    free(all.items);
    return code;
}

/* ---- commands ---- */

static enum err_code run_train(struct setup *s, struct err *err) {
    struct learned *l;
    struct calibration cal = {0};
    enum err_code code = learn(s, &l, err);
    code = code ? code : learned_write(l, s->o.out, &cal, err);
    code = code ? code : measure_all(s, s->o.out, &cal, err);
    code = code ? code : learned_write(l, s->o.out, &cal, err);
    learned_free(l);
    return code;
}

static enum err_code run_show(struct setup *s, struct err *err) {
    (void)err;
    for (size_t i = 0; i < s->train_count; i++) {
        for (size_t k = 0; k < s->train[i].n && k < s->o.show && (str_eqz(s->train[i].name, "written") || str_eqz(s->train[i].name, "copies")); k++) {
            const struct sentence *x = &s->train[i].items[k];
            printf("%.*s\n", STR_ARG(x->text));
            for (size_t g = 0; g < x->n; g++) {
                printf("    %d %.*s\n", x->golds[g].type, STR_ARG(str_sub(x->text, x->golds[g].start, x->golds[g].end)));
            }
        }
    }
    return ERR_OK;
}

static bool set_option(struct options *o, struct str arg) {
    struct str value = arg, key = str_cut(&value, '=');
    struct {
        const char *key;
        double *number;
        size_t *size;
        const char **text;
    } table[] = {
        {"data", NULL, NULL, &o->data},   {"sets", NULL, NULL, &o->sets},       {"text", NULL, NULL, &o->text},
        {"conf", NULL, NULL, &o->conf},   {"out", NULL, NULL, &o->out},         {"model", NULL, NULL, &o->model},
        {"rate", &o->rate, NULL, NULL},   {"l2", &o->l2, NULL, NULL},           {"drop", &o->drop, NULL, NULL},
        {"rounds", NULL, &o->rounds, NULL}, {"tune", NULL, &o->tune_rounds, NULL}, {"features", NULL, &o->slots, NULL},
        {"min", NULL, &o->min_count, NULL}, {"times", NULL, &o->times, NULL},   {"n", NULL, &o->show, NULL}, {"tenth", NULL, &o->tenth, NULL}, {"again", NULL, &o->again, NULL},
        {"gen", &o->gen_weight, NULL, NULL}, {"news", &o->news_weight, NULL, NULL}, {"unlist", &o->unlist, NULL, NULL}, {"copies", NULL, &o->copies, NULL}, {"copy", &o->copy_weight, NULL, NULL}, {"bias", &o->bias, NULL, NULL}
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (str_eqz(key, table[i].key)) {
            if (table[i].text) {
                *table[i].text = value.p;
                return value.n > 0;
            }
            return table[i].number ? str_to_double(value, table[i].number) : str_to_size(value, table[i].size);
        }
    }
    return false;
}

int main(int argc, char **argv) {
    struct setup s = {.o = {.data = "data", .sets = "../shared/datasets/ner", .text = "tools/train/text", .conf = "tools/train/ner.conf",
                            .rate = 0.03, .l2 = 1e-5, .drop = 0.1, .rounds = SIZE_MAX, .tune_rounds = 3, .min_count = SIZE_MAX,
                            .times = 8, .show = 20, .gen_weight = 0.3, .news_weight = -1, .unlist = 0.1, .slots = SIZE_MAX, .again = SIZE_MAX, .copies = SIZE_MAX, .copy_weight = 0.3}};
    struct err err = {0};
    static const struct {
        const char *name;
        enum err_code (*run)(struct setup *s, struct err *err);
    } commands[] = {{"train", run_train}, {"show", run_show}};
    bool eval = argc > 2 && strcmp(argv[1], "eval") == 0;
    enum err_code (*run)(struct setup *, struct err *) = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && argc > 2; i++) {
        run = strcmp(argv[1], commands[i].name) == 0 ? commands[i].run : run;
    }
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            s.o.verbose = true;
        } else if (!set_option(&s.o, str_of(argv[i]))) {
            fprintf(stderr, "ner_train: not an option: %s\n", argv[i]);
            return 2;
        }
    }
    if (!run && !eval) {
        fprintf(stderr, "usage: ner_train train|eval|show LANG [key=value ...]\n");
        return 2;
    }
    s.o.lang = str_of(argv[2]);
    s.o.table = run != NULL;
    arena_init(&s.a, (size_t)4 << 30);
    enum err_code code = pipeline_init(&s.p, s.o.data, s.o.lang, &err);
    if (code == ERR_OK && !s.o.out) {
        s.o.out = arena_printf(&s.a, "%s/lang/%s/ner.bin", s.o.data, argv[2]).p;
    }
    code = code ? code : sets_read(&s, &err);
    code = code ? code : eval ? measure_all(&s, s.o.model ? s.o.model : s.o.out, NULL, &err) : run(&s, &err);
    if (code != ERR_OK) {
        char line[24] = "";
        if (err.line) {
            snprintf(line, sizeof line, ":%zu", err.line);
        }
        fprintf(stderr, "ner_train: %s%s%s%s\n", err.source, line, err.source[0] ? ": " : "", err.text);
    }
    pipeline_release(&s.p);
    arena_release(&s.a);
    return code == ERR_OK ? 0 : 1;
}
