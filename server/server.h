/* server/server.h - the HTTP server: libmicrohttpd's epoll threads talk to clients, a pool of workers analyses.
 *
 * Life of a request: its arena is made at libmicrohttpd's first callback; the body is collected; a route that needs
 * no worker is answered in the I/O thread; others take a place in the queue (or get 503), the connection is suspended,
 * a worker runs the handler and resumes it; the reply is queued; the completed callback logs, counts and releases the
 * arena, and nothing else does. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "core/nutgraf.h"
#include "server/config.h"

struct server;

/* Binds, starts all threads and answers from then on. c and ng must outlive the server.
 * Errors: ERR_IO (address in use, ...), ERR_NO_MEMORY, ERR_INTERNAL. The caller has blocked the signals it waits for, so
 * that no thread of the server gets them. */
enum err_code server_new(struct server **out, const struct server_config *c, const struct nutgraf *ng, struct err *err);

/* "http://127.0.0.1:8080": where it listens really. */
const char *server_address(const struct server *s);

/* Begins the end: /readyz says 503 and replies say Connection: close; all requests are still served. */
void server_drain(struct server *s);

/* Stops accepting, finishes every accepted request within config's drain_timeout, stops all threads and frees s.
 * Returns the number of requests that could not be finished. */
size_t server_stop(struct server *s);

#endif
