/* cli/audit_judge_answers.c: answers that are no success, and preflights. */
#include "audit.h"

#include <string.h>

/* Whether the page may read what it asked for: only then is anything missing elsewhere. After a
 * failed preflight it is as good as if the audit's own request may be read. */
static bool
page_reads(audit *a)
{
    const audit_ask *page = audit_answered(a, AUDIT_PAGE);
    const concors_answer *answer = a->response.known                            ? &a->response
                                   : page != NULL && audit_is_ok(&page->answer) ? &page->answer
                                                                                : NULL;

    return answer != NULL && audit_passes(a, answer, a->page_origin, a->credentials);
}

static bool
is_hidden(audit *a, const audit_ask *ask)
{
    return ask != NULL && ask->answer.status >= 400 &&
           !audit_passes(a, &ask->answer, a->page_origin, a->credentials);
}

static bool route_is_blocked(audit *a, size_t index);

/* Errors that the page asked for and may not read. */
static size_t
hidden_errors(audit *a, const audit_ask **list, size_t cap)
{
    static const audit_role roles[] = {AUDIT_MISSING, AUDIT_WRONG_METHOD, AUDIT_NO_LOGIN,
                                       AUDIT_PAGE};
    size_t count = 0;

    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const audit_ask *ask = audit_answered(a, roles[i]);
        if (is_hidden(a, ask) && count < cap) {
            list[count++] = ask;
        }
    }
    for (size_t i = 0; i < a->route_count && count < cap; i++) {
        const audit_ask *ask = audit_answered_at(a, AUDIT_ROUTE, i);
        if (is_hidden(a, ask) && !route_is_blocked(a, i)) {
            list[count++] = ask;
        }
    }
    return count;
}

static void
judge_no_login(audit *a)
{
    const audit_ask *ask = audit_answered(a, AUDIT_NO_LOGIN);

    if (ask != NULL && ask->answer.status < 400 &&
        !audit_passes(a, &ask->answer, a->page_origin, a->credentials)) {
        audit_say(a,
                  "Without the cookies and headers of the request the answer is not allowed to ");
        audit_say(a, a->page_origin);
        audit_say(a, ", with them it is: the first request of a new user is blocked.");
        audit_add(a, audit_reason("ConcorsHeadersNeedCookie"), CONCORS_SEVERITY_ERROR, audit_all(a),
                  ask, NULL);
    }
}

/* A refused origin is no error of the server. */
static void
judge_refusals(audit *a)
{
    static const audit_role roles[] = {AUDIT_OTHER, AUDIT_NULL, AUDIT_NONE};
    const audit_ask *page = audit_answered(a, AUDIT_PAGE);

    for (size_t i = 0; i < 3; i++) {
        const audit_ask *ask = audit_answered(a, roles[i]);
        if (page == NULL || page->answer.status >= 500 || ask == NULL || ask->answer.status < 500) {
            continue;
        }
        audit_say(a, ask->origin == NULL ? "Without an origin" : "For the origin ");
        audit_say(a, ask->origin == NULL ? "" : ask->origin);
        audit_say(a, " the server fails with status ");
        audit_say_number(a, ask->answer.status);
        audit_say(a, "; for the page's it answers ");
        audit_say_number(a, page->answer.status);
        audit_say(a, ".");
        audit_add(a, audit_reason("ConcorsRefusalFails"), CONCORS_SEVERITY_WARNING, audit_all(a),
                  ask, NULL);
        return;
    }
}

void
audit_judge_errors(audit *a)
{
    enum { LISTED = 8 };
    const audit_ask *list[LISTED];

    judge_refusals(a);
    if (!page_reads(a)) {
        return;
    }
    judge_no_login(a);
    size_t count = hidden_errors(a, list, LISTED);
    if (count == 0) {
        return;
    }
    audit_say(a, "The page may not read ");
    for (size_t i = 0; i < count; i++) {
        audit_say(a, i > 0 ? ", " : "");
        audit_say(a, "the ");
        audit_say_number(a, list[i]->answer.status);
        audit_say(a, " of ");
        audit_say_ask(a, list[i]);
    }
    audit_say(a, ", though it reads successes: its script sees a network error without a status.");
    audit_add(a, audit_reason("ConcorsErrorUnreadable"), CONCORS_SEVERITY_WARNING, audit_all(a),
              list[0], NULL);
}

/* Whether the server answers the page's own preflights as it should. */
static bool
preflights_work(audit *a)
{
    const audit_ask *own = audit_answered(a, AUDIT_PREFLIGHT);

    return own != NULL && audit_is_ok(&own->answer) &&
           audit_passes(a, &own->answer, a->page_origin, a->credentials);
}

/* 401 and its like, or a redirect to where one logs in. */
static bool
wants_login(audit *a, const concors_answer *answer)
{
    static const char *const words[] = {"login", "signin", "sign-in", "sso", "oauth", "saml"};
    concors_span location = audit_header(a, answer, "location");

    if (answer->status == 401 || answer->status == 407 || answer->status == 511) {
        return true;
    }
    if (answer->status == 403) {
        return audit_header_count(answer, "www-authenticate") > 0;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (answer->status >= 300 && answer->status < 400 && audit_holds(location, words[i])) {
            return true;
        }
    }
    return false;
}

static void
judge_login(audit *a)
{
    const audit_ask *own = audit_answered(a, AUDIT_PREFLIGHT);

    /* Who is not logged in gets that answer to anything. */
    bool telling = own != NULL && (own->known || audit_is_ok(&a->response));

    if (!telling || !wants_login(a, &own->answer)) {
        return;
    }
    audit_say(a, "The preflight of the page gets status ");
    audit_say_number(a, own->answer.status);
    audit_say(a, ": the server wants a login before it answers, and preflights never carry one.");
    audit_add(a, audit_reason("ConcorsPreflightNeedsLogin"),
              own->known ? CONCORS_SEVERITY_ERROR : CONCORS_SEVERITY_WARNING, audit_all(a), own,
              NULL);
}

static void
judge_refused_preflights(audit *a)
{
    static const audit_role roles[] = {AUDIT_PREFLIGHT_OTHER, AUDIT_PREFLIGHT_UNKNOWN};

    for (size_t i = 0; preflights_work(a) && i < 2; i++) {
        const audit_ask *ask = audit_answered(a, roles[i]);
        if (ask == NULL || audit_is_ok(&ask->answer)) {
            continue;
        }
        audit_say(a,
                  i == 0 ? "A preflight of another origin" : "A preflight for an unknown header");
        audit_say(a, " gets status ");
        audit_say_number(a, ask->answer.status);
        audit_say(a, " instead of an answer without that permission: the browser's message then "
                     "names the status, not the cause.");
        audit_add(a, audit_reason("ConcorsPreflightRefusedByStatus"),
                  ask->answer.status >= 500 ? CONCORS_SEVERITY_WARNING : CONCORS_SEVERITY_INFO,
                  audit_all(a), ask, NULL);
        return;
    }
}

void
audit_judge_preflights(audit *a)
{
    judge_login(a);
    judge_refused_preflights(a);
}

/* Of --also: what the page would want to do there is refused. */
static bool
route_is_blocked(audit *a, size_t index)
{
    const audit_ask *preflight = audit_answered_at(a, AUDIT_ROUTE_PREFLIGHT, index);
    const audit_ask *get = audit_answered_at(a, AUDIT_ROUTE, index);

    if (preflights_work(a) && preflight != NULL &&
        (!audit_is_ok(&preflight->answer) ||
         !audit_passes(a, &preflight->answer, a->page_origin, a->credentials))) {
        return true;
    }
    return get != NULL && !audit_passes(a, &get->answer, a->page_origin, a->credentials) &&
           (get->answer.status < 400 || !preflights_work(a));
}

static void
judge_routes(audit *a)
{
    for (size_t i = 0; page_reads(a) && i < a->route_count; i++) {
        const audit_ask *ask = audit_answered_at(a, AUDIT_ROUTE, i);
        if (!route_is_blocked(a, i)) {
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
                  ask, NULL);
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
                      i == 2 ? preflight : page, NULL);
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
              browsers != 0 ? browsers : audit_all(a), ask, NULL);
}

static void
judge_twin(audit *a)
{
    const audit_ask *api = audit_answered(a, AUDIT_TWIN);
    const audit_ask *page = audit_answered(a, AUDIT_TWIN_PAGE);

    if (!page_reads(a) || api == NULL || page == NULL || !audit_is_ok(&page->answer) ||
        audit_passes(a, &api->answer, api->origin, a->credentials)) {
        return;
    }
    audit_say(a, "The page is also served at ");
    audit_say(a, api->origin);
    audit_say(a, ", without a redirect, and that origin is refused.");
    audit_add(a, audit_reason("ConcorsTwinOriginRefused"), CONCORS_SEVERITY_WARNING, audit_all(a),
              api, NULL);
}

void
audit_judge_rest(audit *a)
{
    judge_routes(a);
    judge_twice(a);
    judge_clear(a);
    judge_twin(a);
}
