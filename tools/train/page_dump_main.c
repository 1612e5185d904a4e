/* page_dump_main.c - prints the blocks of HTML pages with their features, for page.py, the training of data/page/blocks.model.
 *
 *     page_dump_main DATA_DIR judge < LIST   for people: what the model in DATA_DIR thinks of each block
 *     page_dump_main DATA_DIR < LIST    LIST: a path a line; one JSON object a page: {"file", "blocks": [[text, tag, [feature...], parent, sign, vetoed]...]} */
#include <inttypes.h>
#include <stdio.h>

#include "core/base/file.h"
#include "core/html/choose.h"
#include "core/html/meta.h"
#include "core/lang/lang.h"
#include "core/limits.h"

#include "core/base/banned.h"

static void put_string(struct str s) {
    putchar('"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < ' ') {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void judge(const struct choose *choose, const struct page *p, const char *path) {
    const float *share = choose_blocks(choose, p);
    printf("== %s\n", path);
    for (uint32_t b = 0; share && b < p->n; b++) {
        unsigned tag = p->dom.nodes[p->blocks[b].node].tag;
        printf("%.2f %s %-10s %.*s\n", (double)share[b], choose_vetoed(p, b) ? "x" : " ",
               tag == DOM_TEXT ? "" : gumbo_normalized_tagname((GumboTag)tag), (int)(p->blocks[b].text.n < 100 ? p->blocks[b].text.n : 100),
               p->blocks[b].text.p);
    }
}

static bool dump(const struct choose *choose, const struct page_rules *rules, const struct hints *hints, const char *path, struct err *err) {
    struct arena a;
    struct str html;
    struct sift sift;
    arena_init(&a, (size_t)1 << 30);
    struct page p = {.a = &a};
    if (file_read(&a, path, LIMIT_HTML, &html, err) != ERR_OK) {
        arena_release(&a);
        return false;
    }
    bool good = sift_page(&sift, &a, html) && dom_parse(&p.dom, &a, &sift);
    struct meta meta;
    good = good && meta_read(&meta, &a, &sift, &p.dom, STR_NONE);
    if (good) {
        p.headline = meta.title.value;
        p.description = meta.description.value;
        p.body = meta.body;
    }
    good = good && page_blocks(&p, hints, rules);
    if (good && choose) {
        judge(choose, &p, path);
        arena_release(&a);
        return true;
    }
    float *f = good ? ARENA_ARRAY(&a, (size_t)p.n * F_COUNT, float) : NULL;
    if (f) {
        page_features(&p, f);
        printf("{\"file\":");
        put_string(str_of(path));
        printf(",\"title\":");
        put_string(meta.title.value);
        printf(",\"published\":");
        put_string(meta.published.value);
        printf(",\"author\":");
        put_string(meta.authors[0].value);
        printf(",\"site\":");
        put_string(meta.site.value);
        printf(",\"body\":%zu,\"blocks\":[", meta.body.n);
        for (uint32_t b = 0; b < p.n; b++) {
            printf("%s[", b ? "," : "");
            put_string(p.blocks[b].text);
            unsigned tag = p.dom.nodes[p.blocks[b].node].tag;
            printf(",\"%s\",[", tag == DOM_TEXT ? "" : gumbo_normalized_tagname((GumboTag)tag));
            for (size_t i = 0; i < F_COUNT; i++) {
                printf("%s%g", i ? "," : "", (double)f[(size_t)b * F_COUNT + i]);
            }
            printf("],%u,%u,%d]", p.dom.nodes[p.blocks[b].node].parent, p.blocks[b].sign, choose_vetoed(&p, b));
        }
        printf("]}\n");
    }
    arena_release(&a);
    return f != NULL;
}

int main(int argc, char **argv) {
    const struct text_fold *fold;
    struct langs *langs;
    struct page_rules *rules;
    struct hints hints;
    struct choose choose;
    struct err err = {0};
    struct arena a;
    char path[4096];
    arena_init(&a, LIMIT_TABLES_MEMORY);
    if ((argc != 2 && argc != 3) || text_fold_load(&fold, &a, &err) != ERR_OK || langs_load(&langs, &a, argv[1], &err) != ERR_OK ||
        page_load(&rules, &a, argv[1], langs, fold, &err) != ERR_OK || hints_load(&hints, &a, argv[1], &err) != ERR_OK ||
        (argc == 3 && choose_load(&choose, &a, argv[1], &err) != ERR_OK)) {
        fprintf(stderr, "page_dump_main: %s\n", argc >= 2 ? err.text : "usage: page_dump_main DATA_DIR < LIST");
        return 1;
    }
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        if (!dump(argc == 3 ? &choose : NULL, rules, &hints, path, &err)) {
            fprintf(stderr, "page_dump_main: %s: %s\n", path, err.text);
        }
    }
    arena_release(&a);
    return 0;
}
