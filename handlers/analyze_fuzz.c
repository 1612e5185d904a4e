/* analyze_fuzz.c - libFuzzer target: the readers of the body and options of POST /v1/analyze.
 * The first byte chooses JSON or plain text. Whatever is accepted must be within the limits the API promises. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/limits.h"
#include "handlers/analyze.h"
#include "handlers/problem.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum err_code code, const struct analyze_request *r, const struct err *err) {
    if (code != err->code) {
        abort();
    }
    if (code == ERR_OK && ((r->ng.text.n == 0 && r->page.bytes.n == 0 && r->ng.url.n == 0) || r->ng.text.n > LIMIT_TEXT || r->ng.title.n > LIMIT_TITLE ||
                           !(r->ng.min_confidence >= 0 && r->ng.min_confidence <= 1))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    struct analyze_request r;
    struct err err = {0};
    arena_init(&a, (size_t)64 << 20);
    if (size == 0) {
        return 0;
    }
    struct str s = {(const char *)data + 1, size - 1};
    if (data[0] & 1) {
        check(analyze_parse_json(&a, data[0] & 2 ? FOR_EXTRACT : FOR_ANALYZE, s, &r, &err), &r, &err);
    } else {
        struct str rest = s, query = str_cut(&rest, '\n');
        struct http_param params[8];
        size_t n = 0;
        for (; query.n && n < 8; n++) {
            struct str pair = str_cut(&query, '&');
            params[n].name = str_cut(&pair, '=');
            params[n].value = pair;
            if (utf8_check(params[n].name) != SIZE_MAX || utf8_check(pair) != SIZE_MAX) {
                return 0; /* the server refuses these before */
            }
        }
        check(analyze_parse_text(FOR_ANALYZE, rest, data[0] & 2 ? STR("text/html") : STR_NONE, params, n, &r, &err), &r, &err);
    }
    if (err.code != ERR_OK) {
        struct http_reply rep = {0};
        problem_reply(&a, &err, STR("fuzz"), &rep);
        if (rep.body.n == 0 || rep.status < 400) {
            abort();
        }
    }
    return 0;
}
