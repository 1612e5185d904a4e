/* core/base/file.h - whole files, read-only, by mmap. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "core/base/arena.h"
#include "core/base/err.h"

struct file_map {
    struct str bytes; /* p NULL when the file is empty */
};

/* Maps path. Errors: ERR_IO with the path as source. Other processes must not shrink a mapped file (installation
 * replaces files by rename). */
enum err_code file_open(struct file_map *f, const char *path, struct err *err);
void file_close(struct file_map *f);

/* Copies a whole file of at most max bytes into a. Errors: ERR_IO, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err_code file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err);

bool file_exists(const char *path);

#endif
