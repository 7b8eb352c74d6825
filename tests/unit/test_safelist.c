/* Which headers script may set, which of them need a preflight, and what it asks for. */
#include "cors_support.h"
#include "http/mime.h"

static const concors_cors_rules standard = {.preflight_default_s = 5};
static const concors_cors_rules chrome = {
    .preflight_default_s = 5, .client_hints_safelisted = 1, .user_agent = 1};

#define A10  "aaaaaaaaaa"
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define A128 A100 A10 A10 "aaaaaaaa"

static void
safelisted_headers(void **state)
{
    static const struct {
        const char *name, *value;
        bool standard, chrome;
    } rows[] = {
        {"Accept", "*/*", true, true},
        {"accept", "", true, true},
        {"Accept", A128, true, true},
        {"Accept", A128 "a", false, false},
        {"Accept", " " A128 " ", true, true},
        {"Accept", "text/(html)", false, false},
        {"Accept", "a\"b", false, false},
        {"Accept", "(a", false, false},
        {"Accept", "a\tb", true, true},
        {"Accept", "a\x01", false, false},
        {"Accept", "a\x7f", false, false},
        {"Accept", "\xc3\xa9", true, true},
        {"Accept", "a:b", false, false},
        {"Accept-Language", "de, en;q=0.5", true, true},
        {"Accept-Language", "de_DE", false, false},
        {"Content-Language", "\xc3\xa9", false, false},
        {"Content-Language", "de-DE", true, true},
        {"Content-Type", "text/plain", true, true},
        {"Content-Type", "TEXT/Plain;charset=UTF-8", true, true},
        {"Content-Type", "text/plain;garbage", true, true},
        {"Content-Type", "text/plain ; charset=x", true, true},
        {"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8", true, true},
        {"Content-Type", "multipart/form-data; boundary=x", true, true},
        {"Content-Type", "multipart/form-data; boundary=\"x\"", false, false},
        {"Content-Type", "text/plain, x", false, false},
        {"Content-Type", "application/json", false, false},
        {"Content-Type", "text/plainx", false, false},
        {"Content-Type", "text /plain", false, false},
        {"Content-Type", "text/ plain", false, false},
        {"Content-Type", "text", false, false},
        {"Content-Type", "", false, false},
        {"Content-Type", "/plain", false, false},
        {"Content-Type", "text/", false, false},
        {"Range", "bytes=0-10", true, true},
        {"Range", "bytes=0-", true, true},
        {"Range", "bytes=5-5", true, true},
        {"Range", "bytes=-10", false, false},
        {"Range", "bytes=-", false, false},
        {"Range", "bytes=10-5", false, false},
        {"Range", "bytes=6-5", false, false},
        {"Range", "bytes=x1-2", false, false},
        {"Range", "bytes=0-0", true, true},
        {"Range", "bytes=0010-9", false, false},
        {"Range", "bytes=9-0010", true, true},
        {"Range", "bytes=0-99999999999999999999999999", true, true},
        {"Range", "bytes=99999999999999999999999999-1", false, false},
        {"Range", "bytes=0-1,3-4", false, false},
        {"Range", "bytes 0-", false, false},
        {"Range", "bytes= 0-1", false, false},
        {"Range", "bytes=0-1 x", false, false},
        {"Range", "items=0-1", false, false},
        {"Range", "bytes=a-1", false, false},
        {"DPR", "2.0", false, true},
        {"DPR", "2.", false, false},
        {"DPR", ".5", false, false},
        {"DPR", "x", false, false},
        {"Viewport-Width", "800", false, true},
        {"Viewport-Width", "800.5", false, false},
        {"Viewport-Width", "x1", false, false},
        {"Downlink", "1.5", false, true},
        {"RTT", "100", false, true},
        {"ECT", "4g", false, true},
        {"ECT", "3g", false, true},
        {"ECT", "2g", false, true},
        {"ECT", "slow-2g", false, true},
        {"ECT", "5g", false, false},
        {"Save-Data", "on", false, true},
        {"Save-Data", "ON", false, true},
        {"Save-Data", "off", false, false},
        {"Device-Memory", "0.25", false, true},
        {"Width", "", false, false},
        {"Authorization", "x", false, false},
        {"X-Custom", "1", false, false},
        {"User-Agent", "x", false, false},
        {"Last-Event-ID", "1", false, false},
        {"Accep", "x", false, false},
        {"", "x", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        boxes all = {.count = 0};
        concors_span name = box(&all, text_of(rows[i].name));
        concors_span value = box(&all, text_of(rows[i].value));
        if (concors_header_safelisted(name, value, &standard) != rows[i].standard ||
            concors_header_safelisted(name, value, &chrome) != rows[i].chrome) {
            fail_msg("%s: %s", rows[i].name, rows[i].value);
        }
        bool no_cors = rows[i].standard && strcmp(rows[i].name, "Range") != 0;
        assert_int_equal(concors_header_no_cors_safelisted(name, value), no_cors);
        boxes_empty(&all);
    }
}

/* Fetch lists the CORS-unsafe bytes; everything else, 0x80 and above too, passes in Accept. */
static void
every_octet_of_accept(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        char value[3] = {'a', (char)c, 'a'};
        bool unsafe =
            (c < 0x20 && c != 9) || c == 0x7f || (c != 0 && strchr("\"():<>?@[\\]{}", c) != NULL);
        assert_int_equal(
            concors_header_safelisted(CONCORS_LIT("accept"), (concors_span){value, 3}, &standard),
            !unsafe);
    }
}

static void
essence_of_mime_types(void **state)
{
    static const struct {
        const char *text, *type, *subtype;
    } rows[] = {
        {"text/html", "text", "html"},
        {" \t\r\nText/HTML \n", "Text", "HTML"},
        {"a/b;c/d=e", "a", "b"},
        {"a/b \t;", "a", "b"},
        {"a/b/c", NULL, NULL},
        {"a/b c", NULL, NULL},
        {"a;b/c", NULL, NULL},
        {"/b", NULL, NULL},
        {"a/", NULL, NULL},
        {"a/;", NULL, NULL},
        {"", NULL, NULL},
        {"a/\xc3\xa9", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        boxes all = {.count = 0};
        concors_span type;
        concors_span subtype;
        bool ok = concors_mime_parse(box(&all, text_of(rows[i].text)), &type, &subtype);
        if (ok != (rows[i].type != NULL) ||
            (ok && (!span_is(type, rows[i].type) || !span_is(subtype, rows[i].subtype)))) {
            fail_msg("%s", rows[i].text);
        }
        boxes_empty(&all);
    }
}

static void
forbidden_headers(void **state)
{
    static const struct {
        const char *name, *value;
        bool want;
    } rows[] = {
        {"Cookie", "", true},
        {"cookie2", "", true},
        {"Set-Cookie", "", true},
        {"Set-Cookie2", "", false},
        {"Host", "", true},
        {"Origin", "", true},
        {"Referer", "", true},
        {"DNT", "1", true},
        {"Date", "", true},
        {"TE", "", true},
        {"Via", "", true},
        {"Content-Length", "0", true},
        {"Keep-Alive", "", true},
        {"Access-Control-Request-Method", "", true},
        {"Access-Control-Request-Headers", "", true},
        {"Access-Control-Allow-Origin", "", false},
        {"Sec-Anything", "", true},
        {"sec-", "", true},
        {"sec", "", false},
        {"PROXY-Authorization", "", true},
        {"Proxy", "", false},
        {"User-Agent", "x", false},
        {"Authorization", "x", false},
        {"X-HTTP-Method-Override", "PATCH", false},
        {"X-HTTP-Method-Override", "TRACE", true},
        {"X-HTTP-Method", "get, connect", true},
        {"X-Method-Override", " \ttrack\t", true},
        {"X-Method-Override", "\"TRACE\"", false},
        {"X-Method-Override", "\"a,TRACE,b\"", false},
        {"X-Method-Override", "\"a\\\",TRACE\"", false},
        {"X-Method-Override", "\"a\\\"\",TRACE", true},
        {"X-Method-Override", "\"open,TRACE", false},
        {"X-Method-Override", "\"end\\", false},
        {"X-Method-Override", "", false},
        {"X-Method-Override", ",,trace", true},
        {"X-Method", "TRACE", false},
        {"", "", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        boxes all = {.count = 0};
        bool got = concors_header_forbidden(box(&all, text_of(rows[i].name)),
                                            box(&all, text_of(rows[i].value)));
        if (got != rows[i].want) {
            fail_msg("%s: %s", rows[i].name, rows[i].value);
        }
        boxes_empty(&all);
    }
}

#define EIGHT_ACCEPTS                                                                              \
    "accept: " A128 "\naccept: " A128 "\naccept: " A128 "\naccept: " A128 "\naccept: " A128        \
    "\naccept: " A128 "\naccept: " A128 "\naccept: " A128

static void
unsafe_names(void **state)
{
    static const struct {
        const char *title, *lines;
        const concors_cors_rules *rules;
        const char *want;
    } rows[] = {
        {"none", "", &standard, ""},
        {"all safelisted", "Accept: x\nContent-Type: text/plain", &standard, ""},
        {"json", "Content-Type: application/json", &standard, "content-type"},
        {"sorted, lower, once", "X-B: 1\nAuthorization: t\nx-a: 2\nX-b: 3", &standard,
         "authorization x-a x-b"},
        {"1024 together", EIGHT_ACCEPTS, &standard, ""},
        {"1025 together", EIGHT_ACCEPTS "\naccept-language: d", &standard,
         "accept accept-language"},
        {"unsafe ones do not count", EIGHT_ACCEPTS "\nx-a: " A128, &standard, "x-a"},
        {"over by one and an unsafe one", EIGHT_ACCEPTS "\nrange: bytes=0-\nx-a: 1", &standard,
         "accept range x-a"},
        {"client hints, standard", "DPR: 2\nSave-Data: on", &standard, "dpr save-data"},
        {"client hints, Chrome", "DPR: 2\nSave-Data: on", &chrome, ""},
        {"User-Agent, standard", "User-Agent: x", &standard, "user-agent"},
        {"one value too long", "Accept: " A128 "a", &standard, "accept"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        lines read;
        bool fitted = false;
        lines_read(&read, rows[i].lines);
        for (size_t cap = 0; cap <= 512; cap++) {
            concors_arena arena = arena_of(cap);
            concors_span *names;
            size_t count;
            concors_status status =
                concors_unsafe_header_names(read.headers, rows[i].rules, &arena, &names, &count);
            if (status == CONCORS_OK) {
                char *got = spans_text(names, count);
                if (strcmp(got, rows[i].want) != 0) {
                    fail_msg("%s: %s", rows[i].title, got);
                }
                free(got);
            } else {
                assert_false(fitted);
                assert_int_equal(arena.len, 0);
            }
            fitted = status == CONCORS_OK;
            free(arena.ptr);
        }
        assert_true(fitted);
        boxes_empty(&read.boxes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(safelisted_headers),    cmocka_unit_test(every_octet_of_accept),
        cmocka_unit_test(essence_of_mime_types), cmocka_unit_test(forbidden_headers),
        cmocka_unit_test(unsafe_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
