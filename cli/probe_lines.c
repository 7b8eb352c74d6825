/*
 * cli/probe_lines.c: the header lines of one hop, as the model says a browser would send them.
 * What the model does not decide (Accept, Referer, Sec-Fetch-*) follows Fetch and Referrer Policy.
 */
#include "probe.h"

#include <string.h>

static bool
parse(concors_span text, const concors_host *host, concors_arena *arena, concors_url *url)
{
    concors_url_error why;

    return concors_url_parse(text, NULL, host->idna, arena, url, &why) == CONCORS_OK;
}

/* Whether Authorization is still there: no hop so far may have changed the origin (Fetch,
 * "HTTP-redirect fetch", step 13). When an address cannot be read the answer is no. */
static bool
one_origin(const probe_walk *walk, const concors_trace_step *step, size_t hop, concors_arena *arena)
{
    concors_url before;
    concors_url here;

    for (size_t i = 1; i <= hop; i++) {
        if (!parse(step->hops[i - 1].url, walk->host, arena, &before) ||
            !parse(step->hops[i].url, walk->host, arena, &here)) {
            return false;
        }
        concors_origin a = concors_url_origin(&before, 1);
        concors_origin b = concors_url_origin(&here, 2);
        if (!concors_same_origin(&a, &b)) {
            return false;
        }
    }
    return true;
}

static const char *
destination(concors_kind kind)
{
    switch (kind) {
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
        return "document";
    case CONCORS_KIND_IMG:
        return "image";
    case CONCORS_KIND_SCRIPT:
        return "script";
    case CONCORS_KIND_IFRAME:
        return "iframe";
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_XHR:
    case CONCORS_KIND_WEBSOCKET:
    case CONCORS_KIND_EVENTSOURCE:
    case CONCORS_KIND_BEACON:
        break;
    }
    return "empty";
}

static const char *
mode_name(concors_mode mode)
{
    static const char *const names[] = {"cors", "no-cors", "same-origin", "navigate", "websocket"};

    return names[mode];
}

/* Fetch Metadata, "Sec-Fetch-Site". */
static const char *
fetch_site(const concors_request *request, const concors_trace_step *step, size_t hop)
{
    bool same_origin = true;
    bool same_site = true;

    if (request->kind == CONCORS_KIND_VISIT) {
        return "none";
    }
    for (size_t i = 0; i <= hop; i++) {
        same_origin = same_origin && step->hops[i].relation.same_origin;
        same_site = same_site && step->hops[i].relation.same_site;
    }
    return probe_site_word(same_origin && same_site, same_site);
}

static bool
add_fetch_metadata(const probe_walk *walk, const concors_trace_step *step, size_t hop,
                   concors_arena *arena, probe_message *message)
{
    const concors_request *request = &walk->steps[walk->at].request;
    concors_url url;

    if (!parse(step->hops[hop].url, walk->host, arena, &url)) {
        return false;
    }
    concors_origin origin = concors_url_origin(&url, 1);
    if (!concors_origin_trustworthy(&origin)) {
        return true;
    }
    return probe_metadata_add(message, arena, fetch_site(request, step, hop),
                              mode_name(request->mode), destination(request->kind));
}

/* Referrer Policy, strict-origin-when-cross-origin: what browsers do unless told otherwise. */
static bool
add_referer(const probe_walk *walk, const concors_trace_step *step, size_t hop,
            concors_arena *arena, probe_message *message)
{
    const concors_request *request = &walk->steps[walk->at].request;
    const concors_document *document = walk->steps[walk->at].document;
    concors_url url;
    char text[512];
    concors_out out = {text, sizeof text, 0};

    if (request->kind == CONCORS_KIND_VISIT || request->mode == CONCORS_MODE_WEBSOCKET) {
        return true;
    }
    if (!parse(step->hops[hop].url, walk->host, arena, &url)) {
        return false;
    }
    concors_origin page = concors_url_origin(&document->url, 1);
    concors_origin here = concors_url_origin(&url, 2);
    bool downgrade = concors_origin_trustworthy(&page) && !concors_origin_trustworthy(&here);
    if (page.opaque || downgrade) {
        return true;
    }
    if (concors_same_origin(&page, &here)) {
        return probe_line_add(message, arena, CONCORS_LIT("Referer"), document->url.href);
    }
    concors_origin_write(&page, &out);
    concors_out_char(&out, '/');
    return concors_out_status(&out) == CONCORS_OK &&
           probe_line_add(message, arena, CONCORS_LIT("Referer"), (concors_span){text, out.len});
}

bool
probe_preflight_lines(const probe_walk *walk, const concors_profile *profile,
                      const concors_trace_step *step, size_t hop_index, concors_arena *arena,
                      probe_message *message)
{
    const concors_trace_hop *hop = &step->hops[hop_index];
    bool keeps = profile->cors.tainted_preflight_keeps_origin != 0;
    concors_span origin = keeps ? step->hops[0].origin : hop->origin;
    concors_span names;

    if (!probe_asked_names(hop, arena, &names)) {
        return false;
    }
    return probe_line_add(message, arena, CONCORS_LIT("Accept"), CONCORS_LIT("*/*")) &&
           probe_line_add(message, arena, CONCORS_LIT("Origin"), origin) &&
           probe_line_add(message, arena, CONCORS_LIT("Access-Control-Request-Method"),
                          hop->method) &&
           (names.len == 0 ||
            probe_line_add(message, arena, CONCORS_LIT("Access-Control-Request-Headers"), names)) &&
           add_referer(walk, step, hop_index, arena, message) &&
           add_fetch_metadata(walk, step, hop_index, arena, message) &&
           probe_agent_add(message, arena);
}

static bool
add_cookies(const concors_trace_hop *hop, concors_arena *arena, probe_message *message)
{
    concors_span text;

    return probe_cookie_text(hop, arena, &text) &&
           (hop->cookies_sent == 0 || probe_line_add(message, arena, CONCORS_LIT("Cookie"), text));
}

/* Fetch, "HTTP-redirect fetch", step 12: goes with the body when the method changes. */
static bool
is_of_body(concors_span name)
{
    return cli_is_name(name, "content-encoding") || cli_is_name(name, "content-language") ||
           cli_is_name(name, "content-location") || cli_is_name(name, "content-type");
}

static bool
same_method(const concors_trace_step *step, size_t hop)
{
    concors_span first = step->hops[0].method;
    concors_span here = step->hops[hop].method;

    return here.len == first.len && memcmp(here.ptr, first.ptr, here.len) == 0;
}

/* The script's own headers, those that this browser takes, as far as this hop still carries them.
 */
static bool
add_carried(const probe_walk *walk, const concors_profile *profile, const concors_trace_step *step,
            size_t hop, concors_arena *arena, probe_message *message)
{
    const concors_step *asked = &walk->steps[walk->at];
    bool authorized = one_origin(walk, step, hop, arena);
    bool whole = same_method(step, hop);
    concors_preflight_plan plan;

    if (concors_request_plan(asked->document, &asked->request, profile, walk->host, arena, &plan) !=
        CONCORS_OK) {
        return false;
    }
    for (size_t i = 0; i < plan.headers.count; i++) {
        const concors_header *header = &plan.headers.list[i];
        if ((is_of_body(header->name) && !whole) ||
            (cli_is_name(header->name, "authorization") && !authorized)) {
            continue;
        }
        if (!probe_line_add(message, arena, header->name, header->value)) {
            return false;
        }
    }
    return true;
}

static bool
add_handshake(concors_arena *arena, probe_message *message)
{
    return probe_line_add(message, arena, CONCORS_LIT("Connection"), CONCORS_LIT("Upgrade")) &&
           probe_line_add(message, arena, CONCORS_LIT("Upgrade"), CONCORS_LIT("websocket")) &&
           probe_line_add(message, arena, CONCORS_LIT("Sec-WebSocket-Version"),
                          CONCORS_LIT("13")) &&
           /* RFC 6455's own example; nothing is sent over the socket, so no secret is needed. */
           probe_line_add(message, arena, CONCORS_LIT("Sec-WebSocket-Key"),
                          CONCORS_LIT("dGhlIHNhbXBsZSBub25jZQ=="));
}

/* A body without a type would get one of libcurl's; a name without value takes that away. */
static bool
add_body_type(const probe_request *request, concors_arena *arena, probe_message *message)
{
    if (!message->has_body || probe_line_value(message, "content-type") != NULL) {
        return true;
    }
    if (request->body_type != NULL) {
        /* The script's own was refused (mode no-cors), or there is no script (a form). */
        bool form = strcmp(request->kind, "form-post") == 0;
        return probe_line_add(message, arena, CONCORS_LIT("Content-Type"),
                              form ? CONCORS_LIT("application/x-www-form-urlencoded")
                                   : CONCORS_LIT("text/plain;charset=UTF-8"));
    }
    if (message->line_count == PROBE_LINES_MAX) {
        return false;
    }
    message->lines[message->line_count++] = "Content-Type:";
    return true;
}

static concors_span
default_accept(const concors_request *request)
{
    if (request->mode == CONCORS_MODE_NAVIGATE) {
        return CONCORS_LIT("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    }
    return request->kind == CONCORS_KIND_EVENTSOURCE ? CONCORS_LIT("text/event-stream")
                                                     : CONCORS_LIT("*/*");
}

bool
probe_request_lines(const probe_walk *walk, const probe_request *request,
                    const concors_profile *profile, const concors_trace_step *step,
                    size_t hop_index, concors_arena *arena, probe_message *message)
{
    const concors_trace_hop *hop = &step->hops[hop_index];
    concors_span accept = default_accept(&walk->steps[walk->at].request);

    return add_carried(walk, profile, step, hop_index, arena, message) &&
           (probe_line_value(message, "accept") != NULL ||
            probe_line_add(message, arena, CONCORS_LIT("Accept"), accept)) &&
           add_body_type(request, arena, message) &&
           (!hop->has_origin ||
            probe_line_add(message, arena, CONCORS_LIT("Origin"), hop->origin)) &&
           add_referer(walk, step, hop_index, arena, message) && add_cookies(hop, arena, message) &&
           (!message->upgrade || add_handshake(arena, message)) &&
           add_fetch_metadata(walk, step, hop_index, arena, message) &&
           (probe_line_value(message, "user-agent") != NULL || probe_agent_add(message, arena));
}
