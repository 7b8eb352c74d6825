/*
 * src/explain/fix_origin.c: one origin instead of two. Where cookies of other sites are blocked
 * whatever the headers say, a path of the page's own host that leads to the server still works.
 */
#include "fix_spot.h"

/* Requests that a page makes for itself; a link to another site is meant to lead there. */
static bool
may_move(const concors_step *step)
{
    const concors_document *document = step->document;
    bool web =
        document->url.scheme == CONCORS_SCHEME_HTTP || document->url.scheme == CONCORS_SCHEME_HTTPS;

    if (step->is_document_cookie || document->sandboxed || !web) {
        return false;
    }
    switch (step->request.kind) {
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_XHR:
    case CONCORS_KIND_EVENTSOURCE:
    case CONCORS_KIND_BEACON:
        return true;
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
    case CONCORS_KIND_IMG:
    case CONCORS_KIND_SCRIPT:
    case CONCORS_KIND_IFRAME:
    case CONCORS_KIND_WEBSOCKET:
        break;
    }
    return false;
}

static bool
step_is_blocked(const concors_trace_step *step)
{
    for (size_t i = 0; i < step->hop_count; i++) {
        const concors_trace_hop *hop = &step->hops[i];
        bool blocked = hop->outcome == CONCORS_OUTCOME_BLOCKED ||
                       hop->outcome == CONCORS_OUTCOME_NOT_SENT ||
                       hop->cookie_count > hop->cookies_sent;
        for (size_t k = 0; k < hop->line_count && !blocked; k++) {
            blocked = hop->lines[k].stored == CONCORS_NO && !hop->lines[k].offer.deleted;
        }
        if (blocked) {
            return true;
        }
    }
    return false;
}

bool
concors_plan_move(concors_plan *plan, const concors_journey *journey, const concors_trace *trace)
{
    for (size_t i = 0; i < journey->step_count && i < trace->step_count; i++) {
        const concors_step *step = &journey->steps[i];
        concors_edit like = {.kind = CONCORS_EDIT_ORIGIN};
        if (!may_move(step) || !step_is_blocked(&trace->steps[i])) {
            continue;
        }
        concors_span server = concors_url_front(step->request.url.href);
        concors_span page = concors_url_front(step->document->url.href);
        if (concors_span_eq(server, page)) {
            continue;
        }
        concors_edit *edit = concors_plan_edit(plan, &like);
        return edit != NULL && concors_plan_keep(plan, server, &edit->name) &&
               concors_plan_keep(plan, page, &edit->value);
    }
    return false;
}

static bool
move(concors_step *step, size_t front_len, concors_arena *arena)
{
    const concors_url *page = &step->document->url;
    concors_url *url = &step->request.url;
    concors_out out = concors_arena_out(arena);
    concors_span href;

    concors_out_put(&out, concors_url_front(page->href));
    concors_out_put(&out, concors_span_part(url->href, front_len, url->href.len));
    if (!concors_arena_out_close(arena, &out, &href)) {
        return false;
    }
    concors_url moved = *page;
    moved.has_credentials = false;
    moved.has_query = url->has_query;
    moved.path = url->path;
    moved.query = url->query;
    moved.href = href;
    *url = moved;
    return true;
}

concors_status
concors_move_requests(const concors_edit *edit, concors_step *steps, size_t count,
                      concors_arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        concors_step *step = &steps[i];
        bool same_page = may_move(step) &&
                         concors_span_eq(concors_url_front(step->document->url.href), edit->value);
        if (same_page && concors_span_eq(concors_url_front(step->request.url.href), edit->name) &&
            !move(step, edit->name.len, arena)) {
            return CONCORS_E_ROOM;
        }
    }
    return CONCORS_OK;
}
