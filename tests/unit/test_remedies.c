/* Remedies: what is advised where the usual advice would be wrong. */
#include "report_support.h"

#define STEP(page, more, request, answer)                                                          \
    "{\"page\":\"" page "\"," more "\"steps\":[{\"request\":{" request                             \
    "},\"response\":{\"status\":200,\"headers\":[" answer "]}}]}"
#define HELD(url, line)                                                                            \
    "\"cookies\":[{\"url\":\"" url "\",\"set_cookie\":\"" line "\",\"age_s\":600}],"
#define SSO "https://login.other.test/"
#define APP "https://app.example.com/"
#define CORS(origin)                                                                               \
    "[\"Access-Control-Allow-Origin\",\"" origin                                                   \
    "\"],[\"Access-Control-Allow-Credentials\",\"true\"]"
#define SET(line) "[\"Set-Cookie\",\"" line "\"]"

static const struct {
    const char *title, *journey, *browser;
    const char *what, *remedy; /* parts of the first finding's texts */
} rows[] = {
    {"a Strict cookie and a link from another site",
     STEP(SSO, HELD(APP, "sid=1; Secure; SameSite=Strict"),
          "\"kind\":\"navigate\",\"url\":\"" APP "\"", ""),
     "chrome", "another site than https://other.test", "Set sid with SameSite=Lax; or keep Strict"},
    {"a Lax cookie and a form posted by another site",
     STEP(SSO, HELD(APP, "sid=1; Secure; SameSite=Lax"),
          "\"kind\":\"form-post\",\"method\":\"POST\",\"url\":\"" APP "\"", ""),
     "firefox", "SameSite is Lax", "send the user back with a GET"},
    {"a frame on another site, Lax",
     STEP(SSO, "\"ancestors\":[\"" APP "\"],", "\"url\":\"" SSO "a\"",
          SET("sid=1; Secure; SameSite=Lax")),
     "chrome", "in a frame on another site, https://app.example.com",
     "SameSite=None; Secure; Partitioned"},
    {"a frame on another site, None",
     STEP(SSO, "\"ancestors\":[\"" APP "\"],", "\"url\":\"" SSO "a\"",
          SET("sid=1; Secure; SameSite=None")),
     "safari", "login.other.test is third-party on https://app.example.com, and Safari blocks",
     "document.requestStorageAccess()"},
    {"a cookie that was set first-party",
     STEP(APP, HELD(SSO, "sid=1; Secure; SameSite=None"),
          "\"url\":\"" SSO "\",\"credentials\":\"include\"", CORS("https://app.example.com")),
     "safari", "was not sent", "anew from within https://example.com"},
    {"a cookie that is set third-party",
     STEP(APP, "", "\"url\":\"" SSO "\",\"credentials\":\"include\"",
          CORS("https://app.example.com") "," SET("sid=1; Secure; SameSite=None")),
     "safari", "was not stored", "Add Partitioned"},
    {"no Partitioned to add",
     STEP(APP, "", "\"url\":\"" SSO "\",\"credentials\":\"include\"",
          CORS("https://app.example.com") "," SET("sid=1; Secure; SameSite=None")),
     "safari@18.3", "blocks such cookies", "No header helps here"},
    {"localhost and 127.0.0.1",
     STEP("http://127.0.0.1:3000/", "",
          "\"url\":\"http://localhost:8080/\",\"credentials\":\"include\"",
          CORS("http://127.0.0.1:3000") "," SET("sid=1")),
     "chrome", "http://localhost is another site than http://127.0.0.1",
     "Use one name in both addresses"},
    {"a sandbox", STEP(APP, "\"sandboxed\":true,", "\"url\":\"https://api.example.com/\"", ""),
     "chrome", "says nothing about null", "postMessage: null must not be allowed"},
    {"a sandbox that the server lets in",
     STEP(APP, "\"sandboxed\":true,",
          "\"url\":\"https://api.example.com/\",\"credentials\":\"include\"",
          CORS("null") "," SET("sid=1; Secure; SameSite=Lax")),
     "chrome", "a sandboxed page belongs to no site", "hand the answer in by postMessage"},
    {"a file", STEP("file:///tmp/a.html", "", "\"url\":\"https://api.example.com/\"", ""), "chrome",
     "says nothing about null", "Serve the page by http or https"},
    {"patch",
     STEP(APP, "", "\"method\":\"patch\",\"url\":\"https://api.example.com/\"",
          CORS("https://app.example.com") "]},\"preflight\":{\"status\":204,\"headers\":[" CORS(
              "https://app.example.com")),
     "firefox", "does not allow the method patch", "Write the method in capitals, PATCH"},
    {"None within one site, over http",
     STEP("http://localhost:3000/", "",
          "\"url\":\"http://localhost:8080/\",\"credentials\":\"include\"",
          CORS("http://localhost:3000") "," SET("sid=1; SameSite=None")),
     "chrome", "counts only with Secure", "Set sid with SameSite=Lax"},
    {"http from https, where the browser gives no origin",
     STEP(APP, "", "\"method\":\"PUT\",\"url\":\"http://api.example.com/\"", ""), "firefox",
     "The page at https://app.example.com is secure", "Serve api.example.com over https"},
    {"set from within another site's page, and looked for at home",
     "{\"page\":\"" APP "\",\"steps\":[{\"request\":{\"url\":\"" SSO
     "\",\"credentials\":\"include\"},\"response\":{\"status\":200,\"headers\":[" CORS(
         "https://app.example.com") "," SET("sid=1; Secure; SameSite=None") "]}},{\"request\":{"
                                                                            "\"kind\":\"visit\","
                                                                            "\"url\":\"" SSO
                                                                            "\"},\"response\":{"
                                                                            "\"status\":200,"
                                                                            "\"headers\":[]}}]}",
     "firefox", "than pages on https://other.test", "Sign in at login.other.test itself"},
    {"a script's cookie, and a server elsewhere that asks who it is",
     "{\"page\":\"" APP "\",\"steps\":[{\"document_cookie\":\"token=1; Path=/\"},{\"request\":{"
     "\"url\":\"https://api.other.test/me\",\"credentials\":\"include\"},\"response\":{"
     "\"status\":401,\"headers\":[" CORS("https://app.example.com") "]}}]}",
     "chrome", "went without the cookie token, which was set for another host than api.other.test",
     "Let api.other.test set token itself"},
    {"a script's cookie for another host",
     "{\"page\":\"" APP "\",\"steps\":[{\"document_cookie\":\"sid=1; Domain=api.example.com\"}]}",
     "chrome", "may not set cookies", "Let the server that needs sid set it"},
};

static bool
holds(concors_span text, const char *part)
{
    size_t len = strlen(part);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static void
test_remedies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reported r;
        report_open(&r, rows[i].journey, rows[i].browser);
        if (r.report.findings[0].count == 0) {
            fail_msg("%s: no finding", rows[i].title);
        }
        const concors_finding *first = &r.report.findings[0].list[0];
        if (!holds(first->what, rows[i].what) || !holds(first->remedy, rows[i].remedy)) {
            fail_msg("%s: %.*s -> %.*s", rows[i].title, (int)first->what.len, first->what.ptr,
                     (int)first->remedy.len, first->remedy.ptr);
        }
        report_close(&r);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remedies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
