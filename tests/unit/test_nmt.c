/* test_nmt.c - the translation engine: kernels against their plain twin, batches, threads, links; broken files are refused. */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/cleanup.h"
#include "core/base/sha256.h"
#include "core/nmt/kernel.h"
#include "core/nmt/narrow.h"
#include "core/nmt/nmt.h"
#include "core/nmt/spm.h"
#include "tests/unit/nmt_made.h"

#include "core/base/banned.h"

static struct made_bytes model, vocab, shortlist;

static int make(void **state) {
    (void)state;
    model = made_model(7);
    vocab = made_vocab();
    shortlist = made_shortlist();
    return 0;
}

static int unmake(void **state) {
    (void)state;
    free(model.p);
    free(vocab.p);
    free(shortlist.p);
    return 0;
}

/* ---- kernels ---- */

enum { MOST_ROWS = 13, MOST_K = 132, MOST_N = 192 };

static void fill(float *x, size_t n, uint32_t seed) {
    for (size_t i = 0; i < n; i++) {
        x[i] = (float)(made_random(&seed) % 4001) / 400.0f - 5.0f;
    }
}

static void test_kernels__products_are_those_of_plain_c(void **state) {
    (void)state;
    static int8_t w[MOST_N * MOST_K] __attribute__((aligned(64)));
    static float bias[MOST_N], x[MOST_ROWS * MOST_K + 16], wanted[MOST_ROWS * MOST_N], got[MOST_ROWS * MOST_N];
    static int32_t shift[MOST_N];
    static uint8_t codes[2 * MOST_ROWS * MOST_K + 64] __attribute__((aligned(64)));
    static const size_t ks[] = {16, 64, 112, 128};
    uint32_t seed = 3;
    for (size_t k = 0; k < sizeof ks / sizeof ks[0]; k++) {
        for (int extreme = 0; extreme < 3; extreme++) { /* random, all largest, all zero */
            struct nmt_matrix m = {.w = w, .bias = bias, .shift = shift, .alpha = 40, .scale = 0.001f, .k = (uint32_t)ks[k], .n = MOST_N, .padded = MOST_N};
            for (size_t i = 0; i < MOST_N * ks[k]; i++) {
                w[i] = extreme == 0 ? (int8_t)((int)(made_random(&seed) % 255) - 127) : extreme == 1 ? 127 : 0;
            }
            for (size_t c = 0; c < MOST_N; c++) {
                int32_t sum = 0;
                for (size_t i = 0; i < ks[k]; i++) {
                    sum += w[c / 16 * 16 * ks[k] + i / 4 * 64 + c % 16 * 4 + i % 4];
                }
                shift[c] = 127 * sum;
                bias[c] = (float)c / 7;
            }
            fill(x, MOST_ROWS * ks[k], 9);
            for (size_t i = 0; extreme == 1 && i < MOST_ROWS * ks[k]; i++) {
                x[i] = 100;
            }
            for (size_t rows = 1; rows <= MOST_ROWS; rows++) {
                nmt_kernel_c.quantize(&m, x, rows * ks[k], codes);
                nmt_kernel_c.product(&m, codes, rows, 64, 128, wanted, MOST_N);
                for (size_t i = 0; nmt_kernel_at(i); i++) {
                    const struct nmt_kernel *kernel = nmt_kernel_at(i);
                    memset(got, 0, sizeof got);
                    kernel->quantize(&m, x, rows * ks[k], codes);
                    kernel->product(&m, codes, rows, 64, 128, got, MOST_N);
                    for (size_t r = 0; r < rows; r++) {
                        if (memcmp(got + r * MOST_N, wanted + r * MOST_N, 128 * sizeof(float)) != 0) {
                            fail_msg("%s: %zu rows, k %zu, case %d, row %zu", kernel->name, rows, ks[k], extreme, r);
                        }
                    }
                }
            }
        }
    }
}

/* Inputs that make every sum of 16 bits as large as it can be, or random ones. */
static void fill_codes(uint8_t *codes, size_t n, const struct nmt_kernel *kernel, const struct nmt_matrix *m, int how) {
    static float x[MOST_ROWS * MOST_K + 16];
    fill(x, n, 11);
    for (size_t i = 0; how > 0 && i < n; i++) {
        x[i] = how == 1 ? 100 : i % 2 ? -100 : 100;
    }
    kernel->quantize(m, x, n, codes);
}

static void check_narrow(const struct nmt_kernel *kernel, const struct nmt_matrix *full, const struct nmt_matrix *narrowed) {
    static float wanted[MOST_ROWS * MOST_N], got[MOST_ROWS * MOST_N];
    static uint8_t codes[2 * MOST_ROWS * MOST_K + 64] __attribute__((aligned(64)));
    for (int how = 0; how < 3; how++) {
        for (size_t rows = 1; rows <= MOST_ROWS; rows++) {
            fill_codes(codes, rows * full->k, &nmt_kernel_c, full, how);
            nmt_kernel_c.product(full, codes, rows, 0, MOST_N, wanted, MOST_N);
            fill_codes(codes, rows * full->k, kernel, narrowed, how);
            kernel->product(narrowed, codes, rows, 0, MOST_N, got, MOST_N);
            if (memcmp(got, wanted, rows * MOST_N * sizeof(float)) != 0) {
                fail_msg("%s: %zu rows, form %d, inputs %d", kernel->name, rows, (int)narrowed->form, how);
            }
        }
    }
}

static void test_kernels__narrow_matrices_are_exact(void **state) {
    (void)state;
    enum { K = 128 };
    static int8_t full_w[MOST_N * K] __attribute__((aligned(64))), w[MOST_N * K] __attribute__((aligned(64))), back[MOST_N * K];
    static float bias[MOST_N];
    static int32_t shift[MOST_N];
    static struct nmt_spill spills[MOST_N * K];
    static uint32_t at[MOST_N / 16 + 1];
    uint32_t seed = 5;
    for (int style = 0; style < 4; style++) { /* gentle, random, all largest, all smallest */
        memset(shift, 0, sizeof shift);
        for (size_t i = 0; i < MOST_N * K; i++) {
            int any = (int)(made_random(&seed) % 255) - 127;
            full_w[i] = (int8_t)(style == 0 ? any / 5 : style == 1 ? any : style == 2 ? 127 : -127);
            shift[i / K / 16 * 16 + i % 64 / 4] += 127 * full_w[i];
        }
        for (int form = FORM_PAIRS; form <= FORM_QUADS; form++) {
            for (int positive = 0; positive < 2; positive++) {
                struct nmt_matrix full = {.w = full_w, .bias = bias, .shift = shift, .alpha = 40, .scale = 0.001f, .k = K, .n = MOST_N, .padded = MOST_N, .positive = positive};
                struct nmt_matrix narrowed = full;
                memcpy(w, full_w, sizeof w);
                narrowed.w = w;
                narrowed.form = (enum nmt_form)form;
                narrowed.spills = spills;
                narrowed.spills_at = at;
                size_t count = narrow_count(&narrowed, narrowed.form, SIZE_MAX - 1);
                assert_true(style == 0 ? count < 99 : style == 1 ? count > 99 || (positive && form == FORM_PAIRS) : true);
                narrow(&narrowed, narrowed.form, w, spills, at);
                assert_int_equal(at[MOST_N / 16], count);
                assert_int_equal(narrow_count(&narrowed, narrowed.form, SIZE_MAX - 1), 0);
                memcpy(back, w, sizeof back);
                for (size_t g = 0; g < MOST_N / 16; g++) {
                    for (size_t i = at[g]; i < at[g + 1]; i++) {
                        size_t place = g * 16 * K + spills[i].k / 4U * 64U + spills[i].column * 4U + spills[i].k % 4U;
                        back[place] = (int8_t)(back[place] + spills[i].w);
                    }
                }
                assert_memory_equal(back, full_w, sizeof back);
                for (size_t i = 0; nmt_kernel_at(i); i++) {
                    if (nmt_kernel_at(i)->narrow) {
                        check_narrow(nmt_kernel_at(i), &full, &narrowed);
                    }
                }
            }
        }
    }
}

static void test_kernels__float_parts_are_those_of_plain_c(void **state) {
    (void)state;
    enum { D = 64, KEYS = 39 };
    static float x[D + 16], y[D + 16], scale[D], bias[D], kt[D * (KEYS + 1) + 32], v[KEYS * D + 32], q[D + 16];
    fill(x, D, 1);
    fill(y, D, 2);
    fill(scale, D, 3);
    fill(bias, D, 4);
    fill(kt, D * KEYS, 5);
    fill(v, KEYS * D, 6);
    fill(q, D, 7);
    for (size_t i = 0; nmt_kernel_at(i); i++) {
        const struct nmt_kernel *k = nmt_kernel_at(i);
        float a[D + 16], b[D + 16], weights[8 * (KEYS + 17) + 16], cell[D], other[D];
        nmt_kernel_c.norm(x, y, D, scale, bias, a);
        k->norm(x, y, D, scale, bias, b);
        assert_memory_equal(a, b, D * sizeof(float));
        for (size_t n = 1; n <= KEYS; n++) {
            for (size_t heads = 1; heads <= 8; heads *= 2) {
                nmt_kernel_c.attend(q, kt, v, n, heads, D / heads, weights, a);
                k->attend(q, kt, v, n, heads, D / heads, weights, b);
                if (memcmp(a, b, D * sizeof(float)) != 0) {
                    fail_msg("%s: attention over %zu keys, %zu heads", k->name, n, heads);
                }
            }
        }
        memcpy(cell, y, sizeof cell);
        memcpy(other, y, sizeof other);
        nmt_kernel_c.ssru(x, scale, D, cell, a);
        k->ssru(x, scale, D, other, b);
        assert_memory_equal(cell, other, sizeof cell);
        assert_memory_equal(a, b, D * sizeof(float));
        struct nmt_best one = {-INFINITY, 0}, two = one;
        y[11] = y[40] = 77; /* of equal ones the first */
        nmt_kernel_c.best(y, D, 0.5f, 100, &one);
        k->best(y, D, 0.5f, 100, &two);
        assert_int_equal(one.at, 111);
        assert_int_equal(two.at, 111);
        assert_true(one.score == two.score);
    }
}

/* ---- translating ---- */

static const char *const lines[] = {
    "die bahn und the train", "a", "", "  in der stadt  ", "12345 67890", "überall fehlt ein zeichen",
    ("ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz und noch "
     "ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz und noch ein langer satz"),
    "x y z", "schung schung",
};
enum { LINES = sizeof lines / sizeof lines[0] };

static struct nmt_model *load_with(const char *kernel, bool with_shortlist) {
    struct nmt_model *m = NULL;
    struct err err = {0};
    if (nmt_load_bytes(&m, made_str(&model), made_str(&vocab), STR_NONE, with_shortlist ? made_str(&shortlist) : STR_NONE, kernel, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
    return m;
}

static void translate(struct nmt_worker *w, struct arena *a, const struct str *s, size_t n, struct nmt_result *out) {
    struct err err = {0};
    struct nmt_options o = {.align = true};
    if (nmt_translate(w, a, s, n, &o, out, &err) != ERR_OK) {
        fail_msg("%s", err.text);
    }
}

static void all_lines(struct str *s) {
    for (size_t i = 0; i < LINES; i++) {
        s[i] = str_of(lines[i]);
    }
}

static void test_nmt__kernel_and_batch_do_not_matter(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct str s[LINES];
    struct nmt_result wanted[LINES], got[LINES];
    all_lines(s);
    struct nmt_model *plain = load_with("c", false);
    struct nmt_worker *w = nmt_worker_new(plain);
    translate(w, &a, s, LINES, wanted);
    assert_true(wanted[0].text.n > 0 && wanted[6].text.n > 0);
    assert_int_equal(wanted[2].text.n, 0);
    for (size_t k = 0; nmt_kernel_at(k); k++) {
        struct nmt_model *m = load_with(nmt_kernel_at(k)->name, false);
        struct nmt_worker *x = nmt_worker_new(m);
        assert_string_equal(nmt_kernel_name(m), nmt_kernel_at(k)->name);
        translate(x, &a, s, LINES, got);
        for (size_t i = 0; i < LINES; i++) {
            assert_true(str_eq(got[i].text, wanted[i].text));
            translate(x, &a, s + i, 1, got + i); /* alone */
            assert_true(str_eq(got[i].text, wanted[i].text));
        }
        nmt_worker_free(x);
        nmt_free(m);
    }
    nmt_worker_free(w);
    nmt_free(plain);
}

/* One text for every processor and every compiler: nothing is fused, and sums have one order. */
static void test_nmt__is_the_same_on_every_machine(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct str s[LINES];
    struct nmt_result r[LINES];
    struct sha256 h;
    char out[65], kernels[80] = "";
    all_lines(s);
    struct nmt_model *m = load_with(NULL, false);
    struct nmt_worker *w = nmt_worker_new(m);
    translate(w, &a, s, LINES, r);
    sha256_init(&h);
    for (size_t i = 0; i < LINES; i++) {
        sha256_add(&h, r[i].text);
        for (size_t k = 0; k < r[i].n_links; k++) { /* how much attention went there, to the last bit */
            sha256_add(&h, (struct str){(const char *)&r[i].links[k].weight, sizeof r[i].links[k].weight});
        }
    }
    sha256_end(&h, out);
    assert_string_equal(out, "424e3f00ab4d055bb61af01e0da7aed3313be6d41b8980edf17ab1874a70f08b");
    nmt_worker_free(w);
    nmt_free(m);
    for (size_t i = 0; nmt_kernel_at(i); i++) {
        snprintf(kernels + strlen(kernels), sizeof kernels - strlen(kernels), " %s", nmt_kernel_at(i)->name);
    }
    print_message("kernels:%s\n", kernels);
}

static void test_nmt__links_stand_in_both_texts(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct str s[LINES];
    struct nmt_result r[LINES];
    all_lines(s);
    struct nmt_model *m = load_with(NULL, false);
    struct nmt_worker *w = nmt_worker_new(m);
    translate(w, &a, s, LINES, r);
    size_t links = 0;
    for (size_t i = 0; i < LINES; i++) {
        for (size_t k = 0; k < r[i].n_links; k++, links++) {
            const struct nmt_link *l = &r[i].links[k];
            assert_true(l->start < l->end && l->end <= r[i].text.n);
            assert_true(l->source_start < l->source_end && l->source_end <= s[i].n);
            assert_true(k == 0 || l->start >= r[i].links[k - 1].end);
            assert_true(l->weight > 0 && l->weight <= 1.001f);
        }
    }
    assert_true(links > 10);
    nmt_worker_free(w);
    nmt_free(m);
}

static void test_nmt__shortlist_narrows(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct str s[LINES];
    struct nmt_result wanted[2 * LINES], got[2 * LINES];
    all_lines(s);
    for (size_t k = 0; nmt_kernel_at(k); k++) { /* the choice of columns is copied, so it must be the same in every form */
        struct nmt_model *m = load_with(nmt_kernel_at(k)->name, true);
        struct nmt_worker *w = nmt_worker_new(m);
        translate(w, &a, s, LINES, got);
        assert_true(got[0].text.n > 0);
        for (size_t i = 0; i < LINES; i++) {
            translate(w, &a, s + i, 1, got + LINES + i); /* alone: few words to choose from */
        }
        for (size_t i = 0; i < 2 * LINES; i++) {
            wanted[i] = k == 0 ? got[i] : wanted[i];
            assert_true(str_eq(got[i].text, wanted[i].text));
        }
        nmt_worker_free(w);
        nmt_free(m);
    }
}

struct thread {
    const struct nmt_model *m;
    bool same;
    struct str wanted;
};

static void *run_thread(void *with) {
    struct thread *t = with;
    struct arena a;
    struct str s = str_of(lines[6]);
    struct nmt_worker *w = nmt_worker_new(t->m);
    arena_init(&a, 1 << 26);
    t->same = w != NULL;
    for (int i = 0; i < 20 && t->same; i++) {
        struct nmt_result r;
        struct nmt_options o = {0};
        t->same = nmt_translate(w, &a, &s, 1, &o, &r, NULL) == ERR_OK && str_eq(r.text, t->wanted);
        arena_reset(&a);
    }
    arena_release(&a);
    nmt_worker_free(w);
    return NULL;
}

static void test_nmt__threads_share_a_model(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct nmt_model *m = load_with(NULL, false);
    struct nmt_worker *w = nmt_worker_new(m);
    struct str s = str_of(lines[6]);
    struct nmt_result r;
    translate(w, &a, &s, 1, &r);
    struct thread t[4];
    pthread_t id[4];
    for (int i = 0; i < 4; i++) {
        t[i] = (struct thread){m, false, r.text};
        assert_int_equal(pthread_create(&id[i], NULL, run_thread, &t[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(id[i], NULL);
        assert_true(t[i].same);
    }
    nmt_worker_free(w);
    nmt_free(m);
}

static bool always(void *with) {
    (void)with;
    return true;
}

static void test_nmt__stops_and_refuses(void **state) {
    (void)state;
    AUTO_ARENA a;
    arena_init(&a, 1 << 26);
    struct nmt_model *m = load_with(NULL, false);
    struct nmt_worker *w = nmt_worker_new(m);
    struct str s = str_of(lines[0]), bad = STR("die \xff bahn");
    struct nmt_result r;
    struct nmt_options o = {.stop = always};
    assert_int_equal(nmt_translate(w, &a, &s, 1, &o, &r, NULL), ERR_TIMEOUT);
    o = (struct nmt_options){0};
    assert_int_equal(nmt_translate(w, &a, &bad, 1, &o, &r, NULL), ERR_UTF8);
    nmt_worker_free(w);
    nmt_free(m);
}

/* ---- broken files ---- */

enum part { MODEL, VOCAB, SHORTLIST };

/* Loads with one part replaced by a heap block of exactly its size, so that ASan sees any step past it. true: it loaded; then it
 * has to translate, too. */
static bool loads(enum part part, struct str bytes, char *why, size_t n) {
    char *exact = malloc(bytes.n ? bytes.n : 1);
    assert_non_null(exact);
    memcpy(exact, bytes.p, bytes.n);
    struct str own = {exact, bytes.n};
    struct nmt_model *m = NULL;
    struct err err = {0};
    enum err_code code = nmt_load_bytes(&m, part == MODEL ? own : made_str(&model), part == VOCAB ? own : made_str(&vocab), STR_NONE,
                                        part == SHORTLIST ? own : made_str(&shortlist), NULL, &err);
    if (code == ERR_OK) {
        AUTO_ARENA a;
        arena_init(&a, 1 << 26);
        struct nmt_worker *w = nmt_worker_new(m);
        struct str s = str_of(lines[0]);
        struct nmt_result r;
        struct nmt_options o = {.align = true};
        assert_non_null(w);
        nmt_translate(w, &a, &s, 1, &o, &r, NULL);
        nmt_worker_free(w);
    } else {
        assert_int_equal(code, ERR_MODEL);
        assert_true(err.text[0] != '\0' && err.source[0] != '\0');
    }
    snprintf(why, n, "%s", err.text);
    nmt_free(m);
    free(exact);
    return code == ERR_OK;
}

static void test_broken__cut_files_are_refused(void **state) {
    (void)state;
    const struct made_bytes *const parts[] = {&model, &vocab, &shortlist};
    char why[256];
    for (int p = 0; p < 3; p++) {
        size_t step = p == MODEL ? 1000 : 13;
        for (size_t n = 0; n < parts[p]->n; n += step) {
            if (loads((enum part)p, str_sub(made_str(parts[p]), 0, n), why, sizeof why) && p != VOCAB) {
                fail_msg("part %d cut at %zu of %zu bytes was taken", p, n, parts[p]->n);
            }
        }
        for (size_t less = 1; less < 9; less++) {
            if (loads((enum part)p, str_sub(made_str(parts[p]), 0, parts[p]->n - less), why, sizeof why)) {
                fail_msg("part %d without its last %zu bytes was taken", p, less);
            }
        }
    }
}

/* Every number of the heads set to something else: sizes, counts, types, offsets, shapes. */
static void test_broken__altered_numbers_do_no_harm(void **state) {
    (void)state;
    static const uint64_t values[] = {0, 1, 2, 255, 0x7fffffff, 0x80000000u, 0xffffffffu, 1ull << 40, 1ull << 62, UINT64_MAX};
    const struct made_bytes *const parts[] = {&model, &vocab, &shortlist};
    char why[256];
    size_t refused = 0, tried = 0;
    for (int p = 0; p < 3; p++) {
        size_t head = p == MODEL ? 5200 : p == VOCAB ? 300 : 200, step = p == VOCAB ? 3 : p == MODEL ? 12 : 4;
        char *copy = malloc(parts[p]->n);
        assert_non_null(copy);
        for (size_t at = 0; at + 8 <= head && at + 8 <= parts[p]->n; at += step) {
            for (size_t v = at % 3; v < sizeof values / sizeof values[0]; v += 3) {
                memcpy(copy, parts[p]->p, parts[p]->n);
                memcpy(copy + at, &values[v], at % 8 == 0 ? 8 : 4);
                refused += !loads((enum part)p, (struct str){copy, parts[p]->n}, why, sizeof why);
                tried++;
            }
        }
        free(copy);
    }
    assert_true(tried > 1000 && refused * 10 > tried * 6);
}

static void test_broken__random_bytes_do_no_harm(void **state) {
    (void)state;
    const struct made_bytes *const parts[] = {&model, &vocab, &shortlist};
    uint32_t seed = 11;
    char why[256];
    for (int round = 0; round < 300; round++) {
        int p = round % 3;
        char *copy = malloc(parts[p]->n);
        assert_non_null(copy);
        memcpy(copy, parts[p]->p, parts[p]->n);
        for (int k = 0; k < 1 + round % 9; k++) {
            copy[made_random(&seed) % (round % 2 || parts[p]->n < 2000 ? parts[p]->n : 2000)] = (char)made_random(&seed);
        }
        loads((enum part)p, (struct str){copy, parts[p]->n}, why, sizeof why);
        free(copy);
    }
}

/* Replaces text in the model's settings by as long a one. */
static bool loads_with(const char *from, const char *to, char *why, size_t n) {
    char *copy = malloc(model.n);
    assert_non_null(copy);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(copy, model.p, model.n);
    size_t at = str_find(made_str(&model), str_of(from), 0);
    assert_true(at != SIZE_MAX);
    memcpy(copy + at, to, strlen(to));
    bool good = loads(MODEL, (struct str){copy, model.n}, why, n);
    free(copy);
    return good;
}

static void test_broken__other_kinds_of_models_are_named(void **state) {
    (void)state;
    char why[256];
    assert_true(loads_with("type: transformer", "type: transformer", why, sizeof why));
    assert_false(loads_with("dec-cell: ssru", "dec-cell: gruu", why, sizeof why));
    assert_non_null(strstr(why, "dec-cell"));
    assert_false(loads_with("type: transformer", "type: transformes", why, sizeof why));
    assert_false(loads_with("transformer-ffn-depth: 2", "transformer-ffn-depth: 3", why, sizeof why));
    assert_false(loads_with("dim-emb: 64", "dim-emb: 65", why, sizeof why));
    assert_false(loads_with("enc-depth: 1", "enc-depth: 2", why, sizeof why));
    assert_non_null(strstr(why, "missing"));
    char version[16] = {2};
    assert_false(loads(MODEL, (struct str){version, sizeof version}, why, sizeof why));
    assert_non_null(strstr(why, "version"));
    assert_false(loads(MODEL, STR("<!DOCTYPE html><html>nothing here, move on</html>"), why, sizeof why));
    assert_false(loads(VOCAB, STR("<!DOCTYPE html><html>nothing here, move on</html>"), why, sizeof why));
    assert_false(loads(SHORTLIST, STR("<!DOCTYPE html><html>nothing here, move on</html>"), why, sizeof why));
}

/* ---- checksums ---- */

static void test_sha256__is_that_of_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } known[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct sha256 h;
        char out[65];
        sha256_init(&h);
        for (size_t k = 0; k < strlen(known[i].text); k += 7) {
            sha256_add(&h, str_sub(str_of(known[i].text), k, k + 7));
        }
        sha256_end(&h, out);
        assert_string_equal(out, known[i].wanted);
    }
}

/* The made model as files, for tests in other languages. */
static int write_files(const char *dir) {
    static const char *const names[] = {"model.xxyy.intgemm.alphas.bin", "vocab.xxyy.spm", "lex.50.50.xxyy.s2t.bin"};
    const struct made_bytes *const parts[] = {&model, &vocab, &shortlist};
    make(NULL);
    for (int i = 0; i < 3; i++) {
        char path[4200];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        AUTO_FILE f = fopen(path, "wb");
        if (!f || fwrite(parts[i]->p, 1, parts[i]->n, f) != parts[i]->n) {
            return 1;
        }
    }
    return unmake(NULL);
}

int main(void) {
    if (getenv("NMT_MADE_DIR")) {
        return write_files(getenv("NMT_MADE_DIR"));
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernels__products_are_those_of_plain_c),
        cmocka_unit_test(test_kernels__narrow_matrices_are_exact),
        cmocka_unit_test(test_kernels__float_parts_are_those_of_plain_c),
        cmocka_unit_test(test_nmt__kernel_and_batch_do_not_matter),
        cmocka_unit_test(test_nmt__is_the_same_on_every_machine),
        cmocka_unit_test(test_nmt__links_stand_in_both_texts),
        cmocka_unit_test(test_nmt__shortlist_narrows),
        cmocka_unit_test(test_nmt__threads_share_a_model),
        cmocka_unit_test(test_nmt__stops_and_refuses),
        cmocka_unit_test(test_broken__cut_files_are_refused),
        cmocka_unit_test(test_broken__altered_numbers_do_no_harm),
        cmocka_unit_test(test_broken__random_bytes_do_no_harm),
        cmocka_unit_test(test_broken__other_kinds_of_models_are_named),
        cmocka_unit_test(test_sha256__is_that_of_the_standard),
    };
    return cmocka_run_group_tests_name("nmt", tests, make, unmake);
}
