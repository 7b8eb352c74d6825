#include "prepared.h"
#include "reasons.h"

concors_status
concors_headers_prepare(concors_headers headers, concors_arena *arena, concors_prepared *out)
{
    concors_answer_fields_find(headers, &out->fields);
    out->refused_if_differs = concors_answer_refused(headers, true);
    out->refused = out->refused_if_differs == CONCORS_R_PASS
                       ? CONCORS_R_PASS
                       : concors_answer_refused(headers, false);
    out->allow_methods = out->allow_headers = (concors_tokens){.valid = true};
    if (out->fields.at[CONCORS_FIELD_ALLOW_METHODS].count > 0 &&
        concors_header_tokens(headers, CONCORS_LIT("Access-Control-Allow-Methods"), arena,
                              &out->allow_methods) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    if (out->fields.at[CONCORS_FIELD_ALLOW_HEADERS].count > 0 &&
        concors_header_names(headers, CONCORS_LIT("Access-Control-Allow-Headers"), arena,
                             &out->allow_headers) != CONCORS_OK) {
        return CONCORS_E_ROOM;
    }
    return CONCORS_OK;
}

const concors_prepared *
concors_answer_prepared(const concors_answer *answer, concors_arena *arena)
{
    const concors_prepared *known = answer->prepared;
    concors_headers headers = answer->headers;

    if (known != NULL && known->fields.headers.list == headers.list &&
        known->fields.headers.count == headers.count) {
        return known;
    }
    concors_prepared *made = concors_arena_take(arena, sizeof *made);
    return made != NULL && concors_headers_prepare(headers, arena, made) == CONCORS_OK ? made
                                                                                       : NULL;
}
