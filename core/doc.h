/* core/doc.h - one text on its way through the stages; inside core only.
 *
 * Stages run in the order of core/analyze.c; each reads what earlier ones left here and adds its own part. Offsets are
 * bytes of doc.text, the normalised text; only core/analyze.c turns them into offsets of the input, at the end. */
#ifndef CORE_DOC_H
#define CORE_DOC_H

#include "core/nutgraf.h"
#include "core/text/text.h"

/* Languages by their index in the table of core/lang; LANG_MAX bounds every per-language array. */
enum { LANG_MAX = 32, LANG_NONE = -1 };

enum tok_kind {
    TOK_WORD,   /* letters (and marks, digits among them); one Han, Kana or Hangul character */
    TOK_NUMBER, /* starts with a digit: 12, 3,5, 1.000.000, 2024-07-18 is three numbers */
    TOK_PUNCT,  /* one punctuation character */
    TOK_SYMBOL, /* one symbol: % $ € + */
};

enum tok_flag {
    TOK_SPACE_BEFORE = 1, /* white space or a text edge stands before it */
    TOK_WORD_START = 2,   /* a word begins here; where atoms are characters: by ICU's dictionary */
    TOK_CAPITAL = 4,      /* first letter upper case */
    TOK_UPPER = 8,        /* all letters upper case, two letters or more */
    TOK_HAN = 16,         /* one Han, Kana or Hangul character: no capitals, and names end inside what has no spaces */
    TOK_SENT_START = 32,  /* first word or number of its sentence */
    TOK_LINE_START = 64,  /* first of its line */
};

struct tok {
    uint32_t start, end; /* bytes of doc.text */
    uint32_t sent;
    uint8_t kind, flags;
    struct str fold; /* case folded, Han simplified, typographic apostrophes and hyphens plain: for look-ups */
};

enum sent_role { SENT_BODY, SENT_HEADING, SENT_CAPTION };

struct sent {
    uint32_t start, end; /* bytes, white space trimmed */
    uint32_t first, last; /* tokens [first, last) */
    uint32_t body;        /* the token at which it begins behind its dateline; core/dateline */
    uint32_t para;
    uint8_t role; /* enum sent_role */
};

/* A line of text between line feeds. */
struct para {
    uint32_t start, end;
    bool furniture; /* page furniture: has no sentences and no tokens */
    uint8_t role;   /* enum sent_role */
};

/* A money, percent or date expression (core/value). */
struct value {
    uint32_t start, end;
    uint32_t first, last; /* tokens [first, last) */
    enum ng_type type;
    struct ng_value value;
    float confidence;
};

/* A stretch that the knowledge base knows (core/kb); overlaps are possible, longest first at one start. */
struct kb_hit {
    uint32_t first, last; /* tokens [first, last) */
    uint32_t row;         /* of the knowledge base */
    float prior;          /* 0..1: how likely the form means that thing anywhere ("Apple" high, "Meta" lower) */
};

/* A name found in the text: by the recogniser, the knowledge base or both, or a value (core/entity). */
struct mention {
    uint32_t start, end;
    uint32_t first, last; /* tokens [first, last) the mention covers, compounds may cover a token in part */
    enum ng_type type;
    uint32_t entity; /* index into doc.entities */
    float confidence;
};

struct doc {
    struct arena *a;
    const struct nutgraf *ng;
    struct nutgraf_worker *worker;
    const struct ng_request *req;

    /* core/text */
    struct str input; /* as it came in */
    struct str text;  /* normalised */
    struct text_map map;

    /* core/lang */
    int lang; /* index of the language */
    float lang_confidence;
    char script[5]; /* ISO 15924 */

    /* core/page, core/tok */
    struct para *paras;
    size_t para_count;
    struct sent *sents;
    size_t sent_count;
    struct tok *toks;
    size_t tok_count;

    /* the date everything relative is relative to: "2024-12-06", or empty (core/value finds one in a dateline) */
    char published[11];

    /* core/value */
    struct value *values; /* by start, not overlapping */
    size_t value_count;

    /* core/kb */
    struct kb_hit *hits; /* by first, longest first */
    size_t hit_count;

    /* core/ner: proposals of the recogniser, not overlapping; entity unset */
    struct mention *names;
    size_t name_count;

    /* core/entity: final, by start, not overlapping; values included */
    struct mention *mentions;
    size_t mention_count;
    struct ng_entity *entities; /* mentions lists filled at the end of core/entity */
    size_t entity_count;
    char *genders; /* [entity_count] of persons: 'f', 'm', or 0 where nothing tells; NULL before core/entity */

    /* core/event, core/quote, core/summary */
    struct ng_event *events;
    size_t event_count;
    struct ng_quote *quotes;
    size_t quote_count;
    struct ng_summary summary;

    struct str *warnings;
    size_t warning_count, warning_cap;
    uint32_t *lex_words; /* [lex_count] of the event rules, looked up once for both of their passes; NULL before */
    size_t lex_count;
    struct str *trace; /* lines for `explain`; NULL unless asked for (doc_trace) */
    size_t trace_count, trace_cap;
    bool tracing;
    bool frames_only; /* events by frames alone: for their examples */
};

static inline struct str doc_sub(const struct doc *d, uint32_t start, uint32_t end) {
    return str_sub(d->text, start, end);
}

static inline struct str doc_tok_text(const struct doc *d, uint32_t tok) {
    return str_sub(d->text, d->toks[tok].start, d->toks[tok].end);
}

/* Adds a warning for the client. */
void doc_warn(struct doc *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a line to the explanation; does nothing unless the caller asked for one. */
void doc_trace(struct doc *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
