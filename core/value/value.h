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

struct value_number {
    uint32_t start, end; /* bytes of the text */
    double value;
    bool hard;  /* in digits, with a multiplier or above twelve: not a word such as "two" */
    bool month; /* the name of a month, which another language may write as its number */
};

/* All numbers of a plain string, by start; of 06.12.2024 three, of ranges both ends, none where only "several" is said.
 * lang: LANG_NONE reads digits as some language does. fold: text_fold of text. What it makes lives in a.
 * Errors: ERR_NO_MEMORY, ERR_DATA. */
enum err_code value_numbers(const struct values *v, int lang, struct arena *a, struct str text, struct str fold,
                            struct value_number **out, size_t *n, struct err *err);

/* The day that a line of a page's head tells ("Published 18. November 2019, 10:30"): ISO 8601, in a; empty where the line is no
 * dateline. lang: the language to try first, or LANG_NONE. */
struct str value_day_of_line(const struct values *v, const struct text_fold *fold, struct arena *a, int lang, struct str line);

#endif
