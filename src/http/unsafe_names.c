#include "base/span.h"
#include "octets.h"
#include <concors/cors.h>

/* Chromium lets script name User-Agent and then does not use it: it never asks for it either. */
static bool
dropped(concors_span name, const concors_cors_rules *rules)
{
    return rules->user_agent != 0 && concors_span_eq_nocase(name, CONCORS_LIT("user-agent"));
}

/* Fetch, "CORS-unsafe request-header names", steps 1 to 4: how many names there will be at most,
   and whether the safelisted ones are among them because their values are too long together. */
static size_t
count_names(concors_headers headers, const concors_cors_rules *rules, bool *safelisted_too)
{
    size_t unsafe = 0;
    size_t safe = 0;
    size_t sum = 0;

    for (size_t i = 0; i < headers.count; i++) {
        const concors_header *header = &headers.list[i];
        if (dropped(header->name, rules)) {
            continue;
        }
        if (concors_header_safelisted(header->name, header->value, rules)) {
            safe++;
            sum += concors_http_trim(header->value).len; /* at most 128 each */
        } else {
            unsafe++;
        }
    }
    *safelisted_too = sum > CONCORS_SAFELISTED_VALUES_SUM_MAX;
    return unsafe + (*safelisted_too ? safe : 0);
}

concors_status
concors_unsafe_header_names(concors_headers headers, const concors_cors_rules *rules,
                            concors_arena *arena, concors_span **names, size_t *count)
{
    size_t mark = arena->len;
    size_t filled = 0;
    bool safelisted_too;
    size_t most = count_names(headers, rules, &safelisted_too);

    *names = NULL;
    *count = 0;
    if (most == 0) {
        return CONCORS_OK;
    }
    concors_span *list = concors_arena_take_many(arena, most, sizeof(*list));
    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < headers.count; i++) {
        const concors_header *header = &headers.list[i];
        if (dropped(header->name, rules) ||
            (!safelisted_too && concors_header_safelisted(header->name, header->value, rules))) {
            continue;
        }
        if (!concors_span_lower(header->name, arena, &list[filled])) {
            arena->len = mark;
            return CONCORS_E_ROOM;
        }
        filled++;
    }
    *names = list;
    *count = concors_spans_sort_unique(list, filled);
    return CONCORS_OK;
}
