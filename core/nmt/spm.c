/* spm.c - see spm.h.
 *
 * Two tries: the normaliser's double array comes with the file and is walked as it is, with every index checked; the
 * pieces' own is built here, breadth first, so that a node's children lie side by side and a node takes nine bytes. */
#include "core/nmt/spm.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/utf8.h"
#include "core/nmt/bytes.h"

#include "core/base/banned.h"

enum piece_kind { NORMAL = 1, UNKNOWN, CONTROL, USER, UNUSED, BYTE };

enum {
    MAX_PIECES = 1 << 20,
    MAX_PIECE_BYTES = 1024,
    MAX_FILE = 64 << 20,
};

static const struct str SPACE = {"\xe2\x96\x81", 3};       /* U+2581 */
static const struct str REPLACEMENT = {"\xef\xbf\xbd", 3}; /* U+FFFD */

struct piece {
    struct str text;
    float score;
    uint8_t kind;
    uint8_t byte; /* BYTE: its value */
};

struct trie {
    uint32_t *first; /* [n + 1] children of node i are first[i] .. first[i + 1] - 1 */
    uint8_t *label;  /* [n] the byte that leads to node i */
    int32_t *value;  /* [n] id of the piece that ends here, or -1 */
    size_t n;
};

struct spm {
    struct piece *pieces; /* [n] */
    size_t n;
    struct trie match; /* normal and user-defined pieces */
    struct trie users; /* user-defined ones alone: the normaliser leaves them */
    struct str units;  /* double array of the character map, u32 each */
    struct str replacements;
    uint32_t unknown, end;
    uint32_t of_byte[256];
    float unknown_score;
    double user_unit; /* a user-defined piece scores its bytes times this, less 0.1 */
    struct str unknown_shown, unknown_name, end_name;
    bool dummy_prefix, remove_spaces, escape, byte_fallback, suffix;
};

/* ---- protobuf ---- */

struct field {
    uint32_t number, wire;
    uint64_t value;   /* wire 0; wire 5 as its bits */
    struct str bytes; /* wire 2 */
};

static uint64_t varint(struct cursor *c) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const char *p = cursor_take(c, 1);
        if (!p) {
            return 0;
        }
        value |= (uint64_t)((unsigned char)*p & 127) << shift;
        if ((unsigned char)*p < 128) {
            return value;
        }
    }
    c->failed = true;
    return 0;
}

/* the next field; false at the end or when the message is broken (c->failed) */
static bool next_field(struct cursor *c, struct field *f) {
    if (c->failed || c->at == c->bytes.n) {
        return false;
    }
    uint64_t tag = varint(c), size;
    *f = (struct field){.number = (uint32_t)(tag >> 3), .wire = (uint32_t)tag & 7};
    const char *p;
    switch (f->wire) {
    case 0: f->value = varint(c); break;
    case 1: f->value = cursor_u64(c); break;
    case 2:
        size = varint(c);
        p = cursor_take(c, size);
        f->bytes = (struct str){p, p ? (size_t)size : 0};
        break;
    case 5:
        p = cursor_take(c, 4);
        f->value = p ? bytes_u32(p) : 0;
        break;
    default: c->failed = true;
    }
    return !c->failed;
}

static bool read_piece(struct str message, struct piece *out) {
    struct cursor c = {.bytes = message};
    struct field f;
    *out = (struct piece){.kind = NORMAL};
    while (next_field(&c, &f)) {
        if (f.number == 1 && f.wire == 2) {
            out->text = f.bytes;
        } else if (f.number == 2 && f.wire == 5) {
            uint32_t bits = (uint32_t)f.value;
            memcpy(&out->score, &bits, sizeof bits);
        } else if (f.number == 3 && f.wire == 0) {
            out->kind = f.value <= BYTE ? (uint8_t)f.value : 0;
        }
    }
    return !c.failed && out->kind != 0 && isfinite(out->score) && out->text.n <= MAX_PIECE_BYTES;
}

/* false: broken, or not a unigram model */
static bool read_trainer(struct spm *s, struct str message, uint64_t *model_type) {
    struct cursor c = {.bytes = message};
    struct field f;
    while (next_field(&c, &f)) {
        switch (f.number) {
        case 3: *model_type = f.value; break;
        case 24: s->suffix = f.value != 0; break;
        case 35: s->byte_fallback = f.value != 0; break;
        case 44: s->unknown_shown = f.bytes; break;
        case 45: s->unknown_name = f.bytes.n ? f.bytes : s->unknown_name; break;
        case 47: s->end_name = f.bytes.n ? f.bytes : s->end_name; break;
        default: break;
        }
    }
    return !c.failed;
}

static bool read_normaliser(struct spm *s, struct str message, struct str *charsmap) {
    struct cursor c = {.bytes = message};
    struct field f;
    while (next_field(&c, &f)) {
        switch (f.number) {
        case 2: *charsmap = f.bytes; break;
        case 3: s->dummy_prefix = f.value != 0; break;
        case 4: s->remove_spaces = f.value != 0; break;
        case 5: s->escape = f.value != 0; break;
        default: break;
        }
    }
    return !c.failed;
}

/* ---- the trie of pieces ---- */

struct key {
    struct str text;
    uint32_t id;
};

static int by_text(const void *x, const void *y) {
    const struct key *a = x, *b = y;
    int c = str_cmp(a->text, b->text);
    return c ? c : (a->id > b->id) - (a->id < b->id);
}

/* how many nodes the keys, sorted, need: their bytes less what each shares with the one before */
static size_t count_nodes(const struct key *keys, size_t n) {
    size_t nodes = 1;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        if (i > 0) {
            struct str a = keys[i - 1].text, b = keys[i].text;
            while (same < a.n && same < b.n && a.p[same] == b.p[same]) {
                same++;
            }
        }
        nodes += keys[i].text.n - same;
    }
    return nodes;
}

struct range {
    uint32_t from, to, depth; /* the keys below a node, all alike in their first depth bytes */
};

/* keys must not be empty strings; of equal ones the last id counts */
static bool trie_build(struct trie *t, struct arena *a, struct arena *scratch, struct key *keys, size_t n) {
    qsort(keys, n, sizeof *keys, by_text);
    t->n = count_nodes(keys, n);
    t->first = ARENA_ARRAY(a, t->n + 1, uint32_t);
    t->label = ARENA_ARRAY(a, t->n, uint8_t);
    t->value = ARENA_ARRAY(a, t->n, int32_t);
    struct range *below = ARENA_ARRAY(scratch, t->n, struct range);
    if (!t->first || !t->label || !t->value || !below) {
        return false;
    }
    size_t made = 1;
    below[0] = (struct range){0, (uint32_t)n, 0};
    for (size_t node = 0; node < t->n; node++) {
        struct range r = below[node];
        t->first[node] = (uint32_t)made;
        t->value[node] = -1;
        while (r.from < r.to && keys[r.from].text.n == r.depth) {
            t->value[node] = (int32_t)keys[r.from++].id;
        }
        while (r.from < r.to) {
            char byte = keys[r.from].text.p[r.depth];
            uint32_t to = r.from + 1;
            while (to < r.to && keys[to].text.p[r.depth] == byte) {
                to++;
            }
            t->label[made] = (uint8_t)byte;
            below[made++] = (struct range){r.from, to, r.depth + 1};
            r.from = to;
        }
    }
    t->first[t->n] = (uint32_t)made;
    return true;
}

/* the child of node by byte, or 0 (the root is nobody's child) */
static inline uint32_t trie_step(const struct trie *t, uint32_t node, uint8_t byte) {
    uint32_t low = t->first[node], high = t->first[node + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->label[middle] < byte) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < t->first[node + 1] && t->label[low] == byte ? low : 0;
}

/* ---- loading ---- */

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* the value of "<0x4F>", or -1 */
static int byte_value(struct str text) {
    if (text.n != 6 || memcmp(text.p, "<0x", 3) != 0 || text.p[5] != '>') {
        return -1;
    }
    int high = hex_digit(text.p[3]), low = hex_digit(text.p[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Splits the character map: u32 bytes of the trie, the trie, NUL-terminated replacements. */
static bool split_charsmap(struct spm *s, struct str map) {
    if (map.n == 0) {
        return true;
    }
    if (map.n < 8) {
        return false;
    }
    uint64_t size = bytes_u32(map.p);
    if (size < 4 || size % 4 != 0 || size > map.n - 4) {
        return false;
    }
    s->units = str_sub(map, 4, 4 + (size_t)size);
    s->replacements = str_sub(map, 4 + (size_t)size, map.n);
    return true;
}

static enum err_code index_pieces(struct spm *s, struct arena *a, struct arena *scratch, const char *name,
                                  struct err *err) {
    struct key *keys = ARENA_ARRAY(scratch, s->n, struct key), *users = ARENA_ARRAY(scratch, s->n, struct key);
    if (!keys || !users) {
        return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for %zu pieces", s->n);
    }
    size_t n = 0, n_users = 0, n_bytes = 0;
    bool unknown = false, end = false;
    float least = FLT_MAX, most = FLT_MIN;
    for (size_t i = 0; i < s->n; i++) {
        struct piece *p = &s->pieces[i];
        if (p->text.n == 0) {
            return err_set_in(err, ERR_MODEL, name, 0, 0, "piece %zu is empty", i);
        }
        if (!end && str_eq(p->text, s->end_name)) {
            s->end = (uint32_t)i;
            end = true;
        }
        if (p->kind == NORMAL) {
            least = p->score < least ? p->score : least;
            most = p->score > most ? p->score : most;
        }
        if (p->kind == UNKNOWN && !unknown) {
            s->unknown = (uint32_t)i;
            unknown = true;
        } else if (p->kind == NORMAL || p->kind == USER) {
            keys[n++] = (struct key){p->text, (uint32_t)i};
            if (p->kind == USER) {
                users[n_users++] = (struct key){p->text, (uint32_t)i};
            }
        } else if (p->kind == BYTE) {
            int value = byte_value(p->text);
            if (value < 0 || s->of_byte[value] != UINT32_MAX) {
                return err_set_in(err, ERR_MODEL, name, 0, 0, "piece %zu is not a byte of its own", i);
            }
            p->byte = (uint8_t)value;
            s->of_byte[value] = (uint32_t)i;
            n_bytes++;
        }
    }
    if (!unknown || !end) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "the vocabulary has no %s", unknown ? "end mark" : "unknown piece");
    }
    if (s->byte_fallback && n_bytes != 256) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "byte fallback with %zu byte pieces of 256", n_bytes);
    }
    if (least == FLT_MAX) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "the vocabulary has no normal piece");
    }
    s->unknown_score = least - 10.0f;
    s->user_unit = (double)most;
    if (!trie_build(&s->match, a, scratch, keys, n) || !trie_build(&s->users, a, scratch, users, n_users)) {
        return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for the index of %zu pieces", n);
    }
    return ERR_OK;
}

static enum err_code parse(struct spm *s, struct arena *a, struct arena *scratch, struct str bytes, const char *name,
                           struct err *err) {
    struct field f;
    struct str charsmap = STR_NONE;
    uint64_t model_type = 1;
    for (struct cursor c = {.bytes = bytes}; next_field(&c, &f);) {
        s->n += f.number == 1 && f.wire == 2;
    }
    if (s->n == 0 || s->n > MAX_PIECES) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "not a SentencePiece model: %zu pieces", s->n);
    }
    s->pieces = ARENA_ARRAY(a, s->n, struct piece);
    if (!s->pieces) {
        return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for %zu pieces", s->n);
    }
    struct cursor c = {.bytes = bytes};
    size_t i = 0;
    while (next_field(&c, &f)) {
        bool good = true;
        if (f.number == 1 && f.wire == 2) {
            good = read_piece(f.bytes, &s->pieces[i++]);
        } else if (f.number == 2 && f.wire == 2) {
            good = read_trainer(s, f.bytes, &model_type);
        } else if (f.number == 3 && f.wire == 2) {
            good = read_normaliser(s, f.bytes, &charsmap);
        }
        if (!good) {
            return err_set_in(err, ERR_MODEL, name, 0, c.at, "the vocabulary is broken (near piece %zu)", i);
        }
    }
    if (c.failed) {
        return err_set_in(err, ERR_MODEL, name, 0, c.at, "the vocabulary ends in the middle");
    }
    if (model_type != 1) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "model type %llu: only unigram vocabularies are read",
                          (unsigned long long)model_type);
    }
    if (!split_charsmap(s, charsmap)) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "the character map of the vocabulary is broken");
    }
    return index_pieces(s, a, scratch, name, err);
}

enum err_code spm_load(const struct spm **out, struct arena *a, struct str bytes, const char *name, struct err *err) {
    if (bytes.n > MAX_FILE) {
        return err_set_in(err, ERR_MODEL, name, 0, 0, "%zu bytes are too many for a vocabulary", bytes.n);
    }
    struct spm *s = ARENA_NEW(a, struct spm);
    struct str own = arena_dup(a, bytes);
    if (!s || !own.p) {
        return err_set_in(err, ERR_NO_MEMORY, name, 0, 0, "no memory for the vocabulary");
    }
    s->dummy_prefix = s->remove_spaces = s->escape = true;
    s->unknown_shown = STR(" \xe2\x81\x87 ");
    s->unknown_name = STR("<unk>");
    s->end_name = STR("</s>");
    memset(s->of_byte, 0xff, sizeof s->of_byte);
    struct arena scratch;
    arena_init(&scratch, (size_t)1 << 30);
    enum err_code code = parse(s, a, &scratch, own, name, err);
    arena_release(&scratch);
    if (code == ERR_OK) {
        *out = s;
    }
    return code;
}

size_t spm_size(const struct spm *s) {
    return s->n;
}

uint32_t spm_unknown(const struct spm *s) {
    return s->unknown;
}

uint32_t spm_end(const struct spm *s) {
    return s->end;
}

struct str spm_piece(const struct spm *s, uint32_t id) {
    return id < s->n ? s->pieces[id].text : STR_NONE;
}

/* ---- normalisation ---- */

/* length of the well-formed character at the head of s, or 0 */
static size_t utf8_head(struct str s) {
    unsigned char b = (unsigned char)s.p[0];
    size_t n = b < 0x80 ? 1 : b >> 5 == 6 ? 2 : b >> 4 == 14 ? 3 : b >> 3 == 30 ? 4 : 0;
    if (n == 1) {
        return 1;
    }
    return n && n <= s.n && utf8_check(str_sub(s, 0, n)) == SIZE_MAX ? n : 0;
}

static inline uint32_t unit_at(const struct spm *s, uint32_t i) {
    return (size_t)i < s->units.n / 4 ? bytes_u32(s->units.p + 4 * (size_t)i) : 0;
}

static inline uint32_t unit_offset(uint32_t unit) {
    return (unit >> 10) << ((unit & 0x200) >> 6);
}

/* the longest rule that matches at the head of s: its length (0: none) and what it writes */
static size_t longest_rule(const struct spm *s, struct str text, struct str *out) {
    size_t best = 0;
    if (s->units.n == 0) {
        return 0;
    }
    uint32_t node = unit_offset(unit_at(s, 0));
    for (size_t i = 0; i < text.n; i++) {
        uint8_t byte = (uint8_t)text.p[i];
        node ^= byte;
        uint32_t unit = unit_at(s, node);
        if (byte == 0 || (unit & 0x800000FFu) != byte) {
            break;
        }
        node ^= unit_offset(unit);
        if (unit >> 8 & 1) {
            size_t start = unit_at(s, node) & 0x7FFFFFFFu;
            if (start < s->replacements.n) {
                struct str tail = str_sub(s->replacements, start, s->replacements.n);
                const char *end = memchr(tail.p, 0, tail.n);
                *out = (struct str){tail.p, end ? (size_t)(end - tail.p) : tail.n};
                best = i + 1;
            }
        }
    }
    return best;
}

/* the longest user-defined piece at the head of text, or 0 */
static size_t longest_user(const struct spm *s, struct str text) {
    size_t best = 0;
    uint32_t node = 0;
    for (size_t i = 0; i < text.n; i++) {
        node = trie_step(&s->users, node, (uint8_t)text.p[i]);
        if (node == 0) {
            break;
        }
        if (s->users.value[node] >= 0) {
            best = i + 1;
        }
    }
    return best;
}

/* what the head of text becomes; returns how many bytes that was */
static size_t normal_prefix(const struct spm *s, struct str text, struct str *out) {
    size_t n = longest_user(s, text);
    if (n == 0) {
        n = longest_rule(s, text, out);
        if (n > 0) {
            return n;
        }
        n = utf8_head(text);
    }
    if (n == 0) {
        *out = REPLACEMENT;
        return 1;
    }
    *out = str_sub(text, 0, n);
    return n;
}

struct normal {
    struct arena *a;
    char *p;
    uint32_t *origin; /* [n + 1] where in the text each byte comes from */
    size_t n, cap, origin_cap;
};

static bool normal_add(struct normal *t, struct str s, size_t origin) {
    if (!arena_grow(t->a, (void **)&t->p, &t->cap, t->n + s.n + 1, 1) ||
        !arena_grow(t->a, (void **)&t->origin, &t->origin_cap, t->n + s.n + 1, sizeof *t->origin)) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        t->p[t->n] = s.p[i];
        t->origin[t->n++] = (uint32_t)origin;
    }
    return true;
}

/* spaces of s as the vocabulary writes them */
static bool normal_add_escaped(struct normal *t, struct str s, struct str space, size_t origin) {
    size_t from = 0;
    for (size_t i = 0; i <= s.n; i++) {
        if (i == s.n || s.p[i] == ' ') {
            if (!normal_add(t, str_sub(s, from, i), origin) || (i < s.n && !normal_add(t, space, origin))) {
                return false;
            }
            from = i + 1;
        }
    }
    return true;
}

static bool normalise(const struct spm *s, struct str text, struct normal *t) {
    struct str space = s->escape ? SPACE : STR(" "), out = STR_NONE;
    size_t at = 0;
    while (s->remove_spaces && at < text.n) {
        size_t n = normal_prefix(s, str_sub(text, at, text.n), &out);
        if (!str_eqz(out, " ")) {
            break;
        }
        at += n;
    }
    if (at == text.n) {
        return normal_add(t, STR(""), at);
    }
    if (s->dummy_prefix && !s->suffix && !normal_add(t, space, at)) {
        return false;
    }
    bool was_space = s->remove_spaces;
    while (at < text.n) {
        size_t n = normal_prefix(s, str_sub(text, at, text.n), &out);
        while (was_space && out.n > 0 && out.p[0] == ' ') {
            out = str_sub(out, 1, out.n);
        }
        if (out.n > 0) {
            if (!normal_add_escaped(t, out, space, at)) {
                return false;
            }
            was_space = out.p[out.n - 1] == ' ';
        }
        at += n;
        was_space = was_space && s->remove_spaces;
    }
    size_t end = text.n;
    while (s->remove_spaces && t->n >= space.n && str_ends((struct str){t->p, t->n}, space)) {
        t->n -= space.n;
        end = t->origin[t->n];
    }
    if (s->dummy_prefix && s->suffix && !normal_add(t, space, end)) {
        return false;
    }
    if (!normal_add(t, STR(""), end)) {
        return false;
    }
    t->origin[t->n] = (uint32_t)end;
    return true;
}

struct str spm_normalise(const struct spm *s, struct arena *a, struct str text) {
    struct normal t = {.a = a};
    if (!normalise(s, text, &t)) {
        return STR_NONE;
    }
    return (struct str){t.p, t.n};
}

/* ---- segmentation ---- */

struct best {
    float score;     /* of the best way here */
    uint32_t start;  /* where its last piece begins; UINT32_MAX: no way known */
    uint32_t id;
};

/* length of a character by its lead byte; bytes inside a character count as one */
static inline size_t lead_length(char c) {
    static const uint8_t by_high[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    return by_high[(unsigned char)c >> 4];
}

/* Best way to every byte position. Candidates are added in double and kept in float, as the library does it. */
static void viterbi(const struct spm *s, struct str text, struct best *best) {
    for (size_t i = 0; i <= text.n; i++) {
        best[i] = (struct best){0, UINT32_MAX, 0};
    }
    for (size_t at = 0; at < text.n;) {
        size_t size = lead_length(text.p[at]);
        size = size < text.n - at ? size : text.n - at;
        bool single = false;
        uint32_t node = 0;
        for (size_t stop = at + 1; stop <= text.n; stop++) {
            node = trie_step(&s->match, node, (uint8_t)text.p[stop - 1]);
            if (node == 0) {
                break;
            }
            int32_t id = s->match.value[node];
            if (id < 0) {
                continue;
            }
            const struct piece *p = &s->pieces[id];
            double own = p->kind == USER ? (double)((float)(stop - at) * (float)s->user_unit) - 0.1 : (double)p->score;
            double total = own + (double)best[at].score;
            if (best[stop].start == UINT32_MAX || total > (double)best[stop].score) {
                best[stop] = (struct best){(float)total, (uint32_t)at, (uint32_t)id};
            }
            single |= stop - at == size;
        }
        if (!single) {
            struct best *b = &best[at + size];
            float total = s->unknown_score + best[at].score;
            if (b->start == UINT32_MAX || total > b->score) {
                *b = (struct best){total, (uint32_t)at, s->unknown};
            }
        }
        at += size;
    }
}

enum err_code spm_encode(const struct spm *s, struct arena *a, struct str text, struct spm_token **out, size_t *n,
                         struct err *err) {
    *out = NULL;
    *n = 0;
    if (text.n > SPM_MAX_TEXT) {
        return err_set(err, ERR_TOO_LARGE, "%zu bytes of text; %zu are cut at once", text.n, SPM_MAX_TEXT);
    }
    struct normal t = {.a = a};
    if (!normalise(s, text, &t)) {
        return err_set(err, ERR_NO_MEMORY, "no memory to cut %zu bytes into pieces", text.n);
    }
    struct best *best = ARENA_ARRAY(a, t.n + 1, struct best);
    uint32_t *ends = ARENA_ARRAY(a, t.n + 1, uint32_t); /* of the pieces of the best way, last first */
    struct spm_token *tokens = ARENA_ARRAY(a, t.n + 1, struct spm_token);
    if (!best || !ends || !tokens) {
        return err_set(err, ERR_NO_MEMORY, "no memory to cut %zu bytes into pieces", text.n);
    }
    viterbi(s, (struct str){t.p, t.n}, best);
    size_t path = 0, made = 0;
    for (size_t at = t.n; at > 0; at = best[at].start) {
        ends[path++] = (uint32_t)at;
    }
    bool was_unknown = false;
    while (path > 0) {
        uint32_t end = ends[--path], start = best[end].start;
        bool unknown = best[end].id == s->unknown;
        struct spm_token token = {best[end].id, t.origin[start], t.origin[end]};
        if (unknown && s->byte_fallback) {
            for (uint32_t i = start; i < end; i++) {
                token.id = s->of_byte[(uint8_t)t.p[i]];
                tokens[made++] = token;
            }
        } else if (unknown && was_unknown) {
            tokens[made - 1].end = token.end;
        } else {
            tokens[made++] = token;
        }
        was_unknown = unknown;
    }
    *out = tokens;
    *n = made;
    return ERR_OK;
}

/* ---- decoding ---- */

/* a run of byte pieces, read as UTF-8; what is ill-formed becomes U+FFFD, byte by byte */
static void add_run(struct buf *out, const struct spm *s, const uint32_t *ids, size_t n, uint32_t *starts) {
    for (size_t i = 0; i < n;) {
        char bytes[4];
        size_t have = n - i < 4 ? n - i : 4;
        for (size_t k = 0; k < have; k++) {
            bytes[k] = (char)s->pieces[ids[i + k]].byte;
        }
        size_t size = utf8_head((struct str){bytes, have});
        for (size_t k = 0; starts && k < (size ? size : 1); k++) {
            starts[i + k] = (uint32_t)out->n;
        }
        buf_add(out, size ? (struct str){bytes, size} : REPLACEMENT);
        i += size ? size : 1;
    }
}

static void add_piece(struct buf *out, const struct spm *s, struct str piece) {
    if (out->n == 0 && (s->dummy_prefix || s->remove_spaces) && str_starts(piece, SPACE)) {
        piece = str_sub(piece, SPACE.n, piece.n);
    }
    while (piece.n > 0) {
        size_t at = str_find(piece, SPACE, 0);
        if (at == SIZE_MAX) {
            buf_add(out, piece);
            return;
        }
        buf_add(out, str_sub(piece, 0, at));
        buf_addc(out, ' ');
        piece = str_sub(piece, at + SPACE.n, piece.n);
    }
}

struct str spm_decode(const struct spm *s, struct arena *a, const uint32_t *ids, size_t n, uint32_t *starts) {
    struct buf out;
    buf_init(&out, a);
    buf_add(&out, STR(""));
    for (size_t i = 0; i < n;) {
        const struct piece *p = &s->pieces[ids[i]];
        if (p->kind == BYTE) {
            size_t run = 1;
            while (i + run < n && s->pieces[ids[i + run]].kind == BYTE) {
                run++;
            }
            add_run(&out, s, ids + i, run, starts ? starts + i : NULL);
            i += run;
            continue;
        }
        if (starts) {
            starts[i] = (uint32_t)out.n;
        }
        if (ids[i] == s->unknown) {
            buf_add(&out, s->unknown_shown);
        } else if (p->kind != CONTROL) {
            add_piece(&out, s, p->text);
        }
        i++;
    }
    if (starts) {
        starts[n] = (uint32_t)out.n;
    }
    return arena_full(a) ? STR_NONE : (struct str){out.p ? out.p : "", out.n};
}
