/*
 * src/explain/fix_plan.h: a change to a journey: a few edits of its requests and answers.
 *
 * Edits come from the reasons of a trace. None names an origin but the page's own, and none takes
 * Secure, HttpOnly or a stricter Domain away.
 */
#ifndef CONCORS_EXPLAIN_FIX_PLAN_H
#define CONCORS_EXPLAIN_FIX_PLAN_H

#include "explain.h"

typedef enum concors_edit_kind {
    CONCORS_EDIT_CREDENTIALS, /* the page asks with credentials */
    CONCORS_EDIT_MODE,        /* and in mode cors */
    CONCORS_EDIT_METHOD,      /* and writes the method in capitals: `value` */
    CONCORS_EDIT_STATUS,      /* the preflight is answered with 204 */
    CONCORS_EDIT_ANSWER,      /* the response is not known: taken to be a plain 200 */
    CONCORS_EDIT_HEADER,      /* one header of an answer, in place of all of that name */
    CONCORS_EDIT_LINE,        /* attributes of a Set-Cookie line */
    CONCORS_EDIT_ORIGIN,      /* the server answers under the page's own origin */
} concors_edit_kind;

/* What a line gets, or loses. */
enum {
    CONCORS_LINE_SECURE = 1 << 0,
    CONCORS_LINE_NONE = 1 << 1, /* SameSite=None */
    CONCORS_LINE_PARTITIONED = 1 << 2,
    CONCORS_LINE_HTTP_ONLY = 1 << 3,
    CONCORS_LINE_PATH_ROOT = 1 << 4,
    CONCORS_LINE_NO_DOMAIN = 1 << 5,
    CONCORS_LINE_LAX = 1 << 6, /* SameSite=Lax */
};

typedef struct concors_edit {
    concors_edit_kind kind;
    bool held;      /* LINE: one of the journey's cookies, at `line_index` */
    bool preflight; /* which of the two answers of the hop */
    size_t step, hop;
    size_t line_index;  /* LINE: which Set-Cookie line of the answer, or which held cookie */
    unsigned line;      /* LINE: bits */
    concors_span name;  /* HEADER: constant; LINE: the cookie; ORIGIN: the server's */
    concors_span value; /* HEADER; ORIGIN: the page's; in plan.text */
} concors_edit;

enum { CONCORS_EDITS_MAX = 24, CONCORS_PLAN_TEXT_MAX = 4096, CONCORS_PLAN_LOOKS_MAX = 1000000 };

typedef struct concors_plan {
    concors_edit edits[CONCORS_EDITS_MAX];
    size_t count;
    size_t changes; /* grows with every edit added or widened */
    bool full;      /* it would have needed more */
    size_t looked;  /* lines and headers looked at; beyond CONCORS_PLAN_LOOKS_MAX it is full */
    char text[CONCORS_PLAN_TEXT_MAX];
    size_t text_len;
} concors_plan;

/* fix_derive.c: adds what the reasons of a trace ask for. journey: the one the trace is of. */
void concors_plan_derive(concors_plan *plan, const concors_journey *journey,
                         const concors_trace *trace);
/* fix_origin.c: the last resort where no header helps: a proxy. False: there is nothing to move. */
bool concors_plan_move(concors_plan *plan, const concors_journey *journey,
                       const concors_trace *trace);
/* Applies it to every request to that server. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_move_requests(const concors_edit *edit, concors_step *steps,
                                                      size_t count, concors_arena *arena);
/* fix_apply.c: a journey with the edits. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_apply(const concors_plan *plan,
                                                   const concors_journey *journey,
                                                   concors_arena *arena, concors_journey *out);
/* A Set-Cookie line with the bits of an edit applied. */
void concors_line_rewrite(concors_span line, unsigned bits, concors_out *out);
/* Those of the bits that change something in the line. */
unsigned concors_line_needs(concors_span line, unsigned bits);
/* Where Set-Cookie line `index` stands among the headers, count when there is none: other headers
   come and go, and do not move it. */
size_t concors_set_cookie_at(concors_headers headers, size_t index);
/* The value a Set-Cookie edit is about, in the journey. */
concors_span concors_edit_line(const concors_edit *edit, const concors_journey *journey);
/* The answer an edit is about; NULL beyond the journey's. */
const concors_answer *concors_answer_of(const concors_journey *journey, size_t step, size_t hop,
                                        bool preflight);
/* fix_words.c: fix->change, headers and side. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_words(const concors_plan *plan,
                                                   const concors_journey *journey,
                                                   concors_arena *arena, concors_fix *fix);

#endif
