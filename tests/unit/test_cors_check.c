/* The CORS check: DevTools' names as Chromium 156 was seen to give them, and each near miss. */
#include "cors_support.h"

#define APP "https://app.example.com"

typedef struct check_row {
    const char *title, *allow_origin, *allow_credentials, *origin;
    bool include;
    concors_reason want;
    concors_near_miss near;
} check_row;

#define R(name) CONCORS_R_##name

static void
run(const check_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const check_row *row = &rows[i];
        boxes all = {.count = 0};
        concors_near_miss near = CONCORS_NEAR_LIST;
        concors_span origin = box(&all, text_of(row->origin == NULL ? APP : row->origin));
        concors_reason got = concors_cors_check(box(&all, text_of(row->allow_origin)),
                                                box(&all, text_of(row->allow_credentials)), origin,
                                                row->include, &near);
        if (got != row->want || near != row->near) {
            fail_msg("%s: %s near %d, expected %s near %d", row->title, code_of(got), (int)near,
                     code_of(row->want), (int)row->near);
        }
        boxes_empty(&all);
    }
}

static void
origins_that_pass(void **state)
{
    static const check_row rows[] = {
        {"equal, no credentials", APP, NULL, NULL, false, 0, CONCORS_NEAR_NONE},
        {"equal, credentials", APP, "true", NULL, true, 0, CONCORS_NEAR_NONE},
        {"star, no credentials", "*", NULL, NULL, false, 0, CONCORS_NEAR_NONE},
        {"null for an opaque origin", "null", NULL, "null", false, 0, CONCORS_NEAR_NONE},
        {"null with credentials", "null", "true", "null", true, 0, CONCORS_NEAR_NONE},
        {"credentials are not looked at without include", APP, "nonsense", NULL, false, 0,
         CONCORS_NEAR_NONE},
        {"a port", "http://localhost:3000", NULL, "http://localhost:3000", false, 0,
         CONCORS_NEAR_NONE},
    };

    (void)state;
    run(rows, COUNT_OF(rows));
}

static void
origins_that_fail(void **state)
{
    static const check_row rows[] = {
        {"absent", NULL, "true", NULL, true, R(MissingAllowOriginHeader), CONCORS_NEAR_NONE},
        {"star with credentials", "*", "true", NULL, true, R(WildcardOriginNotAllowed),
         CONCORS_NEAR_NONE},
        {"another origin", "https://other.test", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_NONE},
        {"trailing slash", APP "/", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_TRAILING_SLASH},
        {"path", APP "/login", "true", NULL, true, R(AllowOriginMismatch), CONCORS_NEAR_PATH},
        {"query", APP "?x", "true", NULL, true, R(AllowOriginMismatch), CONCORS_NEAR_PATH},
        {"a question mark alone", APP "?", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_PATH},
        {"default port", APP ":443", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_DEFAULT_PORT},
        {"a colon and no port", APP ":", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_DEFAULT_PORT},
        {"http's port on https", APP ":80", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_PORT},
        {"default port of http", "http://a.test:80", NULL, "http://a.test", false,
         R(AllowOriginMismatch), CONCORS_NEAR_DEFAULT_PORT},
        {"another port", "http://localhost:8080", NULL, "http://localhost:3000", false,
         R(AllowOriginMismatch), CONCORS_NEAR_PORT},
        {"no port where the origin has one", "http://localhost", NULL, "http://localhost:3000",
         false, R(AllowOriginMismatch), CONCORS_NEAR_PORT},
        {"http for https", "http://app.example.com", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_SCHEME},
        {"https for http", "https://a.test", NULL, "http://a.test", false, R(AllowOriginMismatch),
         CONCORS_NEAR_SCHEME},
        {"upper-case host", "https://APP.example.com", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_CASE},
        {"all upper case", "HTTPS://APP.EXAMPLE.COM", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_CASE},
        {"null for a normal origin", "null", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_NULL},
        {"an origin for an opaque one", APP, "true", "null", true, R(AllowOriginMismatch),
         CONCORS_NEAR_NONE},
        {"NULL is not null", "NULL", NULL, "null", false, R(InvalidAllowOriginValue),
         CONCORS_NEAR_NONE},
        {"wildcard subdomain", "https://*.example.com", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_WILDCARD_HOST},
        {"wildcard for the domain itself", "https://*.example.com", NULL, "https://example.com",
         false, R(AllowOriginMismatch), CONCORS_NEAR_WILDCARD_HOST},
        {"wildcard of another domain", "https://*.other.test", "true", NULL, true,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"www added", "https://www.example.com", NULL, "https://example.com", false,
         R(AllowOriginMismatch), CONCORS_NEAR_SUBDOMAIN},
        {"a sibling", "https://api.example.com", "true", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_SUBDOMAIN},
        {"ends alike, no dot", "https://ample.com", NULL, "https://example.com", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"an empty label", "https://.example.com", NULL, "https://example.com", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"two hosts of one label, with the final dot", "https://a.b.", NULL, "https://c.b.", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"wildcard of nothing", "https://*.", NULL, "https://example.com.", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"two domains of one suffix", "https://example.com", NULL, "https://other.com", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"addresses have no siblings", "http://10.0.0.1", NULL, "http://11.0.0.1", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NONE},
        {"IPv6, another port", "http://[::1]:8080", NULL, "http://[::1]:3000", false,
         R(AllowOriginMismatch), CONCORS_NEAR_PORT},
        {"IPv6, none", "http://[::1]", NULL, "http://[::1]:3000", false, R(AllowOriginMismatch),
         CONCORS_NEAR_PORT},
    };

    (void)state;
    run(rows, COUNT_OF(rows));
}

static void
values_that_are_no_origin(void **state)
{
    static const check_row rows[] = {
        {"empty", "", "true", NULL, true, R(InvalidAllowOriginValue), CONCORS_NEAR_EMPTY},
        {"quoted", "\"" APP "\"", "true", NULL, true, R(InvalidAllowOriginValue),
         CONCORS_NEAR_QUOTED},
        {"quoted, another", "\"https://other.test\"", "true", NULL, true,
         R(InvalidAllowOriginValue), CONCORS_NEAR_NONE},
        {"host only", "app.example.com", "true", NULL, true, R(InvalidAllowOriginValue),
         CONCORS_NEAR_NO_SCHEME},
        {"scheme-relative", "//app.example.com", "true", NULL, true, R(InvalidAllowOriginValue),
         CONCORS_NEAR_NO_SCHEME},
        {"another host only", "example.com", "true", NULL, true, R(InvalidAllowOriginValue),
         CONCORS_NEAR_SUBDOMAIN},
        {"host and port reads as a scheme", "localhost:3000", NULL, "http://localhost:3000", false,
         R(AllowOriginMismatch), CONCORS_NEAR_NO_SCHEME},
        {"scheme only", "https://", NULL, NULL, false, R(InvalidAllowOriginValue),
         CONCORS_NEAR_NONE},
        {"bad port", APP ":99999", NULL, NULL, false, R(InvalidAllowOriginValue),
         CONCORS_NEAR_PORT},
        {"a wildcard host", "https://*", NULL, NULL, false, R(AllowOriginMismatch),
         CONCORS_NEAR_WILDCARD_HOST},
        {"two, comma", APP ", https://b.test", "true", NULL, true, R(MultipleAllowOriginValues),
         CONCORS_NEAR_LIST},
        {"two, space", APP " https://b.test", "true", NULL, true, R(MultipleAllowOriginValues),
         CONCORS_NEAR_LIST},
        {"twice the same", APP ", " APP, "true", NULL, true, R(MultipleAllowOriginValues),
         CONCORS_NEAR_LIST},
        {"two stars, no credentials", "*, *", NULL, NULL, false, R(MultipleAllowOriginValues),
         CONCORS_NEAR_NONE},
        {"star and the origin", "*, " APP, "true", NULL, true, R(MultipleAllowOriginValues),
         CONCORS_NEAR_LIST},
        {"a comma first", "," APP, "true", NULL, true, R(MultipleAllowOriginValues),
         CONCORS_NEAR_LIST},
        {"two others", "https://a.test,https://b.test", NULL, NULL, false,
         R(MultipleAllowOriginValues), CONCORS_NEAR_NONE},
        {"a comma alone", ",", NULL, NULL, false, R(MultipleAllowOriginValues), CONCORS_NEAR_NONE},
    };

    (void)state;
    run(rows, COUNT_OF(rows));
}

static void
credentials_that_fail(void **state)
{
    static const check_row rows[] = {
        {"absent", APP, NULL, NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_NONE},
        {"empty", APP, "", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_EMPTY},
        {"True", APP, "True", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_TRUE_CASE},
        {"TRUE", APP, "TRUE", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_TRUE_CASE},
        {"1", APP, "1", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_TRUE_CASE},
        {"yes", APP, "yes", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_TRUE_CASE},
        {"quoted", APP, "\"true\"", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_TRUE_CASE},
        {"quotes of two kinds", APP, "\"true'", NULL, true, R(InvalidAllowCredentials),
         CONCORS_NEAR_NONE},
        {"between two letters", APP, "xtruex", NULL, true, R(InvalidAllowCredentials),
         CONCORS_NEAR_NONE},
        {"a quote alone", APP, "\"", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_NONE},
        {"twice", APP, "true, true", NULL, true, R(InvalidAllowCredentials),
         CONCORS_NEAR_TRUE_TWICE},
        {"true;", APP, "true;", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_NONE},
        {"false", APP, "false", NULL, true, R(InvalidAllowCredentials), CONCORS_NEAR_NONE},
        {"true and false", APP, "true, false", NULL, true, R(InvalidAllowCredentials),
         CONCORS_NEAR_NONE},
        {"the origin fails first", "https://other.test", "True", NULL, true, R(AllowOriginMismatch),
         CONCORS_NEAR_NONE},
    };

    (void)state;
    run(rows, COUNT_OF(rows));
}

static void
preflight_reasons_have_their_own_names(void **state)
{
    static const struct {
        concors_reason actual, preflight;
    } rows[] = {
        {R(WildcardOriginNotAllowed), R(PreflightWildcardOriginNotAllowed)},
        {R(MissingAllowOriginHeader), R(PreflightMissingAllowOriginHeader)},
        {R(MultipleAllowOriginValues), R(PreflightMultipleAllowOriginValues)},
        {R(InvalidAllowOriginValue), R(PreflightInvalidAllowOriginValue)},
        {R(AllowOriginMismatch), R(PreflightAllowOriginMismatch)},
        {R(InvalidAllowCredentials), R(PreflightInvalidAllowCredentials)},
        {R(PASS), R(PASS)},
        {R(PreflightInvalidStatus), R(PreflightInvalidStatus)},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(concors_cors_preflight_reason(rows[i].actual), rows[i].preflight);
    }
}

/* A value longer than the scratch that looks at it, and every prefix of a real one. */
static void
long_and_cut_values(void **state)
{
    static const char value[] = APP ":443/login?next=1";
    size_t len = 100000;
    char *text = malloc(len);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', len);
    memcpy(text, "https://", 8);
    assert_int_equal(concors_cors_check((concors_span){text, len}, (concors_span){NULL, 0},
                                        CONCORS_LIT(APP), true, NULL),
                     R(AllowOriginMismatch));
    free(text);
    for (size_t cut = 0; cut < sizeof(value); cut++) {
        boxes all = {.count = 0};
        concors_span part = box(&all, (concors_span){value, cut});
        concors_reason got =
            concors_cors_check(part, (concors_span){NULL, 0}, CONCORS_LIT(APP), false, NULL);
        assert_int_equal(got == R(PASS), cut == strlen(APP));
        boxes_empty(&all);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_that_pass),
        cmocka_unit_test(origins_that_fail),
        cmocka_unit_test(values_that_are_no_origin),
        cmocka_unit_test(credentials_that_fail),
        cmocka_unit_test(preflight_reasons_have_their_own_names),
        cmocka_unit_test(long_and_cut_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
