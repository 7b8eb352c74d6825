/* What becomes of a preflight: which error it is given, of what, and how long it is kept. */
#include "browser/prepared.h"
#include "cors_support.h"

#define APP     "https://app.example.com"
#define OK      "Access-Control-Allow-Origin: " APP "\nAccess-Control-Allow-Credentials: true"
#define ANY     "Access-Control-Allow-Origin: *"
#define AM      "\nAccess-Control-Allow-Methods:"
#define AH      "\nAccess-Control-Allow-Headers:"
#define R(name) CONCORS_R_##name

static const concors_cors_rules standard = {.preflight_default_s = 5};
static const concors_cors_rules browser = {
    .preflight_default_s = 5, .preflight_max_s = 7200, .authorization_wildcard = 1};

typedef struct row {
    const char *title, *method;
    const char *names; /* with blanks between them, sorted */
    bool include;
    uint16_t status;
    const char *lines;
    concors_reason want;
    const char *subject; /* NULL: none */
} row;

enum { ASK_NAMES_MAX = 8 };
typedef struct ask_box {
    boxes boxes;
    concors_span names[ASK_NAMES_MAX];
    concors_preflight_ask ask;
} ask_box;

static void
ask_read(ask_box *out, const char *method, const char *names, bool include)
{
    concors_span rest = text_of(names);
    size_t count = 0;

    out->boxes.count = 0;
    while (rest.len > 0) {
        size_t blank = concors_span_find(rest, ' ');
        assert_true(count < ASK_NAMES_MAX);
        out->names[count++] = box(&out->boxes, concors_span_part(rest, 0, blank));
        rest = concors_span_part(rest, blank + 1, rest.len);
    }
    out->ask = (concors_preflight_ask){.method = box(&out->boxes, text_of(method)),
                                       .names = out->names,
                                       .name_count = count,
                                       .include_credentials = include,
                                       .origin = box(&out->boxes, CONCORS_LIT(APP))};
}

static void
check_row(const row *r, const concors_cors_rules *rules)
{
    ask_box ask;
    lines read;
    bool fitted = false;

    ask_read(&ask, r->method, r->names, r->include);
    lines_read(&read, r->lines);
    for (size_t cap = 0; cap <= 512; cap++) {
        concors_arena arena = arena_of(cap);
        concors_preflight_result result;
        concors_status status =
            concors_preflight_check(&ask.ask, r->status, read.headers, rules, &arena, &result);
        if (status == CONCORS_E_ROOM) {
            assert_false(fitted);
            assert_int_equal(arena.len, 0);
            assert_int_equal(result.error, 0);
        } else if (result.error != r->want || !span_is(result.subject, r->subject)) {
            fail_msg("%s: %s of \"%.*s\", expected %s", r->title, code_of(result.error),
                     (int)result.subject.len, result.subject.ptr, code_of(r->want));
        } else {
            /* What only lacks the method or a header may be cached for what it allows. */
            assert_true(result.error == 0 || result.max_age_s == 0 ||
                        result.error == CONCORS_R_MethodDisallowedByPreflightResponse ||
                        result.error == CONCORS_R_HeaderDisallowedByPreflightResponse);
        }
        fitted = status == CONCORS_OK;
        free(arena.ptr);
    }
    assert_true(fitted);
    boxes_empty(&ask.boxes);
    boxes_empty(&read.boxes);
}

static void
check_rows(const row *rows, size_t count, const concors_cors_rules *rules)
{
    for (size_t i = 0; i < count; i++) {
        check_row(&rows[i], rules);
    }
}

static void
origin_and_status(void **state)
{
    static const row rows[] = {
        {"204", "GET", "", true, 204, OK, 0, NULL},
        {"200", "GET", "", true, 200, OK, 0, NULL},
        {"299", "GET", "", true, 299, OK, 0, NULL},
        {"199", "GET", "", true, 199, OK, R(PreflightInvalidStatus), NULL},
        {"304", "GET", "", true, 304, OK, R(PreflightInvalidStatus), NULL},
        {"401", "GET", "", true, 401, OK, R(PreflightInvalidStatus), NULL},
        {"404", "GET", "", true, 404, OK, R(PreflightInvalidStatus), NULL},
        {"503", "GET", "", true, 503, OK, R(PreflightInvalidStatus), NULL},
        {"301", "GET", "", true, 301, OK "\nLocation: /x", R(PreflightDisallowedRedirect), NULL},
        {"302", "GET", "", true, 302, OK "\nLocation: /x", R(PreflightDisallowedRedirect), NULL},
        {"303", "GET", "", true, 303, OK "\nLocation: /x", R(PreflightDisallowedRedirect), NULL},
        {"307", "GET", "", true, 307, OK "\nLocation: /x", R(PreflightDisallowedRedirect), NULL},
        {"308 with Location alone", "GET", "", true, 308, "Location: /x",
         R(PreflightDisallowedRedirect), NULL},
        {"a redirect to nowhere", "GET", "", true, 302, OK, R(PreflightInvalidStatus), NULL},
        {"404 without headers: the origin is named first", "GET", "", true, 404, "",
         R(PreflightMissingAllowOriginHeader), NULL},
        {"origin before lists", "PUT", "x-a", true, 200, ANY AM "@",
         R(PreflightWildcardOriginNotAllowed), "*"},
        {"another origin", "GET", "", false, 204, "Access-Control-Allow-Origin: https://b.test",
         R(PreflightAllowOriginMismatch), "https://b.test"},
        {"twice", "GET", "", false, 204,
         "Access-Control-Allow-Origin: " APP "\nAccess-Control-Allow-Origin: " APP,
         R(PreflightMultipleAllowOriginValues), APP ", " APP},
        {"host only", "GET", "", false, 204, "Access-Control-Allow-Origin: app.example.com",
         R(PreflightInvalidAllowOriginValue), "app.example.com"},
        {"True", "GET", "", true, 204,
         "Access-Control-Allow-Origin: " APP "\nAccess-Control-Allow-Credentials: True",
         R(PreflightInvalidAllowCredentials), "True"},
        {"no Allow-Credentials", "GET", "", true, 204, "Access-Control-Allow-Origin: " APP,
         R(PreflightInvalidAllowCredentials), NULL},
        {"true twice", "GET", "", true, 204, OK "\nAccess-Control-Allow-Credentials: true",
         R(PreflightInvalidAllowCredentials), "true, true"},
        {"max-age twice", "GET", "", true, 204,
         OK "\nAccess-Control-Max-Age: 1\nAccess-Control-Max-Age: 2", 0, NULL},
        {"no Allow-Credentials needed", "GET", "", false, 204, ANY, 0, NULL},
    };

    (void)state;
    check_rows(rows, COUNT_OF(rows), &standard);
}

static void
methods(void **state)
{
    static const row rows[] = {
        {"GET unlisted", "GET", "", true, 204, OK AM "PUT", 0, NULL},
        {"HEAD unlisted", "HEAD", "", true, 204, OK, 0, NULL},
        {"POST unlisted", "POST", "", true, 204, OK, 0, NULL},
        {"PUT listed", "PUT", "", true, 204, OK AM "GET, PUT", 0, NULL},
        {"PUT on another line", "PUT", "", true, 204, OK AM "GET" AM "PUT", 0, NULL},
        {"PUT unlisted", "PUT", "", true, 204, OK, R(MethodDisallowedByPreflightResponse), "PUT"},
        {"put does not allow PUT", "PUT", "", true, 204, OK AM "put",
         R(MethodDisallowedByPreflightResponse), "PUT"},
        {"the patch trap", "patch", "", true, 204, OK AM "PATCH",
         R(MethodDisallowedByPreflightResponse), "patch"},
        {"patch listed as sent", "patch", "", true, 204, OK AM "patch", 0, NULL},
        {"star with credentials", "PUT", "", true, 204, OK AM "*",
         R(MethodDisallowedByPreflightResponse), "PUT"},
        {"star without", "PUT", "", false, 204, ANY AM "*", 0, NULL},
        {"a method named star", "*", "", true, 204, OK AM "*", 0, NULL},
        {"OPTIONS is not safelisted", "OPTIONS", "", true, 204, OK,
         R(MethodDisallowedByPreflightResponse), "OPTIONS"},
        {"QUERY", "QUERY", "", false, 204, ANY AM "QUERY", 0, NULL},
        {"invalid list fails even GET", "GET", "", true, 204, OK AM "GET, P UT",
         R(InvalidAllowMethodsPreflightResponse), "P UT"},
        {"methods before headers", "PUT", "x-a", true, 204, OK AM "a b" AH "c d",
         R(InvalidAllowMethodsPreflightResponse), "a b"},
        {"syntax of headers before methods allowed", "PUT", "x-a", true, 204, OK AM "GET" AH "c d",
         R(InvalidAllowHeadersPreflightResponse), "c d"},
        {"method before header", "PUT", "x-a", true, 204, OK,
         R(MethodDisallowedByPreflightResponse), "PUT"},
    };

    (void)state;
    check_rows(rows, COUNT_OF(rows), &standard);
    check_rows(rows, COUNT_OF(rows), &browser);
}

static void
header_names(void **state)
{
    static const row rows[] = {
        {"listed", "GET", "content-type", true, 204, OK AH "Content-Type", 0, NULL},
        {"listed on several lines", "GET", "content-type x-a", true, 204,
         OK AH "X-A" AH "Content-Type", 0, NULL},
        {"any case", "GET", "x-a", true, 204, OK AH "X-a", 0, NULL},
        {"unlisted", "GET", "x-a", true, 204, OK AH "X-B", R(HeaderDisallowedByPreflightResponse),
         "x-a"},
        {"the first in order", "GET", "x-a x-b x-c", true, 204, OK AH "x-a",
         R(HeaderDisallowedByPreflightResponse), "x-b"},
        {"star with credentials is a name", "GET", "x-a", true, 204, OK AH "*",
         R(HeaderDisallowedByPreflightResponse), "x-a"},
        {"a header named star", "GET", "*", true, 204, OK AH "*", 0, NULL},
        {"star without credentials", "GET", "content-type x-a", false, 204, ANY AH "*", 0, NULL},
        {"empty elements", "GET", "x-a", true, 204, OK AH ", ,x-a,,", 0, NULL},
        {"quoted", "GET", "x-a", true, 204, OK AH "\"x-a\"",
         R(InvalidAllowHeadersPreflightResponse), "\"x-a\""},
        {"blanks instead of commas", "GET", "x-a x-b", true, 204, OK AH "x-a x-b",
         R(InvalidAllowHeadersPreflightResponse), "x-a x-b"},
        {"invalid though nothing is asked", "GET", "", false, 204, ANY AH "x/y",
         R(InvalidAllowHeadersPreflightResponse), "x/y"},
        {"Authorization listed", "GET", "authorization", true, 204, OK AH "authorization", 0, NULL},
        {"Authorization with credentials under star", "GET", "authorization", true, 204, OK AH "*",
         R(HeaderDisallowedByPreflightResponse), "authorization"},
        {"Authorization beside star", "GET", "authorization", false, 204, ANY AH "*, Authorization",
         0, NULL},
    };

    (void)state;
    check_rows(rows, COUNT_OF(rows), &standard);
    check_rows(rows, COUNT_OF(rows), &browser);
}

static void
authorization_under_a_wildcard(void **state)
{
    static const row refused = {"standard",
                                "GET",
                                "authorization x-a",
                                false,
                                204,
                                ANY AH "*",
                                R(HeaderDisallowedByPreflightResponse),
                                "authorization"};
    static const row allowed = {"browsers", "GET", "authorization x-a", false, 204, ANY AH "*",
                                0,          NULL};
    static const struct {
        const char *names, *lines;
        bool want;
    } rows[] = {
        {"authorization", ANY AH "*", true},
        {"authorization x-a", ANY AH "*, x-a", true},
        {"x-a", ANY AH "*", false},
        {"authorization", ANY AH "*, authorization", false},
    };

    (void)state;
    check_row(&refused, &standard);
    check_row(&allowed, &browser);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        ask_box ask;
        lines read;
        concors_arena arena = arena_of(1024);
        concors_preflight_result result;
        ask_read(&ask, "GET", rows[i].names, false);
        lines_read(&read, rows[i].lines);
        assert_int_equal(
            concors_preflight_check(&ask.ask, 204, read.headers, &browser, &arena, &result),
            CONCORS_OK);
        assert_int_equal(result.authorization_by_wildcard, rows[i].want);
        free(arena.ptr);
        boxes_empty(&ask.boxes);
        boxes_empty(&read.boxes);
    }
}

/* Two fields of each name that is read: what browsers make of them, never "first" or "last". */
static void
libsoup_cve_2025_14523_two_fields_of_each_name(void **state)
{
    static const row rows[] = {
        {"equal origins", "GET", "", true, 204, OK "\nAccess-Control-Allow-Origin: " APP,
         R(PreflightMultipleAllowOriginValues), APP ", " APP},
        {"star twice", "GET", "", false, 204, ANY "\nAccess-Control-Allow-Origin: *",
         R(PreflightMultipleAllowOriginValues), "*, *"},
        {"the second origin is empty", "GET", "", true, 204,
         OK "\nAccess-Control-Allow-Origin:", R(PreflightMultipleAllowOriginValues), APP ", "},
        {"true twice", "GET", "", true, 204, OK "\nAccess-Control-Allow-Credentials: true",
         R(PreflightInvalidAllowCredentials), "true, true"},
        {"true and nothing", "GET", "", true, 204,
         OK "\nAccess-Control-Allow-Credentials:", R(PreflightInvalidAllowCredentials), "true, "},
        {"methods join", "PUT", "", true, 204, OK AM "GET" AM "PUT", 0, NULL},
        {"headers join", "GET", "x-a x-b", true, 204, OK AH "x-b" AH "x-a", 0, NULL},
        {"one of two lists is wrong", "PUT", "", true, 204, OK AM "PUT" AM "(",
         R(InvalidAllowMethodsPreflightResponse), "("},
    };

    (void)state;
    check_rows(rows, COUNT_OF(rows), &standard);
    check_rows(rows, COUNT_OF(rows), &browser);
}

#define AGE "\nAccess-Control-Max-Age:"

static void
max_age(void **state)
{
    static const concors_cors_rules chrome = {.preflight_default_s = 5,
                                              .preflight_max_s = 7200,
                                              .preflight_age_syntax = CONCORS_AGE_SIGNED};
    static const concors_cors_rules firefox = {.preflight_default_s = 5,
                                               .preflight_max_s = 86400,
                                               .preflight_age_syntax = CONCORS_AGE_STRICT};
    static const struct {
        const char *title, *lines;
        int64_t standard, chrome, firefox;
    } rows[] = {
        {"absent", ANY, 5, 5, 5},
        {"a number", ANY AGE "60", 60, 60, 60},
        {"blanks around", ANY AGE " 60 ", 60, 60, 60},
        {"zero", ANY AGE "0", 0, 0, 0},
        {"one", ANY AGE "1", 1, 1, 1},
        {"minus zero", ANY AGE "-0", 5, 0, 0},
        {"two signs", ANY AGE "+-1", 5, 5, 0},
        {"leading zeros", ANY AGE "0060", 60, 60, 60},
        {"Chrome's cap", ANY AGE "7200", 7200, 7200, 7200},
        {"over Chrome's cap", ANY AGE "7201", 7201, 7200, 7201},
        {"over Firefox's cap", ANY AGE "86401", 86401, 7200, 86400},
        {"negative", ANY AGE "-1", 5, 0, 0},
        {"plus", ANY AGE "+60", 5, 60, 0},
        {"a sign alone", ANY AGE "-", 5, 5, 0},
        {"fraction", ANY AGE "1.5", 5, 5, 0},
        {"a word", ANY AGE "soon", 5, 5, 0},
        {"a unit", ANY AGE "60s", 5, 5, 0},
        {"empty", ANY AGE "", 5, 5, 5},
        {"twice", ANY AGE "60" AGE "60", 5, 5, 0},
        {"2^31", ANY AGE "2147483648", 2147483648, 7200, 86400},
        {"over 2^31", ANY AGE "2147483649", 2147483648, 7200, 86400},
        {"2^63 - 1", ANY AGE "9223372036854775807", 2147483648, 7200, 86400},
        {"2^63", ANY AGE "9223372036854775808", 2147483648, 5, 86400},
        {"2^64", ANY AGE "18446744073709551616", 2147483648, 5, 86400},
        {"50 digits", ANY AGE "99999999999999999999999999999999999999999999999999", 2147483648, 5,
         86400},
        {"50 digits below zero", ANY AGE "-99999999999999999999999999999999999999999999999999", 5,
         5, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const concors_cors_rules *rules[] = {&standard, &chrome, &firefox};
        int64_t want[] = {rows[i].standard, rows[i].chrome, rows[i].firefox};
        for (size_t k = 0; k < 3; k++) {
            ask_box ask;
            lines read;
            concors_arena arena = arena_of(1024);
            concors_preflight_result result;
            ask_read(&ask, "GET", "", false);
            lines_read(&read, rows[i].lines);
            assert_int_equal(
                concors_preflight_check(&ask.ask, 204, read.headers, rules[k], &arena, &result),
                CONCORS_OK);
            if (result.max_age_s != want[k]) {
                fail_msg("%s, %zu: %lld", rows[i].title, k, (long long)result.max_age_s);
            }
            free(arena.ptr);
            boxes_empty(&ask.boxes);
            boxes_empty(&read.boxes);
        }
    }
}

/* What was found in an answer's headers is used for these headers alone: a fix gives it others. */
static void
an_answer_is_prepared_once(void **state)
{
    lines first, other;
    concors_answer answer = {.known = true, .status = 204};
    concors_arena arena = arena_of(4096);

    (void)state;
    lines_read(&first, OK AM " PUT, GET" AH " X-B, x-a, X-A");
    lines_read(&other, OK AM " a b\nX: y");
    answer.headers = first.headers;
    const concors_prepared *made = concors_answer_prepared(&answer, &arena);
    assert_non_null(made);
    assert_int_equal(made->allow_methods.count, 2);
    assert_int_equal(made->allow_headers.count, 2);
    assert_true(span_is(made->allow_headers.list[1], "x-b"));
    assert_int_equal(made->refused_if_differs, CONCORS_R_PASS);
    answer.prepared = made;
    assert_ptr_equal(concors_answer_prepared(&answer, &arena), made);
    answer.headers = other.headers;
    const concors_prepared *anew = concors_answer_prepared(&answer, &arena);
    assert_non_null(anew);
    assert_ptr_not_equal(anew, made);
    assert_false(anew->allow_methods.valid);
    answer.headers.count = 0; /* fewer of the same list are others, too */
    assert_ptr_not_equal(concors_answer_prepared(&answer, &arena), anew);
    answer.headers = first.headers;
    answer.prepared = NULL;
    for (size_t cap = 0; cap < sizeof *made; cap++) {
        concors_arena small = {arena.ptr, cap, 0};
        assert_null(concors_answer_prepared(&answer, &small));
    }
    boxes_empty(&first.boxes);
    boxes_empty(&other.boxes);
    free(arena.ptr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origin_and_status),
        cmocka_unit_test(methods),
        cmocka_unit_test(header_names),
        cmocka_unit_test(authorization_under_a_wildcard),
        cmocka_unit_test(libsoup_cve_2025_14523_two_fields_of_each_name),
        cmocka_unit_test(max_age),
        cmocka_unit_test(an_answer_is_prepared_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
