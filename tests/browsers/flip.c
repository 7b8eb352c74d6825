/*
 * Runs journeys with a browser's switches changed, one at a time.
 *
 *   flip PROFILE NOW JOURNEYS [SWITCH=VALUE]...
 *
 * Prints the profile's own switches first ({"switch", "value"}), then for every SWITCH=VALUE each
 * journey whose report is another one: {"flip": "SWITCH=VALUE", "journey": index, "report": {...}}.
 * JOURNEYS: a file of one journey a line.
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

static void
try_switch(bench *b, const concors_profile *profile, const char *flip)
{
    const char *equals = strchr(flip, '=');
    concors_profile changed = *profile;
    size_t i = 0;

    for (; i < sizeof switches / sizeof switches[0]; i++) {
        size_t len = strlen(switches[i].name);
        if (equals != NULL && len == (size_t)(equals - flip) &&
            memcmp(flip, switches[i].name, len) == 0) {
            break;
        }
    }
    if (i == sizeof switches / sizeof switches[0]) {
        fail("no such switch");
    }
    int32_t value = (int32_t)strtol(equals + 1, NULL, 10);
    memcpy((char *)&changed + switches[i].offset, &value, sizeof value);
    for (size_t j = 0; j < b->count; j++) {
        if (run(b, b->journeys[j], &changed) != b->reports[j]) {
            printf("{\"flip\":\"%s\",\"journey\":%zu,\"report\":%.*s}\n", flip, j, (int)b->out.len,
                   b->out.ptr);
        }
    }
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
    char error[256];

    if (argc < 4 ||
        concors_profile_find((concors_span){argv[1], strlen(argv[1])}, &profile) != CONCORS_OK ||
        !concors_rfc3339_parse((concors_span){argv[2], strlen(argv[2])}, &b.now_ms)) {
        fail("usage: flip PROFILE NOW JOURNEYS [SWITCH=VALUE]...");
    }
    concors_machine *machine = concors_machine_open(NULL, error, sizeof error);
    if (machine == NULL) {
        fail(error);
    }
    b.host = concors_machine_host(machine);
    for (size_t i = 0; concors_profile_row(&profile, i, &row); i++) {
        printf("{\"switch\":\"%s\",\"value\":%d}\n", row.name, (int)row.value);
    }
    char *text = read_file(argv[3]);
    split_lines(&b, text);
    for (size_t i = 0; i < b.count; i++) {
        b.reports[i] = run(&b, b.journeys[i], &profile);
    }
    for (int i = 4; i < argc; i++) {
        try_switch(&b, &profile, argv[i]);
    }
    concors_machine_close(machine);
    free(text);
    free(b.journeys);
    free(b.reports);
    free(b.arena.ptr);
    free(b.out.ptr);
    return 0;
}
