/* The URL parser where memory ends: every smaller arena, every shorter text, the limits. */
#include "url_parse.h"

static const char *const texts[] = {
    "https://app.example.com:8443/a/b?c#d",
    "https://app.example.com",
    "ws://h:8080",
    "HTTPS://user@Ex%61mple.com:8443/a/./b c?d e",
    "http://0x7f.1/",
    "http://[1:0::2]/%2e%2e/x",
    "http://[::ffff:1.2.3.4]:80",
    "blob:HTTP://A.test/x y",
    "ftp://u:p@h/?",
    "data:a b?c #d",
    "ht\ntp://a/%",
    "wss:\\\\h\\..\\%2E",
};

/* Whole, or a clean "no room" that leaves the arena as it was. */
static void
every_smaller_arena_is_refused_cleanly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        parsed whole = parse(texts[i], NULL);
        assert_int_equal(whole.status, CONCORS_OK);
        bool fitted = false;
        for (size_t room = 0; room < 256; room++) {
            parsed got = parse_span(span_of(texts[i]), NULL, room);
            assert_true(got.status == CONCORS_E_ROOM || got.status == CONCORS_OK);
            assert_false(fitted && got.status != CONCORS_OK);
            if (got.status == CONCORS_OK) {
                fitted = true;
                assert_int_equal(got.url.href.len, whole.url.href.len);
                assert_memory_equal(got.url.href.ptr, whole.url.href.ptr, whole.url.href.len);
            }
            drop(&got);
        }
        assert_true(fitted);
        drop(&whole);
    }
}

/* As given, and as serialised: a blank becomes three bytes. */
static void
the_limit_is_exact(void **state)
{
    char *text = malloc(CONCORS_URL_MAX + 1);

    (void)state;
    memset(text, 'a', CONCORS_URL_MAX + 1);
    memcpy(text, "https://h/", 10);
    parsed most = parse_span((concors_span){text, CONCORS_URL_MAX}, NULL, 0);
    assert_int_equal(most.status, CONCORS_OK);
    drop(&most);
    parsed more = parse_span((concors_span){text, CONCORS_URL_MAX + 1}, NULL, 0);
    assert_int_equal(more.status, CONCORS_E_LIMIT);
    drop(&more);
    text[20] = ' ';
    parsed grown = parse_span((concors_span){text, CONCORS_URL_MAX - 1}, NULL, ROOM);
    assert_int_equal(grown.status, CONCORS_E_LIMIT);
    drop(&grown);
    parsed fits = parse_span((concors_span){text, CONCORS_URL_MAX - 2}, NULL, ROOM);
    assert_int_equal(fits.status, CONCORS_OK);
    assert_int_equal(fits.url.href.len, CONCORS_URL_MAX);
    drop(&fits);
    free(text);
}

/* Every beginning of every row, in a block of just that size. */
static void
haproxy_f6a8911_one_byte_past_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        concors_span text = span_of(texts[i]);
        for (size_t len = 0; len <= text.len; len++) {
            parsed got = parse_span((concors_span){text.ptr, len}, NULL, ROOM);
            assert_true(got.status == CONCORS_OK || got.status == CONCORS_E_SYNTAX);
            drop(&got);
        }
    }
}

static void
an_absent_text_is_an_empty_one(void **state)
{
    concors_arena none = {NULL, 0, 0};
    concors_url url;
    concors_url_error why;
    parsed base = parse("https://example.com/a", NULL);

    (void)state;
    assert_int_equal(concors_url_parse((concors_span){NULL, 0}, NULL, NULL, &none, &url, &why),
                     CONCORS_E_SYNTAX);
    assert_int_equal(why, CONCORS_URL_E_NO_SCHEME);
    assert_int_equal(concors_url_parse((concors_span){NULL, 0}, &base.url, NULL, &none, &url, NULL),
                     CONCORS_OK);
    assert_int_equal(url.href.len, base.url.href.len);
    assert_int_equal(concors_url_parse(CONCORS_LIT("http://1/"), NULL, NULL, &none, &url, NULL),
                     CONCORS_E_ROOM);
    drop(&base);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_smaller_arena_is_refused_cleanly),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(haproxy_f6a8911_one_byte_past_the_end),
        cmocka_unit_test(an_absent_text_is_an_empty_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
