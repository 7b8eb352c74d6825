/* cli/cmd_batch.c: `explain --batch`: one journey a line in, one report a line out. */
#include "explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_BYTES_MAX = 64 << 20,
    OUT_START = 1 << 20,
    OUT_FULL = 512 << 10,    /* written out from here on */
    ARENA_KEPT_MAX = 8 << 20 /* a larger one, that one line needed, is given back */
};

/* What a run works with. */
typedef struct batch {
    const explain_setup *setup;
    const concors_host *host;
    concors_arena arena;
    concors_out out;
    concors_verdict worst;
    bool any_bad;
    bool shows_progress;
    double next_progress_s;
} batch;

static bool
flush(batch *run, size_t len)
{
    bool done = cli_print((concors_span){run->out.ptr, len});

    run->out.len = 0;
    return done;
}

/* A buffer that holds at least `cap`; what was in it is lost. */
static bool
make_out(batch *run, size_t cap)
{
    free(run->out.ptr);
    run->out = (concors_out){malloc(cap), cap, 0};
    if (run->out.ptr == NULL) {
        cli_error("out of memory");
    }
    return run->out.ptr != NULL;
}

static bool
put_report(batch *run, const concors_report *report)
{
    size_t before = run->out.len;

    concors_report_json(report, run->setup->show_values, &run->out);
    concors_out_char(&run->out, '\n');
    if (run->out.len > run->out.cap) {
        size_t need = run->out.len - before;
        if (!flush(run, before) || (need > run->out.cap && !make_out(run, need))) {
            return false;
        }
        concors_report_json(report, run->setup->show_values, &run->out);
        concors_out_char(&run->out, '\n');
    }
    return run->out.len < OUT_FULL || flush(run, run->out.len);
}

static bool
put_error(batch *run, uint64_t line, const concors_error *error)
{
    char text[1024];
    concors_out message = {text, sizeof text, 0};

    run->any_bad = true;
    concors_out_put(&message, error->what);
    if (error->pointer.len > 0) {
        concors_out_put(&message, CONCORS_LIT(" (at "));
        concors_out_put(&message, error->pointer);
        concors_out_put(&message, CONCORS_LIT(")"));
    }
    if (run->out.cap - run->out.len < 8 * sizeof text && !flush(run, run->out.len)) {
        return false;
    }
    concors_out_put(&run->out, CONCORS_LIT("{\"line\":"));
    concors_out_u64(&run->out, line);
    concors_out_put(&run->out, CONCORS_LIT(",\"error\":"));
    size_t len = message.len < sizeof text ? message.len : sizeof text;
    concors_json_string((concors_span){text, len}, &run->out);
    concors_out_put(&run->out, CONCORS_LIT("}\n"));
    return true;
}

static concors_status
read_and_run(batch *run, concors_span line, concors_journey *journey, concors_report *report,
             concors_error *error)
{
    run->arena.len = 0;
    concors_status status = concors_journey_read(line, run->host, &run->arena, journey, error);
    if (status != CONCORS_OK) {
        return status;
    }
    *error = (concors_error){0, 0, {NULL, 0}, CONCORS_LIT("the journey is beyond a limit")};
    return explain_journey(run->setup, run->host, journey, &run->arena, report);
}

/* False only when work cannot go on. */
static bool
explain_line(batch *run, uint64_t number, concors_span line)
{
    concors_journey journey;
    concors_report report;
    concors_error error = {0};
    concors_status status;

    while ((status = read_and_run(run, line, &journey, &report, &error)) == CONCORS_E_ROOM) {
        if (!cli_arena_grow(&run->arena)) {
            return false;
        }
    }
    if (status != CONCORS_OK) {
        return put_error(run, number, &error);
    }
    if (report.verdict > run->worst) {
        run->worst = report.verdict;
    }
    bool put = put_report(run, &report);
    if (run->arena.cap > ARENA_KEPT_MAX) {
        cli_arena_close(&run->arena);
        return put && cli_arena_open(&run->arena, CLI_ARENA_START);
    }
    return put;
}

static void
show_progress(batch *run, uint64_t number)
{
    if (!run->shows_progress || number % 256 != 0 || cli_clock_s() < run->next_progress_s) {
        return;
    }
    fprintf(stderr, "\rconcors: %llu lines", (unsigned long long)number);
    run->next_progress_s = cli_clock_s() + 0.2;
}

static bool
explain_lines(batch *run, cli_lines *lines)
{
    const concors_error too_long = {
        0, 0, {NULL, 0}, CONCORS_LIT_INIT("the line is longer than 64 MiB")};
    const double first_progress_s = run->next_progress_s;
    concors_span line;
    cli_line got;

    while ((got = cli_lines_next(lines, &line)) == CLI_LINE_OK || got == CLI_LINE_TOO_LONG) {
        bool on = got == CLI_LINE_TOO_LONG
                      ? put_error(run, lines->number, &too_long)
                      : cli_line_is_blank(line) || explain_line(run, lines->number, line);
        if (!on) {
            return false;
        }
        show_progress(run, lines->number);
    }
    if (run->next_progress_s > first_progress_s) {
        fputs("\r\x1b[K", stderr);
    }
    return flush(run, run->out.len) && got == CLI_LINE_END;
}

int
explain_batch(const explain_setup *setup, concors_machine *machine, const char *path,
              const cli_args *args)
{
    bool standard = path == NULL || strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    cli_lines lines = {.fd = fd, .max = LINE_BYTES_MAX};
    batch run = {.setup = setup, .host = concors_machine_host(machine)};
    int code = CLI_EXIT_UNUSABLE;

    if (fd < 0) {
        cli_error("%s: %s", path, strerror(errno));
        return code;
    }
    run.shows_progress = isatty(STDERR_FILENO) && !args->quiet;
    run.next_progress_s = cli_clock_s() + 1;
    if (cli_arena_open(&run.arena, CLI_ARENA_START) && make_out(&run, OUT_START) &&
        explain_lines(&run, &lines) && !run.any_bad) {
        code = cli_exit_code(run.worst, args->fail_on);
    }
    free(run.out.ptr);
    cli_arena_close(&run.arena);
    cli_lines_close(&lines);
    if (!standard) {
        close(fd);
    }
    return code;
}
