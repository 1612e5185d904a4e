/* deepl.c - DeepL's POST /v2/translate. */
#include "core/translate/remote.h"

#include "core/base/banned.h"

/* The target names a variant where DeepL wants one; a source never does. */
static const char *code_of(struct str code, bool target, char out[8]) {
    static const char *const variants[][2] = {{"en", "EN-US"}, {"pt", "PT-PT"}, {"zh", "ZH-HANS"}, {"zh-Hant", "ZH-HANT"}};
    for (size_t i = 0; i < sizeof variants / sizeof variants[0] && target; i++) {
        if (str_eqz(code, variants[i][0])) {
            return variants[i][1];
        }
    }
    size_t n = 0;
    for (; n < 3 && n < code.n && code.p[n] != '-'; n++) {
        out[n] = (char)(code.p[n] - 'a' + 'A');
    }
    out[n] = '\0';
    return out;
}

static json_t *ask(const struct remote_ask *q) {
    char source[8], target[8];
    json_t *texts = json_array();
    for (size_t i = 0; i < q->n; i++) {
        json_array_append_new(texts, json_stringn(q->texts[i].p, q->texts[i].n));
    }
    return json_pack("{s:o, s:s, s:s, s:s}", "text", texts, "source_lang", code_of(q->source, false, source), "target_lang",
                     code_of(q->target, true, target), "split_sentences", "0");
}

/* {"translations": [{"text": "..."}, ...]} */
static bool read(struct arena *a, const json_t *reply, struct str *out, size_t n) {
    const json_t *texts = json_object_get(reply, "translations");
    for (size_t i = 0; i < n; i++) {
        const json_t *text = json_object_get(json_array_get(texts, i), "text");
        out[i] = arena_dup(a, (struct str){json_string_value(text), json_string_length(text)});
        if (!json_is_string(text)) {
            return false;
        }
    }
    return json_array_size(texts) == n;
}

const struct remote_api remote_deepl = {
    "deepl", "https://api-free.deepl.com", "/v2/translate", "Authorization: DeepL-Auth-Key ",
    "ar bg cs da de el en es et fi fr hu id it ja ko lt lv nb nl pl pt ro ru sk sl sv tr uk vi zh zh-Hant", ask, read,
};
