/* handlers/analyze.h - from the body of POST /v1/analyze and POST /v1/extract to a struct ng_request. */
#ifndef HANDLERS_ANALYZE_H
#define HANDLERS_ANALYZE_H

#include "handlers/analysis_json.h"
#include "handlers/http.h"

/* The resources that read such bodies. */
enum analyze_for { FOR_ANALYZE = 1, FOR_EXTRACT = 2 };

struct analyze_request {
    struct ng_request ng;
    struct ng_page page; /* bytes empty: no page was sent; the page's url is ng.url */
    enum offset_encoding encoding;
};

/* Whether the request names a page that has to be fetched: an address and nothing to read. */
static inline bool analyze_wants_fetch(const struct analyze_request *r) {
    return r->ng.url.n && !r->ng.text.n && !r->page.bytes.n;
}

/* Reads a JSON body. What *out points to lives in a.
 * Errors: ERR_EMPTY, ERR_UTF8, ERR_NUL, ERR_JSON, ERR_FIELD, ERR_TYPE, ERR_VALUE, ERR_TOO_LARGE, ERR_UNSUPPORTED,
 * ERR_NO_MEMORY; err.source names the field. */
enum err_code analyze_parse_json(struct arena *a, enum analyze_for resource, struct str body, struct analyze_request *out,
                                 struct err *err);

/* Reads a plain text, or a page of the media type given in content_type (empty: it is a text), with its options as query parameters;
 * the same errors. *out borrows from all. */
enum err_code analyze_parse_text(enum analyze_for resource, struct str body, struct str content_type, const struct http_param *query,
                                 size_t query_count, struct analyze_request *out, struct err *err);

/* Either, as the request's Content-Type says; ERR_MEDIA_TYPE as well. */
enum err_code analyze_parse(const struct http_request *req, enum analyze_for resource, struct analyze_request *out, struct err *err);

/* The article of the page sent or fetched. Sets rep->fetch and leaves *out NULL where a page has to be fetched first. */
enum err_code analyze_article(const struct handler_env *env, const struct http_request *req, struct analyze_request *r,
                              struct http_reply *rep, struct ng_article **out, struct err *err);

#endif
