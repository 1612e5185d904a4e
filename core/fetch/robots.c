/* robots.c - see robots.h. The text is read anew for each question: it is small, and asked once a page. */
#include "core/fetch/robots.h"

#include "core/base/banned.h"

/* STEPS_MAX bounds the matching of all rules together; a file that needs more is taken as a refusal. */
enum { PATTERN_MAX = 2000, STEPS_MAX = 10000000 };

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_word(struct str a, struct str b) {
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

/* The product token at the head of a user-agent value: letters, '-' and '_'. */
static struct str token(struct str s) {
    size_t n = 0;
    while (n < s.n && ((lower(s.p[n]) >= 'a' && lower(s.p[n]) <= 'z') || s.p[n] == '-' || s.p[n] == '_')) {
        n++;
    }
    return str_sub(s, 0, n);
}

static int hex(char c) {
    c = lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The next byte of a path, %XX read as the byte it stands for except where that would be a delimiter. */
static int next_byte(struct str s, size_t *i) {
    if (s.p[*i] == '%' && *i + 2 < s.n && hex(s.p[*i + 1]) >= 0 && hex(s.p[*i + 2]) >= 0) {
        int c = hex(s.p[*i + 1]) * 16 + hex(s.p[*i + 2]);
        if (c != '*' && c != '$' && c != '/' && c != '%') {
            *i += 3;
            return c;
        }
    }
    return (unsigned char)s.p[(*i)++];
}

/* Whether pattern matches a head of path; '*' is any bytes, a final '$' the end. The last star is where to go back to: each byte of
 * path is tried once for each byte behind a star at most. *steps counts. */
static bool matches(struct str pattern, struct str path, size_t *steps) {
    bool to_end = str_ends(pattern, STR("$"));
    size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
    pattern = to_end ? str_sub(pattern, 0, pattern.n - 1) : pattern;
    while ((*steps)++ < STEPS_MAX) {
        if (i == pattern.n && (!to_end || j == path.n)) {
            return true;
        }
        if (i < pattern.n && pattern.p[i] == '*') {
            star = ++i;
            mark = j;
            continue;
        }
        size_t ni = i, nj = j;
        if (i < pattern.n && j < path.n && next_byte(pattern, &ni) == next_byte(path, &nj)) {
            i = ni;
            j = nj;
            continue;
        }
        if (star == SIZE_MAX || mark >= path.n) {
            return false;
        }
        next_byte(path, &mark);
        i = star;
        j = mark;
    }
    return false;
}

struct reader {
    bool group_ours, group_any; /* the group being read is for the agent, for everybody */
    bool in_rules;              /* its rules have begun: a user-agent line opens another */
    bool ours;                  /* some group names the agent */
    size_t steps;
    size_t longest[2];          /* the best rule so far, of everybody's groups and of ours: 1 + its length */
    bool allow[2];
};

static void read_rule(struct reader *r, bool allow, struct str pattern, struct str path) {
    r->in_rules = true;
    if (pattern.n == 0 || pattern.n > PATTERN_MAX || !(r->group_ours || r->group_any) || !matches(pattern, path, &r->steps)) {
        return;
    }
    for (int ours = 0; ours < 2; ours++) {
        if ((ours ? r->group_ours : r->group_any) && (pattern.n + 1 > r->longest[ours] || (pattern.n + 1 == r->longest[ours] && allow))) {
            r->longest[ours] = pattern.n + 1;
            r->allow[ours] = allow;
        }
    }
}

static void read_agent(struct reader *r, struct str value, struct str agent) {
    if (r->in_rules) {
        r->in_rules = r->group_ours = r->group_any = false;
    }
    if (str_eqz(value, "*")) {
        r->group_any = true;
    } else if (same_word(token(value), agent)) {
        r->group_ours = r->ours = true;
    }
}

bool robots_allow(struct str text, struct str agent, struct str path) {
    struct reader r = {0};
    if (str_eqz(path, "/robots.txt")) {
        return true;
    }
    if (str_starts(text, STR("\xEF\xBB\xBF"))) {
        text = str_sub(text, 3, text.n);
    }
    while (text.n) {
        size_t n = 0;
        while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r') {
            n++;
        }
        struct str line = str_sub(text, 0, n);
        text = str_sub(text, n + 1, text.n);
        line = str_cut(&line, '#');
        struct str key = str_trim(str_cut(&line, ':')), value = str_trim(line);
        if (same_word(key, STR("user-agent"))) {
            read_agent(&r, value, agent);
        } else if (same_word(key, STR("allow")) || same_word(key, STR("disallow"))) {
            read_rule(&r, same_word(key, STR("allow")), value, path);
        }
    }
    return r.steps <= STEPS_MAX && (r.longest[r.ours] == 0 || r.allow[r.ours]);
}
