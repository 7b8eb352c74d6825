/* src/explain/fix_changes.c: a plan place by place, before and after. */
#include "fix_plan.h"

typedef struct lister {
    const concors_plan *plan;
    const concors_journey *journey, *edited;
    concors_arena *arena;
    concors_change *list; /* room for all */
    size_t count;
} lister;

/* One value before, or none where it is absent. */
static bool
set_before(lister *l, concors_change *change, concors_span text)
{
    concors_span *before = concors_arena_take(l->arena, sizeof *before);

    if (before == NULL) {
        return false;
    }
    *before = text;
    change->before = before;
    change->before_count = text.ptr != NULL;
    return true;
}

static bool
redacted_url(lister *l, concors_span url, concors_span *text)
{
    concors_out out = concors_arena_out(l->arena);

    concors_redact_url(url, concors_put_plain, &out);
    return concors_arena_out_close(l->arena, &out, text);
}

static bool
add_url(lister *l, concors_place place, size_t step, concors_span before, concors_span after)
{
    concors_change *change = &l->list[l->count++];
    concors_span old;

    *change = (concors_change){.place = place, .step = step, .name = CONCORS_LIT("url")};
    return redacted_url(l, after, &change->after) && redacted_url(l, before, &old) &&
           set_before(l, change, old);
}

static bool
add_moved(lister *l, concors_place place, size_t step, const concors_url *before,
          const concors_url *after)
{
    return concors_span_eq(before->href, after->href) ||
           add_url(l, place, step, before->href, after->href);
}

/* Pages, requests and held cookies that stand elsewhere. */
static bool
add_moves(lister *l)
{
    const concors_journey *a = l->journey;
    const concors_journey *b = l->edited;
    const concors_document *before = &a->document;
    bool done = add_moved(l, CONCORS_PLACE_PAGE, 0, &a->document.url, &b->document.url);

    for (size_t i = 0; done && i < a->step_count; i++) {
        if (a->steps[i].document != before) {
            before = a->steps[i].document;
            bool own = !concors_span_eq(before->url.href, a->document.url.href);
            done = !own || add_moved(l, CONCORS_PLACE_PAGE, i + 1, &before->url,
                                     &b->steps[i].document->url);
        }
        if (done && !a->steps[i].is_document_cookie) {
            done = add_moved(l, CONCORS_PLACE_REQUEST, i, &a->steps[i].request.url,
                             &b->steps[i].request.url);
        }
    }
    for (size_t i = 0; done && i < a->cookie_count; i++) {
        done = add_moved(l, CONCORS_PLACE_COOKIE, i, &a->cookies[i].url, &b->cookies[i].url);
    }
    return done;
}

static bool
add_header(lister *l, const concors_edit *edit, concors_change *change)
{
    const concors_answer *answer =
        concors_answer_of(l->journey, edit->step, edit->hop, edit->preflight);
    size_t count = answer == NULL ? 0 : answer->headers.count;
    concors_span *before = NULL;
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        found += concors_span_eq_nocase(answer->headers.list[i].name, edit->name);
    }
    before = concors_arena_take_many(l->arena, found, sizeof *before);
    if (before == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (concors_span_eq_nocase(answer->headers.list[i].name, edit->name)) {
            before[change->before_count++] = answer->headers.list[i].value;
        }
    }
    change->name = edit->name;
    change->before = before;
    change->after = edit->value;
    return true;
}

static bool
redacted_line(lister *l, concors_span line, concors_span *text)
{
    concors_out out = concors_arena_out(l->arena);

    concors_redact_set_cookie(line, &out);
    return concors_arena_out_close(l->arena, &out, text);
}

static bool
add_line(lister *l, const concors_edit *edit, concors_change *change)
{
    concors_span line = concors_edit_line(edit, l->journey);
    concors_span after, before;
    concors_out out = concors_arena_out(l->arena);

    concors_line_rewrite(line, edit->line, &out);
    if (!concors_arena_out_close(l->arena, &out, &after)) {
        return false;
    }
    change->name = CONCORS_LIT("Set-Cookie");
    if (edit->held) {
        change->place = CONCORS_PLACE_COOKIE;
        change->step = edit->line_index;
    }
    return redacted_line(l, after, &change->after) && redacted_line(l, line, &before) &&
           set_before(l, change, before);
}

static bool
add_status(lister *l, const concors_edit *edit, concors_change *change)
{
    const concors_answer *answer =
        concors_answer_of(l->journey, edit->step, edit->hop, edit->preflight);
    concors_out out = concors_arena_out(l->arena);
    concors_span status = {NULL, 0};

    change->name = CONCORS_LIT("status");
    change->after = edit->kind == CONCORS_EDIT_STATUS ? CONCORS_LIT("204") : CONCORS_LIT("200");
    if (answer != NULL && answer->known) {
        concors_out_u64(&out, answer->status);
        if (!concors_arena_out_close(l->arena, &out, &status)) {
            return false;
        }
    }
    return set_before(l, change, status);
}

static concors_span
credentials_word(concors_credentials credentials)
{
    return credentials == CONCORS_CREDENTIALS_OMIT ? CONCORS_LIT("omit")
                                                   : CONCORS_LIT("same-origin");
}

static bool
add_credentials(lister *l, const concors_edit *edit, concors_change *change)
{
    const concors_request *request = &l->journey->steps[edit->step].request;

    if (edit->value.len > 0) {
        bool fetch = request->kind == CONCORS_KIND_FETCH;
        change->name = fetch ? CONCORS_LIT("credentials") : CONCORS_LIT("with_credentials");
        change->after = fetch ? edit->value : CONCORS_LIT("false");
        return set_before(l, change, fetch ? CONCORS_LIT("include") : CONCORS_LIT("true"));
    }
    if (request->kind == CONCORS_KIND_IMG || request->kind == CONCORS_KIND_SCRIPT) {
        change->name = CONCORS_LIT("crossorigin");
        change->after = CONCORS_LIT("use-credentials");
        return set_before(
            l, change, request->crossorigin ? CONCORS_LIT("anonymous") : (concors_span){NULL, 0});
    }
    if (request->kind != CONCORS_KIND_FETCH) {
        change->name = CONCORS_LIT("with_credentials");
        change->after = CONCORS_LIT("true");
        return set_before(l, change, CONCORS_LIT("false"));
    }
    change->name = CONCORS_LIT("credentials");
    change->after = CONCORS_LIT("include");
    return set_before(l, change, credentials_word(request->credentials));
}

static bool
add_edit(lister *l, const concors_edit *edit)
{
    concors_change *change = &l->list[l->count++];
    const concors_request *request = &l->journey->steps[edit->step].request;
    bool done;

    *change = (concors_change){.place = edit->preflight ? CONCORS_PLACE_PREFLIGHT
                                                        : CONCORS_PLACE_RESPONSE,
                               .step = edit->step,
                               .hop = edit->hop,
                               .assumed = concors_edit_is_assumed(l->plan, l->journey, edit)};
    switch (edit->kind) {
    case CONCORS_EDIT_HEADER:
        return add_header(l, edit, change);
    case CONCORS_EDIT_LINE:
        return add_line(l, edit, change);
    case CONCORS_EDIT_STATUS:
    case CONCORS_EDIT_ANSWER:
        return add_status(l, edit, change);
    case CONCORS_EDIT_CREDENTIALS:
        change->place = CONCORS_PLACE_REQUEST;
        return add_credentials(l, edit, change);
    case CONCORS_EDIT_MODE:
        change->place = CONCORS_PLACE_REQUEST;
        change->name = CONCORS_LIT("mode");
        change->after = CONCORS_LIT("cors");
        return set_before(l, change, CONCORS_LIT("same-origin"));
    case CONCORS_EDIT_ADDRESS:
        l->count--; /* that is the one */
        done = add_url(l, CONCORS_PLACE_REQUEST, edit->step, request->url.href, edit->value);
        change->skips = edit->skips;
        return done;
    case CONCORS_EDIT_METHOD:
        change->place = CONCORS_PLACE_REQUEST;
        change->name = CONCORS_LIT("method");
        change->after = edit->value;
        return set_before(l, change, request->method);
    }
    return true;
}

/* In the order of the journey; its own page and cookies first. */
static bool
stands_before(const concors_change *a, const concors_change *b)
{
    bool a_first = a->place <= CONCORS_PLACE_COOKIE;
    bool b_first = b->place <= CONCORS_PLACE_COOKIE;

    if (a_first != b_first) {
        return a_first;
    }
    if (a->step != b->step) {
        return a->step < b->step;
    }
    return a->hop != b->hop ? a->hop < b->hop : a->place < b->place;
}

static void
sort(concors_change *list, size_t from, size_t count)
{
    for (size_t i = from + 1; i < count; i++) {
        concors_change change = list[i];
        size_t at = i;
        for (; at > from && stands_before(&change, &list[at - 1]); at--) {
            list[at] = list[at - 1];
        }
        list[at] = change;
    }
}

concors_status
concors_plan_changes(const concors_plan *plan, const concors_journey *journey,
                     const concors_journey *edited, concors_arena *arena, concors_fix *fix)
{
    bool moves = plan->design != CONCORS_DESIGN_KEPT;
    size_t max = plan->count + (moves ? 1 + 2 * journey->step_count + journey->cookie_count : 0);
    lister l = {plan, journey, edited, arena, NULL, 0};

    l.list = concors_arena_take_many(arena, max, sizeof *l.list);
    if (l.list == NULL || (moves && !add_moves(&l))) {
        return CONCORS_E_ROOM;
    }
    size_t moved = l.count;
    for (size_t i = 0; i < plan->count; i++) {
        if (!add_edit(&l, &plan->edits[i])) {
            return CONCORS_E_ROOM;
        }
    }
    sort(l.list, moved, l.count);
    fix->changes = l.list;
    fix->change_count = l.count;
    return CONCORS_OK;
}
