/* authors.c - the names in a byline: "By Anna Weber and Jan Petersen | 3 May", "作者：刘静 徐亮". Words that tell an author ([author]),
 * that stand between names ([join]) and that begin something else ([byline], [caption], [date]) are data. */
#include <unicode/uchar.h>

#include "core/base/utf8.h"
#include "core/page/rules.h"

#include "core/base/banned.h"

enum { NAME_BYTES = 60, NAME_WORDS = 5, LINE_BYTES = 300 };

/* A stretch of raw text, told by a stretch of its folded form: folding goes character by character. */
static size_t raw_at(struct str raw, struct str folded, size_t at) {
    size_t i = 0;
    for (size_t left = utf8_count(str_sub(folded, 0, at)); left > 0 && i < raw.n; left--) {
        utf8_next(raw, &i);
    }
    return i;
}

static bool is_colon(int32_t c) {
    return c == ':' || c == 0xFF1A || c == '/' || c == 0xFF0F || c == 0x4E28 || c == 0xFF5C;
}

static bool is_space(int32_t c) {
    return c == ' ' || c == 0x3000 || c == 0xA0 || c == '\t';
}

static bool is_wide(int32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF);
}

static bool is_wide_at(struct str s) {
    size_t at = 0;
    return s.n && is_wide(utf8_next(s, &at));
}

/* What ends the names wherever it stands. */
static bool is_border(int32_t c) {
    return c == '|' || c == 0xFF5C || c == 0xB7 || c == 0x2022 || c == '(' || c == 0xFF08 || c == '[' || c == ']' || c == 0x3010 || c == 0x3011 ||
           c == '\n' || c == 0x2013 || c == 0x2014 || c == '"' || c == 0x201C || c == 0x201E || (c >= '0' && c <= '9');
}

static bool is_divider(int32_t c) {
    return c == ',' || c == ';' || c == '&' || c == '+' || c == 0x3001 || c == 0xFF0C || c == 0xFF1B;
}

/* The place behind at with spaces and colons passed by. */
static size_t skip(struct str s, size_t at, bool *colon) {
    while (at < s.n) {
        size_t next = at;
        int32_t c = utf8_next(s, &next);
        if (!is_space(c) && !is_colon(c)) {
            break;
        }
        *colon = *colon || is_colon(c);
        at = next;
    }
    return at;
}

/* Whether s has the form of a name: capitals or no case at all, some words, no digits. */
static bool is_name(struct str s) {
    size_t words = 1, letters = 0, capitals = 0;
    bool first = true, wide = false;
    for (size_t at = 0; at < s.n;) {
        int32_t c = utf8_next(s, &at);
        if (c >= '0' && c <= '9') {
            return false;
        }
        words += is_space(c);
        letters += u_isalpha(c) ? 1 : 0;
        wide = wide || is_wide(c);
        capitals += first && u_isalpha(c) && !u_islower(c);
        first = is_space(c) || c == '-' || c == '.' || c == '\'' || c == 0x2019;
    }
    return letters >= 2 && s.n <= NAME_BYTES && (wide ? letters <= 16 : capitals > 0 && words <= NAME_WORDS && capitals * 2 >= words);
}

struct names {
    struct str *out;
    size_t n, max;
};

/* Months, weekdays, words of menus. */
static bool is_other(const struct page_rules *r, struct arena *a, struct str s) {
    const uint32_t others = CUE_DATE | CUE_WHOLE | CUE_WEAK | CUE_LEAD | CUE_STRONG | CUE_MEDIUM | CUE_TAIL | CUE_BOX;
    struct phrase_hit hits[PHRASE_HITS_MAX];
    struct str folded = s.n ? text_fold(r->fold, a, s) : STR_NONE;
    size_t n = phrases_scan(&r->phrases, folded, hits);
    for (size_t i = 0; i < n; i++) {
        bool whole = hits[i].start == 0 && hits[i].end == folded.n, begins = hits[i].start == 0 && hits[i].kinds & CUE_WEAK && !is_wide_at(s);
        if ((whole && hits[i].kinds & others) || begins || hits[i].kinds & CUE_STRONG) {
            return true;
        }
    }
    return false;
}

static void add_name(const struct page_rules *r, struct arena *a, struct names *t, struct str s) {
    s = str_trim(s);
    while (str_ends(s, STR(".")) || str_ends(s, STR("-"))) {
        s = str_trim(str_sub(s, 0, s.n - 1));
    }
    if (str_ends(s, STR(":")) || str_ends(s, STR("\xEF\xBC\x9A"))) {
        return; /* something else begins */
    }
    if (t->n < t->max && is_name(s) && !is_other(r, a, s)) {
        t->out[t->n++] = s;
    }
}

/* Cuts raw[from, to) at dividers, at words that join, and at spaces where Han stands on both sides. */
static void split(const struct page_rules *r, struct arena *a, struct str raw, struct names *t) {
    struct phrase_hit hits[PHRASE_HITS_MAX];
    struct str folded = raw.n ? text_fold(r->fold, a, raw) : STR_NONE;
    size_t n = phrases_scan(&r->phrases, folded, hits), from = 0;
    int32_t before = 0;
    for (size_t at = 0; at < raw.n;) {
        size_t next = at;
        int32_t c = utf8_next(raw, &next);
        size_t after = next;
        int32_t then = next < raw.n ? utf8_next(raw, &after) : 0;
        bool cut = is_divider(c) || (is_space(c) && is_wide(before) && is_wide(then));
        for (size_t i = 0; i < n && !cut; i++) {
            if (hits[i].kinds & CUE_JOIN && raw_at(raw, folded, hits[i].start) == at && at > from) {
                cut = true;
                next = raw_at(raw, folded, hits[i].end);
            }
        }
        if (cut) {
            add_name(r, a, t, str_sub(raw, from, at));
            from = next;
        }
        before = c;
        at = next;
    }
    add_name(r, a, t, str_sub(raw, from, raw.n));
}

/* Where the names that begin at from end: at a border, or at a phrase with a colon behind it or of a date. */
static size_t end_of_names(struct str raw, struct str folded, const struct phrase_hit *hits, size_t n, size_t from) {
    size_t end = from;
    while (end < raw.n) {
        size_t next = end;
        int32_t c = utf8_next(raw, &next);
        if (is_border(c)) {
            break;
        }
        end = next;
    }
    for (size_t i = 0; i < n; i++) {
        size_t start = raw_at(raw, folded, hits[i].start);
        bool colon = false;
        skip(raw, raw_at(raw, folded, hits[i].end), &colon);
        if (start > from && start < end && (colon || hits[i].kinds & CUE_STRONG) && hits[i].kinds & ~(uint32_t)CUE_JOIN) {
            end = start;
        }
    }
    return end;
}

size_t page_authors(const struct page_rules *r, struct arena *a, struct str text, bool surely, struct str *out, size_t max) {
    struct phrase_hit hits[PHRASE_HITS_MAX];
    struct str raw = str_trim(text), folded = raw.n && raw.n <= LINE_BYTES ? text_fold(r->fold, a, raw) : STR_NONE;
    size_t n = phrases_scan(&r->phrases, folded, hits), best = SIZE_MAX, from = 0;
    struct names t = {out, 0, max};
    bool other = false;
    for (size_t i = 0; i < n; i++) {
        bool colon = false;
        size_t after = skip(raw, raw_at(raw, folded, hits[i].end), &colon);
        bool author = hits[i].kinds & CUE_AUTHOR && (hits[i].start == 0 || colon);
        other = other || (hits[i].start < 4 && hits[i].kinds & CUE_BYLINE && !(hits[i].kinds & CUE_AUTHOR));
        if (author && (best == SIZE_MAX || hits[i].start < best || (hits[i].start == best && after > from))) {
            best = hits[i].start;
            from = after;
        }
    }
    if (best != SIZE_MAX || (surely && !other && folded.n)) {
        split(r, a, str_sub(raw, from, end_of_names(raw, folded, hits, n, from)), &t);
    }
    return t.n;
}
