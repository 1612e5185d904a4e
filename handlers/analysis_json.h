/* handlers/analysis_json.h - an analysis as the JSON of the contract (openapi.yaml, schema Analysis). */
#ifndef HANDLERS_ANALYSIS_JSON_H
#define HANDLERS_ANALYSIS_JSON_H

#include <jansson.h>

#include "core/nutgraf.h"

enum offset_encoding { OFFSET_CODEPOINT, OFFSET_UTF8, OFFSET_UTF16 };

/* "codepoint", "utf8", "utf16"; false if s is none of them. */
bool offset_encoding_parse(struct str s, enum offset_encoding *out);

/* A new reference, or NULL when memory is short. scratch holds the offset table while it works.
 * Cost: linear in the text and the result. */
json_t *analysis_json(const struct ng_analysis *an, enum offset_encoding encoding, struct arena *scratch);

#endif
