/* cli/help.c: --help, made from the command and option tables. */
#include "cli.h"

#include <string.h>

enum { HELP_WIDTH = 78, HELP_COLUMN = 26 };

/* len bytes of text from column `at` on, broken at blanks and line ends, indented; ends the line.
 */
static void
put_wrapped(const char *text, size_t len, size_t at, size_t indent, FILE *out)
{
    for (bool first = true; len > 0; first = false) {
        size_t word = 0;
        while (word < len && text[word] != ' ' && text[word] != '\n') {
            word++;
        }
        if (!first && at + 1 + word > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, word, out);
        at += word;
        word += word < len;
        text += word;
        len -= word;
    }
    fputc('\n', out);
}

/* Paragraphs with an empty line between them; those that begin with a blank stay as they are. */
static void
put_paragraphs(const char *text, FILE *out)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        while (len > 0 && text[len - 1] == '\n') {
            len--;
        }
        if (*text == ' ') {
            fprintf(out, "%.*s\n", (int)len, text);
        } else {
            put_wrapped(text, len, 0, 0, out);
        }
        if (end == NULL) {
            return;
        }
        fputc('\n', out);
        text = end + 2;
    }
}

/* "a|b|c" on as many lines as it needs. */
static void
put_choices(const char *choices, FILE *out)
{
    size_t at = HELP_COLUMN;

    fprintf(out, "%*s", HELP_COLUMN, "");
    while (*choices != '\0') {
        size_t len = strcspn(choices, "|");
        len += choices[len] == '|';
        if (at + len > HELP_WIDTH) {
            fprintf(out, "\n%*s", HELP_COLUMN, "");
            at = HELP_COLUMN;
        }
        fwrite(choices, 1, len, out);
        at += len;
        choices += len;
    }
    fputc('\n', out);
}

static void
put_option(const cli_option *option, FILE *out)
{
    char head[80];
    char letter[8] = "    ";

    if (option->letter != 0) {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    int len =
        snprintf(head, sizeof head, "  %s--%s%s%s", letter, option->name,
                 option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
    fputs(head, out);
    if ((size_t)len + 2 > HELP_COLUMN) {
        fputc('\n', out);
        len = 0;
    }
    fprintf(out, "%*s", (int)(HELP_COLUMN - (size_t)len), "");
    put_wrapped(option->help, strlen(option->help), HELP_COLUMN, HELP_COLUMN, out);
    if (option->choices != NULL) {
        put_choices(option->choices, out);
    }
}

static void
put_options(unsigned bit, FILE *out)
{
    fputs("\nOptions:\n", out);
    for (size_t i = 0; i < cli_option_count; i++) {
        if ((cli_options[i].commands & bit) != 0 && !cli_options[i].hidden) {
            put_option(&cli_options[i], out);
        }
    }
}

static const char exit_codes[] =
    "\nExit codes:\n"
    "  0  every browser lets it through      3  the network failed (probe)\n"
    "  1  a browser blocks something         4  nothing blocked, something unknown\n"
    "  2  unusable input or arguments        5  a browser differs (explain --verify)\n";

void
cli_help_top(FILE *out)
{
    fputs("concors tells which rule of which browser stopped a cross-origin request or its\n"
          "cookies, and the smallest change that lets it through.\n\n"
          "Usage: concors COMMAND [OPTION...]\n\nCommands:\n",
          out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        fprintf(out, "  %-9s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    }
    put_options(CLI_TOP, out);
    fputs(exit_codes, out);
    fputs("\nStart here:\n"
          "  concors explain journey.json     what each browser does with it, and why\n"
          "  concors COMMAND --help           the command's options, with examples\n",
          out);
}

void
cli_help_command(const cli_command *command, FILE *out)
{
    fprintf(out, "%s\n\nUsage: concors %s %s\n\n", command->summary, command->name,
            command->synopsis);
    put_paragraphs(command->text, out);
    put_options(command->bit, out);
    fputs("\nExamples:\n", out);
    fputs(command->examples, out);
    if (command->exits == NULL) {
        fputs(exit_codes, out);
    } else {
        fprintf(out, "\nExit codes:\n%s", command->exits);
    }
}
