/* pattern.c - sequence patterns: `{employer:org} .. @offer {person:person} ( a | an )? @post` into a small automaton.
 *
 *   word          that word, as it stands (folded)
 *   @class        a word or phrase of a class of the lexicon
 *   {role:types}  a phrase of one of the types fills the role; {:types} fills none
 *   ..  ..N       up to 5 (N) tokens, not over commas; ...  ...N over commas too; neither leaves the sentence
 *   ( a | b )     one of them;  behind anything, `?` makes it optional
 * Every pattern contains at least one @class outside of brackets: there it is anchored. */
#include "core/event/rules.h"

#include "core/base/banned.h"

enum { DEPTH_MAX = 8, GAP = 5, GAP_MAX = 20 };

struct compiler {
    struct frame *f;
    struct event_lang *l;
    const struct event_type *t;
    struct arena *a;
    const struct text_fold *fold;
    struct conf *c;
    struct err *err;
    struct str rest;
    size_t depth;
    uint32_t parts[ROLE_MAX]; /* slots so far, by role */
    enum err_code code;
};

static struct str peek(struct compiler *k) {
    struct str rest = k->rest;
    return conf_word(&rest);
}

static uint16_t add(struct compiler *k, struct node n) {
    if (k->f->node_count == NODE_MAX) {
        if (k->code == ERR_OK) {
            k->code = conf_fail(k->c, k->err, "the pattern has more than %d parts", NODE_MAX);
        }
        return 0;
    }
    k->f->nodes[k->f->node_count] = n;
    return k->f->node_count++;
}

static uint16_t fail(struct compiler *k, const char *what, struct str where) {
    if (k->code == ERR_OK) {
        k->code = conf_fail(k->c, k->err, "%s: '%.*s'", what, STR_ARG(where));
    }
    return 0;
}

/* The parts are compiled from the end to the beginning: each knows what follows it. A sequence is read first into items. */
struct part {
    struct str word;           /* an element, or */
    struct part *branches[12]; /* alternatives of a group */
    size_t branch_count;
    bool optional;
    struct part *next;
};

static struct part *read_sequence(struct compiler *k);

static struct part *read_group(struct compiler *k) {
    struct part *p = ARENA_NEW(k->a, struct part);
    if (!p || ++k->depth > DEPTH_MAX) {
        fail(k, "brackets too deep", k->rest);
        return NULL;
    }
    do {
        conf_word(&k->rest); /* '(' or '|' */
        if (p->branch_count == sizeof p->branches / sizeof p->branches[0]) {
            fail(k, "too many alternatives before", k->rest);
            return NULL;
        }
        p->branches[p->branch_count++] = read_sequence(k);
    } while (k->code == ERR_OK && str_eqz(peek(k), "|"));
    struct str close = conf_word(&k->rest);
    p->optional = str_eqz(close, ")?");
    if (!p->optional && !str_eqz(close, ")")) {
        fail(k, "a bracket is not closed before", k->rest);
    }
    k->depth--;
    return p;
}

static struct part *read_sequence(struct compiler *k) {
    struct part *first = NULL, **end = &first;
    while (k->code == ERR_OK) {
        struct str w = peek(k);
        struct part *p;
        if (w.n == 0 || str_eqz(w, "|") || str_eqz(w, ")") || str_eqz(w, ")?")) {
            break;
        }
        if (str_eqz(w, "(")) {
            p = read_group(k);
        } else {
            p = ARENA_NEW(k->a, struct part);
            conf_word(&k->rest);
            if (p && w.n > 1 && w.p[w.n - 1] == '?') {
                p->optional = true;
                w.n--;
            }
            if (p) {
                p->word = w;
            }
        }
        if (!p) {
            fail(k, "no memory for", k->rest);
            break;
        }
        *end = p;
        end = &p->next;
    }
    return first;
}

static uint16_t compile_sequence(struct compiler *k, const struct part *p, uint16_t next, bool top);

static uint16_t compile_slot(struct compiler *k, struct str word, uint16_t next) {
    struct node n = {.kind = NODE_SLOT, .role = ROLE_MAX, .next = next};
    if (!str_ends(word, STR("}"))) {
        return fail(k, "expected {role:types}, without spaces", word);
    }
    struct str types = str_sub(word, 1, word.n - 1);
    struct str role = str_cut(&types, ':');
    if (role.n) {
        int r = schema_role(k->t, role);
        if (r < 0) {
            return fail(k, "not a role of the type", role);
        }
        n.role = (uint8_t)r;
        n.arg = k->parts[r] < ROLE_PARTS ? k->parts[r]++ : ROLE_PARTS - 1;
    }
    n.types = frame_types(&k->l->lex, types, k->c, k->err);
    if (!n.types) {
        k->code = ERR_DATA;
    }
    return add(k, n);
}

static uint16_t compile_word(struct compiler *k, struct str word, uint16_t next, bool top) {
    struct lexicon *x = &k->l->lex;
    if (word.p[0] == '{') {
        return compile_slot(k, word, next);
    }
    if (word.p[0] == '@') {
        struct str name = str_sub(word, 1, word.n);
        uint16_t cls = lexicon_class(x, name);
        cls = cls == NAME_NONE ? lexicon_prep(x, name) : cls;
        if (cls == NAME_NONE) {
            return fail(k, "the lexicon has no class", name);
        }
        if (top) {
            k->f->anchor = cls; /* compiled backwards: the first one stays */
        }
        return add(k, (struct node){.kind = NODE_CLASS, .arg = cls, .next = next});
    }
    if (str_starts(word, STR(".."))) {
        bool commas = str_starts(word, STR("..."));
        struct str digits = str_sub(word, commas ? 3 : 2, word.n);
        size_t reach = GAP;
        if (digits.n && (!str_to_size(digits, &reach) || reach == 0 || reach > GAP_MAX)) {
            return fail(k, "a gap is '..' or '..8', at most 20", word);
        }
        return add(k, (struct node){.kind = NODE_GAP, .reach = (uint8_t)reach, .commas = commas, .next = next});
    }
    uint32_t words[PHRASE_TOKENS];
    size_t n;
    if (!lexicon_words(x, k->a, k->fold, word, words, &n) || n == 0) {
        return fail(k, "too long a word", word);
    }
    while (n > 0) {
        next = add(k, (struct node){.kind = NODE_WORD, .arg = words[--n], .next = next});
    }
    return next;
}

static uint16_t compile_part(struct compiler *k, const struct part *p, uint16_t next, bool top) {
    if (!p->branch_count) {
        return compile_word(k, p->word, next, top && !p->optional);
    }
    uint16_t start = 0;
    for (size_t i = p->branch_count; i > 0 && k->code == ERR_OK; i--) {
        uint16_t branch = compile_sequence(k, p->branches[i - 1], next, false);
        start = i == p->branch_count ? branch : add(k, (struct node){.kind = NODE_SPLIT, .next = branch, .other = start});
    }
    return start;
}

static uint16_t compile_sequence(struct compiler *k, const struct part *p, uint16_t next, bool top) {
    if (!p || k->code != ERR_OK) {
        return next;
    }
    uint16_t after = compile_sequence(k, p->next, next, top);
    uint16_t start = k->code == ERR_OK ? compile_part(k, p, after, top) : 0;
    return p->optional && k->code == ERR_OK ? add(k, (struct node){.kind = NODE_SPLIT, .next = start, .other = after}) : start;
}

enum err_code pattern_compile(struct frame *f, struct event_lang *l, const struct event_type *t, struct arena *a,
                              const struct text_fold *fold, struct str text, struct conf *c, struct err *err) {
    struct compiler k = {.f = f, .l = l, .t = t, .a = a, .fold = fold, .c = c, .err = err, .rest = text};
    f->nodes = ARENA_ARRAY(a, NODE_MAX, struct node);
    if (!f->nodes) {
        return err_set(err, ERR_NO_MEMORY, "no memory for the patterns");
    }
    f->anchor = NAME_NONE;
    const struct part *p = text.n <= 2000 ? read_sequence(&k) : NULL;
    if (k.code == ERR_OK && k.rest.n) {
        fail(&k, "a bracket too many", k.rest);
    }
    if (k.code == ERR_OK && !p) {
        fail(&k, "an empty or endless pattern", str_sub(text, 0, 40));
    }
    if (k.code == ERR_OK) {
        uint16_t end = add(&k, (struct node){.kind = NODE_END});
        f->start = compile_sequence(&k, p, end, true);
    }
    if (k.code == ERR_OK && f->anchor == NAME_NONE) {
        fail(&k, "no @class outside of brackets that the pattern could be anchored to", text);
    }
    return k.code;
}
