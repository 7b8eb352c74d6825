#include "base/span.h"
#include <concors/cors.h>

/* Fetch, "forbidden request-header", step 1. */
static const concors_span names[] = {
    CONCORS_LIT_INIT("accept-charset"),
    CONCORS_LIT_INIT("accept-encoding"),
    CONCORS_LIT_INIT("access-control-request-headers"),
    CONCORS_LIT_INIT("access-control-request-method"),
    CONCORS_LIT_INIT("connection"),
    CONCORS_LIT_INIT("content-length"),
    CONCORS_LIT_INIT("cookie"),
    CONCORS_LIT_INIT("cookie2"),
    CONCORS_LIT_INIT("date"),
    CONCORS_LIT_INIT("dnt"),
    CONCORS_LIT_INIT("expect"),
    CONCORS_LIT_INIT("host"),
    CONCORS_LIT_INIT("keep-alive"),
    CONCORS_LIT_INIT("origin"),
    CONCORS_LIT_INIT("referer"),
    CONCORS_LIT_INIT("set-cookie"),
    CONCORS_LIT_INIT("te"),
    CONCORS_LIT_INIT("trailer"),
    CONCORS_LIT_INIT("transfer-encoding"),
    CONCORS_LIT_INIT("upgrade"),
    CONCORS_LIT_INIT("via"),
};

/* Step 3: a method that may not be used may not be smuggled in under one of these either. */
static const concors_span overriding[] = {
    CONCORS_LIT_INIT("x-http-method"),
    CONCORS_LIT_INIT("x-http-method-override"),
    CONCORS_LIT_INIT("x-method-override"),
};

enum {
    NAME_COUNT = sizeof(names) / sizeof(names[0]),
    OVERRIDING_COUNT = sizeof(overriding) / sizeof(overriding[0]),
};

static bool
among(concors_span name, const concors_span *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (concors_span_eq_nocase(name, list[i])) {
            return true;
        }
    }
    return false;
}

/* Where the list element that begins at `from` ends: at a comma outside an HTTP quoted string. */
static size_t
element_end(concors_span value, size_t from)
{
    bool quoted = false;
    size_t at = from;

    while (at < value.len && (quoted || value.ptr[at] != ',')) {
        if (value.ptr[at] == '"') {
            quoted = !quoted;
        } else if (quoted && value.ptr[at] == '\\') {
            at++;
        }
        at++;
    }
    return at < value.len ? at : value.len;
}

/* Fetch, "get, decode, and split", and then: is one of the values a forbidden method? */
static bool
names_forbidden_method(concors_span value)
{
    size_t at = 0;

    for (;;) {
        size_t end = element_end(value, at);
        concors_span method = concors_span_trim_blank(concors_span_part(value, at, end));
        if (concors_method_forbidden(method)) {
            return true;
        }
        if (end == value.len) {
            return false;
        }
        at = end + 1;
    }
}

/* Fetch, "forbidden request-header". */
bool
concors_header_forbidden(concors_span name, concors_span value)
{
    if (among(name, names, NAME_COUNT)) {
        return true;
    }
    if (concors_span_starts_nocase(name, CONCORS_LIT("proxy-")) ||
        concors_span_starts_nocase(name, CONCORS_LIT("sec-"))) {
        return true;
    }
    return among(name, overriding, OVERRIDING_COUNT) && names_forbidden_method(value);
}
