/* core/html/dom.h - a parsed page as one array in document order. */
#ifndef HTML_DOM_H
#define HTML_DOM_H

#include <gumbo.h>

#include "core/base/arena.h"
#include "core/html/sift.h"

#define DOM_NONE UINT32_MAX

struct dom_node {
    uint16_t tag;   /* GumboTag; DOM_TEXT for text */
    uint16_t depth; /* root: 0 */
    uint32_t parent;
    uint32_t end;                /* its subtree is [own index, end) */
    const struct sift_tag *attr; /* NULL without attributes */
    struct str text;             /* of a text node; UTF-8, character references replaced */
};
#define DOM_TEXT 0xFFFF

struct dom {
    struct dom_node *nodes; /* [n]; nodes[0] is the root */
    uint32_t n;
};

/* Parses sift->html by gumbo, all of whose memory comes from a. false when a is full. */
bool dom_parse(struct dom *d, struct arena *a, const struct sift *sift);

/* Whether a tag starts a block of its own. */
bool dom_block_tag(unsigned tag);

#endif
