/* The report: what the first line answers, which words findings find, what the JSON holds. */
#include "report_support.h"

#define STEP(request, response)                                                                    \
    "{\"page\":\"https://app.example.com/\",\"steps\":[{\"request\":{" request                     \
    "},\"response\":{\"status\":200,\"headers\":[" response "]}}]}"
#define CROSS_SITE   "\"url\":\"https://api.other.test/me\",\"credentials\":\"include\""
#define SAME_SITE    "\"url\":\"https://api.example.com/me\",\"credentials\":\"include\""
#define ORIGIN(text) "[\"Access-Control-Allow-Origin\",\"" text "\"]"
#define TRUE_HEADER  "[\"Access-Control-Allow-Credentials\",\"true\"]"
#define GOOD_CORS    ORIGIN("https://app.example.com") "," TRUE_HEADER ",[\"Vary\",\"Origin\"]"

static void
test_first_line_answers(void **state)
{
    static const struct {
        const char *title, *journey, *browsers, *want;
    } rows[] = {
        {"ok, one browser", STEP(SAME_SITE, GOOD_CORS), "chrome", "ok in Chrome\n"},
        {"ok, two browsers", STEP(SAME_SITE, GOOD_CORS), "chrome,firefox", "ok in both browsers\n"},
        {"blocked in some",
         STEP(CROSS_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Secure; SameSite=None\"]"),
         "chrome,chrome-no3pc,firefox",
         "blocked in 1 of 3 browsers: cookie sid was not stored: api.other.test is third-party "
         "on https://example.com, and Chrome without third-party cookies blocks such cookies.\n"},
        {"a trailing slash", STEP(SAME_SITE, ORIGIN("https://app.example.com/") "," TRUE_HEADER),
         "firefox",
         "blocked in Firefox: Access-Control-Allow-Origin is https://app.example.com/ in the "
         "response, but the request comes from https://app.example.com (the slash at the end is "
         "too much).\n"},
        {"a missing header", STEP(SAME_SITE, ""), "chrome",
         "blocked in Chrome: https://api.example.com says nothing about https://app.example.com: "
         "Access-Control-Allow-Origin is missing in the response.\n"},
        {"a preflight eaten by authentication",
         "{\"page\":\"https://app.example.com/"
         "\",\"steps\":[{\"request\":{\"method\":\"PUT\"," SAME_SITE
         "},\"preflight\":{\"status\":401,\"headers\":[]}}]}",
         "chrome",
         "blocked in Chrome: https://api.example.com says nothing about https://app.example.com: "
         "Access-Control-Allow-Origin is missing in the preflight's answer (status 401: answer "
         "OPTIONS before authentication and routing).\n"},
        {"an error without the header",
         "{\"page\":\"https://app.example.com/\",\"steps\":[{\"request\":{" SAME_SITE
         "},\"response\":{\"status\":502,\"headers\":[]}}]}",
         "chrome",
         "blocked in Chrome: https://api.example.com says nothing about https://app.example.com: "
         "Access-Control-Allow-Origin is missing in the response (status 502: errors need the "
         "header too).\n"},
        {"True for true",
         STEP(SAME_SITE, ORIGIN("https://app.example.com") ",[\"Access-Control-Allow-Credentials\","
                                                           "\"True\"]"),
         "chrome",
         "blocked in Chrome: Access-Control-Allow-Credentials is True in the response; a request "
         "with credentials needs exactly true (lower case, no quotes, not 1 or yes).\n"},
        {"credentials forgotten",
         STEP("\"url\":\"https://api.example.com/\"",
              ORIGIN("*") ",[\"Set-Cookie\",\"sid=1\"],[\"Set-Cookie\",\"theme=1\"]"),
         "chrome",
         "blocked in Chrome: the page asks without credentials, so cookies are neither sent nor "
         "stored (sid and theme).\n"},
        {"an older version", STEP(SAME_SITE, GOOD_CORS), "chrome-no3pc@120",
         "ok in Chrome 120 without third-party cookies\n"},
        {"an older version in a sentence",
         STEP(CROSS_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Secure\"]"), "chrome@100,firefox",
         "blocked in 1 of 2 browsers: cookie sid was not stored: without SameSite, Chrome 100 "
         "takes "
         "Lax, and https://other.test is another site than https://example.com.\n"},
        {"unknown",
         "{\"page\":\"https://app.example.com/\",\"steps\":[{\"request\":{" SAME_SITE "}}]}",
         "chrome,firefox",
         "unknown in both browsers: the journey does not say what https://api.example.com answers "
         "to the GET.\n"},
    };
    const concors_text_options options = {.width = 80, .utf8 = true, .quiet = true};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browsers);
        char *text = report_as_text(&r, &options);
        if (strcmp(text, rows[i].want) != 0) {
            fail_msg("%s: got %s", rows[i].title, text);
        }
        free(text);
        report_close(&r);
    }
}

static void
test_json_holds(void **state)
{
    static const struct {
        const char *title, *journey, *browsers, *want;
    } rows[] = {
        {"redacted line", STEP(SAME_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Path=/\"]"),
         "chrome", "\"line\":\"sid=\xE2\x80\xA6; Path=/\",\"stored\":true,\"reasons\":[]"},
        {"cookie object", STEP(SAME_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Max-Age=60\"]"),
         "chrome",
         "{\"name\":\"sid\",\"domain\":\"api.example.com\",\"host_only\":true,\"path\":\"/\","
         "\"secure\":false,\"http_only\":false,\"same_site\":\"unset\","
         "\"expires\":\"2026-11-20T12:01:00Z\",\"partition\":null}"},
        {"deleted", STEP(SAME_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=; Max-Age=0\"]"), "chrome",
         "\"stored\":false,\"deleted\":true,\"reasons\":[]"},
        {"partition",
         STEP(CROSS_SITE,
              GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Secure; SameSite=None; Partitioned\"]"),
         "chrome", "\"partition\":{\"site\":\"https://example.com\",\"cross_site_ancestor\":true}"},
        {"unknown is null",
         "{\"page\":\"https://app.example.com/"
         "\",\"steps\":[{\"request\":{\"method\":\"PUT\"," SAME_SITE "}}]}",
         "chrome", "\"request_sent\":null,\"response\":{\"outcome\":\"unknown\",\"error\":null"},
        {"withheld",
         "{\"page\":\"https://app.example.com/\",\"cookies\":[{\"url\":\"https://api.other.test/\","
         "\"set_cookie\":\"sid=1\"}],\"steps\":[{\"request\":{" CROSS_SITE
         "},\"response\":{\"status\":200,\"headers\":[" GOOD_CORS "]}}]}",
         "chrome",
         "\"cookies_withheld\":[{\"name\":\"sid\",\"reasons\":"
         "[\"SchemefulSameSiteUnspecifiedTreatedAsLax\"]}]"},
        {"finding", STEP(SAME_SITE, ORIGIN("*") "," TRUE_HEADER), "chrome",
         "{\"step\":0,\"hop\":0,\"severity\":\"error\",\"code\":\"WildcardOriginNotAllowed\""},
        {"docs stay relative", STEP(SAME_SITE, ORIGIN("*")), "chrome",
         "\"docs\":\"reasons/WildcardOriginNotAllowed\"}"},
        {"document.cookie",
         "{\"page\":\"https://app.example.com/\",\"steps\":[{\"document_cookie\":\"theme=1\"}]}",
         "chrome",
         "{\"document_cookie\":\"theme=\xE2\x80\xA6\",\"url\":\"https://app.example.com/\","
         "\"set_cookie\":[{"},
        {"Safari rests on documents", STEP(SAME_SITE, GOOD_CORS), "safari",
         "\"evidence\":\"documented\""},
        {"tokens of a query",
         STEP("\"url\":\"https://api.example.com/a?page=1&access_token=s3cret&x=2\"", ORIGIN("*")),
         "chrome", "\"https://api.example.com/a?page=1&access_token=\xE2\x80\xA6&x=2\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browsers);
        char *json = report_as_json(&r, false);
        if (strstr(json, rows[i].want) == NULL) {
            fail_msg("%s: %s", rows[i].title, json);
        }
        free(json);
        report_close(&r);
    }
}

static void
test_values_are_shown_when_asked_for(void **state)
{
    static const char *const wants[] = {
        "\"cookie_header\":\"sid=one; b=two\"",
        "\"line\":\"sid=one; Path=/\"",
        "{\"name\":\"sid\",\"value\":\"one\",\"domain\"",
        "\"cookies_sent\":[{\"name\":\"sid\",\"value\":\"one\"}",
        "\"document_cookie\":[{\"name\":\"sid\",\"value\":\"one\"}",
    };
    reported r;

    (void)state;
    report_open(&r,
                "{\"page\":\"https://app.example.com/\",\"cookies\":[{\"url\":"
                "\"https://app.example.com/\",\"set_cookie\":\"sid=one; Path=/\"},{\"url\":"
                "\"https://app.example.com/\",\"set_cookie\":\"b=two; Path=/\"}],\"steps\":[{"
                "\"request\":{\"url\":\"https://app.example.com/\"},\"response\":{\"status\":200,"
                "\"headers\":[[\"Set-Cookie\",\"sid=one; Path=/\"]]}}]}",
                "chrome");
    char *json = report_as_json(&r, true);
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
        if (strstr(json, wants[i]) == NULL) {
            fail_msg("%s is not in %s", wants[i], json);
        }
    }
    free(json);
    report_close(&r);
}

static void
test_set_cookie_lines_are_redacted(void **state)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        {"sid=1; Path=/", "sid=\xE2\x80\xA6; Path=/"},
        {"sid=; Path=/", "sid=; Path=/"},
        {"sid=a=b=c", "sid=\xE2\x80\xA6"},
        {"secret", "\xE2\x80\xA6"},
        {"secret; Secure", "\xE2\x80\xA6; Secure"},
        {"=secret", "=\xE2\x80\xA6"},
        {"", ""},
        {";", ";"},
        {"; Path=/", "; Path=/"},
        {"a=\"b; c\"; HttpOnly", "a=\xE2\x80\xA6; \xE2\x80\xA6; HttpOnly"},
        {"a=b; c=secret; Domain=x.test", "a=\xE2\x80\xA6; \xE2\x80\xA6; Domain=x.test"},
        {"a=1;x;y;Path=/;z", "a=\xE2\x80\xA6; \xE2\x80\xA6;Path=/; \xE2\x80\xA6"},
        {"a=b;SAMESITE=None ;  max-age = 5", "a=\xE2\x80\xA6;SAMESITE=None ;  max-age = 5"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        concors_out out = {text, sizeof text - 1, 0};
        concors_redact_set_cookie(span_of(rows[i].line), &out);
        text[out.len] = '\0';
        assert_string_equal(text, rows[i].want);
    }
}

static void
test_many_lines_share_a_finding(void **state)
{
    enum { LINES = 2000 };
    char *journey = malloc(LINES * 40 + 400);
    reported r;

    (void)state;
    assert_non_null(journey);
    size_t len = (size_t)sprintf(journey, "{\"page\":\"https://app.example.com/\",\"steps\":[{"
                                          "\"request\":{\"url\":\"https://api.example.com/\"},"
                                          "\"response\":{\"status\":200,\"headers\":[" ORIGIN("*"));
    for (int i = 0; i < LINES; i++) {
        len += (size_t)sprintf(journey + len, ",[\"Set-Cookie\",\"c%d=1\"]", i);
    }
    sprintf(journey + len, "]}}]}");
    report_open(&r, journey, "chrome");
    assert_int_equal(r.report.findings[0].count, 1);
    concors_span what = r.report.findings[0].list[0].what;
    assert_non_null(strstr(what.ptr, "(c0, c1, c2 and 1997 more)"));
    free(journey);
    report_close(&r);
}

static void
test_text_groups_browsers_that_agree(void **state)
{
    const concors_text_options options = {.width = 80, .utf8 = false};
    reported r;

    (void)state;
    report_open(&r,
                STEP(CROSS_SITE, GOOD_CORS ",[\"Set-Cookie\",\"sid=1; Secure; SameSite=None\"]"),
                "chrome,firefox,safari");
    char *text = report_as_text(&r, &options);
    assert_non_null(strstr(text, "\n   Chrome\n"));
    assert_non_null(strstr(text, "     x dropped    sid=...; Secure; SameSite=None\n"
                                 "                  ConcorsThirdPartyBlocked\n"));
    assert_non_null(strstr(text, "   + Chrome, Firefox: sends sid\n   - Safari: no cookies\n"));
    assert_non_null(strstr(text, "Safari: as documented, not measured here"));
    for (const char *at = text; *at != '\0'; at++) {
        assert_true((*at >= 0x20 && *at < 0x7F) || *at == '\n');
    }
    free(text);
    report_close(&r);
}

static void
test_lines_keep_to_the_width(void **state)
{
    static const size_t widths[] = {40, 60, 80, 120};
    reported r;

    (void)state;
    report_open(&r,
                STEP(CROSS_SITE, ORIGIN("https://app.example.com/") ",[\"Set-Cookie\","
                                                                    "\"sid=1\"]"),
                "chrome,chrome-no3pc,edge,safari,spec,chrome@79,webkitgtk,firefox");
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const concors_text_options options = {.width = widths[i], .utf8 = false};
        char *text = report_as_text(&r, &options);
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            const char *last = strrchr(line, ' ');
            /* only a line that is one long word may be longer */
            bool one_word = last == NULL || (size_t)(last - line) <= 20;
            /* and a header that is to be copied */
            bool is_copied =
                strncmp(line, "       + ", 9) == 0 || strncmp(line, "       - ", 9) == 0;
            if (strlen(line) > widths[i] && !one_word && !is_copied) {
                fail_msg("%zu columns of %zu: %s", strlen(line), widths[i], line);
            }
        }
        free(text);
    }
    report_close(&r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_line_answers),
        cmocka_unit_test(test_json_holds),
        cmocka_unit_test(test_values_are_shown_when_asked_for),
        cmocka_unit_test(test_set_cookie_lines_are_redacted),
        cmocka_unit_test(test_many_lines_share_a_finding),
        cmocka_unit_test(test_text_groups_browsers_that_agree),
        cmocka_unit_test(test_lines_keep_to_the_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
