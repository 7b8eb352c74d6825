/*
 * src/browser/context.h: who asks, from where: a document among its ancestors, a request seen from
 * it, and the door to the cookie jar that follows from both.
 */
#ifndef CONCORS_BROWSER_CONTEXT_H
#define CONCORS_BROWSER_CONTEXT_H

#include "base/span.h"
#include "reasons.h"
#include <concors/journey.h>

/* What a walk through a journey needs at every turn. */
typedef struct concors_surroundings {
    const concors_profile *profile;
    const concors_host *host;
    concors_arena *arena;
} concors_surroundings;

/* Writes the URL's escapes in their normal form, where the browser does; E_ROOM. */
CONCORS_MUST_USE concors_status concors_escapes_normal(const concors_surroundings *around,
                                                       concors_url *url);

/* A document as the browser sees it. */
typedef struct concors_page {
    const concors_document *document;
    concors_url url;        /* the document's, as the browser asks for it */
    concors_origin origin;  /* opaque if sandboxed */
    concors_site site;      /* of origin */
    concors_site top;       /* of the top-level document, by its URL */
    concors_span top_text;  /* serialised */
    concors_span site_text; /* serialised, "null" if opaque */
    concors_span origin_text;
    concors_span url_origin_text; /* of the URL, sandboxed or not */
    uint32_t load; /* counts the documents that a journey opens: an opaque one is like no other */
    bool cross_site_frame; /* an ancestor is not same-site with the top-level document */
    bool restricts_mixed;  /* it or an ancestor came over https */
    bool secure_context;   /* it and all ancestors are potentially trustworthy */
} concors_page;

CONCORS_MUST_USE concors_status concors_page_open(const concors_surroundings *around,
                                                  const concors_document *document,
                                                  concors_page *out);

concors_site concors_url_site(const concors_surroundings *around, const concors_url *url);
/* Serialised; E_ROOM. */
CONCORS_MUST_USE concors_status concors_site_text(const concors_surroundings *around,
                                                  const concors_site *site, concors_span *text);

/* As this browser counts sites: with or without the scheme. */
bool concors_sites_agree(const concors_surroundings *around, const concors_site *a,
                         const concors_site *b);

/* A request on one hop, seen from its page. */
typedef struct concors_hop_view {
    const concors_page *page;
    concors_kind kind;
    concors_span method;     /* of this hop */
    const concors_url *urls; /* the redirect chain, the current one last */
    size_t url_count;
    concors_origin url_origin; /* of the current one */
    concors_site url_site;
} concors_hop_view;

void concors_hop_view_open(const concors_surroundings *around, const concors_page *page,
                           concors_kind kind, concors_span method, const concors_url *urls,
                           size_t url_count, concors_hop_view *out);

static inline const concors_url *
concors_hop_url(const concors_hop_view *view)
{
    return &view->urls[view->url_count - 1];
}

/* The page sends the top-level browsing context somewhere. */
static inline bool
concors_kind_is_top_level(concors_kind kind)
{
    return kind == CONCORS_KIND_NAVIGATE || kind == CONCORS_KIND_VISIT ||
           kind == CONCORS_KIND_FORM_POST;
}

static inline bool
concors_kind_is_navigation(concors_kind kind)
{
    return concors_kind_is_top_level(kind) || kind == CONCORS_KIND_IFRAME;
}

/* For the cookies that are sent, and for those that the answer sets. */
concors_same_site_context concors_request_same_site(const concors_surroundings *around,
                                                    const concors_hop_view *view);
concors_same_site_context concors_response_same_site(const concors_surroundings *around,
                                                     const concors_hop_view *view);
bool concors_request_is_third_party(const concors_surroundings *around,
                                    const concors_hop_view *view);
/* The URL of the top-level document. */
const concors_url *concors_document_top(const concors_document *document);
/* Whether this is same-site to its page in no case, third party or not: another host's than that
 * of the sandboxed top-level document that asks, or than the top-level host where a frame of
 * another site asks and that counts. */
bool concors_page_stands_apart(const concors_surroundings *around, const concors_hop_view *view);
/* How a frame's own document was asked for, where document.cookie goes by that (WebKit). */
typedef enum concors_frame_load {
    CONCORS_FRAME_LOAD_IDLE,       /* it does not matter */
    CONCORS_FRAME_LOAD_CROSS_SITE, /* by a frame of another site */
    CONCORS_FRAME_LOAD_COVERED     /* same-site, by a suffix that covers it */
} concors_frame_load;
concors_frame_load concors_page_load(const concors_surroundings *around, const concors_page *page);
CONCORS_MUST_USE concors_status concors_request_relation(const concors_surroundings *around,
                                                         const concors_hop_view *view,
                                                         concors_relation *out);

/* Storage Access Headers: a third party's request to the top-level site, whose document could ask
 * for the cookies that it lacks. */
bool concors_request_asks_storage_access(const concors_surroundings *around,
                                         const concors_hop_view *view);

/* door.c */
/* The door for a request, and for the page's own document.cookie. certain and now_ms are the
 * caller's. */
CONCORS_MUST_USE concors_status concors_request_door(const concors_surroundings *around,
                                                     const concors_hop_view *view,
                                                     concors_cookie_door *out);
void concors_script_door(const concors_surroundings *around, const concors_page *page,
                         concors_cookie_door *out);
/* As if set by the URL itself, in the top-level browsing context. */
CONCORS_MUST_USE concors_status concors_first_party_door(const concors_surroundings *around,
                                                         const concors_url *url,
                                                         concors_cookie_door *out);

#endif
