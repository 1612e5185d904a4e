/* translate.c - see translate.h: finds the way from one language to the other, runs its legs, and has the result put right
 * and checked. */
#include "core/translate/translate.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/tok/tok.h"
#include "core/translate/inside.h"
#include "core/worker.h"

#include "core/base/banned.h"

enum { BACK_ENDS = sizeof((struct translate *)NULL)->back_ends / sizeof(struct translator *) };

/* ---- loading ---- */

enum err_code translate_load(struct translate **out, struct arena *a, const char *data_dir, const struct langs *l,
                             const struct text_fold *fold, const struct values *v, struct err *err) {
    struct translate *t = ARENA_NEW(a, struct translate);
    if (!t) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the rules of translation");
    }
    t->a = a;
    t->langs = l;
    t->fold = fold;
    t->values = v;
    *out = t;
    return marks_load(&t->marks, a, data_dir, l, err);
}

enum err_code translate_add(struct translate *t, struct translator *back_end, struct err *err) {
    if (t->back_end_count == BACK_ENDS) {
        back_end->free(back_end);
        return err_set(err, ERR_NO_MEMORY, "more than %d translators", (int)BACK_ENDS);
    }
    t->back_ends[t->back_end_count++] = back_end;
    return ERR_OK;
}

void translate_release(struct translate *t) {
    while (t && t->back_end_count > 0) {
        struct translator *b = t->back_ends[--t->back_end_count];
        b->free(b);
    }
}

/* ---- languages ---- */

struct code {
    char text[12]; /* "de", "zh", "zh-Hant" */
    bool traditional;
    int lang; /* index, or LANG_NONE */
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_subtag(struct str s, const char *z) {
    size_t n = strlen(z);
    bool same = s.n == n;
    for (size_t i = 0; i < n && same; i++) {
        same = lower(s.p[i]) == z[i];
    }
    return same;
}

/* "zh-TW" is zh-Hant, "de-AT" is de. false: no language tag. */
static bool read_tag(const struct translate *t, struct str tag, struct code *out) {
    static const char *const hant[] = {"hant", "tw", "hk", "mo"};
    struct str rest = tag, first = str_cut(&rest, '-');
    *out = (struct code){.lang = LANG_NONE};
    if (first.n < 2 || first.n > 3) {
        return false;
    }
    for (size_t i = 0; i < first.n; i++) {
        out->text[i] = lower(first.p[i]);
        if (out->text[i] < 'a' || out->text[i] > 'z') {
            return false;
        }
    }
    out->lang = langs_get(t->langs, str_of(out->text));
    while (rest.n && str_eqz(str_of(out->text), "zh")) {
        struct str sub = str_cut(&rest, '-');
        if (same_subtag(sub, "hans")) {
            break;
        }
        for (size_t i = 0; i < sizeof hant / sizeof hant[0]; i++) {
            out->traditional = out->traditional || same_subtag(sub, hant[i]);
        }
    }
    return true;
}

/* ---- the way ---- */

struct leg {
    struct translator *by; /* NULL: only the script changes, or nothing */
    struct str source, target;
    bool simplify, to_traditional;
};

struct way {
    enum translate_way kind;
    struct leg legs[2];
    size_t n;
};

static const struct str HANT = {"zh-Hant", 7}, ENGLISH = {"en", 2};

/* The first back end that has the pair, Traditional Chinese itself or by way of Simplified. */
static bool find_leg(const struct translate *t, struct str source, bool source_hant, struct str target, bool target_hant,
                     struct leg *out) {
    for (size_t i = 0; i < t->back_end_count; i++) {
        struct translator *b = t->back_ends[i];
        for (int k = 0; k < 4; k++) {
            bool from = source_hant && !(k & 1), to = target_hant && !(k & 2);
            if (((k & 1) && !source_hant) || ((k & 2) && !target_hant)) {
                continue;
            }
            struct leg leg = {b, from ? HANT : source, to ? HANT : target, source_hant && !from, target_hant && !to};
            if (b->has(b, leg.source, leg.target)) {
                *out = leg;
                return true;
            }
        }
    }
    return false;
}

static struct way find_way(const struct translate *t, const struct code *source, const struct code *target) {
    struct str from = str_of(source->text), to = str_of(target->text);
    struct way w = {.kind = TRANSLATE_DIRECT, .n = 1};
    if (str_eq(from, to)) {
        w.legs[0] = (struct leg){NULL, from, to, source->traditional && !target->traditional, !source->traditional && target->traditional};
        return w;
    }
    if (find_leg(t, from, source->traditional, to, target->traditional, &w.legs[0])) {
        return w;
    }
    if (!str_eq(from, ENGLISH) && !str_eq(to, ENGLISH) && find_leg(t, from, source->traditional, ENGLISH, false, &w.legs[0]) &&
        find_leg(t, ENGLISH, false, to, target->traditional, &w.legs[1])) {
        w.kind = TRANSLATE_THROUGH_ENGLISH;
        w.n = 2;
        return w;
    }
    return (struct way){.kind = TRANSLATE_NONE};
}

enum translate_way translate_way(const struct translate *t, struct str source, struct str target) {
    struct code from, to;
    if (!read_tag(t, source, &from) || !read_tag(t, target, &to)) {
        return TRANSLATE_NONE;
    }
    return find_way(t, &from, &to).kind;
}

struct collect {
    struct arena *a;
    struct translate_pair *pairs;
    size_t n, cap;
    const char *by;
};

static void collect_pair(void *with, struct str source, struct str target) {
    struct collect *c = with;
    for (size_t i = 0; i < c->n; i++) {
        if (str_eq(c->pairs[i].source, source) && str_eq(c->pairs[i].target, target)) {
            return;
        }
    }
    ARENA_PUSH(c->a, c->pairs, c->n, c->cap) = (struct translate_pair){arena_dup(c->a, source), arena_dup(c->a, target), c->by};
}

static int by_pair(const void *x, const void *y) {
    const struct translate_pair *a = x, *b = y;
    int c = str_cmp(a->source, b->source);
    return c ? c : str_cmp(a->target, b->target);
}

enum err_code translate_pairs(const struct translate *t, struct arena *a, struct translate_pair **out, size_t *n,
                              struct err *err) {
    struct collect c = {.a = a};
    for (size_t i = 0; i < t->back_end_count; i++) {
        struct translator *b = t->back_ends[i];
        c.by = b->name;
        b->pairs(b, collect_pair, &c);
    }
    if (arena_full(a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the list of translators");
    }
    if (c.n) {
        qsort(c.pairs, c.n, sizeof *c.pairs, by_pair);
    }
    *out = c.pairs;
    *n = c.n;
    return ERR_OK;
}

/* ---- one leg ---- */

struct run {
    const struct translate *t;
    struct nutgraf_worker *w;
    struct arena *a;
    bool align;
    double deadline;
    struct err *err;
    const struct translate_sentence *sentences; /* what texts are, while they are; else NULL */
};

static enum err_code no_memory(struct run *r) {
    return err_set(r->err, ERR_NO_MEMORY, "no memory for the translation");
}

/* Moves links over to s converted character by character; where that is not so, there are none. */
static void move_links(struct run *r, struct str before, struct str after, struct translator_out *o) {
    if (before.n == after.n || o->link_count == 0) {
        return;
    }
    uint32_t *moved = utf8_count(before) == utf8_count(after) ? ARENA_ARRAY(r->a, before.n + 1, uint32_t) : NULL;
    if (!moved) {
        o->link_count = 0;
        return;
    }
    for (size_t x = 0, y = 0; x < before.n && y < after.n; moved[x] = (uint32_t)y) {
        moved[x] = (uint32_t)y;
        utf8_next(before, &x);
        utf8_next(after, &y);
    }
    for (size_t i = 0; i < o->link_count; i++) {
        o->links[i].start = moved[o->links[i].start];
        o->links[i].end = moved[o->links[i].end];
    }
}

/* texts [n] through one leg; empty ones stay empty */
static enum err_code run_leg(struct run *r, const struct leg *leg, const struct str *texts, size_t n, struct translator_out *out) {
    struct str *full = ARENA_ARRAY(r->a, n, struct str);
    struct translator_out *got = ARENA_ARRAY(r->a, n, struct translator_out);
    bool hides = leg->by && leg->by->remote && r->sentences && !leg->simplify;
    struct protect *hidden = ARENA_ARRAY(r->a, hides ? n : 0, struct protect);
    size_t m = 0;
    if (!full || !got || !hidden) {
        return no_memory(r);
    }
    for (size_t i = 0; i < n; i++) {
        struct str s = leg->simplify ? worker_to_simplified(r->w, r->a, texts[i]) : hides ? protect_hide(r->a, &r->sentences[i], &hidden[i]) : texts[i];
        if (texts[i].n && !s.p) {
            return no_memory(r);
        }
        if (s.n) {
            full[m++] = s;
        }
    }
    int lang = langs_get(r->t->langs, str_sub(leg->target, 0, 2));
    struct translator_job job = {.source = leg->source, .target = leg->target, .texts = full, .n = m,
                                 .target_spaces = lang == LANG_NONE || r->t->langs->items[lang].atoms == ATOMS_WORD,
                                 .align = r->align, .deadline = r->deadline};
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < m && !leg->by; i++) {
        got[i].text = full[i];
    }
    if (leg->by && m > 0) {
        code = leg->by->run(leg->by, r->a, &job, got, r->err);
    }
    for (size_t i = 0, k = 0; i < n && code == ERR_OK; i++) {
        out[i] = texts[i].n ? got[k++] : (struct translator_out){STR(""), NULL, 0};
        out[i].text = hides ? protect_restore(r->a, &hidden[i], out[i].text) : out[i].text;
        if (leg->to_traditional && out[i].text.n) {
            struct str s = worker_to_traditional(r->w, r->a, out[i].text);
            if (!s.p) {
                return no_memory(r);
            }
            move_links(r, out[i].text, s, &out[i]);
            out[i].text = s;
        }
    }
    return code;
}

/* Links of the second leg lead to the middle text; through the first leg's they lead to the source. */
static void join_links(struct translator_out *second, const struct translator_out *first) {
    size_t kept = 0;
    for (size_t i = 0; i < second->link_count; i++) {
        struct translate_link l = second->links[i];
        uint32_t most = 0, best = UINT32_MAX;
        for (size_t k = 0; k < first->link_count; k++) {
            const struct translate_link *f = &first->links[k];
            uint32_t from = f->start > l.source_start ? f->start : l.source_start, to = f->end < l.source_end ? f->end : l.source_end;
            if (to > from && to - from > most) {
                most = to - from;
                best = (uint32_t)k;
            }
        }
        if (best != UINT32_MAX) {
            l.source_start = first->links[best].source_start;
            l.source_end = first->links[best].source_end;
            second->links[kept++] = l;
        }
    }
    second->link_count = kept;
}

/* ---- sentences ---- */

static bool late(const struct run *r) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return r->deadline > 0 && (double)t.tv_sec + (double)t.tv_nsec * 1e-9 > r->deadline;
}

static enum err_code run_way(struct run *r, const struct way *way, const struct str *texts, size_t n, struct translator_out *out) {
    struct translator_out *middle = ARENA_ARRAY(r->a, n, struct translator_out);
    struct str *between = ARENA_ARRAY(r->a, n, struct str);
    if (!middle || !between) {
        return no_memory(r);
    }
    enum err_code code = run_leg(r, &way->legs[0], texts, n, way->n == 1 ? out : middle);
    if (code != ERR_OK || way->n == 1) {
        return code;
    }
    if (late(r)) {
        return err_set(r->err, ERR_TIMEOUT, "the time allowed was over in the middle of the translation");
    }
    for (size_t i = 0; i < n; i++) {
        between[i] = middle[i].text;
    }
    code = run_leg(r, &way->legs[1], between, n, out);
    for (size_t i = 0; i < n && code == ERR_OK; i++) {
        join_links(&out[i], &middle[i]);
    }
    return code;
}

/* The white space of the sentence round what was made of it. */
static enum err_code finish(struct run *r, const struct translate_sentence *s, const struct code *to, bool fix,
                            struct translator_out *o, const char *by, struct translate_result *out) {
    struct str inner = str_trim(s->text), text = o->text;
    size_t lead = inner.n ? (size_t)(inner.p - s->text.p) : 0, trail = s->text.n - lead - inner.n;
    if (fix && text.n) {
        text = marks_fix(&r->t->marks, to->lang, to->traditional, r->a, text, o->links, o->link_count);
    }
    for (size_t i = 0; i < o->link_count; i++) {
        struct translate_link *l = &o->links[i];
        *l = (struct translate_link){l->start + (uint32_t)lead, l->end + (uint32_t)lead, l->source_start + (uint32_t)lead, l->source_end + (uint32_t)lead};
    }
    if (lead + trail) {
        text = arena_printf(r->a, "%.*s%.*s%.*s", (int)lead, s->text.p, STR_ARG(text), (int)trail, s->text.p + s->text.n - trail);
    }
    *out = (struct translate_result){.text = text, .why = STR(""), .links = o->links, .link_count = o->link_count, .by = by};
    return text.p ? ERR_OK : no_memory(r);
}

enum err_code translate_sentences(const struct translate *t, struct nutgraf_worker *w, struct arena *a,
                                  const struct translate_order *order, struct translate_result *out, struct err *err) {
    struct run r = {t, w, a, order->align, order->deadline, err, NULL};
    struct code from, to;
    if (!read_tag(t, order->source, &from) || !read_tag(t, order->target, &to)) {
        struct str bad = read_tag(t, order->source, &from) ? order->target : order->source;
        return err_set(err, ERR_LANGUAGE, "'%.*s' is not a language tag", STR_ARG(bad));
    }
    struct way way = find_way(t, &from, &to);
    if (way.kind == TRANSLATE_NONE) {
        return err_set(err, ERR_NO_TRANSLATOR, "no translator from '%.*s' to '%.*s' is installed, nor two by way of English",
                       STR_ARG(order->source), STR_ARG(order->target));
    }
    struct str *texts = ARENA_ARRAY(a, order->count, struct str);
    struct translator_out *made = ARENA_ARRAY(a, order->count, struct translator_out);
    if (!texts || !made) {
        return no_memory(&r);
    }
    for (size_t i = 0; i < order->count; i++) {
        texts[i] = str_trim(order->sentences[i].text);
        if (utf8_check(texts[i]) != SIZE_MAX) {
            return err_set(err, ERR_UTF8, "sentence %zu is not UTF-8", i + 1);
        }
    }
    r.sentences = way.n == 1 ? order->sentences : NULL; /* names read as in the target language: not in the middle */
    enum err_code code = run_way(&r, &way, texts, order->count, made);
    struct translator *last = way.legs[way.n - 1].by;
    for (size_t i = 0; i < order->count && code == ERR_OK; i++) {
        code = finish(&r, &order->sentences[i], &to, last != NULL, &made[i], last ? last->name : "none", &out[i]);
        if (code == ERR_OK && last && texts[i].n) {
            code = verify(t, a, &order->sentences[i], from.lang, to.lang, str_of(to.text), &out[i], err);
            code = code == ERR_OK && last->remote && out[i].fault == TRANSLATE_GOOD ? verify_language(t, a, to.lang, &out[i], err) : code;
        }
    }
    return code == ERR_OK && arena_full(a) ? no_memory(&r) : code;
}

/* ---- texts ---- */

/* What stands between two sentences, as the target language has it. */
static void add_gap(struct buf *b, struct str gap, bool spaces, bool edge) {
    bool line = str_find(gap, STR("\n"), 0) != SIZE_MAX, blank = str_trim(gap).n == 0;
    if (edge || line || !blank) {
        buf_add(b, gap);
    } else if (spaces) {
        buf_add(b, gap.n ? gap : STR(" "));
    }
}

static enum err_code cut(const struct translate *t, struct nutgraf_worker *w, struct arena *a, int lang, struct str text,
                         struct translate_sentence **out, struct tok_text *cut_text, struct err *err) {
    int english = langs_get(t->langs, ENGLISH);
    lang = lang == LANG_NONE ? english : lang;
    if (lang == LANG_NONE) {
        return err_set(err, ERR_DATA, "no language to cut sentences by");
    }
    enum err_code code = tok_split_text(&t->langs->items[lang], t->fold, w, a, text, cut_text, err);
    if (code != ERR_OK) {
        return code;
    }
    *out = ARENA_ARRAY(a, cut_text->sent_count, struct translate_sentence);
    for (size_t i = 0; *out && i < cut_text->sent_count; i++) {
        (*out)[i].text = str_sub(text, cut_text->sents[i].start, cut_text->sents[i].end);
    }
    return *out ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for the sentences");
}

/* Puts the sentences together again; links and spans count in the text as it came in. */
static enum err_code assemble(struct arena *a, struct str text, const struct text_map *map, const struct tok_text *c,
                              const struct translate_result *results, bool spaces, struct translate_text_result *out, struct err *err) {
    struct buf b;
    uint32_t before = 0;
    buf_init(&b, a);
    buf_add(&b, STR(""));
    for (size_t i = 0; i < c->sent_count; i++) {
        const struct sent *s = &c->sents[i];
        struct translate_part *p = &out->parts[i];
        add_gap(&b, str_sub(text, before, s->start), spaces, i == 0);
        *p = (struct translate_part){.span = {text_input_start(map, s->start), text_input_end(map, s->end)}, .result = results[i], .start = (uint32_t)b.n};
        for (size_t k = 0; k < p->result.link_count; k++) {
            struct translate_link *l = &p->result.links[k];
            l->source_start = text_input_start(map, s->start + l->source_start) - p->span.start;
            l->source_end = text_input_end(map, s->start + l->source_end) - p->span.start;
        }
        buf_add(&b, p->result.text);
        before = s->end;
    }
    add_gap(&b, str_sub(text, before, text.n), spaces, true);
    out->count = c->sent_count;
    out->text = buf_str(&b);
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the translation") : ERR_OK;
}

enum err_code translate_text(const struct translate *t, struct nutgraf_worker *w, struct arena *a, struct str source,
                             struct str target, struct str text, bool align, double deadline,
                             struct translate_text_result *out, struct err *err) {
    struct str normal;
    struct text_map map;
    struct code from, to;
    struct translate_sentence *sentences = NULL;
    struct tok_text c = {0};
    if (!read_tag(t, source, &from) || !read_tag(t, target, &to)) {
        return err_set(err, ERR_LANGUAGE, "'%.*s' is not a language tag", STR_ARG(read_tag(t, source, &from) ? target : source));
    }
    enum err_code code = text_normalise(a, text, &normal, &map, err);
    code = code ? code : cut(t, w, a, from.lang, normal, &sentences, &c, err);
    if (code != ERR_OK) {
        return code;
    }
    struct translate_result *results = ARENA_ARRAY(a, c.sent_count, struct translate_result);
    *out = (struct translate_text_result){.parts = ARENA_ARRAY(a, c.sent_count, struct translate_part)};
    if (!results || !out->parts) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the translation");
    }
    struct translate_order order = {source, target, sentences, c.sent_count, align, deadline};
    code = translate_sentences(t, w, a, &order, results, err);
    bool spaces = to.lang == LANG_NONE || t->langs->items[to.lang].atoms == ATOMS_WORD;
    return code ? code : assemble(a, normal, &map, &c, results, spaces, out, err);
}
