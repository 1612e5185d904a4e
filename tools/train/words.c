/* words.c - see words.h */
#include "tools/train/words.h"

#include <stdlib.h>

#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/utf8.h"
#include "core/ner/features.h"
#include "core/text/text.h"

#include "core/base/banned.h"

struct entry {
    uint64_t hash;
    uint16_t word;
};

/* What the silver sets have of a name. */
struct seen {
    struct str name;
    uint32_t types[4];       /* persons, organisations, places, products */
    uint32_t given, surname; /* of persons with several words: first, last word */
};

struct words {
    struct arena *a;
    const struct pipeline *p;
    struct entry *entries;
    size_t n, cap;
    bool endings; /* the lexicon has some */
    struct map by_name;
    struct seen *seen;
    size_t seen_n, seen_cap;
};

enum err_code words_new(struct words **out, struct arena *a, const struct pipeline *p, struct err *err) {
    *out = ARENA_NEW(a, struct words);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the words");
    }
    (*out)->a = a;
    (*out)->p = p;
    map_init(&(*out)->by_name, a);
    return ERR_OK;
}

/* Whether the engine takes the characters of the word for tokens. */
static bool is_chars(const struct words *w, struct str fold) {
    size_t i = 0;
    return w->p->chars && fold.n > 0 && utf8_next(fold, &i) >= 0x3040;
}

/* A folded name, and its beginnings as something that goes on. */
static void add(struct words *w, struct str fold, unsigned word) {
    bool chars = is_chars(w, fold);
    for (size_t i = 0; i < fold.n;) {
        size_t to = i;
        if (chars) {
            utf8_next(fold, &to);
        } else {
            to = str_find(fold, STR(" "), i);
            to = to > fold.n ? fold.n : to;
        }
        struct entry e = {ner_run_hash(str_sub(fold, 0, to), chars), to == fold.n ? (uint16_t)word : NER_LONGER};
        ARENA_PUSH(w->a, w->entries, w->n, w->cap) = e;
        i = chars ? to : to + 1;
    }
}

enum err_code words_read_list(struct words *w, const char *path, struct err *err) {
    struct str rest;
    size_t bits, line = 0;
    enum err_code code = file_read(w->a, path, (size_t)64 << 20, &rest, err);
    while (code == ERR_OK && rest.n) {
        struct str number = str_cut(&rest, '\n'), name = str_cut(&number, '\t');
        line++;
        if (name.n == 0 || !str_to_size(number, &bits) || bits == 0 || bits >= 1u << NER_LISTS) {
            return err_set_in(err, ERR_DATA, path, line, 0, "expected 'name<TAB>bits'");
        }
        add(w, text_fold(w->p->fold, w->a, name), (unsigned)bits);
    }
    return code;
}

/* In the order of their numbers; the first three are enum ner_kind. */
static const char *const kinds[] = {
    "stop", "org", "legal", "role", "title", "trade", "say", "place", "product", "event", "demonym", "time", "thing", "family", "act", "unit",
};

static unsigned kind_of(struct str section) {
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (str_eqz(section, kinds[i])) {
            return i + 1;
        }
    }
    return 0;
}

enum err_code words_read_lexicon(struct words *w, const char *path, struct err *err) {
    struct conf c;
    enum err_code code = conf_open(&c, w->a, path, err);
    while (code == ERR_OK && conf_next(&c)) {
        unsigned kind = kind_of(c.section);
        if (!kind) {
            return conf_fail(&c, err, "no kind of words '%.*s'", STR_ARG(c.section));
        }
        for (struct str rest = c.entry; rest.n;) {
            struct str word = str_trim(str_cut(&rest, '|'));
            w->endings = w->endings || (word.n > 1 && word.p[0] == '-');
            if (word.n) {
                add(w, text_fold(w->p->fold, w->a, word), kind << NER_KIND_SHIFT);
            }
        }
    }
    return code;
}

/* ---- silver sets ---- */

static struct seen *seen_at(struct words *w, struct str name) {
    uint32_t *at = map_at(&w->by_name, name);
    if (at && *at == MAP_NONE) {
        *at = (uint32_t)w->seen_n;
        ARENA_PUSH(w->a, w->seen, w->seen_n, w->seen_cap) = (struct seen){.name = name};
    }
    return at && !arena_full(w->a) ? &w->seen[*at] : NULL;
}

/* A name as lists have it: no marks, most words with a capital. */
static bool is_listable(const struct words *w, struct str name, int type) {
    size_t words = 1, capitals = 0;
    bool start = true;
    for (size_t i = 0; i < name.n;) {
        int32_t c = utf8_next(name, &i);
        if (strchr("()[]{},;:\"", c < 0x80 ? (int)c : '(') && c < 0x80) {
            return false;
        }
        capitals += start && c != ' ' && !(c >= 'a' && c <= 'z') && !(c >= 0xDF && c <= 0xFF);
        start = c == ' ';
        words += start;
    }
    return w->p->chars ? utf8_count(name) > 1 : capitals * 2 >= words && words < 6 && (type != NER_PERSON || words > 1);
}

enum err_code words_read_silver(struct words *w, const struct corpus *c, struct err *err) {
    for (size_t i = 0; i < c->n; i++) {
        for (size_t g = 0; g < c->items[i].n; g++) {
            const struct gold *x = &c->items[i].golds[g];
            struct str name = str_sub(c->items[i].text, x->start, x->end);
            if (x->type > NER_PRODUCT || name.n > 80 || !is_listable(w, name, x->type)) {
                continue;
            }
            struct str fold = text_fold(w->p->fold, w->a, name), rest = fold;
            struct seen *seen = seen_at(w, fold);
            if (!seen) {
                return err_set(err, ERR_NO_MEMORY, "no memory for the silver names");
            }
            seen->types[x->type]++;
            if (x->type == NER_PERSON && !w->p->chars) {
                struct str first = str_cut(&rest, ' '), last = rest;
                while (str_find(rest, STR(" "), 0) != SIZE_MAX) {
                    str_cut(&rest, ' ');
                    last = rest;
                }
                seen_at(w, first)->given++;
                seen_at(w, last)->surname++;
            }
        }
    }
    return arena_full(w->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the silver names") : ERR_OK;
}

static void add_seen(struct words *w, const struct seen *s) {
    static const unsigned lists[] = {WORDS_PERSON, WORDS_ORGANIZATION, WORDS_LOCATION, WORDS_PRODUCT};
    unsigned bits = (s->given >= 2 ? WORDS_GIVEN : 0) | (s->surname && s->name.n > 2 ? WORDS_SURNAME : 0);
    uint32_t all = s->types[0] + s->types[1] + s->types[2] + s->types[3];
    for (int t = 0; t < 4; t++) {
        bits |= s->types[t] * 2 > all && s->name.n > 2 ? lists[t] : 0;
    }
    if (bits) {
        add(w, s->name, bits);
    }
}

/* ---- the table ---- */

static int by_hash(const void *x, const void *y) {
    const struct entry *a = x, *b = y;
    return a->hash != b->hash ? (a->hash < b->hash ? -1 : 1) : (a->word > b->word) - (a->word < b->word);
}

static uint16_t merge(uint16_t a, uint16_t b) {
    unsigned ka = ner_word_kind(a), kb = ner_word_kind(b), kind = ka && (!kb || ka < kb) ? ka : kb;
    return (uint16_t)(ner_word_lists(a) | ner_word_lists(b) | kind << NER_KIND_SHIFT | ((a | b) & NER_LONGER));
}

enum err_code words_table(struct words *w, struct ner_model *m, struct err *err) {
    size_t n = 0;
    for (size_t i = 0; i < w->seen_n; i++) {
        add_seen(w, &w->seen[i]);
    }
    if (w->n == 0) {
        return ERR_OK;
    }
    qsort(w->entries, w->n, sizeof *w->entries, by_hash);
    for (size_t i = 0; i < w->n; i++) {
        if (n && w->entries[n - 1].hash == w->entries[i].hash) {
            w->entries[n - 1].word = merge(w->entries[n - 1].word, w->entries[i].word);
        } else {
            w->entries[n++] = w->entries[i];
        }
    }
    m->word_slots = ner_table_slots(n);
    uint16_t *prints = ARENA_ARRAY(w->a, m->word_slots, uint16_t), *words = ARENA_ARRAY(w->a, m->word_slots, uint16_t);
    if (!prints || !words || arena_full(w->a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the table of words");
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t at = ner_table_place(prints, m->word_slots, w->entries[i].hash);
        words[at] = merge(words[at], w->entries[i].word);
        prints[at] = ner_print(w->entries[i].hash);
    }
    m->traits |= w->endings ? NER_ENDINGS : 0u;
    m->word_prints = prints;
    m->words = words;
    return ERR_OK;
}
