/* quote.c - see quote.h */
#include "core/quote/quote.h"

#include "core/base/banned.h"

struct quote_rules {
    const struct langs *langs;
};

enum err_code quote_load(struct quote_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct text_fold *fold, struct err *err) {
    (void)data_dir;
    (void)fold;
    *out = ARENA_NEW(a, struct quote_rules);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for quote");
    }
    (*out)->langs = l;
    return ERR_OK;
}

enum err_code quote_find(const struct quote_rules *r, struct doc *d, struct err *err) {
    (void)r;
    (void)d;
    (void)err;
    return ERR_OK;
}
