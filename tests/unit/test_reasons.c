/* The one list of reasons: the protocol's own spelling, and every text there. */
#include "base/span.h"

#include <concors/reason.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* DevTools protocol 1.3 (r1684464): Network.CorsError, SetCookieBlockedReason, CookieBlockedReason.
 */
static const char *const protocol_codes[] = {
    "DisallowedByMode",
    "InvalidResponse",
    "WildcardOriginNotAllowed",
    "MissingAllowOriginHeader",
    "MultipleAllowOriginValues",
    "InvalidAllowOriginValue",
    "AllowOriginMismatch",
    "InvalidAllowCredentials",
    "CorsDisabledScheme",
    "PreflightInvalidStatus",
    "PreflightDisallowedRedirect",
    "PreflightWildcardOriginNotAllowed",
    "PreflightMissingAllowOriginHeader",
    "PreflightMultipleAllowOriginValues",
    "PreflightInvalidAllowOriginValue",
    "PreflightAllowOriginMismatch",
    "PreflightInvalidAllowCredentials",
    "PreflightMissingAllowExternal",
    "PreflightInvalidAllowExternal",
    "InvalidAllowMethodsPreflightResponse",
    "InvalidAllowHeadersPreflightResponse",
    "MethodDisallowedByPreflightResponse",
    "HeaderDisallowedByPreflightResponse",
    "RedirectContainsCredentials",
    "InsecureLocalNetwork",
    "InvalidLocalNetworkAccess",
    "NoCorsRedirectModeNotFollow",
    "LocalNetworkAccessPermissionDenied",
    "SecureOnly",
    "SameSiteStrict",
    "SameSiteLax",
    "SameSiteUnspecifiedTreatedAsLax",
    "SameSiteNoneInsecure",
    "UserPreferences",
    "ThirdPartyPhaseout",
    "ThirdPartyBlockedInFirstPartySet",
    "SyntaxError",
    "SchemeNotSupported",
    "OverwriteSecure",
    "InvalidDomain",
    "InvalidPrefix",
    "UnknownError",
    "SchemefulSameSiteStrict",
    "SchemefulSameSiteLax",
    "SchemefulSameSiteUnspecifiedTreatedAsLax",
    "NameValuePairExceedsMaxSize",
    "DisallowedCharacter",
    "NoCookieContent",
    "NotOnPath",
    "DomainMismatch",
    "PortMismatch",
    "SchemeMismatch",
    "AnonymousContext",
    /* Audits.CookieWarningReason, those that the model gives */
    "WarnAttributeValueExceedsMaxSize",
    "WarnSameSiteUnspecifiedLaxAllowUnsafe",
};
enum { PROTOCOL_COUNT = sizeof protocol_codes / sizeof protocol_codes[0] };

static bool
is_protocol_code(concors_span code)
{
    for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
        if (concors_span_eq(code, concors_span_of(protocol_codes[i]))) {
            return true;
        }
    }
    return false;
}

static void
every_code_of_the_protocol_is_in_the_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROTOCOL_COUNT; i++) {
        concors_reason reason = concors_reason_find(concors_span_of(protocol_codes[i]));
        if (reason == 0) {
            fail_msg("%s is missing", protocol_codes[i]);
        }
    }
}

static void
a_code_is_the_protocols_or_begins_with_concors(void **state)
{
    (void)state;
    for (size_t i = 1; i <= concors_reason_count(); i++) {
        concors_span code = concors_reason_get((concors_reason)i)->code;
        if (!concors_span_starts(code, CONCORS_LIT("Concors")) && !is_protocol_code(code)) {
            fail_msg("%.*s is neither", (int)code.len, code.ptr);
        }
    }
}

static void
a_code_stands_once_and_is_found(void **state)
{
    (void)state;
    for (size_t i = 1; i <= concors_reason_count(); i++) {
        concors_span code = concors_reason_get((concors_reason)i)->code;
        if (concors_reason_find(code) != i) {
            fail_msg("%.*s is found as %u", (int)code.len, code.ptr, concors_reason_find(code));
        }
    }
    assert_int_equal(concors_reason_find(CONCORS_LIT("secureonly")), 0);
    assert_int_equal(concors_reason_find(CONCORS_LIT("")), 0);
    assert_int_equal(concors_reason_find((concors_span){0}), 0);
}

static void
nothing_is_beyond_the_list(void **state)
{
    (void)state;
    assert_null(concors_reason_get(0));
    assert_null(concors_reason_get((concors_reason)(concors_reason_count() + 1)));
    assert_null(concors_reason_get(UINT16_MAX));
}

static void
check_text(concors_span code, const char *field, concors_span text, size_t longest)
{
    if (text.len == 0 || text.len > longest) {
        fail_msg("%.*s: %s has %zu characters", (int)code.len, code.ptr, field, text.len);
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] > '~') {
            fail_msg("%.*s: %s is not plain ASCII", (int)code.len, code.ptr, field);
        }
    }
}

static void
every_text_is_there_and_short(void **state)
{
    (void)state;
    for (size_t i = 1; i <= concors_reason_count(); i++) {
        const concors_reason_info *info = concors_reason_get((concors_reason)i);
        check_text(info->code, "sentence", info->sentence, 160);
        check_text(info->code, "why", info->why, 400);
        check_text(info->code, "where", info->where, 200);
        check_text(info->code, "remedy", info->remedy, 100);
        check_text(info->code, "spec", info->spec, 100);
        assert_true(concors_span_ends(info->sentence, CONCORS_LIT(".")));
    }
}

static bool
contains(concors_span text, concors_span part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (concors_span_eq(concors_span_part(text, i, i + part.len), part)) {
            return true;
        }
    }
    return false;
}

/* What a remedy must never advise. */
static void
no_remedy_loosens(void **state)
{
    static const char *const never[] = {
        "Origin: *",   "Origin: null",    "reflect",         "echo the Origin", "remove Secure",
        "drop Secure", "remove HttpOnly", "remove __Host-",  "disable",         "any origin",
        "http://app",  "without Secure",  "without HttpOnly"};

    (void)state;
    for (size_t i = 1; i <= concors_reason_count(); i++) {
        const concors_reason_info *info = concors_reason_get((concors_reason)i);
        for (size_t j = 0; j < sizeof never / sizeof never[0]; j++) {
            if (contains(info->remedy, concors_span_of(never[j]))) {
                fail_msg("%.*s: the remedy says '%s'", (int)info->code.len, info->code.ptr,
                         never[j]);
            }
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_the_protocol_is_in_the_list),
        cmocka_unit_test(a_code_is_the_protocols_or_begins_with_concors),
        cmocka_unit_test(a_code_stands_once_and_is_found),
        cmocka_unit_test(nothing_is_beyond_the_list),
        cmocka_unit_test(every_text_is_there_and_short),
        cmocka_unit_test(no_remedy_loosens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
