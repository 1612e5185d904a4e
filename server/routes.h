/* server/routes.h - the table of what is where. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "handlers/http.h"

struct route {
    const char *path; /* also the label in metrics */
    enum http_method method; /* GET answers HEAD as well; OPTIONS is answered for all */
    enum err_code (*run)(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req,
                         struct http_reply *rep, struct err *err);
    bool body;   /* reads a body: up to the server's max_body; others up to 0 */
    bool worker; /* runs on a worker, behind the queue */
    bool probe;  /* logged only when it fails: orchestrators ask every few seconds */
};

enum { ROUTES_MAX = 32 };

/* All routes and the number of them. */
const struct route *routes_all(size_t *n);

/* The route of path and method, or NULL; *allow becomes the methods of path ("GET, HEAD, OPTIONS") or NULL where there
 * is nothing at path. "*" allows what the server as a whole knows. */
const struct route *routes_find(struct str path, enum http_method method, const char **allow);

/* The server's own handlers (server.c). */
HTTP_HANDLER(handle_healthz);
HTTP_HANDLER(handle_livez);
HTTP_HANDLER(handle_readyz);
HTTP_HANDLER(handle_metrics);

#endif
