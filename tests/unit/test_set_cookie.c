/* tests/unit/test_set_cookie.c: one Set-Cookie line, as each browser reads it. */
#include "jar_support.h"

static concors_profile
profile_of(const char *browser)
{
    concors_profile profile;

    assert_int_equal(concors_profile_find(span_of(browser), &profile), CONCORS_OK);
    return profile;
}

static size_t
add(char *text, size_t cap, size_t len, const char *label, concors_span span)
{
    int n = snprintf(text + len, cap - len, "%s%.*s", label, (int)span.len,
                     span.len > 0 ? span.ptr : "");

    return len + (size_t)n;
}

/* A parsed line in short: "name=value;D=...;P=...;S;H;C;SS=lax;exp=+60". */
static const char *
short_form(const concors_set_cookie *cookie)
{
    static const char *const same_site[] = {"unset", "none", "lax", "strict"};
    static char text[8192];
    size_t len = add(text, sizeof text, 0, "", cookie->name);

    len = add(text, sizeof text, len, "=", cookie->value);
    if (cookie->has_domain) {
        len = add(text, sizeof text, len, ";D=", cookie->domain);
    }
    if (cookie->has_path) {
        len = add(text, sizeof text, len, ";P=", cookie->path);
    }
    len = add(text, sizeof text, len, cookie->secure ? ";S" : "", (concors_span){NULL, 0});
    len = add(text, sizeof text, len, cookie->http_only ? ";H" : "", (concors_span){NULL, 0});
    len = add(text, sizeof text, len, cookie->partitioned ? ";C" : "", (concors_span){NULL, 0});
    if (cookie->has_same_site) {
        len = add(text, sizeof text, len, ";SS=", span_of(same_site[cookie->same_site]));
    }
    if (cookie->expiry == CONCORS_EXPIRY_AT && cookie->expires_ms == INT64_MIN) {
        len = add(text, sizeof text, len, ";gone", (concors_span){NULL, 0});
    } else if (cookie->expiry == CONCORS_EXPIRY_AT) {
        (void)snprintf(text + len, sizeof text - len, ";exp=%+lld",
                       (long long)((cookie->expires_ms - NOW_MS) / 1000));
    }
    return text;
}

static const char *
parse_in(const char *browser, concors_span line)
{
    concors_profile profile = profile_of(browser);
    concors_set_cookie cookie;
    concors_reason refused;

    assert_int_equal(concors_set_cookie_parse(line, &profile.syntax, NOW_MS, &cookie, &refused),
                     CONCORS_OK);
    if (refused != 0) {
        return concors_reason_get(refused)->code.ptr;
    }
    return short_form(&cookie);
}

typedef struct row {
    const char *browser, *line, *want;
} row;

static void
check_rows(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char title[256];
        (void)snprintf(title, sizeof title, "%s: %s", rows[i].browser, rows[i].line);
        CHECK_TEXT(title, parse_in(rows[i].browser, span_of(rows[i].line)), rows[i].want);
    }
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof(rows)[0])

static void
test_pair(void **state)
{
    static const row rows[] = {
        {"chrome", "a=1", "a=1"},
        {"chrome", "  a = 1 ; Path=/", "a=1;P=/"},
        {"chrome", "\ta\t=\t1\t", "a=1"},
        {"chrome", "x=", "x="},
        {"chrome", "a=b=c", "a=b=c"},
        {"chrome", "a=\"q r\"", "a=\"q r\""},
        {"chrome", "a=\"q;r\"", "a=\"q"},
        {"chrome", "g=1, x=2", "g=1, x=2"},
        {"chrome", "$Version=1", "$Version=1"},
        {"chrome", "a=[b]\\c,d", "a=[b]\\c,d"},
        {"chrome", "a=\xC3\xA4\xFF", "a=\xC3\xA4\xFF"},
        {"chrome", "v", "=v"},
        {"chrome", "=v", "=v"},
        {"chrome", "=a=b", "ConcorsNamelessEquals"},
        {"spec", "=a=b", "=a=b"},
        {"firefox", "v", "v="},
        {"firefox", "=v", "ConcorsNamelessRefused"},
        {"webkitgtk", "=a=b", "=a=b"},
        {"chrome", "", "NoCookieContent"},
        {"chrome", "=", "NoCookieContent"},
        {"chrome", "  ", "NoCookieContent"},
        {"chrome", "; Path=/", "NoCookieContent"},
        {"chrome", " = ;a", "NoCookieContent"},
        {"firefox", "=", "NoCookieContent"},
        {"webkitgtk", "=", "="},
        {"webkitgtk", "u=\xC3\xA4", "u="},
        {"chrome", "a=1;;; ;Secure", "a=1;S"},
        {"chrome", "__proto__=1; constructor=2", "__proto__=1"},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void
test_tab(void **state)
{
    static const row rows[] = {
        {"chrome", "a\tb=1", "DisallowedCharacter"},
        {"chrome", "a=1\t2", "DisallowedCharacter"},
        {"chrome", "a=1; Path=/x\ty", "DisallowedCharacter"},
        {"chrome", "a=1;\tPath\t=\t/x\t", "a=1;P=/x"},
        {"firefox", "a\tb=1\t2", "a\tb=1\t2"},
        {"spec", "a\tb=1\t2", "a\tb=1\t2"},
        {"webkitgtk", "a=1\t2; Secure", "a=1"},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void
test_attributes(void **state)
{
    static const row rows[] = {
        {"chrome", "a=1; Secure=false; HttpOnly=false", "a=1;S;H"},
        {"chrome", "a=1; SECURE; httponly; pArTiTiOnEd", "a=1;S;H;C"},
        {"chrome", "a=1; Partitioned=false", "a=1;C"},
        {"webkitgtk", "a=1; Partitioned", "a=1"},
        {"chrome", "a=1; Domain=x.test; Domain", "a=1;D="},
        {"chrome", "a=1; Domain = .x.test ", "a=1;D=.x.test"},
        {"chrome", "a=1; Path=/a; Path=/B", "a=1;P=/B"},
        {"chrome", "a=1; Path=\"/\"", "a=1;P=\"/\""},
        {"chrome", "a=1; Path", "a=1;P="},
        {"chrome", "a=1; Path=/x=y", "a=1;P=/x=y"},
        {"chrome", "a=1; Secur; Securee; Path2=/; xPath=/", "a=1"},
        {"chrome", "a=1; Priority=High", "a=1"},
        {"chrome", "a=1; SameSite=None", "a=1;SS=none"},
        {"chrome", "a=1; SameSite=lAX", "a=1;SS=lax"},
        {"chrome", "a=1; samesite= Strict ", "a=1;SS=strict"},
        {"chrome", "a=1; SameSite=Foo", "a=1;SS=unset"},
        {"chrome", "a=1; SameSite", "a=1;SS=unset"},
        {"chrome", "a=1; SameSite=\"None\"", "a=1;SS=unset"},
        {"chrome", "a=1; SameSite=Strict; SameSite=bogus", "a=1;SS=unset"},
        {"firefox", "a=1; SameSite=Strict; SameSite=bogus", "a=1;SS=unset"},
        {"webkitgtk", "a=1; SameSite=Strict; SameSite=bogus", "a=1;SS=strict"},
        {"chrome", "a=1; SameSite=Strict; SameSite=None", "a=1;SS=none"},
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void
test_lifetime(void **state)
{
    static const row rows[] = {
        {"chrome", "a=1; Max-Age=60", "a=1;exp=+60"},
        {"chrome", "a=1; max-age=060", "a=1;exp=+60"},
        {"chrome", "a=1; Max-Age=0", "a=1;gone"},
        {"chrome", "a=1; Max-Age=-1", "a=1;gone"},
        {"chrome", "a=1; Max-Age=-0", "a=1;gone"},
        {"chrome", "a=1; Max-Age=-99999999999999999999999", "a=1;gone"},
        {"chrome", "a=1; Max-Age=+60", "a=1;exp=+60"},
        {"firefox", "a=1; Max-Age=+60", "a=1"},
        {"spec", "a=1; Max-Age=+60", "a=1"},
        {"chrome", "a=1; Max-Age=+", "a=1"},
        {"chrome", "a=1; Max-Age=-", "a=1"},
        {"firefox", "a=1; Max-Age=-", "a=1;gone"},
        {"chrome", "a=1; Max-Age=", "a=1"},
        {"chrome", "a=1; Max-Age", "a=1"},
        {"webkitgtk", "a=1; Max-Age=", "a=1;gone"},
        {"chrome", "a=1; Max-Age=1e3", "a=1"},
        {"chrome", "a=1; Max-Age=3600.5", "a=1"},
        {"chrome", "a=1; Max-Age=\"60\"", "a=1"},
        {"chrome", "a=1; Max-Age=0x1", "a=1"},
        {"chrome", "a=1; Max-Age=60; Max-Age=x", "a=1"},
        {"firefox", "a=1; Max-Age=60; Max-Age=x", "a=1"},
        {"spec", "a=1; Max-Age=60; Max-Age=x", "a=1;exp=+60"},
        {"chrome", "a=1; Max-Age=60; Max-Age=70", "a=1;exp=+70"},
        {"chrome", "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=1;exp=+60"},
        {"chrome", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", "a=1;exp=+60"},
        {"webkitgtk", "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
         "a=1;exp=-1795176000"},
        {"chrome", "a=1; Max-Age=x; Expires=Fri, 20 Nov 2026 12:01:00 GMT", "a=1;exp=+60"},
        {"spec", "a=1; Expires=Fri, 20 Nov 2026 12:01:00 GMT; Expires=never", "a=1;exp=+60"},
        {"chrome", "a=1; Expires=never", "a=1"},
        /* beyond the calendar: its last second */
        {"webkitgtk", "a=1; Max-Age=253402300800", "a=1;gone"}, /* as a 32-bit number */
        {"webkitgtk", "a=1; Max-Age=2147483647", "a=1;exp=+2147483647"},
        {"webkitgtk", "a=1; Max-Age=2147483648", "a=1;gone"},
        {"webkitgtk", "a=1; Max-Age=4294967297", "a=1;exp=+1"},
        {"webkitgtk", "a=1; Max-Age=99999999999999999999", "a=1"},
        {"webkitgtk", "a=1; Max-Age=4294967295; Expires=", "a=1"},
        {"webkitgtk", "a=1; Max-Age=-99999999999999999999", "a=1;gone"},
        {"webkitgtk", "a=1; Max-Age=+60", "a=1;exp=+60"},
        {"webkitgtk", "a=1; Max-Age", "a=1"},
        {"webkitgtk", "a=1; Max-Age=", "a=1;gone"},
        {"webkitgtk", "a=1; Max-Age=60; Max-Age", "a=1;exp=+60"},
        {"webkitgtk", "a=1; Max-Age=60; Expires=never", "a=1"},
        {"webkitgtk", "a=1; Max-Age=60; Expires", "a=1;exp=+60"},
        {"spec", "a=1; Max-Age=253402300799", "a=1;exp=+251607124799"},
        {"spec", "a=1; Max-Age=251607124800", "a=1;exp=+251607124799"},
        {"spec", "a=1; Max-Age=251607124798", "a=1;exp=+251607124798"},
        {"spec", "a=1; Max-Age=99999999999999999999999999999999", "a=1;exp=+251607124799"},
    };

    (void)state;
    CHECK_ROWS(rows);
}

/* 4096 bytes of name and value, 1024 of an attribute value: at the limit, and one over. */
static void
test_limits(void **state)
{
    static const struct {
        const char *browser, *before, *after;
        size_t fill;
        const char *refused;
        bool kept_path, too_long;
    } rows[] = {
        {"chrome", "n=", "", 4095, NULL, false, false},
        {"chrome", "n=", "", 4096, "NameValuePairExceedsMaxSize", false, false},
        {"firefox", "n=", "", 4096, "NameValuePairExceedsMaxSize", false, false},
        {"webkitgtk", "n=", "", 5000, NULL, false, false},
        {"chrome", "", "=v", 4095, NULL, false, false},
        {"chrome", "", "=v", 4096, "NameValuePairExceedsMaxSize", false, false},
        {"chrome", "n=v; Path=/", "", 1023, NULL, true, false},
        {"chrome", "n=v; Path=/", "", 1024, NULL, false, true},
        {"webkitgtk", "n=v; Path=/", "", 1024, NULL, true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t before = strlen(rows[i].before);
        size_t after = strlen(rows[i].after);
        char *line = malloc(before + rows[i].fill + after);
        concors_profile profile = profile_of(rows[i].browser);
        concors_set_cookie cookie;
        concors_reason refused;

        assert_non_null(line);
        memcpy(line, rows[i].before, before);
        memset(line + before, 'x', rows[i].fill);
        memcpy(line + before + rows[i].fill, rows[i].after, after);
        concors_span span = {line, before + rows[i].fill + after};
        assert_int_equal(concors_set_cookie_parse(span, &profile.syntax, NOW_MS, &cookie, &refused),
                         CONCORS_OK);
        if (rows[i].refused != NULL) {
            assert_int_equal(refused, concors_reason_find(span_of(rows[i].refused)));
        } else {
            assert_int_equal(refused, 0);
            assert_int_equal(cookie.has_path, rows[i].kept_path);
            assert_int_equal(cookie.attribute_too_long, rows[i].too_long);
        }
        free(line);
    }
}

static void
test_line_limit(void **state)
{
    concors_profile profile = profile_of("webkitgtk");
    size_t len = CONCORS_SET_COOKIE_MAX;
    char *line = malloc(len + 1);
    concors_set_cookie cookie;
    concors_reason refused;

    (void)state;
    assert_non_null(line);
    memset(line, 'x', len + 1);
    line[1] = '=';
    assert_int_equal(concors_set_cookie_parse((concors_span){line, len}, &profile.syntax, NOW_MS,
                                              &cookie, &refused),
                     CONCORS_OK);
    assert_int_equal(cookie.value.len, len - 2);
    assert_int_equal(concors_set_cookie_parse((concors_span){line, len + 1}, &profile.syntax,
                                              NOW_MS, &cookie, &refused),
                     CONCORS_E_LIMIT);
    free(line);
}

/* Every byte in the name, the value, an attribute's name and its value: B2 #7. */
static void
test_curl_cve_2022_35252_control_bytes(void **state)
{
    static const char *const forms[] = {"n?m=v",         "n=v?v",           "n=v; P?th=/",
                                        "n=v; Path=/?x", "n=v; Domain=a?b", "n=v; ?"};
    concors_profile chrome = profile_of("chrome");
    concors_profile firefox = profile_of("firefox");

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        for (int byte = 0; byte < 256; byte++) {
            char line[32];
            size_t len = strlen(forms[i]);
            concors_set_cookie cookie;
            concors_reason refused;

            memcpy(line, forms[i], len);
            *(char *)memchr(line, '?', len) = (char)byte;
            bool control = (byte < 0x20 && byte != '\t') || byte == 0x7F;
            bool inside = i != 2 && i != 5;
            assert_int_equal(concors_set_cookie_parse((concors_span){line, len}, &chrome.syntax,
                                                      NOW_MS, &cookie, &refused),
                             CONCORS_OK);
            assert_int_equal(refused == concors_reason_find(CONCORS_LIT("DisallowedCharacter")),
                             control || (byte == '\t' && inside));
            assert_int_equal(concors_set_cookie_parse((concors_span){line, len}, &firefox.syntax,
                                                      NOW_MS, &cookie, &refused),
                             CONCORS_OK);
            assert_int_equal(refused != 0, control);
        }
    }
}

/* libsoup ends the line at a control character instead; 7F stays. */
static void
test_control_ends_line(void **state)
{
    static const struct {
        concors_span line;
        const char *want;
    } rows[] = {
        {CONCORS_LIT_INIT("v=a\x01"
                          "b; Secure"),
         "v=a"},
        {CONCORS_LIT_INIT("n\x01m=1"), "=n"},
        {CONCORS_LIT_INIT("v=a\x7F; Secure"), "v=a\x7F;S"},
        {CONCORS_LIT_INIT("v=a\0b"), "v=a"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_TEXT("control", parse_in("webkitgtk", rows[i].line), rows[i].want);
    }
}

static void
test_flags(void **state)
{
    concors_profile profile = profile_of("chrome");
    concors_set_cookie cookie;
    concors_reason refused;
    concors_span line = CONCORS_LIT("a=1; Path=/\xC3; SameSite=x; Max-Age=x; Expires=x");

    (void)state;
    assert_int_equal(concors_set_cookie_parse(line, &profile.syntax, NOW_MS, &cookie, &refused),
                     CONCORS_OK);
    assert_true(cookie.non_ascii_path && cookie.same_site_invalid && cookie.max_age_invalid &&
                cookie.expires_invalid && !cookie.attribute_too_long);
    line = CONCORS_LIT("a=1; Path=/\xC3; Path=/; SameSite=Lax");
    assert_int_equal(concors_set_cookie_parse(line, &profile.syntax, NOW_MS, &cookie, &refused),
                     CONCORS_OK);
    assert_true(!cookie.non_ascii_path && !cookie.same_site_invalid);
    line = CONCORS_LIT("a=1; Expires=01 Jan 2027 00:00");
    profile = profile_of("firefox");
    assert_int_equal(concors_set_cookie_parse(line, &profile.syntax, NOW_MS, &cookie, &refused),
                     CONCORS_OK);
    assert_int_equal(cookie.expiry, CONCORS_EXPIRY_UNKNOWN);
}

/* Every prefix of lines in blocks of exactly their size: a byte too far stops the test. B2 #6. */
static void
test_curl_cve_2015_3145_every_prefix(void **state)
{
    static const char *const lines[] = {
        "sid=31d4d96e407aad42; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600",
        "a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Domain=.example.com; Partitioned",
        "=; Expires=Sunday, 06-Nov-94 08:49:37 GMT; Path=; Domain=\"; SameSite=",
        "\"a=b\";path=\";httponly=;=;==;secure",
    };
    static const char *const browsers[] = {"chrome", "firefox", "webkitgtk", "spec"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        for (size_t len = 0; len <= strlen(lines[i]); len++) {
            char *exact = malloc(len == 0 ? 1 : len);
            assert_non_null(exact);
            memcpy(exact, lines[i], len);
            for (size_t b = 0; b < sizeof browsers / sizeof browsers[0]; b++) {
                concors_profile profile = profile_of(browsers[b]);
                concors_set_cookie cookie;
                concors_reason refused;
                assert_int_equal(concors_set_cookie_parse((concors_span){exact, len},
                                                          &profile.syntax, NOW_MS, &cookie,
                                                          &refused),
                                 CONCORS_OK);
            }
            free(exact);
        }
    }
}

/* Two of an attribute: the last one counts, as browsers do. B2 #22. */
static void
test_libsoup_cve_2025_14523_duplicates(void **state)
{
    static const row rows[] = {
        {"chrome", "a=1; Domain=x.test; Domain=y.test", "a=1;D=y.test"},
        {"chrome", "a=1; Path=/x; Path=y", "a=1;P=y"},
        {"chrome", "a=1; Secure; Secure", "a=1;S"},
        {"webkitgtk", "a=1; Domain=x.test; Domain=y.test", "a=1;D=y.test"},
    };

    (void)state;
    CHECK_ROWS(rows);
}

/* A megabyte of one byte is read in linear time: B2 #9. Times are not asserted, the test's limit
 * is.
 */
static void
test_python_cve_2024_7592_linear(void **state)
{
    static const char bytes[] = {';', '=', ' ', '\t', '"', '\\', ',', 'a', '-', '\x80'};
    concors_profile profile = profile_of("firefox");
    char *line = malloc(CONCORS_SET_COOKIE_MAX);

    (void)state;
    assert_non_null(line);
    for (size_t i = 0; i < sizeof bytes; i++) {
        for (int round = 0; round < 20; round++) {
            concors_set_cookie cookie;
            concors_reason refused;
            memset(line, bytes[i], CONCORS_SET_COOKIE_MAX);
            memcpy(line, "a=1;Path=", 9);
            assert_int_equal(concors_set_cookie_parse((concors_span){line, CONCORS_SET_COOKIE_MAX},
                                                      &profile.syntax, NOW_MS, &cookie, &refused),
                             CONCORS_OK);
        }
    }
    free(line);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_tab),
        cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_lifetime),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_line_limit),
        cmocka_unit_test(test_curl_cve_2022_35252_control_bytes),
        cmocka_unit_test(test_control_ends_line),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_curl_cve_2015_3145_every_prefix),
        cmocka_unit_test(test_libsoup_cve_2025_14523_duplicates),
        cmocka_unit_test(test_python_cve_2024_7592_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
