/*
 * Hostile headers cost no more than their length: twice the input, about twice the time. Each row
 * bears the name of the case in which somebody's did not.
 */
#include "cors_support.h"
#include <time.h>

#define RATIO_MAX 3.5 /* for each doubling: linear is 2, quadratic 4, and machines are noisy */

enum {
    SMALL = 8 * 1024,
    MIDDLE = 64 * 1024,
    LARGE = 1024 * 1024,
    NAME_LEN = 8,
    ATTEMPTS = 6,
    SAMPLES = 3,
};

static const double sample_s = 0.002;

static const concors_cors_rules rules = {.preflight_default_s = 5};

/* What a run needs: the hostile text, header lists made of it, and room for the answer. */
typedef struct input {
    concors_span text;
    concors_header *headers;
    size_t header_count;
    concors_arena arena;
} input;

static void
run_preflight(input *in)
{
    concors_span asked[] = {CONCORS_LIT("x-a")};
    concors_header list[] = {
        {CONCORS_LIT("access-control-allow-origin"), CONCORS_LIT("*")},
        {CONCORS_LIT("access-control-allow-methods"), in->text},
        {CONCORS_LIT("access-control-allow-headers"), in->text},
        {CONCORS_LIT("access-control-max-age"), in->text},
    };
    concors_preflight_ask ask = {.method = CONCORS_LIT("PUT"),
                                 .names = asked,
                                 .name_count = 1,
                                 .origin = CONCORS_LIT("https://a.test")};
    concors_preflight_result result;

    assert_int_equal(
        concors_preflight_check(&ask, 204, (concors_headers){list, 4}, &rules, &in->arena, &result),
        CONCORS_OK);
}

static void
run_check(input *in)
{
    concors_near_miss near;
    concors_span origin = CONCORS_LIT("https://a.test");

    assert_int_not_equal(concors_cors_check(in->text, in->text, origin, true, &near), 0);
    assert_int_not_equal(concors_cors_check(origin, in->text, origin, true, &near), 0);
}

static void
run_forbidden(input *in)
{
    assert_false(concors_header_forbidden(CONCORS_LIT("x-http-method-override"), in->text));
}

static void
run_unsafe_names(input *in)
{
    concors_span *names;
    size_t count;

    assert_int_equal(concors_unsafe_header_names((concors_headers){in->headers, in->header_count},
                                                 &rules, &in->arena, &names, &count),
                     CONCORS_OK);
}

static void
run_readable(input *in)
{
    concors_span *names;
    size_t count;

    in->headers[0] = (concors_header){CONCORS_LIT("access-control-expose-headers"), in->text};
    assert_int_equal(concors_readable_headers((concors_headers){in->headers, in->header_count},
                                              true, true, &in->arena, &names, &count),
                     CONCORS_OK);
}

static void
run_get(input *in)
{
    concors_span value;

    for (size_t i = 0; i < in->header_count; i++) {
        in->headers[i].name = CONCORS_LIT("a");
    }
    assert_int_equal(concors_headers_get((concors_headers){in->headers, in->header_count},
                                         CONCORS_LIT("a"), &in->arena, &value),
                     CONCORS_OK);
}

static void
fill(char *text, size_t len, const char *pattern)
{
    size_t step = strlen(pattern);

    for (size_t i = 0; i < len; i++) {
        text[i] = pattern[i % step];
    }
    if (strcmp(pattern, "#names") == 0) { /* distinct tokens in no order */
        uint32_t state = 1;
        for (size_t i = 0; i < len; i++) {
            state = state * 1664525u + 1013904223u;
            text[i] = i % NAME_LEN == NAME_LEN - 1 ? ',' : (char)('a' + (state >> 24) % 26);
        }
    }
}

static void
make(input *in, const char *pattern, size_t len)
{
    char *text = malloc(len);

    assert_non_null(text);
    fill(text, len, pattern);
    in->text = (concors_span){text, len};
    in->header_count = len / NAME_LEN;
    in->headers = calloc(in->header_count, sizeof(*in->headers));
    assert_non_null(in->headers);
    for (size_t i = 0; i < in->header_count; i++) {
        in->headers[i].name =
            concors_span_part(in->text, i * NAME_LEN, i * NAME_LEN + NAME_LEN - 1);
        in->headers[i].value = CONCORS_LIT("");
    }
    in->arena = arena_of(64 * len);
}

static double
seconds_of(void (*run)(input *), const char *pattern, size_t len)
{
    double best = 1e9;
    input in;

    make(&in, pattern, len);
    for (int sample = 0; sample < SAMPLES; sample++) {
        clock_t start = clock();
        double taken = 0;
        int runs = 0;
        while (taken < sample_s) {
            in.arena.len = 0;
            run(&in);
            runs++;
            taken = (double)(clock() - start) / CLOCKS_PER_SEC;
        }
        best = taken / runs < best ? taken / runs : best;
    }
    free(in.arena.ptr);
    free(in.headers);
    free((void *)(uintptr_t)in.text.ptr);
    return best;
}

static const struct {
    const char *title;
    void (*run)(input *);
    const char *pattern;
} cases[] = {
    {"rs_cors_170_go_2024_2883_commas", run_preflight, ","},
    {"go_chi_cors_36_commas_and_blanks", run_preflight, " , "},
    {"hono_cve_2026_69207_blanks", run_preflight, " "},
    {"hono_cve_2026_69207_tabs", run_preflight, "\t"},
    {"list_of_one_letter", run_preflight, "a,"},
    {"list_of_distinct_names", run_preflight, "#names"},
    {"python_cve_2024_7592_backslashes", run_preflight, "\\"},
    {"tornado_pr_3446_octal_escapes", run_preflight, "\\012"},
    {"digits", run_preflight, "9"},
    {"origin_commas", run_check, ","},
    {"origin_blanks", run_check, " "},
    {"origin_colons", run_check, ":"},
    {"origin_dots", run_check, "."},
    {"origin_slashes", run_check, "/"},
    {"origin_brackets", run_check, "]:["},
    {"origin_urls", run_check, "https://a.b:1/"},
    {"credentials_true", run_check, "true,"},
    {"python_cve_2024_7592_quotes", run_forbidden, "\"\\\""},
    {"override_commas", run_forbidden, ","},
    {"override_blanks", run_forbidden, " ,"},
    {"request_headers", run_unsafe_names, "#names"},
    {"request_headers_equal", run_unsafe_names, "abcdefg,"},
    {"exposed_names", run_readable, "#names"},
    {"exposed_commas", run_readable, ","},
    {"lines_of_one_name", run_get, "a"},
};

/* Three and four doublings: the mean over them is steadier than any one on a busy machine, and a
   square would multiply by 4 each time. */
static void
twice_the_input_about_twice_the_time(void **state)
{
    static const struct {
        size_t from, to;
        double most;
    } spans[] = {
        {SMALL, MIDDLE, RATIO_MAX * RATIO_MAX * RATIO_MAX},
        {MIDDLE, LARGE, RATIO_MAX * RATIO_MAX * RATIO_MAX * RATIO_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t k = 0; k < COUNT_OF(spans); k++) {
            double ratio = spans[k].most + 1;
            for (int attempt = 0; attempt < ATTEMPTS && ratio > spans[k].most; attempt++) {
                double one = seconds_of(cases[i].run, cases[i].pattern, spans[k].from);
                ratio = seconds_of(cases[i].run, cases[i].pattern, spans[k].to) / one;
            }
            if (ratio > spans[k].most) {
                fail_msg("%s: %zu bytes take %.1f times as long as %zu", cases[i].title,
                         spans[k].to, ratio, spans[k].from);
            }
        }
    }
}

/* rs_cors_170 spent 116 MiB on 1 MiB of commas. */
static void
rs_cors_170_commas_cost_no_memory(void **state)
{
    static const char *const patterns[] = {",", " , ", ",\t"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        input in;
        make(&in, patterns[i], LARGE);
        in.arena.cap = 1024;
        run_preflight(&in);
        assert_true(in.arena.len < 256);
        free(in.arena.ptr);
        free(in.headers);
        free((void *)(uintptr_t)in.text.ptr);
    }
}

static void
hundred_thousand_empty_fields(void **state)
{
    enum { FIELDS = 100000 };
    input in = {.arena = arena_of(1024)};
    concors_preflight_ask ask = {.method = CONCORS_LIT("GET"),
                                 .origin = CONCORS_LIT("https://a.test")};
    concors_preflight_result result;

    (void)state;
    in.headers = calloc(FIELDS, sizeof(*in.headers));
    assert_non_null(in.headers);
    for (size_t i = 0; i < FIELDS; i++) {
        in.headers[i] = (concors_header){CONCORS_LIT("Access-Control-Allow-Headers"),
                                         i % 2 == 0 ? CONCORS_LIT("") : (concors_span){NULL, 0}};
    }
    in.headers[FIELDS / 2] =
        (concors_header){CONCORS_LIT("Access-Control-Allow-Origin"), CONCORS_LIT("*")};
    assert_int_equal(concors_preflight_check(&ask, 204, (concors_headers){in.headers, FIELDS},
                                             &rules, &in.arena, &result),
                     CONCORS_OK);
    assert_int_equal(result.error, 0);
    assert_int_equal(result.header_count, 0);
    free(in.headers);
    free(in.arena.ptr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_the_input_about_twice_the_time),
        cmocka_unit_test(rs_cors_170_commas_cost_no_memory),
        cmocka_unit_test(hundred_thousand_empty_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
