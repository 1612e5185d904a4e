/* core/fetch/address.h - which network addresses a fetch may connect to. Special-purpose ranges: the IANA registries of RFC 6890 as
 * of 2025, and the metadata services of cloud providers that lie outside of them. */
#ifndef FETCH_ADDRESS_H
#define FETCH_ADDRESS_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct sockaddr;
struct sockaddr_storage;

/* An exception from the rules, by the operator. */
struct address_allow {
    uint8_t ip[16]; /* IPv4 as ::ffff:a.b.c.d */
    unsigned bits;  /* of the 128 */
    unsigned port;  /* 0: the ports that are allowed anyway */
};

struct address_allows {
    struct address_allow *items;
    size_t n;
};

/* Reads "127.0.0.1, 10.0.0.0/8, [fd00::]/8, 127.0.0.1:8000, [::1]:8000" (an address, its prefix, a port). Errors: ERR_VALUE,
 * ERR_NO_MEMORY. */
enum err_code address_allows_read(struct address_allows *out, struct arena *a, struct str list, struct err *err);

/* Whether the address is one of the public internet: not loopback, private, link-local, multicast, reserved, a metadata service, nor
 * an IPv6 form of such an IPv4 address (mapped, NAT64; 6to4 and Teredo are refused altogether). Only AF_INET and AF_INET6 are. */
bool address_public(const struct sockaddr *sa);

enum address_kind {
    ADDRESS_NAME,       /* to be resolved */
    ADDRESS_LITERAL,    /* out is filled */
    ADDRESS_LOCAL_NAME, /* no dot, or of a domain that only private networks have: asking for it would tell what is inside */
    ADDRESS_ODD,        /* a number that is no address in plain spelling */
};

/* What the host of a URL is, as libcurl's URL API gives it (plain IPv4, IPv6 in brackets). "localhost" is the loopback address. */
enum address_kind address_of_host(struct sockaddr_storage *out, struct str host, unsigned port);

/* Whether sa, at port, is covered by an exception. free_port: the port is one of those allowed anyway. */
bool address_allowed(const struct address_allows *allows, const struct sockaddr *sa, bool free_port);

/* Whether some exception names this port. */
bool address_port_named(const struct address_allows *allows, unsigned port);

#endif
