/* cli/probe_revise.c: what a probe did not ask is not what a journey does not say: why, and which
 * option asks. */
#include "probe.h"

#include <string.h>

/* Why something was not sent, by the note that says so. */
static const char *
remedy_of(const probe_order *order, const char *code)
{
    if (strcmp(code, "redirect-held-back") == 0) {
        return "--follow sends it, as a browser does: the body and the script's own headers go "
               "there, too";
    }
    if (strcmp(code, "redirect-not-followed") == 0) {
        return order->follow == PROBE_FOLLOW_NONE ? "Leave --no-follow out"
                                                  : "Give --max-redirects a larger number";
    }
    return strcmp(code, "retry-after-too-long") == 0
               ? "Ask again later, or have the patience that it asks for: --max-wait SECONDS"
               : NULL;
}

static const char *
find_remedy(const probe_shown *shown, size_t step)
{
    const probe_notes *notes = &shown->walk->notes;

    for (size_t i = 0; i < notes->count; i++) {
        const char *remedy =
            notes->list[i].step == step ? remedy_of(shown->order, notes->list[i].code) : NULL;
        if (remedy != NULL) {
            return remedy;
        }
    }
    return NULL;
}

static bool
is_unasked(concors_reason reason)
{
    return reason == concors_reason_find(CONCORS_LIT("ConcorsPreflightUnknown")) ||
           reason == concors_reason_find(CONCORS_LIT("ConcorsResponseUnknown")) ||
           reason == concors_reason_find(CONCORS_LIT("ConcorsRedirectUnknown"));
}

/* "The GET to https://api.example.com was not sent, so its answer is not known." */
static concors_status
say_unsent(const probe_shown *shown, const concors_trace *trace, concors_finding *finding,
           concors_arena *arena)
{
    enum { ROOM = 512 };
    const concors_trace_step *step = &trace->steps[finding->step];
    const concors_trace_hop *hop = &step->hops[step->hop_count - 1];
    concors_out out = {concors_arena_take_text(arena, ROOM), ROOM, 0};
    concors_url url;
    concors_url_error why;

    if (out.ptr == NULL) {
        return CONCORS_E_ROOM;
    }
    concors_out_put(&out, CONCORS_LIT("The "));
    concors_out_visible(hop->method, &out);
    if (concors_url_parse(hop->url, NULL, shown->walk->host->idna, arena, &url, &why) ==
        CONCORS_OK) {
        concors_origin origin = concors_url_origin(&url, 1);
        concors_out_put(&out, CONCORS_LIT(" to "));
        concors_origin_write(&origin, &out);
    }
    concors_out_put(&out, CONCORS_LIT(" was not sent, so its answer is not known."));
    if (concors_out_status(&out) == CONCORS_OK) {
        finding->what = (concors_span){out.ptr, out.len};
    }
    return CONCORS_OK;
}

static concors_status
revise_list(const probe_shown *shown, const concors_trace *trace, concors_findings *findings,
            concors_arena *arena)
{
    concors_finding *list = concors_arena_take_many(arena, findings->count + 1, sizeof *list);

    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < findings->count; i++) {
        list[i] = findings->list[i];
        const char *remedy = is_unasked(list[i].reason) ? find_remedy(shown, list[i].step) : NULL;
        if (remedy == NULL) {
            continue;
        }
        list[i].remedy = (concors_span){remedy, strlen(remedy)};
        concors_status status = say_unsent(shown, trace, &list[i], arena);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    findings->list = list;
    return CONCORS_OK;
}

concors_status
probe_report_revise(const probe_shown *shown, concors_report *report, concors_arena *arena)
{
    concors_findings *all = concors_arena_take_many(arena, report->trace_count + 1, sizeof *all);

    for (size_t i = 0; all != NULL && i < report->trace_count; i++) {
        all[i] = report->findings[i];
        concors_status status = revise_list(shown, &report->traces[i], &all[i], arena);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    report->findings = all;
    return all == NULL ? CONCORS_E_ROOM : CONCORS_OK;
}
