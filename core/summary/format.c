/* format.c - see format.h. */
#include "core/summary/format.h"

#include <math.h>
#include <stdio.h>

#include <unicode/udat.h>
#include <unicode/ulistformatter.h>
#include <unicode/unum.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include "core/base/buf.h"

#include "core/base/banned.h"

enum { LONGEST = 512 /* UTF-16 units of one formatted thing or list */, CURRENCIES = 64, DATE_KINDS = 3 };

struct currency {
    char code[4];
    struct str one, other;
};

/* One number with words around it: {x} stands for it. */
enum pattern { OVER, OVER_COUNT, AT_LEAST, UNDER, ABOUT, BETWEEN, PERCENT, MONEY, MILLION, MILLION_VOWEL, PER_YEAR, PER_MONTH, RANGE, MILLIONS, PAIR, PATTERNS };
static const struct {
    const char *section, *key;
} pattern_keys[PATTERNS] = {{"numbers", "over"}, {"numbers", "over-count"}, {"numbers", "least"}, {"numbers", "under"}, {"numbers", "about"}, {"numbers", "between"}, {"numbers", "percent"}, {"money", "pattern"},
                            {"money", "million"}, {"money", "million-vowel"}, {"money", "year"},    {"money", "month"},     {"dates", "range"},
                            {"numbers", "millions"},  /* of thousand millions: 2.600 millones */
                            {"numbers", "pair"}};     /* two things in a list, where ICU's way is not ours */

/* Kinds of dates with patterns of ICU, each with its preposition and bare; quarters and halves are written out. */
static const char *const date_keys[DATE_KINDS] = {"day", "month", "year"};
enum { DAY, MONTH, YEAR, PART };

struct format {
    const char *locale;
    UPluralRules *plurals;
    UListFormatter *lists;
    UNumberFormatter *plain, *compact;
    struct str decimal, group;           /* marks in numbers */
    struct str dates[DATE_KINDS][2][12]; /* [kind][bare][month], as ICU writes them, with {day} and {year} */
    struct str parts[6][2];            /* [quarter, then half][bare]: {year} stands for the year */
    double compact_from;
    struct str patterns[PATTERNS];
    struct currency currencies[CURRENCIES];
    size_t currency_count;
};

/* ---- opening and closing ---- */

/* ICU makes the fast form of a number formatter on its third use. That happens here, on one thread: no request pays for it,
 * and the workers only read. */
static void settle(const UNumberFormatter *nf, UErrorCode *status) {
    UFormattedNumber *result = unumf_openResult(status);
    for (int i = 0; i < 4; i++) {
        unumf_formatDouble(nf, 1234567.5, result, status);
    }
    unumf_closeResult(result);
}

static UNumberFormatter *open_number(const char *skeleton, const char *locale, UErrorCode *status) {
    UChar s[64];
    int32_t n = 0;
    u_strFromUTF8(s, 64, &n, skeleton, -1, status);
    UNumberFormatter *nf = unumf_openForSkeletonAndLocale(s, n, locale, status);
    if (U_SUCCESS(*status)) {
        settle(nf, status);
    }
    return nf;
}

static struct str to_utf8(struct arena *a, const UChar *s, int32_t n);

static UErrorCode read_marks(struct format *f, struct arena *a) {
    UErrorCode status = U_ZERO_ERROR;
    UChar mark[8];
    UNumberFormat *nf = unum_open(UNUM_DECIMAL, NULL, 0, f->locale, NULL, &status);
    if (U_SUCCESS(status)) {
        f->decimal = to_utf8(a, mark, unum_getSymbol(nf, UNUM_DECIMAL_SEPARATOR_SYMBOL, mark, 8, &status));
        f->group = to_utf8(a, mark, unum_getSymbol(nf, UNUM_GROUPING_SEPARATOR_SYMBOL, mark, 8, &status));
    }
    unum_close(nf);
    return status;
}

enum err_code format_open(struct format **out, struct arena *a, const char *icu_locale, struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    struct format *f = ARENA_NEW(a, struct format);
    if (!f) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the formats");
    }
    *f = (struct format){.locale = icu_locale, .compact_from = 1e6};
    f->plurals = uplrules_open(icu_locale, &status);
    f->lists = ulistfmt_open(icu_locale, &status);
    f->plain = open_number(".########", icu_locale, &status);
    f->compact = open_number("compact-long .###", icu_locale, &status);
    status = U_FAILURE(status) ? status : read_marks(f, a);
    *out = f;
    if (U_FAILURE(status)) {
        format_close(f);
        *out = NULL;
        return err_set(err, ERR_DATA, "ICU has no formats for %s: %s", icu_locale, u_errorName(status));
    }
    return ERR_OK;
}

void format_close(struct format *f) {
    if (!f) {
        return;
    }
    uplrules_close(f->plurals);
    ulistfmt_close(f->lists);
    unumf_close(f->plain);
    unumf_close(f->compact);
}

/* ---- settings ---- */

static struct str unquoted(struct str s) {
    return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' ? str_sub(s, 1, s.n - 1) : s;
}

static enum err_code set_currency(struct format *f, const struct conf *c, struct str key, struct str value, struct err *err) {
    bool hant = str_eqz(str_sub(key, 3, key.n), "-Hant"); /* for readers of traditional Chinese alone */
    if (hant && !strstr(f->locale, "Hant")) {
        return ERR_OK;
    }
    if ((key.n != 3 && !hant) || f->currency_count == CURRENCIES) {
        return conf_fail(c, err, "expected a currency such as EUR, at most %d of them", CURRENCIES);
    }
    struct currency *one = &f->currencies[f->currency_count++];
    memcpy(one->code, key.p, 3);
    one->one = str_trim(str_cut(&value, ','));
    one->other = value.n ? str_trim(value) : one->one;
    return ERR_OK;
}

/* Milliseconds since 1970 of a day (Hinnant's days from civil, as in core/value). */
static double millis(int year, int month, int day) {
    int y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return ((double)era * 146097 + doe - 719468) * 86400000.0;
}

/* s with the first needle in it replaced; as it is where there is none. */
static struct str with(struct arena *a, struct str s, const char *needle, const char *word) {
    size_t at = str_find(s, str_of(needle), 0);
    return at == SIZE_MAX ? s
                          : arena_printf(a, "%.*s%s%.*s", (int)at, s.p, word, (int)(s.n - at - strlen(needle)), s.p + at + strlen(needle));
}

/* Lets ICU write the 23rd of every month of 2001, and keeps that with holes for day and year: at request time nothing but these
 * texts is needed, which no thread changes. */
static enum err_code write_months(const struct format *f, struct arena *a, const struct conf *c, struct str pattern, struct str out[12],
                                  struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    UChar p[128], text[128];
    int32_t n = 0;
    static const UChar utc[] = {'U', 'T', 'C', 0};
    u_strFromUTF8(p, 128, &n, pattern.p, (int32_t)pattern.n, &status);
    UDateFormat *df = udat_open(UDAT_PATTERN, UDAT_PATTERN, f->locale, utc, 3, p, n, &status);
    for (int month = 0; U_SUCCESS(status) && month < 12; month++) {
        n = udat_format(df, millis(2001, month + 1, 23), text, 128, NULL, &status);
        out[month] = with(a, with(a, to_utf8(a, text, n), "23", "{day}"), "2001", "{year}");
    }
    if (df) {
        udat_close(df);
    }
    return U_SUCCESS(status) ? ERR_OK : conf_fail(c, err, "ICU refuses the date pattern: %s", u_errorName(status));
}

static enum err_code set_date(struct format *f, struct arena *a, const struct conf *c, struct str key, struct str value, struct err *err) {
    bool bare = str_starts(key, STR("bare-"));
    struct str kind = bare ? str_sub(key, 5, key.n) : key;
    for (size_t i = 0; i < 6; i++) {
        static const char *const part_keys[6] = {"quarter1", "quarter2", "quarter3", "quarter4", "half1", "half2"};
        if (str_eqz(kind, part_keys[i])) {
            f->parts[i][bare] = value;
            return ERR_OK;
        }
    }
    for (size_t i = 0; i < DATE_KINDS; i++) {
        if (str_eqz(kind, date_keys[i])) {
            return write_months(f, a, c, value, f->dates[i][bare], err);
        }
    }
    return conf_fail(c, err, "unknown key '%.*s'", STR_ARG(key));
}

enum err_code format_setting(struct format *f, struct arena *a, const struct conf *c, bool *mine, struct err *err) {
    struct str key, value;
    *mine = str_eqz(c->section, "numbers") || str_eqz(c->section, "money") || str_eqz(c->section, "dates");
    if (!*mine) {
        return ERR_OK;
    }
    if (!conf_pair(c, &key, &value)) {
        return conf_fail(c, err, "expected 'key = value'");
    }
    value = unquoted(value);
    for (size_t i = 0; i < PATTERNS; i++) {
        if (str_eqz(c->section, pattern_keys[i].section) && str_eqz(key, pattern_keys[i].key)) {
            f->patterns[i] = value;
            return ERR_OK;
        }
    }
    if (str_eqz(key, "compact-from")) {
        return str_to_double(value, &f->compact_from) ? ERR_OK : conf_fail(c, err, "compact-from is a number");
    }
    if (str_eqz(c->section, "money")) {
        return set_currency(f, c, key, value, err);
    }
    if (str_eqz(key, "list-locale")) { /* whose lists are written "A, B and C" */
        UErrorCode status = U_ZERO_ERROR;
        char locale[16] = "";
        memcpy(locale, value.p, value.n < 15 ? value.n : 15);
        ulistfmt_close(f->lists);
        f->lists = ulistfmt_open(locale, &status);
        return U_SUCCESS(status) ? ERR_OK : conf_fail(c, err, "ICU has no lists for '%s': %s", locale, u_errorName(status));
    }
    if (str_eqz(key, "grouping")) { /* no: 1200, not 1,200 */
        UErrorCode status = U_ZERO_ERROR;
        unumf_close(f->plain);
        f->plain = open_number(str_eqz(value, "no") ? "group-off .########" : ".########", f->locale, &status);
        return U_SUCCESS(status) ? ERR_OK : conf_fail(c, err, "ICU refuses the number format: %s", u_errorName(status));
    }
    return str_eqz(c->section, "dates") ? set_date(f, a, c, key, value, err) : conf_fail(c, err, "unknown key '%.*s'", STR_ARG(key));
}

/* ---- from ICU's UTF-16 ---- */

static struct str to_utf8(struct arena *a, const UChar *s, int32_t n) {
    UErrorCode status = U_ZERO_ERROR;
    char out[LONGEST * 3];
    int32_t bytes = 0;
    u_strToUTF8(out, sizeof out, &bytes, s, n, &status);
    return U_SUCCESS(status) ? arena_dup(a, (struct str){out, (size_t)bytes}) : STR_NONE;
}

/* Words with {name}s replaced; a pattern left out of the file is the first value alone. */
struct word {
    const char *name;
    struct str text;
};
static struct str replace(struct arena *a, struct str pattern, const struct word *words, size_t n) {
    struct buf b;
    buf_init(&b, a);
    if (!pattern.n) {
        return words[0].text;
    }
    for (size_t i = 0; i < pattern.n; i++) {
        size_t end = pattern.p[i] == '{' ? str_find(pattern, STR("}"), i) : SIZE_MAX;
        if (end == SIZE_MAX) {
            buf_addc(&b, pattern.p[i]);
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (str_eqz(str_sub(pattern, i + 1, end), words[k].name)) {
                buf_add(&b, words[k].text);
            }
        }
        i = end;
    }
    return buf_str(&b);
}

/* ---- numbers ---- */

static struct str number_by(const UNumberFormatter *nf, struct arena *a, double x) {
    UErrorCode status = U_ZERO_ERROR;
    UChar s[128];
    UFormattedNumber *result = unumf_openResult(&status);
    unumf_formatDouble(nf, x, result, &status);
    int32_t n = unumf_resultToString(result, s, 128, &status);
    unumf_closeResult(result);
    return U_SUCCESS(status) ? to_utf8(a, s, n) : STR_NONE;
}

/* Whether x has at most three decimals in some unit of thousands or ten thousands: then the compact form loses nothing. */
static bool compact_is_exact(double x, double unit) {
    double scaled = x / unit * 1000;
    return fabs(scaled - round(scaled)) < 1e-7 * fmax(1, fabs(scaled));
}

static bool is_compact(const struct format *f, double x) {
    double size = fabs(x), base = f->compact_from;
    if (size < base || size >= 1e15) {
        return false;
    }
    double step = base < 1e6 ? 1e4 : 1e3, unit = base;
    while (size >= unit * step) {
        unit *= step;
    }
    return compact_is_exact(x, unit);
}

static struct str bounded(const struct format *f, struct arena *a, enum pattern which, struct str x) {
    return replace(a, f->patterns[which], (struct word[]){{"x", x}}, 1);
}

struct str format_number(const struct format *f, struct arena *a, double x) {
    if (f->patterns[MILLIONS].n && fabs(x) >= 1e9 && fabs(x) < 1e12 && compact_is_exact(x, 1e6)) {
        return bounded(f, a, MILLIONS, number_by(f->plain, a, x / 1e6));
    }
    return number_by(is_compact(f, x) ? f->compact : f->plain, a, x);
}

static struct str between_words(const struct format *f, struct arena *a, enum pattern which, struct str x, struct str y) {
    return replace(a, f->patterns[which], (struct word[]){{"x", x}, {"y", y}}, 2);
}

static struct str between(const struct format *f, struct arena *a, struct str low, struct str high) {
    return between_words(f, a, BETWEEN, low, high);
}

/* 10,000,000 to 99,999,999 is how an "eight-figure" sum is stored: said as its lower bound. */
static bool is_magnitude(const struct ng_value *v) {
    return v->has_min && v->has_max && v->min > 0 && fabs(v->max - (v->min * 10 - 1)) < 0.5;
}

struct str format_percent(const struct format *f, struct arena *a, const struct ng_value *v) {
    double shown[2] = {v->has_amount ? v->amount : v->has_min ? v->min : v->max, v->max};
    struct str texts[2];
    if (!v->has_amount && !v->has_min && !v->has_max) {
        return STR_NONE;
    }
    for (size_t i = 0; i < 2; i++) {
        texts[i] = replace(a, f->patterns[PERCENT], (struct word[]){{"x", number_by(f->plain, a, shown[i])}}, 1);
    }
    return v->has_amount              ? texts[0]
           : v->has_min && v->has_max ? between(f, a, texts[0], texts[1])
                                      : bounded(f, a, v->has_min ? OVER : UNDER, texts[0]);
}

struct str format_count(const struct format *f, struct arena *a, const struct ng_value *v, bool about, bool least) {
    struct str n = format_number(f, a, v->has_amount ? v->amount : v->has_min ? v->min : v->max);
    if (least && v->has_min && f->patterns[AT_LEAST].n) {
        return bounded(f, a, AT_LEAST, n);
    }
    return about ? bounded(f, a, ABOUT, n) : v->has_amount ? n : bounded(f, a, !v->has_min ? UNDER : f->patterns[OVER_COUNT].n ? OVER_COUNT : OVER, n);
}

/* ---- money ---- */

static const struct currency *currency_of(const struct format *f, const char *code) {
    for (size_t i = f->currency_count; i-- > 0;) { /* the last line of a currency counts */
        if (memcmp(f->currencies[i].code, code, 3) == 0) {
            return &f->currencies[i];
        }
    }
    return NULL;
}

static struct str one_sum(const struct format *f, struct arena *a, const struct currency *c, double x) {
    bool large = is_compact(f, x) && fabs(x) >= 1e6 && f->patterns[MILLION].n;
    bool one = strcmp(format_plural(f, x), "one") == 0 && fabs(x) < 2; /* French has one for 1.5, too */
    struct word words[] = {{"number", format_number(f, a, x)}, {"currency", one ? c->one : c->other}};
    bool vowel = words[1].text.n && strchr("aeiouAEIOU", words[1].text.p[0]) && f->patterns[MILLION_VOWEL].n; /* d'euros */
    return replace(a, f->patterns[!large ? MONEY : vowel ? MILLION_VOWEL : MILLION], words, 2);
}

struct str format_money(const struct format *f, struct arena *a, const struct ng_value *v, char period) {
    const struct currency *c = currency_of(f, v->currency);
    struct str text;
    if (!c) {
        return STR_NONE;
    }
    if (v->has_amount) {
        text = one_sum(f, a, c, v->amount);
    } else if (v->has_min && v->has_max && !is_magnitude(v)) {
        text = between(f, a, one_sum(f, a, c, v->min), one_sum(f, a, c, v->max));
    } else if (v->has_min || v->has_max) {
        text = bounded(f, a, v->has_min ? OVER : UNDER, one_sum(f, a, c, v->has_min ? v->min : v->max));
    } else {
        return STR_NONE;
    }
    enum pattern per = period == 'y' ? PER_YEAR : PER_MONTH;
    return period && f->patterns[per].n ? replace(a, f->patterns[per], (struct word[]){{"x", text}}, 1) : text;
}

/* ---- dates ---- */

static bool digits(struct str s, size_t at, size_t n, int *out) {
    *out = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') {
            return false;
        }
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

/* A date in its parts. */
struct calendar {
    int kind; /* DAY, MONTH, YEAR, PART; -1: none of ours */
    int month, day;
    int part; /* 0 to 3 the quarters, 4 and 5 the halves */
    struct str year;
};

static struct calendar read_date(struct str iso) {
    struct calendar c = {.kind = -1, .month = 1, .day = 1, .year = str_sub(iso, 0, 4)};
    int y, m = 1;
    if (!digits(iso, 0, 4, &y) || (iso.n > 4 && iso.p[4] != '-')) {
        return c;
    }
    if (iso.n == 4) {
        c.kind = YEAR;
    } else if (iso.n == 7 && (iso.p[5] == 'Q' || iso.p[5] == 'H')) {
        bool quarter = iso.p[5] == 'Q';
        c.kind = digits(iso, 6, 1, &m) && m >= 1 && m <= (quarter ? 4 : 2) ? PART : -1;
        c.part = quarter ? m - 1 : m + 3;
    } else if (digits(iso, 5, 2, &c.month) && c.month >= 1 && c.month <= 12) {
        bool day = iso.n == 10 && iso.p[7] == '-' && digits(iso, 8, 2, &c.day) && c.day >= 1 && c.day <= 31;
        c.kind = iso.n == 7 ? MONTH : day ? DAY : -1;
    }
    return c;
}

static struct str one_date(const struct format *f, struct arena *a, struct str iso, bool bare) {
    struct calendar c = read_date(iso);
    if (c.kind < 0) {
        return STR_NONE;
    }
    struct str pattern = c.kind == PART ? f->parts[c.part][bare] : f->dates[c.kind][bare][c.month - 1];
    char day[12];
    snprintf(day, sizeof day, "%d", c.day);
    return pattern.n ? replace(a, pattern, (struct word[]){{"year", c.year}, {"day", str_of(day)}}, 2) : STR_NONE;
}

struct str format_date(const struct format *f, struct arena *a, struct str iso, bool bare) {
    struct str to = iso, from = str_cut(&to, '/');
    if (!to.n || str_eq(from, to)) {
        return one_date(f, a, from, bare);
    }
    struct str x = one_date(f, a, from, true), y = one_date(f, a, to, true);
    return x.n && y.n && f->patterns[RANGE].n ? replace(a, f->patterns[RANGE], (struct word[]){{"from", x}, {"to", y}}, 2) : STR_NONE;
}

/* ---- lists, plurals, the way back ---- */

struct str format_list(const struct format *f, struct arena *a, const struct str *items, size_t n) {
    UErrorCode status = U_ZERO_ERROR;
    UChar **texts = ARENA_ARRAY(a, n + 1, UChar *), out[LONGEST];
    int32_t *lengths = ARENA_ARRAY(a, n + 1, int32_t);
    if (n == 1 || !texts || !lengths) {
        return n == 1 ? items[0] : STR_NONE;
    }
    if (n == 2 && f->patterns[PAIR].n) {
        return between_words(f, a, PAIR, items[0], items[1]);
    }
    for (size_t i = 0; i < n; i++) {
        texts[i] = ARENA_ARRAY(a, items[i].n + 1, UChar);
        if (!texts[i]) {
            return STR_NONE;
        }
        u_strFromUTF8(texts[i], (int32_t)items[i].n + 1, &lengths[i], items[i].p, (int32_t)items[i].n, &status);
    }
    int32_t made = ulistfmt_format(f->lists, (const UChar *const *)texts, lengths, (int32_t)n, out, LONGEST, &status);
    return U_SUCCESS(status) ? to_utf8(a, out, made) : STR_NONE;
}

const char *format_plural(const struct format *f, double x) {
    static const char *const categories[] = {"zero", "one", "two", "few", "many"};
    UErrorCode status = U_ZERO_ERROR;
    UChar s[16];
    int32_t n = uplrules_select(f->plurals, x, s, 16, &status);
    for (size_t i = 0; U_SUCCESS(status) && i < sizeof categories / sizeof categories[0]; i++) {
        UChar want[16];
        int32_t length = 0;
        u_strFromUTF8(want, 16, &length, categories[i], -1, &status);
        if (length == n && u_memcmp(want, s, n) == 0) {
            return categories[i];
        }
    }
    return "other";
}

bool format_parse(const struct format *f, struct str s, double *out) {
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        struct str rest = str_sub(s, i, s.n);
        if (n + 2 > sizeof plain) {
            return false;
        }
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            plain[n++] = s.p[i++];
        } else if (f->decimal.n && str_starts(rest, f->decimal)) {
            plain[n++] = '.';
            i += f->decimal.n;
        } else if (f->group.n && str_starts(rest, f->group)) {
            i += f->group.n;
        } else {
            return false;
        }
    }
    return n && str_to_double((struct str){plain, n}, out);
}
