/* cli/probe_line.c: the header lines of a request, one by one, and the values that several make. */
#include "probe.h"

#include <string.h>

/* "Name: value"; libcurl wants a semicolon where the value is empty. */
bool
probe_line_add(probe_message *message, concors_arena *arena, concors_span name, concors_span value)
{
    size_t room = name.len + value.len + 3;

    if (message->line_count == PROBE_LINES_MAX ||
        (value.len > 0 && memchr(value.ptr, '\n', value.len) != NULL)) {
        return false;
    }
    concors_out out = {concors_arena_take_text(arena, room), room, 0};
    if (out.ptr == NULL) {
        return false;
    }
    concors_out_put(&out, name);
    concors_out_put(&out, value.len > 0 ? CONCORS_LIT(": ") : CONCORS_LIT(";"));
    concors_out_put(&out, value);
    concors_out_char(&out, '\0');
    message->lines[message->line_count++] = out.ptr;
    return true;
}

const char *
probe_line_value(const probe_message *message, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < message->line_count; i++) {
        const char *line = message->lines[i];
        if (cli_begins(cli_span(line), name) && line[len] == ':') {
            return line[len + 1] == '\0' ? NULL : line + len + 2;
        }
    }
    return NULL;
}

const char *
probe_site_word(bool same_origin, bool same_site)
{
    return same_origin ? "same-origin" : same_site ? "same-site" : "cross-site";
}

bool
probe_metadata_add(probe_message *message, concors_arena *arena, const char *site, const char *mode,
                   const char *destination)
{
    return probe_line_add(message, arena, CONCORS_LIT("Sec-Fetch-Site"), cli_span(site)) &&
           probe_line_add(message, arena, CONCORS_LIT("Sec-Fetch-Mode"), cli_span(mode)) &&
           probe_line_add(message, arena, CONCORS_LIT("Sec-Fetch-Dest"), cli_span(destination));
}

bool
probe_agent_add(probe_message *message, concors_arena *arena)
{
    return probe_line_add(message, arena, CONCORS_LIT("User-Agent"),
                          CONCORS_LIT("Mozilla/5.0 (compatible; concors/" CONCORS_VERSION ")"));
}

bool
probe_cookie_text(const concors_trace_hop *hop, concors_arena *arena, concors_span *text)
{
    size_t room = 1;

    for (size_t i = 0; i < hop->cookies_sent; i++) {
        room += hop->cookies[i].cookie.name.len + hop->cookies[i].cookie.value.len + 3;
    }
    concors_out out = {concors_arena_take_text(arena, room), room, 0};
    if (out.ptr == NULL) {
        return false;
    }
    for (size_t i = 0; i < hop->cookies_sent; i++) {
        const concors_cookie *cookie = &hop->cookies[i].cookie;
        concors_out_put(&out, i > 0 ? CONCORS_LIT("; ") : CONCORS_LIT(""));
        concors_out_put(&out, cookie->name);
        concors_out_put(&out, cookie->name.len > 0 ? CONCORS_LIT("=") : CONCORS_LIT(""));
        concors_out_put(&out, cookie->value);
    }
    *text = (concors_span){out.ptr, out.len};
    return true;
}

bool
probe_asked_names(const concors_trace_hop *hop, concors_arena *arena, concors_span *text)
{
    /* The first is the method when the method is one of the causes. */
    size_t from = concors_method_safelisted(hop->method) ? 0 : 1;
    size_t room = 1;

    for (size_t i = 0; i < hop->preflight.because_count; i++) {
        room += hop->preflight.because[i].len + 1;
    }
    concors_out out = {concors_arena_take_text(arena, room), room, 0};
    if (out.ptr == NULL) {
        return false;
    }
    for (size_t i = from; i < hop->preflight.because_count; i++) {
        concors_out_put(&out, i > from ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_out_put(&out, hop->preflight.because[i]);
    }
    *text = (concors_span){out.ptr, out.len};
    return true;
}
