/* cli/gateway_order.c: the command line of `concors gateway`. */
#include "gateway.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
read_page_dir(const cli_args *args, gateway_order *order)
{
    const char *given = cli_args_value(args, CLI_OPT_PAGE_DIR);
    struct stat info;

    if (given == NULL) {
        return true;
    }
    if (!gateway_path_read("--page-dir", given, order->page_dir)) {
        return false;
    }
    if (stat(order->page_dir, &info) != 0 || !S_ISDIR(info.st_mode)) {
        cli_error("gateway: --page-dir: %s: not a directory", given);
        return false;
    }
    return true;
}

static bool
read_places(const cli_args *args, const concors_host *host, gateway_order *order)
{
    const char *listen = cli_args_value(args, CLI_OPT_LISTEN);
    const char *api = cli_args_value(args, CLI_OPT_API_LISTEN);

    order->two_origins = api != NULL;
    if (api != NULL && order->page_dir[0] == '\0') {
        cli_error("gateway: --api-listen gives the API an origin beside the page's: it needs "
                  "--page-dir");
        return false;
    }
    if (!gateway_place_read("--listen", listen != NULL ? listen : "localhost:8443", host,
                            &order->first) ||
        (api != NULL && !gateway_place_read("--api-listen", api, host, &order->api))) {
        return false;
    }
    order->first.or_another = listen == NULL;
    if (api != NULL && order->api.port != 0 && order->api.port == order->first.port) {
        cli_error("gateway: --listen and --api-listen need different ports");
        return false;
    }
    return true;
}

/* The authorities that this machine trusts. */
static bool
find_authorities(char out[PATH_MAX])
{
    static const char *const known[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (access(known[i], R_OK) == 0) {
            memcpy(out, known[i], strlen(known[i]) + 1);
            return true;
        }
    }
    cli_error("gateway: no list of certificate authorities found: --cacert FILE, or --insecure");
    return false;
}

static bool
read_trust(const cli_args *args, gateway_order *order)
{
    const char *cacert = cli_args_value(args, CLI_OPT_CACERT);

    order->upstream_unchecked = cli_args_has(args, CLI_OPT_INSECURE);
    if (cacert != NULL) {
        return gateway_path_read("--cacert", cacert, order->upstream_cacert);
    }
    return !order->upstream_https || order->upstream_unchecked ||
           find_authorities(order->upstream_cacert);
}

static bool
read_certificate(const cli_args *args, gateway_order *order)
{
    const char *certificate = cli_args_value(args, CLI_OPT_CERT);
    const char *key = cli_args_value(args, CLI_OPT_KEY);

    if ((certificate == NULL) != (key == NULL)) {
        cli_error("gateway: --cert and --key need each other");
        return false;
    }
    return certificate == NULL || (gateway_path_read("--cert", certificate, order->certificate) &&
                                   gateway_path_read("--key", key, order->key));
}

/* Where nginx writes a line for each request. It opens standard output anew, which not every kind
 * of it allows. */
static const char *
choose_access_log(const cli_args *args)
{
    if (args->quiet) {
        return "off";
    }
    int fd = open("/dev/stdout", O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) {
        return "access.log";
    }
    close(fd);
    return "/dev/stdout";
}

bool
gateway_order_read(const cli_args *args, const concors_host *host, gateway_order *order)
{
    const char *policy = cli_args_value(args, CLI_OPT_POLICY);

    const char *upstream = cli_args_value(args, CLI_OPT_UPSTREAM);

    if (policy == NULL || upstream == NULL) {
        cli_error("gateway needs %s%s%s, see 'concors gateway --help'",
                  policy == NULL ? "--policy FILE" : "",
                  policy == NULL && upstream == NULL ? " and " : "",
                  upstream == NULL ? "--upstream URL" : "");
        return false;
    }
    if (args->operand_count > 1) {
        cli_error("gateway takes one name of a policy, see 'concors gateway --help'");
        return false;
    }
    if (strcmp(policy, "-") == 0) {
        cli_error("gateway: nginx reads the policy, too: --policy takes a file, not standard "
                  "input");
        return false;
    }
    order->args = args;
    order->access_log = choose_access_log(args);
    return gateway_path_beside("--policy", policy, order->policy_path) &&
           read_page_dir(args, order) && read_places(args, host, order) &&
           gateway_upstream_read(args, host, order) && read_trust(args, order) &&
           read_certificate(args, order);
}
