/* test_summary.c - what the summary says: every pattern of every language with every role, status, date and source it can meet, held
 * against tests/golden/summary/patterns/ (NUTGRAF_GOLDEN=update writes the files; read the difference before committing it); and
 * what must not happen: repetition, nonsense, invention, sentences in a wrong language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/conf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/summary/check.h"
#include "core/summary/extract.h"
#include "core/summary/summary.h"

/* ---- the data, loaded once ---- */

static struct {
    struct arena a;
    const struct text_fold *fold;
    struct langs *langs;
    struct summary_rules *rules;
    struct terms *terms;
    struct extract_rules *extract;
} data;

static const char *data_dir(void) {
    const char *dir = getenv("NUTGRAF_DATA");
    return dir ? dir : "data";
}

static int load_data(void **state) {
    struct err err = {0};
    (void)state;
    arena_init(&data.a, (size_t)256 << 20);
    enum err_code code = text_fold_load(&data.fold, &data.a, &err);
    code = code ? code : langs_load(&data.langs, &data.a, data_dir(), &err);
    code = code ? code : summary_load(&data.rules, &data.a, data_dir(), data.langs, data.fold, &err);
    code = code ? code : terms_load(&data.terms, &data.a, data.langs, data.fold, &err);
    code = code ? code : extract_load(&data.extract, &data.a, data.langs, data.fold, &err);
    if (code != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
    }
    return code != ERR_OK;
}

static int release_data(void **state) {
    (void)state;
    summary_release(data.rules);
    arena_release(&data.a);
    return 0;
}

/* ---- an article made of roles ---- */

struct filler {
    const char *role;
    enum ng_type type; /* NG_TYPE_COUNT: words */
    const char *latin, *han, *words;
    struct ng_value value;
};

#define MONEY(x, code) {.has_amount = true, .amount = (x), .currency = code}
#define WORDS(role, words) {role, NG_TYPE_COUNT, NULL, NULL, words, {0}}
#define NAME(role, type, latin, han) {role, type, latin, han, NULL, {0}}

/* Two of a role are two lines. The words are those of an English article. */
static const struct filler fillers[] = {
    NAME("person", NG_PERSON, "Anna Weber", "安娜·韦伯"),
    NAME("person", NG_PERSON, "Li Na", "李娜"),
    NAME("employer", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("former_employer", NG_ORGANIZATION, "Galdor", "加尔多"),
    WORDS("position", "chief executive"),
    {"compensation", NG_MONEY, NULL, NULL, "10 million yuan a year", MONEY(10000000, "CNY")},
    WORDS("count", "1,200"),
    NAME("founder", NG_PERSON, "Anna Weber", "安娜·韦伯"),
    NAME("founder", NG_PERSON, "Li Na", "李娜"),
    NAME("organization", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("recipient", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("investor", NG_ORGANIZATION, "Galdor", "加尔多"),
    NAME("investor", NG_ORGANIZATION, "Tarn", "塔恩"),
    {"amount", NG_MONEY, NULL, NULL, "2.6 billion dollars", MONEY(2600000000.0, "USD")},
    {"valuation", NG_MONEY, NULL, NULL, "30 billion dollars", MONEY(30000000000.0, "USD")},
    WORDS("round", "Series B"),
    NAME("acquirer", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("target", NG_ORGANIZATION, "Galdor", "加尔多"),
    NAME("target", NG_ORGANIZATION, "Tarn", "塔恩"),
    NAME("party", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("party", NG_ORGANIZATION, "Galdor", "加尔多"),
    WORDS("purpose", "artificial intelligence"),
    NAME("developer", NG_ORGANIZATION, "Galdor", "加尔多"),
    NAME("product", NG_PRODUCT, "Skyline 3", "Skyline 3"),
    NAME("exchange", NG_ORGANIZATION, "Nasdaq", "纳斯达克"),
    WORDS("measure", "revenue"),
    {"value", NG_MONEY, NULL, NULL, "500,000 euros", MONEY(500000, "EUR")},
    NAME("subject", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    {"change", NG_PERCENT, NULL, NULL, "up 12%", {.has_amount = true, .amount = 12}},
    NAME("source", NG_ORGANIZATION, "Reuters", "路透社"),
    NAME("plaintiff", NG_ORGANIZATION, "Nordvik", "诺德维克"),
    NAME("defendant", NG_ORGANIZATION, "Galdor", "加尔多"),
    WORDS("cause", "corruption"),
    NAME("agency", NG_ORGANIZATION, "Interpol", "国际刑警组织"),
    NAME("court", NG_ORGANIZATION, "Tribunal X", "X法院"),
    WORDS("penalty", "3 years in prison"),
    NAME("winner", NG_PERSON, "Anna Weber", "安娜·韦伯"),
    WORDS("office", "president"),
    NAME("opponent", NG_PERSON, "Li Na", "李娜"),
    NAME("authority", NG_ORGANIZATION, "Senat X", "X议会"),
    NAME("participant", NG_PERSON, "Anna Weber", "安娜·韦伯"),
    NAME("participant", NG_PERSON, "Li Na", "李娜"),
    NAME("place", NG_LOCATION, "Lindau", "林道"),
    NAME("attacker", NG_ORGANIZATION, "Galdor", "加尔多"),
    WORDS("killed", "12"),
    WORDS("injured", "more than 30"),
    WORDS("kind", "earthquake"),
    NAME("award", NG_EVENT_NAME, "Arena Cup", "竞技杯"),
    NAME("giver", NG_ORGANIZATION, "Tarn", "塔恩"),
};
enum { FILLERS = sizeof fillers / sizeof fillers[0] };

struct article {
    struct arena a;
    struct doc d;
    struct ng_request req;
    struct buf text;
    size_t entity_cap, event_cap, mention_cap;
};

static void article_begin(struct article *x, const char *lang) {
    *x = (struct article){0};
    arena_init(&x->a, (size_t)8 << 20);
    x->d = (struct doc){.a = &x->a, .req = &x->req, .lang = langs_get(data.langs, str_of(lang)), .script = "Latn"};
    buf_init(&x->text, &x->a);
    buf_add(&x->text, STR("x "));
}

static void article_end(struct article *x) {
    arena_release(&x->a);
}

/* Adds words to the text. */
static struct ng_span say(struct article *x, struct str words) {
    uint32_t start = (uint32_t)x->text.n;
    buf_add(&x->text, words);
    struct ng_span s = {start, (uint32_t)x->text.n};
    buf_add(&x->text, STR(" / "));
    x->d.text = buf_str(&x->text);
    return s;
}

/* The entity of that name, new at need. */
static struct ng_filler entity(struct article *x, enum ng_type type, const char *name, const char *words, struct ng_value value) {
    struct doc *d = &x->d;
    for (size_t i = 0; i < d->entity_count; i++) {
        if (d->entities[i].type == type && type < NG_MONEY && str_eqz(d->entities[i].canonical_name, name)) {
            return (struct ng_filler){(int32_t)i, d->entities[i].mentions[0].span};
        }
    }
    struct ng_mention *m = ARENA_NEW(&x->a, struct ng_mention);
    m->span = say(x, str_of(words ? words : name));
    struct ng_entity e = {.type = type, .name = str_of(name), .canonical_name = str_of(name), .mentions = m, .mention_count = 1, .salience = 0.5F, .value = value,
                          .has_value = type >= NG_MONEY};
    ARENA_PUSH(&x->a, d->entities, d->entity_count, x->entity_cap) = e;
    ARENA_PUSH(&x->a, d->mentions, d->mention_count, x->mention_cap) =
        (struct mention){.start = m->span.start, .end = m->span.end, .type = type, .entity = (uint32_t)d->entity_count - 1};
    return (struct ng_filler){(int32_t)d->entity_count - 1, m->span};
}

static struct ng_event *event(struct article *x, const char *type, enum ng_status status, const char *date) {
    struct ng_span *evidence = ARENA_NEW(&x->a, struct ng_span);
    *evidence = (struct ng_span){0, 1};
    struct ng_event e = {.type = str_of(type), .status = status, .date = str_of(date), .confidence = 0.9F, .evidence = evidence, .evidence_count = 1,
                         .roles = ARENA_ARRAY(&x->a, FACT_ROLES, struct ng_role)};
    ARENA_PUSH(&x->a, x->d.events, x->d.event_count, x->event_cap) = e;
    return &x->d.events[x->d.event_count - 1];
}

/* Fills a role with the first n of the table. */
static void role(struct article *x, struct ng_event *e, struct str name, size_t most, bool han) {
    struct ng_role *r = &e->roles[e->role_count];
    *r = (struct ng_role){.name = name, .fillers = ARENA_ARRAY(&x->a, 4, struct ng_filler)};
    for (size_t i = 0; i < FILLERS && r->filler_count < most; i++) {
        const struct filler *f = &fillers[i];
        if (!str_eqz(name, f->role)) {
            continue;
        }
        r->fillers[r->filler_count++] = f->type == NG_TYPE_COUNT ? (struct ng_filler){-1, say(x, str_of(f->words))}
                                                                 : entity(x, f->type, f->latin ? (han ? f->han : f->latin) : f->words, f->words, f->value);
    }
    e->role_count += r->filler_count > 0;
}

static const char *summary_of(struct article *x, const char *tag) {
    struct err err = {0};
    int target = langs_find(data.langs, str_of(tag));
    assert_int_not_equal(target, LANG_NONE);
    x->req.target_language = str_of(tag);
    assert_int_equal(summary_write(data.rules, data.langs, target, str_of(tag), &x->d, &err), ERR_OK);
    return x->d.summary.text.n ? arena_dup(&x->a, x->d.summary.text).p : "";
}

/* ---- every pattern ---- */

struct wanted {
    struct str roles[FACT_ROLES];
    size_t n, many; /* many: the role with several, or SIZE_MAX */
};

static struct buf golden;

/* What no sentence of any language may have. */
static void lint(const char *s, bool wide) {
    static const char *const bad[] = {"  ", " .", " ,", "{", "}", "[", "]", "..", ",,", "null", "\n", "$", ",.", " ;", "，。", "，，", "、。", "( ", " )", "()"};
    struct str t = str_of(s);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (str_find(t, str_of(bad[i]), 0) != SIZE_MAX) {
            fail_msg("'%s' in: %s", bad[i], s);
        }
    }
    if (!str_ends(t, wide ? STR("。") : STR("."))) {
        fail_msg("no full stop: %s", s);
    }
}

static void one_line(const char *tag, struct str type, enum ng_status status, const struct wanted *w, const char *date, bool source, enum ng_style style) {
    struct article x;
    bool wide = tag[0] == 'z' || tag[0] == 'j';
    article_begin(&x, "en");
    struct ng_event *e = event(&x, arena_dup(&x.a, type).p, status, date);
    buf_addf(&golden, "%.*s %s", STR_ARG(type), style == NG_HEADLINE ? "headline" : ng_status_name(status));
    for (size_t i = 0; i < w->n; i++) {
        role(&x, e, w->roles[i], w->many == i || str_eqz(w->roles[i], "party") || (str_eqz(w->roles[i], "participant") && str_starts(type, STR("diplo"))) ? 2 : 1, wide);
        buf_addf(&golden, " %.*s%s", STR_ARG(w->roles[i]), w->many == i ? "*" : "");
    }
    if (source) {
        struct ng_value none = {0};
        e->attributed_to = ARENA_NEW(&x.a, uint32_t);
        *e->attributed_to = (uint32_t)entity(&x, NG_ORGANIZATION, wide ? "路透社" : "Reuters", NULL, none).entity;
        e->attributed_count = 1;
    }
    x.req.summary_sentences = 1;
    x.req.summary_style = style;
    const char *s = summary_of(&x, tag);
    if (s[0] && style != NG_HEADLINE) {
        lint(s, wide);
    }
    assert_int_equal(x.d.warning_count, 0); /* nothing refused by the checker */
    buf_addf(&golden, "%s%s = %s\n", date[0] ? " when" : "", source ? " by" : "", s[0] ? s : "-");
    article_end(&x);
}

/* One set of roles under every status; with a date and a source once. */
static void lines_of(const char *tag, struct str type, const struct wanted *w, bool full) {
    for (int status = NG_OCCURRED; status <= NG_DENIED; status++) {
        one_line(tag, type, (enum ng_status)status, w, "", false, NG_PARAGRAPH);
        if (full) {
            one_line(tag, type, (enum ng_status)status, w, "2024-05", false, NG_PARAGRAPH);
        }
    }
    if (full) {
        one_line(tag, type, NG_OCCURRED, w, "", true, NG_PARAGRAPH);
        one_line(tag, type, NG_ALLEGED, w, "2024-07-18", true, NG_PARAGRAPH);
        one_line(tag, type, NG_OCCURRED, w, "", false, NG_HEADLINE);
    }
}

static bool may_be_many(struct str role) {
    static const char *const roles[] = {"person", "founder", "investor", "target", "participant"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (str_eqz(role, roles[i])) {
            return true;
        }
    }
    return false;
}

/* A line of schema.conf: "type role! a|b! role". Sets: the required alone, with each other role, with all, with several in one. */
static void type_lines(const char *tag, struct str line) {
    struct str type = conf_word(&line), optional[FACT_ROLES];
    struct wanted base = {.many = SIZE_MAX};
    size_t n = 0;
    for (struct str w = conf_word(&line); w.n; w = conf_word(&line)) {
        bool needed = str_ends(w, STR("!"));
        struct str names = str_sub(w, 0, w.n - needed), first = str_cut(&names, '|');
        if (str_eqz(first, "description") || str_eqz(first, "period") || str_eqz(first, "source") || str_eqz(first, "group_size") || str_eqz(first, "reason")) {
            continue;
        }
        if (needed && !(str_eqz(first, "position") || str_eqz(first, "employer")) ) {
            base.roles[base.n++] = first;
        } else if (str_eqz(first, "employer")) {
            base.roles[base.n++] = first;
        } else {
            optional[n++] = first;
        }
        if (names.n) {
            optional[n++] = names;
        }
    }
    struct wanted all = base;
    lines_of(tag, type, &base, true);
    for (size_t i = 0; i < n; i++) {
        struct wanted one = base;
        one.roles[one.n++] = optional[i];
        all.roles[all.n++] = optional[i];
        lines_of(tag, type, &one, base.n == 0);
    }
    for (size_t i = 0; base.n == 0 && i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            struct wanted two = {.roles = {optional[i], optional[k]}, .n = 2, .many = SIZE_MAX};
            lines_of(tag, type, &two, false);
        }
    }
    if (n > 1) {
        lines_of(tag, type, &all, true);
    }
    for (size_t i = 0; i < all.n; i++) {
        if (may_be_many(all.roles[i]) && !str_starts(type, STR("diplo"))) {
            struct wanted many = i < base.n ? base : all;
            many.many = i;
            lines_of(tag, type, &many, false);
        }
    }
    if (str_eqz(type, "business.founding") || str_eqz(type, "business.product_launch")) { /* the other of two alternatives alone */
        struct wanted other = {.roles = {optional[0]}, .n = 1, .many = SIZE_MAX};
        if (str_eqz(type, "business.product_launch")) {
            other.roles[other.n++] = STR("product");
        }
        lines_of(tag, type, &other, true);
    }
}

static void hold_against(const char *path, struct str text) {
    struct err err = {0};
    struct str want;
    struct arena a;
    const char *update = getenv("NUTGRAF_GOLDEN");
    arena_init(&a, (size_t)16 << 20);
    if (update && strcmp(update, "update") == 0) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
        assert_int_equal(fclose(f), 0);
    }
    if (file_read(&a, path, (size_t)8 << 20, &want, &err) != ERR_OK) {
        fail_msg("%s: %s", path, err.text);
    }
    for (size_t line = 1; want.n || text.n; line++) {
        struct str x = str_cut(&want, '\n'), y = str_cut(&text, '\n');
        if (!str_eq(x, y)) {
            fail_msg("%s:%zu\nexpected %.*s\ngot      %.*s", path, line, STR_ARG(x), STR_ARG(y));
        }
    }
    arena_release(&a);
}

static void patterns_of(const char *tag) {
    struct conf c;
    struct err err = {0};
    struct arena a;
    char path[200];
    arena_init(&a, (size_t)64 << 20);
    buf_init(&golden, &a);
    snprintf(path, sizeof path, "%s/schema.conf", data_dir());
    assert_int_equal(conf_open(&c, &a, path, &err), ERR_OK);
    while (conf_next(&c)) {
        type_lines(tag, c.entry);
    }
    snprintf(path, sizeof path, "tests/golden/summary/patterns/%s.txt", tag);
    hold_against(path, buf_str(&golden));
    arena_release(&a);
}

#define PATTERNS_TEST(name, tag)                                                                                                           \
    static void test_summary__every_pattern_in_##name(void **state) {                                                                      \
        (void)state;                                                                                                                       \
        patterns_of(tag);                                                                                                                  \
    }
PATTERNS_TEST(english, "en")
PATTERNS_TEST(german, "de")
PATTERNS_TEST(simplified_chinese, "zh-Hans")
PATTERNS_TEST(traditional_chinese, "zh-Hant")
PATTERNS_TEST(vietnamese, "vi")
PATTERNS_TEST(french, "fr")
PATTERNS_TEST(spanish, "es")
PATTERNS_TEST(japanese, "ja")

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary__every_pattern_in_english),
        cmocka_unit_test(test_summary__every_pattern_in_german),
        cmocka_unit_test(test_summary__every_pattern_in_simplified_chinese),
        cmocka_unit_test(test_summary__every_pattern_in_traditional_chinese),
        cmocka_unit_test(test_summary__every_pattern_in_vietnamese),
        cmocka_unit_test(test_summary__every_pattern_in_french),
        cmocka_unit_test(test_summary__every_pattern_in_spanish),
        cmocka_unit_test(test_summary__every_pattern_in_japanese),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
