/* langid_main.c - trains the model of core/lang/langid.h.
 *
 *     langid_main train OUT CODE=FILE...    FILE: one sentence a line, or token<TAB>tag with blank lines between sentences
 *     langid_main test MODEL CODE=FILE...   accuracy on snippets of 20, 50, 100 and 200 letters
 *
 * Multinomial logistic regression by AdaGrad on snippets of random length, all languages equally often; the seed is fixed,
 * so that the same files give the same model. Texts named in DATA_LICENSES.md. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/lang/langid.h"

#include "core/base/banned.h"

enum { SENTENCE_MIN = 45, SENTENCES_MAX = 200000, SNIPPETS = 3000000, SNIPPET_MAX = 320 };

struct corpus {
    char code[8];
    struct str *sentences;
    size_t n, cap;
};

struct corpora {
    struct corpus items[LANGID_LABELS_MAX];
    size_t n;
};

static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state) {
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

/* ---- reading ---- */

static void flush_sentence(struct arena *a, struct corpus *c, struct buf *b) {
    if (b->n >= SENTENCE_MIN && c->n < SENTENCES_MAX) { /* shorter ones are titles and names in any language */
        ARENA_PUSH(a, c->sentences, c->n, c->cap) = buf_str(b);
    }
    buf_init(b, a);
}

static bool read_corpus(struct arena *a, struct corpus *c, const char *path) {
    struct str text;
    struct err err = {0};
    struct buf b;
    if (file_read(a, path, (size_t)1 << 28, &text, &err) != ERR_OK || utf8_check(text) != SIZE_MAX) {
        fprintf(stderr, "langid_main: cannot read %s: %s\n", path, err.text);
        return false;
    }
    buf_init(&b, a);
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        const char *tab = line.n ? memchr(line.p, '\t', line.n) : NULL;
        if (tab) { /* a token */
            buf_add(&b, b.n ? STR(" ") : STR(""));
            buf_add(&b, str_sub(line, 0, (size_t)(tab - line.p)));
        } else {
            flush_sentence(a, c, &b);
            buf_add(&b, line);
            if (line.n) {
                flush_sentence(a, c, &b);
            }
        }
    }
    flush_sentence(a, c, &b);
    return !arena_full(a);
}

static bool read_all(struct arena *a, struct corpora *all, char **args, int n) {
    for (int i = 0; i < n; i++) {
        struct str path = str_of(args[i]), code = str_cut(&path, '=');
        size_t k = 0;
        while (k < all->n && !str_eqz(code, all->items[k].code)) {
            k++;
        }
        if (k == LANGID_LABELS_MAX || code.n > 7 || !path.n) {
            fprintf(stderr, "langid_main: not CODE=FILE, or too many languages: %s\n", args[i]);
            return false;
        }
        if (k == all->n) {
            memcpy(all->items[all->n++].code, code.p, code.n);
        }
        if (!read_corpus(a, &all->items[k], path.p)) {
            return false;
        }
    }
    return all->n >= 2;
}

/* A stretch of about `letters` code points from random sentences on, cut at a space. */
static struct str snippet(const struct corpus *c, size_t letters, uint64_t *random, char out[4 * SNIPPET_MAX]) {
    size_t at = (size_t)(next_random(random) % c->n), n = 0, count = 0;
    bool skip = next_random(random) % 2; /* half of them begin inside a sentence */
    while (count < letters) {
        struct str s = c->sentences[at++ % c->n];
        size_t from = skip ? (size_t)(next_random(random) % s.n) : 0;
        while (from < s.n && from > 0 && s.p[from - 1] != ' ') {
            from++;
        }
        skip = false;
        for (size_t i = from; i < s.n && n + 5 < 4 * SNIPPET_MAX;) {
            size_t start = i;
            utf8_next(s, &i);
            if (count >= letters && s.p[start] == ' ') {
                break;
            }
            memcpy(out + n, s.p + start, i - start);
            n += i - start;
            count++;
        }
        if (n + 5 >= 4 * SNIPPET_MAX) {
            break;
        }
        out[n++] = ' ';
        count++;
    }
    return (struct str){out, n};
}

/* ---- training ---- */

static void learn(const struct corpora *all, float *w) {
    static uint32_t f[LANGID_FEATURES_MAX];
    size_t labels = all->n, cells = (size_t)LANGID_BUCKETS * labels;
    AUTO_FREE float *g2 = calloc(cells, sizeof *g2);
    uint64_t random = 20240601;
    char text[4 * SNIPPET_MAX];
    double loss = 0;
    for (size_t step = 1; g2 && step <= SNIPPETS; step++) {
        size_t right = (size_t)(next_random(&random) % labels);
        size_t length = (size_t)(15 * exp(uniform(&random) * log(300.0 / 15)));
        size_t n = langid_features(snippet(&all->items[right], length, &random, text), f);
        double p[LANGID_LABELS_MAX] = {0}, top = -1e30, total = 0, by = n ? 1 / sqrt((double)n) : 0;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < labels; k++) {
                p[k] += (double)w[f[i] * labels + k] * by;
            }
        }
        for (size_t k = 0; k < labels; k++) {
            top = p[k] > top ? p[k] : top;
        }
        for (size_t k = 0; k < labels; k++) {
            total += p[k] = exp(p[k] - top);
        }
        loss -= log(p[right] / total + 1e-12);
        for (size_t k = 0; k < labels; k++) {
            double d = (p[k] / total - (k == right)) * by;
            if (fabs(d) < 1e-5) {
                continue;
            }
            for (size_t i = 0; i < n; i++) {
                size_t cell = f[i] * labels + k;
                double grad = d + 2e-6 * (double)w[cell];
                g2[cell] += (float)(grad * grad);
                w[cell] -= (float)(0.15 * grad / (sqrt((double)g2[cell]) + 1e-4));
            }
        }
        if (step % 500000 == 0) {
            fprintf(stderr, "%zu snippets, loss %.4f\n", step, loss / 500000);
            loss = 0;
        }
    }
}

static void put_number(FILE *f, uint32_t v) {
    for (int i = 0; i < 4; i++) {
        putc((int)(v >> (8 * i) & 255), f);
    }
}

static bool write_model(const char *path, const struct corpora *all, const float *w) {
    size_t cells = (size_t)LANGID_BUCKETS * all->n;
    float most = 0, scale;
    uint32_t bits;
    for (size_t i = 0; i < cells; i++) { /* a rare giant may be clipped */
        most = fabsf(w[i]) > most ? fabsf(w[i]) : most;
    }
    most = most > 12 ? 12 : most;
    scale = most / 127;
    memcpy(&bits, &scale, sizeof bits);
    AUTO_FILE f = fopen(path, "wb");
    if (!f) {
        return false;
    }
    fwrite("NGLI", 1, 4, f);
    put_number(f, 1);
    put_number(f, (uint32_t)all->n);
    put_number(f, LANGID_BITS);
    put_number(f, bits);
    for (size_t k = 0; k < all->n; k++) {
        fwrite(all->items[k].code, 1, 8, f);
    }
    for (size_t i = 0; i < cells; i++) {
        float q = roundf(w[i] / scale);
        putc((int)(q > 127 ? 127 : q < -127 ? -127 : q) & 255, f);
    }
    return fflush(f) == 0;
}

/* ---- testing ---- */

static void test(const struct langid *m, const struct corpora *all) {
    static const size_t lengths[] = {20, 50, 100, 200};
    static uint32_t f[LANGID_FEATURES_MAX];
    char text[4 * SNIPPET_MAX];
    double sure[10] = {0}, seen[10] = {0};
    printf("language");
    for (size_t l = 0; l < 4; l++) {
        printf("%8zu", lengths[l]);
    }
    printf("\n");
    for (size_t c = 0; c < all->n; c++) {
        uint64_t random = 99;
        printf("%-8s", all->items[c].code);
        for (size_t l = 0; l < 4; l++) {
            int hits = 0, wrong[LANGID_LABELS_MAX] = {0};
            for (int i = 0; i < 1000; i++) {
                float p[LANGID_LABELS_MAX];
                size_t best = 0, n = langid_features(snippet(&all->items[c], lengths[l], &random, text), f);
                langid_score(m, f, n, p);
                for (size_t k = 1; k < m->n; k++) {
                    best = p[k] > p[best] ? k : best;
                }
                bool right = strcmp(m->labels[best], all->items[c].code) == 0;
                hits += right;
                wrong[best] += !right;
                int decile = p[best] >= 1 ? 9 : (int)(p[best] * 10);
                sure[decile] += right;
                seen[decile]++;
            }
            size_t worst = 0;
            for (size_t k = 1; k < m->n; k++) {
                worst = wrong[k] > wrong[worst] ? k : worst;
            }
            printf("   %5.1f", hits / 10.0);
            if (l == 3 && wrong[worst]) {
                printf("  (%s %d)", m->labels[worst], wrong[worst]);
            }
        }
        printf("\n");
    }
    printf("confidence: share right\n");
    for (int i = 0; i < 10; i++) {
        if (seen[i] > 0) {
            printf("  %.1f-%.1f: %.3f of %.0f\n", i / 10.0, (i + 1) / 10.0, sure[i] / seen[i], seen[i]);
        }
    }
}

int main(int argc, char **argv) {
    AUTO_ARENA a;
    static struct corpora all;
    struct err err = {0};
    arena_init(&a, (size_t)2 << 30);
    bool train = argc > 4 && strcmp(argv[1], "train") == 0;
    if (argc < 5 || (!train && strcmp(argv[1], "test") != 0)) {
        fprintf(stderr, "usage: langid_main train OUT CODE=FILE... | test MODEL CODE=FILE...\n");
        return 2;
    }
    if (!read_all(&a, &all, argv + 3, argc - 3)) {
        return 1;
    }
    if (train) {
        AUTO_FREE float *w = calloc((size_t)LANGID_BUCKETS * all.n, sizeof *w);
        if (!w) {
            return 1;
        }
        learn(&all, w);
        return write_model(argv[2], &all, w) ? 0 : 1;
    }
    const struct langid *m;
    if (langid_load(&m, &a, argv[2], &err) != ERR_OK) {
        fprintf(stderr, "langid_main: %s: %s\n", err.source, err.text);
        return 1;
    }
    test(m, &all);
    return 0;
}
