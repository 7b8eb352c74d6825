/* Any journey that is read gives a report: JSON that our own reader accepts, the same in a buffer
 * of just its size, no word of the canary that stands for every cookie value, and a text for
 * people without control characters. A fix allows no origin but a page's own. */
#include "support.h"

#include <concors/concors.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 8 << 20, TEXT_ROOM = 4 << 20 };

static const char canary[] = "CANARY7f3a";

static bool
holds(concors_span text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* "name=CANARY": the value of a line is replaced, so that it can be looked for. */
static concors_span
with_canary(concors_span line, char *room, size_t cap)
{
    concors_out out = {room, cap, 0};
    size_t end = 0;
    size_t equals;

    while (end < line.len && line.ptr[end] != ';') {
        end++;
    }
    for (equals = 0; equals < end && line.ptr[equals] != '=';) {
        equals++;
    }
    if (equals == end) {
        return line; /* a nameless line: some browsers take it as a name */
    }
    concors_out_put(&out, (concors_span){line.ptr, equals + 1});
    concors_out_put(&out, (concors_span){canary, sizeof canary - 1});
    concors_out_put(&out, (concors_span){line.ptr + end, line.len - end});
    return out.len <= cap ? (concors_span){room, out.len} : line;
}

/* The first Set-Cookie line of the first answer gets a canary for its value. */
static void
plant(concors_journey *journey, concors_step *step, concors_header *headers, char *room, size_t cap)
{
    if (journey->step_count == 0 || journey->steps[0].is_document_cookie ||
        journey->steps[0].first.response.headers.count != 1) {
        return;
    }
    *step = journey->steps[0];
    headers[0] = step->first.response.headers.list[0];
    if (headers[0].name.len != 10) {
        return;
    }
    headers[0].value = with_canary(headers[0].value, room, cap);
    step->first.response.headers.list = headers;
    journey->steps = step;
    journey->step_count = 1;
}

static void
check_json(const concors_report *report, char *room, concors_arena *arena, bool planted)
{
    concors_out out = {room, TEXT_ROOM, 0};
    const concors_tree *tree;
    concors_error error;

    concors_report_json(report, false, &out);
    if (out.len > out.cap) {
        return;
    }
    concors_status status = concors_json_read((concors_span){room, out.len}, arena, &tree, &error);
    must(status == CONCORS_OK || status == CONCORS_E_ROOM);
    must(!planted || !holds((concors_span){room, out.len}, canary));
    char *exact = malloc(out.len);
    concors_out again = {exact, out.len, 0};
    must(exact != NULL);
    concors_report_json(report, false, &again);
    must(again.len == out.len && memcmp(exact, room, out.len) == 0);
    free(exact);
}

static void
check_text(const concors_report *report, char *room, bool planted)
{
    const concors_text_options options = {.width = 80, .utf8 = false};
    char scratch_room[64];
    concors_arena scratch = {scratch_room, sizeof scratch_room, 0};
    concors_out out = {room, TEXT_ROOM, 0};

    concors_status status = concors_report_text(report, &options, &scratch, &out);
    must(status == (out.len <= out.cap ? CONCORS_OK : CONCORS_E_ROOM));
    size_t len = out.len <= out.cap ? out.len : out.cap;
    for (size_t i = 0; i < len; i++) {
        must((room[i] >= 0x20 && room[i] < 0x7F) || room[i] == '\n');
    }
    must(!planted || !holds((concors_span){room, len}, canary));
}

/* Whether an address begins with the origin. */
static bool
begins(concors_span address, concors_span origin)
{
    return origin.len > 0 && address.len >= origin.len &&
           memcmp(address.ptr, origin.ptr, origin.len) == 0;
}

/* No origin is proposed but that of a page of the journey. */
static bool
is_of_a_page(const concors_journey *journey, concors_span origin)
{
    bool found = begins(journey->document.url.href, origin);

    for (size_t i = 0; i < journey->step_count; i++) {
        found |= begins(journey->steps[i].document->url.href, origin);
    }
    return found;
}

static void
check_origins(const concors_report *report)
{
    static const char name[] = "Access-Control-Allow-Origin";

    for (size_t i = 0; i < report->fix_count; i++) {
        must(report->fixes[i].browser_count > 0 && report->fixes[i].change.len > 0);
        for (size_t h = 0; h < report->fixes[i].headers.count; h++) {
            const concors_header *header = &report->fixes[i].headers.list[h];
            if (header->name.len == sizeof name - 1 &&
                memcmp(header->name.ptr, name, sizeof name - 1) == 0) {
                must(is_of_a_page(report->journey, header->value));
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const browsers[] = {"chrome", "chrome-no3pc", "firefox", "webkitgtk"};
    static char room[ROOM], text_room[TEXT_ROOM], line_room[1 << 16];
    concors_arena arena = {room, ROOM, 0};
    concors_journey journey;
    concors_error error;
    concors_profile profiles[4];
    concors_trace traces[4];
    concors_report report;
    concors_step step;
    concors_header headers[1];

    if (size > 1 << 16 || concors_journey_read((concors_span){(const char *)data, size}, &host,
                                               &arena, &journey, &error) != CONCORS_OK) {
        return 0;
    }
    plant(&journey, &step, headers, line_room, sizeof line_room);
    bool planted = journey.steps == &step && holds(headers[0].value, canary) &&
                   !holds((concors_span){(const char *)data, size}, canary);
    for (size_t i = 0; i < 4; i++) {
        concors_span name = {browsers[i], strlen(browsers[i])};
        must(concors_profile_find(name, &profiles[i]) == CONCORS_OK);
        if (concors_journey_run(&journey, &profiles[i], &host, 0, &arena, &traces[i]) !=
            CONCORS_OK) {
            return 0;
        }
    }
    if (concors_report_build(&journey, traces, 4, &host, 0, &arena, &report) != CONCORS_OK ||
        concors_report_next(&report, &host, 0, &arena) != CONCORS_OK) {
        return 0;
    }
    check_origins(&report);
    check_text(&report, text_room, planted);
    check_json(&report, text_room, &arena, planted);
    return 0;
}
