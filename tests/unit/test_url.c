/* The URL parser: tables by the URL standard's words. */
#include "url_parse.h"

#include "http/url_parts.h"

static const struct {
    const char *title;
    const char *text;
    const char *href;
} serialised[] = {
    {"as it is", "https://app.example.com/x?y=1", "https://app.example.com/x?y=1"},
    {"path added", "https://example.com", "https://example.com/"},
    {"path added before a query", "https://example.com?q", "https://example.com/?q"},
    {"empty query stays", "https://example.com/?", "https://example.com/?"},
    {"fragment dropped", "https://example.com/a#b?c", "https://example.com/a"},
    {"fragment behind the host", "https://example.com#b", "https://example.com/"},
    {"upper case", "HTTPS://EXAMPLE.Com/PATH", "https://example.com/PATH"},
    {"surrounding blanks and controls", " \x01\t https://example.com/\n ", "https://example.com/"},
    {"tab and line breaks inside", "ht\ttps://exa\nmple.com/a\r\nb", "https://example.com/ab"},
    {"tab in a fragment", "https://example.com/#\t", "https://example.com/"},
    {"backslashes", "https:\\\\example.com\\a\\b", "https://example.com/a/b"},
    {"backslash in a query stays", "https://example.com/?a\\b", "https://example.com/?a\\b"},
    {"no slash", "https:example.com/a", "https://example.com/a"},
    {"one slash", "https:/example.com/a", "https://example.com/a"},
    {"many slashes", "https://///example.com/a", "https://example.com/a"},
    {"user name", "https://user@example.com/", "https://example.com/"},
    {"at signs to the last", "https://a@b:c@d@example.com/", "https://example.com/"},
    {"user hides a host", "https://example.com:443@evil.test/", "https://evil.test/"},
    {"slash ends the user", "https://evil.test/@example.com", "https://evil.test/@example.com"},
    {"backslash ends the user", "https://evil.test\\@example.com",
     "https://evil.test/@example.com"},
    {"default port", "https://example.com:443/", "https://example.com/"},
    {"default port of http", "http://example.com:80/", "http://example.com/"},
    {"ws", "WS://example.com:80", "ws://example.com/"},
    {"wss", "wss://example.com:443/s", "wss://example.com/s"},
    {"another port", "https://example.com:8443", "https://example.com:8443/"},
    {"http's port on https", "https://example.com:80/", "https://example.com:80/"},
    {"leading zeros in a port", "https://example.com:0000443/", "https://example.com/"},
    {"port 0", "http://example.com:0/", "http://example.com:0/"},
    {"largest port", "http://example.com:65535/", "http://example.com:65535/"},
    {"empty port", "http://example.com:/", "http://example.com/"},
    {"percent-encoded host", "http://ex%61mple%2Ecom/", "http://example.com/"},
    {"trailing dot", "http://example.com./", "http://example.com./"},
    {"two dots", "http://example..com/", "http://example..com/"},
    {"only a dot", "http://./", "http://./"},
    {"ASCII domain with xn--", "http://XN--a.Test/", "http://xn--a.test/"},
    {"bare xn--", "http://xn--/", "http://xn--/"},
    {"odd characters hosts may have", "http://a_b!$&'()*+,;=~`{}\"/",
     "http://a_b!$&'()*+,;=~`{}\"/"},
    {"dot segments", "http://h/a/./b/../c", "http://h/a/c"},
    {"dots above the root", "http://h/../../a", "http://h/a"},
    {"dots at the end", "http://h/a/b/..", "http://h/a/"},
    {"a dot at the end", "http://h/a/b/.", "http://h/a/b/"},
    {"encoded dots", "http://h/a/%2e/b/.%2E/%2e%2e/c", "http://h/c"},
    {"three dots", "http://h/a/.../b", "http://h/a/.../b"},
    {"dot in a name", "http://h/.well-known/%2ea", "http://h/.well-known/%2ea"},
    {"empty segments", "http://h/a//..//b", "http://h/a//b"},
    {"path set", "http://h/ \"<>^`{}|'[]", "http://h/%20%22%3C%3E%5E%60%7B%7D|'[]"},
    {"query set", "http://h/? \"<>^`{}|'[]", "http://h/?%20%22%3C%3E^`{}|%27[]"},
    {"percent signs stay", "http://h/%zz%?%", "http://h/%zz%?%"},
    {"UTF-8", "http://h/\xC3\xA9?\xC3\xA9", "http://h/%C3%A9?%C3%A9"},
    {"DEL", "http://h/\x7f", "http://h/%7F"},
    {"about", "about:blank", "about:blank"},
    {"data", "DATA:text/html,<a b>", "data:text/html,<a b>"},
    {"mail", "mailto:a@b", "mailto:a@b"},
    {"credentials of other schemes", "ftp://user:secret@host/a@b?c#d", "ftp://host/a@b?c"},
    {"a blank that would get lost", "data:x #y", "data:x%20"},
    {"file", "file:///etc/passwd", "file:///etc/passwd"},
    {"blob", "blob:https://a.test/id", "blob:https://a.test/id"},
};

static void
hrefs_are_as_the_standard_serialises(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof serialised / sizeof serialised[0]; i++) {
        parsed got = parse(serialised[i].text, NULL);
        assert_int_equal(got.status, CONCORS_OK);
        check_span(got.url.href, serialised[i].href, serialised[i].title, "href");
        parsed again = parse_span(got.url.href, NULL, ROOM);
        assert_int_equal(again.status, CONCORS_OK);
        check_span(again.url.href, serialised[i].href, serialised[i].title, "href, read again");
        drop(&again);
        drop(&got);
    }
}

static const struct {
    const char *title;
    const char *text;
    concors_url_error why;
} refused[] = {
    {"nothing", "", CONCORS_URL_E_NO_SCHEME},
    {"blanks", "  \n", CONCORS_URL_E_NO_SCHEME},
    {"no scheme", "example.com", CONCORS_URL_E_NO_SCHEME},
    {"no base", "//example.com/", CONCORS_URL_E_NO_SCHEME},
    {"scheme starts with a digit", "1http://a/", CONCORS_URL_E_NO_SCHEME},
    {"underscore in the scheme", "ht_tp://a/", CONCORS_URL_E_NO_SCHEME},
    {"no host", "https://", CONCORS_URL_E_EMPTY_HOST},
    {"slashes only", "https:////", CONCORS_URL_E_EMPTY_HOST},
    {"query only", "https://?x", CONCORS_URL_E_EMPTY_HOST},
    {"user only", "https://user@/", CONCORS_URL_E_EMPTY_HOST},
    {"port only", "https://:80/", CONCORS_URL_E_EMPTY_HOST},
    {"blank in the host", "https://a b/", CONCORS_URL_E_HOST_CHAR},
    {"encoded slash", "https://a%2fb/", CONCORS_URL_E_HOST_CHAR},
    {"encoded NUL", "https://a%00b/", CONCORS_URL_E_HOST_CHAR},
    {"encoded percent", "https://a%25b/", CONCORS_URL_E_HOST_CHAR},
    {"encoded colon", "https://a%3a80/", CONCORS_URL_E_HOST_CHAR},
    {"encoded bracket", "https://%5b::1]/", CONCORS_URL_E_PORT},
    {"encoded brackets", "https://%5b1%5d/", CONCORS_URL_E_HOST_CHAR},
    {"broken escape", "https://a%zz/", CONCORS_URL_E_HOST_CHAR},
    {"percent sign", "https://a%/", CONCORS_URL_E_HOST_CHAR},
    {"star is fine, caret is not", "https://a^b/", CONCORS_URL_E_HOST_CHAR},
    {"angle bracket", "https://a<b/", CONCORS_URL_E_HOST_CHAR},
    {"bar", "https://a|b/", CONCORS_URL_E_HOST_CHAR},
    {"closing bracket", "https://a]/", CONCORS_URL_E_HOST_CHAR},
    {"control character", "https://a\x1f/", CONCORS_URL_E_HOST_CHAR},
    {"DEL", "https://a\x7f/", CONCORS_URL_E_HOST_CHAR},
    {"port too large", "https://a:65536/", CONCORS_URL_E_PORT},
    {"port overflows", "https://a:99999999999999999999/", CONCORS_URL_E_PORT},
    {"port with a sign", "https://a:+80/", CONCORS_URL_E_PORT},
    {"port with letters", "https://a:80a/", CONCORS_URL_E_PORT},
    {"not ASCII, no IDNA", "https://\xC3\xA9/", CONCORS_URL_E_IDNA},
    {"broken UTF-8", "https://\xC3/", CONCORS_URL_E_PERCENT},
    {"encoded broken UTF-8", "https://a%ff/", CONCORS_URL_E_PERCENT},
    {"overlong UTF-8", "https://a%c0%ae/", CONCORS_URL_E_PERCENT},
    {"surrogate", "https://a%ed%a0%80/", CONCORS_URL_E_PERCENT},
};

static void
refusals_say_why(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        parsed got = parse(refused[i].text, NULL);
        if (got.status != CONCORS_E_SYNTAX || got.why != refused[i].why) {
            fail_msg("%s: status %d, why %d", refused[i].title, (int)got.status, (int)got.why);
        }
        assert_true(concors_url_error_text(got.why).len > 10);
        drop(&got);
    }
}

static const struct {
    const char *base;
    const char *text;
    const char *href;
} resolved[] = {
    {"http://h/a/b?q", "", "http://h/a/b?q"},
    {"http://h/a/b?q", "#f", "http://h/a/b?q"},
    {"http://h/a/b?q", "?r", "http://h/a/b?r"},
    {"http://h/a/b?q", "?", "http://h/a/b?"},
    {"http://h/a/b?q", "c", "http://h/a/c"},
    {"http://h/a/b?q", "c?d", "http://h/a/c?d"},
    {"http://h/a/b?q", ".", "http://h/a/"},
    {"http://h/a/b?q", "..", "http://h/"},
    {"http://h/a/b?q", "../../../c", "http://h/c"},
    {"http://h/a/b?q", "./c/../d", "http://h/a/d"},
    {"http://h/a/b?q", "/c", "http://h/c"},
    {"http://h/a/b?q", "\\c", "http://h/c"},
    {"http://h/a/b?q", "/", "http://h/"},
    {"http://h/a/b?q", "//i/c", "http://i/c"},
    {"http://h/a/b?q", "\\\\i\\c", "http://i/c"},
    {"http://h/a/b?q", "///i", "http://i/"},
    {"http://h:81/a/b", "c", "http://h:81/a/c"},
    {"http://h:81/a/b", "http:c", "http://h:81/a/c"},
    {"http://h:81/a/b", "http:/c", "http://h:81/c"},
    {"http://h:81/a/b", "http:?c", "http://h:81/a/b?c"},
    {"http://h:81/a/b", "http:", "http://h:81/a/b"},
    {"http://h:81/a/b", "http://i", "http://i/"},
    {"http://h:81/a/b", "https:c", "https://c/"},
    {"http://h:81/a/b", "ws:c", "ws://c/"},
    {"https://h/a/b", "mailto:x", "mailto:x"},
    {"https://[::1]:8/a", "b", "https://[::1]:8/b"},
    {"https://127.1/a", "b", "https://127.0.0.1/b"},
    {"https://h/a;b/c", "d;e", "https://h/a;b/d;e"},
    {"about:blank", "#x", "about:blank"},
    {"about:blank", "https://h/", "https://h/"},
};

static void
relative_references_resolve(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof resolved / sizeof resolved[0]; i++) {
        parsed base = parse(resolved[i].base, NULL);
        assert_int_equal(base.status, CONCORS_OK);
        parsed got = parse(resolved[i].text, &base.url);
        if (got.status != CONCORS_OK) {
            fail_msg("%s on %s: %d", resolved[i].text, resolved[i].base, (int)got.status);
        }
        check_span(got.url.href, resolved[i].href, resolved[i].text, "href");
        drop(&got);
        drop(&base);
    }
    parsed blank = parse("about:blank", NULL);
    parsed none = parse("x", &blank.url);
    assert_int_equal(none.status, CONCORS_E_SYNTAX);
    assert_int_equal(none.why, CONCORS_URL_E_NO_SCHEME);
    drop(&none);
    drop(&blank);
}

static void
the_parts_are_slices_of_the_href(void **state)
{
    (void)state;
    parsed got = parse("HTTPS://user:pw@Example.com:8443/a/../b?c=d#e", NULL);
    assert_int_equal(got.status, CONCORS_OK);
    assert_int_equal(got.url.scheme, CONCORS_SCHEME_HTTPS);
    check_span(got.url.scheme_name, "https", "parts", "scheme");
    check_span(got.url.host, "example.com", "parts", "host");
    check_span(got.url.path, "/b", "parts", "path");
    check_span(got.url.query, "c=d", "parts", "query");
    assert_int_equal(got.url.port, 8443);
    assert_false(got.url.default_port);
    assert_true(got.url.has_credentials);
    assert_true(got.url.has_query);
    drop(&got);
}

static void
credentials_count_when_they_are_not_empty(void **state)
{
    static const struct {
        const char *text;
        bool has;
    } rows[] = {
        {"http://h/", false},  {"http://@h/", false},  {"http://:@h/", false},
        {"http://a@h/", true}, {"http://:b@h/", true}, {"http://@@h/", true},
        {"ftp://a@h/", true},  {"ftp://:@h", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        parsed got = parse(rows[i].text, NULL);
        assert_int_equal(got.status, CONCORS_OK);
        if (got.url.has_credentials != rows[i].has) {
            fail_msg("%s", rows[i].text);
        }
        drop(&got);
    }
}

static bool
in_set(unsigned byte, const char *set)
{
    return byte != 0 && byte < 0x80 && strchr(set, (int)byte) != NULL;
}

/* The table against the sets as the URL standard words them. */
static void
byte_classes_are_the_standard_s_sets(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        bool upper = byte >= 'A' && byte <= 'Z';
        bool alnum = upper || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        bool c0 = byte < 0x20 || byte > 0x7e;
        bool query = c0 || in_set(byte, " \"#<>");
        bool forbidden = byte <= 0x20 || byte == 0x7f || in_set(byte, "#/:<>?@[\\]^|%");
        unsigned want = 0;
        want |= !forbidden && !upper && byte < 0x80 ? CONCORS_BYTE_HOST : 0;
        want |= c0 ? CONCORS_BYTE_ENCODE_C0 : 0;
        want |= query || byte == '\'' ? CONCORS_BYTE_ENCODE_QUERY : 0;
        want |= query || in_set(byte, "?^`{}") ? CONCORS_BYTE_ENCODE_PATH : 0;
        want |= alnum || in_set(byte, "+-.") ? CONCORS_BYTE_SCHEME : 0;
        want |= in_set(byte, "/\\?#") ? CONCORS_BYTE_STOP : 0;
        want |= in_set(byte, "\t\n\r") ? CONCORS_BYTE_DROP : 0;
        if (concors_byte_class[byte] != want) {
            fail_msg("byte %02x", byte);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hrefs_are_as_the_standard_serialises),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(relative_references_resolve),
        cmocka_unit_test(the_parts_are_slices_of_the_href),
        cmocka_unit_test(credentials_count_when_they_are_not_empty),
        cmocka_unit_test(byte_classes_are_the_standard_s_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
