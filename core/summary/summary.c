/* summary.c - see summary.h. Facts are chosen and written in the order of their weight; the best leads, the others follow as the
 * article tells them, background last. Every sentence is checked (check.h) before it stands. */
#include "core/summary/summary.h"

#include <stdlib.h>

#include "core/base/utf8.h"
#include "core/limits.h"
#include "core/summary/check.h"
#include "core/summary/extract.h"
#include "core/summary/script.h"

#include "core/base/banned.h"

enum {
    USUAL_SENTENCES = 4,
    ENOUGH_SENTENCES = 3, /* of the article: fewer are filled up with its central sentences */
    MOST_SENTENCES = LIMIT_SUMMARY_SENTENCES,
    SPARE = 2, /* sentences translated beyond those wanted: some translations do not stand the check */
    MOST_CANDIDATES = MOST_SENTENCES + SPARE,
    MOST_NAMES = 40,      /* of a sentence that must come through a translation */
    MOST_TRIED = 40,      /* facts looked at, best first */
    MOST_OF_A_TYPE = 3,   /* sentences, while there are other types to tell */
    LONGEST_JOINED = 250, /* bytes of several facts told as one sentence */
};

enum variant { PLAIN, HANS, HANT, VARIANTS };

struct target {
    struct templates *templates;
    struct format *formats[VARIANTS];
};

struct summary_rules {
    struct fact_rules *facts;
    struct terms *terms;
    struct extract_rules *extract;
    struct han *han;
    const struct langs *langs;
    struct target targets[LANG_MAX];
};

/* ---- loading ---- */

/* Chinese is written in two scripts, whose formats differ ("1000万", "1000萬"). */
static enum err_code load_target(struct target *t, struct arena *a, const struct lang *l, struct err *err) {
    static const char *const tags[VARIANTS] = {"", "_Hans", "_Hant"};
    bool scripts = str_eqz(l->public.code, "zh");
    struct conf c;
    bool found;
    enum err_code code = lang_conf_open(l, "summary.conf", &c, &found, a, err);
    for (size_t i = scripts ? HANS : PLAIN; code == ERR_OK && found && i < (scripts ? VARIANTS : HANS); i++) {
        struct str locale = arena_printf(a, "%.*s%s", STR_ARG(l->public.code), tags[i]);
        code = locale.p ? format_open(&t->formats[i], a, locale.p, err) : err_set(err, ERR_NO_MEMORY, "no memory for a locale");
        code = code ? code : templates_load(&t->templates, l, t->formats[i], a, err);
    }
    return code;
}

enum err_code summary_load(struct summary_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                           const struct text_fold *fold, struct err *err) {
    struct summary_rules *r = ARENA_NEW(a, struct summary_rules);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the summary's rules");
    }
    *out = r;
    r->langs = l;
    enum err_code code = fact_rules_load(&r->facts, a, data_dir, err);
    code = code ? code : terms_load(&r->terms, a, l, fold, err);
    code = code ? code : extract_load(&r->extract, a, l, fold, err);
    code = code ? code : han_load(&r->han, a, data_dir, err);
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        code = load_target(&r->targets[i], a, &l->items[i], err);
    }
    return code;
}

void summary_release(struct summary_rules *r) {
    for (size_t i = 0; r && i < LANG_MAX; i++) {
        for (size_t k = 0; k < VARIANTS; k++) {
            format_close(r->targets[i].formats[k]);
        }
    }
}

bool summary_has(const struct summary_rules *r, int lang) {
    return r->targets[lang].templates != NULL;
}

/* ---- one summary on its way ---- */

struct work {
    const struct summary_rules *r;
    struct doc *d;
    struct writer w;
    enum script_kind script; /* what Chinese is to be written in */
    size_t most, cap;
    size_t unsaid;  /* events for which the language has no words */
    size_t refused; /* sentences that the checker did not let through */
    const struct translate *translate; /* NULL: nobody has this pair */
    struct str source;                 /* the article's language for it: "de", "zh-Hant" */
    size_t untranslated;               /* sentences that could not be translated well */
    bool headline;
    uint32_t own[MOST_SENTENCES + 1]; /* body sentences of the article told as they stand, with own_at[i] their place in the summary */
    size_t own_at[MOST_SENTENCES + 1], own_count;
};

static bool has_part(struct str tag, const char *const *parts, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (str_find(tag, str_of(parts[i]), 2) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

/* The target's script of Chinese: the tag's, else the article's own, else simplified. */
static enum script_kind wanted_script(const struct doc *d, struct str tag) {
    static const char *const abroad[] = {"HK", "hk", "MO", "mo"}, *const traditional[] = {"Hant", "hant", "TW", "tw"};
    if (has_part(tag, abroad, 4)) {
        return SCRIPT_HANT;
    }
    bool bare = str_find(tag, STR("-"), 0) == SIZE_MAX;
    return has_part(tag, traditional, 4) || (bare && strcmp(d->script, "Hant") == 0) ? SCRIPT_TAIWAN : SCRIPT_HANS;
}

void summary_names(const struct summary_rules *r, int target, struct str tag, struct doc *d) {
    bool chinese = str_eqz(r->langs->items[target].public.code, "zh");
    for (size_t i = 0; chinese && i < d->entity_count; i++) {
        struct ng_entity *e = &d->entities[i];
        bool word = e->type <= NG_EVENT_NAME;
        e->canonical_name = word ? script_convert_name(r->han, d, wanted_script(d, tag), (uint32_t)i, e->canonical_name) : e->canonical_name;
    }
}

static void add(struct work *k, struct str text, enum ng_method method, struct ng_span *evidence, size_t evidence_count, uint32_t *events,
                size_t event_count) {
    struct ng_summary *s = &k->d->summary;
    ARENA_PUSH(k->d->a, s->sentences, s->sentence_count, k->cap) =
        (struct ng_summary_sentence){text, method, evidence, evidence_count, events, event_count};
}

/* ---- from facts ---- */

static int by_start(const void *x, const void *y) {
    const struct ng_span *a = x, *b = y;
    return a->start != b->start ? (a->start > b->start) - (a->start < b->start) : (a->end > b->end) - (a->end < b->end);
}

static void add_evidence(const struct doc *d, const struct fact *f, struct ng_span *out, size_t *n, uint32_t *events, size_t *event_count) {
    for (size_t i = 0; f && i < f->event_count; i++) {
        const struct ng_event *e = &d->events[f->events[i]];
        events[(*event_count)++] = f->events[i];
        for (size_t k = 0; k < e->evidence_count; k++) {
            bool seen = false;
            for (size_t m = 0; m < *n; m++) {
                seen = seen || (out[m].start == e->evidence[k].start && out[m].end == e->evidence[k].end);
            }
            if (!seen) {
                out[(*n)++] = e->evidence[k];
            }
        }
    }
}

static size_t evidence_of(const struct doc *d, const struct fact *f) {
    size_t n = 0;
    for (size_t i = 0; f && i < f->event_count; i++) {
        n += d->events[f->events[i]].evidence_count;
    }
    return n;
}

/* A sentence to be. */
struct plan {
    const struct fact *facts[SENTENCE_FACTS];
    size_t n;
};

/* Writes and checks; *s is what stands. */
static bool try_sentence(struct work *k, const struct plan *p, struct sentence *s) {
    const char *why;
    if (!write_sentence(&k->w, p->facts, p->n, k->headline, s)) {
        return false;
    }
    if (!check_written(&k->w, s, p->facts, p->n, &why)) {
        k->refused++;
        doc_trace(k->d, "summary: refused for %s: %.*s", why, STR_ARG(buf_str(&s->b)));
        return false;
    }
    return true;
}

static bool states(const struct ng_event *e, const struct sent *s) {
    for (size_t m = 0; m < e->evidence_count; m++) {
        if (e->evidence[m].start < s->end && s->start < e->evidence[m].end) {
            return true;
        }
    }
    return false;
}

/* The sentence of the one of two events that has more to tell. */
static size_t fullest_sentence(const struct work *k, const struct fact *f) {
    const struct doc *d = k->d;
    const struct ng_event *a = &d->events[f->events[0]], *b = &d->events[f->events[1]], *e = a->role_count >= b->role_count ? a : b;
    for (size_t i = 0; i < d->sent_count; i++) {
        if (states(e, &d->sents[i]) && extract_stands_alone(k->r->extract, d, &d->sents[i])) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Where the article is in the reader's language, its own words say best what happened: the first sentence of body text that states
 * all events of a fact and can stand alone; else SIZE_MAX. */
static size_t own_sentence(const struct work *k, const struct fact *f) {
    const struct doc *d = k->d;
    for (size_t i = 0; k->w.same && !k->headline && i < d->sent_count; i++) {
        bool all = true;
        for (size_t m = 0; m < f->event_count; m++) {
            all = all && states(&d->events[f->events[m]], &d->sents[i]);
        }
        if (all && extract_stands_alone(k->r->extract, d, &d->sents[i])) {
            return i;
        }
    }
    return k->w.same && !k->headline && !f->part_count && f->event_count == 2 ? fullest_sentence(k, f) : SIZE_MAX;
}

/* Appends the events of a fact to those of a sentence. */
static void add_events(struct doc *d, struct ng_summary_sentence *s, const struct fact *f) {
    uint32_t *all = ARENA_ARRAY(d->a, s->event_count + f->event_count + 1, uint32_t);
    size_t n = 0;
    for (size_t i = 0; all && i < s->event_count + f->event_count; i++) {
        uint32_t id = i < s->event_count ? s->events[i] : f->events[i - s->event_count];
        bool seen = false;
        for (size_t m = 0; m < n; m++) {
            seen = seen || all[m] == id;
        }
        if (!seen) {
            all[n++] = id;
        }
    }
    s->events = all;
    s->event_count = all ? n : 0;
}

/* Adds a sentence of the article as it stands. */
static bool add_own(struct work *k, const struct sent *s) {
    struct doc *d = k->d;
    struct ng_span *evidence = ARENA_NEW(d->a, struct ng_span);
    if (evidence) {
        *evidence = (struct ng_span){s->start, s->end};
        add(k, script_convert_plain(k->r->han, d, k->script, (struct ng_span){d->toks[s->body].start, s->end}), NG_EXTRACTED, evidence, 1, NULL, 0);
    }
    return evidence != NULL;
}

/* Tells a fact by a sentence of the article; false where it has none. */
static bool keep_own(struct work *k, const struct fact *f) {
    struct doc *d = k->d;
    size_t found = own_sentence(k, f), at = 0;
    if (found == SIZE_MAX) {
        return false;
    }
    while (at < k->own_count && k->own[at] != found) {
        at++;
    }
    if (at == k->own_count) {
        if (d->summary.sentence_count >= k->most || !add_own(k, &d->sents[found])) {
            return true;
        }
        k->own[at] = (uint32_t)found;
        k->own_at[k->own_count++] = d->summary.sentence_count - 1;
    }
    add_events(d, &d->summary.sentences[k->own_at[at]], f);
    return true;
}

static void keep_sentence(struct work *k, const struct sentence *s, const struct plan *p) {
    struct doc *d = k->d;
    size_t spans = 0, ids = 0, n = 0, events = 0;
    for (size_t i = 0; i < p->n; i++) {
        spans += evidence_of(d, p->facts[i]);
        ids += p->facts[i]->event_count;
    }
    struct ng_span *evidence = ARENA_ARRAY(d->a, spans + 1, struct ng_span);
    uint32_t *list = ARENA_ARRAY(d->a, ids + 1, uint32_t);
    struct str text = script_convert(k->r->han, d, k->script, s);
    if (!evidence || !list) {
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        add_evidence(d, p->facts[i], evidence, &n, list, &events);
    }
    qsort(evidence, n, sizeof *evidence, by_start);
    write_keep(&k->w, s);
    add(k, text, NG_FROM_EVENTS, evidence, n, list, events);
}

/* Facts of one kind go together in a sentence. */
static bool alike(const struct fact *a, const struct fact *b) {
    return str_eq(a->type, b->type) && a->status == b->status && a->background == b->background && a->part_count == 0 && b->part_count == 0;
}

/* Whether two facts have a participant in common: "A hired X, while A sued Y" reads badly. */
static bool share_somebody(const struct fact *a, const struct fact *b) {
    for (size_t r = 0; r < a->role_count; r++) {
        for (size_t i = 0; i < a->roles[r].n; i++) {
            for (size_t q = 0; q < b->role_count; q++) {
                for (size_t k = 0; k < b->roles[q].n; k++) {
                    if (a->roles[r].fillers[i].entity >= 0 && a->roles[r].fillers[i].entity == b->roles[q].fillers[k].entity) {
                        return true;
                    }
                }
            }
        }
    }
    return false;
}

/* Puts a fact into a sentence that has room for it. */
static bool join_plan(struct work *k, struct plan *plans, size_t n, const struct fact *f) {
    for (size_t i = 0; i < n; i++) {
        struct sentence s;
        struct plan more = plans[i];
        bool fits = more.n < SENTENCE_FACTS;
        for (size_t m = 0; m < more.n; m++) {
            fits = fits && alike(more.facts[m], f) && !share_somebody(more.facts[m], f);
        }
        if (!fits) {
            continue;
        }
        more.facts[more.n++] = f;
        bool told = try_sentence(k, &more, &s);
        if (!told && more.n == 2) { /* the one with a source comes first */
            more = (struct plan){{f, plans[i].facts[0]}, 2};
            told = try_sentence(k, &more, &s);
        }
        if (told && s.b.n <= LONGEST_JOINED) {
            plans[i] = more;
            return true;
        }
    }
    return false;
}

static size_t of_type(const struct plan *plans, size_t n, struct str type) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += str_eq(plans[i].facts[0]->type, type);
    }
    return count;
}

/* Best first. Where there are more facts than sentences, those of one kind share sentences, so that there is room for other kinds;
 * two facts a sentence on average. */
static size_t plan_sentences(struct work *k, const struct fact *facts, size_t n, struct plan *plans) {
    size_t count = 0, all = 0, tellable = 0;
    bool can[MOST_TRIED] = {false};
    n = n < MOST_TRIED ? n : MOST_TRIED;
    for (size_t i = 0; i < n; i++) {
        struct sentence s;
        can[i] = try_sentence(k, &(struct plan){{&facts[i]}, 1}, &s);
        tellable += can[i];
        k->unsaid += !can[i];
        doc_trace(k->d, "summary: %.2f %s%.*s: %.*s", facts[i].score, facts[i].background ? "background " : "", STR_ARG(facts[i].type),
                  STR_ARG(can[i] ? buf_str(&s.b) : STR("not to be told")));
    }
    for (int pass = 0; pass < 2; pass++) { /* first at most MOST_OF_A_TYPE sentences of a type, then what room is left */
        for (size_t i = 0; i < n && (count < k->most || all < k->most * 2); i++) {
            if (!can[i]) {
                continue;
            }
            if (!k->headline && tellable > k->most && all < k->most * 2 && join_plan(k, plans, count, &facts[i])) {
                all++;
            } else if (count < k->most && (pass > 0 || of_type(plans, count, facts[i].type) < MOST_OF_A_TYPE)) {
                plans[count++] = (struct plan){{&facts[i]}, 1};
                all++;
            } else {
                continue;
            }
            can[i] = false;
        }
    }
    return count;
}

/* News as the article tells it, then background. */
static int by_order(const void *x, const void *y) {
    const struct fact *a = ((const struct plan *)x)->facts[0], *b = ((const struct plan *)y)->facts[0];
    if (a->background != b->background) {
        return a->background ? 1 : -1;
    }
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : (a->score < b->score) - (a->score > b->score);
}

/* The best leads, unless it is old. */
static void order_plans(struct plan *plans, size_t n) {
    size_t lead = 0;
    while (lead + 1 < n && plans[lead].facts[0]->background) {
        lead++;
    }
    if (n && !plans[lead].facts[0]->background) {
        struct plan first = plans[lead];
        memmove(plans + 1, plans, lead * sizeof *plans);
        plans[0] = first;
    }
    if (n > 1) {
        qsort(plans + 1, n - 1, sizeof *plans, by_order);
    }
}

static enum err_code from_facts(struct work *k, struct err *err) {
    struct fact *facts;
    struct plan plans[MOST_SENTENCES];
    size_t n;
    struct fact_teller teller = {&k->w, write_can_tell, write_find, write_has_items};
    enum err_code code = facts_collect(k->r->facts, k->d, &teller, &facts, &n, err);
    if (code != ERR_OK) {
        return code;
    }
    k->unsaid = k->d->event_count;
    for (size_t i = 0; i < n; i++) {
        k->unsaid -= facts[i].event_count < k->unsaid ? facts[i].event_count : k->unsaid;
    }
    size_t count = plan_sentences(k, facts, n, plans);
    order_plans(plans, count);
    for (size_t i = 0; i < count && k->d->summary.sentence_count < k->most; i++) {
        struct sentence s;
        struct plan rest = {.n = 0};
        for (size_t m = 0; m < plans[i].n; m++) {
            if (!keep_own(k, plans[i].facts[m])) {
                rest.facts[rest.n++] = plans[i].facts[m];
            }
        }
        if (rest.n && k->d->summary.sentence_count < k->most && try_sentence(k, &rest, &s)) {
            keep_sentence(k, &s, &rest);
        }
    }
    return arena_full(k->d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the summary") : ERR_OK;
}

/* ---- from the article ---- */

/* The names in a sentence and how they may read in the target language. */
static void names_of(const struct doc *d, struct ng_span s, struct translate_sentence *out) {
    struct translate_name *names = ARENA_ARRAY(d->a, MOST_NAMES, struct translate_name);
    out->text = doc_sub(d, s.start, s.end);
    out->names = names;
    for (size_t i = 0; names && i < d->mention_count && out->name_count < MOST_NAMES; i++) {
        const struct mention *m = &d->mentions[i];
        if (m->start >= s.start && m->end <= s.end && m->type < NG_MONEY) {
            names[out->name_count++] = (struct translate_name){m->start - s.start, m->end - s.start, &d->entities[m->entity].canonical_name, 1};
        }
    }
}

/* Puts sentences of the article into the target language: out[i] is STR_NONE where that cannot be done well. Translations come in here
 * and nowhere else; they are checked by core/translate. */
static void put_in_target(struct work *k, const uint32_t *sents, size_t n, struct str *out) {
    struct doc *d = k->d;
    struct translate_sentence in[MOST_CANDIDATES] = {{.name_count = 0}};
    struct translate_result results[MOST_CANDIDATES];
    struct err err = {0};
    for (size_t i = 0; i < n; i++) {
        const struct sent *s = &d->sents[sents[i]];
        struct ng_span told = {d->toks[s->body].start, s->end};
        out[i] = k->w.same ? script_convert_plain(k->r->han, d, k->script, told) : STR_NONE;
        names_of(d, told, &in[i]);
    }
    if (k->w.same || !k->translate || !n) {
        return;
    }
    struct translate_order order = {.source = k->source, .target = d->summary.language, .sentences = in, .count = n, .deadline = d->req->deadline};
    if (translate_sentences(k->translate, d->worker, d->a, &order, results, &err) != ERR_OK) {
        k->untranslated = n;
        doc_warn(d, "the translator failed: %s", err.text);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = results[i].fault == TRANSLATE_GOOD ? results[i].text : STR_NONE;
        k->untranslated += results[i].fault != TRANSLATE_GOOD;
        if (results[i].fault != TRANSLATE_GOOD) {
            doc_trace(d, "summary: translation refused: %.*s", STR_ARG(results[i].why));
        }
    }
}

static void from_article(struct work *k, size_t wanted) {
    struct doc *d = k->d;
    struct ng_span taken[MOST_SENTENCES * 16];
    uint32_t picked[MOST_CANDIDATES];
    struct str texts[MOST_CANDIDATES];
    size_t n = 0, spare = k->w.same ? 0 : SPARE;
    for (size_t i = 0; i < d->summary.sentence_count; i++) {
        for (size_t m = 0; m < d->summary.sentences[i].evidence_count && n < sizeof taken / sizeof taken[0]; m++) {
            taken[n++] = d->summary.sentences[i].evidence[m];
        }
    }
    size_t count = extract_pick(k->r->extract, d, taken, n, wanted + spare, picked);
    put_in_target(k, picked, count, texts);
    for (size_t i = 0; i < count && wanted > 0; i++) {
        const struct sent *s = &d->sents[picked[i]];
        struct ng_span *evidence = ARENA_NEW(d->a, struct ng_span);
        if (texts[i].n && evidence) {
            *evidence = (struct ng_span){s->start, s->end};
            add(k, texts[i], k->w.same ? NG_EXTRACTED : NG_TRANSLATED, evidence, 1, NULL, 0);
            wanted--;
        }
    }
}

/* ---- the whole ---- */

/* The article's own sentences read best in the order they have there: the lead first. */
static int by_place(const void *x, const void *y) {
    const struct ng_summary_sentence *a = x, *b = y;
    uint32_t p = a->evidence_count ? a->evidence[0].start : 0, q = b->evidence_count ? b->evidence[0].start : 0;
    return (p > q) - (p < q);
}

/* The first sentence of the text where it can stand alone and is not told yet; else NULL. */
static const struct sent *untold_lead(const struct work *k) {
    const struct doc *d = k->d;
    size_t i = 0;
    while (i < d->sent_count && d->sents[i].role != SENT_BODY) {
        i++;
    }
    const struct sent *lead = i < d->sent_count ? &d->sents[i] : NULL;
    bool told = !lead || !extract_stands_alone(k->r->extract, d, lead);
    for (size_t m = 0; !told && m < d->summary.sentence_count; m++) {
        const struct ng_summary_sentence *s = &d->summary.sentences[m];
        for (size_t e = 0; e < s->evidence_count; e++) {
            told = told || (s->evidence[e].start < lead->end && lead->start < s->evidence[e].end);
        }
    }
    return told ? NULL : lead;
}

/* A headline has no full stop. */
static void strip_stop(struct str *s) {
    if (str_ends(*s, STR("。"))) {
        s->n -= 3;
    } else if (str_ends(*s, STR("."))) {
        s->n--;
    }
}

/* Drops sentences from the end until the text has at most so many characters; the first stays. */
static void shorten(struct ng_summary *s, size_t characters) {
    size_t total = 0, keep = 0;
    for (; keep < s->sentence_count; keep++) {
        total += utf8_count(s->sentences[keep].text) + (keep > 0);
        if (keep && total > characters) {
            break;
        }
    }
    s->sentence_count = keep;
}

static void join(struct work *k, enum ng_style style) {
    struct buf b;
    struct ng_summary *s = &k->d->summary;
    buf_init(&b, k->d->a);
    for (size_t i = 0; i < s->sentence_count; i++) {
        if (style == NG_BULLETS) {
            buf_add(&b, i ? STR("\n- ") : STR("- "));
        } else if (i && k->w.words) {
            buf_addc(&b, ' ');
        }
        buf_add(&b, s->sentences[i].text);
    }
    s->text = b.n ? buf_str(&b) : STR("");
}

static void say_what_is_missing(struct work *k, struct str target_name) {
    struct ng_summary *s = &k->d->summary;
    struct str source = k->r->langs->items[k->d->lang].public.name;
    bool told = k->w.same || (k->translate ? k->untranslated == 0 : k->unsaid == 0 && s->sentence_count >= 2);
    s->complete = s->sentence_count > 0 && told;
    if (s->complete) {
        return;
    }
    if (k->w.same) {
        s->note = STR("The article has no sentence that could stand for it");
    } else if (k->translate && k->untranslated) {
        s->note = arena_printf(k->d->a, "%zu sentences of the article could not be translated from %.*s well enough to be shown", k->untranslated,
                               STR_ARG(source));
    } else if (k->translate) {
        s->note = STR("The article has no event and no sentence that could stand for it");
    } else if (!k->w.templates) {
        s->note = arena_printf(k->d->a, "Summaries cannot be written in %.*s, and no translator from %.*s is installed", STR_ARG(target_name),
                               STR_ARG(source));
    } else {
        s->note = arena_printf(k->d->a, "%s; the article's own sentences are in %.*s, and no translator to %.*s is installed",
                               s->sentence_count ? "Only what could be written from events is told" : "Nothing could be written from events",
                               STR_ARG(source), STR_ARG(target_name));
    }
}

static enum err_code start(struct work *k, const struct summary_rules *r, const struct translate *t, int target, struct str tag, struct doc *d, struct err *err) {
    const struct lang *l = &r->langs->items[target];
    bool chinese = str_eqz(l->public.code, "zh");
    size_t asked = d->req->summary_sentences;
    *k = (struct work){.r = r, .d = d, .headline = d->req->summary_style == NG_HEADLINE};
    bool names = str_eqz(l->public.code, "ja") && str_eqz(r->langs->items[d->lang].public.code, "zh");
    k->script = chinese ? wanted_script(d, tag) : names ? SCRIPT_JAPAN : SCRIPT_AS_IS;
    k->most = k->headline ? 1 : asked == 0 ? USUAL_SENTENCES : asked < MOST_SENTENCES ? asked : MOST_SENTENCES;
    k->w = (struct writer){.rules = r->facts,
                           .templates = r->targets[target].templates,
                           .format = r->targets[target].formats[!chinese ? PLAIN : k->script == SCRIPT_HANS ? HANS : HANT],
                           .terms = r->terms,
                           .d = d,
                           .target = target,
                           .same = target == d->lang,
                           .words = l->atoms == ATOMS_WORD,
                           .named = ARENA_ARRAY(d->a, d->entity_count + 1, bool)};
    d->summary = (struct ng_summary){.language = tag};
    struct str code = r->langs->items[d->lang].public.code;
    k->source = strcmp(d->script, "Hant") == 0 ? arena_printf(d->a, "%.*s-Hant", STR_ARG(code)) : code;
    k->translate = t && !k->w.same && translate_way(t, k->source, tag) != TRANSLATE_NONE ? t : NULL;
    return k->w.named ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the summary");
}

enum err_code summary_write(const struct summary_rules *r, const struct langs *l, const struct translate *t, int target, struct str tag,
                            struct doc *d, struct err *err) {
    struct work k;
    enum err_code code = start(&k, r, t, target, tag, d, err);
    size_t enough = k.headline ? 1 : d->req->summary_sentences ? k.most : ENOUGH_SENTENCES;
    if (code == ERR_OK && k.w.templates) {
        code = from_facts(&k, err);
    }
    if (code != ERR_OK) {
        return code;
    }
    const struct sent *lead = k.w.same && k.most > 2 ? untold_lead(&k) : NULL;
    if (lead) {
        d->summary.sentence_count -= d->summary.sentence_count == k.most; /* the last makes room */
        add_own(&k, lead);
    }
    if (d->summary.sentence_count < enough) {
        from_article(&k, enough - d->summary.sentence_count);
    }
    if (k.w.same && d->summary.sentence_count > 1) {
        qsort(d->summary.sentences, d->summary.sentence_count, sizeof *d->summary.sentences, by_place);
    }
    if (d->req->summary_characters) {
        shorten(&d->summary, d->req->summary_characters);
    }
    for (size_t i = 0; k.headline && i < d->summary.sentence_count; i++) {
        strip_stop(&d->summary.sentences[i].text);
    }
    join(&k, d->req->summary_style);
    say_what_is_missing(&k, l->items[target].public.name);
    if (k.refused) {
        doc_warn(d, "%zu sentences of the summary were left out because they could not be proved from the article", k.refused);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the summary") : ERR_OK;
}
