/* core/base/conf.h - the one reader of the text files under data/.
 *
 * Line oriented, UTF-8. A line whose first non-blank character is '#' is a comment; blank lines are skipped.
 * `[name]` alone on a line opens a section. Everything else is an entry: the loader splits it, by tabs
 * (conf_field) or as `key = value` (conf_pair). conf_fail names file and line, so that a linguist finds the spot. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct conf {
    const char *path;   /* borrowed, for messages */
    struct str rest;    /* what is still unread */
    size_t line;        /* number of the current line, from 1 */
    struct str section; /* name of the current section, empty before the first */
    struct str entry;   /* the current line, trimmed */
};

/* Reads path into a and stands before its first line. Errors: ERR_IO, ERR_DATA (not UTF-8), ERR_NO_MEMORY. */
enum err_code conf_open(struct conf *c, struct arena *a, const char *path, struct err *err);
/* The same over text in memory, which must outlive c. */
void conf_open_text(struct conf *c, struct str text, const char *name);

/* Moves to the next entry; false at the end. Section lines are consumed (c->section). */
bool conf_next(struct conf *c);

/* Cuts the next tab-separated field off *rest (start with a copy of c->entry), trimmed. */
struct str conf_field(struct str *rest);
/* Cuts the next white-space-separated word off *rest. */
struct str conf_word(struct str *rest);
/* Splits the entry at its first '='. false when there is none. */
bool conf_pair(const struct conf *c, struct str *key, struct str *value);

#define conf_fail(c, err, ...) err_set_in((err), ERR_DATA, (c)->path, (c)->line, 0, __VA_ARGS__)

#endif
