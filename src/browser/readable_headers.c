#include "base/span.h"
#include "http/header_list.h"

/* Fetch, "CORS-safelisted response-header name", without those that Expose-Headers adds. Sorted. */
static const concors_span safelisted[] = {
    CONCORS_LIT_INIT("cache-control"),  CONCORS_LIT_INIT("content-language"),
    CONCORS_LIT_INIT("content-length"), CONCORS_LIT_INIT("content-type"),
    CONCORS_LIT_INIT("expires"),        CONCORS_LIT_INIT("last-modified"),
    CONCORS_LIT_INIT("pragma"),
};

enum { SAFELISTED_COUNT = sizeof(safelisted) / sizeof(safelisted[0]) };

/* Fetch, "forbidden response-header name". */
static bool
forbidden(concors_span lower)
{
    return concors_span_eq(lower, CONCORS_LIT("set-cookie")) ||
           concors_span_eq(lower, CONCORS_LIT("set-cookie2"));
}

/* What of a response script may see; a list that does not parse exposes nothing. */
typedef struct exposure {
    bool everything;
    concors_tokens exposed;
} exposure;

/* Fetch, "main fetch", the step that sets the CORS-exposed header-name list. */
static concors_status
read_exposure(concors_headers headers, bool cors, bool include_credentials, concors_arena *arena,
              exposure *out)
{
    *out = (exposure){.everything = !cors};
    if (!cors) {
        return CONCORS_OK;
    }
    concors_status status = concors_header_names(
        headers, CONCORS_LIT("access-control-expose-headers"), arena, &out->exposed);
    out->everything = status == CONCORS_OK && !include_credentials &&
                      concors_names_have(out->exposed.list, out->exposed.count, CONCORS_LIT("*"));
    return status;
}

static bool
readable(concors_span lower, const exposure *what)
{
    if (forbidden(lower)) {
        return false;
    }
    return what->everything || concors_names_have(safelisted, SAFELISTED_COUNT, lower) ||
           concors_names_have(what->exposed.list, what->exposed.count, lower);
}

/* Fetch, "basic filtered response" and "CORS filtered response". */
concors_status
concors_readable_headers(concors_headers headers, bool cors, bool include_credentials,
                         concors_arena *arena, concors_span **names, size_t *count)
{
    size_t mark = arena->len;
    size_t filled = 0;
    exposure what;

    *names = NULL;
    *count = 0;
    concors_span *list = concors_arena_take_many(arena, headers.count, sizeof(*list));
    if (list == NULL ||
        read_exposure(headers, cors, include_credentials, arena, &what) != CONCORS_OK) {
        arena->len = mark;
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_lower(headers.list[i].name, arena, &list[filled])) {
            arena->len = mark;
            return CONCORS_E_ROOM;
        }
        if (readable(list[filled], &what)) {
            filled++;
        }
    }
    *names = list;
    *count = concors_spans_sort_unique(list, filled);
    return CONCORS_OK;
}
