/* cli/probe_message.c: one hop, as the model has it, as a request that can be sent. */
#include "probe.h"

#include <string.h>

/* A NUL-terminated copy; NULL when there is no room. */
static const char *
text_of(concors_span span, concors_arena *arena)
{
    char *text = concors_arena_take_text(arena, span.len + 1);

    if (text != NULL) {
        memcpy(text, span.len > 0 ? span.ptr : "", span.len);
        text[span.len] = '\0';
    }
    return text;
}

/* ws and wss are reached as http and https. */
static const char *
wire_url(concors_span url, concors_arena *arena)
{
    const char *text = text_of(url, arena);

    if (text == NULL || strncmp(text, "ws", 2) != 0) {
        return text;
    }
    const char *rest = strstr(text, "://");
    const char *scheme = text[2] == 's' ? "https" : "http";
    size_t size = strlen(text) + 3;
    char *out = concors_arena_take_text(arena, size);
    if (out != NULL) {
        (void)snprintf(out, size, "%s%s", scheme, rest == NULL ? "" : rest);
    }
    return out;
}

/* "preflight of redirect 2", and which request when there are several: "request 3, redirect 1". */
static const char *
step_name(const probe_order *order, size_t step, size_t hop, bool preflight, concors_arena *arena)
{
    enum { SIZE = 96 };
    char *text = concors_arena_take_text(arena, SIZE);
    char redirect[40] = "";
    char request[40] = "";

    if (text == NULL) {
        return NULL;
    }
    if (hop > 0) {
        (void)snprintf(redirect, sizeof redirect, "redirect %zu", hop);
    }
    if (order->request_count > 1) {
        (void)snprintf(request, sizeof request, "request %zu", step + 1);
    } else if (hop == 0 && !preflight) {
        (void)snprintf(request, sizeof request, "request");
    }
    (void)snprintf(text, SIZE, "%s%s%s%s%s", preflight ? "preflight" : "",
                   preflight && (request[0] != '\0' || hop > 0) ? " of " : "", request,
                   request[0] != '\0' && hop > 0 ? ", " : "", redirect);
    return text;
}

static bool
is_text(concors_span span, const char *text)
{
    return span.len == strlen(text) && memcmp(span.ptr, text, span.len) == 0;
}

/* A redirect that turned POST into GET has dropped the body for good. */
static bool
carries_body(const concors_trace_step *step, size_t hop)
{
    concors_span first = step->hops[0].method;
    concors_span here = step->hops[hop].method;

    return here.len == first.len && memcmp(here.ptr, first.ptr, here.len) == 0 &&
           !is_text(here, "GET") && !is_text(here, "HEAD");
}

bool
probe_message_make(const probe_walk *walk, const probe_order *order, const concors_profile *profile,
                   const concors_trace_step *step, size_t hop, bool preflight, concors_arena *arena,
                   probe_message *message)
{
    const probe_request *request = &order->requests[walk->at];

    *message = (probe_message){
        .step = step_name(order, walk->at, hop, preflight, arena),
        .url = wire_url(step->hops[hop].url, arena),
        .method = preflight ? "OPTIONS" : text_of(step->hops[hop].method, arena),
        .upgrade = !preflight && walk->steps[walk->at].request.mode == CONCORS_MODE_WEBSOCKET,
    };
    if (message->step == NULL || message->url == NULL || message->method == NULL) {
        return false;
    }
    if (preflight) {
        return probe_preflight_lines(walk, profile, step, hop, arena, message);
    }
    message->has_body = carries_body(step, hop);
    message->body = (concors_span){request->body.ptr, request->body.len};
    return probe_request_lines(walk, request, profile, step, hop, arena, message);
}
