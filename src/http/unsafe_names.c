#include "base/span.h"
#include "octets.h"
#include <concors/cors.h>

/*
 * Fetch, "CORS-unsafe request-header names", steps 1 to 3, in lower case; *safe_len: how long the
 * safelisted values are together, at most 128 each. False: no room.
 */
static bool
take_unsafe(concors_headers headers, const concors_cors_rules *rules, concors_arena *arena,
            concors_span *list, size_t *filled, size_t *safe_len)
{
    for (size_t i = 0; i < headers.count; i++) {
        const concors_header *header = &headers.list[i];
        if (concors_header_safelisted(header->name, header->value, rules)) {
            *safe_len += concors_http_trim(header->value).len;
        } else if (concors_span_lower(header->name, arena, &list[*filled])) {
            (*filled)++;
        } else {
            return false;
        }
    }
    return true;
}

/* Step 4: too long together, the safelisted ones are unsafe as well. */
static bool
take_all(concors_headers headers, concors_arena *arena, concors_span *list, size_t *filled)
{
    *filled = 0;
    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_lower(headers.list[i].name, arena, &list[*filled])) {
            return false;
        }
        (*filled)++;
    }
    return true;
}

concors_status
concors_unsafe_header_names(concors_headers headers, const concors_cors_rules *rules,
                            concors_arena *arena, concors_span **names, size_t *count)
{
    size_t mark = arena->len;
    size_t filled = 0;
    size_t safe_len = 0;

    *names = NULL;
    *count = 0;
    if (headers.count == 0) {
        return CONCORS_OK;
    }
    concors_span *list = concors_arena_take_many(arena, headers.count, sizeof(*list));
    if (list == NULL || !take_unsafe(headers, rules, arena, list, &filled, &safe_len) ||
        (safe_len > CONCORS_SAFELISTED_VALUES_SUM_MAX &&
         !take_all(headers, arena, list, &filled))) {
        arena->len = mark;
        return CONCORS_E_ROOM;
    }
    if (filled == 0) {
        arena->len = mark;
        return CONCORS_OK;
    }
    *names = list;
    *count = concors_spans_sort_unique(list, filled);
    return CONCORS_OK;
}
