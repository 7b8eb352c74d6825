/* cli/audit_lines.c: the header lines of one request of the audit. */
#include "audit_run.h"

#include <string.h>
#include <strings.h>

/* A cookie that means nothing to anybody. */
#define MARK "concors=audit"

/* "Name: value"; libcurl wants a semicolon where the value is empty. */
static bool
add(probe_message *message, concors_arena *arena, concors_span name, concors_span value)
{
    size_t room = name.len + value.len + 3;
    char *line = concors_arena_take_text(arena, room);
    concors_out out = {line, room, 0};

    if (line == NULL || message->line_count == PROBE_LINES_MAX ||
        (value.len > 0 && memchr(value.ptr, '\n', value.len) != NULL)) {
        return false;
    }
    concors_out_put(&out, name);
    concors_out_put(&out, value.len > 0 ? CONCORS_LIT(": ") : CONCORS_LIT(";"));
    concors_out_put(&out, value);
    concors_out_char(&out, '\0');
    message->lines[message->line_count++] = line;
    return true;
}

static bool
add_text(probe_message *message, concors_arena *arena, concors_span name, const char *value)
{
    return value == NULL || add(message, arena, name, (concors_span){value, strlen(value)});
}

static bool
is_name(concors_span name, const char *want)
{
    return name.len == strlen(want) && strncasecmp(name.ptr, want, name.len) == 0;
}

/* The script's own headers; those of a body only with one. */
static bool
add_own(const audit *a, concors_arena *arena, probe_message *message)
{
    for (size_t i = 0; i < a->own_headers.count; i++) {
        const concors_header *header = &a->own_headers.list[i];
        bool of_body = header->name.len > 8 && strncasecmp(header->name.ptr, "content-", 8) == 0;
        bool ours = is_name(header->name, "accept") || is_name(header->name, "user-agent");
        if (ours || (of_body && !message->has_body)) {
            continue;
        }
        if (!add(message, arena, header->name, header->value)) {
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
    return concors_same_origin(&here, &there) ? "same-origin"
           : concors_same_site(&one, &two)    ? "same-site"
                                              : "cross-site";
}

static bool
add_metadata(const audit *a, const audit_ask *ask, concors_arena *arena, probe_message *message)
{
    concors_origin there = concors_url_origin(&a->url, 1);

    if (ask->origin == NULL || !concors_origin_trustworthy(&there)) {
        return true;
    }
    return add_text(message, arena, CONCORS_LIT("Sec-Fetch-Site"), fetch_site(a, ask, arena)) &&
           add(message, arena, CONCORS_LIT("Sec-Fetch-Mode"), CONCORS_LIT("cors")) &&
           add(message, arena, CONCORS_LIT("Sec-Fetch-Dest"), CONCORS_LIT("empty"));
}

bool
audit_lines(const audit *a, const audit_ask *ask, const probe_order *probe, concors_arena *arena,
            probe_message *message)
{
    bool bodyless = strcmp(ask->method, "GET") == 0 || strcmp(ask->method, "HEAD") == 0 ||
                    strcmp(ask->method, "OPTIONS") == 0;

    *message = (probe_message){.step = "audit", .method = ask->method, .url = ask->url};
    message->has_body = !bodyless && probe->requests[0].has_body;
    message->body = (concors_span){probe->requests[0].body.ptr, probe->requests[0].body.len};
    return add(message, arena, CONCORS_LIT("Accept"), CONCORS_LIT("*/*")) &&
           add_text(message, arena, CONCORS_LIT("Origin"), ask->origin) &&
           add_text(message, arena, CONCORS_LIT("Access-Control-Request-Method"),
                    ask->request_method) &&
           add_text(message, arena, CONCORS_LIT("Access-Control-Request-Headers"),
                    ask->request_headers) &&
           (!ask->credentials || add_own(a, arena, message)) &&
           (!ask->credentials ||
            add_text(message, arena, CONCORS_LIT("Cookie"), a->cookie_header)) &&
           (!ask->marked || add(message, arena, CONCORS_LIT("Cookie"), CONCORS_LIT(MARK))) &&
           add_metadata(a, ask, arena, message) &&
           add(message, arena, CONCORS_LIT("User-Agent"),
               CONCORS_LIT("Mozilla/5.0 (compatible; concors/" CONCORS_VERSION ")"));
}
