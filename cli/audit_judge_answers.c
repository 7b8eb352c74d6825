/* cli/audit_judge_answers.c: answers that are no success, and preflights. */
#include "audit.h"

#include <string.h>

/* After a failed preflight the audit's own request tells. */
bool
audit_page_reads(audit *a)
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
        if (is_hidden(a, ask) && !audit_route_is_blocked(a, i)) {
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
                  ask);
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
                  ask);
        return;
    }
}

void
audit_judge_errors(audit *a)
{
    enum { LISTED = 8 };
    const audit_ask *list[LISTED];

    judge_refusals(a);
    if (!audit_page_reads(a)) {
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
              list[0]);
}

bool
audit_preflights_work(audit *a)
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
              own->known ? CONCORS_SEVERITY_ERROR : CONCORS_SEVERITY_WARNING, audit_all(a), own);
}

static void
judge_refused_preflights(audit *a)
{
    static const audit_role roles[] = {AUDIT_PREFLIGHT_OTHER, AUDIT_PREFLIGHT_UNKNOWN};

    for (size_t i = 0; audit_preflights_work(a) && i < 2; i++) {
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
                  audit_all(a), ask);
        return;
    }
}

void
audit_judge_preflights(audit *a)
{
    judge_login(a);
    judge_refused_preflights(a);
}
