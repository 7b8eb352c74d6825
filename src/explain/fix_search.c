/* src/explain/fix_search.c: plans grown, pruned and proved by running the model. */
#include "fix_search.h"
#include "alike.h"
#include "browser/walk.h"

enum { ROUNDS_MAX = 8, PASSES_MAX = 3, PRUNED_MAX = 24 };

concors_plan *
concors_plan_new(concors_arena *arena)
{
    const uintptr_t align = 16;
    char *room = concors_arena_take_text(arena, sizeof(concors_plan) + align);

    if (room == NULL) {
        return NULL;
    }
    room += (align - (uintptr_t)room % align) % align; /* not zeroed: most of it is never used */
    concors_plan *plan = (concors_plan *)(void *)room;
    concors_plan_clear(plan);
    return plan;
}

/* Texts of the copy stay where they are, in the plan copied. */
static void
copy_plan(concors_plan *to, const concors_plan *from)
{
    to->design = from->design;
    to->page_on_https = from->page_on_https;
    to->local_https = from->local_https;
    to->renames = from->renames;
    to->direct = from->direct;
    to->move_count = from->move_count;
    memcpy(to->moves, from->moves, from->move_count * sizeof from->moves[0]);
    to->count = from->count;
    memcpy(to->edits, from->edits, from->count * sizeof from->edits[0]);
    to->changes = from->changes;
    to->full = from->full;
    to->barred = from->barred;
    to->looked = from->looked;
    to->text_len = from->text_len;
}

static void
spend(concors_search *s, const concors_journey *edited)
{
    size_t work = 1 + edited->step_count;

    s->work_left -= work < s->work_left ? work : s->work_left;
}

/* The other browsers that this trace, which ends well, tells of: the edits are right for them, too.
 */
static concors_set
alike(const concors_search *s, const concors_journey *edited, const concors_trace *trace)
{
    concors_set others = 0;

    for (size_t i = 0; i < s->browsers; i++) {
        const concors_trace *before = &s->report->traces[i];
        if (before->profile != trace->profile && before->verdict != CONCORS_VERDICT_UNKNOWN &&
            concors_acts_alike(edited, trace, before->profile) &&
            concors_keeps_cookies(before, trace)) {
            others |= concors_set_of(i);
        }
    }
    return others;
}

/* Runs a journey with a plan's edits in one browser. What is taken from the arena, here and for the
 * edits, is the caller's to give back. */
static concors_status
try_edited(concors_search *s, const concors_journey *edited, size_t browser, concors_trace *trace)
{
    spend(s, edited);
    return concors_journey_judge(edited, s->report->traces[browser].profile, s->host, s->now_ms,
                                 s->arena, trace);
}

static concors_status
apply(concors_search *s, const concors_plan *plan, concors_journey *edited)
{
    return concors_plan_apply(plan, s->report->journey, s->arena, edited);
}

/* What is left. Attributes that would help against the blocking of third-party cookies may need
   https: the blocking is what counts. */
static concors_status
find_limit(concors_search *s, size_t browser, const concors_journey *journey,
           const concors_trace *trace, concors_stuck *stuck)
{
    concors_stuck first = {0};
    concors_status status = concors_limit_find(journey, trace, s->arena, stuck);

    if (status == CONCORS_OK && stuck->kind == CONCORS_LIMIT_HTTPS) {
        status =
            concors_limit_find(s->report->journey, &s->report->traces[browser], s->arena, &first);
        *stuck = first.kind > stuck->kind ? first : *stuck;
    }
    return status;
}

/* Adds edits until the browser lets the journey through. */
static concors_status
grow_for(concors_search *s, concors_plan *plan, size_t browser, bool alone, bool *found,
         concors_stuck *stuck)
{
    const size_t mark = s->arena->len;
    const concors_journey *journey = s->report->journey;
    const concors_trace *trace = &s->report->traces[browser];
    bool derives = plan->count == 0 && plan->design == CONCORS_DESIGN_KEPT;
    concors_journey edited[2];
    concors_trace traces[2];
    concors_status status = CONCORS_OK;

    *found = false;
    s->alike = 0;
    for (size_t round = 0; round < ROUNDS_MAX && s->work_left > 0; round++) {
        size_t before = plan->changes;
        if (derives) {
            concors_plan_derive(plan, s->report->journey, journey, trace);
            s->deep |= round > 1 || !alone;
        }
        if (derives && (plan->full || plan->barred || plan->changes == before)) {
            status = plan->full ? CONCORS_OK : find_limit(s, browser, journey, trace, stuck);
            break;
        }
        derives = true;
        s->arena->len = mark;
        journey = &edited[round & 1];
        trace = &traces[round & 1];
        status = apply(s, plan, &edited[round & 1]);
        if (status == CONCORS_OK) {
            status = try_edited(s, journey, browser, &traces[round & 1]);
        }
        if (status != CONCORS_OK || trace->verdict == CONCORS_VERDICT_OK) {
            *found =
                status == CONCORS_OK && concors_keeps_cookies(&s->report->traces[browser], trace);
            s->alike = *found ? alike(s, journey, trace) : 0;
            if (status == CONCORS_OK && !*found) {
                status = concors_limit_find(s->report->journey, &s->report->traces[browser],
                                            s->arena, stuck);
            }
            break;
        }
    }
    s->arena->len = mark;
    return status;
}

concors_status
concors_search_grow(concors_search *s, concors_plan *plan, concors_set want, concors_set *works,
                    concors_stuck *stuck)
{
    bool alone = (want & (want - 1)) == 0;
    concors_set hopeless = 0;

    s->deep = false;
    *works = 0;
    for (size_t pass = 0; pass < PASSES_MAX && *works != (want & ~hopeless); pass++) {
        for (size_t i = 0; i < s->browsers; i++) {
            size_t before = plan->changes;
            bool found;
            if ((want & ~hopeless & ~*works & concors_set_of(i)) == 0) {
                continue;
            }
            if (!alone) {
                copy_plan(s->spare, plan);
            }
            concors_status status = grow_for(s, plan, i, alone, &found, stuck);
            if (status != CONCORS_OK) {
                return status;
            }
            if (!found && !alone) {
                copy_plan(plan, s->spare);
            } else if (found && plan->changes != before) {
                *works = 0; /* the others have not seen what was added */
            }
            *(found ? works : &hopeless) |= concors_set_of(i);
        }
    }
    return CONCORS_OK;
}

/* Edits that are one thing to people: of one kind, saying one thing, at several places. */
static bool
one_thing(const concors_edit *a, const concors_edit *b)
{
    static const concors_span vary = CONCORS_LIT_INIT("Vary");
    static const concors_span origin = CONCORS_LIT_INIT("Access-Control-Allow-Origin");

    if (a->kind != b->kind || a->preflight != b->preflight) {
        return false;
    }
    if (a->kind == CONCORS_EDIT_HEADER) {
        const concors_span *a_name = concors_span_eq(a->name, vary) ? &origin : &a->name;
        const concors_span *b_name = concors_span_eq(b->name, vary) ? &origin : &b->name;
        return concors_span_eq(*a_name, *b_name);
    }
    return a->kind != CONCORS_EDIT_LINE ||
           (a->line == b->line && concors_span_eq(a->name, b->name));
}

static bool
is_first(const concors_plan *plan, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (one_thing(&plan->edits[i], &plan->edits[index])) {
            return false;
        }
    }
    return true;
}

size_t
concors_plan_size(const concors_plan *plan, const concors_journey *journey)
{
    size_t size = plan->move_count;

    for (size_t i = 0; i < plan->count; i++) {
        size += is_first(plan, i) && !concors_edit_is_assumed(plan, journey, &plan->edits[i]);
    }
    return size;
}

static concors_status
works_still(concors_search *s, const concors_plan *plan, concors_set browsers, bool *works)
{
    const size_t mark = s->arena->len;
    concors_journey edited;
    concors_status status = apply(s, plan, &edited);
    const size_t applied = s->arena->len;

    *works = true;
    for (size_t i = 0; i < s->browsers && *works && status == CONCORS_OK; i++) {
        concors_trace trace;
        if ((browsers & concors_set_of(i)) == 0) {
            continue;
        }
        status = try_edited(s, &edited, i, &trace);
        s->arena->len = applied;
        *works = status == CONCORS_OK && trace.verdict == CONCORS_VERDICT_OK &&
                 concors_keeps_cookies(&s->report->traces[i], &trace);
    }
    s->arena->len = mark;
    return status;
}

/* The plan without one thing. */
static void
leave_out(concors_plan *plan, const concors_edit *thing)
{
    const concors_edit gone = *thing;
    size_t kept = 0;

    for (size_t i = 0; i < plan->count; i++) {
        if (!one_thing(&plan->edits[i], &gone)) {
            plan->edits[kept++] = plan->edits[i];
        }
    }
    plan->count = kept;
}

/* A preflight answer that allows more now is for the page alone, needed or not; and a plan that
   begins with an address is not one without. */
static bool
is_guard(const concors_plan *plan, const concors_edit *edit)
{
    if (plan->direct && edit->kind == CONCORS_EDIT_ADDRESS) {
        return true;
    }
    return edit->kind == CONCORS_EDIT_HEADER && edit->preflight &&
           concors_span_eq(edit->name, CONCORS_LIT("Access-Control-Allow-Origin"));
}

concors_status
concors_search_prune(concors_search *s, concors_plan *plan, concors_set works)
{
    bool whole = plan->design == CONCORS_DESIGN_KEPT;

    if (!s->deep || plan->count > PRUNED_MAX) {
        return CONCORS_OK;
    }
    for (size_t i = plan->count; i > 0 && s->work_left > 0; i--) {
        bool still;
        if (i > plan->count || !is_first(plan, i - 1) || is_guard(plan, &plan->edits[i - 1]) ||
            (whole && concors_plan_size(plan, s->report->journey) < 2)) {
            continue;
        }
        copy_plan(s->spare, plan);
        leave_out(plan, &s->spare->edits[i - 1]);
        concors_status status = works_still(s, plan, works, &still);
        if (status != CONCORS_OK) {
            return status;
        }
        if (still) {
            s->alike = 0; /* it was found with what is now left out */
        } else {
            copy_plan(plan, s->spare);
        }
    }
    return CONCORS_OK;
}

static void
add_leave(concors_candidate *out, concors_reason reason)
{
    const concors_reason_info *info = concors_reason_get(reason);

    if (info->severity != CONCORS_SEVERITY_ERROR || out->leave_count == CONCORS_LEAVES_MAX) {
        return;
    }
    for (size_t i = 0; i < out->leave_count; i++) {
        if (concors_span_eq(out->leaves[i], info->code)) {
            return;
        }
    }
    out->leaves[out->leave_count++] = info->code;
}

/* Takes browsers as proved that were not run. */
static void
take_alike(concors_search *s, const concors_journey *edited, concors_set others,
           concors_set *proved, concors_candidate *out)
{
    for (size_t i = 0; i < s->browsers; i++) {
        if ((others & ~*proved & concors_set_of(i)) != 0) {
            spend(s, edited);
        }
    }
    *proved |= others;
    out->works |= others & s->blocked;
}

/* Runs one browser with the plan's edits, and notes what stays. */
static concors_status
prove_for(concors_search *s, const concors_journey *edited, size_t browser, concors_set *proved,
          concors_candidate *out)
{
    concors_trace trace;
    concors_draft *drafts = NULL;
    size_t count = 0;
    concors_status status = try_edited(s, edited, browser, &trace);

    if (status != CONCORS_OK) {
        return status;
    }
    if (trace.verdict == CONCORS_VERDICT_OK) {
        bool keeps = concors_keeps_cookies(&s->report->traces[browser], &trace);
        out->works |= keeps ? s->blocked & concors_set_of(browser) : 0;
        out->loses |= !keeps && (s->blocked & concors_set_of(browser)) == 0;
        take_alike(s, edited, keeps ? alike(s, edited, &trace) : 0, proved, out);
        return CONCORS_OK;
    }
    out->fails |= concors_set_of(browser);
    status = concors_drafts_collect(edited, &trace, s->arena, &drafts, &count);
    for (size_t i = 0; status == CONCORS_OK && i < count; i++) {
        add_leave(out, drafts[i].reason);
    }
    return status;
}

concors_status
concors_search_prove(concors_search *s, const concors_plan *plan, concors_set known,
                     concors_candidate *out)
{
    const size_t mark = s->arena->len;
    concors_journey edited;
    concors_status status = apply(s, plan, &edited);
    const size_t applied = s->arena->len;

    *out = (concors_candidate){.plan = plan, .works = known};
    if (status == CONCORS_OK) {
        take_alike(s, &edited, s->alike, &known, out);
    }
    for (size_t i = 0; i < s->browsers && status == CONCORS_OK; i++) {
        if ((known & concors_set_of(i)) != 0 ||
            s->report->traces[i].verdict == CONCORS_VERDICT_UNKNOWN) {
            continue;
        }
        status = prove_for(s, &edited, i, &known, out);
        s->arena->len = applied;
    }
    s->arena->len = mark;
    if (status != CONCORS_OK) {
        return status;
    }
    out->cost = concors_plan_cost(plan, s->report->journey);
    out->size = concors_plan_size(plan, s->report->journey);
    return CONCORS_OK;
}
