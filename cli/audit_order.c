/* cli/audit_order.c: what the command line says of the audit, checked before anything is sent. */
#include "audit_run.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES_BYTES_MAX = 1 << 20, RATE_MAX = 1000 };

static bool
read_rate(const cli_args *args, audit_order *order)
{
    const char *text = cli_args_value(args, CLI_OPT_RATE);
    char *end = NULL;

    order->rate = AUDIT_RATE;
    if (text == NULL) {
        return true;
    }
    order->rate = strtod(text, &end);
    if (end == text || *end != '\0' || !(order->rate >= 0 && order->rate <= RATE_MAX) ||
        (order->rate > 0 && order->rate < 0.01)) {
        cli_error("probe: --rate takes requests a second, 0.01 to %d, or 0 for no bound, not '%s'",
                  RATE_MAX, text);
        return false;
    }
    return true;
}

/* The address as the model writes it; NULL after an error line. */
static const char *
route_of(audit *a, const concors_url *base, const char *text)
{
    concors_url url;
    concors_url_error why = CONCORS_URL_OK;
    concors_status status = concors_url_parse((concors_span){text, strlen(text)}, base,
                                              a->host->idna, &a->arena, &url, &why);

    if (status == CONCORS_OK &&
        (url.scheme == CONCORS_SCHEME_HTTP || url.scheme == CONCORS_SCHEME_HTTPS) &&
        url.href.len < AUDIT_LINE_MAX) {
        return audit_text(a, url.href);
    }
    cli_error("probe: --also %s is no http or https address, nor a path of one",
              cli_shown_address(text));
    return NULL;
}

static bool
read_routes(audit *a, const audit_order *order, const concors_url *base)
{
    const char **list = concors_arena_take_many(&a->arena, AUDIT_ROUTES_MAX, sizeof *list);

    a->routes = list;
    for (size_t i = 0; list != NULL && i < order->args->given_count; i++) {
        if (order->args->given[i].id != CLI_OPT_ALSO) {
            continue;
        }
        if (a->route_count == AUDIT_ROUTES_MAX) {
            cli_error("probe: more than %d --also", AUDIT_ROUTES_MAX);
            return false;
        }
        list[a->route_count] = route_of(a, base, order->args->given[i].value);
        if (list[a->route_count++] == NULL) {
            return false;
        }
    }
    return list != NULL;
}

/* "http://localhost:3000" as browsers write it; NULL: it is no origin. */
static const char *
origin_of(audit *a, concors_span line)
{
    concors_url url;
    concors_url_error why;
    char text[512];
    concors_out out = {text, sizeof text, 0};

    if (concors_url_parse(line, NULL, a->host->idna, &a->arena, &url, &why) != CONCORS_OK ||
        url.scheme == CONCORS_SCHEME_OTHER || url.path.len > 1 || url.has_query ||
        url.has_credentials) {
        return NULL;
    }
    concors_origin origin = concors_url_origin(&url, 1);
    concors_origin_write(&origin, &out);
    return out.len > sizeof text ? NULL : audit_text(a, (concors_span){text, out.len});
}

static concors_span
line_at(const cli_text *text, size_t at, size_t *next)
{
    const char *end = memchr(text->ptr + at, '\n', text->len - at);
    size_t to = end == NULL ? text->len : (size_t)(end - text->ptr);
    concors_span line = {text->ptr + at, to - at};

    *next = to + 1;
    while (line.len > 0 && memchr(" \t\r", line.ptr[line.len - 1], 3) != NULL) {
        line.len--;
    }
    while (line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t')) {
        line.ptr++;
        line.len--;
    }
    return line;
}

/* An origin a line; comments begin with #. */
static bool
take_tries(audit *a, const char *path, const cli_text *text)
{
    const char **list = concors_arena_take_many(&a->arena, AUDIT_TRIES_MAX, sizeof *list);
    size_t next = 0;
    size_t number = 1;

    a->tries = list;
    for (size_t at = 0; list != NULL && at < text->len; at = next, number++) {
        concors_span line = line_at(text, at, &next);
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        const char *origin = a->try_count < AUDIT_TRIES_MAX ? origin_of(a, line) : NULL;
        if (origin == NULL) {
            cli_error(a->try_count < AUDIT_TRIES_MAX ? "%s:%zu: no origin; one looks like "
                                                       "http://localhost:3000"
                                                     : "%s:%zu: more origins than are tried",
                      path, number);
            return false;
        }
        list[a->try_count++] = origin;
    }
    return list != NULL;
}

static bool
read_tries(audit *a, const audit_order *order)
{
    const char *path = cli_args_value(order->args, CLI_OPT_TRY_ORIGINS);
    cli_text text = {0};

    if (path == NULL) {
        return true;
    }
    bool good = cli_read_all(path, TRIES_BYTES_MAX, "", &text) &&
                take_tries(a, cli_input_name(path), &text);
    cli_text_free(&text);
    return good;
}

bool
audit_order_read(const cli_args *args, audit_order *order)
{
    *order = (audit_order){.args = args};
    order->wanted = !cli_args_has(args, CLI_OPT_ONLY_REQUEST);
    order->method = cli_args_value(args, CLI_OPT_AUDIT_METHOD);
    if (order->method != NULL &&
        !concors_is_token((concors_span){order->method, strlen(order->method)})) {
        cli_error("probe: --audit-method takes a method, such as POST");
        return false;
    }
    return read_rate(args, order);
}

bool
audit_named_read(audit *a, const audit_order *order, const concors_url *base)
{
    return read_routes(a, order, base) && read_tries(a, order);
}
