/* src/explain/sentences.c: the one table of finding texts. The gaps are explained in sentences.h.
 */
#include "sentences.h"

/* The origin "null" is every sandboxed page's and redirect's: a server that allows it, allows all.
 */
#define NEVER_NULL                                                                                 \
    "Call the final address directly, from a page that has an origin: null must not be allowed"
#define SAME_SITE_REMEDY "Set %c with SameSite=None; Secure, or serve %h on the page's own site"
#define SAME_SITE_REASONS(name, text)                                                              \
    [CONCORS_R_##name] = {text, SAME_SITE_REMEDY, NULL, NULL},                                     \
    [CONCORS_R_Schemeful##name] = {text, SAME_SITE_REMEDY, NULL, NULL}
#define CORS_REASONS(name, ...)                                                                    \
    [CONCORS_R_##name] = {__VA_ARGS__}, [CONCORS_R_Preflight##name] = {__VA_ARGS__}
#define ALLOW_ORIGIN "Send Access-Control-Allow-Origin: %o%t"
#define THIRD_PARTY                                                                                \
    {                                                                                              \
        "Cookie %c %d: %b blocks third-party cookies, and %h is third-party on %p.",               \
            "Add Partitioned (with SameSite=None; Secure), or serve %h on the page's own site",    \
            NULL,                                                                                  \
            "No header helps here: serve %h on the page's own site, or under a path of the "       \
            "page's host"                                                                          \
    }

static const concors_sentence sentences[CONCORS_R_END] = {
    [CONCORS_R_DisallowedByMode] = {"The mode is same-origin, but %s is another origin than %o.",
                                    "Leave mode out (cors is the default)", NULL, NULL},
    CORS_REASONS(WildcardOriginNotAllowed,
                 "Access-Control-Allow-Origin is * in %a, which does not count for a request with "
                 "credentials.",
                 "Send Access-Control-Allow-Origin: %o in place of *%t", NEVER_NULL, NULL),
    CORS_REASONS(MissingAllowOriginHeader,
                 "%s says nothing about %o: Access-Control-Allow-Origin is missing in %a%e.",
                 ALLOW_ORIGIN, NEVER_NULL, NULL),
    CORS_REASONS(MultipleAllowOriginValues,
                 "Access-Control-Allow-Origin has several values in %a (%v), and only one counts.",
                 "Send one Access-Control-Allow-Origin, with %o%t", NEVER_NULL, NULL),
    CORS_REASONS(InvalidAllowOriginValue,
                 "Access-Control-Allow-Origin %V in %a, and that is no origin%n.", ALLOW_ORIGIN,
                 NEVER_NULL, NULL),
    CORS_REASONS(AllowOriginMismatch,
                 "Access-Control-Allow-Origin is %v in %a, but the request comes from %o%n.",
                 ALLOW_ORIGIN, NEVER_NULL, NULL),
    CORS_REASONS(InvalidAllowCredentials,
                 "Access-Control-Allow-Credentials %V in %a; a request with credentials needs "
                 "exactly true%n.",
                 "Send Access-Control-Allow-Credentials: true%t", NULL, NULL),
    [CONCORS_R_PreflightInvalidStatus] =
        {"%s answered the preflight (OPTIONS) with status %P; only 200 to 299 lets the %m go.",
         "Answer OPTIONS with 204 before authentication and routing", NULL, NULL},
    [CONCORS_R_PreflightDisallowedRedirect] =
        {"%s redirected the preflight (OPTIONS, status %P), and a preflight follows no redirect.",
         "Answer OPTIONS with 204 at this very address; look for http, slash and login redirects",
         NULL, NULL},
    [CONCORS_R_MethodDisallowedByPreflightResponse] =
        {"The preflight's answer does not allow the method %v.",
         "Send Access-Control-Allow-Methods: %v%t", NULL, NULL},
    [CONCORS_R_HeaderDisallowedByPreflightResponse] =
        {"The preflight's answer does not allow the request header %v.",
         "Send Access-Control-Allow-Headers: %v%t", NULL, NULL},
    [CONCORS_R_InvalidAllowMethodsPreflightResponse] =
        {"Access-Control-Allow-Methods in %a is not a list of methods.",
         "Send Access-Control-Allow-Methods: %m%t", NULL, NULL},
    [CONCORS_R_InvalidAllowHeadersPreflightResponse] =
        {"Access-Control-Allow-Headers in %a is not a list of header names.",
         "Write header names with commas between them, nothing else%t", NULL, NULL},
    SAME_SITE_REASONS(SameSiteStrict, "Cookie %c %d: it is SameSite=Strict, and %x."),
    SAME_SITE_REASONS(SameSiteLax, "Cookie %c %d: it is SameSite=Lax, and %x."),
    SAME_SITE_REASONS(SameSiteUnspecifiedTreatedAsLax,
                      "Cookie %c %d: without SameSite it counts as Lax in %b, and %x."),
    [CONCORS_R_SameSiteNoneInsecure] = {"Cookie %c %d: SameSite=None counts only with Secure.",
                                        "Add Secure to the Set-Cookie line of %c", NULL, NULL},
    [CONCORS_R_SecureOnly] = {"Cookie %c %d: it is Secure, and %s is not https.",
                              "Serve %h over https", NULL, NULL},
    [CONCORS_R_UserPreferences] = THIRD_PARTY,
    [CONCORS_R_ThirdPartyPhaseout] = THIRD_PARTY,
    [CONCORS_R_ConcorsThirdPartyBlocked] = THIRD_PARTY,
    [CONCORS_R_ConcorsOtherPartition] =
        {"Cookie %c %d: %b keeps it in another partition than that of pages on %p.",
         "Sign in from within %p, or serve %h on the page's own site", NULL, NULL},
    [CONCORS_R_ConcorsPartitionedInsecure] = {"Cookie %c %d: Partitioned counts only with Secure.",
                                              "Add Secure to the Set-Cookie line of %c", NULL,
                                              NULL},
    [CONCORS_R_InvalidDomain] = {"Cookie %c %d: %h may not set a cookie for its Domain.",
                                 "Leave Domain out of the Set-Cookie line of %c", NULL, NULL},
    [CONCORS_R_InvalidPrefix] =
        {"Cookie %c %d: its name promises attributes it does not have.",
         "Give %c what its prefix asks for: Secure, and with __Host- Path=/ "
         "and no Domain",
         NULL, NULL},
    [CONCORS_R_OverwriteSecure] =
        {"Cookie %c %d: %s is not https, and a Secure cookie of that name "
         "stands already.",
         "Serve %h over https", NULL, NULL},
    [CONCORS_R_ConcorsCredentialsOmitted] =
        {"The page asks without credentials, so cookies are neither sent nor stored (%c).", "%k",
         NULL, NULL},
    [CONCORS_R_ConcorsMixedContent] =
        {"The page at %o is secure and %s is not: the browser stops it before anything is sent.",
         "Serve %h over https; no header helps", NULL, NULL},
    [CONCORS_R_LocalNetworkAccessPermissionDenied] =
        {"%s is in the local network and the page at %o is not: the browser did not let it ask.",
         "No header helps: the user must allow it, or the page must come from the local network",
         NULL, NULL},
    [CONCORS_R_ConcorsPreflightUnknown] =
        {"The journey does not say how %s answers the preflight.",
         "Add the answer to OPTIONS as \"preflight\", or let concors probe ask", NULL, NULL},
    [CONCORS_R_ConcorsResponseUnknown] =
        {"The journey does not say what %s answers to the %m.",
         "Add the answer as \"response\", or let concors probe ask", NULL, NULL},
    [CONCORS_R_ConcorsRedirectUnknown] =
        {"The journey does not say what %s answers after the redirect.",
         "Add the answer to \"redirects\", or let concors probe ask", NULL, NULL},
    [CONCORS_R_ConcorsStoredThoughBlocked] =
        {"Cookie %c is stored all the same: a response kept from the script still sets cookies.",
         NULL, NULL, NULL},
    [CONCORS_R_WarnSameSiteUnspecifiedLaxAllowUnsafe] =
        {"Cookie %c goes along only because it is younger than two minutes.",
         "Set %c with SameSite=None; Secure if a post from another site must carry it", NULL, NULL},
};

const concors_sentence *
concors_sentence_of(concors_reason reason)
{
    if (reason >= CONCORS_R_END || sentences[reason].what == NULL) {
        return NULL;
    }
    return &sentences[reason];
}
