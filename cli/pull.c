/* pull.c - see pull.h.
 *
 * A download grows in DIR/.partial/ and goes on where it stopped, also after a kill; it is unpacked into DIR/.new-PAIR/, checked
 * against size and SHA-256 where the registry gives them, loaded once by the engine, and then takes the place of DIR/PAIR by
 * one rename. One pull at a time (a lock file), so that leavings of earlier ones may be cleared away. */
#include "cli/pull.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/base/cleanup.h"
#include "core/base/buf.h"
#include "core/translate/store.h"

#include "core/base/banned.h"

#define PUBLISHER "https://storage.googleapis.com/moz-fx-translations-data--303e-prod-translations-data/db/models.json"

enum { MAX_REGISTRY = 64 << 20, MAX_FILES = 4, ATTEMPTS = 4, PATH = 4300 };
static const size_t MAX_FILE = (size_t)1 << 30; /* of one file, unpacked */

struct part {
    const char *label;       /* "model" */
    char name[96];           /* in the store */
    struct str url;
    size_t size;             /* unpacked; 0: not told */
    struct str sha256;       /* of it; empty: not told */
    bool gzip;
};

struct pull {
    const struct pull_settings *s;
    struct arena *a;
    struct str pair; /* "de-en" */
    struct str source, target, architecture;
    struct part parts[MAX_FILES];
    size_t n;
    char staging[PATH];
    struct err *err;
};

/* ---- one transfer ---- */

struct sink {
    FILE *file;      /* or NULL: */
    struct buf *buf; /* bytes */
    CURL *curl;
    curl_off_t had;  /* bytes of the file before this transfer */
    size_t max, got;
    const char *label;
    bool quiet, began;
    int error; /* errno of a write that failed */
    double shown;
};

static size_t on_data(char *p, size_t one, size_t n, void *with) {
    struct sink *k = with;
    long status = 0;
    (void)one;
    curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, &status);
    if (!k->began) {
        k->began = true;
        if (k->file && k->had > 0 && status == 200) { /* no ranges there: from the start */
            rewind(k->file);
            if (ftruncate(fileno(k->file), 0) != 0) {
                return 0;
            }
            k->had = 0;
        }
    }
    k->got += n;
    if ((size_t)k->had + k->got > k->max) {
        return 0;
    }
    if (k->file) {
        size_t written = fwrite(p, 1, n, k->file);
        k->error = written < n ? errno : 0;
        return written;
    }
    return buf_add(k->buf, (struct str){p, n}) ? n : 0;
}

static int on_progress(void *with, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up) {
    struct sink *k = with;
    (void)up_total;
    (void)up;
    if (k->quiet || total <= 0 || !k->label) {
        return 0;
    }
    double share = (double)(k->had + now) / (double)(k->had + total);
    if (share - k->shown < 0.01 && share < 1) {
        return 0;
    }
    char bar[31];
    for (int i = 0; i < 30; i++) {
        bar[i] = share * 30 > i ? '#' : '.';
    }
    bar[30] = '\0';
    k->shown = share;
    fprintf(stderr, "\r%-24s [%s] %5.1f of %5.1f MB", k->label, bar, (double)(k->had + now) / 1e6, (double)(k->had + total) / 1e6);
    return 0;
}

static void set_up(CURL *c, const char *url, struct sink *k, double timeout) {
    k->curl = c;
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(timeout * 1000));
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)(timeout < 30 ? timeout + 1 : 30));
    curl_easy_setopt(c, CURLOPT_USERAGENT, "nutgraf/" NUTGRAF_VERSION);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, k);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, k);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
}

static enum err_code transfer_failed(const char *url, CURLcode code, long status, struct err *err) {
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        return err_set_in(err, ERR_TRANSLATOR, url, 0, 0, "the server answered %ld; nothing was installed", status);
    }
    return err_set_in(err, ERR_TRANSLATOR, url, 0, 0, "cannot be fetched (%s); nothing was installed", curl_easy_strerror(code));
}

static enum err_code fetch_registry(const struct pull_settings *s, const char *url, struct arena *a, json_t **out, struct err *err) {
    struct buf b;
    json_error_t e;
    struct sink k = {.buf = &b, .max = MAX_REGISTRY, .quiet = true};
    CURL *c = curl_easy_init();
    buf_init(&b, a);
    if (!c) {
        return err_set(err, ERR_NO_MEMORY, "no memory for a transfer");
    }
    set_up(c, url, &k, s->timeout);
    CURLcode code = curl_easy_perform(c);
    long status = 0;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(c);
    if (code != CURLE_OK) {
        return transfer_failed(url, code, status, err);
    }
    *out = json_loadb(b.p ? b.p : "", b.n, 0, &e);
    if (!*out || !json_is_object(json_object_get(*out, "models"))) {
        json_decref(*out);
        *out = NULL;
        return err_set_in(err, ERR_TRANSLATOR, url, 0, 0, "is no list of models");
    }
    return ERR_OK;
}

/* One file into path, going on where an earlier transfer stopped. */
static enum err_code download(struct pull *p, const struct part *part, const char *path) {
    char label[128];
    snprintf(label, sizeof label, "%.*s %s", STR_ARG(p->pair), part->label);
    for (int attempt = 1;; attempt++) {
        struct stat st;
        AUTO_FILE f = fopen(path, "ab");
        CURL *c = f ? curl_easy_init() : NULL;
        if (!c || fstat(fileno(f), &st) != 0) {
            return err_set_in(p->err, ERR_IO, path, 0, 0, "cannot write: %s", strerror(errno));
        }
        struct sink k = {.file = f, .had = st.st_size, .max = MAX_FILE, .label = label, .quiet = p->s->quiet || !isatty(STDERR_FILENO)};
        set_up(c, part->url.p, &k, p->s->timeout);
        if (st.st_size > 0) {
            curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)st.st_size);
        }
        CURLcode code = curl_easy_perform(c);
        long status = 0;
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_cleanup(c);
        if (!k.quiet && k.shown > 0) {
            fputc('\n', stderr);
        }
        if (code == CURLE_OK) {
            return fflush(f) == 0 ? ERR_OK : err_set_in(p->err, ERR_IO, path, 0, 0, "cannot write: %s; nothing was installed", strerror(errno));
        }
        if (status == 416) { /* all of it was there, or it is of another file: unpacking tells which */
            return ERR_OK;
        }
        if (code == CURLE_RANGE_ERROR || code == CURLE_BAD_DOWNLOAD_RESUME) { /* this server gives no parts */
            unlink(path);
        }
        if (fflush(f) == 0 && fstat(fileno(f), &st) == 0 && st.st_size == 0) {
            unlink(path); /* nothing came */
        }
        if (k.error) {
            return err_set_in(p->err, ERR_IO, path, 0, 0, "cannot write: %s; nothing was installed", strerror(k.error));
        }
        bool hopeless = status >= 400 && status < 500;
        if (hopeless || attempt == ATTEMPTS || code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_WRITE_ERROR) {
            return transfer_failed(part->url.p, code, status, p->err);
        }
        usleep(200000u << attempt);
    }
}

/* ---- unpacking ---- */

/* gzread takes plain files as they are, and checks the checksum of packed ones. */
static enum err_code unpack(struct pull *p, const struct part *part, const char *from, const char *to) {
    static char block[1 << 16];
    size_t total = 0;
    int n = 0, error = Z_OK;
    gzFile in = gzopen(from, "rb");
    AUTO_FILE out = fopen(to, "wb");
    if (!in || !out) {
        if (in) {
            gzclose(in);
        }
        return err_set_in(p->err, ERR_IO, in ? to : from, 0, 0, "cannot open: %s", strerror(errno));
    }
    bool packed = !gzdirect(in), written = true;
    while (written && total <= MAX_FILE && (n = gzread(in, block, sizeof block)) > 0) {
        written = fwrite(block, 1, (size_t)n, out) == (size_t)n;
        total += (size_t)n;
    }
    gzerror(in, &error);
    int closed = gzclose(in);
    written = written && fflush(out) == 0 && fsync(fileno(out)) == 0;
    if (!written) {
        return err_set_in(p->err, ERR_IO, to, 0, 0, "cannot write: %s; nothing was installed", strerror(errno));
    }
    if (n < 0 || error < 0 || closed != Z_OK || total == 0 || total > MAX_FILE || packed != part->gzip) {
        return err_set_in(p->err, ERR_MODEL, part->url.p, 0, 0, "the download is broken (it does not unpack)");
    }
    return ERR_OK;
}

static enum err_code check(struct pull *p, const struct part *part, const char *path) {
    size_t size;
    char sha[65];
    enum err_code code = store_digest(path, &size, sha, p->err);
    if (code == ERR_OK && part->size && part->size != size) {
        code = err_set_in(p->err, ERR_MODEL, part->url.p, 0, 0, "%zu bytes instead of %zu", size, part->size);
    }
    if (code == ERR_OK && part->sha256.n && !str_eqz(part->sha256, sha)) {
        code = err_set_in(p->err, ERR_MODEL, part->url.p, 0, 0, "the checksum is %.12s..., not %.12s...", sha, part->sha256.p);
    }
    return code;
}

/* Download, unpack, check; a broken one is forgotten, and tried once more from the start if it was resumed. */
static enum err_code fetch_part(struct pull *p, const struct part *part) {
    char partial[PATH], to[PATH + 100];
    snprintf(partial, sizeof partial, "%s/.partial/%016llx", p->s->dir, (unsigned long long)str_hash(part->url));
    snprintf(to, sizeof to, "%s/%s", p->staging, part->name);
    for (int attempt = 0;; attempt++) {
        struct err own = {0}, *theirs = p->err;
        struct stat st;
        bool resumed = stat(partial, &st) == 0 && st.st_size > 0;
        enum err_code code = download(p, part, partial);
        if (code != ERR_OK) {
            return code;
        }
        p->err = &own;
        code = unpack(p, part, partial, to);
        code = code ? code : check(p, part, to);
        p->err = theirs;
        if (code == ERR_OK || code == ERR_MODEL) {
            unlink(partial);
        }
        if (code != ERR_MODEL || !resumed || attempt > 0) {
            return code ? err_set_in(p->err, own.code, own.source, own.line, own.at, "%s", own.text) : ERR_OK;
        }
    }
}

/* ---- what the registry says ---- */

static struct str text_of(const json_t *j, const char *key) {
    const json_t *v = json_object_get(j, key);
    return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)} : STR_NONE;
}

static void add_part(struct pull *p, const json_t *files, struct str base, const char *key, const char *label, const char *before, const char *after) {
    const json_t *f = json_object_get(files, key);
    struct str path = text_of(f, "path");
    if (path.n == 0 || p->n == MAX_FILES) {
        return;
    }
    struct part *x = &p->parts[p->n++];
    bool whole = str_starts(path, STR("http://")) || str_starts(path, STR("https://"));
    x->label = label;
    x->url = whole ? arena_dup(p->a, path) : arena_printf(p->a, "%.*s/%.*s", STR_ARG(base), STR_ARG(path));
    x->size = (size_t)json_integer_value(json_object_get(f, "uncompressedSize"));
    x->sha256 = arena_dup(p->a, text_of(f, "uncompressedHash"));
    x->gzip = str_ends(path, STR(".gz"));
    struct str letters = arena_printf(p->a, "%.*s%.*s", STR_ARG(p->source), STR_ARG(p->target));
    snprintf(x->name, sizeof x->name, "%s.%.*s.%s", before, STR_ARG(letters), after);
}

/* The entry to take: of the architecture asked for, else the first that is released, else the first. */
static const json_t *choose(const struct pull *p, const json_t *entries) {
    const json_t *best = NULL, *e;
    size_t i;
    json_array_foreach(entries, i, e) {
        bool fits = !p->s->architecture || str_eqz(text_of(e, "architecture"), p->s->architecture);
        bool released = str_starts(text_of(e, "releaseStatus"), STR("Release"));
        if (fits && (!best || (released && !str_starts(text_of(best, "releaseStatus"), STR("Release"))))) {
            best = e;
        }
    }
    return best;
}

static bool same_pair(struct str x, struct str y) {
    if (x.n != y.n) {
        return false;
    }
    for (size_t i = 0; i < x.n; i++) {
        char a = x.p[i] == '_' ? '-' : (char)(x.p[i] | 32), b = y.p[i] == '_' ? '-' : (char)(y.p[i] | 32);
        if (a != b && !(x.p[i] == '-' && b == '-')) {
            return false;
        }
    }
    return true;
}

/* "zh_hant" and "zh-Hans" as the store has them */
static struct str store_code(struct arena *a, struct str s) {
    struct str first = str_sub(s, 0, 2);
    if (s.n > 3 && (same_pair(str_sub(s, 2, s.n), STR("-hant")))) {
        return arena_printf(a, "%.*s-Hant", STR_ARG(first));
    }
    return s.n > 3 && same_pair(str_sub(s, 2, s.n), STR("-hans")) ? first : s;
}

static enum err_code read_registry(struct pull *p, const json_t *registry, const char *url) {
    const char *key;
    json_t *entries;
    const json_t *entry = NULL;
    json_object_foreach(json_object_get(registry, "models"), key, entries) {
        if (!entry && same_pair(str_of(key), p->pair)) {
            entry = choose(p, entries);
        }
    }
    if (!entry) {
        return err_set_in(p->err, ERR_NO_TRANSLATOR, url, 0, 0, "has no model %.*s%s%s", STR_ARG(p->pair), p->s->architecture ? " of the architecture " : "",
                          p->s->architecture ? p->s->architecture : "");
    }
    const json_t *files = json_object_get(entry, "files");
    struct str base = text_of(registry, "baseUrl"), own = str_of(url);
    p->source = store_code(p->a, arena_dup(p->a, text_of(entry, "sourceLanguage")));
    p->target = store_code(p->a, arena_dup(p->a, text_of(entry, "targetLanguage")));
    p->architecture = arena_dup(p->a, text_of(entry, "architecture"));
    if (base.n == 0 || p->s->registry) { /* a mirror of the list is one of the files: they lie beside its folder db/ */
        size_t at = str_find(own, STR("/db/"), 0);
        base = base.n && at == SIZE_MAX ? base : str_sub(own, 0, at == SIZE_MAX ? own.n : at);
    }
    add_part(p, files, base, "model", "model", "model", "intgemm.alphas.bin");
    add_part(p, files, base, "vocab", "vocabulary", "vocab", "spm");
    add_part(p, files, base, "srcVocab", "vocabulary", "srcvocab", "spm");
    add_part(p, files, base, "trgVocab", "target vocabulary", "trgvocab", "spm");
    if (p->s->shortlist) {
        add_part(p, files, base, "lexicalShortlist", "shortlist", "lex.50.50", "s2t.bin");
    }
    bool named = p->source.n >= 2 && p->source.n < 12 && p->target.n >= 2 && p->target.n < 12 && !memchr(p->source.p, '/', p->source.n) && !memchr(p->target.p, '/', p->target.n);
    if (p->n < 2 || !named || arena_full(p->a)) {
        return err_set_in(p->err, ERR_TRANSLATOR, url, 0, 0, "says too little of %.*s: a model and a vocabulary are needed", STR_ARG(p->pair));
    }
    return ERR_OK;
}

/* ---- installing ---- */

static void remove_folder(const char *path) {
    DIR *dir = opendir(path);
    if (dir) {
        for (const struct dirent *e; (e = readdir(dir));) {
            if (!str_eqz(str_of(e->d_name), ".") && !str_eqz(str_of(e->d_name), "..")) {
                unlinkat(dirfd(dir), e->d_name, 0);
            }
        }
        closedir(dir);
        rmdir(path);
    }
}

static enum err_code make_folders(const char *path, struct err *err) {
    char copy[PATH];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *p = copy + 1; *p; p++) {
        if (*p == '/') {
            *p = '\0';
            mkdir(copy, 0755);
            *p = '/';
        }
    }
    return mkdir(copy, 0755) == 0 || errno == EEXIST ? ERR_OK : err_set_in(err, ERR_IO, path, 0, 0, "cannot be made: %s", strerror(errno));
}

static enum err_code write_manifest(struct pull *p) {
    char path[PATH + 100];
    snprintf(path, sizeof path, "%s/manifest.conf", p->staging);
    AUTO_FILE f = fopen(path, "w");
    if (!f) {
        return err_set_in(p->err, ERR_IO, path, 0, 0, "cannot write: %s", strerror(errno));
    }
    fprintf(f, "# written by nutgraf models pull\nsource = %.*s\ntarget = %.*s\narchitecture = %.*s\n", STR_ARG(p->source), STR_ARG(p->target), STR_ARG(p->architecture));
    for (size_t i = 0; i < p->n; i++) {
        char file[PATH + 100], sha[65];
        size_t size;
        snprintf(file, sizeof file, "%s/%s", p->staging, p->parts[i].name);
        enum err_code code = store_digest(file, &size, sha, p->err);
        if (code != ERR_OK) {
            return code;
        }
        fprintf(f, "file = %s %zu %s\n", p->parts[i].name, size, sha);
    }
    return fflush(f) == 0 && fsync(fileno(f)) == 0 ? ERR_OK : err_set_in(p->err, ERR_IO, path, 0, 0, "cannot write: %s", strerror(errno));
}

/* Whether the engine takes the files: shapes, vocabulary sizes, the shortlist's checksum. */
static enum err_code try_model(struct pull *p) {
    const char *paths[MAX_FILES] = {NULL};
    struct nmt_files files = {0};
    struct nmt_model *m = NULL;
    for (size_t i = 0; i < p->n; i++) {
        struct str path = arena_printf(p->a, "%s/%s", p->staging, p->parts[i].name), name = str_of(p->parts[i].name);
        paths[i] = path.p;
        *(str_starts(name, STR("model.")) ? &files.model : str_starts(name, STR("trgvocab.")) ? &files.target_vocab : str_starts(name, STR("lex.")) ? &files.shortlist : &files.vocab) = paths[i];
    }
    enum err_code code = nmt_load(&m, &files, NULL, p->err);
    nmt_free(m);
    return code;
}

/* The new folder takes the old one's place in one step. */
static enum err_code install(struct pull *p) {
    char place[PATH];
    snprintf(place, sizeof place, "%s/%.*s-%.*s", p->s->dir, STR_ARG(p->source), STR_ARG(p->target));
    if (rename(p->staging, place) == 0) {
        return ERR_OK;
    }
    if (renameat2(AT_FDCWD, p->staging, AT_FDCWD, place, RENAME_EXCHANGE) == 0) {
        remove_folder(p->staging);
        utimensat(AT_FDCWD, p->s->dir, NULL, 0); /* an exchange leaves the folder's time alone; servers watch it */
        return ERR_OK;
    }
    return err_set_in(p->err, ERR_IO, place, 0, 0, "cannot be installed: %s", strerror(errno));
}

static enum err_code fetch_and_install(struct pull *p) {
    enum err_code code = ERR_OK;
    char partial[PATH];
    snprintf(partial, sizeof partial, "%s/.partial", p->s->dir);
    snprintf(p->staging, sizeof p->staging, "%s/.new-%.*s", p->s->dir, STR_ARG(p->pair));
    remove_folder(p->staging);
    code = make_folders(partial, p->err);
    code = code ? code : make_folders(p->staging, p->err);
    for (size_t i = 0; i < p->n && code == ERR_OK; i++) {
        code = fetch_part(p, &p->parts[i]);
    }
    code = code ? code : try_model(p);
    code = code ? code : write_manifest(p);
    code = code ? code : install(p);
    if (code != ERR_OK) {
        remove_folder(p->staging);
    }
    rmdir(partial);
    return code;
}

static bool installed(const struct pull_settings *s, struct str pair, struct arena *a) {
    struct store_model *m;
    size_t n;
    bool found = false;
    if (store_scan(a, s->dir, &m, &n, NULL) == ERR_OK) {
        for (size_t i = 0; i < n; i++) {
            found = found || (!m[i].problem.n && same_pair(arena_printf(a, "%.*s-%.*s", STR_ARG(m[i].source), STR_ARG(m[i].target)), pair));
        }
    }
    return found;
}

/* One pull at a time: another one's end is waited for. The lock, or -1. */
static int lock_folder(const struct pull_settings *s, struct err *err) {
    char path[PATH];
    snprintf(path, sizeof path, "%s/.lock", s->dir);
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        return fd;
    }
    if (fd >= 0 && errno == EWOULDBLOCK) {
        if (!s->quiet) {
            fprintf(stderr, "waiting for another pull to end\n");
        }
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR) {
        }
        return fd;
    }
    err_set_in(err, ERR_IO, path, 0, 0, "cannot be locked: %s", strerror(errno));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

enum err_code pull_pair(const struct pull_settings *s, struct str pair, struct err *err) {
    AUTO_ARENA a;
    json_t *registry = NULL;
    const char *url = s->registry ? s->registry : PUBLISHER;
    arena_init(&a, (size_t)256 << 20);
    if (pair.n < 5 || pair.n > 30 || memchr(pair.p, '/', pair.n) || memchr(pair.p, '.', pair.n)) {
        return err_set_in(err, ERR_VALUE, "pair", 0, 0, "'%.*s' is not a pair such as de-en", STR_ARG(pair));
    }
    if (s->if_missing && installed(s, pair, &a)) {
        return ERR_OK;
    }
    struct pull p = {.s = s, .a = &a, .pair = pair, .err = err};
    enum err_code code = fetch_registry(s, url, &a, &registry, err);
    code = code ? code : read_registry(&p, registry, url);
    code = code ? code : make_folders(s->dir, err);
    json_decref(registry);
    if (code != ERR_OK) {
        return code;
    }
    int fd = lock_folder(s, err);
    if (fd < 0) {
        return ERR_IO;
    }
    if (!s->if_missing || !installed(s, pair, &a)) { /* by whom we waited for */
        code = fetch_and_install(&p);
    }
    close(fd);
    return code;
}

enum err_code pull_list(const struct pull_settings *s, struct err *err) {
    AUTO_ARENA a;
    json_t *registry = NULL, *entries, *e;
    const char *key;
    size_t i;
    arena_init(&a, (size_t)256 << 20);
    enum err_code code = fetch_registry(s, s->registry ? s->registry : PUBLISHER, &a, &registry, err);
    if (code != ERR_OK) {
        return code;
    }
    json_object_foreach(json_object_get(registry, "models"), key, entries) {
        printf("%s\t", key);
        json_array_foreach(entries, i, e) {
            struct str arch = text_of(e, "architecture"), status = text_of(e, "releaseStatus");
            printf("%s%.*s%s%.*s%s", i ? ", " : "", STR_ARG(arch), status.n ? " (" : "", STR_ARG(status), status.n ? ")" : "");
        }
        printf("\n");
    }
    json_decref(registry);
    return ERR_OK;
}
