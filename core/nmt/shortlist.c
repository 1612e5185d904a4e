/* shortlist.c - see shortlist.h. */
#include "core/nmt/shortlist.h"

#include "core/nmt/bytes.h"

#include "core/base/banned.h"

static const uint64_t MAGIC = 0xF11A48D5013417F5u;

enum { HEADER = 48, BODY = 16 };

/* over the 64-bit words behind the checksum; a last odd half is left out */
static uint64_t checksum(struct str bytes) {
    uint64_t h = 0;
    for (size_t at = BODY; at + 8 <= bytes.n; at += 8) {
        h ^= bytes_u64(bytes.p + at) + 0x9e3779b9u + (h << 6) + (h >> 2);
    }
    return h;
}

enum err_code shortlist_open(struct shortlist *s, struct str bytes, size_t source_size, size_t target_size,
                             const char *name, struct err *err) {
    if (bytes.n < HEADER || bytes_u64(bytes.p) != MAGIC) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "not a binary shortlist");
    }
    uint64_t first = bytes_u64(bytes.p + 16), offsets = bytes_u64(bytes.p + 32), entries = bytes_u64(bytes.p + 40);
    if (offsets != source_size + 1) {
        return err_set_in(err, ERR_MODEL, name, 0, 32, "the shortlist is for %llu source words, the vocabulary has %zu",
                          (unsigned long long)(offsets - 1), source_size);
    }
    if (first > target_size) {
        return err_set_in(err, ERR_MODEL, name, 0, 16, "%llu first words of %zu", (unsigned long long)first, target_size);
    }
    size_t left = bytes.n - HEADER;
    if (offsets > left / 8 || entries > (left - offsets * 8) / 4 || left != offsets * 8 + entries * 4) {
        return err_set_in(err, ERR_MODEL, name, 0, 32, "%zu bytes are not %llu offsets and %llu entries", bytes.n,
                          (unsigned long long)offsets, (unsigned long long)entries);
    }
    if (checksum(bytes) != bytes_u64(bytes.p + 8)) {
        return err_set_in(err, ERR_MODEL, name, 0, 8, "the checksum of the shortlist is wrong");
    }
    *s = (struct shortlist){(size_t)first, bytes.p + HEADER, bytes.p + HEADER + offsets * 8, source_size};
    for (size_t i = 0; i <= source_size; i++) {
        uint64_t end = bytes_u64(s->ends + 8 * i);
        if (end > entries || (i > 0 && end < bytes_u64(s->ends + 8 * (i - 1)))) {
            return err_set_in(err, ERR_MODEL, name, 0, HEADER + 8 * i, "offset %zu of the shortlist is out of order", i);
        }
    }
    for (size_t i = 0; i < entries; i++) {
        if (bytes_u32(s->words + 4 * i) >= target_size) {
            return err_set_in(err, ERR_MODEL, name, 0, 0, "entry %zu of the shortlist is no word", i);
        }
    }
    return ERR_OK;
}

size_t shortlist_mark(const struct shortlist *s, const uint32_t *ids, size_t n, bool shared, bool *chosen, size_t size) {
    size_t count = s->first;
    memset(chosen, true, s->first);
    for (size_t i = 0; i < n; i++) {
        if (shared) {
            count += !chosen[ids[i]];
            chosen[ids[i]] = true;
        }
        uint64_t end = bytes_u64(s->ends + 8 * ((size_t)ids[i] + 1));
        for (uint64_t e = bytes_u64(s->ends + 8 * (size_t)ids[i]); e < end; e++) {
            uint32_t word = bytes_u32(s->words + 4 * e);
            count += !chosen[word];
            chosen[word] = true;
        }
    }
    for (size_t extra = s->first; count % 8 != 0 && extra < size; extra++) {
        count += !chosen[extra];
        chosen[extra] = true;
    }
    return count;
}
