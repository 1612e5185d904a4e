/* core/summary/template.h - one sentence from one event, by the target language's templates.
 *
 * data/lang/<target>/summary.conf, section [events]: `type status = template`. In a template {role} stands for the names of
 * the role's fillers, joined as the section [list] says; [...] is left out as a whole when a role in it has no name in the
 * target language. A template whose bare role is missing does not apply; several lines for one type and status are tried in order. */
#ifndef SUMMARY_TEMPLATE_H
#define SUMMARY_TEMPLATE_H

#include "core/lang/lang.h"

struct summary_templates;

/* *out is NULL, with ERR_OK, where the language has none. Errors: ERR_DATA (file and line), ERR_NO_MEMORY. */
enum err_code summary_templates_load(struct summary_templates **out, const struct lang *l, struct arena *a, struct err *err);
/* The same from text in memory, for tests and fuzzing. */
enum err_code summary_templates_read(struct summary_templates **out, struct conf *c, struct arena *a, struct err *err);

/* The sentence, or STR_NONE when no template applies. verbatim: stretches of the article may stand in it (source and
 * target are one language); else only entities do. */
struct str summary_template_fill(const struct summary_templates *t, const struct ng_event *e, bool verbatim, struct doc *d);

#endif
