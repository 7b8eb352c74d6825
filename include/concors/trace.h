/*
 * concors/trace.h: what a browser did with a journey, rule by rule. Data only.
 */
#ifndef CONCORS_TRACE_H
#define CONCORS_TRACE_H

#include <concors/cookie.h>
#include <concors/cors.h>
#include <concors/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A yes/no that may be unknown. */
typedef enum concors_tri {
    CONCORS_NO = 0,
    CONCORS_YES = 1,
    CONCORS_UNKNOWN = 2,
} concors_tri;

typedef enum concors_verdict {
    CONCORS_VERDICT_OK,
    CONCORS_VERDICT_UNKNOWN,
    CONCORS_VERDICT_BLOCKED,
} concors_verdict;

typedef enum concors_outcome {
    CONCORS_OUTCOME_READABLE,
    CONCORS_OUTCOME_OPAQUE,
    CONCORS_OUTCOME_BLOCKED,
    CONCORS_OUTCOME_NOT_SENT,
    CONCORS_OUTCOME_NAVIGATED,
    CONCORS_OUTCOME_UNKNOWN,
} concors_outcome;

typedef struct concors_relation {
    bool same_origin;
    bool same_site; /* as this browser counts sites, top-level site and ancestors not considered */
    bool third_party;       /* subject to the browser's third-party cookie policy */
    concors_span page_site; /* serialised, "null" if opaque */
    concors_span request_site;
} concors_relation;

typedef struct concors_trace_preflight {
    concors_tri sent;
    bool cached;                 /* needed, and not sent because an earlier answer still holds */
    const concors_span *because; /* the method, and lower-case header names; empty: not needed */
    size_t because_count;
    concors_reason error;
    concors_near_miss near;
    concors_span subject; /* the method, header or value that failed */
    bool answer_unknown;  /* sent, but the journey does not say what came back */
} concors_trace_preflight;

/* One Set-Cookie line, or one document.cookie assignment. */
typedef struct concors_trace_line {
    concors_span line;
    concors_tri stored;
    concors_offer offer; /* deleted, reasons, warnings, cookie */
} concors_trace_line;

/* A request and its answer: one hop of a step. */
typedef struct concors_trace_hop {
    concors_span method;
    concors_span url; /* serialised, without credentials and fragment */
    concors_relation relation;
    concors_same_site_context same_site;
    concors_trace_preflight preflight;
    bool credentials;
    bool has_origin;
    concors_span
        origin; /* the Origin header, if has_origin; else the origin the CORS check compares */
    const concors_cookie_use *cookies; /* first `sent`, then the withheld ones */
    size_t cookies_sent;
    size_t cookie_count;
    bool cookies_incomplete; /* an earlier answer is unknown: it may have set or removed some */
    concors_tri request_sent;
    concors_outcome outcome;
    concors_reason
        error; /* of the response; or why it was never sent, unless the preflight says it */
    concors_near_miss near;
    concors_span subject;
    uint16_t status;       /* 0: unknown */
    concors_span location; /* of a redirect that was followed, as sent */
    const concors_span *readable_headers;
    size_t readable_count;
    const concors_trace_line *lines;
    size_t line_count;
} concors_trace_hop;

typedef struct concors_trace_step {
    bool is_document_cookie; /* then only the one line of the one hop and its url mean anything */
    const concors_trace_hop *hops; /* at least one; the last is the step's own */
    size_t hop_count;
} concors_trace_step;

/* Something worth a finding that no field above shows: a header that will be dropped, a Vary that
 * is missing. */
typedef struct concors_trace_note {
    size_t step;
    size_t hop;
    concors_reason reason;
    concors_span subject;
} concors_trace_note;

typedef struct concors_trace {
    const concors_profile *profile;
    concors_verdict verdict;
    concors_span page;              /* of the journey */
    const concors_trace_line *held; /* the journey's cookies, as the jar took them */
    size_t held_count;
    const concors_trace_step *steps;
    size_t step_count;
    const concors_trace_note *notes;
    size_t note_count;
    const concors_cookie *cookies; /* the jar after the last step */
    size_t cookie_count;
    const concors_cookie_use *document_cookie; /* what the page's script reads, in order */
    size_t document_cookie_count;
} concors_trace;

#ifdef __cplusplus
}
#endif
#endif
