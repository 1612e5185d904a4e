/* handlers/json.h - a jansson value as text in an arena. */
#ifndef HANDLERS_JSON_H
#define HANDLERS_JSON_H

#include <jansson.h>

#include "core/base/arena.h"

/* j and a newline, with jansson's flags. false when j is NULL or a is full. Does not take j. */
bool json_write(struct arena *a, const json_t *j, size_t flags, struct str *out);

#endif
