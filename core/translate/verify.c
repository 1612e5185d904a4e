/* verify.c - holds a translated sentence against its source: names, numbers, script, shape.
 *
 * A reader cannot tell a wrong translation from a right one; what can be told by comparing is told here, and in doubt a
 * sentence is not shown. Names: one of the forms that the caller allows has to stand in the translation, folded and on
 * word bounds. Numbers: read on both sides by the rules of either language (core/value), so that 三百五十万 is 3.5 million
 * and 12月 is December; each that is more than a small word must have its equal. */
#include <math.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/utf8.h"
#include "core/translate/inside.h"

#include "core/base/banned.h"

const char *translate_fault_name(enum translate_fault fault) {
    static const char *const names[] = {"good", "name", "number", "unchanged", "garbled"};
    return names[fault];
}

struct check {
    const struct translate *t;
    struct arena *a;
    struct str source, target;           /* trimmed */
    struct str source_fold, target_fold; /* of them; as long in characters */
    struct translate_result *r;
};

static bool fail(struct check *c, enum translate_fault fault, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* false, for the caller to return */
static bool fail(struct check *c, enum translate_fault fault, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    c->r->fault = fault;
    c->r->why = arena_vprintf(c->a, format, ap);
    va_end(ap);
    return false;
}

static bool is_han(int32_t c) {
    return c >= 0x2E80 && u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC);
}

static bool is_word(int32_t c) {
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

/* ---- shape ---- */

/* How much is said: letters and digits, where a Han character says as much as some letters. */
static double amount(struct str s) {
    double sum = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t c = utf8_next(s, &at);
        UErrorCode status = U_ZERO_ERROR;
        UScriptCode script = c < 0x1100 ? USCRIPT_LATIN : uscript_getScript(c, &status);
        bool dense = script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL;
        sum += !is_word(c) ? 0 : script == USCRIPT_HAN ? 3 : dense ? 2 : 1;
    }
    return sum;
}

enum { LOOP_PERIOD = 60, LOOP_TEXT = 6000 };

/* Whether s says one thing over and over: some stretch of letters four times in a row. */
static bool loops(struct arena *a, struct str s) {
    int32_t *cs = ARENA_ARRAY(a, s.n + 1, int32_t);
    size_t n = 0;
    for (size_t at = 0; cs && at < s.n && n < LOOP_TEXT;) {
        int32_t c = utf8_next(s, &at);
        if (is_word(c)) {
            cs[n++] = c;
        }
    }
    for (size_t period = 1; cs && period <= LOOP_PERIOD && period * 4 <= n; period++) {
        size_t least = period * 3 < 9 ? 9 : period * 3, run = 0;
        for (size_t i = period; i < n; i++) {
            run = cs[i] == cs[i - period] && !u_isdigit(cs[i]) ? run + 1 : 0;
            if (run >= least) {
                return true;
            }
        }
    }
    return false;
}

static bool check_shape(struct check *c) {
    static const struct str unknown = {"\xe2\x81\x87", 3}, broken = {"\xef\xbf\xbd", 3};
    double from = amount(c->source), to = amount(c->target);
    if (c->target.n == 0 || (from > 0 && to == 0)) {
        return fail(c, TRANSLATE_GARBLED, "the translation is empty");
    }
    if ((str_find(c->target, unknown, 0) != SIZE_MAX && str_find(c->source, unknown, 0) == SIZE_MAX) ||
        (str_find(c->target, broken, 0) != SIZE_MAX && str_find(c->source, broken, 0) == SIZE_MAX)) {
        return fail(c, TRANSLATE_GARBLED, "the translation has signs for words that are not known");
    }
    if (from >= 12 && (to < 0.3 * from || to > 4 * from + 12)) {
        return fail(c, TRANSLATE_GARBLED, "the translation is far too %s for what it translates", to < from ? "short" : "long");
    }
    if (loops(c->a, c->target_fold) && !loops(c->a, c->source_fold)) {
        return fail(c, TRANSLATE_GARBLED, "the translation repeats itself");
    }
    return true;
}

/* ---- script ---- */

enum { SCRIPTS = 8 };

/* Share of the letters of s that are of the scripts that code's language is written in; 1 where there are no letters or the
 * scripts are not known. */
static double share_in_script(struct str s, struct str code, double *latin) {
    char locale[16] = "";
    UScriptCode scripts[SCRIPTS];
    UErrorCode status = U_ZERO_ERROR;
    double letters = 0, own = 0, roman = 0;
    memcpy(locale, code.p, code.n < sizeof locale - 1 ? code.n : sizeof locale - 1);
    int32_t n = uscript_getCode(locale, scripts, SCRIPTS, &status);
    *latin = 0;
    if (U_FAILURE(status) || n == 0) {
        return 1;
    }
    for (size_t at = 0; at < s.n;) {
        int32_t c = utf8_next(s, &at);
        status = U_ZERO_ERROR;
        UScriptCode script = uscript_getScript(c, &status);
        bool mine = false;
        if (!u_isalpha(c) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED) {
            continue;
        }
        for (int32_t i = 0; i < n; i++) {
            mine = mine || script == scripts[i] || (script == USCRIPT_HAN && (scripts[i] == USCRIPT_SIMPLIFIED_HAN || scripts[i] == USCRIPT_TRADITIONAL_HAN));
        }
        double weight = script == USCRIPT_HAN ? 3 : 1;
        letters += weight;
        own += mine ? weight : 0;
        roman += script == USCRIPT_LATIN ? weight : 0;
    }
    *latin = letters > 0 ? roman / letters : 0;
    return letters > 0 ? own / letters : 1;
}

static bool check_script(struct check *c, struct str to) {
    double latin, share = share_in_script(c->target, to, &latin);
    /* names in Latin letters are at home everywhere */
    if (share + latin < 0.9 || share < 0.25) {
        return fail(c, TRANSLATE_UNCHANGED, "the translation is not written in the script of its language");
    }
    if (amount(c->source) > 24 && str_eq(c->source_fold, c->target_fold)) {
        return fail(c, TRANSLATE_UNCHANGED, "the sentence came back untranslated");
    }
    return true;
}

/* ---- names ---- */

/* Whether form stands in text, both folded: on word bounds, but for Han characters, which have none. */
static bool stands_in(struct str text, struct str form) {
    for (size_t at = 0; form.n && (at = str_find(text, form, at)) != SIZE_MAX; at++) {
        size_t first = 0, last = form.n, left = at, right = at + form.n;
        int32_t head = utf8_next(form, &first), tail = utf8_prev(form, &last);
        bool good = true;
        if (left > 0 && is_word(head) && !is_han(head)) {
            int32_t c = utf8_prev(text, &left);
            good = !is_word(c) || is_han(c);
        }
        if (right < text.n && is_word(tail) && !is_han(tail)) {
            int32_t c = utf8_next(text, &right);
            good = good && (!is_word(c) || is_han(c));
        }
        if (good) {
            return true;
        }
    }
    return false;
}

static bool check_names(struct check *c, const struct translate_sentence *s) {
    for (size_t i = 0; i < s->name_count; i++) {
        const struct translate_name *name = &s->names[i];
        struct str own = str_sub(s->text, name->start, name->end);
        bool found = own.n == 0 || stands_in(c->target_fold, text_fold(c->t->fold, c->a, own));
        for (size_t k = 0; k < name->form_count && !found; k++) {
            found = stands_in(c->target_fold, text_fold(c->t->fold, c->a, name->forms[k]));
        }
        if (!found) {
            struct str wanted = name->form_count ? name->forms[0] : own;
            return fail(c, TRANSLATE_NAME, "the name %.*s is not in the translation as it should be (%.*s)", STR_ARG(own), STR_ARG(wanted));
        }
    }
    return true;
}

/* ---- numbers ---- */

static bool same(const struct value_number *x, const struct value_number *y) {
    double least = fabs(x->value) < fabs(y->value) ? fabs(x->value) : fabs(y->value);
    if (fabs(x->value - y->value) <= 1e-6 * least) {
        return true;
    }
    /* the nineties are 90年代 and the 1990s */
    double high = x->value > y->value ? x->value : y->value, low = x->value > y->value ? y->value : x->value;
    return high >= 1900 && high < 2000 && fmod(high, 10) == 0 && low == high - 1900;
}

/* The first number of xs that has no equal among ys: of those that must (or with soft, that may) have one. */
static const struct value_number *left_over(const struct value_number *xs, size_t n, const struct value_number *ys, size_t m,
                                            bool soft) {
    for (size_t i = 0; i < n; i++) {
        bool found = xs[i].month || (!xs[i].hard && !soft);
        for (size_t k = 0; k < m && !found; k++) {
            found = same(&xs[i], &ys[k]);
        }
        if (!found) {
            return &xs[i];
        }
    }
    return NULL;
}

static enum err_code check_numbers(struct check *c, int source, int target, bool *good, struct err *err) {
    struct value_number *xs, *ys;
    size_t n, m;
    enum err_code code = value_numbers(c->t->values, source, c->a, c->source, c->source_fold, &xs, &n, err);
    code = code ? code : value_numbers(c->t->values, target, c->a, c->target, c->target_fold, &ys, &m, err);
    if (code != ERR_OK) {
        return code;
    }
    const struct value_number *lost = left_over(xs, n, ys, m, false), *added = left_over(ys, m, xs, n, false);
    if (!lost && !added) { /* "three died" for "zwei starben": words on both sides that do not pair */
        lost = left_over(xs, n, ys, m, true);
        added = lost ? left_over(ys, m, xs, n, true) : NULL;
        lost = added ? lost : NULL;
    }
    if (lost) {
        struct str s = str_sub(c->source, lost->start, lost->end);
        *good = fail(c, TRANSLATE_NUMBER, "the number %.*s is not in the translation", STR_ARG(s));
    } else if (added) {
        struct str s = str_sub(c->target, added->start, added->end);
        *good = fail(c, TRANSLATE_NUMBER, "the translation has the number %.*s, the source has not", STR_ARG(s));
    }
    return ERR_OK;
}

/* Short texts are hard to tell, and a wrong guess costs a good sentence: only what is long and certain counts. */
enum err_code verify_language(const struct translate *t, struct arena *a, int target, struct translate_result *r, struct err *err) {
    struct str text = str_trim(r->text);
    struct para all = {.start = 0, .end = (uint32_t)text.n};
    struct ng_request req = {.text = text};
    struct doc d = {.a = a, .req = &req, .input = text, .text = text, .paras = &all, .para_count = 1, .lang = LANG_NONE};
    if (target == LANG_NONE || amount(text) < 40) {
        return ERR_OK;
    }
    enum err_code code = lang_identify(t->langs, t->fold, &d, NULL);
    if (code == ERR_LANGUAGE || (code == ERR_OK && d.lang != target && d.lang_confidence >= 0.9F)) {
        r->fault = TRANSLATE_UNCHANGED;
        r->why = STR("the translation is in another language than it should be");
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory to check a translation") : ERR_OK;
}

enum err_code verify(const struct translate *t, struct arena *a, const struct translate_sentence *s, int source, int target,
                     struct str to, struct translate_result *r, struct err *err) {
    struct check c = {.t = t, .a = a, .source = str_trim(s->text), .target = str_trim(r->text), .r = r};
    c.source_fold = text_fold(t->fold, a, c.source);
    c.target_fold = text_fold(t->fold, a, c.target);
    if (arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory to check a translation");
    }
    r->fault = TRANSLATE_GOOD;
    r->why = STR("");
    bool good = check_shape(&c) && check_script(&c, to) && check_names(&c, s);
    enum err_code code = good ? check_numbers(&c, source, target, &good, err) : ERR_OK;
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory to check a translation") : code;
}
