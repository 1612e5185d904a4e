/* json.c - see json.h */
#include "handlers/json.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

static int append(const char *p, size_t n, void *to) {
    return buf_add(to, (struct str){p, n}) ? 0 : -1;
}

bool json_write(struct arena *a, const json_t *j, size_t flags, struct str *out) {
    struct buf b;
    buf_init(&b, a);
    if (!j || json_dump_callback(j, append, &b, flags) != 0 || !buf_addc(&b, '\n')) {
        return false;
    }
    *out = buf_str(&b);
    return true;
}

/* ---- reading ---- */

const char *json_type_name(const json_t *v) {
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a boolean";
    default:
        return "null; leave it out instead";
    }
}

/* Brackets and commas outside of strings, counted before jansson allocates anything for them. */
static enum err_code check_structure(struct str s, struct err *err) {
    size_t depth = 0, values = 0;
    bool in_string = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
            continue;
        }
        in_string = c == '"';
        depth += c == '{' || c == '[';
        depth -= (c == '}' || c == ']') && depth > 0;
        values += c == ',' || c == '{' || c == '[';
        if (depth > JSON_DEPTH) {
            return err_set_in(err, ERR_JSON, NULL, 0, i, "nested deeper than %d levels", JSON_DEPTH);
        }
        if (values > JSON_VALUES) {
            return err_set_in(err, ERR_JSON, NULL, 0, i, "more than %d values", JSON_VALUES);
        }
    }
    return ERR_OK;
}

static enum err_code load(struct str body, json_t **out, struct err *err) {
    json_error_t e;
    size_t bad = utf8_check(body);
    if (bad != SIZE_MAX) {
        return err_set_in(err, ERR_UTF8, NULL, 0, bad, "the body stops being UTF-8 at byte %zu", bad);
    }
    if (str_find(body, STR("\0"), 0) != SIZE_MAX) {
        return err_set_in(err, ERR_NUL, NULL, 0, str_find(body, STR("\0"), 0), "the body has a NUL byte");
    }
    enum err_code code = check_structure(body, err);
    if (code != ERR_OK) {
        return code;
    }
    *out = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &e);
    if (*out) {
        return ERR_OK;
    }
    size_t line = e.line > 0 ? (size_t)e.line : 0, at = e.position > 0 ? (size_t)e.position : 0;
    switch (json_error_code(&e)) {
    case json_error_out_of_memory:
        return err_set(err, ERR_NO_MEMORY, "no memory for the JSON");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return err_set_in(err, ERR_NUL, NULL, line, at, "a string has the character \\u0000");
    default:
        return err_set_in(err, ERR_JSON, NULL, line, at, "%s", e.text);
    }
}

enum err_code json_read(struct str body, json_t **out, struct err *err) {
    *out = NULL;
    if (str_starts(body, STR("\xEF\xBB\xBF"))) { /* RFC 8259 allows to ignore it */
        body = str_sub(body, 3, body.n);
    }
    if (str_trim(body).n == 0) {
        return err_set_in(err, ERR_EMPTY, NULL, 0, 0, "the body is empty");
    }
    enum err_code code = load(body, out, err);
    if (code == ERR_OK && !json_is_object(*out)) {
        code = err_set_in(err, ERR_JSON, NULL, 0, 0, "the body is %s, not an object", json_type_name(*out));
        json_decref(*out);
        *out = NULL;
    }
    return code;
}
