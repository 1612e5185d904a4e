/* corpus.c - see corpus.h */
#include "tools/train/corpus.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/utf8.h"
#include "core/ner/features.h"
#include "core/tok/tok.h"

#include "core/base/banned.h"

/* ---- the stages before the recogniser ---- */

enum err_code pipeline_init(struct pipeline *p, const char *data_dir, struct str lang, struct err *err) {
    *p = (struct pipeline){.lang = LANG_NONE};
    arena_init(&p->tables, (size_t)2 << 30);
    enum err_code code = text_fold_load(&p->fold, &p->tables, err);
    code = code ? code : langs_load(&p->langs, &p->tables, data_dir, err);
    code = code ? code : kb_load(&p->kb, &p->tables, data_dir, p->langs, p->fold, err);
    code = code ? code : nutgraf_worker_new(&p->worker, NULL, err);
    if (code != ERR_OK) {
        return code;
    }
    p->lang = langs_get(p->langs, lang);
    if (p->lang == LANG_NONE) {
        return err_set(err, ERR_LANGUAGE, "no language '%.*s' below %s", STR_ARG(lang), data_dir);
    }
    p->chars = p->langs->items[p->lang].atoms == ATOMS_CHAR;
    return ERR_OK;
}

void pipeline_release(struct pipeline *p) {
    nutgraf_worker_free(p->worker);
    arena_release(&p->tables);
}

/* ---- reading ---- */

static int type_named(struct str name) {
    static const char *const names[] = {"PER", "ORG", "LOC", "PRO", "EVT", "MISC"};
    for (int i = 0; i <= GOLD_MISC; i++) {
        if (str_eqz(name, names[i])) {
            return i;
        }
    }
    return -1;
}

struct conll_token {
    struct str text;
    bool first; /* of a name */
    int type;   /* -1: outside */
};

static bool any_of(struct str s, const char *const *list) {
    for (; *list; list++) {
        if (str_eqz(s, *list)) {
            return true;
        }
    }
    return false;
}

/* Whether running text has a space between two tokens, where the text is not known. */
static bool spaced(struct str before, struct str after, bool *in_quote) {
    static const char *const closing[] = {",", ".", ";", ":", "!", "?", ")", "]", "}", "%", "'s", "’s", "n't", "'re", "'ve",
                                          "'ll", "'d", "'m", "”", "’", "»", "''", "“", "…", "...", NULL};
    static const char *const opening[] = {"(", "[", "{", "„", "«", "‘", "``", "$", "#", "@", NULL};
    if (str_eqz(before, "\"") && *in_quote) {
        return false;
    }
    if (str_eqz(after, "\"")) {
        *in_quote = !*in_quote;
        return *in_quote;
    }
    return !any_of(after, closing) && !any_of(before, opening);
}

static void add_sentence(struct corpus *c, struct arena *a, const struct pipeline *p, const struct conll_token *toks,
                         size_t n, struct str raw) {
    struct sentence s = {0};
    struct buf b;
    size_t at = 0, cap = 0;
    bool in_quote = false, known = raw.n > 0;
    buf_init(&b, a);
    for (size_t i = 0; i < n && known; i++) { /* the tokens must stand in the raw text in order */
        at = str_find(raw, toks[i].text, at);
        known = at != SIZE_MAX;
        at += toks[i].text.n;
    }
    at = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t start, end;
        if (known) {
            start = (uint32_t)str_find(raw, toks[i].text, at);
            end = start + (uint32_t)toks[i].text.n;
            at = end;
        } else {
            if (i > 0 && !p->chars && spaced(toks[i - 1].text, toks[i].text, &in_quote)) {
                buf_addc(&b, ' ');
            }
            start = (uint32_t)b.n;
            buf_add(&b, toks[i].text);
            end = (uint32_t)b.n;
        }
        if (toks[i].type >= 0 && toks[i].first) {
            ARENA_PUSH(a, s.golds, s.n, cap) = (struct gold){start, end, toks[i].type};
        } else if (toks[i].type >= 0 && s.n) {
            s.golds[s.n - 1].end = end;
        }
    }
    s.text = known ? raw : buf_str(&b);
    s.opens = c->n % c->group == 0;
    if (s.text.n) {
        ARENA_PUSH(a, c->items, c->n, c->cap) = s;
    }
}

enum { SENTENCE_MAX = 4000 };

enum err_code corpus_read_conll(struct corpus *c, struct arena *a, const struct pipeline *p, const char *path,
                                const char *raw_path, struct err *err) {
    struct str rest, raw = STR_NONE;
    struct conll_token *toks = ARENA_ARRAY(a, SENTENCE_MAX, struct conll_token);
    enum err_code code = file_read(a, path, (size_t)256 << 20, &rest, err);
    if (code == ERR_OK && file_exists(raw_path)) {
        code = file_read(a, raw_path, (size_t)256 << 20, &raw, err);
    }
    if (code != ERR_OK || !toks) {
        return code;
    }
    size_t n = 0, line = 0;
    while (rest.n || n) {
        struct str entry = str_cut(&rest, '\n');
        line++;
        if (entry.n == 0) {
            if (n) {
                add_sentence(c, a, p, toks, n, str_cut(&raw, '\n'));
            }
            n = 0;
            continue;
        }
        struct conll_token t = {.text = str_cut(&entry, '\t'), .type = -1};
        if (entry.n > 2) {
            t.first = entry.p[0] == 'B';
            t.type = type_named(str_sub(entry, 2, entry.n));
            if (t.type < 0) {
                return err_set_in(err, ERR_DATA, path, line, 0, "unknown tag '%.*s'", STR_ARG(entry));
            }
        }
        if (n < SENTENCE_MAX) {
            toks[n++] = t;
        }
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for %s", path) : ERR_OK;
}

enum err_code corpus_add_tagged(struct corpus *c, struct arena *a, struct str line, struct err *err) {
    struct sentence s = {0};
    struct buf b;
    size_t cap = 0;
    buf_init(&b, a);
    for (size_t i = 0; i < line.n;) {
        size_t close = line.p[i] == '<' ? str_find(line, STR(">"), i) : SIZE_MAX;
        if (close == SIZE_MAX) {
            buf_addc(&b, line.p[i++]);
            continue;
        }
        struct str name = str_sub(line, i + 1, close);
        int type = type_named(str_cut(&name, ' '));
        if (type < 0 || name.n == 0) {
            return err_set(err, ERR_DATA, "a tag that is none in '%.*s'", STR_ARG(line));
        }
        uint32_t start = (uint32_t)b.n;
        buf_add(&b, name);
        ARENA_PUSH(a, s.golds, s.n, cap) = (struct gold){start, (uint32_t)b.n, type};
        i = close + 1;
    }
    s.text = buf_str(&b);
    s.opens = c->n % c->group == 0;
    ARENA_PUSH(a, c->items, c->n, c->cap) = s;
    return ERR_OK;
}

/* ---- written news ---- */

static int news_type(struct str name) {
    static const char *const names[] = {"per", "org", "loc", "prod", "evt"};
    for (int i = 0; i < NER_TYPES; i++) {
        if (str_eqz(name, names[i])) {
            return i;
        }
    }
    return -1;
}

/* "[per Anna Berg] leaves": what is wrong, or NULL. */
static const char *read_marked(struct sentence *s, struct arena *a, struct str line) {
    struct buf b;
    size_t cap = 0;
    buf_init(&b, a);
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == ']') {
            return "a bracket that was not opened";
        }
        if (line.p[i] != '[') {
            buf_addc(&b, line.p[i]);
            continue;
        }
        size_t close = str_find(line, STR("]"), i);
        if (close == SIZE_MAX) {
            return "a bracket that is not closed";
        }
        struct str name = str_sub(line, i + 1, close);
        int type = news_type(str_cut(&name, ' '));
        if (type < 0) {
            return "a type that is none of per, org, loc, prod, evt";
        }
        if (str_trim(name).n != name.n || name.n == 0 || str_find(name, STR("["), 0) != SIZE_MAX) {
            return name.n == 0 ? "a name without letters" : "a name with spaces or a bracket at its ends";
        }
        uint32_t start = (uint32_t)b.n;
        buf_add(&b, name);
        ARENA_PUSH(a, s->golds, s->n, cap) = (struct gold){start, (uint32_t)b.n, type};
        i = close;
    }
    s->text = buf_str(&b);
    return NULL;
}

/* The article that begins at c->items[from]: kept or taken out again. */
static void end_article(struct corpus *c, size_t from, enum news_part part) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = from; i < c->n; i++) {
        h = ner_hash(c->items[i].text) + h * 31;
    }
    bool dev = (h >> 20) % 10 == c->tenth;
    if (part != NEWS_ALL && dev != (part == NEWS_DEV)) {
        c->n = from;
    }
}

enum err_code corpus_read_news(struct corpus *c, struct arena *a, const char *path, enum news_part part, struct err *err) {
    struct str rest;
    size_t line = 0, from = c->n;
    enum err_code code = file_read(a, path, (size_t)64 << 20, &rest, err);
    if (code == ERR_OK && utf8_check(rest) != SIZE_MAX) {
        return err_set_in(err, ERR_DATA, path, 0, 0, "not UTF-8");
    }
    while (code == ERR_OK && rest.n) {
        struct str text = str_trim(str_cut(&rest, '\n'));
        line++;
        if (text.n && text.p[0] == '#') {
            continue;
        }
        if (text.n == 0) {
            end_article(c, from, part);
            from = c->n;
            continue;
        }
        struct sentence s = {.opens = c->n == from};
        const char *wrong = read_marked(&s, a, text);
        if (wrong) {
            return err_set_in(err, ERR_DATA, path, line, 0, "%s", wrong);
        }
        ARENA_PUSH(a, c->items, c->n, c->cap) = s;
    }
    end_article(c, from, part);
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for %s", path) : code;
}

size_t corpus_end(const struct corpus *c, size_t from) {
    size_t to = from + 1;
    while (to < c->n && !c->items[to].opens) {
        to++;
    }
    return to;
}

/* ---- documents ---- */

enum err_code corpus_doc(const struct corpus *c, size_t from, size_t to, const struct pipeline *p, struct arena *a,
                         struct doc *d, uint32_t **starts, struct err *err) {
    struct buf b;
    size_t cap = 0;
    buf_init(&b, a);
    *starts = ARENA_ARRAY(a, to - from + 1, uint32_t);
    for (size_t i = from; i < to && *starts; i++) {
        (*starts)[i - from] = (uint32_t)b.n;
        buf_add(&b, c->items[i].text);
        buf_addc(&b, '\n');
    }
    *d = (struct doc){.a = a, .worker = p->worker, .input = buf_str(&b), .lang = p->lang};
    enum err_code code = text_normalise(a, d->input, &d->text, &d->map, err);
    for (size_t i = 0; code == ERR_OK && i < d->text.n;) {
        size_t end = str_find(d->text, STR("\n"), i);
        end = end == SIZE_MAX ? d->text.n : end;
        ARENA_PUSH(a, d->paras, d->para_count, cap) = (struct para){.start = (uint32_t)i, .end = (uint32_t)end};
        i = end + 1;
    }
    code = code ? code : tok_split(&p->langs->items[p->lang], p->fold, d, err);
    code = code ? code : kb_find(p->kb, d, err);
    return code == ERR_OK && arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for a document") : code;
}

static uint32_t type_mask(int type) {
    return 1u << (NER_SINGLE + type) | 1u << (NER_FIRST + type) | 1u << (NER_INNER + type) | 1u << (NER_LAST + type);
}

enum { ANY_LABEL = (1 << NER_LABELS) - 1 };

/* What a token outside all annotated names may be. Sets that know no products and events leave open whether a
 * capitalised word (a Latin one in Chinese) is one. */
static uint32_t outside_mask(const struct corpus *c, const struct tok *t) {
    uint32_t open = 1u << NER_OUT | type_mask(NER_PRODUCT) | type_mask(NER_EVENT);
    bool candidate = t->kind == TOK_WORD && (t->flags & TOK_CAPITAL) && !(t->flags & TOK_SENT_START);
    return !c->misc && !c->products && !c->three && candidate ? open : 1u << NER_OUT;
}

/* Tokens whose input overlaps [start, end): [*first, *last). */
static void tokens_of(const struct doc *d, uint32_t start, uint32_t end, size_t *at, size_t *first, size_t *last) {
    while (*at < d->tok_count && text_input_end(&d->map, d->toks[*at].end) <= start) {
        (*at)++;
    }
    *first = *last = *at;
    while (*last < d->tok_count && text_input_start(&d->map, d->toks[*last].start) < end) {
        (*last)++;
    }
}

uint32_t *corpus_masks(const struct corpus *c, size_t from, size_t to, const struct doc *d, const uint32_t *starts,
                       size_t *lost) {
    uint32_t *masks = ARENA_ARRAY(d->a, d->tok_count + 1, uint32_t);
    size_t at = 0;
    for (size_t i = 0; i < d->tok_count && masks; i++) {
        masks[i] = outside_mask(c, &d->toks[i]);
    }
    for (size_t s = from; s < to && masks; s++) {
        for (size_t g = 0; g < c->items[s].n; g++) {
            const struct gold *gold = &c->items[s].golds[g];
            uint32_t start = starts[s - from] + gold->start, end = starts[s - from] + gold->end;
            size_t first, last;
            tokens_of(d, start, end, &at, &first, &last);
            if (first == last) {
                (*lost)++;
                continue;
            }
            bool exact = text_input_start(&d->map, d->toks[first].start) == start &&
                         text_input_end(&d->map, d->toks[last - 1].end) == end &&
                         d->toks[first].sent == d->toks[last - 1].sent;
            *lost += !exact;
            for (size_t i = first; i < last; i++) {
                int block = last == first + 1 ? NER_SINGLE : i == first ? NER_FIRST : i + 1 == last ? NER_LAST : NER_INNER;
                if (!exact) {
                    masks[i] = ANY_LABEL;
                } else if (gold->type == GOLD_MISC && c->three) {
                    masks[i] = 1u << NER_OUT;
                } else if (gold->type == GOLD_MISC) {
                    masks[i] = 1u << NER_OUT | type_mask(NER_PRODUCT) | type_mask(NER_EVENT);
                } else {
                    masks[i] = 1u << (block + gold->type);
                }
            }
        }
    }
    return masks;
}
