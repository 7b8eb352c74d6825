/* src/explain/explain.h: what the files of this room share. */
#ifndef CONCORS_EXPLAIN_EXPLAIN_H
#define CONCORS_EXPLAIN_EXPLAIN_H

#include "base/span.h"
#include "reasons.h"
#include <concors/report.h>

/* Where in a hop a reason came up, in the order of time. */
typedef enum concors_stage {
    CONCORS_STAGE_PREFLIGHT,
    CONCORS_STAGE_REQUEST,
    CONCORS_STAGE_COOKIE, /* sent or withheld */
    CONCORS_STAGE_RESPONSE,
    CONCORS_STAGE_SET_COOKIE,
    CONCORS_STAGE_NOTE,
} concors_stage;

enum { CONCORS_DRAFT_NAMES = 3 };

/* A finding before it has words. Cookies of one step that share a reason share a draft. */
typedef struct concors_draft {
    size_t step, hop;
    concors_stage stage;
    concors_reason reason;
    concors_near_miss near;
    concors_span subject;
    concors_span names[CONCORS_DRAFT_NAMES]; /* the first cookies it speaks of */
    size_t name_count;                       /* of those kept */
    size_t line_count;                       /* cookies and lines in all */
} concors_draft;

/* What a sentence is about. */
typedef struct concors_scene {
    const concors_journey *journey; /* or NULL */
    const concors_trace *trace;
    const concors_trace_hop *hop;
    const concors_draft *draft;
} concors_scene;

/* sentences.c: the two texts of a finding. */
void concors_sentence_what(const concors_scene *scene, concors_out *out);
void concors_sentence_remedy(const concors_scene *scene, concors_out *out);
/* How the page asks for credentials: credentials: "include", withCredentials = true, ... */
concors_span concors_credentials_words(const concors_journey *journey, size_t step);

/* scene.c: http beside https is all that makes the page and the request two sites. */
bool concors_differ_in_scheme(const concors_relation *relation);

/* scene.c: a request within one site, over http. */
bool concors_is_plain_site(const concors_trace_hop *hop);
/* scene.c: fetch turns put into PUT, but leaves patch, which no server knows. */
bool concors_is_lower_patch(concors_span method);
/* scene.c: page and server are two sites of this machine, localhost and 127.0.0.1. */
bool concors_is_one_machine(const concors_relation *relation);
/* scene.c: the page's origin is null, sandboxed or not from a server: any page can have it. */
bool concors_is_opaque(const concors_document *document);
/* scene.c: the page is in a frame on other sites, and asks for what is its own. */
bool concors_is_own_frame(const concors_document *document, const concors_relation *relation);

/* findings.c: drafts in words, most important first. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_findings_of(const concors_journey *journey,
                                                    const concors_trace *trace,
                                                    concors_arena *arena, concors_findings *out);

/* collect.c: every reason of a trace, in the order of the journey. */
CONCORS_MUST_USE concors_status concors_drafts_collect(const concors_journey *journey,
                                                       const concors_trace *trace,
                                                       concors_arena *arena, concors_draft **list,
                                                       size_t *count);

/* collect.c: the name a line would have given its cookie; empty when all of it may be a value. */
concors_span concors_line_name(const concors_trace_line *line);

/* fixes.c. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_fixes_find(const concors_host *host, int64_t now_ms,
                                                   concors_depth depth, concors_arena *arena,
                                                   concors_report *report);

/* redact.c */
/* At most max bytes, whole characters, and an ellipsis where something is missing. */
void concors_put_clipped(concors_span text, size_t max, concors_out *out);
/* How a text goes out: plain, as part of a JSON string, visibly. */
typedef void (*concors_putter)(concors_span text, concors_out *out);
void concors_put_plain(concors_span text, concors_out *out);
/* A Set-Cookie line without its value; see concors_redact_set_cookie(). */
void concors_redact_line(concors_span line, concors_putter put, concors_out *out);
/* A URL whose query parameters that sound like secrets have no values. */
void concors_redact_url(concors_span url, concors_putter put, concors_out *out);
/* "https://api.example.com" of a serialised URL. */
concors_span concors_url_front(concors_span url);

/* A text written into what is left of an arena: open, write, close. */
concors_out concors_arena_out(concors_arena *arena);
/* False when it did not fit; the arena is then as before. */
CONCORS_MUST_USE bool concors_arena_out_close(concors_arena *arena, const concors_out *out,
                                              concors_span *text);

/* Whether a reason says that something is not known. */
bool concors_reason_is_unknown(concors_reason reason);
/* The last hop of a step. */
static inline const concors_trace_hop *
concors_last_hop(const concors_trace_step *step)
{
    return &step->hops[step->hop_count - 1];
}

#endif
