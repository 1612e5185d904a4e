/* script.c - see script.h. No word reaches over the edge of a name: each piece is converted by itself. */
#include "core/summary/script.h"

#include "core/base/banned.h"

static bool is_own_script(const struct doc *d, enum script_kind to) {
    return to != SCRIPT_JAPAN && strcmp(d->script, to == SCRIPT_HANS ? "Hans" : "Hant") == 0;
}

static enum han_to target_of(enum script_kind to) {
    return to == SCRIPT_HANS ? HAN_HANS : to == SCRIPT_TAIWAN ? HAN_TAIWAN : to == SCRIPT_JAPAN ? HAN_JAPAN : HAN_HANT;
}

struct str script_convert_name(const struct han *h, const struct doc *d, enum script_kind to, uint32_t entity, struct str name) {
    const struct ng_entity *e = &d->entities[entity];
    bool own = to == SCRIPT_JAPAN && e->kb_id.n; /* a name of the knowledge base is written as it should be */
    bool as_article = is_own_script(d, to) && !e->kb_id.n;
    if (own || as_article || to == SCRIPT_AS_IS || !name.n || (to != SCRIPT_JAPAN && han_is_written(h, target_of(to), name))) {
        return name;
    }
    return e->type == NG_PERSON ? han_convert_person(h, d->a, target_of(to), name) : han_convert(h, d->a, target_of(to), name);
}

static struct str piece_text(const struct han *h, const struct doc *d, enum script_kind to, const struct piece *p, struct str text) {
    if (p->kind == PIECE_NAME) {
        return script_convert_name(h, d, to, (uint32_t)p->entity, text);
    }
    return to == SCRIPT_JAPAN || (p->kind == PIECE_WORDS && is_own_script(d, to)) ? text : han_convert(h, d->a, target_of(to), text);
}

/* What the patterns say; those of Japanese are as they should be. */
static struct str literal(const struct han *h, const struct doc *d, enum script_kind to, struct str text) {
    return to == SCRIPT_JAPAN ? text : han_convert(h, d->a, target_of(to), text);
}

struct str script_convert(const struct han *h, const struct doc *d, enum script_kind to, const struct sentence *s) {
    struct buf b;
    struct str text = buf_str(&s->b);
    size_t at = 0;
    if (to == SCRIPT_AS_IS || !text.n) {
        return text;
    }
    buf_init(&b, d->a);
    for (size_t i = 0; i < s->n; i++) {
        const struct piece *p = &s->pieces[i];
        if (p->start < at || p->end < p->start || p->end > text.n) {
            continue;
        }
        buf_add(&b, literal(h, d, to, str_sub(text, at, p->start)));
        buf_add(&b, piece_text(h, d, to, p, str_sub(text, p->start, p->end)));
        at = p->end;
    }
    buf_add(&b, literal(h, d, to, str_sub(text, at, text.n)));
    return buf_str(&b);
}

struct str script_convert_plain(const struct han *h, const struct doc *d, enum script_kind to, struct ng_span span) {
    struct buf b;
    uint32_t at = span.start;
    if (to == SCRIPT_AS_IS || is_own_script(d, to)) {
        return str_trim(doc_sub(d, span.start, span.end));
    }
    buf_init(&b, d->a);
    for (size_t i = 0; i < d->mention_count; i++) { /* by place */
        const struct mention *m = &d->mentions[i];
        if (m->type == NG_PERSON && m->start >= at && m->end <= span.end) {
            buf_add(&b, han_convert(h, d->a, target_of(to), doc_sub(d, at, m->start)));
            buf_add(&b, han_convert_person(h, d->a, target_of(to), doc_sub(d, m->start, m->end)));
            at = m->end;
        }
    }
    buf_add(&b, han_convert(h, d->a, target_of(to), doc_sub(d, at, span.end)));
    return b.n ? str_trim(buf_str(&b)) : STR_NONE;
}
