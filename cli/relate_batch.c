/* cli/relate_batch.c: one JSON array of one or two URLs a line in, one relation a line out. */
#include "relate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 20 };

/* What a run works with, allocated once. */
typedef struct batch {
    concors_machine *machine;
    concors_arena arena;
    relate_pair *pair;
    concors_out out;
    bool any_bad;
} batch;

static void
put_error(batch *run, uint64_t line, concors_span what)
{
    run->any_bad = true;
    concors_out_put(&run->out, CONCORS_LIT("{\"line\":"));
    concors_out_u64(&run->out, line);
    concors_out_put(&run->out, CONCORS_LIT(",\"error\":"));
    concors_json_string(what, &run->out);
    concors_out_put(&run->out, CONCORS_LIT("}\n"));
}

/* One or two strings, or what is wrong. */
static concors_span
read_texts(concors_span line, concors_arena *arena, concors_span texts[2], size_t *count)
{
    static const concors_span expected =
        CONCORS_LIT_INIT("expected a JSON array of one or two URLs, as strings");
    const concors_tree *tree;
    concors_error error;
    concors_status status = concors_json_read(line, arena, &tree, &error);

    *count = 0;
    if (status == CONCORS_E_SYNTAX) {
        return error.what;
    }
    if (status != CONCORS_OK) {
        return CONCORS_LIT("the line is larger than relate takes");
    }
    if (tree->kind != CONCORS_TREE_ARRAY || tree->count < 1 || tree->count > 2) {
        return expected;
    }
    for (const concors_tree *item = tree->first; item != NULL; item = item->next) {
        if (item->kind != CONCORS_TREE_STRING) {
            return expected;
        }
        texts[(*count)++] = item->text;
    }
    return (concors_span){NULL, 0};
}

static void
relate_line(batch *run, uint64_t number, concors_span line)
{
    concors_span texts[2];
    size_t count;
    size_t failed;
    concors_url_error why;

    run->arena.len = 0;
    concors_span what = read_texts(line, &run->arena, texts, &count);
    if (what.ptr != NULL) {
        put_error(run, number, what);
        return;
    }
    concors_status status =
        relate_read(run->machine, texts, count, &run->arena, run->pair, &failed, &why);
    if (status == CONCORS_OK) {
        relate_json(run->pair, &run->out);
        concors_out_char(&run->out, '\n');
        return;
    }
    char text[256];
    concors_out message = {text, sizeof text, 0};
    concors_out_put(&message, failed == 0 ? CONCORS_LIT("URL 1: ") : CONCORS_LIT("URL 2: "));
    concors_out_put(&message, status == CONCORS_E_SYNTAX ? concors_url_error_text(why)
                                                         : CONCORS_LIT("longer than 64 KiB"));
    put_error(run, number, (concors_span){text, message.len});
}

static bool
flush(batch *run)
{
    bool good = cli_print((concors_span){run->out.ptr, run->out.len});

    run->out.len = 0;
    return good;
}

/* Lines until the end; false when input or output broke. */
static bool
relate_lines(batch *run, cli_lines *lines)
{
    concors_span line;
    cli_line got;

    while ((got = cli_lines_next(lines, &line)) == CLI_LINE_OK || got == CLI_LINE_TOO_LONG) {
        if (got == CLI_LINE_TOO_LONG) {
            put_error(run, lines->number, CONCORS_LIT("the line is longer than 1 MiB"));
        } else if (!cli_line_is_blank(line)) {
            relate_line(run, lines->number, line);
        }
        /* what one line can add must always fit; and who waits for an answer gets it */
        bool waiting = memchr(lines->ptr + lines->at, '\n', lines->len - lines->at) == NULL;
        if ((waiting || run->out.len > run->out.cap / 2) && !flush(run)) {
            return false;
        }
    }
    return got == CLI_LINE_END && flush(run);
}

int
relate_batch(concors_machine *machine)
{
    enum { ARENA = 4 << 20 }; /* of a 1 MiB line: its tree, and two URLs */
    cli_lines lines = {.fd = STDIN_FILENO, .max = LINE_MAX_BYTES};
    batch run = {.machine = machine};
    int code = CLI_EXIT_UNUSABLE;

    run.pair = malloc(sizeof *run.pair);
    run.out = (concors_out){malloc(RELATE_TEXT_MAX), RELATE_TEXT_MAX, 0};
    if (run.pair == NULL || run.out.ptr == NULL) {
        cli_error("out of memory");
    } else if (cli_arena_open(&run.arena, ARENA)) {
        bool finished = relate_lines(&run, &lines);
        code = finished && !run.any_bad ? CLI_EXIT_OK : CLI_EXIT_UNUSABLE;
    }
    cli_lines_close(&lines);
    cli_arena_close(&run.arena);
    free(run.out.ptr);
    free(run.pair);
    return code;
}
