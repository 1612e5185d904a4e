/* tok.c - see tok.h. A paragraph at a time goes to ICU as UTF-16, with a table that leads back to bytes. */
#include "core/tok/tok.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "core/base/utf8.h"
#include "core/worker.h"

#include "core/base/banned.h"

struct splitter {
    const struct lang *lang;
    const struct text_fold *fold;
    struct doc *d;
    UChar *u16;      /* the paragraph; grown to the longest */
    uint32_t *byte_of; /* [u16 length + 1] byte of doc.text of each unit */
    size_t u16_cap, byte_cap;
    size_t sent_cap, tok_cap;
};

/* ---- one paragraph as UTF-16 ---- */

static bool widen(struct splitter *s, const struct para *p, int32_t *n16) {
    struct arena *a = s->d->a;
    size_t need = (size_t)(p->end - p->start) + 1, n = 0;
    if (!arena_grow(a, (void **)&s->u16, &s->u16_cap, need, sizeof *s->u16) ||
        !arena_grow(a, (void **)&s->byte_of, &s->byte_cap, need, sizeof *s->byte_of)) {
        return false;
    }
    for (size_t i = p->start; i < p->end;) {
        uint32_t at = (uint32_t)i;
        int32_t c = utf8_next(s->d->text, &i);
        s->byte_of[n] = at;
        if (c > 0xFFFF) {
            s->u16[n++] = U16_LEAD(c);
            s->byte_of[n] = at;
            s->u16[n++] = U16_TRAIL(c);
        } else {
            s->u16[n++] = (UChar)c;
        }
    }
    s->byte_of[n] = p->end;
    *n16 = (int32_t)n;
    return true;
}

/* ---- tokens ---- */

static bool is_atom(int32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    if (c < 0x2E80) {
        return false;
    }
    UScriptCode script = uscript_getScript(c, &status);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

static bool is_digit(int32_t c) {
    return c >= '0' && c <= '9';
}

static void add_token(struct splitter *s, uint32_t start, uint32_t end, bool word_start) {
    struct doc *d = s->d;
    struct str text = doc_sub(d, start, end);
    struct tok t = {.start = start, .end = end, .sent = (uint32_t)d->sent_count};
    size_t i = 0;
    int32_t first = utf8_next(text, &i);
    if (u_isalpha(first) || (U_GET_GC_MASK(first) & U_GC_M_MASK)) {
        t.kind = TOK_WORD;
    } else if (u_isdigit(first)) {
        t.kind = TOK_NUMBER;
        for (size_t j = i; j < text.n;) { /* "51job", "4G": a word that begins with a digit */
            if (u_isalpha(utf8_next(text, &j))) {
                t.kind = TOK_WORD;
            }
        }
    } else {
        t.kind = U_GET_GC_MASK(first) & U_GC_P_MASK ? TOK_PUNCT : TOK_SYMBOL;
    }
    if (start == 0 || u_isUWhiteSpace(d->text.p[start - 1] & 0x80 ? 'x' : d->text.p[start - 1])) {
        t.flags |= TOK_SPACE_BEFORE;
    }
    if (word_start) {
        t.flags |= TOK_WORD_START;
    }
    if (u_isupper(first) || u_istitle(first)) {
        t.flags |= TOK_CAPITAL;
        size_t letters = 1, upper = 1;
        while (i < text.n) {
            int32_t c = utf8_next(text, &i);
            letters += u_isalpha(c) ? 1 : 0;
            upper += u_isupper(c) ? 1 : 0;
        }
        if (letters > 1 && letters == upper) {
            t.flags |= TOK_UPPER;
        }
    }
    UErrorCode status = U_ZERO_ERROR;
    if (first >= 0x2E80 && uscript_getScript(first, &status) == USCRIPT_HAN) {
        t.flags |= TOK_HAN;
    }
    struct sent *sent = &d->sents[d->sent_count];
    if (d->tok_count == sent->first && (t.kind == TOK_WORD || t.kind == TOK_NUMBER)) {
        t.flags |= TOK_SENT_START;
    } else if (t.kind == TOK_WORD || t.kind == TOK_NUMBER) {
        bool earlier = false;
        for (size_t k = d->tok_count; k > sent->first && !earlier; k--) {
            earlier = d->toks[k - 1].kind <= TOK_NUMBER;
        }
        t.flags |= earlier ? 0 : TOK_SENT_START;
    }
    if (start == d->paras[sent->para].start) {
        t.flags |= TOK_LINE_START;
    }
    t.fold = text_fold(s->fold, d->a, text);
    ARENA_PUSH(d->a, d->toks, d->tok_count, s->tok_cap) = t;
}

/* Where a clitic's apostrophe stands in a word of ICU's ("Alibaba's", "l'homme"), or SIZE_MAX. */
static size_t apostrophe(struct str w) {
    for (size_t i = 0; i < w.n;) {
        size_t at = i;
        int32_t c = utf8_next(w, &i);
        if ((c == '\'' || c == 0x2019) && at > 0 && i < w.n) {
            return at;
        }
    }
    return SIZE_MAX;
}

/* A segment between two of ICU's word breaks. */
static void add_segment(struct splitter *s, uint32_t start, uint32_t end) {
    struct str seg = doc_sub(s->d, start, end);
    size_t i = 0;
    int32_t c = utf8_next(seg, &i);
    if (u_isUWhiteSpace(c)) {
        return;
    }
    size_t cut = apostrophe(seg);
    if (cut != SIZE_MAX) {
        add_token(s, start, start + (uint32_t)cut, true);
        add_token(s, start + (uint32_t)cut, end, false);
        return;
    }
    bool first = true;
    for (i = 0; i < seg.n;) {
        size_t from = i;
        c = utf8_next(seg, &i);
        if (is_atom(c)) {
            while (i < seg.n) { /* with its marks */
                size_t ahead = i;
                if (!(U_GET_GC_MASK(utf8_next(seg, &ahead)) & U_GC_M_MASK)) {
                    break;
                }
                i = ahead;
            }
        } else {
            while (i < seg.n) {
                size_t ahead = i;
                if (is_atom(utf8_next(seg, &ahead))) {
                    break;
                }
                i = ahead;
            }
        }
        add_token(s, start + (uint32_t)from, start + (uint32_t)i, first);
        first = false;
    }
}

static enum err_code split_sentence(struct splitter *s, UBreakIterator *words, int32_t from, int32_t to) {
    int32_t at = from;
    while (at < to) {
        int32_t next = ubrk_following(words, at);
        if (next == UBRK_DONE || next > to) {
            next = to;
        }
        add_segment(s, s->byte_of[at], s->byte_of[next]);
        at = next;
    }
    return ERR_OK;
}

/* ---- sentences ---- */

/* Whether the text before `to` ends in an abbreviation or an initial, so that no sentence ends there. */
static bool abbreviated(const struct splitter *s, uint32_t from, uint32_t to) {
    struct str t = str_trim(doc_sub(s->d, from, to));
    size_t i = t.n;
    if (!t.n || t.p[t.n - 1] != '.') {
        return false;
    }
    while (i > 0 && t.p[i - 1] != ' ' && t.p[i - 1] != '\n' && t.p[i - 1] != '(') {
        i--;
    }
    struct str word = str_sub(t, i, t.n);
    size_t letters = utf8_count(word) - 1;
    size_t at = 0;
    int32_t first = utf8_next(word, &at);
    if (letters == 1 && u_isupper(first)) { /* an initial: "J. Smith" */
        return true;
    }
    if (letters <= 2 && is_digit(first) && s->lang->ordinal_dot) { /* "6. Dezember" */
        return true;
    }
    struct str folded = text_fold(s->fold, s->d->a, word);
    for (size_t k = 0; k < s->lang->abbreviation_count; k++) {
        if (str_eq(s->lang->abbreviations[k], folded)) {
            return true;
        }
    }
    return false;
}

static void split_para(struct splitter *s, size_t para, UBreakIterator *sentences, UBreakIterator *words, int32_t n16) {
    struct doc *d = s->d;
    int32_t from = 0, to = 0;
    while (to < n16) {
        to = ubrk_following(sentences, to);
        if (to == UBRK_DONE || to > n16) {
            to = n16;
        }
        if (to < n16 && abbreviated(s, s->byte_of[from], s->byte_of[to])) {
            continue;
        }
        struct sent sent = {.first = (uint32_t)d->tok_count, .para = (uint32_t)para, .role = d->paras[para].role};
        ARENA_PUSH(d->a, d->sents, d->sent_count, s->sent_cap) = sent;
        if (arena_full(d->a)) {
            return;
        }
        d->sent_count--; /* open while its tokens come in */
        split_sentence(s, words, from, to);
        struct sent *open = &d->sents[d->sent_count];
        open->last = (uint32_t)d->tok_count;
        if (open->last > open->first && !arena_full(d->a)) {
            open->start = d->toks[open->first].start;
            open->end = d->toks[open->last - 1].end;
            d->sent_count++;
        }
        from = to;
    }
}

enum err_code tok_split(const struct lang *l, const struct text_fold *fold, struct doc *d, struct err *err) {
    UErrorCode status = U_ZERO_ERROR;
    struct splitter s = {.lang = l, .fold = fold, .d = d};
    UBreakIterator *words = worker_words(d->worker, d->lang, l->public.code.p, err);
    UBreakIterator *sentences = worker_sentences(d->worker, d->lang, l->public.code.p, err);
    if (!words || !sentences) {
        return ERR_INTERNAL;
    }
    for (size_t p = 0; p < d->para_count; p++) {
        int32_t n16 = 0;
        if (d->paras[p].furniture || d->paras[p].start == d->paras[p].end) {
            continue;
        }
        if (!widen(&s, &d->paras[p], &n16)) {
            break;
        }
        ubrk_setText(words, s.u16, n16, &status);
        ubrk_setText(sentences, s.u16, n16, &status);
        if (U_FAILURE(status)) {
            return err_set(err, ERR_INTERNAL, "ICU cannot break the text: %s", u_errorName(status));
        }
        split_para(&s, p, sentences, words, n16);
    }
    return arena_full(d->a) ? err_set(err, ERR_NO_MEMORY, "no memory for the tokens") : ERR_OK;
}
