#include "base/span.h"
#include "near_miss.h"
#include "reasons.h"
#include <concors/cors.h>

enum { SCRATCH = 4096 };

/*
 * Does the value parse as a URL? Decides only which name DevTools gives the failure
 * (services/network/public/cpp/cors/cors.cc, CheckAccess). A value that parses to more than the
 * scratch holds got past its scheme, and non-ASCII hosts are names too: both are URLs here.
 */
static bool
is_url(concors_span value)
{
    _Alignas(16) char block[SCRATCH];
    concors_arena scratch = {block, sizeof(block), 0};
    concors_url url;
    concors_url_error why = CONCORS_URL_OK;
    concors_status status = concors_url_parse(value, NULL, NULL, &scratch, &url, &why);

    return status != CONCORS_E_SYNTAX || why == CONCORS_URL_E_IDNA;
}

static bool
is_list(concors_span value)
{
    return concors_span_find(value, ',') < value.len || concors_span_find(value, ' ') < value.len;
}

/* Which of DevTools' names a value gets that is not equal to the origin. */
static concors_reason
mismatch(concors_span value)
{
    if (is_list(value)) {
        return CONCORS_R_MultipleAllowOriginValues;
    }
    if (concors_span_eq(value, CONCORS_LIT("null"))) {
        return CONCORS_R_AllowOriginMismatch;
    }
    return is_url(value) ? CONCORS_R_AllowOriginMismatch : CONCORS_R_InvalidAllowOriginValue;
}

/* Fetch, "CORS check". */
concors_reason
concors_cors_check(concors_span allow_origin, concors_span allow_credentials, concors_span origin,
                   bool include_credentials, concors_near_miss *near)
{
    concors_near_miss unused;
    bool star = concors_span_eq(allow_origin, CONCORS_LIT("*"));

    near = near == NULL ? &unused : near;
    *near = CONCORS_NEAR_NONE;
    if (allow_origin.ptr == NULL) {
        return CONCORS_R_MissingAllowOriginHeader; /* step 2 */
    }
    if (star) { /* step 3; with credentials it would fail in step 4 */
        return include_credentials ? CONCORS_R_WildcardOriginNotAllowed : CONCORS_R_PASS;
    }
    if (!concors_span_eq(allow_origin, origin)) {
        *near = concors_near_miss_origin(allow_origin, origin);
        return mismatch(allow_origin); /* step 4 */
    }
    if (!include_credentials) {
        return CONCORS_R_PASS; /* step 5 */
    }
    if (!concors_span_eq(allow_credentials, CONCORS_LIT("true"))) {
        *near = concors_near_miss_credentials(allow_credentials);
        return CONCORS_R_InvalidAllowCredentials; /* steps 6 to 8: "True" fails too */
    }
    return CONCORS_R_PASS;
}

concors_reason
concors_cors_preflight_reason(concors_reason reason)
{
    switch (reason) {
    case CONCORS_R_WildcardOriginNotAllowed:
        return CONCORS_R_PreflightWildcardOriginNotAllowed;
    case CONCORS_R_MissingAllowOriginHeader:
        return CONCORS_R_PreflightMissingAllowOriginHeader;
    case CONCORS_R_MultipleAllowOriginValues:
        return CONCORS_R_PreflightMultipleAllowOriginValues;
    case CONCORS_R_InvalidAllowOriginValue:
        return CONCORS_R_PreflightInvalidAllowOriginValue;
    case CONCORS_R_AllowOriginMismatch:
        return CONCORS_R_PreflightAllowOriginMismatch;
    case CONCORS_R_InvalidAllowCredentials:
        return CONCORS_R_PreflightInvalidAllowCredentials;
    default:
        return reason;
    }
}
