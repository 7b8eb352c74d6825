/*
 * cli/probe_request.c: the requests that the command line asks for. What stands behind a --then
 * belongs to that request, as behind curl's --next.
 */
#include "probe.h"

#include <stdlib.h>
#include <string.h>

const char *
probe_value_or(const probe_order *order, const probe_request *request, cli_option_id id,
               const char *otherwise)
{
    for (size_t i = request->end; i > request->first; i--) {
        if (order->args->given[i - 1].id == id) {
            return order->args->given[i - 1].value;
        }
    }
    return otherwise;
}

/* The text of --data or --json-body: itself, @FILE, or - for standard input. */
static bool
read_body(const char *value, probe_request *request)
{
    request->has_body = true;
    if (strcmp(value, "@") == 0) {
        cli_error("probe: no file is named behind @");
        return false;
    }
    if (value[0] == '@' || strcmp(value, "-") == 0) {
        return cli_read_all(value[0] == '@' ? value + 1 : value, PROBE_DATA_BYTES_MAX, "",
                            &request->body);
    }
    request->body.ptr = strdup(value);
    if (request->body.ptr == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    request->body.len = strlen(value);
    return true;
}

static bool
take_body(const probe_order *order, probe_request *request)
{
    const char *data = probe_value_or(order, request, CLI_OPT_DATA, NULL);
    const char *json = probe_value_or(order, request, CLI_OPT_JSON_BODY, NULL);

    if (data != NULL && json != NULL) {
        cli_error("probe: --data and --json-body exclude each other");
        return false;
    }
    if (json != NULL) {
        request->body_type = "application/json";
    } else if (data != NULL) {
        request->body_type = strcmp(request->kind, "form-post") == 0
                                 ? "application/x-www-form-urlencoded"
                                 : "text/plain;charset=UTF-8"; /* Fetch, "extract a body" */
    }
    return (data == NULL && json == NULL) || read_body(json != NULL ? json : data, request);
}

/* An address as it is, or "/path" at the first request's origin. */
static char *
absolute(const char *text, const char *base)
{
    const char *host = strstr(base, "://");

    if (text[0] != '/' || host == NULL) {
        return strdup(text);
    }
    size_t keep = text[1] == '/' ? (size_t)(host - base) + 1
                                 : (size_t)(host - base) + 3 + strcspn(host + 3, "/\\?#");
    char *out = malloc(keep + strlen(text) + 1);
    if (out != NULL) {
        memcpy(out, base, keep);
        memcpy(out + keep, text, strlen(text) + 1);
    }
    return out;
}

static bool
take_wait(const probe_order *order, probe_request *request)
{
    const char *text = probe_value_or(order, request, CLI_OPT_WAIT, "0");
    char *end = NULL;

    request->wait_s = strtod(text, &end);
    if (end == text || *end != '\0' ||
        !(request->wait_s >= 0 && request->wait_s <= PROBE_SECONDS_MAX)) {
        cli_error("probe: --wait takes seconds, 0 to %d, not '%s'", PROBE_SECONDS_MAX, text);
        return false;
    }
    return true;
}

static bool
take_request(probe_order *order, const char *url, size_t first, size_t end)
{
    const cli_args *args = order->args;

    if (order->request_count == PROBE_REQUESTS_MAX) {
        cli_error("probe: more than %d requests", PROBE_REQUESTS_MAX);
        return false;
    }
    probe_request *request = &order->requests[order->request_count++];
    *request = (probe_request){.first = first, .end = end};
    request->url = absolute(url, args->operands[0]);
    if (request->url == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    request->kind = probe_value_or(order, request, CLI_OPT_KIND, "fetch");
    return take_wait(order, request) && take_body(order, request) &&
           probe_request_fits(order, request);
}

bool
probe_requests_read(probe_order *order)
{
    const cli_args *args = order->args;
    const char *url = args->operands[0];
    size_t first = 0;

    order->requests = calloc(PROBE_REQUESTS_MAX, sizeof *order->requests);
    if (order->requests == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    for (size_t i = 0; i <= args->given_count; i++) {
        if (i == args->given_count || args->given[i].id == CLI_OPT_THEN) {
            if (!take_request(order, url, first, i)) {
                return false;
            }
            url = i < args->given_count ? args->given[i].value : NULL;
            first = i + 1;
        }
    }
    order->url = order->requests[0].url;
    return true;
}

void
probe_requests_free(probe_order *order)
{
    for (size_t i = 0; i < order->request_count; i++) {
        free(order->requests[i].url);
        cli_text_free(&order->requests[i].body);
    }
    free(order->requests);
}
