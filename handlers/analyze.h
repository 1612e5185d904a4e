/* handlers/analyze.h - from the body of POST /v1/analyze to a struct ng_request. */
#ifndef HANDLERS_ANALYZE_H
#define HANDLERS_ANALYZE_H

#include "handlers/analysis_json.h"
#include "handlers/http.h"

struct analyze_request {
    struct ng_request ng;
    enum offset_encoding encoding;
};

/* Reads a JSON body. What *out points to lives in a.
 * Errors: ERR_EMPTY, ERR_UTF8, ERR_NUL, ERR_JSON, ERR_FIELD, ERR_TYPE, ERR_VALUE, ERR_TOO_LARGE, ERR_UNSUPPORTED,
 * ERR_NO_MEMORY; err.source names the field. */
enum err_code analyze_parse_json(struct arena *a, struct str body, struct analyze_request *out, struct err *err);

/* Reads a plain text with its options as query parameters; the same errors. *out borrows from text and query. */
enum err_code analyze_parse_text(struct str text, const struct http_param *query, size_t query_count,
                                 struct analyze_request *out, struct err *err);

#endif
