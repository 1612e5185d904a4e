/* worker.c - see worker.h */
#include "core/worker.h"

#include <stdlib.h>
#include <unicode/ustring.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum err_code nutgraf_worker_new(struct nutgraf_worker **out, const struct nutgraf *ng, struct err *err) {
    (void)ng;
    *out = calloc(1, sizeof **out);
    return *out ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for a worker");
}

void nutgraf_worker_free(struct nutgraf_worker *w) {
    if (!w) {
        return;
    }
    ubrk_close(w->words);
    utrans_close(w->to_traditional);
    utrans_close(w->to_simplified);
    free(w);
}

UBreakIterator *worker_words(struct nutgraf_worker *w, struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    if (!w->words) {
        w->words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    }
    if (U_FAILURE(status)) {
        w->words = NULL;
        err_set(err, ERR_INTERNAL, "ICU has no word iterator: %s", u_errorName(status));
    }
    return w->words;
}

static struct str transliterate(UTransliterator **slot, const UChar *id, struct arena *a, struct str s) {
    UErrorCode status = U_ZERO_ERROR;
    if (s.n == 0 || s.n > 1 << 20) {
        return s.n ? STR_NONE : s;
    }
    if (!*slot) {
        *slot = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    }
    if (U_FAILURE(status)) {
        *slot = NULL;
        return STR_NONE;
    }
    int32_t n = (int32_t)utf16_count(s), room = n * 8 + 16, limit, n8 = 0; /* a syllable has at most 6 letters and a space */
    UChar *text = ARENA_ARRAY(a, (size_t)room, UChar);
    char *out = arena_alloc(a, (size_t)room * 3);
    if (!text || !out) {
        return STR_NONE;
    }
    u_strFromUTF8(text, room, &n, s.p, (int32_t)s.n, &status);
    limit = n;
    utrans_transUChars(*slot, text, &n, room, 0, &limit, &status);
    u_strToUTF8(out, room * 3, &n8, text, n, &status);
    return U_FAILURE(status) ? STR_NONE : (struct str){out, (size_t)n8};
}

struct str worker_to_traditional(struct nutgraf_worker *w, struct arena *a, struct str s) {
    return transliterate(&w->to_traditional, u"Simplified-Traditional", a, s);
}

struct str worker_to_simplified(struct nutgraf_worker *w, struct arena *a, struct str s) {
    return transliterate(&w->to_simplified, u"Traditional-Simplified", a, s);
}
