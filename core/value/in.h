/* core/value/in.h - what the files of core/value share; nobody else includes it.
 *
 * Rules: everything a language says (value.conf) compiled into two tries, one of words (the lexicon: what means which
 * class) and one of classes and words (the patterns of dates). Scan: one text cut into atoms, with the lexicon's
 * matches at every place. Amounts are read by number.c and money.c over the scan, dates by walking the pattern trie. */
#ifndef VALUE_IN_H
#define VALUE_IN_H

#include <assert.h>

#include "core/base/map.h"
#include "core/value/value.h"

/* ---- classes: what a word or a number can be ---- */

enum cls {
    CLS_SHADOW, /* claims its atoms: nothing may begin inside */
    CLS_NUMBER,
    CLS_WEAK, /* a number only before a multiplier or a percent word: "a", "eine", "halbe" */
    CLS_MULT,
    CLS_GLUED, /* a multiplier only when it touches the digits: 5m */
    CLS_AND_HALF,
    CLS_HALF_AFTER, /* half of the last multiplier: "2 tỷ rưỡi" */
    CLS_NUMBER_AND, /* inside number words: "two hundred and fifty" */
    CLS_POINT,      /* a spoken decimal point */
    CLS_MORE,       /* 多 in 5亿多元: at least */
    CLS_VAGUE,      /* several, multi-, 数: value 1 closes the range above, 0 leaves it open */
    CLS_PLURAL,     /* tens, hundreds (of millions) */
    CLS_OVER,       /* written as one word with a bare multiplier and part of the span: 过亿, 上亿 */
    CLS_CUR,
    CLS_CUR_BEFORE,
    CLS_OF,
    CLS_TO,
    CLS_AND,
    CLS_BETWEEN,
    CLS_FROM,
    CLS_PCT,
    CLS_PCT_BEFORE,
    CLS_TENTH,
    CLS_BOUND,
    CLS_BOUND_AFTER,
    CLS_FIGURES,     /* achtstellig */
    CLS_FIGURE_WORD, /* (eight)-figure */
    CLS_HEAD,        /* money nouns that an amount in part leans on: Jahresgehalt, 年薪 */
    CLS_VAGUE_MONEY, /* Milliardenhöhe */
    CLS_RANGE_HEAD,  /* -Bereich */
    CLS_CUE,         /* money is talked about: salary, Umsatz */
    CLS_BARE_NEXT,   /* what may follow an amount that leaves its currency out */
    CLS_NOT_YEAR,    /* what follows a count that looks like a year */
    CLS_FUTURE,
    CLS_AHEAD, /* beside it the text tells of what is to come: will, soll, 将 */
    CLS_CONTEXT,
    CLS_DATELINE, /* words of a line that says when a text appeared */
    CLS_MONTH,
    CLS_WEEKDAY,
    CLS_WEEKDAY_NAME, /* one whose last word has a capital, where that tells: thứ Hai, but lần thứ hai */
    CLS_HOLIDAY,      /* a day of the year with a name: value month * 100 + day */
    CLS_UNIT,
    CLS_YEAROF,
    CLS_MONTHOF,
    CLS_WEEKOF,
    CLS_DAYOF,
    CLS_QUARTEROF,
    CLS_QUARTER,
    CLS_HALF,
    CLS_PART,
    CLS_SEASON,
    CLS_NOW,
    CLS_D, /* from here on: read off the digits */
    CLS_M,
    CLS_Y,
    CLS_YY,
    CLS_N,
    CLS_CLOCK, /* an hour, perhaps with its minutes read as decimals: 两点四十 */
    CLS_DATE3, /* 06.12.2024 */
    CLS_DATE2, /* 06.12 */
    CLS_COUNT
};

enum { BOUND_NONE, BOUND_MIN, BOUND_MAX, BOUND_ABOUT };
enum { PART_START = 1, PART_MID, PART_END, PART_LATE, PART_OPEN, PART_CLOSE /* the first and last month of a year; of a month nothing */ };
enum { UNIT_DAY = 1, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR, UNIT_DECADE };
enum { BARE_NONE, BARE_OPEN, BARE_CLOSED };

enum action {
    ACT_PLAIN,
    ACT_AGO,
    ACT_LATER,   /* after the last date mentioned */
    ACT_EARLIER, /* before the last date mentioned */
    ACT_PAST,    /* a stretch that ends now */
    ACT_COMING,  /* a stretch that begins now */
    ACT_SAME,    /* the day of the last date mentioned */
    ACT_THAT,    /* the year (month, day) of the last date mentioned */
    ACT_DECADE,
    ACT_WEEKDAY, /* a week and the number of its day: 上周五 */
    ACT_MID,     /* 年中: the middle of it */
    ACT_NEXT,   /* a weekday, month or season to come */
    ACT_LAST,   /* the last one before now */
    ACT_AFTER,  /* of the year after the last date mentioned: 次年2月 */
    ACT_OPEN,   /* 年初, 年底: begin and end of the year */
    ACT_CLOSE,
    ACT_FISCAL, /* 2023/24 */
    ACT_NTH,    /* the n-th such weekday of a month, the last one without a number */
    ACT_BARE,   /* a year alone, without a word that makes it one */
    ACT_NOTHING /* no value, though it looks like one */
};

/* ---- compiled rules of one language ---- */

enum { WORD_NONE = 0, SEQ_MAX = 20, FORM_MAX = 12 };

/* (node, symbol) -> node, open addressing; node 0 is the root. */
struct edge {
    uint32_t node, sym, child; /* child 0: free */
};

struct trie {
    struct arena *a;
    struct edge *edges;
    size_t edge_count, edge_cap;
    uint32_t *first; /* [node] index + 1 into the payloads that end there */
    size_t nodes, node_cap;
};

struct lex {
    uint32_t next; /* index + 1 of the next one at this node */
    uint8_t cls;
    bool upper; /* only in capitals: ISO codes */
    double value;
};

struct pattern {
    uint32_t next;
    uint8_t before, after; /* elements of context */
    uint8_t action;
    uint32_t line; /* of the data file, below the number of the file: the first one wins a tie; for the trace */
};

struct rules {
    struct str code; /* of the language */
    struct map words, prefixes, suffixes; /* folded -> word id */
    uint64_t prefix_sizes, suffix_sizes;  /* a bit for each number of bytes that one of them has, up to 60 */
    uint32_t word_count, files;
    struct trie lexicon;
    struct lex *lexes;
    size_t lex_count, lex_cap;
    struct trie dates;
    struct pattern *patterns;
    size_t pattern_count, pattern_cap;
    struct map currencies; /* code -> index of codes */
    char (*codes)[4];
    size_t code_count, code_cap;
    /* settings */
    char decimal, grouping;
    bool space_groups, word_dates, elliptic, concat, bare_lower, months_capital, named_year_is_past;
    uint8_t lead_inside; /* LEAD_ bits: the word that opens a range is part of its span: between 2 and 3 million */
    uint8_t bare;
    int default_currency; /* index or -1 */
    struct str joint;
    /* "元 reads TWD where the article has 新台币": the context with most words in the article decides */
    struct context {
        int from, to;   /* currency indices; its words are CLS_CONTEXT with its index */
        char script[5]; /* counts in texts of that script alone (ISO 15924); empty: in all */
        bool always;    /* where none has a word */
    } *contexts;
    size_t context_count, context_cap;
};

struct values {
    const struct langs *langs;
    struct rules *by_lang[LANG_MAX]; /* NULL: the language has none */
};

/* Compiles c into r; a language's own file goes before what is common to all, the first entry stands. Errors: ERR_DATA, ERR_NO_MEMORY. */
enum err_code rules_parse(struct rules *r, struct arena *a, struct conf *c, struct err *err);
enum err_code rules_init(struct rules *r, struct arena *a, struct str code, struct err *err);
/* Names of the currencies in the language, from ICU; after the last rules_parse. */
enum err_code rules_currencies(struct rules *r, struct arena *a, struct err *err);

uint32_t trie_step(const struct trie *t, uint32_t node, uint32_t sym); /* 0: none */

static inline uint32_t sym_word(uint32_t word) {
    return CLS_COUNT + word;
}

static_assert(CLS_COUNT < 64, "a bit for each class");

/* ---- a text, cut and looked up ---- */

enum atom_kind { ATOM_WORD, ATOM_NUMBER, ATOM_OTHER, ATOM_BREAK };
enum { ATOM_SPACE = 1, ATOM_CAPITAL = 2, ATOM_UPPER = 4, ATOM_HAN = 8, ATOM_START = 16 /* of a word */ };

struct atom {
    uint32_t start, end; /* bytes of doc.text */
    uint32_t tok, sent;
    uint32_t word, affix; /* ids, or WORD_NONE: the word itself, the prefix or suffix it has */
    uint8_t kind, flags;
    struct str fold;
};

struct hit {
    uint8_t cls;
    uint8_t len;
    double value;
};

struct num {
    double value, lo, hi; /* lo > 0: a range; hi 0: open above */
    double mult;          /* last multiplier, 1 for none */
    uint32_t len;
    bool digits;  /* a single number in digits */
    bool more;    /* at least that much */
    bool has_mult, bare, weak, words;
};

struct scan {
    const struct rules *r;
    struct arena *a;
    struct atom *atoms; /* [n] and a closing break */
    size_t n, cap;
    uint32_t *hit_at; /* [n + 1] first hit of each atom */
    uint64_t *has;    /* [n + 1] a bit for each class that an atom has hits of */
    struct hit *hits;
    size_t hit_count, hit_cap;
    uint8_t *bound; /* [n + 1] the bound that ends before this atom */
    uint8_t *lead;  /* [n + 1] LEAD_ bits: what ends before this atom */
};

enum { LEAD_BETWEEN = 1, LEAD_FROM = 2 };

/* Appends the atoms of text, which stands at start; flags (ATOM_SPACE, ATOM_START) are the first one's; fold is text folded, character by character the same. */
void scan_add(struct scan *s, struct str text, struct str fold, uint32_t start, uint32_t tok, uint32_t sent,
              uint8_t flags);
void scan_break(struct scan *s);
/* Looks everything up; after the last scan_add. */
bool scan_finish(struct scan *s);
/* scan_hit of an atom that has hits of the class. */
const struct hit *scan_longest(const struct scan *s, uint32_t at, enum cls cls);

static inline uint64_t cls_bit(enum cls cls) {
    return (uint64_t)1 << cls;
}

/* The longest hit of a class at an atom, or NULL. */
static inline const struct hit *scan_hit(const struct scan *s, uint32_t at, enum cls cls) {
    return at < s->n && s->has[at] & cls_bit(cls) ? scan_longest(s, at, cls) : NULL;
}
/* Whether atom at touches the one before. */
static inline bool scan_glued(const struct scan *s, uint32_t at) {
    return at > 0 && at < s->n && s->atoms[at - 1].kind != ATOM_BREAK && s->atoms[at].kind != ATOM_BREAK &&
           s->atoms[at - 1].end == s->atoms[at].start;
}
/* Whether [first, end) is not cut out of a longer word or number. */
bool scan_free(const struct scan *s, uint32_t first, uint32_t end);

/* Atoms of a form of the data: folded words; at most FORM_MAX. Returns their number, 0 for too many or none. */
size_t atoms_of_form(struct str form, struct str *out, struct arena *a);

/* ---- numbers ---- */

/* False where no number begins: what most atoms are asked first. */
bool number_may_begin(const struct scan *s, uint32_t at);
/* The number that begins at an atom. */
bool number_at(const struct scan *s, uint32_t at, struct num *out);
/* Digits with separators, as the language writes them. */
bool number_digits(const struct rules *r, struct str raw, double *out);
/* Two or three parts between full stops: 06.12.2024, 6.12. Returns how many, 0 for none. */
int number_dotted(struct str raw, int out[3], int widths[3]);

/* ---- candidates ---- */

struct slots {
    int day[2], month[2], year[2], yearof[2], quarter[2], half[2], part[2]; /* 0: unset; yearof + 100 */
    int weekday, season, monthof, weekof, dayof, quarterof; /* offsets + 100, 0: unset */
    int n, unit;
    bool range, now;
    uint8_t action;
};

struct cand {
    uint32_t first, end; /* atoms */
    enum ng_type type;
    bool nothing; /* claims its atoms as no value */
    struct slots slots;
    struct ng_value value;
    float confidence;
    uint8_t bound;
    bool open_currency; /* to be inferred */
    bool home;          /* by the language's default */
    uint32_t line;
};

struct money_state {
    uint32_t cue_at, cue_sent;     /* the last money noun; cue_at UINT32_MAX: none */
    uint32_t cur_at, cur_sent;     /* the last explicit currency */
    int last_currency;             /* index or -1 */
    uint32_t prev_end;             /* atom after the last money */
    uint8_t prev_bound;
};

/* An amount of money or a percentage that begins at atom at. */
bool money_at(const struct scan *s, uint32_t at, const struct money_state *st, struct cand *out);
bool percent_at(const struct scan *s, uint32_t at, struct cand *out);

/* The longest date that begins at each atom; few atoms begin one. */
struct dates {
    uint32_t *at; /* [n + 1] index of items + 1; 0: none */
    struct cand *items;
    size_t n, cap;
};

/* False when the arena is full. */
bool dates_find(const struct scan *s, struct dates *out);

/* ---- calendar ---- */

struct day {
    int year, month, day; /* 0: unknown */
};

int days_in_month(int year, int month);
bool day_valid(int year, int month, int day);
int64_t day_number(int year, int month, int day); /* days since 1970-01-01 */
struct day day_of_number(int64_t n);

struct resolver {
    struct day ref;  /* the date of publication as far as it is known */
    struct day last; /* the last date mentioned */
    int sent_year;   /* year said earlier in the sentence */
    uint32_t sent;
    bool sent_any;
    bool ahead; /* the words beside the date tell of what is to come */
    bool keep_year; /* a year alone, too, holds for the months behind it in its sentence */
};

/* Writes the ISO form of s into out, "" where it cannot be known. */
void date_resolve(struct resolver *r, const struct slots *s, uint32_t sent, char out[44]);

/* Settles doc.published from the request or a dateline; ERR_VALUE for a request's that is no date. */
enum err_code published_settle(const struct values *v, struct doc *d, struct day *out, struct err *err);
/* What the dates of the text themselves say, where nothing else does: year, perhaps month and day. */
struct day published_infer(const struct scan *s, const struct cand *cands, size_t n);

#endif
