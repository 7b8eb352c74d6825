/* One request: is it let go, does a preflight allow it, which cookies go with it. */
#include "prepared.h"
#include "walk.h"

/* Headers that make a request conditional; browsers then keep off their HTTP cache. */
static bool
is_conditional(const concors_fetch *fetch)
{
    static const concors_span names[] = {
        CONCORS_LIT_INIT("If-Match"), CONCORS_LIT_INIT("If-Modified-Since"),
        CONCORS_LIT_INIT("If-None-Match"), CONCORS_LIT_INIT("If-Range"),
        CONCORS_LIT_INIT("If-Unmodified-Since")};

    for (size_t i = 0; i < fetch->header_count; i++) {
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            if (concors_span_eq_nocase(fetch->headers[i].name, names[n])) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the cache is asked before this preflight. */
static bool
looks_into_cache(const concors_walk *walk, const concors_fetch *fetch, bool cacheable)
{
    enum { SKIPS_OF_FETCH_ALONE = 2 };
    int32_t rule = walk->around.profile->cors.cache_skips_conditional;
    bool skips =
        rule != 0 && (rule != SKIPS_OF_FETCH_ALONE || fetch->request->kind == CONCORS_KIND_FETCH);

    return cacheable && !(skips && is_conditional(fetch));
}

static concors_status
run_preflight(concors_walk *walk, const concors_fetch *fetch, const concors_preflight_need *need,
              const concors_answer *answer, concors_trace_preflight *out)
{
    concors_preflight_result result;
    concors_span url = concors_fetch_url(fetch)->href;
    const concors_cors_rules *rules = &walk->around.profile->cors;
    bool cacheable = !fetch->origin_tainted || rules->cache_tainted_origin != 0;
    bool looks = looks_into_cache(walk, fetch, cacheable);
    concors_status status;

    out->sent = CONCORS_YES;
    out->because = need->because;
    out->because_count = need->because_count;
    if (looks && concors_preflight_cache_has(walk->cache, walk->page.top_text, url, &need->ask,
                                             walk->now_ms)) {
        out->sent = CONCORS_NO;
        out->cached = true;
        return CONCORS_OK;
    }
    if (!answer->known) {
        out->answer_unknown = true;
        return CONCORS_OK;
    }
    const concors_prepared *prepared = concors_answer_prepared(answer, walk->around.arena);
    if (prepared == NULL) {
        return CONCORS_E_ROOM;
    }
    status = concors_preflight_check_prepared(&need->ask, answer->status, prepared, rules,
                                              walk->around.arena, &result);
    if (status != CONCORS_OK) {
        return status;
    }
    out->error = result.error;
    out->near = result.near;
    out->subject = result.subject;
    if (result.error != CONCORS_R_PASS && (looks || rules->cache_cleared_by_error)) {
        concors_preflight_cache_clear(walk->cache, walk->page.top_text, url, need->ask.origin);
    }
    if (result.error == CONCORS_R_PASS && result.authorization_by_wildcard) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsAuthorizationWildcard, fetch->method);
    }
    return status != CONCORS_OK || !cacheable
               ? status
               : concors_preflight_cache_put(walk->cache, walk->page.top_text, url, &need->ask,
                                             &result, walk->now_ms);
}

static void
withhold_all(concors_cookie_use *uses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uses[i].reasons = (concors_reasons){{CONCORS_R_ConcorsCredentialsOmitted}, 1};
        uses[i].lax_unsafe = false;
    }
}

static concors_status
attach_cookies(concors_walk *walk, const concors_cookie_door *door, concors_trace_hop *out)
{
    concors_cookie_use *uses;
    size_t sent, total;
    concors_status status =
        concors_jar_select(walk->jar, door, walk->around.arena, &uses, &sent, &total);

    if (status != CONCORS_OK) {
        return status;
    }
    if (!out->credentials) {
        withhold_all(uses, total);
        sent = 0;
    }
    out->cookies = uses;
    out->cookies_incomplete = walk->blind && out->credentials;
    out->cookies_sent = sent;
    out->cookie_count = total;
    return CONCORS_OK;
}

/* "patch" is not normalised to "PATCH", and servers allow what is spelled as they expect it. */
static bool
method_case_matters(const concors_fetch *fetch)
{
    if (fetch->tainting != CONCORS_TAINTING_CORS) {
        return false;
    }
    for (size_t i = 0; i < fetch->method.len; i++) {
        if (fetch->method.ptr[i] >= 'a' && fetch->method.ptr[i] <= 'z') {
            return true;
        }
    }
    return false;
}

static concors_status
note_request(concors_walk *walk, const concors_fetch *fetch)
{
    concors_status status = CONCORS_OK;

    if (method_case_matters(fetch)) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsMethodCase, fetch->method);
    }
    if (status == CONCORS_OK && fetch->dropped_header.ptr != NULL && fetch->url_count == 1) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsHeaderForbidden, fetch->dropped_header);
    }
    if (status == CONCORS_OK && fetch->authorization_stripped) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsAuthorizationStripped,
                                   concors_fetch_url(fetch)->href);
    }
    if (status == CONCORS_OK && fetch->image_upgraded) {
        status =
            concors_walk_note(walk, CONCORS_R_ConcorsImageUpgraded, concors_fetch_url(fetch)->href);
    }
    if (status == CONCORS_OK && fetch->local_network == CONCORS_LOCAL_ASKS) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsPermissionUnknown,
                                   concors_fetch_url(fetch)->host);
    }
    if (status == CONCORS_OK && fetch->local_network == CONCORS_LOCAL_ADDRESS_UNKNOWN) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsAddressUnknown,
                                   concors_fetch_url(fetch)->host);
    }
    return status;
}

static concors_status
not_sent(concors_reason why, concors_trace_hop *out)
{
    out->request_sent = CONCORS_NO;
    out->outcome = CONCORS_OUTCOME_NOT_SENT;
    out->error = why;
    return CONCORS_OK;
}

static concors_status
describe_hop(concors_walk *walk, const concors_fetch *fetch, const concors_hop_view *view,
             concors_trace_hop *out)
{
    out->method = fetch->method;
    out->url = concors_fetch_url(fetch)->href;
    out->same_site = concors_request_same_site(&walk->around, view);
    out->credentials = concors_fetch_includes_credentials(fetch);
    out->has_origin = concors_fetch_has_origin_header(&walk->around, fetch, &out->origin);
    return concors_request_relation(&walk->around, view, &out->relation);
}

concors_status
concors_walk_hop(concors_walk *walk, concors_fetch *fetch, const concors_exchange *exchange,
                 concors_tri *sent, concors_trace_hop *out)
{
    concors_hop_view view;
    concors_cookie_door door;
    concors_preflight_need need;
    concors_status status;

    if (fetch->refused == CONCORS_R_PASS &&
        (status = concors_fetch_aim(&walk->around, fetch)) != CONCORS_OK) {
        return status;
    }
    concors_hop_view_open(&walk->around, &walk->page, fetch->request->kind, fetch->method,
                          fetch->urls, fetch->url_count, &view);
    if ((status = describe_hop(walk, fetch, &view, out)) != CONCORS_OK ||
        (status = note_request(walk, fetch)) != CONCORS_OK) {
        return status;
    }
    if (fetch->refused != CONCORS_R_PASS) {
        return not_sent(fetch->refused, out);
    }
    if ((status = concors_fetch_preflight_need(&walk->around, fetch, &need)) != CONCORS_OK) {
        return status;
    }
    fetch->asked |= need.needed;
    if (need.needed && (status = run_preflight(walk, fetch, &need, &exchange->preflight,
                                               &out->preflight)) != CONCORS_OK) {
        return status;
    }
    if (out->preflight.error != CONCORS_R_PASS) {
        return not_sent(CONCORS_R_PASS, out);
    }
    if (out->preflight.answer_unknown || fetch->local_network == CONCORS_LOCAL_ASKS) {
        *sent = CONCORS_UNKNOWN;
    }
    out->request_sent = *sent;
    if ((status = concors_request_door(&walk->around, &view, &door)) != CONCORS_OK) {
        return status;
    }
    door.now_ms = walk->now_ms;
    door.certain = *sent == CONCORS_YES;
    if ((status = attach_cookies(walk, &door, out)) != CONCORS_OK) {
        return status;
    }
    return concors_walk_response(walk, fetch, &door, &exchange->response, out);
}
