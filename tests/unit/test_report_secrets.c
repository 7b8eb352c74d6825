/* What must never come out: secrets of the input, control characters, half a report. */
#include "report_support.h"

/* A canary in every place of a journey that can hold a secret. */
static const char canaries[] =
    "{\"page\":\"https://app.example.com/?token=CANARY00\",\"cookies\":[{\"url\":"
    "\"https://api.other.test/\",\"set_cookie\":\"held=CANARY01; Secure; SameSite=None\"},"
    "{\"url\":\"https://api.other.test/\",\"set_cookie\":\"=CANARY02; __Host-\"},{\"url\":"
    "\"https://app.example.com/\",\"set_cookie\":\"theme=CANARY03\"}],\"steps\":[{\"request\":{"
    "\"method\":\"PUT\",\"url\":\"https://api.other.test/login?session=CANARY04&a=1\","
    "\"credentials\":\"include\",\"headers\":[[\"Authorization\",\"Bearer CANARY05\"],"
    "[\"X-Api-Key\",\"CANARY06\"],[\"Cookie\",\"sid=CANARY07\"]]},\"preflight\":{\"status\":204,"
    "\"headers\":[[\"Access-Control-Allow-Origin\",\"https://app.example.com\"],"
    "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Access-Control-Allow-Methods\",\"PUT\"],"
    "[\"Access-Control-Allow-Headers\",\"authorization,x-api-key\"],[\"Set-Cookie\","
    "\"pre=CANARY08\"]]},\"response\":{\"status\":302,\"headers\":[[\"Location\","
    "\"https://files.other.test/?code=CANARY09\"],[\"Access-Control-Allow-Origin\","
    "\"https://app.example.com\"],[\"Access-Control-Allow-Credentials\",\"true\"],[\"Set-Cookie\","
    "\"sid=CANARY10; Path=/\"],[\"Set-Cookie\",\"a=\\\"x; CANARY11\\\"; rest=CANARY12\"],"
    "[\"Set-Cookie\",\"bad=CANARY13\\u0001; Domain=elsewhere.test\"],[\"X-Token\",\"CANARY14\"]]},"
    "\"redirects\":[{\"response\":{\"status\":200,\"headers\":[[\"Access-Control-Allow-Origin\","
    "\"*\"],[\"Set-Cookie\",\"big=CANARY15; Max-Age=99999999999\"]]}}]},{\"document_cookie\":"
    "\"script=CANARY16; HttpOnly\"},{\"request\":{\"url\":\"https://api.other.test/me\"},"
    "\"response\":{\"status\":200,\"headers\":[]}}]}";

static const char all_browsers[] = "chrome,chrome-no3pc,firefox,safari,webkitgtk,spec,edge";

/* facts B2 29 */
static void
har_sanitizer_27_no_secret_in_any_output(void **state)
{
    const concors_text_options options[] = {{.width = 80, .utf8 = true},
                                            {.width = 40, .utf8 = false, .colour = true}};
    reported r;

    (void)state;
    report_open(&r, canaries, all_browsers);
    char *json = report_as_json(&r, false);
    const char *shown = strstr(json, "CANARY");
    if (shown != NULL) {
        fail_msg("JSON shows %.60s", shown - 50);
    }
    free(json);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        char *text = report_as_text(&r, &options[i]);
        shown = strstr(text, "CANARY");
        if (shown != NULL) {
            fail_msg("text shows %.60s", shown);
        }
        free(text);
    }
    report_close(&r);
}

/* facts B2 29: tokens travel in addresses too, under names that nobody can list. */
static void
okta_tokens_in_addresses(void **state)
{
    static const struct {
        const char *title, *url, *shown;
    } rows[] = {
        {"a name that says so", "https://api.example.com/?a=1&access_token=x&b=2",
         "https://api.example.com/?a=1&access_token=\xE2\x80\xA6&b=2"},
        {"a short name", "https://api.example.com/?t=CANARY7f3a",
         "https://api.example.com/?t=\xE2\x80\xA6"},
        {"an encoded name", "https://api.example.com/?to%6ben=abc",
         "https://api.example.com/?to%6ben=\xE2\x80\xA6"},
        {"no name", "https://api.example.com/?eyJhbGciOiJub25lIn0.e30.",
         "https://api.example.com/?\xE2\x80\xA6"},
        {"in the path", "https://api.example.com/reset/0f9e8d7c6b5a43210f9e8d7c/done",
         "https://api.example.com/reset/\xE2\x80\xA6/done"},
        {"a web token in the path", "https://api.example.com/v1/eyJhbGciOiJub25lIn0",
         "https://api.example.com/v1/\xE2\x80\xA6"},
        {"what is no token",
         "https://api.example.com/v2/users/42/a-b_c.js?page=1&q=shoes&a%5Bb%5D=1",
         "https://api.example.com/v2/users/42/a-b_c.js?page=1&q=shoes&a%5Bb%5D=1"},
        {"an identifier", "https://api.example.com/orders/123e4567-e89b-12d3-a456-426614174000",
         "https://api.example.com/orders/123e4567-e89b-12d3-a456-426614174000"},
        {"a date", "https://api.example.com/?since=2026-11-20T12:00:00Z",
         "https://api.example.com/?since=2026-11-20T12:00:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char journey[400];
        char want[200];
        reported r;
        snprintf(journey, sizeof journey,
                 "{\"page\":\"https://app.example.com/\",\"steps\":[{\"request\":{\"url\":\"%s\"},"
                 "\"response\":{\"status\":200,\"headers\":[]}}]}",
                 rows[i].url);
        snprintf(want, sizeof want, "\"url\":\"%s\"", rows[i].shown);
        report_open(&r, journey, "chrome");
        char *json = report_as_json(&r, false);
        if (strstr(json, want) == NULL) {
            fail_msg("%s: got %.300s", rows[i].title, strstr(json, "\"url\""));
        }
        free(json);
        json = report_as_json(&r, true);
        assert_non_null(strstr(json, rows[i].url));
        free(json);
        report_close(&r);
    }
}

/* facts B2 16: every byte that JSON can carry, in everything that a finding quotes. */
static void
envoy_cve_2024_45808_control_bytes_forge_no_line(void **state)
{
    static const char *const hostile[] = {
        "\\u001b[2J", "\\u001b]0;x\\u0007", "a\\u000ab", "a\\u000db", "\\u009b31m", "\\u202eabc",
        "\\u2066a",   "\\u2028x",           "\\u007f",   "\\u0000",   "\\ufeff",    "%0a::error::",
    };
    const concors_text_options options = {.width = 80, .utf8 = true};

    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        char journey[1200];
        reported r;
        snprintf(journey, sizeof journey,
                 "{\"page\":\"https://app.example.com/\",\"steps\":[{\"request\":{\"url\":"
                 "\"https://api.example.com/\",\"credentials\":\"include\"},\"response\":{"
                 "\"status\":200,\"headers\":[[\"Access-Control-Allow-Origin\",\"%s\"],"
                 "[\"Set-Cookie\",\"n%s=1; Domain=%s\"]]}}]}",
                 hostile[i], hostile[i], hostile[i]);
        report_open(&r, journey, "chrome,firefox,webkitgtk");
        char *text = report_as_text(&r, &options);
        for (const char *at = text; *at != '\0'; at++) {
            unsigned char c = (unsigned char)*at;
            bool bidi = c == 0xE2 &&
                        ((unsigned char)at[1] == 0x80 || (unsigned char)at[1] == 0x81) &&
                        (((unsigned char)at[2] >= 0xAA && (unsigned char)at[2] <= 0xAE) ||
                         (unsigned char)at[2] == 0xA8 || (unsigned char)at[2] == 0xA9);
            bool c1 = c == 0xC2 && (unsigned char)at[1] < 0xA0;
            if ((c < 0x20 && c != '\n') || c == 0x7F || bidi || c1) {
                fail_msg("%s: byte %02x goes out raw", hostile[i], c);
            }
        }
        free(text);
        char *json = report_as_json(&r, false);
        for (const char *at = json; *at != '\0'; at++) {
            assert_true((unsigned char)*at >= 0x20);
        }
        free(json);
        report_close(&r);
    }
}

/* facts B2 11: what is proposed names the page's own origin, never null, never another. */
static void
hono_cve_2026_54290_fix_reflects_no_foreign_origin(void **state)
{
    static const char *const values[] = {"*",
                                         "null",
                                         "https://evil.test",
                                         "https://app.example.com/",
                                         "https://app.example.com, https://evil.test",
                                         ""};
    static const char *const pages[] = {
        "\"page\":\"https://app.example.com/\"",
        "\"page\":\"https://app.example.com/\",\"sandboxed\":true",
        "\"page\":\"http://app.example.com:8080/\"",
    };
    static const char *const own[] = {"https://app.example.com", "", "http://app.example.com:8080"};

    (void)state;
    for (size_t p = 0; p < sizeof pages / sizeof pages[0]; p++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            char journey[1000];
            reported r;
            snprintf(journey, sizeof journey,
                     "{%s,\"steps\":[{\"request\":{\"method\":\"PUT\",\"url\":"
                     "\"https://api.example.com/\",\"credentials\":\"include\"},\"preflight\":{"
                     "\"status\":403,\"headers\":[[\"Access-Control-Allow-Origin\",\"%s\"]]},"
                     "\"response\":{\"status\":200,\"headers\":[[\"Access-Control-Allow-Origin\","
                     "\"%s\"]]}}]}",
                     pages[p], values[i], values[i]);
            report_open(&r, journey, all_browsers);
            assert_int_equal(r.report.verdict, CONCORS_VERDICT_BLOCKED);
            assert_true(r.report.fix_count > 0 || p == 1);
            for (size_t f = 0; f < r.report.fix_count; f++) {
                concors_headers headers = r.report.fixes[f].headers;
                for (size_t h = 0; h < headers.count; h++) {
                    if (headers.list[h].name.len == strlen("Access-Control-Allow-Origin")) {
                        assert_int_equal(headers.list[h].value.len, strlen(own[p]));
                        assert_memory_equal(headers.list[h].value.ptr, own[p], strlen(own[p]));
                    }
                }
            }
            char *json = report_as_json(&r, false);
            assert_null(strstr(json, "\"Access-Control-Allow-Origin\",\"null\""));
            free(json);
            report_close(&r);
        }
    }
}

/* Every smaller room for the findings and fixes: a clean "no room", or the same report. */
static void
test_every_smaller_arena(void **state)
{
    reported r;

    (void)state;
    size_t count = report_run(&r, canaries, "chrome,firefox");
    concors_arena whole = {malloc(1 << 20), 1 << 20, 0};
    assert_non_null(whole.ptr);
    assert_int_equal(concors_report_build(&r.journey, r.traces, count, &report_host, REPORT_NOW_MS,
                                          &whole, &r.report),
                     CONCORS_OK);
    char *want = report_as_json(&r, false);
    size_t roomy = 0;
    for (size_t cap = 0; roomy < 3; cap += cap < 256 ? 1 : 997) {
        concors_arena arena = {malloc(cap + (cap == 0)), cap, 0};
        concors_report *report = &r.report;
        concors_status status = concors_report_build(&r.journey, r.traces, count, &report_host,
                                                     REPORT_NOW_MS, &arena, report);
        if (status == CONCORS_OK) {
            char *got = report_as_json(&r, false);
            assert_string_equal(got, want);
            free(got);
            status = concors_report_next(report, &report_host, REPORT_NOW_MS, &arena);
            roomy += status == CONCORS_OK;
        }
        if (status == CONCORS_OK) {
            assert_non_null(report->next);
        } else {
            assert_int_equal(status, CONCORS_E_ROOM);
        }
        assert_true(arena.len <= arena.cap);
        free(arena.ptr);
    }
    free(want);
    free(whole.ptr);
    report_close(&r);
}

/* Every smaller buffer: nothing beyond it is written, and the length needed is always the same. */
static void
test_haproxy_26cd7ec_every_smaller_buffer(void **state)
{
    const concors_text_options options = {.width = 80, .utf8 = true, .colour = true};
    char scratch_room[256];
    reported r;

    (void)state;
    report_open(&r, canaries, "chrome,safari");
    char *json = report_as_json(&r, false);
    char *text = report_as_text(&r, &options);
    size_t json_len = strlen(json), text_len = strlen(text);
    for (size_t cap = 0; cap <= json_len || cap <= text_len; cap += 7) {
        concors_arena scratch = {scratch_room, sizeof scratch_room, 0};
        concors_out out = {malloc(cap + (cap == 0)), cap, 0};
        concors_report_json(&r.report, false, &out);
        assert_int_equal(out.len, json_len);
        assert_memory_equal(out.ptr, json, cap < json_len ? cap : json_len);
        out.len = 0;
        concors_status status = concors_report_text(&r.report, &options, &scratch, &out);
        assert_int_equal(status, cap >= text_len ? CONCORS_OK : CONCORS_E_ROOM);
        assert_int_equal(out.len, text_len);
        assert_memory_equal(out.ptr, text, cap < text_len ? cap : text_len);
        free(out.ptr);
    }
    free(json);
    free(text);
    report_close(&r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(har_sanitizer_27_no_secret_in_any_output),
        cmocka_unit_test(okta_tokens_in_addresses),
        cmocka_unit_test(envoy_cve_2024_45808_control_bytes_forge_no_line),
        cmocka_unit_test(hono_cve_2026_54290_fix_reflects_no_foreign_origin),
        cmocka_unit_test(test_every_smaller_arena),
        cmocka_unit_test(test_haproxy_26cd7ec_every_smaller_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
