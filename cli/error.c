/* cli/error.c: error lines. One error is one line on stderr, whatever bytes it speaks of. */
#include "cli.h"

#include <stdarg.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4096 };

/* What could move a cursor or end a line is written as \x1b, \u202e. */
static void
put_visible(const char *text, size_t len, FILE *stream)
{
    char visible[LINE_MAX_BYTES * 6];
    concors_out out = {visible, sizeof visible, 0};

    concors_out_visible((concors_span){text, len < LINE_MAX_BYTES ? len : LINE_MAX_BYTES}, &out);
    fwrite(visible, 1, out.len < sizeof visible ? out.len : sizeof visible, stream);
}

void
cli_error(const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    fputs("concors: ", stderr);
    put_visible(line, (size_t)len < sizeof line ? (size_t)len : sizeof line - 1, stderr);
    fputc('\n', stderr);
}

const char *
cli_shown_address(const char *text)
{
    return strpbrk(text, "@?#") == NULL ? text : "(the address is not repeated here)";
}

void
cli_error_at(const char *file, const concors_error *error)
{
    fputs("concors: ", stderr);
    put_visible(file, strlen(file), stderr);
    if (error->line > 0) {
        fprintf(stderr, ":%u:%u", error->line, error->column);
    }
    fputs(": ", stderr);
    put_visible(error->what.ptr, error->what.len, stderr);
    if (error->pointer.len > 0) {
        fputs(" (at ", stderr);
        put_visible(error->pointer.ptr, error->pointer.len, stderr);
        fputs(")", stderr);
    }
    fputc('\n', stderr);
}
