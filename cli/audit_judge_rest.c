/* cli/audit_judge_rest.c: routes, hops that add what another has added, http and www. */
#include "audit.h"

#include <string.h>

bool
audit_route_is_blocked(audit *a, size_t index)
{
    const audit_ask *preflight = audit_answered_at(a, AUDIT_ROUTE_PREFLIGHT, index);
    const audit_ask *get = audit_answered_at(a, AUDIT_ROUTE, index);

    if (audit_preflights_work(a) && preflight != NULL &&
        (!audit_is_ok(&preflight->answer) ||
         !audit_passes(a, &preflight->answer, a->page_origin, a->credentials))) {
        return true;
    }
    return get != NULL && !audit_passes(a, &get->answer, a->page_origin, a->credentials) &&
           (get->answer.status < 400 || !audit_preflights_work(a));
}

static void
judge_routes(audit *a)
{
    for (size_t i = 0; audit_page_reads(a) && i < a->route_count; i++) {
        const audit_ask *ask = audit_answered_at(a, AUDIT_ROUTE, i);
        if (!audit_route_is_blocked(a, i)) {
            continue;
        }
        ask = ask == NULL ? audit_answered_at(a, AUDIT_ROUTE_PREFLIGHT, i) : ask;
        audit_say(a, "The headers that ");
        audit_say_span(a, (concors_span){a->url.path.ptr, a->url.path.len});
        audit_say(a, " has for ");
        audit_say(a, a->page_origin);
        audit_say(a, " are missing on ");
        audit_say_span(a, (concors_span){ask->url, strcspn(ask->url, "?")});
        audit_say(a, ": the page cannot use it.");
        audit_add(a, audit_reason("ConcorsRouteWithoutCors"), CONCORS_SEVERITY_ERROR, audit_all(a),
                  ask);
    }
}

/* "Via: 1.1 cache; Server: nginx": who may have been there. */
static void
say_hops(audit *a, const concors_answer *answer)
{
    static const char *const names[] = {"Via",         "Server",  "X-Powered-By",
                                        "X-Served-By", "X-Cache", "Age"};
    bool first = true;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        concors_span value = audit_header(a, answer, names[i]);
        if (value.len > 0) {
            audit_say(a, first ? " The answer came by way of " : "; ");
            audit_say(a, names[i]);
            audit_say(a, ": ");
            audit_say_span(a, value);
            first = false;
        }
    }
    audit_say(a, first ? "" : ".");
}

/* Which of two hops looks at the origin: the answer to another origin shows the other one's. */
static void
say_constant(audit *a, const char *name)
{
    const audit_ask *other = audit_answered(a, AUDIT_OTHER);

    if (other != NULL && audit_header_count(&other->answer, name) == 1) {
        audit_say(a, " To another origin only ");
        audit_say_span(a, audit_header(a, &other->answer, name));
        audit_say(a, " is said: that one is added without looking at who asks.");
    }
}

static void
judge_twice(audit *a)
{
    static const char *const names[] = {"Access-Control-Allow-Origin",
                                        "Access-Control-Allow-Credentials"};
    const audit_ask *page = audit_answered(a, AUDIT_PAGE);
    const audit_ask *preflight = audit_answered(a, AUDIT_PREFLIGHT);
    const concors_answer *answers[] = {&a->response, page == NULL ? NULL : &page->answer,
                                       preflight == NULL ? NULL : &preflight->answer};

    for (size_t i = 0; i < 3; i++) {
        for (size_t n = 0; answers[i] != NULL && answers[i]->known && n < 2; n++) {
            size_t count = audit_header_count(answers[i], names[n]);
            if (count < 2) {
                continue;
            }
            audit_say(a, names[n]);
            audit_say(a, " stands there ");
            audit_say_number(a, count);
            audit_say(a, i == 2 ? " times on the preflight (" : " times (");
            audit_say_span(a, audit_header(a, answers[i], names[n]));
            audit_say(a, "): more than one hop adds it.");
            say_constant(a, names[n]);
            say_hops(a, answers[i]);
            audit_add(a, audit_reason("ConcorsHeaderTwice"), CONCORS_SEVERITY_ERROR, audit_all(a),
                      i == 2 ? preflight : page);
            return;
        }
    }
}

static void
judge_clear(audit *a)
{
    const audit_ask *ask = audit_answered(a, AUDIT_HTTP);
    const char *names = NULL;

    if (ask == NULL) {
        return;
    }
    uint32_t browsers = audit_reach_clear(a, ask->url, &names);
    bool redirects = ask->answer.status >= 300 && ask->answer.status < 400;
    if (browsers == 0 && (redirects || ask->answer.status >= 400)) {
        return;
    }
    audit_say_span(a, (concors_span){ask->url, strlen(ask->url)});
    audit_say(a, redirects ? " answers (with a redirect)" : " answers in the clear");
    if (browsers != 0) {
        audit_say(a, ", and cookie ");
        audit_say(a, names == NULL ? "" : names);
        audit_say(a, " goes there unencrypted in ");
        audit_say_browsers(a, browsers);
    }
    audit_say(a, ".");
    audit_add(a, audit_reason("ConcorsHttpBesideHttps"), CONCORS_SEVERITY_WARNING,
              browsers != 0 ? browsers : audit_all(a), ask);
}

static void
judge_twin(audit *a)
{
    const audit_ask *api = audit_answered(a, AUDIT_TWIN);
    const audit_ask *page = audit_answered(a, AUDIT_TWIN_PAGE);

    if (!audit_page_reads(a) || api == NULL || page == NULL || !audit_is_ok(&page->answer) ||
        audit_passes(a, &api->answer, api->origin, a->credentials)) {
        return;
    }
    audit_say(a, "The page is also served at ");
    audit_say(a, api->origin);
    audit_say(a, ", without a redirect, and that origin is refused.");
    audit_add(a, audit_reason("ConcorsTwinOriginRefused"), CONCORS_SEVERITY_WARNING, audit_all(a),
              api);
}

void
audit_judge_rest(audit *a)
{
    judge_routes(a);
    judge_twice(a);
    judge_clear(a);
    judge_twin(a);
}
