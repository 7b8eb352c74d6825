/*
 * concors/report.h: traces put into words.
 */
#ifndef CONCORS_REPORT_H
#define CONCORS_REPORT_H

#include <concors/journey.h>
#include <concors/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A reason put into words, for one browser. */
typedef struct concors_finding {
    size_t step;
    size_t hop;
    concors_severity severity;
    concors_reason reason;
    concors_span
        what; /* with the names and values of this journey; never a cookie or token value */
    concors_span remedy; /* one line: where the remedy lies, with the values of this journey */
} concors_finding;

typedef struct concors_findings {
    const concors_finding *list;
    size_t count;
} concors_findings;

/* A change that was tried in the model and works for the browsers named. */
typedef enum concors_side {
    CONCORS_SIDE_SERVER,
    CONCORS_SIDE_CLIENT,
    CONCORS_SIDE_TOPOLOGY,
    CONCORS_SIDE_BOTH, /* server and client: neither change is enough */
} concors_side;

/* Where the server stands in relation to the page: what a fix moves. */
typedef enum concors_design {
    CONCORS_DESIGN_KEPT,        /* nothing moves: headers, cookie lines, the client's options */
    CONCORS_DESIGN_HTTPS,       /* what was http is https */
    CONCORS_DESIGN_SAME_ORIGIN, /* the server behind the page's own origin */
    CONCORS_DESIGN_PAGE,        /* the page beside the server, in its local network */
    CONCORS_DESIGN_SAME_SITE,   /* the server under the page's registrable domain */
} concors_design;

/* What a change opens that was closed before; the dearest part of it counts. */
typedef enum concors_cost {
    CONCORS_COST_NOTHING,
    CONCORS_COST_READS,      /* the page's own origin may read the answers */
    CONCORS_COST_LINKS,      /* Strict to Lax: links from other sites arrive with the cookie */
    CONCORS_COST_EMBEDS,     /* None, Partitioned: each site that embeds has a cookie of its own */
    CONCORS_COST_EVERY_SITE, /* None: requests that any site makes carry the cookie */
} concors_cost;

typedef enum concors_place {
    CONCORS_PLACE_PAGE,
    CONCORS_PLACE_COOKIE, /* one of the journey's own cookies: `step` is its index */
    CONCORS_PLACE_REQUEST,
    CONCORS_PLACE_PREFLIGHT,
    CONCORS_PLACE_RESPONSE,
} concors_place;

/* One place of the journey, before and after. Cookie values and secrets in URLs are redacted. */
typedef struct concors_change {
    concors_place place;
    size_t step;
    size_t hop;                 /* 0: the step's own request; n: its redirect n */
    concors_span name;          /* a header; or "status", "credentials", "mode", "method", "url" */
    const concors_span *before; /* none: it was not there; several: it was there as often */
    size_t before_count;
    concors_span after;
    size_t skips; /* of a request's url: how many redirects are then left out, the first ones */
    bool assumed; /* the journey does not say what is answered: taken to be so */
} concors_change;

/* A line to copy: of the client's code, or of a server's configuration. */
typedef struct concors_code {
    concors_span where; /* "fetch", "XMLHttpRequest", "axios", "HTML", "nginx", ... */
    concors_span line;
} concors_code;

typedef struct concors_fix {
    const size_t *browsers; /* indexes into the report's traces: blocked before, ok now */
    size_t browser_count;
    concors_side side;
    concors_design design;
    concors_cost cost;
    concors_span change;     /* one line */
    concors_span price;      /* what it costs, one line; or empty */
    concors_headers headers; /* response headers to send; Set-Cookie values are redacted */
    const concors_change *changes;
    size_t change_count;
    const concors_code *code;
    size_t code_count;
    const concors_span *leaves; /* codes of what stays blocked */
    size_t leave_count;
    const size_t *blocked; /* the browsers that it leaves blocked */
    size_t blocked_count;
} concors_fix;

/* Browsers that no header and no client option lets through, and what is to be done instead. */
typedef struct concors_limit {
    concors_reason reason; /* what stays; 0: too much to say */
    const size_t *browsers;
    size_t browser_count;
    concors_span what; /* a sentence */
    concors_span next; /* the next design, and its price; or empty */
} concors_limit;

typedef struct concors_report {
    const concors_journey *journey;
    const concors_trace *traces;
    size_t trace_count;
    const concors_findings *findings; /* one list for each trace, most important first */
    const concors_limit *limits;      /* say these first */
    size_t limit_count;
    const concors_fix *fixes; /* what helps every browser first; then the cheapest, the smallest */
    size_t fix_count;
    bool fixes_sought;             /* false: nobody looked, and no fix means nothing */
    concors_verdict verdict;       /* blocked if any is; else unknown if any is; else ok */
    const concors_trace_hop *next; /* one for each trace, by concors_report_next(); or NULL */
} concors_report;

/*
 * concors_journey_run() for several browsers, a trace each. Where one is known to do what one
 * before it did, it is not run, and their traces share what they point to. Statuses of
 * concors_journey_run().
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_journey_run_each(
    const concors_journey *journey, const concors_profile *browsers, size_t count,
    const concors_host *host, int64_t now_ms, concors_arena *arena, concors_trace *traces);

/* Findings of the traces, which all belong to the journey; no fixes. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_findings(const concors_journey *journey,
                                                                    const concors_trace *traces,
                                                                    size_t count,
                                                                    concors_arena *arena,
                                                                    concors_report *out);

/*
 * Findings, and the fixes: changes for which the model was run again. Traces beyond the first
 * CONCORS_BROWSERS_MAX get none. CONCORS_OK, CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_build(
    const concors_journey *journey, const concors_trace *traces, size_t count,
    const concors_host *host, int64_t now_ms, concors_arena *arena, concors_report *out);

/* How far the search for fixes goes. */
typedef enum concors_depth {
    CONCORS_DEPTH_SOME, /* other places for the server only where no header helps: the first */
    CONCORS_DEPTH_ALL,  /* also where headers would open a cookie to every site: all that work */
} concors_depth;

/* Fills limits and fixes of a report that concors_report_findings() made; concors_report_build()
   does both, with CONCORS_DEPTH_ALL. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_fixes(concors_report *report,
                                                                 concors_depth depth,
                                                                 const concors_host *host,
                                                                 int64_t now_ms,
                                                                 concors_arena *arena);

/*
 * Fills report->next: what the browser would do if the page made its last request once more, which
 * shows what the answers so far have changed. Left NULL when the journey makes no request.
 * CONCORS_OK, CONCORS_E_ROOM, CONCORS_E_LIMIT.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_next(concors_report *report,
                                                                const concors_host *host,
                                                                int64_t now_ms,
                                                                concors_arena *arena);

/* The machine form, one line, no newline at the end. */
CONCORS_API void concors_report_json(const concors_report *report, bool show_values,
                                     concors_out *out);

typedef struct concors_text_options {
    size_t width; /* columns, at least 40 */
    bool colour;  /* SGR sequences */
    bool utf8;    /* else only ASCII marks */
    bool show_values;
    bool quiet;                                          /* the first line only */
    size_t (*text_width)(void *user, concors_span text); /* columns of a UTF-8 text; NULL: bytes */
    void *user;
} concors_text_options;

/*
 * The form for people. The first line answers. scratch holds no more than a few pointers a step.
 * CONCORS_OK; CONCORS_E_ROOM: out->len is the room needed; CONCORS_E_LIMIT: more than
 * CONCORS_BROWSERS_MAX traces.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_text(const concors_report *report,
                                                                const concors_text_options *options,
                                                                concors_arena *scratch,
                                                                concors_out *out);

/* "sid=...; Path=/": a Set-Cookie line without its value. */
CONCORS_API void concors_redact_set_cookie(concors_span line, concors_out *out);
/* A URL as a JSON string, without the passwords and tokens in it. */
CONCORS_API void concors_redact_url_json(concors_span url, concors_out *out);

#ifdef __cplusplus
}
#endif
#endif
