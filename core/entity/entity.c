/* entity.c - see entity.h. The stage: propose.c, choose.c, join.c; then what each thing weighs. */
#include "core/entity/entity.h"

#include "core/entity/in.h"

#include "core/base/banned.h"

/* Early and often named things matter; values rarely do. */
static void weigh(const struct doc *d, struct ng_entity *e) {
    double position = 1 - (double)e->mentions[0].span.start / ((double)d->text.n + 1);
    double count = (double)e->mention_count;
    e->salience = (float)(0.4 * position + 0.6 * count / (count + 3));
    if (e->type >= NG_MONEY) {
        e->salience *= 0.5f;
    }
}

enum err_code entity_link(const struct entity_rules *r, const struct langs *l, struct doc *d, struct err *err) {
    struct linker k = {.r = r, .words = &r->by_lang[d->lang], .langs = l, .d = d};
    map_init(&k.forms, d->a);
    map_init(&k.lower, d->a);
    if (!propose_all(&k) || !choose(&k) || !join_all(&k) || !gender_mark(r->genders, d)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entities");
    }
    for (size_t i = 0; i < d->entity_count; i++) {
        weigh(d, &d->entities[i]);
    }
    return ERR_OK;
}
