/*
 * The two halves agree: what a policy allows, every browser of the model lets through; what it
 * refuses, none does. Random policies, random requests; the browser half says which preflight it
 * sends, the server half what it answers, the browser half what becomes of that.
 */
#include "policy_support.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOW 1
#endif
#endif
#ifdef SLOW
enum { POLICIES = 1000, REQUESTS = 12 };
#else
enum { POLICIES = 40000, REQUESTS = 12 };
#endif
enum { ROOM = 1 << 18, PROFILES = 7 };

#define API "https://api.example.com/data"

static const char *const pages[] = {
    "https://app.example.com/",      "https://a.app.example.com/",
    "https://b.a.app.example.com/",  "https://app.other.test/",
    "https://app.example.com:8443/", "https://xapp.example.com/",
    "http://app.example.com/",       "http://localhost:3000/",
    "https://xn--bcher-kva.test/",   "https://127.0.0.1/",
    "https://app.example.com./",     "https://APP.example.com:443/",
    "https://a_b.other.test/",       "http://[::1]:8080/",
};
static const char *const entries[] = {
    "https://app.example.com",
    "https://*.app.example.com",
    "https://?.app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com:*",
    "http://app.example.com",
    "http://localhost:*",
    "https://xn--bcher-kva.test",
    "https://127.0.0.1",
    "https://*.other.test",
    "http://[::1]:*",
    "null",
    "https://?.other.test:*",
    "*",
};
static const char *const methods[] = {"GET",    "HEAD",  "POST",  "PUT",
                                      "DELETE", "PATCH", "PURGE", "OPTIONS"};
static const char *const asked_methods[] = {"GET",   "HEAD",  "POST",  "PUT",   "put",     "DELETE",
                                            "PATCH", "patch", "PURGE", "purge", "OPTIONS", "post"};
static const char *const names[] = {"content-type", "X-A",           "authorization", "x-b",
                                    "accept",       "if-none-match", "range"};
static const concors_header asked_headers[] = {
    {CONCORS_LIT_INIT("Content-Type"), CONCORS_LIT_INIT("application/json")},
    {CONCORS_LIT_INIT("Content-Type"), CONCORS_LIT_INIT("text/plain")},
    {CONCORS_LIT_INIT("x-a"), CONCORS_LIT_INIT("1")},
    {CONCORS_LIT_INIT("Authorization"), CONCORS_LIT_INIT("Bearer x")},
    {CONCORS_LIT_INIT("X-B"), CONCORS_LIT_INIT("1")},
    {CONCORS_LIT_INIT("Accept"), CONCORS_LIT_INIT("a{b}")},
    {CONCORS_LIT_INIT("Accept"), CONCORS_LIT_INIT("text/html")},
    {CONCORS_LIT_INIT("If-None-Match"), CONCORS_LIT_INIT("\"x\"")},
    {CONCORS_LIT_INIT("Range"), CONCORS_LIT_INIT("bytes=0-")},
    {CONCORS_LIT_INIT("x-c"), CONCORS_LIT_INIT("1")},
};
#define COUNT_OF(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

static uint64_t seed = 20261121;

static uint32_t
draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

/* "key": [some of the words]; one time in eight everything instead. */
static size_t
put_list(char *out, const char *key, const char *const *words, uint32_t count, bool star)
{
    size_t len = (size_t)sprintf(out, ", \"%s\": [", key);
    const char *comma = "";

    if (star && draw(8) == 0) {
        return len + (size_t)sprintf(out + len, "\"*\"]");
    }
    for (uint32_t i = 0; i < count; i++) {
        if (draw(2) == 0) {
            len += (size_t)sprintf(out + len, "%s\"%s\"", comma, words[i]);
            comma = ", ";
        }
    }
    return len + (size_t)sprintf(out + len, "]");
}

static void
draw_policy(char *out)
{
    bool credentials = draw(2) == 0;
    size_t len = (size_t)sprintf(
        out, "{\"version\": 1, \"policies\": {\"app\": {\"credentials\": %s, \"debug\": %s",
        credentials ? "true" : "false", draw(2) == 0 ? "true" : "false");

    len += put_list(out + len, "origins", entries, COUNT_OF(entries) - (draw(4) > 0), false);
    len += put_list(out + len, "methods", methods, COUNT_OF(methods), !credentials);
    len += put_list(out + len, "request_headers", names, COUNT_OF(names), !credentials);
    len += put_list(out + len, "expose_headers", names, COUNT_OF(names), !credentials);
    if (draw(2) == 0) {
        len += (size_t)sprintf(out + len, ", \"max_age\": \"%um\"", draw(200));
    }
    sprintf(out + len, ", \"dangerously_allow\": [\"any-origin\", \"null-origin\", "
                       "\"insecure-origins\", \"public-suffix-wildcard\"]}}}");
}

/* One request of one page, and the memory that everything about it takes. */
typedef struct meeting {
    const concors_policy *policy;
    const concors_host *host;
    concors_arena arena;
    concors_document document;
    concors_step step;
    concors_header headers[3];
    const char *page;
} meeting;

static concors_url
parse_url(const char *text, concors_arena *arena)
{
    concors_url url;
    concors_url_error why;

    assert_int_equal(concors_url_parse(span_of(text), NULL, NULL, arena, &url, &why), CONCORS_OK);
    return url;
}

static void
draw_request(meeting *m)
{
    concors_request *request = &m->step.request;
    uint32_t count = draw(4);

    m->page = pages[draw(COUNT_OF(pages))];
    m->document =
        (concors_document){.url = parse_url(m->page, &m->arena), .sandboxed = draw(12) == 0};
    for (uint32_t i = 0; i < count; i++) {
        m->headers[i] = asked_headers[draw(COUNT_OF(asked_headers))];
    }
    *request = (concors_request){
        .kind = CONCORS_KIND_FETCH,
        .method = span_of(asked_methods[draw(COUNT_OF(asked_methods))]),
        .url = parse_url(API, &m->arena),
        .mode = CONCORS_MODE_CORS,
        .credentials = draw(2) == 0 ? CONCORS_CREDENTIALS_INCLUDE : CONCORS_CREDENTIALS_OMIT,
        .headers = {m->headers, count},
    };
    m->step.document = &m->document;
}

/* The decision's headers as the browser gets them. */
static concors_answer
answer_of(meeting *m, const concors_decision *decision, uint16_t status)
{
    concors_header *list =
        concors_arena_take_many(&m->arena, decision->set_count + 1U, sizeof *list);

    assert_non_null(list);
    memcpy(list, decision->set, decision->set_count * sizeof *list);
    list[decision->set_count] = (concors_header){CONCORS_LIT("Vary"), CONCORS_LIT("Origin")};
    return (concors_answer){.known = true,
                            .status = decision->status > 0 ? decision->status : status,
                            .headers = {list, decision->set_count + (decision->vary ? 1U : 0U)}};
}

/* "a,b", sometimes split over two lines as gateways do. */
static size_t
asked_lines(meeting *m, const concors_preflight_ask *ask, concors_span *lines)
{
    size_t split = ask->name_count > 1 && draw(3) == 0 ? 1 : 0;
    char *text = concors_arena_take_text(&m->arena, 1024);
    concors_out out = {text, 1024, 0};
    size_t start = 0, count = 0;

    assert_non_null(text);
    for (size_t i = 0; i < ask->name_count; i++) {
        if (i > 0 && i == split) {
            lines[count++] = (concors_span){text + start, out.len - start};
            start = out.len;
        } else if (i > 0) {
            concors_out_char(&out, ',');
        }
        concors_out_put(&out, ask->names[i]);
    }
    if (ask->name_count > 0) {
        lines[count++] = (concors_span){text + start, out.len - start};
    }
    return count;
}

/* What the server half says to what this browser sends: whether it allows all of it. */
static bool
serve(meeting *m, const concors_preflight_plan *plan)
{
    concors_span lines[2];
    concors_policy_request request = {.origin = plan->origin,
                                      .secure = true,
                                      .host = CONCORS_LIT("api.example.com"),
                                      .path = CONCORS_LIT("/data")};
    concors_decision decision;
    bool allowed = true;

    m->step.first = (concors_exchange){0};
    if (plan->needed) {
        request.method = CONCORS_LIT("OPTIONS");
        request.asked_method = plan->ask.method;
        request.asked = lines;
        request.asked_count = asked_lines(m, &plan->ask, lines);
        concors_policy_decide(m->policy, &request, &decision);
        assert_true(decision.preflight);
        allowed = decision.kind == CONCORS_DECISION_ALLOW;
        m->step.first.preflight = answer_of(m, &decision, 0);
        request.asked_method = (concors_span){NULL, 0};
        request.asked_count = 0;
    }
    request.method = plan->method;
    concors_policy_decide(m->policy, &request, &decision);
    m->step.first.response = answer_of(m, &decision, 200);
    return allowed && decision.kind == CONCORS_DECISION_ALLOW &&
           (!plan->include_credentials || concors_policy_describe(m->policy).credentials);
}

/* True: the browser let the page read the answer. */
static bool
reads(meeting *m, const concors_profile *profile)
{
    const concors_journey journey = {
        .document = m->document, .has_now = true, .now_ms = 0, .steps = &m->step, .step_count = 1};
    concors_trace trace;

    assert_int_equal(concors_journey_run(&journey, profile, m->host, 0, &m->arena, &trace),
                     CONCORS_OK);
    const concors_trace_hop *hop = &trace.steps[0].hops[0];
    assert_true(hop->outcome != CONCORS_OUTCOME_UNKNOWN);
    return hop->outcome == CONCORS_OUTCOME_READABLE;
}

typedef struct tally {
    size_t allowed, refused, impossible;
} tally;

/* One browser meets the policy; "" or what is wrong. */
static const char *
meet(meeting *m, const concors_profile *profile, tally *count)
{
    concors_preflight_plan plan;
    size_t mark = m->arena.len;
    const char *wrong = "";

    assert_int_equal(
        concors_request_plan(&m->document, &m->step.request, profile, m->host, &m->arena, &plan),
        CONCORS_OK);
    bool allowed = serve(m, &plan);
    bool read = reads(m, profile);
    if (plan.refused != 0) {
        count->impossible++;
        wrong = read ? "read, though never sent" : "";
    } else if (allowed) {
        count->allowed++;
        wrong = read ? "" : "allowed by the policy, not let through";
    } else {
        count->refused++;
        wrong = read ? "refused by the policy, let through" : "";
    }
    m->arena.len = mark;
    return wrong;
}

static void
open_profiles(concors_profile *profiles)
{
    static const char *const known[PROFILES] = {"chrome", "chrome-no3pc", "edge", "firefox",
                                                "safari", "webkitgtk",    "spec"};

    for (size_t i = 0; i < PROFILES; i++) {
        assert_int_equal(concors_profile_find(span_of(known[i]), &profiles[i]), CONCORS_OK);
    }
}

static void
fail_meeting(const meeting *m, const concors_profile *profile, const char *text, const char *wrong)
{
    const concors_request *request = &m->step.request;

    print_error("%.*s: %s\n%s\n%s, %.*s, credentials %d, sandboxed %d\n", (int)profile->name.len,
                profile->name.ptr, wrong, text, m->page, (int)request->method.len,
                request->method.ptr, (int)request->credentials, m->document.sandboxed);
    for (size_t i = 0; i < request->headers.count; i++) {
        print_error("  %.*s\n", (int)request->headers.list[i].name.len,
                    request->headers.list[i].name.ptr);
    }
    fail();
}

static void
policy_and_browsers_agree(void **state)
{
    concors_host host = host_with_few_suffixes();
    concors_profile profiles[PROFILES];
    char *room = malloc(ROOM), text[4096];
    tally count = {0};

    (void)state;
    open_profiles(profiles);
    for (size_t p = 0; p < POLICIES; p++) {
        test_policies t;
        draw_policy(text);
        meeting m = {.policy = policy_open(&t, text, NULL), .host = &host};
        for (size_t r = 0; r < REQUESTS; r++) {
            m.arena = (concors_arena){room, ROOM, 0};
            draw_request(&m);
            for (size_t i = 0; i < PROFILES; i++) {
                const char *wrong = meet(&m, &profiles[i], &count);
                if (*wrong != '\0') {
                    fail_meeting(&m, &profiles[i], text, wrong);
                }
            }
        }
        policies_close(&t);
    }
    free(room);
    print_message("%zu allowed, %zu refused, %zu never sent\n", count.allowed, count.refused,
                  count.impossible);
    assert_true(count.allowed > POLICIES * 4); /* and not by saying no to all */
    assert_true(count.refused > POLICIES * 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_and_browsers_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
