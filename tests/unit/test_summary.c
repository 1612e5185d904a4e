/* test_summary.c - what a summary says and what it must not: repetition, nonsense, invention, sentences in a wrong language. The
 * sentence patterns have test_summary_patterns.c, words of an article test_summary_terms.c. */
#include "core/analyze.h"
#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/summary/check.h"
#include "core/translate/backend.h"
#include "summary_made.h"

#define MONEY(x, code) {.has_amount = true, .amount = (x), .currency = code}

static int load_data(void **state) {
    (void)state;
    return !load_rules();
}

static int release_data(void **state) {
    (void)state;
    release_rules();
    return 0;
}

/* ---- what must and must not be said ---- */

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
    assert_string_equal(summary_of(&x, "de"), "Nordvik hat Anna Weber von Galdor als Finanzchefin geholt.");
    assert_int_equal(x.d.summary.sentences[0].event_count, 4); /* all that it tells */
    article_end(&x);
}

static void test_summary__what_no_pattern_told_is_not_told(void **state) {
    (void)state;
    struct article x;
    article_begin(&x, "en");
    hire(&x, "Nordvik", "Anna Weber", "Galdor");
    assert_string_equal(summary_of(&x, "de"), "Nordvik hat Anna Weber von Galdor geholt.");
    x.d.events[0].learned = true;
    assert_string_equal(summary_of(&x, "de"), "");
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
        {"", "rose to", " ", "5 million euros", 5e6, false, "Nordvik verzeichnete einen Umsatz von 5 Millionen Euro, mehr als zuvor."},
        {"", "fell to", " ", "16.1%", 16.1, true, "Nordvik verzeichnete eine Fluktuationsrate von 16,1 Prozent, weniger als zuvor."},
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
    struct terms *terms;
    struct err err = {0};
    article_begin(&x, "en");
    assert_int_equal(terms_load(&terms, &x.a, data.langs, data.fold, &err), ERR_OK);
    assert_int_equal(format_open(&format, &x.a, "en", &err), ERR_OK);
    assert_int_equal(templates_load(&templates, &data.langs->items[langs_get(data.langs, STR("en"))], format, &x.a, &err), ERR_OK);
    w = (struct writer){.d = &x.d, .format = format, .templates = templates, .terms = terms};
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary__a_fact_is_told_once),
        cmocka_unit_test(test_summary__what_no_pattern_told_is_not_told),
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
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
