/* src/explain/findings.c: drafts in words, the root cause first. */
#include "explain.h"

enum { RANK_ERROR, RANK_UNKNOWN, RANK_WARNING, RANK_INFO, RANKS };

bool
concors_reason_is_unknown(concors_reason reason)
{
    const concors_reason_info *info = concors_reason_get(reason);

    return info != NULL && concors_span_ends(info->code, CONCORS_LIT("Unknown"));
}

static int
rank_of(concors_reason reason)
{
    if (concors_reason_is_unknown(reason)) {
        return RANK_UNKNOWN;
    }
    switch (concors_reason_get(reason)->severity) {
    case CONCORS_SEVERITY_ERROR:
        return RANK_ERROR;
    case CONCORS_SEVERITY_WARNING:
        return RANK_WARNING;
    case CONCORS_SEVERITY_INFO:
        break;
    }
    return RANK_INFO;
}

/* A journey without steps still has held cookies to speak of. */
static const concors_trace_hop *
hop_of(const concors_trace *trace, const concors_draft *draft)
{
    static const concors_trace_hop nowhere;

    if (draft->step >= trace->step_count || draft->hop >= trace->steps[draft->step].hop_count) {
        return &nowhere;
    }
    return &trace->steps[draft->step].hops[draft->hop];
}

static bool
put_in_words(const concors_journey *journey, const concors_trace *trace, const concors_draft *draft,
             concors_arena *arena, concors_finding *finding)
{
    concors_scene scene = {journey, trace, hop_of(trace, draft), draft};
    concors_out out = concors_arena_out(arena);

    finding->step = draft->step;
    finding->hop = draft->hop;
    finding->reason = draft->reason;
    finding->severity = concors_reason_get(draft->reason)->severity;
    concors_sentence_what(&scene, &out);
    if (!concors_arena_out_close(arena, &out, &finding->what)) {
        return false;
    }
    out = concors_arena_out(arena);
    concors_sentence_remedy(&scene, &out);
    return concors_arena_out_close(arena, &out, &finding->remedy);
}

concors_status
concors_findings_of(const concors_journey *journey, const concors_trace *trace,
                    concors_arena *arena, concors_findings *out)
{
    concors_draft *drafts = NULL;
    size_t count = 0;
    concors_status status = concors_drafts_collect(journey, trace, arena, &drafts, &count);

    if (status != CONCORS_OK) {
        return status;
    }
    concors_finding *list = concors_arena_take_many(arena, count, sizeof *list);
    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    *out = (concors_findings){list, 0};
    for (int rank = 0; rank < RANKS; rank++) {
        for (size_t i = 0; i < count; i++) {
            if (rank_of(drafts[i].reason) != rank) {
                continue;
            }
            if (!put_in_words(journey, trace, &drafts[i], arena, &list[out->count])) {
                return CONCORS_E_ROOM;
            }
            out->count++;
        }
    }
    return CONCORS_OK;
}
