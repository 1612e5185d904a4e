/* identify.c - which language a text is in.
 *
 * The article's lines (not the furniture's) are gathered into blocks; each block tells a distribution over languages: by
 * its script where the script tells it, by langid.h where it is Latin. Blocks are averaged by their letters, so that a
 * notice in another language does not turn an article, and the share of the winner is the confidence. */
#include "core/lang/identify.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/map.h"
#include "core/base/utf8.h"
#include "core/lang/langid.h"

#include "core/base/banned.h"

enum {
    NAMES_MAX = 96,
    SAMPLE = 32 << 10, /* bytes looked at, spread over a longer text */
    CHUNK = 1200,      /* bytes of a line looked at at once */
    BLOCK = 160,       /* letters that make a block */
};

struct identify {
    struct {
        struct str code, name;
    } names[NAMES_MAX];
    size_t n;
    uint8_t of_script[USCRIPT_CODE_LIMIT]; /* index into names plus one; 0: the script tells no language */
    struct map letters;                    /* letter -> index into names */
    struct map both;                       /* Han characters that are no evidence of a script */
    const struct langid *model;
    uint8_t of_label[LANGID_LABELS_MAX]; /* index into names */
    uint8_t zh, ja;
};

/* ---- loading ---- */

static uint32_t name_of(const struct identify *t, struct str code) {
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->names[i].code, code)) {
            return (uint32_t)i;
        }
    }
    return UINT32_MAX;
}

static void add_letters(struct map *m, struct str letters, uint32_t value) {
    for (size_t i = 0; i < letters.n;) {
        size_t at = i;
        utf8_next(letters, &i);
        map_set(m, str_sub(letters, at, i), value);
    }
}

static enum err_code add_entry(struct identify *t, struct arena *a, const struct conf *c, struct err *err) {
    struct str rest = c->entry, key = conf_field(&rest), value = conf_field(&rest);
    if (str_eqz(c->section, "han-both")) {
        add_letters(&t->both, c->entry, 1);
        return ERR_OK;
    }
    if (!key.n || !value.n) {
        return conf_fail(c, err, "expected two fields with a tab between them");
    }
    if (str_eqz(c->section, "names")) {
        if (t->n == NAMES_MAX) {
            return conf_fail(c, err, "more than %d languages", NAMES_MAX);
        }
        t->names[t->n].code = key;
        t->names[t->n++].name = value;
        return ERR_OK;
    }
    bool scripts = str_eqz(c->section, "scripts");
    uint32_t name = name_of(t, scripts ? value : key);
    if (name == UINT32_MAX) {
        return conf_fail(c, err, "this language has no entry under [names]");
    }
    if (scripts) {
        struct str z = arena_dup(a, key); /* ends in NUL */
        int32_t script = z.p ? u_getPropertyValueEnum(UCHAR_SCRIPT, z.p) : -1;
        if (script < 0 || script >= USCRIPT_CODE_LIMIT) {
            return conf_fail(c, err, "'%.*s' is no ISO 15924 code", STR_ARG(key));
        }
        t->of_script[script] = (uint8_t)(name + 1);
        return ERR_OK;
    }
    if (!str_eqz(c->section, "letters")) {
        return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
    }
    add_letters(&t->letters, value, name);
    return ERR_OK;
}

enum err_code identify_load(const struct identify **out, struct arena *a, const char *data_dir, struct err *err) {
    struct identify *t = ARENA_NEW(a, struct identify);
    struct str conf = arena_printf(a, "%s/lang/langid.conf", data_dir), model = arena_printf(a, "%s/lang/langid.model", data_dir);
    struct conf c;
    if (!t || !conf.p || !model.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory to tell languages");
    }
    map_init(&t->letters, a);
    map_init(&t->both, a);
    enum err_code code = conf_open(&c, a, conf.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = add_entry(t, a, &c, err);
    }
    code = code ? code : langid_load(&t->model, a, model.p, err);
    if (code != ERR_OK) {
        return code;
    }
    for (size_t i = 0; i < t->model->n; i++) {
        uint32_t name = name_of(t, str_of(t->model->labels[i]));
        if (name == UINT32_MAX) {
            return err_set_in(err, ERR_DATA, conf.p, 0, 0, "the model's language '%s' has no name", t->model->labels[i]);
        }
        t->of_label[i] = (uint8_t)name;
    }
    uint32_t zh = name_of(t, STR("zh")), ja = name_of(t, STR("ja"));
    if (zh == UINT32_MAX || ja == UINT32_MAX) {
        return err_set_in(err, ERR_DATA, conf.p, 0, 0, "zh and ja need names");
    }
    t->zh = (uint8_t)zh;
    t->ja = (uint8_t)ja;
    *out = t;
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory to tell languages") : ERR_OK;
}

/* ---- evidence ---- */

struct evidence {
    float mass[NAMES_MAX]; /* by language; letters */
    float total;
    size_t traditional, simplified; /* Han characters */
    size_t latin, han, kana;
    /* the open block */
    uint32_t features[LANGID_FEATURES_MAX];
    size_t feature_count, block_latin, block_han, block_kana;
    float block[NAMES_MAX]; /* letters of scripts that tell a language */
};

enum { HAN_WEIGHT = 3 }; /* a Han character says about as much as three letters */

static void close_block(const struct identify *t, struct evidence *e) {
    float p[LANGID_LABELS_MAX];
    size_t han = e->block_han + e->block_kana;
    if (e->feature_count) {
        langid_score(t->model, e->features, e->feature_count, p);
        for (size_t i = 0; i < t->model->n; i++) {
            e->mass[t->of_label[i]] += p[i] * (float)e->block_latin;
        }
        e->total += (float)e->block_latin;
    }
    e->mass[e->block_kana * 12 > han ? t->ja : t->zh] += (float)(han * HAN_WEIGHT);
    e->total += (float)(han * HAN_WEIGHT);
    for (size_t i = 0; i < t->n; i++) {
        e->mass[i] += e->block[i];
        e->total += e->block[i];
        e->block[i] = 0;
    }
    e->feature_count = e->block_latin = e->block_han = e->block_kana = 0;
}

static void count_letter(const struct identify *t, const struct text_fold *fold, struct evidence *e, struct str text,
                         size_t at, size_t end, int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(c, &status);
    if (script == USCRIPT_LATIN) {
        e->block_latin++;
        e->latin++;
    } else if (script == USCRIPT_HAN) {
        enum text_han form = text_han_form(fold, c);
        e->block_han++;
        e->han++;
        if (form != TEXT_HAN_EITHER && map_get(&t->both, str_sub(text, at, end)) == MAP_NONE) {
            e->traditional += form == TEXT_HAN_TRADITIONAL ? 1 : 0;
            e->simplified += form == TEXT_HAN_SIMPLIFIED ? 1 : 0;
        }
    } else if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA) {
        e->block_kana++;
        e->kana++;
    } else if (script > 0 && script < USCRIPT_CODE_LIMIT && t->of_script[script]) {
        uint32_t tells = map_get(&t->letters, str_sub(text, at, end));
        e->block[t->of_script[script] - 1] += 1;
        if (tells != MAP_NONE) { /* worth the thirty letters around it */
            e->block[tells] += 30;
        }
    }
}

static void look_at(const struct identify *t, const struct text_fold *fold, struct evidence *e, struct str text) {
    for (size_t i = 0; i < text.n;) {
        size_t at = i;
        int32_t c = utf8_next(text, &i);
        if (c >= 'A' && u_isalpha(c)) {
            count_letter(t, fold, e, text, at, i, c);
        }
    }
    if (e->feature_count < LANGID_FEATURES_MAX / 2) {
        uint32_t more[LANGID_FEATURES_MAX];
        size_t n = langid_features(text, more);
        n = n > LANGID_FEATURES_MAX - e->feature_count ? LANGID_FEATURES_MAX - e->feature_count : n;
        memcpy(e->features + e->feature_count, more, n * sizeof *more);
        e->feature_count += e->block_latin ? n : 0;
    }
    if (e->block_latin + HAN_WEIGHT * (e->block_han + e->block_kana) >= BLOCK) {
        close_block(t, e);
    }
}

/* The article's lines, in chunks; of a long text every so many-th chunk. */
static void gather(const struct identify *t, const struct text_fold *fold, const struct doc *d, struct evidence *e) {
    size_t total = 0, chunk = 0;
    for (size_t i = 0; i < d->para_count; i++) {
        total += d->paras[i].furniture ? 0 : d->paras[i].end - d->paras[i].start;
    }
    size_t stride = total / SAMPLE + 1;
    for (size_t i = 0; i < d->para_count; i++) {
        struct str rest = doc_sub(d, d->paras[i].start, d->paras[i].end);
        while (!d->paras[i].furniture && rest.n) {
            size_t n = rest.n < CHUNK ? rest.n : CHUNK;
            while (n < rest.n && !utf8_boundary(rest, n)) {
                n++;
            }
            if (chunk++ % stride == 0) {
                look_at(t, fold, e, str_sub(rest, 0, n));
            }
            rest = str_sub(rest, n, rest.n);
        }
    }
    if (d->req->title.n && utf8_check(d->req->title) == SIZE_MAX) {
        look_at(t, fold, e, d->req->title);
    }
    close_block(t, e);
}

/* ---- the verdict ---- */

static void tell_script(const struct evidence *e, struct str code, struct str tag, char script[5]) {
    static const struct {
        const char *code, *script;
    } fixed[] = {{"ja", "Jpan"}, {"ko", "Kore"}, {"ru", "Cyrl"}, {"uk", "Cyrl"}, {"ar", "Arab"}, {"th", "Thai"}};
    memcpy(script, "Latn", 5);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (str_eqz(code, fixed[i].code)) {
            memcpy(script, fixed[i].script, 5);
        }
    }
    if (str_eqz(code, "zh")) {
        bool asked = e->traditional == e->simplified &&
                     (str_find(tag, STR("Hant"), 0) != SIZE_MAX || str_find(tag, STR("TW"), 0) != SIZE_MAX ||
                      str_find(tag, STR("HK"), 0) != SIZE_MAX);
        memcpy(script, e->traditional > e->simplified || asked ? "Hant" : "Hans", 5);
    }
}

/* "de, en, vi, zh": what is analysed. */
static void list_analysed(const struct langs *l, char out[160]) {
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct str code = l->items[i].public.code;
        if (l->items[i].public.analyses && n + code.n + 3 < 160) {
            n += (size_t)snprintf(out + n, 160 - n, "%s%.*s", n ? ", " : "", STR_ARG(code));
        }
    }
}

static enum err_code as_asked(const struct langs *l, struct doc *d, const struct evidence *e, struct err *err) {
    char known[160];
    struct str tag = d->req->language;
    d->lang = langs_find(l, tag);
    d->lang_confidence = 1;
    if (d->lang == LANG_NONE || !l->items[d->lang].public.analyses) {
        list_analysed(l, known);
        return err_set_in(err, ERR_LANGUAGE, "language", 0, 0, "'%.*s' is not a language this server analyses; it analyses %s",
                          STR_ARG(tag), known);
    }
    tell_script(e, l->items[d->lang].public.code, tag, d->script);
    return ERR_OK;
}

enum err_code lang_identify(const struct langs *l, const struct text_fold *fold, struct doc *d, struct err *err) {
    const struct identify *t = l->identify;
    struct evidence *e = ARENA_NEW(d->a, struct evidence);
    char known[160];
    size_t best = 0, second = 1;
    if (!e) {
        return err_set(err, ERR_NO_MEMORY, "no memory to tell the language");
    }
    gather(t, fold, d, e);
    if (d->req->language.n) {
        return as_asked(l, d, e, err);
    }
    for (size_t i = 0; i < t->n; i++) {
        if (e->mass[i] > e->mass[best]) {
            second = best;
            best = i;
        } else if (i != best && (second == best || e->mass[i] > e->mass[second])) {
            second = i;
        }
    }
    if (e->total < 6 || e->mass[best] <= 0) {
        return err_set_in(err, ERR_UNDETERMINED, "language", 0, 0,
                          "the text has too few letters to tell its language; say it in the field 'language'");
    }
    d->lang_confidence = e->mass[best] / e->total;
    if (d->lang_confidence < 0.45f) {
        return err_set_in(err, ERR_UNDETERMINED, "language", 0, 0,
                          "the text may be %.*s or %.*s; say which in the field 'language'", STR_ARG(t->names[best].name),
                          STR_ARG(t->names[second].name));
    }
    d->lang = langs_get(l, t->names[best].code);
    if (d->lang == LANG_NONE || !l->items[d->lang].public.analyses) {
        list_analysed(l, known);
        return err_set_in(err, ERR_LANGUAGE, "language", 0, 0,
                          "the text is in %.*s (%.*s), which this server does not analyse; it analyses %s",
                          STR_ARG(t->names[best].name), STR_ARG(t->names[best].code), known);
    }
    tell_script(e, t->names[best].code, STR(""), d->script);
    return ERR_OK;
}
