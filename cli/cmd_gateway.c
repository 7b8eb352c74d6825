/* cli/cmd_gateway.c: `concors gateway`: nginx with a policy, for those who have no configuration.
 */
#include "gateway.h"

#include <string.h>

static void
say_mistakes(const char *path, const concors_mistakes *mistakes)
{
    for (size_t i = 0; i < mistakes->kept; i++) {
        char line[8192];
        concors_out out = {line, sizeof line - 1, 0};
        concors_policy_mistake_write((concors_span){path, strlen(path)}, &mistakes->list[i], &out);
        line[out.len < sizeof line - 1 ? out.len : sizeof line - 1] = '\0';
        fprintf(stderr, "%s\n", line);
    }
    if (mistakes->kept < mistakes->errors + mistakes->warnings) {
        fprintf(stderr, "and %zu more\n", mistakes->errors + mistakes->warnings - mistakes->kept);
    }
}

/* Opens the file, says what is wrong with it, and takes the policy's name; an exit code. */
static int
read_policy(policy_input *input, gateway_order *order, const char *name)
{
    char error[4096];
    const concors_mistakes *mistakes;

    input->file = concors_policy_file_open(input->path, concors_machine_host(input->machine), error,
                                           sizeof error);
    if (input->file == NULL) {
        cli_error("%s", error);
        return CLI_EXIT_UNUSABLE;
    }
    mistakes = concors_policy_file_mistakes(input->file);
    if (mistakes->errors > 0 || !order->args->quiet) {
        say_mistakes(input->path, mistakes);
    }
    if (mistakes->errors > 0) {
        return CLI_EXIT_BLOCKED;
    }
    const concors_policy *policy = policy_named(input, name);
    if (policy == NULL) {
        return CLI_EXIT_UNUSABLE;
    }
    concors_span found = concors_policy_describe(policy).name;
    memcpy(order->policy_name, found.ptr, found.len);
    order->policy_name[found.len] = '\0';
    return CLI_EXIT_OK;
}

bool
gateway_policy_check(const policy_input *input, const gateway_order *order)
{
    policy_input again = {input->path, input->machine, NULL};
    gateway_order ignored = {.args = order->args};
    int code = read_policy(&again, &ignored, order->policy_name);

    concors_policy_file_close(again.file);
    return code == CLI_EXIT_OK;
}

static int
serve(gateway_order *order, policy_input *input)
{
    const cli_args *args = order->args;

    if (!gateway_find_module(args, order->module)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (cli_args_has(args, CLI_OPT_PRINT_CONFIG)) {
        int code = gateway_sockets_suppose(order);
        return code != CLI_EXIT_OK || policy_print(gateway_config_write, order) ? code
                                                                                : CLI_EXIT_UNUSABLE;
    }
    if (!gateway_find_nginx(args, order->nginx)) {
        return CLI_EXIT_UNUSABLE;
    }
    return gateway_run(order, input);
}

static int
run(const cli_args *args)
{
    static gateway_order order = {.first.sockets = {-1, -1}, .api.sockets = {-1, -1}};
    policy_input input = {.path = cli_args_value(args, CLI_OPT_POLICY)};
    int code = CLI_EXIT_UNUSABLE;

    input.machine = cli_machine_open(args);
    if (input.machine == NULL) {
        return code;
    }
    if (gateway_order_read(args, concors_machine_host(input.machine), &order)) {
        code = read_policy(&input, &order, args->operand_count > 0 ? args->operands[0] : NULL);
    }
    if (code == CLI_EXIT_OK) {
        code = serve(&order, &input);
    }
    concors_policy_file_close(input.file);
    concors_machine_close(input.machine);
    return code;
}

const cli_command cli_command_gateway = {
    .name = "gateway",
    .bit = CLI_GATEWAY,
    .run = run,
    .operand = CLI_VALUE_FILE,
    .synopsis = "[OPTION...] --policy FILE --upstream URL [NAME]",
    .summary = "a local nginx that enforces a policy in front of an API",
    .text =
        "Starts the installed nginx with the concors module, on this machine alone, with TLS,\n"
        "in front of the API at --upstream, under the policy NAME of --policy (NAME may be left\n"
        "out where the file has one). No nginx configuration is needed, and none is left behind;\n"
        "--print-config shows the one that would be used, to begin your own with.\n\n"
        "Three designs. With --page-dir the page is served at / and the API below /api/ of the\n"
        "same origin: nothing is cross-origin. With --api-listen, too, the API has an origin of\n"
        "its own. Without --page-dir the API is served alone, for a page that is elsewhere.\n\n"
        "Prints a line for each request: what was decided about it, and why. It runs until\n"
        "Ctrl-C or SIGTERM; SIGHUP reads the policy again.",
    .examples =
        "  concors gateway --policy concors.yaml --upstream http://127.0.0.1:3000 \\\n"
        "      --page-dir dist\n"
        "  concors gateway --policy concors.yaml --upstream https://api.example.com/v2/ \\\n"
        "      --page-dir dist --api-listen localhost:8444\n"
        "  concors gateway --policy concors.yaml --upstream http://127.0.0.1:3000 \\\n"
        "      --print-config\n",
    .exits = "  0  ended by a signal, or --print-config\n"
             "  1  mistakes in the policy\n"
             "  2  unusable input or arguments\n"
             "  3  nginx did not start or ended by itself, or a port is taken\n",
};
