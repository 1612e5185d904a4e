/* features.c - what the model reads of each block: its own measures, its place in the page, its neighbours. */
#include <math.h>

#include "core/html/choose.h"

#include "core/base/banned.h"

/* What has passed by on the way through the blocks. */
struct trail {
    int64_t tail, heading; /* blocks, -1: none yet */
    uint32_t article;      /* the next node to look at */
    uint32_t articles;     /* <article> begun so far */
};

static float kind_of(const struct page *p, const struct block *b) {
    switch (p->dom.nodes[b->node].tag) {
    case GUMBO_TAG_P:
        return 0;
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
        return 1;
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
        return 2;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
        return 3;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_CAPTION:
        return 4;
    case GUMBO_TAG_H1:
        return 6;
    case GUMBO_TAG_H2:
        return 7;
    case GUMBO_TAG_H3:
        return 8;
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
        return 9;
    case GUMBO_TAG_FIGCAPTION:
        return 10;
    default:
        return 5;
    }
}

static float under(const float *sums, const struct page *p, uint32_t node) {
    return sums[p->dom.nodes[node].end] - sums[node];
}

static float squash(float words) {
    return log1pf(words);
}

static void own_features(const struct page *p, uint32_t b, float *f) {
    const struct block *k = &p->blocks[b];
    float w = k->words > 1 ? k->words : 1, letters = k->letters ? (float)k->letters : 1;
    f[F_words] = squash(k->words);
    f[F_word_length] = (float)k->letters / w;
    f[F_link_share] = k->link_words / w;
    f[F_bold_share] = k->bold_words / w;
    f[F_upper_share] = (float)k->upper / letters;
    f[F_digit_share] = (float)k->digits / letters;
    f[F_commas] = (float)k->commas / w;
    f[F_stops] = (float)k->stops / w;
    f[F_ends] = k->ends;
    f[F_begins_low] = k->begins_low;
    f[F_kind] = kind_of(p, k);
    f[F_verdict] = k->look.verdict;
    f[F_breaks] = (float)k->breaks / w;
    f[F_copy] = (float)(k->copy > 4 ? 4 : k->copy);
    f[F_is_title] = b == p->title;
    f[F_title_overlap] = p->headline.n && k->words < 40 ? block_likeness(k->text, p->headline) : 0;
    f[F_description] = p->description.n > 20 && k->words > 3 ? block_likeness(k->text, p->description) : 0;
    f[F_json] = p->told[b];
    f[F_function_words] = k->words < 80 ? (float)k->look.stops / w : 0.35f;
    f[F_caption] = k->look.caption;
    f[F_byline] = k->look.byline;
    f[F_dated] = k->look.dated;
    f[F_headline] = k->look.headline;
    f[F_sign_good] = p->good[p->dom.n] > 0 ? p->sign_good[k->sign] / p->good[p->dom.n] : 0;
    f[F_sign_count] = squash((float)p->sign_count[k->sign]);
    f[F_total_good] = squash(p->good[p->dom.n]);
}

static void place_features(const struct page *p, uint32_t b, float *f) {
    const struct block *k = &p->blocks[b];
    const struct dom_node *nodes = p->dom.nodes;
    float total = p->words[p->dom.n], good = p->good[p->dom.n];
    const struct dom_node *top = &nodes[p->top];
    f[F_depth] = nodes[k->node].depth;
    f[F_order] = (float)b / (float)p->n;
    f[F_order_words] = total > 0 ? p->words[k->first] / total : 0;
    f[F_words_left] = squash(total - p->words[k->first]);
    float from = p->title == DOM_NONE ? -99 : (float)b - (float)p->title;
    f[F_from_title] = from < -30 ? -30 : from > 30 ? 30 : from;
    f[F_in_top] = k->node >= p->top && k->node < top->end;
    uint32_t n = k->node;
    float up = 0, down = 0;
    while (n && !(p->top >= n && p->top < nodes[n].end)) {
        n = nodes[n].parent;
        up++;
    }
    for (uint32_t t = p->top; t > n && nodes[t].parent != DOM_NONE; t = nodes[t].parent) {
        down++;
    }
    f[F_above_top] = up > 10 ? 10 : up;
    f[F_below_top] = down > 10 ? 10 : down;
    float inside = p->words[top->end] - p->words[p->top];
    float at = inside > 0 ? (p->words[k->first] - p->words[p->top]) / inside : 0;
    f[F_top_order] = at < -1 ? -1 : at > 2 ? 2 : at;
    f[F_good_before] = squash(p->good[k->first]);
    f[F_good_after] = squash(good - p->good[k->first + 1]);
    f[F_top_share] = good > 0 ? under(p->good, p, p->top) / good : 0;
    /* the four elements from the block's own up */
    n = k->node;
    for (int i = 0; i < 4; i++) {
        float words = under(p->words, p, n);
        f[F_p_words + 3 * i] = squash(words);
        f[F_p_good + 3 * i] = words > 0 ? under(p->good, p, n) / words : 0;
        f[F_p_links + 3 * i] = words > 0 ? under(p->linked, p, n) / words : 0;
        f[F_r1 + i] = squash((float)p->kin[n]);
        if (nodes[n].parent != DOM_NONE) {
            n = nodes[n].parent;
        }
    }
    n = k->node;
    while (n && nodes[n].tag != GUMBO_TAG_ARTICLE) {
        n = nodes[n].parent;
    }
    f[F_article_share] = n && good > 0 ? under(p->good, p, n) / good : -1;
}

static void context_features(const struct page *p, uint32_t b, float *f) {
    const struct block *k = &p->blocks[b];
    static const int at[4] = {-1, 1, -2, 2};
    uint32_t parent = p->dom.nodes[k->node].parent;
    for (int i = 0; i < 4; i++) {
        int64_t other = (int64_t)b + at[i];
        bool there = other >= 0 && other < (int64_t)p->n;
        const struct block *o = there ? &p->blocks[other] : NULL;
        float words = o ? squash(o->words) : -1, links = o ? o->link_words / (o->words > 1 ? o->words : 1) : -1;
        if (i < 2) {
            size_t base = i == 0 ? F_a_words : F_b_words;
            f[base] = words;
            f[base + 1] = links;
            f[base + 2] = o ? kind_of(p, o) : -1;
            f[base + 3] = o ? (float)o->look.verdict : -1;
            f[base + 4] = o && p->dom.nodes[o->node].parent == parent;
        } else {
            size_t base = i == 2 ? F_c_words : F_d_words;
            f[base] = words;
            f[base + 1] = links;
        }
    }
    float kin = 0, kin_good = 0;
    for (uint32_t o = b > 8 ? b - 8 : 0; o < p->n && o <= b + 8; o++) {
        const struct block *s = &p->blocks[o];
        if (o != b && p->dom.nodes[s->node].parent == parent) {
            kin++;
            kin_good += block_prose(s);
        }
    }
    f[F_kin] = kin;
    f[F_kin_good] = kin_good;
}

/* How far the headline and the last headlines are: in the tree, and in blocks. */
static void heading_features(const struct page *p, uint32_t b, struct trail *t, float *f) {
    const struct block *k = &p->blocks[b];
    const struct dom_node *nodes = p->dom.nodes;
    unsigned tag = nodes[k->node].tag;
    f[F_since_tail] = t->tail < 0 ? -1 : (float)(b - (uint32_t)t->tail > 40 ? 40 : b - (uint32_t)t->tail);
    f[F_since_heading] = t->heading < 0 ? -1 : (float)(b - (uint32_t)t->heading > 40 ? 40 : b - (uint32_t)t->heading);
    f[F_heading_verdict] = t->heading < 0 ? -1 : (float)p->blocks[t->heading].look.verdict;
    f[F_heading_kind] = t->heading < 0 ? -1 : (float)kind_of(p, &p->blocks[t->heading]);
    if (k->look.verdict == PAGE_TAIL) {
        t->tail = b;
    }
    if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) {
        t->heading = b;
    }
    /* levels up to what holds the title as well, and how many words that has */
    uint32_t n = k->node, title = p->title == DOM_NONE ? DOM_NONE : p->blocks[p->title].node;
    float up = 0;
    while (title != DOM_NONE && n && !(title >= n && title < nodes[n].end)) {
        n = nodes[n].parent;
        up++;
    }
    f[F_to_title] = title == DOM_NONE ? -1 : up > 12 ? 12 : up;
    f[F_with_title] = title == DOM_NONE ? -1 : squash(under(p->words, p, n));
    /* which <article> of how many */
    while (t->article < p->dom.n && t->article <= k->node) {
        t->articles += nodes[t->article++].tag == GUMBO_TAG_ARTICLE;
    }
    f[F_articles] = (float)(t->articles > 10 ? 10 : t->articles);
    f[F_articles_all] = (float)(p->articles > 20 ? 20 : p->articles);
}

void page_features(const struct page *p, float *out) {
    struct trail trail = {-1, -1, 0, 0};
    for (uint32_t b = 0; b < p->n; b++) {
        float *f = out + (size_t)b * F_COUNT;
        heading_features(p, b, &trail, f);
        own_features(p, b, f);
        place_features(p, b, f);
        context_features(p, b, f);
        const uint8_t *near = p->near + (size_t)p->blocks[b].node * NEAR_COUNT;
        for (size_t i = 0; i < NEAR_COUNT; i++) {
            f[F_NEAR + i] = near[i];
        }
    }
}

const char *const *page_feature_names(void) {
    static const char *const names[F_COUNT] = {
#define X(name) #name,
        BLOCK_FEATURES(X)
#undef X
#define X(name) "near_" #name,
            HTML_ZONES(X) HTML_HINTS(X)
#undef X
    };
    return names;
}
