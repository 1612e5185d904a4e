/* quote.c - see quote.h. First the stretches between quotation marks (marks.c), each with whoever says it (speaker.c), then what
 * is reported without marks (indirect.c). Cost: linear; from a mark or a verb nothing looks further than a sentence, and that at
 * most REACH tokens. */
#include "core/quote/in.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

/* ---- loading ---- */

static const struct {
    const char *name;
    uint8_t bit;
} sections[] = {{"say", Q_SAY},         {"say-that", Q_SAY_THAT}, {"say-direct", Q_SAY_DIRECT}, {"that", Q_THAT}, {"according", Q_ACCORDING},
                {"pronoun", Q_PRONOUN}, {"stop", Q_STOP},         {"after", Q_AFTER}};

/* The key of an entry: its words, or characters, joined by blanks. */
static struct str key_of(struct arena *a, const struct text_fold *fold, struct str entry, bool chars, size_t *n) {
    struct buf b;
    struct str rest = text_fold(fold, a, entry);
    buf_init(&b, a);
    *n = 0;
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        for (size_t i = 0; i < w.n;) {
            size_t len = w.n - i;
            if (chars && (unsigned char)w.p[i] >= 0x80) {
                size_t at = i;
                utf8_next(w, &at);
                len = at - i;
            }
            if ((*n)++) {
                buf_addc(&b, ' ');
            }
            buf_add(&b, str_sub(w, i, i + len));
            i += len;
        }
    }
    return buf_str(&b);
}

static enum err_code read_section(struct quote_lang *l, const struct text_fold *fold, struct arena *a, struct conf *c, struct err *err) {
    uint8_t bit = 0;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        bit = str_eqz(c->section, sections[i].name) ? sections[i].bit : bit;
    }
    if (!bit) {
        return conf_fail(c, err, "[%.*s] is no section of quotes", STR_ARG(c->section));
    }
    struct str rest = c->entry;
    while (rest.n) {
        struct str entry = str_trim(str_cut(&rest, ','));
        size_t n;
        struct str key = key_of(a, fold, entry, l->chars, &n);
        if (n == 0) {
            continue;
        }
        if (n > QUOTE_PHRASE) {
            return conf_fail(c, err, "'%.*s' has more than %d words", STR_ARG(entry), QUOTE_PHRASE);
        }
        uint32_t *bits = map_at(&l->words, key);
        if (!bits) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the words of quotes");
        }
        *bits = (*bits == MAP_NONE ? 0 : *bits) | bit;
    }
    return ERR_OK;
}

static enum err_code load_lang(struct quote_rules *r, size_t index, struct arena *a, const struct text_fold *fold, struct err *err) {
    const struct lang *lang = &r->langs->items[index];
    struct quote_lang *l = &r->lang[index];
    struct conf c;
    struct str key, value;
    enum err_code code = lang_conf_open(lang, "quote.conf", &c, &l->present, a, err);
    l->chars = lang->atoms == ATOMS_CHAR;
    map_init(&l->words, a);
    while (code == ERR_OK && l->present && conf_next(&c)) {
        if (str_eqz(c.section, "examples")) {
            continue; /* for the tests */
        }
        if (str_eqz(c.section, "settings")) {
            bool pair = conf_pair(&c, &key, &value);
            if (!pair || !str_eqz(key, "verb-first") || !(str_eqz(value, "yes") || str_eqz(value, "no"))) {
                return conf_fail(&c, err, "expected 'verb-first = yes' or 'no'");
            }
            l->verb_first = str_eqz(value, "yes");
            continue;
        }
        code = read_section(l, fold, a, &c, err);
    }
    return code;
}

enum err_code quote_load(struct quote_rules **out, struct arena *a, const char *data_dir, const struct langs *l, const struct text_fold *fold,
                         struct err *err) {
    (void)data_dir; /* the languages know their folders */
    struct quote_rules *r = ARENA_NEW(a, struct quote_rules);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the words of quotes");
    }
    r->langs = l;
    enum err_code code = ERR_OK;
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        code = load_lang(r, i, a, fold, err);
    }
    *out = r;
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the words of quotes") : code;
}

bool quote_has(const struct quote_rules *r, int lang) {
    return lang >= 0 && lang < LANG_MAX && r->lang[lang].present;
}

/* ---- a text made ready ---- */

static void look_up(struct finder *f, uint32_t t) {
    struct buf b;
    buf_init(&b, f->d->a);
    uint32_t sent = f->d->toks[t].sent;
    for (uint32_t n = 0; n < QUOTE_PHRASE && t + n < f->d->tok_count && f->d->toks[t + n].sent == sent; n++) {
        if (n) {
            buf_addc(&b, ' ');
        }
        buf_add(&b, f->d->toks[t + n].fold);
        uint32_t bits = map_get(&f->l->words, buf_str(&b));
        if (bits != MAP_NONE) {
            f->kind[t] = (uint8_t)bits;
            f->len[t] = (uint8_t)(n + 1);
        }
    }
}

static bool make_ready(struct finder *f) {
    size_t n = f->d->tok_count;
    f->kind = ARENA_ARRAY(f->d->a, n, uint8_t);
    f->len = ARENA_ARRAY(f->d->a, n, uint8_t);
    f->mention = ARENA_ARRAY(f->d->a, n, uint32_t);
    if (!f->kind || !f->len || !f->mention) {
        return false;
    }
    memset(f->mention, 0xFF, n * sizeof *f->mention);
    for (size_t i = 0; i < f->d->mention_count; i++) {
        const struct mention *m = &f->d->mentions[i];
        for (uint32_t t = m->first; t < m->last && t < n; t++) {
            f->mention[t] = (uint32_t)i;
        }
    }
    for (uint32_t t = 0; t < n && !arena_full(f->d->a); t++) {
        if (f->d->toks[t].kind != TOK_PUNCT && f->mention[t] == UINT32_MAX) {
            look_up(f, t);
        }
    }
    return !arena_full(f->d->a);
}

void quote_add(struct finder *f, struct ng_filler speaker, uint32_t first, uint32_t last, bool direct, float confidence) {
    struct doc *d = f->d;
    if (first >= last || d->quote_count >= QUOTE_MAX) {
        return;
    }
    struct ng_quote q = {.speaker = speaker, .span = {d->toks[first].start, d->toks[last - 1].end}, .direct = direct, .confidence = confidence};
    ARENA_PUSH(d->a, d->quotes, d->quote_count, f->cap) = q;
    doc_trace(d, "quote: '%.*s' by '%.*s' (%.2f)", STR_ARG(doc_sub(d, q.span.start, q.span.end)),
              STR_ARG(doc_sub(d, speaker.span.start, speaker.span.end)), (double)confidence);
}

/* ---- direct quotes ---- */

enum { SEGMENT = 60 /* tokens beside a stretch that are looked at */ };

/* Whether nobody else is named between two stretches of one paragraph. */
static bool goes_on(const struct finder *f, const struct stretch *a, const struct stretch *b, struct ng_filler speaker) {
    if (a->para + 1 < b->para || (a->para < b->para && b->first - a->last > 40)) {
        return false;
    }
    for (uint32_t t = a->close; t < b->open; t++) {
        uint32_t m = f->mention[t];
        if (m != UINT32_MAX && f->d->mentions[m].type == NG_PERSON && (int32_t)f->d->mentions[m].entity != speaker.entity) {
            return false;
        }
    }
    return b->open - a->close <= 60;
}

static uint32_t segment_start(const struct finder *f, const struct stretch *q, const struct stretch *previous) {
    const struct sent *s = &f->d->sents[f->d->toks[q->open].sent];
    uint32_t from = s->first;
    from = q->open > from + SEGMENT ? q->open - SEGMENT : from;
    return previous && previous->close + 1 > from && previous->close < q->open ? previous->close + 1 : from;
}

/* Tokens behind a closing mark in which it may say who spoke: to the end of the sentence, or the next stretch. */
static uint32_t segment_end(const struct finder *f, const struct stretch *q, const struct stretch *next) {
    uint32_t at = q->close + 1;
    if (!q->closed || at >= f->d->tok_count || f->d->sents[f->d->toks[at].sent].para != q->para) {
        return at;
    }
    uint32_t to = f->d->sents[f->d->toks[at].sent].last;
    to = to > at + SEGMENT ? at + SEGMENT : to;
    return next && next->open < to ? next->open : to;
}

static void direct_quotes(struct finder *f) {
    struct ng_filler last = {.entity = -1};
    const struct stretch *told = NULL; /* the last stretch with a speaker */
    uint32_t small = f->l->chars ? 4 : 2, some = f->l->chars ? 8 : 5;
    for (size_t i = 0; i < f->st_count; i++) {
        const struct stretch *q = &f->st[i], *previous = i ? &f->st[i - 1] : NULL, *next = i + 1 < f->st_count ? &f->st[i + 1] : NULL;
        struct speech before = {.speaker.entity = -1}, after = {.speaker.entity = -1};
        bool is_before = speaker_before(f, segment_start(f, q, previous), q->open, &before);
        bool is_after = q->ended && speaker_after(f, q->close + 1, segment_end(f, q, next), &after);
        const struct speech *who = is_before && (before.adjacent || !is_after) ? &before : is_after ? &after : NULL;
        if (who && who == &before && !before.adjacent && q->words < some) {
            who = NULL; /* a word in quotation marks within what somebody says */
        }
        if (who && q->words >= small) {
            quote_add(f, who->speaker, q->first, q->last, true, who->sure);
            last = who->speaker;
            told = q;
        } else if (!who && told && q->words >= some && q->ended && goes_on(f, told, q, last)) {
            quote_add(f, last, q->first, q->last, true, 0.65f);
            told = q;
        } /* of whom nothing is said is not reported: it may be a motto, a headline, a title */
    }
}

static int by_start(const void *x, const void *y) {
    const struct ng_quote *a = x, *b = y;
    return a->span.start != b->span.start ? (a->span.start < b->span.start ? -1 : 1) : (a->span.end > b->span.end) - (a->span.end < b->span.end);
}

enum err_code quote_find(const struct quote_rules *r, struct doc *d, struct err *err) {
    if (!quote_has(r, d->lang) || d->tok_count == 0) {
        return ERR_OK;
    }
    struct finder f = {.l = &r->lang[d->lang], .d = d};
    if (!make_ready(&f)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the quotes");
    }
    quote_marks(&f);
    direct_quotes(&f);
    size_t at = 0, direct = d->quote_count; /* those stand in the order of the text */
    for (size_t i = 0; i < d->sent_count && !arena_full(d->a); i++) {
        const struct sent *s = &d->sents[i];
        while (at < direct && d->quotes[at].span.end <= s->start) {
            at++;
        }
        bool quoted = at < direct && d->quotes[at].span.start < s->end;
        if (!quoted && s->role != SENT_HEADING) {
            quote_indirect(&f, s);
        }
    }
    if (d->quote_count > 1) {
        qsort(d->quotes, d->quote_count, sizeof *d->quotes, by_start);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the quotes") : ERR_OK;
}
