/* number.c - numbers in digits, in words and in both: "3,5 Mrd.", 三百五十万, "two and a half million", "hàng chục triệu".
 *
 * One rule reads all systems: a stack of descending values. A number is pushed; a multiplier takes everything smaller
 * than itself off the stack, multiplies the sum (1 where there was none) and pushes it back; at the end the stack is
 * summed. 三百五十万 = ((3 x 100) + (5 x 10)) x 10000; "nghìn tỷ" = (1 x 1000) x 1e9. */
#include <math.h>

#include "core/value/in.h"

#include "core/base/banned.h"

enum { STACK = 8, NUMBER_ATOMS = 24 };

/* ---- digits ---- */

static bool all_groups_of_three(struct str raw, char sep) {
    size_t run = 0, groups = 0;
    for (size_t i = 0; i <= raw.n; i++) {
        if (i == raw.n || raw.p[i] == sep) {
            if (groups ? run != 3 : run < 1 || run > 3) {
                return false;
            }
            run = 0;
            groups++;
        } else {
            run++;
        }
    }
    return groups > 1;
}

/* raw with every `drop` gone and `point` as the decimal point. */
static bool plain_number(struct str raw, char drop, char point, double *out) {
    char digits[40];
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] == drop) {
            continue;
        }
        if (n == sizeof digits) {
            return false;
        }
        digits[n++] = raw.p[i] == point ? '.' : raw.p[i];
    }
    return str_to_double((struct str){digits, n}, out);
}

bool number_digits(const struct rules *r, struct str raw, double *out) {
    size_t dots = 0, commas = 0;
    for (size_t i = 0; i < raw.n; i++) {
        dots += raw.p[i] == '.';
        commas += raw.p[i] == ',';
    }
    if (dots + commas == 0) {
        return plain_number(raw, 0, 0, out);
    }
    if (dots && commas) { /* the last kind is the decimal point */
        char last = '.';
        for (size_t i = 0; i < raw.n; i++) {
            last = raw.p[i] == '.' || raw.p[i] == ',' ? raw.p[i] : last;
        }
        char group = last == '.' ? ',' : '.';
        size_t point = (size_t)((const char *)memrchr(raw.p, last, raw.n) - raw.p);
        return (last == '.' ? dots : commas) == 1 && all_groups_of_three(str_sub(raw, 0, point), group) &&
               plain_number(raw, group, last, out);
    }
    char sep = dots ? '.' : ',';
    bool grouped = all_groups_of_three(raw, sep);
    if (dots + commas > 1) {
        return grouped && plain_number(raw, sep, 0, out);
    }
    if (grouped && sep == r->grouping && raw.p[0] != '0') {
        return plain_number(raw, sep, 0, out);
    }
    return plain_number(raw, 0, sep, out); /* also the other convention's: 1.2 in a German text */
}

int number_dotted(struct str raw, int out[3], int widths[3]) {
    int n = 0;
    while (raw.n && n < 3) {
        size_t v = 0;
        struct str part = str_cut(&raw, '.');
        if (part.n > 4 || !str_to_size(part, &v)) {
            return 0;
        }
        widths[n] = (int)part.n;
        out[n++] = (int)v;
    }
    return raw.n == 0 && n > 1 ? n : 0;
}

/* ---- the stack ---- */

struct builder {
    const struct scan *s;
    uint32_t at, from;
    double v[STACK];
    int n;
    double mult;       /* last multiplier */
    bool word_on_top;  /* the top was pushed by a number word */
    bool after_mult;   /* the last step was a multiplier */
    bool any_number, any_digits, any_words, any_mult, weak, more;
    bool concat;       /* digits said one by one: 二〇二四 */
    double first_of_two; /* 五六十万: the lower digit, 0 for none */
    double two_lo, two_scale;
};

static bool push(struct builder *b, double v) {
    if (b->n == STACK || (b->n && !(b->v[b->n - 1] > v))) {
        return false;
    }
    b->v[b->n++] = v;
    b->after_mult = false;
    return true;
}

static void multiply(struct builder *b, double m) {
    double sum = 0;
    while (b->n && b->v[b->n - 1] < m) {
        sum += b->v[--b->n];
    }
    if (b->n < STACK) {
        b->v[b->n++] = (sum > 0 ? sum : 1) * m;
    }
    if (b->two_lo > 0) {
        b->two_scale *= m;
    }
    b->mult = m;
    b->any_mult = b->after_mult = true;
    b->word_on_top = false;
}

/* The multiplier at an atom, plain or glued; its length or 0. */
static uint32_t mult_at(const struct scan *s, uint32_t at, double *m) {
    const struct hit *h = scan_hit(s, at, CLS_MULT);
    if (!h && scan_glued(s, at) && s->atoms[at - 1].kind == ATOM_NUMBER) {
        h = scan_hit(s, at, CLS_GLUED);
    }
    if (!h) {
        return 0;
    }
    *m = h->value;
    uint32_t len = h->len;
    /* a dot of the abbreviation's own: "Mrd. Euro" */
    if (at + len + 1 < s->n && !(s->atoms[at].flags & ATOM_HAN) && str_eqz(s->atoms[at + len].fold, ".") &&
        scan_glued(s, at + len) && s->atoms[at + len - 1].fold.n <= 4 && s->atoms[at + len + 1].kind != ATOM_BREAK &&
        s->atoms[at + len + 1].sent == s->atoms[at].sent) {
        len++;
    }
    return len;
}

static bool hyphen(const struct scan *s, uint32_t at) {
    return at < s->n && str_eqz(s->atoms[at].fold, "-") && scan_glued(s, at) && scan_glued(s, at + 1);
}

/* A group of three digits behind a single space: 1 000 000. */
static bool space_group(const struct scan *s, uint32_t at) {
    const struct atom *a = &s->atoms[at];
    return s->r->space_groups && a->kind == ATOM_NUMBER && a->fold.n >= 3 && a->start == s->atoms[at - 1].end + 1 &&
           s->atoms[at - 1].kind == ATOM_NUMBER && s->atoms[at - 1].fold.n <= 3 && a->fold.p[0] >= '0' &&
           (a->fold.n == 3 || (a->fold.n > 4 && (a->fold.p[3] == s->r->decimal)));
}

static bool take_digits(struct builder *b) {
    const struct scan *s = b->s;
    double v, next = 0;
    if (!number_digits(s->r, s->atoms[b->at].fold, &v)) {
        return false;
    }
    uint32_t len = 1;
    while (b->n == 0 && len < 5 && b->at + len < s->n && !strchr("0", s->atoms[b->at].fold.p[0]) &&
           v == floor(v) && space_group(s, b->at + len) && number_digits(s->r, s->atoms[b->at + len].fold, &next)) {
        v = v * 1000 + next;
        len++;
    }
    if (b->any_number || b->any_mult) { /* "1 tỷ 200 triệu", 1万2千: only with a smaller multiplier behind */
        double m;
        if (!b->after_mult || !mult_at(s, b->at + len, &m) || m >= b->mult) {
            return false;
        }
    }
    if (!push(b, v)) {
        return false;
    }
    b->at += len;
    b->any_number = b->any_digits = true;
    b->word_on_top = false;
    return true;
}

/* A number word behind another one without a multiplier between: twenty five, 二〇二四, 五六(十万). */
static bool join_word(struct builder *b, const struct hit *h) {
    double *top = &b->v[b->n - 1], unused;
    if (b->s->r->concat && *top == floor(*top) && h->value < 10 && (b->concat || *top < 10)) {
        if (!b->concat && h->value == *top + 1 && mult_at(b->s, b->at + h->len, &unused)) {
            b->two_lo = *top;
            b->two_scale = 1;
            *top = h->value;
        } else {
            *top = *top * 10 + h->value;
            b->concat = true;
        }
        return true;
    }
    if (*top >= 20 && *top <= 90 && fmod(*top, 10) == 0 && h->value >= 1 && h->value < 10) {
        *top += h->value;
        return true;
    }
    return false;
}

static bool take_word(struct builder *b) {
    const struct hit *h = scan_hit(b->s, b->at, CLS_NUMBER);
    const struct hit *weak = scan_hit(b->s, b->at, CLS_WEAK);
    if (!h || (weak && weak->len > h->len)) {
        h = weak;
    }
    if (!h) {
        return false;
    }
    if (b->any_digits && !b->after_mult) {
        return false;
    }
    if (h == weak && (b->any_number || b->any_mult)) {
        return false;
    }
    if (b->n && b->word_on_top && !b->after_mult) {
        if (!join_word(b, h)) {
            return false;
        }
    } else if (h->value == 0 && b->after_mult) { /* 一百零五 */
        if (!scan_hit(b->s, b->at + h->len, CLS_NUMBER)) {
            return false;
        }
        b->after_mult = false;
        b->at += h->len;
        b->word_on_top = false;
        return true;
    } else if (!push(b, h->value)) {
        return false;
    }
    b->weak = b->weak || h == weak;
    b->at += h->len;
    b->any_number = b->any_words = b->word_on_top = true;
    return true;
}

/* 一点五: digits behind a spoken point. */
static bool take_point(struct builder *b) {
    const struct hit *h = b->word_on_top && b->n ? scan_hit(b->s, b->at, CLS_POINT) : NULL;
    const struct hit *d = h ? scan_hit(b->s, b->at + h->len, CLS_NUMBER) : NULL;
    double scale = 0.1;
    if (!d || d->value >= 10) {
        return false;
    }
    b->at += h->len;
    while (d && d->value < 10) {
        b->v[b->n - 1] += d->value * scale;
        scale /= 10;
        b->at += d->len;
        d = scan_hit(b->s, b->at, CLS_NUMBER);
    }
    b->word_on_top = false;
    return true;
}

static bool take_mult(struct builder *b) {
    double m;
    uint32_t at = b->at + (b->any_number && hyphen(b->s, b->at) ? 1 : 0);
    uint32_t len = mult_at(b->s, at, &m);
    if (!len || (b->after_mult && m <= b->mult)) {
        return false;
    }
    if (b->concat && m > 1) {
        b->concat = false;
    }
    if (!b->any_number && !b->any_mult && m == 10 && b->s->r->concat) { /* 十 alone is ten, not "some tens" */
        b->any_number = b->any_words = true;
    }
    multiply(b, m);
    b->at = at + len;
    return true;
}

/* Words that change what stands already: halves, and the "and" inside a number. */
static bool take_joint(struct builder *b) {
    const struct hit *h = b->any_number && !b->after_mult ? scan_hit(b->s, b->at, CLS_AND_HALF) : NULL;
    double unused;
    if (h && b->n && mult_at(b->s, b->at + h->len, &unused)) {
        b->v[b->n - 1] += 0.5;
        b->at += h->len;
        b->word_on_top = false;
        return true;
    }
    h = b->after_mult && b->any_number ? scan_hit(b->s, b->at, CLS_HALF_AFTER) : NULL;
    if (h && b->n) {
        b->v[b->n - 1] += b->mult / 2;
        b->at += h->len;
        b->after_mult = false;
        return true;
    }
    h = b->any_words && b->after_mult ? scan_hit(b->s, b->at, CLS_NUMBER_AND) : NULL;
    if (h && b->mult < 1e4 && scan_hit(b->s, b->at + h->len, CLS_NUMBER)) {
        b->at += h->len;
        return true;
    }
    /* twenty-five */
    if (b->word_on_top && hyphen(b->s, b->at) && scan_hit(b->s, b->at + 1, CLS_NUMBER) && b->n &&
        b->v[b->n - 1] >= 20 && b->v[b->n - 1] <= 90) {
        b->at++;
        if (take_word(b)) {
            return true;
        }
        b->at--;
    }
    return false;
}

/* 多 behind a number and before what it counts: 100多万元, 5亿多美元. */
static bool take_more(struct builder *b) {
    const struct hit *h = b->any_number ? scan_hit(b->s, b->at, CLS_MORE) : NULL;
    double unused;
    uint32_t next = h ? b->at + h->len : 0;
    if (!h || (!mult_at(b->s, next, &unused) && !scan_hit(b->s, next, CLS_CUR) && !scan_hit(b->s, next, CLS_PCT))) {
        return false;
    }
    b->at = next;
    b->more = true;
    return true;
}

static void build(struct builder *b) {
    while (b->at < b->s->n && b->at - b->from < NUMBER_ATOMS) {
        const struct atom *a = &b->s->atoms[b->at];
        if (a->kind == ATOM_BREAK) {
            return;
        }
        bool taken = a->kind == ATOM_NUMBER ? take_digits(b)
                                              : take_point(b) || take_word(b) || take_mult(b) || take_joint(b) || take_more(b);
        if (!taken) {
            return;
        }
    }
}

/* ---- a whole number ---- */

static double total(const struct builder *b) {
    double sum = 0;
    for (int i = 0; i < b->n; i++) {
        sum += b->v[i];
    }
    return sum;
}

/* "tens of millions": the plural, a word between, the multiplier. */
static bool plural_at(const struct scan *s, uint32_t at, struct num *out) {
    const struct hit *h = scan_hit(s, at, CLS_PLURAL);
    if (!h) {
        return false;
    }
    uint32_t next = at + h->len;
    const struct hit *of = scan_hit(s, next, CLS_OF);
    double m = 1;
    uint32_t from = next + (of ? of->len : 0);
    uint32_t len = mult_at(s, from, &m);
    const struct hit *larger = len ? NULL : scan_hit(s, from, CLS_PLURAL); /* tens of millions */
    if (larger && larger->value > h->value) {
        m = larger->value;
        len = larger->len;
    }
    if (!len) {
        of = NULL;
        m = 1;
    }
    *out = (struct num){.value = h->value * m, .lo = h->value * m, .mult = m, .has_mult = true};
    out->hi = len ? h->value * m * 10 - 1 : 0;
    out->len = next + (of ? of->len : 0) + len - at;
    return true;
}

/* 数 + 百万, several million, mehrere zehn Millionen, hàng tỷ. */
static bool vague_at(const struct scan *s, uint32_t at, struct num *out) {
    const struct hit *h = scan_hit(s, at, CLS_VAGUE);
    if (!h) {
        return false;
    }
    struct builder b = {.s = s, .at = at + h->len, .mult = 1};
    b.at += hyphen(s, b.at) ? 1 : 0;
    b.from = b.at;
    double unused;
    const struct hit *ten = scan_hit(s, b.at, CLS_NUMBER); /* mehrere zehn (hundert) Millionen */
    if (ten && (ten->value == 10 || ten->value == 100) && mult_at(s, b.at + ten->len, &unused)) {
        b.v[b.n++] = ten->value;
        b.at += ten->len;
        b.any_number = true;
    }
    uint32_t steps = 0;
    while (b.at < s->n && steps < 4 && take_mult(&b)) {
        steps++;
    }
    if (!steps) {
        return false;
    }
    bool several = b.any_number || steps > 1;
    *out = (struct num){.value = total(&b), .mult = b.mult, .has_mult = true, .len = b.at - at};
    out->lo = out->value;
    out->hi = h->value > 0 || several ? out->value * 10 - 1 : 0;
    return true;
}

bool number_may_begin(const struct scan *s, uint32_t at) {
    uint64_t words = cls_bit(CLS_NUMBER) | cls_bit(CLS_WEAK) | cls_bit(CLS_MULT) | cls_bit(CLS_GLUED) | cls_bit(CLS_VAGUE) | cls_bit(CLS_PLURAL);
    return at < s->n && s->atoms[at].kind != ATOM_BREAK && (s->atoms[at].kind == ATOM_NUMBER || s->has[at] & words);
}

bool number_at(const struct scan *s, uint32_t at, struct num *out) {
    if (!number_may_begin(s, at)) {
        return false;
    }
    if (vague_at(s, at, out) || plural_at(s, at, out)) {
        return true;
    }
    struct builder b = {.s = s, .at = at, .from = at, .mult = 1};
    build(&b);
    if (b.at == at || (!b.any_number && !b.any_mult)) {
        return false;
    }
    /* 三万五: the last digit counts in tenths of the multiplier before it */
    if (s->r->elliptic && b.word_on_top && b.n > 1 && b.v[b.n - 1] < 10 && b.mult >= 1000) {
        b.v[b.n - 1] *= b.mult / 10;
    }
    *out = (struct num){.value = total(&b), .mult = b.mult, .len = b.at - at};
    out->digits = b.any_digits && !b.any_words && !b.any_mult;
    out->has_mult = b.any_mult;
    out->more = b.more;
    out->bare = !b.any_number;
    out->weak = b.weak && !b.any_mult;
    out->words = b.any_words && !b.any_digits;
    if (b.two_lo > 0) {
        out->lo = out->value - b.two_scale;
        out->hi = out->value;
    }
    return true;
}
