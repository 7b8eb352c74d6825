/* Hosts: addresses in every spelling, IDNA through the callback. */
#include "support.h"

static char memory[1 << 16];

static concors_url
parse_with(const char *text, const concors_idna *idna, concors_status want)
{
    concors_arena arena = {memory, sizeof memory, 0};
    concors_url url = {.port = 0};
    concors_url_error why;
    concors_status status =
        concors_url_parse((concors_span){text, strlen(text)}, NULL, idna, &arena, &url, &why);

    if (status != want) {
        fail_msg("%s: status %d, why %d", text, (int)status, (int)why);
    }
    return url;
}

static void
check_host(const char *text, const char *want, concors_host_kind kind)
{
    concors_url url = parse_with(text, NULL, CONCORS_OK);

    if (url.host_kind != kind || url.host.len != strlen(want) ||
        memcmp(url.host.ptr, want, url.host.len) != 0) {
        fail_msg("%s: host \"%.*s\" of kind %d, want \"%s\"", text, (int)url.host.len, url.host.ptr,
                 (int)url.host_kind, want);
    }
}

static void
ipv4_in_every_spelling(void **state)
{
    static const char *const rows[][2] = {
        {"127.0.0.1", "127.0.0.1"},
        {"127.1", "127.0.0.1"},
        {"127.0.1", "127.0.0.1"},
        {"0x7f.1", "127.0.0.1"},
        {"0X7F.0.0.0x1", "127.0.0.1"},
        {"017700000001", "127.0.0.1"},
        {"2130706433", "127.0.0.1"},
        {"0x7f000001", "127.0.0.1"},
        {"0", "0.0.0.0"},
        {"0x", "0.0.0.0"},
        {"0x.0x.0", "0.0.0.0"},
        {"4294967295", "255.255.255.255"},
        {"1.2.3.4.", "1.2.3.4"},
        {"01.02.03.04", "1.2.3.4"},
        {"010.8.0x10.1", "8.8.16.1"},
        {"192.168.257", "192.168.1.1"},
        {"1.2.3.", "1.2.0.3"},
        {"1.0xffffff", "1.255.255.255"},
        {"%31.2.3.4", "1.2.3.4"},
        {"000000000000000000001", "0.0.0.1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "http://%s/", rows[i][0]);
        check_host(text, rows[i][1], CONCORS_HOST_IPV4);
    }
}

static void
numbers_that_are_no_address(void **state)
{
    static const char *const bad[] = {
        "256.256.256.256",
        "1.2.3.256",
        "1.2.3.4.5",
        "1.2.65536",
        "1.16777216",
        "4294967296",
        "0x100000000",
        "09",
        "1.2.3.08",
        "1..2",
        "a.b.09",
        "foo.1",
        "foo.0x1",
        "..1",
        "99999999999999999999999999",
        "0xffffffffffffffffffff",
        ".0x",
        "1.2.a.4",
    };
    static const char *const domains[] = {"1.2.3.4a", "0xg", "1.2.3.4..", "a.0xg", "1.com", "1e5"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "http://%s/", bad[i]);
        parse_with(text, NULL, CONCORS_E_SYNTAX);
    }
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "http://%s/", domains[i]);
        check_host(text, domains[i], CONCORS_HOST_DOMAIN);
    }
}

static void
ipv6_is_compressed(void **state)
{
    static const char *const rows[][2] = {
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"0001:00AB:0:0:0:0:0:1", "1:ab::1"},
        {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
        {"1:0:0:2:0:0:3:4", "1::2:0:0:3:4"},
        {"1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"::ffff:192.168.0.1", "::ffff:c0a8:1"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
        {"fe80::FFFF:0:a0b", "fe80::ffff:0:a0b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[80];
        char want[80];
        snprintf(text, sizeof text, "http://[%s]/", rows[i][0]);
        snprintf(want, sizeof want, "[%s]", rows[i][1]);
        check_host(text, want, CONCORS_HOST_IPV6);
    }
}

static void
brackets_without_an_address(void **state)
{
    static const char *const rows[] = {
        "[]",
        "[",
        "[::1",
        "[::1]a",
        "[1]",
        "[:]",
        "[:1::]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]",
        "[::1::2]",
        "[1:::2]",
        "[1:]",
        "[12345::]",
        "[g::]",
        "[::1%25eth0]",
        "[1.2.3.4]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[::01.2.3.4]",
        "[::256.2.3.4]",
        "[::1.2.3.]",
        "[::.1.2.3]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[1:2:3:4:5:6::1.2.3.4]",
        "[::1.2.3.4:5]",
        "[%31::]",
        "[::1 ]",
        "[v1.a]",
        "[1:2:3:4:5:6:7::8]",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "http://%s/", rows[i]);
        parse_with(text, NULL, CONCORS_E_SYNTAX);
    }
}

/* Stands in for a library: one known name, one that turns into something no host may have. */
static bool
fake_to_ascii(void *user, concors_span name, concors_out *out)
{
    (void)user;
    if (name.len == 2 && memcmp(name.ptr, "\xC3\xA9", 2) == 0) {
        concors_out_put(out, CONCORS_LIT("xn--9ca"));
        return true;
    }
    if (name.len == 3 && memcmp(name.ptr, "\xC3\xA8/", 3) == 0) {
        concors_out_put(out, CONCORS_LIT("xn--/"));
        return true;
    }
    if (name.len == 2 && memcmp(name.ptr, "\xC2\xAD", 2) == 0) {
        return true; /* a soft hyphen maps to nothing */
    }
    if (name.len == 3 && memcmp(name.ptr, "\xEF\xBC\x91", 3) == 0) {
        concors_out_put(out, CONCORS_LIT("1"));
        return true;
    }
    return false;
}

static void
idna_is_asked_and_its_answer_checked(void **state)
{
    const concors_idna idna = {fake_to_ascii, NULL};
    concors_url url = parse_with("http://\xC3\xA9:81/", &idna, CONCORS_OK);

    (void)state;
    assert_int_equal(url.host.len, 7);
    assert_memory_equal(url.href.ptr, "http://xn--9ca:81/", url.href.len);
    url = parse_with("http://%c3%A9/", &idna, CONCORS_OK);
    assert_memory_equal(url.host.ptr, "xn--9ca", 7);
    url = parse_with("http://\xEF\xBC\x91/", &idna, CONCORS_OK);
    assert_int_equal(url.host_kind, CONCORS_HOST_IPV4);
    assert_memory_equal(url.host.ptr, "0.0.0.1", 7);
    parse_with("http://\xC3\xA8%2f/", &idna, CONCORS_E_SYNTAX);
    parse_with("http://\xC2\xAD/", &idna, CONCORS_E_SYNTAX);
    parse_with("http://\xC3\xA7/", &idna, CONCORS_E_SYNTAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv4_in_every_spelling),
        cmocka_unit_test(numbers_that_are_no_address),
        cmocka_unit_test(ipv6_is_compressed),
        cmocka_unit_test(brackets_without_an_address),
        cmocka_unit_test(idna_is_asked_and_its_answer_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
