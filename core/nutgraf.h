/* core/nutgraf.h - the one public header of libnutgraf.a: load once, analyse many texts.
 *
 * struct nutgraf holds everything read from the data folder; it is read-only and shared by all threads.
 * struct nutgraf_worker is the scratch of one thread (ICU iterators and the like). nutgraf_analyze makes an
 * immutable struct ng_analysis in the caller's arena. The same request gives the same analysis.
 *
 * All offsets are bytes of ng_analysis.text, end exclusive, on character boundaries; handlers convert them to what
 * a client asks for. The contract of the fields is the schema in openapi.yaml. */
#ifndef CORE_NUTGRAF_H
#define CORE_NUTGRAF_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct nutgraf;
struct nutgraf_worker;

/* ---- what is asked ---- */

enum ng_feature {
    NG_ENTITIES = 1,
    NG_EVENTS = 2,
    NG_QUOTES = 4,
    NG_SUMMARY = 8,
    NG_ALL = 15,
    NG_PAIRS = 16, /* for trainers: nutgraf_explain also tells what core/event/learned.h weighs, and learned events are left out */
};

enum ng_style {
    NG_PARAGRAPH, /* sentences one after the other */
    NG_BULLETS,   /* a line each, "- " in front */
    NG_HEADLINE,  /* one line without a full stop */
};

struct ng_request {
    struct str text;            /* UTF-8, at most LIMIT_TEXT bytes; need not be valid: checked */
    struct str title;           /* optional; weighs in salience and language, offsets never point into it */
    struct str url;             /* optional; reported back */
    struct str language;        /* BCP 47; empty: identified */
    struct str target_language; /* BCP 47: "en", "de", "zh-Hans", ...; empty: the article's own language */
    struct str published_at;    /* ISO 8601 date or date-time; empty: found in the text or unknown */
    unsigned features;          /* enum ng_feature, or-ed; 0 means NG_ALL */
    double min_confidence;      /* 0..1: entities and events below are left out */
    size_t summary_sentences;   /* 1 to LIMIT_SUMMARY_SENTENCES; 0: two to four, as the article gives */
    size_t summary_characters;  /* at most so many, but at least one sentence; 0: no limit */
    enum ng_style summary_style;
    double deadline;            /* CLOCK_MONOTONIC seconds after which ERR_TIMEOUT; 0: none */
};

/* ---- what is found ---- */

struct ng_span {
    uint32_t start, end;
};

enum ng_type {
    NG_PERSON,
    NG_ORGANIZATION,
    NG_LOCATION,
    NG_PRODUCT,
    NG_EVENT_NAME, /* "event": an event with a name of its own */
    NG_MONEY,
    NG_PERCENT,
    NG_DATE,
    NG_TYPE_COUNT
};

/* "person", "organization", ... */
const char *ng_type_name(enum ng_type type);

struct ng_value {
    bool has_amount, has_min, has_max;
    double amount, min, max; /* units of currency, or percent */
    char currency[4];        /* ISO 4217, or empty where the article leaves it open */
    char date[44];           /* ISO 8601 with its precision: 2024-07-18, 2023-Q1, 2024, 2024-01/2024-04; or empty */
};

struct ng_mention {
    struct ng_span span;
    float confidence; /* 0..1 */
};

struct ng_entity {
    enum ng_type type;
    struct str name;           /* the best form in the article, as it stands there */
    struct str canonical_name; /* its name in the target language */
    struct str kb_id;          /* "organization/bytedance"; empty when the knowledge base does not know it */
    struct ng_mention *mentions;
    size_t mention_count; /* at least 1, by start */
    float salience, confidence;
    struct ng_value value; /* of money, percent, date */
    bool has_value;
};

struct ng_filler {
    int32_t entity; /* index into ng_analysis.entities, or -1: then span alone */
    struct ng_span span;
};

struct ng_role {
    struct str name; /* as in data/schema.conf */
    struct ng_filler *fillers;
    size_t filler_count; /* at least 1 */
};

enum ng_status { NG_OCCURRED, NG_PLANNED, NG_ALLEGED, NG_DENIED };

const char *ng_status_name(enum ng_status status);

struct ng_event {
    struct str type; /* "personnel.hire" */
    struct ng_role *roles;
    size_t role_count;
    enum ng_status status;
    struct str date; /* ISO 8601 as in ng_value, or empty */
    float confidence;
    struct ng_span *evidence;
    size_t evidence_count;   /* at least 1, by start */
    uint32_t *attributed_to; /* entities that report it */
    size_t attributed_count;
    struct str rule; /* the pattern that fired first, for `explain` */
    bool learned;    /* no pattern told it (core/event/learned.h): right less often, so no summary tells it */
    struct ng_span trigger; /* the words that tell it; empty: not known */
};

struct ng_quote {
    struct ng_filler speaker; /* entity -1 and an empty span: unknown */
    struct ng_span span;      /* the words said, without quotation marks; of a split quote, those before "said X," */
    struct ng_span *more;     /* of a split quote: the words that go on behind it, in order */
    size_t more_count;
    bool direct;
    float confidence;
};

enum ng_method { NG_FROM_EVENTS, NG_TRANSLATED, NG_EXTRACTED };

const char *ng_method_name(enum ng_method method);

struct ng_summary_sentence {
    struct str text;
    enum ng_method method;
    struct ng_span *evidence;
    size_t evidence_count;
    uint32_t *events; /* indices into ng_analysis.events */
    size_t event_count;
};

struct ng_summary {
    struct str language; /* the target */
    struct str text;     /* the sentences joined */
    struct ng_summary_sentence *sentences;
    size_t sentence_count;
    bool complete;
    struct str note; /* why not complete; empty otherwise */
};

struct ng_stage_time {
    const char *name;
    double seconds;
};

struct ng_analysis {
    struct str text;             /* the text analysed, as it came in */
    struct str title, url;       /* as asked */
    struct str language, script; /* "de" "Latn", "zh" "Hant" */
    float language_confidence;   /* 0..1; 1 when the request said it */
    struct str target_language;
    struct str published_at; /* ISO date that relative dates were resolved against; empty if unknown */
    struct ng_span *body;    /* what is article; the rest is page furniture */
    size_t body_count;
    struct ng_entity *entities; /* by salience, then first mention */
    size_t entity_count;
    struct ng_event *events; /* by first evidence */
    size_t event_count;
    struct ng_quote *quotes; /* by start */
    size_t quote_count;
    struct ng_summary summary;
    struct str *warnings; /* for people: what could not be done and why */
    size_t warning_count;
    struct ng_stage_time *stages;
    size_t stage_count;
    unsigned features;
};

/* ---- the calls ---- */

/* Loads all data below data_dir. Errors: ERR_IO, ERR_DATA (file and line), ERR_MODEL, ERR_NO_MEMORY. */
enum err_code nutgraf_new(struct nutgraf **out, const char *data_dir, struct err *err);
void nutgraf_free(struct nutgraf *ng);

enum err_code nutgraf_worker_new(struct nutgraf_worker **out, const struct nutgraf *ng, struct err *err);
void nutgraf_worker_free(struct nutgraf_worker *w);

/* Analyses req->text. The result and all it points to live in a.
 * Errors: ERR_EMPTY, ERR_UTF8, ERR_NUL, ERR_TOO_LARGE, ERR_LANGUAGE, ERR_UNDETERMINED, ERR_VALUE, ERR_TIMEOUT,
 * ERR_NO_MEMORY. Threads: any, each with its own worker and arena. */
enum err_code nutgraf_analyze(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a,
                              const struct ng_request *req, struct ng_analysis **out, struct err *err);

/* For people who write patterns: the same analysis, and a text report of which pattern fired where. */
enum err_code nutgraf_explain(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a,
                              const struct ng_request *req, struct str *report, struct err *err);

/* The translators: core/translate/translate.h. Back ends are added to it before other threads use ng; without one nothing is
 * translated. */
struct translate *nutgraf_translate(const struct nutgraf *ng);

/* Which language a text is in. code: "de"; script: "Latn", "Hant", ...; confidence 0..1. Both strings live as long as ng or a.
 * Errors: as nutgraf_analyze; ERR_LANGUAGE (told, but not one of those known), ERR_UNDETERMINED. */
enum err_code nutgraf_identify(const struct nutgraf *ng, struct nutgraf_worker *w, struct arena *a, struct str text,
                               struct str *code, struct str *script, double *confidence, struct err *err);
/* ---- pages ---- */

struct ng_page {
    struct str bytes;        /* of the page as it came, at most LIMIT_HTML */
    bool utf8;               /* bytes are UTF-8 whatever the page says (it came in a JSON string) */
    struct str content_type; /* value of the HTTP header, or empty; text/plain and text/markdown are read as such, all else as HTML */
    struct str url;          /* where the page was found, after redirects; empty if unknown */
};

enum ng_para_kind { NG_PARA_PLAIN, NG_PARA_HEADING, NG_PARA_ITEM, NG_PARA_QUOTE, NG_PARA_CAPTION, NG_PARA_ROW };

/* "paragraph", "heading", "list_item", "quote", "caption", "table_row" */
const char *ng_para_kind_name(enum ng_para_kind kind);

struct ng_para {
    struct ng_span span; /* bytes of ng_article.text */
    enum ng_para_kind kind;
    float confidence; /* 0..1 that it is article text */
};

/* Something a page says, and where: "json-ld", "microdata", "og", "meta", "link", "time", "html", "title", "text", "url". */
struct ng_fact {
    struct str value; /* empty: not found */
    const char *source;
};

struct ng_article {
    struct str text;       /* paragraphs with an empty line between them; white space as a browser shows it */
    struct ng_para *paras; /* by start, not overlapping, all of text but the empty lines */
    size_t para_count;
    struct str *captions; /* of pictures beside the text; no part of text */
    size_t caption_count;
    struct ng_fact title, site, language, description;
    struct ng_fact published_at, modified_at;          /* ISO 8601 date or date-time */
    struct ng_fact canonical_url, image, amp_url, next_url; /* absolute where the page's address is known */
    struct ng_fact *authors;
    size_t author_count;
    bool paywalled;              /* the page says that it is not free to read */
    const char *method;          /* "blocks": chosen from the page; "json-ld": the text that the page's metadata hold; "plain": the page is plain text */
    float confidence;            /* 0..1, words weighted */
    struct str charset;          /* "UTF-8", "gb18030", ... */
    const char *charset_source;  /* "bom", "bytes", "http", "meta", "detected", "assumed", "request" */
    struct str *warnings;
    size_t warning_count;
};

/* Finds the article in a page. The result and all it points to live in a, or in page->bytes.
 * Errors: ERR_EMPTY, ERR_TOO_LARGE, ERR_NOT_ARTICLE (a list, a start page, nothing to read), ERR_NO_MEMORY.
 * Threads: any, each with its own arena. Cost: linear. Memory: about 17 times a page of 100 KB; never more than 4 MB and 400 times the
 * page (held by extract_fuzz.c), nor than a has. */
enum err_code nutgraf_extract(const struct nutgraf *ng, struct arena *a, const struct ng_page *page, struct ng_article **out,
                              struct err *err);

/* ---- languages ---- */

struct ng_language {
    struct str code;   /* BCP 47, "de", "zh" */
    struct str name;   /* in English */
    struct str native; /* in the language itself */
    bool analyses;     /* articles in it are analysed (entities and values at least) */
    bool events;       /* event patterns exist */
    bool summarises;   /* summaries can be written in it (as a target) */
};

size_t nutgraf_language_count(const struct nutgraf *ng);
const struct ng_language *nutgraf_language(const struct nutgraf *ng, size_t i);

#endif
