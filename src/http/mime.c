#include "mime.h"
#include "octets.h"
#include <concors/cors.h>

/* MIME Sniffing 4.4, "parse a MIME type", steps 1 to 10. */
bool
concors_mime_parse(concors_span text, concors_span *type, concors_span *subtype)
{
    concors_span rest = concors_http_trim(text);
    size_t slash = concors_span_find(rest, '/');

    if (slash == rest.len) {
        return false;
    }
    *type = concors_span_part(rest, 0, slash);
    rest = concors_span_part(rest, slash + 1, rest.len);
    *subtype = concors_span_part(rest, 0, concors_span_find(rest, ';'));
    while (subtype->len > 0 && concors_http_blank(subtype->ptr[subtype->len - 1])) {
        subtype->len--;
    }
    return concors_is_token(*type) && concors_is_token(*subtype);
}
