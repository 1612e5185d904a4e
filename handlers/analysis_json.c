/* analysis_json.c - see analysis_json.h */
#include "handlers/analysis_json.h"

#include <math.h>

#include "core/base/banned.h"

/* ---- small values ---- */

static json_t *text_json(struct str s) {
    return json_stringn(s.p ? s.p : "", s.n);
}

/* Confidence and salience with three decimals: more would pretend. */
static json_t *share_json(double x) {
    return json_real(round(x * 1000) / 1000);
}

static json_t *number_json(double x) {
    if (x == floor(x) && fabs(x) < 9e15) {
        return json_integer((json_int_t)x);
    }
    return json_real(x);
}

static json_t *span_json(const struct offsets *o, struct ng_span s) {
    return json_pack("{s:o, s:I, s:I}", "text", text_json(str_sub(o->text, s.start, s.end)), "start",
                     offsets_convert(o, s.start), "end", offsets_convert(o, s.end));
}

static json_t *spans_json(const struct offsets *o, const struct ng_span *s, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, span_json(o, s[i]));
    }
    return list;
}

/* Ids are positions, so that the same analysis has the same ids. */
static json_t *id_json(char kind, size_t i) {
    return json_sprintf("%c%zu", kind, i + 1);
}

static json_t *ids_json(char kind, const uint32_t *items, size_t n) {
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, id_json(kind, items[i]));
    }
    return list;
}

/* ---- the parts ---- */

static json_t *value_json(const struct ng_value *v) {
    if (v->date[0]) {
        return json_string(v->date);
    }
    json_t *o = json_object();
    if (v->has_amount) {
        json_object_set_new(o, "amount", number_json(v->amount));
    }
    if (v->has_min) {
        json_object_set_new(o, "min", number_json(v->min));
    }
    if (v->has_max) {
        json_object_set_new(o, "max", number_json(v->max));
    }
    if (v->currency[0]) {
        json_object_set_new(o, "currency", json_string(v->currency));
    }
    return o;
}

static json_t *entity_json(const struct offsets *o, const struct ng_entity *e, size_t i) {
    json_t *mentions = json_array();
    for (size_t k = 0; k < e->mention_count; k++) {
        json_t *m = span_json(o, e->mentions[k].span);
        json_object_set_new(m, "confidence", share_json(e->mentions[k].confidence));
        json_array_append_new(mentions, m);
    }
    json_t *j = json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", id_json('e', i), "type", ng_type_name(e->type),
                          "name", text_json(e->name), "canonical_name", text_json(e->canonical_name), "salience",
                          share_json(e->salience), "confidence", share_json(e->confidence), "mentions", mentions);
    if (e->kb_id.n) {
        json_object_set_new(j, "kb_id", text_json(e->kb_id));
    }
    if (e->has_value) {
        json_object_set_new(j, "value", value_json(&e->value));
    }
    return j;
}

static json_t *filler_json(const struct offsets *o, const struct ng_filler *f) {
    if (f->entity >= 0) {
        return json_pack("{s:o}", "entity", id_json('e', (size_t)f->entity));
    }
    return span_json(o, f->span);
}

static json_t *event_json(const struct offsets *o, const struct ng_event *e, size_t i) {
    json_t *roles = json_object();
    for (size_t r = 0; r < e->role_count; r++) {
        json_t *fillers = json_array();
        for (size_t k = 0; k < e->roles[r].filler_count; k++) {
            json_array_append_new(fillers, filler_json(o, &e->roles[r].fillers[k]));
        }
        json_object_setn_new(roles, e->roles[r].name.p, e->roles[r].name.n, fillers);
    }
    json_t *j = json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "id", id_json('v', i), "type", text_json(e->type), "status",
                          ng_status_name(e->status), "roles", roles, "confidence", share_json(e->confidence), "evidence",
                          spans_json(o, e->evidence, e->evidence_count));
    if (e->date.n) {
        json_object_set_new(j, "date", text_json(e->date));
    }
    if (e->attributed_count) {
        json_object_set_new(j, "attributed_to", ids_json('e', e->attributed_to, e->attributed_count));
    }
    if (e->rule.n) {
        json_object_set_new(j, "rule", text_json(e->rule));
    }
    return j;
}

static json_t *quote_json(const struct offsets *o, const struct ng_quote *q) {
    json_t *j = span_json(o, q->span);
    if (q->speaker.entity >= 0 || q->speaker.span.end > q->speaker.span.start) {
        json_object_set_new(j, "speaker", filler_json(o, &q->speaker));
    }
    if (q->more_count) {
        json_object_set_new(j, "continued", spans_json(o, q->more, q->more_count));
    }
    json_object_set_new(j, "direct", json_boolean(q->direct));
    json_object_set_new(j, "confidence", share_json(q->confidence));
    return j;
}

static json_t *summary_json(const struct offsets *o, const struct ng_summary *s) {
    json_t *sentences = json_array();
    for (size_t i = 0; i < s->sentence_count; i++) {
        const struct ng_summary_sentence *x = &s->sentences[i];
        json_array_append_new(sentences, json_pack("{s:o, s:s, s:o, s:o}", "text", text_json(x->text), "method",
                                                   ng_method_name(x->method), "evidence",
                                                   spans_json(o, x->evidence, x->evidence_count), "events",
                                                   ids_json('v', x->events, x->event_count)));
    }
    json_t *j = json_pack("{s:o, s:o, s:o, s:b}", "language", text_json(s->language), "text", text_json(s->text),
                          "sentences", sentences, "complete", (int)s->complete);
    if (s->note.n) {
        json_object_set_new(j, "note", text_json(s->note));
    }
    return j;
}

json_t *analysis_json(const struct ng_analysis *an, enum offset_encoding encoding, struct arena *scratch) {
    struct offsets o;
    if (!offsets_init(&o, an->text, encoding, scratch)) {
        return NULL;
    }
    json_t *j = json_pack("{s:{s:o, s:o, s:o, s:s, s:o}}", "document", "language", text_json(an->language), "script",
                          text_json(an->script), "language_confidence", share_json(an->language_confidence),
                          "offset_encoding", offset_encoding_name(encoding), "body", spans_json(&o, an->body, an->body_count));
    json_t *document = json_object_get(j, "document");
    for (size_t i = 0; i < an->body_count; i++) { /* where it is suffices; the client has the text */
        json_object_del(json_array_get(json_object_get(document, "body"), i), "text");
    }
    if (an->title.n) {
        json_object_set_new(document, "title", text_json(an->title));
    }
    if (an->url.n) {
        json_object_set_new(document, "url", text_json(an->url));
    }
    if (an->published_at.n) {
        json_object_set_new(document, "published_at", text_json(an->published_at));
    }
    if (an->features & NG_ENTITIES || an->features & (NG_EVENTS | NG_QUOTES)) {
        json_t *list = json_array();
        for (size_t i = 0; i < an->entity_count; i++) {
            json_array_append_new(list, entity_json(&o, &an->entities[i], i));
        }
        json_object_set_new(j, "entities", list);
    }
    if (an->features & (NG_EVENTS | NG_SUMMARY)) {
        json_t *list = json_array();
        for (size_t i = 0; i < an->event_count; i++) {
            json_array_append_new(list, event_json(&o, &an->events[i], i));
        }
        json_object_set_new(j, "events", list);
    }
    if (an->features & NG_QUOTES) {
        json_t *list = json_array();
        for (size_t i = 0; i < an->quote_count; i++) {
            json_array_append_new(list, quote_json(&o, &an->quotes[i]));
        }
        json_object_set_new(j, "quotes", list);
    }
    if (an->features & NG_SUMMARY) {
        json_object_set_new(j, "summary", summary_json(&o, &an->summary));
    }
    json_t *warnings = json_array();
    for (size_t i = 0; i < an->warning_count; i++) {
        json_array_append_new(warnings, text_json(an->warnings[i]));
    }
    json_object_set_new(j, "warnings", warnings);
    return j;
}
