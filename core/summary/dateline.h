/* core/summary/dateline.h - where a sentence begins behind its dateline: "HANOI, 12 March 2024 (VNA) - ", 本报上海8月21日电. */
#ifndef SUMMARY_DATELINE_H
#define SUMMARY_DATELINE_H

#include "core/base/conf.h"
#include "core/doc.h"

/* data/lang/<code>/extract.conf, section [dateline], one entry a line:
 *   marks = a, b      with which a dateline ends where words are spaced: dashes, a colon
 *   words = a, b      what may stand in it besides places, dates, capitals and brackets: agencies, "and"
 *   begins = a, b     with which one begins where words are not spaced (本报, 新华社)
 *   ends = a, b       and with which it ends (电, 讯)
 *   example = dateline |rest       the bar, left out of the text, says where; without one: a sentence that has no dateline */
struct dateline_rules {
    struct str *marks, *words, *begins, *ends, *examples;
    size_t mark_count, word_count, begin_count, end_count, example_count;
};

/* Reads the entry c stands at, which lives as long as a. Errors: ERR_DATA with file and line, ERR_NO_MEMORY. */
enum err_code dateline_read(struct dateline_rules *r, struct arena *a, const struct conf *c, struct err *err);
/* The byte offset in the text at which s begins behind its dateline; s->start where it has none. Linear in a bounded front. */
uint32_t dateline_end(const struct dateline_rules *r, const struct doc *d, const struct sent *s);

#endif
