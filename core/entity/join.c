/* join.c - which of the chosen names are one thing, inside the article: the same row of the knowledge base, the same form,
 * a surname and the full name that has it, a name and what stands for it in the brackets behind (an acronym, the name in
 * another script, a nickname), a company with and without its legal form. */
#include <stdlib.h>
#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/entity/in.h"

#include "core/base/banned.h"

/* A map of forms and which first bytes they have: most tokens of a text begin none of them. */
struct forms {
    struct map map;
    uint64_t heads[HEADS / 64]; /* a bit by the first HEAD bytes of a key */
};

struct joiner {
    struct linker *k;
    struct doc *d;
    struct forms partial; /* key of a part of a person's name -> string of identities, or AMBIGUOUS */
    struct forms surname; /* the same of their last parts alone */
    struct forms shorts;  /* the first word or words of an organisation's name -> its identity */
    struct forms alias;   /* key of a form -> string of identities: what the brackets told */
    struct str *ids;
    size_t id_count, id_cap;
    size_t *id_at; /* [id_count] where the one was that told it */
    size_t at_count, at_cap, now;
    struct map index; /* identity -> entity */
    size_t *mention_caps;
    size_t entity_cap, mention_cap;
    bool parts_known; /* the parts of all persons' names are noted */
    bool *latin; /* [entity] its canonical name is a Latin form of the article */
};

#define AMBIGUOUS (MAP_NONE - 1)
/* The confidence of a link that another has taken the place of. */
#define DROPPED (-1.0f)

/* ---- marks ---- */

static bool is_open(struct str s) {
    return str_eqz(s, "(") || str_eqz(s, "（") || str_eqz(s, "[");
}

static bool is_close(struct str s) {
    return str_eqz(s, ")") || str_eqz(s, "）") || str_eqz(s, "]");
}

static bool free_span(const struct linker *k, uint32_t first, uint32_t last) {
    for (uint32_t t = first; t < last; t++) {
        if (k->owner[t]) {
            return false;
        }
    }
    return first < last;
}

static void own_all(struct linker *k) {
    memset(k->owner, 0, k->d->tok_count * sizeof *k->owner);
    for (size_t i = 0; i < k->n; i++) {
        for (uint32_t t = k->links[i].m.first; t < k->links[i].m.last; t++) {
            k->owner[t] = (uint32_t)i + 1;
        }
    }
}

static int by_start(const void *a, const void *b) {
    const struct link *x = a, *y = b;
    return (x->m.start > y->m.start) - (x->m.start < y->m.start);
}

static void sort_links(struct linker *k) {
    if (k->n) {
        qsort(k->links, k->n, sizeof *k->links, by_start);
    }
    own_all(k);
}

static struct link *add_link(struct linker *k, uint32_t first, uint32_t last, enum ng_type type, float p) {
    struct doc *d = k->d;
    struct mention m = {d->toks[first].start, d->toks[last - 1].end, first, last, type, 0, p};
    struct link *x = &ARENA_PUSH(d->a, k->links, k->n, k->cap);
    *x = (struct link){.m = m, .row = NO_ROW, .source = FROM_TEXT};
    for (uint32_t t = first; t < last && !arena_full(d->a); t++) {
        k->owner[t] = (uint32_t)k->n;
    }
    return x;
}

/* ---- names that take their neighbours in ---- */

/* How many tokens before (or from) at have the bit as a whole, at most four. */
static uint32_t run_with(const struct linker *k, uint32_t at, int direction, uint32_t bit) {
    const struct doc *d = k->d;
    for (uint32_t n = 4; n >= 1; n--) {
        if (direction < 0 ? at < n : at + n > d->tok_count) {
            continue;
        }
        uint32_t first = direction < 0 ? at - n : at, last = first + n;
        if (d->toks[first].sent == d->toks[last - 1].sent && d->toks[first].sent == d->toks[direction < 0 ? at : at - 1].sent &&
            free_span(k, first, last) && bits_of_span(k, first, last) & bit) {
            return n;
        }
    }
    return 0;
}

/* sông Hàn is a river, whatever Hàn is alone. */
static void take_place_head(struct linker *k, struct link *x) {
    uint32_t head = run_with(k, x->m.first, -1, WORD_PLACE_HEAD);
    if (!head) {
        return;
    }
    x->m.first -= head;
    x->m.start = k->d->toks[x->m.first].start;
    uint32_t row = kb_of_name(k->r->kb, k->d->a, doc_sub(k->d, x->m.start, x->m.end));
    bool known = row != KB_NONE && kb_row(k->r->kb, row)->type == NG_LOCATION;
    x->row = known ? (int32_t)row : NO_ROW;
    x->weak = false;
}

static void take_neighbours(struct linker *k) {
    struct doc *d = k->d;
    for (size_t i = 0; i < k->n; i++) {
        struct mention *m = &k->links[i].m;
        bool person = m->type == NG_PERSON && k->links[i].row == NO_ROW && run_with(k, m->first, -1, WORD_PLACE_HEAD); /* nhà tù Klong Prem */
        m->type = person ? NG_LOCATION : m->type;
        if (m->type == NG_LOCATION && !k->links[i].value) {
            take_place_head(k, &k->links[i]);
        }
        if (m->type != NG_ORGANIZATION || k->links[i].value) {
            continue;
        }
        uint32_t head = run_with(k, m->first, -1, WORD_HEAD);
        if (head && d->toks[m->first - head].flags & TOK_CAPITAL) {
            m->first -= head;
            m->start = d->toks[m->first].start;
        }
        uint32_t tail = m->last < d->tok_count && is_han_tok(d, m->last) ? run_with(k, m->last, 1, WORD_TAIL) : 0;
        uint32_t after = m->last + tail;
        bool other = tail && after < d->tok_count && word_bits(k, after, 1) & WORD_NOT_TAIL;
        if (tail && !other) {
            m->last = after;
            m->end = d->toks[after - 1].end;
        }
    }
    own_all(k);
}

/* One form has one type in an article: the one that the recogniser gave it with most confidence in all. */
static void settle_types(struct linker *k) {
    struct buf b;
    buf_init(&b, k->d->a);
    for (size_t i = 0; i < k->n; i++) {
        struct link *x = &k->links[i];
        uint32_t at = x->row == NO_ROW && !x->value ? map_get(&k->forms, form_key(k->d, x->m.first, x->m.last, &b)) : MAP_NONE;
        if (at == MAP_NONE) {
            continue;
        }
        const struct form *f = &k->seen[at];
        for (int t = 0; t < TYPES; t++) {
            if (f->sum[t] > f->sum[x->m.type] + 1e-6f) {
                x->m.type = (enum ng_type)t;
            }
        }
        x->m.confidence = f->best > x->m.confidence ? (f->best + x->m.confidence) / 2 : x->m.confidence;
    }
}

/* ---- identities ---- */

/* A form's key without the genitive of the language where the article has it without, without legal forms at its end and heads
 * such as Tập đoàn before it. */
static struct str base_key(const struct linker *k, const struct link *x, struct buf *b) {
    struct doc *d = k->d;
    uint32_t last = x->m.last;
    struct str genitive = k->langs->items[d->lang].genitive;
    while (x->m.type == NG_ORGANIZATION && last - x->m.first > 1) {
        uint32_t n = 0;
        for (uint32_t size = 4; size >= 1 && !n; size--) {
            n = last - x->m.first > size && bits_of_span(k, last - size, last) & WORD_LEGAL ? size : 0;
        }
        if (!n && last - x->m.first > 1 && d->toks[last - 1].kind == TOK_PUNCT) {
            n = 1; /* "Inc." */
        }
        if (!n) {
            break;
        }
        last -= n;
    }
    uint32_t first = x->m.first;
    for (uint32_t n = 6; n >= 1 && x->m.type == NG_ORGANIZATION && first == x->m.first; n--) {
        first += last - first > n && bits_of_span(k, first, first + n) & WORD_HEAD ? n : 0;
    }
    struct str key = form_key(d, first, last, b);
    if (genitive.n && str_ends(key, genitive)) {
        struct str bare = str_sub(key, 0, key.n - genitive.n);
        key = map_get(&k->forms, bare) != MAP_NONE ? bare : key;
    }
    return key;
}

/* Whose a name is that a row has for its surname alone, where the article tells another person of that surname in full. */
static struct str other_person(struct joiner *j, const struct link *x) {
    if (x->m.type != NG_PERSON || !j->parts_known) {
        return STR_NONE;
    }
    struct buf b;
    buf_init(&b, j->d->a);
    uint32_t at = map_get(&j->partial.map, form_key(j->d, x->m.first, x->m.last, &b));
    bool one = at != MAP_NONE && at != AMBIGUOUS && (x->weak || j->id_at[at] < x->m.start);
    return one && !str_eq(j->ids[at], kb_row(j->k->r->kb, (uint32_t)x->row)->id) ? j->ids[at] : STR_NONE;
}

static struct str identity(struct joiner *j, const struct link *x) {
    struct doc *d = j->d;
    struct str other = x->row != NO_ROW ? other_person(j, x) : STR_NONE;
    if (other.n) {
        return other;
    }
    if (x->row != NO_ROW) {
        return kb_row(j->k->r->kb, (uint32_t)x->row)->id;
    }
    if (x->value) {
        const struct ng_value *v = x->value;
        if (x->m.type == NG_DATE && !v->date[0]) { /* when it is nobody can tell: the same only where it is called the same */
            struct str form = doc_sub(d, x->m.start, x->m.end);
            return arena_printf(d->a, "=%d %.*s", (int)x->m.type, STR_ARG(form));
        }
        return arena_printf(d->a, "=%d %s %s %d%d%d %.15g %.15g %.15g", (int)x->m.type, v->date, v->currency, v->has_amount,
                            v->has_min, v->has_max, v->amount, v->min, v->max);
    }
    struct buf b;
    buf_init(&b, d->a);
    struct str key = base_key(j->k, x, &b);
    uint32_t at = map_get(&j->alias.map, key);
    if (at != MAP_NONE && at != AMBIGUOUS) {
        return j->ids[at];
    }
    at = x->m.type == NG_PERSON ? map_get(&j->partial.map, key) : x->m.type == NG_ORGANIZATION ? map_get(&j->shorts.map, key) : MAP_NONE;
    if (at != MAP_NONE && at != AMBIGUOUS) {
        return j->ids[at];
    }
    struct buf id;
    buf_init(&id, d->a);
    buf_reserve(&id, key.n + 2);
    buf_addc(&id, (char)('0' + (int)x->m.type));
    buf_addc(&id, ' ');
    buf_add(&id, key);
    return buf_str(&id);
}

/* The type that an identity tells: "1 thuậnan", "organization/fpt". */
static enum ng_type type_of_id(struct str id, enum ng_type otherwise) {
    if (id.n > 1 && id.p[0] >= '0' && id.p[0] <= '4' && id.p[1] == ' ') {
        return (enum ng_type)(id.p[0] - '0');
    }
    for (int t = 0; t < TYPES; t++) {
        struct str name = str_of(ng_type_name((enum ng_type)t));
        if (str_starts(id, name) && id.n > name.n && id.p[name.n] == '/') {
            return (enum ng_type)t;
        }
    }
    return otherwise;
}

/* False where no form of f begins with the word. A word shorter than a head does not tell. */
static bool may_begin(const struct forms *f, struct str word) {
    uint32_t bit = word.n < HEAD ? 0 : head_of(word);
    return f->map.n && (word.n < HEAD || f->heads[bit / 64] >> (bit % 64) & 1);
}

static void note(struct joiner *j, struct forms *f, struct str key, struct str id) {
    uint32_t *at = key.n ? map_at(&f->map, arena_dup(j->d->a, key)) : NULL;
    if (!at) {
        return;
    }
    f->heads[head_of(key) / 64] |= (uint64_t)1 << (head_of(key) % 64);
    if (*at == MAP_NONE) {
        *at = (uint32_t)j->id_count;
        ARENA_PUSH(j->d->a, j->ids, j->id_count, j->id_cap) = id;
        ARENA_PUSH(j->d->a, j->id_at, j->at_count, j->at_cap) = j->now;
    } else if (*at != AMBIGUOUS && !str_eq(j->ids[*at], id)) {
        *at = AMBIGUOUS;
    }
}

/* ---- parts of persons' names ---- */

static bool dotted(const struct doc *d, const struct mention *m) {
    for (uint32_t t = m->first; is_han_tok(d, m->first) && t < m->last; t++) {
        if (d->toks[t].kind >= TOK_PUNCT) {
            return true;
        }
    }
    return false;
}

/* "Musk" of Elon Musk, "Weber" of Anna Weber, "Vượng" and "Nhật Vượng" of Phạm Nhật Vượng, 伊利亚 of 伊利亚·苏茨克维. */
static void note_parts_of(struct joiner *j, const struct link *x) {
    j->now = x->m.start;
    const struct mention *m = &x->m;
    struct doc *d = j->d;
    struct buf b;
    buf_init(&b, d->a);
    if (x->row != NO_ROW && !dotted(d, m) && map_get(&j->partial.map, form_key(d, m->first, m->last, &b)) != MAP_NONE) {
        return; /* 桑德斯 of 凯莉·桑德斯, though a row has the surname alone */
    }
    struct str id = identity(j, x);
    note(j, &j->partial, form_key(d, m->first, m->last, &b), id);
    if (!is_han_tok(d, m->first)) {
        note(j, &j->partial, form_key(d, m->first, m->first + 1, &b), id);
        note(j, &j->partial, form_key(d, m->last - 1, m->last, &b), id);
        note(j, &j->surname, form_key(d, m->last - 1, m->last, &b), id);
        if (m->last - m->first > 2) {
            note(j, &j->partial, form_key(d, m->last - 2, m->last, &b), id);
        }
        return;
    }
    uint32_t from = m->first;
    for (uint32_t t = m->first; t <= m->last && dotted(d, m); t++) {
        bool end = t == m->last || d->toks[t].kind >= TOK_PUNCT;
        if (end && t - from >= 2) {
            note(j, &j->partial, form_key(d, from, t, &b), id);
        }
        if (t == m->last && t - from >= 2) {
            note(j, &j->surname, form_key(d, from, t, &b), id);
        }
        from = end ? t + 1 : from;
    }
    uint32_t n = m->last - m->first;
    size_t surname = 0;
    if (d->lang == j->k->r->chinese && !dotted(d, m) && n >= 3 && japanese_name(j->k, doc_sub(d, m->start, m->end), &surname).n && surname >= 2) {
        note(j, &j->partial, form_key(d, m->first, m->first + (uint32_t)surname, &b), id); /* 玉木 of 玉木雄一郎 */
    }
    if (d->lang != j->k->r->chinese && !dotted(d, m) && starts_han(doc_sub(d, m->start, m->end)) && n >= 3 && n <= 6) {
        note(j, &j->partial, form_key(d, m->first, m->first + 2, &b), id); /* 佐藤 of 佐藤恒治 */
    }
}

/* Names with dots first, so that 霍金斯 alone is known as a part of 戴安娜·霍金斯 before it counts as a name of its own. */
static void note_parts(struct joiner *j) {
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < j->k->n; i++) {
            const struct link *x = &j->k->links[i];
            if (x->m.type == NG_PERSON && !x->value && x->m.last - x->m.first >= 2 && x->m.confidence >= 0.4f && dotted(j->d, &x->m) == !pass) {
                note_parts_of(j, x);
            }
        }
    }
}

/* "Thuận An" where the article has "Tập đoàn Thuận An". */
static void note_bare(struct joiner *j) {
    struct linker *k = j->k;
    struct buf b;
    buf_init(&b, j->d->a);
    for (size_t i = 0; i < k->n; i++) {
        const struct link *x = &k->links[i];
        for (uint32_t n = 6; n >= 1 && x->m.type == NG_ORGANIZATION && x->row == NO_ROW; n--) { /* Công ty cổ phần Tập đoàn */
            if (x->m.last - x->m.first > n && bits_of_span(k, x->m.first, x->m.first + n) & WORD_HEAD) {
                note(j, &j->alias, form_key(j->d, x->m.first + n, x->m.last, &b), identity(j, x));
                break;
            }
        }
    }
}

/* 克利夫兰 is the person whom the article tells in full before, not the city, unless the words around say that it is a place. */
static void retype_surnames(struct joiner *j) {
    struct linker *k = j->k;
    struct buf b;
    buf_init(&b, j->d->a);
    for (size_t i = 0; i < k->n; i++) {
        struct link *x = &k->links[i];
        bool han = is_han_tok(j->d, x->m.first);
        uint32_t size = x->m.last - x->m.first;
        if (x->value || x->m.confidence < 0 || (x->m.type != NG_LOCATION && x->m.type != NG_ORGANIZATION) || (han ? size < 2 : size != 1)) {
            continue;
        }
        uint32_t at = map_get(&j->surname.map, form_key(j->d, x->m.first, x->m.last, &b));
        uint32_t told = (uint32_t)WORD_BEFORE << x->m.type, after = (uint32_t)WORD_AFTER << x->m.type;
        if (at != MAP_NONE && at != AMBIGUOUS && j->id_at[at] < x->m.start && type_of_id(j->ids[at], NG_PERSON) == NG_PERSON &&
            !(word_bits(k, x->m.first, -1) & told) && !(word_bits(k, x->m.last, 1) & after && han)) {
            x->m.type = NG_PERSON;
            x->row = NO_ROW;
        }
    }
}

/* "Isar" where the article has "Isar Aerospace": for names that are an organisation's already, none is found by it. */
static void note_shorts(struct joiner *j) {
    struct linker *k = j->k;
    struct doc *d = j->d;
    struct buf b;
    buf_init(&b, d->a);
    for (size_t i = 0; i < k->n; i++) {
        const struct link *x = &k->links[i];
        uint32_t size = x->m.last - x->m.first;
        const struct tok *t = &d->toks[x->m.first];
        bool no_word = bits_of_span(k, x->m.first, x->m.first + 1) & (WORD_KIND | WORD_HEAD | WORD_LEGAL | WORD_NOT_NAME);
        if (x->m.type != NG_ORGANIZATION || x->value || size < 2 || size > 5 || is_han_tok(d, x->m.first) || t->fold.n < 4 || no_word ||
            !(t->flags & TOK_CAPITAL) || x->m.confidence < 0.6f) {
            continue;
        }
        for (uint32_t n = 1; n < size; n++) {
            note(j, &j->shorts, form_key(d, x->m.first, x->m.first + n, &b), identity(j, x));
        }
    }
}

/* Surnames alone that nobody has found yet. */
static void find_parts(struct joiner *j) {
    struct linker *k = j->k;
    struct doc *d = j->d;
    struct buf b;
    buf_init(&b, d->a);
    for (uint32_t t = 0; t < d->tok_count; t++) {
        const struct tok *x = &d->toks[t];
        bool inside = x->flags & TOK_HAN && !(x->flags & TOK_WORD_START) && t > 0 && d->toks[t - 1].flags & TOK_HAN;
        if (k->owner[t] || x->kind != TOK_WORD || inside || !may_begin(&j->partial, x->fold)) {
            continue;
        }
        for (uint32_t n = 5; n >= (x->flags & TOK_HAN ? 2U : 1U); n--) {
            if (t + n > d->tok_count || !free_span(k, t, t + n)) {
                continue;
            }
            uint32_t at = map_get(&j->partial.map, form_key(d, t, t + n, &b));
            bool word = !(x->flags & TOK_HAN) && n == 1 && (!(x->flags & TOK_CAPITAL) || x->fold.n < 3 || map_get(&k->lower, x->fold) != MAP_NONE ||
                                                  word_bits(k, t, -1) & WORD_ARTICLE || bits_of_span(k, t, t + 1) & WORD_NOT_NAME);
            if (at != MAP_NONE && at != AMBIGUOUS && !word && (x->flags & (TOK_CAPITAL | TOK_HAN))) {
                add_link(k, t, t + n, NG_PERSON, 0.85f);
                break;
            }
        }
    }
    sort_links(k);
}

/* ---- brackets ---- */

/* Whether acronym begins as the words of [first, last) do and its letters stand in them in that order (compounds give letters
 * from inside: Bundesstelle für Eisenbahnunfalluntersuchung, BEU). */
static bool initials(const struct doc *d, struct str acronym, uint32_t first, uint32_t last) {
    size_t at = 0;
    if (acronym.n < 2 || d->toks[first].fold.p[0] != acronym.p[0]) {
        return false;
    }
    for (uint32_t t = first; t < last; t++) {
        for (size_t i = 0; i < d->toks[t].fold.n && at < acronym.n; i++) {
            at += d->toks[t].fold.p[i] == acronym.p[at];
        }
    }
    return at == acronym.n;
}

static bool latin_name(const struct linker *k, uint32_t first, uint32_t last) {
    for (uint32_t t = first; t < last; t++) {
        const struct tok *x = &k->d->toks[t];
        if (x->kind > TOK_NUMBER ? !strchr("-.'&", x->fold.p[0]) : x->flags & TOK_HAN) {
            return false;
        }
    }
    return k->d->toks[first].flags & TOK_CAPITAL && !(bits_of_span(k, first, last) & WORD_NOT_NAME);
}

/* Makes [first, last) one name, whatever names inside it were thought to be: (Charlie Cleveland) behind 查理·克利夫兰. */
static void claim_over(struct linker *k, uint32_t first, uint32_t last, enum ng_type type) {
    for (uint32_t t = first; t < last; t++) {
        if (k->owner[t]) {
            struct link *x = &k->links[k->owner[t] - 1];
            x->m.confidence = DROPPED;
            x->row = NO_ROW;
        }
    }
    add_link(k, first, last, type, 0.85f);
}

static bool inside_only(const struct linker *k, uint32_t first, uint32_t last) {
    for (uint32_t t = first; t < last; t++) {
        const struct link *x = k->owner[t] ? &k->links[k->owner[t] - 1] : NULL;
        if (x && (x->value || x->m.first < first || x->m.last > last)) {
            return false;
        }
    }
    return true;
}

/* Makes [first, last) one name where nothing is, or widens the one name of that type inside. */
static bool claim(struct linker *k, uint32_t first, uint32_t last, enum ng_type type) {
    uint32_t inner = 0;
    for (uint32_t t = first; t < last; t++) {
        if (k->owner[t] && inner && k->owner[t] != inner) {
            return false;
        }
        inner = k->owner[t] ? k->owner[t] : inner;
    }
    if (!inner) {
        add_link(k, first, last, type, 0.85f);
        return true;
    }
    struct mention *m = &k->links[inner - 1].m;
    if (m->type != type || m->first < first || m->last > last || k->links[inner - 1].value) {
        return false;
    }
    *m = (struct mention){k->d->toks[first].start, k->d->toks[last - 1].end, first, last, type, 0, m->confidence};
    for (uint32_t t = first; t < last; t++) {
        k->owner[t] = inner;
    }
    return true;
}

/* What the brackets that open at token t say of the link before them. */
static void read_brackets(struct joiner *j, size_t before, uint32_t t) {
    struct linker *k = j->k;
    struct doc *d = j->d;
    uint32_t first = t + 1, last = first;
    while (last < d->tok_count && last - first < FORM_TOKENS && d->toks[last].sent == d->toks[t].sent && !is_close(d->toks[last].fold)) {
        last++;
    }
    if (last == first || last == d->tok_count || !is_close(d->toks[last].fold)) {
        return;
    }
    bool cue = false;
    for (uint32_t n = 3; n >= 1 && !cue; n--) {
        if (first + n < last && bits_of_span(k, first, first + n) & WORD_ALIAS) {
            first += n;
            cue = true;
        }
    }
    while (cue && first < last && d->toks[first].kind >= TOK_PUNCT) {
        first++;
    }
    while (cue && last > first && d->toks[last - 1].kind >= TOK_PUNCT) {
        last--;
    }
    if (first >= last) {
        return;
    }
    const struct link x = k->links[before];
    bool han = is_han_tok(d, x.m.first), latin = latin_name(k, first, last);
    struct buf b;
    buf_init(&b, d->a);
    struct str key = form_key(d, first, last, &b);
    uint32_t own = k->owner[first];
    bool whole = own && k->links[own - 1].m.first == first && k->links[own - 1].m.last == last && !k->links[own - 1].value;
    bool acronym = last - first == 1 && d->toks[first].kind == TOK_WORD && (latin || !is_han_tok(d, first)) && key.n <= 8 && x.m.type != NG_PERSON &&
                   x.m.last - x.m.first > 1 && (initials(d, key, x.m.first, x.m.last) || (han && d->toks[first].flags & TOK_UPPER));
    bool script = han && latin && last - first <= 5 && (x.m.type != NG_LOCATION || whole);
    bool back = !han && is_han_tok(d, first) && whole && k->links[own - 1].m.type == x.m.type;
    if (!(acronym || script || back || (cue && last - first <= 5 && (latin || whole || last - first <= 4)))) {
        return;
    }
    if (whole) {
        struct link *y = &k->links[own - 1];
        if (y->row != NO_ROW && x.row != NO_ROW && y->row != x.row && !y->weak) {
            return; /* two known things */
        }
        if (y->row != NO_ROW && x.row == NO_ROW && !acronym) {
            note(j, &j->alias, form_key(d, x.m.first, x.m.last, &b), identity(j, y));
            return;
        }
        y->m.type = x.m.type;
        y->row = NO_ROW;
    } else if (!claim(k, first, last, x.m.type)) {
        if (!script || x.m.type != NG_PERSON || last - first < 2 || !inside_only(k, first, last)) {
            return;
        }
        claim_over(k, first, last, NG_PERSON);
    }
    key = form_key(d, first, last, &b);
    note(j, &j->alias, key, identity(j, &x));
}

static void read_all_brackets(struct joiner *j) {
    struct linker *k = j->k;
    size_t n = k->n;
    for (size_t i = 0; i < n; i++) {
        const struct mention *m = &k->links[i].m;
        if (!k->links[i].value && m->last < j->d->tok_count && is_open(j->d->toks[m->last].fold)) {
            read_brackets(j, i, m->last);
        }
    }
    sort_links(k);
}

/* The other places of what brackets told: acronyms, mostly. */
static void find_aliases(struct joiner *j) {
    struct linker *k = j->k;
    struct doc *d = j->d;
    struct buf b;
    buf_init(&b, d->a);
    if (!j->alias.map.n) {
        return;
    }
    for (uint32_t t = 0; t < d->tok_count; t++) {
        if (k->owner[t]) {
            struct link *x = &k->links[k->owner[t] - 1];
            uint32_t at = x->m.first == t && !x->value && (x->row == NO_ROW || x->weak)
                              ? map_get(&j->alias.map, form_key(d, x->m.first, x->m.last, &b))
                              : MAP_NONE;
            if (at != MAP_NONE && at != AMBIGUOUS) {
                x->row = NO_ROW;
                x->m.type = type_of_id(j->ids[at], x->m.type);
            }
            continue;
        }
        for (uint32_t n = may_begin(&j->alias, d->toks[t].fold) ? 4 : 0; n >= 1; n--) {
            if (t + n > d->tok_count || !free_span(k, t, t + n) || (n == 1 && d->toks[t].flags & TOK_HAN) ||
                !(d->toks[t].flags & (TOK_CAPITAL | TOK_HAN))) {
                continue;
            }
            uint32_t at = map_get(&j->alias.map, form_key(d, t, t + n, &b));
            if (at != MAP_NONE && at != AMBIGUOUS) {
                add_link(k, t, t + n, type_of_id(j->ids[at], NG_ORGANIZATION), 0.85f);
                break;
            }
        }
    }
    sort_links(k);
}

/* ---- entities ---- */

static bool better_form(const struct doc *d, const struct link *x, struct str name, bool latin_wanted) {
    struct str form = doc_sub(d, x->m.start, x->m.end);
    bool han = starts_han(form), had_han = starts_han(name);
    if (han != had_han) {
        return had_han == latin_wanted;
    }
    bool upper = d->toks[x->m.first].flags & TOK_UPPER;
    if (x->m.type == NG_ORGANIZATION && !han) { /* Isar Aerospace before Isar */
        return str_starts(form, name) && form.n > name.n + 1 && form.p[name.n] == ' ' && x->m.last - x->m.first <= 5;
    }
    return x->m.type == NG_PERSON && !upper && form.n > name.n + 1;
}

static bool ends_legal(const struct linker *k, const struct link *x) {
    return x->m.type == NG_ORGANIZATION && bits_of_span(k, x->m.last - 1, x->m.last) & WORD_LEGAL;
}

static uint32_t entity_of(struct joiner *j, const struct link *x, struct str id, bool letters) {
    struct doc *d = j->d;
    struct str name = doc_sub(d, x->m.start, x->m.end);
    uint32_t *at = map_at(&j->index, id);
    if (!at) {
        return MAP_NONE;
    }
    if (*at == MAP_NONE) {
        *at = (uint32_t)d->entity_count;
        struct ng_entity e = {.type = x->m.type, .name = name};
        if (x->value) {
            e.value = *x->value;
            e.has_value = e.value.date[0] || e.value.has_amount || e.value.has_min || e.value.has_max;
        }
        ARENA_PUSH(d->a, d->entities, d->entity_count, j->entity_cap) = e;
        if (arena_full(d->a)) {
            return MAP_NONE;
        }
    } else if (!x->value && better_form(d, x, d->entities[*at].name, letters) && !ends_legal(j->k, x)) {
        d->entities[*at].name = name;
    }
    return *at;
}

/* What row an identity is of, if it is one's id. */
static int32_t row_of(const struct joiner *j, struct str id) {
    uint32_t row = kb_of_id(j->k->r->kb, id);
    return row == KB_NONE ? NO_ROW : (int32_t)row;
}

/* The name without the genitive where the article has both. */
static struct str bare_name(struct joiner *j, struct str name) {
    struct str genitive = j->k->langs->items[j->d->lang].genitive;
    struct buf b;
    if (!genitive.n || !str_ends(name, genitive) || name.n < 5) {
        return name;
    }
    struct str folded = text_fold(j->k->r->fold, j->d->a, str_sub(name, 0, name.n - genitive.n));
    buf_init(&b, j->d->a);
    for (size_t i = 0; i < folded.n; i++) {
        if (folded.p[i] != ' ') {
            buf_addc(&b, folded.p[i]);
        }
    }
    return map_get(&j->k->forms, buf_str(&b)) != MAP_NONE ? str_sub(name, 0, name.n - genitive.n) : name;
}

static bool make_entities(struct joiner *j) {
    struct linker *k = j->k;
    struct doc *d = j->d;
    struct str target = d->req->target_language.n ? d->req->target_language : k->langs->items[d->lang].public.code;
    int lang = langs_find(k->langs, target);
    bool letters = lang != LANG_NONE && k->langs->items[lang].atoms != ATOMS_CHAR;
    struct str *ids = ARENA_ARRAY(d->a, k->n + 1, struct str);
    size_t *caps = ARENA_ARRAY(d->a, k->n + 1, size_t);
    if (!ids || !caps) {
        return false;
    }
    for (size_t i = 0; i < k->n; i++) {
        struct link *x = &k->links[i];
        if (x->m.confidence < d->req->min_confidence || x->m.confidence < 0) {
            continue;
        }
        struct str id = identity(j, x);
        uint32_t e = entity_of(j, x, id, letters);
        if (e == MAP_NONE) {
            return false;
        }
        ids[e] = ids[e].n ? ids[e] : id;
        struct ng_entity *in = &d->entities[e];
        x->m.entity = e;
        x->m.type = in->type;
        ARENA_PUSH(d->a, in->mentions, in->mention_count, caps[e]) = (struct ng_mention){{x->m.start, x->m.end}, x->m.confidence};
        ARENA_PUSH(d->a, d->mentions, d->mention_count, j->mention_cap) = x->m;
        in->confidence = x->m.confidence > in->confidence ? x->m.confidence : in->confidence;
        if (arena_full(d->a)) {
            return false;
        }
    }
    for (size_t e = 0; e < d->entity_count; e++) {
        struct ng_entity *in = &d->entities[e];
        int32_t row = in->type <= NG_EVENT_NAME ? row_of(j, ids[e]) : NO_ROW;
        in->name = in->type <= NG_EVENT_NAME ? bare_name(j, in->name) : in->name;
        in->kb_id = row == NO_ROW ? STR_NONE : kb_row(k->r->kb, (uint32_t)row)->id;
        in->canonical_name = canonical_name(k, row, in->type, in->name);
    }
    return !arena_full(d->a);
}

bool join_all(struct linker *k) {
    struct joiner j = {.k = k, .d = k->d};
    map_init(&j.partial.map, k->d->a);
    map_init(&j.surname.map, k->d->a);
    map_init(&j.shorts.map, k->d->a);
    map_init(&j.alias.map, k->d->a);
    map_init(&j.index, k->d->a);
    own_all(k);
    note_context(k);
    take_neighbours(k);
    settle_types(k);
    read_all_brackets(&j);
    note_bare(&j);
    find_aliases(&j);
    note_shorts(&j);
    note_parts(&j);
    retype_surnames(&j);
    j.parts_known = true;
    find_parts(&j);
    return !arena_full(k->d->a) && make_entities(&j);
}
