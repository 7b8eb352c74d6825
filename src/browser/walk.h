/* src/browser/walk.h: one browser on its way through a journey. */
#ifndef CONCORS_BROWSER_WALK_H
#define CONCORS_BROWSER_WALK_H

#include "request.h"

/* Notes are kept as a list while walking and become an array at the end. */
typedef struct concors_note_link {
    concors_trace_note note;
    struct concors_note_link *next;
} concors_note_link;

struct concors_script_cookie; /* script_list.h */

typedef struct concors_walk {
    concors_surroundings around;
    const concors_journey *journey;
    concors_jar *jar;
    concors_preflight_cache *cache;
    int64_t now_ms;
    bool blind; /* an answer that might have set cookies is not known */
    size_t step, hop;
    const concors_trace_step *steps; /* so far */
    concors_note_link *notes, *last_note;
    size_t note_count;
    bool judges; /* only the verdict counts: what passes is not described */
    struct concors_script_cookie *script_only;
    size_t script_only_count;
    concors_page page; /* of the current step */
    bool left;         /* it led to another document */
} concors_walk;

CONCORS_MUST_USE concors_status concors_walk_note(concors_walk *walk, concors_reason reason,
                                                  concors_span subject);

/* Offers one line; stored is unknown when the door is not certain or the expiry cannot be read. */
CONCORS_MUST_USE concors_status concors_walk_offer(concors_walk *walk, concors_span line,
                                                   const concors_cookie_door *door,
                                                   concors_trace_line *out);

/* One hop of a fetch: sends it, reads the answer. *sent becomes unknown once anything before is. */
CONCORS_MUST_USE concors_status concors_walk_hop(concors_walk *walk, concors_fetch *fetch,
                                                 const concors_exchange *exchange,
                                                 concors_tri *sent, concors_trace_hop *out);

/* What script gets of an answer, and what of it is stored. out->request_sent is set already. */
CONCORS_MUST_USE concors_status concors_walk_response(concors_walk *walk,
                                                      const concors_fetch *fetch,
                                                      const concors_cookie_door *door,
                                                      const concors_answer *answer,
                                                      concors_trace_hop *out);

/* The journey's own cookies go into the jar, the oldest first; out->held keeps the journey's order.
 */
CONCORS_MUST_USE concors_status concors_walk_hold(concors_walk *walk, concors_trace *out);

CONCORS_MUST_USE concors_status concors_walk_step(concors_walk *walk, const concors_step *step,
                                                  concors_trace_step *out);

/*
 * concors_journey_run() for its verdict and what stands against it: the trace lacks readable
 * headers, warnings about CORS headers that do their work, and what is left in the jar.
 */
CONCORS_MUST_USE concors_status concors_journey_judge(const concors_journey *journey,
                                                      const concors_profile *profile,
                                                      const concors_host *host, int64_t now_ms,
                                                      concors_arena *arena, concors_trace *out);

/* Says so when an answer is a refusal and a cookie of an earlier one is for another path or host.
 */
CONCORS_MUST_USE concors_status concors_walk_note_elsewhere(concors_walk *walk,
                                                            const concors_fetch *fetch,
                                                            const concors_trace_hop *hop);

concors_verdict concors_trace_verdict(const concors_trace *trace);

#endif
