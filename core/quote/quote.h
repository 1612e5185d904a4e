/* core/quote/quote.h - what somebody is reported to have said: direct and indirect quotes with their speakers.
 * Knowledge: data/lang/<code>/quote.conf (quotation marks, reporting verbs). */
#ifndef QUOTE_QUOTE_H
#define QUOTE_QUOTE_H

#include "core/lang/lang.h"

struct quote_rules;

enum err_code quote_load(struct quote_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                         const struct text_fold *fold, struct err *err);

/* Whether a language has words of saying. */
bool quote_has(const struct quote_rules *r, int lang);

/* Fills doc.quotes by start: spans without the marks, speakers as entities, as text where nobody is named, or empty. Reads
 * doc.mentions, sents and toks. Errors: ERR_NO_MEMORY. */
enum err_code quote_find(const struct quote_rules *r, struct doc *d, struct err *err);

/* Joins split quotes ("We build," said Weber, "the plant in Oslo."): the second becomes ng_quote.more of the first. Only where one
 * sentence goes on; what is said in sentences of its own stays a quote of its own. For when nothing reads doc.quotes as stretches
 * of the text any more. Cost: linear. */
void quote_join(struct doc *d);

#endif
