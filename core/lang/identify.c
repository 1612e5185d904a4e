/* identify.c - which language a text is in: by its script, then by its most common function words. */
#include <unicode/uscript.h>

#include "core/base/map.h"
#include "core/base/utf8.h"
#include "core/lang/lang.h"

#include "core/base/banned.h"

enum { SAMPLE = 20000 }; /* bytes looked at */

struct scripts {
    size_t latin, han, kana, hangul, cyrillic, other, traditional, simplified;
};

static void count_scripts(struct str text, struct scripts *s) {
    for (size_t i = 0; i < text.n && i < SAMPLE;) {
        UErrorCode status = U_ZERO_ERROR;
        int32_t c = utf8_next(text, &i);
        switch (uscript_getScript(c, &status)) {
        case USCRIPT_LATIN:
            s->latin++;
            break;
        case USCRIPT_HAN:
            s->han++;
            break;
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
            s->kana++;
            break;
        case USCRIPT_HANGUL:
            s->hangul++;
            break;
        case USCRIPT_CYRILLIC:
            s->cyrillic++;
            break;
        case USCRIPT_COMMON:
        case USCRIPT_INHERITED:
            break;
        default:
            s->other++;
        }
    }
}

/* Votes of the words of text for each language. */
static void count_words(const struct langs *l, struct doc *d, size_t votes[LANG_MAX], size_t *total) {
    struct map index;
    map_init(&index, d->a);
    for (size_t i = 0; i < l->n; i++) {
        for (size_t k = 0; k < l->items[i].function_word_count; k++) {
            uint32_t *at = map_at(&index, l->items[i].function_words[k]);
            if (at) {
                *at = (*at == MAP_NONE ? 0 : *at) | 1u << i;
            }
        }
    }
    struct str rest = str_sub(d->text, 0, SAMPLE);
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        uint32_t set = map_get(&index, w);
        (*total)++;
        for (size_t i = 0; set != MAP_NONE && i < l->n; i++) {
            votes[i] += set >> i & 1;
        }
    }
}

enum err_code lang_identify(const struct langs *l, struct doc *d, struct err *err) {
    struct scripts s = {0};
    count_scripts(d->text, &s);
    memcpy(d->script, s.han * 2 > s.latin ? "Hans" : "Latn", 5);
    if (d->req->language.n) {
        d->lang = langs_find(l, d->req->language);
        d->lang_confidence = 1;
        if (d->lang == LANG_NONE || !l->items[d->lang].public.analyses) {
            return err_set_in(err, ERR_LANGUAGE, "language", 0, 0, "'%.*s' is not a language this server analyses",
                              STR_ARG(d->req->language));
        }
        return ERR_OK;
    }
    if (s.han + s.kana > s.latin / 4) {
        d->lang = langs_get(l, s.kana * 8 > s.han ? STR("ja") : STR("zh"));
    } else {
        size_t votes[LANG_MAX] = {0}, total = 0;
        count_words(l, d, votes, &total);
        d->lang = 0;
        for (size_t i = 1; i < l->n; i++) {
            d->lang = votes[i] > votes[d->lang] ? (int)i : d->lang;
        }
        d->lang = votes[d->lang] ? d->lang : LANG_NONE;
    }
    d->lang_confidence = 0.9f;
    if (d->lang == LANG_NONE) {
        return err_set_in(err, ERR_UNDETERMINED, "language", 0, 0, "say it in the field 'language'");
    }
    return ERR_OK;
}
