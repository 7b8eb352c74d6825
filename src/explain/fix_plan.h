/*
 * src/explain/fix_plan.h: a change to a journey: where its server stands, and a few edits of its
 * requests and answers.
 *
 * Edits come from the reasons of a trace. None names an origin but the page's own, and none takes
 * Secure, HttpOnly, a prefix or a stricter Domain away.
 */
#ifndef CONCORS_EXPLAIN_FIX_PLAN_H
#define CONCORS_EXPLAIN_FIX_PLAN_H

#include "explain.h"

typedef enum concors_edit_kind {
    CONCORS_EDIT_CREDENTIALS, /* the page asks with credentials; with a `value`: without */
    CONCORS_EDIT_MODE,        /* and in mode cors */
    CONCORS_EDIT_ADDRESS,     /* and asks the address that redirects lead to: `value` */
    CONCORS_EDIT_METHOD,      /* and writes the method in capitals: `value` */
    CONCORS_EDIT_STATUS,      /* the preflight is answered with 204 */
    CONCORS_EDIT_ANSWER,      /* the response is not known: taken to be a plain 200 */
    CONCORS_EDIT_HEADER,      /* one header of an answer, in place of all of that name */
    CONCORS_EDIT_LINE,        /* attributes of a Set-Cookie line */
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
    bool held;          /* LINE: one of the journey's cookies, at `line_index` */
    bool preflight;     /* which of the two answers of the hop */
    size_t step, hop;   /* of the journey as it was */
    size_t skips;       /* ADDRESS: how many redirects are not walked any more */
    size_t line_index;  /* LINE: which Set-Cookie line of the answer, or which held cookie */
    unsigned line;      /* LINE: bits */
    concors_span name;  /* HEADER: constant; LINE: the cookie */
    concors_span value; /* HEADER, METHOD, ADDRESS; in plan.text */
} concors_edit;

/* A server, or a page, that stands elsewhere. The addresses have no path that counts. */
typedef struct concors_move {
    concors_url page, server, target;
} concors_move;

enum {
    CONCORS_EDITS_MAX = 1024,
    CONCORS_MOVES_MAX = 4,
    CONCORS_PLAN_TEXT_MAX = 65536,
    CONCORS_PLAN_LOOKS_MAX = 1000000
};

typedef struct concors_plan {
    concors_design design;
    bool page_on_https; /* SAME_ORIGIN: and that is https first */
    bool local_https;   /* HTTPS: a server in the local network, or of this machine */
    bool renames;       /* SAME_SITE: the server as it is, under another name of this machine */
    bool direct;        /* begins with the addresses that slash and https redirects lead to */
    concors_move moves[CONCORS_MOVES_MAX];
    size_t move_count;
    concors_edit edits[CONCORS_EDITS_MAX];
    size_t count;
    size_t changes; /* grows with every edit added or widened */
    bool full;      /* it would have needed more */
    bool barred;    /* it would have needed an origin to name, and there is none */
    size_t looked;  /* lines and headers looked at; beyond CONCORS_PLAN_LOOKS_MAX it is full */
    char text[CONCORS_PLAN_TEXT_MAX];
    size_t text_len;
} concors_plan;

/* fix_derive.c: adds what the reasons of a trace ask for. edited: the journey the trace is of;
   original: the one it was made from, whose pages' origins are the only ones to be named. */
void concors_plan_derive(concors_plan *plan, const concors_journey *original,
                         const concors_journey *edited, const concors_trace *trace);
/* Asks without credentials, where a server lets everybody in without them and no cookie comes up
   anywhere. False: it does not apply. */
bool concors_plan_without_credentials(concors_plan *plan, const concors_journey *journey,
                                      const concors_trace *trace);
/* Takes all edits out of a plan. */
void concors_plan_clear(concors_plan *plan);

/* fix_move.c: fills design and moves for what is blocked in the trace. False: it does not apply. */
bool concors_plan_move(concors_plan *plan, concors_design design, const concors_journey *journey,
                       const concors_trace *trace, const concors_host *host);
/* Moves requests, documents and held cookies of a copy, whose steps may be written to.
   CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_apply_moves(const concors_plan *plan,
                                                         concors_journey *copy, concors_step *steps,
                                                         concors_arena *arena);
/* Scheme of one kind, host and port. */
bool concors_same_server(const concors_url *a, const concors_url *b);

/* fix_redirect.c */
/* How many redirects of a step a plan leaves out. */
size_t concors_plan_skips(const concors_plan *plan, size_t step);
/* Whether a redirect leads to a page where people log in: no script has any use for it. */
bool concors_leads_to_login(const concors_journey *journey, size_t step, size_t hop,
                            concors_span url);
/* Where a redirect only adds a slash, https or www: the page can ask that address at once. False:
   it does not apply. */
bool concors_plan_direct(concors_plan *plan, const concors_journey *journey,
                         const concors_trace *trace, concors_arena *arena);
/* Whether the requests of a step go to the address that redirects lead to. */
bool concors_plan_has_address(const concors_plan *plan, size_t step);
/* Whether an edit is of an answer that the journey does not have: nobody's change. */
bool concors_edit_is_assumed(const concors_plan *plan, const concors_journey *journey,
                             const concors_edit *edit);
/* False: no room. */
bool concors_apply_address(const concors_edit *edit, concors_step *step, concors_arena *arena);

/* fix_apply.c: a journey with the edits. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_apply(const concors_plan *plan,
                                                   const concors_journey *journey,
                                                   concors_arena *arena, concors_journey *out);

/* fix_line.c */
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
/* Whether an earlier edit, of another step or hop, reads the same. */
bool concors_plan_said(const concors_plan *plan, size_t index);
/* fix_words_answers.c: "answer OPTIONS with ...", or "send ... on the response". */
void concors_plan_put_answers(const concors_plan *plan, const concors_journey *journey,
                              bool preflight, size_t *parts, concors_out *out);
/* fix_words_lines.c: what each edit changes in its line, 0 where it is of none. NULL: no room. */
unsigned *concors_plan_line_needs(const concors_plan *plan, const concors_journey *journey,
                                  concors_arena *arena);
/* "set Secure in the Set-Cookie line of sid" */
void concors_plan_put_lines(const concors_plan *plan, const unsigned *needs, size_t *parts,
                            concors_out *out);
/* A semicolon before every part of the sentence but the first. */
void concors_begin_part(size_t *parts, concors_out *out);
/* fix_changes.c: fix->changes; edited: the journey with the plan. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_changes(const concors_plan *plan,
                                                     const concors_journey *journey,
                                                     const concors_journey *edited,
                                                     concors_arena *arena, concors_fix *fix);
/* fix_code.c: fix->code. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_code(const concors_plan *plan,
                                                  const concors_journey *journey,
                                                  const concors_journey *edited,
                                                  concors_arena *arena, concors_fix *fix);
/* fix_price.c */
concors_cost concors_plan_cost(const concors_plan *plan, const concors_journey *journey);
/* One line; empty when there is none. CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_plan_price(const concors_plan *plan,
                                                   const concors_journey *journey,
                                                   concors_arena *arena, concors_fix *fix);

#endif
