/* The verdict over a trace: blocked before unknown before ok. */
#include "walk.h"

static concors_verdict
worse(concors_verdict a, concors_verdict b)
{
    return a > b ? a : b;
}

static concors_verdict
line_verdict(const concors_trace_line *line)
{
    if (line->stored == CONCORS_UNKNOWN) {
        return CONCORS_VERDICT_UNKNOWN;
    }
    return line->stored == CONCORS_YES || line->offer.deleted ? CONCORS_VERDICT_OK
                                                              : CONCORS_VERDICT_BLOCKED;
}

static concors_verdict
cookies_verdict(const concors_trace_hop *hop)
{
    concors_verdict verdict = CONCORS_VERDICT_OK;

    for (size_t i = 0; i < hop->cookie_count; i++) {
        bool withheld = i >= hop->cookies_sent;
        if (!hop->cookies[i].cookie.certain) {
            verdict = worse(verdict, CONCORS_VERDICT_UNKNOWN);
        } else if (withheld) {
            return CONCORS_VERDICT_BLOCKED;
        }
    }
    return verdict;
}

static concors_verdict
outcome_verdict(const concors_trace_hop *hop)
{
    switch (hop->outcome) {
    case CONCORS_OUTCOME_BLOCKED:
    case CONCORS_OUTCOME_NOT_SENT:
        return CONCORS_VERDICT_BLOCKED;
    case CONCORS_OUTCOME_UNKNOWN:
        return CONCORS_VERDICT_UNKNOWN;
    case CONCORS_OUTCOME_READABLE:
    case CONCORS_OUTCOME_OPAQUE:
    case CONCORS_OUTCOME_NAVIGATED:
        break;
    }
    return hop->request_sent == CONCORS_UNKNOWN ? CONCORS_VERDICT_UNKNOWN : CONCORS_VERDICT_OK;
}

static concors_verdict
hop_verdict(const concors_trace_hop *hop)
{
    concors_verdict verdict = worse(outcome_verdict(hop), cookies_verdict(hop));

    for (size_t i = 0; i < hop->line_count; i++) {
        verdict = worse(verdict, line_verdict(&hop->lines[i]));
    }
    return verdict;
}

concors_verdict
concors_trace_verdict(const concors_trace *trace)
{
    concors_verdict verdict = CONCORS_VERDICT_OK;

    for (size_t s = 0; s < trace->step_count; s++) {
        for (size_t h = 0; h < trace->steps[s].hop_count; h++) {
            verdict = worse(verdict, hop_verdict(&trace->steps[s].hops[h]));
        }
    }
    return verdict;
}
