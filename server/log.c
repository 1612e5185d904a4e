/* log.c - see log.h. JSON is written by hand here: a line must not fail for want of memory in a library. */
#include "server/log.h"

#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { LINE = 16 * 1024 };

void log_init(struct log *l, const struct server_config *c) {
    *l = (struct log){.format = (enum log_format)c->log_format, .fd = c->log_to == LOG_STDOUT ? STDOUT_FILENO : STDERR_FILENO};
}

/* A line that cannot be written is lost: requests matter more than their log. */
static void put(const struct log *l, const struct buf *b) {
    struct str s = buf_str(b);
    while (s.n) {
        ssize_t n = write(l->fd, s.p, s.n);
        if (n <= 0) {
            return;
        }
        s = str_sub(s, (size_t)n, s.n);
    }
}

static void add_time(struct buf *b) {
    struct timespec t;
    struct tm tm;
    char text[32] = "";
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    buf_addf(b, "%s.%03ldZ", text, t.tv_nsec / 1000000);
}

/* With escapes, so that no client can forge a line. What is not UTF-8 becomes U+FFFD. */
static void add_string(struct buf *b, struct str s) {
    buf_addc(b, '"');
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            buf_addf(b, "\\%c", c);
            i++;
        } else if (c < 0x20 || c == 0x7F) {
            buf_addf(b, "\\u%04x", c);
            i++;
        } else if (c < 0x80) {
            buf_addc(b, (char)c);
            i++;
        } else {
            size_t end = i;
            struct str rest = str_sub(s, i, i + 4);
            size_t bad = utf8_check(rest);
            if (bad == 0) {
                buf_addcp(b, 0xFFFD);
                i++;
                continue;
            }
            utf8_next(s, &end);
            buf_add(b, str_sub(s, i, end));
            i = end;
        }
    }
    buf_addc(b, '"');
}

static void add_field(struct buf *b, const char *name, struct str value) {
    buf_addf(b, ",\"%s\":", name);
    add_string(b, value);
}

static void request_json(struct buf *b, const struct log_entry *e) {
    buf_addf(b, "{\"time\":\"");
    add_time(b);
    buf_addf(b, "\",\"event\":\"request\"");
    add_field(b, "id", e->id);
    add_field(b, "method", e->method);
    add_field(b, "path", e->path);
    buf_addf(b, ",\"status\":%d,\"bytes_in\":%zu,\"bytes_out\":%zu,\"seconds\":%.6f", e->status, e->bytes_in, e->bytes_out, e->seconds);
    if (e->queued >= 0) {
        buf_addf(b, ",\"queued_seconds\":%.6f", e->queued);
    }
    add_field(b, "peer", e->peer);
    if (e->agent.n) {
        add_field(b, "user_agent", e->agent);
    }
    if (e->err && e->err->code != ERR_OK) {
        add_field(b, "error", str_of(err_slug(e->err->code)));
        add_field(b, "detail", str_of(e->err->text));
        if (e->err->site) {
            add_field(b, "site", str_of(e->err->site));
        }
    }
    if (e->end) {
        add_field(b, "end", str_of(e->end));
    }
    buf_add(b, STR("}\n"));
}

static void request_text(struct buf *b, const struct log_entry *e) {
    add_time(b);
    buf_addf(b, " %s %.*s ", e->peer.n ? "" : "-", STR_ARG(e->peer));
    add_string(b, e->method);
    buf_addc(b, ' ');
    add_string(b, e->path);
    buf_addf(b, " %d in=%zu out=%zu %.1fms", e->status, e->bytes_in, e->bytes_out, e->seconds * 1e3);
    if (e->queued >= 0) {
        buf_addf(b, " queued=%.1fms", e->queued * 1e3);
    }
    buf_addf(b, " id=%.*s", STR_ARG(e->id));
    if (e->err && e->err->code != ERR_OK) {
        buf_addf(b, " error=%s ", err_slug(e->err->code));
        add_string(b, str_of(e->err->text));
        buf_addf(b, " at %s", e->err->site ? e->err->site : "?");
    }
    if (e->end) {
        buf_addf(b, " end=%s", e->end);
    }
    buf_addc(b, '\n');
}

/* Memory of its own: the request's may be what ran out. */
void log_request(const struct log *l, const struct log_entry *e) {
    AUTO_ARENA a;
    struct buf b;
    arena_init(&a, LINE * 8);
    if (l->format == LOG_OFF) {
        return;
    }
    buf_init(&b, &a);
    if (l->format == LOG_JSON) {
        request_json(&b, e);
    } else {
        request_text(&b, e);
    }
    put(l, &b);
}

void log_event(const struct log *l, const char *event, const char *format, ...) {
    AUTO_ARENA a;
    struct buf b;
    va_list ap;
    arena_init(&a, LINE * 8);
    buf_init(&b, &a);
    va_start(ap, format);
    struct str text = arena_vprintf(&a, format, ap);
    va_end(ap);
    if (l->format == LOG_TEXT || l->format == LOG_OFF) {
        add_time(&b);
        buf_addf(&b, " %s: %.*s\n", event, STR_ARG(text));
    } else {
        buf_addf(&b, "{\"time\":\"");
        add_time(&b);
        buf_addf(&b, "\",\"event\":\"%s\"", event);
        add_field(&b, "message", text);
        buf_add(&b, STR("}\n"));
    }
    put(l, &b);
}
