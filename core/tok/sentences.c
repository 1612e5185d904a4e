/* sentences.c - see split.h. Rules over the tokens of one paragraph, left to right, looking at most a few tokens ahead.
 *
 * A stop mark, those that repeat it and the closing marks behind it may end a sentence. Marks of Chinese always do, '!' and '?'
 * unless a small letter or a comma follows, '.' when a capital, digit or opening mark follows; behind an abbreviation, an initial
 * or an ordinal it does only when the capital begins a function word ("am 6. Dezember", but "um 6. Die ..."). */
#include <unicode/uchar.h>

#include "core/base/utf8.h"
#include "core/tok/split.h"

#include "core/base/banned.h"

struct scan {
    struct splitter *s;
    size_t first, last; /* tokens of the paragraph */
    bool open_quote;    /* inside "..." with plain marks */
    int depth;          /* of brackets and of quotation marks that tell their side */
};

static const struct tok *token(const struct scan *p, size_t i) {
    return &p->s->out.toks[i];
}

/* The mark that token i is, or 0 when it is a word, a number or behind the end. */
static int32_t mark(const struct scan *p, size_t i) {
    size_t at;
    if (i >= p->last || token(p, i)->kind <= TOK_NUMBER) {
        return 0;
    }
    at = token(p, i)->start;
    return utf8_next(p->s->text, &at);
}

static bool spaced(const struct scan *p, size_t i) {
    return i >= p->last || token(p, i)->flags & TOK_SPACE_BEFORE;
}

/* ---- classes of marks ---- */

static bool is_wide_stop(int32_t c) {
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF61 || c == 0xFF0E;
}

static bool is_stop(int32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x203C || c == 0x2047 || c == 0x2048 || c == 0x2049 ||
           c == 0x0964 || c == 0x061F || c == 0x06D4 || is_wide_stop(c);
}

/* A closing mark whatever stands around it. */
static bool closes(int32_t c) {
    return c == ')' || c == ']' || c == '}' || c == 0x201D || c == 0x2019 || c == 0x300D || c == 0x300F || c == 0x300B ||
           c == 0x3009 || c == 0xFF09 || c == 0x3011 || c == 0xFF3D || c == 0x3015;
}

static bool opens(int32_t c) {
    return c == '(' || c == '[' || c == '{' || c == 0x201E || c == 0x201A || c == 0x300C || c == 0x300E || c == 0x300A ||
           c == 0x3008 || c == 0xFF08 || c == 0x3010 || c == 0xFF3B || c == 0x3014 || c == 0xBF || c == 0xA1;
}

/* A mark that opens or closes by its place: between a stop and a space it closes. */
static bool is_two_faced(int32_t c) {
    return c == '"' || c == '\'' || c == 0x201C || c == 0x2018 || c == 0xAB || c == 0xBB || c == 0x2039 || c == 0x203A;
}

static bool is_plain_quote(int32_t c) {
    return c == '"' || c == 0xFF02;
}

static bool wide_text(const struct scan *p) {
    return p->s->lang->atoms == ATOMS_CHAR;
}

/* Whether token i, behind a stop, belongs to the sentence before it. */
static bool closes_here(const struct scan *p, size_t i, bool open_quote) {
    int32_t c = mark(p, i);
    if (closes(c)) {
        return !spaced(p, i) || c == 0x201D;
    }
    if (!is_two_faced(c)) {
        return false;
    }
    if (is_plain_quote(c)) {
        return open_quote;
    }
    if (c == 0x201C && wide_text(p)) {
        return false;
    }
    return !spaced(p, i) && (spaced(p, i + 1) || mark(p, i + 1) != 0);
}

/* ---- what stands before a full stop ---- */

static size_t letters_of(struct str w) {
    size_t n = 0;
    for (size_t i = 0; i < w.n;) {
        n += u_isalpha(utf8_next(w, &i)) ? 1 : 0;
    }
    return n;
}

static bool is_roman(struct str w) {
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] != 'I' && w.p[i] != 'V' && w.p[i] != 'X') {
            return false;
        }
    }
    return w.n > 0;
}

enum doubt { SURE, DOUBTFUL, NEVER };

/* How far token i (the stop behind it is not part of it) may stand at the end of a sentence. */
static enum doubt doubt_of(const struct scan *p, size_t i, size_t begin) {
    const struct tok *t = token(p, i);
    struct str w = str_sub(p->s->text, t->start, t->end);
    uint32_t word = lang_word(p->s->lang, t->fold);
    if (word & LANG_TITLE) {
        return NEVER;
    }
    if (word & LANG_ABBREVIATION) {
        return DOUBTFUL;
    }
    if (t->kind == TOK_NUMBER) {
        bool short_number = w.n <= 2;
        if (i == begin && w.n <= 3) { /* "1. Introduction" */
            return NEVER;
        }
        return short_number && p->s->lang->ordinal_dot ? DOUBTFUL : SURE;
    }
    if (t->kind != TOK_WORD || t->flags & TOK_HAN) {
        return SURE;
    }
    if (letters_of(w) == 1 && !u_isdigit(w.p[w.n - 1])) {
        return DOUBTFUL;
    }
    return p->s->lang->ordinal_dot && is_roman(w) ? DOUBTFUL : SURE;
}

/* ---- what stands behind ---- */

/* "iPhone", "eBay": small first letter, but a name. */
static bool has_inner_capital(struct str w) {
    for (size_t i = 0; i < w.n;) {
        if (u_isupper(utf8_next(w, &i))) {
            return true;
        }
    }
    return false;
}

/* The first word or number at or behind i, across opening marks, within a few tokens; p->last: none. */
static size_t word_behind(const struct scan *p, size_t i) {
    for (size_t k = i; k < p->last && k < i + 4; k++) {
        if (token(p, k)->kind <= TOK_NUMBER) {
            return k;
        }
    }
    return p->last;
}

/* A small letter begins the word at i. */
static bool begins_small(const struct scan *p, size_t i) {
    const struct tok *t = token(p, i);
    size_t at = t->start;
    int32_t c = utf8_next(p->s->text, &at);
    return t->kind == TOK_WORD && u_islower(c) && !has_inner_capital(str_sub(p->s->text, t->start, t->end));
}

/* Marks that go on with the sentence before. */
static bool goes_on(int32_t c) {
    return c == ',' || c == ';' || c == ':' || c == 0xFF0C || c == 0x3001 || c == 0xFF1A || c == 0xFF1B || c == '/' || c == '%' ||
           c == '&' || c == '=' || c == '_';
}

static bool capital_function_word(const struct scan *p, size_t i) {
    const struct tok *t = token(p, i);
    return t->flags & TOK_CAPITAL && lang_word(p->s->lang, t->fold) & LANG_FUNCTION && t->end - t->start >= 2;
}

/* Whether a sentence ends behind a western stop: `stop` is its last token, `next` the first behind the closing marks. */
static bool ends_western(const struct scan *p, size_t begin, size_t first_stop, size_t stop, size_t next) {
    int32_t c = mark(p, first_stop);
    bool full_stop = first_stop == stop && (c == '.' || c == 0);
    size_t word = word_behind(p, next);
    if (goes_on(mark(p, next)) || word == p->last) {
        return word == p->last && !goes_on(mark(p, next)) && spaced(p, next);
    }
    if (mark(p, next) == '-' || mark(p, next) == 0x2013 || mark(p, next) == 0x2014) { /* "... was it? - he asked" */
        return full_stop && spaced(p, next) && !begins_small(p, word);
    }
    if (begins_small(p, word)) {
        return false;
    }
    if (!full_stop) {
        return spaced(p, next) || token(p, next)->flags & (TOK_CAPITAL | TOK_HAN) || opens(mark(p, next));
    }
    enum doubt doubt = c == 0 ? DOUBTFUL : first_stop > begin ? doubt_of(p, first_stop - 1, begin) : NEVER;
    if (c == 0 && lang_word(p->s->lang, str_sub(token(p, stop)->fold, 0, token(p, stop)->fold.n - 1)) & LANG_TITLE) {
        doubt = NEVER;
    }
    if (doubt == NEVER) {
        return false;
    }
    if (doubt == DOUBTFUL) {
        return capital_function_word(p, word);
    }
    if (!spaced(p, next) && next == stop + 1) { /* "Jahr.Der": the space was lost; not in the code of a share, 002230.SZ */
        const struct tok *code = token(p, next);
        if (first_stop > begin && token(p, first_stop - 1)->kind == TOK_NUMBER && has_inner_capital(str_sub(p->s->text, code->start, code->end))) {
            return false;
        }
        return token(p, next)->flags & (TOK_CAPITAL | TOK_HAN) && token(p, next)->kind == TOK_WORD;
    }
    return true;
}

/* ---- one paragraph ---- */

static void close_sentence(struct scan *p, size_t first, size_t last, uint32_t para, uint8_t role) {
    struct splitter *s = p->s;
    struct tok *toks = s->out.toks;
    bool started = false;
    for (size_t i = first; i < last; i++) {
        toks[i].sent = (uint32_t)s->out.sent_count;
        if (!started && toks[i].kind <= TOK_NUMBER) {
            toks[i].flags |= TOK_SENT_START;
            started = true;
        }
    }
    ARENA_PUSH(s->a, s->out.sents, s->out.sent_count, s->sent_cap) = (struct sent){.start = toks[first].start,
                                                                                   .end = toks[last - 1].end,
                                                                                   .first = (uint32_t)first,
                                                                                   .last = (uint32_t)last,
                                                                                   .body = (uint32_t)first,
                                                                                   .para = para,
                                                                                   .role = role};
}

static void track(struct scan *p, int32_t c) {
    if (is_plain_quote(c)) {
        p->open_quote = !p->open_quote;
    } else if (opens(c) || (c == 0x201C && wide_text(p))) {
        p->depth++;
    } else if (closes(c) && c != 0x2019 && p->depth > 0) {
        p->depth--;
    }
}

/* Whether the word token i carries its stop in itself: "U.S." */
static bool stops_itself(const struct scan *p, size_t i) {
    const struct tok *t = token(p, i);
    return t->kind == TOK_WORD && p->s->text.p[t->end - 1] == '.';
}

/* The first token behind the sentence that a stop at i ends, or 0 when none ends there; *next is where to go on. */
static size_t end_at(struct scan *p, size_t begin, size_t i, size_t *next) {
    int32_t c = mark(p, i);
    size_t stop = i;
    bool wide = is_wide_stop(c), quote = p->open_quote;
    *next = i + 1;
    if (wide_text(p) && (c == 0xFF1B || c == ';') && p->depth == 0 && !quote) {
        return i + 1;
    }
    if (!is_stop(c) && !stops_itself(p, i)) {
        return 0;
    }
    while (is_stop(mark(p, stop + 1))) {
        stop++;
        wide = wide || is_wide_stop(mark(p, stop));
    }
    size_t after = stop + 1;
    bool title = false;
    while (closes_here(p, after, quote)) {
        int32_t closer = mark(p, after);
        title = title || closer == 0x300B || closer == 0x3009;
        quote = is_plain_quote(closer) ? !quote : quote;
        after++;
    }
    *next = stop + 1;
    if (title && after < p->last) { /* the stop belongs to a title */
        return 0;
    }
    if (wide || (wide_text(p) && after < p->last && token(p, after)->flags & TOK_HAN && c != 0x2026 && c != 0)) {
        return goes_on(mark(p, after)) ? 0 : after;
    }
    return ends_western(p, begin, i, stop, after) ? after : 0;
}

void split_sentences(struct splitter *s, size_t first, uint32_t para, uint8_t role) {
    struct scan p = {.s = s, .first = first, .last = s->out.tok_count};
    size_t begin = first;
    for (size_t i = first; i < p.last;) {
        size_t next, end = end_at(&p, begin, i, &next);
        for (size_t k = i; k < (end ? end : next); k++) {
            track(&p, mark(&p, k));
        }
        if (end) {
            close_sentence(&p, begin, end, para, role);
            begin = end;
            p.depth = 0;
        }
        i = end ? end : next;
    }
    if (begin < p.last) {
        close_sentence(&p, begin, p.last, para, role);
    }
}
