/* test_markup.c - HTML through translation: the back end turns the order of words round and writes them large, so that it shows
 * where tags follow their words; and nothing that is no text changes, whatever the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/analyze.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/translate/backend.h"
#include "core/translate/markup.h"
#include "core/worker.h"

#include "core/base/banned.h"

static struct nutgraf *ng;
static struct nutgraf_worker *worker;
static bool with_links;

static bool has(struct translator *self, struct str source, struct str target) {
    (void)self;
    return str_eqz(source, "de") && str_eqz(target, "en");
}

static void pairs(struct translator *self, void (*add)(void *with, struct str source, struct str target), void *with) {
    (void)self;
    add(with, STR("de"), STR("en"));
}

/* "eins zwei drei" becomes "DREI ZWEI EINS" */
static enum err_code run(struct translator *self, struct arena *a, const struct translator_job *job, struct translator_out *out, struct err *err) {
    (void)self;
    (void)err;
    for (size_t i = 0; i < job->n; i++) {
        struct str s = job->texts[i];
        struct buf b;
        size_t cap = 0;
        out[i] = (struct translator_out){0};
        buf_init(&b, a);
        for (size_t end = s.n; end > 0;) {
            size_t start = end;
            while (start > 0 && s.p[start - 1] != ' ') {
                start--;
            }
            if (start < end) {
                if (b.n) {
                    buf_addc(&b, ' ');
                }
                if (with_links) {
                    ARENA_PUSH(a, out[i].links, out[i].link_count, cap) =
                        (struct translate_link){(uint32_t)b.n, (uint32_t)(b.n + end - start), (uint32_t)start, (uint32_t)end};
                }
                for (size_t k = start; k < end; k++) {
                    buf_addc(&b, (char)(s.p[k] >= 'a' && s.p[k] <= 'z' ? s.p[k] - 32 : s.p[k]));
                }
            }
            end = start > 0 ? start - 1 : 0;
        }
        out[i].text = buf_str(&b);
    }
    return ERR_OK;
}

static void release(struct translator *self) {
    free(self);
}

static int load(void **state) {
    (void)state;
    struct err err = {0};
    struct translator *t = calloc(1, sizeof *t);
    if (!t || nutgraf_new(&ng, "data", &err) != ERR_OK) {
        return -1;
    }
    *t = (struct translator){"turn", false, has, pairs, run, release};
    return translate_add(nutgraf_translate(ng), t, &err) == ERR_OK && nutgraf_worker_new(&worker, ng, &err) == ERR_OK ? 0 : -1;
}

static int unload(void **state) {
    (void)state;
    nutgraf_worker_free(worker);
    nutgraf_free(ng);
    return 0;
}

static void expect(const char *html, const char *wanted) {
    AUTO_ARENA a;
    struct err err = {0};
    struct str out;
    arena_init(&a, 1 << 26);
    if (translate_markup(nutgraf_translate(ng), worker, &a, STR("de"), STR("en"), str_of(html), 0, &out, &err) != ERR_OK) {
        fail_msg("%s: %s", html, err.text);
    }
    if (!str_eqz(out, wanted)) {
        fail_msg("\n%s gives\n%.*s not\n%s", html, STR_ARG(out), wanted);
    }
}

static void test_markup__tags_follow_their_words(void **state) {
    (void)state;
    with_links = true;
    expect("eins zwei drei", "DREI ZWEI EINS");
    expect("<p>eins zwei</p><p>drei vier</p>", "<p>ZWEI EINS</p><p>VIER DREI</p>");
    expect("<p class=\"x>y\">\n  eins <b>zwei</b> drei\n</p>", "<p class=\"x>y\"> DREI <b>ZWEI</b> EINS </p>");
    expect("<b>eins zwei</b> drei", "DREI <b>ZWEI EINS</b>");
    expect("eins <a href='u'>zwei <i>drei</i></a> vier", "VIER <a href='u'><i>DREI</i> ZWEI</a> EINS");
    expect("<li>eins<li>zwei", "<li>EINS<li>ZWEI");
    expect("eins<br>zwei", "EINS<br>ZWEI");
    expect("<A HREF=x>eins</a> zwei", "ZWEI <A HREF=x>EINS</a>");
}

static void test_markup__what_is_no_text_stays(void **state) {
    (void)state;
    with_links = true;
    expect("", "");
    expect("  \n ", "  \n ");
    expect("<!DOCTYPE html><!-- eins < zwei --><p>eins</p>", "<!DOCTYPE html><!-- eins < zwei --><p>EINS</p>");
    expect("<script>if (a < b) { eins(); }</script>eins<style>p { x: y }</style>", "<script>if (a < b) { eins(); }</script>EINS<style>p { x: y }</style>");
    expect("<a href=u><img src='x'></a> eins", "<a href=u><img src='x'></a> EINS");
    expect("<img alt=\"eins > zwei\"> drei", "<img alt=\"eins > zwei\"> DREI");
    expect("<div><span></span></div>", "<div><span></span></div>");
    expect("eins <b>zwei", "<b>ZWEI EINS");       /* never closed: before its word */
    expect("eins</b> zwei", "</b>ZWEI EINS");     /* never opened */
    expect("<b>eins <i>zwei</b> drei</i>", "<i>DREI <b>ZWEI EINS</b></i>"); /* crossing */
    expect("eins <a", "EINS <a");
    expect("<!-- eins", "<!-- eins");
    expect("<script>eins", "<script>eins");
}

static void test_markup__references(void **state) {
    (void)state;
    with_links = true;
    expect("<p>eins &amp; zwei</p>", "<p>ZWEI &amp; EINS</p>");
    expect("a &lt;b&gt; c", "C &lt;B&gt; A");
    expect("x &#65;&#x42; y", "Y AB X");
    expect("x &unknown; y", "Y &amp;UNKNOWN; X");
    expect("1 < 2", "2 &lt; 1");
}

static void test_markup__without_alignment_each_stretch_is_its_own(void **state) {
    (void)state;
    with_links = false;
    expect("eins zwei <b>drei vier</b> f", "ZWEI EINS <b>VIER DREI</b> F");
}

/* Any bytes: no crash, tags neither lost nor made up. */
static void test_markup__any_bytes(void **state) {
    (void)state;
    static const char *const parts[] = {"<b>", "</b>", "<i x='>'>", "</i>", "<p>", "</p>", "eins ", "zwei", "<img>", "&amp;", "<", ">", "&", "<!--", "-->", "<a href=\"", "\"", " ", "</", "<script>", "</script>", "<br/>", "<B/>", "&#0;", "\n"};
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        AUTO_ARENA a;
        struct buf b;
        struct str out;
        struct err err = {0};
        arena_init(&a, 1 << 26);
        buf_init(&b, &a);
        for (int i = 0; i < round % 40; i++) {
            seed = seed * 1664525u + 1013904223u;
            buf_add(&b, str_of(parts[(seed >> 8) % (sizeof parts / sizeof parts[0])]));
        }
        with_links = round % 3 != 0;
        assert_int_equal(translate_markup(nutgraf_translate(ng), worker, &a, STR("de"), STR("en"), b.n ? buf_str(&b) : STR(""), 0, &out, &err), ERR_OK);
        size_t images = 0, found = 0; /* the tag that is never given twice */
        struct str text = markup_text(&a, b.n ? buf_str(&b) : STR(""));
        assert_non_null(text.p);
        for (size_t at = 0; b.n && (at = str_find(buf_str(&b), STR("<img>"), at)) != SIZE_MAX; at++) {
            images++;
        }
        for (size_t at = 0; (at = str_find(out, STR("<img>"), at)) != SIZE_MAX; at++) {
            found++;
        }
        assert_int_equal(found, images);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markup__tags_follow_their_words),
        cmocka_unit_test(test_markup__what_is_no_text_stays),
        cmocka_unit_test(test_markup__references),
        cmocka_unit_test(test_markup__without_alignment_each_stretch_is_its_own),
        cmocka_unit_test(test_markup__any_bytes),
    };
    return cmocka_run_group_tests_name("markup", tests, load, unload);
}
