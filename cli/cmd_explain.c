/* cli/cmd_explain.c: `concors explain`: what each browser does with a journey, and why. */
#include "explain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INPUT_MAX = 256 << 20 };

static const char default_browsers[] = "chrome,chrome-no3pc,firefox,safari";

/* The error line of a name that is no profile. */
static void
say_no_browser(concors_span name)
{
    const char *names[32];
    char word[64] = "";
    size_t count = 0;
    size_t len = 0;

    while (len < name.len && len + 1 < sizeof word && name.ptr[len] != '@') {
        word[len] = name.ptr[len];
        len++;
    }
    while (count < 32 && (names[count] = concors_profile_name(count)) != NULL) {
        count++;
    }
    const char *near = cli_suggest(word, names, count);
    if (near != NULL && strcmp(near, word) == 0) {
        cli_error("no such version of %s: '%.*s'", near, (int)name.len, name.ptr);
    } else if (near != NULL) {
        cli_error("no such browser '%.*s', did you mean %s?", (int)name.len, name.ptr, near);
    } else {
        cli_error("no such browser '%.*s', see 'concors --version --json'", (int)name.len,
                  name.ptr);
    }
}

static bool
add_profile(concors_span name, explain_browsers *browsers)
{
    if (browsers->count == CONCORS_BROWSERS_MAX) {
        cli_error("more than %d browsers", CONCORS_BROWSERS_MAX);
        return false;
    }
    if (concors_profile_find(name, &browsers->list[browsers->count]) != CONCORS_OK) {
        say_no_browser(name);
        return false;
    }
    browsers->count++;
    return true;
}

bool
explain_browsers_read(const char *list, explain_browsers *browsers)
{
    browsers->count = 0;
    for (;;) {
        size_t len = strcspn(list, ",");
        if (!add_profile((concors_span){list, len}, browsers)) {
            return false;
        }
        if (list[len] == '\0') {
            return true;
        }
        list += len + 1;
    }
}

bool
explain_setup_read(const cli_args *args, explain_setup *setup)
{
    const char *now = cli_args_value(args, CLI_OPT_NOW);
    const char *list = args->browsers != NULL ? args->browsers : default_browsers;

    setup->now_ms = cli_now_ms();
    setup->has_now = now != NULL;
    setup->show_values = args->show_values;
    setup->no_fixes = args->no_fixes;
    setup->depth = cli_args_has(args, CLI_OPT_BATCH) && !args->all_fixes ? CONCORS_DEPTH_SOME
                                                                         : CONCORS_DEPTH_ALL;
    setup->forced = args->browsers != NULL;
    if (now != NULL && !concors_rfc3339_parse((concors_span){now, strlen(now)}, &setup->now_ms)) {
        cli_error("--now takes a time like 2026-11-20T12:00:00Z, not '%s'", now);
        return false;
    }
    return explain_browsers_read(list, &setup->browsers);
}

/* The browsers of --browser, else those of the journey, else the usual ones. */
static concors_status
choose_browsers(const explain_setup *setup, const concors_journey *journey, concors_arena *arena,
                const concors_profile **profiles, size_t *count)
{
    if (setup->forced || journey->browser_count == 0) {
        *profiles = setup->browsers.list;
        *count = setup->browsers.count;
        return CONCORS_OK;
    }
    concors_profile *own = concors_arena_take_many(arena, journey->browser_count, sizeof *own);
    if (own == NULL) {
        return CONCORS_E_ROOM;
    }
    for (size_t i = 0; i < journey->browser_count; i++) {
        concors_status status = concors_profile_find(journey->browsers[i], &own[i]);
        if (status != CONCORS_OK) {
            return status;
        }
    }
    *profiles = own;
    *count = journey->browser_count;
    return CONCORS_OK;
}

concors_status
explain_journey(const explain_setup *setup, const concors_host *host, concors_journey *journey,
                concors_arena *arena, concors_report *report)
{
    const concors_profile *profiles;
    size_t count;

    if (setup->has_now) {
        journey->has_now = true;
        journey->now_ms = setup->now_ms;
    }
    concors_status status = choose_browsers(setup, journey, arena, &profiles, &count);
    if (status != CONCORS_OK) {
        return status;
    }
    concors_trace *traces = concors_arena_take_many(arena, count, sizeof *traces);
    if (traces == NULL) {
        return CONCORS_E_ROOM;
    }
    status = concors_journey_run_each(journey, profiles, count, host, setup->now_ms, arena, traces);
    if (status != CONCORS_OK) {
        return status;
    }
    status = concors_report_findings(journey, traces, count, arena, report);
    return status != CONCORS_OK || setup->no_fixes
               ? status
               : concors_report_fixes(report, setup->depth, host, setup->now_ms, arena);
}

static int
verify_journey(const explain_setup *setup, concors_machine *machine, concors_journey *journey,
               concors_span text, const cli_args *args)
{
    explain_verified asked = {.text = text};
    concors_report report;
    concors_arena arena;
    concors_status status;
    int code = CLI_EXIT_UNUSABLE;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return code;
    }
    while ((status = explain_journey(setup, concors_machine_host(machine), journey, &arena,
                                     &report)) == CONCORS_E_ROOM) {
        if (!cli_arena_grow(&arena)) {
            return code;
        }
    }
    if (status != CONCORS_OK) {
        cli_error("the journey is beyond a limit");
    } else {
        asked.report = &report;
        asked.suffix_list = concors_machine_psl_date(machine);
        asked.now_ms = journey->has_now ? journey->now_ms : setup->now_ms;
        code = explain_verify(&asked, args);
    }
    cli_arena_close(&arena);
    return code;
}

/* People also see what the next request would carry. */
static concors_status
explain_for(const explain_setup *setup, const concors_host *host, concors_journey *journey,
            bool for_people, const explain_more *more, concors_arena *arena, concors_report *report)
{
    concors_status status = explain_journey(setup, host, journey, arena, report);

    if (status == CONCORS_OK && more != NULL) {
        status = more->revise(more->user, report, arena);
    }
    if (status == CONCORS_OK && for_people) {
        status = concors_report_next(report, host, setup->now_ms, arena);
    }
    return status;
}

int
explain_print_journey(const explain_setup *setup, concors_machine *machine,
                      concors_journey *journey, const cli_args *args, const explain_more *more)
{
    double started_s = cli_clock_s();
    concors_arena arena;
    concors_report report;
    concors_status status;
    int code = CLI_EXIT_UNUSABLE;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return code;
    }
    while ((status = explain_for(setup, concors_machine_host(machine), journey, !args->json, more,
                                 &arena, &report)) == CONCORS_E_ROOM) {
        if (!cli_arena_grow(&arena)) {
            return code;
        }
    }
    if (status != CONCORS_OK) {
        cli_error("the journey is beyond a limit");
    } else if (explain_print_report(&report, args, more, &arena)) {
        explain_print_footer(&report, machine, args, started_s);
        code = cli_exit_code(report.verdict, args->fail_on);
    }
    cli_arena_close(&arena);
    return code;
}

/* Into an arena of its own, which the caller closes; false after an error line. */
static bool
read_journey(concors_machine *machine, const char *name, concors_span text, concors_arena *arena,
             concors_journey *journey)
{
    concors_error error = {0};
    concors_status status;

    while ((status = concors_journey_read(text, concors_machine_host(machine), arena, journey,
                                          &error)) == CONCORS_E_ROOM) {
        if (!cli_arena_grow(arena)) {
            return false;
        }
    }
    if (status != CONCORS_OK) {
        cli_error_at(name, &error);
    }
    return status == CONCORS_OK;
}

static int
explain_file(const explain_setup *setup, concors_machine *machine, const char *path,
             const cli_args *args)
{
    cli_text text;
    concors_arena arena;
    concors_journey journey;
    int code = CLI_EXIT_UNUSABLE;

    if ((path == NULL || strcmp(path, "-") == 0) && isatty(STDIN_FILENO) && !args->quiet) {
        fputs("concors: type or paste a journey, end with Ctrl-D (see concors explain --help)\n",
              stderr);
    }
    if (!cli_read_all(path, INPUT_MAX, "; --batch takes many journeys, one a line", &text)) {
        return code;
    }
    if (cli_arena_open(&arena, CLI_ARENA_START) &&
        read_journey(machine, cli_input_name(path), (concors_span){text.ptr, text.len}, &arena,
                     &journey)) {
        code =
            cli_args_has(args, CLI_OPT_VERIFY)
                ? verify_journey(setup, machine, &journey, (concors_span){text.ptr, text.len}, args)
                : explain_print_journey(setup, machine, &journey, args, NULL);
    }
    cli_arena_close(&arena);
    cli_text_free(&text);
    return code;
}

static int
run(const cli_args *args)
{
    explain_setup *setup = calloc(1, sizeof *setup);
    const char *path = args->operand_count > 0 ? args->operands[0] : NULL;
    int code = CLI_EXIT_UNUSABLE;

    if (setup == NULL) {
        cli_error("out of memory");
        return code;
    }
    if (args->operand_count > 1) {
        cli_error("explain takes one file, not %zu; --batch takes many journeys",
                  args->operand_count);
    } else if (path != NULL && strstr(path, "://") != NULL) {
        cli_error("explain takes a file, not an address: 'concors probe URL --page PAGE' asks it");
    } else if (explain_setup_read(args, setup) &&
               (!cli_args_has(args, CLI_OPT_VERIFY) || explain_verify_prepare(args, setup))) {
        concors_machine *machine = cli_machine_open(args);
        if (machine != NULL) {
            code = cli_args_has(args, CLI_OPT_BATCH) ? explain_batch(setup, machine, path, args)
                                                     : explain_file(setup, machine, path, args);
            if (code != CLI_EXIT_UNUSABLE) {
                cli_machine_warn(machine, args);
            }
            concors_machine_close(machine);
        }
    }
    free(setup);
    return code;
}

const cli_command cli_command_explain = {
    .name = "explain",
    .bit = CLI_EXPLAIN,
    .run = run,
    .operand = CLI_VALUE_FILE,
    .synopsis = "[OPTION...] [FILE|-]",
    .summary = "what each browser does with a journey, and why",
    .text = "Reads a journey (a page, the requests it makes, and what the servers answer; JSON,\n"
            "see concors-journey(5)) from a file or standard input. Says for each browser which\n"
            "request goes out with which cookies, whether the script sees the response, which\n"
            "cookies are stored, and the rule behind every no. Changes that were tried in the\n"
            "model and work stand at the end. Cookie values are never shown unless asked for.\n",
    .examples = "  concors explain login.json\n"
                "  concors explain --browser firefox,safari@18.5 --json login.json\n"
                "  concors explain --fail-on blocked - < login.json\n"
                "  concors explain --verify firefox login.json\n"
                "  concors explain --batch < journeys.ndjson > reports.ndjson\n",
};
