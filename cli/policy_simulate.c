/* cli/policy_simulate.c: what a policy decides about one request. */
#include "policy.h"

#include <string.h>

enum { WIDTH = 80 };

/* What is written. */
typedef struct simulation {
    const concors_policy *policy;
    policy_request *simulated;
    concors_decision decision;
    bool gets_token, quiet;
} simulation;

static concors_span
kind_text(concors_decision_kind kind)
{
    switch (kind) {
    case CONCORS_DECISION_ALLOW:
        return CONCORS_LIT("allow");
    case CONCORS_DECISION_REFUSE:
        return CONCORS_LIT("refuse");
    case CONCORS_DECISION_PASS:
        break;
    }
    return CONCORS_LIT("pass");
}

static void
put_header_json(concors_span name, concors_span value, concors_out *out)
{
    concors_out_char(out, '[');
    concors_json_string(name, out);
    concors_out_char(out, ',');
    concors_json_string(value, out);
    concors_out_char(out, ']');
}

static void
put_set_json(const concors_decision *decision, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT(",\"set\":["));
    for (size_t i = 0; i < decision->set_count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_header_json(decision->set[i].name, decision->set[i].value, out);
    }
    if (decision->vary) {
        concors_out_put(out, decision->set_count > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_header_json(CONCORS_LIT("Vary"), CONCORS_LIT("Origin"), out);
    }
    concors_out_put(out, CONCORS_LIT("],\"strip\":["));
    const concors_span *name = concors_policy_stripped();
    for (size_t i = 0; decision->strip && name[i].ptr != NULL; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_json_string(name[i], out);
    }
    concors_out_char(out, ']');
}

static concors_span
truth(bool value)
{
    return value ? CONCORS_LIT("true") : CONCORS_LIT("false");
}

static void
put_member(concors_span name, concors_span value, concors_out *out)
{
    concors_out_put(out, CONCORS_LIT(",\""));
    concors_out_put(out, name);
    concors_out_put(out, CONCORS_LIT("\":"));
    concors_json_string(value, out);
}

static void
write_json(const void *what, concors_out *out)
{
    const simulation *sim = what;
    const concors_decision *decision = &sim->decision;
    const concors_reason_info *info = concors_decision_reason_info(decision->reason);

    concors_out_put(out, CONCORS_LIT("{\"concors\":\"" CONCORS_VERSION "\""));
    put_member(CONCORS_LIT("policy"), concors_policy_describe(sim->policy).name, out);
    put_member(CONCORS_LIT("decision"), kind_text(decision->kind), out);
    concors_out_put(out, CONCORS_LIT(",\"enforced\":"));
    concors_out_put(out, truth(decision->enforced));
    concors_out_put(out, CONCORS_LIT(",\"preflight\":"));
    concors_out_put(out, truth(decision->preflight));
    concors_out_put(out, CONCORS_LIT(",\"status\":"));
    if (decision->status > 0) {
        concors_out_u64(out, decision->status);
    } else {
        concors_out_put(out, CONCORS_LIT("null"));
    }
    put_member(CONCORS_LIT("reason"), info->code, out);
    put_member(CONCORS_LIT("what"), info->sentence, out);
    put_member(CONCORS_LIT("remedy"), info->remedy, out);
    put_member(CONCORS_LIT("csrf"), concors_csrf_text(decision->csrf), out);
    concors_out_put(out, CONCORS_LIT(",\"gets_token\":"));
    concors_out_put(out, truth(sim->gets_token));
    put_set_json(decision, out);
    concors_out_put(out, CONCORS_LIT("}\n"));
}

static void
write_first_line(const concors_decision *decision, concors_out *out)
{
    concors_out_put(out, kind_text(decision->kind));
    concors_out_put(out, CONCORS_LIT(": "));
    concors_out_put(out, concors_decision_reason_text(decision->reason));
    if (decision->status > 0) {
        concors_out_put(out, CONCORS_LIT(", answered with "));
        concors_out_u64(out, decision->status);
    }
    if (!decision->enforced) {
        concors_out_put(out, CONCORS_LIT(" (report: nothing is changed)"));
    }
    concors_out_char(out, '\n');
}

static void
write_headers(const simulation *sim, concors_out *out)
{
    const concors_decision *decision = &sim->decision;

    for (size_t i = 0; i < decision->set_count; i++) {
        concors_out_put(out, CONCORS_LIT("  "));
        concors_out_visible(decision->set[i].name, out);
        concors_out_put(out, CONCORS_LIT(": "));
        concors_out_visible(decision->set[i].value, out);
        concors_out_char(out, '\n');
    }
    concors_out_put(out, decision->vary ? CONCORS_LIT("  Vary: Origin\n") : CONCORS_LIT(""));
    if (sim->gets_token) {
        concors_out_put(out, CONCORS_LIT("  Set-Cookie: "));
        concors_out_put(out, concors_policy_token(sim->policy).cookie);
        concors_out_put(out, CONCORS_LIT("=(a new CSRF token)\n"));
    }
}

static bool
changes_nothing(concors_span method)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS"};
    size_t i = 0;

    while (i < 3 &&
           (method.len != strlen(safe[i]) || memcmp(method.ptr, safe[i], method.len) != 0)) {
        i++;
    }
    return i < 3;
}

/* Nothing where the policy leaves CSRF to others. */
static void
write_csrf(const simulation *sim, concors_out *out)
{
    const concors_policy_request *request = &sim->simulated->request;

    if (!concors_policy_describe(sim->policy).csrf) {
        return;
    }
    concors_out_put(out, CONCORS_LIT("csrf: "));
    if (sim->decision.csrf != CONCORS_CSRF_OFF) {
        concors_out_put(out, concors_csrf_text(sim->decision.csrf));
    } else if (sim->decision.preflight) {
        concors_out_put(out, CONCORS_LIT("not checked, a preflight changes nothing"));
    } else if (changes_nothing(request->method) && !request->websocket) {
        concors_out_put(out, CONCORS_LIT("not checked, "));
        concors_out_put(out, request->method);
        concors_out_put(out, CONCORS_LIT(" changes nothing"));
    } else {
        concors_out_put(out, CONCORS_LIT("not checked, the path is exempt"));
    }
    concors_out_char(out, '\n');
}

/* `head`, then the words of the text in lines of at most WIDTH columns. */
static void
put_wrapped(concors_span head, concors_span text, concors_out *out)
{
    size_t at = head.len;

    concors_out_put(out, head);
    for (size_t i = 0; i < text.len;) {
        const char *blank = memchr(text.ptr + i, ' ', text.len - i);
        size_t word = blank == NULL ? text.len - i : (size_t)(blank - (text.ptr + i));
        bool wraps = i > 0 && at + 1 + word > WIDTH;
        if (i > 0) {
            concors_out_put(out, wraps ? CONCORS_LIT("\n  ") : CONCORS_LIT(" "));
        }
        at = wraps ? 2 + word : at + (i > 0) + word;
        concors_out_put(out, (concors_span){text.ptr + i, word});
        i += word + 1;
    }
    concors_out_char(out, '\n');
}

/* concors_policy_stripped() in short. A preflight that is answered never reaches the application.
 */
static void
write_stripped(const simulation *sim, concors_out *out)
{
    if (sim->decision.strip && sim->decision.status == 0) {
        concors_out_put(out,
                        CONCORS_LIT("Taken out: the application's own Access-Control-* headers\n"));
    }
}

/* Whether the preflight would be refused for this name alone. */
static bool
is_refused(const simulation *sim, concors_span name)
{
    concors_policy_request request = sim->simulated->request;
    concors_decision alone;

    request.asked = &name;
    request.asked_count = 1;
    concors_policy_decide(sim->policy, &request, &alone);
    return alone.reason == CONCORS_D_HEADER_NOT_LISTED;
}

/* The headers that a preflight asked for and may not have. */
static void
write_headers_refused(const simulation *sim, concors_out *out)
{
    enum { SHOWN_MAX = 10 };
    const char *before = "Not listed: ";
    size_t refused = 0;

    if (sim->decision.reason != CONCORS_D_HEADER_NOT_LISTED) {
        return;
    }
    for (size_t i = 0; i < sim->simulated->request.asked_count; i++) {
        concors_span line = sim->simulated->asked[i];
        for (size_t at = 0, end; at < line.len; at = end + 1) {
            const char *comma = memchr(line.ptr + at, ',', line.len - at);
            end = comma == NULL ? line.len : (size_t)(comma - line.ptr);
            const concors_span name = {line.ptr + at, end - at};
            if (is_refused(sim, name) && ++refused <= SHOWN_MAX) {
                concors_out_put(out, (concors_span){before, strlen(before)});
                concors_out_visible(name, out);
                before = ", ";
            }
        }
    }
    if (refused > SHOWN_MAX) {
        concors_out_put(out, CONCORS_LIT(" and "));
        concors_out_u64(out, refused - SHOWN_MAX);
        concors_out_put(out, CONCORS_LIT(" more"));
    }
    concors_out_char(out, '\n');
}

static void
write_text(const void *what, concors_out *out)
{
    const simulation *sim = what;
    const concors_reason_info *info = concors_decision_reason_info(sim->decision.reason);

    write_first_line(&sim->decision, out);
    if (sim->quiet) {
        return;
    }
    write_headers(sim, out);
    write_stripped(sim, out);
    write_csrf(sim, out);
    if (sim->decision.kind == CONCORS_DECISION_REFUSE) {
        put_wrapped(CONCORS_LIT("Why: "), info->sentence, out);
        write_headers_refused(sim, out);
        put_wrapped(CONCORS_LIT("Do this: "), info->remedy, out);
    }
}

static bool
says_enough(const cli_args *args)
{
    if (cli_args_has(args, CLI_OPT_ORIGIN)) {
        return true;
    }
    if (cli_args_has(args, CLI_OPT_PREFLIGHT) || !cli_args_has(args, CLI_OPT_HEADER)) {
        cli_error("policy simulate needs --origin ORIGIN%s",
                  cli_args_has(args, CLI_OPT_PREFLIGHT)
                      ? ": every preflight has one"
                      : ", or for a request without one its other headers (-H)");
        return false;
    }
    return true;
}

int
policy_simulate(const cli_args *args, const policy_input *input, const char *name)
{
    const concors_policy *policy = policy_named(input, name);
    policy_request simulated;
    simulation sim = {.policy = policy, .simulated = &simulated, .quiet = args->quiet};
    int code = CLI_EXIT_UNUSABLE;

    if (policy == NULL || !says_enough(args)) {
        return code;
    }
    if (policy_request_open(&simulated, args, input, policy)) {
        concors_policy_decide(policy, &simulated.request, &sim.decision);
        concors_span session;
        sim.gets_token =
            concors_policy_token_due(policy, &simulated.request, &sim.decision, &session);
        if (policy_print(args->json ? write_json : write_text, &sim)) {
            code = sim.decision.kind == CONCORS_DECISION_REFUSE ? CLI_EXIT_BLOCKED : CLI_EXIT_OK;
        }
    }
    policy_request_close(&simulated);
    return code;
}
