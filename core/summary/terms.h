/* core/summary/terms.h - common words of news in every language: titles, measures, rounds, people, causes. A filler that is a stretch
 * of the article ("Finanzchef") can be told in another language only if all of it is known here.
 *
 * Knowledge: data/lang/<code>/terms.conf. A section is a kind; `key = form, form` lists a concept's forms in the language, the first is
 * the one written; a form behind "=" is only written, not looked up. [compose] has patterns of several terms: `title-field = {title} of {field}`; the part of the key before '-' is the
 * kind of the whole, the first pattern of a key is the one written. {name} is a name of the article, {number} digits. [strip] lists
 * words that may be dropped in front ("the", "a"), [drop] what may go without making the rest untrue: `*X` all up to X, `X*` all from X. Threads: any. */
#ifndef SUMMARY_TERMS_H
#define SUMMARY_TERMS_H

#include "core/base/conf.h"
#include "core/lang/lang.h"

struct terms;

/* Errors: ERR_DATA (file and line), ERR_NO_MEMORY. */
enum err_code terms_load(struct terms **out, struct arena *a, const struct langs *l, const struct text_fold *fold, struct err *err);

/* One file alone, of language lang, whose words are divided by spaces or not. Errors: ERR_DATA (file and line), ERR_NO_MEMORY. */
enum err_code terms_read(struct terms **out, struct arena *a, struct conf *c, bool spaces, int lang, const struct text_fold *fold, struct err *err);

/* A name inside a filler: bytes of the filler, and what it is called in the target language. */
struct terms_name {
    size_t start, end;
    struct str name;
};

/* text of language from, as a term of a kind, in language to; STR_NONE where not all of it is known. A concept `ceo-f` is ceo said of a
 * woman: it is taken where she is one. */
struct str terms_translate(const struct terms *t, struct arena *a, struct str kind, struct str text, const struct terms_name *names,
                           size_t name_count, int from, int to, bool woman);
/* The concept of a kind that all of text stands for ("-f" left out), or STR_NONE. */
struct str terms_concept(const struct terms *t, struct arena *a, struct str kind, struct str text, int lang);
/* The first concept of a kind that text contains as whole words, or STR_NONE: "year" in "10 million yuan a year". */
struct str terms_find(const struct terms *t, struct arena *a, struct str kind, struct str text, int lang);
/* What a concept of a kind is called in a language; STR_NONE: it has no word. */
struct str terms_word(const struct terms *t, struct str kind, struct str concept, int lang);
/* text without leading words of [strip]. */
struct str terms_strip(const struct terms *t, struct arena *a, struct str text, int lang);

/* A count in words of the article: "mehr als 1.200 Stellen" is over 1200. */
struct terms_count {
    double n;
    struct str bound; /* "over", "least", "under", "about" or empty */
};
/* false unless all of text is understood: a bound, digits or a numeral, a multiplier, the name of a unit or of people. */
bool terms_count(const struct terms *t, struct arena *a, struct str text, int lang, struct terms_count *out);

#endif
