/* value.c - the stage: scan, candidates, the longest at each place, then dates against the date of publication. */
#include "core/value/value.h"

#include "core/analyze.h"
#include "core/value/in.h"

#include "core/base/banned.h"

/* ---- loading ---- */

static enum err_code load_language(struct values *v, struct arena *a, const char *data_dir, size_t i, struct err *err) {
    const struct lang *l = &v->langs->items[i];
    struct conf c;
    bool found;
    enum err_code code = lang_conf_open(l, "value.conf", &c, &found, a, err);
    if (code != ERR_OK || !found) {
        return code;
    }
    struct rules *r = ARENA_NEW(a, struct rules);
    struct str common = arena_printf(a, "%s/value/common.conf", data_dir);
    if (!r || !common.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the values");
    }
    code = rules_init(r, a, l->public.code, err);
    code = code ? code : rules_parse(r, a, &c, err);
    code = code ? code : conf_open(&c, a, common.p, err);
    code = code ? code : rules_parse(r, a, &c, err);
    code = code ? code : rules_currencies(r, a, err);
    v->by_lang[i] = r;
    return code;
}

enum err_code value_load(struct values **out, struct arena *a, const char *data_dir, const struct langs *l,
                         struct err *err) {
    struct values *v = ARENA_NEW(a, struct values);
    enum err_code code = ERR_OK;
    if (!v) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the values");
    }
    v->langs = l;
    for (size_t i = 0; i < l->n && i < LANG_MAX && code == ERR_OK; i++) {
        code = load_language(v, a, data_dir, i, err);
    }
    *out = v;
    return code;
}

/* ---- candidates of a whole text ---- */

struct finder {
    const struct scan *s;
    struct doc *d;
    struct cand *cands;
    size_t n, cap;
    struct money_state st;
    const uint32_t *told; /* [r->context_count] words of each context in the text */
};

/* What an ambiguous sign (¥, 元) reads in this article: what most of its words tell, the first of equals. */
static int currency_meant(const struct finder *f, int index) {
    const struct rules *r = f->s->r;
    uint32_t most = 0;
    int meant = index;
    for (size_t i = 0; i < r->context_count; i++) {
        const struct context *x = &r->contexts[i];
        if (x->from == index && (f->told[i] > most || (x->always && most == 0 && meant == index))) {
            most = f->told[i];
            meant = x->to;
        }
    }
    return meant;
}

static int currency_of(const struct rules *r, const char code[4]) {
    uint32_t i = code[0] ? map_get(&r->currencies, str_of(code)) : MAP_NONE;
    return i == MAP_NONE ? -1 : (int)i;
}

/* Gives an amount its currency, where the text leaves it out: of its sentence, of the language's home, of the text. */
static void settle_currency(struct finder *f, struct cand *c) {
    const struct rules *r = f->s->r;
    int index = currency_of(r, c->value.currency);
    if (index >= 0) {
        index = currency_meant(f, index);
        f->st.cur_at = c->first;
        f->st.cur_sent = f->s->atoms[c->first].sent;
        f->st.last_currency = index;
    } else if (c->open_currency && c->home) {
        bool here = f->st.cur_at != UINT32_MAX && f->st.cur_sent == f->s->atoms[c->first].sent && c->confidence < 0.8F;
        index = here || r->default_currency < 0 ? f->st.last_currency : currency_meant(f, r->default_currency);
    }
    if (index >= 0) {
        memcpy(c->value.currency, r->codes[index], 4);
    }
}

/* The span of a range begins with the word that opens it, where the language says so: between 2 and 3 million. */
static void take_lead(const struct finder *f, struct cand *c) {
    const struct scan *s = f->s;
    uint32_t from = c->first;
    if (!s->r->lead_inside || !c->value.has_min || !c->value.has_max || !(s->lead[c->first] & s->r->lead_inside) || !from) {
        return;
    }
    from--;
    const struct hit *h = scan_hit(s, from, CLS_BETWEEN);
    h = h ? h : scan_hit(s, from, CLS_FROM);
    if (h && h->len == 1 && (!f->n || f->cands[f->n - 1].end <= from)) {
        c->first = from;
    }
}

static void take(struct finder *f, struct cand *c) {
    take_lead(f, c);
    if (c->type == NG_MONEY) {
        settle_currency(f, c);
        f->st.prev_end = c->end;
        f->st.prev_bound = c->bound;
    }
    ARENA_PUSH(f->d->a, f->cands, f->n, f->cap) = *c;
}

static void find_candidates(struct finder *f, const struct dates *dates) {
    for (uint32_t at = 0; at < f->s->n;) {
        struct cand best, other;
        best.end = 0;
        if (dates->at[at]) {
            best = dates->items[dates->at[at] - 1];
        }
        if (money_at(f->s, at, &f->st, &other) && other.end > best.end) {
            best = other;
        }
        if (percent_at(f->s, at, &other) && other.end > best.end) {
            best = other;
        }
        if (scan_hit(f->s, at, CLS_CUE) || scan_hit(f->s, at, CLS_HEAD)) {
            f->st.cue_at = at;
            f->st.cue_sent = f->s->atoms[at].sent;
        }
        if (best.end > at) {
            if (!best.nothing) {
                take(f, &best);
            }
            at = best.end;
        } else {
            at++;
        }
    }
}

static bool find_contexts(struct finder *f) {
    uint32_t *told = ARENA_ARRAY(f->d->a, f->s->r->context_count + 1, uint32_t);
    for (uint32_t i = 0; told && i < f->s->hit_count; i++) {
        size_t x = (size_t)f->s->hits[i].value;
        if (f->s->hits[i].cls == CLS_CONTEXT && (!f->s->r->contexts[x].script[0] || str_eqz(str_of(f->d->script), f->s->r->contexts[x].script))) {
            told[x]++;
        }
    }
    f->told = told;
    return told != NULL;
}

/* ---- the stage ---- */

static bool scan_doc(struct scan *s, const struct doc *d) {
    uint32_t para = UINT32_MAX;
    for (uint32_t i = 0; i < d->tok_count; i++) {
        const struct tok *t = &d->toks[i];
        if (d->sents[t->sent].para != para) {
            para = d->sents[t->sent].para;
            scan_break(s);
        }
        uint8_t flags = (t->flags & TOK_SPACE_BEFORE ? ATOM_SPACE : 0) | (t->flags & TOK_WORD_START ? ATOM_START : 0);
        scan_add(s, doc_tok_text(d, i), t->fold, t->start, i, t->sent, flags);
    }
    return scan_finish(s);
}

enum { AHEAD_BEFORE = 10, AHEAD_AFTER = 4 /* atoms */ };

/* Whether words beside [first, end), in its sentence, tell of what is to come. */
static bool tells_ahead(const struct scan *s, uint32_t first, uint32_t end) {
    uint32_t from = first > AHEAD_BEFORE ? first - AHEAD_BEFORE : 0;
    for (uint32_t at = from; at < end + AHEAD_AFTER && at < s->n; at++) {
        if ((at < first || at >= end) && s->atoms[at].sent == s->atoms[first].sent && scan_hit(s, at, CLS_AHEAD)) {
            return true;
        }
    }
    return false;
}

static void emit(struct doc *d, const struct scan *s, const struct cand *c, struct resolver *r, size_t *cap) {
    const struct atom *a = &s->atoms[c->first], *z = &s->atoms[c->end - 1];
    struct value v = {.start = a->start, .end = z->end, .first = a->tok, .last = z->tok + 1, .type = c->type};
    v.value = c->value;
    v.confidence = c->confidence;
    if (c->type == NG_DATE) {
        r->ahead = tells_ahead(s, c->first, c->end);
        date_resolve(r, &c->slots, a->sent, v.value.date);
    }
    doc_trace(d, "value %s '%.*s' line %u", ng_type_name(c->type), STR_ARG(doc_sub(d, v.start, v.end)),
              (unsigned)(c->line & 0xFFFFF));
    ARENA_PUSH(d->a, d->values, d->value_count, *cap) = v;
}

enum err_code value_find(const struct values *v, struct doc *d, struct err *err) {
    struct resolver resolver = {0};
    enum err_code code = published_settle(v, d, &resolver.ref, err);
    const struct rules *r = d->lang >= 0 && d->lang < LANG_MAX ? v->by_lang[d->lang] : NULL;
    if (code != ERR_OK || !r || !d->tok_count) {
        return code;
    }
    struct scan s = {.r = r, .a = d->a};
    struct finder f = {.s = &s, .d = d, .st = {.cue_at = UINT32_MAX, .cur_at = UINT32_MAX, .last_currency = -1}};
    f.st.prev_end = UINT32_MAX;
    struct dates dates;
    if (!scan_doc(&s, d) || !find_contexts(&f) || !dates_find(&s, &dates)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the values");
    }
    find_candidates(&f, &dates);
    if (!resolver.ref.year) {
        resolver.ref = published_infer(&s, f.cands, f.n);
    }
    resolver.keep_year = r->word_dates;
    size_t cap = 0;
    for (size_t i = 0; i < f.n; i++) {
        emit(d, &s, &f.cands[i], &resolver, &cap);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the values") : ERR_OK;
}
