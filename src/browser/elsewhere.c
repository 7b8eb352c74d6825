/*
 * src/browser/elsewhere.c: a request that is refused while a cookie that an earlier answer set
 * stays at home, for it is for another path or host. No browser says a word then.
 */
#include "jar_inside.h"
#include "walk.h"

enum { HOPS_LOOKED_AT = 32, LINES_LOOKED_AT = 32 };

/* The server wanted to know who asks, and the request had nothing to say it with. */
static bool
was_refused_without_cookies(const concors_fetch *fetch, const concors_trace_hop *hop)
{
    if ((hop->status != 401 && hop->status != 403) || !hop->credentials || hop->cookie_count > 0 ||
        hop->cookies_incomplete || hop->request_sent != CONCORS_YES) {
        return false;
    }
    for (size_t i = 0; i < fetch->header_count; i++) {
        if (concors_span_eq_nocase(fetch->headers[i].name, CONCORS_LIT("Authorization"))) {
            return false;
        }
    }
    return true;
}

/* The latest answer before this one that set cookies and is of the same site, or the latest script
   that set one; NULL: none. */
static const concors_trace_hop *
earlier_answer(const concors_walk *walk, const concors_trace_hop *now)
{
    size_t looked = 0;

    for (size_t s = walk->step + 1; s > 0; s--) {
        const concors_trace_step *step = &walk->steps[s - 1];
        for (size_t h = step->hop_count; h > 0; h--) {
            const concors_trace_hop *hop = &step->hops[h - 1];
            if (looked++ == HOPS_LOOKED_AT) {
                return NULL;
            }
            if (hop->line_count > 0 &&
                (step->is_document_cookie ||
                 concors_span_eq(hop->relation.request_site, now->relation.request_site))) {
                return hop;
            }
        }
    }
    return NULL;
}

static bool
is_for_host(const concors_cookie *cookie, concors_span host)
{
    size_t len = cookie->domain.len;

    if (concors_span_eq(host, cookie->domain)) {
        return true;
    }
    return !cookie->host_only && host.len > len && host.ptr[host.len - len - 1] == '.' &&
           concors_span_ends(host, cookie->domain);
}

/* Why a cookie that is held does not go to this address; 0: it would. */
static concors_reason
kept_for_another(const concors_cookie *cookie, const concors_url *url)
{
    if (!is_for_host(cookie, url->host)) {
        return CONCORS_R_ConcorsCookieOfOtherHost;
    }
    return jar_path_match(url->path, cookie->path) ? (concors_reason)CONCORS_R_PASS
                                                   : CONCORS_R_ConcorsCookieOfOtherPath;
}

static bool
is_held(const concors_trace_line *line, int64_t now_ms)
{
    const concors_cookie *cookie = &line->offer.cookie;

    return line->stored == CONCORS_YES &&
           (cookie->expiry != CONCORS_EXPIRY_AT || cookie->expires_ms > now_ms);
}

concors_status
concors_walk_note_elsewhere(concors_walk *walk, const concors_fetch *fetch,
                            const concors_trace_hop *hop)
{
    const concors_trace_hop *earlier =
        was_refused_without_cookies(fetch, hop) ? earlier_answer(walk, hop) : NULL;
    concors_status status = CONCORS_OK;

    if (earlier == NULL || earlier->line_count > LINES_LOOKED_AT) {
        return CONCORS_OK;
    }
    for (size_t i = 0; i < earlier->line_count; i++) {
        /* A refused or deleted cookie is cause enough. */
        if (!is_held(&earlier->lines[i], walk->now_ms)) {
            return CONCORS_OK;
        }
    }
    for (size_t i = 0; i < earlier->line_count && status == CONCORS_OK; i++) {
        const concors_cookie *cookie = &earlier->lines[i].offer.cookie;
        concors_reason reason = kept_for_another(cookie, concors_fetch_url(fetch));
        if (reason != CONCORS_R_PASS) {
            status = concors_walk_note(walk, reason, cookie->name);
        }
    }
    return status;
}
