/* core/event/example.h - the examples that stand beside the patterns, run as tests.
 *
 * In an example the names are marked, so that it depends on no recogniser: `[employer:org Nordvik] hired [person:person Lena Marsh]`.
 * `[:org Nordvik]` is a name that fills no role, `[position: chief of staff]` a stretch of text that fills one,
 * `[:date=2024-07 July]` a date and its value. Every role marked must be found, and nothing else. */
#ifndef EVENT_EXAMPLE_H
#define EVENT_EXAMPLE_H

#include "core/event/rules.h"

/* Makes the document an example describes: text, tokens, mentions, entities. Errors: ERR_DATA (markup), ERR_NO_MEMORY. */
enum err_code example_doc(const struct event_rules *r, int lang, struct nutgraf_worker *w, struct str markup, struct arena *a,
                          struct doc *d, struct err *err);

/* Runs one example. *complaint is empty where it holds; else it says what was expected and what was found.
 * trace: whether the complaint tells every pattern that fired. */
enum err_code example_check(const struct event_rules *r, int lang, struct nutgraf_worker *w, const struct event_example *e,
                            struct arena *a, bool trace, struct str *complaint, struct err *err);

#endif
