/* core/nmt/network.h - the network of a model: transformer encoder, SSRU decoder; weights and one pass.
 *
 * A loaded network is read-only and shared by all threads; each works in a network_scratch of its own. Sentences of a
 * batch stand back to back without padding: T pieces in all, B sentences, d = dim. Method and formulas: README.md. */
#ifndef NMT_NETWORK_H
#define NMT_NETWORK_H

#include "core/base/err.h"
#include "core/nmt/kernel.h"
#include "core/nmt/shortlist.h"

enum {
    NMT_PIECES = 128,                  /* longest source of one pass, its end mark included */
    NMT_FACTOR = 2,                    /* a translation has at most this many times the source's pieces */
    NMT_WORDS = 1024,                  /* sentences times longest of one batch */
    NMT_ROWS = 256,                    /* sentences of one batch */
    NMT_STEPS = NMT_FACTOR * NMT_PIECES
};

struct network;

/* bytes: the model file. The network keeps nothing of it (the weights are rearranged); pages that have been read are
 * given back as it goes when bytes is a mapping. Errors: ERR_MODEL, ERR_NO_MEMORY. */
enum err_code network_load(struct network **out, struct str bytes, bool mapped, const struct nmt_kernel *kernel,
                           const char *name, struct err *err);
void network_free(struct network *n);

size_t network_source_size(const struct network *n);
size_t network_target_size(const struct network *n);
size_t network_memory(const struct network *n); /* bytes of weights */

struct network_size {
    uint32_t dim, ffn, heads, encoder_layers, decoder_layers;
};
struct network_size network_size(const struct network *n);
const char *network_kernel(const struct network *n);

struct network_scratch;
struct network_scratch *network_scratch_new(const struct network *n);
void network_scratch_free(struct network_scratch *s);
size_t network_scratch_memory(const struct network_scratch *s);

/* One batch. */
struct network_batch {
    const uint32_t *source; /* [T] ids, each sentence with its end mark; all below source_size */
    const uint32_t *starts; /* [B + 1] where each sentence begins in it; each at least 1 and at most NMT_PIECES long */
    size_t sentences;       /* B <= NMT_ROWS, T <= NMT_WORDS */
    uint32_t end, unknown;  /* target ids: stop there, never write that */
    const struct shortlist *shortlist; /* or NULL */
    bool shared_vocabulary;
    bool align;
    bool batch_limit;         /* the limit of NMT_FACTOR is that of the longest sentence, for all */
    bool (*stop)(void *with); /* or NULL; asked between layers and steps: true gives up */
    void *stop_with;
};

/* What a batch became; lives in the scratch until its next use. */
struct network_output {
    const uint32_t *ids;    /* [B][NMT_STEPS] without the end mark */
    const uint16_t *counts; /* [B] */
    const uint16_t *points; /* [B][NMT_STEPS] piece of the source each looked at most, with align */
    const float *weights;   /* [B][NMT_STEPS] how much of the attention went there */
};

/* Encodes and writes a batch, greedily. Errors: ERR_TIMEOUT when stop said so, ERR_NO_MEMORY. */
enum err_code network_translate(const struct network *n, struct network_scratch *s, const struct network_batch *batch,
                                struct network_output *out, struct err *err);

#endif
