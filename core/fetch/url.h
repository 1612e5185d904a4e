/* core/fetch/url.h - which URLs may be fetched, in what form. libcurl's URL API reads them (WHATWG-like, RFC 3986): odd spellings
 * of IPv4 addresses (octal, hex, short) become plain ones, international names become punycode (ICU). */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct fetch_url {
    struct str url;    /* normalised, without fragment; NUL-terminated in the arena */
    struct str origin; /* "https://example.org:8443": scheme, host and port */
    struct str host;
    struct str path; /* path and query, as robots.txt sees it */
    unsigned port;
    bool https;
};

/* Reads url, relative to base (NULL: it is absolute). All in a.
 * Errors: ERR_VALUE (no URL at all), ERR_FETCH_REFUSED (another scheme, user information, too long), ERR_NO_MEMORY. */
enum err_code fetch_url_read(struct fetch_url *out, struct arena *a, struct str url, const struct fetch_url *base, struct err *err);

#endif
