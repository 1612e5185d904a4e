/* core/base/err.h - how functions say what went wrong.
 * A function that can fail returns the code and fills *err (NULL is allowed; the first error stays). core/ never
 * logs, prints or exits. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum err_code {
#define X(name, slug, title) ERR_##name,
#include "core/err_codes.def"
#undef X
    ERR_COUNT
};

struct err {
    enum err_code code; /* ERR_OK is 0; clients see the slug */
    char text[240];     /* for people: what was found, what was expected */
    char source[120];   /* where: "request", or a data file */
    size_t line, at;    /* there: line from 1, 0 for none; byte offset */
    const char *site;   /* "core/ner/crf.c:212", for the log */
};

#define ERR_STRING2(x) #x
#define ERR_STRING(x) ERR_STRING2(x)
#define ERR_SITE __FILE__ ":" ERR_STRING(__LINE__)

/* err_set(err, ERR_IO, "cannot open: %s", why): fills *err unless it already holds an error; returns the code. */
#define err_set(err, code, ...) err_set_at((err), (code), ERR_SITE, NULL, 0, 0, __VA_ARGS__)
/* the same with source, line and byte offset */
#define err_set_in(err, code, source, line, at, ...)                                                         \
    err_set_at((err), (code), ERR_SITE, (source), (line), (at), __VA_ARGS__)

enum err_code err_set_at(struct err *err, enum err_code code, const char *site, const char *source,
                         size_t line, size_t at, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

const char *err_slug(enum err_code code);  /* "invalid-utf8" */
const char *err_title(enum err_code code); /* "The text is not valid UTF-8" */

#endif
