/* routes.c - see routes.h. A path has one route: the API needs no more, and Allow follows from it. */
#include "server/routes.h"

#include "core/base/banned.h"

static const struct route routes[] = {
    {"/", HTTP_GET, handle_index, false, false, false},
    {"/v1/analyze", HTTP_POST, handle_analyze, true, true, false},
    {"/v1/translate", HTTP_POST, handle_translate, true, true, false},
    {"/translate", HTTP_POST, handle_libre_translate, true, true, false},
    {"/languages", HTTP_GET, handle_libre_languages, false, false, false},
    {"/detect", HTTP_POST, handle_libre_detect, true, true, false},
    {"/v1/extract", HTTP_POST, handle_extract, true, true, false},
    {"/v1/languages", HTTP_GET, handle_languages, false, false, false},
    {"/openapi.yaml", HTTP_GET, handle_openapi_yaml, false, false, false},
    {"/openapi.json", HTTP_GET, handle_openapi_json, false, false, false},
    {"/healthz", HTTP_GET, handle_healthz, false, false, true},
    {"/livez", HTTP_GET, handle_livez, false, false, true},
    {"/readyz", HTTP_GET, handle_readyz, false, false, true},
    {"/metrics", HTTP_GET, handle_metrics, false, false, true},
};
enum { ROUTES = sizeof routes / sizeof routes[0] };
_Static_assert((int)ROUTES <= (int)ROUTES_MAX, "metrics have no place for so many routes");

const struct route *routes_all(size_t *n) {
    *n = ROUTES;
    return routes;
}

const struct route *routes_find(struct str path, enum http_method method, const char **allow) {
    *allow = str_eqz(path, "*") ? "GET, HEAD, POST, OPTIONS" : NULL;
    for (size_t i = 0; i < ROUTES; i++) {
        const struct route *r = &routes[i];
        if (str_eqz(path, r->path)) {
            *allow = r->method == HTTP_GET ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
            return method == r->method || (method == HTTP_HEAD && r->method == HTTP_GET) ? r : NULL;
        }
    }
    return NULL;
}
