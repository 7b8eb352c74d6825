/* src/explain/json_parts.h: the pieces of the report's JSON form. */
#ifndef CONCORS_EXPLAIN_JSON_PARTS_H
#define CONCORS_EXPLAIN_JSON_PARTS_H

#include "base/json_string.h"
#include "words.h"

/* Where it fits, which is nearly always, a constant text is a few stores and no call. */
static inline void
concors_json_constant(concors_out *out, const char *text, size_t len)
{
    if (out->len <= out->cap && len <= out->cap - out->len) {
        memcpy(out->ptr + out->len, text, len);
        out->len += len;
    } else {
        concors_out_put(out, (concors_span){text, len});
    }
}

/* Keys, brackets, commas, in as large pieces as they come. */
#define PUT(out, text) concors_json_constant(out, "" text, sizeof(text) - 1)

static inline void
concors_json_bool(bool yes, concors_out *out)
{
    if (yes) {
        PUT(out, "true");
    } else {
        PUT(out, "false");
    }
}

/* "Code", or null. */
void concors_json_code(concors_reason reason, concors_out *out);
/* ["Code",...] */
void concors_json_codes(const concors_reasons *reasons, concors_out *out);
void concors_json_spans(const concors_span *list, size_t count, concors_out *out);
/* A URL in quotes, redacted unless shown. */
void concors_json_url(concors_span url, bool show_values, concors_out *out);
/* A Set-Cookie line in quotes, redacted unless shown. */
void concors_json_line(concors_span line, bool show_values, concors_out *out);
void concors_json_cookie(const concors_cookie *cookie, bool show_values, concors_out *out);
/* {"name":...} */
void concors_json_cookie_name(const concors_cookie *cookie, bool show_values, concors_out *out);
/* One step with its hops. */
void concors_json_step(const concors_trace_step *step, bool show_values, concors_out *out);

/* report_json_fixes.c: the two keys, a comma before each; no limits, no key. */
void concors_json_limits(const concors_report *report, concors_out *out);
void concors_json_fixes(const concors_report *report, concors_out *out);

#endif
