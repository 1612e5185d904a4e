/* core/dateline/dateline.h - where a sentence begins behind its dateline: "HANOI, 12 March 2024 (VNA) - ", 本报上海8月21日电. */
#ifndef DATELINE_DATELINE_H
#define DATELINE_DATELINE_H

#include "core/lang/lang.h"

struct datelines;

/* data/lang/<code>/dateline.conf, one entry a line:
 *   marks = a, b      with which a dateline ends where words are spaced: dashes, a colon
 *   words = a, b      what may stand in it besides places, dates, capitals and brackets: agencies, "and"
 *   begins = a, b     with which one begins where words are not spaced (本报, 新华社)
 *   ends = a, b       and with which it ends (电, 讯)
 *   example = dateline |rest       the bar, left out of the text, says where; without one: a sentence that has no dateline
 * Errors: ERR_DATA with file and line, ERR_NO_MEMORY. */
enum err_code datelines_load(struct datelines **out, struct arena *a, const struct langs *l, struct err *err);

/* Sets sent.body of each sentence, once mentions stand: a place that news was sent from takes no part in it. Linear. */
void datelines_mark(const struct datelines *r, struct doc *d);

#endif
