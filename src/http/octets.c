#include "octets.h"
#include <concors/cors.h>

/* Bits: CONCORS_OCTET_... Nothing above 7F has one. */
const uint8_t concors_octet_class[256] = {
    2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    0, 1, 2, 1, 1, 1, 1, 1, 2, 2, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 0, 2, 0, 2, 2,
    2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2,
};

bool
concors_is_token(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!concors_octet_is(text.ptr[i], CONCORS_OCTET_TOKEN)) {
            return false;
        }
    }
    return text.len > 0;
}

bool
concors_is_header_value(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\0' || c == '\r' || c == '\n') {
            return false;
        }
    }
    return concors_http_trim(text).len == text.len;
}
