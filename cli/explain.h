/* cli/explain.h: what `explain` and `explain --batch` share; `probe` ends in it too. */
#ifndef CONCORS_CLI_EXPLAIN_H
#define CONCORS_CLI_EXPLAIN_H

#include "cli.h"

typedef struct explain_browsers {
    concors_profile list[CONCORS_BROWSERS_MAX];
    size_t count;
} explain_browsers;

typedef struct explain_setup {
    explain_browsers browsers; /* of --browser, else the usual ones */
    bool forced;               /* --browser was given: the journey's own list does not count */
    bool has_now;              /* --now was given: so does its time not */
    int64_t now_ms;
    bool show_values;
    bool no_fixes; /* findings alone */
    concors_depth depth;
} explain_setup;

/* false after an error line. */
bool explain_browsers_read(const char *list, explain_browsers *browsers);
bool explain_setup_read(const cli_args *args, explain_setup *setup);

/* Runs the browsers and builds the report, all in the arena. */
concors_status explain_journey(const explain_setup *setup, const concors_host *host,
                               concors_journey *journey, concors_arena *arena,
                               concors_report *report);

/* What a host of the report has to add to it. */
typedef struct explain_more {
    /* Says of findings what it knows better. CONCORS_OK, CONCORS_E_ROOM. */
    concors_status (*revise)(const void *user, concors_report *report, concors_arena *arena);
    void (*first)(const void *user, concors_out *out); /* a line behind the first one */
    void (*text)(const void *user, concors_out *out);  /* behind the report; not with --quiet */
    void (*json)(const void *user, concors_out *out);  /* ,"key":value before the closing brace */
    const void *user;
} explain_more;

/* explain_print.c: writes the report into a buffer that grows until it fits, and prints it. false
 * after an error line. */
bool explain_print_report(const concors_report *report, const cli_args *args,
                          const explain_more *more, concors_arena *scratch);
/* What the answer rests on: profiles and suffix list; and how long it took. */
void explain_print_footer(const concors_report *report, const concors_machine *machine,
                          const cli_args *args, double started_s);

/* Prints the report of a journey as explain does; the exit code. more: or NULL. */
int explain_print_journey(const explain_setup *setup, concors_machine *machine,
                          concors_journey *journey, const cli_args *args, const explain_more *more);

/* What `explain --verify` holds against a browser. */
typedef struct explain_verified {
    concors_span text; /* of the journey, as it was read */
    const concors_report *report;
    int64_t now_ms;          /* as the model took it */
    const char *suffix_list; /* of which day it is */
} explain_verified;

/* cmd_verify.c: the one profile that --verify asks for; false after an error line. */
bool explain_verify_prepare(const cli_args *args, explain_setup *setup);
/* Returns only when it fails, after an error line. */
int explain_verify(const explain_verified *asked, const cli_args *args);

/* cmd_batch.c: path NULL or "-": standard input. The exit code. */
int explain_batch(const explain_setup *setup, concors_machine *machine, const char *path,
                  const cli_args *args);

#endif
