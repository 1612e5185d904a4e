/* core/entity/gender.h - whether a person of the article is a woman or a man: by the given name, by the middle name (Vietnamese), by what
 * stands around a mention ("Frau", "Mr", "女士"). For pronouns (core/event) and for languages whose posts have a form for women
 * (core/summary). Knowledge: data/names/gender.conf. Threads: read-only once loaded. */
#ifndef ENTITY_GENDER_H
#define ENTITY_GENDER_H

#include "core/doc.h"

struct gender_names;

/* Errors: ERR_IO, ERR_DATA, ERR_NO_MEMORY. */
enum err_code gender_load(struct gender_names **out, struct arena *a, const char *data_dir, struct err *err);
/* Fills doc.genders: 'f', 'm', or 0 where nothing says so or what does disagrees. Cost: O(mentions of persons). false: no memory. */
bool gender_mark(const struct gender_names *g, struct doc *d);

#endif
