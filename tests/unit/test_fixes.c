/* Fixes: which change is proposed, for whom, and that it does what it says. */
#include "report_support.h"

#define CORS_OK                                                                                    \
    "[\"Access-Control-Allow-Origin\",\"https://app.example.com\"],"                               \
    "[\"Access-Control-Allow-Credentials\",\"true\"]"
#define PAGE "{\"page\":\"https://app.example.com/\","
#define GET(url, headers)                                                                          \
    PAGE "\"steps\":[{\"request\":{\"url\":\"" url "\",\"credentials\":\"include\"},"              \
         "\"response\":{\"status\":200,\"headers\":[" headers "]}}]}"
#define PUT(preflight_status, preflight, response)                                                 \
    PAGE "\"steps\":[{\"request\":{\"method\":\"PUT\",\"url\":\"https://api.example.com/\","       \
         "\"credentials\":\"include\",\"headers\":[[\"X-Csrf\",\"1\"]]},\"preflight\":{"           \
         "\"status\":" preflight_status ",\"headers\":[" preflight "]}" response "}]}"
#define SET(line) ",[\"Set-Cookie\",\"" line "\"]"

static void
test_changes(void **state)
{
    static const struct {
        const char *title, *journey, *browser, *want; /* want NULL: no fix */
    } rows[] = {
        {"a star for credentials",
         GET("https://api.example.com/",
             "[\"Access-Control-Allow-Origin\",\"*\"],[\"Access-Control-Allow-Credentials\","
             "\"true\"]"),
         "chrome", "Send Access-Control-Allow-Origin: https://app.example.com on the response"},
        {"nothing at all", GET("https://api.example.com/", ""), "firefox",
         "Send Access-Control-Allow-Origin: https://app.example.com, "
         "Access-Control-Allow-Credentials: true on the response"},
        {"credentials forgotten by fetch",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/\"},\"response\":{"
              "\"status\":200,\"headers\":[" CORS_OK SET("sid=1") "]}}]}",
         "chrome", "Call fetch with credentials: \"include\""},
        {"credentials forgotten by XMLHttpRequest",
         PAGE "\"steps\":[{\"request\":{\"kind\":\"xhr\",\"url\":\"https://api.example.com/\"},"
              "\"response\":{\"status\":200,\"headers\":[" CORS_OK SET("sid=1") "]}}]}",
         "firefox", "Set withCredentials = true on the XMLHttpRequest"},
        {"the preflight's status",
         PUT("401",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"PUT\"],"
                     "[\"Access-Control-Allow-Headers\",\"x-csrf\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "chrome", "Answer OPTIONS with status 204"},
        {"a method and a header, kept with what is allowed already",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"GET, PATCH\"],"
                     "[\"Access-Control-Allow-Headers\",\"content-type\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "chrome",
         "Answer OPTIONS with Access-Control-Allow-Methods: GET, PATCH, PUT, "
         "Access-Control-Allow-Headers: content-type, x-csrf"},
        {"a star is no method for a request with credentials",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"*\"],"
                     "[\"Access-Control-Allow-Headers\",\"x-csrf\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "firefox", "Answer OPTIONS with Access-Control-Allow-Methods: PUT"},
        {"the response is unknown: never sent until now",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"PUT\"],"
                     "[\"Access-Control-Allow-Headers\",\"content-type\"]",
             ""),
         "chrome",
         "Answer OPTIONS with Access-Control-Allow-Headers: content-type, x-csrf; send "
         "Access-Control-Allow-Origin: https://app.example.com, Access-Control-Allow-Credentials: "
         "true on the response (taken to be a plain 200: the journey has none)"},
        {"a cross-site cookie without attributes",
         GET("https://api.other.test/", CORS_OK SET("sid=1; Path=/")), "chrome",
         "Set SameSite=None; Secure in the Set-Cookie line of sid"},
        {"headers in front of the line and the line itself",
         GET("https://api.other.test/",
             "[\"Access-Control-Allow-Origin\",\"https://app.example.com/\"],"
             "[\"Access-Control-Allow-Credentials\",\"True\"]" SET("sid=1; Path=/")),
         "chrome",
         "Send Access-Control-Allow-Origin: https://app.example.com, "
         "Access-Control-Allow-Credentials: true on the response; set SameSite=None; Secure in the "
         "Set-Cookie line of sid"},
        {"None without Secure", GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None")),
         "firefox", "Set Secure in the Set-Cookie line of sid"},
        {"third-party cookies blocked, partitioned ones not",
         GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None; Secure")),
         "chrome-no3pc", "Set Partitioned in the Set-Cookie line of sid"},
        {"third-party cookies blocked altogether",
         GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None; Secure")), "safari@18.3",
         "Serve https://api.other.test by a proxy path of the page's own origin, "
         "https://app.example.com"},
        {"a Domain too wide", GET("https://api.example.com/", CORS_OK SET("sid=1; Domain=com")),
         "chrome", "Leave Domain out of the Set-Cookie line of sid"},
        {"a prefix without what it promises",
         GET("https://api.example.com/", CORS_OK SET("__Host-sid=1; Path=/x; Domain=example.com")),
         "chrome", "Set Secure; Path=/ and no Domain in the Set-Cookie line of __Host-sid"},
        {"a link from another site asks for Lax, no more",
         "{\"page\":\"https://other.test/\",\"cookies\":[{\"url\":\"https://app.example.com/\","
         "\"set_cookie\":\"sid=1; Secure; SameSite=Strict\"}],\"steps\":[{\"request\":{\"kind\":"
         "\"navigate\",\"url\":\"https://app.example.com/\"},\"response\":{\"status\":200,"
         "\"headers\":[]}}]}",
         "chrome", "Set SameSite=Lax in the Set-Cookie line of sid"},
        {"https alone helps",
         "{\"page\":\"http://app.example.com/\",\"steps\":[{\"request\":{\"url\":"
         "\"http://app.example.com/\"},\"response\":{\"status\":200,\"headers\":[[\"Set-Cookie\","
         "\"sid=1; Secure\"]]}}]}",
         "chrome", NULL},
        {"mixed content", GET("http://api.example.com/", CORS_OK), "chrome",
         "Serve http://api.example.com by a proxy path of the page's own origin, "
         "https://app.example.com"},
        {"fetch leaves patch in lower case",
         PAGE "\"steps\":[{\"request\":{\"method\":\"patch\",\"url\":\"https://api.example.com/\","
              "\"credentials\":\"include\"},\"preflight\":{\"status\":204,\"headers\":[" CORS_OK
              ",[\"Access-Control-Allow-Methods\",\"PATCH\"]]},\"response\":{\"status\":200,"
              "\"headers\":[" CORS_OK "]}}]}",
         "chrome", "Write the method in capitals: PATCH"},
        {"mode same-origin to another origin",
         PAGE "\"steps\":[{\"request\":{\"mode\":\"same-origin\",\"url\":"
              "\"https://api.example.com/\"},\"response\":{\"status\":200,\"headers\":[" CORS_OK
              "]}}]}",
         "firefox", "Leave the mode of fetch at cors"},
        {"a link cannot be moved to the page's own host",
         "{\"page\":\"https://other.test/\",\"steps\":[{\"request\":{\"kind\":\"navigate\",\"url\":"
         "\"http://app.example.com/\"},\"response\":{\"status\":200,\"headers\":[[\"Set-Cookie\","
         "\"sid=1; Secure\"]]}}]}",
         "chrome", NULL},
        {"null is never allowed",
         "{\"page\":\"https://app.example.com/\",\"sandboxed\":true,\"steps\":[{\"request\":{"
         "\"url\":\"https://api.example.com/\"},\"response\":{\"status\":200,\"headers\":[]}}]}",
         "chrome", NULL},
        {"an unknown response elsewhere proves nothing",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/\"},\"response\":{"
              "\"status\":200,\"headers\":[]}},{\"request\":{\"url\":\"https://api.example.com/\"}"
              "}]}",
         "chrome", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browser);
        assert_int_equal(r.report.verdict, CONCORS_VERDICT_BLOCKED);
        if (r.report.fix_count != (rows[i].want != NULL)) {
            fail_msg("%s: %zu fixes", rows[i].title, r.report.fix_count);
        }
        if (rows[i].want != NULL) {
            concors_span got = r.report.fixes[0].change;
            if (got.len != strlen(rows[i].want) || memcmp(got.ptr, rows[i].want, got.len) != 0) {
                fail_msg("%s: %.*s", rows[i].title, (int)got.len, got.ptr);
            }
        }
        report_close(&r);
    }
}

/* One change for Chrome and Firefox, another for those that block third-party cookies. */
static void
test_fixes_name_their_browsers(void **state)
{
    reported r;

    (void)state;
    report_open(&r, GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=Lax")),
                "chrome,firefox,chrome-no3pc,safari@18.3");
    assert_int_equal(r.report.fix_count, 3);
    const concors_fix *small = &r.report.fixes[0];
    assert_int_equal(small->browser_count, 2);
    assert_int_equal(small->browsers[0], 0);
    assert_int_equal(small->browsers[1], 1);
    assert_int_equal(small->leave_count, 2);
    assert_memory_equal(small->leaves[0].ptr, "UserPreferences", strlen("UserPreferences"));
    assert_memory_equal(small->leaves[1].ptr, "ConcorsThirdPartyBlocked",
                        strlen("ConcorsThirdPartyBlocked"));
    const concors_fix *partitioned = &r.report.fixes[1];
    assert_int_equal(partitioned->browser_count, 3);
    assert_int_equal(partitioned->leave_count, 1);
    const concors_fix *proxy = &r.report.fixes[2];
    assert_int_equal(proxy->side, CONCORS_SIDE_TOPOLOGY);
    assert_int_equal(proxy->browser_count, 4);
    assert_int_equal(proxy->leave_count, 0);
    report_close(&r);
}

/* The line proposed is the line there was, without its value. */
static void
test_lines_keep_what_they_say(void **state)
{
    static const struct {
        const char *line, *want;
    } rows[] = {
        {"sid=1; Path=/a; HttpOnly", "sid=\xE2\x80\xA6; Path=/a; HttpOnly; Secure; SameSite=None"},
        {"sid=1; samesite=LAX; Max-Age=5", "sid=\xE2\x80\xA6; Max-Age=5; Secure; SameSite=None"},
        {"sid=1; SameSite=Strict; SameSite=Lax; secure", "sid=\xE2\x80\xA6; secure; SameSite=None"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char journey[1000];
        reported r;
        snprintf(journey, sizeof journey, GET("https://api.other.test/", CORS_OK SET("%s")),
                 rows[i].line);
        report_open(&r, journey, "chrome");
        assert_int_equal(r.report.fix_count, 1);
        assert_int_equal(r.report.fixes[0].headers.count, 1);
        concors_span got = r.report.fixes[0].headers.list[0].value;
        if (got.len != strlen(rows[i].want) || memcmp(got.ptr, rows[i].want, got.len) != 0) {
            fail_msg("%s: %.*s", rows[i].line, (int)got.len, got.ptr);
        }
        report_close(&r);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_fixes_name_their_browsers),
        cmocka_unit_test(test_lines_keep_what_they_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
