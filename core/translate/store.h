/* core/translate/store.h - the models installed: one folder a pair, with the files as their publisher names them.
 *
 *     de-en/manifest.conf   source, target, architecture, and `file = NAME SIZE SHA256` for each; may be missing
 *     de-en/model.deen.intgemm.alphas.bin, vocab.deen.spm (or srcvocab., trgvocab.), lex.50.50.deen.s2t.bin (optional)
 *
 * Folders whose names begin with a full stop are being made or removed and do not count. */
#ifndef TRANSLATE_STORE_H
#define TRANSLATE_STORE_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/nmt/nmt.h"

struct store_file {
    struct str name;
    size_t size;
    struct str sha256; /* 64 hexadecimal digits, or empty */
};

struct store_model {
    struct str source, target;  /* "de", "zh-Hant" */
    struct str folder;          /* its path */
    struct str architecture;    /* "tiny", ...; empty: not known */
    struct nmt_files files;     /* paths; NUL-terminated, in the arena of the scan */
    size_t bytes;               /* of the files on disk */
    struct store_file *listed;  /* [listed_count] what the manifest says */
    size_t listed_count;
    struct str problem; /* why it cannot be used: a file is missing; empty when well */
};

enum { STORE_DIRS = 2 };

/* Where models are: dir alone where it is not empty, else $XDG_DATA_HOME/nutgraf/models (or below ~/.local/share) and
 * /var/lib/nutgraf/models. Returns how many; the first is where new ones go. Strings live in a. */
size_t store_dirs(struct arena *a, const char *dir, const char *out[STORE_DIRS]);

/* The models in dir, by source and target; none where it does not exist. Errors: ERR_NO_MEMORY, ERR_IO. */
enum err_code store_scan(struct arena *a, const char *dir, struct store_model **out, size_t *n, struct err *err);

/* Reads every file listed and compares; *bad is the first that differs (empty name: none). Errors: ERR_IO. */
enum err_code store_verify(const struct store_model *m, struct store_file *bad, struct err *err);

/* Size and SHA-256 of a file. Errors: ERR_IO. */
enum err_code store_digest(const char *path, size_t *size, char sha256[65], struct err *err);

#endif
