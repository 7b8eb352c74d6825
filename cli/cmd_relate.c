/* cli/cmd_relate.c: `concors relate`: two URLs, and whether they are one origin, one site, one
 * cookie scope. */
#include "relate.h"

#include <stdlib.h>
#include <string.h>

static const char *
which(const cli_args *args, size_t failed)
{
    if (args->operand_count == 1) {
        return "the URL";
    }
    return failed == 0 ? "the first URL" : "the second URL";
}

/* The text is not repeated: it may hold a password. */
static int
refuse(const cli_args *args, size_t failed, concors_status status, concors_url_error why)
{
    concors_span what = concors_url_error_text(why);

    if (status == CONCORS_E_LIMIT) {
        cli_error("%s: longer than %d bytes", which(args, failed), CONCORS_URL_MAX);
    } else if (status != CONCORS_E_SYNTAX) {
        cli_error("%s: out of memory", which(args, failed));
    } else if (why == CONCORS_URL_E_NO_SCHEME) {
        cli_error("%s: no scheme in front, write https://HOST/", which(args, failed));
    } else {
        cli_error("%s: %.*s", which(args, failed), (int)what.len, what.ptr);
    }
    return CLI_EXIT_UNUSABLE;
}

/* "localhost:3000" is a URL of the scheme localhost, which nobody means. */
static void
warn_odd_scheme(const relate_pair *pair)
{
    for (size_t i = 0; i < pair->count; i++) {
        const concors_url *url = &pair->urls[i].url;
        bool digit = url->path.len > 0 && url->path.ptr[0] >= '0' && url->path.ptr[0] <= '9';
        if (url->scheme == CONCORS_SCHEME_OTHER && digit) {
            cli_error("warning: \"%.*s:\" is read as a scheme; write http:// or https:// in front",
                      (int)url->scheme_name.len, url->scheme_name.ptr);
        }
    }
}

static int
print(const relate_pair *pair, const cli_args *args, const concors_machine *machine,
      concors_arena *arena, concors_out *out)
{
    if (args->json) {
        relate_json(pair, out);
        concors_out_char(out, '\n');
    } else {
        concors_text_options options = cli_text_options(args);
        relate_text(pair, machine, &options, arena, out);
    }
    if (concors_out_status(out) != CONCORS_OK) {
        cli_error("out of memory");
        return CLI_EXIT_UNUSABLE;
    }
    return cli_print((concors_span){out->ptr, out->len}) ? CLI_EXIT_OK : CLI_EXIT_UNUSABLE;
}

static int
relate_operands(concors_machine *machine, const cli_args *args, concors_arena *arena,
                relate_pair *pair)
{
    concors_span texts[2];
    size_t failed = 0;
    concors_url_error why;

    for (size_t i = 0; i < args->operand_count; i++) {
        texts[i] = (concors_span){args->operands[i], strlen(args->operands[i])};
    }
    concors_status status =
        relate_read(machine, texts, args->operand_count, arena, pair, &failed, &why);
    if (status != CONCORS_OK) {
        return refuse(args, failed, status, why);
    }
    concors_out out = {malloc(RELATE_TEXT_MAX), RELATE_TEXT_MAX, 0};
    if (out.ptr == NULL) {
        cli_error("out of memory");
        return CLI_EXIT_UNUSABLE;
    }
    warn_odd_scheme(pair);
    int code = print(pair, args, machine, arena, &out);
    free(out.ptr);
    return code;
}

static int
relate_once(concors_machine *machine, const cli_args *args)
{
    concors_arena arena;
    int code = CLI_EXIT_UNUSABLE;

    if (!cli_arena_open(&arena, RELATE_ROOM)) {
        return code;
    }
    relate_pair *pair = malloc(sizeof *pair);
    if (pair == NULL) {
        cli_error("out of memory");
    } else {
        code = relate_operands(machine, args, &arena, pair);
    }
    free(pair);
    cli_arena_close(&arena);
    return code;
}

static int
run(const cli_args *args)
{
    bool batch = cli_args_has(args, CLI_OPT_BATCH);

    if (batch ? args->operand_count > 0 : args->operand_count < 1 || args->operand_count > 2) {
        cli_error(batch ? "relate --batch reads standard input and takes no URL"
                        : "relate takes one URL or two, see 'concors relate --help'");
        return CLI_EXIT_UNUSABLE;
    }
    concors_machine *machine = cli_machine_open(args);
    if (machine == NULL) {
        return CLI_EXIT_UNUSABLE;
    }
    int code = batch ? relate_batch(machine) : relate_once(machine, args);
    if (batch || code == CLI_EXIT_OK) {
        cli_machine_warn(machine, args);
    }
    concors_machine_close(machine);
    return code;
}

const cli_command cli_command_relate = {
    .name = "relate",
    .bit = CLI_RELATE,
    .run = run,
    .operand = CLI_VALUE_TEXT,
    .synopsis = "[OPTION...] URL [URL2]",
    .summary = "whether two URLs are one origin, one site, one cookie scope",
    .text = "Says of two URLs whether scripts of one may read the other (same origin), whether\n"
            "SameSite cookies go between them (same site), and which Domain attribute makes a\n"
            "cookie reach both; and which rule of the public suffix list decides that. With one\n"
            "URL: its origin, its site, and how far its cookies can reach.",
    .examples = "  concors relate https://app.example.com https://api.example.com\n"
                "  concors relate --json https://alice.github.io\n"
                "  concors relate --batch < pairs.ndjson   # [\"URL\", \"URL2\"] a line\n",
    .exits = "  0  answered\n"
             "  2  unusable input or arguments\n",
};
