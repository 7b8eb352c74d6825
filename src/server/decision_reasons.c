/* src/server/decision_reasons.c: what a decision about one request is called, and what it means. */
#include <concors/policy.h>

#define TEXTS(severity_, code_, sentence_, why_, where_, remedy_, spec_)                           \
    {                                                                                              \
        .code = CONCORS_LIT_INIT(code_), .severity = CONCORS_SEVERITY_##severity_,                 \
        .sentence = CONCORS_LIT_INIT(sentence_), .why = CONCORS_LIT_INIT(why_),                    \
        .where = CONCORS_LIT_INIT(where_), .remedy = CONCORS_LIT_INIT(remedy_),                    \
        .spec = CONCORS_LIT_INIT(spec_)                                                            \
    }

static const concors_reason_info infos[CONCORS_D_COUNT] = {
    [CONCORS_D_NO_ORIGIN] = TEXTS(
        INFO, "NoOrigin",
        "The request has no Origin header, so there is nobody to allow anything to.",
        "Browsers send Origin with every request of a script to another origin, and with what "
        "may change something. Pages, images and programs that are no browser come without.",
        "Origin", "", "Fetch, Origin header"),
    [CONCORS_D_OWN_ORIGIN] =
        TEXTS(INFO, "OwnOrigin",
              "The Origin is the address that the request was sent to: the server's own page.",
              "Browsers send Origin with POST to a page's own server, too. Such an answer needs no "
              "permission, so none is given.",
              "Origin and Host", "", "Fetch, Origin header"),
    [CONCORS_D_ALLOWED] = TEXTS(
        INFO, "Allowed", "The policy allows the origin and the method.",
        "The answer names the origin in Access-Control-Allow-Origin, and the browser lets its "
        "script read it.",
        "origins", "", "Fetch, CORS check"),
    [CONCORS_D_PREFLIGHT_ALLOWED] = TEXTS(
        INFO, "PreflightAllowed",
        "The policy allows the origin, the method and every header that the preflight asks for.",
        "The browser asks before it sends what a form could not. It is answered here, before "
        "login, limits and the application.",
        "origins, methods, request_headers", "", "Fetch, CORS-preflight fetch"),
    [CONCORS_D_ORIGIN_NOT_LISTED] = TEXTS(
        ERROR, "OriginNotListed",
        "No entry of the policy's origins is this origin: its pages may not read the answer.",
        "An origin is scheme, host and port together: http is not https, www. is another host, and "
        ":8080 is another port. The answer goes out without CORS headers, and the browser keeps it "
        "from the page.",
        "origins, origins_file",
        "If the page is yours, write the origin exactly as it stands here under origins.",
        "Fetch, CORS check"),
    [CONCORS_D_ORIGIN_NULL] = TEXTS(
        ERROR, "OriginNull", "The request comes from a page without an origin (Origin: null).",
        "Files, sandboxed frames and some redirects send null, and any site can make a frame that "
        "does. Whoever allows null allows everybody.",
        "origins", "Serve the page from an address of its own, and do not sandbox its frame.",
        "HTML, opaque origins"),
    [CONCORS_D_ORIGIN_MALFORMED] = TEXTS(
        ERROR, "OriginMalformed", "The Origin header is nothing that a browser sends.",
        "Browsers write scheme://host or scheme://host:port in lower case, without the scheme's "
        "own "
        "port, a path or a dot at the end. Something else was made by a program, or changed on the "
        "way.",
        "Origin", "Send the origin as a browser would: https://app.example.com.",
        "Fetch, Origin header"),
    [CONCORS_D_SEVERAL_ORIGINS] = TEXTS(
        ERROR, "SeveralOrigins", "The request has more than one Origin header.",
        "A browser sends one. Where there are two, the application might look at another than "
        "the policy does.",
        "Origin", "Find the proxy or the program that adds the second one.",
        "Fetch, Origin header"),
    [CONCORS_D_METHOD_NOT_LISTED] =
        TEXTS(ERROR, "MethodNotListed", "The policy allows the origin, but not this method.",
              "GET, HEAD and POST need no leave; every other method does. Methods are compared "
              "with their "
              "case: patch is not PATCH.",
              "methods", "If the page needs the method, write it under methods.",
              "Fetch, CORS-preflight fetch"),
    [CONCORS_D_HEADER_NOT_LISTED] = TEXTS(
        ERROR, "HeaderNotListed",
        "The policy allows the origin, but not a header that the page's script wants to set.",
        "Every header that a script sets needs leave, but for a few harmless ones. Content-Type "
        "needs it as soon as it says application/json, and * never covers Authorization.",
        "request_headers", "If the page needs the header, write it under request_headers.",
        "Fetch, CORS-preflight fetch"),
    [CONCORS_D_HEADERS_MALFORMED] = TEXTS(
        ERROR, "HeadersMalformed",
        "Access-Control-Request-Headers is no list of header names, or longer than 64 KiB.",
        "Browsers send names with commas between them. Anything else was made by a program, or "
        "changed on the way.",
        "Access-Control-Request-Headers", "Send names alone: content-type,x-csrf-token.",
        "Fetch, Access-Control-Request-Headers"),
    [CONCORS_D_CSRF_CROSS_SITE] = TEXTS(
        ERROR, "CsrfCrossSite",
        "The request may change something, and the browser says that another site's page sent it, "
        "or another origin of this site.",
        "Sec-Fetch-Site says who sent a request, and no script can change it. Any page can send a "
        "form with the user's cookies: who may read the answer is no protection from that.",
        "csrf: Sec-Fetch-Site",
        "If the page is yours, list it under trusted_origins of csrf (or same_site: allow "
        "for "
        "all subdomains of your site).",
        "Fetch Metadata, Sec-Fetch-Site"),
    [CONCORS_D_CSRF_ORIGIN] = TEXTS(
        ERROR, "CsrfOrigin",
        "The request may change something, has no Sec-Fetch-Site, and its Origin is not the "
        "address "
        "it was sent to.",
        "Browsers that do not say where a request comes from send Origin with what may change "
        "something. It is compared with Host, port and all.",
        "csrf: Origin and Host",
        "If the page is yours, list it under trusted_origins of csrf. If it is the server's "
        "own page, let every proxy pass Host on unchanged.",
        "RFC 6454; Fetch, Origin header"),
    [CONCORS_D_CSRF_TOKEN_MISSING] = TEXTS(
        ERROR, "CsrfTokenMissing",
        "The request may change something, but no CSRF token stands in both the header and "
        "the cookie.",
        "The policy asks for a token that only the own page can read from its cookie and send in "
        "the header. The first answer that a browser gets sets the cookie.",
        "csrf: token",
        "Let the script read the token's cookie and send its value in the header that token of "
        "csrf "
        "names.",
        "signed double-submit cookie"),
    [CONCORS_D_CSRF_TOKEN_WRONG] = TEXTS(
        ERROR, "CsrfTokenWrong",
        "The CSRF token was not made with one of the policy's keys, not for this session, or "
        "header "
        "and cookie differ.",
        "A token is signed together with the session cookie. After a login it is another session, "
        "and the answer brings a new token; an old page still sends the old one.",
        "csrf: token, keys_file",
        "Let the script read the cookie anew before each request; keep an old key in keys_file for "
        "as long as sessions live.",
        "signed double-submit cookie"),
};

const concors_reason_info *
concors_decision_reason_info(concors_decision_reason reason)
{
    return (unsigned)reason < CONCORS_D_COUNT ? &infos[reason] : NULL;
}

concors_span
concors_decision_reason_text(concors_decision_reason reason)
{
    return (unsigned)reason < CONCORS_D_COUNT ? infos[reason].code : (concors_span){NULL, 0};
}
