/* marks.c - stretches between quotation marks. Machine translation and copying mix their styles ("„We ..."", “...„, «...»), so what
 * opens and what closes is told by the place as much as by the mark. */
#include "core/quote/in.h"

#include "core/base/banned.h"

enum { STRETCH_TOKENS = 700 /* longer ones are a mark forgotten */ };

/* What may close a mark. Single marks are apostrophes as well, so they are stricter. */
static const struct {
    const char *open, *close[6];
    bool single;
} styles[] = {
    {"„", {"“", "”", "\"", "‟", "„"}, false}, {"“", {"”", "\"", "“", "„"}, false}, {"”", {"”", "\""}, false},
    {"\"", {"\"", "”", "“"}, false},          {"«", {"»", "\""}, false},           {"»", {"«", "\"", "»"}, false},
    {"「", {"」"}, false},                    {"『", {"』"}, false},               {"﹁", {"﹂"}, false},
    {"＂", {"＂", "\""}, false},              {"‘", {"’", "'"}, true},             {"‚", {"‘", "’", "'"}, true},
    {"'", {"'", "’"}, true},                  {"‹", {"›"}, false},                 {"›", {"‹"}, false},
    {"〝", {"〞", "〟"}, false},
};
enum { STYLES = sizeof styles / sizeof styles[0] };

static struct str text_of(const struct finder *f, uint32_t t) {
    return doc_tok_text(f->d, t);
}

static bool spaced(const struct finder *f, uint32_t t) {
    return t >= f->d->tok_count || (f->d->toks[t].flags & (TOK_SPACE_BEFORE | TOK_LINE_START)) || f->d->toks[t].start == 0;
}

static int style_at(const struct finder *f, uint32_t t) {
    if (f->d->toks[t].kind != TOK_PUNCT && f->d->toks[t].kind != TOK_SYMBOL) {
        return -1;
    }
    struct str s = text_of(f, t);
    for (int i = 0; i < STYLES; i++) {
        if (str_eqz(s, styles[i].open)) {
            return i;
        }
    }
    return -1;
}

/* Whether the mark at t can open: something stands before it that words do not, and a word right behind. */
static bool opens(const struct finder *f, uint32_t t, int style, uint32_t end) {
    if (t + 1 >= end) {
        return false;
    }
    bool han = f->l->chars || (f->d->toks[t + 1].flags & TOK_HAN);
    bool before = spaced(f, t) || f->d->toks[t - 1].kind == TOK_PUNCT || han;
    bool behind = !spaced(f, t + 1) || han;
    return before && (behind || (!styles[style].single && spaced(f, t))) && !(styles[style].single && han && !str_eqz(text_of(f, t), "‘"));
}

static bool sentence_mark(struct str s) {
    static const char *const marks[] = {".", ",", "!", "?", "…", "。", "，", "！", "？", ";", "；", "—", "、"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_eqz(s, marks[i])) {
            return true;
        }
    }
    return false;
}

static bool closes(const struct finder *f, uint32_t t, int style, uint32_t first, uint32_t end) {
    struct str s = text_of(f, t);
    bool fits = false;
    for (size_t i = 0; i < sizeof styles[style].close / sizeof styles[style].close[0] && styles[style].close[i]; i++) {
        fits = fits || str_eqz(s, styles[style].close[i]);
    }
    if (!fits || t == first) {
        return false;
    }
    bool same = str_eqz(s, styles[style].open); /* the same mark on both sides: the place decides */
    bool joined = !spaced(f, t), free = t + 1 >= end || spaced(f, t + 1) || f->d->toks[t + 1].kind == TOK_PUNCT;
    bool han = f->l->chars || (f->d->toks[t - 1].flags & TOK_HAN);
    if (styles[style].single) {
        return joined && free && sentence_mark(text_of(f, t - 1));
    }
    return han || !same || joined || free;
}

/* The same opening mark again, behind a colon: „Weber said: „We ...“ */
static bool restarts(const struct finder *f, uint32_t t, int style, uint32_t end) {
    return style_at(f, t) == style && f->d->toks[t - 1].kind == TOK_PUNCT &&
           (str_eqz(f->d->toks[t - 1].fold, ":") || str_eqz(f->d->toks[t - 1].fold, "：")) && opens(f, t, style, end);
}

static void add(struct finder *f, uint32_t open, uint32_t last, bool closed, uint32_t para) {
    struct stretch q = {.open = open, .first = open + 1, .last = last, .close = last, .closed = closed, .para = para};
    for (uint32_t t = q.first; t < q.last; t++) {
        q.words += f->d->toks[t].kind == TOK_WORD || f->d->toks[t].kind == TOK_NUMBER ? 1 : 0;
    }
    uint32_t behind = closed ? last + 1 : last;
    bool comma = behind < f->d->tok_count && sentence_mark(text_of(f, behind));
    q.ended = !closed || comma || (q.last > q.first && sentence_mark(text_of(f, q.last - 1)));
    if (q.words) {
        ARENA_PUSH(f->d->a, f->st, f->st_count, f->st_cap) = q;
    }
}

/* One paragraph, tokens [from, to). A stretch without an end goes to that of the paragraph where the mark began it, or stood
 * behind a colon; elsewhere the mark is a slip. */
static void paragraph(struct finder *f, uint32_t from, uint32_t to, uint32_t para) {
    for (uint32_t t = from; t < to && !arena_full(f->d->a); t++) {
        int style = style_at(f, t);
        if (style < 0 || !opens(f, t, style, to)) {
            continue;
        }
        uint32_t end = t + 1, stop = to - t > STRETCH_TOKENS ? t + STRETCH_TOKENS : to;
        while (end < stop && !closes(f, end, style, t + 1, to) && !restarts(f, end, style, to)) {
            end++;
        }
        if (end < stop && restarts(f, end, style, to)) {
            t = end - 1; /* the first mark was a slip */
            continue;
        }
        if (end < stop) {
            add(f, t, end, true, para);
            t = end;
        } else if (stop == to && !styles[style].single && (t == from || str_eqz(text_of(f, t - 1), ":") || str_eqz(text_of(f, t - 1), "："))) {
            add(f, t, to, false, para);
            t = to;
        } else if (stop < to || !styles[style].single) {
            return; /* no mark closes it: those behind cannot be told apart */
        }
    }
}

void quote_marks(struct finder *f) {
    const struct doc *d = f->d;
    for (size_t i = 0; i < d->sent_count;) {
        uint32_t para = d->sents[i].para, first = d->sents[i].first;
        while (i + 1 < d->sent_count && d->sents[i + 1].para == para) {
            i++;
        }
        paragraph(f, first, d->sents[i].last, para);
        i++;
    }
}
