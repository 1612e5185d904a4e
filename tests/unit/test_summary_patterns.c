/* test_summary_patterns.c - the sentence patterns of every language. First the example behind each pattern of data/lang/<code>/summary.conf;
 * then sentences from every combination of roles, status, source, number of persons and date that an event of schema.conf can have: all are held against
 * what no sentence may have, those without a date and the fullest also against tests/golden/summary/patterns/ (GOLDEN_UPDATE=1 writes
 * the files; read the difference before committing it). EXAMPLES=propose prints an example for each pattern that has none. */
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/summary/check.h"
#include "core/summary/script.h"
#include "summary_made.h"

/* ---- who speaks, and about whom ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { EVERY = 5 }; /* slow builds look at a part: persons, sources and dates of every fifth set of roles */
#else
enum { EVERY = 1 };
#endif
enum { VOICES = 8, MOST_CAST = 160, MOST_ROLES = 8, MOST_WRONG = 40 /* told */ };

struct voice {
    const char *tag;
    int lang;
    enum script_kind script;
    bool wide; /* names as in Chinese and Japanese */
    struct format *format;
    struct templates *templates;
};
static struct voice voices[VOICES] = {{.tag = "en"}, {.tag = "de"}, {.tag = "zh-Hans", .script = SCRIPT_HANS, .wide = true},
                                      {.tag = "zh-Hant", .script = SCRIPT_TAIWAN, .wide = true}, {.tag = "vi"}, {.tag = "fr"}, {.tag = "es"}, {.tag = "ja", .script = SCRIPT_JAPAN, .wide = true}};

struct filler {
    struct str role, event; /* event: of this type only, or empty */
    enum ng_type type;      /* NG_TYPE_COUNT: words */
    struct str words, wide, inner;
    struct ng_value value;
};

static struct {
    struct terms *terms;
    struct fact_rules *facts;
    struct han *han;
    struct filler cast[MOST_CAST];
    size_t cast_count;
} kit;

static struct ng_value value_of(enum ng_type type, struct str text) {
    struct ng_value v = {.has_amount = type != NG_DATE};
    if (type == NG_DATE) {
        memcpy(v.date, text.p, text.n);
        return v;
    }
    struct str number = conf_word(&text);
    assert_true(str_to_double(number, &v.amount));
    memcpy(v.currency, text.p, text.n < 3 ? text.n : 3);
    return v;
}

static void read_cast(void) {
    struct conf c;
    struct err err = {0};
    assert_int_equal(conf_open(&c, &data.a, "tests/golden/summary/cast.conf", &err), ERR_OK);
    while (conf_next(&c)) {
        struct str rest = c.entry, role = conf_field(&rest), type = conf_field(&rest), words = conf_field(&rest), more = conf_field(&rest);
        struct filler *f = &kit.cast[kit.cast_count++];
        assert_true(kit.cast_count < MOST_CAST);
        *f = (struct filler){.role = conf_word(&role), .type = NG_PERSON, .words = words, .wide = more};
        f->event = conf_word(&role);
        while (f->type < NG_TYPE_COUNT && !str_eqz(type, ng_type_name(f->type))) {
            f->type++;
        }
        if (f->type >= NG_MONEY && more.n) {
            f->value = value_of(f->type == NG_TYPE_COUNT ? NG_MONEY : f->type, more);
        }
    }
}

static int load(void **state) {
    struct err err = {0};
    (void)state;
    if (!load_rules()) {
        return 1;
    }
    enum err_code code = terms_load(&kit.terms, &data.a, data.langs, data.fold, &err);
    code = code ? code : fact_rules_load(&kit.facts, &data.a, data_dir(), &err);
    code = code ? code : han_load(&kit.han, &data.a, data_dir(), &err);
    for (size_t i = 0; i < VOICES && code == ERR_OK; i++) {
        struct voice *v = &voices[i];
        static const char *const locales[] = {[SCRIPT_HANS] = "_Hans", [SCRIPT_TAIWAN] = "_Hant"};
        v->lang = langs_find(data.langs, str_of(v->tag));
        struct str locale = arena_printf(&data.a, "%.2s%s", v->tag, v->script < sizeof locales / sizeof locales[0] && locales[v->script] ? locales[v->script] : "");
        code = format_open(&v->format, &data.a, locale.p, &err);
        code = code ? code : templates_load(&v->templates, &data.langs->items[v->lang], v->format, &data.a, &err);
    }
    if (code != ERR_OK) {
        print_error("%s:%zu: %s\n", err.source, err.line, err.text);
        return 1;
    }
    read_cast();
    return 0;
}

static int release(void **state) {
    (void)state;
    for (size_t i = 0; i < VOICES; i++) {
        format_close(voices[i].format);
    }
    release_rules();
    return 0;
}

/* ---- facts in words: "person*2 employer position/2 when:2024-05 source" ---- */

/* The n-th filler of a role, counted from 1: those for the type of event if there are any. */
static const struct filler *cast_of(struct str role, struct str type, size_t n) {
    for (int own = 1; own >= 0; own--) {
        size_t seen = 0;
        for (size_t i = 0; i < kit.cast_count; i++) {
            const struct filler *f = &kit.cast[i];
            if (str_eq(f->role, role) && (own ? str_eq(f->event, type) : !f->event.n) && ++seen == n) {
                return f;
            }
        }
        if (seen) {
            return NULL;
        }
    }
    return NULL;
}

static struct ng_filler play(struct article *x, const struct voice *v, const struct filler *f) {
    size_t open = f->type == NG_TYPE_COUNT ? str_find(f->words, STR("{"), 0) : SIZE_MAX;
    if (open != SIZE_MAX) { /* words with a value in them */
        struct str inner = str_sub(f->words, open + 1, f->words.n - 1);
        struct ng_span s = say(x, arena_printf(&x->a, "%.*s%.*s", (int)open, f->words.p, STR_ARG(inner)));
        entity_at(x, NG_MONEY, arena_dup(&x->a, inner).p, (struct ng_span){s.start + (uint32_t)open, s.end}, f->value);
        return (struct ng_filler){-1, s};
    }
    if (f->type == NG_TYPE_COUNT) {
        return (struct ng_filler){-1, say(x, f->words)};
    }
    bool name = f->type < NG_MONEY;
    return entity(x, f->type, arena_dup(&x->a, name && v->wide ? f->wide : f->words).p, arena_dup(&x->a, f->words).p, f->value);
}

/* Adds the event that words speak of; false when the cast has nobody for a role. */
static bool add_fact(struct article *x, const struct voice *v, struct str type, enum ng_status status, struct str words) {
    struct ng_event *e = event(x, arena_dup(&x->a, type).p, status, "");
    struct str evidence = status == NG_DENIED ? STR("denied") : STR("so");
    for (struct str w = conf_word(&words); w.n; w = conf_word(&words)) {
        struct str more = w, date = w, count, role, which;
        double n = 1, first = 1;
        (void)str_cut(&date, ':');
        if (str_eqz(w, "when") || str_starts(w, STR("when:"))) {
            e->date = date.n ? date : STR("2024-05");
            continue;
        }
        count = more, role = str_cut(&count, '*');
        which = role, role = str_cut(&which, '/');
        if ((count.n && !str_to_double(count, &n)) || (which.n && !str_to_double(which, &first))) {
            return false;
        }
        const struct filler *f = cast_of(role, type, (size_t)first);
        if (!f) {
            return false;
        }
        if (str_eqz(role, "nature")) {
            evidence = arena_printf(&x->a, "%.*s %.*s", STR_ARG(evidence), STR_ARG(f->words));
        } else if (str_eqz(role, "source")) {
            e->attributed_to = ARENA_NEW(&x->a, uint32_t);
            e->attributed_to[e->attributed_count++] = (uint32_t)play(x, v, f).entity;
        } else {
            struct ng_role *r = new_role(x, e, role);
            for (size_t i = 0; i < (size_t)n && f; i++, f = cast_of(role, type, (size_t)first + i)) {
                r->fillers[r->filler_count++] = play(x, v, f);
            }
        }
    }
    e->evidence[0] = say(x, evidence);
    return true;
}

/* Status and headline behind a key of a pattern: "occurred-items", "headline", "item". */
static enum ng_status status_of(struct str key) {
    for (int s = NG_OCCURRED; s <= NG_DENIED; s++) {
        if (str_starts(key, str_of(ng_status_name((enum ng_status)s)))) {
            return (enum ng_status)s;
        }
    }
    return NG_OCCURRED;
}

/* What is written of the facts of an article; "" where nothing can be said. With want: of equally good patterns that one, and *pattern is
 * what was taken. */
static const char *written(struct article *x, const struct voice *v, bool headline, struct str section, struct str key, struct str want, struct str *pattern) {
    struct writer w = {.rules = kit.facts, .templates = v->templates, .format = v->format, .terms = kit.terms, .d = &x->d, .target = v->lang,
                       .same = v->lang == x->d.lang, .words = !v->wide, .named = ARENA_ARRAY(&x->a, x->d.entity_count + 1, bool)};
    struct fact_teller teller = {&w, write_can_tell, write_find, write_has_items};
    struct fact *facts;
    const struct fact *all[SENTENCE_FACTS];
    struct sentence s;
    struct err err = {0};
    const char *why = NULL;
    size_t n = 0;
    assert_true(gender_mark(data.genders, &x->d));
    assert_int_equal(facts_collect(kit.facts, &x->d, &teller, &facts, &n, &err), ERR_OK);
    if (n == 0 || n > SENTENCE_FACTS) {
        return "";
    }
    for (size_t i = 0; i < n; i++) {
        all[i] = &facts[i];
    }
    bool done = false;
    for (size_t i = 0; i == 0 || (want.n && !(done && str_eq(s.pattern, want)) && w.last.p); i++) {
        done = write_sentence(&w, all, n, headline, &s);
        w.last = templates_get(v->templates, section, key, i);
    }
    if (!done) {
        return "";
    }
    if (!check_written(&w, &s, all, n, &why)) {
        return arena_printf(&x->a, "refused for %s: %.*s", why, STR_ARG(buf_str(&s.b))).p;
    }
    if (pattern) {
        *pattern = s.pattern;
    }
    return arena_dup(&x->a, script_convert(kit.han, &x->d, v->script, &s)).p;
}

/* ---- the example behind each pattern ---- */

static size_t wrong;

static const char *file_of(const struct voice *v) {
    static char path[200];
    snprintf(path, sizeof path, "%s/lang/%.2s/summary.conf", data_dir(), v->tag);
    return path;
}

#define COMPLAIN(v, line, ...) (wrong++ < MOST_WRONG || getenv("EXAMPLES") ? (print_error("%s:%zu: ", file_of(v), (line)), print_error(__VA_ARGS__)) : (void)0)

/* Adds "facts + facts" of an example; in [sentence] each begins with its type. */
static bool add_facts(struct article *x, const struct voice *v, const struct template_entry *t, struct str facts) {
    while (facts.n) {
        size_t plus = str_find(facts, STR(" + "), 0);
        struct str one = str_sub(facts, 0, plus), type = str_eqz(t->section, "sentence") ? conf_word(&one) : t->section;
        facts = plus == SIZE_MAX ? STR_NONE : str_sub(facts, plus + 3, facts.n);
        if (!add_fact(x, v, type, status_of(t->key), one)) {
            return false;
        }
    }
    return true;
}

static void run_example(const struct voice *v, const struct template_entry *t, const struct template_example *e) {
    struct article x;
    struct str pattern = STR_NONE;
    bool own = !str_eqz(t->section, "sentence") && !str_eqz(t->key, "item"); /* those are parts of a sentence */
    article_begin(&x, "en");
    if (!add_facts(&x, v, t, e->facts)) {
        COMPLAIN(v, e->line, "tests/golden/summary/cast.conf has nobody for these roles: %.*s\n", STR_ARG(e->facts));
    } else {
        const char *got = written(&x, v, str_eqz(t->key, "headline"), t->section, t->key, own ? t->text : STR_NONE, &pattern);
        if (!str_eqz(e->text, got)) {
            COMPLAIN(v, e->line, "expected %.*s\n  got      %s\n", STR_ARG(e->text), got);
        } else if (own && !str_eq(pattern, t->text)) {
            COMPLAIN(v, e->line, "another pattern writes this: %.*s\n", STR_ARG(pattern));
        }
    }
    article_end(&x);
}

/* The roles that a pattern speaks of, as an example would name them. */
static struct str proposed_facts(struct arena *a, const struct template_entry *t) {
    struct buf b;
    buf_init(&b, a);
    for (size_t at = 0; (at = str_find(t->text, STR("{"), at)) != SIZE_MAX; at++) {
        size_t end = at + 1;
        while (end < t->text.n && ((t->text.p[end] >= 'a' && t->text.p[end] <= 'z') || t->text.p[end] == '_')) {
            end++;
        }
        struct str name = str_sub(t->text, at + 1, end), word = arena_printf(a, " %.*s", STR_ARG(name)), so_far = arena_printf(a, "%.*s ", STR_ARG(buf_str(&b)));
        bool fits = end < t->text.n && (t->text.p[end] == '}' || t->text.p[end] == '.' || t->text.p[end] == ',');
        bool known = str_eqz(name, "when") || cast_of(name, t->section, 1);
        if (fits && known && str_find(so_far, arena_printf(a, "%.*s ", STR_ARG(word)), 0) == SIZE_MAX &&
            str_find(so_far, arena_printf(a, "%.*s*2 ", STR_ARG(word)), 0) == SIZE_MAX) {
            bool two = str_eqz(name, "party") || (str_eqz(name, "participant") && str_eqz(t->section, "diplomacy.meeting"));
            buf_addf(&b, "%.*s%s", STR_ARG(word), two ? "*2" : "");
        }
    }
    return b.n ? str_trim(buf_str(&b)) : STR("");
}

static void propose(const struct voice *v, const struct template_entry *t, struct str facts) {
    struct article x;
    struct str pattern = STR_NONE;
    article_begin(&x, "en");
    if (add_facts(&x, v, t, facts)) {
        const char *got = written(&x, v, str_eqz(t->key, "headline"), t->section, t->key, t->text, &pattern);
        printf("%s\t%zu\t%s\t%.*s\t%s\t%s\n", file_of(v), t->line, v->script == SCRIPT_TAIWAN ? "example-Hant" : "example", STR_ARG(facts), got,
               str_eq(pattern, t->text) ? "" : "OTHER");
    }
    article_end(&x);
}

static bool is_pattern(const struct template_entry *t) {
    return !str_eqz(t->key, "verbatim") && !str_eqz(t->key, "item-join");
}

static void test_summary__the_example_behind_every_pattern_is_what_it_writes(void **state) {
    (void)state;
    const char *mode = getenv("EXAMPLES");
    wrong = 0;
    for (size_t i = 0; i < VOICES; i++) {
        const struct voice *v = &voices[i];
        size_t n, examples, next = 0, count = 0;
        const struct template_entry *entries = templates_entries(v->templates, &n);
        const struct template_example *all = templates_examples(v->templates, &examples);
        for (size_t k = 0; k < n; k++) {
            size_t had = 0;
            for (; next < examples && all[next].entry == k; next++) {
                bool form = v->script == SCRIPT_TAIWAN ? str_eqz(all[next].form, "Hant") : !all[next].form.n;
                had += form;
                if (form) {
                    run_example(v, &entries[k], &all[next]);
                }
            }
            count += had;
            if (!had && is_pattern(&entries[k])) {
                if (mode) {
                    propose(v, &entries[k], proposed_facts(&data.a, &entries[k]));
                } else {
                    COMPLAIN(v, entries[k].line, "a pattern without an example (%s)\n", v->tag);
                }
            }
        }
        assert_true(mode || count > 150);
    }
    if (wrong && !mode) {
        fail_msg("%zu examples are missing or wrong", wrong);
    }
}

/* ---- what no sentence may have ---- */

/* voices: the tags' first letters, NULL: all. */
static const struct {
    const char *tags, *text;
} never[] = {
    {NULL, "  "}, {NULL, " ."}, {NULL, " ,"}, {NULL, "{"}, {NULL, "}"}, {NULL, "["}, {NULL, "]"}, {NULL, ".."}, {NULL, ",,"}, {NULL, "null"}, {NULL, "\n"}, {NULL, "$"},
    {NULL, ",."}, {NULL, " ;"}, {NULL, "( "}, {NULL, " )"}, {NULL, "()"}, {NULL, "refused"},
    {"en", " of."}, {"en", " in."}, {"en", " as."}, {"en", " by."}, {"en", " for."}, {"en", " from."}, {"en", " to."}, {"en", " on."}, {"en", " at."}, {"en", " the the "},
    {"en", " a a"}, {"en", " a e"}, {"en", " a o"}, {"en", " an s"}, {"en", " an l"}, {"en", " in in "}, {"en", " on on "}, {"en", " has have "}, {"en", " was were "},
    {"en", " 1 people"}, {"en", " 1 jobs"},
    {"de", " von."}, {"de", " als."}, {"de", " in."}, {"de", " in in "}, {"de", " für."}, {"de", " die die "}, {"de", " von dem Nordvik"}, {"de", " 1 Stellen"}, {"de", " 1 Menschen"},
    {"fr", " de A"}, {"fr", " de I"}, {"fr", " de le "}, {"fr", " de les "}, {"fr", " à le "}, {"fr", " à les "}, {"fr", " que A"}, {"fr", " que I"}, {"fr", " de."}, {"fr", " à."},
    {"fr", " par."}, {"fr", " le le "}, {"fr", " si il"}, {"fr", " 1 personnes"}, {"fr", " le a"}, {"fr", " la a"},
    {"es", " de el "}, {"es", " a el "}, {"es", " de."}, {"es", " a."}, {"es", " y i"}, {"es", " en."}, {"es", " por."}, {"es", " 1 personas"},
    {"vi", " của."}, {"vi", " tại."}, {"vi", " vào."}, {"vi", " ở."}, {"vi", " với."}, {"vi", " làm."}, {"vi", " đã đã "}, {"vi", " được được "},
    {"zh", "，。"}, {"zh", "，，"}, {"zh", "的的"}, {"zh", "了了"}, {"zh", "在。"}, {"zh", "于。"}, {"zh", "於。"}, {"zh", "的。"}, {"zh", "为。"}, {"zh", "為。"}, {"zh", " "},
    {"ja", "、。"}, {"ja", "、、"}, {"ja", "をを"}, {"ja", "がが"}, {"ja", "はは"}, {"ja", "にに"}, {"ja", "のの"}, {"ja", "の。"}, {"ja", "を。"}, {"ja", "に。"}, {"ja", "はを"}, {"ja", "しする"}, {"ja", "のを"}, {"ja", "がを"}, {"ja", "でで"},
};

static bool is_letter_of(int32_t c, const struct voice *v) {
    bool han = c >= 0x4E00 && c <= 0x9FFF, kana = c >= 0x3040 && c <= 0x30FF;
    return v->tag[0] == 'j' ? han || kana : v->wide ? han : c < 0x2E80;
}

/* What is Latin everywhere. */
static bool is_latin_name(struct str t, size_t at) {
    static const char *const names[] = {"Skyline 3", "Arrow X", "Delta 7", "B轮", "B輪", "シリーズB", "X"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t k = 0; k < strlen(names[i]); k++) {
            if (at >= k && str_starts(str_sub(t, at - k, t.n), str_of(names[i]))) {
                return true;
            }
        }
    }
    return false;
}

/* What is wrong with a sentence, or NULL. */
static const char *fault(const struct voice *v, const char *s) {
    struct str t = str_of(s);
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        bool space = str_eqz(str_of(never[i].text), " "); /* Chinese has none outside Latin names */
        bool found = never[i].tags == NULL || strncmp(never[i].tags, v->tag, 2) == 0;
        if (!found || (space && str_find(t, STR("Skyline"), 0) != SIZE_MAX)) {
            continue;
        }
        if (str_find(t, str_of(never[i].text), 0) != SIZE_MAX) {
            return never[i].text;
        }
    }
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        int32_t c = utf8_next(t, &i);
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0x2000 && c != 0xD7) || (c >= 0x3040 && c <= 0x9FFF);
        if (letter && !is_letter_of(c, v) && !is_latin_name(t, at)) {
            return "another script";
        }
    }
    size_t at = 0;
    int32_t first = utf8_next(t, &at);
    if (first >= 'a' && first <= 'z') {
        return "a small letter in front";
    }
    return str_ends(t, v->wide ? STR("。") : STR(".")) ? NULL : "no full stop";
}

/* ---- every combination ---- */

struct combination {
    struct str roles[MOST_ROLES];
    size_t n;
};

static struct buf golden;
static size_t made;

/* Writes one sentence and looks at it; keep: it goes into the golden file. */
static bool one(const struct voice *v, struct str type, const char *key, const struct combination *c, size_t persons, const char *date, const char *source, bool keep) {
    static const char *const many[] = {"person", "founder", "investor", "target", "participant", "recipient", "defendant", "party"};
    struct article x;
    bool headline = str_eqz(STR("headline"), key);
    article_begin(&x, "en");
    struct buf b;
    buf_init(&b, &x.a);
    for (size_t i = 0; i < c->n; i++) {
        bool list = false;
        for (size_t k = 0; k < sizeof many / sizeof many[0]; k++) {
            list = list || str_eqz(c->roles[i], many[k]);
        }
        buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(c->roles[i]));
        if (list && persons > 1) {
            buf_addf(&b, "*%zu", persons);
        }
    }
    buf_addf(&b, "%s%s%s%s", date[0] ? " when:" : "", date, source[0] ? " " : "", source);
    struct str facts = buf_str(&b);
    assert_true(add_fact(&x, v, type, status_of(str_of(key)), facts));
    const char *s = written(&x, v, headline, STR_NONE, STR_NONE, STR_NONE, NULL);
    const char *bad = s[0] ? fault(v, headline ? arena_printf(&x.a, "%s%s", s, str_ends(str_of(s), STR(".")) || str_ends(str_of(s), STR("。")) ? "" : v->wide ? "。" : ".").p : s) : NULL;
    if (bad && wrong++ < MOST_WRONG) {
        print_error("%s %.*s %s %.*s: '%s' in: %s\n", v->tag, STR_ARG(type), key, STR_ARG(facts), bad, s);
    }
    bool told = s[0] != '\0';
    made += told;
    if (keep && told) {
        buf_addf(&golden, "%.*s %s %.*s = %s\n", STR_ARG(type), key, STR_ARG(facts), s);
    }
    article_end(&x);
    return told;
}

static const char *const keys[] = {"occurred", "planned", "alleged", "denied", "headline"};
static const char *const dates[] = {"2024", "2024-05", "2024-07-18", "2023-Q1", "2024-H2", "2023/2024-07", "2024-05/2024-07"};
enum { DATES = sizeof dates / sizeof dates[0], KEYS = sizeof keys / sizeof keys[0] };

/* One set of roles; edge: the smallest or the largest of its type. */
static void all_of(const struct voice *v, struct str type, const struct combination *c, bool edge) {
    bool pair = str_eqz(type, "business.partnership") || str_eqz(type, "diplomacy.meeting");
    size_t at_least = pair ? 2 : 1, turn = made % DATES;
    for (size_t k = 0; k < KEYS; k++) {
        if (!one(v, type, keys[k], c, at_least, "", "", k == 0 || edge)) {
            continue;
        }
        for (size_t persons = at_least; persons <= 3 && (edge || made % EVERY == 0); persons++) {
            for (int source = 0; source < 3; source++) {
                const char *who = source == 0 ? "" : source == 1 ? "source" : "source/2";
                bool plain = persons == at_least && !source;
                if (!plain) {
                    one(v, type, keys[k], c, persons, "", who, edge && (persons == at_least || !source));
                }
                one(v, type, keys[k], c, persons, dates[turn++ % DATES], who, false);
            }
        }
        for (size_t d = 0; edge && d < (k == 0 ? DATES : 1); d++) {
            one(v, type, keys[k], c, at_least, dates[d], d % 2 ? "source" : "", true);
        }
    }
}

/* All subsets of the roles of a line of schema.conf, "type role! a|b! role", that say something. */
static void type_lines(const struct voice *v, struct str line) {
    struct combination all = {.n = 0};
    struct str type = conf_word(&line);
    for (struct str w = conf_word(&line); w.n; w = conf_word(&line)) {
        struct str names = str_sub(w, 0, w.n - str_ends(w, STR("!")));
        while (names.n) {
            struct str role = str_cut(&names, '|');
            if (cast_of(role, type, 1) && !str_eqz(role, "source")) {
                all.roles[all.n++] = role;
            }
        }
    }
    if (cast_of(STR("nature"), type, 1)) {
        all.roles[all.n++] = STR("nature");
    }
    assert_true(all.n <= MOST_ROLES);
    size_t largest = 0, smallest = SIZE_MAX;
    bool small = false;
    bool told[1 << MOST_ROLES] = {false};
    for (size_t set = 1; set < (size_t)1 << all.n; set++) {
        struct combination c = {.n = 0};
        for (size_t i = 0; i < all.n; i++) {
            if (set >> i & 1) {
                c.roles[c.n++] = all.roles[i];
            }
        }
        bool pair = str_eqz(type, "business.partnership") || str_eqz(type, "diplomacy.meeting");
        told[set] = one(v, type, "occurred", &c, pair ? 2 : 1, "2024-05", "", false);
        largest = told[set] && c.n > largest ? c.n : largest;
        smallest = told[set] && c.n < smallest ? c.n : smallest;
    }
    if (!largest) {
        fail_msg("%s: nothing is ever said of %.*s", v->tag, STR_ARG(type));
    }
    for (size_t set = 1; set < (size_t)1 << all.n; set++) {
        struct combination c = {.n = 0};
        for (size_t i = 0; told[set] && i < all.n; i++) {
            if (set >> i & 1) {
                c.roles[c.n++] = all.roles[i];
            }
        }
        if (told[set]) {
            bool edge = c.n == largest || (c.n == smallest && !small);
            small = small || c.n == smallest;
            all_of(v, type, &c, edge);
        }
    }
}

static void hold_against(const char *path, struct str text) {
    struct err err = {0};
    struct str want;
    struct arena a;
    arena_init(&a, (size_t)16 << 20);
    if (getenv("GOLDEN_UPDATE")) {
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

static void test_summary__every_combination_of_roles_reads_well(void **state) {
    (void)state;
    wrong = 0;
    for (size_t i = 0; i < VOICES; i++) {
        struct conf c;
        struct err err = {0};
        struct arena a;
        char path[200];
        arena_init(&a, (size_t)64 << 20);
        buf_init(&golden, &a);
        made = 0;
        snprintf(path, sizeof path, "%s/schema.conf", data_dir());
        assert_int_equal(conf_open(&c, &a, path, &err), ERR_OK);
        while (conf_next(&c)) {
            type_lines(&voices[i], c.entry);
        }
        assert_true(made > 5000 / EVERY);
        snprintf(path, sizeof path, "tests/golden/summary/patterns/%s.txt", voices[i].tag);
        hold_against(path, buf_str(&golden));
        arena_release(&a);
    }
    if (wrong) {
        fail_msg("%zu sentences read badly", wrong);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary__the_example_behind_every_pattern_is_what_it_writes),
        cmocka_unit_test(test_summary__every_combination_of_roles_reads_well),
    };
    return cmocka_run_group_tests(tests, load, release);
}
