/* Console messages as people paste them: any browser's wording, any address, any quotes. */
#include "base/span.h"
#include "ingest/console_phrases.h"
#include "reasons.h"

#include <concors/console.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ARENA_SIZE = 1 << 18 };

#define CHROME                                                                                     \
    "Access to fetch at 'https://api.example.com/login?x=1' from origin 'https://app.example.com'" \
    " has been blocked by CORS policy: "
#define CHROME_XHR                                                                                 \
    "Access to XMLHttpRequest at 'http://localhost:8080/me' from origin 'http://localhost:3000' "  \
    "has been blocked by CORS policy: "
#define PREFLIGHT "Response to preflight request doesn't pass access control check: "
#define FIREFOX                                                                                    \
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource "  \
    "at https://api.example.com/login. (Reason: "
#define SET      "This attempt to set a cookie via a Set-Cookie header was blocked because "
#define OPENING  "\xE2\x80\x9C"
#define CLOSING  "\xE2\x80\x9D"
#define OPENING1 "\xE2\x80\x98"
#define CLOSING1 "\xE2\x80\x99"
#define SID      "Cookie " OPENING "sid" CLOSING " "

/* The first reason that is named. */
static const struct {
    const char *title;
    const char *text;
    concors_reason want;
} messages[] = {
    {"chrome: credentials empty",
     CHROME "The value of the 'Access-Control-Allow-Credentials' header in the response is '' "
            "which must be 'true' when the request's credentials mode is 'include'.",
     CONCORS_R_InvalidAllowCredentials},
    {"chrome: credentials True, by XHR",
     CHROME_XHR "The value of the 'Access-Control-Allow-Credentials' header in the response is "
                "'True' which must be 'true' when the request's credentials mode is 'include'. The "
                "credentials mode of requests initiated by the XMLHttpRequest is controlled by the "
                "withCredentials attribute.",
     CONCORS_R_InvalidAllowCredentials},
    {"chrome: preflight, credentials empty",
     CHROME PREFLIGHT "The value of the 'Access-Control-Allow-Credentials' header in the response "
                      "is '' which must be 'true' when the request's credentials mode is "
                      "'include'.",
     CONCORS_R_PreflightInvalidAllowCredentials},
    {"chrome: wildcard",
     CHROME "The value of the 'Access-Control-Allow-Origin' header in the response must not be the "
            "wildcard '*' when the request's credentials mode is 'include'.",
     CONCORS_R_WildcardOriginNotAllowed},
    {"chrome: preflight, wildcard",
     CHROME PREFLIGHT "The value of the 'Access-Control-Allow-Origin' header in the response must "
                      "not be the wildcard '*' when the request's credentials mode is 'include'.",
     CONCORS_R_PreflightWildcardOriginNotAllowed},
    {"chrome: header missing",
     CHROME "No 'Access-Control-Allow-Origin' header is present on the requested resource. If an "
            "opaque response serves your needs, set the request's mode to 'no-cors' to fetch the "
            "resource with CORS disabled.",
     CONCORS_R_MissingAllowOriginHeader},
    {"chrome: header missing, wrapped over lines",
     "Access to XMLHttpRequest at 'http://localhost:8080/api/products'\nfrom origin "
     "'http://localhost:3000' has been blocked by CORS policy:\n  No 'Access-Control-Allow-Origin'"
     " header is present on the\n  requested resource.",
     CONCORS_R_MissingAllowOriginHeader},
    {"chrome: preflight, header missing, redirected",
     "Access to fetch at 'https://b.test/' (redirected from 'https://a.test/') from origin "
     "'https://c.test' has been blocked by CORS policy: " PREFLIGHT
     "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
     CONCORS_R_PreflightMissingAllowOriginHeader},
    {"chrome: mismatch",
     CHROME "The 'Access-Control-Allow-Origin' header has a value 'https://www.example.com' that "
            "is not equal to the supplied origin. Have the server send the header with a valid "
            "value, or, if an opaque response serves your needs, set the request's mode to "
            "'no-cors' to fetch the resource with CORS disabled.",
     CONCORS_R_AllowOriginMismatch},
    {"chrome of 2019: mismatch",
     "The 'Access-Control-Allow-Origin' header has a value 'http://a.test' that is not equal to "
     "the supplied origin. Origin 'http://b.test' is therefore not allowed access.",
     CONCORS_R_AllowOriginMismatch},
    {"chrome: preflight mismatch",
     CHROME PREFLIGHT
     "The 'Access-Control-Allow-Origin' header has a value 'http://a.test' that is "
     "not equal to the supplied origin.",
     CONCORS_R_PreflightAllowOriginMismatch},
    {"chrome: multiple values",
     CHROME "The 'Access-Control-Allow-Origin' header contains multiple values 'https://a.test, "
            "https://b.test', but only one is allowed.",
     CONCORS_R_MultipleAllowOriginValues},
    {"chrome: preflight, multiple values",
     CHROME PREFLIGHT "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', "
                      "but only one is allowed.",
     CONCORS_R_PreflightMultipleAllowOriginValues},
    {"chrome: invalid value",
     CHROME
     "The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example.com'.",
     CONCORS_R_InvalidAllowOriginValue},
    {"chrome: preflight, invalid value",
     CHROME PREFLIGHT "The 'Access-Control-Allow-Origin' header contains the invalid value ''.",
     CONCORS_R_PreflightInvalidAllowOriginValue},
    {"chrome: method",
     CHROME "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
     CONCORS_R_MethodDisallowedByPreflightResponse},
    {"chrome: header",
     CHROME "Request header field x-csrf-token is not allowed by Access-Control-Allow-Headers in "
            "preflight response.",
     CONCORS_R_HeaderDisallowedByPreflightResponse},
    {"chrome: preflight status", CHROME PREFLIGHT "It does not have HTTP ok status.",
     CONCORS_R_PreflightInvalidStatus},
    {"chrome: preflight status, the end alone", "It does not have HTTP ok status.",
     CONCORS_R_PreflightInvalidStatus},
    {"chrome: preflight redirect",
     CHROME PREFLIGHT "Redirect is not allowed for a preflight request.",
     CONCORS_R_PreflightDisallowedRedirect},
    {"chrome: methods unreadable",
     CHROME
     "Cannot parse Access-Control-Allow-Methods response header field in preflight response.",
     CONCORS_R_InvalidAllowMethodsPreflightResponse},
    {"chrome: headers unreadable",
     CHROME
     "Cannot parse Access-Control-Allow-Headers response header field in preflight response.",
     CONCORS_R_InvalidAllowHeadersPreflightResponse},
    {"chrome: redirect with a password",
     CHROME "Redirect location 'https://u:p@a.test/' contains a username and password, which is "
            "disallowed for cross-origin requests.",
     CONCORS_R_RedirectContainsCredentials},
    {"chrome: local network",
     CHROME "Permission was denied for this request to access the `loopback` address space.",
     CONCORS_R_LocalNetworkAccessPermissionDenied},
    {"chrome: local network, insecure page",
     CHROME "The request client is not a secure context and the resource is in more-private "
            "address space `local`.",
     CONCORS_R_InsecureLocalNetwork},
    {"chrome: same-origin mode",
     "Fetch API cannot load https://api.example.com/me. Request mode is \"same-origin\" but the "
     "URL's origin is not same as the request origin https://app.example.com.",
     CONCORS_R_DisallowedByMode},
    {"chrome: mixed content",
     "Mixed Content: The page at 'https://app.example.com/' was loaded over HTTPS, but requested "
     "an insecure XMLHttpRequest endpoint 'http://api.example.com/'. This request has been "
     "blocked; the content must be served over HTTPS.",
     CONCORS_R_ConcorsMixedContent},
    {"chrome: network panel, None without Secure",
     SET "it had the \"SameSite=None\" attribute but did not have the \"Secure\" attribute, which "
         "is required in order to use \"SameSite=None\".",
     CONCORS_R_SameSiteNoneInsecure},
    {"chrome: issue, None without Secure",
     "Cookies marked with SameSite=None must also be marked with Secure to allow setting them in "
     "a cross-site context.",
     CONCORS_R_SameSiteNoneInsecure},
    {"chrome: network panel, Lax by default",
     "This Set-Cookie header didn't specify a \"SameSite\" attribute and was defaulted to "
     "\"SameSite=Lax,\" and was blocked because it came from a cross-site response which was not "
     "the response to a top-level navigation. The Set-Cookie had to have been set with "
     "\"SameSite=None\" to enable cross-site usage.",
     CONCORS_R_SameSiteUnspecifiedTreatedAsLax},
    {"chrome: network panel, schemeful Lax",
     SET "it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not "
         "the response to a top-level navigation. This response is considered cross-site because "
         "the URL has a different scheme than the current site.",
     CONCORS_R_SchemefulSameSiteLax},
    {"chrome: network panel, Secure on http",
     SET "it had the \"Secure\" attribute but was not received over a secure connection.",
     CONCORS_R_SecureOnly},
    {"chrome: network panel, Domain",
     SET "its Domain attribute was invalid with regards to the current host url.",
     CONCORS_R_InvalidDomain},
    {"chrome: network panel, preferences",
     "This attempt to set a cookie via a Set-Cookie header was blocked due to user preferences.",
     CONCORS_R_UserPreferences},
    {"chrome: network panel, overwrite",
     SET "it was not sent over a secure connection and would have overwritten a cookie with the "
         "Secure attribute.",
     CONCORS_R_OverwriteSecure},
    {"firefox: header missing, curved quotes",
     FIREFOX "CORS header " OPENING1 "Access-Control-Allow-Origin" CLOSING1
             " missing). Status code: 200.",
     CONCORS_R_MissingAllowOriginHeader},
    {"firefox: mismatch",
     FIREFOX "CORS header " OPENING1 "Access-Control-Allow-Origin" CLOSING1
             " does not match " OPENING1 "https://www.example.com" CLOSING1 ").",
     CONCORS_R_AllowOriginMismatch},
    {"firefox: wildcard",
     FIREFOX "Credential is not supported if the CORS header " OPENING1
             "Access-Control-Allow-Origin" CLOSING1 " is " OPENING1 "*" CLOSING1 ").",
     CONCORS_R_WildcardOriginNotAllowed},
    {"firefox: credentials",
     FIREFOX "expected " OPENING1 "true" CLOSING1 " in CORS header " OPENING1
             "Access-Control-Allow-Credentials" CLOSING1 ").",
     CONCORS_R_InvalidAllowCredentials},
    {"firefox: method",
     FIREFOX "Did not find method in CORS header " OPENING1 "Access-Control-Allow-Methods" CLOSING1
             ").",
     CONCORS_R_MethodDisallowedByPreflightResponse},
    {"firefox: header",
     FIREFOX "header " OPENING1 "content-type" CLOSING1
             " is not allowed according to header " OPENING1 "Access-Control-Allow-Headers" CLOSING1
             " from CORS preflight response).",
     CONCORS_R_HeaderDisallowedByPreflightResponse},
    {"firefox of 2018: header",
     FIREFOX "missing token " OPENING1 "authorization" CLOSING1 " in CORS header " OPENING1
             "Access-Control-Allow-Headers" CLOSING1 " from CORS preflight channel).",
     CONCORS_R_HeaderDisallowedByPreflightResponse},
    {"firefox: preflight status",
     FIREFOX "CORS preflight response did not succeed). Status code: 401.",
     CONCORS_R_PreflightInvalidStatus},
    {"firefox: multiple",
     "(Reason: Multiple CORS header 'Access-Control-Allow-Origin' not allowed).",
     CONCORS_R_MultipleAllowOriginValues},
    {"firefox: not http", FIREFOX "CORS request not http).", CONCORS_R_CorsDisabledScheme},
    {"firefox: invalid token",
     FIREFOX "invalid token " OPENING1 "GET;POST" CLOSING1 " in CORS header " OPENING1
             "Access-Control-Allow-Methods" CLOSING1 ").",
     CONCORS_R_InvalidAllowMethodsPreflightResponse},
    {"firefox: cookie, None without Secure",
     SID "rejected because it has the " OPENING "SameSite=None" CLOSING
         " attribute but is missing the " OPENING "secure" CLOSING " attribute.",
     CONCORS_R_SameSiteNoneInsecure},
    {"firefox: cookie, foreign",
     SID "will soon be rejected because it is foreign and does not have the " OPENING
         "Partitioned" OPENING " attribute.",
     CONCORS_R_ConcorsThirdPartyBlocked},
    {"firefox: cookie, third-party", SID "has been rejected as third-party.",
     CONCORS_R_ConcorsThirdPartyBlocked},
    {"firefox: cookie, cross-site context",
     SID "has been rejected because it is in a cross-site context and its " OPENING
         "SameSite" CLOSING " is " OPENING "Lax" CLOSING " or " OPENING "Strict" CLOSING ".",
     CONCORS_R_SameSiteStrict},
    {"firefox: cookie, domain", SID "has been rejected for invalid domain.",
     CONCORS_R_InvalidDomain},
    {"firefox: cookie, prefix", SID "has been rejected for invalid prefix.",
     CONCORS_R_InvalidPrefix},
    {"firefox: cookie, not https",
     SID "has been rejected because a non-HTTPS cookie can" CLOSING1 "t be set as " OPENING
         "secure" CLOSING ".",
     CONCORS_R_SecureOnly},
    {"firefox: cookie, Partitioned without Secure",
     SID "has been rejected because it has the " OPENING "Partitioned" CLOSING
         " attribute but is missing the " OPENING "secure" CLOSING " attribute.",
     CONCORS_R_ConcorsPartitionedInsecure},
    {"firefox: mixed content",
     "Blocked loading mixed active content " OPENING "http://api.example.com/" CLOSING,
     CONCORS_R_ConcorsMixedContent},
    {"safari: origin",
     "[Error] Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. "
     "Status code: 200",
     CONCORS_R_MissingAllowOriginHeader},
    {"safari of 2019: origin",
     "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin.",
     CONCORS_R_MissingAllowOriginHeader},
    {"safari: wildcard",
     "[Error] Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
     CONCORS_R_WildcardOriginNotAllowed},
    {"safari: credentials",
     "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".",
     CONCORS_R_InvalidAllowCredentials},
    {"safari: multiple", "Access-Control-Allow-Origin cannot contain more than one origin.",
     CONCORS_R_MultipleAllowOriginValues},
    {"safari: preflight status",
     "[Error] Preflight response is not successful. Status code: 405\n[Error] Fetch API cannot "
     "load https://api.example.com/ due to access control checks.",
     CONCORS_R_PreflightInvalidStatus},
    {"safari: method", "Method PATCH is not allowed by Access-Control-Allow-Methods.",
     CONCORS_R_MethodDisallowedByPreflightResponse},
    {"safari: header",
     "Request header field Authorization is not allowed by Access-Control-Allow-Headers.",
     CONCORS_R_HeaderDisallowedByPreflightResponse},
    {"safari: redirect",
     "Cross-origin redirection to https://b.test/ denied by Cross-Origin Resource Sharing policy: "
     "Origin https://a.test is not allowed by Access-Control-Allow-Origin. Status code: 301",
     CONCORS_R_MissingAllowOriginHeader},
    {"safari: mixed content",
     "[blocked] The page at https://a.test/ requested insecure content from http://b.test/. This "
     "content was blocked and must be served over HTTPS.",
     CONCORS_R_ConcorsMixedContent},
    {"a code in a recording", "\"blockedReasons\":[\"SchemefulSameSiteLax\"]",
     CONCORS_R_SchemefulSameSiteLax},
    {"a code of an issue", "ExcludeSameSiteNoneInsecure", CONCORS_R_SameSiteNoneInsecure},
    {"a removed code", "corsError: InsecurePrivateNetwork", CONCORS_R_InsecureLocalNetwork},
    {"quotes behind backslashes",
     "\"message\":\"No \\'Access-Control-Allow-Origin\\' header is present on the requested "
     "resource.\"",
     CONCORS_R_MissingAllowOriginHeader},
    {"a stack before and after it",
     "Uncaught (in promise) TypeError: Failed to fetch\n    at login (app.js:10)\n" CHROME
     "Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.\n"
     "app.js:10 POST https://api.example.com/ net::ERR_FAILED 200",
     CONCORS_R_MethodDisallowedByPreflightResponse},
};
enum { MESSAGE_COUNT = sizeof messages / sizeof messages[0] };

static concors_console_matches
match(concors_span text)
{
    concors_console_matches found;
    concors_arena arena = {malloc(ARENA_SIZE), ARENA_SIZE, 0};
    char *exact = malloc(text.len + (text.len == 0));

    assert_non_null(exact);
    memcpy(exact, text.ptr, text.len);
    concors_status status = concors_console_match((concors_span){exact, text.len}, &arena, &found);
    assert_int_equal(status, CONCORS_OK);
    assert_int_equal(arena.len, 0);
    free(exact);
    free(arena.ptr);
    return found;
}

static void
messages_are_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGE_COUNT; i++) {
        concors_console_matches found = match(concors_span_of(messages[i].text));
        if (found.count == 0) {
            fail_msg("%s: nothing found", messages[i].title);
        }
        if (found.list[0] != messages[i].want) {
            concors_span code = concors_reason_get(found.list[0])->code;
            fail_msg("%s: found %.*s", messages[i].title, (int)code.len, code.ptr);
        }
    }
}

static bool
names(const concors_console_matches *found, concors_reason reason)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->list[i] == reason) {
            return true;
        }
    }
    return false;
}

/* Every wording of the list is known by itself, whatever stands in its gaps. */
static void
every_phrase_finds_its_reason(void **state)
{
    static const char gap[] = " https://a.test/?q='1' ";

    (void)state;
    for (size_t i = 0; i < concors_console_phrase_count; i++) {
        const concors_console_phrase *phrase = &concors_console_phrases[i];
        char text[1024];
        concors_out out = {text, sizeof text, 0};
        for (size_t j = 0; j < phrase->pieces.len; j++) {
            char c = phrase->pieces.ptr[j];
            if (c == CONCORS_CONSOLE_GAP) {
                concors_out_put(&out, concors_span_of(gap));
            } else {
                concors_out_char(&out, c);
            }
        }
        assert_int_equal(concors_out_status(&out), CONCORS_OK);
        concors_console_matches found = match((concors_span){text, out.len});
        if (!names(&found, phrase->reason)) {
            fail_msg("'%.*s' is not known", (int)out.len, text);
        }
    }
}

/* Safari and Firefox say the same of the preflight and the answer, absent and wrong. */
static void
all_reasons_of_one_wording_are_named(void **state)
{
    static const concors_reason alike[] = {
        CONCORS_R_MissingAllowOriginHeader, CONCORS_R_AllowOriginMismatch,
        CONCORS_R_PreflightMissingAllowOriginHeader, CONCORS_R_PreflightAllowOriginMismatch};
    concors_console_matches found = match(CONCORS_LIT(
        "Origin https://a.test is not allowed by Access-Control-Allow-Origin. Status code: 200"));

    (void)state;
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_true(names(&found, alike[i]));
    }
}

/* Chrome does tell the preflight from the answer. */
static void
a_part_of_a_longer_wording_is_not_named(void **state)
{
    concors_console_matches found =
        match(CONCORS_LIT(CHROME PREFLIGHT "No 'Access-Control-Allow-Origin' header is present on "
                                           "the requested resource."));

    (void)state;
    assert_int_equal(found.count, 1);
}

static void
foreign_texts_are_not_recognised(void **state)
{
    static const concors_span texts[] = {
        CONCORS_LIT_INIT(""),
        CONCORS_LIT_INIT(" \n\t "),
        CONCORS_LIT_INIT("'\"`"),
        CONCORS_LIT_INIT("hello"),
        CONCORS_LIT_INIT("TypeError: Failed to fetch"),
        CONCORS_LIT_INIT("TypeError: NetworkError when attempting to fetch resource."),
        CONCORS_LIT_INIT("SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON"),
        CONCORS_LIT_INIT("\xE2\x80"),
        CONCORS_LIT_INIT("\xC2"),
        CONCORS_LIT_INIT("No 'Access-Control-Allow-Origin' header is pres"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        concors_console_matches found = match(texts[i]);
        if (found.count != 0) {
            fail_msg("'%.*s' is recognised", (int)texts[i].len, texts[i].ptr);
        }
    }
}

static void
a_text_beyond_the_limit_is_refused(void **state)
{
    concors_console_matches found;
    concors_arena arena = {malloc(ARENA_SIZE), ARENA_SIZE, 0};
    char *text = calloc(1, CONCORS_CONSOLE_TEXT_MAX + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', CONCORS_CONSOLE_TEXT_MAX + 1);
    concors_span at = {text, CONCORS_CONSOLE_TEXT_MAX}, beyond = {text, at.len + 1};
    assert_int_equal(concors_console_match(at, &arena, &found), CONCORS_OK);
    assert_int_equal(concors_console_match(beyond, &arena, &found), CONCORS_E_LIMIT);
    assert_int_equal(found.count, 0);
    free(text);
    free(arena.ptr);
}

static void
every_smaller_room_is_said(void **state)
{
    concors_span text = concors_span_of(messages[0].text);
    concors_console_matches found;
    concors_status status = CONCORS_E_ROOM;

    (void)state;
    for (size_t cap = 0; status == CONCORS_E_ROOM; cap += 16) {
        assert_true(cap <= ARENA_SIZE);
        concors_arena arena = {malloc(cap + 1), cap, 0};
        status = concors_console_match(text, &arena, &found);
        assert_int_equal(arena.len, 0);
        assert_true(status == CONCORS_OK || (status == CONCORS_E_ROOM && found.count == 0));
        free(arena.ptr);
    }
    assert_int_equal(found.list[0], messages[0].want);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_recognised),
        cmocka_unit_test(every_phrase_finds_its_reason),
        cmocka_unit_test(all_reasons_of_one_wording_are_named),
        cmocka_unit_test(a_part_of_a_longer_wording_is_not_named),
        cmocka_unit_test(foreign_texts_are_not_recognised),
        cmocka_unit_test(a_text_beyond_the_limit_is_refused),
        cmocka_unit_test(every_smaller_room_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
