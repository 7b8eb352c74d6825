/* cli/cmd_probe.c: `concors probe`: what a live server answers to a browser, explained. */
#include "audit_run.h"
#include "explain.h"

#include <stdlib.h>
#include <string.h>

enum { KEEP_BYTES = 128 << 20 }; /* 42 answers with all their headers; touched only when needed */

/* The journey's reader names a JSON pointer; the user wrote an option. */
static const char *
option_of(concors_span pointer)
{
    static const struct {
        const char *end;
        const char *option;
    } names[] = {
        {"/page", "--page"},
        {"/steps/0/request/url", "URL"},
        {"/url", "--then"},
        {"/method", "--method"},
        {"/mode", "--mode"},
        {"/kind", "--kind"},
        {"/credentials", "--credentials"},
        {"/set_cookie", "--cookie"},
        {"/with_credentials", "--credentials"},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i].end);
        if (pointer.len >= len && memcmp(pointer.ptr + pointer.len - len, names[i].end, len) == 0) {
            return names[i].option;
        }
    }
    bool ancestor = pointer.len > 11 && memcmp(pointer.ptr, "/ancestors/", 11) == 0;
    return ancestor ? "--ancestor" : "--header";
}

static bool
read_journey(probe_walk *walk, const probe_order *order)
{
    concors_error error = {0};
    concors_span text = {order->journey.ptr, order->journey.len};
    concors_status status =
        concors_journey_read(text, walk->host, &walk->keep, &walk->journey, &error);

    if (status == CONCORS_E_SYNTAX) {
        cli_error("probe: %s: %.*s", option_of(error.pointer), (int)error.what.len, error.what.ptr);
        return false;
    }
    if (status != CONCORS_OK) {
        cli_error("probe: the request is larger than the model reads");
        return false;
    }
    return true;
}

/* Room for every answer that may come. */
static bool
make_room(probe_walk *walk)
{
    size_t count = walk->journey.step_count;
    concors_step *steps = concors_arena_take_many(&walk->keep, count, sizeof *steps);
    walk->redirects =
        concors_arena_take_many(&walk->keep, count * PROBE_EXCHANGES_MAX, sizeof *walk->redirects);
    walk->sent =
        concors_arena_take_many(&walk->keep, 2 * count * PROBE_EXCHANGES_MAX, sizeof *walk->sent);

    if (steps == NULL || walk->redirects == NULL || walk->sent == NULL) {
        cli_error("probe: out of memory");
        return false;
    }
    memcpy(steps, walk->journey.steps, count * sizeof *steps);
    for (size_t i = 0; i < count; i++) {
        steps[i].redirects = walk->redirects + i * PROBE_EXCHANGES_MAX;
    }
    walk->steps = steps;
    walk->journey.steps = steps;
    return true;
}

/* What --wait adds to the time that everything may take. */
static double
waits_s(const probe_order *order)
{
    double sum_s = 0;

    for (size_t i = 0; i < order->request_count; i++) {
        sum_s += order->requests[i].wait_s;
    }
    return sum_s;
}

/* What probe knows beside the report. */
typedef struct addition {
    const probe_shown *shown;
    const audit *audit; /* or NULL */
    const cli_args *args;
} addition;

static concors_status
revise(const void *user, concors_report *report, concors_arena *arena)
{
    const addition *more = user;

    return probe_report_revise(more->shown, report, arena);
}

static void
add_first(const void *user, concors_out *out)
{
    const addition *more = user;

    if (!more->args->quiet) {
        probe_report_first(more->shown, out);
    }
    audit_put_first(more->audit, more->args, out);
}

static void
add_text(const void *user, concors_out *out)
{
    const addition *more = user;

    probe_report_text(more->shown, out);
    audit_put_text(more->audit, more->args, out);
}

static void
add_json(const void *user, concors_out *out)
{
    const addition *more = user;

    probe_report_json(more->shown, out);
    audit_put_json(more->audit, out);
}

/* A server that names one origin to whoever asks for one address does so for the others. */
static void
mark_constant(audit *a, probe_walk *walk)
{
    const concors_step *audited = &walk->steps[a->step];
    concors_origin api = concors_url_origin(&audited->request.url, 0);

    for (size_t i = 0; a->same_for_all && i < walk->journey.step_count; i++) {
        concors_step *step = &walk->steps[i];
        concors_origin other = concors_url_origin(&step->request.url, 0);
        step->first.response.same_for_all =
            step->first.response.same_for_all ||
            (step->redirect_count == 0 && audited->redirect_count == 0 &&
             concors_same_origin(&api, &other) &&
             audit_same_cors(a, &audited->first.response, &step->first.response));
    }
}

/* The audit, and the report of both. */
static int
audit_and_report(probe_walk *walk, const probe_order *order, const audit_order *wanted, audit *a,
                 explain_setup *setup, concors_machine *machine)
{
    probe_shown shown = {walk, order};
    addition added = {&shown, NULL, order->args};
    explain_more more = {revise, add_first, add_text, add_json, &added};
    bool sent = false;

    if (a != NULL && !audit_run(a, wanted, order, walk, &sent)) {
        return CLI_EXIT_UNUSABLE;
    }
    if (sent) {
        added.audit = a;
        for (audit *one = a; one != NULL; one = one->next) {
            mark_constant(one, walk);
        }
    }
    int code = explain_print_journey(setup, machine, &walk->journey, order->args, &more);
    if (code == CLI_EXIT_OK && order->args->fail_on == CLI_FAIL_ON_AUDIT && sent &&
        audit_has_error(a)) {
        code = CLI_EXIT_BLOCKED;
    }
    return code;
}

static int
walk_and_report(probe_walk *walk, probe_order *order, const audit_order *wanted,
                concors_machine *machine)
{
    const cli_args *args = order->args;
    explain_setup *setup = calloc(1, sizeof *setup);
    int code = CLI_EXIT_UNUSABLE;

    if (setup == NULL) {
        cli_error("probe: out of memory");
    } else if (read_journey(walk, order) && make_room(walk) && explain_setup_read(args, setup)) {
        walk->profiles = setup->browsers.list;
        walk->profile_count = setup->browsers.count;
        walk->now_ms = setup->now_ms;
        bool good = true;
        audit *a = audit_open(wanted, walk, &good);
        order->wire.notes = &walk->notes;
        order->wire.deadline_s = cli_clock_s() + order->wire.max_time_s + waits_s(order);
        if (order->jar.partitioned > 0) {
            probe_note_add(&walk->notes, "cookies-partitioned",
                           "%zu cookies of --cookies belong to another site's partition and are "
                           "left out",
                           order->jar.partitioned);
        }
        code = good ? probe_walk_run(walk, order) : CLI_EXIT_UNUSABLE;
        if (code == CLI_EXIT_OK) {
            probe_jar_prune(walk, order);
            code = probe_differ(walk, order) && probe_save(walk, order)
                       ? audit_and_report(walk, order, wanted, a, setup, machine)
                       : CLI_EXIT_UNUSABLE;
            cli_machine_warn(machine, args);
        }
        audit_close(a);
    }
    free(setup);
    return code;
}

static int
probe(probe_order *order, const audit_order *wanted)
{
    concors_machine *machine = cli_machine_open(order->args);
    probe_walk *walk = calloc(1, sizeof *walk);
    int code = CLI_EXIT_UNUSABLE;

    if (machine != NULL && walk != NULL && probe_wire_start()) {
        walk->host = concors_machine_host(machine);
        if (cli_arena_open(&walk->keep, KEEP_BYTES) &&
            cli_arena_open(&walk->scratch, CLI_ARENA_START)) {
            code = walk_and_report(walk, order, wanted, machine);
        }
        cli_arena_close(&walk->keep);
        cli_arena_close(&walk->scratch);
        probe_wire_stop();
    }
    free(walk);
    if (machine != NULL) {
        concors_machine_close(machine);
    }
    return code;
}

static int
run(const cli_args *args)
{
    probe_order order;
    audit_order wanted;
    int code = probe_order_read(args, &order) && audit_order_read(args, &wanted)
                   ? probe(&order, &wanted)
                   : CLI_EXIT_UNUSABLE;

    probe_order_free(&order);
    return code;
}

const cli_command cli_command_probe = {
    .name = "probe",
    .bit = CLI_PROBE,
    .run = run,
    .operand = CLI_VALUE_TEXT,
    .synopsis = "[OPTION...] URL --page PAGE",
    .summary = "ask a live server as a browser would, and explain what came back",
    .text = "Sends the preflight that a browser would send when the page at PAGE requests\n"
            "URL, then the request itself (not after a failed preflight: no browser would),\n"
            "follows redirects hop by hop, and explains the answers. Credentials are included\n"
            "unless --credentials says otherwise, as a login needs. A --cookie counts as set an\n"
            "hour ago by URL itself. What goes out is what the first browser of the list would\n"
            "send. Options behind a --then are that request's, those before it URL's.\n"
            "The request is real: a POST that orders something orders something.\n"
            "Then about 20 further requests (GET, HEAD and OPTIONS alone) look for what one\n"
            "cannot show: other origins, caches, errors, preflights. They are listed first;\n"
            "--only-request sends none. With --then the first GET is audited whole, of the\n"
            "others what matters most, 25 requests in all.\n",
    .examples = "  concors probe https://api.example.com/me --page https://app.example.com/\n"
                "  concors probe https://api.example.com/login --page https://app.example.com/ \\\n"
                "      --json-body @credentials.json --then /me\n"
                "  concors probe https://api.example.com/me --page https://app.example.com/ \\\n"
                "      --cookie 'sid=1; Secure; SameSite=Lax' --save-journey me.json\n",
};
