/* src/explain/fix_found.h: the fixes found so far, the best first, and what no header helps. */
#ifndef CONCORS_EXPLAIN_FIX_FOUND_H
#define CONCORS_EXPLAIN_FIX_FOUND_H

#include "fix_search.h"

enum { CONCORS_FIXES_MAX = 8 };

typedef struct concors_found {
    concors_candidate list[CONCORS_FIXES_MAX];
    size_t count;
    concors_limit *limits;
    size_t limit_count;
    concors_set limited;
    bool asks_design;
} concors_found;

/* In its place by rank; left out where the list is full. */
void concors_found_insert(const concors_search *s, concors_found *all,
                          const concors_candidate *one);
/* The place of a plan that was found before; the list's length: it is new. */
size_t concors_found_place(const concors_found *all, const concors_plan *plan);
/* Takes out what helps fewer browsers at the same price. */
void concors_found_drop_lesser(concors_found *all);

#endif
