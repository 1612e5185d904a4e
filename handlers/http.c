/* http.c - see http.h */
#include "handlers/http.h"

#include <inttypes.h>

#include "core/base/buf.h"

#include "core/base/banned.h"

static const char *const method_names[HTTP_METHODS] = {"GET",   "HEAD",   "POST",    "PUT",
                                                       "PATCH", "DELETE", "OPTIONS", "OTHER"};

const char *http_method_name(enum http_method m) {
    return method_names[m];
}

enum http_method http_method_of(struct str name) {
    for (int m = 0; m < HTTP_OTHER; m++) {
        if (str_eqz(name, method_names[m])) {
            return (enum http_method)m;
        }
    }
    return HTTP_OTHER;
}

void http_reply_header(struct http_reply *rep, const char *name, struct str value) {
    if (rep->header_count < HTTP_REPLY_HEADERS) {
        rep->headers[rep->header_count++] = (struct http_header){name, value};
    }
}

/* Whether a list such as `W/"a", "b"` or `*` holds tag (with its quotation marks). Weak comparison, as RFC 9110 asks. */
static bool tag_listed(struct str list, struct str tag) {
    if (str_eqz(str_trim(list), "*")) {
        return true;
    }
    while (list.n) {
        struct str item = str_trim(str_cut(&list, ','));
        if (str_starts(item, STR("W/"))) {
            item = str_sub(item, 2, item.n);
        }
        if (str_eq(item, tag)) {
            return true;
        }
    }
    return false;
}

enum err_code http_reply_cached(const struct http_request *req, struct http_reply *rep, const char *type, struct str body,
                                struct err *err) {
    struct str tag = arena_printf(req->arena, "\"%016" PRIx64 "\"", str_hash(body));
    if (!tag.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    http_reply_header(rep, "ETag", tag);
    http_reply_header(rep, "Cache-Control", STR("no-cache"));
    if (req->if_none_match.n && tag_listed(req->if_none_match, tag)) {
        rep->status = 304;
        return ERR_OK;
    }
    rep->status = 200;
    rep->content_type = type;
    rep->body = body;
    return ERR_OK;
}

enum err_code http_no_query(const struct http_request *req, struct err *err) {
    if (req->query_count) {
        return err_set_in(err, ERR_FIELD, "query", 0, 0, "'%.*s' is not a query parameter of this resource; it has none",
                          STR_ARG(req->query[0].name));
    }
    return ERR_OK;
}

struct str http_lower(struct arena *a, struct str s) {
    struct str copy = arena_dup(a, s);
    char *p = (char *)copy.p; /* ours: just made */
    for (size_t i = 0; i < copy.n; i++) {
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    }
    return copy;
}

bool http_media_type(struct arena *a, struct str value, struct str *type, struct str *charset) {
    *type = http_lower(a, str_trim(str_cut(&value, ';')));
    *charset = STR_NONE;
    while (value.n) {
        struct str v = str_trim(str_cut(&value, ';'));
        struct str k = http_lower(a, str_trim(str_cut(&v, '=')));
        v = str_trim(v);
        if (v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"') {
            v = str_sub(v, 1, v.n - 1);
        }
        if (str_eqz(k, "charset")) {
            *charset = http_lower(a, v);
        }
    }
    return str_find(*type, STR("/"), 0) != SIZE_MAX;
}
