/* handlers/offsets.h - from bytes of a text to the unit a client counts in, by a table with an entry every 256 bytes. */
#ifndef HANDLERS_OFFSETS_H
#define HANDLERS_OFFSETS_H

#include <jansson.h>

#include "core/base/arena.h"

enum offset_encoding { OFFSET_CODEPOINT, OFFSET_UTF8, OFFSET_UTF16 };

/* "codepoint", "utf8", "utf16"; false if s is none of them. */
bool offset_encoding_parse(struct str s, enum offset_encoding *out);
const char *offset_encoding_name(enum offset_encoding e);

struct offsets {
    struct str text;
    enum offset_encoding encoding;
    uint32_t *at; /* units before byte i * 256; in the arena given to offsets_init */
};

/* Linear in the text. false when scratch is full. */
bool offsets_init(struct offsets *o, struct str text, enum offset_encoding encoding, struct arena *scratch);
/* byte <= text.n */
json_int_t offsets_convert(const struct offsets *o, uint32_t byte);

#endif
