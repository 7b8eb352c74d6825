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

typedef struct concors_fix {
    const size_t *browsers; /* indexes into the report's traces */
    size_t browser_count;
    concors_side side;
    concors_span change;        /* one line */
    concors_headers headers;    /* response headers to send; Set-Cookie values are redacted */
    const concors_span *leaves; /* codes of what stays blocked */
    size_t leave_count;
} concors_fix;

typedef struct concors_report {
    const concors_journey *journey;
    const concors_trace *traces;
    size_t trace_count;
    const concors_findings *findings; /* one list for each trace, most important first */
    const concors_fix *fixes;
    size_t fix_count;
    bool fixes_sought;             /* false: nobody looked, and no fix means nothing */
    concors_verdict verdict;       /* blocked if any is; else unknown if any is; else ok */
    const concors_trace_hop *next; /* one for each trace, by concors_report_next(); or NULL */
} concors_report;

/* Findings of the traces, which all belong to the journey; no fixes. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_findings(const concors_journey *journey,
                                                                    const concors_trace *traces,
                                                                    size_t count,
                                                                    concors_arena *arena,
                                                                    concors_report *out);

/* Findings, and the fixes: changes for which the model was run again. CONCORS_OK, CONCORS_E_ROOM.
 */
CONCORS_API CONCORS_MUST_USE concors_status concors_report_build(
    const concors_journey *journey, const concors_trace *traces, size_t count,
    const concors_host *host, int64_t now_ms, concors_arena *arena, concors_report *out);

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
