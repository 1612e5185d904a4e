/* server/uri.h - the address of a request (RFC 9112's request target): path and query parameters, decoded. */
#ifndef SERVER_URI_H
#define SERVER_URI_H

#include "handlers/http.h"

enum { URI_PARAMS = 32 };

struct uri {
    struct str path; /* "/v1/analyze"; "*" as it is */
    struct http_param *params;
    size_t param_count;
};

/* Takes /path?query, http://host/path?query and *. What *out points to lives in a.
 * Errors: ERR_MALFORMED (a broken percent code, a NUL, more than URI_PARAMS parameters), ERR_UTF8, ERR_NO_MEMORY. */
enum err_code uri_parse(struct arena *a, struct str target, struct uri *out, struct err *err);

#endif
