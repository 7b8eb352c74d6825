/* cli/audit_lines.c: the header lines of one request of the audit. */
#include "audit_run.h"

#include <string.h>

/* A cookie that means nothing to anybody. */
#define MARK "concors=audit"

static bool
add_text(probe_message *message, concors_arena *arena, concors_span name, const char *value)
{
    return value == NULL ||
           probe_line_add(message, arena, name, (concors_span){value, strlen(value)});
}

/* The script's own headers; those of a body only with one. */
static bool
add_own(const audit *a, concors_arena *arena, probe_message *message)
{
    for (size_t i = 0; i < a->own_headers.count; i++) {
        const concors_header *header = &a->own_headers.list[i];
        bool of_body = cli_begins(header->name, "content-");
        bool ours = cli_is_name(header->name, "accept") || cli_is_name(header->name, "user-agent");
        if (ours || (of_body && !message->has_body)) {
            continue;
        }
        if (!probe_line_add(message, arena, header->name, header->value)) {
            return false;
        }
    }
    return true;
}

/* Fetch Metadata as a browser would say it: an origin of the server's own site, or another. */
static const char *
fetch_site(const audit *a, const audit_ask *ask, concors_arena *arena)
{
    concors_url url;
    concors_url_error why;
    concors_span text = {ask->origin, strlen(ask->origin)};

    if (concors_url_parse(text, NULL, NULL, arena, &url, &why) != CONCORS_OK) {
        return "cross-site"; /* null */
    }
    concors_origin here = concors_url_origin(&url, 1);
    concors_origin there = concors_url_origin(&a->url, 2);
    concors_site one = concors_origin_site(&a->host->suffixes, &here);
    concors_site two = concors_origin_site(&a->host->suffixes, &there);
    return probe_site_word(concors_same_origin(&here, &there), concors_same_site(&one, &two));
}

static bool
add_metadata(const audit *a, const audit_ask *ask, concors_arena *arena, probe_message *message)
{
    concors_origin there = concors_url_origin(&a->url, 1);

    if (ask->origin == NULL || !concors_origin_trustworthy(&there)) {
        return true;
    }
    return probe_metadata_add(message, arena, fetch_site(a, ask, arena), "cors", "empty");
}

bool
audit_lines(const audit *a, const audit_ask *ask, const probe_order *probe, concors_arena *arena,
            probe_message *message)
{
    bool bodyless = strcmp(ask->method, "GET") == 0 || strcmp(ask->method, "HEAD") == 0 ||
                    strcmp(ask->method, "OPTIONS") == 0;

    *message =
        (probe_message){.step = "audit", .method = ask->method, .url = ask->url, .head_only = true};
    message->has_body = !bodyless && probe->requests[a->step].has_body;
    message->body =
        (concors_span){probe->requests[a->step].body.ptr, probe->requests[a->step].body.len};
    return probe_line_add(message, arena, CONCORS_LIT("Accept"), CONCORS_LIT("*/*")) &&
           add_text(message, arena, CONCORS_LIT("Origin"), ask->origin) &&
           add_text(message, arena, CONCORS_LIT("Access-Control-Request-Method"),
                    ask->request_method) &&
           add_text(message, arena, CONCORS_LIT("Access-Control-Request-Headers"),
                    ask->request_headers) &&
           (!ask->credentials || add_own(a, arena, message)) &&
           (!ask->credentials ||
            add_text(message, arena, CONCORS_LIT("Cookie"), a->cookie_header)) &&
           (!ask->marked ||
            probe_line_add(message, arena, CONCORS_LIT("Cookie"), CONCORS_LIT(MARK))) &&
           add_metadata(a, ask, arena, message) && probe_agent_add(message, arena);
}
