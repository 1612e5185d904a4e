/* entity.c - see entity.h. First which stretches are names and values, then which of them are one thing, then its name. */
#include "core/entity/entity.h"
#include "core/analyze.h"
#include <stdlib.h>
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"
#include "core/text/pinyin.h"

#include "core/base/banned.h"

enum { NO_ROW = -1 };

struct entity_rules {
    const struct kb *kb;
};

/* A mention while it is being linked. */
struct link {
    struct mention m;
    int32_t row; /* of the knowledge base */
    const struct ng_value *value;
};

struct linker {
    const struct entity_rules *r;
    const struct langs *langs;
    struct doc *d;
    struct link *links; /* by start, not overlapping, once chosen */
    size_t n, cap;
};

enum err_code entity_load(struct entity_rules **out, struct arena *a, const char *data_dir, const struct langs *l,
                          const struct kb *kb, struct err *err) {
    (void)data_dir;
    (void)l;
    *out = ARENA_NEW(a, struct entity_rules);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entity rules");
    }
    (*out)->kb = kb;
    return ERR_OK;
}

/* ---- which stretches ---- */

static void propose(struct linker *k, struct mention m, int32_t row, const struct ng_value *value) {
    ARENA_PUSH(k->d->a, k->links, k->n, k->cap) = (struct link){m, row, value};
}

static void collect(struct linker *k) {
    struct doc *d = k->d;
    for (size_t i = 0; i < d->value_count; i++) {
        const struct value *v = &d->values[i];
        propose(k, (struct mention){v->start, v->end, v->first, v->last, v->type, 0, v->confidence}, NO_ROW, &v->value);
    }
    for (size_t i = 0; i < d->hit_count; i++) {
        const struct kb_hit *h = &d->hits[i];
        if (h->prior < 0.5f) {
            continue;
        }
        propose(k,
                (struct mention){d->toks[h->first].start, d->toks[h->last - 1].end, h->first, h->last,
                                 kb_row(k->r->kb, h->row)->type, 0, h->prior},
                (int32_t)h->row, NULL);
    }
    for (size_t i = 0; i < d->name_count; i++) {
        propose(k, d->names[i], NO_ROW, NULL);
    }
}

/* Longer first; at the same length a value, then what the knowledge base knows, then the recogniser. */
static int rank(const struct link *x) {
    return x->value ? 0 : x->row != NO_ROW ? 1 : 2;
}

static int by_length(const void *a, const void *b) {
    const struct link *x = a, *y = b;
    uint32_t nx = x->m.end - x->m.start, ny = y->m.end - y->m.start;
    if (nx != ny) {
        return nx > ny ? -1 : 1;
    }
    if (rank(x) != rank(y)) {
        return rank(x) - rank(y);
    }
    return (x->m.start > y->m.start) - (x->m.start < y->m.start);
}

static int by_start(const void *a, const void *b) {
    const struct link *x = a, *y = b;
    return (x->m.start > y->m.start) - (x->m.start < y->m.start);
}

static bool choose(struct linker *k) {
    struct doc *d = k->d;
    bool *taken = ARENA_ARRAY(d->a, d->tok_count + 1, bool);
    size_t kept = 0;
    if (!taken || arena_full(d->a)) {
        return false;
    }
    qsort(k->links, k->n, sizeof *k->links, by_length);
    for (size_t i = 0; i < k->n; i++) {
        const struct mention *m = &k->links[i].m;
        bool free_span = m->last > m->first;
        for (uint32_t t = m->first; t < m->last; t++) {
            free_span = free_span && !taken[t];
        }
        if (!free_span) {
            continue;
        }
        memset(taken + m->first, 1, (m->last - m->first) * sizeof *taken);
        k->links[kept++] = k->links[i];
    }
    k->n = kept;
    qsort(k->links, k->n, sizeof *k->links, by_start);
    return true;
}

/* ---- which are one thing ---- */

/* What identifies a thing inside the article: its row, its value, or its folded name. */
static struct str key_of(struct linker *k, const struct link *x) {
    struct doc *d = k->d;
    if (x->row != NO_ROW) {
        return kb_row(k->r->kb, (uint32_t)x->row)->id;
    }
    if (x->value) {
        const struct ng_value *v = x->value;
        return arena_printf(d->a, "=%d %s %s %d%d%d %.15g %.15g %.15g", (int)x->m.type, v->date, v->currency, v->has_amount,
                            v->has_min, v->has_max, v->amount, v->min, v->max);
    }
    struct buf b;
    buf_init(&b, d->a);
    buf_addf(&b, "%d ", (int)x->m.type);
    for (uint32_t t = x->m.first; t < x->m.last; t++) {
        buf_add(&b, d->toks[t].fold);
        buf_addc(&b, ' ');
    }
    return buf_str(&b);
}

/* A person named by the last (or, in Chinese, first) name alone joins the one person whose full name has it. */
static uint32_t full_name_of(const struct linker *k, const struct link *x, const uint32_t *entity_of, size_t seen) {
    uint32_t found = MAP_NONE;
    if (x->m.type != NG_PERSON || x->row != NO_ROW || x->m.last - x->m.first != 1 ||
        k->d->toks[x->m.first].flags & TOK_HAN) {
        return MAP_NONE;
    }
    struct str name = k->d->toks[x->m.first].fold;
    for (size_t i = seen > 200 ? seen - 200 : 0; i < seen; i++) { /* bounded: the cost stays linear */
        const struct mention *m = &k->links[i].m;
        if (m->type == NG_PERSON && m->last - m->first > 1 &&
            (str_eq(k->d->toks[m->last - 1].fold, name) || str_eq(k->d->toks[m->first].fold, name))) {
            if (found != MAP_NONE && found != entity_of[i]) {
                return MAP_NONE; /* two persons have that name: left alone */
            }
            found = entity_of[i];
        }
    }
    return found;
}

/* Whether x stands in brackets right behind the name before it and gives it in Latin letters: 谢尔盖·布林 (Sergey Brin). */
static bool glosses(const struct linker *k, size_t i) {
    if (i == 0) {
        return false;
    }
    const struct link *x = &k->links[i], *before = &k->links[i - 1];
    const struct tok *toks = k->d->toks;
    uint32_t open = before->m.last;
    struct str bracket = open + 1 == x->m.first ? toks[open].fold : STR_NONE;
    return x->m.type == NG_PERSON && before->m.type == NG_PERSON && (str_eqz(bracket, "(") || str_eqz(bracket, "（")) &&
           toks[before->m.last - 1].flags & TOK_HAN && !(toks[x->m.first].flags & TOK_HAN);
}

/* ---- names in the reader's language ---- */

static bool is_han(struct str s) {
    size_t i = 0;
    return s.n && u_hasBinaryProperty(utf8_next(s, &i), UCHAR_IDEOGRAPHIC);
}

/* Without tone marks and spaces, first letter upper case: "xǔ" -> "Xu", "zhǔ hóng" -> "Zhuhong". */
static void add_syllables(struct buf *b, struct str s) {
    bool first = true;
    for (size_t i = 0; i < s.n;) {
        int32_t c = utf8_next(s, &i);
        UChar32 base = c;
        if (c == ' ') {
            continue;
        }
        if (c >= 0xC0) { /* the letter under the tone mark, by canonical decomposition */
            static const struct {
                const char *marked;
                char plain;
            } vowels[] = {{"āáǎàĀÁǍÀ", 'a'}, {"ēéěèĒÉĚÈ", 'e'}, {"īíǐì", 'i'}, {"ōóǒòŌÓǑÒ", 'o'}, {"ūúǔùüǖǘǚǜ", 'u'}};
            for (size_t v = 0; v < sizeof vowels / sizeof vowels[0]; v++) {
                struct str set = str_of(vowels[v].marked);
                for (size_t j = 0; j < set.n;) {
                    base = utf8_next(set, &j) == c ? vowels[v].plain : base;
                }
            }
        }
        buf_addcp(b, first ? u_toupper(base) : u_tolower(base));
        first = false;
    }
}

/* Chinese names in a language that is not written in Han characters: surname first, the given name's syllables joined. */
static struct str romanised(struct linker *k, enum ng_type type, struct str name) {
    struct doc *d = k->d;
    struct str pinyin = pinyin_of_name(d->ng->pinyin, d->a, name);
    struct buf b;
    buf_init(&b, d->a);
    if (!pinyin.n) {
        return name;
    }
    if (type == NG_PERSON && utf8_count(name) <= 4) {
        struct str rest = pinyin, surname = str_cut(&rest, ' ');
        add_syllables(&b, surname);
        if (rest.n) {
            buf_addc(&b, ' ');
            add_syllables(&b, rest);
        }
    } else {
        for (struct str rest = pinyin; rest.n;) {
            struct str syllable = str_cut(&rest, ' ');
            buf_add(&b, b.n && syllable.n ? STR(" ") : STR(""));
            add_syllables(&b, syllable);
        }
    }
    return b.n ? buf_str(&b) : name;
}

static struct str canonical(struct linker *k, int32_t row, enum ng_type type, struct str name) {
    struct doc *d = k->d;
    struct str target = d->req->target_language.n ? d->req->target_language : k->langs->items[d->lang].public.code;
    int lang = langs_find(k->langs, target);
    if (row != NO_ROW) {
        return kb_name(k->r->kb, (uint32_t)row, target, NULL);
    }
    if (type <= NG_EVENT_NAME && is_han(name) && lang != LANG_NONE && k->langs->items[lang].atoms != ATOMS_CHAR) {
        return romanised(k, type, name);
    }
    return name;
}

/* ---- the whole ---- */

static void finish(struct linker *k, struct ng_entity *e, size_t first_mention) {
    struct doc *d = k->d;
    double position = 1 - (double)first_mention / ((double)d->text.n + 1);
    double count = (double)e->mention_count;
    e->salience = (float)(0.4 * position + 0.6 * count / (count + 3));
    if (e->type >= NG_MONEY) {
        e->salience *= 0.5f;
    }
}

enum err_code entity_link(const struct entity_rules *r, const struct langs *l, struct doc *d, struct err *err) {
    struct linker k = {.r = r, .langs = l, .d = d};
    struct map index;
    size_t entity_cap = 0, mention_cap = 0;
    map_init(&index, d->a);
    collect(&k);
    if (!choose(&k)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entities");
    }
    uint32_t *entity_of = ARENA_ARRAY(d->a, k.n + 1, uint32_t);
    size_t *caps = ARENA_ARRAY(d->a, k.n + 1, size_t);
    if (!entity_of || !caps) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the entities");
    }
    for (size_t i = 0; i < k.n; i++) {
        struct link *x = &k.links[i];
        struct str name = doc_sub(d, x->m.start, x->m.end);
        uint32_t *at = map_at(&index, key_of(&k, x));
        if (!at) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the entities");
        }
        bool gloss = glosses(&k, i);
        uint32_t whole = gloss ? entity_of[i - 1] : *at == MAP_NONE ? full_name_of(&k, x, entity_of, i) : *at;
        if (whole == MAP_NONE) {
            whole = (uint32_t)d->entity_count;
            struct ng_entity e = {.type = x->m.type, .name = name, .canonical_name = canonical(&k, x->row, x->m.type, name)};
            if (x->row != NO_ROW) {
                e.kb_id = kb_row(r->kb, (uint32_t)x->row)->id;
            }
            if (x->value) {
                e.value = *x->value;
                e.has_value = e.value.date[0] || e.value.has_amount || e.value.has_min || e.value.has_max;
            }
            ARENA_PUSH(d->a, d->entities, d->entity_count, entity_cap) = e;
        }
        int target = langs_find(l, d->req->target_language);
        if (gloss && !d->entities[whole].kb_id.n && target != LANG_NONE && l->items[target].atoms != ATOMS_CHAR) {
            d->entities[whole].canonical_name = name;
        }
        *at = entity_of[i] = x->m.entity = whole;
        if (arena_full(d->a)) {
            return err_set(err, ERR_NO_MEMORY, "no memory for the entities");
        }
        struct ng_entity *e = &d->entities[whole];
        ARENA_PUSH(d->a, e->mentions, e->mention_count, caps[whole]) =
            (struct ng_mention){{x->m.start, x->m.end}, x->m.confidence};
        e->confidence = x->m.confidence > e->confidence ? x->m.confidence : e->confidence;
        ARENA_PUSH(d->a, d->mentions, d->mention_count, mention_cap) = x->m;
    }
    for (size_t i = 0; i < d->entity_count && !arena_full(d->a); i++) {
        finish(&k, &d->entities[i], d->entities[i].mentions[0].span.start);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the entities") : ERR_OK;
}
