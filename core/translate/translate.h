/* core/translate/translate.h - sentences and whole texts from one language into another, each sentence checked before
 * anybody is shown it.
 *
 * Behind it stand back ends (backend.h): the engine in process with the models installed, or a service elsewhere. What
 * they give back is put right (quotation marks and punctuation of the target language, Traditional Chinese) and held
 * against the source: a name or number that is lost or changed, a text that repeats itself, stays in its language or
 * is far too short or long makes a sentence one that must not be shown. Where no back end has a pair, two go through
 * English. Read-only once the back ends are added; all threads share it.
 *
 *     struct translate_sentence s[2] = {{.text = ..., .names = ..., .name_count = ...}, ...};
 *     struct translate_order o = {.source = STR("de"), .target = STR("en"), .sentences = s, .count = 2};
 *     struct translate_result r[2];
 *     if (translate_sentences(ng->translate, worker, a, &o, r, &err) == ERR_OK && r[0].fault == TRANSLATE_GOOD) ... r[0].text
 */
#ifndef TRANSLATE_TRANSLATE_H
#define TRANSLATE_TRANSLATE_H

#include "core/lang/lang.h"
#include "core/value/value.h"

struct translate;
struct translator; /* a back end: backend.h */

/* Loads what is known of the languages' punctuation (data/lang/<code>/translate.conf). There are no back ends yet.
 * Everything lives in a; langs, fold and values are borrowed. Errors: ERR_IO, ERR_DATA, ERR_NO_MEMORY. */
enum err_code translate_load(struct translate **out, struct arena *a, const char *data_dir, const struct langs *l,
                             const struct text_fold *fold, const struct values *v, struct err *err);

/* Adds a back end and takes it over, also on failure; of several that have a pair the one added first is asked. Before
 * any other thread uses t. Errors: ERR_NO_MEMORY (more than a few). */
enum err_code translate_add(struct translate *t, struct translator *back_end, struct err *err);

/* Frees the back ends; NULL is fine. */
void translate_release(struct translate *t);

enum translate_way { TRANSLATE_NONE, TRANSLATE_DIRECT, TRANSLATE_THROUGH_ENGLISH };

/* How source gets to target: BCP 47 tags, "zh-Hant" and "zh-TW" included. */
enum translate_way translate_way(const struct translate *t, struct str source, struct str target);

struct translate_pair {
    struct str source, target; /* "de", "en", "zh", "zh-Hant" */
    const char *by;            /* the back end's name */
};

/* The pairs that can be had directly, by source and target. */
enum err_code translate_pairs(const struct translate *t, struct arena *a, struct translate_pair **out, size_t *n,
                              struct err *err);

/* ---- sentences ---- */

/* Something that must come through: usually an entity's mention. */
struct translate_name {
    uint32_t start, end;     /* bytes of the sentence */
    const struct str *forms; /* [form_count] how it may read in the target language; as it stands in the sentence is
                              * always allowed */
    size_t form_count;
};

struct translate_sentence {
    struct str text;                    /* UTF-8; white space around it is kept */
    const struct translate_name *names; /* [name_count]; money, percentages and dates are no names: numbers are checked anyway */
    size_t name_count;
};

struct translate_order {
    struct str source, target; /* BCP 47 */
    const struct translate_sentence *sentences;
    size_t count;
    bool align;      /* fill links */
    double deadline; /* CLOCK_MONOTONIC seconds; 0: none */
};

enum translate_fault {
    TRANSLATE_GOOD,
    TRANSLATE_NAME,      /* a name is lost or changed */
    TRANSLATE_NUMBER,    /* a number is lost, changed or new */
    TRANSLATE_UNCHANGED, /* nothing was translated, or it is not in the target's script */
    TRANSLATE_GARBLED,   /* empty, repeats itself, far too short or long, has signs for unknown words */
};

/* A stretch of the translation and the stretch of the source it comes from, as far as the back end can tell. */
struct translate_link {
    uint32_t start, end;               /* bytes of the translation */
    uint32_t source_start, source_end; /* bytes of the sentence */
};

struct translate_result {
    struct str text; /* also with a fault, for those who want to see it */
    enum translate_fault fault;
    struct str why;              /* for people: "the number 500.000 is not in the translation"; empty when good */
    struct translate_link *links; /* [link_count] by start, with align */
    size_t link_count;
    const char *by; /* the back end's name; of two, the last */
};

/* "good", "name", "number", "unchanged", "garbled" */
const char *translate_fault_name(enum translate_fault fault);

/* Translates and checks. out [order.count], in order; lives in a. w: the thread's own, for ICU.
 * Errors: ERR_LANGUAGE (no tag), ERR_NO_TRANSLATOR (nothing has the pair), ERR_TRANSLATOR (a service failed), ERR_MODEL,
 * ERR_UTF8, ERR_TOO_LARGE, ERR_TIMEOUT, ERR_NO_MEMORY. One bad sentence is a fault of its result and no error.
 * Threads: any, each with its own w and a. */
enum err_code translate_sentences(const struct translate *t, struct nutgraf_worker *w, struct arena *a,
                                  const struct translate_order *order, struct translate_result *out, struct err *err);

/* ---- texts ---- */

struct translate_part {
    struct ng_span span; /* of the sentence, bytes of the text as it came in */
    struct translate_result result; /* its links count from the starts of span and of result.text */
    uint32_t start;      /* of result.text in translate_text_result.text */
};

struct translate_text_result {
    struct str text; /* the whole; what stood between sentences is kept as far as the target language has it */
    struct translate_part *parts;
    size_t count;
};

/* Splits a text into sentences and translates each; numbers are checked, names are not known. The same errors, and those
 * of text_normalise. */
enum err_code translate_text(const struct translate *t, struct nutgraf_worker *w, struct arena *a, struct str source,
                             struct str target, struct str text, bool align, double deadline,
                             struct translate_text_result *out, struct err *err);

#endif
