/* file.c - see file.h */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/banned.h"

enum err_code file_open(struct file_map *f, const char *path, struct err *err) {
    struct stat st;
    *f = (struct file_map){STR_NONE};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return err_set_in(err, ERR_IO, path, 0, 0, "not a regular file");
    }
    if (st.st_size == 0) {
        close(fd);
        return ERR_OK;
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int why = errno;
    close(fd);
    if (p == MAP_FAILED) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot map: %s", strerror(why));
    }
    f->bytes = (struct str){p, (size_t)st.st_size};
    return ERR_OK;
}

void file_close(struct file_map *f) {
    if (f->bytes.p) {
        munmap((void *)(uintptr_t)f->bytes.p, f->bytes.n);
    }
    *f = (struct file_map){STR_NONE};
}

enum err_code file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err) {
    struct file_map f;
    enum err_code code = file_open(&f, path, err);
    if (code != ERR_OK) {
        return code;
    }
    if (f.bytes.n > max) {
        code = err_set_in(err, ERR_TOO_LARGE, path, 0, 0, "%zu bytes, at most %zu are read", f.bytes.n, max);
    } else {
        *out = arena_dup(a, f.bytes);
        if (!out->p) {
            code = err_set_in(err, ERR_NO_MEMORY, path, 0, 0, "no memory for %zu bytes", f.bytes.n);
        }
    }
    file_close(&f);
    return code;
}

bool file_exists(const char *path) {
    return access(path, R_OK) == 0;
}
