/* core/translate/engine.h - the back end in process: core/nmt over the models installed (store.h).
 *
 * Models are loaded on first use, shared by all threads, and freed by least use where the limit of memory asks for it. What is
 * installed or removed while the process runs is noticed at the next request. */
#ifndef TRANSLATE_ENGINE_H
#define TRANSLATE_ENGINE_H

#include "core/translate/backend.h"

struct engine_config {
    const char *dir;    /* of models; NULL or empty: where store_dirs says */
    size_t memory;      /* bytes that models may take together; 0: no limit */
    bool shortlist;     /* use the lexical shortlist where a model has one: faster, and less good */
};

/* Errors: ERR_NO_MEMORY. No models is no error. */
enum err_code engine_new(struct translator **out, const struct engine_config *c, struct err *err);

/* Loads the models of the pairs listed ("de-en, zh-en" or "all") now. Errors: ERR_NO_TRANSLATOR, ERR_MODEL, ERR_IO,
 * ERR_NO_MEMORY (the limit). */
enum err_code engine_preload(struct translator *engine, struct str pairs, struct err *err);

/* Bytes of the models that are loaded and of what is kept for their threads, and how many models. */
size_t engine_memory(struct translator *engine, size_t *models);

/* Where a text of more than most pieces is cut: behind marks before words before letters, near the middle, not inside numbers or
 * brackets. Returns a byte of text, between two characters, above 0 and below text.n. For tests. */
size_t engine_cut(struct str text);

#endif
