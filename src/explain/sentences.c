/* src/explain/sentences.c: the one table of finding texts. The gaps are explained in sentences.h.
 */
#include "sentences.h"

/* The origin "null" is every sandboxed page's and redirect's: a server that allows it, allows all.
 */
#define NEVER_NULL                                                                                 \
    .no_origin = "Call the final address directly, from a page that has an origin: null must not " \
                 "be allowed",                                                                     \
    .no_server = "Serve the page by http or https, from localhost while you develop: its origin "  \
                 "is null, and null must not be allowed",                                          \
    .sandboxed = "Let the page around the sandbox ask, and hand the answer in by postMessage: "    \
                 "null must not be allowed"
#define NO_SITE                                                                                    \
    .no_server = "Serve the page by http or https, on the site of %h",                             \
    .sandboxed = "Let the page around the sandbox ask, and hand the answer in by postMessage"
#define SAME_SITE_REMEDY "Set %c with SameSite=None; Secure, or serve %h on the page's own site"
#define BOTH_HTTPS       "Use https for the page and for %h: with the same scheme they are one site"
#define ONE_MACHINE      "Use one name in both addresses: %s and %o are one machine, but two sites"
#define BY_LINK                                                                                    \
    "Set %c with SameSite=Lax; or keep Strict, and let the page that is arrived at load itself "   \
    "once more: that request is same-site"
#define BY_POST                                                                                    \
    "Let the other site send the user back with a GET, for which SameSite=Lax is enough; where "   \
    "it "                                                                                          \
    "must post, set %c with SameSite=None; Secure and a short life"
#define SAME_SITE(text)                                                                            \
    {                                                                                              \
        .what = text, .remedy = SAME_SITE_REMEDY, .one_scheme = BOTH_HTTPS,                        \
        .one_machine = ONE_MACHINE, .by_link = BY_LINK, .by_post = BY_POST, NO_SITE,               \
        .own_frame = "Set %c with SameSite=None; Secure; Partitioned: a login of its own in each " \
                     "site that embeds the frame"                                                  \
    }
#define SAME_SITE_REASONS(name, text)                                                              \
    [CONCORS_R_##name] = SAME_SITE(text), [CONCORS_R_Schemeful##name] = SAME_SITE(text)
#define CORS_REASONS(name, ...)                                                                    \
    [CONCORS_R_##name] = {__VA_ARGS__}, [CONCORS_R_Preflight##name] = {__VA_ARGS__}
#define ALLOW_ORIGIN "Send Access-Control-Allow-Origin: %o%t"
#define THIRD_PARTY                                                                                \
    {                                                                                              \
        .what = "%C %d: %h is third-party on %p, and %b blocks such cookies.",                     \
        .remedy =                                                                                  \
            "Add Partitioned (with SameSite=None; Secure), or serve %h on the page's own site",    \
        .one_scheme = BOTH_HTTPS, .one_machine = ONE_MACHINE, NO_SITE,                             \
        .withheld = "Set %c anew from within %p, with SameSite=None; Secure; Partitioned; or "     \
                    "serve %h on the page's own site",                                             \
        .own_frame = "Add Partitioned (with SameSite=None; Secure): a login of its own in each "   \
                     "site that embeds the frame; for one login in all of them ask with "          \
                     "document.requestStorageAccess()",                                            \
        .no_header = "No header helps here: serve %h on the page's own site, or under a path of "  \
                     "the page's host"                                                             \
    }

static const concors_sentence sentences[CONCORS_R_END] = {
    [CONCORS_R_DisallowedByMode] =
        {.what = "The mode is same-origin, but %s is another origin than %o.",
         .remedy = "Leave mode out (cors is the default)"},
    CORS_REASONS(WildcardOriginNotAllowed,
                 .what = "Access-Control-Allow-Origin is * in %a, which does not count for a "
                         "request with credentials.",
                 .remedy = "Send Access-Control-Allow-Origin: %o in place of *%t", NEVER_NULL),
    CORS_REASONS(MissingAllowOriginHeader,
                 .what =
                     "%s says nothing about %o: Access-Control-Allow-Origin is missing in %a%e.",
                 .remedy = ALLOW_ORIGIN, NEVER_NULL),
    CORS_REASONS(
        MultipleAllowOriginValues,
        .what = "Access-Control-Allow-Origin has several values in %a (%v), and only one counts.",
        .remedy = "Send one Access-Control-Allow-Origin, with %o%t", NEVER_NULL),
    CORS_REASONS(InvalidAllowOriginValue,
                 .what = "Access-Control-Allow-Origin %V in %a, and that is no origin%n.",
                 .remedy = ALLOW_ORIGIN, NEVER_NULL),
    CORS_REASONS(AllowOriginMismatch,
                 .what =
                     "Access-Control-Allow-Origin is %v in %a, but the request comes from %o%n.",
                 .remedy = ALLOW_ORIGIN, NEVER_NULL),
    CORS_REASONS(InvalidAllowCredentials,
                 .what = "Access-Control-Allow-Credentials %V in %a; a request with credentials "
                         "needs exactly true%n.",
                 .remedy = "Send Access-Control-Allow-Credentials: true%t"),
    [CONCORS_R_PreflightInvalidStatus] =
        {.what =
             "%s answered the preflight (OPTIONS) with status %P; only 200 to 299 lets the %m go.",
         .remedy = "Answer OPTIONS with 204 before authentication and routing"},
    [CONCORS_R_PreflightDisallowedRedirect] = {.what =
                                                   "%s redirected the preflight (OPTIONS, status "
                                                   "%P), and a preflight follows no redirect.",
                                               .remedy =
                                                   "Ask the final address itself (look for http, "
                                                   "slash and login redirects), or answer OPTIONS "
                                                   "with 204 at this one"},
    [CONCORS_R_MethodDisallowedByPreflightResponse] =
        {.what = "The preflight's answer does not allow the method %v.",
         .remedy = "Name %v in Access-Control-Allow-Methods%t",
         .lower_case = "Write the method in capitals, PATCH: browsers do that for GET, HEAD, POST, "
                       "PUT, DELETE and OPTIONS only"},
    [CONCORS_R_HeaderDisallowedByPreflightResponse] =
        {.what = "The preflight's answer does not allow the request header %v.",
         .remedy = "Name %v in Access-Control-Allow-Headers%t"},
    [CONCORS_R_InvalidAllowMethodsPreflightResponse] =
        {.what = "Access-Control-Allow-Methods in %a is not a list of methods.",
         .remedy = "Send Access-Control-Allow-Methods: %m%t"},
    [CONCORS_R_InvalidAllowHeadersPreflightResponse] =
        {.what = "Access-Control-Allow-Headers in %a is not a list of header names.",
         .remedy = "Write header names with commas between them, nothing else%t"},
    SAME_SITE_REASONS(SameSiteStrict, "%C %d: SameSite is Strict, and %x."),
    SAME_SITE_REASONS(SameSiteLax, "%C %d: SameSite is Lax, and %x."),
    SAME_SITE_REASONS(SameSiteUnspecifiedTreatedAsLax,
                      "%C %d: without SameSite, %b takes Lax, and %x."),
    [CONCORS_R_SameSiteNoneInsecure] = {.what = "%C %d: SameSite=None counts only with Secure.",
                                        .remedy = "Add Secure to the Set-Cookie line of %c",
                                        .plain_site = "Set %c with SameSite=Lax: page and server "
                                                      "are one site, and Secure needs https"},
    [CONCORS_R_SecureOnly] = {.what = "%C %d: Secure needs https, and %s is not.",
                              .remedy = "Serve %h over https"},
    [CONCORS_R_UserPreferences] = THIRD_PARTY,
    [CONCORS_R_ThirdPartyPhaseout] = THIRD_PARTY,
    [CONCORS_R_ConcorsThirdPartyBlocked] = THIRD_PARTY,
    [CONCORS_R_ConcorsOtherPartition] =
        {.what = "%C %d: the one that is held belongs to another partition than pages on %p.",
         .remedy = "Sign in from within %p, or serve %h on the page's own site",
         .arrival = "Sign in at %h itself: what was set from within another site's page counts "
                    "there only"},
    [CONCORS_R_ConcorsPartitionedInsecure] = {.what = "%C %d: Partitioned counts only with Secure.",
                                              .remedy = "Add Secure to the Set-Cookie line of %c"},
    [CONCORS_R_InvalidDomain] =
        {.what = "%C %d: %h may not set cookies for the Domain that is named.",
         .remedy = "Leave Domain out of the Set-Cookie line of %c",
         .by_script = "Let the server that needs %c set it, by Set-Cookie in its answer: a script "
                      "can set cookies for its own host and that host's parent domains only"},
    [CONCORS_R_InvalidPrefix] =
        {.what = "%C %d: the prefix of the name promises attributes that are not there.",
         .remedy =
             "Give %c what its prefix asks for: Secure, and with __Host- Path=/ and no Domain"},
    [CONCORS_R_OverwriteSecure] =
        {.what = "%C %d: %s is not https, and a Secure cookie of that name stands already.",
         .remedy = "Serve %h over https"},
    [CONCORS_R_ConcorsCredentialsOmitted] =
        {.what = "The page asks without credentials, so cookies are neither sent nor stored (%c).",
         .remedy = "%k"},
    [CONCORS_R_ConcorsMixedContent] = {.what = "The page at %o is secure and %s is not: the "
                                               "browser stops it before anything is sent.",
                                       .remedy = "Serve %h over https; no header helps",
                                       .redirected = "Let the redirect lead to https (a server "
                                                     "behind a proxy must be told that it is "
                                                     "asked by https), or ask the final address "
                                                     "by https at once"},
    [CONCORS_R_LocalNetworkAccessPermissionDenied] =
        {.what = "%s is in the local network and the page at %o is not: the browser did not let it "
                 "ask.",
         .remedy = "No header helps: the user must allow it, or the page must come from the local "
                   "network"},
    [CONCORS_R_ConcorsPreflightUnknown] =
        {.what = "The journey does not say how %s answers the preflight.",
         .remedy = "Add the answer to OPTIONS as \"preflight\", or let concors probe ask"},
    [CONCORS_R_ConcorsResponseUnknown] =
        {.what = "The journey does not say what %s answers to the %m.",
         .remedy = "Add the answer as \"response\", or let concors probe ask"},
    [CONCORS_R_ConcorsRedirectUnknown] =
        {.what = "The journey does not say what %s answers after the redirect.",
         .remedy = "Add the answer to \"redirects\", or let concors probe ask"},
    [CONCORS_R_ConcorsStoredThoughBlocked] =
        {.what =
             "%C: stored all the same, for a response kept from the script still sets cookies."},
    [CONCORS_R_ConcorsVaryOriginMissing] = {.what = "The answer names %v but lacks Vary: Origin, "
                                                    "so a cache may give it to another origin."},
    [CONCORS_R_ConcorsCookieOfOtherPath] =
        {.what = "The %m was refused with status %S and went without the cookie %v, which "
                 "was set for another path.",
         .remedy =
             "Set %v with Path=/; where Path is left out, the folder of the address that set it "
             "counts"},
    [CONCORS_R_ConcorsCookieOfOtherHost] =
        {.what = "The %m was refused with status %S and went without the cookie %v, which "
                 "was set for another host than %h.",
         .remedy = "Let %h set %v itself, by Set-Cookie in its answer; or, where one domain holds "
                   "both hosts, set it with that Domain"},
    [CONCORS_R_ConcorsHeaderForbidden] =
        {.what = "The script sets %v, a header that only the browser may set: it is left out."},
    [CONCORS_R_ConcorsAuthorizationWildcard] =
        {.what = "Authorization passes by Access-Control-Allow-Headers: *, which the standard does "
                 "not allow."},
    [CONCORS_R_ConcorsAuthorizationStripped] =
        {.what = "The redirect to %s took Authorization off, for that is another origin."},
    [CONCORS_R_ConcorsSetCookieNeverReadable] =
        {.what = "Access-Control-Expose-Headers lists Set-Cookie, but scripts can never read that "
                 "header."},
    [CONCORS_R_ConcorsOpaqueResponse] = {.what = "The mode is no-cors, so the script sees neither "
                                                 "status, headers nor body of what %s answers."},
    [CONCORS_R_ConcorsMethodCase] = {.what = "The method goes out as it is written, %v: only six "
                                             "methods are turned into capitals."},
    [CONCORS_R_ConcorsPermissionUnknown] = {.what =
                                                "%v is in the user's own network or machine, and "
                                                "the user decides whether the page may ask it."},
    [CONCORS_R_ConcorsAddressUnknown] = {.what = "%v is in the user's own network or machine, and "
                                                 "where the page comes from is not known."},
    [CONCORS_R_ConcorsImageUpgraded] =
        {.what = "The page embeds the image by http, and the browser asks %s for it instead."},
    [CONCORS_R_WarnSameSiteUnspecifiedLaxAllowUnsafe] =
        {.what = "%C: sent only because younger than two minutes.",
         .remedy = "Set %c with SameSite=None; Secure if a post from another site must carry it"},
};

const concors_sentence *
concors_sentence_of(concors_reason reason)
{
    if (reason >= CONCORS_R_END || sentences[reason].what == NULL) {
        return NULL;
    }
    return &sentences[reason];
}
