/*
 * src/http/answer_fields.h: the header fields of an answer that rules ask for. They are found in
 * one pass: every rule of every browser asks again, and answers have many other fields.
 */
#ifndef CONCORS_HTTP_ANSWER_FIELDS_H
#define CONCORS_HTTP_ANSWER_FIELDS_H

#include "base/span.h"
#include <concors/cors.h>

typedef enum concors_field {
    CONCORS_FIELD_ALLOW_ORIGIN,
    CONCORS_FIELD_ALLOW_CREDENTIALS,
    CONCORS_FIELD_ALLOW_METHODS,
    CONCORS_FIELD_ALLOW_HEADERS,
    CONCORS_FIELD_MAX_AGE,
    CONCORS_FIELD_EXPOSE_HEADERS,
    CONCORS_FIELD_LOCATION,
    CONCORS_FIELD_SET_COOKIE,
    CONCORS_FIELD_VARY,
    CONCORS_FIELDS,
} concors_field;

typedef struct concors_answer_fields {
    concors_headers headers;
    struct {
        size_t first; /* its place among the headers, if count > 0 */
        size_t count;
    } at[CONCORS_FIELDS];
} concors_answer_fields;

/* Which of them a name is; CONCORS_FIELDS: another. */
concors_field concors_field_of(concors_span name);
void concors_answer_fields_find(concors_headers headers, concors_answer_fields *out);
/* As concors_headers_get(). CONCORS_OK, CONCORS_E_ROOM. */
CONCORS_MUST_USE concors_status concors_answer_fields_get(const concors_answer_fields *fields,
                                                          concors_field field, concors_arena *arena,
                                                          concors_span *value);

#endif
