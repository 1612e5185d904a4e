/* core/html/html.h - from a page to its article: the door of this folder. Method: README.md */
#ifndef HTML_HTML_H
#define HTML_HTML_H

#include "core/nutgraf.h"
#include "core/page/page.h"

struct html_rules; /* read-only once loaded; all threads share it */

/* rules: what phrases tell; borrowed. Errors: ERR_IO, ERR_DATA, ERR_MODEL, ERR_NO_MEMORY. */
enum err_code html_load(struct html_rules **out, struct arena *a, const char *data_dir, const struct page_rules *rules, struct err *err);

/* Lines near the headline that may hold the date in words, most likely first. */
enum { HTML_DATELINES_MAX = 12 };
struct html_datelines {
    struct str lines[HTML_DATELINES_MAX];
    size_t n;
};

/* The page's bytes as UTF-8 without NUL; tells the character set in out. Errors: ERR_TOO_LARGE, ERR_EMPTY, ERR_NO_MEMORY. */
enum err_code html_decode(const struct html_rules *r, struct arena *a, const struct ng_page *page, struct ng_article *out, struct str *text,
                          struct err *err);

/* nutgraf_extract without what other modules find: the language of the text, a date in words (dates). */
enum err_code html_article(const struct html_rules *r, struct arena *a, const struct ng_page *page, struct ng_article *out,
                           struct html_datelines *dates, struct err *err);

#endif
