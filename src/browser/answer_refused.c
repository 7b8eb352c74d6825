#include "answer_refused.h"
#include "base/span.h"
#include "http/octets.h"
#include "reasons.h"

/* Fields whose second value would lead a parser and its proxy apart (response splitting). */
static const concors_span singles[] = {
    CONCORS_LIT_INIT("Location"),
    CONCORS_LIT_INIT("Content-Length"),
    CONCORS_LIT_INIT("Content-Disposition"),
};

enum { SINGLES = sizeof singles / sizeof *singles };

/* Which of them a name is; SINGLES: another. No two have the same length. */
static size_t
single_of(concors_span name)
{
    for (size_t i = 0; i < SINGLES; i++) {
        if (singles[i].len == name.len) {
            return concors_span_eq_nocase(name, singles[i]) ? i : SINGLES;
        }
    }
    return SINGLES;
}

concors_reason
concors_answer_refused(concors_headers headers, bool where_they_differ)
{
    concors_span seen[SINGLES] = {{NULL, 0}};

    for (size_t i = 0; i < headers.count; i++) {
        concors_span value = headers.list[i].value;
        if (concors_span_has_nul(value)) {
            return CONCORS_R_InvalidResponse;
        }
        size_t single = single_of(headers.list[i].name);
        if (single == SINGLES || !where_they_differ) {
            continue;
        }
        value = concors_present(concors_http_trim(value));
        if (seen[single].ptr != NULL && !concors_span_eq(seen[single], value)) {
            return CONCORS_R_ConcorsHeadersDiffer;
        }
        seen[single] = value;
    }
    return CONCORS_R_PASS;
}
