/*
 * src/server/csrf.c: whether a request that changes something comes from whom the user thinks.
 *
 * What the body claims to be does not matter: only what browsers say of the sender, and the token.
 */
#include "policy_parts.h"

static bool
is_safe(concors_span method)
{
    return concors_span_eq(method, CONCORS_LIT("GET")) ||
           concors_span_eq(method, CONCORS_LIT("HEAD")) ||
           concors_span_eq(method, CONCORS_LIT("OPTIONS"));
}

/* Whether a segment of the path is "..": then what it stands for is another path. */
static bool
leads_up(concors_span path)
{
    for (size_t i = 0; i + 2 < path.len; i++) {
        if (memcmp(path.ptr + i, "/..", 3) == 0 && (i + 3 == path.len || path.ptr[i + 3] == '/')) {
            return true;
        }
    }
    return false;
}

/* "/hooks/" stands for all below it; "/hook" for itself and all below it. */
static bool
is_below(const csrf_rules *rules, concors_span path)
{
    for (size_t i = 0; i < rules->exempt_count; i++) {
        concors_span start = rules->exempt[i];
        if (concors_span_starts(path, start) &&
            (start.ptr[start.len - 1] == '/' || path.len == start.len ||
             path.ptr[start.len] == '/')) {
            return !leads_up(path);
        }
    }
    return false;
}

/*
 * By the path that the server chose its way by, and by the one that was sent: proxies pass that on
 * as it is. "/users/..%2Fhooks/delete" is below /hooks/ to the one, and below /users/ to the other.
 */
static bool
is_exempt(const csrf_rules *rules, const concors_policy_request *request)
{
    return is_below(rules, request->path) &&
           (request->sent_path.ptr == NULL || is_below(rules, request->sent_path));
}

/* The port behind the name in a Host header, which loses it; `own` where none stands. */
static uint32_t
take_port(concors_span *host, uint32_t own)
{
    enum { DIGITS_MAX = 5 };
    size_t at = host->len;
    size_t last = at > DIGITS_MAX ? at - DIGITS_MAX : 0;
    uint32_t value = 0;

    for (uint32_t unit = 1; at > last && concors_ascii_digit(host->ptr[at - 1]); unit *= 10) {
        value += (uint32_t)(host->ptr[--at] - '0') * unit;
    }
    if (at == 0 || host->ptr[at - 1] != ':') {
        return own;
    }
    value = at == host->len ? own : value;
    host->len = at - 1;
    return value;
}

bool
origin_is_host(concors_span origin, concors_span host, bool secure)
{
    enum { HTTP = 7, HTTPS = 8 };
    bool https = origin.len > HTTPS && origin.ptr[HTTP] == '/';
    concors_span rest = concors_span_part(origin, https ? HTTPS : HTTP, origin.len);
    uint32_t own = https ? 443 : 80;
    uint32_t port = take_port(&host, own);
    origin_text scanned;

    /* Most are another's: then the names differ soon. */
    if ((secure && !https) || host.len == 0 || !concors_span_starts_nocase(rest, host) ||
        !origin_text_scan(origin, &scanned) || scanned.host.len != host.len) {
        return false;
    }
    return port == (scanned.port != 0 ? scanned.port : own);
}

/* Those the policy names, and those who may read with credentials anyway. */
static bool
is_trusted(const concors_policy *policy, const concors_policy_request *request)
{
    if (request->origin.ptr == NULL || request->several_origins) {
        return false;
    }
    return matcher_find(&policy->csrf.trusted, request->origin) == MATCH_FOUND ||
           (policy->credentials && origin_judge(policy, request) == CONCORS_D_ALLOWED);
}

/* Sec-Fetch-Site cannot be forged by script; browsers without it send Origin with what changes
 * something; what sends neither is no browser, and has no user's cookies to misuse. */
static concors_decision_reason
judge_sender(const concors_policy *policy, const concors_policy_request *request)
{
    concors_span site = request->fetch_site;

    if (site.len == 0) {
        bool own = request->origin.ptr == NULL ||
                   (!request->several_origins &&
                    origin_is_host(request->origin, request->host, request->secure));
        return own || is_trusted(policy, request) ? CONCORS_D_ALLOWED : CONCORS_D_CSRF_ORIGIN;
    }
    if (concors_span_eq(site, CONCORS_LIT("same-origin")) ||
        concors_span_eq(site, CONCORS_LIT("none")) ||
        (policy->csrf.same_site_trusted && concors_span_eq(site, CONCORS_LIT("same-site")))) {
        return CONCORS_D_ALLOWED;
    }
    return is_trusted(policy, request) ? CONCORS_D_ALLOWED : CONCORS_D_CSRF_CROSS_SITE;
}

concors_csrf
csrf_decide(const concors_policy *policy, const concors_policy_request *request,
            concors_decision_reason *reason)
{
    const csrf_rules *rules = &policy->csrf;

    if ((is_safe(request->method) && !request->websocket) || is_exempt(rules, request)) {
        return CONCORS_CSRF_OFF;
    }
    /* Script cannot set headers on a handshake: there is only its sender to go by. */
    if ((rules->check & CSRF_FETCH_METADATA) != 0 || request->websocket) {
        *reason = judge_sender(policy, request);
    }
    if (*reason == CONCORS_D_ALLOWED && (rules->check & CSRF_TOKEN) != 0 && !request->websocket) {
        *reason = token_check(policy, request);
    }
    return *reason == CONCORS_D_ALLOWED ? CONCORS_CSRF_PASSED : CONCORS_CSRF_REFUSED;
}
