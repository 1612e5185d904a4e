/* plain.c - the article of a page that is plain text: core/page tells what of it is furniture, as for a text that was pasted. */
#include "core/plain.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum {
    LETTERS_LEAST = 100,  /* of an article's sentences, a Han or Kana character counting 4 */
    HEAD_LINES = 12,      /* of the text, where a title, a name and a date are looked for */
    TITLE_BYTES = 300,
    AUTHORS_MAX = 16,
};

static bool same_type(struct str s, const char *lower) {
    size_t i = 0;
    while (i < s.n && lower[i] && (s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]) == lower[i]) {
        i++;
    }
    return i == s.n && !lower[i];
}

/* A page that is said to be text and is not: servers that know no better. */
static bool begins_as_markup(struct str bytes) {
    static const char *const heads[] = {"<!doctype html", "<html", "<?xml", "<head", "<body", "<!--"};
    struct str s = str_trim(str_starts(bytes, STR("\xEF\xBB\xBF")) ? str_sub(bytes, 3, bytes.n) : bytes);
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (same_type(str_sub(s, 0, strlen(heads[i])), heads[i])) {
            return true;
        }
    }
    return false;
}

bool plain_page(const struct ng_page *page) {
    static const char *const types[] = {"text/plain", "text/markdown", "text/x-markdown"};
    struct str rest = page->content_type, type = str_trim(str_cut(&rest, ';'));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (same_type(type, types[i])) {
            return !begins_as_markup(page->bytes);
        }
    }
    return false;
}

/* ---- paragraphs ---- */

struct maker {
    const struct nutgraf *ng;
    struct doc *d;
    struct ng_article *out;
    struct html_datelines *dates;
    struct buf text;
    size_t para_cap, caption_cap;
    size_t letters; /* in sentences so far */
};

/* White space made single spaces: a paragraph may have been broken into lines. */
static struct str one_line(struct arena *a, struct str s) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < s.n; i++) {
        bool blank = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r' || s.p[i] == '\f' || s.p[i] == '\v';
        if (!blank) {
            buf_addc(&b, s.p[i]);
        } else if (b.n && b.p[b.n - 1] != ' ') {
            buf_addc(&b, ' ');
        }
    }
    return b.n ? str_trim(buf_str(&b)) : STR("");
}

/* Letters, and whether one of the marks that end sentences stands among them. */
static size_t letters_of(struct str s, bool *sentence) {
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t c = utf8_next(s, &at);
        *sentence = *sentence || c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x0964;
        n += c >= 0x3040 && c < 0xA000 ? 4 : c >= 0x80 || (c | 0x20) >= 'a' ? 1 : 0;
    }
    return n;
}

/* The marks that Markdown puts before a line are no part of it. */
static struct str without_mark(struct str s, enum ng_para_kind *kind) {
    static const struct {
        const char *mark;
        enum ng_para_kind kind;
    } marks[] = {{"- ", NG_PARA_ITEM}, {"* ", NG_PARA_ITEM}, {"• ", NG_PARA_ITEM}, {"> ", NG_PARA_QUOTE}};
    size_t hashes = 0;
    while (hashes < s.n && s.p[hashes] == '#') {
        hashes++;
    }
    if (hashes && hashes <= 6 && hashes < s.n && s.p[hashes] == ' ') {
        *kind = NG_PARA_HEADING;
        return str_trim(str_sub(s, hashes, s.n));
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_starts(s, str_of(marks[i].mark))) {
            *kind = marks[i].kind;
            return str_trim(str_sub(s, strlen(marks[i].mark), s.n));
        }
    }
    return s;
}

/* Names and dates stand in lines that are no article text. */
static void read_head(struct maker *m, struct str line, size_t nth) {
    struct ng_article *o = m->out;
    size_t digits = 0;
    for (size_t i = 0; i < line.n; i++) {
        digits += line.p[i] >= '0' && line.p[i] <= '9';
    }
    if (nth < HEAD_LINES && digits >= 3 && m->dates->n < HTML_DATELINES_MAX && line.n < TITLE_BYTES) {
        m->dates->lines[m->dates->n++] = line;
    }
    if (nth < HEAD_LINES && !o->author_count) {
        struct str names[AUTHORS_MAX];
        size_t n = page_authors(m->ng->page, m->d->a, line, false, names, AUTHORS_MAX);
        o->authors = n ? ARENA_ARRAY(m->d->a, n, struct ng_fact) : NULL;
        for (size_t i = 0; o->authors && i < n; i++) {
            o->authors[o->author_count++] = (struct ng_fact){names[i], "text"};
        }
    }
}

static void add_para(struct maker *m, struct str text, enum ng_para_kind kind) {
    struct ng_article *o = m->out;
    if (m->text.n) {
        buf_add(&m->text, STR("\n\n"));
    }
    struct ng_para para = {{(uint32_t)m->text.n, 0}, kind, 0.9f};
    buf_add(&m->text, text);
    para.span.end = (uint32_t)m->text.n;
    ARENA_PUSH(m->d->a, o->paras, o->para_count, m->para_cap) = para;
}

static void take_line(struct maker *m, const struct para *p, size_t nth) {
    enum ng_para_kind kind = p->role == SENT_HEADING ? NG_PARA_HEADING : NG_PARA_PLAIN;
    struct ng_article *o = m->out;
    struct str line = one_line(m->d->a, doc_sub(m->d, p->start, p->end));
    bool sentence = false;
    if (p->furniture || !line.n) {
        read_head(m, line, nth);
        return;
    }
    line = without_mark(line, &kind);
    if (p->role == SENT_CAPTION) {
        ARENA_PUSH(m->d->a, o->captions, o->caption_count, m->caption_cap) = line;
        return;
    }
    if (kind == NG_PARA_HEADING && !o->title.value.n && !o->para_count && line.n <= TITLE_BYTES) {
        o->title = (struct ng_fact){line, "text"};
        return;
    }
    size_t letters = letters_of(line, &sentence);
    m->letters += sentence ? letters : 0;
    if (line.n) {
        add_para(m, line, kind);
    }
}

enum err_code plain_article(const struct nutgraf *ng, struct arena *a, const struct ng_page *page, struct ng_article *out,
                            struct html_datelines *dates, struct err *err) {
    struct ng_request none = {0};
    struct doc d = {.a = a, .ng = ng, .req = &none, .lang = LANG_NONE};
    struct maker m = {.ng = ng, .d = &d, .out = out, .dates = dates};
    struct ng_fact nothing = {STR(""), "text"};
    *out = (struct ng_article){.title = nothing, .site = nothing, .language = nothing, .description = nothing, .published_at = nothing,
                               .modified_at = nothing, .canonical_url = nothing, .image = nothing, .amp_url = nothing, .next_url = nothing};
    enum err_code code = html_decode(ng->html, a, page, out, &d.input, err);
    code = code ? code : text_normalise(a, d.input, &d.text, &d.map, err);
    code = code ? code : page_mark(ng->page, &d, err);
    if (code != ERR_OK) {
        return code;
    }
    buf_init(&m.text, a);
    size_t nth = 0;
    for (size_t i = 0; i < d.para_count && !arena_full(a); i++) {
        take_line(&m, &d.paras[i], nth);
        nth += str_trim(doc_sub(&d, d.paras[i].start, d.paras[i].end)).n > 0;
    }
    out->text = m.text.n ? buf_str(&m.text) : STR("");
    out->confidence = 0.9f;
    out->method = "plain";
    if (arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "the page needs more memory than one request may have");
    }
    return m.letters >= LETTERS_LEAST && out->para_count
               ? ERR_OK
               : err_set_in(err, ERR_NOT_ARTICLE, "url", 0, 0, "the address leads to plain text that has no sentences of an article");
}
