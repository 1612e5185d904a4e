/* tools/train/sets.h - what a language is learned from and measured on, as tools/train/ner.conf says, with the options of the
 * command line. */
#ifndef TRAIN_SETS_H
#define TRAIN_SETS_H

#include "tools/train/corpus.h"
#include "tools/train/words.h"

struct options {
    struct str lang;
    const char *data, *sets, *text, *conf, *out, *model;
    double rate, l2, drop, bias;
    size_t rounds, tune_rounds, slots, min_count, times, show, copies, tenth, again;
    double gen_weight, news_weight, copy_weight, unlist;
    bool verbose, table;
};

struct setup {
    struct options o;
    struct arena a; /* all data */
    struct pipeline p;
    struct corpus *train, *dev;
    size_t train_count, dev_count, train_cap, dev_cap;
    struct words *words;
    bool small; /* names of organisations go on in small letters */
};

/* Fills train, dev, words and what the options leave to the language. Errors: ERR_IO, ERR_DATA with file and line, ERR_NO_MEMORY. */
enum err_code sets_read(struct setup *s, struct err *err);

#endif
