/*
 * src/explain/fixes.c: searches for changes and proves each: the model is run again with it, and
 * only what it then lets through is listed.
 */
#include "browser/walk.h"
#include "fix_plan.h"

enum { ROUNDS_MAX = 6, RUNS_MAX = 12, FIXES_MAX = 8, LEAVES_MAX = 8, PRUNED_MAX = 8 };

typedef struct search {
    const concors_host *host;
    int64_t now_ms;
    concors_arena *arena;
    concors_report *report;
    size_t browser; /* the one that a plan is sought for */
    size_t runs, rounds;
} search;

/* Runs the plan for one browser. What it takes from the arena is the caller's to give back. */
static concors_status
try_plan(search *s, const concors_plan *plan, size_t browser, concors_journey *journey,
         concors_trace *trace)
{
    concors_status status = concors_plan_apply(plan, s->report->journey, s->arena, journey);

    if (status != CONCORS_OK) {
        return status;
    }
    s->runs++;
    return concors_journey_judge(journey, s->report->traces[browser].profile, s->host, s->now_ms,
                                 s->arena, trace);
}

/* Adds edits until the browser lets the journey through. seeded: the plan has some already. */
static concors_status
grow_plan(search *s, concors_plan *plan, bool seeded, bool *found)
{
    const size_t mark = s->arena->len;
    const concors_journey *journey = s->report->journey;
    const concors_trace *trace = &s->report->traces[s->browser];
    concors_journey edited[2];
    concors_trace traces[2];

    *found = false;
    for (size_t round = 0; round < ROUNDS_MAX && !*found; round++) {
        size_t before = plan->changes;
        if (round > 0 || !seeded) {
            concors_plan_derive(plan, journey, trace);
            if (plan->full || plan->changes == before) {
                break;
            }
        }
        s->arena->len = mark;
        concors_status status =
            try_plan(s, plan, s->browser, &edited[round & 1], &traces[round & 1]);
        if (status != CONCORS_OK) {
            return status;
        }
        journey = &edited[round & 1];
        trace = &traces[round & 1];
        *found = trace->verdict == CONCORS_VERDICT_OK;
        s->rounds = round + 1;
    }
    s->arena->len = mark;
    return CONCORS_OK;
}

/*
 * Takes out every edit without which it still works. Edits of one round each answer a reason of
 * their own; only a later round can make an earlier edit needless.
 */
static concors_status
prune_plan(search *s, concors_plan *plan)
{
    const size_t mark = s->arena->len;

    for (size_t i = plan->count; i > 0 && plan->count > 1 && s->runs < RUNS_MAX; i--) {
        concors_journey journey;
        concors_trace trace;
        concors_edit edit = plan->edits[i - 1];
        size_t behind = plan->count - i;
        memmove(&plan->edits[i - 1], &plan->edits[i], behind * sizeof edit);
        plan->count--;
        concors_status status = try_plan(s, plan, s->browser, &journey, &trace);
        s->arena->len = mark;
        if (status != CONCORS_OK) {
            return status;
        }
        if (trace.verdict != CONCORS_VERDICT_OK) {
            memmove(&plan->edits[i], &plan->edits[i - 1], behind * sizeof edit);
            plan->edits[i - 1] = edit;
            plan->count++;
        }
    }
    return CONCORS_OK;
}

static void
add_leave(concors_span *leaves, size_t *count, concors_reason reason)
{
    const concors_reason_info *info = concors_reason_get(reason);

    if (info->severity != CONCORS_SEVERITY_ERROR || *count == LEAVES_MAX) {
        return;
    }
    for (size_t i = 0; i < *count; i++) {
        if (concors_span_eq(leaves[i], info->code)) {
            return;
        }
    }
    leaves[(*count)++] = info->code;
}

/* Which blocked browsers a plan helps, and what stays in the others. */
static concors_status
try_everywhere(search *s, const concors_plan *plan, size_t *browsers, size_t *browser_count,
               concors_span *leaves, size_t *leave_count)
{
    const size_t mark = s->arena->len;

    for (size_t i = 0; i < s->report->trace_count; i++) {
        concors_journey journey;
        concors_trace trace;
        concors_draft *drafts = NULL;
        size_t count = 0;
        if (i == s->browser) {
            browsers[(*browser_count)++] = i;
            continue;
        }
        if (s->report->traces[i].verdict != CONCORS_VERDICT_BLOCKED) {
            continue;
        }
        concors_status status = try_plan(s, plan, i, &journey, &trace);
        if (status == CONCORS_OK && trace.verdict == CONCORS_VERDICT_OK) {
            browsers[(*browser_count)++] = i;
        } else if (status == CONCORS_OK) {
            status = concors_drafts_collect(&journey, &trace, s->arena, &drafts, &count);
        }
        for (size_t d = 0; status == CONCORS_OK && d < count; d++) {
            add_leave(leaves, leave_count, drafts[d].reason);
        }
        s->arena->len = mark;
        if (status != CONCORS_OK) {
            return status;
        }
    }
    return CONCORS_OK;
}

/* Fills a fix with room of its own: lists, texts. */
static concors_status
make_fix(search *s, const concors_plan *plan, concors_fix *fix)
{
    size_t *browsers = concors_arena_take_many(s->arena, s->report->trace_count, sizeof *browsers);
    concors_span *leaves = concors_arena_take_many(s->arena, LEAVES_MAX, sizeof *leaves);

    if (browsers == NULL || leaves == NULL) {
        return CONCORS_E_ROOM;
    }
    fix->browsers = browsers;
    fix->leaves = leaves;
    concors_status status =
        try_everywhere(s, plan, browsers, &fix->browser_count, leaves, &fix->leave_count);
    if (status != CONCORS_OK) {
        return status;
    }
    return concors_plan_words(plan, s->report->journey, s->arena, fix);
}

static concors_status
search_browser(search *s, concors_plan *plan, bool *found)
{
    s->runs = 0;
    concors_status status = grow_plan(s, plan, false, found);
    if (status == CONCORS_OK && *found && s->rounds > 1 && plan->count <= PRUNED_MAX) {
        status = prune_plan(s, plan);
    }
    if (status != CONCORS_OK || *found) {
        return status;
    }
    memset(plan, 0, sizeof *plan);
    if (concors_plan_move(plan, s->report->journey, &s->report->traces[s->browser])) {
        status = grow_plan(s, plan, true, found);
    }
    return status;
}

static bool
helped(const concors_fix *fixes, size_t count, size_t browser)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t b = 0; b < fixes[i].browser_count; b++) {
            if (fixes[i].browsers[b] == browser) {
                return true;
            }
        }
    }
    return false;
}

/* The smallest first; equals in the order they were found. */
static void
insert_fix(concors_fix *fixes, size_t *sizes, size_t count, concors_fix fix, size_t size)
{
    size_t at = count;

    for (; at > 0 && sizes[at - 1] > size; at--) {
        fixes[at] = fixes[at - 1];
        sizes[at] = sizes[at - 1];
    }
    fixes[at] = fix;
    sizes[at] = size;
}

concors_status
concors_fixes_find(const concors_host *host, int64_t now_ms, concors_arena *arena,
                   concors_report *report)
{
    search s = {host, now_ms, arena, report, 0, 0, 0};
    size_t sizes[FIXES_MAX];
    size_t count = 0;
    concors_fix *fixes = concors_arena_take_many(arena, FIXES_MAX, sizeof *fixes);

    if (fixes == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < report->trace_count && count < FIXES_MAX; i++) {
        concors_fix fix = {0};
        bool found = false;
        if (report->traces[i].verdict != CONCORS_VERDICT_BLOCKED || helped(fixes, count, i)) {
            continue;
        }
        concors_plan *plan = concors_arena_take(arena, sizeof *plan);
        if (plan == NULL) {
            return CONCORS_E_ROOM;
        }
        s.browser = i;
        concors_status status = search_browser(&s, plan, &found);
        if (status == CONCORS_OK && found) {
            status = make_fix(&s, plan, &fix);
        }
        if (status != CONCORS_OK) {
            return status;
        }
        if (found) {
            /* Headers are sooner changed than hosts. */
            size_t size = plan->count + (fix.side == CONCORS_SIDE_TOPOLOGY ? CONCORS_EDITS_MAX : 0);
            insert_fix(fixes, sizes, count++, fix, size);
        }
    }
    report->fixes = fixes;
    report->fix_count = count;
    return CONCORS_OK;
}
