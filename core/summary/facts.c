/* facts.c - see facts.h. Quadratic in the number of facts, which is bounded. */
#include "core/summary/facts.h"

#include <stdlib.h>

#include "core/base/conf.h"
#include "core/base/utf8.h"
#include "core/summary/doubt.h"

#include "core/base/banned.h"

enum { MAX_FACTS = 120 /* events looked at; longer articles repeat themselves */, MAX_FILLERS = 12, MAX_PARTS = 5, MAX_RULES = 128, NEAR = 600 /* bytes: told together */, NEAR_TURN = 60 /* bytes around what tells an event */, BESIDE = 12, LEAD = 3 /* sentences */ };

static const float LEAST_SURE = 0.6F; /* an event less sure is not told */

enum rule_kind {
    WEIGHT, TYPES, TERMS, LIST, ITEMS, MUST, DISTINCT, ABSORB, CONFLICT, LEAST, VERBATIM, UNLESS, NATURE, NEEDS, OVER, UNTIL, SMALLEST, FAILED, AHEAD, ONCE, UNFIT, APART, AGAINST, STALE, DATED, DOER, TURN, TOLD_BY, GRAVE, RULE_KINDS
};
static const char *const section_names[RULE_KINDS] = {"weight", "types", "terms", "list", "items", "must", "distinct", "absorb", "conflict",
                                                      "least", "verbatim", "unless", "nature", "needs", "over", "until", "smallest", "failed", "ahead", "once", "unfit", "apart", "against", "stale", "dated", "doer", "turn", "told-by", "grave"};

struct rule {
    struct str words[8];
    size_t n;
    double number;
};

struct fact_rules {
    struct rule rules[RULE_KINDS][MAX_RULES];
    size_t n[RULE_KINDS];
};

/* ---- the rules ---- */

static enum err_code read_rule(struct fact_rules *r, struct conf *c, struct err *err) {
    for (size_t k = 0; k < RULE_KINDS; k++) {
        if (!str_eqz(c->section, section_names[k])) {
            continue;
        }
        if (r->n[k] == MAX_RULES) {
            return conf_fail(c, err, "more than %d rules", MAX_RULES);
        }
        struct rule *one = &r->rules[k][r->n[k]++];
        for (struct str w = conf_word(&c->entry); w.n; w = conf_word(&c->entry)) {
            if (one->n == sizeof one->words / sizeof one->words[0]) {
                return conf_fail(c, err, "too many words");
            }
            one->words[one->n++] = w;
        }
        bool bare = k == VERBATIM || k == OVER || k == UNTIL || k == STALE || k == DATED || k == DOER || k == TURN, numbered = k == WEIGHT || k == LEAST || k == SMALLEST;
        if (one->n < (bare ? 1 : 2) || (numbered && !str_to_double(one->words[one->n - 1], &one->number))) {
            return conf_fail(c, err, "expected more words, or a number at the end");
        }
        return ERR_OK;
    }
    return conf_fail(c, err, "unknown section [%.*s]", STR_ARG(c->section));
}

enum err_code fact_rules_load(struct fact_rules **out, struct arena *a, const char *data_dir, struct err *err) {
    struct fact_rules *r = ARENA_NEW(a, struct fact_rules);
    struct str path = arena_printf(a, "%s/summary.conf", data_dir);
    struct conf c;
    if (!r || !path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the rules of summaries");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    while (code == ERR_OK && conf_next(&c)) {
        code = read_rule(r, &c, err);
    }
    *out = r;
    return code;
}

/* The first rule of a kind whose first words are these (b empty: one word). */
static const struct rule *find_rule(const struct fact_rules *r, enum rule_kind kind, struct str a, struct str b) {
    for (size_t i = 0; i < r->n[kind]; i++) {
        const struct rule *x = &r->rules[kind][i];
        if (str_eq(x->words[0], a) && (!b.n || str_eq(x->words[1], b))) {
            return x;
        }
    }
    return NULL;
}

struct str fact_role_kind(const struct fact_rules *r, struct str role) {
    const struct rule *x = find_rule(r, TERMS, role, STR_NONE);
    return x ? x->words[1] : STR("");
}

bool fact_role_verbatim(const struct fact_rules *r, struct str role) {
    return find_rule(r, VERBATIM, role, STR_NONE) != NULL;
}

/* ---- facts ---- */

const struct fact_role *fact_role(const struct fact *f, struct str name) {
    for (size_t i = 0; i < f->role_count; i++) {
        if (str_eq(f->roles[i].name, name)) {
            return &f->roles[i];
        }
    }
    return NULL;
}

/* 福耀科大 is 福耀科技大学: its characters stand there in that order, the first two in front. */
static bool han_brief(struct str brief, struct str full) {
    size_t i = 0, k = 0, characters = 0;
    if (brief.n >= full.n) {
        return false;
    }
    while (i < brief.n && k < full.n) {
        int32_t a = utf8_next(brief, &i), b = utf8_next(full, &k);
        if (a < 0x3400 || (a != b && characters < 2)) {
            return false;
        }
        while (a != b && k < full.n) {
            b = utf8_next(full, &k);
        }
        if (a != b) {
            return false;
        }
        characters++;
    }
    return i == brief.n && characters >= 2;
}

/* "Ampere" and "Ampere Computing" are one where all else of two events is the same; two that the knowledge base knows are not. */
static bool one_name(const struct ng_entity *a, const struct ng_entity *b) {
    const struct ng_entity *brief = a->canonical_name.n < b->canonical_name.n ? a : b, *full = brief == a ? b : a;
    bool kind = a->type == b->type && (a->type == NG_ORGANIZATION || a->type == NG_PRODUCT);
    if (kind && (!a->kb_id.n || !b->kb_id.n) && (han_brief(a->name, b->name) || han_brief(b->name, a->name))) {
        return true;
    }
    return kind && brief->canonical_name.n && (!a->kb_id.n || !b->kb_id.n) && str_starts(full->canonical_name, brief->canonical_name) &&
           (full->canonical_name.n == brief->canonical_name.n || full->canonical_name.p[brief->canonical_name.n] == ' ');
}

static bool same_filler(const struct doc *d, const struct ng_filler *a, const struct ng_filler *b) {
    if (a->entity >= 0 && b->entity >= 0) {
        return a->entity == b->entity || one_name(&d->entities[a->entity], &d->entities[b->entity]);
    }
    if (a->entity >= 0 || b->entity >= 0) {
        return false;
    }
    return str_eq(str_sub(d->text, a->span.start, a->span.end), str_sub(d->text, b->span.start, b->span.end));
}

static bool has_filler(const struct doc *d, const struct fact_role *r, const struct ng_filler *f) {
    for (size_t i = 0; r && i < r->n; i++) {
        if (same_filler(d, &r->fillers[i], f)) {
            return true;
        }
    }
    return false;
}

static bool share_filler(const struct doc *d, const struct fact_role *a, const struct fact_role *b) {
    for (size_t i = 0; a && b && i < a->n; i++) {
        if (has_filler(d, b, &a->fillers[i])) {
            return true;
        }
    }
    return false;
}

static bool same_role(const struct doc *d, const struct fact_role *a, const struct fact_role *b) {
    if (!a || !b || a->n != b->n) {
        return !a && !b;
    }
    for (size_t i = 0; i < a->n; i++) {
        if (!has_filler(d, b, &a->fillers[i])) {
            return false;
        }
    }
    return true;
}

/* Adds what b has and a lacks. */
static void join_role(struct doc *d, struct fact *f, const struct fact_role *from) {
    struct fact_role *to = (struct fact_role *)(uintptr_t)fact_role(f, from->name);
    if (!to) {
        if (f->role_count == FACT_ROLES) {
            return;
        }
        to = &f->roles[f->role_count++];
        *to = (struct fact_role){.name = from->name};
    }
    struct ng_filler *all = ARENA_ARRAY(d->a, to->n + from->n, struct ng_filler);
    size_t n = 0;
    for (size_t i = 0; all && i < to->n; i++) {
        all[n++] = to->fillers[i];
    }
    to->fillers = all;
    to->n = n;
    for (size_t i = 0; all && i < from->n && to->n < MAX_FILLERS; i++) {
        if (!has_filler(d, to, &from->fillers[i])) {
            all[to->n++] = from->fillers[i];
        }
    }
}

static uint32_t *join_indices(struct arena *a, const uint32_t *x, size_t nx, const uint32_t *y, size_t ny, size_t *n) {
    uint32_t *all = ARENA_ARRAY(a, nx + ny + 1, uint32_t);
    *n = 0;
    for (size_t i = 0; all && i < nx + ny; i++) {
        uint32_t v = i < nx ? x[i] : y[i - nx];
        bool seen = false;
        for (size_t k = 0; k < *n; k++) {
            seen = seen || all[k] == v;
        }
        if (!seen) {
            all[(*n)++] = v;
        }
    }
    return all;
}

/* Of two names of one the longer is told. */
static void full_names(const struct doc *d, struct fact *a, const struct fact *b) {
    for (size_t r = 0; r < a->role_count; r++) {
        const struct fact_role *other = fact_role(b, a->roles[r].name);
        for (size_t i = 0; i < a->roles[r].n; i++) {
            struct ng_filler *x = &a->roles[r].fillers[i];
            for (size_t k = 0; other && x->entity >= 0 && k < other->n; k++) {
                const struct ng_filler *y = &other->fillers[k];
                bool longer = y->entity >= 0 && same_filler(d, x, y) && d->entities[y->entity].canonical_name.n > d->entities[x->entity].canonical_name.n;
                *x = longer ? *y : *x;
            }
        }
    }
}

/* b has nothing to tell any more that a does not. */
static void take_over(struct doc *d, struct fact *a, struct fact *b) {
    full_names(d, a, b);
    a->events = join_indices(d->a, a->events, a->event_count, b->events, b->event_count, &a->event_count);
    /* a source stays only if it reports all: otherwise it would be made to say what it did not */
    bool same = a->source_count == b->source_count;
    for (size_t i = 0; same && i < a->source_count; i++) {
        bool found = false;
        for (size_t k = 0; k < b->source_count; k++) {
            found = found || a->sources[i] == b->sources[k];
        }
        same = found;
    }
    a->source_count = same ? a->source_count : 0;
    a->score = a->score > b->score ? a->score : b->score;
    a->at = a->at < b->at ? a->at : b->at;
    if (!str_eq(a->date, b->date)) {
        a->date = STR_NONE;
    }
    b->gone = true;
}

/* ---- from events, with a look at their sense ---- */

/* A rule for the role of one type of events, "type role ...", goes before that for the role. */
static bool type_allowed(const struct fact_rules *r, const struct doc *d, struct str type, struct str role, const struct ng_filler *f) {
    const struct rule *x = find_rule(r, TYPES, type, role);
    size_t first = x ? 2 : 1;
    x = x ? x : find_rule(r, TYPES, role, STR_NONE);
    if (!x || f->entity < 0) {
        return true;
    }
    for (size_t i = first; i < x->n; i++) {
        if (str_eqz(x->words[i], ng_type_name(d->entities[f->entity].type))) {
            return true;
        }
    }
    return false;
}

/* [smallest]: less is the price of a share, not of a company, except for the symbolic 1. */
static bool large_enough(const struct fact_rules *r, const struct doc *d, struct str type, struct str role, const struct ng_filler *f) {
    const struct rule *x = find_rule(r, SMALLEST, type, role);
    const struct ng_value *v = f->entity >= 0 ? &d->entities[f->entity].value : NULL;
    return !x || !v || !v->has_amount || v->amount <= 1 || v->amount >= x->number;
}

/* [unfit]: a name with such a word cannot have the role: courts are not sentenced. */
static bool unfit(const struct fact_rules *r, const struct doc *d, const struct fact_teller *teller, struct str type, struct str role, const struct ng_filler *f) {
    for (size_t i = 0; i < r->n[UNFIT] && f->entity >= 0; i++) {
        const struct rule *x = &r->rules[UNFIT][i];
        bool ruled = x->n > 2 && str_eq(x->words[0], type) && str_eq(x->words[1], role);
        if (ruled && teller->find(teller->ctx, x->words[2], d->entities[f->entity].mentions[0].span).n) {
            return true;
        }
    }
    return false;
}

/* Copies the fillers of a role that make sense and can be told. */
static void copy_role(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, const struct ng_event *e, struct fact *f, const struct ng_role *from) {
    struct fact_role one = {.name = from->name, .fillers = ARENA_ARRAY(d->a, from->filler_count, struct ng_filler)};
    for (size_t i = 0; one.fillers && i < from->filler_count && one.n < MAX_FILLERS; i++) {
        const struct ng_filler *x = &from->fillers[i];
        bool fits = type_allowed(r, d, f->type, from->name, x) && large_enough(r, d, f->type, from->name, x) && !unfit(r, d, teller, f->type, from->name, x) &&
                    !doubt_absent(d, e, x) && !doubt_pronoun(d, e, x) &&
                    !(find_rule(r, DOER, from->name, STR_NONE) && doubt_place(d, e, x));
        if (fits && !has_filler(d, &one, x) && teller->can(teller->ctx, f, from->name, x)) {
            one.fillers[one.n++] = *x;
        }
    }
    if (one.n && f->role_count < FACT_ROLES) {
        f->roles[f->role_count++] = one;
    }
}

static bool overlap(const struct ng_event *a, const struct ng_event *b) {
    for (size_t i = 0; i < a->evidence_count; i++) {
        for (size_t k = 0; k < b->evidence_count; k++) {
            if (a->evidence[i].start < b->evidence[k].end && b->evidence[k].start < a->evidence[i].end) {
                return true;
            }
        }
    }
    return false;
}

/* Number of the body sentence that holds a byte, and whether it is a heading. */
static size_t sentence_at(const struct doc *d, uint32_t at, bool *heading) {
    size_t index = 0;
    for (size_t i = 0; i < d->sent_count && d->sents[i].start <= at; i++) {
        *heading = d->sents[i].role == SENT_HEADING;
        index += d->sents[i].role == SENT_BODY;
    }
    return index;
}

/* Where an article begins. */
static bool in_lead(const struct doc *d, uint32_t at) {
    bool heading = false;
    size_t index = sentence_at(d, at, &heading);
    return heading || index <= LEAD;
}

/* A word of [needs]: a role, or one of these. */
static bool has_what(const struct doc *d, const struct fact *f, struct str what) {
    return str_eqz(what, "date")     ? f->date.n > 0
           : str_eqz(what, "nature") ? f->nature.n > 0
           : str_eqz(what, "lead")   ? in_lead(d, f->at)
                                     : fact_role(f, what) != NULL;
}

static bool all_persons(const struct doc *d, const struct fact_role *role) {
    for (size_t i = 0; role && i < role->n; i++) {
        if (role->fillers[i].entity < 0 || d->entities[role->fillers[i].entity].type != NG_PERSON) {
            return role->fillers[i].entity < 0;
        }
    }
    return true;
}

/* Roles that must be told if they are there, are; roles that must differ, do; lists that need two, have them. */
static bool sensible(const struct fact_rules *r, const struct doc *d, const struct ng_event *e, struct fact *f) {
    for (size_t i = 0; i < e->role_count; i++) {
        const struct rule *must = find_rule(r, MUST, f->type, e->roles[i].name);
        bool words = must && must->n > 2 && e->roles[i].fillers[0].entity < 0; /* "named": words that nobody can translate may be missing */
        if (must && !words && !fact_role(f, e->roles[i].name)) {
            return false;
        }
    }
    for (size_t i = 0; i < r->n[LEAST]; i++) {
        const struct rule *x = &r->rules[LEAST][i];
        const struct fact_role *role = str_eq(x->words[0], f->type) ? fact_role(f, x->words[1]) : NULL;
        if (role && (double)role->n < x->number) {
            return false;
        }
    }
    const struct rule *grave = find_rule(r, GRAVE, f->type, STR_NONE);
    for (size_t i = 3; grave && i < grave->n; i++) {
        bool so = str_eq(f->nature, grave->words[i]) || fact_role(f, grave->words[i]);
        if (so && !all_persons(d, fact_role(f, grave->words[1])) && !fact_role(f, grave->words[2])) {
            return false;
        }
    }
    const struct rule *needs = find_rule(r, NEEDS, f->type, STR_NONE);
    bool met = !needs || (f->status == NG_PLANNED && !(needs->n == 2 && str_eqz(needs->words[1], "nature")));
    for (size_t i = 1; needs && i < needs->n; i++) {
        struct str more = needs->words[i], first = str_cut(&more, '+'); /* "founder+organization": both */
        met = met || (has_what(d, f, first) && (!more.n || has_what(d, f, more)));
    }
    if (!met) {
        return false;
    }
    for (size_t i = 0; i < r->n[DISTINCT]; i++) {
        const struct rule *x = &r->rules[DISTINCT][i];
        if (!str_eq(x->words[0], f->type) || !share_filler(d, fact_role(f, x->words[1]), fact_role(f, x->words[2]))) {
            continue;
        }
        if (x->n == 4 && str_eqz(x->words[3], "drop")) { /* the second role alone is nonsense */
            struct fact_role *bad = (struct fact_role *)(uintptr_t)fact_role(f, x->words[2]);
            *bad = f->roles[--f->role_count];
        } else {
            return false;
        }
    }
    return f->role_count > 0;
}

static double weight_of(const struct fact_rules *r, struct str type) {
    const struct rule *x = find_rule(r, WEIGHT, type, STR_NONE);
    return x ? x->number : 0.5;
}

static void weigh(const struct fact_rules *r, const struct doc *d, const struct ng_event *e, struct fact *f) {
    static const double by_status[] = {0, -0.05, -0.05, -0.1};
    double salience = 0;
    bool heading = false;
    for (size_t i = 0; i < f->role_count; i++) {
        for (size_t k = 0; k < f->roles[i].n; k++) {
            int32_t x = f->roles[i].fillers[k].entity;
            double s = x >= 0 ? (double)d->entities[x].salience : 0;
            salience = s > salience ? s : salience;
        }
    }
    size_t index = sentence_at(d, f->at, &heading);
    double roles = (double)f->role_count;
    f->score = weight_of(r, f->type) * (0.4 + 0.6 * (double)e->confidence) + 0.6 * salience + 0.8 / (1 + 0.1 * (double)index) +
               (heading ? 0.2 : 0) + 0.1 * (double)(e->evidence_count > 3 ? 3 : e->evidence_count) + 0.05 * roles + by_status[f->status];
}

/* A range over more than a year and a half says little of when something happened, and is mostly somebody's time in office. */
static bool long_range(struct str iso) {
    struct str to = iso, from = str_cut(&to, '/');
    double a, b;
    return to.n >= 4 && str_to_double(str_sub(from, 0, 4), &a) && str_to_double(str_sub(to, 0, 4), &b) && b - a > 1;
}

/* Months since year 0 of the begin or end of a date; 0: unknown. */
static int month_of(struct str iso, bool end) {
    struct str to = iso, from = str_cut(&to, '/'), x = end && to.n ? to : from;
    double year = 0, part = 0;
    if (x.n < 4 || !str_to_double(str_sub(x, 0, 4), &year)) {
        return 0;
    }
    if (x.n >= 7 && (x.p[5] == 'Q' || x.p[5] == 'H') && str_to_double(str_sub(x, 6, 7), &part)) {
        int size = x.p[5] == 'Q' ? 3 : 6;
        return (int)year * 12 + ((int)part - !end) * size + !end;
    }
    return (int)year * 12 + (x.n >= 7 && str_to_double(str_sub(x, 5, 7), &part) ? (int)part : end ? 12 : 1);
}

/* Whether a date begins after publication. */
static bool still_to_come(const struct doc *d, struct str iso) {
    struct str now = str_of(d->published);
    if (iso.n == 10 && now.n >= 10 && str_find(iso, STR("/"), 0) == SIZE_MAX) {
        return str_cmp(iso, str_sub(now, 0, 10)) > 0;
    }
    return iso.n && now.n && month_of(iso, false) > month_of(now, false);
}

/* Whether it ends before. */
static bool already_over(const struct doc *d, struct str iso) {
    struct str now = str_of(d->published);
    if (iso.n == 10 && now.n >= 10 && str_find(iso, STR("/"), 0) == SIZE_MAX) {
        return str_cmp(iso, str_sub(now, 0, 10)) <= 0;
    }
    return iso.n && now.n && month_of(iso, true) < month_of(now, false);
}

/* "In spring", "in the first half of the year": which year is a guess unless the article says it. */
static bool guessed_year(const struct doc *d, const struct ng_event *e, struct str iso) {
    bool half = iso.n == 7 && iso.p[5] == 'H';
    int months = month_of(iso, true) - month_of(iso, false);
    if (!d->published[0] || (!half && (str_find(iso, STR("/"), 0) == SIZE_MAX || months < 1 || months > 11))) {
        return false;
    }
    for (size_t i = 0; i < e->evidence_count; i++) {
        if (str_find(doc_sub(d, e->evidence[i].start, e->evidence[i].end), str_sub(iso, 0, 4), 0) != SIZE_MAX) {
            return false;
        }
    }
    return true;
}

/* Whether a sentence without a date of its own stands in an account of the past: the last date up to its end is two years old, or,
 * where nobody knows what day it is, is a year in the sentence itself. Not of headings and leads: they are the news. */
static bool in_the_past(const struct doc *d, const struct ng_event *e) {
    struct ng_span s = e->evidence[0];
    struct str last = STR_NONE, now = str_of(d->published);
    bool heading = false, beside = false;
    size_t index = sentence_at(d, s.start, &heading);
    uint32_t nearest = 0;
    for (size_t i = 0; i < d->mention_count; i++) {
        const struct mention *m = &d->mentions[i];
        struct str iso = m->type == NG_DATE ? str_of(d->entities[m->entity].value.date) : STR_NONE;
        if (m->start < s.end && m->start >= nearest && month_of(iso, true) && !still_to_come(d, iso)) {
            last = iso;
            nearest = m->start;
            beside = m->start >= s.start;
        }
    }
    bool old = last.n && now.n && month_of(now, false) - month_of(last, true) > 24;
    return now.n ? old && (beside || (!heading && index > 2)) : beside;
}

/* The date of a fact and its status fit each other, and what is told as news is. */
static bool settle_date(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, const struct ng_event *e, struct fact *f) {
    bool figure = str_eqz(f->type, "finance.figure"), over = find_rule(r, OVER, f->type, STR_NONE) != NULL;
    if (!figure && (long_range(f->date) || guessed_year(d, e, f->date) || (still_to_come(d, f->date) && doubt_later(d, e, teller)))) {
        f->date = STR_NONE;
    }
    if (f->status == NG_OCCURRED && still_to_come(d, f->date)) {
        bool until = f->date.n == 4 && find_rule(r, UNTIL, f->type, STR_NONE);
        bool apart = !figure && !find_rule(r, TURN, f->type, STR_NONE) && doubt_apart(d, e);
        f->status = over || until || figure ? NG_OCCURRED : NG_PLANNED; /* "debt stood at 10 billion at year-end": the last one */
        f->date = over || until || figure || apart ? STR_NONE : f->date;
    } else if (f->status == NG_OCCURRED && !figure && d->published[0] && str_find(f->date, STR("/"), 0) != SIZE_MAX &&
               month_of(f->date, true) > month_of(str_of(d->published), false)) {
        f->status = NG_PLANNED; /* "at the end of the season 2025/26" */
        f->date = STR_NONE;
    } else if (f->status == NG_PLANNED && (already_over(d, f->date) || (!figure && !find_rule(r, TURN, f->type, STR_NONE) && still_to_come(d, f->date) && doubt_apart(d, e)))) {
        f->date = STR_NONE; /* the day when the plan was told, or the wrong year */
    }
    return !over || f->status == NG_PLANNED || f->date.n || !in_the_past(d, e);
}

/* What an event is in particular: a ban, a closure, a stake; [nature]. */
static void read_nature(const struct fact_rules *r, const struct fact_teller *teller, const struct ng_event *e, struct fact *f) {
    const struct rule *x = find_rule(r, NATURE, f->type, STR_NONE);
    for (size_t i = 0; x && i < e->evidence_count && !f->nature.n; i++) {
        f->nature_kind = x->words[1];
        f->nature = teller->find(teller->ctx, x->words[1], e->evidence[i]);
    }
}

/* No day is known, or it is in the month of publication. */
static bool now_or_never(const struct doc *d, struct str iso) {
    return !iso.n || (d->published[0] && iso.n == 7 && str_starts(str_of(d->published), iso));
}

/* [dated]: what tells it only says who somebody is; a date beside it is of something else. */
static bool told_in_passing(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, const struct ng_event *e, const struct fact *f) {
    const struct rule *x = find_rule(r, DATED, f->type, STR_NONE);
    return x && f->status == NG_OCCURRED && !in_lead(d, f->at) && (x->n == 1 || doubt_trigger(d, e, teller, x->words[1], 0));
}

/* [failed]: what came to nothing is not told; [once]: nor a post of long ago; [apart]: nor what is about a part of somebody. [ahead]: what is told as done is a plan. */
static bool doubtful(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, const struct ng_event *e, enum ng_status *status) {
    for (size_t i = 0; i < r->n[FAILED]; i++) {
        const struct rule *x = &r->rules[FAILED][i];
        if (str_eq(x->words[0], e->type) && *status != NG_DENIED && doubt_says(d, e, teller, x->words[1])) {
            return true;
        }
    }
    for (size_t i = 0; i < r->n[TOLD_BY]; i++) {
        const struct rule *x = &r->rules[TOLD_BY][i];
        if (str_eq(x->words[0], e->type) && doubt_trigger(d, e, teller, x->words[1], 0)) {
            return true;
        }
    }
    for (size_t i = 0; i < r->n[ONCE]; i++) {
        const struct rule *x = &r->rules[ONCE][i];
        if (str_eq(x->words[0], e->type) && !e->date.n && doubt_before(d, e, teller, x->words[1], x->words[2], true)) {
            return true;
        }
    }
    for (size_t i = 0; i < r->n[APART]; i++) {
        const struct rule *x = &r->rules[APART][i];
        if (str_eq(x->words[0], e->type) && doubt_before(d, e, teller, x->words[1], x->words[2], false)) {
            return true;
        }
    }
    for (size_t i = 0; i < r->n[AHEAD]; i++) {
        const struct rule *x = &r->rules[AHEAD][i];
        bool plan = str_eq(x->words[0], e->type) && (*status == NG_OCCURRED || *status == NG_ALLEGED) && doubt_between(d, e, teller, x->words[1], x->words[2], x->n > 3 ? x->words[3] : STR_NONE);
        *status = plan ? NG_PLANNED : *status;
    }
    bool turn = *status == NG_OCCURRED && find_rule(r, TURN, e->type, STR_NONE) && now_or_never(d, e->date) && (doubt_trigger(d, e, teller, STR("turn"), NEAR_TURN) || (e->date.n == 0 && doubt_trigger(d, e, teller, STR("leaving"), BESIDE)));
    *status = turn ? NG_PLANNED : *status;
    return false;
}

/* Two years and more before publication. */
static bool is_old(const struct doc *d, struct str iso) {
    return d->published[0] && month_of(iso, true) && month_of(str_of(d->published), false) - month_of(iso, true) > 24;
}

/* [stale]: without a date of its own, in a sentence whose last date is old, it is somebody's past. */
static bool stale(const struct fact_rules *r, const struct doc *d, const struct ng_event *e) {
    struct str last = STR_NONE;
    for (size_t i = 0; i < d->mention_count && !e->date.n && find_rule(r, STALE, e->type, STR_NONE); i++) {
        const struct mention *m = &d->mentions[i];
        struct str iso = m->type == NG_DATE ? str_of(d->entities[m->entity].value.date) : STR_NONE;
        bool beside = iso.n && m->start >= e->evidence[0].start && m->end <= e->evidence[0].end;
        last = beside && (!last.n || month_of(iso, true) > month_of(last, true)) ? iso : last;
    }
    return last.n && is_old(d, last);
}

/* [failed] for all types, and rumours with their denial; last, as it looks at every sentence of what is left. */
static bool taken_back(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, const struct ng_event *e, enum ng_status status) {
    for (size_t i = 0; i < r->n[FAILED]; i++) {
        const struct rule *x = &r->rules[FAILED][i];
        if (str_eqz(x->words[0], "*") && status != NG_DENIED && doubt_says(d, e, teller, x->words[1])) {
            return true;
        }
    }
    return (status == NG_ALLEGED || status == NG_PLANNED) && doubt_says(d, e, teller, STR("denial"));
}

static bool from_event(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, uint32_t index, struct fact *f) {
    const struct ng_event *e = &d->events[index];
    bool doubted = doubt_date(d, e);
    *f = (struct fact){.type = e->type, .status = e->status, .date = doubted ? STR_NONE : e->date, .at = e->evidence[0].start};
    if (e->learned || e->confidence < LEAST_SURE || (doubted && is_old(d, e->date)) || stale(r, d, e) || doubtful(r, d, teller, e, &f->status)) {
        return false;
    }
    for (size_t i = 0; i < e->role_count; i++) {
        copy_role(r, d, teller, e, f, &e->roles[i]);
    }
    f->events = ARENA_NEW(d->a, uint32_t);
    f->sources = e->attributed_to;
    f->source_count = e->attributed_count;
    const struct fact_role *period = fact_role(f, STR("period"));
    if (period && period->n == 1 && period->fillers[0].entity >= 0) { /* a figure's own time, not that of its report */
        f->date = str_of(d->entities[period->fillers[0].entity].value.date);
    }
    read_nature(r, teller, e, f);
    if (!f->events || told_in_passing(r, d, teller, e, f) || !settle_date(r, d, teller, e, f) || !sensible(r, d, e, f)) {
        return false;
    }
    if (f->status == NG_DENIED && !teller->find(teller->ctx, STR("denial"), e->evidence[0]).n) {
        return false; /* what did not happen, or only failed, was not denied by somebody */
    }
    for (size_t i = 0; i < r->n[UNLESS]; i++) {
        const struct rule *x = &r->rules[UNLESS][i];
        if (str_eq(x->words[0], f->type) && teller->find(teller->ctx, x->words[1], e->evidence[0]).n) {
            return false;
        }
    }
    if (taken_back(r, d, teller, e, f->status)) {
        return false;
    }
    f->events[0] = index;
    f->event_count = 1;
    weigh(r, d, e, f);
    return true;
}

/* ---- joining ---- */

/* [absorb] and [conflict]: two types and pairs of roles "a=b" that must share somebody. */
static bool linked(const struct rule *x, const struct doc *d, const struct fact *a, const struct fact *b) {
    if (!str_eq(x->words[0], a->type) || !str_eq(x->words[1], b->type)) {
        return false;
    }
    for (size_t i = 2; i < x->n; i++) {
        struct str right = x->words[i], left = str_cut(&right, '=');
        if (!share_filler(d, fact_role(a, left), fact_role(b, right.n ? right : left))) {
            return false;
        }
    }
    return true;
}

static bool evidence_overlaps(const struct doc *d, const struct fact *a, const struct fact *b) {
    for (size_t i = 0; i < a->event_count; i++) {
        for (size_t k = 0; k < b->event_count; k++) {
            if (overlap(&d->events[a->events[i]], &d->events[b->events[k]])) {
                return true;
            }
        }
    }
    return false;
}

static void absorb(const struct fact_rules *r, struct doc *d, struct fact *a, struct fact *b) {
    if (a == b || a->gone || b->gone) {
        return;
    }
    for (size_t i = 0; i < r->n[CONFLICT]; i++) { /* one sentence cannot mean both: the first is the mistake */
        if (linked(&r->rules[CONFLICT][i], d, a, b) && evidence_overlaps(d, a, b)) {
            bool joins = a->status == NG_PLANNED && b->status == NG_OCCURRED && !str_eq(a->type, b->type); /* "has left and will join Galdor" */
            (joins ? b : a)->gone = true;
            return;
        }
    }
    for (size_t i = 0; i < r->n[AGAINST]; i++) {
        if ((!a->date.n || str_eq(a->date, b->date)) && !b->background && linked(&r->rules[AGAINST][i], d, a, b)) {
            a->gone = true;
            return;
        }
    }
    for (size_t i = 0; i < r->n[ABSORB] && a->status == NG_PLANNED && b->status == NG_OCCURRED; i++) {
        const struct rule *x = &r->rules[ABSORB][i];
        bool other_year = a->date.n && b->date.n && !str_eq(str_sub(a->date, 0, 4), str_sub(b->date, 0, 4));
        if (x->n > 3 && str_eq(x->words[0], x->words[1]) && !other_year && linked(x, d, a, b)) { /* a heading tells plans as done, a report done plans */
            bool heading = false;
            sentence_at(d, b->at, &heading);
            (heading ? b : a)->gone = true;
            return;
        }
    }
    for (size_t i = 0; i < r->n[ABSORB] && a->status == b->status; i++) {
        bool other_year = a->date.n && b->date.n && !str_eq(str_sub(a->date, 0, 4), str_sub(b->date, 0, 4));
        /* with nobody in common but what it is: the same day, or no day is told of one */
        bool by_nature = r->rules[ABSORB][i].n == 2 && !str_eq(a->date, b->date) && a->date.n + b->date.n != 10;
        if (other_year || by_nature || !linked(&r->rules[ABSORB][i], d, a, b) || !str_eq(a->nature, b->nature)) {
            continue;
        }
        struct str date = a->date.n ? a->date : b->date;
        for (size_t k = 0; k < b->role_count; k++) {
            /* of two employers only the shared is meant; what a lacks it takes from a fact of its own persons alone */
            if (!fact_role(a, b->roles[k].name) && a->event_count == 1) {
                join_role(d, a, &b->roles[k]);
            }
        }
        take_over(d, a, b);
        a->date = date;
        return;
    }
}

/* Whether all roles but one are the same, and which one differs; except empty: none may. */
static bool same_but(const struct doc *d, const struct fact *a, const struct fact *b, struct str except) {
    if (!str_eq(a->type, b->type) || a->status != b->status) {
        return false;
    }
    for (size_t i = 0; i < a->role_count; i++) {
        if (!str_eq(a->roles[i].name, except) && !same_role(d, &a->roles[i], fact_role(b, a->roles[i].name))) {
            return false;
        }
    }
    for (size_t i = 0; i < b->role_count; i++) {
        if (!fact_role(a, b->roles[i].name)) {
            return false;
        }
    }
    return fact_role(a, except) && fact_role(b, except);
}

static void join_lists(const struct fact_rules *r, struct doc *d, struct fact *a, struct fact *b) {
    for (size_t i = 0; i < r->n[LIST] && !a->gone && !b->gone; i++) {
        const struct rule *x = &r->rules[LIST][i];
        bool near = str_eq(a->date, b->date) || ((!a->date.n || !b->date.n) && (a->at > b->at ? a->at - b->at : b->at - a->at) < NEAR);
        if (near && str_eq(x->words[0], a->type) && same_but(d, a, b, x->words[1])) {
            join_role(d, a, fact_role(b, x->words[1]));
            take_over(d, a, b);
        }
    }
}

/* Facts that share the roles of [items] become parts of one. */
static void join_items(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, struct fact *a, struct fact *b) {
    const struct rule *x = find_rule(r, ITEMS, a->type, STR_NONE);
    if (!x || a->gone || b->gone || b->part_count || !str_eq(a->type, b->type) || a->status != b->status || a->part_count == MAX_PARTS ||
        a->background != b->background || !teller->items(teller->ctx, a->type, a->status)) {
        return;
    }
    const struct fact *like = a->parts ? a->parts : a; /* items are of one shape: "A from X and B" would be misread */
    for (size_t i = 0; i < like->role_count; i++) {
        if (like->role_count != b->role_count || !fact_role(b, like->roles[i].name)) {
            return;
        }
    }
    for (size_t i = 1; i < x->n; i++) {
        if (!fact_role(a, x->words[i]) || !same_role(d, fact_role(a, x->words[i]), fact_role(b, x->words[i]))) {
            return;
        }
    }
    if (!a->parts) {
        struct fact whole = *a;
        a->parts = ARENA_ARRAY(d->a, MAX_PARTS, struct fact);
        if (!a->parts) {
            return;
        }
        a->parts[a->part_count++] = whole;
        a->role_count = 0;
        for (size_t i = 1; i < x->n; i++) {
            a->roles[a->role_count++] = *fact_role(&whole, x->words[i]);
        }
    }
    a->parts[a->part_count++] = *b;
    take_over(d, a, b);
    a->score += 0.15;
}

/* ---- news and background ---- */

static void mark_background(const struct doc *d, struct fact *facts, size_t n) {
    enum { NEWS_MONTHS = 9, OLD_MONTHS = 36 };
    int now = month_of(str_of(d->published), true);
    for (size_t i = 0; !d->published[0] && i < n; i++) { /* what has happened last; a year alone begins in January */
        int at = facts[i].status == NG_PLANNED ? 0 : month_of(facts[i].date, true) - (facts[i].date.n == 4 ? 11 : 0);
        now = at > now ? at : now;
    }
    for (size_t i = 0; i < n; i++) {
        int at = month_of(facts[i].date, true);
        bool year_before = facts[i].date.n == 4 && at <= now - now % 12 && now; /* a year alone, and it is over */
        facts[i].background = at && (now - at > NEWS_MONTHS || year_before);
        facts[i].score -= !facts[i].background ? 0 : now - at > OLD_MONTHS ? 0.9 : 0.4;
    }
}

static int by_score(const void *x, const void *y) {
    const struct fact *a = x, *b = y;
    if (a->gone != b->gone) {
        return a->gone ? 1 : -1;
    }
    if (a->score != b->score) {
        return a->score < b->score ? 1 : -1;
    }
    return (a->events[0] > b->events[0]) - (a->events[0] < b->events[0]);
}

enum err_code facts_collect(const struct fact_rules *r, struct doc *d, const struct fact_teller *teller, struct fact **out, size_t *n,
                            struct err *err) {
    size_t most = d->event_count < MAX_FACTS ? d->event_count : MAX_FACTS, left = 0;
    struct fact *facts = ARENA_ARRAY(d->a, most + 1, struct fact);
    *n = 0;
    if (!facts) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the facts");
    }
    for (uint32_t i = 0; i < most; i++) {
        *n += from_event(r, d, teller, i, &facts[*n]);
    }
    mark_background(d, facts, *n);
    for (size_t i = 0; i < *n; i++) {
        for (size_t k = 0; k < *n; k++) {
            absorb(r, d, &facts[i], &facts[k]);
        }
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < *n; i++) {
            for (size_t k = i + 1; k < *n; k++) {
                if (pass == 0) {
                    join_lists(r, d, &facts[i], &facts[k]);
                } else {
                    join_items(r, d, teller, &facts[i], &facts[k]);
                }
            }
        }
    }
    qsort(facts, *n, sizeof *facts, by_score);
    while (left < *n && !facts[left].gone) {
        left++;
    }
    *n = left;
    *out = facts;
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the facts") : ERR_OK;
}
