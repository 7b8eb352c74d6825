/* Who may change something: Sec-Fetch-Site, Origin against Host, exceptions, tokens. */
#include "policy_support.h"
#include <machine.h>

#define CSRF(body)                                                                                 \
    POLICY("\"origins\": [\"https://app.example.com\"], \"credentials\": true, \"csrf\": {" body   \
           "}")

typedef struct csrf_row {
    const char *title, *policy, *method, *fetch_site, *origin, *host, *path;
    bool plain, websocket;
    concors_csrf csrf;
    concors_decision_reason reason; /* of a refusal */
} csrf_row;

#define DENY                                                                                       \
    CSRF("\"trusted_origins\": [\"https://sso.example.net\"], \"exempt_paths\": [\"/webhooks/\", " \
         "\"/ping\"]")
#define TRUST  CSRF("\"same_site\": \"allow\"")
#define API    "api.example.com"
#define OFF    CONCORS_CSRF_OFF, 0
#define PASSED CONCORS_CSRF_PASSED, 0
#define CROSS  CONCORS_CSRF_REFUSED, CONCORS_D_CSRF_CROSS_SITE
#define OTHER  CONCORS_CSRF_REFUSED, CONCORS_D_CSRF_ORIGIN

static const csrf_row rows[] = {
    {"GET is safe", DENY, "GET", "cross-site", NULL, API, "/", false, false, OFF},
    {"HEAD is safe", DENY, "HEAD", "cross-site", NULL, API, "/", false, false, OFF},
    {"get is no method that is safe", DENY, "get", "cross-site", NULL, API, "/", false, false,
     CROSS},
    {"same-origin", DENY, "POST", "same-origin", "https://api.example.com", API, "/", false, false,
     PASSED},
    {"the user", DENY, "POST", "none", NULL, API, "/", false, false, PASSED},
    {"cross-site", DENY, "POST", "cross-site", "https://evil.example", API, "/", false, false,
     CROSS},
    {"same-site is another subdomain", DENY, "POST", "same-site", "https://x.example.com", API, "/",
     false, false, CROSS},
    {"same-site, trusted", TRUST, "POST", "same-site", "https://x.example.com", API, "/", false,
     false, PASSED},
    {"cross-site stays cross-site", TRUST, "POST", "cross-site", "https://x.example.net", API, "/",
     false, false, CROSS},
    {"a word nobody knows", TRUST, "POST", "Same-Origin", NULL, API, "/", false, false, CROSS},
    {"two words", DENY, "POST", "same-origin, same-origin", NULL, API, "/", false, false, CROSS},
    {"cross-site, but allowed with credentials", DENY, "POST", "cross-site",
     "https://app.example.com", API, "/", false, false, PASSED},
    {"cross-site, but trusted", DENY, "POST", "cross-site", "https://sso.example.net", API, "/",
     false, false, PASSED},
    {"gorilla_csrf_cve_2025_24358 the http twin of a trusted origin", DENY, "POST", "cross-site",
     "http://sso.example.net", API, "/", false, false, CROSS},
    {"gorilla_csrf_cve_2025_47909 the twin without Sec-Fetch-Site", DENY, "POST", NULL,
     "http://sso.example.net", API, "/", false, false, OTHER},
    {"neither header: no browser", DENY, "POST", NULL, NULL, API, "/", false, false, PASSED},
    {"origin is host", DENY, "POST", NULL, "https://api.example.com", API, "/", false, false,
     PASSED},
    {"host in capitals", DENY, "POST", NULL, "https://api.example.com", "API.Example.com", "/",
     false, false, PASSED},
    {"harbor_next_894 host with the scheme's port", DENY, "POST", NULL, "https://api.example.com",
     API ":443", "/", false, false, PASSED},
    {"host with a port", DENY, "POST", NULL, "https://api.example.com:8099", API ":8099", "/",
     false, false, PASSED},
    {"another port", DENY, "POST", NULL, "https://api.example.com:8099", API, "/", false, false,
     OTHER},
    {"another port of the host", DENY, "POST", NULL, "https://api.example.com", API ":8099", "/",
     false, false, OTHER},
    {"port 80 is not https's", DENY, "POST", NULL, "https://api.example.com", API ":80", "/", false,
     false, OTHER},
    {"a weaker scheme", DENY, "POST", NULL, "http://api.example.com", API, "/", false, false,
     OTHER},
    {"behind a proxy that ends TLS", DENY, "POST", NULL, "https://api.example.com", API, "/", true,
     false, PASSED},
    {"plain all the way", DENY, "POST", NULL, "http://api.example.com", API, "/", true, false,
     PASSED},
    {"another host", DENY, "POST", NULL, "https://evil.example", API, "/", false, false, OTHER},
    {"null", DENY, "POST", NULL, "null", API, "/", false, false, OTHER},
    {"a host that ends alike", DENY, "POST", NULL, "https://xapi.example.com", API, "/", false,
     false, OTHER},
    {"IPv6", DENY, "POST", NULL, "http://[::1]:81", "[::1]:81", "/", true, false, PASSED},
    {"IPv6 without port", DENY, "POST", NULL, "http://[::1]", "[::1]", "/", true, false, PASSED},
    {"exempt", DENY, "POST", "cross-site", "https://evil.example", API, "/webhooks/stripe", false,
     false, OFF},
    {"exempt, the path itself", DENY, "POST", "cross-site", "https://evil.example", API, "/ping",
     false, false, OFF},
    {"exempt, below it", DENY, "POST", "cross-site", "https://evil.example", API, "/ping/1", false,
     false, OFF},
    {"exempt, but leads up", DENY, "POST", "cross-site", "https://evil.example", API,
     "/webhooks/../admin", false, false, CROSS},
    {"exempt, but ends in leading up", DENY, "POST", "cross-site", "https://evil.example", API,
     "/webhooks/..", false, false, CROSS},
    {"exempt, with dots in a name", DENY, "POST", "cross-site", "https://evil.example", API,
     "/webhooks/..a/b../...", false, false, OFF},
    {"only begins alike", DENY, "POST", "cross-site", "https://evil.example", API, "/pingpong",
     false, false, CROSS},
    {"not below it", DENY, "POST", "cross-site", "https://evil.example", API, "/webhooks", false,
     false, CROSS},
    {"websocket from another site", DENY, "GET", "cross-site", "https://evil.example", API, "/ws",
     false, true, CROSS},
    {"websocket from here", DENY, "GET", "same-origin", "https://api.example.com", API, "/ws",
     false, true, PASSED},
    {"websocket of an old browser", DENY, "GET", NULL, "https://evil.example", API, "/ws", false,
     true, OTHER},
    {"check off", CSRF("\"check\": \"off\""), "POST", "cross-site", "https://evil.example", API,
     "/", false, false, OFF},
};

static concors_policy_request
request_of(const csrf_row *row)
{
    return (concors_policy_request){
        .method = span_of(row->method),
        .origin = span_of(row->origin),
        .host = span_of(row->host),
        .secure = !row->plain,
        .path = span_of(row->path),
        .fetch_site = span_of(row->fetch_site),
        .websocket = row->websocket,
    };
}

static void
tables(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_policies t;
        const concors_policy *policy = policy_open(&t, rows[i].policy, NULL);
        concors_policy_request request = request_of(&rows[i]);
        concors_decision got;
        concors_policy_decide(policy, &request, &got);
        bool refused = rows[i].csrf == CONCORS_CSRF_REFUSED;
        if (got.csrf != rows[i].csrf || (got.status == 403) != refused ||
            (refused && (got.reason != rows[i].reason || got.kind != CONCORS_DECISION_REFUSE))) {
            concors_span reason = concors_decision_reason_text(got.reason);
            print_error("%s: csrf %d, %.*s, status %d\n", rows[i].title, (int)got.csrf,
                        (int)reason.len, reason.ptr, got.status);
            wrong++;
        }
        policies_close(&t);
    }
    assert_int_equal(wrong, 0);
}

/* hono CVE-2024-48913: there is no content type in what is looked at; two Origins are no proof. */
static void
several_origins_prove_nothing(void **state)
{
    test_policies t;
    const concors_policy *policy = policy_open(&t, DENY, NULL);
    const csrf_row row = {
        .method = "POST", .origin = "https://api.example.com", .host = API, .path = "/"};
    concors_policy_request request = request_of(&row);
    concors_decision got;

    (void)state;
    request.several_origins = true;
    concors_policy_decide(policy, &request, &got);
    assert_int_equal(got.reason, CONCORS_D_CSRF_ORIGIN);
    policies_close(&t);
}

#define KEY1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY2 "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
static const char *const old_keys[] = {"k", "# made in 2026\n" KEY1, NULL};
static const char *const new_keys[] = {"k", KEY2 KEY1, NULL};
static const char *const other_keys[] = {"k", KEY2, NULL};
#define TOKEN                                                                                      \
    CSRF("\"check\": \"token\", \"token\": {\"cookie\": \"csrf\", \"header\": \"x-csrf\", "        \
         "\"session_cookie\": \"sid\", \"keys_file\": \"k\"}")

static concors_decision
submit(const concors_policy *policy, const char *cookies, concors_span token)
{
    const concors_span line = span_of(cookies);
    const concors_policy_request request = {
        .method = CONCORS_LIT("POST"),
        .path = CONCORS_LIT("/"),
        .host = CONCORS_LIT(API),
        .cookies = &line,
        .cookie_count = 1,
        .token = token,
        .hmac = concors_machine_hmac(),
    };
    concors_decision decision;

    concors_policy_decide(policy, &request, &decision);
    return decision;
}

static const uint8_t nonce[CONCORS_TOKEN_NONCE] = {1, 2, 3, 250, 251, 252};

static void
make_token(const concors_policy *policy, const char *session, char *out)
{
    assert_true(
        concors_policy_token_make(policy, span_of(session), nonce, concors_machine_hmac(), out));
    out[CONCORS_TOKEN_LEN] = '\0';
}

static void
tokens_are_bound_to_cookie_header_session_and_key(void **state)
{
    char token[CONCORS_TOKEN_LEN + 1], bent[CONCORS_TOKEN_LEN + 1], cookies[256];
    test_policies t, rotated, other;
    const concors_policy *policy = policy_open(&t, TOKEN, old_keys);

    (void)state;
    make_token(policy, "s1", token);
    sprintf(cookies, "a=b; sid=s1; csrf=%s", token);
    assert_int_equal(submit(policy, cookies, span_of(token)).csrf, CONCORS_CSRF_PASSED);
    assert_int_equal(submit(policy, cookies, span_of(NULL)).reason, CONCORS_D_CSRF_TOKEN_MISSING);
    assert_int_equal(submit(policy, "sid=s1", span_of(token)).reason, CONCORS_D_CSRF_TOKEN_MISSING);
    for (size_t i = 0; i < CONCORS_TOKEN_LEN; i++) {
        memcpy(bent, token, sizeof bent);
        bent[i] = bent[i] == 'A' ? 'B' : 'A';
        assert_int_equal(submit(policy, cookies, span_of(bent)).reason, CONCORS_D_CSRF_TOKEN_WRONG);
        sprintf(cookies, "sid=s1; csrf=%s", bent);
        assert_int_equal(submit(policy, cookies, span_of(bent)).reason, CONCORS_D_CSRF_TOKEN_WRONG);
        sprintf(cookies, "sid=s1; csrf=%s", token);
        assert_int_equal(submit(policy, cookies, (concors_span){token, i}).status, 403);
    }
    /* What a neighbour under the same domain can set: its own session's token. */
    sprintf(cookies, "sid=s2; csrf=%s", token);
    assert_int_equal(submit(policy, cookies, span_of(token)).reason, CONCORS_D_CSRF_TOKEN_WRONG);
    sprintf(cookies, "csrf=%s", token);
    assert_int_equal(submit(policy, cookies, span_of(token)).reason, CONCORS_D_CSRF_TOKEN_WRONG);
    sprintf(cookies, "sid=s1; csrf=%s", token);
    assert_int_equal(submit(policy_open(&rotated, TOKEN, new_keys), cookies, span_of(token)).csrf,
                     CONCORS_CSRF_PASSED);
    assert_int_equal(submit(policy_open(&other, TOKEN, other_keys), cookies, span_of(token)).reason,
                     CONCORS_D_CSRF_TOKEN_WRONG);
    policies_close(&t);
    policies_close(&rotated);
    policies_close(&other);
}

static void
cookie_values(void **state)
{
    static const struct {
        const char *lines[2], *want;
    } asked[] = {
        {{"a=1; sid=x", ""}, "x"}, {{"sid=x=y;sid=z", ""}, "x=y"},    {{"", " sid=2 "}, "2"},
        {{"sid=", "sid=x"}, ""},   {{"xsid=1; sidx=2", "sid"}, NULL}, {{";;=;", "SID=1"}, NULL},
        {{"sid=1", "sid=2"}, "1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const concors_span lines[] = {span_of(asked[i].lines[0]), span_of(asked[i].lines[1])};
        concors_span got = concors_cookie_value(lines, 2, CONCORS_LIT("sid"));
        assert_int_equal(got.ptr != NULL, asked[i].want != NULL);
        assert_int_equal(got.len, span_of(asked[i].want).len);
        assert_true(got.len == 0 || memcmp(got.ptr, asked[i].want, got.len) == 0);
    }
    assert_null(concors_cookie_value(NULL, 0, CONCORS_LIT("sid")).ptr);
}

/* RFC 4231, test case 2, in parts. */
static void
hmac_is_that_of_the_rfc(void **state)
{
    static const uint8_t want[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                   0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                   0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    const concors_span parts[] = {
        CONCORS_LIT("what do ya want "), {NULL, 0}, CONCORS_LIT("for nothing?")};
    const concors_hmac *hmac = concors_machine_hmac();
    uint8_t got[32];

    (void)state;
    hmac->sha256(hmac->user, CONCORS_LIT("Jefe"), parts, 3, got);
    assert_memory_equal(got, want, sizeof want);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(several_origins_prove_nothing),
        cmocka_unit_test(tokens_are_bound_to_cookie_header_session_and_key),
        cmocka_unit_test(cookie_values),
        cmocka_unit_test(hmac_is_that_of_the_rfc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
