/* src/explain/fix_spot.h: a place of a trace that edits are derived from. */
#ifndef CONCORS_EXPLAIN_FIX_SPOT_H
#define CONCORS_EXPLAIN_FIX_SPOT_H

#include "fix_plan.h"

/* One hop that something went wrong in. */
typedef struct concors_spot {
    concors_plan *plan;
    const concors_journey *original; /* its pages are the only ones whose origins are named */
    const concors_journey *journey;  /* with the edits so far; the trace is of it */
    const concors_trace *trace;
    const concors_trace_hop *hop;
    size_t step, index;
    bool preflight; /* which answer is looked at */
} concors_spot;

/* text at home in the plan; false when the plan is full. */
bool concors_plan_keep(concors_plan *plan, concors_span text, concors_span *kept);
/* The edit of this place, a new one if there is none; NULL when the plan is full. */
concors_edit *concors_plan_edit(concors_plan *plan, const concors_edit *like);
/* An edit that has no name and no value. */
void concors_plan_simple(const concors_spot *s, concors_edit_kind kind);

/* fix_derive_headers.c */
/* Allow-Origin and Allow-Credentials of the answer looked at. */
void concors_derive_origin(const concors_spot *s);
/* A star becomes the page's own origin: what the answer allows beyond what it did is for the page
   alone. The plan is barred where the page has no origin to name. */
void concors_derive_own_origin(const concors_spot *s);
/* Allow-Methods, or Allow-Headers, must list what the preflight asked for. anew: what it says is
   no list. */
void concors_derive_list(const concors_spot *s, bool headers, bool anew);
/* Of a header that may stand there once, the first one stays. */
void concors_derive_once(const concors_spot *s);
/* Whether the answer has Access-Control-Allow-Credentials, whatever it says. */
bool concors_derive_says_credentials(const concors_spot *s);
/* Whether the answer's Allow-Methods names the method. */
bool concors_derive_lists_method(const concors_spot *s, concors_span method);
/* What several answers of one server list becomes one list. */
void concors_derive_unify(concors_plan *plan, const concors_journey *journey);

/* fix_redirect.c: where redirects made the origin null, their last address. False: it does not
   apply. */
bool concors_derive_address(const concors_spot *s);

/* Requests for which the page's code says whether credentials go along. */
static inline bool
concors_kind_has_options(concors_kind kind)
{
    return kind == CONCORS_KIND_FETCH || kind == CONCORS_KIND_XHR || kind == CONCORS_KIND_IMG ||
           kind == CONCORS_KIND_SCRIPT || kind == CONCORS_KIND_EVENTSOURCE;
}

/* fix_move.c */
/* Whether the page makes this request for itself. */
bool concors_may_move(const concors_step *step);

static inline bool
concors_url_is_socket(const concors_url *url)
{
    return url->scheme == CONCORS_SCHEME_WS || url->scheme == CONCORS_SCHEME_WSS;
}

static inline bool
concors_url_is_secure(const concors_url *url)
{
    return url->scheme == CONCORS_SCHEME_HTTPS || url->scheme == CONCORS_SCHEME_WSS;
}

/* fix_derive_cookie.c */
void concors_derive_line(const concors_spot *s, const concors_trace_line *line);
void concors_derive_withheld(const concors_spot *s, const concors_cookie_use *use);

#endif
