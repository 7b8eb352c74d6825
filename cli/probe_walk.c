/*
 * cli/probe_walk.c: ask the model what a browser would send next, send it, add the answer to the
 * journey, and ask again, until no browser would send anything more.
 */
#include "probe.h"

#include <string.h>
#include <strings.h>

typedef enum wish_kind {
    WISH_NOTHING,
    WISH_REQUEST,
    WISH_PREFLIGHT,
} wish_kind;

/* What one browser would do next. */
typedef struct wish {
    wish_kind kind;
    size_t hop;
    size_t asks; /* how much its preflight asks for */
    const concors_profile *profile;
} wish;

static concors_exchange *
exchange(probe_walk *walk, size_t hop)
{
    return hop == 0 ? &walk->step.first : &walk->redirects[hop - 1];
}

/* The trace of one browser, in the scratch arena. */
static bool
trace_of(probe_walk *walk, const concors_profile *profile, concors_trace *trace)
{
    for (;;) {
        walk->scratch.len = 0;
        concors_status status = concors_journey_run(&walk->journey, profile, walk->host,
                                                    walk->now_ms, &walk->scratch, trace);
        if (status == CONCORS_OK) {
            return true;
        }
        if (status != CONCORS_E_ROOM) {
            cli_error("probe: the answer is larger than the model reads");
            return false;
        }
        if (!cli_arena_grow(&walk->scratch)) {
            return false;
        }
    }
}

static wish
wish_of(const probe_walk *walk, const concors_profile *profile, const concors_trace *trace)
{
    const concors_trace_step *step = &trace->steps[0];
    size_t at = step->hop_count - 1;
    const concors_trace_hop *hop = &step->hops[at];
    wish want = {WISH_NOTHING, at, hop->preflight.because_count, profile};

    if (at >= PROBE_EXCHANGES_MAX) {
        return want;
    }
    const concors_exchange *known = at == 0 ? &walk->step.first : &walk->redirects[at - 1];
    if (hop->preflight.sent == CONCORS_YES && !known->preflight.known) {
        want.kind = WISH_PREFLIGHT;
    } else if (hop->request_sent != CONCORS_NO && !known->response.known) {
        want.kind = WISH_REQUEST;
    }
    return want;
}

/* Earlier hops first, preflights before requests, the one that asks for most. */
static bool
goes_before(const wish *a, const wish *b)
{
    if (b->kind == WISH_NOTHING || a->kind == WISH_NOTHING) {
        return a->kind != WISH_NOTHING;
    }
    if (a->hop != b->hop) {
        return a->hop < b->hop;
    }
    if (a->kind != b->kind) {
        return a->kind == WISH_PREFLIGHT;
    }
    return a->kind == WISH_PREFLIGHT && a->asks > b->asks;
}

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

static const char *
step_name(wish_kind kind, size_t hop, concors_arena *arena)
{
    char *text = concors_arena_take_text(arena, 48);

    if (text != NULL && hop == 0) {
        (void)snprintf(text, 48, "%s", kind == WISH_PREFLIGHT ? "preflight" : "request");
    } else if (text != NULL) {
        (void)snprintf(text, 48,
                       kind == WISH_PREFLIGHT ? "preflight of redirect %zu" : "redirect %zu", hop);
    }
    return text;
}

static bool
make_message(probe_walk *walk, const probe_order *order, const wish *want,
             const concors_trace_step *step, probe_message *message)
{
    const concors_trace_hop *hop = &step->hops[want->hop];
    concors_span method = step->hops[0].method;

    *message = (probe_message){
        .step = step_name(want->kind, want->hop, &walk->keep),
        .url = wire_url(hop->url, &walk->keep),
        .upgrade = walk->step.request.mode == CONCORS_MODE_WEBSOCKET,
    };
    if (want->kind == WISH_PREFLIGHT) {
        message->method = "OPTIONS";
        message->upgrade = false;
        return message->step != NULL && message->url != NULL &&
               probe_preflight_lines(walk, want->profile, step, &walk->keep, message);
    }
    message->method = text_of(hop->method, &walk->keep);
    /* A redirect that turned POST into GET has dropped the body for good. */
    bool same_method =
        hop->method.len == method.len && memcmp(hop->method.ptr, method.ptr, method.len) == 0;
    bool bodyless = strcmp(message->method == NULL ? "GET" : message->method, "GET") == 0 ||
                    strcmp(message->method == NULL ? "HEAD" : message->method, "HEAD") == 0;
    message->has_body = same_method && !bodyless;
    message->body = (concors_span){order->body.ptr, order->body.len};
    return message->step != NULL && message->url != NULL && message->method != NULL &&
           probe_request_lines(walk, order, step, &walk->keep, message);
}

/* Sends what is wanted and records the answer. */
static int
fulfil(probe_walk *walk, const probe_order *order, const wish *want)
{
    concors_trace trace;
    probe_message message;
    concors_answer answer = {0};

    if (!trace_of(walk, want->profile, &trace)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (!make_message(walk, order, want, &trace.steps[0], &message)) {
        cli_error("probe: the request is too large to send");
        return CLI_EXIT_UNUSABLE;
    }
    if (!probe_wire_send(&order->wire, &message, &walk->keep, &answer)) {
        return CLI_EXIT_NETWORK;
    }
    if (want->hop > walk->step.redirect_count) {
        walk->step.redirect_count = want->hop;
    }
    concors_exchange *slot = exchange(walk, want->hop);
    *(want->kind == WISH_PREFLIGHT ? &slot->preflight : &slot->response) = answer;
    return CLI_EXIT_OK;
}

/* What the first browser takes of the script's headers. */
static bool
plan_headers(probe_walk *walk)
{
    concors_preflight_plan plan;

    if (concors_request_plan(walk->step.document, &walk->step.request, &walk->profiles[0],
                             walk->host, &walk->keep, &plan) != CONCORS_OK) {
        cli_error("probe: out of memory");
        return false;
    }
    walk->carried = plan.headers;
    return true;
}

int
probe_walk_run(probe_walk *walk, const probe_order *order)
{
    if (!plan_headers(walk)) {
        return CLI_EXIT_UNUSABLE;
    }
    /* Each round adds one answer, so there are no more rounds than answers. */
    for (size_t round = 0; round < 2 * PROBE_EXCHANGES_MAX; round++) {
        wish next = {WISH_NOTHING, 0, 0, NULL};
        for (size_t i = 0; i < walk->profile_count; i++) {
            concors_trace trace;
            if (!trace_of(walk, &walk->profiles[i], &trace)) {
                return CLI_EXIT_UNUSABLE;
            }
            wish want = wish_of(walk, &walk->profiles[i], &trace);
            next = goes_before(&want, &next) ? want : next;
        }
        if (next.kind == WISH_NOTHING) {
            break;
        }
        int code = fulfil(walk, order, &next);
        if (code != CLI_EXIT_OK) {
            return code;
        }
    }
    return CLI_EXIT_OK;
}
