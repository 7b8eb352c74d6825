/*
 * What stops a request before anything is sent: the mode, the scheme, mixed content, the local
 * network. Sources: Fetch "main fetch", Mixed Content level 2, Local Network Access; switches for
 * what was measured.
 */
#include "request.h"

static bool
scheme_is_secure(concors_scheme scheme)
{
    return scheme == CONCORS_SCHEME_HTTPS || scheme == CONCORS_SCHEME_WSS;
}

/* Fetch, "main fetch": response tainting. A redirected request never comes back to basic. */
static concors_reason
taint(concors_fetch *fetch, const concors_origin *target)
{
    const concors_request *request = fetch->request;

    if (request->mode == CONCORS_MODE_NAVIGATE || request->mode == CONCORS_MODE_WEBSOCKET) {
        return CONCORS_R_PASS;
    }
    if (fetch->tainting == CONCORS_TAINTING_BASIC &&
        concors_same_origin(&fetch->page->origin, target)) {
        return CONCORS_R_PASS;
    }
    switch (request->mode) {
    case CONCORS_MODE_SAME_ORIGIN:
        return CONCORS_R_DisallowedByMode;
    case CONCORS_MODE_NO_CORS:
        fetch->tainting = CONCORS_TAINTING_OPAQUE;
        return request->redirect == CONCORS_REDIRECT_FOLLOW ? CONCORS_R_PASS
                                                            : CONCORS_R_NoCorsRedirectModeNotFollow;
    case CONCORS_MODE_CORS:
    case CONCORS_MODE_NAVIGATE:
    case CONCORS_MODE_WEBSOCKET:
        break;
    }
    fetch->tainting = CONCORS_TAINTING_CORS;
    return CONCORS_R_PASS;
}

static bool
redirect_nulls(const concors_surroundings *around, const concors_fetch *fetch)
{
    enum { NULLS_NONE, NULLS_WITHOUT_CORS, NULLS_NAVIGATIONS };

    switch (around->profile->cors.redirect_nulls_origin) {
    case NULLS_WITHOUT_CORS:
        return fetch->request->mode != CONCORS_MODE_CORS;
    case NULLS_NAVIGATIONS:
        return concors_kind_is_navigation(fetch->request->kind);
    default:
        return false;
    }
}

enum { UPGRADE_LATE = 1, UPGRADE_NULLS = 2 };

/*
 * Fetch, "redirect-taint": the origin becomes opaque once a hop leaves an origin that was not the
 * page's own. An upgrade to https comes first, in most browsers.
 */
static void
taint_origin(const concors_surroundings *around, concors_fetch *fetch, const concors_origin *target)
{
    if (fetch->url_count < 2) {
        return;
    }
    concors_origin from = concors_url_origin(&fetch->urls[fetch->url_count - 2], 0);
    bool leaves_page = concors_same_origin(&fetch->page->origin, &from);
    bool upgrade_nulls = around->profile->context.mixed_image_upgrade_late == UPGRADE_NULLS;

    fetch->origin_nulled |= upgrade_nulls && fetch->image_upgraded && !leaves_page;
    if (concors_same_origin(&from, target)) {
        return;
    }
    fetch->origin_tainted |= !leaves_page;
    fetch->origin_nulled |= redirect_nulls(around, fetch);
}

static concors_reason
scheme_refuses(const concors_fetch *fetch)
{
    concors_scheme scheme = concors_fetch_url(fetch)->scheme;

    if (fetch->request->mode == CONCORS_MODE_WEBSOCKET) {
        return scheme == CONCORS_SCHEME_OTHER ? CONCORS_R_ConcorsSocketScheme : CONCORS_R_PASS;
    }
    return scheme == CONCORS_SCHEME_HTTP || scheme == CONCORS_SCHEME_HTTPS
               ? CONCORS_R_PASS
               : CONCORS_R_CorsDisabledScheme;
}

/* Chromium, BaseFetchContext: embedded credentials of subresources; navigations and XHR are let be.
 */
static bool
url_credentials_refused(const concors_surroundings *around, const concors_fetch *fetch)
{
    concors_kind kind = fetch->request->kind;

    return around->profile->context.url_credentials_blocked != 0 &&
           concors_fetch_url(fetch)->has_credentials && !concors_kind_is_navigation(kind) &&
           kind != CONCORS_KIND_XHR && kind != CONCORS_KIND_WEBSOCKET;
}

/* Forms that leave https for http are held back by a warning that nobody may be there to answer. */
static concors_reason
form_refuses(const concors_surroundings *around, const concors_fetch *fetch,
             const concors_origin *target)
{
    enum { HELD_ON_HTTPS = 1, HELD_ON_LOCALHOST_TOO = 2 };
    int32_t rule = around->profile->context.form_to_http;
    concors_origin page = concors_url_origin(&fetch->page->document->url, 0);
    bool https = page.scheme == CONCORS_SCHEME_HTTPS;
    bool redirected = fetch->url_count > 1;

    if (scheme_is_secure(target->scheme) || concors_origin_trustworthy(target)) {
        return CONCORS_R_PASS;
    }
    if (!concors_span_eq(fetch->method, CONCORS_LIT("POST"))) {
        return CONCORS_R_PASS; /* a redirect made it a GET: nothing of the form is left */
    }
    if (rule == HELD_ON_LOCALHOST_TOO && redirected) {
        return CONCORS_R_PASS; /* measured: only the form's own address is looked at */
    }
    if ((rule >= HELD_ON_HTTPS && https) ||
        (rule == HELD_ON_LOCALHOST_TOO && concors_origin_trustworthy(&page))) {
        return CONCORS_R_ConcorsMixedFormHeld;
    }
    return CONCORS_R_PASS;
}

/* "https://host:port/path?query" for an http URL; only the default port changes. */
static concors_status
upgrade_url(const concors_surroundings *around, concors_url *url)
{
    size_t room = url->href.len + 1;
    char *text = concors_arena_take_text(around->arena, room);
    concors_out out = {text, room, 0};

    if (text == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_out_put(&out, CONCORS_LIT("https"));
    concors_out_put(&out, concors_span_part(url->href, CONCORS_LIT("http").len, url->href.len));
    url->href = (concors_span){text, out.len};
    url->scheme = CONCORS_SCHEME_HTTPS;
    url->scheme_name = CONCORS_LIT("https");
    if (url->default_port) {
        url->port = 443;
    }
    return concors_out_status(&out);
}

/* Mixed Content: what an https page may ask for without TLS. */
static concors_status
mixed_content(const concors_surroundings *around, concors_fetch *fetch,
              const concors_origin *target)
{
    enum { ASKS_USER = 1, IP_OF_REDIRECTS = 2 };
    const concors_context_rules *rules = &around->profile->context;
    concors_url *url = concors_fetch_url(fetch);
    bool image = fetch->request->kind == CONCORS_KIND_IMG;
    bool upgrades_ip = rules->mixed_image_upgrade_ip == IP_OF_REDIRECTS
                           ? fetch->url_count > 1
                           : rules->mixed_image_upgrade_ip != 0;
    bool loopback = concors_origin_trustworthy(target);

    if (!fetch->page->restricts_mixed || scheme_is_secure(url->scheme) ||
        concors_kind_is_top_level(fetch->request->kind)) {
        return CONCORS_OK;
    }
    if (loopback && (rules->mixed_loopback_allowed || image)) {
        return CONCORS_OK;
    }
    if (image && rules->mixed_image_upgrade &&
        (url->host_kind == CONCORS_HOST_DOMAIN || upgrades_ip)) {
        fetch->image_upgraded = true;
        return upgrade_url(around, url);
    }
    if (rules->local_network == ASKS_USER && url->host_kind != CONCORS_HOST_DOMAIN &&
        concors_address_space_of(target) == CONCORS_SPACE_LOCAL) {
        fetch->local_network =
            CONCORS_LOCAL_ASKS; /* Local Network Access, mixed content exemption */
        return CONCORS_OK;
    }
    fetch->refused = CONCORS_R_ConcorsMixedContent;
    return CONCORS_OK;
}

/* Local Network Access: a public page asks for an address that is less public. */
static void
local_network(const concors_surroundings *around, concors_fetch *fetch,
              const concors_origin *target)
{
    enum { ASKS_USER = 1 };
    int32_t rule = around->profile->context.local_network;

    if (rule == 0 || concors_kind_is_top_level(fetch->request->kind)) {
        return;
    }
    concors_address_space to = concors_address_space_of(target);
    if (to != CONCORS_SPACE_LOOPBACK && to != CONCORS_SPACE_LOCAL) {
        return;
    }
    concors_origin page = concors_url_origin(&fetch->page->document->url, 0);
    if (concors_same_origin(&page, target)) {
        return;
    }
    concors_address_space from = concors_address_space_of(&page);
    if (from == CONCORS_SPACE_UNKNOWN && fetch->local_network == CONCORS_LOCAL_NONE) {
        fetch->local_network = CONCORS_LOCAL_ADDRESS_UNKNOWN;
        return;
    }
    if (from != CONCORS_SPACE_PUBLIC) {
        return;
    }
    if (!fetch->page->secure_context) {
        fetch->refused = CONCORS_R_InsecureLocalNetwork;
    } else if (rule == ASKS_USER) {
        fetch->local_network = CONCORS_LOCAL_ASKS;
    } else {
        fetch->refused = CONCORS_R_LocalNetworkAccessPermissionDenied;
    }
}

concors_status
concors_fetch_aim(const concors_surroundings *around, concors_fetch *fetch)
{
    concors_status status = concors_escapes_normal(around, concors_fetch_url(fetch));
    concors_origin target = concors_url_origin(concors_fetch_url(fetch), 0);

    fetch->image_upgraded = false;
    fetch->local_network = CONCORS_LOCAL_NONE;
    fetch->refused = scheme_refuses(fetch);
    if (fetch->refused == CONCORS_R_PASS && url_credentials_refused(around, fetch)) {
        fetch->refused = CONCORS_R_ConcorsUrlCredentials;
    }
    if (fetch->refused == CONCORS_R_PASS && fetch->request->kind == CONCORS_KIND_FORM_POST) {
        fetch->refused = form_refuses(around, fetch, &target);
    }
    if (status == CONCORS_OK && fetch->refused == CONCORS_R_PASS) {
        status = mixed_content(around, fetch, &target);
    }
    if (status == CONCORS_OK && fetch->refused == CONCORS_R_PASS) {
        local_network(around, fetch, &target);
        concors_origin sent_to = concors_url_origin(concors_fetch_url(fetch), 0);
        fetch->was_cross_origin |= !concors_same_origin(&fetch->page->origin, &sent_to);
        if (around->profile->context.mixed_image_upgrade_late != UPGRADE_LATE) {
            target = sent_to;
        }
    }
    if (status == CONCORS_OK && fetch->refused == CONCORS_R_PASS) {
        taint_origin(around, fetch, &target);
        fetch->refused = taint(fetch, &target);
    }
    return status;
}
