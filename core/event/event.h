/* core/event/event.h - who did what to whom, when: declarative patterns over tokens, mentions and values.
 * Knowledge: data/schema.conf (types and roles), data/lang/<code>/event/ (lexicon and patterns, each with examples). */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "core/lang/lang.h"

struct event_rules;

enum err_code event_load(struct event_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                         const struct text_fold *fold, struct err *err);

/* Whether a language has event patterns. */
bool event_has(const struct event_rules *r, int lang);

/* Before event_find, where the language writes only names with a capital: adds to doc.names what the parts in events tell to be
 * names, or names of another type than the recogniser thought. *found: something was added, entity_link has to run again. */
enum err_code event_names(const struct event_rules *r, struct doc *d, bool *found, struct err *err);

/* Fills doc.events by first evidence. Fires are told to doc_trace. */
enum err_code event_find(const struct event_rules *r, struct doc *d, struct err *err);

/* Tells who says the events that stand within direct quotes: reads doc.quotes, fills attributed_to and roles of sources where they
 * are empty. Cost: linear. */
enum err_code event_attribute(const struct event_rules *r, struct doc *d, struct err *err);

#endif
