/* cli/terminal.c: what the terminal can show, the clock, and the exit code of a verdict. */
#include "cli.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <uniwidth.h>

enum { WIDTH_PLAIN = 80, WIDTH_MIN = 40, WIDTH_MAX = 120 };

static bool
is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0';
}

/* --color first, then NO_COLOR, then CLICOLOR_FORCE, then whether anybody looks. */
bool
cli_colour_wanted(int color, int fd)
{
    const char *force = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");

    if (color != 0) {
        return color > 0;
    }
    if (is_set("NO_COLOR")) {
        return false;
    }
    if (force != NULL && *force != '\0' && strcmp(force, "0") != 0) {
        return true;
    }
    return isatty(fd) && term != NULL && strcmp(term, "dumb") != 0;
}

static size_t
terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    unsigned long width = WIDTH_PLAIN;

    if (columns != NULL && *columns >= '1' && *columns <= '9') {
        width = strtoul(columns, NULL, 10);
    } else if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        width = size.ws_col;
    }
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width;
}

size_t
cli_text_width(void *user, concors_span text)
{
    int width = 0;

    (void)user;
    if (text.len > 0) {
        width = u8_width((const uint8_t *)text.ptr, text.len, "UTF-8");
    }
    return width > 0 ? (size_t)width : 0;
}

concors_text_options
cli_text_options(const cli_args *args)
{
    concors_text_options options = {0};

    options.width = terminal_width();
    options.colour = cli_colour_wanted(args->color, STDOUT_FILENO);
    options.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    options.show_values = args->show_values;
    options.quiet = args->quiet;
    options.text_width = cli_text_width;
    return options;
}

int64_t
cli_now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return 0;
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

double
cli_clock_s(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int
cli_exit_code(concors_verdict verdict, cli_fail_on fail_on)
{
    if (verdict == CONCORS_VERDICT_OK || fail_on == CLI_FAIL_ON_NEVER) {
        return CLI_EXIT_OK;
    }
    if (verdict == CONCORS_VERDICT_BLOCKED) {
        return CLI_EXIT_BLOCKED;
    }
    return fail_on == CLI_FAIL_ON_BLOCKED ? CLI_EXIT_OK : CLI_EXIT_UNKNOWN;
}
