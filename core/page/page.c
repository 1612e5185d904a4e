/* page.c - see page.h */
#include "core/page/page.h"

#include "core/base/banned.h"

struct page_rules {
    size_t n;
};

enum err_code page_load(struct page_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        struct err *err) {
    (void)data_dir;
    (void)l;
    *out = ARENA_NEW(a, struct page_rules);
    return *out ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the page rules");
}

enum err_code page_mark(const struct page_rules *r, struct doc *d, struct err *err) {
    (void)r;
    size_t cap = 0;
    for (size_t at = 0; at < d->text.n;) {
        size_t end = str_find(d->text, STR("\n"), at);
        end = end == SIZE_MAX ? d->text.n : end;
        ARENA_PUSH(d->a, d->paras, d->para_count, cap) = (struct para){.start = (uint32_t)at, .end = (uint32_t)end};
        at = end + 1;
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the paragraphs") : ERR_OK;
}
