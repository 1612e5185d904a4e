/* core/summary/facts.h - what of an article to tell, before any words: events checked for sense, those that tell the same joined,
 * those that belong together grouped, all weighed. Knowledge: data/summary.conf. */
#ifndef SUMMARY_FACTS_H
#define SUMMARY_FACTS_H

#include "core/lang/lang.h"

enum { FACT_ROLES = 8 };

struct fact_role {
    struct str name;
    struct ng_filler *fillers;
    size_t n;
};

struct fact {
    struct str type;
    enum ng_status status;
    struct str date;
    struct str nature, nature_kind; /* what it is in particular: a concept of terms.conf and its kind; empty: nothing says */
    struct fact_role roles[FACT_ROLES];
    size_t role_count;
    struct fact *parts; /* facts of one kind told in one sentence: "A from X, B from Y"; roles has then what they share */
    size_t part_count;
    uint32_t *events; /* indices into doc.events */
    size_t event_count;
    uint32_t *sources; /* entities that report it */
    size_t source_count;
    double score;
    uint32_t at;     /* first evidence, bytes */
    bool background; /* older than the news */
    bool gone;       /* joined with another */
};

struct fact_rules;
enum err_code fact_rules_load(struct fact_rules **out, struct arena *a, const char *data_dir, struct err *err);

/* The kind of terms (see terms.h) that a role's words are looked up in; empty: none. */
struct str fact_role_kind(const struct fact_rules *r, struct str role);

/* Whether its words may be used as they stand where the article is in the target language. */
bool fact_role_verbatim(const struct fact_rules *r, struct str role);

const struct fact_role *fact_role(const struct fact *f, struct str name);

/* Whether a filler can be told in the target language; facts are pruned by it before they are joined. */
struct fact_teller {
    void *ctx;
    bool (*can)(void *ctx, const struct fact *f, struct str role, const struct ng_filler *filler);
    /* the concept of a kind of terms that a stretch of the article speaks of; empty: none */
    struct str (*find)(void *ctx, struct str kind, struct ng_span span);
    /* whether the target has a way to tell several facts of a type as a list of items */
    bool (*items)(void *ctx, struct str type, enum ng_status status);
};

/* The facts of a document, best first. Bounded by MAX_FACTS events, the first of the article. Errors: ERR_NO_MEMORY. */
enum err_code facts_collect(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, struct fact **out, size_t *n,
                            struct err *err);

#endif
