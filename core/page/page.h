/* core/page/page.h - what of a pasted page is article, and what is furniture: menus, consent banners, share bars, comment
 * forms, translation notices, captions told twice. Knowledge: data/page/ and data/lang/<code>/page.conf; all languages'
 * phrases apply at once, because furniture need not be in the article's language. Cost: linear. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "core/lang/lang.h"

struct page_rules;

enum err_code page_load(struct page_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        const struct text_fold *fold, struct err *err);

/* Cuts doc.text into doc.paras and marks furniture and roles. A para is a line; hard-wrapped lines are joined into one, and
 * an intro or outro around a title ("... , welcome to read") is cut off into paras of its own. Dates and bylines are
 * furniture: their paras stay in doc.paras for core/value. doc.lang need not be known yet. */
enum err_code page_mark(const struct page_rules *r, struct doc *d, struct err *err);

/* What the phrases alone say about a line or block of text, for callers that know its place by other means (core/html). */
enum page_verdict {
    PAGE_UNKNOWN,
    PAGE_HINT,      /* furniture if it is short or its neighbours are */
    PAGE_FURNITURE, /* furniture wherever it stands */
    PAGE_TAIL,      /* a headline behind which only furniture comes: "Related articles" */
};
struct page_look {
    enum page_verdict verdict;
    uint32_t stops;        /* function words */
    bool caption, byline;  /* begins as one does */
    bool credit;           /* tells somewhere whose picture it is: "Photo: Anna Weber" */
    bool dated;            /* nothing but date words and digits */
    bool headline;         /* could be one by its shape */
};
/* The names of those who wrote, behind words that tell so at the beginning of text or before a colon; surely: the place of the text tells
 * it, no such word is needed. At most max; parts of text. Returns their number. */
size_t page_authors(const struct page_rules *r, struct arena *a, struct str text, bool surely, struct str *out, size_t max);

struct page_look page_look(const struct page_rules *r, struct arena *a, struct str text);

#endif
