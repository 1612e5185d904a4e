/* core/event/match.h - from a prepared sentence to events: frames and patterns (match.c), then what the sentence says about the
 * event as a whole (status.c) and how the events of a text belong together (merge.c). Inside core/event only. */
#ifndef EVENT_MATCH_H
#define EVENT_MATCH_H

#include "core/event/scan.h"

/* CAND_MAX: events tried for in one text; the longest newspaper features have some hundred, each takes 3 KB. */
enum { SOURCE_MAX = 4, EVIDENCE_MAX = 16, CAND_MAX = 4000 };

/* An event of one sentence; later, of the whole text. */
struct cand {
    const struct frame *frame;
    const struct event_type *type;
    uint8_t type_index;
    uint8_t tag; /* of the trigger's form */
    struct ng_filler fill[ROLE_MAX][FILLER_MAX];
    uint32_t phrase[ROLE_MAX][FILLER_MAX]; /* of the sentence, or NONE */
    uint8_t count[ROLE_MAX];
    enum ng_status status;
    struct str date;
    int era; /* without a date of its own: the latest year that the sentences before it name, or 0 */
    float confidence;
    struct ng_span evidence[EVIDENCE_MAX];
    uint8_t evidence_count;
    uint32_t sources[SOURCE_MAX];
    uint8_t source_count;
    uint32_t sent, first, last, clause; /* where it fired: tokens [first, last) of the trigger */
    uint32_t merged;                    /* events joined into this one */
    bool complete;                      /* every required role is filled */
    bool gone;
};

struct cands {
    struct cand *items;
    size_t n, cap;
};

/* Tries the frames and patterns on the prepared sentence; appends what fired, complete or not. */
void match_sentence(struct scan *s, struct cands *out);

/* Status, date and sources from the trigger's surroundings. false: the sentence takes the event back (a question, a condition). */
/* Whether the sentence tells when. */
bool status_dated(const struct scan *s, const struct hit *t);
bool status_find(const struct scan *s, struct cand *c, const struct hit *trigger);

/* Goes over the events of the sentence before, for what the sentence s stands at says of them. */
void status_review(const struct scan *s, struct cands *c);

/* Joins retellings, completes roles, drops what stays incomplete; then writes doc.events. */
enum err_code merge_events(const struct event_sure *sure, struct doc *d, struct cands *c, struct err *err);

/* carry.c: roles filled from the other events of the text, see [lend] and [carry] of data/event.conf. carry_on comes last: what it
 * fills tells no two events apart. */
void carry_lend(const struct doc *d, struct cands *c);
/* "Galdor" and "Galdor Cloud": one organisation named for the other. */
bool cand_unit_of(const struct doc *d, const struct ng_filler *a, const struct ng_filler *b);
void carry_on(const struct doc *d, struct cands *c);

bool cand_complete(const struct cand *c);
/* Whether one of the roles is filled that the frame's `some` lists. */
bool cand_supported(const struct cand *c);
struct str cand_text(const struct doc *d, const struct cand *c);

#endif
