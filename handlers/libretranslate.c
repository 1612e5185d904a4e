/* libretranslate.c - /translate, /languages and /detect as clients of LibreTranslate ask for them, so that one can be pointed here
 * by its address alone. Fields and replies follow that project's published API; errors are objects with "error", as it has
 * them, with the status our problem documents would have. */
#include <jansson.h>

#include "core/base/utf8.h"
#include "core/limits.h"
#include "core/translate/markup.h"
#include "core/translate/translate.h"
#include "handlers/http.h"
#include "handlers/json.h"
#include "handlers/problem.h"

#include "core/base/banned.h"

struct libre {
    struct str *q; /* [n] */
    size_t n;
    bool list; /* q was an array */
    bool html; /* q is HTML: its tags stay */
    struct str source, target;
};

/* ---- reading: JSON or a form ---- */

static bool set(struct libre *l, struct arena *a, struct str name, struct str value) {
    size_t cap = l->n;
    if (str_eqz(name, "q")) {
        if (l->n == 0 || l->list) {
            if (arena_grow(a, (void **)&l->q, &cap, l->n + 1, sizeof *l->q)) {
                l->q[l->n++] = arena_dup(a, value);
            }
        }
    } else if (str_eqz(name, "source")) {
        l->source = arena_dup(a, value);
    } else if (str_eqz(name, "target")) {
        l->target = arena_dup(a, value);
    } else if (str_eqz(name, "format")) {
        l->html = str_eqz(value, "html");
        return l->html || str_eqz(value, "text");
    }
    return true; /* api_key, alternatives, ...: of no use here */
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct str decode(struct arena *a, struct str s) {
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = high >= 0 ? hex(s.p[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : s.p[i] == '+' ? ' ' : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct str){out, n};
}

static enum err_code unsupported_format(struct err *err) {
    return err_set(err, ERR_UNSUPPORTED, "the format is text or html");
}

static enum err_code read_form(struct libre *l, struct arena *a, struct str body, struct err *err) {
    while (body.n) {
        struct str value = str_cut(&body, '&'), name = str_cut(&value, '=');
        if (!set(l, a, decode(a, name), decode(a, value))) {
            return unsupported_format(err);
        }
    }
    return ERR_OK;
}

static enum err_code read_json(struct libre *l, struct arena *a, struct str body, struct err *err) {
    json_auto_t *j = NULL;
    const char *name;
    json_t *v, *x;
    size_t i;
    enum err_code code = json_read(body, &j, err);
    if (code != ERR_OK) {
        return code;
    }
    json_object_foreach(j, name, v) {
        l->list = l->list || (json_is_array(v) && str_eqz(str_of(name), "q"));
        if (json_is_array(v)) {
            json_array_foreach(v, i, x) {
                if (!json_is_string(x)) {
                    return err_set(err, ERR_TYPE, "'%s' has strings as items", name);
                }
                set(l, a, str_of(name), (struct str){json_string_value(x), json_string_length(x)});
            }
        } else if (json_is_string(v) && !set(l, a, str_of(name), (struct str){json_string_value(v), json_string_length(v)})) {
            return unsupported_format(err);
        }
    }
    return ERR_OK;
}

static enum err_code read_libre(const struct handler_env *env, const struct http_request *req, struct libre *l, struct err *err) {
    struct str type, charset;
    *l = (struct libre){0};
    if (!env->libretranslate) {
        return err_set(err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(req->path));
    }
    bool some = http_media_type(req->arena, req->content_type, &type, &charset);
    enum err_code code = some && str_eqz(type, "application/json") ? read_json(l, req->arena, req->body, err)
                         : some && str_eqz(type, "application/x-www-form-urlencoded") ? read_form(l, req->arena, req->body, err)
                         : err_set(err, ERR_MEDIA_TYPE, "the body is neither application/json nor a form");
    if (code != ERR_OK) {
        return code;
    }
    if (l->n == 0) {
        return err_set(err, ERR_EMPTY, "Invalid request: missing q parameter");
    }
    size_t bytes = 0;
    for (size_t i = 0; i < l->n; i++) {
        bytes += l->q[i].n;
        if (utf8_check(l->q[i]) != SIZE_MAX) {
            return err_set(err, ERR_UTF8, "q is not UTF-8");
        }
    }
    return bytes > LIMIT_TEXT ? err_set(err, ERR_TOO_LARGE, "more than %zu bytes of text", LIMIT_TEXT)
           : arena_full(req->arena) ? err_set(err, ERR_NO_MEMORY, "no memory for the request") : ERR_OK;
}

/* ---- replying ---- */

/* Takes j. */
static enum err_code send(const struct http_request *req, struct http_reply *rep, json_t *j, struct err *err) {
    json_auto_t *own = j;
    if (!json_write(req->arena, own, JSON_COMPACT | JSON_REAL_PRECISION(6), &rep->body)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    rep->status = rep->status ? rep->status : 200;
    rep->content_type = "application/json";
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return ERR_OK;
}

/* What is the client's to mend as LibreTranslate says it; the rest stays a problem document. */
static enum err_code refuse(const struct handler_env *env, const struct http_request *req, struct http_reply *rep, struct err *err) {
    int status = problem_status(err->code);
    if (!env->libretranslate || status >= 500 || err->code == ERR_NO_MEMORY) {
        return err->code;
    }
    struct err unused = {0};
    struct str text = str_of(err->text);
    size_t bad = utf8_check(text);
    rep->status = status;
    return send(req, rep, json_pack("{s:o}", "error", json_stringn(text.p, bad < text.n ? bad : text.n)), &unused);
}

static json_t *detected_json(struct str language, double confidence) {
    return json_pack("{s:s#, s:f}", "language", language.p, (int)language.n, "confidence", 100 * confidence);
}

static enum err_code detect(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, struct str text,
                            struct str *language, double *confidence, struct err *err) {
    struct str script;
    enum err_code code = nutgraf_identify(env->ng, w, req->arena, text, language, &script, confidence, err);
    if (code == ERR_OK && str_eqz(script, "Hant")) {
        *language = STR("zh-Hant");
    }
    return code;
}

/* One q, as text or as HTML. */
static enum err_code translate_one(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, const struct libre *l,
                                   struct str q, struct str *out, struct err *err) {
    const struct translate *t = nutgraf_translate(env->ng);
    struct translate_text_result r = {.text = q};
    *out = q;
    if (!str_trim(q).n) {
        return ERR_OK;
    }
    if (l->html) {
        return translate_markup(t, w, req->arena, l->source, l->target, q, req->deadline, out, err);
    }
    enum err_code code = translate_text(t, w, req->arena, l->source, l->target, q, false, req->deadline, &r, err);
    *out = r.text;
    return code;
}

static enum err_code translate_all(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, struct libre *l,
                                   json_t **out, struct err *err) {
    double confidence = 0;
    bool automatic = l->source.n == 0 || str_eqz(l->source, "auto");
    if (l->target.n == 0) {
        return err_set(err, ERR_VALUE, "Invalid request: missing target parameter");
    }
    struct str first = l->html && automatic ? markup_text(req->arena, l->q[0]) : l->q[0];
    enum err_code code = automatic ? detect(env, w, req, first, &l->source, &confidence, err) : ERR_OK;
    json_t *texts = json_array(), *found = json_array();
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        struct str made = STR("");
        code = translate_one(env, w, req, l, l->q[i], &made, err);
        json_array_append_new(texts, json_stringn(made.p ? made.p : "", made.n));
        json_array_append_new(found, detected_json(l->source, confidence));
    }
    if (code == ERR_OK) {
        *out = json_pack("{s:O}", "translatedText", l->list ? texts : json_array_get(texts, 0));
        if (automatic) {
            json_object_set(*out, "detectedLanguage", l->list ? found : json_array_get(found, 0));
        }
    }
    json_decref(texts);
    json_decref(found);
    return code;
}

HTTP_HANDLER(handle_libre_translate) {
    struct libre l;
    json_t *j = NULL;
    enum err_code code = read_libre(env, req, &l, err);
    code = code ? code : translate_all(env, w, req, &l, &j, err);
    return code ? refuse(env, req, rep, err) : send(req, rep, j, err);
}

HTTP_HANDLER(handle_libre_detect) {
    struct libre l;
    struct str language;
    double confidence = 0;
    enum err_code code = read_libre(env, req, &l, err);
    code = code ? code : detect(env, w, req, l.q[0], &language, &confidence, err);
    return code ? refuse(env, req, rep, err) : send(req, rep, json_pack("[o]", detected_json(language, confidence)), err);
}

/* Every language that is a source, with all it can be translated into; the way through English counts. */
HTTP_HANDLER(handle_libre_languages) {
    struct translate_pair *pairs;
    size_t n;
    (void)w;
    if (!env->libretranslate) {
        return err_set(err, ERR_NOT_FOUND, "there is nothing at %.*s", STR_ARG(req->path));
    }
    const struct translate *t = nutgraf_translate(env->ng);
    enum err_code code = translate_pairs(t, req->arena, &pairs, &n, err);
    json_t *list = json_array();
    for (size_t i = 0; code == ERR_OK && i < n; i++) {
        if (i > 0 && str_eq(pairs[i].source, pairs[i - 1].source)) {
            continue;
        }
        json_t *targets = json_array();
        struct str name = pairs[i].source, seen = STR(" ");
        json_array_append_new(targets, json_stringn(name.p, name.n));
        for (size_t k = 0; k < n; k++) {
            struct str to = pairs[k].target, mark = arena_printf(req->arena, " %.*s ", STR_ARG(to));
            if (!str_eq(to, pairs[i].source) && str_find(seen, mark, 0) == SIZE_MAX && translate_way(t, pairs[i].source, to) != TRANSLATE_NONE) {
                json_array_append_new(targets, json_stringn(to.p, to.n));
                seen = arena_printf(req->arena, "%.*s%.*s ", STR_ARG(seen), STR_ARG(to));
            }
        }
        for (size_t k = 0; k < nutgraf_language_count(env->ng); k++) {
            const struct ng_language *l = nutgraf_language(env->ng, k);
            name = str_eq(l->code, pairs[i].source) ? l->name : name;
        }
        json_array_append_new(list, json_pack("{s:s#, s:s#, s:o}", "code", pairs[i].source.p, (int)pairs[i].source.n, "name", name.p, (int)name.n, "targets", targets));
    }
    if (code != ERR_OK) {
        json_decref(list);
        return code;
    }
    return send(req, rep, list, err);
}
