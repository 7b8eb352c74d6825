/*
 * cli/probe_walk.c: ask the model what a browser would send next, send it, add the answer to the
 * journey, and ask again, until no browser would send anything more.
 */
#include "probe.h"

#include <string.h>

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
    concors_step *step = &walk->steps[walk->at];

    return hop == 0 ? &step->first : &walk->redirects[walk->at * PROBE_EXCHANGES_MAX + hop - 1];
}

bool
probe_walk_trace(probe_walk *walk, const concors_profile *profile, concors_trace *trace)
{
    concors_journey so_far = walk->journey;

    so_far.step_count = walk->at + 1;
    for (;;) {
        walk->scratch.len = 0;
        concors_status status =
            concors_journey_run(&so_far, profile, walk->host, walk->now_ms, &walk->scratch, trace);
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
wish_of(probe_walk *walk, const concors_profile *profile, const concors_trace *trace)
{
    const concors_trace_step *step = &trace->steps[walk->at];
    size_t at = step->hop_count - 1;
    const concors_trace_hop *hop = &step->hops[at];
    wish want = {WISH_NOTHING, at, hop->preflight.because_count, profile};

    if (at >= PROBE_EXCHANGES_MAX) {
        return want;
    }
    const concors_exchange *known = exchange(walk, at);
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

double
probe_patience_s(const probe_walk *walk, concors_span url)
{
    double left_s = walk->not_before_s - cli_clock_s();
    concors_span asker = walk->patience_for;
    bool asked = left_s > 0 && url.len > asker.len && memcmp(url.ptr, asker.ptr, asker.len) == 0 &&
                 url.ptr[asker.len] == '/';

    return asked ? left_s : 0;
}

/* What a server has asked for with Retry-After is given before it is asked again. false: it is
 * asked no more. */
static bool
be_patient(probe_walk *walk, const probe_order *order, const probe_message *message)
{
    double left_s = probe_patience_s(walk, (concors_span){message->url, strlen(message->url)});

    if (left_s <= 0) {
        return true;
    }
    if (left_s > order->wire.max_wait_s || cli_clock_s() + left_s >= order->wire.deadline_s) {
        probe_note_add(&walk->notes, "retry-after-too-long",
                       "not sent: the server asks for %.0f s of patience (Retry-After), more than "
                       "--max-wait or --max-time have left",
                       left_s);
        return false;
    }
    probe_note_add(&walk->notes, "retry-after-waited",
                   "waited %.1f s before it was sent, as the server had asked (Retry-After)",
                   left_s);
    probe_pause(left_s);
    return true;
}

/* Remembers how long the server wants to be left alone. */
static void
heed(probe_walk *walk, const probe_message *message, const concors_answer *answer)
{
    double wanted_s = probe_retry_after_s(answer, cli_now_ms());
    const char *host = strstr(message->url, "://");

    if (wanted_s >= 0 && host != NULL) {
        host += 3;
        walk->not_before_s = cli_clock_s() + wanted_s;
        walk->patience_for =
            (concors_span){message->url, (size_t)(host - message->url) + strcspn(host, "/?#")};
        probe_note_add(&walk->notes, "retry-after",
                       "the server answers %u and asks to wait %.0f s (Retry-After): a page gets "
                       "this answer; whatever is sent to it next waits so long, up to --max-wait",
                       answer->status, wanted_s);
    }
}

/* A safe request is sent once more when the server asks for patience; the user's first is the
 * answer that he asked for. */
static bool
send(probe_walk *walk, const probe_order *order, const probe_message *message,
     concors_answer *answer)
{
    double waited_s = 0;
    bool safe = strcmp(message->method, "GET") == 0 || strcmp(message->method, "HEAD") == 0;

    if (walk->at == 0 || !safe) {
        return probe_wire_send(&order->wire, message, &walk->keep, answer);
    }
    if (!probe_wire_patiently(&order->wire, message, &walk->keep, answer, &waited_s)) {
        return false;
    }
    if (waited_s > 0) {
        probe_note_add(&walk->notes, "retry-after-waited",
                       "waited %.1f s and sent it again, as the server asked (Retry-After); a "
                       "browser does not",
                       waited_s);
    }
    return true;
}

static void
record(probe_walk *walk, const wish *want, const probe_message *message,
       const concors_answer *answer)
{
    concors_exchange *slot = exchange(walk, want->hop);
    concors_step *step = &walk->steps[walk->at];

    *(want->kind == WISH_PREFLIGHT ? &slot->preflight : &slot->response) = *answer;
    step->redirect_count = want->hop > step->redirect_count ? want->hop : step->redirect_count;
    walk->sent[walk->sent_count++] = (probe_sent){
        walk->at, want->hop, want->kind == WISH_PREFLIGHT, answer->status, want->profile, message};
    heed(walk, message, answer);
    probe_remark(walk, message, answer);
}

/* Sends what is wanted and records the answer. stopped: nothing more of this step is sent. */
static int
fulfil(probe_walk *walk, const probe_order *order, const wish *want, bool *stopped)
{
    concors_trace trace;
    concors_answer answer = {0};
    bool preflight = want->kind == WISH_PREFLIGHT;
    probe_message *message = concors_arena_take(&walk->keep, sizeof *message);

    if (!probe_walk_trace(walk, want->profile, &trace)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (message == NULL || !probe_message_make(walk, order, want->profile, &trace.steps[walk->at],
                                               want->hop, preflight, &walk->keep, message)) {
        cli_error("probe: the request is too large to send");
        return CLI_EXIT_UNUSABLE;
    }
    walk->notes.step = walk->at;
    walk->notes.hop = want->hop;
    walk->notes.preflight = preflight;
    *stopped = probe_follow_stops(walk, order, want->hop, preflight, message) ||
               !be_patient(walk, order, message);
    if (*stopped) {
        return CLI_EXIT_OK;
    }
    if (!send(walk, order, message, &answer)) {
        return CLI_EXIT_NETWORK;
    }
    record(walk, want, message, &answer);
    return CLI_EXIT_OK;
}

/* What any of the browsers would send next; the first of them that wants it sends it. */
static bool
next_wish(probe_walk *walk, wish *next)
{
    *next = (wish){WISH_NOTHING, 0, 0, NULL};
    for (size_t i = 0; i < walk->profile_count; i++) {
        concors_trace trace;
        if (!probe_walk_trace(walk, &walk->profiles[i], &trace)) {
            return false;
        }
        wish want = wish_of(walk, &walk->profiles[i], &trace);
        *next = goes_before(&want, next) ? want : *next;
    }
    return true;
}

static int
walk_step(probe_walk *walk, const probe_order *order)
{
    bool stopped = false;

    /* Each round adds one answer, so there are no more rounds than answers. */
    for (size_t round = 0; round < 2 * PROBE_EXCHANGES_MAX && !stopped; round++) {
        wish next;
        if (!next_wish(walk, &next)) {
            return CLI_EXIT_UNUSABLE;
        }
        if (next.kind == WISH_NOTHING) {
            break;
        }
        int code = fulfil(walk, order, &next, &stopped);
        if (code != CLI_EXIT_OK) {
            return code;
        }
    }
    probe_remark_loop(walk);
    return CLI_EXIT_OK;
}

/* Cookies age as long as it took since the request before: whole seconds, as journeys have them. */
static void
pass_time(probe_walk *walk, const probe_order *order, double *clock_s)
{
    probe_pause(order->requests[walk->at].wait_s);
    double now_s = cli_clock_s();
    if (now_s - *clock_s >= 1) {
        int64_t whole_s = (int64_t)(now_s - *clock_s);
        walk->steps[walk->at].wait_ms = whole_s * 1000;
        *clock_s += (double)whole_s;
    }
}

int
probe_walk_run(probe_walk *walk, const probe_order *order)
{
    double clock_s = cli_clock_s();

    for (walk->at = 0; walk->at < walk->journey.step_count; walk->at++) {
        pass_time(walk, order, &clock_s);
        int code = walk_step(walk, order);
        if (code != CLI_EXIT_OK) {
            return code;
        }
    }
    return CLI_EXIT_OK;
}
