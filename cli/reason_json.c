/* cli/reason_json.c: reasons in their machine form. */
#include "reason.h"

#include <stdlib.h>
#include <string.h>

enum { REASON_JSON_MAX = 4096 }; /* of one reason */

static void
put_member(const char *name, concors_span value, concors_out *out)
{
    concors_out_char(out, ',');
    concors_json_string((concors_span){name, strlen(name)}, out);
    concors_out_char(out, ':');
    concors_json_string(value, out);
}

static void
put_reason(concors_reason reason, concors_out *out)
{
    static const concors_span severities[] = {
        [CONCORS_SEVERITY_INFO] = CONCORS_LIT_INIT("info"),
        [CONCORS_SEVERITY_WARNING] = CONCORS_LIT_INIT("warning"),
        [CONCORS_SEVERITY_ERROR] = CONCORS_LIT_INIT("error"),
    };
    const concors_reason_info *info = concors_reason_get(reason);

    concors_out_put(out, CONCORS_LIT("{\"code\":"));
    concors_json_string(info->code, out);
    put_member("severity", severities[info->severity], out);
    put_member("what", info->sentence, out);
    put_member("why", info->why, out);
    put_member("where", info->where, out);
    put_member("remedy", info->remedy, out);
    put_member("spec", info->spec, out);
    concors_out_put(out, CONCORS_LIT(",\"docs\":\"reasons/"));
    concors_out_put(out, info->code);
    concors_out_put(out, CONCORS_LIT("\"}"));
}

int
reason_print_json(const concors_reason *list, size_t count)
{
    size_t cap = (count + 1) * REASON_JSON_MAX;
    concors_out out = {malloc(cap), cap, 0};
    int code = CLI_EXIT_UNUSABLE;

    if (out.ptr == NULL) {
        cli_error("out of memory");
        return code;
    }
    concors_out_put(&out, CONCORS_LIT("{\"reasons\":["));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            concors_out_char(&out, ',');
        }
        put_reason(list[i], &out);
    }
    concors_out_put(&out, CONCORS_LIT("]}\n"));
    if (concors_out_status(&out) != CONCORS_OK) {
        cli_error("out of memory");
    } else if (cli_print((concors_span){out.ptr, out.len})) {
        code = CLI_EXIT_OK;
    }
    free(out.ptr);
    return code;
}
