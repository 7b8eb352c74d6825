/*
 * src/explain/fixes.c: searches for changes and proves each: the model is run again with it, and
 * only what it then lets through is listed.
 *
 * First what headers, cookie lines and the client's options can do; then, where they do not help
 * or open a cookie to every site, other places for the server: docs/adr/0008-fixes-by-search.md.
 */
#include "fix_found.h"

enum {
    WORK_MAX = 60000, /* steps that are run, and as often each browser's journey */
    WORK_EACH = 12,
    LONG_STEPS = 100, /* a longer journey in which too much is wrong is left at that */
};

/* Takes a plan that lets some browsers through into the list. */
static concors_status
accept(concors_search *s, concors_found *all, concors_plan *plan, concors_set works)
{
    concors_candidate one;
    concors_status status = concors_search_prune(s, plan, works);

    if (status == CONCORS_OK) {
        status = concors_search_prove(s, plan, works, &one);
    }
    size_t at = status == CONCORS_OK ? concors_found_place(all, plan) : 0;
    if (status == CONCORS_OK && at < all->count) {
        all->list[at] = one;
    } else if (status == CONCORS_OK && !one.loses) {
        concors_found_insert(s, all, &one);
    }
    return status;
}

static concors_set
helped(const concors_found *all)
{
    concors_set set = 0;

    for (size_t i = 0; i < all->count; i++) {
        set |= all->list[i].works;
    }
    return set;
}

/* Browser by browser: headers, cookie lines, the client's options. */
static concors_status
search_kept(concors_search *s, concors_found *all)
{
    concors_plan *plan = NULL;

    for (size_t i = 0; i < s->browsers; i++) {
        concors_set works = 0;
        concors_stuck stuck = {0};
        if ((s->blocked & ~helped(all) & concors_set_of(i)) == 0) {
            continue;
        }
        if (plan == NULL && (plan = concors_plan_new(s->arena)) == NULL) {
            return CONCORS_E_ROOM;
        }
        concors_plan_clear(plan);
        concors_status status = concors_search_grow(s, plan, concors_set_of(i), &works, &stuck);
        if (status == CONCORS_OK && works != 0) {
            status = accept(s, all, plan, works);
            plan = NULL;
        } else if (status == CONCORS_OK) {
            all->limited |= concors_set_of(i);
            all->asks_design |= stuck.reason == 0 ? s->report->journey->step_count <= LONG_STEPS
                                                  : concors_limit_asks_design(stuck.kind);
            status = concors_limit_add(s, all->limits, &all->limit_count, i, stuck);
        }
        if (status != CONCORS_OK) {
            return status;
        }
    }
    return CONCORS_OK;
}

/* A plan that begins in a way of its own, and takes in what it still lacks. */
static concors_status
try_plan(concors_search *s, concors_found *all, concors_plan *plan)
{
    concors_set works = 0;
    concors_stuck stuck = {0};
    concors_status status = concors_search_grow(s, plan, s->blocked, &works, &stuck);

    return status == CONCORS_OK && works != 0 ? accept(s, all, plan, works) : status;
}

/* A public answer that is asked for with credentials, for nothing. */
static concors_status
search_without(concors_search *s, concors_found *all, const concors_trace *trace)
{
    concors_plan *plan = concors_plan_new(s->arena);

    if (plan == NULL) {
        return CONCORS_E_ROOM;
    }
    return concors_plan_without_credentials(plan, s->report->journey, trace)
               ? try_plan(s, all, plan)
               : CONCORS_OK;
}

/* What a slash, https or www too few or too many leads to, asked at once. */
static concors_status
search_direct(concors_search *s, concors_found *all, const concors_trace *trace)
{
    concors_plan *plan = concors_plan_new(s->arena);

    if (plan == NULL) {
        return CONCORS_E_ROOM;
    }
    return concors_plan_direct(plan, s->report->journey, trace, s->arena) ? try_plan(s, all, plan)
                                                                          : CONCORS_OK;
}

/* One plan for all, where each found so far helps only some. */
static concors_status
search_union(concors_search *s, concors_found *all)
{
    concors_set want = s->blocked & ~all->limited;
    concors_set works = 0;
    concors_stuck stuck = {0};

    for (size_t i = 0; i < all->count; i++) {
        if ((all->list[i].works & want) == want) {
            return CONCORS_OK;
        }
    }
    concors_plan *plan = want == 0 ? NULL : concors_plan_new(s->arena);
    if (plan == NULL) {
        return want == 0 ? CONCORS_OK : CONCORS_E_ROOM;
    }
    concors_status status = concors_search_grow(s, plan, want, &works, &stuck);
    if (status == CONCORS_OK && works == want) {
        status = accept(s, all, plan, works);
    }
    return status;
}

/* Other places for the server, in the order in which they are to be preferred. */
static concors_status
search_designs(concors_search *s, concors_found *all, const concors_trace *trace, bool whole)
{
    static const struct {
        concors_design design;
        bool on_https;
    } ways[] = {{CONCORS_DESIGN_HTTPS, false},
                {CONCORS_DESIGN_SAME_ORIGIN, false},
                {CONCORS_DESIGN_SAME_ORIGIN, true},
                {CONCORS_DESIGN_PAGE, false},
                {CONCORS_DESIGN_SAME_SITE, false}};
    concors_plan *plan = NULL;
    concors_set before = 0;

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        concors_set works = 0;
        concors_stuck stuck = {0};
        if (plan == NULL && (plan = concors_plan_new(s->arena)) == NULL) {
            return CONCORS_E_ROOM;
        }
        concors_plan_clear(plan);
        plan->page_on_https = ways[i].on_https;
        if ((ways[i].on_https && before == s->blocked) ||
            !concors_plan_move(plan, ways[i].design, s->report->journey, trace, s->host)) {
            continue;
        }
        concors_status status = concors_search_grow(s, plan, s->blocked, &works, &stuck);
        bool enough = !whole || (ways[i].design == CONCORS_DESIGN_HTTPS && !plan->local_https);
        enough &= concors_plan_cost(plan, s->report->journey) < CONCORS_COST_EMBEDS;
        if (status == CONCORS_OK && works != 0) {
            status = accept(s, all, plan, works);
            plan = NULL;
        }
        if (status != CONCORS_OK) {
            return status;
        }
        if (enough && works == s->blocked) {
            break;
        }
        before = works;
    }
    return CONCORS_OK;
}

static bool
opens_cookies(const concors_found *all)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].cost >= CONCORS_COST_EMBEDS) {
            return true;
        }
    }
    return false;
}

static concors_status
open_search(concors_search *s, concors_found *all)
{
    size_t steps = s->report->journey->step_count + 1;
    const size_t max = CONCORS_BROWSERS_MAX;

    s->browsers = s->report->trace_count < max ? s->report->trace_count : max;
    for (size_t i = 0; i < s->browsers; i++) {
        if (s->report->traces[i].verdict == CONCORS_VERDICT_BLOCKED) {
            s->blocked |= concors_set_of(i);
        }
    }
    s->work_left = WORK_MAX + s->browsers * WORK_EACH * steps;
    s->spare = concors_plan_new(s->arena);
    all->limits = concors_arena_take_many(s->arena, CONCORS_LIMITS_MAX, sizeof *all->limits);
    return s->spare != NULL && all->limits != NULL ? CONCORS_OK : CONCORS_E_ROOM;
}

/* What one browser's own reasons did not lead to, another's may have. */
static void
take_back_limits(concors_found *all)
{
    concors_set kept = 0;
    size_t left = 0;

    for (size_t i = 0; i < all->count; i++) {
        kept |= all->list[i].plan->design == CONCORS_DESIGN_KEPT ? all->list[i].works : 0;
    }
    for (size_t i = 0; i < all->limit_count; i++) {
        concors_limit *limit = &all->limits[i];
        size_t *list = (size_t *)(uintptr_t)limit->browsers;
        size_t count = 0;
        for (size_t k = 0; k < limit->browser_count; k++) {
            if ((kept & concors_set_of(list[k])) == 0) {
                list[count++] = list[k];
            }
        }
        limit->browser_count = count;
        if (count > 0) {
            all->limits[left++] = *limit;
        }
    }
    all->limit_count = left;
}

/* All ways, each where it may help. */
static concors_status
search(concors_search *s, concors_found *all, concors_depth depth)
{
    bool whole = depth == CONCORS_DEPTH_ALL;
    const concors_trace *first = s->report->traces;

    while (first->verdict != CONCORS_VERDICT_BLOCKED) {
        first++;
    }
    concors_status status = search_kept(s, all);
    if (status == CONCORS_OK) {
        status = search_union(s, all);
    }
    if (status == CONCORS_OK) {
        status = search_without(s, all, first);
    }
    if (status == CONCORS_OK) {
        status = search_direct(s, all, first);
    }
    take_back_limits(all);
    if (status == CONCORS_OK && (all->asks_design || (whole && opens_cookies(all)))) {
        status = search_designs(s, all, first, whole);
    }
    concors_found_drop_lesser(all);
    return status;
}

concors_status
concors_fixes_find(const concors_host *host, int64_t now_ms, concors_depth depth,
                   concors_arena *arena, concors_report *report)
{
    concors_search s = {.host = host, .now_ms = now_ms, .arena = arena, .report = report};
    concors_found all = {0};
    concors_status status = open_search(&s, &all);

    if (status == CONCORS_OK && s.blocked != 0) {
        status = search(&s, &all, depth);
    }
    concors_fix *fixes = concors_arena_take_many(arena, all.count, sizeof *fixes);
    if (fixes == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; status == CONCORS_OK && i < all.count; i++) {
        status = concors_fix_describe(&s, &all.list[i], &fixes[i]);
    }
    report->fixes = fixes;
    report->fix_count = all.count;
    report->limits = all.limits;
    report->limit_count = all.limit_count;
    return status;
}
