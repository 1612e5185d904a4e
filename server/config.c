/* config.c - see config.h */
#include "server/config.h"

#include <stddef.h>

#include "core/limits.h"

#include "core/base/banned.h"

/* ---- the table ---- */

enum kind { TEXT, COUNT, SECONDS, CHOICE, SWITCH };

#define MIB(n) #n "Mi"

static const struct setting {
    const char *flag; /* the variable is NUTGRAF_ and the flag in capitals, '-' as '_' */
    enum kind kind;
    size_t offset;
    const char *value; /* default */
    double min, max;
    const char *choices; /* "json|text|off", in the order of the enum */
    const char *help;
} settings[] = {
#define AT(member) offsetof(struct server_config, member)
    {"listen", TEXT, AT(listen), "127.0.0.1:8080", 0, 0, NULL,
     "address and port; 0.0.0.0:8080 or [::]:8080 for all interfaces, port 0 for any free one"},
    {"data", TEXT, AT(data), "", 0, 0, NULL, "data folder; default: beside the program, else as installed"},
    {"workers", COUNT, AT(workers), "0", 0, 256, NULL, "threads that analyse; 0: one per core"},
    {"io-threads", COUNT, AT(io_threads), "0", 0, 64, NULL, "threads that talk to clients; 0: one per two cores, at least 2, at most 4"},
    {"queue", COUNT, AT(queue), "64", 1, 100000, NULL, "requests that may wait for a worker; more get 503 with Retry-After"},
    {"max-body", COUNT, AT(max_body), "4Mi", 1, 1e9, NULL, "bytes of a request's body; more get 413"},
    {"max-header", COUNT, AT(max_header), "16Ki", 1024, 1e6, NULL, "bytes of a request's header fields; more get 431"},
    {"max-uri", COUNT, AT(max_uri), "8Ki", 64, 1e6, NULL, "bytes of a request's address; more get 414"},
    {"max-connections", COUNT, AT(max_connections), "1000", 1, 100000, NULL, "open connections; more wait to be accepted"},
    {"max-per-address", COUNT, AT(max_per_address), "0", 0, 100000, NULL, "open connections of one client address; 0: no limit"},
    {"max-buffered", COUNT, AT(max_buffered), "256Mi", 1e5, 1e12, NULL, "bytes of bodies held at a time over all requests; more get 503"},
    {"request-timeout", SECONDS, AT(request_timeout), "10", 0.01, 3600, NULL, "seconds from the last byte of a request to its answer, waiting included"},
    {"receive-timeout", SECONDS, AT(receive_timeout), "30", 0.01, 3600, NULL, "seconds in which a request must have arrived; later gets 408"},
    {"send-timeout", SECONDS, AT(send_timeout), "60", 0.01, 3600, NULL, "seconds in which a client must have taken its answer"},
    {"idle-timeout", SECONDS, AT(idle_timeout), "60", 0.01, 3600, NULL, "seconds a connection may wait for its next request"},
    {"drain-delay", SECONDS, AT(drain_delay), "0", 0, 3600, NULL, "seconds to keep accepting after SIGTERM while /readyz says 503"},
    {"drain-timeout", SECONDS, AT(drain_timeout), "30", 0, 3600, NULL, "seconds to finish accepted requests after that"},
    {"fetch", CHOICE, AT(fetch), "on", 0, 0, "on|off", "fetch the pages of requests that give a url instead of a text"},
    {"fetch-timeout", SECONDS, AT(fetch_timeout), "8", 0.1, 600, NULL, "seconds a page may take, redirects included"},
    {"fetch-connect-timeout", SECONDS, AT(fetch_connect_timeout), "3", 0.1, 600, NULL, "seconds a connection to a site may take"},
    {"fetch-first-byte-timeout", SECONDS, AT(fetch_first_byte_timeout), "5", 0.1, 600, NULL, "seconds until a site begins to answer"},
    {"fetch-max-bytes", COUNT, AT(fetch_max_bytes), "10Mi", 1024, (double)LIMIT_HTML, NULL, "bytes of a page, on the wire and unpacked; larger ones are refused"},
    {"fetch-concurrency", COUNT, AT(fetch_concurrency), "32", 1, 1000, NULL, "pages fetched at a time"},
    {"fetch-per-host", COUNT, AT(fetch_per_host), "4", 1, 1000, NULL, "pages fetched at a time from one host"},
    {"fetch-redirects", COUNT, AT(fetch_redirects), "8", 0, 50, NULL, "redirects followed for one page; each is checked like a first address"},
    {"fetch-cache", COUNT, AT(fetch_cache), "32Mi", 0, 1e10, NULL, "bytes of pages kept as long as their origin allows; 0: none"},
    {"fetch-robots", CHOICE, AT(fetch_robots), "on", 0, 0, "on|off", "respect robots.txt"},
    {"fetch-ports", TEXT, AT(fetch_ports), "80,443", 0, 0, NULL, "ports that may be fetched from"},
    {"fetch-allow", TEXT, AT(fetch_allow), "", 0, 0, NULL,
     "addresses that may be fetched from although they are not public, such as 10.1.0.0/16 or 127.0.0.1:8000; default: none"},
    {"fetch-user-agent", TEXT, AT(fetch_user_agent), "", 0, 0, NULL, "what sites are told; default: nutgraf and its version"},
    {"fetch-proxy", TEXT, AT(fetch_proxy), "", 0, 0, NULL, "proxy for fetching, http://HOST:PORT, https or socks5h: it resolves names, and then has to guard what is inside"},
    {"fetch-ca-file", TEXT, AT(fetch_ca_file), "", 0, 0, NULL, "file of the certificates that sites are held against; default: the system's"},
    {"models", TEXT, AT(models), "", 0, 0, NULL, "folder of translation models; default: $XDG_DATA_HOME/nutgraf/models, then /var/lib/nutgraf/models"},
    {"models-memory", COUNT, AT(models_memory), "1Gi", 0, 1e12, NULL, "bytes that loaded translation models may take; the least used leave; 0: no limit"},
    {"models-preload", TEXT, AT(models_preload), "", 0, 0, NULL, "pairs loaded at the start, such as de-en,zh-en, or all; others are loaded on first use"},
    {"models-shortlist", CHOICE, AT(models_shortlist), "off", 0, 0, "off|on", "use a model's lexical shortlist: faster, less good"},
    {"libretranslate", CHOICE, AT(libretranslate), "off", 0, 0, "off|on", "answer /translate, /languages and /detect as LibreTranslate does"},
    {"translator", CHOICE, AT(translator), "off", 0, 0, "off|libretranslate|deepl|openai",
     "a translation service for pairs that no model is installed for; texts then leave this machine. openai: any chat completions, such as llama.cpp's or Ollama's"},
    {"translator-url", TEXT, AT(translator_url), "", 0, 0, NULL,
     "its address, such as http://localhost:5000 or, for openai, http://localhost:11434/v1; default: DeepL's free one for deepl, none for others"},
    {"translator-key", TEXT, AT(translator_key), "", 0, 0, NULL,
     "its key; better given by the variable or a file: others on this machine may see command lines"},
    {"translator-key-file", TEXT, AT(translator_key_file), "", 0, 0, NULL,
     "file whose first line is the key"},
    {"translator-model", TEXT, AT(translator_model), "", 0, 0, NULL,
     "name of the model, for openai"},
    {"translator-pairs", TEXT, AT(translator_pairs), "", 0, 0, NULL,
     "pairs it is asked for, such as de-en,en-zh-Hant; default: all it is expected to have"},
    {"translator-timeout", SECONDS, AT(translator_timeout), "4", 0.05, 600, NULL,
     "seconds the service may take for one request, retries included; never longer than the request may"},
    {"translator-retries", COUNT, AT(translator_retries), "2", 0, 10, NULL,
     "tries after the first, when the service is busy or cannot be reached"},
    {"translator-cache", COUNT, AT(translator_cache), "4Mi", 0, 1e10, NULL,
     "bytes of its translations that are kept; 0: none"},
    {"cors-origins", TEXT, AT(cors_origins), "", 0, 0, NULL, "origins of web pages that may call, such as https://example.org, or *; default: none"},
    {"log-format", CHOICE, AT(log_format), "json", 0, 0, "json|text|off", "access log: a JSON object or a readable line a request"},
    {"log-to", CHOICE, AT(log_to), "stderr", 0, 0, "stderr|stdout", "where the log goes"},
    {"check", SWITCH, AT(check), NULL, 0, 0, NULL, "load everything, tell whether it is well, and end"},
    {"help", SWITCH, AT(help), NULL, 0, 0, NULL, "this text"},
#undef AT
};
enum { SETTINGS = sizeof settings / sizeof settings[0], NAME = 64 };

static void variable_name(const struct setting *s, char name[NAME]) {
    size_t n = (size_t)snprintf(name, NAME, "NUTGRAF_%s", s->flag);
    for (size_t i = 8; i < n; i++) {
        name[i] = name[i] == '-' ? '_' : (char)(name[i] - 'a' + 'A');
    }
}

/* ---- values ---- */

/* A number, with Ki, Mi or Gi behind it for counts and s, m or ms for seconds. */
static bool read_number(enum kind kind, struct str v, double *out) {
    static const struct {
        const char *suffix;
        enum kind kind;
        double factor;
    } units[] = {{"Ki", COUNT, 1024}, {"Mi", COUNT, 1 << 20}, {"Gi", COUNT, 1 << 30}, {"ms", SECONDS, 1e-3}, {"s", SECONDS, 1}, {"m", SECONDS, 60}};
    double factor = 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (units[i].kind == kind && str_ends(v, str_of(units[i].suffix))) {
            v = str_sub(v, 0, v.n - strlen(units[i].suffix));
            factor = units[i].factor;
            break;
        }
    }
    if (!str_to_double(v, out)) {
        return false;
    }
    *out *= factor;
    return true;
}

static enum err_code set_number(struct server_config *c, const struct setting *s, const char *from, const char *value, struct err *err) {
    double x = 0;
    if (!read_number(s->kind, str_of(value), &x) || !(x >= s->min && x <= s->max) || (s->kind == COUNT && x != (double)(size_t)x)) {
        return err_set_in(err, ERR_VALUE, from, 0, 0, "'%s' is not a %s from %.15g to %.15g", value,
                          s->kind == COUNT ? "whole number" : "number of seconds", s->min, s->max);
    }
    if (s->kind == COUNT) {
        *(size_t *)(void *)((char *)c + s->offset) = (size_t)x;
    } else {
        *(double *)(void *)((char *)c + s->offset) = x;
    }
    return ERR_OK;
}

static enum err_code set_choice(struct server_config *c, const struct setting *s, const char *from, const char *value, struct err *err) {
    struct str rest = str_of(s->choices);
    for (size_t i = 0; rest.n; i++) {
        if (str_eqz(str_cut(&rest, '|'), value)) {
            *(size_t *)(void *)((char *)c + s->offset) = i;
            return ERR_OK;
        }
    }
    return err_set_in(err, ERR_VALUE, from, 0, 0, "'%s' is none of %s", value, s->choices);
}

static enum err_code set(struct server_config *c, const struct setting *s, const char *from, const char *value, struct err *err) {
    switch (s->kind) {
    case TEXT:
        *(const char **)((char *)c + s->offset) = value;
        return ERR_OK;
    case CHOICE:
        return set_choice(c, s, from, value, err);
    case SWITCH:
        *(bool *)((char *)c + s->offset) = true;
        return ERR_OK;
    default:
        return set_number(c, s, from, value, err);
    }
}

/* ---- the sources of settings ---- */

static const struct setting *find(struct str flag) {
    for (size_t i = 0; i < SETTINGS; i++) {
        if (str_eqz(flag, settings[i].flag)) {
            return &settings[i];
        }
    }
    return NULL;
}

static enum err_code read_flags(struct server_config *c, int argc, char **argv, struct err *err) {
    for (int i = 1; i < argc; i++) {
        struct str value = str_of(argv[i]), name = str_cut(&value, '=');
        const struct setting *s = str_starts(name, STR("--")) ? find(str_sub(name, 2, name.n)) : NULL;
        if (str_eqz(name, "-h")) {
            s = find(STR("help"));
        }
        if (!s) {
            return err_set_in(err, ERR_FIELD, argv[i], 0, 0, "no such option; 'nutgraf serve --help' lists them");
        }
        const char *text = name.n < strlen(argv[i]) ? argv[i] + name.n + 1 : NULL;
        if (s->kind == SWITCH && text) {
            return err_set_in(err, ERR_VALUE, argv[i], 0, 0, "this option takes no value");
        }
        if (s->kind != SWITCH && !text) {
            if (i + 1 == argc) {
                return err_set_in(err, ERR_VALUE, argv[i], 0, 0, "a value is missing");
            }
            text = argv[++i];
        }
        enum err_code code = set(c, s, s->flag, text, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    return ERR_OK;
}

enum err_code config_read(struct server_config *c, int argc, char **argv, const char *(*env)(const char *name), struct err *err) {
    enum err_code code = ERR_OK;
    char host[256];
    unsigned port;
    *c = (struct server_config){0};
    for (size_t i = 0; i < SETTINGS && code == ERR_OK; i++) {
        char name[NAME];
        if (settings[i].kind == SWITCH) {
            continue;
        }
        code = set(c, &settings[i], settings[i].flag, settings[i].value, err);
        variable_name(&settings[i], name);
        const char *value = env ? env(name) : NULL;
        if (value && *value && code == ERR_OK) {
            code = set(c, &settings[i], name, value, err);
        }
    }
    code = code ? code : read_flags(c, argc, argv, err);
    if (code == ERR_OK && !config_address(c->listen, host, sizeof host, &port)) {
        code = err_set_in(err, ERR_VALUE, "listen", 0, 0, "'%s' is not ADDRESS:PORT", c->listen);
    }
    return code;
}

bool config_address(const char *listen, char *host, size_t n, unsigned *port) {
    struct str s = str_of(listen), h;
    size_t number = 0, colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0 || !str_to_size(str_sub(s, colon, s.n), &number) || number > 65535) {
        return false;
    }
    h = str_sub(s, 0, colon - 1);
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']') {
        h = str_sub(h, 1, h.n - 1);
    } else if (str_find(h, STR(":"), 0) != SIZE_MAX) {
        return false;
    }
    if (h.n == 0 || h.n >= n) {
        return false;
    }
    memcpy(host, h.p, h.n);
    host[h.n] = '\0';
    *port = (unsigned)number;
    return true;
}

void config_help(FILE *to) {
    static const char *const values[] = {"TEXT", "N", "SECONDS", "", ""};
    fprintf(to, "Usage: nutgraf serve [OPTION]...\n\n"
                "Answers HTTP until SIGTERM or SIGINT, then finishes what was accepted and ends.\n"
                "Every option can also be given as the variable named under it; an option on the command line wins.\n"
                "Sizes may end in Ki, Mi or Gi, times in ms, s or m.\n\n");
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        char name[NAME];
        if (s->kind == SWITCH) {
            fprintf(to, "  --%s\n      %s\n", s->flag, s->help);
            continue;
        }
        variable_name(s, name);
        fprintf(to, "  --%s=%s\n      %s\n      %s%s%s%s\n", s->flag, s->choices ? s->choices : values[s->kind], s->help, name,
                s->value[0] ? ", default " : "", s->value, "");
    }
}
