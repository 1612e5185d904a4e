/* summary.c - see summary.h. Events first, by the templates of the target language; where the article is in that language
 * and the events leave room, its most central sentences. What cannot be put into the target language is left out and said. */
#include "core/summary/summary.h"

#include <stdlib.h>

#include "core/summary/template.h"

#include "core/base/banned.h"

enum { MOST_SENTENCES = 4, ENOUGH_SENTENCES = 3, LONGEST = 400 /* bytes of an article sentence worth repeating */ };

struct summary_rules {
    struct summary_templates *by_lang[LANG_MAX];
};

enum err_code summary_load(struct summary_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                           struct err *err) {
    (void)data_dir; /* each language knows its folder */
    struct summary_rules *r = ARENA_NEW(a, struct summary_rules);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the summary templates");
    }
    for (size_t i = 0; i < l->n; i++) {
        enum err_code code = summary_templates_load(&r->by_lang[i], &l->items[i], a, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    *out = r;
    return ERR_OK;
}

bool summary_has(const struct summary_rules *r, int lang) {
    return r->by_lang[lang] != NULL;
}

/* ---- sentences from events ---- */

static void add(struct doc *d, struct ng_summary_sentence s, size_t *cap) {
    ARENA_PUSH(d->a, d->summary.sentences, d->summary.sentence_count, *cap) = s;
}

/* Writes what the templates have; returns how many events were left out for want of one. */
static size_t from_events(const struct summary_templates *t, bool same_language, struct doc *d, size_t *cap) {
    size_t left_out = 0;
    for (size_t i = 0; i < d->event_count && d->summary.sentence_count < MOST_SENTENCES; i++) {
        const struct ng_event *e = &d->events[i];
        struct str text = t ? summary_template_fill(t, e, same_language, d) : STR_NONE;
        bool told = false;
        for (size_t k = 0; k < d->summary.sentence_count; k++) {
            told = told || str_eq(d->summary.sentences[k].text, text);
        }
        if (text.n == 0) {
            left_out++;
            continue;
        }
        uint32_t *ids = ARENA_NEW(d->a, uint32_t);
        if (told || !ids) {
            continue;
        }
        *ids = (uint32_t)i;
        struct ng_span *evidence = ARENA_ARRAY(d->a, e->evidence_count, struct ng_span);
        if (!evidence) {
            return left_out;
        }
        memcpy(evidence, e->evidence, e->evidence_count * sizeof *evidence);
        add(d, (struct ng_summary_sentence){text, NG_FROM_EVENTS, evidence, e->evidence_count, ids, 1}, cap);
    }
    return left_out;
}

/* ---- sentences of the article ---- */

struct candidate {
    uint32_t sent;
    double score;
};

static int by_score(const void *x, const void *y) {
    const struct candidate *a = x, *b = y;
    if (a->score != b->score) {
        return a->score < b->score ? 1 : -1;
    }
    return (a->sent > b->sent) - (a->sent < b->sent);
}

static int by_sentence(const void *x, const void *y) {
    const struct candidate *a = x, *b = y;
    return (a->sent > b->sent) - (a->sent < b->sent);
}

/* Whether an event sentence of the summary already has this sentence as its evidence. */
static bool covered(const struct doc *d, const struct sent *s) {
    for (size_t i = 0; i < d->summary.sentence_count; i++) {
        for (size_t k = 0; k < d->summary.sentences[i].evidence_count; k++) {
            struct ng_span e = d->summary.sentences[i].evidence[k];
            if (e.start < s->end && s->start < e.end) {
                return true;
            }
        }
    }
    return false;
}

static bool ends_like_a_sentence(const struct doc *d, const struct sent *s) {
    static const char *const stops[] = {".", "!", "?", "。", "！", "？", "\"", "”", "“", "’", "»", "」", ")"};
    struct str text = doc_sub(d, s->start, s->end);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        if (str_ends(text, str_of(stops[i]))) {
            return true;
        }
    }
    return false;
}

/* News tells the most important first; beyond that a sentence is central that names the article's salient entities.
 * Source: position and title methods of Edmundson 1969, entity coverage instead of cue words. */
static double score(const struct doc *d, const struct sent *s, size_t index) {
    double coverage = 0;
    for (size_t m = 0; m < d->mention_count; m++) {
        const struct mention *x = &d->mentions[m];
        if (x->start >= s->start && x->end <= s->end) {
            coverage += 0.2 + (double)d->entities[x->entity].salience;
        }
    }
    return 2.0 / (1.0 + (double)index) + coverage / (4.0 + coverage);
}

static void from_article(struct doc *d, size_t *cap) {
    struct candidate *all = ARENA_ARRAY(d->a, d->sent_count + 1, struct candidate);
    size_t n = 0, index = 0;
    if (!all) {
        return;
    }
    for (size_t i = 0; i < d->sent_count; i++) {
        const struct sent *s = &d->sents[i];
        if (s->role != SENT_BODY) {
            continue;
        }
        double points = score(d, s, index++);
        if (s->last - s->first >= 6 && s->end - s->start <= LONGEST && ends_like_a_sentence(d, s) && !covered(d, s)) {
            all[n++] = (struct candidate){(uint32_t)i, points};
        }
    }
    qsort(all, n, sizeof *all, by_score);
    size_t wanted = d->summary.sentence_count < ENOUGH_SENTENCES ? ENOUGH_SENTENCES - d->summary.sentence_count : 0;
    n = n < wanted ? n : wanted;
    qsort(all, n, sizeof *all, by_sentence);
    for (size_t i = 0; i < n; i++) {
        const struct sent *s = &d->sents[all[i].sent];
        struct ng_span *evidence = ARENA_NEW(d->a, struct ng_span);
        if (!evidence) {
            return;
        }
        *evidence = (struct ng_span){s->start, s->end};
        add(d, (struct ng_summary_sentence){doc_sub(d, s->start, s->end), NG_EXTRACTED, evidence, 1, NULL, 0}, cap);
    }
}

/* ---- the whole ---- */

static void join(struct doc *d, bool spaces) {
    struct buf b;
    buf_init(&b, d->a);
    for (size_t i = 0; i < d->summary.sentence_count; i++) {
        buf_add(&b, i && spaces ? STR(" ") : STR(""));
        buf_add(&b, d->summary.sentences[i].text);
    }
    d->summary.text = b.n ? buf_str(&b) : STR("");
}

enum err_code summary_write(const struct summary_rules *r, const struct langs *l, int target, struct str tag,
                            struct doc *d, struct err *err) {
    size_t cap = 0;
    bool same = target == d->lang;
    d->summary = (struct ng_summary){.language = tag};
    size_t left_out = from_events(r->by_lang[target], same, d, &cap);
    if (same) {
        from_article(d, &cap);
    }
    join(d, l->items[target].atoms == ATOMS_WORD);
    d->summary.complete = same || (left_out == 0 && d->summary.sentence_count >= 2);
    if (!d->summary.complete) {
        d->summary.note = arena_printf(
            d->a, "%s; the article's own sentences are in %.*s, and no translator to %.*s is installed",
            d->summary.sentence_count ? "Only what could be written from events is told" : "Nothing could be written from events",
            STR_ARG(l->items[d->lang].public.name), STR_ARG(l->items[target].public.name));
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the summary") : ERR_OK;
}
