/* src/server/policy_facts.c: a policy as people and programs look at it. */
#include "policy_parts.h"

concors_policy_facts
concors_policy_describe(const concors_policy *policy)
{
    return (concors_policy_facts){
        .name = policy->name,
        .origin_count = policy->origins.matcher.count,
        .any_origin = policy->origins.any,
        .null_origin = policy->origins.null,
        .credentials = policy->credentials,
        .report = policy->report,
        .debug = policy->debug,
        .methods = policy->methods.joined,
        .request_headers = policy->request_headers.joined,
        .expose_headers = policy->expose_headers.joined,
        .max_age = policy->max_age,
    };
}

concors_span
concors_policy_origin(const concors_policy *policy, size_t index)
{
    const matcher *m = &policy->origins.matcher;

    return index < m->count ? (concors_span){m->entries[index].ptr, m->entries[index].len}
                            : (concors_span){NULL, 0};
}

static const concors_span stripped[] = {
    CONCORS_LIT_INIT("access-control-allow-origin"),
    CONCORS_LIT_INIT("access-control-allow-credentials"),
    CONCORS_LIT_INIT("access-control-allow-methods"),
    CONCORS_LIT_INIT("access-control-allow-headers"),
    CONCORS_LIT_INIT("access-control-expose-headers"),
    CONCORS_LIT_INIT("access-control-max-age"),
    {NULL, 0},
};

const concors_span *
concors_policy_stripped(void)
{
    return stripped;
}

static const concors_span reason_texts[CONCORS_D_COUNT] = {
    [CONCORS_D_NO_ORIGIN] = CONCORS_LIT_INIT("NoOrigin"),
    [CONCORS_D_OWN_ORIGIN] = CONCORS_LIT_INIT("OwnOrigin"),
    [CONCORS_D_ALLOWED] = CONCORS_LIT_INIT("Allowed"),
    [CONCORS_D_PREFLIGHT_ALLOWED] = CONCORS_LIT_INIT("PreflightAllowed"),
    [CONCORS_D_ORIGIN_NOT_LISTED] = CONCORS_LIT_INIT("OriginNotListed"),
    [CONCORS_D_ORIGIN_NULL] = CONCORS_LIT_INIT("OriginNull"),
    [CONCORS_D_ORIGIN_MALFORMED] = CONCORS_LIT_INIT("OriginMalformed"),
    [CONCORS_D_SEVERAL_ORIGINS] = CONCORS_LIT_INIT("SeveralOrigins"),
    [CONCORS_D_METHOD_NOT_LISTED] = CONCORS_LIT_INIT("MethodNotListed"),
    [CONCORS_D_HEADER_NOT_LISTED] = CONCORS_LIT_INIT("HeaderNotListed"),
    [CONCORS_D_HEADERS_MALFORMED] = CONCORS_LIT_INIT("HeadersMalformed"),
    [CONCORS_D_CSRF_CROSS_SITE] = CONCORS_LIT_INIT("CsrfCrossSite"),
    [CONCORS_D_CSRF_ORIGIN] = CONCORS_LIT_INIT("CsrfOrigin"),
    [CONCORS_D_CSRF_TOKEN_MISSING] = CONCORS_LIT_INIT("CsrfTokenMissing"),
    [CONCORS_D_CSRF_TOKEN_WRONG] = CONCORS_LIT_INIT("CsrfTokenWrong"),
};

concors_span
concors_decision_reason_text(concors_decision_reason reason)
{
    return (unsigned)reason < CONCORS_D_COUNT ? reason_texts[reason] : (concors_span){NULL, 0};
}

concors_span
concors_csrf_text(concors_csrf csrf)
{
    switch (csrf) {
    case CONCORS_CSRF_PASSED:
        return CONCORS_LIT("passed");
    case CONCORS_CSRF_REFUSED:
        return CONCORS_LIT("refused");
    case CONCORS_CSRF_OFF:
        break;
    }
    return CONCORS_LIT("off");
}

concors_token_names
concors_policy_token(const concors_policy *policy)
{
    return policy->csrf.token;
}
