/* core/html/jsonld.h - reads the JSON of <script type="application/ld+json"> as pages have it.
 *
 * Tolerant where real pages are wrong: raw line ends in strings, commas too many, comments and CDATA around the text, an
 * end that is missing. No recursion; O(n). A broken place costs what stands behind it, not what was read before. */
#ifndef HTML_JSONLD_H
#define HTML_JSONLD_H

#include "core/base/arena.h"

enum jsonld_kind { JSONLD_OBJECT, JSONLD_ARRAY, JSONLD_STRING, JSONLD_OTHER /* number, true, false, null */ };

#define JSONLD_NONE UINT32_MAX

struct jsonld_node {
    uint8_t kind;
    uint32_t parent; /* JSONLD_NONE at the top */
    uint32_t end;    /* its subtree is [own index, end) */
    struct str key;  /* in an object: raw */
    struct str raw;  /* of a string: between the quotation marks, escapes not yet replaced; of others: the literal */
};

struct jsonld {
    struct jsonld_node *nodes; /* [n], in order of the text */
    size_t n, cap;
};

/* Appends the values of one script. false when a is full. */
bool jsonld_read(struct jsonld *j, struct arena *a, struct str text);

/* The member of an object, or JSONLD_NONE. */
uint32_t jsonld_get(const struct jsonld *j, uint32_t object, const char *key);

/* Whether value is a string as given, or an array that holds it. */
bool jsonld_has(const struct jsonld *j, uint32_t value, const char *string);

/* The text of a string, escapes replaced. Empty for other kinds; STR_NONE when a is full. */
struct str jsonld_text(const struct jsonld *j, struct arena *a, uint32_t value);

#endif
