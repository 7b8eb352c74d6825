/* src/explain/fix_found.c: which of the fixes found stand first, and which are not worth a word. */
#include "fix_found.h"

/* The lower the better: what helps every browser, the cheapest, what moves nothing, the smallest.
 */
static size_t
rank(const concors_search *s, const concors_candidate *one)
{
    bool some = one->works != s->blocked || one->fails != 0;
    size_t size = one->size < 255 ? one->size : 255;

    size_t moves = one->plan->renames ? CONCORS_DESIGN_KEPT : one->plan->design;

    return (((size_t)some * 8 + (size_t)one->cost) * 8 + moves) * 256 + size;
}

void
concors_found_insert(const concors_search *s, concors_found *all, const concors_candidate *one)
{
    size_t at = all->count;

    if (all->count == CONCORS_FIXES_MAX) {
        return;
    }
    for (; at > 0 && rank(s, &all->list[at - 1]) > rank(s, one); at--) {
        all->list[at] = all->list[at - 1];
    }
    all->list[at] = *one;
    all->count++;
}

static bool
same_edit(const concors_edit *a, const concors_edit *b)
{
    return a->kind == b->kind && a->held == b->held && a->preflight == b->preflight &&
           a->step == b->step && a->hop == b->hop && a->line_index == b->line_index &&
           a->line == b->line && concors_span_eq(a->name, b->name) &&
           concors_span_eq(a->value, b->value);
}

/* Whether every edit of a plan is one of the other's; of its cookie lines alone, if so wanted. */
static bool
is_within(const concors_plan *plan, const concors_plan *other, bool lines)
{
    for (size_t i = 0; i < plan->count; i++) {
        bool there = lines && plan->edits[i].kind != CONCORS_EDIT_LINE;
        for (size_t k = 0; k < other->count && !there; k++) {
            there = same_edit(&plan->edits[i], &other->edits[k]);
        }
        if (!there) {
            return false;
        }
    }
    return plan->design == other->design;
}

size_t
concors_found_place(const concors_found *all, const concors_plan *plan)
{
    size_t at = 0;

    while (at < all->count &&
           (plan->design != CONCORS_DESIGN_KEPT || !is_within(plan, all->list[at].plan, false) ||
            !is_within(all->list[at].plan, plan, false))) {
        at++;
    }
    return at;
}

/* Whether a change at headers alone helps fewer browsers than another one that opens no more. */
static bool
is_lesser(const concors_candidate *one, const concors_candidate *other)
{
    return one->plan->design == CONCORS_DESIGN_KEPT && one->cost == other->cost &&
           one->works != other->works && (one->works & other->works) == one->works &&
           (other->fails & ~one->fails) == 0 && is_within(other->plan, one->plan, true);
}

void
concors_found_drop_lesser(concors_found *all)
{
    size_t kept = 0;

    for (size_t i = 0; i < all->count; i++) {
        bool lesser = false;
        for (size_t k = 0; k < all->count && !lesser; k++) {
            lesser = is_lesser(&all->list[i], &all->list[k]);
        }
        all->list[i].loses = lesser;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (!all->list[i].loses) {
            all->list[kept++] = all->list[i];
        }
    }
    all->count = kept;
}
