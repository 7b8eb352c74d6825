/* cli/generate.c: completions and the option lists of man pages, made from the option table. */
#include "reason.h"

#include <string.h>

/* Calls put for every option that is shown for one of the bits. */
typedef void (*option_writer)(const cli_option *option, FILE *out);

static void
each_option(unsigned bits, option_writer put, FILE *out)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        if ((cli_options[i].commands & bits) != 0 && !cli_options[i].hidden) {
            put(&cli_options[i], out);
        }
    }
}

/* text with every character of `set` behind a backslash; in single quotes of a shell. */
static void
put_quoted(const char *text, const char *set, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\'", out);
        } else if (strchr(set, *text) != NULL) {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

/* The same outside of quotes. */
static void
put_escaped(const char *text, const char *set, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (strchr(set, *text) != NULL) {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
}

/* "a|b|c" with another separator. */
static void
put_choices(const char *choices, char separator, FILE *out)
{
    for (; *choices != '\0'; choices++) {
        fputc(*choices == '|' ? separator : *choices, out);
    }
}

static void
put_profile_names(FILE *out)
{
    const char *name;

    for (size_t i = 0; (name = concors_profile_name(i)) != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : " ", name);
    }
}

static void
put_command_names(FILE *out)
{
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : " ", cli_commands[i]->name);
    }
}

static void
put_codes(FILE *out)
{
    size_t count = reason_entry_count();

    for (size_t i = 1; i <= count; i++) {
        concors_span code = reason_entry_get(i).info.code;
        fprintf(out, "%s%.*s", i == 1 ? "" : " ", (int)code.len, code.ptr);
    }
}

/* scdoc: a paragraph an option. */
static void
man_option(const cli_option *option, FILE *out)
{
    fputc('*', out);
    if (option->letter != 0) {
        fprintf(out, "-%c*, *", option->letter);
    }
    fprintf(out, "--%s*", option->name);
    if (option->value != NULL) {
        fputs(" _", out);
        put_escaped(option->value, "_*\\", out);
        fputc('_', out);
    }
    fputs("\n\t", out);
    put_escaped(option->help, "_*\\<>#", out);
    fputs(".", out);
    if (option->choices != NULL) {
        fputs(" One of _", out);
        put_choices(option->choices, ' ', out);
        fputc('_', out);
        fputc('.', out);
    }
    fputs("\n\n", out);
}

static void
bash_name(const cli_option *option, FILE *out)
{
    if (option->letter != 0) {
        fprintf(out, " -%c", option->letter);
    }
    fprintf(out, " --%s", option->name);
}

static void
bash_value(const cli_option *option, FILE *out)
{
    if (option->kind == CLI_VALUE_NONE) {
        return;
    }
    fprintf(out, "    --%s", option->name);
    if (option->letter != 0) {
        fprintf(out, "|-%c", option->letter);
    }
    fputs(") ", out);
    if (option->kind == CLI_VALUE_FILE) {
        fputs("COMPREPLY=($(compgen -f -- \"$cur\")); ", out);
    } else if (option->kind == CLI_VALUE_CHOICE) {
        fputs("COMPREPLY=($(compgen -W '", out);
        put_choices(option->choices, ' ', out);
        fputs("' -- \"$cur\")); ", out);
    } else if (option->kind == CLI_VALUE_BROWSERS) {
        fputs("COMPREPLY=($(compgen -P \"$head\" -W '", out);
        put_profile_names(out);
        fputs("' -- \"${cur##*,}\")); ", out);
    }
    fputs("return ;;\n", out);
}

static void
bash_command(const cli_command *command, FILE *out)
{
    fprintf(out, "    %s)\n    case $prev in\n", command->name);
    each_option(command->bit, bash_value, out);
    fputs("    esac\n    words='", out);
    each_option(command->bit, bash_name, out);
    if (command->actions != NULL) {
        fputc(' ', out);
        put_choices(command->actions, ' ', out);
    }
    if (command->operand == CLI_VALUE_CODE) {
        fputc(' ', out);
        put_codes(out);
    }
    fputs("' ;;\n", out);
}

static void
bash(FILE *out)
{
    fputs(
        "# bash completion for concors; made from its option table.\n"
        "_concors()\n{\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' head=''\n"
        "  [[ $cur == *,* ]] && head=${cur%,*},\n"
        "  case ${COMP_WORDS[1]} in\n",
        out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        bash_command(cli_commands[i], out);
    }
    fputs("    help) words='", out);
    put_command_names(out);
    fputs("' ;;\n    *)\n    case $prev in\n", out);
    each_option(CLI_TOP, bash_value, out);
    fputs("    esac\n    words='", out);
    put_command_names(out);
    each_option(CLI_TOP, bash_name, out);
    fputs("' ;;\n  esac\n"
          "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "  [[ $cur == -* || COMP_CWORD -eq 1 ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
          "}\n"
          "complete -o filenames -F _concors concors\n",
          out);
}

static void
zsh_option(const cli_option *option, FILE *out)
{
    const char *repeat = option->kind == CLI_VALUE_TEXT ? "*" : "";

    for (int form = option->letter == 0; form < 2; form++) {
        fprintf(out, "        '%s", repeat);
        if (form == 0) {
            fprintf(out, "-%c", option->letter);
        } else {
            fprintf(out, "--%s", option->name);
        }
        fputc('[', out);
        put_quoted(option->help, "[]:\\", out);
        fputc(']', out);
        if (option->value != NULL) {
            fputc(':', out);
            put_quoted(option->value, ":\\", out);
            fputc(':', out);
        }
        if (option->kind == CLI_VALUE_FILE) {
            fputs("_files", out);
        } else if (option->kind == CLI_VALUE_CHOICE) {
            fputc('(', out);
            put_choices(option->choices, ' ', out);
            fputc(')', out);
        } else if (option->kind == CLI_VALUE_BROWSERS) {
            fputs("_sequence compadd - ", out);
            put_profile_names(out);
        }
        fputs("' \\\n", out);
    }
}

/* The command itself is the first of zsh's words. */
static void
zsh_actions(const cli_command *command, FILE *out)
{
    if (command->actions != NULL) {
        fputs("        '1: :' '2:what to do:(", out);
        put_choices(command->actions, ' ', out);
        fputs(")' \\\n", out);
    }
}

static void
zsh(FILE *out)
{
    fputs("#compdef concors\n# zsh completion for concors; made from its option table.\n"
          "_concors()\n{\n  local -a commands\n  commands=(\n",
          out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        fprintf(out, "    '%s:", cli_commands[i]->name);
        put_quoted(cli_commands[i]->summary, ":", out);
        fputs("'\n", out);
    }
    fputs("  )\n  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
          "    _describe command commands\n    return\n  fi\n  case $words[2] in\n",
          out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        fprintf(out, "    %s)\n      _arguments \\\n", cli_commands[i]->name);
        each_option(cli_commands[i]->bit, zsh_option, out);
        if (cli_commands[i]->operand == CLI_VALUE_CODE) {
            fputs("        '*:reason:(", out);
            put_codes(out);
            fputs(")' ;;\n", out);
        } else {
            zsh_actions(cli_commands[i], out);
            fputs("        '*:file:_files' ;;\n", out);
        }
    }
    fputs("    *)\n      _arguments \\\n", out);
    each_option(CLI_TOP, zsh_option, out);
    fputs("        '*: :->done' ;;\n  esac\n}\n_concors \"$@\"\n", out);
}

/* fish wants the command in front of every option's line. */
static void
fish_option(const char *command, const cli_option *option, FILE *out)
{
    fprintf(out, "complete -c concors -n '%s%s' -l %s",
            command != NULL ? "__fish_seen_subcommand_from " : "__fish_use_subcommand",
            command != NULL ? command : "", option->name);
    if (option->letter != 0) {
        fprintf(out, " -s %c", option->letter);
    }
    if (option->kind == CLI_VALUE_FILE) {
        fputs(" -r", out);
    } else if (option->value != NULL) {
        fputs(" -x", out);
    }
    if (option->kind == CLI_VALUE_CHOICE) {
        fputs(" -a '", out);
        put_choices(option->choices, ' ', out);
        fputc('\'', out);
    } else if (option->kind == CLI_VALUE_BROWSERS) {
        fputs(" -a '(__fish_append , ", out);
        put_profile_names(out);
        fputs(")'", out);
    }
    fputs(" -d '", out);
    put_escaped(option->help, "'\\", out);
    fputs("'\n", out);
}

static void
fish_options(const char *command, unsigned bit, FILE *out)
{
    for (size_t i = 0; i < cli_option_count; i++) {
        if ((cli_options[i].commands & bit) != 0 && !cli_options[i].hidden) {
            fish_option(command, &cli_options[i], out);
        }
    }
}

/* Until one of them stands there. */
static void
fish_actions(const cli_command *command, FILE *out)
{
    if (command->actions == NULL) {
        return;
    }
    fprintf(out,
            "complete -c concors -n '__fish_seen_subcommand_from %s; and not "
            "__fish_seen_subcommand_from ",
            command->name);
    put_choices(command->actions, ' ', out);
    fputs("' -f -a '", out);
    put_choices(command->actions, ' ', out);
    fputs("'\n", out);
}

static void
fish(FILE *out)
{
    fputs("# fish completion for concors; made from its option table.\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *command = cli_commands[i];
        fprintf(out, "complete -c concors -n __fish_use_subcommand -f -a %s -d '", command->name);
        put_escaped(command->summary, "'\\", out);
        fputs("'\n", out);
        fish_options(command->name, command->bit, out);
        fish_actions(command, out);
        if (command->operand == CLI_VALUE_CODE) {
            fprintf(out, "complete -c concors -n '__fish_seen_subcommand_from %s' -f -a '",
                    command->name);
            put_codes(out);
            fputs("'\n", out);
        }
    }
    fish_options(NULL, CLI_TOP, out);
}

bool
cli_generate(const char *what, FILE *out)
{
    if (strcmp(what, "bash") == 0) {
        bash(out);
    } else if (strcmp(what, "zsh") == 0) {
        zsh(out);
    } else if (strcmp(what, "fish") == 0) {
        fish(out);
    } else if (strcmp(what, "man:concors") == 0) {
        each_option(CLI_TOP, man_option, out);
    } else if (strncmp(what, "man:", 4) == 0 && cli_command_find(what + 4) != NULL) {
        each_option(cli_command_find(what + 4)->bit, man_option, out);
    } else {
        return false;
    }
    return true;
}
