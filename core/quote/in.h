/* core/quote/in.h - what the files of core/quote share. */
#ifndef QUOTE_IN_H
#define QUOTE_IN_H

#include "core/quote/quote.h"
#include "core/text/text.h"

/* What a word means for quotes: a section of data/lang/<code>/quote.conf each. */
enum quote_word {
    Q_SAY = 1,        /* said: opens what is said, with or without "that" */
    Q_SAY_THAT = 2,   /* announced that: only with a conjunction */
    Q_SAY_DIRECT = 4, /* laughed, asked: only beside quotation marks */
    Q_THAT = 8,       /* that, dass, rằng */
    Q_ACCORDING = 16, /* according to, laut */
    Q_PRONOUN = 32,   /* he, she, 他 */
    Q_STOP = 64,      /* ends the description of a speaker: who, in, on */
    Q_AFTER = 128,    /* closes the source it stands behind: 表示 in 据X表示; "zufolge" */
};

enum { QUOTE_PHRASE = 6 /* tokens of one entry */, QUOTE_MAX = 400 /* quotes of one text */ };

struct quote_lang {
    bool present;
    bool chars;      /* tokens are characters */
    bool verb_first; /* "sagte Weber" stands before what is said, too */
    struct map words; /* folded tokens joined by blanks -> enum quote_word bits */
};

struct quote_rules {
    const struct langs *langs;
    struct quote_lang lang[LANG_MAX];
};

/* Words between quotation marks: tokens [first, last), the marks outside. */
struct stretch {
    uint32_t open, first, last, close; /* close: the closing mark, or last where there is none */
    uint32_t para;
    uint32_t words; /* words, or characters, in it */
    bool closed;
    bool ended;     /* its last token ends a sentence, or a comma */
};

struct finder {
    const struct quote_lang *l;
    struct doc *d;
    uint8_t *kind; /* [tok_count] enum quote_word bits of the phrase that starts there */
    uint8_t *len;  /* [tok_count] its tokens */
    uint32_t *mention; /* [tok_count] mention that covers the token, or UINT32_MAX */
    struct stretch *st;
    size_t st_count, st_cap;
    size_t cap;    /* of doc.quotes */
};

/* marks.c: finds the stretches of the text, by position; marks may be mixed and unbalanced. */
void quote_marks(struct finder *f);

/* speaker.c: all return false where nobody is found; *sure is 0..1 */
struct speech {
    struct ng_filler speaker;
    float sure;
    bool adjacent; /* the verb stands right beside the quotation mark */
};
bool speaker_before(const struct finder *f, uint32_t from, uint32_t open, struct speech *out);
bool speaker_after(const struct finder *f, uint32_t from, uint32_t to, struct speech *out);
/* Who is named or described in tokens [from, to); last: the last of several. */
bool speaker_in(const struct finder *f, uint32_t from, uint32_t to, bool last, struct ng_filler *out);

/* indirect.c: "X said that ..." and "according to X" in one sentence. */
void quote_indirect(struct finder *f, const struct sent *s);
void quote_add(struct finder *f, struct ng_filler speaker, uint32_t first, uint32_t last, bool direct, float confidence);

#endif
