/* marks.c - quotation marks and punctuation of a translation, as its language writes them.
 *
 * Models copy the marks of the source as often as not. Which mark opens and which closes is told by what stands beside
 * it, else by how many are open; a text whose marks do not balance keeps them. Full-width and half-width marks change
 * by whether Han characters stand beside them.
 *
 * Data: data/translate.conf (marks of all languages) and data/lang/<code>/translate.conf:
 *   [settings]  open, close, inner-open, inner-close: quotation marks; the same with traditional- for zh-Hant;
 *               wide = yes: full-width punctuation; inner-space = no-break: inside the outer marks
 *   [example]   what a model wrote => what the reader gets; the tests run them */
#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/translate/inside.h"

#include "core/base/banned.h"

/* ---- data ---- */

static bool push_wide(struct marks *m, struct arena *a, struct str full, struct str narrow) {
    if (m->count == m->full_cap && !arena_grow(a, (void **)&m->fulls, &m->full_cap, m->count + 1, sizeof *m->fulls)) {
        return false;
    }
    if (m->count == m->narrow_cap && !arena_grow(a, (void **)&m->narrows, &m->narrow_cap, m->count + 1, sizeof *m->narrows)) {
        return false;
    }
    m->fulls[m->count] = full;
    m->narrows[m->count] = narrow;
    uint32_t *slot = map_at(&m->narrow, narrow);
    if (!slot || !map_set(&m->wide, full, (uint32_t)m->count)) {
        return false;
    }
    slot = map_at(&m->narrow, narrow);
    *slot = *slot == MAP_NONE ? (uint32_t)m->count : *slot;
    m->count++;
    return true;
}

static enum err_code load_common(struct marks *m, struct arena *a, const char *data_dir, struct err *err) {
    char path[4200];
    struct conf c;
    snprintf(path, sizeof path, "%s/translate.conf", data_dir);
    map_init(&m->wide, a);
    map_init(&m->narrow, a);
    map_init(&m->quotes, a);
    enum err_code code = conf_open(&c, a, path, err);
    while (code == ERR_OK && conf_next(&c)) {
        struct str full, narrow;
        bool good = false;
        if (str_eqz(c.section, "wide")) {
            if (!conf_pair(&c, &full, &narrow) || utf8_count(full) != 1 || narrow.n != 1) {
                return conf_fail(&c, err, "a full-width mark, '=' and one ASCII mark are expected");
            }
            good = push_wide(m, a, full, narrow);
        } else if (str_eqz(c.section, "quote-marks")) {
            if (utf8_count(c.entry) != 1) {
                return conf_fail(&c, err, "one quotation mark a line is expected");
            }
            good = map_set(&m->quotes, c.entry, 1);
        } else {
            return conf_fail(&c, err, "[%.*s] is not a section of this file", STR_ARG(c.section));
        }
        if (!good) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the punctuation marks");
        }
    }
    return code;
}

static bool set_style(struct marks_lang *m, struct str key, struct str value) {
    struct marks_style *style = &m->own;
    if (str_starts(key, STR("traditional-"))) {
        style = &m->traditional;
        key = str_sub(key, 12, key.n);
    }
    int level = str_starts(key, STR("inner-")) ? 1 : 0;
    key = str_sub(key, level ? 6 : 0, key.n);
    if (!str_eqz(key, "open") && !str_eqz(key, "close")) {
        return false;
    }
    *(str_eqz(key, "open") ? &style->open[level] : &style->close[level]) = value;
    return true;
}

static enum err_code read_lang(struct marks_lang *m, struct arena *a, struct conf *c, struct err *err) {
    size_t cap = 0;
    m->known = true;
    while (conf_next(c)) {
        struct str key, value;
        if (str_eqz(c->section, "example")) {
            ARENA_PUSH(a, m->examples, m->example_count, cap) = c->entry;
            continue;
        }
        if (!str_eqz(c->section, "settings") || !conf_pair(c, &key, &value)) {
            return conf_fail(c, err, "[settings] with key = value, or [example] is expected");
        }
        if (str_eqz(key, "wide")) {
            m->wide = str_eqz(value, "yes");
        } else if (str_eqz(key, "inner-space")) {
            m->inner_space = str_eqz(value, "no-break");
        } else if (!set_style(m, key, value)) {
            return conf_fail(c, err, "'%.*s' is not a setting", STR_ARG(key));
        }
    }
    for (int i = 0; i < 2; i++) {
        m->traditional.open[i] = m->traditional.open[i].n ? m->traditional.open[i] : m->own.open[i];
        m->traditional.close[i] = m->traditional.close[i].n ? m->traditional.close[i] : m->own.close[i];
        if (m->own.open[i].n == 0 || m->own.close[i].n == 0) {
            return err_set_in(err, ERR_DATA, c->path, 0, 0, "quotation marks are missing (open, close, inner-open, inner-close)");
        }
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the quotation marks") : ERR_OK;
}

enum err_code marks_load(struct marks *m, struct arena *a, const char *data_dir, const struct langs *l, struct err *err) {
    enum err_code code = load_common(m, a, data_dir, err);
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        struct conf c;
        bool found = false;
        code = lang_conf_open(&l->items[i], "translate.conf", &c, &found, a, err);
        if (code == ERR_OK && found) {
            code = read_lang(&m->by_lang[i], a, &c, err);
        }
    }
    return code;
}

/* ---- a text as characters ---- */

enum role { ROLE_NONE, ROLE_OPEN, ROLE_CLOSE };

struct ch {
    int32_t c;
    uint32_t at, end; /* bytes */
    uint8_t role;     /* of a quotation mark that is replaced */
    bool quote, east; /* a quotation mark; one of East Asia, which has no spaces beside it */
    bool space, han;
    struct str full, narrow; /* the other width of a punctuation mark, or empty */
};

struct fix {
    const struct marks *m;
    const struct marks_lang *lang; /* NULL: punctuation alone */
    const struct marks_style *style;
    struct str s;
    struct ch *chars; /* [n] */
    size_t n;
    struct buf out;
    uint32_t *moved; /* [s.n + 1] where each byte of s went */
    bool balanced, wide;
};

static bool is_han(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    if (c < 0x2E80) {
        return false;
    }
    UScriptCode script = uscript_getScript(c, &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || c == 0x30FC;
}

static bool read_chars(struct fix *f, struct arena *a) {
    f->chars = ARENA_ARRAY(a, utf8_count(f->s) + 1, struct ch);
    f->moved = ARENA_ARRAY(a, f->s.n + 1, uint32_t);
    if (!f->chars || !f->moved) {
        return false;
    }
    for (size_t at = 0; at < f->s.n;) {
        struct ch *x = &f->chars[f->n++];
        x->at = (uint32_t)at;
        x->c = utf8_next(f->s, &at);
        x->end = (uint32_t)at;
        struct str own = str_sub(f->s, x->at, x->end);
        uint32_t full = map_get(&f->m->narrow, own), narrow = map_get(&f->m->wide, own);
        x->full = full == MAP_NONE ? STR_NONE : f->m->fulls[full];
        x->narrow = narrow == MAP_NONE ? STR_NONE : f->m->narrows[narrow];
        x->quote = map_get(&f->m->quotes, own) != MAP_NONE;
        x->east = x->quote && x->c >= 0x3000;
        x->space = u_isUWhiteSpace(x->c);
        x->han = is_han(x->c);
    }
    return true;
}

/* the nearest character before i, or behind it, that is neither space nor quotation mark; NULL at the edge */
static const struct ch *before(const struct fix *f, size_t i) {
    while (i-- > 0) {
        if (!f->chars[i].space && !f->chars[i].quote) {
            return &f->chars[i];
        }
    }
    return NULL;
}

static const struct ch *behind(const struct fix *f, size_t i) {
    while (++i < f->n) {
        if (!f->chars[i].space && !f->chars[i].quote) {
            return &f->chars[i];
        }
    }
    return NULL;
}

static bool is_word(int32_t c) {
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

/* ---- which quotation mark opens ---- */

static enum role role_of(const struct fix *f, size_t i, size_t depth) {
    int32_t prev = i > 0 ? f->chars[i - 1].c : ' ', next = i + 1 < f->n ? f->chars[i + 1].c : ' ';
    bool prev_open = u_isUWhiteSpace(prev) || prev == '(' || prev == 0xFF08 || prev == '[' || prev == 0x2014 || prev == 0x2013;
    bool next_close = u_isUWhiteSpace(next) || (u_ispunct(next) && !f->chars[i + 1 < f->n ? i + 1 : i].quote);
    switch (f->chars[i].c) {
    case 0x300C: case 0x300E: case 0x300A: case 0x301D: return ROLE_OPEN;
    case 0x300D: case 0x300F: case 0x300B: case 0x301E: return ROLE_CLOSE;
    case 0x201E: return ROLE_OPEN;
    default: break;
    }
    if (prev_open != next_close) {
        return prev_open ? ROLE_OPEN : ROLE_CLOSE;
    }
    return depth == 0 ? ROLE_OPEN : ROLE_CLOSE;
}

static void find_roles(struct fix *f) {
    size_t depth = 0;
    f->balanced = f->style && f->style->open[0].n > 0;
    for (size_t i = 0; i < f->n && f->balanced; i++) {
        if (!f->chars[i].quote) {
            continue;
        }
        f->chars[i].role = (uint8_t)role_of(f, i, depth);
        f->balanced = f->chars[i].role == ROLE_OPEN || depth > 0;
        depth += f->chars[i].role == ROLE_OPEN ? 1 : SIZE_MAX;
    }
    f->balanced = f->balanced && depth == 0;
}

/* ---- writing ---- */

static bool ends_in_space(const struct fix *f) {
    return f->out.n == 0 || f->out.p[f->out.n - 1] == ' ' || (f->out.n > 1 && (unsigned char)f->out.p[f->out.n - 1] == 0xA0);
}

static void write_quote(struct fix *f, size_t i, size_t *depth) {
    const struct ch *x = &f->chars[i];
    bool open = x->role == ROLE_OPEN;
    size_t level = open ? *depth : *depth - 1;
    struct str mark = open ? f->style->open[level > 0] : f->style->close[level > 0];
    bool no_break = f->lang->inner_space && level == 0;
    if (open && x->east && !f->wide && i > 0 && is_word(f->chars[i - 1].c) && !f->chars[i - 1].han) {
        buf_addc(&f->out, ' ');
    }
    if (!open && no_break) {
        buf_add(&f->out, STR("\xc2\xa0"));
    }
    buf_add(&f->out, mark);
    if (open && no_break) {
        buf_add(&f->out, STR("\xc2\xa0"));
    }
    if (!open && x->east && !f->wide && i + 1 < f->n && is_word(f->chars[i + 1].c) && !f->chars[i + 1].han) {
        buf_addc(&f->out, ' ');
    }
    *depth = open ? *depth + 1 : *depth - 1;
}

/* Whether a space goes: inside quotation marks that are replaced. */
static bool space_in_quotes(const struct fix *f, size_t i) {
    return f->balanced && ((i > 0 && f->chars[i - 1].role == ROLE_OPEN) || (i + 1 < f->n && f->chars[i + 1].role == ROLE_CLOSE));
}

/* a full-width mark in a text of narrow ones */
static void write_narrow(struct fix *f, size_t i) {
    const struct ch *x = &f->chars[i];
    char mark = x->narrow.p[0];
    if (mark == '(' && !ends_in_space(f)) {
        buf_addc(&f->out, ' ');
    }
    buf_addc(&f->out, mark);
    bool more = i + 1 < f->n && (is_word(f->chars[i + 1].c) || (f->chars[i + 1].role == ROLE_OPEN && f->balanced));
    if (mark != '(' && more) {
        buf_addc(&f->out, ' ');
    }
}

/* Whether a half-width mark becomes full-width: by the characters beside it. */
static bool widens(const struct fix *f, size_t i) {
    const struct ch *prev = before(f, i), *next = behind(f, i);
    bool tight = i > 0 && i + 1 < f->n && is_word(f->chars[i - 1].c) && is_word(f->chars[i + 1].c) &&
                 !f->chars[i - 1].han && !f->chars[i + 1].han;
    if (tight || !prev) {
        return false;
    }
    bool after_han = prev->han || (prev->narrow.n && prev->c != 0xFF08);
    if (f->chars[i].c == '.') {
        return after_han || (!next && (u_isdigit(prev->c) || prev->c == '%' || prev->c == ')'));
    }
    return after_han || (next && next->han);
}

static bool is_wide_mark(const struct fix *f, size_t i) {
    return f->chars[i].narrow.n > 0;
}

/* Marks which half-width marks of a wide text become full-width: their narrow is set and their full stays. */
static void find_wide(struct fix *f, struct arena *a) {
    size_t hans = 0, depth = 0;
    for (size_t i = 0; i < f->n; i++) {
        hans += f->chars[i].han;
    }
    bool *opened = ARENA_ARRAY(a, f->n + 1, bool);
    if (hans == 0 || !opened) {
        f->wide = f->wide && hans > 0;
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        struct ch *x = &f->chars[i];
        bool change = false;
        if (x->full.n == 0) {
            continue;
        }
        if (x->c == '(') {
            const struct ch *prev = before(f, i), *next = behind(f, i);
            change = (prev && prev->han) || (next && next->han);
            opened[depth++] = change;
        } else if (x->c == ')') {
            change = depth > 0 && opened[--depth];
        } else {
            change = widens(f, i);
        }
        x->narrow = change ? str_sub(f->s, x->at, x->end) : STR_NONE;
    }
}

/* a character of a text with full-width marks */
static void write_wide(struct fix *f, size_t i) {
    const struct ch *x = &f->chars[i];
    if (x->space) {
        const struct ch *prev = i > 0 ? &f->chars[i - 1] : NULL, *next = i + 1 < f->n ? &f->chars[i + 1] : NULL;
        bool west = (prev && prev->han && next && next->han) || (prev && is_wide_mark(f, i - 1)) ||
                    (next && is_wide_mark(f, i + 1)) || (prev && prev->role && next && next->han) ||
                    (next && next->role && prev && prev->han);
        if (west) {
            return;
        }
    }
    buf_add(&f->out, x->narrow.n && x->full.n ? x->full : str_sub(f->s, x->at, x->end));
}

static void write_all(struct fix *f) {
    size_t depth = 0;
    for (size_t i = 0; i < f->n; i++) {
        const struct ch *x = &f->chars[i];
        for (uint32_t k = x->at; k < x->end; k++) {
            f->moved[k] = (uint32_t)f->out.n;
        }
        if (x->quote && f->balanced) {
            write_quote(f, i, &depth);
        } else if (x->space && space_in_quotes(f, i)) {
            continue;
        } else if (f->wide) {
            write_wide(f, i);
        } else if (x->narrow.n) {
            write_narrow(f, i);
        } else {
            buf_add(&f->out, str_sub(f->s, x->at, x->end));
        }
    }
    f->moved[f->s.n] = (uint32_t)f->out.n;
}

struct str marks_fix(const struct marks *m, int lang, bool traditional, struct arena *a, struct str s,
                     struct translate_link *links, size_t n) {
    struct fix f = {.m = m, .s = s};
    if (lang != LANG_NONE && m->by_lang[lang].known) {
        f.lang = &m->by_lang[lang];
        f.style = traditional ? &f.lang->traditional : &f.lang->own;
        f.wide = f.lang->wide;
    }
    buf_init(&f.out, a);
    if (!buf_add(&f.out, STR("")) || !read_chars(&f, a)) {
        return STR_NONE;
    }
    if (!f.lang && lang != LANG_NONE) {
        return s; /* nothing is known of how this language writes */
    }
    if (f.wide) {
        find_wide(&f, a);
    }
    find_roles(&f);
    write_all(&f);
    for (size_t i = 0; i < n; i++) {
        links[i].start = f.moved[links[i].start];
        links[i].end = f.moved[links[i].end];
    }
    return arena_full(a) ? STR_NONE : buf_str(&f.out);
}
