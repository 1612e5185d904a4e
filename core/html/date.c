/* date.c - dates as attributes of pages have them, to ISO 8601. One reader for each order of day, month and year. */
#include <stdio.h>
#include <time.h>

#include "core/html/meta.h"

#include "core/base/banned.h"

static bool number(struct str s, size_t *at, size_t min, size_t max, int *out) {
    size_t n = 0;
    *out = 0;
    while (n < max && *at + n < s.n && s.p[*at + n] >= '0' && s.p[*at + n] <= '9') {
        *out = *out * 10 + (s.p[*at + n] - '0');
        n++;
    }
    *at += n;
    return n >= min;
}

static bool one_of(struct str s, size_t *at, const char *set) {
    if (*at < s.n && s.p[*at] && strchr(set, s.p[*at])) {
        ++*at;
        return true;
    }
    return false;
}

static int month_named(struct str s, size_t at) {
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char low[3];
    if (at + 3 > s.n) {
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        low[i] = (char)(s.p[at + (size_t)i] | 0x20);
    }
    for (int m = 0; m < 12; m++) {
        if (memcmp(low, months + (ptrdiff_t)m * 3, 3) == 0) {
            return m + 1;
        }
    }
    return 0;
}

static size_t skip_letters(struct str s, size_t at) {
    while (at < s.n && (((s.p[at] | 0x20) >= 'a' && (s.p[at] | 0x20) <= 'z') || s.p[at] == '.')) {
        at++;
    }
    return at;
}

static size_t skip_marks(struct str s, size_t at) {
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == ',')) {
        at++;
    }
    return at;
}

/* "18 Nov 2019", "Mon, 18 Nov 2019 ...", "November 18, 2019 ..." */
static bool english_day(struct str s, size_t *at, int *y, int *m, int *d) {
    size_t i = 0;
    if (!month_named(s, 0) && s.n && (unsigned char)s.p[0] > '9') {
        i = skip_marks(s, skip_letters(s, 0)); /* the weekday */
    }
    *m = month_named(s, i);
    if (*m) {
        i = skip_marks(s, skip_letters(s, i));
        if (!number(s, &i, 1, 2, d)) {
            return false;
        }
        i = skip_letters(s, i); /* 18th */
    } else {
        if (!number(s, &i, 1, 2, d)) {
            return false;
        }
        i = skip_marks(s, skip_letters(s, i));
        *m = month_named(s, i);
        i = skip_letters(s, i);
    }
    i = skip_marks(s, i);
    bool good = *m && number(s, &i, 4, 4, y);
    *at = i;
    return good;
}

/* d.m.yyyy, d/m/yyyy, m/d/yyyy; with slashes one of the two must be no month. */
static bool european_day(struct str s, size_t *at, int *y, int *m, int *d) {
    size_t i = 0;
    char mark = '\0';
    if (!number(s, &i, 1, 2, d) || i >= s.n) {
        return false;
    }
    mark = s.p[i];
    if (!one_of(s, &i, "./-") || !number(s, &i, 1, 2, m) || i >= s.n || s.p[i] != mark || !one_of(s, &i, "./-") || !number(s, &i, 4, 4, y)) {
        return false;
    }
    if (mark != '.' && *m > 12 && *d <= 12) {
        int day = *m;
        *m = *d;
        *d = day;
    } else if (mark != '.' && *d <= 12 && *d != *m) {
        return false; /* which of the two is the month is anybody's guess */
    }
    *at = i;
    return true;
}

/* 2024年5月20日, 2024년 5월 20일 */
static bool east_asian_day(struct str s, size_t *at, int *y, int *m, int *d) {
    static const char *const marks[2][3] = {{"\xE5\xB9\xB4", "\xE6\x9C\x88", "\xE6\x97\xA5"}, {"\xEB\x85\x84", "\xEC\x9B\x94", "\xEC\x9D\xBC"}};
    int *to[3] = {y, m, d};
    size_t i = 0;
    int script = -1;
    for (int k = 0; k < 3; k++) {
        while (k && i < s.n && s.p[i] == ' ') {
            i++;
        }
        if (!number(s, &i, k ? 1 : 4, k ? 2 : 4, to[k])) {
            return false;
        }
        struct str rest = str_sub(s, i, i + 3);
        script = k ? script : str_eqz(rest, marks[1][0]) ? 1 : 0;
        if (!str_eqz(rest, marks[script][k])) {
            return false;
        }
        i += 3;
    }
    *at = i;
    return true;
}

/* "Mon May 20 09:14:00 CST 2024": moved into an order that the others read. */
static struct str from_ctime(struct arena *a, struct str s) {
    size_t i = skip_marks(s, skip_letters(s, 0)), month = i;
    int d, h, mi, sec, y;
    if (i == 0 || !month_named(s, i)) {
        return s;
    }
    i = skip_marks(s, skip_letters(s, i));
    if (!number(s, &i, 1, 2, &d) || !one_of(s, &i, " ") || !number(s, &i, 2, 2, &h) || !one_of(s, &i, ":") || !number(s, &i, 2, 2, &mi) ||
        !one_of(s, &i, ":") || !number(s, &i, 2, 2, &sec) || !one_of(s, &i, " ")) {
        return s;
    }
    size_t zone = i, zone_end;
    while (i < s.n && s.p[i] != ' ') {
        i++;
    }
    zone_end = i;
    if (zone + 4 == zone_end && s.p[zone] >= '0' && s.p[zone] <= '9') { /* no zone: the year already */
        i = zone;
        zone_end = zone;
    } else {
        i = skip_marks(s, i);
    }
    bool utc = str_eqz(str_sub(s, zone, zone_end), "GMT") || str_eqz(str_sub(s, zone, zone_end), "UTC");
    return number(s, &i, 4, 4, &y) ? arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%s", y, month_named(s, month), d, h, mi, sec, utc ? "Z" : "") : s;
}

/* Seconds or milliseconds since 1970, as ISO in UTC; 14 or 12 digits as a date and a time; else s. */
static struct str from_digits(struct arena *a, struct str s) {
    double v = 0;
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9') {
        v = v * 10 + (s.p[digits++] - '0');
    }
    if (digits != s.n) {
        return s;
    }
    if (digits == 12 || digits == 14) {
        return arena_printf(a, "%.8s %.2s:%.2s:%.2s", s.p, s.p + 8, s.p + 10, digits == 14 ? s.p + 12 : "00");
    }
    time_t t = (time_t)(digits == 13 ? v / 1000 : v);
    struct tm tm;
    if ((digits != 10 && digits != 13) || !gmtime_r(&t, &tm)) {
        return s;
    }
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* yyyy-mm-dd, yyyy/m/d, yyyymmdd */
static bool numeric_day(struct str s, size_t *at, int *y, int *m, int *d) {
    size_t i = 0;
    if (!number(s, &i, 4, 4, y)) {
        return false;
    }
    bool sep = one_of(s, &i, "-/.");
    if (!number(s, &i, sep ? 1 : 2, 2, m)) {
        return false;
    }
    if (sep && !one_of(s, &i, "-/.")) {
        return false;
    }
    bool good = number(s, &i, sep ? 1 : 2, 2, d);
    *at = i;
    return good;
}

static bool valid_day(int y, int m, int d) {
    static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    return y >= 1970 && y <= 2100 && m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] && (leap || m != 2 || d < 29);
}

/* Z, +hh:mm, +hhmm, +hh, GMT; writes "Z", "+hh:mm" or nothing */
static void read_zone(struct str s, size_t i, char out[8]) {
    int h, m = 0;
    while (i < s.n && s.p[i] == ' ') {
        i++;
    }
    out[0] = '\0';
    if (i >= s.n) {
        return;
    }
    if (s.p[i] == 'Z' || s.p[i] == 'z' || str_starts(str_sub(s, i, s.n), STR("GMT")) || str_starts(str_sub(s, i, s.n), STR("UTC"))) {
        memcpy(out, "Z", 2);
        return;
    }
    char sign = s.p[i];
    if ((sign == '+' || sign == '-') && (i++, number(s, &i, 1, 2, &h)) && h <= 14) {
        one_of(s, &i, ":");
        number(s, &i, 2, 2, &m);
        snprintf(out, 8, "%c%02u:%02u", sign, (unsigned)h % 24, (unsigned)m % 60);
    }
}

/* What begins as a date and may go on with a time. */
struct str meta_date(struct arena *a, struct str s) {
    int y, mo, d, h, mi, sec = 0, fraction;
    size_t i = 0;
    char zone[8] = "";
    s = str_trim(s);
    s = s.n <= 80 ? from_ctime(a, from_digits(a, s)) : s;
    bool day = s.n <= 80 && (numeric_day(s, &i, &y, &mo, &d) || european_day(s, &i, &y, &mo, &d) || east_asian_day(s, &i, &y, &mo, &d) ||
                             english_day(s, &i, &y, &mo, &d));
    if (!day || !valid_day(y, mo, d) ||
        (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')) {
        return STR_NONE;
    }
    size_t t = i;
    while (t < s.n && (s.p[t] == 'T' || s.p[t] == 't' || s.p[t] == ' ' || s.p[t] == ',')) {
        t++;
    }
    bool timed = t > i && number(s, &t, 2, 2, &h) && h < 24 && one_of(s, &t, ":") && number(s, &t, 2, 2, &mi) && mi < 60;
    if (!timed) {
        return arena_printf(a, "%04d-%02d-%02d", y, mo, d);
    }
    if (one_of(s, &t, ":")) {
        number(s, &t, 2, 2, &sec);
        if (one_of(s, &t, ".,")) {
            number(s, &t, 1, 9, &fraction);
        }
    }
    size_t after = t;
    while (after < s.n && s.p[after] == ' ') {
        after++;
    }
    char half = after + 1 < s.n && (s.p[after + 1] | 0x20) == 'm' ? (char)(s.p[after] | 0x20) : ' ';
    if (half == 'p' || half == 'a') {
        h = h % 12 + (half == 'p' ? 12 : 0);
        t = after + 2;
    }
    read_zone(s, t, zone);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%s", y, mo, d, h, mi, sec < 60 ? sec : 59, zone);
}
