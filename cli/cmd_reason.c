/* cli/cmd_reason.c: `concors reason`: the page of a reason, or the reasons of a pasted message. */
#include "reason.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CODE_MAX = 64, INPUT_MAX = 1 << 20, SAMPLE_MAX = 2048 };

/* "reasons/CODE", as reports have it, too. 0: no such code. */
static size_t
find_code(concors_span word)
{
    static const char folder[] = "reasons/";
    size_t skip = sizeof folder - 1;

    if (word.len > skip && memcmp(word.ptr, folder, skip) == 0) {
        word = (concors_span){word.ptr + skip, word.len - skip};
    }
    return reason_entry_find(word);
}

static void
lower(concors_span from, char *to, size_t cap)
{
    size_t kept = from.len < cap ? from.len : cap - 1;

    for (size_t i = 0; i < kept; i++) {
        to[i] = (char)tolower((unsigned char)from.ptr[i]);
    }
    to[kept] = '\0';
}

/* The number of the code that somebody may have meant, or 0. */
static size_t
near_code(concors_span word)
{
    size_t count = reason_entry_count();
    char(*text)[CODE_MAX] = calloc(count + 1, sizeof *text);
    const char **names = calloc(count + 1, sizeof *names);
    size_t near = 0;

    if (text != NULL && names != NULL) {
        for (size_t i = 0; i < count; i++) {
            lower(reason_entry_get(i + 1).info.code, text[i], CODE_MAX);
            names[i] = text[i];
        }
        lower(word, text[count], CODE_MAX);
        const char *name = cli_suggest(text[count], names, count);
        near = name == NULL ? 0 : find_code((concors_span){name, strlen(name)});
    }
    free(names);
    free(text);
    return near;
}

/* Letters only, as codes are. Anything else may be a secret that was pasted: it is not repeated. */
static bool
is_one_word(concors_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!isalpha((unsigned char)text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0 && text.len < CODE_MAX;
}

/* What browsers say of any failed request: true of every reason, telling of none. */
static bool
says_only_that_it_failed(concors_span text)
{
    static const char *const words[] = {"failed to fetch",
                                        "networkerror when attempting to fetch",
                                        "load failed",
                                        "net::err_failed",
                                        "due to access control checks",
                                        "blocked by cors policy",
                                        "cross-origin request blocked"};
    char start[SAMPLE_MAX];

    lower(text, start, sizeof start);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(start, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static int
not_found(concors_span text)
{
    bool one_word = is_one_word(text);
    size_t near = one_word ? near_code(text) : 0;
    int len = (int)text.len;

    if (near != 0) {
        concors_span code = reason_entry_get(near).info.code;
        cli_error("no reason '%.*s', did you mean '%.*s'?", len, text.ptr, (int)code.len, code.ptr);
    } else if (one_word) {
        cli_error("no reason '%.*s', see 'concors reason --list'", len, text.ptr);
    } else if (says_only_that_it_failed(text)) {
        cli_error(
            "the text says that a request failed, not why: paste the console's line beside it, "
            "or ask the server with 'concors probe'");
    } else {
        cli_error("no reason is known for this text, see 'concors reason --list'");
    }
    return CLI_EXIT_UNUSABLE;
}

static int
match_text(concors_span text, const cli_args *args)
{
    concors_console_matches found;
    concors_arena arena;

    if (!cli_arena_open(&arena, CLI_ARENA_START)) {
        return CLI_EXIT_UNUSABLE;
    }
    concors_status status = concors_console_match(text, &arena, &found);
    cli_arena_close(&arena);
    if (status == CONCORS_E_LIMIT) {
        cli_error("the text is longer than %d bytes: paste the one message",
                  CONCORS_CONSOLE_TEXT_MAX);
        return CLI_EXIT_UNUSABLE;
    }
    if (status != CONCORS_OK) {
        cli_error("out of memory");
        return CLI_EXIT_UNUSABLE;
    }
    if (found.count == 0) {
        return not_found(text);
    }
    if (args->json) {
        size_t numbers[CONCORS_CONSOLE_MATCHES_MAX];
        for (size_t i = 0; i < found.count; i++) {
            numbers[i] = found.list[i];
        }
        return reason_print_json(numbers, found.count);
    }
    reason_put_matches(&found, args);
    return CLI_EXIT_OK;
}

static int
print_list(const cli_args *args)
{
    if (!args->json) {
        reason_put_list(args);
        return CLI_EXIT_OK;
    }
    size_t count = reason_entry_count();
    size_t *all = calloc(count, sizeof *all);
    if (all == NULL) {
        cli_error("out of memory");
        return CLI_EXIT_UNUSABLE;
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = i + 1;
    }
    int code = reason_print_json(all, count);
    free(all);
    return code;
}

/* The operands with a blank between them: a message that was pasted without quotes. */
static bool
join_operands(const cli_args *args, cli_text *out)
{
    size_t room = 1;

    for (size_t i = 0; i < args->operand_count; i++) {
        room += strlen(args->operands[i]) + 1;
    }
    *out = (cli_text){calloc(1, room), 0, room};
    if (out->ptr == NULL) {
        cli_error("out of memory");
        return false;
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        size_t len = strlen(args->operands[i]);
        if (i > 0) {
            out->ptr[out->len++] = ' ';
        }
        memcpy(out->ptr + out->len, args->operands[i], len);
        out->len += len;
    }
    return true;
}

static concors_span
trimmed(const cli_text *text)
{
    concors_span out = {text->ptr, text->len};

    while (out.len > 0 && isspace((unsigned char)out.ptr[0])) {
        out = (concors_span){out.ptr + 1, out.len - 1};
    }
    while (out.len > 0 && isspace((unsigned char)out.ptr[out.len - 1])) {
        out.len--;
    }
    return out;
}

static int
run_text(concors_span text, const cli_args *args)
{
    size_t reason = find_code(text);

    if (reason == 0) {
        return match_text(text, args);
    }
    if (args->json) {
        return reason_print_json(&reason, 1);
    }
    reason_put_page(reason, args);
    return CLI_EXIT_OK;
}

static int
run(const cli_args *args)
{
    cli_text text = {0};
    bool list = cli_args_has(args, CLI_OPT_LIST);

    if (list != (args->operand_count == 0)) {
        cli_error(
            "reason takes a code or a console message, or --list, see 'concors reason --help'");
        return CLI_EXIT_UNUSABLE;
    }
    if (list) {
        return print_list(args);
    }
    bool from_input = args->operand_count == 1 && strcmp(args->operands[0], "-") == 0;
    bool read = from_input ? cli_read_all("-", INPUT_MAX, "", &text) : join_operands(args, &text);
    int code = read ? run_text(trimmed(&text), args) : CLI_EXIT_UNUSABLE;
    cli_text_free(&text);
    return code;
}

const cli_command cli_command_reason = {
    .name = "reason",
    .bit = CLI_REASON,
    .run = run,
    .operand = CLI_VALUE_CODE,
    .synopsis = "[OPTION...] CODE|TEXT|-",
    .summary = "the page of a reason, or the reasons of a pasted console message",
    .text =
        "Prints what a reason means: what the browsers' consoles say, a journey that shows it,\n"
        "what changes when it is repaired, why the rule exists, its exceptions and its place in\n"
        "the standards. Given a console message of Chrome, Firefox or Safari instead, it names\n"
        "the reasons, the likeliest first. - reads the message from standard input. No network.\n\n"
        "It knows the mistakes that 'concors policy check' names, too, each with a policy that\n"
        "has it and one that has not, and what a server's policy decides about a request.",
    .examples = "  concors reason AllowOriginMismatch\n"
                "  concors reason \"CORS header 'Access-Control-Allow-Origin' missing\"\n"
                "  concors reason CsrfCrossSite\n"
                "  concors reason --list\n",
    .exits = "  0  answered\n"
             "  2  unusable input or arguments\n",
};
