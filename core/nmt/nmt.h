/* core/nmt/nmt.h - neural machine translation on the CPU: models of Firefox Translations, as published.
 *
 * A model is loaded once and shared by all threads; each thread has a worker, which is its scratch memory.
 * The result for a sentence does not depend on the processor, the threads, nor, without a shortlist, on what else is
 * translated with it. Method: README.md. Texts of several sentences, punctuation, pivoting: core/translate. */
#ifndef NMT_NMT_H
#define NMT_NMT_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct nmt_model;  /* read-only once loaded; all threads share it */
struct nmt_worker; /* one thread at a time */

struct nmt_files {
    const char *model;        /* model.XXYY.intgemm.alphas.bin */
    const char *vocab;        /* vocab.XXYY.spm, or the source's where there are two */
    const char *target_vocab; /* trgvocab.XXYY.spm, or NULL: the same */
    const char *shortlist;    /* lex.50.50.XXYY.s2t.bin, or NULL */
};

/* Loads a model. Files are input: every size and index in them is checked.
 *   kernel  "avx512", "avxvnni", "avx2", "ssse3", "neon", "dotprod", "c", or NULL for the fastest that runs here
 * Errors: ERR_IO, ERR_MODEL, ERR_NO_MEMORY, ERR_VALUE (kernel). */
enum err_code nmt_load(struct nmt_model **out, const struct nmt_files *files, const char *kernel, struct err *err);

/* The same from memory; nothing of it is kept but the shortlist, which must outlive the model. target_vocab and
 * shortlist may be STR_NONE. */
enum err_code nmt_load_bytes(struct nmt_model **out, struct str model, struct str vocab, struct str target_vocab,
                             struct str shortlist, const char *kernel, struct err *err);
void nmt_free(struct nmt_model *m);

/* Bytes the model takes, and the name of the kernel it runs on. */
size_t nmt_memory(const struct nmt_model *m);
const char *nmt_kernel_name(const struct nmt_model *m);
/* "256-wide, 6+2 layers, 8 heads, 32000 words" */
struct str nmt_describe(const struct nmt_model *m, struct arena *a);

/* NULL when there is no memory. At most about 25 MB. */
struct nmt_worker *nmt_worker_new(const struct nmt_model *m);
void nmt_worker_free(struct nmt_worker *w);
size_t nmt_worker_memory(const struct nmt_worker *w); /* bytes at most */

struct nmt_options {
    bool align;               /* fill links */
    bool batch_limit;         /* length limit as the original engine has it: README.md; only for comparing with it */
    bool (*stop)(void *with); /* asked every few milliseconds; true ends the work with ERR_TIMEOUT. May be NULL */
    void *stop_with;
};

/* A piece of the translation and the piece of the source that the decoder looked at most as it wrote it. */
struct nmt_link {
    uint32_t start, end;               /* bytes of the translation */
    uint32_t source_start, source_end; /* bytes of the source */
    float weight;                      /* 0..1, the attention that went there */
};

struct nmt_result {
    struct str text;
    struct nmt_link *links; /* [n_links] by start, with align */
    size_t n_links;
    size_t pieces; /* of the source, without end marks */
};

/* Translates n sentences; white space around each is kept. A sentence of more than 127 pieces is cut there, hard: the
 * callers who can (core/translate/engine.c) cut at better places before.
 *   out  [n]  in the order of sources; lives in a
 * Errors: ERR_UTF8, ERR_TOO_LARGE (a sentence above 1 MiB), ERR_NO_MEMORY, ERR_TIMEOUT. */
enum err_code nmt_translate(struct nmt_worker *w, struct arena *a, const struct str *sources, size_t n,
                            const struct nmt_options *options, struct nmt_result *out, struct err *err);

/* How many pieces the text has for this model; SIZE_MAX when it cannot be told (memory). */
size_t nmt_count_pieces(const struct nmt_model *m, struct str text);

#endif
