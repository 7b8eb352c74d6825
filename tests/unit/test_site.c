/* Public suffixes, registrable domains, sites and domain-match, over a small list of its own. */
#include "support.h"

#include "base/span.h"

/* Rules: com, co.uk, uk, github.io, *.ck, !www.ck; anything else: the last label. */
static size_t
small_list(void *user, concors_span host)
{
    static const char *const rules[] = {"co.uk", "github.io"};
    size_t last = 0;

    assert_null(user);
    assert_true(host.len > 0 && host.ptr[host.len - 1] != '.');
    for (size_t i = 0; i < host.len; i++) {
        assert_false(host.ptr[i] >= 'A' && host.ptr[i] <= 'Z');
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        concors_span rule = {rules[i], strlen(rules[i])};
        bool behind_dot = host.len > rule.len && host.ptr[host.len - rule.len - 1] == '.';
        if (concors_span_ends(host, rule) && (behind_dot || host.len == rule.len)) {
            return rule.len;
        }
    }
    while (last < host.len && host.ptr[host.len - 1 - last] != '.') {
        last++;
    }
    if (concors_span_ends(host, CONCORS_LIT(".ck")) &&
        !concors_span_ends(host, CONCORS_LIT("www.ck"))) {
        last++;
        while (last < host.len && host.ptr[host.len - 1 - last] != '.') {
            last++;
        }
    }
    return last;
}

static const concors_suffixes list = {.suffix_len = small_list};

static bool
is(concors_span got, const char *want)
{
    if (want == NULL) {
        return got.ptr == NULL && got.len == 0;
    }
    return got.len == strlen(want) && memcmp(got.ptr, want, got.len) == 0;
}

static void
suffix_and_registrable_domain(void **state)
{
    static const struct {
        const char *host;
        concors_host_kind kind;
        const char *suffix, *domain;
    } rows[] = {
        {"example.com", CONCORS_HOST_DOMAIN, "com", "example.com"},
        {"a.b.example.com", CONCORS_HOST_DOMAIN, "com", "example.com"},
        {"example.com.", CONCORS_HOST_DOMAIN, "com.", "example.com."},
        {"com", CONCORS_HOST_DOMAIN, "com", NULL},
        {"com.", CONCORS_HOST_DOMAIN, "com.", NULL},
        {"localhost", CONCORS_HOST_DOMAIN, "localhost", NULL},
        {"a.localhost", CONCORS_HOST_DOMAIN, "localhost", "a.localhost"},
        {"a.b.co.uk", CONCORS_HOST_DOMAIN, "co.uk", "b.co.uk"},
        {"co.uk", CONCORS_HOST_DOMAIN, "co.uk", NULL},
        {"github.io", CONCORS_HOST_DOMAIN, "github.io", NULL},
        {"x.alice.github.io.", CONCORS_HOST_DOMAIN, "github.io.", "alice.github.io."},
        {"foo.ck", CONCORS_HOST_DOMAIN, "foo.ck", NULL},
        {"a.foo.ck", CONCORS_HOST_DOMAIN, "foo.ck", "a.foo.ck"},
        {"www.ck", CONCORS_HOST_DOMAIN, "ck", "www.ck"},
        {"a.www.ck", CONCORS_HOST_DOMAIN, "ck", "www.ck"},
        {"127.0.0.1", CONCORS_HOST_IPV4, NULL, NULL},
        {"[::1]", CONCORS_HOST_IPV6, NULL, NULL},
        {"", CONCORS_HOST_NONE, NULL, NULL},
        {".", CONCORS_HOST_DOMAIN, NULL, NULL},
        {"..", CONCORS_HOST_DOMAIN, NULL, NULL},
        {"com..", CONCORS_HOST_DOMAIN, NULL, NULL},
        {".com", CONCORS_HOST_DOMAIN, "com", NULL},
        {"a..com", CONCORS_HOST_DOMAIN, "com", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        concors_span host = {rows[i].host, strlen(rows[i].host)};
        if (!is(concors_public_suffix(&list, host, rows[i].kind), rows[i].suffix) ||
            !is(concors_registrable_domain(&list, host, rows[i].kind), rows[i].domain)) {
            fail_msg("%s", rows[i].host);
        }
    }
}

/* A list that answers nonsense must not lead outside the host. */
static size_t
mad_list(void *user, concors_span host)
{
    return *(const size_t *)user + host.len;
}

static void
a_broken_list_stays_inside_the_host(void **state)
{
    static size_t added[] = {0, 1, SIZE_MAX, SIZE_MAX - 10};

    (void)state;
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
        concors_suffixes mad = {.suffix_len = mad_list, .user = &added[i]};
        concors_span host = CONCORS_LIT("a.example.com");
        concors_span suffix = concors_public_suffix(&mad, host, CONCORS_HOST_DOMAIN);
        concors_span domain = concors_registrable_domain(&mad, host, CONCORS_HOST_DOMAIN);
        assert_true(suffix.ptr >= host.ptr && suffix.ptr + suffix.len == host.ptr + host.len);
        assert_true(domain.ptr == NULL || domain.ptr + domain.len == host.ptr + host.len);
    }
}

static concors_origin
origin_of(const char *text, uint32_t id, char *memory, size_t room)
{
    concors_arena arena = {memory, room, 0};
    concors_url url;
    concors_url_error why;

    assert_int_equal(
        concors_url_parse((concors_span){text, strlen(text)}, NULL, NULL, &arena, &url, &why),
        CONCORS_OK);
    return concors_url_origin(&url, id);
}

static void
same_site_with_and_without_scheme(void **state)
{
    static const struct {
        const char *title, *a, *b;
        bool schemeful, schemeless;
    } rows[] = {
        {"subdomains", "https://a.example.com", "https://b.example.com:8443", true, true},
        {"scheme", "https://a.example.com", "http://a.example.com", false, true},
        {"ws is http", "http://a.example.com", "ws://b.example.com", true, true},
        {"wss is https", "https://a.example.com", "wss://b.example.com", true, true},
        {"wss is not http", "http://a.example.com", "wss://a.example.com", false, true},
        {"private suffix", "https://a.github.io", "https://b.github.io", false, false},
        {"suffix and name below it", "https://github.io", "https://b.github.io", false, false},
        {"one suffix as host", "https://github.io", "https://github.io:1", true, true},
        {"trailing dot", "https://example.com", "https://example.com.", false, false},
        {"two trailing dots", "https://a.example.com.", "https://b.example.com.", true, true},
        {"ports of localhost", "http://localhost:1", "http://localhost:2", true, true},
        {"localhost and 127.0.0.1", "http://localhost", "http://127.0.0.1", false, false},
        {"below localhost", "http://a.localhost", "http://localhost", false, false},
        {"addresses differ", "http://127.0.0.1", "http://127.0.0.2", false, false},
        {"one address, two spellings", "http://127.0.0.1", "http://0x7f.1", true, true},
        {"IPv6", "http://[::1]:1", "http://[0::1]:2", true, true},
        {"opaque", "https://a.example.com", "data:x", false, false},
        {"two opaque", "data:x", "data:x", false, false},
        {"blob", "blob:https://a.example.com/x", "https://b.example.com", true, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char memory[2][256];
        concors_origin a = origin_of(rows[i].a, 1, memory[0], sizeof memory[0]);
        concors_origin b = origin_of(rows[i].b, 2, memory[1], sizeof memory[1]);
        concors_site site_a = concors_origin_site(&list, &a);
        concors_site site_b = concors_origin_site(&list, &b);
        if (concors_same_site(&site_a, &site_b) != rows[i].schemeful ||
            concors_same_site(&site_b, &site_a) != rows[i].schemeful ||
            concors_same_site_without_scheme(&site_a, &site_b) != rows[i].schemeless) {
            fail_msg("%s", rows[i].title);
        }
        assert_true(concors_same_site(&site_a, &site_a));
    }
}

static void
sites_are_written_without_a_port(void **state)
{
    static const char *const rows[][2] = {
        {"https://a.example.com:8443", "https://example.com"},
        {"wss://a.b.co.uk", "https://b.co.uk"},
        {"http://[::1]:80", "http://[::1]"},
        {"data:x", "null"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char memory[256];
        char text[64];
        concors_out out = {text, sizeof text, 0};
        concors_origin origin = origin_of(rows[i][0], 1, memory, sizeof memory);
        concors_site site = concors_origin_site(&list, &origin);
        concors_site_write(&site, &out);
        assert_true(is((concors_span){text, out.len}, rows[i][1]));
    }
}

static void
curl_cve_2013_1944_suffix_match_without_dot(void **state)
{
    (void)state;
    assert_false(concors_domain_match(CONCORS_LIT("example.com"), CONCORS_LIT("ample.com"),
                                      CONCORS_HOST_DOMAIN));
    assert_false(concors_domain_match(CONCORS_LIT("badexample.com"), CONCORS_LIT("example.com"),
                                      CONCORS_HOST_DOMAIN));
    assert_true(concors_domain_match(CONCORS_LIT("www.example.com"), CONCORS_LIT("example.com"),
                                     CONCORS_HOST_DOMAIN));
    assert_true(concors_domain_match(CONCORS_LIT("example.com"), CONCORS_LIT("example.com"),
                                     CONCORS_HOST_DOMAIN));
    assert_false(concors_domain_match(CONCORS_LIT("example.com"), CONCORS_LIT("www.example.com"),
                                      CONCORS_HOST_DOMAIN));
    assert_false(
        concors_domain_match(CONCORS_LIT("example.com"), CONCORS_LIT(""), CONCORS_HOST_DOMAIN));
    assert_false(concors_domain_match(CONCORS_LIT("example.com."), CONCORS_LIT("example.com"),
                                      CONCORS_HOST_DOMAIN));
    assert_false(
        concors_domain_match(CONCORS_LIT("example.com."), CONCORS_LIT(""), CONCORS_HOST_DOMAIN));
}

static void
curl_cve_2014_3613_partial_address_as_domain(void **state)
{
    (void)state;
    assert_false(concors_domain_match(CONCORS_LIT("203.0.113.7"), CONCORS_LIT("0.113.7"),
                                      CONCORS_HOST_IPV4));
    assert_false(
        concors_domain_match(CONCORS_LIT("203.0.113.7"), CONCORS_LIT("7"), CONCORS_HOST_IPV4));
    assert_true(concors_domain_match(CONCORS_LIT("203.0.113.7"), CONCORS_LIT("203.0.113.7"),
                                     CONCORS_HOST_IPV4));
    assert_false(
        concors_domain_match(CONCORS_LIT("[::ffff:7f00:1]"), CONCORS_LIT("1]"), CONCORS_HOST_IPV6));
}

/* Splits both at the dots and compares label by label, from the end. */
static bool
naive_domain_match(concors_span string, concors_span domain)
{
    size_t s = string.len;
    size_t d = domain.len;

    if (domain.len == 0) {
        return string.len == 0;
    }
    for (;;) {
        size_t s_start = s;
        size_t d_start = d;
        while (s_start > 0 && string.ptr[s_start - 1] != '.') {
            s_start--;
        }
        while (d_start > 0 && domain.ptr[d_start - 1] != '.') {
            d_start--;
        }
        concors_span label_s = {string.ptr + s_start, s - s_start};
        concors_span label_d = {domain.ptr + d_start, d - d_start};
        if (!concors_span_eq(label_s, label_d)) {
            return false;
        }
        if (d_start == 0) {
            return true;
        }
        if (s_start == 0) {
            return false;
        }
        s = s_start - 1;
        d = d_start - 1;
    }
}

static uint64_t
next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static size_t
random_host(uint64_t *seed, char *text)
{
    uint64_t bits = next_random(seed);
    size_t len = bits % 9;

    for (size_t i = 0; i < len; i++) {
        text[i] = "ab.."[bits >> (8 + 2 * i) & 3];
    }
    return len;
}

static void
python_cve_2018_20852_domain_match_against_labels(void **state)
{
    enum { PAIRS = 4000000 };
    uint64_t seed = 88172645463325252U;

    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        char a[16];
        char b[16];
        concors_span string = {a, random_host(&seed, a)};
        concors_span domain = {b, random_host(&seed, b)};
        if (concors_domain_match(string, domain, CONCORS_HOST_DOMAIN) !=
            naive_domain_match(string, domain)) {
            fail_msg("%.*s, %.*s", (int)string.len, a, (int)domain.len, b);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suffix_and_registrable_domain),
        cmocka_unit_test(a_broken_list_stays_inside_the_host),
        cmocka_unit_test(same_site_with_and_without_scheme),
        cmocka_unit_test(sites_are_written_without_a_port),
        cmocka_unit_test(curl_cve_2013_1944_suffix_match_without_dot),
        cmocka_unit_test(curl_cve_2014_3613_partial_address_as_domain),
        cmocka_unit_test(python_cve_2018_20852_domain_match_against_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
