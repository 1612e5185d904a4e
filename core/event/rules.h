/* core/event/rules.h - the compiled patterns, inside core/event (and its tests) only.
 *
 * A language's rules are a lexicon (word classes with all their forms, one trie over token texts) and frames (a trigger class, an
 * event type, and for each role the ways in which the language marks it) and patterns (small regular expressions over tokens,
 * classes and phrases). README.md explains the matching, data/lang/EVENTS.md the files. All of it is read-only once loaded. */
#ifndef EVENT_RULES_H
#define EVENT_RULES_H

#include "core/base/map.h"
#include "core/event/event.h"
#include "core/text/text.h"

enum {
    ROLE_MAX = 8,      /* roles of one event type */
    TYPE_MAX = 64,     /* event types */
    CLASS_MAX = 1024,  /* classes of one language */
    TAG_MAX = 32,      /* inflection tags of one language */
    HEAD_MAX = 50,     /* head classes of one language: bits behind the types of entities */
    PHRASE_TOKENS = 16, /* tokens of one lexicon entry */
    FILLER_MAX = 12,   /* fillers of one role */
    ROLE_PARTS = 3,    /* parts of one pattern that fill the same role */
    NODE_MAX = 120,    /* states of one sequence pattern */
    NAME_NONE = 0xFFFF,
};

/* ---- the schema (data/schema.conf, data/event.conf) ---- */

struct event_role {
    struct str name;
    uint8_t group; /* alternatives share a group */
    bool required; /* of its group one must be filled */
    bool each;     /* several fillers make several events */
    bool key;      /* two events with the same fillers here are the same event */
    bool several;  /* events of one sentence that agree in all else share one, with all their fillers here */
    bool source;   /* who says so: the speaker of a direct quote that tells the event */
    bool yields;   /* the event is dropped where one of another type has the same filler in that sentence */
    bool grows;    /* what a later sentence adds goes beside what it has: "Also involved were ..." */
    bool carries;  /* empty, it is that of the event of the type in the sentence before */
    uint8_t member;   /* whoever fills it belongs to the organisation in role member - 1: "joined"; 0: no */
    uint8_t lender, lent; /* empty, it is role lent of type lender - 1 that tells of the same person; lender 0: of none */
    bool lends;           /* some role's lent: where somebody came from */
    uint8_t least; /* fillers it takes to count as filled */
};

struct event_type {
    struct str name;
    struct event_role roles[ROLE_MAX];
    uint8_t role_count;
    uint8_t stale; /* years after which one is history, no news; 0: never */
};

/* How sure an event is, by logistic regression on annotated articles: the log-odds are a sum of these ([sure] in event.conf). */
struct event_sure {
    double base;
    double roles;    /* each role that is filled, at most 5 */
    double entities; /* each filler that is an entity, at most 4 */
    double again;    /* each further piece of evidence, at most 2 */
    double learned;  /* no frame told it, learned.c did */
    double length;   /* of the first evidence, each 120 bytes, at most 3 */
};

struct event_schema {
    struct event_type types[TYPE_MAX];
    size_t n;
    struct event_sure sure;
};

/* ---- the lexicon ---- */

enum class_kind { CLASS_WORD, CLASS_VERB, CLASS_NOUN, CLASS_PREP, CLASS_HEAD, CLASS_CUE, CLASS_PRONOUN };

/* What the engine itself does with a class, by the class's name (see EVENTS.md). */
enum class_role {
    FN_NONE, FN_AND, FN_REL, FN_SUB, FN_AUX, FN_PASSIVE, FN_ADVERB, FN_DET, FN_POSS, FN_FORMER, FN_REPORT, FN_ACCORDING, FN_WHEN,
    FN_NUMERAL, FN_MODIFIER, FN_RELPOST, FN_OTHER, FN_BLOCK, FN_MODAL, FN_ARTICLE, FN_GEN, FN_COUNT
};

enum cue_scope { SCOPE_BEFORE, SCOPE_AROUND, SCOPE_CLAUSE, SCOPE_SENTENCE, SCOPE_PREVIOUS };
enum cue_effect { CUE_ALLEGED, CUE_PLANNED, CUE_DENIED, CUE_NEGATED, CUE_BLOCKED, CUE_OCCURRED };

struct lex_class {
    struct str name;
    uint8_t kind, role;
    bool trigger; /* of some frame */
    /* CLASS_HEAD */
    uint8_t head;      /* bit of the phrase type */
    uint8_t left;      /* unknown words it takes in on its left */
    uint8_t right;     /* and on its right: "chuyên gia AI hàng đầu" */
    bool numbers;      /* numbers are among the words on its left: "9 người thiệt mạng" */
    bool direct;       /* an organisation may follow without a link */
    bool part;         /* it stands for its organisation: "the lab of Galdor" hires as Galdor does */
    bool open;         /* its organisations may fill roles by themselves */
    bool soft;         /* with names: people do so, too; a name known for a person stays one: "der Investor Tom Birk" */
    bool modifies;     /* where a noun follows it describes that one and fills no role: "a drone raid" */
    bool kin;          /* the same, of whatever length: "ihre Tochter Hanna" */
    bool inside;       /* a name that has a word of it counts as one, too: "Landgericht Bremen" as a court */
    uint8_t names;     /* enum ng_type of the name right behind it, plus 1: "der Hersteller Altris"; or 0 */
    uint8_t introduces; /* the same, but only a name that nobody is sure of: "toymaker Brikko"; names.c */
    bool means;        /* a definite phrase of it that has no name stands for the person spoken of before: "der Trainer" */
    bool public;       /* of the state, not of the firm that the text is about: minister, mayor */
    bool alone;        /* has no organisation and no person: penalties, awards, laws */
    uint16_t links[8]; /* classes that link what follows: "of", "at" */
    uint8_t link_count;
    /* CLASS_CUE */
    uint8_t scope, effect, reach;
    uint32_t tags; /* only with these tags of the trigger; 0: any */
    /* CLASS_PRONOUN */
    uint8_t type; /* enum ng_type */
    bool free;    /* a word that also leads in names and nouns (ông): stands for somebody only before a verb, a preposition or a pause */
    bool lone;    /* only where nobody else can be meant: the sentence before names an organisation and no person */
    char gender;  /* 'f', 'm' or 0 */
    bool dative; /* neither subject nor what a verb is done to: "ihm" */
    bool possessive, bound; /* bound: only what the reporting verb's subject is */
    bool firm;              /* never a public body: "the company" */
    bool inner;             /* only an object, for what the same sentence named: "until Galdor bought it" */
    bool plural;            /* the people that a list named last: "the pair" */
    bool object;            /* only where no noun follows: "hired her as" */
    bool namesake;          /* only what has its noun in its name: "the refinery" */
    struct str or_head;     /* [head] it counts as where nobody can be found, or empty; its bit: */
    uint64_t or_types;
};

enum { LEX_SPLIT = 1, LEX_END = 2 };

/* A form's meaning; forms of the same text are chained. */
struct lex_entry {
    uint16_t cls;
    uint8_t tag, flags;
    uint32_t particle; /* of LEX_SPLIT: index of its first word in lexicon.particles, length there */
    uint32_t next;     /* another meaning, or MAP_NONE */
};

struct lex_edge {
    uint32_t word, node;
};

struct paradigms;

struct lexicon {
    struct paradigms *paradigms; /* only while loading */
    struct lex_class classes[CLASS_MAX];
    size_t class_count;
    struct str tags[TAG_MAX];
    size_t tag_count;
    struct map words; /* token text -> word */
    struct map edges; /* (node, word) -> node */
    uint32_t *root;   /* [root_n] the node that a word leads to from the root, or MAP_NONE; once read, edges stand here and below */
    size_t root_n;
    uint32_t *child_from; /* [nodes + 1] a node's edges in children, sorted by word */
    struct lex_edge *children;
    uint32_t *ends;   /* [nodes] first entry, or MAP_NONE */
    size_t node_count, node_cap;
    struct lex_entry *entries;
    size_t entry_count, entry_cap;
    uint32_t *particles; /* n, then n words */
    size_t particle_count, particle_cap;
    struct map suffixes; /* ending of a word -> first entry */
    uint8_t suffix_lengths[64];
    size_t suffix_length_count;
    uint64_t suffix_tails[1024]; /* a bit for the last two bytes of each */
    uint8_t base_tag, pres_tag, ing_tag, inf_tag, attr_tag; /* tags "base", "pres", "ing", "inf" and "attr", or 0xFF */
    uint16_t to_prep;                    /* [prep to]: before an infinitive, too */
    uint16_t by_prep, object_prep, of_prep, as_prep; /* [prep by], [prep object], [prep of], [prep as], or NAME_NONE */
    uint16_t than_prep;  /* [prep than]: what something is compared with; a date behind it dates nothing; or NAME_NONE */
    uint16_t agent_prep; /* marks the doer of a passive besides [prep by]: "von"; or NAME_NONE */
    uint16_t definite_class; /* [class definite]: articles that make "the company" mean a firm named before; or NAME_NONE */
    uint16_t describes_class; /* [class describes]: nouns that with such an article mean a firm named before: "the Finnish group"; or NAME_NONE */
    uint16_t public_class; /* [class public-body]: what names of ministries, courts, exchanges end with; or NAME_NONE */
    uint16_t digit_class, counter_class, ordinal_class; /* of Chinese numbers: [class digit], [class counter], [class ordinal] (before one that counts nothing); or NAME_NONE */
    uint16_t born_class;  /* [class born]: beside a date it makes a year of birth, which dates no event; or NAME_NONE */
    uint16_t seated_class; /* [class seated]: behind a name and a comma it makes the name a firm's, "based in"; or NAME_NONE */
    uint16_t where_class; /* [class where]: behind an organisation it opens what happened at that one: "Galdor, where she became ..."; or NAME_NONE */
    uint16_t rel_verb_class; /* [class rel-verb]: conjunctions that are relative pronouns where a verb follows: "a start-up that has raised ..."; or NAME_NONE */
    uint16_t at_prep;     /* [prep at], or NAME_NONE */
    uint16_t time_class;  /* [class timespan]: days, years: their number counts nobody; or NAME_NONE */
    uint16_t career_class; /* [class career]: worked, served: a firm right before it that a preposition governs is one of the past; or NAME_NONE */
    uint16_t document_class; /* [class document]: figures, report, study: whose they are is the source; or NAME_NONE */
    uint16_t named_class; /* [class named]: may stand before such a name, "namens"; or NAME_NONE */
    bool names_capital; /* only names and first words are written with a capital: unknown ones are taken for names */
    bool has_modal;  /* lists what stands before infinitives */
    bool chars;      /* tokens are characters */
    bool drops_subjects; /* "said [it] would buy": what is reported may go without a subject, the speaker is meant */
    bool head_first; /* a phrase begins with its noun, which needs no article, and what belongs to a word follows it: "UBND tỉnh Gia Lai" */
    bool free_order; /* subject and object stand on either side of the verb */
    bool nouns_capital; /* nouns are written with a capital, verbs are not */
    bool rel_comma;  /* relative pronouns count only behind a comma */
    uint8_t np_gap;  /* unknown words between a preposition and its name */
    struct str genitives[4];
    size_t genitive_count;
};

/* ---- frames and patterns ---- */

enum way_kind {
    WAY_ANY, WAY_SUBJ, WAY_OBJ, WAY_PREP, WAY_POSS, WAY_COMPOUND, WAY_AGENT, WAY_ORG_OF, WAY_FORMER_OF, WAY_PRESENT_OF, WAY_REST_OF, WAY_TITLE_OF, WAY_PREDECESSOR, WAY_SOURCE,
    WAY_SPAN, WAY_TRIGGER, WAY_LEFT, WAY_RIGHT, WAY_SELF, WAY_FIGURE, WAY_COUNTED, WAY_STRETCH, WAY_ONWARD, WAY_TAIL_OF, WAY_FRONT_OF, WAY_CONTEXT, WAY_SENTENCE, WAY_TOPIC, WAY_EARLIER, WAY_PATIENT, WAY_DROPPED, WAY_BOSS, WAY_LAST
};

/* Types of slots: bits 0..7 enum ng_type, then these, then the heads. */
enum { BIT_NUMBER = 8, BIT_NP, BIT_CLAUSE, BIT_FIRM, BIT_BODY, BIT_HEAD }; /* BIT_FIRM: an organisation that is no public body; BIT_BODY: one that is */
#define TYPE_BIT(b) ((uint64_t)1 << (b))

struct way {
    uint8_t kind;
    uint8_t alternative; /* same number: the same alternative of the slot */
    uint8_t of_type;     /* WAY_LAST: the event's type */
    uint16_t arg;        /* WAY_PREP, WAY_STRETCH, WAY_ONWARD: class; WAY_ORG_OF and others: role */
    uint64_t types;
};

struct slot {
    uint8_t role;
    bool required;
    bool own; /* "!!": this line itself must find a filler, whatever the lines before it found */
    struct way *ways;
    size_t way_count;
};

enum node_kind { NODE_WORD, NODE_CLASS, NODE_SLOT, NODE_GAP, NODE_SPLIT, NODE_END };

struct node {
    uint8_t kind, role; /* role: ROLE_MAX when none */
    bool commas;        /* NODE_GAP: may cross commas */
    uint8_t reach;      /* NODE_GAP */
    uint32_t arg;       /* word or class; of a slot, its number among those of its role */
    uint64_t types;
    uint16_t next, other; /* NODE_SPLIT: next first */
};

enum frame_only {
    ONLY_DATED = 1,    /* the sentence tells when: "left in May" */
    ONLY_ALONE = 2,    /* no object stands right behind it: "left for Galdor", not "left the room" */
    ONLY_ACTIVE = 4,   /* no passive */
    ONLY_PASSIVE = 8,
};

struct frame {
    struct str name;
    uint8_t type;
    uint32_t tags, not_tags; /* of the trigger's form; 0: any */
    float confidence;
    int8_t status; /* enum ng_status, or -1 */
    uint64_t on; /* fires at phrases of these types, not at words; 0: at words */
    uint16_t near[4], barred[8], never[4]; /* never: not in the whole sentence */
    uint8_t near_count, barred_count, never_count;
    uint8_t some[4], some_count; /* roles of which one must be filled */
    uint8_t some_named;          /* of these, by bit, those that count only where an entity fills them */
    uint16_t gov[4], not_gov[8]; /* [prep]s of which one must, or none may, govern the phrase or the noun it fires at */
    uint8_t gov_count, not_gov_count;
    uint8_t waives;          /* roles, by bit, that it is worth reporting without though the type requires them: a minister's employer */
    uint8_t only;            /* enum frame_only, or-ed: what must hold of the trigger */
    bool follows;            /* what it tells belongs to the event of its type in the sentence before: "The buyer is Galdor." */
    bool learned;            /* stands for what learned.c finds */
    bool adds;               /* never an event of its own: adds roles to one of its type told just before */
    uint8_t within;          /* of a frame that fires at phrases: how far a head may stand, 0: as usual */
    uint16_t *triggers;
    size_t trigger_count, trigger_cap;
    struct slot *slots;
    size_t slot_count, slot_cap;
    struct node *nodes; /* of a pattern; else NULL */
    uint16_t node_count, start;
    uint16_t anchor; /* class that every match of the pattern contains */
    const char *path;
    size_t line;
};

struct event_example {
    struct str text, name;
    uint8_t type;
    bool counter;
    int8_t status; /* expected, or -1 */
    struct str date;
    const char *path;
    size_t line;
};

struct event_lang {
    bool present;
    struct lexicon lex;
    struct frame *frames;
    size_t frame_count, frame_cap;
    uint32_t *by_class[CLASS_MAX]; /* frames of a trigger class: n, then n */
    uint32_t *by_phrase;           /* frames that fire at phrases: n, then n */
    struct event_example *examples;
    size_t example_count, example_cap;
    const struct learned_lang *learned; /* what learned.c knows of the frames */
};

struct event_rules {
    const struct langs *langs;
    const struct text_fold *fold;
    struct event_schema schema;
    const struct learned *learned; /* NULL: none */
    struct event_lang *lang[LANG_MAX];
};

/* ---- inside the module ---- */

enum err_code schema_load(struct event_schema *s, struct arena *a, const char *data_dir, struct err *err);
int schema_type(const struct event_schema *s, struct str name);
int schema_role(const struct event_type *t, struct str name);

/* lexicon.c: one file after the other, then the finished lexicon is only read. */
void lexicon_init(struct lexicon *x, struct arena *a, bool chars);
enum err_code lexicon_read(struct lexicon *x, struct arena *a, const struct text_fold *fold, struct conf *c, struct err *err);
/* Whether a word may end with one of the suffixes, by its last two bytes. */
static inline bool lexicon_may_end(const struct lexicon *x, struct str word) {
    unsigned tail = word.n < 2 ? 0 : (unsigned char)word.p[word.n - 2] << 8 | (unsigned char)word.p[word.n - 1];
    return word.n >= 2 && (x->suffix_tails[tail / 64] >> (tail % 64) & 1);
}

/* Once all is read: makes the trie quick to walk. false: no memory. */
bool lexicon_index(struct lexicon *x, struct arena *a);
/* Index of a class by its name, or NAME_NONE. */
uint16_t lexicon_class(const struct lexicon *x, struct str name);
uint16_t lexicon_prep(const struct lexicon *x, struct str name);
/* Words of a phrase as tok_split would cut it; false when there are more than PHRASE_TOKENS. */
bool lexicon_words(struct lexicon *x, struct arena *a, const struct text_fold *fold, struct str phrase,
                   uint32_t words[PHRASE_TOKENS], size_t *n);
/* A comma separated piece of *rest, commas in round brackets not counted; empty at the end. */
struct str lexicon_item(struct str *rest);

/* frame.c: the files of frames and patterns. */
enum err_code frames_read(struct event_lang *l, const struct event_schema *s, struct arena *a, const struct text_fold *fold,
                          struct conf *c, struct err *err);
enum err_code frames_link(struct event_lang *l, struct arena *a, struct err *err);

/* pattern.c */
enum err_code pattern_compile(struct frame *f, struct event_lang *l, const struct event_type *t, struct arena *a,
                              const struct text_fold *fold, struct str text, struct conf *c, struct err *err);
/* Bits of a slot's types, "person/org"; 0 and an error where a name is unknown. */
uint64_t frame_types(const struct lexicon *x, struct str names, struct conf *c, struct err *err);

#endif
