/* src/explain/report_json_step.c: one step of a trace as JSON. */
#include "json_parts.h"

static void
put_relation(const concors_relation *relation, concors_out *out)
{
    PUT(out, ",\"relation\":{\"same_origin\":");
    concors_json_bool(relation->same_origin, out);
    PUT(out, ",\"same_site\":");
    concors_json_bool(relation->same_site, out);
    PUT(out, ",\"page_site\":");
    concors_json_string(relation->page_site, out);
    PUT(out, ",\"request_site\":");
    concors_json_string(relation->request_site, out);
    PUT(out, ",\"third_party\":");
    concors_json_bool(relation->third_party, out);
    PUT(out, "}");
}

static void
put_preflight(const concors_trace_preflight *preflight, concors_out *out)
{
    PUT(out, ",\"preflight\":{\"sent\":");
    concors_out_put(out, concors_tri_word(preflight->sent));
    PUT(out, ",\"because\":");
    concors_json_spans(preflight->because, preflight->because_count, out);
    if (preflight->cached) {
        PUT(out, ",\"cached\":true");
    }
    PUT(out, ",\"error\":");
    concors_json_code(preflight->error, out);
    PUT(out, "}");
}

/* The cookies of one kind: sent, withheld, or perhaps one of the two. */
static void
put_uses(const concors_trace_hop *hop, bool sent, bool certain, bool show_values, concors_out *out)
{
    size_t from = sent || !certain ? 0 : hop->cookies_sent;
    size_t to = sent && certain ? hop->cookies_sent : hop->cookie_count;
    bool any = false;

    PUT(out, "[");
    for (size_t i = from; i < to; i++) {
        const concors_cookie_use *use = &hop->cookies[i];
        if (use->cookie.certain != certain) {
            continue;
        }
        if (any) {
            PUT(out, ",");
        }
        any = true;
        if (sent && certain) {
            concors_json_cookie_name(&use->cookie, show_values, out);
            continue;
        }
        PUT(out, "{\"name\":");
        concors_json_string(use->cookie.name, out);
        PUT(out, ",\"reasons\":");
        concors_json_codes(&use->reasons, out);
        PUT(out, "}");
    }
    PUT(out, "]");
}

static bool
any_uncertain(const concors_trace_hop *hop)
{
    for (size_t i = 0; i < hop->cookie_count; i++) {
        if (!hop->cookies[i].cookie.certain) {
            return true;
        }
    }
    return false;
}

/* As the browser writes it: names and values with "; " between them. */
static void
put_cookie_header(const concors_trace_hop *hop, concors_out *out)
{
    if (hop->cookies_sent == 0) {
        PUT(out, ",\"cookie_header\":null");
        return;
    }
    PUT(out, ",\"cookie_header\":\"");
    bool first = true;
    for (size_t i = 0; i < hop->cookies_sent; i++) {
        const concors_cookie *cookie = &hop->cookies[i].cookie;
        if (cookie->name.len + cookie->value.len == 0) {
            continue; /* as concors_jar_header() */
        }
        if (!first) {
            PUT(out, "; ");
        }
        first = false;
        if (cookie->name.len > 0) {
            concors_json_body(cookie->name, out);
            PUT(out, "=");
        }
        concors_json_body(cookie->value, out);
    }
    PUT(out, "\"");
}

static void
put_cookies(const concors_trace_hop *hop, bool show_values, concors_out *out)
{
    PUT(out, ",\"cookies_sent\":");
    put_uses(hop, true, true, show_values, out);
    PUT(out, ",\"cookies_withheld\":");
    put_uses(hop, false, true, show_values, out);
    if (any_uncertain(hop)) {
        PUT(out, ",\"cookies_unknown\":");
        put_uses(hop, false, false, show_values, out);
    }
    if (hop->cookies_incomplete) {
        PUT(out, ",\"cookies_incomplete\":true");
    }
    if (show_values) {
        put_cookie_header(hop, out);
    }
}

static void
put_response(const concors_trace_hop *hop, concors_out *out)
{
    PUT(out, ",\"request_sent\":");
    concors_out_put(out, concors_tri_word(hop->request_sent));
    PUT(out, ",\"response\":{\"outcome\":\"");
    concors_out_put(out, concors_outcome_word(hop->outcome));
    PUT(out, "\",\"error\":");
    concors_json_code(hop->error, out);
    if (hop->status > 0) {
        PUT(out, ",\"status\":");
        concors_out_u64(out, hop->status);
    }
    PUT(out, ",\"readable_headers\":");
    concors_json_spans(hop->readable_headers, hop->readable_count, out);
    PUT(out, "}");
}

static void
put_line(const concors_trace_line *line, bool show_values, concors_out *out)
{
    PUT(out, "{\"line\":");
    concors_json_line(line->line, show_values, out);
    PUT(out, ",\"stored\":");
    concors_out_put(out, concors_tri_word(line->stored));
    if (line->offer.deleted) {
        PUT(out, ",\"deleted\":true");
    }
    PUT(out, ",\"reasons\":");
    concors_json_codes(&line->offer.reasons, out);
    PUT(out, ",\"warnings\":");
    concors_json_codes(&line->offer.warnings, out);
    PUT(out, ",\"cookie\":");
    if (line->offer.has_cookie) {
        concors_json_cookie(&line->offer.cookie, show_values, out);
    } else {
        PUT(out, "null");
    }
    PUT(out, "}");
}

static void
put_lines(const concors_trace_hop *hop, bool show_values, concors_out *out)
{
    PUT(out, ",\"set_cookie\":[");
    for (size_t i = 0; i < hop->line_count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        put_line(&hop->lines[i], show_values, out);
    }
    PUT(out, "]");
}

/* A hop without its closing brace. */
static void
put_hop(const concors_trace_hop *hop, bool show_values, concors_out *out)
{
    PUT(out, "{\"method\":");
    concors_json_string(hop->method, out);
    PUT(out, ",\"url\":");
    concors_json_url(hop->url, show_values, out);
    put_relation(&hop->relation, out);
    if (hop->has_origin) {
        PUT(out, ",\"origin\":");
        concors_json_string(hop->origin, out);
    }
    put_preflight(&hop->preflight, out);
    PUT(out, ",\"credentials\":");
    concors_json_bool(hop->credentials, out);
    put_cookies(hop, show_values, out);
    put_response(hop, out);
    put_lines(hop, show_values, out);
}

static void
put_document_cookie(const concors_trace_hop *hop, bool show_values, concors_out *out)
{
    PUT(out, "{\"document_cookie\":");
    if (hop->line_count > 0) {
        concors_json_line(hop->lines[0].line, show_values, out);
    } else {
        PUT(out, "null");
    }
    PUT(out, ",\"url\":");
    concors_json_url(hop->url, show_values, out);
    put_lines(hop, show_values, out);
    PUT(out, "}");
}

void
concors_json_step(const concors_trace_step *step, bool show_values, concors_out *out)
{
    const concors_trace_hop *last = concors_last_hop(step);

    if (step->is_document_cookie) {
        put_document_cookie(last, show_values, out);
        return;
    }
    put_hop(last, show_values, out);
    if (step->hop_count > 1) {
        PUT(out, ",\"hops\":[");
        for (size_t i = 0; i < step->hop_count; i++) {
            if (i > 0) {
                PUT(out, ",");
            }
            put_hop(&step->hops[i], show_values, out);
            PUT(out, "}");
        }
        PUT(out, "]");
    }
    PUT(out, "}");
}
