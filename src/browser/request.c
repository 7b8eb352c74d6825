/* Source: Fetch, "Request class", "Headers class", "XMLHttpRequest". */
#include "request.h"
#include "http/octets.h"

static bool
script_sets_headers(concors_kind kind)
{
    return kind == CONCORS_KIND_FETCH || kind == CONCORS_KIND_XHR || kind == CONCORS_KIND_BEACON;
}

static bool
script_names_method(concors_kind kind)
{
    return kind == CONCORS_KIND_FETCH || kind == CONCORS_KIND_XHR;
}

/* The header guards: what script may not set is dropped without a word. */
static bool
header_is_kept(const concors_surroundings *around, const concors_request *request,
               const concors_header *header)
{
    if (concors_header_forbidden(header->name, header->value)) {
        return false;
    }
    if (request->mode == CONCORS_MODE_NO_CORS) {
        return concors_header_no_cors_safelisted(header->name, header->value);
    }
    return !(around->profile->cors.user_agent != 0 &&
             concors_span_eq_nocase(header->name, CONCORS_LIT("User-Agent")));
}

/* Names whose values decide whether they are safelisted: of the others it does not matter how many.
 */
static const concors_span judged_by_value[] = {
    CONCORS_LIT_INIT("Accept"), CONCORS_LIT_INIT("Accept-Language"),
    CONCORS_LIT_INIT("Content-Language"), CONCORS_LIT_INIT("Content-Type"),
    CONCORS_LIT_INIT("Range")};
enum { JUDGED_COUNT = sizeof judged_by_value / sizeof judged_by_value[0] };

static concors_status
join(const concors_surroundings *around, concors_header *earlier, concors_span value)
{
    size_t room = earlier->value.len + value.len + 2;

    if (earlier->value.len > CONCORS_SAFELISTED_VALUE_MAX) {
        return CONCORS_OK; /* unsafe already, whatever follows */
    }
    concors_out out = {concors_arena_take_text(around->arena, room), room, 0};

    if (out.ptr == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_out_put(&out, earlier->value);
    concors_out_put(&out, CONCORS_LIT(", "));
    concors_out_put(&out, value);
    earlier->value = (concors_span){out.ptr, out.len};
    return CONCORS_OK;
}

/* Adds a header, or joins it with the earlier one of its name, as setRequestHeader() does. seen:
 * one of each name that is judged. */
static concors_status
add_header(const concors_surroundings *around, concors_fetch *fetch, const concors_header *header,
           concors_header *seen[JUDGED_COUNT])
{
    bool combined =
        fetch->request->kind == CONCORS_KIND_XHR || around->profile->cors.headers_combined != 0;

    for (size_t i = 0; combined && i < JUDGED_COUNT; i++) {
        if (!concors_span_eq_nocase(header->name, judged_by_value[i])) {
            continue;
        }
        if (seen[i] != NULL) {
            return join(around, seen[i], header->value);
        }
        seen[i] = &fetch->headers[fetch->header_count];
        break;
    }
    fetch->headers[fetch->header_count++] = *header;
    return CONCORS_OK;
}

static concors_status
take_headers(const concors_surroundings *around, concors_fetch *fetch)
{
    const concors_request *request = fetch->request;
    concors_header *seen[JUDGED_COUNT] = {NULL};

    if (!script_sets_headers(request->kind) || request->headers.count == 0) {
        return CONCORS_OK;
    }
    fetch->headers =
        concors_arena_take_many(around->arena, request->headers.count, sizeof *fetch->headers);
    if (fetch->headers == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < request->headers.count; i++) {
        concors_header header = request->headers.list[i];
        header.value = concors_http_trim(header.value); /* Fetch, "normalize a byte sequence" */
        if (!concors_is_token(header.name) || !concors_is_header_value(header.value)) {
            fetch->refused = CONCORS_R_ConcorsInvalidRequest;
            fetch->dropped_header = header.name;
            return CONCORS_OK;
        }
        if (!header_is_kept(around, request, &header)) {
            fetch->dropped_header = header.name;
            continue;
        }
        if (add_header(around, fetch, &header, seen) != CONCORS_OK) {
            return CONCORS_E_ROOM;
        }
    }
    return CONCORS_OK;
}

/* Fetch, "new Request()": what throws before anything is asked of a server. */
static concors_reason
constructor_refuses(const concors_fetch *fetch)
{
    const concors_request *request = fetch->request;

    if (script_names_method(request->kind)) {
        if (!concors_is_token(request->method)) {
            return CONCORS_R_ConcorsInvalidRequest;
        }
        if (concors_method_forbidden(request->method)) {
            return CONCORS_R_ConcorsForbiddenMethod;
        }
        if (request->mode == CONCORS_MODE_NO_CORS && !concors_method_safelisted(fetch->method)) {
            return CONCORS_R_ConcorsInvalidRequest;
        }
    }
    if (request->kind == CONCORS_KIND_FETCH && request->url.has_credentials) {
        return CONCORS_R_ConcorsUrlCredentials;
    }
    return CONCORS_R_PASS;
}

bool
concors_fetch_includes_credentials(const concors_fetch *fetch)
{
    return fetch->request->credentials == CONCORS_CREDENTIALS_INCLUDE ||
           (fetch->request->credentials == CONCORS_CREDENTIALS_SAME_ORIGIN &&
            fetch->tainting == CONCORS_TAINTING_BASIC);
}

concors_span
concors_fetch_origin(const concors_fetch *fetch)
{
    if (fetch->origin_tainted) {
        return CONCORS_LIT("null");
    }
    return fetch->names_url ? fetch->page->url_origin_text : fetch->page->origin_text;
}

static bool
method_is_safe(concors_span method)
{
    return concors_span_eq_nocase(method, CONCORS_LIT("GET")) ||
           concors_span_eq_nocase(method, CONCORS_LIT("HEAD"));
}

enum { FIRST_HOP = 1, EACH_HOP = 2 }; /* of context.storage_access_origin */

/* Measured: in Chrome the first hop decides, and an Origin header once there stays; in Firefox each
 * hop is looked at. */
static bool
asks_storage_access(const concors_surroundings *around, const concors_fetch *fetch)
{
    int32_t rule = around->profile->context.storage_access_origin;
    size_t hops = rule == FIRST_HOP ? 1 : fetch->url_count;
    concors_hop_view view;

    if (fetch->request->credentials != CONCORS_CREDENTIALS_INCLUDE ||
        (rule == FIRST_HOP && !method_is_safe(fetch->request->method))) {
        return false; /* a POST that became a GET lost its Origin on the way */
    }
    concors_hop_view_open(around, fetch->page, fetch->request->kind, fetch->method, fetch->urls,
                          hops, &view);
    if (rule == EACH_HOP &&
        (fetch->origin_tainted || !concors_origin_trustworthy(&view.url_origin))) {
        return false;
    }
    return concors_request_asks_storage_access(around, &view);
}

enum { DOWNGRADE_ALL = 1, DOWNGRADE_NAVIGATIONS = 2 };

bool
concors_fetch_has_origin_header(const concors_surroundings *around, const concors_fetch *fetch,
                                concors_span *value)
{
    const concors_url *url = concors_fetch_url(fetch);
    bool safe = method_is_safe(fetch->method);
    int32_t rule = around->profile->cors.downgrade_nulls_origin;
    bool downgrade =
        (rule == DOWNGRADE_ALL ||
         (rule == DOWNGRADE_NAVIGATIONS && concors_kind_is_navigation(fetch->request->kind))) &&
        fetch->page->document->url.scheme == CONCORS_SCHEME_HTTPS &&
        url->scheme == CONCORS_SCHEME_HTTP;

    *value = fetch->origin_nulled ? CONCORS_LIT("null") : concors_fetch_origin(fetch);
    if (fetch->request->kind == CONCORS_KIND_VISIT) {
        return false;
    }
    if (fetch->request->crossorigin && around->profile->cors.crossorigin_sends_origin) {
        return true;
    }
    if (fetch->tainting == CONCORS_TAINTING_CORS ||
        fetch->request->mode == CONCORS_MODE_WEBSOCKET) {
        return true;
    }
    if (safe && !fetch->origin_kept && !asks_storage_access(around, fetch)) {
        return false;
    }
    if (downgrade && !(safe && around->profile->context.storage_access_origin == FIRST_HOP)) {
        *value =
            CONCORS_LIT("null"); /* the default referrer policy, strict-origin-when-cross-origin */
    }
    return true;
}

static concors_status
list_because(const concors_surroundings *around, const concors_fetch *fetch,
             concors_preflight_need *out)
{
    bool method = !concors_method_safelisted(fetch->method);
    size_t count = out->ask.name_count + (method ? 1 : 0);
    concors_span *list = concors_arena_take_many(around->arena, count, sizeof *list);

    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    out->because = list;
    out->because_count = count;
    if (method) {
        *list++ = fetch->method;
    }
    for (size_t i = 0; i < out->ask.name_count; i++) {
        list[i] = out->ask.names[i];
    }
    return CONCORS_OK;
}

enum { ASKS_FOR_WHAT_IS_LEFT, ASKS_ON_EVERY_HOP, ASKS_AS_AT_FIRST };

/* A hop that needs no preflight of its own; some browsers send one all the same. */
static void
ask_after_redirect(const concors_surroundings *around, const concors_fetch *fetch,
                   concors_preflight_need *out)
{
    int32_t rule = around->profile->cors.redirect_preflight;

    bool asked = (rule != ASKS_FOR_WHAT_IS_LEFT && fetch->asked) ||
                 (rule == ASKS_ON_EVERY_HOP && fetch->first_name_count > 0);

    if (asked) {
        out->needed = true;
        out->because = fetch->first_because;
        out->because_count = fetch->first_because_count;
    }
}

/* Remembers what is unsafe before any redirect, where the browser goes by that. */
static concors_status
remember_unsafe(const concors_surroundings *around, concors_fetch *fetch)
{
    concors_preflight_need first = {.needed = true};
    concors_headers headers = {fetch->headers, fetch->header_count};
    concors_span *names;

    if (around->profile->cors.redirect_preflight == ASKS_FOR_WHAT_IS_LEFT ||
        !script_sets_headers(fetch->request->kind)) {
        return CONCORS_OK;
    }
    concors_status status = concors_unsafe_header_names(
        headers, &around->profile->cors, around->arena, &names, &first.ask.name_count);
    first.ask.names = names;
    if (status == CONCORS_OK) {
        status = list_because(around, fetch, &first);
    }
    fetch->first_names = names;
    fetch->first_name_count = first.ask.name_count;
    fetch->first_because = first.because;
    fetch->first_because_count = first.because_count;
    return status;
}

/* Measured: once asked after a redirect from its own origin, WebKit asks with credentials. */
static bool
asks_as_at_home(const concors_surroundings *around, const concors_fetch *fetch)
{
    concors_origin first = concors_url_origin(&fetch->urls[0], 0);

    return around->profile->cors.redirect_preflight == ASKS_AS_AT_FIRST && fetch->asked &&
           fetch->request->credentials == CONCORS_CREDENTIALS_SAME_ORIGIN &&
           concors_same_origin(&fetch->page->origin, &first);
}

concors_status
concors_fetch_preflight_need(const concors_surroundings *around, const concors_fetch *fetch,
                             concors_preflight_need *out)
{
    concors_headers headers = {fetch->headers, fetch->header_count};
    concors_span *names;
    concors_status status;

    memset(out, 0, sizeof *out);
    if (fetch->tainting != CONCORS_TAINTING_CORS || !script_sets_headers(fetch->request->kind)) {
        return CONCORS_OK; /* nothing but script can make a request that needs asking first */
    }
    if (around->profile->cors.redirect_preflight == ASKS_AS_AT_FIRST) {
        out->ask.names = fetch->first_names;
        out->ask.name_count = fetch->first_name_count;
    } else {
        status = concors_unsafe_header_names(headers, &around->profile->cors, around->arena, &names,
                                             &out->ask.name_count);
        if (status != CONCORS_OK) {
            return status;
        }
        out->ask.names = names;
    }
    out->ask.method = fetch->method;
    out->ask.include_credentials =
        concors_fetch_includes_credentials(fetch) || asks_as_at_home(around, fetch);
    out->ask.origin = concors_fetch_origin(fetch);
    concors_origin target = concors_url_origin(concors_fetch_url(fetch), 0);
    if (fetch->origin_tainted && around->profile->cors.tainted_preflight_keeps_origin &&
        !concors_same_origin(&fetch->page->origin, &target)) {
        out->ask.origin = fetch->page->origin_text;
    }
    out->needed = !concors_method_safelisted(fetch->method) || out->ask.name_count > 0;
    if (!out->needed) {
        ask_after_redirect(around, fetch, out);
    }
    return out->needed && out->because == NULL ? list_because(around, fetch, out) : CONCORS_OK;
}

concors_status
concors_fetch_open(const concors_surroundings *around, const concors_page *page,
                   const concors_request *request, size_t hops, concors_fetch *out)
{
    memset(out, 0, sizeof *out);
    out->page = page;
    out->request = request;
    out->names_url =
        request->kind == CONCORS_KIND_BEACON && around->profile->cors.beacon_names_url != 0;
    out->method = concors_method_normalize(request->method);
    out->urls = concors_arena_take_many(around->arena, hops, sizeof *out->urls);
    if (out->urls == NULL) {
        return CONCORS_E_ROOM;
    }
    out->urls[0] = request->url;
    out->url_count = 1;
    out->refused = constructor_refuses(out);
    if (out->refused != CONCORS_R_PASS) {
        return CONCORS_OK;
    }
    concors_status status = take_headers(around, out);
    return status == CONCORS_OK ? remember_unsafe(around, out) : status;
}
