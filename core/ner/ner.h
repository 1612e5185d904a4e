/* core/ner/ner.h - mentions of persons, organisations, places, products and named events, by a trained sequence model.
 * Models: data/lang/<code>/ner.bin, mapped read-only. */
#ifndef NER_NER_H
#define NER_NER_H

#include "core/kb/kb.h"
#include "core/lang/lang.h"

struct ner;

enum err_code ner_load(struct ner **out, struct arena *a, const char *data_dir, const struct langs *l,
                       const struct kb *kb, struct err *err);
/* One model for the language of index lang; for the trainer and tests. */
enum err_code ner_load_file(struct ner **out, struct arena *a, const char *path, int lang, const struct kb *kb,
                            struct err *err);
void ner_release(struct ner *n); /* unmaps; the rest is the arena's */

/* Fills doc.names: by start, not overlapping, with posterior confidences. Reads doc.hits and doc.values. */
enum err_code ner_tag(const struct ner *n, struct doc *d, struct err *err);

#endif
