/* dom.c - see dom.h.
 * Gumbo cannot cope with an allocator that returns NULL, so ours leaves the parser by longjmp. Nothing leaks: all its
 * memory is the arena's. For the same reason gumbo_destroy_output, which recurses, is never called. */
#include "core/html/dom.h"

#include <setjmp.h>

#include "core/base/banned.h"

struct pool {
    struct arena *a;
    char *at, *end;
    jmp_buf full;
};

enum { POOL_STEP = 64 << 10 };

static void *pool_alloc(void *user, size_t n) {
    struct pool *p = user;
    n = (n + 15) & ~(size_t)15;
    if (n > (size_t)(p->end - p->at)) {
        size_t step = n > POOL_STEP / 4 ? n : POOL_STEP;
        char *fresh = arena_alloc(p->a, step);
        if (!fresh) {
            longjmp(p->full, 1);
        }
        if (step == n) {
            return fresh;
        }
        p->at = fresh;
        p->end = fresh + step;
    }
    void *mem = p->at;
    p->at += n;
    return mem;
}

static void pool_free(void *user, void *mem) {
    (void)user;
    (void)mem;
}

static GumboOutput *parse(struct pool *p, struct str html) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = pool_alloc;
    options.deallocator = pool_free;
    options.userdata = p;
    options.max_errors = 0;
    if (setjmp(p->full)) {
        return NULL;
    }
    return gumbo_parse_with_options(&options, html.p, html.n);
}

bool dom_block_tag(unsigned tag) {
    switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_LABEL:
    case GUMBO_TAG_TIME:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_UNKNOWN:
    case GUMBO_TAG_OUTPUT:
    case DOM_TEXT:
        return false;
    default:
        return true;
    }
}

static bool has_children(const GumboNode *g) {
    return (g->type == GUMBO_NODE_ELEMENT || g->type == GUMBO_NODE_TEMPLATE) && g->v.element.children.length;
}

static struct dom_node read_node(const GumboNode *g, const struct sift *sift) {
    struct dom_node node = {.tag = DOM_TEXT};
    if (g->type == GUMBO_NODE_ELEMENT || g->type == GUMBO_NODE_TEMPLATE) {
        const GumboStringPiece *original = &g->v.element.original_tag;
        node.tag = (uint16_t)g->v.element.tag;
        if (original->data && original->length) {
            node.attr = sift_tag_at(sift, (size_t)(original->data - sift->html.p));
        }
    } else if (g->type != GUMBO_NODE_COMMENT && g->type != GUMBO_NODE_DOCUMENT) {
        node.text = str_of(g->v.text.text);
    }
    return node;
}

bool dom_parse(struct dom *d, struct arena *a, const struct sift *sift) {
    struct pool p = {.a = a};
    GumboOutput *out = parse(&p, sift->html);
    *d = (struct dom){0};
    if (!out || !out->root) {
        return false;
    }
    size_t n = 0, cap = 0;
    uint32_t parent = DOM_NONE;
    const GumboNode *g = out->root;
    while (g) {
        struct dom_node node = read_node(g, sift);
        node.parent = parent;
        node.depth = parent == DOM_NONE ? 0 : (uint16_t)(d->nodes[parent].depth + 1);
        ARENA_PUSH(a, d->nodes, n, cap) = node;
        if (arena_full(a)) {
            return false;
        }
        if (has_children(g)) {
            parent = (uint32_t)n - 1;
            g = g->v.element.children.data[0];
            continue;
        }
        d->nodes[n - 1].end = (uint32_t)n;
        /* up to the first ancestor that has a further child */
        while (parent != DOM_NONE) {
            const GumboVector *c = &g->parent->v.element.children;
            if (g->index_within_parent + 1 < c->length) {
                g = c->data[g->index_within_parent + 1];
                break;
            }
            g = g->parent;
            d->nodes[parent].end = (uint32_t)n;
            parent = d->nodes[parent].parent;
        }
        if (parent == DOM_NONE) {
            break;
        }
    }
    d->n = (uint32_t)n;
    return true;
}
