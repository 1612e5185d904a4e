/* core/text/pinyin.h - how Han characters are read in Mandarin. Data: data/text/pinyin.tsv, made from Unicode CLDR and Unihan. */
#ifndef TEXT_PINYIN_H
#define TEXT_PINYIN_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/str.h"

struct pinyin; /* read-only once loaded; all threads share it */

/* Errors: ERR_IO, ERR_DATA (file and line), ERR_NO_MEMORY. */
enum err_code pinyin_load(const struct pinyin **out, struct arena *a, const char *data_dir, struct err *err);

/* s with each Han character as a syllable with its tone mark, set off by spaces: "許主洪" -> "xǔ zhǔ hóng". The first one is read as
 * a surname where that differs (曾 zēng, not céng). Other characters stay. In a, or STR_NONE when a is full. */
struct str pinyin_of_name(const struct pinyin *p, struct arena *a, struct str s);

#endif
