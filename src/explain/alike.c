#include "alike.h"
#include <string.h>

/* A browser that only blocks, or keys, third parties: what it does to others does not depend on it.
 */
static bool
leaves_first_party_alone(const concors_profile *browser)
{
    return browser->context.third_party != CONCORS_THIRD_PARTY_SEND_ONLY;
}

/* Whether all switches agree but those that speak of third parties. */
static bool
differ_about_third_parties_alone(const concors_profile *a, const concors_profile *b)
{
    concors_context_rules context = b->context;

    context.third_party = a->context.third_party;
    context.storage_access_origin = a->context.storage_access_origin;
    return leaves_first_party_alone(a) && leaves_first_party_alone(b) &&
           memcmp(&a->context, &context, sizeof context) == 0 &&
           memcmp(&a->syntax, &b->syntax, sizeof a->syntax) == 0 &&
           memcmp(&a->cookies, &b->cookies, sizeof a->cookies) == 0 &&
           memcmp(&a->cors, &b->cors, sizeof a->cors) == 0;
}

/* A document in a frame or a sandbox may be a third party itself. */
static bool
is_plain(const concors_document *document)
{
    return document->ancestor_count == 0 && !document->sandboxed;
}

/* No redirect, and nothing asked of a third party. */
static bool
keeps_to_first_party(const concors_trace_step *step)
{
    return step->hop_count == 1 && !step->hops[0].relation.third_party;
}

bool
concors_acts_alike(const concors_journey *journey, const concors_trace *trace,
                   const concors_profile *browser)
{
    if (!is_plain(&journey->document) ||
        !differ_about_third_parties_alone(trace->profile, browser)) {
        return false;
    }
    for (size_t i = 0; i < trace->step_count; i++) {
        if (!is_plain(journey->steps[i].document) || !keeps_to_first_party(&trace->steps[i])) {
            return false;
        }
    }
    return true;
}

/* The trace of a browser before this one that acts like it, or NULL. */
static const concors_trace *
find_alike(const concors_journey *journey, const concors_trace *traces, size_t count,
           const concors_profile *browser)
{
    for (size_t i = 0; i < count; i++) {
        if (concors_acts_alike(journey, &traces[i], browser)) {
            return &traces[i];
        }
    }
    return NULL;
}

concors_status
concors_journey_run_each(const concors_journey *journey, const concors_profile *browsers,
                         size_t count, const concors_host *host, int64_t now_ms,
                         concors_arena *arena, concors_trace *traces)
{
    for (size_t i = 0; i < count; i++) {
        const concors_trace *same = find_alike(journey, traces, i, &browsers[i]);
        if (same != NULL) {
            traces[i] = *same;
            traces[i].profile = &browsers[i];
            continue;
        }
        concors_status status =
            concors_journey_run(journey, &browsers[i], host, now_ms, arena, &traces[i]);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    return CONCORS_OK;
}
