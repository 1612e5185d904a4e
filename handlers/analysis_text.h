/* handlers/analysis_text.h - an analysis in a layout for people in a terminal. */
#ifndef HANDLERS_ANALYSIS_TEXT_H
#define HANDLERS_ANALYSIS_TEXT_H

#include <stdio.h>

#include "core/nutgraf.h"

/* Errors: ERR_IO. */
enum err_code analysis_text(const struct ng_analysis *an, struct arena *scratch, FILE *to, struct err *err);

#endif
