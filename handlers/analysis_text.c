/* analysis_text.c - see analysis_text.h */
#include "handlers/analysis_text.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

enum { QUOTED = 110 }; /* bytes of evidence shown, cut at a character */

static void value_text(struct buf *b, const struct ng_value *v) {
    if (v->date[0]) {
        buf_addf(b, "%s", v->date);
        return;
    }
    if (v->has_amount) {
        buf_addf(b, "%.15g", v->amount);
    } else if (v->has_min && v->has_max) {
        buf_addf(b, "%.15g to %.15g", v->min, v->max);
    } else if (v->has_min) {
        buf_addf(b, "%.15g or more", v->min);
    } else if (v->has_max) {
        buf_addf(b, "up to %.15g", v->max);
    }
    buf_addf(b, "%s%s", v->currency[0] ? " " : "", v->currency);
}

static void excerpt(struct buf *b, struct str text, struct ng_span s) {
    size_t end = s.end;
    if (end - s.start > QUOTED) {
        end = s.start + QUOTED;
        while (end > s.start && ((unsigned char)text.p[end] & 0xC0) == 0x80) {
            end--;
        }
    }
    for (size_t i = s.start; i < end; i++) {
        buf_addc(b, text.p[i] == '\n' ? ' ' : text.p[i]);
    }
    buf_add(b, end < s.end ? STR("…") : STR(""));
}

static void entities_text(struct buf *b, const struct ng_analysis *an) {
    buf_addf(b, "\nENTITIES\n");
    for (size_t i = 0; i < an->entity_count; i++) {
        const struct ng_entity *e = &an->entities[i];
        buf_addf(b, "  %-12s %.*s", ng_type_name(e->type), STR_ARG(e->canonical_name));
        if (!str_eq(e->name, e->canonical_name)) {
            buf_addf(b, "  (%.*s)", STR_ARG(e->name));
        }
        if (e->has_value) {
            buf_addf(b, "  = ");
            value_text(b, &e->value);
        }
        buf_addf(b, "  ×%zu  %.2f\n", e->mention_count, (double)e->confidence);
    }
}

static void filler_text(struct buf *b, const struct ng_analysis *an, const struct ng_filler *f) {
    if (f->entity >= 0) {
        buf_add(b, an->entities[f->entity].canonical_name);
    } else {
        buf_addc(b, '"');
        excerpt(b, an->text, f->span);
        buf_addc(b, '"');
    }
}

static void events_text(struct buf *b, const struct ng_analysis *an) {
    buf_addf(b, "\nEVENTS\n");
    for (size_t i = 0; i < an->event_count; i++) {
        const struct ng_event *e = &an->events[i];
        buf_addf(b, "  %.*s  %s", STR_ARG(e->type), ng_status_name(e->status));
        if (e->date.n) {
            buf_addf(b, "  %.*s", STR_ARG(e->date));
        }
        buf_addf(b, "  %.2f\n", (double)e->confidence);
        for (size_t r = 0; r < e->role_count; r++) {
            buf_addf(b, "    %-16.*s ", STR_ARG(e->roles[r].name));
            for (size_t k = 0; k < e->roles[r].filler_count; k++) {
                buf_add(b, k ? STR("; ") : STR(""));
                filler_text(b, an, &e->roles[r].fillers[k]);
            }
            buf_addc(b, '\n');
        }
        for (size_t k = 0; k < e->evidence_count; k++) {
            buf_add(b, STR("    « "));
            excerpt(b, an->text, e->evidence[k]);
            buf_add(b, STR(" »\n"));
        }
    }
}

static void quotes_text(struct buf *b, const struct ng_analysis *an) {
    buf_addf(b, "\nQUOTES\n");
    for (size_t i = 0; i < an->quote_count; i++) {
        const struct ng_quote *q = &an->quotes[i];
        buf_add(b, STR("  "));
        if (q->speaker.entity >= 0 || q->speaker.span.end > q->speaker.span.start) {
            filler_text(b, an, &q->speaker);
            buf_add(b, STR(": "));
        }
        buf_add(b, STR("« "));
        excerpt(b, an->text, q->span);
        for (size_t k = 0; k < q->more_count; k++) {
            buf_add(b, STR(" … "));
            excerpt(b, an->text, q->more[k]);
        }
        buf_add(b, STR(" »\n"));
    }
}

static void summary_text(struct buf *b, const struct ng_analysis *an) {
    const struct ng_summary *s = &an->summary;
    buf_addf(b, "\nSUMMARY (%.*s)\n", STR_ARG(s->language));
    for (size_t i = 0; i < s->sentence_count; i++) {
        buf_addf(b, "  %.*s\n", STR_ARG(s->sentences[i].text));
    }
    if (s->note.n) {
        buf_addf(b, "  [%.*s]\n", STR_ARG(s->note));
    }
}

enum err_code analysis_text(const struct ng_analysis *an, struct arena *scratch, FILE *to, struct err *err) {
    struct buf b;
    buf_init(&b, scratch);
    buf_addf(&b, "Language: %.*s (%.*s)", STR_ARG(an->language), STR_ARG(an->script));
    if (an->published_at.n) {
        buf_addf(&b, "   Published: %.*s", STR_ARG(an->published_at));
    }
    buf_addc(&b, '\n');
    if (an->features & NG_SUMMARY) {
        summary_text(&b, an);
    }
    if (an->features & NG_EVENTS) {
        events_text(&b, an);
    }
    if (an->features & NG_ENTITIES) {
        entities_text(&b, an);
    }
    if (an->features & NG_QUOTES && an->quote_count) {
        quotes_text(&b, an);
    }
    for (size_t i = 0; i < an->warning_count; i++) {
        buf_addf(&b, "\nNote: %.*s\n", STR_ARG(an->warnings[i]));
    }
    if (arena_full(scratch) || fwrite(b.p, 1, b.n, to) != b.n) {
        return err_set(err, ERR_IO, "cannot write the analysis");
    }
    return ERR_OK;
}
