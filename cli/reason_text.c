/* cli/reason_text.c: reasons for people. */
#include "reason.h"
#include "reason_pages.h"

#include <string.h>
#include <unistd.h>

enum { WIDTH = 80 };

static const char bold[] = "\033[1m", red[] = "\033[31m", green[] = "\033[32m",
                  yellow[] = "\033[33m", cyan[] = "\033[36m", plain[] = "\033[0m";

static const char *
severity_colour(concors_severity severity)
{
    static const char *const colours[] = {
        [CONCORS_SEVERITY_INFO] = cyan,
        [CONCORS_SEVERITY_WARNING] = yellow,
        [CONCORS_SEVERITY_ERROR] = red,
    };
    return colours[severity];
}

static void
put_coloured(const char *text, size_t len, const char *colour)
{
    if (colour != NULL) {
        fputs(colour, stdout);
    }
    fwrite(text, 1, len, stdout);
    if (colour != NULL) {
        fputs(plain, stdout);
    }
}

/* Words of text behind `head`, in lines of at most WIDTH columns, the further ones indented. */
static void
put_wrapped(const char *head, size_t indent, concors_span text)
{
    size_t at = strlen(head);

    fputs(head, stdout);
    for (size_t i = 0; i < text.len;) {
        const char *blank = memchr(text.ptr + i, ' ', text.len - i);
        size_t word = blank == NULL ? text.len - i : (size_t)(blank - (text.ptr + i));
        if (i > 0 && at + 1 + word > WIDTH) {
            printf("\n%*s", (int)indent, "");
            at = indent;
        } else if (i > 0) {
            putchar(' ');
            at++;
        }
        fwrite(text.ptr + i, 1, word, stdout);
        at += word;
        i += word + 1;
    }
    putchar('\n');
}

/* "CODE: sentence", all that --quiet says. */
static void
put_short(const concors_reason_info *info)
{
    printf("%.*s: %.*s\n", (int)info->code.len, info->code.ptr, (int)info->sentence.len,
           info->sentence.ptr);
}

static const char *
line_colour(const char *line, bool changes)
{
    if (*line != ' ') {
        return *line == '\0' ? NULL : bold;
    }
    if (changes && strncmp(line, "  + ", 4) == 0) {
        return green;
    }
    return changes && strncmp(line, "  - ", 4) == 0 ? red : NULL;
}

void
reason_put_page(concors_reason reason, const cli_args *args)
{
    const concors_reason_info *info = concors_reason_get(reason);
    const char *const *lines = cli_reason_pages[reason - 1];
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);
    bool changes = false;

    if (args->quiet) {
        put_short(info);
        return;
    }
    for (size_t i = 0; lines[i] != NULL; i++) {
        const char *wanted =
            i == 0 ? severity_colour(info->severity) : line_colour(lines[i], changes);
        if (*lines[i] != ' ' && *lines[i] != '\0') {
            changes = strcmp(lines[i], "What changes") == 0;
        }
        put_coloured(lines[i], strlen(lines[i]), colour ? wanted : NULL);
        putchar('\n');
    }
}

void
reason_put_matches(const concors_console_matches *found, const cli_args *args)
{
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);

    if (args->quiet) {
        put_short(concors_reason_get(found->list[0]));
        return;
    }
    if (found->count > 1) {
        printf("The text fits %zu reasons, the likeliest first:\n\n", found->count);
    }
    for (size_t i = 0; i < found->count; i++) {
        const concors_reason_info *info = concors_reason_get(found->list[i]);
        put_coloured(info->code.ptr, info->code.len,
                     colour ? severity_colour(info->severity) : NULL);
        putchar('\n');
        put_wrapped("  ", 2, info->sentence);
        put_wrapped("  Do this: ", 2, info->remedy);
        putchar('\n');
    }
    concors_span code = concors_reason_get(found->list[0])->code;
    printf("All about it: concors reason %.*s\n", (int)code.len, code.ptr);
}

void
reason_put_list(const cli_args *args)
{
    bool colour = cli_colour_wanted(args->color, STDOUT_FILENO);

    for (size_t i = 1; i <= concors_reason_count(); i++) {
        const concors_reason_info *info = concors_reason_get((concors_reason)i);
        put_coloured(info->code.ptr, info->code.len,
                     colour ? severity_colour(info->severity) : NULL);
        putchar('\n');
        if (!args->quiet) {
            put_wrapped("  ", 2, info->sentence);
        }
    }
}
