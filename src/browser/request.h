/*
 * src/browser/request.h: a request under way: Fetch's request, as far as the rules here ask.
 */
#ifndef CONCORS_BROWSER_REQUEST_H
#define CONCORS_BROWSER_REQUEST_H

#include "context.h"

/* Fetch, "response tainting". */
typedef enum concors_tainting {
    CONCORS_TAINTING_BASIC,
    CONCORS_TAINTING_CORS,
    CONCORS_TAINTING_OPAQUE,
} concors_tainting;

/* What the browser does about an address of the local network. */
typedef enum concors_local_network {
    CONCORS_LOCAL_NONE,
    CONCORS_LOCAL_ADDRESS_UNKNOWN, /* it depends on the page's address, which is not known */
    CONCORS_LOCAL_ASKS,            /* it depends on the user's answer */
} concors_local_network;

typedef struct concors_fetch {
    const concors_page *page;
    const concors_request *request;
    concors_url *urls; /* the redirect chain */
    size_t url_count;
    concors_span method; /* of this hop, normalised */
    concors_header *headers;
    size_t header_count;
    concors_span dropped_header;       /* a forbidden header that script asked for, or absent */
    const concors_span *first_because; /* what made the request unsafe as script wrote it */
    size_t first_because_count;
    const concors_span *first_names; /* its unsafe headers then */
    size_t first_name_count;
    bool origin_kept; /* the Origin header of the hop before is still there */
    bool asked;       /* an earlier hop needed a preflight */
    bool names_url;   /* the origin is that of the page's URL, sandboxed or not */
    concors_tainting tainting;
    bool was_cross_origin;       /* this hop or one before it, by the address it is sent to */
    bool origin_tainted;         /* the request origin is serialised as "null" */
    bool origin_nulled;          /* the Origin header of a request without CORS is "null" */
    bool authorization_stripped; /* by the redirect that led to this hop */
    bool image_upgraded;
    concors_local_network local_network;
    concors_reason refused; /* this hop is not sent: why */
} concors_fetch;

/*
 * Takes a request as script wrote it: method, headers and mode checked, forbidden headers dropped.
 * hops: room for that many URLs, the request's own and those it is redirected to.
 */
CONCORS_MUST_USE concors_status concors_fetch_open(const concors_surroundings *around,
                                                   const concors_page *page,
                                                   const concors_request *request, size_t hops,
                                                   concors_fetch *out);

/* Fetch, "main fetch", for the current URL: sets tainting, refused, local_network; may upgrade the
 * URL. */
CONCORS_MUST_USE concors_status concors_fetch_aim(const concors_surroundings *around,
                                                  concors_fetch *fetch);

static inline concors_url *
concors_fetch_url(const concors_fetch *fetch)
{
    return &fetch->urls[fetch->url_count - 1];
}

bool concors_fetch_includes_credentials(const concors_fetch *fetch);

/* Fetch, "serializing a request origin". */
concors_span concors_fetch_origin(const concors_fetch *fetch);
/* Fetch, "append a request Origin header". */
bool concors_fetch_has_origin_header(const concors_surroundings *around, const concors_fetch *fetch,
                                     concors_span *value);

/* Whether this hop needs a preflight, what it asks for, and what made it necessary. */
typedef struct concors_preflight_need {
    bool needed;
    concors_preflight_ask ask;
    const concors_span *because;
    size_t because_count;
} concors_preflight_need;

CONCORS_MUST_USE concors_status concors_fetch_preflight_need(const concors_surroundings *around,
                                                             const concors_fetch *fetch,
                                                             concors_preflight_need *out);

/* Fetch, "HTTP-redirect fetch": moves on to Location, or says in *error why not. */
CONCORS_MUST_USE concors_status concors_fetch_redirect(const concors_surroundings *around,
                                                       concors_fetch *fetch, uint16_t status,
                                                       concors_span location,
                                                       concors_reason *error);

#endif
