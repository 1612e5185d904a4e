/* core/tok/tok.h - sentences and tokens, by ICU's break iterators and a language's abbreviations.
 *
 * A token is a word, a number, one punctuation mark or one symbol; white space is none. Hyphens and apostrophes are
 * tokens of their own ("Alibaba-Team" is three, "Alibaba's" is "Alibaba" and "'s"), so that a name inside a compound is a
 * token. Han, Hiragana and Katakana text is one token a character; TOK_WORD_START marks where ICU's dictionary begins a word.
 * Source: Unicode Annex 29. Cost: linear. */
#ifndef TOK_TOK_H
#define TOK_TOK_H

#include "core/lang/lang.h"

/* Fills doc.sents and doc.toks from doc.paras (furniture is skipped). Errors: ERR_NO_MEMORY, ERR_INTERNAL. */
enum err_code tok_split(const struct lang *l, const struct text_fold *fold, struct doc *d, struct err *err);

#endif
