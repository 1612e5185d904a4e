/* entity.c - see entity.h */
#include "core/entity/entity.h"

#include "core/base/banned.h"

struct entity_rules {
    const struct langs *langs;
};

enum err_code entity_load(struct entity_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct kb *kb, struct err *err) {
    (void)data_dir;
    (void)kb;
    *out = ARENA_NEW(a, struct entity_rules);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for entity");
    }
    (*out)->langs = l;
    return ERR_OK;
}

enum err_code entity_link(const struct entity_rules *r, const struct langs *l, struct doc *d, struct err *err) {
    (void)r;
    (void)l;
    (void)d;
    (void)err;
    return ERR_OK;
}
