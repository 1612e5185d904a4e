/* phrases.c - see phrases.h. Children of a node are a linked list in order of insertion: few nodes but the root, which has
 * a table, have more than three. */
#include "core/page/phrases.h"

#include <unicode/uchar.h>

#include "core/base/utf8.h"

#include "core/base/banned.h"

struct phrase_node {
    uint32_t child, sibling; /* 0: none */
    uint32_t fail;           /* longest proper suffix that is a node */
    uint32_t next_hit;       /* nearest node on the way of suffixes where a phrase ends; 0: none */
    uint32_t kinds, length;
    unsigned char byte;
};

bool phrases_init(struct phrases *p, struct arena *a) {
    *p = (struct phrases){.a = a};
    ARENA_PUSH(a, p->nodes, p->n, p->cap) = (struct phrase_node){0};
    return p->n == 1;
}

static uint32_t child_of(const struct phrases *p, uint32_t node, unsigned char byte) {
    if (node == 0) {
        return p->root[byte];
    }
    uint32_t c = p->nodes[node].child;
    while (c && p->nodes[c].byte != byte) {
        c = p->nodes[c].sibling;
    }
    return c;
}

bool phrases_add(struct phrases *p, struct str phrase, uint32_t kind) {
    uint32_t node = 0;
    for (size_t i = 0; i < phrase.n; i++) {
        unsigned char byte = (unsigned char)phrase.p[i];
        uint32_t next = child_of(p, node, byte);
        if (!next) {
            next = (uint32_t)p->n;
            ARENA_PUSH(p->a, p->nodes, p->n, p->cap) =
                (struct phrase_node){.byte = byte, .sibling = node ? p->nodes[node].child : 0};
            if (arena_full(p->a)) {
                return false;
            }
            if (node) {
                p->nodes[node].child = next;
            } else {
                p->root[byte] = next;
            }
        }
        node = next;
    }
    if (node) {
        p->nodes[node].kinds |= kind;
        p->nodes[node].length = (uint32_t)phrase.n;
    }
    return true;
}

/* Where the automaton goes from node on byte. */
static uint32_t step(const struct phrases *p, uint32_t node, unsigned char byte) {
    uint32_t next = child_of(p, node, byte);
    while (!next && node) {
        node = p->nodes[node].fail;
        next = child_of(p, node, byte);
    }
    return next;
}

bool phrases_seal(struct phrases *p) {
    uint32_t *queue = ARENA_ARRAY(p->a, p->n, uint32_t);
    size_t head = 0, tail = 0;
    if (!queue) {
        return false;
    }
    for (int b = 0; b < 256; b++) {
        if (p->root[b]) {
            queue[tail++] = p->root[b];
        }
    }
    while (head < tail) {
        uint32_t at = queue[head++];
        for (uint32_t c = p->nodes[at].child; c; c = p->nodes[c].sibling) {
            uint32_t fail = step(p, p->nodes[at].fail, p->nodes[c].byte);
            p->nodes[c].fail = fail;
            p->nodes[c].next_hit = p->nodes[fail].kinds ? fail : p->nodes[fail].next_hit;
            queue[tail++] = c;
        }
    }
    return true;
}

/* Letters that words of a spaced script are made of. */
static bool joins(int32_t c) {
    return u_isalnum(c) && c < 0x0E00;
}

static bool at_borders(struct str line, size_t start, size_t end) {
    size_t first = start, last = end, before = start, after = end;
    int32_t inner_first = utf8_next(line, &first), inner_last = utf8_prev(line, &last);
    if (joins(inner_first) && before > 0 && joins(utf8_prev(line, &before))) {
        return false;
    }
    return !(joins(inner_last) && after < line.n && joins(utf8_next(line, &after)));
}

size_t phrases_scan(const struct phrases *p, struct str line, struct phrase_hit hits[PHRASE_HITS_MAX]) {
    size_t n = 0;
    uint32_t node = 0;
    for (size_t i = 0; i < line.n; i++) {
        node = step(p, node, (unsigned char)line.p[i]);
        for (uint32_t h = p->nodes[node].kinds ? node : p->nodes[node].next_hit; h; h = p->nodes[h].next_hit) {
            size_t start = i + 1 - p->nodes[h].length;
            if (n < PHRASE_HITS_MAX && at_borders(line, start, i + 1)) {
                hits[n++] = (struct phrase_hit){(uint32_t)start, (uint32_t)i + 1, p->nodes[h].kinds};
            }
        }
    }
    return n;
}
