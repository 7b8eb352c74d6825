/* src/server/decide.c: what to answer to one request. Pure; allocates nothing. */
#include "app_origin.h"
#include "http/header_list.h"

static void
add_header(header_set *set, concors_span name, concors_span value)
{
    set->list[set->count++] = (concors_header){name, value};
}

static void
prepare_origin(const concors_policy *policy, header_set *set)
{
    add_header(set, CONCORS_LIT("Access-Control-Allow-Origin"), CONCORS_LIT("*"));
    if (policy->credentials) {
        add_header(set, CONCORS_LIT("Access-Control-Allow-Credentials"), CONCORS_LIT("true"));
    }
}

void
policy_prepare(concors_policy *policy)
{
    const origin_list *origins = &policy->origins;
    header_set *response = &policy->response;
    header_set *preflight = &policy->preflight;

    policy->constant = origins->any && !policy->credentials;
    policy->varies =
        !policy->constant && (origins->any || origins->null || origins->matcher.count > 0);
    prepare_origin(policy, response);
    if (policy->expose_headers.joined.ptr != NULL) {
        add_header(response, CONCORS_LIT("Access-Control-Expose-Headers"),
                   policy->expose_headers.joined);
    }
    prepare_origin(policy, preflight);
    if (policy->methods.joined.ptr != NULL) {
        add_header(preflight, CONCORS_LIT("Access-Control-Allow-Methods"), policy->methods.joined);
    }
    if (policy->request_headers.joined.ptr != NULL) {
        add_header(preflight, CONCORS_LIT("Access-Control-Allow-Headers"),
                   policy->request_headers.joined);
    }
    if (policy->max_age.ptr != NULL) {
        add_header(preflight, CONCORS_LIT("Access-Control-Max-Age"), policy->max_age);
    }
}

/* "*" where everybody is meant and nobody's cookies are; else the origin that was found. */
static inline void
set_headers(const concors_policy *policy, const concors_policy_request *request,
            const header_set *set, concors_decision *out)
{
    for (size_t i = 0; i < set->count; i++) {
        out->set[i] = set->list[i];
    }
    if (!policy->constant) {
        out->set[0].value = request->origin;
    }
    out->set_count = (uint8_t)set->count;
}

/*
 * A preflight that is refused, so that the browser says why: what failed is left out, for some
 * browsers would let it through. Chrome takes "patch" for PATCH and * for Authorization.
 */
static void
set_to_say_why(const concors_policy *policy, const concors_policy_request *request,
               concors_decision_reason reason, concors_decision *out)
{
    const name_list *headers = &policy->request_headers;
    header_set set = {.count = 0};

    prepare_origin(policy, &set);
    if (policy->methods.joined.ptr != NULL && reason != CONCORS_D_METHOD_NOT_LISTED) {
        add_header(&set, CONCORS_LIT("Access-Control-Allow-Methods"), policy->methods.joined);
    }
    if (headers->joined.ptr != NULL && !headers->any) {
        add_header(&set, CONCORS_LIT("Access-Control-Allow-Headers"), headers->joined);
    }
    set_headers(policy, request, &set, out);
}

static concors_decision_reason
judge_any(concors_span origin)
{
    origin_text scanned;

    return origin_text_scan(origin, &scanned) || app_origin_scan(origin)
               ? CONCORS_D_ALLOWED
               : CONCORS_D_ORIGIN_MALFORMED;
}

concors_decision_reason
origin_judge(const concors_policy *policy, const concors_policy_request *request)
{
    const origin_list *origins = &policy->origins;

    if (policy->constant) {
        return CONCORS_D_ALLOWED;
    }
    if (request->several_origins) {
        return CONCORS_D_SEVERAL_ORIGINS;
    }
    if (concors_span_eq(request->origin, CONCORS_LIT("null"))) {
        return origins->null ? CONCORS_D_ALLOWED : CONCORS_D_ORIGIN_NULL;
    }
    if (origins->any) {
        return judge_any(request->origin);
    }
    switch (matcher_find(&origins->matcher, request->origin)) {
    case MATCH_FOUND:
        return CONCORS_D_ALLOWED;
    case MATCH_MALFORMED:
        return app_origin_scan(request->origin) ? CONCORS_D_ORIGIN_NOT_LISTED
                                                : CONCORS_D_ORIGIN_MALFORMED;
    case MATCH_NONE:
        break;
    }
    return CONCORS_D_ORIGIN_NOT_LISTED;
}

/* GET, HEAD and POST need no leave: browsers send them without asking. */
static bool
method_allowed(const concors_policy *policy, concors_span method)
{
    return concors_span_eq(method, CONCORS_LIT("GET")) || concors_method_safelisted(method) ||
           policy->methods.any || name_list_has(&policy->methods, method);
}

/* Authorization is covered by its name only (Fetch, "CORS non-wildcard request-header name"). */
static bool
header_allowed(const concors_policy *policy, concors_span name)
{
    const name_list *names = &policy->request_headers;

    return name_list_has(names, name) ||
           (names->any && concors_is_token(name) &&
            !concors_span_eq_nocase(name, CONCORS_LIT("authorization")));
}

/* One name as asked for, in any case. */
static concors_decision_reason
judge_name(const concors_policy *policy, concors_span name)
{
    char lower[128];

    if (header_allowed(policy, name)) {
        return CONCORS_D_ALLOWED;
    }
    if (!concors_is_token(name)) {
        return CONCORS_D_HEADERS_MALFORMED;
    }
    if (name.len > sizeof lower) {
        return CONCORS_D_HEADER_NOT_LISTED;
    }
    for (size_t i = 0; i < name.len; i++) {
        lower[i] = concors_ascii_lower(name.ptr[i]);
    }
    return header_allowed(policy, (concors_span){lower, name.len}) ? CONCORS_D_ALLOWED
                                                                   : CONCORS_D_HEADER_NOT_LISTED;
}

/*
 * What browsers send: names in their order and in lower case, a comma between them. Then one walk
 * through the list, which is sorted too, finds them all. False: they are to be looked up.
 */
static bool
listed_in_order(const name_list *names, concors_span asked)
{
    enum { LIST_MAX = 32 };
    size_t count = names->count <= LIST_MAX ? names->count : 0;
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        concors_span name = names->list[i];
        size_t left = asked.len - at;
        if (left < name.len || asked.ptr[at] != name.ptr[0] ||
            memcmp(asked.ptr + at, name.ptr, name.len) != 0) {
            continue;
        }
        if (left == name.len) {
            return true;
        }
        at += asked.ptr[at + name.len] == ',' ? name.len + 1 : 0;
    }
    return false;
}

/* Gateways may split the line: each name is looked up where it stands. */
static concors_decision_reason
judge_headers(const concors_policy *policy, const concors_policy_request *request)
{
    size_t total = 0;

    if (request->asked_count == 1 && listed_in_order(&policy->request_headers, request->asked[0])) {
        return CONCORS_D_ALLOWED;
    }
    for (size_t i = 0; i < request->asked_count; i++) {
        concors_span rest = request->asked[i];
        concors_span name;
        total += rest.len;
        if (total > CONCORS_ASKED_HEADERS_MAX) {
            return CONCORS_D_HEADERS_MALFORMED;
        }
        while (concors_list_next(&rest, &name)) {
            concors_decision_reason reason =
                name.len == 0 ? CONCORS_D_ALLOWED : judge_name(policy, name);
            if (reason != CONCORS_D_ALLOWED) {
                return reason;
            }
        }
    }
    return CONCORS_D_ALLOWED;
}

static void
refuse(concors_decision *out, concors_decision_reason reason)
{
    out->kind = CONCORS_DECISION_REFUSE;
    out->reason = reason;
}

static bool
says_why(const concors_policy *policy, const concors_policy_request *request)
{
    return request->debug == CONCORS_DEBUG_POLICY ? policy->debug
                                                  : request->debug == CONCORS_DEBUG_ON;
}

/* Refusing is withholding: the browser says no. With debug it can say why. */
static void
decide_preflight(const concors_policy *policy, const concors_policy_request *request,
                 concors_decision *out)
{
    concors_decision_reason reason = origin_judge(policy, request);
    bool origin_allowed = reason == CONCORS_D_ALLOWED;

    out->preflight = true;
    out->status = 204;
    if (origin_allowed && !method_allowed(policy, request->asked_method)) {
        reason = CONCORS_D_METHOD_NOT_LISTED;
    } else if (origin_allowed) {
        reason = judge_headers(policy, request);
    }
    if (reason != CONCORS_D_ALLOWED) {
        refuse(out, reason);
    } else {
        out->kind = CONCORS_DECISION_ALLOW;
        out->reason = CONCORS_D_PREFLIGHT_ALLOWED;
    }
    if (reason == CONCORS_D_ALLOWED) {
        set_headers(policy, request, &policy->preflight, out);
    } else if (origin_allowed && says_why(policy, request)) {
        set_to_say_why(policy, request, reason, out);
    }
}

static void
decide_request(const concors_policy *policy, const concors_policy_request *request,
               concors_decision *out)
{
    concors_decision_reason reason = CONCORS_D_NO_ORIGIN;
    bool listed = method_allowed(policy, request->method) ||
                  concors_span_eq(request->method, CONCORS_LIT("OPTIONS"));

    if (request->origin.ptr != NULL) {
        reason = origin_judge(policy, request);
    }
    if (reason == CONCORS_D_NO_ORIGIN) {
        out->reason = reason;
    } else if (reason != CONCORS_D_ALLOWED) {
        if (!request->several_origins && origin_is_host(request->origin, request->host, false)) {
            out->reason = CONCORS_D_OWN_ORIGIN;
        } else {
            refuse(out, reason);
        }
    } else if (!listed) {
        refuse(out, CONCORS_D_METHOD_NOT_LISTED);
    } else {
        out->kind = CONCORS_DECISION_ALLOW;
        out->reason = CONCORS_D_ALLOWED;
    }
    if (policy->constant ? listed : out->kind == CONCORS_DECISION_ALLOW) {
        set_headers(policy, request, &policy->response, out);
    }
}

/* CORS decides who may read the answer; this decides whether the request is acted on at all. */
static void
apply_csrf(const concors_policy *policy, const concors_policy_request *request,
           concors_decision *out)
{
    concors_decision_reason reason = CONCORS_D_ALLOWED;

    out->csrf = csrf_decide(policy, request, &reason);
    if (out->csrf == CONCORS_CSRF_REFUSED) {
        refuse(out, reason);
        out->status = 403;
    }
}

void
concors_policy_decide(const concors_policy *policy, const concors_policy_request *request,
                      concors_decision *out)
{
    out->kind = CONCORS_DECISION_PASS;
    out->reason = CONCORS_D_NO_ORIGIN;
    out->csrf = CONCORS_CSRF_OFF;
    out->preflight = false;
    out->enforced = !policy->report;
    out->status = 0;
    out->strip = true;
    out->vary = policy->varies;
    out->set_count = 0;
    if (request->origin.ptr != NULL && request->asked_method.ptr != NULL &&
        concors_span_eq(request->method, CONCORS_LIT("OPTIONS"))) {
        decide_preflight(policy, request, out);
    } else {
        decide_request(policy, request, out);
        if (policy->csrf.check != CSRF_OFF) {
            apply_csrf(policy, request, out);
        }
    }
    if (policy->report) {
        out->status = 0;
        out->strip = false;
        out->vary = false;
        out->set_count = 0;
    }
}
