/* cli/probe_order.c: reads and checks the command line of probe. */
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CACERT_BYTES_MAX = 64 << 20 };

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

/* Addresses with commas between, an IPv6 one perhaps in brackets. */
static bool
are_addresses(const char *text)
{
    for (;;) {
        char one[64];
        unsigned char room[sizeof(struct in6_addr)];
        size_t len = strcspn(text, ",");
        bool bracket = len > 2 && text[0] == '[' && text[len - 1] == ']';
        int inner = (int)(bracket ? len - 2 : len);
        if (len >= sizeof one) {
            return false;
        }
        (void)snprintf(one, sizeof one, "%.*s", inner, text + bracket);
        if (inet_pton(AF_INET6, one, room) != 1 &&
            (bracket || inet_pton(AF_INET, one, room) != 1)) {
            return false;
        }
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

/* HOST:PORT:ADDRESS, as libcurl takes it. */
static bool
check_resolve(const char *value)
{
    const char *host_end = strchr(value, ':');
    const char *port = host_end == NULL ? "" : host_end + 1;
    size_t digits = strspn(port, "0123456789");

    if (host_end == NULL || host_end == value || digits == 0 || digits > 5 || port[digits] != ':') {
        cli_error("probe: --resolve takes HOST:PORT:ADDRESS, not '%s'", value);
        return false;
    }
    if (!are_addresses(port + digits + 1)) {
        cli_error("probe: --resolve takes HOST:PORT:ADDRESS, and '%s' is no IP address",
                  port + digits + 1);
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

/* Seconds of an option, between least and PROBE_SECONDS_MAX. */
static bool
take_seconds(const cli_args *args, cli_option_id id, const char *name, double least, double *out)
{
    const char *text = cli_args_value(args, id);
    char *end = NULL;

    if (text == NULL) {
        return true;
    }
    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !(*out >= least && *out <= PROBE_SECONDS_MAX)) {
        cli_error("probe: --%s takes seconds, %g to %d, not '%s'", name, least, PROBE_SECONDS_MAX,
                  text);
        return false;
    }
    return true;
}

/* Digits, and perhaps K, M or G behind them. */
static bool
take_max_body(const cli_args *args, uint64_t *out)
{
    static const char units[] = "KMG";
    const char *text = cli_args_value(args, CLI_OPT_MAX_BODY);

    *out = PROBE_BODY_BYTES_MAX;
    if (text == NULL) {
        return true;
    }
    size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] == '\0' ? NULL : strchr(units, text[digits]);
    bool good = digits > 0 && digits <= 12 && (text[digits] == '\0' || unit != NULL) &&
                (unit == NULL || text[digits + 1] == '\0');
    if (!good) {
        cli_error("probe: --max-body takes bytes, like 65536, 64K or 10M, not '%s'", text);
        return false;
    }
    *out = strtoull(text, NULL, 10) << (unit == NULL ? 0 : 10 * (unit - units + 1));
    return true;
}

/* The file that libcurl reads later: is it one of certificates? */
static bool
check_cacert(const char *path)
{
    static const char begin[] = "-----BEGIN ";
    cli_text text = {0};

    if (!cli_read_all(path, CACERT_BYTES_MAX, "", &text)) {
        return false;
    }
    bool pem = memmem(text.ptr, text.len, begin, sizeof begin - 1) != NULL;
    if (!pem) {
        cli_error("probe: --cacert %s holds no certificate in PEM form", path);
    }
    cli_text_free(&text);
    return pem;
}

/* Said before the requests are sent, not behind them. What is there may be overwritten. */
static bool
check_writable(const char *option, const char *path)
{
    struct stat is;
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);

    if (len > 0 && len < sizeof folder) {
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    bool there = stat(path, &is) == 0;
    bool good = there ? access(path, W_OK) == 0 : access(folder, W_OK | X_OK) == 0;
    if (!good || (there && S_ISDIR(is.st_mode))) {
        cli_error("probe: %s %s: %s", option, path, strerror(good ? EISDIR : errno));
        return false;
    }
    return true;
}

static bool
take_wire(probe_order *order)
{
    const cli_args *args = order->args;
    probe_wire *wire = &order->wire;

    wire->timeout_s = PROBE_TIMEOUT_S;
    wire->max_time_s = PROBE_MAX_TIME_S;
    wire->max_wait_s = PROBE_MAX_WAIT_S;
    if (!take_seconds(args, CLI_OPT_TIMEOUT, "timeout", 0.001, &wire->timeout_s) ||
        !take_seconds(args, CLI_OPT_MAX_TIME, "max-time", 0.001, &wire->max_time_s) ||
        !take_seconds(args, CLI_OPT_MAX_WAIT, "max-wait", 0, &wire->max_wait_s) ||
        !take_max_body(args, &wire->max_body)) {
        return false;
    }
    wire->insecure = cli_args_has(args, CLI_OPT_INSECURE);
    wire->cacert = cli_args_value(args, CLI_OPT_CACERT);
    return (wire->cacert == NULL || check_cacert(wire->cacert)) && take_resolve(order);
}

static bool
take_follow(probe_order *order)
{
    const char *text = cli_args_value(order->args, CLI_OPT_MAX_REDIRECTS);
    bool all = cli_args_has(order->args, CLI_OPT_FOLLOW);
    bool none = cli_args_has(order->args, CLI_OPT_NO_FOLLOW);

    order->follow = all ? PROBE_FOLLOW_ALL : none ? PROBE_FOLLOW_NONE : PROBE_FOLLOW_NAMED;
    order->max_redirects = CONCORS_REDIRECTS_MAX;
    if (all && none) {
        cli_error("probe: --follow and --no-follow exclude each other");
        return false;
    }
    if (text != NULL) {
        size_t digits = strspn(text, "0123456789");
        order->max_redirects = digits > 0 && digits < 4 ? strtoul(text, NULL, 10) : 1000;
        if (text[digits] != '\0' || order->max_redirects > CONCORS_REDIRECTS_MAX) {
            cli_error("probe: --max-redirects takes a number from 0 to %d, not '%s'",
                      CONCORS_REDIRECTS_MAX, text);
            return false;
        }
    }
    return true;
}

static bool
take_jar(probe_order *order)
{
    for (size_t i = 0; i < order->args->given_count; i++) {
        if (order->args->given[i].id == CLI_OPT_COOKIES &&
            !probe_jar_read(order->args->given[i].value, &order->jar)) {
            return false;
        }
    }
    return true;
}

/* What an address lacks, by the option that names it. */
static void
say_no_address(const char *what, concors_url_error why, bool may_be_path)
{
    concors_span text = concors_url_error_text(why);

    if (why == CONCORS_URL_E_NO_SCHEME) {
        cli_error("probe: %s is no address: it must begin with https:// or http://%s", what,
                  may_be_path ? ", or with / for a path at URL's origin" : "");
    } else {
        cli_error("probe: %s is no address: %.*s", what, (int)text.len, text.ptr);
    }
}

/* An address of ours, with a line that names the option. */
static bool
check_url(const char *what, const char *text, bool must_be_http, bool may_be_path)
{
    concors_arena arena;
    concors_url url;
    concors_url_error why = CONCORS_URL_OK;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return false;
    }
    concors_status status = concors_url_parse(cli_span(text), NULL, NULL, &arena, &url, &why);
    bool foreign =
        status == CONCORS_E_SYNTAX && why == CONCORS_URL_E_IDNA; /* read with IDNA later */
    bool good =
        foreign || (status == CONCORS_OK && (!must_be_http || url.scheme != CONCORS_SCHEME_OTHER));
    if (!good && status == CONCORS_E_SYNTAX) {
        say_no_address(what, why, may_be_path);
    } else if (!good) {
        cli_error("probe: %s must be an http or https address", what);
    }
    cli_arena_close(&arena);
    return good;
}

static bool
check_urls(const probe_order *order)
{
    char what[48] = "URL";

    for (size_t i = 0; i < order->request_count; i++) {
        if (i > 0 && order->request_count == 2) {
            (void)snprintf(what, sizeof what, "--then");
        } else if (i > 0) {
            (void)snprintf(what, sizeof what, "--then of request %zu", i + 1);
        }
        if (!check_url(what, order->requests[i].url, true, i > 0)) {
            return false;
        }
    }
    return check_url("--page", order->page, false, false);
}

bool
probe_order_read(const cli_args *args, probe_order *order)
{
    *order = (probe_order){.args = args};
    if (args->operand_count != 1) {
        cli_error("probe: takes one address: concors probe URL --page PAGE (--then URL adds more)");
        return false;
    }
    order->page = cli_args_value(args, CLI_OPT_PAGE);
    order->save_path = cli_args_value(args, CLI_OPT_SAVE_JOURNEY);
    if (order->page == NULL) {
        cli_error("probe: --page PAGE is missing: the address of the page whose script asks");
        return false;
    }
    if (order->save_path != NULL && !check_writable("--save-journey", order->save_path)) {
        return false;
    }
    return check_headers(args) && take_wire(order) && take_follow(order) &&
           probe_requests_read(order) && check_urls(order) && take_jar(order) &&
           probe_journey_write(order);
}

void
probe_order_free(probe_order *order)
{
    free(order->wire.resolve);
    free(order->journey.ptr);
    probe_requests_free(order);
    probe_jar_free(&order->jar);
}
