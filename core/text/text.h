/* core/text/text.h - the text model: check, normalise, and find the way back.
 *
 * Normalised text is what every stage reads: NFC (Unicode Annex 15), line ends as LF, all space separators and
 * controls as ' ', invisible format characters (zero width space, soft hyphen, BOM) gone, full-width ASCII letters and
 * digits narrowed. text_map leads from any of its offsets back to the input. */
#ifndef TEXT_TEXT_H
#define TEXT_TEXT_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct text_piece {
    uint32_t norm, input; /* the piece begins here in either text */
    bool verbatim;        /* byte for byte the same up to the next piece; else it stands for its input as a whole */
};

struct text_map {
    struct text_piece *pieces; /* by norm; at least one; a closing piece holds both lengths */
    size_t n;
};

/* Checks and normalises input. An input that is normal already is not copied (out->p == input.p).
 * Errors: ERR_EMPTY (nothing but white space), ERR_UTF8, ERR_NUL (err->at says where), ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err_code text_normalise(struct arena *a, struct str input, struct str *out, struct text_map *map,
                             struct err *err);

/* The input offset for a span's start or end at byte at of the normalised text. O(log pieces). */
uint32_t text_input_start(const struct text_map *map, uint32_t at);
uint32_t text_input_end(const struct text_map *map, uint32_t at);

/* Folding for look-ups: case folded (Unicode simple folding), Han characters simplified one by one, typographic
 * apostrophes and hyphens plain. Diacritics stay. The table of Han characters is read-only once loaded. */
struct text_fold;
enum err_code text_fold_load(const struct text_fold **out, struct arena *a, struct err *err);
int32_t text_fold_char(const struct text_fold *f, int32_t c);
/* Which script a Han character belongs to: TRADITIONAL has a simplified form, SIMPLIFIED is the simplified form of another. */
enum text_han { TEXT_HAN_EITHER, TEXT_HAN_SIMPLIFIED, TEXT_HAN_TRADITIONAL };
enum text_han text_han_form(const struct text_fold *f, int32_t c);
/* Returns s itself where nothing changes; STR_NONE when a is full. */
struct str text_fold(const struct text_fold *f, struct arena *a, struct str s);

#endif
