/* core/translate/inside.h - what the files of core/translate share; nobody else includes it. */
#ifndef TRANSLATE_INSIDE_H
#define TRANSLATE_INSIDE_H

#include "core/translate/backend.h"

/* ---- marks.c ---- */

struct marks_style {
    struct str open[2], close[2]; /* outer, inner; empty: left as they are */
};

struct marks_lang {
    bool known;                 /* the language has a translate.conf */
    struct marks_style own, traditional;
    bool wide;         /* full-width punctuation beside Han characters */
    bool inner_space;  /* a no-break space inside the outer marks */
    struct str *examples; /* [example_count] "in => out" */
    size_t example_count;
};

struct marks {
    struct map wide;   /* full-width mark -> index of narrow */
    struct map narrow; /* narrow mark -> index of fulls */
    struct str *fulls, *narrows;
    size_t count, full_cap, narrow_cap;
    struct map quotes; /* quotation marks */
    struct marks_lang by_lang[LANG_MAX];
};

enum err_code marks_load(struct marks *m, struct arena *a, const char *data_dir, const struct langs *l, struct err *err);

/* Puts quotation marks and punctuation of s right for a language (LANG_NONE: punctuation alone). links [n] follow.
 * STR_NONE when a is full. */
struct str marks_fix(const struct marks *m, int lang, bool traditional, struct arena *a, struct str s,
                     struct translate_link *links, size_t n);

/* ---- protect.c ---- */

enum { PROTECT_MAX = 40 };

struct protect {
    struct str names[PROTECT_MAX]; /* [n] what stands for mark i + 1 */
    size_t n;
};

/* s without white space around it, its names as marks; STR_NONE when a is full. */
struct str protect_hide(struct arena *a, const struct translate_sentence *s, struct protect *p);

/* text with names for marks. */
struct str protect_restore(struct arena *a, const struct protect *p, struct str text);

/* ---- verify.c ---- */

struct translate {
    struct arena *a;
    const struct langs *langs;
    const struct text_fold *fold;
    const struct values *values;
    struct marks marks;
    struct translator *back_ends[8];
    size_t back_end_count;
};

/* Holds r->text against the sentence; sets r->fault and r->why. source, target: languages or LANG_NONE; to: the
 * target's code. Errors: ERR_NO_MEMORY. */
enum err_code verify(const struct translate *t, struct arena *a, const struct translate_sentence *s, int source, int target,
                     struct str to, struct translate_result *r, struct err *err);

/* For what comes from elsewhere: sets r->fault when r->text is plainly in another language than target. Errors: ERR_NO_MEMORY. */
enum err_code verify_language(const struct translate *t, struct arena *a, int target, struct translate_result *r, struct err *err);

#endif
