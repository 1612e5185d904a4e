/* err.c - see err.h */
#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/banned.h"

static const char *const slugs[] = {
#define X(name, slug, title) slug,
#include "core/err_codes.def"
#undef X
};

static const char *const titles[] = {
#define X(name, slug, title) title,
#include "core/err_codes.def"
#undef X
};

const char *err_slug(enum err_code code) {
    return (unsigned)code < ERR_COUNT ? slugs[code] : slugs[ERR_INTERNAL];
}

const char *err_title(enum err_code code) {
    return (unsigned)code < ERR_COUNT ? titles[code] : titles[ERR_INTERNAL];
}

enum err_code err_set_at(struct err *err, enum err_code code, const char *site, const char *source,
                         size_t line, size_t at, const char *format, ...) {
    if (!err || err->code != ERR_OK) {
        return code;
    }
    va_list ap;
    va_start(ap, format);
    vsnprintf(err->text, sizeof err->text, format, ap);
    va_end(ap);
    snprintf(err->source, sizeof err->source, "%s", source ? source : "");
    err->code = code;
    err->line = line;
    err->at = at;
    err->site = site;
    return code;
}
