/* core/summary/summary.h - two to four sentences in the reader's language: written from events by templates, or taken from the
 * article where source and target are the same language. Knowledge: data/lang/<target>/summary/ (templates). */
#ifndef SUMMARY_SUMMARY_H
#define SUMMARY_SUMMARY_H

#include "core/base/buf.h"
#include "core/lang/lang.h"

struct summary_rules;

enum err_code summary_load(struct summary_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                           struct err *err);

/* Whether summaries can be written from events in a language. */
bool summary_has(const struct summary_rules *r, int lang);

/* Fills doc.summary. target: index of the target language; tag: the target as asked for ("zh-Hant"). */
enum err_code summary_write(const struct summary_rules *r, const struct langs *l, int target, struct str tag,
                            struct doc *d, struct err *err);

#endif
