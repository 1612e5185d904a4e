/* server/config.h - the settings of `nutgraf serve`. One table holds flag, variable, default, bounds and help of each;
 * the command line, the environment, --help and the docs are made from it. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/err.h"

enum log_format { LOG_JSON, LOG_TEXT, LOG_OFF };
enum log_to { LOG_STDERR, LOG_STDOUT };
enum fetch_switch { FETCH_ON, FETCH_OFF };

enum translator_kind { TRANSLATOR_OFF, TRANSLATOR_LIBRETRANSLATE, TRANSLATOR_DEEPL, TRANSLATOR_OPENAI };

struct server_config {
    const char *listen; /* HOST:PORT, [IPV6]:PORT */
    const char *data;   /* folder, or empty: as cli_data_dir finds it */
    size_t workers, io_threads, queue;
    size_t max_body, max_header, max_uri, max_connections, max_per_address, max_buffered; /* bytes or pieces */
    double request_timeout, receive_timeout, send_timeout, idle_timeout;                  /* seconds */
    double drain_delay, drain_timeout;                                                    /* seconds */
    size_t fetch, fetch_robots; /* enum fetch_switch */
    double fetch_timeout, fetch_connect_timeout, fetch_first_byte_timeout;                        /* seconds */
    size_t fetch_max_bytes, fetch_concurrency, fetch_per_host, fetch_redirects, fetch_cache;      /* bytes or pieces */
    const char *fetch_ports, *fetch_allow, *fetch_user_agent, *fetch_proxy, *fetch_ca_file;       /* core/fetch/fetch.h */
    const char *models, *models_preload; /* core/translate/engine.h */
    size_t models_memory;                /* bytes */
    size_t models_shortlist, libretranslate; /* 0: off, 1: on */
    size_t translator;                                                                            /* enum translator_kind */
    const char *translator_url, *translator_key, *translator_key_file, *translator_model, *translator_pairs; /* core/translate/remote.h */
    double translator_timeout;                                                                    /* seconds */
    size_t translator_retries, translator_cache;                                                  /* tries, bytes */
    const char *cors_origins; /* separated by spaces or commas; "*" for all; empty: CORS is off */
    size_t log_format, log_to; /* enum log_format, enum log_to */
    /* what was asked beside settings */
    bool help, check;
};

/* Defaults, then the environment (env("NUTGRAF_LISTEN"), may give NULL), then argv[1..]. Strings are borrowed from
 * either. Errors: ERR_VALUE, ERR_FIELD: a flag or value that is wrong, err.source naming it. */
enum err_code config_read(struct server_config *c, int argc, char **argv, const char *(*env)(const char *name), struct err *err);

/* The text of --help. */
void config_help(FILE *to);

/* Cuts HOST:PORT; brackets round an IPv6 address are taken off. false when it is none. host has room for n bytes. */
bool config_address(const char *listen, char *host, size_t n, unsigned *port);

#endif
