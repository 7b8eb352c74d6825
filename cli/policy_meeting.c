#include "policy_meeting.h"

#include <string.h>

/* Somewhere else than any page: neither same-origin nor same-site. */
static const concors_span server = CONCORS_LIT_INIT("https://server.invalid/");

typedef struct hall {
    concors_document document;
    concors_step step;
    concors_preflight_plan plan;
    concors_decision preflight, response;
    concors_header vary[2][CONCORS_DECISION_HEADERS_MAX + 1];
} hall;

/* A header as script would set it: a value that is not simple, so that it has to be asked for. */
static concors_header
header_of(concors_span name)
{
    bool type = name.len == 12 && memcmp(name.ptr, "content-type", 12) == 0;

    return (concors_header){name, type ? CONCORS_LIT("application/json") : CONCORS_LIT("(1)")};
}

static bool
fill_headers(const policy_meeting *meeting, concors_request *request)
{
    concors_policy_facts facts = concors_policy_describe(meeting->policy);
    size_t count = 0;

    while (concors_policy_request_header(meeting->policy, count).ptr != NULL) {
        count++;
    }
    concors_header *list = concors_arena_take_many(meeting->arena, count, sizeof *list);
    for (size_t i = 0; list != NULL && i < count; i++) {
        concors_span name = concors_policy_request_header(meeting->policy, i);
        bool star = facts.request_headers.len == 1 && name.len == 1 && name.ptr[0] == '*';
        list[i] = header_of(star ? CONCORS_LIT("x-any") : name);
    }
    request->headers = (concors_headers){list, count};
    return list != NULL;
}

bool
policy_is_web_page(concors_span page)
{
    return page.len > 4 && memcmp(page.ptr, "http", 4) == 0;
}

static concors_status
prepare(const policy_meeting *meeting, const policy_question *question, hall *h)
{
    concors_request *request = &h->step.request;
    concors_url_error why;
    concors_status status = concors_url_parse(question->page, NULL, meeting->host->idna,
                                              meeting->arena, &h->document.url, &why);

    if (status == CONCORS_OK) {
        status = concors_url_parse(server, NULL, NULL, meeting->arena, &request->url, &why);
    }
    if (status != CONCORS_OK) {
        return status;
    }
    request->kind = CONCORS_KIND_FETCH;
    request->mode = CONCORS_MODE_CORS;
    request->method = question->method;
    request->credentials = concors_policy_describe(meeting->policy).credentials
                               ? CONCORS_CREDENTIALS_INCLUDE
                               : CONCORS_CREDENTIALS_OMIT;
    h->step.document = &h->document;
    return !question->headers || fill_headers(meeting, request) ? CONCORS_OK : CONCORS_E_ROOM;
}

static concors_answer
answer_of(const concors_decision *decision, uint16_t status, concors_header *room)
{
    size_t count = decision->set_count;

    memcpy(room, decision->set, count * sizeof *room);
    if (decision->vary) {
        room[count++] = (concors_header){CONCORS_LIT("Vary"), CONCORS_LIT("Origin")};
    }
    return (concors_answer){.known = true,
                            .status = decision->status > 0 ? decision->status : status,
                            .headers = {room, count}};
}

/* What the server answers to what the browser sends. */
static concors_status
serve(const policy_meeting *meeting, hall *h)
{
    const concors_preflight_ask *ask = &h->plan.ask;
    concors_policy_request request = {
        .method = CONCORS_LIT("OPTIONS"),
        .origin = h->plan.origin,
        .asked_method = ask->method,
        .asked = ask->names, /* one a line is as good as one line */
        .asked_count = ask->name_count,
        .secure = true,
        .host = CONCORS_LIT("server.invalid"),
        .path = CONCORS_LIT("/"),
        .fetch_site = CONCORS_LIT("cross-site"),
    };

    if (h->plan.needed) {
        concors_policy_decide(meeting->policy, &request, &h->preflight);
        h->step.first.preflight = answer_of(&h->preflight, 200, h->vary[0]);
    }
    request.method = h->plan.method;
    request.asked_method = (concors_span){NULL, 0};
    request.asked_count = 0;
    concors_policy_decide(meeting->policy, &request, &h->response);
    h->step.first.response = answer_of(&h->response, 200, h->vary[1]);
    return CONCORS_OK;
}

static concors_status
judge(const policy_meeting *meeting, const hall *h, const concors_profile *profile,
      policy_outcome *out)
{
    const concors_journey journey = {
        .document = h->document, .has_now = true, .steps = &h->step, .step_count = 1};
    concors_preflight_result kept = {0};
    concors_trace trace;
    concors_status status =
        concors_journey_run(&journey, profile, meeting->host, 0, meeting->arena, &trace);

    if (status == CONCORS_OK && h->plan.needed) {
        status = concors_preflight_check(&h->plan.ask, h->step.first.preflight.status,
                                         h->step.first.preflight.headers, &profile->cors,
                                         meeting->arena, &kept);
    }
    if (status != CONCORS_OK) {
        return status;
    }
    const concors_trace_hop *hop = &trace.steps[0].hops[0];
    out->through = hop->outcome == CONCORS_OUTCOME_READABLE;
    out->error = hop->preflight.error != 0 ? hop->preflight.error : hop->error;
    out->preflight = h->plan.needed;
    out->kept_s = h->plan.needed && out->through ? kept.max_age_s : 0;
    return CONCORS_OK;
}

concors_status
policy_meet(const policy_meeting *meeting, const policy_question *question,
            const concors_profile *profile, policy_outcome *out)
{
    size_t mark = meeting->arena->len;
    hall h = {0};
    concors_status status = prepare(meeting, question, &h);

    if (status == CONCORS_OK) {
        status = concors_request_plan(&h.document, &h.step.request, profile, meeting->host,
                                      meeting->arena, &h.plan);
    }
    if (status == CONCORS_OK) {
        status = serve(meeting, &h);
    }
    if (status == CONCORS_OK) {
        status = judge(meeting, &h, profile, out);
    }
    meeting->arena->len = mark;
    return status;
}
