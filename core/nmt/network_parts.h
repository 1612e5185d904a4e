/* core/nmt/network_parts.h - the inside of a network, for network_load.c and network.c alone. */
#ifndef NMT_NETWORK_PARTS_H
#define NMT_NETWORK_PARTS_H

#include "core/nmt/network.h"

struct network_norm {
    const float *scale, *bias; /* [d] */
};

struct network_attention {
    struct nmt_matrix q, k, v, o; /* d x d */
    struct network_norm norm;
};

struct network_feed {
    struct nmt_matrix one, two; /* d x ffn, ffn x d */
    struct network_norm norm;
};

struct network_encoder {
    struct network_attention self;
    struct network_feed feed;
};

struct network_decoder {
    struct nmt_matrix cell, forget; /* d x d */
    struct network_norm norm;
    struct network_attention context;
    struct network_feed feed;
};

struct network_embedding {
    int8_t *w;   /* [words], packed as a matrix of words columns */
    float scale; /* value = q * scale */
    const struct nmt_spill *spills; /* as of that matrix, or NULL */
    const uint32_t *spills_at;
};

struct network {
    struct network_size size;
    size_t source_size, target_size;
    const struct nmt_kernel *kernel;
    struct network_embedding source, target;
    struct nmt_matrix output;        /* d x target_size */
    struct network_encoder *encoder; /* [encoder_layers] */
    struct network_decoder *decoder; /* [decoder_layers] */
    const float *positions;          /* [NMT_STEPS][d] */
    void *mapping;                   /* all weights */
    char *block;
    size_t mapping_size, block_size, block_used;
};

#endif
