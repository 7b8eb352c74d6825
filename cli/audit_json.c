/* cli/audit_json.c: the audit in its machine form: a member of the report. */
#include "audit.h"

#include <string.h>

#define PUT(out, text) concors_out_put(out, CONCORS_LIT(text))

static void
put_text(const char *text, concors_out *out)
{
    if (text == NULL) {
        PUT(out, "null");
        return;
    }
    concors_json_string((concors_span){text, strlen(text)}, out);
}

static void
put_header(const concors_answer *answer, const char *name, concors_out *out)
{
    bool first = true;

    for (size_t i = 0; i < answer->headers.count; i++) {
        const concors_header *header = &answer->headers.list[i];
        concors_headers one = {header, 1};
        if (audit_header_count(&(concors_answer){.headers = one}, name) == 0) {
            continue;
        }
        concors_out_put(out, first ? CONCORS_LIT("[") : CONCORS_LIT(","));
        concors_json_string(header->value, out);
        first = false;
    }
    concors_out_put(out, first ? CONCORS_LIT("[]") : CONCORS_LIT("]"));
}

static void
put_answer(const audit_ask *ask, concors_out *out)
{
    if (!ask->answer.known) {
        PUT(out, ",\"status\":null");
    } else {
        PUT(out, ",\"status\":");
        concors_out_u64(out, ask->answer.status);
        PUT(out, ",\"allow_origin\":");
        put_header(&ask->answer, "access-control-allow-origin", out);
        PUT(out, ",\"allow_credentials\":");
        put_header(&ask->answer, "access-control-allow-credentials", out);
        PUT(out, ",\"vary\":");
        put_header(&ask->answer, "vary", out);
    }
    PUT(out, ",\"error\":");
    put_text(ask->failure, out);
}

static void
put_ask(const audit *a, const audit_ask *ask, concors_out *out)
{
    PUT(out, "{\"step\":");
    concors_out_u64(out, a->step);
    PUT(out, ",\"for\":");
    put_text(audit_role_code(ask->role), out);
    PUT(out, ",\"method\":");
    put_text(ask->method, out);
    PUT(out, ",\"url\":");
    concors_redact_url_json((concors_span){ask->url, strlen(ask->url)}, out);
    PUT(out, ",\"origin\":");
    put_text(ask->origin, out);
    if (ask->request_method != NULL) {
        PUT(out, ",\"request_method\":");
        put_text(ask->request_method, out);
        PUT(out, ",\"request_headers\":");
        put_text(ask->request_headers, out);
    }
    PUT(out, ",\"sent\":");
    concors_out_put(out, ask->sent ? CONCORS_LIT("true") : CONCORS_LIT("false"));
    put_answer(ask, out);
    PUT(out, "}");
}

static void
put_browsers(const audit *a, uint32_t browsers, concors_out *out)
{
    bool first = true;

    PUT(out, ",\"browsers\":[");
    for (size_t i = 0; i < a->profile_count && i < 32; i++) {
        if ((browsers >> i & 1) == 0) {
            continue;
        }
        concors_out_put(out, first ? CONCORS_LIT("\"") : CONCORS_LIT(",\""));
        concors_profile_write(&a->profiles[i], out);
        PUT(out, "\"");
        first = false;
    }
    PUT(out, "]");
}

static const char *const severities[] = {"info", "warning", "error"};

/* "chrome@156":"error", for each browser that it is about. */
static void
put_severities(const audit *a, const audit_finding *finding, concors_out *out)
{
    bool first = true;

    PUT(out, ",\"severities\":{");
    for (size_t i = 0; i < a->profile_count && i < 32; i++) {
        bool heavy = (finding->browsers >> i & 1) != 0;
        if (!heavy && (finding->warned >> i & 1) == 0) {
            continue;
        }
        concors_out_put(out, first ? CONCORS_LIT("\"") : CONCORS_LIT(",\""));
        concors_profile_write(&a->profiles[i], out);
        PUT(out, "\":");
        put_text(heavy ? severities[finding->severity] : "warning", out);
        first = false;
    }
    PUT(out, "}");
}

/* Where the request that shows it stands in the list of all. */
static uint64_t
index_of(const audit *a, const audit_finding *finding)
{
    uint64_t before = 0;

    for (; a != finding->about; a = a->next) {
        before += a->ask_count;
    }
    return before + (uint64_t)(finding->shown_by - a->asks);
}

static void
put_finding(const audit *a, const audit_finding *finding, concors_out *out)
{
    const concors_reason_info *info = concors_reason_get(finding->reason);

    PUT(out, "{\"severity\":");
    put_text(severities[finding->severity], out);
    PUT(out, ",\"code\":");
    concors_json_string(info->code, out);
    put_browsers(a, finding->browsers, out);
    put_severities(a, finding, out);
    PUT(out, ",\"what\":");
    put_text(finding->what, out);
    PUT(out, ",\"remedy\":");
    put_text(finding->remedy, out);
    PUT(out, ",\"why\":");
    concors_json_string(info->why, out);
    PUT(out, ",\"where\":");
    concors_json_string(info->where, out);
    PUT(out, ",\"spec\":");
    concors_json_string(info->spec, out);
    PUT(out, ",\"request\":");
    if (finding->shown_by == NULL) {
        PUT(out, "null");
    } else {
        concors_out_u64(out, index_of(a, finding));
    }
    PUT(out, ",\"docs\":\"reasons/");
    concors_out_put(out, info->code);
    PUT(out, "\"}");
}

void
audit_put_json(const audit *a, concors_out *out)
{
    PUT(out, ",\"audit\":");
    if (a == NULL) {
        PUT(out, "null");
        return;
    }
    bool first = true;
    PUT(out, "{\"steps\":[");
    for (const audit *one = a; one != NULL; one = one->next) {
        concors_out_put(out, one == a ? CONCORS_LIT("") : CONCORS_LIT(","));
        concors_out_u64(out, one->step);
    }
    PUT(out, "],\"requests\":[");
    for (const audit *one = a; one != NULL; one = one->next) {
        for (size_t i = 0; i < one->ask_count; i++) {
            concors_out_put(out, first ? CONCORS_LIT("") : CONCORS_LIT(","));
            put_ask(one, &one->asks[i], out);
            first = false;
        }
    }
    PUT(out, "],\"findings\":[");
    for (size_t i = 0; i < a->finding_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_finding(a, &a->findings[i], out);
    }
    PUT(out, "]}");
}
