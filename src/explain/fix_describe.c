/* src/explain/fix_describe.c: a plan that was proved, as a fix. */
#include "fix_search.h"

static concors_status
list_set(concors_search *s, concors_set set, const size_t **list, size_t *count)
{
    size_t *out = concors_arena_take_many(s->arena, s->browsers, sizeof *out);

    if (out == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < s->browsers; i++) {
        if ((set & concors_set_of(i)) != 0) {
            out[(*count)++] = i;
        }
    }
    *list = out;
    return CONCORS_OK;
}

concors_status
concors_fix_describe(concors_search *s, const concors_candidate *one, concors_fix *fix)
{
    const concors_journey *journey = s->report->journey;
    const concors_plan *plan = one->plan;
    concors_journey edited;
    concors_span *leaves = concors_arena_take_many(s->arena, CONCORS_LEAVES_MAX, sizeof *leaves);

    if (leaves == NULL) {
        return CONCORS_E_ROOM;
    }
    memcpy(leaves, one->leaves, sizeof one->leaves);
    fix->leaves = leaves;
    fix->leave_count = one->leave_count;
    fix->design = plan->design;
    fix->cost = one->cost;
    concors_status status = list_set(s, one->works, &fix->browsers, &fix->browser_count);
    if (status == CONCORS_OK) {
        status = list_set(s, one->fails, &fix->blocked, &fix->blocked_count);
    }
    if (status == CONCORS_OK) {
        status = concors_plan_apply(plan, journey, s->arena, &edited);
    }
    if (status == CONCORS_OK) {
        status = concors_plan_words(plan, journey, s->arena, fix);
    }
    if (status == CONCORS_OK) {
        status = concors_plan_changes(plan, journey, &edited, s->arena, fix);
    }
    if (status == CONCORS_OK) {
        status = concors_plan_code(plan, journey, &edited, s->arena, fix);
    }
    return status == CONCORS_OK ? concors_plan_price(plan, journey, s->arena, fix) : status;
}
