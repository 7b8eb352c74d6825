/* Which origins a policy allows: by table, and against a reader that splits at dots. */
#include "origin_oracle.h"
#include "policy_support.h"

static concors_decision
ask(const concors_policy *policy, concors_span origin)
{
    const concors_policy_request request = {.method = CONCORS_LIT("GET"), .origin = origin};
    concors_decision decision;

    concors_policy_decide(policy, &request, &decision);
    return decision;
}

static bool
allows(const concors_policy *policy, concors_span origin)
{
    concors_decision decision = ask(policy, origin);
    bool allowed = decision.kind == CONCORS_DECISION_ALLOW;

    assert_int_equal(decision.set_count > 0, allowed);
    if (allowed) {
        concors_span sent = decision_header(&decision, "Access-Control-Allow-Origin");
        assert_int_equal(sent.len, origin.len);
        assert_memory_equal(sent.ptr, origin.ptr, origin.len);
    }
    return allowed;
}

typedef struct origin_row {
    const char *entry, *origin;
    bool allowed;
} origin_row;

static const origin_row rows[] = {
    {"https://a.test", "https://a.test", true},
    {"https://a.test", "http://a.test", false},
    {"https://a.test", "https://a.test:8443", false},
    {"https://a.test", "https://a.test:443", false},
    {"https://a.test", "https://A.test", false},
    {"https://a.test", "HTTPS://a.test", false},
    {"https://a.test", "https://a.test.", false},
    {"https://a.test", "https://a.test/", false},
    {"https://a.test", "https://a.test ", false},
    {"https://a.test", " https://a.test", false},
    {"https://a.test", "https://a.test,https://a.test", false},
    {"https://a.test", "https://a.test, https://b.test", false},
    {"https://a.test", "https://user@a.test", false},
    {"https://a.test", "https://xa.test", false},
    {"https://a.test", "https://a.test.evil.example", false},
    {"https://a.test", "null", false},
    {"https://a.test", "", false},
    {"https://a.test", "a.test", false},
    {"https://xn--bcher-kva.test", "https://xn--bcher-kva.test", true},
    {"https://xn--bcher-kva.test",
     "https://b\xc3\xbc"
     "cher.test",
     false},
    {"http://127.0.0.1:3000", "http://127.0.0.1:3000", true},
    {"http://127.0.0.1:3000", "http://127.0.0.1", false},
    {"http://127.0.0.1:*", "http://127.0.0.1:65535", true},
    {"http://127.0.0.1:*", "http://127.0.0.1:65536", false},
    {"http://127.0.0.1:*", "http://127.0.0.1:080", false},
    {"http://127.0.0.1:*", "http://127.0.0.1:", false},
    {"http://127.0.0.1:*", "http://127.0.0.1", true},
    {"http://127.0.0.1:*", "http://127.0.0.1:80", false},
    {"http://[::1]:3000", "http://[::1]:3000", true},
    {"http://[::1]:*", "http://[::1]:9", true},
    {"http://[::1]:*", "http://[::1]", true},
    {"http://[::1]:*", "http://[::1]x:9", false},
    {"http://localhost:*", "http://localhost:3000", true},
    {"http://localhost:*", "https://localhost:3000", false},
    {"http://localhost:*", "http://a.localhost:3000", false},
    {"capacitor://localhost", "capacitor://localhost", true},
    {"capacitor://localhost", "ionic://localhost", false},
    {"capacitor://localhost", "capacitor://localhost.", false},
    {"capacitor://localhost", "capacitor://localhost:80", false},
    {"capacitor://localhost", "capacitor://localhost/", false},
    {"capacitor://localhost", "Capacitor://localhost", false},
    {"capacitor://localhost", "https://localhost", false},
    {"app://obsidian.md", "app://a.obsidian.md", false},
    {"chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop", true},
    {"chrome-extension://abcdefghijklmnop", "moz-extension://abcdefghijklmnop", false},
    {"https://*.a.test", "app://b.a.test", false},
    {"https://*.a.test", "https://b.a.test", true},
    {"https://*.a.test", "https://c.b.a.test", true},
    {"https://*.a.test", "https://a.test", false},
    {"https://*.a.test", "https://.a.test", false},
    {"https://*.a.test", "https://b..a.test", false},
    {"https://*.a.test", "https://xa.test", false},
    {"https://*.a.test", "https://b.a.test.", false},
    {"https://*.a.test", "https://b.a.test.evil.example", false},
    {"https://*.a.test", "https://b.a.test:8443", false},
    {"https://*.a.test", "http://b.a.test", false},
    {"https://*.a.test", "https://B.a.test", false},
    {"https://*.a.test", "https://b_c-1.a.test", true},
    {"https://*.a.test", "https://b/.a.test", false},
    {"https://*.a.test", "https://evil.example#.a.test", false},
    {"https://*.a.test", "https://evil.example?.a.test", false},
    {"https://*.a.test", "https://evil.example\\.a.test", false},
    {"https://*.a.test", "https://evil.example%2e.a.test", false},
    {"https://*.a.test", "https://user@b.a.test", false},
    {"https://*.a.test", "https://b`.a.test", false},
    {"https://*.a.test", "https://*.a.test", false},
    {"https://*.a.test", "https://b\t.a.test", false},
    {"https://?.a.test", "https://b.a.test", true},
    {"https://?.a.test", "https://c.b.a.test", false},
    {"https://?.a.test", "https://a.test", false},
    {"https://*.a.test:8443", "https://b.a.test:8443", true},
    {"https://*.a.test:8443", "https://b.a.test", false},
    {"https://*.a.test:*", "https://b.a.test", true},
    {"https://*.a.test:*", "https://b.a.test:1", true},
    {"https://*.a.test:*", "https://b.a.test:0", false},
    {"https://?.a.test:*", "https://c.b.a.test:1", false},
};

static void
tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512];
        test_policies t;
        sprintf(text, POLICY("\"origins\": [\"%s\"]"), rows[i].entry);
        const concors_policy *policy = policy_open(&t, text, NULL);
        size_t len = strlen(rows[i].origin);
        char *exact = malloc(len + 1);
        memcpy(exact, rows[i].origin, len);
        exact = realloc(exact, len > 0 ? len : 1); /* one byte beyond is somebody else's */
        if (allows(policy, (concors_span){exact, len}) != rows[i].allowed) {
            fail_msg("%s under %s", rows[i].origin, rows[i].entry);
        }
        free(exact);
        policies_close(&t);
    }
}

static void
nul_and_other_bytes(void **state)
{
    test_policies t;
    const concors_policy *policy =
        policy_open(&t, POLICY("\"origins\": [\"https://a.test\", \"https://*.b.test\"]"), NULL);

    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        char origin[] = "https://x.b.test";
        bool plain =
            byte != 0 && strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", (int)byte) != NULL;
        origin[8] = (char)byte;
        if (allows(policy, (concors_span){origin, sizeof origin - 1}) != plain) {
            fail_msg("byte %02x", byte);
        }
        char tail[] = "https://a.test.";
        tail[14] = (char)byte;
        assert_false(allows(policy, (concors_span){tail, sizeof tail - 1}));
    }
    policies_close(&t);
}

/* Longer than any entry can be: refused by length. */
static void
long_origins(void **state)
{
    test_policies t;
    const concors_policy *policy =
        policy_open(&t, POLICY("\"origins\": [\"https://*.b.test:*\"]"), NULL);
    static const size_t lengths[] = {200, 253, 254, 264, 272, 273, 8192, 65536};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t len = 8 + lengths[i];
        char *origin = malloc(len);
        memset(origin, 'a', len);
        memcpy(origin, "https://", 8);
        for (size_t dot = 8 + 30; dot < len - 7; dot += 31) {
            origin[dot] = '.';
        }
        memcpy(origin + len - 7, ".b.test", 7);
        if (origin[len - 8] == '.') {
            origin[len - 8] = 'a';
        }
        assert_int_equal(allows(policy, (concors_span){origin, len}), lengths[i] <= 253);
        memset(origin + 8, '.', len - 8);
        assert_false(allows(policy, (concors_span){origin, len}));
        free(origin);
    }
    policies_close(&t);
}

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* Hosts that end alike: foo.test, barfoo.test, bar.foo.test, foo.test.foo.test. */
static void
draw_host(uint64_t *seed, char *out)
{
    static const char *const labels[] = {
        "a", "b", "foo", "bar", "barfoo", "a-b", "xn--bcher-kva", "test", "1", "a_b"};
    uint32_t count = draw(seed, 3);

    *out = '\0';
    for (uint32_t i = 0; i < count; i++) {
        strcat(strcat(out, labels[draw(seed, 10)]), ".");
    }
    strcat(strcat(out, labels[draw(seed, 7)]), ".test");
}

static void
draw_entry(uint64_t *seed, char *out)
{
    static const char *const ports[] = {"", "", "", ":8443", ":3000", ":*"};
    static const char *const wildcards[] = {"", "", "", "*.", "?."};
    char host[256];

    draw_host(seed, host);
    sprintf(out, "%s://%s%s%s", draw(seed, 3) > 0 ? "https" : "http", wildcards[draw(seed, 5)],
            host, ports[draw(seed, 6)]);
}

/* An origin that an entry may mean: labels for its wildcard, a port for its star. */
static void
draw_meant(uint64_t *seed, const char *entry, char *out)
{
    static const char *const labels[] = {"a.", "foo.", "a.b.", "", "x_-1.", "foo"};
    static const char *const ports[] = {"", ":1", ":65535", ":65536", ":080"};
    const char *wildcard = strpbrk(strstr(entry, "://"), "*?");

    strcpy(out, entry);
    if (wildcard != NULL && wildcard[1] == '.') {
        sprintf(out, "%.*s%s%s", (int)(wildcard - entry), entry, labels[draw(seed, 6)],
                wildcard + 2);
    }
    size_t len = strlen(out);
    if (out[len - 1] == '*') {
        strcpy(out + len - 2, ports[draw(seed, 5)]);
    }
}

/* An origin near those entries, sometimes bent a little. */
static void
draw_origin(uint64_t *seed, const char *entry, char *out)
{
    static const char *const ports[] = {"", "", "", ":8443", ":3000", ":443", ":80", ":1"};
    static const char bends[] = "A.:/- x";
    char host[256];

    if (draw(seed, 2) == 0) {
        draw_meant(seed, entry, out);
    } else {
        draw_host(seed, host);
        sprintf(out, "%s://%s%s", draw(seed, 3) > 0 ? "https" : "http", host, ports[draw(seed, 8)]);
    }
    if (draw(seed, 4) == 0) {
        size_t len = strlen(out);
        size_t at = draw(seed, (uint32_t)len + 1);
        memmove(out + at + 1, out + at, len + 1 - at);
        out[at] = bends[draw(seed, sizeof bends - 1)];
    }
}

static bool
oracle_allows(char entries[][320], size_t count, const char *origin)
{
    for (size_t i = 0; i < count; i++) {
        if (oracle_matches(entries[i], origin)) {
            return true;
        }
    }
    return false;
}

/* GHSA-vhxv-fg4m-p2w8: foo.com and bar.com together allowed barfoo.com; and wrong denials too. */
static void
jub0bs_ghsa_vhxv_sets_against_a_naive_reading(void **state)
{
    enum { SETS = 1500, ENTRIES = 8, ORIGINS = 60 };
    uint64_t seed = 20261121;
    size_t allowed = 0;

    (void)state;
    for (size_t set = 0; set < SETS; set++) {
        char entries[ENTRIES][320], text[4096], origin[512];
        size_t count = 1 + draw(&seed, ENTRIES);
        test_policies t;
        size_t len =
            (size_t)sprintf(text, "{\"version\": 1, \"policies\": {\"app\": {\"origins\": [");
        for (size_t i = 0; i < count; i++) {
            draw_entry(&seed, entries[i]);
            len += (size_t)sprintf(text + len, "%s\"%s\"", i > 0 ? "," : "", entries[i]);
        }
        sprintf(text + len, "]}}}");
        const concors_policy *policy = policy_open(&t, text, NULL);
        for (size_t i = 0; i < ORIGINS; i++) {
            draw_origin(&seed, entries[draw(&seed, (uint32_t)count)], origin);
            bool want = oracle_allows(entries, count, origin);
            allowed += want;
            if (allows(policy, span_of(origin)) != want) {
                fail_msg("%s: %s", text, origin);
            }
        }
        policies_close(&t);
    }
    assert_in_range(allowed, SETS, SETS * ORIGINS); /* and not by refusing all */
}

static void
the_policy_decides_what_stands_for_everybody(void **state)
{
    test_policies t;
    const concors_policy *policy = policy_open(&t, POLICY("\"origins\": [\"*\"]"), NULL);
    concors_decision decision = ask(policy, CONCORS_LIT("https://any.example"));

    (void)state;
    assert_true(span_is(decision_header(&decision, "Access-Control-Allow-Origin"), "*"));
    assert_false(decision.vary);
    decision = ask(policy, (concors_span){NULL, 0});
    assert_true(span_is(decision_header(&decision, "Access-Control-Allow-Origin"), "*"));
    policies_close(&t);
    policy = policy_open(&t,
                         POLICY("\"origins\": [\"*\"], \"credentials\": true, "
                                "\"dangerously_allow\": [\"any-origin\"]"),
                         NULL);
    assert_true(allows(policy, CONCORS_LIT("https://any.example")));
    assert_false(allows(policy, CONCORS_LIT("null")));
    assert_false(allows(policy, CONCORS_LIT("https://any.example\r\nX: y")));
    policies_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(nul_and_other_bytes),
        cmocka_unit_test(long_origins),
        cmocka_unit_test(jub0bs_ghsa_vhxv_sets_against_a_naive_reading),
        cmocka_unit_test(the_policy_decides_what_stands_for_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
