/* src/http/octets.h: classes of octets that the Fetch standard and RFC 9110 name. */
#ifndef CONCORS_HTTP_OCTETS_H
#define CONCORS_HTTP_OCTETS_H

#include "base/span.h"

enum {
    CONCORS_OCTET_TOKEN = 1,  /* RFC 9110 5.6.2, tchar; MIME Sniffing, "HTTP token code point" */
    CONCORS_OCTET_UNSAFE = 2, /* Fetch, "CORS-unsafe request-header byte" */
};
extern const uint8_t concors_octet_class[256];

static inline bool
concors_octet_is(char c, unsigned octet_class)
{
    return (concors_octet_class[(unsigned char)c] & octet_class) != 0;
}

/* Fetch, "HTTP whitespace byte". */
static inline bool
concors_http_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A value that is there, though perhaps empty: never the absent span. */
static inline concors_span
concors_present(concors_span value)
{
    return value.ptr == NULL ? CONCORS_LIT("") : value;
}

/* Fetch, "normalize" a byte sequence: without leading and trailing HTTP whitespace. */
static inline concors_span
concors_http_trim(concors_span value)
{
    while (value.len > 0 && concors_http_blank(value.ptr[0])) {
        value.ptr++;
        value.len--;
    }
    while (value.len > 0 && concors_http_blank(value.ptr[value.len - 1])) {
        value.len--;
    }
    return value;
}

#endif
