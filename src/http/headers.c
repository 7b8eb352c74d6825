#include "base/span.h"
#include "octets.h"
#include <concors/cors.h>

static void
join(concors_headers headers, concors_span name, char *text)
{
    size_t found = 0;

    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_eq_nocase(headers.list[i].name, name)) {
            continue;
        }
        concors_span one = concors_http_trim(headers.list[i].value);
        if (found > 0) {
            memcpy(text, ", ", 2);
            text += 2;
        }
        if (one.len > 0) {
            memcpy(text, one.ptr, one.len);
            text += one.len;
        }
        found++;
    }
}

/* Fetch, "get" a name from a header list. */
concors_status
concors_headers_get(concors_headers headers, concors_span name, concors_arena *arena,
                    concors_span *value)
{
    size_t found = 0;
    size_t len = 0;
    concors_span last = {NULL, 0};

    *value = last;
    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_eq_nocase(headers.list[i].name, name)) {
            continue;
        }
        last = concors_http_trim(headers.list[i].value);
        if (len >= SIZE_MAX / 2 || last.len >= SIZE_MAX / 2) {
            return CONCORS_E_ROOM;
        }
        len += last.len + (found > 0 ? 2 : 0);
        found++;
    }
    if (found == 1) {
        *value = concors_present(last);
    }
    if (found < 2) {
        return CONCORS_OK;
    }
    char *text = concors_arena_take_text(arena, len);
    if (text == NULL) {
        return CONCORS_E_ROOM;
    }
    join(headers, name, text);
    *value = (concors_span){text, len};
    return CONCORS_OK;
}
