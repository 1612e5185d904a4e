/* core/summary/template.h - the sentence patterns of one target language: data/lang/<target>/summary.conf.
 *
 * The notation is ICU's MessageFormat: {role}, {role, plural, one{..} other{..}}, {role, select, none{..} other{..}}, and one
 * addition, [..], left out as a whole when something in it has nothing to say; brackets nest. Evaluated here, because ICU's C API
 * (umsg_*) knows arguments by number only, takes their count at compile time and has no way to leave a part out; numbers, dates,
 * plurals and lists are ICU's (format.h). The apostrophe is an ordinary character.
 *
 * Sections: [let] `name = text`: {name} stands for the text, {name role} with $ for role. [cases] and [names]: forms of names, see
 * the files. [sentence]: wrappers. [<event type>]: `occurred = pattern`, also planned, alleged, denied, headline, item; several
 * lines of one key are alternatives; `let` there is local. A pattern fits when everything outside brackets can be said. Behind a
 * pattern stands `example = facts -> sentence`, which the tests write and compare; the notation: data/lang/SUMMARY.md. */
#ifndef SUMMARY_TEMPLATE_H
#define SUMMARY_TEMPLATE_H

#include "core/base/buf.h"
#include "core/lang/lang.h"
#include "core/summary/format.h"

struct templates;

/* Reads the file of a language. *out is NULL, with ERR_OK, where there is none. f gets the settings of numbers, money, dates. */
enum err_code templates_load(struct templates **out, const struct lang *l, struct format *f, struct arena *a, struct err *err);
enum err_code templates_read(struct templates **out, struct conf *c, struct format *f, struct arena *a, struct err *err);

/* What a stretch of a sentence is, for the checker; what no piece covers is literal text of a pattern. */
enum piece_kind { PIECE_NAME, PIECE_VALUE, PIECE_TERM, PIECE_WORDS, PIECE_DATE, PIECE_COUNT };
struct piece {
    enum piece_kind kind;
    size_t start, end;   /* bytes of the sentence */
    int32_t entity;      /* of names and values, else -1 */
    struct ng_span span; /* of the article, for the others; of a date: none */
};

struct sentence {
    struct buf b;
    struct piece *pieces;
    size_t n, cap;
    struct str pattern; /* of its last clause */
    bool failed;        /* no memory */
};

/* What the patterns ask. */
struct template_args {
    void *ctx;
    /* Appends an argument in a case ("" or a name of [cases]); false, and nothing appended, where there is nothing to say. */
    bool (*put)(void *ctx, struct str name, struct str form, struct sentence *out);
    struct str (*kind)(void *ctx, struct str name); /* for select: "none", "person", "percent", "text", ... */
    double (*number)(void *ctx, struct str name);   /* for plural */
};

/* The i-th pattern of a key of a section; p NULL past the last. */
struct str templates_get(const struct templates *t, struct str section, struct str key, size_t i);
/* Evaluates a pattern; false, and out as before, when something outside brackets has nothing to say. */
bool template_fill(const struct templates *t, const struct format *f, struct str pattern, const struct template_args *args, struct sentence *out);

/* The form of a name in a case: [names] and [cases]; the case "name" is the bare name. *plural: the name takes a plural verb. */
struct str templates_name(const struct templates *t, struct arena *a, struct str name, struct str form, bool *plural);

/* The same for what is no name: a value, a term. */
struct str templates_case(const struct templates *t, struct arena *a, struct str text, struct str form);

/* Walks over all patterns, for tests. */
struct template_entry {
    struct str section, key, text;
    size_t line;
};
const struct template_entry *templates_entries(const struct templates *t, size_t *n);

/* What stands behind a pattern: `example = facts -> text`; form: of `example-Hant` "Hant", else empty. */
struct template_example {
    size_t entry; /* the pattern's index */
    struct str facts, text, form;
    size_t line;
};
const struct template_example *templates_examples(const struct templates *t, size_t *n);

#endif
