/* core/translate/remote.h - back ends that ask a service over HTTP: LibreTranslate, DeepL, or anything that speaks OpenAI's chat
 * completions (llama.cpp's server, Ollama, vLLM, hosted ones).
 *
 * All share what keeps a service from hurting (remote.c): one limit of time with retries and waiting inside it, never past the
 * deadline; a circuit breaker that stops asking a service that fails; translations kept by sentence. A key goes to the configured
 * address only, and into no message. */
#ifndef TRANSLATE_REMOTE_H
#define TRANSLATE_REMOTE_H

#include <jansson.h>

#include "core/translate/backend.h"

struct remote_config {
    const char *url;      /* http or https; empty: the API's public one, where it has one */
    const char *key;      /* empty: none */
    const char *key_file; /* its first line is the key, where key is empty */
    const char *model;    /* for chat completions */
    const char *pairs;    /* "de-en, en-zh-Hant": what it is asked for; empty: all it is expected to have */
    double timeout;       /* seconds for all the sentences of one call, retries included */
    size_t retries;
    size_t cache;         /* bytes of translations kept; 0: none */
};

/* What one request asks; strings live while it is made. */
struct remote_ask {
    struct str source, target; /* "de", "zh-Hant" */
    const struct str *texts;   /* [n]; names in them may be "[1]", "[2]", ... and have to come back so */
    size_t n;
    const char *key, *model;
};

/* One API: deepl.c, libretranslate.c, openai.c. */
struct remote_api {
    const char *name;
    const char *url;       /* public address, or NULL: one has to be given */
    const char *path;      /* behind the address */
    const char *auth;      /* header field before the key, or NULL: it goes into the body */
    const char *languages; /* "de en ...": pairs of these, unless told otherwise */
    json_t *(*ask)(const struct remote_ask *q); /* the body; NULL: no memory */
    /* Fills out [n], in a; false: the reply is not what the API promises. */
    bool (*read)(struct arena *a, const json_t *reply, struct str *out, size_t n);
};

extern const struct remote_api remote_libretranslate, remote_deepl, remote_openai;

/* Errors: ERR_VALUE (address, pairs, key), ERR_IO (the key's file), ERR_NO_MEMORY. Nothing is asked yet. */
enum err_code remote_new(struct translator **out, const struct remote_api *api, const struct remote_config *c, struct err *err);

#endif
