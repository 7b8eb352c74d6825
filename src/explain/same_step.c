/* src/explain/same_step.c: whether two browsers did the same, as far as the text tells. */
#include "report_text.h"

static bool
same_reasons(const concors_reasons *a, const concors_reasons *b)
{
    return a->count == b->count && memcmp(a->list, b->list, a->count * sizeof a->list[0]) == 0;
}

static bool
same_spans(const concors_span *a, const concors_span *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!concors_span_eq(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

bool
concors_same_uses(const concors_cookie_use *a, const concors_cookie_use *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!concors_span_eq(a[i].cookie.name, b[i].cookie.name) ||
            a[i].cookie.certain != b[i].cookie.certain ||
            !same_reasons(&a[i].reasons, &b[i].reasons)) {
            return false;
        }
    }
    return true;
}

static bool
same_lines(const concors_trace_line *a, const concors_trace_line *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i].stored != b[i].stored || a[i].offer.deleted != b[i].offer.deleted ||
            (a[i].stored == CONCORS_YES && /* of a cookie that is dropped nothing is told */
             a[i].offer.cookie.partition.present != b[i].offer.cookie.partition.present) ||
            !same_reasons(&a[i].offer.reasons, &b[i].offer.reasons)) {
            return false;
        }
    }
    return true;
}

static bool
same_preflight(const concors_trace_preflight *a, const concors_trace_preflight *b)
{
    return a->sent == b->sent && a->cached == b->cached && a->error == b->error &&
           a->answer_unknown == b->answer_unknown && a->because_count == b->because_count &&
           same_spans(a->because, b->because, a->because_count);
}

static bool
same_response(const concors_trace_hop *a, const concors_trace_hop *b)
{
    return (a->request_sent == CONCORS_NO) == (b->request_sent == CONCORS_NO) &&
           a->outcome == b->outcome && a->error == b->error && a->status == b->status &&
           (a->preflight.error == 0) == (b->preflight.error == 0);
}

static bool
same_cookies(const concors_trace_hop *a, const concors_trace_hop *b)
{
    bool none = a->cookie_count == 0 && b->cookie_count == 0;

    return a->cookies_incomplete == b->cookies_incomplete && a->cookies_sent == b->cookies_sent &&
           a->cookie_count == b->cookie_count &&
           (!none || (a->request_sent == CONCORS_NO) == (b->request_sent == CONCORS_NO)) &&
           concors_same_uses(a->cookies, b->cookies, a->cookie_count);
}

bool
concors_same_part(const concors_trace_hop *a, const concors_trace_hop *b, concors_part part)
{
    switch (part) {
    case CONCORS_PART_PREFLIGHT:
        return same_preflight(&a->preflight, &b->preflight);
    case CONCORS_PART_COOKIES:
        return same_cookies(a, b);
    case CONCORS_PART_RESPONSE:
        return same_response(a, b);
    case CONCORS_PART_LINES:
    case CONCORS_PARTS:
        break;
    }
    return a->line_count == b->line_count && same_lines(a->lines, b->lines, a->line_count);
}

bool
concors_same_way(const concors_trace_step *a, const concors_trace_step *b)
{
    if (a->hop_count != b->hop_count) {
        return false;
    }
    for (size_t i = 0; i < a->hop_count; i++) {
        if (!concors_span_eq(a->hops[i].url, b->hops[i].url) ||
            !concors_span_eq(a->hops[i].method, b->hops[i].method)) {
            return false;
        }
    }
    return true;
}
