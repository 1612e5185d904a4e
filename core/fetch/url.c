/* url.c - see url.h */
#include "core/fetch/url.h"

#include <curl/curl.h>
#include <unicode/uidna.h>

#include "core/limits.h"

#include "core/base/banned.h"

static void cleanup_url(CURLU **u) {
    curl_url_cleanup(*u);
}

/* A part of u copied into a; empty where it has none. */
static struct str part(CURLU *u, CURLUPart what, unsigned flags, struct arena *a) {
    char *z = NULL;
    if (curl_url_get(u, what, &z, flags) != CURLUE_OK) {
        return STR("");
    }
    struct str s = arena_dup(a, str_of(z));
    curl_free(z);
    return s;
}

static bool has_control(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F) {
            return true;
        }
    }
    return false;
}

static enum err_code parse(CURLU *u, struct str url, const struct fetch_url *base, struct arena *a, struct err *err) {
    struct str z = arena_dup(a, url);
    CURLUcode code = CURLUE_OK;
    if (!z.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the address");
    }
    if (base) {
        code = curl_url_set(u, CURLUPART_URL, base->url.p, 0);
    }
    /* schemes libcurl does not know are read as well, so that they are refused for what they are */
    code = code ? code : curl_url_set(u, CURLUPART_URL, z.p, CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER | CURLU_URLENCODE);
    if (code == CURLUE_USER_NOT_ALLOWED) {
        return err_set_in(err, ERR_FETCH_REFUSED, "url", 0, 0, "an address with a user name or password is not fetched");
    }
    if (code == CURLUE_OUT_OF_MEMORY) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the address");
    }
    return code ? err_set_in(err, ERR_VALUE, "url", 0, 0, "that is no URL: %s", curl_url_strerror(code)) : ERR_OK;
}

/* An international name in the ASCII form that is asked for (UTS 46), by ICU: libcurl 7.88 leaks names that it cannot convert. What
 * comes out may be an address in digits of another script, so that it is read once more. */
static enum err_code to_ascii(CURLU *u, struct arena *a, struct err *err) {
    struct str host = part(u, CURLUPART_HOST, 0, a);
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char out[256] = "";
    size_t high = 0;
    for (size_t i = 0; i < host.n; i++) {
        high += (unsigned char)host.p[i] >= 0x80;
    }
    if (!high) {
        return ERR_OK;
    }
    UIDNA *idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES, &status);
    int32_t n = host.n > 1000 ? 0 : uidna_nameToASCII_UTF8(idna, host.p, (int32_t)host.n, out, sizeof out - 1, &info, &status);
    uidna_close(idna);
    bool good = U_SUCCESS(status) && !info.errors && n > 0 && n < (int32_t)sizeof out && curl_url_set(u, CURLUPART_HOST, out, 0) == CURLUE_OK;
    struct str whole = good ? part(u, CURLUPART_URL, 0, a) : STR_NONE;
    good = whole.n && curl_url_set(u, CURLUPART_URL, whole.p, CURLU_DISALLOW_USER) == CURLUE_OK;
    return good ? ERR_OK : err_set_in(err, ERR_VALUE, "url", 0, 0, "the address has no valid international host name");
}

/* Host names know no case. */
static struct str lower_host(CURLU *u, struct str host, struct arena *a) {
    struct str copy = arena_dup(a, host);
    for (size_t i = 0; i < copy.n; i++) {
        char *c = (char *)copy.p + i;
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    }
    if (copy.n) {
        curl_url_set(u, CURLUPART_HOST, copy.p, 0);
    }
    return copy;
}

enum err_code fetch_url_read(struct fetch_url *out, struct arena *a, struct str url, const struct fetch_url *base, struct err *err) {
    __attribute__((cleanup(cleanup_url))) CURLU *u = curl_url();
    size_t port = 0;
    *out = (struct fetch_url){0};
    url = str_trim(url);
    if (!u) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the address");
    }
    if (url.n == 0 || url.n > LIMIT_URL || has_control(url)) {
        return err_set_in(err, ERR_VALUE, "url", 0, 0, "an address has 1 to %zu characters, none of them a space or control character", LIMIT_URL);
    }
    enum err_code code = parse(u, url, base, a, err);
    if (code) {
        return code;
    }
    struct str scheme = part(u, CURLUPART_SCHEME, 0, a);
    out->https = str_eqz(scheme, "https");
    if (!out->https && !str_eqz(scheme, "http")) {
        return err_set_in(err, ERR_FETCH_REFUSED, "url", 0, 0, "only http and https are fetched");
    }
    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    code = to_ascii(u, a, err);
    if (code) {
        return code;
    }
    out->host = part(u, CURLUPART_HOST, 0, a);
    bool zone = part(u, CURLUPART_ZONEID, 0, a).n > 0;
    out->host = lower_host(u, out->host, a);
    struct str digits = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, a), path = part(u, CURLUPART_PATH, 0, a);
    struct str query = part(u, CURLUPART_QUERY, 0, a);
    if (!out->host.n || !str_to_size(digits, &port) || port < 1 || port > 65535 || zone) {
        return err_set_in(err, ERR_FETCH_REFUSED, "url", 0, 0, "the address names no host that could be fetched from");
    }
    out->port = (unsigned)port;
    out->url = part(u, CURLUPART_URL, 0, a);
    out->path = query.n ? arena_printf(a, "%.*s?%.*s", STR_ARG(path), STR_ARG(query)) : path;
    out->origin = arena_printf(a, "%.*s://%.*s:%u", STR_ARG(scheme), STR_ARG(out->host), out->port);
    return arena_full(a) || !out->url.n ? err_set(err, ERR_NO_MEMORY, "no memory for the address") : ERR_OK;
}
