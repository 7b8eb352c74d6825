/*
 * Runs journeys with one switch of a browser changed.
 *
 *   flip PROFILE NOW JOURNEYS
 *
 * JOURNEYS: a file of one journey a line. Prints the profile's own switches first, a line each
 * ({"switch", "value"}), then "ready". Every line of standard input, "SWITCH=VALUE FIRST", asks for
 * the first journey from number FIRST on whose report is another one then; the answer is a line
 * {"journey": number, "report": {...}}, or {"journey": null}.
 */
#include "browser/profile_rows.h"
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 256 << 20, OUT_BYTES = 16 << 20, JOURNEYS_MAX = 100000 };

typedef struct bench {
    const concors_host *host;
    concors_arena arena;
    concors_out out;
    int64_t now_ms;
    concors_span *journeys;
    uint64_t *reports; /* a hash of each journey's report with nothing changed */
    size_t count;
} bench;

static const struct {
    const char *name;
    size_t offset;
} switches[] = {
#define ROW(field) {#field, offsetof(concors_profile, field)},
    CONCORS_SWITCHES(ROW)
#undef ROW
};

static void
fail(const char *what)
{
    fprintf(stderr, "flip: %s\n", what);
    exit(2);
}

static void *
must(void *memory)
{
    if (memory == NULL) {
        fail("out of memory");
    }
    return memory;
}

/* FNV-1a */
static uint64_t
hash(concors_span text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < text.len; i++) {
        h = (h ^ (unsigned char)text.ptr[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* The report stands in bench->out afterwards. */
static uint64_t
run(bench *b, concors_span text, const concors_profile *profile)
{
    concors_journey journey;
    concors_trace trace;
    concors_report report;
    concors_error error;

    b->arena.len = 0;
    b->out.len = 0;
    if (concors_journey_read(text, b->host, &b->arena, &journey, &error) != CONCORS_OK ||
        concors_journey_run(&journey, profile, b->host, b->now_ms, &b->arena, &trace) !=
            CONCORS_OK ||
        concors_report_findings(&journey, &trace, 1, &b->arena, &report) != CONCORS_OK) {
        fail("a journey that cannot be run");
    }
    concors_report_json(&report, true, &b->out);
    if (b->out.len > b->out.cap) {
        fail("a report is too long");
    }
    return hash((concors_span){b->out.ptr, b->out.len});
}

static bool
change(concors_profile *profile, const char *name, size_t len, int32_t value)
{
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        if (strlen(switches[i].name) == len && memcmp(name, switches[i].name, len) == 0) {
            memcpy((char *)profile + switches[i].offset, &value, sizeof value);
            return true;
        }
    }
    return false;
}

static void
answer(bench *b, concors_profile profile, char *question)
{
    char *equals = strchr(question, '=');
    char *end = NULL;

    if (equals == NULL || !change(&profile, question, (size_t)(equals - question),
                                  (int32_t)strtol(equals + 1, &end, 10))) {
        fail("no such switch");
    }
    for (size_t i = (size_t)strtoul(end, NULL, 10); i < b->count; i++) {
        if (run(b, b->journeys[i], &profile) != b->reports[i]) {
            printf("{\"journey\":%zu,\"report\":%.*s}\n", i, (int)b->out.len, b->out.ptr);
            return;
        }
    }
    puts("{\"journey\":null}");
}

static char *
read_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fail("cannot read the journeys");
    }
    long size = ftell(file);
    char *text = must(calloc(1, (size_t)size + 1));
    rewind(file);
    if (fread(text, 1, (size_t)size, file) != (size_t)size) {
        fail("cannot read the journeys");
    }
    fclose(file);
    return text;
}

static void
split_lines(bench *b, char *text)
{
    b->journeys = must(calloc(JOURNEYS_MAX, sizeof *b->journeys));
    for (char *line = strtok(text, "\n"); line != NULL && b->count < JOURNEYS_MAX;
         line = strtok(NULL, "\n")) {
        b->journeys[b->count++] = (concors_span){line, strlen(line)};
    }
    b->reports = must(calloc(b->count + 1, sizeof *b->reports));
}

int
main(int argc, char **argv)
{
    bench b = {.arena = {must(malloc(ARENA_BYTES)), ARENA_BYTES, 0},
               .out = {must(malloc(OUT_BYTES)), OUT_BYTES, 0}};
    concors_profile profile;
    concors_switch_row row;
    char line[256];

    if (argc != 4 ||
        concors_profile_find((concors_span){argv[1], strlen(argv[1])}, &profile) != CONCORS_OK ||
        !concors_rfc3339_parse((concors_span){argv[2], strlen(argv[2])}, &b.now_ms)) {
        fail("usage: flip PROFILE NOW JOURNEYS");
    }
    concors_machine *machine = concors_machine_open(NULL, line, sizeof line);
    if (machine == NULL) {
        fail(line);
    }
    b.host = concors_machine_host(machine);
    for (size_t i = 0; concors_profile_row(&profile, i, &row); i++) {
        printf("{\"switch\":\"%s\",\"value\":%d}\n", row.name, (int)row.value);
    }
    puts("ready");
    char *text = read_file(argv[3]);
    split_lines(&b, text);
    for (size_t i = 0; i < b.count; i++) {
        b.reports[i] = run(&b, b.journeys[i], &profile);
    }
    while (fflush(stdout) == 0 && fgets(line, sizeof line, stdin) != NULL) {
        answer(&b, profile, line);
    }
    concors_machine_close(machine);
    free(text);
    free(b.journeys);
    free(b.reports);
    free(b.arena.ptr);
    free(b.out.ptr);
    return 0;
}
