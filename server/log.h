/* server/log.h - the access log and the few other lines a server tells. One write a line, so that lines of several
 * threads do not mix. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "server/config.h"

struct log {
    enum log_format format;
    int fd;
};

struct log_entry {
    struct str id, method, path, peer, agent;
    int status;
    size_t bytes_in, bytes_out;
    double seconds, queued; /* queued < 0: needed no worker */
    const struct err *err;  /* NULL or code ERR_OK: none */
    const char *end;        /* how it ended when the client did not get it all; NULL: well */
};

void log_init(struct log *l, const struct server_config *c);
void log_request(const struct log *l, const struct log_entry *e);
/* What happens to the server as a whole: "listening", "draining", ... */
void log_event(const struct log *l, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
