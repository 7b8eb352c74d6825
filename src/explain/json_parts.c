/* src/explain/json_parts.c: codes, lists, cookies and lines of the report's JSON form. */
#include "json_parts.h"

void
concors_json_code(concors_reason reason, concors_out *out)
{
    const concors_reason_info *info = concors_reason_get(reason);

    if (info == NULL) {
        PUT(out, "null");
        return;
    }
    PUT(out, "\"");
    concors_out_put(out, info->code); /* letters only */
    PUT(out, "\"");
}

void
concors_json_codes(const concors_reasons *reasons, concors_out *out)
{
    PUT(out, "[");
    for (size_t i = 0; i < reasons->count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        concors_json_code(reasons->list[i], out);
    }
    PUT(out, "]");
}

void
concors_json_spans(const concors_span *list, size_t count, concors_out *out)
{
    PUT(out, "[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            PUT(out, ",");
        }
        concors_json_string(list[i], out);
    }
    PUT(out, "]");
}

void
concors_json_url(concors_span url, bool show_values, concors_out *out)
{
    PUT(out, "\"");
    if (show_values) {
        concors_json_body(url, out);
    } else {
        concors_redact_url(url, concors_json_body, out);
    }
    PUT(out, "\"");
}

void
concors_redact_url_json(concors_span url, concors_out *out)
{
    concors_json_url(url, false, out);
}

void
concors_json_line(concors_span line, bool show_values, concors_out *out)
{
    PUT(out, "\"");
    if (show_values) {
        concors_json_body(line, out);
    } else {
        concors_redact_line(line, concors_json_body, out);
    }
    PUT(out, "\"");
}

static void
put_partition(const concors_partition *partition, concors_out *out)
{
    if (!partition->present) {
        PUT(out, ",\"partition\":null");
        return;
    }
    PUT(out, ",\"partition\":{\"site\":");
    concors_json_string(partition->site, out);
    if (partition->cross_site_ancestor < 0) {
        PUT(out, ",\"cross_site_ancestor\":null}");
    } else if (partition->cross_site_ancestor == 0) {
        PUT(out, ",\"cross_site_ancestor\":false}");
    } else {
        PUT(out, ",\"cross_site_ancestor\":true}");
    }
}

static void
put_expiry(const concors_cookie *cookie, concors_out *out)
{
    if (cookie->expiry == CONCORS_EXPIRY_AT) {
        PUT(out, ",\"expires\":\"");
        concors_rfc3339_write(cookie->expires_ms, out);
        PUT(out, "\"");
    } else if (cookie->expiry == CONCORS_EXPIRY_UNKNOWN) {
        PUT(out, ",\"expires\":null,\"expires_unknown\":true");
    } else {
        PUT(out, ",\"expires\":null");
    }
}

void
concors_json_cookie(const concors_cookie *cookie, bool show_values, concors_out *out)
{
    PUT(out, "{\"name\":");
    concors_json_string(cookie->name, out);
    if (show_values) {
        PUT(out, ",\"value\":");
        concors_json_string(cookie->value, out);
    }
    PUT(out, ",\"domain\":");
    concors_json_string(cookie->domain, out);
    PUT(out, ",\"host_only\":");
    concors_json_bool(cookie->host_only, out);
    PUT(out, ",\"path\":");
    concors_json_string(cookie->path, out);
    PUT(out, ",\"secure\":");
    concors_json_bool(cookie->secure, out);
    PUT(out, ",\"http_only\":");
    concors_json_bool(cookie->http_only, out);
    PUT(out, ",\"same_site\":\"");
    concors_out_put(out, concors_same_site_word(cookie->same_site));
    PUT(out, "\"");
    put_expiry(cookie, out);
    put_partition(&cookie->partition, out);
    PUT(out, "}");
}

void
concors_json_cookie_name(const concors_cookie *cookie, bool show_values, concors_out *out)
{
    PUT(out, "{\"name\":");
    concors_json_string(cookie->name, out);
    if (show_values) {
        PUT(out, ",\"value\":");
        concors_json_string(cookie->value, out);
    }
    PUT(out, "}");
}
