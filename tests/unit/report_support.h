/* tests/unit/report_support.h: a journey read, run in some browsers, and put into words. */
#ifndef CONCORS_TESTS_REPORT_SUPPORT_H
#define CONCORS_TESTS_REPORT_SUPPORT_H

#include "support.h"

#define REPORT_NOW_MS INT64_C(1795176000000) /* 2026-11-20T12:00:00Z */

enum { REPORT_ROOM = 4 << 20 };

/* The last label, or co.uk. */
static inline size_t
report_suffix_len(void *user, concors_span host)
{
    (void)user;
    if (host.len > 5 && memcmp(host.ptr + host.len - 5, "co.uk", 5) == 0) {
        return 5;
    }
    for (size_t i = host.len; i > 0; i--) {
        if (host.ptr[i - 1] == '.') {
            return host.len - i;
        }
    }
    return host.len;
}

static const concors_host report_host = {.suffixes = {.suffix_len = report_suffix_len}};

typedef struct reported {
    concors_arena arena;
    concors_journey journey;
    concors_profile profiles[8];
    concors_trace traces[8];
    concors_report report;
} reported;

static inline concors_span
span_of(const char *text)
{
    return (concors_span){text, strlen(text)};
}

/* Reads and runs; the report is left to the caller. browsers: "chrome,firefox". */
static inline size_t
report_run(reported *r, const char *journey, const char *browsers)
{
    concors_error error = {0};
    size_t count = 0;

    r->arena = (concors_arena){malloc(REPORT_ROOM), REPORT_ROOM, 0};
    assert_non_null(r->arena.ptr);
    concors_status status =
        concors_journey_read(span_of(journey), &report_host, &r->arena, &r->journey, &error);
    if (status != CONCORS_OK) {
        fail_msg("journey refused: %.*s (at %.*s)", (int)error.what.len, error.what.ptr,
                 (int)error.pointer.len, error.pointer.ptr);
    }
    for (const char *at = browsers; *at != '\0'; count++) {
        size_t len = strcspn(at, ",");
        assert_int_equal(concors_profile_find((concors_span){at, len}, &r->profiles[count]), 0);
        status = concors_journey_run(&r->journey, &r->profiles[count], &report_host, REPORT_NOW_MS,
                                     &r->arena, &r->traces[count]);
        assert_int_equal(status, CONCORS_OK);
        at += len + (at[len] == ',');
    }
    return count;
}

static inline void
report_open(reported *r, const char *journey, const char *browsers)
{
    size_t count = report_run(r, journey, browsers);

    assert_int_equal(concors_report_build(&r->journey, r->traces, count, &report_host,
                                          REPORT_NOW_MS, &r->arena, &r->report),
                     CONCORS_OK);
    assert_int_equal(concors_report_next(&r->report, &report_host, REPORT_NOW_MS, &r->arena),
                     CONCORS_OK);
}

static inline void
report_close(reported *r)
{
    free(r->arena.ptr);
}

/* The machine form as a C string in the heap. */
static inline char *
report_as_json(const reported *r, bool show_values)
{
    concors_out out = {NULL, 0, 0};

    concors_report_json(&r->report, show_values, &out);
    out = (concors_out){malloc(out.len + 1), out.len, 0};
    assert_non_null(out.ptr);
    concors_report_json(&r->report, show_values, &out);
    assert_int_equal(concors_out_status(&out), CONCORS_OK);
    out.ptr[out.len] = '\0';
    return out.ptr;
}

/* The form for people. */
static inline char *
report_as_text(const reported *r, const concors_text_options *options)
{
    char scratch_room[256];
    concors_arena scratch = {scratch_room, sizeof scratch_room, 0};
    concors_out out = {NULL, 0, 0};

    assert_int_equal(concors_report_text(&r->report, options, &scratch, &out), CONCORS_E_ROOM);
    out = (concors_out){malloc(out.len + 1), out.len, 0};
    assert_non_null(out.ptr);
    assert_int_equal(concors_report_text(&r->report, options, &scratch, &out), CONCORS_OK);
    out.ptr[out.len] = '\0';
    return out.ptr;
}

#endif
