/* info.c - what the server tells of itself: GET /, GET /v1/languages, GET /openapi.yaml and .json.
 *
 * The contract is part of the program: the same file that is tested against every reply is what clients get. */
#include <jansson.h>

#include "core/translate/translate.h"
#include "handlers/http.h"
#include "handlers/json.h"

#include "core/base/banned.h"

/* ---- the contract, as bytes of the program ---- */

#define EMBED(symbol, file)                                                                                  \
    __asm__(".pushsection .rodata\n"                                                                         \
            ".global " #symbol ", " #symbol "_end\n" #symbol ":\n"                                            \
            ".incbin \"" file "\"\n" #symbol "_end:\n"                                                        \
            ".byte 0\n"                                                                                      \
            ".popsection\n");                                                                                \
    extern const char symbol[], symbol##_end[]

EMBED(nutgraf_openapi_yaml, "openapi.yaml");
EMBED(nutgraf_openapi_json, "handlers/openapi.json");

HTTP_HANDLER(handle_openapi_yaml) {
    (void)env;
    (void)w;
    /* cppcheck-suppress comparePointers ; both are labels of one object file section */
    struct str body = {nutgraf_openapi_yaml, (size_t)(nutgraf_openapi_yaml_end - nutgraf_openapi_yaml)};
    enum err_code code = http_no_query(req, err);
    return code ? code : http_reply_cached(req, rep, "application/yaml", body, err);
}

HTTP_HANDLER(handle_openapi_json) {
    (void)env;
    (void)w;
    /* cppcheck-suppress comparePointers */
    struct str body = {nutgraf_openapi_json, (size_t)(nutgraf_openapi_json_end - nutgraf_openapi_json)};
    enum err_code code = http_no_query(req, err);
    return code ? code : http_reply_cached(req, rep, "application/json", body, err);
}

/* ---- languages ---- */

/* what texts in l can be translated into; targets are those of any pair installed */
static json_t *targets_json(const struct translate *t, const struct ng_language *l, const struct translate_pair *pairs, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        for (size_t k = 0; k < i; k++) {
            told = told || str_eq(pairs[k].target, pairs[i].target);
        }
        if (!told && !str_eq(pairs[i].target, l->code) && translate_way(t, l->code, pairs[i].target) != TRANSLATE_NONE) {
            json_array_append_new(list, json_stringn(pairs[i].target.p, pairs[i].target.n));
        }
    }
    return list;
}

HTTP_HANDLER(handle_languages) {
    (void)w;
    enum err_code code = http_no_query(req, err);
    if (code != ERR_OK) {
        return code;
    }
    struct translate_pair *pairs;
    size_t n = nutgraf_language_count(env->ng), pair_count;
    code = translate_pairs(nutgraf_translate(env->ng), req->arena, &pairs, &pair_count, err);
    if (code != ERR_OK) {
        return code;
    }
    json_auto_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct ng_language *l = nutgraf_language(env->ng, i);
        json_array_append_new(list, json_pack("{s:s#, s:s#, s:s#, s:b, s:b, s:b, s:o}", "code", l->code.p, (int)l->code.n, "name",
                                              l->name.p, (int)l->name.n, "native_name", l->native.p, (int)l->native.n,
                                              "analyses", (int)l->analyses, "events", (int)l->events, "summarises",
                                              (int)l->summarises, "translates_to",
                                              targets_json(nutgraf_translate(env->ng), l, pairs, pair_count)));
    }
    json_auto_t *j = json_pack("{s:O}", "languages", list);
    struct str body;
    if (json_array_size(list) != n || !json_write(req->arena, j, JSON_COMPACT, &body)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the list of languages");
    }
    return http_reply_cached(req, rep, "application/json", body, err);
}

/* ---- the way in ---- */

static const struct {
    const char *method, *path, *what;
} links[] = {
    {"POST", "/v1/analyze", "entities, events, quotes and a summary of an article, sent as JSON, plain text or a page"},
    {"POST", "/v1/extract", "the article in a page, and what the page says about it"},
    {"POST", "/v1/translate", "a text or sentences in another language, each checked against its source"},
    {"GET", "/v1/languages", "languages, and what is offered in each"},
    {"GET", "/openapi.yaml", "the contract of this API (also /openapi.json)"},
    {"GET", "/livez", "whether the process runs"},
    {"GET", "/readyz", "whether it takes work"},
    {"GET", "/healthz", "the same as /livez, with the version"},
    {"GET", "/metrics", "figures for Prometheus"},
};

HTTP_HANDLER(handle_index) {
    (void)w;
    enum err_code code = http_no_query(req, err);
    if (code != ERR_OK) {
        return code;
    }
    json_auto_t *list = json_array();
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "method", links[i].method, "path", links[i].path, "what",
                                              links[i].what));
    }
    json_auto_t *j = json_pack("{s:s, s:s, s:O, s:s}", "name", "nutgraf", "version", env->version, "resources", list,
                               "example", "curl --data-binary @article.txt 'http://HOST/v1/analyze?target_language=en'");
    struct str body;
    if (!json_write(req->arena, j, JSON_INDENT(2), &body)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the index");
    }
    return http_reply_cached(req, rep, "application/json", body, err);
}
