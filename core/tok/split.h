/* core/tok/split.h - what the parts of core/tok share; private. */
#ifndef TOK_SPLIT_H
#define TOK_SPLIT_H

#include <unicode/ubrk.h>

#include "core/tok/tok.h"

struct splitter {
    const struct lang *lang;
    const struct text_fold *fold;
    UBreakIterator *breaks; /* of words, for scripts without spaces */
    struct arena *a;
    struct str text;
    struct tok_text out;
    size_t tok_cap, sent_cap;
    /* scratch for the runs that go to ICU */
    UChar *u16;
    uint32_t *byte_of; /* [u16 length + 1] byte of text of each unit */
    size_t u16_cap, byte_cap;
    bool failed; /* ICU has failed */
};

/* words.c: appends the tokens of text[start, end), which has no other structure. Sets all flags but TOK_SENT_START. */
void split_words(struct splitter *s, size_t start, size_t end);

/* sentences.c: appends the sentences of the tokens [first, out.tok_count), one paragraph. */
void split_sentences(struct splitter *s, size_t first, uint32_t para, uint8_t role);

#endif
