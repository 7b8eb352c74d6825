/* What a policy answers: CORS, preflights, Vary, debug and report; and what it costs. */
#include "policy_support.h"
#include <time.h>

#define APP "https://app.example.com"

/* "A: b\nC: d\n": the headers set, in order. */
static void
print_headers(const concors_decision *decision, char *out)
{
    *out = '\0';
    for (size_t i = 0; i < decision->set_count; i++) {
        const concors_header *header = &decision->set[i];
        out += sprintf(out, "%.*s: %.*s\n", (int)header->name.len, header->name.ptr,
                       (int)header->value.len, header->value.ptr);
    }
}

typedef struct decide_row {
    const char *title, *policy, *method, *origin, *asked_method;
    const char *asked[3];
    concors_decision_kind kind;
    concors_decision_reason reason;
    uint16_t status;
    const char *headers;
} decide_row;

#define ORIGIN_LINE "Access-Control-Allow-Origin: " APP "\n"
#define LOGIN_LINES ORIGIN_LINE "Access-Control-Allow-Credentials: true\n"
#define FULL                                                                                       \
    POLICY("\"origins\": [\"" APP "\"], \"credentials\": true, \"methods\": [\"GET\", \"PUT\"], "  \
           "\"request_headers\": [\"Content-Type\", \"X-A\"], \"expose_headers\": [\"X-Total\"], " \
           "\"max_age\": \"2h\"")
#define FULL_DEBUG                                                                                 \
    POLICY("\"origins\": [\"" APP "\"], \"credentials\": true, \"methods\": [\"GET\", \"PUT\"], "  \
           "\"request_headers\": [\"Content-Type\", \"X-A\"], \"debug\": true")
#define FULL_PREFLIGHT                                                                             \
    LOGIN_LINES "Access-Control-Allow-Methods: GET, PUT\n"                                         \
                "Access-Control-Allow-Headers: content-type, x-a\n"                                \
                "Access-Control-Max-Age: 7200\n"
#define BARE POLICY("\"origins\": [\"" APP "\"]")
#define OPEN POLICY("\"origins\": [\"*\"], \"methods\": [\"*\"], \"request_headers\": [\"*\"]")
#define NONE POLICY("\"credentials\": true")

#define PASS   CONCORS_DECISION_PASS
#define ALLOW  CONCORS_DECISION_ALLOW
#define REFUSE CONCORS_DECISION_REFUSE

static const decide_row rows[] = {
    {"no origin", FULL, "GET", NULL, NULL, {0}, PASS, CONCORS_D_NO_ORIGIN, 0, ""},
    {"allowed",
     FULL,
     "GET",
     APP,
     NULL,
     {0},
     ALLOW,
     CONCORS_D_ALLOWED,
     0,
     LOGIN_LINES "Access-Control-Expose-Headers: x-total\n"},
    {"allowed without credentials",
     BARE,
     "POST",
     APP,
     NULL,
     {0},
     ALLOW,
     CONCORS_D_ALLOWED,
     0,
     ORIGIN_LINE},
    {"envoy_33086 nothing is exposed to whom is refused",
     FULL,
     "GET",
     "https://evil.example",
     NULL,
     {0},
     REFUSE,
     CONCORS_D_ORIGIN_NOT_LISTED,
     0,
     ""},
    {"no origins at all", NONE, "GET", APP, NULL, {0}, REFUSE, CONCORS_D_ORIGIN_NOT_LISTED, 0, ""},
    {"null", FULL, "GET", "null", NULL, {0}, REFUSE, CONCORS_D_ORIGIN_NULL, 0, ""},
    {"an app that is not listed",
     FULL,
     "GET",
     "capacitor://localhost",
     NULL,
     {0},
     REFUSE,
     CONCORS_D_ORIGIN_NOT_LISTED,
     0,
     ""},
    {"empty", FULL, "GET", "", NULL, {0}, REFUSE, CONCORS_D_ORIGIN_MALFORMED, 0, ""},
    {"own origin",
     FULL,
     "POST",
     "https://api.example.com",
     NULL,
     {0},
     PASS,
     CONCORS_D_OWN_ORIGIN,
     0,
     ""},
    {"a method nobody may use",
     FULL,
     "DELETE",
     APP,
     NULL,
     {0},
     REFUSE,
     CONCORS_D_METHOD_NOT_LISTED,
     0,
     ""},
    {"OPTIONS that asks for nothing",
     FULL,
     "OPTIONS",
     APP,
     NULL,
     {0},
     ALLOW,
     CONCORS_D_ALLOWED,
     0,
     LOGIN_LINES "Access-Control-Expose-Headers: x-total\n"},
    {"OPTIONS without origin", FULL, "OPTIONS", NULL, "PUT", {0}, PASS, CONCORS_D_NO_ORIGIN, 0, ""},
    {"preflight",
     FULL,
     "OPTIONS",
     APP,
     "PUT",
     {"content-type,x-a"},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     FULL_PREFLIGHT},
    {"preflight, bare policy",
     BARE,
     "OPTIONS",
     APP,
     "POST",
     {0},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     ORIGIN_LINE},
    {"preflight, safelisted method",
     FULL,
     "OPTIONS",
     APP,
     "HEAD",
     {"x-a"},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     FULL_PREFLIGHT},
    {"rs_cors_184 names split over lines, blanks, capitals",
     FULL,
     "OPTIONS",
     APP,
     "GET",
     {"X-A , ", "Content-Type"},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     FULL_PREFLIGHT},
    {"preflight, empty list",
     FULL,
     "OPTIONS",
     APP,
     "GET",
     {""},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     FULL_PREFLIGHT},
    {"preflight, header",
     FULL,
     "OPTIONS",
     APP,
     "PUT",
     {"content-type,x-b"},
     REFUSE,
     CONCORS_D_HEADER_NOT_LISTED,
     204,
     ""},
    {"preflight, safelisted header with an unsafe value",
     FULL,
     "OPTIONS",
     APP,
     "GET",
     {"accept"},
     REFUSE,
     CONCORS_D_HEADER_NOT_LISTED,
     204,
     ""},
    {"preflight, no token",
     FULL,
     "OPTIONS",
     APP,
     "PUT",
     {"x-a x-b"},
     REFUSE,
     CONCORS_D_HEADERS_MALFORMED,
     204,
     ""},
    {"preflight, method",
     FULL,
     "OPTIONS",
     APP,
     "DELETE",
     {0},
     REFUSE,
     CONCORS_D_METHOD_NOT_LISTED,
     204,
     ""},
    {"preflight, method in small letters",
     FULL,
     "OPTIONS",
     APP,
     "put",
     {0},
     REFUSE,
     CONCORS_D_METHOD_NOT_LISTED,
     204,
     ""},
    {"preflight, empty method",
     FULL,
     "OPTIONS",
     APP,
     "",
     {0},
     REFUSE,
     CONCORS_D_METHOD_NOT_LISTED,
     204,
     ""},
    {"preflight, origin",
     FULL,
     "OPTIONS",
     "https://evil.example",
     "GET",
     {0},
     REFUSE,
     CONCORS_D_ORIGIN_NOT_LISTED,
     204,
     ""},
    {"debug shows the browser which header",
     FULL_DEBUG,
     "OPTIONS",
     APP,
     "PUT",
     {"x-b"},
     REFUSE,
     CONCORS_D_HEADER_NOT_LISTED,
     204,
     LOGIN_LINES "Access-Control-Allow-Methods: GET, PUT\n"
                 "Access-Control-Allow-Headers: content-type, x-a\n"},
    {"debug shows the browser which method",
     FULL_DEBUG,
     "OPTIONS",
     APP,
     "DELETE",
     {"x-b"},
     REFUSE,
     CONCORS_D_METHOD_NOT_LISTED,
     204,
     LOGIN_LINES "Access-Control-Allow-Headers: content-type, x-a\n"},
    {"debug shows nothing to other origins",
     FULL_DEBUG,
     "OPTIONS",
     "https://evil.example",
     "PUT",
     {0},
     REFUSE,
     CONCORS_D_ORIGIN_NOT_LISTED,
     204,
     ""},
    {"open to all",
     OPEN,
     "OPTIONS",
     "https://evil.example",
     "PURGE",
     {"x-any"},
     ALLOW,
     CONCORS_D_PREFLIGHT_ALLOWED,
     204,
     "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: *\n"
     "Access-Control-Allow-Headers: *\n"},
    {"a star does not cover Authorization",
     OPEN,
     "OPTIONS",
     "https://evil.example",
     "GET",
     {"authorization"},
     REFUSE,
     CONCORS_D_HEADER_NOT_LISTED,
     204,
     ""},
    {"nor in capitals",
     OPEN,
     "OPTIONS",
     "https://evil.example",
     "GET",
     {"AUTHORIZATION"},
     REFUSE,
     CONCORS_D_HEADER_NOT_LISTED,
     204,
     ""},
    {"open to all, no origin",
     OPEN,
     "GET",
     NULL,
     NULL,
     {0},
     PASS,
     CONCORS_D_NO_ORIGIN,
     0,
     "Access-Control-Allow-Origin: *\n"},
    {"open to all, null",
     OPEN,
     "GET",
     "null",
     NULL,
     {0},
     ALLOW,
     CONCORS_D_ALLOWED,
     0,
     "Access-Control-Allow-Origin: *\n"},
};

static concors_decision
decide(const concors_policy *policy, const decide_row *row)
{
    concors_span asked[3];
    size_t count = 0;
    concors_decision decision;

    while (count < 3 && row->asked[count] != NULL) {
        asked[count] = span_of(row->asked[count]);
        count++;
    }
    const concors_policy_request request = {
        .method = span_of(row->method),
        .origin = span_of(row->origin),
        .asked_method = span_of(row->asked_method),
        .asked = asked,
        .asked_count = count,
        .host = CONCORS_LIT("API.example.com"),
        .secure = true,
        .path = CONCORS_LIT("/"),
    };
    concors_policy_decide(policy, &request, &decision);
    return decision;
}

static void
tables(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const decide_row *row = &rows[i];
        char headers[2048];
        test_policies t;
        concors_decision got = decide(policy_open(&t, row->policy, NULL), row);
        print_headers(&got, headers);
        if (got.kind != row->kind || got.reason != row->reason || got.status != row->status ||
            strcmp(headers, row->headers) != 0 || got.preflight != (row->status == 204)) {
            concors_span reason = concors_decision_reason_text(got.reason);
            print_error("%s: kind %d, %.*s, status %d, %s\n", row->title, (int)got.kind,
                        (int)reason.len, reason.ptr, got.status, headers);
            wrong++;
        }
        policies_close(&t);
    }
    assert_int_equal(wrong, 0);
}

/* hono GHSA-q7jf: Vary is of the policy alone. It stands on every answer, or on none. */
static void
vary_is_the_same_on_every_answer_of_a_policy(void **state)
{
    static const struct {
        const char *policy;
        bool vary;
    } policies[] = {{FULL, true},
                    {BARE, true},
                    {OPEN, false},
                    {NONE, false},
                    {POLICY("\"origins\": [\"null\"]"), true},
                    {POLICY("\"origins\": [\"*\"], \"credentials\": true, \"dangerously_allow\": "
                            "[\"any-origin\"]"),
                     true}};

    (void)state;
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
        test_policies t;
        const concors_policy *policy = policy_open(&t, policies[p].policy, NULL);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            concors_decision got = decide(policy, &rows[i]);
            if (got.vary != policies[p].vary) {
                fail_msg("%s: %s", policies[p].policy, rows[i].title);
            }
        }
        policies_close(&t);
    }
}

/* What is never told apart must not be: an answer without Vary is the same for all origins. */
static void
answers_without_vary_do_not_depend_on_the_origin(void **state)
{
    static const char *const origins[] = {APP, "https://evil.example", "null", "", "x\ty", NULL};
    test_policies t;
    const concors_policy *policy = policy_open(&t, OPEN, NULL);
    char first[2048] = "", headers[2048];

    (void)state;
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        decide_row row = {.method = "GET", .origin = origins[i]};
        concors_decision got = decide(policy, &row);
        print_headers(&got, i == 0 ? first : headers);
        assert_string_equal(first, i == 0 ? first : headers);
    }
    policies_close(&t);
}

/* A host may say that itself; it changes who is told, never who is allowed. */
static void
debug_of_the_host(void **state)
{
    static const struct {
        const char *policy, *origin;
        concors_debug debug;
        bool told;
    } asked[] = {
        {FULL, APP, CONCORS_DEBUG_POLICY, false},
        {FULL, APP, CONCORS_DEBUG_ON, true},
        {FULL, "https://evil.example", CONCORS_DEBUG_ON, false},
        {FULL_DEBUG, APP, CONCORS_DEBUG_POLICY, true},
        {FULL_DEBUG, APP, CONCORS_DEBUG_ON, true},
        {FULL_DEBUG, APP, CONCORS_DEBUG_OFF, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const concors_policy_request request = {.method = CONCORS_LIT("OPTIONS"),
                                                .origin = span_of(asked[i].origin),
                                                .asked_method = CONCORS_LIT("PATCH"),
                                                .debug = asked[i].debug};
        concors_decision decision;
        test_policies t;
        concors_policy_decide(policy_open(&t, asked[i].policy, NULL), &request, &decision);
        assert_int_equal(decision.kind, CONCORS_DECISION_REFUSE);
        assert_int_equal(decision.set_count > 0, asked[i].told);
        policies_close(&t);
    }
}

static void
report_changes_nothing_and_says_everything(void **state)
{
    test_policies t;
    const concors_policy *policy = policy_open(
        &t, POLICY("\"origins\": [\"" APP "\"], \"mode\": \"report\", \"csrf\": {}"), NULL);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        concors_decision got = decide(policy, &rows[i]);
        assert_false(got.enforced);
        assert_int_equal(got.status, 0);
        assert_int_equal(got.set_count, 0);
        assert_false(got.vary);
        assert_false(got.strip);
    }
    decide_row row = {.method = "GET", .origin = "https://evil.example"};
    assert_int_equal(decide(policy, &row).reason, CONCORS_D_ORIGIN_NOT_LISTED);
    policies_close(&t);
}

static void
several_origins_are_none(void **state)
{
    test_policies t;
    const concors_policy *policy = policy_open(&t, FULL, NULL);
    const concors_policy_request request = {
        .method = CONCORS_LIT("GET"), .origin = CONCORS_LIT(APP), .several_origins = true};
    concors_decision decision;

    (void)state;
    concors_policy_decide(policy, &request, &decision);
    assert_int_equal(decision.reason, CONCORS_D_SEVERAL_ORIGINS);
    assert_int_equal(decision.set_count, 0);
    policies_close(&t);
}

/*
 * koa CVE-2023-49803, hono CVE-2026-54290, hono GHSA-q7jf-gf43-6x6p: no byte of a request reaches
 * an answer, but an Origin that is allowed.
 */
static void
koa_cve_2023_49803_no_marker_of_the_request_in_the_answer(void **state)
{
    static const char *const policies[] = {FULL, FULL_DEBUG, BARE, OPEN, NONE};
    static const char marker[] = "https://marker.example";
    const concors_span text = CONCORS_LIT("https://marker.example");

    (void)state;
    for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
        test_policies t;
        const concors_policy *policy = policy_open(&t, policies[p], NULL);
        for (int preflight = 0; preflight < 2; preflight++) {
            const concors_policy_request request = {
                .method = preflight ? CONCORS_LIT("OPTIONS") : text,
                .origin = text,
                .asked_method = text,
                .asked = &text,
                .asked_count = 1,
                .host = text,
                .path = text,
                .fetch_site = text,
                .cookies = &text,
                .cookie_count = 1,
                .token = text,
            };
            char headers[2048];
            concors_decision decision;
            concors_policy_decide(policy, &request, &decision);
            print_headers(&decision, headers);
            assert_null(strstr(headers, marker));
        }
        policies_close(&t);
    }
}

static double
seconds_of(const concors_policy *policy, concors_span asked)
{
    const concors_policy_request request = {
        .method = CONCORS_LIT("OPTIONS"),
        .origin = CONCORS_LIT(APP),
        .asked_method = CONCORS_LIT("GET"),
        .asked = &asked,
        .asked_count = 1,
    };
    double best = 1e9;

    for (int round = 0; round < 5; round++) {
        concors_decision decision;
        clock_t start = clock();
        for (int i = 0; i < 20; i++) {
            concors_policy_decide(policy, &request, &decision);
        }
        double took = (double)(clock() - start) / CLOCKS_PER_SEC;
        best = took < best ? took : best;
    }
    return best;
}

/* rs/cors#170, hono CVE-2026-69207: a megabyte of commas; beyond 64 KiB nothing is read. */
static void
rs_cors_170_long_lists_cost_their_length(void **state)
{
    static const char *const pieces[] = {",", " ", " ,", "x-a,", "\t", "content-type , "};
    test_policies t;
    const concors_policy *policy = policy_open(&t, FULL, NULL);

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        enum { LONG = CONCORS_ASKED_HEADERS_MAX };
        size_t piece = strlen(pieces[i]);
        char *text = malloc(LONG * 16);
        for (size_t at = 0; at < LONG * 16; at++) {
            text[at] = pieces[i][at % piece];
        }
        double half = seconds_of(policy, (concors_span){text, LONG / 2});
        double whole = seconds_of(policy, (concors_span){text, LONG});
        double beyond = seconds_of(policy, (concors_span){text, LONG * 16});
        if (whole > half * 4 + 1e-4 || beyond > whole + 1e-4) {
            fail_msg("'%s': %g, %g, %g s", pieces[i], half, whole, beyond);
        }
        free(text);
    }
    policies_close(&t);
}

static void
vary_is_merged_once(void **state)
{
    static const struct {
        const char *values[3];
        bool lacks;
    } vary[] = {
        {{0}, true},
        {{""}, true},
        {{"Accept-Encoding"}, true},
        {{"Origin"}, false},
        {{"accept-encoding, ORIGIN"}, false},
        {{"Accept", " origin "}, false},
        {{"*"}, false},
        {{"Accept, *"}, false},
        {{"X-Origin, Originator"}, true},
        {{"Orig in"}, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof vary / sizeof vary[0]; i++) {
        concors_span values[3];
        size_t count = 0;
        for (; count < 3 && vary[i].values[count] != NULL; count++) {
            values[count] = span_of(vary[i].values[count]);
        }
        if (concors_vary_lacks_origin(values, count) != vary[i].lacks) {
            fail_msg("%zu", i);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(vary_is_the_same_on_every_answer_of_a_policy),
        cmocka_unit_test(answers_without_vary_do_not_depend_on_the_origin),
        cmocka_unit_test(debug_of_the_host),
        cmocka_unit_test(report_changes_nothing_and_says_everything),
        cmocka_unit_test(several_origins_are_none),
        cmocka_unit_test(koa_cve_2023_49803_no_marker_of_the_request_in_the_answer),
        cmocka_unit_test(rs_cors_170_long_lists_cost_their_length),
        cmocka_unit_test(vary_is_merged_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
