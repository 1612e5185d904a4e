/* event.c - see event.h */
#include "core/event/event.h"

#include "core/base/banned.h"

struct event_rules {
    const struct langs *langs;
};

enum err_code event_load(struct event_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct text_fold *fold, struct err *err) {
    (void)data_dir;
    (void)fold;
    *out = ARENA_NEW(a, struct event_rules);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for event");
    }
    (*out)->langs = l;
    return ERR_OK;
}

bool event_has(const struct event_rules *r, int lang) {
    (void)r;
    (void)lang;
    return false;
}

enum err_code event_find(const struct event_rules *r, struct doc *d, struct err *err) {
    (void)r;
    (void)d;
    (void)err;
    return ERR_OK;
}
