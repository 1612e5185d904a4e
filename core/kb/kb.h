/* core/kb/kb.h - what is known of the world: organisations, products, places, persons, media, with their names in many
 * languages. Knowledge: data/kb/ (one row a thing, with a stable id and aliases). */
#ifndef KB_KB_H
#define KB_KB_H

#include "core/lang/lang.h"

struct kb;

enum err_code kb_load(struct kb **out, struct arena *a, const char *data_dir, const struct langs *l,
                      const struct text_fold *fold, struct err *err);

struct kb_row {
    struct str id;     /* "organization/bytedance" */
    enum ng_type type;
};

/* Fills doc.hits: every alias that stands in the text on token bounds, by first token, longest first.
 * Linear in the number of tokens (one walk of a trie a token, bounded by the longest alias). */
enum err_code kb_find(const struct kb *k, struct doc *d, struct err *err);

const struct kb_row *kb_row(const struct kb *k, uint32_t row);

/* The name of a row in a target language ("en", "de", "zh-Hant", ...): its name there, else its English one. */
struct str kb_name(const struct kb *k, uint32_t row, struct str target);

#endif
