/* core/html/choose.h - which blocks of a page are its article. */
#ifndef HTML_CHOOSE_H
#define HTML_CHOOSE_H

#include "core/html/block.h"
#include "core/html/model.h"

/* Features of the second look: what the first look thinks of a block and of those around it. */
#define SECOND_FEATURES(X)                                                                                   \
    X(p) X(before3) X(before2) X(before1) X(after1) X(after2) X(after3) X(near5) X(near15) X(share_before) X(total) \
    X(since_good) X(until_good) X(parent) X(sign) X(best_before) X(best_after) X(words) X(link_share) X(bold_share) \
    X(upper_share) X(ends) X(kind) X(verdict) X(json) X(is_title) X(function_words) X(since_tail) X(since_heading) \
    X(from_title) X(stops) X(caption) X(byline) X(dated)

enum second_feature {
#define X(name) SECOND_##name,
    SECOND_FEATURES(X)
#undef X
        SECOND_COUNT
};

struct choose {
    struct model first, second;
};

/* Reads data/page/blocks.model. */
enum err_code choose_load(struct choose *c, struct arena *a, const char *data_dir, struct err *err);

/* For each block how likely it is article text, p [page->n], in the page's arena. NULL when that is full. */
float *choose_blocks(const struct choose *c, const struct page *page);

/* The second look's features from the first look's p: out [page->n][SECOND_COUNT]. first [page->n][F_COUNT]. false: no memory */
bool choose_second(const struct page *page, const float *first, const float *p, float *out);

/* Whether a block stands where no article text ever does: menus, footers, comments, captions, consent dialogs, hidden parts. */
bool choose_vetoed(const struct page *page, uint32_t b);

/* "words", "word_length", ...: names of the first look's features, F_COUNT of them */
const char *const *page_feature_names(void);

#endif
