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

static bool
same_text(concors_span got, const char *want)
{
    return got.len == strlen(want) && memcmp(got.ptr, want, got.len) == 0;
}

static void
test_changes(void **state)
{
    static const struct {
        const char *title, *journey, *browser;
        const char *want[4]; /* the changes in their order */
    } rows[] = {
        {"a star for credentials",
         GET("https://api.example.com/",
             "[\"Access-Control-Allow-Origin\",\"*\"],[\"Access-Control-Allow-Credentials\","
             "\"true\"]"),
         "chrome",
         {"Send Access-Control-Allow-Origin: https://app.example.com, Vary: Origin on the "
          "response"}},
        {"nothing at all",
         GET("https://api.example.com/", ""),
         "firefox",
         {"Send Access-Control-Allow-Origin: https://app.example.com, Vary: Origin, "
          "Access-Control-Allow-Credentials: true on the response"}},
        {"credentials forgotten by fetch",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/\"},\"response\":{"
              "\"status\":200,\"headers\":[" CORS_OK SET("sid=1") "]}}]}",
         "chrome",
         {"Call fetch with credentials: \"include\""}},
        {"credentials forgotten by XMLHttpRequest",
         PAGE "\"steps\":[{\"request\":{\"kind\":\"xhr\",\"url\":\"https://api.example.com/\"},"
              "\"response\":{\"status\":200,\"headers\":[" CORS_OK SET("sid=1") "]}}]}",
         "firefox",
         {"Set withCredentials = true on the XMLHttpRequest"}},
        {"two Location headers that differ",
         PAGE
         "\"steps\":[{\"request\":{\"url\":\"https://app.example.com/old\",\"kind\":\"navigate\"},"
         "\"response\":{\"status\":302,\"headers\":[[\"Location\",\"/b\"],[\"Location\",\"/c\"]]},"
         "\"redirects\":[{\"response\":{\"status\":200,\"headers\":[]}}]}]}",
         "chrome",
         {"Send Location: /b on the response"}},
        {"the preflight's status",
         PUT("401",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"PUT\"],"
                     "[\"Access-Control-Allow-Headers\",\"x-csrf\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "chrome",
         {"Answer OPTIONS with status 204"}},
        {"a method and a header, kept with what is allowed already",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"GET, PATCH\"],"
                     "[\"Access-Control-Allow-Headers\",\"content-type\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "chrome",
         {"Answer OPTIONS with Access-Control-Allow-Methods: GET, PATCH, PUT, "
          "Access-Control-Allow-Headers: content-type, x-csrf"}},
        {"a star is no method for a request with credentials",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"*\"],"
                     "[\"Access-Control-Allow-Headers\",\"x-csrf\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "firefox",
         {"Answer OPTIONS with Access-Control-Allow-Methods: PUT"}},
        {"the response is unknown: never sent until now",
         PUT("204",
             CORS_OK ",[\"Access-Control-Allow-Methods\",\"PUT\"],"
                     "[\"Access-Control-Allow-Headers\",\"content-type\"]",
             ""),
         "chrome",
         {"Answer OPTIONS with Access-Control-Allow-Headers: content-type, x-csrf; send "
          "Access-Control-Allow-Origin: https://app.example.com, Vary: Origin, "
          "Access-Control-Allow-Credentials: true on the response (taken to be a plain 200: the "
          "journey has none)"}},
        {"a cross-site cookie without attributes",
         GET("https://api.other.test/", CORS_OK SET("sid=1; Path=/")),
         "chrome",
         {"Serve https://api.other.test behind the page's own origin, by a proxy at "
          "https://app.example.com",
          "Serve https://api.other.test on the page's own site, as https://api.example.com",
          "Set SameSite=None; Secure in the Set-Cookie line of sid"}},
        {"headers in front of the line and the line itself",
         GET("https://api.other.test/",
             "[\"Access-Control-Allow-Origin\",\"https://app.example.com/\"],"
             "[\"Access-Control-Allow-Credentials\",\"True\"]" SET("sid=1; Path=/")),
         "chrome",
         {"Serve https://api.other.test behind the page's own origin, by a proxy at "
          "https://app.example.com",
          "Serve https://api.other.test on the page's own site, as https://api.example.com; send "
          "Access-Control-Allow-Origin: https://app.example.com, Vary: Origin, "
          "Access-Control-Allow-Credentials: true on the response",
          "Send Access-Control-Allow-Origin: https://app.example.com, Vary: Origin, "
          "Access-Control-Allow-Credentials: true on the response; set SameSite=None; Secure in "
          "the Set-Cookie line of sid"}},
        {"None without Secure",
         GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None")),
         "firefox",
         {"Set Secure in the Set-Cookie line of sid"}},
        {"third-party cookies blocked, partitioned ones not",
         GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None; Secure")),
         "chrome-no3pc",
         {"Set Partitioned in the Set-Cookie line of sid"}},
        {"third-party cookies blocked altogether",
         GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=None; Secure")),
         "safari@18.3",
         {"Serve https://api.other.test behind the page's own origin, by a proxy at "
          "https://app.example.com",
          "Serve https://api.other.test on the page's own site, as https://api.example.com"}},
        {"a Domain too wide",
         GET("https://api.example.com/", CORS_OK SET("sid=1; Domain=com")),
         "chrome",
         {"Leave Domain out of the Set-Cookie line of sid"}},
        {"a prefix without what it promises",
         GET("https://api.example.com/", CORS_OK SET("__Host-sid=1; Path=/x; Domain=example.com")),
         "chrome",
         {"Set Secure; Path=/ and no Domain in the Set-Cookie line of __Host-sid"}},
        {"a link from another site asks for Lax, no more",
         "{\"page\":\"https://other.test/\",\"cookies\":[{\"url\":\"https://app.example.com/\","
         "\"set_cookie\":\"sid=1; Secure; SameSite=Strict\"}],\"steps\":[{\"request\":{\"kind\":"
         "\"navigate\",\"url\":\"https://app.example.com/\"},\"response\":{\"status\":200,"
         "\"headers\":[]}}]}",
         "chrome",
         {"Set SameSite=Lax in the Set-Cookie line of sid"}},
        {"https alone helps",
         "{\"page\":\"http://app.example.com/\",\"steps\":[{\"request\":{\"url\":"
         "\"http://app.example.com/\"},\"response\":{\"status\":200,\"headers\":[[\"Set-Cookie\","
         "\"sid=1; Secure\"]]}}]}",
         "chrome",
         {"Serve http://app.example.com over https"}},
        {"mixed content",
         GET("http://api.example.com/", CORS_OK),
         "chrome",
         {"Serve http://api.example.com over https"}},
        {"fetch leaves patch in lower case",
         PAGE "\"steps\":[{\"request\":{\"method\":\"patch\",\"url\":\"https://api.example.com/\","
              "\"credentials\":\"include\"},\"preflight\":{\"status\":204,\"headers\":[" CORS_OK
              ",[\"Access-Control-Allow-Methods\",\"PATCH\"]]},\"response\":{\"status\":200,"
              "\"headers\":[" CORS_OK "]}}]}",
         "chrome",
         {"Write the method in capitals: PATCH"}},
        {"mode same-origin to another origin",
         PAGE "\"steps\":[{\"request\":{\"mode\":\"same-origin\",\"url\":"
              "\"https://api.example.com/\"},\"response\":{\"status\":200,\"headers\":[" CORS_OK
              "]}}]}",
         "firefox",
         {"Leave the mode of fetch at cors"}},
        {"a link cannot be moved to the page's own host",
         "{\"page\":\"https://other.test/\",\"steps\":[{\"request\":{\"kind\":\"navigate\",\"url\":"
         "\"http://app.example.com/\"},\"response\":{\"status\":200,\"headers\":[[\"Set-Cookie\","
         "\"sid=1; Secure\"]]}}]}",
         "chrome",
         {"Serve http://app.example.com over https"}},
        {"a redirect to a third origin",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\"},\"response\":{"
              "\"status\":307,\"headers\":[[\"Location\",\"https://b.example.com/b\"]," CORS_OK
              "]},\"redirects\":[{\"response\":{\"status\":200,\"headers\":[]}}]}]}",
         "chrome",
         {"Ask https://b.example.com/b itself, not what redirects there; send "
          "Access-Control-Allow-Origin: https://app.example.com, Vary: Origin on the response"}},
        {"two of them, and the second leads on",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\"},\"response\":{"
              "\"status\":307,\"headers\":[[\"Location\",\"https://b.example.com/b\"]," CORS_OK
              "]},\"redirects\":[{\"response\":{\"status\":307,\"headers\":[[\"Location\","
              "\"https://c.example.com/c\"]," CORS_OK "]}},{\"response\":{\"status\":200,"
              "\"headers\":[" CORS_OK "]}}]}]}",
         "firefox",
         {"Ask https://c.example.com/c itself, not what redirects there"}},
        {"a preflight that is led to another page",
         PUT("307", "[\"Location\",\"/start\"]",
             ",\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}"),
         "chrome",
         {"Answer OPTIONS with status 204, Access-Control-Allow-Origin: https://app.example.com, "
          "Access-Control-Allow-Credentials: true, Access-Control-Allow-Methods: PUT, "
          "Access-Control-Allow-Headers: x-csrf"}},
        {"a preflight that is led to https",
         "{\"page\":\"http://app.example.com/"
         "\",\"steps\":[{\"request\":{\"method\":\"PUT\",\"url\":"
         "\"http://api.example.com/a\"},\"preflight\":{\"status\":301,\"headers\":["
         "[\"Location\",\"https://api.example.com/a\"]]}}]}",
         "chrome",
         {"Ask https://api.example.com/a itself, not what redirects there (the journey does not "
          "say how it answers: probe it)",
          "Answer OPTIONS with status 204, Access-Control-Allow-Origin: http://app.example.com, "
          "Access-Control-Allow-Methods: PUT; send Access-Control-Allow-Origin: "
          "http://app.example.com, Vary: Origin on the response (taken to be a plain 200: the "
          "journey has none)"}},
        {"a slash too few, and a redirect without headers",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\",\"credentials\":"
              "\"include\"},\"response\":{\"status\":301,\"headers\":[[\"Location\",\"/a/\"]]},"
              "\"redirects\":[{\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}}]}]}",
         "firefox",
         {"Ask https://api.example.com/a/ itself, not what redirects there",
          "Send Access-Control-Allow-Origin: https://app.example.com, Vary: Origin, "
          "Access-Control-Allow-Credentials: true on the response"}},
        {"a slash too few, and a redirect to http: https stays",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\",\"credentials\":"
              "\"include\"},\"response\":{\"status\":307,\"headers\":[[\"Location\","
              "\"http://api.example.com/a/\"]," CORS_OK "]},\"redirects\":[{\"response\":{"
              "\"status\":200,\"headers\":[" CORS_OK "]}}]}]}",
         "chrome",
         {"Ask https://api.example.com/a/ itself, not what redirects there"}},
        {"a redirect to another page is not what was meant",
         PAGE
         "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\"},\"response\":{"
         "\"status\":302,\"headers\":[[\"Location\",\"/login\"]]},\"redirects\":[{\"response\":{"
         "\"status\":200,\"headers\":[" CORS_OK "]}}]}]}",
         "firefox",
         {"Send Access-Control-Allow-Origin: https://app.example.com, Vary: Origin on the "
          "response"}},
        {"a page on http moves with its server",
         "{\"page\":\"http://app.example.com/\",\"steps\":[{\"request\":{\"url\":"
         "\"https://api.example.com/\",\"credentials\":\"include\"},\"response\":{\"status\":"
         "200,\"headers\":[[\"Access-Control-Allow-Origin\",\"http://app.example.com\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Set-Cookie\","
         "\"sid=1; Secure; SameSite=Lax\"]]}}]}",
         "chrome",
         {"Serve http://app.example.com over https; serve https://api.example.com behind the "
          "page's own origin, by a proxy at https://app.example.com"}},
        {"one machine under two names",
         "{\"page\":\"http://127.0.0.1:3000/\",\"steps\":[{\"request\":{\"url\":"
         "\"http://localhost:8080/\",\"credentials\":\"include\"},\"response\":{\"status\":200,"
         "\"headers\":[[\"Access-Control-Allow-Origin\",\"http://127.0.0.1:3000\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Set-Cookie\",\"sid=1\"]]}}]}",
         "chrome",
         {"Ask http://127.0.0.1:8080 in place of http://localhost:8080",
          "Serve http://localhost:8080 behind the page's own origin, by a proxy at "
          "http://127.0.0.1:3000"}},
        {"null is never built upon, and no cookie opened to it",
         "{\"page\":\"https://app.example.com/\",\"sandboxed\":true,\"steps\":[{\"request\":{"
         "\"url\":\"https://api.example.com/\",\"credentials\":\"include\"},\"response\":{"
         "\"status\":200,\"headers\":[[\"Access-Control-Allow-Origin\",\"null\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"]" SET(
             "sid=1; Secure; SameSite=Lax") "]}}]}",
         "chrome",
         {NULL}},
        {"None within one site, over http",
         "{\"page\":\"http://localhost:3000/\",\"steps\":[{\"request\":{\"url\":"
         "\"http://localhost:8080/\",\"credentials\":\"include\"},\"response\":{\"status\":200,"
         "\"headers\":[[\"Access-Control-Allow-Origin\",\"http://localhost:3000\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"]" SET("sid=1; SameSite=None") "]}}]}",
         "chrome",
         {"Set SameSite=Lax in the Set-Cookie line of sid"}},
        {"patch, where the server names no method",
         PAGE "\"steps\":[{\"request\":{\"method\":\"patch\",\"url\":\"https://api.example.com/\"},"
              "\"preflight\":{\"status\":204,\"headers\":[" CORS_OK
              "]},\"response\":{\"status\":200,"
              "\"headers\":[" CORS_OK "]}}]}",
         "chrome",
         {"Write the method in capitals: PATCH; answer OPTIONS with Access-Control-Allow-Methods: "
          "PATCH"}},
        {"https alone would open the cookie: the page's own origin first",
         GET("http://api.other.test/", CORS_OK SET("sid=1")),
         "safari",
         {"Serve http://api.other.test behind the page's own origin, by a proxy at "
          "https://app.example.com",
          "Serve http://api.other.test on the page's own site, as https://api.example.com",
          "Serve http://api.other.test over https; set SameSite=None; Secure; Partitioned in the "
          "Set-Cookie line of sid"}},
        {"null is never allowed",
         "{\"page\":\"https://app.example.com/\",\"sandboxed\":true,\"steps\":[{\"request\":{"
         "\"url\":\"https://api.example.com/\"},\"response\":{\"status\":200,\"headers\":[]}}]}",
         "chrome",
         {NULL}},
        {"an unknown response elsewhere proves nothing",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/\"},\"response\":{"
              "\"status\":200,\"headers\":[]}},{\"request\":{\"url\":\"https://api.example.com/\"}"
              "}]}",
         "chrome",
         {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browser);
        assert_int_equal(r.report.verdict, CONCORS_VERDICT_BLOCKED);
        size_t wanted = 0;
        while (wanted < 4 && rows[i].want[wanted] != NULL) {
            wanted++;
        }
        for (size_t f = 0; f < r.report.fix_count && f < wanted; f++) {
            concors_span got = r.report.fixes[f].change;
            if (!same_text(got, rows[i].want[f])) {
                fail_msg("%s: %.*s", rows[i].title, (int)got.len, got.ptr);
            }
        }
        if (r.report.fix_count != wanted) {
            fail_msg("%s: %zu fixes", rows[i].title, r.report.fix_count);
        }
        report_close(&r);
    }
}

/* What helps all browsers first; what moves nothing and costs more behind it. */
static void
test_fixes_name_their_browsers(void **state)
{
    static const struct {
        concors_design design;
        concors_cost cost;
        size_t browsers, blocked;
    } want[] = {
        {CONCORS_DESIGN_SAME_ORIGIN, CONCORS_COST_NOTHING, 4, 0},
        {CONCORS_DESIGN_SAME_SITE, CONCORS_COST_NOTHING, 4, 0},
        {CONCORS_DESIGN_KEPT, CONCORS_COST_EMBEDS, 3, 1},
        {CONCORS_DESIGN_KEPT, CONCORS_COST_EVERY_SITE, 2, 2},
    };
    reported r;

    (void)state;
    report_open(&r, GET("https://api.other.test/", CORS_OK SET("sid=1; SameSite=Lax")),
                "chrome,firefox,chrome-no3pc,safari@18.3");
    assert_int_equal(r.report.fix_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const concors_fix *fix = &r.report.fixes[i];
        assert_int_equal(fix->design, want[i].design);
        assert_int_equal(fix->cost, want[i].cost);
        assert_int_equal(fix->browser_count, want[i].browsers);
        assert_int_equal(fix->blocked_count, want[i].blocked);
        assert_int_equal(fix->leave_count, want[i].blocked);
        assert_true(fix->price.len > 0);
    }
    const concors_fix *small = &r.report.fixes[3];
    assert_int_equal(small->browsers[0], 0);
    assert_int_equal(small->browsers[1], 1);
    assert_int_equal(small->blocked[0], 2);
    assert_true(same_text(small->leaves[0], "UserPreferences"));
    assert_true(same_text(small->leaves[1], "ConcorsThirdPartyBlocked"));
    report_close(&r);
}

/* What no header can do is said, for whom, and what comes next. */
static void
test_limits_come_first(void **state)
{
    static const struct {
        const char *title, *journey, *browsers, *code;
        size_t count; /* of browsers */
    } rows[] = {
        {"third-party cookies",
         GET("https://api.other.test/", CORS_OK SET("sid=1; Secure; SameSite=None")),
         "chrome,safari@18.3,safari@18.5", "ConcorsThirdPartyBlocked", 2},
        {"mixed content", GET("http://api.example.com/", CORS_OK), "chrome,firefox",
         "ConcorsMixedContent", 2},
        {"the local network",
         "{\"page\":\"https://203.0.113.7/\",\"steps\":[{\"request\":{\"url\":"
         "\"https://192.168.1.10/\"},\"response\":{\"status\":200,\"headers\":["
         "[\"Access-Control-Allow-Origin\",\"*\"]]}}]}",
         "firefox", "LocalNetworkAccessPermissionDenied", 1},
        {"a sandbox",
         "{\"page\":\"https://app.example.com/\",\"sandboxed\":true,\"steps\":[{\"request\":{"
         "\"url\":\"https://api.example.com/\"},\"response\":{\"status\":200,\"headers\":[]}}]}",
         "chrome,firefox", "MissingAllowOriginHeader", 2},
        {"a file",
         "{\"page\":\"file:///tmp/login.html\",\"steps\":[{\"request\":{\"url\":"
         "\"https://api.example.com/login\"},\"response\":{\"status\":200,\"headers\":[]}}]}",
         "chrome,firefox", "MissingAllowOriginHeader", 2},
        {"a redirect that takes Authorization off",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\",\"headers\":["
              "[\"Authorization\",\"Bearer 1\"]]},\"preflight\":{\"status\":204,\"headers\":["
              "[\"Access-Control-Allow-Headers\",\"authorization\"]," CORS_OK "]},\"response\":{"
              "\"status\":307,\"headers\":[[\"Location\",\"https://b.example.com/b\"]," CORS_OK
              "]},\"redirects\":[{\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}}]}]}",
         "chrome", "AllowOriginMismatch", 1},
        {"a token in the address that redirects lead to",
         PAGE
         "\"steps\":[{\"request\":{\"url\":\"https://api.example.com/a\"},\"response\":{"
         "\"status\":307,\"headers\":[[\"Location\",\"https://b.example.com/b?token=abc\"]," CORS_OK
         "]},\"redirects\":[{\"response\":{\"status\":200,\"headers\":[" CORS_OK "]}}]}]}",
         "chrome", "AllowOriginMismatch", 1},
        {"a cookie of the page's script",
         PAGE "\"steps\":[{\"document_cookie\":\"sid=1; Domain=api.example.com\"}]}",
         "chrome,firefox", "InvalidDomain", 2},
        {"one machine under two names",
         "{\"page\":\"http://127.0.0.1:3000/\",\"steps\":[{\"request\":{\"url\":"
         "\"http://localhost:8080/\",\"credentials\":\"include\"},\"response\":{\"status\":200,"
         "\"headers\":[[\"Access-Control-Allow-Origin\",\"http://127.0.0.1:3000\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Set-Cookie\",\"sid=1\"]]}}]}",
         "chrome", "SchemefulSameSiteUnspecifiedTreatedAsLax", 1},
        {"http beside https",
         "{\"page\":\"http://app.example.com/\",\"steps\":[{\"request\":{\"url\":"
         "\"https://api.example.com/\",\"credentials\":\"include\"},\"response\":{\"status\":"
         "200,\"headers\":[[\"Access-Control-Allow-Origin\",\"http://app.example.com\"],"
         "[\"Access-Control-Allow-Credentials\",\"true\"],[\"Set-Cookie\","
         "\"sid=1; Secure; SameSite=Lax\"]]}}]}",
         "chrome,chrome-no3pc", "SchemefulSameSiteLax", 2},
        {"a frame on another site",
         "{\"page\":\"https://widget.other.test/\",\"ancestors\":[\"https://app.example.com/\"],"
         "\"steps\":[{\"request\":{\"url\":\"https://widget.other.test/a\"},\"response\":{"
         "\"status\":200,\"headers\":[[\"Set-Cookie\",\"sid=1; Secure; SameSite=None\"]]}}]}",
         "safari@18.3", "ConcorsThirdPartyBlocked", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const concors_text_options options = {.width = 80, .utf8 = true};
        reported r;
        report_open(&r, rows[i].journey, rows[i].browsers);
        if (r.report.limit_count != 1) {
            fail_msg("%s: %zu limits", rows[i].title, r.report.limit_count);
        }
        const concors_limit *limit = &r.report.limits[0];
        assert_true(same_text(concors_reason_get(limit->reason)->code, rows[i].code));
        assert_int_equal(limit->browser_count, rows[i].count);
        assert_true(limit->next.len > 0);
        char *text = report_as_text(&r, &options);
        const char *changes = strstr(text, "What to change");
        const char *warns = changes == NULL ? NULL : strstr(changes, "\n   ! ");
        const char *fix = changes == NULL ? NULL : strstr(changes, "\n   \xE2\x86\x92 ");
        if (warns == NULL || (fix == NULL) != (r.report.fix_count == 0) ||
            (fix != NULL && fix < warns)) {
            fail_msg("%s: %s", rows[i].title, text);
        }
        free(text);
        report_close(&r);
    }
}

static void
test_lines_to_copy(void **state)
{
    static const struct {
        const char *title, *journey, *browser;
        const char *want[5];
    } rows[] = {
        {"fetch with a body",
         PAGE "\"steps\":[{\"request\":{\"method\":\"POST\",\"url\":"
              "\"https://api.example.com/login\",\"headers\":[[\"Accept\",\"*/*\"]]},"
              "\"response\":{\"status\":200,\"headers\":[" CORS_OK SET("sid=1") "]}}]}",
         "chrome",
         {"fetch(\"https://api.example.com/login\", {method: \"POST\", headers, body, "
          "credentials: \"include\"})",
          "xhr.open(\"POST\", \"https://api.example.com/login\"); xhr.withCredentials = true;",
          "axios({url: \"https://api.example.com/login\", method: \"POST\", headers, data, "
          "withCredentials: true})"}},
        {"an EventSource",
         PAGE "\"cookies\":[{\"url\":\"https://api.example.com/\",\"set_cookie\":\"sid=1\"}],"
              "\"steps\":[{\"request\":{\"kind\":\"eventsource\",\"url\":"
              "\"https://api.example.com/e\"},\"response\":{\"status\":200,\"headers\":["
              "[\"Content-Type\",\"text/event-stream\"]," CORS_OK "]}}]}",
         "chrome",
         {"new EventSource(\"https://api.example.com/e\", {withCredentials: true})"}},
        {"a proxy, and each path once",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.other.test/login\",\"credentials\":"
              "\"include\"},\"response\":{\"status\":200,\"headers\":[" CORS_OK SET(
                  "sid=1") "]}},{\"request\":{\"url\":\"https://api.other.test/"
                           "me\",\"credentials\":\"include\"},"
                           "\"response\":{\"status\":200,\"headers\":[" CORS_OK
                           "]}},{\"request\":{\"url\":"
                           "\"https://api.other.test/"
                           "me\",\"credentials\":\"include\"},\"response\":{\"status\":"
                           "200,\"headers\":[" CORS_OK "]}}]}",
         "safari@18.3",
         {"fetch(\"/login\")", "xhr.open(\"GET\", \"/login\");", "axios({url: \"/login\"})",
          "location ~ ^/(login|me)(/|$) { proxy_pass https://api.other.test; "
          "proxy_ssl_server_name on; }"}},
        {"a proxy: no origin to name, no credentials to ask for",
         PAGE "\"steps\":[{\"request\":{\"url\":\"https://api.other.test/v1/me?a=1\","
              "\"credentials\":\"include\"},\"response\":{\"status\":200,\"headers\":[" CORS_OK SET(
                  "sid=1") "]}}]}",
         "safari@18.3",
         {"fetch(\"/v1/me?a=1\")", "xhr.open(\"GET\", \"/v1/me?a=1\");",
          "axios({url: \"/v1/me?a=1\"})",
          "location /v1/ { proxy_pass https://api.other.test; proxy_ssl_server_name on; }"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browser);
        assert_true(r.report.fix_count > 0);
        const concors_fix *fix = &r.report.fixes[0];
        for (size_t k = 0; k < fix->code_count; k++) {
            concors_span got = fix->code[k].line;
            if (rows[i].want[k] == NULL || !same_text(got, rows[i].want[k])) {
                fail_msg("%s: %.*s", rows[i].title, (int)got.len, got.ptr);
            }
        }
        assert_null(rows[i].want[fix->code_count]);
        report_close(&r);
    }
}

/* Steps that lack all there is to lack: one sentence, and all of it tried. */
static void
check_all_wrong(int steps)
{
    static char journey[20000];
    size_t len = 0;
    reported r;

    len += (size_t)snprintf(journey, sizeof journey, PAGE "\"steps\":[");
    for (int i = 0; i < steps; i++) {
        len += (size_t)snprintf(
            journey + len, sizeof journey - len,
            "%s{\"request\":{\"method\":\"%s\",\"url\":\"https://api.other.test/%d\","
            "\"headers\":[[\"X-A%d\",\"1\"]]},\"preflight\":{\"status\":401,\"headers\":[]},"
            "\"response\":{\"status\":200,\"headers\":[[\"Set-Cookie\",\"c%d=1\"]]}}",
            i > 0 ? "," : "", i % 2 == 0 ? "PUT" : "DELETE", i, i % 3, i);
    }
    snprintf(journey + len, sizeof journey - len, "]}");
    report_open(&r, journey, "chrome,chrome-no3pc,firefox,safari");
    assert_int_equal(r.report.fix_count, 4);
    const concors_fix *fix = &r.report.fixes[2];
    assert_int_equal(fix->browser_count, 4);
    assert_int_equal(fix->cost, CONCORS_COST_EMBEDS);
    assert_non_null(strstr(fix->change.ptr, "Access-Control-Allow-Methods: PUT, DELETE"));
    assert_non_null(strstr(fix->change.ptr, "Access-Control-Allow-Headers: x-a0, x-a1, x-a2"));
    report_close(&r);
}

static void
test_many_steps_are_one_change(void **state)
{
    (void)state;
    check_all_wrong(10);
    check_all_wrong(60);
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
        assert_int_equal(r.report.fix_count, 3);
        assert_int_equal(r.report.fixes[2].headers.count, 1);
        concors_span got = r.report.fixes[2].headers.list[0].value;
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
        cmocka_unit_test(test_limits_come_first),
        cmocka_unit_test(test_lines_to_copy),
        cmocka_unit_test(test_many_steps_are_one_change),
        cmocka_unit_test(test_lines_keep_what_they_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
