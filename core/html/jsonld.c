/* jsonld.c - see jsonld.h */
#include "core/html/jsonld.h"

#include "core/base/buf.h"
#include "core/limits.h"

#include "core/base/banned.h"

enum { DEPTH_MAX = 64 };

struct reader {
    struct jsonld *j;
    struct arena *a;
    struct str text;
    size_t at;
    uint32_t open[DEPTH_MAX]; /* containers, outermost first */
    size_t depth;
    struct str key;
    bool has_key;
};

static bool blank(char c) {
    return (unsigned char)c <= ' ';
}

/* From behind the opening quotation mark to behind the closing one, or to the end of the text. */
static struct str read_string(struct reader *r) {
    size_t start = r->at, n = r->text.n;
    const char *p = r->text.p;
    while (r->at < n) {
        if (p[r->at] == '\\') {
            r->at += r->at + 1 < n ? 2 : 1;
            continue;
        }
        if (p[r->at] == '"') {
            struct str s = str_sub(r->text, start, r->at++);
            return s;
        }
        r->at++;
    }
    return str_sub(r->text, start, n);
}

static uint32_t push(struct reader *r, enum jsonld_kind kind, struct str raw) {
    uint32_t parent = r->depth ? r->open[r->depth - 1] : JSONLD_NONE;
    uint32_t own = (uint32_t)r->j->n;
    ARENA_PUSH(r->a, r->j->nodes, r->j->n, r->j->cap) = (struct jsonld_node){
        .kind = (uint8_t)kind, .parent = parent, .end = own + 1, .key = r->has_key ? r->key : STR_NONE, .raw = raw};
    r->has_key = false;
    return own;
}

static void close_container(struct reader *r) {
    if (r->depth) {
        r->j->nodes[r->open[--r->depth]].end = (uint32_t)r->j->n;
    }
}

static bool in_object(const struct reader *r) {
    return r->depth && r->j->nodes[r->open[r->depth - 1]].kind == JSONLD_OBJECT;
}

/* A string is a key when it stands in an object, no key is pending and a colon follows. */
static bool take_key(struct reader *r, struct str s) {
    size_t at = r->at;
    if (!in_object(r) || r->has_key) {
        return false;
    }
    while (at < r->text.n && blank(r->text.p[at])) {
        at++;
    }
    if (at >= r->text.n || r->text.p[at] != ':') {
        return false;
    }
    r->at = at + 1;
    r->key = s;
    r->has_key = true;
    return true;
}

/* false: too deep */
static bool step(struct reader *r) {
    char c = r->text.p[r->at];
    size_t start = r->at;
    switch (c) {
    case '{':
    case '[':
        r->at++;
        if (r->depth == DEPTH_MAX) {
            return false;
        }
        r->open[r->depth] = push(r, c == '{' ? JSONLD_OBJECT : JSONLD_ARRAY, STR_NONE);
        r->depth += !arena_full(r->a);
        return true;
    case '}':
    case ']':
        r->at++;
        r->has_key = false;
        close_container(r);
        return true;
    case '"': {
        r->at++;
        struct str s = read_string(r);
        if (!take_key(r, s) && r->depth) {
            push(r, JSONLD_STRING, s);
        }
        return true;
    }
    case '<': /* <![CDATA[ or <!-- around it all */
        r->at += str_starts(str_sub(r->text, start, r->text.n), STR("<![CDATA[")) ? 9 : 1;
        return true;
    default:
        break;
    }
    bool literal = (c >= '0' && c <= '9') || c == '-' || (c >= 'a' && c <= 'z');
    r->at++;
    while (literal && r->at < r->text.n && (r->text.p[r->at] > ' ') && !strchr(",]}\"", r->text.p[r->at])) {
        r->at++;
    }
    if (literal && r->depth && (r->has_key || !in_object(r))) {
        push(r, JSONLD_OTHER, str_sub(r->text, start, r->at));
    }
    return true;
}

bool jsonld_read(struct jsonld *j, struct arena *a, struct str text) {
    struct reader r = {.j = j, .a = a, .text = text};
    while (r.at < text.n && j->n < LIMIT_JSONLD_NODES && !arena_full(a)) {
        if (blank(text.p[r.at]) || !text.p[r.at]) {
            r.at++;
        } else if (!step(&r)) {
            break;
        }
    }
    while (r.depth) {
        close_container(&r);
    }
    return !arena_full(a);
}

uint32_t jsonld_get(const struct jsonld *j, uint32_t object, const char *key) {
    if (object == JSONLD_NONE || j->nodes[object].kind != JSONLD_OBJECT) {
        return JSONLD_NONE;
    }
    for (uint32_t i = object + 1; i < j->nodes[object].end; i = j->nodes[i].end) {
        if (str_eqz(j->nodes[i].key, key)) {
            return i;
        }
    }
    return JSONLD_NONE;
}

bool jsonld_has(const struct jsonld *j, uint32_t value, const char *string) {
    if (value == JSONLD_NONE) {
        return false;
    }
    if (j->nodes[value].kind != JSONLD_ARRAY) {
        return str_eqz(j->nodes[value].raw, string);
    }
    for (uint32_t i = value + 1; i < j->nodes[value].end; i = j->nodes[i].end) {
        if (str_eqz(j->nodes[i].raw, string)) {
            return true;
        }
    }
    return false;
}

/* ---- text of strings ---- */

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at at, or -1. */
static int32_t unit(struct str s, size_t at) {
    int32_t v = 0;
    for (size_t i = at; i < at + 4; i++) {
        int d = i < s.n ? hex(s.p[i]) : -1;
        if (d < 0) {
            return -1;
        }
        v = v * 16 + d;
    }
    return v;
}

static size_t put_escape(struct buf *b, struct str s, size_t at) {
    char c = at < s.n ? s.p[at] : '\0';
    if (c != 'u') {
        buf_addc(b, c == 'n' || c == 'r' ? '\n' : c == 't' || c == 'b' || c == 'f' || !c ? ' ' : c);
        return at + 1;
    }
    int32_t v = unit(s, at + 1), low;
    if (v < 0) {
        return at + 1;
    }
    at += 5;
    if (v >= 0xD800 && v < 0xDC00 && at + 1 < s.n && s.p[at] == '\\' && s.p[at + 1] == 'u' && (low = unit(s, at + 2)) >= 0xDC00 &&
        low < 0xE000) {
        v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
        at += 6;
    }
    buf_addcp(b, v ? v : ' ');
    return at;
}

struct str jsonld_text(const struct jsonld *j, struct arena *a, uint32_t value) {
    struct buf b;
    if (value == JSONLD_NONE || j->nodes[value].kind != JSONLD_STRING) {
        return STR("");
    }
    struct str s = j->nodes[value].raw;
    if (!s.n || !memchr(s.p, '\\', s.n)) {
        return s.n ? s : STR("");
    }
    buf_init(&b, a);
    for (size_t at = 0; at < s.n;) {
        const char *escape = memchr(s.p + at, '\\', s.n - at);
        size_t stop = escape ? (size_t)(escape - s.p) : s.n;
        buf_add(&b, str_sub(s, at, stop));
        at = escape ? put_escape(&b, s, stop + 1) : s.n;
    }
    return arena_full(a) ? STR_NONE : buf_str(&b);
}
