/* core/ner/features.h - what the recogniser sees of a token, as 64-bit keys. The one source of features: the tagger and
 * the trainer both call it, so that they cannot differ. */
#ifndef NER_FEATURES_H
#define NER_FEATURES_H

#include "core/kb/kb.h"
#include "core/ner/model.h"

/* Goes up whenever the same text would give other keys; a model of another set is refused. */
#define NER_FEATURE_SET 3u

enum { NER_FEATURES = 144, NER_AFFIXES = 5 };

/* What features need of one token, computed once. */
struct ner_atom {
    uint64_t fold;             /* hash of the folded form */
    uint64_t word;             /* hash of the dictionary word around a character; fold elsewhere */
    const uint64_t *pre, *suf; /* [NER_AFFIXES] hashes of the first and last 1.. characters; 0 where the token is shorter */
    uint64_t other[4];         /* hashes of the words before and behind two other places where the text has it; 0: none */
    uint32_t known;            /* bits by type and place in a stretch the knowledge base knows */
    uint32_t lists[2];         /* bits by list and place, as in known: lists 0 to 3, 4 to 7 */
    uint16_t shape, brief;     /* classes of its characters, runs cut at four and at one */
    uint8_t kind;              /* enum ner_kind and so on, of the longest run of words of the lexicon it stands in */
    uint8_t head, tail;        /* an organisation's word before or behind it in what may be one name, and how far; 0: none */
    uint8_t near[2];           /* kinds of the nearest words of the lexicon on the left and the right, not next to it */
    uint8_t place, length;     /* of a character in its dictionary word, both at most 6 */
    uint8_t repeats;           /* enum ner_repeat: how the text has it elsewhere */
    uint8_t flags;             /* enum ner_atom_flag */
    bool heading;              /* in a line without a mark at its end */
    uint8_t form, part;        /* what a run of words here, and this word, was elsewhere in the text: type, place, how surely; again.h */
};

enum ner_atom_flag {
    NER_ATOM_CHAR = 1,      /* one character of a script without spaces */
    NER_ATOM_LOWER_TOO = 2, /* the text has it in lower case as well */
    NER_ATOM_CAPITAL = 4,
    NER_ATOM_START = 8, /* first word of its sentence */
    NER_ATOM_LOUD = 16, /* in a line all in capitals, or a heading with most words capitalised */
    NER_ATOM_LATIN = 32,
};

enum ner_repeat { NER_REPEAT = 1, NER_REPEAT_FIRST = 2 /* with a capital behind it */, NER_REPEAT_LAST = 4, NER_REPEAT_ALONE = 8 };

/* Atoms of all tokens of d, in its arena; NULL when that is full. kb may be NULL: then known is 0. */
struct ner_atom *ner_atoms(const struct ner_model *m, const struct kb *kb, const struct doc *d);

/* Keys of token i, whose sentence is tokens [first, last). Returns how many. The first *lexical of them name the token
 * itself, those from *listed on tell what lists of names have of it: the trainer hides either now and then, so that context
 * learns to do without. */
size_t ner_features(const struct ner_atom *atoms, size_t first, size_t last, size_t i, uint64_t keys[NER_FEATURES],
                    size_t *lexical, size_t *listed);

/* A text that is one sentence is short of all that articles tell elsewhere, and sets of such sentences call other things names:
 * there each feature counts once more as another. Doubles the n keys, the copy of a key behind it; returns 2 * n. */
size_t ner_features_alone(uint64_t keys[2 * NER_FEATURES], size_t n);

/* Of those only what the second reading adds to the first (again.h): form and part, which were 0. */
size_t ner_features_again(const struct ner_atom *atoms, size_t first, size_t last, size_t i, uint64_t keys[NER_FEATURES]);

/* Hash of a folded form, as in ner_atom.fold. */
uint64_t ner_hash(struct str fold);
/* Hash of folded words with single spaces or, where characters are tokens (chars), of characters: those of the tokens joined. */
uint64_t ner_run_hash(struct str fold, bool chars);

#endif
