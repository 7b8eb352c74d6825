/* Source: Fetch, "HTTP-redirect fetch" and "redirect-taint". */
#include "request.h"

bool
concors_redirect_status(uint16_t status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool
is_post(concors_span method)
{
    return concors_span_eq(method, CONCORS_LIT("POST"));
}

static bool
is_get_or_head(concors_span method)
{
    return concors_span_eq(method, CONCORS_LIT("GET")) ||
           concors_span_eq(method, CONCORS_LIT("HEAD"));
}

static void
drop_header(concors_fetch *fetch, concors_span name, bool *dropped)
{
    size_t kept = 0;

    for (size_t i = 0; i < fetch->header_count; i++) {
        if (concors_span_eq_nocase(fetch->headers[i].name, name)) {
            *dropped = true;
        } else {
            fetch->headers[kept++] = fetch->headers[i];
        }
    }
    fetch->header_count = kept;
}

/* Steps 12-13: 301, 302 turn POST into GET; 303 turns all but GET and HEAD into GET. */
static void
change_method(concors_fetch *fetch, uint16_t status, bool drops_delete)
{
    static const concors_span body_headers[] = {
        CONCORS_LIT_INIT("Content-Encoding"), CONCORS_LIT_INIT("Content-Language"),
        CONCORS_LIT_INIT("Content-Location"), CONCORS_LIT_INIT("Content-Type")};
    bool dropped = false;
    bool to_get = ((status == 301 || status == 302) && is_post(fetch->method)) ||
                  (status == 303 && !is_get_or_head(fetch->method)) ||
                  (drops_delete && concors_span_eq(fetch->method, CONCORS_LIT("DELETE")));

    if (!to_get) {
        return;
    }
    fetch->method = CONCORS_LIT("GET");
    for (size_t i = 0; i < sizeof body_headers / sizeof body_headers[0]; i++) {
        drop_header(fetch, body_headers[i], &dropped);
    }
}

/* Whether the Origin header that this hop has stays over the redirect, whatever the method becomes.
 */
static bool
keeps_origin(const concors_surroundings *around, const concors_fetch *fetch, bool cross_origin)
{
    concors_span origin;

    return around->profile->cors.redirect_keeps_origin && !cross_origin &&
           !concors_kind_is_navigation(fetch->request->kind) &&
           concors_fetch_has_origin_header(around, fetch, &origin);
}

/* Steps 5-9: where a redirect may not lead. */
static concors_reason
target_refused(const concors_fetch *fetch, const concors_url *next, const concors_origin *to)
{
    const concors_request *request = fetch->request;

    if (next->scheme != CONCORS_SCHEME_HTTP && next->scheme != CONCORS_SCHEME_HTTPS) {
        return request->mode == CONCORS_MODE_CORS ? CONCORS_R_CorsDisabledScheme
                                                  : CONCORS_R_ConcorsRedirectLocation;
    }
    if (fetch->url_count > CONCORS_REDIRECTS_MAX) {
        return CONCORS_R_ConcorsRedirectLimit;
    }
    if (request->mode == CONCORS_MODE_CORS && next->has_credentials &&
        (fetch->tainting == CONCORS_TAINTING_CORS ||
         !concors_same_origin(&fetch->page->origin, to))) {
        return CONCORS_R_RedirectContainsCredentials;
    }
    return CONCORS_R_PASS;
}

concors_status
concors_fetch_redirect(const concors_surroundings *around, concors_fetch *fetch, uint16_t status,
                       concors_span location, concors_reason *error)
{
    concors_url next;
    concors_url_error why;
    concors_origin from = concors_url_origin(concors_fetch_url(fetch), 0);
    concors_status parsed = concors_url_parse(location, concors_fetch_url(fetch),
                                              around->host->idna, around->arena, &next, &why);

    if (parsed == CONCORS_E_ROOM) {
        return parsed;
    }
    if (parsed != CONCORS_OK) {
        *error = CONCORS_R_ConcorsRedirectLocation;
        return CONCORS_OK;
    }
    concors_origin to = concors_url_origin(&next, 0);
    *error = target_refused(fetch, &next, &to);
    if (*error != CONCORS_R_PASS) {
        return CONCORS_OK;
    }
    bool cross_origin = !concors_same_origin(&from, &to);
    fetch->origin_kept = keeps_origin(around, fetch, cross_origin);
    change_method(fetch, status, cross_origin && around->profile->cors.delete_becomes_get != 0);
    fetch->authorization_stripped = false;
    if (cross_origin) {
        drop_header(fetch, CONCORS_LIT("Authorization"), &fetch->authorization_stripped);
    }
    fetch->urls[fetch->url_count++] = next;
    return CONCORS_OK;
}
