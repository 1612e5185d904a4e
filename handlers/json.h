/* handlers/json.h - bodies to jansson values, and values to text in an arena. */
#ifndef HANDLERS_JSON_H
#define HANDLERS_JSON_H

#include <jansson.h>

#include "core/base/arena.h"
#include "core/base/err.h"

/* j and a newline, with jansson's flags. false when j is NULL or a is full. Does not take j. */
bool json_write(struct arena *a, const json_t *j, size_t flags, struct str *out);

/* Nesting and number of values in a JSON body, checked before anything is built from it: the API needs a dozen values
 * in two levels; a body of nothing but brackets would cost fifty times its size in memory. */
enum { JSON_DEPTH = 16, JSON_VALUES = 1000 };

/* Reads a body that has to be one JSON object; a byte order mark is allowed. *out: the caller's, NULL on failure.
 * Errors: ERR_EMPTY, ERR_UTF8, ERR_NUL, ERR_JSON, ERR_NO_MEMORY. */
enum err_code json_read(struct str body, json_t **out, struct err *err);

/* "an object", "a string", ... */
const char *json_type_name(const json_t *v);

#endif
