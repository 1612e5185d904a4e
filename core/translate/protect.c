/* protect.c - names on their way through a service: each becomes a mark, "[1]", and the mark becomes the name as the target language
 * has it. A mark that is lost leaves its name out, which checking then finds. */
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/translate/inside.h"

#include "core/base/banned.h"

static bool opens(int32_t c) {
    return c == '[' || c == 0xFF3B || c == 0x3010;
}

static bool closes(int32_t c) {
    return c == ']' || c == 0xFF3D || c == 0x3011;
}

static bool has_marks(struct str s) {
    for (size_t at = 0; at < s.n;) {
        if (opens(utf8_next(s, &at))) {
            return true;
        }
    }
    return false;
}

/* The name that begins first at or after from (the longest of several), or NULL. */
static const struct translate_name *next_name(const struct translate_sentence *s, size_t from) {
    const struct translate_name *best = NULL;
    for (size_t i = 0; i < s->name_count; i++) {
        const struct translate_name *x = &s->names[i];
        bool fits = x->start >= from && x->start < x->end && x->end <= s->text.n;
        if (fits && (!best || x->start < best->start || (x->start == best->start && x->end > best->end))) {
            best = x;
        }
    }
    return best;
}

struct str protect_hide(struct arena *a, const struct translate_sentence *s, struct protect *p) {
    const struct translate_name *name = NULL;
    struct buf b;
    size_t at = 0;
    *p = (struct protect){0};
    buf_init(&b, a);
    if (s->name_count == 0 || has_marks(s->text)) {
        return str_trim(s->text);
    }
    while (p->n < PROTECT_MAX && (name = next_name(s, at))) {
        struct str own = str_sub(s->text, name->start, name->end);
        p->names[p->n++] = name->form_count && name->forms[0].n ? name->forms[0] : own;
        buf_add(&b, str_sub(s->text, at, name->start));
        buf_addf(&b, "[%zu]", p->n);
        at = name->end;
    }
    buf_add(&b, str_sub(s->text, at, s->text.n));
    return str_trim(buf_str(&b));
}

/* The number of the mark at *at, past which *at is moved; 0: there is none. */
static size_t read_mark(struct str s, size_t *at) {
    size_t i = *at, number = 0, digits = 0;
    if (!opens(utf8_next(s, &i))) {
        return 0;
    }
    while (i < s.n) {
        int32_t c = utf8_next(s, &i), digit = u_charDigitValue(c);
        if (closes(c)) {
            *at = i;
            return digits ? number : 0;
        }
        if (digit >= 0 && digits < 3) {
            number = number * 10 + (size_t)digit;
            digits++;
        } else if (c != ' ') {
            return 0;
        }
    }
    return 0;
}

struct str protect_restore(struct arena *a, const struct protect *p, struct str text) {
    struct buf b;
    size_t from = 0;
    buf_init(&b, a);
    for (size_t at = 0; at < text.n && p->n;) {
        size_t start = at, number = read_mark(text, &at);
        if (number > 0 && number <= p->n) {
            buf_add(&b, str_sub(text, from, start));
            buf_add(&b, p->names[number - 1]);
            from = at;
        } else if (at == start) {
            utf8_next(text, &at);
        }
    }
    if (from == 0) {
        return text;
    }
    buf_add(&b, str_sub(text, from, text.n));
    return buf_str(&b);
}
