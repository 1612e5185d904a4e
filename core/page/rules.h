/* core/page/rules.h - the knowledge of core/page, loaded; private to this folder. */
#ifndef PAGE_RULES_H
#define PAGE_RULES_H

#include "core/base/map.h"
#include "core/page/page.h"
#include "core/page/phrases.h"

/* The sections of a page.conf. */
enum cue {
    CUE_WHOLE = 1,     /* a line that says nothing else is furniture */
    CUE_LEAD = 2,      /* begins a line of furniture */
    CUE_STRONG = 4,    /* furniture wherever it stands */
    CUE_MEDIUM = 8,    /* two of them, or one beside furniture */
    CUE_WEAK = 16,     /* word of menus and share bars: counts in short lines only */
    CUE_TAIL = 32,     /* headline behind which only furniture comes */
    CUE_BOX = 64,      /* headline of a list of links amid the article */
    CUE_CAPTION = 128, /* begins a caption */
    CUE_BYLINE = 256,  /* begins a byline */
    CUE_DATE = 512,    /* word of a dateline */
    CUE_AUTHOR = 1024, /* begins a byline that names who wrote */
    CUE_JOIN = 2048,   /* between two names */
};

/* A frame around a title: its text stands before the '*' (and after it) in the file. */
struct trim {
    struct str head, tail; /* folded; tail is empty when nothing follows the '*' */
};

struct trims {
    struct trim *items;
    size_t n, cap;
};

struct page_rules {
    const struct text_fold *fold;
    struct phrases phrases;
    struct map stops; /* function words of all languages; of Chinese: characters */
    struct trims before, after;
};

#endif
