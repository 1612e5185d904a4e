/* core/html/block.h - the stretches of text of a page and what can be measured of each. */
#ifndef HTML_BLOCK_H
#define HTML_BLOCK_H

#include "core/html/dom.h"
#include "core/html/hints.h"
#include "core/page/page.h"

/* One stretch of text: what a browser shows between two block borders, double <br> counted as one. */
struct block {
    uint32_t node;        /* the block-level element it stands in */
    uint32_t first, last; /* its text nodes lie in [first, last) */
    struct str text;      /* white space made single spaces, <br> a line feed */
    float words;          /* a Han or Kana character counts 0.6 */
    float link_words, bold_words; /* link_words: less than half of it where the links are short ones inside sentences */
    uint32_t letters, upper, digits, commas, stops, breaks;
    bool ends, begins_low, hidden;
    bool aside;            /* under comments, in a menu or a footer */
    struct page_look look; /* of blocks of fewer than 80 words */
    uint32_t sign;   /* number of its kind: same tag and class, in a parent of the same tag and class */
    uint32_t copy;   /* how many blocks have the same text */
};

/* Semantic elements whose distance above a block counts. */
#define HTML_ZONES(X)                                                                                        \
    X(ARTICLE) X(MAIN) X(ASIDE) X(NAV) X(HEADER) X(FOOTER) X(FIGURE) X(LIST) X(TABLE) X(FORM) X(QUOTE) X(SECTION) X(LINK) \
    X(BODY_ITEM) /* itemprop=articleBody */ X(HIDDEN)

enum html_zone {
#define X(name) ZONE_##name,
    HTML_ZONES(X)
#undef X
        ZONE_COUNT
};

enum { NEAR_MAX = 9, NEAR_COUNT = ZONE_COUNT + HINT_COUNT };

struct page {
    struct arena *a;
    struct dom dom;
    struct block *blocks; /* [n] in document order */
    uint32_t n;
    uint8_t *near;        /* [dom.n][NEAR_COUNT]: levels up to the nearest such element, NEAR_MAX if none */
    float *words;         /* [dom.n + 1] words before a node: subtree sums by difference */
    float *good;          /* [dom.n + 1] the same of words in prose blocks */
    float *linked;        /* [dom.n + 1] words in links */
    uint32_t top;         /* node with the densest prose */
    uint32_t *kin;        /* [dom.n] siblings of the same tag and class, itself included */
    uint32_t title;       /* block that is the headline; DOM_NONE if none */
    struct str headline;  /* from the metadata, to know it again */
    struct str description;
    struct str body;      /* the article's text as the metadata tell it; empty: they do not */
    float *told;          /* [n] share of a block's word triples that stand in body; -1 without one */
    float *sign_good;      /* [n_signs] prose words of the blocks of one sign */
    uint32_t *sign_count;  /* [n_signs] */
    uint32_t n_signs;
    uint32_t articles;    /* <article> elements */
};

/* Cuts p->dom into blocks and measures them. rules may be NULL (then all verdicts are unknown). false when a is full. */
bool page_blocks(struct page *p, const struct hints *hints, const struct page_rules *rules);

/* Whether a block is text written in sentences, where an article may stand. */
bool block_prose(const struct block *b);

/* Share of the words of a that stand in b as well, 0..1; bytes are compared. */
float block_likeness(struct str a, struct str b);

/* ---- features, what the model reads ---- */

#define BLOCK_FEATURES(X)                                                                                    \
    X(words) X(word_length) X(link_share) X(bold_share) X(upper_share) X(digit_share) X(commas) X(stops)     \
    X(ends) X(begins_low) X(kind) X(verdict) X(breaks) X(copy) X(is_title) X(title_overlap) X(description)  \
    X(depth) X(order) X(order_words) X(words_left) X(from_title) X(in_top) X(above_top) X(below_top) X(top_order)   \
    X(p_words) X(p_good) X(p_links) X(p2_words) X(p2_good) X(p2_links) X(p3_words) X(p3_good) X(p3_links)    \
    X(p4_words) X(p4_good) X(p4_links) X(kin) X(kin_good)                                                  \
    X(a_words) X(a_links) X(a_kind) X(a_verdict) X(a_same) X(b_words) X(b_links) X(b_kind) X(b_verdict) X(b_same)   \
    X(c_words) X(c_links) X(d_words) X(d_links) X(good_before) X(good_after) X(top_share) X(article_share) X(json)     \
    X(r1) X(r2) X(r3) X(r4) X(sign_good) X(sign_count) X(function_words) X(total_good)      \
    X(caption) X(byline) X(dated) X(headline) X(since_tail) X(since_heading) X(heading_verdict) X(heading_kind) X(to_title) \
    X(with_title) X(articles) X(articles_all)

enum block_feature {
#define X(name) F_##name,
    BLOCK_FEATURES(X)
#undef X
        F_NEAR, /* NEAR_COUNT features */
    F_COUNT = F_NEAR + NEAR_COUNT
};

/* Features of all blocks: out[p->n][F_COUNT]. Names: page_feature_names (choose.h). */
void page_features(const struct page *p, float *out);

#endif
