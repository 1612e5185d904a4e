/* problem.c - see problem.h. One table holds what HTTP and people are told of each error. */
#include "handlers/problem.h"

#include <jansson.h>

#include "core/base/utf8.h"
#include "handlers/json.h"

#include "core/base/banned.h"

/* Whom err.source and err.text concern. What is ours is for the log: a client gets the title alone. */
enum audience { OURS, CLIENTS };

static const struct row {
    int status;
    enum audience audience;
    const char *advice;
} rows[ERR_COUNT] = {
    [ERR_OK] = {200, OURS, "Nothing is wrong."},
    [ERR_NO_MEMORY] = {413, CLIENTS, "Send a shorter text, or ask for fewer features."},
    [ERR_IO] = {500, OURS, "Try again; if it stays, give the request_id to whoever runs this server."},
    [ERR_DATA] = {500, OURS, "Give the request_id to whoever runs this server: its installation is broken."},
    [ERR_MODEL] = {500, OURS, "Give the request_id to whoever runs this server: its installation is broken."},
    [ERR_EMPTY] = {400, CLIENTS, "Send the article's text: as field 'text' of a JSON object, or as a text/plain body."},
    [ERR_UTF8] = {400, CLIENTS, "Convert the text to UTF-8 and send it again; 'at' is the byte where it stops being UTF-8."},
    [ERR_NUL] = {400, CLIENTS, "Remove NUL characters (U+0000) from the text and send it again."},
    [ERR_TOO_LARGE] = {413, CLIENTS, "Send less than 'limit' bytes: one article a request. Nothing is ever cut off silently."},
    [ERR_JSON] = {400, CLIENTS, "Send one JSON object as RFC 8259 defines it; 'line' and 'at' tell where reading stopped."},
    [ERR_TYPE] = {400, CLIENTS, "Give the field the type that /openapi.yaml tells."},
    [ERR_FIELD] = {400, CLIENTS, "Correct the name or leave it out; /openapi.yaml lists the names there are."},
    [ERR_VALUE] = {400, CLIENTS, "Give the field one of the values that /openapi.yaml allows."},
    [ERR_LANGUAGE] = {400, CLIENTS, "Use a language of GET /v1/languages, or leave the field out."},
    [ERR_UNDETERMINED] = {422, CLIENTS, "Say the language in the field 'language'; GET /v1/languages lists those known."},
    [ERR_MALFORMED] = {400, CLIENTS, "Send a request as RFC 9112 defines it; a proxy or a hand-made request is the usual cause."},
    [ERR_HEADERS] = {431, CLIENTS, "Send fewer or shorter header fields; cookies are not needed here."},
    [ERR_URI] = {414, CLIENTS, "Send the text in the body of a POST, not in the address."},
    [ERR_HTTP_VERSION] = {505, CLIENTS, "Use HTTP/1.1 or HTTP/1.0."},
    [ERR_SLOW_CLIENT] = {408, CLIENTS, "Send the request again, without pauses."},
    [ERR_MEDIA_TYPE] = {415, CLIENTS, "Use Content-Type: application/json, text/plain; charset=utf-8 or text/html, without Content-Encoding."},
    [ERR_METHOD] = {405, CLIENTS, "Use a method listed in 'allow'."},
    [ERR_NOT_FOUND] = {404, CLIENTS, "Look at GET / for what there is."},
    [ERR_BUSY] = {503, CLIENTS, "Send the same request again after 'retry_after' seconds."},
    [ERR_DRAINING] = {503, CLIENTS, "Send the same request again after 'retry_after' seconds; another instance may answer sooner."},
    [ERR_TIMEOUT] = {503, CLIENTS, "Send a shorter text or ask for fewer features."},
    [ERR_TRUNCATED] = {400, CLIENTS, "Send as many bytes as Content-Length announces, or use chunked coding."},
    [ERR_FETCH_REFUSED] = {422, CLIENTS, "Use a public http or https address, or send the text itself."},
    [ERR_FETCH_FAILED] = {502, CLIENTS, "Look whether the address opens in a browser, or send the text itself."},
    [ERR_FETCH_TIMEOUT] = {504, CLIENTS, "Try again later, or send the text itself."},
    [ERR_NOT_ARTICLE] = {422, CLIENTS, "Use the address of one article (no list or start page), or send the text itself."},
    [ERR_UNSUPPORTED] = {422, CLIENTS, "Leave out what is not supported; /openapi.yaml tells what is."},
    [ERR_NO_TRANSLATOR] = {422, CLIENTS, "Install a model (nutgraf models pull PAIR), or use a pair that GET /v1/languages lists."},
    [ERR_TRANSLATOR] = {502, CLIENTS, "Try again later; the server's operator can look at the service it is set to use."},
    [ERR_INTERNAL] = {500, OURS, "Try again; if it stays, give the request_id to whoever runs this server."},
};

static const struct row *row_of(enum err_code code) {
    return (unsigned)code < ERR_COUNT && rows[code].status ? &rows[code] : &rows[ERR_INTERNAL];
}

int problem_status(enum err_code code) {
    return row_of(code)->status;
}

const char *problem_advice(enum err_code code) {
    return row_of(code)->advice;
}

/* err.text is a fixed array: what a client sent may have been cut inside a character. */
static json_t *detail_json(const char *text) {
    struct str s = str_of(text);
    size_t bad = utf8_check(s);
    return json_stringn(s.p, bad < s.n ? bad : s.n);
}

static json_t *allow_json(const char *allow) {
    json_t *list = json_array();
    struct str rest = str_of(allow);
    while (rest.n) {
        struct str m = str_trim(str_cut(&rest, ','));
        json_array_append_new(list, json_stringn(m.p, m.n));
    }
    return list;
}

static json_t *problem_json(const struct err *err, struct str id, const struct http_reply *rep) {
    const struct row *row = row_of(err->code);
    bool theirs = row->audience == CLIENTS;
    json_t *j = json_object();
    json_object_set_new(j, "type", json_sprintf(PROBLEM_URN "%s", err_slug(err->code)));
    json_object_set_new(j, "title", json_string(err_title(err->code)));
    json_object_set_new(j, "status", json_integer(row->status));
    json_object_set_new(j, "detail", theirs && err->text[0] ? detail_json(err->text) : json_string(err_title(err->code)));
    json_object_set_new(j, "advice", json_string(row->advice));
    json_object_set_new(j, "instance", json_sprintf("urn:nutgraf:request:%.*s", STR_ARG(id)));
    json_object_set_new(j, "request_id", json_stringn(id.p ? id.p : "", id.n));
    if (theirs && err->source[0] && !str_eqz(str_of(err->source), "request")) {
        json_object_set_new(j, "field", detail_json(err->source));
    }
    if (theirs && err->line) {
        json_object_set_new(j, "line", json_integer((json_int_t)err->line));
    }
    if (theirs && (err->at || err->code == ERR_UTF8 || err->code == ERR_NUL)) {
        json_object_set_new(j, "at", json_integer((json_int_t)err->at));
    }
    if (rep->limit) {
        json_object_set_new(j, "limit", json_integer((json_int_t)rep->limit));
    }
    if (rep->allow) {
        json_object_set_new(j, "allow", allow_json(rep->allow));
    }
    if (rep->retry_after) {
        json_object_set_new(j, "retry_after", json_integer(rep->retry_after));
    }
    return j;
}

void problem_reply(struct arena *a, const struct err *err, struct str request_id, struct http_reply *rep) {
    json_t *j = problem_json(err, request_id, rep);
    bool full = arena_full(a);
    a->full = false; /* the error may be that very thing; a document still fits in most cases */
    rep->status = problem_status(err->code);
    rep->content_type = PROBLEM_TYPE;
    rep->header_count = 0;
    if (rep->allow) {
        http_reply_header(rep, "Allow", str_of(rep->allow));
    }
    if (rep->retry_after) {
        http_reply_header(rep, "Retry-After", arena_printf(a, "%u", rep->retry_after));
    }
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    if (!json_write(a, j, JSON_COMPACT, &rep->body)) {
        rep->status = 500;
        rep->body = STR("{\"type\":\"" PROBLEM_URN "out-of-memory\",\"title\":\"No memory\",\"status\":500}\n");
    }
    a->full = a->full || full;
    json_decref(j);
}
