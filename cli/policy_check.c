/* cli/policy_check.c: every mistake on a line: FILE:LINE:COL: severity: reason: value: remedy. */
#include "policy.h"

#include <string.h>

static concors_span
severity_text(concors_severity severity)
{
    return severity == CONCORS_SEVERITY_ERROR ? CONCORS_LIT("error") : CONCORS_LIT("warning");
}

static concors_span
file_of(const policy_input *input, const concors_mistake *mistake)
{
    return mistake->file.ptr != NULL ? mistake->file
                                     : (concors_span){input->path, strlen(input->path)};
}

static void
put_count(size_t count, concors_span one, concors_span many, concors_out *out)
{
    concors_out_u64(out, count);
    concors_out_char(out, ' ');
    concors_out_put(out, count == 1 ? one : many);
}

typedef struct check_output {
    const policy_input *input;
    bool quiet;
} check_output;

static void
write_text(const void *what, concors_out *out)
{
    const check_output *check = what;
    const concors_mistakes *mistakes = concors_policy_file_mistakes(check->input->file);
    const concors_policies *policies = concors_policy_file_policies(check->input->file);
    const concors_span path = {check->input->path, strlen(check->input->path)};

    if (mistakes->errors == 0) {
        put_count(policies->count, CONCORS_LIT("policy"), CONCORS_LIT("policies"), out);
        concors_out_put(out, CONCORS_LIT(", no mistakes"));
    } else {
        put_count(mistakes->errors, CONCORS_LIT("mistake"), CONCORS_LIT("mistakes"), out);
    }
    if (mistakes->warnings > 0) {
        concors_out_put(out, CONCORS_LIT(", "));
        put_count(mistakes->warnings, CONCORS_LIT("warning"), CONCORS_LIT("warnings"), out);
    }
    concors_out_char(out, '\n');
    for (size_t i = 0; i < mistakes->kept && !check->quiet; i++) {
        concors_policy_mistake_write(path, &mistakes->list[i], out);
        concors_out_char(out, '\n');
    }
    if (!check->quiet && mistakes->kept < mistakes->errors + mistakes->warnings) {
        concors_out_put(out, CONCORS_LIT("and "));
        concors_out_u64(out, mistakes->errors + mistakes->warnings - mistakes->kept);
        concors_out_put(out, CONCORS_LIT(" more\n"));
    }
}

static void
put_member(concors_span key, concors_span value, concors_out *out)
{
    concors_out_put(out, key);
    if (value.ptr == NULL) {
        concors_out_put(out, CONCORS_LIT("null"));
    } else {
        concors_json_string(value, out);
    }
}

static void
put_mistake_json(const policy_input *input, const concors_mistake *mistake, concors_out *out)
{
    put_member(CONCORS_LIT("{\"severity\":"), severity_text(mistake->severity), out);
    put_member(CONCORS_LIT(",\"reason\":"), mistake->code, out);
    put_member(CONCORS_LIT(",\"policy\":"), mistake->policy, out);
    put_member(CONCORS_LIT(",\"file\":"), file_of(input, mistake), out);
    concors_out_put(out, CONCORS_LIT(",\"line\":"));
    concors_out_u64(out, mistake->line);
    concors_out_put(out, CONCORS_LIT(",\"column\":"));
    concors_out_u64(out, mistake->column);
    put_member(CONCORS_LIT(",\"value\":"), mistake->value, out);
    put_member(CONCORS_LIT(",\"what\":"), mistake->what, out);
    put_member(CONCORS_LIT(",\"remedy\":"), mistake->remedy, out);
    concors_out_char(out, '}');
}

static void
write_json(const void *what, concors_out *out)
{
    const check_output *check = what;
    const concors_mistakes *mistakes = concors_policy_file_mistakes(check->input->file);
    const concors_policies *policies = concors_policy_file_policies(check->input->file);

    concors_out_put(out, CONCORS_LIT("{\"concors\":\"" CONCORS_VERSION "\",\"errors\":"));
    concors_out_u64(out, mistakes->errors);
    concors_out_put(out, CONCORS_LIT(",\"warnings\":"));
    concors_out_u64(out, mistakes->warnings);
    concors_out_put(out, CONCORS_LIT(",\"policies\":["));
    for (size_t i = 0; i < policies->count; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        concors_json_string(concors_policy_describe(policies->list[i]).name, out);
    }
    concors_out_put(out, CONCORS_LIT("],\"mistakes\":["));
    for (size_t i = 0; i < mistakes->kept; i++) {
        concors_out_put(out, i > 0 ? CONCORS_LIT(",") : CONCORS_LIT(""));
        put_mistake_json(check->input, &mistakes->list[i], out);
    }
    concors_out_put(out, CONCORS_LIT("]}\n"));
}

int
policy_check(const cli_args *args, const policy_input *input)
{
    const check_output check = {input, args->quiet};

    if (!policy_print(args->json ? write_json : write_text, &check)) {
        return CLI_EXIT_UNUSABLE;
    }
    return concors_policy_file_mistakes(input->file)->errors > 0 ? CLI_EXIT_BLOCKED : CLI_EXIT_OK;
}
