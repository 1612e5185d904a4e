/* core/summary/doubt.h - what in the article speaks against telling an event as it was found: plans told as done, deals that failed,
 * posts of long ago, dates of something else. Precision goes first: who doubts leaves out. */
#ifndef SUMMARY_DOUBT_H
#define SUMMARY_DOUBT_H

#include "core/summary/facts.h"

/* Words of a kind of terms stand in some sentence that states the event. */
bool doubt_says(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind);
/* They stand between the fillers of two roles, or, second empty, behind that of the first in its clause: "Galdor is buying Tarn", "Galdor to go public". */
bool doubt_between(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, struct str first, struct str second);
/* They stand right in front of the filler of a role, in its clause: "the climate division of Galdor"; with after, behind another filler: "Anna
 * Weber, once a player of Galdor". */
bool doubt_before(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, struct str role, bool after);
/* An organisation that no sentence of the event names, and that is not the one the article is about: a pronoun that may have meant another. */
bool doubt_absent(const struct doc *d, const struct ng_event *e, const struct ng_filler *f);
/* They are what tells the event, or stand at most so many bytes around it. false: what tells it is not known. */
bool doubt_trigger(struct doc *d, const struct ng_event *e, const struct fact_teller *teller, struct str kind, uint32_t around);
/* The event's date is counted from another day than today: "eight years later". */
bool doubt_later(const struct doc *d, const struct ng_event *e, const struct fact_teller *teller);
/* Its date stands in a later clause than what tells it: "cuts 900 jobs, which will save 80 million a year by 2027". */
bool doubt_apart(const struct doc *d, const struct ng_event *e);
/* A place that neither begins the sentence nor stands beside what tells the event: "der Stadt Limburg", "the Jamaican striker Rimario sued". */
bool doubt_place(const struct doc *d, const struct ng_event *e, const struct ng_filler *f);
/* No sentence of the event names the filler, and somebody else is named there in front of what tells it, or was the last person named before: whom
 * a pronoun means is not sure. */
bool doubt_pronoun(const struct doc *d, const struct ng_event *e, const struct ng_filler *f);
/* The event's date stands beside somebody who is no part of it: "Li Na beat the record that Anna Weber set in 2003"; or another date stands nearer to who takes part. */
bool doubt_date(const struct doc *d, const struct ng_event *e);

#endif
