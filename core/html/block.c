/* block.c - see block.h */
#include "core/html/block.h"

#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/conf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

/* ---- near: what stands above an element ---- */

static bool names(const struct str s, const char *word) {
    return str_find(s, str_of(word), 0) != SIZE_MAX;
}

static uint32_t zones_of(const struct dom_node *n) {
    uint32_t z = 0;
    switch (n->tag) {
    case GUMBO_TAG_ARTICLE:
        z = 1u << ZONE_ARTICLE;
        break;
    case GUMBO_TAG_MAIN:
        z = 1u << ZONE_MAIN;
        break;
    case GUMBO_TAG_ASIDE:
        z = 1u << ZONE_ASIDE;
        break;
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_MENU:
        z = 1u << ZONE_NAV;
        break;
    case GUMBO_TAG_HEADER:
        z = 1u << ZONE_HEADER;
        break;
    case GUMBO_TAG_FOOTER:
        z = 1u << ZONE_FOOTER;
        break;
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
        z = 1u << ZONE_FIGURE;
        break;
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
        z = 1u << ZONE_LIST;
        break;
    case GUMBO_TAG_TABLE:
        z = 1u << ZONE_TABLE;
        break;
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
        z = 1u << ZONE_FORM;
        break;
    case GUMBO_TAG_BLOCKQUOTE:
        z = 1u << ZONE_QUOTE;
        break;
    case GUMBO_TAG_SECTION:
        z = 1u << ZONE_SECTION;
        break;
    case GUMBO_TAG_A:
        z = 1u << ZONE_LINK;
        break;
    default:
        break;
    }
    if (n->attr) {
        const struct sift_tag *t = n->attr;
        z |= names(t->itemprop, "articleBody") ? 1u << ZONE_BODY_ITEM : 0;
        z |= str_eqz(t->role, "main") ? 1u << ZONE_MAIN : 0;
        z |= str_eqz(t->role, "article") ? 1u << ZONE_ARTICLE : 0;
        z |= str_eqz(t->role, "navigation") || str_eqz(t->role, "menu") ? 1u << ZONE_NAV : 0;
        z |= str_eqz(t->role, "complementary") ? 1u << ZONE_ASIDE : 0;
        z |= str_eqz(t->role, "banner") ? 1u << ZONE_HEADER : 0;
        z |= str_eqz(t->role, "contentinfo") ? 1u << ZONE_FOOTER : 0;
        z |= t->hidden ? 1u << ZONE_HIDDEN : 0;
    }
    return z;
}

/* Other hints are void on an element that holds the headline: they tell of the page ("page has-sidebar"), not of the text. */
#define HINTS_FOR (1u << HINT_body | 1u << HINT_article)

static void measure_near(struct page *p, const struct hints *hints) {
    float total = p->words[p->dom.n];
    uint32_t title = p->title == DOM_NONE ? DOM_NONE : p->blocks[p->title].first;
    for (uint32_t i = 0; i < p->dom.n; i++) {
        const struct dom_node *n = &p->dom.nodes[i];
        uint8_t *near = p->near + (size_t)i * NEAR_COUNT;
        if (n->parent == DOM_NONE) {
            memset(near, NEAR_MAX, NEAR_COUNT);
            continue;
        }
        const uint8_t *up = p->near + (size_t)n->parent * NEAR_COUNT;
        for (size_t k = 0; k < NEAR_COUNT; k++) {
            near[k] = up[k] < NEAR_MAX - 1 ? up[k] + 1 : up[k];
        }
        if (n->tag == DOM_TEXT) {
            continue;
        }
        uint32_t zones = zones_of(n), bits = 0;
        if (n->attr) {
            bits = hints_find(hints, n->attr->klass) | hints_find(hints, n->attr->id) |
                   hints_find(hints, n->attr->itemprop) | hints_find(hints, n->attr->rel);
            bool holds_title = title < n->end && title >= i;
            if (holds_title || (title == DOM_NONE && p->words[n->end] - p->words[i] > 0.7f * total)) {
                bits &= HINTS_FOR;
            }
        }
        for (uint32_t k = 0; zones; k++, zones >>= 1) {
            near[k] = zones & 1 ? 0 : near[k];
        }
        for (uint32_t k = ZONE_COUNT; bits; k++, bits >>= 1) {
            near[k] = bits & 1 ? 0 : near[k];
        }
    }
}

/* ---- blocks ---- */

struct cutter {
    struct page *p;
    struct block now;
    struct buf text;
    bool open, space;
    uint8_t breaks; /* <br> since the last letter */
    uint32_t links; /* linked text nodes in the block */
    bool bold;
    size_t cap;
    bool in_word;
};

static bool is_wide(int32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF) || (c >= 0x0E00 && c <= 0x0E7F);
}

static bool is_stop(int32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
}

/* Short links here and there in a sentence are of an author who explains, not of a menu: they count as less. */
enum { INLINE_LINK_WORDS = 4, INLINE_WORDS = 15, INLINE_UNLINKED = 6 };
static const float INLINE_LINK_SHARE = 0.4f;

static bool links_inline(const struct cutter *k) {
    const struct block *b = &k->now;
    return b->words >= INLINE_WORDS && b->stops > 0 && k->links >= 2 && b->link_words <= INLINE_LINK_WORDS * (float)k->links &&
           b->words - b->link_words >= INLINE_UNLINKED;
}

static void finish(struct cutter *k) {
    struct page *p = k->p;
    if (k->open) {
        struct str text = {k->text.p, k->text.n};
        while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\n')) {
            text.n--;
        }
        if (text.n) {
            size_t n = p->n;
            k->now.link_words *= links_inline(k) ? INLINE_LINK_SHARE : 1;
            k->now.text = arena_dup(p->a, text);
            ARENA_PUSH(p->a, p->blocks, n, k->cap) = k->now;
            p->n = (uint32_t)n;
        }
    }
    k->open = false;
    k->text.n = 0;
    k->breaks = 0;
    k->space = false;
    k->in_word = false;
}

static void count_char(struct cutter *k, int32_t c, bool linked) {
    struct block *b = &k->now;
    float add = 0;
    if (is_wide(c)) {
        add = 0.6f;
        b->letters += 3; /* 5 to a word, as in the languages that the model has seen most of */
        k->in_word = false;
    } else if (c < 0x80 ? (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') : u_isalnum(c)) {
        add = k->in_word ? 0 : 1;
        k->in_word = true;
        b->letters++;
        b->upper += c < 0x80 ? c >= 'A' && c <= 'Z' : u_isupper(c) ? 1 : 0;
        b->digits += c >= '0' && c <= '9';
    } else {
        k->in_word = k->in_word && (c == '\'' || c == 0x2019 || c == '-');
        b->commas += c == ',' || c == 0x3001 || c == 0xFF0C || c == 0x060C;
        b->stops += is_stop(c);
    }
    b->words += add;
    b->link_words += linked ? add : 0;
    b->bold_words += k->bold ? add : 0;
    if (c > ' ' && c != 0xA0) {
        bool closer = c == '"' || c == ')' || c == 0x2019 || c == 0x201D || c == 0x201C || c == 0xBB || c == 0x300D ||
                      c == 0x300F || c == '\'' || c == ']';
        b->ends = is_stop(c) || (closer && b->ends);
        if (b->letters == 1 && add > 0) {
            b->begins_low = u_islower(c);
        }
    }
}

static void add_text(struct cutter *k, uint32_t node, uint32_t block_node, struct str s, bool linked, bool hidden) {
    size_t at = 0;
    bool counted = !linked;
    while (at < s.n) {
        size_t start = at;
        int32_t c = utf8_next(s, &at);
        if (c == SIFT_BOLD_ON || c == SIFT_BOLD_OFF) {
            k->bold = c == SIFT_BOLD_ON;
            continue;
        }
        if (c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0x2003 || c == 0x2002 || c == 0x2009) {
            k->space = true;
            k->in_word = false;
            continue;
        }
        if (c == 0x200B || c == 0xAD || c == 0xFEFF || c == 0x200E || c == 0x200F || c == 0x7F ||
            (c >= 0xE000 && c <= 0xF8FF) || c == 0xFFFD) {
            continue; /* invisible, icons */
        }
        if (!k->open) {
            k->now = (struct block){.node = block_node, .first = node, .hidden = hidden};
            k->open = true;
            k->space = false;
            k->links = 0;
            k->breaks = 0;
        }
        if (k->breaks) {
            buf_addc(&k->text, '\n');
            k->now.breaks++;
        } else if (k->space) {
            buf_addc(&k->text, ' ');
        }
        k->breaks = 0;
        k->space = false;
        k->links += counted ? 0 : 1;
        counted = true;
        k->now.last = node + 1;
        buf_add(&k->text, str_sub(s, start, at));
        count_char(k, c, linked);
    }
}

static bool cut(struct page *p) {
    struct cutter k = {.p = p};
    buf_init(&k.text, p->a);
    const struct dom_node *nodes = p->dom.nodes;
    /* per node: its block, whether it is in a link or hidden */
    uint32_t *block = ARENA_ARRAY(p->a, p->dom.n, uint32_t);
    uint8_t *state = ARENA_ARRAY(p->a, p->dom.n, uint8_t);
    uint32_t *ends = ARENA_ARRAY(p->a, p->dom.n + 1, uint32_t); /* open block elements */
    size_t n_ends = 0;
    if (!block || !state || !ends) {
        return false;
    }
    for (uint32_t i = 0; i < p->dom.n; i++) {
        const struct dom_node *n = &nodes[i];
        while (n_ends && ends[n_ends - 1] <= i) {
            n_ends--;
            finish(&k);
            k.bold = false;
        }
        bool root = n->parent == DOM_NONE;
        state[i] = root ? 0 : state[n->parent];
        block[i] = root ? i : block[n->parent];
        if (n->tag == DOM_TEXT) {
            add_text(&k, i, block[i], n->text, state[i] & 1, state[i] & 2);
        } else if (n->tag == GUMBO_TAG_BR) {
            k.in_word = false;
            if (++k.breaks == 2) {
                finish(&k);
            }
        } else if (n->tag == GUMBO_TAG_A) {
            state[i] |= 1;
        }
        if (n->attr && n->attr->hidden) {
            state[i] |= 2;
        }
        if (dom_block_tag(n->tag)) {
            finish(&k);
            k.bold = false;
            block[i] = i;
            ends[n_ends++] = n->end;
        }
    }
    finish(&k);
    return !arena_full(p->a);
}

bool block_prose(const struct block *b) {
    return !b->hidden && !b->aside && b->words >= 12 && b->link_words < 0.35f * b->words &&
           (b->stops > 0 || b->commas > 0 || b->words > 25) && b->look.verdict != PAGE_FURNITURE;
}

/* Fills words and linked: words of the blocks that begin before a node. */
static void sum(struct page *p) {
    for (uint32_t b = 0; b < p->n; b++) {
        p->words[p->blocks[b].first + 1] += p->blocks[b].words;
        p->linked[p->blocks[b].first + 1] += p->blocks[b].link_words;
    }
    for (uint32_t i = 0; i < p->dom.n; i++) {
        p->words[i + 1] += p->words[i];
        p->linked[i + 1] += p->linked[i];
    }
}

/* The same of good, where it stands being known: what is under comments or in a footer is no prose that counts. */
static void sum_good(struct page *p) {
    for (uint32_t b = 0; b < p->n; b++) {
        struct block *k = &p->blocks[b];
        const uint8_t *near = p->near + (size_t)k->node * NEAR_COUNT;
        k->aside = near[ZONE_COUNT + HINT_comment] < NEAR_MAX || near[ZONE_FOOTER] < 4 || near[ZONE_NAV] < NEAR_MAX ||
                   near[ZONE_COUNT + HINT_consent] < 4;
        p->good[k->first + 1] += block_prose(k) ? k->words : 0;
    }
    for (uint32_t i = 0; i < p->dom.n; i++) {
        p->good[i + 1] += p->good[i];
    }
}

/* The element with the most prose close below it: prose counts whole for the parent of its block, half for the grandparent,
 * and so on; an element that must not hold an article counts less (after Arc90's Readability). */
static bool find_top(struct page *p) {
    float *score = ARENA_ARRAY(p->a, p->dom.n, float);
    if (!score) {
        return false;
    }
    for (uint32_t b = 0; b < p->n; b++) {
        const struct block *k = &p->blocks[b];
        const uint8_t *near = p->near + (size_t)k->node * NEAR_COUNT;
        if (!block_prose(k)) {
            continue;
        }
        float share = k->words * (1 - k->link_words / k->words);
        share *= near[ZONE_ASIDE] < NEAR_MAX ? 0.3f : 1;
        uint32_t n = p->dom.nodes[k->node].parent;
        for (int up = 0; up < 4 && n != DOM_NONE; up++, n = p->dom.nodes[n].parent) {
            score[n] += share;
            share *= 0.6f;
        }
    }
    p->top = 0;
    for (uint32_t i = 1; i < p->dom.n; i++) {
        p->top = score[i] > score[p->top] ? i : p->top;
    }
    return true;
}

/* Share of the words of a that stand in b as well, 0..1; bytes are compared, case of ASCII aside. */
float block_likeness(struct str a, struct str b) {
    size_t all = 0, hit = 0;
    struct str rest = a;
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        all++;
        hit += str_find(b, w, 0) != SIZE_MAX;
    }
    return all ? (float)hit / (float)all : 0;
}

static void find_title(struct page *p) {
    float best = 0.6f;
    p->title = DOM_NONE;
    for (uint32_t b = 0; b < p->n; b++) {
        const struct block *k = &p->blocks[b];
        unsigned tag = p->dom.nodes[k->node].tag;
        bool heading = tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
        if (k->words > 60 || k->words < 2 || k->hidden) {
            continue;
        }
        float like = p->headline.n ? 0.5f * (block_likeness(k->text, p->headline) + block_likeness(p->headline, k->text)) : 0.3f;
        like += tag == GUMBO_TAG_H1 ? 0.35f : heading ? 0.1f : -0.25f;
        if (like > best) {
            best = like;
            p->title = b;
        }
    }
}

static bool count_copies(struct page *p) {
    struct map m;
    map_init(&m, p->a);
    for (uint32_t b = 0; b < p->n; b++) {
        uint32_t *at = map_at(&m, p->blocks[b].text);
        if (!at) {
            return false;
        }
        *at = *at == MAP_NONE ? 1 : *at + 1;
    }
    for (uint32_t b = 0; b < p->n; b++) {
        p->blocks[b].copy = map_get(&m, p->blocks[b].text);
    }
    return true;
}

/* A number for tag and class of an element. */
static uint64_t class_hash(const struct dom_node *n) {
    uint64_t h = (uint64_t)(n->tag + 1) * 0x9e3779b97f4a7c15u;
    return n->attr && n->attr->klass.n ? h ^ str_hash(n->attr->klass) : h;
}

static bool count_kin(struct page *p) {
    struct map m;
    uint64_t(*keys)[2] = arena_array(p->a, p->dom.n, sizeof *keys);
    p->kin = ARENA_ARRAY(p->a, p->dom.n, uint32_t);
    map_init(&m, p->a);
    if (!keys || !p->kin) {
        return false;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < p->dom.n; i++) {
            const struct dom_node *n = &p->dom.nodes[i];
            if (n->tag == DOM_TEXT) {
                continue;
            }
            keys[i][0] = n->parent;
            keys[i][1] = class_hash(n);
            struct str key = {(const char *)keys[i], sizeof keys[i]};
            if (pass) {
                p->kin[i] = map_get(&m, key);
                continue;
            }
            uint32_t *at = map_at(&m, key);
            if (!at) {
                return false;
            }
            *at = *at == MAP_NONE ? 1 : *at + 1;
        }
    }
    return true;
}

static bool count_signs(struct page *p) {
    struct map m;
    uint64_t(*keys)[2] = arena_array(p->a, p->n, sizeof *keys);
    p->sign_good = ARENA_ARRAY(p->a, p->n, float);
    p->sign_count = ARENA_ARRAY(p->a, p->n, uint32_t);
    map_init(&m, p->a);
    if (!keys || !p->sign_good || !p->sign_count) {
        return false;
    }
    for (uint32_t b = 0; b < p->n; b++) {
        struct block *k = &p->blocks[b];
        const struct dom_node *n = &p->dom.nodes[k->node];
        keys[b][0] = class_hash(n);
        keys[b][1] = n->parent == DOM_NONE ? 0 : class_hash(&p->dom.nodes[n->parent]);
        uint32_t *at = map_at(&m, (struct str){(const char *)keys[b], sizeof keys[b]});
        if (!at) {
            return false;
        }
        *at = *at == MAP_NONE ? p->n_signs++ : *at;
        k->sign = *at;
        p->sign_count[k->sign]++;
        p->sign_good[k->sign] += block_prose(k) ? k->words : 0;
    }
    return true;
}

/* ---- what the metadata say of the text ---- */

/* Hashes of the words of a text, in order; a Han or Kana character is a word. */
struct words {
    struct str s;
    size_t at;
};

static bool next_word(struct words *w, uint64_t *hash) {
    bool open = false;
    *hash = 0xcbf29ce484222325u;
    while (w->at < w->s.n) {
        size_t start = w->at;
        int32_t c = utf8_next(w->s, &w->at);
        bool wide = is_wide(c), letter = !wide && (c < 0x80 ? (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') : u_isalnum(c));
        if (open && !letter) {
            w->at = wide ? start : w->at;
            return true;
        }
        if (letter || wide) {
            *hash = (*hash ^ (uint64_t)(c < 0x80 ? c | 32 : c)) * 0x100000001b3u;
            open = true;
        }
        if (wide) {
            return true;
        }
    }
    return open;
}

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c) {
    uint64_t h = (a * 31 + b) * 31 + c;
    return (h ^ (h >> 29)) * 0xbf58476d1ce4e5b9u | 1;
}

struct triples {
    uint64_t *slots; /* [mask + 1], 0: free */
    size_t mask;
};

static bool triple_at(struct triples *t, uint64_t h, bool add) {
    size_t i = h >> 20;
    for (;; i++) {
        uint64_t *slot = &t->slots[i & t->mask];
        if (*slot == h || !*slot) {
            bool found = *slot == h;
            *slot = add ? h : *slot;
            return found;
        }
    }
}

/* Share of the triples of s that are in t; all are added when add is set. Fewer than three words: a shorter tuple. */
static float share_told(struct triples *t, struct str s, bool add) {
    struct words w = {s, 0};
    uint64_t a = 0, b = 0, c;
    size_t n = 0, all = 0, hit = 0;
    while (next_word(&w, &c)) {
        n++;
        if (n >= 3) {
            all++;
            hit += triple_at(t, mix(a, b, c), add);
        }
        if (add) {
            triple_at(t, mix(0, b, c), true);
            triple_at(t, mix(0, 0, c), true);
        }
        a = b;
        b = c;
    }
    if (n == 1 || n == 2) {
        return triple_at(t, mix(0, n == 2 ? a : 0, b), false) ? 1 : 0;
    }
    return all ? (float)hit / (float)all : 0;
}

static bool compare_with_body(struct page *p) {
    struct triples t = {.mask = 1};
    p->told = ARENA_ARRAY(p->a, p->n, float);
    while (t.mask < 3 * p->body.n) {
        t.mask = t.mask * 2 + 1;
    }
    t.slots = p->body.n ? ARENA_ARRAY(p->a, t.mask + 1, uint64_t) : NULL;
    if (!p->told || (p->body.n && !t.slots)) {
        return false;
    }
    if (p->body.n) {
        share_told(&t, p->body, true);
    }
    for (uint32_t b = 0; b < p->n; b++) {
        p->told[b] = p->body.n ? share_told(&t, p->blocks[b].text, false) : -1;
    }
    return true;
}

bool page_blocks(struct page *p, const struct hints *hints, const struct page_rules *rules) {
    if (!cut(p)) {
        return false;
    }
    for (uint32_t b = 0; rules && b < p->n; b++) {
        if (p->blocks[b].words < 80) {
            p->blocks[b].look = page_look(rules, p->a, p->blocks[b].text);
        }
    }
    p->words = ARENA_ARRAY(p->a, p->dom.n + 1, float);
    p->good = ARENA_ARRAY(p->a, p->dom.n + 1, float);
    p->linked = ARENA_ARRAY(p->a, p->dom.n + 1, float);
    p->near = arena_array(p->a, p->dom.n, NEAR_COUNT);
    if (!p->words || !p->good || !p->linked || !p->near) {
        return false;
    }
    for (uint32_t i = 0; i < p->dom.n; i++) {
        p->articles += p->dom.nodes[i].tag == GUMBO_TAG_ARTICLE;
    }
    sum(p);
    find_title(p);
    measure_near(p, hints);
    sum_good(p);
    if (!find_top(p) || !count_copies(p) || !count_kin(p) || !count_signs(p) || !compare_with_body(p)) {
        return false;
    }
    return !arena_full(p->a);
}
