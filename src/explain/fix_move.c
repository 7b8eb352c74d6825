/*
 * src/explain/fix_move.c: where the server stands. Where cookies of other sites are blocked
 * whatever the headers say, a path of the page's own origin that leads to the server still works,
 * and so does a name under the page's own domain; and where https is wanted, https.
 */
#include "fix_spot.h"

/* Requests that a page makes for itself; a link to another site is meant to lead there. */
bool
concors_may_move(const concors_step *step)
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
    case CONCORS_KIND_IMG:
    case CONCORS_KIND_SCRIPT:
    case CONCORS_KIND_IFRAME:
    case CONCORS_KIND_WEBSOCKET:
        return true;
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
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
concors_same_server(const concors_url *a, const concors_url *b)
{
    return a->port == b->port && concors_url_is_secure(a) == concors_url_is_secure(b) &&
           concors_span_eq(a->host, b->host);
}

static bool
is_local(const concors_url *url)
{
    concors_origin origin = concors_url_origin(url, 0);
    concors_address_space space = concors_address_space_of(&origin);

    return space == CONCORS_SPACE_LOOPBACK || space == CONCORS_SPACE_LOCAL;
}

static bool
is_loopback(const concors_url *url)
{
    concors_origin origin = concors_url_origin(url, 0);

    return concors_host_is_loopback(&origin);
}

/* The server under the name that the page has for this machine: localhost or 127.0.0.1. */
static bool
other_name(concors_plan *plan, const concors_url *page, const concors_url *server,
           concors_url *target)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};
    concors_span whole;

    concors_out_put(&out, server->scheme_name);
    concors_out_put(&out, CONCORS_LIT("://"));
    size_t begin = out.len;
    concors_out_put(&out, page->host);
    size_t end = out.len;
    if (!server->default_port) {
        concors_out_char(&out, ':');
        concors_out_u64(&out, server->port);
    }
    if (concors_span_eq(page->host, server->host) || concors_url_is_socket(server) ||
        out.len > sizeof text || !concors_plan_keep(plan, (concors_span){text, out.len}, &whole)) {
        return false;
    }
    *target = *server;
    target->host = concors_span_part(whole, begin, end);
    target->host_kind = page->host_kind;
    memcpy(target->ip, page->ip, sizeof target->ip);
    target->href = whole;
    plan->renames = true;
    return true;
}

/* Whether the page has its name from a company that gives names to many: there is no other. */
static bool
is_given_name(const concors_url *page, const concors_host *host)
{
    const concors_suffixes *list = &host->suffixes;

    return list->is_private != NULL && list->is_private(list->user, page->host);
}

/* "api.example.com" for https://api.other.test and a page on www.example.com. */
static bool
sibling_host(concors_plan *plan, const concors_url *page, const concors_url *server,
             const concors_host *host, concors_url *target)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};
    concors_span domain = concors_registrable_domain(&host->suffixes, page->host, page->host_kind);
    concors_span label = CONCORS_LIT("api");
    concors_span whole;

    if (server->host_kind == CONCORS_HOST_DOMAIN && !is_local(server)) {
        label = concors_span_part(server->host, 0, concors_span_find(server->host, '.'));
    }
    concors_out_put(&out, page->scheme_name);
    concors_out_put(&out, CONCORS_LIT("://"));
    size_t begin = out.len;
    concors_out_put(&out, label);
    concors_out_char(&out, '.');
    concors_out_put(&out, domain);
    if (domain.len == 0 || is_given_name(page, host) || out.len > sizeof text ||
        !concors_plan_keep(plan, (concors_span){text, out.len}, &whole)) {
        return false;
    }
    *target = *page;
    target->host = concors_span_part(whole, begin, whole.len);
    target->host_kind = CONCORS_HOST_DOMAIN;
    target->port = concors_url_is_secure(page) ? 443 : 80;
    target->default_port = true;
    target->href = whole;
    return !concors_span_eq(target->host, page->host);
}

static bool
is_same_site(const concors_url *page, const concors_url *server, const concors_host *host)
{
    concors_origin page_origin = concors_url_origin(page, 1);
    concors_origin server_origin = concors_url_origin(server, 2);
    concors_site page_site = concors_origin_site(&host->suffixes, &page_origin);
    concors_site server_site = concors_origin_site(&host->suffixes, &server_origin);

    return concors_same_site(&page_site, &server_site);
}

/* The front of an address, as that of a server. */
static concors_url
front_of(const concors_url *url)
{
    concors_url front = *url;

    front.href = concors_url_front(url->href);
    front.has_credentials = false;
    return front;
}

/* A front of http, with https. */
static bool
to_https(concors_plan *plan, concors_url *front)
{
    char text[512];
    concors_out out = {text, sizeof text, 0};

    concors_out_put(&out, CONCORS_LIT("https"));
    concors_out_put(&out, concors_span_part(front->href, front->scheme_name.len, front->href.len));
    if (front->scheme != CONCORS_SCHEME_HTTP || out.len > sizeof text ||
        !concors_plan_keep(plan, (concors_span){text, out.len}, &front->href)) {
        return false;
    }
    front->scheme = CONCORS_SCHEME_HTTPS;
    front->scheme_name = CONCORS_LIT("https");
    front->port = front->default_port ? 443 : front->port;
    return true;
}

static bool
find_target(concors_plan *plan, concors_design design, const concors_host *host, concors_move *move)
{
    bool downgrades = concors_url_is_secure(&move->server) && !concors_url_is_secure(&move->page) &&
                      !plan->page_on_https && !is_local(&move->page);

    if (downgrades && design != CONCORS_DESIGN_PAGE) {
        return false;
    }
    switch (design) {
    case CONCORS_DESIGN_SAME_ORIGIN:
        move->target = front_of(&move->page);
        return (!plan->page_on_https || to_https(plan, &move->target)) &&
               (is_local(&move->page) || !is_local(&move->server));
    case CONCORS_DESIGN_PAGE:
        move->target = front_of(&move->server);
        return !is_local(&move->page) && is_local(&move->server) &&
               !concors_url_is_socket(&move->server);
    case CONCORS_DESIGN_SAME_SITE:
        if (is_loopback(&move->server) && is_loopback(&move->page)) {
            return other_name(plan, &move->page, &move->server, &move->target);
        }
        return !is_local(&move->server) &&
               sibling_host(plan, &move->page, &move->server, host, &move->target);
    case CONCORS_DESIGN_HTTPS:
    case CONCORS_DESIGN_KEPT:
        break;
    }
    return false;
}

static bool
is_moved(const concors_plan *plan, const concors_url *server, const concors_url *page)
{
    for (size_t i = 0; i < plan->move_count; i++) {
        if (concors_same_server(&plan->moves[i].server, server) &&
            concors_same_server(&plan->moves[i].page, page)) {
            return true;
        }
    }
    return false;
}

/* Whether anything of the journey is asked for over http. *local: here, or in the local network. */
static bool
has_http(const concors_journey *journey, bool *local)
{
    bool found = false;

    for (size_t i = 0; i < journey->step_count; i++) {
        const concors_step *step = &journey->steps[i];
        const concors_url *page = &step->document->url;
        if (!step->is_document_cookie && !concors_url_is_secure(&step->request.url)) {
            *local |= is_local(&step->request.url);
            found = true;
        }
        if (page->scheme == CONCORS_SCHEME_HTTP) {
            *local |= is_local(page);
            found = true;
        }
    }
    return found;
}

bool
concors_plan_move(concors_plan *plan, concors_design design, const concors_journey *journey,
                  const concors_trace *trace, const concors_host *host)
{
    plan->design = design;
    if (design == CONCORS_DESIGN_HTTPS) {
        return has_http(journey, &plan->local_https);
    }
    for (size_t i = 0; i < journey->step_count && i < trace->step_count; i++) {
        const concors_step *step = &journey->steps[i];
        if (!concors_may_move(step) || !step_is_blocked(&trace->steps[i]) ||
            concors_same_server(&step->request.url, &step->document->url) ||
            is_moved(plan, &step->request.url, &step->document->url) ||
            (design == CONCORS_DESIGN_SAME_SITE &&
             is_same_site(&step->document->url, &step->request.url, host))) {
            continue;
        }
        concors_move move = {front_of(&step->document->url), front_of(&step->request.url), {0}};
        if (plan->move_count == CONCORS_MOVES_MAX || !find_target(plan, design, host, &move)) {
            return false;
        }
        plan->moves[plan->move_count++] = move;
    }
    return plan->move_count > 0;
}
