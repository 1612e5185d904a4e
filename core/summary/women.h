/* core/summary/women.h - whether a person of the article is a woman, for languages whose posts have a form of their own then
 * ("Vorstandschefin"). By the given name, or by what stands around a mention ("Frau", "Ms", "女士"). Knowledge: data/names/women.conf. */
#ifndef SUMMARY_WOMEN_H
#define SUMMARY_WOMEN_H

#include "core/doc.h"

struct women;
/* Errors: ERR_IO, ERR_DATA, ERR_NO_MEMORY. */
enum err_code women_load(struct women **out, struct arena *a, const char *data_dir, struct err *err);
/* false also where nothing says so. w may be NULL: then never. */
bool women_is(const struct women *w, const struct doc *d, uint32_t entity);

#endif
