/* core/translate/markup.h - a piece of HTML into another language: its text is translated, its tags stay.
 *
 * Tags, comments, scripts and styles are copied byte by byte. What stands between two block-level tags is one text, inline tags
 * (b, a, span, ...) or not; they are put around the words that, by the alignment, come from the words they were around, and
 * given twice where those words are no longer neighbours. Where the back end tells no alignment, each stretch between two tags is
 * translated by itself. Nothing is parsed into a tree: any bytes are taken, the work is linear in them. */
#ifndef TRANSLATE_MARKUP_H
#define TRANSLATE_MARKUP_H

#include "core/translate/translate.h"

/* As translate_text. out lives in a. */
enum err_code translate_markup(const struct translate *t, struct nutgraf_worker *w, struct arena *a, struct str source,
                               struct str target, struct str html, double deadline, struct str *out, struct err *err);

/* The text alone, to tell its language by. NULL pointer: no memory. */
struct str markup_text(struct arena *a, struct str html);

#endif
