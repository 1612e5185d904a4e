/* extract_fuzz.c - libFuzzer target: a page through nutgraf_extract. What comes out keeps its promises: UTF-8, paragraphs that tile the
 * text, dates of ISO form, little memory. The first byte chooses whether the page is said to be UTF-8; 'T' and 'U' say that it is plain text. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/limits.h"
#include "core/nutgraf.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct nutgraf *load(void) {
    struct nutgraf *ng = NULL;
    struct err err = {0};
    const char *dir = getenv("NUTGRAF_DATA");
    if (nutgraf_new(&ng, dir ? dir : "data", &err) != ERR_OK) {
        abort();
    }
    return ng;
}

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check(const struct ng_article *x) {
    require(x->text.n && utf8_check(x->text) == SIZE_MAX && !memchr(x->text.p, '\0', x->text.n) && x->para_count);
    size_t at = 0;
    for (size_t i = 0; i < x->para_count; i++) {
        const struct ng_para *p = &x->paras[i];
        require(p->span.start == (i ? at + 2 : 0) && p->span.end > p->span.start && p->span.end <= x->text.n);
        require(p->confidence >= 0 && p->confidence <= 1);
        at = p->span.end;
    }
    require(at == x->text.n);
    for (size_t i = 0; i < x->author_count; i++) {
        require(x->authors[i].value.n && utf8_check(x->authors[i].value) == SIZE_MAX);
    }
    const struct ng_fact *facts[] = {&x->title, &x->site, &x->language, &x->description, &x->published_at, &x->modified_at,
                                     &x->canonical_url, &x->image, &x->amp_url, &x->next_url};
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        require(utf8_check(facts[i]->value) == SIZE_MAX && facts[i]->source);
    }
    require(!x->published_at.value.n || (x->published_at.value.n >= 10 && x->published_at.value.p[4] == '-'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct nutgraf *ng;
    AUTO_ARENA a;
    struct ng_article *article = NULL;
    struct err err = {0};
    ng = ng ? ng : load();
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    if (size == 0) {
        return 0;
    }
    struct ng_page page = {.bytes = {(const char *)data + 1, size - 1}, .url = STR("https://site.example/a/b.html")};
    page.utf8 = data[0] & 1 && utf8_check(page.bytes) == SIZE_MAX && !memchr(page.bytes.p, '\0', page.bytes.n);
    page.content_type = data[0] == 'T' || data[0] == 'U' ? STR("text/plain") : STR("");
    enum err_code code = nutgraf_extract(ng, &a, &page, &article, &err);
    require(code == err.code);
    require(code == ERR_OK || code == ERR_NOT_ARTICLE || code == ERR_EMPTY);
    if (code == ERR_OK) {
        check(article);
    }
    require(a.taken < ((size_t)4 << 20) + 400 * size);
    return 0;
}
