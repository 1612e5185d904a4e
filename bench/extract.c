/* extract.c - how fast nutgraf_extract is and what memory it takes: every page of a list, several times over, on one core.
 *
 *     build/bench/extract DATA_DIR ROUNDS [OUT] < LIST    OUT: a folder where the texts are written, ID.txt
 *
 * Prints one JSON object: pages, seconds of all rounds, and of single pages (their best round) median, 95th percentile, maximum in
 * milliseconds; the largest arena in bytes and as a multiple of its page, the median multiple. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/file.h"
#include "core/limits.h"
#include "core/nutgraf.h"

#include "core/base/banned.h"

enum { PAGES_MAX = 5000 };

struct sample {
    struct str page;
    const char *id;
    double best; /* seconds */
    double multiple;
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_time(const void *a, const void *b) {
    double x = ((const struct sample *)a)->best, y = ((const struct sample *)b)->best;
    return (x > y) - (x < y);
}

static int by_multiple(const void *a, const void *b) {
    double x = ((const struct sample *)a)->multiple, y = ((const struct sample *)b)->multiple;
    return (x > y) - (x < y);
}

static void keep(const char *folder, const struct sample *s, const struct ng_article *article) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.txt", folder, s->id);
    FILE *f = fopen(path, "wb");
    if (f) {
        fwrite(article->text.p, 1, article->text.n, f);
        fclose(f);
    }
}

int main(int argc, char **argv) {
    static struct sample samples[PAGES_MAX];
    struct nutgraf *ng = NULL;
    struct err err = {0};
    struct arena files;
    char path[4096];
    size_t n = 0, rounds = 0, largest = 0, found = 0;
    double total = 0;
    arena_init(&files, (size_t)4 << 30);
    if (argc < 3 || !str_to_size(str_of(argv[2]), &rounds) || !rounds || nutgraf_new(&ng, argv[1], &err) != ERR_OK) {
        fprintf(stderr, "usage: extract DATA_DIR ROUNDS [OUT] < LIST %s\n", err.text);
        return 1;
    }
    while (n < PAGES_MAX && fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
        struct str id = arena_dup(&files, str_sub(str_of(name), 0, dot ? (size_t)(dot - name) : SIZE_MAX));
        samples[n].id = id.p;
        n += file_read(&files, path, LIMIT_HTML, &samples[n].page, &err) == ERR_OK;
    }
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++) {
            struct sample *s = &samples[i];
            struct ng_page page = {.bytes = s->page};
            struct ng_article *article = NULL;
            struct arena a;
            err = (struct err){0};
            double before = now();
            arena_init(&a, LIMIT_REQUEST_MEMORY);
            enum err_code code = nutgraf_extract(ng, &a, &page, &article, &err);
            double took = now() - before;
            if (r == 0 && code == ERR_OK) {
                found++;
                if (argc > 3) {
                    keep(argv[3], s, article);
                }
            }
            s->multiple = (double)a.taken / (double)s->page.n;
            largest = a.taken > largest ? a.taken : largest;
            before = now();
            arena_release(&a);
            took += now() - before;
            total += took;
            s->best = r == 0 || took < s->best ? took : s->best;
        }
    }
    qsort(samples, n, sizeof samples[0], by_multiple);
    double median = n ? samples[n / 2].multiple : 0, most = n ? samples[n - 1].multiple : 0;
    qsort(samples, n, sizeof samples[0], by_time);
    printf("{\"pages\": %zu, \"articles\": %zu, \"rounds\": %zu, \"pages_per_second\": %.1f, \"median_ms\": %.2f, \"p95_ms\": %.2f, \"max_ms\": %.2f, "
           "\"largest_bytes\": %zu, \"median_multiple\": %.1f, \"largest_multiple\": %.1f}\n",
           n, found, rounds, (double)(n * rounds) / total, n ? samples[n / 2].best * 1e3 : 0, n ? samples[n * 95 / 100].best * 1e3 : 0,
           n ? samples[n - 1].best * 1e3 : 0, largest, median, most);
    nutgraf_free(ng);
    arena_release(&files);
    return 0;
}
