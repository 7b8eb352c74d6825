/* src/http/header_list.h: fields that hold lists of tokens. */
#ifndef CONCORS_HTTP_HEADER_LIST_H
#define CONCORS_HTTP_HEADER_LIST_H

#include "base/span.h"
#include <concors/cors.h>

/*
 * RFC 9110 5.6.1: the next element of a comma-separated list, without the blanks around it; may be
 * empty. rest begins as the whole value and is used up. False: there is none left.
 */
static inline bool
concors_list_next(concors_span *rest, concors_span *element)
{
    if (rest->ptr == NULL) {
        return false;
    }
    size_t comma = concors_span_find(*rest, ',');

    *element = concors_span_trim_blank(concors_span_part(*rest, 0, comma));
    if (comma == rest->len) {
        *rest = (concors_span){NULL, 0};
    } else {
        *rest = concors_span_part(*rest, comma + 1, rest->len);
    }
    return true;
}

/* A list-valued header, read. */
typedef struct concors_tokens {
    bool present;       /* a field of the name is there */
    bool valid;         /* every element of every such field is a token; true if absent */
    concors_span wrong; /* when not valid: the first element that is no token */
    concors_span *list; /* slices of the values, in their order; empty elements are skipped */
    size_t count;
} concors_tokens;

/*
 * Fetch, "extract header list values", for the ABNF #method and #field-name (both are #token).
 * All fields of that name count; one wrong element anywhere makes the whole a failure.
 * The list is in the arena. CONCORS_OK, CONCORS_E_ROOM.
 */
CONCORS_MUST_USE concors_status concors_header_tokens(concors_headers headers, concors_span name,
                                                      concors_arena *arena, concors_tokens *out);

/* The same in lower case, sorted, without repeats: for names that are compared without case. */
CONCORS_MUST_USE concors_status concors_header_names(concors_headers headers, concors_span name,
                                                     concors_arena *arena, concors_tokens *out);

/* Is name in a sorted list? log n. */
bool concors_names_have(const concors_span *list, size_t count, concors_span name);

#endif
