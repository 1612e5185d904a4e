/* core/kb/in.h - what load.c makes and kb.c reads; nobody else includes it.
 *
 * An alias is kept by its key: folded, without white space, hyphens, middle dots, full stops and apostrophes, so that
 * "J.P. Morgan" is "JPMorgan" and 卡内基 · 梅隆 is 卡内基·梅隆. Keys lie in one pool; a table of indices, open
 * addressing, leads to the first alias of a key, and from there a chain to the others in the order of the data. */
#ifndef KB_IN_H
#define KB_IN_H

#include "core/kb/kb.h"

enum kb_alias_flag {
    ALIAS_CAPITAL = 1, /* written with a capital: must be so in the text */
    ALIAS_LAST = 2,    /* its last word too: "The Paper" is no "The paper" */
    ALIAS_UPPER = 4,   /* two to four capitals: must be so in the text (MIT is no "Mit") */
    ALIAS_WEAK = 8,    /* also an ordinary word or another name: wants evidence */
    ALIAS_CUE = 16,    /* no name: its presence is evidence for the row */
    ALIAS_SHORT = 32,  /* one letter or one Han character */
    ALIAS_CUED = 64,   /* weak, and no capital or recogniser bears it out: another name or a cue of the row must stand in the text */
};

struct kb_alias {
    uint32_t key; /* offset of the key in the pool */
    uint32_t row;
    uint32_t next; /* the next alias of the same key, or KB_NONE */
    uint16_t n;    /* bytes of the key */
    uint8_t flags;
    int8_t lang; /* only in texts of that language, or LANG_NONE */
};

struct kb_name {
    struct str tag, text;
    uint32_t next; /* the row's next name, or KB_NONE */
};

struct kb_entry {
    struct kb_row row;
    uint32_t name_first, name_last; /* its names, chained; KB_NONE: none yet */
};

enum { KB_HEADS = 1 << 14, KB_HEAD = 3, KB_NECK = 6 };

struct kb {
    const struct langs *langs;
    const struct text_fold *fold;
    struct arena *a;
    struct kb_entry *entries;
    size_t n, cap;
    uint32_t row; /* the row being read */
    struct kb_name *names;
    size_t name_count, name_cap;
    struct kb_alias *aliases;
    size_t alias_count, alias_cap;
    char *pool;
    size_t pool_n, pool_cap;
    uint64_t *table; /* [table_size] index of an alias + 1, above it half the hash of its key; 0 is free */
    size_t table_size, keys;
    uint16_t longest[KB_HEADS]; /* bytes of the longest key by the hash of its first KB_HEAD bytes, 0: none begins so */
    uint16_t longer[KB_HEADS];  /* the same by its first KB_NECK bytes: two characters of Chinese */
    struct map by_id;           /* id -> row */
    struct str *problems; /* "file:line: what" of every wrong row */
    size_t problem_count, problem_cap;
};

/* Appends the key of a folded text to b. */
void kb_key_add(struct buf *b, struct str folded);
/* The first alias of a key, or KB_NONE. */
uint32_t kb_lookup(const struct kb *k, struct str key);
/* Bytes of the longest key that begins as this one does, whose last bytes (ending) may be no part of one; more than any key
 * has where it is too short to tell. */
size_t kb_longest(const struct kb *k, struct str key, size_t ending);

#endif
