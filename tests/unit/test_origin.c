/* Origins: how they are written, compared and trusted; loopback and address spaces. */
#include "support.h"

static char memory[1 << 16];

static concors_url
parse_ok(const char *text)
{
    concors_arena arena = {memory, sizeof memory, 0};
    concors_url url = {.port = 0};
    concors_url_error why;
    concors_status status =
        concors_url_parse((concors_span){text, strlen(text)}, NULL, NULL, &arena, &url, &why);

    if (status != CONCORS_OK) {
        fail_msg("%s: status %d, why %d", text, (int)status, (int)why);
    }
    return url;
}

static void
origins_are_written_as_browsers_do(void **state)
{
    static const char *const rows[][2] = {
        {"https://example.com/x", "https://example.com"},
        {"https://example.com:443", "https://example.com"},
        {"http://example.com:8080", "http://example.com:8080"},
        {"ws://example.com", "ws://example.com"},
        {"http://[::1]:80", "http://[::1]"},
        {"https://example.com.", "https://example.com."},
        {"blob:https://a.test:8/uuid", "https://a.test:8"},
        {"blob: HTTP://A.test/uuid", "http://a.test"},
        {"blob:ws://a.test/", "null"},
        {"blob:blob:https://a.test/", "null"},
        {"blob:nothing", "null"},
        {"blob:https://a b/", "null"},
        {"data:text/html,x", "null"},
        {"file:///etc", "null"},
        {"about:blank", "null"},
        {"ftp://example.com/", "null"},
        {"javascript:0", "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[80];
        concors_out out = {text, sizeof text, 0};
        concors_url url = parse_ok(rows[i][0]);
        concors_origin origin = concors_url_origin(&url, 7);
        concors_origin_write(&origin, &out);
        if (out.len != strlen(rows[i][1]) || memcmp(text, rows[i][1], out.len) != 0) {
            fail_msg("%s: %.*s", rows[i][0], (int)out.len, text);
        }
    }
}

static concors_origin
origin_of(const char *text, uint32_t id)
{
    concors_url url = parse_ok(text);

    return concors_url_origin(&url, id);
}

static void
same_origin_compares_three_things(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"https://a.test/x", "https://a.test:443/y", true},
        {"https://a.test", "http://a.test", false},
        {"https://a.test", "https://a.test:444", false},
        {"https://a.test", "https://a.test.", false},
        {"https://a.test", "wss://a.test", false},
        {"https://a.test", "https://b.a.test", false},
        {"http://127.1", "http://127.0.0.1", true},
        {"http://127.0.0.1", "http://localhost", false},
        {"https://a.test", "data:x", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char held[64];
        concors_origin a = origin_of(rows[i].a, 1);
        memcpy(held, a.host.ptr, a.host.len); /* the next parse reuses the memory */
        a.host.ptr = held;
        concors_origin b = origin_of(rows[i].b, 2);
        if (concors_same_origin(&a, &b) != rows[i].same) {
            fail_msg("%s, %s", rows[i].a, rows[i].b);
        }
    }
    concors_origin one = origin_of("data:x", 1);
    concors_origin two = origin_of("data:x", 2);
    assert_false(concors_same_origin(&one, &two));
    assert_true(concors_same_origin(&one, &one));
}

static void
loopback_trust_and_address_space(void **state)
{
    static const struct {
        const char *text;
        bool loopback, trustworthy;
        concors_address_space space;
    } rows[] = {
        {"http://localhost", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://LOCALHOST.", true, true, CONCORS_SPACE_LOOPBACK},
        {"ws://a.b.localhost", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://a.localhost.", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://localhost..", false, false, CONCORS_SPACE_UNKNOWN},
        {"http://notlocalhost", false, false, CONCORS_SPACE_UNKNOWN},
        {"http://localhost.test", false, false, CONCORS_SPACE_UNKNOWN},
        {"http://localhost.localdomain", false, false, CONCORS_SPACE_UNKNOWN},
        {"http://127.0.0.1", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://127.255.255.254", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://0x7f.1", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://128.0.0.1", false, false, CONCORS_SPACE_PUBLIC},
        {"http://[::1]", true, true, CONCORS_SPACE_LOOPBACK},
        {"http://[::ffff:127.0.0.1]", false, false, CONCORS_SPACE_LOOPBACK},
        {"http://[::2]", false, false, CONCORS_SPACE_PUBLIC},
        {"http://[::]", false, false, CONCORS_SPACE_LOOPBACK},
        {"http://0.0.0.0", false, false, CONCORS_SPACE_LOOPBACK},
        {"http://0.0.0.1", false, false, CONCORS_SPACE_LOCAL},
        {"http://10.1.2.3", false, false, CONCORS_SPACE_LOCAL},
        {"https://10.1.2.3", false, true, CONCORS_SPACE_LOCAL},
        {"http://100.63.255.255", false, false, CONCORS_SPACE_PUBLIC},
        {"http://100.64.0.0", false, false, CONCORS_SPACE_LOCAL},
        {"http://100.127.255.255", false, false, CONCORS_SPACE_LOCAL},
        {"http://100.128.0.0", false, false, CONCORS_SPACE_PUBLIC},
        {"http://169.254.1.1", false, false, CONCORS_SPACE_LOCAL},
        {"http://172.15.255.255", false, false, CONCORS_SPACE_PUBLIC},
        {"http://172.16.0.0", false, false, CONCORS_SPACE_LOCAL},
        {"http://172.32.0.0", false, false, CONCORS_SPACE_PUBLIC},
        {"http://192.168.255.255", false, false, CONCORS_SPACE_LOCAL},
        {"http://192.169.0.0", false, false, CONCORS_SPACE_PUBLIC},
        {"http://198.18.0.1", false, false, CONCORS_SPACE_LOOPBACK},
        {"http://198.19.255.255", false, false, CONCORS_SPACE_LOOPBACK},
        {"http://198.20.0.0", false, false, CONCORS_SPACE_PUBLIC},
        {"http://203.0.113.7", false, false, CONCORS_SPACE_PUBLIC},
        {"http://[::ffff:10.0.0.1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[::ffff:8.8.8.8]", false, false, CONCORS_SPACE_PUBLIC},
        {"http://[fc00::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[fdff::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[fe80::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[fec0::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[2001:db8::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[2001:db9::1]", false, false, CONCORS_SPACE_PUBLIC},
        {"http://[3fff:fff::1]", false, false, CONCORS_SPACE_LOCAL},
        {"http://[3fff:1000::1]", false, false, CONCORS_SPACE_PUBLIC},
        {"http://printer.local", false, false, CONCORS_SPACE_LOCAL},
        {"http://printer.local.", false, false, CONCORS_SPACE_LOCAL},
        {"http://local", false, false, CONCORS_SPACE_UNKNOWN},
        {"https://example.com", false, true, CONCORS_SPACE_UNKNOWN},
        {"wss://example.com", false, true, CONCORS_SPACE_UNKNOWN},
        {"http://example.com", false, false, CONCORS_SPACE_UNKNOWN},
        {"data:x", false, false, CONCORS_SPACE_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        concors_origin origin = origin_of(rows[i].text, 1);
        if (concors_host_is_loopback(&origin) != rows[i].loopback ||
            concors_origin_trustworthy(&origin) != rows[i].trustworthy ||
            concors_address_space_of(&origin) != rows[i].space) {
            fail_msg("%s: space %d", rows[i].text, (int)concors_address_space_of(&origin));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_written_as_browsers_do),
        cmocka_unit_test(same_origin_compares_three_things),
        cmocka_unit_test(loopback_trust_and_address_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
