/* src/explain/next.c: the last request once more, to show what it would carry then. */
#include "explain.h"

/* The last step that makes a request, its answers unknown; false when there is none. */
static bool
last_request(const concors_journey *journey, concors_step *out)
{
    for (size_t i = journey->step_count; i > 0; i--) {
        const concors_step *step = &journey->steps[i - 1];
        if (!step->is_document_cookie) {
            *out = *step;
            out->document = journey->steps[journey->step_count - 1].document;
            out->first = (concors_exchange){0};
            out->redirects = NULL;
            out->redirect_count = 0;
            out->wait_ms = 0;
            return true;
        }
    }
    return false;
}

concors_status
concors_report_next(concors_report *report, const concors_host *host, int64_t now_ms,
                    concors_arena *arena)
{
    concors_journey journey = *report->journey;
    concors_step again;

    if (!last_request(report->journey, &again)) {
        return CONCORS_OK;
    }
    concors_step *steps = concors_arena_take_many(arena, journey.step_count + 1, sizeof *steps);
    concors_trace_hop *next = concors_arena_take_many(arena, report->trace_count, sizeof *next);
    if (steps == NULL || next == NULL) {
        return CONCORS_E_ROOM;
    }
    memcpy(steps, journey.steps, journey.step_count * sizeof *steps);
    steps[journey.step_count++] = again;
    journey.steps = steps;
    for (size_t i = 0; i < report->trace_count; i++) {
        concors_trace trace;
        concors_status status =
            concors_journey_run(&journey, report->traces[i].profile, host, now_ms, arena, &trace);
        if (status != CONCORS_OK) {
            return status;
        }
        next[i] = trace.steps[trace.step_count - 1].hops[0];
    }
    report->next = next;
    return CONCORS_OK;
}
