/* src/http/octets.h: classes of octets that the Fetch standard and RFC 9110 name. */
#ifndef CONCORS_HTTP_OCTETS_H
#define CONCORS_HTTP_OCTETS_H

#include "base/span.h"

/* Fetch, "HTTP whitespace byte". */
static inline bool
concors_http_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 9110 5.6.2, tchar; MIME Sniffing, "HTTP token code point". */
bool concors_is_tchar(char c);
/* Fetch, "CORS-unsafe request-header byte". */
bool concors_cors_unsafe_byte(char c);
/* Fetch, "normalize" a byte sequence: without leading and trailing HTTP whitespace. */
concors_span concors_http_trim(concors_span value);

#endif
