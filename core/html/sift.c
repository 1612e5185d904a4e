/* sift.c - see sift.h. A tokenizer by the letter of HTML5 is not needed here: what it gets wrong on broken markup
 * (an attribute that swallows a tag) the parser would show as broken as well. */
#include "core/html/sift.h"

#include <gumbo.h>

#include "core/limits.h"

#include "core/base/banned.h"

enum action {
    KEEP,    /* written, attributes aside */
    VOID,    /* written, has no end tag */
    BARE,    /* kept, but an end tag is implied often: does not count for depth */
    UNWRAP,  /* the tag goes, its content stays */
    BOLD,    /* the tag becomes a marker */
    SKIP,    /* goes with its content, which is markup */
    RAW,     /* goes with its content, which is not markup */
    META,    /* <meta>, <link>, <base> */
    FOREIGN, /* as SKIP; may be self-closing */
};

static const unsigned char actions[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_HTML] = UNWRAP,     [GUMBO_TAG_HEAD] = UNWRAP,      [GUMBO_TAG_BODY] = UNWRAP,
    [GUMBO_TAG_TITLE] = RAW,       [GUMBO_TAG_BASE] = META,        [GUMBO_TAG_LINK] = META,
    [GUMBO_TAG_META] = META,       [GUMBO_TAG_STYLE] = RAW,        [GUMBO_TAG_SCRIPT] = RAW,
    [GUMBO_TAG_NOSCRIPT] = SKIP,   [GUMBO_TAG_TEMPLATE] = SKIP,    [GUMBO_TAG_P] = BARE,
    [GUMBO_TAG_LI] = BARE,         [GUMBO_TAG_DT] = BARE,          [GUMBO_TAG_DD] = BARE,
    [GUMBO_TAG_TR] = BARE,         [GUMBO_TAG_TD] = BARE,          [GUMBO_TAG_TH] = BARE,
    [GUMBO_TAG_TBODY] = BARE,      [GUMBO_TAG_THEAD] = BARE,       [GUMBO_TAG_TFOOT] = BARE,
    [GUMBO_TAG_A] = BARE,          [GUMBO_TAG_HR] = VOID,          [GUMBO_TAG_BR] = VOID,
    [GUMBO_TAG_IMG] = VOID,        [GUMBO_TAG_IMAGE] = UNWRAP,     [GUMBO_TAG_EM] = UNWRAP,
    [GUMBO_TAG_STRONG] = BOLD,     [GUMBO_TAG_SMALL] = UNWRAP,     [GUMBO_TAG_S] = UNWRAP,
    [GUMBO_TAG_CITE] = UNWRAP,     [GUMBO_TAG_Q] = UNWRAP,         [GUMBO_TAG_DFN] = UNWRAP,
    [GUMBO_TAG_ABBR] = UNWRAP,     [GUMBO_TAG_DATA] = UNWRAP,      [GUMBO_TAG_CODE] = UNWRAP,
    [GUMBO_TAG_VAR] = UNWRAP,      [GUMBO_TAG_SAMP] = UNWRAP,      [GUMBO_TAG_KBD] = UNWRAP,
    [GUMBO_TAG_SUB] = UNWRAP,      [GUMBO_TAG_SUP] = UNWRAP,       [GUMBO_TAG_I] = UNWRAP,
    [GUMBO_TAG_B] = BOLD,          [GUMBO_TAG_U] = UNWRAP,         [GUMBO_TAG_MARK] = UNWRAP,
    [GUMBO_TAG_RUBY] = UNWRAP,     [GUMBO_TAG_RT] = SKIP,          [GUMBO_TAG_RP] = SKIP,
    [GUMBO_TAG_BDI] = UNWRAP,      [GUMBO_TAG_BDO] = UNWRAP,       [GUMBO_TAG_WBR] = UNWRAP,
    [GUMBO_TAG_INS] = UNWRAP,      [GUMBO_TAG_DEL] = UNWRAP,       [GUMBO_TAG_IFRAME] = RAW,
    [GUMBO_TAG_EMBED] = UNWRAP,    [GUMBO_TAG_OBJECT] = SKIP,      [GUMBO_TAG_PARAM] = UNWRAP,
    [GUMBO_TAG_VIDEO] = SKIP,      [GUMBO_TAG_AUDIO] = SKIP,       [GUMBO_TAG_SOURCE] = UNWRAP,
    [GUMBO_TAG_TRACK] = UNWRAP,    [GUMBO_TAG_CANVAS] = SKIP,      [GUMBO_TAG_MAP] = SKIP,
    [GUMBO_TAG_AREA] = UNWRAP,     [GUMBO_TAG_MATH] = FOREIGN,     [GUMBO_TAG_SVG] = FOREIGN,
    [GUMBO_TAG_COLGROUP] = UNWRAP, [GUMBO_TAG_COL] = UNWRAP,       [GUMBO_TAG_INPUT] = UNWRAP,
    [GUMBO_TAG_BUTTON] = SKIP,     [GUMBO_TAG_SELECT] = SKIP,      [GUMBO_TAG_DATALIST] = SKIP,
    [GUMBO_TAG_OPTGROUP] = UNWRAP, [GUMBO_TAG_OPTION] = UNWRAP,    [GUMBO_TAG_TEXTAREA] = RAW,
    [GUMBO_TAG_KEYGEN] = UNWRAP,   [GUMBO_TAG_PROGRESS] = UNWRAP,  [GUMBO_TAG_METER] = UNWRAP,
    [GUMBO_TAG_MENUITEM] = UNWRAP, [GUMBO_TAG_APPLET] = SKIP,      [GUMBO_TAG_NOFRAMES] = RAW,
    [GUMBO_TAG_NOEMBED] = RAW,     [GUMBO_TAG_PLAINTEXT] = UNWRAP, [GUMBO_TAG_XMP] = RAW,
    [GUMBO_TAG_BGSOUND] = UNWRAP,  [GUMBO_TAG_BASEFONT] = UNWRAP,  [GUMBO_TAG_BIG] = UNWRAP,
    [GUMBO_TAG_BLINK] = UNWRAP,    [GUMBO_TAG_FONT] = UNWRAP,      [GUMBO_TAG_STRIKE] = UNWRAP,
    [GUMBO_TAG_TT] = UNWRAP,       [GUMBO_TAG_NOBR] = UNWRAP,      [GUMBO_TAG_SPACER] = UNWRAP,
    [GUMBO_TAG_RTC] = SKIP,        [GUMBO_TAG_FRAME] = UNWRAP,     [GUMBO_TAG_FRAMESET] = UNWRAP,
    [GUMBO_TAG_ISINDEX] = UNWRAP,  [GUMBO_TAG_UNKNOWN] = KEEP,
};

struct attrs {
    struct sift_tag t;
    struct str name, property, http_equiv, content, type, lang, hreflang;
    bool any; /* something worth a sift_tag */
};

struct run {
    struct sift *s;
    struct arena *a;
    struct str page;
    size_t at;
    char *out;
    size_t n;
    size_t cap_tags, cap_metas, cap_json;
    unsigned char open[LIMIT_HTML_DEPTH]; /* tags that count for depth, outermost first */
    size_t depth;
    size_t pre;      /* open <pre> */
    bool space;      /* the last thing written is white space */
    bool titled;
    /* where the next end tag of a kind stands, once it was looked for: keeps all searches together linear */
    size_t next_end[GUMBO_TAG_LAST + 1];
};

static bool space_at(const char *p) {
    return *p == ' ' || *p == '\n' || *p == '\t' || *p == '\r' || *p == '\f';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same(struct str s, const char *z) {
    size_t n = strlen(z);
    if (s.n != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(s.p[i]) != z[i]) {
            return false;
        }
    }
    return true;
}

/* z in lower case */
static bool contains(struct str s, const char *z) {
    size_t n = strlen(z);
    for (size_t i = 0; i + n <= s.n; i++) {
        if (same(str_sub(s, i, i + n), z)) {
            return true;
        }
    }
    return false;
}

/* ---- attributes ---- */

static void take_attribute(struct attrs *t, struct str name, struct str value) {
    if (value.n > LIMIT_HTML_ATTRIBUTE) {
        value.n = LIMIT_HTML_ATTRIBUTE;
        while (value.n && ((unsigned char)value.p[value.n] & 0xC0) == 0x80) {
            value.n--;
        }
    }
    struct str *slot = NULL;
    bool aside = true;
    switch (lower(name.p[0])) {
    case 'c':
        slot = same(name, "class") ? &t->t.klass : same(name, "content") ? &t->content : NULL;
        aside = slot == &t->t.klass;
        break;
    case 'i':
        slot = same(name, "id")         ? &t->t.id
               : same(name, "itemprop") ? &t->t.itemprop
               : same(name, "itemtype") ? &t->t.itemtype
                                        : NULL;
        break;
    case 'h':
        if (same(name, "hidden")) {
            t->t.hidden = t->any = true;
        }
        slot = same(name, "href")         ? &t->t.href
               : same(name, "http-equiv") ? &t->http_equiv
               : same(name, "hreflang")   ? &t->hreflang
                                          : NULL;
        break;
    case 'r':
        slot = same(name, "role") ? &t->t.role : same(name, "rel") ? &t->t.rel : NULL;
        break;
    case 'd':
        slot = same(name, "datetime") ? &t->t.datetime : NULL;
        break;
    case 's':
        slot = same(name, "src") ? &t->t.src : NULL;
        if (same(name, "style") &&
            (contains(value, "display:none") || contains(value, "display: none"))) {
            t->t.hidden = t->any = true;
        }
        break;
    case 'a':
        if (same(name, "aria-hidden") && same(value, "true")) {
            t->t.hidden = t->any = true;
        }
        break;
    case 'n':
        slot = same(name, "name") ? &t->name : NULL;
        aside = false;
        break;
    case 'p':
        slot = same(name, "property") ? &t->property : NULL;
        aside = false;
        break;
    case 't':
        slot = same(name, "type") ? &t->type : NULL;
        aside = false;
        break;
    case 'l':
        slot = same(name, "lang") ? &t->lang : NULL;
        aside = false;
        break;
    default:
        break;
    }
    if (slot && !slot->p) {
        *slot = value.p ? value : STR("");
        t->any |= aside && value.n;
    }
}

/* Reads attributes from at; returns the offset behind the tag's '>', or of the end of the page. */
static size_t read_attributes(struct str page, size_t at, struct attrs *t, bool *self_closing) {
    const char *p = page.p;
    *self_closing = false;
    while (at < page.n) {
        while (at < page.n && (space_at(p + at) || p[at] == '/')) {
            *self_closing = p[at] == '/';
            at++;
        }
        if (at >= page.n) {
            break;
        }
        if (p[at] == '>') {
            return at + 1;
        }
        size_t start = at;
        at++; /* a leading '=' belongs to the name */
        while (at < page.n && !space_at(p + at) && p[at] != '=' && p[at] != '>' && p[at] != '/') {
            at++;
        }
        struct str name = str_sub(page, start, at), value = STR_NONE;
        while (at < page.n && space_at(p + at)) {
            at++;
        }
        *self_closing = false;
        if (at < page.n && p[at] == '=') {
            at++;
            while (at < page.n && space_at(p + at)) {
                at++;
            }
            if (at < page.n && (p[at] == '"' || p[at] == '\'')) {
                const char *end = memchr(p + at + 1, p[at], page.n - at - 1);
                if (!end) {
                    return page.n; /* end of file in a tag: HTML5 drops the tag */
                }
                value = str_sub(page, at + 1, (size_t)(end - p));
                at = (size_t)(end - p) + 1;
            } else {
                start = at;
                while (at < page.n && !space_at(p + at) && p[at] != '>') {
                    at++;
                }
                value = str_sub(page, start, at);
            }
        }
        take_attribute(t, name, value);
    }
    return page.n;
}

/* ---- ends of elements whose content goes ---- */

/* Offset of the next "</name" that is a whole name, from at on; SIZE_MAX if there is none. */
static size_t find_end(struct str page, const char *name, size_t n, size_t at) {
    while (at < page.n) {
        const char *lt = memmem(page.p + at, page.n - at, "</", 2);
        if (!lt) {
            return SIZE_MAX;
        }
        at = (size_t)(lt - page.p);
        struct str found = str_sub(page, at + 2, at + 2 + n);
        if (found.n == n && same(found, name)) {
            char c = at + 2 + n < page.n ? page.p[at + 2 + n] : '>';
            if (c == '>' || c == '/' || space_at(&c)) {
                return at;
            }
        }
        at += 2;
    }
    return SIZE_MAX;
}

static size_t behind_tag(struct str page, size_t at) {
    const char *gt = at < page.n ? memchr(page.p + at, '>', page.n - at) : NULL;
    return gt ? (size_t)(gt - page.p) + 1 : page.n;
}

/* ---- what is written ---- */

static void put_text(struct run *r, struct str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if ((unsigned char)c <= ' ') {
            bool known = space_at(&c);
            if (r->pre && known) {
                r->out[r->n++] = c == '\r' ? '\n' : c;
            } else if (!r->space) {
                r->out[r->n++] = c == '\n' ? '\n' : ' ';
            }
            r->space = true;
            continue;
        }
        r->out[r->n++] = c;
        r->space = false;
    }
}

static void put_mark(struct run *r, int which) {
    memcpy(r->out + r->n, which == 1 ? "\xF4\x8F\xA8\x81" : "\xF4\x8F\xA8\x82", 4);
    r->n += 4;
}

static void put_tag(struct run *r, GumboTag tag, struct str name, bool end) {
    r->out[r->n++] = '<';
    if (end) {
        r->out[r->n++] = '/';
    }
    if (tag == GUMBO_TAG_UNKNOWN) {
        name = STR("span"); /* custom elements: their attributes say what they are */
    }
    memcpy(r->out + r->n, name.p, name.n);
    r->n += name.n;
    r->out[r->n++] = '>';
}

static void add_meta(struct run *r, struct attrs *t, GumboTag tag) {
    struct sift *s = r->s;
    if (tag == GUMBO_TAG_BASE) {
        if (!s->base.p) {
            s->base = t->t.href;
        }
        return;
    }
    if (s->n_metas >= LIMIT_HTML_METAS) {
        s->trimmed = true;
        return;
    }
    struct sift_meta m = {.link = tag == GUMBO_TAG_LINK};
    if (m.link) {
        m.key = t->t.rel;
        m.value = t->t.href;
        m.type = t->hreflang.n ? t->hreflang : t->type;
        m.attribute = "rel";
    } else {
        m.value = t->content;
        m.key = t->property.n ? t->property : t->name.n ? t->name : t->t.itemprop.n ? t->t.itemprop : t->http_equiv;
        m.attribute = t->property.n     ? "property"
                      : t->name.n       ? "name"
                      : t->t.itemprop.n ? "itemprop"
                                        : "http-equiv";
    }
    if (m.key.n && m.value.n) {
        ARENA_PUSH(r->a, s->metas, s->n_metas, r->cap_metas) = m;
    }
}

static size_t open_tag(struct run *r, size_t lt, GumboTag tag, struct str name) {
    struct sift *s = r->s;
    struct attrs t = {0};
    bool self_closing;
    size_t at = read_attributes(r->page, lt + 1 + name.n, &t, &self_closing);
    enum action action = (enum action)actions[tag];
    switch (action) {
    case META:
        add_meta(r, &t, tag);
        return at;
    case UNWRAP:
        if (tag == GUMBO_TAG_HTML && !s->lang.p) {
            s->lang = t.lang;
        }
        return at;
    case BOLD:
        put_mark(r, 1);
        return at;
    case RAW:
    case SKIP:
    case FOREIGN: {
        if (action == FOREIGN && self_closing) {
            return at;
        }
        if (r->next_end[tag] < at) {
            r->next_end[tag] = find_end(r->page, gumbo_normalized_tagname(tag), name.n, at);
        }
        size_t end = r->next_end[tag];
        if (end == SIZE_MAX) {
            return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE ? r->page.n : at;
        }
        if (action == SKIP && tag != GUMBO_TAG_NOSCRIPT && tag != GUMBO_TAG_TEMPLATE &&
            end - at > LIMIT_HTML_SKIP) {
            return at; /* an end tag so far away belongs to something else */
        }
        struct str content = str_sub(r->page, at, end);
        if (tag == GUMBO_TAG_TITLE && !r->titled) {
            s->title = content;
            r->titled = true;
        } else if (tag == GUMBO_TAG_SCRIPT && contains(t.type, "ld+json") && s->n_json < LIMIT_HTML_METAS) {
            ARENA_PUSH(r->a, s->json, s->n_json, r->cap_json) = content;
        }
        if (!r->space) {
            r->out[r->n++] = ' ';
            r->space = true;
        }
        return behind_tag(r->page, end);
    }
    case KEEP:
    case BARE:
    case VOID:
        break;
    }
    if (s->elements >= LIMIT_HTML_ELEMENTS || (action == KEEP && r->depth >= LIMIT_HTML_DEPTH)) {
        s->trimmed = true;
        return at;
    }
    if (action == KEEP) {
        r->open[r->depth++] = (unsigned char)tag;
        r->pre += tag == GUMBO_TAG_PRE;
    }
    s->elements++;
    if (t.any) {
        t.t.at = (uint32_t)r->n;
        ARENA_PUSH(r->a, s->tags, s->n_tags, r->cap_tags) = t.t;
    }
    put_tag(r, tag, name, false);
    return at;
}

static size_t close_tag(struct run *r, size_t lt, GumboTag tag, struct str name) {
    size_t at = behind_tag(r->page, lt);
    enum action action = (enum action)actions[tag];
    if (action == BOLD) {
        put_mark(r, 2);
        return at;
    }
    if (action == KEEP) {
        size_t d = r->depth;
        while (d && r->open[d - 1] != tag) {
            d--;
        }
        if (d == 0) {
            return at; /* never opened, or dropped for depth */
        }
        for (size_t i = d - 1; i < r->depth; i++) {
            r->pre -= r->open[i] == GUMBO_TAG_PRE;
        }
        /* an inline element never closes a block around it */
        r->depth = d - 1;
    } else if (action != BARE || r->s->elements >= LIMIT_HTML_ELEMENTS) {
        return at;
    }
    put_tag(r, tag, name, true);
    return at;
}

/* What stands at '<' that is no tag: comment, doctype, processing instruction, CDATA. */
static size_t skip_declaration(struct run *r, size_t lt) {
    struct str page = r->page;
    if (str_starts(str_sub(page, lt, page.n), STR("<!--"))) {
        if (str_starts(str_sub(page, lt + 4, page.n), STR(">"))) {
            return lt + 5;
        }
        if (str_starts(str_sub(page, lt + 4, page.n), STR("->"))) {
            return lt + 6;
        }
        const char *end = lt + 4 <= page.n ? memmem(page.p + lt + 4, page.n - lt - 4, "--", 2) : NULL;
        while (end) {
            size_t e = (size_t)(end - page.p) + 2;
            if (e < page.n && page.p[e] == '!') {
                e++;
            }
            if (e < page.n && page.p[e] == '>') {
                return e + 1;
            }
            size_t from = (size_t)(end - page.p) + 1;
            end = memmem(page.p + from, page.n - from, "--", 2);
        }
        return page.n;
    }
    return behind_tag(page, lt);
}

static size_t at_markup(struct run *r, size_t lt) {
    struct str page = r->page;
    char c = lt + 1 < page.n ? page.p[lt + 1] : '\0';
    bool end = c == '/';
    size_t start = lt + 1 + end;
    char first = start < page.n ? lower(page.p[start]) : '\0';
    if (first >= 'a' && first <= 'z') {
        size_t at = start;
        while (at < page.n && !space_at(page.p + at) && page.p[at] != '>' && page.p[at] != '/') {
            at++;
        }
        struct str name = str_sub(page, start, at);
        GumboTag tag = gumbo_tagn_enum(name.p, (unsigned int)(name.n > 32 ? 32 : name.n));
        return end ? close_tag(r, lt, tag, name) : open_tag(r, lt, tag, name);
    }
    if (c == '!' || c == '?' || end) {
        return skip_declaration(r, lt);
    }
    memcpy(r->out + r->n, "&lt;", 4); /* a '<' that is text */
    r->n += 4;
    r->space = false;
    return lt + 1;
}

bool sift_page(struct sift *s, struct arena *a, struct str page) {
    *s = (struct sift){0};
    struct run *r = ARENA_NEW(a, struct run);
    if (!r) {
        return false;
    }
    *r = (struct run){.s = s, .a = a, .page = page};
    static const char head[] = "<!DOCTYPE html><body>";
    /* A byte of the page becomes at most four ('<' to "&lt;"); "<x>" of a custom element becomes "<span>". */
    size_t lts = 0;
    for (size_t i = 0; i < page.n; i++) {
        lts += page.p[i] == '<';
    }
    r->out = arena_alloc(a, sizeof head + page.n + 6 * lts + 1);
    if (!r->out) {
        return false;
    }
    memcpy(r->out, head, sizeof head - 1);
    r->n = sizeof head - 1;
    r->space = true;
    while (r->at < page.n) {
        const char *lt = memchr(page.p + r->at, '<', page.n - r->at);
        size_t stop = lt ? (size_t)(lt - page.p) : page.n;
        put_text(r, str_sub(page, r->at, stop));
        r->at = lt ? at_markup(r, stop) : page.n;
    }
    r->out[r->n] = '\0';
    s->html = (struct str){r->out, r->n};
    return !arena_full(a);
}

const struct sift_tag *sift_tag_at(const struct sift *s, size_t at) {
    size_t lo = 0, hi = s->n_tags;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->tags[mid].at < at) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < s->n_tags && s->tags[lo].at == at ? &s->tags[lo] : NULL;
}
