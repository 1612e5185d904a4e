/* cli/pull.h - models from a registry to the store: download with resume, checksums, installation in one step. */
#ifndef CLI_PULL_H
#define CLI_PULL_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct pull_settings {
    const char *dir;          /* of models; made where it is missing */
    const char *registry;     /* http or https address of the list; NULL: the publisher's */
    const char *architecture; /* "tiny", "base-memory", "base"; NULL: the first released */
    double timeout;           /* seconds to connect */
    bool shortlist;           /* with the lexical shortlist */
    bool quiet;               /* no progress */
    bool if_missing;          /* a pair that is installed is well */
};

/* The pairs the registry has, one a line with its architectures, to standard output. */
enum err_code pull_list(const struct pull_settings *s, struct err *err);

/* Fetches and installs one pair ("de-en"). What was there before stays until the new one is complete and has been loaded once.
 * Errors: ERR_TRANSLATOR (the registry cannot be reached or is not one), ERR_NO_TRANSLATOR (it has no such pair), ERR_MODEL
 * (a checksum differs, a file is broken), ERR_IO, ERR_NO_MEMORY. */
enum err_code pull_pair(const struct pull_settings *s, struct str pair, struct err *err);

#endif
