/* tools/train/words.h - the table of words inside a model: which lists of names a word or a run of words stands in, and what
 * kind of word it is.
 *
 * Lists (text/lists/<name>.txt): "name<TAB>bits" a line, bits as in enum words_list. Lexicon (text/lexicon/<lang>.txt):
 * sections of words by kind, '|' between them, written by hand; "-verein" is an ending of longer words. Silver sets: what stands as a name in other languages'
 * training data, where most of its mentions are of one type. */
#ifndef TRAIN_WORDS_H
#define TRAIN_WORDS_H

#include "core/ner/model.h"
#include "tools/train/corpus.h"

enum words_list {
    WORDS_GIVEN = 1, WORDS_SURNAME = 2, WORDS_CITY = 4, WORDS_TOWN = 8, WORDS_LOCATION = 16, WORDS_ORGANIZATION = 32, WORDS_PERSON = 64,
    WORDS_PRODUCT = 128,
};

struct words;

enum err_code words_new(struct words **out, struct arena *a, const struct pipeline *p, struct err *err);
/* Errors: ERR_IO; ERR_DATA with file and line. */
enum err_code words_read_list(struct words *w, const char *path, struct err *err);
enum err_code words_read_lexicon(struct words *w, const char *path, struct err *err);
/* c: read by corpus_read_conll with the language's own pipeline. */
enum err_code words_read_silver(struct words *w, const struct corpus *c, struct err *err);
/* Fills the table of m, in the arena; m must not be closed then. */
enum err_code words_table(struct words *w, struct ner_model *m, struct err *err);

#endif
