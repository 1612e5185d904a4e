/* article.c - see html.h. The path of a page: characters, sift, tree, metadata, blocks, choice, text. */
#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/html/charset.h"
#include "core/html/choose.h"
#include "core/html/html.h"
#include "core/html/meta.h"
#include "core/limits.h"

#include "core/base/banned.h"

enum {
    BYLINE_BLOCKS = 10,   /* blocks on either side of the headline where names and dates are looked for */
    CAPTIONS_MAX = 50,
    CELL_WORDS = 40,    /* a table cell with more is layout */
    LEAD_WORDS = 12,    /* a heading with more that is a sentence is the lead */
    CREDIT_WORDS = 60,  /* a caption has no more */
    NAMES_WORDS = 12,   /* nor a line of names */
    SIGNATURE_WORDS = 5,
    NAME_NODES = 400,   /* elements around the headline that are looked at for names */
};

static const float CHOSEN = 0.6f;      /* a block more likely than this is article text; by cross-validation */
static const float CHOSEN_SURELY = 0.85f;
static const float CHOSEN_FURNITURE = 0.8f; /* one whose words are those of furniture */
static const float CHOSEN_AMID = 0.12f; /* a heading or quotation amid such blocks */
static const float CHOSEN_LAST = 0.1f; /* a block of a short article among much else, when nothing better is there */
static const float WORDS_SURE = 40;    /* prose of an article, in words */
static const float WORDS_TOLD = 12;    /* the same where the metadata say that there is one */

struct html_rules {
    struct hints hints;
    struct choose choose;
    struct charsets *charsets;
    const struct page_rules *page;
};

enum err_code html_load(struct html_rules **out, struct arena *a, const char *data_dir, const struct page_rules *rules, struct err *err) {
    struct html_rules *r = ARENA_NEW(a, struct html_rules);
    if (!r) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the rules of pages");
    }
    r->page = rules;
    enum err_code code = hints_load(&r->hints, a, data_dir, err);
    code = code ? code : charsets_load(&r->charsets, a, data_dir, err);
    code = code ? code : choose_load(&r->choose, a, data_dir, err);
    *out = code == ERR_OK ? r : NULL;
    return code;
}

/* ---- what is made ---- */

struct maker {
    const struct html_rules *r;
    struct arena *a;
    struct ng_article *out;
    struct page page;
    struct meta meta;
    const float *p; /* [page.n] how likely a block is article text */
    bool *chosen;   /* [page.n] */
    struct buf text;
    struct str head_title, head_byline; /* lines that were cut off the first paragraph */
    struct str signature;               /* a name that was cut off the end */
    size_t para_cap, caption_cap, warning_cap;
};

static void warn(struct maker *m, struct str text) {
    ARENA_PUSH(m->a, m->out->warnings, m->out->warning_count, m->warning_cap) = text;
}

static bool near_zone(const struct maker *m, const struct block *k, enum html_zone zone) {
    return m->page.near[(size_t)k->node * NEAR_COUNT + zone] < NEAR_MAX;
}

static bool near_hint(const struct maker *m, const struct block *k, enum html_hint hint, uint8_t levels) {
    return m->page.near[(size_t)k->node * NEAR_COUNT + ZONE_COUNT + hint] < levels;
}

/* Whether a block is all there is in its element: a cell of data, not of layout. */
static bool alone(const struct maker *m, const struct block *k) {
    const struct page *p = &m->page;
    float all = p->words[p->dom.nodes[k->node].end] - p->words[k->node];
    return all < k->words + 0.5f;
}

static enum ng_para_kind kind_of(const struct maker *m, const struct block *k) {
    unsigned tag = m->page.dom.nodes[k->node].tag;
    if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) {
        return k->words > LEAD_WORDS && k->ends ? NG_PARA_PLAIN : NG_PARA_HEADING;
    }
    if (tag == GUMBO_TAG_FIGCAPTION || tag == GUMBO_TAG_CAPTION) {
        return NG_PARA_CAPTION;
    }
    if (near_zone(m, k, ZONE_QUOTE)) {
        return NG_PARA_QUOTE;
    }
    if ((tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) && k->words < CELL_WORDS && alone(m, k)) {
        return NG_PARA_ROW;
    }
    bool item = tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD || tag == GUMBO_TAG_DT;
    const uint8_t *near = m->page.near + (size_t)k->node * NEAR_COUNT;
    return item || near[ZONE_LIST] <= 1 ? NG_PARA_ITEM : NG_PARA_PLAIN;
}

static void add_para(struct maker *m, struct str text, enum ng_para_kind kind, float confidence) {
    if (m->text.n) {
        buf_add(&m->text, STR("\n\n"));
    }
    struct ng_para para = {{(uint32_t)m->text.n, 0}, kind, confidence};
    buf_add(&m->text, text);
    para.span.end = (uint32_t)m->text.n;
    ARENA_PUSH(m->a, m->out->paras, m->out->para_count, m->para_cap) = para;
}

/* Cells of one row become one paragraph, tabs between them. */
static void join_cell(struct maker *m, struct str text) {
    buf_addc(&m->text, '\t');
    buf_add(&m->text, text);
    m->out->paras[m->out->para_count - 1].span.end = (uint32_t)m->text.n;
}

/* ---- which blocks ---- */

/* The row of a table that a block stands in, or DOM_NONE. */
static uint32_t row_of(const struct maker *m, const struct block *k) {
    uint32_t n = k->node;
    for (int up = 0; up < 6 && n != DOM_NONE; up++, n = m->page.dom.nodes[n].parent) {
        if (m->page.dom.nodes[n].tag == GUMBO_TAG_TR) {
            return n;
        }
    }
    return DOM_NONE;
}

/* Headings and quotations that stand between blocks of the article, closer than three. */
static void choose_amid(struct maker *m) {
    const struct page *p = &m->page;
    bool before = false;
    for (uint32_t b = 0; b < p->n; b++) {
        const struct block *k = &p->blocks[b];
        enum ng_para_kind kind = kind_of(m, k);
        bool after = false;
        before = before || m->p[b] > CHOSEN;
        for (uint32_t o = b + 1; o < p->n && o <= b + 2; o++) {
            after = after || m->p[o] > CHOSEN;
        }
        if (!m->chosen[b] && before && after && (kind == NG_PARA_HEADING || kind == NG_PARA_QUOTE) && m->p[b] > CHOSEN_AMID &&
            k->look.verdict < PAGE_FURNITURE && k->link_words < 0.5f * k->words) {
            m->chosen[b] = true;
        }
    }
}

/* The other cells of a row of which one is chosen. */
static void choose_rows(struct maker *m) {
    const struct page *p = &m->page;
    for (uint32_t b = 0, end; b < p->n; b = end) {
        uint32_t row = kind_of(m, &p->blocks[b]) == NG_PARA_ROW ? row_of(m, &p->blocks[b]) : DOM_NONE;
        bool any = m->chosen[b];
        for (end = b + 1; row != DOM_NONE && end < p->n && kind_of(m, &p->blocks[end]) == NG_PARA_ROW && row_of(m, &p->blocks[end]) == row; end++) {
            any = any || m->chosen[end];
        }
        for (uint32_t o = b; row != DOM_NONE && any && o < end; o++) {
            m->chosen[o] = m->chosen[o] || m->p[o] > CHOSEN_AMID;
        }
    }
}

static float words_chosen(const struct maker *m) {
    float words = 0;
    for (uint32_t b = 0; b < m->page.n; b++) {
        words += m->chosen[b] ? m->page.blocks[b].words : 0;
    }
    return words;
}

/* A short article drowns in its comments; where the page says that it is one, less is enough. */
static void choose_last(struct maker *m) {
    uint32_t best = DOM_NONE;
    if (!m->meta.article || words_chosen(m) > WORDS_TOLD) {
        return;
    }
    for (uint32_t b = 0; b < m->page.n; b++) {
        const struct block *k = &m->page.blocks[b];
        if (m->p[b] > CHOSEN_LAST && block_prose(k) && (best == DOM_NONE || m->p[b] > m->p[best])) {
            best = b;
        }
    }
    for (uint32_t b = 0; best != DOM_NONE && b < m->page.n; b++) {
        bool kin = m->page.dom.nodes[m->page.blocks[b].node].parent == m->page.dom.nodes[m->page.blocks[best].node].parent;
        m->chosen[b] = m->chosen[b] || (kin && m->p[b] > CHOSEN_LAST);
    }
}

/* Whether a picture stands right before a block, in the same element. */
static bool under_picture(const struct maker *m, const struct block *k) {
    uint32_t from = k->first > 12 && k->first - 12 > k->node ? k->first - 12 : k->node;
    for (uint32_t i = from; i < k->first; i++) {
        if (m->page.dom.nodes[i].tag == GUMBO_TAG_IMG) {
            return true;
        }
    }
    return false;
}

/* A caption that is marked up as a paragraph: under a picture, and telling whose it is. */
static bool is_caption(const struct maker *m, const struct block *k) {
    bool picture = under_picture(m, k) || near_hint(m, k, HINT_caption, 2) || near_zone(m, k, ZONE_FIGURE);
    return k->words < CREDIT_WORDS && (k->look.caption || k->look.credit) && picture;
}

/* A line that says again who wrote. */
static bool is_byline(const struct maker *m, const struct block *k) {
    struct buf names;
    if (k->words > NAMES_WORDS || k->digits || k->ends || !m->meta.author_count) {
        return false;
    }
    buf_init(&names, m->a);
    for (size_t i = 0; i < m->meta.author_count; i++) {
        buf_add(&names, m->meta.authors[i].value);
        buf_addc(&names, ' ');
    }
    return k->words >= 2 && block_likeness(k->text, buf_str(&names)) > 0.7f;
}

/* A name in bold type under the last paragraph is who wrote it. */
static void cut_signature(struct maker *m) {
    uint32_t b = m->page.n;
    while (b > 0 && !m->chosen[b - 1]) {
        b--;
    }
    const struct block *k = b > 1 ? &m->page.blocks[b - 1] : NULL;
    bool short_bold = k && k->words >= 2 && k->words <= SIGNATURE_WORDS && k->bold_words > 0.9f * k->words;
    if (short_bold && !k->ends && !k->digits && (float)k->upper >= k->words && kind_of(m, k) == NG_PARA_PLAIN) {
        m->chosen[b - 1] = false;
        m->signature = k->text;
    }
}

static bool choose(struct maker *m) {
    m->chosen = ARENA_ARRAY(m->a, m->page.n + 1, bool);
    if (!m->chosen) {
        return false;
    }
    for (uint32_t b = 0; b < m->page.n; b++) {
        bool furniture = m->page.blocks[b].look.verdict >= PAGE_FURNITURE;
        bool counter = m->page.blocks[b].letters == m->page.blocks[b].digits && kind_of(m, &m->page.blocks[b]) != NG_PARA_ROW;
        m->chosen[b] = m->p[b] > (furniture ? CHOSEN_FURNITURE : CHOSEN) && !counter; /* a time or number alone tells nothing */
    }
    choose_amid(m);
    choose_rows(m);
    choose_last(m);
    for (uint32_t b = 0; b < m->page.n; b++) {
        const struct block *k = &m->page.blocks[b];
        m->chosen[b] = m->chosen[b] && !is_caption(m, k) && !is_byline(m, k);
    }
    cut_signature(m);
    return true;
}

/* A headline above the text is no part of it. */
static bool is_headline_above(const struct maker *m, uint32_t b) {
    const struct block *k = &m->page.blocks[b];
    unsigned tag = m->page.dom.nodes[k->node].tag;
    return b == m->page.title || (tag == GUMBO_TAG_H1 && m->out->para_count == 0 && m->page.headline.n &&
                                  block_likeness(k->text, m->page.headline) > 0.8f && k->words > 2);
}

/* The first paragraph without lines that are the headline or its byline, where only <br> stands between them. */
static struct str without_head_lines(struct maker *m, struct str text) {
    struct str rest = text;
    bool headline = false;
    for (int lines = 0; lines < 3 && m->out->para_count == 0 && m->page.headline.n; lines++) {
        struct str after = rest, line = str_trim(str_cut(&after, '\n'));
        if (!headline && line.n >= 8 && block_likeness(line, m->page.headline) > 0.9f && line.n < 300) {
            headline = true;
            m->head_title = line;
        } else if (headline && page_look(m->r->page, m->a, line).byline && line.n <= 80) {
            m->head_byline = line;
        } else {
            break;
        }
        rest = after;
    }
    return headline ? str_trim(rest) : text;
}

/* A caption or lead told again right behind itself. */
static bool told_before(const struct maker *m, struct str text) {
    if (m->out->para_count == 0) {
        return false;
    }
    const struct ng_para *last = &m->out->paras[m->out->para_count - 1];
    return str_eq(str_sub((struct str){m->text.p, m->text.n}, last->span.start, last->span.end), text);
}

static void write_text(struct maker *m) {
    uint32_t row = DOM_NONE;
    float words = 0, sum = 0;
    buf_init(&m->text, m->a);
    for (uint32_t b = 0; b < m->page.n && !arena_full(m->a); b++) {
        const struct block *k = &m->page.blocks[b];
        if (!m->chosen[b] || is_headline_above(m, b) || told_before(m, k->text)) {
            continue;
        }
        enum ng_para_kind kind = kind_of(m, k);
        struct str shown = without_head_lines(m, k->text);
        if (!shown.n) {
            continue;
        }
        uint32_t own = kind == NG_PARA_ROW ? row_of(m, k) : DOM_NONE;
        if (own != DOM_NONE && own == row && m->out->para_count) {
            join_cell(m, shown);
        } else {
            add_para(m, shown, kind, m->p[b]);
        }
        row = own;
        words += k->words;
        sum += k->words * m->p[b];
    }
    m->out->text = m->text.n ? buf_str(&m->text) : STR("");
    m->out->confidence = words > 0 ? sum / words : 0;
    m->out->method = "blocks";
}

/* Captions between the first and the last block of the article, or beside it in the same element. */
static void write_captions(struct maker *m) {
    uint32_t first = m->page.n, last = 0;
    for (uint32_t b = 0; b < m->page.n; b++) {
        if (m->chosen[b]) {
            first = b < first ? b : first;
            last = b;
        }
    }
    first = m->page.title != DOM_NONE && m->page.title < first ? m->page.title : first;
    for (uint32_t b = first; b <= last && b < m->page.n && m->out->caption_count < CAPTIONS_MAX; b++) {
        const struct block *k = &m->page.blocks[b];
        bool caption = m->page.dom.nodes[k->node].tag == GUMBO_TAG_FIGCAPTION || near_zone(m, k, ZONE_FIGURE) || is_caption(m, k);
        bool told = false;
        for (size_t i = 0; i < m->out->caption_count; i++) {
            told = told || str_eq(m->out->captions[i], k->text);
        }
        if (caption && !m->chosen[b] && !k->hidden && !told && k->words >= 2 && k->words < 80 && !near_zone(m, k, ZONE_NAV)) {
            ARENA_PUSH(m->a, m->out->captions, m->out->caption_count, m->caption_cap) = k->text;
        }
    }
}

/* ---- is it an article ---- */

/* Words of chosen prose in the longest run of blocks that is not broken by more than a screen of others. */
static float article_words(const struct maker *m) {
    float best = 0, run = 0;
    uint32_t gap = 0;
    for (uint32_t b = 0; b < m->page.n; b++) {
        const struct block *k = &m->page.blocks[b];
        if (m->chosen[b] && k->link_words < 0.5f * k->words) {
            run += k->words;
            gap = 0;
        } else if (++gap > 60) {
            run = 0;
        }
        best = run > best ? run : best;
    }
    return best;
}

/* Teasers of a list: chosen blocks that each stand in an element of their own, with a link that leads to the rest. */
static bool is_listing(const struct maker *m, float words) {
    const struct page *p = &m->page;
    uint32_t chosen = 0, kin = 0;
    float sum = 0;
    for (uint32_t b = 0; b < p->n; b++) {
        const struct block *k = &p->blocks[b];
        if (!m->chosen[b] || k->words < 5) {
            continue;
        }
        uint32_t n = k->node;
        bool item = false;
        for (int up = 0; up < 4 && n != DOM_NONE && n; up++, n = p->dom.nodes[n].parent) {
            unsigned tag = p->dom.nodes[n].tag;
            bool box = tag == GUMBO_TAG_ARTICLE || tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DIV || tag == GUMBO_TAG_SECTION;
            float linked = p->linked[p->dom.nodes[n].end] - p->linked[n], all = p->words[p->dom.nodes[n].end] - p->words[n];
            item = item || (box && p->kin[n] >= 4 && linked > 2 && linked > 0.12f * all && all < 130);
        }
        chosen++;
        kin += item;
        sum += k->words;
    }
    return !m->meta.article && chosen >= 3 && kin * 10 >= chosen * 7 && words < 400 && sum < 45 * (float)chosen;
}

/* Whether there is a headline and a block under it that is article text beyond doubt. */
static bool is_sure(const struct maker *m) {
    bool sure = false;
    for (uint32_t b = 0; b < m->page.n; b++) {
        sure = sure || (m->chosen[b] && m->p[b] > CHOSEN_SURELY && block_prose(&m->page.blocks[b]));
    }
    return sure && m->page.title != DOM_NONE && !m->meta.listing;
}

static bool is_article(const struct maker *m) {
    float words = article_words(m);
    float least = m->meta.article ? WORDS_TOLD : is_sure(m) ? WORDS_SURE / 2 : m->meta.listing ? 2 * WORDS_SURE : WORDS_SURE;
    return m->out->para_count && words >= least && !is_listing(m, words);
}

/* The text that the metadata hold, where the page itself shows little of it (it is drawn by a script, or cut by a paywall). */
static bool use_told_body(struct maker *m) {
    struct str body = m->meta.body;
    size_t shown = m->out->text.n;
    if (body.n < 400 || shown * 3 > body.n) {
        return false;
    }
    buf_init(&m->text, m->a);
    m->out->paras = NULL;
    m->out->para_count = m->para_cap = 0;
    for (struct str rest = body; rest.n;) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (line.n) {
            add_para(m, line, NG_PARA_PLAIN, 0.9f);
        }
    }
    m->out->text = m->text.n ? buf_str(&m->text) : STR("");
    m->out->method = "json-ld";
    m->out->confidence = 0.9f;
    warn(m, STR("The page shows little of its article; the text is that of its JSON-LD"));
    return !arena_full(m->a);
}

/* ---- metadata ---- */

static struct ng_fact fact(struct meta_fact f) {
    return (struct ng_fact){f.value.n ? f.value : STR(""), meta_source_name(f.source)};
}

/* "Headline - Site" is cut where what follows the last divider is the site or stands on the page nowhere in the headline. */
static void clean_title(struct maker *m) {
    struct meta_fact *t = &m->meta.title;
    static const char *const dividers[] = {" | ", " - ", " – ", " — ", " · ", " :: ", "｜", "_", " « "};
    const struct page *p = &m->page;
    struct str shown = p->title != DOM_NONE ? p->blocks[p->title].text : STR_NONE;
    if (m->head_title.n && (t->source == META_TITLE || !t->value.n)) {
        *t = (struct meta_fact){m->head_title, META_TEXT};
        return;
    }
    if (shown.n >= 4 && (t->source == META_TITLE || !t->value.n)) {
        *t = (struct meta_fact){shown, META_TEXT};
        return;
    }
    for (size_t i = 0; i < sizeof dividers / sizeof dividers[0] && shown.n >= 12; i++) { /* "Headline | Section | Site" */
        if (str_starts(t->value, shown) && str_starts(str_sub(t->value, shown.n, t->value.n), str_of(dividers[i]))) {
            t->value = shown;
            return;
        }
    }
    for (size_t i = 0; i < sizeof dividers / sizeof dividers[0]; i++) {
        size_t at = SIZE_MAX;
        for (size_t next = str_find(t->value, str_of(dividers[i]), 0); next != SIZE_MAX;
             next = str_find(t->value, str_of(dividers[i]), next + 1)) {
            at = next;
        }
        if (at == SIZE_MAX || at < 4) {
            continue;
        }
        struct str tail = str_trim(str_sub(t->value, at + strlen(dividers[i]), t->value.n)), head = str_trim(str_sub(t->value, 0, at));
        bool site = m->meta.site.value.n && (str_eq(tail, m->meta.site.value) || str_find(m->meta.site.value, tail, 0) != SIZE_MAX ||
                                             str_find(tail, m->meta.site.value, 0) != SIZE_MAX);
        bool headline = shown.n && str_find(shown, tail, 0) == SIZE_MAX && str_find(shown, head, 0) != SIZE_MAX;
        if (site || headline) {
            t->value = head;
            return;
        }
    }
}

static void add_names(struct maker *m, struct str text, bool surely) {
    struct str names[META_AUTHORS_MAX];
    size_t n = page_authors(m->r->page, m->a, text, surely, names, META_AUTHORS_MAX);
    for (size_t i = 0; i < n; i++) {
        meta_add_author(&m->meta, m->a, names[i], META_TEXT);
    }
}

/* Text of the inline element at node; empty if it is long. */
static struct str inline_text(struct maker *m, uint32_t node) {
    struct buf b;
    buf_init(&b, m->a);
    for (uint32_t i = node; i < m->page.dom.nodes[node].end && b.n < 200; i++) {
        buf_add(&b, m->page.dom.nodes[i].text);
    }
    return b.n && b.n < 200 ? meta_text(m->a, buf_str(&b)) : STR("");
}

/* Who wrote, where no metadata tell: words before names, then elements that say so, then the name under the text. */
static void look_for_names(struct maker *m, uint32_t from, uint32_t to) {
    const struct page *p = &m->page;
    if (m->meta.author_count || p->n == 0) {
        return; /* without blocks the text is that of the JSON-LD */
    }
    uint32_t last = to < p->n ? to : p->n - 1;
    add_names(m, m->head_byline, false);
    for (uint32_t b = from; b <= last && !m->meta.author_count; b++) {
        const struct block *k = &p->blocks[b];
        bool name = near_hint(m, k, HINT_byline, 2) && k->words <= 8 && !k->stops;
        if (b != p->title && !k->hidden && k->words <= 25 && !m->chosen[b]) {
            add_names(m, k->text, name);
        }
    }
    uint32_t begin = p->blocks[from].first, end = p->blocks[last].last;
    for (uint32_t i = begin; i < end && i < begin + NAME_NODES && !m->meta.author_count; i++) {
        const struct dom_node *n = &p->dom.nodes[i];
        if (n->attr && !dom_block_tag(n->tag) && hints_find(&m->r->hints, n->attr->klass) & 1u << HINT_byline) {
            add_names(m, inline_text(m, i), true);
        }
    }
    if (!m->meta.author_count && m->signature.n) {
        add_names(m, m->signature, true);
    }
}

/* Names and dates in words, near the headline. */
static void look_near_title(struct maker *m, struct html_datelines *dates) {
    const struct page *p = &m->page;
    uint32_t at = p->title == DOM_NONE ? 0 : p->title;
    uint32_t from = at > BYLINE_BLOCKS ? at - BYLINE_BLOCKS : 0;
    if (m->head_byline.n && dates) {
        dates->lines[dates->n++] = m->head_byline;
    }
    look_for_names(m, from, at + BYLINE_BLOCKS);
    for (uint32_t b = from; b < p->n && b <= at + BYLINE_BLOCKS; b++) {
        const struct block *k = &p->blocks[b];
        bool name = near_hint(m, k, HINT_byline, 2), date = near_hint(m, k, HINT_date, 2) || k->look.dated;
        if (b == p->title || k->hidden || k->words > 25) {
            continue;
        }
        if (dates && dates->n < HTML_DATELINES_MAX && k->digits >= 3 && (date || k->look.byline || name)) {
            dates->lines[dates->n++] = k->text;
        }
    }
    for (uint32_t b = from; dates && b < p->n && b <= at + BYLINE_BLOCKS && dates->n < HTML_DATELINES_MAX; b++) {
        const struct block *k = &p->blocks[b];
        if (b != p->title && !k->hidden && k->digits >= 5 && k->words <= 14) {
            dates->lines[dates->n++] = k->text;
        }
    }
}

static void write_facts(struct maker *m) {
    struct ng_article *o = m->out;
    const struct meta *t = &m->meta;
    o->title = fact(t->title);
    o->site = fact(t->site);
    o->language = fact(t->language);
    o->description = fact(t->description);
    o->published_at = fact(t->published);
    o->modified_at = fact(t->modified);
    o->canonical_url = fact(t->canonical);
    o->image = fact(t->image);
    o->amp_url = fact(t->amp);
    o->next_url = fact(t->next);
    o->paywalled = t->paywalled;
    o->authors = ARENA_ARRAY(m->a, t->author_count + 1, struct ng_fact);
    for (size_t i = 0; o->authors && i < t->author_count; i++) {
        o->authors[o->author_count++] = fact(t->authors[i]);
    }
    if (t->next.value.n) {
        warn(m, STR("The article goes on on another page: next_url"));
    }
    if (t->paywalled) {
        warn(m, STR("The page says that it is not free to read: the text may end early"));
    }
}

/* ---- the path ---- */

static bool read_page(struct maker *m, struct str html, struct str url, bool *trimmed) {
    struct sift sift;
    struct page *p = &m->page;
    *p = (struct page){.a = m->a};
    if (!sift_page(&sift, m->a, html) || !dom_parse(&p->dom, m->a, &sift) || !meta_read(&m->meta, m->a, &sift, &p->dom, url)) {
        return false;
    }
    *trimmed = sift.trimmed;
    p->headline = m->meta.title.value;
    p->description = m->meta.description.value;
    p->body = m->meta.body;
    return page_blocks(p, &m->r->hints, m->r->page) && (m->p = choose_blocks(&m->r->choose, p)) != NULL && choose(m);
}

enum err_code html_decode(const struct html_rules *r, struct arena *a, const struct ng_page *page, struct ng_article *out, struct str *text,
                          struct err *err) {
    struct charset_found charset = {STR("UTF-8"), CHARSET_GIVEN, 0};
    *text = page->bytes;
    if (page->bytes.n > LIMIT_HTML) {
        return err_set_in(err, ERR_TOO_LARGE, "html", 0, 0, "the page has %zu bytes; at most %zu are read", page->bytes.n, LIMIT_HTML);
    }
    if (str_trim(page->bytes).n == 0) {
        return err_set_in(err, ERR_EMPTY, "html", 0, 0, "the page is empty");
    }
    enum err_code code = page->utf8 ? ERR_OK : charset_convert(r->charsets, a, page->bytes, page->content_type, text, &charset, err);
    out->charset = charset.name;
    out->charset_source = charset_source_name(charset.source);
    if (charset.replaced) {
        size_t cap = 0;
        ARENA_PUSH(a, out->warnings, out->warning_count, cap) =
            arena_printf(a, "%zu bytes of the page mean nothing in %.*s", charset.replaced, STR_ARG(charset.name));
    }
    return code;
}

enum err_code html_article(const struct html_rules *r, struct arena *a, const struct ng_page *page, struct ng_article *out,
                           struct html_datelines *dates, struct err *err) {
    struct maker m = {.r = r, .a = a, .out = out};
    struct str html;
    bool trimmed = false;
    *out = (struct ng_article){0};
    enum err_code code = html_decode(r, a, page, out, &html, err);
    if (code != ERR_OK) {
        return code;
    }
    m.warning_cap = out->warning_count; /* full: the next one makes room */
    if (!read_page(&m, html, page->url, &trimmed)) {
        return err_set(err, ERR_NO_MEMORY, "the page needs more memory than one request may have");
    }
    write_text(&m);
    bool told = use_told_body(&m);
    if (!told && !is_article(&m)) {
        return err_set_in(err, ERR_NOT_ARTICLE, "html", 0, 0, "the page has no text that reads as one article: it may be a list, a start page, "
                          "or be drawn by scripts");
    }
    write_captions(&m);
    clean_title(&m);
    look_near_title(&m, dates);
    write_facts(&m);
    if (trimmed) {
        warn(&m, STR("The page has more elements or levels than are read; what came behind them was read as plain text"));
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "the page needs more memory than one request may have") : ERR_OK;
}
