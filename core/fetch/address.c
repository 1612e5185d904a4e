/* address.c - see address.h. Everything is compared as 128 bits, IPv4 in its mapped form. */
#include "core/fetch/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

#include "core/base/banned.h"

/* ---- ranges ---- */

struct range {
    const char *ip;
    unsigned bits;
};

static const struct range v4_refused[] = {
    {"0.0.0.0", 8},       /* this network */
    {"10.0.0.0", 8},      /* private */
    {"100.64.0.0", 10},   /* shared by carriers; Alibaba's metadata service */
    {"127.0.0.0", 8},     /* loopback */
    {"168.63.129.16", 32}, /* Azure's metadata and DNS */
    {"169.254.0.0", 16},  /* link-local; most metadata services */
    {"172.16.0.0", 12},   /* private */
    {"192.0.0.0", 24},    /* protocol assignments; Oracle's metadata service */
    {"192.0.2.0", 24},    /* documentation */
    {"192.31.196.0", 24}, /* AS112 */
    {"192.52.193.0", 24}, /* AMT */
    {"192.88.99.0", 24},  /* 6to4 relays */
    {"192.168.0.0", 16},  /* private */
    {"192.175.48.0", 24}, /* AS112 */
    {"198.18.0.0", 15},   /* benchmarks */
    {"198.51.100.0", 24}, /* documentation */
    {"203.0.113.0", 24},  /* documentation */
    {"224.0.0.0", 4},     /* multicast */
    {"240.0.0.0", 4},     /* reserved, broadcast */
};

/* Inside of 2000::/3, which is all that is global. */
static const struct range v6_refused[] = {
    {"2001::", 23},           /* protocol assignments, Teredo, ORCHID */
    {"2001:db8::", 32},       /* documentation */
    {"2002::", 16},           /* 6to4 */
    {"2620:4f:8000::", 48},   /* AS112 */
    {"3fff::", 20},           /* documentation */
    {"3ffe::", 16},           /* 6bone, given back */
};

static bool in_prefix(const uint8_t *ip, const uint8_t *prefix, unsigned bits) {
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(ip, prefix, whole) != 0) {
        return false;
    }
    return rest == 0 || ((ip[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

static bool in_ranges(int family, const uint8_t *ip, const struct range *ranges, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint8_t prefix[16] = {0};
        if (inet_pton(family, ranges[i].ip, prefix) == 1 && in_prefix(ip, prefix, ranges[i].bits)) {
            return true;
        }
    }
    return false;
}

static bool v4_public(const uint8_t ip[4]) {
    return !in_ranges(AF_INET, ip, v4_refused, sizeof v4_refused / sizeof v4_refused[0]);
}

static bool v6_public(const uint8_t ip[16]) {
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    static const uint8_t nat64[12] = {0, 0x64, 0xFF, 0x9B};
    if (memcmp(ip, mapped, 12) == 0 || memcmp(ip, nat64, 12) == 0) {
        return v4_public(ip + 12);
    }
    bool isatap = (ip[8] & 0xFD) == 0 && ip[9] == 0 && ip[10] == 0x5E && ip[11] == 0xFE; /* an IPv4 host behind a tunnel: RFC 5214 */
    return !isatap && (ip[0] & 0xE0) == 0x20 && !in_ranges(AF_INET6, ip, v6_refused, sizeof v6_refused / sizeof v6_refused[0]);
}

/* ---- addresses ---- */

/* The 128 bits and the port; false for other families. */
static bool bits_of(const struct sockaddr *sa, uint8_t ip[16], unsigned *port) {
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        memset(ip, 0, 10);
        memset(ip + 10, 0xFF, 2);
        memcpy(ip + 12, &in.sin_addr, 4);
        *port = ntohs(in.sin_port);
        return true;
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, sa, sizeof in6);
        memcpy(ip, &in6.sin6_addr, 16);
        *port = ntohs(in6.sin6_port);
        return true;
    }
    return false;
}

bool address_public(const struct sockaddr *sa) {
    uint8_t ip[16];
    unsigned port;
    return bits_of(sa, ip, &port) && (sa->sa_family == AF_INET ? v4_public(ip + 12) : v6_public(ip));
}

bool address_allowed(const struct address_allows *allows, const struct sockaddr *sa, bool free_port) {
    uint8_t ip[16];
    unsigned port;
    if (!bits_of(sa, ip, &port)) {
        return false;
    }
    for (size_t i = 0; i < allows->n; i++) {
        const struct address_allow *x = &allows->items[i];
        if (in_prefix(ip, x->ip, x->bits) && (x->port ? x->port == port : free_port)) {
            return true;
        }
    }
    return false;
}

bool address_port_named(const struct address_allows *allows, unsigned port) {
    for (size_t i = 0; i < allows->n; i++) {
        if (allows->items[i].port == port && port) {
            return true;
        }
    }
    return false;
}

/* ---- hosts ---- */

/* Names that are resolved in private networks only: RFC 6761, 6762 (and its appendix G), 8375, 7686, ICANN's "internal". */
static bool local_name(struct str host) {
    static const char *const domains[] = {".local", ".localdomain", ".localhost", ".internal", ".intranet", ".private", ".corp",
                                          ".home",  ".lan",         ".arpa",      ".onion",    ".invalid"};
    if (str_find(host, STR("."), 0) == SIZE_MAX) {
        return true;
    }
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        if (str_ends(host, str_of(domains[i]))) {
            return true;
        }
    }
    return false;
}

/* Whether the last label is what some resolver would read as a number (WHATWG URL: "ends in a number"). */
static bool ends_in_number(struct str host) {
    struct str label = host;
    for (struct str rest = host; rest.n;) {
        label = str_cut(&rest, '.');
    }
    bool hex = label.n >= 2 && label.p[0] == '0' && label.p[1] == 'x', digits = label.n > 0;
    for (size_t i = 0; i < label.n; i++) {
        digits = digits && label.p[i] >= '0' && label.p[i] <= '9';
    }
    return hex || digits;
}

enum address_kind address_of_host(struct sockaddr_storage *out, struct str host, unsigned port) {
    char text[INET6_ADDRSTRLEN];
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    bool brackets = host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    host = brackets ? str_sub(host, 1, host.n - 1) : str_ends(host, STR(".")) ? str_sub(host, 0, host.n - 1) : host;
    memset(out, 0, sizeof *out);
    if (host.n && host.n < sizeof text) {
        memcpy(text, host.p, host.n);
        text[host.n] = '\0';
        if (str_eqz(host, "localhost")) {
            memcpy(text, "127.0.0.1", sizeof "127.0.0.1");
        }
        if (brackets ? inet_pton(AF_INET6, text, &in6.sin6_addr) == 1 : inet_pton(AF_INET, text, &in.sin_addr) == 1) {
            brackets ? memcpy(out, &in6, sizeof in6) : memcpy(out, &in, sizeof in);
            return ADDRESS_LITERAL;
        }
    }
    return brackets || ends_in_number(host) ? ADDRESS_ODD : local_name(host) ? ADDRESS_LOCAL_NAME : ADDRESS_NAME;
}

/* ---- exceptions ---- */

static bool read_ip(struct str s, struct address_allow *x, bool *v4) {
    char text[INET6_ADDRSTRLEN];
    if (s.n == 0 || s.n >= sizeof text) {
        return false;
    }
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    *v4 = inet_pton(AF_INET, text, x->ip + 12) == 1;
    if (*v4) {
        memset(x->ip + 10, 0xFF, 2);
        return true;
    }
    return inet_pton(AF_INET6, text, x->ip) == 1;
}

/* ADDRESS[/BITS][:PORT]; an IPv6 address stands in brackets when a port follows. */
static bool read_allow(struct str s, struct address_allow *x) {
    struct str ip = s, port = STR_NONE, bits = STR_NONE;
    bool v4;
    size_t n = 0, at = SIZE_MAX, colons = 0;
    *x = (struct address_allow){.bits = 128};
    for (size_t i = 0; i < s.n; i++) {
        colons += s.p[i] == ':';
        at = s.p[i] == ':' ? i : at;
    }
    if (s.n && s.p[0] == '[') {
        size_t close = str_find(s, STR("]"), 0);
        if (close == SIZE_MAX) {
            return false;
        }
        ip = str_sub(s, 1, close);
        struct str rest = str_sub(s, close + 1, s.n);
        if (str_starts(rest, STR("/"))) {
            rest = str_sub(rest, 1, rest.n);
            bits = str_cut(&rest, ':');
            port = rest;
        } else if (str_starts(rest, STR(":"))) {
            port = str_sub(rest, 1, rest.n);
        } else if (rest.n) {
            return false;
        }
    } else {
        if (colons == 1) {
            port = str_sub(s, at + 1, s.n);
            ip = str_sub(s, 0, at);
        }
        bits = ip;
        ip = str_cut(&bits, '/');
    }
    if (!read_ip(ip, x, &v4)) {
        return false;
    }
    if (bits.n) {
        if (!str_to_size(bits, &n) || n > (v4 ? 32 : 128)) {
            return false;
        }
        x->bits = (unsigned)n + (v4 ? 96 : 0);
    }
    if (port.n) {
        if (!str_to_size(port, &n) || n < 1 || n > 65535) {
            return false;
        }
        x->port = (unsigned)n;
    }
    return true;
}

enum err_code address_allows_read(struct address_allows *out, struct arena *a, struct str list, struct err *err) {
    size_t cap = 0;
    *out = (struct address_allows){0};
    while (list.n) {
        struct str s = str_trim(str_cut(&list, ','));
        struct address_allow x;
        if (!s.n) {
            continue;
        }
        if (!read_allow(s, &x)) {
            return err_set(err, ERR_VALUE, "'%.*s' is no address such as 10.0.0.0/8, 127.0.0.1:8000 or [::1]:8000", STR_ARG(str_sub(s, 0, 60)));
        }
        ARENA_PUSH(a, out->items, out->n, cap) = x;
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the list of addresses") : ERR_OK;
}
