/* cli/reason_json.c: reasons in their machine form. */
#include "reason.h"

#include <stdlib.h>
#include <string.h>

enum { REASON_JSON_MAX = 4096, DOCUMENT_MAX = 1024 }; /* of one reason */

static void
put_member(const char *name, concors_span value, concors_out *out)
{
    concors_out_char(out, ',');
    concors_json_string((concors_span){name, strlen(name)}, out);
    concors_out_char(out, ':');
    concors_json_string(value, out);
}

static void
put_example(const reason_example *example, concors_out *out)
{
    static const concors_span names[] = {CONCORS_LIT_INIT(",\"wrong\":"),
                                         CONCORS_LIT_INIT(",\"right\":")};
    const char *const texts[] = {example->wrong, example->right};

    for (size_t i = 0; i < 2 && example->wrong != NULL; i++) {
        char text[DOCUMENT_MAX];
        concors_out document = {text, sizeof text, 0};
        reason_put_document(texts[i], &document);
        concors_out_put(out, names[i]);
        concors_json_string((concors_span){text, document.len}, out);
    }
}

static void
put_reason(size_t number, concors_out *out)
{
    static const concors_span severities[] = {
        [CONCORS_SEVERITY_INFO] = CONCORS_LIT_INIT("info"),
        [CONCORS_SEVERITY_WARNING] = CONCORS_LIT_INIT("warning"),
        [CONCORS_SEVERITY_ERROR] = CONCORS_LIT_INIT("error"),
    };
    static const concors_span topics[] = {
        [REASON_OF_BROWSERS] = CONCORS_LIT_INIT("browser"),
        [REASON_OF_POLICIES] = CONCORS_LIT_INIT("policy"),
        [REASON_OF_DECISIONS] = CONCORS_LIT_INIT("decision"),
    };
    const reason_entry entry = reason_entry_get(number);
    const concors_reason_info *info = &entry.info;

    concors_out_put(out, CONCORS_LIT("{\"code\":"));
    concors_json_string(info->code, out);
    put_member("topic", topics[entry.topic], out);
    put_member("severity", severities[info->severity], out);
    put_member("what", info->sentence, out);
    put_member("why", info->why, out);
    put_member("where", info->where, out);
    put_member("remedy", info->remedy, out);
    put_member("spec", info->spec, out);
    if (entry.example != NULL) {
        put_example(entry.example, out);
    }
    concors_out_put(out, CONCORS_LIT(",\"docs\":\"reasons/"));
    concors_out_put(out, info->code);
    concors_out_put(out, CONCORS_LIT("\"}"));
}

int
reason_print_json(const size_t *numbers, size_t count)
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
        put_reason(numbers[i], &out);
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
