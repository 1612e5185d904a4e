/* uri.c - see uri.h. libmicrohttpd decodes too, but into NUL-terminated text and without complaint. */
#include "server/uri.h"

#include "core/base/utf8.h"

#include "core/base/banned.h"

static int hex(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum err_code decode(struct arena *a, struct str s, bool plus, const char *what, struct str *out, struct err *err) {
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    if (!p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the address");
    }
    for (size_t i = 0; i < s.n; i++, n++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;
        if (s.p[i] == '%' && low < 0) {
            return err_set(err, ERR_MALFORMED, "the %s of the address has a '%%' without two hexadecimal digits", what);
        }
        p[n] = low >= 0 ? (char)(high * 16 + low) : plus && s.p[i] == '+' ? ' ' : s.p[i];
        i += low >= 0 ? 2 : 0;
        if (p[n] == '\0') {
            return err_set(err, ERR_MALFORMED, "the %s of the address has a NUL", what);
        }
    }
    *out = (struct str){p, n};
    if (utf8_check(*out) != SIZE_MAX) {
        return err_set(err, ERR_UTF8, "the %s of the address is not UTF-8", what);
    }
    return ERR_OK;
}

enum err_code uri_parse(struct arena *a, struct str target, struct uri *out, struct err *err) {
    *out = (struct uri){0};
    if (str_starts(target, STR("http://")) || str_starts(target, STR("https://"))) {
        size_t slash = str_find(target, STR("/"), 8);
        target = slash == SIZE_MAX ? STR("/") : str_sub(target, slash, target.n);
    }
    if (!str_starts(target, STR("/")) && !str_eqz(target, "*")) {
        return err_set(err, ERR_MALFORMED, "the address begins with neither '/' nor 'http://'");
    }
    struct str query = target, path = str_cut(&query, '?');
    enum err_code code = decode(a, path, false, "path", &out->path, err);
    out->params = ARENA_ARRAY(a, URI_PARAMS, struct http_param);
    if (!out->params) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the address");
    }
    while (code == ERR_OK && query.n) {
        struct str value = str_cut(&query, '&');
        if (value.n == 0) {
            continue;
        }
        struct str name = str_cut(&value, '=');
        if (out->param_count == URI_PARAMS) {
            return err_set(err, ERR_MALFORMED, "the address has more than %d parameters", URI_PARAMS);
        }
        struct http_param *p = &out->params[out->param_count++];
        code = decode(a, name, true, "query", &p->name, err);
        code = code ? code : decode(a, value, true, "query", &p->value, err);
    }
    return code;
}
