/* handlers/analysis_json.h - an analysis as the JSON of the contract (openapi.yaml, schema Analysis). */
#ifndef HANDLERS_ANALYSIS_JSON_H
#define HANDLERS_ANALYSIS_JSON_H

#include <jansson.h>

#include "core/nutgraf.h"
#include "handlers/offsets.h"

/* A new reference, or NULL when memory is short. scratch holds the offset table while it works.
 * Cost: linear in the text and the result. */
json_t *analysis_json(const struct ng_analysis *an, enum offset_encoding encoding, struct arena *scratch);

#endif
