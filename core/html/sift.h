/* core/html/sift.h - a first look over the bytes of a page, before the HTML5 parser.
 *
 * One pass over the tokens, O(n). It drops what never holds article text (scripts, styles, drawings, comments), takes
 * metadata and attributes aside, and writes a smaller page without attributes, of bounded depth and number of tags.
 * That page is what the parser gets: it is a third of the size, and no input can make the parser slow or deep. */
#ifndef HTML_SIFT_H
#define HTML_SIFT_H

#include "core/base/arena.h"

/* Attributes of one kept start tag; values are slices of the page, character references not yet replaced. */
struct sift_tag {
    uint32_t at; /* offset of the tag in sift.html */
    bool hidden; /* hidden, aria-hidden=true, display:none */
    struct str klass, id, href, role, itemprop, itemtype, rel, datetime, src;
};

/* <meta>: key is name, property, itemprop or http-equiv; <link>: key is rel, value is href. */
struct sift_meta {
    struct str key, value;
    struct str type; /* link: hreflang or type, whichever is there */
    bool link;
    const char *attribute; /* "name", "property", "itemprop", "http-equiv", "rel" */
};

struct sift {
    struct str html;        /* in the arena */
    struct sift_tag *tags;  /* [n_tags] by at; only tags with an attribute worth keeping */
    size_t n_tags;
    struct sift_meta *metas; /* [n_metas] */
    size_t n_metas;
    struct str *json; /* [n_json] contents of <script type=application/ld+json> */
    size_t n_json;
    struct str title, lang;  /* contents of the first <title>, lang of <html> */
    struct str base;         /* href of the first <base> */
    size_t elements;         /* start tags written */
    bool trimmed;            /* depth or number of tags hit a limit */
};

/* Bold text is marked by these characters (private use, plane 16) instead of tags. */
#define SIFT_BOLD_ON 0x10FA01
#define SIFT_BOLD_OFF 0x10FA02

/* page must be valid UTF-8 and outlive *s. false when a is full. */
bool sift_page(struct sift *s, struct arena *a, struct str page);

/* The attributes of the tag at offset at of s->html, or NULL. O(log n). */
const struct sift_tag *sift_tag_at(const struct sift *s, size_t at);

#endif
