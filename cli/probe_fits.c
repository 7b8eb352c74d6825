/*
 * cli/probe_fits.c: options that a request of its kind cannot heed are a mistake: what was asked
 * for and is not sent would look as if it had been.
 */
#include "probe.h"

#include <string.h>
#include <strings.h>

static const struct {
    cli_option_id id;
    const char *name;
    const char *kinds; /* with a comma behind each */
} fits[] = {
    {CLI_OPT_METHOD, "method", "fetch,xhr,"},
    {CLI_OPT_HEADER, "header", "fetch,xhr,"},
    {CLI_OPT_JSON_BODY, "json-body", "fetch,xhr,"},
    {CLI_OPT_DATA, "data", "fetch,xhr,form-post,beacon,"},
    {CLI_OPT_MODE, "mode", "fetch,"},
    {CLI_OPT_CREDENTIALS, "credentials", "fetch,xhr,eventsource,"},
};

static bool
holds(const char *kinds, const char *kind)
{
    size_t len = strlen(kind);

    for (const char *at = kinds; *at != '\0'; at += strcspn(at, ",") + 1) {
        if (strncmp(at, kind, len) == 0 && at[len] == ',') {
            return true;
        }
    }
    return false;
}

static bool
fits_kind(const probe_request *request, cli_option_id id)
{
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        if (fits[i].id == id && !holds(fits[i].kinds, request->kind)) {
            cli_error("probe: --%s does not go with --kind %s, only with %.*s", fits[i].name,
                      request->kind, (int)strlen(fits[i].kinds) - 1, fits[i].kinds);
            return false;
        }
    }
    return true;
}

bool
probe_request_fits(const probe_order *order, const probe_request *request)
{
    const char *method = probe_value_or(order, request, CLI_OPT_METHOD, "POST");

    for (size_t i = request->first; i < request->end; i++) {
        if (!fits_kind(request, order->args->given[i].id)) {
            return false;
        }
    }
    if (request->has_body && (strcasecmp(method, "GET") == 0 || strcasecmp(method, "HEAD") == 0)) {
        cli_error("probe: --method %s has no body, and a script's fetch() with one throws: leave "
                  "out --data, or --method",
                  method);
        return false;
    }
    return true;
}
