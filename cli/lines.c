/* cli/lines.c: a stream line by line, in memory that does not grow with the stream. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINES_START = 256 << 10 };

/* Makes room behind what is held: by moving it to the front, else by a larger buffer. */
static bool
make_room(cli_lines *lines)
{
    if (lines->at > 0) {
        memmove(lines->ptr, lines->ptr + lines->at, lines->len - lines->at);
        lines->len -= lines->at;
        lines->at = 0;
    }
    if (lines->len < lines->cap) {
        return true;
    }
    size_t cap = lines->cap == 0 ? LINES_START : lines->cap * 2;
    char *larger = realloc(lines->ptr, cap);
    if (larger == NULL) {
        cli_error("out of memory");
        return false;
    }
    lines->ptr = larger;
    lines->cap = cap;
    return true;
}

/* More bytes, or the end; false after an error line. */
static bool
fill(cli_lines *lines)
{
    if (!make_room(lines)) {
        return false;
    }
    for (;;) {
        ssize_t got = read(lines->fd, lines->ptr + lines->len, lines->cap - lines->len);
        if (got >= 0) {
            lines->len += (size_t)got;
            lines->at_end = got == 0;
            return true;
        }
        if (errno != EINTR) {
            cli_error("<stdin>: %s", strerror(errno));
            return false;
        }
    }
}

/* Drops the rest of a line that is too long. */
static cli_line
skip_line(cli_lines *lines)
{
    for (;;) {
        const char *start = lines->ptr + lines->at;
        const char *end = memchr(start, '\n', lines->len - lines->at);
        if (end != NULL) {
            lines->at += (size_t)(end - start) + 1;
            return CLI_LINE_TOO_LONG;
        }
        lines->at = lines->len;
        if (lines->at_end) {
            return CLI_LINE_TOO_LONG;
        }
        if (!fill(lines)) {
            return CLI_LINE_FAILED;
        }
    }
}

static concors_span
without_cr(concors_span line)
{
    bool cr = line.len > 0 && line.ptr[line.len - 1] == '\r';
    return (concors_span){line.ptr, line.len - (cr ? 1 : 0)};
}

cli_line
cli_lines_next(cli_lines *lines, concors_span *line)
{
    size_t looked_at = 0;

    lines->number++;
    for (;;) {
        size_t held = lines->len - lines->at;
        const char *start = lines->ptr == NULL ? "" : lines->ptr + lines->at;
        const char *end = memchr(start + looked_at, '\n', held - looked_at);
        size_t len = end != NULL ? (size_t)(end - start) : held;
        if (len > lines->max) {
            return skip_line(lines);
        }
        if (end != NULL || (lines->at_end && held > 0)) {
            *line = without_cr((concors_span){start, len});
            lines->at += len + (end != NULL ? 1 : 0);
            return CLI_LINE_OK;
        }
        if (lines->at_end) {
            return CLI_LINE_END;
        }
        looked_at = held;
        if (!fill(lines)) {
            return CLI_LINE_FAILED;
        }
    }
}

bool
cli_line_is_blank(concors_span line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t') {
            return false;
        }
    }
    return true;
}

void
cli_lines_close(cli_lines *lines)
{
    free(lines->ptr);
    lines->ptr = NULL;
}
