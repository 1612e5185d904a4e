/* translate.c - POST /v1/translate: a text or a list of sentences into another language, each sentence with what checking it
 * found, and on request with the stretches of the source its words come from. */
#include <jansson.h>

#include "core/base/utf8.h"
#include "core/limits.h"
#include "core/translate/translate.h"
#include "handlers/http.h"
#include "handlers/json.h"
#include "handlers/offsets.h"

#include "core/base/banned.h"

struct ask {
    struct str text;
    struct translate_sentence *sentences; /* [count]; NULL: text is given */
    size_t count;
    struct str source, target;
    bool align;
    enum offset_encoding encoding;
    bool identified;
    double confidence;
};

/* ---- reading ---- */

static struct str string_of(const json_t *v) {
    return (struct str){json_string_value(v), json_string_length(v)};
}

static enum err_code wrong_type(const char *name, const char *wanted, const json_t *v, struct err *err) {
    return err_set_in(err, ERR_TYPE, name, 0, 0, "'%s' is %s, not %s", name, wanted, json_type_name(v));
}

static enum err_code read_sentences(struct ask *q, struct arena *a, const json_t *list, struct err *err) {
    size_t i, bytes = 0;
    json_t *v;
    if (!json_is_array(list)) {
        return wrong_type("sentences", "an array of strings", list, err);
    }
    if (json_array_size(list) == 0) {
        return err_set_in(err, ERR_EMPTY, "sentences", 0, 0, "'sentences' is empty");
    }
    q->count = json_array_size(list);
    q->sentences = ARENA_ARRAY(a, q->count, struct translate_sentence);
    if (!q->sentences) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the sentences");
    }
    json_array_foreach(list, i, v) {
        if (!json_is_string(v)) {
            return err_set_in(err, ERR_TYPE, "sentences", 0, 0, "'sentences' has strings as items; item %zu is %s", i + 1, json_type_name(v));
        }
        q->sentences[i].text = arena_dup(a, string_of(v));
        bytes += json_string_length(v);
    }
    if (bytes > LIMIT_TEXT) {
        return err_set_in(err, ERR_TOO_LARGE, "sentences", 0, 0, "the sentences have %zu bytes; at most %zu are translated", bytes, LIMIT_TEXT);
    }
    return ERR_OK;
}

static enum err_code read_field(struct ask *q, struct arena *a, const char *name, const json_t *v, struct err *err) {
    struct str key = str_of(name);
    if (str_eqz(key, "sentences")) {
        return read_sentences(q, a, v, err);
    }
    if (str_eqz(key, "alignment")) {
        q->align = json_is_true(v);
        return json_is_boolean(v) ? ERR_OK : wrong_type(name, "a boolean", v, err);
    }
    struct str *to = str_eqz(key, "text") ? &q->text : str_eqz(key, "source") ? &q->source : str_eqz(key, "target") ? &q->target : NULL;
    bool encoding = str_eqz(key, "offset_encoding");
    if (!to && !encoding) {
        size_t n = key.n < 40 ? key.n : 40;
        while (n > 0 && n < key.n && !utf8_boundary(key, n)) {
            n--;
        }
        char shown[41] = "";
        memcpy(shown, name, n);
        return err_set_in(err, ERR_FIELD, shown, 0, 0, "'%s' is not a field of this request", shown);
    }
    if (!json_is_string(v)) {
        return wrong_type(name, "a string", v, err);
    }
    if (encoding) {
        return offset_encoding_parse(string_of(v), &q->encoding) ? ERR_OK : err_set_in(err, ERR_VALUE, name, 0, 0, "offset_encoding is one of codepoint, utf8, utf16");
    }
    *to = arena_dup(a, string_of(v));
    if (to != &q->text && (to->n < 2 || to->n > 35)) {
        return err_set_in(err, ERR_LANGUAGE, name, 0, 0, "'%s' is a language tag such as en, de or zh-Hant", name);
    }
    return ERR_OK;
}

static enum err_code check(const struct ask *q, struct err *err) {
    if (q->target.n == 0) {
        return err_set_in(err, ERR_VALUE, "target", 0, 0, "'target' is missing: the language to translate into");
    }
    if (q->sentences && q->text.p) {
        return err_set_in(err, ERR_VALUE, "sentences", 0, 0, "give 'text' or 'sentences', not both");
    }
    if (!q->sentences && q->text.n == 0) {
        return err_set_in(err, ERR_EMPTY, "text", 0, 0, "the request has no text");
    }
    if (q->text.n > LIMIT_TEXT) {
        return err_set_in(err, ERR_TOO_LARGE, "text", 0, 0, "the text has %zu bytes; at most %zu are translated", q->text.n, LIMIT_TEXT);
    }
    return ERR_OK;
}

static enum err_code read_ask(const struct http_request *req, struct ask *q, struct err *err) {
    json_auto_t *j = NULL;
    struct str type, charset;
    const char *name;
    json_t *v;
    *q = (struct ask){.encoding = OFFSET_CODEPOINT};
    if (!http_media_type(req->arena, req->content_type, &type, &charset) || !str_eqz(type, "application/json")) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Type", 0, 0, "the body is not application/json");
    }
    if ((req->content_encoding.n && !str_eqz(http_lower(req->arena, req->content_encoding), "identity")) || (charset.n && !str_eqz(charset, "utf-8"))) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Encoding", 0, 0, "only UTF-8 without compression is read");
    }
    enum err_code code = http_no_query(req, err);
    code = code ? code : json_read(req->body, &j, err);
    if (code != ERR_OK) {
        return code;
    }
    json_object_foreach(j, name, v) {
        code = read_field(q, req->arena, name, v, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    return arena_full(req->arena) ? err_set(err, ERR_NO_MEMORY, "no memory for the request") : check(q, err);
}

/* The language of what is to be translated, where the request leaves it open. */
static enum err_code identify(const struct handler_env *env, struct nutgraf_worker *w, struct arena *a, struct ask *q, struct err *err) {
    struct str script, text = q->text;
    if (q->source.n) {
        return ERR_OK;
    }
    for (size_t i = 0; q->sentences && i < q->count && text.n < 2000; i++) {
        text = arena_printf(a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(q->sentences[i].text));
    }
    enum err_code code = nutgraf_identify(env->ng, w, a, text, &q->source, &script, &q->confidence, err);
    if (code == ERR_OK && str_eqz(script, "Hant")) {
        q->source = arena_printf(a, "%.*s-Hant", STR_ARG(q->source));
    }
    q->identified = true;
    return code;
}

/* ---- writing ---- */

static json_t *text_json(struct str s) {
    return json_stringn(s.p ? s.p : "", s.n);
}

/* links of one sentence; from and to count in the client's unit from the starts of source and translation */
static json_t *links_json(const struct translate_result *r, struct str source, enum offset_encoding encoding, struct arena *a) {
    struct offsets from, to;
    json_t *list = json_array();
    if (!offsets_init(&from, source, encoding, a) || !offsets_init(&to, r->text, encoding, a)) {
        return list;
    }
    for (size_t i = 0; i < r->link_count; i++) {
        const struct translate_link *l = &r->links[i];
        json_array_append_new(list, json_pack("{s:I, s:I, s:I, s:I}", "start", offsets_convert(&to, l->start), "end", offsets_convert(&to, l->end),
                                              "source_start", offsets_convert(&from, l->source_start), "source_end", offsets_convert(&from, l->source_end)));
    }
    return list;
}

static json_t *sentence_json(const struct translate_result *r, struct str source, const struct ask *q, struct arena *a) {
    json_t *j = json_pack("{s:o, s:s}", "translation", text_json(r->text), "check", translate_fault_name(r->fault));
    if (r->why.n) {
        json_object_set_new(j, "why", text_json(r->why));
    }
    if (q->align) {
        json_object_set_new(j, "alignment", links_json(r, source, q->encoding, a));
    }
    return j;
}

static const char *by(const struct translate_result *r) {
    return r && r->by ? r->by : "none";
}

/* text: the whole, with the sentences' places in it and in the source */
static enum err_code translate_whole(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, const struct ask *q,
                                     json_t *reply, struct err *err) {
    struct translate_text_result r;
    struct offsets from, to;
    enum err_code code = translate_text(nutgraf_translate(env->ng), w, req->arena, q->source, q->target, q->text, q->align, req->deadline, &r, err);
    if (code != ERR_OK) {
        return code;
    }
    if (!offsets_init(&from, q->text, q->encoding, req->arena) || !offsets_init(&to, r.text, q->encoding, req->arena)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    json_t *list = json_array();
    json_object_set_new(reply, "by", json_string(by(r.count ? &r.parts[0].result : NULL)));
    json_object_set_new(reply, "text", text_json(r.text));
    for (size_t i = 0; i < r.count; i++) {
        const struct translate_part *p = &r.parts[i];
        json_t *j = sentence_json(&p->result, str_sub(q->text, p->span.start, p->span.end), q, req->arena);
        json_object_set_new(j, "start", json_integer(offsets_convert(&from, p->span.start)));
        json_object_set_new(j, "end", json_integer(offsets_convert(&from, p->span.end)));
        json_object_set_new(j, "translation_start", json_integer(offsets_convert(&to, p->start)));
        json_object_set_new(j, "translation_end", json_integer(offsets_convert(&to, p->start + (uint32_t)p->result.text.n)));
        json_array_append_new(list, j);
    }
    json_object_set_new(reply, "sentences", list);
    return ERR_OK;
}

static enum err_code translate_list(const struct handler_env *env, struct nutgraf_worker *w, const struct http_request *req, const struct ask *q,
                                    json_t *reply, struct err *err) {
    struct translate_result *r = ARENA_ARRAY(req->arena, q->count, struct translate_result);
    struct translate_order order = {q->source, q->target, q->sentences, q->count, q->align, req->deadline};
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the translations");
    }
    enum err_code code = translate_sentences(nutgraf_translate(env->ng), w, req->arena, &order, r, err);
    if (code != ERR_OK) {
        return code;
    }
    json_t *list = json_array();
    json_object_set_new(reply, "by", json_string(by(&r[0])));
    for (size_t i = 0; i < q->count; i++) {
        json_array_append_new(list, sentence_json(&r[i], q->sentences[i].text, q, req->arena));
    }
    json_object_set_new(reply, "sentences", list);
    return ERR_OK;
}

HTTP_HANDLER(handle_translate) {
    struct ask q;
    json_auto_t *reply = json_object();
    enum err_code code = read_ask(req, &q, err);
    code = code ? code : identify(env, w, req->arena, &q, err);
    if (code != ERR_OK) {
        rep->limit = code == ERR_TOO_LARGE ? LIMIT_TEXT : 0;
        return code;
    }
    bool middle = translate_way(nutgraf_translate(env->ng), q.source, q.target) == TRANSLATE_THROUGH_ENGLISH;
    json_object_set_new(reply, "source", text_json(q.source));
    json_object_set_new(reply, "target", text_json(q.target));
    if (q.identified) {
        json_object_set_new(reply, "source_confidence", json_real(q.confidence));
    }
    if (middle) {
        json_object_set_new(reply, "through", json_string("en"));
    }
    code = q.sentences ? translate_list(env, w, req, &q, reply, err) : translate_whole(env, w, req, &q, reply, err);
    if (code == ERR_OK && !json_write(req->arena, reply, JSON_COMPACT | JSON_REAL_PRECISION(6), &rep->body)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    if (code != ERR_OK) {
        return code;
    }
    rep->status = 200;
    rep->content_type = "application/json";
    http_reply_header(rep, "Content-Language", q.target);
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return ERR_OK;
}
