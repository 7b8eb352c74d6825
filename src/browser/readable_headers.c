#include "base/span.h"
#include "http/header_list.h"

/* Fetch, "forbidden response-header name". */
static bool
forbidden(concors_span name)
{
    return concors_span_eq_nocase(name, CONCORS_LIT("Set-Cookie")) ||
           concors_span_eq_nocase(name, CONCORS_LIT("Set-Cookie2"));
}

/* Fetch, "CORS-safelisted response-header name", without those that Expose-Headers adds. */
static bool
is_safelisted(concors_span name)
{
    switch (name.len) { /* most names have another length */
    case 6:
        return concors_span_eq_nocase(name, CONCORS_LIT("Pragma"));
    case 7:
        return concors_span_eq_nocase(name, CONCORS_LIT("Expires"));
    case 12:
        return concors_span_eq_nocase(name, CONCORS_LIT("Content-Type"));
    case 13:
        return concors_span_eq_nocase(name, CONCORS_LIT("Cache-Control")) ||
               concors_span_eq_nocase(name, CONCORS_LIT("Last-Modified"));
    case 14:
        return concors_span_eq_nocase(name, CONCORS_LIT("Content-Length"));
    case 16:
        return concors_span_eq_nocase(name, CONCORS_LIT("Content-Language"));
    default:
        return false;
    }
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
        headers, CONCORS_LIT("Access-Control-Expose-Headers"), arena, &out->exposed);
    out->everything = status == CONCORS_OK && !include_credentials &&
                      concors_names_have(out->exposed.list, out->exposed.count, CONCORS_LIT("*"));
    return status;
}

/* Most names are decided as they stand; only one that may be read is worth a lower-case copy. */
static concors_status
take_readable(concors_span name, const exposure *what, concors_arena *arena, concors_span *list,
              size_t *filled)
{
    bool sure = what->everything || is_safelisted(name);

    if (forbidden(name) || (!sure && what->exposed.count == 0)) {
        return CONCORS_OK;
    }
    if (!concors_span_lower(name, arena, &list[*filled])) {
        return CONCORS_E_ROOM;
    }
    if (sure || concors_names_have(what->exposed.list, what->exposed.count, list[*filled])) {
        (*filled)++;
    }
    return CONCORS_OK;
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
        if (take_readable(headers.list[i].name, &what, arena, list, &filled) != CONCORS_OK) {
            arena->len = mark;
            return CONCORS_E_ROOM;
        }
    }
    *names = list;
    *count = concors_spans_sort_unique(list, filled);
    return CONCORS_OK;
}
