/* src/explain/fix_keeps.c: whether a plan leaves a journey the cookies it is about. */
#include "fix_search.h"

enum { LOOKS_MAX = 1000000 }; /* beyond that nothing is proven */

/* Whether a line of the journey takes the cookie away, and may. */
static bool
is_deleted(const concors_trace *trace, concors_span name, size_t *looks)
{
    for (size_t i = 0; i < trace->step_count; i++) {
        for (size_t h = 0; h < trace->steps[i].hop_count; h++) {
            const concors_trace_hop *hop = &trace->steps[i].hops[h];
            *looks += 1 + hop->line_count;
            for (size_t k = 0; k < hop->line_count && *looks <= LOOKS_MAX; k++) {
                const concors_offer *offer = &hop->lines[k].offer;
                if (offer->deleted && concors_span_eq(concors_line_name(&hop->lines[k]), name)) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* Looks on from where the last one was found: most often they come in the same order. */
static bool
is_sent(const concors_trace_hop *hop, concors_span name, size_t *at, size_t *looks)
{
    for (size_t i = 0; i < hop->cookies_sent && *looks <= LOOKS_MAX; i++, ++*looks) {
        size_t index = (*at + i) % hop->cookies_sent;
        if (concors_span_eq(hop->cookies[index].cookie.name, name)) {
            *at = index;
            return true;
        }
    }
    return false;
}

bool
concors_keeps_cookies(const concors_trace *before, const concors_trace *after)
{
    size_t looks = 0;

    for (size_t i = 0; i < before->step_count && i < after->step_count; i++) {
        if (before->steps[i].is_document_cookie) {
            continue;
        }
        const concors_trace_hop *old = concors_last_hop(&before->steps[i]);
        const concors_trace_hop *now = concors_last_hop(&after->steps[i]);
        size_t at = 0;
        for (size_t k = 0; k < old->cookie_count; k++) {
            concors_span name = old->cookies[k].cookie.name;
            if (!is_sent(now, name, &at, &looks) && !is_deleted(after, name, &looks)) {
                return false;
            }
        }
    }
    return true;
}
