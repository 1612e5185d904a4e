/* hints.c - see hints.h */
#include "core/html/hints.h"

#include "core/base/conf.h"

#include "core/base/banned.h"

enum { WORD_MAX = 24, NAMES_MAX = 400 };

static const char *const names[] = {
#define X(name) #name,
    HTML_HINTS(X)
#undef X
};

enum err_code hints_load(struct hints *h, struct arena *a, const char *data_dir, struct err *err) {
    struct conf c;
    struct str path = arena_printf(a, "%s/page/hints.conf", data_dir);
    if (!path.p) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the hints");
    }
    enum err_code code = conf_open(&c, a, path.p, err);
    map_init(&h->words, a);
    while (code == ERR_OK && conf_next(&c)) {
        uint32_t bit = 0;
        for (size_t i = 0; i < HINT_COUNT; i++) {
            bit |= str_eqz(c.section, names[i]) ? 1u << i : 0;
        }
        if (!bit) {
            return conf_fail(&c, err, "unknown section [%.*s]", STR_ARG(c.section));
        }
        struct str rest = c.entry;
        for (struct str word = conf_word(&rest); word.n; word = conf_word(&rest)) {
            uint32_t *at = word.n <= 2 * WORD_MAX ? map_at(&h->words, word) : NULL;
            if (word.n > 2 * WORD_MAX) {
                return conf_fail(&c, err, "a word of more than %d letters", 2 * WORD_MAX);
            }
            if (!at) {
                return err_set(err, ERR_NO_MEMORY, "no memory for the hints");
            }
            *at = (*at == MAP_NONE ? 0 : *at) | bit;
        }
    }
    return code;
}

static uint32_t look_up(const struct hints *h, struct str word) {
    uint32_t bits = map_get(&h->words, word);
    return bits == MAP_NONE ? 0 : bits;
}

uint32_t hints_find(const struct hints *h, struct str name) {
    char pair[2 * WORD_MAX + 2]; /* the word before, '+', the word */
    size_t before = 0, n = 0;
    uint32_t bits = 0;
    bool was_lower = false;
    char *word = pair;
    for (size_t i = 0; i <= name.n && i < NAMES_MAX; i++) {
        char c = i < name.n ? name.p[i] : ' ';
        bool up = c >= 'A' && c <= 'Z', low = c >= 'a' && c <= 'z';
        if ((!up && !low) || (up && was_lower) || n == WORD_MAX) {
            if (n) {
                bits |= look_up(h, (struct str){word, n});
                if (before) {
                    bits |= look_up(h, (struct str){pair, before + 1 + n});
                }
                memmove(pair, word, n);
                before = n;
                pair[n] = '+';
                word = pair + n + 1;
                n = 0;
            }
            if (c == ' ' || c == '\t' || c == '\n') {
                before = 0;
                word = pair;
            }
        }
        if (up || low) {
            word[n++] = up ? (char)(c + 32) : c;
        }
        was_lower = low;
    }
    return bits;
}
