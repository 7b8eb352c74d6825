#include "header_list.h"
#include "octets.h"

/* Elements that are not empty: RFC 9110 5.6.1.2, a recipient ignores the others. */
static size_t
count_in(concors_span value)
{
    size_t count = 0;
    bool inside = false;

    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == ',') {
            inside = false;
        } else if (!inside && !concors_ascii_blank(value.ptr[i])) {
            inside = true;
            count++;
        }
    }
    return count;
}

static size_t
count_elements(concors_headers headers, concors_span name, bool *present)
{
    size_t count = 0;

    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_eq_nocase(headers.list[i].name, name)) {
            continue;
        }
        *present = true;
        count += count_in(concors_http_trim(headers.list[i].value));
    }
    return count;
}

static void
take_elements(concors_headers headers, concors_span name, concors_span *list, concors_tokens *out)
{
    for (size_t i = 0; i < headers.count; i++) {
        if (!concors_span_eq_nocase(headers.list[i].name, name)) {
            continue;
        }
        concors_span rest = concors_http_trim(headers.list[i].value);
        concors_span element;
        while (concors_list_next(&rest, &element)) {
            if (element.len == 0) {
                continue;
            }
            if (!concors_is_token(element)) {
                *out = (concors_tokens){.present = true, .wrong = element};
                return;
            }
            list[out->count++] = element;
        }
    }
    out->list = list;
}

concors_status
concors_header_tokens(concors_headers headers, concors_span name, concors_arena *arena,
                      concors_tokens *out)
{
    *out = (concors_tokens){.valid = true};
    /* Counting first keeps a megabyte of commas from costing memory. */
    size_t count = count_elements(headers, name, &out->present);

    if (count == 0) {
        return CONCORS_OK;
    }
    concors_span *list = concors_arena_take_many(arena, count, sizeof(*list));
    if (list == NULL) {
        return CONCORS_E_ROOM;
    }
    take_elements(headers, name, list, out);
    return CONCORS_OK;
}

concors_status
concors_header_names(concors_headers headers, concors_span name, concors_arena *arena,
                     concors_tokens *out)
{
    concors_status status = concors_header_tokens(headers, name, arena, out);

    if (status != CONCORS_OK) {
        return status;
    }
    for (size_t i = 0; i < out->count; i++) {
        if (!concors_span_lower(out->list[i], arena, &out->list[i])) {
            return CONCORS_E_ROOM;
        }
    }
    out->count = concors_spans_sort_unique(out->list, out->count);
    return CONCORS_OK;
}

bool
concors_names_have(const concors_span *list, size_t count, concors_span name)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = concors_span_compare(list[middle], name);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}
