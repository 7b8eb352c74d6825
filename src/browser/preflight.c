#include "http/octets.h"
#include "max_age.h"
#include "prepared.h"
#include "reasons.h"

/*
 * The order of the checks, where several fail, is Chromium's: a redirect before anything else
 * (services/network/cors/preflight_controller.cc, HandleRedirect), then the CORS check, then the
 * status (CheckPreflightAccess), then the syntax of Allow-Methods and Allow-Headers
 * (PreflightResult::Parse), then the method, then the headers (CheckPreflightResult). Firefox and
 * WebKit keep the same order; the standard gives one network error for all.
 */

/* Without Location there is nothing to follow: the status is just not an ok one. */
static bool
has_location(const concors_answer_fields *fields, const concors_cors_rules *rules)
{
    enum { EMPTY_IS_NONE = 1 };
    concors_headers headers = fields->headers;

    for (size_t i = fields->at[CONCORS_FIELD_LOCATION].first; i < headers.count; i++) {
        if (concors_field_of(headers.list[i].name) == CONCORS_FIELD_LOCATION &&
            (rules->redirect_location != EMPTY_IS_NONE ||
             concors_http_trim(headers.list[i].value).len > 0)) {
            return true;
        }
    }
    return false;
}

static void
refuse(concors_preflight_result *out, concors_reason error, concors_span subject)
{
    out->error = error;
    out->subject = subject;
    out->max_age_s = 0;
}

/* Step 7: the CORS check with the request's credentials mode, and an ok status. */
static concors_status
check_access(const concors_preflight_ask *ask, uint16_t status, const concors_answer_fields *fields,
             concors_arena *arena, concors_preflight_result *out)
{
    concors_span allow_origin;
    concors_span allow_credentials;

    if (concors_answer_fields_get(fields, CONCORS_FIELD_ALLOW_ORIGIN, arena, &allow_origin) !=
            CONCORS_OK ||
        concors_answer_fields_get(fields, CONCORS_FIELD_ALLOW_CREDENTIALS, arena,
                                  &allow_credentials) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    concors_reason reason = concors_cors_check(allow_origin, allow_credentials, ask->origin,
                                               ask->include_credentials, &out->near);
    if (reason != CONCORS_R_PASS) {
        refuse(out, concors_cors_preflight_reason(reason),
               reason == CONCORS_R_InvalidAllowCredentials ? allow_credentials : allow_origin);
    } else if (status < 200 || status > 299) {
        refuse(out, CONCORS_R_PreflightInvalidStatus, (concors_span){NULL, 0});
    }
    return CONCORS_OK;
}

/* Steps 7.1 to 7.4: a list that does not parse fails the whole preflight. */
static void
take_lists(const concors_prepared *answer, concors_preflight_result *out)
{
    const concors_tokens *methods = &answer->allow_methods;
    const concors_tokens *names = &answer->allow_headers;

    out->methods = methods->list;
    out->method_count = methods->count;
    out->headers = names->list;
    out->header_count = names->count;
    if (!methods->valid) {
        refuse(out, CONCORS_R_InvalidAllowMethodsPreflightResponse, methods->wrong);
    } else if (!names->valid) {
        refuse(out, CONCORS_R_InvalidAllowHeadersPreflightResponse, names->wrong);
    }
}

/* Step 7.5: listed byte for byte, or safelisted, or under "*" without credentials. */
static bool
method_allowed(const concors_preflight_ask *ask, const concors_preflight_result *out)
{
    if (concors_method_safelisted(ask->method)) {
        return true;
    }
    for (size_t i = 0; i < out->method_count; i++) {
        if (concors_span_eq(out->methods[i], ask->method) ||
            (!ask->include_credentials && concors_span_eq(out->methods[i], CONCORS_LIT("*")))) {
            return true;
        }
    }
    return false;
}

/* Steps 7.6 and 7.7: the first header in sorted order that is not allowed; absent: none. */
static concors_span
header_refused(const concors_preflight_ask *ask, const concors_cors_rules *rules,
               concors_preflight_result *out)
{
    bool star = !ask->include_credentials &&
                concors_names_have(out->headers, out->header_count, CONCORS_LIT("*"));

    for (size_t i = 0; i < ask->name_count; i++) {
        concors_span name = ask->names[i];
        if (concors_names_have(out->headers, out->header_count, name)) {
            continue;
        }
        /* Fetch, "CORS non-wildcard request-header name": this one alone. */
        bool authorization = concors_span_eq(name, CONCORS_LIT("authorization"));
        if (!star || (authorization && rules->authorization_wildcard == 0)) {
            return name;
        }
        out->authorization_by_wildcard = out->authorization_by_wildcard || authorization;
    }
    return (concors_span){NULL, 0};
}

static concors_status
read_age(const concors_answer_fields *fields, const concors_cors_rules *rules, concors_arena *arena,
         concors_preflight_result *out)
{
    concors_span value;

    if (concors_answer_fields_get(fields, CONCORS_FIELD_MAX_AGE, arena, &value) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    out->max_age_s = concors_max_age_s(value, fields->at[CONCORS_FIELD_MAX_AGE].count, rules);
    return CONCORS_OK;
}

static concors_status
check(const concors_preflight_ask *ask, uint16_t status, const concors_prepared *answer,
      const concors_cors_rules *rules, concors_arena *arena, concors_preflight_result *out)
{
    concors_reason unreadable = concors_prepared_refused(answer, rules);
    if (unreadable != CONCORS_R_PASS) {
        refuse(out, unreadable, (concors_span){NULL, 0});
        return CONCORS_OK;
    }
    if (concors_redirect_status(status) && has_location(&answer->fields, rules)) {
        refuse(out, CONCORS_R_PreflightDisallowedRedirect, (concors_span){NULL, 0});
        return CONCORS_OK;
    }
    if (check_access(ask, status, &answer->fields, arena, out) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    if (out->error != CONCORS_R_PASS) {
        return CONCORS_OK;
    }
    take_lists(answer, out);
    if (out->error != CONCORS_R_PASS) {
        return CONCORS_OK;
    }
    if (read_age(&answer->fields, rules, arena, out) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    if (!method_allowed(ask, out)) {
        out->error = CONCORS_R_MethodDisallowedByPreflightResponse;
        out->subject = ask->method;
        return CONCORS_OK;
    }
    concors_span refused = header_refused(ask, rules, out);
    if (refused.ptr != NULL) {
        out->error = CONCORS_R_HeaderDisallowedByPreflightResponse;
        out->subject = refused;
    }
    return CONCORS_OK;
}

concors_status
concors_preflight_check_prepared(const concors_preflight_ask *ask, uint16_t status,
                                 const concors_prepared *answer, const concors_cors_rules *rules,
                                 concors_arena *arena, concors_preflight_result *out)
{
    size_t mark = arena->len;

    *out = (concors_preflight_result){0};
    if (check(ask, status, answer, rules, arena, out) != CONCORS_OK) {
        arena->len = mark;
        *out = (concors_preflight_result){0};
        return CONCORS_E_ROOM;
    }
    return CONCORS_OK;
}

/* Fetch, "CORS-preflight fetch", step 7 on. */
concors_status
concors_preflight_check(const concors_preflight_ask *ask, uint16_t status, concors_headers headers,
                        const concors_cors_rules *rules, concors_arena *arena,
                        concors_preflight_result *out)
{
    size_t mark = arena->len;
    concors_prepared answer;
    concors_status prepared = concors_headers_prepare(headers, arena, &answer);

    if (prepared != CONCORS_OK) {
        arena->len = mark;
        *out = (concors_preflight_result){0};
        return prepared;
    }
    concors_status done = concors_preflight_check_prepared(ask, status, &answer, rules, arena, out);
    if (done != CONCORS_OK) {
        arena->len = mark;
    }
    return done;
}
