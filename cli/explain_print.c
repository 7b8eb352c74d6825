/* cli/explain_print.c: the report on its way to standard output. */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

/* Puts what there is to add behind the first line, which may be several on the screen. */
static concors_status
insert_line(const concors_report *report, concors_text_options options, const explain_more *more,
            concors_arena *scratch, concors_out *out)
{
    char text[512];
    concors_out line = {text, sizeof text, 0};
    concors_out first = {NULL, 0, 0};

    options.quiet = true;
    if (concors_report_text(report, &options, scratch, &first) == CONCORS_E_LIMIT) {
        return CONCORS_E_LIMIT;
    }
    more->first(more->user, &line);
    size_t len = line.len < sizeof text && first.len <= out->len ? line.len : 0;
    out->len += len;
    if (out->len <= out->cap && len > 0) {
        memmove(out->ptr + first.len + len, out->ptr + first.len, out->len - len - first.len);
        memcpy(out->ptr + first.len, text, len);
    }
    return concors_out_status(out);
}

static concors_status
write_text(const concors_report *report, const cli_args *args, const explain_more *more,
           concors_arena *scratch, concors_out *out)
{
    concors_text_options options = cli_text_options(args);
    concors_status status = concors_report_text(report, &options, scratch, out);

    if (more != NULL && status != CONCORS_E_LIMIT) {
        status = insert_line(report, options, more, scratch, out);
        if (!args->quiet) {
            more->text(more->user, out);
            status = concors_out_status(out);
        }
    }
    return status;
}

static concors_status
write_report(const concors_report *report, const cli_args *args, const explain_more *more,
             concors_arena *scratch, concors_out *out)
{
    if (!args->json) {
        return write_text(report, args, more, scratch, out);
    }
    concors_report_json(report, args->show_values, out);
    if (more != NULL) {
        out->len--; /* the closing brace */
        more->json(more->user, out);
        concors_out_char(out, '}');
    }
    concors_out_char(out, '\n');
    return concors_out_status(out);
}

bool
explain_print_report(const concors_report *report, const cli_args *args, const explain_more *more,
                     concors_arena *scratch)
{
    concors_out out = {malloc(CLI_ARENA_START), CLI_ARENA_START, 0};
    concors_status status = CONCORS_E_ROOM;

    while (out.ptr != NULL &&
           (status = write_report(report, args, more, scratch, &out)) == CONCORS_E_ROOM) {
        free(out.ptr);
        out = (concors_out){malloc(out.len), out.len, 0};
    }
    if (status != CONCORS_OK) {
        cli_error(out.ptr == NULL ? "out of memory" : "the report is beyond a limit");
    }
    bool done = status == CONCORS_OK && cli_print((concors_span){out.ptr, out.len});
    free(out.ptr);
    return done;
}

void
explain_print_footer(const concors_report *report, const concors_machine *machine,
                     const cli_args *args, double started_s)
{
    enum { WIDTH = 78 };
    size_t column = 0;

    if (args->json || args->quiet) {
        return;
    }
    putchar('\n');
    for (size_t i = 0; i < report->trace_count; i++) {
        char name[64];
        concors_out out = {name, sizeof name, 0};
        concors_profile_write(report->traces[i].profile, &out);
        if (column > 0) {
            bool fits = column + 2 + out.len < WIDTH;
            fputs(fits ? ", " : ",\n", stdout);
            column = fits ? column + 2 : 0;
        }
        printf("%.*s", (int)out.len, name);
        column += out.len;
    }
    printf("\nsuffix list of %s; %.1f ms\n", concors_machine_psl_date(machine),
           (cli_clock_s() - started_s) * 1e3);
}
