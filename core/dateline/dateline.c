/* dateline.c - see dateline.h. Cuts only what it understands whole: a front of
 * which every word is a place, a date, capitals, a listed word or in brackets.
 * Anything else stays, as an article's sentence is told as it stands. */
#include "core/dateline/dateline.h"

#include <unicode/uchar.h>

#include "core/base/conf.h"
#include "core/base/utf8.h"
#include "core/doc.h"

#include "core/base/banned.h"

enum { LONGEST = 120 /* bytes */ };

struct rules {
    struct str *marks, *words, *begins, *ends;
    size_t mark_count, word_count, begin_count, end_count;
};

struct datelines {
    struct rules by_lang[LANG_MAX];
};

/* ---- loading ---- */

static enum err_code read_list(struct str **items, size_t *n, struct arena *a, struct str value, struct err *err) {
    size_t cap = *n;
    while (value.n) {
        ARENA_PUSH(a, *items, *n, cap) = str_trim(str_cut(&value, ','));
    }
    return arena_full(a) ? err_set(err, ERR_NO_MEMORY, "no memory for datelines") : ERR_OK;
}

static enum err_code read_entry(struct rules *r, struct arena *a, const struct conf *c, struct err *err) {
    struct str key, value;
    if (!conf_pair(c, &key, &value) || !value.n) {
        return conf_fail(c, err, "expected 'marks|words|begins|ends|example = ...'");
    }
    if (str_eqz(key, "example")) {
        return ERR_OK; /* for the tests */
    }
    if (str_eqz(key, "marks")) {
        return read_list(&r->marks, &r->mark_count, a, value, err);
    }
    if (str_eqz(key, "words")) {
        return read_list(&r->words, &r->word_count, a, value, err);
    }
    if (str_eqz(key, "begins")) {
        return read_list(&r->begins, &r->begin_count, a, value, err);
    }
    if (str_eqz(key, "ends")) {
        return read_list(&r->ends, &r->end_count, a, value, err);
    }
    return conf_fail(c, err, "datelines have no '%.*s'", STR_ARG(key));
}

enum err_code datelines_load(struct datelines **out, struct arena *a, const struct langs *l, struct err *err) {
    struct datelines *r = ARENA_NEW(a, struct datelines); /* zeroed */
    enum err_code code = r ? ERR_OK : err_set(err, ERR_NO_MEMORY, "no memory for datelines");
    for (size_t i = 0; i < l->n && code == ERR_OK; i++) {
        struct conf c;
        bool found;
        code = lang_conf_open(&l->items[i], "dateline.conf", &c, &found, a, err);
        while (code == ERR_OK && found && conf_next(&c)) {
            code = read_entry(&r->by_lang[i], a, &c, err);
        }
    }
    *out = r;
    return code;
}

/* ---- small looks at text ---- */

static bool listed(const struct str *list, size_t n, struct str word) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(list[i], word)) {
            return true;
        }
    }
    return false;
}

static bool opens(int32_t c) {
    return c == '(' || c == 0xFF08 || c == '[' || c == 0x3010 || c == 0x3014;
}

static bool closes(int32_t c) {
    return c == ')' || c == 0xFF09 || c == ']' || c == 0x3011 || c == 0x3015;
}

/* Behind the bracket that closes the one at the front; 0: none closes. */
static size_t behind_brackets(struct str s) {
    for (size_t at = 0; at < s.n;) {
        if (closes(utf8_next(s, &at))) {
            return at;
        }
    }
    return 0;
}

static bool begins_a_sentence(struct str rest) {
    size_t at = 0;
    int32_t c = rest.n ? utf8_next(rest, &at) : 0;
    return (u_isalpha(c) && !u_islower(c)) || u_isdigit(c) || c == '"' || c == '\'' || (c >= 0x2018 && c <= 0x201E) || c == 0xAB;
}

/* ---- where words are spaced ---- */

static const struct mention *mention_at(const struct doc *d, uint32_t at) {
    for (size_t i = 0; i < d->mention_count && d->mentions[i].start <= at; i++) {
        if (at < d->mentions[i].end) {
            return &d->mentions[i];
        }
    }
    return NULL;
}

static bool all_capitals(struct str word) {
    size_t letters = 0;
    for (size_t at = 0; at < word.n;) {
        int32_t c = utf8_next(word, &at);
        if (u_islower(c) || u_isdigit(c)) {
            return false;
        }
        letters += u_isupper(c);
    }
    return letters >= 2;
}

struct front {
    bool place, capitals, brackets, word; /* what it has */
};

/* Whether each word of head can stand in a dateline; at is where head begins in
 * the text. */
static bool understood(const struct rules *r, const struct doc *d, struct str head, uint32_t at, struct front *f) {
    size_t i = 0;
    while (i < head.n) {
        size_t next = i;
        int32_t c = utf8_next(head, &next);
        const struct mention *m = mention_at(d, at + (uint32_t)i);
        if (opens(c)) {
            size_t n = behind_brackets(str_sub(head, i, head.n));
            f->brackets = n > 0;
            next = i + n;
            if (!n) {
                return false;
            }
        } else if (m && (m->type == NG_LOCATION || m->type == NG_DATE) && m->start == at + i && m->end <= at + head.n) {
            f->place = f->place || m->type == NG_LOCATION;
            next = m->end - at;
        } else if (u_isalnum(c)) {
            while (next < head.n) {
                size_t before = next;
                c = utf8_next(head, &next);
                if (!u_isalnum(c) && c != '.' && c != '\'' && c != '-') {
                    next = before;
                    break;
                }
            }
            struct str word = str_sub(head, i, next);
            bool known = listed(r->words, r->word_count, word), capitals = all_capitals(word);
            f->word = f->word || known;
            f->capitals = f->capitals || capitals;
            if (!known && !capitals) {
                return false;
            }
        }
        i = next;
    }
    return true;
}

/* A hyphen or an en dash is a mark only between spaces, a colon only before
 * one. */
static bool stands_free(struct str text, size_t i, struct str mark) {
    bool before = i > 0 && text.p[i - 1] == ' ', behind = i + mark.n < text.n && text.p[i + mark.n] == ' ';
    if (str_eqz(mark, ":")) {
        return behind;
    }
    return str_eqz(mark, "-") || str_eqz(mark, "–") ? before && behind : i > 0;
}

static uint32_t spaced(const struct rules *r, const struct doc *d, const struct sent *s) {
    struct str text = doc_sub(d, s->start, s->end);
    for (size_t i = 0; i < text.n && i < LONGEST; i++) {
        for (size_t k = 0; k < r->mark_count; k++) {
            struct front f = {0};
            struct str mark = r->marks[k], rest = str_sub(text, i + mark.n, text.n);
            bool colon = str_eqz(mark, ":");
            if (!str_starts(str_sub(text, i, text.n), mark) || !stands_free(text, i, mark)) {
                continue;
            }
            struct str trimmed = str_trim(rest);
            if (trimmed.n && begins_a_sentence(trimmed) && understood(r, d, str_sub(text, 0, i), s->start, &f) &&
                (colon ? f.place : f.place || f.capitals || f.brackets || f.word)) {
                return s->start + (uint32_t)(trimmed.p - text.p);
            }
        }
    }
    return s->start;
}

/* ---- where they are not ---- */

static uint32_t unspaced(const struct rules *r, const struct doc *d, const struct sent *s) {
    struct str text = doc_sub(d, s->start, s->end);
    size_t from = 0, at = 0;
    bool bracket = text.n && opens(utf8_next(text, &at)), begins = false;
    from = bracket ? at : 0;
    for (size_t i = 0; i < r->begin_count && !begins; i++) {
        begins = str_starts(str_sub(text, from, text.n), r->begins[i]);
    }
    if (!begins) {
        return s->start;
    }
    if (bracket) { /* （中央社記者...台北20日電） */
        at = behind_brackets(text);
        return at && at < LONGEST * 2 ? s->start + (uint32_t)at : s->start;
    }
    for (size_t i = 0; i < text.n && i < LONGEST; i++) {
        for (size_t k = 0; k < r->end_count; k++) {
            if (!str_starts(str_sub(text, i, text.n), r->ends[k])) {
                continue;
            }
            struct str rest = str_sub(text, i + r->ends[k].n, text.n);
            at = 0;
            int32_t c = rest.n ? utf8_next(rest, &at) : 0;
            size_t skip = opens(c) ? behind_brackets(rest) : 0;
            rest = str_sub(rest, skip, rest.n);
            at = 0;
            c = rest.n ? utf8_next(rest, &at) : 0;
            bool space = c == ' ' || c == 0x3000;
            if (!skip && !space) {
                continue; /* 本报通讯员...: a word goes on */
            }
            rest = str_trim(space ? str_sub(rest, at, rest.n) : rest);
            return rest.n ? s->start + (uint32_t)(rest.p - text.p) : s->start;
        }
    }
    return s->start;
}

void datelines_mark(const struct datelines *all, struct doc *d) {
    const struct rules *r = &all->by_lang[d->lang];
    for (size_t i = 0; i < d->sent_count; i++) {
        struct sent *s = &d->sents[i];
        s->body = s->first;
        if (s->role != SENT_BODY || (i && d->sents[i - 1].para == s->para)) {
            continue;
        }
        uint32_t at = r->mark_count ? spaced(r, d, s) : s->start;
        at = at == s->start && r->begin_count ? unspaced(r, d, s) : at;
        while (s->body < s->last && d->toks[s->body].start < at) {
            s->body++;
        }
        s->body = s->body < s->last ? s->body : s->first;
    }
}
