/* src/explain/report.c: traces of one journey put together. */
#include "explain.h"

static concors_verdict
worst(const concors_trace *traces, size_t count)
{
    concors_verdict verdict = CONCORS_VERDICT_OK;

    for (size_t i = 0; i < count; i++) {
        if (traces[i].verdict > verdict) {
            verdict = traces[i].verdict;
        }
    }
    return verdict;
}

concors_status
concors_report_findings(const concors_journey *journey, const concors_trace *traces, size_t count,
                        concors_arena *arena, concors_report *out)
{
    concors_findings *findings = concors_arena_take_many(arena, count, sizeof *findings);

    if (findings == NULL) {
        return CONCORS_E_ROOM;
    }
    *out = (concors_report){0};
    out->journey = journey;
    out->traces = traces;
    out->trace_count = count;
    out->findings = findings;
    out->verdict = worst(traces, count);
    for (size_t i = 0; i < count; i++) {
        concors_status status = concors_findings_of(journey, &traces[i], arena, &findings[i]);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    return CONCORS_OK;
}

concors_status
concors_report_build(const concors_journey *journey, const concors_trace *traces, size_t count,
                     const concors_host *host, int64_t now_ms, concors_arena *arena,
                     concors_report *out)
{
    concors_status status = concors_report_findings(journey, traces, count, arena, out);

    return status != CONCORS_OK ? status
                                : concors_report_fixes(out, CONCORS_DEPTH_ALL, host, now_ms, arena);
}

concors_status
concors_report_fixes(concors_report *report, concors_depth depth, const concors_host *host,
                     int64_t now_ms, concors_arena *arena)
{
    if (report->verdict != CONCORS_VERDICT_BLOCKED) {
        return CONCORS_OK;
    }
    report->fixes_sought = true;
    return concors_fixes_find(host, now_ms, depth, arena, report);
}
