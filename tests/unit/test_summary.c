/* test_summary.c - what the summary says: every pattern of every language with every role, status, date and source it can meet, held
 * against tests/golden/summary/patterns/ (GOLDEN_UPDATE=1 writes the files; read the difference before committing it); and
 * what must not happen: repetition, nonsense, invention, sentences in a wrong language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/analyze.h"
#include "core/base/cleanup.h"
#include "core/base/conf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/summary/check.h"
#include "core/summary/extract.h"
#include "core/summary/summary.h"
#include "core/translate/backend.h"

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
    NAME("attacker", NG_ORGANIZATION, "Vexo", "维克索"),
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

/* Words of an English article that say what an event of a type is in particular (data/summary.conf has [nature]); empty: none is told. */
static struct str nature_of(struct str type) {
    static const char *const words[][2] = {{"politics.policy", "passed a law"},    {"business.strategy_change", "closed a plant"},
                                           {"business.acquisition", "stake"},      {"legal.verdict", "acquitted"},
                                           {"conflict.attack", "drone"},           {"conflict.protest", "walkout"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (str_eqz(type, words[i][0])) {
            return str_of(words[i][1]);
        }
    }
    return STR_NONE;
}

/* Fills a role with the first n of the table. */
static void role(struct article *x, struct ng_event *e, struct str name, size_t most, bool han) {
    struct ng_role *r = &e->roles[e->role_count];
    if (str_eqz(name, "nature")) {
        e->evidence[0] = say(x, arena_printf(&x->a, "%s%.*s", e->status == NG_DENIED ? "denied " : "", STR_ARG(nature_of(e->type))));
        return;
    }
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
    assert_int_equal(summary_write(data.rules, data.langs, NULL, target, str_of(tag), &x->d, &err), ERR_OK);
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

/* must: there has to be a sentence. */
static void one_line(const char *tag, struct str type, enum ng_status status, const struct wanted *w, const char *date, bool source, enum ng_style style, bool must) {
    struct article x;
    bool wide = tag[0] == 'z' || tag[0] == 'j';
    article_begin(&x, "en");
    struct ng_event *e = event(&x, arena_dup(&x.a, type).p, status, date);
    if (status == NG_DENIED) { /* somebody has to say so */
        e->evidence[0] = say(&x, STR("denied"));
    }
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
    bool never = str_eqz(type, "life.death") && status == NG_PLANNED;
    if (must && !never && !s[0]) {
        fail_msg("%s: nothing is said of %.*s %s with what it needs", tag, STR_ARG(type), ng_status_name(status));
    }
    if (s[0] && style != NG_HEADLINE) {
        lint(s, wide);
    }
    assert_int_equal(x.d.warning_count, 0); /* nothing refused by the checker */
    buf_addf(&golden, "%s%s = %s\n", date[0] ? " when" : "", source ? " by" : "", s[0] ? s : "-");
    article_end(&x);
}

/* One set of roles under every status; with a date and a source once. */
static void lines_of(const char *tag, struct str type, const struct wanted *w, bool full, bool must) {
    for (int status = NG_OCCURRED; status <= NG_DENIED; status++) {
        one_line(tag, type, (enum ng_status)status, w, "", false, NG_PARAGRAPH, must);
        if (full) {
            one_line(tag, type, (enum ng_status)status, w, "2024-05", false, NG_PARAGRAPH, must);
        }
    }
    if (full) {
        one_line(tag, type, NG_OCCURRED, w, "", true, NG_PARAGRAPH, must);
        one_line(tag, type, NG_ALLEGED, w, "2024-07-18", true, NG_PARAGRAPH, must);
        one_line(tag, type, NG_OCCURRED, w, "", false, NG_HEADLINE, must);
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
    bool nature = nature_of(type).n > 0, nothing_else = str_eqz(type, "politics.policy") || str_eqz(type, "business.strategy_change");
    if (nature && nothing_else) {
        base.roles[base.n++] = STR("nature");
    } else if (nature) {
        optional[n++] = STR("nature");
    }
    struct wanted all = base;
    /* an appointment is told with its post, a prize with its name, a figure with its subject, a verdict with what was decided; some types need nothing in particular */
    bool post = str_eqz(type, "personnel.appointment"), award = str_eqz(type, "award.win"), enough = base.n > 0 && !post && !award && !str_eqz(type, "finance.figure") && !str_eqz(type, "legal.verdict");
    lines_of(tag, type, &base, true, enough);
    for (size_t i = 0; i < n; i++) {
        struct wanted one = base;
        one.roles[one.n++] = optional[i];
        all.roles[all.n++] = optional[i];
        lines_of(tag, type, &one, base.n == 0, enough || post);
    }
    for (size_t i = 0; base.n == 0 && i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            struct wanted two = {.roles = {optional[i], optional[k]}, .n = 2, .many = SIZE_MAX};
            lines_of(tag, type, &two, false, false);
        }
    }
    if (n > 1) {
        lines_of(tag, type, &all, true, true);
    }
    for (size_t i = 0; i < all.n; i++) {
        if (may_be_many(all.roles[i]) && !str_starts(type, STR("diplo"))) {
            struct wanted many = i < base.n ? base : all;
            many.many = i;
            lines_of(tag, type, &many, false, !post || i >= base.n);
        }
    }
    if (str_eqz(type, "business.founding") || str_eqz(type, "business.product_launch")) { /* the other of two alternatives alone */
        struct wanted other = {.roles = {optional[0]}, .n = 1, .many = SIZE_MAX};
        if (str_eqz(type, "business.product_launch")) {
            other.roles[other.n++] = STR("product");
        }
        lines_of(tag, type, &other, true, !str_eqz(type, "business.founding")); /* that something was founded, but not by whom or when, is nothing */
    }
}

static void hold_against(const char *path, struct str text) {
    struct err err = {0};
    struct str want;
    struct arena a;
    const char *update = getenv("GOLDEN_UPDATE");
    arena_init(&a, (size_t)16 << 20);
    if (update) {
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

/* ---- what must and must not be said ---- */

/* Adds a role with one entity. */
static void with_entity(struct article *x, struct ng_event *e, const char *name, enum ng_type type, const char *entity_name, struct ng_value value) {
    struct ng_role *r = &e->roles[e->role_count++];
    *r = (struct ng_role){.name = str_of(name), .fillers = ARENA_ARRAY(&x->a, 4, struct ng_filler), .filler_count = 1};
    r->fillers[0] = entity(x, type, entity_name, NULL, value);
}

static void with_words(struct article *x, struct ng_event *e, const char *name, const char *words) {
    struct ng_role *r = &e->roles[e->role_count++];
    *r = (struct ng_role){.name = str_of(name), .fillers = ARENA_ARRAY(&x->a, 4, struct ng_filler), .filler_count = 1};
    r->fillers[0] = (struct ng_filler){-1, say(x, str_of(words))};
}

static struct ng_event *hire(struct article *x, const char *employer, const char *person, const char *former) {
    struct ng_value none = {0};
    struct ng_event *e = event(x, "personnel.hire", NG_OCCURRED, "");
    with_entity(x, e, "employer", NG_ORGANIZATION, employer, none);
    with_entity(x, e, "person", NG_PERSON, person, none);
    if (former) {
        with_entity(x, e, "former_employer", NG_ORGANIZATION, former, none);
    }
    return e;
}

static void test_summary__a_fact_is_told_once(void **state) {
    (void)state;
    struct article x;
    struct ng_value none = {0};
    article_begin(&x, "en");
    hire(&x, "Nordvik", "Anna Weber", "Galdor");
    struct ng_event *post = event(&x, "personnel.appointment", NG_OCCURRED, "");
    with_entity(&x, post, "employer", NG_ORGANIZATION, "Nordvik", none);
    with_entity(&x, post, "person", NG_PERSON, "Anna Weber", none);
    with_words(&x, post, "position", "chief financial officer");
    struct ng_event *left = event(&x, "personnel.departure", NG_OCCURRED, "");
    with_entity(&x, left, "employer", NG_ORGANIZATION, "Galdor", none);
    with_entity(&x, left, "person", NG_PERSON, "Anna Weber", none);
    hire(&x, "Nordvik", "Anna Weber", NULL);
    assert_string_equal(summary_of(&x, "de"), "Nordvik hat Anna Weber von Galdor als Finanzchef geholt.");
    assert_int_equal(x.d.summary.sentences[0].event_count, 4); /* all that it tells */
    article_end(&x);
}

/* One event of a type with one participant and evidence, in an article of June 2024: what is said of it in English. */
static void expect_told(const char *type, enum ng_status status, const char *date, const char *role_name, enum ng_type filler, const char *words,
                        const char *want) {
    struct article x;
    struct ng_value none = {0};
    article_begin(&x, "en");
    memcpy(x.d.published, "2024-06-01", 11);
    struct ng_event *e = event(&x, type, status, date);
    with_entity(&x, e, role_name, filler, "Nordvik", none);
    if (str_eqz(e->type, "personnel.hire")) {
        with_entity(&x, e, "person", NG_PERSON, "Anna Weber", none);
    }
    e->evidence[0] = say(&x, str_of(words));
    size_t year = str_find(str_of(words), STR("1846"), 0);
    if (year != SIZE_MAX) { /* the date that stands in these words */
        uint32_t at = e->evidence[0].start + (uint32_t)year;
        entity(&x, NG_DATE, "1846", NULL, (struct ng_value){.date = "1846"});
        x.d.mentions[x.d.mention_count - 1].start = at;
        x.d.mentions[x.d.mention_count - 1].end = at + 4;
    }
    assert_string_equal(summary_of(&x, "en"), want);
    article_end(&x);
}

static void test_summary__what_looks_wrong_is_not_told(void **state) {
    (void)state;
    expect_told("life.death", NG_OCCURRED, "", "person", NG_PERSON, "Nordvik died", "Nordvik has died.");
    expect_told("life.death", NG_OCCURRED, "", "person", NG_PERSON, "Nordvik died poor in 1846", ""); /* dead for long */
    expect_told("life.death", NG_PLANNED, "", "person", NG_PERSON, "Nordvik will die", "");
    expect_told("life.death", NG_OCCURRED, "2024-12", "person", NG_PERSON, "died in December", "Nordvik has died."); /* of which year? */
    expect_told("business.bankruptcy", NG_PLANNED, "2024-03", "organization", NG_ORGANIZATION, "will in March", "Nordvik plans to file for insolvency.");
    expect_told("business.bankruptcy", NG_PLANNED, "2024-08", "organization", NG_ORGANIZATION, "will in August", "Nordvik plans to file for insolvency in August 2024.");
    expect_told("business.bankruptcy", NG_OCCURRED, "2025", "organization", NG_ORGANIZATION, "next year", "Nordvik plans to file for insolvency in 2025.");
    expect_told("business.bankruptcy", NG_OCCURRED, "2024-03/2024-05", "organization", NG_ORGANIZATION, "in spring", "Nordvik has filed for insolvency.");
    expect_told("business.bankruptcy", NG_DENIED, "", "organization", NG_ORGANIZATION, "is not bankrupt", "");
    expect_told("personnel.hire", NG_OCCURRED, "2028", "employer", NG_ORGANIZATION, "until 2028", "Nordvik has hired Anna Weber.");
    expect_told("personnel.hire", NG_OCCURRED, "", "employer", NG_LOCATION, "moved to Nordvik", ""); /* a town hires nobody */
    expect_told("business.founding", NG_OCCURRED, "", "organization", NG_ORGANIZATION, "was set up", "");
    expect_told("business.founding", NG_OCCURRED, "1954", "organization", NG_ORGANIZATION, "since 1954", "Nordvik was founded in 1954.");
    expect_told("business.strategy_change", NG_OCCURRED, "", "organization", NG_ORGANIZATION, "does as it likes", "");
    expect_told("business.strategy_change", NG_OCCURRED, "", "organization", NG_ORGANIZATION, "closes a plant", "Nordvik has announced the closure of a site.");
    expect_told("legal.verdict", NG_OCCURRED, "", "defendant", NG_ORGANIZATION, "cleared by Canberra to buy", "");
    expect_told("legal.verdict", NG_OCCURRED, "", "defendant", NG_ORGANIZATION, "the watchdog fined Nordvik", "Nordvik has been fined.");
    expect_told("conflict.protest", NG_OCCURRED, "", "participant", NG_ORGANIZATION, "protested", "");
}

static void acquisition(struct article *x, const char *target, double amount, const char *words) {
    struct ng_value none = {0};
    struct ng_event *e = event(x, "business.acquisition", NG_OCCURRED, "");
    with_entity(x, e, "acquirer", NG_ORGANIZATION, "Nordvik", none);
    with_entity(x, e, "target", NG_ORGANIZATION, target, none);
    if (amount > 0) {
        with_entity(x, e, "amount", NG_MONEY, "money", (struct ng_value)MONEY(amount, "JPY"));
    }
    e->evidence[0] = say(x, str_of(words));
}

static void expect_acquired(double amount, const char *words, const char *second_name, const char *want) {
    struct article x;
    article_begin(&x, "en");
    acquisition(&x, "Galdor", amount, words);
    if (second_name) {
        acquisition(&x, second_name, 0, words);
    }
    assert_string_equal(summary_of(&x, "en"), want);
    article_end(&x);
}

static void test_summary__a_stake_is_no_company_and_two_names_may_be_one(void **state) {
    (void)state;
    expect_acquired(820, "bought", NULL, "Nordvik has acquired Galdor."); /* the price of a share */
    expect_acquired(820000, "bought", NULL, "Nordvik has acquired Galdor for 820,000 yen.");
    expect_acquired(820000, "bought a minority stake", NULL, "Nordvik has acquired a stake in Galdor for 820,000 yen.");
    expect_acquired(820000, "bought a majority stake", NULL, "Nordvik has acquired Galdor for 820,000 yen.");
    expect_acquired(0, "bought", "Galdor Foods", "Nordvik has acquired Galdor Foods.");
    expect_acquired(0, "bought", "Galdora", "Nordvik has acquired Galdor and Galdora.");
}

static void test_summary__persons_of_one_employer_are_a_list(void **state) {
    (void)state;
    struct article x;
    article_begin(&x, "de");
    hire(&x, "Nordvik", "Anna Weber", NULL);
    hire(&x, "Nordvik", "Li Na", NULL);
    hire(&x, "Nordvik", "Tom Birch", NULL);
    assert_string_equal(summary_of(&x, "en"), "Nordvik has hired Anna Weber, Li Na and Tom Birch.");
    article_end(&x);
    article_begin(&x, "de");
    hire(&x, "Nordvik", "Anna Weber", "Galdor");
    hire(&x, "Nordvik", "Li Na", "Tarn");
    assert_string_equal(summary_of(&x, "en"), "Nordvik has hired Anna Weber from Galdor and Li Na from Tarn.");
    assert_string_equal(summary_of(&x, "zh-Hant"), "Nordvik招攬了來自Galdor的Anna Weber和來自Tarn的Li Na。");
    article_end(&x);
    article_begin(&x, "de"); /* not of one shape: "A from X and B" would be misread */
    hire(&x, "Nordvik", "Anna Weber", "Galdor");
    hire(&x, "Nordvik", "Li Na", NULL);
    assert_int_equal((summary_of(&x, "en"), x.d.summary.sentence_count), 2);
    article_end(&x);
}

static void test_summary__nonsense_is_not_told(void **state) {
    (void)state;
    static const struct {
        const char *type, *role1, *name1, *role2, *name2;
        enum ng_type type1, type2;
        const char *want;
    } cases[] = {
        {"business.acquisition", "acquirer", "Galdor", "target", "Galdor", NG_ORGANIZATION, NG_ORGANIZATION, ""},  /* itself */
        {"personnel.hire", "employer", "Galdor", "person", "Nordvik", NG_ORGANIZATION, NG_ORGANIZATION, ""},       /* no person */
        {"diplomacy.meeting", "participant", "Galdor", "place", "Lindau", NG_ORGANIZATION, NG_LOCATION, ""},       /* with whom? */
        {"personnel.hire", "employer", "Galdor", "person", "\xE5\xBC\xA0\xE4\xBC\x9F", NG_ORGANIZATION, NG_PERSON, ""}, /* Han in English */
        {"personnel.hire", "employer", "Galdor", "person", "Li Na", NG_ORGANIZATION, NG_PERSON, "Galdor has hired Li Na."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct article x;
        struct ng_value none = {0};
        article_begin(&x, "de");
        struct ng_event *e = event(&x, cases[i].type, NG_OCCURRED, "");
        with_entity(&x, e, cases[i].role1, cases[i].type1, cases[i].name1, none);
        with_entity(&x, e, cases[i].role2, cases[i].type2, cases[i].name2, none);
        assert_string_equal(summary_of(&x, "en"), cases[i].want);
        assert_int_equal(x.d.summary.complete, false);
        assert_int_not_equal(x.d.summary.note.n, 0);
        article_end(&x);
    }
}

/* A figure about the article's words: change as in the text, value and a second value marked there. */
static const char *figure(struct article *x, const char *before, const char *change, const char *between, const char *value_text, double value, bool percent) {
    struct ng_value v = {.has_amount = true, .amount = value, .currency = "EUR"}, none = {0};
    article_begin(x, "en");
    struct ng_event *e = event(x, "finance.figure", NG_OCCURRED, "");
    with_words(x, e, "measure", percent ? "attrition rate" : "revenue");
    with_entity(x, e, "subject", NG_ORGANIZATION, "Nordvik", none);
    uint32_t start = (uint32_t)x->text.n + (uint32_t)strlen(before);
    struct str text = arena_printf(&x->a, "%s%s%s", before, change, between);
    buf_add(&x->text, text);
    with_entity(x, e, "value", percent ? NG_PERCENT : NG_MONEY, value_text, v);
    struct ng_role *r = &e->roles[e->role_count++];
    *r = (struct ng_role){.name = STR("change"), .fillers = ARENA_ARRAY(&x->a, 1, struct ng_filler), .filler_count = 1};
    r->fillers[0] = (struct ng_filler){-1, {start, start + (uint32_t)strlen(change)}};
    return summary_of(x, "de");
}

static void test_summary__a_change_is_no_level(void **state) {
    (void)state;
    static const struct {
        const char *before, *change, *between, *value_text;
        double value;
        bool percent;
        const char *want;
    } cases[] = {
        {"", "rose by", " ", "5 million euros", 5e6, false, "Nordvik verzeichnete einen Umsatz mit einem Plus von 5 Millionen Euro."},
        {"", "rose to", " ", "5 million euros", 5e6, false, "Nordvik verzeichnete einen Umsatz nach einem Anstieg auf 5 Millionen Euro."},
        {"", "fell to", " ", "16.1%", 16.1, true, "Nordvik verzeichnete eine Fluktuationsrate nach einem Rückgang auf 16,1 Prozent."},
        {"", "rose 18", ", was ", "5 million euros", 5e6, false, ""},                  /* the change has a number that was not understood */
        {"", "changed by", " ", "5 million euros", 5e6, false, ""},                    /* which way? */
        {"", "rose", ", said the firm, which has ", "5 million euros", 5e6, false, ""}, /* too far away */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct article x;
        assert_string_equal(figure(&x, cases[i].before, cases[i].change, cases[i].between, cases[i].value_text, cases[i].value, cases[i].percent), cases[i].want);
        article_end(&x);
    }
}

static void test_summary__sums_and_dates_as_readers_write_them(void **state) {
    (void)state;
    static const struct {
        struct ng_value value;
        const char *tag, *want;
    } cases[] = {
        {MONEY(2600000000.0, "USD"), "en", "2.6 billion dollars"},
        {MONEY(2600000000.0, "USD"), "de", "2,6 Milliarden Dollar"},
        {MONEY(2600000000.0, "USD"), "zh-Hant", "26億美元"},
        {MONEY(2600000000.0, "USD"), "vi", "2,6 tỷ USD"},
        {MONEY(1000000, "EUR"), "fr", "1 million d'euros"},
        {MONEY(1234567, "EUR"), "en", "1,234,567 euros"}, /* nothing is rounded */
        {MONEY(1, "EUR"), "en", "1 euro"},
        {{.has_min = true, .has_max = true, .min = 10000000, .max = 99999999, .currency = "CNY"}, "en", "more than 10 million yuan"},
        {{.has_min = true, .has_max = true, .min = 500000, .max = 700000, .currency = "CNY"}, "zh-Hans", "50万元至70万元"},
        {{.has_max = true, .max = 60000, .currency = "CNY"}, "de", "bis zu 60.000 Yuan"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct article x;
        struct ng_value none = {0};
        article_begin(&x, "en");
        struct ng_event *e = event(&x, "business.acquisition", NG_OCCURRED, "");
        with_entity(&x, e, "acquirer", NG_ORGANIZATION, "Nordvik", none);
        with_entity(&x, e, "target", NG_ORGANIZATION, "Galdor", none);
        with_entity(&x, e, "amount", NG_MONEY, "a sum", cases[i].value);
        if (!strstr(summary_of(&x, cases[i].tag), cases[i].want)) {
            fail_msg("no '%s' in '%.*s'", cases[i].want, STR_ARG(x.d.summary.text));
        }
        article_end(&x);
    }
    static const struct {
        const char *date, *tag, *want;
    } dates[] = {{"2024-07-18", "en", " on July 18, 2024."},  {"2023-Q1", "en", " in the first quarter of 2023."}, {"2023/2024-07", "en", " between 2023 and July 2024."},
                 {"2024-07-18", "de", " am 18. Juli 2024 "},   {"2024", "ja", "2024年に"},                          {"2024-H2", "vi", " trong nửa cuối năm 2024."},
                 {"2024-07-08", "fr", " le 8 juillet 2024."}, {"2024-W03", "en", "Galdor."}, /* of a shape we cannot write: left out */
                 {"nonsense", "en", "Galdor."}};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        struct article x;
        struct ng_value none = {0};
        article_begin(&x, "en");
        struct ng_event *e = event(&x, "business.acquisition", NG_OCCURRED, dates[i].date);
        with_entity(&x, e, "acquirer", NG_ORGANIZATION, "Nordvik", none);
        with_entity(&x, e, "target", NG_ORGANIZATION, "Galdor", none);
        if (!strstr(summary_of(&x, dates[i].tag), dates[i].want)) {
            fail_msg("no '%s' in '%.*s'", dates[i].want, STR_ARG(x.d.summary.text));
        }
        article_end(&x);
    }
}

static void test_summary__old_news_come_last_and_no_frame_twice_running(void **state) {
    (void)state;
    struct article x;
    article_begin(&x, "de");
    hire(&x, "Nordvik", "Anna Weber", NULL)->date = STR("2003");
    hire(&x, "Galdor", "Li Na", NULL)->date = STR("2024-05");
    hire(&x, "Tarn", "Tom Birch", NULL)->date = STR("2024-04");
    memcpy(x.d.published, "2024-06-01", 11);
    assert_string_equal(summary_of(&x, "en"), "Galdor hired Li Na in May 2024. Tom Birch joined Tarn in April 2024. Nordvik hired Anna Weber in 2003.");
    article_end(&x);
}

static void test_summary__second_mention_by_surname_where_it_is_known(void **state) {
    (void)state;
    struct article x;
    struct ng_value none = {0};
    article_begin(&x, "zh");
    hire(&x, "Nordvik", "Wu Yonghui", NULL);
    struct ng_event *e = event(&x, "legal.lawsuit", NG_OCCURRED, "");
    with_entity(&x, e, "plaintiff", NG_ORGANIZATION, "Galdor", none);
    with_entity(&x, e, "defendant", NG_PERSON, "Wu Yonghui", none);
    for (size_t i = 0; i < x.d.entity_count; i++) {
        if (x.d.entities[i].type == NG_PERSON) {
            x.d.entities[i].name = STR("\xE5\x90\xB4\xE6\xB0\xB8\xE8\xBE\x89");
        }
    }
    assert_string_equal(summary_of(&x, "en"), "Nordvik has hired Wu Yonghui. Galdor has sued Wu.");
    assert_string_equal(summary_of(&x, "zh-Hans"), "Nordvik聘请了Wu Yonghui。Galdor起诉Wu Yonghui。");
    article_end(&x);
}

static void test_summary__the_checker_refuses_what_is_not_in_the_facts(void **state) {
    (void)state;
    struct article x;
    struct ng_value none = {0};
    struct writer w;
    struct fact f = {.type = STR("business.acquisition"), .date = STR("2024-05")};
    const struct fact *facts[] = {&f};
    const char *why;
    struct format *format;
    struct templates *templates;
    struct err err = {0};
    article_begin(&x, "en");
    assert_int_equal(format_open(&format, &x.a, "en", &err), ERR_OK);
    assert_int_equal(templates_load(&templates, &data.langs->items[langs_get(data.langs, STR("en"))], format, &x.a, &err), ERR_OK);
    w = (struct writer){.d = &x.d, .format = format, .templates = templates, .terms = data.terms};
    struct ng_filler in = entity(&x, NG_ORGANIZATION, "Galdor", NULL, none), out = entity(&x, NG_ORGANIZATION, "Tarn", NULL, none);
    struct ng_filler sum = entity(&x, NG_MONEY, "5 million euros", NULL, (struct ng_value)MONEY(5e6, "EUR"));
    f.roles[0] = (struct fact_role){STR("target"), &in, 1};
    f.roles[1] = (struct fact_role){STR("amount"), &sum, 1};
    f.role_count = 2;
    const struct {
        const char *text;
        struct piece piece;
        bool good;
    } cases[] = {
        {"Galdor was bought", {PIECE_NAME, 0, 6, in.entity, in.span}, true},
        {"Tarn was bought", {PIECE_NAME, 0, 4, out.entity, out.span}, false},      /* not of this fact */
        {"Gildor was bought", {PIECE_NAME, 0, 6, in.entity, in.span}, false},      /* not its name */
        {"for 5 million euros", {PIECE_VALUE, 4, 19, sum.entity, sum.span}, true},
        {"for 6 million euros", {PIECE_VALUE, 4, 19, sum.entity, sum.span}, false},
        {"for 5.1 million euros", {PIECE_VALUE, 4, 21, sum.entity, sum.span}, false},
        {"in May 2024", {PIECE_DATE, 0, 11, -1, {0, 0}}, true},
        {"in May 2025", {PIECE_DATE, 0, 11, -1, {0, 0}}, false},
        {"for 3 Galdor", {PIECE_NAME, 6, 12, in.entity, in.span}, false},          /* a number that no piece accounts for */
        {"as boss", {PIECE_WORDS, 3, 7, -1, {0, 1}}, false},                       /* words that the article does not have */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sentence s = {.n = 1, .pieces = ARENA_NEW(&x.a, struct piece)};
        buf_init(&s.b, &x.a);
        buf_add(&s.b, str_of(cases[i].text));
        s.pieces[0] = cases[i].piece;
        if (check_written(&w, &s, facts, 1, &why) != cases[i].good) {
            fail_msg("%s: %s", cases[i].text, why ? why : "let through");
        }
    }
    format_close(format);
    article_end(&x);
}

/* ---- sentences through a translator ---- */

/* A back end that knows a few sentences by heart, and fails on demand. */
static const struct {
    const char *source, *target;
} known[] = {
    {"The bakery of Anna Weber in Lindau has 12 ovens and sells bread to three hotels.", "Die B\xC3\xA4""ckerei von Anna Weber in Lindau hat 12 \xC3\x96""fen und beliefert drei Hotels mit Brot."},
    {"The oldest customer of Anna Weber comes every morning by boat from the other shore, 14 kilometres away.", "Der \xC3\xA4lteste Kunde von Anna Weber kommt jeden Morgen mit dem Boot vom anderen Ufer, 41 Kilometer entfernt."},
    {"Two apprentices and a dog named Otto make the whole team of this small house.", "Zwei Lehrlinge und ein Hund namens Otto sind die ganze Mannschaft dieses kleinen Hauses."},
};
static bool translator_down;

static bool fake_has(struct translator *self, struct str source, struct str target) {
    (void)self;
    return str_eqz(source, "en") && str_eqz(target, "de");
}

static void fake_pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    (void)self;
    add(with, STR("en"), STR("de"));
}

static enum err_code fake_run(struct translator *self, struct arena *a, const struct translator_job *job, struct translator_out *out, struct err *err) {
    (void)self;
    (void)a;
    for (size_t i = 0; i < job->n; i++) {
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            if (str_eqz(job->texts[i], known[k].source)) {
                out[i].text = str_of(known[k].target);
            }
        }
    }
    return translator_down ? err_set(err, ERR_TRANSLATOR, "the service is down") : ERR_OK;
}

static void fake_free(struct translator *self) {
    free(self);
}

static void test_summary__translations_fill_up_and_wrong_ones_do_not_get_through(void **state) {
    (void)state;
    struct nutgraf *ng = NULL;
    struct nutgraf_worker *w = NULL;
    struct err err = {0};
    struct translator *fake = calloc(1, sizeof *fake);
    assert_non_null(fake);
    *fake = (struct translator){"fake", false, fake_has, fake_pairs, fake_run, fake_free};
    assert_int_equal(nutgraf_new(&ng, data_dir(), &err), ERR_OK);
    assert_int_equal(nutgraf_worker_new(&w, ng, &err), ERR_OK);
    assert_int_equal(translate_add(nutgraf_translate(ng), fake, &err), ERR_OK);
    for (int down = 0; down < 2; down++) {
        AUTO_ARENA a;
        struct ng_analysis *an;
        arena_init(&a, (size_t)64 << 20);
        translator_down = down;
        struct buf text;
        buf_init(&text, &a);
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
            buf_addf(&text, "%s\n\n", known[i].source);
        }
        struct ng_request req = {.text = buf_str(&text), .language = STR("en"), .target_language = STR("de"), .features = NG_SUMMARY};
        assert_int_equal(nutgraf_analyze(ng, w, &a, &req, &an, &err), ERR_OK);
        assert_false(an->summary.complete);
        assert_int_not_equal(an->summary.note.n, 0);
        assert_int_equal(an->summary.sentence_count, down ? 0 : 2); /* 14 has become 41: not shown */
        assert_int_equal(an->warning_count > 0, down);
        for (size_t i = 0; i < an->summary.sentence_count; i++) {
            const struct ng_summary_sentence *s = &an->summary.sentences[i];
            assert_int_equal(s->method, NG_TRANSLATED);
            assert_true(str_eqz(s->text, known[i * 2].target));
            assert_true(str_eqz(str_sub(an->text, s->evidence[0].start, s->evidence[0].end), known[i * 2].source));
        }
    }
    nutgraf_worker_free(w);
    nutgraf_free(ng);
}

/* ---- terms ---- */

static const char *term(struct arena *a, const char *kind, const char *text, const char *from, const char *to) {
    struct str s = terms_translate(data.terms, a, str_of(kind), str_of(text), NULL, 0, langs_get(data.langs, str_of(from)), langs_get(data.langs, str_of(to)));
    return s.n ? arena_dup(a, s).p : "";
}

static void test_summary__terms_are_translated_whole_or_not_at_all(void **state) {
    (void)state;
    static const struct {
        const char *kind, *text, *from, *to, *want;
    } cases[] = {
        {"title", "Vorstandschef", "de", "en", "chief executive"},
        {"title", "neuer Finanzchef", "de", "vi", "giám đốc tài chính"},
        {"title", "Vizepräsident für Technologie", "de", "en", "vice president of technology"},
        {"title", "技術副總裁", "zh", "de", "Vizepräsident für Technologie"},
        {"title", "the group vice president", "en", "zh", "集团副总裁"},
        {"title", "Phó chủ tịch cấp cao", "vi", "fr", "vice-président senior"},
        {"title", "Vorstandschefin", "de", "en", "chief executive"},
        {"title", "Finanzchef der Hölle", "de", "en", ""},
        {"title", "Leiter Forschung", "de", "en", "head of research"},
        {"title", "head of AI", "en", "zh", "人工智能负责人"},
        {"title", "head", "en", "zh", ""}, /* of what? */
        {"title", "chief executive of Galdor", "en", "de", ""},
        {"measure", "Umsatz", "de", "en", "revenue"},
        {"measure", "净利润", "zh", "vi", "lợi nhuận ròng"},
        {"penalty", "3 years in prison", "en", "ja", "懲役3年"},
        {"measure", "Zahl der Talente", "de", "en", ""},
        {"title", "", "de", "en", ""},
    };
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(term(&a, cases[i].kind, cases[i].text, cases[i].from, cases[i].to), cases[i].want);
    }
    arena_release(&a);
}

static void test_summary__every_term_has_a_word_in_every_target(void **state) {
    (void)state;
    static const char *const kinds[] = {"title", "measure", "rate", "pay", "round", "people", "subject", "disaster", "accident", "cause", "penalty", "count", "field"};
    static const char *const tags[] = {"de", "zh", "vi", "fr", "es", "ja"};
    struct conf c;
    struct err err = {0};
    bool found;
    struct arena a;
    size_t n = 0;
    arena_init(&a, (size_t)64 << 20);
    assert_int_equal(lang_conf_open(&data.langs->items[langs_get(data.langs, STR("en"))], "terms.conf", &c, &found, &a, &err), ERR_OK);
    while (conf_next(&c)) {
        struct str key, forms;
        bool wanted = false;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            wanted = wanted || str_eqz(c.section, kinds[i]);
        }
        if (!wanted || !conf_pair(&c, &key, &forms) || str_starts(forms, STR("="))) {
            continue;
        }
        struct str first = str_trim(str_cut(&forms, ','));
        for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++, n++) {
            if (!term(&a, arena_dup(&a, c.section).p, arena_dup(&a, first).p, "en", tags[i])[0]) {
                fail_msg("%.*s has no word in %s", STR_ARG(first), tags[i]);
            }
        }
    }
    assert_true(n > 1500);
    arena_release(&a);
}

static void test_summary__counts_are_read_with_what_stands_around(void **state) {
    (void)state;
    static const struct {
        const char *text, *lang;
        double n;
        const char *bound; /* NULL: not understood */
    } cases[] = {{"1,200 jobs", "en", 1200, ""},         {"more than 500 employees", "en", 500, "over"}, {"rund 1.200 Stellen", "de", 1200, "about"},
                 {"约500人", "zh", 500, "about"},         {"3万名员工", "zh", 30000, ""},               {"3万人", "zh", 30000, ""},
                 {"hơn 2 nghìn người", "vi", 2000, "over"}, {"1.5 jobs", "en", 0, NULL},                  {"500 angry jobs", "en", 0, NULL},
                 {"hundreds", "en", 0, NULL},             {"", "en", 0, NULL}};
    struct arena a;
    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct terms_count c;
        bool good = terms_count(data.terms, &a, str_of(cases[i].text), langs_get(data.langs, str_of(cases[i].lang)), &c);
        if (good != (cases[i].bound != NULL) || (good && (c.n != cases[i].n || !str_eqz(c.bound, cases[i].bound)))) {
            fail_msg("%s: %s %g %.*s", cases[i].text, good ? "read" : "not read", good ? c.n : 0, STR_ARG(good ? c.bound : STR("")));
        }
    }
    arena_release(&a);
}

/* ---- files ---- */

static void test_summary__broken_patterns_are_told_with_their_line(void **state) {
    (void)state;
    static const char *const broken[] = {"[a.b]\noccurred = {b.\n",  "[a.b]\noccurred = b}\n",   "[a.b]\noccurred = [a{b]}\n", "[a.b]\nno pair\n",
                                         "\nx = y\n",                "[a.b]\noccurred = {x, plural, one{a}}\n", "[a.b]\noccurred = {x, guess, other{a}}\n",
                                         "[let]\na = {a}\n[b.c]\noccurred = {a}\n", "[dates]\nyesterday = y\n", "[money]\nEURO = x\n", "[a.b]\noccurred = {}\n",
                                         "[numbers]\ncompact-from = many\n"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct arena a;
        struct conf c;
        struct err err = {0};
        struct templates *t = NULL;
        struct format *f = NULL;
        arena_init(&a, 4 << 20);
        assert_int_equal(format_open(&f, &a, "en", &err), ERR_OK);
        conf_open_text(&c, str_of(broken[i]), "test");
        assert_int_equal(templates_read(&t, &c, f, &a, &err), ERR_DATA);
        assert_int_equal(err.line, strstr(broken[i], "[let]") ? 4 : 2);
        format_close(f);
        arena_release(&a);
    }
}

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
        cmocka_unit_test(test_summary__a_fact_is_told_once),
        cmocka_unit_test(test_summary__persons_of_one_employer_are_a_list),
        cmocka_unit_test(test_summary__nonsense_is_not_told),
        cmocka_unit_test(test_summary__a_change_is_no_level),
        cmocka_unit_test(test_summary__sums_and_dates_as_readers_write_them),
        cmocka_unit_test(test_summary__old_news_come_last_and_no_frame_twice_running),
        cmocka_unit_test(test_summary__second_mention_by_surname_where_it_is_known),
        cmocka_unit_test(test_summary__the_checker_refuses_what_is_not_in_the_facts),
        cmocka_unit_test(test_summary__what_looks_wrong_is_not_told),
        cmocka_unit_test(test_summary__a_stake_is_no_company_and_two_names_may_be_one),
        cmocka_unit_test(test_summary__translations_fill_up_and_wrong_ones_do_not_get_through),
        cmocka_unit_test(test_summary__terms_are_translated_whole_or_not_at_all),
        cmocka_unit_test(test_summary__every_term_has_a_word_in_every_target),
        cmocka_unit_test(test_summary__counts_are_read_with_what_stands_around),
        cmocka_unit_test(test_summary__broken_patterns_are_told_with_their_line),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
