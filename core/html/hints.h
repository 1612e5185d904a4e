/* core/html/hints.h - what class names and ids tell, by the words in data/page/hints.conf. */
#ifndef HTML_HINTS_H
#define HTML_HINTS_H

#include "core/base/err.h"
#include "core/base/map.h"

/* Kinds of hints: the sections of hints.conf, in the order of their bits. */
#define HTML_HINTS(X)                                                                                        \
    X(body) X(article) X(navigation) X(advert) X(comment) X(related) X(share) X(byline) X(date) X(caption) X(side) X(edge)   \
        X(subscribe) X(consent) X(label) X(summary) X(title) X(quote) X(note)

enum html_hint {
#define X(name) HINT_##name,
    HTML_HINTS(X)
#undef X
        HINT_COUNT
};

struct hints {
    struct map words; /* word, or "word+word" -> bits */
};

enum err_code hints_load(struct hints *h, struct arena *a, const char *data_dir, struct err *err);

/* Bits (1 << enum html_hint) of all hints in a class or id. */
uint32_t hints_find(const struct hints *h, struct str names);

#endif
