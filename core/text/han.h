/* core/text/han.h - Chinese in the other script. Characters and words, the longest first: 头发 is 頭髮, 发展 is 發展; for Taiwan also its
 * own words (软件 is 軟體). Knowledge: data/text/han.conf (from OpenCC), data/lang/zh/script.conf (words, surnames). */
#ifndef TEXT_HAN_H
#define TEXT_HAN_H

#include "core/base/arena.h"
#include "core/base/err.h"

enum han_to {
    HAN_HANS,
    HAN_TAIWAN, /* traditional, with the words of Taiwan */
    HAN_JAPAN,  /* the characters of Japan, for names */
    HAN_HANT    /* traditional, for Hong Kong, Macao: characters and their context, the words stay */
};

struct han;
/* Errors: ERR_IO, ERR_DATA (file and line), ERR_NO_MEMORY. */
enum err_code han_load(struct han **out, struct arena *a, const char *data_dir, struct err *err);

/* text is UTF-8; the result is in a, STR_NONE where it is full. Linear in text. Threads: any. */
struct str han_convert(const struct han *h, struct arena *a, enum han_to to, struct str text);
/* The name of a person: as a whole if it is known (特朗普 is 川普), else character by character, the surname as surnames are written (范, 于). */
struct str han_convert_person(const struct han *h, struct arena *a, enum han_to to, struct str name);
/* Whether a text is in that script already: it has a character that only this script has. */
bool han_is_written(const struct han *h, enum han_to to, struct str text);

#endif
