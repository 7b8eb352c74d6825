/* The walk through a journey: its answers are in tests/vectors; here is what rows of data cannot
 * say. */
#include "suffixes.h"

enum { BIG = 1 << 20 };

static const char LOGIN[] =
    "{\"page\":\"https://app.example.com/\",\"cookies\":[{\"url\":\"https://api.example.com/\","
    "\"set_cookie\":\"old=1; Secure\",\"age_s\":9}],\"steps\":[{\"request\":{\"method\":\"PUT\","
    "\"url\":\"https://api.example.com/login\",\"credentials\":\"include\",\"headers\":"
    "[[\"Content-Type\",\"application/json\"],[\"X-A\",\"1\"]]},\"preflight\":{\"status\":204,"
    "\"headers\":[[\"Access-Control-Allow-Origin\",\"https://app.example.com\"],"
    "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Access-Control-Allow-Methods\",\"PUT\"],"
    "[\"Access-Control-Allow-Headers\",\"content-type, x-a\"]]},\"response\":{\"status\":307,"
    "\"headers\":[[\"Location\",\"https://api.other.test/x\"],[\"Set-Cookie\",\"sid=1; Path=/\"],"
    "[\"Access-Control-Allow-Origin\",\"https://app.example.com\"],"
    "[\"Access-Control-Allow-Credentials\",\"true\"]]},\"redirects\":[{\"response\":{\"status\":"
    "200,"
    "\"headers\":[]}}]},{\"document_cookie\":\"theme=dark\"}]}";

/* What script sets lies over a Secure cookie: only script sees it, in Firefox. */
static const char SCRIPT_OWN[] =
    "{\"page\":\"http://app.example.com/x/7\",\"cookies\":[{\"url\":\"https://app.example.com/\","
    "\"set_cookie\":\"a=1; Secure; Path=/\"}],\"steps\":[{\"document_cookie\":\"a=2; Path=/x\"},"
    "{\"document_cookie\":\"a=3; Path=/; Domain=example.com\"}]}";

static concors_arena
new_arena(size_t cap)
{
    return (concors_arena){malloc(cap == 0 ? 1 : cap), cap, 0};
}

static concors_journey
read_journey(const char *text, concors_arena *arena)
{
    concors_journey journey;
    concors_error error;
    concors_host host = host_with_few_suffixes();
    concors_span span = {text, strlen(text)};

    if (concors_journey_read(span, &host, arena, &journey, &error) != CONCORS_OK) {
        fail_msg("not a journey: %.*s", (int)error.what.len, error.what.ptr);
    }
    return journey;
}

static concors_profile
profile_of(const char *name)
{
    concors_profile profile;
    assert_int_equal(concors_profile_find((concors_span){name, strlen(name)}, &profile),
                     CONCORS_OK);
    return profile;
}

static void
try_every_smaller_room(const char *text, const char *browser)
{
    concors_arena input = new_arena(BIG);
    concors_journey journey = read_journey(text, &input);
    concors_profile profile = profile_of(browser);
    concors_host host = host_with_few_suffixes();
    concors_trace trace, whole;
    size_t fitted = 0;

    concors_arena roomy = new_arena(BIG);
    assert_int_equal(concors_journey_run(&journey, &profile, &host, 0, &roomy, &whole), CONCORS_OK);
    for (size_t cap = 0; fitted == 0; cap += 16) {
        concors_arena arena = new_arena(cap); /* an exact block: one byte more is an error */
        concors_status status = concors_journey_run(&journey, &profile, &host, 0, &arena, &trace);
        if (status == CONCORS_OK) {
            fitted = cap;
            assert_int_equal(trace.verdict, whole.verdict);
            assert_int_equal(trace.cookie_count, whole.cookie_count);
            assert_int_equal(trace.note_count, whole.note_count);
            assert_int_equal(trace.document_cookie_count, whole.document_cookie_count);
        } else {
            assert_int_equal(status, CONCORS_E_ROOM);
        }
        free(arena.ptr);
        assert_true(cap < BIG);
    }
    assert_true(fitted > 1000);
    free(roomy.ptr);
    free(input.ptr);
}

static void
every_smaller_room_is_refused_and_the_first_that_fits_is_right(void **state)
{
    (void)state;
    try_every_smaller_room(LOGIN, "chrome");
    try_every_smaller_room(SCRIPT_OWN, "firefox");
}

/* More refused lines than document.cookie's own list takes, and none of them lost by accident. */
static void
the_list_of_script_has_an_end(void **state)
{
    concors_arena arena = new_arena(BIG << 2);
    concors_journey journey = read_journey(SCRIPT_OWN, &arena);
    concors_profile profile = profile_of("firefox");
    concors_host host = host_with_few_suffixes();
    concors_step steps[200];
    char paths[200][32];
    concors_trace trace;

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        int len = snprintf(paths[i], sizeof paths[i], "a=%d; Path=/x/%d", (int)i, (int)i);
        steps[i] = journey.steps[0];
        steps[i].document_cookie = (concors_span){paths[i], (size_t)len};
    }
    journey.steps = steps;
    journey.step_count = 200;
    assert_int_equal(concors_journey_run(&journey, &profile, &host, 0, &arena, &trace), CONCORS_OK);
    assert_int_equal(trace.document_cookie_count, 1); /* the page sees /x/7 alone */
    assert_memory_equal(trace.document_cookie[0].cookie.value.ptr, "7", 1);
    free(arena.ptr);
}

static void
a_redirected_preflighted_login_is_walked_to_its_end(void **state)
{
    concors_arena arena = new_arena(BIG);
    concors_journey journey = read_journey(LOGIN, &arena);
    concors_profile profile = profile_of("chrome");
    concors_host host = host_with_few_suffixes();
    concors_trace trace;

    (void)state;
    assert_int_equal(concors_journey_run(&journey, &profile, &host, 0, &arena, &trace), CONCORS_OK);
    assert_int_equal(trace.verdict, CONCORS_VERDICT_BLOCKED);
    assert_int_equal(trace.step_count, 2);
    assert_int_equal(trace.steps[0].hop_count, 2);
    const concors_trace_hop *first = &trace.steps[0].hops[0];
    assert_int_equal(first->preflight.sent, CONCORS_YES);
    assert_int_equal(first->preflight.because_count, 3);
    assert_int_equal(first->cookies_sent, 1);
    assert_int_equal(first->line_count, 1);
    assert_int_equal(first->lines[0].stored, CONCORS_YES);
    const concors_trace_hop *second = &trace.steps[0].hops[1];
    assert_true(second->relation.third_party);
    assert_int_equal(second->outcome, CONCORS_OUTCOME_BLOCKED);
    assert_memory_equal(second->origin.ptr, "null", 4);
    assert_true(second->preflight.answer_unknown);
    assert_int_equal(second->request_sent, CONCORS_UNKNOWN);
    free(arena.ptr);
}

static void
the_plan_of_a_request_is_what_the_walk_does(void **state)
{
    static const struct {
        const char *title, *request;
        bool needed, origin;
        const char *refused;
    } cases[] = {
        {"a simple GET", "\"url\":\"https://b.test/\"", false, true, NULL},
        {"JSON",
         "\"url\":\"https://b.test/\",\"method\":\"POST\",\"headers\":[[\"Content-Type\","
         "\"application/json\"]]",
         true, true, NULL},
        {"one origin", "\"url\":\"https://a.test/x\",\"method\":\"PUT\"", false, true, NULL},
        {"one origin, GET", "\"url\":\"https://a.test/x\"", false, false, NULL},
        {"mixed content", "\"url\":\"http://b.test/\"", false, true, "ConcorsMixedContent"},
        {"mode same-origin", "\"url\":\"https://b.test/\",\"mode\":\"same-origin\"", false, false,
         "DisallowedByMode"},
        {"TRACE", "\"url\":\"https://b.test/\",\"method\":\"trace\"", false, true,
         "ConcorsForbiddenMethod"},
    };
    concors_profile profile = profile_of("firefox");
    concors_host host = host_with_few_suffixes();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        concors_arena arena = new_arena(BIG);
        concors_preflight_plan plan;
        char text[512];
        snprintf(text, sizeof text, "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{%s}}]}",
                 cases[i].request);
        concors_journey journey = read_journey(text, &arena);
        assert_int_equal(concors_request_plan(&journey.document, &journey.steps[0].request,
                                              &profile, &host, &arena, &plan),
                         CONCORS_OK);
        const concors_reason_info *refused = concors_reason_get(plan.refused);
        bool right = plan.needed == cases[i].needed &&
                     (cases[i].refused == NULL
                          ? refused == NULL
                          : refused != NULL && strcmp(refused->code.ptr, cases[i].refused) == 0);
        if (!right || (refused == NULL && plan.has_origin != cases[i].origin)) {
            fail_msg("%s: needed %d, refused %s", cases[i].title, plan.needed,
                     refused == NULL ? "no" : refused->code.ptr);
        }
        free(arena.ptr);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_smaller_room_is_refused_and_the_first_that_fits_is_right),
        cmocka_unit_test(the_list_of_script_has_an_end),
        cmocka_unit_test(a_redirected_preflighted_login_is_walked_to_its_end),
        cmocka_unit_test(the_plan_of_a_request_is_what_the_walk_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
