/* src/explain/fix_limits.c: what no header lets through, and the next design. */
#include "fix_search.h"

#define ELSE                                                                                       \
    " Where neither can be: for fetch a short-lived token in Authorization in place of the "       \
    "cookie "                                                                                      \
    "(script can read it), in a frame the Storage Access API (the user is asked)"

static const struct {
    concors_span what, next;
} texts[] = {
    [CONCORS_LIMIT_OTHER] = {CONCORS_LIT_INIT(
                                 "No header and no client option alone lets it through"),
                             CONCORS_LIT_INIT("")},
    [CONCORS_LIMIT_UNKNOWN] = {CONCORS_LIT_INIT(
                                   "No change can be proven while answers are unknown"),
                               CONCORS_LIT_INIT("")},
    [CONCORS_LIMIT_TOO_MUCH] =
        {CONCORS_LIT_INIT("The search for headers gave up: too many places would have to change, "
                          "more than 1024 or over more rounds than it tries"),
         CONCORS_LIT_INIT("That does not mean that no header helps. Ask again about the first few "
                          "steps: what they lack, the others lack as well, most often")},
    [CONCORS_LIMIT_SCRIPT] =
        {CONCORS_LIT_INIT("No header helps: the page's script sets the cookie, and it can set one "
                          "for its own host and that host's parent domains only, and none that is "
                          "HttpOnly"),
         CONCORS_LIT_INIT("Let the server that needs the cookie set it, by Set-Cookie in its "
                          "answer")},
    [CONCORS_LIMIT_NULL] =
        {CONCORS_LIT_INIT("The origin of the request is null after the redirect, which a server "
                          "must never allow: any page can have it"),
         CONCORS_LIT_INIT("Let the client ask the final address itself, or let the first server "
                          "fetch the answer instead of redirecting")},
    [CONCORS_LIMIT_LOGIN] =
        {CONCORS_LIT_INIT("The redirect leads to a page for people, where the origin of the "
                          "request is null, which a server must never allow: any page can have "
                          "it"),
         CONCORS_LIT_INIT("Answer 401 instead, with the CORS headers, and let the script lead the "
                          "user to that page")},
    [CONCORS_LIMIT_NO_SERVER] =
        {CONCORS_LIT_INIT("The page comes from no server (its address is neither http nor https), "
                          "so its origin is null, which a server must never allow: any page can "
                          "have it"),
         CONCORS_LIT_INIT("Serve the page by http or https, from localhost while you develop; in "
                          "an extension let the background script ask, with the server's host in "
                          "host_permissions")},
    [CONCORS_LIMIT_SANDBOX] =
        {CONCORS_LIT_INIT("The page is sandboxed, so its origin is null, which a server must "
                          "never allow: any page can have it"),
         CONCORS_LIT_INIT("Let the page around it ask, and hand the answer in by postMessage; "
                          "or give the sandbox allow-same-origin, where its content is trusted")},
    [CONCORS_LIMIT_ONE_MACHINE] =
        {CONCORS_LIT_INIT("No header is needed: page and server are one machine under two names, "
                          "which makes them two sites"),
         CONCORS_LIT_INIT("Use one name in both addresses, localhost or 127.0.0.1")},
    [CONCORS_LIMIT_HTTPS] =
        {CONCORS_LIT_INIT("No header helps: this needs https, and something here is http"),
         CONCORS_LIT_INIT("Serve the page and the server over https, and let the server allow the "
                          "page's https origin; the price is a certificate for each")},
    [CONCORS_LIMIT_MIXED] =
        {CONCORS_LIT_INIT("No header helps: an https page may not ask an http server, and nothing "
                          "is sent"),
         CONCORS_LIT_INIT("Serve the server over https, or behind the page's own origin")},
    [CONCORS_LIMIT_LOCAL] =
        {CONCORS_LIT_INIT("No header helps: a public page reaches the local network only if the "
                          "user lets it"),
         CONCORS_LIT_INIT("Serve the page from that network as well")},
    [CONCORS_LIMIT_THIRD_PARTY] =
        {CONCORS_LIT_INIT("No header helps: third-party cookies are blocked here, or kept apart "
                          "for each site, whatever their attributes say"),
         CONCORS_LIT_INIT("Serve both from one origin, or else from one site." ELSE)},
    [CONCORS_LIMIT_FRAME] =
        {CONCORS_LIT_INIT("No header helps: in a frame on another site cookies are blocked here, "
                          "whatever their attributes say"),
         CONCORS_LIT_INIT("Serve the frame from the site that embeds it; or ask for the cookies "
                          "with document.requestStorageAccess() in the frame (the user is "
                          "asked); or open it in a window of its own")},
};

static concors_limit_kind
kind_of(concors_reason reason)
{
    switch (reason) {
    case CONCORS_R_UserPreferences:
    case CONCORS_R_ThirdPartyPhaseout:
    case CONCORS_R_ThirdPartyBlockedInFirstPartySet:
    case CONCORS_R_ConcorsThirdPartyBlocked:
    case CONCORS_R_ConcorsOtherPartition:
        return CONCORS_LIMIT_THIRD_PARTY;
    case CONCORS_R_LocalNetworkAccessPermissionDenied:
    case CONCORS_R_InsecureLocalNetwork:
    case CONCORS_R_InvalidLocalNetworkAccess:
        return CONCORS_LIMIT_LOCAL;
    case CONCORS_R_ConcorsMixedContent:
    case CONCORS_R_ConcorsMixedFormHeld:
        return CONCORS_LIMIT_MIXED;
    case CONCORS_R_SecureOnly:
    case CONCORS_R_OverwriteSecure:
    case CONCORS_R_InvalidPrefix:
    case CONCORS_R_SameSiteNoneInsecure:
    case CONCORS_R_ConcorsPartitionedInsecure:
    case CONCORS_R_SchemefulSameSiteStrict:
    case CONCORS_R_SchemefulSameSiteLax:
    case CONCORS_R_SchemefulSameSiteUnspecifiedTreatedAsLax:
        return CONCORS_LIMIT_HTTPS;
    default:
        return concors_reason_is_unknown(reason) ? CONCORS_LIMIT_UNKNOWN : CONCORS_LIMIT_OTHER;
    }
}

/* The hop that a draft is about; NULL for a cookie that a script sets. */
static const concors_trace_hop *
hop_of(const concors_trace *trace, const concors_draft *draft)
{
    if (draft->step >= trace->step_count || draft->hop >= trace->steps[draft->step].hop_count ||
        trace->steps[draft->step].is_document_cookie) {
        return NULL;
    }
    return &trace->steps[draft->step].hops[draft->hop];
}

/* What stays, seen with the place where it came up. */
static concors_limit_kind
kind_at(const concors_journey *journey, const concors_trace *trace, const concors_draft *draft)
{
    const concors_trace_hop *hop = hop_of(trace, draft);
    concors_limit_kind kind = kind_of(draft->reason);
    const concors_document *document = journey->steps[draft->step].document;
    bool cookie = draft->stage == CONCORS_STAGE_COOKIE || draft->stage == CONCORS_STAGE_SET_COOKIE;

    if (hop == NULL) {
        return kind == CONCORS_LIMIT_HTTPS ? kind : CONCORS_LIMIT_SCRIPT;
    }
    if (concors_is_opaque(document) && kind != CONCORS_LIMIT_MIXED && kind != CONCORS_LIMIT_LOCAL &&
        (cookie || concors_span_eq(hop->origin, CONCORS_LIT("null")))) {
        return document->sandboxed ? CONCORS_LIMIT_SANDBOX : CONCORS_LIMIT_NO_SERVER;
    }
    if (cookie && concors_is_one_machine(&hop->relation)) {
        return CONCORS_LIMIT_ONE_MACHINE;
    }
    if (kind == CONCORS_LIMIT_THIRD_PARTY) {
        if (concors_differ_in_scheme(&hop->relation)) {
            return CONCORS_LIMIT_HTTPS;
        }
        return concors_is_own_frame(document, &hop->relation) ? CONCORS_LIMIT_FRAME : kind;
    }
    if (!cookie && concors_span_eq(hop->origin, CONCORS_LIT("null"))) {
        return concors_leads_to_login(journey, draft->step, draft->hop, hop->url)
                   ? CONCORS_LIMIT_LOGIN
                   : CONCORS_LIMIT_NULL;
    }
    return kind;
}

concors_status
concors_limit_find(const concors_journey *journey, const concors_trace *trace, concors_arena *arena,
                   concors_stuck *stuck)
{
    concors_draft *drafts = NULL;
    size_t count = 0;
    concors_status status = concors_drafts_collect(journey, trace, arena, &drafts, &count);

    for (size_t i = 0; status == CONCORS_OK && i < count; i++) {
        concors_severity severity = concors_reason_get(drafts[i].reason)->severity;
        bool unknown = kind_of(drafts[i].reason) == CONCORS_LIMIT_UNKNOWN;
        if (severity != CONCORS_SEVERITY_ERROR && !unknown) {
            continue;
        }
        concors_limit_kind kind =
            unknown ? CONCORS_LIMIT_UNKNOWN : kind_at(journey, trace, &drafts[i]);
        if (stuck->reason == 0 || kind > stuck->kind) {
            *stuck = (concors_stuck){drafts[i].reason, kind};
        }
    }
    return status;
}

bool
concors_limit_asks_design(concors_limit_kind kind)
{
    return kind != CONCORS_LIMIT_UNKNOWN && kind != CONCORS_LIMIT_LOGIN;
}

concors_status
concors_limit_add(concors_search *s, concors_limit *limits, size_t *count, size_t browser,
                  concors_stuck stuck)
{
    concors_span what = texts[stuck.kind].what;
    size_t at = 0;

    while (at < *count && !concors_span_eq(limits[at].what, what)) {
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
        limits[(*count)++] = (concors_limit){stuck.reason, list, 0, what, texts[stuck.kind].next};
    }
    ((size_t *)(uintptr_t)limits[at].browsers)[limits[at].browser_count++] = browser;
    return CONCORS_OK;
}
