/* sets.c - see sets.h */
#include "tools/train/sets.h"

#include "core/base/file.h"
#include "tools/train/gen.h"
#include "tools/train/vary.h"

#include "core/base/banned.h"

static void keep_set(struct setup *s, struct corpus c, bool dev) {
    if (dev) {
        ARENA_PUSH(&s->a, s->dev, s->dev_count, s->dev_cap) = c;
    } else {
        ARENA_PUSH(&s->a, s->train, s->train_count, s->train_cap) = c;
    }
}

/* set part weight misc|plain sentences [alone|apart] */
static enum err_code add_set(struct setup *s, struct conf *c, struct str name, struct str rest, struct err *err) {
    struct corpus one = {.name = name};
    struct str part = conf_word(&rest), weight = conf_word(&rest), misc = conf_word(&rest), group = conf_word(&rest), way = conf_word(&rest);
    double w;
    size_t n;
    if (!str_to_double(weight, &w) || !str_to_size(group, &n) || n == 0 || (way.n && !str_eqz(way, "alone") && !str_eqz(way, "apart"))) {
        return conf_fail(c, err, "expected 'set part weight misc|plain|three sentences-a-document [alone|apart]'");
    }
    one.weight = (float)w;
    one.misc = str_eqz(misc, "misc");
    one.three = str_eqz(misc, "three");
    one.group = (unsigned)n;
    one.alone = str_eqz(way, "alone");
    one.apart = str_eqz(way, "apart");
    struct str path = arena_printf(&s->a, "%s/%.*s/%.*s.%.*s.conll", s->o.sets, STR_ARG(s->o.lang), STR_ARG(one.name), STR_ARG(part));
    struct str raw = arena_printf(&s->a, "%s/%.*s/%.*s.%.*s.raw.txt", s->o.sets, STR_ARG(s->o.lang), STR_ARG(one.name), STR_ARG(part));
    enum err_code code = corpus_read_conll(&one, &s->a, &s->p, path.p, raw.p, err);
    keep_set(s, one, str_eqz(part, "dev"));
    return code;
}

/* text/news/prefix-1.txt, -2 and so on. */
static enum err_code read_news(struct setup *s, struct str prefix, struct corpus *c, enum news_part part, struct err *err) {
    enum err_code code = ERR_OK;
    for (int i = 1; code == ERR_OK; i++) {
        struct str path = arena_printf(&s->a, "%s/news/%.*s-%d.txt", s->o.text, STR_ARG(prefix), i);
        if (!file_exists(path.p)) {
            break;
        }
        code = corpus_read_news(c, &s->a, path.p, part, err);
    }
    return code;
}

/* news weight prefix ...: text/news/prefix-1.txt, -2 and so on; every tenth article is measured on */
static enum err_code add_news(struct setup *s, struct conf *c, struct str rest, struct err *err) {
    struct corpus train = {.name = STR("news"), .products = true, .group = 1, .tenth = (unsigned)s->o.tenth}, dev = train;
    double w;
    if (!str_to_double(conf_word(&rest), &w)) {
        return conf_fail(c, err, "expected 'news weight prefix ...'");
    }
    train.weight = (float)(s->o.news_weight >= 0 ? s->o.news_weight : w);
    enum err_code code = ERR_OK;
    while (rest.n && code == ERR_OK) {
        struct str prefix = conf_word(&rest);
        code = read_news(s, prefix, &train, NEWS_TRAIN, err);
        code = code ? code : read_news(s, prefix, &dev, NEWS_DEV, err);
    }
    keep_set(s, train, false);
    keep_set(s, dev, true);
    return code;
}

/* silver lang/set ...: names of other languages' sets; news/prefix: of news written for them */
static enum err_code add_silver(struct setup *s, struct str rest, struct err *err) {
    static const char *const parts[] = {"train", "dev"};
    enum err_code code = ERR_OK;
    while (rest.n && code == ERR_OK) {
        struct str name = conf_word(&rest);
        if (str_starts(name, STR("news/"))) {
            struct corpus c = {.name = name, .group = 1};
            code = read_news(s, str_sub(name, 5, name.n), &c, NEWS_ALL, err);
            code = code ? code : words_read_silver(s->words, &c, err);
            continue;
        }
        for (size_t i = 0; i < 2 && code == ERR_OK; i++) {
            struct corpus c = {.name = name, .group = 1};
            struct str path = arena_printf(&s->a, "%s/%.*s.%s.conll", s->o.sets, STR_ARG(name), parts[i]);
            if (i == 0 || file_exists(path.p)) {
                code = corpus_read_conll(&c, &s->a, &s->p, path.p, "", err);
            }
            code = code ? code : words_read_silver(s->words, &c, err);
        }
    }
    return code;
}

static enum err_code add_entry(struct setup *s, struct conf *c, struct err *err) {
    struct str rest = c->entry, name = conf_word(&rest);
    struct {
        const char *name;
        size_t *to;
    } numbers[] = {{"features", &s->o.slots}, {"rounds", &s->o.rounds}, {"seen", &s->o.min_count}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) { /* the command line goes first */
        size_t n;
        if (!str_eqz(name, numbers[i].name)) {
            continue;
        }
        if (!str_to_size(conf_word(&rest), &n)) {
            return conf_fail(c, err, "expected '%s number'", numbers[i].name);
        }
        *numbers[i].to = *numbers[i].to == SIZE_MAX ? n : *numbers[i].to;
        return ERR_OK;
    }
    if (str_eqz(name, "copies")) {
        size_t n;
        if (!str_to_size(conf_word(&rest), &n) || !str_to_double(rest, &s->o.copy_weight)) {
            return conf_fail(c, err, "expected 'copies number weight'");
        }
        s->o.copies = s->o.copies == SIZE_MAX ? n : s->o.copies;
        return ERR_OK;
    }
    if (str_eqz(name, "again")) {
        s->o.again = s->o.again == SIZE_MAX ? 1 : s->o.again;
        return ERR_OK;
    }
    if (str_eqz(name, "small")) {
        s->small = true;
        return ERR_OK;
    }
    if (str_eqz(name, "news")) {
        return add_news(s, c, rest, err);
    }
    bool table = s->o.table; /* what only the table of words is made of is not read for measuring */
    if (str_eqz(name, "list")) {
        struct str path = arena_printf(&s->a, "%s/lists/%.*s.txt", s->o.text, STR_ARG(rest));
        return table ? words_read_list(s->words, path.p, err) : ERR_OK;
    }
    if (str_eqz(name, "lexicon")) {
        struct str path = arena_printf(&s->a, "%s/lexicon/%.*s.txt", s->o.text, STR_ARG(rest));
        return table ? words_read_lexicon(s->words, path.p, err) : ERR_OK;
    }
    if (str_eqz(name, "silver")) {
        return table ? add_silver(s, rest, err) : ERR_OK;
    }
    return add_set(s, c, name, rest, err);
}

static enum err_code add_generated(struct setup *s, struct err *err) {
    struct gen *g;
    struct str own = arena_printf(&s->a, "%s/%.*s.txt", s->o.text, STR_ARG(s->o.lang));
    struct str names = arena_printf(&s->a, "%s/names.txt", s->o.text);
    if (!file_exists(own.p) || s->o.times == 0) {
        return ERR_OK;
    }
    struct corpus c = {.name = STR("written"), .products = true, .weight = (float)s->o.gen_weight, .group = 4};
    enum err_code code = gen_new(&g, &s->a, err);
    code = code ? code : gen_read(g, names.p, err);
    code = code ? code : gen_read(g, own.p, err);
    bool chinese = str_eqz(s->o.lang, "zh");
    code = code ? code : gen_write(g, &c, (unsigned)s->o.times, chinese ? s->p.worker : NULL, err);
    ARENA_PUSH(&s->a, s->train, s->train_count, s->train_cap) = c;
    return code;
}

/* Copies of the written news with the names of all sets that count half or more: silver ones are too noisy. */
static enum err_code add_copies(struct setup *s, struct err *err) {
    struct vary *v;
    struct corpus c = {.name = STR("copies"), .products = true, .group = 1, .weight = (float)s->o.copy_weight};
    const struct corpus *news = NULL;
    enum err_code code = vary_new(&v, &s->a, s->p.chars, err);
    for (size_t i = 0; i < s->train_count && code == ERR_OK; i++) {
        news = str_eqz(s->train[i].name, "news") ? &s->train[i] : news;
        code = s->train[i].weight < 0.5f ? ERR_OK : vary_learn(v, &s->train[i], err);
    }
    if (!news || s->o.copies == 0 || s->o.copies == SIZE_MAX || code != ERR_OK) {
        return code;
    }
    code = vary_write(v, news, (unsigned)s->o.copies, &c, err);
    keep_set(s, c, false);
    return code;
}

enum err_code sets_read(struct setup *s, struct err *err) {
    struct conf c;
    enum err_code code = words_new(&s->words, &s->a, &s->p, err);
    code = code ? code : conf_open(&c, &s->a, s->o.conf, err);
    while (code == ERR_OK && conf_next(&c)) {
        if (str_eq(c.section, s->o.lang)) {
            code = add_entry(s, &c, err);
        }
    }
    s->o.rounds = s->o.rounds == SIZE_MAX ? 12 : s->o.rounds;
    s->o.min_count = s->o.min_count == SIZE_MAX ? 2 : s->o.min_count;
    code = code ? code : add_generated(s, err);
    return code || !s->o.table ? code : add_copies(s, err);
}
