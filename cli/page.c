/* page.c - a page named on the command line: fetched when it is an address, else read from a file. */
#include <stdlib.h>

#include "cli/cli.h"
#include "core/fetch/fetch.h"
#include "core/limits.h"

#include "core/base/banned.h"

bool cli_is_url(const char *path) {
    struct str s = str_of(path);
    return str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
}

/* The server's variables hold here as well, so that one setting serves both. */
static enum err_code fetch(struct arena *a, const char *url, struct fetch_page *out, struct err *err) {
    struct fetch_config c = fetch_defaults();
    struct fetcher *f = NULL;
    const char *robots = getenv("NUTGRAF_FETCH_ROBOTS"), *ports = getenv("NUTGRAF_FETCH_PORTS");
    c.allow = getenv("NUTGRAF_FETCH_ALLOW");
    c.proxy = getenv("NUTGRAF_FETCH_PROXY");
    c.user_agent = getenv("NUTGRAF_FETCH_USER_AGENT");
    c.ca_file = getenv("NUTGRAF_FETCH_CA_FILE");
    c.ports = ports && ports[0] ? ports : c.ports;
    c.robots = !robots || !str_eqz(STR("off"), robots);
    enum err_code code = fetcher_new(&f, &c, err);
    code = code ? code : fetch_get(f, a, str_of(url), 0, out, err);
    fetcher_free(f);
    return code;
}

enum err_code cli_page(struct arena *a, const char *path, struct ng_page *page, struct err *err) {
    struct fetch_page got;
    if (!cli_is_url(path) && str_find(str_of(path), STR("://"), 0) != SIZE_MAX) {
        return err_set(err, ERR_FETCH_REFUSED, "'%.*s' is no address that is fetched: only http:// and https:// are", STR_ARG(str_sub(str_of(path), 0, 60)));
    }
    if (!cli_is_url(path)) {
        struct str name = str_of(path);
        bool text = str_ends(name, STR(".txt")) || str_ends(name, STR(".md"));
        page->content_type = page->content_type.n || !text ? page->content_type : STR("text/plain");
        return cli_read(a, path, LIMIT_HTML, &page->bytes, err);
    }
    enum err_code code = fetch(a, path, &got, err);
    if (code == ERR_OK) {
        page->bytes = got.body;
        page->url = got.url;
        page->content_type = page->content_type.n ? page->content_type : got.content_type;
    }
    return code;
}
