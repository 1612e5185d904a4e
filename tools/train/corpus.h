/* tools/train/corpus.h - sentences with names marked, from CoNLL files and from tagged text; and documents made of them
 * by the same text, sentence and token code that the server runs.
 *
 * News written for this project (text/news/): a paragraph a line, names in square brackets with their type in front
 * ("[per Anna Berg] leaves [org Siemens].", types per, org, loc, prod, evt), an empty line behind an article, '#' in front
 * of a comment. An article is a document. */
#ifndef TRAIN_CORPUS_H
#define TRAIN_CORPUS_H

#include "core/kb/kb.h"
#include "core/lang/lang.h"
#include "core/ner/model.h"
#include "core/worker.h"

/* Types as data sets have them: ours, and what they call "miscellaneous". */
enum { GOLD_MISC = NER_TYPES };

struct gold {
    uint32_t start, end; /* bytes of the sentence */
    int type;            /* enum ner_type or GOLD_MISC */
};

struct sentence {
    struct str text;
    struct gold *golds; /* by start */
    size_t n;
    bool opens; /* a document begins here */
};

struct corpus {
    struct str name;
    struct sentence *items;
    size_t n, cap;
    bool misc;      /* products, events and so on are annotated as well */
    bool products;  /* with our own types */
    bool three;     /* persons, organisations and places alone are learnt: all else is outside */
    bool alone;     /* sentences that stand alone: features of their own count there (ner_features_alone) */
    bool apart;     /* what is only its own way of annotating is learned apart, and left out of the model */
    float weight;
    unsigned group; /* sentences a document, where the source does not tell */
    unsigned tenth; /* of written news: which tenth is measured on */
};

/* What the stages before the recogniser need. */
struct pipeline {
    struct arena tables;
    const struct text_fold *fold;
    struct langs *langs;
    struct kb *kb;
    struct nutgraf_worker *worker;
    int lang;
    bool chars; /* no spaces between words */
};

enum err_code pipeline_init(struct pipeline *p, const char *data_dir, struct str lang, struct err *err);
void pipeline_release(struct pipeline *p);

/* Appends the sentences of a CoNLL file; text from raw_path where that file exists. */
enum err_code corpus_read_conll(struct corpus *c, struct arena *a, const struct pipeline *p, const char *path,
                                const char *raw_path, struct err *err);
/* Appends one sentence of tagged text: "<PER Anna Berg> leaves <ORG Siemens>." */
enum err_code corpus_add_tagged(struct corpus *c, struct arena *a, struct str line, struct err *err);

/* Which articles of written news are read: dev is every tenth, by a hash of the text. */
enum news_part { NEWS_TRAIN, NEWS_DEV, NEWS_ALL };

/* Appends the articles of one file of written news. Errors: ERR_IO; ERR_DATA with file and line: a bracket that is not opened
 * or closed, an unknown type, an empty name, a file that is not UTF-8. */
enum err_code corpus_read_news(struct corpus *c, struct arena *a, const char *path, enum news_part part, struct err *err);

/* The end of the document that begins at sentence from. */
size_t corpus_end(const struct corpus *c, size_t from);

/* Sentences [from, to) of c as a document in a, through text, tokens and knowledge base. starts[i] is the byte of the
 * input where sentence from + i begins. */
enum err_code corpus_doc(const struct corpus *c, size_t from, size_t to, const struct pipeline *p, struct arena *a,
                         struct doc *d, uint32_t **starts, struct err *err);

/* The gold names of the document's tokens: [tok_count] masks of allowed labels. *lost counts names that do not stand on
 * token bounds. */
uint32_t *corpus_masks(const struct corpus *c, size_t from, size_t to, const struct doc *d, const uint32_t *starts,
                       size_t *lost);

#endif
