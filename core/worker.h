/* core/worker.h - scratch of one thread: what ICU wants opened once and used by one thread at a time. */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include <unicode/ubrk.h>
#include <unicode/utrans.h>

#include "core/doc.h"

struct nutgraf_worker {
    UBreakIterator *words; /* opened on first use, as all of these */
    UTransliterator *to_traditional, *to_simplified;
};

/* ICU's word iterator for scripts without spaces, whose dictionaries go by script and not by language; NULL with err set. The
 * caller sets its text each time. */
UBreakIterator *worker_words(struct nutgraf_worker *w, struct err *err);

/* Transliterates s into a: Han characters only, the rest stays. STR_NONE when ICU fails or a is full. */
struct str worker_to_traditional(struct nutgraf_worker *w, struct arena *a, struct str s);
struct str worker_to_simplified(struct nutgraf_worker *w, struct arena *a, struct str s);

#endif
