/* core/event/fire.h - one frame or pattern being tried at one trigger. Inside core/event only.
 * ways.c finds where a role's filler may stand, fill.c fills roles, sequence.c walks patterns, match.c drives them. */
#ifndef EVENT_FIRE_H
#define EVENT_FIRE_H

#include "core/event/match.h"

struct fire {
    struct scan *s;
    const struct frame *f;
    const struct event_type *type;
    struct hit trigger;
    uint32_t clause;
    uint32_t from, to;     /* tokens [from, to) between the neighbouring verbs */
    uint32_t low, high;    /* tokens [low, high): window */
    bool passive, shared;  /* shared: the subject stands before another verb, "left and joined" */
    uint32_t only;         /* of a list, the member meant; or NONE */
    bool lacks;            /* a line that needs a filler of its own found none */
    struct cand c;
};

/* match.c */
void fire_begin(struct fire *f, struct scan *s, const struct frame *frame, const struct hit *h);
void fire_reset(struct fire *f);
/* The list whose members make an event each, or NONE. */
uint32_t fire_list(const struct fire *f);
/* Whether the classes named by `near` and `not` let the frame fire. */
bool fire_agrees(const struct fire *f);
/* Whether what it asks of its trigger (`only`) holds. */
bool fire_only(const struct fire *f);
/* Adds the event to out, unless a better one of those from `from` on has the same trigger. */
bool fire_finish(struct fire *f, struct cands *out, size_t from);

/* ways.c: all return a phrase of the sentence, or NONE */
void fire_limits(struct fire *f);
bool fire_passive(const struct fire *f);
bool fire_used(const struct fire *f, uint32_t phrase);
bool fire_fits(const struct fire *f, uint32_t phrase, uint64_t types);
uint32_t way_left(const struct fire *f, uint64_t types, uint32_t from, bool objects);
uint32_t way_right(const struct fire *f, uint64_t types, uint32_t to);
uint32_t way_subject(struct fire *f, uint64_t types);
bool way_dropped(const struct fire *f); /* the sentence begins without a subject: that of the sentences before goes on */
uint32_t way_object(struct fire *f, uint64_t types);
uint32_t way_governed(const struct fire *f, uint16_t prep, uint64_t types);
uint32_t way_agent(const struct fire *f, uint64_t types);
uint32_t way_possessor(const struct fire *f, uint64_t types);
uint32_t way_compound(const struct fire *f, uint64_t types);
uint32_t way_anywhere(const struct fire *f, uint64_t types);
uint32_t way_sentence(const struct fire *f, uint64_t types);

/* fill.c */
void fill_slot(struct fire *f, const struct slot *slot);
void fill_entity(struct fire *f, uint8_t role, struct ng_filler filler, uint32_t phrase);
void fill_phrase(struct fire *f, uint8_t role, uint32_t phrase);
bool fill_text(struct fire *f, uint8_t role, uint32_t first, uint32_t last);
bool fill_complete(const struct fire *f);
/* Noun phrase that starts at or behind a token, and where what a preposition opens ends. */
uint32_t fire_np_start(const struct scan *s, uint32_t t);
uint32_t fire_np_end(const struct scan *s, uint32_t t);
uint32_t fire_clause_end(const struct scan *s, uint32_t t);

/* sequence.c */
void fire_sequence(struct scan *s, const struct frame *frame, const struct hit *h, struct cands *out, size_t from);

#endif
