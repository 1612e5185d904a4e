/* meta.c - see meta.h. Each field has its sources in one table; the first that gives something wins. */
#include "core/html/meta.h"

#include <curl/curl.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/html/jsonld.h"
#include "core/limits.h"

#include "core/base/banned.h"

const char *meta_source_name(enum meta_source s) {
    static const char *const names[] = {
#define X(name, text) text,
        META_SOURCES(X)
#undef X
    };
    return names[s];
}

/* ---- text, addresses ---- */

static bool is_blank(int32_t c) {
    return c <= ' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

static void end_line(struct buf *b) {
    while (b->n && b->p[b->n - 1] == ' ') {
        b->n--;
    }
    if (b->n && b->p[b->n - 1] != '\n') {
        buf_addc(b, '\n');
    }
}

static void add_squeezed(struct buf *b, struct str s) {
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        int32_t c = utf8_next(s, &at);
        if (c == SIFT_BOLD_ON || c == SIFT_BOLD_OFF) {
            continue;
        }
        if (!is_blank(c)) {
            buf_add(b, str_sub(s, start, at));
        } else if (b->n && b->p[b->n - 1] != ' ' && b->p[b->n - 1] != '\n') {
            buf_addc(b, ' ');
        }
    }
}

/* lines: paragraphs (of markup, or by line feeds where there is none) stay apart. */
static struct str text_of_piece(struct arena *a, struct str s, bool lines) {
    struct buf b;
    struct sift sift;
    struct dom d;
    buf_init(&b, a);
    if (!s.n || (!memchr(s.p, '&', s.n) && !memchr(s.p, '<', s.n))) {
        for (struct str rest = s; rest.n;) {
            add_squeezed(&b, str_cut(&rest, '\n'));
            lines ? end_line(&b) : add_squeezed(&b, STR(" "));
        }
    } else if (sift_page(&sift, a, s) && dom_parse(&d, a, &sift)) {
        for (uint32_t i = 0; i < d.n; i++) {
            if (dom_block_tag(d.nodes[i].tag) || d.nodes[i].tag == GUMBO_TAG_BR) {
                lines ? end_line(&b) : add_squeezed(&b, STR(" "));
            }
            add_squeezed(&b, d.nodes[i].text);
        }
    }
    return b.n ? str_trim(buf_str(&b)) : STR("");
}

struct str meta_text(struct arena *a, struct str s) {
    return text_of_piece(a, s, false);
}

struct str meta_resolve(struct arena *a, struct str base, struct str href) {
    struct str out = STR("");
    struct str url = str_trim(href);
    CURLU *u = url.n && url.n <= LIMIT_URL && base.n <= LIMIT_URL ? curl_url() : NULL;
    char *text = NULL, *scheme = NULL;
    if (!u) {
        return out;
    }
    struct str from = arena_dup(a, base), to = arena_dup(a, url);
    bool based = base.n && from.p && curl_url_set(u, CURLUPART_URL, from.p, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    if (to.p && curl_url_set(u, CURLUPART_URL, to.p, CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_URL, &text, 0) == CURLUE_OK) {
        bool web = str_eqz(str_of(scheme), "http") || str_eqz(str_of(scheme), "https");
        out = web && strlen(text) <= LIMIT_URL && utf8_check(str_of(text)) == SIZE_MAX ? arena_dup(a, str_of(text)) : STR("");
    }
    (void)based;
    curl_free(text);
    curl_free(scheme);
    curl_url_cleanup(u);
    return out;
}

/* ---- <meta> and <link> ---- */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same(struct str s, const char *z) {
    size_t n = strlen(z);
    if (s.n != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(s.p[i]) != z[i]) {
            return false;
        }
    }
    return true;
}

/* Whether one of the words of s is z. */
static bool has_word(struct str s, const char *z) {
    while (s.n) {
        struct str w = str_cut(&s, ' ');
        if (same(str_trim(w), z)) {
            return true;
        }
    }
    return false;
}

enum field { TITLE, PUBLISHED, MODIFIED, SITE, LANGUAGE, CANONICAL, IMAGE, AMP, NEXT, DESCRIPTION, AUTHOR };

static const struct rule {
    enum field field;
    const char *key; /* in lower case */
    bool link;
    enum meta_source source;
} rules[] = {
    {TITLE, "og:title", false, META_OG},
    {TITLE, "headline", false, META_MICRODATA},
    {TITLE, "twitter:title", false, META_META},
    {TITLE, "dc.title", false, META_META},
    {TITLE, "parsely-title", false, META_META},
    {TITLE, "sailthru.title", false, META_META},
    {PUBLISHED, "datepublished", false, META_MICRODATA},
    {PUBLISHED, "article:published_time", false, META_OG},
    {PUBLISHED, "article:published", false, META_OG},
    {PUBLISHED, "og:published_time", false, META_OG},
    {PUBLISHED, "og:article:published_time", false, META_OG},
    {PUBLISHED, "parsely-pub-date", false, META_META},
    {PUBLISHED, "sailthru.date", false, META_META},
    {PUBLISHED, "dc.date.issued", false, META_META},
    {PUBLISHED, "dcterms.created", false, META_META},
    {PUBLISHED, "dc.date", false, META_META},
    {PUBLISHED, "pubdate", false, META_META},
    {PUBLISHED, "publish-date", false, META_META},
    {PUBLISHED, "publish_date", false, META_META},
    {PUBLISHED, "publishdate", false, META_META},
    {PUBLISHED, "publication_date", false, META_META},
    {PUBLISHED, "date.release", false, META_META},
    {PUBLISHED, "cxenseparse:recs:publishtime", false, META_META},
    {PUBLISHED, "date", false, META_META},
    {MODIFIED, "datemodified", false, META_MICRODATA},
    {MODIFIED, "article:modified_time", false, META_OG},
    {MODIFIED, "article:modified", false, META_OG},
    {MODIFIED, "og:updated_time", false, META_OG},
    {MODIFIED, "dcterms.modified", false, META_META},
    {MODIFIED, "last-modified", false, META_META},
    {MODIFIED, "lastmod", false, META_META},
    {SITE, "og:site_name", false, META_OG},
    {SITE, "application-name", false, META_META},
    {SITE, "apple-mobile-web-app-title", false, META_META},
    {SITE, "al:android:app_name", false, META_META},
    {LANGUAGE, "og:locale", false, META_OG},
    {LANGUAGE, "content-language", false, META_META},
    {LANGUAGE, "language", false, META_META},
    {LANGUAGE, "dc.language", false, META_META},
    {CANONICAL, "canonical", true, META_LINK},
    {CANONICAL, "og:url", false, META_OG},
    {IMAGE, "og:image", false, META_OG},
    {IMAGE, "og:image:url", false, META_OG},
    {IMAGE, "og:image:secure_url", false, META_OG},
    {IMAGE, "twitter:image", false, META_META},
    {IMAGE, "twitter:image:src", false, META_META},
    {IMAGE, "image", false, META_MICRODATA},
    {IMAGE, "image_src", true, META_LINK},
    {AMP, "amphtml", true, META_LINK},
    {NEXT, "next", true, META_LINK},
    {DESCRIPTION, "og:description", false, META_OG},
    {DESCRIPTION, "description", false, META_META},
    {DESCRIPTION, "twitter:description", false, META_META},
    {AUTHOR, "author", false, META_META},
    {AUTHOR, "article:author", false, META_OG},
    {AUTHOR, "og:article:author", false, META_OG},
    {AUTHOR, "byl", false, META_META},
    {AUTHOR, "dc.creator", false, META_META},
    {AUTHOR, "dcterms.creator", false, META_META},
    {AUTHOR, "parsely-author", false, META_META},
    {AUTHOR, "sailthru.author", false, META_META},
    {AUTHOR, "article:author_name", false, META_META},
};

static struct meta_fact *slot(struct meta *m, enum field f) {
    switch (f) {
    case TITLE:
        return &m->title;
    case PUBLISHED:
        return &m->published;
    case MODIFIED:
        return &m->modified;
    case SITE:
        return &m->site;
    case LANGUAGE:
        return &m->language;
    case CANONICAL:
        return &m->canonical;
    case IMAGE:
        return &m->image;
    case AMP:
        return &m->amp;
    case NEXT:
        return &m->next;
    case DESCRIPTION:
        return &m->description;
    case AUTHOR:
        break;
    }
    return NULL;
}

/* A BCP 47 tag from "en_US", "de", "zh-cn"; empty for anything else. */
static struct str language_tag(struct arena *a, struct str s) {
    s = str_trim(s);
    size_t comma = str_find(s, STR(","), 0);
    s = str_trim(str_sub(s, 0, comma));
    struct str t = s.n >= 2 && s.n <= 35 ? arena_dup(a, s) : STR_NONE;
    char *p = (char *)(uintptr_t)t.p;
    for (size_t i = 0; i < t.n; i++) {
        p[i] = p[i] == '_' ? '-' : p[i];
        bool good = (p[i] >= '0' && p[i] <= '9') || (lower(p[i]) >= 'a' && lower(p[i]) <= 'z') || p[i] == '-';
        if (!good || (i < 2 && (lower(p[i]) < 'a' || lower(p[i]) > 'z'))) {
            return STR("");
        }
    }
    return t.p ? t : STR("");
}

static void set_fact(struct meta *m, struct arena *a, enum field f, struct str raw, enum meta_source source, struct str base) {
    struct meta_fact *to = slot(m, f);
    if (f == AUTHOR) {
        meta_add_author(m, a, meta_text(a, raw), source);
        return;
    }
    if (to->value.n || !raw.n) {
        return;
    }
    struct str text = meta_text(a, raw);
    switch (f) {
    case PUBLISHED:
    case MODIFIED:
        text = meta_date(a, text);
        break;
    case LANGUAGE:
        text = language_tag(a, text);
        break;
    case CANONICAL:
    case IMAGE:
    case AMP:
    case NEXT:
        text = meta_resolve(a, base, text);
        break;
    default:
        break;
    }
    *to = text.n ? (struct meta_fact){text, source} : *to;
}

static void read_metas(struct meta *m, struct arena *a, const struct sift *s, struct str base) {
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        for (size_t i = 0; i < s->n_metas; i++) {
            const struct sift_meta *x = &s->metas[i];
            if (x->link == rules[r].link && (x->link ? has_word(x->key, rules[r].key) : same(x->key, rules[r].key))) {
                bool item = str_eqz(str_of(x->attribute), "itemprop");
                if (rules[r].source != META_MICRODATA || item || rules[r].field != IMAGE) {
                    set_fact(m, a, rules[r].field, x->value, item ? META_MICRODATA : rules[r].source, base);
                }
            }
        }
    }
    for (size_t i = 0; i < s->n_metas; i++) {
        if (same(s->metas[i].key, "og:type")) {
            struct str v = str_trim(s->metas[i].value);
            m->article = m->article || same(v, "article") || same(v, "news") || same(v, "blog");
            m->listing = m->listing || same(v, "website");
        }
    }
}

/* ---- authors ---- */

void meta_add_author(struct meta *m, struct arena *a, struct str name, enum meta_source source) {
    static const char *const leads[] = {"by ", "von ", "par ", "por ", "di ", "door ", "text: ", "author: ", "autor: "};
    name = str_trim(name);
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        size_t n = strlen(leads[i]);
        if (name.n > n && same(str_sub(name, 0, n), leads[i])) {
            name = str_trim(str_sub(name, n, name.n));
        }
    }
    if (m->author_count && m->authors[0].source != source) {
        return; /* a better source has told */
    }
    bool address = str_find(name, STR("://"), 0) != SIZE_MAX || str_find(name, STR("www."), 0) != SIZE_MAX ||
                   str_find(name, STR("@"), 0) != SIZE_MAX;
    if (name.n < 2 || name.n > 120 || address || m->author_count == META_AUTHORS_MAX || utf8_count(name) < 2) {
        return;
    }
    for (size_t i = 0; i < m->author_count; i++) {
        if (str_eq(m->authors[i].value, name)) {
            return;
        }
    }
    m->authors[m->author_count++] = (struct meta_fact){arena_dup(a, name), source};
}

/* ---- JSON-LD ---- */

static bool ends_with(struct str s, const char *z) {
    return str_ends(s, str_of(z));
}

/* What a type tells: 3 an article, 2 a page, 1 nothing, 0 a list */
static int rank_of_type(const struct jsonld *j, uint32_t type) {
    int rank = 1;
    if (type == JSONLD_NONE) {
        return rank;
    }
    uint32_t end = j->nodes[type].kind == JSONLD_ARRAY ? j->nodes[type].end : type + 1;
    for (uint32_t i = j->nodes[type].kind == JSONLD_ARRAY ? type + 1 : type; i < end; i++) {
        struct str t = j->nodes[i].raw;
        bool article = ends_with(t, "Article") || ends_with(t, "Posting") || str_eqz(t, "Report") || str_eqz(t, "Review");
        bool listing = str_eqz(t, "CollectionPage") || str_eqz(t, "SearchResultsPage");
        rank = article ? 3 : listing ? 0 : ends_with(t, "WebPage") && rank < 2 ? 2 : rank;
    }
    return rank;
}

/* Objects inside these tell of something else. */
static bool aside(const struct jsonld *j, uint32_t i) {
    static const char *const keys[] = {"itemListElement", "mentions", "isPartOf", "comment", "hasPart", "citation", "liveBlogUpdate",
                                       "relatedLink", "isBasedOn", "about"};
    for (; i != JSONLD_NONE; i = j->nodes[i].parent) {
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            if (str_eqz(j->nodes[i].key, keys[k])) {
                return true;
            }
        }
    }
    return false;
}

/* The object an {"@id": ...} stands for, or the object itself. */
static uint32_t follow(const struct jsonld *j, uint32_t object) {
    uint32_t id = jsonld_get(j, object, "@id");
    if (id == JSONLD_NONE || jsonld_get(j, object, "name") != JSONLD_NONE) {
        return object;
    }
    for (uint32_t i = 0; i < j->n; i++) {
        uint32_t other = i == object ? JSONLD_NONE : jsonld_get(j, i, "@id");
        if (other != JSONLD_NONE && str_eq(j->nodes[other].raw, j->nodes[id].raw) && jsonld_get(j, i, "name") != JSONLD_NONE) {
            return i;
        }
    }
    return object;
}

/* name of an object, a string itself, or the first of an array; member: "name" or "url". */
static struct str name_of(const struct jsonld *j, struct arena *a, uint32_t v, const char *member) {
    if (v != JSONLD_NONE && j->nodes[v].kind == JSONLD_ARRAY && j->nodes[v].end > v + 1) {
        v++;
    }
    if (v != JSONLD_NONE && j->nodes[v].kind == JSONLD_OBJECT) {
        v = jsonld_get(j, follow(j, v), member);
        v = v != JSONLD_NONE && j->nodes[v].kind == JSONLD_ARRAY && j->nodes[v].end > v + 1 ? v + 1 : v;
    }
    return jsonld_text(j, a, v);
}

static void read_authors(struct meta *m, struct arena *a, const struct jsonld *j, uint32_t v) {
    if (v == JSONLD_NONE) {
        return;
    }
    if (j->nodes[v].kind != JSONLD_ARRAY) {
        meta_add_author(m, a, meta_text(a, name_of(j, a, v, "name")), META_JSON_LD);
        return;
    }
    int tried = 0;
    for (uint32_t i = v + 1; i < j->nodes[v].end && tried < META_AUTHORS_MAX; i = j->nodes[i].end, tried++) {
        meta_add_author(m, a, meta_text(a, name_of(j, a, i, "name")), META_JSON_LD);
    }
}

static void read_object(struct meta *m, struct arena *a, const struct jsonld *j, uint32_t o, int rank, struct str base) {
    static const struct { /* NOLINT(clang-analyzer-optin.performance.Padding): in the order it is read */
        enum field field;
        const char *key, *member;
        int rank; /* of the type, at least */
    } members[] = {
        {TITLE, "headline", "name", 3},        {TITLE, "name", "name", 3},
        {PUBLISHED, "datePublished", "", 2},   {PUBLISHED, "dateCreated", "", 3},
        {MODIFIED, "dateModified", "", 2},     {SITE, "publisher", "name", 2},
        {SITE, "sourceOrganization", "name", 3},
        {LANGUAGE, "inLanguage", "alternateName", 2},
        {CANONICAL, "url", "@id", 3},          {CANONICAL, "mainEntityOfPage", "@id", 3},
        {IMAGE, "image", "url", 3},            {DESCRIPTION, "description", "name", 3},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        uint32_t v = rank >= members[i].rank ? jsonld_get(j, o, members[i].key) : JSONLD_NONE;
        if (v != JSONLD_NONE) {
            set_fact(m, a, members[i].field, name_of(j, a, v, members[i].member), META_JSON_LD, base);
        }
    }
    if (rank >= 3) {
        uint32_t free_of_charge = jsonld_get(j, o, "isAccessibleForFree");
        read_authors(m, a, j, jsonld_get(j, o, "author"));
        if (!m->author_count) {
            read_authors(m, a, j, jsonld_get(j, o, "creator"));
        }
        m->article = true;
        m->paywalled = m->paywalled || (free_of_charge != JSONLD_NONE && same(j->nodes[free_of_charge].raw, "false"));
        if (!m->body.n) {
            m->body = text_of_piece(a, jsonld_text(j, a, jsonld_get(j, o, "articleBody")), true);
        }
    }
    m->listing = m->listing || rank == 0;
}

static bool read_jsonld(struct meta *m, struct arena *a, const struct sift *s, struct str base) {
    struct jsonld j = {0};
    for (size_t i = 0; i < s->n_json; i++) {
        if (!jsonld_read(&j, a, s->json[i])) {
            return false;
        }
    }
    uint32_t best[4] = {JSONLD_NONE, JSONLD_NONE, JSONLD_NONE, JSONLD_NONE};
    for (uint32_t i = 0; i < j.n; i++) {
        if (j.nodes[i].kind == JSONLD_OBJECT) {
            uint32_t type = jsonld_get(&j, i, "@type");
            int rank = rank_of_type(&j, type);
            if (type != JSONLD_NONE && best[rank] == JSONLD_NONE && !aside(&j, i)) {
                best[rank] = i;
            }
        }
    }
    for (int rank = 3; rank >= 0; rank--) {
        if (rank != 1 && best[rank] != JSONLD_NONE) {
            read_object(m, a, &j, best[rank], rank, base);
        }
    }
    return !arena_full(a);
}

/* ---- microdata, <time>, links in the tree ---- */

static struct str text_of(struct arena *a, const struct dom *d, uint32_t node, size_t max) {
    struct buf b;
    buf_init(&b, a);
    for (uint32_t i = node; i < d->nodes[node].end && b.n < max; i++) {
        add_squeezed(&b, d->nodes[i].text);
    }
    return b.n ? str_trim(buf_str(&b)) : STR("");
}

static void read_item(struct meta *m, struct arena *a, const struct dom *d, uint32_t i, struct str base) {
    const struct sift_tag *t = d->nodes[i].attr;
    if (has_word(t->itemprop, "datepublished")) {
        set_fact(m, a, PUBLISHED, t->datetime.n ? t->datetime : text_of(a, d, i, 80), META_MICRODATA, base);
    } else if (has_word(t->itemprop, "datemodified")) {
        set_fact(m, a, MODIFIED, t->datetime.n ? t->datetime : text_of(a, d, i, 80), META_MICRODATA, base);
    } else if (has_word(t->itemprop, "headline") && !m->title.value.n) {
        set_fact(m, a, TITLE, text_of(a, d, i, 300), META_MICRODATA, base);
    } else if (has_word(t->itemprop, "author") && !m->author_count) {
        uint32_t name = i;
        for (uint32_t k = i + 1; k < d->nodes[i].end && k < i + 20; k++) {
            name = d->nodes[k].attr && has_word(d->nodes[k].attr->itemprop, "name") ? k : name;
        }
        meta_add_author(m, a, text_of(a, d, name, 120), META_MICRODATA);
    }
}

static void read_tree(struct meta *m, struct arena *a, const struct dom *d, struct str base) {
    size_t read = 0;
    struct meta_fact first_time = {0};
    for (uint32_t i = 0; i < d->n && read < LIMIT_HTML_METAS; i++) {
        const struct sift_tag *t = d->nodes[i].attr;
        if (!t) {
            continue;
        }
        if (t->itemprop.n) {
            read++;
            read_item(m, a, d, i, base);
        }
        if (d->nodes[i].tag == GUMBO_TAG_TIME && t->datetime.n && !first_time.value.n) {
            struct str day = meta_date(a, t->datetime);
            first_time = day.n ? (struct meta_fact){day, META_TIME} : first_time;
        }
        if (d->nodes[i].tag == GUMBO_TAG_A && has_word(t->rel, "author") && !m->author_count) {
            read++;
            meta_add_author(m, a, text_of(a, d, i, 120), META_HTML);
        }
        if (d->nodes[i].tag == GUMBO_TAG_A && has_word(t->rel, "next")) {
            set_fact(m, a, NEXT, t->href, META_HTML, base);
        }
    }
    if (!m->published.value.n) {
        m->published = first_time;
    }
}

/* /2019/11/18/ in the address */
static void read_address(struct meta *m, struct arena *a, struct str url) {
    for (size_t at = 0; at + 11 <= url.n && !m->published.value.n; at++) {
        struct str s = str_sub(url, at + 1, at + 11);
        bool edge = at + 11 == url.n || url.p[at + 11] < '0' || url.p[at + 11] > '9';
        if (url.p[at] == '/' && edge && (s.p[4] == '/' || s.p[4] == '-') && s.p[7] == s.p[4]) {
            struct str day = meta_date(a, s);
            m->published = day.n ? (struct meta_fact){day, META_URL} : m->published;
        }
    }
}

bool meta_read(struct meta *m, struct arena *a, const struct sift *s, const struct dom *d, struct str url) {
    *m = (struct meta){0};
    struct str base = s->base.n ? meta_resolve(a, url, s->base) : url;
    m->window_title = meta_text(a, s->title);
    if (!read_jsonld(m, a, s, base)) {
        return false;
    }
    if (s->lang.n && !m->language.value.n) {
        set_fact(m, a, LANGUAGE, s->lang, META_HTML, base);
    }
    read_metas(m, a, s, base);
    read_tree(m, a, d, base);
    read_address(m, a, url.n ? url : m->canonical.value);
    if (!m->title.value.n && m->window_title.n) {
        m->title = (struct meta_fact){m->window_title, META_TITLE};
    }
    return !arena_full(a);
}
