/* core/nmt/container.h - the binary container of a model: named, shaped arrays, and its settings.
 *
 * The bytes stay where they are (a mapped file); items point into them. Everything a header says is checked against
 * the file before it is believed. Layout: README.md. */
#ifndef NMT_CONTAINER_H
#define NMT_CONTAINER_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/map.h"

enum item_type {
    ITEM_INT8 = 0x0101,
    ITEM_FLOAT32 = 0x0404,
    ITEM_INTGEMM8 = 0x4101, /* int8 values, then one float32: the multiplier they were made with */
};

struct item {
    struct str name;
    uint32_t type;   /* enum item_type, or another the file has */
    uint32_t rows;   /* product of all dimensions but the last */
    uint32_t cols;   /* the last dimension */
    const char *p;   /* [rows * cols] values of the type, little-endian, not aligned */
    size_t n;        /* bytes */
    float mult;      /* ITEM_INTGEMM8: value = q / mult; finite and above 0 */
};

struct container {
    struct item *items; /* [n] */
    size_t n;
    struct map by_name;
    struct str settings; /* the text of special:model.yml, without its NUL */
};

/* Reads the table of contents. Errors: ERR_MODEL, ERR_NO_MEMORY. name is for messages. */
enum err_code container_open(struct container *c, struct arena *a, struct str bytes, const char *name,
                             struct err *err);

/* NULL when there is no such item. */
const struct item *container_get(const struct container *c, const char *name);

/* A setting's value as it stands there, without quotes; a list gives its n-th element. STR_NONE when absent. */
struct str container_setting(const struct container *c, const char *key, size_t n);

#endif
