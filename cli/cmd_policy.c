/* cli/cmd_policy.c: `concors policy`: checks a policy, and shows what it decides. */
#include "policy.h"

#include <stdlib.h>
#include <string.h>

bool
policy_print(void (*write)(const void *what, concors_out *out), const void *what)
{
    concors_out out = {NULL, 0, 0};

    write(what, &out); /* only counts */
    char *text = malloc(out.len + 1);
    if (text == NULL) {
        cli_error("out of memory");
        return false;
    }
    out = (concors_out){text, out.len, 0};
    write(what, &out);
    bool printed = cli_print((concors_span){text, out.len});
    free(text);
    return printed;
}

static void
say_names(const policy_input *input, const char *name)
{
    const concors_policies *policies = concors_policy_file_policies(input->file);
    char names[512] = "";
    concors_out out = {names, sizeof names - 1, 0};

    for (size_t i = 0; i < policies->count; i++) {
        concors_out_put(&out, i > 0 ? CONCORS_LIT(", ") : CONCORS_LIT(""));
        concors_out_put(&out, concors_policy_describe(policies->list[i]).name);
    }
    names[out.len < sizeof names ? out.len : sizeof names - 1] = '\0';
    if (name == NULL) {
        cli_error("%s: has several policies, name one of %s", input->path, names);
    } else {
        cli_error("%s: no policy '%s', there is %s", input->path, name, names);
    }
}

bool
policy_usable(const policy_input *input, const char *name)
{
    const concors_policies *policies = concors_policy_file_policies(input->file);
    const concors_mistakes *mistakes = concors_policy_file_mistakes(input->file);

    if (mistakes->errors > 0) {
        cli_error("%s: %zu mistake%s, see 'concors policy check %s'", input->path, mistakes->errors,
                  mistakes->errors == 1 ? "" : "s", input->path);
        return false;
    }
    if (name != NULL &&
        concors_policies_find(policies, (concors_span){name, strlen(name)}) == NULL) {
        say_names(input, name);
        return false;
    }
    return true;
}

const concors_policy *
policy_named(const policy_input *input, const char *name)
{
    const concors_policies *policies = concors_policy_file_policies(input->file);

    if (!policy_usable(input, name)) {
        return NULL;
    }
    if (name != NULL) {
        return concors_policies_find(policies, (concors_span){name, strlen(name)});
    }
    if (policies->count > 1) {
        say_names(input, name);
        return NULL;
    }
    return policies->list[0];
}

/* In the order of words[]. */
enum action { ACTION_CHECK, ACTION_SIMULATE, ACTION_EXPLAIN, ACTION_COUNT };
static const char *const words[ACTION_COUNT] = {"check", "simulate", "explain"};

static enum action
action_of(const cli_args *args)
{
    size_t action = 0;

    while (action < ACTION_COUNT &&
           (args->operand_count == 0 || strcmp(args->operands[0], words[action]) != 0)) {
        action++;
    }
    return (enum action)action;
}

static int
run_on_file(const cli_args *args, const policy_input *input)
{
    const char *name = args->operand_count > 2 ? args->operands[2] : NULL;

    switch (action_of(args)) {
    case ACTION_CHECK:
        return policy_check(args, input);
    case ACTION_SIMULATE:
        return policy_simulate(args, input, name);
    case ACTION_EXPLAIN:
        return policy_explain(args, input, name);
    case ACTION_COUNT:
        break;
    }
    return CLI_EXIT_UNUSABLE;
}

static bool
operands_fit(const cli_args *args)
{
    const char *word = args->operand_count > 0 ? args->operands[0] : "";
    enum action action = action_of(args);

    if (action == ACTION_COUNT) {
        const char *near = cli_suggest(word, words, ACTION_COUNT);
        if (near != NULL) {
            cli_error("policy does not do '%s', did you mean '%s'?", word, near);
        } else {
            cli_error("policy takes check, simulate or explain, see 'concors policy --help'");
        }
        return false;
    }
    if (args->operand_count < 2 || args->operand_count > (action == ACTION_CHECK ? 2U : 3U)) {
        cli_error("policy %s takes %s, see 'concors policy --help'", word,
                  action == ACTION_CHECK ? "one file" : "a file and perhaps the name of a policy");
        return false;
    }
    return true;
}

static int
run(const cli_args *args)
{
    char error[4096];
    policy_input input = {.path = args->operand_count > 1 ? args->operands[1] : ""};
    int code = CLI_EXIT_UNUSABLE;

    if (!operands_fit(args)) {
        return code;
    }
    input.machine = cli_machine_open(args);
    if (input.machine == NULL) {
        return code;
    }
    input.file = concors_policy_file_open(input.path, concors_machine_host(input.machine), error,
                                          sizeof error);
    if (input.file == NULL) {
        cli_error("%s", error);
    } else {
        code = run_on_file(args, &input);
    }
    concors_policy_file_close(input.file);
    concors_machine_close(input.machine);
    return code;
}

const cli_command cli_command_policy = {
    .name = "policy",
    .bit = CLI_POLICY,
    .run = run,
    .operand = CLI_VALUE_FILE,
    .actions = "check|simulate|explain",
    .synopsis = "[OPTION...] check FILE\n"
                "       concors policy [OPTION...] simulate FILE [NAME]\n"
                "       concors policy [OPTION...] explain FILE [NAME]",
    .summary = "what a server's policy allows, and the mistakes in it",
    .text =
        "check reports all mistakes of a policy file at once, each with its place and what to\n"
        "write instead; what is only worth a second look is a warning.\n\n"
        "simulate shows what the policy decides about one request: who may read the answer, the\n"
        "headers it sets, and whether the CSRF check lets it through. No request is sent.\n\n"
        "explain shows what each browser lets through under the policy: for each of its\n"
        "origins, and for an origin that it does not mean, every method and header it lists.\n\n"
        "The form of the file is in concors-policy(5).",
    .examples = "  concors policy check concors.yaml\n"
                "  concors policy simulate concors.yaml --origin https://app.example.com\n"
                "  concors policy simulate concors.yaml app --origin https://app.example.com \\\n"
                "      --method PUT --header content-type --preflight\n"
                "  concors policy simulate concors.yaml app --method POST --with-token \\\n"
                "      --header 'Sec-Fetch-Site: same-origin' --header 'Cookie: sid=1'\n"
                "  concors policy explain concors.yaml --browser chrome,safari@18.5\n",
    .exits = "  0  check: no mistakes; simulate: allowed, or nothing to decide; explain: done\n"
             "  1  check: mistakes; simulate: refused\n"
             "  2  unusable input or arguments\n",
};
