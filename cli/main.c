/* cli/main.c: finds the command, reads its options, runs it. */
#include "cli.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* In the order of --help. */
const cli_command *const cli_commands[] = {
    &cli_command_explain,
    &cli_command_probe,
    &cli_command_relate,
    &cli_command_reason,
    &cli_command_policy,
    &cli_command_gateway,
    NULL,
};
enum { COMMAND_COUNT = sizeof cli_commands / sizeof cli_commands[0] - 1 };

const cli_command *
cli_command_find(const char *name)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        if (strcmp(cli_commands[i]->name, name) == 0) {
            return cli_commands[i];
        }
    }
    return NULL;
}

static int
no_such_command(const char *word)
{
    const char *names[COMMAND_COUNT + 1];
    size_t count = 0;

    for (; cli_commands[count] != NULL; count++) {
        names[count] = cli_commands[count]->name;
    }
    const char *near = cli_suggest(word, names, count);
    if (near != NULL) {
        cli_error("no such command '%s', did you mean '%s'?", word, near);
    } else if (access(word, R_OK) == 0) {
        cli_error("no such command '%s', did you mean 'concors explain %s'?", word, word);
    } else {
        cli_error("no such command '%s', see 'concors --help'", word);
    }
    return CLI_EXIT_UNUSABLE;
}

/* Whatever went through stdio must have arrived. */
static int
flushed(int code)
{
    bool lost = fflush(stdout) != 0 || ferror(stdout);

    if (lost && errno != EPIPE) {
        cli_error("cannot write to standard output: %s", strerror(errno));
        return CLI_EXIT_UNUSABLE;
    }
    return code;
}

static int
run_top(const cli_args *args)
{
    if (args->generate != NULL) {
        if (cli_generate(args->generate, stdout)) {
            return flushed(CLI_EXIT_OK);
        }
        cli_error("--generate takes bash, zsh, fish or man:COMMAND, not '%s'", args->generate);
        return CLI_EXIT_UNUSABLE;
    }
    if (args->version) {
        return flushed(cli_version(args));
    }
    if (args->help) {
        cli_help_top(stdout);
        return flushed(CLI_EXIT_OK);
    }
    if (isatty(STDERR_FILENO)) {
        cli_help_top(stderr); /* a person: show what there is */
    } else {
        cli_error("no command given, see 'concors --help'");
    }
    return CLI_EXIT_UNUSABLE;
}

static int
run_command(const cli_command *command, int argc, char **argv, cli_args *args)
{
    if (!cli_args_read(argc, argv, command, args)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (args->help) {
        cli_help_command(command, stdout);
        return flushed(CLI_EXIT_OK);
    }
    if (args->version) {
        return flushed(cli_version(args));
    }
    return flushed(command->run(args));
}

static int
run(int argc, char **argv, cli_args *args)
{
    if (!cli_args_read(argc, argv, NULL, args)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (args->operand_count == 0) {
        return run_top(args);
    }
    int at = argc - (int)args->operand_count;
    const char *word = argv[at];
    if (strcmp(word, "help") == 0) {
        args->help = true;
        if (++at == argc) {
            return run_top(args);
        }
        word = argv[at];
    }
    const cli_command *command = cli_command_find(word);
    if (command == NULL) {
        return no_such_command(word);
    }
    return run_command(command, argc - at, argv + at, args);
}

int
main(int argc, char **argv)
{
    cli_args args = {0};

    cli_io_start();
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    int code = run(argc, argv, &args);
    cli_args_free(&args);
    return code;
}
