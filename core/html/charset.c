/* charset.c - see charset.h. ICU converts and guesses; here is only whom to believe. */
#include "core/html/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "core/base/buf.h"
#include "core/base/conf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum {
    META_BYTES = 4096,      /* where a label in the page is looked for; browsers look at 1,024 and many pages are late */
    DETECT_BYTES = 1 << 16, /* what the detector sees */
    TABLES_MAX = 8,
    LABELS_MAX = 8,
    LABEL_BYTES = 40,
};

struct table {
    struct str labels[LABELS_MAX]; /* the first is the name */
    size_t label_count;
    int32_t points[256];
};

struct charsets {
    struct table tables[TABLES_MAX];
    size_t n;
};

const char *charset_source_name(enum charset_source s) {
    static const char *const names[] = {"bom", "bytes", "http", "meta", "detected", "assumed", "request"};
    return names[s];
}

/* ---- the tables ---- */

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_point(struct table *t, struct str word) {
    int32_t v = 0;
    int high = word.n >= 6 && word.n <= 8 ? hex(word.p[0]) : -1, low = high < 0 ? -1 : hex(word.p[1]);
    if (high < 0 || low < 0 || word.p[2] != '=') {
        return false;
    }
    for (size_t i = 3; i < word.n; i++) {
        int d = hex(word.p[i]);
        if (d < 0) {
            return false;
        }
        v = v * 16 + d;
    }
    t->points[high * 16 + low] = v;
    return true;
}

static enum err_code read_entry(struct charsets *s, const struct conf *c, struct err *err) {
    struct table *t = &s->tables[s->n - 1];
    struct str rest = c->entry;
    bool also = str_starts(rest, STR("also "));
    if (also) {
        conf_word(&rest);
    }
    for (struct str word = conf_word(&rest); word.n; word = conf_word(&rest)) {
        if (also && t->label_count < LABELS_MAX) {
            t->labels[t->label_count++] = word;
        } else if (also || !read_point(t, word)) {
            return conf_fail(c, err, "'%.*s' is neither a byte and its character (A1=1EAF) nor a label", STR_ARG(word));
        }
    }
    return ERR_OK;
}

enum err_code charsets_load(struct charsets **out, struct arena *a, const char *data_dir, struct err *err) {
    struct charsets *s = ARENA_NEW(a, struct charsets);
    struct str path = arena_printf(a, "%s/page/charsets.conf", data_dir);
    struct conf c;
    if (!s || !path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the character sets");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        if (s->n == 0 || !str_eq(c.section, s->tables[s->n - 1].labels[0])) {
            if (s->n == TABLES_MAX || !c.section.n) {
                return conf_fail(&c, err, "at most %d character sets, each with a name", TABLES_MAX);
            }
            struct table *t = &s->tables[s->n++];
            t->labels[t->label_count++] = c.section;
            for (int i = 0; i < 256; i++) {
                t->points[i] = i;
            }
        }
        code = read_entry(s, &c, err);
    }
    *out = code == ERR_OK ? s : NULL;
    return code;
}

static const struct table *find_table(const struct charsets *s, const char *label) {
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->tables[i].label_count; k++) {
            if (str_eqz(s->tables[i].labels[k], label)) {
                return &s->tables[i];
            }
        }
    }
    return NULL;
}

/* ---- labels ---- */

/* What browsers read under a label (WHATWG Encoding), where that is not what ICU reads under it. */
static const char *meant(const char *label) {
    static const struct {
        const char *label, *meant;
    } same[] = {
        {"iso-8859-1", "windows-1252"}, {"latin1", "windows-1252"},      {"l1", "windows-1252"},
        {"us-ascii", "windows-1252"},   {"ascii", "windows-1252"},       {"iso8859-1", "windows-1252"},
        {"cp1252", "windows-1252"},     {"iso-8859-9", "windows-1254"},  {"latin5", "windows-1254"},
        {"iso-8859-11", "windows-874"}, {"tis-620", "windows-874"},      {"gb2312", "gb18030"},
        {"gbk", "gb18030"},             {"gb_2312-80", "gb18030"},       {"x-gbk", "gb18030"},
        {"gb18030-2000", "gb18030"},    {"cp936", "gb18030"},            {"euc-cn", "gb18030"},
        {"big5", "big5-hkscs"},         {"big-5", "big5-hkscs"},         {"x-x-big5", "big5-hkscs"},
        {"cn-big5", "big5-hkscs"},      {"cp950", "big5-hkscs"},         {"euc-kr", "windows-949"},
        {"euckr", "windows-949"},       {"ks_c_5601-1987", "windows-949"}, {"ksc5601", "windows-949"},
        {"cp949", "windows-949"},       {"uhc", "windows-949"},          {"shift_jis", "windows-31j"},
        {"shift-jis", "windows-31j"},   {"sjis", "windows-31j"},         {"x-sjis", "windows-31j"},
        {"ms_kanji", "windows-31j"},    {"cp932", "windows-31j"},        {"utf8", "utf-8"},
        {"unicode", "utf-8"},           {"utf-16", "utf-8"},             {"utf-16le", "utf-8"},
        {"utf-16be", "utf-8"}, /* a label that could be read as ASCII cannot be right */
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        if (str_eqz(str_of(label), same[i].label)) {
            return same[i].meant;
        }
    }
    return label;
}

/* The value behind "charset" and '=' in s, in lower case; false: there is none. */
static bool label_in(struct str s, size_t from, char out[LABEL_BYTES]) {
    size_t n = 0;
    for (size_t at = from; at + 7 < s.n; at++) {
        size_t i = 0;
        while (i < 7 && (s.p[at + i] | 0x20) == "charset"[i]) {
            i++;
        }
        if (i < 7) {
            continue;
        }
        at += 7;
        while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t')) {
            at++;
        }
        if (at >= s.n || s.p[at] != '=') {
            continue;
        }
        at++;
        while (at < s.n && (s.p[at] == ' ' || s.p[at] == '"' || s.p[at] == '\'')) {
            at++;
        }
        while (at < s.n && n < LABEL_BYTES - 1 && s.p[at] > ' ' && !strchr("\"';,/>\\", s.p[at])) {
            char c = s.p[at++];
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
        break;
    }
    out[n] = '\0';
    return n > 0;
}

/* <meta charset=...>, <meta http-equiv content="...; charset=...">, <?xml encoding="..."?> */
static bool label_in_page(struct str page, char out[LABEL_BYTES]) {
    struct str head = str_sub(page, 0, META_BYTES);
    if (str_starts(head, STR("<?xml"))) {
        size_t end = str_find(head, STR("?>"), 0), at = str_find(str_sub(head, 0, end), STR("encoding="), 0);
        if (at != SIZE_MAX) {
            size_t n = 0;
            for (at += 10; at < head.n && n < LABEL_BYTES - 1 && head.p[at] > ' ' && head.p[at] != '"' && head.p[at] != '\''; at++) {
                out[n++] = head.p[at] >= 'A' && head.p[at] <= 'Z' ? (char)(head.p[at] + 32) : head.p[at];
            }
            out[n] = '\0';
            return n > 0;
        }
    }
    for (size_t at = 0; at + 5 < head.n; at++) {
        const char *p = head.p + at;
        if (p[0] == '<' && (p[1] | 0x20) == 'm' && (p[2] | 0x20) == 'e' && (p[3] | 0x20) == 't' && (p[4] | 0x20) == 'a') {
            const char *end = memchr(p, '>', head.n - at);
            size_t stop = end ? (size_t)(end - head.p) : head.n;
            if (label_in(str_sub(head, 0, stop + 1), at, out)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- conversions ---- */

/* Bytes that are no UTF-8 become U+FFFD each, NUL a space. */
static bool repair(struct arena *a, struct str s, struct str *out, size_t *replaced) {
    struct buf b;
    buf_init(&b, a);
    while (s.n && !arena_full(a)) {
        size_t bad = utf8_check(s);
        buf_add(&b, str_sub(s, 0, bad));
        if (bad == SIZE_MAX) {
            break;
        }
        buf_add(&b, STR("\xEF\xBF\xBD"));
        ++*replaced;
        s = str_sub(s, bad + 1, s.n);
    }
    *out = b.n ? buf_str(&b) : STR("");
    return !arena_full(a);
}

static bool without_nul(struct arena *a, struct str *s) {
    if (!s->n || !memchr(s->p, '\0', s->n)) {
        return true;
    }
    struct str copy = arena_dup(a, *s);
    for (size_t i = 0; copy.p && i < copy.n; i++) {
        if (!copy.p[i]) {
            ((char *)(uintptr_t)copy.p)[i] = ' ';
        }
    }
    *s = copy;
    return copy.p != NULL;
}

static bool by_table(const struct table *t, struct arena *a, struct str s, struct str *out) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < s.n; i++) {
        buf_addcp(&b, t->points[(unsigned char)s.p[i]]);
    }
    *out = b.n ? buf_str(&b) : STR("");
    return !arena_full(a);
}

/* false: ICU does not know the name, or a is full */
static bool by_icu(struct arena *a, const char *name, struct str s, struct str *out, size_t *replaced) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter *from = ucnv_open(name, &status), *to = U_SUCCESS(status) ? ucnv_open("UTF-8", &status) : NULL;
    struct buf b;
    UChar pivot[4096];
    UChar *pivot_at = pivot, *pivot_end = pivot;
    const char *at = s.p, *end = s.p + s.n;
    bool reset = true;
    buf_init(&b, a);
    do {
        char block[8192];
        char *to_at = block;
        if (U_SUCCESS(status)) {
            ucnv_convertEx(to, from, &to_at, block + sizeof block, &at, end, pivot, &pivot_at, &pivot_end, pivot + 4096, reset, true,
                           &status);
        }
        reset = false;
        buf_add(&b, (struct str){block, (size_t)(to_at - block)});
    } while (status == U_BUFFER_OVERFLOW_ERROR && !arena_full(a) && (status = U_ZERO_ERROR, true));
    ucnv_close(from);
    ucnv_close(to);
    *out = b.n ? buf_str(&b) : STR("");
    for (size_t i = 0; i + 2 < out->n; i++) {
        *replaced += memcmp(out->p + i, "\xEF\xBF\xBD", 3) == 0;
    }
    return U_SUCCESS(status) && !arena_full(a);
}

/* Markup out of the way, so that the detector sees text. */
static struct str text_sample(struct arena *a, struct str s) {
    size_t max = s.n < DETECT_BYTES * 4 ? s.n : DETECT_BYTES * 4, n = 0;
    char *out = arena_alloc(a, DETECT_BYTES + 1);
    bool tag = false;
    for (size_t i = 0; out && i < max && n < DETECT_BYTES; i++) {
        tag = s.p[i] == '<' || (tag && s.p[i] != '>');
        bool near = (unsigned char)s.p[i] >= 0x80 || (i > 0 && (unsigned char)s.p[i - 1] >= 0x80); /* second bytes may be '<' */
        if (near || (!tag && s.p[i] > ' ' && s.p[i] != '>')) {
            out[n++] = s.p[i];
        }
    }
    return out ? (struct str){out, n} : STR_NONE;
}

static bool detect(struct arena *a, struct str s, char out[LABEL_BYTES]) {
    UErrorCode status = U_ZERO_ERROR;
    struct str sample = text_sample(a, s);
    UCharsetDetector *d = ucsdet_open(&status);
    bool good = false;
    if (U_SUCCESS(status) && sample.n) {
        ucsdet_setText(d, sample.p, (int32_t)sample.n, &status);
        const UCharsetMatch *m = U_SUCCESS(status) ? ucsdet_detect(d, &status) : NULL;
        const char *name = m && U_SUCCESS(status) ? ucsdet_getName(m, &status) : NULL;
        if (name && U_SUCCESS(status) && ucsdet_getConfidence(m, &status) >= 10) {
            size_t n = 0;
            for (; name[n] && n < LABEL_BYTES - 1; n++) {
                out[n] = name[n] >= 'A' && name[n] <= 'Z' ? (char)(name[n] + 32) : name[n];
            }
            out[n] = '\0';
            good = n > 0 && !str_starts(str_of(out), STR("utf-8"));
        }
    }
    ucsdet_close(d);
    return good;
}

/* ---- whom to believe ---- */

static bool convert_as(const struct charsets *c, struct arena *a, struct str s, const char *label, enum charset_source source,
                       struct str *out, struct charset_found *found) {
    const char *name = meant(label);
    const struct table *t = find_table(c, name);
    size_t replaced = 0;
    if (str_eqz(str_of(name), "utf-8")) {
        return false; /* tried already */
    }
    if (t ? !by_table(t, a, s, out) : !by_icu(a, name, s, out, &replaced)) {
        return false;
    }
    *found = (struct charset_found){t ? t->labels[0] : arena_dup(a, str_of(name)), source, replaced};
    return true;
}

static bool by_mark(struct arena *a, struct str s, struct str *out, struct charset_found *found) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    const char *name = ucnv_detectUnicodeSignature(s.p, (int32_t)(s.n < 16 ? s.n : 16), &n, &status);
    if (!name || U_FAILURE(status)) {
        return false;
    }
    *found = (struct charset_found){arena_dup(a, str_of(name)), CHARSET_BOM, 0};
    struct str rest = str_sub(s, (size_t)n, s.n);
    if (str_eqz(str_of(name), "UTF-8")) {
        *out = rest;
        return utf8_check(rest) == SIZE_MAX || repair(a, rest, out, &found->replaced);
    }
    return by_icu(a, name, rest, out, &found->replaced);
}

static bool has_high(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

/* Whether what is not UTF-8 in s is an accident: less than one in fifty of the bytes above ASCII. */
static bool nearly_utf8(struct str s) {
    size_t high = 0, bad = 0;
    for (size_t i = 0; i < s.n; i++) {
        high += (unsigned char)s.p[i] >= 0x80;
    }
    for (struct str rest = s; rest.n && bad * 50 <= high;) {
        size_t at = utf8_check(rest);
        if (at == SIZE_MAX) {
            return true;
        }
        bad++;
        rest = str_sub(rest, at + 1, rest.n);
    }
    return bad * 50 <= high;
}

static bool any(const struct charsets *c, struct arena *a, struct str s, struct str content_type, struct str *out,
                struct charset_found *found) {
    char http[LABEL_BYTES] = "", page[LABEL_BYTES] = "", guess[LABEL_BYTES] = "";
    if (by_mark(a, s, out, found)) {
        return true;
    }
    bool told = label_in(content_type, 0, http), in_page = label_in_page(s, page);
    bool seven_bits = in_page && str_starts(str_of(page), STR("iso-2022"));
    if (!seven_bits && utf8_check(s) == SIZE_MAX) {
        const char *label = told ? http : page;
        bool agrees = str_eqz(str_of(meant(label)), "utf-8");
        enum charset_source source = has_high(s) && !agrees ? CHARSET_UTF8 : told ? CHARSET_HTTP : in_page ? CHARSET_META : CHARSET_UTF8;
        if (find_table(c, label) == NULL || has_high(s)) {
            *out = s;
            *found = (struct charset_found){STR("UTF-8"), source, 0};
            return true;
        }
    }
    if (nearly_utf8(s) && !seven_bits) {
        *found = (struct charset_found){STR("UTF-8"), CHARSET_UTF8, 0};
        return repair(a, s, out, &found->replaced);
    }
    if ((told && convert_as(c, a, s, http, CHARSET_HTTP, out, found)) ||
        (in_page && convert_as(c, a, s, page, CHARSET_META, out, found)) ||
        (detect(a, s, guess) && convert_as(c, a, s, guess, CHARSET_DETECTED, out, found))) {
        return true;
    }
    return convert_as(c, a, s, "windows-1252", CHARSET_ASSUMED, out, found);
}

enum err_code charset_convert(const struct charsets *c, struct arena *a, struct str bytes, struct str content_type, struct str *out,
                              struct charset_found *found, struct err *err) {
    *out = STR("");
    *found = (struct charset_found){STR("UTF-8"), CHARSET_UTF8, 0};
    if (bytes.n && (!any(c, a, bytes, content_type, out, found) || !without_nul(a, out))) {
        return err_set(err, ERR_NO_MEMORY, "no memory to convert the page's characters");
    }
    if (utf8_check(*out) != SIZE_MAX && !repair(a, *out, out, &found->replaced)) {
        return err_set(err, ERR_NO_MEMORY, "no memory to convert the page's characters");
    }
    return ERR_OK;
}
