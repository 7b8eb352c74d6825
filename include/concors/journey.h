/*
 * concors/journey.h: a page, the requests it makes, and what servers answer; and a browser's walk
 * through it.
 */
#ifndef CONCORS_JOURNEY_H
#define CONCORS_JOURNEY_H

#include <concors/profile.h>
#include <concors/trace.h>
#include <concors/tree.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    CONCORS_STEPS_MAX = 10000,
    CONCORS_HEADERS_MAX = 100000, /* of one message */
    CONCORS_REDIRECTS_MAX = 20,   /* Fetch, "HTTP-redirect fetch" */
    CONCORS_ANCESTORS_MAX = 64,
    CONCORS_BROWSERS_MAX = 32,
    CONCORS_SECONDS_MAX = 2000000000, /* wait_s, age_s: 63 years */
};

/* What a machine lends the model. */
typedef struct concors_host {
    concors_suffixes suffixes;
    const concors_idna *idna; /* or NULL */
} concors_host;

typedef enum concors_kind {
    CONCORS_KIND_FETCH,
    CONCORS_KIND_XHR,
    CONCORS_KIND_NAVIGATE,
    CONCORS_KIND_VISIT,
    CONCORS_KIND_FORM_POST,
    CONCORS_KIND_IMG,
    CONCORS_KIND_SCRIPT,
    CONCORS_KIND_IFRAME,
    CONCORS_KIND_WEBSOCKET,
    CONCORS_KIND_EVENTSOURCE,
    CONCORS_KIND_BEACON,
} concors_kind;

typedef enum concors_mode {
    CONCORS_MODE_CORS,
    CONCORS_MODE_NO_CORS,
    CONCORS_MODE_SAME_ORIGIN,
    CONCORS_MODE_NAVIGATE,
    CONCORS_MODE_WEBSOCKET,
} concors_mode;

typedef enum concors_credentials {
    CONCORS_CREDENTIALS_SAME_ORIGIN,
    CONCORS_CREDENTIALS_OMIT,
    CONCORS_CREDENTIALS_INCLUDE,
} concors_credentials;

typedef enum concors_redirect_mode {
    CONCORS_REDIRECT_FOLLOW,
    CONCORS_REDIRECT_ERROR,
    CONCORS_REDIRECT_MANUAL,
} concors_redirect_mode;

struct concors_prepared;

/* What a server answered; known false: the journey does not say. */
typedef struct concors_answer {
    bool known;
    uint16_t status;
    concors_headers headers;
    bool same_for_all; /* it is known that the server answers so to whatever origin asks */
    const struct concors_prepared *prepared; /* what the reader found in these headers; or NULL */
} concors_answer;

typedef struct concors_exchange {
    concors_answer preflight;
    concors_answer response;
} concors_exchange;

typedef struct concors_document {
    concors_url url;
    const concors_url *ancestors; /* nearest first, top-level last */
    size_t ancestor_count;
    bool sandboxed;
} concors_document;

/* mode and credentials are already those that the kind implies. */
typedef struct concors_request {
    concors_kind kind;
    concors_span method; /* as the page wrote it */
    concors_url url;
    concors_mode mode;
    concors_credentials credentials;
    concors_redirect_mode redirect;
    concors_headers headers;
    bool crossorigin; /* img, script: the attribute is there */
} concors_request;

typedef struct concors_step {
    const concors_document
        *document; /* whose script acts: the journey's, or from here on another */
    bool is_document_cookie;
    concors_span document_cookie;
    concors_request request;
    concors_exchange first;
    const concors_exchange *redirects;
    size_t redirect_count;
    int64_t wait_ms;
} concors_step;

typedef struct concors_held_cookie {
    concors_url url;
    concors_span set_cookie;
    int64_t age_ms;
} concors_held_cookie;

typedef struct concors_journey {
    concors_document document;
    const concors_span *browsers; /* as written; the reader has checked that they exist */
    size_t browser_count;         /* 0: the journey does not say */
    bool has_now;
    int64_t now_ms; /* Unix time */
    const concors_held_cookie *cookies;
    size_t cookie_count;
    const concors_step *steps;
    size_t step_count;
} concors_journey;

/*
 * A journey in its JSON form (or a tree of it). Unknown keys, repeated keys, wrong types, unknown
 * kinds, unparsable URLs and unknown browsers are errors that name the key and its JSON pointer.
 * The journey's spans point into `text` (or what the tree points into) or the arena.
 * CONCORS_OK, CONCORS_E_SYNTAX, CONCORS_E_LIMIT, CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_journey_read(concors_span text,
                                                                 const concors_host *host,
                                                                 concors_arena *arena,
                                                                 concors_journey *out,
                                                                 concors_error *error);
CONCORS_API CONCORS_MUST_USE concors_status concors_journey_from_tree(const concors_tree *tree,
                                                                      const concors_host *host,
                                                                      concors_arena *arena,
                                                                      concors_journey *out,
                                                                      concors_error *error);

/* "2026-11-20T12:00:00Z", with offset or fraction, to Unix ms; and back ("2026-11-20T12:00:00Z").
 */
CONCORS_API CONCORS_MUST_USE bool concors_rfc3339_parse(concors_span text, int64_t *ms);
CONCORS_API void concors_rfc3339_write(int64_t ms, concors_out *out);

/*
 * What one browser does with the journey, rule by rule. Pure: the same input gives the same trace.
 * now_ms is used when the journey has no "now". The trace lives in the arena and points into the
 * journey. CONCORS_OK, CONCORS_E_ROOM, CONCORS_E_LIMIT (a Set-Cookie line beyond
 * CONCORS_SET_COOKIE_MAX).
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_journey_run(
    const concors_journey *journey, const concors_profile *profile, const concors_host *host,
    int64_t now_ms, concors_arena *arena, concors_trace *out);

/* The preflight a browser would send for the first hop of a request, for a host that sends it. */
typedef struct concors_preflight_plan {
    bool needed;
    concors_preflight_ask ask;
    concors_headers headers; /* what the request itself would carry of the script's headers */
    concors_span method;     /* normalised */
    bool include_credentials;
    bool has_origin;        /* the request carries an Origin header */
    concors_span origin;    /* serialised */
    concors_reason refused; /* the browser would not even ask: mixed content, mode, method, ... */
} concors_preflight_plan;
CONCORS_API CONCORS_MUST_USE concors_status concors_request_plan(const concors_document *document,
                                                                 const concors_request *request,
                                                                 const concors_profile *profile,
                                                                 const concors_host *host,
                                                                 concors_arena *arena,
                                                                 concors_preflight_plan *out);

#ifdef __cplusplus
}
#endif
#endif
