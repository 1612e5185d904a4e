/* core/lang/lang.h - the table of languages (data/lang/<code>/lang.conf) and identification of a text's language. */
#ifndef LANG_LANG_H
#define LANG_LANG_H

#include "core/base/conf.h"
#include "core/base/map.h"
#include "core/doc.h"

/* What the engine takes for one token: see tok.h. */
enum lang_atoms { ATOMS_WORD, ATOMS_CHAR };

struct lang {
    struct ng_language public;
    enum lang_atoms atoms;
    struct str genitive; /* ending a name may take ("s" in "Alibabas"); empty: none */
    bool compounds; /* names stand in longer words without a mark: 日本 in 日本製紙 */
    bool ordinal_dot; /* "6." is an ordinal, no end of a sentence */
    struct str folder; /* of its data, without a slash at the end */
    struct str *function_words; /* folded; common words that tell prose from labels (Chinese and Japanese: characters) */
    size_t function_word_count;
    struct map words; /* folded word -> enum lang_word; abbreviations without their last full stop */
    const struct lang_common *common;
};

/* What core/tok asks of a word. */
enum lang_word {
    LANG_FUNCTION = 1,     /* a function word: capitalised it begins a sentence */
    LANG_ABBREVIATION = 2, /* rarely ends a sentence */
    LANG_TITLE = 4,        /* an abbreviation that never ends one: "Dr." */
    LANG_ELISION = 8,      /* keeps the apostrophe behind it: "l'", "qu'" */
};

/* data/lang/common.conf */
struct lang_common {
    struct map domains; /* "com" */
    struct map clitics; /* "'s", "n't" */
};

/* The enum lang_word bits of a folded word. */
static inline uint32_t lang_word(const struct lang *l, struct str folded) {
    uint32_t bits = map_get(&l->words, folded);
    return bits == MAP_NONE ? 0 : bits;
}

struct identify;

struct langs {
    struct lang *items; /* [n], by code */
    size_t n;
    struct lang_common common;
    const struct identify *identify;
};

/* Reads every data/lang/<code>/lang.conf. Errors: ERR_IO, ERR_DATA, ERR_NO_MEMORY. */
enum err_code langs_load(struct langs **out, struct arena *a, const char *data_dir, struct err *err);

/* Index of the language that a BCP 47 tag asks for ("de-AT" is de, "zh-Hant-TW" is zh), or LANG_NONE. */
int langs_find(const struct langs *l, struct str tag);
/* Index of the language whose code is code exactly, or LANG_NONE. */
int langs_get(const struct langs *l, struct str code);

/* Opens data/lang/<code>/<name> for a module's loader. *found is false, with ERR_OK, where the language has no such file. */
enum err_code lang_conf_open(const struct lang *l, const char *name, struct conf *c, bool *found, struct arena *a,
                             struct err *err);

/* Fills doc.lang, lang_confidence and script from the article's lines (doc.paras); the language from the request where it says so.
 * Errors: ERR_LANGUAGE (the request's is not known, or the text's is told but not analysed), ERR_UNDETERMINED, ERR_NO_MEMORY.
 * Cost: bounded, of a long text a sample is read. Method: langid.h. */
enum err_code lang_identify(const struct langs *l, const struct text_fold *fold, struct doc *d, struct err *err);

#endif
