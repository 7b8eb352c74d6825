/* A browser's walk through a journey, step by step. */
#include "script_list.h"

concors_status
concors_walk_note(concors_walk *walk, concors_reason reason, concors_span subject)
{
    concors_note_link *link = concors_arena_take(walk->around.arena, sizeof *link);

    if (link == NULL) {
        return CONCORS_E_ROOM;
    }
    link->note = (concors_trace_note){walk->step, walk->hop, reason, subject};
    if (walk->last_note == NULL) {
        walk->notes = link;
    } else {
        walk->last_note->next = link;
    }
    walk->last_note = link;
    walk->note_count++;
    return CONCORS_OK;
}

static concors_status
gather_notes(const concors_walk *walk, concors_trace *out)
{
    concors_trace_note *notes =
        concors_arena_take_many(walk->around.arena, walk->note_count, sizeof *notes);

    if (notes == NULL) {
        return CONCORS_E_ROOM;
    }
    for (const concors_note_link *link = walk->notes; link != NULL; link = link->next) {
        notes[out->note_count++] = link->note;
    }
    out->notes = notes;
    return CONCORS_OK;
}

/* document.cookie throws in a document with an opaque origin. */
static concors_status
assign_document_cookie(concors_walk *walk, const concors_step *step, concors_trace_step *out)
{
    concors_trace_hop *hop = concors_arena_take(walk->around.arena, sizeof *hop);
    concors_trace_line *line = concors_arena_take(walk->around.arena, sizeof *line);
    concors_cookie_door door;

    if (hop == NULL || line == NULL) {
        return CONCORS_E_ROOM;
    }
    out->is_document_cookie = true;
    out->hops = hop;
    out->hop_count = 1;
    hop->url = step->document->url.href;
    hop->request_sent = CONCORS_YES;
    hop->outcome = CONCORS_OUTCOME_READABLE;
    hop->lines = line;
    hop->line_count = 1;
    line->line = step->document_cookie;
    if (walk->page.origin.opaque) {
        line->offer.reasons = (concors_reasons){{CONCORS_R_ConcorsSandboxedCookieAccess}, 1};
        return CONCORS_OK;
    }
    concors_script_door(&walk->around, &walk->page, &door);
    door.now_ms = walk->now_ms;
    return concors_walk_offer(walk, step->document_cookie, &door, line);
}

/* The answers to hop n of a step; nothing is known of those that the journey does not give. */
static const concors_exchange *
exchange_of(const concors_step *step, size_t hop)
{
    static const concors_exchange unknown;

    if (hop == 0) {
        return &step->first;
    }
    return hop <= step->redirect_count ? &step->redirects[hop - 1] : &unknown;
}

static concors_status
walk_hops(concors_walk *walk, const concors_step *step, concors_fetch *fetch,
          concors_trace_hop *hops, concors_trace_step *out)
{
    concors_tri sent = CONCORS_YES;

    for (walk->hop = 0;; walk->hop++) {
        concors_trace_hop *hop = &hops[walk->hop];
        concors_status status =
            concors_walk_hop(walk, fetch, exchange_of(step, walk->hop), &sent, hop);
        out->hop_count = walk->hop + 1;
        if (status != CONCORS_OK || hop->location.ptr == NULL) {
            return status;
        }
        status =
            concors_fetch_redirect(&walk->around, fetch, hop->status, hop->location, &hop->error);
        if (status != CONCORS_OK) {
            return status;
        }
        if (hop->error != CONCORS_R_PASS) {
            hop->location = (concors_span){NULL, 0};
            hop->outcome = CONCORS_OUTCOME_BLOCKED;
            return CONCORS_OK;
        }
        hop->outcome = sent != CONCORS_YES                              ? CONCORS_OUTCOME_UNKNOWN
                       : concors_kind_is_navigation(step->request.kind) ? CONCORS_OUTCOME_NAVIGATED
                                                                        : CONCORS_OUTCOME_READABLE;
    }
}

/* Opens the page that acts, unless it acted last and is still there. */
static concors_status
enter_page(concors_walk *walk, const concors_document *document)
{
    uint32_t load = walk->page.load + 1;

    if (document == walk->page.document && !walk->left) {
        return CONCORS_OK;
    }
    concors_status status = concors_page_open(&walk->around, document, &walk->page);
    walk->page.load = load;
    walk->left = false;
    return status;
}

/* An opaque origin is another for each request, where the browser thinks so. */
static void
begin_request(concors_walk *walk)
{
    enum { BY_THAT_REQUEST = 2 };
    const concors_cors_rules *rules = &walk->around.profile->cors;

    if (walk->page.origin.opaque ? rules->cache_opaque_origin == 0
                                 : rules->cache_tainted_origin == BY_THAT_REQUEST) {
        concors_preflight_cache_forget(walk->cache, walk->page.top_text, CONCORS_LIT("null"));
    }
}

concors_status
concors_walk_step(concors_walk *walk, const concors_step *step, concors_trace_step *out)
{
    concors_fetch fetch;
    concors_status status;

    walk->hop = 0;
    walk->now_ms += step->wait_ms;
    if ((status = enter_page(walk, step->document)) != CONCORS_OK) {
        return status;
    }
    if (step->is_document_cookie) {
        return assign_document_cookie(walk, step, out);
    }
    size_t most = step->redirect_count < CONCORS_REDIRECTS_MAX ? step->redirect_count + 2
                                                               : CONCORS_REDIRECTS_MAX + 2;
    concors_trace_hop *hops = concors_arena_take_many(walk->around.arena, most, sizeof *hops);
    if (hops == NULL) {
        return CONCORS_E_ROOM;
    }
    out->hops = hops;
    begin_request(walk);
    status = concors_fetch_open(&walk->around, &walk->page, &step->request, most, &fetch);
    if (status == CONCORS_OK) {
        status = walk_hops(walk, step, &fetch, hops, out);
        walk->left = concors_kind_is_top_level(step->request.kind) &&
                     hops[walk->hop].outcome == CONCORS_OUTCOME_NAVIGATED;
    }
    return status;
}

static concors_status
read_document_cookie(concors_walk *walk, concors_trace *out)
{
    concors_cookie_door door;
    concors_cookie_use *uses;
    size_t total;
    concors_status status = CONCORS_OK;

    if (walk->journey->step_count == 0) {
        status = enter_page(walk, &walk->journey->document);
    }
    if (status != CONCORS_OK || walk->page.origin.opaque) {
        return status;
    }
    concors_script_door(&walk->around, &walk->page, &door);
    door.now_ms = walk->now_ms;
    status = concors_jar_select(walk->jar, &door, walk->around.arena, &uses,
                                &out->document_cookie_count, &total);
    if (status == CONCORS_OK) {
        status = concors_script_list_apply(walk, &door, &uses, &out->document_cookie_count);
    }
    out->document_cookie = uses;
    return status;
}

static concors_status
open_walk(concors_walk *walk, const concors_profile *profile, concors_arena *arena)
{
    concors_status status = concors_jar_open(arena, &profile->syntax, &profile->cookies,
                                             &walk->around.host->suffixes, &walk->jar);

    return status == CONCORS_OK ? concors_preflight_cache_open(arena, &profile->cors, &walk->cache)
                                : status;
}

static concors_status
walk_steps(concors_walk *walk, concors_trace *out)
{
    const concors_journey *journey = walk->journey;
    concors_trace_step *steps =
        concors_arena_take_many(walk->around.arena, journey->step_count, sizeof *steps);

    if (steps == NULL) {
        return CONCORS_E_ROOM;
    }
    out->steps = walk->steps = steps;
    for (walk->step = 0; walk->step < journey->step_count; walk->step++) {
        concors_status status =
            concors_walk_step(walk, &journey->steps[walk->step], &steps[walk->step]);
        if (status != CONCORS_OK) {
            return status;
        }
        out->step_count++;
    }
    return CONCORS_OK;
}

/* The walk itself, up to the verdict. */
static concors_status
walk_journey(concors_walk *walk, int64_t now_ms, concors_trace *out)
{
    const concors_surroundings *around = &walk->around;
    const concors_journey *journey = walk->journey;
    concors_status status;

    memset(out, 0, sizeof *out);
    out->profile = around->profile;
    out->page = journey->document.url.href;
    walk->now_ms = journey->has_now ? journey->now_ms : now_ms;
    if ((status = open_walk(walk, around->profile, around->arena)) != CONCORS_OK ||
        (status = concors_walk_hold(walk, out)) != CONCORS_OK ||
        (status = walk_steps(walk, out)) != CONCORS_OK ||
        (status = gather_notes(walk, out)) != CONCORS_OK) {
        return status;
    }
    out->verdict = concors_trace_verdict(out);
    return CONCORS_OK;
}

concors_status
concors_journey_run(const concors_journey *journey, const concors_profile *profile,
                    const concors_host *host, int64_t now_ms, concors_arena *arena,
                    concors_trace *out)
{
    concors_walk walk = {.around = {profile, host, arena}, .journey = journey};
    concors_cookie *cookies;
    concors_status status;

    if ((status = walk_journey(&walk, now_ms, out)) != CONCORS_OK ||
        (status = read_document_cookie(&walk, out)) != CONCORS_OK) {
        return status;
    }
    status = concors_jar_list(walk.jar, walk.now_ms, arena, &cookies, &out->cookie_count);
    out->cookies = cookies;
    return status;
}

concors_status
concors_journey_judge(const concors_journey *journey, const concors_profile *profile,
                      const concors_host *host, int64_t now_ms, concors_arena *arena,
                      concors_trace *out)
{
    concors_walk walk = {.around = {profile, host, arena}, .journey = journey, .judges = true};

    return walk_journey(&walk, now_ms, out);
}

concors_status
concors_request_plan(const concors_document *document, const concors_request *request,
                     const concors_profile *profile, const concors_host *host, concors_arena *arena,
                     concors_preflight_plan *out)
{
    concors_surroundings around = {profile, host, arena};
    concors_page *page = concors_arena_take(arena, sizeof *page);
    concors_preflight_need need;
    concors_fetch fetch;
    concors_status status;

    memset(out, 0, sizeof *out);
    if (page == NULL) {
        return CONCORS_E_ROOM;
    }
    if ((status = concors_page_open(&around, document, page)) != CONCORS_OK ||
        (status = concors_fetch_open(&around, page, request, 1, &fetch)) != CONCORS_OK ||
        (fetch.refused == CONCORS_R_PASS &&
         (status = concors_fetch_aim(&around, &fetch)) != CONCORS_OK) ||
        (status = concors_fetch_preflight_need(&around, &fetch, &need)) != CONCORS_OK) {
        return status;
    }
    out->needed = need.needed && fetch.refused == CONCORS_R_PASS;
    out->ask = need.ask;
    out->headers = (concors_headers){fetch.headers, fetch.header_count};
    out->method = fetch.method;
    out->include_credentials = concors_fetch_includes_credentials(&fetch);
    out->has_origin = concors_fetch_has_origin_header(&around, &fetch, &out->origin);
    out->refused = fetch.refused;
    return CONCORS_OK;
}
