#include "base/span.h"
#include "http/header_list.h"

/* Fetch, "forbidden response-header name". */
static bool
forbidden(concors_span name)
{
    return concors_span_eq_nocase(name, CONCORS_LIT("Set-Cookie")) ||
           concors_span_eq_nocase(name, CONCORS_LIT("Set-Cookie2"));
}

/* Fetch, "CORS-safelisted response-header name", without those that Expose-Headers adds; sorted. */
static const concors_span safelisted[] = {
    CONCORS_LIT_INIT("cache-control"),  CONCORS_LIT_INIT("content-language"),
    CONCORS_LIT_INIT("content-length"), CONCORS_LIT_INIT("content-type"),
    CONCORS_LIT_INIT("expires"),        CONCORS_LIT_INIT("last-modified"),
    CONCORS_LIT_INIT("pragma"),
};

enum { SAFELISTED_COUNT = sizeof(safelisted) / sizeof(safelisted[0]) };

/* Its place in that list; SAFELISTED_COUNT: it is not there. */
static size_t
safelisted_at(concors_span name)
{
    enum { SHORTEST = 6, LONGEST = 16 };
    size_t i = name.len < SHORTEST || name.len > LONGEST ? SAFELISTED_COUNT : 0;

    while (i < SAFELISTED_COUNT && !concors_span_eq_nocase(safelisted[i], name)) {
        i++;
    }
    return i;
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

/* The names that are not safelisted. Where nothing else may be read, none is worth a copy. */
static concors_status
take_exposed(concors_span name, const exposure *what, concors_arena *arena, concors_span *list,
             size_t *filled)
{
    if ((!what->everything && what->exposed.count == 0) || forbidden(name)) {
        return CONCORS_OK;
    }
    if (!concors_span_lower(name, arena, &list[*filled])) {
        return CONCORS_E_ROOM;
    }
    if (what->everything ||
        concors_names_have(what->exposed.list, what->exposed.count, list[*filled])) {
        (*filled)++;
    }
    return CONCORS_OK;
}

/* At most one name a header. */
static concors_status
take_readable(concors_headers headers, const exposure *what, concors_arena *arena,
              concors_span *list, size_t *filled)
{
    bool seen[SAFELISTED_COUNT + 1] = {false};

    for (size_t i = 0; i < headers.count; i++) {
        size_t at = safelisted_at(headers.list[i].name);
        seen[at] = true;
        if (at == SAFELISTED_COUNT &&
            take_exposed(headers.list[i].name, what, arena, list, filled) != CONCORS_OK) {
            return CONCORS_E_ROOM;
        }
    }
    for (size_t i = 0; i < SAFELISTED_COUNT; i++) {
        if (seen[i]) {
            list[(*filled)++] = safelisted[i];
        }
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
        read_exposure(headers, cors, include_credentials, arena, &what) != CONCORS_OK ||
        take_readable(headers, &what, arena, list, &filled) != CONCORS_OK) {
        arena->len = mark;
        return CONCORS_E_ROOM;
    }
    *names = list;
    *count = concors_spans_sort_unique(list, filled);
    return CONCORS_OK;
}
