/* src/explain/fix_apply.c: a copy of a journey with a plan's edits. */
#include "fix_plan.h"

/* A step of the copy, which may be written to. */
static concors_step *
own_step(concors_journey *copy, size_t step)
{
    return (concors_step *)(uintptr_t)&copy->steps[step];
}

/* The answer of the copy, which may be written to: redirects are shared until then. NULL: no room,
 * or no such answer. */
static concors_answer *
own_answer(concors_journey *copy, const concors_edit *edit, concors_arena *arena)
{
    concors_step *step = own_step(copy, edit->step);
    concors_exchange *exchange = &step->first;

    if (edit->hop > step->redirect_count) {
        return NULL;
    }
    if (edit->hop > 0) {
        concors_exchange *list = concors_arena_take_many(arena, step->redirect_count, sizeof *list);
        if (list == NULL) {
            return NULL;
        }
        memcpy(list, step->redirects, step->redirect_count * sizeof *list);
        step->redirects = list;
        exchange = &list[edit->hop - 1];
    }
    return edit->preflight ? &exchange->preflight : &exchange->response;
}

static bool
apply_header(const concors_edit *edit, concors_answer *answer, concors_arena *arena)
{
    size_t count = 0;
    concors_header *list = concors_arena_take_many(arena, answer->headers.count + 1, sizeof *list);

    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < answer->headers.count; i++) {
        if (!concors_span_eq_nocase(answer->headers.list[i].name, edit->name)) {
            list[count++] = answer->headers.list[i];
        }
    }
    list[count++] = (concors_header){edit->name, edit->value};
    answer->headers = (concors_headers){list, count};
    return true;
}

static bool
rewritten(concors_span line, unsigned bits, concors_arena *arena, concors_span *text)
{
    concors_out out = concors_arena_out(arena);

    concors_line_rewrite(line, bits, &out);
    return concors_arena_out_close(arena, &out, text);
}

static bool
apply_line(const concors_edit *edit, concors_answer *answer, concors_arena *arena)
{
    concors_header *list = concors_arena_take_many(arena, answer->headers.count, sizeof *list);

    if (list == NULL) {
        return false;
    }
    memcpy(list, answer->headers.list, answer->headers.count * sizeof *list);
    answer->headers.list = list;
    size_t at = concors_set_cookie_at(answer->headers, edit->line_index);
    return at == answer->headers.count ||
           rewritten(list[at].value, edit->line, arena, &list[at].value);
}

static bool
apply_held(const concors_edit *edit, concors_journey *copy, concors_arena *arena)
{
    concors_held_cookie *list = concors_arena_take_many(arena, copy->cookie_count, sizeof *list);

    if (list == NULL) {
        return false;
    }
    memcpy(list, copy->cookies, copy->cookie_count * sizeof *list);
    copy->cookies = list;
    return rewritten(list[edit->line_index].set_cookie, edit->line, arena,
                     &list[edit->line_index].set_cookie);
}

static bool
apply(const concors_edit *edit, concors_journey *copy, concors_arena *arena)
{
    if (edit->kind == CONCORS_EDIT_CREDENTIALS) {
        concors_request *request = &own_step(copy, edit->step)->request;
        request->credentials =
            edit->value.len > 0 ? CONCORS_CREDENTIALS_SAME_ORIGIN : CONCORS_CREDENTIALS_INCLUDE;
        if (request->kind == CONCORS_KIND_IMG || request->kind == CONCORS_KIND_SCRIPT) {
            request->crossorigin = true;
            request->mode = CONCORS_MODE_CORS;
        }
        return true;
    }
    if (edit->kind == CONCORS_EDIT_ADDRESS) {
        return true; /* last of all: the others name answers as they stood */
    }
    if (edit->kind == CONCORS_EDIT_MODE || edit->kind == CONCORS_EDIT_METHOD) {
        concors_request *request = &own_step(copy, edit->step)->request;
        request->mode = edit->kind == CONCORS_EDIT_MODE ? CONCORS_MODE_CORS : request->mode;
        request->method = edit->kind == CONCORS_EDIT_METHOD ? edit->value : request->method;
        return true;
    }
    if (edit->held) {
        return apply_held(edit, copy, arena);
    }
    concors_answer *answer = own_answer(copy, edit, arena);
    if (answer == NULL) {
        return false;
    }
    if (edit->kind == CONCORS_EDIT_HEADER) {
        return apply_header(edit, answer, arena);
    }
    if (edit->kind == CONCORS_EDIT_LINE) {
        return apply_line(edit, answer, arena);
    }
    answer->known = true;
    answer->status = edit->kind == CONCORS_EDIT_STATUS ? 204 : 200;
    return true;
}

concors_status
concors_plan_apply(const concors_plan *plan, const concors_journey *journey, concors_arena *arena,
                   concors_journey *out)
{
    concors_step *steps = concors_arena_take_many(arena, journey->step_count, sizeof *steps);

    if (steps == NULL) {
        return CONCORS_E_ROOM;
    }
    if (journey->step_count > 0) {
        memcpy(steps, journey->steps, journey->step_count * sizeof *steps);
    }
    *out = *journey;
    out->steps = steps;
    concors_status status = concors_plan_apply_moves(plan, out, steps, arena);
    for (size_t i = 0; status == CONCORS_OK && i < plan->count; i++) {
        if (!apply(&plan->edits[i], out, arena)) {
            status = CONCORS_E_ROOM;
        }
    }
    for (size_t i = 0; status == CONCORS_OK && i < plan->count; i++) {
        const concors_edit *edit = &plan->edits[i];
        if (edit->kind == CONCORS_EDIT_ADDRESS &&
            !concors_apply_address(edit, &steps[edit->step], arena)) {
            status = CONCORS_E_ROOM;
        }
    }
    return status;
}
