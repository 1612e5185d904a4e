/* tools/train/gen.h - sentences from written templates and lists of names.
 *
 * A file has sections. [sentences] holds templates, one a line, "weight<TAB>" in front where one counts more than once.
 * Any other section is a class: entries by line or by " | ". In a template or an entry
 *   {class}        an entry of a class; classes whose names begin with per, org, loc, pro, evt give a name of that type
 *                  when they stand outermost; {a/b} takes one of two classes
 *   {class+s}      with letters joined to the name (a genitive)
 *   {class#1}      remembered: {#1} says it again, {#1.last} its last word, {#1.first} its first, {#1+s} with letters
 *   {=a|b|}        one of the alternatives, as they stand
 *   <PER text>     a name written out; a small article in front of a name (the, der, die, ...) is put outside of it
 * Choices come from a generator with a fixed seed: the same files give the same sentences. */
#ifndef TRAIN_GEN_H
#define TRAIN_GEN_H

#include "tools/train/corpus.h"

struct gen;

enum err_code gen_new(struct gen **out, struct arena *a, struct err *err);
enum err_code gen_read(struct gen *g, const char *path, struct err *err);
/* Appends times sentences for each template; every other one in Traditional characters where w is not NULL. */
enum err_code gen_write(struct gen *g, struct corpus *c, unsigned times, struct nutgraf_worker *w, struct err *err);

#endif
