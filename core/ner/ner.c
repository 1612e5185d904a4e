/* ner.c - see ner.h */
#include "core/ner/ner.h"

#include "core/base/banned.h"

struct ner {
    const struct langs *langs;
};

enum err_code ner_load(struct ner **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct kb *kb, struct err *err) {
    (void)data_dir;
    (void)kb;
    *out = ARENA_NEW(a, struct ner);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for ner");
    }
    (*out)->langs = l;
    return ERR_OK;
}

void ner_release(struct ner *n) {
    (void)n;
}

enum err_code ner_tag(const struct ner *n, struct doc *d, struct err *err) {
    (void)n;
    (void)d;
    (void)err;
    return ERR_OK;
}
