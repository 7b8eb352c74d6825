/* cli/policy_simulate.c: what a policy decides about one request. */
#include "policy.h"

#include <string.h>

enum { ASKED_MAX = 1000 };

static concors_span
span_of(const char *text)
{
    return text == NULL ? (concors_span){NULL, 0} : (concors_span){text, strlen(text)};
}

/* --header, in the order given. */
static size_t
asked_headers(const cli_args *args, concors_span *asked)
{
    size_t count = 0;

    for (size_t i = 0; i < args->given_count && count < ASKED_MAX; i++) {
        if (args->given[i].id == CLI_OPT_HEADER) {
            asked[count++] = span_of(args->given[i].value);
        }
    }
    return count;
}

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

static void
write_json(const void *what, concors_out *out)
{
    const concors_decision *decision = what;

    concors_out_put(out, CONCORS_LIT("{\"concors\":\"" CONCORS_VERSION "\",\"decision\":\""));
    concors_out_put(out, kind_text(decision->kind));
    concors_out_put(out, CONCORS_LIT("\",\"enforced\":"));
    concors_out_put(out, decision->enforced ? CONCORS_LIT("true") : CONCORS_LIT("false"));
    concors_out_put(out, CONCORS_LIT(",\"preflight\":"));
    concors_out_put(out, decision->preflight ? CONCORS_LIT("true") : CONCORS_LIT("false"));
    concors_out_put(out, CONCORS_LIT(",\"status\":"));
    if (decision->status > 0) {
        concors_out_u64(out, decision->status);
    } else {
        concors_out_put(out, CONCORS_LIT("null"));
    }
    concors_out_put(out, CONCORS_LIT(",\"reason\":\""));
    concors_out_put(out, concors_decision_reason_text(decision->reason));
    concors_out_put(out, CONCORS_LIT("\",\"csrf\":\""));
    concors_out_put(out, concors_csrf_text(decision->csrf));
    concors_out_char(out, '"');
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
write_text(const void *what, concors_out *out)
{
    const concors_decision *decision = what;

    write_first_line(decision, out);
    for (size_t i = 0; i < decision->set_count; i++) {
        concors_out_put(out, CONCORS_LIT("  "));
        concors_out_visible(decision->set[i].name, out);
        concors_out_put(out, CONCORS_LIT(": "));
        concors_out_visible(decision->set[i].value, out);
        concors_out_char(out, '\n');
    }
    concors_out_put(out, decision->vary ? CONCORS_LIT("  Vary: Origin\n") : CONCORS_LIT(""));
}

/* A preflight asks for the method and headers; a request has them. */
static void
simulate(const cli_args *args, const concors_policy *policy, concors_decision *decision)
{
    concors_span asked[ASKED_MAX];
    const char *method = cli_args_value(args, CLI_OPT_METHOD);
    bool preflight = cli_args_has(args, CLI_OPT_PREFLIGHT);
    concors_policy_request request = {
        .method = span_of(method != NULL ? method : "GET"),
        .origin = span_of(cli_args_value(args, CLI_OPT_ORIGIN)),
        .path = CONCORS_LIT("/"),
        .secure = true,
        .hmac = concors_machine_hmac(),
    };

    if (preflight) {
        request.asked_method = request.method;
        request.method = CONCORS_LIT("OPTIONS");
        request.asked = asked;
        request.asked_count = asked_headers(args, asked);
    }
    concors_policy_decide(policy, &request, decision);
}

int
policy_simulate(const cli_args *args, const policy_input *input, const char *name)
{
    const concors_policy *policy = policy_named(input, name);
    concors_decision decision;

    if (policy == NULL) {
        return CLI_EXIT_UNUSABLE;
    }
    if (cli_args_value(args, CLI_OPT_ORIGIN) == NULL) {
        cli_error("policy simulate needs --origin ORIGIN");
        return CLI_EXIT_UNUSABLE;
    }
    if (cli_args_has(args, CLI_OPT_HEADER) && !cli_args_has(args, CLI_OPT_PREFLIGHT)) {
        cli_error("--header says what a preflight asks for: add --preflight");
        return CLI_EXIT_UNUSABLE;
    }
    simulate(args, policy, &decision);
    if (args->quiet && !args->json) {
        decision.set_count = 0;
        decision.vary = false;
    }
    if (!policy_print(args->json ? write_json : write_text, &decision)) {
        return CLI_EXIT_UNUSABLE;
    }
    return decision.kind == CONCORS_DECISION_REFUSE ? CLI_EXIT_BLOCKED : CLI_EXIT_OK;
}
