/* serve.c - `nutgraf serve`. */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "cli/cli.h"
#include "core/base/cleanup.h"
#include "server/server.h"

#include "core/base/banned.h"

/* Requests take and give back megabytes at a time: blocks above this size go back to the system at once, and few heaps
 * are kept, so that memory after a burst is what it was before. */
static void set_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_ARENA_MAX, 4);
}

/* Waits for one of signals, at most seconds (negative: for ever). 0: none came. */
static int await(const sigset_t *signals, double seconds) {
    struct timespec t = {.tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    int got;
    do {
        got = seconds < 0 ? sigwaitinfo(signals, NULL) : sigtimedwait(signals, NULL, &t);
    } while (got < 0 && seconds < 0);
    return got > 0 ? got : 0;
}

/* A second signal ends the delay, not the finishing of requests. */
static int run(const struct server_config *c, const struct nutgraf *ng, const sigset_t *signals, struct err *err) {
    struct server *s = NULL;
    if (server_new(&s, c, ng, err) != ERR_OK) {
        cli_complain(err);
        return EXIT_SETUP;
    }
    await(signals, -1);
    server_drain(s);
    if (c->drain_delay > 0) {
        await(signals, c->drain_delay);
    }
    return server_stop(s) ? EXIT_DATA : EXIT_OK;
}

int cli_serve(int argc, char **argv) {
    struct server_config c;
    struct err err = {0};
    struct nutgraf *ng = NULL;
    sigset_t signals;
    if (config_read(&c, argc, argv, cli_environment, &err) != ERR_OK) {
        cli_complain(&err);
        return EXIT_USAGE;
    }
    if (c.help) {
        config_help(stdout);
        return EXIT_OK;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before any thread, so that all inherit it */
    signal(SIGPIPE, SIG_IGN);
    set_memory();
    if (nutgraf_new(&ng, cli_data_dir(c.data), &err) != ERR_OK ||
        cli_add_engine(ng, c.models, c.models_memory, c.models_shortlist == 1, c.models_preload, &err) != ERR_OK ||
        cli_add_translator(ng, &c, &err) != ERR_OK) {
        cli_complain(&err);
        nutgraf_free(ng);
        return EXIT_SETUP;
    }
    int code = c.check ? EXIT_OK : run(&c, ng, &signals, &err);
    if (c.check) {
        printf("nutgraf: settings and data are well\n");
    }
    nutgraf_free(ng);
    return code;
}
