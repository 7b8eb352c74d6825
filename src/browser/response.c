/* One answer: Set-Cookie first, then the CORS check; the order in which browsers do it. */
#include "http/octets.h"
#include "prepared.h"
#include "script_list.h"

concors_status
concors_walk_offer(concors_walk *walk, concors_span line, const concors_cookie_door *door,
                   concors_trace_line *out)
{
    concors_status status = concors_jar_offer(walk->jar, line, door, &out->offer);

    if (status != CONCORS_OK) {
        return status;
    }
    if ((status = concors_script_list_note(walk, door, &out->offer)) != CONCORS_OK) {
        return status;
    }
    out->line = line;
    out->stored = out->offer.stored ? CONCORS_YES : CONCORS_NO;
    if (out->offer.stored && out->offer.cookie.expiry == CONCORS_EXPIRY_UNKNOWN) {
        out->stored = CONCORS_UNKNOWN;
    }
    if ((out->offer.stored || out->offer.deleted) && !door->certain) {
        out->stored = CONCORS_UNKNOWN;
    }
    return CONCORS_OK;
}

/* Why no Set-Cookie line of the answer is looked at, or 0. */
static concors_reason
lines_ignored(const concors_walk *walk, const concors_fetch *fetch, const concors_answer *answer,
              bool credentials)
{
    bool failed_handshake = fetch->request->kind == CONCORS_KIND_WEBSOCKET && answer->status != 101;

    if (!credentials) {
        return CONCORS_R_ConcorsCredentialsOmitted;
    }
    return failed_handshake && !walk->around.profile->context.failed_handshake_stores
               ? CONCORS_R_ConcorsHandshakeFailed
               : CONCORS_R_PASS;
}

static concors_status
store_cookies(concors_walk *walk, const concors_cookie_door *door,
              const concors_answer_fields *fields, concors_reason ignored, bool at_page,
              concors_trace_hop *out)
{
    size_t count = fields->at[CONCORS_FIELD_SET_COOKIE].count;
    concors_trace_line *lines = concors_arena_take_many(walk->around.arena, count, sizeof *lines);
    if (lines == NULL) {
        return CONCORS_E_ROOM;
    }
    out->lines = lines;
    for (size_t i = fields->at[CONCORS_FIELD_SET_COOKIE].first; out->line_count < count; i++) {
        const concors_header *header = &fields->headers.list[i];
        if (concors_field_of(header->name) != CONCORS_FIELD_SET_COOKIE) {
            continue;
        }
        concors_trace_line *line = &lines[out->line_count++];
        if (ignored != CONCORS_R_PASS) {
            line->line = header->value;
            line->offer.reasons = (concors_reasons){{ignored}, 1};
            continue;
        }
        concors_status status = concors_walk_offer(walk, header->value, door, line);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    /* a document is given the jar as it is when it loads, a page what its requests brought */
    return at_page ? concors_script_list_keep(walk, lines, count) : CONCORS_OK;
}

static bool
list_names(concors_span list, concors_span name)
{
    while (list.len > 0) {
        size_t comma = concors_span_find(list, ',');
        concors_span item = concors_span_trim_blank(concors_span_part(list, 0, comma));
        if (concors_span_eq_nocase(item, name) || concors_span_eq(item, CONCORS_LIT("*"))) {
            return true;
        }
        list = concors_span_part(list, comma + 1, list.len);
    }
    return false;
}

/* No cache may keep it, so none can give it to another origin. RFC 9111, 5.2.2.5 */
static concors_status
is_never_stored(const concors_answer_fields *fields, concors_arena *arena, bool *never)
{
    concors_span control;
    concors_status status =
        concors_headers_get(fields->headers, CONCORS_LIT("Cache-Control"), arena, &control);

    *never = status == CONCORS_OK && list_names(control, CONCORS_LIT("no-store"));
    return status;
}

static concors_status
note_vary(concors_walk *walk, const concors_answer_fields *fields, concors_span allow_origin)
{
    concors_span vary;
    bool never = false;
    concors_arena *arena = walk->around.arena;
    concors_status status = concors_answer_fields_get(fields, CONCORS_FIELD_VARY, arena, &vary);

    if (status != CONCORS_OK || concors_span_eq(allow_origin, CONCORS_LIT("*")) ||
        list_names(vary, CONCORS_LIT("Origin"))) {
        return status;
    }
    if ((status = is_never_stored(fields, arena, &never)) != CONCORS_OK || never) {
        return status;
    }
    return concors_walk_note(walk, CONCORS_R_ConcorsVaryOriginMissing, allow_origin);
}

/* A passed CORS check that may still fail for the next user, or that promises what it cannot keep.
 */
static concors_status
note_cors(concors_walk *walk, const concors_answer_fields *fields, const concors_answer *answer,
          concors_span allow_origin)
{
    concors_span expose;
    concors_arena *arena = walk->around.arena;
    concors_status status =
        answer->same_for_all ? CONCORS_OK : note_vary(walk, fields, allow_origin);

    if (status != CONCORS_OK ||
        (status = concors_answer_fields_get(fields, CONCORS_FIELD_EXPOSE_HEADERS, arena,
                                            &expose)) != CONCORS_OK) {
        return status;
    }
    if (!concors_span_eq(expose, CONCORS_LIT("*")) &&
        list_names(expose, CONCORS_LIT("Set-Cookie"))) {
        status = concors_walk_note(walk, CONCORS_R_ConcorsSetCookieNeverReadable,
                                   CONCORS_LIT("Set-Cookie"));
    }
    return status;
}

/* Whether an answer has to allow credentials: those that were sent, or those that went with the
 * first hop, to the page's own origin, where the browser does not forget them. */
static bool
answer_needs_credentials(const concors_walk *walk, const concors_fetch *fetch, bool redirect,
                         const concors_trace_hop *hop)
{
    concors_origin first = concors_url_origin(&fetch->urls[0], 0);

    return hop->credentials ||
           (redirect && hop->preflight.sent == CONCORS_NO && !hop->preflight.cached &&
            walk->around.profile->cors.redirect_remembers_credentials &&
            fetch->request->credentials == CONCORS_CREDENTIALS_SAME_ORIGIN &&
            concors_same_origin(&walk->page.origin, &first));
}

static concors_status
check_cors(concors_walk *walk, const concors_fetch *fetch, const concors_answer_fields *fields,
           const concors_answer *answer, concors_trace_hop *out)
{
    bool redirect = concors_redirect_status(answer->status);
    concors_span allow_origin, allow_credentials;
    concors_arena *arena = walk->around.arena;
    concors_status status;

    if (fetch->tainting != CONCORS_TAINTING_CORS || !fetch->was_cross_origin) {
        return CONCORS_OK;
    }
    if ((status = concors_answer_fields_get(fields, CONCORS_FIELD_ALLOW_ORIGIN, arena,
                                            &allow_origin)) != CONCORS_OK ||
        (status = concors_answer_fields_get(fields, CONCORS_FIELD_ALLOW_CREDENTIALS, arena,
                                            &allow_credentials)) != CONCORS_OK) {
        return status;
    }
    out->error =
        concors_cors_check(allow_origin, allow_credentials, concors_fetch_origin(fetch),
                           answer_needs_credentials(walk, fetch, redirect, out), &out->near);
    if (out->error == CONCORS_R_PASS) {
        return walk->judges ? CONCORS_OK : note_cors(walk, fields, answer, allow_origin);
    }
    out->subject =
        out->error == CONCORS_R_InvalidAllowCredentials ? allow_credentials : allow_origin;
    if (walk->around.profile->cors.cache_cleared_by_error == 0) {
        return CONCORS_OK;
    }
    concors_preflight_cache_clear(walk->cache, walk->page.top_text, concors_fetch_url(fetch)->href,
                                  concors_fetch_origin(fetch));
    return CONCORS_OK;
}

/* What the API behind the kind makes of an answer that came through. */
static concors_reason
kind_refuses(const concors_fetch *fetch, const concors_answer *answer)
{
    bool event_stream = false;

    switch (fetch->request->kind) {
    case CONCORS_KIND_WEBSOCKET:
        return answer->status == 101 ? CONCORS_R_PASS : CONCORS_R_ConcorsHandshakeFailed;
    case CONCORS_KIND_EVENTSOURCE:
        for (size_t i = 0; i < answer->headers.count; i++) {
            const concors_header *header = &answer->headers.list[i];
            event_stream |= concors_span_eq_nocase(header->name, CONCORS_LIT("Content-Type")) &&
                            concors_span_starts_nocase(concors_span_trim_blank(header->value),
                                                       CONCORS_LIT("text/event-stream"));
        }
        return answer->status == 200 && event_stream ? CONCORS_R_PASS
                                                     : CONCORS_R_ConcorsEventStreamRefused;
    case CONCORS_KIND_FETCH:
    case CONCORS_KIND_XHR:
    case CONCORS_KIND_NAVIGATE:
    case CONCORS_KIND_VISIT:
    case CONCORS_KIND_FORM_POST:
    case CONCORS_KIND_IMG:
    case CONCORS_KIND_SCRIPT:
    case CONCORS_KIND_IFRAME:
    case CONCORS_KIND_BEACON:
        break;
    }
    return CONCORS_R_PASS;
}

static concors_status
give_to_script(concors_walk *walk, const concors_fetch *fetch, const concors_answer *answer,
               concors_trace_hop *out)
{
    concors_span *names = NULL;
    concors_status status;

    if (concors_kind_is_navigation(fetch->request->kind)) {
        out->outcome = CONCORS_OUTCOME_NAVIGATED;
        return CONCORS_OK;
    }
    if (fetch->tainting == CONCORS_TAINTING_OPAQUE) {
        out->outcome = CONCORS_OUTCOME_OPAQUE;
        return fetch->request->kind == CONCORS_KIND_FETCH
                   ? concors_walk_note(walk, CONCORS_R_ConcorsOpaqueResponse, out->url)
                   : CONCORS_OK;
    }
    out->outcome = CONCORS_OUTCOME_READABLE;
    if (walk->judges) {
        return CONCORS_OK;
    }
    status = concors_readable_headers(answer->headers, fetch->tainting == CONCORS_TAINTING_CORS,
                                      out->credentials, walk->around.arena, &names,
                                      &out->readable_count);
    out->readable_headers = names;
    return status;
}

/* The first Location that leads somewhere, or none. Others beside it are alike, or it fails. */
static concors_span
location_of(const concors_walk *walk, const concors_answer_fields *fields)
{
    enum { EMPTY_IS_NONE = 1 };
    concors_span value = {NULL, 0};

    if (fields->at[CONCORS_FIELD_LOCATION].count == 0) {
        return value;
    }
    value = concors_http_trim(fields->headers.list[fields->at[CONCORS_FIELD_LOCATION].first].value);
    return value.len > 0 || walk->around.profile->cors.redirect_location != EMPTY_IS_NONE
               ? concors_present(value)
               : (concors_span){NULL, 0};
}

/* Two of Location, where that is not refused as such: no redirect, or one that fails. */
static bool
leads_nowhere(const concors_walk *walk, const concors_fetch *fetch, concors_trace_hop *out)
{
    if (walk->around.profile->cors.repeated_fields == CONCORS_REPEATED_FAILS &&
        fetch->request->kind == CONCORS_KIND_FETCH &&
        fetch->request->mode == CONCORS_MODE_NO_CORS) {
        return false;
    }
    out->error = CONCORS_R_ConcorsRedirectLocation;
    out->outcome = CONCORS_OUTCOME_BLOCKED;
    return true;
}

/* Fetch, "HTTP fetch": whether the answer sends the browser on; sets location, or refuses. */
static bool
redirects(const concors_walk *walk, const concors_fetch *fetch, const concors_answer *answer,
          const concors_answer_fields *fields, concors_trace_hop *out)
{
    concors_span location = location_of(walk, fields);
    bool leads = location.ptr != NULL;

    if (!concors_redirect_status(answer->status) ||
        fetch->request->kind == CONCORS_KIND_WEBSOCKET) {
        return false;
    }
    if (fetch->request->redirect == CONCORS_REDIRECT_MANUAL) {
        out->outcome = CONCORS_OUTCOME_OPAQUE;
        return true;
    }
    if (fetch->request->redirect == CONCORS_REDIRECT_ERROR &&
        (leads || walk->around.profile->cors.redirect_location == 0)) {
        out->error = CONCORS_R_ConcorsRedirectRefused;
        out->outcome = CONCORS_OUTCOME_BLOCKED;
        return true;
    }
    if (leads && fields->at[CONCORS_FIELD_LOCATION].count > 1 &&
        walk->around.profile->cors.repeated_fields != CONCORS_REPEATED_DIFFERS) {
        return leads_nowhere(walk, fetch, out);
    }
    if (leads) {
        out->location = location;
    }
    return leads;
}

concors_status
concors_walk_response(concors_walk *walk, const concors_fetch *fetch,
                      const concors_cookie_door *door, const concors_answer *answer,
                      concors_trace_hop *out)
{
    concors_status status;

    if (!answer->known) {
        walk->blind |= out->credentials;
        out->outcome = CONCORS_OUTCOME_UNKNOWN;
        return concors_walk_note(walk,
                                 walk->hop > 0 ? CONCORS_R_ConcorsRedirectUnknown
                                               : CONCORS_R_ConcorsResponseUnknown,
                                 out->url);
    }
    out->status = answer->status;
    if (!walk->judges && (status = concors_walk_note_elsewhere(walk, fetch, out)) != CONCORS_OK) {
        return status;
    }
    const concors_prepared *prepared = concors_answer_prepared(answer, walk->around.arena);
    if (prepared == NULL) {
        return CONCORS_E_ROOM;
    }
    const concors_answer_fields *fields = &prepared->fields;
    concors_reason refused = concors_prepared_refused(prepared, &walk->around.profile->cors);
    concors_reason ignored = lines_ignored(walk, fetch, answer, out->credentials);
    status = store_cookies(walk, door, fields, ignored != CONCORS_R_PASS ? ignored : refused,
                           !concors_kind_is_navigation(fetch->request->kind) &&
                               !concors_redirect_status(answer->status),
                           out);
    if (status != CONCORS_OK || refused != CONCORS_R_PASS) {
        out->outcome = CONCORS_OUTCOME_BLOCKED;
        out->error = refused;
        return status;
    }
    if ((status = check_cors(walk, fetch, fields, answer, out)) != CONCORS_OK) {
        return status;
    }
    if (out->error == CONCORS_R_PASS && redirects(walk, fetch, answer, fields, out)) {
        return CONCORS_OK;
    }
    if (out->error == CONCORS_R_PASS) {
        out->error = kind_refuses(fetch, answer);
    }
    if (out->error != CONCORS_R_PASS) {
        out->outcome = CONCORS_OUTCOME_BLOCKED;
        return CONCORS_OK;
    }
    if (out->request_sent == CONCORS_UNKNOWN) {
        out->outcome = CONCORS_OUTCOME_UNKNOWN;
        return CONCORS_OK;
    }
    return give_to_script(walk, fetch, answer, out);
}
