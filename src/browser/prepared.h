/*
 * src/browser/prepared.h: what the headers of an answer say to every browser. Browsers and the
 * search for fixes run a journey a dozen times: the reader of a journey looks once for all of them.
 */
#ifndef CONCORS_BROWSER_PREPARED_H
#define CONCORS_BROWSER_PREPARED_H

#include "answer_refused.h"
#include "http/answer_fields.h"
#include "http/header_list.h"
#include <concors/journey.h>

typedef struct concors_prepared {
    concors_answer_fields fields;
    concors_reason refused;            /* whichever the browser */
    concors_reason refused_if_differs; /* by CONCORS_REPEATED_DIFFERS */
    concors_tokens allow_methods;      /* as written */
    concors_tokens allow_headers;      /* lower case, sorted, unique */
} concors_prepared;

/* CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_headers_prepare(concors_headers headers,
                                                        concors_arena *arena,
                                                        concors_prepared *out);

/* What the answer was prepared to, or what it is prepared to now, if its headers are others. NULL:
 * no room. */
const concors_prepared *concors_answer_prepared(const concors_answer *answer, concors_arena *arena);

static inline concors_reason
concors_prepared_refused(const concors_prepared *answer, const concors_cors_rules *rules)
{
    return rules->repeated_fields == CONCORS_REPEATED_DIFFERS ? answer->refused_if_differs
                                                              : answer->refused;
}

/* concors_preflight_check() of a prepared answer. */
CONCORS_MUST_USE concors_status concors_preflight_check_prepared(
    const concors_preflight_ask *ask, uint16_t status, const concors_prepared *answer,
    const concors_cors_rules *rules, concors_arena *arena, concors_preflight_result *out);

#endif
