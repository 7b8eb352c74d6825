/* src/explain/fix_spot.h: a place of a trace that edits are derived from. */
#ifndef CONCORS_EXPLAIN_FIX_SPOT_H
#define CONCORS_EXPLAIN_FIX_SPOT_H

#include "fix_plan.h"

/* One hop that something went wrong in. */
typedef struct concors_spot {
    concors_plan *plan;
    const concors_journey *journey;
    const concors_trace *trace;
    const concors_trace_hop *hop;
    size_t step, index;
    bool preflight; /* which answer is looked at */
} concors_spot;

/* text at home in the plan; false when the plan is full. */
bool concors_plan_keep(concors_plan *plan, concors_span text, concors_span *kept);
/* The edit of this place, a new one if there is none; NULL when the plan is full. */
concors_edit *concors_plan_edit(concors_plan *plan, const concors_edit *like);
/* An edit that has no name and no value. */
void concors_plan_simple(const concors_spot *s, concors_edit_kind kind);

/* fix_derive_cookie.c */
void concors_derive_line(const concors_spot *s, const concors_trace_line *line);
void concors_derive_withheld(const concors_spot *s, const concors_cookie_use *use);

#endif
