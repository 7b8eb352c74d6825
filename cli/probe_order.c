/* cli/probe_order.c: reads and checks the command line of probe. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static concors_span
span_of(const char *text)
{
    return (concors_span){text, strlen(text)};
}

const char *
probe_value_or(const probe_order *order, cli_option_id id, const char *otherwise)
{
    const char *value = cli_args_value(order->args, id);

    return value == NULL ? otherwise : value;
}

/* The text of --data or --json-body: itself, @FILE, or - for standard input. */
static bool
read_body(const char *value, probe_order *order)
{
    order->has_body = true;
    if (value[0] == '@' || strcmp(value, "-") == 0) {
        return cli_read_all(value[0] == '@' ? value + 1 : value, PROBE_DATA_BYTES_MAX, "",
                            &order->body);
    }
    size_t len = strlen(value);
    order->body.ptr = malloc(len + 1);
    if (order->body.ptr == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    memcpy(order->body.ptr, value, len + 1);
    order->body.len = len;
    return true;
}

static bool
take_body(probe_order *order)
{
    const char *data = cli_args_value(order->args, CLI_OPT_DATA);
    const char *json = cli_args_value(order->args, CLI_OPT_JSON_BODY);

    if (data != NULL && json != NULL) {
        cli_error("probe: --data and --json-body exclude each other");
        return false;
    }
    if (json != NULL) {
        order->body_type = "application/json";
    } else if (data != NULL) {
        order->body_type = strcmp(order->kind, "form-post") == 0
                               ? "application/x-www-form-urlencoded"
                               : "text/plain;charset=UTF-8"; /* Fetch, "extract a body", a string */
    }
    return (data == NULL && json == NULL) || read_body(json != NULL ? json : data, order);
}

static bool
check_headers(const cli_args *args)
{
    for (size_t i = 0; i < args->given_count; i++) {
        const char *line = args->given[i].value;
        if (args->given[i].id != CLI_OPT_HEADER) {
            continue;
        }
        size_t name_len = strcspn(line, ":");
        if (line[name_len] != ':' || !concors_is_token((concors_span){line, name_len})) {
            cli_error("probe: --header takes 'NAME: VALUE'; what stands before the colon is no "
                      "header name");
            return false;
        }
        const char *value = line + name_len + 1 + strspn(line + name_len + 1, " \t");
        size_t value_len = strlen(value);
        while (value_len > 0 && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t')) {
            value_len--;
        }
        if (!concors_is_header_value((concors_span){value, value_len})) {
            cli_error("probe: --header %.*s: the value holds a byte no header may have",
                      (int)name_len, line);
            return false;
        }
    }
    return true;
}

/* HOST:PORT:ADDRESS, as libcurl takes it. */
static bool
check_resolve(const char *value)
{
    const char *host_end = strchr(value, ':');
    const char *port = host_end == NULL ? "" : host_end + 1;
    size_t digits = strspn(port, "0123456789");

    if (host_end == NULL || host_end == value || digits == 0 || digits > 5 || port[digits] != ':' ||
        port[digits + 1] == '\0') {
        cli_error("probe: --resolve takes HOST:PORT:ADDRESS, not '%s'", value);
        return false;
    }
    return true;
}

static bool
take_resolve(probe_order *order)
{
    const cli_args *args = order->args;
    const char **list = calloc(args->given_count + 1, sizeof *list);
    size_t count = 0;

    if (list == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    order->wire.resolve = list;
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].id == CLI_OPT_RESOLVE) {
            if (!check_resolve(args->given[i].value)) {
                return false;
            }
            list[count++] = args->given[i].value;
        }
    }
    order->wire.resolve_count = count;
    return true;
}

static bool
take_wire(probe_order *order)
{
    const char *max_time = cli_args_value(order->args, CLI_OPT_MAX_TIME);
    char *end = NULL;

    order->wire.max_time_s = max_time == NULL ? PROBE_MAX_TIME_S : strtod(max_time, &end);
    if (max_time != NULL && (end == max_time || *end != '\0' || order->wire.max_time_s < 0.001 ||
                             !(order->wire.max_time_s <= 86400))) {
        cli_error("probe: --max-time takes seconds, 0.001 to 86400, not '%s'", max_time);
        return false;
    }
    order->wire.insecure = cli_args_has(order->args, CLI_OPT_INSECURE);
    order->wire.cacert = cli_args_value(order->args, CLI_OPT_CACERT);
    if (order->wire.cacert != NULL && access(order->wire.cacert, R_OK) != 0) {
        cli_error("probe: --cacert %s cannot be read", order->wire.cacert);
        return false;
    }
    return take_resolve(order);
}

/* An address of ours, with a line that names the option. */
static bool
check_url(const char *what, const char *text, bool must_be_http)
{
    concors_arena arena;
    concors_url url;
    concors_url_error why = CONCORS_URL_OK;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return false;
    }
    concors_status status = concors_url_parse(span_of(text), NULL, NULL, &arena, &url, &why);
    bool foreign =
        status == CONCORS_E_SYNTAX && why == CONCORS_URL_E_IDNA; /* read with IDNA later */
    bool good =
        foreign || (status == CONCORS_OK && (!must_be_http || url.scheme != CONCORS_SCHEME_OTHER));
    if (!good && status == CONCORS_E_SYNTAX) {
        concors_span text_of = concors_url_error_text(why);
        cli_error("probe: %s is no address: %.*s", what, (int)text_of.len, text_of.ptr);
    } else if (!good) {
        cli_error("probe: %s must be an http or https address", what);
    }
    cli_arena_close(&arena);
    return good;
}

bool
probe_order_read(const cli_args *args, probe_order *order)
{
    *order = (probe_order){.args = args};
    if (args->operand_count != 1) {
        cli_error("probe: takes one address: concors probe URL --page PAGE");
        return false;
    }
    order->url = args->operands[0];
    order->page = cli_args_value(args, CLI_OPT_PAGE);
    order->kind = probe_value_or(order, CLI_OPT_KIND, "fetch");
    order->save_path = cli_args_value(args, CLI_OPT_SAVE_JOURNEY);
    if (order->page == NULL) {
        cli_error("probe: --page PAGE is missing: the address of the page whose script asks");
        return false;
    }
    return check_url("URL", order->url, true) && check_url("--page", order->page, false) &&
           check_headers(args) && take_wire(order) && take_body(order) &&
           probe_journey_write(order);
}

void
probe_order_free(probe_order *order)
{
    free(order->wire.resolve);
    free(order->journey.ptr);
    cli_text_free(&order->body);
}
