/* text.c - see text.h. One pass over the code points; chunks that may not be NFC go through ICU, the rest is copied. */
#include "core/text/text.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/limits.h"

#include "core/base/banned.h"

/* ---- normalising ---- */

struct writer {
    struct arena *a;
    struct buf out;
    struct text_piece *pieces;
    size_t n, cap;
    bool verbatim; /* state of the piece being written */
};

/* Opens a piece unless the current one goes on in the same way. */
static void piece(struct writer *w, size_t input, bool verbatim) {
    if (w->n && verbatim && w->verbatim) {
        return;
    }
    ARENA_PUSH(w->a, w->pieces, w->n, w->cap) =
        (struct text_piece){(uint32_t)w->out.n, (uint32_t)input, verbatim};
    w->verbatim = verbatim;
}

/* What a single character becomes: itself, another one, or -1 for nothing. */
static int32_t replacement(int32_t c) {
    if (c < 0x7F) {
        return c >= 0x20 || c == '\n' || c == '\t' ? c : ' ';
    }
    if (c < 0xA0 || c == 0x2028 || c == 0x2029) {
        return c == 0x85 || c >= 0x2028 ? '\n' : ' ';
    }
    if (c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F) {
        return -1;
    }
    if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x1680) {
        return ' ';
    }
    if ((c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A)) {
        return c - 0xFEE0;
    }
    return c;
}

static bool may_compose(int32_t c) {
    return c >= 0x300 && u_getIntPropertyValue(c, UCHAR_NFC_QUICK_CHECK) != UNORM_YES;
}

/* NFC of the chunk s. */
static struct str compose(struct arena *a, const UNormalizer2 *nfc, struct str s) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t n16 = (int32_t)utf16_count(s), got = 0, n8 = 0;
    UChar *from = ARENA_ARRAY(a, (size_t)n16 + 1, UChar);
    int32_t room = n16 * 3 + 8; /* NFC grows UTF-16 by at most 3 */
    UChar *to = ARENA_ARRAY(a, (size_t)room, UChar);
    char *out = arena_alloc(a, (size_t)room * 3 + 1);
    if (!from || !to || !out) {
        return STR_NONE;
    }
    u_strFromUTF8(from, n16 + 1, &n16, s.p, (int32_t)s.n, &status);
    got = unorm2_normalize(nfc, from, n16, to, room, &status);
    u_strToUTF8(out, room * 3, &n8, to, got, &status);
    return U_FAILURE(status) ? s : (struct str){out, (size_t)n8};
}

static enum err_code check(struct str input, struct err *err) {
    size_t bad = utf8_check(input);
    if (input.n > LIMIT_TEXT) {
        return err_set_in(err, ERR_TOO_LARGE, "text", 0, 0, "the text has %zu bytes, at most %zu are analysed",
                          input.n, LIMIT_TEXT);
    }
    if (bad != SIZE_MAX) {
        return err_set_in(err, ERR_UTF8, "text", 0, bad, "byte %zu (0x%02X) is not UTF-8", bad,
                          (unsigned char)input.p[bad]);
    }
    const char *nul = input.n ? memchr(input.p, 0, input.n) : NULL;
    if (nul) {
        size_t at = (size_t)(nul - input.p);
        return err_set_in(err, ERR_NUL, "text", 0, at, "byte %zu is NUL", at);
    }
    for (size_t i = 0; i < input.n;) {
        int32_t c = utf8_next(input, &i);
        if (!u_isUWhiteSpace(c) && !u_iscntrl(c)) {
            return ERR_OK;
        }
    }
    return err_set_in(err, ERR_EMPTY, "text", 0, 0, "the text is empty or nothing but white space");
}

enum err_code text_normalise(struct arena *a, struct str input, struct str *out, struct text_map *map,
                             struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    struct writer w = {.a = a};
    bool changed = false;
    enum err_code code = check(input, err);
    if (code != ERR_OK) {
        return code;
    }
    if (U_FAILURE(status)) {
        return err_set(err, ERR_INTERNAL, "ICU has no NFC data: %s", u_errorName(status));
    }
    buf_init(&w.out, a);
    piece(&w, 0, true);
    for (size_t i = 0; i < input.n;) {
        size_t at = i;
        int32_t c = utf8_next(input, &i);
        if (c == '\r') { /* CR LF and lone CR become LF */
            if (i < input.n && input.p[i] == '\n') {
                i++;
            }
            piece(&w, at, false);
            buf_addc(&w.out, '\n');
            changed = true;
            continue;
        }
        /* a base character and the marks behind it are one chunk when any of them is not plainly NFC */
        size_t end = i, ahead = i;
        bool odd = may_compose(c);
        while (ahead < input.n) {
            int32_t next = utf8_next(input, &ahead);
            if (next < 0x300 || unorm2_hasBoundaryBefore(nfc, next)) {
                break;
            }
            odd = odd || may_compose(next);
            end = ahead;
        }
        if (odd) {
            struct str chunk = str_sub(input, at, end);
            struct str composed = compose(a, nfc, chunk);
            bool same = str_eq(chunk, composed);
            piece(&w, at, same);
            buf_add(&w.out, composed);
            changed = changed || !same;
            i = end;
            continue;
        }
        int32_t r = replacement(c);
        if (r == c) {
            piece(&w, at, true);
            buf_add(&w.out, str_sub(input, at, i));
        } else {
            piece(&w, at, false);
            if (r >= 0) {
                buf_addcp(&w.out, r);
            }
            changed = true;
        }
    }
    piece(&w, input.n, false);
    if (arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory to normalise %zu bytes", input.n);
    }
    *out = changed ? buf_str(&w.out) : input;
    *map = (struct text_map){w.pieces, w.n};
    return ERR_OK;
}

/* The last piece that begins at or before at. */
static size_t piece_of(const struct text_map *map, uint32_t at) {
    size_t low = 0, high = map->n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (map->pieces[mid].norm <= at) {
            low = mid;
        } else {
            high = mid;
        }
    }
    return low;
}

uint32_t text_input_start(const struct text_map *map, uint32_t at) {
    const struct text_piece *p = &map->pieces[piece_of(map, at)];
    return p->verbatim ? p->input + (at - p->norm) : p->input;
}

uint32_t text_input_end(const struct text_map *map, uint32_t at) {
    if (at == 0) {
        return text_input_start(map, 0);
    }
    size_t i = piece_of(map, at - 1); /* the piece of the last byte inside */
    const struct text_piece *p = &map->pieces[i];
    return p->verbatim ? p->input + (at - p->norm) : map->pieces[i + 1].input;
}

/* ---- folding ---- */

enum { HAN_FIRST = 0x3400, HAN_LAST = 0x9FFF };

struct text_fold {
    uint16_t simplified[HAN_LAST - HAN_FIRST + 1];
    bool is_simplified[HAN_LAST - HAN_FIRST + 1]; /* stands for another character as well */
};

/* Fills the table from ICU's Traditional-Simplified transliterator, one character at a time: characters that only
 * change inside a phrase stay, so that folding keeps lengths. */
enum err_code text_fold_load(const struct text_fold **out, struct arena *a, struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    struct text_fold *f = ARENA_NEW(a, struct text_fold);
    if (!f) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the folding table");
    }
    UChar id[] = u"Traditional-Simplified";
    UTransliterator *t = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status)) {
        return err_set(err, ERR_INTERNAL, "ICU has no Traditional-Simplified transliterator: %s", u_errorName(status));
    }
    USet *changes = utrans_getSourceSet(t, false, NULL, &status);
    for (int32_t c = HAN_FIRST; c <= HAN_LAST; c++) {
        if (U_SUCCESS(status) && !uset_contains(changes, c)) {
            f->simplified[c - HAN_FIRST] = (uint16_t)c;
            continue;
        }
        UChar one[8] = {(UChar)c};
        int32_t n = 1, limit = 1;
        UErrorCode each = U_ZERO_ERROR;
        utrans_transUChars(t, one, &n, 8, 0, &limit, &each);
        bool one_han = U_SUCCESS(each) && n == 1 && one[0] >= HAN_FIRST && one[0] <= HAN_LAST;
        f->simplified[c - HAN_FIRST] = (uint16_t)(one_han ? one[0] : c);
    }
    for (int32_t c = HAN_FIRST; c <= HAN_LAST; c++) {
        int32_t s = f->simplified[c - HAN_FIRST];
        f->is_simplified[s - HAN_FIRST] = f->is_simplified[s - HAN_FIRST] || s != c;
    }
    uset_close(changes);
    utrans_close(t);
    *out = f;
    return ERR_OK;
}

enum text_han text_han_form(const struct text_fold *f, int32_t c) {
    if (c < HAN_FIRST || c > HAN_LAST) {
        return TEXT_HAN_EITHER;
    }
    if (f->simplified[c - HAN_FIRST] != c) {
        return TEXT_HAN_TRADITIONAL;
    }
    return f->is_simplified[c - HAN_FIRST] ? TEXT_HAN_SIMPLIFIED : TEXT_HAN_EITHER;
}

int32_t text_fold_char(const struct text_fold *f, int32_t c) {
    if (c < 0x80) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
    if (c >= HAN_FIRST && c <= HAN_LAST) {
        return f->simplified[c - HAN_FIRST];
    }
    if (c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0xFF07) {
        return '\'';
    }
    if (c == 0x2010 || c == 0x2011) {
        return '-';
    }
    return u_foldCase(c, U_FOLD_CASE_DEFAULT);
}

struct str text_fold(const struct text_fold *f, struct arena *a, struct str s) {
    size_t i = 0, same = 0;
    while (i < s.n) {
        int32_t c = utf8_next(s, &i);
        if (text_fold_char(f, c) != c) {
            break;
        }
        same = i;
    }
    if (same == s.n) {
        return s;
    }
    struct buf b;
    buf_init(&b, a);
    if (!buf_add(&b, str_sub(s, 0, same))) {
        return STR_NONE;
    }
    for (i = same; i < s.n;) {
        if (!buf_addcp(&b, text_fold_char(f, utf8_next(s, &i)))) {
            return STR_NONE;
        }
    }
    return buf_str(&b);
}
