/* cli/audit_subject.c: the plain request as the subject of an audit. */
#include "audit_run.h"

#include <string.h>

static const concors_exchange *
exchange_of(const concors_step *step, size_t hop)
{
    return hop == 0 ? &step->first : &step->redirects[hop - 1];
}

/* The last hop that stayed with the origin asked first, and that was answered. */
static size_t
last_hop(audit *a, const concors_step *step, const concors_trace_step *trace)
{
    size_t last = 0;

    for (size_t i = 0; i < trace->hop_count && i <= step->redirect_count; i++) {
        concors_url url;
        concors_url_error why;
        if (concors_url_parse(trace->hops[i].url, NULL, a->host->idna, &a->arena, &url, &why) !=
            CONCORS_OK) {
            break;
        }
        concors_origin here = concors_url_origin(&url, 1);
        concors_origin first = concors_url_origin(&step->request.url, 1);
        if (!concors_same_origin(&here, &first) || !exchange_of(step, i)->response.known) {
            break;
        }
        last = i;
        a->url = url;
    }
    return last;
}

/* What the audit's preflights ask for. */
static const char *
names_asked(audit *a, const concors_trace_hop *hop)
{
    concors_span names;

    if (!probe_asked_names(hop, &a->arena, &names)) {
        a->failed = true;
        return NULL;
    }
    return names.len == 0 || names.len > AUDIT_LINE_MAX ? "content-type" : audit_text(a, names);
}

static const char *
origin_text(audit *a, const concors_url *url, bool sandboxed)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};
    concors_origin origin = concors_url_origin(url, 1);

    if (sandboxed) {
        return "null";
    }
    concors_origin_write(&origin, &out);
    return out.len > sizeof text ? NULL : audit_text(a, (concors_span){text, out.len});
}

static size_t
count_headers(const concors_journey *journey)
{
    size_t count = 0;

    for (size_t i = 0; i < journey->step_count; i++) {
        const concors_step *step = &journey->steps[i];
        for (size_t hop = 0; hop <= step->redirect_count; hop++) {
            count += exchange_of(step, hop)->response.headers.count;
        }
    }
    return count;
}

/* What one answer set: as if held for an hour. */
static bool
take_lines(audit *a, concors_span address, const concors_headers *headers,
           concors_held_cookie *list)
{
    concors_url url;
    concors_url_error why;

    if (concors_url_parse(address, NULL, a->host->idna, &a->arena, &url, &why) != CONCORS_OK) {
        return false;
    }
    for (size_t i = 0; i < headers->count; i++) {
        if (cli_is_name(headers->list[i].name, "set-cookie")) {
            list[a->cookie_count++] = (concors_held_cookie){url, headers->list[i].value,
                                                            (int64_t)PROBE_COOKIE_AGE_S * 1000};
        }
    }
    return true;
}

/* What the browser held, and what the servers set up to this step. */
static bool
take_cookies(audit *a, const concors_journey *journey, const concors_trace *trace)
{
    concors_held_cookie *list = concors_arena_take_many(
        &a->arena, journey->cookie_count + count_headers(journey) + 1, sizeof *list);

    a->cookie_count = 0;
    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < journey->cookie_count; i++) {
        list[a->cookie_count++] = journey->cookies[i];
    }
    for (size_t i = 0; i < journey->step_count; i++) {
        const concors_step *step = &journey->steps[i];
        const concors_trace_step *run = &trace->steps[i];
        for (size_t hop = 0; hop <= step->redirect_count && hop < run->hop_count; hop++) {
            if (!take_lines(a, run->hops[hop].url, &exchange_of(step, hop)->response.headers,
                            list)) {
                return false;
            }
        }
    }
    a->cookies = list;
    return true;
}

/* Headers that only somebody who is known can send. */
static bool
has_own_headers(const audit *a)
{
    for (size_t i = 0; i < a->own_headers.count; i++) {
        const concors_header *header = &a->own_headers.list[i];
        bool of_body = cli_begins(header->name, "content-");
        if (!of_body &&
            !concors_header_safelisted(header->name, header->value, &a->profiles[0].cors)) {
            return true;
        }
    }
    return false;
}

/* As the plain request had it. */
static const char *
cookie_header(audit *a, const concors_trace_hop *hop)
{
    concors_span text;

    if (!probe_cookie_text(hop, &a->arena, &text)) {
        a->failed = true;
        return NULL;
    }
    return hop->cookies_sent == 0 ? NULL : audit_text(a, text);
}

/* The script's headers that go out. */
static void
take_headers(audit *a, const concors_document *document)
{
    concors_preflight_plan plan;

    if (concors_request_plan(document, &a->request, &a->profiles[0], a->host, &a->arena, &plan) ==
        CONCORS_OK) {
        a->own_headers = plan.headers;
    } else {
        a->failed = true;
    }
}

static bool
is_audited(const concors_request *request)
{
    bool kind = request->kind == CONCORS_KIND_FETCH || request->kind == CONCORS_KIND_XHR ||
                request->kind == CONCORS_KIND_EVENTSOURCE;

    return kind && request->mode == CONCORS_MODE_CORS && request->url.href.len < AUDIT_LINE_MAX &&
           (request->url.scheme == CONCORS_SCHEME_HTTP ||
            request->url.scheme == CONCORS_SCHEME_HTTPS);
}

/* Whether the report of the hop says so already. */
static bool
is_told(const concors_trace *trace, size_t step, size_t hop, concors_reason reason)
{
    for (size_t i = 0; i < trace->note_count; i++) {
        const concors_trace_note *note = &trace->notes[i];
        if (note->step == step && note->hop == hop && note->reason == reason) {
            return true;
        }
    }
    return false;
}

static bool
take_hop(audit *a, const audit_order *order, const concors_step *step, const concors_trace *run)
{
    const concors_trace_step *trace = &run->steps[a->step];
    size_t last = last_hop(a, step, trace);
    const concors_trace_hop *hop = &trace->hops[last];
    const concors_exchange *exchange = exchange_of(step, last);

    if (!exchange->response.known && !exchange->preflight.known) {
        return false; /* no browser sends anything there */
    }
    a->response = exchange->response;
    a->preflight = exchange->preflight;
    a->method = audit_text(a, hop->method);
    a->audit_method = order->method != NULL ? order->method : "GET";
    a->origin = origin_text(a, &a->url, false);
    a->asked_headers = names_asked(a, hop);
    a->cookie_header = cookie_header(a, hop);
    a->carries_cookies = a->cookie_header != NULL;
    a->vary_told = is_told(run, a->step, last, audit_reason("ConcorsVaryOriginMissing"));
    take_headers(a, step->document);
    a->carries = a->carries_cookies || has_own_headers(a);
    return !a->failed && a->url.href.len < AUDIT_LINE_MAX;
}

static bool
same_request(const concors_step *a, const concors_step *b)
{
    const concors_span one = a->request.url.href;
    const concors_span two = b->request.url.href;

    return one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0 &&
           a->request.method.len == b->request.method.len &&
           memcmp(a->request.method.ptr, b->request.method.ptr, a->request.method.len) == 0;
}

/* Not asked again, nor anything that CORS does not concern. */
static bool
is_subject(const probe_walk *walk, size_t step)
{
    for (size_t i = 0; i < step; i++) {
        if (same_request(&walk->steps[i], &walk->steps[step])) {
            return false;
        }
    }
    return is_audited(&walk->steps[step].request);
}

size_t
audit_subjects_choose(const probe_walk *walk, const audit_order *order, size_t *steps, size_t cap)
{
    const char *method = order->method != NULL ? order->method : "GET";
    size_t count = 0;
    size_t first = 0;
    bool found = false;

    for (size_t i = 0; i < walk->journey.step_count && count < cap; i++) {
        concors_span own = walk->steps[i].request.method;
        if (!is_subject(walk, i)) {
            continue;
        }
        if (!found && own.len == strlen(method) && memcmp(own.ptr, method, own.len) == 0) {
            found = true;
            first = count;
        }
        steps[count++] = i;
    }
    size_t whole = count > 0 ? steps[first] : 0;
    for (size_t i = first; i > 0; i--) {
        steps[i] = steps[i - 1];
    }
    steps[0] = whole;
    return count;
}

bool
audit_subject_take(audit *a, const audit_order *order, const probe_walk *walk, size_t index)
{
    const concors_step *step = &walk->steps[index];
    concors_journey so_far = walk->journey;
    concors_trace trace;
    concors_status status;

    so_far.step_count = index + 1;
    a->step = index;
    a->request = step->request;
    a->url = step->request.url;
    a->page = step->document->url;
    a->page_origin = origin_text(a, &a->page, step->document->sandboxed);
    a->credentials = step->request.credentials == CONCORS_CREDENTIALS_INCLUDE;
    do {
        a->scratch.len = 0;
        status =
            concors_journey_run(&so_far, &a->profiles[0], a->host, a->now_ms, &a->scratch, &trace);
    } while (status == CONCORS_E_ROOM && cli_arena_grow(&a->scratch));
    if (status != CONCORS_OK || a->page_origin == NULL) {
        return false;
    }
    return take_hop(a, order, step, &trace) && take_cookies(a, &so_far, &trace);
}
