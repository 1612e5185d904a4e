/* core/summary/check.h - proves that a sentence says nothing the article does not: run on every sentence before it goes out. */
#ifndef SUMMARY_CHECK_H
#define SUMMARY_CHECK_H

#include "core/summary/write.h"

/* A written sentence: every name is the name of an entity that the article mentions and that takes part in these facts or reports them;
 * every number is one of a value, date or count of the facts; words are the article's, letter for letter; what the patterns add has no
 * digit. why: for the explanation, set on false. */
bool check_written(const struct writer *w, const struct sentence *s, const struct fact *const *facts, size_t n, const char **why);

#endif
