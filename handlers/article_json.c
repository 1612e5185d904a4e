/* article_json.c - see article_json.h */
#include "handlers/article_json.h"

#include <math.h>

#include "handlers/offsets.h"

#include "core/base/banned.h"

static json_t *text_json(struct str s) {
    return json_stringn(s.p ? s.p : "", s.n);
}

static json_t *share_json(float x) {
    return json_real(round((double)x * 1000) / 1000);
}

static json_t *fact_json(const struct ng_fact *f) {
    return json_pack("{s:o, s:s}", "value", text_json(f->value), "source", f->source);
}

json_t *article_facts_json(const struct ng_article *a) {
    const struct {
        const char *name;
        const struct ng_fact *fact;
    } facts[] = {
        {"title", &a->title},           {"description", &a->description},
        {"published_at", &a->published_at}, {"modified_at", &a->modified_at},
        {"site", &a->site},             {"language", &a->language},
        {"canonical_url", &a->canonical_url}, {"image", &a->image},
        {"amp_url", &a->amp_url},       {"next_url", &a->next_url},
    };
    json_t *j = json_object(), *authors = json_array();
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (facts[i].fact->value.n) {
            json_object_set_new(j, facts[i].name, fact_json(facts[i].fact));
        }
    }
    for (size_t i = 0; i < a->author_count; i++) {
        json_array_append_new(authors, fact_json(&a->authors[i]));
    }
    json_object_set_new(j, "authors", authors);
    json_object_set_new(j, "free_to_read", json_boolean(!a->paywalled));
    return j;
}

static json_t *paras_json(const struct ng_article *a, const struct offsets *o) {
    json_t *list = json_array();
    for (size_t i = 0; i < a->para_count; i++) {
        const struct ng_para *p = &a->paras[i];
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o, s:o}", "kind", ng_para_kind_name(p->kind), "start",
                                              offsets_convert(o, p->span.start), "end", offsets_convert(o, p->span.end), "text",
                                              text_json(str_sub(a->text, p->span.start, p->span.end)), "confidence",
                                              share_json(p->confidence)));
    }
    return list;
}

json_t *article_json(const struct ng_article *a, enum offset_encoding encoding, struct arena *scratch) {
    struct offsets o;
    if (!offsets_init(&o, a->text, encoding, scratch)) {
        return NULL;
    }
    json_t *captions = json_array(), *warnings = json_array();
    for (size_t i = 0; i < a->caption_count; i++) {
        json_array_append_new(captions, text_json(a->captions[i]));
    }
    for (size_t i = 0; i < a->warning_count; i++) {
        json_array_append_new(warnings, text_json(a->warnings[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:{s:o, s:s}, s:s, s:o}", "text", text_json(a->text), "paragraphs", paras_json(a, &o),
                     "captions", captions, "metadata", article_facts_json(a), "method", a->method, "confidence", share_json(a->confidence),
                     "charset", "name", text_json(a->charset), "source", a->charset_source, "offset_encoding",
                     offset_encoding_name(encoding), "warnings", warnings);
}
