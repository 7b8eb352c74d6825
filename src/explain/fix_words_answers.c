/* src/explain/fix_words_answers.c: the headers of a plan in one sentence, server by server. */
#include "fix_plan.h"

void
concors_begin_part(size_t *parts, concors_out *out)
{
    if ((*parts)++ > 0) {
        concors_out_put(out, CONCORS_LIT("; "));
    }
}

static void
put_separator(size_t index, concors_out *out)
{
    if (index > 0) {
        concors_out_put(out, CONCORS_LIT(", "));
    }
}

/* What is said of the answers of one server: those that edit `head` is about. */
typedef struct answers {
    const concors_plan *plan;
    const concors_journey *journey;
    const concors_edit *head;
} answers;

static bool
is_about(const answers *all, const concors_edit *edit)
{
    return edit->preflight == all->head->preflight &&
           (edit->kind == CONCORS_EDIT_STATUS || edit->kind == CONCORS_EDIT_HEADER) &&
           !concors_edit_is_assumed(all->plan, all->journey, edit) &&
           concors_same_server(&all->journey->steps[edit->step].request.url,
                               &all->journey->steps[all->head->step].request.url);
}

/* Whether the first edit of this name among the answers is this one. */
static bool
is_first_of(const answers *all, size_t index)
{
    const concors_edit *edit = &all->plan->edits[index];

    for (size_t i = 0; i < index; i++) {
        const concors_edit *early = &all->plan->edits[i];
        if (early->kind == edit->kind && is_about(all, early) &&
            concors_span_eq(early->name, edit->name)) {
            return false;
        }
    }
    return true;
}

/* Whether another answer of this server gets the same header. */
static bool
is_said(const answers *all, size_t index)
{
    const concors_edit *edit = &all->plan->edits[index];

    for (size_t i = 0; i < index; i++) {
        const concors_edit *early = &all->plan->edits[i];
        if (early->kind == edit->kind && is_about(all, early) &&
            concors_span_eq(early->name, edit->name) &&
            concors_span_eq(early->value, edit->value)) {
            return true;
        }
    }
    return false;
}

/* "https://a or https://b": pages of several origins ask one server. */
static void
put_values(const answers *all, size_t index, concors_out *out)
{
    const concors_edit *first = &all->plan->edits[index];
    size_t said = 0;

    if (concors_span_eq(first->name, CONCORS_LIT("Vary"))) {
        concors_out_put(out, CONCORS_LIT("Origin")); /* beside what it names already */
        return;
    }
    for (size_t i = index; i < all->plan->count; i++) {
        const concors_edit *edit = &all->plan->edits[i];
        if (edit->kind != CONCORS_EDIT_HEADER || !is_about(all, edit) ||
            !concors_span_eq(edit->name, first->name) || is_said(all, i)) {
            continue;
        }
        if (said++ > 0) {
            concors_out_put(out, CONCORS_LIT(" or "));
        }
        concors_out_put(out, edit->value);
    }
    if (said > 1) {
        concors_out_put(out, CONCORS_LIT(" (whichever of them asks)"));
    }
}

static bool
has_status(const answers *all)
{
    for (size_t i = 0; i < all->plan->count; i++) {
        if (all->plan->edits[i].kind == CONCORS_EDIT_STATUS &&
            is_about(all, &all->plan->edits[i])) {
            return true;
        }
    }
    return false;
}

/* "status 204, A: x, B: y" */
static void
put_headers(const answers *all, concors_out *out)
{
    size_t said = 0;

    if (has_status(all)) {
        said++;
        concors_out_put(out, CONCORS_LIT("status 204"));
    }
    for (size_t i = 0; i < all->plan->count; i++) {
        const concors_edit *edit = &all->plan->edits[i];
        if (edit->kind == CONCORS_EDIT_STATUS || !is_about(all, edit) || !is_first_of(all, i)) {
            continue;
        }
        put_separator(said++, out);
        concors_out_put(out, edit->name);
        concors_out_put(out, CONCORS_LIT(": "));
        put_values(all, i, out);
    }
}

/* Whether the headers of the edits are those of more than one server. */
static bool
of_several_servers(const concors_plan *plan, const concors_journey *journey)
{
    const concors_edit *first = NULL;

    for (size_t i = 0; i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if ((edit->kind != CONCORS_EDIT_HEADER && edit->kind != CONCORS_EDIT_STATUS) ||
            concors_edit_is_assumed(plan, journey, edit)) {
            continue;
        }
        if (first != NULL && !concors_same_server(&journey->steps[edit->step].request.url,
                                                  &journey->steps[first->step].request.url)) {
            return true;
        }
        first = edit;
    }
    return false;
}

/* The first edit that is about these answers. */
static bool
heads(const answers *all)
{
    const concors_edit *edit = all->plan->edits;

    while (!is_about(all, edit)) {
        edit++;
    }
    return edit == all->head;
}

void
concors_plan_put_answers(const concors_plan *plan, const concors_journey *journey, bool preflight,
                         size_t *parts, concors_out *out)
{
    for (size_t i = 0; i < plan->count; i++) {
        const answers all = {plan, journey, &plan->edits[i]};
        if (all.head->preflight != preflight || !is_about(&all, all.head) || !heads(&all)) {
            continue;
        }
        concors_begin_part(parts, out);
        concors_out_put(out,
                        preflight ? CONCORS_LIT("answer OPTIONS with ") : CONCORS_LIT("send "));
        put_headers(&all, out);
        if (!preflight) {
            concors_out_put(out, CONCORS_LIT(" on the response"));
        }
        if (of_several_servers(plan, journey)) {
            concors_out_put(out, CONCORS_LIT(" of "));
            concors_put_clipped(concors_url_front(journey->steps[all.head->step].request.url.href),
                                256, out);
        }
    }
}
