/* core/event/scan.h - one sentence made ready for the patterns: words of the lexicon, phrases, clauses. Inside core/event only. */
#ifndef EVENT_SCAN_H
#define EVENT_SCAN_H

#include "core/event/rules.h"

enum {
    WINDOW = 80,    /* tokens from a trigger within which everything belonging to it is sought */
    ORG_MAX = 4,    /* organisations of one title */
    TITLE_MAX = 3,  /* titles of one person */
    DISCOURSE = 8,  /* names remembered of a sentence */
    MEMORY = 4,     /* sentences with names remembered */
};
#define NONE UINT32_MAX
#define SCAN_NAMED (TYPE_BIT(NG_PERSON) | TYPE_BIT(NG_ORGANIZATION) | TYPE_BIT(NG_LOCATION) | TYPE_BIT(NG_PRODUCT) | TYPE_BIT(NG_EVENT_NAME))

/* A word or phrase of the lexicon found in the sentence. */
struct hit {
    uint32_t first, last;           /* tokens [first, last) */
    uint32_t part_first, part_last; /* the parted particle, or both 0 */
    bool closes;                    /* the particle closes the verb bracket */
    uint16_t cls;                   /* NAME_NONE: a phrase is what fires */
    uint8_t tag;
    uint32_t phrase;                /* that one */
};

enum token_mark {
    T_PUNCT = 1,     /* comma or another mark inside a sentence */
    T_HARD = 2,      /* ; : ? ! and brackets: nothing is sought across */
    T_AND = 4,
    T_OPENER = 8,    /* relative pronoun or conjunction that opens a clause */
    T_AUX = 16,
    T_VERB = 32,
    T_ADVERB = 64,
    T_DET = 128,
    T_POSS = 256,
    T_FORMER = 512,
    T_PREP = 1024,
    T_NAME = 2048,   /* within a mention */
    T_COMMA = 4096,
    T_SOFT = 8192,   /* a comma of a list or an apposition: no border */
    T_HEAD = 16384,  /* within a phrase of a head class */
    T_PRONOUN = 32768,
    T_REPORT = 65536,
    T_MODIFIER = 131072,
    T_PASSIVE = 262144,
    T_RELPOST = 524288,
    T_ACCORDING = 1048576,
    T_NOUN = 16777216, /* a trigger noun */
    T_ATTR = 8388608,  /* a participle that can only stand before its noun */
    T_MODAL = 4194304, /* before an infinitive */
    T_ARTICLE = 67108864,
    T_VALUE = 2097152, /* within an amount, a percentage or a date */
    T_WHEN = 33554432,   /* closes a clause that a preposition opened: 在…离职时 */
};

enum phrase_flag {
    P_POSS = 1,     /* a possessor: "Alibaba's ..." */
    P_COMPOUND = 2, /* first part of a compound: "Fitbit-Übernahme" */
    P_PAREN = 4,    /* in brackets */
    P_IN_TITLE = 8, /* the organisation of a title */
    P_OBJECT = 16,  /* right behind a verb */
    P_ATTACHED = 32, /* a title that belongs to a person beside it */
    P_FORMER = 64,  /* a former title */
    P_PRONOUN = 128,
    P_MEMBER = 256, /* of a list, not its first */
    P_APPOSED = 512, /* a title behind its person, between commas */
    P_GUESS = 2048, /* a capital that may be a name, a name that may be of another type: names.c */
    P_PLURAL = 4096, /* stands for all of scan.group */
    P_ROLE = 1024,  /* a title right before its person: "chief executive Lena Marsh" */
};

struct phrase {
    uint32_t first, last;         /* tokens of the phrase itself */
    uint32_t np_first, ext_last;  /* with what belongs to it: titles before, appositions behind */
    uint64_t types;
    uint32_t mention, entity;     /* NONE where it has none */
    uint32_t clause;
    uint32_t next_member;         /* of its list, or NONE */
    uint32_t person;              /* whom a title belongs to, or NONE */
    uint32_t orgs[ORG_MAX], titles[TITLE_MAX];
    uint32_t flags;
    uint16_t gov;                 /* [prep] class that governs it, or NAME_NONE */
    uint16_t cls;                 /* of a head or pronoun */
    uint8_t org_count, title_count;
    float weight;                 /* 1, less for resolved pronouns */
};

struct clause {
    uint32_t parent, first, last; /* tokens it spans, inner clauses included */
    uint32_t opener;              /* its first word where that opens it, or NONE */
    uint32_t subject;             /* phrase that stands for its subject: antecedent, speaker; or NONE */
    uint32_t beside;              /* main clause that a comma parts from it: "Galdor spart, Tarn wächst"; or NONE */
    bool relative, reported;
};

/* Where the text told a person's post last: tokens; empty if it did not. */
struct title_seen {
    uint32_t first, last;
};

/* A name in reach of pronouns. */
struct recent {
    uint32_t entity;
    uint8_t type;
    bool bare; /* may be its clause's subject */
    bool firm; /* no public body */
};

/* The names of a sentence, in order. */
struct discourse {
    struct recent names[DISCOURSE];
    size_t n;
    uint32_t sent;
};

struct cands;

struct scan {
    const struct event_rules *r;
    const struct event_lang *l;
    const struct lexicon *x;
    struct doc *d;
    struct arena *a;

    uint32_t *words;  /* [tok_count] word of the lexicon, or MAP_NONE */
    uint32_t *marks;  /* [tok_count] enum token_mark, or-ed */
    uint16_t *preps;  /* [tok_count] [prep] class that starts there, or NAME_NONE */
    uint32_t *clauses; /* [tok_count] clause of the token */

    bool guess;       /* see names.c; then, words that the text has with a capital within sentences, and in lower case: */
    const struct map *capitals, *lower;
    int years[3];     /* the latest year named by each of the sentences before, the nearest first; 0: none */
    uint32_t sent;    /* of doc.sents; tokens [first, last) */
    uint32_t first, last;
    size_t next_mention;

    struct hit *hits; /* of the sentence, by first */
    size_t hit_count, hit_cap;
    uint64_t classes[CLASS_MAX / 64]; /* those of the hits, by bit; set once they stand */
    struct phrase *ph; /* of the sentence, by first */
    size_t ph_count, ph_cap;
    struct clause *cl;
    size_t cl_count, cl_cap;
    bool question;

    struct discourse before[MEMORY]; /* the last sentences with names, the latest first */
    size_t before_count;
    uint32_t group[ORG_MAX]; /* the people that a list named last */
    size_t group_count;
    uint32_t group_sent;
    int32_t *org_of;  /* [entity_count] last organisation a person was named with, or -1 */
    int32_t *left_of; /* [entity_count] the one an event told that the person came from, or -1: it is the one of "her departure" */
    struct title_seen *title_of; /* [entity_count] */
    char *gender;    /* [entity_count] 'f' or 'm', as doc.genders or a pronoun has told, or 0 */
    uint32_t topic;  /* the organisation that the text is about, or NONE */
    const struct cands *told; /* the events so far */
};

/* Prepares the arrays for the whole document. false: no memory. */
bool scan_init(struct scan *s, const struct event_rules *r, struct doc *d);
/* Makes sentence number sent ready. */
void scan_sentence(struct scan *s, uint32_t sent);
/* Remembers its names for the pronouns to come. */
void scan_leave(struct scan *s);

static inline bool scan_is(const struct scan *s, uint32_t tok, uint32_t marks) {
    return tok >= s->first && tok < s->last && (s->marks[tok] & marks);
}

static inline struct ng_span scan_span(const struct scan *s, uint32_t first, uint32_t last) {
    return (struct ng_span){s->d->toks[first].start, s->d->toks[last - 1].end};
}

/* Whether a token can stand inside a noun phrase: no function word, no name, no punctuation. */
bool scan_plain(const struct scan *s, uint32_t tok);
/* Whether a name carries its language's genitive ending: "Alibabas Kerntalent". sure: not where it may just end so, "Paris". */
bool scan_genitive(const struct scan *s, const struct phrase *p, bool sure);
/* First phrase that starts at or after tok. */
size_t scan_phrase_at(const struct scan *s, uint32_t tok);
/* First word of the lexicon that starts at or after tok, in s->hits. */
size_t scan_hit_at(const struct scan *s, uint32_t tok);
/* Whether the sentence has a word of the class. */
static inline bool scan_has(const struct scan *s, uint16_t cls) {
    return s->classes[cls / 64] >> (cls % 64) & 1;
}

/* Types of the [head ... inside] classes of which tokens [first, last), a name, have a word. */
uint64_t scan_inside(const struct scan *s, uint32_t first, uint32_t last);
/* The phrase of one of the types that starts (ends) at tok, or NONE. */
uint32_t scan_starting(const struct scan *s, uint32_t tok, uint64_t types);
uint32_t scan_ending(const struct scan *s, uint32_t tok, uint64_t types);
/* Whether a word of its own is of a class, which may be NAME_NONE. */
bool scan_of_class(const struct scan *s, uint32_t tok, uint16_t cls);
/* End of the number that begins at t: "369", "1/4". */
uint32_t scan_number_end(const struct scan *s, uint32_t t);
/* The same as scan_plain, and no article, adverb, head or mark. */
bool scan_plain_word(const struct scan *s, uint32_t tok);

/* Whether a token is the hyphen of a compound. */
static inline bool scan_hyphen(const struct scan *s, uint32_t t) {
    return t > s->first && t + 1 < s->last && str_eqz(s->d->toks[t].fold, "-") && !(s->d->toks[t].flags & TOK_SPACE_BEFORE);
}

/* Names surer than that are of the type they have. */
#define GUESS_SURE 0.75f

/* Year of an ISO 8601 date, or 0. */
static inline int scan_year(struct str iso) {
    size_t year = 0;
    return iso.n >= 4 && str_to_size(str_sub(iso, 0, 4), &year) ? (int)year : 0;
}

/* ---- the passes of scan_sentence ---- */

/* words.c */
void scan_words(struct scan *s);
uint32_t scan_step(const struct lexicon *x, uint32_t node, uint32_t word);
bool scan_opens(struct str bracket);
bool scan_closes(struct str bracket);
/* titles.c */
void scan_titles(struct scan *s);
void scan_appose(struct scan *s);
void scan_asides(struct scan *s);
/* Whether an article right before it makes a phrase definite: "das Unternehmen". */
bool scan_definite(const struct scan *s, const struct phrase *p);
void scan_lists(struct scan *s, uint64_t types);
void scan_govern(struct scan *s);
/* clauses.c */
void scan_clauses(struct scan *s);
void scan_resolve(struct scan *s, struct phrase *p);
/* The same for a post that has no name: "der Trainer". */
void scan_resolve_post(struct scan *s, struct phrase *p);
/* Whom the sentences before are about, of that type, where asked for no public body: an entity, or NONE. */
uint32_t scan_about(const struct scan *s, bool firm, float *weight); /* an organisation; the one the whole text is about, where those are no subjects */
uint32_t scan_context(const struct scan *s, uint8_t type, bool firm, float *weight);
/* Whether a sentence before, of the same paragraph, names the entity. */
bool scan_told_in_paragraph(const struct scan *s, uint32_t entity);
/* Whether the text names the organisation e once, behind its head, and is about another one: "Tarn's owners keep a stake. Chief Marsh leaves". */
bool scan_passing(const struct scan *s, uint32_t e);
bool scan_named_free(const struct scan *s, uint32_t e); /* the nearest sentence before that has the entity e names it as a subject */

#endif
