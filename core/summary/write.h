/* core/summary/write.h - sentences from facts, in the target language: names and values put into the patterns of template.h. */
#ifndef SUMMARY_WRITE_H
#define SUMMARY_WRITE_H

#include "core/summary/facts.h"
#include "core/summary/template.h"
#include "core/summary/terms.h"

enum { SENTENCE_FACTS = 3 /* told in one sentence at most */ };

struct writer {
    const struct fact_rules *rules;
    const struct templates *templates;
    const struct format *format;
    const struct terms *terms;
    struct doc *d;
    int target;          /* index of the target language */
    bool same;           /* the article is in it: its own words may be used */
    bool words;          /* the target writes words with spaces, in an alphabet */
    bool *named;         /* [entity_count]: already named in an earlier sentence */
    struct str last;     /* the pattern of the last sentence kept: not twice in a row where there is a choice */
    const struct fact *facts[SENTENCE_FACTS]; /* those of the sentence being written */
};

/* For facts_collect; ctx is the writer. */
bool write_can_tell(void *ctx, const struct fact *f, struct str role, const struct ng_filler *filler);
struct str write_find(void *ctx, struct str kind, struct ng_span span);
bool write_has_items(void *ctx, struct str type, enum ng_status status);

/* Writes one sentence from n facts, 1 to SENTENCE_FACTS; of several only the first may have a source of its own. false, and *out
 * unchanged, when the language has no way to tell them. */
bool write_sentence(struct writer *w, const struct fact *const *facts, size_t n, bool headline, struct sentence *out);
/* Remembers that a sentence stands: the names in it are known now. */
void write_keep(struct writer *w, const struct sentence *s);

#endif
