/* core/html/charset.h - from the bytes of a page to UTF-8.
 *
 * Order of belief (WHATWG, with two corrections that real pages want): byte order mark; bytes that are UTF-8 and more than
 * ASCII are UTF-8 whatever a label says; the label of the HTTP header; the label in the page; ICU's detector. Labels mean what
 * browsers take them for (iso-8859-1 is windows-1252, gb2312 is gb18030). VISCII and TCVN are data: data/page/charsets.conf. */
#ifndef HTML_CHARSET_H
#define HTML_CHARSET_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct charsets;

/* Where the character set was told. */
enum charset_source { CHARSET_BOM, CHARSET_UTF8, CHARSET_HTTP, CHARSET_META, CHARSET_DETECTED, CHARSET_ASSUMED, CHARSET_GIVEN };

const char *charset_source_name(enum charset_source s);

struct charset_found {
    struct str name; /* "UTF-8", "gb18030", "windows-1252", "viscii": lower case but for UTF-8 and UTF-16 */
    enum charset_source source;
    size_t replaced; /* bytes that meant nothing and became U+FFFD */
};

/* Errors: ERR_IO, ERR_DATA, ERR_NO_MEMORY. */
enum err_code charsets_load(struct charsets **out, struct arena *a, const char *data_dir, struct err *err);

/* Converts bytes; the result is valid UTF-8 without NUL and lives in a (or is bytes itself where nothing changes).
 * content_type: value of the HTTP header, or empty. Errors: ERR_NO_MEMORY. Cost: linear. */
enum err_code charset_convert(const struct charsets *c, struct arena *a, struct str bytes, struct str content_type, struct str *out,
                              struct charset_found *found, struct err *err);

#endif
