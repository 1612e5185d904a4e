/* core/nmt/shortlist.h - the lexical shortlist: which target words a source word may become. Optional: it narrows the
 * output layer. With it, a sentence's translation depends on what else is in its batch, as in the engine it is from. */
#ifndef NMT_SHORTLIST_H
#define NMT_SHORTLIST_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct shortlist {
    size_t first;      /* ids below are always candidates */
    const char *ends;  /* u64 each: entries of word i are [ends[i], ends[i + 1]) */
    const char *words; /* u32 each, all below the target vocabulary's size */
    size_t sources;    /* size of the source vocabulary */
};

/* Reads a shortlist; it points into bytes. Checksum and every index are checked. Errors: ERR_MODEL. */
enum err_code shortlist_open(struct shortlist *s, struct str bytes, size_t source_size, size_t target_size,
                             const char *name, struct err *err);

/* Marks the candidates for the n source ids in chosen [size], all false before, then fills up to a multiple of 8;
 * returns how many. shared: both sides have one vocabulary. */
size_t shortlist_mark(const struct shortlist *s, const uint32_t *ids, size_t n, bool shared, bool *chosen, size_t size);

#endif
