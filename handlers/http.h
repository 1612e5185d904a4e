/* handlers/http.h - what a handler sees of a request and gives back; server/ fills and sends it.
 *
 * A handler is a function of a table of routes. It knows no sockets: everything it reads is in struct http_request,
 * everything it answers in struct http_reply, and both live in the request's arena. On an error it returns the code
 * with err filled; the server turns that into a problem document (problem.h). */
#ifndef HANDLERS_HTTP_H
#define HANDLERS_HTTP_H

#include "core/nutgraf.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

enum { HTTP_METHODS = HTTP_OTHER + 1 };

struct http_param {
    struct str name, value; /* decoded; UTF-8 is checked, NUL is refused */
};

/* What was fetched for a request. */
struct http_page {
    struct str url; /* where it was in the end */
    struct str content_type, body;
    bool cached;
};

struct http_request {
    struct arena *arena;
    const struct http_page *page; /* what http_reply.fetch asked for; NULL at first */
    enum http_method method;
    struct str path;                /* decoded, without the query */
    const struct http_param *query; /* [query_count], in order; names may repeat */
    size_t query_count;
    struct str content_type, content_encoding, accept, if_none_match; /* empty: header absent */
    struct str body;
    struct str id;   /* the request's id: printable ASCII without spaces */
    double deadline; /* CLOCK_MONOTONIC seconds; 0: none */
};

struct http_header {
    const char *name;
    struct str value;
};

enum { HTTP_REPLY_HEADERS = 8 };

struct http_reply {
    int status;
    const char *content_type; /* NULL: no body */
    struct str body;          /* lives in the request's arena, or for ever */
    struct http_header headers[HTTP_REPLY_HEADERS];
    size_t header_count;
    /* A handler that needs a page sets this and returns ERR_OK: the server fetches it, off the workers, and runs the handler again
     * with http_request.page. NULL: nothing to fetch. */
    struct str fetch;
    const struct ng_stage_time *stages; /* of an analysis, for whoever keeps statistics */
    size_t stage_count;
    /* what a problem document tells beside the error itself */
    size_t limit;         /* the limit that was passed, bytes; 0: none */
    const char *allow;    /* methods allowed, "GET, HEAD"; NULL: none */
    unsigned retry_after; /* seconds; 0: none */
};

struct server; /* opaque here: only server/'s own handlers look into it */

struct handler_env {
    const struct nutgraf *ng;
    const char *version;
    bool fetches; /* http_reply.fetch is answered */
    bool libretranslate; /* /translate, /languages and /detect are answered */
    struct server *server;
};

/* "GET", ...; "OTHER" for those not in the list. */
const char *http_method_name(enum http_method m);
enum http_method http_method_of(struct str name);

/* Appends a header; silently none when all places are taken (there are enough for what the code sets). */
void http_reply_header(struct http_reply *rep, const char *name, struct str value);

/* A reply of status 200 with an ETag made from body; 304 without a body where if_none_match has it already. */
enum err_code http_reply_cached(const struct http_request *req, struct http_reply *rep, const char *type, struct str body,
                                struct err *err);

/* Refuses any query parameter by name. */
enum err_code http_no_query(const struct http_request *req, struct err *err);

/* Media type without its parameters, in lower case, and the charset in lower case (empty: none); both in a.
 * false when value is no media type. */
bool http_media_type(struct arena *a, struct str value, struct str *type, struct str *charset);

/* s with ASCII letters in lower case. STR_NONE when a is full. */
struct str http_lower(struct arena *a, struct str s);

/* A handler; w is NULL for routes that need no worker. */
#define HTTP_HANDLER(name)                                                                                   \
    enum err_code name(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, \
                       struct http_reply *rep, struct err *err)

HTTP_HANDLER(handle_analyze);      /* POST /v1/analyze */
HTTP_HANDLER(handle_translate);    /* POST /v1/translate */
HTTP_HANDLER(handle_extract);      /* POST /v1/extract */
HTTP_HANDLER(handle_languages);    /* GET /v1/languages */
HTTP_HANDLER(handle_openapi_yaml); /* GET /openapi.yaml */
HTTP_HANDLER(handle_openapi_json); /* GET /openapi.json */
/* what clients of LibreTranslate ask for (libretranslate.c); not found unless env says so */
HTTP_HANDLER(handle_libre_translate); /* POST /translate */
HTTP_HANDLER(handle_libre_languages); /* GET /languages */
HTTP_HANDLER(handle_libre_detect);    /* POST /detect */
HTTP_HANDLER(handle_index);        /* GET / */

#endif
