/* tools/train/vary.h - copies of articles with other names: what stands around a name is learned once more, with names nobody
 * has seen there. A person gets other words for given name and surname, an organisation other words where its own are
 * not those of many (Brauerei Lohmüller -> Brauerei Kesselring), a place another place of as many words; the same word
 * is replaced alike all through an article, so that short forms still belong to long ones. Products and events stay. */
#ifndef TRAIN_VARY_H
#define TRAIN_VARY_H

#include "tools/train/corpus.h"

struct vary;

/* Errors: ERR_NO_MEMORY. */
enum err_code vary_new(struct vary **out, struct arena *a, bool chars, struct err *err);
/* The names of c may stand for others. */
enum err_code vary_learn(struct vary *v, const struct corpus *c, struct err *err);
/* Appends copies of the articles of from to c. The same calls give the same copies. */
enum err_code vary_write(struct vary *v, const struct corpus *from, unsigned copies, struct corpus *c, struct err *err);

#endif
