/* test_fetch.c - which addresses and URLs are fetched, robots.txt, freshness, and the fetcher against a small server on loopback whose
 * connections stand for the public internet (fetch_config.divert). Worse servers are played by tests/e2e/hostile.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/fetch/address.h"
#include "core/fetch/cache.h"
#include "core/fetch/fetch.h"
#include "core/fetch/robots.h"
#include "core/fetch/url.h"

#include "core/base/banned.h"

/* ---- addresses ---- */

static void address_of(struct sockaddr_storage *ss, const char *ip, unsigned port) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    memset(ss, 0, sizeof *ss);
    if (inet_pton(AF_INET, ip, &in.sin_addr) == 1) {
        memcpy(ss, &in, sizeof in);
    } else {
        assert_int_equal(inet_pton(AF_INET6, ip, &in6.sin6_addr), 1);
        memcpy(ss, &in6, sizeof in6);
    }
}

static void test_fetch__only_public_addresses_are_connected_to(void **state) {
    static const struct {
        const char *ip;
        bool public;
    } cases[] = {
        {"93.184.216.34", true},   {"8.8.8.8", true},          {"172.15.255.255", true},     {"172.32.0.1", true},
        {"100.63.255.255", true},  {"198.20.0.1", true},       {"223.255.255.255", true},    {"2606:2800:220:1::1", true},
        {"2a00:1450::1", true},    {"::ffff:8.8.8.8", true},   {"64:ff9b::808:808", true},   {"0.0.0.0", false},
        {"10.1.2.3", false},       {"127.0.0.1", false},       {"127.255.255.254", false},   {"169.254.169.254", false},
        {"172.16.0.1", false},     {"172.31.255.255", false},  {"192.168.1.1", false},       {"100.100.100.200", false},
        {"192.0.0.192", false},    {"168.63.129.16", false},   {"198.18.0.1", false},        {"203.0.113.9", false},
        {"224.0.0.1", false},      {"255.255.255.255", false}, {"::", false},                {"::1", false},
        {"::ffff:127.0.0.1", false}, {"::ffff:10.0.0.1", false}, {"::127.0.0.1", false},     {"fe80::1", false},
        {"fd00:ec2::254", false},  {"fc00::1", false},         {"ff02::1", false},           {"64:ff9b::7f00:1", false},
        {"64:ff9b::a9fe:a9fe", false}, {"64:ff9b:1::1", false}, {"2002:7f00:1::", false},    {"2002:808:808::1", false},
        {"2001::1", false},        {"2001:db8::1", false},     {"3fff::1", false},           {"4000::1", false},
        {"0.1.2.3", false},        {"100.64.0.1", false},      {"100.127.255.255", false},   {"100.128.0.1", true},
        {"169.254.170.2", false},  {"192.0.0.8", false},       {"192.0.2.1", false},         {"192.88.99.1", false},
        {"198.19.255.255", false}, {"198.51.100.7", false},    {"239.255.255.250", false},   {"240.0.0.1", false},
        {"fec0::1", false},        {"fd20:ce::254", false},    {"febf::1", false},           {"ff05::2", false},
        {"::ffff:169.254.169.254", false}, {"::ffff:100.100.100.200", false}, {"::ffff:0:127.0.0.1", false}, {"::ffff:0.0.0.0", false},
        {"64:ff9b::a00:1", false}, {"64:ff9b::6464:64c8", false}, {"2002:a9fe:a9fe::", false}, {"100::1", false},
        {"5f00::1", false},        {"2001:20::1", false},      {"2620:4f:8000::1", false},   {"3ffe::1", false},
        {"2a00:1450::5efe:a00:1", false}, {"2a00:1450::200:5efe:7f00:1", false}, {"2a00:1450:0:5efe::1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockaddr_storage ss;
        address_of(&ss, cases[i].ip, 80);
        if (address_public((struct sockaddr *)&ss) != cases[i].public) {
            print_error("%s\n", cases[i].ip);
        }
        assert_int_equal(address_public((struct sockaddr *)&ss), cases[i].public);
    }
    struct sockaddr unix_address = {.sa_family = AF_UNIX};
    assert_false(address_public(&unix_address));
}

static void test_fetch__hosts_are_told_apart_before_they_are_resolved(void **state) {
    static const struct {
        const char *host;
        enum address_kind kind;
    } cases[] = {
        {"example.org", ADDRESS_NAME},          {"10.example", ADDRESS_NAME},           {"a.b.0x", ADDRESS_ODD},
        {"127.0.0.1", ADDRESS_LITERAL},         {"127.0.0.1.", ADDRESS_LITERAL},        {"[::1]", ADDRESS_LITERAL},
        {"[::ffff:10.0.0.1]", ADDRESS_LITERAL}, {"localhost", ADDRESS_LITERAL},         {"localhost.", ADDRESS_LITERAL},
        {"0x7f.1", ADDRESS_ODD},                {"127.1", ADDRESS_ODD},                 {"2130706433", ADDRESS_ODD},
        {"0177.0.0.1", ADDRESS_ODD},            {"[::1", ADDRESS_LOCAL_NAME},                 {"[x]", ADDRESS_ODD},
        {"wiki", ADDRESS_LOCAL_NAME},           {"wiki.", ADDRESS_LOCAL_NAME},          {"metadata.google.internal", ADDRESS_LOCAL_NAME},
        {"x.localhost", ADDRESS_LOCAL_NAME},    {"db.svc.cluster.local", ADDRESS_LOCAL_NAME}, {"nas.lan", ADDRESS_LOCAL_NAME},
        {"internal.example.org", ADDRESS_NAME}, {"", ADDRESS_LOCAL_NAME},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockaddr_storage ss;
        enum address_kind got = address_of_host(&ss, str_of(cases[i].host), 80);
        if (got != cases[i].kind) {
            print_error("%s: %d\n", cases[i].host, got);
            fail();
        }
        assert_true(got != ADDRESS_LITERAL || !address_public((struct sockaddr *)&ss));
    }
}

static void test_fetch__exceptions_name_addresses_prefixes_and_ports(void **state) {
    static const struct {
        const char *ip;
        unsigned port;
        bool free_port, allowed;
    } cases[] = {
        {"127.0.0.1", 8000, false, true}, {"127.0.0.1", 8001, false, false}, {"127.0.0.2", 8000, false, false}, {"10.9.8.7", 80, true, true},
        {"10.9.8.7", 22, false, false},   {"11.0.0.1", 80, true, false},     {"::1", 90, false, true},          {"fd12::1", 443, true, true},
    };
    AUTO_ARENA a;
    struct address_allows x;
    struct err err = {0};
    (void)state;
    arena_init(&a, 1 << 16);
    assert_int_equal(address_allows_read(&x, &a, STR("127.0.0.1:8000, 10.0.0.0/8,[::1]:90, fd00::/8"), &err), ERR_OK);
    assert_int_equal(x.n, 4);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockaddr_storage ss;
        address_of(&ss, cases[i].ip, cases[i].port);
        assert_int_equal(address_allowed(&x, (struct sockaddr *)&ss, cases[i].free_port), cases[i].allowed);
    }
    assert_true(address_port_named(&x, 8000));
    assert_false(address_port_named(&x, 0));
    static const char *const wrong[] = {"localhost", "10.0.0.0/33", "127.0.0.1:0", "127.0.0.1:70000", "[::1", "[::1]x", "1.2.3", "/8"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(address_allows_read(&x, &a, str_of(wrong[i]), NULL), ERR_VALUE);
    }
}

/* ---- URLs ---- */

static void test_fetch__urls_are_normalised_or_refused(void **state) {
    static const struct {
        const char *url, *want; /* NULL: refused with code */
        enum err_code code;
    } cases[] = {
        {"https://example.org/a?b=c#d", "https://example.org/a?b=c", ERR_OK},
        {"  HTTP://Example.ORG ", "http://example.org/", ERR_OK},
        {"http://0x7f.1/", "http://127.0.0.1/", ERR_OK},
        {"http://2130706433/", "http://127.0.0.1/", ERR_OK},
        {"http://0177.0.0.1/", "http://127.0.0.1/", ERR_OK},
        {"http://[::1]:8080/x", "http://[::1]:8080/x", ERR_OK},
        {"http://user@example.org/", NULL, ERR_FETCH_REFUSED},
        {"http://user:pw@example.org/", NULL, ERR_FETCH_REFUSED},
        {"ftp://example.org/", NULL, ERR_FETCH_REFUSED},
        {"file:///etc/passwd", NULL, ERR_FETCH_REFUSED},
        {"gopher://example.org/", NULL, ERR_FETCH_REFUSED},
        {"http://[fe80::1%25eth0]/", NULL, ERR_FETCH_REFUSED},
        {"http://%31%32%37.0.0.1/", "http://127.0.0.1/", ERR_OK},
        {"http://127.1/", "http://127.0.0.1/", ERR_OK},
        {"http://Bücher.example/ä", "http://xn--bcher-kva.example/%c3%a4", ERR_OK},
        {"http://例え.テスト/", "http://xn--r8jz45g.xn--zckzah/", ERR_OK},
        {"http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", "http://127.0.0.1/", ERR_OK},
        {"http://\xEF\xBC\x90x7f.1/", "http://127.0.0.1/", ERR_OK},
        {"http://\xE2\x93\x9Bocalhost/", "http://localhost/", ERR_OK},
        {"http://\xE2\x80\x8B.example/", NULL, ERR_VALUE},
        {"http://\xFF\xFE.example/", NULL, ERR_VALUE},
        {"http://0x7f000001/", "http://127.0.0.1/", ERR_OK},
        {"http://example.org\\@127.0.0.1/", NULL, ERR_FETCH_REFUSED},
        {"http://example.org:80@127.0.0.1/", NULL, ERR_FETCH_REFUSED},
        {"http://@example.org/", NULL, ERR_FETCH_REFUSED},
        {"dict://127.0.0.1:11211/stat", NULL, ERR_FETCH_REFUSED},
        {"http://example.org:0/", NULL, ERR_FETCH_REFUSED},
        {"http://[::1]x/", NULL, ERR_VALUE},
        {"http://exa%00mple.org/", NULL, ERR_VALUE},
        {"javascript:alert(1)", NULL, ERR_VALUE},
        {"example.org", NULL, ERR_VALUE},
        {"", NULL, ERR_VALUE},
        {"http://", NULL, ERR_VALUE},
        {"http://a b/", NULL, ERR_VALUE},
        {"http://example.org/\r\nHost: x", NULL, ERR_VALUE},
        {"http://example.org:99999/", NULL, ERR_VALUE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO_ARENA a;
        struct fetch_url u;
        struct err err = {0};
        arena_init(&a, 1 << 16);
        enum err_code code = fetch_url_read(&u, &a, str_of(cases[i].url), NULL, &err);
        bool good = cases[i].want ? code == ERR_OK && str_eqz(u.url, cases[i].want) : code == cases[i].code;
        if (!good) {
            print_error("%s: %s, %.*s %s\n", cases[i].url, err_slug(code), STR_ARG(u.url), err.text);
        }
        assert_true(good);
    }
}

static void test_fetch__redirects_are_read_from_where_they_stand(void **state) {
    AUTO_ARENA a;
    struct fetch_url base, u;
    (void)state;
    arena_init(&a, 1 << 16);
    assert_int_equal(fetch_url_read(&base, &a, STR("https://example.org/a/b?c=1"), NULL, NULL), ERR_OK);
    assert_int_equal(fetch_url_read(&u, &a, STR("../x?y=2"), &base, NULL), ERR_OK);
    assert_true(str_eqz(u.url, "https://example.org/x?y=2"));
    assert_true(str_eqz(u.path, "/x?y=2"));
    assert_true(str_eqz(u.origin, "https://example.org:443"));
    assert_int_equal(fetch_url_read(&u, &a, STR("//other.example/"), &base, NULL), ERR_OK);
    assert_true(u.https && str_eqz(u.host, "other.example"));
}

/* ---- robots.txt ---- */

static void test_fetch__robots_txt_is_read_as_rfc_9309_says(void **state) {
    static const char text[] = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n\n"
                               "# two names for one group\nUser-Agent: OtherBot/2.1\nuser-agent: nutgraf\nDisallow: /*.pdf$\nDisallow: /tmp # all\n"
                               "Sitemap: https://example.org/map\nDisallow: /%7Ejoe/\nAllow: /tmp/news\nDisallow:\n";
    static const struct {
        const char *agent, *path;
        bool allow;
    } cases[] = {
        {"nutgraf", "/", true},           {"nutgraf", "/private/x", true},  {"nutgraf", "/a.pdf", false}, {"nutgraf", "/a.pdf?x", true},
        {"nutgraf", "/tmp/a", false},     {"nutgraf", "/tmp/news/1", true}, {"nutgraf", "/~joe/x", false}, {"NutGraf", "/tmpx", false},
        {"otherbot", "/tmp", false},      {"third", "/private/x", false},   {"third", "/private/open/y", true}, {"third", "/tmp", true},
        {"nutgraf", "/robots.txt", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool got = robots_allow(str_of(text), str_of(cases[i].agent), str_of(cases[i].path));
        if (got != cases[i].allow) {
            print_error("%s %s\n", cases[i].agent, cases[i].path);
        }
        assert_int_equal(got, cases[i].allow);
    }
    assert_true(robots_allow(STR(""), STR("nutgraf"), STR("/x")));
    assert_false(robots_allow(STR("User-agent: *\rDisallow: /"), STR("nutgraf"), STR("/x")));
}

/* ---- the cache ---- */

static void test_fetch__freshness_is_what_the_origin_says(void **state) {
    (void)state;
    assert_float_equal(cache_freshness(STR("max-age=60"), STR(""), STR(""), STR("10"), 0).seconds, 50, 0);
    assert_float_equal(cache_freshness(STR("public, Max-Age=\"60\""), STR(""), STR(""), STR(""), 0).seconds, 60, 0);
    assert_float_equal(cache_freshness(STR("no-cache, max-age=60"), STR(""), STR(""), STR(""), 0).seconds, 0, 0);
    assert_float_equal(cache_freshness(STR("max-age=99999999999"), STR(""), STR(""), STR(""), 0).seconds, 86400, 0);
    assert_true(cache_freshness(STR("no-store"), STR(""), STR(""), STR(""), 0).no_store);
    assert_true(cache_freshness(STR("private, max-age=9"), STR(""), STR(""), STR(""), 0).no_store);
    assert_float_equal(cache_freshness(STR(""), STR("Thu, 01 Jan 2026 00:01:00 GMT"), STR("Thu, 01 Jan 2026 00:00:00 GMT"), STR(""), 0).seconds, 60, 0);
    assert_float_equal(cache_freshness(STR(""), STR("0"), STR(""), STR(""), 0).seconds, 0, 0);
    assert_float_equal(cache_freshness(STR("max-age=60, s-maxage=5"), STR(""), STR(""), STR(""), 0).seconds, 5, 0);
    assert_float_equal(cache_freshness(STR("s-maxage=5, max-age=60"), STR(""), STR(""), STR(""), 0).seconds, 5, 0);
    assert_float_equal(cache_freshness(STR("max-age=60, no-cache"), STR(""), STR(""), STR(""), 0).seconds, 0, 0);
    assert_float_equal(cache_freshness(STR("max-age=x"), STR("Thu, 01 Jan 2026 00:01:00 GMT"), STR("Thu, 01 Jan 2026 00:00:00 GMT"), STR(""), 0).seconds, 0, 0);
    assert_float_equal(cache_freshness(STR("max-age=5"), STR("Thu, 01 Jan 2026 00:01:00 GMT"), STR("Thu, 01 Jan 2026 00:00:00 GMT"), STR(""), 0).seconds, 5, 0);
    assert_float_equal(cache_freshness(STR("max-age=60"), STR(""), STR(""), STR("70"), 0).seconds, 0, 0);
    assert_true(cache_freshness(STR("max-age=9, no-store"), STR(""), STR(""), STR(""), 0).no_store);
}

static void test_fetch__the_cache_keeps_what_was_used_last(void **state) {
    char body[1000];
    struct cache *c = cache_new(5000);
    (void)state;
    assert_non_null(c);
    memset(body, 'x', sizeof body);
    for (int i = 0; i < 8; i++) {
        char url[] = "http://example.org/0";
        url[sizeof url - 2] = (char)('0' + i);
        struct cache_entry e = {.url = str_of(url), .body = {body, sizeof body}, .fresh_until = i};
        cache_put(c, &e);
        cache_get(c, STR("http://example.org/0"));
    }
    assert_non_null(cache_get(c, STR("http://example.org/0")));
    assert_non_null(cache_get(c, STR("http://example.org/7")));
    assert_null(cache_get(c, STR("http://example.org/3")));
    assert_int_equal(cache_get(c, STR("http://example.org/7"))->body.n, sizeof body);
    cache_free(c);
}

/* ---- the fetcher ---- */

/* Answers any connection by the path asked for; its thread ends when the socket is shut down. */
struct site {
    int fd;
    unsigned port;
    pthread_t thread;
    _Atomic int requests; /* pages asked for, robots.txt not counted; read after site_stop */
};

static struct site site;

static const struct {
    const char *path, *reply;
} pages[] = {
    {"/robots.txt", "HTTP/1.1 200 OK\r\nContent-Length: 35\r\nConnection: close\r\n\r\nUser-agent: nutgraf\nDisallow: /secret"},
    {"/page", "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: max-age=100\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"},
    {"/hop", "HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/loop", "HTTP/1.1 301 Moved\r\nLocation: /loop\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/inside", "HTTP/1.1 302 Found\r\nLocation: http://inside.example/page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/loopback", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/octal", "HTTP/1.1 302 Found\r\nLocation: http://0177.1/page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/mapped", "HTTP/1.1 302 Found\r\nLocation: http://[::ffff:127.0.0.1]/page\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/port", "HTTP/1.1 302 Found\r\nLocation: http://public.example:22/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/user", "HTTP/1.1 302 Found\r\nLocation: http://a:b@public.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
    {"/short", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\nConnection: close\r\n\r\nhello"},
    {"/pdf", "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"},
    {"/404", "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"},
    {"/junk", "\x01\x02 this is no http\r\n\r\n"},
    {"/gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nnot gzip at all"},
};

static void answer(int fd) {
    char head[4096];
    size_t n = 0;
    while (n < sizeof head - 1) {
        ssize_t got = read(fd, head + n, sizeof head - 1 - n);
        if (got <= 0) {
            return;
        }
        n += (size_t)got;
        head[n] = '\0';
        if (strstr(head, "\r\n\r\n")) {
            break;
        }
    }
    struct str rest = {head, n};
    str_cut(&rest, ' ');
    struct str path = str_cut(&rest, ' ');
    site.requests += !str_eqz(path, "/robots.txt");
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (str_eqz(path, pages[i].path)) {
            size_t all = strlen(pages[i].reply);
            assert_true(write(fd, pages[i].reply, all) == (ssize_t)all);
            return;
        }
    }
    if (str_eqz(path, "/silent")) {
        usleep(700000);
    }
}

static void *serve(void *arg) {
    (void)arg;
    for (int fd; (fd = accept(site.fd, NULL, NULL)) >= 0; close(fd)) {
        answer(fd);
    }
    return NULL;
}

/* Every connection to a public address ends at the site. */
static void to_site(struct sockaddr *sa) {
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)sa;
    in->sin_port = htons((uint16_t)site.port);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static int site_start(void **state) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof in;
    (void)state;
    site.fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(site.fd, (struct sockaddr *)&in, n) || listen(site.fd, 64) || getsockname(site.fd, (struct sockaddr *)&in, &n)) {
        return -1;
    }
    site.port = ntohs(in.sin_port);
    return pthread_create(&site.thread, NULL, serve, NULL);
}

static int site_stop(void **state) {
    (void)state;
    shutdown(site.fd, SHUT_RDWR);
    pthread_join(site.thread, NULL);
    close(site.fd);
    return 0;
}

static struct fetcher *fetcher(void) {
    static const char *const names[] = {"public.example:80:93.184.216.34", "inside.example:80:10.0.0.1", "mixed.example:80:10.0.0.1,93.184.216.34", NULL};
    struct fetch_config c = fetch_defaults();
    struct fetcher *f = NULL;
    struct err err = {0};
    c.resolve = names;
    c.divert = to_site;
    c.first_byte_timeout = .4;
    c.total_timeout = 3;
    if (fetcher_new(&f, &c, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    return f;
}

static void test_fetch__pages_come_or_are_refused_for_what_they_are(void **state) {
    static const struct {
        const char *url;
        enum err_code code;
        const char *body; /* when well */
    } cases[] = {
        {"http://public.example/page", ERR_OK, "hello"},
        {"http://public.example/hop", ERR_OK, "hello"},
        {"http://public.example/loop", ERR_FETCH_FAILED, NULL},
        {"http://public.example/inside", ERR_FETCH_REFUSED, NULL}, /* a name that leads inside, after one that does not */
        {"http://public.example/loopback", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/octal", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/mapped", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/file", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/port", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/user", ERR_FETCH_REFUSED, NULL},
        {"http://public.example/secret/1", ERR_FETCH_REFUSED, NULL}, /* robots.txt */
        {"http://public.example/short", ERR_FETCH_FAILED, NULL},
        {"http://public.example/pdf", ERR_FETCH_FAILED, NULL},
        {"http://public.example/404", ERR_FETCH_FAILED, NULL},
        {"http://public.example/junk", ERR_FETCH_FAILED, NULL},
        {"http://public.example/gzip", ERR_FETCH_FAILED, NULL},
        {"http://public.example/nothing", ERR_FETCH_FAILED, NULL},
        {"http://public.example/silent", ERR_FETCH_TIMEOUT, NULL},
        {"http://inside.example/page", ERR_FETCH_REFUSED, NULL},
        {"http://mixed.example/page", ERR_FETCH_REFUSED, NULL},
        {"http://127.0.0.1/page", ERR_FETCH_REFUSED, NULL},
        {"http://169.254.169.254/latest/meta-data/", ERR_FETCH_REFUSED, NULL},
        {"http://[::1]/page", ERR_FETCH_REFUSED, NULL},
        {"http://localhost/page", ERR_FETCH_REFUSED, NULL},
        {"http://public.example:8080/page", ERR_FETCH_REFUSED, NULL},
    };
    struct fetcher *f = fetcher();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO_ARENA a;
        struct fetch_page page;
        struct err err = {0};
        arena_init(&a, 64 << 20);
        enum err_code code = fetch_get(f, &a, str_of(cases[i].url), 0, &page, &err);
        if (code != cases[i].code || (code == ERR_OK && !str_eqz(page.body, cases[i].body))) {
            print_error("%s: %s %s\n", cases[i].url, err_slug(code), err.text);
        }
        assert_int_equal(code, cases[i].code);
        assert_true(code != ERR_OK || str_eqz(page.body, cases[i].body));
        assert_null(strstr(err.text, "127.0.0.1")); /* nothing tells what is behind */
        assert_null(strstr(err.text, "10.0.0.1"));
    }
    assert_int_equal(fetcher_state(f).refused, 15);
    fetcher_free(f);
}

static void test_fetch__a_fresh_page_is_fetched_once(void **state) {
    struct fetcher *f = fetcher();
    int before = site.requests;
    (void)state;
    for (int i = 0; i < 3; i++) {
        AUTO_ARENA a;
        struct fetch_page page;
        arena_init(&a, 64 << 20);
        assert_int_equal(fetch_get(f, &a, STR("http://public.example/page"), 0, &page, NULL), ERR_OK);
        assert_int_equal(page.cached, i > 0);
        assert_true(str_eqz(page.content_type, "text/html; charset=utf-8"));
    }
    assert_int_equal(site.requests - before, 1);
    assert_int_equal(fetcher_state(f).cache_hits, 2);
    fetcher_free(f);
}

/* ---- names ---- */

/* What libcurl resolves with in this program: names of the test are answered here, however late, and differently each time. */
static _Atomic int lookups;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res);
void freeaddrinfo(struct addrinfo *list);

static struct addrinfo *one_address(const char *ip, unsigned port, struct addrinfo *next) {
    struct {
        struct addrinfo info;
        struct sockaddr_storage address;
    } *x = calloc(1, sizeof *x);
    assert_non_null(x);
    address_of(&x->address, ip, port);
    x->info = (struct addrinfo){.ai_family = x->address.ss_family, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP, .ai_next = next};
    x->info.ai_addrlen = x->address.ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    x->info.ai_addr = (struct sockaddr *)&x->address;
    return &x->info;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res) {
    unsigned port = service ? (unsigned)strtoul(service, NULL, 10) : 0;
    (void)hints;
    *res = NULL;
    lookups++;
    if (strcmp(node, "slow.example") == 0) {
        usleep(2500000);
    } else if (strcmp(node, "rebound.example") == 0) { /* public when it is asked for first, then not */
        *res = one_address(lookups == 1 ? "93.184.216.34" : "169.254.169.254", port, NULL);
    } else if (strcmp(node, "six.example") == 0) {
        *res = one_address("::ffff:10.0.0.1", port, one_address("64:ff9b::7f00:1", port, one_address("fd00::1", port, NULL)));
    } else if (strcmp(node, "late.example") == 0) { /* a good address first, and one inside behind it */
        *res = one_address("93.184.216.34", port, one_address("127.0.0.1", port, NULL));
    }
    return *res ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list) {
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list);
        list = next;
    }
}

static enum err_code get(struct fetcher *f, const char *url, struct err *err) {
    AUTO_ARENA a;
    struct fetch_page page;
    arena_init(&a, 64 << 20);
    *err = (struct err){0};
    return fetch_get(f, &a, str_of(url), 0, &page, err);
}

static void test_fetch__a_name_that_leads_elsewhere_later_gains_nothing(void **state) {
    struct err err;
    (void)state;
    lookups = 0;
    for (int i = 0; i < 2; i++) { /* each with a libcurl that remembers nothing */
        struct fetcher *f = fetcher();
        assert_int_equal(get(f, "http://rebound.example/page", &err), i == 0 ? ERR_OK : ERR_FETCH_REFUSED);
        assert_int_equal(get(f, "http://six.example/page", &err), ERR_FETCH_REFUSED);
        assert_int_equal(get(f, "http://late.example/page", &err), ERR_OK);
        fetcher_free(f);
    }
}

static void test_fetch__names_of_private_networks_are_not_even_asked_for(void **state) {
    static const char *const urls[] = {"http://wiki/", "http://router.lan/", "http://metadata.google.internal/", "http://x.local./", "http://a.localhost/"};
    struct fetcher *f = fetcher();
    struct err err;
    (void)state;
    lookups = 0;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_int_equal(get(f, urls[i], &err), ERR_FETCH_REFUSED);
    }
    assert_int_equal(lookups, 0);
    fetcher_free(f);
}

static double seconds(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* libcurl waits for the resolver's thread when a transfer ends early, unless told otherwise: then all pages would wait. */
static void test_fetch__a_name_server_that_does_not_answer_holds_up_nobody(void **state) {
    struct fetcher *f = fetcher();
    struct err err;
    double before = seconds();
    (void)state;
    assert_int_equal(get(f, "http://slow.example/page", &err), ERR_FETCH_TIMEOUT);
    assert_int_equal(get(f, "http://public.example/page", &err), ERR_OK);
    assert_true(seconds() - before < 1.8);
    fetcher_free(f);
    usleep(2600000); /* the resolver's thread ends before the program does */
}

static void count_done(struct fetch_job *job) {
    ++*(int *)job->context;
}

static void test_fetch__the_end_of_the_fetcher_answers_every_job(void **state) {
    struct fetcher *f = fetcher();
    struct arena a[20];
    struct fetch_job jobs[20];
    int done = 0, started = 0;
    (void)state;
    for (size_t i = 0; i < 20; i++) {
        arena_init(&a[i], 1 << 20);
        jobs[i] = (struct fetch_job){.arena = &a[i], .url = STR("http://public.example/silent"), .done = count_done, .context = &done};
        started += fetch_start(f, &jobs[i], NULL) == ERR_OK;
    }
    assert_int_equal(started, 20);
    fetcher_free(f);
    assert_int_equal(done, 20);
    for (size_t i = 0; i < 20; i++) {
        assert_int_not_equal(jobs[i].err.code, ERR_OK);
        arena_release(&a[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fetch__only_public_addresses_are_connected_to),
        cmocka_unit_test(test_fetch__hosts_are_told_apart_before_they_are_resolved),
        cmocka_unit_test(test_fetch__exceptions_name_addresses_prefixes_and_ports),
        cmocka_unit_test(test_fetch__urls_are_normalised_or_refused),
        cmocka_unit_test(test_fetch__redirects_are_read_from_where_they_stand),
        cmocka_unit_test(test_fetch__robots_txt_is_read_as_rfc_9309_says),
        cmocka_unit_test(test_fetch__freshness_is_what_the_origin_says),
        cmocka_unit_test(test_fetch__the_cache_keeps_what_was_used_last),
        cmocka_unit_test(test_fetch__pages_come_or_are_refused_for_what_they_are),
        cmocka_unit_test(test_fetch__a_fresh_page_is_fetched_once),
        cmocka_unit_test(test_fetch__a_name_that_leads_elsewhere_later_gains_nothing),
        cmocka_unit_test(test_fetch__names_of_private_networks_are_not_even_asked_for),
        cmocka_unit_test(test_fetch__a_name_server_that_does_not_answer_holds_up_nobody),
        cmocka_unit_test(test_fetch__the_end_of_the_fetcher_answers_every_job),
    };
    return cmocka_run_group_tests_name("fetch", tests, site_start, site_stop);
}
