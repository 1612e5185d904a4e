/* core/page/page.h - what of a pasted page is article, and what is furniture: menus, consent banners, share bars, comment
 * forms, translation notices, captions told twice. Knowledge: data/page/ and data/lang/<code>/page.conf. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "core/lang/lang.h"

struct page_rules;

enum err_code page_load(struct page_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                        struct err *err);

/* Cuts doc.text into doc.paras (one a line) and marks furniture and roles. doc.lang need not be known yet. */
enum err_code page_mark(const struct page_rules *r, struct doc *d, struct err *err);

#endif
