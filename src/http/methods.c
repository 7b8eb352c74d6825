#include "base/span.h"
#include <concors/cors.h>

static const concors_span safelisted[] = {
    CONCORS_LIT_INIT("GET"),
    CONCORS_LIT_INIT("HEAD"),
    CONCORS_LIT_INIT("POST"),
};

/* PATCH is not among them: "patch" stays as the page wrote it, and then differs from "PATCH". */
static const concors_span normalized[] = {
    CONCORS_LIT_INIT("DELETE"),  CONCORS_LIT_INIT("GET"),  CONCORS_LIT_INIT("HEAD"),
    CONCORS_LIT_INIT("OPTIONS"), CONCORS_LIT_INIT("POST"), CONCORS_LIT_INIT("PUT"),
};

static const concors_span forbidden[] = {
    CONCORS_LIT_INIT("CONNECT"),
    CONCORS_LIT_INIT("TRACE"),
    CONCORS_LIT_INIT("TRACK"),
};

enum {
    SAFELISTED_COUNT = sizeof(safelisted) / sizeof(safelisted[0]),
    NORMALIZED_COUNT = sizeof(normalized) / sizeof(normalized[0]),
    FORBIDDEN_COUNT = sizeof(forbidden) / sizeof(forbidden[0]),
};

/* Fetch, "CORS-safelisted method": byte for byte. */
bool
concors_method_safelisted(concors_span method)
{
    for (size_t i = 0; i < SAFELISTED_COUNT; i++) {
        if (concors_span_eq(method, safelisted[i])) {
            return true;
        }
    }
    return false;
}

/* Fetch, "normalize" a method. */
concors_span
concors_method_normalize(concors_span method)
{
    for (size_t i = 0; i < NORMALIZED_COUNT; i++) {
        if (concors_span_eq_nocase(method, normalized[i])) {
            return normalized[i];
        }
    }
    return method;
}

/* Fetch, "forbidden method". */
bool
concors_method_forbidden(concors_span method)
{
    for (size_t i = 0; i < FORBIDDEN_COUNT; i++) {
        if (concors_span_eq_nocase(method, forbidden[i])) {
            return true;
        }
    }
    return false;
}
