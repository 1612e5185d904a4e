/* core/html/meta.h - what a page says about its article, and where it says so. */
#ifndef HTML_META_H
#define HTML_META_H

#include "core/html/dom.h"

/* Where something was found, from the most to the least telling. */
#define META_SOURCES(X)                                                                                      \
    X(NONE, "none") X(JSON_LD, "json-ld") X(MICRODATA, "microdata") X(OG, "og") X(META, "meta") X(LINK, "link")  \
    X(TIME, "time") X(HTML, "html") X(TITLE, "title") X(TEXT, "text") X(URL, "url")

enum meta_source {
#define X(name, text) META_##name,
    META_SOURCES(X)
#undef X
};

const char *meta_source_name(enum meta_source s);

struct meta_fact {
    struct str value; /* UTF-8, character references replaced, white space single; empty: not found */
    enum meta_source source;
};

enum { META_AUTHORS_MAX = 16 };

struct meta {
    struct meta_fact title, published, modified, site, language, canonical, image, amp, next, description;
    struct meta_fact authors[META_AUTHORS_MAX];
    size_t author_count;
    struct str window_title; /* <title>, whole */
    struct str body;         /* articleBody of the JSON-LD, tags gone, a paragraph a line; empty: none */
    bool paywalled;          /* isAccessibleForFree is false */
    bool article;            /* the page calls itself an article (JSON-LD type, og:type) */
    bool listing;            /* the page calls itself a list or a start page */
};

/* Reads what stands in the head, in JSON-LD, microdata and <time>. url: the page's address, or empty; relative addresses are
 * resolved against it (and <base>). false when a is full. */
bool meta_read(struct meta *m, struct arena *a, const struct sift *s, const struct dom *d, struct str url);

/* A date or date-time as ISO 8601 ("2024-07-18", "2024-07-18T09:30:00+02:00"), from the forms that attributes have: ISO with
 * its usual mistakes, RFC 5322, yyyy/mm/dd, d.m.yyyy, 2024年7月18日, ctime's, seconds since 1970, "July 18, 2024" in English. STR_NONE for
 * anything else, 7/8/2024 among it. */
struct str meta_date(struct arena *a, struct str s);

/* Text of a piece of HTML: tags gone, character references replaced, white space single and trimmed. */
struct str meta_text(struct arena *a, struct str s);

/* href resolved against base by libcurl; empty when it makes no http or https address. */
struct str meta_resolve(struct arena *a, struct str base, struct str href);

/* Adds an author unless known already or no name at all (an address, too long); "By", "and" and commas cut. */
void meta_add_author(struct meta *m, struct arena *a, struct str name, enum meta_source source);

#endif
