/* figure.c - see figure.h. "Revenue rose 12%", "rose to 12%", "rose 12% to 5 million", "fell from 5 to 4": the words of the role
 * `change` and the values around them decide; terms.conf has [direction] up, down and [toward] to, from, by. */
#include "core/summary/figure.h"

#include "core/base/banned.h"

enum { BESIDE = 24 /* bytes between the words of a change and its value */ };

static struct ng_filler none(void) {
    return (struct ng_filler){.entity = -1};
}

static struct str text_of(const struct doc *d, struct ng_span s) {
    return str_sub(d->text, s.start, s.end);
}

/* Digits that are no date's: "fell to 16.1% in 2024" has one number. */
static bool digits_in(const struct doc *d, struct ng_span s) {
    for (uint32_t i = s.start; i < s.end && i < d->text.n; i++) {
        bool digit = d->text.p[i] >= '0' && d->text.p[i] <= '9', dated = false;
        for (size_t k = 0; digit && k < d->mention_count; k++) {
            dated = dated || (d->mentions[k].type == NG_DATE && d->mentions[k].start <= i && i < d->mentions[k].end);
        }
        if (digit && !dated) {
            return true;
        }
    }
    return false;
}

/* The direction a stretch speaks of: 1 up, -1 down, 0 none. */
static int direction(const struct terms *t, struct doc *d, struct str text) {
    struct str key = terms_find(t, d->a, STR("direction"), text, d->lang);
    return str_eqz(key, "up") ? 1 : str_eqz(key, "down") ? -1 : 0;
}

static bool says(const struct terms *t, struct doc *d, const char *what, struct str text) {
    return str_eqz(terms_find(t, d->a, STR("toward"), text, d->lang), what);
}

/* The first value of the article in a stretch that is not entity but. */
static bool other_value(const struct doc *d, struct ng_span s, int32_t but, struct ng_filler *out) {
    for (size_t i = 0; i < d->mention_count; i++) {
        const struct mention *m = &d->mentions[i];
        if ((m->type == NG_MONEY || m->type == NG_PERCENT) && m->start < s.end && m->end > s.start && (int32_t)m->entity != but) {
            *out = (struct ng_filler){(int32_t)m->entity, {m->start, m->end}};
            return true;
        }
    }
    return false;
}

static double size_of(const struct doc *d, int32_t entity) {
    const struct ng_value *v = &d->entities[entity].value;
    return v->has_amount ? v->amount : v->has_min ? v->min : v->max;
}

/* The sentence a span lies in, up to the span. */
static struct ng_span sentence_before(const struct doc *d, struct ng_span s) {
    for (size_t i = 0; i < d->sent_count; i++) {
        if (d->sents[i].start <= s.start && d->sents[i].end >= s.end) {
            return (struct ng_span){d->sents[i].start, s.start};
        }
    }
    return (struct ng_span){s.start, s.start};
}

/* change has a value of its own, as an entity or in words. */
static bool with_second_value(const struct terms *t, struct doc *d, struct ng_span words, struct ng_filler second, struct figure *out) {
    enum ng_type type = d->entities[out->value.entity].type;
    struct ng_span before = {words.start, second.span.start};
    if (before.start >= before.end) {
        before = sentence_before(d, second.span);
    }
    if (d->entities[second.entity].type == type && says(t, d, "from", text_of(d, before))) {
        double from = size_of(d, second.entity), to = size_of(d, out->value.entity);
        out->from = second;
        out->trend = from < to ? "from-up" : from > to ? "from-down" : "from-same";
        return second.span.start < out->value.span.start;
    }
    int way = direction(t, d, text_of(d, words));
    way = way ? way : direction(t, d, text_of(d, before));
    if (d->entities[second.entity].type != NG_PERCENT || !way) {
        return false;
    }
    out->change = second;
    out->trend = way > 0 ? "level-up" : "level-down";
    return true;
}

/* Whether the words of a change stand right beside the value, so that they are about it: no comma, no digit in between or in them. */
static bool beside(const struct doc *d, struct ng_span words, struct ng_span value) {
    struct ng_span between = {words.end, value.start};
    if (words.start >= value.end) {
        between = (struct ng_span){value.end, words.start};
    } else if (words.end > value.start) { /* they hold the value itself: "rose by 12%" */
        between = (struct ng_span){words.start, words.start < value.start ? value.start : words.start};
        return !digits_in(d, between) && !digits_in(d, (struct ng_span){value.end, words.end > value.end ? words.end : value.end});
    }
    struct str text = text_of(d, between);
    static const char *const marks[] = {",", "，", "、", ";", "；", ".", "。"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (str_find(text, str_of(marks[i]), 0) != SIZE_MAX) {
            return false;
        }
    }
    return text.n <= BESIDE && !digits_in(d, between) && !digits_in(d, words);
}

bool figure_read(const struct terms *t, struct doc *d, const struct fact *f, struct figure *out) {
    const struct fact_role *value = fact_role(f, STR("value")), *change = fact_role(f, STR("change")), *measure = fact_role(f, STR("measure"));
    *out = (struct figure){.trend = "level", .value = none(), .from = none(), .change = none()};
    if (!value || value->n != 1 || !measure || measure->n != 1) {
        return false;
    }
    out->value = value->fillers[0];
    bool entity = out->value.entity >= 0, percent = entity && d->entities[out->value.entity].type == NG_PERCENT;
    struct str words = text_of(d, measure->fillers[0].span);
    bool rate = terms_translate(t, d->a, STR("rate"), words, NULL, 0, d->lang, d->lang, false).n > 0;
    bool is_level = !entity || (percent ? rate : !rate);
    if (!change) {
        return is_level;
    }
    const struct ng_filler *c = &change->fillers[0];
    struct ng_filler second = *c;
    if (!entity) {
        return false;
    }
    if (c->entity >= 0 ? c->entity != out->value.entity : other_value(d, c->span, out->value.entity, &second)) {
        return is_level && with_second_value(t, d, c->span, second, out);
    }
    int way = direction(t, d, text_of(d, c->span));
    if (!way || !beside(d, c->span, out->value.span)) {
        return false;
    }
    if (says(t, d, "to", text_of(d, c->span))) {
        out->trend = way > 0 ? "to-up" : "to-down";
        return is_level;
    }
    out->trend = way > 0 ? "up" : "down";
    return true;
}
