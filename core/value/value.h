/* core/value/value.h - money, percentages and dates with their normalised values.
 * Knowledge: data/lang/<code>/value.conf (number words, multipliers, currencies, month names, relative dates, ...). */
#ifndef VALUE_VALUE_H
#define VALUE_VALUE_H

#include "core/lang/lang.h"

struct values;

enum err_code value_load(struct values **out, struct arena *a, const char *data_dir, const struct langs *l,
                         struct err *err);

/* Settles doc.published (from the request, else a dateline near the top, else empty) and fills doc.values by start,
 * not overlapping. Linear in the number of tokens. Errors: ERR_VALUE (published_at is no date), ERR_NO_MEMORY. */
enum err_code value_find(const struct values *v, struct doc *d, struct err *err);

#endif
