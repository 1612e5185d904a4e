/* libretranslate.c - LibreTranslate's POST /translate. */
#include "core/translate/remote.h"

#include "core/base/banned.h"

static const char *code_of(struct str code) {
    return str_eqz(code, "zh-Hant") ? "zt" : code.p;
}

static json_t *ask(const struct remote_ask *q) {
    json_t *texts = json_array();
    for (size_t i = 0; i < q->n; i++) {
        json_array_append_new(texts, json_stringn(q->texts[i].p, q->texts[i].n));
    }
    json_t *body = json_pack("{s:o, s:s, s:s, s:s}", "q", texts, "source", code_of(q->source), "target", code_of(q->target), "format", "text");
    if (body && q->key[0]) {
        json_object_set_new(body, "api_key", json_string(q->key));
    }
    return body;
}

/* {"translatedText": ["...", ...]} */
static bool read(struct arena *a, const json_t *reply, struct str *out, size_t n) {
    const json_t *texts = json_object_get(reply, "translatedText");
    for (size_t i = 0; i < n; i++) {
        const json_t *text = json_array_get(texts, i);
        out[i] = arena_dup(a, (struct str){json_string_value(text), json_string_length(text)});
        if (!json_is_string(text)) {
            return false;
        }
    }
    return json_array_size(texts) == n;
}

const struct remote_api remote_libretranslate = {
    "libretranslate", NULL, "/translate", NULL,
    "ar bg ca cs da de el en es et fi fr he hi hu id it ja ko lt lv ms nl pl pt ro ru sk sl sv th tl tr uk ur vi zh zh-Hant", ask, read,
};
