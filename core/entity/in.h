/* core/entity/in.h - what the files of core/entity share; nobody else includes it.
 *
 * A link is a mention while it is being judged: proposed by values, knowledge base, recogniser or the article itself
 * (propose.c), kept or not (choose.c), joined with others to one thing (join.c), which then gets its name (name.c). */
#ifndef ENTITY_IN_H
#define ENTITY_IN_H

#include "core/base/map.h"
#include "core/entity/entity.h"
#include "core/entity/gender.h"

enum { NO_ROW = -1, FORM_TOKENS = 12 /* longest run of tokens looked up as one form */, TYPES = NG_EVENT_NAME + 1 };

/* ---- data: data/lang/<code>/entity.conf and data/names/ ---- */

/* What a word (or a few) says where it stands; bits of word_map. */
enum word_bit {
    WORD_BEFORE = 1,        /* << type: evidence for a name of that type behind it */
    WORD_AFTER = 1 << 5,    /* << type: the same before it */
    WORD_NOT_NAME = 1 << 10, /* as a whole no name: AI, CEO */
    WORD_ARTICLE = 1 << 11,
    WORD_ALIAS = 1 << 12,   /* in brackets: another name follows */
    WORD_LEGAL = 1 << 13,   /* a part of a company's name that may be missing: AG, 集团 */
    WORD_UNIT = 1 << 14,    /* behind a hyphen: makes the whole a unit, no name (US-Dollar) */
    WORD_HEAD = 1 << 15,    /* in front of an organisation's name and part of it: Tập đoàn */
    WORD_TAIL = 1 << 16,    /* behind it and part of it: 集团 */
    WORD_NOT_TAIL = 1 << 17, /* behind such a tail: it belongs to that word instead (集团|副总裁) */
    WORD_KIND = 1 << 18,     /* in a name, first or last: an organisation (Bank, University) */
    WORD_DESCRIBES = 1 << 19, /* no part of a name: Autobauer, Staatskonzern (also the end of a compound) */
    WORD_STOP = 1 << 20,     /* never inside a person's name: of */
    WORD_COMMON = 1 << 21,   /* a word of the language that a thing elsewhere has for its name: Bursa */
    WORD_ENDING = 1 << 22,   /* an ending that a hyphen or colon joins to a name: UN-a */
    WORD_PLACE_HEAD = 1 << 23, /* in front of a place's name and part of it: sông */
    WORD_AND = 1 << 24,        /* joins the last of an enumeration */
    WORD_EVENT_HEAD = 1 << 26, /* in front of the name of a storm and the like, and part of it */
    WORD_FIRM = 1 << 27,       /* right before a name of several words: it is a firm's (die Firma X) */
    WORD_ALONE = 1 << 28,      /* an institution's name by itself: 交通部, Innenministerium */
    WORD_INSTITUTION = 1 << 25, /* behind a place, without spaces: the place's institution (大学) */
};

/* Where a part stands: inside, in front of the rest (in English behind it: Ngân hàng X is X Bank), behind it. */
enum part_place { PART_INSIDE, PART_FIRST, PART_LAST, PART_LOWER /* in front, if it has no capital: cầu X, but Cầu Giấy */ };

/* Ending of an adjective made of a place's name, and what the name has instead: Bremer, Bremen. */
struct place_ending {
    struct str ending, instead;
    bool place; /* false: an adjective of another kind */
};

/* Whether a word may begin one of a number of forms: a bit by its first bytes. */
enum { HEAD = 3, HEADS = 1 << 12 };

static inline uint32_t head_of(struct str key) {
    uint32_t x = 0;
    memcpy(&x, key.p, key.n < HEAD ? key.n : HEAD);
    return (x * 0x9e3779b1u) >> 20;
}

struct lang_rules {
    uint64_t alone[HEADS / 64]; /* first bytes of what is WORD_ALONE */
    struct map words;      /* folded, without spaces -> bits */
    struct map parts;      /* part of an organisation's or place's name, behind the digit of its place but inside -> index of part_names */
    struct str *part_names; /* in English; empty: said by nothing */
    uint8_t *part_place;    /* enum part_place */
    size_t part_count, part_cap, place_cap;
    struct place_ending *endings;
    size_t ending_count, ending_cap;
    bool plain; /* its names lose their marks in English names of institutions */
};

/* Names of persons of one people that texts of another language write by their sound or in their characters. */
struct name_table {
    struct map surnames, given; /* folded -> index of readings */
    struct map context;         /* ids of rows: CONTEXT_ABROAD, CONTEXT_HOME */
    int lang;                   /* whose they are, or in whose texts they stand */
};

enum { CONTEXT_ABROAD, CONTEXT_HOME };

struct entity_rules {
    const struct kb *kb;
    const struct text_fold *fold;
    struct lang_rules by_lang[LANG_MAX];
    int chinese; /* its index */
    struct str anonymous; /* stands for a given name that is not told: 某 */
    struct map surnames; /* Chinese, simplified -> index of readings */
    struct map foreign;  /* parts of foreign names in Han characters -> index of readings */
    struct map sounds;   /* characters that foreign names are written with */
    struct name_table japanese, sinoviet;
    struct str *readings;
    size_t reading_count, reading_cap;
    struct gender_names *genders;
};

/* ---- links ---- */

enum source { FROM_VALUE, FROM_KB, FROM_NER, FROM_TEXT /* the same form elsewhere in the article */ };

struct link {
    struct mention m;
    int32_t row; /* of the knowledge base */
    const struct ng_value *value;
    enum source source;
    bool weak;  /* a row's name that is something else as well */
    bool agreed; /* knowledge base and recogniser both say so */
    bool shaped; /* a name by its form, whatever its parts are elsewhere */
    double score;
};

/* Places of the filter: a word that shares one with another costs a few look-ups. */
enum { FORM_FILTER = 4096 };

struct linker {
    const struct entity_rules *r;
    const struct lang_rules *words;
    const struct langs *langs;
    struct doc *d;
    struct link *links;
    size_t n, cap;
    struct map forms; /* key -> index of seen: the forms of names without a row */
    struct form *seen;
    size_t form_count, form_cap;
    uint8_t longest[FORM_FILTER]; /* by the hash of a word: tokens of the longest form that begins with such a word; 0: none */
    uint32_t *owner; /* [tok_count] index + 1 of the kept link that covers a token, 0: none */
    struct map lower; /* words that the article has in lower case */
    bool japan, china; /* the article tells of it: names of three Han characters may be Japanese, Vietnamese ones Chinese */
};

struct form {
    float sum[TYPES], best;
    uint16_t tokens;
    bool latin;
};

/* The key of tokens [first, last): folded, joined; of one token its own, else written to b, which is emptied first. */
struct str form_key(const struct doc *d, uint32_t first, uint32_t last, struct buf *b);
bool is_han_tok(const struct doc *d, uint32_t t);
/* Bits of the longest run of at most four tokens that ends before (direction -1) or begins at (1) token at, in its sentence. */
uint32_t word_bits(const struct linker *k, uint32_t at, int direction);
uint32_t bits_of_span(const struct linker *k, uint32_t first, uint32_t last);

bool propose_all(struct linker *k);
bool choose(struct linker *k);
/* Fills doc.entities and doc.mentions from the chosen links. */
bool join_all(struct linker *k);

/* The name of a thing of that row (or NO_ROW) and form, in the reader's language. */
struct str canonical_name(struct linker *k, int32_t row, enum ng_type type, struct str form);
bool starts_han(struct str s);
/* Settles k->japan and k->china by the rows of the chosen links. */
void note_context(struct linker *k);
/* The name of a Japanese in Latin letters, given name first; empty where form is none. *surname: its characters of form. */
struct str japanese_name(const struct linker *k, struct str form, size_t *surname);
/* The English name of an institution or place that a language with spaces calls form; form itself where that is not understood. */
struct str name_by_parts(struct linker *k, const struct lang_rules *l, struct str form);

#endif
