/* vary.c - see vary.h */
#include "tools/train/vary.h"

#include <unicode/uchar.h>

#include "core/base/buf.h"
#include "core/base/map.h"
#include "core/base/utf8.h"

#include "core/base/banned.h"

struct pool {
    struct str *items;
    size_t n, cap;
};

enum look { LOOK_CAPITAL, LOOK_UPPER, LOOK_MIXED, LOOKS };
enum { PLACE_WORDS = 3, CHARS_MAX = 5 };

struct vary {
    struct arena *a;
    bool chars;
    struct map org_words; /* word -> in how many names of organisations */
    struct pool first, last, own[LOOKS], places[PLACE_WORDS];
    struct pool persons[CHARS_MAX], long_persons, organizations; /* where characters are tokens */
    uint64_t random;
};

static uint64_t draw(struct vary *v, uint64_t below) {
    v->random ^= v->random << 13;
    v->random ^= v->random >> 7;
    v->random ^= v->random << 17;
    return (v->random >> 11) % below;
}

static struct str pick(struct vary *v, const struct pool *p) {
    return p->n ? p->items[draw(v, p->n)] : STR_NONE;
}

enum err_code vary_new(struct vary **out, struct arena *a, bool chars, struct err *err) {
    *out = ARENA_NEW(a, struct vary);
    if (!*out) {
        return err_set(err, ERR_NO_MEMORY, "no memory for other names");
    }
    (*out)->a = a;
    (*out)->chars = chars;
    (*out)->random = 0x9e3779b97f4a7c15u;
    map_init(&(*out)->org_words, a);
    return ERR_OK;
}

/* ---- words ---- */

/* A capital and letters behind it; how they are written. */
static bool is_word(struct str s, enum look *look) {
    size_t letters = 0, upper = 0;
    bool first = false;
    for (size_t i = 0; i < s.n; letters++) {
        UChar32 c = utf8_next(s, &i);
        if (!u_isalpha(c)) {
            return false;
        }
        first = letters == 0 ? u_isupper(c) : first;
        upper += u_isupper(c) != 0;
    }
    *look = upper == letters ? LOOK_UPPER : upper > 1 ? LOOK_MIXED : LOOK_CAPITAL;
    return first && letters > 1;
}

static struct str next_word(struct str *rest) {
    return str_cut(rest, ' ');
}

static size_t count_words(struct str s) {
    size_t n = 0;
    while (s.n) {
        next_word(&s);
        n++;
    }
    return n;
}

static struct str name_of(const struct sentence *s, size_t g) {
    return str_sub(s->text, s->golds[g].start, s->golds[g].end);
}

/* ---- what may stand for what ---- */

static void keep(struct vary *v, struct pool *p, struct str s) {
    ARENA_PUSH(v->a, p->items, p->n, p->cap) = s;
}

static void learn_person(struct vary *v, struct str name) {
    enum look look;
    struct str rest = name, word = next_word(&rest);
    if (!rest.n) {
        return;
    }
    if (is_word(word, &look) && look == LOOK_CAPITAL) {
        keep(v, &v->first, word);
    }
    while (rest.n) {
        word = next_word(&rest);
    }
    if (is_word(word, &look) && look == LOOK_CAPITAL) {
        keep(v, &v->last, word);
    }
}

static bool only_han(struct str s) {
    for (size_t i = 0; i < s.n;) {
        UChar32 c = utf8_next(s, &i);
        if (c < 0x4E00 || c > 0x9FFF) {
            return false;
        }
    }
    return true;
}

static void learn_chars(struct vary *v, struct str name, int type) {
    size_t n = utf8_count(name);
    if (type == NER_PERSON && only_han(name) && n >= 2 && n < CHARS_MAX) {
        keep(v, &v->persons[n], name);
    } else if (type == NER_PERSON && str_find(name, STR("·"), 0) != SIZE_MAX) {
        keep(v, &v->long_persons, name);
    } else if (type == NER_ORGANIZATION && only_han(name) && n > 3) {
        keep(v, &v->organizations, name);
    }
}

static bool is_place(struct str name) {
    enum look look;
    return is_word(next_word(&name), &look) && look == LOOK_CAPITAL;
}

enum err_code vary_learn(struct vary *v, const struct corpus *c, struct err *err) {
    for (size_t i = 0; i < c->n; i++) {
        for (size_t g = 0; g < c->items[i].n; g++) {
            struct str name = name_of(&c->items[i], g);
            int type = c->items[i].golds[g].type;
            if (v->chars) {
                learn_chars(v, name, type);
            } else if (type == NER_PERSON) {
                learn_person(v, name);
            } else if (type == NER_LOCATION && count_words(name) <= PLACE_WORDS && is_place(name)) {
                keep(v, &v->places[count_words(name) - 1], name);
            }
            for (struct str rest = name; type == NER_ORGANIZATION && !v->chars && rest.n;) {
                enum look look;
                struct str word = next_word(&rest);
                uint32_t *seen = is_word(word, &look) ? map_at(&v->org_words, word) : NULL;
                if (seen && *seen == MAP_NONE) {
                    *seen = 0;
                    keep(v, &v->own[look], word); /* words of many names are told apart later: by how often they are seen */
                }
                if (seen) {
                    ++*seen;
                }
            }
        }
    }
    return arena_full(v->a) ? err_set(err, ERR_NO_MEMORY, "no memory for other names") : ERR_OK;
}

/* ---- copies ---- */

enum { COMMON = 3 /* a word in so many names is no one's own */ };

struct article {
    struct vary *v;
    struct map words; /* a word or a whole name -> index of what stands for it */
    struct pool with;
};

static struct str *other(struct article *x, struct str word) {
    uint32_t at = map_get(&x->words, word);
    return at == MAP_NONE ? NULL : &x->with.items[at];
}

static void put_other(struct article *x, struct str word, struct str with) {
    if (with.n && !other(x, word)) {
        map_set(&x->words, word, (uint32_t)x->with.n);
        keep(x->v, &x->with, with);
    }
}

static struct str own_word(struct vary *v, enum look look) {
    for (int tries = 0; tries < 20; tries++) {
        struct str s = pick(v, &v->own[look]);
        if (s.n && map_get(&v->org_words, s) < COMMON) {
            return s;
        }
    }
    return STR_NONE;
}

static void plan_words(struct article *x, struct str name, int type) {
    struct vary *v = x->v;
    enum look look;
    size_t words = count_words(name), k = 0;
    if (type == NER_LOCATION && words <= PLACE_WORDS && is_place(name)) {
        put_other(x, name, pick(v, &v->places[words - 1]));
        return;
    }
    for (struct str rest = name; rest.n; k++) {
        struct str word = next_word(&rest);
        if (!is_word(word, &look)) {
            continue;
        }
        if (type == NER_PERSON && look == LOOK_CAPITAL) {
            put_other(x, word, pick(v, words > 1 && k == 0 ? &v->first : &v->last));
        } else if (type == NER_ORGANIZATION && map_get(&v->org_words, word) < COMMON) {
            put_other(x, word, own_word(v, look));
        }
    }
}

/* A name that no other of the article begins or ends with, or a person with its surname. */
static void plan_chars(struct article *x, struct str name, int type) {
    struct vary *v = x->v;
    size_t n = utf8_count(name);
    if (type == NER_PERSON && str_find(name, STR("·"), 0) != SIZE_MAX) {
        put_other(x, name, pick(v, &v->long_persons));
    } else if (type == NER_PERSON && only_han(name) && n >= 2 && n < CHARS_MAX) {
        struct str with = pick(v, &v->persons[n]);
        size_t a = 0, b = 0;
        put_other(x, name, with);
        if (with.n) {
            utf8_next(name, &a);
            utf8_next(with, &b);
            put_other(x, str_sub(name, 0, a), str_sub(with, 0, b)); /* the surname alone */
            put_other(x, str_sub(name, a, name.n), str_sub(with, b, with.n));
        }
    } else if (type == NER_ORGANIZATION && only_han(name) && n > 3) {
        for (int tries = 0; tries < 60; tries++) { /* of the same kind: it ends alike */
            struct str with = pick(v, &v->organizations);
            size_t i = name.n, k = with.n;
            if (with.n && utf8_prev(name, &i) == utf8_prev(with, &k)) {
                put_other(x, name, with);
                return;
            }
        }
    }
}

/* Long names first: their words decide over those of short ones. */
static void plan(struct article *x, const struct corpus *from, size_t first, size_t last) {
    for (size_t words = 8; words > 0; words--) {
        for (size_t i = first; i < last; i++) {
            for (size_t g = 0; g < from->items[i].n; g++) {
                struct str name = name_of(&from->items[i], g);
                size_t n = x->v->chars ? (utf8_count(name) + 1) / 2 : count_words(name);
                if (n != words) {
                    continue;
                }
                if (x->v->chars) {
                    plan_chars(x, name, from->items[i].golds[g].type);
                } else {
                    plan_words(x, name, from->items[i].golds[g].type);
                }
            }
        }
    }
}

static void write_word(struct article *x, struct str word, struct buf *b) {
    const struct str *with = other(x, word);
    if (with) {
        buf_add(b, *with);
    } else if (word.n > 2 && word.p[word.n - 1] == 's' && (with = other(x, str_sub(word, 0, word.n - 1)))) { /* a genitive */
        buf_add(b, *with);
        buf_addc(b, 's');
    } else {
        buf_add(b, word);
    }
}

static void write_name(struct article *x, struct str name, int type, struct buf *b) {
    const struct str *whole = other(x, name);
    if (type == NER_PRODUCT || type == NER_EVENT) {
        buf_add(b, name);
    } else if (x->v->chars || whole) {
        buf_add(b, whole ? *whole : name);
    } else {
        for (struct str rest = name; rest.n;) {
            write_word(x, next_word(&rest), b);
            if (rest.n) {
                buf_addc(b, ' ');
            }
        }
    }
}

static struct sentence copy_sentence(struct article *x, const struct sentence *s) {
    struct sentence copy = {.opens = s->opens};
    struct buf b;
    size_t at = 0, cap = 0;
    buf_init(&b, x->v->a);
    for (size_t g = 0; g < s->n; g++) {
        buf_add(&b, str_sub(s->text, at, s->golds[g].start));
        uint32_t start = (uint32_t)b.n;
        write_name(x, name_of(s, g), s->golds[g].type, &b);
        ARENA_PUSH(x->v->a, copy.golds, copy.n, cap) = (struct gold){start, (uint32_t)b.n, s->golds[g].type};
        at = s->golds[g].end;
    }
    buf_add(&b, str_sub(s->text, at, s->text.n));
    copy.text = buf_str(&b);
    return copy;
}

enum err_code vary_write(struct vary *v, const struct corpus *from, unsigned copies, struct corpus *c, struct err *err) {
    for (unsigned k = 0; k < copies; k++) {
        for (size_t first = 0, last; first < from->n; first = last) {
            struct article x = {.v = v};
            last = corpus_end(from, first);
            map_init(&x.words, v->a);
            plan(&x, from, first, last);
            for (size_t i = first; i < last; i++) {
                ARENA_PUSH(v->a, c->items, c->n, c->cap) = copy_sentence(&x, &from->items[i]);
            }
        }
    }
    return arena_full(v->a) ? err_set(err, ERR_NO_MEMORY, "no memory for other names") : ERR_OK;
}
