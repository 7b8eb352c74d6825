/* src/explain/fix_rebase.c: a journey whose servers, or pages, stand elsewhere. */
#include "fix_spot.h"

/* The address with the scheme, host and port of another. */
static bool
rebase(const concors_url *url, const concors_url *target, concors_arena *arena, concors_url *moved)
{
    const concors_url old = *url; /* moved may be url itself */
    const size_t front = concors_url_front(old.href).len;
    concors_span site = concors_url_front(target->href);
    concors_out out = concors_arena_out(arena);
    concors_span href;

    *moved = *target;
    if (concors_url_is_socket(&old)) {
        moved->scheme = concors_url_is_secure(target) ? CONCORS_SCHEME_WSS : CONCORS_SCHEME_WS;
        moved->scheme_name = concors_url_is_secure(target) ? CONCORS_LIT("wss") : CONCORS_LIT("ws");
    }
    concors_out_put(&out, moved->scheme_name);
    concors_out_put(&out, concors_span_part(site, concors_span_find(site, ':'), site.len));
    concors_out_put(&out, concors_span_part(old.href, front, old.href.len));
    if (!concors_arena_out_close(arena, &out, &href)) {
        return false;
    }
    moved->has_credentials = old.has_credentials;
    moved->has_query = old.has_query;
    moved->path = old.path;
    moved->query = old.query;
    moved->href = href;
    return true;
}

/* The same host over https; an explicit port stays. */
static bool
to_https(concors_url *url, concors_arena *arena)
{
    concors_url target = *url;

    if (url->scheme != CONCORS_SCHEME_HTTP && url->scheme != CONCORS_SCHEME_WS) {
        return true;
    }
    target.scheme = CONCORS_SCHEME_HTTPS;
    target.scheme_name = CONCORS_LIT("https");
    target.port = url->default_port ? 443 : url->port;
    return rebase(url, &target, arena, url);
}

/* Where a move leads what the server, or the page, serves. */
static const concors_url *
target_of(const concors_plan *plan, const concors_url *server, const concors_url *page)
{
    for (size_t i = 0; i < plan->move_count; i++) {
        const concors_move *move = &plan->moves[i];
        bool same_page = plan->design != CONCORS_DESIGN_SAME_ORIGIN || page == NULL ||
                         concors_same_server(&move->page, page);
        if (same_page && concors_same_server(&move->server, server)) {
            return &move->target;
        }
    }
    return NULL;
}

static bool
move_url(const concors_plan *plan, concors_url *url, const concors_url *page, concors_arena *arena)
{
    if (plan->design == CONCORS_DESIGN_HTTPS) {
        return to_https(url, arena);
    }
    if (plan->design == CONCORS_DESIGN_PAGE) {
        return true;
    }
    const concors_url *target = target_of(plan, url, page);
    return target == NULL || rebase(url, target, arena, url);
}

static bool
move_document(const concors_plan *plan, concors_document *document, concors_arena *arena)
{
    if (plan->design == CONCORS_DESIGN_HTTPS || plan->page_on_https) {
        return to_https(&document->url, arena);
    }
    for (size_t i = 0; i < plan->move_count; i++) {
        if (concors_same_server(&plan->moves[i].page, &document->url)) {
            return rebase(&document->url, &plan->moves[i].target, arena, &document->url);
        }
    }
    return true;
}

/* Steps in a row share their document; so do those of the copy. */
static bool
move_documents(const concors_plan *plan, concors_journey *copy, concors_step *steps,
               concors_arena *arena)
{
    const concors_document *before = NULL;
    concors_document *after = NULL;

    for (size_t i = 0; i < copy->step_count; i++) {
        if (steps[i].document != before) {
            before = steps[i].document;
            after = concors_arena_take(arena, sizeof *after);
            if (after == NULL) {
                return false;
            }
            *after = *before;
            if (!move_document(plan, after, arena)) {
                return false;
            }
        }
        steps[i].document = after;
    }
    return move_document(plan, &copy->document, arena);
}

/* Whether a plan moves the pages of this server to https, and with them what else it serves. */
static bool
goes_to_https(const concors_plan *plan, const concors_url *url)
{
    for (size_t i = 0; i < plan->move_count && plan->page_on_https; i++) {
        if (concors_same_server(&plan->moves[i].page, url)) {
            return true;
        }
    }
    return false;
}

static bool
move_held(const concors_plan *plan, concors_journey *copy, concors_arena *arena)
{
    concors_held_cookie *list = concors_arena_take_many(arena, copy->cookie_count, sizeof *list);

    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < copy->cookie_count; i++) {
        list[i] = copy->cookies[i];
        bool done = goes_to_https(plan, &list[i].url) ? to_https(&list[i].url, arena)
                                                      : move_url(plan, &list[i].url, NULL, arena);
        if (!done) {
            return false;
        }
    }
    copy->cookies = list;
    return true;
}

concors_status
concors_plan_apply_moves(const concors_plan *plan, concors_journey *copy, concors_step *steps,
                         concors_arena *arena)
{
    bool moves_pages = plan->design == CONCORS_DESIGN_HTTPS || plan->page_on_https ||
                       plan->design == CONCORS_DESIGN_PAGE;

    if (plan->design == CONCORS_DESIGN_KEPT) {
        return CONCORS_OK;
    }
    for (size_t i = 0; i < copy->step_count; i++) {
        concors_url *url = &steps[i].request.url;
        bool moves = plan->design == CONCORS_DESIGN_HTTPS || concors_may_move(&steps[i]);
        bool done = true;
        if (steps[i].is_document_cookie) {
            continue;
        }
        if (goes_to_https(plan, url)) {
            done = to_https(url, arena);
        } else if (moves) {
            done = move_url(plan, url, &steps[i].document->url, arena);
        }
        if (!done) {
            return CONCORS_E_ROOM;
        }
    }
    if ((moves_pages && !move_documents(plan, copy, steps, arena)) ||
        !move_held(plan, copy, arena)) {
        return CONCORS_E_ROOM;
    }
    return CONCORS_OK;
}
