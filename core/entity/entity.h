/* core/entity/entity.h - from names found to things: decides between recogniser and knowledge base, joins the mentions of one
 * thing across its forms, names it in the reader's language, weighs it. Knowledge: data/lang/<code>/entity.conf, data/names/. Read-only once loaded. */
#ifndef ENTITY_ENTITY_H
#define ENTITY_ENTITY_H

#include "core/kb/kb.h"
#include "core/lang/lang.h"

struct entity_rules;

enum err_code entity_load(struct entity_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                          const struct text_fold *fold, const struct kb *kb, struct err *err);

/* Fills doc.mentions (values included), doc.entities and doc.genders from doc.names, doc.hits and doc.values. */
enum err_code entity_link(const struct entity_rules *r, const struct langs *l, struct doc *d, struct err *err);

#endif
