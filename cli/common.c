/* common.c - what the subcommands share. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/file.h"
#include "core/translate/engine.h"
#include "core/translate/remote.h"
#include "server/config.h"

#include "core/base/banned.h"

const char *cli_data_dir(const char *flag) {
    static char path[4096];
    static const char *const beside[] = {"../share/nutgraf", "../data", "../../data"};
    const char *from_environment = getenv("NUTGRAF_DATA");
    if (flag && *flag) {
        return flag;
    }
    if (from_environment && *from_environment) {
        return from_environment;
    }
    char self[2048];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (n > 0 && self[n - 1] != '/') {
        n--;
    }
    for (size_t i = 0; n > 0 && i < sizeof beside / sizeof beside[0]; i++) {
        char probe[4200];
        snprintf(path, sizeof path, "%.*s%s", (int)n, self, beside[i]);
        snprintf(probe, sizeof probe, "%s/schema.conf", path);
        if (file_exists(probe)) {
            return path;
        }
    }
    return NUTGRAF_DATADIR;
}

enum err_code cli_add_engine(struct nutgraf *ng, const char *dir, size_t memory, bool shortlist, const char *preload, struct err *err) {
    struct translator *engine = NULL;
    struct engine_config c = {dir && *dir ? dir : getenv("NUTGRAF_MODELS"), memory, shortlist};
    enum err_code code = engine_new(&engine, &c, err);
    if (code == ERR_OK && preload && *preload) {
        code = engine_preload(engine, str_of(preload), err);
    }
    if (code != ERR_OK) {
        if (engine) {
            engine->free(engine);
        }
        return code;
    }
    return translate_add(nutgraf_translate(ng), engine, err);
}

enum err_code cli_add_translator(struct nutgraf *ng, const struct server_config *c, struct err *err) {
    static const struct remote_api *const apis[] = {[TRANSLATOR_LIBRETRANSLATE] = &remote_libretranslate, [TRANSLATOR_DEEPL] = &remote_deepl, [TRANSLATOR_OPENAI] = &remote_openai};
    struct remote_config r = {.url = c->translator_url, .key = c->translator_key, .key_file = c->translator_key_file, .model = c->translator_model,
                              .pairs = c->translator_pairs, .timeout = c->translator_timeout, .retries = c->translator_retries, .cache = c->translator_cache};
    struct translator *remote = NULL;
    if (c->translator == TRANSLATOR_OFF) {
        return ERR_OK;
    }
    enum err_code code = remote_new(&remote, apis[c->translator], &r, err);
    return code ? code : translate_add(nutgraf_translate(ng), remote, err);
}

const char *cli_environment(const char *name) {
    return getenv(name);
}

enum err_code cli_add_translators(struct nutgraf *ng, struct err *err) {
    struct server_config c;
    char none[] = "nutgraf", *argv[] = {none, NULL};
    enum err_code code = config_read(&c, 1, argv, cli_environment, err);
    code = code ? code : cli_add_engine(ng, NULL, 0, false, NULL, err);
    return code ? code : cli_add_translator(ng, &c, err);
}

void cli_complain(const struct err *err) {
    fprintf(stderr, "nutgraf: ");
    if (err->source[0]) {
        fprintf(stderr, "%s: ", err->source);
    }
    if (err->line) {
        fprintf(stderr, "line %zu: ", err->line);
    }
    fprintf(stderr, "%s\n", err->text);
}

enum err_code cli_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *err) {
    bool standard = str_eqz(str_of(path), "-");
    AUTO_FILE opened = standard ? NULL : fopen(path, "rb");
    FILE *f = standard ? stdin : opened;
    char block[65536];
    struct buf b;
    if (!f) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    }
    buf_init(&b, a);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;) {
        if (b.n + n > max) {
            return err_set_in(err, ERR_TOO_LARGE, path, 0, 0, "more than %zu bytes", max);
        }
        if (!buf_add(&b, (struct str){block, n})) {
            return err_set_in(err, ERR_NO_MEMORY, path, 0, 0, "no memory to read it");
        }
    }
    if (ferror(f)) {
        return err_set_in(err, ERR_IO, path, 0, 0, "cannot read: %s", strerror(errno));
    }
    *out = buf_str(&b);
    return ERR_OK;
}
