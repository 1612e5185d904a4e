/* page.c - see page.h. A line is measured (features), then marked in passes from the certain to the likely: phrases, telling
 * twice, what follows a closing headline, neighbours, then the rims before the first and behind the last prose. Between
 * the first and the last prose a line is kept unless something speaks against it: a lost paragraph costs more than a kept menu. */
#include "core/page/page.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/base/utf8.h"
#include "core/page/rules.h"

#include "core/base/banned.h"

enum { COVER_MAX = 600 }; /* bytes of a line that cue words may cover; longer lines are no menus */

/* A line that is not blank. */
struct line {
    uint32_t para;
    struct str folded; /* trimmed */
    float size;        /* in words; a Han character counts 0.6 */
    uint32_t stops;    /* function words */
    uint32_t letters, digits, words;
    uint32_t cues;     /* enum cue, those that count here */
    uint8_t mediums;   /* different medium phrases */
    bool terminal;     /* ends as a sentence does, closing marks aside */
    bool colon;        /* ends in a colon or comma: something belongs to it */
    bool inner;        /* a sentence ends inside */
    bool capital;      /* begins like a headline: upper case, digit, quotation mark, Han */
    bool bullet;       /* an item of a list */
    float weak;        /* share of its letters that are words of menus or datelines */
    bool covered;      /* nothing but cue words, digits and marks */
    bool dated;        /* nothing but date words and digits */
    bool credit;       /* a phrase of captions with a colon or slash behind it */
    bool jumble;       /* run together or of many scripts: a language bar */
    bool gone;         /* furniture */
    bool certain;      /* by its own words */
};

struct marker {
    const struct page_rules *r;
    struct doc *d;
    struct line *lines;
    size_t n;
    size_t cap, para_cap;
    size_t first, last; /* prose lines; first > last: none */
};

/* ---- features of a line ---- */

static bool is_cjk(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    if (c < 0x2E80) {
        return false;
    }
    UScriptCode s = uscript_getScript(c, &status);
    return s == USCRIPT_HAN || s == USCRIPT_HIRAGANA || s == USCRIPT_KATAKANA;
}

static bool ends_sentence(int32_t c) {
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF0E ||
           c == 0xFF61 || c == 0x0964 || c == 0x061F || c == 0x06D4;
}

static bool is_closer(int32_t c) {
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x2019 || c == 0x201D || c == 0x201C || c == 0xBB ||
           c == 0xAB || c == 0x203A || c == 0x300D || c == 0x300F || c == 0x300B || c == 0xFF09 || c == 0x3011;
}

/* Bits for the scripts that language bars mix; Han and Kana are one. */
static uint32_t script_bit(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
    case USCRIPT_LATIN:
        return 1;
    case USCRIPT_CYRILLIC:
        return 2;
    case USCRIPT_GREEK:
        return 4;
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return 8;
    case USCRIPT_HANGUL:
        return 16;
    case USCRIPT_ARABIC:
        return 32;
    case USCRIPT_THAI:
        return 64;
    case USCRIPT_HEBREW:
        return 128;
    case USCRIPT_DEVANAGARI:
        return 256;
    default:
        return 0;
    }
}

static void measure_end(struct line *l) {
    size_t at = l->folded.n;
    bool closed = false;
    while (at > 0) {
        int32_t c = utf8_prev(l->folded, &at);
        if (is_closer(c)) {
            closed = true;
        } else if (c != ' ') {
            l->terminal = ends_sentence(c) || (closed && c == ':');
            l->colon = c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C || c == ';';
            return;
        }
    }
}

static void measure_start(struct line *l, struct str raw) {
    size_t at = 0;
    int32_t c = utf8_next(raw, &at);
    size_t after = at;
    l->bullet = c == 0x2022 || c == 0xB7 || c == 0x25CF || c == 0x25AA || c == 0x2023 ||
                ((c == '-' || c == '*' || c == 0x2013) && after < raw.n && raw.p[after] == ' ');
    while (at < raw.n && !u_isalnum(c)) {
        c = utf8_next(raw, &at);
    }
    l->capital = u_isalnum(c) && !u_islower(c);
}

/* One pass over the code points of the raw line. */
static void measure(const struct page_rules *r, struct line *l, struct str raw) {
    uint32_t scripts = 0, glued = 0, cjk = 0;
    int32_t before = ' ', lower_run = 0;
    size_t word = SIZE_MAX; /* where the current word begins */
    for (size_t i = 0; i <= raw.n;) {
        size_t at = i;
        int32_t c = i < raw.n ? utf8_next(raw, &i) : ' ';
        bool wide = is_cjk(c), alnum = u_isalnum(c) && !wide;
        l->letters += u_isalpha(c) ? 1 : 0;
        l->digits += u_isdigit(c) ? 1 : 0;
        scripts |= u_isalpha(c) ? script_bit(c) : 0;
        glued += u_isupper(c) && lower_run >= 2 ? 1 : 0;
        lower_run = u_islower(c) ? lower_run + 1 : 0;
        if (wide) {
            cjk++;
            l->stops += map_get(&r->stops, str_sub(raw, at, i)) != MAP_NONE ? 1 : 0;
        }
        if (alnum && word == SIZE_MAX) {
            word = at;
        } else if (!alnum && word != SIZE_MAX && c != '\'' && c != 0x2019 && c != '-') {
            l->words++;
            word = SIZE_MAX;
        }
        l->inner = l->inner || (ends_sentence(before) && (c == ' ' || wide) && i < raw.n && before != '.') ||
                   (before == '.' && c == ' ' && i + 1 < raw.n && l->words > 4);
        before = c;
        if (at == raw.n) {
            break;
        }
    }
    l->size = (float)l->words + 0.6f * (float)cjk;
    bool many = (scripts & (scripts - 1)) != 0 && ((scripts & (scripts - 1)) & ((scripts & (scripts - 1)) - 1)) != 0;
    l->jumble = l->size < 60 && !l->terminal && (many || (glued >= 3 && glued * 2 >= l->words));
}

/* Function words of spaced scripts. */
static uint32_t count_stops(const struct page_rules *r, struct str folded) {
    uint32_t n = 0;
    for (struct str w = conf_word(&folded); w.n; w = conf_word(&folded)) {
        while (w.n && (unsigned char)w.p[w.n - 1] < 0x80 && strchr(",.;:!?\")", w.p[w.n - 1])) {
            w.n--;
        }
        n += w.n && (unsigned char)w.p[0] < 0xE3 && map_get(&r->stops, w) != MAP_NONE ? 1 : 0;
    }
    return n;
}

/* "news papernews paper": alternative text and link text run together. */
static bool said_twice(struct str s) {
    if (s.n >= 8 && s.n % 2 == 0 && memcmp(s.p, s.p + s.n / 2, s.n / 2) == 0) {
        return true;
    }
    return s.n >= 9 && s.n % 2 == 1 && s.p[s.n / 2] == ' ' && memcmp(s.p, s.p + s.n / 2 + 1, s.n / 2) == 0;
}

/* ---- what the phrases say ---- */

/* The folded line without marks and digits at its ends. */
static struct str core_of(struct str s, size_t *start) {
    size_t from = 0, to = s.n;
    while (from < s.n) {
        size_t next = from;
        if (u_isalpha(utf8_next(s, &next))) {
            break;
        }
        from = next;
    }
    while (to > from) {
        size_t before = to;
        if (u_isalpha(utf8_prev(s, &before))) {
            break;
        }
        to = before;
    }
    *start = from;
    return str_sub(s, from, to);
}

/* Share of the letters of s that lie in a hit of one of the kinds; 0 for a long line. */
static float share_covered(struct str s, const struct phrase_hit *hits, size_t n, uint32_t kinds) {
    bool in[COVER_MAX] = {false};
    size_t letters = 0, inside = 0;
    if (s.n > COVER_MAX) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (hits[i].kinds & kinds) {
            memset(in + hits[i].start, true, hits[i].end - hits[i].start);
        }
    }
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        if (u_isalpha(utf8_next(s, &i))) {
            letters++;
            inside += in[at];
        }
    }
    return letters > 1 ? (float)inside / (float)letters : 0;
}

static bool covers(struct str s, const struct phrase_hit *hits, size_t n, uint32_t kinds) {
    return share_covered(s, hits, n, kinds) >= 1;
}

static bool followed_by_colon(struct str s, size_t at) {
    int32_t c = 0;
    while (at < s.n && (c = utf8_next(s, &at)) == ' ') {
    }
    return c == ':' || c == 0xFF1A || c == '/' || c == 0xFF0F;
}

static void consult(const struct page_rules *r, struct line *l) {
    struct phrase_hit hits[PHRASE_HITS_MAX];
    size_t n = phrases_scan(&r->phrases, l->folded, hits), start;
    struct str core = core_of(l->folded, &start);
    uint32_t end = (uint32_t)(start + core.n);
    uint32_t seen[4] = {0};
    for (size_t i = 0; i < n; i++) {
        uint32_t kinds = hits[i].kinds;
        bool leads = hits[i].start <= start, whole = leads && hits[i].end >= end;
        l->cues |= kinds & (CUE_STRONG | CUE_WEAK);
        l->cues |= leads ? kinds & (CUE_CAPTION | CUE_BYLINE) : 0;
        l->credit = l->credit || (kinds & CUE_CAPTION && followed_by_colon(l->folded, hits[i].end));
        l->cues |= leads && l->size < 30 ? kinds & CUE_LEAD : 0;
        l->cues |= whole ? kinds & (CUE_WHOLE | CUE_TAIL | CUE_BOX) : 0;
        if (kinds & CUE_MEDIUM && l->mediums < 4) {
            bool again = false;
            for (size_t k = 0; k < l->mediums; k++) {
                again = again || seen[k] == hits[i].end;
            }
            seen[l->mediums] = hits[i].end;
            l->mediums += again ? 0 : 1;
            l->cues |= CUE_MEDIUM;
        }
    }
    l->covered = covers(l->folded, hits, n, CUE_WHOLE | CUE_WEAK | CUE_LEAD | CUE_TAIL | CUE_BOX | CUE_DATE);
    l->weak = share_covered(l->folded, hits, n, CUE_WEAK | CUE_DATE);
    l->dated = l->digits > 0 && covers(l->folded, hits, n, CUE_DATE);
}

static bool certain(const struct line *l) {
    return l->cues & (CUE_WHOLE | CUE_LEAD | CUE_STRONG) || l->mediums >= 2 || (l->covered && !l->dated && l->size < 40 && l->letters >= 2) ||
           l->jumble;
}

/* Text written in sentences. */
static bool is_prose(const struct line *l) {
    if (l->jumble) {
        return false;
    }
    return (l->size >= 12 && (l->terminal || l->inner || (l->stops >= 2 && l->size >= 15))) ||
           (l->size >= 25 && l->stops >= 2);
}

/* At least one sentence. */
static bool is_sentence(const struct line *l) {
    return is_prose(l) || (l->size >= 4 && l->terminal && !l->jumble);
}

static bool is_headline(const struct line *l) {
    return l->capital && l->letters >= 4 && l->size >= 1.5f && l->size <= 40 && !l->dated && !l->jumble && !l->bullet &&
           !(l->cues & (CUE_BYLINE | CUE_LEAD | CUE_WHOLE | CUE_TAIL | CUE_BOX)) && !(l->cues & CUE_WEAK && l->size < 6) &&
           !said_twice(l->folded);
}

/* ---- cutting the text ---- */

static void add_para(struct marker *m, uint32_t start, uint32_t end) {
    ARENA_PUSH(m->d->a, m->d->paras, m->d->para_count, m->para_cap) = (struct para){.start = start, .end = end};
}

struct wrap {
    bool on;
    size_t width; /* code points of the longest line */
};

static int32_t first_of(struct str s) {
    size_t at = 0;
    return s.n ? utf8_next(s, &at) : ' ';
}

/* Whether the text was broken into lines of a fixed width: sentences run across line ends again and again. */
static struct wrap find_wrap(struct str text) {
    size_t pairs = 0, across = 0, width = 0;
    struct str rest = text, line = str_cut(&rest, '\n');
    while (rest.n) {
        struct str next = str_cut(&rest, '\n'), a = str_trim(line), b = str_trim(next);
        size_t cp = utf8_count(a);
        width = cp > width ? cp : width;
        if (a.n && b.n) {
            size_t at = a.n;
            pairs++;
            across += u_islower(first_of(b)) && !ends_sentence(utf8_prev(a, &at)) ? 1 : 0;
        }
        line = next;
    }
    return (struct wrap){across >= 3 && across * 10 >= pairs * 3 && width <= 100, width};
}

/* Whether the line a, broken at the width, goes on in b. */
static bool goes_on(const struct wrap *w, struct str a, struct str b) {
    size_t at = 0;
    int32_t first = first_of(b);
    struct str word = b;
    while (at < b.n && b.p[at] != ' ') {
        at++;
    }
    word.n = at;
    return w->on && a.n && b.n && first != '-' && first != '*' && first != 0x2022 &&
           utf8_count(a) + utf8_count(word) + 1 > w->width - w->width / 8;
}

static void cut_lines(struct marker *m) {
    struct str text = m->d->text;
    struct wrap w = find_wrap(text);
    for (size_t at = 0; at < text.n;) {
        size_t end = str_find(text, STR("\n"), at), from = at;
        end = end == SIZE_MAX ? text.n : end;
        while (w.on && end + 1 < text.n) {
            size_t next = str_find(text, STR("\n"), end + 1);
            next = next == SIZE_MAX ? text.n : next;
            if (!goes_on(&w, str_trim(str_sub(text, from, end)), str_trim(str_sub(text, end + 1, next)))) {
                break;
            }
            from = end + 1;
            end = next;
        }
        add_para(m, (uint32_t)at, (uint32_t)end);
        at = end + 1;
    }
}

/* ---- frames around a title ---- */

/* Bytes at the start of raw that the folded phrase takes, or 0. */
static size_t match_start(const struct text_fold *fold, struct str raw, struct str phrase) {
    size_t i = 0, k = 0;
    while (k < phrase.n) {
        if (i >= raw.n || text_fold_char(fold, utf8_next(raw, &i)) != utf8_next(phrase, &k)) {
            return 0;
        }
    }
    return i;
}

enum { TRIM_GAP = 24 }; /* code points that a '*' stands for */

/* Bytes at the start of raw that belong to the frame t. */
static size_t trim_start(const struct text_fold *fold, struct str raw, const struct trim *t) {
    size_t at = match_start(fold, raw, t->head);
    if (!at || !t->tail.n) {
        return at;
    }
    for (int gap = 0; at < raw.n && gap <= TRIM_GAP; gap++) {
        size_t more = match_start(fold, str_sub(raw, at, raw.n), t->tail);
        if (more) {
            return at + more;
        }
        utf8_next(raw, &at);
    }
    return 0;
}

/* Where the frame t at the end of raw begins, or raw.n. Marks before it go with it. */
static size_t trim_end(const struct text_fold *fold, struct str raw, const struct trim *t) {
    size_t at = raw.n;
    for (int back = 0; at > 0 && back < 80; back++) {
        utf8_prev(raw, &at);
        size_t n = match_start(fold, str_sub(raw, at, raw.n), t->head), rest = at + n;
        bool last = n > 0;
        while (last && rest < raw.n) {
            last = !u_isalnum(utf8_next(raw, &rest));
        }
        if (last) {
            for (size_t before = at; before > 0; at = before) {
                int32_t c = utf8_prev(raw, &before);
                if (u_isalnum(c) || is_closer(c)) {
                    break;
                }
            }
            return at;
        }
    }
    return raw.n;
}

/* Replaces the para p by frame, title, frame. Frames are furniture by construction. */
static void trim_para(struct marker *m, const struct para *p) {
    const struct page_rules *r = m->r;
    struct str raw = doc_sub(m->d, p->start, p->end);
    size_t from = 0, to = raw.n;
    for (size_t i = 0; i < r->before.n && from == 0; i++) {
        from = trim_start(r->fold, raw, &r->before.items[i]);
    }
    for (size_t i = 0; i < r->after.n && to == raw.n; i++) {
        to = trim_end(r->fold, raw, &r->after.items[i]);
    }
    if (from >= to || (from == 0 && to == raw.n)) {
        add_para(m, p->start, p->end);
        return;
    }
    uint32_t cuts[] = {p->start, p->start + (uint32_t)from, p->start + (uint32_t)to, p->end};
    for (int i = 0; i < 3; i++) {
        if (cuts[i] < cuts[i + 1]) {
            add_para(m, cuts[i], cuts[i + 1]);
            m->d->paras[m->d->para_count - 1].furniture = i != 1;
        }
    }
}

enum { TRIM_LINES = 6 }; /* at either end of the text */

static void trim_lines(struct marker *m) {
    struct doc *d = m->d;
    struct para *old = d->paras;
    size_t n = d->para_count, filled = 0, seen = 0;
    for (size_t i = 0; i < n; i++) {
        filled += str_trim(doc_sub(d, old[i].start, old[i].end)).n > 0;
    }
    d->paras = NULL;
    d->para_count = m->para_cap = 0;
    for (size_t i = 0; i < n; i++) {
        bool blank = str_trim(doc_sub(d, old[i].start, old[i].end)).n == 0;
        if (!blank && (seen < TRIM_LINES || seen + TRIM_LINES >= filled)) {
            trim_para(m, &old[i]);
        } else {
            add_para(m, old[i].start, old[i].end);
        }
        seen += blank ? 0 : 1;
    }
}

/* ---- marking ---- */

static void take(struct line *l) {
    l->gone = true;
}

static bool look_at(struct marker *m, uint32_t para) {
    struct doc *d = m->d;
    struct str raw = str_trim(doc_sub(d, d->paras[para].start, d->paras[para].end));
    if (raw.n == 0 || d->paras[para].furniture) {
        return true;
    }
    struct line l = {.para = para, .folded = text_fold(m->r->fold, d->a, raw)};
    if (!l.folded.p) {
        return false;
    }
    measure_end(&l);
    measure_start(&l, raw);
    measure(m->r, &l, raw);
    l.stops += count_stops(m->r, l.folded);
    consult(m->r, &l);
    ARENA_PUSH(d->a, m->lines, m->n, m->cap) = l;
    return !arena_full(d->a);
}

static void mark_certain(struct marker *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct line *l = &m->lines[i];
        if (certain(l) || said_twice(l->folded)) {
            l->certain = true;
            take(l);
        }
    }
}

/* A line told before, long or a label, goes; a short sentence may be said again. */
static void mark_repeated(struct marker *m) {
    struct map seen;
    map_init(&seen, m->d->a);
    for (size_t i = 0; i < m->n; i++) {
        struct line *l = &m->lines[i];
        size_t start;
        struct str core = core_of(l->folded, &start);
        uint32_t *first = core.n ? map_at(&seen, core) : NULL;
        if (!first) {
            continue;
        }
        if (*first == MAP_NONE) {
            *first = (uint32_t)i;
        } else if (l->size >= 8 || (!l->terminal && !l->colon && l->size >= 1)) {
            take(l);
        }
    }
}

static void find_prose(struct marker *m) {
    m->first = m->n;
    m->last = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (!m->lines[i].gone && is_prose(&m->lines[i])) {
            m->first = m->first == m->n ? i : m->first;
            m->last = i;
        }
    }
    for (size_t i = 0; m->first == m->n && i < m->n; i++) { /* no long paragraphs: single sentences */
        if (!m->lines[i].gone && is_sentence(&m->lines[i])) {
            m->first = m->first == m->n ? i : m->first;
            m->last = i;
        }
    }
}

/* Hints turn into furniture beside furniture; runs of them go as a whole. */
static void mark_neighbours(struct marker *m) {
    for (int back = 0; back < 2; back++) {
        for (size_t k = 1; k < m->n; k++) {
            size_t i = back ? m->n - 1 - k : k;
            struct line *l = &m->lines[i];
            const struct line *by = &m->lines[back ? i + 1 : i - 1];
            bool hint = l->cues & CUE_MEDIUM || (l->cues & CUE_WEAK && l->size < 8 && !l->terminal);
            if (!l->gone && hint && by->gone && by->certain) {
                l->certain = true;
                take(l);
            }
        }
    }
}

/* Behind "References:" or "Related articles" all is furniture, if most of the article stands before it. */
static void mark_tail(struct marker *m) {
    float before = 0, after = 0;
    for (size_t i = 0; i < m->n; i++) {
        after += !m->lines[i].gone && is_sentence(&m->lines[i]) ? m->lines[i].size : 0;
    }
    for (size_t i = 0; i < m->n; i++) {
        struct line *l = &m->lines[i];
        if (l->cues & CUE_TAIL && before > 0 && after < before * 0.5f) {
            for (size_t k = i; k < m->n; k++) {
                take(&m->lines[k]);
            }
            return;
        }
        float own = !l->gone && is_sentence(l) ? l->size : 0;
        before += own;
        after -= own;
    }
}

/* The links under "Read also" amid an article: short lines up to the next sentence. */
static void mark_boxes(struct marker *m) {
    for (size_t i = 0; i < m->n; i++) {
        if (!(m->lines[i].cues & (CUE_BOX | CUE_TAIL))) {
            continue;
        }
        take(&m->lines[i]);
        for (size_t k = i + 1; k < m->n && k <= i + 8 && !m->lines[k].terminal && !is_prose(&m->lines[k]); k++) {
            take(&m->lines[k]);
        }
    }
}

/* Two to five capitalised words and nothing else: a name alone on its line. */
static bool is_name_line(const struct marker *m, const struct line *l) {
    const struct para *p = &m->d->paras[l->para];
    struct str rest = str_trim(doc_sub(m->d, p->start, p->end));
    bool dash = str_ends(rest, STR("-")) || str_ends(rest, STR("\xE2\x80\x93"));
    size_t words = 0;
    for (struct str w = conf_word(&rest); w.n; w = conf_word(&rest)) {
        size_t at = 0;
        int32_t c = utf8_next(w, &at);
        if (c == '-' || c == 0x2013 || c == '|') {
            continue;
        }
        if (!u_isupper(c) || l->digits) {
            return false;
        }
        words++;
    }
    return words >= 2 && (words <= 3 || (dash && words <= 5)) && l->stops == 0 && (dash || l->cues & CUE_BYLINE);
}

/* Dates, bylines and counters near the top of the article. */
static void mark_top(struct marker *m) {
    size_t seen = 0;
    for (size_t i = 0; i < m->n && (i <= m->first || seen < 6); i++) {
        struct line *l = &m->lines[i];
        seen += i > m->first ? 1 : 0;
        if (l->gone) {
            continue;
        }
        if (l->dated || (l->cues & CUE_BYLINE && l->size <= 12 && !l->terminal) || is_name_line(m, l) ||
            (l->letters == 0 && l->digits < 12)) {
            take(l);
        }
    }
}

enum { HEAD_LINES = 8 }; /* a title stands at most so many lines before the first paragraph */

/* Before the first paragraph: headlines stay, the rest goes. */
static void mark_head(struct marker *m) {
    size_t best = m->n, kept = 0;
    for (size_t back = 1; back <= m->first; back++) {
        size_t i = m->first - back;
        struct line *l = &m->lines[i];
        if (l->gone || is_sentence(l)) {
            continue;
        }
        bool headline = back <= HEAD_LINES && is_headline(l);
        if (headline && (best == m->n || l->size > m->lines[best].size)) {
            best = i;
        }
        if (headline && (l->size >= 4 || (back == 1 && l->size >= 2))) {
            kept++;
        } else {
            take(l);
        }
    }
    if (kept == 0 && best < m->n) {
        m->lines[best].gone = false;
    }
}

static const float WEAK_SENTENCE = 0.8f; /* a sentence of which more is words of menus is no part of the article */

/* Behind the last paragraph: sentences, notes in brackets and lists that belong to it stay. */
static void mark_foot(struct marker *m) {
    bool list = m->last < m->n && (m->lines[m->last].colon || m->lines[m->last].bullet);
    for (size_t i = m->last + 1; i < m->n; i++) {
        struct line *l = &m->lines[i];
        bool note = l->folded.n && l->folded.p[0] == '(' && l->folded.p[l->folded.n - 1] == ')' && l->size >= 4;
        list = list && l->bullet;
        bool said = is_prose(l) || (is_sentence(l) && l->weak <= WEAK_SENTENCE);
        if (!l->gone && !list && !note && !said) {
            take(l);
        }
    }
}

/* Between paragraphs only labels of menus go. */
static void mark_middle(struct marker *m) {
    for (size_t i = m->first + 1; i < m->last; i++) {
        struct line *l = &m->lines[i];
        bool counter = l->letters == 0 && l->digits <= 3 && l->digits > 0;
        if (l->covered && l->size < 6 && !l->dated && l->cues & CUE_WEAK) {
            take(l);
        }
        if (counter && ((i > 0 && m->lines[i - 1].certain) || (i + 1 < m->n && m->lines[i + 1].certain))) {
            take(l);
        }
    }
}

static void give_roles(struct marker *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct line *l = &m->lines[i];
        struct para *p = &m->d->paras[l->para];
        bool title = m->d->req->title.n && str_eq(str_trim(m->d->req->title), str_trim(doc_sub(m->d, p->start, p->end)));
        p->furniture = l->gone && !title;
        if (title || (!l->terminal && !l->colon && !is_prose(l) && !l->bullet && l->size <= 30)) {
            p->role = SENT_HEADING;
        }
        if (l->cues & CUE_CAPTION && l->size < 60) {
            p->role = SENT_CAPTION;
            p->furniture = p->furniture || (l->size <= 6 && !l->terminal); /* a credit alone */
        }
    }
}

enum err_code page_mark(const struct page_rules *r, struct doc *d, struct err *err) {
    struct marker m = {.r = r, .d = d};
    size_t left = 0;
    cut_lines(&m);
    trim_lines(&m);
    for (size_t i = 0; i < d->para_count && look_at(&m, (uint32_t)i); i++) {
    }
    if (arena_full(d->a)) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the paragraphs");
    }
    mark_certain(&m);
    mark_neighbours(&m);
    mark_tail(&m);
    mark_boxes(&m);
    mark_repeated(&m);
    find_prose(&m);
    if (m.first < m.n) {
        mark_top(&m);
        mark_head(&m);
        mark_middle(&m);
        mark_foot(&m);
    }
    give_roles(&m);
    for (size_t i = 0; i < m.n; i++) {
        left += d->paras[m.lines[i].para].furniture ? 0 : 1;
    }
    for (size_t i = 0; left == 0 && i < m.n; i++) { /* nothing but furniture: then it is what was asked about */
        d->paras[m.lines[i].para].furniture = false;
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the paragraphs") : ERR_OK;
}

struct page_look page_look(const struct page_rules *r, struct arena *a, struct str text) {
    struct str raw = str_trim(text);
    struct line l = {.folded = raw.n ? text_fold(r->fold, a, raw) : STR_NONE};
    struct page_look look = {.verdict = PAGE_UNKNOWN};
    if (!l.folded.n) {
        return look;
    }
    measure_end(&l);
    measure_start(&l, raw);
    measure(r, &l, raw);
    consult(r, &l);
    look.stops = l.stops + count_stops(r, l.folded);
    look.caption = l.cues & CUE_CAPTION;
    look.credit = l.credit;
    look.byline = l.cues & CUE_BYLINE;
    look.dated = l.dated;
    look.headline = is_headline(&l);
    if (l.cues & CUE_TAIL) {
        look.verdict = PAGE_TAIL;
    } else if (certain(&l)) {
        look.verdict = PAGE_FURNITURE;
    } else if (l.cues & (CUE_MEDIUM | CUE_BOX | CUE_BYLINE) || (l.cues & CUE_WEAK && l.weak > 0.5f) || l.dated) {
        look.verdict = PAGE_HINT;
    }
    return look;
}
