/* core/tok/tok.h - sentences and tokens.
 *
 * A token is a word, a number, one punctuation mark or one symbol; white space is none. Hyphens are tokens of their own
 * ("Alibaba-Team" is three), so that a name inside a compound is a token; clitics are ("Alibaba's" is "Alibaba" and "'s",
 * "don't" is "do" and "n't"), other apostrophes are not ("O'Brien" is one). Addresses are one token ("ITJuzi.com",
 * "https://...", "a@b.de"), so are abbreviations with stops inside ("U.S.", "z.B."), numbers with their separators
 * ("500.000", "17.7") and words of letters and digits ("51job", "M6"). Han, Hiragana, Katakana and Hangul text is one
 * token a character; TOK_WORD_START marks where ICU's dictionary begins a word (Hangul: behind a space); Thai and its like are split by ICU.
 * A sentence ends where its marks say so, where a capital follows, and at the end of a line.
 * Method: Unicode Annex 29 for words where nothing else is said above; sentences.c tells the rules. Cost: linear. */
#ifndef TOK_TOK_H
#define TOK_TOK_H

#include "core/lang/lang.h"

/* Fills doc.sents and doc.toks from doc.paras (furniture is skipped). Errors: ERR_NO_MEMORY, ERR_INTERNAL. */
enum err_code tok_split(const struct lang *l, const struct text_fold *fold, struct doc *d, struct err *err);

struct tok_text {
    struct tok *toks;
    size_t tok_count;
    struct sent *sents; /* para is the line, from 0 */
    size_t sent_count;
};

/* The same for a plain string, each of its lines a paragraph; for trainers and tables. text is valid UTF-8 of at most 4 GB,
 * normalised as core/text does it where that matters. w may come from nutgraf_worker_new(&w, NULL, err). */
enum err_code tok_split_text(const struct lang *l, const struct text_fold *fold, struct nutgraf_worker *w, struct arena *a,
                             struct str text, struct tok_text *out, struct err *err);

#endif
