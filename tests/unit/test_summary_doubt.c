/* test_summary_doubt.c - what speaks against telling an event: pronouns that may mean another, plans, second thoughts of the writer, things
 * said in passing. Articles are words with the parts of events found in them. */
#include "core/analyze.h"
#include "core/base/cleanup.h"
#include "core/summary/check.h"
#include "summary_made.h"

static int load_data(void **state) {
    (void)state;
    return !load_rules();
}

static int release_data(void **state) {
    (void)state;
    release_rules();
    return 0;
}

/* ---- an article of sentences ---- */

/* Sentences end with " | ", which stands there as a full stop. */
static void article_of(struct article *x, const char *lang, const char *published, const char *text) {
    article_begin(x, lang);
    memcpy(x->d.published, published, strlen(published) + 1);
    x->d.sents = ARENA_ARRAY(&x->a, 16, struct sent);
    x->d.toks = ARENA_ARRAY(&x->a, 16, struct tok);
    for (struct str rest = str_of(text); rest.n;) {
        size_t end = str_find(rest, STR(" | "), 0);
        struct str one = str_sub(rest, 0, end == SIZE_MAX ? rest.n : end);
        struct ng_span s = say(x, one);
        uint32_t n = (uint32_t)x->d.sent_count++;
        x->d.toks[x->d.tok_count++] = (struct tok){.start = s.start, .end = s.end, .sent = n};
        x->d.sents[n] = (struct sent){.start = s.start, .end = s.end, .first = n, .last = n + 1, .body = n, .role = SENT_BODY};
        rest = end == SIZE_MAX ? STR_NONE : str_sub(rest, end + 3, rest.n);
    }
}

static struct ng_span found(const struct article *x, const char *words, size_t sentence) {
    const struct sent *s = &x->d.sents[sentence];
    size_t at = str_find(x->d.text, str_of(words), s->start);
    assert_true(at != SIZE_MAX && at + strlen(words) <= s->end);
    return (struct ng_span){(uint32_t)at, (uint32_t)(at + strlen(words))};
}

static int32_t named(struct article *x, enum ng_type type, const char *name, size_t sentence) {
    struct ng_value none = {0};
    return entity_at(x, type, name, found(x, name, sentence), none).entity;
}

static void dated(struct article *x, const char *words, const char *iso, size_t sentence) {
    struct ng_value v = {0};
    memcpy(v.date, iso, strlen(iso) + 1);
    entity_at(x, NG_DATE, words, found(x, words, sentence), v);
}

static struct ng_event *told(struct article *x, const char *type, size_t sentence, const char *trigger, const char *date) {
    struct ng_event *e = event(x, type, NG_OCCURRED, date);
    e->evidence[0] = (struct ng_span){x->d.sents[sentence].start, x->d.sents[sentence].end};
    e->trigger = found(x, trigger, sentence);
    return e;
}

/* A filler that stands there as these words: its name, or a pronoun. */
static void part(struct article *x, struct ng_event *e, const char *role, int32_t entity, const char *words, size_t sentence) {
    struct ng_role *r = new_role(x, e, str_of(role));
    r->fillers[r->filler_count++] = (struct ng_filler){entity, found(x, words, sentence)};
}

/* ---- the doubts ---- */

static void test_doubt__whom_a_pronoun_means_must_be_sure(void **state) {
    (void)state;
    static const struct {
        const char *before, *other, *want;
    } cases[] = {
        {"Anna Weber was born in Lindau", NULL, "Nordvik hat Anna Weber geholt."},
        {"Anna Weber was born in Lindau to Tom Birch", "Tom Birch", ""},
    };
    for (size_t i = 0; i < 2; i++) {
        struct article x;
        article_of(&x, "en", "2024-06-01", arena_printf(&data.a, "%s | She joined Nordvik", cases[i].before).p);
        int32_t who = named(&x, NG_PERSON, "Anna Weber", 0), firm = named(&x, NG_ORGANIZATION, "Nordvik", 1);
        if (cases[i].other) {
            named(&x, NG_PERSON, cases[i].other, 0);
        }
        struct ng_event *e = told(&x, "personnel.hire", 1, "joined", "");
        part(&x, e, "person", who, "She", 1);
        part(&x, e, "employer", firm, "Nordvik", 1);
        assert_string_equal(summary_of(&x, "de"), cases[i].want);
        article_end(&x);
    }
}

/* One event about Nordvik, and a second role, in an article of June 2024: what is said of it in German. */
static void expect(const char *text, const char *type, const char *trigger, const char *role1, const char *role2, enum ng_type type2, const char *second,
                   const char *iso, const char *date_words, const char *want) {
    struct article x;
    article_of(&x, "en", "2024-06-01", text);
    size_t last = x.d.sent_count - 1;
    int32_t one = named(&x, str_eqz(str_of(role1), "person") ? NG_PERSON : NG_ORGANIZATION, "Nordvik", last), two = second ? named(&x, type2, second, last) : -1;
    if (date_words) {
        dated(&x, date_words, iso, last);
    }
    struct ng_event *e = told(&x, type, last, trigger, iso);
    part(&x, e, role1, one, "Nordvik", last);
    if (second) {
        part(&x, e, role2, two, second, last);
    }
    assert_string_equal(summary_of(&x, "de"), want);
    article_end(&x);
}

static void test_doubt__second_thoughts_orders_and_mergers(void **state) {
    (void)state;
    expect("Nordvik bought Galdor", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "", NULL, "Nordvik hat Galdor übernommen.");
    expect("Nordvik bought Galdor, or rather leased it", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "", NULL, "");
    expect("Nordvik merged with Galdor", "business.acquisition", "merged", "acquirer", "target", NG_ORGANIZATION, "Galdor", "", NULL, "");
    expect("Nordvik bought Galdor before it could merge", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "", NULL,
           "Nordvik hat Galdor übernommen.");
}

static void test_doubt__founders_in_passing(void **state) {
    (void)state;
    expect("Nordvik was founded by Anna Weber", "business.founding", "founded", "organization", "founder", NG_PERSON, "Anna Weber", "", NULL,
           "Anna Weber hat Nordvik gegründet.");
    expect("one | two | three | Nordvik founder Anna Weber agreed", "business.founding", "founder", "organization", "founder", NG_PERSON, "Anna Weber", "", NULL, "");
    expect("one | two | three | Nordvik was founded by Anna Weber", "business.founding", "founded", "organization", "founder", NG_PERSON, "Anna Weber", "", NULL,
           "Anna Weber hat Nordvik gegründet.");
}

static void test_doubt__bodies_and_former_houses(void **state) {
    (void)state;
    expect("Nordvik left Galdor", "personnel.departure", "left", "person", "employer", NG_ORGANIZATION, "Galdor", "", NULL, "Nordvik hat Galdor verlassen.");
    expect("Nordvik, the former Galdor manager, left", "personnel.departure", "left", "person", "employer", NG_ORGANIZATION, "Galdor", "", NULL, "");
    expect("Nordvik left the Party Committee", "personnel.departure", "left", "person", "employer", NG_ORGANIZATION, "Party Committee", "", NULL, "");
}

static void test_doubt__who_left_and_will_join_did_not_leave_there(void **state) {
    (void)state;
    struct article x;
    article_of(&x, "en", "2024-06-01", "Anna Weber has resigned and will join Nordvik");
    int32_t who = named(&x, NG_PERSON, "Anna Weber", 0), firm = named(&x, NG_ORGANIZATION, "Nordvik", 0);
    struct ng_event *e = told(&x, "personnel.departure", 0, "resigned", "");
    part(&x, e, "person", who, "Anna Weber", 0);
    part(&x, e, "employer", firm, "Nordvik", 0);
    e = told(&x, "personnel.hire", 0, "join", "");
    e->status = NG_PLANNED;
    part(&x, e, "person", who, "Anna Weber", 0);
    part(&x, e, "employer", firm, "Nordvik", 0);
    assert_string_equal(summary_of(&x, "de"), "Nordvik will Anna Weber holen.");
    article_end(&x);
}

static void test_doubt__who_goes_at_the_turn_of_the_year_has_not_gone(void **state) {
    (void)state;
    expect("Nordvik leaves Galdor at the end of the year", "personnel.departure", "leaves", "person", "employer", NG_ORGANIZATION, "Galdor", "", NULL,
           "Nordvik will Galdor verlassen.");
    expect("Nordvik left Galdor", "personnel.departure", "left", "person", "employer", NG_ORGANIZATION, "Galdor", "", NULL, "Nordvik hat Galdor verlassen.");
}

static void test_doubt__dates_of_something_else(void **state) {
    (void)state;
    expect("Nordvik bought Galdor in August 2024", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "2024-08", "August 2024",
           "Nordvik will im August 2024 Galdor übernehmen.");
    expect("Nordvik bought Galdor, which opens in August 2024", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "2024-08",
           "August 2024", "Nordvik will Galdor übernehmen.");
    expect("Nordvik bought Galdor eight years later", "business.acquisition", "bought", "acquirer", "target", NG_ORGANIZATION, "Galdor", "2032", "eight years later",
           "Nordvik hat Galdor übernommen.");
}

static void test_doubt__places_inside_other_names_sue_nobody(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"Lindau sued Nordvik", "Lindau hat Nordvik verklagt."},
        {"The painter from Lindau called Rimario has also sued Nordvik", ""},
    };
    for (size_t i = 0; i < 2; i++) {
        struct article x;
        article_of(&x, "en", "2024-06-01", cases[i].text);
        int32_t place = named(&x, NG_LOCATION, "Lindau", 0), firm = named(&x, NG_ORGANIZATION, "Nordvik", 0);
        struct ng_event *e = told(&x, "legal.lawsuit", 0, "sued", "");
        part(&x, e, "plaintiff", place, "Lindau", 0);
        part(&x, e, "defendant", firm, "Nordvik", 0);
        assert_string_equal(summary_of(&x, "de"), cases[i].want);
        article_end(&x);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubt__whom_a_pronoun_means_must_be_sure),
        cmocka_unit_test(test_doubt__second_thoughts_orders_and_mergers),
        cmocka_unit_test(test_doubt__founders_in_passing),
        cmocka_unit_test(test_doubt__bodies_and_former_houses),
        cmocka_unit_test(test_doubt__who_left_and_will_join_did_not_leave_there),
        cmocka_unit_test(test_doubt__who_goes_at_the_turn_of_the_year_has_not_gone),
        cmocka_unit_test(test_doubt__dates_of_something_else),
        cmocka_unit_test(test_doubt__places_inside_other_names_sue_nobody),
    };
    return cmocka_run_group_tests(tests, load_data, release_data);
}
