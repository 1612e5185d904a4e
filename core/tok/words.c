/* words.c - see split.h. One scan over the bytes: letters of spaced scripts are taken in runs, runs of Han, Kana, Hangul and
 * of the scripts without spaces go to ICU for their dictionary words. Looking ahead is bounded, so that the scan stays linear. */
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include "core/base/utf8.h"
#include "core/tok/split.h"

#include "core/base/banned.h"

enum { AHEAD = 128 }; /* bytes of a domain, an e-mail address or an abbreviation; a longer one is several tokens */
enum { ADDRESS_MAX = 2048 }; /* bytes of an address with its scheme */

/* ---- classes of characters ---- */

enum class { C_SPACE, C_LETTER, C_DIGIT, C_ATOM, C_RUN, C_MARK, C_PUNCT, C_SYMBOL };

static enum class class_ascii(unsigned char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return C_LETTER;
    }
    if (c >= '0' && c <= '9') {
        return C_DIGIT;
    }
    if (c <= ' ' || c == 0x7F) {
        return C_SPACE;
    }
    return c == '%' || c == '$' || c == '+' || c == '<' || c == '=' || c == '>' || c == '^' || c == '`' || c == '|' || c == '~'
               ? C_SYMBOL
               : C_PUNCT;
}

static enum class class_general(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    uint32_t mask = U_GET_GC_MASK(c);
    if (mask & U_GC_L_MASK || c == 0x3007) {
        switch (uscript_getScript(c, &status)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_HANGUL: /* names end inside what stands between spaces: a token a syllable */
            return C_ATOM;
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return C_RUN;
        default:
            return c == 0x30FC ? C_ATOM : C_LETTER;
        }
    }
    if (mask & U_GC_M_MASK) {
        UScriptCode script = uscript_getScript(c, &status);
        return script == USCRIPT_THAI || script == USCRIPT_LAO || script == USCRIPT_KHMER || script == USCRIPT_MYANMAR ? C_RUN
                                                                                                                      : C_MARK;
    }
    if (mask & U_GC_N_MASK) {
        return C_DIGIT;
    }
    if (mask & U_GC_P_MASK) {
        return c == 0x2030 || c == 0xFF05 ? C_SYMBOL : C_PUNCT;
    }
    return mask & U_GC_S_MASK ? C_SYMBOL : C_SPACE;
}

static enum class class_of(int32_t c) {
    if (c < 0x80) {
        return class_ascii((unsigned char)c);
    }
    if (c < 0x250) {
        return c >= 0xC0 && c != 0xD7 && c != 0xF7 ? C_LETTER : class_general(c);
    }
    if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096)) {
        return C_ATOM;
    }
    if (c >= 0x1EA0 && c <= 0x1EF9) { /* Vietnamese */
        return C_LETTER;
    }
    return class_general(c);
}

static int32_t peek(const struct splitter *s, size_t at, size_t end) {
    return at < end ? utf8_next(s->text, &at) : ' ';
}

static bool is_apostrophe(int32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* ---- adding a token ---- */

/* Folds; plain ASCII without the detour over code points. */
static struct str fold(const struct splitter *s, struct str w) {
    size_t upper = 0;
    for (size_t i = 0; i < w.n; i++) {
        if ((unsigned char)w.p[i] >= 0x80) {
            return text_fold(s->fold, s->a, w);
        }
        upper += w.p[i] >= 'A' && w.p[i] <= 'Z' ? 1 : 0;
    }
    char *out = upper ? arena_alloc(s->a, w.n) : NULL;
    if (!out) {
        return upper ? STR_NONE : w;
    }
    for (size_t i = 0; i < w.n; i++) {
        out[i] = w.p[i] >= 'A' && w.p[i] <= 'Z' ? (char)(w.p[i] + 32) : w.p[i];
    }
    return (struct str){out, w.n};
}

static uint8_t capital_flags(struct str w) {
    size_t i = 0, letters = 0, upper = 0;
    int32_t first = utf8_next(w, &i);
    if (!(first < 0x80 ? first >= 'A' && first <= 'Z' : u_isupper(first) || u_istitle(first))) {
        return 0;
    }
    for (i = 0; i < w.n;) {
        int32_t c = utf8_next(w, &i);
        letters += u_isalpha(c) ? 1 : 0;
        upper += u_isupper(c) ? 1 : 0;
    }
    return letters > 1 && letters == upper ? TOK_CAPITAL | TOK_UPPER : TOK_CAPITAL;
}

static void add(struct splitter *s, size_t start, size_t end, enum tok_kind kind, uint8_t flags) {
    struct str w = str_sub(s->text, start, end);
    unsigned char before = start > 0 ? (unsigned char)s->text.p[start - 1] : ' ';
    flags |= before <= ' ' ? TOK_SPACE_BEFORE : 0;
    flags |= kind == TOK_WORD && !(flags & TOK_HAN) ? capital_flags(w) : 0;
    ARENA_PUSH(s->a, s->out.toks, s->out.tok_count, s->tok_cap) = (struct tok){
        .start = (uint32_t)start, .end = (uint32_t)end, .kind = (uint8_t)kind, .flags = flags, .fold = fold(s, w)};
}

/* ---- addresses and abbreviations ---- */

static bool is_host(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_mailbox(char c) {
    return is_host(c) || c == '.' || c == '_' || c == '+';
}

static bool starts_fold(struct str s, const char *head) {
    for (size_t i = 0; head[i]; i++) {
        if (i >= s.n || (s.p[i] | 0x20) != (head[i] | 0x20)) {
            return false;
        }
    }
    return true;
}

/* The end of an address whose scheme or host begins at `from`: up to white space, a quotation mark or a letter that addresses
 * are not written with, without the marks of the sentence around it. */
static size_t address_end(const struct splitter *s, size_t from, size_t end) {
    size_t at = from, limit = from + ADDRESS_MAX < end ? from + ADDRESS_MAX : end;
    while (at < limit && (unsigned char)s->text.p[at] > ' ' && (unsigned char)s->text.p[at] < 0x7F &&
           !strchr("\"<>{}|\\^`", s->text.p[at])) {
        at++;
    }
    while (at > from && strchr(".,;:!?'()[]*", s->text.p[at - 1])) {
        at--;
    }
    return at;
}

/* Whether the last part of a host makes it one: known, and written in one case ("Jahr.So" is two words). */
static bool is_domain(const struct splitter *s, struct str part) {
    char lower[8];
    size_t upper = 0;
    if (part.n < 2 || part.n > sizeof lower) {
        return false;
    }
    for (size_t i = 0; i < part.n; i++) {
        if (!((part.p[i] | 0x20) >= 'a' && (part.p[i] | 0x20) <= 'z')) {
            return false;
        }
        upper += part.p[i] < 'a' ? 1 : 0;
        lower[i] = (char)(part.p[i] | 0x20);
    }
    return (upper == 0 || upper == part.n) && map_get(&s->lang->common->domains, (struct str){lower, part.n}) != MAP_NONE;
}

/* The end of a host name, with its path, that begins at start; 0: none. */
static size_t host_end(const struct splitter *s, size_t start, size_t end) {
    size_t limit = start + AHEAD < end ? start + AHEAD : end, at = start, part = start, dots = 0;
    while (at < limit && (is_host(s->text.p[at]) || (s->text.p[at] == '.' && at + 1 < limit && is_host(s->text.p[at + 1])))) {
        if (s->text.p[at] == '.') {
            part = at + 1;
            dots++;
        }
        at++;
    }
    bool cut = at < end && (unsigned char)s->text.p[at] >= 0x80 && class_of(peek(s, at, end)) == C_LETTER;
    if (!dots || cut || !is_domain(s, str_sub(s->text, part, at))) {
        return 0;
    }
    return at < end && s->text.p[at] == '/' ? address_end(s, at, end) : at;
}

static size_t mail_end(const struct splitter *s, size_t start, size_t end) {
    size_t limit = start + AHEAD < end ? start + AHEAD : end, at = start, dots = 0;
    while (at < limit && is_mailbox(s->text.p[at])) {
        at++;
    }
    if (at == start || at >= limit || s->text.p[at] != '@') {
        return 0;
    }
    size_t host = ++at;
    while (at < limit && (is_host(s->text.p[at]) || (s->text.p[at] == '.' && at + 1 < limit && is_host(s->text.p[at + 1])))) {
        dots += s->text.p[at] == '.' ? 1 : 0;
        at++;
    }
    return dots && at > host + 3 ? at : 0;
}

/* The end of an abbreviation with stops inside at start: single letters ("U.S.", "z.B.", "a.m") or known to the language
 * ("Ph.D."); 0: none. */
static size_t stops_end(const struct splitter *s, size_t start, size_t end) {
    size_t limit = start + 24 < end ? start + 24 : end, at = start, stops = 0, longest = 0;
    while (at < limit) {
        size_t letters = 0, from = at;
        while (at < limit && class_of(peek(s, at, end)) == C_LETTER) {
            utf8_next(s->text, &at);
            letters++;
        }
        longest = letters > longest ? letters : longest;
        if (letters == 0) {
            at = from;
            break;
        }
        if (at >= end || s->text.p[at] != '.') {
            break;
        }
        stops++;
        at++;
        enum class next = class_of(peek(s, at, end));
        if (next != C_LETTER) {
            break;
        }
    }
    bool closed = stops > 0 && s->text.p[at - 1] == '.';
    if (stops == 0 || (closed && stops == 1) || class_of(peek(s, at, end)) == C_DIGIT) {
        return 0;
    }
    if (longest == 1) {
        return at;
    }
    struct str key = fold(s, str_sub(s->text, start, closed ? at - 1 : at));
    return lang_word(s->lang, key) & (LANG_ABBREVIATION | LANG_TITLE) ? at : 0;
}

static size_t address_at(const struct splitter *s, size_t start, size_t end) {
    struct str rest = str_sub(s->text, start, end);
    char c = (char)(rest.p[0] | 0x20);
    if ((c == 'h' || c == 'f') && (starts_fold(rest, "http://") || starts_fold(rest, "https://") || starts_fold(rest, "ftp://"))) {
        size_t at = address_end(s, start, end);
        return at > start + 8 ? at : 0;
    }
    if (c == 'w' && starts_fold(rest, "www.")) {
        size_t at = address_end(s, start, end);
        return at > start + 6 ? at : 0;
    }
    return 0;
}

/* ---- words of spaced scripts ---- */

/* Adds the word [start, end), without its clitics. */
static void add_word(struct splitter *s, size_t start, size_t end, size_t apostrophe_first, size_t apostrophe_last, bool digits) {
    enum tok_kind kind = digits ? TOK_NUMBER : TOK_WORD;
    size_t from = start;
    if (apostrophe_first == SIZE_MAX) {
        add(s, start, end, kind, TOK_WORD_START);
        return;
    }
    struct str head = fold(s, str_sub(s->text, start, apostrophe_first));
    if (lang_word(s->lang, head) & LANG_ELISION) {
        size_t cut = apostrophe_first;
        utf8_next(s->text, &cut);
        add(s, start, cut, TOK_WORD, TOK_WORD_START);
        from = cut;
    }
    struct str tail = fold(s, str_sub(s->text, apostrophe_last, end));
    size_t cut = apostrophe_last;
    if (str_eqz(tail, "'t") && apostrophe_last > from + 1 && (s->text.p[apostrophe_last - 1] | 0x20) == 'n') {
        cut--;
        tail = STR("n't");
    }
    if (cut > from && map_get(&s->lang->common->clitics, tail) != MAP_NONE) {
        add(s, from, cut, kind, TOK_WORD_START);
        add(s, cut, end, TOK_WORD, 0);
    } else {
        add(s, from, end, kind, TOK_WORD_START);
    }
}

/* Whether the character at `at` joins the digits before it to a digit behind it: 500.000, 3,5, 1'000. */
static bool joins_digits(const struct splitter *s, size_t at, size_t end) {
    char c = s->text.p[at];
    if (c != '.' && c != ',' && c != '\'') {
        return false;
    }
    if (at + 1 >= end || class_ascii((unsigned char)s->text.p[at + 1]) != C_DIGIT) {
        return false;
    }
    return c != '\'' || (at + 3 < end && class_ascii((unsigned char)s->text.p[at + 2]) == C_DIGIT &&
                         class_ascii((unsigned char)s->text.p[at + 3]) == C_DIGIT);
}

/* Whether a comma at `at` groups thousands, behind letters too: VND6,200, RM1,250,000. */
static bool groups_thousands(const struct splitter *s, size_t at, size_t end) {
    size_t k = at + 1;
    while (k < end && k < at + 5 && class_ascii((unsigned char)s->text.p[k]) == C_DIGIT) {
        k++;
    }
    return s->text.p[at] == ',' && k == at + 4;
}

/* A run of letters, marks and digits from start on; returns its end. */
static size_t scan_word(struct splitter *s, size_t start, size_t end) {
    size_t at = start, first = SIZE_MAX, last = SIZE_MAX;
    bool digits = true, numeral = false; /* only digits so far; a digit stands right before */
    while (at < end) {
        size_t next = at;
        int32_t c = utf8_next(s->text, &next);
        enum class k = class_of(c);
        if (k == C_LETTER || k == C_MARK || k == C_DIGIT || (c == '_' && at > start)) {
            digits = digits && k == C_DIGIT;
            numeral = k == C_DIGIT;
        } else if (numeral && c < 0x80 && (digits || c == '.' || groups_thousands(s, at, end)) && joins_digits(s, at, end)) {
            numeral = false;
        } else if (is_apostrophe(c) && !digits && class_of(peek(s, next, end)) == C_LETTER) {
            first = first == SIZE_MAX ? at : first;
            last = at;
            numeral = false;
        } else {
            break;
        }
        at = next;
    }
    char stop = at < end ? s->text.p[at] : ' ';
    if (stop == '.' || stop == '-' || stop == '@' || stop == '+') {
        size_t address = mail_end(s, start, end);
        address = address ? address : host_end(s, start, end);
        if (!address && stop == '.' && !digits) {
            address = stops_end(s, start, end);
        }
        if (address > at) {
            add(s, start, address, TOK_WORD, TOK_WORD_START);
            return address;
        }
    }
    add_word(s, start, at, first, last, digits);
    return at;
}

/* ---- scripts without spaces ---- */

/* UTF-16 of text[start, end) with the way back to bytes; its length, or -1 when the arena is full. */
static int32_t widen(struct splitter *s, size_t start, size_t end) {
    size_t need = end - start + 1, n = 0;
    if (!arena_grow(s->a, (void **)&s->u16, &s->u16_cap, need, sizeof *s->u16) ||
        !arena_grow(s->a, (void **)&s->byte_of, &s->byte_cap, need, sizeof *s->byte_of)) {
        return -1;
    }
    for (size_t i = start; i < end;) {
        uint32_t at = (uint32_t)i;
        int32_t c = utf8_next(s->text, &i);
        s->byte_of[n] = at;
        if (c > 0xFFFF) {
            s->u16[n++] = U16_LEAD(c);
            s->byte_of[n] = at;
            s->u16[n++] = U16_TRAIL(c);
        } else {
            s->u16[n++] = (UChar)c;
        }
    }
    s->byte_of[n] = (uint32_t)end;
    return (int32_t)n;
}

static void add_atoms(struct splitter *s, size_t start, size_t end) {
    uint8_t flags = TOK_WORD_START;
    for (size_t at = start; at < end;) {
        size_t next = at;
        utf8_next(s->text, &next);
        while (next < end && class_of(peek(s, next, end)) == C_MARK) {
            utf8_next(s->text, &next);
        }
        add(s, at, next, TOK_WORD, flags | TOK_HAN);
        flags = 0;
        at = next;
    }
}

/* A run of atoms (Han, Kana) or of a script that ICU splits as a whole; returns its end. */
static size_t scan_run(struct splitter *s, size_t start, size_t end, enum class kind) {
    UErrorCode status = U_ZERO_ERROR;
    size_t stop = start;
    while (stop < end) {
        size_t next = stop;
        enum class k = class_of(utf8_next(s->text, &next));
        if (k != kind && !(k == C_MARK && kind == C_ATOM)) {
            break;
        }
        stop = next;
    }
    int32_t n = widen(s, start, stop), from = 0;
    if (n < 0) {
        return stop;
    }
    ubrk_setText(s->breaks, s->u16, n, &status);
    if (U_FAILURE(status)) {
        s->failed = true;
        return stop;
    }
    while (from < n) {
        int32_t to = ubrk_next(s->breaks);
        to = to == UBRK_DONE ? n : to;
        if (kind == C_ATOM) {
            add_atoms(s, s->byte_of[from], s->byte_of[to]);
        } else {
            add(s, s->byte_of[from], s->byte_of[to], TOK_WORD, TOK_WORD_START);
        }
        from = to;
    }
    return stop;
}

/* ---- the scan ---- */

void split_words(struct splitter *s, size_t start, size_t end) {
    for (size_t at = start; at < end && !arena_full(s->a);) {
        size_t next = at;
        enum class k = class_of(utf8_next(s->text, &next));
        switch (k) {
        case C_SPACE:
            break;
        case C_LETTER:
        case C_DIGIT:
        case C_MARK: {
            size_t address = k == C_LETTER ? address_at(s, at, end) : 0;
            if (address) {
                add(s, at, address, TOK_WORD, TOK_WORD_START);
                next = address;
            } else {
                next = scan_word(s, at, end);
            }
            break;
        }
        case C_ATOM:
        case C_RUN:
            next = scan_run(s, at, end, k);
            break;
        case C_PUNCT:
        case C_SYMBOL:
            while (next < end && class_of(peek(s, next, end)) == C_MARK) { /* variation selectors, accents */
                utf8_next(s->text, &next);
            }
            add(s, at, next, k == C_PUNCT ? TOK_PUNCT : TOK_SYMBOL, TOK_WORD_START);
            break;
        }
        at = next;
    }
}
