/* src/explain/fix_search.h: plans grown, pruned and proved by running the model. */
#ifndef CONCORS_EXPLAIN_FIX_SEARCH_H
#define CONCORS_EXPLAIN_FIX_SEARCH_H

#include "fix_plan.h"

/* Why no header helps; of several, what stands last here is said. */
typedef enum concors_limit_kind {
    CONCORS_LIMIT_TOO_MUCH,
    CONCORS_LIMIT_OTHER,
    CONCORS_LIMIT_UNKNOWN,
    CONCORS_LIMIT_SCRIPT,
    CONCORS_LIMIT_NULL,
    CONCORS_LIMIT_LOGIN,
    CONCORS_LIMIT_NO_SERVER,
    CONCORS_LIMIT_SANDBOX,
    CONCORS_LIMIT_ONE_MACHINE,
    CONCORS_LIMIT_HTTPS,
    CONCORS_LIMIT_MIXED,
    CONCORS_LIMIT_LOCAL,
    CONCORS_LIMIT_THIRD_PARTY,
    CONCORS_LIMIT_FRAME,
} concors_limit_kind;

/* What is left where no plan was found; reason 0: the search gave up. */
typedef struct concors_stuck {
    concors_reason reason;
    concors_limit_kind kind;
} concors_stuck;

/* A set of browsers: bit i is the report's trace i. */
typedef uint32_t concors_set;

enum { CONCORS_LEAVES_MAX = 8 };

static inline concors_set
concors_set_of(size_t browser)
{
    return (concors_set)1 << browser;
}

typedef struct concors_search {
    const concors_host *host;
    int64_t now_ms;
    concors_arena *arena;
    const concors_report *report;
    size_t browsers;     /* how many of the report's traces are looked at */
    concors_set blocked; /* those whose journey is blocked as it stands */
    concors_set alike; /* for whom the plan that was grown last is known to be right, but not run */
    size_t work_left;  /* in steps */
    bool deep; /* the last plan grew in several rounds: a later edit may make an earlier needless */
    concors_plan *spare; /* to go back to */
} concors_search;

/* A plan that lets at least one browser through. */
typedef struct concors_candidate {
    const concors_plan *plan;
    concors_set works; /* blocked before, ok now */
    concors_set fails; /* blocked before and still, or ok before and now not */
    bool loses;        /* a browser that was ok no longer holds a cookie: worth nothing */
    concors_span leaves[CONCORS_LEAVES_MAX];
    size_t leave_count;
    concors_cost cost;
    size_t size; /* how many different things change */
} concors_candidate;

/* Adds edits until the browsers let the journey through. *works: those that do. *stuck: what was
   left in the last that does not. CONCORS_OK, CONCORS_E_ROOM, CONCORS_E_LIMIT. */
CONCORS_MUST_USE concors_status concors_search_grow(concors_search *s, concors_plan *plan,
                                                    concors_set want, concors_set *works,
                                                    concors_stuck *stuck);
/* Takes out what is not needed by any of the browsers. Statuses as above. */
CONCORS_MUST_USE concors_status concors_search_prune(concors_search *s, concors_plan *plan,
                                                     concors_set works);
/* Runs every browser with the plan but those that are known to let it through. Statuses as above.
 */
CONCORS_MUST_USE concors_status concors_search_prove(concors_search *s, const concors_plan *plan,
                                                     concors_set known, concors_candidate *out);
/* fix_keeps.c: a journey also goes through when the cookie it is about is held nowhere any more,
   and such a plan mends nothing. Whether each cookie that went along, or was withheld, goes along.
 */
bool concors_keeps_cookies(const concors_trace *before, const concors_trace *after);
/* An empty plan of its own; NULL: no room. */
concors_plan *concors_plan_new(concors_arena *arena);
/* How many different things a plan changes; what it only assumes is none. */
size_t concors_plan_size(const concors_plan *plan, const concors_journey *journey);

/* fix_describe.c: a candidate in words, place by place, as code. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_fix_describe(concors_search *s,
                                                     const concors_candidate *one,
                                                     concors_fix *fix);

/* fix_limits.c: what no header lets through, and the next design. */
enum { CONCORS_LIMITS_MAX = 8 };
/* What is left in a trace that no edit answers. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_limit_find(const concors_journey *journey,
                                                   const concors_trace *trace, concors_arena *arena,
                                                   concors_stuck *stuck);
/* Adds a browser to the limit of this kind. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_limit_add(concors_search *s, concors_limit *limits,
                                                  size_t *count, size_t browser,
                                                  concors_stuck stuck);
/* Whether another design may help where this stays. */
bool concors_limit_asks_design(concors_limit_kind kind);

#endif
