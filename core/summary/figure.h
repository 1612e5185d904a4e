/* core/summary/figure.h - what a finance.figure says: a level, a change, or a way from one value to another. */
#ifndef SUMMARY_FIGURE_H
#define SUMMARY_FIGURE_H

#include "core/summary/facts.h"
#include "core/summary/terms.h"

struct figure {
    /* "level": value; "level-up", "level-down": value, which is change more or less than before; "up", "down": by value; "to-up", "to-down":
     * to value; "from-up", "from-down", "from-same": from from to value */
    const char *trend;
    struct ng_filler value, from, change; /* entity -1 and an empty span: none */
};

/* false where the article leaves open whether the value is a level or a change: then nothing is told. */
bool figure_read(const struct terms *t, struct doc *d, const struct fact *f, struct figure *out);

#endif
