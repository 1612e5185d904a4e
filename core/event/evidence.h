/* core/event/evidence.h - what the learned reading of events knows of a trigger, of a phrase beside it, and of all that is filled: hashed
 * features. Whoever changes one trains data/event.bin anew (make train-events). Inside core/event only. */
#ifndef EVENT_EVIDENCE_H
#define EVENT_EVIDENCE_H

#include "core/event/fire.h"

enum { FEATURE_MAX = 64, PHRASE_MAX = 48 };

/* What a language's frames let triggers and roles be. */
struct learned_lang {
    uint64_t types[CLASS_MAX];             /* of events that a trigger class may tell, by bit */
    uint64_t bits[TYPE_MAX][ROLE_MAX];     /* types of phrases that a role takes */
    struct frame frames[TYPE_MAX];         /* stand for the frame that fired */
    uint32_t names[CLASS_MAX];             /* hashes of the names of classes */
    bool figures[TYPE_MAX];                /* frames of the type fire at phrases: left to them */
    uint32_t salts[TYPE_MAX], roles[TYPE_MAX][ROLE_MAX], any[TYPE_MAX][ROLE_MAX]; /* of the features: by type, by its role, by a role of any type */
    uint8_t best[CLASS_MAX][TYPE_MAX];     /* how sure the surest frame of a class is, in twentieths */
};

struct features {
    uint32_t h[FEATURE_MAX];
    size_t n;
};

/* A trigger word and what stands around it: all that is asked about it, whatever the type. */
struct place {
    struct fire f;
    bool seen;                           /* what follows is known */
    uint32_t cls, tag, word, kind, have; /* hashes, enum class_kind, bits of what stands in the window */
    uint32_t best;                       /* confidence of the class's surest frame */
    uint32_t subject, object;            /* phrases, or NONE */
    uint32_t ph[PHRASE_MAX];
    size_t n;
    const struct cand *part; /* what a frame of the type being tried found at this trigger, but for a role it needs; or NULL */
};

/* Hashes: of a name (FNV-1a), and of one more thing beside what is hashed. The weights in data/event.bin stand at places that these
 * give, and roles.py computes them, too: neither changes alone. */
uint32_t evidence_name(struct str name);
static inline uint32_t evidence_mix(uint32_t h, uint32_t v) {
    h = (h ^ v) * 0x9E3779B1u;
    return h ^ h >> 15;
}

/* The trigger itself; then its surroundings, looked at once for all types; then what frames of the type know. */
void place_begin(struct place *p, struct scan *s, const struct learned_lang *k, const struct hit *h);
void place_look(struct place *p, const struct learned_lang *k, int type);
void place_type(struct place *p, const struct learned_lang *k, const struct cands *c, size_t from, int type);
/* Whether a phrase may play a part: no pronoun that stands for nobody. */
bool place_useful(const struct phrase *p);

/* Each sets f anew. What the word alone says; that and its surroundings; a phrase, by its index in the sentence. */
void evidence_word(const struct place *p, struct features *f);
void evidence_trigger(const struct place *p, struct features *f);
void evidence_phrase(const struct place *p, uint32_t index, const struct learned_lang *k, struct features *f);
/* Once all roles are filled: tell and least are probabilities, of the trigger and of the least sure of the required roles; out holds what
 * the text has told so far, that sentence from `from` on. */
void evidence_whole(const struct place *p, const struct learned_lang *k, const struct cands *out, size_t from, double tell, double least,
                    struct features *f);

#endif
