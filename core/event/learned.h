/* core/event/learned.h - events that no frame reaches: a trained reading of trigger words and the phrases around them.
 *
 * The frames say exactly how a language tells an event; where a sentence says it in another order, over an insertion, with a verb in
 * between, none fires. Here three linear classifiers weigh a trigger word (does it tell an event of this type here?), each
 * phrase near it (does it play this role?) and all together (is it right?), with what the frames' engine knows of both as features: class and form of the trigger,
 * preposition, clause, order, distance, type, neighbours (after Gildea and Jurafsky, Automatic Labeling of Semantic Roles, 2002; logistic
 * regression on hashed features). An event is added only where no frame told one of its type in the clause, and only
 * where frames have told events nearby: text that is no news uses the same words for other things.
 * Weights: data/event.bin, made by tools/train/roles.py from the annotated news and the examples beside the frames.
 * Inside core/event only. Cost: linear; nothing further than WINDOW tokens from a trigger is read. Threads: read-only once loaded. */
#ifndef EVENT_LEARNED_H
#define EVENT_LEARNED_H

#include "core/event/match.h"

struct learned;

/* Reads data/event.bin. *out is NULL where there is no such file. Errors: ERR_DATA, ERR_IO, ERR_NO_MEMORY. */
enum err_code learned_load(struct learned **out, struct arena *a, const char *data_dir, struct err *err);
/* What a language's frames let each trigger and each role be. false: no memory. */
bool learned_link(struct event_lang *l, const struct event_schema *schema, struct arena *a);

/* Adds what it finds in the prepared sentence to out, whose items from `from` on are what frames told in it. Where the request
 * has NG_PAIRS, it only tells doc_trace what it would weigh. */
void learned_sentence(struct scan *s, struct cands *out, size_t from);

#endif
