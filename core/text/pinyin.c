/* pinyin.c - see pinyin.h. A table by code point: ICU's transliterator gives the same, but takes 80 ms to open. */
#include "core/text/pinyin.h"

#include "core/base/buf.h"
#include "core/base/conf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { HAN_FIRST = 0x3400, HAN_LAST = 0x9FFF, SYLLABLES_MAX = 4096 };

struct pinyin {
    uint16_t of[HAN_LAST - HAN_FIRST + 1];      /* index of the syllable; 0: none known */
    uint16_t surname[HAN_LAST - HAN_FIRST + 1]; /* the same for surnames that are read otherwise */
    struct str syllables[SYLLABLES_MAX];
};

static enum err_code load_line(struct pinyin *p, uint16_t index, const struct conf *c, struct err *err) {
    struct str rest = c->entry, syllable = conf_field(&rest), chars = conf_field(&rest);
    uint16_t *table = p->of;
    if (syllable.n && syllable.p[0] == '+') {
        syllable = str_sub(syllable, 1, syllable.n);
        table = p->surname;
    }
    if (!syllable.n || !chars.n || index >= SYLLABLES_MAX) {
        return conf_fail(c, err, "syllable <tab> characters expected, at most %d lines", SYLLABLES_MAX - 1);
    }
    p->syllables[index] = syllable;
    for (size_t i = 0; i < chars.n;) {
        int32_t han = utf8_next(chars, &i);
        if (han < HAN_FIRST || han > HAN_LAST) {
            return conf_fail(c, err, "U+%04X is no Han character of the table's range", (unsigned)han);
        }
        table[han - HAN_FIRST] = index;
    }
    return ERR_OK;
}

enum err_code pinyin_load(const struct pinyin **out, struct arena *a, const char *data_dir, struct err *err) {
    struct pinyin *p = ARENA_NEW(a, struct pinyin);
    struct str path = arena_printf(a, "%s/text/pinyin.tsv", data_dir);
    if (!p || !path.n) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the table of readings");
    }
    struct conf c;
    enum err_code code = conf_open(&c, a, path.p, err);
    for (uint16_t index = 1; code == ERR_OK && conf_next(&c); index++) {
        code = load_line(p, index, &c, err);
    }
    *out = p;
    return code;
}

struct str pinyin_of_name(const struct pinyin *p, struct arena *a, struct str s) {
    struct buf b;
    bool after_syllable = false, full = false;
    buf_init(&b, a);
    for (size_t i = 0; i < s.n && !full;) {
        size_t at = i;
        int32_t c = utf8_next(s, &i);
        bool han = c >= HAN_FIRST && c <= HAN_LAST;
        uint16_t index = han ? p->of[c - HAN_FIRST] : 0;
        if (han && at == 0 && p->surname[c - HAN_FIRST]) {
            index = p->surname[c - HAN_FIRST];
        }
        if ((index && b.n && b.p[b.n - 1] != ' ') || (!index && after_syllable && c != ' ')) {
            full = !buf_addc(&b, ' ');
        }
        full = full || !buf_add(&b, index ? p->syllables[index] : str_sub(s, at, i));
        after_syllable = index != 0;
    }
    return full ? STR_NONE : buf_str(&b);
}
