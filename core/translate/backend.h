/* core/translate/backend.h - what a back end has to offer; for those who write one (engine.c is the one in process).
 *
 * A back end translates plain sentences, nothing more: pivoting, punctuation, scripts and checking are done for it
 * (translate.c). One is made by a function of its own and handed to translate_add. */
#ifndef TRANSLATE_BACKEND_H
#define TRANSLATE_BACKEND_H

#include "core/translate/translate.h"

struct translator_job {
    struct str source, target; /* codes it said it has: "de", "zh", "zh-Hant" */
    const struct str *texts;   /* [n] valid UTF-8, a sentence each, without white space around it, never empty */
    size_t n;
    bool target_spaces; /* the target language puts spaces between sentences and words */
    bool align;         /* fill links if it can */
    double deadline;    /* CLOCK_MONOTONIC seconds; 0: none */
};

struct translator_out {
    struct str text;
    struct translate_link *links; /* [link_count] by start, bytes of text and of the job's text; may be none */
    size_t link_count;
};

struct translator {
    const char *name; /* "engine", "libretranslate", ...: shown to clients */
    bool remote;      /* texts leave this machine */

    /* Whether it has this pair itself. Codes are a language's, "zh-Hant" beside "zh". Threads: any. Fast: asked often. */
    bool (*has)(struct translator *self, struct str source, struct str target);

    /* Appends its pairs by calling add for each; strings need to live during the call only. */
    void (*pairs)(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with);

    /* Translates all texts into out [n], which lives in a. Threads: any.
     * Errors: ERR_NO_TRANSLATOR (lost since has said yes), ERR_TRANSLATOR (the service failed; err.text says how),
     * ERR_MODEL, ERR_TIMEOUT, ERR_NO_MEMORY. */
    enum err_code (*run)(struct translator *self, struct arena *a, const struct translator_job *job,
                         struct translator_out *out, struct err *err);

    void (*free)(struct translator *self);
};

#endif
