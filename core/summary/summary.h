/* core/summary/summary.h - two to four sentences in the reader's language: written from events by patterns, or taken from the article
 * where source and target are the same language. Knowledge: data/summary.conf, data/lang/<code>/{summary,terms,extract}.conf. */
#ifndef SUMMARY_SUMMARY_H
#define SUMMARY_SUMMARY_H

#include "core/base/buf.h"
#include "core/lang/lang.h"
#include "core/translate/translate.h"

struct summary_rules;

/* On failure too, *out is to be released if it is set: it holds handles of ICU. Memory is a's. */
enum err_code summary_load(struct summary_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                           const struct text_fold *fold, struct err *err);
void summary_release(struct summary_rules *r);

/* Whether summaries can be written from events in a language. */
bool summary_has(const struct summary_rules *r, int lang);

/* Puts the names of entities into the script of a Chinese target ("zh-Hant"); else nothing. After summary_write, which looks names up. */
void summary_names(const struct summary_rules *r, int target, struct str tag, struct doc *d);

/* Fills doc.summary, as doc.req wants it (sentences, characters, style). target: index of the target language; tag: the target as asked
 * for ("zh-Hant"); t puts the article's sentences into it where events leave room, NULL: nobody does. A translator that fails costs its
 * sentences only, and the summary says so. Each sentence has evidence. Threads: any. Errors: ERR_NO_MEMORY. */
enum err_code summary_write(const struct summary_rules *r, const struct langs *l, const struct translate *t, int target, struct str tag,
                            struct doc *d, struct err *err);

#endif
