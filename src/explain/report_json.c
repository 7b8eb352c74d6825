/* src/explain/report_json.c: the report in its machine form. */
#include "json_parts.h"

static void
put_finding(const concors_finding *finding, concors_out *out)
{
    const concors_reason_info *info = concors_reason_get(finding->reason);

    PUT(out, "{\"step\":");
    concors_out_u64(out, finding->step);
    PUT(out, ",\"hop\":");
    concors_out_u64(out, finding->hop);
    PUT(out, ",\"severity\":\"");
    concors_out_put(out, concors_severity_word(finding->severity));
    PUT(out, "\",\"code\":\"");
    concors_out_put(out, info->code);
    PUT(out, "\",\"what\":");
    concors_json_string(finding->what, out);
    PUT(out, ",\"remedy\":");
    concors_json_string(finding->remedy, out);
    PUT(out, ",\"why\":");
    concors_json_string(info->why, out);
    PUT(out, ",\"where\":");
    concors_json_string(info->where, out);
    PUT(out, ",\"spec\":");
    concors_json_string(info->spec, out);
    PUT(out, ",\"docs\":\"reasons/");
    concors_out_put(out, info->code);
    PUT(out, "\"}");
}

static void
put_findings(const concors_findings *findings, concors_out *out)
{
    PUT(out, ",\"findings\":[");
    for (size_t i = 0; i < findings->count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_finding(&findings->list[i], out);
    }
    PUT(out, "]");
}

/* The journey's own cookies, where the browser would not have taken one. */
static void
put_held(const concors_trace *trace, bool show_values, concors_out *out)
{
    if (trace->held_count == 0) {
        return;
    }
    PUT(out, ",\"held\":[");
    for (size_t i = 0; i < trace->held_count; i++) {
        const concors_trace_line *line = &trace->held[i];
        if (i > 0) {
            PUT(out, ",");
        }
        PUT(out, "{\"line\":");
        concors_json_line(line->line, show_values, out);
        PUT(out, ",\"stored\":");
        concors_out_put(out, concors_tri_word(line->stored));
        PUT(out, ",\"reasons\":");
        concors_json_codes(&line->offer.reasons, out);
        PUT(out, "}");
    }
    PUT(out, "]");
}

/* What script reads; of a cookie without name and value nothing is written. */
static void
put_document_cookie(const concors_trace *trace, bool show_values, concors_out *out)
{
    bool first = true;

    PUT(out, "[");
    for (size_t i = 0; i < trace->document_cookie_count; i++) {
        const concors_cookie *cookie = &trace->document_cookie[i].cookie;
        if (cookie->name.len + cookie->value.len == 0) {
            continue;
        }
        if (!first) {
            PUT(out, ",");
        }
        first = false;
        concors_json_cookie_name(cookie, show_values, out);
    }
    PUT(out, "]");
}

static void
put_jar(const concors_trace *trace, bool show_values, concors_out *out)
{
    PUT(out, ",\"cookies\":[");
    for (size_t i = 0; i < trace->cookie_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        concors_json_cookie(&trace->cookies[i], show_values, out);
    }
    PUT(out, "],\"document_cookie\":");
    put_document_cookie(trace, show_values, out);
}

static void
put_browser(const concors_trace *trace, const concors_findings *findings, bool show_values,
            concors_out *out)
{
    PUT(out, "{\"browser\":\"");
    concors_profile_write(trace->profile, out);
    PUT(out, "\",\"verdict\":\"");
    concors_out_put(out, concors_verdict_word(trace->verdict));
    PUT(out, "\",\"evidence\":\"");
    concors_out_put(out, concors_evidence_word(trace->profile->evidence));
    PUT(out, "\"");
    put_held(trace, show_values, out);
    PUT(out, ",\"steps\":[");
    for (size_t i = 0; i < trace->step_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        concors_json_step(&trace->steps[i], show_values, out);
    }
    PUT(out, "]");
    put_jar(trace, show_values, out);
    put_findings(findings, out);
    PUT(out, "}");
}

void
concors_report_json(const concors_report *report, bool show_values, concors_out *out)
{
    PUT(out, "{\"concors\":\"" CONCORS_VERSION "\",\"page\":");
    concors_json_url(report->journey->document.url.href, show_values, out);
    PUT(out, ",\"verdict\":\"");
    concors_out_put(out, concors_verdict_word(report->verdict));
    PUT(out, "\",\"browsers\":[");
    for (size_t i = 0; i < report->trace_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_browser(&report->traces[i], &report->findings[i], show_values, out);
    }
    PUT(out, "]");
    concors_json_limits(report, out);
    concors_json_fixes(report, out);
    PUT(out, "}");
}
