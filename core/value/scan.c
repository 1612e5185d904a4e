/* scan.c - a text cut into atoms finer than tokens (digits apart from letters), and the lexicon's matches at each.
 * The forms of the data files are cut by the same code, so that both agree. */
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/value/in.h"

#include "core/base/banned.h"

enum { AFFIX_MIN = 3, AFFIX_MAX = 60 };

enum char_kind { CHAR_LETTER, CHAR_DIGIT, CHAR_HAN, CHAR_SPACE, CHAR_OTHER };

static enum char_kind kind_of(int32_t c) {
    if (c >= '0' && c <= '9') {
        return CHAR_DIGIT;
    }
    if (c < 0x80) {
        return (c | 32) >= 'a' && (c | 32) <= 'z' ? CHAR_LETTER : c == ' ' || c == '\t' || c == '\n' ? CHAR_SPACE : CHAR_OTHER;
    }
    if (c >= 0x4E00 && c <= 0x9FFF) {
        return CHAR_HAN;
    }
    if (c >= 0x2E80) {
        UErrorCode status = U_ZERO_ERROR;
        UScriptCode script = uscript_getScript(c, &status);
        if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL) {
            return CHAR_HAN;
        }
    }
    if (u_isalpha(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK)) {
        return CHAR_LETTER;
    }
    return u_isUWhiteSpace(c) ? CHAR_SPACE : CHAR_OTHER;
}

static bool digit_at(struct str s, size_t i) {
    return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* The end of the atom that begins at byte i of s. */
static size_t atom_end(struct str s, size_t i, enum char_kind *kind, int32_t *first) {
    *first = utf8_next(s, &i);
    *kind = kind_of(*first);
    while (i < s.n) {
        size_t ahead = i;
        int32_t c = utf8_next(s, &ahead);
        if (*kind == CHAR_DIGIT) {
            bool inner = (c == '.' || c == ',') && digit_at(s, ahead);
            if (!inner && !digit_at(s, i)) {
                break;
            }
        } else if (!(*kind == CHAR_LETTER && kind_of(c) == CHAR_LETTER) && !(U_GET_GC_MASK(c) & U_GC_M_MASK)) {
            break;
        }
        i = ahead;
    }
    return i;
}

/* ---- words ---- */

static uint32_t word_of(const struct rules *r, struct str w) {
    uint32_t id = map_get(&r->words, w);
    return id == MAP_NONE ? WORD_NONE : id;
}

/* The longest prefix or suffix of the data that w has. */
static uint32_t affix_of(const struct rules *r, struct str w) {
    uint32_t id = MAP_NONE;
    for (size_t n = w.n < AFFIX_MAX ? w.n : AFFIX_MAX; id == MAP_NONE && r->prefix_sizes && n >= AFFIX_MIN; n--) {
        if (r->prefix_sizes >> n & 1 && utf8_boundary(w, n)) {
            id = map_get(&r->prefixes, str_sub(w, 0, n));
        }
    }
    for (size_t n = w.n < AFFIX_MAX ? w.n : AFFIX_MAX; id == MAP_NONE && r->suffix_sizes && n >= AFFIX_MIN; n--) {
        if (r->suffix_sizes >> n & 1 && utf8_boundary(w, w.n - n)) {
            id = map_get(&r->suffixes, str_sub(w, w.n - n, w.n));
        }
    }
    return id == MAP_NONE ? WORD_NONE : id;
}

static uint8_t case_flags(struct str s, int32_t first) {
    uint8_t flags = u_isupper(first) ? ATOM_CAPITAL : 0;
    size_t letters = 0, upper = 0;
    for (size_t i = 0; flags && i < s.n;) {
        letters++;
        upper += u_isupper(utf8_next(s, &i)) ? 1 : 0;
    }
    return letters > 1 && letters == upper ? flags | ATOM_UPPER : flags;
}

/* One ideograph, as most tokens of Chinese are. */
static bool is_ideograph(struct str text) {
    size_t i = 0;
    int32_t c = text.n == 3 ? utf8_next(text, &i) : 0;
    return c >= 0x4E00 && c <= 0x9FFF;
}

void scan_add(struct scan *s, struct str text, struct str fold, uint32_t start, uint32_t tok, uint32_t sent,
              uint8_t flags) {
    if (is_ideograph(text) && is_ideograph(fold)) {
        struct atom a = {.start = start, .end = start + (uint32_t)text.n, .tok = tok, .sent = sent, .kind = ATOM_WORD, .flags = (uint8_t)(flags | ATOM_HAN)};
        a.fold = fold;
        a.word = word_of(s->r, fold);
        ARENA_PUSH(s->a, s->atoms, s->n, s->cap) = a;
        return;
    }
    for (size_t i = 0, f = 0; i < text.n && f < fold.n;) {
        enum char_kind kind;
        int32_t first;
        size_t end = atom_end(text, i, &kind, &first), fend = f;
        struct str own = str_sub(text, i, end);
        for (size_t k = utf8_count(own); k && fend < fold.n; k--) { /* folding keeps the number of characters */
            utf8_next(fold, &fend);
        }
        if (kind == CHAR_SPACE) {
            flags |= ATOM_SPACE;
        } else {
            struct atom a = {.start = start + (uint32_t)i, .end = start + (uint32_t)end, .tok = tok, .sent = sent};
            a.kind = kind == CHAR_DIGIT ? ATOM_NUMBER : kind == CHAR_OTHER ? ATOM_OTHER : ATOM_WORD;
            a.flags = (uint8_t)(flags | (kind == CHAR_HAN ? ATOM_HAN : 0));
            a.flags |= kind == CHAR_LETTER ? case_flags(own, first) : 0;
            a.fold = str_sub(fold, f, fend);
            a.word = word_of(s->r, a.fold);
            a.affix = kind == CHAR_LETTER ? affix_of(s->r, a.fold) : WORD_NONE;
            ARENA_PUSH(s->a, s->atoms, s->n, s->cap) = a;
            flags = 0;
        }
        i = end;
        f = fend;
    }
}

void scan_break(struct scan *s) {
    if (s->n && s->atoms[s->n - 1].kind == ATOM_BREAK) {
        return;
    }
    uint32_t at = s->n ? s->atoms[s->n - 1].end : 0;
    ARENA_PUSH(s->a, s->atoms, s->n, s->cap) = (struct atom){.start = at, .end = at, .kind = ATOM_BREAK};
}

size_t atoms_of_form(struct str form, struct str *out, struct arena *a) {
    struct buf folded;
    size_t n = 0;
    bool head = form.n && form.p[0] == '*' && form.n > 1, tail = form.n > 1 && form.p[form.n - 1] == '*';
    buf_init(&folded, a);
    for (size_t i = 0; i < form.n;) {
        buf_addcp(&folded, u_foldCase(utf8_next(form, &i), U_FOLD_CASE_DEFAULT));
    }
    struct str s = buf_str(&folded);
    if (arena_full(a)) {
        return 0;
    }
    for (size_t i = head ? 1 : 0; i < s.n - (tail ? 1 : 0);) {
        enum char_kind kind;
        int32_t first;
        size_t end = atom_end(s, i, &kind, &first);
        if (kind != CHAR_SPACE) {
            if (n == FORM_MAX) {
                return 0;
            }
            bool star_head = head && i == 1, star_tail = tail && end == s.n - 1;
            out[n++] = str_sub(s, star_head ? 0 : i, star_tail ? s.n : end);
        }
        i = end;
    }
    return n;
}

/* ---- look-ups ---- */

/* "A $5" is no A$: a sign belongs to the letters it touches. */
static bool sign_apart(const struct scan *s, uint32_t at, uint32_t len) {
    return len > 1 && s->atoms[at + len - 1].kind == ATOM_OTHER && s->atoms[at + len - 2].kind == ATOM_WORD &&
           !scan_glued(s, at + len - 1);
}

static void collect(struct scan *s, uint32_t node, uint32_t at, uint32_t len) {
    const struct rules *r = s->r;
    for (uint32_t k = r->lexicon.first[node]; k; k = r->lexes[k - 1].next) {
        const struct lex *x = &r->lexes[k - 1];
        bool sign = x->cls == CLS_CUR || x->cls == CLS_CUR_BEFORE;
        if ((x->upper && !(s->atoms[at].flags & ATOM_UPPER)) || (sign && sign_apart(s, at, len))) {
            continue;
        }
        ARENA_PUSH(s->a, s->hits, s->hit_count, s->hit_cap) =
            (struct hit){.cls = x->cls, .len = (uint8_t)len, .value = x->value};
    }
}

/* Follows the lexicon from node over the atoms from at + len on. */
static void look_up(struct scan *s, uint32_t node, uint32_t at, uint32_t len) {
    const struct trie *t = &s->r->lexicon;
    if (at + len >= s->n || len >= FORM_MAX) {
        return;
    }
    const struct atom *a = &s->atoms[at + len];
    uint32_t ids[2] = {a->word, a->affix};
    for (int i = 0; i < 2; i++) { /* depth is bounded by FORM_MAX, and two ways at one atom are rare */
        uint32_t next = ids[i] == WORD_NONE ? 0 : trie_step(t, node, ids[i]);
        if (next) {
            collect(s, next, at, len + 1);
            look_up(s, next, at, len + 1);
        }
    }
}

const struct hit *scan_longest(const struct scan *s, uint32_t at, enum cls cls) {
    const struct hit *best = NULL;
    for (uint32_t i = s->hit_at[at]; i < s->hit_at[at + 1]; i++) {
        if (s->hits[i].cls == cls && (!best || s->hits[i].len > best->len)) {
            best = &s->hits[i];
        }
    }
    return best;
}

/* Atoms of a shadow become nothing, unless something longer begins with it. */
static void cast_shadow(struct scan *s, uint32_t at) {
    const struct hit *dark = scan_hit(s, at, CLS_SHADOW);
    if (!dark) {
        return;
    }
    for (uint32_t i = s->hit_at[at]; i < s->hit_at[at + 1]; i++) {
        if (s->hits[i].len > dark->len) {
            return;
        }
    }
    for (uint32_t k = at; k < at + dark->len; k++) {
        s->atoms[k].word = s->atoms[k].affix = WORD_NONE;
        s->atoms[k].kind = ATOM_OTHER;
        s->has[k] = 0;
        for (uint32_t i = s->hit_at[k]; i < s->hit_at[k + 1]; i++) {
            s->hits[i].cls = CLS_COUNT;
        }
    }
}

bool scan_finish(struct scan *s) {
    scan_break(s);
    s->hit_at = ARENA_ARRAY(s->a, s->n + 2, uint32_t);
    s->has = ARENA_ARRAY(s->a, s->n + 2, uint64_t);
    s->bound = ARENA_ARRAY(s->a, s->n + 2, uint8_t);
    s->lead = ARENA_ARRAY(s->a, s->n + 2, uint8_t);
    uint8_t *length = ARENA_ARRAY(s->a, s->n + 2, uint8_t);
    if (arena_full(s->a)) {
        return false;
    }
    for (uint32_t at = 0; at < s->n; at++) {
        s->hit_at[at] = (uint32_t)s->hit_count;
        look_up(s, 0, at, 0);
    }
    s->hit_at[s->n] = s->hit_at[s->n + 1] = (uint32_t)s->hit_count;
    if (arena_full(s->a)) {
        return false;
    }
    for (uint32_t at = 0; at < s->n; at++) {
        for (uint32_t i = s->hit_at[at]; i < s->hit_at[at + 1]; i++) {
            s->has[at] |= cls_bit(s->hits[i].cls);
        }
    }
    for (uint32_t at = 0; at < s->n; at++) {
        cast_shadow(s, at);
    }
    for (uint32_t at = 0; at < s->n; at++) {
        for (uint32_t i = s->hit_at[at]; i < s->hit_at[at + 1]; i++) {
            const struct hit *h = &s->hits[i];
            uint32_t end = at + h->len;
            if (h->cls == CLS_BOUND && h->len > length[end]) {
                s->bound[end] = (uint8_t)h->value;
                length[end] = h->len;
            } else if (h->cls == CLS_BETWEEN || h->cls == CLS_FROM) {
                s->lead[end] |= h->cls == CLS_BETWEEN ? LEAD_BETWEEN : LEAD_FROM;
            }
        }
    }
    return true;
}

static bool joins(const struct atom *left, const struct atom *right) {
    return left->end == right->start && left->kind <= ATOM_NUMBER && right->kind <= ATOM_NUMBER &&
           !(left->flags & ATOM_HAN) && !(right->flags & ATOM_HAN);
}

/* A mark that ties what it touches on both sides into one thing: CVE-2024, 10/12, v2.0, 4:2. */
static bool ties(const struct scan *s, uint32_t at) {
    const struct atom *a = &s->atoms[at];
    return a->kind == ATOM_OTHER && a->fold.n == 1 && strchr("-/.:#_@+&=", a->fold.p[0]) != NULL;
}

bool scan_free(const struct scan *s, uint32_t first, uint32_t end) {
    const struct atom *a = s->atoms;
    if (first > 0 && joins(&a[first - 1], &a[first])) {
        return false;
    }
    if (end < s->n && joins(&a[end - 1], &a[end])) {
        return false;
    }
    if (first > 1 && ties(s, first - 1) && scan_glued(s, first) && scan_glued(s, first - 1) &&
        a[first].kind == ATOM_NUMBER && a[first - 2].kind <= ATOM_NUMBER) {
        return false;
    }
    if (end + 1 < s->n && ties(s, end) && scan_glued(s, end) && scan_glued(s, end + 1) &&
        a[end - 1].kind == ATOM_NUMBER && a[end + 1].kind == ATOM_NUMBER) {
        return false;
    }
    return true;
}
