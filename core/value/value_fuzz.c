/* value_fuzz.c - libFuzzer over the loader of value.conf and over texts under the rules it makes.
 * Input: the text of a value.conf, a NUL, a text to find dates and amounts in. Without a NUL all of it is rules. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/utf8.h"
#include "core/value/in.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void find(const struct rules *r, struct arena *a, struct str text) {
    struct scan s = {.r = r, .a = a};
    struct cand other;
    struct money_state st = {.cue_at = 0, .cur_at = 0, .last_currency = -1, .prev_end = UINT32_MAX};
    scan_add(&s, text, text, 0, 0, 0, ATOM_SPACE);
    if (!scan_finish(&s)) {
        return;
    }
    struct dates dates;
    if (!dates_find(&s, &dates)) {
        return;
    }
    struct resolver resolver = {.ref = {2024, 5, 5}};
    for (uint32_t at = 0; at < s.n; at++) {
        char iso[44];
        if (dates.at[at]) {
            date_resolve(&resolver, &dates.items[dates.at[at] - 1].slots, 0, iso);
        }
        if ((money_at(&s, at, &st, &other) || percent_at(&s, at, &other)) && other.end <= other.first) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    struct rules r;
    struct conf c;
    struct err err = {0};
    struct str rest = {(const char *)data, size < 20000 ? size : 20000};
    arena_init(&a, (size_t)64 << 20);
    struct str conf = str_cut(&rest, 0);
    if (utf8_check(conf) != SIZE_MAX || utf8_check(rest) != SIZE_MAX) {
        return 0;
    }
    conf_open_text(&c, conf, "fuzz");
    if (rules_init(&r, &a, STR("de"), &err) == ERR_OK && rules_parse(&r, &a, &c, &err) == ERR_OK) {
        find(&r, &a, rest);
    }
    return 0;
}
