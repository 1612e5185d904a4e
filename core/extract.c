/* extract.c - nutgraf_extract: the article of a page, its language told from the text and its date from lines in words. */
#include "core/analyze.h"
#include "core/plain.h"

#include "core/base/banned.h"

const char *ng_para_kind_name(enum ng_para_kind kind) {
    static const char *const names[] = {"paragraph", "heading", "list_item", "quote", "caption", "table_row"};
    return names[kind];
}

/* The language that the text reads as, or LANG_NONE. */
static int language_of(const struct nutgraf *ng, struct arena *a, struct str text, float *confidence) {
    struct ng_request none = {.text = text};
    struct doc d = {.a = a, .ng = ng, .req = &none, .input = text, .lang = LANG_NONE};
    struct para all;
    if (text_normalise(a, text, &d.text, &d.map, NULL) != ERR_OK) {
        return LANG_NONE;
    }
    all = (struct para){.end = (uint32_t)d.text.n};
    d.paras = &all;
    d.para_count = 1;
    if (lang_identify(ng->langs, ng->fold, &d, NULL) != ERR_OK) {
        return LANG_NONE;
    }
    *confidence = d.lang_confidence;
    return d.lang;
}

/* What the page says of its language is often the template's: a sure reading of the text goes before it. */
static void settle_language(const struct nutgraf *ng, struct arena *a, struct ng_article *out) {
    float confidence = 0;
    int lang = language_of(ng, a, out->text, &confidence);
    bool said = out->language.value.n > 0;
    if (lang == LANG_NONE || (said && (langs_find(ng->langs, out->language.value) == lang || confidence < 0.9f))) {
        return;
    }
    out->language = (struct ng_fact){ng->langs->items[lang].public.code, "text"};
}

enum err_code nutgraf_extract(const struct nutgraf *ng, struct arena *a, const struct ng_page *page, struct ng_article **out,
                              struct err *err) {
    struct html_datelines dates = {0};
    struct ng_article *article = ARENA_NEW(a, struct ng_article);
    if (!article) {
        return err_set(err, ERR_NO_MEMORY, "no memory for an article");
    }
    enum err_code code = plain_page(page) ? plain_article(ng, a, page, article, &dates, err)
                                          : html_article(ng->html, a, page, article, &dates, err);
    if (code != ERR_OK) {
        return code;
    }
    settle_language(ng, a, article);
    for (size_t i = 0; i < dates.n && !article->published_at.value.n; i++) {
        struct str day = value_day_of_line(ng->values, ng->fold, a, langs_find(ng->langs, article->language.value), dates.lines[i]);
        article->published_at = day.n ? (struct ng_fact){day, "text"} : article->published_at;
    }
    *out = article;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "the page needs more memory than one request may have") : ERR_OK;
}
