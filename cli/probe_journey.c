/*
 * cli/probe_journey.c: the command line of probe as a journey in JSON, so that the journey's own
 * reader checks it and fills in what each kind of request implies.
 */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A JSON writer that tells members from each other. */
typedef struct writer {
    concors_out *out;
    bool first;
} writer;

static void
key(writer *w, const char *name)
{
    concors_out_put(w->out, w->first ? CONCORS_LIT("") : CONCORS_LIT(","));
    concors_json_string(cli_span(name), w->out);
    concors_out_char(w->out, ':');
    w->first = false;
}

static void
member(writer *w, const char *name, const char *value)
{
    key(w, name);
    concors_json_string(cli_span(value), w->out);
}

/* "Name: value" as ["Name", "value"]; checked before. */
static void
header_pair(const char *line, concors_out *out)
{
    size_t name_len = strcspn(line, ":");
    const char *value = line + name_len + (line[name_len] == ':');

    value += strspn(value, " \t");
    concors_out_char(out, '[');
    concors_json_string((concors_span){line, name_len}, out);
    concors_out_char(out, ',');
    concors_json_string(cli_span(value), out);
    concors_out_char(out, ']');
}

static bool
header_is(const char *line, const char *name)
{
    size_t len = strlen(name);

    return strncasecmp(line, name, len) == 0 && line[len] == ':';
}

static void
write_headers(writer *w, const probe_order *order, const probe_request *request)
{
    bool typed = false;
    bool comma = false;

    key(w, "headers");
    concors_out_char(w->out, '[');
    for (size_t i = request->first; i < request->end; i++) {
        if (order->args->given[i].id == CLI_OPT_HEADER) {
            const char *line = order->args->given[i].value;
            typed |= header_is(line, "content-type");
            concors_out_put(w->out, comma ? CONCORS_LIT(",") : CONCORS_LIT(""));
            header_pair(line, w->out);
            comma = true;
        }
    }
    if (request->body_type != NULL && !typed) {
        concors_out_put(w->out, comma ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_out_put(w->out, CONCORS_LIT("[\"Content-Type\","));
        concors_json_string(cli_span(request->body_type), w->out);
        concors_out_char(w->out, ']');
    }
    concors_out_char(w->out, ']');
}

static void
write_request(const probe_order *order, const probe_request *request, concors_out *out)
{
    writer w = {out, true};
    const char *credentials = probe_value_or(order, request, CLI_OPT_CREDENTIALS, "include");
    bool include = strcmp(credentials, "include") == 0;
    bool fetch = strcmp(request->kind, "fetch") == 0;
    bool xhr = strcmp(request->kind, "xhr") == 0;

    concors_out_char(out, '{');
    member(&w, "kind", request->kind);
    member(&w, "url", request->url);
    if (fetch || xhr) {
        member(&w, "method",
               probe_value_or(order, request, CLI_OPT_METHOD, request->has_body ? "POST" : "GET"));
        write_headers(&w, order, request);
    }
    if (fetch) {
        member(&w, "mode", probe_value_or(order, request, CLI_OPT_MODE, "cors"));
        member(&w, "credentials", credentials);
    } else if (xhr || strcmp(request->kind, "eventsource") == 0) {
        key(&w, "with_credentials");
        concors_out_put(out, include ? CONCORS_LIT("true") : CONCORS_LIT("false"));
    }
    concors_out_char(out, '}');
}

static void
write_cookie(const char *url, const char *line, bool *comma, concors_out *out)
{
    writer w = {out, true};

    concors_out_put(out, *comma ? CONCORS_LIT(",{") : CONCORS_LIT("{"));
    member(&w, "url", url);
    member(&w, "set_cookie", line);
    key(&w, "age_s");
    concors_out_u64(out, PROBE_COOKIE_AGE_S);
    concors_out_char(out, '}');
    *comma = true;
}

/* Those of --cookies first: a --cookie of the same name comes later, and counts. */
static void
write_cookies(const probe_order *order, concors_out *out)
{
    bool comma = false;

    concors_out_put(out, CONCORS_LIT(",\"cookies\":["));
    for (size_t i = 0; i < order->jar.count; i++) {
        write_cookie(order->jar.list[i].url, order->jar.list[i].line, &comma, out);
    }
    for (size_t r = 0; r < order->request_count; r++) {
        const probe_request *request = &order->requests[r];
        for (size_t i = request->first; i < request->end; i++) {
            if (order->args->given[i].id == CLI_OPT_COOKIE) {
                write_cookie(request->url, order->args->given[i].value, &comma, out);
            }
        }
    }
    concors_out_char(out, ']');
}

static void
write_journey(const probe_order *order, concors_out *out)
{
    writer w = {out, true};
    bool comma = false;

    concors_out_char(out, '{');
    member(&w, "page", order->page);
    key(&w, "ancestors");
    concors_out_char(out, '[');
    for (size_t i = 0; i < order->args->given_count; i++) {
        if (order->args->given[i].id == CLI_OPT_ANCESTOR) {
            concors_out_put(out, comma ? CONCORS_LIT(",") : CONCORS_LIT(""));
            concors_json_string(cli_span(order->args->given[i].value), out);
            comma = true;
        }
    }
    concors_out_char(out, ']');
    write_cookies(order, out);
    concors_out_put(out, CONCORS_LIT(",\"steps\":["));
    for (size_t i = 0; i < order->request_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",{\"request\":") : CONCORS_LIT("{\"request\":"));
        write_request(order, &order->requests[i], out);
        concors_out_char(out, '}');
    }
    concors_out_put(out, CONCORS_LIT("]}"));
}

bool
probe_journey_write(probe_order *order)
{
    concors_out count = {NULL, 0, 0};

    write_journey(order, &count);
    order->journey.ptr = malloc(count.len);
    if (order->journey.ptr == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    concors_out out = {order->journey.ptr, count.len, 0};
    write_journey(order, &out);
    order->journey.len = order->journey.cap = count.len;
    return true;
}
