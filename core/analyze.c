/* analyze.c - the whole path of a text: a table of stages over one struct doc, then back to the input's offsets. */
#include "core/analyze.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/limits.h"
#include "core/tok/tok.h"
#include "core/worker.h"

#include "core/base/banned.h"

/* ---- names of the enumerations, as the contract has them ---- */

const char *ng_type_name(enum ng_type type) {
    static const char *const names[] = {"person", "organization", "location", "product",
                                        "event",  "money",        "percent",  "date"};
    return names[type];
}

const char *ng_status_name(enum ng_status status) {
    static const char *const names[] = {"occurred", "planned", "alleged", "denied"};
    return names[status];
}

const char *ng_method_name(enum ng_method method) {
    static const char *const names[] = {"events", "translated", "extracted"};
    return names[method];
}

/* ---- loading ---- */

enum err_code nutgraf_new(struct nutgraf **out, const char *data_dir, struct err *err) {
    struct nutgraf *ng = calloc(1, sizeof *ng);
    if (!ng) {
        return err_set(err, ERR_NO_MEMORY, "no memory to load the data");
    }
    arena_init(&ng->tables, LIMIT_TABLES_MEMORY);
    struct arena *a = &ng->tables;
    enum err_code code = text_fold_load(&ng->fold, a, err);
    code = code ? code : pinyin_load(&ng->pinyin, a, data_dir, err);
    code = code ? code : langs_load(&ng->langs, a, data_dir, err);
    code = code ? code : page_load(&ng->page, a, data_dir, ng->langs, ng->fold, err);
    code = code ? code : html_load(&ng->html, a, data_dir, ng->page, err);
    code = code ? code : value_load(&ng->values, a, data_dir, ng->langs, err);
    code = code ? code : kb_load(&ng->kb, a, data_dir, ng->langs, ng->fold, err);
    code = code ? code : ner_load(&ng->ner, a, data_dir, ng->langs, ng->kb, err);
    code = code ? code : entity_load(&ng->entity, a, data_dir, ng->langs, ng->fold, ng->kb, err);
    code = code ? code : datelines_load(&ng->datelines, a, ng->langs, err);
    code = code ? code : event_load(&ng->event, a, data_dir, ng->langs, ng->fold, err);
    code = code ? code : quote_load(&ng->quote, a, data_dir, ng->langs, ng->fold, err);
    code = code ? code : translate_load(&ng->translate, a, data_dir, ng->langs, ng->fold, ng->values, err);
    code = code ? code : summary_load(&ng->summary, a, data_dir, ng->langs, ng->fold, err);
    if (code == ERR_OK && arena_full(a)) {
        code = err_set(err, ERR_NO_MEMORY, "no memory for the tables");
    }
    if (code != ERR_OK) {
        nutgraf_free(ng);
        return code;
    }
    for (size_t i = 0; i < ng->langs->n; i++) {
        ng->langs->items[i].public.events = event_has(ng->event, (int)i);
        ng->langs->items[i].public.summarises = summary_has(ng->summary, (int)i);
    }
    *out = ng;
    return ERR_OK;
}

void nutgraf_free(struct nutgraf *ng) {
    if (!ng) {
        return;
    }
    if (ng->ner) {
        ner_release(ng->ner);
    }
    translate_release(ng->translate);
    summary_release(ng->summary);
    arena_release(&ng->tables);
    free(ng);
}

struct translate *nutgraf_translate(const struct nutgraf *ng) {
    return ng->translate;
}

size_t nutgraf_language_count(const struct nutgraf *ng) {
    return ng->langs->n;
}

const struct ng_language *nutgraf_language(const struct nutgraf *ng, size_t i) {
    return &ng->langs->items[i].public;
}

/* ---- what stages tell ---- */

void doc_warn(struct doc *d, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    struct str s = arena_vprintf(d->a, format, ap);
    va_end(ap);
    ARENA_PUSH(d->a, d->warnings, d->warning_count, d->warning_cap) = s;
}

void doc_trace(struct doc *d, const char *format, ...) {
    if (!d->tracing) {
        return;
    }
    va_list ap;
    va_start(ap, format);
    struct str s = arena_vprintf(d->a, format, ap);
    va_end(ap);
    ARENA_PUSH(d->a, d->trace, d->trace_count, d->trace_cap) = s;
}

/* ---- the stages ---- */

static enum err_code stage_text(struct doc *d, struct err *err) {
    return text_normalise(d->a, d->input, &d->text, &d->map, err);
}

static enum err_code stage_page(struct doc *d, struct err *err) {
    return page_mark(d->ng->page, d, err);
}

static enum err_code stage_language(struct doc *d, struct err *err) {
    return lang_identify(d->ng->langs, d->ng->fold, d, err);
}

static enum err_code stage_tokens(struct doc *d, struct err *err) {
    return tok_split(&d->ng->langs->items[d->lang], d->ng->fold, d, err);
}

static enum err_code stage_values(struct doc *d, struct err *err) {
    return value_find(d->ng->values, d, err);
}

static enum err_code stage_knowledge(struct doc *d, struct err *err) {
    return kb_find(d->ng->kb, d, err);
}

static enum err_code stage_names(struct doc *d, struct err *err) {
    return ner_tag(d->ng->ner, d, err);
}

static enum err_code stage_entities(struct doc *d, struct err *err) {
    enum err_code code = entity_link(d->ng->entity, d->ng->langs, d, err);
    if (code == ERR_OK) {
        datelines_mark(d->ng->datelines, d);
    }
    return code;
}

/* Names that the parts they play in events tell: then all is to be joined again. */
static enum err_code stage_parts(struct doc *d, struct err *err) {
    bool found;
    enum err_code code = event_names(d->ng->event, d, &found, err);
    if (code == ERR_OK && found) {
        d->mentions = NULL;
        d->entities = NULL;
        d->mention_count = d->entity_count = 0;
        code = entity_link(d->ng->entity, d->ng->langs, d, err);
    }
    return code;
}

static enum err_code stage_events(struct doc *d, struct err *err) {
    return event_find(d->ng->event, d, err);
}

static enum err_code stage_quotes(struct doc *d, struct err *err) {
    enum err_code code = quote_find(d->ng->quote, d, err);
    return code ? code : event_attribute(d->ng->event, d, err);
}

static struct str target_tag(const struct doc *d) {
    return d->req->target_language.n ? d->req->target_language : d->ng->langs->items[d->lang].public.code;
}

static enum err_code stage_summary(struct doc *d, struct err *err) {
    struct str tag = target_tag(d);
    return summary_write(d->ng->summary, d->ng->langs, d->ng->translate, langs_find(d->ng->langs, tag), tag, d, err);
}

static const struct stage {
    const char *name;
    enum err_code (*run)(struct doc *d, struct err *err);
    unsigned features; /* run when one of these is asked for */
} stages[] = {
    {"text", stage_text, NG_ALL},
    {"page", stage_page, NG_ALL},
    {"language", stage_language, NG_ALL},
    {"tokens", stage_tokens, NG_ALL},
    {"values", stage_values, NG_ALL},
    {"knowledge", stage_knowledge, NG_ALL},
    {"names", stage_names, NG_ALL},
    {"entities", stage_entities, NG_ALL},
    {"parts", stage_parts, NG_ALL},
    {"events", stage_events, NG_EVENTS | NG_SUMMARY},
    {"quotes", stage_quotes, NG_QUOTES | NG_EVENTS | NG_SUMMARY},
    {"summary", stage_summary, NG_SUMMARY},
};
enum { STAGES = sizeof stages / sizeof stages[0] };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum err_code check_request(const struct nutgraf *ng, const struct ng_request *req, struct err *err) {
    if (req->target_language.n && langs_find(ng->langs, req->target_language) == LANG_NONE) {
        return err_set_in(err, ERR_LANGUAGE, "target_language", 0, 0, "'%.*s' is not a language this server knows",
                          STR_ARG(req->target_language));
    }
    if (!(req->min_confidence >= 0 && req->min_confidence <= 1)) {
        return err_set_in(err, ERR_VALUE, "min_confidence", 0, 0, "min_confidence is between 0 and 1");
    }
    return ERR_OK;
}

static enum err_code run_stages(struct doc *d, unsigned features, struct ng_stage_time *times, size_t *time_count,
                                struct err *err) {
    for (size_t i = 0; i < STAGES; i++) {
        if (!(stages[i].features & features)) {
            continue;
        }
        double before = now();
        if (d->req->deadline > 0 && before > d->req->deadline) {
            return err_set(err, ERR_TIMEOUT, "the time allowed was over before the stage '%s'", stages[i].name);
        }
        enum err_code code = stages[i].run(d, err);
        if (code == ERR_OK && arena_full(d->a)) {
            code = err_set(err, ERR_NO_MEMORY, "the stage '%s' needed more memory than a request may have", stages[i].name);
        }
        if (code != ERR_OK) {
            return code;
        }
        times[(*time_count)++] = (struct ng_stage_time){stages[i].name, now() - before};
    }
    return ERR_OK;
}

/* ---- from the normalised text back to the input ---- */

static void map_span(const struct doc *d, struct ng_span *s) {
    *s = (struct ng_span){text_input_start(&d->map, s->start), text_input_end(&d->map, s->end)};
}

static void map_spans(const struct doc *d, struct ng_span *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        map_span(d, &s[i]);
    }
}

static void map_analysis(const struct doc *d, struct ng_analysis *an) {
    map_spans(d, an->body, an->body_count);
    for (size_t i = 0; i < an->entity_count; i++) {
        for (size_t k = 0; k < an->entities[i].mention_count; k++) {
            map_span(d, &an->entities[i].mentions[k].span);
        }
    }
    for (size_t i = 0; i < an->event_count; i++) {
        struct ng_event *e = &an->events[i];
        map_spans(d, e->evidence, e->evidence_count);
        for (size_t r = 0; r < e->role_count; r++) {
            for (size_t k = 0; k < e->roles[r].filler_count; k++) {
                map_span(d, &e->roles[r].fillers[k].span);
            }
        }
    }
    for (size_t i = 0; i < an->quote_count; i++) {
        map_span(d, &an->quotes[i].span);
        map_spans(d, an->quotes[i].more, an->quotes[i].more_count);
        map_span(d, &an->quotes[i].speaker.span);
    }
    for (size_t i = 0; i < an->summary.sentence_count; i++) {
        map_spans(d, an->summary.sentences[i].evidence, an->summary.sentences[i].evidence_count);
    }
}

/* Runs of paragraphs that are article text. */
static void collect_body(const struct doc *d, struct ng_analysis *an) {
    size_t cap = 0;
    bool open = false;
    for (size_t i = 0; i < d->para_count; i++) {
        const struct para *p = &d->paras[i];
        if (p->furniture || p->start == p->end) {
            open = open && !p->furniture;
            continue;
        }
        if (open) {
            an->body[an->body_count - 1].end = p->end;
        } else {
            ARENA_PUSH(d->a, an->body, an->body_count, cap) = (struct ng_span){p->start, p->end};
        }
        open = true;
    }
}

static enum err_code analyze(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a,
                             const struct ng_request *req, bool tracing, struct doc *d, struct ng_analysis **out,
                             struct err *err) {
    unsigned features = req->features ? req->features : NG_ALL;
    struct ng_analysis *an = ARENA_NEW(a, struct ng_analysis);
    struct ng_stage_time *times = ARENA_ARRAY(a, STAGES, struct ng_stage_time);
    *d = (struct doc){.a = a, .ng = ng, .worker = w, .req = req, .input = req->text, .lang = LANG_NONE, .tracing = tracing};
    if (!an || !times) {
        return err_set(err, ERR_NO_MEMORY, "no memory for an analysis");
    }
    enum err_code code = check_request(ng, req, err);
    code = code ? code : run_stages(d, features, times, &an->stage_count, err);
    if (code != ERR_OK) {
        return code;
    }
    summary_names(ng->summary, langs_find(ng->langs, target_tag(d)), target_tag(d), d);
    const struct ng_language *lang = &ng->langs->items[d->lang].public;
    an->text = d->input;
    an->title = req->title;
    an->url = req->url;
    an->language = lang->code;
    an->language_confidence = d->lang_confidence;
    an->script = arena_dup(a, str_of(d->script));
    an->target_language = req->target_language.n ? req->target_language : lang->code;
    an->published_at = arena_dup(a, str_of(d->published));
    an->entities = d->entities;
    an->entity_count = d->entity_count;
    an->events = d->events;
    an->event_count = d->event_count;
    quote_join(d);
    an->quotes = d->quotes;
    an->quote_count = d->quote_count;
    an->summary = d->summary;
    an->warnings = d->warnings;
    an->warning_count = d->warning_count;
    an->stages = times;
    an->features = features;
    collect_body(d, an);
    map_analysis(d, an);
    *out = an;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the result") : ERR_OK;
}

enum err_code nutgraf_identify(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a, struct str text,
                               struct str *code, struct str *script, double *confidence, struct err *err) {
    struct ng_request req = {.text = text};
    struct doc d = {.a = a, .ng = ng, .worker = w, .req = &req, .input = text, .lang = LANG_NONE};
    enum err_code failed = stage_text(&d, err);
    failed = failed ? failed : stage_page(&d, err);
    failed = failed ? failed : stage_language(&d, err);
    if (failed == ERR_OK) {
        *code = ng->langs->items[d.lang].public.code;
        *script = arena_dup(a, str_of(d.script));
        *confidence = (double)d.lang_confidence;
    }
    return failed == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory to tell the language") : failed;
}

enum err_code nutgraf_analyze(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a,
                              const struct ng_request *req, struct ng_analysis **out, struct err *err) {
    struct doc d;
    return analyze(ng, w, a, req, false, &d, out, err);
}

enum err_code nutgraf_explain(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a,
                              const struct ng_request *req, struct str *report, struct err *err) {
    struct doc d;
    struct ng_analysis *an;
    enum err_code code = analyze(ng, w, a, req, true, &d, &an, err);
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; code == ERR_OK && i < d.trace_count; i++) {
        buf_add(&b, d.trace[i]);
        buf_addc(&b, '\n');
    }
    *report = buf_str(&b);
    return code;
}
