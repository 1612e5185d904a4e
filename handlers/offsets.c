/* offsets.c - see offsets.h */
#include "handlers/offsets.h"

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { BLOCK = 256 };

bool offset_encoding_parse(struct str s, enum offset_encoding *out) {
    static const struct {
        const char *name;
        enum offset_encoding encoding;
    } names[] = {{"codepoint", OFFSET_CODEPOINT}, {"utf8", OFFSET_UTF8}, {"utf16", OFFSET_UTF16}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_eqz(s, names[i].name)) {
            *out = names[i].encoding;
            return true;
        }
    }
    return false;
}

const char *offset_encoding_name(enum offset_encoding e) {
    static const char *const names[] = {"codepoint", "utf8", "utf16"};
    return names[e];
}

static size_t units(const struct offsets *o, size_t from, size_t to) {
    struct str s = str_sub(o->text, from, to);
    return o->encoding == OFFSET_UTF16 ? utf16_count(s) : utf8_count(s);
}

/* Counting by lead bytes makes a block that begins inside a character right as well. */
bool offsets_init(struct offsets *o, struct str text, enum offset_encoding encoding, struct arena *scratch) {
    *o = (struct offsets){.text = text, .encoding = encoding};
    o->at = ARENA_ARRAY(scratch, text.n / BLOCK + 2, uint32_t);
    if (!o->at) {
        return false;
    }
    for (size_t i = 1; i <= text.n / BLOCK; i++) {
        o->at[i] = o->at[i - 1] + (uint32_t)units(o, (i - 1) * BLOCK, i * BLOCK);
    }
    return true;
}

json_int_t offsets_convert(const struct offsets *o, uint32_t byte) {
    if (o->encoding == OFFSET_UTF8) {
        return byte;
    }
    return o->at[byte / BLOCK] + (json_int_t)units(o, byte / BLOCK * BLOCK, byte);
}
