/* write.c - see write.h. What a pattern asks for is looked for in the fact: its roles, then "when", "source", "items" and what
 * figures have ("trend", "from"). Whatever is written is recorded as a piece, for the checker. */
#include "core/summary/write.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/utf8.h"
#include "core/summary/figure.h"

#include "core/base/banned.h"

enum { LONGEST_WORDS = 70 /* bytes of the article's own words in a sentence */, MOST_FILLERS = 12, MOST_ALTERNATIVES = 6 };

struct ask {
    struct writer *w;
    const struct fact *f;
    struct sentence *so_far; /* for second mentions within the sentence */
};

/* One filler as text, with what it is. */
struct told {
    struct str text; /* in its case: "de Paris" */
    struct str core; /* the part of it that the checker looks at; p NULL: all */
    enum piece_kind kind;
    int32_t entity;
    struct ng_span span;
    bool plural;
    const char *of; /* for select: what kind of term, or NULL */
    double number; /* of counts, else 1 */
};

/* ---- names ---- */

static bool has_script(struct str s, bool han) {
    for (size_t i = 0; i < s.n;) {
        UErrorCode status = U_ZERO_ERROR;
        int32_t c = utf8_next(s, &i);
        UScriptCode script = uscript_getScript(c, &status);
        bool east = script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL;
        if (u_isalpha(c) && (han ? east : script != USCRIPT_LATIN && script != USCRIPT_COMMON && script != USCRIPT_INHERITED)) {
            return true;
        }
    }
    return false;
}

/* Three digits in a row. */
static bool has_number(struct str s) {
    size_t run = 0;
    for (size_t i = 0; i < s.n && run < 3; i++) {
        run = s.p[i] >= '0' && s.p[i] <= '9' ? run + 1 : 0;
    }
    return run == 3;
}

/* Three words and more, with letters of Vietnamese alone. */
static bool is_vietnamese_phrase(struct str s) {
    size_t words = 1;
    bool own = false;
    for (size_t i = 0; i < s.n;) {
        int32_t c = utf8_next(s, &i);
        words += c == ' ';
        own = own || (c >= 0x1EA0 && c <= 0x1EF9) || c == 0x110 || c == 0x111 || c == 0x1A0 || c == 0x1A1 || c == 0x1AF || c == 0x1B0;
    }
    return own && words > 2;
}

static bool is_named(const struct ask *q, int32_t entity) {
    for (size_t i = 0; i < q->so_far->n; i++) {
        if (q->so_far->pieces[i].kind == PIECE_NAME && q->so_far->pieces[i].entity == entity) {
            return true;
        }
    }
    return q->w->named[entity];
}

static struct str last_word(struct str s) {
    size_t at = s.n;
    while (at > 0 && s.p[at - 1] != ' ') {
        at--;
    }
    return str_sub(s, at, s.n);
}

/* A person's surname, where it is known which part that is: Han names begin with it, others end with it where the article itself
 * calls the person so. Not where two persons would share it. */
static struct str short_name(const struct doc *d, int32_t entity) {
    const struct ng_entity *e = &d->entities[entity];
    struct str rest = e->canonical_name, first = str_cut(&rest, ' '), found = STR_NONE;
    if (!rest.n) {
        return STR_NONE;
    }
    if (has_script(e->name, true)) {
        found = first;
    } else {
        struct str last = last_word(rest);
        for (size_t i = 0; i < e->mention_count && !found.n; i++) {
            found = str_eq(doc_sub(d, e->mentions[i].span.start, e->mentions[i].span.end), last) ? last : STR_NONE;
        }
    }
    for (size_t i = 0; found.n && i < d->entity_count; i++) {
        const struct ng_entity *x = &d->entities[i];
        if (i != (size_t)entity && x->type == NG_PERSON && str_find(x->canonical_name, found, 0) != SIZE_MAX) {
            return STR_NONE;
        }
    }
    return found;
}

static bool tell_name(const struct ask *q, int32_t entity, struct str form, struct told *out) {
    struct doc *d = q->w->d;
    const struct ng_entity *e = &d->entities[entity];
    struct str name = e->canonical_name;
    if (!name.n || (q->w->words && has_script(name, false)) || (!e->kb_id.n && e->type <= NG_LOCATION && has_number(name))) {
        return false; /* a name that could not be put into the reader's script, or one with a date stuck to it */
    }
    bool thing = e->type == NG_PRODUCT || e->type == NG_EVENT_NAME;
    if (thing && !e->kb_id.n && q->w->words && has_script(e->name, true) && str_find(d->text, name, 0) == SIZE_MAX) {
        return false; /* a title spelled out in syllables says nothing */
    }
    bool common = e->type == NG_LOCATION && !e->kb_id.n && !q->w->words && is_vietnamese_phrase(name);
    if (common) {
        return false; /* "the Great Hall of the People" in Vietnamese is no name to readers of Chinese */
    }
    if (e->type == NG_PERSON && q->w->words && is_named(q, entity)) {
        struct str brief = short_name(d, entity);
        name = brief.n ? brief : name;
    }
    out->kind = PIECE_NAME;
    out->text = templates_name(q->w->templates, d->a, name, form, &out->plural);
    return out->text.n > 0;
}

/* ---- values and words ---- */

static struct str window(const struct doc *d, struct ng_span s, size_t before, size_t after) {
    size_t start = s.start > before ? s.start - before : 0, end = s.end + after < d->text.n ? s.end + after : d->text.n;
    while (!utf8_boundary(d->text, start)) {
        start++;
    }
    while (!utf8_boundary(d->text, end)) {
        end--;
    }
    return str_sub(d->text, start, end);
}

static bool clean_words(struct str s) {
    static const char *const bad[] = {"\n", "\"", "“", "”", "„", "«", "»", "「", "」", "『", "《", "(", ")", "（", "）", "[", ";", "；", ":", "：", "!", "?", "。", "，", "！", "？", ", ", ". "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (str_find(s, str_of(bad[i]), 0) != SIZE_MAX) {
            return false;
        }
    }
    return s.n > 0 && s.n <= LONGEST_WORDS;
}

/* Whether a sum is somebody's pay. */
static bool is_pay(const struct ask *q, struct str role) {
    const struct writer *w = q->w;
    const struct fact_role *measure = fact_role(q->f, STR("measure"));
    if (!measure || measure->fillers[0].entity >= 0) {
        return str_eqz(role, "compensation");
    }
    struct str words = doc_sub(w->d, measure->fillers[0].span.start, measure->fillers[0].span.end);
    return terms_translate(w->terms, w->d->a, STR("pay"), words, NULL, 0, w->d->lang, w->d->lang, false).n > 0;
}

static bool tell_value(const struct ask *q, struct str role, int32_t entity, struct ng_span span, struct told *out) {
    struct writer *w = q->w;
    const struct ng_entity *e = &w->d->entities[entity];
    struct arena *a = w->d->a;
    struct str period = STR_NONE;
    out->kind = PIECE_VALUE;
    if (e->type == NG_MONEY) {
        if (is_pay(q, role)) { /* by the year or the month? */
            period = terms_find(w->terms, a, STR("period"), window(w->d, span, 20, 20), w->d->lang);
            if (!period.n && str_eqz(role, "compensation")) {
                return false; /* a sum that nothing says is pay */
            }
        }
        out->text = format_money(w->format, a, &e->value, str_eqz(period, "year") ? 'y' : str_eqz(period, "month") ? 'm' : 0);
    } else if (e->type == NG_PERCENT) {
        out->text = format_percent(w->format, a, &e->value);
    } else {
        out->text = format_date(w->format, a, str_of(e->value.date), true);
    }
    return out->text.n > 0;
}

static bool is_count(struct str role) {
    return str_eqz(role, "count") || str_eqz(role, "killed") || str_eqz(role, "injured") || str_eqz(role, "group_size") || str_eqz(role, "value");
}

/* A stretch with the word in front of it: "Jahren Haft" of "vier Jahren Haft". */
static struct ng_span one_word_more(const struct doc *d, struct ng_span s) {
    for (size_t i = 1; i < d->tok_count; i++) {
        if (d->toks[i].start == s.start && d->toks[i].sent == d->toks[i - 1].sent) {
            s.start = d->toks[i - 1].start;
            break;
        }
    }
    return s;
}

/* "more than" stands in front of what the event has as its count. */
static void with_bound(const struct writer *w, struct terms_count *c, struct told *out) {
    struct ng_span wider = out->span;
    for (int words = 0; words < 3 && !c->bound.n; words++) {
        struct terms_count more;
        wider = one_word_more(w->d, wider);
        if (terms_count(w->terms, w->d->a, doc_sub(w->d, wider.start, wider.end), w->d->lang, &more) && more.bound.n && more.n == c->n) {
            *c = more;
            out->span = wider;
        }
    }
}

static bool tell_count(const struct ask *q, struct str text, struct told *out) {
    struct writer *w = q->w;
    struct terms_count c;
    if (terms_count(w->terms, w->d->a, text, w->d->lang, &c)) {
        with_bound(w, &c, out);
        struct ng_value v = {.has_amount = !c.bound.n || str_eqz(c.bound, "about"), .has_min = str_eqz(c.bound, "over") || str_eqz(c.bound, "least"), .has_max = str_eqz(c.bound, "under"),
                             .amount = c.n, .min = c.n, .max = c.n};
        out->kind = PIECE_COUNT;
        out->number = c.bound.n ? 2 : c.n; /* "more than one" is many */
        out->text = format_count(w->format, w->d->a, &v, str_eqz(c.bound, "about"), str_eqz(c.bound, "least"));
        return out->text.n > 0;
    }
    out->kind = PIECE_TERM;
    out->number = 100;
    out->text = terms_translate(w->terms, w->d->a, STR("count"), text, NULL, 0, w->d->lang, w->target, false);
    return out->text.n > 0;
}

/* The names inside a stretch, for terms such as "workers in China". */
static size_t names_in(const struct ask *q, struct ng_span span, struct terms_name *out, size_t most) {
    struct doc *d = q->w->d;
    size_t n = 0;
    for (size_t i = 0; i < d->mention_count && n < most; i++) {
        const struct mention *m = &d->mentions[i];
        struct told t = {0};
        if (m->start >= span.start && m->end <= span.end && m->type < NG_MONEY && tell_name(q, (int32_t)m->entity, STR(""), &t)) {
            out[n++] = (struct terms_name){m->start - span.start, m->end - span.start, t.text};
        }
    }
    return n;
}

/* Whether those who get or leave a post are women, as far as their names or what they are called say. */
static bool of_women(const struct ask *q) {
    static const char *const roles[] = {"person", "winner"};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const struct fact_role *r = fact_role(q->f, str_of(roles[i]));
        for (size_t k = 0; r && k < r->n; k++) {
            if (r->fillers[k].entity < 0 || !q->w->d->genders || q->w->d->genders[r->fillers[k].entity] != 'f') {
                return false;
            }
        }
        if (r) {
            return true;
        }
    }
    return false;
}

/* What a stretch is about, without what it says of it: disasters, and the authorities that are many and nameless. */
static struct str head_word(const struct writer *w, struct str kind, struct str text) {
    static const char *const nameless[] = {"police", "prosecutors", "court"};
    struct str concept = terms_find(w->terms, w->d->a, kind, text, w->d->lang);
    bool disaster = str_eqz(kind, "disaster"), fits = disaster;
    if (disaster && !concept.n) {
        kind = STR("accident");
        concept = terms_find(w->terms, w->d->a, kind, text, w->d->lang);
    }
    for (size_t i = 0; !fits && i < sizeof nameless / sizeof nameless[0]; i++) {
        fits = str_eqz(concept, nameless[i]);
    }
    return fits ? terms_word(w->terms, kind, concept, w->target) : STR_NONE;
}

/* "International Lantern Prize": every word but the small ones has a capital. */
static bool is_title_case(struct str s) {
    size_t words = 0;
    while (s.n) {
        struct str word = str_cut(&s, ' ');
        size_t i = 0;
        int32_t first = word.n ? utf8_next(word, &i) : 0;
        if (!u_isupper(first) && word.n > 3) {
            return false;
        }
        words += u_isupper(first) != 0;
    }
    return words > 1;
}

static bool tell_words(const struct ask *q, struct str role, struct ng_span span, struct told *out) {
    struct writer *w = q->w;
    struct doc *d = w->d;
    struct str text = doc_sub(d, span.start, span.end), kind = fact_role_kind(w->rules, role);
    struct terms_name names[8];
    if (is_count(role)) {
        return tell_count(q, text, out);
    }
    bool verbatim = w->same && fact_role_verbatim(w->rules, role) && !str_eqz(templates_get(w->templates, q->f->type, STR("verbatim"), 0), "no");
    if (verbatim) {
        struct str own = terms_strip(w->terms, d->a, text, d->lang);
        struct str known = terms_translate(w->terms, d->a, kind, text, NULL, 0, d->lang, d->lang, false);
        /* the dictionary's form of the same word is better: not inflected, no capitals */
        bool inflected = known.n > 4 && own.n > 4 && (known.p[0] | 32) == (own.p[0] | 32) && memcmp(known.p + 1, own.p + 1, 3) == 0;
        out->kind = inflected ? PIECE_TERM : PIECE_WORDS;
        out->of = inflected ? "title" : NULL;
        /* of a post, words that name none are a slip: "as the highest-ranking recruit" */
        bool post = str_eqz(kind, "title") || str_eqz(kind, "office");
        if (post && !inflected && !terms_find(w->terms, d->a, STR("title"), own, d->lang).n && !terms_find(w->terms, d->a, STR("office"), own, d->lang).n) {
            own = STR_NONE;
        }
        out->text = inflected ? known : clean_words(own) ? own : STR_NONE;
        if (out->text.n) {
            return true;
        }
    }
    if (str_eqz(role, "award") && w->words && is_title_case(text) && clean_words(text)) { /* a name in all but the recogniser's eyes */
        out->kind = PIECE_WORDS;
        out->text = text;
        return true;
    }
    size_t n = kind.n ? names_in(q, span, names, 8) : 0;
    bool woman = (str_eqz(kind, "title") || str_eqz(kind, "office")) && of_women(q);
    out->kind = PIECE_TERM;
    out->text = kind.n ? terms_translate(w->terms, d->a, kind, text, names, n, d->lang, w->target, woman) : STR_NONE;
    if (!out->text.n && str_eqz(kind, "disaster")) {
        out->text = terms_translate(w->terms, d->a, STR("accident"), text, names, n, d->lang, w->target, woman);
    }
    if (!out->text.n && (str_eqz(kind, "disaster") || str_eqz(kind, "authority"))) {
        out->text = head_word(w, kind, text); /* "powerful earthquake" is an earthquake */
    }
    if (!out->text.n && str_eqz(kind, "measure")) {
        out->text = terms_translate(w->terms, d->a, STR("rate"), text, names, n, d->lang, w->target, woman);
    }
    if (!out->text.n && str_eqz(kind, "measure")) {
        out->text = terms_translate(w->terms, d->a, STR("pay"), text, names, n, d->lang, w->target, woman);
        out->of = out->text.n ? "pay" : NULL;
    }
    if (!out->text.n && str_eqz(kind, "office")) {
        out->text = terms_translate(w->terms, d->a, STR("title"), text, names, n, d->lang, w->target, woman);
    }
    if (!out->text.n && str_eqz(kind, "title")) { /* who is sought: "engineers" */
        kind = STR("people");
        out->text = terms_translate(w->terms, d->a, kind, text, names, n, d->lang, w->target, woman);
    }
    out->plural = str_eqz(kind, "people");
    out->of = out->of ? out->of : str_eqz(kind, "people") ? "people" : str_eqz(kind, "title") ? "title" : NULL;
    return out->text.n > 0;
}

static bool tell(const struct ask *q, struct str role, const struct ng_filler *f, struct str form, struct told *out) {
    *out = (struct told){.entity = f->entity, .span = f->span, .number = 1};
    if (f->entity >= 0 && q->w->d->entities[f->entity].type < NG_MONEY) {
        return tell_name(q, f->entity, form, out);
    }
    if (f->entity < 0 && str_eqz(role, "penalty") && !tell_words(q, role, f->span, out)) {
        out->span = one_word_more(q->w->d, f->span);
    }
    bool good = f->entity < 0 ? tell_words(q, role, out->span, out) : tell_value(q, role, f->entity, f->span, out);
    if (good && form.n) {
        out->core = out->text;
        out->text = templates_case(q->w->templates, q->w->d->a, out->core, form);
    }
    return good;
}

bool write_can_tell(void *ctx, const struct fact *f, struct str role, const struct ng_filler *filler) {
    struct sentence none = {0};
    struct ask q = {ctx, f, &none};
    struct told t;
    if (str_eqz(role, "change") || str_eqz(role, "period")) {
        return true; /* read by figure.c, not told as it is */
    }
    return tell(&q, role, filler, STR(""), &t);
}

struct str write_find(void *ctx, struct str kind, struct ng_span span) {
    const struct writer *w = ctx;
    return terms_find(w->terms, w->d->a, kind, doc_sub(w->d, span.start, span.end), w->d->lang);
}

bool write_has_items(void *ctx, struct str type, enum ng_status status) {
    const struct writer *w = ctx;
    return templates_get(w->templates, type, STR("item"), 0).p && templates_get(w->templates, type, arena_printf(w->d->a, "%s-items", ng_status_name(status)), 0).p;
}

/* ---- what patterns ask ---- */

static void add_piece(struct ask *q, struct sentence *out, const struct told *t, size_t start) {
    size_t end = out->b.n, at = t->core.n ? str_find(t->text, t->core, 0) : SIZE_MAX;
    if (at != SIZE_MAX) {
        start += at;
        end = start + t->core.n;
    }
    ARENA_PUSH(q->w->d->a, out->pieces, out->n, out->cap) = (struct piece){t->kind, start, end, t->entity, t->span};
    out->failed = out->failed || arena_full(q->w->d->a);
}

/* Appends several as a list, each a piece. */
static bool put_list(struct ask *q, const struct told *all, size_t n, struct sentence *out) {
    struct str texts[MOST_FILLERS];
    for (size_t i = 0; i < n; i++) {
        texts[i] = all[i].text;
    }
    struct str list = n ? format_list(q->w->format, q->w->d->a, texts, n) : STR_NONE;
    size_t at = 0;
    for (size_t i = 0; list.n && i < n; i++) {
        size_t found = str_find(list, texts[i], at);
        if (found == SIZE_MAX) {
            return false;
        }
        buf_add(&out->b, str_sub(list, at, found));
        size_t start = out->b.n;
        buf_add(&out->b, texts[i]);
        add_piece(q, out, &all[i], start);
        at = found + texts[i].n;
    }
    buf_add(&out->b, str_sub(list, at, list.n));
    return list.n > 0;
}

static size_t tell_role(struct ask *q, struct str role, struct str form, struct told *out) {
    const struct fact_role *r = fact_role(q->f, role);
    size_t n = 0;
    for (size_t i = 0; r && i < r->n && n < MOST_FILLERS; i++) {
        n += tell(q, role, &r->fillers[i], form, &out[n]);
        for (size_t k = 0; n && k + 1 < n; k++) {
            if (str_eq(out[k].text, out[n - 1].text)) {
                n--; /* the same words twice */
                break;
            }
        }
    }
    return n;
}

/* Who reports it; nobody who is part of it. */
static size_t tell_sources(struct ask *q, struct told *out) {
    struct doc *d = q->w->d;
    size_t n = 0;
    for (size_t i = 0; i < q->f->source_count && n < MOST_FILLERS; i++) {
        int32_t entity = (int32_t)q->f->sources[i];
        bool part = d->entities[entity].type > NG_ORGANIZATION;
        for (size_t r = 0; r < q->f->role_count; r++) {
            for (size_t k = 0; k < q->f->roles[r].n; k++) {
                part = part || (q->f->roles[r].fillers[k].entity == entity && !str_eqz(q->f->roles[r].name, "source"));
            }
        }
        out[n] = (struct told){.entity = entity, .number = 1};
        n += !part && tell_name(q, entity, STR(""), &out[n]);
    }
    return n ? n : tell_role(q, STR("source"), STR(""), out);
}

static bool put_date(struct ask *q, struct sentence *out) {
    struct str iso = q->f->date;
    const char *now = q->w->d->published;
    if (iso.n == 4 && now[0] && memcmp(iso.p, now, 4) == 0) {
        return false; /* this year, of an event: nothing new */
    }
    struct told t = {.kind = PIECE_DATE, .entity = -1, .text = iso.n ? format_date(q->w->format, q->w->d->a, iso, false) : STR_NONE};
    return t.text.n && put_list(q, &t, 1, out);
}

/* The election for an office, where the language has a word for it: "die Bürgermeisterwahl". */
static bool put_race(struct ask *q, struct sentence *out) {
    struct writer *w = q->w;
    const struct fact_role *office = fact_role(q->f, STR("office"));
    struct told t = {.kind = PIECE_TERM, .entity = -1};
    if (!office || office->n != 1 || office->fillers[0].entity >= 0) {
        return false;
    }
    t.span = office->fillers[0].span;
    struct str text = doc_sub(w->d, t.span.start, t.span.end), concept = terms_concept(w->terms, w->d->a, STR("office"), text, w->d->lang);
    concept = concept.n ? concept : terms_concept(w->terms, w->d->a, STR("title"), text, w->d->lang);
    t.text = terms_word(w->terms, STR("race"), concept, w->target);
    return t.text.n && put_list(q, &t, 1, out);
}

/* No piece: patterns are chosen by what of the article they tell. */
static bool put_nature(struct ask *q, struct sentence *out) {
    struct str word = terms_word(q->w->terms, q->f->nature_kind, q->f->nature, q->w->target);
    buf_add(&out->b, word);
    return word.n > 0;
}

static bool put_argument(void *ctx, struct str name, struct str form, struct sentence *out);
static struct str kind_of(void *ctx, struct str name);
static double number_of(void *ctx, struct str name);

static struct str joined(struct arena *a, const struct str *texts, size_t n, struct str comma) {
    struct buf b;
    buf_init(&b, a);
    for (size_t i = 0; i < n; i++) {
        buf_add(&b, i ? comma : STR(""));
        buf_add(&b, texts[i]);
    }
    return buf_str(&b);
}

static bool put_items(struct ask *q, struct sentence *out) {
    struct sentence items[8] = {0};
    struct str texts[8];
    size_t n = 0;
    for (size_t i = 0; i < q->f->part_count && n < 8; i++) {
        struct ask part = {q->w, &q->f->parts[i], out};
        struct template_args args = {&part, put_argument, kind_of, number_of};
        buf_init(&items[n].b, q->w->d->a);
        if (template_fill(q->w->templates, q->w->format, templates_get(q->w->templates, q->f->type, STR("item"), 0), &args, &items[n])) {
            texts[n] = buf_str(&items[n].b);
            n++;
        }
    }
    if (n < q->f->part_count || n < 2) {
        return false;
    }
    struct str comma = templates_get(q->w->templates, q->f->type, STR("item-join"), 0);
    struct str list = comma.n ? joined(q->w->d->a, texts, n, comma) : format_list(q->w->format, q->w->d->a, texts, n);
    size_t at = 0;
    for (size_t i = 0; list.n && i < n; i++) {
        size_t found = str_find(list, texts[i], at);
        if (found == SIZE_MAX) {
            return false;
        }
        buf_add(&out->b, str_sub(list, at, found));
        for (size_t k = 0; k < items[i].n; k++) {
            struct piece p = items[i].pieces[k];
            p.start += out->b.n;
            p.end += out->b.n;
            ARENA_PUSH(q->w->d->a, out->pieces, out->n, out->cap) = p;
        }
        buf_add(&out->b, texts[i]);
        at = found + texts[i].n;
    }
    buf_add(&out->b, str_sub(list, at, list.n));
    return list.n > 0;
}

static bool put_figure(struct ask *q, struct str name, struct str form, struct sentence *out) {
    struct figure fig;
    struct told t;
    if (!figure_read(q->w->terms, q->w->d, q->f, &fig)) {
        return false;
    }
    const struct ng_filler *x = str_eqz(name, "from") ? &fig.from : str_eqz(name, "change") ? &fig.change : &fig.value;
    return (x->entity >= 0 || x->span.end) && tell(q, STR("value"), x, form, &t) && put_list(q, &t, 1, out);
}

static bool clause(struct writer *w, const struct fact *f, struct str key, struct sentence *out);

/* {a}, {b}, {c}: the clauses of a sentence. */
static bool put_clause(struct ask *q, struct str name, struct sentence *out) {
    const struct fact *f = q->w->facts[name.p[0] - 'a'];
    return f && clause(q->w, f, STR_NONE, out);
}

static bool put_argument(void *ctx, struct str name, struct str form, struct sentence *out) {
    struct ask *q = ctx;
    struct told all[MOST_FILLERS];
    if (name.n == 1 && name.p[0] >= 'a' && name.p[0] < 'a' + SENTENCE_FACTS) {
        return put_clause(q, name, out);
    }
    if (str_eqz(name, "when")) {
        return put_date(q, out);
    }
    if (str_eqz(name, "items")) {
        return put_items(q, out);
    }
    if (str_eqz(name, "nature")) {
        return put_nature(q, out);
    }
    if (str_eqz(name, "race")) {
        return put_race(q, out);
    }
    if (str_eqz(q->f->type, "finance.figure") && (str_eqz(name, "from") || str_eqz(name, "change") || str_eqz(name, "value"))) {
        return put_figure(q, name, form, out);
    }
    size_t n = str_eqz(name, "source") ? tell_sources(q, all) : tell_role(q, name, form, all);
    return n && put_list(q, all, n, out);
}

static struct str kind_of(void *ctx, struct str name) {
    struct ask *q = ctx;
    struct told all[MOST_FILLERS];
    struct figure fig;
    if (str_eqz(name, "when") || str_eqz(name, "race")) {
        size_t bytes = q->so_far->b.n, pieces = q->so_far->n;
        bool some = str_eqz(name, "when") ? put_date(q, q->so_far) : put_race(q, q->so_far);
        q->so_far->b.n = bytes;
        q->so_far->n = pieces;
        return some ? STR("some") : STR("none");
    }
    if (str_eqz(name, "bound")) { /* of a figure's value: "more than" needs other words around it in some languages */
        const struct ng_entity *e = figure_read(q->w->terms, q->w->d, q->f, &fig) && fig.value.entity >= 0 ? &q->w->d->entities[fig.value.entity] : NULL;
        return e && !e->value.has_amount ? STR("some") : STR("none");
    }
    if (str_eqz(name, "nature")) {
        return q->f->nature.n ? q->f->nature : STR("none");
    }
    if (str_eqz(name, "trend")) {
        return figure_read(q->w->terms, q->w->d, q->f, &fig) ? str_of(fig.trend) : STR("unknown");
    }
    size_t n = str_eqz(name, "source") ? tell_sources(q, all) : tell_role(q, name, STR(""), all);
    if (!n) {
        return STR("none");
    }
    if (all[0].of) {
        return str_of(all[0].of);
    }
    return all[0].entity < 0 ? STR("text") : str_of(ng_type_name(q->w->d->entities[all[0].entity].type));
}

static double number_of(void *ctx, struct str name) {
    struct ask *q = ctx;
    struct told all[MOST_FILLERS];
    size_t n = str_eqz(name, "source") ? tell_sources(q, all) : tell_role(q, name, STR(""), all);
    if (n == 1) {
        return all[0].plural ? 2 : all[0].number;
    }
    return (double)n;
}

/* ---- clauses and sentences ---- */

/* Tries every alternative of a key; the one that tells most wins, on a tie not the one used last. */
static bool best_of(struct writer *w, const struct fact *f, struct str key, struct sentence *out) {
    struct sentence best = {0};
    struct str best_pattern = STR_NONE;
    for (size_t i = 0; i < MOST_ALTERNATIVES; i++) {
        struct str pattern = templates_get(w->templates, f->type, key, i);
        struct sentence one = *out;
        struct ask q = {w, f, &one};
        struct template_args args = {&q, put_argument, kind_of, number_of};
        if (!pattern.p) {
            break;
        }
        buf_init(&one.b, w->d->a);
        buf_add(&one.b, buf_str(&out->b));
        one.pieces = NULL;
        one.n = one.cap = 0;
        for (size_t k = 0; k < out->n; k++) {
            ARENA_PUSH(w->d->a, one.pieces, one.n, one.cap) = out->pieces[k];
        }
        if (template_fill(w->templates, w->format, pattern, &args, &one) &&
            (!best_pattern.p || one.n > best.n || (one.n == best.n && str_eq(best_pattern, w->last)))) {
            best = one;
            best_pattern = pattern;
        }
    }
    if (!best_pattern.p) {
        return false;
    }
    *out = best;
    out->pattern = best_pattern;
    return true;
}

static bool clause(struct writer *w, const struct fact *f, struct str key, struct sentence *out) {
    if (key.p) {
        return best_of(w, f, key, out);
    }
    struct str status = str_of(ng_status_name(f->status));
    return best_of(w, f, f->part_count ? arena_printf(w->d->a, "%.*s-items", STR_ARG(status)) : status, out);
}

static bool same_sources(const struct fact *a, const struct fact *b) {
    bool same = a->source_count == b->source_count;
    for (size_t i = 0; same && i < a->source_count; i++) {
        same = a->sources[i] == b->sources[i];
    }
    return same;
}

/* The first letter of a sentence that does not begin with a name is a capital. */
static void capitalise(struct writer *w, struct sentence *s) {
    size_t next = 0;
    if (!s->b.n || (s->n && s->pieces[0].start == 0 && s->pieces[0].kind == PIECE_NAME && !u_islower(s->b.p[0]))) {
        return;
    }
    struct str text = buf_str(&s->b);
    int32_t first = utf8_next(text, &next), upper = u_toupper(first);
    bool own = s->n && s->pieces[0].start == 0 && s->pieces[0].kind == PIECE_NAME &&
               str_starts(w->d->entities[s->pieces[0].entity].canonical_name, str_sub(text, 0, next));
    if (upper != first && !own) { /* "iFlytek" stays */
        struct buf b;
        buf_init(&b, w->d->a);
        buf_addcp(&b, upper);
        size_t grown = b.n - next;
        buf_add(&b, str_sub(text, next, text.n));
        s->b = b;
        for (size_t i = 0; grown && i < s->n; i++) {
            s->pieces[i].start += s->pieces[i].start ? grown : 0;
            s->pieces[i].end += grown;
        }
    }
}

/* "Alphabet Inc.." */
static void single_stop(struct sentence *s) {
    if (s->b.n > 1 && s->b.p[s->b.n - 1] == '.' && s->b.p[s->b.n - 2] == '.') {
        s->b.n--;
    }
}

/* The pattern of [sentence] for n facts: all or none of them may have one source, or of two the first alone; "" for other cases. */
static struct str wrapper_of(struct ask *q, const struct fact *const *facts, size_t n) {
    static const char *const plain[] = {"plain", "join", "join-three"}, *const attributed[] = {"attributed", "join-attributed", "join-three-attributed"};
    struct told told[MOST_FILLERS];
    size_t sourced = 0;
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        struct ask one = {q->w, facts[i], q->so_far};
        sourced += tell_sources(&one, told) > 0;
        same = same && same_sources(facts[0], facts[i]);
    }
    if (n == 0 || n > sizeof plain / sizeof plain[0]) {
        return STR("");
    }
    if (sourced == 0 || (sourced == n && same)) {
        return str_of(sourced ? attributed[n - 1] : plain[n - 1]);
    }
    return n == 2 && sourced == 1 && tell_sources(q, told) ? STR("join-one") : STR("");
}

bool write_sentence(struct writer *w, const struct fact *const *facts, size_t n, bool headline, struct sentence *out) {
    struct sentence s = {0};
    const struct fact *a = facts[0];
    struct ask q = {w, a, &s};
    struct template_args args = {&q, put_argument, kind_of, number_of};
    bool done;
    buf_init(&s.b, w->d->a);
    for (size_t i = 0; i < SENTENCE_FACTS; i++) {
        w->facts[i] = i < n ? facts[i] : NULL;
    }
    if (headline) {
        done = (!a->part_count && a->status == NG_OCCURRED && clause(w, a, STR("headline"), &s)) || clause(w, a, STR_NONE, &s);
    } else {
        struct str key = wrapper_of(&q, facts, n);
        done = template_fill(w->templates, w->format, templates_get(w->templates, STR("sentence"), key, 0), &args, &s);
    }
    if (!done || !s.b.n || s.failed) {
        return false;
    }
    capitalise(w, &s);
    single_stop(&s);
    *out = s;
    return true;
}

void write_keep(struct writer *w, const struct sentence *s) {
    w->last = s->pattern;
    for (size_t i = 0; i < s->n; i++) {
        if (s->pieces[i].kind == PIECE_NAME) {
            w->named[s->pieces[i].entity] = true;
        }
    }
}
