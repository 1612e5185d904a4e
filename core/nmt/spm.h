/* core/nmt/spm.h - a SentencePiece vocabulary (unigram): text to piece ids and back.
 *
 * Reads .spm files (a protobuf ModelProto), applies the normaliser's character map that travels in the file
 * (nmt_nfkc), cuts by Viterbi over the pieces' scores and falls back to bytes. Same ids as the SentencePiece library.
 * Method: Kudo 2018, "Subword Regularization"; file format: README.md.
 * A loaded vocabulary is read-only; all threads share it. */
#ifndef NMT_SPM_H
#define NMT_SPM_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct spm;

/* The longest text of one call, bytes; after normalisation it may have grown threefold and more. */
#define SPM_MAX_TEXT ((size_t)1 << 20)

/* Loads a vocabulary; everything it keeps lives in a, bytes may go. Errors: ERR_MODEL, ERR_NO_MEMORY. */
enum err_code spm_load(const struct spm **out, struct arena *a, struct str bytes, const char *name, struct err *err);

size_t spm_size(const struct spm *s);
uint32_t spm_unknown(const struct spm *s); /* the id of <unk> */
uint32_t spm_end(const struct spm *s);     /* the id of </s> */
struct str spm_piece(const struct spm *s, uint32_t id);

struct spm_token {
    uint32_t id;
    uint32_t start, end; /* bytes of the text it stands for; empty for the space put in front */
};

/* Cuts text into pieces (no end mark is added). Bytes that are not UTF-8 count as U+FFFD.
 * Errors: ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err_code spm_encode(const struct spm *s, struct arena *a, struct str text, struct spm_token **out, size_t *n,
                         struct err *err);

/* The text of ids, all below spm_size. starts, when not NULL, has [n + 1]: where in the text each id's part begins.
 * STR_NONE when a is full. */
struct str spm_decode(const struct spm *s, struct arena *a, const uint32_t *ids, size_t n, uint32_t *starts);

/* The text after the normaliser, spaces as U+2581: what spm_encode cuts. For tests. */
struct str spm_normalise(const struct spm *s, struct arena *a, struct str text);

#endif
