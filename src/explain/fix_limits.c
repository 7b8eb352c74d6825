/* src/explain/fix_limits.c: what no header lets through, and the next design. */
#include "fix_search.h"

typedef enum kind {
    KIND_OTHER,
    KIND_UNKNOWN,
    KIND_TOO_MUCH,
    KIND_NULL,
    KIND_HTTPS,
    KIND_MIXED,
    KIND_LOCAL,
    KIND_THIRD_PARTY,
} kind;

#define TOKENS                                                                                     \
    " Where neither can be: a short-lived token in Authorization in place of the cookie (script "  \
    "can read it), or the Storage Access API (the user is asked)"

static const struct {
    concors_span what, next;
} texts[] = {
    [KIND_OTHER] = {CONCORS_LIT_INIT("No header and no client option alone lets it through"),
                    CONCORS_LIT_INIT("")},
    [KIND_UNKNOWN] = {CONCORS_LIT_INIT("No change can be proven while answers are unknown"),
                      CONCORS_LIT_INIT("")},
    [KIND_TOO_MUCH] = {CONCORS_LIT_INIT("More would have to change than is tried at once"),
                       CONCORS_LIT_INIT("Try the journey in parts")},
    [KIND_NULL] = {CONCORS_LIT_INIT("The origin of the request is null, which a server must never "
                                    "allow: every sandboxed page and many redirects have it"),
                   CONCORS_LIT_INIT("Call the final address directly, from a page that has an "
                                    "origin")},
    [KIND_HTTPS] = {CONCORS_LIT_INIT("No header helps: this needs https, and something here is "
                                     "http"),
                    CONCORS_LIT_INIT("Serve the page and the server over https; the price is a "
                                     "certificate for each")},
    [KIND_MIXED] = {CONCORS_LIT_INIT("No header helps: an https page may not ask an http server, "
                                     "and nothing is sent"),
                    CONCORS_LIT_INIT("Serve the server over https, or behind the page's own "
                                     "origin")},
    [KIND_LOCAL] = {CONCORS_LIT_INIT("No header helps: a public page reaches the local network "
                                     "only if the user lets it"),
                    CONCORS_LIT_INIT("Serve the page from that network as well")},
    [KIND_THIRD_PARTY] = {CONCORS_LIT_INIT(
                              "No header helps: third-party cookies are blocked, whatever their "
                              "attributes say"),
                          CONCORS_LIT_INIT(
                              "Serve both from one origin, or else from one site." TOKENS)},
};

static kind
kind_of(concors_reason reason)
{
    switch (reason) {
    case 0:
        return KIND_TOO_MUCH;
    case CONCORS_R_UserPreferences:
    case CONCORS_R_ThirdPartyPhaseout:
    case CONCORS_R_ThirdPartyBlockedInFirstPartySet:
    case CONCORS_R_ConcorsThirdPartyBlocked:
    case CONCORS_R_ConcorsOtherPartition:
        return KIND_THIRD_PARTY;
    case CONCORS_R_LocalNetworkAccessPermissionDenied:
    case CONCORS_R_InsecureLocalNetwork:
    case CONCORS_R_InvalidLocalNetworkAccess:
        return KIND_LOCAL;
    case CONCORS_R_ConcorsMixedContent:
    case CONCORS_R_ConcorsMixedFormHeld:
        return KIND_MIXED;
    case CONCORS_R_SecureOnly:
    case CONCORS_R_OverwriteSecure:
    case CONCORS_R_InvalidPrefix:
    case CONCORS_R_SameSiteNoneInsecure:
    case CONCORS_R_ConcorsPartitionedInsecure:
    case CONCORS_R_SchemefulSameSiteStrict:
    case CONCORS_R_SchemefulSameSiteLax:
    case CONCORS_R_SchemefulSameSiteUnspecifiedTreatedAsLax:
        return KIND_HTTPS;
    default:
        return concors_reason_is_unknown(reason) ? KIND_UNKNOWN : KIND_OTHER;
    }
}

/* Whether the CORS check failed for a request whose origin is null. */
static bool
is_null_refused(const concors_trace *trace, const concors_draft *draft)
{
    if (draft->step >= trace->step_count || draft->hop >= trace->steps[draft->step].hop_count ||
        draft->stage == CONCORS_STAGE_COOKIE || draft->stage == CONCORS_STAGE_SET_COOKIE) {
        return false;
    }
    const concors_trace_hop *hop = &trace->steps[draft->step].hops[draft->hop];
    return concors_span_eq(hop->origin, CONCORS_LIT("null"));
}

concors_status
concors_limit_reason(const concors_journey *journey, const concors_trace *trace,
                     concors_arena *arena, concors_reason *reason)
{
    concors_draft *drafts = NULL;
    size_t count = 0;
    concors_status status = concors_drafts_collect(journey, trace, arena, &drafts, &count);
    kind highest = KIND_TOO_MUCH;

    for (size_t i = 0; status == CONCORS_OK && i < count; i++) {
        concors_severity severity = concors_reason_get(drafts[i].reason)->severity;
        kind one = kind_of(drafts[i].reason);
        if (severity == CONCORS_SEVERITY_ERROR && is_null_refused(trace, &drafts[i])) {
            one = KIND_NULL;
        }
        bool counts = severity == CONCORS_SEVERITY_ERROR || one == KIND_UNKNOWN;
        if (counts && (one > highest || *reason == 0)) {
            *reason = one == KIND_NULL ? CONCORS_R_AllowOriginMismatch : drafts[i].reason;
            highest = one > highest ? one : highest;
        }
    }
    return status;
}

bool
concors_limit_asks_design(concors_reason reason)
{
    return kind_of(reason) != KIND_UNKNOWN;
}

concors_status
concors_limit_add(concors_search *s, concors_limit *limits, size_t *count, size_t browser,
                  concors_reason reason)
{
    kind one = kind_of(reason);
    size_t at = 0;

    if (reason == CONCORS_R_AllowOriginMismatch) {
        one = KIND_NULL; /* any other mismatch has an edit that answers it */
    }
    while (at < *count && !concors_span_eq(limits[at].what, texts[one].what)) {
        at++;
    }
    if (at == CONCORS_LIMITS_MAX) {
        return CONCORS_OK;
    }
    if (at == *count) {
        size_t *list = concors_arena_take_many(s->arena, s->browsers, sizeof *list);
        if (list == NULL) {
            return CONCORS_E_ROOM;
        }
        limits[(*count)++] = (concors_limit){reason, list, 0, texts[one].what, texts[one].next};
    }
    ((size_t *)(uintptr_t)limits[at].browsers)[limits[at].browser_count++] = browser;
    return CONCORS_OK;
}
