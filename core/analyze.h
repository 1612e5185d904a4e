/* core/analyze.h - all that is loaded, in the order in which it depends on each other; inside core only. */
#ifndef CORE_ANALYZE_H
#define CORE_ANALYZE_H

#include "core/dateline/dateline.h"
#include "core/entity/entity.h"
#include "core/event/event.h"
#include "core/html/html.h"
#include "core/kb/kb.h"
#include "core/lang/lang.h"
#include "core/ner/ner.h"
#include "core/page/page.h"
#include "core/quote/quote.h"
#include "core/summary/summary.h"
#include "core/text/pinyin.h"
#include "core/translate/translate.h"
#include "core/value/value.h"

struct nutgraf {
    struct arena tables;
    const struct text_fold *fold;
    const struct pinyin *pinyin;
    struct langs *langs;
    struct page_rules *page;
    struct html_rules *html;
    struct values *values;
    struct kb *kb;
    struct ner *ner;
    struct entity_rules *entity;
    struct datelines *datelines;
    struct event_rules *event;
    struct quote_rules *quote;
    struct summary_rules *summary;
    struct translate *translate;
};

#endif
