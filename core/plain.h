/* core/plain.h - the article of a page that is plain text. */
#ifndef PLAIN_H
#define PLAIN_H

#include "core/analyze.h"
#include "core/html/html.h"

/* Whether the page is said to be plain text (or Markdown), and does not begin as a page does. */
bool plain_page(const struct ng_page *page);

/* As html_article. Its confidence is not measured: 0.9 throughout. Errors: also ERR_NOT_ARTICLE. */
enum err_code plain_article(const struct nutgraf *ng, struct arena *a, const struct ng_page *page, struct ng_article *out,
                            struct html_datelines *dates, struct err *err);

#endif
