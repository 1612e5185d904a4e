/* store.c - see store.h */
#include "core/translate/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/conf.h"
#include "core/base/sha256.h"

#include "core/base/banned.h"

enum { MOST_MODELS = 1000, MOST_FILES = 50 };

size_t store_dirs(struct arena *a, const char *dir, const char *out[STORE_DIRS]) {
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    size_t n = 0;
    if (dir && *dir) {
        out[n++] = dir;
        return n;
    }
    struct str own = xdg && *xdg ? arena_printf(a, "%s/nutgraf/models", xdg) : home && *home ? arena_printf(a, "%s/.local/share/nutgraf/models", home) : STR_NONE;
    if (own.p) {
        out[n++] = own.p;
    }
    out[n++] = "/var/lib/nutgraf/models";
    return n;
}

/* ---- one folder ---- */

static const char *path_in(struct arena *a, struct str folder, const char *name) {
    return arena_printf(a, "%.*s/%s", STR_ARG(folder), name).p;
}

static void use_file(struct arena *a, struct store_model *m, const char *name) {
    struct str s = str_of(name);
    struct stat st;
    const char *path = path_in(a, m->folder, name), **slot = NULL;
    if (str_ends(s, STR(".spm"))) {
        slot = str_starts(s, STR("trgvocab.")) ? &m->files.target_vocab : str_starts(s, STR("vocab.")) || str_starts(s, STR("srcvocab.")) ? &m->files.vocab : NULL;
    } else if (str_ends(s, STR(".bin"))) {
        slot = str_starts(s, STR("model.")) ? &m->files.model : str_starts(s, STR("lex.")) ? &m->files.shortlist : NULL;
    }
    if (!slot || !path || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        return;
    }
    if (*slot) {
        m->problem = arena_printf(a, "more than one file of the kind of %s", name);
    }
    *slot = path;
    m->bytes += (size_t)st.st_size;
}

static void read_manifest(struct arena *a, struct store_model *m) {
    struct conf c;
    struct err err = {0};
    struct str key, value;
    size_t cap = 0;
    const char *path = path_in(a, m->folder, "manifest.conf");
    struct stat st;
    if (!path || stat(path, &st) != 0) {
        return;
    }
    if (conf_open(&c, a, path, &err) != ERR_OK) {
        m->problem = arena_printf(a, "manifest.conf: %s", err.text);
        return;
    }
    while (conf_next(&c) && m->listed_count < MOST_FILES) {
        struct store_file f = {0};
        if (!conf_pair(&c, &key, &value)) {
            m->problem = arena_printf(a, "manifest.conf, line %zu: no key = value", c.line);
        } else if (str_eqz(key, "source")) {
            m->source = value;
        } else if (str_eqz(key, "target")) {
            m->target = value;
        } else if (str_eqz(key, "architecture")) {
            m->architecture = value;
        } else if (str_eqz(key, "file")) {
            f.name = conf_word(&value);
            if (!str_to_size(conf_word(&value), &f.size) || memchr(f.name.p, '/', f.name.n)) {
                m->problem = arena_printf(a, "manifest.conf, line %zu: name, size and checksum are expected", c.line);
            }
            f.sha256 = conf_word(&value);
            ARENA_PUSH(a, m->listed, m->listed_count, cap) = f;
        }
    }
}

/* "zh-hant-en" is from zh-Hant: the script belongs to the language before it */
static void pair_of_name(struct arena *a, struct str name, struct store_model *m) {
    struct str parts[4];
    size_t n = 0, at;
    for (struct str rest = name; rest.n && n < 4;) {
        parts[n++] = str_cut(&rest, '-');
    }
    if (n < 2 || n == 4) {
        return;
    }
    bool script = n == 3 && parts[1].n == 4;
    at = n == 2 || !script ? 1 : 2;
    m->source = at == 2 ? arena_printf(a, "%.*s-Hant", STR_ARG(parts[0])) : parts[0];
    m->target = n == 3 && !script ? arena_printf(a, "%.*s-Hant", STR_ARG(parts[1])) : parts[at];
}

static void read_folder(struct arena *a, struct str name, struct store_model *m) {
    DIR *dir = opendir(m->folder.p);
    if (!dir) {
        m->problem = arena_printf(a, "cannot be read: %s", strerror(errno));
        return;
    }
    pair_of_name(a, name, m);
    for (const struct dirent *e; (e = readdir(dir));) {
        use_file(a, m, e->d_name);
    }
    closedir(dir);
    read_manifest(a, m);
    if (!m->problem.n && (!m->files.model || !m->files.vocab)) {
        m->problem = arena_printf(a, "there is no %s", m->files.model ? "vocabulary (vocab.*.spm)" : "model (model.*.bin)");
    }
    if (!m->problem.n && (m->source.n < 2 || m->target.n < 2)) {
        m->problem = STR("the pair of languages is not known: name the folder like de-en");
    }
}

static int by_pair(const void *x, const void *y) {
    const struct store_model *a = x, *b = y;
    int c = str_cmp(a->source, b->source);
    c = c ? c : str_cmp(a->target, b->target);
    return c ? c : str_cmp(a->folder, b->folder);
}

enum err_code store_scan(struct arena *a, const char *path, struct store_model **out, size_t *n, struct err *err) {
    size_t cap = 0;
    *out = NULL;
    *n = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        return errno == ENOENT || errno == ENOTDIR ? ERR_OK : err_set_in(err, ERR_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
    }
    for (const struct dirent *e; *n < MOST_MODELS && (e = readdir(dir));) {
        struct stat st;
        struct store_model m = {.folder = arena_printf(a, "%s/%s", path, e->d_name)};
        if (e->d_name[0] == '.' || !m.folder.p || stat(m.folder.p, &st) != 0 || !S_ISDIR(st.st_mode)) {
            continue;
        }
        struct str name = arena_dup(a, str_of(e->d_name));
        read_folder(a, name, &m);
        ARENA_PUSH(a, *out, *n, cap) = m;
    }
    closedir(dir);
    if (*n) {
        qsort(*out, *n, sizeof **out, by_pair);
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for the list of models") : ERR_OK;
}

/* ---- checksums ---- */

enum err_code store_digest(const char *path, size_t *size, char sha256[65], struct err *err) {
    char block[65536];
    struct sha256 h;
    AUTO_FILE f = fopen(path, "rb");
    if (!f) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    }
    sha256_init(&h);
    *size = 0;
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0; *size += n) {
        sha256_add(&h, (struct str){block, n});
    }
    if (ferror(f)) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot read: %s", strerror(errno));
    }
    sha256_end(&h, sha256);
    return ERR_OK;
}

enum err_code store_verify(const struct store_model *m, struct store_file *bad, struct err *err) {
    *bad = (struct store_file){0};
    for (size_t i = 0; i < m->listed_count; i++) {
        char path[4200], sha[65];
        size_t size;
        snprintf(path, sizeof path, "%.*s/%.*s", STR_ARG(m->folder), STR_ARG(m->listed[i].name));
        enum err_code code = store_digest(path, &size, sha, err);
        if (code != ERR_OK) {
            return code;
        }
        if (size != m->listed[i].size || (m->listed[i].sha256.n && !str_eqz(m->listed[i].sha256, sha))) {
            *bad = m->listed[i];
            return ERR_OK;
        }
    }
    return ERR_OK;
}
