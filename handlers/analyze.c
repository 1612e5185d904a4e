/* analyze.c - POST /v1/analyze and POST /v1/extract. One table of fields serves both, JSON bodies and query parameters alike, so that all
 * know the same names, types and values. */
#include "handlers/analyze.h"

#include <jansson.h>

#include "core/base/utf8.h"
#include "core/limits.h"
#include "handlers/article_json.h"
#include "handlers/json.h"

#include "core/base/banned.h"

/* ---- the fields ---- */

enum { QUOTED = 40 }; /* bytes of a client's value repeated in a message */

static int shown(struct str s) {
    size_t n = s.n < QUOTED ? s.n : QUOTED;
    while (n > 0 && n < s.n && !utf8_boundary(s, n)) {
        n--;
    }
    return (int)n;
}

static enum err_code set_text(struct analyze_request *r, struct str v, struct err *err) {
    (void)err;
    r->ng.text = v;
    return ERR_OK;
}

static enum err_code set_html(struct analyze_request *r, struct str v, struct err *err) {
    if (v.n == 0) {
        return err_set_in(err, ERR_EMPTY, "html", 0, 0, "'html' is empty");
    }
    r->page = (struct ng_page){.bytes = v, .utf8 = true};
    return ERR_OK;
}

static enum err_code set_bounded(struct str *to, const char *name, struct str v, size_t max, struct err *err) {
    if (v.n > max) {
        return err_set_in(err, ERR_VALUE, name, 0, 0, "%s has %zu bytes; at most %zu are allowed", name, v.n, max);
    }
    *to = v;
    return ERR_OK;
}

static enum err_code set_title(struct analyze_request *r, struct str v, struct err *err) {
    return set_bounded(&r->ng.title, "title", v, LIMIT_TITLE, err);
}

static enum err_code set_url(struct analyze_request *r, struct str v, struct err *err) {
    return set_bounded(&r->ng.url, "url", v, LIMIT_URL, err);
}

/* Letters, digits and hyphens: what BCP 47 is made of. Whether the language is known, core says. */
static enum err_code set_tag(struct str *to, const char *name, struct str v, struct err *err) {
    bool good = v.n >= 2 && v.n <= 35;
    for (size_t i = 0; good && i < v.n; i++) {
        char c = v.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && i > 0);
    }
    if (!good) {
        return err_set_in(err, ERR_LANGUAGE, name, 0, 0, "'%.*s' is not a language tag such as en, de or zh-Hans", shown(v), v.p);
    }
    *to = v;
    return ERR_OK;
}

static enum err_code set_language(struct analyze_request *r, struct str v, struct err *err) {
    return set_tag(&r->ng.language, "language", v, err);
}

static enum err_code set_target(struct analyze_request *r, struct str v, struct err *err) {
    return set_tag(&r->ng.target_language, "target_language", v, err);
}

/* Whether s has the shape of pattern: '0' any digit, everything else itself. */
static bool has_shape(struct str s, const char *pattern) {
    size_t i = 0;
    for (; pattern[i] && i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (pattern[i] == '0' ? !digit : s.p[i] != pattern[i]) {
            return false;
        }
    }
    return pattern[i] == '\0' && i == s.n;
}

static int two(struct str s, size_t at) {
    return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
}

static bool is_date(struct str s) {
    static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!has_shape(s, "0000-00-00")) {
        return false;
    }
    int year = two(s, 0) * 100 + two(s, 2), month = two(s, 5), day = two(s, 8);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && (leap || month != 2 || day < 29);
}

/* 10:00, 10:00:00, 10:00:00.123, then nothing, Z or an offset of hours and minutes. */
static bool is_time(struct str s) {
    size_t n = 5;
    if (s.n < 5 || !has_shape(str_sub(s, 0, 5), "00:00") || two(s, 0) > 23 || two(s, 3) > 59) {
        return false;
    }
    if (s.n >= 8 && has_shape(str_sub(s, 5, 8), ":00")) {
        n = 8;
        if (two(s, 6) > 60) {
            return false;
        }
        if (s.n > 9 && s.p[8] == '.') {
            for (n = 9; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++) {
            }
        }
    }
    struct str zone = str_sub(s, n, s.n);
    return zone.n == 0 || str_eqz(zone, "Z") || has_shape(zone, "+00:00") || has_shape(zone, "-00:00");
}

static enum err_code set_published(struct analyze_request *r, struct str v, struct err *err) {
    bool time = v.n > 10 && v.p[10] == 'T';
    if (!is_date(str_sub(v, 0, time ? 10 : v.n)) || (time && !is_time(str_sub(v, 11, v.n)))) {
        return err_set_in(err, ERR_VALUE, "published_at", 0, 0,
                          "'%.*s' is not a date such as 2024-07-18 or 2024-07-18T09:30:00Z ('+' in an address is %%2B)", shown(v), v.p);
    }
    r->ng.published_at = v;
    return ERR_OK;
}

static enum err_code set_encoding(struct analyze_request *r, struct str v, struct err *err) {
    if (!offset_encoding_parse(v, &r->encoding)) {
        return err_set_in(err, ERR_VALUE, "offset_encoding", 0, 0, "'%.*s' is not one of codepoint, utf8, utf16", shown(v), v.p);
    }
    return ERR_OK;
}

static enum err_code add_feature(struct analyze_request *r, struct str v, struct err *err) {
    static const struct {
        const char *name;
        enum ng_feature feature;
    } features[] = {{"entities", NG_ENTITIES}, {"events", NG_EVENTS}, {"quotes", NG_QUOTES}, {"summary", NG_SUMMARY}};
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (str_eqz(v, features[i].name)) {
            r->ng.features |= features[i].feature;
            return ERR_OK;
        }
    }
    return err_set_in(err, ERR_VALUE, "features", 0, 0, "'%.*s' is not one of entities, events, quotes, summary", shown(v), v.p ? v.p : "");
}

static enum err_code set_features(struct analyze_request *r, struct str v, struct err *err) {
    enum err_code code = ERR_OK;
    do {
        code = add_feature(r, str_trim(str_cut(&v, ',')), err);
    } while (v.n && code == ERR_OK);
    return code;
}

static enum err_code set_confidence(struct analyze_request *r, struct str v, struct err *err) {
    double x = -1;
    if (!str_to_double(v, &x) || !(x >= 0 && x <= 1)) {
        return err_set_in(err, ERR_VALUE, "min_confidence", 0, 0, "min_confidence is a number from 0 to 1");
    }
    r->ng.min_confidence = x;
    return ERR_OK;
}

/* A whole number from low to high. */
static enum err_code set_whole(size_t *to, const char *name, struct str v, size_t low, size_t high, struct err *err) {
    double x = -1;
    if (!str_to_double(v, &x) || !(x >= (double)low && x <= (double)high) || x != (double)(size_t)x) {
        return err_set_in(err, ERR_VALUE, name, 0, 0, "%s is a whole number from %zu to %zu", name, low, high);
    }
    *to = (size_t)x;
    return ERR_OK;
}

static enum err_code set_sentences(struct analyze_request *r, struct str v, struct err *err) {
    return set_whole(&r->ng.summary_sentences, "summary_sentences", v, 1, LIMIT_SUMMARY_SENTENCES, err);
}

static enum err_code set_characters(struct analyze_request *r, struct str v, struct err *err) {
    return set_whole(&r->ng.summary_characters, "summary_characters", v, 1, LIMIT_SUMMARY_CHARACTERS, err);
}

static enum err_code set_style(struct analyze_request *r, struct str v, struct err *err) {
    static const char *const styles[] = {[NG_PARAGRAPH] = "paragraph", [NG_BULLETS] = "bullets", [NG_HEADLINE] = "headline"};
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
        if (str_eqz(v, styles[i])) {
            r->ng.summary_style = (enum ng_style)i;
            return ERR_OK;
        }
    }
    return err_set_in(err, ERR_VALUE, "summary_style", 0, 0, "'%.*s' is not one of paragraph, bullets, headline", shown(v), v.p ? v.p : "");
}

enum kind { STRING, LIST, NUMBER };

static const struct field {
    const char *name;
    enum kind kind; /* in JSON */
    bool query;     /* may stand in the address */
    bool extract;   /* /v1/extract knows it as well */
    enum err_code (*set)(struct analyze_request *r, struct str v, struct err *err);
} fields[] = {
    {"text", STRING, false, false, set_text},
    {"html", STRING, false, true, set_html},
    {"title", STRING, true, false, set_title},
    {"url", STRING, true, true, set_url},
    {"language", STRING, true, false, set_language},
    {"target_language", STRING, true, false, set_target},
    {"published_at", STRING, true, false, set_published},
    {"offset_encoding", STRING, true, true, set_encoding},
    {"features", LIST, true, false, set_features},
    {"min_confidence", NUMBER, true, false, set_confidence},
    {"summary_sentences", NUMBER, true, false, set_sentences},
    {"summary_characters", NUMBER, true, false, set_characters},
    {"summary_style", STRING, true, false, set_style},
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static const struct field *find_field(enum analyze_for resource, struct str name) {
    for (size_t i = 0; i < FIELDS; i++) {
        if (str_eqz(name, fields[i].name) && (resource == FOR_ANALYZE || fields[i].extract)) {
            return &fields[i];
        }
    }
    return NULL;
}

static enum err_code check_text(const struct analyze_request *r, enum analyze_for resource, struct err *err) {
    if (r->ng.text.n && r->page.bytes.n) {
        return err_set_in(err, ERR_VALUE, "html", 0, 0, "'text' and 'html' exclude each other: send one of them");
    }
    if (r->page.bytes.n > LIMIT_HTML) {
        return err_set_in(err, ERR_TOO_LARGE, "html", 0, 0, "the page has %zu bytes; at most %zu are read", r->page.bytes.n, LIMIT_HTML);
    }
    if (r->ng.text.n == 0 && r->page.bytes.n == 0 && r->ng.url.n == 0) {
        return resource == FOR_EXTRACT ? err_set_in(err, ERR_EMPTY, "html", 0, 0, "the request has neither 'html' nor 'url'")
                                       : err_set_in(err, ERR_EMPTY, "text", 0, 0, "the request has no text");
    }
    if (r->ng.text.n > LIMIT_TEXT) {
        return err_set_in(err, ERR_TOO_LARGE, "text", 0, 0, "the text has %zu bytes; at most %zu are analysed", r->ng.text.n,
                          LIMIT_TEXT);
    }
    return ERR_OK;
}

/* ---- plain text ---- */

enum err_code analyze_parse_text(enum analyze_for resource, struct str body, struct str content_type, const struct http_param *query,
                                 size_t query_count, struct analyze_request *out, struct err *err) {
    bool seen[FIELDS] = {false};
    *out = (struct analyze_request){0};
    if (content_type.n) {
        out->page = (struct ng_page){.bytes = body, .content_type = content_type};
    } else {
        out->ng.text = body;
    }
    if (str_trim(body).n == 0) {
        return err_set_in(err, ERR_EMPTY, content_type.n ? "html" : "text", 0, 0, "the body is empty");
    }
    for (size_t i = 0; i < query_count; i++) {
        const struct field *f = find_field(resource, query[i].name);
        char name[QUOTED + 1] = "";
        memcpy(name, query[i].name.p ? query[i].name.p : "", (size_t)shown(query[i].name));
        if (!f || !f->query) {
            return err_set_in(err, ERR_FIELD, name, 0, 0, "'%s' is not a query parameter of this resource%s", name,
                              f ? "; it is the body" : "");
        }
        if (seen[f - fields]) {
            return err_set_in(err, ERR_FIELD, f->name, 0, 0, "'%s' is given twice", f->name);
        }
        seen[f - fields] = true;
        enum err_code code = f->set(out, query[i].value, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    return check_text(out, resource, err);
}

/* ---- JSON ---- */

static enum err_code set_list(struct analyze_request *r, const json_t *list, struct err *err) {
    size_t i;
    json_t *v;
    if (json_array_size(list) == 0) {
        return err_set_in(err, ERR_VALUE, "features", 0, 0, "'features' is empty; leave it out to get all");
    }
    json_array_foreach(list, i, v) {
        if (!json_is_string(v)) {
            return err_set_in(err, ERR_TYPE, "features", 0, 0, "'features' has strings as items; item %zu is %s", i + 1, json_type_name(v));
        }
        enum err_code code = add_feature(r, (struct str){json_string_value(v), json_string_length(v)}, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    return ERR_OK;
}

static enum err_code set_field(struct arena *a, struct analyze_request *r, const struct field *f, const json_t *v,
                               struct err *err) {
    static const char *const wanted[] = {"a string", "an array of strings", "a number"};
    bool good = f->kind == STRING ? json_is_string(v) : f->kind == LIST ? json_is_array(v) : json_is_number(v);
    if (!good) {
        return err_set_in(err, ERR_TYPE, f->name, 0, 0, "'%s' is %s, not %s", f->name, wanted[f->kind], json_type_name(v));
    }
    if (f->kind == LIST) {
        return set_list(r, v, err);
    }
    if (f->kind == NUMBER) { /* by the same words as in the address, so that both are judged alike */
        struct str number = arena_printf(a, "%.17g", json_number_value(v));
        return number.p ? f->set(r, number, err) : err_set(err, ERR_NO_MEMORY, "no memory for the field '%s'", f->name);
    }
    struct str s = arena_dup(a, (struct str){json_string_value(v), json_string_length(v)});
    return s.p ? f->set(r, s, err) : err_set(err, ERR_NO_MEMORY, "no memory for the field '%s'", f->name);
}

enum err_code analyze_parse_json(struct arena *a, enum analyze_for resource, struct str body, struct analyze_request *out,
                                 struct err *err) {
    json_auto_t *j = NULL;
    const char *name;
    json_t *v;
    *out = (struct analyze_request){0};
    enum err_code code = json_read(body, &j, err);
    if (code != ERR_OK) {
        return code;
    }
    json_object_foreach(j, name, v) {
        const struct field *f = find_field(resource, str_of(name));
        if (!f) {
            char known[QUOTED + 1] = "";
            memcpy(known, name, (size_t)shown(str_of(name)));
            return err_set_in(err, ERR_FIELD, known, 0, 0, "'%s' is not a field of this request", known);
        }
        code = set_field(a, out, f, v, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    return check_text(out, resource, err);
}

/* ---- the handler ---- */

/* curl's --data-binary says x-www-form-urlencoded unless told otherwise; what it sends is the file. A real form would
 * be analysed as if it were an article, so that one is told apart. */
static bool looks_like_form(struct str body) {
    struct str name = str_cut(&body, '=');
    return body.n && find_field(FOR_ANALYZE, name) && str_find(body, STR("\n"), 0) == SIZE_MAX && str_find(body, STR(" "), 0) == SIZE_MAX;
}

static bool is_html(struct str type) {
    return str_eqz(type, "text/html") || str_eqz(type, "application/xhtml+xml");
}

static enum err_code parse_plain(const struct http_request *req, enum analyze_for resource, bool form, struct str charset,
                                 struct analyze_request *out, struct err *err) {
    if (charset.n && !str_eqz(charset, "utf-8") && !str_eqz(charset, "utf8") && !str_eqz(charset, "us-ascii")) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Type", 0, 0, "the charset is '%.*s'; only UTF-8 is read", shown(charset), charset.p);
    }
    if (form && looks_like_form(req->body)) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Type", 0, 0, "the body is an HTML form; send JSON, plain text or a page");
    }
    return analyze_parse_text(resource, req->body, STR_NONE, req->query, req->query_count, out, err);
}

enum err_code analyze_parse(const struct http_request *req, enum analyze_for resource, struct analyze_request *out, struct err *err) {
    struct str type, charset;
    bool some = http_media_type(req->arena, req->content_type, &type, &charset);
    bool json = some && str_eqz(type, "application/json"), html = some && is_html(type);
    bool form = some && str_eqz(type, "application/x-www-form-urlencoded"), plain = some && str_eqz(type, "text/plain");
    if (!json && !html && (resource == FOR_EXTRACT || (!form && !plain))) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Type", 0, 0, "'%.*s' is not one of application/json, text/html%s",
                          shown(req->content_type), req->content_type.n ? req->content_type.p : "",
                          resource == FOR_EXTRACT ? "" : ", text/plain");
    }
    if (req->content_encoding.n && !str_eqz(http_lower(req->arena, req->content_encoding), "identity")) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Encoding", 0, 0, "compressed bodies are not read");
    }
    if (html) { /* in any character set */
        return analyze_parse_text(resource, req->body, req->content_type, req->query, req->query_count, out, err);
    }
    if (!json) {
        return parse_plain(req, resource, form, charset, out, err);
    }
    if (charset.n && !str_eqz(charset, "utf-8") && !str_eqz(charset, "utf8") && !str_eqz(charset, "us-ascii")) {
        return err_set_in(err, ERR_MEDIA_TYPE, "Content-Type", 0, 0, "the charset is '%.*s'; JSON is UTF-8", shown(charset), charset.p);
    }
    if (req->query_count) {
        return err_set_in(err, ERR_FIELD, "query", 0, 0, "'%.*s': with a JSON body options are fields of it, not query parameters",
                          shown(req->query[0].name), req->query[0].name.p ? req->query[0].name.p : "");
    }
    return analyze_parse_json(req->arena, resource, req->body, out, err);
}

/* What was fetched, as a page. */
static void take_fetched(const struct http_request *req, struct analyze_request *r) {
    const struct http_page *p = req->page;
    r->ng.url = p->url;
    r->page = (struct ng_page){.bytes = p->body, .content_type = p->content_type};
}

enum err_code analyze_article(const struct handler_env *env, const struct http_request *req, struct analyze_request *r,
                              struct http_reply *rep, struct ng_article **out, struct err *err) {
    *out = NULL;
    if (analyze_wants_fetch(r)) {
        if (!env->fetches) {
            return err_set_in(err, ERR_UNSUPPORTED, "url", 0, 0, "this server fetches no pages: send the page or its text");
        }
        if (!req->page) {
            rep->fetch = r->ng.url;
            return ERR_OK;
        }
        take_fetched(req, r);
    }
    r->page.url = r->ng.url;
    return nutgraf_extract(env->ng, req->arena, &r->page, out, err);
}

/* What the page tells and the client did not. */
static enum err_code take_article(struct analyze_request *r, const struct ng_article *article, struct err *err) {
    if (article->text.n > LIMIT_TEXT) {
        return err_set_in(err, ERR_TOO_LARGE, "html", 0, 0, "the page's text has %zu bytes; at most %zu are analysed", article->text.n,
                          LIMIT_TEXT);
    }
    r->ng.text = article->text;
    r->ng.title = r->ng.title.n || article->title.value.n > LIMIT_TITLE ? r->ng.title : article->title.value;
    r->ng.published_at = r->ng.published_at.n ? r->ng.published_at : article->published_at.value;
    return ERR_OK;
}

HTTP_HANDLER(handle_analyze) {
    struct analyze_request r;
    struct ng_analysis *an = NULL;
    struct ng_article *article = NULL;
    enum err_code code = analyze_parse(req, FOR_ANALYZE, &r, err);
    if (code == ERR_OK && (r.page.bytes.n || analyze_wants_fetch(&r))) {
        code = analyze_article(env, req, &r, rep, &article, err);
        if (code == ERR_OK && !article) {
            return ERR_OK; /* called again with the page */
        }
        code = code ? code : take_article(&r, article, err);
    }
    if (code == ERR_OK) {
        r.ng.deadline = req->deadline;
        code = nutgraf_analyze(env->ng, w, req->arena, &r.ng, &an, err);
    }
    if (code != ERR_OK) {
        rep->limit = code != ERR_TOO_LARGE ? 0 : str_eqz(str_of(err->source), "html") ? LIMIT_HTML : LIMIT_TEXT;
        return code;
    }
    json_auto_t *j = analysis_json(an, r.encoding, req->arena);
    if (article) {
        json_t *document = json_object_get(j, "document");
        json_object_set_new(document, "text", json_stringn(article->text.p, article->text.n));
        json_object_set_new(document, "metadata", article_facts_json(article));
    }
    if (!json_write(req->arena, j, JSON_COMPACT | JSON_REAL_PRECISION(6), &rep->body)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    rep->status = 200;
    rep->content_type = "application/json";
    rep->stages = an->stages;
    rep->stage_count = an->stage_count;
    if (an->features & NG_SUMMARY && an->summary.language.n) {
        http_reply_header(rep, "Content-Language", an->summary.language);
    }
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return ERR_OK;
}

HTTP_HANDLER(handle_extract) {
    struct analyze_request r;
    struct ng_article *article = NULL;
    (void)w;
    enum err_code code = analyze_parse(req, FOR_EXTRACT, &r, err);
    code = code ? code : analyze_article(env, req, &r, rep, &article, err);
    if (code != ERR_OK || !article) {
        rep->limit = code == ERR_TOO_LARGE ? LIMIT_HTML : 0;
        return code;
    }
    json_auto_t *j = article_json(article, r.encoding, req->arena);
    if (j && r.ng.url.n) {
        json_object_set_new(j, "url", json_stringn(r.ng.url.p, r.ng.url.n));
    }
    if (!json_write(req->arena, j, JSON_COMPACT | JSON_REAL_PRECISION(6), &rep->body)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the reply");
    }
    rep->status = 200;
    rep->content_type = "application/json";
    http_reply_header(rep, "Cache-Control", STR("no-store"));
    return ERR_OK;
}
