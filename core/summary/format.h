/* core/summary/format.h - numbers, money, dates and lists as a reader of the target language writes them. The figures come from ICU
 * (unumf, udat, ulistfmt, uplrules); the words around them from data/lang/<target>/summary.conf, sections [numbers], [money], [dates].
 *
 * Nothing is rounded: a number that does not fit a short form ("2.6 billion") exactly is written out. Threads: any, all is const;
 * ICU's date formats are not safe to share, so that months are written when the file is read. */
#ifndef SUMMARY_FORMAT_H
#define SUMMARY_FORMAT_H

#include "core/base/conf.h"
#include "core/nutgraf.h"

struct format;

/* icu_locale: "en", "zh_Hans". Errors: ERR_DATA (ICU has no such data), ERR_NO_MEMORY. */
enum err_code format_open(struct format **out, struct arena *a, const char *icu_locale, struct err *err);
void format_close(struct format *f);
/* One entry of the sections above; false when the section is none of them. An unknown key or bad pattern fails. */
enum err_code format_setting(struct format *f, struct arena *a, const struct conf *c, bool *mine, struct err *err);

/* All return STR_NONE where there is nothing to say (no amount, no currency, a date of unknown shape). */
struct str format_number(const struct format *f, struct arena *a, double x);
struct str format_percent(const struct format *f, struct arena *a, const struct ng_value *v);
/* period: 'y' a year, 'm' a month, 0 none. */
struct str format_money(const struct format *f, struct arena *a, const struct ng_value *v, char period);
/* A count of things: v's amount, or its bound; about: said to be no more than near it. */
struct str format_count(const struct format *f, struct arena *a, const struct ng_value *v, bool about, bool least);
/* An ISO date or range with its preposition ("in May 2024") or bare ("May 2024"). */
struct str format_date(const struct format *f, struct arena *a, struct str iso, bool bare);
/* "A, B and C" */
struct str format_list(const struct format *f, struct arena *a, const struct str *items, size_t n);
/* The plural category of x: "one", "few", "other". Static storage. */
const char *format_plural(const struct format *f, double x);
/* Reads a plain number as the target writes it; false unless all of s is one. For the checker. */
bool format_parse(const struct format *f, struct str s, double *out);

#endif
