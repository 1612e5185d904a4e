/* markup.c - see markup.h. A scanner cuts HTML into tags, text and what is copied; a run gathers text and inline tags up to the next
 * block-level tag; place() puts the run's tags into its translation. */
#include "core/translate/markup.h"

#include <stdlib.h>

#include "core/base/buf.h"

#include "core/base/banned.h"

enum {
    MOST_TAGS = 1000, /* inline ones of one run; what follows is a run of its own */
    MOST_DEPTH = 32,  /* deeper ones are copied where they stand */
};

enum kind { TEXT, OPEN, CLOSE, COPY };

struct token {
    enum kind kind;
    struct str raw;
    struct str name;  /* of a tag, as written */
    bool inside_line; /* a tag that does not end a run */
};

/* ---- the scanner ---- */

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool same_name(struct str x, struct str y) {
    for (size_t i = 0; x.n == y.n && i < x.n; i++) {
        if ((is_letter(x.p[i]) ? x.p[i] | 32 : x.p[i]) != (is_letter(y.p[i]) ? y.p[i] | 32 : y.p[i])) {
            return false;
        }
    }
    return x.n == y.n;
}

static bool one_of(struct str name, const char *const *list) {
    for (; *list; list++) {
        if (same_name(name, str_of(*list))) {
            return true;
        }
    }
    return false;
}

static const char *const inline_tags[] = {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font", "i", "img", "ins", "label", "mark",
                                          "q", "s", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr", NULL};
static const char *const copied_whole[] = {"script", "style", "textarea", "code", "kbd", "samp", "svg", "math", "template", "noscript", "iframe", "object", NULL};
static const char *const without_end[] = {"img", "wbr", NULL};

/* Where the tag that begins at p ends, behind its '>'; quotes hide one. Without an end: n. */
static size_t tag_end(struct str s, size_t at) {
    char quote = 0;
    for (; at < s.n; at++) {
        char c = s.p[at];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if ((c == '"' || c == '\'') && at > 0 && (s.p[at - 1] == '=' || is_space(s.p[at - 1]))) {
            quote = c;
        } else if (c == '>') {
            return at + 1;
        }
    }
    return s.n;
}

static size_t after(struct str s, struct str end, size_t from) {
    size_t at = str_find(s, end, from);
    return at == SIZE_MAX ? s.n : at + end.n;
}

/* Behind </name>, or n. */
static size_t after_element(struct str s, struct str name, size_t from) {
    for (size_t at; (at = str_find(s, STR("</"), from)) != SIZE_MAX; from = at + 2) {
        if (same_name(str_sub(s, at + 2, at + 2 + name.n), name)) {
            return tag_end(s, at + 2);
        }
    }
    return s.n;
}

/* The next token of s, which is not empty. */
static struct token next_token(struct str s) {
    struct token t = {.kind = TEXT};
    size_t n = 1;
    bool close = s.n > 2 && s.p[1] == '/' && is_letter(s.p[2]);
    if (s.p[0] == '<' && s.n > 1 && (is_letter(s.p[1]) || close)) {
        size_t from = close ? 2 : 1, to = from;
        while (to < s.n && !is_space(s.p[to]) && s.p[to] != '>' && s.p[to] != '/') {
            to++;
        }
        t.name = str_sub(s, from, to);
        t.kind = close ? CLOSE : OPEN;
        t.inside_line = one_of(t.name, inline_tags);
        n = tag_end(s, to);
        bool ended = n >= 2 && s.p[n - 1] == '>' && s.p[n - 2] == '/';
        if (n == s.n && s.p[n - 1] != '>') {
            t.kind = COPY;
        } else if (!close && one_of(t.name, copied_whole)) {
            n = ended ? n : after_element(s, t.name, n);
            t.kind = COPY;
        } else if (!close && t.inside_line && (ended || one_of(t.name, without_end))) {
            t.kind = COPY;
        }
    } else if (str_starts(s, STR("<!--"))) {
        n = after(s, STR("-->"), 4);
        t.kind = COPY;
    } else if (str_starts(s, STR("<!")) || str_starts(s, STR("<?")) || str_starts(s, STR("</"))) {
        n = after(s, STR(">"), 2);
        t.kind = COPY;
    } else {
        const char *tag = memchr(s.p + 1, '<', s.n - 1);
        n = tag ? (size_t)(tag - s.p) : s.n;
    }
    t.raw = str_sub(s, 0, n);
    return t;
}

/* ---- text: references and white space ---- */

static const struct {
    const char *name;
    int32_t c;
} references[] = {
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", 0xA0}, {"auml", 0xE4}, {"ouml", 0xF6}, {"uuml", 0xFC}, {"Auml", 0xC4},
    {"Ouml", 0xD6}, {"Uuml", 0xDC}, {"szlig", 0xDF}, {"eacute", 0xE9}, {"egrave", 0xE8}, {"agrave", 0xE0}, {"ccedil", 0xE7}, {"ndash", 0x2013},
    {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"bdquo", 0x201E},
    {"laquo", 0xAB}, {"raquo", 0xBB}, {"hellip", 0x2026}, {"euro", 0x20AC}, {"shy", 0xAD},
};

/* The character that a reference at the start of s stands for, and its length; 0: none that is known. */
static size_t read_reference(struct str s, int32_t *c) {
    const char *end = memchr(s.p, ';', s.n < 12 ? s.n : 12);
    struct str name = end ? str_sub(s, 1, (size_t)(end - s.p)) : STR("");
    if (name.n > 1 && name.p[0] == '#') {
        char digits[12] = "";
        bool hex = (name.p[1] | 32) == 'x';
        memcpy(digits, name.p + 1 + hex, name.n - 1 - hex);
        char *rest = digits;
        unsigned long value = strtoul(digits, &rest, hex ? 16 : 10);
        *c = (int32_t)value;
        return *rest == '\0' && rest != digits && value > 0 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF) ? name.n + 2 : 0;
    }
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++) {
        if (str_eqz(name, references[i].name)) {
            *c = references[i].c;
            return name.n + 2;
        }
    }
    return 0;
}

/* Appends text as a reader sees it: references replaced, white space one space. */
static void add_plain(struct buf *b, struct str raw) {
    for (size_t i = 0; i < raw.n;) {
        int32_t c;
        size_t n = raw.p[i] == '&' ? read_reference(str_sub(raw, i, raw.n), &c) : 0;
        if (n) {
            buf_addcp(b, c);
            i += n;
        } else if (is_space(raw.p[i])) {
            if (b->n == 0 || b->p[b->n - 1] != ' ') {
                buf_addc(b, ' ');
            }
            i++;
        } else {
            size_t from = i++;
            while (i < raw.n && raw.p[i] != '&' && !is_space(raw.p[i])) {
                i++;
            }
            buf_add(b, str_sub(raw, from, i));
        }
    }
}

static void add_escaped(struct buf *b, struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        struct str as = c == '&' ? STR("&amp;") : c == '<' ? STR("&lt;") : c == '>' ? STR("&gt;") : str_sub(s, i, i + 1);
        buf_add(b, as);
    }
}

/* ---- one run ---- */

/* An inline element of a run, or something inline that is copied. */
struct element {
    struct str open, close, name; /* close empty: copied at its place */
    int parent, depth;            /* parent: index, or -1 */
    size_t start, end;      /* bytes of the run's plain text */
    bool used;
};

struct run {
    const struct translate *t;
    struct nutgraf_worker *w;
    struct arena *a;
    struct str source, target;
    double deadline;
    struct err *err;
    struct buf *out;
    /* what it has gathered */
    struct str raw; /* all of it, as written */
    struct buf plain;
    struct element *elements; /* [n] in the order of their start */
    size_t n, cap;
    int inner;   /* the innermost open one, or -1 */
    int *owners; /* [owned] innermost element of each byte of plain */
    size_t owned, owners_cap;
};

static void begin(struct run *r, const char *at) {
    buf_init(&r->plain, r->a);
    r->raw = (struct str){at, 0};
    r->n = r->cap = r->owned = r->owners_cap = 0;
    r->elements = NULL;
    r->owners = NULL;
    r->inner = -1;
}

static void own(struct run *r) {
    while (r->owned < r->plain.n && !arena_full(r->a)) {
        ARENA_PUSH(r->a, r->owners, r->owned, r->owners_cap) = r->inner;
    }
}

static void gather(struct run *r, const struct token *t) {
    size_t at = r->plain.n;
    r->raw.n += t->raw.n;
    if (t->kind == TEXT) {
        add_plain(&r->plain, t->raw);
        own(r);
    } else if (t->kind == OPEN || t->kind == COPY) {
        int depth = r->inner < 0 ? 0 : r->elements[r->inner].depth + 1;
        ARENA_PUSH(r->a, r->elements, r->n, r->cap) =
            (struct element){.open = t->raw, .name = t->name, .parent = r->inner, .depth = depth, .start = at, .end = at};
        r->inner = t->kind == OPEN && depth < MOST_DEPTH && !arena_full(r->a) ? (int)r->n - 1 : r->inner;
    } else {
        int x = r->inner;
        while (x >= 0 && !same_name(r->elements[x].name, t->name)) {
            x = r->elements[x].parent;
        }
        if (x >= 0) {
            r->elements[x].close = t->raw;
            r->elements[x].end = at;
            r->inner = r->elements[x].parent;
        } else {
            ARENA_PUSH(r->a, r->elements, r->n, r->cap) = (struct element){.open = t->raw, .parent = r->inner, .start = at, .end = at};
        }
    }
}

/* the innermost element that can be put around words; those that were never closed, or hold nothing, cannot */
static int around(const struct run *r, int x) {
    while (x >= 0 && (!r->elements[x].close.n || r->elements[x].start == r->elements[x].end)) {
        x = r->elements[x].parent;
    }
    return x;
}

static int common(const struct run *r, int x, int y) {
    for (; x >= 0; x = around(r, r->elements[x].parent)) {
        for (int z = y; z >= 0; z = around(r, r->elements[z].parent)) {
            if (z == x) {
                return x;
            }
        }
    }
    return -1;
}

static void close_up_to(struct run *r, int x, int until) {
    for (; x != until && x >= 0; x = around(r, r->elements[x].parent)) {
        buf_add(r->out, r->elements[x].close);
    }
}

static void open_from(struct run *r, int from, int x) {
    if (x != from && x >= 0) {
        open_from(r, from, around(r, r->elements[x].parent));
        buf_add(r->out, r->elements[x].open);
        r->elements[x].used = true;
    }
}

/* For each byte of the translation the byte of plain it comes from; UINT32_MAX: not told. lead: white space before the text. */
static uint32_t *origins(struct run *r, const struct translate_text_result *made, size_t lead) {
    uint32_t *from = ARENA_ARRAY(r->a, made->text.n + 1, uint32_t);
    bool any = false;
    for (size_t i = 0; from && i < made->text.n; i++) {
        from[i] = UINT32_MAX;
    }
    for (size_t i = 0; from && i < made->count; i++) {
        const struct translate_part *p = &made->parts[i];
        for (size_t k = 0; k < p->result.link_count; k++) {
            const struct translate_link *l = &p->result.links[k];
            for (size_t b = p->start + l->start; b < p->start + l->end && b < made->text.n; b++) {
                size_t at = lead + p->span.start + l->source_start;
                while (at + 1 < r->owned && at + 1 < lead + p->span.start + l->source_end && r->plain.p[at] == ' ') {
                    at++;
                }
                from[b] = at < r->owned ? (uint32_t)at : UINT32_MAX;
                any = true;
            }
        }
    }
    return any ? from : NULL;
}

/* Copied things and elements without words whose place is before the word that comes from byte source; SIZE_MAX: all left. */
static void copy_up_to(struct run *r, size_t *next, size_t source) {
    for (; *next < r->n && r->elements[*next].start <= source; ++*next) {
        const struct element *x = &r->elements[*next];
        if (x->close.n && x->start < x->end) {
            continue;
        }
        const char *stop = x->close.n ? x->close.p + x->close.n : x->open.p + x->open.n;
        buf_add(r->out, (struct str){x->open.p, (size_t)(stop - x->open.p)}); /* with what it holds, such as a picture */
        while (*next + 1 < r->n && r->elements[*next + 1].open.p < stop) {
            ++*next;
        }
    }
}

/* The translation with the run's tags in it; text is plain without the white space around it. */
static void place(struct run *r, const struct translate_text_result *made, const uint32_t *from, struct str text) {
    struct str s = made->text, all = buf_str(&r->plain);
    size_t lead = (size_t)(text.p - all.p), stop = lead + text.n;
    size_t next = 0, most = 0, word = 0; /* word: the next one that is known, for what stands between words */
    int now = -1;
    if (lead) {
        copy_up_to(r, &next, 0);
        buf_addc(r->out, ' ');
    }
    for (size_t i = 0; i < s.n;) {
        size_t to = i + 1;
        while (to < s.n && from[to] == from[i] && is_space(s.p[to]) == is_space(s.p[i])) {
            to++;
        }
        bool gap = from[i] == UINT32_MAX || is_space(s.p[i]);
        word = word > to ? word : to;
        while (gap && word < s.n && (from[word] == UINT32_MAX || is_space(s.p[word]))) {
            word++;
        }
        int there = !gap ? around(r, r->owners[from[i]]) : word < s.n ? common(r, now, around(r, r->owners[from[word]])) : common(r, now, -1);
        there = gap && !is_space(s.p[i]) ? now : there;
        int shared = common(r, now, there);
        close_up_to(r, now, shared);
        if (!gap && from[i] >= most) {
            most = from[i];
            copy_up_to(r, &next, most);
        }
        open_from(r, shared, there);
        now = there;
        add_escaped(r->out, str_sub(s, i, to));
        i = to;
    }
    close_up_to(r, now, -1);
    copy_up_to(r, &next, stop);
    buf_add(r->out, stop < all.n ? STR(" ") : STR(""));
    copy_up_to(r, &next, SIZE_MAX);
    for (size_t i = 0; i < r->n; i++) { /* of whose words none came through */
        const struct element *x = &r->elements[i];
        if (x->close.n && x->start < x->end && !x->used) {
            buf_add(r->out, x->open);
            buf_add(r->out, x->close);
        }
    }
}

static enum err_code translate_plain(struct run *r, struct str text, bool align, struct translate_text_result *made) {
    enum err_code code = translate_text(r->t, r->w, r->a, r->source, r->target, text, align, r->deadline, made, r->err);
    if (code == ERR_EMPTY) { /* nothing in it that could be translated */
        *r->err = (struct err){0};
        *made = (struct translate_text_result){.text = text};
    }
    return code == ERR_EMPTY ? ERR_OK : code;
}

/* text stretch by stretch, tags as they stand */
static enum err_code one_by_one(struct run *r) {
    enum err_code code = ERR_OK;
    for (struct str rest = r->raw; rest.n && code == ERR_OK;) {
        struct token t = next_token(rest);
        struct buf plain;
        struct translate_text_result made;
        rest = str_sub(rest, t.raw.n, rest.n);
        buf_init(&plain, r->a);
        add_plain(&plain, t.kind == TEXT ? t.raw : STR(""));
        struct str text = str_trim(buf_str(&plain));
        if (!text.n) {
            buf_add(r->out, t.raw);
            continue;
        }
        code = translate_plain(r, text, false, &made);
        buf_add(r->out, plain.p[0] == ' ' ? STR(" ") : STR(""));
        add_escaped(r->out, code ? STR("") : made.text);
        buf_add(r->out, plain.p[plain.n - 1] == ' ' ? STR(" ") : STR(""));
    }
    return code;
}

/* Ends a run: what was gathered goes out, translated. */
static enum err_code end(struct run *r) {
    struct str all = buf_str(&r->plain), text = all.n ? str_trim(all) : STR("");
    size_t lead = text.n ? (size_t)(text.p - all.p) : 0;
    struct translate_text_result made = {.text = STR("")};
    if (arena_full(r->a)) {
        return err_set(r->err, ERR_NO_MEMORY, "no memory for the translation");
    }
    if (!text.n) {
        buf_add(r->out, r->raw);
        return ERR_OK;
    }
    enum err_code code = translate_plain(r, text, r->n > 0, &made);
    if (code != ERR_OK) {
        return code;
    }
    const uint32_t *from = r->n ? origins(r, &made, lead) : NULL;
    if (r->n && !from) {
        return one_by_one(r);
    }
    if (from) {
        place(r, &made, from, text);
    } else {
        buf_add(r->out, lead ? STR(" ") : STR(""));
        add_escaped(r->out, made.text);
        buf_add(r->out, lead + text.n < all.n ? STR(" ") : STR(""));
    }
    return arena_full(r->a) ? err_set(r->err, ERR_NO_MEMORY, "no memory for the translation") : ERR_OK;
}

enum err_code translate_markup(const struct translate *t, struct nutgraf_worker *w, struct arena *a, struct str source,
                               struct str target, struct str html, double deadline, struct str *out, struct err *err) {
    struct buf b;
    struct run r = {.t = t, .w = w, .a = a, .source = source, .target = target, .deadline = deadline, .err = err, .out = &b};
    enum err_code code = ERR_OK;
    buf_init(&b, a);
    buf_add(&b, STR(""));
    begin(&r, html.p);
    while (html.n && code == ERR_OK) {
        struct token token = next_token(html);
        html = str_sub(html, token.raw.n, html.n);
        if ((token.kind == TEXT || token.inside_line) && r.n < MOST_TAGS) {
            gather(&r, &token);
            continue;
        }
        code = end(&r);
        if (token.kind == TEXT || token.inside_line) {
            begin(&r, token.raw.p);
            gather(&r, &token);
        } else {
            buf_add(&b, token.raw);
            begin(&r, html.p);
        }
    }
    code = code ? code : end(&r);
    *out = buf_str(&b);
    return code ? code : arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the translation") : ERR_OK;
}

struct str markup_text(struct arena *a, struct str html) {
    struct buf b;
    buf_init(&b, a);
    buf_add(&b, STR(""));
    while (html.n) {
        struct token t = next_token(html);
        html = str_sub(html, t.raw.n, html.n);
        add_plain(&b, t.kind == TEXT ? t.raw : t.inside_line ? STR("") : STR(" "));
    }
    return buf_str(&b);
}
