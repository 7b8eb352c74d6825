/* Journeys as people write them: every key, and every mistake with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/near_word.h"
#include "ingest/seconds.h"
#include "ingest/tree_pointer.h"
#include <concors/journey.h>

enum { ARENA_SIZE = 1 << 16 };

typedef struct outcome {
    concors_status status;
    concors_journey journey;
    concors_error error;
    char *block;
    concors_arena arena;
} outcome;

static outcome
read_sized(concors_span text, size_t arena_size)
{
    static const concors_host host;
    outcome o = {0};

    o.block = malloc(text.len + 1);
    o.arena.ptr = malloc(arena_size + 1);
    o.arena.cap = arena_size;
    assert_non_null(o.block);
    assert_non_null(o.arena.ptr);
    char *exact = realloc(o.block, text.len == 0 ? 1 : text.len);
    assert_non_null(exact);
    o.block = exact;
    memcpy(o.block, text.ptr, text.len);
    o.status = concors_journey_read((concors_span){o.block, text.len}, &host, &o.arena, &o.journey,
                                    &o.error);
    return o;
}

static outcome
read_text(const char *text)
{
    return read_sized((concors_span){text, strlen(text)}, ARENA_SIZE);
}

static void
drop(outcome *o)
{
    free(o->block);
    free(o->arena.ptr);
}

static bool
is(concors_span text, const char *want)
{
    return text.len == strlen(want) && (text.len == 0 || memcmp(text.ptr, want, text.len) == 0);
}

static void
expect(bool holds, const char *row)
{
    if (!holds) {
        print_error("row: %s\n", row);
    }
    assert_true(holds);
}

static const char whole[] =
    "{\n"
    "  \"page\": \"https://app.example.com/login\",\n"
    "  \"ancestors\": [\"https://portal.example.net/\", \"about:blank\"],\n"
    "  \"sandboxed\": true,\n"
    "  \"browsers\": [\"chrome\", \"firefox\"],\n"
    "  \"now\": \"2026-11-20T12:00:00.5Z\",\n"
    "  \"cookies\": [{\"url\": \"https://api.example.com/\", \"set_cookie\": \"sid=1\","
    " \"age_s\": 3600},\n"
    "              {\"set_cookie\": \"t=2\", \"url\": \"http://b.test/x\"}],\n"
    "  \"steps\": [\n"
    "    {\"request\": {\"kind\": \"fetch\", \"method\": \"pOST\","
    " \"url\": \"https://API.example.com/v1\", \"mode\": \"same-origin\",\n"
    "      \"credentials\": \"omit\", \"redirect\": \"manual\","
    " \"headers\": [[\"X-A\", \"1\"], [\"x-a\", \"\\u00e9\"], [\"\", \"\"]]},\n"
    "     \"preflight\": {\"status\": 204, \"headers\": [[\"Vary\", \"Origin\"]]},\n"
    "     \"response\": {\"status\": 302},\n"
    "     \"redirects\": [{\"preflight\": null, \"response\": {\"status\": 200,"
    " \"headers\": []}}, {}],\n"
    "     \"wait_s\": 1.25},\n"
    "    {\"document_cookie\": \"theme=dark\", \"page\": \"https://b.test/\"},\n"
    "    {\"request\": {\"url\": \"https://c.test/\"}, \"response\": null, \"sandboxed\": true},\n"
    "    {\"request\": {\"url\": \"https://d.test/\"},"
    " \"page\": \"data:text/html,x\", \"ancestors\": [\"https://e.test/\"]}\n"
    "  ]\n"
    "}\n";

static void
reads_what_surrounds_the_steps(void **state)
{
    (void)state;
    outcome o = read_text(whole);
    const concors_journey *j = &o.journey;

    assert_int_equal(o.status, CONCORS_OK);
    assert_true(is(j->document.url.href, "https://app.example.com/login"));
    assert_int_equal(j->document.ancestor_count, 2);
    assert_true(is(j->document.ancestors[0].host, "portal.example.net"));
    assert_int_equal(j->document.ancestors[1].scheme, CONCORS_SCHEME_OTHER);
    assert_true(j->document.sandboxed);
    assert_int_equal(j->browser_count, 2);
    assert_true(is(j->browsers[1], "firefox"));
    assert_true(j->has_now);
    assert_true(j->now_ms == 1795176000500);
    assert_int_equal(j->cookie_count, 2);
    assert_true(is(j->cookies[0].set_cookie, "sid=1"));
    assert_true(j->cookies[0].age_ms == 3600000);
    assert_true(is(j->cookies[1].url.host, "b.test"));
    assert_true(j->cookies[1].age_ms == 0);
    assert_int_equal(j->step_count, 4);
    drop(&o);
}

static void
reads_a_request_and_its_answers(void **state)
{
    (void)state;
    outcome o = read_text(whole);
    assert_int_equal(o.status, CONCORS_OK);
    const concors_step *step = &o.journey.steps[0];

    assert_int_equal(step->request.kind, CONCORS_KIND_FETCH);
    assert_true(is(step->request.method, "pOST"));
    assert_true(is(step->request.url.href, "https://api.example.com/v1"));
    assert_int_equal(step->request.mode, CONCORS_MODE_SAME_ORIGIN);
    assert_int_equal(step->request.credentials, CONCORS_CREDENTIALS_OMIT);
    assert_int_equal(step->request.redirect, CONCORS_REDIRECT_MANUAL);
    assert_int_equal(step->request.headers.count, 3);
    assert_true(is(step->request.headers.list[1].name, "x-a"));
    assert_true(is(step->request.headers.list[1].value, "\xC3\xA9"));
    assert_true(is(step->request.headers.list[2].name, ""));
    assert_true(step->first.preflight.known);
    assert_int_equal(step->first.preflight.status, 204);
    assert_true(is(step->first.preflight.headers.list[0].value, "Origin"));
    assert_int_equal(step->first.response.status, 302);
    assert_int_equal(step->first.response.headers.count, 0);
    assert_int_equal(step->redirect_count, 2);
    assert_false(step->redirects[0].preflight.known);
    assert_true(step->redirects[0].response.known);
    assert_false(step->redirects[1].response.known);
    assert_true(step->wait_ms == 1250);
    drop(&o);
}

static void
another_document_acts_from_there_on(void **state)
{
    (void)state;
    outcome o = read_text(whole);
    assert_int_equal(o.status, CONCORS_OK);
    const concors_step *steps = o.journey.steps;

    assert_true(is(steps[0].document->url.host, "app.example.com"));
    assert_true(steps[1].is_document_cookie);
    assert_true(is(steps[1].document_cookie, "theme=dark"));
    assert_true(is(steps[1].document->url.host, "b.test"));
    assert_int_equal(steps[1].document->ancestor_count, 0);
    assert_false(steps[1].document->sandboxed);
    assert_true(is(steps[2].document->url.host, "b.test"));
    assert_true(steps[2].document->sandboxed);
    assert_false(steps[2].first.response.known);
    assert_true(is(steps[3].document->url.scheme_name, "data"));
    assert_int_equal(steps[3].document->ancestor_count, 1);
    assert_false(steps[3].document->sandboxed);
    drop(&o);
}

static void
defaults_are_few(void **state)
{
    (void)state;
    outcome o = read_text("{\"page\":\"about:blank\",\"steps\":[]}");

    assert_int_equal(o.status, CONCORS_OK);
    assert_int_equal(o.journey.step_count, 0);
    assert_int_equal(o.journey.browser_count, 0);
    assert_int_equal(o.journey.document.ancestor_count, 0);
    assert_false(o.journey.has_now);
    assert_false(o.journey.document.sandboxed);
    drop(&o);
}

#define C(word) CONCORS_CREDENTIALS_##word
#define M(word) CONCORS_MODE_##word

static const struct {
    const char *request; /* without its URL */
    const char *method;
    concors_kind kind;
    concors_mode mode;
    concors_credentials credentials;
} implied[] = {
    {"", "GET", CONCORS_KIND_FETCH, M(CORS), C(SAME_ORIGIN)},
    {",\"mode\":\"no-cors\"", "GET", CONCORS_KIND_FETCH, M(NO_CORS), C(SAME_ORIGIN)},
    {",\"credentials\":\"include\"", "GET", CONCORS_KIND_FETCH, M(CORS), C(INCLUDE)},
    {",\"credentials\":\"same-origin\"", "GET", CONCORS_KIND_FETCH, M(CORS), C(SAME_ORIGIN)},
    {",\"kind\":\"xhr\"", "GET", CONCORS_KIND_XHR, M(CORS), C(SAME_ORIGIN)},
    {",\"kind\":\"xhr\",\"mode\":\"cors\",\"credentials\":\"include\",\"with_credentials\":true",
     "GET", CONCORS_KIND_XHR, M(CORS), C(INCLUDE)},
    {",\"kind\":\"img\",\"mode\":\"no-cors\",\"credentials\":\"include\"", "GET", CONCORS_KIND_IMG,
     M(NO_CORS), C(INCLUDE)},
    {",\"kind\":\"xhr\",\"method\":\"patch\",\"with_credentials\":true", "patch", CONCORS_KIND_XHR,
     M(CORS), C(INCLUDE)},
    {",\"kind\":\"xhr\",\"with_credentials\":false,\"redirect\":\"follow\"", "GET",
     CONCORS_KIND_XHR, M(CORS), C(SAME_ORIGIN)},
    {",\"kind\":\"navigate\"", "GET", CONCORS_KIND_NAVIGATE, M(NAVIGATE), C(INCLUDE)},
    {",\"kind\":\"visit\",\"method\":\"get\"", "get", CONCORS_KIND_VISIT, M(NAVIGATE), C(INCLUDE)},
    {",\"kind\":\"form-post\"", "POST", CONCORS_KIND_FORM_POST, M(NAVIGATE), C(INCLUDE)},
    {",\"kind\":\"form-post\",\"method\":\"POST\"", "POST", CONCORS_KIND_FORM_POST, M(NAVIGATE),
     C(INCLUDE)},
    {",\"kind\":\"img\"", "GET", CONCORS_KIND_IMG, M(NO_CORS), C(INCLUDE)},
    {",\"kind\":\"img\",\"crossorigin\":\"anonymous\"", "GET", CONCORS_KIND_IMG, M(CORS),
     C(SAME_ORIGIN)},
    {",\"kind\":\"script\"", "GET", CONCORS_KIND_SCRIPT, M(NO_CORS), C(INCLUDE)},
    {",\"kind\":\"script\",\"crossorigin\":\"use-credentials\"", "GET", CONCORS_KIND_SCRIPT,
     M(CORS), C(INCLUDE)},
    {",\"kind\":\"iframe\"", "GET", CONCORS_KIND_IFRAME, M(NAVIGATE), C(INCLUDE)},
    {",\"kind\":\"websocket\"", "GET", CONCORS_KIND_WEBSOCKET, M(WEBSOCKET), C(INCLUDE)},
    {",\"kind\":\"eventsource\"", "GET", CONCORS_KIND_EVENTSOURCE, M(CORS), C(SAME_ORIGIN)},
    {",\"kind\":\"eventsource\",\"with_credentials\":true", "GET", CONCORS_KIND_EVENTSOURCE,
     M(CORS), C(INCLUDE)},
    {",\"kind\":\"beacon\"", "POST", CONCORS_KIND_BEACON, M(NO_CORS), C(INCLUDE)},
    {",\"kind\":\"beacon\",\"headers\":[[\"Content-Type\",\"text/plain;charset=UTF-8\"]]", "POST",
     CONCORS_KIND_BEACON, M(NO_CORS), C(INCLUDE)},
    {",\"kind\":\"beacon\",\"headers\":[[\"content-TYPE\",\"application/json\"]]", "POST",
     CONCORS_KIND_BEACON, M(CORS), C(INCLUDE)},
};

static void
kinds_imply_method_mode_and_credentials(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof implied / sizeof implied[0]; i++) {
        char text[512];
        const char *row = implied[i].request;
        snprintf(text, sizeof text,
                 "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":"
                 "{\"url\":\"https://b.test/\"%s}}]}",
                 row);
        outcome o = read_text(text);
        expect(o.status == CONCORS_OK, row);
        const concors_request *request = &o.journey.steps[0].request;
        expect(request->kind == implied[i].kind, row);
        expect(is(request->method, implied[i].method), row);
        expect(request->mode == implied[i].mode, row);
        expect(request->credentials == implied[i].credentials, row);
        expect(request->crossorigin == (strstr(row, "crossorigin") != NULL), row);
        drop(&o);
    }
}

/* A mistake at the top, in a step or in a request. */
typedef struct mistake {
    const char *text;
    uint32_t line, column;
    const char *pointer;
    const char *what;
} mistake;

static void
check_mistake(const mistake *row, const char *text, concors_status status)
{
    outcome o = read_text(text);

    if (o.status != status || !is(o.error.what, row->what) || !is(o.error.pointer, row->pointer) ||
        o.error.line != row->line || o.error.column != row->column) {
        print_error("got %d at %u:%u %.*s: %.*s\n", (int)o.status, o.error.line, o.error.column,
                    (int)o.error.pointer.len, o.error.pointer.len == 0 ? "" : o.error.pointer.ptr,
                    (int)o.error.what.len, o.error.what.len == 0 ? "" : o.error.what.ptr);
    }
    expect(o.status == status, text);
    expect(is(o.error.what, row->what), text);
    expect(is(o.error.pointer, row->pointer), text);
    expect(o.error.line == row->line && o.error.column == row->column, text);
    assert_int_equal(o.journey.step_count, 0);
    drop(&o);
}

static const mistake at_the_top[] = {
    {"[]", 1, 1, "", "expected an object but found an array"},
    {"{", 1, 2, "", "expected a key in quotes or '}' but the text ends"},
    {"{}", 1, 1, "", "key 'page' is missing"},
    {"{\"page\":\"https://a.test/\"}", 1, 1, "", "key 'steps' is missing"},
    {"{\"Page\":1}", 1, 9, "/Page", "unknown key 'Page' (did you mean 'page'?)"},
    {"{\n \"step\":\n  []}", 3, 3, "/step", "unknown key 'step' (did you mean 'steps'?)"},
    {"{\"colour\":1}", 1, 11, "/colour",
     "unknown key 'colour': expected page, ancestors, sandboxed, browsers, now, cookies or steps"},
    {"{\"a/b~c\":1}", 1, 10, "/a~1b~0c",
     "unknown key 'a/b~c': expected page, ancestors, sandboxed, browsers, now, cookies or steps"},
    {"{\"\":1}", 1, 5, "/",
     "unknown key '': expected page, ancestors, sandboxed, browsers, now, cookies or steps"},
    {"{\"\\u001b[31m\\u202e\":1}", 1, 21, "/\x1b[31m\xE2\x80\xAE",
     "unknown key '\\x1b[31m\\u202e': expected page, ancestors, sandboxed, browsers, now, cookies "
     "or steps"},
    {"{\"0123456789012345678901234567890\xC3\xA9xx\":1}", 1, 40,
     "/0123456789012345678901234567890\xC3\xA9xx",
     "unknown key '0123456789012345678901234567890\xE2\x80\xA6': expected page, ancestors, "
     "sandboxed, browsers, now, cookies or steps"},
    {"{\"page\":\"https://a.test/\",\"steps\":[],\"page\":\"https://b.test/\"}", 1, 45, "/page",
     "key 'page' stands twice in one object"},
    {"{\"page\":1,\"steps\":[]}", 1, 9, "/page", "expected a string but found a number"},
    {"{\"page\":\"app.test\",\"steps\":[]}", 1, 9, "/page",
     "not a URL: no scheme such as https://, and nothing to resolve it against"},
    {"{\"page\":\"https://a b/\",\"steps\":[]}", 1, 9, "/page",
     "not a URL: the host holds a character that no host may have"},
};

static void
mistakes_at_the_top(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof at_the_top / sizeof at_the_top[0]; i++) {
        check_mistake(&at_the_top[i], at_the_top[i].text, CONCORS_E_SYNTAX);
    }
}

/* Rows of members, beside a good page and no steps; the first stands at 2:1. */
static const mistake in_the_journey[] = {
    {"\"ancestors\":null", 2, 13, "/ancestors", "expected an array but found null"},
    {"\"ancestors\":[\"https://a.test/\",{}]", 2, 32, "/ancestors/1",
     "expected a string but found an object"},
    {"\"ancestors\":[\"/\"]", 2, 14, "/ancestors/0",
     "not a URL: no scheme such as https://, and nothing to resolve it against"},
    {"\"sandboxed\":\"yes\"", 2, 13, "/sandboxed", "expected true or false but found a string"},
    {"\"sandboxed\":0", 2, 13, "/sandboxed", "expected true or false but found a number"},
    {"\"browsers\":\"chrome\"", 2, 12, "/browsers", "expected an array but found a string"},
    {"\"browsers\":[\"chrome\",1]", 2, 22, "/browsers/1", "expected a string but found a number"},
    {"\"browsers\":[\"chrone\"]", 2, 13, "/browsers/0", "unknown browser (did you mean 'chrome'?)"},
    {"\"browsers\":[\"Firefox@120\"]", 2, 13, "/browsers/0",
     "unknown browser (did you mean 'firefox'?)"},
    {"\"browsers\":[\"netscape\"]", 2, 13, "/browsers/0",
     "unknown browser: expected chrome, chrome-no3pc, edge, firefox, safari, webkitgtk or spec"},
    {"\"browsers\":[\"chrome@one\"]", 2, 13, "/browsers/0", "no such version of this browser"},
    {"\"now\":1795176000", 2, 7, "/now", "expected a string but found a number"},
    {"\"now\":\"yesterday\"", 2, 7, "/now", "expected a date as RFC 3339: 2026-11-20T12:00:00Z"},
    {"\"cookies\":{}", 2, 11, "/cookies", "expected an array but found an object"},
    {"\"cookies\":[\"sid=1\"]", 2, 12, "/cookies/0", "expected an object but found a string"},
    {"\"cookies\":[{\"set_cookie\":\"a=1\"}]", 2, 12, "/cookies/0", "key 'url' is missing"},
    {"\"cookies\":[{\"url\":\"https://a.test/\"}]", 2, 12, "/cookies/0",
     "key 'set_cookie' is missing"},
    {"\"cookies\":[{\"url\":\"https://a.test/\",\"setCookie\":\"a=1\"}]", 2, 49,
     "/cookies/0/setCookie", "unknown key 'setCookie' (did you mean 'set_cookie'?)"},
    {"\"cookies\":[{\"url\":\"x\",\"set_cookie\":\"a=1\"}]", 2, 19, "/cookies/0/url",
     "not a URL: no scheme such as https://, and nothing to resolve it against"},
    {"\"cookies\":[{\"url\":\"https://a.test/\",\"set_cookie\":[]}]", 2, 50,
     "/cookies/0/set_cookie", "expected a string but found an array"},
    {"\"cookies\":[{\"url\":\"https://a.test/\",\"set_cookie\":\"\",\"age_s\":-1}]", 2, 61,
     "/cookies/0/age_s", "expected a number of seconds from 0 to 2000000000"},
    {"\"cookies\":[{\"url\":\"https://a.test/\",\"set_cookie\":\"\",\"age_s\":\"1\"}]", 2, 61,
     "/cookies/0/age_s", "expected a number of seconds but found a string"},
};

static void
mistakes_in_the_journey(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof in_the_journey / sizeof in_the_journey[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "{\"page\":\"https://a.test/\",\"steps\":[],\n%s}",
                 in_the_journey[i].text);
        check_mistake(&in_the_journey[i], text, CONCORS_E_SYNTAX);
    }
}

static const mistake in_a_step[] = {
    {"1", 2, 1, "/steps/1", "expected an object but found a number"},
    {"{}", 2, 1, "/steps/1", "key 'request' is missing"},
    {"{\"request\":null}", 2, 12, "/steps/1/request", "expected an object but found null"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"wait\":1}", 2, 45, "/steps/1/wait",
     "unknown key 'wait' (did you mean 'wait_s'?)"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"wait_s\":2000000001}", 2, 47, "/steps/1/wait_s",
     "expected a number of seconds from 0 to 2000000000"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"page\":\"b.test\"}", 2, 45, "/steps/1/page",
     "not a URL: no scheme such as https://, and nothing to resolve it against"},
    {"{\"document_cookie\":\"a=1\",\"response\":null}", 2, 37, "/steps/1/response",
     "key 'response' does not apply to a step with document_cookie"},
    {"{\"document_cookie\":\"a=1\",\"request\":{}}", 2, 36, "/steps/1/request",
     "key 'request' does not apply to a step with document_cookie"},
    {"{\"document_cookie\":null}", 2, 20, "/steps/1/document_cookie",
     "expected a string but found null"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{}}", 2, 49, "/steps/1/response",
     "key 'status' is missing"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":\"200\"}}", 2, 59,
     "/steps/1/response/status", "expected a status but found a string"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":99}}", 2, 59,
     "/steps/1/response/status", "expected a status from 100 to 999"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":1000}}", 2, 59,
     "/steps/1/response/status", "expected a status from 100 to 999"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":2e2}}", 2, 59,
     "/steps/1/response/status", "expected a status from 100 to 999"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":-20}}", 2, 59,
     "/steps/1/response/status", "expected a status from 100 to 999"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"preflight\":{\"status\":204,\"header\":[]}}", 2,
     73, "/steps/1/preflight/header", "unknown key 'header' (did you mean 'headers'?)"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":200,\"headers\":{}}}", 2,
     73, "/steps/1/response/headers", "expected an array but found an object"},
    {"{\"request\":{\"url\":\"https://b.test/"
     "\"},\"response\":{\"status\":200,\"headers\":[[\"a\"]]}}",
     2, 74, "/steps/1/response/headers/0", "expected a header as [name, value]"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":200,\"headers\":"
     "[[\"a\",\"b\",\"c\"]]}}",
     2, 74, "/steps/1/response/headers/0", "expected a header as [name, value]"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"response\":{\"status\":200,\"headers\":"
     "[[\"a\",\"b\"],[\"c\",1]]}}",
     2, 89, "/steps/1/response/headers/1/1", "expected a string but found a number"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"redirects\":[null]}", 2, 51,
     "/steps/1/redirects/0", "expected an object but found null"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"redirects\":[{\"response\":{}}]}", 2, 63,
     "/steps/1/redirects/0/response", "key 'status' is missing"},
    {"{\"request\":{\"url\":\"https://b.test/\"},\"redirects\":[{\"url\":1}]}", 2, 58,
     "/steps/1/redirects/0/url", "unknown key 'url': expected preflight or response"},
};

static void
mistakes_in_a_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof in_a_step / sizeof in_a_step[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"page\":\"https://a.test/\",\"steps\":[{\"document_cookie\":\"\"},\n%s]}",
                 in_a_step[i].text);
        check_mistake(&in_a_step[i], text, CONCORS_E_SYNTAX);
    }
}

#define R "/steps/0/request"

static const mistake in_a_request[] = {
    {"\"kind\":\"fetch\"", 1, 47, R, "key 'url' is missing"},
    {"\"url\":\"\"", 2, 7, R "/url",
     "not a URL: no scheme such as https://, and nothing to resolve it against"},
    {"\"url\":\"https://b.test/\",\"metod\":\"POST\"", 2, 33, R "/metod",
     "unknown key 'metod' (did you mean 'method'?)"},
    {"\"url\":\"https://b.test/\",\"withCredentials\":true", 2, 43, R "/withCredentials",
     "unknown key 'withCredentials' (did you mean 'with_credentials'?)"},
    {"\"url\":\"https://b.test/\",\"method\":\"GE T\"", 2, 34, R "/method",
     "not a method: expected a token such as GET"},
    {"\"url\":\"https://b.test/\",\"method\":1", 2, 34, R "/method",
     "expected a string but found a number"},
    {"\"url\":\"https://b.test/\",\"redirect\":false", 2, 36, R "/redirect",
     "expected a string but found false"},
    {"\"url\":\"https://b.test/\",\"method\":\"\"", 2, 34, R "/method",
     "not a method: expected a token such as GET"},
    {"\"url\":\"https://b.test/\",\"kind\":\"ajax\"", 2, 32, R "/kind",
     "unknown kind: expected fetch, xhr, navigate, visit, form-post, img, script, iframe, "
     "websocket, eventsource or beacon"},
    {"\"url\":\"https://b.test/\",\"kind\":\"form_post\"", 2, 32, R "/kind",
     "unknown kind (did you mean 'form-post'?)"},
    {"\"url\":\"https://b.test/\",\"mode\":\"nocors\"", 2, 32, R "/mode",
     "unknown mode (did you mean 'no-cors'?)"},
    {"\"url\":\"https://b.test/\",\"mode\":\"navigate\"", 2, 32, R "/mode",
     "unknown mode: expected cors, no-cors or same-origin"},
    {"\"url\":\"https://b.test/\",\"mode\":true", 2, 32, R "/mode",
     "expected a string but found true"},
    {"\"url\":\"https://b.test/\",\"credentials\":\"all\"", 2, 39, R "/credentials",
     "unknown credentials mode: expected same-origin, omit or include"},
    {"\"url\":\"https://b.test/\",\"redirect\":\"folow\"", 2, 36, R "/redirect",
     "unknown redirect mode (did you mean 'follow'?)"},
    {"\"url\":\"https://b.test/\",\"headers\":{\"a\":\"b\"}", 2, 35, R "/headers",
     "expected an array but found an object"},
    {"\"url\":\"https://b.test/\",\"crossorigin\":\"anonymous\"", 2, 39, R "/crossorigin",
     "key 'crossorigin' does not apply to kind 'fetch'"},
    {"\"url\":\"https://b.test/\",\"with_credentials\":true", 2, 44, R "/with_credentials",
     "key 'with_credentials' does not apply to kind 'fetch'"},
    {"\"url\":\"https://b.test/\",\"kind\":\"xhr\",\"credentials\":\"include\"", 2, 52,
     R "/credentials", "key 'credentials' does not apply to kind 'xhr', with_credentials does"},
    {"\"url\":\"https://b.test/\",\"kind\":\"img\",\"mode\":\"cors\"", 2, 45, R "/mode",
     "key 'mode' does not apply to kind 'img', crossorigin does"},
    {"\"url\":\"https://b.test/\",\"kind\":\"navigate\",\"mode\":\"cors\"", 2, 50, R "/mode",
     "key 'mode' does not apply to kind 'navigate'"},
    {"\"url\":\"https://b.test/\",\"kind\":\"img\",\"mode\":\"cors\",\"crossorigin\":\"anonymous\","
     "\"credentials\":\"include\"",
     2, 92, R "/credentials", "key 'credentials' does not apply to kind 'img', crossorigin does"},
    {"\"url\":\"https://b.test/\",\"kind\":\"script\",\"with_credentials\":true", 2, 60,
     R "/with_credentials",
     "key 'with_credentials' does not apply to kind 'script', crossorigin does"},
    {"\"url\":\"https://b.test/\",\"kind\":\"img\",\"crossorigin\":\"\"", 2, 52, R "/crossorigin",
     "unknown crossorigin: expected anonymous or use-credentials"},
    {"\"url\":\"https://b.test/\",\"kind\":\"xhr\",\"with_credentials\":\"true\"", 2, 57,
     R "/with_credentials", "expected true or false but found a string"},
    {"\"url\":\"https://b.test/\",\"kind\":\"navigate\",\"method\":\"POST\"", 2, 52, R "/method",
     "a request of kind 'navigate' is always a GET"},
    {"\"url\":\"https://b.test/\",\"kind\":\"form-post\",\"method\":\"GET\"", 2, 53, R "/method",
     "a request of kind 'form-post' is always a POST"},
    {"\"url\":\"https://b.test/\",\"kind\":\"xhr\",\"redirect\":\"manual\"", 2, 49, R "/redirect",
     "a request of kind 'xhr' always follows redirects"},
};

static void
mistakes_in_a_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof in_a_request / sizeof in_a_request[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{\n%s}}]}",
                 in_a_request[i].text);
        check_mistake(&in_a_request[i], text, CONCORS_E_SYNTAX);
    }
}

/* head, `count` items with commas, tail: in a block of its own. */
static char *
repeat(const char *head, const char *item, size_t count, const char *tail)
{
    size_t item_len = strlen(item), head_len = strlen(head);
    char *text = malloc(head_len + count * (item_len + 1) + strlen(tail) + 1);
    assert_non_null(text);
    char *at = text + head_len;

    memcpy(text, head, head_len);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, item, item_len);
        at[item_len] = i + 1 < count ? ',' : ' ';
        at += item_len + 1;
    }
    memcpy(at, tail, strlen(tail) + 1);
    return text;
}

static const struct {
    size_t max;
    const char *head, *item, *tail, *pointer, *what;
} limits[] = {
    {CONCORS_ANCESTORS_MAX, "{\"page\":\"https://a.test/\",\"steps\":[],\"ancestors\":[",
     "\"https://b.test/\"", "]}", "/ancestors", "more than 64 ancestors"},
    {CONCORS_BROWSERS_MAX, "{\"page\":\"https://a.test/\",\"steps\":[],\"browsers\":[", "\"spec\"",
     "]}", "/browsers", "more than 32 browsers"},
    {CONCORS_STEPS_MAX, "{\"page\":\"https://a.test/\",\"steps\":[", "{\"document_cookie\":\"\"}",
     "]}", "/steps", "more than 10000 steps"},
    {CONCORS_REDIRECTS_MAX,
     "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{\"url\":\"https://b.test/\"},"
     "\"redirects\":[",
     "{}", "]}]}", "/steps/0/redirects", "more than 20 redirects"},
    {CONCORS_HEADERS_MAX,
     "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{\"url\":\"https://b.test/\","
     "\"headers\":[",
     "[\"\",\"\"]", "]}}]}", "/steps/0/request/headers", "more than 100000 headers"},
};

/* rs/cors#170, Python CVE-2024-7592: nothing may grow without a limit. */
static void
limits_hold_at_n_and_not_at_n_plus_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        for (size_t more = 0; more < 2; more++) {
            char *text =
                repeat(limits[i].head, limits[i].item, limits[i].max + more, limits[i].tail);
            outcome o = read_sized((concors_span){text, strlen(text)}, (size_t)1 << 26);
            expect(o.status == (more == 0 ? CONCORS_OK : CONCORS_E_LIMIT), limits[i].what);
            if (more == 1) {
                expect(is(o.error.what, limits[i].what), limits[i].what);
                expect(is(o.error.pointer, limits[i].pointer), limits[i].what);
            }
            drop(&o);
            free(text);
        }
    }
}

static void
a_url_has_a_longest_length(void **state)
{
    (void)state;
    char *name = malloc(CONCORS_URL_MAX + 1);
    assert_non_null(name);
    memset(name, 'a', CONCORS_URL_MAX);
    name[CONCORS_URL_MAX] = '\0';
    char *text = repeat("{\"steps\":[],\"page\":\"https://a.test/", name, 1, "\"}");
    outcome o = read_sized((concors_span){text, strlen(text)}, (size_t)1 << 20);

    assert_int_equal(o.status, CONCORS_E_LIMIT);
    assert_true(is(o.error.what, "more than 65536 bytes in a URL"));
    assert_true(is(o.error.pointer, "/page"));
    drop(&o);
    free(text);
    free(name);
}

/* curl CVE-2015-3145: every prefix, in a block of exactly its size. */
static void
every_prefix_is_refused_with_a_place(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof whole - 2; len++) {
        outcome o = read_sized((concors_span){whole, len}, ARENA_SIZE);
        assert_int_equal(o.status, CONCORS_E_SYNTAX);
        assert_true(o.error.line > 0 && o.error.column > 0 && o.error.what.len > 0);
        drop(&o);
    }
}

static void
every_smaller_arena_is_a_clean_refusal(void **state)
{
    (void)state;
    static const char *const texts[] = {
        whole,
        "{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{\"url\":1}}]}",
        "{\"page\":\"https://a.test/\",\"steps\":[{\"reqest\":{}}]}",
        "{\"page\":\"https://a.test/\",\"steps\":[],\"browsers\":[\"x\"]}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        concors_span text = {texts[i], strlen(texts[i])};
        outcome complete = read_sized(text, ARENA_SIZE);
        assert_int_not_equal(complete.status, CONCORS_E_ROOM);
        for (size_t size = 0; size < complete.arena.len; size++) {
            outcome o = read_sized(text, size);
            assert_int_equal(o.status, CONCORS_E_ROOM);
            assert_int_equal(o.arena.len, 0);
            assert_int_equal(o.journey.step_count, 0);
            drop(&o);
        }
        outcome fits = read_sized(text, complete.arena.len);
        assert_int_equal(fits.status, complete.status);
        drop(&fits);
        drop(&complete);
    }
}

/* haproxy a8598a2, CVE-2023-25725: an empty header name must not cut the list short. */
static void
haproxy_cve_2023_25725_empty_header_name(void **state)
{
    (void)state;
    outcome o = read_text("{\"page\":\"https://a.test/\",\"steps\":[{\"request\":{\"url\":"
                          "\"https://b.test/\",\"headers\":[[\"\",\"\"],[\"a\",\"\"],"
                          "[\"\\u0000\",\"\\r\\n\"]]}}]}");

    assert_int_equal(o.status, CONCORS_OK);
    concors_headers headers = o.journey.steps[0].request.headers;
    assert_int_equal(headers.count, 3);
    assert_int_equal(headers.list[0].name.len, 0);
    assert_true(is(headers.list[1].name, "a"));
    assert_int_equal(headers.list[2].name.len, 1);
    assert_true(is(headers.list[2].value, "\r\n"));
    drop(&o);
}

/* tough-cookie CVE-2023-26136: names that some languages' objects are born with. */
static void
tough_cookie_cve_2023_26136_proto_as_a_name(void **state)
{
    (void)state;
    static const char *const names[] = {"__proto__", "constructor", "toString", "hasOwnProperty"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[512], want[64];
        snprintf(text, sizeof text,
                 "{\"page\":\"https://%s.test/\",\"cookies\":[{\"url\":\"https://b.test/\","
                 "\"set_cookie\":\"%s=1\"}],\"steps\":[{\"request\":{\"url\":\"https://b.test/\","
                 "\"headers\":[[\"%s\",\"%s\"]]}}]}",
                 names[i], names[i], names[i], names[i]);
        outcome o = read_text(text);
        expect(o.status == CONCORS_OK, names[i]);
        expect(is(o.journey.steps[0].request.headers.list[0].name, names[i]), names[i]);
        drop(&o);
        snprintf(text, sizeof text, "{\"%s\":{\"page\":\"https://a.test/\"}}", names[i]);
        snprintf(want, sizeof want, "unknown key '%s'", names[i]);
        o = read_text(text);
        expect(o.status == CONCORS_E_SYNTAX, names[i]);
        expect(o.error.what.len >= strlen(want), names[i]);
        expect(memcmp(o.error.what.ptr, want, strlen(want)) == 0, names[i]);
        drop(&o);
    }
}

static bool
contains(concors_span text, const char *needle)
{
    size_t len = strlen(needle);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, needle, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Every string of the whole journey becomes a secret in turn; no error may tell it. */
static void
no_error_text_holds_a_value(void **state)
{
    (void)state;
    static const char canary[] = "CANARY-7f3a9";
    size_t refused = 0;

    for (const char *at = strchr(whole, '"'); at != NULL;) {
        const char *end = strchr(at + 1, '"');
        bool is_key = end[1] == ':';
        if (!is_key) {
            char text[4096];
            int len =
                snprintf(text, sizeof text, "%.*s%s%s", (int)(at + 1 - whole), whole, canary, end);
            assert_true(len > 0 && (size_t)len < sizeof text);
            for (int cut = 0; cut < 2; cut++) { /* once whole, once cut behind the secret */
                size_t cut_len = (size_t)(at + 1 - whole) + sizeof canary - 1;
                outcome o =
                    read_sized((concors_span){text, cut == 0 ? (size_t)len : cut_len}, ARENA_SIZE);
                refused += o.status == CONCORS_E_SYNTAX;
                assert_false(contains(o.error.what, canary));
                assert_false(contains(o.error.pointer, canary));
                drop(&o);
            }
        }
        at = strchr(end + 1, '"');
    }
    assert_true(refused > 30);
}

static const struct {
    const char *text;
    bool valid;
    int64_t ms;
} seconds[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"-0.00e5", true, 0},
    {"1", true, 1000},
    {"1.5", true, 1500},
    {"0.0019", true, 1},
    {"0.0004", true, 0},
    {"2e3", true, 2000000},
    {"2E+3", true, 2000000},
    {"1500e-3", true, 1500},
    {"0.5e1", true, 5000},
    {"1e-400", true, 0},
    {"0e999999999999999999999", true, 0},
    {"2000000000", true, 2000000000000},
    {"2000000000.0004", true, 2000000000000},
    {"2000000000.001", false, 0},
    {"2000000001", false, 0},
    {"1e999999999999999999999", false, 0},
    {"99999999999999999999999999999999999", false, 0},
    {"-1", false, 0},
    {"-0.0001", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {".5", false, 0},
    {"0x10", false, 0},
    {"nan", false, 0},
};

static void
seconds_are_counted_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        int64_t ms = 0;
        concors_span text = {seconds[i].text, strlen(seconds[i].text)};
        expect(concors_seconds_parse(text, &ms) == seconds[i].valid, seconds[i].text);
        expect(ms == seconds[i].ms, seconds[i].text);
    }
}

static const struct {
    const char *text;
    bool valid;
    int64_t ms;
    const char *again; /* NULL: as text */
} dates[] = {
    {"1970-01-01T00:00:00Z", true, 0, NULL},
    {"2026-11-20T12:00:00Z", true, 1795176000000, NULL},
    {"2026-11-20t12:00:00z", true, 1795176000000, "2026-11-20T12:00:00Z"},
    {"2026-11-20T12:00:00.25Z", true, 1795176000250, "2026-11-20T12:00:00Z"},
    {"2026-11-20T12:00:00.9999Z", true, 1795176000999, "2026-11-20T12:00:00Z"},
    {"2026-11-20T13:30:00+01:30", true, 1795176000000, "2026-11-20T12:00:00Z"},
    {"2026-11-20T00:00:00-12:00", true, 1795176000000, "2026-11-20T12:00:00Z"},
    {"2026-11-20T12:00:00-00:00", true, 1795176000000, "2026-11-20T12:00:00Z"},
    {"2000-02-29T23:59:59Z", true, 951868799000, NULL},
    {"2016-12-31T23:59:60Z", true, 1483228800000, "2017-01-01T00:00:00Z"},
    {"2017-01-01T08:59:60+09:00", true, 1483228800000, "2017-01-01T00:00:00Z"},
    {"1969-12-31T23:59:59.5Z", true, -500, "1969-12-31T23:59:59Z"},
    {"0001-01-01T00:00:00Z", true, -62135596800000, NULL},
    {"0000-01-01T00:00:00Z", true, -62167219200000, "0001-01-01T00:00:00Z"},
    {"9999-12-31T23:59:59Z", true, 253402300799000, NULL},
    {"9999-12-31T23:59:59-23:59", true, 253402387139000, "9999-12-31T23:59:59Z"},
    {"1900-02-29T00:00:00Z", false, 0, NULL},
    {"2026-13-01T00:00:00Z", false, 0, NULL},
    {"2026-00-01T00:00:00Z", false, 0, NULL},
    {"2026-04-31T00:00:00Z", false, 0, NULL},
    {"2026-01-00T00:00:00Z", false, 0, NULL},
    {"2026-01-01T24:00:00Z", false, 0, NULL},
    {"2026-01-01T00:60:00Z", false, 0, NULL},
    {"2026-01-01T00:00:61Z", false, 0, NULL},
    {"2026-01-01T12:00:60Z", false, 0, NULL},
    {"2026-01-01 00:00:00Z", false, 0, NULL},
    {"2026-01-01T00:00:00", false, 0, NULL},
    {"2026-01-01T00:00:00.Z", false, 0, NULL},
    {"2026-01-01T00:00:00,5Z", false, 0, NULL},
    {"2026-01-01T00:00:00+0100", false, 0, NULL},
    {"2026-01-01T00:00:00+24:00", false, 0, NULL},
    {"2026-01-01T00:00:00+01:60", false, 0, NULL},
    {"2026-01-01T00:00:00Zx", false, 0, NULL},
    {"26-01-01T00:00:00Z", false, 0, NULL},
    {"-026-01-01T00:00:00Z", false, 0, NULL},
    {"2026-01-01", false, 0, NULL},
    {"", false, 0, NULL},
};

static void
dates_go_in_and_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        const char *row = dates[i].text;
        char *block = malloc(strlen(row) + 1), buffer[32];
        int64_t ms = 0;
        assert_non_null(block);
        memcpy(block, row, strlen(row));
        char *exact = realloc(block, strlen(row) == 0 ? 1 : strlen(row));
        assert_non_null(exact);
        expect(concors_rfc3339_parse((concors_span){exact, strlen(row)}, &ms) == dates[i].valid,
               row);
        free(exact);
        expect(ms == dates[i].ms, row);
        if (dates[i].valid) {
            concors_out out = {buffer, sizeof buffer, 0};
            concors_rfc3339_write(ms, &out);
            expect(is((concors_span){buffer, out.len}, dates[i].again ? dates[i].again : row), row);
        }
    }
}

static void
every_day_of_two_millennia_comes_back(void **state)
{
    (void)state;
    for (int64_t day = -400000; day < 400000; day++) {
        char buffer[32];
        concors_out out = {buffer, sizeof buffer, 0};
        int64_t ms = day * 86400000 + 43200000, again = 0;
        concors_rfc3339_write(ms, &out);
        assert_true(concors_rfc3339_parse((concors_span){buffer, out.len}, &again));
        assert_true(again == ms);
    }
}

static const struct {
    const char *text;
    size_t want;
} near[] = {
    {"method", 0}, {"metod", 0},   {"mehtod", 0},
    {"METHOD", 0}, {"methods", 0}, {"meth", 0},
    {"met", 3},    {"uri", 1},     {"ulr", 1},
    {"ur", 1},     {"u", 3},       {"link", 3},
    {"mode", 2},   {"modus", 2},   {"mod", 2},
    {"moods", 2},  {"", 3},        {"methodmethodmethodmethodmethodmethod", 3},
};

static void
a_near_word_is_one_or_two_letters_off(void **state)
{
    (void)state;
    static const concors_span words[] = {CONCORS_LIT_INIT("method"), CONCORS_LIT_INIT("url"),
                                         CONCORS_LIT_INIT("mode")};

    for (size_t i = 0; i < sizeof near / sizeof near[0]; i++) {
        concors_span text = {near[i].text, strlen(near[i].text)};
        expect(concors_near_word(text, words, 3) == near[i].want, near[i].text);
    }
}

/* A tree that another reader made: deeper than ours allows, and without lines. */
static void
trees_of_others_are_read_too(void **state)
{
    (void)state;
    static const concors_host host;
    static concors_tree deep[200];
    static char room[ARENA_SIZE];
    concors_arena arena = {room, sizeof room, 0};
    concors_out out = {room, sizeof room, 0};
    concors_journey journey;
    concors_error error;
    const size_t count = sizeof deep / sizeof deep[0];

    for (size_t i = 0; i < count; i++) {
        deep[i].kind = CONCORS_TREE_ARRAY;
        deep[i].first = i + 1 < count ? &deep[i + 1] : NULL;
        deep[i].count = i + 1 < count ? 1 : 0;
    }
    concors_tree_pointer(&deep[0], &deep[3], &out);
    assert_true(is((concors_span){room, out.len}, "/0/0/0"));
    out.len = 0;
    concors_tree_pointer(&deep[0], &deep[count - 1], &out); /* too deep to be found */
    assert_int_equal(out.len, 0);
    deep[0].kind = CONCORS_TREE_OBJECT;
    deep[1].key = (concors_span){"page", 4};
    assert_int_equal(concors_journey_from_tree(&deep[0], &host, &arena, &journey, &error),
                     CONCORS_E_SYNTAX);
    assert_int_equal(error.line, 0);
    assert_true(is(error.what, "key 'steps' is missing"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_surrounds_the_steps),
        cmocka_unit_test(reads_a_request_and_its_answers),
        cmocka_unit_test(another_document_acts_from_there_on),
        cmocka_unit_test(defaults_are_few),
        cmocka_unit_test(kinds_imply_method_mode_and_credentials),
        cmocka_unit_test(mistakes_at_the_top),
        cmocka_unit_test(mistakes_in_the_journey),
        cmocka_unit_test(mistakes_in_a_step),
        cmocka_unit_test(mistakes_in_a_request),
        cmocka_unit_test(limits_hold_at_n_and_not_at_n_plus_one),
        cmocka_unit_test(a_url_has_a_longest_length),
        cmocka_unit_test(every_prefix_is_refused_with_a_place),
        cmocka_unit_test(every_smaller_arena_is_a_clean_refusal),
        cmocka_unit_test(haproxy_cve_2023_25725_empty_header_name),
        cmocka_unit_test(tough_cookie_cve_2023_26136_proto_as_a_name),
        cmocka_unit_test(no_error_text_holds_a_value),
        cmocka_unit_test(trees_of_others_are_read_too),
        cmocka_unit_test(seconds_are_counted_exactly),
        cmocka_unit_test(dates_go_in_and_out),
        cmocka_unit_test(every_day_of_two_millennia_comes_back),
        cmocka_unit_test(a_near_word_is_one_or_two_letters_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
