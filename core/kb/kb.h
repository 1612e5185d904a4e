/* core/kb/kb.h - what is known of the world: organisations, products, places, persons, media, with their names in many
 * languages. Knowledge: data/kb/ (one row a thing, with a stable id and aliases). Read-only once loaded. */
#ifndef KB_KB_H
#define KB_KB_H

#include "core/base/buf.h"
#include "core/lang/lang.h"

struct kb;

#define KB_NONE UINT32_MAX

/* Reads every data/kb/<name>.conf, by name. Errors: ERR_IO; ERR_DATA with file and line for a row that is wrong or an alias that
 * two rows claim alike; ERR_NO_MEMORY. */
enum err_code kb_load(struct kb **out, struct arena *a, const char *data_dir, const struct langs *l,
                      const struct text_fold *fold, struct err *err);

/* The same for one text in memory, for tests and the fuzz target. */
enum err_code kb_load_text(struct kb **out, struct arena *a, struct str text, const char *name, const struct langs *l,
                           const struct text_fold *fold, struct err *err);

struct kb_row {
    struct str id; /* "organization/bytedance" */
    enum ng_type type;
};

/* Confidence of a hit: a name of its own; a name that other things have as well, borne out by the rest of the article or by
 * its capital; the same with nothing to bear it out. */
#define KB_STRONG 0.95f
#define KB_CUED 0.96f /* by one of its cues: that decides against another thing of the same name */
#define KB_BORNE_OUT 0.85f
#define KB_CAPITAL 0.6f
#define KB_WEAK 0.3f

/* Fills doc.hits: every alias that stands in the text on token bounds, by first token, longest first, rows of one alias in
 * the order of the data. Linear in the number of tokens: from each at most LONGEST_ALIAS are looked at. */
enum err_code kb_find(const struct kb *k, struct doc *d, struct err *err);

/* The row that a name as a whole means in texts of any language (strong names before weak ones), or KB_NONE. */
uint32_t kb_of_name(const struct kb *k, struct arena *a, struct str name);
uint32_t kb_of_id(const struct kb *k, struct str id);

const struct kb_row *kb_row(const struct kb *k, uint32_t row);
size_t kb_rows(const struct kb *k);
size_t kb_aliases(const struct kb *k);

/* Every row that the last load refused, "file:line: what"; kb_load sets *out even where it answers ERR_DATA. */
const struct str *kb_problems(const struct kb *k, size_t *n);

/* The name of a row in a target language ("en", "de", "zh-Hant", ...): its name there, else its English one. *own tells whether
 * the language has one; NULL is allowed. */
struct str kb_name(const struct kb *k, uint32_t row, struct str target, bool *own);

#endif
