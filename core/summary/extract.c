/* extract.c - see extract.h. Linear in the text except for the greedy choice, which is sentences times wanted. */
#include "core/summary/extract.h"

#include <stdlib.h>

#include <unicode/uchar.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

enum { SHORTEST = 6 /* tokens */, LONGEST = 420 /* bytes */, MOST_CANDIDATES = 200, MOST_TOKENS = 160, NEAR_BEGIN = 6, LONGEST_WORDS = 5 /* tokens */ };

struct extract_rules {
    struct map leaning[LANG_MAX], inside[LANG_MAX], noise[LANG_MAX]; /* folded words or, for Chinese and Japanese, folded beginnings */
    bool spaces[LANG_MAX];
};

static enum err_code load_one(struct extract_rules *r, struct arena *a, const struct lang *l, int i, const struct text_fold *fold,
                              struct err *err) {
    struct conf c;
    bool found;
    map_init(&r->leaning[i], a);
    map_init(&r->inside[i], a);
    map_init(&r->noise[i], a);
    r->spaces[i] = l->atoms == ATOMS_WORD;
    enum err_code code = lang_conf_open(l, "extract.conf", &c, &found, a, err);
    while (code == ERR_OK && found && conf_next(&c)) {
        struct map *into = str_eqz(c.section, "leaning") ? &r->leaning[i] : str_eqz(c.section, "inside") ? &r->inside[i] : &r->noise[i];
        if (into == &r->noise[i] && !str_eqz(c.section, "noise")) {
            return conf_fail(&c, err, "unknown section [%.*s]", STR_ARG(c.section));
        }
        while (c.entry.n) {
            map_set(into, text_fold(fold, a, str_trim(str_cut(&c.entry, ','))), 1);
        }
    }
    return code;
}

enum err_code extract_load(struct extract_rules **out, struct arena *a, const struct langs *l, const struct text_fold *fold,
                           struct err *err) {
    struct extract_rules *r = ARENA_NEW(a, struct extract_rules);
    enum err_code code = r ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the rules of extracts");
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        code = load_one(r, a, &l->items[i], (int)i, fold, err);
    }
    *out = r;
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the rules of extracts") : code;
}

/* ---- which sentences can stand alone ---- */

static bool ends_like_a_sentence(struct str text) {
    static const char *const stops[] = {".", "!", "。", "！"};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        if (str_ends(text, str_of(stops[i]))) {
            return !str_ends(text, STR("..")) && !str_ends(text, STR("。。"));
        }
    }
    return false;
}

/* Quotation marks and brackets that open and close; 0 open at the end. A sentence that is a quotation by itself has one in front. */
static bool marks_match(struct str text) {
    static const struct {
        int32_t c;
        int step;
    } marks[] = {{'(', 1}, {')', -1}, {0xFF08, 1}, {0xFF09, -1}, {0x300C, 1}, {0x300D, -1}, {'[', 1}, {']', -1}, {0x300A, 1}, {0x300B, -1}};
    int depth = 0, straight = 0, curly = 0;
    for (size_t i = 0; i < text.n;) {
        int32_t c = utf8_next(text, &i);
        straight += c == '"';
        curly += c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB || c == 0xBB;
        for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
            depth += marks[k].c == c ? marks[k].step : 0;
        }
        if (depth < 0 || c == '@' || c == '|' || c == 0x2022) {
            return false;
        }
    }
    return depth == 0 && straight % 2 == 0 && curly % 2 == 0;
}

/* "A: Try the third floor.", "Anlass: ...": a label, as of forms and interviews. */
static bool has_label(const struct doc *d, const struct sent *s) {
    for (uint32_t t = s->body; t < s->last && t < s->body + 4; t++) {
        struct str text = doc_sub(d, d->toks[t].start, d->toks[t].end);
        if (str_eqz(text, ":") || str_eqz(text, "：")) {
            return true;
        }
    }
    return false;
}

static bool begins_well(struct str text) {
    size_t at = 0;
    int32_t c = text.n ? utf8_next(text, &at) : 0;
    return (u_isalpha(c) && !u_islower(c)) || u_isdigit(c);
}

/* Whether the sentence leans on the one before it: begins with "he", "but", "this", 他, 对此, or has "for instance" near its begin. */
static bool begins_with(const struct map *words, const struct doc *d, uint32_t t, uint32_t last, bool spaces) {
    char joined[64];
    size_t n = 0;
    for (uint32_t end = t + LONGEST_WORDS; t < last && t < end; t++) {
        struct str fold = d->toks[t].fold;
        if (n + fold.n + 1 > sizeof joined) {
            break;
        }
        if (n && spaces) {
            joined[n++] = ' ';
        }
        memcpy(joined + n, fold.p, fold.n);
        n += fold.n;
        if (map_get(words, (struct str){joined, n}) != MAP_NONE) {
            return true;
        }
    }
    return false;
}

static bool leans(const struct extract_rules *r, const struct doc *d, const struct sent *s) {
    bool leaning = begins_with(&r->leaning[d->lang], d, s->body, s->last, r->spaces[d->lang]);
    for (uint32_t t = s->body + 1; !leaning && t < s->last && t < s->body + NEAR_BEGIN; t++) {
        leaning = begins_with(&r->inside[d->lang], d, t, s->last, r->spaces[d->lang]);
    }
    return leaning;
}

static bool noisy(const struct extract_rules *r, const struct doc *d, const struct sent *s) {
    size_t single = 0, words = 0;
    for (uint32_t t = s->first; t < s->last; t++) {
        const struct tok *k = &d->toks[t];
        if (map_get(&r->noise[d->lang], k->fold) != MAP_NONE) {
            return true;
        }
        words += k->kind == TOK_WORD;
        /* the same word twice running is a slip of a translator, except in scripts without spaces */
        single += t > s->first && r->spaces[d->lang] && k->kind == TOK_WORD && str_eq(k->fold, d->toks[t - 1].fold);
    }
    return single > 0 || words * 2 < s->last - s->first;
}

bool extract_stands_alone(const struct extract_rules *r, const struct doc *d, const struct sent *s) {
    struct str text = doc_sub(d, d->toks[s->body].start, s->end);
    return s->role == SENT_BODY && s->last - s->first >= SHORTEST && text.n <= LONGEST && str_find(text, STR("\n"), 0) == SIZE_MAX &&
           ends_like_a_sentence(text) && begins_well(text) && marks_match(text) && !has_label(d, s) &&
           !noisy(r, d, s) && !leans(r, d, s);
}

/* ---- which of them to take ---- */

struct candidate {
    uint32_t sent;
    double score;
    uint32_t tokens[MOST_TOKENS]; /* hashes of its words, sorted */
    size_t n;
};

static int by_hash(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static int by_place(const void *x, const void *y) {
    return by_hash(x, y);
}

static void read_words(const struct extract_rules *r, const struct doc *d, struct candidate *c) {
    const struct sent *s = &d->sents[c->sent];
    bool pairs = !r->spaces[d->lang]; /* of Chinese: pairs of characters */
    for (uint32_t t = s->first; t + pairs < s->last && c->n < MOST_TOKENS; t++) {
        if (d->toks[t].kind == TOK_WORD && d->toks[t].fold.n > 2) {
            uint64_t h = str_hash(d->toks[t].fold) ^ (pairs ? str_hash(d->toks[t + 1].fold) * 3 : 0);
            c->tokens[c->n++] = (uint32_t)(h >> 32);
        }
    }
    qsort(c->tokens, c->n, sizeof c->tokens[0], by_hash);
}

/* Share of the words of the shorter that the other has. */
static double likeness(const struct candidate *a, const struct candidate *b) {
    size_t i = 0, k = 0, both = 0, least = a->n < b->n ? a->n : b->n;
    while (i < a->n && k < b->n) {
        both += a->tokens[i] == b->tokens[k];
        if (a->tokens[i] <= b->tokens[k]) {
            i++;
        } else {
            k++;
        }
    }
    return least ? (double)both / (double)least : 0;
}

/* News tells the most important first; beyond that a sentence is central that names the article's salient entities and tells an event. */
static double score(const struct doc *d, const struct sent *s, size_t index) {
    double coverage = 0, events = 0;
    for (size_t m = 0; m < d->mention_count; m++) {
        const struct mention *x = &d->mentions[m];
        if (x->start >= s->start && x->end <= s->end) {
            coverage += 0.1 + (double)d->entities[x->entity].salience;
        }
    }
    for (size_t e = 0; e < d->event_count; e++) {
        for (size_t k = 0; k < d->events[e].evidence_count; k++) {
            events += d->events[e].evidence[k].start < s->end && s->start < d->events[e].evidence[k].end;
        }
    }
    return 1.5 / (1.0 + 0.5 * (double)index) + coverage / (3.0 + coverage) + 0.5 * events / (1.0 + events);
}

static bool is_taken(const struct sent *s, const struct ng_span *taken, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (taken[i].start < s->end && s->start < taken[i].end) {
            return true;
        }
    }
    return false;
}

size_t extract_pick(const struct extract_rules *r, const struct doc *d, const struct ng_span *taken, size_t taken_count, size_t wanted,
                    uint32_t *out) {
    struct candidate *all = ARENA_ARRAY(d->a, MOST_CANDIDATES, struct candidate);
    size_t n = 0, index = 0, picked = 0;
    bool used[MOST_CANDIDATES] = {false};
    for (size_t i = 0; all && i < d->sent_count && n < MOST_CANDIDATES; i++) {
        const struct sent *s = &d->sents[i];
        index += s->role == SENT_BODY;
        if (extract_stands_alone(r, d, s) && !is_taken(s, taken, taken_count)) {
            all[n] = (struct candidate){.sent = (uint32_t)i, .score = score(d, s, index - 1)};
            read_words(r, d, &all[n++]);
        }
    }
    while (picked < wanted) {
        size_t best = SIZE_MAX;
        double best_score = -1;
        for (size_t i = 0; i < n; i++) {
            double like = 0;
            for (size_t k = 0; k < n; k++) {
                double x = used[k] ? likeness(&all[i], &all[k]) : 0;
                like = x > like ? x : like;
            }
            double gain = all[i].score - 1.2 * like;
            if (!used[i] && like < 0.7 && gain > best_score) {
                best = i;
                best_score = gain;
            }
        }
        if (best == SIZE_MAX) {
            break;
        }
        used[best] = true;
        out[picked++] = all[best].sent;
    }
    qsort(out, picked, sizeof *out, by_place);
    return picked;
}
