/* core/summary/extract.h - the most central sentences of an article: for readers of its language as they stand, for others as
 * candidates for translation. */
#ifndef SUMMARY_EXTRACT_H
#define SUMMARY_EXTRACT_H

#include "core/base/conf.h"
#include "core/lang/lang.h"

/* Words that make a sentence lean on the one before: data/lang/<code>/extract.conf, sections [leaning] (first words), [inside] (near them) and [noise]
 * (words no sentence worth repeating has). */
struct extract_rules;
enum err_code extract_load(struct extract_rules **out, struct arena *a, const struct langs *l, const struct text_fold *fold,
                           struct err *err);

/* Up to wanted indices of doc.sents, by place in the article; taken: spans already told, whose sentences are left out.
 * Method: position and coverage (Edmundson 1969), redundancy by maximal marginal relevance (Carbonell and Goldstein 1998). */
size_t extract_pick(const struct extract_rules *r, const struct doc *d, const struct ng_span *taken, size_t taken_count, size_t wanted,
                    uint32_t *out);
/* Whether a sentence can stand alone. */
bool extract_stands_alone(const struct extract_rules *r, const struct doc *d, const struct sent *s);

#endif
