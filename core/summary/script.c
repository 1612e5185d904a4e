/* script.c - see script.h. */
#include "core/summary/script.h"

#include <uchar.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { FIRST = 0x4E00, LAST = 0x9FFF, COUNT = LAST - FIRST + 1 };

struct script {
    const struct text_fold *fold;
    uint16_t hant[COUNT]; /* of a character U+4E00..U+9FFF, its traditional form */
};

/* Surnames that a conversion would turn into another character. */
static const char32_t surnames[] = U"范于余沈姜岳郁种云干后曲谷游叶万卜丑";

enum err_code script_load(struct script **out, struct arena *a, const struct text_fold *fold, struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    struct script *t = ARENA_NEW(a, struct script);
    static const UChar id[] = {'H', 'a', 'n', 's', '-', 'H', 'a', 'n', 't', 0};
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the Chinese scripts");
    }
    *out = t;
    t->fold = fold;
    UTransliterator *tr = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    for (int32_t c = FIRST; c <= LAST && U_SUCCESS(status); c++) {
        UChar one[4] = {(UChar)c, 0};
        int32_t n = 1, limit = 1;
        utrans_transUChars(tr, one, &n, 4, 0, &limit, &status);
        t->hant[c - FIRST] = U_SUCCESS(status) && n == 1 && one[0] >= FIRST && one[0] <= LAST ? one[0] : (UChar)c;
    }
    utrans_close(tr);
    return U_SUCCESS(status) ? ERR_OK : err_set(err, ERR_DATA, "ICU cannot turn simplified into traditional Chinese: %s", u_errorName(status));
}

static bool is_surname(int32_t c) {
    for (size_t i = 0; i + 1 < sizeof surnames / sizeof surnames[0]; i++) {
        if ((int32_t)surnames[i] == c) {
            return true;
        }
    }
    return false;
}

static int32_t converted(const struct script *t, enum script_kind to, int32_t c) {
    if (c < FIRST || c > LAST) {
        return c;
    }
    return to == SCRIPT_HANS ? text_fold_char(t->fold, c) : t->hant[c - FIRST];
}

/* Whether the piece that begins at byte at is the name of a person, which begins with the surname. */
static bool person_at(const struct doc *d, const struct sentence *s, size_t at) {
    for (size_t i = 0; s && i < s->n; i++) {
        if (s->pieces[i].start == at && s->pieces[i].kind == PIECE_NAME) {
            return d->entities[s->pieces[i].entity].type == NG_PERSON;
        }
    }
    return false;
}

/* Whether byte at lies in words that are in the wanted script already: names and words of an article in it. */
static bool is_own(const struct doc *d, enum script_kind to, const struct sentence *s, size_t at) {
    bool article = strcmp(d->script, to == SCRIPT_HANT ? "Hant" : "Hans") == 0;
    for (size_t i = 0; article && s && i < s->n; i++) {
        const struct piece *p = &s->pieces[i];
        if (at >= p->start && at < p->end) {
            return p->kind == PIECE_WORDS || (p->kind == PIECE_NAME && !d->entities[p->entity].kb_id.n);
        }
    }
    return false;
}

static struct str convert(const struct script *t, const struct doc *d, enum script_kind to, const struct sentence *s, struct str text) {
    struct buf b;
    if (to == SCRIPT_AS_IS || !text.n) {
        return text;
    }
    buf_init(&b, d->a);
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        int32_t c = utf8_next(text, &i);
        bool keep = is_own(d, to, s, at) || (to == SCRIPT_HANT && is_surname(c) && person_at(d, s, at));
        buf_addcp(&b, keep ? c : converted(t, to, c));
    }
    return buf_str(&b);
}

struct str script_convert(const struct script *t, const struct doc *d, enum script_kind to, const struct sentence *s) {
    return convert(t, d, to, s, buf_str(&s->b));
}

struct str script_convert_plain(const struct script *t, const struct doc *d, enum script_kind to, struct str text) {
    bool same = strcmp(d->script, to == SCRIPT_HANT ? "Hant" : "Hans") == 0;
    return same ? text : convert(t, d, to, NULL, text);
}
