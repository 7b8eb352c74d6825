/*
 * cli/audit_reach.c: what a page of another origin would get, browser by browser: the model runs
 * with that page, the cookies this server is known to set, and the answer it gave.
 */
#include "audit.h"

#include <string.h>

enum { HELD_S = 3600 };

/* A page that asks, and how. */
typedef struct attack {
    const char *page;
    bool sandboxed;
    bool preflighted;
    bool visits; /* the user goes there: no script reads anything */
    const char *url;
    concors_answer answer;
    const concors_held_cookie *cookies;
    size_t cookie_count;
} attack;

static bool
parse(audit *a, const char *text, concors_url *url)
{
    concors_url_error why;

    return concors_url_parse((concors_span){text, strlen(text)}, NULL, a->host->idna, &a->arena,
                             url, &why) == CONCORS_OK;
}

/* The header that makes a request ask first: one of those that the preflight asked for. */
static concors_header
unsafe_header(const audit *a)
{
    concors_span name = {a->asked_headers, strcspn(a->asked_headers, ",")};

    return (concors_header){name, CONCORS_LIT("application/json")};
}

static void
make_request(const audit *a, const attack *how, const concors_header *unsafe, concors_step *step)
{
    concors_request *request = &step->request;

    request->kind = how->visits ? CONCORS_KIND_VISIT : CONCORS_KIND_FETCH;
    request->mode = how->visits ? CONCORS_MODE_NAVIGATE : CONCORS_MODE_CORS;
    request->credentials = CONCORS_CREDENTIALS_INCLUDE;
    request->redirect = CONCORS_REDIRECT_FOLLOW;
    request->method = CONCORS_LIT("GET");
    if (how->preflighted) {
        request->method = (concors_span){a->method, strlen(a->method)};
        request->headers = (concors_headers){unsafe, 1};
        step->first.preflight = how->answer;
    } else {
        step->first.response = how->answer;
    }
}

static concors_status
run(audit *a, const concors_journey *journey, size_t profile, concors_trace *trace)
{
    concors_status status;

    do {
        a->scratch.len = 0;
        status = concors_journey_run(journey, &a->profiles[profile], a->host, a->now_ms,
                                     &a->scratch, trace);
    } while (status == CONCORS_E_ROOM && cli_arena_grow(&a->scratch));
    return status;
}

/* What decides whether it crosses sites. */
static const char *
crossing_words(const concors_cookie *cookie)
{
    static const char *const words[] = {
        [CONCORS_SAME_SITE_UNSET] = " (no SameSite)",
        [CONCORS_SAME_SITE_NONE] = " (SameSite=None)",
        [CONCORS_SAME_SITE_LAX] = " (SameSite=Lax)",
        [CONCORS_SAME_SITE_STRICT] = " (SameSite=Strict)",
    };

    return cookie->partitioned_attribute ? " (Partitioned)" : words[cookie->same_site];
}

/* "sid (SameSite=Lax), theme (no SameSite) and 3 more": once, for the first browser that has any.
 */
static void
keep_names(audit *a, const concors_cookie_use *list, size_t count, const char **names)
{
    enum { SHOWN = 3, NAME_SHOWN = 64 };
    char text[SHOWN * (4 * NAME_SHOWN + 32)]; /* a byte is "\x1b" at most */
    concors_out out = {text, sizeof text, 0};

    if (names == NULL || *names != NULL || count == 0) {
        return;
    }
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        const char *words = crossing_words(&list[i].cookie);
        concors_span name = list[i].cookie.name;
        bool whole = name.len <= NAME_SHOWN;
        concors_out_put(&out, i > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
        concors_out_visible(whole ? name : (concors_span){name.ptr, NAME_SHOWN}, &out);
        concors_out_put(&out, whole ? CONCORS_LIT("") : CONCORS_LIT("..."));
        concors_out_put(&out, (concors_span){words, strlen(words)});
    }
    if (count > SHOWN) {
        concors_out_put(&out, CONCORS_LIT(" and "));
        concors_out_u64(&out, count - SHOWN);
        concors_out_put(&out, CONCORS_LIT(" more"));
    }
    *names = audit_text(a, (concors_span){text, out.len < sizeof text ? out.len : sizeof text});
}

/* The browsers in which the attack works: with a cookie, and read (or sent, where that is asked).
 */
static uint32_t
works_in(audit *a, const attack *how, const char **names, const char **stays)
{
    concors_url top;
    concors_step step = {0};
    concors_journey journey = {.steps = &step, .step_count = 1};
    concors_header unsafe = unsafe_header(a);
    uint32_t browsers = 0;

    if (!parse(a, how->page, &journey.document.url) || !parse(a, how->url, &step.request.url)) {
        return 0;
    }
    top = journey.document.url;
    journey.document.sandboxed = how->sandboxed;
    journey.document.ancestors = &top;
    journey.document.ancestor_count = how->sandboxed ? 1 : 0;
    journey.cookies = how->cookies;
    journey.cookie_count = how->cookie_count;
    step.document = &journey.document;
    make_request(a, how, &unsafe, &step);
    for (size_t i = 0; i < a->profile_count && i < 32; i++) {
        concors_trace trace;
        if (run(a, &journey, i, &trace) != CONCORS_OK) {
            a->failed = true;
            return 0;
        }
        const concors_trace_hop *hop = &trace.steps[0].hops[0];
        bool arrives = how->preflighted || how->visits ? hop->request_sent == CONCORS_YES
                                                       : hop->outcome == CONCORS_OUTCOME_READABLE;
        if (arrives && hop->cookies_sent > 0) {
            browsers |= (uint32_t)1 << i;
            keep_names(a, hop->cookies, hop->cookies_sent, names);
        } else if (hop->cookie_count > 0) {
            keep_names(a, hop->cookies + hop->cookies_sent, hop->cookie_count - hop->cookies_sent,
                       stays);
        }
    }
    return browsers;
}

/* The answer as it would be to another origin, of a server that names whoever asks. */
static concors_answer
renamed(audit *a, const concors_answer *answer, const char *origin)
{
    concors_answer copy = *answer;
    concors_header *list =
        concors_arena_take_many(&a->arena, answer->headers.count + 1, sizeof *list);

    if (list == NULL) {
        a->failed = true;
        return copy;
    }
    for (size_t i = 0; i < answer->headers.count; i++) {
        list[i] = answer->headers.list[i];
        concors_headers one = {&list[i], 1};
        concors_answer single = {.headers = one};
        if (audit_header_count(&single, "access-control-allow-origin") > 0) {
            list[i].value = (concors_span){origin, strlen(origin)};
        }
    }
    copy.headers.list = list;
    return copy;
}

/* A cookie that crosses sites wherever any does. */
static concors_held_cookie
supposed_cookie(const audit *a)
{
    static const concors_span secure = CONCORS_LIT_INIT("x=1; Path=/; Secure; SameSite=None");
    static const concors_span plain = CONCORS_LIT_INIT("x=1; Path=/; SameSite=None");
    concors_origin own = concors_url_origin(&a->url, 1);

    return (concors_held_cookie){.url = a->url,
                                 .set_cookie = concors_origin_trustworthy(&own) ? secure : plain,
                                 .age_ms = HELD_S * 1000};
}

audit_reach
audit_reach_of(audit *a, const char *origin, const concors_answer *answer, bool preflighted,
               bool any_origin)
{
    bool sandboxed = strcmp(origin, "null") == 0;
    const char *page = audit_format(a, "%s/", sandboxed ? audit_other_origin() : origin);
    concors_held_cookie supposed = supposed_cookie(a);
    audit_reach reach = {.cookies_known = a->cookie_count > 0};
    attack how = {.page = page,
                  .sandboxed = sandboxed,
                  .preflighted = preflighted,
                  .url = audit_text(a, a->url.href),
                  .answer = *answer,
                  .cookies = reach.cookies_known ? a->cookies : &supposed,
                  .cookie_count = reach.cookies_known ? a->cookie_count : 1};

    if (how.page == NULL || how.url == NULL) {
        return reach;
    }
    reach.reads = works_in(a, &how, &reach.names, &reach.stays);
    if (any_origin && reach.reads != audit_all(a)) {
        const char *near = audit_same_site_origin(a);
        how.page = near == NULL ? page : audit_format(a, "%s/", near);
        how.answer = near == NULL ? *answer : renamed(a, answer, near);
        reach.same_site =
            how.page == NULL ? 0 : works_in(a, &how, &reach.near_names, NULL) & ~reach.reads;
    }
    return reach;
}

uint32_t
audit_reach_clear(audit *a, const char *url, const char **names)
{
    attack how = {.page = url,
                  .visits = true,
                  .url = url,
                  .cookies = a->cookies,
                  .cookie_count = a->cookie_count};

    return works_in(a, &how, names, NULL);
}
