/* container.c - see container.h. The header block is read field by field through a cursor that cannot leave the
 * file; products of sizes are kept in 64 bits and bounded before they are used. */
#include "core/nmt/container.h"

#include <math.h>

#include "core/nmt/bytes.h"

#include "core/base/banned.h"

enum {
    MAX_ITEMS = 4096,  /* base-memory has 250 */
    MAX_NAME = 256,    /* the longest is below 50 */
    MAX_DIMS = 4,      /* all have 1 or 2 */
    MAX_SIDE = 1 << 24 /* elements along one dimension */
};

static const uint64_t MAX_ELEMENTS = (uint64_t)1 << 31;

/* bytes an item of this type and size has at least; 0 for a type that is not read */
static uint64_t least_bytes(uint64_t type, uint64_t elements) {
    switch (type) {
    case ITEM_INT8: return elements;
    case ITEM_FLOAT32: return 4 * elements;
    case ITEM_INTGEMM8: return elements + 4;
    default: return 0;
    }
}

struct header {
    uint64_t name_length, type, dims, bytes;
};

static enum err_code read_shape(struct cursor *at, const struct header *h, struct item *item, const char *name,
                                struct err *err) {
    uint64_t rows = 1, cols = 1;
    for (uint64_t d = 0; d < h->dims; d++) {
        const char *p = cursor_take(at, 4);
        uint32_t side = p ? bytes_u32(p) : 0;
        if (side == 0 || side > MAX_SIDE) {
            return err_set_in(err, ERR_MODEL, name, 0, at->at, "%.*s: dimension %u is out of range",
                              STR_ARG(item->name), side);
        }
        rows *= cols;
        cols = side;
        if (rows * cols > MAX_ELEMENTS) {
            return err_set_in(err, ERR_MODEL, name, 0, at->at, "%.*s: more than 2^31 elements",
                              STR_ARG(item->name));
        }
    }
    item->rows = (uint32_t)rows;
    item->cols = (uint32_t)cols;
    return ERR_OK;
}

static enum err_code read_data(struct cursor *at, const struct header *h, struct item *item, const char *name,
                               struct err *err) {
    uint64_t elements = (uint64_t)item->rows * item->cols;
    uint64_t least = least_bytes(h->type, elements);
    if (h->bytes < least) {
        return err_set_in(err, ERR_MODEL, name, 0, at->at,
                          "%.*s: %llu bytes for %llu values of type 0x%x, %llu are needed", STR_ARG(item->name),
                          (unsigned long long)h->bytes, (unsigned long long)elements, item->type,
                          (unsigned long long)least);
    }
    item->p = cursor_take(at, h->bytes);
    if (!item->p) {
        return err_set_in(err, ERR_MODEL, name, 0, at->at, "the file ends inside %.*s", STR_ARG(item->name));
    }
    item->n = (size_t)h->bytes;
    if (item->type == ITEM_INTGEMM8) {
        item->mult = bytes_f32(item->p + elements);
        if (!isfinite(item->mult) || item->mult <= 0) {
            return err_set_in(err, ERR_MODEL, name, 0, at->at, "%.*s: the multiplier is not a positive number",
                              STR_ARG(item->name));
        }
    }
    return ERR_OK;
}

static enum err_code read_items(struct container *c, struct arena *a, struct cursor *at, struct header *heads,
                                const char *name, struct err *err) {
    for (size_t i = 0; i < c->n; i++) {
        struct header *h = &heads[i];
        const char *p = h->name_length >= 2 && h->name_length <= MAX_NAME ? cursor_take(at, h->name_length) : NULL;
        if (!p || memchr(p, 0, (size_t)h->name_length) != p + h->name_length - 1) {
            return err_set_in(err, ERR_MODEL, name, 0, at->at, "the name of item %zu is broken", i);
        }
        c->items[i].name = (struct str){p, (size_t)h->name_length - 1};
        c->items[i].type = (uint32_t)h->type;
        uint32_t *slot = map_at(&c->by_name, c->items[i].name);
        if (!slot) {
            return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for the table of contents");
        }
        if (*slot != MAP_NONE) {
            return err_set_in(err, ERR_MODEL, name, 0, at->at, "%.*s stands there twice", STR_ARG(c->items[i].name));
        }
        *slot = (uint32_t)i;
    }
    for (size_t i = 0; i < c->n; i++) {
        enum err_code code = read_shape(at, &heads[i], &c->items[i], name, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    uint64_t gap = cursor_u64(at);
    if (!cursor_take(at, gap)) {
        return err_set_in(err, ERR_MODEL, name, 0, at->at, "the padding before the data leaves the file");
    }
    for (size_t i = 0; i < c->n; i++) {
        enum err_code code = read_data(at, &heads[i], &c->items[i], name, err);
        if (code != ERR_OK) {
            return code;
        }
    }
    if (at->at != at->bytes.n) {
        return err_set_in(err, ERR_MODEL, name, 0, at->at, "%zu bytes are left over at the end",
                          at->bytes.n - at->at);
    }
    return arena_full(a) ? err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for the table of contents")
                         : ERR_OK;
}

enum err_code container_open(struct container *c, struct arena *a, struct str bytes, const char *name,
                             struct err *err) {
    *c = (struct container){0};
    struct cursor at = {.bytes = bytes};
    uint64_t version = cursor_u64(&at), count = cursor_u64(&at);
    if (at.failed) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "%zu bytes are too few for a model", bytes.n);
    }
    if (version != 1) {
        return err_set_in(err, ERR_MODEL, name, 0, 0,
                          "not a binary model of version 1 (its first number is %llu)", (unsigned long long)version);
    }
    if (count == 0 || count > MAX_ITEMS) {
        return err_set_in(err, ERR_MODEL, name, 0, 8, "%llu items; 1 to %d are read", (unsigned long long)count,
                          MAX_ITEMS);
    }
    c->n = (size_t)count;
    c->items = ARENA_ARRAY(a, c->n, struct item);
    struct header *heads = ARENA_ARRAY(a, c->n, struct header);
    map_init(&c->by_name, a);
    if (!c->items || !heads) {
        return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for the table of contents");
    }
    for (size_t i = 0; i < c->n; i++) {
        heads[i].name_length = cursor_u64(&at);
        heads[i].type = cursor_u64(&at);
        heads[i].dims = cursor_u64(&at);
        heads[i].bytes = cursor_u64(&at);
        if (at.failed || heads[i].dims < 1 || heads[i].dims > MAX_DIMS || heads[i].type > UINT32_MAX) {
            return err_set_in(err, ERR_MODEL, name, 0, at.at, "the header of item %zu is broken", i);
        }
    }
    enum err_code code = read_items(c, a, &at, heads, name, err);
    if (code != ERR_OK) {
        return code;
    }
    const struct item *yml = container_get(c, "special:model.yml");
    if (!yml || yml->type != ITEM_INT8) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "the settings (special:model.yml) are missing");
    }
    const char *end = memchr(yml->p, 0, yml->n);
    c->settings = (struct str){yml->p, end ? (size_t)(end - yml->p) : yml->n};
    return ERR_OK;
}

const struct item *container_get(const struct container *c, const char *name) {
    uint32_t at = map_get(&c->by_name, str_of(name));
    return at == MAP_NONE ? NULL : &c->items[at];
}

/* ---- settings: flat YAML, `key: value`, lists as `[a, b]` or as lines `  - value` ---- */

static struct str unquote(struct str s) {
    s = str_trim(s);
    if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0]) {
        s = str_sub(s, 1, s.n - 1);
    }
    return s;
}

/* the n-th element of "[a, b]" */
static struct str in_brackets(struct str list, size_t n) {
    list = str_sub(list, 1, list.n - (str_ends(list, STR("]")) ? 1 : 0));
    while (list.n > 0) {
        struct str one = str_cut(&list, ',');
        if (n-- == 0) {
            return unquote(one);
        }
    }
    return STR_NONE;
}

struct str container_setting(const struct container *c, const char *key, size_t n) {
    struct str rest = c->settings, wanted = str_of(key);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        if (!str_starts(line, wanted) || line.n == wanted.n || line.p[wanted.n] != ':') {
            continue;
        }
        struct str value = str_trim(str_sub(line, wanted.n + 1, line.n));
        if (str_starts(value, STR("["))) {
            return in_brackets(value, n);
        }
        if (value.n > 0) {
            return n == 0 ? unquote(value) : STR_NONE;
        }
        while (rest.n > 0) {
            struct str element = str_trim(str_cut(&rest, '\n'));
            if (!str_starts(element, STR("- "))) {
                break;
            }
            if (n-- == 0) {
                return unquote(str_sub(element, 2, element.n));
            }
        }
        return STR("");
    }
    return STR_NONE;
}
