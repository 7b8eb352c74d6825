/* Policies as people write them: what is read, what is inherited, and every mistake in its place.
 */
#include "policy_support.h"

typedef struct mistake_row {
    const char *code, *json, *value, *remedy;
    const char *const *files;
} mistake_row;

static const char *const one_file[] = {"o.txt", "https://a.test\n# c\n\n https://A.test \r\n",
                                       NULL};
static const char *const short_key[] = {"k", "00ff\n", NULL};
static const char *const no_key[] = {"k", "# none\n", NULL};
static const char *const good_key[] = {
    "k", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", NULL};

#define ORIGINS(list) POLICY("\"origins\": [" list "]")
#define LOGIN(list)   POLICY("\"credentials\": true, \"origins\": [" list "]")
#define COOKIE(rule)  POLICY("\"cookies\": [{" rule "}]")
#define TOKEN                                                                                      \
    "\"token\": {\"cookie\": \"c\", \"header\": \"x-c\", \"session_cookie\": \"s\", "              \
    "\"keys_file\": \"k\"}"
#define CSRF(body) POLICY("\"csrf\": {" body "}")

/* One row a code at least: test_policy_read checks that none is left out. */
static const mistake_row rows[] = {
    {"WrongKind", POLICY("\"origins\": \"https://a.test\""), "https://a.test", NULL, NULL},
    {"WrongKind", POLICY("\"credentials\": \"yes\""), "yes", "write true or false", NULL},
    {"WrongKind", ORIGINS("null"), NULL, NULL, NULL},
    {"WrongKind", "[]", NULL, NULL, NULL},
    {"WrongKind", COOKIE("\"match\": \"a\", \"secure\": false"), "false", "write true or keep",
     NULL},
    {"UnknownKey", POLICY("\"origin\": []"), "origin", "did you mean origins?", NULL},
    {"UnknownKey", POLICY("\"allow_origins\": []"), NULL, "did you mean origins?", NULL},
    {"UnknownKey", POLICY("\"allow-credential\": true"), NULL, "did you mean credentials?", NULL},
    {"UnknownKey", POLICY("\"Access-Control-Allow-Methods\": [\"PUT\"]"), NULL,
     "did you mean methods?", NULL},
    {"UnknownKey", POLICY("\"allowedHeaders\": []"), NULL, "did you mean request_headers?", NULL},
    {"UnknownKey", POLICY("\"csfr\": {\"check\": \"off\"}"), NULL, "did you mean csrf?", NULL},
    {"UnknownKey", POLICY("\"colour\": 1"), NULL,
     "write one of: extends, origins, origins_file, credentials, methods, request_headers, "
     "expose_headers, max_age, cookies, csrf, mode, debug, dangerously_allow",
     NULL},
    {"UnknownKey", "{\"version\": 1, \"polices\": {\"a\": {}}}", "polices",
     "did you mean policies?", NULL},
    {"UnknownKey", "{\"version\": 1, \"policies\": {\"a\": {}}, \"debug\": true}", "debug",
     "put it into a policy: policies: {app: {origins: [...]}}", NULL},
    {"UnknownKey", "{\"version\": 1, \"policies\": {\"a\": {}}, \"b\": {}}", "b",
     "put it below policies:", NULL},
    {"UnknownKey", COOKIE("\"match\": \"a\", \"httpOnly\": true"), NULL, "did you mean http_only?",
     NULL},
    {"UnknownKey", "{\"version\": 1, \"policies\": {\"a\": {}}, \"x\": 1}", "x",
     "write one of: version, policies", NULL},
    {"RepeatedKey", POLICY("\"debug\": true, \"debug\": true"), "debug", NULL, NULL},
    {"RepeatedKey", "{\"version\": 1, \"policies\": {\"a\": {}, \"a\": {}}}", "a", NULL, NULL},
    {"MissingKey", "{\"policies\": {\"a\": {}}}", "version", "add version: 1", NULL},
    {"MissingKey", COOKIE("\"secure\": true"), "match", "add match: with the name of a cookie",
     NULL},
    {"MissingKey", CSRF("\"check\": \"token\", \"token\": {\"cookie\": \"c\"}"), "header",
     "add header", NULL},
    {"UnknownWord", POLICY("\"mode\": \"shadow\""), "shadow", "did you mean report?", NULL},
    {"UnknownWord", POLICY("\"mode\": \"on\""), "on", "write one of: enforce, report", NULL},
    {"UnknownWord", POLICY("\"dangerously_allow\": [\"insecure_origins\"]"), NULL,
     "did you mean insecure-origins?", NULL},
    {"UnknownWord", POLICY("\"dangerously_allow\": [\"everything\"]"), "everything", NULL, NULL},
    {"VersionUnknown", "{\"version\": 2, \"policies\": {\"a\": {}}}", "2", NULL, NULL},
    {"VersionUnknown", "{\"version\": \"1\", \"policies\": {\"a\": {}}}", "\"1\"",
     "write version: 1, a number without quotes", NULL},
    {"WrongKind", "{\"version\": 1, \"policies\": [{\"name\": \"app\"}]}", NULL,
     "write the name of each policy as a key, and no list: policies: {app: {origins: [...]}}",
     NULL},
    {"WrongKind", "{\"version\": 1, \"policies\": \"app\"}", "app", NULL, NULL},
    {"WrongKind", POLICY("\"credentials\": \"true\""), "true", "write it without the quotes", NULL},
    {"WrongKind", POLICY("\"request_headers\": null"), NULL,
     "nothing stands here: write a list: [a, b]", NULL},
    {"WrongKind", POLICY("\"methods\": \"PUT\""), "PUT", "write a list: [PUT]", NULL},
    {"PolicyName", "{\"version\": 1, \"policies\": {\"a b\": {}}}", "a b", NULL, NULL},
    {"PolicyName", "{\"version\": 1, \"policies\": {\"off\": {}}}", "off", NULL, NULL},
    {"NoPolicy", "{\"version\": 1, \"policies\": {}}", "policies", NULL, NULL},
    {"NoPolicy", "{\"version\": 1}", "policies", NULL, NULL},
    {"BaseUnknown", POLICY("\"extends\": \"base\""), "base", NULL, NULL},
    {"BaseUnknown", POLICY("\"extends\": \"apq\""), "apq", "did you mean app?", NULL},
    {"BaseCycle", POLICY("\"extends\": \"app\""), "app", NULL, NULL},
    {"FileName", POLICY("\"origins_file\": \"/etc/passwd\""), "/etc/passwd", NULL, NULL},
    {"FileName", POLICY("\"origins_file\": \"a/../../b\""), "a/../../b", NULL, NULL},
    {"FileName", POLICY("\"origins_file\": \"\""), "", NULL, NULL},
    {"FileUnreadable", POLICY("\"origins_file\": \"gone.txt\""), "gone.txt", NULL, NULL},
    {"OriginCase", POLICY("\"origins_file\": \"o.txt\""), "https://A.test", "write https://a.test",
     one_file},
    {"OriginForm", ORIGINS("\"https://\""), "https://", NULL, NULL},
    {"OriginForm", ORIGINS("\"https://user@a.test\""), NULL, "write https://a.test", NULL},
    {"OriginForm", ORIGINS("\"https://a.test:99999\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"https://a..test\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"http://0x7f.1\""), NULL, "write http://127.0.0.1", NULL},
    {"OriginForm", ORIGINS("\"http://[::0:1]\""), NULL, "write http://[::1]", NULL},
    {"OriginForm", ORIGINS("\" https://a.test\""), NULL, NULL, NULL},
    {"OriginDefaultPort", ORIGINS("\"https://a.test:\""), NULL, "write https://a.test", NULL},
    {"OriginPath", ORIGINS("\"https://a.test/\""), NULL, "write https://a.test", NULL},
    {"OriginPath", ORIGINS("\"https://a.test/login?x=*\""), NULL, "write https://a.test", NULL},
    {"OriginPath", ORIGINS("\"https://*.a.test/\""), NULL, "write https://*.a.test", NULL},
    {"OriginDefaultPort", ORIGINS("\"https://a.test:443\""), NULL, "write https://a.test", NULL},
    {"OriginDefaultPort", ORIGINS("\"http://a.test:80\""), NULL, "write http://a.test", NULL},
    {"OriginCase", ORIGINS("\"https://A.test:8443\""), NULL, "write https://a.test:8443", NULL},
    {"OriginCase", ORIGINS("\"HTTPS://?.a.test:*\""), NULL, "write https://?.a.test:*", NULL},
    {"OriginScheme", ORIGINS("\"a.test\""), NULL, "write the scheme in front: https://a.test",
     NULL},
    {"OriginScheme", ORIGINS("\"ftp://a.test\""), NULL, NULL, NULL},
    {"OriginScheme", ORIGINS("\"\""), "", NULL, NULL},
    {"OriginScheme", ORIGINS("\"localhost:3000\""), NULL,
     "write the scheme in front: http://localhost:3000", NULL},
    {"OriginScheme", ORIGINS("\"htps://a.test\""), NULL, "did you mean https://?", NULL},
    {"OriginScheme", ORIGINS("\"file://\""), NULL,
     "serve the page over https: of this scheme browsers send Origin: null, as every sandboxed "
     "frame does",
     NULL},
    {"OriginScheme", ORIGINS("\"wss://a.test\""), NULL, NULL, NULL},
    {"OriginPath", ORIGINS("\"capacitor://localhost/\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"Capacitor://localhost\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"app://\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"app://a:80\""), NULL, NULL, NULL},
    {"OriginForm", ORIGINS("\"https://a.test - https://b.test\""), NULL,
     "remove the blanks: each origin is an entry of its own", NULL},
    {"WildcardPlace", ORIGINS("\"app://*\""), NULL, NULL, NULL},
    {"OriginNotAscii", ORIGINS("\"https://b\u00fccher.test\""), NULL, NULL, NULL},
    {"OriginTrailingDot", ORIGINS("\"https://a.test.\""), NULL, NULL, NULL},
    {"OriginPattern", ORIGINS("\"^https://.*\\\\.a\\\\.test$\""), NULL, NULL, NULL},
    {"OriginPattern", ORIGINS("\"https://(a|b).test\""), NULL, NULL, NULL},
    {"OriginPattern", ORIGINS("\"/https?:.*/\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://*a.test\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://a.*.test\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://*\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://*.*.a.test\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://a.test:8*\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://a.test:80:*\""), NULL, NULL, NULL},
    {"WildcardPlace", ORIGINS("\"https://a?.test\""), NULL, NULL, NULL},
    {"WildcardAddress", ORIGINS("\"https://*.1.2.3.4\""), NULL, NULL, NULL},
    {"WildcardAddress", ORIGINS("\"https://*.0.0.1\""), NULL, NULL, NULL},
    {"WildcardPublicSuffix", ORIGINS("\"https://*.com\""), NULL, NULL, NULL},
    {"WildcardPublicSuffix", ORIGINS("\"https://?.github.io\""), NULL, NULL, NULL},
    {"WildcardPublicSuffix", ORIGINS("\"https://*.co.uk:8443\""), NULL, NULL, NULL},
    {"AnyOriginWithCredentials", LOGIN("\"*\""), "*", NULL, NULL},
    {"NullOriginWithCredentials", LOGIN("\"null\""), "null", NULL, NULL},
    {"InsecureOriginWithCredentials", LOGIN("\"http://a.test\""), NULL, NULL, NULL},
    {"InsecureOriginWithCredentials", LOGIN("\"http://*.b.a.test:*\""), NULL, NULL, NULL},
    {"MethodInvalid", POLICY("\"methods\": [\"A B\"]"), "A B", NULL, NULL},
    {"MethodInvalid", POLICY("\"methods\": [\"\"]"), "", NULL, NULL},
    {"MethodForbidden", POLICY("\"methods\": [\"trace\"]"), "trace", NULL, NULL},
    {"MethodCase", POLICY("\"methods\": [\"put\"]"), "put", "write PUT", NULL},
    {"MethodCase", POLICY("\"methods\": [\"patch\"]"), "patch", "write PATCH", NULL},
    {"HeaderInvalid", POLICY("\"request_headers\": [\"x-a: b\"]"), "x-a: b", NULL, NULL},
    {"HeaderInvalid", POLICY("\"expose_headers\": [\"a\\r\\nb\"]"), "a\r\nb", NULL, NULL},
    {"HeaderForbidden", POLICY("\"request_headers\": [\"Cookie\"]"), "Cookie", NULL, NULL},
    {"HeaderNeverExposed", POLICY("\"expose_headers\": [\"Set-Cookie\"]"), NULL, NULL, NULL},
    {"WildcardWithCredentials", POLICY("\"credentials\": true, \"methods\": [\"*\"]"), "*", NULL,
     NULL},
    {"WildcardWithCredentials", POLICY("\"credentials\": true, \"expose_headers\": [\"*\"]"), "*",
     NULL, NULL},
    {"WildcardAmongOthers", POLICY("\"methods\": [\"PUT\", \"*\"]"), "*", NULL, NULL},
    {"DurationInvalid", POLICY("\"max_age\": \"2 hours\""), "2 hours", "write 2h", NULL},
    {"DurationInvalid", POLICY("\"max_age\": \"1W\""), "1W", "write 7d", NULL},
    {"DurationInvalid", POLICY("\"max_age\": 86400"), "86400",
     "write 24h: a number needs a unit, s, m, h or d", NULL},
    {"DurationInvalid", POLICY("\"max_age\": 90"), "90",
     "write 90s: a number needs a unit, s, m, h or d", NULL},
    {"DurationInvalid", POLICY("\"max_age\": 600"), "600",
     "write 10m: a number needs a unit, s, m, h or d", NULL},
    {"DurationInvalid", POLICY("\"max_age\": -1"), "-1", NULL, NULL},
    {"DurationInvalid", POLICY("\"max_age\": \"99999999999s\""), NULL, NULL, NULL},
    {"DurationInvalid", POLICY("\"max_age\": \"9999999999d\""), NULL, NULL, NULL},
    {"CookieName", COOKIE("\"match\": \"a b\""), "a b", NULL, NULL},
    {"CookieName", COOKIE("\"match\": \"a\", \"rename\": \"b;\""), "b;", NULL, NULL},
    {"CookiePath", COOKIE("\"match\": \"a\", \"path\": \"app\""), "app", NULL, NULL},
    {"CookiePath", COOKIE("\"match\": \"a\", \"path\": \"/;x\""), "/;x", NULL, NULL},
    {"CookieDomain", COOKIE("\"match\": \"a\", \"domain\": \"co.uk\""), "co.uk", NULL, NULL},
    {"CookieDomain", COOKIE("\"match\": \"a\", \"domain\": \".a.test\""), NULL, NULL, NULL},
    {"CookieDomain", COOKIE("\"match\": \"a\", \"domain\": \"0.0.1\""), NULL, NULL, NULL},
    {"CookieDomain", COOKIE("\"match\": \"a\", \"domain\": \"127.0.0.1\""), NULL, NULL, NULL},
    {"CookieHostPrefix", COOKIE("\"match\": \"a\", \"rename\": \"__Host-a\""), NULL, NULL, NULL},
    {"CookieSecurePrefix", COOKIE("\"match\": \"a\", \"rename\": \"__Secure-a\""), NULL, NULL,
     NULL},
    {"CookieNoneNotSecure", COOKIE("\"match\": \"a\", \"same_site\": \"none\""), "none", NULL,
     NULL},
    {"CookiePartitionedNotSecure", COOKIE("\"match\": \"a\", \"partitioned\": true"), NULL, NULL,
     NULL},
    {"CookieRenameGlob", COOKIE("\"match\": \"a*\", \"rename\": \"b\""), NULL, NULL, NULL},
    {"CookieWeaker", COOKIE("\"match\": \"a\", \"domain\": \"a.test\""), NULL, NULL, NULL},
    {"TrustedOrigin", CSRF("\"trusted_origins\": [\"https://*.a.test\"]"), NULL, NULL, NULL},
    {"TrustedOrigin", CSRF("\"trusted_origins\": [\"*\"]"), NULL, NULL, NULL},
    {"PathInvalid", CSRF("\"exempt_paths\": [\"hooks\"]"), "hooks", NULL, NULL},
    {"PathEverything", CSRF("\"exempt_paths\": [\"/\"]"), "/", NULL, NULL},
    {"TokenMissing", CSRF("\"check\": \"token\""), "csrf", NULL, NULL},
    {"KeysInvalid", CSRF("\"check\": \"token\", " TOKEN), NULL, NULL, short_key},
    {"KeysInvalid", CSRF("\"check\": \"token\", " TOKEN), NULL, NULL, no_key},
    /* warnings */
    {"NullOrigin", ORIGINS("\"null\""), "null", NULL, NULL},
    {"AnyOriginAmongOthers", ORIGINS("\"*\", \"https://a.test\""), NULL, NULL, NULL},
    {"LoopbackOrigin", LOGIN("\"http://localhost:*\""), NULL, NULL, NULL},
    {"LoopbackOrigin", LOGIN("\"http://127.0.0.1:3000\""), NULL, NULL, NULL},
    {"LoopbackOrigin", LOGIN("\"http://*.localhost:*\""), NULL, NULL, NULL},
    {"PreviewOrigin", LOGIN("\"https://*.preview.a.test\""), NULL, NULL, NULL},
    {"PreviewOrigin", LOGIN("\"https://shop-git-main.vercel.app\""), NULL,
     "keep it out of the policy of production: the name is the platform's, and may be somebody "
     "else's tomorrow",
     NULL},
    {"PreviewOrigin", LOGIN("\"https://deploy-preview-12--site.netlify.app\""), NULL, NULL, NULL},
    {"PreviewOrigin", LOGIN("\"https://3000-x.app.github.dev\""), NULL, NULL, NULL},
    {"PreviewOrigin", LOGIN("\"https://shop-staging2.a.test\""), NULL,
     "keep it out of the policy of production", NULL},
    {"PreviewOrigin", LOGIN("\"https://pr-12.a.test\""), NULL, NULL, NULL},
    {"AppOrigin", LOGIN("\"capacitor://localhost\""), NULL,
     "keep it only for an app of yours: every other app can take the same name", NULL},
    {"AppOrigin", LOGIN("\"chrome-extension://abcdefghijklmnopabcdefghijklmnop\""), NULL,
     "keep it only for an extension that may read what the user may read", NULL},
    {"AppOrigin", CSRF("\"trusted_origins\": [\"ionic://localhost\"]"), NULL, NULL, NULL},
    {"WildcardWide", LOGIN("\"https://*.a.test\""), NULL, NULL, NULL},
    {"RepeatedEntry", ORIGINS("\"https://a.test\", \"https://a.test\""), NULL, NULL, NULL},
    {"RepeatedEntry", POLICY("\"request_headers\": [\"X-A\", \"b\", \"x-a\"]"), "x-a", NULL, NULL},
    {"RepeatedEntry", POLICY("\"methods\": [\"PUT\", \"PUT\", \"PUT\"]"), "PUT", NULL, NULL},
    {"MaxAgeAboveCaps", POLICY("\"max_age\": \"2d\""), "2d", NULL, NULL},
    {"TokenUnused", CSRF("\"check\": \"off\", " TOKEN), "token", NULL, good_key},
    {"CsrfCookieReadable",
     POLICY("\"cookies\": [{\"match\": \"*\", \"http_only\": true}], \"csrf\": {\"check\": "
            "\"both\", " TOKEN "}"),
     "c", NULL, good_key},
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static bool
row_is_right(const mistake_row *row, const test_policies *t)
{
    const concors_mistake *got = &t->mistakes.list[0];
    bool error = got->severity == CONCORS_SEVERITY_ERROR;

    return t->mistakes.kept == 1 && span_is(got->code, row->code) &&
           (row->value == NULL || span_is(got->value, row->value)) &&
           (row->remedy == NULL || span_is(got->remedy, row->remedy)) && got->line > 0 &&
           got->column > 0 && got->what.len > 0 && got->remedy.len > 0 &&
           t->status == (error ? CONCORS_E_SYNTAX : CONCORS_OK) &&
           (t->policies.count == 0) == error;
}

static bool
check_row(const mistake_row *row)
{
    test_policies t;

    policies_open(&t, row->json, row->files);
    bool right = row_is_right(row, &t);
    if (!right) {
        print_error("%s: %s: status %d\n", row->code, row->json, (int)t.status);
    }
    for (size_t i = 0; !right && i < t.mistakes.kept; i++) {
        const concors_mistake *got = &t.mistakes.list[i];
        print_error("    %.*s at %u:%u, value %.*s, %.*s\n", (int)got->code.len, got->code.ptr,
                    got->line, got->column, (int)got->value.len, got->value.ptr,
                    (int)got->remedy.len, got->remedy.ptr);
    }
    policies_close(&t);
    return right;
}

static void
every_mistake_has_a_row(void **state)
{
    concors_mistake known;

    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        wrong += !check_row(&rows[i]);
    }
    assert_int_equal(wrong, 0);
    for (size_t code = 0; concors_mistake_code(code, &known); code++) {
        size_t at = 0;
        while (at < ROW_COUNT && !span_is(known.code, rows[at].code)) {
            at++;
        }
        /* Too many of something: tested below. Too large: the reader of files says so. */
        if (at == ROW_COUNT && !span_is(known.code, "TooMany") &&
            !span_is(known.code, "FileTooLarge")) {
            fail_msg("no row for %.*s", (int)known.code.len, known.code.ptr);
        }
    }
}

static void
all_mistakes_come_together_in_order(void **state)
{
    static const char text[] = "{\n \"version\": 1,\n \"policies\": {\n  \"a\": {\n"
                               "   \"origins\": [\"https://a.test/\",\n    \"b.test\"],\n"
                               "   \"credentials\": 1,\n   \"methods\": [\"get\"]\n  },\n"
                               "  \"b\": {\"extends\": \"a\", \"colour\": 1}\n }\n}\n";
    static const struct {
        const char *code;
        uint32_t line, column;
    } wanted[] = {{"OriginPath", 5, 16},
                  {"OriginScheme", 6, 5},
                  {"WrongKind", 7, 19},
                  {"MethodCase", 8, 16},
                  {"UnknownKey", 10, 25}};
    test_policies t;

    (void)state;
    policies_open(&t, text, NULL);
    assert_int_equal(t.status, CONCORS_E_SYNTAX);
    assert_int_equal(t.mistakes.errors, 5); /* what b inherits is wrong once */
    for (size_t i = 0; i < 5; i++) {
        const concors_mistake *got = &t.mistakes.list[i];
        if (!span_is(got->code, wanted[i].code) || got->line != wanted[i].line ||
            got->column != wanted[i].column) {
            fail_msg("%zu: %.*s at %u:%u, expected %s at %u:%u", i, (int)got->code.len,
                     got->code.ptr, got->line, got->column, wanted[i].code, wanted[i].line,
                     wanted[i].column);
        }
    }
    policies_close(&t);
}

static void
dangers_are_allowed_by_name(void **state)
{
    static const char *const texts[] = {
        POLICY(
            "\"credentials\": true, \"origins\": [\"*\"], \"dangerously_allow\": [\"any-origin\"]"),
        POLICY("\"credentials\": true, \"origins\": [\"null\"], \"dangerously_allow\": "
               "[\"null-origin\"]"),
        POLICY("\"credentials\": true, \"origins\": [\"http://a.test\"], \"dangerously_allow\": "
               "[\"insecure-origins\"]"),
        POLICY("\"origins\": [\"https://*.com\"], \"dangerously_allow\": "
               "[\"public-suffix-wildcard\"]"),
        POLICY("\"cookies\": [{\"match\": \"a\", \"domain\": \"a.test\"}], \"dangerously_allow\": "
               "[\"weaker-cookies\"]"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        test_policies t;
        policies_open(&t, texts[i], NULL);
        if (t.status != CONCORS_OK || t.mistakes.kept > 0) {
            fail_msg("%s: status %d", texts[i], (int)t.status);
        }
        policies_close(&t);
    }
}

static void
a_policy_has_what_its_bases_say_and_it_does_not(void **state)
{
    static const char text[] =
        "{\"version\": 1, \"policies\": {"
        "\"leaf\": {\"extends\": \"middle\", \"methods\": [\"PATCH\"]},"
        "\"middle\": {\"extends\": \"base\", \"max_age\": \"10m\", \"origins\": "
        "[\"https://m.test\"]},"
        "\"base\": {\"methods\": [\"PUT\"], \"max_age\": \"1m\", \"expose_headers\": [\"X-B\"], "
        "\"origins\": [\"https://b.test\"]}}}";
    test_policies t;
    char written[64];

    (void)state;
    policies_open(&t, text, NULL);
    assert_int_equal(t.status, CONCORS_OK);
    assert_int_equal(t.policies.count, 3);
    const concors_policy *leaf = concors_policies_find(&t.policies, CONCORS_LIT("leaf"));
    concors_policy_facts facts = concors_policy_describe(leaf);
    assert_true(span_is(facts.methods, "PATCH"));
    assert_true(span_is(facts.max_age, "600"));
    assert_true(span_is(facts.expose_headers, "x-b"));
    assert_int_equal(facts.origin_count, 1);
    concors_out out = {written, sizeof written, 0};
    assert_true(concors_policy_origin(leaf, 0, false, &out));
    assert_true(span_is((concors_span){written, out.len}, "https://m.test"));
    assert_false(concors_policy_origin(leaf, 1, false, &out));
    assert_null(concors_policies_find(&t.policies, CONCORS_LIT("lea")));
    policies_close(&t);
}

/* Entries come out as they went in, and a sample of each is allowed. */
static void
origins_are_written_again(void **state)
{
    static const char *const entries[] = {"https://a.test",     "https://*.a.test:8443",
                                          "https://?.b.test",   "http://localhost:*",
                                          "https://*.c.test:*", "http://[::1]:*"};
    test_policies t;
    const concors_policy *policy =
        policy_open(&t,
                    POLICY("\"origins\": [\"https://a.test\", \"https://*.a.test:8443\", "
                           "\"https://?.b.test\", \"http://localhost:*\", \"https://*.c.test:*\", "
                           "\"http://[::1]:*\"]"),
                    NULL);

    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        char text[128];
        concors_out out = {text, sizeof text, 0};
        concors_decision decision;
        assert_true(concors_policy_origin(policy, i, false, &out));
        assert_true(span_is((concors_span){text, out.len}, entries[i]));
        out.len = 0;
        assert_true(concors_policy_origin(policy, i, true, &out));
        const concors_policy_request request = {.method = CONCORS_LIT("GET"),
                                                .origin = {text, out.len}};
        concors_policy_decide(policy, &request, &decision);
        assert_int_equal(decision.kind, CONCORS_DECISION_ALLOW);
    }
    policies_close(&t);
}

/* A circle of three, and a policy that hangs on it from outside. */
static void
circles_are_refused(void **state)
{
    static const char text[] =
        "{\"version\": 1, \"policies\": {\"a\": {\"extends\": \"b\"}, \"b\": "
        "{\"extends\": \"c\"}, \"c\": {\"extends\": \"a\"}, \"d\": "
        "{\"extends\": \"a\"}}}";
    test_policies t;

    (void)state;
    policies_open(&t, text, NULL);
    assert_int_equal(t.status, CONCORS_E_SYNTAX);
    assert_int_equal(t.mistakes.errors, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(span_is(t.mistakes.list[i].code, "BaseCycle"));
    }
    policies_close(&t);
}

static void
every_smaller_room_is_refused_cleanly(void **state)
{
    static const char text[] =
        POLICY("\"credentials\": true, \"origins\": [\"https://*.a.test\", \"https://B.test\", "
               "\"http://127.0.0.1:*\"], \"origins_file\": \"o.txt\", \"methods\": [\"PUT\"], "
               "\"request_headers\": [\"X-A\"], \"max_age\": \"1h\", \"cookies\": [{\"match\": "
               "\"a\", \"secure\": true}], \"csrf\": {\"trusted_origins\": [\"https://t.test\"], "
               "\"exempt_paths\": [\"/h/\"], \"check\": \"both\", " TOKEN "}");
    static const char *const files[] = {
        "o.txt",
        "https://c.test\n"
        "D.test\n",
        "k", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", NULL};
    test_policies t;
    size_t room = 0;

    (void)state;
    do {
        policies_open_room(&t, text, files, room++);
        if (t.status == CONCORS_E_ROOM) {
            assert_int_equal(t.policies.count, 0);
        }
        policies_close(&t);
    } while (t.status == CONCORS_E_ROOM && room < 100000);
    assert_int_equal(t.status, CONCORS_E_SYNTAX);
    assert_int_equal(t.mistakes.errors, 2);
    assert_int_equal(t.mistakes.warnings, 2);
}

static void
limits_hold(void **state)
{
    enum { COUNT = CONCORS_POLICY_LIST_MAX + 1 };
    char *text = malloc(64 + COUNT * 8);
    test_policies t;

    (void)state;
    size_t len = (size_t)sprintf(text, "{\"version\": 1, \"policies\": {\"a\": {\"methods\": [");
    for (size_t i = 0; i < COUNT; i++) {
        len += (size_t)sprintf(text + len, "%s\"M%zu\"", i > 0 ? "," : "", i);
    }
    sprintf(text + len, "]}}}");
    policies_open(&t, text, NULL);
    assert_int_equal(t.mistakes.kept, 1);
    assert_true(span_is(t.mistakes.list[0].code, "TooMany"));
    policies_close(&t);
    free(text);
}

/* A thousand wrong origins: all are counted, the first are kept. */
static void
mistakes_are_counted_beyond_those_kept(void **state)
{
    enum { COUNT = 1000 };
    char *text = malloc(128 + COUNT * 16);
    test_policies t;

    (void)state;
    size_t len = (size_t)sprintf(text, "{\"version\": 1, \"policies\": {\"a\": {\"origins\": [");
    for (size_t i = 0; i < COUNT; i++) {
        len += (size_t)sprintf(text + len, "%s\"bad%zu\"", i > 0 ? "," : "", i);
    }
    sprintf(text + len, "]}}}");
    policies_open(&t, text, NULL);
    assert_int_equal(t.mistakes.errors, COUNT);
    assert_int_equal(t.mistakes.kept, CONCORS_POLICY_MISTAKES_MAX);
    policies_close(&t);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mistake_has_a_row),
        cmocka_unit_test(all_mistakes_come_together_in_order),
        cmocka_unit_test(dangers_are_allowed_by_name),
        cmocka_unit_test(a_policy_has_what_its_bases_say_and_it_does_not),
        cmocka_unit_test(origins_are_written_again),
        cmocka_unit_test(circles_are_refused),
        cmocka_unit_test(every_smaller_room_is_refused_cleanly),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(mistakes_are_counted_beyond_those_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
